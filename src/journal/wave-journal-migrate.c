// SPDX-License-Identifier: GPL-3.0-or-later
// Journals of older schemas. Version 1 (one row an event) and version 2 (blocks) are brought to the present one when they are opened.
#include "config.h"

#include "journal/wave-journal-store-private.h"

#include <string.h>

static gboolean
insert_key (sqlite3_stmt *add, gint64 row, guint32 room, sqlite3_stmt *old)
{
  sqlite3_bind_int64 (add, 1, row);
  sqlite3_bind_int64 (add, 2, sqlite3_column_int64 (old, 3));
  if (room != 0)
    sqlite3_bind_int64 (add, 3, room);
  else
    sqlite3_bind_null (add, 3);
  sqlite3_bind_int64 (add, 4, sqlite3_column_int64 (old, 6));
  sqlite3_bind_int64 (add, 5, sqlite3_column_int64 (old, 7));
  sqlite3_bind_value (add, 6, sqlite3_column_value (old, 5));
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
      gsize size;
      const guint8 *data = g_bytes_get_data (raw, &size);

      if (sqlite3_column_type (old, 5) == SQLITE_TEXT)
        good = insert_key (self->stmts[STMT_DURABLE], self->next_row, room, old);
      good = good && wave_journal_store_append (self, event, room, data, size);
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

gboolean
wave_journal_store_migrate (WaveJournalStore *self, gint64 version, gboolean *damaged, GError **error)
{
  gboolean good = run (self, "BEGIN IMMEDIATE");

  if (good && version == 1)
    good = from_first (self, error);
  else if (good)
    good = run (self, WAVE_JOURNAL_PROOFS_SCHEMA "PRAGMA user_version = 3");
  good = good && run (self, "COMMIT");
  if (!good)
    {
      *damaged = wave_journal_is_damage (self->db);
      if (error == NULL || *error == NULL)
        wave_journal_fail (self->db, self->path, error);
      run (self, "ROLLBACK");
      return FALSE;
    }
  g_message ("%s was of version %" G_GINT64_FORMAT " and is now of version 3", self->path, version);
  return TRUE;
}
