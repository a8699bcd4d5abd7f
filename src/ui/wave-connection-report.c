// SPDX-License-Identifier: GPL-3.0-or-later
// The Connection page as text, for a report of a fault: untranslated, so that whoever gets it can read it, and without tokens.
#include "config.h"

#include "ui/wave-connection-page-private.h"

#include <string.h>

#include "model/wave-room-parts.h"
#include "protocol/wave-text.h"
#include "session/wave-credentials.h"

#define MAX_REASON 300

static void
add_figures (GString *text, WaveMonitor *monitor)
{
  WaveSessionCounters c;
  WaveJournalStatus status = { 0 };
  WaveJournal *journal = wave_monitor_get_journal (monitor);
  gint64 lag, worst;
  g_autofree char *failure = NULL;

  wave_session_get_counters (wave_monitor_get_session (monitor), &c);
  wave_monitor_get_loop_lag (monitor, &lag, &worst);
  if (journal != NULL)
    wave_journal_get_status (journal, &status);
  failure = status.failure;
#define U G_GUINT64_FORMAT
#define S G_GINT64_FORMAT
  g_string_append_printf (text, "frames %" U " (%" U " bytes), events %" U ", durable %" U ", duplicates %" U ", malformed %" U ", no event %" U ", unknown %" U "\n", c.frames,
                          c.frame_bytes, c.events, c.durable, c.duplicates, c.malformed, c.invalid, c.unknown);
  g_string_append_printf (text, "sync pages %" U ", events %" U ", late %" U "; requests %" U ", repeated %" U ", rate limited %" U "\n", c.sync_pages, c.sync_events, c.late_finds,
                          c.rest_requests, c.rest_retries, c.rate_limited);
  g_string_append_printf (text, "round trip %" S " µs; session loop late %" S " µs, worst %" S " µs; main loop late %" S " µs, worst %" S " µs; backlog %u, largest %u; reading paused %" U " times, %" S " µs\n",
                          c.round_trip_us, c.loop_lag_us, c.loop_lag_max_us, lag, worst, wave_monitor_get_backlog (monitor), wave_monitor_get_largest_backlog (monitor), c.pauses, c.paused_us);
  g_string_append_printf (text, "journal: %" U " events, %" U " bytes, %" U " waiting, last commit %" S " µs%s%s\n", status.events, status.bytes_on_disk, status.backlog,
                          status.last_commit_us, status.failing ? ", FAILING: " : "", status.failing && failure != NULL ? failure : "");
#undef U
#undef S
}

static char *
dup_stamp (gint64 wall_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc_usec (wall_us);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S.%fZ") : g_strdup ("-");
}

static void
add_gaps (GString *text, WaveTenant *tenant)
{
  GListModel *gaps = wave_tenant_get_gaps (tenant);

  for (guint i = 0; i < g_list_model_get_n_items (gaps); i++)
    {
      g_autoptr (WaveGap) gap = g_list_model_get_item (gaps, i);
      g_autofree char *start = dup_stamp (wave_gap_get_start_wall (gap));
      g_autofree char *end = wave_gap_get_end_wall (gap) >= 0 ? dup_stamp (wave_gap_get_end_wall (gap)) : g_strdup ("…");
      const char *cause = wave_gap_get_cause_text (gap), *verdict = wave_gap_get_verdict (gap), *detail = wave_gap_get_detail (gap);

      g_string_append_printf (text, "%s – %s  %s; tries %u, pages %u, events %u, known %u, torn %u, %" G_GINT64_FORMAT " µs, %s%s%s%s%s\n", start, end,
                              cause != NULL ? cause : "", wave_gap_get_tries (gap), wave_gap_get_pages (gap), wave_gap_get_events (gap), wave_gap_get_known (gap),
                              wave_gap_get_torn_streams (gap), wave_gap_get_catch_up_us (gap), wave_gap_get_complete (gap) ? "complete" : "NOT complete",
                              detail != NULL ? ": " : "", detail != NULL ? detail : "", verdict != NULL ? "; " : "", verdict != NULL ? verdict : "");
    }
}

static void
add_transitions (GString *text, WaveTenant *tenant)
{
  GListModel *transitions = wave_tenant_get_transitions (tenant);

  for (guint i = 0; i < g_list_model_get_n_items (transitions); i++)
    {
      g_autoptr (WaveTransitionItem) item = g_list_model_get_item (transitions, i);
      const WaveTransition *transition = wave_transition_item_get (item);
      g_autofree char *stamp = dup_stamp (transition->wall_us);

      g_string_append_printf (text, "%s  %s → %s  %s", stamp, wave_session_state_get_nick (transition->from), wave_session_state_get_nick (transition->to),
                              wave_cause_get_nick (transition->cause));
      if (transition->close_code != 0)
        g_string_append_printf (text, " %u", transition->close_code);
      if (transition->http_status != 0)
        g_string_append_printf (text, " HTTP %u", transition->http_status);
      if (transition->reason != NULL && *transition->reason != '\0')
        {
          g_autofree char *reason = wave_text_make_visible (transition->reason, strlen (transition->reason), MAX_REASON);

          g_string_append_printf (text, " (%s)", reason);
        }
      g_string_append_c (text, '\n');
    }
}

char *
wave_connection_report (WaveMonitor *monitor)
{
  WaveTenant *tenant = wave_monitor_get_tenant (monitor);
  g_autoptr (GPtrArray) bounds = wave_tenant_list_bounds_hit (tenant);
  g_autoptr (GPtrArray) types = wave_tenant_list_unknown_types (tenant);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *name = NULL;
  g_autofree char *now = dup_stamp (g_get_real_time ());
  g_autofree char *clean = NULL;

  g_object_get (tenant, "server-name", &name, NULL);
  g_string_append_printf (text, "Wavescope %s, %s\n%s (%s): %s\n\n", WAVE_VERSION, now, wave_monitor_get_server (monitor), name != NULL ? name : "no name yet",
                          wave_session_state_get_nick (wave_tenant_get_state (tenant)));
  add_figures (text, monitor);
  for (guint i = 0; i < bounds->len; i++)
    g_string_append_printf (text, "limit: %s\n", (const char *) bounds->pdata[i]);
  for (guint i = 0; i < types->len; i++)
    {
      const WaveTypeCount *count = types->pdata[i];

      g_string_append_printf (text, "undocumented: %s ×%" G_GUINT64_FORMAT "\n", count->type, count->n);
    }
  g_string_append (text, "\ninterruptions\n");
  add_gaps (text, tenant);
  g_string_append (text, "\nstates\n");
  add_transitions (text, tenant);
  clean = g_utf8_make_valid (text->str, text->len);
  return wave_redact (clean);
}
