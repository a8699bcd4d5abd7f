// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-timeline.h"

G_BEGIN_DECLS

/**
 * WaveMessageRow: a message of a timeline: who, when, what it answers, its body, its reactions, and of a reply how it came.
 * Activates "timeline.jump" (event id) for the quoted message and "win.show-stream" (serial) for a reply's figures.
 */
#define WAVE_TYPE_MESSAGE_ROW (wave_message_row_get_type ())
G_DECLARE_FINAL_TYPE (WaveMessageRow, wave_message_row, WAVE, MESSAGE_ROW, GtkBox)

GtkWidget *wave_message_row_new (void);
/* Shows @item as it is now; the caller says when it changed. @item: (nullable) */
void wave_message_row_update (WaveMessageRow *row, WaveTimelineItem *item);

G_END_DECLS
