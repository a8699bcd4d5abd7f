// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-activity-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-log-names.h"
#include "ui/wave-event-inspector.h"
#include "ui/wave-event-table.h"
#include "ui/wave-filter-chips.h"
#include "ui/wave-filter-entry.h"
#include "ui/wave-format.h"
#include "ui/wave-rate-chart.h"

#define NOW_MS 1000

struct _WaveActivityPage
{
  AdwBreakpointBin parent_instance;

  AdwOverlaySplitView *split;
  AdwStatusPage *nothing;
  GtkStack *stack;
  GtkToggleButton *pause;
  GtkMenuButton *menu;
  GtkDropDown *span;
  GtkLabel *count, *range_label, *newer_label;
  GtkProgressBar *progress;
  GtkWidget *range, *newer, *toasts;
  WaveFilterEntry *filter;
  WaveFilterChips *chips;
  WaveFilterHelp *help;
  WaveSavedFilters *saved;
  WaveRateChart *chart;
  WaveEventTable *table;
  WaveEventInspector *inspector;

  WaveTenant *tenant;
  WaveEventLog *log;
  WaveEventView *view;
  WaveLogNames *names;
  GSettings *settings;
  GSignalGroup *view_signals;
  gint64 range_from, range_to;
  gint64 filter_started, filter_took; /* µs; @filter_took is -1 while it goes on */
  guint inspected; /* G_MAXUINT: none */
  guint now_timer, status_tick;
  gboolean inspector_wanted; /* as soon as there is a width: the slide is computed from it */
};

G_DEFINE_FINAL_TYPE (WaveActivityPage, wave_activity_page, ADW_TYPE_BREAKPOINT_BIN)

static const gint64 spans[] = { 60, 300, 900, 3600, 0 };

static gboolean
has_range (WaveActivityPage *self)
{
  return self->range_to != G_MAXINT64;
}

/* ---- what stands above and over the table ---- */

static void
update_newer (WaveActivityPage *self)
{
  guint held = wave_event_view_get_held_back (self->view);
  guint n = gtk_toggle_button_get_active (self->pause) ? held : 0;
  g_autofree char *words = NULL;
  g_autofree char *count = NULL;

  if (n > 0)
    {
      count = wave_format_count (n);
      words = g_strdup_printf (ngettext ("Paused view · %s newer · the recording goes on", "Paused view · %s newer · the recording goes on", n), count);
    }
  else
    {
      g_object_get (self->table, "n-newer", &n, NULL);
      if (n > 0)
        {
          count = wave_format_count (n);
          words = g_strdup_printf (ngettext ("%s newer", "%s newer", n), count);
        }
    }
  gtk_widget_set_visible (self->newer, n > 0);
  if (words != NULL)
    gtk_label_set_text (self->newer_label, words);
}

static void
update_status (WaveActivityPage *self)
{
  guint shown = g_list_model_get_n_items (G_LIST_MODEL (self->view));
  guint total = wave_event_log_get_n_events (self->log);
  gboolean filtering = wave_event_view_is_filtering (self->view);
  gboolean narrowed = wave_event_view_get_filter (self->view) != NULL || has_range (self);
  g_autofree char *shown_words = wave_format_count (shown);
  g_autofree char *total_words = wave_format_count (total);
  g_autofree char *text = NULL;

  if (narrowed && self->filter_took >= 0)
    {
      g_autofree char *took = wave_format_span (self->filter_took);

      /* Translators: how many events pass the filter, of how many, and how long that took: "1,204 of 1,048,576 · 41 ms". */
      text = g_strdup_printf (_("%s of %s · %s"), shown_words, total_words, took);
    }
  else if (narrowed)
    text = g_strdup_printf (_("%s of %s…"), shown_words, total_words);
  else
    text = g_strdup_printf (ngettext ("%s event", "%s events", total), total_words);
  gtk_label_set_text (self->count, text);
  gtk_stack_set_visible_child_name (self->stack, shown > 0                               ? "table"
                                                 : narrowed && !filtering && total > 0 ? "nothing"
                                                 : wave_event_log_is_loading (self->log) ? "loading"
                                                 : narrowed && filtering               ? "table"
                                                                                       : "empty");
  gtk_widget_set_visible (GTK_WIDGET (self->progress), (narrowed && self->filter_took < 0 && g_get_monotonic_time () - self->filter_started > 100000)
                                                           || wave_event_log_is_loading (self->log));
  gtk_progress_bar_set_fraction (self->progress, wave_event_log_is_loading (self->log) ? wave_event_log_get_progress (self->log)
                                                                                       : wave_event_view_get_progress (self->view));
  update_newer (self);
}

static void queue_status (WaveActivityPage *self);

static void
show_inspector (WaveActivityPage *self)
{
  self->inspector_wanted = gtk_widget_get_width (GTK_WIDGET (self->split)) == 0;
  if (self->inspector_wanted)
    queue_status (self);
  else
    adw_overlay_split_view_set_show_sidebar (self->split, TRUE);
}

static gboolean
on_status_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveActivityPage *self = WAVE_ACTIVITY_PAGE (widget);

  self->status_tick = 0;
  if (self->inspector_wanted)
    show_inspector (self);
  update_status (self);
  return G_SOURCE_REMOVE;
}

static void
queue_status (WaveActivityPage *self)
{
  if (self->status_tick == 0 && self->view != NULL)
    self->status_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_status_tick, NULL, NULL);
}

static void
on_filtering (WaveActivityPage *self)
{
  if (!wave_event_view_is_filtering (self->view) && self->filter_took < 0)
    {
      self->filter_took = g_get_monotonic_time () - self->filter_started;
      /* What was looked at stays selected when it passes. */
      if (self->inspected != G_MAXUINT)
        wave_event_table_select (self->table, self->inspected);
    }
  queue_status (self);
}

static void
begin_filtering (WaveActivityPage *self)
{
  self->filter_started = g_get_monotonic_time ();
  self->filter_took = -1;
}

static void
end_filtering (WaveActivityPage *self)
{
  if (!wave_event_view_is_filtering (self->view))
    on_filtering (self);
  queue_status (self);
}

static void
on_filter (WaveActivityPage *self)
{
  WaveFilter *filter = wave_filter_entry_get_filter (self->filter);

  g_settings_set_string (self->settings, "activity-filter", filter != NULL ? wave_filter_get_text (filter) : "");
  if (self->view == NULL)
    return;
  begin_filtering (self);
  wave_event_view_set_filter (self->view, filter);
  end_filtering (self);
}

static void
on_pause (WaveActivityPage *self)
{
  gboolean paused = gtk_toggle_button_get_active (self->pause);

  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause), paused ? _("Go On") : _("Pause the View"));
  gtk_button_set_icon_name (GTK_BUTTON (self->pause), paused ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  if (self->view == NULL)
    return;
  wave_event_view_set_paused (self->view, paused);
  wave_rate_chart_set_paused (self->chart, paused);
  queue_status (self);
}

static void
on_newer (WaveActivityPage *self)
{
  queue_status (self);
}

static void
on_newer_clicked (WaveActivityPage *self)
{
  gtk_toggle_button_set_active (self->pause, FALSE);
  wave_event_table_scroll_to_end (self->table);
}

/* ---- the chart ---- */

static void
update_range (WaveActivityPage *self)
{
  gtk_widget_set_visible (self->range, has_range (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "activity.clear-range", has_range (self));
  if (has_range (self))
    {
      g_autofree char *from = wave_format_clock_ms (self->range_from);
      g_autofree char *to = wave_format_clock_ms (self->range_to);
      g_autofree char *words = g_strdup_printf ("%.8s – %.8s", from, to);

      gtk_label_set_text (self->range_label, words);
    }
}

static void
on_range (WaveRateChart *chart, gint64 from, gint64 to, WaveActivityPage *self)
{
  self->range_from = from;
  self->range_to = to;
  update_range (self);
  begin_filtering (self);
  wave_event_view_set_range (self->view, from, to);
  end_filtering (self);
}

static void
clear_range (WaveActivityPage *self)
{
  wave_rate_chart_set_range (self->chart, 0, G_MAXINT64);
  on_range (self->chart, 0, G_MAXINT64, self);
}

static void
on_span (WaveActivityPage *self)
{
  guint selected = gtk_drop_down_get_selected (self->span);

  if (self->settings == NULL || selected >= G_N_ELEMENTS (spans))
    return;
  wave_rate_chart_set_span (self->chart, spans[selected] * G_USEC_PER_SEC);
  g_settings_set_uint (self->settings, "activity-span", (guint) spans[selected]);
}

static gboolean
on_now (gpointer user_data)
{
  WaveActivityPage *self = user_data;

  wave_rate_chart_set_now (self->chart, wave_tenant_get_now_wall (self->tenant));
  return G_SOURCE_CONTINUE;
}

/* ---- the inspector ---- */

static void
inspect (WaveActivityPage *self, guint index)
{
  self->inspected = index;
  wave_event_inspector_show (self->inspector, index);
}

static void
on_selected (WaveEventTable *table, guint index, WaveActivityPage *self)
{
  if (index == G_MAXUINT || index == self->inspected)
    return;
  inspect (self, index);
  /* Where there is room the inspector stands beside the table; else it comes when a row is activated. */
  if (!adw_overlay_split_view_get_collapsed (self->split))
    show_inspector (self);
}

/* Something that was said is not to be read any more. */
static void
on_taken_back (WaveActivityPage *self)
{
  wave_event_table_refresh (self->table);
  if (self->inspected != G_MAXUINT)
    wave_event_inspector_show (self->inspector, self->inspected);
}

static void
on_activated (WaveEventTable *table, guint index, WaveActivityPage *self)
{
  inspect (self, index);
  show_inspector (self);
}

static void
on_close (WaveActivityPage *self)
{
  adw_overlay_split_view_set_show_sidebar (self->split, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->table));
}

static void
on_term (WaveEventTable *table, const char *term, gboolean exclude, WaveActivityPage *self)
{
  wave_filter_entry_add_term (self->filter, term, exclude);
}

static void
on_inspector_term (WaveEventInspector *inspector, const char *term, gboolean exclude, WaveActivityPage *self)
{
  wave_filter_entry_add_term (self->filter, term, exclude);
}

static void
on_show_event (WaveEventInspector *inspector, guint index, WaveActivityPage *self)
{
  wave_activity_page_show_event (self, index);
}

void
wave_activity_page_show_event (WaveActivityPage *self, guint index)
{
  g_return_if_fail (WAVE_IS_ACTIVITY_PAGE (self));
  inspect (self, index);
  show_inspector (self);
  /* One that the filter hides is inspected all the same, and the table stays as it is. */
  wave_event_table_select (self->table, index);
}

/* ---- actions ---- */

static void
find_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wave_activity_page_focus_filter (WAVE_ACTIVITY_PAGE (widget));
}

static void
pause_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveActivityPage *self = WAVE_ACTIVITY_PAGE (widget);

  gtk_toggle_button_set_active (self->pause, !gtk_toggle_button_get_active (self->pause));
}

static void
clear_range_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  clear_range (WAVE_ACTIVITY_PAGE (widget));
}

static void
clear_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveActivityPage *self = WAVE_ACTIVITY_PAGE (widget);

  wave_filter_entry_set_text (self->filter, "");
  if (has_range (self))
    clear_range (self);
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wave_saved_filters_save (WAVE_ACTIVITY_PAGE (widget)->saved);
}

static void
step_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveActivityPage *self = WAVE_ACTIVITY_PAGE (widget);

  gtk_widget_activate_action (GTK_WIDGET (self->inspector), g_str_equal (name, "activity.next") ? "inspector.next" : "inspector.previous", NULL);
}

static void
help_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wave_filter_help_open (WAVE_ACTIVITY_PAGE (widget)->help);
}

void
wave_activity_page_focus_filter (WaveActivityPage *self)
{
  g_return_if_fail (WAVE_IS_ACTIVITY_PAGE (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->filter));
}

void
wave_activity_page_set_filter (WaveActivityPage *self, const char *text)
{
  g_return_if_fail (WAVE_IS_ACTIVITY_PAGE (self));
  wave_filter_entry_set_text (self->filter, text);
}

/* ---- the log ---- */

static void
on_names (WaveActivityPage *self)
{
  wave_event_table_refresh (self->table);
}

void
wave_activity_page_set_log (WaveActivityPage *self, WaveEventLog *log)
{
  g_return_if_fail (WAVE_IS_ACTIVITY_PAGE (self) && WAVE_IS_EVENT_LOG (log));
  if (self->log == log)
    return;
  if (self->log != NULL)
    g_signal_handlers_disconnect_by_data (self->log, self);
  g_set_object (&self->log, log);
  g_clear_object (&self->names);
  g_clear_object (&self->view);
  self->inspected = G_MAXUINT;
  self->names = wave_log_names_new (self->tenant, log);
  g_signal_connect_object (self->names, "changed", G_CALLBACK (on_names), self, G_CONNECT_SWAPPED);
  self->view = wave_event_view_new (log);
  wave_event_view_set_newest_first (self->view, TRUE);
  g_signal_group_set_target (self->view_signals, self->view);
  g_signal_connect_object (log, "notify::n-events", G_CALLBACK (queue_status), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (log, "notify::loading", G_CALLBACK (queue_status), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (log, "taken-back", G_CALLBACK (on_taken_back), self, G_CONNECT_SWAPPED);
  wave_filter_entry_set_log (self->filter, log);
  wave_event_inspector_set_source (self->inspector, self->tenant, log);
  wave_rate_chart_set_log (self->chart, log);
  wave_event_table_set_events (self->table, self->view);
  self->range_from = 0;
  self->range_to = G_MAXINT64;
  wave_rate_chart_set_range (self->chart, 0, G_MAXINT64);
  update_range (self);
  on_pause (self);
  on_filter (self);
}

WaveEventView *
wave_activity_page_get_view (WaveActivityPage *self)
{
  g_return_val_if_fail (WAVE_IS_ACTIVITY_PAGE (self), NULL);
  return self->view;
}

/* ---- the object ---- */

static void
wave_activity_page_map (GtkWidget *widget)
{
  WaveActivityPage *self = WAVE_ACTIVITY_PAGE (widget);

  GTK_WIDGET_CLASS (wave_activity_page_parent_class)->map (widget);
  if (self->now_timer == 0)
    {
      self->now_timer = g_timeout_add (NOW_MS, on_now, self);
      g_source_set_name_by_id (self->now_timer, "wave-activity-now");
    }
  on_now (self);
  queue_status (self);
}

static void
wave_activity_page_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&WAVE_ACTIVITY_PAGE (widget)->now_timer, g_source_remove);
  GTK_WIDGET_CLASS (wave_activity_page_parent_class)->unmap (widget);
}

static void
wave_activity_page_dispose (GObject *object)
{
  WaveActivityPage *self = WAVE_ACTIVITY_PAGE (object);

  g_clear_handle_id (&self->now_timer, g_source_remove);
  if (self->status_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->status_tick);
  self->status_tick = 0;
  g_clear_object (&self->view_signals);
  if (self->log != NULL)
    g_signal_handlers_disconnect_by_data (self->log, self);
  adw_breakpoint_bin_set_child (ADW_BREAKPOINT_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_ACTIVITY_PAGE);
  g_clear_object (&self->view);
  g_clear_object (&self->names);
  g_clear_object (&self->log);
  g_clear_object (&self->tenant);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (wave_activity_page_parent_class)->dispose (object);
}

static void
wave_activity_page_class_init (WaveActivityPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_activity_page_dispose;
  widget_class->map = wave_activity_page_map;
  widget_class->unmap = wave_activity_page_unmap;
  g_type_ensure (WAVE_TYPE_FILTER_ENTRY);
  g_type_ensure (WAVE_TYPE_FILTER_CHIPS);
  g_type_ensure (WAVE_TYPE_FILTER_HELP);
  g_type_ensure (WAVE_TYPE_SAVED_FILTERS);
  g_type_ensure (WAVE_TYPE_RATE_CHART);
  g_type_ensure (WAVE_TYPE_EVENT_TABLE);
  g_type_ensure (WAVE_TYPE_EVENT_INSPECTOR);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-activity-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, split);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, nothing);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, stack);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, pause);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, menu);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, span);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, count);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, range_label);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, newer_label);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, progress);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, range);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, newer);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, filter);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, chips);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, help);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, saved);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, chart);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, table);
  gtk_widget_class_bind_template_child (widget_class, WaveActivityPage, inspector);
  gtk_widget_class_bind_template_callback (widget_class, on_filter);
  gtk_widget_class_bind_template_callback (widget_class, on_pause);
  gtk_widget_class_bind_template_callback (widget_class, on_span);
  gtk_widget_class_bind_template_callback (widget_class, on_range);
  gtk_widget_class_bind_template_callback (widget_class, on_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_term);
  gtk_widget_class_bind_template_callback (widget_class, on_newer);
  gtk_widget_class_bind_template_callback (widget_class, on_newer_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_show_event);
  gtk_widget_class_bind_template_callback (widget_class, on_inspector_term);
  gtk_widget_class_bind_template_callback (widget_class, on_close);
  gtk_widget_class_install_action (widget_class, "activity.find", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "activity.pause", NULL, pause_action);
  gtk_widget_class_install_action (widget_class, "activity.clear-range", NULL, clear_range_action);
  gtk_widget_class_install_action (widget_class, "activity.clear", NULL, clear_action);
  gtk_widget_class_install_action (widget_class, "activity.save-filter", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "activity.help", NULL, help_action);
  gtk_widget_class_install_action (widget_class, "activity.previous", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "activity.next", NULL, step_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Up, GDK_ALT_MASK, "activity.previous", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Down, GDK_ALT_MASK, "activity.next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "activity.find", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_p, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "activity.pause", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_d, GDK_CONTROL_MASK, "activity.save-filter", NULL);
}

static void
wave_activity_page_init (WaveActivityPage *self)
{
  guint span;

  self->inspected = G_MAXUINT;
  self->range_to = G_MAXINT64;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->view_signals = g_signal_group_new (WAVE_TYPE_EVENT_VIEW);
  g_signal_group_connect_swapped (self->view_signals, "items-changed", G_CALLBACK (queue_status), self);
  g_signal_group_connect_swapped (self->view_signals, "notify::held-back", G_CALLBACK (queue_status), self);
  g_signal_group_connect_swapped (self->view_signals, "notify::filtering", G_CALLBACK (on_filtering), self);
  g_signal_group_connect_swapped (self->view_signals, "notify::progress", G_CALLBACK (queue_status), self);
  self->settings = g_settings_new (APPLICATION_ID);
  span = g_settings_get_uint (self->settings, "activity-span");
  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    if (spans[i] == span)
      gtk_drop_down_set_selected (self->span, i);
  on_span (self);
  gtk_menu_button_set_menu_model (self->menu, wave_event_table_get_menu (self->table));
  /* The menu stands outside of the table, and acts on it. */
  gtk_widget_insert_action_group (GTK_WIDGET (self), "columns", wave_event_table_get_actions (self->table));
  wave_filter_chips_set_entry (self->chips, self->filter);
  wave_filter_help_set_entry (self->help, self->filter);
  wave_saved_filters_set_entry (self->saved, self->filter);
  update_range (self);
}

GtkWidget *
wave_activity_page_new (WaveTenant *tenant, WaveEventLog *log)
{
  WaveActivityPage *self;
  g_autofree char *last = NULL;

  g_return_val_if_fail (WAVE_IS_TENANT (tenant) && WAVE_IS_EVENT_LOG (log), NULL);
  self = g_object_new (WAVE_TYPE_ACTIVITY_PAGE, NULL);
  self->tenant = g_object_ref (tenant);
  last = g_settings_get_string (self->settings, "activity-filter");
  wave_filter_entry_set_text (self->filter, last);
  wave_activity_page_set_log (self, log);
  return GTK_WIDGET (self);
}
