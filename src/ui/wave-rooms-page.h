// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/* WaveRoomsPage: rooms, the timeline of one, and what stands beside it. */
#define WAVE_TYPE_ROOMS_PAGE (wave_rooms_page_get_type ())
G_DECLARE_FINAL_TYPE (WaveRoomsPage, wave_rooms_page, WAVE, ROOMS_PAGE, AdwBreakpointBin)

GtkWidget *wave_rooms_page_new (WaveTenant *tenant);
WaveRoom *wave_rooms_page_get_room (WaveRoomsPage *page); /* (transfer none) (nullable): the one that is open */
/* By id, or by name as people type it. Returns: whether there is such a room */
gboolean wave_rooms_page_open_room (WaveRoomsPage *page, const char *room);
void wave_rooms_page_focus_search (WaveRoomsPage *page);

G_END_DECLS
