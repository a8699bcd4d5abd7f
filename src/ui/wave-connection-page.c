// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-connection-page-private.h"

#include <glib/gi18n.h>

#include "model/wave-room-parts.h"
#include "ui/wave-fold-box.h"
#include "ui/wave-format.h"
#include "ui/wave-gap-row.h"
#include "ui/wave-window.h"
#include "ui/wave-words.h"
#include "ui/wave-wrap.h"

/* Interruptions and log lines that are shown; the journal has them all. */
#define SHOWN_GAPS 20
#define SHOWN_LOG 60

G_DEFINE_FINAL_TYPE (WaveConnectionPage, wave_connection_page, ADW_TYPE_BREAKPOINT_BIN)

/* ---- the state ---- */

/* What time it is on the time line of the transitions. */
static gint64
now_of (WaveConnectionPage *self)
{
  return self->monitor != NULL ? g_get_monotonic_time () : wave_tenant_get_now_mono (self->tenant);
}

/* (transfer full): the tenant's names, and the address where there is one */
static char *
dup_where (WaveConnectionPage *self, const char *tenant_name, const char *server)
{
  const char *const parts[] = { tenant_name, server, self->monitor != NULL ? wave_monitor_get_server (self->monitor) : NULL };
  g_autoptr (GString) where = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    /* The tenant's name alone says too little beside an address. */
    if (parts[i] != NULL && (i > 0 || server != NULL))
      g_string_append_printf (where, "%s%s", where->len > 0 ? " · " : "", parts[i]);
  return g_string_free (g_steal_pointer (&where), FALSE);
}

static void
show_state (WaveConnectionPage *self)
{
  WaveTenant *tenant = self->tenant;
  WaveSessionState state = wave_tenant_get_state (tenant);
  const WaveTransition *last = wave_tenant_get_last_transition (tenant);
  g_autofree char *cause = NULL;
  g_autofree char *advice = NULL;
  g_autofree char *server = NULL;
  g_autofree char *tenant_name = NULL;
  g_autoptr (GString) title = g_string_new (wave_words_state (state));
  const char *css_class = wave_words_state_class (state);

  g_object_get (tenant, "server-name", &server, "tenant-name", &tenant_name, NULL);
  if (last != NULL && (state == WAVE_SESSION_LIVE || state == WAVE_SESSION_POLLING))
    {
      g_autofree char *span = wave_format_elapsed (now_of (self) - last->mono_us);

      /* Translators: after "Live": for how long. */
      g_string_append_printf (title, _(" for %s"), span);
    }
  else if (last != NULL && state == WAVE_SESSION_WAITING && last->retry_at_mono_us > 0)
    {
      gint64 left = MAX (0, last->retry_at_mono_us - g_get_monotonic_time ());
      int seconds = (int) ((left + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);

      g_string_append (title, " · ");
      g_string_append_printf (title, ngettext ("next try in %d second", "next try in %d seconds", seconds), seconds);
    }
  if (self->dot_class != NULL)
    gtk_widget_remove_css_class (self->dot, self->dot_class);
  gtk_widget_add_css_class (self->dot, self->dot_class = css_class);
  gtk_label_set_text (self->state_label, title->str);
  if (state == WAVE_SESSION_LIVE || last == NULL)
    {
      g_autofree char *where = dup_where (self, tenant_name, server);

      gtk_label_set_text (self->cause_label, where);
    }
  else
    {
      cause = wave_words_cause (last);
      advice = wave_words_advice (last);
      gtk_label_set_text (self->cause_label, cause);
    }
  gtk_label_set_text (self->advice_label, advice != NULL ? advice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->advice_label), advice != NULL);
  /* The banner above offers what can be done in the other states. */
  gtk_widget_set_visible (self->drop_button, state == WAVE_SESSION_LIVE && self->monitor != NULL);
}

static void
on_drop (WaveConnectionPage *self)
{
  wave_session_drop (wave_monitor_get_session (self->monitor));
}

/* ---- interruptions ---- */

static char *
summarise_gaps (WaveConnectionPage *self)
{
  guint n = g_list_model_get_n_items (self->gaps);
  guint incomplete = 0, missing = 0, events = 0;
  g_autoptr (GString) text = g_string_new (NULL);

  if (n == 0)
    return g_strdup (_("The connection has not been lost"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveGap) gap = g_list_model_get_item (self->gaps, i);

      events += wave_gap_get_events (gap);
      missing += wave_gap_get_n_missing (gap);
      incomplete += wave_gap_get_end_wall (gap) >= 0 && !wave_gap_get_complete (gap);
    }
  g_string_append_printf (text, ngettext ("%u interruption", "%u interruptions", n), n);
  g_string_append (text, " · ");
  g_string_append_printf (text, ngettext ("%u event fetched", "%u events fetched", events), events);
  g_string_append (text, " · ");
  if (missing > 0)
    g_string_append_printf (text, ngettext ("%u event is missing", "%u events are missing", missing), missing);
  else if (incomplete > 0)
    g_string_append_printf (text, ngettext ("%u is not complete", "%u are not complete", incomplete), incomplete);
  else
    g_string_append (text, _("no durable event was missed"));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_gap_summary (WaveConnectionPage *self)
{
  g_autofree char *text = summarise_gaps (self);

  adw_preferences_group_set_description (self->gap_group, text);
  gtk_widget_set_visible (self->verify_all, self->monitor != NULL && g_list_model_get_n_items (self->gaps) > 1);
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
      GtkWidget *row = wave_gap_row_new (self->monitor, gap);

      adw_preferences_group_add (self->gap_group, row);
      adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), i == 0);
      g_ptr_array_add (self->gap_rows, row);
    }
  show_gap_summary (self);
}

static void
on_verify_all (WaveConnectionPage *self)
{
  for (guint i = 0; i < self->gap_rows->len; i++)
    wave_gap_row_verify (self->gap_rows->pdata[i]);
}

/* ---- the log ---- */

static GtkWidget *
make_log_row (const WaveTransition *transition)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *dot = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *line;
  GtkWidget *state = gtk_label_new (wave_words_state (transition->to));
  g_autofree char *clock = wave_format_clock_ms (transition->wall_us);
  g_autofree char *cause = wave_words_cause (transition);
  GtkWidget *time = gtk_label_new (clock);
  GtkWidget *why = gtk_label_new (cause);

  gtk_widget_set_valign (dot, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (dot, "state-dot");
  gtk_widget_add_css_class (dot, wave_words_state_class (transition->to));
  gtk_label_set_xalign (GTK_LABEL (state), 0);
  gtk_label_set_wrap (GTK_LABEL (state), TRUE);
  gtk_label_set_xalign (GTK_LABEL (time), 0);
  gtk_label_set_xalign (GTK_LABEL (why), 0);
  gtk_label_set_wrap (GTK_LABEL (why), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (why), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (why, "caption");
  gtk_widget_add_css_class (why, "dim-label");
  gtk_widget_add_css_class (time, "numeric");
  gtk_widget_add_css_class (time, "dim-label");
  gtk_widget_set_hexpand (words, TRUE);
  line = wave_fold_box_new (state, time, 12, 0);
  gtk_box_append (GTK_BOX (words), line);
  if (*cause != '\0')
    gtk_box_append (GTK_BOX (words), why);
  else
    g_object_ref_sink (why), g_object_unref (why);
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), words);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}

/* What is new goes on top; nothing else is built anew, however often the state changes. */
static void
on_transitions_changed (GListModel *model, guint position, guint removed, guint added, WaveConnectionPage *self)
{
  GtkListBoxRow *last;

  /* A replay jumped: it is another log. */
  if (self->monitor == NULL && removed > 0)
    {
      gtk_list_box_remove_all (self->log_list);
      self->n_log = 0;
    }
  for (guint i = added > SHOWN_LOG ? added - SHOWN_LOG : 0; i < added; i++)
    {
      g_autoptr (WaveTransitionItem) item = g_list_model_get_item (model, position + i);

      gtk_list_box_prepend (self->log_list, make_log_row (wave_transition_item_get (item)));
      self->n_log++;
    }
  while (self->n_log > SHOWN_LOG && (last = gtk_list_box_get_row_at_index (self->log_list, self->n_log - 1)) != NULL)
    {
      gtk_list_box_remove (self->log_list, GTK_WIDGET (last));
      self->n_log--;
    }
}

static void
on_copy_log (WaveConnectionPage *self)
{
  g_autofree char *report = wave_connection_report (self->monitor);
  GtkWidget *window;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), report);
  window = gtk_widget_get_ancestor (GTK_WIDGET (self), WAVE_TYPE_WINDOW);
  if (window != NULL)
    wave_window_toast (WAVE_WINDOW (window), _("Log copied"));
}

/* ---- the page ---- */

static gboolean
on_timer (gpointer user_data)
{
  WaveConnectionPage *self = user_data;

  show_state (self);
  show_gap_summary (self);
  if (self->monitor != NULL)
    {
      wave_connection_page_show_figures (self);
      wave_connection_page_show_notices (self);
    }
  wave_connection_page_show_bridges (self);
  wave_state_strip_update (WAVE_STATE_STRIP (self->strip), self->transitions, now_of (self));
  return G_SOURCE_CONTINUE;
}

static void
on_state (WaveConnectionPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    on_timer (self);
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

/* The colours of the strip in words: one entry for states that look alike. */
static void
add_legend (WaveConnectionPage *self)
{
  static const WaveSessionState states[] = { WAVE_SESSION_LIVE, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_CONNECTING, WAVE_SESSION_WAITING, WAVE_SESSION_POLLING,
                                             WAVE_SESSION_REFUSED };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      GtkWidget *label = gtk_label_new (wave_words_state_meaning (states[i]));

      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (GTK_BOX (box), wave_state_strip_make_swatch (states[i]));
      gtk_box_append (GTK_BOX (box), label);
      adw_wrap_box_append (self->legend, box);
    }
}

static void
wave_connection_page_dispose (GObject *object)
{
  WaveConnectionPage *self = WAVE_CONNECTION_PAGE (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->tenant != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->gaps, self);
      g_signal_handlers_disconnect_by_data (self->transitions, self);
      g_signal_handlers_disconnect_by_data (self->tenant, self);
    }
  g_clear_object (&self->monitor);
  g_clear_object (&self->tenant);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_CONNECTION_PAGE);
  G_OBJECT_CLASS (wave_connection_page_parent_class)->dispose (object);
}

static void
wave_connection_page_finalize (GObject *object)
{
  WaveConnectionPage *self = WAVE_CONNECTION_PAGE (object);

  g_ptr_array_unref (self->gap_rows);
  g_ptr_array_unref (self->notice_rows);
  g_ptr_array_unref (self->bridge_rows);
  g_strfreev (self->notices);
  G_OBJECT_CLASS (wave_connection_page_parent_class)->finalize (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, WaveConnectionPage, name)

static void
wave_connection_page_class_init (WaveConnectionPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_connection_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_connection_page_finalize;
  g_type_ensure (WAVE_TYPE_STATE_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-connection-page.ui");
  BIND (columns);
  BIND (now);
  BIND (now_buttons);
  BIND (dot);
  BIND (left);
  BIND (right);
  BIND (state_label);
  BIND (cause_label);
  BIND (advice_label);
  BIND (drop_button);
  BIND (verify_all);
  BIND (copy_button);
  BIND (tiles);
  BIND (legend);
  BIND (strip);
  BIND (gap_group);
  BIND (notice_group);
  BIND (bridge_group);
  BIND (log_group);
  BIND (log_list);
  gtk_widget_class_bind_template_callback (widget_class, on_drop);
  gtk_widget_class_bind_template_callback (widget_class, on_verify_all);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_log);
}

static void
wave_connection_page_init (WaveConnectionPage *self)
{
  self->gap_rows = g_ptr_array_new ();
  self->notice_rows = g_ptr_array_new ();
  self->bridge_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->log_list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Log"), -1);
  wave_wrap_button (GTK_BUTTON (self->drop_button));
  wave_wrap_button (GTK_BUTTON (self->verify_all));
  wave_wrap_button (GTK_BUTTON (self->copy_button));
  add_legend (self);
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (on_unmap), NULL);
}

static GtkWidget *
follow (WaveConnectionPage *self, WaveTenant *tenant)
{
  self->tenant = g_object_ref (tenant);
  self->gaps = wave_tenant_get_gaps (tenant);
  self->transitions = wave_tenant_get_transitions (tenant);
  self->bridges = wave_tenant_get_bridges (tenant);
  g_signal_connect_swapped (self->gaps, "items-changed", G_CALLBACK (show_gaps), self);
  g_signal_connect (self->transitions, "items-changed", G_CALLBACK (on_transitions_changed), self);
  g_signal_connect_swapped (tenant, "notify::state", G_CALLBACK (on_state), self);
  g_signal_connect_swapped (tenant, "replaced", G_CALLBACK (on_state), self);
  show_gaps (self);
  on_transitions_changed (self->transitions, 0, 0, g_list_model_get_n_items (self->transitions), self);
  return GTK_WIDGET (self);
}

GtkWidget *
wave_connection_page_new (WaveMonitor *monitor)
{
  WaveConnectionPage *self = g_object_new (WAVE_TYPE_CONNECTION_PAGE, NULL);

  self->monitor = g_object_ref (monitor);
  wave_connection_page_add_figures (self);
  return follow (self, wave_monitor_get_tenant (monitor));
}

GtkWidget *
wave_connection_page_new_for_tenant (WaveTenant *tenant)
{
  WaveConnectionPage *self = g_object_new (WAVE_TYPE_CONNECTION_PAGE, NULL);

  gtk_widget_set_visible (GTK_WIDGET (self->tiles), FALSE);
  gtk_widget_set_visible (self->copy_button, FALSE);
  gtk_widget_set_visible (self->right, FALSE);
  return follow (self, tenant);
}
