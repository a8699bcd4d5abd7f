// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "journal/wave-event-log.h"

G_BEGIN_DECLS

/**
 * WaveEventTable: the events of a view as a table, newest last. It remembers in the settings which columns show and how wide they are.
 *
 * It sticks to the end until somebody scrolls away from it. Properties: "sticky" gboolean, "n-newer" guint: rows that came since it does not stick.
 * Signals: "selected" (the log's index as guint; G_MAXUINT for none), "activated" (index), "term" (a term of the filter language, gboolean exclude).
 */
#define WAVE_TYPE_EVENT_TABLE (wave_event_table_get_type ())
G_DECLARE_FINAL_TYPE (WaveEventTable, wave_event_table, WAVE, EVENT_TABLE, AdwBin)

GtkWidget *wave_event_table_new (void);
/* (nullable) */
void wave_event_table_set_events (WaveEventTable *table, WaveEventView *events);
/* G_MAXUINT when nothing is selected. */
guint wave_event_table_get_selected (WaveEventTable *table);
/* Selects the row of an event and brings it into view. Returns: FALSE when it does not show */
gboolean wave_event_table_select (WaveEventTable *table, guint index);
void wave_event_table_scroll_to_end (WaveEventTable *table);
/* Names changed: what shows is written anew. */
void wave_event_table_refresh (WaveEventTable *table);
/* The menu of the columns, which the headers show, too. (transfer none) */
GMenuModel *wave_event_table_get_menu (WaveEventTable *table);
/* What that menu does, as "columns". (transfer none) */
GActionGroup *wave_event_table_get_actions (WaveEventTable *table);
/* How many rows stand as widgets, for tests. */
guint wave_event_table_get_n_realised (WaveEventTable *table);

G_END_DECLS
