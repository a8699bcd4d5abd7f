// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: what came to a timeline that nobody looks at. Most of it is never looked at, so that it is kept as it came, and made into items when
// somebody asks for them. Only what comes at the end and is new stands here: whatever else happens to a timeline makes its items first.
#pragma once

#include "model/wave-stream.h"
#include "model/wave-timeline.h"
#include "protocol/wave-event.h"

G_BEGIN_DECLS

typedef struct {
  WaveItemKind kind;  /* MESSAGE, STREAM or GAP */
  WaveEvent *event;   /* of a MESSAGE */
  WaveStream *stream; /* nullable, but for a STREAM */
  WaveGap *gap;       /* of a GAP */
  WaveParticipant *sender; /* nullable */
  gint64 wall_us, key_position;
  guint64 key_serial;
  guint id_hash; /* of a MESSAGE */
  gboolean mine, mentions_me;
  guint64 number; /* rises from one to the next */
} WaveQueuedItem;

typedef struct {
  GPtrArray *items;       /* of WaveQueuedItem, in their order */
  GHashTable *ids;        /* hashes of those of the messages: all of them fit into less memory than their addresses */
  GHashTable *streams;    /* WaveStream → its WaveQueuedItem of kind STREAM, both borrowed */
  guint64 last_number;
  guint64 last_message; /* number of the latest message */
} WaveTimelineQueue;

void wave_timeline_queue_init (WaveTimelineQueue *queue);
void wave_timeline_queue_clear (WaveTimelineQueue *queue);
/* All of what is queued, which is no longer: (transfer full) (element-type WaveQueuedItem) */
GPtrArray *wave_timeline_queue_steal (WaveTimelineQueue *queue);

/* Takes a copy of @item, whose objects it takes references of. The number is given here. */
void wave_timeline_queue_add (WaveTimelineQueue *queue, const WaveQueuedItem *item);
/* The final message of a queued stream came: it stands where the stream stood, or last if others spoke meanwhile. */
void wave_timeline_queue_settle (WaveTimelineQueue *queue, WaveQueuedItem *streaming, const WaveQueuedItem *message);
/* Lets go of the @n oldest. */
void wave_timeline_queue_drop (WaveTimelineQueue *queue, guint n);

/* @hash: g_str_hash() of the id of a message. Two ids that share it, one in four thousand million, are taken for one: whoever asks makes the items then and looks there. */
static inline gboolean
wave_timeline_queue_may_have_id (const WaveTimelineQueue *queue, guint hash)
{
  return queue->items->len > 0 && g_hash_table_contains (queue->ids, GUINT_TO_POINTER (hash));
}

/* Returns: (nullable): its item */
static inline WaveQueuedItem *
wave_timeline_queue_find_stream (const WaveTimelineQueue *queue, WaveStream *stream)
{
  return queue->items->len > 0 && stream != NULL ? g_hash_table_lookup (queue->streams, stream) : NULL;
}

G_END_DECLS
