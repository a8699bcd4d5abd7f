// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/wave-room-parts-private.h"

struct _WaveTransitionItem
{
  GObject parent_instance;
  WaveTransition *transition;
};

G_DEFINE_FINAL_TYPE (WaveTransitionItem, wave_transition_item, G_TYPE_OBJECT)

static void
wave_transition_item_finalize (GObject *object)
{
  WaveTransitionItem *self = WAVE_TRANSITION_ITEM (object);

  g_clear_pointer (&self->transition, wave_transition_free);
  G_OBJECT_CLASS (wave_transition_item_parent_class)->finalize (object);
}

static void
wave_transition_item_class_init (WaveTransitionItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_transition_item_finalize;
}

static void
wave_transition_item_init (WaveTransitionItem *self)
{
}

WaveTransitionItem *
wave_transition_item_new (const WaveTransition *transition)
{
  WaveTransitionItem *self = g_object_new (WAVE_TYPE_TRANSITION_ITEM, NULL);

  self->transition = wave_transition_copy (transition);
  return self;
}

gconstpointer
wave_transition_item_get (WaveTransitionItem *item)
{
  g_return_val_if_fail (WAVE_IS_TRANSITION_ITEM (item), NULL);
  return item->transition;
}
