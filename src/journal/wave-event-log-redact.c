// SPDX-License-Identifier: GPL-3.0-or-later
// What was taken back is not shown in the list of events either: the journal rewrites what it holds, this is about what is in memory.
#include "config.h"

#include "journal/wave-event-log-private.h"
#include "journal/wave-journal-store-private.h"

/* So many ids are remembered, for the moment until the journal has rewritten its copy and for what comes after its own redaction. */
#define MOST_REMEMBERED 20000

/* (transfer full): the event without what it said; when and where it came stays */
static WaveEvent *
without_content (const WaveEvent *event)
{
  g_autoptr (GBytes) skeleton = event->kind == WAVE_EVENT_CHUNK ? wave_journal_make_chunk_skeleton (event->raw, event->raw_size)
                                                                : wave_journal_make_skeleton (event->raw, event->raw_size);

  return wave_event_decode (skeleton, event->via, event->arrived_mono_us, event->arrived_wall_us);
}

static gboolean
is_meant (GHashTable *ids, const WaveEvent *event)
{
  const WaveMessage *message = event->kind == WAVE_EVENT_MESSAGE || event->kind == WAVE_EVENT_BRIDGE_MESSAGE ? event->payload : NULL;

  if (event->kind == WAVE_EVENT_REDACTION)
    return FALSE;
  return (event->id != NULL && g_hash_table_contains (ids, event->id))
         || (message != NULL && message->replaces_event_id != NULL && g_hash_table_contains (ids, message->replaces_event_id));
}

WaveEvent *
wave_log_take_back_one (WaveEventLog *self, WaveEvent *event)
{
  WaveEvent *bare;
  gboolean meant;

  g_mutex_lock (&self->cache_lock);
  meant = g_hash_table_size (self->taken_back) > 0 && is_meant (self->taken_back, event);
  g_mutex_unlock (&self->cache_lock);
  if (!meant)
    return event;
  bare = without_content (event);
  wave_event_unref (event);
  return bare;
}

static void
blank (WaveEventLog *self, guint slot)
{
  WaveEvent *event = self->memory->pdata[slot];

  self->memory->pdata[slot] = without_content (event);
  wave_event_unref (event);
}

static gboolean
is_from (const WaveEvent *event, const WaveEvent *message)
{
  return event != NULL && g_strcmp0 (event->room_id, message->room_id) == 0 && g_strcmp0 (event->sender_id, message->sender_id) == 0;
}

/* The chunks that became the message at @slot: those of its author in its room, back to the end of the reply or the message before it, and the last ones that came
 * after it. */
static void
blank_chunks (WaveEventLog *self, guint slot, const WaveEvent *message)
{
  gboolean any = FALSE, done = FALSE;

  for (guint i = slot; i > 0; i--)
    {
      const WaveEvent *event = self->memory->pdata[i - 1];
      const WaveChunk *chunk;

      if (!is_from (event, message))
        continue;
      if (event->kind == WAVE_EVENT_MESSAGE)
        break;
      chunk = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_CHUNK, WaveChunk);
      if (chunk == NULL)
        continue;
      if (chunk->done && any)
        break;
      done = done || chunk->done;
      any = TRUE;
      blank (self, i - 1);
    }
  for (guint i = slot + 1; any && !done && i < self->memory->len; i++)
    {
      const WaveEvent *event = self->memory->pdata[i];
      const WaveChunk *chunk = event != NULL ? WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_CHUNK, WaveChunk) : NULL;

      if (!is_from (event, message) || chunk == NULL)
        continue;
      done = chunk->done;
      blank (self, i);
    }
}

void
wave_log_take_back (WaveEventLog *self, GHashTable *ids)
{
  GHashTableIter iter;
  gpointer id;

  g_mutex_lock (&self->cache_lock);
  if (g_hash_table_size (self->taken_back) > MOST_REMEMBERED)
    g_hash_table_remove_all (self->taken_back);
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_hash_table_add (self->taken_back, g_strdup (id));
  /* Its chunks are there under no id. */
  for (guint i = 0; i < WAVE_LOG_CACHE; i++)
    g_clear_pointer (&self->cache[i].event, wave_event_unref);
  g_mutex_unlock (&self->cache_lock);
  g_mutex_lock (&self->memory_lock);
  for (guint i = 0; i < self->memory->len; i++)
    {
      WaveEvent *event = self->memory->pdata[i];

      if (event == NULL || !is_meant (ids, event))
        continue;
      if (event->kind == WAVE_EVENT_MESSAGE)
        blank_chunks (self, i, event);
      blank (self, i);
    }
  g_mutex_unlock (&self->memory_lock);
}
