// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/wave-timeline-queue.h"

static void
queued_item_free (gpointer data)
{
  WaveQueuedItem *item = data;

  g_clear_pointer (&item->event, wave_event_unref);
  g_clear_object (&item->stream);
  g_clear_object (&item->gap);
  g_clear_object (&item->sender);
  g_free (item);
}

void
wave_timeline_queue_init (WaveTimelineQueue *queue)
{
  queue->items = g_ptr_array_new_with_free_func (queued_item_free);
  queue->ids = g_hash_table_new (NULL, NULL);
  queue->streams = g_hash_table_new (NULL, NULL);
}

void
wave_timeline_queue_clear (WaveTimelineQueue *queue)
{
  g_hash_table_unref (queue->ids);
  g_hash_table_unref (queue->streams);
  g_ptr_array_unref (queue->items);
}

GPtrArray *
wave_timeline_queue_steal (WaveTimelineQueue *queue)
{
  GPtrArray *items = g_steal_pointer (&queue->items);

  g_hash_table_remove_all (queue->ids);
  g_hash_table_remove_all (queue->streams);
  queue->items = g_ptr_array_new_with_free_func (queued_item_free);
  return items;
}

/* @item has its number. */
static void
index_item (WaveTimelineQueue *queue, WaveQueuedItem *item)
{
  if (item->kind == WAVE_ITEM_MESSAGE)
    {
      g_hash_table_add (queue->ids, GUINT_TO_POINTER (item->id_hash));
      queue->last_message = MAX (queue->last_message, item->number);
    }
  else if (item->kind == WAVE_ITEM_STREAM)
    g_hash_table_insert (queue->streams, item->stream, item);
}

void
wave_timeline_queue_add (WaveTimelineQueue *queue, const WaveQueuedItem *item)
{
  WaveQueuedItem *copy = g_memdup2 (item, sizeof *item);

  if (item->event != NULL)
    wave_event_ref (item->event);
  if (item->stream != NULL)
    g_object_ref (item->stream);
  if (item->gap != NULL)
    g_object_ref (item->gap);
  if (item->sender != NULL)
    g_object_ref (item->sender);
  copy->number = ++queue->last_number;
  g_ptr_array_add (queue->items, copy);
  index_item (queue, copy);
}

void
wave_timeline_queue_settle (WaveTimelineQueue *queue, WaveQueuedItem *streaming, const WaveQueuedItem *message)
{
  WaveQueuedItem *item = streaming;

  g_hash_table_remove (queue->streams, streaming->stream);
  if (streaming->number < queue->last_message)
    {
      guint at = queue->items->len - 1;

      while (queue->items->pdata[at] != streaming)
        at--;
      item = g_ptr_array_steal_index (queue->items, at);
      item->number = ++queue->last_number;
      g_ptr_array_add (queue->items, item);
    }
  else
    /* What came after it by arrival alone is anchored to it. */
    for (guint i = queue->items->len; i > 0 && queue->items->pdata[i - 1] != streaming; i--)
      ((WaveQueuedItem *)queue->items->pdata[i - 1])->key_position = message->event->position;
  item->kind = WAVE_ITEM_MESSAGE;
  item->event = wave_event_ref (message->event);
  item->id_hash = message->id_hash;
  item->wall_us = message->wall_us;
  item->key_position = message->event->position;
  item->key_serial = 0;
  item->mentions_me = message->mentions_me;
  index_item (queue, item);
}

void
wave_timeline_queue_drop (WaveTimelineQueue *queue, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const WaveQueuedItem *item = queue->items->pdata[i];

      /* They are old, and nobody has looked at them for long: the memory is asked for the next ones ahead of their turn. */
      if (i + 8 < n)
        __builtin_prefetch (queue->items->pdata[i + 8]);
      if (i + 4 < n && ((const WaveQueuedItem *)queue->items->pdata[i + 4])->event != NULL)
        __builtin_prefetch (((const WaveQueuedItem *)queue->items->pdata[i + 4])->event);
      if (item->kind == WAVE_ITEM_MESSAGE)
        g_hash_table_remove (queue->ids, GUINT_TO_POINTER (item->id_hash));
      else if (item->kind == WAVE_ITEM_STREAM)
        g_hash_table_remove (queue->streams, item->stream);
    }
  if (n > 0)
    g_ptr_array_remove_range (queue->items, 0, n);
}
