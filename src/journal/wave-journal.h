// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

#include "session/wave-batch.h"

G_BEGIN_DECLS

/**
 * WaveJournal: the on-disk, append-only record of one tenant on one server. SQLite in WAL mode, written by a thread of its own: one batch, or several
 * that waited, are one transaction, with the cursor in it, so after a crash the cursor is never ahead of the events. Files are of mode 0600 in directories of mode 0700.
 */
#define WAVE_TYPE_JOURNAL (wave_journal_get_type ())
G_DECLARE_FINAL_TYPE (WaveJournal, wave_journal, WAVE, JOURNAL, GObject)

/**
 * wave_journal_path_for:
 * @data_dir: (nullable): NULL for the XDG data directory's "wavescope/journals"
 *
 * Server and tenant come from the wire: they are hashed, never used as a path.
 *
 * Returns: (transfer full): the file's path
 */
char *wave_journal_path_for (const char *data_dir, const char *server, const char *tenant_id);

/**
 * wave_journal_open:
 * @set_aside: (out) (nullable): path to which a damaged journal was moved, if one was
 *
 * Opens or makes the journal, checks its integrity, starts its thread. Blocks on disk: never on the main thread.
 */
WaveJournal *wave_journal_open (const char *path, char **set_aside, GError **error);

/* What waits in memory at most, while nothing can be written. */
#define WAVE_JOURNAL_WAITING_BYTES (256 * 1024 * 1024)

/* Queues a batch for writing. Any thread, in order. Beyond %WAVE_JOURNAL_WAITING_BYTES its events are left out, and the cursor stays from then on. */
void wave_journal_submit (WaveJournal *journal, WaveBatch *batch);
/*
 * Whether so much waits to be written that whoever submits should wait until half of it is. Never for a disk that fails or hangs: what comes is shown then, and the
 * journal goes without it. Any thread.
 */
#define WAVE_JOURNAL_BEHIND_BYTES (24 * 1024 * 1024)
gboolean wave_journal_is_behind (WaveJournal *journal);
/* From here on the cursor stays where it is on disk, whatever batches say: something before them was not written, and a later run must fetch it. Any thread. */
void wave_journal_keep_cursor (WaveJournal *journal);
/* Waits until everything submitted is on disk. Not on the main thread. */
void wave_journal_flush (WaveJournal *journal);
/* Writes what is queued and ends the thread. */
void wave_journal_close (WaveJournal *journal);

gint64 wave_journal_get_cursor (WaveJournal *journal); /* as opened or last committed; -1 none */
/* wave_event_dup_key() of the latest @n durable events, for a session's memory. (element-type utf8) */
GPtrArray *wave_journal_get_recent_keys (WaveJournal *journal, guint n, GError **error);
const char *wave_journal_get_path (WaveJournal *journal);

typedef struct {
  guint64 events, bytes_on_disk, backlog, commits;
  gint64 last_commit_us;   /* how long the last transaction took */
  guint64 left_out;        /* events that could not even wait in memory, and are fetched by a later run if they are durable */
  gboolean failing;        /* the disk is full or the like: events are kept in memory and tried again */
  char *failure;           /* nullable: why; free with g_free */
} WaveJournalStatus;
void wave_journal_get_status (WaveJournal *journal, WaveJournalStatus *status);

/* What is older, or more, is taken away in the background, the oldest first. 0 for no limit. Any thread. */
#define WAVE_JOURNAL_MAX_AGE_US (7 * G_TIME_SPAN_DAY)
#define WAVE_JOURNAL_MAX_BYTES (G_GUINT64_CONSTANT (2) << 30)
void wave_journal_set_retention (WaveJournal *journal, gint64 max_age_us, guint64 max_bytes);

/* @room_ids: (nullable): rooms whose events are not written from now on, NULL-terminated. Any thread. */
void wave_journal_set_left_out (WaveJournal *journal, const char *const *room_ids);

/* Deletes the journal's files. It must be closed. */
gboolean wave_journal_forget (const char *data_dir, const char *server, const char *tenant_id, GError **error);

/* Called on the journal's thread when failing changes. */
typedef void (*WaveJournalFailureFunc) (const char *failure /* nullable: recovered */, gpointer user_data);
void wave_journal_set_failure_func (WaveJournal *journal, WaveJournalFailureFunc func, gpointer user_data);

/**
 * wave_journal_read_events:
 * @room_id: (nullable): of that room only
 * @before: row number, exclusive; G_MAXINT64 for the end
 * @limit: at most this many, newest ones, in ascending order
 *
 * Opens its own read-only connection: any thread but the main one.
 *
 * Returns: (transfer full) (element-type WaveEvent): events with their arrival stamps, decoded again from their raw bytes; serial is the row number
 */
GPtrArray *wave_journal_read_events (WaveJournal *journal, const char *room_id, gint64 before, guint limit, GError **error);

/* The positions of durable events in (from, to], ascending, with their keys: for "verify". (element-type utf8) */
GPtrArray *wave_journal_read_keys (WaveJournal *journal, gint64 from_position, gint64 to_position, GError **error);

typedef enum { WAVE_JOURNAL_ERROR_OPEN, WAVE_JOURNAL_ERROR_DAMAGED, WAVE_JOURNAL_ERROR_DISK, WAVE_JOURNAL_ERROR_FORMAT, WAVE_JOURNAL_ERROR_FILTER } WaveJournalError;
#define WAVE_JOURNAL_ERROR (wave_journal_error_quark ())
GQuark wave_journal_error_quark (void);

G_END_DECLS
