// SPDX-License-Identifier: GPL-3.0-or-later
// The lines of a recording that are no frames.
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include "journal/wave-recording.h"

/* Of names; a snapshot with more says something else than ours do. */
#define LONGEST_PATH 1024

static WaveSessionState
state_from_nick (const char *nick)
{
  for (guint i = 0; i < WAVE_N_SESSION_STATES; i++)
    if (g_strcmp0 (nick, wave_session_state_get_nick (i)) == 0)
      return i;
  return WAVE_N_SESSION_STATES;
}

/* "dropped: the peer's words", or the word alone. @rest: what follows it */
static WaveCause
cause_from_reason (const char *reason, const char **rest)
{
  *rest = NULL;
  for (guint i = 0; reason != NULL && i < WAVE_N_CAUSES; i++)
    {
      const char *nick = wave_cause_get_nick (i);
      gsize length = strlen (nick);

      if (!g_str_has_prefix (reason, nick) || (reason[length] != '\0' && reason[length] != ':'))
        continue;
      if (reason[length] == ':')
        *rest = reason + length + (reason[length + 1] == ' ' ? 2 : 1);
      return i;
    }
  *rest = reason;
  return WAVE_CAUSE_NONE;
}

static gint64
get_int (yyjson_val *object, const char *name, gint64 otherwise)
{
  yyjson_val *value = yyjson_obj_get (object, name);

  return yyjson_is_int (value) ? yyjson_get_sint (value) : otherwise;
}

static guint
get_count (yyjson_val *object, const char *name)
{
  return CLAMP (get_int (object, name, 0), 0, G_MAXINT);
}

static WaveTransition *
read_transition (yyjson_val *root, gint64 t_us, const WaveRecordingHead *head, WaveSessionState from)
{
  const char *reason = yyjson_get_str (yyjson_obj_get (root, "reason"));
  WaveSessionState to = state_from_nick (yyjson_get_str (yyjson_obj_get (root, "state")));
  yyjson_val *report = yyjson_obj_get (root, "caught_up");
  WaveTransition *transition;
  const char *words;

  if (to == WAVE_N_SESSION_STATES)
    return NULL;
  transition = g_new0 (WaveTransition, 1);
  transition->from = from;
  transition->to = to;
  transition->cause = cause_from_reason (reason, &words);
  transition->reason = g_strdup (words);
  transition->mono_us = t_us;
  transition->wall_us = head->started_us + t_us;
  transition->retry_at_mono_us = -1;
  transition->close_code = get_count (root, "close_code");
  transition->skew_us = G_MININT64;
  if (yyjson_is_obj (report))
    {
      transition->report = g_new0 (WaveCatchUpReport, 1);
      transition->report->gap_start_wall_us = -1;
      transition->report->gap_end_wall_us = transition->wall_us;
      transition->report->from_position = get_int (report, "from_position", -1);
      transition->report->to_position = get_int (report, "to_position", -1);
      transition->report->pages = get_count (report, "pages");
      transition->report->events = get_count (report, "events");
      transition->report->known = get_count (report, "known");
      transition->report->complete = yyjson_is_true (yyjson_obj_get (report, "complete"));
      transition->report->duration_us = get_int (report, "duration_us", 0);
    }
  /* A recording of an earlier version does not tell what was caught up; that the gap ended it does. */
  else if (from == WAVE_SESSION_CATCHING_UP && (to == WAVE_SESSION_LIVE || to == WAVE_SESSION_POLLING))
    {
      transition->report = g_new0 (WaveCatchUpReport, 1);
      transition->report->gap_start_wall_us = transition->report->from_position = transition->report->to_position = -1;
      transition->report->gap_end_wall_us = transition->wall_us;
    }
  return transition;
}

WaveRecordingMark *
wave_recording_mark_parse (const char *text, gsize length, const WaveRecordingHead *head, WaveSessionState from)
{
  yyjson_doc *doc = yyjson_read (text, length, 0);
  yyjson_val *root = yyjson_doc_get_root (doc);
  yyjson_val *path = yyjson_obj_get (root, "snapshot");
  yyjson_val *body = yyjson_obj_get (root, "body");
  WaveRecordingMark *mark = g_new0 (WaveRecordingMark, 1);

  mark->t_us = get_int (root, "t_us", 0);
  if (yyjson_is_str (yyjson_obj_get (root, "state")))
    mark->transition = read_transition (root, mark->t_us, head, from);
  else if (yyjson_is_str (path) && yyjson_get_len (path) <= LONGEST_PATH && yyjson_is_obj (body))
    {
      gsize size = 0;
      char *json = yyjson_val_write (body, 0, &size);

      mark->path = g_strndup (yyjson_get_str (path), yyjson_get_len (path));
      mark->body = g_bytes_new_with_free_func (json, size, free, json);
    }
  yyjson_doc_free (doc);
  if (mark->transition == NULL && mark->path == NULL)
    g_clear_pointer (&mark, wave_recording_mark_free);
  return mark;
}

void
wave_recording_mark_free (WaveRecordingMark *mark)
{
  if (mark == NULL)
    return;
  wave_transition_free (mark->transition);
  g_free (mark->path);
  g_clear_pointer (&mark->body, g_bytes_unref);
  g_free (mark);
}
