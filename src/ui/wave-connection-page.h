// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-monitor.h"

G_BEGIN_DECLS

/* WaveConnectionPage: the state and the states over time, each interruption with its proof, what is counted, and a log that can be copied. */
#define WAVE_TYPE_CONNECTION_PAGE (wave_connection_page_get_type ())
G_DECLARE_FINAL_TYPE (WaveConnectionPage, wave_connection_page, WAVE, CONNECTION_PAGE, AdwBreakpointBin)
GtkWidget *wave_connection_page_new (WaveMonitor *monitor);
/* Of a recording: nothing can be asked or counted any more. */
GtkWidget *wave_connection_page_new_for_tenant (WaveTenant *tenant);

G_END_DECLS
