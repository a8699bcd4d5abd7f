// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "model/wave-room-parts-private.h"
#include "protocol/wave-intern.h"

G_DEFINE_FINAL_TYPE (WaveParticipant, wave_participant, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *participant_props[N_PARTICIPANT];

static void
wave_participant_finalize (GObject *object)
{
  WaveParticipant *self = WAVE_PARTICIPANT (object);

  wave_intern_release (self->interned);
  g_free (self->id);
  g_free (self->shown_id);
  g_free (self->display_name);
  g_free (self->fqid);
  g_free (self->via);
  g_free (self->collation_key);
  G_OBJECT_CLASS (wave_participant_parent_class)->finalize (object);
}

static void
wave_participant_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveParticipant *self = WAVE_PARTICIPANT (object);

  switch (prop_id)
    {
    case PARTICIPANT_ID:
      g_value_set_string (value, self->id);
      break;
    case PARTICIPANT_DISPLAY_NAME:
      g_value_set_string (value, wave_participant_get_display_name (self));
      break;
    case PARTICIPANT_HAS_NAME:
      g_value_set_boolean (value, self->display_name != NULL);
      break;
    case PARTICIPANT_FQID:
      g_value_set_string (value, self->fqid);
      break;
    case PARTICIPANT_TYPE:
      g_value_set_uint (value, self->type);
      break;
    case PARTICIPANT_PRESENCE:
      g_value_set_uint (value, self->presence);
      break;
    case PARTICIPANT_IS_AI:
      g_value_set_boolean (value, wave_participant_get_is_ai (self));
      break;
    case PARTICIPANT_VIA:
      g_value_set_string (value, self->via);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_participant_class_init (WaveParticipantClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = participant_props;

  object_class->finalize = wave_participant_finalize;
  object_class->get_property = wave_participant_get_property;
  props[PARTICIPANT_ID] = g_param_spec_string ("id", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[PARTICIPANT_DISPLAY_NAME] = g_param_spec_string ("display-name", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[PARTICIPANT_HAS_NAME] = g_param_spec_boolean ("has-name", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[PARTICIPANT_FQID] = g_param_spec_string ("fqid", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[PARTICIPANT_TYPE] = g_param_spec_uint ("participant-type", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[PARTICIPANT_PRESENCE] = g_param_spec_uint ("presence", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[PARTICIPANT_IS_AI] = g_param_spec_boolean ("is-ai", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[PARTICIPANT_VIA] = g_param_spec_string ("via", NULL, NULL, NULL, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_PARTICIPANT, props);
}

static void
wave_participant_init (WaveParticipant *self)
{
  self->parent_instance.props = participant_props;
}

WaveParticipant *
wave_participant_new (const char *id)
{
  WaveParticipant *self = g_object_new (WAVE_TYPE_PARTICIPANT, NULL);

  self->id = g_strdup (id);
  self->interned = wave_intern (id, strlen (id));
  self->shown_id = wave_model_dup_shown_id (id);
  return self;
}

const char *
wave_participant_get_id (WaveParticipant *participant)
{
  g_return_val_if_fail (WAVE_IS_PARTICIPANT (participant), NULL);
  return participant->id;
}

const char *
wave_participant_get_display_name (WaveParticipant *participant)
{
  g_return_val_if_fail (WAVE_IS_PARTICIPANT (participant), NULL);
  return participant->display_name != NULL ? participant->display_name
         : participant->shown_id != NULL   ? participant->shown_id
                                           : participant->id;
}

const char *
wave_participant_get_fqid (WaveParticipant *participant)
{
  g_return_val_if_fail (WAVE_IS_PARTICIPANT (participant), NULL);
  return participant->fqid;
}

const char *
wave_participant_get_via (WaveParticipant *participant)
{
  g_return_val_if_fail (WAVE_IS_PARTICIPANT (participant), NULL);
  return participant->via;
}

const char *
wave_participant_get_collation_key (WaveParticipant *participant)
{
  g_return_val_if_fail (WAVE_IS_PARTICIPANT (participant), NULL);
  if (participant->collation_key == NULL)
    participant->collation_key = g_utf8_collate_key_for_filename (wave_participant_get_display_name (participant), -1);
  return participant->collation_key;
}

WaveParticipantType
wave_participant_get_participant_type (WaveParticipant *participant)
{
  g_return_val_if_fail (WAVE_IS_PARTICIPANT (participant), WAVE_PARTICIPANT_UNKNOWN);
  return participant->type;
}

WavePresenceState
wave_participant_get_presence (WaveParticipant *participant)
{
  g_return_val_if_fail (WAVE_IS_PARTICIPANT (participant), WAVE_PRESENCE_UNKNOWN);
  return participant->presence;
}

gboolean
wave_participant_get_is_ai (WaveParticipant *participant)
{
  g_return_val_if_fail (WAVE_IS_PARTICIPANT (participant), FALSE);
  return participant->ai_evidence || participant->type == WAVE_PARTICIPANT_MODEL || participant->type == WAVE_PARTICIPANT_AGENT
         || participant->type == WAVE_PARTICIPANT_HELPER;
}
