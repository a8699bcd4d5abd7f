// SPDX-License-Identifier: GPL-3.0-or-later
// What the preferences ask of the whole program: journals cleared, times written anew, going on without a window.
#include "config.h"

#include "ui/wave-application-private.h"

#include <glib/gi18n.h>

#include "ui/wave-disk.h"
#include "ui/wave-format.h"
#include "ui/wave-preferences.h"

/* ---- journals ---- */

char *
wave_application_dup_journals_dir (void)
{
  return g_build_filename (g_get_user_data_dir (), "wavescope", "journals", NULL);
}

/* A window whose journal is cleared, and what it takes to watch again. */
typedef struct {
  WaveWindow *window;
  WaveAccount *account; /* nullable */
  WaveCredentials *credentials;
  char *server;
  gboolean keeps;
} Watched;

static void
watched_free (gpointer data)
{
  Watched *watched = data;

  g_object_unref (watched->window);
  g_clear_object (&watched->account);
  wave_credentials_unref (watched->credentials);
  g_free (watched->server);
  g_free (watched);
}

static void
on_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WaveApplication *self = g_task_get_source_object (task);
  GPtrArray *list = g_task_get_task_data (task);
  GError *error = NULL;

  wave_disk_remove_finish (result, &error);
  for (guint i = 0; i < list->len; i++)
    {
      Watched *watched = list->pdata[i];
      g_autoptr (GError) failure = NULL;

      /* Closed, or used for something else, while the disk was at work. */
      if (gtk_window_get_application (GTK_WINDOW (watched->window)) == NULL || wave_window_get_monitor (watched->window) == NULL
          || wave_monitor_get_credentials (wave_window_get_monitor (watched->window)) != watched->credentials)
        continue;
      /* Plain http was allowed before, or it would not have been watched. */
      if (!wave_application_watch (self, watched->window, watched->account, watched->server, watched->credentials, TRUE, watched->keeps, &failure))
        wave_window_show_welcome (watched->window, failure->message);
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
wave_application_clear_journals_async (WaveApplication *application, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (watched_free);
  g_autofree char *dir = wave_application_dup_journals_dir ();
  GTask *task;

  g_return_if_fail (WAVE_IS_APPLICATION (application));
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (application)); link != NULL; link = link->next)
    {
      WaveMonitor *monitor = WAVE_IS_WINDOW (link->data) ? wave_window_get_monitor (link->data) : NULL;
      WaveAccount *account = monitor != NULL ? wave_window_get_account (link->data) : NULL;
      Watched *watched;

      /* The demo's journal is a temporary one. */
      if (monitor == NULL || wave_monitor_is_ephemeral (monitor))
        continue;
      watched = g_new0 (Watched, 1);
      watched->window = g_object_ref (link->data);
      watched->account = account != NULL ? g_object_ref (account) : NULL;
      watched->credentials = wave_credentials_ref (wave_monitor_get_credentials (monitor));
      watched->server = g_strdup (wave_monitor_get_server (monitor));
      watched->keeps = wave_window_get_keeps_token (watched->window);
      g_ptr_array_add (list, watched);
      wave_monitor_stop (monitor);
    }
  task = g_task_new (application, NULL, callback, user_data);
  g_task_set_source_tag (task, wave_application_clear_journals_async);
  g_task_set_task_data (task, g_steal_pointer (&list), (GDestroyNotify) g_ptr_array_unref);
  wave_disk_remove_async (dir, NULL, on_removed, task);
}

gboolean
wave_application_clear_journals_finish (WaveApplication *application, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, application), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- times ---- */

/* Every row that stands is made anew, so that what it wrote is written as it is now. */
static void
renew_rows (GtkWidget *widget)
{
  if (GTK_IS_LIST_VIEW (widget))
    {
      GtkListItemFactory *factory = gtk_list_view_get_factory (GTK_LIST_VIEW (widget));

      if (factory != NULL)
        {
          g_object_ref (factory);
          gtk_list_view_set_factory (GTK_LIST_VIEW (widget), NULL);
          gtk_list_view_set_factory (GTK_LIST_VIEW (widget), factory);
          g_object_unref (factory);
        }
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    renew_rows (child);
}

static void
apply_clock (WaveApplication *self)
{
  WaveClock clock = (WaveClock) g_settings_get_enum (self->settings, "clock-format");

  if (clock == wave_format_get_clock ())
    return;
  wave_format_set_clock (clock);
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL; link = link->next)
    renew_rows (link->data);
}

/* ---- without a window ---- */

static void
on_background (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  /* A desktop without the portal lets a program run on anyway. */
  if (error != NULL)
    g_debug ("the portal was not asked for leave to run in the background: %s", error->message);
}

/* Inside a sandbox the portal has to allow it. */
static void
ask_portal (WaveApplication *self)
{
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (self));
  GVariantBuilder options;

  if (bus == NULL || self->background_asked)
    return;
  self->background_asked = TRUE;
  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "reason", g_variant_new_string (_("Go on watching when the window is closed")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (FALSE));
  g_variant_builder_add (&options, "{sv}", "dbus-activatable", g_variant_new_boolean (FALSE));
  g_dbus_connection_call (bus, "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Background",
                          "RequestBackground", g_variant_new ("(sa{sv})", "", &options), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL,
                          on_background, NULL);
}

#define BACKGROUND_ID "background"

/* There is nothing to be seen of it any more, so it says that it goes on, and how to end it. */
static void
tell_of_background (WaveApplication *self)
{
  g_autoptr (GNotification) notification = g_notification_new (_("Wavescope Goes On Watching"));

  g_notification_set_body (notification, _("Start it again to see what it sees. Whether it runs in the background is a preference."));
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_LOW);
  g_notification_add_button (notification, _("Quit"), "app.quit");
  g_application_send_notification (G_APPLICATION (self), BACKGROUND_ID, notification);
}

static void
on_seen_again (WaveApplication *self)
{
  g_application_withdraw_notification (G_APPLICATION (self), BACKGROUND_ID);
}

gboolean
wave_application_goes_on_without (WaveApplication *application, WaveWindow *window)
{
  WaveMonitor *monitor;

  g_return_val_if_fail (WAVE_IS_APPLICATION (application), FALSE);
  monitor = wave_window_get_monitor (window);
  if (!g_settings_get_boolean (application->settings, "run-in-background") || monitor == NULL || wave_monitor_is_ephemeral (monitor))
    return FALSE;
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (application)); link != NULL; link = link->next)
    if (link->data != window && WAVE_IS_WINDOW (link->data) && gtk_widget_get_visible (link->data))
      return FALSE;
  ask_portal (application);
  g_signal_handlers_disconnect_by_func (window, on_seen_again, application);
  g_signal_connect_object (window, "map", G_CALLBACK (on_seen_again), application, G_CONNECT_SWAPPED);
  tell_of_background (application);
  return TRUE;
}

/* Nobody sees these windows and nobody asked for them any more. */
static void
on_background_changed (WaveApplication *self)
{
  g_autoptr (GPtrArray) hidden = g_ptr_array_new_with_free_func (g_object_unref);

  if (g_settings_get_boolean (self->settings, "run-in-background"))
    {
      ask_portal (self);
      return;
    }
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL; link = link->next)
    if (WAVE_IS_WINDOW (link->data) && wave_window_get_monitor (link->data) != NULL && !gtk_widget_get_visible (link->data))
      g_ptr_array_add (hidden, g_object_ref (link->data));
  for (guint i = 0; i < hidden->len; i++)
    gtk_window_destroy (hidden->pdata[i]);
}

/* ---- the dialog ---- */

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveApplication *self = user_data;
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  WaveMonitor *monitor = WAVE_IS_WINDOW (window) ? wave_window_get_monitor (WAVE_WINDOW (window)) : NULL;

  adw_dialog_present (ADW_DIALOG (wave_preferences_new (self, self->settings, monitor != NULL ? wave_monitor_get_server (monitor) : NULL)),
                      window != NULL ? GTK_WIDGET (window) : NULL);
}

void
wave_application_init_settings (WaveApplication *self)
{
  static const GActionEntry actions[] = {
    { .name = "preferences", .activate = preferences_action },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.preferences", (const char *[]){ "<Control>comma", NULL });
  g_signal_connect_object (self->settings, "changed::clock-format", G_CALLBACK (apply_clock), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "changed::run-in-background", G_CALLBACK (on_background_changed), self, G_CONNECT_SWAPPED);
  apply_clock (self);
}
