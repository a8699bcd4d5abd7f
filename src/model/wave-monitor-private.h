// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: what the monitor shares with the session's thread, and its files with each other.
#pragma once

#include "journal/wave-journal.h"
#include "model/wave-monitor.h"
#include "model/wave-snapshot-loader.h"
#include "session/wave-session.h"

G_BEGIN_DECLS

/**
 * WaveLink: between a session's thread, which pushes, and the monitor, which pops. Reference counted, locked; it owns the
 * journals of the tenants that this session has seen, the one that is written last.
 */
typedef struct _WaveLink WaveLink;

WaveLink *wave_link_new (const char *server, const char *data_dir);
WaveLink *wave_link_ref (WaveLink *link);
void wave_link_unref (WaveLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveLink, wave_link_unref)

void wave_link_set_inbox (WaveLink *link, WaveInbox *inbox); /* nullable: nothing is handed on any more */

/* For WaveSessionConfig: @user_data is the link. On the session's thread. */
void wave_link_batch (WaveBatch *batch, gpointer user_data);
gboolean wave_link_is_behind (gpointer user_data);
void wave_link_resume (const char *server_name, const char *tenant_id, WaveResume *resume, gpointer user_data);

/* Opens the journal that was written last with this server, if there is one. Blocks: on a worker. (transfer full) (nullable) */
WaveJournal *wave_link_open_last (WaveLink *link, char **tenant_id);
WaveJournal *wave_link_ref_journal (WaveLink *link); /* nullable */
void wave_link_set_retention (WaveLink *link, gint64 max_age_us, guint64 max_bytes);
/* (transfer full) (nullable) */
char *wave_link_dup_failure (WaveLink *link);
char *wave_link_dup_set_aside (WaveLink *link);
/* (transfer full) (nullable): what the server called itself the last time, when that was another name */
char *wave_link_dup_former_name (WaveLink *link);
/* Goes up whenever journal, failure, set-aside or former name changed. */
guint wave_link_get_serial (WaveLink *link);
/* Writes what is queued and closes. Blocks: on a worker. */
void wave_link_close (WaveLink *link);

/* ---- of the monitor itself, for its other file; on the main thread ---- */

void wave_monitor_keep_proof (WaveMonitor *self, WaveGap *gap); /* in the journal, if there is one */
gboolean wave_monitor_is_stopped (WaveMonitor *self);
/* For tests, which turn its clock on. */
WaveSnapshotLoader *wave_monitor_get_loader (WaveMonitor *self);

G_END_DECLS
