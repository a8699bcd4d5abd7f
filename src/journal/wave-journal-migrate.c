// SPDX-License-Identifier: GPL-3.0-or-later
// Journals of older schemas. Version 1 (one row an event), version 2 (blocks) and version 3 (proofs) are brought to the present one when they are opened.
#include "config.h"

#include "journal/wave-journal-store-private.h"

#include <string.h>

/* Of an event of the first version, whose statement stands at it. */
static gboolean
insert_key (WaveJournalStore *self, const WaveJournalKey *key, sqlite3_stmt *old)
{
  sqlite3_stmt *add = self->stmts[STMT_DURABLE];

  sqlite3_bind_text (add, 1, key->text, key->length, SQLITE_STATIC);
  sqlite3_bind_int64 (add, 2, self->next_row);
  sqlite3_bind_int64 (add, 3, sqlite3_column_int64 (old, 6));
  sqlite3_bind_int (add, 4, key->is_edit);
  return wave_journal_step (add);
}

/* Every row becomes an event in a block; keys, hashes and what is an edit stay as they were, because a redacted event cannot tell them any more. */
static gboolean
copy_events (WaveJournalStore *self)
{
  sqlite3_stmt *old = NULL;
  gboolean good = sqlite3_prepare_v2 (self->db, "SELECT wall_us, mono_us, via, position, raw, key, hash, is_edit FROM events ORDER BY row", -1, &old, NULL) == SQLITE_OK;
  int result = SQLITE_DONE;

  while (good && (result = sqlite3_step (old)) == SQLITE_ROW)
    {
      g_autoptr (GBytes) raw = g_bytes_new (sqlite3_column_blob (old, 4), sqlite3_column_bytes (old, 4));
      g_autoptr (WaveEvent) event = wave_event_decode (raw, CLAMP (sqlite3_column_int (old, 2), WAVE_VIA_STREAM, WAVE_VIA_HISTORY),
                                                       sqlite3_column_int64 (old, 1), sqlite3_column_int64 (old, 0));
      guint32 room = event->room_id != NULL ? wave_journal_store_string_id (self, event->room_id) : 0;
      gboolean has_key = sqlite3_column_type (old, 5) == SQLITE_TEXT;
      WaveJournalKey key = { .is_edit = sqlite3_column_int (old, 7) };
      gsize size;
      const guint8 *data = g_bytes_get_data (raw, &size);

      if (has_key)
        {
          key.text = (const char *) sqlite3_column_text (old, 5);
          key.length = sqlite3_column_bytes (old, 5);
          good = insert_key (self, &key, old);
        }
      good = good && wave_journal_store_append (self, event, room, has_key ? &key : NULL, data, size);
      /* The cache goes by addresses, which are given anew to the next event. */
      memset (self->cache, 0, sizeof self->cache);
    }
  good = good && result == SQLITE_DONE && wave_journal_store_flush_block (self);
  sqlite3_finalize (old);
  return good;
}

static gboolean
run (WaveJournalStore *self, const char *sql)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static gboolean
from_first (WaveJournalStore *self, GError **error)
{
  self->next_row = 1;
  /* The table of strings is kept as it is: the new one has the same columns. */
  return run (self, "ALTER TABLE meta RENAME TO old_meta; ALTER TABLE strings RENAME TO old_strings; ALTER TABLE redactions RENAME TO old_redactions;"
                    "ALTER TABLE transitions RENAME TO old_transitions")
         && run (self, wave_journal_schema)
         && run (self, "INSERT INTO meta SELECT name, value FROM old_meta; INSERT INTO strings SELECT id, text FROM old_strings;"
                       "INSERT INTO redactions SELECT target FROM old_redactions;"
                       "INSERT INTO transitions SELECT row, wall_us, state, cause, close_code, http_status, reason, fetched, pages, complete, NULL FROM old_transitions")
         && wave_journal_store_prepare (self, error) && copy_events (self)
         && run (self, "DROP TABLE events; DROP TABLE old_meta; DROP TABLE old_strings; DROP TABLE old_redactions; DROP TABLE old_transitions");
}

/* What stood in a row for each durable event stands in one for each block, besides the key. */
static gboolean
gather_keys (WaveJournalStore *self)
{
  sqlite3_stmt *blocks = NULL, *old = NULL;
  gboolean good = sqlite3_prepare_v2 (self->db, "SELECT first_row, n FROM blocks ORDER BY first_row", -1, &blocks, NULL) == SQLITE_OK
                  && sqlite3_prepare_v2 (self->db, "SELECT position, room, is_edit, key FROM old_durable WHERE row >= ?1 AND row < ?1 + ?2 ORDER BY row", -1, &old, NULL) == SQLITE_OK;
  int result = SQLITE_DONE;

  while (good && (result = sqlite3_step (blocks)) == SQLITE_ROW)
    {
      gint64 first_row = sqlite3_column_int64 (blocks, 0);
      int key_result;

      sqlite3_bind_int64 (old, 1, first_row);
      sqlite3_bind_int64 (old, 2, sqlite3_column_int64 (blocks, 1));
      while ((key_result = sqlite3_step (old)) == SQLITE_ROW)
        {
          WaveJournalKey key = { .text = (const char *) sqlite3_column_text (old, 3), .length = sqlite3_column_bytes (old, 3), .is_edit = sqlite3_column_int (old, 2) };

          wave_journal_store_note_key (self, sqlite3_column_int64 (old, 0), sqlite3_column_int64 (old, 1), &key);
        }
      sqlite3_reset (old);
      good = key_result == SQLITE_DONE && wave_journal_store_flush_keys (self, first_row);
    }
  sqlite3_finalize (blocks);
  sqlite3_finalize (old);
  return good && result == SQLITE_DONE;
}

static gboolean
from_third (WaveJournalStore *self, GError **error)
{
  return run (self, "DROP INDEX durable_position; DROP INDEX durable_room; ALTER TABLE durable RENAME TO old_durable;" WAVE_JOURNAL_KEYS_SCHEMA)
         && run (self, "INSERT INTO durable SELECT key, row, hash, is_edit FROM old_durable ORDER BY key") && wave_journal_store_prepare (self, error) && gather_keys (self)
         && run (self, "DROP TABLE old_durable; PRAGMA user_version = " G_STRINGIFY (WAVE_JOURNAL_SCHEMA_VERSION));
}

gboolean
wave_journal_store_migrate (WaveJournalStore *self, gint64 version, gboolean *damaged, GError **error)
{
  gboolean good = run (self, "BEGIN IMMEDIATE");

  if (good && version == 1)
    good = from_first (self, error);
  else if (good)
    good = (version > 2 || run (self, WAVE_JOURNAL_PROOFS_SCHEMA)) && from_third (self, error);
  good = good && run (self, "COMMIT");
  if (!good)
    {
      *damaged = wave_journal_is_damage (self->db);
      if (error == NULL || *error == NULL)
        wave_journal_fail (self->db, self->path, error);
      run (self, "ROLLBACK");
      return FALSE;
    }
  g_message ("%s was of version %" G_GINT64_FORMAT " and is now of version %d", self->path, version, WAVE_JOURNAL_SCHEMA_VERSION);
  return TRUE;
}
