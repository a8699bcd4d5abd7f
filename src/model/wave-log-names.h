// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/wave-event-log.h"
#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveLogNames: tells an event log what the rooms and participants of a tenant are called, now and whenever that changes, so that its rows and its filter know them.
 *
 * Signal: "changed": names that show may be other ones; at most once in a turn of the main loop.
 */
#define WAVE_TYPE_LOG_NAMES (wave_log_names_get_type ())
G_DECLARE_FINAL_TYPE (WaveLogNames, wave_log_names, WAVE, LOG_NAMES, GObject)

WaveLogNames *wave_log_names_new (WaveTenant *tenant, WaveEventLog *log);

G_END_DECLS
