// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "journal/wave-event-log-private.h"

#include <string.h>

#include "protocol/wave-catalogue.h"

/* Between two notifications, µs. */
#define NOTIFY_US 33000
/* So many events in memory are looked for in the journal. */
#define ADOPT_AT 4096
/* And not more often than that, µs: each time the journal is opened. In a storm more of them wait meanwhile. */
#define ADOPT_EVERY_US 50000
/* How far back an event that comes while the journal is read is looked for. */
#define LOOK_BACK 5000

enum { PROP_0, PROP_N_EVENTS, PROP_LOADING, PROP_NOTE, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { TAKEN_BACK, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveEventLog, wave_event_log, G_TYPE_OBJECT)

/* ---------------------------------------------------------------- telling the main thread */

static void flush_waiting (WaveEventLog *self);

static gboolean
on_notify (gpointer user_data)
{
  WaveEventLog *self = user_data;
  gboolean loading, note_is_new;
  guint n;

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->notifier, g_source_unref);
  self->last_notified_us = g_get_monotonic_time ();
  loading = self->loading;
  note_is_new = self->note_is_new;
  self->note_is_new = FALSE;
  g_mutex_unlock (&self->lock);

  g_object_ref (self);
  if (!loading && self->was_loading)
    flush_waiting (self);
  n = wave_event_log_get_n_events (self);
  if (n != self->n_notified)
    {
      self->n_notified = n;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_EVENTS]);
    }
  if (note_is_new)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NOTE]);
  if (loading != self->was_loading)
    {
      self->was_loading = loading;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
    }
  g_object_unref (self);
  return G_SOURCE_REMOVE;
}

void
wave_log_wake (WaveEventLog *self)
{
  g_mutex_lock (&self->lock);
  if (self->notifier == NULL && !g_atomic_int_get (&self->closing))
    {
      gint64 due = self->last_notified_us + NOTIFY_US - g_get_monotonic_time ();

      self->notifier = g_timeout_source_new (due > 0 ? (due + 999) / 1000 : 0);
      g_source_set_static_name (self->notifier, "[wavescope] event log");
      g_source_set_priority (self->notifier, G_PRIORITY_DEFAULT);
      g_source_set_callback (self->notifier, on_notify, self, NULL);
      g_source_attach (self->notifier, self->context);
    }
  g_mutex_unlock (&self->lock);
}

void
wave_log_set_note (WaveEventLog *self, const char *note)
{
  g_mutex_lock (&self->lock);
  /* The former one is shown somewhere, perhaps. */
  if (self->note != NULL)
    g_ptr_array_add (self->old_names, self->note);
  self->note = g_strdup (note);
  self->note_is_new = TRUE;
  g_mutex_unlock (&self->lock);
}

/* ---------------------------------------------------------------- writing */

void
wave_log_append (WaveEventLog *self, const WaveLogFacts *facts, guint type, guint room, guint sender, WavePlace place, guint64 value)
{
  guint index = self->n_events;
  guint flags = facts->flags;
  WaveLogEntry *entry;
  gint64 origin = facts->origin_us;

  if (!wave_log_index_make_room (self, index))
    return;
  entry = wave_log_entry (self, index);
  if (facts->via == WAVE_VIA_HISTORY)
    flags |= WAVE_ENTRY_HISTORY;
  if (origin >= 0 && self->skew_us != G_MININT64)
    {
      origin -= self->skew_us;
      flags |= WAVE_ENTRY_CORRECTED;
    }
  entry->wall_us = facts->wall_us;
  entry->position = facts->position;
  entry->place = WAVE_MAKE_PLACE (place, flags, value);
  entry->size = facts->size;
  entry->latency = facts->origin_us >= 0 ? (float) (facts->wall_us - origin) : NAN;
  entry->names = (guint64) type | (guint64) room << 16 | (guint64) sender << 40;
  __atomic_store_n (&self->n_events, index + 1, __ATOMIC_RELEASE);
}

void
wave_log_learn (WaveEventLog *self, const WaveEvent *event)
{
  const WaveHello *hello = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_HELLO, WaveHello);
  const WaveRoomText *name = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_ROOM_NAME, WaveRoomText);

  if (hello != NULL && hello->ts_us >= 0)
    self->skew_us = hello->ts_us - event->arrived_wall_us;
  if (name != NULL && event->room_id != NULL)
    wave_log_set_name (self, WAVE_LOG_ROOMS, event->room_id, name->value, FALSE);
}

/* Whether the loader has read it already. */
static gboolean
was_loaded (WaveEventLog *self, const WaveEvent *event)
{
  gsize size = event->raw_size;

  for (guint i = 0; i < LOOK_BACK && i < self->n_loaded; i++)
    {
      const WaveLogEntry *entry = wave_log_entry (self, self->n_loaded - 1 - i);

      if (entry->wall_us == event->arrived_wall_us && entry->position == event->position && entry->size == size)
        return TRUE;
    }
  return FALSE;
}

static void
append_event (WaveEventLog *self, const WaveEvent *event)
{
  WaveCategory category = wave_catalogue_get (event->kind)->category;
  WaveLogName *type = wave_log_name_of (self, WAVE_LOG_TYPES, event->type, event->kind);
  WaveLogName *room = wave_log_name_of (self, WAVE_LOG_ROOMS, event->room_id, 0);
  WaveLogName *sender = wave_log_name_of (self, WAVE_LOG_SENDERS, event->sender_id, 0);
  WaveLogFacts facts = {
    .kind = event->kind,
    .via = event->via,
    .flags = wave_event_get_flags (event),
    .wall_us = event->arrived_wall_us,
    .position = event->position,
    .origin_us = event->origin_us,
    .size = event->raw_size,
  };
  guint64 slot;

  wave_log_learn (self, event);
  /* Nobody would find it there. */
  if (!wave_log_index_make_room (self, self->n_events))
    return;
  if (sender != NULL && (category == WAVE_CATEGORY_AI || category == WAVE_CATEGORY_STREAM) && !g_atomic_int_get (&sender->is_ai))
    g_atomic_int_set (&sender->is_ai, TRUE);
  g_mutex_lock (&self->memory_lock);
  slot = self->memory_base + self->memory->len;
  g_ptr_array_add (self->memory, wave_log_take_back_one (self, wave_event_ref (event)));
  self->n_in_memory++;
  g_mutex_unlock (&self->memory_lock);
  wave_log_append (self, &facts, type != NULL ? type->number : 0, room != NULL ? room->number : 0, sender != NULL ? sender->number : 0, WAVE_PLACE_MEMORY, slot);
}

/* What no journal takes (there is none, the disk is full, the room is left out) goes when there is too much of it, the oldest first; the index stays. */
static void
let_go (WaveEventLog *self)
{
  guint n_events = wave_event_log_get_n_events (self);

  g_mutex_lock (&self->memory_lock);
  if (self->n_in_memory > WAVE_EVENT_LOG_MAX_IN_MEMORY)
    {
      for (; self->n_in_memory > WAVE_EVENT_LOG_MAX_IN_MEMORY / 10 * 9 && self->let_go_from < n_events; self->let_go_from++)
        {
          WaveLogEntry *entry = wave_log_entry (self, self->let_go_from);
          guint64 place = wave_log_entry_place (entry), slot = place & WAVE_PLACE_VALUE_MASK;

          if (place >> 62 != WAVE_PLACE_MEMORY || slot < self->memory_base || self->memory->pdata[slot - self->memory_base] == NULL)
            continue;
          __atomic_store_n (&entry->place, WAVE_MAKE_PLACE (WAVE_PLACE_NOWHERE, WAVE_ENTRY_FLAGS (place), 0), __ATOMIC_RELEASE);
          wave_event_unref (g_steal_pointer (&self->memory->pdata[slot - self->memory_base]));
          self->n_in_memory--;
        }
      wave_log_trim_memory (self);
    }
  g_mutex_unlock (&self->memory_lock);
}

static void
append_now (WaveEventLog *self, WaveBatch *batch)
{
  g_autoptr (GHashTable) taken_back = NULL; /* of the batch's ids */

  if (batch->transition != NULL && batch->transition->skew_us != G_MININT64)
    self->skew_us = batch->transition->skew_us;
  for (guint i = 0; i < batch->events->len; i++)
    {
      const WaveEvent *event = g_ptr_array_index (batch->events, i);
      const WaveRedaction *redaction = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_REDACTION, WaveRedaction);

      wave_batch_fetch_ahead (batch, i);
      if (event->arrived_wall_us > self->loaded_until_wall_us || !was_loaded (self, event))
        append_event (self, event);
      if (redaction == NULL || redaction->event_id == NULL)
        continue;
      if (taken_back == NULL)
        taken_back = g_hash_table_new (g_str_hash, g_str_equal);
      g_hash_table_add (taken_back, redaction->event_id);
    }
  if (taken_back != NULL)
    {
      wave_log_take_back (self, taken_back);
      g_signal_emit (self, signals[TAKEN_BACK], 0);
    }
}

static void
adopt_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  WaveEventLog *self = source;
  guint up_to = self->adopt_from;

  wave_log_adopt (self, self->adopt_from, self->last_row, &up_to, &self->last_row);
  g_task_return_int (task, up_to);
}

static void
on_adopted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WaveEventLog *self = WAVE_EVENT_LOG (source);

  self->adopting = FALSE;
  self->adopt_due_us = g_get_monotonic_time () + ADOPT_EVERY_US;
  self->adopt_from = g_task_propagate_int (G_TASK (result), NULL);
}

static void
maybe_adopt (WaveEventLog *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->path == NULL || self->is_recording || self->adopting || self->n_in_memory < ADOPT_AT || g_get_monotonic_time () < self->adopt_due_us
      || g_atomic_int_get (&self->closing))
    return;
  self->adopting = TRUE;
  task = g_task_new (self, NULL, on_adopted, NULL);
  g_task_set_static_name (task, "[wavescope] let go of journaled events");
  g_task_run_in_thread (task, adopt_in_thread);
}

static void
shorten_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  wave_log_index_shorten (source);
  g_task_return_boolean (task, TRUE);
}

static void
on_shortened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WAVE_EVENT_LOG (source)->shortening = FALSE;
}

static void
maybe_shorten (WaveEventLog *self)
{
  guint n_blocks = wave_event_log_get_n_events (self) >> WAVE_LOG_BLOCK_BITS;
  g_autoptr (GTask) task = NULL;

  if (self->shortening || n_blocks == self->shortened_at || !wave_log_index_is_long (self) || g_atomic_int_get (&self->closing))
    return;
  self->shortening = TRUE;
  self->shortened_at = n_blocks;
  task = g_task_new (self, NULL, on_shortened, NULL);
  g_task_set_static_name (task, "[wavescope] put the older index on the disk");
  g_task_run_in_thread (task, shorten_in_thread);
}

static void
flush_waiting (WaveEventLog *self)
{
  WaveBatch *batch;

  self->n_loaded = wave_event_log_get_n_events (self);
  self->adopt_from = self->n_loaded;
  self->loaded_until_wall_us = g_get_real_time ();
  while ((batch = g_queue_pop_head (&self->waiting)) != NULL)
    {
      append_now (self, batch);
      wave_batch_unref (batch);
    }
  maybe_adopt (self);
}

void
wave_event_log_append_batch (WaveEventLog *self, WaveBatch *batch)
{
  g_return_if_fail (WAVE_IS_EVENT_LOG (self) && batch != NULL);

  if (self->was_loading)
    {
      g_queue_push_tail (&self->waiting, wave_batch_ref (batch));
      return;
    }
  append_now (self, batch);
  maybe_adopt (self);
  maybe_shorten (self);
  let_go (self);
  wave_log_wake (self);
}

/* ---------------------------------------------------------------- reading */

guint
wave_event_log_get_n_events (WaveEventLog *self)
{
  return __atomic_load_n (&self->n_events, __ATOMIC_ACQUIRE);
}

gboolean
wave_event_log_is_loading (WaveEventLog *self)
{
  return self->was_loading;
}

double
wave_event_log_get_progress (WaveEventLog *self)
{
  double progress;

  g_mutex_lock (&self->lock);
  progress = self->loading ? self->progress : 1;
  g_mutex_unlock (&self->lock);
  return progress;
}

const char *
wave_event_log_get_note (WaveEventLog *self)
{
  const char *note;

  g_mutex_lock (&self->lock);
  note = self->note;
  g_mutex_unlock (&self->lock);
  return note;
}

static gint64
gap_before (WaveEventLog *self, guint index)
{
  return index > 0 ? MAX (0, wave_log_entry (self, index)->wall_us - wave_log_entry (self, index - 1)->wall_us) : G_MININT64;
}

gboolean
wave_event_log_get_row (WaveEventLog *self, guint index, WaveEventRow *row)
{
  const WaveLogEntry *entry;
  WaveLogName *type, *room, *sender;
  guint flags;

  g_return_val_if_fail (WAVE_IS_EVENT_LOG (self), FALSE);

  memset (row, 0, sizeof *row);
  if (index >= wave_event_log_get_n_events (self))
    return FALSE;
  entry = wave_log_entry (self, index);
  type = wave_log_get_name (self, WAVE_LOG_TYPES, WAVE_ENTRY_TYPE (entry));
  room = wave_log_get_name (self, WAVE_LOG_ROOMS, WAVE_ENTRY_ROOM (entry));
  sender = wave_log_get_name (self, WAVE_LOG_SENDERS, WAVE_ENTRY_SENDER (entry));
  flags = WAVE_ENTRY_FLAGS (wave_log_entry_place (entry));
  row->index = index;
  row->kind = type != NULL ? type->kind : WAVE_EVENT_UNKNOWN;
  row->category = wave_catalogue_get (row->kind)->category;
  row->via = flags & WAVE_ENTRY_HISTORY ? WAVE_VIA_HISTORY : flags & WAVE_EVENT_IS_CAUGHT_UP ? WAVE_VIA_SYNC : WAVE_VIA_STREAM;
  row->flags = flags & (WAVE_ENTRY_CORRECTED - 1);
  row->type = type != NULL ? type->id : "";
  if (room != NULL)
    {
      row->room_id = room->id;
      row->room_name = g_atomic_pointer_get (&room->name);
    }
  if (sender != NULL)
    {
      row->sender_id = sender->id;
      row->sender_name = g_atomic_pointer_get (&sender->name);
      if (g_atomic_int_get (&sender->is_ai))
        row->flags |= WAVE_EVENT_IS_AI;
    }
  row->wall_us = entry->wall_us;
  row->position = entry->position;
  row->latency_us = isnan (entry->latency) ? G_MININT64 : (gint64) entry->latency;
  row->latency_corrected = (flags & WAVE_ENTRY_CORRECTED) != 0;
  row->gap_us = gap_before (self, index);
  row->size = entry->size;
  return TRUE;
}

void
wave_log_fill_view (const WaveLogEntry *entry, WaveLogName **types, WaveLogName **rooms, WaveLogName **senders, guint64 place, WaveFilterView *view)
{
  guint type = WAVE_ENTRY_TYPE (entry), room = WAVE_ENTRY_ROOM (entry), sender = WAVE_ENTRY_SENDER (entry);

  memset (view, 0, sizeof *view);
  view->type = type != 0 ? types[type]->id : "";
  view->kind = type != 0 ? types[type]->kind : WAVE_EVENT_UNKNOWN;
  view->type_n = type;
  view->flags = WAVE_ENTRY_FLAGS (place) & (WAVE_ENTRY_CORRECTED - 1);
  if (room != 0)
    {
      view->room_id = rooms[room]->id;
      view->room_name = g_atomic_pointer_get (&rooms[room]->name);
      view->room_n = room;
    }
  if (sender != 0)
    {
      view->sender_id = senders[sender]->id;
      view->sender_name = g_atomic_pointer_get (&senders[sender]->name);
      view->sender_n = sender;
      if (g_atomic_int_get (&senders[sender]->is_ai))
        view->flags |= WAVE_EVENT_IS_AI;
    }
  view->size = entry->size;
  view->position = entry->position;
  view->wall_us = entry->wall_us;
  view->latency_us = isnan (entry->latency) ? G_MININT64 : (gint64) entry->latency;
}

WaveEvent *
wave_event_log_peek_event (WaveEventLog *self, guint index)
{
  WaveEvent *event = NULL;
  WaveLogCached *cached = &self->cache[index % WAVE_LOG_CACHE];
  guint64 place;

  g_return_val_if_fail (WAVE_IS_EVENT_LOG (self), NULL);

  if (index >= wave_event_log_get_n_events (self))
    return NULL;
  place = wave_log_entry_place (wave_log_entry (self, index));
  if (place >> 62 == WAVE_PLACE_MEMORY)
    event = wave_log_from_memory (self, place & WAVE_PLACE_VALUE_MASK);
  if (event != NULL)
    return event;
  g_mutex_lock (&self->cache_lock);
  if (cached->event != NULL && cached->index == index)
    event = wave_event_ref (cached->event);
  g_mutex_unlock (&self->cache_lock);
  return event;
}

WaveEvent *
wave_event_log_dup_event (WaveEventLog *self, guint index)
{
  WaveEvent *event = wave_event_log_peek_event (self, index);
  WaveLogCached *cached = &self->cache[index % WAVE_LOG_CACHE];

  if (event != NULL || index >= wave_event_log_get_n_events (self))
    return event;
  g_mutex_lock (&self->fetch_lock);
  self->fetcher.log = self;
  if (self->fetcher.recording == NULL && self->recording != NULL)
    self->fetcher.recording = wave_recording_file_ref (self->recording);
  event = wave_log_fetcher_dup_event (&self->fetcher, wave_log_entry (self, index));
  g_mutex_unlock (&self->fetch_lock);
  /* A recording is shown as it was made. */
  if (event != NULL && !self->is_recording)
    event = wave_log_take_back_one (self, event);
  if (event != NULL && event->raw_size <= 16384)
    {
      WaveEvent *former;

      g_mutex_lock (&self->cache_lock);
      former = cached->event;
      cached->event = wave_event_ref (event);
      cached->index = index;
      g_mutex_unlock (&self->cache_lock);
      g_clear_pointer (&former, wave_event_unref);
    }
  return event;
}

guint
wave_event_log_find_time (WaveEventLog *self, gint64 wall_us)
{
  guint low = 0, high = wave_event_log_get_n_events (self);

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (wave_log_entry (self, middle)->wall_us < wall_us)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

gint64
wave_event_log_find_same (WaveEventLog *self, guint index, const char *key, int step)
{
  guint n = wave_event_log_get_n_events (self);
  guint64 mask = g_str_equal (key, "type")   ? 0xffff
                 : g_str_equal (key, "room") ? G_GUINT64_CONSTANT (0xffffff) << 16
                                             : G_GUINT64_CONSTANT (0xffffff) << 40;
  guint64 wanted;

  if (index >= n || step == 0)
    return -1;
  wanted = wave_log_entry (self, index)->names & mask;
  for (gint64 i = (gint64) index + step; i >= 0 && i < n; i += step)
    if ((wave_log_entry (self, i)->names & mask) == wanted)
      return i;
  return -1;
}

void
wave_event_log_count (WaveEventLog *self, gint64 from_wall_us, gint64 to_wall_us, guint n_buckets, guint32 *counts)
{
  guint n = wave_event_log_get_n_events (self);
  g_autofree guint8 *categories = NULL;
  guint n_types;
  double scale;

  memset (counts, 0, sizeof (guint32) * n_buckets * WAVE_N_CATEGORIES);
  if (to_wall_us <= from_wall_us || n_buckets == 0)
    return;
  g_mutex_lock (&self->lock);
  n_types = self->names[WAVE_LOG_TYPES].list->len;
  categories = g_new0 (guint8, n_types);
  for (guint i = 1; i < n_types; i++)
    categories[i] = wave_catalogue_get (((WaveLogName *) self->names[WAVE_LOG_TYPES].list->pdata[i])->kind)->category;
  g_mutex_unlock (&self->lock);
  scale = (double) n_buckets / (double) (to_wall_us - from_wall_us);
  for (guint i = wave_event_log_find_time (self, from_wall_us); i < n; i++)
    {
      const WaveLogEntry *entry = wave_log_entry (self, i);
      guint bucket, type = WAVE_ENTRY_TYPE (entry);

      /* Frames that were held back while catching up stand behind later ones, by seconds at most. */
      if (entry->wall_us >= to_wall_us)
        {
          if (entry->wall_us > to_wall_us + 120 * (gint64) G_USEC_PER_SEC)
            break;
          continue;
        }
      if (entry->wall_us < from_wall_us)
        continue;
      bucket = (guint) ((double) (entry->wall_us - from_wall_us) * scale);
      counts[MIN (bucket, n_buckets - 1) * WAVE_N_CATEGORIES + (type < n_types ? categories[type] : 0)]++;
    }
}

gboolean
wave_event_log_get_span (WaveEventLog *self, gint64 *first_wall_us, gint64 *last_wall_us)
{
  guint n = wave_event_log_get_n_events (self);

  if (n == 0)
    return FALSE;
  *first_wall_us = wave_log_entry (self, 0)->wall_us;
  *last_wall_us = wave_log_entry (self, n - 1)->wall_us;
  return TRUE;
}

/* ---------------------------------------------------------------- object */

WaveEventLog *
wave_event_log_new (void)
{
  return g_object_new (WAVE_TYPE_EVENT_LOG, NULL);
}

static void
load_from (WaveEventLog *self, const char *path, gboolean is_recording)
{
  self->path = g_strdup (path);
  self->is_recording = is_recording;
  self->loading = self->was_loading = TRUE;
  self->loader = g_thread_new ("event-log", is_recording ? wave_log_load_recording : wave_log_load_journal, self);
}

static WaveEventLog *
new_from (const char *path, gboolean is_recording)
{
  WaveEventLog *self = wave_event_log_new ();

  load_from (self, path, is_recording);
  return self;
}

gboolean
wave_event_log_attach_journal (WaveEventLog *self, const char *path)
{
  g_return_val_if_fail (WAVE_IS_EVENT_LOG (self) && path != NULL, FALSE);

  if (self->path != NULL || wave_event_log_get_n_events (self) > 0 || g_atomic_int_get (&self->closing))
    return FALSE;
  load_from (self, path, FALSE);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADING]);
  return TRUE;
}

WaveEventLog *
wave_event_log_new_for_journal (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  return new_from (path, FALSE);
}

WaveEventLog *
wave_event_log_new_for_recording (const char *path)
{
  g_return_val_if_fail (path != NULL, NULL);

  return new_from (path, TRUE);
}

void
wave_event_log_close (WaveEventLog *self)
{
  g_return_if_fail (WAVE_IS_EVENT_LOG (self));

  g_atomic_int_set (&self->closing, TRUE);
  if (self->loader != NULL)
    g_thread_join (g_steal_pointer (&self->loader));
  g_mutex_lock (&self->lock);
  if (self->notifier != NULL)
    g_source_destroy (self->notifier);
  g_clear_pointer (&self->notifier, g_source_unref);
  g_mutex_unlock (&self->lock);
}

static void
wave_event_log_dispose (GObject *object)
{
  wave_event_log_close (WAVE_EVENT_LOG (object));
  G_OBJECT_CLASS (wave_event_log_parent_class)->dispose (object);
}

static void
event_free (gpointer event)
{
  if (event != NULL)
    wave_event_unref (event);
}

static void
wave_event_log_finalize (GObject *object)
{
  WaveEventLog *self = WAVE_EVENT_LOG (object);

  wave_log_index_clear (&self->index);
  for (guint i = 0; i < WAVE_N_LOG_NAMES; i++)
    wave_log_names_clear (&self->names[i]);
  for (guint i = 0; i < WAVE_LOG_CACHE; i++)
    event_free (self->cache[i].event);
  g_free (self->cache);
  g_hash_table_unref (self->taken_back);
  g_ptr_array_unref (self->old_names);
  g_array_unref (self->marks);
  g_ptr_array_unref (self->memory);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) wave_batch_unref);
  wave_log_fetcher_clear (&self->fetcher);
  g_clear_pointer (&self->recording, wave_recording_file_unref);
  g_main_context_unref (self->context);
  g_free (self->note);
  g_free (self->path);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->memory_lock);
  g_mutex_clear (&self->fetch_lock);
  g_mutex_clear (&self->cache_lock);
  G_OBJECT_CLASS (wave_event_log_parent_class)->finalize (object);
}

static void
wave_event_log_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WaveEventLog *self = WAVE_EVENT_LOG (object);

  switch (id)
    {
    case PROP_N_EVENTS:
      g_value_set_uint (value, wave_event_log_get_n_events (self));
      break;
    case PROP_LOADING:
      g_value_set_boolean (value, wave_event_log_is_loading (self));
      break;
    case PROP_NOTE:
      g_value_set_string (value, wave_event_log_get_note (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
wave_event_log_class_init (WaveEventLogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wave_event_log_dispose;
  object_class->finalize = wave_event_log_finalize;
  object_class->get_property = wave_event_log_get_property;
  props[PROP_N_EVENTS] = g_param_spec_uint ("n-events", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[TAKEN_BACK] = g_signal_new ("taken-back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wave_event_log_init (WaveEventLog *self)
{
  self->context = g_main_context_ref_thread_default ();
  wave_log_index_init (&self->index);
  self->cache = g_new0 (WaveLogCached, WAVE_LOG_CACHE);
  self->taken_back = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->skew_us = G_MININT64;
  for (guint i = 0; i < WAVE_N_LOG_NAMES; i++)
    wave_log_names_init (&self->names[i]);
  self->old_names = g_ptr_array_new_with_free_func (g_free);
  self->marks = g_array_new (FALSE, FALSE, sizeof (WaveLogMark));
  self->memory = g_ptr_array_new_with_free_func (event_free);
  g_queue_init (&self->waiting);
  g_mutex_init (&self->lock);
  g_mutex_init (&self->memory_lock);
  g_mutex_init (&self->fetch_lock);
  g_mutex_init (&self->cache_lock);
}
