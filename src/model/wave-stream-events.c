// SPDX-License-Identifier: GPL-3.0-or-later
// What each kind of event does to the streams: the state machine and the matching rules of the protocol notes, 6.3.
#include "config.h"

#include <string.h>

#include "model/wave-stream-store-private.h"
#include "protocol/wave-intern.h"

/* The stream of the key that lasts; there is at most one. */
static WaveStream *
live_of (StreamKey *key)
{
  for (guint i = key->waiting->len; i > 0; i--)
    if (wave_stream_is_live (key->waiting->pdata[i - 1]))
      return key->waiting->pdata[i - 1];
  return NULL;
}

/* The stream that a chunk belongs to. An id that names the reply and not the chunk tells two that last at the same time apart. */
static WaveStream *
live_for (StreamKey *key, const WaveChunk *chunk)
{
  WaveStream *live = live_of (key);

  if (live == NULL || chunk->stream_key == NULL || live->wire_key == NULL || g_str_equal (live->wire_key, chunk->stream_key))
    return live;
  for (guint i = key->waiting->len; i > 0; i--)
    {
      WaveStream *stream = key->waiting->pdata[i - 1];

      if (wave_stream_is_live (stream) && g_strcmp0 (stream->wire_key, chunk->stream_key) == 0)
        return stream;
    }
  return live->wire_key_repeats ? NULL : live;
}

/* Whether a reply of the key is over but its message may still come. */
static gboolean
has_done (StreamKey *key)
{
  for (guint i = 0; i < key->waiting->len; i++)
    if (((WaveStream *)key->waiting->pdata[i])->outcome == WAVE_STREAM_DONE)
      return TRUE;
  return FALSE;
}

/* ---- triggers ---- */

/* What the system says of somebody is nobody's reply and asks for none. */
static gboolean
is_notice (const WaveMessage *message)
{
  return g_strcmp0 (message->msgtype, "swp.system") == 0 || g_strcmp0 (message->msgtype, "swp.todo_change") == 0;
}

/* The same message may come by socket and by sync: the second time it closes nothing. */
static gboolean
is_remembered (WaveStreamStore *self, const WaveEvent *event)
{
  RoomTail *tail = event->id != NULL ? g_hash_table_lookup (self->tails, event->room_id) : NULL;
  guint hash = tail != NULL ? g_str_hash (event->id) : 0;

  for (guint i = 0; tail != NULL && i < MIN (tail->n, TAIL_LENGTH); i++)
    if (tail->hashes[i] == hash && g_str_equal (tail->messages[i].id, event->id))
      return TRUE;
  return FALSE;
}

static void
remember_message (WaveStreamStore *self, const WaveEvent *event, const WaveMessage *message, gboolean is_ai)
{
  RoomTail *tail = g_hash_table_lookup (self->tails, event->room_id);
  TailMessage *slot;

  if (event->id == NULL || message->replaces_event_id != NULL)
    return;
  if (tail == NULL)
    {
      if (g_hash_table_size (self->tails) >= STORE_MAX_TAILS)
        return;
      tail = g_new0 (RoomTail, 1);
      g_hash_table_insert (self->tails, g_strdup (event->room_id), tail);
    }
  slot = &tail->messages[tail->n % TAIL_LENGTH];
  tail->hashes[tail->n++ % TAIL_LENGTH] = g_str_hash (event->id);
  if (slot->id != slot->short_id)
    g_free (slot->id);
  slot->id = g_strlcpy (slot->short_id, event->id, sizeof slot->short_id) < sizeof slot->short_id ? slot->short_id : g_strdup (event->id);
  wave_intern_release (slot->sender_id);
  slot->sender_id = wave_intern_ref (event->sender_id);
  g_strfreev (slot->mentions);
  slot->mentions = g_strdupv (message->mentions);
  slot->at_us = event->arrived_mono_us;
  slot->from_ai = is_ai;
  /* Only what came live has a time that can be measured from. */
  slot->timed = event->via == WAVE_VIA_STREAM && !is_notice (message);
}

/* What a reply that began at @stream's first sign answers: the latest message of somebody else that mentions the AI, else the latest one of a
 * person that mentions nobody and that no AI has answered since; each message triggers one reply of an AI. */
static void
find_trigger (WaveStreamStore *self, WaveStream *stream)
{
  RoomTail *tail = g_hash_table_lookup (self->tails, stream->room_id);
  const TailMessage *found = NULL;
  StreamKey *key = stream->key;
  gboolean answered = FALSE;

  for (guint i = 0; tail != NULL && i < MIN (tail->n, TAIL_LENGTH); i++)
    {
      const TailMessage *message = &tail->messages[(tail->n - 1 - i) % TAIL_LENGTH];

      if (!message->timed || message->at_us > stream->started)
        continue;
      if (message->at_us < stream->started - TRIGGER_WINDOW_US || message->at_us <= key->trigger_used)
        break;
      if (g_strcmp0 (message->sender_id, stream->sender_id) == 0)
        continue;
      if (message->mentions != NULL && message->mentions[0] != NULL)
        {
          if (!g_strv_contains ((const char *const *)message->mentions, stream->sender_id))
            continue;
          found = message;
          break;
        }
      /* What another AI said comes between: its own reply, most likely. */
      answered = answered || message->from_ai;
      if (found == NULL && !answered && message->at_us >= stream->started - TRIGGER_GUESS_US)
        found = message;
    }
  if (found == NULL)
    return;
  stream->trigger_id = g_strdup (found->id);
  stream->trigger_at = found->at_us;
  key->trigger_used = found->at_us;
}

/* The message itself says what it answers: that is certain. */
static void
correct_trigger (WaveStreamStore *self, WaveStream *stream, const char *reply_to)
{
  RoomTail *tail = g_hash_table_lookup (self->tails, stream->room_id);

  if (reply_to == NULL || g_strcmp0 (reply_to, stream->trigger_id) == 0)
    return;
  g_set_str (&stream->trigger_id, reply_to);
  stream->trigger_at = -1;
  for (guint i = 0; tail != NULL && i < MIN (tail->n, TAIL_LENGTH); i++)
    if (g_str_equal (tail->messages[i].id, reply_to) && tail->messages[i].timed && tail->messages[i].at_us <= stream->started)
      stream->trigger_at = tail->messages[i].at_us;
  wave_stream_touch (stream);
}

static WaveStream *
begin (WaveStreamStore *self, StreamKey *key, gint64 mono_us, gint64 wall_us, WaveStreamOutcome outcome)
{
  gint64 started = mono_us;
  gint64 started_wall = wall_us;
  WaveStream *stream;

  if (key->pending->len > 0)
    {
      gint64 since = g_array_index (key->pending, WavePhaseSpan, 0).start_us;

      if (mono_us - since <= PENDING_STATUS_US)
        {
          started = since;
          started_wall = key->pending_wall;
        }
      else
        g_array_set_size (key->pending, 0);
    }
  stream = wave_stream_store_begin_stream (self, key, started, started_wall, outcome);
  if (started != mono_us || outcome == WAVE_STREAM_ANNOUNCED)
    stream->status_at = started;
  for (guint i = 0; i < key->pending->len; i++)
    {
      const WavePhaseSpan *span = &g_array_index (key->pending, WavePhaseSpan, i);

      wave_stream_set_phase (stream, span->phase, span->tool, span->start_us);
    }
  g_array_set_size (key->pending, 0);
  stream->last_sign = mono_us;
  find_trigger (self, stream);
  return stream;
}

/* ---- statuses ---- */

static void
note_pending (StreamKey *key, const WaveAiStatus *status, gint64 mono_us, gint64 wall_us)
{
  WavePhaseSpan span = { .start_us = mono_us, .end_us = -1, .phase = status->phase };

  if (key->pending->len == 0)
    key->pending_wall = wall_us;
  if (key->pending->len >= MAX_PENDING)
    return;
  span.tool = status->tool != NULL ? wave_intern (status->tool, strlen (status->tool)) : NULL;
  g_array_append_val (key->pending, span);
}

void
wave_stream_store_announce_pending (WaveStreamStore *self, StreamKey *key)
{
  WaveAiPhase phase;

  if (key->pending->len == 0 || live_of (key) != NULL || has_done (key))
    return;
  phase = g_array_index (key->pending, WavePhaseSpan, key->pending->len - 1).phase;
  /* "generating" alone may be a belated word about the reply that is over; the next chunk tells. */
  if (phase != WAVE_AI_GENERATING)
    begin (self, key, g_array_index (key->pending, WavePhaseSpan, key->pending->len - 1).start_us, key->pending_wall,
           WAVE_STREAM_ANNOUNCED);
}

static WaveStream *
apply_status (WaveStreamStore *self, const WaveEvent *event, const WaveAiStatus *status)
{
  gint64 at = event->arrived_mono_us;
  StreamKey *key = wave_stream_store_find_key (self, event->room_id, status->participant_id, FALSE);
  WaveStream *live;

  if (key == NULL || wave_stream_store_expire_key (self, key, at))
    key = wave_stream_store_find_key (self, event->room_id, status->participant_id, status->phase != WAVE_AI_IDLE);
  if (key == NULL)
    return NULL;
  live = live_of (key);
  if (status->phase == WAVE_AI_IDLE)
    {
      g_array_set_size (key->pending, 0);
      if (live == NULL)
        return key->latest;
      wave_stream_set_phase (live, WAVE_AI_IDLE, NULL, at);
      live->null_at = at;
      live->last_sign = at;
      return live;
    }
  if (live == NULL && has_done (key))
    {
      note_pending (key, status, at, event->arrived_wall_us);
      return key->latest;
    }
  if (live == NULL)
    live = begin (self, key, at, event->arrived_wall_us, WAVE_STREAM_ANNOUNCED);
  wave_stream_set_phase (live, status->phase, status->tool, at);
  if (status->phase == WAVE_AI_CALLING && live->stalled)
    {
      /* Now it is known what it waits for. */
      wave_stream_store_set_stalled (self, live, FALSE);
      wave_stream_store_set_outcome (self, live, live->outcome, -1, -1);
    }
  live->null_at = -1;
  live->last_sign = at;
  return live;
}

/* ---- chunks ---- */

static gboolean
settle_by_parts (WaveStreamStore *self, WaveStream *stream, gint64 at)
{
  if (!wave_stream_is_covered (stream))
    return FALSE;
  wave_stream_store_settle (self, stream, WAVE_MATCH_PARTS, stream->text_differs, at);
  return TRUE;
}

static void
finish (WaveStreamStore *self, WaveStream *stream, gint64 at)
{
  /* Its message came before its end, and is judged now that the text is whole. */
  if (stream->last_message >= 0 && stream->n_parts == 0)
    {
      gboolean same = stream->final_body != NULL && wave_stream_says (stream, stream->final_body);

      wave_stream_store_settle (self, stream, same ? WAVE_MATCH_TEXT : WAVE_MATCH_ORDER, !same, at);
    }
  else if (!settle_by_parts (self, stream, at))
    wave_stream_store_set_outcome (self, stream, WAVE_STREAM_DONE, at, at + STREAM_MESSAGE_WAIT_US);
}

static WaveStream *
apply_chunk (WaveStreamStore *self, const WaveEvent *event, const WaveChunk *chunk)
{
  gint64 at = event->arrived_mono_us;
  StreamKey *key = wave_stream_store_find_key (self, event->room_id, event->sender_id, FALSE);
  WaveStream *stream = NULL;

  if (key != NULL && wave_stream_store_expire_key (self, key, at))
    key = wave_stream_store_find_key (self, event->room_id, event->sender_id, FALSE);
  if (key != NULL)
    stream = live_for (key, chunk);
  /* An end or a heartbeat that comes after the end belongs to what has ended (rules 2 and 7); an end alone begins nothing. */
  if (stream == NULL && chunk->length == 0)
    {
      WaveStream *latest = key != NULL ? key->latest : NULL;

      if (chunk->done || (latest != NULL && at - latest->ended < STREAM_MESSAGE_WAIT_US))
        return latest;
    }
  if (stream == NULL)
    {
      key = wave_stream_store_find_key (self, event->room_id, event->sender_id, TRUE);
      stream = begin (self, key, at, event->arrived_wall_us, WAVE_STREAM_OPEN);
    }
  wave_stream_append (stream, chunk, at, self->lagged);
  if (stream->outcome == WAVE_STREAM_ANNOUNCED)
    wave_stream_store_set_outcome (self, stream, WAVE_STREAM_OPEN, -1, -1);
  if (chunk->length > 0 && stream->stalled)
    {
      wave_stream_store_set_stalled (self, stream, FALSE);
      /* The life has not changed; that it goes on is news all the same. */
      wave_stream_store_set_outcome (self, stream, WAVE_STREAM_OPEN, -1, -1);
    }
  wave_stream_store_chunk_added (self, stream, chunk->length);
  if (chunk->done)
    finish (self, stream, at);
  return stream;
}

/* ---- messages ---- */

void
wave_stream_store_settle (WaveStreamStore *self, WaveStream *stream, WaveStreamMatch matched, gboolean differs, gint64 ended_us)
{
  stream->matched = matched;
  stream->text_differs = differs;
  /* For a while a message that says the same may still take the place of one that does not. */
  stream->provisional = matched == WAVE_MATCH_ORDER && differs;
  wave_stream_store_set_outcome (self, stream, WAVE_STREAM_SETTLED, MAX (ended_us, stream->started),
                                 stream->provisional ? ended_us + STREAM_MESSAGE_WAIT_US : -1);
}

static gboolean
is_open_or_done (WaveStream *stream)
{
  return stream->outcome == WAVE_STREAM_OPEN || stream->outcome == WAVE_STREAM_DONE;
}

static void
attach (WaveStreamStore *self, WaveStream *stream, const WaveEvent *event, const WaveMessage *message)
{
  wave_stream_attach (stream, event->id, message->body, event->arrived_mono_us);
  correct_trigger (self, stream, message->reply_to_event_id);
  wave_stream_store_attached (self, stream, event->id);
  if (message->redacted_us >= 0)
    wave_stream_redact (stream);
}

/* Rule 2, or an id that the server gave away. */
static WaveStream *
match_whole (WaveStreamStore *self, StreamKey *key, const WaveEvent *event, const WaveMessage *message)
{
  for (guint i = 0; i < key->waiting->len; i++)
    {
      WaveStream *stream = key->waiting->pdata[i];
      gboolean same;

      if (!is_open_or_done (stream) && !(stream->outcome == WAVE_STREAM_SETTLED && stream->provisional))
        continue;
      same = stream->text->len > 0 && wave_stream_says (stream, message->body);
      if (!same && (stream->outcome == WAVE_STREAM_SETTLED || event->id == NULL || g_strcmp0 (stream->wire_key, event->id) != 0))
        continue;
      attach (self, stream, event, message);
      wave_stream_store_settle (self, stream, same ? WAVE_MATCH_TEXT : WAVE_MATCH_ORDER, !same, event->arrived_mono_us);
      return stream;
    }
  return NULL;
}

/* Rule 3. */
static WaveStream *
match_part (WaveStreamStore *self, StreamKey *key, const WaveEvent *event, const WaveMessage *message)
{
  for (guint i = 0; i < key->waiting->len; i++)
    {
      WaveStream *stream = key->waiting->pdata[i];
      gsize end;

      if (!is_open_or_done (stream))
        continue;
      end = wave_stream_find_part (stream, message->body);
      if (end == 0)
        continue;
      stream->parts_end = end;
      stream->n_parts++;
      stream->matched = WAVE_MATCH_PARTS;
      attach (self, stream, event, message);
      settle_by_parts (self, stream, event->arrived_mono_us);
      return stream;
    }
  return NULL;
}

/* Rule 4: by order alone. */
static WaveStream *
match_order (WaveStreamStore *self, StreamKey *key, const WaveEvent *event, const WaveMessage *message)
{
  gint64 at = event->arrived_mono_us;
  WaveStream *open = NULL;
  WaveStream *torn = NULL;

  for (guint i = 0; i < key->waiting->len; i++)
    {
      WaveStream *stream = key->waiting->pdata[i];

      if (stream->outcome == WAVE_STREAM_DONE)
        {
          attach (self, stream, event, message);
          wave_stream_store_settle (self, stream, WAVE_MATCH_ORDER, stream->text->len > 0, at);
          return stream;
        }
      if (wave_stream_is_live (stream))
        open = stream;
      else if (stream->outcome == WAVE_STREAM_TORN && stream == key->latest)
        torn = stream;
    }
  if (open != NULL)
    {
      attach (self, open, event, message);
      if (open->text->len == 0)
        wave_stream_store_settle (self, open, WAVE_MATCH_ORDER, FALSE, at);
      else
        {
          /* It may be ahead of its chunks: the end of the stream will tell. */
          open->matched = WAVE_MATCH_ORDER;
          open->text_differs = TRUE;
          wave_stream_touch (open);
        }
      return open;
    }
  /* What a gap took is gone (rule 5): the message supplies the text, if it goes on from what was seen. */
  if (torn != NULL && g_str_has_prefix (message->body, torn->text->str))
    {
      attach (self, torn, event, message);
      torn->matched = WAVE_MATCH_ORDER;
      torn->text_differs = !wave_stream_says (torn, message->body);
      wave_stream_store_unwatch (self, torn);
      return torn;
    }
  return NULL;
}

static WaveStream *
fail (WaveStreamStore *self, WaveStream *stream, const char *code, const char *text, gint64 at)
{
  if (code != NULL && text != NULL)
    stream->error = g_strdup_printf ("%s (%s)", text, code);
  else
    stream->error = g_strdup (text != NULL ? text : code);
  wave_stream_store_set_outcome (self, stream, WAVE_STREAM_FAILED, at, -1);
  wave_stream_store_alarm (self, stream, WAVE_ALARM_FAILED);
  return stream;
}

static WaveStream *
match_message (WaveStreamStore *self, StreamKey *key, const WaveEvent *event, const WaveMessage *message)
{
  WaveStream *live = live_of (key);
  WaveStream *stream;

  /* A model error may also come as a message of some such type (protocol notes 4.20). */
  if (live != NULL && message->msgtype != NULL && strstr (message->msgtype, "error") != NULL)
    return fail (self, live, NULL, message->body, event->arrived_mono_us);
  if (message->body == NULL || is_notice (message))
    return NULL;
  stream = match_whole (self, key, event, message);
  if (stream == NULL)
    stream = match_part (self, key, event, message);
  if (stream == NULL)
    stream = match_order (self, key, event, message);
  return stream;
}

static WaveStream *
apply_message (WaveStreamStore *self, const WaveEvent *event, const WaveMessage *message, gboolean is_ai)
{
  WaveStream *stream = NULL;
  StreamKey *key;

  key = wave_stream_store_find_key (self, event->room_id, event->sender_id, FALSE);
  /* Messages of somebody who streamed nothing belong to no stream. */
  if (key != NULL && event->id != NULL)
    stream = g_hash_table_lookup (self->messages, event->id);
  if (stream == NULL && message->replaces_event_id != NULL)
    stream = g_hash_table_lookup (self->messages, message->replaces_event_id);
  /* Known already: it came twice, or was edited; the stream keeps what was there when it closed. */
  if (stream != NULL && message->redacted_us >= 0 && !stream->redacted)
    wave_stream_redact (stream);
  if (stream != NULL || message->replaces_event_id != NULL || is_remembered (self, event))
    return stream;
  if (key != NULL && wave_stream_store_expire_key (self, key, event->arrived_mono_us))
    key = wave_stream_store_find_key (self, event->room_id, event->sender_id, FALSE);
  if (key != NULL)
    stream = match_message (self, key, event, message);
  if (stream != NULL && stream->outcome == WAVE_STREAM_SETTLED && stream->key != NULL)
    wave_stream_store_announce_pending (self, stream->key);
  remember_message (self, event, message, is_ai || key != NULL);
  return stream;
}

static WaveStream *
apply_error (WaveStreamStore *self, const WaveEvent *event, const WaveModelError *error)
{
  WaveStream *stream = NULL;
  StreamKey *key;

  if (event->sender_id != NULL)
    {
      key = wave_stream_store_find_key (self, event->room_id, event->sender_id, FALSE);
      stream = key != NULL ? live_of (key) : NULL;
    }
  else
    /* It does not say whose: certain only when one reply lasts in the room. */
    for (guint i = 0; i < self->watched->len; i++)
      {
        WaveStream *other = self->watched->pdata[i];

        if (!wave_stream_is_live (other) || !g_str_equal (other->room_id, event->room_id))
          continue;
        if (stream != NULL)
          return NULL;
        stream = other;
      }
  return stream != NULL ? fail (self, stream, error->code, error->message, event->arrived_mono_us) : NULL;
}

static WaveStream *
apply_redaction (WaveStreamStore *self, const WaveRedaction *redaction)
{
  WaveStream *stream = g_hash_table_lookup (self->messages, redaction->event_id);
  char *id;

  if (stream != NULL)
    {
      wave_stream_redact (stream);
      return stream;
    }
  /* It may come before its message. */
  if (g_hash_table_contains (self->redactions, redaction->event_id))
    return NULL;
  if (g_hash_table_size (self->redactions) >= STORE_MAX_REDACTIONS)
    g_hash_table_remove (self->redactions, g_queue_pop_head (&self->redaction_order));
  id = g_strdup (redaction->event_id);
  g_hash_table_add (self->redactions, id);
  g_queue_push_tail (&self->redaction_order, id);
  return NULL;
}

WaveStream *
wave_stream_store_apply (WaveStreamStore *store, const WaveEvent *event, gboolean is_ai)
{
  WaveStream *stream = NULL;

  g_return_val_if_fail (WAVE_IS_STREAM_STORE (store) && event != NULL, NULL);
  if (event->payload == NULL || (event->room_id == NULL && event->kind != WAVE_EVENT_REDACTION))
    return NULL;
  wave_model_begin ();
  switch (event->kind)
    {
    case WAVE_EVENT_CHUNK:
      if (event->sender_id != NULL)
        stream = apply_chunk (store, event, event->payload);
      break;
    case WAVE_EVENT_AI_STATUS:
      stream = apply_status (store, event, event->payload);
      break;
    case WAVE_EVENT_MESSAGE:
    case WAVE_EVENT_BRIDGE_MESSAGE:
      /* The past says nothing about what lasts. */
      if (event->sender_id != NULL && event->via != WAVE_VIA_HISTORY)
        stream = apply_message (store, event, event->payload, is_ai);
      break;
    case WAVE_EVENT_MODEL_ERROR:
      stream = apply_error (store, event, event->payload);
      break;
    case WAVE_EVENT_REDACTION:
      stream = apply_redaction (store, event->payload);
      break;
    default:
      break;
    }
  wave_model_end ();
  return stream;
}
