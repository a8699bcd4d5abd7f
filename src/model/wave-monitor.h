// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/wave-event-log.h"
#include "journal/wave-journal.h"
#include "model/wave-recorder.h"
#include "model/wave-tenant.h"
#include "session/wave-session.h"

G_BEGIN_DECLS

/**
 * WaveMonitor: ties one session, its journal and one WaveTenant together on the main thread: takes batches from the inbox within a budget per frame,
 * and fetches the snapshots (directory, room states of rooms that are looked at, presence, history) with bounded requests.
 * Properties (notified): "backlog" guint events waiting, "journal-failure" string nullable, "set-aside" string nullable, "event-log",
 * "former-server-name" string nullable: what the server called itself the last time, when that was another name.
 * Signal: "tokens-changed" (), at most some time after the session renewed them, for whoever keeps them.
 */
#define WAVE_TYPE_MONITOR (wave_monitor_get_type ())
G_DECLARE_FINAL_TYPE (WaveMonitor, wave_monitor, WAVE, MONITOR, GObject)

/* @data_dir: (nullable): where journals stand, NULL for the XDG place. @ephemeral: the journal stands in a temporary directory that goes with the monitor (demo). */
WaveMonitor *wave_monitor_new (const char *server, WaveCredentials *credentials, gboolean allow_plain, const char *data_dir,
                               gboolean ephemeral, GError **error);
void wave_monitor_start (WaveMonitor *monitor);
void wave_monitor_stop (WaveMonitor *monitor);
WaveTenant *wave_monitor_get_tenant (WaveMonitor *monitor);
WaveSession *wave_monitor_get_session (WaveMonitor *monitor);
WaveJournal *wave_monitor_get_journal (WaveMonitor *monitor); /* nullable: before the first hello */
/* Every event of the session, and of its journal as soon as that is open. Never NULL; another one when the session turns out to be of another tenant ("event-log" is notified). */
WaveEventLog *wave_monitor_get_event_log (WaveMonitor *monitor);
const char *wave_monitor_get_server (WaveMonitor *monitor);
gboolean wave_monitor_is_ephemeral (WaveMonitor *monitor);
WaveCredentials *wave_monitor_get_credentials (WaveMonitor *monitor); /* (transfer none) */

/* How long and how much the journals keep: the one that is open, and those to come. 0: without end. */
void wave_monitor_set_retention (WaveMonitor *monitor, gint64 max_age_us, guint64 max_bytes);

/* (nullable): what is applied from now on is written by @recorder as well, until another one or NULL is set. */
void wave_monitor_set_recorder (WaveMonitor *monitor, WaveRecorder *recorder);

/* The UI calls this from its frame clock while it is mapped; otherwise the monitor pumps itself every 100 ms. Applies waiting batches for at most
 * @budget_us. What is left is applied by the monitor itself, in steps of 6 ms, when the main loop has nothing else to do. Returns: events applied */
guint wave_monitor_pump (WaveMonitor *monitor, gint64 budget_us);
guint wave_monitor_get_backlog (WaveMonitor *monitor);
/* The most that ever waited. */
guint wave_monitor_get_largest_backlog (WaveMonitor *monitor);

/* How late the main loop is, sampled four times a second: the last sample, and the worst of the last one or two minutes, in µs. */
void wave_monitor_get_loop_lag (WaveMonitor *monitor, gint64 *last_us, gint64 *worst_us);

/* Re-reads the range of a gap by sync and compares it with the journal; sets the gap's verdict. */
void wave_monitor_verify_gap_async (WaveMonitor *monitor, WaveGap *gap, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean wave_monitor_verify_gap_finish (WaveMonitor *monitor, GAsyncResult *result, GError **error);

G_END_DECLS
