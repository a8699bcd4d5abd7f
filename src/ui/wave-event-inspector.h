// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "journal/wave-event-log.h"
#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveEventInspector: one event, as words, as a tree, as it was received, and with what belongs to it.
 *
 * Signals: "show-event" (the log's index as guint): a link to another event; "term" (a term of the filter language, gboolean exclude); "close".
 */
#define WAVE_TYPE_EVENT_INSPECTOR (wave_event_inspector_get_type ())
G_DECLARE_FINAL_TYPE (WaveEventInspector, wave_event_inspector, WAVE, EVENT_INSPECTOR, AdwBin)

GtkWidget *wave_event_inspector_new (void);
/* Whose events it shows; (nullable) both. */
void wave_event_inspector_set_source (WaveEventInspector *inspector, WaveTenant *tenant, WaveEventLog *log);
/* G_MAXUINT for none. */
void wave_event_inspector_show (WaveEventInspector *inspector, guint index);

/* "meaning", "tree", "raw", "related" */
void wave_event_inspector_show_page (WaveEventInspector *inspector, const char *name);

G_END_DECLS
