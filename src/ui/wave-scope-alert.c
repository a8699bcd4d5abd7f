// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "ui/wave-scope-alert.h"
#include "ui/wave-scope-format.h"

#define QUIET_US (60 * (gint64)G_USEC_PER_SEC)
/* A server that makes up AIs for ever is no reason to remember them all. */
#define MAX_REMEMBERED 1000

struct _WaveScopeAlert
{
  GObject parent_instance;

  WaveTenant *tenant;
  GSettings *settings;
  GHashTable *told; /* AI's id → mono µs of the latest notification */
  guint n_sent;
  guint n_held_back;
};

G_DEFINE_FINAL_TYPE (WaveScopeAlert, wave_scope_alert, G_TYPE_OBJECT)

static void
apply_thresholds (WaveScopeAlert *self)
{
  WaveStreamThresholds limits = { .stall_us = (gint64)g_settings_get_uint (self->settings, "stall-threshold-ms") * 1000,
                                  .first_chunk_us = (gint64)g_settings_get_uint (self->settings, "first-chunk-limit-ms") * 1000,
                                  .abandon_us = (gint64)g_settings_get_uint (self->settings, "abandon-after-s") * G_USEC_PER_SEC };

  wave_stream_store_set_thresholds (wave_tenant_get_streams (self->tenant), &limits);
}

static gboolean
is_quiet (WaveScopeAlert *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  guint minute = (guint)(g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now));
  guint from = g_settings_get_uint (self->settings, "quiet-from");
  guint to = g_settings_get_uint (self->settings, "quiet-to");

  if (!g_settings_get_boolean (self->settings, "quiet-hours"))
    return FALSE;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/* The same AI may stall again and again: one notification a minute says it. */
static gboolean
may_tell (WaveScopeAlert *self, const char *sender_id)
{
  gint64 now = g_get_monotonic_time ();
  gint64 *before = g_hash_table_lookup (self->told, sender_id);

  if (before != NULL && now - *before < QUIET_US)
    return FALSE;
  if (g_hash_table_size (self->told) >= MAX_REMEMBERED)
    g_hash_table_remove_all (self->told);
  g_hash_table_replace (self->told, g_strdup (sender_id), g_memdup2 (&now, sizeof now));
  return TRUE;
}

static void
on_alarm (WaveStreamStore *store, WaveStream *stream, guint alarm, WaveScopeAlert *self)
{
  GApplication *application = g_application_get_default ();
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;
  g_autofree char *id = NULL;
  g_autofree char *limit = NULL;
  WaveStreamThresholds limits;

  if (!g_settings_get_boolean (self->settings, "notify-stalls") || is_quiet (self))
    return;
  if (!may_tell (self, wave_stream_get_sender_id (stream)))
    {
      self->n_held_back++;
      return;
    }
  self->n_sent++;
  if (application == NULL)
    return;
  wave_stream_store_get_thresholds (store, &limits);
  limit = wave_scope_format_duration (alarm == WAVE_ALARM_STALL ? limits.stall_us : limits.first_chunk_us);
  if (alarm == WAVE_ALARM_STALL)
    title = g_strdup_printf (_ ("%s is silent for more than %s"), wave_scope_sender_name (self->tenant, stream), limit);
  else if (alarm == WAVE_ALARM_NO_FIRST_CHUNK)
    title = g_strdup_printf (_ ("%s has written nothing for %s"), wave_scope_sender_name (self->tenant, stream), limit);
  else
    title = g_strdup_printf (_ ("%s failed"), wave_scope_sender_name (self->tenant, stream));
  notification = g_notification_new (title);
  g_notification_set_body (notification, alarm == WAVE_ALARM_FAILED && wave_stream_get_error (stream) != NULL
                                             ? wave_stream_get_error (stream)
                                             : wave_scope_room_name (self->tenant, stream));
  /* One an AI on the desktop: the newest takes the place of the one before. */
  id = g_strdup_printf ("stream-%s", wave_stream_get_sender_id (stream));
  g_application_send_notification (application, id, notification);
}

static void
wave_scope_alert_finalize (GObject *object)
{
  WaveScopeAlert *self = WAVE_SCOPE_ALERT (object);

  g_hash_table_unref (self->told);
  g_clear_object (&self->settings);
  g_clear_object (&self->tenant);
  G_OBJECT_CLASS (wave_scope_alert_parent_class)->finalize (object);
}

static void
wave_scope_alert_class_init (WaveScopeAlertClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_scope_alert_finalize;
}

static void
wave_scope_alert_init (WaveScopeAlert *self)
{
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

WaveScopeAlert *
wave_scope_alert_new (WaveTenant *tenant, GSettings *settings)
{
  WaveScopeAlert *self = g_object_new (WAVE_TYPE_SCOPE_ALERT, NULL);
  static const char *const keys[] = { "changed::stall-threshold-ms", "changed::first-chunk-limit-ms", "changed::abandon-after-s" };

  self->tenant = g_object_ref (tenant);
  self->settings = g_object_ref (settings);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_signal_connect_object (settings, keys[i], G_CALLBACK (apply_thresholds), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wave_tenant_get_streams (tenant), "alarm", G_CALLBACK (on_alarm), self, G_CONNECT_DEFAULT);
  apply_thresholds (self);
  return self;
}

guint
wave_scope_alert_get_n_sent (WaveScopeAlert *alert)
{
  return alert->n_sent;
}

guint
wave_scope_alert_get_n_held_back (WaveScopeAlert *alert)
{
  return alert->n_held_back;
}
