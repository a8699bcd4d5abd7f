// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* WaveFigureList: a titled list of names with a figure each, closer together than rows that can be used. */
#define WAVE_TYPE_FIGURE_LIST (wave_figure_list_get_type ())
G_DECLARE_FINAL_TYPE (WaveFigureList, wave_figure_list, WAVE, FIGURE_LIST, AdwBin)
GtkWidget *wave_figure_list_new (const char *title);
/* @hint: (nullable): a tooltip that says what exactly is counted. Returns: the figure's index */
guint wave_figure_list_add (WaveFigureList *list, const char *name, const char *hint);
/* @css_class: (nullable): "warning", "error", "success" or NULL */
void wave_figure_list_set (WaveFigureList *list, guint index, const char *value, const char *css_class);

G_END_DECLS
