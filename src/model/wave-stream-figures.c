// SPDX-License-Identifier: GPL-3.0-or-later
// Every figure of a stream, each defined beside the lines that compute it. All times are arrival times at our own socket: the wire has no clock
// finer than a second and no chunk index (protocol notes, appendix C, 4).
#include "config.h"

#include <math.h>

#include "model/wave-stream-private.h"

static int
compare_gaps (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a;
  gint64 y = *(const gint64 *)b;

  return (x > y) - (x < y);
}

/* Nearest rank: the smallest gap that at least @percent of all gaps do not exceed. Exact, whatever the number of gaps. */
static gint64
nearest_rank (const gint64 *sorted, guint n, guint percent)
{
  guint64 rank = ((guint64)n * percent + 99) / 100;

  return sorted[MAX (rank, 1) - 1];
}

/* Gaps lie between successive chunks with text; an empty chunk is a heartbeat and ends no silence. */
static void
count_gaps (WaveStream *self, gint64 stall_us, WaveStreamFigures *figures)
{
  const WaveChunkMark *marks = (const WaveChunkMark *)self->chunks->data;
  g_autofree gint64 *gaps = self->chunks->len > 1 ? g_new (gint64, self->chunks->len - 1) : NULL;
  gint64 before = -1;
  gint64 differences = 0;
  guint n = 0;

  for (guint i = 0; i < self->chunks->len; i++)
    {
      if (marks[i].text_length == 0)
        continue;
      if (before >= 0)
        {
          gint64 gap = MAX (marks[i].at_us - before, 0);

          if (n > 0)
            differences += ABS (gap - gaps[n - 1]);
          gaps[n++] = gap;
          if (gap > stall_us)
            {
              figures->stalls++;
              figures->stalled_us += gap;
            }
        }
      before = marks[i].at_us;
    }
  if (n == 0)
    return;
  /* Jitter: the mean absolute difference of successive gaps; it needs two of them. */
  if (n > 1)
    figures->jitter_us = (differences + (n - 1) / 2) / (n - 1);
  qsort (gaps, n, sizeof *gaps, compare_gaps);
  figures->gap_p50_us = nearest_rank (gaps, n, 50);
  figures->gap_p90_us = nearest_rank (gaps, n, 90);
  figures->gap_p95_us = nearest_rank (gaps, n, 95);
  figures->gap_p99_us = nearest_rank (gaps, n, 99);
  figures->gap_max_us = gaps[n - 1];
}

/* Time under a status: from the status to the next one, to null, or to the end of the stream; while it lasts, to its last sign. */
static void
count_phases (WaveStream *self, WaveStreamFigures *figures)
{
  gint64 end = self->ended >= 0 ? self->ended : self->last_sign;

  for (guint i = 0; i < self->phases->len; i++)
    {
      const WavePhaseSpan *span = &g_array_index (self->phases, WavePhaseSpan, i);
      gint64 until = span->end_us >= 0 ? MIN (span->end_us, end) : end;
      gint64 length = MAX (until - span->start_us, 0);

      if (span->phase == WAVE_AI_CALLING)
        figures->tool_us += length;
      else if (span->phase == WAVE_AI_THINKING)
        figures->thinking_us += length;
    }
}

static void
compute (WaveStream *self, gint64 stall_us, WaveStreamFigures *figures)
{
  const WaveChunkMark *first = NULL;
  const WaveChunkMark *last = NULL;
  gint64 end = -1;

  *figures = (WaveStreamFigures){ .ttfc_us = -1,
                                  .duration_us = -1,
                                  .generating_us = -1,
                                  .gap_p50_us = -1,
                                  .gap_p90_us = -1,
                                  .gap_p95_us = -1,
                                  .gap_p99_us = -1,
                                  .gap_max_us = -1,
                                  .jitter_us = -1,
                                  .chars_per_s = NAN,
                                  .chunks_per_s = NAN,
                                  .chars_per_s_overall = NAN,
                                  .chunks_per_s_overall = NAN,
                                  .matched = self->matched,
                                  .text_differs = self->text_differs,
                                  .lagged = self->lagged };
  for (guint i = 0; i < self->chunks->len; i++)
    {
      const WaveChunkMark *mark = &g_array_index (self->chunks, WaveChunkMark, i);

      end = MAX (end, mark->at_us);
      if (mark->text_length == 0)
        continue;
      figures->chunks++;
      figures->bytes += mark->text_length;
      first = first != NULL ? first : mark;
      last = mark;
    }
  /* Duration: from the first sign (status or chunk) to the last chunk or the final message, whichever is later. */
  end = MAX (end, self->last_message);
  if (end >= 0)
    figures->duration_us = end - self->started;
  if (first != NULL)
    {
      figures->chars = last->chars_after;
      figures->generating_us = last->at_us - first->at_us;
      /* Time to first chunk: to the first chunk with text, from the message that it answers where that can be told, else from the first
       * status; not defined when neither was seen. */
      if (self->trigger_at >= 0 && self->trigger_at <= first->at_us)
        {
          figures->ttfc_us = first->at_us - self->trigger_at;
          figures->ttfc_from = WAVE_TTFC_FROM_MESSAGE;
        }
      else if (self->status_at >= 0 && self->status_at <= first->at_us)
        {
          figures->ttfc_us = first->at_us - self->status_at;
          figures->ttfc_from = WAVE_TTFC_FROM_STATUS;
        }
    }
  count_gaps (self, stall_us, figures);
  count_phases (self, figures);
  /* Rates while generating: what came after the first chunk, over the time that it took to come. */
  if (figures->generating_us > 0)
    {
      double seconds = figures->generating_us / (double)G_USEC_PER_SEC;

      figures->chars_per_s = (figures->chars - first->chars_after) / seconds;
      figures->chunks_per_s = (figures->chunks - 1) / seconds;
    }
  /* Overall rates: all of it, over the duration. */
  if (figures->duration_us > 0 && first != NULL)
    {
      double seconds = figures->duration_us / (double)G_USEC_PER_SEC;

      figures->chars_per_s_overall = figures->chars / seconds;
      figures->chunks_per_s_overall = figures->chunks / seconds;
    }
}

/**
 * wave_stream_get_figures:
 *
 * Computed again only after the stream changed or for another threshold, so that a row may ask at every frame.
 */
void
wave_stream_get_figures (WaveStream *stream, gint64 stall_us, WaveStreamFigures *figures)
{
  g_return_if_fail (WAVE_IS_STREAM (stream) && figures != NULL);
  if (!stream->figures_valid || stream->figures_stall_us != stall_us)
    {
      compute (stream, stall_us, &stream->figures);
      stream->figures_stall_us = stall_us;
      stream->figures_valid = TRUE;
    }
  *figures = stream->figures;
}
