// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveScopeLists: what can be read line by line: the alarms with their evidence, and a sentence for each stream.
 * Signal of both: "picked" (WaveStream).
 */
#define WAVE_TYPE_SCOPE_ALARMS (wave_scope_alarms_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeAlarms, wave_scope_alarms, WAVE, SCOPE_ALARMS, AdwBin)
GtkWidget *wave_scope_alarms_new (WaveTenant *tenant);
guint wave_scope_alarms_get_n (WaveScopeAlarms *alarms);

#define WAVE_TYPE_SCOPE_LIST (wave_scope_list_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeList, wave_scope_list, WAVE, SCOPE_LIST, AdwBin)
GtkWidget *wave_scope_list_new (WaveTenant *tenant);

G_END_DECLS
