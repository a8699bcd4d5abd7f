// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/wave-room-parts-private.h"

G_DEFINE_FINAL_TYPE (WaveSidekickItem, wave_sidekick_item, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *sidekick_props[N_SIDEKICK];

static void
wave_sidekick_item_finalize (GObject *object)
{
  WaveSidekickItem *self = WAVE_SIDEKICK_ITEM (object);

  g_free (self->task_id);
  g_free (self->codename);
  g_free (self->task);
  g_free (self->status);
  g_free (self->room_id);
  g_free (self->result);
  g_free (self->reason);
  g_clear_object (&self->agent);
  g_clear_object (&self->children);
  G_OBJECT_CLASS (wave_sidekick_item_parent_class)->finalize (object);
}

static void
wave_sidekick_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveSidekickItem *self = WAVE_SIDEKICK_ITEM (object);

  switch (prop_id)
    {
    case SIDEKICK_TASK_ID:
      g_value_set_string (value, self->task_id);
      break;
    case SIDEKICK_CODENAME:
      g_value_set_string (value, self->codename);
      break;
    case SIDEKICK_TASK:
      g_value_set_string (value, self->task);
      break;
    case SIDEKICK_STATUS:
      g_value_set_string (value, self->status);
      break;
    case SIDEKICK_ROOM_ID:
      g_value_set_string (value, self->room_id);
      break;
    case SIDEKICK_RESULT:
      g_value_set_string (value, self->result);
      break;
    case SIDEKICK_REASON:
      g_value_set_string (value, self->reason);
      break;
    case SIDEKICK_STEPS_USED:
      g_value_set_int64 (value, self->steps_used);
      break;
    case SIDEKICK_STEPS_MAX:
      g_value_set_int64 (value, self->steps_max);
      break;
    case SIDEKICK_STARTED:
      g_value_set_int64 (value, self->started);
      break;
    case SIDEKICK_ENDED:
      g_value_set_int64 (value, self->ended);
      break;
    case SIDEKICK_TIMEOUT:
      g_value_set_int64 (value, self->timeout);
      break;
    case SIDEKICK_LIVE:
      g_value_set_boolean (value, self->ended < 0);
      break;
    case SIDEKICK_CHILDREN:
      g_value_set_object (value, self->children);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_sidekick_item_class_init (WaveSidekickItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = sidekick_props;

  object_class->finalize = wave_sidekick_item_finalize;
  object_class->get_property = wave_sidekick_item_get_property;
  props[SIDEKICK_TASK_ID] = g_param_spec_string ("task-id", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[SIDEKICK_CODENAME] = g_param_spec_string ("codename", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[SIDEKICK_TASK] = g_param_spec_string ("task", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[SIDEKICK_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[SIDEKICK_ROOM_ID] = g_param_spec_string ("room-id", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[SIDEKICK_RESULT] = g_param_spec_string ("result", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[SIDEKICK_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[SIDEKICK_STEPS_USED] = g_param_spec_int64 ("steps-used", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[SIDEKICK_STEPS_MAX] = g_param_spec_int64 ("steps-max", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[SIDEKICK_STARTED] = g_param_spec_int64 ("started", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[SIDEKICK_ENDED] = g_param_spec_int64 ("ended", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[SIDEKICK_TIMEOUT] = g_param_spec_int64 ("timeout", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[SIDEKICK_LIVE] = g_param_spec_boolean ("live", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[SIDEKICK_CHILDREN] = g_param_spec_object ("children", NULL, NULL, G_TYPE_LIST_MODEL, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_SIDEKICK, props);
}

static void
wave_sidekick_item_init (WaveSidekickItem *self)
{
  self->parent_instance.props = sidekick_props;
  /* The documented caps: 25 steps and five minutes. */
  self->steps_used = self->ended = -1;
  self->steps_max = 25;
  self->timeout = 5 * 60 * G_USEC_PER_SEC;
}

WaveSidekickItem *
wave_sidekick_item_new (void)
{
  return g_object_new (WAVE_TYPE_SIDEKICK_ITEM, NULL);
}

const char *
wave_sidekick_item_get_task_id (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), NULL);
  return item->task_id;
}

const char *
wave_sidekick_item_get_codename (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), NULL);
  return item->codename;
}

const char *
wave_sidekick_item_get_task (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), NULL);
  return item->task;
}

const char *
wave_sidekick_item_get_status (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), NULL);
  return item->status;
}

const char *
wave_sidekick_item_get_room_id (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), NULL);
  return item->room_id;
}

const char *
wave_sidekick_item_get_result (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), NULL);
  return item->result;
}

const char *
wave_sidekick_item_get_reason (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), NULL);
  return item->reason;
}

gint64
wave_sidekick_item_get_steps_used (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), -1);
  return item->steps_used;
}

gint64
wave_sidekick_item_get_steps_max (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), -1);
  return item->steps_max;
}

gint64
wave_sidekick_item_get_started (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), -1);
  return item->started;
}

gint64
wave_sidekick_item_get_ended (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), -1);
  return item->ended;
}

gint64
wave_sidekick_item_get_timeout (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), -1);
  return item->timeout;
}

gboolean
wave_sidekick_item_get_live (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), FALSE);
  return item->ended < 0;
}

GListModel *
wave_sidekick_item_get_children (WaveSidekickItem *item)
{
  g_return_val_if_fail (WAVE_IS_SIDEKICK_ITEM (item), NULL);
  return item->children;
}
