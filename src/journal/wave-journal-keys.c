// SPDX-License-Identifier: GPL-3.0-or-later
// By what a journal finds its durable events again: each key stands in one tree, which tells what is there already; what is asked by position or by room stands once for
// a block of events, and not in a tree of its own for each of them.
#include "config.h"

#include "journal/wave-journal-store-private.h"

#include <string.h>

/* An entry of the keys of a block, little-endian; the key's bytes follow. */
typedef struct __attribute__ ((packed)) {
  gint64 position;
  guint16 length;
  guint8 is_edit;
} Entry;

gboolean
wave_journal_keys_next (WaveJournalKeys *keys)
{
  Entry entry;

  if ((gsize) (keys->end - keys->at) < sizeof entry)
    return FALSE;
  memcpy (&entry, keys->at, sizeof entry);
  keys->at += sizeof entry;
  keys->position = GINT64_FROM_LE (entry.position);
  keys->key.is_edit = entry.is_edit;
  keys->key.length = GUINT16_FROM_LE (entry.length);
  keys->key.text = (const char *) keys->at;
  if ((gsize) (keys->end - keys->at) < keys->key.length)
    return FALSE;
  keys->at += keys->key.length;
  return TRUE;
}

/* ---------------------------------------------------------------- writing */

void
wave_journal_store_note_key (WaveJournalStore *self, gint64 position, guint32 room, const WaveJournalKey *key)
{
  Entry entry = { .position = GINT64_TO_LE (position), .length = GUINT16_TO_LE (key->length), .is_edit = key->is_edit };

  self->low = self->keys->len > 0 ? MIN (self->low, position) : position;
  self->high = self->keys->len > 0 ? MAX (self->high, position) : position;
  g_byte_array_append (self->keys, (const guint8 *) &entry, sizeof entry);
  g_byte_array_append (self->keys, (const guint8 *) key->text, key->length);
  if (room != 0 && self->latest_rooms[room % LATEST_ROOMS] != room)
    {
      self->latest_rooms[room % LATEST_ROOMS] = room;
      g_hash_table_add (self->rooms, GUINT_TO_POINTER (room));
    }
}

void
wave_journal_store_drop_keys (WaveJournalStore *self)
{
  g_byte_array_set_size (self->keys, 0);
  g_hash_table_remove_all (self->rooms);
  memset (self->latest_rooms, 0, sizeof self->latest_rooms);
}

gboolean
wave_journal_store_flush_keys (WaveJournalStore *self, gint64 first_row)
{
  sqlite3_stmt *stmt = self->stmts[STMT_BLOCK_KEYS];
  GHashTableIter iter;
  gpointer room;
  gboolean good;

  if (self->keys->len == 0)
    return TRUE;
  sqlite3_bind_int64 (stmt, 1, first_row);
  sqlite3_bind_int64 (stmt, 2, self->low);
  sqlite3_bind_int64 (stmt, 3, self->high);
  sqlite3_bind_blob64 (stmt, 4, self->keys->data, self->keys->len, SQLITE_STATIC);
  good = wave_journal_step (stmt);
  stmt = self->stmts[STMT_BLOCK_ROOM];
  g_hash_table_iter_init (&iter, self->rooms);
  while (good && g_hash_table_iter_next (&iter, &room, NULL))
    {
      sqlite3_bind_int64 (stmt, 1, GPOINTER_TO_UINT (room));
      sqlite3_bind_int64 (stmt, 2, first_row);
      good = wave_journal_step (stmt);
    }
  wave_journal_store_drop_keys (self);
  return good;
}

static gboolean
delete_keys (WaveJournalStore *self, gint64 first_row)
{
  sqlite3_stmt *find = self->stmts[STMT_BLOCK_KEYS_FIND], *stmt = self->stmts[STMT_DURABLE_DELETE];
  gboolean good = TRUE;

  sqlite3_bind_int64 (find, 1, first_row);
  if (sqlite3_step (find) == SQLITE_ROW)
    {
      WaveJournalKeys keys = { .at = sqlite3_column_blob (find, 0) };

      keys.end = keys.at + sqlite3_column_bytes (find, 0);
      while (good && wave_journal_keys_next (&keys))
        {
          sqlite3_bind_text (stmt, 1, keys.key.text, keys.key.length, SQLITE_STATIC);
          good = wave_journal_step (stmt);
        }
    }
  sqlite3_reset (find);
  return good;
}

static gboolean
delete_rooms (WaveJournalStore *self, gint64 first_row)
{
  sqlite3_stmt *find = self->stmts[STMT_BLOCK_FIND], *stmt = self->stmts[STMT_BLOCK_ROOM_DELETE];
  g_autoptr (GHashTable) rooms = g_hash_table_new (NULL, NULL);
  gboolean good = TRUE;

  sqlite3_bind_int64 (find, 1, first_row);
  if (sqlite3_step (find) == SQLITE_ROW)
    {
      const WaveJournalHead *heads = sqlite3_column_blob (find, 2);
      guint n = sqlite3_column_bytes (find, 2) / sizeof *heads;

      for (guint i = 0; good && i < n; i++)
        {
          guint32 room = GUINT32_FROM_LE (heads[i].room);

          if (room == 0 || !g_hash_table_add (rooms, GUINT_TO_POINTER (room)))
            continue;
          sqlite3_bind_int64 (stmt, 1, room);
          sqlite3_bind_int64 (stmt, 2, first_row);
          good = wave_journal_step (stmt);
        }
    }
  sqlite3_reset (find);
  return good;
}

gboolean
wave_journal_store_delete_block (WaveJournalStore *self, gint64 first_row)
{
  static const guint last[] = { STMT_BLOCK_KEYS_DELETE, STMT_BLOCK_DELETE };
  gboolean good = delete_keys (self, first_row) && delete_rooms (self, first_row);

  for (guint i = 0; good && i < G_N_ELEMENTS (last); i++)
    {
      sqlite3_bind_int64 (self->stmts[last[i]], 1, first_row);
      good = wave_journal_step (self->stmts[last[i]]);
    }
  return good;
}

/* ---------------------------------------------------------------- reading */

typedef struct {
  gint64 position;
  guint order; /* among those of one position */
  char *key;
} Found;

static void
found_clear (gpointer data)
{
  g_free (((Found *) data)->key);
}

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *first = a, *second = b;

  if (first->position != second->position)
    return first->position < second->position ? -1 : 1;
  return first->order < second->order ? -1 : first->order > second->order;
}

static void
collect (GArray *found, const guint8 *data, gsize size, gint64 from_position, gint64 to_position)
{
  WaveJournalKeys keys = { .at = data, .end = data + size };

  while (wave_journal_keys_next (&keys))
    if (!keys.key.is_edit && keys.position > from_position && keys.position <= to_position)
      {
        Found one = { .position = keys.position, .order = found->len, .key = g_strndup (keys.key.text, keys.key.length) };

        g_array_append_val (found, one);
      }
}

/* Whether the @n latest of what was found are later than all that is left, which is not later than @high. */
static gboolean
is_enough (GArray *found, guint n, gint64 high)
{
  if (n == 0)
    return TRUE;
  g_array_sort (found, compare_found);
  return g_array_index (found, Found, found->len - n).position > high;
}

/* @n: as many of the latest; G_MAXUINT for all */
static GPtrArray *
read_keys (WaveJournal *journal, gint64 from_position, gint64 to_position, guint n, GError **error)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Found));
  g_autoptr (WaveJournalReader) reader = wave_journal_reader_open (wave_journal_get_path (journal), error);
  sqlite3_stmt *stmt = reader != NULL
                           ? wave_journal_reader_prepare (reader, "SELECT high, keys FROM block_keys WHERE high > ?1 AND low <= ?2 ORDER BY high DESC, low DESC, first_row", error)
                           : NULL;
  guint look_at = n;
  int result;

  if (stmt == NULL)
    return NULL;
  g_array_set_clear_func (found, found_clear);
  sqlite3_bind_int64 (stmt, 1, from_position);
  sqlite3_bind_int64 (stmt, 2, to_position);
  while ((result = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      if (found->len >= look_at)
        {
          if (is_enough (found, n, sqlite3_column_int64 (stmt, 0)))
            break;
          look_at = found->len + found->len / 8 + 1;
        }
      collect (found, sqlite3_column_blob (stmt, 1), sqlite3_column_bytes (stmt, 1), from_position, to_position);
    }
  g_array_sort (found, compare_found);
  for (guint i = found->len > n ? found->len - n : 0; i < found->len; i++)
    g_ptr_array_add (strings, g_steal_pointer (&g_array_index (found, Found, i).key));
  if (result != SQLITE_DONE && result != SQLITE_ROW)
    {
      wave_journal_fail (reader->db, reader->path, error);
      g_clear_pointer (&strings, g_ptr_array_unref);
    }
  sqlite3_finalize (stmt);
  return g_steal_pointer (&strings);
}

GPtrArray *
wave_journal_get_recent_keys (WaveJournal *self, guint n, GError **error)
{
  return read_keys (self, G_MININT64, G_MAXINT64, n, error);
}

GPtrArray *
wave_journal_read_keys (WaveJournal *self, gint64 from_position, gint64 to_position, GError **error)
{
  return read_keys (self, from_position, to_position, G_MAXUINT, error);
}
