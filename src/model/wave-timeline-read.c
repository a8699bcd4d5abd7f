// SPDX-License-Identifier: GPL-3.0-or-later
// The line between what was read and what is new, and how much is new.
#include "config.h"

#include "model/wave-timeline-private.h"

static gboolean
is_after_read (WaveTimeline *self, const WaveTimelineItem *item)
{
  return item->key_position > self->read_position
         || (item->key_position == self->read_position && item->key_serial > self->read_serial);
}

static gboolean
counts_as_new (const WaveTimelineItem *item)
{
  return item->order == ORDER_ITEM && (wave_timeline_item_is_message (item) || item->kind == WAVE_ITEM_ERROR) && !item->mine;
}

static void
drop_read_line (WaveTimeline *self)
{
  WaveTimelineItem *line = g_steal_pointer (&self->read_item);
  GSequenceIter *next;

  if (line == NULL)
    return;
  next = wave_timeline_next_real (line->iter);
  wave_timeline_unplace (self, line);
  if (next != NULL)
    wave_timeline_refresh_one (self, next);
}

static void
add_read_line (WaveTimeline *self)
{
  g_autoptr (WaveTimelineItem) line = wave_timeline_item_new (WAVE_ITEM_READ);
  GSequenceIter *next;

  line->key_position = self->read_position;
  line->key_serial = self->read_serial;
  line->order = ORDER_READ;
  wave_timeline_place (self, line);
  self->read_item = line;
  next = wave_timeline_next_real (line->iter);
  if (next != NULL)
    wave_timeline_refresh_one (self, next);
}

/* The line between read and unread cannot be drawn where what was read is not held: it would stand at the very top and say
 * nothing. */
static gboolean
reaches_back_to_read (WaveTimeline *self)
{
  GSequenceIter *begin;

  if (self->read_position < 0)
    return FALSE;
  begin = g_sequence_get_begin_iter (self->items);
  return !g_sequence_iter_is_end (begin) && !is_after_read (self, wave_timeline_item_at (begin));
}

static GSequenceIter *
first_after_read (WaveTimeline *self)
{
  WaveTimelineItem probe = { .key_position = self->read_position, .key_serial = self->read_serial, .order = ORDER_READ + 1 };

  return g_sequence_search (self->items, &probe, wave_timeline_compare_items, NULL);
}

/* The line shows only between what was read and something that was not. */
void
wave_timeline_update_read_line (WaveTimeline *self)
{
  drop_read_line (self);
  if (!reaches_back_to_read (self))
    return;
  for (GSequenceIter *iter = first_after_read (self); !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    if (counts_as_new (wave_timeline_item_at (iter)))
      {
        add_read_line (self);
        return;
      }
}

void
wave_timeline_read_follows (WaveTimeline *self, WaveTimelineItem *item)
{
  if (self->read_id != NULL && item->id != NULL && g_str_equal (self->read_id, item->id))
    {
      self->read_position = item->key_position;
      self->read_serial = item->key_serial;
      wave_timeline_update_read_line (self);
    }
  else if (self->read_item == NULL && counts_as_new (item) && is_after_read (self, item) && reaches_back_to_read (self))
    add_read_line (self);
}

void
wave_timeline_set_read (WaveTimeline *self, const char *event_id, gint64 position)
{
  WaveTimelineItem *item;

  wave_timeline_make_items (self);
  item = event_id != NULL ? wave_timeline_lookup (self, event_id) : NULL;
  if (event_id != NULL && g_set_str (&self->read_id, event_id))
    self->read_position = -1;
  if (item != NULL)
    {
      self->read_position = item->key_position;
      self->read_serial = item->key_serial;
    }
  else if (position >= 0)
    {
      self->read_position = position;
      self->read_serial = 0;
    }
  wave_timeline_update_read_line (self);
}

int
wave_timeline_count_unread (WaveTimeline *self, guint *mentions)
{
  int n = 0;

  wave_timeline_make_items (self);
  *mentions = 0;
  if (self->read_position < 0)
    return -1;
  for (GSequenceIter *iter = first_after_read (self); !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    if (counts_as_new (wave_timeline_item_at (iter)) && wave_timeline_item_at (iter)->kind == WAVE_ITEM_MESSAGE)
      {
        n++;
        *mentions += wave_timeline_item_at (iter)->mentions_me;
      }
  return n;
}
