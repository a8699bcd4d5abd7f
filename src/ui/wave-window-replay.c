// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings in the window: opening by dialog and by drop, and everything the transport bar needs.
#include "config.h"

#include <glib/gi18n.h>

#include "ui/wave-activity-page.h"
#include "ui/wave-application.h"
#include "ui/wave-connection-page.h"
#include "ui/wave-rooms-page.h"
#include "ui/wave-scope-page.h"
#include "ui/wave-window-private.h"

/* ---- the state in words ---- */

void
wave_window_update_replay_state (WaveWindow *self)
{
  g_autofree char *name = g_path_get_basename (wave_replay_get_path (self->replay));
  g_autofree char *shown = g_filename_display_name (name);
  const char *note = wave_event_log_get_note (wave_replay_get_event_log (self->replay));
  WaveTenant *tenant = wave_replay_get_tenant (self->replay);
  g_autofree char *server = NULL;

  g_object_get (tenant, "server-name", &server, NULL);
  gtk_label_set_text (self->state_label, _("Recording"));
  gtk_label_set_text (self->state_detail, shown);
  if (self->state_class != NULL)
    gtk_widget_remove_css_class (self->state_dot, self->state_class);
  gtk_widget_add_css_class (self->state_dot, self->state_class = "recorded");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->state_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Recording"), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  shown, -1);
  gtk_label_set_text (self->popover_cause, server != NULL ? server : shown);
  gtk_label_set_text (self->popover_advice, _("Nothing here is live: rooms, timeline and scope show what was at the moment that the bar below tells."));
  gtk_widget_set_visible (GTK_WIDGET (self->popover_advice), TRUE);
  if (note != NULL)
    {
      adw_banner_set_use_markup (self->banner, FALSE);
      adw_banner_set_title (self->banner, note);
      adw_banner_set_button_label (self->banner, _("_Dismiss"));
    }
  adw_banner_set_revealed (self->banner, note != NULL && !self->note_read);
}

gboolean
wave_window_dismiss_note (WaveWindow *self)
{
  if (self->replay == NULL)
    return FALSE;
  self->note_read = TRUE;
  adw_banner_set_revealed (self->banner, FALSE);
  return TRUE;
}

/* ---- opening ---- */

static void
complain (WaveWindow *self, const char *text)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("The Recording Cannot Be Opened"), NULL);

  adw_alert_dialog_set_body_use_markup (ADW_ALERT_DIALOG (dialog), FALSE);
  adw_alert_dialog_set_body (ADW_ALERT_DIALOG (dialog), text);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
on_error (WaveWindow *self)
{
  g_autofree char *text = NULL;

  g_object_get (self->replay, "error", &text, NULL);
  wave_window_forget (self);
  wave_window_show_welcome (self, NULL);
  complain (self, text != NULL ? text : _("It is not a recording."));
}

static void
on_replay_ready (WaveWindow *self)
{
  wave_window_update_replay_state (self);
}

void
wave_window_forget_replay (WaveWindow *self)
{
  if (self->replay == NULL)
    return;
  g_signal_group_set_target (self->replay_signals, NULL);
  g_signal_group_set_target (self->log_signals, NULL);
  wave_transport_set_replay (self->transport, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->transport), FALSE);
  gtk_widget_set_visible (self->files_button, FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.replay-event", FALSE);
  gtk_widget_remove_css_class (GTK_WIDGET (self), "replay");
  wave_replay_close (self->replay);
  g_clear_object (&self->replay);
}

void
wave_window_replay (WaveWindow *window, WaveReplay *replay)
{
  WaveTenant *tenant;

  g_return_if_fail (WAVE_IS_WINDOW (window) && WAVE_IS_REPLAY (replay));
  wave_window_forget (window);
  window->replay = g_object_ref (replay);
  window->note_read = FALSE;
  tenant = wave_replay_get_tenant (replay);
  wave_window_begin_pages (window);
  wave_window_add_pages (window, wave_rooms_page_new (tenant), wave_scope_page_new_for_tenant (tenant));
  wave_window_end_pages (window, tenant);
  g_signal_group_set_target (window->replay_signals, replay);
  g_signal_group_set_target (window->log_signals, wave_replay_get_event_log (replay));
  wave_transport_set_replay (window->transport, replay);
  gtk_widget_set_visible (GTK_WIDGET (window->transport), TRUE);
  gtk_widget_set_visible (window->files_button, TRUE);
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "win.replay-event", TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (window), "replay");
  wave_window_update_replay_state (window);
}

WaveReplay *
wave_window_get_replay (WaveWindow *window)
{
  g_return_val_if_fail (WAVE_IS_WINDOW (window), NULL);
  return window->replay;
}

void
wave_window_open_recording (WaveWindow *window, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (WaveReplay) replay = NULL;

  g_return_if_fail (WAVE_IS_WINDOW (window) && G_IS_FILE (file));
  if (path == NULL)
    {
      complain (window, _("It is not on this computer. Copy it here first."));
      return;
    }
  replay = wave_replay_new (path);
  wave_window_replay (window, replay);
}

/* What is watched goes on being watched: a recording gets a window of its own then. */
static void
open_files (WaveWindow *self, GListModel *files)
{
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      wave_application_open_recording (WAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), self, file);
    }
}

static void
on_files_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) files = gtk_file_dialog_open_multiple_finish (GTK_FILE_DIALOG (source), result, &error);

  if (files != NULL)
    open_files (self, files);
  else if (!g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED) && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_CANCELLED))
    complain (self, error->message);
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  g_autoptr (GtkFileFilter) recordings = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (recordings, _("Recordings"));
  gtk_file_filter_add_mime_type (recordings, "application/vnd.wavescope.recording+x-ndjson");
  gtk_file_filter_add_pattern (recordings, "*.ndjson");
  gtk_file_filter_add_pattern (recordings, "*.ndjson.gz");
  gtk_file_filter_add_pattern (recordings, "*.ndjson.zst");
  gtk_file_filter_set_name (all, _("All Files"));
  gtk_file_filter_add_pattern (all, "*");
  g_list_store_append (filters, recordings);
  g_list_store_append (filters, all);
  gtk_file_dialog_set_title (dialog, _("Open a Recording"));
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_open_multiple (dialog, GTK_WINDOW (widget), NULL, on_files_chosen, g_object_ref (widget));
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, WaveWindow *self)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  for (GSList *item = gdk_file_list_get_files (g_value_get_boxed (value)); item != NULL; item = item->next)
    g_list_store_append (files, item->data);
  open_files (self, G_LIST_MODEL (files));
  return TRUE;
}

static void
replay_event_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveWindow *self = WAVE_WINDOW (widget);

  if (self->replay != NULL)
    wave_replay_seek_event (self->replay, g_variant_get_uint32 (parameter));
}

/* ---- keys ---- */

/* The bar's own actions, from wherever the focus is. */
static gboolean
forward_key (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  WaveWindow *self = WAVE_WINDOW (widget);

  if (self->replay == NULL)
    return FALSE;
  return gtk_widget_activate_action (GTK_WIDGET (self->transport), g_variant_get_string (args, NULL), NULL);
}

static void
close_recording (WaveWindow *self)
{
  wave_window_forget (self);
  wave_window_show_welcome (self, NULL);
}

void
wave_window_replay_class_init (GtkWidgetClass *widget_class)
{
  static const struct {
    guint key;
    GdkModifierType modifiers;
    const char *action;
  } keys[] = {
    { GDK_KEY_space, 0, "replay.play" },          { GDK_KEY_p, GDK_CONTROL_MASK, "replay.play" },
    { GDK_KEY_AudioPlay, 0, "replay.play" },      { GDK_KEY_Right, GDK_ALT_MASK, "replay.on" },
    { GDK_KEY_Left, GDK_ALT_MASK, "replay.back" }, { GDK_KEY_Home, GDK_ALT_MASK, "replay.start" },
    { GDK_KEY_End, GDK_ALT_MASK, "replay.end" },   { GDK_KEY_Right, GDK_ALT_MASK | GDK_SHIFT_MASK, "replay.forward" },
    { GDK_KEY_Left, GDK_ALT_MASK | GDK_SHIFT_MASK, "replay.rewind" },
    { GDK_KEY_Up, GDK_ALT_MASK, "replay.faster" }, { GDK_KEY_Down, GDK_ALT_MASK, "replay.slower" },
  };

  g_type_ensure (WAVE_TYPE_TRANSPORT);
  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "win.replay-event", "u", replay_event_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK, "win.open", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (widget_class, keys[i].key, keys[i].modifiers, forward_key, "s", keys[i].action);
}

void
wave_window_replay_init (WaveWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.replay-event", FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "wavescope");
  g_signal_connect (drop, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  self->replay_signals = g_signal_group_new (WAVE_TYPE_REPLAY);
  g_signal_group_connect_swapped (self->replay_signals, "notify::error", G_CALLBACK (on_error), self);
  g_signal_group_connect_swapped (self->replay_signals, "notify::ready", G_CALLBACK (on_replay_ready), self);
  self->log_signals = g_signal_group_new (WAVE_TYPE_EVENT_LOG);
  g_signal_group_connect_swapped (self->log_signals, "notify::note", G_CALLBACK (wave_window_update_replay_state), self);
  g_signal_connect_swapped (self->transport, "close", G_CALLBACK (close_recording), self);
}
