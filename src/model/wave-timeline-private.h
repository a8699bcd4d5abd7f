// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: the inside of a WaveTimeline, shared by wave-timeline.c (the list of items), -read.c (the line between what was read and what is new) and -unseen.c
// (what comes while nobody looks).
#pragma once

#include "model/wave-room-private.h"
#include "model/wave-timeline-queue.h"

G_BEGIN_DECLS

/* Order among equal keys. */
enum
{
  ORDER_DAY,
  ORDER_ITEM,
  ORDER_READ
};

struct _WaveTimeline
{
  WaveModelObject parent_instance;
  WaveRoom *room; /* borrowed */

  WaveTimelineQueue queue; /* what comes after the items, as long as nobody looks */
  gboolean silent;         /* they are being made: nobody knows of them yet */
  GSequence *items;      /* of WaveTimelineItem, by key */
  GHashTable *by_id;     /* id → item, both borrowed */
  GHashTable *by_stream; /* stream → item, both borrowed */
  GPtrArray *notices;    /* borrowed: the items whose text bears names */
  GHashTable *awaited;   /* ids that are answered and not held, owned */
  guint64 next_serial;
  gint64 top_position; /* the highest position so far */

  char *read_id;
  gint64 read_position; /* -1: not known yet */
  guint64 read_serial;
  WaveTimelineItem *read_item; /* borrowed */

  gint64 day_start, day_end; /* wall µs of the day asked for last */
  gint64 hold_until;         /* mono µs */
  guint n_new;
  gboolean loading_older, reached_start;
};
enum
{
  TIMELINE_LOADING_OLDER = 1,
  TIMELINE_REACHED_START,
  TIMELINE_N_NEW,
  N_TIMELINE
};

static inline WaveTimelineItem *
wave_timeline_item_at (GSequenceIter *iter)
{
  return g_sequence_get (iter);
}

static inline gboolean
wave_timeline_item_is_message (const WaveTimelineItem *item)
{
  return item->kind == WAVE_ITEM_MESSAGE || item->kind == WAVE_ITEM_STREAM;
}

/* ---- wave-timeline.c ---- */

/* By key, for g_sequence_search(). */
int wave_timeline_compare_items (gconstpointer a, gconstpointer b, gpointer user_data);
/* Returns: (nullable): the next one that is no separator */
GSequenceIter *wave_timeline_next_real (GSequenceIter *iter);
/* Puts @item, whose key is set, in its place and tells of it. */
void wave_timeline_place (WaveTimeline *self, WaveTimelineItem *item);
void wave_timeline_unplace (WaveTimeline *self, WaveTimelineItem *item);
/* The day separator before the item at @iter and whether it continues the one before. */
void wave_timeline_refresh_one (WaveTimeline *self, GSequenceIter *iter);
/* Where what has the position @position stands, or what has none (-1). */
void wave_timeline_make_key (WaveTimeline *self, gint64 position, gint64 *key_position, guint64 *key_serial);
/* @item has its key. */
void wave_timeline_insert_keyed (WaveTimeline *self, WaveTimelineItem *item);
/* Of the items that are made. Returns: (nullable): borrowed */
WaveTimelineItem *wave_timeline_find_last (WaveTimeline *self, gboolean messages_only);

/* ---- wave-timeline-read.c ---- */

/* Draws the line where it belongs now, or takes it away. */
void wave_timeline_update_read_line (WaveTimeline *self);
/* @item came: it may be what was read last, or the first that was not. */
void wave_timeline_read_follows (WaveTimeline *self, WaveTimelineItem *item);

/* ---- wave-timeline-unseen.c ---- */

/* Whether anybody is connected to its "items-changed". */
gboolean wave_timeline_is_looked_at (WaveTimeline *self);
/* Makes the items of what is queued. */
void wave_timeline_make_items (WaveTimeline *self);

G_END_DECLS
