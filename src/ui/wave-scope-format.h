// SPDX-License-Identifier: GPL-3.0-or-later
// Words, numbers and colours that every part of the scope shares.
#pragma once

#include <gtk/gtk.h>

#include "model/wave-stream.h"
#include "model/wave-tenant.h"

G_BEGIN_DECLS

/* (transfer full): "412 µs", "24 ms", "9.7 s", "3 min 20 s"; "–" for a negative one, which means not defined */
char *wave_scope_format_duration (gint64 us);
/* (transfer full): how much time is on screen: "10 ms", "3.2 s", "1 min", "6 h" */
char *wave_scope_format_span (gint64 us);
/* (transfer full): "36 /s"; "–" for NAN */
char *wave_scope_format_rate (double per_second);
/* The distance of ticks in µs (1, 2, 5, 10, … steps, then 15 s, 30 s, minutes, hours) that leaves @min_px between two. */
gint64 wave_scope_tick_step (double us_per_px, double min_px);
/* (transfer full): label of a tick @offset_us away from the origin, as exact as @step_us needs */
char *wave_scope_format_tick (gint64 offset_us, gint64 step_us);

/* Untranslated nick to a word for people. */
const char *wave_scope_outcome_word (WaveStream *stream);
const char *wave_scope_outcome_sign (WaveStream *stream); /* ✓ ▶ ▲ ✂ ✗ … so that colour is never the only mark */
const char *wave_scope_sender_name (WaveTenant *tenant, WaveStream *stream);
const char *wave_scope_room_name (WaveTenant *tenant, WaveStream *stream);
/* (transfer full): one sentence for a screen reader and for the list */
char *wave_scope_stream_sentence (WaveTenant *tenant, WaveStream *stream, gint64 now_us);

/* Where the stream's drawing ends: its end, or @now_us while it is live. */
gint64 wave_scope_stream_end (WaveStream *stream, gint64 now_us);
/* The silence that lasts at @now_us, 0 when the stream is not open. */
gint64 wave_scope_stream_silence (WaveStream *stream, gint64 now_us);

/* How much of [from, to] passed in tools: such a silence is the tool's and is shown as the tool's band. */
gint64 wave_scope_time_in_tools (WaveStream *stream, gint64 from_us, gint64 to_us);

typedef enum {
  WAVE_SCOPE_COLOUR_TEXT,
  WAVE_SCOPE_COLOUR_DIM,
  WAVE_SCOPE_COLOUR_GRID,
  WAVE_SCOPE_COLOUR_SURFACE,
  WAVE_SCOPE_COLOUR_BACK,
  WAVE_SCOPE_COLOUR_THINKING,
  WAVE_SCOPE_COLOUR_TOOL,
  WAVE_SCOPE_COLOUR_GENERATING,
  WAVE_SCOPE_COLOUR_OTHER,
  WAVE_SCOPE_COLOUR_STALL,
  WAVE_SCOPE_COLOUR_GAP,
  WAVE_SCOPE_COLOUR_GOOD,
  /* grounds of bands, opaque: what stands on them is drawn in the colour of the same name */
  WAVE_SCOPE_COLOUR_THINKING_BAND,
  WAVE_SCOPE_COLOUR_TOOL_BAND,
  WAVE_SCOPE_COLOUR_GENERATING_BAND,
  WAVE_SCOPE_COLOUR_OTHER_BAND,
  WAVE_SCOPE_COLOUR_STALL_BAND,
  WAVE_SCOPE_N_COLOURS
} WaveScopeColour;

/* The scheme in force; @alpha multiplies. */
GdkRGBA wave_scope_colour (WaveScopeColour colour, float alpha);
/* One colour a compared stream, told apart by lightness as well. */
GdkRGBA wave_scope_series_colour (guint index);

G_END_DECLS
