// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "journal/wave-event-log.h"
#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveActivityPage: every event of a log as a table, newest last, with a filter, a chart of their rate, and an inspector beside it. Of a session or a recording alike.
 *
 * Actions: "activity.find" (Ctrl+F), "activity.pause", "activity.clear-range", "activity.help".
 */
#define WAVE_TYPE_ACTIVITY_PAGE (wave_activity_page_get_type ())
G_DECLARE_FINAL_TYPE (WaveActivityPage, wave_activity_page, WAVE, ACTIVITY_PAGE, AdwBreakpointBin)

/* @tenant gives the names of rooms and people, and what time it is. */
GtkWidget *wave_activity_page_new (WaveTenant *tenant, WaveEventLog *log);
/* The session turned out to be of another tenant, or another recording is shown. */
void wave_activity_page_set_log (WaveActivityPage *page, WaveEventLog *log);
/* What shows now, filtered; (transfer none). */
WaveEventView *wave_activity_page_get_view (WaveActivityPage *page);
/* Selects an event by the log's index, brings it into view and inspects it; clears the filter if that hides it. */
void wave_activity_page_show_event (WaveActivityPage *page, guint index);
void wave_activity_page_focus_filter (WaveActivityPage *page);
void wave_activity_page_set_filter (WaveActivityPage *page, const char *text);

G_END_DECLS
