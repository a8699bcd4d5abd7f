// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-list-tail.h"

/* So many more than the least, and the first go. */
#define SLACK 24

struct _WaveListTail
{
  GObject parent_instance;
  GListModel *source; /* nullable */
  gulong source_changed;
  guint n_source;
  guint offset; /* items of the source in front */
  guint least;
  gboolean following;
};

static void wave_list_tail_list_model_init (GListModelInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (WaveListTail, wave_list_tail, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, wave_list_tail_list_model_init))

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  WaveListTail *self = WAVE_LIST_TAIL (model);

  return self->n_source - self->offset;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WaveListTail *self = WAVE_LIST_TAIL (model);

  return position < self->n_source - self->offset ? g_list_model_get_item (self->source, self->offset + position) : NULL;
}

static void
wave_list_tail_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* Where it begins while the end is followed. */
static guint
offset_of_end (WaveListTail *self)
{
  return self->n_source - MIN (self->n_source, self->least);
}

/* Of @added items that came in front of all that show: how many are not wanted. */
static guint
n_passed_over (WaveListTail *self, guint at, guint added)
{
  guint wanted = offset_of_end (self);

  return self->following && wanted > at ? MIN (wanted - at, added) : 0;
}

static void
keep_length (WaveListTail *self)
{
  guint before = self->offset, n = self->n_source - self->offset;

  if (before > 0 && n < self->least)
    {
      self->offset = offset_of_end (self);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, before - self->offset);
    }
  else if (self->following && n > self->least + SLACK)
    {
      self->offset = offset_of_end (self);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, self->offset - before, 0);
    }
}

static void
on_source_changed (GListModel *source, guint position, guint removed, guint added, WaveListTail *self)
{
  self->n_source = g_list_model_get_n_items (source);
  if (position < self->offset && position + removed <= self->offset)
    self->offset += added - removed;
  else if (position > self->offset)
    g_list_model_items_changed (G_LIST_MODEL (self), position - self->offset, removed, added);
  else
    {
      guint passed_over = n_passed_over (self, position, added);
      guint went = position + removed - self->offset;

      self->offset = position + passed_over;
      g_list_model_items_changed (G_LIST_MODEL (self), 0, went, added - passed_over);
    }
  keep_length (self);
}

static void
forget_source (WaveListTail *self)
{
  if (self->source != NULL)
    g_clear_signal_handler (&self->source_changed, self->source);
  g_clear_object (&self->source);
}

WaveListTail *
wave_list_tail_new (void)
{
  return g_object_new (WAVE_TYPE_LIST_TAIL, NULL);
}

void
wave_list_tail_set_source (WaveListTail *self, GListModel *source)
{
  guint before;

  g_return_if_fail (WAVE_IS_LIST_TAIL (self));
  before = self->n_source - self->offset;
  forget_source (self);
  self->least = WAVE_LIST_TAIL_LEAST;
  self->n_source = self->offset = 0;
  if (source != NULL)
    {
      self->source = g_object_ref (source);
      self->source_changed = g_signal_connect (source, "items-changed", G_CALLBACK (on_source_changed), self);
      self->n_source = g_list_model_get_n_items (source);
      self->offset = offset_of_end (self);
    }
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->n_source - self->offset);
}

void
wave_list_tail_set_following (WaveListTail *self, gboolean following)
{
  g_return_if_fail (WAVE_IS_LIST_TAIL (self));
  self->following = following;
}

gboolean
wave_list_tail_extend (WaveListTail *self, guint n)
{
  g_return_val_if_fail (WAVE_IS_LIST_TAIL (self), FALSE);
  n = MIN (n, self->offset);
  if (n == 0)
    return FALSE;
  self->offset -= n;
  if (self->following)
    self->least = MAX (self->least, self->n_source - self->offset);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n);
  return TRUE;
}

guint
wave_list_tail_get_n_hidden (WaveListTail *self)
{
  g_return_val_if_fail (WAVE_IS_LIST_TAIL (self), 0);
  return self->offset;
}

guint
wave_list_tail_include (WaveListTail *self, guint position)
{
  g_return_val_if_fail (WAVE_IS_LIST_TAIL (self), 0);
  if (position < self->offset)
    wave_list_tail_extend (self, self->offset - position + SLACK);
  return position - self->offset;
}

static void
wave_list_tail_dispose (GObject *object)
{
  forget_source (WAVE_LIST_TAIL (object));
  G_OBJECT_CLASS (wave_list_tail_parent_class)->dispose (object);
}

static void
wave_list_tail_class_init (WaveListTailClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_list_tail_dispose;
}

static void
wave_list_tail_init (WaveListTail *self)
{
  self->least = WAVE_LIST_TAIL_LEAST;
  self->following = TRUE;
}
