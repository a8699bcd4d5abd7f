// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of an interruption after it, in words and as the journal keeps it.
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-room-parts-private.h"
#include "protocol/wave-text.h"

#define MAX_REASON 300

static char *
with_reason (const char *sentence, const char *reason)
{
  return reason != NULL && *reason != '\0' ? g_strdup_printf ("%s (%s)", sentence, reason) : g_strdup (sentence);
}

static char *
cause_text (WaveCause cause, guint close_code, const char *reason)
{
  switch (cause)
    {
    case WAVE_CAUSE_STOPPED:
      return g_strdup (_ ("Stopped here"));
    case WAVE_CAUSE_SILENT:
      return g_strdup (_ ("The server fell silent"));
    case WAVE_CAUSE_CLOSED:
      if (reason != NULL && *reason != '\0')
        return g_strdup_printf (_ ("The server closed the connection (%u: %s)"), close_code, reason);
      return g_strdup_printf (_ ("The server closed the connection (%u)"), close_code);
    case WAVE_CAUSE_FRAME_TOO_LARGE:
      return g_strdup (_ ("A frame was too large"));
    case WAVE_CAUSE_TOKEN_REFUSED:
      return g_strdup (_ ("The token was refused"));
    case WAVE_CAUSE_DUPLICATE:
      return g_strdup (_ ("Another client with the same token took over"));
    case WAVE_CAUSE_ASKED:
      return g_strdup (_ ("Dropped on request"));
    case WAVE_CAUSE_HELLO_LATE:
      return g_strdup (_ ("The server did not say hello in time"));
    case WAVE_CAUSE_DROPPED:
      return with_reason (_ ("The connection broke without a word"), reason);
    default:
      return with_reason (_ ("The connection was lost"), reason);
    }
}

void
wave_gap_set_cause (WaveGap *gap, WaveCause cause, guint close_code, const char *reason)
{
  /* In the server's words. */
  g_autofree char *shown = reason != NULL ? wave_text_make_visible (reason, strlen (reason), MAX_REASON) : NULL;

  gap->cause = cause;
  gap->close_code = close_code;
  g_set_str (&gap->reason, reason);
  g_free (gap->cause_text);
  gap->cause_text = cause_text (cause, close_code, shown);
  wave_model_mark (gap, GAP_CAUSE_TEXT);
}

void
wave_gap_set_counted_verdict (WaveGap *gap, gint64 wall_us, guint n_server, guint n_missing, guint n_gone)
{
  g_autoptr (GString) verdict = g_string_new (NULL);

  gap->verified_wall = wall_us;
  gap->n_server = n_server;
  gap->n_missing = n_missing;
  if (n_missing > 0)
    g_string_append_printf (verdict, ngettext ("Verified: %u of %u event that the server has is missing from the journal",
                                               "Verified: %u of %u events that the server has are missing from the journal", n_server),
                            n_missing, n_server);
  else if (n_server == 0 && n_gone == 0)
    g_string_append (verdict, _ ("Verified: the server has no event in this gap"));
  else if (n_server > 0)
    g_string_append_printf (verdict, ngettext ("Verified: the one event that the server has is in the journal",
                                               "Verified: all %u events that the server has are in the journal", n_server),
                            n_server);
  if (n_gone > 0)
    {
      if (verdict->len > 0)
        g_string_append (verdict, " · ");
      /* Translators: events that were too old, or of rooms that are left out of the journal by choice. */
      g_string_append_printf (verdict, ngettext ("%u event is not kept in the journal and was not compared",
                                                 "%u events are not kept in the journal and were not compared", n_gone),
                              n_gone);
    }
  wave_gap_set_verdict (gap, verdict->str);
}

WaveProof *
wave_gap_dup_proof (WaveGap *gap)
{
  WaveProof *proof = g_new0 (WaveProof, 1);

  proof->start_wall_us = gap->start_wall;
  proof->end_wall_us = gap->end_wall;
  proof->from_position = gap->from_position;
  proof->to_position = gap->to_position;
  proof->pages = gap->pages;
  proof->events = gap->events;
  proof->known = gap->known;
  proof->tries = gap->tries;
  proof->torn_streams = gap->torn_streams;
  proof->close_code = gap->close_code;
  proof->catch_up_us = gap->catch_up_us;
  proof->complete = gap->complete;
  proof->cause = g_strdup (wave_cause_get_nick (gap->cause));
  proof->reason = g_strdup (gap->reason);
  proof->detail = g_strdup (gap->detail);
  proof->verified_wall_us = gap->verified_wall;
  proof->n_server = gap->n_server;
  proof->n_missing = gap->n_missing;
  return proof;
}

static WaveCause
cause_of_nick (const char *nick)
{
  for (guint i = 0; i < WAVE_N_CAUSES; i++)
    if (g_strcmp0 (wave_cause_get_nick (i), nick) == 0)
      return i;
  return WAVE_CAUSE_DROPPED;
}

WaveGap *
wave_gap_new_from_proof (const WaveProof *proof)
{
  WaveGap *gap = wave_gap_new ();

  gap->earlier = TRUE;
  gap->start_wall = proof->start_wall_us;
  gap->end_wall = proof->end_wall_us;
  /* Another run's clock: only the length means something. */
  gap->start_mono = 0;
  gap->end_mono = MAX (0, proof->end_wall_us - proof->start_wall_us);
  gap->from_position = proof->from_position;
  gap->to_position = proof->to_position;
  gap->pages = proof->pages;
  gap->events = proof->events;
  gap->known = proof->known;
  gap->tries = proof->tries;
  gap->torn_streams = proof->torn_streams;
  gap->catch_up_us = proof->catch_up_us;
  gap->complete = proof->complete;
  gap->detail = g_strdup (proof->detail);
  wave_gap_set_cause (gap, cause_of_nick (proof->cause), proof->close_code, proof->reason);
  if (proof->verified_wall_us > 0)
    wave_gap_set_counted_verdict (gap, proof->verified_wall_us, proof->n_server, proof->n_missing, 0);
  return gap;
}
