// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-replay.h"

G_BEGIN_DECLS

/**
 * WaveTransport: the bar below a recording: play and pause, step by event, scrub, speed. It installs the actions "replay.…" on itself; the window forwards
 * its shortcuts. Signal: "close".
 */
#define WAVE_TYPE_TRANSPORT (wave_transport_get_type ())
G_DECLARE_FINAL_TYPE (WaveTransport, wave_transport, WAVE, TRANSPORT, AdwBin)

/* (nullable) */
void wave_transport_set_replay (WaveTransport *transport, WaveReplay *replay);
/* One speed faster or slower. */
void wave_transport_change_rate (WaveTransport *transport, int direction);

G_END_DECLS
