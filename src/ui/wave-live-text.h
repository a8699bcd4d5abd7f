// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * WaveLiveText: a text that changes many times a second: a growing reply, the figures below it.
 *
 * A GtkLabel asks the whole window for a new layout whenever its text changes, and shapes the text seven times on the way. This one shapes it once, and
 * asks for a layout only when the text takes another height. What it pays for that: it takes whatever width it is given, cannot be
 * selected, and shows links without opening them. A text that stands still belongs in a label. Main thread.
 */
#define WAVE_TYPE_LIVE_TEXT (wave_live_text_get_type ())
G_DECLARE_FINAL_TYPE (WaveLiveText, wave_live_text, WAVE, LIVE_TEXT, GtkWidget)

GtkWidget *wave_live_text_new (void);
/* It stays on one line, which ends in an ellipsis where it is too long. To be called before it has a text. */
void wave_live_text_set_one_line (WaveLiveText *text);
/* @markup: as GtkLabel understands it */
void wave_live_text_set_markup (WaveLiveText *text, const char *markup);
void wave_live_text_set_text (WaveLiveText *text, const char *plain);
/* (transfer none): what is shown, without markup */
const char *wave_live_text_get_text (WaveLiveText *text);

G_END_DECLS
