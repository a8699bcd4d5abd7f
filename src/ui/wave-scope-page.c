// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "ui/wave-scope-format.h"
#include "ui/wave-scope-legend.h"
#include "ui/wave-scope-minimap.h"
#include "ui/wave-scope-page-private.h"

/* What nobody picked is looked at this long before something else is offered. */
#define OFFER_US (4 * (gint64)G_USEC_PER_SEC)

G_DEFINE_FINAL_TYPE (WaveScopePage, wave_scope_page, ADW_TYPE_BIN)

/* ---- the line above the lanes ---- */

static void
on_chunk_added (WaveScopePage *self, WaveStream *stream)
{
  wave_scope_summary_note (self->sums, stream);
}

static void
tell_summary (WaveScopePage *self)
{
  WaveStreamStore *store = wave_tenant_get_streams (self->tenant);
  guint n_stalled = wave_stream_store_get_n_stalled (store);
  g_autofree char *text = wave_scope_summary_dup_text (self->sums);

  if (g_strcmp0 (gtk_label_get_text (self->summary), text) != 0)
    {
      gtk_label_set_text (self->summary, text);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->summary), text);
    }
  gtk_widget_set_visible (self->stalled, n_stalled > 0);
  if (n_stalled > 0)
    {
      g_autofree char *words = g_strdup_printf (ngettext ("▲ %u stalled", "▲ %u stalled", n_stalled), n_stalled);

      gtk_button_set_label (GTK_BUTTON (self->stalled), words);
    }
  adw_view_stack_page_set_badge_number (self->alarms_page, wave_scope_alarms_get_n (self->alarms));
  gtk_widget_set_visible (self->empty, g_list_model_get_n_items (G_LIST_MODEL (store)) == 0);
}

/* What is worth a look by itself: the one that is silent, else one that writes, else the newest that wrote. */
static WaveStream *
find_interesting (WaveScopePage *self)
{
  GListModel *streams = G_LIST_MODEL (wave_tenant_get_streams (self->tenant));
  WaveStream *live = NULL;
  WaveStream *any = NULL;

  for (guint i = g_list_model_get_n_items (streams); i > 0; i--)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i - 1);
      gsize length;

      /* The store holds it while we are here. */
      if (wave_stream_is_stalled (stream))
        return stream;
      wave_stream_get_text (stream, &length);
      if (length == 0)
        continue;
      if (live == NULL && wave_stream_is_live (stream))
        live = stream;
      if (any == NULL)
        any = stream;
      if (live != NULL && wave_stream_store_get_n_stalled (wave_tenant_get_streams (self->tenant)) == 0)
        break;
    }
  return live != NULL ? live : any;
}

/* Until the person picks one, the page shows what is most worth it: an empty lower half explains nothing. What the person picks is never replaced, nor
 * what is being played or read with the keyboard. */
static void
offer_detail (WaveScopePage *self)
{
  WaveStream *shown = wave_scope_view_get_selected (self->view);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  WaveStream *better;

  if (self->picked || wave_scope_detail_get_playhead (self->detail) >= 0
      || (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->detail))))
    return;
  if (shown != NULL && wave_stream_is_live (shown) && (wave_stream_is_stalled (shown) || wave_stream_store_get_n_stalled (wave_tenant_get_streams (self->tenant)) == 0))
    return;
  better = find_interesting (self);
  if (better == NULL || better == shown
      || (shown != NULL && !wave_stream_is_stalled (better) && g_get_monotonic_time () - self->offered_us < OFFER_US))
    return;
  self->offered_us = g_get_monotonic_time ();
  self->in_offer = TRUE;
  wave_scope_view_offer (self->view, better);
  self->in_offer = FALSE;
}

static gboolean
on_second (gpointer user_data)
{
  WaveScopePage *self = user_data;

  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      tell_summary (self);
      offer_detail (self);
    }
  return G_SOURCE_CONTINUE;
}

/* ---- what the overview tells ---- */

static void
on_selection_changed (WaveScopePage *self)
{
  WaveStream *stream = wave_scope_view_get_selected (self->view);

  wave_scope_detail_set_stream (self->detail, stream);
  if (self->in_offer)
    return;
  self->picked = stream != NULL;
  if (stream != NULL)
    adw_view_stack_set_visible_child_name (self->panels, "detail");
}

static void
on_compare_changed (WaveScopePage *self)
{
  wave_scope_compare_set_streams (self->compare, wave_scope_view_get_compared (self->view));
  if (wave_scope_view_get_compared (self->view)->len >= 2)
    adw_view_stack_set_visible_child_name (self->panels, "compare");
}

static void
on_range_changed (WaveScopePage *self)
{
  gint64 from;
  gint64 to;

  if (wave_scope_view_get_range (self->view, &from, &to))
    {
      wave_scope_totals_set_range (self->totals, from, to);
      adw_view_stack_set_visible_child_name (self->panels, "totals");
    }
  else
    wave_scope_totals_set_range (self->totals, 1, 0);
}

static void
on_view_changed (WaveScopePage *self)
{
  gboolean following = wave_scope_view_get_following (self->view);
  g_autofree char *span = wave_scope_format_span (wave_scope_view_get_span (self->view));

  gtk_menu_button_set_label (self->span, span);
  self->in_view_changed = TRUE;
  gtk_toggle_button_set_active (self->live, following);
  adw_button_content_set_label (self->live_content, following ? _ ("Live") : _ ("Paused"));
  adw_button_content_set_icon_name (self->live_content, following ? "media-playback-pause-symbolic" : "media-playback-start-symbolic");
  self->in_view_changed = FALSE;
}

static void
on_activated (WaveScopePage *self)
{
  adw_view_stack_set_visible_child_name (self->panels, "detail");
  gtk_widget_child_focus (GTK_WIDGET (self->detail), GTK_DIR_TAB_FORWARD);
}

static void
on_picked (WaveScopePage *self, WaveStream *stream)
{
  wave_scope_view_select (self->view, stream);
}

/* ---- building ---- */

static AdwViewStackPage *
add_panel (WaveScopePage *self, GtkWidget *child, const char *name, const char *title, const char *icon)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_widget_set_margin_start (child, 12);
  gtk_widget_set_margin_end (child, 12);
  gtk_widget_set_margin_top (child, 6);
  gtk_widget_set_margin_bottom (child, 12);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), child);
  return adw_view_stack_add_titled_with_icon (self->panels, scrolled, name, title, icon);
}

static GtkWidget *
make_panels (WaveScopePage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  AdwInlineViewSwitcher *switcher = ADW_INLINE_VIEW_SWITCHER (adw_inline_view_switcher_new ());
  GtkWidget *bar = gtk_scrolled_window_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *legend = wave_scope_legend_new ();

  self->panels = ADW_VIEW_STACK (adw_view_stack_new ());
  adw_view_stack_set_vhomogeneous (self->panels, FALSE);
  adw_view_stack_set_hhomogeneous (self->panels, FALSE);
  self->detail = WAVE_SCOPE_DETAIL (wave_scope_detail_new (self->tenant));
  self->compare = WAVE_SCOPE_COMPARE (wave_scope_compare_new (self->tenant));
  self->alarms = WAVE_SCOPE_ALARMS (wave_scope_alarms_new (self->tenant));
  self->totals = WAVE_SCOPE_TOTALS (wave_scope_totals_new (self->tenant));
  add_panel (self, GTK_WIDGET (self->detail), "detail", _ ("Detail"), NULL);
  add_panel (self, GTK_WIDGET (self->compare), "compare", _ ("Compare"), NULL);
  self->alarms_page = add_panel (self, GTK_WIDGET (self->alarms), "alarms", _ ("Alarms"), NULL);
  add_panel (self, GTK_WIDGET (self->totals), "totals", _ ("Totals"), NULL);
  {
    GtkWidget *list = wave_scope_list_new (self->tenant);

    g_signal_connect_swapped (list, "picked", G_CALLBACK (on_picked), self);
    adw_view_stack_add_titled (self->panels, list, "list", _ ("List"));
  }
  g_signal_connect_swapped (self->alarms, "picked", G_CALLBACK (on_picked), self);
  adw_inline_view_switcher_set_stack (switcher, self->panels);
  adw_inline_view_switcher_set_can_shrink (switcher, FALSE);
  adw_inline_view_switcher_set_display_mode (switcher, ADW_INLINE_VIEW_SWITCHER_LABELS);
  gtk_widget_set_halign (GTK_WIDGET (switcher), GTK_ALIGN_START);
  gtk_widget_set_margin_start (GTK_WIDGET (switcher), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (switcher), 12);
  gtk_widget_set_margin_top (GTK_WIDGET (switcher), 6);
  gtk_widget_add_css_class (GTK_WIDGET (switcher), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (switcher), "scope-tabs");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (bar), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (bar), GTK_WIDGET (switcher));
  gtk_widget_set_vexpand (GTK_WIDGET (self->panels), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (bar), TRUE);
  gtk_widget_set_hexpand (legend, TRUE);
  gtk_widget_set_margin_end (legend, 12);
  gtk_box_append (GTK_BOX (row), bar);
  gtk_box_append (GTK_BOX (row), legend);
  gtk_box_append (GTK_BOX (box), row);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->panels));
  return box;
}

static GtkWidget *
make_overview (WaveScopePage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *overlay = gtk_overlay_new ();

  self->view = WAVE_SCOPE_VIEW (wave_scope_view_new (self->tenant));
  g_signal_connect_swapped (self->view, "selection-changed", G_CALLBACK (on_selection_changed), self);
  g_signal_connect_swapped (self->view, "compare-changed", G_CALLBACK (on_compare_changed), self);
  g_signal_connect_swapped (self->view, "range-changed", G_CALLBACK (on_range_changed), self);
  g_signal_connect_swapped (self->view, "view-changed", G_CALLBACK (on_view_changed), self);
  g_signal_connect_swapped (self->view, "activated", G_CALLBACK (on_activated), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->view));
  gtk_widget_set_vexpand (scrolled, TRUE);
  self->empty = gtk_label_new (_ ("No AI has written anything since Wavescope looks. Streams appear here as they come."));
  gtk_label_set_wrap (GTK_LABEL (self->empty), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->empty), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->empty, "dim-label");
  gtk_widget_set_halign (self->empty, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->empty, GTK_ALIGN_CENTER);
  gtk_widget_set_can_target (self->empty, FALSE);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), scrolled);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->empty);
  gtk_box_append (GTK_BOX (box), wave_scope_page_make_tools (self));
  gtk_box_append (GTK_BOX (box), overlay);
  gtk_box_append (GTK_BOX (box), wave_scope_minimap_new (self->view, self->tenant));
  return box;
}

static void
wave_scope_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (wave_scope_page_parent_class)->map (widget);
  tell_summary (WAVE_SCOPE_PAGE (widget));
  offer_detail (WAVE_SCOPE_PAGE (widget));
}

static void
wave_scope_page_dispose (GObject *object)
{
  WaveScopePage *self = WAVE_SCOPE_PAGE (object);

  g_clear_handle_id (&self->second_id, g_source_remove);
  g_clear_object (&self->limits);
  g_clear_object (&self->tenant);
  G_OBJECT_CLASS (wave_scope_page_parent_class)->dispose (object);
}

static void
wave_scope_page_finalize (GObject *object)
{
  g_clear_pointer (&WAVE_SCOPE_PAGE (object)->sums, wave_scope_summary_free);
  G_OBJECT_CLASS (wave_scope_page_parent_class)->finalize (object);
}

static void
wave_scope_page_class_init (WaveScopePageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_scope_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_scope_page_finalize;
  GTK_WIDGET_CLASS (klass)->map = wave_scope_page_map;
}

static GtkSizeRequestMode
get_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Rows of tools wrap, so there is always a narrower page that is higher. Asked how wide it must be for a height, a wrap box answers for one line, and a
 * narrow window would be made wide. */
static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *mb, int *nb)
{
  gtk_widget_measure (adw_bin_get_child (ADW_BIN (widget)), orientation, orientation == GTK_ORIENTATION_HORIZONTAL ? -1 : for_size,
                      minimum, natural, mb, nb);
}

static void
allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (adw_bin_get_child (ADW_BIN (widget)), width, height, baseline, NULL);
}

static void
wave_scope_page_init (WaveScopePage *self)
{
  wave_scope_page_add_actions (self);
}

/* Once, when it is known how high the page is; from then on the panels' own heights do not move it. */
static void
on_max_position (GtkPaned *paned, GParamSpec *pspec, gpointer user_data)
{
  int max_position;

  g_object_get (paned, "max-position", &max_position, NULL);
  if (max_position <= 1 || max_position == G_MAXINT || gtk_widget_get_height (GTK_WIDGET (paned)) <= 0)
    return;
  g_signal_handlers_disconnect_by_func (paned, on_max_position, user_data);
  gtk_paned_set_position (paned, gtk_widget_get_height (GTK_WIDGET (paned)) * 58 / 100);
}

GtkWidget *
wave_scope_page_new_for_tenant (WaveTenant *tenant)
{
  WaveScopePage *self = g_object_new (WAVE_TYPE_SCOPE_PAGE, NULL);
  GtkWidget *paned = gtk_paned_new (GTK_ORIENTATION_VERTICAL);

  self->tenant = g_object_ref (tenant);
  gtk_paned_set_start_child (GTK_PANED (paned), make_overview (self));
  gtk_paned_set_end_child (GTK_PANED (paned), make_panels (self));
  gtk_paned_set_resize_start_child (GTK_PANED (paned), TRUE);
  gtk_paned_set_resize_end_child (GTK_PANED (paned), TRUE);
  gtk_paned_set_shrink_start_child (GTK_PANED (paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (paned), FALSE);
  g_signal_connect (paned, "notify::max-position", G_CALLBACK (on_max_position), NULL);
  adw_bin_set_child (ADW_BIN (self), paned);
  gtk_widget_set_layout_manager (GTK_WIDGET (self), gtk_custom_layout_new (get_mode, measure, allocate));
  on_view_changed (self);
  self->sums = wave_scope_summary_new (tenant);
  g_signal_connect_object (wave_tenant_get_streams (tenant), "chunk-added", G_CALLBACK (on_chunk_added), self, G_CONNECT_SWAPPED);
  self->second_id = g_timeout_add_seconds (1, on_second, self);
  g_source_set_name_by_id (self->second_id, "wave-scope-page");
  return GTK_WIDGET (self);
}

GtkWidget *
wave_scope_page_new (WaveMonitor *monitor)
{
  GtkWidget *widget = wave_scope_page_new_for_tenant (wave_monitor_get_tenant (monitor));

  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);

  WAVE_SCOPE_PAGE (widget)->limits = wave_scope_limits_new (wave_monitor_get_tenant (monitor), settings);
  return widget;
}

void
wave_scope_page_show_stream (WaveScopePage *self, WaveStream *stream)
{
  g_return_if_fail (WAVE_IS_SCOPE_PAGE (self) && WAVE_IS_STREAM (stream));
  wave_scope_view_select (self->view, stream);
}

void
wave_scope_page_show_panel (WaveScopePage *self, const char *name)
{
  g_return_if_fail (WAVE_IS_SCOPE_PAGE (self));
  adw_view_stack_set_visible_child_name (self->panels, name);
}
