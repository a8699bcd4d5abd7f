// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-monitor.h"

G_BEGIN_DECLS

/**
 * wave_about_dup_debug_info:
 * @monitor: (nullable): what the window watches
 *
 * What somebody who helps wants to know: versions, the sandbox, the display, the state of the connection and counts. It bears no token, no address, no
 * name of a room or person, and nothing that anybody wrote: it is safe to paste anywhere.
 *
 * Returns: (transfer full): lines of text, not translated
 */
char *wave_about_dup_debug_info (WaveMonitor *monitor);

/* @monitor: (nullable) */
void wave_about_present (GtkWidget *parent, WaveMonitor *monitor);

G_END_DECLS
