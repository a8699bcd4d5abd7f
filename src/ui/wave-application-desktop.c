// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-application-desktop.h"

#include <glib/gi18n.h>

#include "ui/wave-about.h"

/* The window of that number; when it is gone meanwhile, the one that was used last. */
static WaveWindow *
find_window (WaveApplication *self, guint32 id)
{
  GtkWindow *window = gtk_application_get_window_by_id (GTK_APPLICATION (self), id);

  if (window == NULL)
    window = gtk_application_get_active_window (GTK_APPLICATION (self));
  /* A notification that outlived the program starts it. */
  if (window == NULL)
    {
      g_application_activate (G_APPLICATION (self));
      window = gtk_application_get_active_window (GTK_APPLICATION (self));
    }
  if (!WAVE_IS_WINDOW (window))
    return NULL;
  gtk_window_present (window);
  return WAVE_WINDOW (window);
}

static void
open_room_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  guint32 id;
  const char *room;
  WaveWindow *window;

  g_variant_get (parameter, "(u&s)", &id, &room);
  window = find_window (user_data, id);
  if (window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.open-room", "s", room);
}

static void
show_stream_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  guint32 id;
  guint64 serial;
  WaveWindow *window;

  g_variant_get (parameter, "(ut)", &id, &serial);
  window = find_window (user_data, id);
  if (window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.show-stream", "t", serial);
}

static void
show_connection_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveWindow *window = find_window (user_data, g_variant_get_uint32 (parameter));

  if (window != NULL)
    wave_window_want_page (window, "connection");
}

static void
retry_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveWindow *window = find_window (user_data, g_variant_get_uint32 (parameter));

  if (window != NULL)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.retry", NULL);
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  wave_about_present (window != NULL ? GTK_WIDGET (window) : NULL, WAVE_IS_WINDOW (window) ? wave_window_get_monitor (WAVE_WINDOW (window)) : NULL);
}

void
wave_application_follow_language (void)
{
  /* Translators: leave this as it is if your language is written from left to right; write “default:RTL” if it is written from right to left. It is not
   * shown, it decides where everything stands. */
  const char *direction = C_ ("text direction", "default:LTR");

  /* GTK asks the locale, which need not be that of the translation. */
  if (g_str_equal (direction, "default:RTL"))
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
}

void
wave_application_add_desktop_actions (WaveApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "open-room", .activate = open_room_action, .parameter_type = "(us)" },
    { .name = "show-stream", .activate = show_stream_action, .parameter_type = "(ut)" },
    { .name = "show-connection", .activate = show_connection_action, .parameter_type = "u" },
    { .name = "retry", .activate = retry_action, .parameter_type = "u" },
    { .name = "about", .activate = about_action },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
}
