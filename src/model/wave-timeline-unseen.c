// SPDX-License-Identifier: GPL-3.0-or-later
// What comes to a timeline that nobody looks at: it is queued as it came, and made into items when somebody asks.
#include "config.h"

#include "model/wave-timeline-private.h"

static WaveTimelineItem *
item_new_from_queued (const WaveQueuedItem *queued)
{
  WaveTimelineItem *item = wave_timeline_item_new (queued->kind);

  if (queued->event != NULL)
    {
      item->event = wave_event_ref (queued->event);
      item->id = g_strdup (queued->event->id);
      item->position = queued->event->position;
    }
  item->wall_us = queued->wall_us;
  item->key_position = queued->key_position;
  item->key_serial = queued->key_serial;
  g_set_object (&item->sender, queued->sender);
  g_set_object (&item->stream, queued->stream);
  g_set_object (&item->gap, queued->gap);
  if (item->gap != NULL)
    item->text = wave_gap_dup_sentence (item->gap);
  item->mine = queued->mine;
  item->mentions_me = queued->mentions_me;
  return item;
}

/* Nobody hears of these: whoever listened before has asked how many there are, and since then nothing was queued. */
void
wave_timeline_make_items (WaveTimeline *self)
{
  g_autoptr (GPtrArray) queued = NULL;

  if (self->queue.items->len == 0)
    return;
  queued = wave_timeline_queue_steal (&self->queue);
  wave_model_begin ();
  self->silent = TRUE;
  for (guint i = 0; i < queued->len; i++)
    {
      g_autoptr (WaveTimelineItem) item = item_new_from_queued (queued->pdata[i]);

      wave_timeline_insert_keyed (self, item);
    }
  self->silent = FALSE;
  wave_model_end ();
}

gboolean
wave_timeline_is_looked_at (WaveTimeline *self)
{
  static guint items_changed;

  if (items_changed == 0)
    items_changed = g_signal_lookup ("items-changed", G_TYPE_LIST_MODEL);
  return g_signal_has_handler_pending (self, items_changed, 0, FALSE);
}

gboolean
wave_timeline_can_queue (WaveTimeline *self, gint64 now_mono)
{
  return now_mono >= self->hold_until && !wave_timeline_is_looked_at (self);
}

gboolean
wave_timeline_queue_message (WaveTimeline *self, const WaveQueuedItem *message, gboolean settles)
{
  WaveQueuedItem *streaming = wave_timeline_queue_find_stream (&self->queue, message->stream);
  const WaveEvent *event = message->event;
  WaveQueuedItem queued = *message;

  if (event->id == NULL || event->position <= self->top_position || (g_hash_table_size (self->by_id) > 0 && g_hash_table_contains (self->by_id, event->id)))
    return FALSE;
  queued.id_hash = g_str_hash (event->id);
  if (wave_timeline_queue_may_have_id (&self->queue, queued.id_hash))
    return FALSE;
  if (message->stream != NULL
      && ((streaming != NULL && !settles) || (streaming == NULL && g_hash_table_contains (self->by_stream, message->stream))))
    return FALSE;
  wave_timeline_make_key (self, event->position, &queued.key_position, &queued.key_serial);
  if (streaming != NULL)
    wave_timeline_queue_settle (&self->queue, streaming, &queued);
  else
    wave_timeline_queue_add (&self->queue, &queued);
  return TRUE;
}

void
wave_timeline_queue_ephemeral (WaveTimeline *self, const WaveQueuedItem *ephemeral)
{
  WaveQueuedItem queued = *ephemeral;

  wave_timeline_make_key (self, -1, &queued.key_position, &queued.key_serial);
  wave_timeline_queue_add (&self->queue, &queued);
}

gboolean
wave_timeline_queues_stream (WaveTimeline *self, WaveStream *stream)
{
  return wave_timeline_queue_find_stream (&self->queue, stream) != NULL;
}

WaveTimelineItem *
wave_timeline_dup_last_message (WaveTimeline *self)
{
  WaveTimelineItem *last;

  for (guint i = self->queue.items->len; i > 0; i--)
    {
      const WaveQueuedItem *queued = self->queue.items->pdata[i - 1];

      if (queued->kind == WAVE_ITEM_MESSAGE)
        return item_new_from_queued (queued);
    }
  last = wave_timeline_find_last (self, TRUE);
  return last != NULL ? g_object_ref (last) : NULL;
}

gboolean
wave_timeline_mark_gap (WaveTimeline *self, WaveGap *gap)
{
  WaveQueuedItem *last = self->queue.items->len > 0 ? self->queue.items->pdata[self->queue.items->len - 1] : NULL;

  if (last == NULL)
    return FALSE;
  if (last->kind == WAVE_ITEM_GAP)
    g_set_object (&last->gap, gap);
  else
    wave_timeline_queue_ephemeral (self, &(WaveQueuedItem){ .kind = WAVE_ITEM_GAP, .gap = gap, .wall_us = gap->start_wall });
  return TRUE;
}
