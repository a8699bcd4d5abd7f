// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "protocol/wave-types.h"

G_BEGIN_DECLS

/* WaveRateChart: events per second of the last five minutes as stacked bars by category. */
#define WAVE_TYPE_RATE_CHART (wave_rate_chart_get_type ())
G_DECLARE_FINAL_TYPE (WaveRateChart, wave_rate_chart, WAVE, RATE_CHART, GtkWidget)
#define WAVE_RATE_CHART_SECONDS 300

GtkWidget *wave_rate_chart_new (void);
void wave_rate_chart_add (WaveRateChart *chart, WaveCategory category, gint64 arrived_mono_us);

G_END_DECLS
