// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-room-parts.h"

G_BEGIN_DECLS

/* WavePeopleRow: a member of a room: who, what they are, how present they are. */
#define WAVE_TYPE_PEOPLE_ROW (wave_people_row_get_type ())
G_DECLARE_FINAL_TYPE (WavePeopleRow, wave_people_row, WAVE, PEOPLE_ROW, GtkBox)
GtkWidget *wave_people_row_new (void);
/* @typists: (nullable): who is typing in the room. @item: (nullable): the list item that is named for screen readers */
void wave_people_row_set_member (WavePeopleRow *row, WaveMembership *member /* nullable */, GListModel *typists, GtkListItem *item);
/* (transfer none) (nullable) */
WaveMembership *wave_people_row_get_member (WavePeopleRow *row);

G_END_DECLS
