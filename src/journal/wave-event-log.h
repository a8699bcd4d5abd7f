// SPDX-License-Identifier: GPL-3.0-or-later
// Every event of a journal, a recording or a running session as a list that costs 40 bytes an event; the rest is fetched when it is looked at.
#pragma once

#include <gio/gio.h>

#include "journal/wave-filter.h"
#include "session/wave-batch.h"

G_BEGIN_DECLS

/**
 * WaveEventLog: an append-only index of events. Made and listened to on the main thread; reading (get_row, dup_event, find_time, count) from any thread.
 *
 * Properties: "n-events" guint, "loading" gboolean, "note" string nullable (what a person should know of the source: it was cut, it is
 * damaged…). Both are notified in the main context in which the log was made, at most about 30 times a second.
 */
#define WAVE_TYPE_EVENT_LOG (wave_event_log_get_type ())
G_DECLARE_FINAL_TYPE (WaveEventLog, wave_event_log, WAVE, EVENT_LOG, GObject)

/* Empty, for what append_batch() brings. Without a journal it keeps the bytes of at most %WAVE_EVENT_LOG_MAX_IN_MEMORY events. */
WaveEventLog *wave_event_log_new (void);
#define WAVE_EVENT_LOG_MAX_IN_MEMORY 100000

/**
 * wave_event_log_attach_journal:
 *
 * A log that was made before its journal was known goes on as one of wave_event_log_new_for_journal(). Main thread.
 *
 * Returns: FALSE, with nothing changed, when it has events or a source already
 */
gboolean wave_event_log_attach_journal (WaveEventLog *log, const char *path);

/**
 * wave_event_log_new_for_journal:
 * @path: wave_journal_get_path()
 *
 * Reads the index in the background, oldest first, over a read-only connection of its own. Batches of the session that writes the same journal may be
 * appended at any time: an event that was read already is not shown twice, and its bytes leave the memory once the journal has them.
 */
WaveEventLog *wave_event_log_new_for_journal (const char *path);

/* Of a recording (see wave-recording.h), plain or compressed. Faults show in "note". */
WaveEventLog *wave_event_log_new_for_recording (const char *path);

/* Ends the threads; the log stays readable as far as it was read. Called by dispose, too. */
void wave_event_log_close (WaveEventLog *log);

/* What the session handed on, transitions too (a hello's clock corrects latencies). Main thread. */
void wave_event_log_append_batch (WaveEventLog *log, WaveBatch *batch);

guint wave_event_log_get_n_events (WaveEventLog *log);
gboolean wave_event_log_is_loading (WaveEventLog *log);
/* 0…1 */
double wave_event_log_get_progress (WaveEventLog *log);
const char *wave_event_log_get_note (WaveEventLog *log);

/**
 * WaveEventRow: what the index knows of one event. Strings live as long as the log.
 * @latency_us: origin to arrival by the server's clock as far as @latency_corrected; G_MININT64 when not known
 * @gap_us: silence before it; G_MININT64 for the first
 * @room_name, @sender_name: (nullable)
 */
typedef struct {
  guint index;
  WaveEventKind kind;
  WaveCategory category;
  WaveVia via;
  WaveEventFlags flags;
  const char *type;
  const char *room_id, *room_name;
  const char *sender_id, *sender_name;
  gint64 wall_us;
  gint64 position; /* -1 for an ephemeral event */
  gint64 latency_us;
  gboolean latency_corrected;
  gint64 gap_us;
  guint size; /* bytes of the frame */
} WaveEventRow;

/* From memory. Returns: FALSE when there is no event @index */
gboolean wave_event_log_get_row (WaveEventLog *log, guint index, WaveEventRow *row);

/* The event if that needs no disk: it is in memory or was fetched lately. Any thread. (transfer full) (nullable) */
WaveEvent *wave_event_log_peek_event (WaveEventLog *log, guint index);

/**
 * wave_event_log_dup_event:
 *
 * Fetches and decodes (about 50 µs from disk; the last few thousand are remembered). Any thread.
 *
 * Returns: (transfer full) (nullable): NULL when the source does not have it any more (retention)
 */
WaveEvent *wave_event_log_dup_event (WaveEventLog *log, guint index);

/* The first event that arrived at or after @wall_us; n-events when there is none. */
guint wave_event_log_find_time (WaveEventLog *log, gint64 wall_us);

/* The nearest event before or after @index (by @step -1 or 1) that has the same type, room or sender ("type", "room", "from"); -1 when none. */
gint64 wave_event_log_find_same (WaveEventLog *log, guint index, const char *key, int step);

/**
 * wave_event_log_count:
 * @counts: (out caller-allocates): @n_buckets × %WAVE_N_CATEGORIES numbers, bucket by bucket
 *
 * How many events of each category arrived in each of @n_buckets equal parts of [@from_wall_us, @to_wall_us). About 3 ms for a million events.
 */
void wave_event_log_count (WaveEventLog *log, gint64 from_wall_us, gint64 to_wall_us, guint n_buckets, guint32 *counts);
/* Arrival of the first and the last event; FALSE when there is none. */
gboolean wave_event_log_get_span (WaveEventLog *log, gint64 *first_wall_us, gint64 *last_wall_us);

/* What a room or participant is called now, for rows and the filter; rooms' names are also learnt from the events. */
void wave_event_log_set_room_name (WaveEventLog *log, const char *room_id, const char *name);
void wave_event_log_set_participant (WaveEventLog *log, const char *participant_id, const char *name, gboolean is_ai);

/* (nullable): lives as long as the log. Any thread. */
const char *wave_event_log_get_room_name (WaveEventLog *log, const char *room_id);
const char *wave_event_log_get_participant_name (WaveEventLog *log, const char *participant_id);

/* For wave_filter_complete() (user_data: the log): the types, rooms and senders that occur. */
void wave_event_log_complete_values (const char *key, const char *prefix, WaveFilterAddFunc add, gpointer add_data, gpointer log);

/**
 * WaveEventView: the events of a log that pass a filter, in order: a GListModel of WaveEventEntry that makes an item only when it is asked for.
 * Main thread. The filter runs on a thread of its own; matches are added as they are found, the first within some 30 ms. The former rows stay until then: the
 * first change after another filter replaces them.
 *
 * Properties: "log", "filter" (WaveFilter, nullable), "from-wall-us" and "to-wall-us" gint64 (a time range; 0 and G_MAXINT64 for none), "paused" gboolean (nothing
 * is added while it is), "held-back" guint (how many matches wait), "filtering" gboolean, "progress" double. All notified.
 */
#define WAVE_TYPE_EVENT_VIEW (wave_event_view_get_type ())
G_DECLARE_FINAL_TYPE (WaveEventView, wave_event_view, WAVE, EVENT_VIEW, GObject)

WaveEventView *wave_event_view_new (WaveEventLog *log);
WaveEventLog *wave_event_view_get_log (WaveEventView *view);
/* (nullable) NULL shows everything. Runs anew. */
void wave_event_view_set_filter (WaveEventView *view, WaveFilter *filter);
WaveFilter *wave_event_view_get_filter (WaveEventView *view);
/* Which end of the log the next filter begins at; the rows are in the log's order all the same, matches that are found later come in front. FALSE at first. */
void wave_event_view_set_newest_first (WaveEventView *view, gboolean newest_first);
void wave_event_view_set_range (WaveEventView *view, gint64 from_wall_us, gint64 to_wall_us);
void wave_event_view_set_paused (WaveEventView *view, gboolean paused);
gboolean wave_event_view_get_paused (WaveEventView *view);
guint wave_event_view_get_held_back (WaveEventView *view);
gboolean wave_event_view_is_filtering (WaveEventView *view);
double wave_event_view_get_progress (WaveEventView *view);
/* The log's index of the row at @position of the list; G_MAXUINT when there is none. */
guint wave_event_view_get_index (WaveEventView *view, guint position);
/* The first row whose index is @index or more; the number of rows when there is none. */
guint wave_event_view_find_index (WaveEventView *view, guint index);
/* The indices that are in view now, for saving a selection. (transfer full) (element-type guint) */
GArray *wave_event_view_dup_indices (WaveEventView *view);

/* WaveEventEntry: a row of a view. When the filter changes, the rows that somebody holds are not replaced: they show other events then, and the view's signal
 * "rewritten" (after items-changed, no arguments) says so. An entry whose row has gone keeps what it showed. */
#define WAVE_TYPE_EVENT_ENTRY (wave_event_entry_get_type ())
G_DECLARE_FINAL_TYPE (WaveEventEntry, wave_event_entry, WAVE, EVENT_ENTRY, GObject)
guint wave_event_entry_get_index (WaveEventEntry *entry);
/* From the row before it in its view, µs; G_MININT64 for the first. */
gint64 wave_event_entry_get_delta_us (WaveEventEntry *entry);
gboolean wave_event_entry_get_row (WaveEventEntry *entry, WaveEventRow *row);
WaveEvent *wave_event_entry_dup_event (WaveEventEntry *entry); /* (transfer full) (nullable) */

G_END_DECLS
