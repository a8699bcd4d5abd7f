// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/* WaveScopeLimits: applies the preferences to the streams of a tenant, now and when they change: what is a stall, what a late first chunk. */
#define WAVE_TYPE_SCOPE_LIMITS (wave_scope_limits_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeLimits, wave_scope_limits, WAVE, SCOPE_LIMITS, GObject)

WaveScopeLimits *wave_scope_limits_new (WaveTenant *tenant, GSettings *settings);

G_END_DECLS
