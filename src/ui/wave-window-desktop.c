// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-window-desktop.h"

#include <glib/gi18n.h>

#include "model/wave-stream.h"
#include "ui/wave-activity-page.h"
#include "ui/wave-help.h"
#include "ui/wave-palette.h"
#include "ui/wave-rooms-page.h"
#include "ui/wave-scope-page.h"
#include "ui/wave-window-private.h"

/* ---- shortcuts ---- */

static void
add_shortcut (GHashTable *table, GtkShortcut *shortcut, GdkDisplay *display)
{
  GtkShortcutAction *action = gtk_shortcut_get_action (shortcut);
  g_autofree char *detailed = NULL;

  if (!GTK_IS_NAMED_ACTION (action))
    return;
  detailed = g_action_print_detailed_name (gtk_named_action_get_action_name (GTK_NAMED_ACTION (action)), gtk_shortcut_get_arguments (shortcut));
  if (!g_hash_table_contains (table, detailed))
    g_hash_table_insert (table, g_steal_pointer (&detailed), gtk_shortcut_trigger_to_label (gtk_shortcut_get_trigger (shortcut), display));
}

GHashTable *
wave_window_list_shortcuts (WaveWindow *window)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (window));
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (window));
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (window));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);

          add_shortcut (table, shortcut, display);
        }
    }
  if (application != NULL)
    {
      g_auto (GStrv) described = gtk_application_list_action_descriptions (application);

      for (guint i = 0; described[i] != NULL; i++)
        {
          g_auto (GStrv) accels = gtk_application_get_accels_for_action (application, described[i]);
          guint key;
          GdkModifierType modifiers;

          if (accels[0] != NULL && gtk_accelerator_parse (accels[0], &key, &modifiers))
            g_hash_table_replace (table, g_strdup (described[i]), gtk_accelerator_get_label (key, modifiers));
        }
    }
  return table;
}

/* ---- the palette ---- */

/* An action of the window, or of something in it, or of the application. */
static void
on_go (WavePalette *palette, const char *action, GVariant *target, WaveWindow *self)
{
  if (!gtk_widget_activate_action_variant (GTK_WIDGET (self), action, target))
    g_warning ("there is no action %s", action);
}

static void
palette_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);
  AdwDialog *open = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));
  g_autoptr (GHashTable) shortcuts = NULL;
  WavePalette *palette;

  /* The same keys put it away again. */
  if (WAVE_IS_PALETTE (open))
    {
      adw_dialog_close (open);
      return;
    }
  shortcuts = wave_window_list_shortcuts (self);
  palette = wave_palette_new (wave_window_get_tenant (self), wave_window_get_primary_menu (self), shortcuts);
  g_signal_connect_object (palette, "go", G_CALLBACK (on_go), self, G_CONNECT_DEFAULT);
  adw_dialog_present (ADW_DIALOG (palette), widget);
}

/* ---- where palette and notifications lead to ---- */

static void
open_room_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);
  GtkWidget *rooms = wave_window_get_page (self, "rooms");
  const char *room = g_variant_get_string (parameter, NULL);

  wave_window_want_page (self, "rooms");
  if (rooms == NULL || !wave_rooms_page_open_room (WAVE_ROOMS_PAGE (rooms), room))
    wave_window_want_room (self, room);
}

static void
filter_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);
  GtkWidget *activity = wave_window_get_page (self, "activity");

  if (activity == NULL)
    return;
  wave_window_show_page (self, "activity");
  wave_activity_page_set_filter (WAVE_ACTIVITY_PAGE (activity), g_variant_get_string (parameter, NULL));
}

static void
show_stream_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);
  WaveTenant *tenant = wave_window_get_tenant (self);
  GtkWidget *scope = wave_window_get_page (self, "scope");
  guint64 serial = g_variant_get_uint64 (parameter);
  GListModel *streams;

  if (tenant == NULL || scope == NULL)
    return;
  wave_window_show_page (self, "scope");
  streams = G_LIST_MODEL (wave_tenant_get_streams (tenant));
  for (guint i = g_list_model_get_n_items (streams); i > 0; i--)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i - 1);

      if (wave_stream_get_serial (stream) == serial)
        {
          wave_scope_page_show_stream (WAVE_SCOPE_PAGE (scope), stream);
          return;
        }
    }
  wave_window_toast (self, _("That stream is no longer held; the journal may still have its events"));
}

static void
help_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *page = wave_window_get_page_name (WAVE_WINDOW (widget));

  wave_help_present (widget, page != NULL ? page : "start");
}

void
wave_window_install_desktop_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.palette", NULL, palette_action);
  gtk_widget_class_install_action (widget_class, "win.help", NULL, help_action);
  gtk_widget_class_install_action (widget_class, "win.open-room", "s", open_room_action);
  gtk_widget_class_install_action (widget_class, "win.filter", "s", filter_action);
  gtk_widget_class_install_action (widget_class, "win.show-stream", "t", show_stream_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_k, GDK_CONTROL_MASK, "win.palette", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F1, 0, "win.help", NULL);
}
