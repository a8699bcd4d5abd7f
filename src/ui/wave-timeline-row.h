// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-timeline.h"

G_BEGIN_DECLS

/**
 * WaveTimelineRow: one item of a timeline, of whatever kind; recycled by the list. The list keeps two hundred rows, of which a dozen can be seen: a message
 * is laid out when it comes near, until then its row is empty and about as high as the message will be.
 */
#define WAVE_TYPE_TIMELINE_ROW (wave_timeline_row_get_type ())
G_DECLARE_FINAL_TYPE (WaveTimelineRow, wave_timeline_row, WAVE, TIMELINE_ROW, GtkWidget)

GtkWidget *wave_timeline_row_new (void);
/* @item: (nullable) */
gboolean wave_timeline_row_is_empty (WaveTimelineRow *row);
/* Lays out what it stands for. */
void wave_timeline_row_fill (WaveTimelineRow *row);
/* The contrary, for a message that is far from what can be seen: it keeps its place and its height, and costs no styling. Filling it wakes it. */
void wave_timeline_row_rest (WaveTimelineRow *row);
WaveTimelineItem *wave_timeline_row_get_item (WaveTimelineRow *row); /* nullable */
/* Draws the eye to it for a moment. */
void wave_timeline_row_flash (WaveTimelineRow *row);
void wave_timeline_row_set_item (WaveTimelineRow *row, WaveTimelineItem *item);

G_END_DECLS
