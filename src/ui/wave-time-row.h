// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* WaveTimeRow: a time of day, in hours and minutes. Property: "minutes" guint, since midnight. */
#define WAVE_TYPE_TIME_ROW (wave_time_row_get_type ())
G_DECLARE_FINAL_TYPE (WaveTimeRow, wave_time_row, WAVE, TIME_ROW, AdwActionRow)

G_END_DECLS
