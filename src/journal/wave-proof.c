// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "journal/wave-journal-private.h"

/* Interruptions that are kept; a connection that drops every second for a day has more. */
#define KEPT_PROOFS 10000

#define COLUMNS \
  "start_wall_us, end_wall_us, from_position, to_position, pages, events, known, tries, torn_streams, close_code, catch_up_us, complete, cause, reason, detail," \
  " verified_wall_us, n_server, n_missing"

WaveProof *
wave_proof_copy (const WaveProof *proof)
{
  WaveProof *copy = g_memdup2 (proof, sizeof *proof);

  copy->cause = g_strdup (proof->cause);
  copy->reason = g_strdup (proof->reason);
  copy->detail = g_strdup (proof->detail);
  return copy;
}

void
wave_proof_free (WaveProof *proof)
{
  if (proof == NULL)
    return;
  g_free (proof->cause);
  g_free (proof->reason);
  g_free (proof->detail);
  g_free (proof);
}

static void
bind_text (sqlite3_stmt *stmt, int column, const char *text)
{
  if (text != NULL)
    sqlite3_bind_text (stmt, column, text, -1, SQLITE_STATIC);
  else
    sqlite3_bind_null (stmt, column);
}

static gboolean
write_proof (sqlite3_stmt *stmt, const WaveProof *proof)
{
  const gint64 numbers[] = { proof->start_wall_us, proof->end_wall_us, proof->from_position, proof->to_position, proof->pages, proof->events,
                             proof->known, proof->tries, proof->torn_streams, proof->close_code, proof->catch_up_us, proof->complete };
  gboolean good;

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    sqlite3_bind_int64 (stmt, 1 + i, numbers[i]);
  bind_text (stmt, 13, proof->cause);
  bind_text (stmt, 14, proof->reason);
  bind_text (stmt, 15, proof->detail);
  sqlite3_bind_int64 (stmt, 16, proof->verified_wall_us);
  sqlite3_bind_int64 (stmt, 17, proof->n_server);
  sqlite3_bind_int64 (stmt, 18, proof->n_missing);
  good = sqlite3_step (stmt) == SQLITE_DONE;
  sqlite3_reset (stmt);
  return good;
}

gboolean
wave_journal_write_proofs (sqlite3 *db, GPtrArray *proofs, char **why)
{
  sqlite3_stmt *stmt = NULL;
  gboolean good = sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK
                  && sqlite3_prepare_v2 (db, "INSERT OR REPLACE INTO proofs (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
                                         -1, &stmt, NULL) == SQLITE_OK;

  for (guint i = 0; good && i < proofs->len; i++)
    good = write_proof (stmt, proofs->pdata[i]);
  good = good
         && sqlite3_exec (db, "DELETE FROM proofs WHERE start_wall_us <= (SELECT start_wall_us FROM proofs ORDER BY start_wall_us DESC LIMIT 1 OFFSET " G_STRINGIFY (KEPT_PROOFS) ")",
                          NULL, NULL, NULL) == SQLITE_OK
         && sqlite3_exec (db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
  if (!good)
    {
      *why = g_strdup (sqlite3_errmsg (db));
      sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
    }
  sqlite3_finalize (stmt);
  return good;
}

static WaveProof *
read_proof (sqlite3_stmt *stmt)
{
  WaveProof *proof = g_new0 (WaveProof, 1);

  proof->start_wall_us = sqlite3_column_int64 (stmt, 0);
  proof->end_wall_us = sqlite3_column_int64 (stmt, 1);
  proof->from_position = sqlite3_column_int64 (stmt, 2);
  proof->to_position = sqlite3_column_int64 (stmt, 3);
  proof->pages = sqlite3_column_int64 (stmt, 4);
  proof->events = sqlite3_column_int64 (stmt, 5);
  proof->known = sqlite3_column_int64 (stmt, 6);
  proof->tries = sqlite3_column_int64 (stmt, 7);
  proof->torn_streams = sqlite3_column_int64 (stmt, 8);
  proof->close_code = sqlite3_column_int64 (stmt, 9);
  proof->catch_up_us = sqlite3_column_int64 (stmt, 10);
  proof->complete = sqlite3_column_int64 (stmt, 11) != 0;
  proof->cause = g_strdup ((const char *) sqlite3_column_text (stmt, 12));
  proof->reason = g_strdup ((const char *) sqlite3_column_text (stmt, 13));
  proof->detail = g_strdup ((const char *) sqlite3_column_text (stmt, 14));
  proof->verified_wall_us = sqlite3_column_int64 (stmt, 15);
  proof->n_server = sqlite3_column_int64 (stmt, 16);
  proof->n_missing = sqlite3_column_int64 (stmt, 17);
  return proof;
}

GPtrArray *
wave_journal_read_proofs (WaveJournal *journal, guint limit, GError **error)
{
  g_autoptr (GPtrArray) proofs = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_proof_free);
  g_autoptr (WaveJournalReader) reader = wave_journal_reader_open (wave_journal_get_path (journal), error);
  sqlite3_stmt *stmt;
  int result;

  if (reader == NULL)
    return NULL;
  stmt = wave_journal_reader_prepare (reader, "SELECT * FROM (SELECT " COLUMNS " FROM proofs ORDER BY start_wall_us DESC LIMIT ?1) ORDER BY start_wall_us", error);
  if (stmt == NULL)
    return NULL;
  sqlite3_bind_int64 (stmt, 1, limit);
  while ((result = sqlite3_step (stmt)) == SQLITE_ROW)
    g_ptr_array_add (proofs, read_proof (stmt));
  if (result != SQLITE_DONE)
    {
      wave_journal_fail (reader->db, reader->path, error);
      g_clear_pointer (&proofs, g_ptr_array_unref);
    }
  sqlite3_finalize (stmt);
  return g_steal_pointer (&proofs);
}

gint64
wave_journal_get_trimmed_below (WaveJournal *journal)
{
  g_autoptr (WaveJournalReader) reader = wave_journal_reader_open (wave_journal_get_path (journal), NULL);

  /* Only a journal that was trimmed has this. */
  if (reader == NULL || wave_journal_query_int (reader->db, "SELECT value FROM meta WHERE name = 'next_row'", -1) < 0)
    return -1;
  return wave_journal_query_int (reader->db, "SELECT min (low) FROM block_keys", G_MAXINT64);
}
