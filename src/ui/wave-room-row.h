// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-room.h"

G_BEGIN_DECLS

#define WAVE_TYPE_ROOM_ROW (wave_room_row_get_type ())
G_DECLARE_FINAL_TYPE (WaveRoomRow, wave_room_row, WAVE, ROOM_ROW, GtkBox)

GtkWidget *wave_room_row_new (void);
WaveRoom *wave_room_row_get_room (WaveRoomRow *row); /* nullable */
void wave_room_row_set_room (WaveRoomRow *row, WaveRoom *room); /* @room: nullable */
/* Elapsed time and sparkline. @now_mono_us: of the model */
void wave_room_row_tick (WaveRoomRow *row, gint64 now_mono_us);

G_END_DECLS
