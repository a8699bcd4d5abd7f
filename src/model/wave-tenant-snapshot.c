// SPDX-License-Identifier: GPL-3.0-or-later
// What REST says, and the past.
#include "config.h"

#include "model/wave-tenant-private.h"

static void
set_me (WaveTenant *self, WaveParticipant *me)
{
  GHashTableIter iter;
  WaveRoom *room;

  if (self->me == me)
    return;
  self->me = me;
  g_hash_table_iter_init (&iter, self->rooms_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&room))
    wave_room_update_peer (room, me);
}

void
wave_tenant_apply_me (WaveTenant *tenant, const WaveMe *me)
{
  WaveParticipant *participant;

  g_return_if_fail (WAVE_IS_TENANT (tenant) && me != NULL);
  wave_tenant_begin (tenant);
  if (me->tenant_name != NULL || me->tenant_slug != NULL)
    {
      g_autofree char *name = wave_tenant_dup_name (tenant, me->tenant_name != NULL ? me->tenant_name : me->tenant_slug);

      wave_model_set_string (tenant, &tenant->tenant_name, name, TENANT_TENANT_NAME);
    }
  if (me->participant_id != NULL)
    {
      g_autofree char *name = NULL;

      g_set_str (&tenant->me_id, me->participant_id);
      participant = wave_tenant_ensure_participant (tenant, me->participant_id);
      wave_tenant_set_participant_name (tenant, participant, me->display_name);
      if (me->fqid != NULL)
        wave_model_set_string (participant, &participant->fqid, me->fqid, PARTICIPANT_FQID);
      name = wave_tenant_dup_name (tenant, me->display_name != NULL ? me->display_name : me->participant_id);
      wave_model_set_string (tenant, &tenant->me_name, name, TENANT_ME_NAME);
      set_me (tenant, participant);
    }
  wave_tenant_end (tenant);
}

static void
apply_room_info (WaveTenant *self, WaveRoom *room, const WaveRoomInfo *info)
{
  g_autofree char *name = wave_tenant_dup_name (self, info->name);
  gboolean cut = FALSE;
  g_autofree char *topic = wave_model_cut (info->topic, WAVE_MAX_TOPIC, &cut);

  if (cut)
    wave_tenant_hit_bound (self, BOUND_NAMES);
  if (name != NULL)
    wave_room_set_name (room, name);
  if (topic != NULL)
    wave_model_set_string (room, &room->topic, *topic != '\0' ? topic : NULL, ROOM_TOPIC);
  if (info->room_type != NULL)
    wave_model_set_string (room, &room->room_type, info->room_type, ROOM_ROOM_TYPE);
  if (info->state != NULL)
    wave_model_set_string (room, &room->state, info->state, ROOM_STATE);
  if (info->federated >= 0 && room->federated != !!info->federated)
    {
      room->federated = !!info->federated;
      wave_model_mark (room, ROOM_FEDERATED);
    }
  wave_room_update_peer (room, self->me);
}

void
wave_tenant_apply_rooms (WaveTenant *tenant, const WaveRoomPage *page)
{
  g_return_if_fail (WAVE_IS_TENANT (tenant) && page != NULL);
  wave_tenant_begin (tenant);
  for (guint i = 0; page->rooms != NULL && i < page->rooms->len; i++)
    {
      const WaveRoomInfo *info = page->rooms->pdata[i];
      WaveRoom *room = info->id != NULL ? wave_tenant_ensure_room (tenant, info->id) : NULL;

      if (room != NULL)
        apply_room_info (tenant, room, info);
    }
  wave_tenant_end (tenant);
}

static WaveParticipant *
apply_participant_info (WaveTenant *self, const WaveParticipantInfo *info)
{
  WaveParticipant *participant;
  gboolean was_ai;

  if (info->id == NULL)
    return NULL;
  participant = wave_tenant_ensure_participant (self, info->id);
  if (participant == self->nobody)
    return participant;
  was_ai = wave_participant_get_is_ai (participant);
  wave_tenant_set_participant_name (self, participant, info->display_name);
  if (info->local_id != NULL)
    {
      g_autofree char *local = wave_tenant_dup_name (self, info->local_id);
      g_autofree char *server = wave_tenant_dup_name (self, info->server_name);
      g_autofree char *fqid
          = server != NULL ? g_strdup_printf ("@%s:%s", local != NULL ? local : "", server) : g_strdup_printf ("@%s", local);

      wave_model_set_string (participant, &participant->fqid, fqid, PARTICIPANT_FQID);
    }
  if (info->type != WAVE_PARTICIPANT_UNKNOWN && info->type != participant->type)
    {
      participant->type = info->type;
      wave_model_mark (participant, PARTICIPANT_TYPE);
    }
  if (info->type == WAVE_PARTICIPANT_FEDERATED && info->server_name != NULL)
    {
      g_autofree char *via = wave_tenant_dup_name (self, info->server_name);

      wave_model_set_string (participant, &participant->via, via, PARTICIPANT_VIA);
    }
  if (was_ai != wave_participant_get_is_ai (participant))
    {
      wave_model_mark (participant, PARTICIPANT_IS_AI);
      wave_tenant_recount_online (self);
    }
  return participant;
}

void
wave_tenant_apply_participants (WaveTenant *tenant, const WaveParticipantPage *page)
{
  g_return_if_fail (WAVE_IS_TENANT (tenant) && page != NULL);
  wave_tenant_begin (tenant);
  for (guint i = 0; page->participants != NULL && i < page->participants->len; i++)
    apply_participant_info (tenant, page->participants->pdata[i]);
  wave_tenant_end (tenant);
}

/* The snapshot has all members: who is not in it has gone. */
static void
apply_members (WaveTenant *self, WaveRoom *room, GPtrArray *members)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  GHashTableIter iter;
  WaveParticipant *participant;

  for (guint i = 0; i < members->len; i++)
    {
      const WaveMemberInfo *info = members->pdata[i];
      WaveMembership *member;

      participant = apply_participant_info (self, &info->participant);
      if (participant == NULL || g_strcmp0 (info->membership, "leave") == 0 || g_strcmp0 (info->membership, "ban") == 0)
        continue;
      member = wave_room_ensure_member (room, participant);
      if (member == NULL)
        {
          wave_tenant_hit_bound (self, BOUND_MEMBERS);
          continue;
        }
      g_hash_table_add (seen, participant);
      wave_model_set_string (member, &member->membership, info->membership != NULL ? info->membership : "join",
                             MEMBERSHIP_MEMBERSHIP);
      wave_model_set_string (member, &member->response_mode, info->response_mode, MEMBERSHIP_RESPONSE_MODE);
    }
  g_hash_table_iter_init (&iter, room->memberships);
  while (g_hash_table_iter_next (&iter, (gpointer *)&participant, NULL))
    if (!g_hash_table_contains (seen, participant))
      g_ptr_array_add (gone, participant);
  for (guint i = 0; i < gone->len; i++)
    wave_room_remove_member (room, gone->pdata[i]);
  wave_room_update_peer (room, self->me);
}

static void
apply_unread (WaveTenant *self, WaveRoom *room, const WaveRoomState *state)
{
  guint mentions = 0;

  if (state->last_read_event_id != NULL)
    wave_timeline_set_read (room->timeline, state->last_read_event_id, -1);
  if (state->unread_count < 0)
    return;
  wave_timeline_count_unread (room->timeline, &mentions);
  if (state->unread_count == 0)
    mentions = 0;
  wave_tenant_set_unread (self, room, MIN (state->unread_count, G_MAXINT),
                          MIN (MAX (mentions, room->mentions), state->unread_count));
}

void
wave_tenant_apply_room_state (WaveTenant *tenant, const char *room_id, const WaveRoomState *state)
{
  WaveRoom *room;

  g_return_if_fail (WAVE_IS_TENANT (tenant) && room_id != NULL && state != NULL);
  wave_tenant_begin (tenant);
  room = wave_tenant_ensure_room (tenant, room_id);
  if (room != NULL)
    {
      room->state_known = TRUE;
      if (room->forbidden)
        {
          room->forbidden = FALSE;
          wave_model_mark (room, ROOM_FORBIDDEN);
        }
      if (state->room != NULL)
        apply_room_info (tenant, room, state->room);
      if (state->members != NULL)
        apply_members (tenant, room, state->members);
      for (guint i = 0; state->engagement != NULL && i < state->engagement->len; i++)
        wave_tenant_apply_engagement (tenant, room, state->engagement->pdata[i]);
      wave_tenant_set_plan (tenant, room, state->plan, tenant->now_wall);
      for (guint i = 0; state->sidekicks != NULL && i < state->sidekicks->len; i++)
        wave_tenant_apply_sidekick_state (tenant, room, state->sidekicks->pdata[i]);
      if (state->call != NULL)
        wave_tenant_apply_call (tenant, room, state->call, FALSE, TRUE);
      else if (room->call != NULL && !room->call->ringing)
        {
          g_clear_object (&room->call);
          wave_model_mark (room, ROOM_CALL);
        }
      apply_unread (tenant, room, state);
    }
  wave_tenant_end (tenant);
}

void
wave_tenant_apply_presence (WaveTenant *tenant, GPtrArray *presences)
{
  g_return_if_fail (WAVE_IS_TENANT (tenant) && presences != NULL);
  wave_tenant_begin (tenant);
  for (guint i = 0; i < presences->len; i++)
    {
      const WavePresence *presence = presences->pdata[i];
      WaveParticipant *participant = wave_tenant_get_participant (tenant, presence->participant_id);

      /* Of people who share no room with us nothing is to be shown. */
      if (participant != NULL)
        wave_tenant_set_presence (tenant, participant, presence->state);
    }
  wave_tenant_end (tenant);
}

static void
apply_past (WaveTenant *self, WaveRoom *room, const WaveEvent *event)
{
  if (event->payload == NULL)
    return;
  switch (event->kind)
    {
    case WAVE_EVENT_MESSAGE:
    case WAVE_EVENT_BRIDGE_MESSAGE:
      wave_tenant_show_message (self, room, event, NULL, FALSE);
      break;
    case WAVE_EVENT_MODEL_ERROR:
      wave_tenant_show_error (self, room, event);
      break;
    case WAVE_EVENT_REACTION:
      wave_tenant_show_reaction (self, room, event);
      break;
    case WAVE_EVENT_REDACTION:
      wave_tenant_show_redaction (self, room, event);
      break;
    case WAVE_EVENT_ROOM_NAME:
      /* Before the first snapshot the journal may know a name. */
      if (room->name == NULL && event->position >= 0)
        {
          g_autofree char *name = wave_tenant_dup_name (self, ((const WaveRoomText *)event->payload)->value);

          wave_room_set_name (room, name);
        }
      wave_tenant_show_notice (self, room, event);
      break;
    default:
      /* Only what has a position can be put among the rest; a call that rang last week is no news. */
      if (event->position >= 0)
        wave_tenant_show_notice (self, room, event);
      break;
    }
}

void
wave_tenant_apply_history (WaveTenant *tenant, const char *room_id, GPtrArray *events, gboolean reached_start)
{
  WaveRoom *room;

  g_return_if_fail (WAVE_IS_TENANT (tenant) && room_id != NULL);
  wave_tenant_begin (tenant);
  room = wave_tenant_ensure_room (tenant, room_id);
  for (guint i = 0; room != NULL && events != NULL && i < events->len; i++)
    apply_past (tenant, room, events->pdata[i]);
  if (room != NULL)
    wave_timeline_set_loading (room->timeline, FALSE, reached_start || wave_timeline_get_reached_start (room->timeline));
  wave_tenant_end (tenant);
}

void
wave_tenant_set_room_forbidden (WaveTenant *self, const char *room_id, gboolean forbidden)
{
  WaveRoom *room = wave_tenant_get_room (self, room_id);

  if (room == NULL || room->forbidden == forbidden)
    return;
  room->forbidden = forbidden;
  wave_model_mark (room, ROOM_FORBIDDEN);
}

void
wave_tenant_set_loading (WaveTenant *self, const char *room_id, gboolean loading)
{
  WaveRoom *room = wave_tenant_get_room (self, room_id);

  if (room != NULL)
    wave_timeline_set_loading (room->timeline, loading, wave_timeline_get_reached_start (room->timeline));
}

gboolean
wave_tenant_expect (WaveTenant *self, const char *tenant_id)
{
  if (self->tenant_id == NULL)
    wave_model_set_string (self, &self->tenant_id, tenant_id, TENANT_TENANT_ID);
  return g_strcmp0 (self->tenant_id, tenant_id) == 0;
}

void
wave_tenant_expect_server (WaveTenant *self, const char *server_name)
{
  if (self->server_name == NULL)
    wave_model_set_string (self, &self->server_name, server_name, TENANT_SERVER_NAME);
}
