// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-room-list.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "model/wave-room.h"
#include "ui/wave-format.h"
#include "ui/wave-ordered-list.h"
#include "ui/wave-room-row.h"
#include "ui/wave-sparkline.h"

/* A room counts as active when something was said in it within this time. */
#define ACTIVE_US (15 * 60 * G_USEC_PER_SEC)
/* Rooms change places at most by this grain of their last activity, so that a lively tenant does not shuffle under the eye. */
#define ORDER_GRAIN_US (5 * 60 * G_USEC_PER_SEC)

/* Seconds between two looks at a tenant in which nothing happens. */
#define QUIET_EVERY 10

/* A search that so many people match is one letter: what it finds among rooms by their members says nothing. */
#define MAX_FOUND 200

struct _WaveRoomList
{
  GtkWidget parent_instance;

  GtkWidget *child, *search, *list, *stack, *glance, *glance_rate, *glance_sparkline, *glance_parts, *empty;
  WaveOrderedList *order;
  GtkSingleSelection *selection;
  GHashTable *rows; /* (element-type WaveRoomRow) borrowed: the bound ones */
  WaveTenant *tenant;
  char *needle; /* case folded */
  gint64 now_wall;
  gboolean scrolled; /* by a person */
  guint n_quiet;     /* ticks since the last event */
  gboolean by_name;
  GSettings *settings;
  GPtrArray *found; /* (element-type WaveParticipant) borrowed: people who have the needle in their name */
};

enum { PROP_0, PROP_SELECTED_ROOM, N_PROPS };
static GParamSpec *props[N_PROPS];
static guint signal_room_activated;

G_DEFINE_FINAL_TYPE (WaveRoomList, wave_room_list, GTK_TYPE_WIDGET)

enum { SECTION_AI, SECTION_ACTIVE, SECTION_QUIET, SECTION_ALL };

/* By name they stand still: what somebody does moves no room. */
static int
section_now (WaveRoomList *self, WaveRoom *room)
{
  if (self->by_name)
    return SECTION_ALL;
  if (wave_room_get_ai_phase (room) != WAVE_AI_IDLE)
    return SECTION_AI;
  return self->now_wall - wave_room_get_last_activity (room) < ACTIVE_US ? SECTION_ACTIVE : SECTION_QUIET;
}

static gboolean
has (const char *text, const char *needle)
{
  g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  return folded != NULL && strstr (folded, needle) != NULL;
}

/* Names of people are looked at once a search, not once a room that they are in. */
static void
find_people (WaveRoomList *self)
{
  GListModel *people = self->tenant != NULL ? wave_tenant_get_participants (self->tenant) : NULL;

  g_ptr_array_set_size (self->found, 0);
  for (guint i = 0; self->needle != NULL && people != NULL && i < g_list_model_get_n_items (people) && self->found->len < MAX_FOUND; i++)
    {
      g_autoptr (WaveParticipant) participant = g_list_model_get_item (people, i);

      if (has (wave_participant_get_display_name (participant), self->needle))
        g_ptr_array_add (self->found, g_object_ref (participant));
    }
}

static gboolean
matches (WaveRoomList *self, WaveRoom *room)
{
  if (self->needle == NULL)
    return TRUE;
  if (has (wave_room_get_display_name (room), self->needle) || has (wave_room_get_topic (room), self->needle)
      || has (wave_room_get_id (room), self->needle))
    return TRUE;
  for (guint i = 0; i < self->found->len; i++)
    if (wave_room_has_member (room, self->found->pdata[i]))
      return TRUE;
  return FALSE;
}

static gboolean
place (gpointer room, WavePlace *place, gpointer user_data)
{
  WaveRoomList *self = user_data;

  place->name = wave_room_get_collation_key (room);
  place->id = wave_room_get_id (room);
  place->section = section_now (self, room);
  place->rank = self->by_name ? 0 : wave_room_get_last_activity (room) / ORDER_GRAIN_US;
  return matches (self, room);
}

static gpointer
get_held (gpointer user_data)
{
  WaveRoomList *self = user_data;

  return self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;
}

static void
update_stack (WaveRoomList *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  gboolean loading = self->tenant == NULL || g_list_model_get_n_items (wave_tenant_get_rooms (self->tenant)) == 0;

  if (n > 0)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "list");
  else
    {
      adw_status_page_set_title (ADW_STATUS_PAGE (self->empty), loading ? _("No Rooms Yet") : _("Nothing Found"));
      adw_status_page_set_description (ADW_STATUS_PAGE (self->empty), loading ? _("Rooms that this account is in appear here")
                                                                              : _("No room or person has this in their name"));
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "empty");
    }
}

static void
on_search_changed (GtkSearchEntry *entry, WaveRoomList *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));

  g_free (self->needle);
  self->needle = *text != '\0' ? g_utf8_casefold (text, -1) : NULL;
  find_people (self);
  wave_ordered_list_refresh (self->order);
}

static void
on_order_changed (WaveRoomList *self)
{
  self->by_name = g_settings_get_enum (self->settings, "room-order") == 1;
  wave_ordered_list_refresh (self->order);
}

static void
on_selected (WaveRoomList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SELECTED_ROOM]);
}

static void
on_activate (GtkListView *view, guint position, WaveRoomList *self)
{
  g_autoptr (WaveRoom) room = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (room != NULL)
    g_signal_emit (self, signal_room_activated, 0, room);
}

/* A click opens the room, also the one that is selected already; the arrow keys only walk. */
static void
on_clicked (GtkGestureClick *gesture, int n_press, double x, double y, WaveRoomList *self)
{
  GtkWidget *picked = gtk_widget_pick (self->list, x, y, GTK_PICK_DEFAULT);
  GtkWidget *row = picked != NULL ? gtk_widget_get_ancestor (picked, WAVE_TYPE_ROOM_ROW) : NULL;
  WaveRoom *room = row != NULL ? wave_room_row_get_room (WAVE_ROOM_ROW (row)) : NULL;

  if (room == NULL && picked != NULL)
    {
      GtkWidget *child = gtk_widget_get_first_child (picked);

      /* The margin of the list's own row around it. */
      room = WAVE_IS_ROOM_ROW (child) ? wave_room_row_get_room (WAVE_ROOM_ROW (child)) : NULL;
    }
  if (room != NULL)
    g_signal_emit (self, signal_room_activated, 0, room);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, WaveRoomList *self)
{
  gtk_list_item_set_child (item, wave_room_row_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, WaveRoomList *self)
{
  WaveRoomRow *row = WAVE_ROOM_ROW (gtk_list_item_get_child (item));
  WaveRoom *room = gtk_list_item_get_item (item);

  wave_room_row_set_room (row, room);
  wave_room_row_tick (row, self->tenant != NULL ? wave_tenant_get_now_mono (self->tenant) : 0);
  gtk_list_item_set_accessible_label (item, wave_room_get_display_name (room));
  g_hash_table_add (self->rows, row);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, WaveRoomList *self)
{
  GtkWidget *row = gtk_list_item_get_child (item);

  g_hash_table_remove (self->rows, row);
  wave_room_row_set_room (WAVE_ROOM_ROW (row), NULL);
}

static void
on_setup_header (GtkSignalListItemFactory *factory, GtkListHeader *header, gpointer user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "room-section");
  gtk_list_header_set_child (header, label);
}

static void
on_bind_header (GtkSignalListItemFactory *factory, GtkListHeader *header, WaveRoomList *self)
{
  const char *const names[] = { _("AI at Work"), _("Active"), _("Quiet"), _("Rooms") };

  gtk_label_set_text (GTK_LABEL (gtk_list_header_get_child (header)), names[wave_ordered_list_get_section_at (self->order, gtk_list_header_get_start (header))]);
}

static void
update_glance (WaveRoomList *self)
{
  guint rate[300];
  guint online, generating, plans, sidekicks, active;
  double per_second;
  g_autofree char *number = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GString) parts = g_string_new (NULL);

  g_object_get (self->tenant, "n-online", &online, "n-generating", &generating, "n-running-plans", &plans, "n-live-sidekicks", &sidekicks,
                "n-active-rooms", &active, "events-per-second", &per_second, NULL);
  wave_tenant_get_rate_history (self->tenant, rate);
  wave_sparkline_set_values (WAVE_SPARKLINE (self->glance_sparkline), rate, 300);
  number = wave_format_rate (per_second);
  text = g_strdup_printf (_("%s events/s"), number);
  gtk_label_set_text (GTK_LABEL (self->glance_rate), text);
  g_string_append_printf (parts, ngettext ("%u online", "%u online", online), online);
  g_string_append_printf (parts, ngettext (" · %u AI generating", " · %u AIs generating", generating), generating);
  g_string_append_printf (parts, ngettext (" · %u room active", " · %u rooms active", active), active);
  if (plans > 0)
    g_string_append_printf (parts, ngettext (" · %u plan", " · %u plans", plans), plans);
  if (sidekicks > 0)
    g_string_append_printf (parts, ngettext (" · %u sidekick", " · %u sidekicks", sidekicks), sidekicks);
  gtk_label_set_text (GTK_LABEL (self->glance_parts), parts->str);
}

void
wave_room_list_tick (WaveRoomList *list)
{
  GHashTableIter iter;
  gpointer row;
  gint64 now;
  double rate;

  g_return_if_fail (WAVE_IS_ROOM_LIST (list));
  if (list->tenant == NULL)
    return;
  list->now_wall = wave_tenant_get_now_wall (list->tenant);
  now = wave_tenant_get_now_mono (list->tenant);
  g_hash_table_iter_init (&iter, list->rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    wave_room_row_tick (row, now);
  /* An idle tenant is ordered now and then only: a room grows quiet, a day ends. */
  g_object_get (list->tenant, "events-per-second", &rate, NULL);
  if (rate > 0)
    list->n_quiet = 0;
  else if (list->n_quiet++ % QUIET_EVERY != 0)
    return;
  wave_ordered_list_refresh (list->order);
  /* What is lively comes to the top, and the top is what one sees until one scrolls: with the heading above the first room. */
  if (!list->scrolled)
    gtk_adjustment_set_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list->list)), 0);
  update_glance (list);
}

void
wave_room_list_set_tenant (WaveRoomList *list, WaveTenant *tenant)
{
  g_return_if_fail (WAVE_IS_ROOM_LIST (list));
  if (!g_set_object (&list->tenant, tenant))
    return;
  if (tenant != NULL)
    list->now_wall = wave_tenant_get_now_wall (tenant);
  wave_ordered_list_set_source (list->order, tenant != NULL ? wave_tenant_get_rooms (tenant) : NULL);
  update_stack (list);
  wave_room_list_tick (list);
}

WaveRoom *
wave_room_list_get_selected (WaveRoomList *list)
{
  g_return_val_if_fail (WAVE_IS_ROOM_LIST (list), NULL);
  return gtk_single_selection_get_selected_item (list->selection);
}

void
wave_room_list_select (WaveRoomList *list, WaveRoom *room)
{
  guint n;

  g_return_if_fail (WAVE_IS_ROOM_LIST (list));
  n = g_list_model_get_n_items (G_LIST_MODEL (list->selection));
  for (guint i = 0; room != NULL && i < n; i++)
    {
      g_autoptr (WaveRoom) here = g_list_model_get_item (G_LIST_MODEL (list->selection), i);

      if (here == room)
        {
          gtk_single_selection_set_selected (list->selection, i);
          return;
        }
    }
  gtk_single_selection_set_selected (list->selection, GTK_INVALID_LIST_POSITION);
}

void
wave_room_list_select_first (WaveRoomList *list)
{
  g_return_if_fail (WAVE_IS_ROOM_LIST (list));
  if (g_list_model_get_n_items (G_LIST_MODEL (list->selection)) > 0)
    gtk_single_selection_set_selected (list->selection, 0);
}

void
wave_room_list_focus (WaveRoomList *list)
{
  GtkRoot *root;

  g_return_if_fail (WAVE_IS_ROOM_LIST (list));
  root = gtk_widget_get_root (GTK_WIDGET (list));
  if (gtk_single_selection_get_selected (list->selection) != GTK_INVALID_LIST_POSITION)
    gtk_list_view_scroll_to (GTK_LIST_VIEW (list->list), gtk_single_selection_get_selected (list->selection), GTK_LIST_SCROLL_FOCUS, NULL);
  if (!gtk_widget_grab_focus (list->list) && root != NULL)
    gtk_root_set_focus (root, NULL);
}

void
wave_room_list_focus_search (WaveRoomList *list)
{
  g_return_if_fail (WAVE_IS_ROOM_LIST (list));
  gtk_widget_grab_focus (list->search);
}

static void
wave_room_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, wave_room_list_get_selected (WAVE_ROOM_LIST (object)));
}

static void
wave_room_list_dispose (GObject *object)
{
  WaveRoomList *self = WAVE_ROOM_LIST (object);

  /* The view may live a while longer than we, and asks its model for sections when it goes. */
  if (self->child != NULL)
    gtk_list_view_set_model (GTK_LIST_VIEW (self->list), NULL);
  g_clear_pointer (&self->child, gtk_widget_unparent);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  /* It asks us for places, and may live longer, too. */
  if (self->order != NULL)
    wave_ordered_list_set_source (self->order, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->order);
  g_clear_object (&self->tenant);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (wave_room_list_parent_class)->dispose (object);
}

static void
wave_room_list_finalize (GObject *object)
{
  WaveRoomList *self = WAVE_ROOM_LIST (object);

  g_hash_table_unref (self->rows);
  g_ptr_array_unref (self->found);
  g_free (self->needle);
  G_OBJECT_CLASS (wave_room_list_parent_class)->finalize (object);
}

static void
wave_room_list_class_init (WaveRoomListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = wave_room_list_get_property;
  object_class->dispose = wave_room_list_dispose;
  object_class->finalize = wave_room_list_finalize;
  props[PROP_SELECTED_ROOM] = g_param_spec_object ("selected-room", NULL, NULL, WAVE_TYPE_ROOM, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signal_room_activated
      = g_signal_new ("room-activated", WAVE_TYPE_ROOM_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, WAVE_TYPE_ROOM);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_glance (WaveRoomList *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_widget_add_css_class (box, "glance");
  self->glance_rate = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->glance_rate), TRUE);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (self->glance_rate), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_xalign (GTK_LABEL (self->glance_rate), 0);
  gtk_widget_add_css_class (self->glance_rate, "heading");
  gtk_widget_add_css_class (self->glance_rate, "numeric");
  gtk_widget_set_hexpand (self->glance_rate, TRUE);
  self->glance_sparkline = wave_sparkline_new (110, 20);
  gtk_widget_set_tooltip_text (box, _("Events of the last five minutes"));
  self->glance_parts = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->glance_parts), 0);
  gtk_label_set_wrap (GTK_LABEL (self->glance_parts), TRUE);
  gtk_widget_add_css_class (self->glance_parts, "caption");
  gtk_widget_add_css_class (self->glance_parts, "dim-label");
  gtk_box_append (GTK_BOX (top), self->glance_rate);
  gtk_box_append (GTK_BOX (top), self->glance_sparkline);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), self->glance_parts);
  return box;
}

static void
make_list (WaveRoomList *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkListItemFactory *headers = gtk_signal_list_item_factory_new ();
  GtkGesture *gesture;

  self->order = wave_ordered_list_new (place, get_held, self);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->order)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (update_stack), self, G_CONNECT_SWAPPED);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  g_signal_connect (headers, "setup", G_CALLBACK (on_setup_header), self);
  g_signal_connect (headers, "bind", G_CALLBACK (on_bind_header), self);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_list_view_set_header_factory (GTK_LIST_VIEW (self->list), headers);
  g_object_unref (headers);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), FALSE);
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_widget_add_css_class (self->list, "rooms");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Rooms"), -1);
  g_signal_connect (self->list, "activate", G_CALLBACK (on_activate), self);
  gesture = gtk_gesture_click_new ();
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (gesture), GTK_PHASE_CAPTURE);
  g_signal_connect (gesture, "released", G_CALLBACK (on_clicked), self);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (gesture));
}

/* The search and, beside it, how the rooms are ordered. */
static GtkWidget *
make_search_bar (WaveRoomList *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GAction) order = g_settings_create_action (self->settings, "room-order");

  g_action_map_add_action (G_ACTION_MAP (group), order);
  gtk_widget_insert_action_group (bar, "rooms", G_ACTION_GROUP (group));
  g_menu_append (section, _("Latest Activity First"), "rooms.room-order::activity");
  g_menu_append (section, _("By Name"), "rooms.room-order::name");
  g_menu_append_section (menu, _("Order of the Rooms"), G_MENU_MODEL (section));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-sort-descending-symbolic");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _("Order of the Rooms"));
  gtk_widget_add_css_class (bar, "room-search");
  gtk_box_append (GTK_BOX (bar), self->search);
  gtk_box_append (GTK_BOX (bar), button);
  return bar;
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, WaveRoomList *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller))));

  self->scrolled = dy > 0 || gtk_adjustment_get_value (adjustment) > 1;
  return GDK_EVENT_PROPAGATE;
}

static void
wave_room_list_init (WaveRoomList *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkEventController *controller = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  self->rows = g_hash_table_new (NULL, NULL);
  self->found = g_ptr_array_new_with_free_func (g_object_unref);
  self->settings = g_settings_new (APPLICATION_ID);
  make_list (self);
  g_signal_connect_object (self->settings, "changed::room-order", G_CALLBACK (on_order_changed), self, G_CONNECT_SWAPPED);
  on_order_changed (self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "scroll", G_CALLBACK (on_scroll), self);
  gtk_widget_add_controller (scroller, controller);
  self->empty = adw_status_page_new ();
  gtk_widget_add_css_class (self->empty, "compact");
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), scroller, "list");
  gtk_stack_add_named (GTK_STACK (self->stack), self->empty, "empty");
  self->search = gtk_search_entry_new ();
  gtk_search_entry_set_placeholder_text (GTK_SEARCH_ENTRY (self->search), _("Search rooms and people"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search rooms and people"), -1);
  gtk_widget_set_hexpand (self->search, TRUE);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search_changed), self);
  self->child = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->child), make_glance (self));
  gtk_box_append (GTK_BOX (self->child), make_search_bar (self));
  gtk_box_append (GTK_BOX (self->child), self->stack);
  gtk_widget_set_parent (self->child, GTK_WIDGET (self));
  update_stack (self);
}
