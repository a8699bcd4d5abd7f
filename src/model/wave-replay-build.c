// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of a moment: on a worker, from the events that still matter then.
#include "config.h"

#include "model/wave-replay-private.h"
#include "model/wave-tenant-private.h"
#include "protocol/wave-snapshot.h"

/* Each item is a row to build when the picture is shown: more than a few screens of them make a jump slow. */
#define ITEMS_PER_ROOM 48
#define LOOK_EVERY 256 /* events between two looks at the cancellable */

/* ---- lines that are no frames ---- */

WaveReplayMarks *
wave_replay_marks_read (WaveEventLog *log, GCancellable *cancellable)
{
  g_autoptr (WaveEventLogReader) reader = wave_event_log_reader_new (log);
  g_autoptr (WaveReplayMarks) marks = g_new0 (WaveReplayMarks, 1);
  WaveSessionState state = WAVE_SESSION_IDLE;
  guint n = wave_event_log_get_n_marks (log);

  g_atomic_ref_count_init (&marks->ref_count);
  marks->list = g_ptr_array_new_with_free_func ((GDestroyNotify)wave_recording_mark_free);
  if (!wave_event_log_reader_get_head (reader, &marks->head))
    return NULL;
  for (guint i = 0; i < n && !g_cancellable_is_cancelled (cancellable); i++)
    {
      guint before;
      gsize length;
      g_autofree char *text = wave_event_log_reader_dup_mark (reader, i, &before, &length);
      WaveRecordingMark *mark = text != NULL ? wave_recording_mark_parse (text, length, &marks->head, state) : NULL;

      if (mark == NULL)
        continue;
      mark->before = before;
      if (mark->transition != NULL)
        state = mark->transition->to;
      g_ptr_array_add (marks->list, mark);
    }
  return g_steal_pointer (&marks);
}

WaveReplayMarks *
wave_replay_marks_ref (WaveReplayMarks *marks)
{
  g_atomic_ref_count_inc (&marks->ref_count);
  return marks;
}

void
wave_replay_marks_unref (WaveReplayMarks *marks)
{
  if (!g_atomic_ref_count_dec (&marks->ref_count))
    return;
  g_ptr_array_unref (marks->list);
  wave_recording_head_clear (&marks->head);
  g_free (marks);
}

/* "/v1/rooms/ID/state". (transfer full) (nullable) */
static char *
dup_room_of (const char *path)
{
  static const char start[] = "/v1/rooms/";
  static const char end[] = "/state";

  if (!g_str_has_prefix (path, start) || !g_str_has_suffix (path, end) || strlen (path) <= strlen (start) + strlen (end))
    return NULL;
  return g_uri_unescape_segment (path + strlen (start), path + strlen (path) - strlen (end), NULL);
}

static void
apply_names (WaveTenant *tenant, const WaveRecordingMark *mark)
{
  if (g_str_equal (mark->path, "/v1/me"))
    {
      g_autoptr (WaveMe) me = wave_me_decode (mark->body, NULL);

      if (me != NULL)
        wave_tenant_apply_me (tenant, me);
    }
  else if (g_str_equal (mark->path, "/v1/rooms"))
    {
      g_autoptr (WaveRoomPage) page = wave_room_page_decode (mark->body, NULL);

      if (page != NULL)
        wave_tenant_apply_rooms (tenant, page);
    }
  else if (g_str_equal (mark->path, "/v1/participants"))
    {
      g_autoptr (WaveParticipantPage) page = wave_participant_page_decode (mark->body, NULL);

      if (page != NULL)
        wave_tenant_apply_participants (tenant, page);
    }
}

static void
apply_state (WaveTenant *tenant, const WaveRecordingMark *mark)
{
  g_autofree char *room_id = dup_room_of (mark->path);

  if (room_id != NULL)
    {
      g_autoptr (WaveRoomState) state = wave_room_state_decode (mark->body, NULL);

      if (state != NULL)
        wave_tenant_apply_room_state (tenant, room_id, state);
    }
  else if (g_str_equal (mark->path, "/v1/presence"))
    {
      g_autoptr (GPtrArray) presences = wave_presence_map_decode (mark->body, NULL);

      if (presences != NULL)
        wave_tenant_apply_presence (tenant, presences);
    }
}

void
wave_replay_apply_names (WaveTenant *tenant, const WaveReplayMarks *marks)
{
  wave_tenant_begin (tenant);
  if (marks->head.tenant_id != NULL)
    wave_tenant_expect (tenant, marks->head.tenant_id);
  if (marks->head.server_name != NULL)
    wave_tenant_expect_server (tenant, marks->head.server_name);
  for (guint i = 0; i < marks->list->len; i++)
    if (((WaveRecordingMark *)marks->list->pdata[i])->path != NULL)
      apply_names (tenant, marks->list->pdata[i]);
  wave_tenant_end (tenant);
}

guint
wave_replay_apply_marks (WaveTenant *tenant, const WaveReplayMarks *marks, guint next, guint index, gint64 now_us)
{
  for (; next < marks->list->len; next++)
    {
      const WaveRecordingMark *mark = marks->list->pdata[next];

      if (mark->before > index || (mark->before == index && mark->t_us > now_us))
        break;
      if (mark->transition != NULL)
        wave_tenant_apply_transition (tenant, mark->transition);
      else
        apply_state (tenant, mark);
    }
  return next;
}

/* ---- the picture ---- */

/* Time passes between what is kept as it passed between all of it: second by second as far as anything is due. */
static void
pass_time (WaveTenant *tenant, const WaveReplayMarks *marks, gint64 to_us, gint64 *second)
{
  if (to_us / G_USEC_PER_SEC <= *second)
    return;
  *second = to_us / G_USEC_PER_SEC;
  wave_tenant_advance (tenant, *second * G_USEC_PER_SEC, marks->head.started_us + *second * G_USEC_PER_SEC);
}

WaveTenant *
wave_replay_build (WaveEventLog *log, const WaveReplayMarks *marks, guint end, gint64 now_us, const WaveStreamThresholds *thresholds,
                   guint *next_mark, GCancellable *cancellable)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveEventLogReader) reader = wave_event_log_reader_new (log);
  g_auto (WaveStateTotals) totals = { 0 };
  g_autoptr (GArray) kept = wave_event_log_select_state (log, end, marks->head.started_us, marks->head.started_us + now_us, &totals);
  gint64 second = G_MININT64;
  guint next = 0;
  GHashTableIter iter;
  WaveRoom *room;

  wave_stream_store_set_thresholds (wave_tenant_get_streams (tenant), thresholds);
  wave_tenant_begin (tenant);
  wave_replay_apply_names (tenant, marks);
  for (guint i = 0; i < kept->len; i++)
    {
      guint index = g_array_index (kept, guint, i);
      guint following = i + 1 < kept->len ? g_array_index (kept, guint, i + 1) : end;
      g_autoptr (WaveEvent) event = wave_event_log_reader_dup_event (reader, index, following);

      if (i % LOOK_EVERY == 0 && g_cancellable_is_cancelled (cancellable))
        break;
      next = wave_replay_apply_marks (tenant, marks, next, index, G_MAXINT64);
      if (event == NULL)
        continue;
      pass_time (tenant, marks, event->arrived_mono_us, &second);
      wave_tenant_apply_event (tenant, event);
    }
  next = wave_replay_apply_marks (tenant, marks, next, end, now_us);
  wave_tenant_advance (tenant, now_us, marks->head.started_us + now_us);
  wave_tenant_set_totals (tenant, &totals);
  g_hash_table_iter_init (&iter, tenant->rooms_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&room))
    wave_timeline_keep_last (room->timeline, ITEMS_PER_ROOM);
  wave_tenant_end (tenant);
  *next_mark = next;
  return g_cancellable_is_cancelled (cancellable) ? NULL : g_steal_pointer (&tenant);
}
