// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveRoomList: the tenant at a glance, a search entry and the rooms in sections (AI at work, active, quiet).
 * Property: "selected-room" (WaveRoom, nullable). Signal: "room-activated" (WaveRoom): a person chose it.
 */
#define WAVE_TYPE_ROOM_LIST (wave_room_list_get_type ())
G_DECLARE_FINAL_TYPE (WaveRoomList, wave_room_list, WAVE, ROOM_LIST, GtkWidget)

void wave_room_list_set_tenant (WaveRoomList *list, WaveTenant *tenant);
void wave_room_list_select (WaveRoomList *list, WaveRoom *room); /* @room: nullable */
void wave_room_list_select_first (WaveRoomList *list);
WaveRoom *wave_room_list_get_selected (WaveRoomList *list);      /* (transfer none) (nullable) */
void wave_room_list_focus (WaveRoomList *list);
void wave_room_list_focus_search (WaveRoomList *list);
/* Once a second while it shows: elapsed times, sparklines, order. */
void wave_room_list_tick (WaveRoomList *list);

G_END_DECLS
