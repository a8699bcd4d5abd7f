// SPDX-License-Identifier: GPL-3.0-or-later
// How a journal stands on disk, for those who write and read it.
//
// Events stand in blocks: rows of consecutive numbers with their heads in one blob and their bytes, one behind the other and perhaps compressed, in a second, so that an index is made
// from heads alone and a search reads bytes in large pieces. Durable events have a row of their own besides, by which they are known again.
#pragma once

#include <sqlite3.h>

#include "journal/wave-filter.h"
#include "journal/wave-journal.h"
#include "journal/wave-proof.h"

G_BEGIN_DECLS

/* A block ends at so many events or bytes. */
#define WAVE_JOURNAL_BLOCK_EVENTS 1024
#define WAVE_JOURNAL_BLOCK_BYTES (256 * 1024)

/* One event, little-endian. @type, @room, @sender: ids in the table of strings, 0 for none. */
typedef struct __attribute__ ((packed)) {
  gint64 wall_us, mono_us, position, origin_us;
  guint32 type, room, sender, size;
  guint8 kind, via, flags, spare;
} WaveJournalHead;
G_STATIC_ASSERT (sizeof (WaveJournalHead) == 52);

static inline WaveJournalHead
wave_journal_head_swap (WaveJournalHead head)
{
  head.wall_us = GINT64_FROM_LE (head.wall_us);
  head.mono_us = GINT64_FROM_LE (head.mono_us);
  head.position = GINT64_FROM_LE (head.position);
  head.origin_us = GINT64_FROM_LE (head.origin_us);
  head.type = GUINT32_FROM_LE (head.type);
  head.room = GUINT32_FROM_LE (head.room);
  head.sender = GUINT32_FROM_LE (head.sender);
  head.size = GUINT32_FROM_LE (head.size);
  return head;
}

/* ---------------------------------------------------------------- writing: wave-journal-store.c, the journal's thread only */

typedef struct _WaveJournalStore WaveJournalStore;

/* @damaged: (out): the file is no sound journal of this version */
WaveJournalStore *wave_journal_store_open (const char *path, gboolean *damaged, GError **error);
void wave_journal_store_close (WaveJournalStore *store);
/* From here on the cursor stays where it is. */
void wave_journal_store_keep_cursor (WaveJournalStore *store);
gint64 wave_journal_store_get_cursor (WaveJournalStore *store);
guint64 wave_journal_store_get_n_rows (WaveJournalStore *store); /* the last row's number */
/* Writes @n batches in one transaction. @left_out: (nullable): rooms whose events are not kept (element-type utf8). Returns: FALSE, with nothing written, when it failed. */
gboolean wave_journal_store_write (WaveJournalStore *store, WaveBatch **batches, guint n, GHashTable *left_out, char **why);
/* Likewise. @proofs: (element-type WaveProof) */
gboolean wave_journal_store_write_proofs (WaveJournalStore *store, GPtrArray *proofs, char **why);
gboolean wave_journal_write_proofs (sqlite3 *db, GPtrArray *proofs, char **why);
/* Takes away some of the oldest blocks that are older or too many. Returns: whether there is more to take away */
gboolean wave_journal_store_trim (WaveJournalStore *store, gint64 oldest_wall_us, guint64 max_bytes);

/* ---------------------------------------------------------------- reading: wave-journal-reader.c, any one thread */

typedef struct {
  sqlite3 *db;
  char *path;
  sqlite3_stmt *find; /* the block that holds a row */
  gint64 first_row;   /* of the block at hand; 0 none */
  guint n;
  WaveJournalHead *heads;
  gsize *offsets; /* n + 1 */
  char *raws;
} WaveJournalReader;

WaveJournalReader *wave_journal_reader_open (const char *path, GError **error);
void wave_journal_reader_close (WaveJournalReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveJournalReader, wave_journal_reader_close)
/* Brings the block with @row to hand. Returns: FALSE when there is none */
gboolean wave_journal_reader_seek (WaveJournalReader *reader, gint64 row);
/* Decodes a row of the block at hand. (transfer full) */
WaveEvent *wave_journal_reader_dup_event (WaveJournalReader *reader, gint64 row);
/* Takes a block apart. Returns: FALSE when the blobs do not fit together */
gboolean wave_journal_reader_take_block (WaveJournalReader *reader, gint64 first_row, guint n, const void *heads, gsize heads_size, const void *raws, gsize raws_size);
sqlite3_stmt *wave_journal_reader_prepare (WaveJournalReader *reader, const char *sql, GError **error);

sqlite3 *wave_journal_open_db (const char *path, int flags, GError **error);
gboolean wave_journal_fail (sqlite3 *db, const char *path, GError **error);
gint64 wave_journal_query_int (sqlite3 *db, const char *sql, gint64 otherwise);

G_END_DECLS
