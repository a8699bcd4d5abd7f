// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveScopeAlert: applies the preferences to the streams of a tenant (what is a stall, what a late first chunk) and, if wished, tells the desktop of
 * alarms: at most one a minute for each AI.
 */
#define WAVE_TYPE_SCOPE_ALERT (wave_scope_alert_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeAlert, wave_scope_alert, WAVE, SCOPE_ALERT, GObject)

WaveScopeAlert *wave_scope_alert_new (WaveTenant *tenant, GSettings *settings);
/* How many notifications were sent, and how many the limit held back; for tests. */
guint wave_scope_alert_get_n_sent (WaveScopeAlert *alert);
guint wave_scope_alert_get_n_held_back (WaveScopeAlert *alert);

G_END_DECLS
