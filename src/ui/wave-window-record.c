// SPDX-License-Identifier: GPL-3.0-or-later
// The window's record button, and saving what is there.
#include "config.h"

#include <glib/gi18n.h>

#include "model/wave-room.h"
#include "ui/wave-activity-page.h"
#include "ui/wave-application.h"
#include "ui/wave-format.h"
#include "ui/wave-rooms-page.h"
#include "ui/wave-save-dialog.h"
#include "ui/wave-window-private.h"

/* ---- files in toasts ---- */

static void
on_launched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!gtk_file_launcher_open_containing_folder_finish (GTK_FILE_LAUNCHER (source), result, &error)
      && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    wave_window_toast (self, error->message);
}

static void
show_in_files (WaveWindow *self, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);

  gtk_file_launcher_open_containing_folder (launcher, GTK_WINDOW (self), NULL, on_launched, g_object_ref (self));
}

static void
on_show_clicked (AdwToast *toast, WaveWindow *self)
{
  show_in_files (self, g_object_get_data (G_OBJECT (toast), "path"));
}

static void
on_open_clicked (AdwToast *toast, WaveWindow *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_object_get_data (G_OBJECT (toast), "path"));

  wave_application_open_recording (WAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), self, file);
}

static void
toast_file (WaveWindow *self, const char *text, const char *path, gboolean opens)
{
  AdwToast *toast = adw_toast_new ("");

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_title (toast, text);
  adw_toast_set_timeout (toast, 10);
  adw_toast_set_button_label (toast, opens ? _("_Open") : _("_Show in Files"));
  g_object_set_data_full (G_OBJECT (toast), "path", g_strdup (path), g_free);
  g_signal_connect_object (toast, "button-clicked", opens ? G_CALLBACK (on_open_clicked) : G_CALLBACK (on_show_clicked), self, G_CONNECT_DEFAULT);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
show_in_files_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);

  if (self->replay != NULL)
    show_in_files (self, wave_replay_get_path (self->replay));
  else if (self->recorder != NULL)
    show_in_files (self, wave_recorder_get_path (self->recorder));
}

/* ---- the button ---- */

static char *
dup_clock (gint64 us)
{
  gint64 seconds = us / G_USEC_PER_SEC;

  if (seconds >= 3600)
    return g_strdup_printf ("%d:%02d:%02d", (int) (seconds / 3600), (int) (seconds / 60 % 60), (int) (seconds % 60));
  return g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));
}

static void
show_recorder (WaveWindow *self)
{
  g_autofree char *clock = NULL;
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->record_button, self->monitor != NULL);
  if (self->recorder == NULL)
    {
      gtk_label_set_text (self->record_label, _("Record"));
      gtk_widget_remove_css_class (self->record_button, "recording");
      gtk_widget_set_tooltip_text (self->record_button, _("Record What Comes From Now On"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->record_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Record"), -1);
      return;
    }
  clock = dup_clock (wave_recorder_get_elapsed (self->recorder));
  size = wave_format_size (wave_recorder_get_size (self->recorder));
  text = g_strdup_printf ("%s · %s", clock, size);
  gtk_label_set_text (self->record_label, text);
  gtk_widget_add_css_class (self->record_button, "recording");
  gtk_widget_set_tooltip_text (self->record_button, _("Stop Recording"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->record_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Stop Recording"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static gboolean
on_record_timer (gpointer user_data)
{
  show_recorder (user_data);
  return G_SOURCE_CONTINUE;
}

static void
let_go (WaveWindow *self)
{
  g_clear_handle_id (&self->record_timer, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->recorder, self);
  if (self->monitor != NULL)
    wave_monitor_set_recorder (self->monitor, NULL);
  g_clear_object (&self->recorder);
  show_recorder (self);
}

static void
on_record_error (WaveWindow *self)
{
  /* The words are the person's to read in peace. */
  AdwToast *toast = adw_toast_new ("");
  g_autofree char *text
      = g_strdup_printf (_("The recording ended: %s. What was written is kept; watching goes on."), wave_recorder_get_error (self->recorder));

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_title (toast, text);
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_overlay_add_toast (self->toasts, toast);
  let_go (self);
}

static void
on_record_chosen (const WaveSaveChoice *choice, gpointer user_data)
{
  WaveWindow *self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->monitor != NULL && self->recorder == NULL && !wave_window_record_to (self, choice->path, choice->anonymise, &error))
    wave_window_toast (self, error->message);
}

gboolean
wave_window_record_to (WaveWindow *window, const char *path, gboolean anonymise, GError **error)
{
  g_return_val_if_fail (WAVE_IS_WINDOW (window) && path != NULL, FALSE);
  g_return_val_if_fail (window->monitor != NULL && window->recorder == NULL, FALSE);
  window->recorder
      = wave_recorder_new (path, wave_monitor_get_tenant (window->monitor), wave_monitor_get_credentials (window->monitor), anonymise, error);
  if (window->recorder == NULL)
    return FALSE;
  wave_monitor_set_recorder (window->monitor, window->recorder);
  g_signal_connect_swapped (window->recorder, "notify::error", G_CALLBACK (on_record_error), window);
  window->record_timer = g_timeout_add (500, on_record_timer, window);
  g_source_set_name_by_id (window->record_timer, "wave-window-record");
  show_recorder (window);
  return TRUE;
}

/* "acme 2026-11-25 14.05": who and when. */
static char *
dup_name (WaveWindow *self, const char *what)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *clock = g_date_time_format (now, "%Y-%m-%d %H.%M");
  g_autofree char *tenant = NULL;
  g_autofree char *server = NULL;

  g_object_get (wave_window_get_tenant (self), "tenant-name", &tenant, "server-name", &server, NULL);
  if (what == NULL)
    what = tenant != NULL ? tenant : server != NULL ? server : "wavescope";
  return g_strdup_printf ("%.60s %s", what, clock);
}

typedef struct {
  WaveWindow *window;
  char *path;
} Saved;

static void
saved_free (Saved *saved)
{
  g_object_unref (saved->window);
  g_free (saved->path);
  g_free (saved);
}

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saved *saved = user_data;
  g_autoptr (GError) error = NULL;
  gint64 n = wave_recorder_stop_finish (WAVE_RECORDER (source), result, &error);
  g_autofree char *count = NULL;
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;

  if (n < 0)
    wave_window_toast (saved->window, error->message);
  else
    {
      count = wave_format_count (n);
      size = wave_format_size (wave_recorder_get_size (WAVE_RECORDER (source)));
      /* Translators: how many frames, then the size of the file */
      text = g_strdup_printf (ngettext ("%s frame recorded, %s", "%s frames recorded, %s", n), count, size);
      toast_file (saved->window, text, saved->path, TRUE);
    }
  saved_free (saved);
}

static void
record_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);
  g_autofree char *file = NULL;
  Saved *saved;

  if (self->monitor == NULL)
    return;
  if (self->recorder == NULL)
    {
      file = dup_name (self, NULL);
      wave_save_dialog_present (widget, WAVE_SAVE_RECORD, _("Record"),
                                _("Everything that comes from now on goes into a file that can be opened, replayed and shared."), file, on_record_chosen,
                                g_object_ref (self), g_object_unref);
      return;
    }
  saved = g_new0 (Saved, 1);
  saved->window = g_object_ref (self);
  saved->path = g_strdup (wave_recorder_get_path (self->recorder));
  wave_recorder_stop_async (self->recorder, on_stopped, saved);
  let_go (self);
}

void
wave_window_forget_recorder (WaveWindow *self)
{
  g_autoptr (WaveRecorder) recorder = self->recorder != NULL ? g_object_ref (self->recorder) : NULL;

  if (recorder == NULL)
    return;
  let_go (self);
  wave_recorder_close (recorder);
}

void
wave_window_update_recorder (WaveWindow *self)
{
  show_recorder (self);
}

/* ---- saving what is there ---- */

typedef struct {
  WaveWindow *window;
  WaveEventLog *log;
  GArray *indices; /* nullable: all */
  char *room_id;   /* nullable */
} SaveRequest;

static void
save_request_free (gpointer data)
{
  SaveRequest *request = data;

  g_object_unref (request->window);
  g_object_unref (request->log);
  g_clear_pointer (&request->indices, g_array_unref);
  g_free (request->room_id);
  g_free (request);
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saved *saved = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = wave_event_log_export_finish (WAVE_EVENT_LOG (source), result, &error);
  g_autofree char *count = NULL;
  g_autofree char *text = NULL;

  if (n < 0)
    {
      text = g_strdup_printf (_("It could not be saved: %s"), error->message);
      wave_window_toast (saved->window, text);
    }
  else
    {
      count = wave_format_count (n);
      text = g_strdup_printf (ngettext ("%s event saved", "%s events saved", n), count);
      toast_file (saved->window, text, saved->path, FALSE);
    }
  saved_free (saved);
}

static void
on_save_chosen (const WaveSaveChoice *choice, gpointer user_data)
{
  SaveRequest *request = user_data;
  WaveWindow *self = request->window;
  WaveCredentials *credentials = self->monitor != NULL ? wave_monitor_get_credentials (self->monitor) : NULL;
  char *secrets[3] = { NULL };
  g_autofree char *tenant_id = NULL;
  g_autofree char *server_name = NULL;
  WaveRecordingHead head = { 0 };
  WaveExportOptions options = {
    .format = choice->format,
    .path = choice->path,
    .head = &head,
    .room_id = request->room_id,
    .anonymise = choice->anonymise,
    .secrets = (const char *const *) secrets,
  };
  Saved *saved = g_new0 (Saved, 1);
  g_autoptr (GPtrArray) snapshots = NULL;

  if (credentials != NULL)
    {
      guint n = 0;

      secrets[n] = wave_credentials_dup_access_token (credentials);
      n += secrets[n] != NULL;
      secrets[n] = wave_credentials_dup_refresh_token (credentials);
    }
  if (wave_window_get_tenant (self) != NULL)
    g_object_get (wave_window_get_tenant (self), "tenant-id", &tenant_id, "server-name", &server_name, NULL);
  head.tenant_id = tenant_id;
  head.server_name = server_name;
  /* A recording of a recording has its times. */
  if (self->replay != NULL && choice->format == WAVE_EXPORT_RECORDING)
    head.started_us = wave_replay_get_started_wall (self->replay);
  /* A journal has no names of those who said nothing of themselves. */
  if (self->monitor != NULL && choice->format == WAVE_EXPORT_RECORDING)
    options.snapshots = snapshots = wave_tenant_dup_snapshots (wave_window_get_tenant (self));
  saved->window = g_object_ref (self);
  saved->path = g_strdup (choice->path);
  wave_event_log_export_async (request->log, request->indices, &options, NULL, on_exported, saved);
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    wave_secret_free (secrets[i]);
}

static SaveRequest *
new_request (WaveWindow *self)
{
  SaveRequest *request = g_new0 (SaveRequest, 1);

  request->window = g_object_ref (self);
  request->log = g_object_ref (self->replay != NULL ? wave_replay_get_event_log (self->replay) : wave_monitor_get_event_log (self->monitor));
  return request;
}

static void
save_events_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);
  GtkWidget *page = wave_window_get_page (self, "activity");
  WaveEventView *view;
  SaveRequest *request;
  g_autofree char *file = NULL;
  g_autofree char *count = NULL;
  g_autofree char *body = NULL;
  gint64 from, to;
  guint n;

  if (page == NULL || wave_window_get_tenant (self) == NULL)
    return;
  view = wave_activity_page_get_view (WAVE_ACTIVITY_PAGE (page));
  request = new_request (self);
  g_object_get (view, "from-wall-us", &from, "to-wall-us", &to, NULL);
  if (wave_event_view_get_filter (view) != NULL || from > 0 || to < G_MAXINT64)
    request->indices = wave_event_view_dup_indices (view);
  n = request->indices != NULL ? request->indices->len : wave_event_log_get_n_events (request->log);
  count = wave_format_count (n);
  if (request->indices != NULL)
    body = g_strdup_printf (ngettext ("%s event that the filter and the range of Activity let through", "%s events that the filter and the range of Activity let through", n), count);
  else
    body = g_strdup_printf (ngettext ("%s event, all there is. Set a filter or a range in Activity to save fewer.", "%s events, all there are. Set a filter or a range in Activity to save fewer.", n), count);
  file = dup_name (self, NULL);
  wave_save_dialog_present (widget, WAVE_SAVE_EVENTS, _("Save Events"), body, file, on_save_chosen, request, save_request_free);
}

static void
save_transcript_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);
  GtkWidget *page = adw_view_stack_get_child_by_name (self->pages, "rooms");
  WaveRoom *room = page != NULL ? wave_rooms_page_get_room (WAVE_ROOMS_PAGE (page)) : NULL;
  SaveRequest *request;
  g_autofree char *file = NULL;

  if (room == NULL)
    return;
  request = new_request (self);
  request->room_id = g_strdup (wave_room_get_id (room));
  file = dup_name (self, wave_room_get_display_name (room));
  wave_save_dialog_present (widget, WAVE_SAVE_TRANSCRIPT, NULL, NULL, file, on_save_chosen, request, save_request_free);
}

void
wave_window_record_class_init (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.record", NULL, record_action);
  gtk_widget_class_install_action (widget_class, "win.save-events", NULL, save_events_action);
  gtk_widget_class_install_action (widget_class, "win.save-transcript", NULL, save_transcript_action);
  gtk_widget_class_install_action (widget_class, "win.show-in-files", NULL, show_in_files_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.record", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_s, GDK_CONTROL_MASK, "win.save-events", NULL);
}
