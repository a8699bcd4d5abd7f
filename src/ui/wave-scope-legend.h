// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * WaveScopeLegend: what the colours and patterns of the scope mean, in one line. It asks for no width: what does not fit as a whole is not drawn.
 */
#define WAVE_TYPE_SCOPE_LEGEND (wave_scope_legend_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeLegend, wave_scope_legend, WAVE, SCOPE_LEGEND, GtkWidget)

GtkWidget *wave_scope_legend_new (void);

G_END_DECLS
