// SPDX-License-Identifier: GPL-3.0-or-later
// Which events still matter at a moment. Everything is told from the 40 bytes that the index has of an event: its type, room, sender and time. So no
// checkpoints have to be made or kept: one walk back over the index finds for any moment what a checkpoint would hold.
#include "config.h"

#include "journal/wave-event-log-select.h"

#include <string.h>

#include "journal/wave-event-log-private.h"
#include "protocol/wave-catalogue.h"

/* Of each room. What is older is fetched when somebody scrolls there. */
#define MESSAGES_PER_ROOM 120
#define DECOR_PER_ROOM 240
#define NOTICES_PER_ROOM 120
#define WORK_PER_ROOM 200
#define PLANS_PER_ROOM 50
/* With very many rooms each gets its last few; these bound what is decoded at once. */
#define ENOUGH_MESSAGES 6000
#define FEW_MESSAGES 3
#define ENOUGH_MEMBERS 4000
/* Replies: everything of the last minutes, then the rest of those that last. */
#define STREAM_US (10 * 60 * (gint64) G_USEC_PER_SEC)
#define ENOUGH_CHUNKS 8000
#define MOST_CHUNKS 16000
#define STREAM_SILENCE_US (120 * (gint64) G_USEC_PER_SEC)
#define TYPING_US (6 * (gint64) G_USEC_PER_SEC)

/* ---------------------------------------------------------------- a set of numbers */

typedef struct {
  guint64 *keys; /* 0: free */
  gint64 *values;
  guint mask, n;
} Table;

static void
table_init (Table *table)
{
  table->mask = 4095;
  table->n = 0;
  table->keys = g_new0 (guint64, table->mask + 1);
  table->values = g_new0 (gint64, table->mask + 1);
}

static void
table_clear (Table *table)
{
  g_free (table->keys);
  g_free (table->values);
}

static guint
table_slot (const Table *table, guint64 key)
{
  guint64 hash = key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  guint at = (guint) (hash >> 32) & table->mask;

  while (table->keys[at] != 0 && table->keys[at] != key)
    at = (at + 1) & table->mask;
  return at;
}

/* Where the value of @key is; it is 0 when it is new. */
static gint64 *
table_get (Table *table, guint64 key)
{
  guint at;

  if (table->n * 2 > table->mask)
    {
      Table larger = { .mask = table->mask * 2 + 1, .n = table->n };

      larger.keys = g_new0 (guint64, larger.mask + 1);
      larger.values = g_new0 (gint64, larger.mask + 1);
      for (guint i = 0; i <= table->mask; i++)
        if (table->keys[i] != 0)
          {
            at = table_slot (&larger, table->keys[i]);
            larger.keys[at] = table->keys[i];
            larger.values[at] = table->values[i];
          }
      table_clear (table);
      *table = larger;
    }
  at = table_slot (table, key);
  if (table->keys[at] == 0)
    {
      table->keys[at] = key;
      table->n++;
    }
  return &table->values[at];
}

/* ---------------------------------------------------------------- what still matters */

typedef struct {
  guint16 messages, decor, notices, work, plans;
  guint8 seen, read;
  guint unread; /* messages since the last read marker */
  gint32 active; /* 1 + index in totals->rooms */
} RoomTally;

typedef struct {
  gint64 now_wall, start_wall;
  RoomTally *rooms;
  guint8 *senders;
  guint n_rooms, n_senders;
  Table last;    /* of (kind, room, sender): how many are kept */
  Table replies; /* of (room, sender): arrival of the earliest kept sign, -1 when the reply's start is passed */
  guint n_messages, n_members, n_chunks;
  gboolean streams_are_over;
} Tally;

static guint64
pair_key (WaveEventKind kind, guint room, guint sender)
{
  return (guint64) (kind + 1) << 48 | (guint64) room << 24 | sender;
}

/* Whether fewer than @most of the kind are kept for the pair. */
static gboolean
is_among_last (Tally *tally, WaveEventKind kind, guint room, guint sender, gint64 most)
{
  gint64 *kept = table_get (&tally->last, pair_key (kind, room, sender));

  if (*kept >= most)
    return FALSE;
  ++*kept;
  return TRUE;
}

static gboolean
count_up (guint16 *n, guint most)
{
  if (*n >= most)
    return FALSE;
  ++*n;
  return TRUE;
}

static gboolean
wants_message (Tally *tally, RoomTally *room, WaveEventKind kind, guint room_n, guint sender)
{
  guint most = tally->n_messages < ENOUGH_MESSAGES ? MESSAGES_PER_ROOM : FEW_MESSAGES;

  if (!room->read && kind != WAVE_EVENT_MODEL_ERROR)
    room->unread++;
  /* A message ends the reply before it. */
  if (tally->streams_are_over && sender != 0)
    *table_get (&tally->replies, pair_key (0, room_n, sender)) = -1;
  if (!count_up (&room->messages, most))
    return FALSE;
  tally->n_messages++;
  return TRUE;
}

static gboolean
wants_reply (Tally *tally, const WaveLogEntry *entry, WaveEventKind kind, guint room, guint sender)
{
  gint64 *since;

  if (!tally->streams_are_over && (tally->n_chunks >= ENOUGH_CHUNKS || entry->wall_us < tally->now_wall - STREAM_US))
    tally->streams_are_over = TRUE;
  if (room == 0 || sender == 0)
    return FALSE;
  if (!tally->streams_are_over)
    {
      *table_get (&tally->replies, pair_key (0, room, sender)) = entry->wall_us;
      if (kind == WAVE_EVENT_AI_STATUS)
        is_among_last (tally, kind, room, sender, 1);
      tally->n_chunks++;
      return TRUE;
    }
  if (tally->n_chunks < MOST_CHUNKS)
    {
      since = table_get (&tally->replies, pair_key (0, room, sender));
      /* It went on when the minutes that are kept began: its start is wanted too. */
      if (*since > 0 && *since - entry->wall_us <= STREAM_SILENCE_US)
        {
          *since = MAX (entry->wall_us, 1);
          tally->n_chunks++;
          return TRUE;
        }
      *since = -1;
    }
  return kind == WAVE_EVENT_AI_STATUS && is_among_last (tally, kind, room, sender, 1);
}

static gboolean
wants (Tally *tally, const WaveLogEntry *entry, WaveEventKind kind, guint room_n, guint sender)
{
  RoomTally *room = &tally->rooms[room_n];

  switch (kind)
    {
    case WAVE_EVENT_CHUNK:
    case WAVE_EVENT_AI_STATUS:
      return wants_reply (tally, entry, kind, room_n, sender);
    case WAVE_EVENT_MESSAGE:
    case WAVE_EVENT_BRIDGE_MESSAGE:
    case WAVE_EVENT_MODEL_ERROR:
      return wants_message (tally, room, kind, room_n, sender);
    case WAVE_EVENT_REACTION:
    case WAVE_EVENT_REDACTION:
      return count_up (&room->decor, DECOR_PER_ROOM);
    case WAVE_EVENT_TYPING:
      return entry->wall_us > tally->now_wall - TYPING_US && is_among_last (tally, kind, room_n, sender, 1);
    case WAVE_EVENT_PRESENCE:
      return is_among_last (tally, kind, 0, sender, 1);
    case WAVE_EVENT_READ_MARKER:
      room->read = TRUE;
      return is_among_last (tally, kind, room_n, sender, 1);
    case WAVE_EVENT_CONTEXT_USAGE:
      return is_among_last (tally, kind, room_n, sender, 1);
    case WAVE_EVENT_AI_ENGAGEMENT:
      return is_among_last (tally, kind, room_n, sender, 8);
    case WAVE_EVENT_HELLO:
    case WAVE_EVENT_FEDERATION:
    case WAVE_EVENT_ROOM_NAME:
    case WAVE_EVENT_ROOM_TOPIC:
      /* The last one counts; those before it are quiet lines. */
      return is_among_last (tally, kind, room_n, 0, 1) || (kind != WAVE_EVENT_HELLO && kind != WAVE_EVENT_FEDERATION && count_up (&room->notices, NOTICES_PER_ROOM));
    case WAVE_EVENT_MEMBER:
      /* Who is meant stands in the payload: as many as can be are kept. */
      if (tally->n_members < ENOUGH_MEMBERS || is_among_last (tally, kind, room_n, sender, 1))
        {
          tally->n_members++;
          return TRUE;
        }
      return FALSE;
    case WAVE_EVENT_PLAN_UPDATED:
      return count_up (&room->plans, PLANS_PER_ROOM);
    case WAVE_EVENT_SIDEKICK_SPAWNED:
    case WAVE_EVENT_SIDEKICK_RESULT:
    case WAVE_EVENT_SIDEKICK_CANCEL:
    case WAVE_EVENT_CALL_INVITE:
    case WAVE_EVENT_CALL_STATE:
    case WAVE_EVENT_BRIDGE_STATUS:
      return count_up (&room->work, WORK_PER_ROOM);
    case WAVE_EVENT_UNKNOWN:
    case WAVE_EVENT_INVALID:
    case WAVE_EVENT_PING:
    case WAVE_N_EVENT_KINDS:
      return FALSE;
    }
  return FALSE;
}

/* Rooms and people that nothing else that is kept tells of. A lone chunk would be taken for a reply. */
static gboolean
is_first_sight (Tally *tally, WaveEventKind kind, guint room, guint sender)
{
  /* Typing of long ago has run out by the moment that is built. */
  return kind != WAVE_EVENT_CHUNK && kind != WAVE_EVENT_AI_STATUS
         && ((room != 0 && !tally->rooms[room].seen) || (sender != 0 && !tally->senders[sender]));
}

/* The log's own, for as long as that lives. */
static const char *
id_of_room (WaveEventLog *log, guint room)
{
  const char *id;

  g_mutex_lock (&log->lock);
  id = ((WaveLogName *) log->names[WAVE_LOG_ROOMS].list->pdata[room])->id;
  g_mutex_unlock (&log->lock);
  return id;
}

static void
count_seconds (Tally *tally, WaveEventLog *log, const WaveLogEntry *entry, guint room, gint64 now_second, WaveStateTotals *totals)
{
  gint64 ago = now_second - (entry->wall_us - tally->start_wall) / (gint64) G_USEC_PER_SEC;

  if (ago < 0 || ago >= WAVE_STATE_RATE_SECONDS)
    return;
  totals->rate[WAVE_STATE_RATE_SECONDS - 1 - ago]++;
  if (room == 0 || ago >= WAVE_STATE_ROOM_SECONDS)
    return;
  if (tally->rooms[room].active == 0)
    {
      WaveStateRoom added = { NULL };

      added.room_id = id_of_room (log, room);
      g_array_append_val (totals->rooms, added);
      tally->rooms[room].active = totals->rooms->len;
    }
  g_array_index (totals->rooms, WaveStateRoom, tally->rooms[room].active - 1).seconds[WAVE_STATE_ROOM_SECONDS - 1 - ago]++;
}

/* (transfer full): by number */
static guint8 *
dup_kinds (WaveEventLog *log, Tally *tally)
{
  GPtrArray *types;
  guint8 *kinds;

  g_mutex_lock (&log->lock);
  types = log->names[WAVE_LOG_TYPES].list;
  kinds = g_new0 (guint8, types->len);
  for (guint i = 0; i < types->len; i++)
    kinds[i] = types->pdata[i] != NULL ? ((WaveLogName *) types->pdata[i])->kind : WAVE_EVENT_UNKNOWN;
  tally->n_rooms = log->names[WAVE_LOG_ROOMS].list->len;
  tally->n_senders = log->names[WAVE_LOG_SENDERS].list->len;
  g_mutex_unlock (&log->lock);
  return kinds;
}

void
wave_state_totals_clear (WaveStateTotals *totals)
{
  g_clear_pointer (&totals->rooms, g_array_unref);
  g_clear_pointer (&totals->unread, g_array_unref);
}

GArray *
wave_event_log_select_state (WaveEventLog *log, guint end, gint64 start_wall_us, gint64 now_wall_us, WaveStateTotals *totals)
{
  Tally tally = { .now_wall = now_wall_us, .start_wall = start_wall_us };
  GArray *kept = g_array_sized_new (FALSE, FALSE, sizeof (guint), 16384);
  gint64 now_second = (now_wall_us - start_wall_us) / (gint64) G_USEC_PER_SEC;
  g_autofree guint8 *kinds = NULL;

  g_return_val_if_fail (WAVE_IS_EVENT_LOG (log), NULL);

  memset (totals, 0, sizeof *totals);
  totals->top_position = -1;
  totals->rooms = g_array_new (FALSE, TRUE, sizeof (WaveStateRoom));
  totals->unread = g_array_new (FALSE, FALSE, sizeof (WaveStateUnread));
  /* The events first: names that they bear are there already then. */
  end = MIN (end, wave_event_log_get_n_events (log));
  kinds = dup_kinds (log, &tally);
  tally.rooms = g_new0 (RoomTally, tally.n_rooms);
  tally.senders = g_new0 (guint8, tally.n_senders);
  table_init (&tally.last);
  table_init (&tally.replies);
  for (guint i = end; i-- > 0;)
    {
      const WaveLogEntry *entry = wave_log_entry (log, i);
      WaveEventKind kind = kinds[WAVE_ENTRY_TYPE (entry)];
      guint room = WAVE_ENTRY_ROOM (entry), sender = WAVE_ENTRY_SENDER (entry);
      gboolean malformed = (WAVE_ENTRY_FLAGS (wave_log_entry_place (entry)) & WAVE_EVENT_IS_MALFORMED) != 0;

      totals->counts[kind]++;
      totals->n_malformed += malformed;
      totals->top_position = MAX (totals->top_position, entry->position);
      count_seconds (&tally, log, entry, room, now_second, totals);
      /* What is malformed says nothing but that it was there. */
      if (!(!malformed && wants (&tally, entry, kind, room, sender)) && !is_first_sight (&tally, kind, room, sender))
        continue;
      tally.rooms[room].seen = TRUE;
      tally.senders[sender] = TRUE;
      g_array_append_val (kept, i);
    }
  for (guint i = 0; i < kept->len / 2; i++)
    {
      guint *a = &g_array_index (kept, guint, i), *b = &g_array_index (kept, guint, kept->len - 1 - i), held = *a;

      *a = *b;
      *b = held;
    }
  for (guint room = 1; room < tally.n_rooms; room++)
    if (tally.rooms[room].unread > tally.rooms[room].messages)
      {
        WaveStateUnread added = { id_of_room (log, room), tally.rooms[room].unread };

        g_array_append_val (totals->unread, added);
      }
  table_clear (&tally.last);
  table_clear (&tally.replies);
  g_free (tally.rooms);
  g_free (tally.senders);
  return kept;
}

static gboolean
stands_in_timeline (WaveEventKind kind)
{
  switch (kind)
    {
    case WAVE_EVENT_MESSAGE:
    case WAVE_EVENT_BRIDGE_MESSAGE:
    case WAVE_EVENT_MODEL_ERROR:
    case WAVE_EVENT_REACTION:
    case WAVE_EVENT_REDACTION:
    case WAVE_EVENT_MEMBER:
    case WAVE_EVENT_ROOM_NAME:
    case WAVE_EVENT_ROOM_TOPIC:
    case WAVE_EVENT_AI_ENGAGEMENT:
    case WAVE_EVENT_SIDEKICK_SPAWNED:
    case WAVE_EVENT_SIDEKICK_RESULT:
    case WAVE_EVENT_SIDEKICK_CANCEL:
      return TRUE;
    default:
      return FALSE;
    }
}

GArray *
wave_event_log_select_room (WaveEventLog *log, guint end, const char *room_id, gint64 before_position, guint most, gboolean *reached_start)
{
  GArray *kept = g_array_new (FALSE, FALSE, sizeof (guint));
  Tally unused = { 0 };
  g_autofree guint8 *kinds = NULL;
  guint room = 0;
  guint i;

  g_return_val_if_fail (WAVE_IS_EVENT_LOG (log) && room_id != NULL, kept);

  end = MIN (end, wave_event_log_get_n_events (log));
  kinds = dup_kinds (log, &unused);
  g_mutex_lock (&log->lock);
  room = GPOINTER_TO_UINT (g_hash_table_lookup (log->names[WAVE_LOG_ROOMS].by_id, room_id));
  g_mutex_unlock (&log->lock);
  for (i = end; room != 0 && kept->len < most && i-- > 0;)
    {
      const WaveLogEntry *entry = wave_log_entry (log, i);

      if (WAVE_ENTRY_ROOM (entry) == room && entry->position >= 0 && entry->position < before_position
          && stands_in_timeline (kinds[WAVE_ENTRY_TYPE (entry)]))
        g_array_prepend_val (kept, i);
    }
  *reached_start = kept->len < most;
  return kept;
}

gint64
wave_event_log_get_wall (WaveEventLog *log, guint index)
{
  g_return_val_if_fail (WAVE_IS_EVENT_LOG (log), G_MININT64);

  return index < wave_event_log_get_n_events (log) ? wave_log_entry (log, index)->wall_us : G_MININT64;
}

guint
wave_event_log_get_n_marks (WaveEventLog *log)
{
  guint n;

  g_return_val_if_fail (WAVE_IS_EVENT_LOG (log), 0);

  g_mutex_lock (&log->lock);
  n = log->marks->len;
  g_mutex_unlock (&log->lock);
  return n;
}

WaveRecordingFile *
wave_event_log_dup_recording (WaveEventLog *log)
{
  WaveRecordingFile *file;

  g_return_val_if_fail (WAVE_IS_EVENT_LOG (log), NULL);

  g_mutex_lock (&log->fetch_lock);
  file = log->recording != NULL ? wave_recording_file_ref (log->recording) : NULL;
  g_mutex_unlock (&log->fetch_lock);
  return file;
}

/* ---------------------------------------------------------------- a reader */

struct _WaveEventLogReader
{
  WaveLogFetcher fetcher;
  WaveEventLog *log;
};

WaveEventLogReader *
wave_event_log_reader_new (WaveEventLog *log)
{
  WaveEventLogReader *reader = g_new0 (WaveEventLogReader, 1);

  reader->log = g_object_ref (log);
  wave_log_fetcher_init (&reader->fetcher, log);
  return reader;
}

void
wave_event_log_reader_free (WaveEventLogReader *reader)
{
  wave_log_fetcher_clear (&reader->fetcher);
  g_object_unref (reader->log);
  g_free (reader);
}

WaveEvent *
wave_event_log_reader_dup_event (WaveEventLogReader *reader, guint index, guint next)
{
  const WaveLogEntry *entry;

  if (index >= wave_event_log_get_n_events (reader->log))
    return NULL;
  entry = wave_log_entry (reader->log, index);
  /* Alone among many that are passed over it is read alone. */
  reader->fetcher.window.jump = next - index > 64 ? entry->size + entry->size / 4 + 256 : 0;
  return wave_log_fetcher_dup_event (&reader->fetcher, entry);
}

char *
wave_event_log_reader_dup_mark (WaveEventLogReader *reader, guint n, guint *before, gsize *length)
{
  WaveLogMark mark = { 0 };
  const char *text;
  gboolean cut, found;

  g_mutex_lock (&reader->log->lock);
  found = n < reader->log->marks->len;
  if (found)
    mark = g_array_index (reader->log->marks, WaveLogMark, n);
  g_mutex_unlock (&reader->log->lock);
  if (!found || reader->fetcher.recording == NULL)
    return NULL;
  reader->fetcher.window.jump = 0;
  text = wave_recording_file_get_line (reader->fetcher.recording, &reader->fetcher.window, mark.offset, length, &cut);
  *before = mark.before;
  return text != NULL ? g_strndup (text, *length) : NULL;
}

gboolean
wave_event_log_reader_get_head (WaveEventLogReader *reader, WaveRecordingHead *head)
{
  const WaveRecordingHead *held;

  if (reader->fetcher.recording == NULL)
    return FALSE;
  held = wave_recording_file_get_head (reader->fetcher.recording);
  head->tenant_id = g_strdup (held->tenant_id);
  head->server_name = g_strdup (held->server_name);
  head->app_version = g_strdup (held->app_version);
  head->started_us = held->started_us;
  return TRUE;
}
