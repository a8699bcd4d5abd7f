// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-event-table.h"

#include <glib/gi18n.h>

#include "ui/wave-event-table-private.h"
#include "ui/wave-event-words.h"

/* So near to the end, in pixels, counts as the end. */
#define END_SLACK 24
/* So long after that a scrolling counts as somebody's, µs. */
#define TOUCHED_US 400000
/* Below these widths, in pixels, columns go. */
#define NARROW 560
#define MEDIUM 920

enum { PROP_0, PROP_STICKY, PROP_N_NEWER, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { SELECTED, ACTIVATED, TERM, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveEventTable, wave_event_table, ADW_TYPE_BIN)

static guint
n_rows (WaveEventTable *self)
{
  return self->events != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->events)) : 0;
}

static guint
n_newer (WaveEventTable *self)
{
  guint n = n_rows (self);

  return self->sticky || n <= self->n_before ? 0 : n - self->n_before;
}

static void
tell_newer (WaveEventTable *self)
{
  guint n = n_newer (self);

  if (n == self->n_told)
    return;
  self->n_told = n;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_NEWER]);
}

static void
set_sticky (WaveEventTable *self, gboolean sticky)
{
  if (self->sticky == sticky)
    return;
  self->sticky = sticky;
  self->n_before = n_rows (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STICKY]);
  tell_newer (self);
}

/* ---- the end ---- */

static gboolean
on_end_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveEventTable *self = WAVE_EVENT_TABLE (widget);
  guint n = n_rows (self);

  self->end_tick = 0;
  if (self->sticky && n > 0)
    gtk_column_view_scroll_to (self->view, n - 1, NULL, GTK_LIST_SCROLL_NONE, NULL);
  return G_SOURCE_REMOVE;
}

/* The row must exist before the view can go there: in the next frame it does. */
static void
queue_end (WaveEventTable *self)
{
  if (self->sticky && self->end_tick == 0)
    self->end_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_end_tick, NULL, NULL);
}

static void
on_value_changed (GtkAdjustment *adjustment, WaveEventTable *self)
{
  double value = gtk_adjustment_get_value (adjustment);
  gboolean at_end = value + gtk_adjustment_get_page_size (adjustment) >= gtk_adjustment_get_upper (adjustment) - END_SLACK;

  /* Rows that are added, and heights that turn out to be others than was thought, move the end away: only what somebody does counts. */
  if (at_end)
    set_sticky (self, TRUE);
  else if (g_get_monotonic_time () - self->touched < TOUCHED_US)
    {
      set_sticky (self, FALSE);
      /* A flick goes on by itself. */
      self->touched = g_get_monotonic_time ();
    }
  else
    queue_end (self);
}

static gboolean
on_event (GtkEventController *controller, GdkEvent *event, WaveEventTable *self)
{
  switch ((int) gdk_event_get_event_type (event))
    {
    case GDK_SCROLL:
    case GDK_BUTTON_PRESS:
    case GDK_BUTTON_RELEASE:
    case GDK_TOUCH_BEGIN:
    case GDK_TOUCH_UPDATE:
    case GDK_KEY_PRESS:
      self->touched = g_get_monotonic_time ();
      break;
    case GDK_MOTION_NOTIFY:
      /* The scrollbar is dragged. */
      if (gdk_event_get_modifier_state (event) & GDK_BUTTON1_MASK)
        self->touched = g_get_monotonic_time ();
      break;
    default:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

void
wave_event_table_scroll_to_end (WaveEventTable *self)
{
  g_return_if_fail (WAVE_IS_EVENT_TABLE (self));
  set_sticky (self, TRUE);
  queue_end (self);
}

static void
refresh_after_older (WaveEventTable *self)
{
  if (self->older_came)
    wave_event_table_refresh_cells (self);
  self->older_came = FALSE;
}

static void
on_filtering (WaveEventTable *self)
{
  if (!wave_event_view_is_filtering (self->events))
    refresh_after_older (self);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, WaveEventTable *self)
{
  /* Another filter: the list begins anew. */
  if (removed > 0)
    {
      self->n_before = 0;
      set_sticky (self, TRUE);
    }
  else if (position == 0 && added < n_rows (self))
    {
      /* Older ones: what is told from the first or from the one before is told anew. */
      self->older_came = TRUE;
      self->n_before += self->n_before > 0 ? added : 0;
      if (self->time_mode == WAVE_TIME_SINCE_FIRST || !wave_event_view_is_filtering (self->events))
        refresh_after_older (self);
    }
  queue_end (self);
  tell_newer (self);
}

/* The rows stand for other events. */
static void
on_rewritten (WaveEventTable *self)
{
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  self->n_before = 0;
  set_sticky (self, TRUE);
  wave_event_table_refresh_cells (self);
  queue_end (self);
  tell_newer (self);
}

/* ---- the room that there is ---- */

static gboolean
on_room_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveEventTable *self = WAVE_EVENT_TABLE (widget);
  int width = gtk_widget_get_width (widget);
  WaveTableRoom room = width < wave_event_table_sp (self, NARROW) ? WAVE_TABLE_NARROW : width < wave_event_table_sp (self, MEDIUM) ? WAVE_TABLE_MEDIUM : WAVE_TABLE_WIDE;

  self->room_tick = 0;
  if (room != self->room)
    {
      self->room = room;
      wave_event_table_arrange (self);
    }
  return G_SOURCE_REMOVE;
}

/* Not while the width is being allotted: in the next frame. */
static void
queue_room (WaveEventTable *self)
{
  if (self->room_tick == 0)
    self->room_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_room_tick, NULL, NULL);
}

/* ---- selection ---- */

guint
wave_event_table_get_selected (WaveEventTable *self)
{
  WaveEventEntry *entry;

  g_return_val_if_fail (WAVE_IS_EVENT_TABLE (self), G_MAXUINT);
  entry = gtk_single_selection_get_selected_item (self->selection);
  return entry != NULL ? wave_event_entry_get_index (entry) : G_MAXUINT;
}

gboolean
wave_event_table_select (WaveEventTable *self, guint index)
{
  guint position;

  g_return_val_if_fail (WAVE_IS_EVENT_TABLE (self), FALSE);
  if (self->events == NULL)
    return FALSE;
  position = wave_event_view_find_index (self->events, index);
  if (wave_event_view_get_index (self->events, position) != index)
    return FALSE;
  /* Who looks at one event wants it to stay where it is, unless it is the last. */
  if (position + 1 < n_rows (self))
    set_sticky (self, FALSE);
  gtk_column_view_scroll_to (self->view, position, NULL, GTK_LIST_SCROLL_SELECT, NULL);
  return TRUE;
}

static void
on_selected (WaveEventTable *self)
{
  g_signal_emit (self, signals[SELECTED], 0, wave_event_table_get_selected (self));
}

static void
on_activated (GtkColumnView *view, guint position, WaveEventTable *self)
{
  if (self->events != NULL)
    g_signal_emit (self, signals[ACTIVATED], 0, wave_event_view_get_index (self->events, position));
}

/* For a screen reader a row is one sentence. */
void
wave_event_table_name_row (WaveEventTable *self, WaveEventEntry *entry)
{
  GtkColumnViewRow *row = g_hash_table_lookup (self->rows, entry);
  g_autoptr (GString) label = g_string_new (NULL);
  static const WaveColumn said[] = { WAVE_COLUMN_TIME, WAVE_COLUMN_TYPE, WAVE_COLUMN_ROOM, WAVE_COLUMN_SENDER, WAVE_COLUMN_SUMMARY };

  if (row == NULL || self->events == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    {
      g_autofree char *text = wave_event_table_dup_text (self, said[i], wave_event_entry_get_index (entry));

      if (text != NULL && *text != '\0')
        g_string_append_printf (label, "%s%s", label->len > 0 ? ", " : "", text);
    }
  gtk_column_view_row_set_accessible_label (row, label->str);
}

static void
on_bind_row (GtkSignalListItemFactory *factory, GtkColumnViewRow *row, WaveEventTable *self)
{
  g_hash_table_insert (self->rows, gtk_column_view_row_get_item (row), row);
}

static void
on_unbind_row (GtkSignalListItemFactory *factory, GtkColumnViewRow *row, WaveEventTable *self)
{
  g_hash_table_remove (self->rows, gtk_column_view_row_get_item (row));
}

/* ---- the object ---- */

void
wave_event_table_set_events (WaveEventTable *self, WaveEventView *events)
{
  g_return_if_fail (WAVE_IS_EVENT_TABLE (self));
  if (self->events == events)
    return;
  wave_event_table_stop_fetching (self);
  if (self->events != NULL)
    {
      g_clear_signal_handler (&self->items_handler, self->events);
      g_clear_signal_handler (&self->rewritten_handler, self->events);
      g_clear_signal_handler (&self->filtering_handler, self->events);
    }
  g_set_object (&self->events, events);
  gtk_single_selection_set_model (self->selection, events != NULL ? G_LIST_MODEL (events) : NULL);
  if (events != NULL)
    {
      self->items_handler = g_signal_connect (events, "items-changed", G_CALLBACK (on_items_changed), self);
      self->rewritten_handler = g_signal_connect_swapped (events, "rewritten", G_CALLBACK (on_rewritten), self);
      self->filtering_handler = g_signal_connect_swapped (events, "notify::filtering", G_CALLBACK (on_filtering), self);
    }
  self->sticky = TRUE;
  queue_end (self);
}

void
wave_event_table_refresh (WaveEventTable *self)
{
  g_return_if_fail (WAVE_IS_EVENT_TABLE (self));
  wave_event_table_refresh_cells (self);
}

static gboolean
on_ago (gpointer user_data)
{
  WaveEventTable *self = user_data;

  if (self->time_mode == WAVE_TIME_AGO)
    wave_event_table_refresh_cells (self);
  return G_SOURCE_CONTINUE;
}

static void
wave_event_table_map (GtkWidget *widget)
{
  WaveEventTable *self = WAVE_EVENT_TABLE (widget);

  GTK_WIDGET_CLASS (wave_event_table_parent_class)->map (widget);
  if (self->ago_timer == 0)
    {
      self->ago_timer = g_timeout_add_seconds (1, on_ago, self);
      g_source_set_name_by_id (self->ago_timer, "wave-event-table-ago");
    }
  wave_event_table_follow_clock (self, gtk_widget_get_frame_clock (widget));
  queue_end (self);
}

static void
wave_event_table_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&WAVE_EVENT_TABLE (widget)->ago_timer, g_source_remove);
  wave_event_table_follow_clock (WAVE_EVENT_TABLE (widget), NULL);
  GTK_WIDGET_CLASS (wave_event_table_parent_class)->unmap (widget);
}

static void
wave_event_table_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WaveEventTable *self = WAVE_EVENT_TABLE (object);

  switch (id)
    {
    case PROP_STICKY:
      g_value_set_boolean (value, self->sticky);
      break;
    case PROP_N_NEWER:
      g_value_set_uint (value, n_newer (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
wave_event_table_dispose (GObject *object)
{
  WaveEventTable *self = WAVE_EVENT_TABLE (object);

  wave_event_table_set_events (self, NULL);
  wave_event_table_stop_fetching (self);
  wave_event_table_follow_clock (self, NULL);
  if (self->end_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->end_tick);
  if (self->room_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->room_tick);
  self->end_tick = self->room_tick = 0;
  g_clear_handle_id (&self->ago_timer, g_source_remove);
  g_clear_handle_id (&self->save_timer, g_source_remove);
  g_clear_pointer (&self->menu_popover, gtk_widget_unparent);
  adw_bin_set_child (ADW_BIN (self), NULL);
  G_OBJECT_CLASS (wave_event_table_parent_class)->dispose (object);
}

static void
wave_event_table_finalize (GObject *object)
{
  WaveEventTable *self = WAVE_EVENT_TABLE (object);

  g_clear_object (&self->selection);
  g_clear_object (&self->settings);
  g_clear_object (&self->actions);
  g_clear_object (&self->menu);
  g_hash_table_unref (self->cells);
  g_hash_table_unref (self->unwritten);
  g_hash_table_unref (self->rows);
  G_OBJECT_CLASS (wave_event_table_parent_class)->finalize (object);
}

static void
wave_event_table_class_init (WaveEventTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = wave_event_table_dispose;
  object_class->finalize = wave_event_table_finalize;
  object_class->get_property = wave_event_table_get_property;
  widget_class->map = wave_event_table_map;
  widget_class->unmap = wave_event_table_unmap;
  props[PROP_STICKY] = g_param_spec_boolean ("sticky", NULL, NULL, TRUE, flags);
  props[PROP_N_NEWER] = g_param_spec_uint ("n-newer", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SELECTED] = g_signal_new ("selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[TERM] = g_signal_new ("term", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  gtk_widget_class_set_css_name (widget_class, "event-table");
  wave_event_table_class_add_actions (widget_class);
}

/* What holds the rows inside of a GtkColumnView takes the focus, too, and a screen reader says its name then. */
static void
name_inner_list (GtkWidget *view, const char *name)
{
  for (GtkWidget *child = gtk_widget_get_first_child (view); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LIST_BASE (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
wave_event_table_init (WaveEventTable *self)
{
  GtkListItemFactory *rows = gtk_signal_list_item_factory_new ();
  GtkEventController *events = gtk_event_controller_legacy_new ();

  self->sticky = TRUE;
  self->settings = g_settings_new (APPLICATION_ID);
  self->cells = g_hash_table_new (NULL, NULL);
  self->unwritten = g_hash_table_new (NULL, NULL);
  self->rows = g_hash_table_new (NULL, NULL);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self, G_CONNECT_SWAPPED);
  self->view = GTK_COLUMN_VIEW (gtk_column_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection))));
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "data-table");
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "activity");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Events"), -1);
  name_inner_list (GTK_WIDGET (self->view), _("Events"));
  g_signal_connect (rows, "bind", G_CALLBACK (on_bind_row), self);
  g_signal_connect (rows, "unbind", G_CALLBACK (on_unbind_row), self);
  gtk_column_view_set_row_factory (self->view, rows);
  g_object_unref (rows);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activated), self);
  wave_event_table_add_columns (self);
  wave_event_table_add_menus (self);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), GTK_WIDGET (self->view));
  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect (events, "event", G_CALLBACK (on_event), self);
  gtk_widget_add_controller (self->scroller, events);
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (on_value_changed), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->adjustment, "notify::page-size", G_CALLBACK (queue_end), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller)), "notify::page-size", G_CALLBACK (queue_room), self,
                           G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self), self->scroller);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (self)), "notify::gtk-xft-dpi", G_CALLBACK (wave_event_table_arrange), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (self)), "notify::gtk-xft-dpi", G_CALLBACK (queue_room), self, G_CONNECT_SWAPPED);
  wave_event_table_arrange (self);
}

GtkWidget *
wave_event_table_new (void)
{
  return g_object_new (WAVE_TYPE_EVENT_TABLE, NULL);
}
