// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-timeline-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "model/wave-participant.h"
#include "model/wave-stream.h"
#include "model/wave-timeline.h"
#include "protocol/wave-payloads.h"
#include "protocol/wave-text.h"
#include "ui/wave-list-tail.h"
#include "ui/wave-timeline-menu.h"
#include "ui/wave-timeline-row.h"
#include "ui/wave-words-room.h"
#include "ui/wave-words.h"

/* Of a message, what a screen reader is told of it. */
#define NAME_CHARS 500

struct _WaveTimelineView
{
  GtkWidget parent_instance;

  GtkWidget *child, *stack, *scroller, *list, *jump, *jump_label, *spinner, *typing;
  GtkAdjustment *adjustment;
  WaveListTail *tail; /* of the timeline: what has rows */
  GtkSelectionModel *selection;
  WaveRoom *room;
  WaveTimeline *timeline;
  GListModel *typists;
  gulong items_handler, typists_handler, loading_handler;
  guint scroll_tick, older_tick;
  guint n_below; /* arrived while scrolled up */
  WaveTimelineItem *jumped_to;
  guint jump_tick, jump_frames;
  GdkFrameClock *clock; /* while it is mapped */
  gulong layout_handler;
  gboolean sticky, scrolling;
};

G_DEFINE_FINAL_TYPE (WaveTimelineView, wave_timeline_view, GTK_TYPE_WIDGET)

static void
update_jump (WaveTimelineView *self)
{
  g_autofree char *text = NULL;

  gtk_revealer_set_reveal_child (GTK_REVEALER (self->jump), !self->sticky);
  text = self->n_below == 0 ? g_strdup (_("Latest")) : g_strdup_printf (ngettext ("Latest · %u new", "Latest · %u new", self->n_below), self->n_below);
  gtk_label_set_text (GTK_LABEL (self->jump_label), text);
}

static void
set_sticky (WaveTimelineView *self, gboolean sticky)
{
  if (self->sticky == sticky)
    return;
  self->sticky = sticky;
  wave_list_tail_set_following (self->tail, sticky);
  if (sticky)
    self->n_below = 0;
  update_jump (self);
}

static void queue_scroll (WaveTimelineView *self);

/* Rows exist only after the layout: the scroll to the end is done in the frame after a change, never inside the adjustment's own signal. */
static gboolean
on_scroll_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveTimelineView *self = WAVE_TIMELINE_VIEW (widget);

  self->scroll_tick = 0;
  if (!self->sticky)
    return G_SOURCE_REMOVE;
  self->scrolling = TRUE;
  gtk_adjustment_set_value (self->adjustment, gtk_adjustment_get_upper (self->adjustment) - gtk_adjustment_get_page_size (self->adjustment));
  self->scrolling = FALSE;
  /* A window so high that the rows hardly fill it. */
  if (gtk_adjustment_get_value (self->adjustment) < gtk_adjustment_get_page_size (self->adjustment) / 4
      && wave_list_tail_extend (self->tail, WAVE_LIST_TAIL_LEAST))
    queue_scroll (self);
  return G_SOURCE_REMOVE;
}

static void
queue_scroll (WaveTimelineView *self)
{
  if (self->sticky && self->scroll_tick == 0)
    self->scroll_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_scroll_tick, NULL, NULL);
}

static double
below_end (WaveTimelineView *self)
{
  return gtk_adjustment_get_upper (self->adjustment) - gtk_adjustment_get_page_size (self->adjustment)
         - gtk_adjustment_get_value (self->adjustment);
}

/* Those that are held first, each time more: who drags the bar up gets to the first in a few steps. */
static gboolean
on_older_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveTimelineView *self = WAVE_TIMELINE_VIEW (widget);

  self->older_tick = 0;
  if (self->timeline == NULL || gtk_adjustment_get_value (self->adjustment) >= gtk_adjustment_get_page_size (self->adjustment))
    return G_SOURCE_REMOVE;
  /* At the end there is enough: more that is fetched would not show, and would be fetched again with every change. */
  if (self->sticky ? wave_list_tail_get_n_hidden (self->tail) > 0
                   : wave_list_tail_extend (self->tail, g_list_model_get_n_items (G_LIST_MODEL (self->tail))))
    return G_SOURCE_REMOVE;
  if (!wave_timeline_get_loading_older (self->timeline) && !wave_timeline_get_reached_start (self->timeline))
    wave_timeline_load_older (self->timeline);
  return G_SOURCE_REMOVE;
}

/* Not inside the adjustment's own signal, which comes in the middle of a layout. */
static void
queue_older (WaveTimelineView *self)
{
  if (self->older_tick == 0 && gtk_adjustment_get_value (self->adjustment) < gtk_adjustment_get_page_size (self->adjustment))
    self->older_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_older_tick, NULL, NULL);
}

static void
on_value_changed (WaveTimelineView *self)
{
  if (self->scrolling || self->timeline == NULL)
    return;
  if (below_end (self) < 8)
    set_sticky (self, TRUE);
  queue_older (self);
}

/* Only a person's scrolling ends the stickiness, never a change of the content. */
static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, WaveTimelineView *self)
{
  if (dy < 0 && gtk_adjustment_get_upper (self->adjustment) > gtk_adjustment_get_page_size (self->adjustment))
    set_sticky (self, FALSE);
  /* At the very top nothing moves, and nothing would ask for more. */
  if (dy < 0 && self->timeline != NULL)
    queue_older (self);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
on_drag_bar (GtkRange *range, GtkScrollType type, double value, WaveTimelineView *self)
{
  if (value < gtk_adjustment_get_upper (self->adjustment) - gtk_adjustment_get_page_size (self->adjustment) - 8)
    set_sticky (self, FALSE);
  return GDK_EVENT_PROPAGATE;
}

/* ---- the menu of an item ---- */

static WaveTimelineRow *
row_of (GtkWidget *widget)
{
  GtkWidget *row = widget != NULL ? gtk_widget_get_ancestor (widget, WAVE_TYPE_TIMELINE_ROW) : NULL;
  GtkWidget *child = widget != NULL ? gtk_widget_get_first_child (widget) : NULL;

  /* The focus of the keyboard is on the list's own row around it. */
  if (row == NULL && child != NULL && WAVE_IS_TIMELINE_ROW (child))
    row = child;
  return row != NULL ? WAVE_TIMELINE_ROW (row) : NULL;
}

static void
popup_menu (WaveTimelineView *self, double x, double y)
{
  WaveTimelineRow *row = row_of (gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT));
  WaveTimelineItem *item = row != NULL ? wave_timeline_row_get_item (row) : NULL;

  if (item != NULL)
    wave_timeline_menu_popup (GTK_WIDGET (self), item, &(GdkRectangle){ (int) x, (int) y, 1, 1 });
}

static void
on_secondary_click (GtkGestureClick *gesture, int n_press, double x, double y, WaveTimelineView *self)
{
  popup_menu (self, x, y);
}

static void
on_long_press (GtkGestureLongPress *gesture, double x, double y, WaveTimelineView *self)
{
  popup_menu (self, x, y);
}

static WaveTimelineRow *
focused_row (WaveTimelineView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, self->list) ? row_of (focus) : NULL;
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveTimelineView *self = WAVE_TIMELINE_VIEW (widget);
  WaveTimelineRow *row = focused_row (self);
  graphene_rect_t bounds;

  if (row == NULL || wave_timeline_row_get_item (row) == NULL || !gtk_widget_compute_bounds (GTK_WIDGET (row), widget, &bounds))
    return;
  wave_timeline_menu_popup (widget, wave_timeline_row_get_item (row),
                            &(GdkRectangle){ (int) bounds.origin.x + 60, (int) bounds.origin.y + 8, 1, (int) bounds.size.height - 8 });
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveTimelineRow *row = focused_row (WAVE_TIMELINE_VIEW (widget));
  g_autofree char *text = row != NULL && wave_timeline_row_get_item (row) != NULL ? wave_timeline_menu_dup_text (wave_timeline_row_get_item (row)) : NULL;

  if (text != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

/* ---- jumping ---- */

static WaveTimelineRow *
find_row (GtkWidget *widget, WaveTimelineItem *item)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *row = gtk_widget_get_first_child (child);

      if (WAVE_IS_TIMELINE_ROW (row) && wave_timeline_row_get_item (WAVE_TIMELINE_ROW (row)) == item)
        return WAVE_TIMELINE_ROW (row);
    }
  return NULL;
}

/* The row exists once the list has been laid out. */
static gboolean
on_jumped (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveTimelineView *self = WAVE_TIMELINE_VIEW (widget);
  WaveTimelineRow *row = find_row (self->list, self->jumped_to);

  if (row == NULL && self->jump_frames++ < 5)
    return G_SOURCE_CONTINUE;
  if (row != NULL)
    wave_timeline_row_flash (row);
  g_clear_object (&self->jumped_to);
  self->jump_tick = 0;
  return G_SOURCE_REMOVE;
}

static void
jump_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveTimelineView *self = WAVE_TIMELINE_VIEW (widget);
  int position = self->timeline != NULL ? wave_timeline_find (self->timeline, g_variant_get_string (parameter, NULL)) : -1;

  if (position < 0)
    return;
  set_sticky (self, FALSE);
  gtk_list_view_scroll_to (GTK_LIST_VIEW (self->list), wave_list_tail_include (self->tail, position), GTK_LIST_SCROLL_FOCUS, NULL);
  g_clear_object (&self->jumped_to);
  self->jumped_to = g_list_model_get_item (G_LIST_MODEL (self->timeline), position);
  self->jump_frames = 0;
  if (self->jump_tick == 0)
    self->jump_tick = gtk_widget_add_tick_callback (widget, on_jumped, NULL, NULL);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType modifiers, WaveTimelineView *self)
{
  switch (keyval)
    {
    case GDK_KEY_Page_Up:
    case GDK_KEY_Up:
      set_sticky (self, FALSE);
      break;
    case GDK_KEY_Home:
      set_sticky (self, FALSE);
      wave_list_tail_extend (self->tail, G_MAXUINT);
      break;
    case GDK_KEY_End:
      wave_timeline_view_jump_to_latest (self);
      break;
    default:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, WaveTimelineView *self)
{
  guint n = g_list_model_get_n_items (model);

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), n > 0 ? "list" : "empty");
  if (!self->sticky && position + added == n && added > removed)
    {
      self->n_below += added - removed;
      update_jump (self);
    }
  queue_scroll (self);
}

static void
on_typists_changed (WaveTimelineView *self)
{
  g_autofree char *words = wave_words_typing (self->typists);

  g_autofree char *line = words != NULL ? g_strdup_printf ("•••  %s", words) : NULL;

  gtk_label_set_text (GTK_LABEL (self->typing), line != NULL ? line : "");
}

static void
on_loading_changed (WaveTimelineView *self)
{
  gtk_widget_set_visible (self->spinner, wave_timeline_get_loading_older (self->timeline));
}

static void
let_go (WaveTimelineView *self)
{
  g_clear_signal_handler (&self->items_handler, self->timeline);
  g_clear_signal_handler (&self->loading_handler, self->timeline);
  g_clear_signal_handler (&self->typists_handler, self->typists);
  self->timeline = NULL;
  self->typists = NULL;
  g_clear_object (&self->room);
}

void
wave_timeline_view_set_room (WaveTimelineView *view, WaveRoom *room)
{
  g_return_if_fail (WAVE_IS_TIMELINE_VIEW (view));
  if (view->room == room)
    return;
  let_go (view);
  view->n_below = 0;
  view->sticky = TRUE;
  wave_list_tail_set_following (view->tail, TRUE);
  update_jump (view);
  if (room == NULL)
    {
      wave_list_tail_set_source (view->tail, NULL);
      return;
    }
  view->room = g_object_ref (room);
  view->timeline = wave_room_get_timeline (room);
  view->typists = wave_room_get_typists (room);
  view->items_handler = g_signal_connect (view->timeline, "items-changed", G_CALLBACK (on_items_changed), view);
  view->loading_handler = g_signal_connect_swapped (view->timeline, "notify::loading-older", G_CALLBACK (on_loading_changed), view);
  view->typists_handler = g_signal_connect_swapped (view->typists, "items-changed", G_CALLBACK (on_typists_changed), view);
  wave_list_tail_set_source (view->tail, G_LIST_MODEL (view->timeline));
  on_items_changed (G_LIST_MODEL (view->timeline), 0, 0, 0, view);
  on_typists_changed (view);
  on_loading_changed (view);
  wave_room_want (room);
  queue_scroll (view);
}

void
wave_timeline_view_jump_to_latest (WaveTimelineView *view)
{
  guint n;

  g_return_if_fail (WAVE_IS_TIMELINE_VIEW (view));
  n = g_list_model_get_n_items (G_LIST_MODEL (view->selection));
  set_sticky (view, TRUE);
  if (n > 0)
    gtk_list_view_scroll_to (GTK_LIST_VIEW (view->list), n - 1, GTK_LIST_SCROLL_NONE, NULL);
  queue_scroll (view);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_list_item_set_child (item, wave_timeline_row_new ());
  gtk_list_item_set_activatable (item, FALSE);
}

/* (transfer full): what a screen reader says of an item */
static char *
dup_name (WaveTimelineItem *entry)
{
  const WaveMessage *message = wave_timeline_item_get_message (entry);
  const char *body = wave_timeline_item_get_body (entry);
  const WaveImportedSender *imported = wave_timeline_item_get_imported_sender (entry);
  WaveParticipant *sender = wave_timeline_item_get_sender (entry);
  g_autofree char *who = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *redaction = NULL;
  g_autofree char *line = NULL;

  /* A sentence of the model, in which what came from the wire is harmless already. */
  if (wave_timeline_item_get_kind (entry) == WAVE_ITEM_NOTICE)
    return wave_words_sentence (body);
  g_object_get (entry, "redaction-text", &redaction, NULL);
  if (redaction != NULL)
    body = redaction;
  else if (body == NULL && message != NULL)
    body = message->filename;
  else if (body != NULL && (message == NULL || message->msgtype == NULL || g_str_equal (message->msgtype, "swp.text")))
    {
      g_autofree char *beginning = g_utf8_strlen (body, -1) > 2 * NAME_CHARS ? g_utf8_substring (body, 0, 2 * NAME_CHARS) : g_strdup (body);

      /* Nobody wants to hear the asterisks. */
      body = plain = wave_text_from_markdown (beginning);
    }
  line = wave_words_line (body, NAME_CHARS);
  /* As the head of the row names them. */
  if (imported != NULL && imported->display_name != NULL)
    who = wave_words_line (imported->display_name, 80);
  else if (sender != NULL)
    who = g_strdup (wave_participant_get_display_name (sender));
  return who != NULL ? g_strdup_printf ("%s: %s", who, line) : g_steal_pointer (&line);
}

static void
name_item (GtkListItem *item, WaveTimelineItem *entry)
{
  g_autofree char *label = dup_name (entry);
  g_autofree char *description = NULL;

  g_object_get (entry, "state-text", &description, NULL);
  gtk_list_item_set_accessible_label (item, label != NULL ? label : "");
  gtk_list_item_set_accessible_description (item, description != NULL ? description : "");
}

/* Also of rows that are not laid out: an edit changes what is said of them, and of a removed message nothing may be left. A reply that grows is named anew when it is whole. */
static void
on_entry_changed (WaveTimelineItem *entry, GParamSpec *pspec, GtkListItem *item)
{
  WaveStream *stream = wave_timeline_item_get_stream (entry);

  if (wave_timeline_item_get_kind (entry) != WAVE_ITEM_STREAM || stream == NULL || !wave_stream_is_live (stream))
    name_item (item, entry);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  WaveTimelineItem *entry = gtk_list_item_get_item (item);

  wave_timeline_row_set_item (WAVE_TIMELINE_ROW (gtk_list_item_get_child (item)), entry);
  name_item (item, entry);
  g_signal_connect (entry, "notify", G_CALLBACK (on_entry_changed), item);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), on_entry_changed, item);
  wave_timeline_row_set_item (WAVE_TIMELINE_ROW (gtk_list_item_get_child (item)), NULL);
}

/* ---- rows are laid out when they come near ---- */

/* So many rows beyond those that can be seen: about a turn of the wheel. */
#define NEAR_ROWS 4
/* Beyond so many a row rests. Whenever a list moves a row from one end to the other, GTK styles the contents of all two hundred that it holds anew. */
#define FAR_ROWS 24

/* Rows that cannot be seen have no place of their own: GTK hides them and parks them at the edges. But they are in order. */
static void
find_seen (WaveTimelineView *self, guint *first, guint *last)
{
  guint n = 0;

  *first = G_MAXUINT;
  *last = 0;
  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child != NULL; child = gtk_widget_get_next_sibling (child), n++)
    /* One that has not been allocated yet has no place either. */
    if (gtk_widget_get_child_visible (child) && gtk_widget_get_height (child) > 0)
      {
        *first = MIN (*first, n);
        *last = n;
      }
}

static void
on_layout (GdkFrameClock *clock, WaveTimelineView *self)
{
  guint first, last, n = 0;

  find_seen (self, &first, &last);
  if (first == G_MAXUINT)
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child != NULL; child = gtk_widget_get_next_sibling (child), n++)
    {
      GtkWidget *row = gtk_widget_get_first_child (child);

      if (!WAVE_IS_TIMELINE_ROW (row))
        continue;
      /* After the window's own layout and outside of it: what is asked for here comes into the same frame. */
      if (n + NEAR_ROWS >= first && n <= last + NEAR_ROWS)
        wave_timeline_row_fill (WAVE_TIMELINE_ROW (row));
      else if (n + FAR_ROWS < first || n > last + FAR_ROWS)
        wave_timeline_row_rest (WAVE_TIMELINE_ROW (row));
    }
}

static void
wave_timeline_view_map (GtkWidget *widget)
{
  WaveTimelineView *self = WAVE_TIMELINE_VIEW (widget);

  GTK_WIDGET_CLASS (wave_timeline_view_parent_class)->map (widget);
  self->clock = g_object_ref (gtk_widget_get_frame_clock (widget));
  self->layout_handler = g_signal_connect_after (self->clock, "layout", G_CALLBACK (on_layout), self);
}

static void
wave_timeline_view_unmap (GtkWidget *widget)
{
  WaveTimelineView *self = WAVE_TIMELINE_VIEW (widget);

  g_clear_signal_handler (&self->layout_handler, self->clock);
  g_clear_object (&self->clock);
  GTK_WIDGET_CLASS (wave_timeline_view_parent_class)->unmap (widget);
}

static void
wave_timeline_view_dispose (GObject *object)
{
  WaveTimelineView *self = WAVE_TIMELINE_VIEW (object);

  let_go (self);
  if (self->scroll_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->scroll_tick);
  self->scroll_tick = 0;
  if (self->older_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->older_tick);
  self->older_tick = 0;
  if (self->jump_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->jump_tick);
  self->jump_tick = 0;
  g_clear_object (&self->jumped_to);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      /* A menu that is open. */
      if (GTK_IS_POPOVER (child))
        gtk_widget_unparent (child);
      child = next;
    }
  g_clear_pointer (&self->child, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->tail);
  G_OBJECT_CLASS (wave_timeline_view_parent_class)->dispose (object);
}

static void
wave_timeline_view_class_init (WaveTimelineViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_timeline_view_dispose;
  widget_class->map = wave_timeline_view_map;
  widget_class->unmap = wave_timeline_view_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "timeline.jump", "s", jump_action);
  gtk_widget_class_install_action (widget_class, "timeline.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "timeline.copy", NULL, copy_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "timeline.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "timeline.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "timeline.copy", NULL);
}

static void
make_jump (WaveTimelineView *self)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->jump_label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->jump_label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("go-bottom-symbolic"));
  gtk_box_append (GTK_BOX (box), self->jump_label);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_add_css_class (button, "osd");
  gtk_widget_add_css_class (button, "jump");
  gtk_widget_set_tooltip_text (button, _("Jump to the Latest"));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (wave_timeline_view_jump_to_latest), self);
  self->jump = gtk_revealer_new ();
  gtk_revealer_set_transition_type (GTK_REVEALER (self->jump), GTK_REVEALER_TRANSITION_TYPE_CROSSFADE);
  gtk_revealer_set_child (GTK_REVEALER (self->jump), button);
  gtk_widget_set_halign (self->jump, GTK_ALIGN_END);
  gtk_widget_set_valign (self->jump, GTK_ALIGN_END);
  gtk_widget_set_margin_end (self->jump, 18);
  gtk_widget_set_margin_bottom (self->jump, 12);
}

static void
wave_timeline_view_init (WaveTimelineView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *empty = adw_status_page_new ();
  GtkEventController *controller;

  self->sticky = TRUE;
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  self->tail = wave_list_tail_new ();
  self->selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->tail))));
  self->list = gtk_list_view_new (g_object_ref (self->selection), factory);
  gtk_widget_add_css_class (self->list, "timeline");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Messages"), -1);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_object (self->adjustment, "changed", G_CALLBACK (queue_scroll), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (on_value_changed), self, G_CONNECT_SWAPPED);
  controller = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (self->scroller, controller);
  controller = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (self->scroller, controller);
  g_signal_connect_object (gtk_widget_get_first_child (gtk_scrolled_window_get_vscrollbar (GTK_SCROLLED_WINDOW (self->scroller))), "change-value",
                           G_CALLBACK (on_drag_bar), self, G_CONNECT_DEFAULT);
  controller = GTK_EVENT_CONTROLLER (gtk_gesture_click_new ());
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (controller), GDK_BUTTON_SECONDARY);
  g_signal_connect (controller, "pressed", G_CALLBACK (on_secondary_click), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
  controller = GTK_EVENT_CONTROLLER (gtk_gesture_long_press_new ());
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (controller), TRUE);
  g_signal_connect (controller, "pressed", G_CALLBACK (on_long_press), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (empty), "wave-rooms-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (empty), _("Nothing Said Yet"));
  adw_status_page_set_description (ADW_STATUS_PAGE (empty), _("Messages appear here as they arrive"));
  gtk_widget_add_css_class (empty, "compact");
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), empty, "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), self->scroller, "list");
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->stack);
  make_jump (self);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->jump);
  self->spinner = adw_spinner_new ();
  gtk_widget_set_halign (self->spinner, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->spinner, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->spinner, 12);
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->spinner);

  self->typing = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->typing), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->typing), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->typing, "typing-line");
  gtk_widget_add_css_class (self->typing, "dim-label");
  self->child = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->child, "timeline-view");
  gtk_box_append (GTK_BOX (self->child), overlay);
  gtk_box_append (GTK_BOX (self->child), self->typing);
  gtk_widget_set_parent (self->child, GTK_WIDGET (self));
}
