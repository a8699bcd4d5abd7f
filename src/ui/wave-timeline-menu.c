// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-timeline-menu.h"

#include <glib/gi18n.h>

#include "model/wave-stream.h"
#include "protocol/wave-payloads.h"

typedef struct
{
  GtkWidget *over; /* borrowed: the popover is its child */
  WaveTimelineItem *item;
} Target;

static void
target_free (gpointer data, GClosure *closure)
{
  Target *target = data;

  g_object_unref (target->item);
  g_free (target);
}

char *
wave_timeline_menu_dup_text (WaveTimelineItem *item)
{
  const WaveMessage *message = wave_timeline_item_get_message (item);
  const char *body = wave_timeline_item_get_body (item);

  if (body == NULL && message != NULL && !wave_timeline_item_get_redacted (item))
    body = message->content_json;
  return g_strdup (body);
}

static void
on_copy_text (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Target *target = user_data;
  g_autofree char *text = wave_timeline_menu_dup_text (target->item);

  if (text != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (target->over), text);
}

static void
on_copy_id (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Target *target = user_data;
  const char *id = wave_timeline_item_get_event_id (target->item);

  if (id != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (target->over), id);
}

static void
on_show_event (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Target *target = user_data;
  const char *id = wave_timeline_item_get_event_id (target->item);
  g_auto (GStrv) parts = id != NULL ? g_strsplit (id, "\"", -1) : NULL;
  g_autofree char *escaped = parts != NULL ? g_strjoinv ("\\\"", parts) : NULL;
  g_autofree char *filter = escaped != NULL ? g_strdup_printf ("id:\"%s\"", escaped) : NULL;

  if (filter != NULL)
    gtk_widget_activate_action (target->over, "win.filter", "s", filter);
}

static void
on_show_stream (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Target *target = user_data;
  WaveStream *stream = wave_timeline_item_get_stream (target->item);

  if (stream != NULL)
    gtk_widget_activate_action (target->over, "win.show-stream", "t", wave_stream_get_serial (stream));
}

static void
on_jump (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Target *target = user_data;
  const char *id = wave_timeline_item_get_reply_to_id (target->item);

  if (id != NULL)
    gtk_widget_activate_action (target->over, "timeline.jump", "s", id);
}

static void
add_action (GSimpleActionGroup *group, const char *name, GCallback callback, GtkWidget *over, WaveTimelineItem *item)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new (name, NULL);
  Target *target = g_new0 (Target, 1);

  target->over = over;
  target->item = g_object_ref (item);
  g_signal_connect_data (action, "activate", callback, target, target_free, G_CONNECT_DEFAULT);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
}

/* After the action of the item that was chosen has run. */
static gboolean
unparent_later (gpointer popover)
{
  if (gtk_widget_get_parent (popover) != NULL)
    gtk_widget_unparent (popover);
  return G_SOURCE_REMOVE;
}

static void
on_closed (GtkPopover *popover)
{
  guint id = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, unparent_later, g_object_ref (popover), g_object_unref);

  g_source_set_name_by_id (id, "wave-timeline-menu-closed");
}

void
wave_timeline_menu_popup (GtkWidget *over, WaveTimelineItem *item, const GdkRectangle *at)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) copy = g_menu_new ();
  g_autoptr (GMenu) show = g_menu_new ();
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autofree char *text = wave_timeline_menu_dup_text (item);
  GtkWidget *popover;

  if (text != NULL)
    {
      g_menu_append (copy, _("_Copy Text"), "message.copy-text");
      add_action (group, "copy-text", G_CALLBACK (on_copy_text), over, item);
    }
  if (wave_timeline_item_get_event_id (item) != NULL)
    {
      g_menu_append (copy, _("Copy Event _ID"), "message.copy-id");
      add_action (group, "copy-id", G_CALLBACK (on_copy_id), over, item);
      g_menu_append (show, _("Show in _Activity"), "message.show-event");
      add_action (group, "show-event", G_CALLBACK (on_show_event), over, item);
    }
  if (wave_timeline_item_get_stream (item) != NULL)
    {
      g_menu_append (show, _("Open in _Scope"), "message.show-stream");
      add_action (group, "show-stream", G_CALLBACK (on_show_stream), over, item);
    }
  if (wave_timeline_item_get_reply_to (item) != NULL)
    {
      g_menu_append (show, _("Go to What It A_nswers"), "message.jump");
      add_action (group, "jump", G_CALLBACK (on_jump), over, item);
    }
  if (g_menu_model_get_n_items (G_MENU_MODEL (copy)) + g_menu_model_get_n_items (G_MENU_MODEL (show)) == 0)
    return;
  g_menu_append_section (menu, NULL, G_MENU_MODEL (copy));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (show));
  popover = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_widget_insert_action_group (popover, "message", G_ACTION_GROUP (group));
  gtk_widget_set_parent (popover, over);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), at);
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  g_signal_connect (popover, "closed", G_CALLBACK (on_closed), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}
