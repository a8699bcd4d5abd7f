// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/wave-event-log.h"
#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveReplay: a recording that is played back: one WaveTenant that shows what the tenant looked like at a moment of it. Main thread.
 *
 * Playing applies events to the tenant as a session does. Going anywhere else builds the picture of that moment on a worker, from the events that still
 * matter then (wave_event_log_select_state()), and the tenant becomes it: see the tenant's signal "replaced".
 *
 * Times are µs since the recording began. Properties (notified, at most about 30 times a second): "ready" gboolean (it is read; until then nothing moves),
 * "playing" gboolean, "rate" double, "position-us" gint64, "duration-us" gint64, "index" guint (events before the moment), "seeking" gboolean (a picture is
 * being built), "error" string nullable (why it cannot be opened).
 */
#define WAVE_TYPE_REPLAY (wave_replay_get_type ())
G_DECLARE_FINAL_TYPE (WaveReplay, wave_replay, WAVE, REPLAY, GObject)

#define WAVE_REPLAY_SLOWEST 0.1
#define WAVE_REPLAY_FASTEST 100.0

/* Begins to read at once. It shows the end of the recording first. */
WaveReplay *wave_replay_new (const char *path);
/* Ends what runs; called by dispose, too. */
void wave_replay_close (WaveReplay *replay);

WaveTenant *wave_replay_get_tenant (WaveReplay *replay);
WaveEventLog *wave_replay_get_event_log (WaveReplay *replay);
const char *wave_replay_get_path (WaveReplay *replay);

gboolean wave_replay_is_ready (WaveReplay *replay);
gboolean wave_replay_is_seeking (WaveReplay *replay);
gint64 wave_replay_get_position (WaveReplay *replay);
gint64 wave_replay_get_duration (WaveReplay *replay);
gint64 wave_replay_get_started_wall (WaveReplay *replay); /* µs since 1970 */
guint wave_replay_get_index (WaveReplay *replay);

/* From the start again when it stands at the end. */
void wave_replay_play (WaveReplay *replay);
void wave_replay_pause (WaveReplay *replay);
gboolean wave_replay_is_playing (WaveReplay *replay);
/* Model seconds per second, from WAVE_REPLAY_SLOWEST to WAVE_REPLAY_FASTEST. */
void wave_replay_set_rate (WaveReplay *replay, double rate);
double wave_replay_get_rate (WaveReplay *replay);

/* To a moment. While a picture is being built the last wish counts. */
void wave_replay_seek (WaveReplay *replay, gint64 position_us);
/* To the moment at which the event at @index has just arrived. */
void wave_replay_seek_event (WaveReplay *replay, guint index);
/* One event on or back; pauses. */
void wave_replay_step (WaveReplay *replay, int direction);

G_END_DECLS
