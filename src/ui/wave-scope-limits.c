// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-scope-limits.h"

#include "model/wave-stream.h"

struct _WaveScopeLimits
{
  GObject parent_instance;

  WaveTenant *tenant;
  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (WaveScopeLimits, wave_scope_limits, G_TYPE_OBJECT)

static void
apply (WaveScopeLimits *self)
{
  WaveStreamThresholds limits = { .stall_us = (gint64)g_settings_get_uint (self->settings, "stall-threshold-ms") * 1000,
                                  .first_chunk_us = (gint64)g_settings_get_uint (self->settings, "first-chunk-limit-ms") * 1000,
                                  .abandon_us = (gint64)g_settings_get_uint (self->settings, "abandon-after-s") * G_USEC_PER_SEC };

  wave_stream_store_set_thresholds (wave_tenant_get_streams (self->tenant), &limits);
}

static void
wave_scope_limits_finalize (GObject *object)
{
  WaveScopeLimits *self = WAVE_SCOPE_LIMITS (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->tenant);
  G_OBJECT_CLASS (wave_scope_limits_parent_class)->finalize (object);
}

static void
wave_scope_limits_class_init (WaveScopeLimitsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_scope_limits_finalize;
}

static void
wave_scope_limits_init (WaveScopeLimits *self)
{
}

WaveScopeLimits *
wave_scope_limits_new (WaveTenant *tenant, GSettings *settings)
{
  WaveScopeLimits *self = g_object_new (WAVE_TYPE_SCOPE_LIMITS, NULL);
  static const char *const keys[] = { "changed::stall-threshold-ms", "changed::first-chunk-limit-ms", "changed::abandon-after-s" };

  self->tenant = g_object_ref (tenant);
  self->settings = g_object_ref (settings);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_signal_connect_object (settings, keys[i], G_CALLBACK (apply), self, G_CONNECT_SWAPPED);
  apply (self);
  return self;
}
