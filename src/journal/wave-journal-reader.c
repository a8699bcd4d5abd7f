// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "journal/wave-journal-private.h"

#include <string.h>
#include <zstd.h>

gboolean
wave_journal_fail (sqlite3 *db, const char *path, GError **error)
{
  g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_DISK, "The journal %s: %s", path, db != NULL ? sqlite3_errmsg (db) : "out of memory");
  return FALSE;
}

sqlite3 *
wave_journal_open_db (const char *path, int flags, GError **error)
{
  static gsize configured = 0;
  sqlite3 *db = NULL;

  if (g_once_init_enter (&configured))
    {
      /* Nobody asks SQLite how much memory it has, and all its threads would count under one lock. Refused if somebody else uses SQLite already, which is as well. */
      sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
      g_once_init_leave (&configured, 1);
    }
  if (sqlite3_open_v2 (path, &db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      wave_journal_fail (db, path, error);
      sqlite3_close (db);
      return NULL;
    }
  sqlite3_busy_timeout (db, 5000);
  return db;
}

gint64
wave_journal_query_int (sqlite3 *db, const char *sql, gint64 otherwise)
{
  sqlite3_stmt *stmt = NULL;
  gint64 value = otherwise;

  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step (stmt) == SQLITE_ROW && sqlite3_column_type (stmt, 0) != SQLITE_NULL)
    value = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  return value;
}

WaveJournalReader *
wave_journal_reader_open (const char *path, GError **error)
{
  g_autoptr (WaveJournalReader) reader = g_new0 (WaveJournalReader, 1);

  reader->path = g_strdup (path);
  reader->db = wave_journal_open_db (path, SQLITE_OPEN_READONLY, error);
  if (reader->db == NULL)
    return NULL;
  sqlite3_exec (reader->db, "PRAGMA cache_size = -1024; PRAGMA query_only = 1", NULL, NULL, NULL);
  reader->find = wave_journal_reader_prepare (reader, "SELECT first_row, n, heads, raws FROM blocks WHERE first_row <= ?1 ORDER BY first_row DESC LIMIT 1", error);
  return reader->find != NULL ? g_steal_pointer (&reader) : NULL;
}

void
wave_journal_reader_close (WaveJournalReader *reader)
{
  sqlite3_finalize (reader->find);
  sqlite3_close (reader->db);
  g_free (reader->heads);
  g_free (reader->offsets);
  g_free (reader->raws);
  g_free (reader->path);
  g_free (reader);
}

sqlite3_stmt *
wave_journal_reader_prepare (WaveJournalReader *reader, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = NULL;

  if (sqlite3_prepare_v2 (reader->db, sql, -1, &stmt, NULL) != SQLITE_OK)
    wave_journal_fail (reader->db, reader->path, error);
  return stmt;
}

gboolean
wave_journal_reader_take_block (WaveJournalReader *reader, gint64 first_row, guint n, const void *heads, gsize heads_size, const void *raws, gsize raws_size)
{
  gsize offset = 0;

  reader->first_row = 0;
  if (n == 0 || n > WAVE_JOURNAL_BLOCK_EVENTS || heads_size != n * sizeof (WaveJournalHead))
    return FALSE;
  g_clear_pointer (&reader->heads, g_free);
  g_clear_pointer (&reader->offsets, g_free);
  g_clear_pointer (&reader->raws, g_free);
  reader->heads = g_memdup2 (heads, heads_size);
  reader->offsets = g_new (gsize, n + 1);
  for (guint i = 0; i < n; i++)
    {
      reader->heads[i] = wave_journal_head_swap (reader->heads[i]);
      reader->offsets[i] = offset;
      offset += reader->heads[i].size;
    }
  reader->offsets[n] = offset;
  /* Compressed bytes are fewer. */
  if (offset == raws_size)
    reader->raws = g_memdup2 (raws, raws_size);
  else if (offset > raws_size && offset <= G_MAXINT32)
    {
      reader->raws = g_malloc (offset);
      if (ZSTD_decompress (reader->raws, offset, raws, raws_size) != offset)
        return FALSE;
    }
  else
    return FALSE;
  reader->n = n;
  reader->first_row = first_row;
  return TRUE;
}

gboolean
wave_journal_reader_seek (WaveJournalReader *reader, gint64 row)
{
  gboolean found = FALSE;

  if (reader->first_row > 0 && row >= reader->first_row && row < reader->first_row + reader->n)
    return TRUE;
  sqlite3_bind_int64 (reader->find, 1, row);
  if (sqlite3_step (reader->find) == SQLITE_ROW)
    {
      gint64 first = sqlite3_column_int64 (reader->find, 0);
      guint n = sqlite3_column_int (reader->find, 1);
      const void *heads = sqlite3_column_blob (reader->find, 2), *raws = sqlite3_column_blob (reader->find, 3);

      found = row < first + n
              && wave_journal_reader_take_block (reader, first, n, heads, sqlite3_column_bytes (reader->find, 2), raws, sqlite3_column_bytes (reader->find, 3));
    }
  sqlite3_reset (reader->find);
  return found;
}

WaveEvent *
wave_journal_reader_dup_event (WaveJournalReader *reader, gint64 row)
{
  guint i = row - reader->first_row;
  const WaveJournalHead *head = &reader->heads[i];
  g_autoptr (GBytes) raw = g_bytes_new_static (reader->raws != NULL ? reader->raws + reader->offsets[i] : NULL, head->size);
  WaveEvent *event = wave_event_decode (raw, head->via, head->mono_us, head->wall_us);

  event->serial = row;
  return event;
}

/* ---------------------------------------------------------------- what WaveJournal offers of it */

/* Adds the events of the block at hand before the row @before, the last one first. @room: of that one the durable ones only; 0 for all */
static void
add_events (WaveJournalReader *reader, gint64 before, guint limit, guint32 room, GPtrArray *events)
{
  for (gint64 row = MIN (reader->first_row + reader->n, before) - 1; row >= reader->first_row && events->len < limit; row--)
    {
      const WaveJournalHead *head = &reader->heads[row - reader->first_row];

      if (room == 0 || (head->room == room && (head->flags & WAVE_EVENT_IS_DURABLE) != 0))
        g_ptr_array_add (events, wave_journal_reader_dup_event (reader, row));
    }
}

static void
reverse (GPtrArray *array)
{
  for (guint i = 0; i < array->len / 2; i++)
    {
      gpointer other = array->pdata[array->len - 1 - i];

      array->pdata[array->len - 1 - i] = array->pdata[i];
      array->pdata[i] = other;
    }
}

GPtrArray *
wave_journal_read_events (WaveJournal *self, const char *room_id, gint64 before, guint limit, GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
  g_autoptr (WaveJournalReader) reader = wave_journal_reader_open (wave_journal_get_path (self), error);
  sqlite3_stmt *stmt;
  int result = SQLITE_DONE;

  if (reader == NULL)
    return NULL;
  /* One view of the journal, whatever is written meanwhile. */
  sqlite3_exec (reader->db, "BEGIN", NULL, NULL, NULL);
  stmt = wave_journal_reader_prepare (reader,
                                      room_id != NULL ? "SELECT first_row, room FROM block_rooms WHERE room = (SELECT id FROM strings WHERE text = ?2) AND first_row < ?1"
                                                        " ORDER BY first_row DESC"
                                                      : "SELECT first_row, 0 FROM blocks WHERE first_row < ?1 ORDER BY first_row DESC",
                                      error);
  if (stmt == NULL)
    return NULL;
  sqlite3_bind_int64 (stmt, 1, before);
  if (room_id != NULL)
    sqlite3_bind_text (stmt, 2, room_id, -1, SQLITE_STATIC);
  while (events->len < limit && (result = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      if (wave_journal_reader_seek (reader, sqlite3_column_int64 (stmt, 0)))
        add_events (reader, before, limit, sqlite3_column_int64 (stmt, 1), events);
    }
  reverse (events);
  if (result != SQLITE_DONE && result != SQLITE_ROW)
    {
      wave_journal_fail (reader->db, reader->path, error);
      g_clear_pointer (&events, g_ptr_array_unref);
    }
  sqlite3_finalize (stmt);
  return g_steal_pointer (&events);
}
