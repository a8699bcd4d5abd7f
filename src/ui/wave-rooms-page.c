// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-rooms-page.h"

#include <glib/gi18n.h>

#include "model/wave-room.h"
#include "ui/wave-format.h"
#include "ui/wave-muted-rooms.h"
#include "ui/wave-room-list.h"
#include "ui/wave-room-memory.h"
#include "ui/wave-side-pane.h"
#include "ui/wave-timeline-view.h"
#include "ui/wave-words-room.h"
#include "ui/wave-wrap.h"

/* So many seconds the room of the last time may take to appear before another one is opened. */
#define LAST_ROOM_S 3
/* Until it is looked for first. */
#define FIRST_LOOK_MS 150

struct _WaveRoomsPage
{
  AdwBreakpointBin parent_instance;

  AdwNavigationSplitView *split;
  AdwOverlaySplitView *side_split;
  WaveRoomList *room_list;
  GtkStack *stack;
  GtkWidget *back, *side_button;
  GtkToggleButton *mute_button;
  GtkLabel *room_name, *room_detail;
  WaveTimelineView *timeline;
  WaveSidePane *side_pane;

  WaveTenant *tenant;
  WaveRoom *room;
  GSettings *settings;
  guint waited;      /* seconds, for the room of the last time */
  gboolean adapting; /* the pane comes or goes with the width, not by a person */
  GBinding *mute_binding;
  gulong room_handler;
  guint timer, first_timer;
};

G_DEFINE_FINAL_TYPE (WaveRoomsPage, wave_rooms_page, ADW_TYPE_BREAKPOINT_BIN)

static void
append_part (GString *line, const char *part)
{
  g_string_append_printf (line, "%s%s", line->len > 0 ? " · " : "", part);
}

static void
update_header (WaveRoomsPage *self)
{
  g_autoptr (GString) detail = g_string_new (NULL);
  g_autofree char *engagement = NULL;
  guint members;
  gboolean federated, forbidden, left;

  g_object_get (self->room, "engagement", &engagement, "n-members", &members, "federated", &federated, "forbidden", &forbidden, "left", &left, NULL);
  if (g_strcmp0 (gtk_label_get_text (self->room_name), wave_room_get_display_name (self->room)) != 0)
    {
      gtk_label_set_text (self->room_name, wave_room_get_display_name (self->room));
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->room_name), wave_room_get_display_name (self->room));
    }
  if (wave_room_get_topic (self->room) != NULL)
    {
      g_autofree char *topic = wave_words_line (wave_room_get_topic (self->room), 400);

      append_part (detail, topic);
    }
  if (members > 0)
    {
      g_autofree char *count = wave_format_count (members);
      g_autofree char *words = g_strdup_printf (ngettext ("%s member", "%s members", members), count);

      append_part (detail, words);
    }
  if (engagement != NULL)
    {
      g_autofree char *answers = wave_words_engagement (engagement);
      /* Translators: "AI answers when mentioned" */
      g_autofree char *words = g_strdup_printf (_("AI %s"), answers);

      append_part (detail, words);
    }
  if (federated)
    append_part (detail, _("federated"));
  if (forbidden)
    append_part (detail, _("this account may not read it"));
  else if (left)
    append_part (detail, _("this account has left it"));
  /* Called with every change of the room; a tooltip asks the display server where the pointer is. */
  if (g_strcmp0 (gtk_label_get_text (self->room_detail), detail->str) != 0)
    {
      gtk_label_set_text (self->room_detail, detail->str);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->room_detail), detail->str);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->room_detail), detail->len > 0);
}

static void
show_room (WaveRoomsPage *self, WaveRoom *room)
{
  if (self->room == room)
    return;
  g_clear_signal_handler (&self->room_handler, self->room);
  if (self->mute_binding != NULL)
    g_binding_unbind (self->mute_binding);
  g_clear_object (&self->mute_binding);
  g_set_object (&self->room, room);
  wave_timeline_view_set_room (self->timeline, room);
  wave_side_pane_set_room (self->side_pane, room);
  gtk_stack_set_visible_child_name (self->stack, room != NULL ? "room" : "none");
  if (room == NULL)
    return;
  wave_room_memory_set (self->settings, self->tenant, wave_room_get_id (room));
  self->room_handler = g_signal_connect_swapped (room, "notify", G_CALLBACK (update_header), self);
  self->mute_binding = g_object_ref (
      g_object_bind_property (room, "muted", self->mute_button, "active", G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE));
  update_header (self);
  wave_side_pane_tick (self->side_pane, wave_tenant_get_now_mono (self->tenant));
}

static void
on_room_selected (WaveRoomList *list, GParamSpec *pspec, WaveRoomsPage *self)
{
  WaveRoom *room = wave_room_list_get_selected (list);

  /* A filter may hide the selected room; what is read stays on screen. */
  if (room == NULL)
    return;
  show_room (self, room);
  /* In a narrow window one walks through the list first and then opens a room. */
  if (!adw_navigation_split_view_get_collapsed (self->split))
    adw_navigation_split_view_set_show_content (self->split, TRUE);
}

static void
on_room_activated (WaveRoomList *list, WaveRoom *room, WaveRoomsPage *self)
{
  show_room (self, room);
  adw_navigation_split_view_set_show_content (self->split, TRUE);
}

static void
on_back (GtkButton *button, WaveRoomsPage *self)
{
  adw_navigation_split_view_set_show_content (self->split, FALSE);
}

static void
on_open_room (WaveSidePane *pane, const char *room_id, WaveRoomsPage *self)
{
  wave_rooms_page_open_room (self, room_id);
}

/* ---- the pane beside the room ---- */

static void
adapt_pane (WaveRoomsPage *self)
{
  if (self->settings == NULL)
    return;
  self->adapting = TRUE;
  adw_overlay_split_view_set_show_sidebar (self->side_split, !adw_overlay_split_view_get_collapsed (self->side_split)
                                                                 && g_settings_get_boolean (self->settings, "side-pane"));
  self->adapting = FALSE;
}

static void
on_pane_collapsed (AdwOverlaySplitView *split, GParamSpec *pspec, WaveRoomsPage *self)
{
  adapt_pane (self);
}

static void
on_pane_setting (WaveRoomsPage *self)
{
  if (!adw_overlay_split_view_get_collapsed (self->side_split))
    adapt_pane (self);
}

static void
on_pane_shown (AdwOverlaySplitView *split, GParamSpec *pspec, WaveRoomsPage *self)
{
  /* Over a narrow window the pane is opened for a look, which says nothing of the next time. */
  if (self->settings != NULL && !self->adapting && !adw_overlay_split_view_get_collapsed (split))
    g_settings_set_boolean (self->settings, "side-pane", adw_overlay_split_view_get_show_sidebar (split));
}

/* Where there is place for it, a room is open from the start: that of the last time, else the liveliest. */
static void
open_some_room (WaveRoomsPage *self)
{
  g_autofree char *last = wave_room_memory_dup (self->settings, self->tenant);

  if (last != NULL && wave_rooms_page_open_room (self, last))
    return;
  if (last == NULL || ++self->waited > LAST_ROOM_S)
    wave_room_list_select_first (self->room_list);
}

static gboolean
on_timer (gpointer user_data)
{
  WaveRoomsPage *self = user_data;

  wave_room_list_tick (self->room_list);
  if (self->room == NULL && !adw_navigation_split_view_get_collapsed (self->split))
    open_some_room (self);
  wave_side_pane_tick (self->side_pane, wave_tenant_get_now_mono (self->tenant));
  return G_SOURCE_CONTINUE;
}

/* A narrow page begins with the list: only once it has its width it is known which it is. */
static gboolean
on_first_look (gpointer user_data)
{
  WaveRoomsPage *self = user_data;
  g_autofree char *last = NULL;

  if (gtk_widget_get_width (GTK_WIDGET (self->split)) == 0)
    return G_SOURCE_CONTINUE;
  last = wave_room_memory_dup (self->settings, self->tenant);
  self->first_timer = 0;
  if (self->room == NULL && last != NULL && !adw_navigation_split_view_get_collapsed (self->split))
    wave_rooms_page_open_room (self, last);
  return G_SOURCE_REMOVE;
}

static void
wave_rooms_page_map (GtkWidget *widget)
{
  WaveRoomsPage *self = WAVE_ROOMS_PAGE (widget);

  GTK_WIDGET_CLASS (wave_rooms_page_parent_class)->map (widget);
  if (self->room == NULL && self->first_timer == 0)
    {
      self->first_timer = g_timeout_add (FIRST_LOOK_MS, on_first_look, self);
      g_source_set_name_by_id (self->first_timer, "wave-rooms-page-first");
    }
  if (self->timer == 0)
    {
      self->timer = g_timeout_add_seconds (1, on_timer, self);
      g_source_set_name_by_id (self->timer, "wave-rooms-page-tick");
    }
  /* What one wants to do first is to walk through the rooms, not to search. */
  wave_room_list_focus (self->room_list);
}

static void
wave_rooms_page_unmap (GtkWidget *widget)
{
  WaveRoomsPage *self = WAVE_ROOMS_PAGE (widget);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->first_timer, g_source_remove);
  GTK_WIDGET_CLASS (wave_rooms_page_parent_class)->unmap (widget);
}

/* ---- the way back by keyboard ---- */

/* First the pane that lies over the timeline, then, by the split view's own key, the timeline. */
static gboolean
on_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType modifiers, WaveRoomsPage *self)
{
  if (keyval != GDK_KEY_Escape || !adw_overlay_split_view_get_collapsed (self->side_split) || !adw_overlay_split_view_get_show_sidebar (self->side_split)
      || !adw_navigation_split_view_get_show_content (self->split))
    return GDK_EVENT_PROPAGATE;
  adw_overlay_split_view_set_show_sidebar (self->side_split, FALSE);
  return GDK_EVENT_STOP;
}

/* Whoever comes back to the list is at the room that they come from, not in the search. */
static void
on_show_content (WaveRoomsPage *self)
{
  if (adw_navigation_split_view_get_collapsed (self->split) && !adw_navigation_split_view_get_show_content (self->split))
    wave_room_list_focus (self->room_list);
}

/* ---- the menu of the room ---- */

static void
show_events_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveRoomsPage *self = WAVE_ROOMS_PAGE (widget);
  g_auto (GStrv) parts = self->room != NULL ? g_strsplit (wave_room_get_id (self->room), "\"", -1) : NULL;
  g_autofree char *escaped = parts != NULL ? g_strjoinv ("\\\"", parts) : NULL;
  g_autofree char *filter = escaped != NULL ? g_strdup_printf ("room:\"%s\"", escaped) : NULL;

  if (filter != NULL)
    gtk_widget_activate_action (widget, "win.filter", "s", filter);
}

static void
latest_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wave_timeline_view_jump_to_latest (WAVE_ROOMS_PAGE (widget)->timeline);
}

static void
copy_id_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveRoomsPage *self = WAVE_ROOMS_PAGE (widget);

  if (self->room != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), wave_room_get_id (self->room));
}

gboolean
wave_rooms_page_open_room (WaveRoomsPage *page, const char *room)
{
  WaveTenant *tenant;
  WaveRoom *found;
  GListModel *rooms;

  g_return_val_if_fail (WAVE_IS_ROOMS_PAGE (page), FALSE);
  tenant = page->tenant;
  found = wave_tenant_get_room (tenant, room);
  rooms = wave_tenant_get_rooms (tenant);
  for (guint i = 0; found == NULL && i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (WaveRoom) candidate = g_list_model_get_item (rooms, i);

      if (g_ascii_strcasecmp (wave_room_get_display_name (candidate), room) == 0)
        found = candidate;
    }
  if (found == NULL)
    return FALSE;
  wave_room_list_select (page->room_list, found);
  show_room (page, found);
  adw_navigation_split_view_set_show_content (page->split, TRUE);
  return TRUE;
}

void
wave_rooms_page_focus_search (WaveRoomsPage *page)
{
  g_return_if_fail (WAVE_IS_ROOMS_PAGE (page));
  adw_navigation_split_view_set_show_content (page->split, FALSE);
  wave_room_list_focus_search (page->room_list);
}

static void
wave_rooms_page_dispose (GObject *object)
{
  WaveRoomsPage *self = WAVE_ROOMS_PAGE (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->first_timer, g_source_remove);
  if (self->timeline != NULL)
    show_room (self, NULL);
  adw_breakpoint_bin_set_child (ADW_BREAKPOINT_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_ROOMS_PAGE);
  g_clear_object (&self->tenant);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (wave_rooms_page_parent_class)->dispose (object);
}

static void
wave_rooms_page_class_init (WaveRoomsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_rooms_page_dispose;
  widget_class->map = wave_rooms_page_map;
  widget_class->unmap = wave_rooms_page_unmap;
  g_type_ensure (WAVE_TYPE_ROOM_LIST);
  g_type_ensure (WAVE_TYPE_TIMELINE_VIEW);
  g_type_ensure (WAVE_TYPE_SIDE_PANE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-rooms-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveRoomsPage, split);
  gtk_widget_class_bind_template_child (widget_class, WaveRoomsPage, side_split);
  gtk_widget_class_bind_template_child (widget_class, WaveRoomsPage, room_list);
  gtk_widget_class_bind_template_child (widget_class, WaveRoomsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, WaveRoomsPage, back);
  gtk_widget_class_bind_template_child (widget_class, WaveRoomsPage, side_button);
  gtk_widget_class_bind_template_child (widget_class, WaveRoomsPage, mute_button);
  gtk_widget_class_bind_template_child (widget_class, WaveRoomsPage, room_name);
  gtk_widget_class_bind_template_child (widget_class, WaveRoomsPage, room_detail);
  gtk_widget_class_bind_template_child (widget_class, WaveRoomsPage, timeline);
  gtk_widget_class_bind_template_child (widget_class, WaveRoomsPage, side_pane);
  gtk_widget_class_install_action (widget_class, "room.show-events", NULL, show_events_action);
  gtk_widget_class_install_action (widget_class, "room.latest", NULL, latest_action);
  gtk_widget_class_install_action (widget_class, "room.copy-id", NULL, copy_id_action);
  gtk_widget_class_bind_template_callback (widget_class, on_room_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_room_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_back);
  gtk_widget_class_bind_template_callback (widget_class, on_open_room);
  gtk_widget_class_bind_template_callback (widget_class, on_pane_collapsed);
  gtk_widget_class_bind_template_callback (widget_class, on_pane_shown);
}

static void
wave_rooms_page_init (WaveRoomsPage *self)
{
  GtkEventController *controller = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  wave_wrap_label (self->room_name);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
  g_signal_connect_object (self->split, "notify::show-content", G_CALLBACK (on_show_content), self, G_CONNECT_SWAPPED);
}

/* A replay jumped: the room that is open is another object now. */
static void
on_replaced (WaveRoomsPage *self)
{
  WaveRoom *room = self->room != NULL ? wave_tenant_get_room (self->tenant, wave_room_get_id (self->room)) : NULL;

  if (self->room != NULL)
    {
      show_room (self, room);
      wave_room_list_select (self->room_list, room);
    }
  if (room == NULL)
    adw_navigation_split_view_set_show_content (self->split, FALSE);
  wave_room_list_tick (self->room_list);
}

GtkWidget *
wave_rooms_page_new (WaveTenant *tenant)
{
  WaveRoomsPage *self = g_object_new (WAVE_TYPE_ROOMS_PAGE, NULL);

  g_set_object (&self->tenant, tenant);
  self->settings = g_settings_new (APPLICATION_ID);
  g_signal_connect_object (self->settings, "changed::side-pane", G_CALLBACK (on_pane_setting), self, G_CONNECT_SWAPPED);
  adapt_pane (self);
  wave_muted_rooms_follow (tenant);
  wave_room_list_set_tenant (self->room_list, tenant);
  g_signal_connect_object (tenant, "replaced", G_CALLBACK (on_replaced), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

WaveRoom *
wave_rooms_page_get_room (WaveRoomsPage *page)
{
  g_return_val_if_fail (WAVE_IS_ROOMS_PAGE (page), NULL);
  return page->room;
}
