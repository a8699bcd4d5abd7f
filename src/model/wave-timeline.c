// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/wave-timeline-private.h"

/* Messages of one sender that follow each other within this time stand under one header. */
#define GROUP_US (5 * 60 * G_USEC_PER_SEC)
/* Items are let go in blocks of an eighth, so that a busy room does not tell of a removal with every message. */
#define TRIM_SHARE 8
/* What a room that nobody looks at keeps at least: two screens. */
#define MIN_ITEMS 100
/* How long items that were fetched by scrolling up are kept, and how many at most. */
#define HOLD_US (10 * 60 * G_USEC_PER_SEC)
#define MAX_HELD 120000
/* Of the answers whose question is not held so many are remembered. */
#define MAX_AWAITED 10000

static void wave_timeline_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WaveTimeline, wave_timeline, WAVE_TYPE_MODEL_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, wave_timeline_iface_init))

static GParamSpec *timeline_props[N_TIMELINE];

static int
compare_keys (const WaveTimelineItem *a, const WaveTimelineItem *b)
{
  if (a->key_position != b->key_position)
    return a->key_position < b->key_position ? -1 : 1;
  if (a->key_serial != b->key_serial)
    return a->key_serial < b->key_serial ? -1 : 1;
  return (int)a->order - (int)b->order;
}

int
wave_timeline_compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return compare_keys (a, b);
}

static GSequenceIter *
previous_real (GSequenceIter *iter)
{
  while (!g_sequence_iter_is_begin (iter))
    {
      iter = g_sequence_iter_prev (iter);
      if (wave_timeline_item_at (iter)->order == ORDER_ITEM)
        return iter;
    }
  return NULL;
}

GSequenceIter *
wave_timeline_next_real (GSequenceIter *iter)
{
  for (iter = g_sequence_iter_next (iter); !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    if (wave_timeline_item_at (iter)->order == ORDER_ITEM)
      return iter;
  return NULL;
}

/* The start of the local day of @wall_us. Days of one timeline repeat, so the last one is remembered. */
static gint64
day_of (WaveTimeline *self, gint64 wall_us)
{
  g_autoptr (GDateTime) time = NULL;
  g_autoptr (GDateTime) start = NULL;
  g_autoptr (GDateTime) end = NULL;

  if (self->day_end > self->day_start && wall_us >= self->day_start && wall_us < self->day_end)
    return self->day_start;
  time = g_date_time_new_from_unix_local (wall_us / G_USEC_PER_SEC);
  if (time == NULL)
    return 0;
  start = g_date_time_new_local (g_date_time_get_year (time), g_date_time_get_month (time), g_date_time_get_day_of_month (time),
                                 0, 0, 0);
  end = start != NULL ? g_date_time_add_days (start, 1) : NULL;
  if (end == NULL)
    return 0;
  self->day_start = g_date_time_to_unix (start) * G_USEC_PER_SEC;
  self->day_end = g_date_time_to_unix (end) * G_USEC_PER_SEC;
  return self->day_start;
}

void
wave_timeline_place (WaveTimeline *self, WaveTimelineItem *item)
{
  GSequenceIter *end = g_sequence_get_end_iter (self->items);
  GSequenceIter *last = g_sequence_iter_prev (end);
  GSequenceIter *before = end;
  guint position;

  if (last != end && compare_keys (wave_timeline_item_at (last), item) > 0)
    before = g_sequence_search (self->items, item, wave_timeline_compare_items, NULL);
  item->timeline = self;
  item->iter = g_sequence_insert_before (before, g_object_ref (item));
  /* Nearly everything comes last, where it needs no looking for. */
  if (self->silent)
    return;
  position = before == end ? g_sequence_get_length (self->items) - 1 : g_sequence_iter_get_position (item->iter);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

void
wave_timeline_unplace (WaveTimeline *self, WaveTimelineItem *item)
{
  guint position = g_sequence_iter_get_position (item->iter);

  item->timeline = NULL;
  g_sequence_remove (g_steal_pointer (&item->iter));
  if (!self->silent)
    g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

static gboolean
same_origin (WaveTimelineItem *a, WaveTimelineItem *b)
{
  const WaveImportedSender *first = wave_timeline_item_get_imported_sender (a);
  const WaveImportedSender *second = wave_timeline_item_get_imported_sender (b);

  return g_strcmp0 (first != NULL ? first->external_id : NULL, second != NULL ? second->external_id : NULL) == 0;
}

void
wave_timeline_refresh_one (WaveTimeline *self, GSequenceIter *iter)
{
  WaveTimelineItem *item = wave_timeline_item_at (iter);
  GSequenceIter *before = g_sequence_iter_is_begin (iter) ? NULL : g_sequence_iter_prev (iter);
  GSequenceIter *real = previous_real (iter);
  WaveTimelineItem *previous = real != NULL ? wave_timeline_item_at (real) : NULL;
  gboolean has_day = before != NULL && wave_timeline_item_at (before)->kind == WAVE_ITEM_DAY;
  gboolean wants_day = previous == NULL || day_of (self, item->wall_us) > day_of (self, previous->wall_us);
  gboolean continued;

  if (has_day && !wants_day)
    wave_timeline_unplace (self, wave_timeline_item_at (before));
  else if (!has_day && wants_day)
    {
      g_autoptr (WaveTimelineItem) day = wave_timeline_item_new (WAVE_ITEM_DAY);

      day->key_position = item->key_position;
      day->key_serial = item->key_serial;
      day->order = ORDER_DAY;
      day->wall_us = item->wall_us;
      wave_timeline_place (self, day);
    }
  before = g_sequence_iter_is_begin (iter) ? NULL : g_sequence_iter_prev (iter);
  continued = !wants_day && before == real && wave_timeline_item_is_message (item) && wave_timeline_item_is_message (previous) && item->sender != NULL
              && item->sender == previous->sender && ABS (item->wall_us - previous->wall_us) <= GROUP_US
              && same_origin (item, previous);
  if (continued != item->continued)
    {
      item->continued = continued;
      wave_model_mark (item, ITEM_CONTINUED);
    }
}

static void
refresh_around (WaveTimeline *self, GSequenceIter *iter)
{
  GSequenceIter *next = wave_timeline_next_real (iter);

  wave_timeline_refresh_one (self, iter);
  if (next != NULL)
    wave_timeline_refresh_one (self, next);
}

/* ---- items come and go ---- */

static void
index_item (WaveTimeline *self, WaveTimelineItem *item)
{
  if (item->id != NULL)
    g_hash_table_replace (self->by_id, item->id, item);
  if (item->kind == WAVE_ITEM_STREAM)
    g_hash_table_replace (self->by_stream, item->stream, item);
  if (item->kind == WAVE_ITEM_NOTICE || item->kind == WAVE_ITEM_ERROR)
    g_ptr_array_add (self->notices, item);
}

static void
unindex_item (WaveTimeline *self, WaveTimelineItem *item)
{
  if (item->id != NULL && g_hash_table_lookup (self->by_id, item->id) == item)
    g_hash_table_remove (self->by_id, item->id);
  if (item->stream != NULL && g_hash_table_lookup (self->by_stream, item->stream) == item)
    g_hash_table_remove (self->by_stream, item->stream);
  if (item->kind == WAVE_ITEM_NOTICE || item->kind == WAVE_ITEM_ERROR)
    g_ptr_array_remove (self->notices, item);
}

/* An answer shows what it answers as soon as that is there. */
static void
meet_replies (WaveTimeline *self, WaveTimelineItem *item)
{
  const char *answered = wave_timeline_item_get_reply_to_id (item);

  if (item->id != NULL && g_hash_table_remove (self->awaited, item->id))
    wave_timeline_touch_replies (self, item->id);
  if (answered == NULL || wave_timeline_lookup (self, answered) != NULL)
    return;
  if (g_hash_table_size (self->awaited) >= MAX_AWAITED)
    g_hash_table_remove_all (self->awaited);
  g_hash_table_add (self->awaited, g_strdup (answered));
}

void
wave_timeline_make_key (WaveTimeline *self, gint64 position, gint64 *key_position, guint64 *key_serial)
{
  if (position >= 0)
    {
      *key_position = position;
      *key_serial = 0;
      self->top_position = MAX (self->top_position, position);
    }
  else
    {
      /* After everything that the tenant has shown so far, also when this room's own past is fetched later. */
      gint64 top = self->room != NULL && self->room->tenant != NULL ? wave_tenant_get_top_position (self->room->tenant) : -1;

      *key_position = self->top_position = MAX (self->top_position, top);
      *key_serial = ++self->next_serial;
    }
}

void
wave_timeline_insert_keyed (WaveTimeline *self, WaveTimelineItem *item)
{
  index_item (self, item);
  wave_timeline_place (self, item);
  refresh_around (self, item->iter);
  wave_timeline_read_follows (self, item);
  meet_replies (self, item);
}

void
wave_timeline_insert (WaveTimeline *self, WaveTimelineItem *item)
{
  wave_timeline_make_items (self);
  wave_timeline_make_key (self, item->position, &item->key_position, &item->key_serial);
  wave_timeline_insert_keyed (self, item);
}

/* ---- items go ---- */

void
wave_timeline_remove (WaveTimeline *self, WaveTimelineItem *item)
{
  g_autoptr (WaveTimelineItem) keep = g_object_ref (item);
  GSequenceIter *next;
  GSequenceIter *before;

  wave_timeline_make_items (self);
  next = wave_timeline_next_real (item->iter);
  before = g_sequence_iter_is_begin (item->iter) ? NULL : g_sequence_iter_prev (item->iter);
  if (before != NULL && wave_timeline_item_at (before)->kind == WAVE_ITEM_DAY)
    wave_timeline_unplace (self, wave_timeline_item_at (before));
  unindex_item (self, item);
  wave_timeline_unplace (self, item);
  if (next != NULL)
    wave_timeline_refresh_one (self, next);
  wave_timeline_update_read_line (self);
}

/* The item at @iter becomes durable where it stands. What came after it by arrival alone, up to the next durable item, is
 * anchored to it. */
static void
take_position (WaveTimeline *self, GSequenceIter *iter)
{
  WaveTimelineItem *item = wave_timeline_item_at (iter);
  GSequenceIter *day = g_sequence_iter_is_begin (iter) ? NULL : g_sequence_iter_prev (iter);

  item->key_position = item->position;
  item->key_serial = 0;
  if (day != NULL && wave_timeline_item_at (day)->kind == WAVE_ITEM_DAY)
    {
      wave_timeline_item_at (day)->key_position = item->position;
      wave_timeline_item_at (day)->key_serial = 0;
    }
  for (iter = g_sequence_iter_next (iter); !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter))
    {
      if (wave_timeline_item_at (iter)->key_position > item->position)
        break;
      wave_timeline_item_at (iter)->key_position = item->position;
    }
  self->top_position = MAX (self->top_position, item->position);
}

static gboolean
fits_where_it_stands (WaveTimelineItem *item)
{
  for (GSequenceIter *iter = wave_timeline_next_real (item->iter); iter != NULL; iter = wave_timeline_next_real (iter))
    if (wave_timeline_item_at (iter)->position >= 0)
      {
        if (wave_timeline_item_at (iter)->position < item->position)
          return FALSE;
        break;
      }
  for (GSequenceIter *iter = previous_real (item->iter); iter != NULL; iter = previous_real (iter))
    if (wave_timeline_item_at (iter)->position >= 0)
      return wave_timeline_item_at (iter)->position < item->position;
    else if (wave_timeline_item_at (iter)->key_position > item->position)
      return FALSE;
  return TRUE;
}

void
wave_timeline_settle (WaveTimeline *self, WaveTimelineItem *item, const WaveEvent *event)
{
  g_autoptr (WaveTimelineItem) keep = g_object_ref (item);

  wave_timeline_make_items (self);
  g_hash_table_remove (self->by_stream, item->stream);
  item->kind = WAVE_ITEM_MESSAGE;
  item->event = wave_event_ref (event);
  item->position = event->position;
  g_set_str (&item->id, event->id);
  wave_model_mark (item, ITEM_KIND);
  wave_model_mark (item, ITEM_BODY);
  wave_model_mark (item, ITEM_STATE_TEXT);
  if (item->position < 0 || fits_where_it_stands (item))
    {
      if (item->position >= 0)
        take_position (self, item->iter);
      index_item (self, item);
      refresh_around (self, item->iter);
      wave_timeline_read_follows (self, item);
      return;
    }
  /* Others spoke while it was written: the order of positions wins, as it will after a restart. */
  wave_timeline_remove (self, item);
  wave_timeline_insert (self, item);
}

WaveTimelineItem *
wave_timeline_lookup (WaveTimeline *self, const char *id)
{
  if (id != NULL && wave_timeline_queue_may_have_id (&self->queue, g_str_hash (id)))
    wave_timeline_make_items (self);
  return id != NULL ? g_hash_table_lookup (self->by_id, id) : NULL;
}

WaveTimelineItem *
wave_timeline_lookup_position (WaveTimeline *self, gint64 position)
{
  WaveTimelineItem probe = { .key_position = position, .key_serial = 0, .order = ORDER_ITEM };
  GSequenceIter *iter;

  if (position < 0 || position > self->top_position)
    return NULL;
  wave_timeline_make_items (self);
  iter = g_sequence_lookup (self->items, &probe, wave_timeline_compare_items, NULL);
  return iter != NULL ? wave_timeline_item_at (iter) : NULL;
}

WaveTimelineItem *
wave_timeline_lookup_stream (WaveTimeline *self, WaveStream *stream)
{
  if (wave_timeline_queues_stream (self, stream))
    wave_timeline_make_items (self);
  return g_hash_table_lookup (self->by_stream, stream);
}

/* @n_kept: of the items that are made */
static void
keep_last (WaveTimeline *self, guint n_kept)
{
  guint n = g_sequence_get_length (self->items);
  GSequenceIter *begin;
  GSequenceIter *cut;
  guint removed;

  if (n <= n_kept)
    return;
  removed = n - n_kept;
  begin = g_sequence_get_begin_iter (self->items);
  cut = g_sequence_get_iter_at_pos (self->items, removed);
  for (GSequenceIter *iter = begin; iter != cut; iter = g_sequence_iter_next (iter))
    {
      WaveTimelineItem *item = wave_timeline_item_at (iter);

      unindex_item (self, item);
      item->timeline = NULL;
      item->iter = NULL;
      if (item == self->read_item)
        self->read_item = NULL;
    }
  g_sequence_remove_range (begin, cut);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, 0);
  begin = g_sequence_get_begin_iter (self->items);
  if (!g_sequence_iter_is_end (begin))
    wave_timeline_refresh_one (self, wave_timeline_item_at (begin)->order == ORDER_ITEM ? begin : wave_timeline_next_real (begin));
  if (self->reached_start)
    {
      self->reached_start = FALSE;
      wave_model_mark (self, TIMELINE_REACHED_START);
    }
}

void
wave_timeline_keep_last (WaveTimeline *self, guint n_kept)
{
  wave_timeline_make_items (self);
  keep_last (self, n_kept);
}

void
wave_timeline_trim (WaveTimeline *self, gint64 now_mono, guint n_rooms)
{
  guint n_queued = self->queue.items->len, n = g_sequence_get_length (self->items) + n_queued;
  guint limit = CLAMP (WAVE_MAX_UNSEEN_ITEMS / MAX (n_rooms, 1), MIN_ITEMS, WAVE_MAX_TIMELINE_ITEMS);

  if (n <= limit + limit / TRIM_SHARE)
    return;
  if (now_mono < self->hold_until)
    limit = MAX_HELD;
  else if (wave_timeline_is_looked_at (self))
    limit = WAVE_MAX_TIMELINE_ITEMS;
  if (n <= limit + limit / TRIM_SHARE)
    return;
  if (n_queued > limit)
    wave_timeline_queue_drop (&self->queue, n_queued - limit);
  keep_last (self, limit - MIN (limit, n_queued));
}

void
wave_timeline_rename (WaveTimeline *self)
{
  for (guint i = 0; i < self->notices->len; i++)
    {
      WaveTimelineItem *item = self->notices->pdata[i];

      if (item->kind == WAVE_ITEM_NOTICE && item->event != NULL
          && ((item->sender != NULL && item->sender->name_changed) || (item->other != NULL && item->other->name_changed)))
        {
          g_free (item->text);
          item->text = wave_notice_text (item->event, item->sender, item->other);
          wave_model_mark (item, ITEM_BODY);
        }
    }
}

void
wave_timeline_touch_replies (WaveTimeline *self, const char *id)
{
  for (GSequenceIter *iter = g_sequence_get_begin_iter (self->items); !g_sequence_iter_is_end (iter);
       iter = g_sequence_iter_next (iter))
    if (g_strcmp0 (wave_timeline_item_get_reply_to_id (wave_timeline_item_at (iter)), id) == 0)
      wave_model_mark (wave_timeline_item_at (iter), ITEM_BODY);
}

void
wave_timeline_touch_gap (WaveTimeline *self, WaveGap *gap)
{
  /* A gap marker is among the last things: whatever came while it was open came after it. */
  for (GSequenceIter *iter = g_sequence_get_end_iter (self->items); !g_sequence_iter_is_begin (iter);)
    {
      WaveTimelineItem *item;

      iter = g_sequence_iter_prev (iter);
      item = wave_timeline_item_at (iter);
      if (item->kind != WAVE_ITEM_GAP)
        continue;
      if (item->gap == gap)
        {
          g_free (item->text);
          item->text = wave_gap_dup_sentence (gap);
          wave_model_mark (item, ITEM_BODY);
          wave_model_mark (item, ITEM_GAP);
        }
      return;
    }
}

WaveTimelineItem *
wave_timeline_find_last (WaveTimeline *self, gboolean messages_only)
{
  for (GSequenceIter *iter = g_sequence_get_end_iter (self->items); !g_sequence_iter_is_begin (iter);)
    {
      iter = g_sequence_iter_prev (iter);
      if (wave_timeline_item_at (iter)->order == ORDER_ITEM && (!messages_only || wave_timeline_item_at (iter)->kind == WAVE_ITEM_MESSAGE))
        return wave_timeline_item_at (iter);
    }
  return NULL;
}

WaveTimelineItem *
wave_timeline_get_last (WaveTimeline *self, gboolean messages_only)
{
  wave_timeline_make_items (self);
  return wave_timeline_find_last (self, messages_only);
}

gint64
wave_timeline_get_oldest_position (WaveTimeline *self)
{
  wave_timeline_make_items (self);
  for (GSequenceIter *iter = g_sequence_get_begin_iter (self->items); !g_sequence_iter_is_end (iter);
       iter = g_sequence_iter_next (iter))
    if (wave_timeline_item_at (iter)->position >= 0)
      return wave_timeline_item_at (iter)->position;
  return -1;
}

void
wave_timeline_set_new (WaveTimeline *self, guint n_new)
{
  if (self->n_new == n_new)
    return;
  self->n_new = n_new;
  wave_model_mark (self, TIMELINE_N_NEW);
}

void
wave_timeline_set_loading (WaveTimeline *self, gboolean loading, gboolean reached_start)
{
  if (self->loading_older != loading)
    {
      self->loading_older = loading;
      wave_model_mark (self, TIMELINE_LOADING_OLDER);
    }
  if (self->reached_start != reached_start)
    {
      self->reached_start = reached_start;
      wave_model_mark (self, TIMELINE_REACHED_START);
    }
}

/* ---- the list model ---- */

static GType
wave_timeline_get_item_type (GListModel *model)
{
  return WAVE_TYPE_TIMELINE_ITEM;
}

static guint
wave_timeline_get_n_items (GListModel *model)
{
  wave_timeline_make_items (WAVE_TIMELINE (model));
  return g_sequence_get_length (WAVE_TIMELINE (model)->items);
}

static gpointer
wave_timeline_get_item (GListModel *model, guint position)
{
  GSequenceIter *iter;

  wave_timeline_make_items (WAVE_TIMELINE (model));
  iter = g_sequence_get_iter_at_pos (WAVE_TIMELINE (model)->items, MIN (position, G_MAXINT));
  return g_sequence_iter_is_end (iter) ? NULL : g_object_ref (wave_timeline_item_at (iter));
}

static void
wave_timeline_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = wave_timeline_get_item_type;
  iface->get_n_items = wave_timeline_get_n_items;
  iface->get_item = wave_timeline_get_item;
}

static void
wave_timeline_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveTimeline *self = WAVE_TIMELINE (object);

  switch (prop_id)
    {
    case TIMELINE_LOADING_OLDER:
      g_value_set_boolean (value, self->loading_older);
      break;
    case TIMELINE_REACHED_START:
      g_value_set_boolean (value, self->reached_start);
      break;
    case TIMELINE_N_NEW:
      g_value_set_uint (value, self->n_new);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_timeline_finalize (GObject *object)
{
  WaveTimeline *self = WAVE_TIMELINE (object);

  for (GSequenceIter *iter = g_sequence_get_begin_iter (self->items); !g_sequence_iter_is_end (iter);
       iter = g_sequence_iter_next (iter))
    {
      wave_timeline_item_at (iter)->timeline = NULL;
      wave_timeline_item_at (iter)->iter = NULL;
    }
  g_sequence_free (self->items);
  wave_timeline_queue_clear (&self->queue);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->by_stream);
  g_ptr_array_unref (self->notices);
  g_hash_table_unref (self->awaited);
  g_free (self->read_id);
  G_OBJECT_CLASS (wave_timeline_parent_class)->finalize (object);
}

static void
wave_timeline_class_init (WaveTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = timeline_props;

  object_class->finalize = wave_timeline_finalize;
  object_class->get_property = wave_timeline_get_property;
  props[TIMELINE_LOADING_OLDER] = g_param_spec_boolean ("loading-older", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[TIMELINE_REACHED_START] = g_param_spec_boolean ("reached-start", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[TIMELINE_N_NEW] = g_param_spec_uint ("n-new", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_TIMELINE, props);
}

static void
wave_timeline_init (WaveTimeline *self)
{
  self->parent_instance.props = timeline_props;
  self->items = g_sequence_new (g_object_unref);
  wave_timeline_queue_init (&self->queue);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_stream = g_hash_table_new (NULL, NULL);
  self->notices = g_ptr_array_new ();
  self->awaited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->read_position = -1;
}

WaveTimeline *
wave_timeline_new (WaveRoom *room)
{
  WaveTimeline *self = g_object_new (WAVE_TYPE_TIMELINE, NULL);

  self->room = room;
  return self;
}

void
wave_timeline_detach (WaveTimeline *self)
{
  self->room = NULL;
}

WaveTenant *
wave_timeline_get_tenant (WaveTimeline *self)
{
  return self->room != NULL ? self->room->tenant : NULL;
}

void
wave_timeline_load_older (WaveTimeline *timeline)
{
  WaveTenant *tenant;

  g_return_if_fail (WAVE_IS_TIMELINE (timeline));
  tenant = timeline->room != NULL ? timeline->room->tenant : NULL;
  if (timeline->loading_older || timeline->reached_start || tenant == NULL
      || g_sequence_get_length (timeline->items) >= MAX_HELD)
    return;
  timeline->hold_until = wave_tenant_get_now_mono (tenant) + HOLD_US;
  wave_tenant_room_wanted (tenant, timeline->room, TRUE);
}

gboolean
wave_timeline_get_loading_older (WaveTimeline *timeline)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE (timeline), FALSE);
  return timeline->loading_older;
}

gboolean
wave_timeline_get_reached_start (WaveTimeline *timeline)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE (timeline), FALSE);
  return timeline->reached_start;
}

int
wave_timeline_find (WaveTimeline *timeline, const char *event_id)
{
  WaveTimelineItem *item;

  g_return_val_if_fail (WAVE_IS_TIMELINE (timeline), -1);
  item = wave_timeline_lookup (timeline, event_id);
  return item != NULL ? g_sequence_iter_get_position (item->iter) : -1;
}
