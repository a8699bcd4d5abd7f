// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of a stream as rows: name, what it means, value in words. One table for the detail, the comparison and the aggregates.
#pragma once

#include "model/wave-stream.h"

G_BEGIN_DECLS

typedef enum {
  WAVE_SCOPE_FIGURE_TTFC,
  WAVE_SCOPE_FIGURE_CHUNKS,
  WAVE_SCOPE_FIGURE_CHARS,
  WAVE_SCOPE_FIGURE_RATE,
  WAVE_SCOPE_FIGURE_GAP_P50,
  WAVE_SCOPE_FIGURE_GAP_P99,
  WAVE_SCOPE_FIGURE_GAP_MAX,
  WAVE_SCOPE_FIGURE_JITTER,
  WAVE_SCOPE_FIGURE_STALLS,
  WAVE_SCOPE_FIGURE_THINKING,
  WAVE_SCOPE_FIGURE_TOOLS,
  WAVE_SCOPE_FIGURE_GENERATING,
  WAVE_SCOPE_FIGURE_DURATION,
  WAVE_SCOPE_FIGURE_MATCH,
  WAVE_SCOPE_N_FIGURES
} WaveScopeFigure;

const char *wave_scope_figure_name (WaveScopeFigure figure);
/* "What is this": one or two sentences */
const char *wave_scope_figure_meaning (WaveScopeFigure figure);
/* (transfer full) */
char *wave_scope_figure_dup_text (WaveScopeFigure figure, const WaveStreamFigures *figures);
/* The number that two streams are compared by; NAN when there is none. */
double wave_scope_figure_get_number (WaveScopeFigure figure, const WaveStreamFigures *figures);
/* (transfer full): "open, stalled for 9.7 s", "settled", with the error or what else has to be known */
char *wave_scope_dup_outcome (WaveStream *stream, gint64 now_us);

G_END_DECLS
