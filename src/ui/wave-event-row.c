// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-event-row.h"

#define BLOCK 2000

struct _WaveEventRow
{
  GObject parent_instance;
  const WaveEvent *event;
  gint64 before;
};

G_DEFINE_FINAL_TYPE (WaveEventRow, wave_event_row, G_TYPE_OBJECT)

static void
wave_event_row_finalize (GObject *object)
{
  wave_event_unref (WAVE_EVENT_ROW (object)->event);
  G_OBJECT_CLASS (wave_event_row_parent_class)->finalize (object);
}

static void
wave_event_row_class_init (WaveEventRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_event_row_finalize;
}

static void
wave_event_row_init (WaveEventRow *self)
{
}

const WaveEvent *
wave_event_row_get_event (WaveEventRow *row)
{
  g_return_val_if_fail (WAVE_IS_EVENT_ROW (row), NULL);
  return row->event;
}

gint64
wave_event_row_get_before (WaveEventRow *row)
{
  g_return_val_if_fail (WAVE_IS_EVENT_ROW (row), -1);
  return row->before;
}

/* Events are held as they are; the objects of the list are made when a row asks for one. */
struct _WaveEventRing
{
  GObject parent_instance;
  GPtrArray *events; /* told of */
  GPtrArray *pending;
};

static GType
wave_event_ring_get_item_type (GListModel *model)
{
  return WAVE_TYPE_EVENT_ROW;
}

static guint
wave_event_ring_get_n_items (GListModel *model)
{
  return WAVE_EVENT_RING (model)->events->len;
}

static gpointer
wave_event_ring_get_item (GListModel *model, guint position)
{
  WaveEventRing *self = WAVE_EVENT_RING (model);
  WaveEventRow *row;

  if (position >= self->events->len)
    return NULL;
  row = g_object_new (WAVE_TYPE_EVENT_ROW, NULL);
  row->event = wave_event_ref (self->events->pdata[position]);
  row->before = -1;
  if (position > 0)
    row->before = row->event->arrived_mono_us - ((const WaveEvent *) self->events->pdata[position - 1])->arrived_mono_us;
  return row;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = wave_event_ring_get_item_type;
  iface->get_n_items = wave_event_ring_get_n_items;
  iface->get_item = wave_event_ring_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WaveEventRing, wave_event_ring, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
wave_event_ring_finalize (GObject *object)
{
  g_ptr_array_unref (WAVE_EVENT_RING (object)->events);
  g_ptr_array_unref (WAVE_EVENT_RING (object)->pending);
  G_OBJECT_CLASS (wave_event_ring_parent_class)->finalize (object);
}

static void
wave_event_ring_class_init (WaveEventRingClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_event_ring_finalize;
}

static void
unref_event (gpointer data)
{
  wave_event_unref (data);
}

static void
wave_event_ring_init (WaveEventRing *self)
{
  self->events = g_ptr_array_new_with_free_func (unref_event);
  self->pending = g_ptr_array_new_with_free_func (unref_event);
}

WaveEventRing *
wave_event_ring_new (void)
{
  return g_object_new (WAVE_TYPE_EVENT_RING, NULL);
}

void
wave_event_ring_append (WaveEventRing *ring, const WaveEvent *event)
{
  g_return_if_fail (WAVE_IS_EVENT_RING (ring));
  g_ptr_array_add (ring->pending, wave_event_ref (event));
  /* While the view is paused no more is kept than could be shown. */
  if (ring->pending->len > WAVE_EVENT_RING_MAX + BLOCK)
    g_ptr_array_remove_range (ring->pending, 0, BLOCK);
}

guint
wave_event_ring_get_pending (WaveEventRing *ring)
{
  g_return_val_if_fail (WAVE_IS_EVENT_RING (ring), 0);
  return ring->pending->len;
}

guint
wave_event_ring_flush (WaveEventRing *ring)
{
  guint added, start;

  g_return_val_if_fail (WAVE_IS_EVENT_RING (ring), 0);
  added = ring->pending->len;
  start = ring->events->len;
  if (added == 0)
    return 0;
  g_ptr_array_extend_and_steal (ring->events, g_steal_pointer (&ring->pending));
  ring->pending = g_ptr_array_new_with_free_func (unref_event);
  g_list_model_items_changed (G_LIST_MODEL (ring), start, 0, added);
  if (ring->events->len > WAVE_EVENT_RING_MAX)
    {
      guint gone = ring->events->len - WAVE_EVENT_RING_MAX + BLOCK;

      gone = MIN (gone, ring->events->len);
      g_ptr_array_remove_range (ring->events, 0, gone);
      g_list_model_items_changed (G_LIST_MODEL (ring), 0, gone, 0);
    }
  return added;
}
