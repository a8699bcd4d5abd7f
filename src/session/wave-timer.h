// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A source of the thread's default context that fires once each time its ready time has come; not started. Attached; the caller owns a
 * reference. What @func returns counts as for any source. */
GSource *wave_timer_new (const char *name, GSourceFunc func, gpointer user_data);
void wave_timer_clear (GSource **timer);
/* @delay_us: below 0 stops it. */
void wave_timer_start (GSource *timer, gint64 delay_us);

G_END_DECLS
