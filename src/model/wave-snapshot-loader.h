// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: fetches what REST knows and hands it to the tenant; it has a history loader and a poller of sidekicks, which do their part.
#pragma once

#include "model/wave-history-loader.h"
#include "model/wave-tenant.h"
#include "session/wave-session.h"

G_BEGIN_DECLS

#define WAVE_TYPE_SNAPSHOT_LOADER (wave_snapshot_loader_get_type ())
G_DECLARE_FINAL_TYPE (WaveSnapshotLoader, wave_snapshot_loader, WAVE, SNAPSHOT_LOADER, GObject)

/* @journal_func: for the history of the rooms */
WaveSnapshotLoader *
wave_snapshot_loader_new (WaveTenant *tenant, WaveSession *session, WaveJournalFunc journal_func, gpointer user_data);
/* Nothing is asked or applied after this. */
void wave_snapshot_loader_stop (WaveSnapshotLoader *loader);
/* The session said hello: who am I, which rooms are there, who is there. Of another tenant everything is asked anew.
 * @tenant_id: nullable */
void wave_snapshot_loader_hello (WaveSnapshotLoader *loader, const char *tenant_id);
/* The session is live (again): the state of the rooms that matter, presence. */
void wave_snapshot_loader_live (WaveSnapshotLoader *loader);
void wave_snapshot_loader_lost (WaveSnapshotLoader *loader);
/* Once a second. */
void wave_snapshot_loader_tick (WaveSnapshotLoader *loader, gint64 now_mono);

G_END_DECLS
