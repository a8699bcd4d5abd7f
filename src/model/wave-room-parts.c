// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>

#include "model/wave-room-parts-private.h"

G_DEFINE_FINAL_TYPE (WaveMembership, wave_membership, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *membership_props[N_MEMBERSHIP];

static void
wave_membership_finalize (GObject *object)
{
  WaveMembership *self = WAVE_MEMBERSHIP (object);

  g_free (self->membership);
  g_free (self->response_mode);
  g_clear_object (&self->participant);
  G_OBJECT_CLASS (wave_membership_parent_class)->finalize (object);
}

static void
wave_membership_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveMembership *self = WAVE_MEMBERSHIP (object);

  switch (prop_id)
    {
    case MEMBERSHIP_PARTICIPANT:
      g_value_set_object (value, self->participant);
      break;
    case MEMBERSHIP_MEMBERSHIP:
      g_value_set_string (value, self->membership);
      break;
    case MEMBERSHIP_RESPONSE_MODE:
      g_value_set_string (value, self->response_mode);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_membership_class_init (WaveMembershipClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = membership_props;

  object_class->finalize = wave_membership_finalize;
  object_class->get_property = wave_membership_get_property;
  props[MEMBERSHIP_PARTICIPANT] = g_param_spec_object ("participant", NULL, NULL, WAVE_TYPE_PARTICIPANT, WAVE_MODEL_READ);
  props[MEMBERSHIP_MEMBERSHIP] = g_param_spec_string ("membership", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[MEMBERSHIP_RESPONSE_MODE] = g_param_spec_string ("response-mode", NULL, NULL, NULL, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_MEMBERSHIP, props);
}

static void
wave_membership_init (WaveMembership *self)
{
  self->parent_instance.props = membership_props;
}

WaveMembership *
wave_membership_new (WaveParticipant *participant)
{
  WaveMembership *self = g_object_new (WAVE_TYPE_MEMBERSHIP, NULL);

  self->participant = g_object_ref (participant);
  return self;
}

WaveParticipant *
wave_membership_get_participant (WaveMembership *membership)
{
  g_return_val_if_fail (WAVE_IS_MEMBERSHIP (membership), NULL);
  return membership->participant;
}

const char *
wave_membership_get_membership (WaveMembership *membership)
{
  g_return_val_if_fail (WAVE_IS_MEMBERSHIP (membership), NULL);
  return membership->membership;
}

const char *
wave_membership_get_response_mode (WaveMembership *membership)
{
  g_return_val_if_fail (WAVE_IS_MEMBERSHIP (membership), NULL);
  return membership->response_mode;
}

G_DEFINE_FINAL_TYPE (WaveAiState, wave_ai_state, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *ai_props[N_AI];

static void
wave_ai_state_finalize (GObject *object)
{
  WaveAiState *self = WAVE_AI_STATE (object);

  g_free (self->status);
  g_free (self->tool);
  g_free (self->engagement);
  g_clear_object (&self->participant);
  G_OBJECT_CLASS (wave_ai_state_parent_class)->finalize (object);
}

static void
wave_ai_state_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveAiState *self = WAVE_AI_STATE (object);

  switch (prop_id)
    {
    case AI_PARTICIPANT:
      g_value_set_object (value, self->participant);
      break;
    case AI_PHASE:
      g_value_set_uint (value, self->phase);
      break;
    case AI_STATUS:
      g_value_set_string (value, self->status);
      break;
    case AI_TOOL:
      g_value_set_string (value, self->tool);
      break;
    case AI_SINCE:
      g_value_set_int64 (value, self->since);
      break;
    case AI_STALE:
      g_value_set_boolean (value, self->stale);
      break;
    case AI_CONTEXT_USED:
      g_value_set_int64 (value, self->context_used);
      break;
    case AI_CONTEXT_LIMIT:
      g_value_set_int64 (value, self->context_limit);
      break;
    case AI_CONTEXT_RATIO:
      g_value_set_double (value, self->context_ratio);
      break;
    case AI_ENGAGEMENT:
      g_value_set_string (value, self->engagement);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_ai_state_class_init (WaveAiStateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = ai_props;

  object_class->finalize = wave_ai_state_finalize;
  object_class->get_property = wave_ai_state_get_property;
  props[AI_PARTICIPANT] = g_param_spec_object ("participant", NULL, NULL, WAVE_TYPE_PARTICIPANT, WAVE_MODEL_READ);
  props[AI_PHASE] = g_param_spec_uint ("phase", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[AI_STATUS] = g_param_spec_string ("status", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[AI_TOOL] = g_param_spec_string ("tool", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[AI_SINCE] = g_param_spec_int64 ("since", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[AI_STALE] = g_param_spec_boolean ("stale", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[AI_CONTEXT_USED] = g_param_spec_int64 ("context-used", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[AI_CONTEXT_LIMIT] = g_param_spec_int64 ("context-limit", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[AI_CONTEXT_RATIO] = g_param_spec_double ("context-ratio", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, WAVE_MODEL_READ);
  props[AI_ENGAGEMENT] = g_param_spec_string ("engagement", NULL, NULL, NULL, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_AI, props);
}

static void
wave_ai_state_init (WaveAiState *self)
{
  self->parent_instance.props = ai_props;
  self->context_used = self->context_limit = -1;
  self->context_ratio = NAN;
}

WaveAiState *
wave_ai_state_new (WaveParticipant *participant)
{
  WaveAiState *self = g_object_new (WAVE_TYPE_AI_STATE, NULL);

  self->participant = g_object_ref (participant);
  return self;
}

WaveParticipant *
wave_ai_state_get_participant (WaveAiState *state)
{
  g_return_val_if_fail (WAVE_IS_AI_STATE (state), NULL);
  return state->participant;
}

WaveAiPhase
wave_ai_state_get_phase (WaveAiState *state)
{
  g_return_val_if_fail (WAVE_IS_AI_STATE (state), WAVE_AI_IDLE);
  return state->phase;
}

const char *
wave_ai_state_get_status (WaveAiState *state)
{
  g_return_val_if_fail (WAVE_IS_AI_STATE (state), NULL);
  return state->status;
}

const char *
wave_ai_state_get_tool (WaveAiState *state)
{
  g_return_val_if_fail (WAVE_IS_AI_STATE (state), NULL);
  return state->tool;
}

gint64
wave_ai_state_get_since (WaveAiState *state)
{
  g_return_val_if_fail (WAVE_IS_AI_STATE (state), -1);
  return state->since;
}

gboolean
wave_ai_state_get_stale (WaveAiState *state)
{
  g_return_val_if_fail (WAVE_IS_AI_STATE (state), FALSE);
  return state->stale;
}

gint64
wave_ai_state_get_context_used (WaveAiState *state)
{
  g_return_val_if_fail (WAVE_IS_AI_STATE (state), -1);
  return state->context_used;
}

gint64
wave_ai_state_get_context_limit (WaveAiState *state)
{
  g_return_val_if_fail (WAVE_IS_AI_STATE (state), -1);
  return state->context_limit;
}

double
wave_ai_state_get_context_ratio (WaveAiState *state)
{
  g_return_val_if_fail (WAVE_IS_AI_STATE (state), NAN);
  return state->context_ratio;
}

const char *
wave_ai_state_get_engagement (WaveAiState *state)
{
  g_return_val_if_fail (WAVE_IS_AI_STATE (state), NULL);
  return state->engagement;
}
