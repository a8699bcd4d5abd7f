// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/wave-participant.h"
#include "model/wave-room-parts-private.h"
#include "model/wave-tenant.h"

G_DEFINE_FINAL_TYPE (WaveCallMember, wave_call_member, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *call_member_props[N_CALL_MEMBER];

static void
wave_call_member_finalize (GObject *object)
{
  WaveCallMember *self = WAVE_CALL_MEMBER (object);

  g_free (self->state);
  g_clear_object (&self->participant);
  G_OBJECT_CLASS (wave_call_member_parent_class)->finalize (object);
}

static void
wave_call_member_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveCallMember *self = WAVE_CALL_MEMBER (object);

  switch (prop_id)
    {
    case CALL_MEMBER_PARTICIPANT:
      g_value_set_object (value, self->participant);
      break;
    case CALL_MEMBER_STATE:
      g_value_set_string (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_call_member_class_init (WaveCallMemberClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = call_member_props;

  object_class->finalize = wave_call_member_finalize;
  object_class->get_property = wave_call_member_get_property;
  props[CALL_MEMBER_PARTICIPANT] = g_param_spec_object ("participant", NULL, NULL, WAVE_TYPE_PARTICIPANT, WAVE_MODEL_READ);
  props[CALL_MEMBER_STATE] = g_param_spec_string ("state", NULL, NULL, NULL, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_CALL_MEMBER, props);
}

static void
wave_call_member_init (WaveCallMember *self)
{
  self->parent_instance.props = call_member_props;
}

WaveCallMember *
wave_call_member_new (WaveParticipant *participant)
{
  WaveCallMember *self = g_object_new (WAVE_TYPE_CALL_MEMBER, NULL);

  self->participant = g_object_ref (participant);
  return self;
}

WaveParticipant *
wave_call_member_get_participant (WaveCallMember *member)
{
  g_return_val_if_fail (WAVE_IS_CALL_MEMBER (member), NULL);
  return member->participant;
}

const char *
wave_call_member_get_state (WaveCallMember *member)
{
  g_return_val_if_fail (WAVE_IS_CALL_MEMBER (member), NULL);
  return member->state;
}

G_DEFINE_FINAL_TYPE (WaveCallItem, wave_call_item, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *call_props[N_CALL];

static void
wave_call_item_finalize (GObject *object)
{
  WaveCallItem *self = WAVE_CALL_ITEM (object);

  g_free (self->call_id);
  g_free (self->call_type);
  g_clear_object (&self->initiator);
  g_clear_object (&self->members);
  G_OBJECT_CLASS (wave_call_item_parent_class)->finalize (object);
}

static void
wave_call_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveCallItem *self = WAVE_CALL_ITEM (object);

  switch (prop_id)
    {
    case CALL_CALL_ID:
      g_value_set_string (value, self->call_id);
      break;
    case CALL_CALL_TYPE:
      g_value_set_string (value, self->call_type);
      break;
    case CALL_INITIATOR:
      g_value_set_object (value, self->initiator);
      break;
    case CALL_RINGING:
      g_value_set_boolean (value, self->ringing);
      break;
    case CALL_RING_UNTIL:
      g_value_set_int64 (value, self->ring_until);
      break;
    case CALL_STARTED:
      g_value_set_int64 (value, self->started);
      break;
    case CALL_STARTED_KNOWN:
      g_value_set_boolean (value, self->started_known);
      break;
    case CALL_PARTICIPANTS:
      g_value_set_object (value, self->members);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_call_item_class_init (WaveCallItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = call_props;

  object_class->finalize = wave_call_item_finalize;
  object_class->get_property = wave_call_item_get_property;
  props[CALL_CALL_ID] = g_param_spec_string ("call-id", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[CALL_CALL_TYPE] = g_param_spec_string ("call-type", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[CALL_INITIATOR] = g_param_spec_object ("initiator", NULL, NULL, WAVE_TYPE_PARTICIPANT, WAVE_MODEL_READ);
  props[CALL_RINGING] = g_param_spec_boolean ("ringing", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[CALL_RING_UNTIL] = g_param_spec_int64 ("ring-until", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[CALL_STARTED] = g_param_spec_int64 ("started", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[CALL_STARTED_KNOWN] = g_param_spec_boolean ("started-known", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[CALL_PARTICIPANTS] = g_param_spec_object ("participants", NULL, NULL, G_TYPE_LIST_MODEL, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_CALL, props);
}

static void
wave_call_item_init (WaveCallItem *self)
{
  self->parent_instance.props = call_props;
  self->started = -1;
  self->members = g_list_store_new (WAVE_TYPE_CALL_MEMBER);
}

WaveCallItem *
wave_call_item_new (const char *call_id)
{
  WaveCallItem *self = g_object_new (WAVE_TYPE_CALL_ITEM, NULL);

  self->call_id = g_strdup (call_id);
  return self;
}

/* The words that take somebody out of a call; any other word is shown as it is. */
static gboolean
is_gone (const char *state)
{
  static const char *const words[] = { "left", "rejected", "ended", "missed", NULL };

  return state != NULL && g_strv_contains (words, state);
}

void
wave_call_item_keep_members (WaveCallItem *self, GHashTable *named)
{
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->members)); i-- > 0;)
    {
      g_autoptr (WaveCallMember) member = g_list_model_get_item (G_LIST_MODEL (self->members), i);

      if (!g_hash_table_contains (named, wave_participant_get_id (member->participant)))
        g_list_store_remove (self->members, i);
    }
}

gboolean
wave_call_item_set_member (WaveCallItem *self, WaveParticipant *participant, const char *state)
{
  GListModel *members = G_LIST_MODEL (self->members);
  guint n = g_list_model_get_n_items (members);
  g_autoptr (WaveCallMember) added = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveCallMember) member = g_list_model_get_item (members, i);

      if (member->participant != participant)
        continue;
      if (is_gone (state))
        g_list_store_remove (self->members, i);
      else
        wave_model_set_string (member, &member->state, state, CALL_MEMBER_STATE);
      return g_list_model_get_n_items (members) > 0;
    }
  if (is_gone (state))
    return n > 0;
  /* Far more than a call can hold; what comes after is not listed. */
  if (n >= WAVE_MAX_CALL_MEMBERS)
    {
      self->overflowed = TRUE;
      return TRUE;
    }
  added = wave_call_member_new (participant);
  added->state = g_strdup (state);
  g_list_store_append (self->members, added);
  return TRUE;
}

const char *
wave_call_item_get_call_id (WaveCallItem *item)
{
  g_return_val_if_fail (WAVE_IS_CALL_ITEM (item), NULL);
  return item->call_id;
}

const char *
wave_call_item_get_call_type (WaveCallItem *item)
{
  g_return_val_if_fail (WAVE_IS_CALL_ITEM (item), NULL);
  return item->call_type;
}

WaveParticipant *
wave_call_item_get_initiator (WaveCallItem *item)
{
  g_return_val_if_fail (WAVE_IS_CALL_ITEM (item), NULL);
  return item->initiator;
}

gboolean
wave_call_item_get_ringing (WaveCallItem *item)
{
  g_return_val_if_fail (WAVE_IS_CALL_ITEM (item), FALSE);
  return item->ringing;
}

gint64
wave_call_item_get_ring_until (WaveCallItem *item)
{
  g_return_val_if_fail (WAVE_IS_CALL_ITEM (item), -1);
  return item->ring_until;
}

gint64
wave_call_item_get_started (WaveCallItem *item)
{
  g_return_val_if_fail (WAVE_IS_CALL_ITEM (item), -1);
  return item->started;
}

gboolean
wave_call_item_get_started_known (WaveCallItem *item)
{
  g_return_val_if_fail (WAVE_IS_CALL_ITEM (item), FALSE);
  return item->started_known;
}

GListModel *
wave_call_item_get_participants (WaveCallItem *item)
{
  g_return_val_if_fail (WAVE_IS_CALL_ITEM (item), NULL);
  return G_LIST_MODEL (item->members);
}
