// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of a WaveJournalStore, shared by wave-journal-store.c (writing), -keys.c (knowing durable events again), -redact.c (taking back what was said) and -migrate.c
// (older schemas).
#pragma once

#include "journal/wave-journal-private.h"

#include <zstd.h>

G_BEGIN_DECLS

enum { STMT_STRING_FIND, STMT_STRING_ADD, STMT_BLOCK, STMT_DURABLE, STMT_DURABLES, STMT_DURABLE_TAKE_BACK, STMT_KNOWN, STMT_TRANSITION, STMT_META, STMT_REDACT_FIND, STMT_BLOCK_FIND, STMT_BLOCK_CHANGE,
       STMT_REDACTION, STMT_BLOCK_KEYS, STMT_BLOCK_KEYS_FIND, STMT_BLOCK_ROOM, STMT_DURABLE_DELETE, STMT_BLOCK_ROOM_DELETE, STMT_BLOCK_KEYS_DELETE, STMT_BLOCK_DELETE,
       N_STMTS };

/* By what a durable event is known again: wave_event_dup_key(), or for an edit (same id, other content) that and the hash of its content. */
typedef struct {
  const char *text; /* @length bytes */
  gsize length;
  gboolean is_edit;
} WaveJournalKey;

/* Ids of strings by their address, which is theirs as long as an event holds them: for the length of a transaction. */
#define CACHE_SIZE 1024
typedef struct {
  const char *text;
  guint32 id;
} CachedString;
#define LATEST_ROOMS 64
/* So many keys go into the table with one statement. */
#define GROUPED_KEYS 16
/* After one of them was there already, so many are put one by one: it will not be the only one. */
#define SINGLE_KEYS 64

struct _WaveJournalStore
{
  sqlite3 *db;
  char *path;
  sqlite3_stmt *stmts[N_STMTS];
  GHashTable *string_ids; /* text → id */
  GHashTable *redacted;   /* ids of events whose content must not be kept */
  CachedString cache[CACHE_SIZE];

  gint64 next_row;
  gint64 cursor;
  gboolean cursor_stays; /* whatever batches say: something before them was not written */

  /* The block that is being filled. */
  GByteArray *heads, *raws;
  guint n;
  gint64 last_wall_us;
  GByteArray *keys;  /* of its durable events: see wave-journal-keys.c */
  GHashTable *rooms; /* in which they happened: ids of strings */
  guint32 latest_rooms[LATEST_ROOMS]; /* of them, by the last bits of their ids */
  gint64 low, high;  /* their positions; not set without keys */
  guint n_grouped;   /* of the durable events that come next: their keys stand in the table already, and were new */
  guint n_single;    /* and of these the keys are put one by one */
  GString *edit_key;
  ZSTD_CCtx *zstd;
  guint8 *packed;
  gsize packed_size;
};

static inline gboolean
wave_journal_step (sqlite3_stmt *stmt)
{
  int result = sqlite3_step (stmt);

  sqlite3_reset (stmt);
  return result == SQLITE_DONE;
}

/* The id of a text in the table of strings; it is put there if need be. 0 when that failed. */
guint32 wave_journal_store_string_id (WaveJournalStore *store, const char *text);
/* Puts an event's bytes into the block that is being filled. @data: of @size bytes, which may differ from the event's own. @key: NULL for an ephemeral one */
gboolean wave_journal_store_append (WaveJournalStore *store, const WaveEvent *event, guint32 room, const WaveJournalKey *key, const guint8 *data, gsize size);
gboolean wave_journal_store_flush_block (WaveJournalStore *store);
/* Binds the bytes of a block, compressed if that makes them fewer: readers tell by the size. */
void wave_journal_store_bind_raws (WaveJournalStore *store, sqlite3_stmt *stmt, int column, const guint8 *data, gsize size);

/* ---------------------------------------------------------------- wave-journal-keys.c */

/* Notes a durable event of the block that is being filled. @room: 0 for none */
void wave_journal_store_note_key (WaveJournalStore *store, gint64 position, guint32 room, const WaveJournalKey *key);
/* Writes what was noted, as that of the block that begins with @first_row. */
gboolean wave_journal_store_flush_keys (WaveJournalStore *store, gint64 first_row);
void wave_journal_store_drop_keys (WaveJournalStore *store);
/* Takes away a block and everything that tells of it. */
gboolean wave_journal_store_delete_block (WaveJournalStore *store, gint64 first_row);

/* The keys of a block, one after the other. Set @at and @end, then ask for the next. */
typedef struct {
  const guint8 *at, *end;
  gint64 position;
  WaveJournalKey key;
} WaveJournalKeys;
/* Returns: FALSE at the end, or where what stands there makes no sense */
gboolean wave_journal_keys_next (WaveJournalKeys *keys);

/* ---------------------------------------------------------------- wave-journal-redact.c */

/* A chunk without its text: that it came, and when, is kept. */
GBytes *wave_journal_make_chunk_skeleton (const char *raw, gsize size);
/* What is left of a redacted event: everything but what it said. */
GBytes *wave_journal_make_skeleton (const char *raw, gsize size);
/* Takes back what the chunks said that became @event, which stands at @row (or will). */
gboolean wave_journal_store_redact_chunks (WaveJournalStore *store, gint64 row, const WaveEvent *event);
/* Takes back what @target said, wherever it stands, with the chunks that it came in. */
gboolean wave_journal_store_redact (WaveJournalStore *store, const char *target);

/* Prepares the statements, for which the tables must stand. */
gboolean wave_journal_store_prepare (WaveJournalStore *store, GError **error);
/* Brings a journal of an older schema to this one, in one transaction. */
/* @damaged: (out): it is the file's fault that this failed */
gboolean wave_journal_store_migrate (WaveJournalStore *store, gint64 version, gboolean *damaged, GError **error);
/* Whether the last error is one of the file itself, and not of the disk or of somebody else who holds it. */
gboolean wave_journal_is_damage (sqlite3 *db);

/* Of version 3: what was added to version 2. */
#define WAVE_JOURNAL_PROOFS_SCHEMA \
  "CREATE TABLE proofs (start_wall_us INTEGER PRIMARY KEY, end_wall_us INTEGER NOT NULL, from_position INTEGER NOT NULL, to_position INTEGER NOT NULL," \
  " pages INTEGER NOT NULL, events INTEGER NOT NULL, known INTEGER NOT NULL, tries INTEGER NOT NULL, torn_streams INTEGER NOT NULL, close_code INTEGER NOT NULL," \
  " catch_up_us INTEGER NOT NULL, complete INTEGER NOT NULL, cause TEXT, reason TEXT, detail TEXT, verified_wall_us INTEGER NOT NULL, n_server INTEGER NOT NULL," \
  " n_missing INTEGER NOT NULL);"
/* What tells of durable events. @keys: see wave-journal-keys.c; @low, @high: the positions in it. */
#define WAVE_JOURNAL_KEYS_SCHEMA \
  "CREATE TABLE durable (key TEXT PRIMARY KEY, row INTEGER NOT NULL, hash INTEGER NOT NULL, is_edit INTEGER NOT NULL) WITHOUT ROWID;" \
  "CREATE TABLE block_keys (first_row INTEGER PRIMARY KEY, low INTEGER NOT NULL, high INTEGER NOT NULL, keys BLOB NOT NULL);" \
  "CREATE INDEX block_keys_position ON block_keys (high, low);" \
  "CREATE TABLE block_rooms (room INTEGER NOT NULL, first_row INTEGER NOT NULL, PRIMARY KEY (room, first_row)) WITHOUT ROWID;"
#define WAVE_JOURNAL_SCHEMA_VERSION 4
extern const char wave_journal_schema[];

G_END_DECLS
