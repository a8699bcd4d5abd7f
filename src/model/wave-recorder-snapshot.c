// SPDX-License-Identifier: GPL-3.0-or-later
// Who is who, as the answers of REST tell it: the decoders of those answers read it again when the recording is played.
#include "config.h"

#include <json-glib/json-glib.h>

#include "model/wave-recorder.h"
#include "model/wave-tenant-private.h"

static void
member (JsonBuilder *builder, const char *name, const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static const char *
type_word (WaveParticipantType type)
{
  static const char *const words[] = { "human", "model", "agent", "helper", "bridge", "federated" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (wave_participant_type_from_word (words[i]) == type)
      return words[i];
  return NULL;
}

static const char *
presence_word (WavePresenceState presence)
{
  switch (presence)
    {
    case WAVE_PRESENCE_ONLINE:
      return "online";
    case WAVE_PRESENCE_IDLE:
      return "idle";
    case WAVE_PRESENCE_BUSY:
      return "busy";
    case WAVE_PRESENCE_OFFLINE:
      return "offline";
    case WAVE_PRESENCE_APPEAR_OFFLINE:
      return "appear_offline";
    case WAVE_PRESENCE_UNKNOWN:
    default:
      return NULL;
    }
}

/* Ends the object that @builder is in, and the builder. */
static void
finish (GPtrArray *list, char *path, JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  g_ptr_array_add (list, path);
  g_ptr_array_add (list, json_generator_to_data (generator, NULL));
  g_object_unref (builder);
}

static JsonBuilder *
begin (void)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "data");
  return builder;
}

static void
add_participant (JsonBuilder *builder, WaveParticipant *participant)
{
  json_builder_begin_object (builder);
  member (builder, "id", participant->id);
  member (builder, "display_name", participant->display_name);
  member (builder, "participant_type", type_word (participant->type));
  json_builder_end_object (builder);
}

static void
add_me (WaveTenant *self, GPtrArray *list)
{
  JsonBuilder *builder = begin ();

  json_builder_begin_object (builder);
  member (builder, "participant_id", self->me_id);
  member (builder, "display_name", self->me_name);
  if (self->tenant_name != NULL)
    {
      json_builder_set_member_name (builder, "tenant");
      json_builder_begin_object (builder);
      member (builder, "id", self->tenant_id);
      member (builder, "name", self->tenant_name);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  finish (list, g_strdup ("/v1/me"), builder);
}

static void
add_rooms (WaveTenant *self, GPtrArray *list)
{
  JsonBuilder *builder = begin ();
  GHashTableIter iter;
  WaveRoom *room;

  json_builder_begin_array (builder);
  g_hash_table_iter_init (&iter, self->rooms_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&room))
    {
      json_builder_begin_object (builder);
      member (builder, "id", room->id);
      member (builder, "name", room->name);
      member (builder, "topic", room->topic);
      member (builder, "room_type", room->room_type);
      member (builder, "state", room->state);
      if (room->federated)
        {
          json_builder_set_member_name (builder, "federated");
          json_builder_add_boolean_value (builder, TRUE);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  finish (list, g_strdup ("/v1/rooms"), builder);
}

static void
add_people (WaveTenant *self, GPtrArray *list)
{
  JsonBuilder *people = begin ();
  JsonBuilder *presences = begin ();
  GHashTableIter iter;
  WaveParticipant *participant;

  json_builder_begin_array (people);
  json_builder_begin_object (presences);
  g_hash_table_iter_init (&iter, self->participants_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&participant))
    {
      add_participant (people, participant);
      member (presences, participant->id, presence_word (participant->presence));
    }
  json_builder_end_array (people);
  json_builder_end_object (presences);
  finish (list, g_strdup ("/v1/participants"), people);
  finish (list, g_strdup ("/v1/presence"), presences);
}

static void
add_room_state (WaveRoom *room, GPtrArray *list)
{
  g_autofree char *escaped = g_uri_escape_string (room->id, NULL, FALSE);
  GListModel *members = G_LIST_MODEL (room->members);
  guint n = g_list_model_get_n_items (members);
  JsonBuilder *builder;

  if (n == 0)
    return;
  builder = begin ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "members");
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveMembership) held = g_list_model_get_item (members, i);

      json_builder_begin_object (builder);
      member (builder, "participant_id", wave_participant_get_id (wave_membership_get_participant (held)));
      member (builder, "membership", wave_membership_get_membership (held));
      member (builder, "response_mode", wave_membership_get_response_mode (held));
      json_builder_set_member_name (builder, "participant");
      add_participant (builder, wave_membership_get_participant (held));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  finish (list, g_strdup_printf ("/v1/rooms/%s/state", escaped), builder);
}

GPtrArray *
wave_tenant_dup_snapshots (WaveTenant *tenant)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  WaveRoom *room;

  g_return_val_if_fail (WAVE_IS_TENANT (tenant), list);
  if (tenant->me_id != NULL)
    add_me (tenant, list);
  add_rooms (tenant, list);
  add_people (tenant, list);
  g_hash_table_iter_init (&iter, tenant->rooms_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&room))
    add_room_state (room, list);
  return list;
}
