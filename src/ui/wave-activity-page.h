// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-monitor.h"

G_BEGIN_DECLS

/* WaveActivityPage: the latest events of the session as a table, newest last. */
#define WAVE_TYPE_ACTIVITY_PAGE (wave_activity_page_get_type ())
G_DECLARE_FINAL_TYPE (WaveActivityPage, wave_activity_page, WAVE, ACTIVITY_PAGE, AdwBin)
GtkWidget *wave_activity_page_new (WaveMonitor *monitor);
/* Types @filter into the filter entry. */
void wave_activity_page_set_filter (WaveActivityPage *page, const char *filter);

G_END_DECLS
