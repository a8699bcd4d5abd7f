// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "journal/wave-event-log.h"
#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveEventRelated: what belongs to an event, as links: the same message again, replies, reactions and deletion, its stream, the sync page that it came by. What has to be
 * looked for in the raw text is looked for on a worker, and comes in as it is found.
 *
 * Signals: "show-event" (the log's index as guint).
 */
#define WAVE_TYPE_EVENT_RELATED (wave_event_related_get_type ())
G_DECLARE_FINAL_TYPE (WaveEventRelated, wave_event_related, WAVE, EVENT_RELATED, AdwBin)

GtkWidget *wave_event_related_new (void);
/* @event: (nullable): of @index. @log: NULL for nothing */
void wave_event_related_show (WaveEventRelated *related, WaveTenant *tenant, WaveEventLog *log, guint index, const WaveEvent *event);
/* Looks for an event by its id and shows it by the signal as soon as it is found. */
void wave_event_related_find (WaveEventRelated *related, const char *event_id);
guint wave_event_related_get_n_links (WaveEventRelated *related);

G_END_DECLS
