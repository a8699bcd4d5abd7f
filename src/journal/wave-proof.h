// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of one interruption after it: kept in the journal, so that a later run can still show it.
#pragma once

#include "journal/wave-journal.h"

G_BEGIN_DECLS

/**
 * WaveProof:
 * @start_wall_us: when the connection was lost; a journal has one proof for each
 * @end_wall_us: when the catch-up had ended
 * @from_position: the range that was fetched, exclusive; -1 none
 * @to_position: inclusive; -1 none
 * @pages: sync pages
 * @events: events that were new
 * @known: events on these pages that had been received before
 * @tries: connections that were tried
 * @torn_streams: replies that were cut while they streamed
 * @catch_up_us: how long the pages took
 * @complete: the server had no more
 * @cause: (nullable): wave_cause_get_nick()
 * @reason: (nullable): the peer's own words, safe to show
 * @detail: (nullable): why it is not complete
 * @verified_wall_us: when it was verified last; -1 never
 * @n_server: events that the server had in the range then
 * @n_missing: how many of them the journal had not
 */
typedef struct {
  gint64 start_wall_us, end_wall_us, from_position, to_position;
  guint pages, events, known, tries, torn_streams, close_code;
  gint64 catch_up_us;
  gboolean complete;
  char *cause, *reason, *detail;
  gint64 verified_wall_us;
  guint n_server, n_missing;
} WaveProof;

WaveProof *wave_proof_copy (const WaveProof *proof);
void wave_proof_free (WaveProof *proof);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveProof, wave_proof_free)

/* Queues it for writing; one of the same start is replaced. Any thread. */
void wave_journal_submit_proof (WaveJournal *journal, const WaveProof *proof);

/**
 * wave_journal_read_proofs:
 * @limit: at most this many, the newest ones
 *
 * Opens its own read-only connection: any thread but the main one.
 *
 * Returns: (transfer full) (element-type WaveProof): oldest first
 */
GPtrArray *wave_journal_read_proofs (WaveJournal *journal, guint limit, GError **error);

/* The lowest position that the journal still has, when older events were taken away from it; else -1. Not on the main thread. */
gint64 wave_journal_get_trimmed_below (WaveJournal *journal);
/* Whether events of a room are not written. Any thread. */
gboolean wave_journal_is_left_out (WaveJournal *journal, const char *room_id);

G_END_DECLS
