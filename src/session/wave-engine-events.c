// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-engine.h"

#include <json-glib/json-glib.h>

/* A batch is handed on when the loop comes round, or when it has grown to this. */
#define BATCH_SIZE 256
/* Between two questions whether those who take the batches are still behind. */
#define BEHIND_US (10 * 1000)
/* What is held back at most while a catch-up is under way: a server that sends pages without end must not fill the memory with frames meanwhile. */
#define HOLD_EVENTS 200000
#define HOLD_BYTES (256 * 1024 * 1024)

gint64
wave_engine_get_cursor (WaveEngine *self)
{
  gint64 position = wave_cursor_get (&self->cursor);

  /* Below the floor events are forgotten, and would look new again. While a gap is open, what lies in it is not known anyway. */
  return position >= 0 && !self->gap_open ? MAX (position, wave_seen_get_floor (self->seen)) : position;
}

void
wave_engine_check_behind (WaveEngine *self)
{
  gboolean behind = self->behind_func != NULL && !self->quitting && self->behind_func (self->user_data);
  gint64 now = g_get_monotonic_time ();

  if (!behind && self->behind_us == 0)
    return;
  if (behind && self->behind_us == 0)
    {
      self->behind_us = now;
      self->counters.pauses++;
    }
  /* Up to the hello there are deadlines, and nothing to show. */
  if (self->socket != NULL)
    wave_socket_set_paused (self->socket, behind && self->hello_us > 0);
  if (self->walker != NULL)
    wave_walker_set_paused (self->walker, behind);
  if (behind)
    {
      wave_timer_start (self->behind_timer, BEHIND_US);
      return;
    }
  /* What comes now may have waited in the kernel for as long: its stamps are late, as if our loop had been. */
  self->lag_max_us[self->lag_minute_at] = MAX (self->lag_max_us[self->lag_minute_at], now - self->behind_us);
  self->counters.loop_lag_recent_us = MAX (self->counters.loop_lag_recent_us, now - self->behind_us);
  self->counters.paused_us += now - self->behind_us;
  self->behind_us = 0;
  wave_timer_start (self->behind_timer, -1);
  wave_engine_publish (self);
}

static void
hand_on (WaveEngine *self, WaveBatch *batch)
{
  gint64 cursor = wave_engine_get_cursor (self);

  if (cursor >= 0 && cursor != self->cursor_told)
    {
      batch->cursor = cursor;
      self->cursor_told = cursor;
    }
  wave_engine_publish (self);
  self->batch_func (batch, self->user_data);
  wave_engine_check_behind (self);
}

void
wave_engine_flush (WaveEngine *self)
{
  g_autoptr (WaveBatch) batch = g_steal_pointer (&self->pending);

  wave_timer_start (self->flush_timer, -1);
  if (batch != NULL)
    hand_on (self, batch);
  else if (self->state == WAVE_SESSION_LIVE || self->state == WAVE_SESSION_POLLING)
    {
      /* Called by the tick without events: only the cursor may have moved. */
      gint64 cursor = wave_engine_get_cursor (self);

      if (cursor >= 0 && cursor != self->cursor_told)
        {
          batch = wave_batch_new ();
          hand_on (self, batch);
        }
    }
}

void
wave_engine_emit_transition (WaveEngine *self, WaveTransition *transition)
{
  g_autoptr (WaveBatch) batch = NULL;

  if (self->pending != NULL)
    wave_engine_flush (self);
  batch = wave_batch_new_transition (transition);
  hand_on (self, batch);
}

static void
deliver (WaveEngine *self, WaveEvent *event)
{
  event->serial = ++self->serial;
  self->counters.events++;
  if (event->position >= 0)
    {
      self->counters.durable++;
      self->highest = MAX (self->highest, event->position);
      if (self->rebase)
        {
          self->rebase = FALSE;
          wave_cursor_set_base (&self->cursor, MAX (0, event->position - 1));
          self->base_is_event = FALSE;
        }
    }
  if (event->kind == WAVE_EVENT_INVALID)
    self->counters.invalid++;
  else if (event->malformed != NULL)
    self->counters.malformed++;
  else if (event->kind == WAVE_EVENT_UNKNOWN)
    self->counters.unknown++;

  if (self->pending == NULL)
    {
      self->pending = wave_batch_new ();
      wave_timer_start (self->flush_timer, 0);
    }
  g_ptr_array_add (self->pending->events, event);
  if (self->pending->events->len >= BATCH_SIZE)
    wave_engine_flush (self);
}

static gboolean
is_holding (WaveEngine *self)
{
  return self->state != WAVE_SESSION_LIVE;
}

/* (transfer full) */
static void
apply_live (WaveEngine *self, WaveEvent *event)
{
  gboolean is_late = event->position >= 0 && event->position < self->highest && event->position < wave_engine_get_cursor (self);

  if (!wave_seen_add (self->seen, event))
    {
      self->counters.duplicates++;
      wave_event_unref (event);
      return;
    }
  /* New, and yet below what was complete: committed late, or the server's positions went back. Sync tells. */
  if (is_late && !self->recheck_soon && self->state == WAVE_SESSION_LIVE)
    {
      self->recheck_soon = TRUE;
      wave_timer_start (self->overlap_timer, self->timings.backoff_first);
    }
  deliver (self, event);
}

void
wave_engine_take_live (WaveEngine *self, WaveEvent *event)
{
  if (is_holding (self) && event->via == WAVE_VIA_STREAM)
    {
      g_ptr_array_add (self->hold, event);
      self->hold_bytes += event->raw_size;
      if (event->position >= 0)
        wave_engine_head_by_frame (self);
      if (self->hold->len >= HOLD_EVENTS || self->hold_bytes >= HOLD_BYTES)
        wave_engine_stop_holding (self);
      return;
    }
  apply_live (self, event);
}

gboolean
wave_engine_take_synced (WaveEngine *self, WaveEvent *event)
{
  gint64 floor = wave_seen_get_floor (self->seen);

  if (event->position <= self->known_below)
    {
      wave_seen_add (self->seen, event);
      return FALSE;
    }
  if (event->position <= floor && !(self->gap_open && self->gap_end >= 0 && event->position < self->gap_end))
    return FALSE;
  if (!wave_seen_add (self->seen, event))
    return FALSE;
  deliver (self, wave_event_ref (event));
  return TRUE;
}

gint64
wave_engine_get_lowest_held (WaveEngine *self)
{
  gint64 lowest = -1;

  for (guint i = 0; i < self->hold->len; i++)
    {
      const WaveEvent *event = g_ptr_array_index (self->hold, i);

      if (event->position >= 0 && (lowest < 0 || event->position < lowest))
        lowest = event->position;
    }
  return lowest;
}

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  const WaveEvent *first = *(const WaveEvent *const *) a, *second = *(const WaveEvent *const *) b;

  return first->position < second->position ? -1 : first->position > second->position;
}

void
wave_engine_release_hold (WaveEngine *self)
{
  g_autoptr (GPtrArray) hold = g_steal_pointer (&self->hold);
  g_autoptr (GPtrArray) durable = g_ptr_array_new ();
  gboolean in_order = TRUE;
  gint64 last = -1;
  guint next = 0;

  self->hold_bytes = 0;
  self->hold = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
  for (guint i = 0; i < hold->len; i++)
    {
      WaveEvent *event = g_ptr_array_index (hold, i);

      if (event->position < 0)
        continue;
      in_order = in_order && event->position >= last;
      last = event->position;
      g_ptr_array_add (durable, event);
    }
  /* Since they wait anyway, durable ones may as well come out in the order of the stream; ephemeral ones keep their places. */
  if (!in_order)
    g_ptr_array_sort (durable, compare_positions);
  g_ptr_array_set_free_func (hold, NULL);
  for (guint i = 0; i < hold->len; i++)
    if (((WaveEvent *) g_ptr_array_index (hold, i))->position >= 0)
      g_ptr_array_index (hold, i) = g_ptr_array_index (durable, next++);
  for (guint i = 0; i < hold->len; i++)
    apply_live (self, g_ptr_array_index (hold, i));
}

void
wave_engine_release_ephemeral (WaveEngine *self)
{
  g_autoptr (GPtrArray) hold = g_steal_pointer (&self->hold);

  self->hold = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
  g_ptr_array_set_free_func (hold, NULL);
  for (guint i = 0; i < hold->len; i++)
    {
      WaveEvent *event = g_ptr_array_index (hold, i);

      if (event->position < 0)
        {
          self->hold_bytes -= MIN (self->hold_bytes, event->raw_size);
          deliver (self, event);
        }
      else
        g_ptr_array_add (self->hold, event);
    }
}

/* ---------------------------------------------------------------- frames */

static void
answer_json_ping (WaveEngine *self, const WaveEvent *event)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;
  JsonObject *pong = json_object_new (), *ping;

  json_object_set_string_member (pong, "type", "pong");
  if (event->raw_size < 4096 && json_parser_load_from_data (parser, event->raw, event->raw_size, NULL) && json_parser_get_root (parser) != NULL
      && JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      ping = json_node_get_object (json_parser_get_root (parser));
      for (guint i = 0; i < 2; i++)
        {
          const char *name = i == 0 ? "id" : "ts";

          if (json_object_has_member (ping, name))
            json_object_set_member (pong, name, json_node_copy (json_object_get_member (ping, name)));
        }
    }
  json_node_take_object (root, pong);
  text = json_to_string (root, FALSE);
  wave_socket_send_text (self->socket, text);
  self->counters.json_pings++;
}

static void
take_hello (WaveEngine *self, WaveEvent *event)
{
  const WaveHello *hello = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_HELLO, WaveHello);

  self->hello_us = g_get_monotonic_time ();
  self->token_is_fresh = FALSE;
  g_free (self->session_id);
  self->session_id = g_strdup (hello != NULL ? hello->session_id : NULL);
  self->skew_us = hello != NULL && hello->ts_us >= 0 ? hello->ts_us - event->arrived_wall_us : G_MININT64;
  if (self->pending != NULL)
    wave_engine_flush (self);
  wave_engine_identify (self, hello != NULL ? hello->server_name : NULL, hello != NULL ? hello->tenant_id : NULL);
  wave_engine_feed (self, WAVE_INPUT_HELLO, &(WaveHappening) { .cause = WAVE_CAUSE_HELLO, .retry_after_us = -1 });
  deliver (self, event);
}

static void
take_frame (WaveEngine *self, WaveEvent *event, guint64 size)
{
  self->counters.frames++;
  self->counters.frame_bytes += size;
  if (event->kind == WAVE_EVENT_HELLO)
    {
      take_hello (self, event);
      return;
    }
  if (event->kind == WAVE_EVENT_PING)
    answer_json_ping (self, event);
  wave_engine_take_live (self, event);
}

void
wave_engine_on_message (WaveEngine *self, GBytes *bytes, guint64 full_size)
{
  gint64 mono = wave_socket_get_heard (self->socket), wall = wave_socket_take_wall (self->socket);
  WaveEvent *event;

  if (full_size > g_bytes_get_size (bytes))
    event = wave_event_new_oversize (bytes, full_size, WAVE_VIA_STREAM, mono, wall);
  else
    event = wave_event_decode (bytes, WAVE_VIA_STREAM, mono, wall);
  g_bytes_unref (bytes);
  take_frame (self, event, full_size);
}

void
wave_engine_on_whole (WaveEngine *self, const guint8 *data, gsize length)
{
  gint64 mono = wave_socket_get_heard (self->socket), wall = wave_socket_take_wall (self->socket);

  take_frame (self, wave_event_decode_data ((const char *) data, length, WAVE_VIA_STREAM, mono, wall), length);
}
