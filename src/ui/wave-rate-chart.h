// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "journal/wave-event-log.h"

G_BEGIN_DECLS

/**
 * WaveRateChart: how many events of each category arrived, over a span of time that ends now, as stacked bars; a range of it can be chosen by dragging, or with the
 * keyboard: arrows move the mark, with Shift they choose, Escape clears.
 *
 * Signal: "range-chosen" (from, to: wall clock µs, @to exclusive; 0 and G_MAXINT64 when the range was cleared).
 */
#define WAVE_TYPE_RATE_CHART (wave_rate_chart_get_type ())
G_DECLARE_FINAL_TYPE (WaveRateChart, wave_rate_chart, WAVE, RATE_CHART, GtkWidget)

GtkWidget *wave_rate_chart_new (void);
void wave_rate_chart_set_log (WaveRateChart *chart, WaveEventLog *log); /* (nullable) */
/* @span_us: 0 for everything that there is */
void wave_rate_chart_set_span (WaveRateChart *chart, gint64 span_us);
/* The time that the right edge shows unless events are later, wall clock µs. Cheap; the bars are counted anew at most twice a second. */
void wave_rate_chart_set_now (WaveRateChart *chart, gint64 now_wall_us);
/* 0 and G_MAXINT64: none. Does not emit. */
void wave_rate_chart_set_range (WaveRateChart *chart, gint64 from_wall_us, gint64 to_wall_us);
/* While it stands still neither time nor bars move. */
void wave_rate_chart_set_paused (WaveRateChart *chart, gboolean paused);
/* What the edges show. */
void wave_rate_chart_get_window (WaveRateChart *chart, gint64 *from_wall_us, gint64 *to_wall_us);

G_END_DECLS
