// SPDX-License-Identifier: GPL-3.0-or-later
// A way to another platform: its health as it was told last, and what came over it.
#include "config.h"

#include "model/wave-room-parts-private.h"

G_DEFINE_FINAL_TYPE (WaveBridge, wave_bridge, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *bridge_props[N_BRIDGE];

static void
wave_bridge_finalize (GObject *object)
{
  WaveBridge *self = WAVE_BRIDGE (object);

  g_free (self->bridge_id);
  g_free (self->transport);
  g_free (self->status);
  g_free (self->error);
  g_free (self->last_error);
  G_OBJECT_CLASS (wave_bridge_parent_class)->finalize (object);
}

static void
wave_bridge_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveBridge *self = WAVE_BRIDGE (object);

  switch (prop_id)
    {
    case BRIDGE_BRIDGE_ID:
      g_value_set_string (value, self->bridge_id);
      break;
    case BRIDGE_TRANSPORT:
      g_value_set_string (value, self->transport);
      break;
    case BRIDGE_STATUS:
      g_value_set_string (value, self->status);
      break;
    case BRIDGE_ERROR:
      g_value_set_string (value, self->error);
      break;
    case BRIDGE_CHANGED_WALL:
      g_value_set_int64 (value, self->changed_wall);
      break;
    case BRIDGE_N_ERRORS:
      g_value_set_uint (value, self->n_errors);
      break;
    case BRIDGE_N_MESSAGES:
      g_value_set_uint (value, self->n_messages);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_bridge_class_init (WaveBridgeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = bridge_props;

  object_class->finalize = wave_bridge_finalize;
  object_class->get_property = wave_bridge_get_property;
  props[BRIDGE_BRIDGE_ID] = g_param_spec_string ("bridge-id", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[BRIDGE_TRANSPORT] = g_param_spec_string ("transport", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[BRIDGE_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[BRIDGE_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[BRIDGE_CHANGED_WALL] = g_param_spec_int64 ("changed-wall", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[BRIDGE_N_ERRORS] = g_param_spec_uint ("n-errors", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[BRIDGE_N_MESSAGES] = g_param_spec_uint ("n-messages", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_BRIDGE, props);
}

static void
wave_bridge_init (WaveBridge *self)
{
  self->parent_instance.props = bridge_props;
  self->changed_wall = self->message_wall = self->last_error_wall = -1;
}

WaveBridge *
wave_bridge_new (const char *bridge_id)
{
  WaveBridge *self = g_object_new (WAVE_TYPE_BRIDGE, NULL);

  self->bridge_id = g_strdup (bridge_id);
  return self;
}

void
wave_bridge_apply (WaveBridge *self, const WaveBridgeStatus *wire, gint64 wall_us)
{
  if (wire->transport != NULL)
    wave_model_set_string (self, &self->transport, wire->transport, BRIDGE_TRANSPORT);
  wave_model_set_string (self, &self->status, wire->status, BRIDGE_STATUS);
  wave_model_set_string (self, &self->error, wire->error, BRIDGE_ERROR);
  if (wire->error != NULL)
    {
      g_set_str (&self->last_error, wire->error);
      self->last_error_wall = wall_us;
      self->n_errors++;
      wave_model_mark (self, BRIDGE_N_ERRORS);
    }
  self->changed_wall = wall_us;
  wave_model_mark (self, BRIDGE_CHANGED_WALL);
}

void
wave_bridge_count_message (WaveBridge *self, gint64 wall_us)
{
  self->n_messages++;
  self->message_wall = wall_us;
  wave_model_mark (self, BRIDGE_N_MESSAGES);
}

const char *
wave_bridge_get_bridge_id (WaveBridge *bridge)
{
  g_return_val_if_fail (WAVE_IS_BRIDGE (bridge), NULL);
  return bridge->bridge_id;
}

const char *
wave_bridge_get_transport (WaveBridge *bridge)
{
  g_return_val_if_fail (WAVE_IS_BRIDGE (bridge), NULL);
  return bridge->transport;
}

const char *
wave_bridge_get_status (WaveBridge *bridge)
{
  g_return_val_if_fail (WAVE_IS_BRIDGE (bridge), NULL);
  return bridge->status;
}

const char *
wave_bridge_get_error (WaveBridge *bridge)
{
  g_return_val_if_fail (WAVE_IS_BRIDGE (bridge), NULL);
  return bridge->error;
}

gint64
wave_bridge_get_changed_wall (WaveBridge *bridge)
{
  g_return_val_if_fail (WAVE_IS_BRIDGE (bridge), -1);
  return bridge->changed_wall;
}

guint
wave_bridge_get_n_errors (WaveBridge *bridge)
{
  g_return_val_if_fail (WAVE_IS_BRIDGE (bridge), 0);
  return bridge->n_errors;
}

const char *
wave_bridge_get_last_error (WaveBridge *bridge)
{
  g_return_val_if_fail (WAVE_IS_BRIDGE (bridge), NULL);
  return bridge->last_error;
}

gint64
wave_bridge_get_last_error_wall (WaveBridge *bridge)
{
  g_return_val_if_fail (WAVE_IS_BRIDGE (bridge), -1);
  return bridge->last_error_wall;
}

guint
wave_bridge_get_n_messages (WaveBridge *bridge)
{
  g_return_val_if_fail (WAVE_IS_BRIDGE (bridge), 0);
  return bridge->n_messages;
}

gint64
wave_bridge_get_message_wall (WaveBridge *bridge)
{
  g_return_val_if_fail (WAVE_IS_BRIDGE (bridge), -1);
  return bridge->message_wall;
}
