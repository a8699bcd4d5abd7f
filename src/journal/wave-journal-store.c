// SPDX-License-Identifier: GPL-3.0-or-later
// What the journal's thread does to the file.
#include "config.h"

#include "journal/wave-journal-store-private.h"

#include <string.h>

/* A durable event's key is unique, so that whatever comes twice is kept once; an edit (same id, other content) has a key of its own and is_edit set. That table is the only
 * one with a row for each durable event: four trees an event were a third of the cost of a catch-up. */
const char wave_journal_schema[] =
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"
    "CREATE TABLE strings (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE blocks (first_row INTEGER PRIMARY KEY, n INTEGER NOT NULL, last_wall_us INTEGER NOT NULL, heads BLOB NOT NULL, raws BLOB NOT NULL);"
    WAVE_JOURNAL_KEYS_SCHEMA
    "CREATE TABLE redactions (target TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE transitions (row INTEGER PRIMARY KEY, wall_us INTEGER NOT NULL, state TEXT NOT NULL, cause TEXT NOT NULL, close_code INTEGER,"
    " http_status INTEGER, reason TEXT, fetched INTEGER, pages INTEGER, complete INTEGER, skew_us INTEGER);"
    WAVE_JOURNAL_PROOFS_SCHEMA
    "PRAGMA user_version = " G_STRINGIFY (WAVE_JOURNAL_SCHEMA_VERSION) ";";

/* Frames repeat themselves: the bytes of a block are compressed, which costs less than writing them twice, into the log and into the file. A block with less in it
 * is not worth it. */
#define COMPRESSED_FROM 2048
#define COMPRESSION_LEVEL 1

/* How many blocks go at once when the journal is trimmed: live events must not wait for it. */
#define TRIMMED_BLOCKS 32
/* Rows that are never trimmed by size: what a session needs to know its events again. */
#define KEPT_ROWS 1000

static const char *const statements[N_STMTS] = {
  [STMT_STRING_FIND] = "SELECT id FROM strings WHERE text = ?1",
  [STMT_STRING_ADD] = "INSERT INTO strings (text) VALUES (?1)",
  [STMT_BLOCK] = "INSERT INTO blocks VALUES (?1, ?2, ?3, ?4, ?5)",
  [STMT_DURABLE] = "INSERT OR IGNORE INTO durable VALUES (?1, ?2, ?3, ?4)",
  [STMT_DURABLES] = "INSERT OR IGNORE INTO durable VALUES (?1, ?2, ?3, 0), (?4, ?5, ?6, 0), (?7, ?8, ?9, 0), (?10, ?11, ?12, 0), (?13, ?14, ?15, 0), (?16, ?17, ?18, 0),"
                    " (?19, ?20, ?21, 0), (?22, ?23, ?24, 0), (?25, ?26, ?27, 0), (?28, ?29, ?30, 0), (?31, ?32, ?33, 0), (?34, ?35, ?36, 0), (?37, ?38, ?39, 0),"
                    " (?40, ?41, ?42, 0), (?43, ?44, ?45, 0), (?46, ?47, ?48, 0)",
  [STMT_DURABLE_TAKE_BACK] = "DELETE FROM durable WHERE key = ?1 AND row >= ?2",
  [STMT_KNOWN] = "SELECT hash FROM durable WHERE key = ?1",
  [STMT_TRANSITION] = "INSERT INTO transitions (wall_us, state, cause, close_code, http_status, reason, fetched, pages, complete, skew_us)"
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
  [STMT_META] = "INSERT INTO meta VALUES ('cursor', ?1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  [STMT_REDACT_FIND] = "SELECT row FROM durable WHERE key = ?1 OR (is_edit = 1 AND key >= ?1 || char(31) AND key < ?1 || char(32))",
  [STMT_BLOCK_FIND] = "SELECT first_row, n, heads, raws FROM blocks WHERE first_row <= ?1 ORDER BY first_row DESC LIMIT 1",
  [STMT_BLOCK_CHANGE] = "UPDATE blocks SET heads = ?2, raws = ?3 WHERE first_row = ?1",
  [STMT_REDACTION] = "INSERT OR IGNORE INTO redactions VALUES (?1)",
  [STMT_BLOCK_KEYS] = "INSERT INTO block_keys VALUES (?1, ?2, ?3, ?4)",
  [STMT_BLOCK_KEYS_FIND] = "SELECT keys FROM block_keys WHERE first_row = ?1",
  [STMT_BLOCK_ROOM] = "INSERT INTO block_rooms VALUES (?1, ?2)",
  [STMT_DURABLE_DELETE] = "DELETE FROM durable WHERE key = ?1",
  [STMT_BLOCK_ROOM_DELETE] = "DELETE FROM block_rooms WHERE room = ?1 AND first_row = ?2",
  [STMT_BLOCK_KEYS_DELETE] = "DELETE FROM block_keys WHERE first_row = ?1",
  [STMT_BLOCK_DELETE] = "DELETE FROM blocks WHERE first_row = ?1",
};

guint32
wave_journal_store_string_id (WaveJournalStore *self, const char *text)
{
  gsize address = GPOINTER_TO_SIZE (text) >> 4;
  CachedString *cached = &self->cache[(address ^ address >> 10) % CACHE_SIZE];
  gpointer known;
  sqlite3_stmt *stmt;
  gint64 id = 0;

  if (cached->text == text)
    return cached->id;
  known = g_hash_table_lookup (self->string_ids, text);
  if (known != NULL)
    id = GPOINTER_TO_SIZE (known);
  if (id == 0)
    {
      stmt = self->stmts[STMT_STRING_FIND];
      sqlite3_bind_text (stmt, 1, text, -1, SQLITE_STATIC);
      if (sqlite3_step (stmt) == SQLITE_ROW)
        id = sqlite3_column_int64 (stmt, 0);
      sqlite3_reset (stmt);
      if (id == 0)
        {
          stmt = self->stmts[STMT_STRING_ADD];
          sqlite3_bind_text (stmt, 1, text, -1, SQLITE_STATIC);
          if (wave_journal_step (stmt))
            id = sqlite3_last_insert_rowid (self->db);
        }
      /* A server that invents names without end must not make this grow without end. */
      if (g_hash_table_size (self->string_ids) > 65536)
        g_hash_table_remove_all (self->string_ids);
      g_hash_table_insert (self->string_ids, g_strdup (text), GSIZE_TO_POINTER (id));
    }
  cached->text = text;
  cached->id = id;
  return id;
}

/* ---------------------------------------------------------------- blocks */

void
wave_journal_store_bind_raws (WaveJournalStore *self, sqlite3_stmt *stmt, int column, const guint8 *data, gsize size)
{
  if (size == 0)
    {
      sqlite3_bind_zeroblob (stmt, column, 0);
      return;
    }
  if (size >= COMPRESSED_FROM)
    {
      gsize bound = ZSTD_compressBound (size), packed;

      if (self->packed_size < bound)
        {
          self->packed_size = bound;
          self->packed = g_realloc (self->packed, bound);
        }
      packed = ZSTD_compressCCtx (self->zstd, self->packed, self->packed_size, data, size, COMPRESSION_LEVEL);
      if (!ZSTD_isError (packed) && packed < size)
        {
          sqlite3_bind_blob64 (stmt, column, self->packed, packed, SQLITE_STATIC);
          return;
        }
    }
  sqlite3_bind_blob64 (stmt, column, data, size, SQLITE_STATIC);
}

gboolean
wave_journal_store_flush_block (WaveJournalStore *self)
{
  sqlite3_stmt *stmt = self->stmts[STMT_BLOCK];
  gboolean good;

  if (self->n == 0)
    return TRUE;
  sqlite3_bind_int64 (stmt, 1, self->next_row - self->n);
  sqlite3_bind_int (stmt, 2, self->n);
  sqlite3_bind_int64 (stmt, 3, self->last_wall_us);
  sqlite3_bind_blob64 (stmt, 4, self->heads->data, self->heads->len, SQLITE_STATIC);
  wave_journal_store_bind_raws (self, stmt, 5, self->raws->data, self->raws->len);
  good = wave_journal_step (stmt) && wave_journal_store_flush_keys (self, self->next_row - self->n);
  g_byte_array_set_size (self->heads, 0);
  g_byte_array_set_size (self->raws, 0);
  self->n = 0;
  return good;
}

/* ---------------------------------------------------------------- events */

/* @is_new: (out): whether the key was not there yet */
static gboolean
insert_durable (WaveJournalStore *self, const WaveJournalKey *key, guint64 hash, gboolean *is_new)
{
  sqlite3_stmt *stmt = self->stmts[STMT_DURABLE];
  gboolean good;

  sqlite3_bind_text (stmt, 1, key->text, key->length, SQLITE_STATIC);
  sqlite3_bind_int64 (stmt, 2, self->next_row);
  sqlite3_bind_int64 (stmt, 3, (gint64) hash);
  sqlite3_bind_int (stmt, 4, key->is_edit);
  good = wave_journal_step (stmt);
  *is_new = good && sqlite3_changes (self->db) > 0;
  return good;
}

static gboolean
is_known_otherwise (WaveJournalStore *self, const WaveJournalKey *key, guint64 hash)
{
  sqlite3_stmt *stmt = self->stmts[STMT_KNOWN];
  gboolean differs = FALSE;

  sqlite3_bind_text (stmt, 1, key->text, key->length, SQLITE_STATIC);
  if (sqlite3_step (stmt) == SQLITE_ROW)
    {
      guint64 stored = (guint64) sqlite3_column_int64 (stmt, 0);

      differs = stored != 0 && hash != 0 && stored != hash;
    }
  sqlite3_reset (stmt);
  return differs;
}

/* @by_position: room for a key of one that has no id */
static WaveJournalKey
key_of (const WaveEvent *event, char by_position[32])
{
  WaveJournalKey key = { .text = event->id };

  if (key.text == NULL)
    {
      g_snprintf (by_position, 32, "pos:%" G_GINT64_FORMAT, event->position);
      key.text = by_position;
    }
  key.length = strlen (key.text);
  return key;
}

static gboolean
take_back (WaveJournalStore *self, const WaveJournalKey *key)
{
  sqlite3_stmt *stmt = self->stmts[STMT_DURABLE_TAKE_BACK];

  sqlite3_bind_text (stmt, 1, key->text, key->length, SQLITE_STATIC);
  sqlite3_bind_int64 (stmt, 2, self->next_row);
  return wave_journal_step (stmt);
}

/* Puts the keys of the next durable events from number @i of the batch, if they are as many as go with one statement and all of them are new. A redaction that comes
 * before one of them finds its key, but no block with its row, and what it takes back is remembered until it comes. */
static gboolean
group_keys (WaveJournalStore *self, WaveBatch *batch, guint i, GHashTable *left_out)
{
  sqlite3_stmt *stmt = self->stmts[STMT_DURABLES];
  char by_position[GROUPED_KEYS][32];
  WaveJournalKey keys[GROUPED_KEYS];
  gint64 row = self->next_row;
  gboolean good = TRUE;
  guint n = 0;

  for (; i < batch->events->len && n < GROUPED_KEYS; i++)
    {
      const WaveEvent *event = batch->events->pdata[i];

      if (left_out != NULL && event->room_id != NULL && g_hash_table_contains (left_out, event->room_id))
        continue;
      if (wave_event_is_durable (event))
        {
          keys[n] = key_of (event, by_position[n]);
          sqlite3_bind_text (stmt, n * 3 + 1, keys[n].text, keys[n].length, SQLITE_STATIC);
          sqlite3_bind_int64 (stmt, n * 3 + 2, row);
          sqlite3_bind_int64 (stmt, n * 3 + 3, (gint64) wave_event_content_hash (event));
          n++;
        }
      row++;
    }
  if (n < GROUPED_KEYS)
    {
      self->n_single = n;
      return TRUE;
    }
  if (!wave_journal_step (stmt))
    return FALSE;
  if (sqlite3_changes (self->db) == GROUPED_KEYS)
    {
      self->n_grouped = n;
      return TRUE;
    }
  for (n = 0; good && n < GROUPED_KEYS; n++)
    good = take_back (self, &keys[n]);
  self->n_single = SINGLE_KEYS;
  return good;
}

/* @by_position: room for a key of one that has no id. @key: (out): its text lasts until the next durable event. @keeps: (out): whether the event goes into a block */
static gboolean
note_durable (WaveJournalStore *self, const WaveEvent *event, char by_position[32], WaveJournalKey *key, gboolean *keeps)
{
  guint64 hash;

  *key = key_of (event, by_position);
  *keeps = TRUE;
  if (self->n_grouped > 0)
    {
      self->n_grouped--;
      return TRUE;
    }
  if (self->n_single > 0)
    self->n_single--;
  hash = wave_event_content_hash (event);
  if (!insert_durable (self, key, hash, keeps))
    return FALSE;
  if (!*keeps && is_known_otherwise (self, key, hash))
    {
      g_string_printf (self->edit_key, "%s\x1f%016" G_GINT64_MODIFIER "x", key->text, hash);
      *key = (WaveJournalKey) { .text = self->edit_key->str, .length = self->edit_key->len, .is_edit = TRUE };
      return insert_durable (self, key, hash, keeps);
    }
  return TRUE;
}

gboolean
wave_journal_store_append (WaveJournalStore *self, const WaveEvent *event, guint32 room, const WaveJournalKey *key, const guint8 *data, gsize size)
{
  WaveJournalHead head = {
    .wall_us = event->arrived_wall_us,
    .mono_us = event->arrived_mono_us,
    .position = event->position,
    .origin_us = event->origin_us,
    .type = *event->type != '\0' ? wave_journal_store_string_id (self, event->type) : 0,
    .room = room,
    .sender = event->sender_id != NULL ? wave_journal_store_string_id (self, event->sender_id) : 0,
    .size = size,
    .kind = event->kind,
    .via = event->via,
    .flags = wave_event_get_flags (event),
  };

  self->last_wall_us = event->arrived_wall_us;
  head = wave_journal_head_swap (head);
  g_byte_array_append (self->heads, (guint8 *) &head, sizeof head);
  if (size > 0)
    g_byte_array_append (self->raws, data, size);
  if (key != NULL)
    wave_journal_store_note_key (self, event->position, room, key);
  self->n++;
  self->next_row++;
  return (self->n < WAVE_JOURNAL_BLOCK_EVENTS && self->raws->len < WAVE_JOURNAL_BLOCK_BYTES) || wave_journal_store_flush_block (self);
}

static gboolean
write_event (WaveJournalStore *self, const WaveEvent *event)
{
  const WaveRedaction *redaction = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_REDACTION, WaveRedaction);
  g_autoptr (GBytes) skeleton = NULL;
  gsize size = event->raw_size;
  const guint8 *data = (const guint8 *) event->raw;
  guint32 room = event->room_id != NULL ? wave_journal_store_string_id (self, event->room_id) : 0;
  gboolean keeps = TRUE, is_durable = wave_event_is_durable (event);
  WaveJournalKey key = { 0 };
  char by_position[32];

  if (is_durable && !note_durable (self, event, by_position, &key, &keeps))
    return FALSE;
  if (keeps)
    {
      if (event->id != NULL && g_hash_table_size (self->redacted) > 0 && g_hash_table_contains (self->redacted, event->id))
        {
          skeleton = wave_journal_make_skeleton ((const char *) data, size);
          data = g_bytes_get_data (skeleton, &size);
          if (!wave_journal_store_redact_chunks (self, self->next_row, event))
            return FALSE;
        }
      if (!wave_journal_store_append (self, event, room, is_durable ? &key : NULL, data, size))
        return FALSE;
    }
  return redaction == NULL || wave_journal_store_redact (self, redaction->event_id);
}

static gboolean
write_transition (WaveJournalStore *self, const WaveTransition *transition)
{
  sqlite3_stmt *stmt = self->stmts[STMT_TRANSITION];

  sqlite3_clear_bindings (stmt);
  sqlite3_bind_int64 (stmt, 1, transition->wall_us);
  sqlite3_bind_text (stmt, 2, wave_session_state_get_nick (transition->to), -1, SQLITE_STATIC);
  sqlite3_bind_text (stmt, 3, wave_cause_get_nick (transition->cause), -1, SQLITE_STATIC);
  sqlite3_bind_int (stmt, 4, transition->close_code);
  sqlite3_bind_int (stmt, 5, transition->http_status);
  if (transition->reason != NULL)
    sqlite3_bind_text (stmt, 6, transition->reason, -1, SQLITE_STATIC);
  if (transition->report != NULL)
    {
      sqlite3_bind_int (stmt, 7, transition->report->events);
      sqlite3_bind_int (stmt, 8, transition->report->pages);
      sqlite3_bind_int (stmt, 9, transition->report->complete);
    }
  if (transition->skew_us != G_MININT64)
    sqlite3_bind_int64 (stmt, 10, transition->skew_us);
  return wave_journal_step (stmt);
}

static gboolean
write_batch (WaveJournalStore *self, WaveBatch *batch, GHashTable *left_out)
{
  if (batch->transition != NULL && !write_transition (self, batch->transition))
    return FALSE;
  for (guint i = 0; i < batch->events->len; i++)
    {
      const WaveEvent *event = g_ptr_array_index (batch->events, i);

      wave_batch_fetch_ahead (batch, i);
      if (i + 3 < batch->events->len)
        __builtin_prefetch (((const WaveEvent *) batch->events->pdata[i + 3])->raw);
      if (left_out != NULL && event->room_id != NULL && g_hash_table_contains (left_out, event->room_id))
        continue;
      if (self->n_grouped == 0 && self->n_single == 0 && wave_event_is_durable (event) && !group_keys (self, batch, i, left_out))
        return FALSE;
      if (!write_event (self, event))
        return FALSE;
    }
  if (batch->cursor >= 0 && !self->cursor_stays)
    {
      sqlite3_bind_int64 (self->stmts[STMT_META], 1, batch->cursor);
      if (!wave_journal_step (self->stmts[STMT_META]))
        return FALSE;
      self->cursor = batch->cursor;
    }
  return TRUE;
}

gboolean
wave_journal_store_write (WaveJournalStore *self, WaveBatch **batches, guint n, GHashTable *left_out, char **why)
{
  gint64 former_row = self->next_row, former_cursor = self->cursor;
  gboolean good = sqlite3_exec (self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;

  for (guint i = 0; good && i < n; i++)
    good = write_batch (self, batches[i], left_out);
  memset (self->cache, 0, sizeof self->cache);
  good = good && wave_journal_store_flush_block (self) && sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
  if (!good)
    {
      *why = g_strdup (sqlite3_errmsg (self->db));
      sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
      /* Ids given out in the transaction that was taken back are not there. */
      g_hash_table_remove_all (self->string_ids);
      g_byte_array_set_size (self->heads, 0);
      g_byte_array_set_size (self->raws, 0);
      wave_journal_store_drop_keys (self);
      self->n = 0;
      self->n_grouped = 0;
      self->next_row = former_row;
      self->cursor = former_cursor;
    }
  return good;
}

gboolean
wave_journal_store_write_proofs (WaveJournalStore *self, GPtrArray *proofs, char **why)
{
  return wave_journal_write_proofs (self->db, proofs, why);
}

gboolean
wave_journal_store_trim (WaveJournalStore *self, gint64 oldest_wall_us, guint64 max_bytes)
{
  gint64 page_size = wave_journal_query_int (self->db, "PRAGMA page_size", 4096);
  guint64 used = (wave_journal_query_int (self->db, "PRAGMA page_count", 0) - wave_journal_query_int (self->db, "PRAGMA freelist_count", 0)) * page_size;
  sqlite3_stmt *stmt = NULL;
  gint64 gone[TRIMMED_BLOCKS];
  gboolean good = TRUE;
  guint n = 0;

  if (sqlite3_prepare_v2 (self->db, "SELECT first_row, n, last_wall_us, length (raws) + length (heads) FROM blocks ORDER BY first_row LIMIT ?1", -1, &stmt, NULL)
      != SQLITE_OK)
    return FALSE;
  sqlite3_bind_int (stmt, 1, TRIMMED_BLOCKS);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      gint64 end = sqlite3_column_int64 (stmt, 0) + sqlite3_column_int64 (stmt, 1);

      if (sqlite3_column_int64 (stmt, 2) >= oldest_wall_us && (used <= max_bytes || end > self->next_row - KEPT_ROWS))
        break;
      used -= MIN (used, (guint64) sqlite3_column_int64 (stmt, 3));
      gone[n++] = sqlite3_column_int64 (stmt, 0);
    }
  sqlite3_finalize (stmt);
  if (n == 0)
    return FALSE;
  good = sqlite3_exec (self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
  for (guint i = 0; good && i < n; i++)
    good = wave_journal_store_delete_block (self, gone[i]);
  if (good)
    {
      g_autofree char *sql = g_strdup_printf ("INSERT INTO meta VALUES ('next_row', %" G_GINT64_FORMAT ") ON CONFLICT (name) DO UPDATE SET value = excluded.value; COMMIT",
                                              self->next_row);

      good = sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK;
    }
  if (!good)
    {
      sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
      return FALSE;
    }
  sqlite3_exec (self->db, "PRAGMA incremental_vacuum (4096)", NULL, NULL, NULL);
  return n == TRIMMED_BLOCKS;
}

/* ---------------------------------------------------------------- opening and closing */

/* Whether the last error is one of the file itself: not of a disk that is full, or of somebody else who holds it. */
gboolean
wave_journal_is_damage (sqlite3 *db)
{
  int code = sqlite3_errcode (db) & 0xff;

  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR || code == SQLITE_SCHEMA || code == SQLITE_MISMATCH || code == SQLITE_CONSTRAINT
         || code == SQLITE_FORMAT;
}

/* @known: (out): whether that could be found out at all */
static gboolean
is_sound (sqlite3 *db, gboolean *known)
{
  sqlite3_stmt *stmt = NULL;
  gboolean good = FALSE;

  *known = sqlite3_prepare_v2 (db, "PRAGMA quick_check (1)", -1, &stmt, NULL) == SQLITE_OK && sqlite3_step (stmt) == SQLITE_ROW;
  if (*known)
    good = g_strcmp0 ((const char *) sqlite3_column_text (stmt, 0), "ok") == 0;
  else
    *known = wave_journal_is_damage (db);
  sqlite3_finalize (stmt);
  return good;
}

/* FALSE with the error set, and @damaged set when it is the file's fault. */
static gboolean
fail_open (WaveJournalStore *self, gboolean *damaged, GError **error)
{
  *damaged = wave_journal_is_damage (self->db);
  return wave_journal_fail (self->db, self->path, error);
}

static gboolean
prepare (WaveJournalStore *self, gboolean *damaged, GError **error)
{
  gint64 version;
  gboolean known = TRUE;

  /* To be said before the first table: the file shrinks when old events go. */
  sqlite3_exec (self->db, "PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 1000; PRAGMA cache_size = -8192; PRAGMA secure_delete = FAST", NULL,
                NULL, NULL);
  version = wave_journal_query_int (self->db, "PRAGMA user_version", G_MININT64);
  if (version == G_MININT64 && !wave_journal_is_damage (self->db))
    return wave_journal_fail (self->db, self->path, error);
  if (version == 0 && wave_journal_query_int (self->db, "SELECT count(*) FROM sqlite_schema", -1) == 0)
    {
      if (sqlite3_exec (self->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK || sqlite3_exec (self->db, wave_journal_schema, NULL, NULL, NULL) != SQLITE_OK
          || sqlite3_exec (self->db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        return fail_open (self, damaged, error);
    }
  else if (version < 1 || version > WAVE_JOURNAL_SCHEMA_VERSION)
    {
      *damaged = TRUE;
      g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_DAMAGED, "%s is no journal of this version", self->path);
      return FALSE;
    }
  else if (!is_sound (self->db, &known))
    {
      *damaged = known;
      if (!known)
        return wave_journal_fail (self->db, self->path, error);
      g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_DAMAGED, "%s is damaged", self->path);
      return FALSE;
    }
  if (version > 0 && version < WAVE_JOURNAL_SCHEMA_VERSION && !wave_journal_store_migrate (self, version, damaged, error))
    return FALSE;
  if (wave_journal_store_prepare (self, error))
    return TRUE;
  *damaged = wave_journal_is_damage (self->db);
  return FALSE;
}

gboolean
wave_journal_store_prepare (WaveJournalStore *self, GError **error)
{
  for (guint i = 0; i < N_STMTS; i++)
    if (self->stmts[i] == NULL && sqlite3_prepare_v3 (self->db, statements[i], -1, SQLITE_PREPARE_PERSISTENT, &self->stmts[i], NULL) != SQLITE_OK)
      return wave_journal_fail (self->db, self->path, error);
  return TRUE;
}

WaveJournalStore *
wave_journal_store_open (const char *path, gboolean *damaged, GError **error)
{
  WaveJournalStore *self = g_new0 (WaveJournalStore, 1);
  sqlite3_stmt *stmt = NULL;

  *damaged = FALSE;
  self->path = g_strdup (path);
  self->string_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->redacted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->heads = g_byte_array_new ();
  self->raws = g_byte_array_new ();
  self->keys = g_byte_array_new ();
  self->rooms = g_hash_table_new (NULL, NULL);
  self->edit_key = g_string_new (NULL);
  self->zstd = ZSTD_createCCtx ();
  self->db = wave_journal_open_db (path, SQLITE_OPEN_READWRITE, error);
  if (self->db == NULL || !prepare (self, damaged, error))
    {
      wave_journal_store_close (self);
      return NULL;
    }
  self->cursor = wave_journal_query_int (self->db, "SELECT value FROM meta WHERE name = 'cursor'", -1);
  /* A number is never given twice, even when the row that had it was trimmed. */
  self->next_row = MAX (wave_journal_query_int (self->db, "SELECT first_row + n FROM blocks ORDER BY first_row DESC LIMIT 1", 1),
                        wave_journal_query_int (self->db, "SELECT value FROM meta WHERE name = 'next_row'", 1));
  if (sqlite3_prepare_v2 (self->db, "SELECT target FROM redactions", -1, &stmt, NULL) == SQLITE_OK)
    while (sqlite3_step (stmt) == SQLITE_ROW)
      g_hash_table_add (self->redacted, g_strdup ((const char *) sqlite3_column_text (stmt, 0)));
  sqlite3_finalize (stmt);
  return self;
}

void
wave_journal_store_close (WaveJournalStore *self)
{
  for (guint i = 0; i < N_STMTS; i++)
    sqlite3_finalize (self->stmts[i]);
  sqlite3_close (self->db);
  g_hash_table_unref (self->string_ids);
  g_hash_table_unref (self->redacted);
  g_byte_array_unref (self->heads);
  g_byte_array_unref (self->raws);
  g_byte_array_unref (self->keys);
  g_hash_table_unref (self->rooms);
  g_string_free (self->edit_key, TRUE);
  ZSTD_freeCCtx (self->zstd);
  g_free (self->packed);
  g_free (self->path);
  g_free (self);
}

void
wave_journal_store_keep_cursor (WaveJournalStore *self)
{
  self->cursor_stays = TRUE;
}

gint64
wave_journal_store_get_cursor (WaveJournalStore *self)
{
  return self->cursor;
}

guint64
wave_journal_store_get_n_rows (WaveJournalStore *self)
{
  return self->next_row - 1;
}
