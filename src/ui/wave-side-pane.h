// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-room.h"

G_BEGIN_DECLS

/* WaveSidePane: what stands beside a timeline: call, plan, AIs with their context, sidekicks, people by presence.
 * Signal: "open-room" (room id): of a sidekick. */
#define WAVE_TYPE_SIDE_PANE (wave_side_pane_get_type ())
G_DECLARE_FINAL_TYPE (WaveSidePane, wave_side_pane, WAVE, SIDE_PANE, GtkWidget)

void wave_side_pane_set_room (WaveSidePane *pane, WaveRoom *room); /* @room: nullable */
/* Once a second while it shows. @now_mono_us: of the model */
void wave_side_pane_tick (WaveSidePane *pane, gint64 now_mono_us);

G_END_DECLS
