// SPDX-License-Identifier: GPL-3.0-or-later
// Filling an event log from a journal or a recording, and fetching bytes from there.
#include "config.h"

#include "journal/wave-event-log-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/wave-catalogue.h"
#include "protocol/wave-intern.h"

static void
finish (WaveEventLog *self)
{
  g_mutex_lock (&self->lock);
  self->loading = FALSE;
  g_mutex_unlock (&self->lock);
  wave_log_wake (self);
}

static void
set_progress (WaveEventLog *self, double progress)
{
  g_mutex_lock (&self->lock);
  self->progress = progress;
  g_mutex_unlock (&self->lock);
  wave_log_wake (self);
}

/* ---------------------------------------------------------------- journal */

/* From the journal's ids of strings to the log's numbers. */
typedef struct {
  WaveEventLog *log;
  WaveJournalReader *reader;
  sqlite3_stmt *stmt;
  GPtrArray *strings; /* by id */
  GArray *numbers[WAVE_N_LOG_NAMES];
} Strings;

static void
strings_clear (Strings *strings)
{
  sqlite3_finalize (strings->stmt);
  g_ptr_array_unref (strings->strings);
  for (guint i = 0; i < WAVE_N_LOG_NAMES; i++)
    g_array_unref (strings->numbers[i]);
}

static gboolean
strings_init (Strings *strings, WaveEventLog *log, WaveJournalReader *reader, GError **error)
{
  strings->log = log;
  strings->reader = reader;
  strings->strings = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < WAVE_N_LOG_NAMES; i++)
    strings->numbers[i] = g_array_new (FALSE, TRUE, sizeof (guint));
  strings->stmt = wave_journal_reader_prepare (reader, "SELECT id, text FROM strings WHERE id >= ?1 ORDER BY id LIMIT 100000", error);
  return strings->stmt != NULL;
}

static guint
strings_number (Strings *strings, WaveLogNamesKind kind, guint32 id, WaveEventKind event_kind)
{
  GArray *numbers = strings->numbers[kind];
  guint *number;

  if (id == 0)
    return kind == WAVE_LOG_TYPES ? wave_log_number (strings->log, kind, "", event_kind) : 0;
  if (id >= strings->strings->len)
    {
      sqlite3_bind_int64 (strings->stmt, 1, MAX (1, strings->strings->len));
      while (sqlite3_step (strings->stmt) == SQLITE_ROW)
        {
          gint64 at = sqlite3_column_int64 (strings->stmt, 0);

          if (at > G_MAXINT32 / 16 || at < strings->strings->len)
            continue;
          g_ptr_array_set_size (strings->strings, at);
          g_ptr_array_add (strings->strings, g_strdup ((const char *) sqlite3_column_text (strings->stmt, 1)));
        }
      sqlite3_reset (strings->stmt);
    }
  if (id >= strings->strings->len || strings->strings->pdata[id] == NULL)
    return 0;
  if (id >= numbers->len)
    g_array_set_size (numbers, strings->strings->len);
  number = &g_array_index (numbers, guint, id);
  if (*number == 0)
    *number = wave_log_number (strings->log, kind, strings->strings->pdata[id], event_kind);
  return *number;
}

static void
mark_ai (WaveEventLog *self, guint sender, guint8 *marked, guint n_marked)
{
  if (sender == 0 || (sender < n_marked && marked[sender]))
    return;
  g_mutex_lock (&self->lock);
  g_atomic_int_set (&((WaveLogName *) self->names[WAVE_LOG_SENDERS].list->pdata[sender])->is_ai, TRUE);
  g_mutex_unlock (&self->lock);
  if (sender < n_marked)
    marked[sender] = 1;
}

static void
load_block (WaveEventLog *self, Strings *strings, gint64 first, guint n, const WaveJournalHead *heads, guint8 *marked, guint n_marked)
{
  for (guint i = 0; i < n; i++)
    {
      WaveJournalHead head = wave_journal_head_swap (heads[i]);
      WaveLogFacts facts = {
        .kind = head.kind < WAVE_N_EVENT_KINDS ? head.kind : WAVE_EVENT_UNKNOWN,
        .via = head.via,
        .flags = head.flags & (WAVE_ENTRY_CORRECTED - 1),
        .wall_us = head.wall_us,
        .position = head.position,
        .origin_us = head.origin_us,
        .size = head.size,
      };
      guint type = strings_number (strings, WAVE_LOG_TYPES, head.type, facts.kind);
      guint room = strings_number (strings, WAVE_LOG_ROOMS, head.room, 0);
      guint sender = strings_number (strings, WAVE_LOG_SENDERS, head.sender, 0);
      WaveCategory category = wave_catalogue_get (facts.kind)->category;

      if ((facts.kind == WAVE_EVENT_HELLO || facts.kind == WAVE_EVENT_ROOM_NAME) && wave_journal_reader_seek (strings->reader, first + i))
        {
          g_autoptr (WaveEvent) event = wave_journal_reader_dup_event (strings->reader, first + i);

          wave_log_learn (self, event);
        }
      if (category == WAVE_CATEGORY_AI || category == WAVE_CATEGORY_STREAM)
        mark_ai (self, sender, marked, n_marked);
      wave_log_append (self, &facts, type, room, sender, WAVE_PLACE_JOURNAL, first + i);
    }
  self->last_row = first + n - 1;
}

gpointer
wave_log_load_journal (gpointer log)
{
  WaveEventLog *self = log;
  g_autoptr (GError) error = NULL;
  WaveJournalReader *reader = wave_journal_reader_open (self->path, &error);
  Strings strings = { 0 };
  guint8 marked[4096] = { 0 };
  sqlite3_stmt *stmt = NULL;
  gint64 first_row = 0, end_row = 0, last_wake = 0;
  int result = SQLITE_DONE;

  if (reader != NULL && strings_init (&strings, self, reader, &error))
    {
      first_row = wave_journal_query_int (reader->db, "SELECT min (first_row) FROM blocks", 1);
      end_row = wave_journal_query_int (reader->db, "SELECT first_row + n FROM blocks ORDER BY first_row DESC LIMIT 1", 1);
      stmt = wave_journal_reader_prepare (reader, "SELECT first_row, n, heads FROM blocks ORDER BY first_row", &error);
    }
  while (stmt != NULL && !g_atomic_int_get (&self->closing) && (result = sqlite3_step (stmt)) == SQLITE_ROW)
    {
      gint64 first = sqlite3_column_int64 (stmt, 0);
      guint n = sqlite3_column_int (stmt, 1);
      const void *heads = sqlite3_column_blob (stmt, 2);

      if ((gsize) sqlite3_column_bytes (stmt, 2) == n * sizeof (WaveJournalHead))
        load_block (self, &strings, first, n, heads, marked, G_N_ELEMENTS (marked));
      wave_log_index_shorten (self);
      if (g_get_monotonic_time () - last_wake > 20000)
        {
          last_wake = g_get_monotonic_time ();
          set_progress (self, (double) (first + n - first_row) / MAX (1, end_row - first_row));
        }
    }
  if (error == NULL && stmt != NULL && result != SQLITE_DONE && result != SQLITE_ROW)
    wave_journal_fail (reader->db, self->path, &error);
  if (error != NULL)
    wave_log_set_note (self, error->message);
  sqlite3_finalize (stmt);
  if (strings.strings != NULL)
    strings_clear (&strings);
  g_clear_pointer (&reader, wave_journal_reader_close);
  finish (self);
  return NULL;
}

/* How many entries that are later than an event are looked at before it is given up: what was held back during a catch-up stands behind what came after it. */
#define MAX_LATER 64

void
wave_log_adopt (WaveEventLog *self, guint from, gint64 after_row, guint *up_to, gint64 *last_row)
{
  g_autoptr (WaveJournalReader) reader = wave_journal_reader_open (self->path, NULL);
  sqlite3_stmt *stmt = reader != NULL ? wave_journal_reader_prepare (reader, "SELECT first_row, n, heads FROM blocks WHERE first_row > ?1 ORDER BY first_row", NULL) : NULL;
  guint at = from, n_events = wave_event_log_get_n_events (self);
  gint64 newest = n_events > 0 ? wave_log_entry (self, n_events - 1)->wall_us : G_MININT64;
  gboolean ahead = FALSE;

  if (stmt == NULL)
    return;
  sqlite3_bind_int64 (stmt, 1, after_row);
  while (!g_atomic_int_get (&self->closing) && !ahead && sqlite3_step (stmt) == SQLITE_ROW)
    {
      gint64 first = sqlite3_column_int64 (stmt, 0);
      guint n = sqlite3_column_int (stmt, 1);
      const WaveJournalHead *heads = sqlite3_column_blob (stmt, 2);

      if ((gsize) sqlite3_column_bytes (stmt, 2) != n * sizeof (WaveJournalHead))
        continue;
      for (guint i = 0; i < n; i++)
        {
          WaveJournalHead head = wave_journal_head_swap (heads[i]);
          guint n_later = 0;

          /* In a storm the journal is ahead of the screen: the rest of it is for the next time, and not to be looked for among all that is here. */
          ahead = at >= n_events || head.wall_us > newest;
          if (ahead)
            break;
          /* Both came in the same order; what only one of them has is passed over. */
          for (guint j = at; j < n_events && j < at + 10000; j++)
            {
              WaveLogEntry *entry = wave_log_entry (self, j);
              guint64 place = wave_log_entry_place (entry), slot = place & WAVE_PLACE_VALUE_MASK;

              if (entry->wall_us != head.wall_us || entry->size != head.size || entry->position != head.position)
                {
                  if (entry->wall_us > head.wall_us && ++n_later > MAX_LATER)
                    break;
                  continue;
                }
              if (place >> 62 == WAVE_PLACE_MEMORY)
                {
                  g_mutex_lock (&self->memory_lock);
                  if (slot >= self->memory_base && slot + 8 < self->memory_base + self->memory->len)
                    __builtin_prefetch (self->memory->pdata[slot + 8 - self->memory_base]);
                  __atomic_store_n (&entry->place, WAVE_MAKE_PLACE (WAVE_PLACE_JOURNAL, WAVE_ENTRY_FLAGS (place), first + i), __ATOMIC_RELEASE);
                  if (slot >= self->memory_base && self->memory->pdata[slot - self->memory_base] != NULL)
                    {
                      wave_event_unref (g_steal_pointer (&self->memory->pdata[slot - self->memory_base]));
                      self->n_in_memory--;
                    }
                  g_mutex_unlock (&self->memory_lock);
                }
              at = j + 1;
              break;
            }
        }
      if (!ahead)
        *last_row = first + n - 1;
    }
  sqlite3_finalize (stmt);
  *up_to = at;

  g_mutex_lock (&self->memory_lock);
  wave_log_trim_memory (self);
  g_mutex_unlock (&self->memory_lock);
}

void
wave_log_trim_memory (WaveEventLog *self)
{
  guint gone = 0;

  while (gone < self->memory->len && self->memory->pdata[gone] == NULL)
    gone++;
  if (gone > 0)
    g_ptr_array_remove_range (self->memory, 0, gone);
  self->memory_base += gone;
}

/* ---------------------------------------------------------------- recording */

#define CHUNK (2 * 1024 * 1024)
#define MOST_IN_WORK 4
/* States change by the minute; a file that is full of other lines is not one of ours. */
#define MOST_MARKS 1000000

typedef struct {
  WaveLogFacts facts;
  guint64 offset;
  guint type, room, sender; /* of the chunk's strings; 0 none */
  guint lesson;             /* 1 + index of the event that teaches something */
} Parsed;

/* A stretch of whole lines, parsed on a thread of its own. */
typedef struct {
  char *data;
  gsize length;
  guint64 offset;
  const WaveRecordingHead *head;
  GArray *parsed;
  GArray *marks; /* of WaveLogMark, counted from the chunk's first event */
  GPtrArray *strings; /* interned, held */
  GPtrArray *lessons; /* of WaveEvent */
  guint n_bad;
  gboolean cut; /* the last line has no end, and is no JSON */
  gboolean done;
} Chunk;

typedef struct {
  GMutex lock;
  GCond done;
} Parsing;

static void
chunk_free (Chunk *chunk)
{
  if (chunk == NULL)
    return;
  g_free (chunk->data);
  g_clear_pointer (&chunk->parsed, g_array_unref);
  g_clear_pointer (&chunk->marks, g_array_unref);
  g_clear_pointer (&chunk->strings, g_ptr_array_unref);
  g_clear_pointer (&chunk->lessons, g_ptr_array_unref);
  g_free (chunk);
}

static guint
chunk_string (Chunk *chunk, GHashTable *known, const char *text)
{
  guint n;

  if (text == NULL)
    return 0;
  n = GPOINTER_TO_UINT (g_hash_table_lookup (known, text));
  if (n == 0)
    {
      const char *held = wave_intern (text, strlen (text));

      g_ptr_array_add (chunk->strings, (gpointer) held);
      n = chunk->strings->len;
      g_hash_table_insert (known, (gpointer) held, GUINT_TO_POINTER (n));
    }
  return n;
}

static void
parse_chunk (gpointer data, gpointer user_data)
{
  Chunk *chunk = data;
  Parsing *parsing = user_data;
  GHashTable *known = g_hash_table_new (g_str_hash, g_str_equal);
  WaveRecordingLine line = { 0 };

  chunk->parsed = g_array_sized_new (FALSE, FALSE, sizeof (Parsed), chunk->length / 300 + 16);
  chunk->marks = g_array_new (FALSE, FALSE, sizeof (WaveLogMark));
  chunk->strings = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_intern_release);
  chunk->lessons = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
  for (gsize at = 0; at < chunk->length;)
    {
      const char *start = chunk->data + at, *end = memchr (start, '\n', chunk->length - at);
      gsize length = end != NULL ? (gsize) (end - start) : chunk->length - at;
      gboolean good = length > 0 && wave_recording_parse_line (start, length, &line, NULL);

      if (good && line.kind == WAVE_RECORDING_FRAME)
        {
          /* The event is gone before the line is. */
          g_autoptr (GBytes) raw = g_bytes_new_static (line.frame, line.frame_size);
          g_autoptr (WaveEvent) event = wave_event_decode (raw, line.via, line.t_us, chunk->head->started_us + line.t_us);
          Parsed parsed = {
            .facts = {
              .kind = event->kind,
              .via = event->via,
              .flags = wave_event_get_flags (event),
              .wall_us = event->arrived_wall_us,
              .position = event->position,
              .origin_us = event->origin_us,
              .size = line.frame_size,
            },
            .offset = chunk->offset + at,
            .type = chunk_string (chunk, known, event->type),
            .room = chunk_string (chunk, known, event->room_id),
            .sender = chunk_string (chunk, known, event->sender_id),
          };

          if (event->kind == WAVE_EVENT_HELLO || event->kind == WAVE_EVENT_ROOM_NAME)
            {
              g_ptr_array_add (chunk->lessons, wave_recording_line_decode (&line, chunk->head));
              parsed.lesson = chunk->lessons->len;
            }
          g_array_append_val (chunk->parsed, parsed);
        }
      else if (good && line.kind != WAVE_RECORDING_HEAD)
        {
          WaveLogMark mark = { .offset = chunk->offset + at, .before = chunk->parsed->len };

          g_array_append_val (chunk->marks, mark);
        }
      else if (!good && length > 0)
        {
          if (end == NULL)
            chunk->cut = TRUE;
          else
            chunk->n_bad++;
        }
      at += length + 1;
    }
  wave_recording_line_clear (&line);
  g_hash_table_unref (known);
  g_clear_pointer (&chunk->data, g_free);

  g_mutex_lock (&parsing->lock);
  chunk->done = TRUE;
  g_cond_broadcast (&parsing->done);
  g_mutex_unlock (&parsing->lock);
}

static void
take_chunk (WaveEventLog *self, Chunk *chunk, guint8 *marked, guint n_marked)
{
  g_autofree guint *numbers = g_new0 (guint, (chunk->strings->len + 1) * WAVE_N_LOG_NAMES);
  guint first = wave_event_log_get_n_events (self);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < chunk->marks->len && self->marks->len < MOST_MARKS; i++)
    {
      WaveLogMark mark = g_array_index (chunk->marks, WaveLogMark, i);

      mark.before += first;
      g_array_append_val (self->marks, mark);
    }
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < chunk->parsed->len; i++)
    {
      Parsed *parsed = &g_array_index (chunk->parsed, Parsed, i);
      const guint of[] = { parsed->type, parsed->room, parsed->sender };
      guint found[WAVE_N_LOG_NAMES] = { 0 };
      WaveCategory category = wave_catalogue_get (parsed->facts.kind)->category;

      for (guint kind = 0; kind < WAVE_N_LOG_NAMES; kind++)
        if (of[kind] != 0)
          {
            guint *number = &numbers[of[kind] * WAVE_N_LOG_NAMES + kind];

            if (*number == 0)
              *number = wave_log_number (self, kind, chunk->strings->pdata[of[kind] - 1], parsed->facts.kind);
            found[kind] = *number;
          }
      if (parsed->lesson > 0)
        wave_log_learn (self, chunk->lessons->pdata[parsed->lesson - 1]);
      if (category == WAVE_CATEGORY_AI || category == WAVE_CATEGORY_STREAM)
        mark_ai (self, found[WAVE_LOG_SENDERS], marked, n_marked);
      wave_log_append (self, &parsed->facts, found[WAVE_LOG_TYPES], found[WAVE_LOG_ROOMS], found[WAVE_LOG_SENDERS], WAVE_PLACE_RECORDING, parsed->offset);
    }
  wave_log_index_shorten (self);
}

/* The next stretch of whole lines; NULL at the end. */
static Chunk *
read_chunk (WaveRecordingFile *file, guint64 offset)
{
  gsize wanted = CHUNK;
  Chunk *chunk;

  if (offset >= wave_recording_file_get_size (file))
    return NULL;
  chunk = g_new0 (Chunk, 1);
  chunk->offset = offset;
  chunk->head = wave_recording_file_get_head (file);
  /* The first ones are small, so that something shows at once. */
  if (offset < CHUNK)
    wanted = CHUNK / 8;
  for (;; wanted *= 2)
    {
      gssize n;
      const char *end;

      chunk->data = g_realloc (chunk->data, wanted);
      n = wave_recording_file_read (file, offset, chunk->data, wanted);
      if (n <= 0)
        break;
      chunk->length = n;
      if (offset + n >= wave_recording_file_get_size (file) || (gsize) n < wanted)
        return chunk;
      end = memrchr (chunk->data, '\n', n);
      if (end != NULL)
        {
          chunk->length = end + 1 - chunk->data;
          return chunk;
        }
      if (wanted > G_MAXINT32 / 4)
        break;
    }
  chunk_free (chunk);
  return NULL;
}

static void
load_chunks (WaveEventLog *self, WaveRecordingFile *file, guint *n_bad, gboolean *cut)
{
  Parsing parsing;
  GThreadPool *pool;
  GQueue in_work = G_QUEUE_INIT;
  guint8 marked[4096] = { 0 };
  guint64 offset = 0, size = wave_recording_file_get_size (file);
  gboolean at_end = FALSE;

  g_mutex_init (&parsing.lock);
  g_cond_init (&parsing.done);
  pool = g_thread_pool_new (parse_chunk, &parsing, CLAMP (g_get_num_processors (), 1, 4), FALSE, NULL);
  while (!at_end || in_work.length > 0)
    {
      Chunk *chunk;

      if (g_atomic_int_get (&self->closing))
        at_end = TRUE;
      while (!at_end && in_work.length < MOST_IN_WORK)
        {
          chunk = read_chunk (file, offset);
          if (chunk == NULL)
            {
              at_end = TRUE;
              break;
            }
          offset += chunk->length;
          g_queue_push_tail (&in_work, chunk);
          g_thread_pool_push (pool, chunk, NULL);
        }
      chunk = g_queue_pop_head (&in_work);
      if (chunk == NULL)
        continue;
      g_mutex_lock (&parsing.lock);
      while (!chunk->done)
        g_cond_wait (&parsing.done, &parsing.lock);
      g_mutex_unlock (&parsing.lock);
      if (!g_atomic_int_get (&self->closing))
        take_chunk (self, chunk, marked, G_N_ELEMENTS (marked));
      *n_bad += chunk->n_bad;
      *cut |= chunk->cut;
      set_progress (self, (double) (chunk->offset + chunk->length) / size);
      chunk_free (chunk);
    }
  g_thread_pool_free (pool, FALSE, TRUE);
  g_mutex_clear (&parsing.lock);
  g_cond_clear (&parsing.done);
}

gpointer
wave_log_load_recording (gpointer log)
{
  WaveEventLog *self = log;
  g_autoptr (GError) error = NULL;
  g_autofree char *note = NULL;
  g_autoptr (WaveRecordingFile) file = wave_recording_file_open (self->path, NULL, &note, &error);
  guint n_bad = 0;
  gboolean cut = FALSE;

  if (file == NULL)
    wave_log_set_note (self, error->message);
  else
    {
      g_mutex_lock (&self->fetch_lock);
      self->recording = wave_recording_file_ref (file);
      g_mutex_unlock (&self->fetch_lock);
      load_chunks (self, file, &n_bad, &cut);
      if (note != NULL || cut)
        wave_log_set_note (self, note != NULL ? note : _("The recording was cut; it is shown up to there."));
      else if (n_bad > 0)
        {
          note = g_strdup_printf (ngettext ("%u line of the recording could not be read.", "%u lines of the recording could not be read.", n_bad), n_bad);
          wave_log_set_note (self, note);
        }
    }
  finish (self);
  return NULL;
}

/* ---------------------------------------------------------------- fetching */

void
wave_log_fetcher_init (WaveLogFetcher *fetcher, WaveEventLog *log)
{
  memset (fetcher, 0, sizeof *fetcher);
  fetcher->log = log;
  g_mutex_lock (&log->fetch_lock);
  if (log->recording != NULL)
    fetcher->recording = wave_recording_file_ref (log->recording);
  g_mutex_unlock (&log->fetch_lock);
}

void
wave_log_fetcher_clear (WaveLogFetcher *fetcher)
{
  g_clear_pointer (&fetcher->journal, wave_journal_reader_close);
  g_clear_pointer (&fetcher->recording, wave_recording_file_unref);
  g_clear_pointer (&fetcher->event, wave_event_unref);
  wave_recording_window_clear (&fetcher->window);
  wave_recording_line_clear (&fetcher->line);
}

WaveEvent *
wave_log_from_memory (WaveEventLog *self, guint64 slot)
{
  WaveEvent *event = NULL;

  g_mutex_lock (&self->memory_lock);
  if (slot >= self->memory_base && slot - self->memory_base < self->memory->len)
    event = self->memory->pdata[slot - self->memory_base];
  if (event != NULL)
    wave_event_ref (event);
  g_mutex_unlock (&self->memory_lock);
  return event;
}

gboolean
wave_log_fetcher_get_hint (WaveLogFetcher *fetcher, guint64 place, const char **hint, gsize *size)
{
  gboolean cut;

  if (place >> 62 != WAVE_PLACE_RECORDING || fetcher->recording == NULL)
    return FALSE;
  *hint = wave_recording_file_get_line (fetcher->recording, &fetcher->window, place & WAVE_PLACE_VALUE_MASK, size, &cut);
  return *hint != NULL;
}

gboolean
wave_log_fetcher_get (WaveLogFetcher *fetcher, guint64 place, const char **raw, gsize *size)
{
  guint64 value = place & WAVE_PLACE_VALUE_MASK;
  const char *text;
  gsize length;
  gboolean cut;

  g_clear_pointer (&fetcher->event, wave_event_unref);
  switch ((WavePlace) (place >> 62))
    {
    case WAVE_PLACE_MEMORY:
      fetcher->event = wave_log_from_memory (fetcher->log, value);
      if (fetcher->event == NULL)
        return FALSE;
      *raw = fetcher->event->raw;
      *size = fetcher->event->raw_size;
      break;
    case WAVE_PLACE_JOURNAL:
      if (fetcher->journal == NULL)
        fetcher->journal = wave_journal_reader_open (fetcher->log->path, NULL);
      if (fetcher->journal == NULL || !wave_journal_reader_seek (fetcher->journal, value))
        return FALSE;
      *raw = fetcher->journal->raws != NULL ? fetcher->journal->raws + fetcher->journal->offsets[value - fetcher->journal->first_row] : "";
      *size = fetcher->journal->heads[value - fetcher->journal->first_row].size;
      break;
    case WAVE_PLACE_RECORDING:
      if (fetcher->recording == NULL)
        return FALSE;
      text = wave_recording_file_get_line (fetcher->recording, &fetcher->window, value, &length, &cut);
      if (text == NULL || !wave_recording_parse_line (text, length, &fetcher->line, NULL) || fetcher->line.kind != WAVE_RECORDING_FRAME)
        return FALSE;
      *raw = fetcher->line.frame;
      *size = fetcher->line.frame_size;
      break;
    case WAVE_PLACE_NOWHERE:
    default:
      return FALSE;
    }
  if (*raw == NULL)
    *raw = "";
  return TRUE;
}

WaveEvent *
wave_log_fetcher_dup_event (WaveLogFetcher *fetcher, const WaveLogEntry *entry)
{
  guint64 place = wave_log_entry_place (entry), value = place & WAVE_PLACE_VALUE_MASK;
  const char *raw;
  gsize size;
  gboolean found = wave_log_fetcher_get (fetcher, place, &raw, &size);

  /* It may have gone from the memory to the journal since. */
  if (!found && place >> 62 == WAVE_PLACE_MEMORY)
    {
      place = wave_log_entry_place (entry);
      value = place & WAVE_PLACE_VALUE_MASK;
      found = wave_log_fetcher_get (fetcher, place, &raw, &size);
    }
  if (!found)
    return NULL;
  switch ((WavePlace) (place >> 62))
    {
    case WAVE_PLACE_MEMORY:
      return wave_event_ref (fetcher->event);
    case WAVE_PLACE_JOURNAL:
      return wave_journal_reader_dup_event (fetcher->journal, value);
    case WAVE_PLACE_RECORDING:
      return wave_recording_line_decode (&fetcher->line, wave_recording_file_get_head (fetcher->recording));
    case WAVE_PLACE_NOWHERE:
    default:
      return NULL;
    }
}
