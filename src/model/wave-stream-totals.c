// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>

#include "model/wave-stream-totals.h"

/* Bars grow by this; the middle of a bar is off by at most (GROWTH - 1) / (GROWTH + 1), just under 1 %. */
#define GROWTH 1.02

static guint
bar_of (gint64 us)
{
  if (us <= 1)
    return 0;
  return MIN ((guint)ceil (log ((double)us) / log (GROWTH)), WAVE_SKETCH_BARS - 1);
}

void
wave_sketch_add (WaveSketch *sketch, gint64 us)
{
  us = MAX (us, 0);
  if (sketch->n == 0 || us < sketch->min_us)
    sketch->min_us = us;
  sketch->max_us = MAX (sketch->max_us, us);
  sketch->sum_us += us;
  sketch->n++;
  sketch->bars[bar_of (us)]++;
}

void
wave_sketch_merge (WaveSketch *sketch, const WaveSketch *other)
{
  if (other->n == 0)
    return;
  sketch->min_us = sketch->n == 0 ? other->min_us : MIN (sketch->min_us, other->min_us);
  sketch->max_us = MAX (sketch->max_us, other->max_us);
  sketch->sum_us += other->sum_us;
  sketch->n += other->n;
  for (guint i = 0; i < WAVE_SKETCH_BARS; i++)
    sketch->bars[i] += other->bars[i];
}

gint64
wave_sketch_get_quantile (const WaveSketch *sketch, double percent)
{
  guint64 rank;
  guint64 sum = 0;

  if (sketch->n == 0)
    return -1;
  rank = CLAMP ((guint64)ceil (percent / 100 * sketch->n), 1, sketch->n);
  if (rank == 1)
    return sketch->min_us;
  if (rank == sketch->n)
    return sketch->max_us;
  for (guint i = 0; i < WAVE_SKETCH_BARS; i++)
    {
      sum += sketch->bars[i];
      if (sum >= rank)
        {
          /* The bar ends at GROWTH^i and began at GROWTH^(i-1). */
          gint64 middle = i == 0 ? 1 : llround (2 * pow (GROWTH, i) / (GROWTH + 1));

          return CLAMP (middle, sketch->min_us, sketch->max_us);
        }
    }
  return sketch->max_us;
}

/* ---- totals ---- */

static void
totals_free (gpointer data)
{
  WaveStreamTotals *totals = data;

  g_free (totals->id);
  g_free (totals);
}

static void
add_stream (WaveStreamTotals *totals, WaveStream *stream, gint64 stall_us)
{
  guint n;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);
  gint64 before = -1;
  WaveStreamFigures figures;

  wave_stream_get_figures (stream, stall_us, &figures);
  totals->streams++;
  totals->stalls += figures.stalls;
  totals->failed += wave_stream_get_outcome (stream) == WAVE_STREAM_FAILED;
  totals->torn += wave_stream_get_outcome (stream) == WAVE_STREAM_TORN;
  totals->lagged += figures.lagged;
  totals->chunks += figures.chunks;
  totals->chars += figures.chars;
  totals->duration_us += MAX (figures.duration_us, 0);
  totals->generating_us += MAX (figures.generating_us, 0);
  totals->tool_us += figures.tool_us;
  if (figures.ttfc_us >= 0)
    wave_sketch_add (&totals->ttfc, figures.ttfc_us);
  for (guint i = 0; i < n; i++)
    {
      if (chunks[i].text_length == 0)
        continue;
      if (before >= 0)
        wave_sketch_add (&totals->gaps, chunks[i].at_us - before);
      before = chunks[i].at_us;
    }
}

static int
compare_totals (gconstpointer a, gconstpointer b)
{
  const WaveStreamTotals *x = *(const WaveStreamTotals *const *)a;
  const WaveStreamTotals *y = *(const WaveStreamTotals *const *)b;

  if (x->streams != y->streams)
    return x->streams < y->streams ? 1 : -1;
  return g_strcmp0 (x->id, y->id);
}

GPtrArray *
wave_stream_totals_collect (GListModel *streams, WaveTotalsBy by, gint64 from_us, gint64 to_us, gint64 stall_us)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (totals_free);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = g_list_model_get_n_items (streams);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i);
      gint64 ended = wave_stream_get_ended (stream);
      const char *id = by == WAVE_TOTALS_AI     ? wave_stream_get_sender_id (stream)
                       : by == WAVE_TOTALS_ROOM ? wave_stream_get_room_id (stream)
                                                : NULL;
      WaveStreamTotals *totals;

      if (from_us <= to_us && (wave_stream_get_started (stream) > to_us || (ended >= 0 && ended < from_us)))
        continue;
      totals = g_hash_table_lookup (known, id != NULL ? id : "");
      if (totals == NULL)
        {
          totals = g_new0 (WaveStreamTotals, 1);
          totals->id = g_strdup (id);
          g_ptr_array_add (all, totals);
          g_hash_table_insert (known, totals->id != NULL ? totals->id : (char *)"", totals);
        }
      add_stream (totals, stream, stall_us);
    }
  g_ptr_array_sort (all, compare_totals);
  return all;
}
