// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

#include "protocol/wave-event.h"

G_BEGIN_DECLS

/* WaveEventRow: one event as an item of a list, with the silence before it. */
#define WAVE_TYPE_EVENT_ROW (wave_event_row_get_type ())
G_DECLARE_FINAL_TYPE (WaveEventRow, wave_event_row, WAVE, EVENT_ROW, GObject)
const WaveEvent *wave_event_row_get_event (WaveEventRow *row);
gint64 wave_event_row_get_before (WaveEventRow *row); /* µs since the event before; -1 for the first */

/* WaveEventRing: the latest events as a GListModel of WaveEventRow; changes are told once a flush, and old ones are let go in blocks. */
#define WAVE_TYPE_EVENT_RING (wave_event_ring_get_type ())
G_DECLARE_FINAL_TYPE (WaveEventRing, wave_event_ring, WAVE, EVENT_RING, GObject)
#define WAVE_EVENT_RING_MAX 20000
WaveEventRing *wave_event_ring_new (void);
void wave_event_ring_append (WaveEventRing *ring, const WaveEvent *event);
/* Tells of what was appended since the last time. Returns: how many */
guint wave_event_ring_flush (WaveEventRing *ring);
guint wave_event_ring_get_pending (WaveEventRing *ring);

G_END_DECLS
