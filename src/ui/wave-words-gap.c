// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of an interruption: on the marker in a timeline and on the Connection page.
#include "config.h"

#include <glib/gi18n.h>

#include "ui/wave-format.h"
#include "ui/wave-words.h"

static char *
clock_seconds (gint64 wall_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local_usec (wall_us);

  return time != NULL ? g_date_time_format (time, "%H:%M:%S") : g_strdup ("–");
}

static char *
fetched_words (WaveGap *gap)
{
  guint events = wave_gap_get_events (gap);

  return g_strdup_printf (ngettext ("%u event fetched", "%u events fetched", events), events);
}

char *
wave_words_gap_title (WaveGap *gap)
{
  gint64 now = g_get_real_time ();
  g_autofree char *start = clock_seconds (wave_gap_get_start_wall (gap));
  g_autofree char *end = NULL;
  g_autofree char *fetched = NULL;
  g_autofree char *day = NULL;

  if (wave_gap_get_end_wall (gap) < 0)
    /* Translators: %s is the time of day at which the connection was lost. */
    return g_strdup_printf (_("Since %s · not back yet"), start);
  end = clock_seconds (wave_gap_get_end_wall (gap));
  fetched = fetched_words (gap);
  if (wave_gap_get_earlier (gap))
    day = wave_format_day (wave_gap_get_start_wall (gap), now);
  if (day != NULL)
    return g_strdup_printf ("%s, %s – %s · %s", day, start, end, fetched);
  return g_strdup_printf ("%s – %s · %s", start, end, fetched);
}

char *
wave_words_gap_fetched (WaveGap *gap)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint events = wave_gap_get_events (gap), pages = wave_gap_get_pages (gap), known = wave_gap_get_known (gap);
  gint64 took = wave_gap_get_catch_up_us (gap);

  if (pages == 0)
    return g_strdup (_("Nothing yet"));
  g_string_append_printf (text, ngettext ("%u event", "%u events", events), events);
  g_string_append (text, " · ");
  g_string_append_printf (text, ngettext ("%u page", "%u pages", pages), pages);
  if (took > 0)
    {
      g_autofree char *span = wave_format_span (took);

      g_string_append_printf (text, " · %s", span);
    }
  if (known > 0)
    {
      g_string_append (text, " · ");
      g_string_append_printf (text, ngettext ("%u was here already", "%u were here already", known), known);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
wave_words_gap_gone (WaveGap *gap)
{
  guint torn = wave_gap_get_torn_streams (gap);
  g_autofree char *replies = NULL;

  if (torn == 0)
    return g_strdup (_("Typing, presence, AI statuses and chunks of this time"));
  replies = g_strdup_printf (ngettext ("%u reply torn", "%u replies torn", torn), torn);
  return g_strdup_printf (_("Typing, presence, AI statuses and chunks of this time · %s"), replies);
}

char *
wave_words_gap (WaveGap *gap)
{
  g_autofree char *start = clock_seconds (wave_gap_get_start_wall (gap));
  g_autofree char *end = NULL;
  g_autoptr (GString) text = NULL;
  guint events = wave_gap_get_events (gap), pages = wave_gap_get_pages (gap), torn = wave_gap_get_torn_streams (gap);

  if (wave_gap_get_end_wall (gap) < 0)
    return g_strdup_printf (_("Connection lost at %s · not back yet"), start);
  end = clock_seconds (wave_gap_get_end_wall (gap));
  text = g_string_new (NULL);
  g_string_append_printf (text, wave_gap_get_complete (gap) ? _("Connection lost %s – %s · complete ✓") : _("Connection lost %s – %s · not complete"), start, end);
  g_string_append_c (text, '\n');
  g_string_append_printf (text, ngettext ("%u event fetched", "%u events fetched", events), events);
  if (pages > 0)
    {
      g_autofree char *span = wave_format_span (wave_gap_get_catch_up_us (gap));

      /* Translators: after "38 events fetched": on how many pages, in what time. */
      g_string_append_printf (text, ngettext (" (%u page, %s)", " (%u pages, %s)", pages), pages, span);
    }
  g_string_append (text, " · ");
  /* Translators: what happened in that time and cannot be fetched any more. */
  g_string_append (text, _("gone: typing, presence, chunks"));
  if (torn > 0)
    {
      g_string_append (text, ", ");
      g_string_append_printf (text, ngettext ("%u reply torn", "%u replies torn", torn), torn);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

const char *
wave_words_state_meaning (WaveSessionState state)
{
  switch (state)
    {
    case WAVE_SESSION_LIVE:
      return _("Live");
    case WAVE_SESSION_CATCHING_UP:
      return _("Catching up");
    case WAVE_SESSION_CONNECTING:
    case WAVE_SESSION_AWAITING_HELLO:
      return _("Connecting");
    case WAVE_SESSION_POLLING:
      return _("Polling");
    case WAVE_SESSION_WAITING:
      return _("Waiting to try again");
    case WAVE_SESSION_REFUSED:
    case WAVE_SESSION_REPLACED:
      return _("Stopped");
    case WAVE_SESSION_IDLE:
    case WAVE_N_SESSION_STATES:
    default:
      return _("Not connected");
    }
}
