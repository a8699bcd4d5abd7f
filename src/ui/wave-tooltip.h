// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * wave_tooltip_set_text:
 * @text: (nullable): plain; NULL for none
 *
 * For the widgets of rows, which are made and changed by the hundred: gtk_widget_set_tooltip_text() asks the display server each time where the pointer is, and
 * waits for the answer. This one is asked when the pointer rests there. @text is the widget's description for screen readers, too.
 */
void wave_tooltip_set_text (GtkWidget *widget, const char *text);
const char *wave_tooltip_get_text (GtkWidget *widget); /* (nullable) */

G_END_DECLS
