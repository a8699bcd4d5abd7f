// SPDX-License-Identifier: GPL-3.0-or-later
// What the Connection page counts.
#include "config.h"

#include "ui/wave-connection-page-private.h"

#include <glib/gi18n.h>

#include "model/wave-room-parts.h"
#include "ui/wave-format.h"

/* Lateness that a person would notice. */
#define LATE_US (50 * 1000)
/* The server's clock comes in whole seconds; two more for the way. */
#define SKEWED_US (3 * (gint64) G_USEC_PER_SEC)

enum { TILE_RATE, TILE_ROUND_TRIP, TILE_HEARD, TILE_BEHIND, TILE_SKEW, TILE_JOURNAL };

static void
add_tile (WaveConnectionPage *self, guint index, const char *name, const char *hint)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *label = gtk_label_new (name);

  self->tile_values[index] = GTK_LABEL (gtk_label_new ("–"));
  gtk_label_set_xalign (self->tile_values[index], 0);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->tile_values[index]), "title-4");
  gtk_widget_add_css_class (GTK_WIDGET (self->tile_values[index]), "numeric");
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_size_request (box, 104, -1);
  gtk_widget_set_tooltip_text (box, hint);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->tile_values[index]));
  gtk_box_append (GTK_BOX (box), label);
  adw_wrap_box_append (self->tiles, box);
}

static WaveFigureList *
add_list (WaveConnectionPage *self, const char *title, const char *const *names)
{
  GtkWidget *list = wave_figure_list_new (title);

  for (guint i = 0; names[i] != NULL; i += 2)
    wave_figure_list_add (WAVE_FIGURE_LIST (list), _(names[i]), names[i + 1][0] != '\0' ? _(names[i + 1]) : NULL);
  gtk_box_append (GTK_BOX (self->right), list);
  return WAVE_FIGURE_LIST (list);
}

/* A name and what exactly it counts, in turn. */
static const char *const stream_names[] = {
  N_("Frames"), N_("WebSocket messages received"),
  N_("Bytes"), N_("Of these frames"),
  N_("Events"), N_("Each once, by the stream and by sync"),
  N_("Durable Events"), N_("Those with a position, which sync can give again"),
  N_("Duplicates Put Aside"), N_("Received again and known by their id or position"),
  N_("Most Waiting at Once"), N_("Events that had come and were not shown yet; none of them is dropped"),
  NULL,
};
static const char *const sync_names[] = {
  N_("Sync Pages"), "",
  N_("Events by Sync"), "",
  N_("Found Late by the Re-check"), N_("Once a minute the last minute is read again; this many events had not come by the stream"),
  N_("Requests"), "",
  N_("Requests Repeated"), N_("After an error of the server or of the network"),
  N_("Rate Limited"), N_("Answers with 429: the wait that the server asks for is kept"),
  NULL,
};
static const char *const load_names[] = {
  N_("Clock of the Server"), N_("Compared with this computer’s when hello came; the server tells whole seconds"),
  N_("Session’s Loop Late by"), N_("The thread that stamps what arrives: last, and worst of the last minute"),
  N_("Reading Paused"), N_("How often and for how long in all: while too many events wait to be shown, nothing is read and the server waits, too"),
  N_("Window’s Loop Late by"), N_("Sampled four times a second: last, and worst of the last minute"),
  NULL,
};
static const char *const journal_names[] = {
  N_("State"), "",
  N_("Events"), N_("Rows ever written; old ones are taken away by age and size"),
  N_("On Disk"), "",
  N_("Waiting to Be Written"), "",
  N_("Last Commit Took"), "",
  NULL,
};

void
wave_connection_page_add_figures (WaveConnectionPage *self)
{
  add_tile (self, TILE_RATE, _("events per second"), _("Over the last five seconds"));
  add_tile (self, TILE_ROUND_TRIP, _("round trip"), _("From our last ping to its pong"));
  add_tile (self, TILE_HEARD, _("last heard"), _("Since the last bytes from the server, whatever they were"));
  add_tile (self, TILE_BEHIND, _("events behind"), _("Received and journaled, but not yet shown"));
  add_tile (self, TILE_SKEW, _("clock skew"), _("The server’s clock against this computer’s, to the second"));
  add_tile (self, TILE_JOURNAL, _("journaled"), _("Events in the journal of this tenant"));
  self->stream_figures = add_list (self, _("Stream"), stream_names);
  self->sync_figures = add_list (self, _("Sync and REST"), sync_names);
  self->load_figures = add_list (self, _("Clocks and Load"), load_names);
  self->journal_figures = add_list (self, _("Journal"), journal_names);
}

/* (transfer full) text */
static void
set (WaveFigureList *list, guint index, char *text, const char *css_class)
{
  g_autofree char *owned = text;

  wave_figure_list_set (list, index, owned, css_class);
}

static void
set_tile (WaveConnectionPage *self, guint index, char *text)
{
  g_autofree char *owned = text;

  gtk_label_set_text (self->tile_values[index], owned);
}

static char *
last_and_worst (gint64 last_us, gint64 worst_us)
{
  g_autofree char *last = wave_format_span (last_us);
  g_autofree char *worst = wave_format_span (worst_us);

  /* Translators: two spans of time: the last one measured, and the worst one of the last minute. */
  return g_strdup_printf (_("%s · at worst %s"), last, worst);
}

static char *
times_and_span (guint64 times, gint64 span_us)
{
  g_autofree char *count = wave_format_count (times);
  g_autofree char *span = wave_format_span (span_us);

  return times > 0 ? g_strdup_printf ("%s× · %s", count, span) : g_steal_pointer (&count);
}

static gint64
get_skew (WaveConnectionPage *self)
{
  for (guint i = g_list_model_get_n_items (self->transitions); i > 0; i--)
    {
      g_autoptr (WaveTransitionItem) item = g_list_model_get_item (self->transitions, i - 1);
      const WaveTransition *transition = wave_transition_item_get (item);

      if (transition->skew_us != G_MININT64)
        return transition->skew_us;
    }
  return G_MININT64;
}

static void
show_skew (WaveConnectionPage *self)
{
  gint64 skew = get_skew (self);
  const char *css_class = skew != G_MININT64 && ABS (skew) > SKEWED_US ? "warning" : NULL;
  g_autofree char *span = skew != G_MININT64 ? wave_format_span (ABS (skew)) : NULL;

  if (skew == G_MININT64)
    {
      set_tile (self, TILE_SKEW, g_strdup ("–"));
      set (self->load_figures, 0, g_strdup (_("not known")), NULL);
      return;
    }
  set_tile (self, TILE_SKEW, ABS (skew) < 1500 * 1000 ? g_strdup ("< 2 s") : g_strdup_printf ("%s%s", skew > 0 ? "+" : "−", span));
  /* Within what whole seconds and the way can make. */
  if (ABS (skew) < 1500 * 1000)
    set (self->load_figures, 0, g_strdup (_("the same, to the second")), NULL);
  else if (skew > 0)
    set (self->load_figures, 0, g_strdup_printf (_("ahead by %s"), span), css_class);
  else
    set (self->load_figures, 0, g_strdup_printf (_("behind by %s"), span), css_class);
}

static void
show_journal (WaveConnectionPage *self)
{
  WaveJournal *journal = wave_monitor_get_journal (self->monitor);
  WaveJournalStatus status = { 0 };
  g_autofree char *failure = NULL;
  guint i = 0;

  if (journal != NULL)
    wave_journal_get_status (journal, &status);
  failure = status.failure;
  if (journal == NULL)
    set (self->journal_figures, i++, g_strdup (_("not open")), NULL);
  else if (status.failing)
    set (self->journal_figures, i++, g_strdup_printf (_("cannot be written: %s"), failure != NULL ? failure : "?"), "error");
  else
    set (self->journal_figures, i++, g_strdup (_("written")), "success");
  set (self->journal_figures, i++, wave_format_count (status.events), NULL);
  set (self->journal_figures, i++, wave_format_size (status.bytes_on_disk), NULL);
  set (self->journal_figures, i++, wave_format_count (status.backlog), NULL);
  set (self->journal_figures, i++, wave_format_span (journal != NULL && status.commits > 0 ? status.last_commit_us : -1), NULL);
  set_tile (self, TILE_JOURNAL, wave_format_count (status.events));
}

void
wave_connection_page_show_figures (WaveConnectionPage *self)
{
  WaveSessionCounters counters;
  gint64 lag, worst, now = g_get_monotonic_time ();
  guint backlog = wave_monitor_get_backlog (self->monitor);
  double rate;
  guint i = 0;

  wave_session_get_counters (wave_monitor_get_session (self->monitor), &counters);
  wave_monitor_get_loop_lag (self->monitor, &lag, &worst);
  g_object_get (wave_monitor_get_tenant (self->monitor), "events-per-second", &rate, NULL);
  set_tile (self, TILE_RATE, wave_format_rate (rate));
  set_tile (self, TILE_ROUND_TRIP, wave_format_span (counters.round_trip_us));
  set_tile (self, TILE_HEARD, counters.last_heard_mono_us > 0 ? wave_format_elapsed (now - counters.last_heard_mono_us) : g_strdup ("–"));
  set_tile (self, TILE_BEHIND, wave_format_count (backlog));

  set (self->stream_figures, i++, wave_format_count (counters.frames), NULL);
  set (self->stream_figures, i++, wave_format_size (counters.frame_bytes), NULL);
  set (self->stream_figures, i++, wave_format_count (counters.events), NULL);
  set (self->stream_figures, i++, wave_format_count (counters.durable), NULL);
  set (self->stream_figures, i++, wave_format_count (counters.duplicates), NULL);
  set (self->stream_figures, i++, wave_format_count (wave_monitor_get_largest_backlog (self->monitor)), NULL);

  i = 0;
  set (self->sync_figures, i++, wave_format_count (counters.sync_pages), NULL);
  set (self->sync_figures, i++, wave_format_count (counters.sync_events), NULL);
  set (self->sync_figures, i++, wave_format_count (counters.late_finds), NULL);
  set (self->sync_figures, i++, wave_format_count (counters.rest_requests), NULL);
  set (self->sync_figures, i++, wave_format_count (counters.rest_retries), NULL);
  set (self->sync_figures, i++, wave_format_count (counters.rate_limited), counters.rate_limited > 0 ? "warning" : NULL);

  show_skew (self);
  set (self->load_figures, 1, last_and_worst (counters.loop_lag_us, counters.loop_lag_max_us), counters.loop_lag_max_us > LATE_US ? "warning" : NULL);
  set (self->load_figures, 2, times_and_span (counters.pauses, counters.paused_us), counters.pauses > 0 ? "warning" : NULL);
  set (self->load_figures, 3, last_and_worst (lag, worst), worst > LATE_US ? "warning" : NULL);
  show_journal (self);
}
