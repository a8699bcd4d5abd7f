// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * wave_wrap_label:
 *
 * Lets a label with text from the wire break its lines between words, and a word that is longer than any word between characters: to break one of 10,000
 * characters the other way takes Pango 8 s, of 64 KB minutes. It looks anew whenever the text changes.
 */
void wave_wrap_label (GtkLabel *label);

/* How to break the lines of @text: between words, or anywhere when a word is so long that looking for its best end takes too long. */
PangoWrapMode wave_wrap_mode (const char *text);

/* Lets the words of a button break, where large text meets a narrow window. */
void wave_wrap_button (GtkButton *button);

/* Keeps the choice that a row shows from becoming three dots: the title breaks first. The model is of strings. */
void wave_keep_combo (AdwComboRow *row);
/* Puts the choice below the title, for rows in what is narrower still. */
void wave_stack_combo (AdwComboRow *row);

G_END_DECLS
