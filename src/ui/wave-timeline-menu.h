// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-timeline.h"

G_BEGIN_DECLS

/* What can be done with an item of a timeline: copy, show in Activity, open in the scope, go to what it answers. @over: the widget that the menu
 * stands over; @at: where, in its coordinates */
void wave_timeline_menu_popup (GtkWidget *over, WaveTimelineItem *item, const GdkRectangle *at);
/* (transfer full) (nullable): the text of an item as it is copied: Markdown as it was written */
char *wave_timeline_menu_dup_text (WaveTimelineItem *item);

G_END_DECLS
