// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-stream.h"

G_BEGIN_DECLS

/**
 * WaveScopePlot: characters over time, each stream from its own first sign, with silences shaded when there is one stream only and a playhead. What is
 * drawn costs the pixels, not the chunks.
 * Signals: "seek" (gint64 µs after the first sign): the person put the playhead there; "step" (int): by so many chunks.
 */
#define WAVE_TYPE_SCOPE_PLOT (wave_scope_plot_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopePlot, wave_scope_plot, WAVE, SCOPE_PLOT, GtkWidget)

GtkWidget *wave_scope_plot_new (void);
/* @streams: (element-type WaveStream): copied */
void wave_scope_plot_set_streams (WaveScopePlot *plot, GPtrArray *streams);
void wave_scope_plot_set_now (WaveScopePlot *plot, gint64 now_us);
void wave_scope_plot_set_stall (WaveScopePlot *plot, gint64 stall_us);
/* µs after the first sign; -1: none */
void wave_scope_plot_set_playhead (WaveScopePlot *plot, gint64 offset_us);

/**
 * WaveScopeHistogram: how many gaps between texts were how long, on a logarithmic scale from 0.1 ms to 100 s, four bars a decade.
 */
#define WAVE_TYPE_SCOPE_HISTOGRAM (wave_scope_histogram_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeHistogram, wave_scope_histogram, WAVE, SCOPE_HISTOGRAM, GtkWidget)

GtkWidget *wave_scope_histogram_new (void);
void wave_scope_histogram_set_stream (WaveScopeHistogram *histogram, WaveStream *stream, gint64 stall_us);

/* Index of the first chunk after @at_us: how many had come by then. */
guint wave_scope_chunks_by (const WaveChunkMark *chunks, guint n, gint64 at_us);

G_END_DECLS
