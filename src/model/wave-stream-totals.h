// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/wave-stream.h"

G_BEGIN_DECLS

/* Bars of a sketch: from 1 µs to over an hour, each 2 % wider than the one before. */
#define WAVE_SKETCH_BARS 1128

/**
 * WaveSketch: times in bounded memory (about 4.5 KB however many there are). A quantile of it is within 1 % of the exact nearest rank, between 1 µs and
 * 80 minutes; minimum, maximum, count and sum are exact.
 */
typedef struct
{
  guint32 bars[WAVE_SKETCH_BARS];
  guint64 n;
  gint64 min_us, max_us, sum_us;
} WaveSketch;

void wave_sketch_add (WaveSketch *sketch, gint64 us);
void wave_sketch_merge (WaveSketch *sketch, const WaveSketch *other);
/* @percent: 0 to 100. Returns: µs; -1 when nothing was added */
gint64 wave_sketch_get_quantile (const WaveSketch *sketch, double percent);

typedef enum { WAVE_TOTALS_TENANT, WAVE_TOTALS_AI, WAVE_TOTALS_ROOM } WaveTotalsBy;

/* What many replies were like together. */
typedef struct
{
  char *id; /* nullable: of the AI or the room */
  guint streams, stalls, failed, torn, lagged;
  guint64 chunks, chars;
  gint64 duration_us, tool_us, generating_us;
  WaveSketch ttfc, gaps;
} WaveStreamTotals;

/**
 * wave_stream_totals_collect:
 * @streams: of WaveStream
 * @from_us: mono µs; only streams that last at some time between this…
 * @to_us: … and this; @from_us > @to_us: all
 *
 * Returns: (transfer full) (element-type WaveStreamTotals): by number of replies, most first; free with g_ptr_array_unref()
 */
GPtrArray *wave_stream_totals_collect (GListModel *streams, WaveTotalsBy by, gint64 from_us, gint64 to_us, gint64 stall_us);

/* ---- exports ---- */

/* One line a chunk: stream,room_id,sender_id,chunk,at_us (after the first sign),gap_us,chars,bytes,chars_after,done. RFC 4180; text is not in it.
 * @streams: (element-type WaveStream) */
void wave_stream_export_chunks_csv (GPtrArray *streams, GString *out);
/* One line a stream with every figure. */
void wave_stream_export_figures_csv (GPtrArray *streams, gint64 stall_us, GString *out);
/* The trace event format of Chrome, which Perfetto opens: a process a room, a thread an AI, slices for replies, statuses and stalls, a counter of characters. */
void wave_stream_export_trace (GPtrArray *streams, gint64 stall_us, GString *out);

G_END_DECLS
