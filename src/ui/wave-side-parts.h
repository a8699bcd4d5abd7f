// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the cards beside a timeline: the few shapes that they are made of.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* (transfer floating): a wrapping label, start-aligned. @text, @first_class, @second_class: (nullable) */
GtkWidget *wave_side_label (const char *text, const char *first_class, const char *second_class);
/* (transfer floating): a row with a label of one line at its end */
GtkWidget *wave_side_pair (GtkWidget *start, GtkWidget *end);
/* (transfer floating): a thin bar. @label: what a screen reader calls it */
GtkWidget *wave_side_meter (const char *label);
void wave_side_meter_set (GtkWidget *meter, double share, const char *css_class /* nullable: success, warning */);
/* Sets the text if it differs; without one the label goes away. @text: (nullable) */
void wave_side_set_text (GtkWidget *label, const char *text);
/* Takes one of some style classes and drops the others. @names: NULL-terminated; @name: (nullable) one of them */
void wave_side_set_class (GtkWidget *widget, const char *const *names, const char *name);
/* Makes @box hold one widget for each item of @model, in its order; keeps the widgets of items that stay.
 * @make: (transfer floating): a widget for an item */
typedef GtkWidget *(*WaveSideMakeFunc) (gpointer item, gpointer user_data);
void wave_side_bind (GtkBox *box, GListModel *model /* nullable: unbinds */, WaveSideMakeFunc make, gpointer user_data);

G_END_DECLS
