// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-timeline.h"

G_BEGIN_DECLS

/* WaveTimelineRow: one item of a timeline, of whatever kind; recycled by the list. */
#define WAVE_TYPE_TIMELINE_ROW (wave_timeline_row_get_type ())
G_DECLARE_FINAL_TYPE (WaveTimelineRow, wave_timeline_row, WAVE, TIMELINE_ROW, GtkWidget)

GtkWidget *wave_timeline_row_new (void);
/* @item: (nullable) */
WaveTimelineItem *wave_timeline_row_get_item (WaveTimelineRow *row); /* nullable */
/* Draws the eye to it for a moment. */
void wave_timeline_row_flash (WaveTimelineRow *row);
void wave_timeline_row_set_item (WaveTimelineRow *row, WaveTimelineItem *item);

G_END_DECLS
