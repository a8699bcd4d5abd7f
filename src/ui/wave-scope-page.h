// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-monitor.h"

G_BEGIN_DECLS

/**
 * WaveScopePage: AI streaming, seen: the overview with its lanes, and below it one stream in detail, the comparison, the alarms, the totals and the list.
 */
#define WAVE_TYPE_SCOPE_PAGE (wave_scope_page_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopePage, wave_scope_page, WAVE, SCOPE_PAGE, AdwBin)

GtkWidget *wave_scope_page_new (WaveMonitor *monitor);
/* For a recording or a test: without a session. */
GtkWidget *wave_scope_page_new_for_tenant (WaveTenant *tenant);
/* Selects the stream, shows its detail and brings its lane into view. */
void wave_scope_page_show_stream (WaveScopePage *page, WaveStream *stream);
/* "detail", "compare", "alarms", "totals", "list" */
void wave_scope_page_show_panel (WaveScopePage *page, const char *name);

G_END_DECLS
