// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/.
#pragma once

#include "journal/wave-journal.h"
#include "model/wave-room.h"
#include "model/wave-tenant.h"
#include "session/wave-session.h"

G_BEGIN_DECLS

/**
 * WaveHistoryLoader: the past of the rooms that are looked at. What the journal holds comes first, read on a worker, then a page of the server's; the tenant
 * gets both by wave_tenant_apply_history(), and is told while a room's is on its way. One thing at a time for each room. Main thread.
 */
#define WAVE_TYPE_HISTORY_LOADER (wave_history_loader_get_type ())
G_DECLARE_FINAL_TYPE (WaveHistoryLoader, wave_history_loader, WAVE, HISTORY_LOADER, GObject)

/* Gives the journal of the tenant that is shown; (transfer full) (nullable). */
typedef WaveJournal *(*WaveJournalFunc) (gpointer user_data);

WaveHistoryLoader *wave_history_loader_new (WaveTenant *tenant, WaveSession *session, WaveJournalFunc journal_func, gpointer user_data);
/* Nothing is asked or applied after this. */
void wave_history_loader_stop (WaveHistoryLoader *loader);
/* The session is live (again): from now on the server is asked as well, and what was fetched before is not current any more. Nothing is asked by this. */
void wave_history_loader_live (WaveHistoryLoader *loader);
/* There is only the journal now. */
void wave_history_loader_lost (WaveHistoryLoader *loader);
/* It is another tenant: what is on its way is given up, and of each room everything is fetched anew. */
void wave_history_loader_forget (WaveHistoryLoader *loader);

/**
 * wave_history_loader_load:
 * @older: what comes before the oldest message that @room shows; else its latest messages, unless they are current
 *
 * Does nothing while something of the room is on its way.
 */
void wave_history_loader_load (WaveHistoryLoader *loader, WaveRoom *room, gboolean older);
/* Whether something of the room is on its way. */
gboolean wave_history_loader_is_busy (WaveHistoryLoader *loader, const char *room_id);
/* Whether a page of the room came in this connection: from then on the events tell. Before the first connection every room is current. */
gboolean wave_history_loader_is_current (WaveHistoryLoader *loader, const char *room_id);

G_END_DECLS
