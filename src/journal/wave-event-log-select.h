// SPDX-License-Identifier: GPL-3.0-or-later
// For a replay: which events of a log still matter at a moment, told from the index alone, and a reader of one's own to fetch them.
#pragma once

#include "journal/wave-event-log.h"
#include "journal/wave-recording.h"

G_BEGIN_DECLS

#define WAVE_STATE_RATE_SECONDS 300
#define WAVE_STATE_ROOM_SECONDS 60

/**
 * WaveStateTotals: what the events that are left out would have counted up to.
 * @counts: events by kind
 * @rate: events in each of the last 300 s, the latest one last
 * @rooms: (element-type WaveStateRoom): by number of the log, for rooms with an event in the last 60 s
 * @unread: (element-type WaveStateUnread): rooms of which messages were left out
 */
typedef struct {
  guint64 counts[WAVE_N_EVENT_KINDS];
  guint64 n_malformed;
  gint64 top_position;
  guint rate[WAVE_STATE_RATE_SECONDS];
  GArray *rooms;
  GArray *unread;
} WaveStateTotals;

typedef struct {
  const char *room_id; /* the log's */
  guint n;             /* messages since its last read marker */
} WaveStateUnread;

typedef struct {
  const char *room_id; /* the log's */
  guint16 seconds[WAVE_STATE_ROOM_SECONDS];
} WaveStateRoom;

void wave_state_totals_clear (WaveStateTotals *totals);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WaveStateTotals, wave_state_totals_clear)

/**
 * wave_event_log_select_state:
 * @end: of the events before this index
 * @start_wall_us: where seconds are counted from
 * @now_wall_us: the moment
 * @totals: (out caller-allocates)
 *
 * The events that, applied in order, give the same picture as all events before @end: for each thing its last writer, for each room its latest messages
 * with what belongs to them, and the chunks of the replies of the last minutes. Looks only at the index: about 10 ms for a million events. Any thread.
 *
 * Returns: (transfer full) (element-type guint): indices, ascending
 */
GArray *wave_event_log_select_state (WaveEventLog *log, guint end, gint64 start_wall_us, gint64 now_wall_us, WaveStateTotals *totals);

/**
 * wave_event_log_select_room:
 * @before_position: events below this position only; G_MAXINT64 for all
 * @most: how many at most
 * @reached_start: (out): nothing older is there
 *
 * The latest durable events before @end that stand in a room's timeline. Any thread.
 *
 * Returns: (transfer full) (element-type guint): indices, ascending
 */
GArray *wave_event_log_select_room (WaveEventLog *log, guint end, const char *room_id, gint64 before_position, guint most, gboolean *reached_start);

/* Arrival of the event at @index; G_MININT64 when there is none. From memory. */
gint64 wave_event_log_get_wall (WaveEventLog *log, guint index);

/* Lines of a recording that are no frames: states, and what this version does not know. */
guint wave_event_log_get_n_marks (WaveEventLog *log);

/* (transfer full) (nullable): the file that the log is of */
WaveRecordingFile *wave_event_log_dup_recording (WaveEventLog *log);

/* WaveEventLogReader: one thread's way to the bytes, which does not disturb the log's own. */
typedef struct _WaveEventLogReader WaveEventLogReader;
WaveEventLogReader *wave_event_log_reader_new (WaveEventLog *log);
void wave_event_log_reader_free (WaveEventLogReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveEventLogReader, wave_event_log_reader_free)
/* (transfer full) (nullable). @next: the index that is asked for afterwards; tells whether it pays to read ahead */
WaveEvent *wave_event_log_reader_dup_event (WaveEventLogReader *reader, guint index, guint next);
/* The line of the @n-th mark, and the event that it stands before. Returns: (transfer full) (nullable) */
char *wave_event_log_reader_dup_mark (WaveEventLogReader *reader, guint n, guint *before, gsize *length);
/* The first line. Returns: FALSE when the log is of no recording, or that could not be opened (yet) */
gboolean wave_event_log_reader_get_head (WaveEventLogReader *reader, WaveRecordingHead *head);

G_END_DECLS
