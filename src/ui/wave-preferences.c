// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-preferences.h"

#include <glib/gi18n.h>

#include "ui/wave-disk.h"
#include "ui/wave-format.h"
#include "ui/wave-strv-group.h"
#include "ui/wave-time-row.h"
#include "ui/wave-wrap.h"

struct _WavePreferences
{
  AdwPreferencesDialog parent_instance;

  AdwComboRow *on_start, *color_scheme, *clock_format, *room_order;
  AdwSwitchRow *run_in_background, *side_pane, *notify_calls, *notify_stalls, *quiet_hours;
  AdwSpinRow *notify_lost, *stall_threshold, *first_chunk_limit, *abandon_after, *retention_days, *retention_mib;
  WaveTimeRow *quiet_from, *quiet_to;
  WaveStrvGroup *notify_words, *plain_servers;
  AdwActionRow *place, *size_now, *proxy_row;
  GtkWidget *clear_row, *place_button;

  WaveApplication *application;
  GSettings *settings;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (WavePreferences, wave_preferences, ADW_TYPE_PREFERENCES_DIALOG)

/* ---- keys ---- */

/* The rows stand in the order of the enumeration. */
static gboolean
enum_to_row (GValue *value, GVariant *variant, gpointer user_data)
{
  const char *const *nicks = user_data;

  for (guint i = 0; nicks[i] != NULL; i++)
    if (g_str_equal (nicks[i], g_variant_get_string (variant, NULL)))
      {
        g_value_set_uint (value, i);
        return TRUE;
      }
  return FALSE;
}

static GVariant *
row_to_enum (const GValue *value, const GVariantType *type, gpointer user_data)
{
  const char *const *nicks = user_data;
  guint i = g_value_get_uint (value);

  return i < g_strv_length ((char **) nicks) ? g_variant_new_string (nicks[i]) : NULL;
}

static void
bind_enum (WavePreferences *self, const char *key, AdwComboRow *row, const char *const *nicks)
{
  g_settings_bind_with_mapping (self->settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT, enum_to_row, row_to_enum, (gpointer) nicks, NULL);
  wave_keep_combo (row);
}

static gboolean
ms_to_seconds (GValue *value, GVariant *variant, gpointer user_data)
{
  g_value_set_double (value, g_variant_get_uint32 (variant) / 1000.0);
  return TRUE;
}

static GVariant *
seconds_to_ms (const GValue *value, const GVariantType *type, gpointer user_data)
{
  return g_variant_new_uint32 ((guint32) (g_value_get_double (value) * 1000 + 0.5));
}

static void
bind_all (WavePreferences *self)
{
  static const char *const on_start[] = { "welcome", "last", "demo", NULL };
  static const char *const schemes[] = { "system", "light", "dark", NULL };
  static const char *const clocks[] = { "locale", "24h", "12h", NULL };
  static const char *const orders[] = { "activity", "name", NULL };
  const struct { const char *key; gpointer row; const char *property; } plain[] = {
    { "run-in-background", self->run_in_background, "active" },
    { "side-pane", self->side_pane, "active" },
    { "notify-calls", self->notify_calls, "active" },
    { "notify-stalls", self->notify_stalls, "active" },
    { "notify-lost-minutes", self->notify_lost, "value" },
    { "quiet-hours", self->quiet_hours, "active" },
    { "quiet-from", self->quiet_from, "minutes" },
    { "quiet-to", self->quiet_to, "minutes" },
    { "stall-threshold-ms", self->stall_threshold, "value" },
    { "abandon-after-s", self->abandon_after, "value" },
    { "retention-days", self->retention_days, "value" },
    { "retention-mib", self->retention_mib, "value" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    g_settings_bind (self->settings, plain[i].key, plain[i].row, plain[i].property, G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (self->settings, "first-chunk-limit-ms", self->first_chunk_limit, "value", G_SETTINGS_BIND_DEFAULT, ms_to_seconds,
                                seconds_to_ms, NULL, NULL);
  bind_enum (self, "on-start", self->on_start, on_start);
  bind_enum (self, "color-scheme", self->color_scheme, schemes);
  bind_enum (self, "clock-format", self->clock_format, clocks);
  bind_enum (self, "room-order", self->room_order, orders);
  wave_strv_group_bind (self->notify_words, self->settings, "notify-words");
  wave_strv_group_bind (self->plain_servers, self->settings, "plain-servers");
  g_object_bind_property (self->quiet_hours, "active", self->quiet_from, "sensitive", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->quiet_hours, "active", self->quiet_to, "sensitive", G_BINDING_SYNC_CREATE);
}

/* ---- journal ---- */

static void
on_measured (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WavePreferences) self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 bytes = wave_disk_measure_finish (result, &error);
  g_autofree char *text = wave_format_size (bytes);

  if (error == NULL && self->size_now != NULL)
    adw_action_row_set_subtitle (self->size_now, text);
}

static void
measure (WavePreferences *self)
{
  g_autofree char *dir = wave_application_dup_journals_dir ();

  wave_disk_measure_async (dir, self->cancellable, on_measured, g_object_ref (self));
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WavePreferences) self = user_data;
  g_autoptr (GError) error = NULL;
  AdwToast *toast;

  if (self->size_now == NULL)
    return;
  gtk_widget_set_sensitive (self->clear_row, TRUE);
  toast = adw_toast_new ("");
  adw_toast_set_use_markup (toast, FALSE);
  if (wave_application_clear_journals_finish (self->application, result, &error))
    adw_toast_set_title (toast, _("The journals are empty"));
  else
    adw_toast_set_title (toast, error->message);
  adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (self), toast);
  measure (self);
}

static void
on_clear_response (AdwAlertDialog *dialog, const char *response, WavePreferences *self)
{
  if (!g_str_equal (response, "clear"))
    return;
  gtk_widget_set_sensitive (self->clear_row, FALSE);
  wave_application_clear_journals_async (self->application, on_cleared, g_object_ref (self));
}

static void
on_clear (AdwButtonRow *row, WavePreferences *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("Clear All Journals?"),
                                            _("Everything that was recorded of all accounts is removed from this computer, and it cannot be undone. Accounts and "
                                              "their tokens stay. Windows that watch connect anew and begin with what is new from now on."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "clear", _("C_lear"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "clear", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_clear_response), self, G_CONNECT_DEFAULT);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
on_open_place (GtkButton *button, WavePreferences *self)
{
  g_autofree char *dir = wave_application_dup_journals_dir ();
  g_autoptr (GFile) file = g_file_new_for_path (dir);
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_file_launcher_launch (launcher, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, NULL, NULL);
}

/* ---- network ---- */

static void
on_proxy (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WavePreferences) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) proxies = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (source), result, &error);
  g_autoptr (GUri) uri = NULL;
  g_autofree char *text = NULL;

  if (self->proxy_row == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (proxies == NULL || proxies[0] == NULL)
    {
      adw_action_row_set_subtitle (self->proxy_row, error != NULL ? error->message : _("Not known"));
      return;
    }
  if (g_str_has_prefix (proxies[0], "direct://"))
    {
      adw_action_row_set_subtitle (self->proxy_row, _("Direct, without a proxy"));
      return;
    }
  /* A proxy's address may hold a password. */
  uri = g_uri_parse (proxies[0], G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_NON_DNS, NULL);
  text = uri != NULL ? g_uri_to_string_partial (uri, G_URI_HIDE_USERINFO) : NULL;
  adw_action_row_set_subtitle (self->proxy_row, text != NULL ? text : _("Through a proxy"));
}

/* ---- the object ---- */

static void
wave_preferences_dispose (GObject *object)
{
  WavePreferences *self = WAVE_PREFERENCES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_PREFERENCES);
  g_clear_object (&self->application);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (wave_preferences_parent_class)->dispose (object);
}

static void
wave_preferences_class_init (WavePreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_preferences_dispose;
  g_type_ensure (WAVE_TYPE_STRV_GROUP);
  g_type_ensure (WAVE_TYPE_TIME_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-preferences.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, WavePreferences, child)
  BIND (on_start);
  BIND (run_in_background);
  BIND (color_scheme);
  BIND (clock_format);
  BIND (room_order);
  BIND (side_pane);
  BIND (notify_calls);
  BIND (notify_stalls);
  BIND (notify_lost);
  BIND (notify_words);
  BIND (quiet_hours);
  BIND (quiet_from);
  BIND (quiet_to);
  BIND (stall_threshold);
  BIND (first_chunk_limit);
  BIND (abandon_after);
  BIND (retention_days);
  BIND (retention_mib);
  BIND (place);
  BIND (place_button);
  BIND (size_now);
  BIND (clear_row);
  BIND (proxy_row);
  BIND (plain_servers);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_clear);
  gtk_widget_class_bind_template_callback (widget_class, on_open_place);
}

static void
wave_preferences_init (WavePreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

WavePreferences *
wave_preferences_new (WaveApplication *application, GSettings *settings, const char *server)
{
  WavePreferences *self = g_object_new (WAVE_TYPE_PREFERENCES, NULL);
  g_autofree char *dir = wave_application_dup_journals_dir ();
  g_autofree char *shown = g_filename_display_name (dir);

  self->application = g_object_ref (application);
  self->settings = g_object_ref (settings);
  bind_all (self);
  adw_action_row_set_subtitle (self->place, shown);
  gtk_widget_set_visible (self->place_button, g_file_test (dir, G_FILE_TEST_IS_DIR));
  measure (self);
  g_proxy_resolver_lookup_async (g_proxy_resolver_get_default (), server != NULL ? server : "https://wave.example.org", self->cancellable, on_proxy,
                                 g_object_ref (self));
  return self;
}
