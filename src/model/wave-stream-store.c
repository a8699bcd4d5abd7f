// SPDX-License-Identifier: GPL-3.0-or-later
// The list of streams, and what time does to them.
#include "config.h"

#include <string.h>

#include "model/wave-stream-store-private.h"
#include "protocol/wave-intern.h"

enum
{
  SIGNAL_CHUNK_ADDED,
  SIGNAL_OUTCOME_CHANGED,
  SIGNAL_ALARM,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void wave_stream_store_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WaveStreamStore, wave_stream_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, wave_stream_store_list_init))

/* ---- keys ---- */

static guint
hash_key (gconstpointer data)
{
  const StreamKey *key = data;

  return g_str_hash (key->room_id) * 31 + g_str_hash (key->sender_id);
}

static gboolean
equal_key (gconstpointer a, gconstpointer b)
{
  const StreamKey *x = a;
  const StreamKey *y = b;

  return g_str_equal (x->sender_id, y->sender_id) && g_str_equal (x->room_id, y->room_id);
}

static void
clear_span (gpointer data)
{
  wave_intern_release (((WavePhaseSpan *)data)->tool);
}

static void
free_key (gpointer data)
{
  StreamKey *key = data;

  g_free (key->room_id);
  g_free (key->sender_id);
  wave_intern_release (key->interned_room);
  wave_intern_release (key->interned_sender);
  g_ptr_array_unref (key->waiting);
  g_array_unref (key->pending);
  g_free (key);
}

static void
free_tail (gpointer data)
{
  RoomTail *tail = data;

  for (guint i = 0; i < TAIL_LENGTH; i++)
    {
      if (tail->messages[i].id != tail->messages[i].short_id)
        g_free (tail->messages[i].id);
      wave_intern_release (tail->messages[i].sender_id);
      g_strfreev (tail->messages[i].mentions);
    }
  g_free (tail);
}

static StreamKey **
slot_of (WaveStreamStore *self, const char *room_id, const char *sender_id)
{
  guint64 mixed = (GPOINTER_TO_SIZE (room_id) * 31 ^ GPOINTER_TO_SIZE (sender_id)) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);

  return &self->key_slots[mixed >> (64 - KEY_SLOT_BITS)];
}

StreamKey *
wave_stream_store_find_key (WaveStreamStore *self, const char *room_id, const char *sender_id, gboolean create)
{
  StreamKey probe = { .room_id = (char *)room_id, .sender_id = (char *)sender_id };
  StreamKey **slot = slot_of (self, room_id, sender_id);
  StreamKey *key;

  if (*slot != NULL && (*slot)->interned_room == room_id && (*slot)->interned_sender == sender_id)
    return *slot;
  key = g_hash_table_lookup (self->keys, &probe);
  if (key != NULL && key->interned_room == room_id && key->interned_sender == sender_id)
    *slot = key;
  if (key != NULL || !create)
    return key;
  key = g_new0 (StreamKey, 1);
  key->room_id = g_strdup (room_id);
  key->sender_id = g_strdup (sender_id);
  key->interned_room = wave_intern (room_id, strlen (room_id));
  key->interned_sender = wave_intern (sender_id, strlen (sender_id));
  key->waiting = g_ptr_array_new ();
  key->pending = g_array_new (FALSE, FALSE, sizeof (WavePhaseSpan));
  g_array_set_clear_func (key->pending, clear_span);
  key->trigger_used = G_MININT64;
  g_hash_table_add (self->keys, key);
  return key;
}

/* ---- the list ---- */

static GType
get_item_type (GListModel *list)
{
  return WAVE_TYPE_STREAM;
}

static guint
get_n_items (GListModel *list)
{
  return WAVE_STREAM_STORE (list)->streams->len;
}

static gpointer
get_item (GListModel *list, guint position)
{
  WaveStreamStore *self = WAVE_STREAM_STORE (list);

  return position < self->streams->len ? g_object_ref (self->streams->pdata[position]) : NULL;
}

static void
wave_stream_store_list_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
unlink_stream (WaveStreamStore *self, WaveStream *stream)
{
  StreamKey *key = stream->key;

  if (wave_stream_is_live (stream))
    self->n_live--;
  wave_stream_store_set_stalled (self, stream, FALSE);
  wave_stream_store_unwatch (self, stream);
  for (guint i = 0; stream->message_ids != NULL && i < stream->message_ids->len; i++)
    if (g_hash_table_lookup (self->messages, stream->message_ids->pdata[i]) == stream)
      g_hash_table_remove (self->messages, stream->message_ids->pdata[i]);
  self->held -= stream->held;
  stream->held = 0;
  stream->key = NULL;
  if (key->latest == stream)
    key->latest = NULL;
  if (--key->n_streams == 0)
    {
      StreamKey **slot = slot_of (self, key->interned_room, key->interned_sender);

      if (*slot == key)
        *slot = NULL;
      g_hash_table_remove (self->keys, key);
    }
}

static void
remove_range (WaveStreamStore *self, guint position, guint n)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = position; i < position + n; i++)
    {
      g_ptr_array_add (gone, g_object_ref (self->streams->pdata[i]));
      unlink_stream (self, self->streams->pdata[i]);
    }
  g_ptr_array_remove_range (self->streams, position, n);
  g_list_model_items_changed (G_LIST_MODEL (self), position, n, 0);
}

static void
remove_stream (WaveStreamStore *self, WaveStream *stream)
{
  guint position;

  if (g_ptr_array_find (self->streams, stream, &position))
    remove_range (self, position, 1);
}

/* Lets go of the oldest ended streams, in blocks, so that a full list does not move its tail for every stream. */
static void
trim (WaveStreamStore *self)
{
  guint i = 0;
  guint left = STORE_TRIM_BLOCK;

  if (self->max_ended == G_MAXUINT || (self->streams->len - self->n_live <= self->max_ended && self->held <= STORE_MAX_HELD))
    return;
  while (i < self->streams->len && left > 0)
    {
      guint n = 0;

      while (n < left && i + n < self->streams->len && !wave_stream_is_live (self->streams->pdata[i + n]))
        n++;
      if (n > 0)
        remove_range (self, i, n);
      left -= n;
      i++;
    }
}

/* ---- signals ---- */

void
wave_stream_store_alarm (WaveStreamStore *self, WaveStream *stream, WaveAlarm alarm)
{
  g_signal_emit (self, signals[SIGNAL_ALARM], 0, stream, (guint)alarm);
}

void
wave_stream_store_chunk_added (WaveStreamStore *self, WaveStream *stream, gsize bytes)
{
  gsize more = bytes + sizeof (WaveChunkMark);

  stream->held += more;
  self->held += more;
  /* Five thousand chunks a second without a listener must not pay for the marshalling. */
  if (self->is_begun ? self->chunk_added_heard : g_signal_has_handler_pending (self, signals[SIGNAL_CHUNK_ADDED], 0, FALSE))
    g_signal_emit (self, signals[SIGNAL_CHUNK_ADDED], 0, stream);
  if (G_UNLIKELY (self->held > STORE_MAX_HELD))
    trim (self);
}

void
wave_stream_store_begin (WaveStreamStore *self)
{
  self->is_begun = TRUE;
  self->chunk_added_heard = g_signal_has_handler_pending (self, signals[SIGNAL_CHUNK_ADDED], 0, FALSE);
}

void
wave_stream_store_end (WaveStreamStore *self)
{
  self->is_begun = FALSE;
}

void
wave_stream_store_fetch_ahead (WaveStreamStore *self, const WaveEvent *event, guint step)
{
  const StreamKey *key = event->kind == WAVE_EVENT_CHUNK && event->room_id != NULL && event->sender_id != NULL ? *slot_of (self, event->room_id, event->sender_id) : NULL;
  const WaveStream *stream;

  if (key == NULL)
    return;
  if (step == 0)
    {
      __builtin_prefetch (key);
      __builtin_prefetch ((const char *)key + 64);
      return;
    }
  stream = key->latest;
  if (stream == NULL)
    return;
  if (step == 1)
    {
      __builtin_prefetch (key->waiting);
      for (gsize at = 0; at < sizeof *stream; at += 64)
        __builtin_prefetch ((const char *)stream + at);
      return;
    }
  __builtin_prefetch (key->waiting->pdata);
  __builtin_prefetch (stream->phases);
  __builtin_prefetch (stream->chunks);
  __builtin_prefetch (stream->text);
}

void
wave_stream_store_set_stalled (WaveStreamStore *self, WaveStream *stream, gboolean stalled)
{
  if (stream->stalled == stalled)
    return;
  stream->stalled = stalled;
  self->n_stalled += stalled ? 1 : -1;
  wave_model_mark (stream, STREAM_STALLED);
}

/* ---- watching ---- */

static void
watch (WaveStreamStore *self, WaveStream *stream)
{
  guint at = stream->key->waiting->len;

  if (stream->watch_index != G_MAXUINT)
    return;
  stream->watch_index = self->watched->len;
  g_ptr_array_add (self->watched, stream);
  while (at > 0 && ((WaveStream *)stream->key->waiting->pdata[at - 1])->started > stream->started)
    at--;
  g_ptr_array_insert (stream->key->waiting, at, stream);
}

void
wave_stream_store_unwatch (WaveStreamStore *self, WaveStream *stream)
{
  if (stream->watch_index == G_MAXUINT)
    return;
  g_ptr_array_remove_index_fast (self->watched, stream->watch_index);
  if (stream->watch_index < self->watched->len)
    ((WaveStream *)self->watched->pdata[stream->watch_index])->watch_index = stream->watch_index;
  stream->watch_index = G_MAXUINT;
  g_ptr_array_remove (stream->key->waiting, stream);
}

void
wave_stream_store_set_outcome (WaveStreamStore *self, WaveStream *stream, WaveStreamOutcome outcome, gint64 ended_us,
                               gint64 watch_until)
{
  gboolean was_live = wave_stream_is_live (stream);
  gboolean live = outcome == WAVE_STREAM_ANNOUNCED || outcome == WAVE_STREAM_OPEN;

  stream->outcome = outcome;
  stream->ended = ended_us;
  stream->wait_until = watch_until;
  self->n_live += live - was_live;
  if (!live)
    {
      wave_stream_store_set_stalled (self, stream, FALSE);
      wave_stream_end_phase (stream, ended_us);
      if (watch_until < 0)
        wave_stream_store_unwatch (self, stream);
    }
  wave_stream_touch (stream);
  wave_model_mark (stream, STREAM_OUTCOME);
  g_signal_emit (self, signals[SIGNAL_OUTCOME_CHANGED], 0, stream);
}

WaveStream *
wave_stream_store_begin_stream (WaveStreamStore *self, StreamKey *key, gint64 mono_us, gint64 wall_us, WaveStreamOutcome outcome)
{
  WaveStream *stream = wave_stream_new (key->room_id, key->sender_id, mono_us, wall_us);
  guint at = self->streams->len;

  stream->key = key;
  stream->serial = ++self->last_serial;
  stream->outcome = outcome;
  stream->held = sizeof *stream;
  self->held += stream->held;
  key->n_streams++;
  key->latest = stream;
  /* One that was announced while another was still waited for began before it is known. */
  while (at > 0 && ((WaveStream *)self->streams->pdata[at - 1])->started > mono_us)
    at--;
  g_ptr_array_insert (self->streams, at, stream);
  self->n_live++;
  watch (self, stream);
  g_list_model_items_changed (G_LIST_MODEL (self), at, 0, 1);
  if (self->watched->len > STORE_MAX_WATCHED)
    {
      WaveStream *oldest = self->watched->pdata[0];

      if (wave_stream_is_live (oldest))
        wave_stream_store_set_outcome (self, oldest, WAVE_STREAM_ABANDONED, oldest->last_sign, -1);
      else
        wave_stream_store_unwatch (self, oldest);
    }
  trim (self);
  return stream;
}

void
wave_stream_store_attached (WaveStreamStore *self, WaveStream *stream, const char *message_id)
{
  if (message_id == NULL)
    return;
  g_hash_table_replace (self->messages, stream->message_ids->pdata[stream->message_ids->len - 1], stream);
  if (g_hash_table_contains (self->redactions, message_id))
    wave_stream_redact (stream);
}

/* ---- time ---- */

/* Since when nothing has come that should have: a tool call is silent by its nature, and the time for the next text begins anew behind it.
 * Returns: -1 when nothing is due */
static gint64
silent_since (WaveStream *stream, gint64 now)
{
  const WavePhaseSpan *span
      = stream->phases->len > 0 ? &g_array_index (stream->phases, WavePhaseSpan, stream->phases->len - 1) : NULL;

  if (stream->last_text < 0)
    return -1;
  if (span != NULL && span->phase == WAVE_AI_CALLING && span->end_us < 0 && now - span->start_us <= STREAM_TOOL_US)
    return -1;
  for (guint i = stream->phases->len; i > 0; i--)
    {
      span = &g_array_index (stream->phases, WavePhaseSpan, i - 1);
      if (span->phase == WAVE_AI_CALLING)
        return MAX (stream->last_text, span->end_us);
    }
  return stream->last_text;
}

static void
expire_open (WaveStreamStore *self, WaveStream *stream, gint64 now)
{
  const WaveStreamThresholds *limits = &self->thresholds;
  gint64 since = silent_since (stream, now);

  /* The status went away and its messages are there: nothing more comes. */
  if (stream->last_message >= 0 && stream->null_at >= 0 && now >= stream->null_at + STREAM_NULL_PARTS_US)
    {
      wave_stream_store_settle (self, stream, stream->n_parts > 0 ? WAVE_MATCH_PARTS : WAVE_MATCH_ORDER, stream->text_differs,
                                stream->null_at + STREAM_NULL_PARTS_US);
      return;
    }
  if (now >= stream->last_sign + limits->abandon_us)
    {
      wave_stream_store_set_outcome (self, stream, WAVE_STREAM_ABANDONED, stream->last_sign, -1);
      return;
    }
  if (since >= 0 && !stream->stalled && now - since > limits->stall_us)
    {
      wave_stream_store_set_stalled (self, stream, TRUE);
      g_signal_emit (self, signals[SIGNAL_OUTCOME_CHANGED], 0, stream);
      wave_stream_store_alarm (self, stream, WAVE_ALARM_STALL);
    }
}

static void
expire_stream (WaveStreamStore *self, WaveStream *stream, gint64 now)
{
  const WaveStreamThresholds *limits = &self->thresholds;

  switch (stream->outcome)
    {
    case WAVE_STREAM_ANNOUNCED:
      /* It thought and kept silent: there was no reply. */
      if (stream->null_at >= 0 && now >= stream->null_at + STREAM_NULL_ANNOUNCED_US)
        {
          remove_stream (self, stream);
          return;
        }
      if (now >= stream->last_sign + limits->abandon_us)
        {
          wave_stream_store_set_outcome (self, stream, WAVE_STREAM_ABANDONED, stream->last_sign, -1);
          return;
        }
      break;
    case WAVE_STREAM_OPEN:
      expire_open (self, stream, now);
      break;
    case WAVE_STREAM_DONE:
      if (now < stream->wait_until)
        return;
      {
        StreamKey *key = stream->key;

        if (stream->n_parts > 0)
          wave_stream_store_settle (self, stream, WAVE_MATCH_PARTS, stream->text_differs, stream->last_message);
        else
          wave_stream_store_unwatch (self, stream);
        wave_stream_store_announce_pending (self, key);
      }
      return;
    case WAVE_STREAM_SETTLED:
    case WAVE_STREAM_TORN:
    case WAVE_STREAM_FAILED:
    case WAVE_STREAM_ABANDONED:
      if (now >= stream->wait_until)
        wave_stream_store_unwatch (self, stream);
      return;
    }
  if (wave_stream_is_live (stream) && stream->last_text < 0 && !stream->alarmed && now - stream->started > limits->first_chunk_us)
    {
      stream->alarmed = TRUE;
      wave_stream_store_alarm (self, stream, WAVE_ALARM_NO_FIRST_CHUNK);
    }
}

/* Whether expire_stream() would do something. It is asked with every chunk, and of every stream that is watched whenever time moves on. */
static gboolean
is_due (WaveStreamStore *self, WaveStream *stream, gint64 now)
{
  const WaveStreamThresholds *limits = &self->thresholds;
  gint64 since;

  switch (stream->outcome)
    {
    case WAVE_STREAM_ANNOUNCED:
      if (stream->null_at >= 0 && now >= stream->null_at + STREAM_NULL_ANNOUNCED_US)
        return TRUE;
      break;
    case WAVE_STREAM_OPEN:
      since = silent_since (stream, now);
      if ((since >= 0 && !stream->stalled && now - since > limits->stall_us)
          || (stream->last_message >= 0 && stream->null_at >= 0 && now >= stream->null_at + STREAM_NULL_PARTS_US))
        return TRUE;
      break;
    case WAVE_STREAM_DONE:
    case WAVE_STREAM_SETTLED:
    case WAVE_STREAM_TORN:
    case WAVE_STREAM_FAILED:
    case WAVE_STREAM_ABANDONED:
      return now >= stream->wait_until;
    }
  return now >= stream->last_sign + limits->abandon_us
         || (stream->last_text < 0 && !stream->alarmed && now - stream->started > limits->first_chunk_us);
}

gboolean
wave_stream_store_expire_key (WaveStreamStore *self, StreamKey *key, gint64 now)
{
  g_autoptr (GPtrArray) due = NULL;

  for (guint i = 0; i < key->waiting->len; i++)
    if (is_due (self, key->waiting->pdata[i], now))
      {
        if (due == NULL)
          due = g_ptr_array_new_with_free_func (g_object_unref);
        g_ptr_array_add (due, g_object_ref (key->waiting->pdata[i]));
      }
  /* A step may change the array, and a removed stream may be the last of its key. */
  for (guint i = 0; due != NULL && i < due->len; i++)
    if (((WaveStream *)due->pdata[i])->watch_index != G_MAXUINT)
      expire_stream (self, due->pdata[i], now);
  return due != NULL;
}

void
wave_stream_store_advance (WaveStreamStore *store, gint64 now_mono_us)
{
  g_return_if_fail (WAVE_IS_STREAM_STORE (store));
  wave_model_begin ();
  /* From the end: a step takes away only the stream itself, whose place the last one takes; one that it adds begins now. */
  for (guint i = store->watched->len; i > 0; i--)
    if (i <= store->watched->len && is_due (store, store->watched->pdata[i - 1], now_mono_us))
      {
        g_autoptr (WaveStream) stream = g_object_ref (store->watched->pdata[i - 1]);

        expire_stream (store, stream, now_mono_us);
      }
  trim (store);
  wave_model_end ();
}

guint
wave_stream_store_tear (WaveStreamStore *store, gint64 mono_us)
{
  guint torn = 0;

  g_return_val_if_fail (WAVE_IS_STREAM_STORE (store), 0);
  wave_model_begin ();
  for (guint i = store->watched->len; i > 0; i--)
    {
      WaveStream *stream = store->watched->pdata[i - 1];

      g_array_set_size (stream->key->pending, 0);
      /* The message of one that was done comes by sync, after the gap. */
      if (stream->outcome == WAVE_STREAM_DONE)
        stream->wait_until = MAX (stream->wait_until, mono_us + STREAM_TORN_WAIT_US);
      if (!wave_stream_is_live (stream))
        continue;
      wave_stream_store_set_outcome (store, stream, WAVE_STREAM_TORN, MAX (mono_us, stream->last_sign), mono_us + STREAM_TORN_WAIT_US);
      torn++;
    }
  wave_model_end ();
  return torn;
}

/* ---- the object ---- */

static void
wave_stream_store_finalize (GObject *object)
{
  WaveStreamStore *self = WAVE_STREAM_STORE (object);

  for (guint i = 0; i < self->streams->len; i++)
    {
      WaveStream *stream = self->streams->pdata[i];

      /* A row may hold it longer. */
      stream->key = NULL;
      stream->watch_index = G_MAXUINT;
    }
  g_hash_table_unref (self->messages);
  g_ptr_array_unref (self->watched);
  g_ptr_array_unref (self->streams);
  g_hash_table_unref (self->keys);
  g_hash_table_unref (self->tails);
  g_queue_clear (&self->redaction_order);
  g_hash_table_unref (self->redactions);
  G_OBJECT_CLASS (wave_stream_store_parent_class)->finalize (object);
}

static void
wave_stream_store_class_init (WaveStreamStoreClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = wave_stream_store_finalize;
  signals[SIGNAL_CHUNK_ADDED]
      = g_signal_new ("chunk-added", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, WAVE_TYPE_STREAM);
  signals[SIGNAL_OUTCOME_CHANGED]
      = g_signal_new ("outcome-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, WAVE_TYPE_STREAM);
  signals[SIGNAL_ALARM]
      = g_signal_new ("alarm", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, WAVE_TYPE_STREAM, G_TYPE_UINT);
}

static void
wave_stream_store_init (WaveStreamStore *self)
{
  self->streams = g_ptr_array_new_with_free_func (g_object_unref);
  self->watched = g_ptr_array_new ();
  self->keys = g_hash_table_new_full (hash_key, equal_key, NULL, free_key);
  self->tails = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_tail);
  self->messages = g_hash_table_new (g_str_hash, g_str_equal);
  self->redactions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->max_ended = STORE_MAX_ENDED;
  self->thresholds = (WaveStreamThresholds){ .stall_us = G_USEC_PER_SEC,
                                             .abandon_us = 120 * G_USEC_PER_SEC,
                                             .first_chunk_us = 10 * G_USEC_PER_SEC };
}

WaveStreamStore *
wave_stream_store_new (void)
{
  return g_object_new (WAVE_TYPE_STREAM_STORE, NULL);
}

void
wave_stream_store_set_thresholds (WaveStreamStore *store, const WaveStreamThresholds *thresholds)
{
  g_return_if_fail (WAVE_IS_STREAM_STORE (store) && thresholds != NULL);
  g_return_if_fail (thresholds->stall_us > 0 && thresholds->abandon_us > 0 && thresholds->first_chunk_us > 0);
  store->thresholds = *thresholds;
}

void
wave_stream_store_get_thresholds (WaveStreamStore *store, WaveStreamThresholds *thresholds)
{
  g_return_if_fail (WAVE_IS_STREAM_STORE (store) && thresholds != NULL);
  *thresholds = store->thresholds;
}

void
wave_stream_store_set_max_ended (WaveStreamStore *store, guint max_ended)
{
  g_return_if_fail (WAVE_IS_STREAM_STORE (store));
  store->max_ended = max_ended;
  trim (store);
}

void
wave_stream_store_set_lagged (WaveStreamStore *store, gboolean lagged)
{
  g_return_if_fail (WAVE_IS_STREAM_STORE (store));
  store->lagged = lagged;
}

WaveStream *
wave_stream_store_get_latest (WaveStreamStore *store, const char *room_id, const char *sender_id)
{
  StreamKey *key;

  g_return_val_if_fail (WAVE_IS_STREAM_STORE (store) && room_id != NULL && sender_id != NULL, NULL);
  key = wave_stream_store_find_key (store, room_id, sender_id, FALSE);
  return key != NULL ? key->latest : NULL;
}

guint
wave_stream_store_get_n_live (WaveStreamStore *store)
{
  g_return_val_if_fail (WAVE_IS_STREAM_STORE (store), 0);
  return store->n_live;
}

guint
wave_stream_store_get_n_stalled (WaveStreamStore *store)
{
  g_return_val_if_fail (WAVE_IS_STREAM_STORE (store), 0);
  return store->n_stalled;
}
