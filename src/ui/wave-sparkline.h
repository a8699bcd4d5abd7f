// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* WaveSparkline: a small curve of counts over time, newest at the end of the line; one pixel column per value or per group of values. */
#define WAVE_TYPE_SPARKLINE (wave_sparkline_get_type ())
G_DECLARE_FINAL_TYPE (WaveSparkline, wave_sparkline, WAVE, SPARKLINE, GtkWidget)

GtkWidget *wave_sparkline_new (int width, int height);
/* @values: copied; oldest first. Draws anew only when something changed. */
void wave_sparkline_set_values (WaveSparkline *sparkline, const guint *values, guint n_values);

G_END_DECLS
