// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wave-application.h"

G_BEGIN_DECLS

/* WavePreferences: everything that can be set, each row bound to its key; what reads a key follows it at once, in all windows. */
#define WAVE_TYPE_PREFERENCES (wave_preferences_get_type ())
G_DECLARE_FINAL_TYPE (WavePreferences, wave_preferences, WAVE, PREFERENCES, AdwPreferencesDialog)

/* @server: (nullable): whose way through the network is shown */
WavePreferences *wave_preferences_new (WaveApplication *application, GSettings *settings, const char *server);

G_END_DECLS
