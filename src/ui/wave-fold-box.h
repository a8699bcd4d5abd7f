// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * WaveFoldBox: two things beside each other where there is room for both, else the second below the first.
 *
 * In one line the first has what the second does not need, or, if the second expands, the other way round. A first that does not fit may break its
 * lines as long as most of the width is left to it. The box is no narrower than the wider of the two, so large text in a small window makes it
 * higher. (A wrap box of libadwaita 1.7 puts a child that is wider than its line out of sight where text runs from right to left.)
 */
#define WAVE_TYPE_FOLD_BOX (wave_fold_box_get_type ())
G_DECLARE_FINAL_TYPE (WaveFoldBox, wave_fold_box, WAVE, FOLD_BOX, GtkWidget)

/* @spacing: px between them in one line; @line_spacing: px between the lines. */
GtkWidget *wave_fold_box_new (GtkWidget *first, GtkWidget *second, int spacing, int line_spacing);

G_END_DECLS
