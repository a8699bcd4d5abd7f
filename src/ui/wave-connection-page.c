// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-connection-page.h"

#include <glib/gi18n.h>

#include "model/wave-room-parts.h"
#include "ui/wave-format.h"
#include "ui/wave-state-strip.h"
#include "ui/wave-words.h"

/* Gaps and log lines that are shown; the journal has them all. */
#define SHOWN_GAPS 20
#define SHOWN_LOG 100

struct _WaveConnectionPage
{
  AdwBin parent_instance;

  WaveMonitor *monitor;
  GListModel *gaps, *transitions;
  GtkWidget *strip;
  AdwPreferencesGroup *gap_group, *counter_group, *log_group;
  GPtrArray *gap_rows, *log_rows; /* (element-type GtkWidget) borrowed */
  GPtrArray *counters;            /* (element-type GtkLabel) borrowed */
  GCancellable *cancellable;
  guint timer;
  guint n_log; /* transitions when the log was built */
  gulong gaps_handler;
};

G_DEFINE_FINAL_TYPE (WaveConnectionPage, wave_connection_page, ADW_TYPE_BIN)

static const char *const counter_names[] = {
  N_("Events"), N_("Durable events"), N_("Frames received"), N_("Bytes received"), N_("Duplicates put aside"), N_("Malformed"),
  N_("Of unknown type"), N_("Sync pages"), N_("Events by sync"), N_("Late finds of the re-check"), N_("REST requests"), N_("Rate limited"),
  N_("Round trip of the last ping"), N_("Lateness of the session’s loop, last"), N_("Lateness of the session’s loop, worst of the last minute"),
  N_("Clock of the server ahead of ours"), N_("Events in the journal"), N_("Journal on disk"), N_("Last commit took"),
};

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) button = user_data;
  g_autoptr (GError) error = NULL;

  wave_monitor_verify_gap_finish (WAVE_MONITOR (source), result, &error);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    gtk_widget_set_tooltip_text (button, error->message);
  gtk_widget_set_sensitive (button, TRUE);
}

static void
on_verify (GtkButton *button, WaveConnectionPage *self)
{
  WaveGap *gap = g_object_get_data (G_OBJECT (button), "gap");

  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
  wave_monitor_verify_gap_async (self->monitor, gap, self->cancellable, on_verified, g_object_ref (button));
}

static void
show_gap (WaveGap *gap, GParamSpec *pspec, AdwActionRow *row)
{
  g_autofree char *title = wave_words_gap (gap);
  g_autoptr (GString) detail = g_string_new (wave_gap_get_cause_text (gap));
  guint torn = wave_gap_get_torn_streams (gap);
  guint pages = wave_gap_get_pages (gap);

  if (pages > 0)
    g_string_append_printf (detail, ngettext (" · %u sync page", " · %u sync pages", pages), pages);
  if (torn > 0)
    g_string_append_printf (detail, ngettext (" · %u reply torn", " · %u replies torn", torn), torn);
  g_string_append (detail, _(" · typing, presence, statuses and chunks of that time cannot be fetched"));
  if (wave_gap_get_verdict (gap) != NULL)
    g_string_append_printf (detail, "\n%s", wave_gap_get_verdict (gap));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (row, detail->str);
}

static GtkWidget *
make_gap_row (WaveConnectionPage *self, WaveGap *gap)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_("Verify"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (button, wave_gap_get_end_wall (gap) >= 0);
  gtk_widget_set_tooltip_text (button, _("Read the range again by sync and compare it with the journal"));
  g_object_set_data_full (G_OBJECT (button), "gap", g_object_ref (gap), g_object_unref);
  g_signal_connect (button, "clicked", G_CALLBACK (on_verify), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  g_signal_connect_object (gap, "notify", G_CALLBACK (show_gap), row, G_CONNECT_DEFAULT);
  show_gap (gap, NULL, ADW_ACTION_ROW (row));
  return row;
}

static void
show_gaps (WaveConnectionPage *self)
{
  guint n = g_list_model_get_n_items (self->gaps);

  for (guint i = 0; i < self->gap_rows->len; i++)
    adw_preferences_group_remove (self->gap_group, self->gap_rows->pdata[i]);
  g_ptr_array_set_size (self->gap_rows, 0);
  for (guint i = 0; i < MIN (n, SHOWN_GAPS); i++)
    {
      g_autoptr (WaveGap) gap = g_list_model_get_item (self->gaps, n - 1 - i);
      GtkWidget *row = make_gap_row (self, gap);

      adw_preferences_group_add (self->gap_group, row);
      g_ptr_array_add (self->gap_rows, row);
    }
  adw_preferences_group_set_description (self->gap_group, n == 0 ? _("The connection has not been lost") : NULL);
}

static char *
log_line (const WaveTransition *transition)
{
  g_autofree char *clock = wave_format_clock_ms (transition->wall_us);
  g_autofree char *cause = wave_words_cause (transition);

  return g_strdup_printf ("%s  %s → %s  %s", clock, wave_session_state_get_nick (transition->from), wave_session_state_get_nick (transition->to), cause);
}

static void
show_log (WaveConnectionPage *self)
{
  guint n = g_list_model_get_n_items (self->transitions);

  if (n == self->n_log)
    return;
  self->n_log = n;
  for (guint i = 0; i < self->log_rows->len; i++)
    adw_preferences_group_remove (self->log_group, self->log_rows->pdata[i]);
  g_ptr_array_set_size (self->log_rows, 0);
  for (guint i = 0; i < MIN (n, SHOWN_LOG); i++)
    {
      g_autoptr (WaveTransitionItem) item = g_list_model_get_item (self->transitions, n - 1 - i);
      const WaveTransition *transition = wave_transition_item_get (item);
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *time = gtk_label_new (NULL);
      g_autofree char *clock = wave_format_clock_ms (transition->wall_us);
      g_autofree char *cause = wave_words_cause (transition);
      g_autofree char *advice = wave_words_advice (transition);
      g_autofree char *subtitle = advice != NULL ? g_strdup_printf ("%s. %s", cause, advice) : g_strdup (cause);

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), wave_words_state (transition->to));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
      gtk_label_set_text (GTK_LABEL (time), clock);
      gtk_widget_add_css_class (time, "numeric");
      gtk_widget_add_css_class (time, "dim-label");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), time);
      adw_preferences_group_add (self->log_group, row);
      g_ptr_array_add (self->log_rows, row);
    }
}

static void
set_counter (WaveConnectionPage *self, guint index, char *text)
{
  g_autofree char *owned = text;

  gtk_label_set_text (self->counters->pdata[index], owned);
}

static void
show_counters (WaveConnectionPage *self)
{
  WaveSessionCounters counters;
  WaveJournalStatus status = { 0 };
  WaveJournal *journal = wave_monitor_get_journal (self->monitor);
  const WaveTransition *last = wave_tenant_get_last_transition (wave_monitor_get_tenant (self->monitor));
  guint i = 0;

  wave_session_get_counters (wave_monitor_get_session (self->monitor), &counters);
  if (journal != NULL)
    wave_journal_get_status (journal, &status);
  set_counter (self, i++, wave_format_count (counters.events));
  set_counter (self, i++, wave_format_count (counters.durable));
  set_counter (self, i++, wave_format_count (counters.frames));
  set_counter (self, i++, wave_format_size (counters.frame_bytes));
  set_counter (self, i++, wave_format_count (counters.duplicates));
  set_counter (self, i++, wave_format_count (counters.malformed + counters.invalid));
  set_counter (self, i++, wave_format_count (counters.unknown));
  set_counter (self, i++, wave_format_count (counters.sync_pages));
  set_counter (self, i++, wave_format_count (counters.sync_events));
  set_counter (self, i++, wave_format_count (counters.late_finds));
  set_counter (self, i++, wave_format_count (counters.rest_requests));
  set_counter (self, i++, wave_format_count (counters.rate_limited));
  set_counter (self, i++, wave_format_span (counters.round_trip_us));
  set_counter (self, i++, wave_format_span (counters.loop_lag_us));
  set_counter (self, i++, wave_format_span (counters.loop_lag_max_us));
  if (last != NULL && last->skew_us != G_MININT64)
    set_counter (self, i++, g_strdup_printf (_("%+.1f s (the server tells whole seconds)"), last->skew_us / 1e6));
  else
    set_counter (self, i++, g_strdup ("–"));
  set_counter (self, i++, wave_format_count (status.events));
  set_counter (self, i++, wave_format_size (status.bytes_on_disk));
  set_counter (self, i++, wave_format_span (journal != NULL ? status.last_commit_us : -1));
  g_free (status.failure);
}

static void
on_copy_log (GtkButton *button, WaveConnectionPage *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *clean = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (self->transitions); i++)
    {
      g_autoptr (WaveTransitionItem) item = g_list_model_get_item (self->transitions, i);
      g_autofree char *line = log_line (wave_transition_item_get (item));

      g_string_append_printf (text, "%s\n", line);
    }
  clean = wave_redact (text->str);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), clean);
}

static gboolean
on_timer (gpointer user_data)
{
  WaveConnectionPage *self = user_data;

  show_counters (self);
  show_log (self);
  wave_state_strip_update (WAVE_STATE_STRIP (self->strip), self->transitions, g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

static void
on_map (WaveConnectionPage *self)
{
  on_timer (self);
  if (self->timer == 0)
    {
      self->timer = g_timeout_add_seconds (1, on_timer, self);
      g_source_set_name_by_id (self->timer, "wave-connection-page-tick");
    }
}

static void
on_unmap (WaveConnectionPage *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
}

static void
wave_connection_page_dispose (GObject *object)
{
  WaveConnectionPage *self = WAVE_CONNECTION_PAGE (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_signal_handler (&self->gaps_handler, self->gaps);
  G_OBJECT_CLASS (wave_connection_page_parent_class)->dispose (object);
}

static void
wave_connection_page_finalize (GObject *object)
{
  WaveConnectionPage *self = WAVE_CONNECTION_PAGE (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->monitor);
  g_ptr_array_unref (self->gap_rows);
  g_ptr_array_unref (self->log_rows);
  g_ptr_array_unref (self->counters);
  G_OBJECT_CLASS (wave_connection_page_parent_class)->finalize (object);
}

static void
wave_connection_page_class_init (WaveConnectionPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_connection_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_connection_page_finalize;
}

static void
wave_connection_page_init (WaveConnectionPage *self)
{
  GtkWidget *page = adw_preferences_page_new ();
  AdwPreferencesGroup *state = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  GtkWidget *copy = gtk_button_new_with_label (_("Copy"));

  self->cancellable = g_cancellable_new ();
  self->gap_rows = g_ptr_array_new ();
  self->log_rows = g_ptr_array_new ();
  self->counters = g_ptr_array_new ();
  self->strip = wave_state_strip_new ();
  adw_preferences_group_set_title (state, _("States of the Last Ten Minutes"));
  adw_preferences_group_add (state, self->strip);
  self->gap_group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->gap_group, _("Interruptions"));
  self->counter_group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->counter_group, _("Counters"));
  adw_preferences_group_set_description (self->counter_group, _("All times are arrival times at our socket; the wire has no clock finer than a second."));
  for (guint i = 0; i < G_N_ELEMENTS (counter_names); i++)
    {
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *value = gtk_label_new ("–");

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(counter_names[i]));
      gtk_widget_add_css_class (value, "numeric");
      gtk_widget_add_css_class (value, "dim-label");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), value);
      adw_preferences_group_add (self->counter_group, row);
      g_ptr_array_add (self->counters, value);
    }
  self->log_group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->log_group, _("Log"));
  gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (copy, "flat");
  gtk_widget_set_tooltip_text (copy, _("Copy the log; tokens are taken out"));
  g_signal_connect (copy, "clicked", G_CALLBACK (on_copy_log), self);
  adw_preferences_group_set_header_suffix (self->log_group, copy);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), state);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), self->gap_group);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), self->counter_group);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), self->log_group);
  adw_bin_set_child (ADW_BIN (self), page);
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (on_unmap), NULL);
}

GtkWidget *
wave_connection_page_new (WaveMonitor *monitor)
{
  WaveConnectionPage *self = g_object_new (WAVE_TYPE_CONNECTION_PAGE, NULL);
  WaveTenant *tenant = wave_monitor_get_tenant (monitor);

  self->monitor = g_object_ref (monitor);
  self->gaps = wave_tenant_get_gaps (tenant);
  self->transitions = wave_tenant_get_transitions (tenant);
  self->gaps_handler = g_signal_connect_swapped (self->gaps, "items-changed", G_CALLBACK (show_gaps), self);
  show_gaps (self);
  return GTK_WIDGET (self);
}
