// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-room.h"

G_BEGIN_DECLS

/* WaveTimelineView: the timeline of one room, sticky at its end, with the typing line below and the way back to the latest. */
#define WAVE_TYPE_TIMELINE_VIEW (wave_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (WaveTimelineView, wave_timeline_view, WAVE, TIMELINE_VIEW, GtkWidget)

/* @room: (nullable) */
void wave_timeline_view_set_room (WaveTimelineView *view, WaveRoom *room);
void wave_timeline_view_jump_to_latest (WaveTimelineView *view);

G_END_DECLS
