// SPDX-License-Identifier: GPL-3.0-or-later
// What each event does to the tenant. The switch has no default: a new kind of the catalogue does not compile until it has a
// place here.
#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "model/wave-tenant-private.h"

/* The server clears typing after 4 s; half a second of grace against flicker between two of them. */
#define TYPING_US (4 * G_USEC_PER_SEC + G_USEC_PER_SEC / 2)
#define MAX_BRIDGES 500

static WaveParticipant *
participant_or_null (WaveTenant *self, const char *id)
{
  return id != NULL ? wave_tenant_ensure_participant (self, id) : NULL;
}

void
wave_tenant_set_unread (WaveTenant *self, WaveRoom *room, guint unread, guint mentions)
{
  if (room->unread != unread)
    {
      room->unread = unread;
      wave_model_mark (room, ROOM_UNREAD);
    }
  if (room->mentions != mentions)
    {
      room->mentions = mentions;
      wave_model_mark (room, ROOM_MENTIONS);
    }
  wave_timeline_set_new (room->timeline, unread);
}

/* ---- people ---- */

guint
wave_typing_hash (gconstpointer data)
{
  const Typing *typing = data;

  return (GPOINTER_TO_SIZE (typing->room) >> 4) * 31 ^ GPOINTER_TO_SIZE (typing->participant) >> 4;
}

gboolean
wave_typing_equal (gconstpointer a, gconstpointer b)
{
  const Typing *first = a;
  const Typing *second = b;

  return first->room == second->room && first->participant == second->participant;
}

static void
take_typist (WaveRoom *room, WaveParticipant *participant)
{
  guint position;

  participant->n_typing--;
  if (g_list_store_find (room->typists, participant, &position))
    g_list_store_remove (room->typists, position);
}

void
wave_tenant_stop_typing (WaveTenant *self, WaveRoom *room, WaveParticipant *participant)
{
  /* Asked with every message. */
  if (participant->n_typing > 0 && g_hash_table_remove (self->typing, &(Typing){ .room = room, .participant = participant }))
    take_typist (room, participant);
}

void
wave_tenant_expire_typing (WaveTenant *self)
{
  g_autoptr (GArray) expired = g_array_new (FALSE, FALSE, sizeof (Typing));
  GHashTableIter iter;
  Typing *typing;

  g_hash_table_iter_init (&iter, self->typing);
  while (g_hash_table_iter_next (&iter, (gpointer *)&typing, NULL))
    if (typing->expires <= self->now_mono)
      {
        g_array_append_vals (expired, typing, 1);
        g_hash_table_iter_remove (&iter);
      }
  /* Whoever hears of it may ask for more of the tenant. */
  for (guint i = 0; i < expired->len; i++)
    take_typist (g_array_index (expired, Typing, i).room, g_array_index (expired, Typing, i).participant);
}

void
wave_tenant_clear_typing (WaveTenant *self)
{
  GHashTableIter iter;
  Typing *typing;

  g_hash_table_iter_init (&iter, self->typing);
  while (g_hash_table_iter_next (&iter, (gpointer *)&typing, NULL))
    wave_room_clear_typists (typing->room);
  g_hash_table_remove_all (self->typing);
}

static void
on_typing (WaveTenant *self, WaveRoom *room, const WaveEvent *event, const WaveTyping *wire)
{
  WaveParticipant *participant = wave_tenant_ensure_participant (self, wire->participant_id);
  Typing added = { room, participant, event->arrived_mono_us + TYPING_US };
  Typing *typing;

  if (!wire->typing)
    {
      wave_tenant_stop_typing (self, room, participant);
      return;
    }
  typing = g_hash_table_lookup (self->typing, &added);
  if (typing != NULL)
    {
      typing->expires = added.expires;
      return;
    }
  /* Who types beyond this is not listed; a sentence names three. */
  if (g_list_model_get_n_items (G_LIST_MODEL (room->typists)) >= WAVE_MAX_TYPISTS)
    {
      wave_tenant_hit_bound (self, BOUND_TYPISTS);
      return;
    }
  g_hash_table_add (self->typing, g_memdup2 (&added, sizeof added));
  participant->n_typing++;
  g_list_store_append (room->typists, participant);
}

static void
on_member (WaveTenant *self, WaveRoom *room, const WaveEvent *event, const WaveMember *wire)
{
  WaveParticipant *participant = wave_tenant_ensure_participant (self, wire->participant_id);
  gboolean gone = g_str_equal (wire->membership, "leave") || g_str_equal (wire->membership, "ban");
  WaveMembership *member;

  if (gone)
    {
      wave_room_remove_member (room, participant);
      wave_tenant_stop_typing (self, room, participant);
    }
  else if ((member = wave_room_ensure_member (room, participant)) != NULL)
    wave_model_set_string (member, &member->membership, wire->membership, MEMBERSHIP_MEMBERSHIP);
  else
    wave_tenant_hit_bound (self, BOUND_MEMBERS);
  wave_room_update_peer (room, self->me);
  if (participant == self->me && (gone || g_str_equal (wire->membership, "join")) && room->left != gone)
    {
      room->left = gone;
      wave_model_mark (room, ROOM_LEFT);
    }
  wave_tenant_show_notice (self, room, event);
}

static void
on_read_marker (WaveTenant *self, WaveRoom *room, const WaveReadMarker *wire)
{
  guint mentions = 0;
  int unread;

  /* Others' markers are not ours. */
  if (wire->participant_id != NULL && self->me_id != NULL && !g_str_equal (wire->participant_id, self->me_id))
    return;
  wave_timeline_set_read (room->timeline, wire->event_id, wire->position);
  unread = wave_timeline_count_unread (room->timeline, &mentions);
  /* What was read last is not held: how many came after it is not known, and the count that was there is the better guess. */
  if (unread >= 0)
    wave_tenant_set_unread (self, room, unread, mentions);
}

/* ---- AIs ---- */

static void
list_busy (WaveTenant *self, WaveRoom *room, WaveAiState *state, gboolean busy)
{
  BusyAi added = { room, state };

  for (guint i = 0; i < self->busy->len; i++)
    if (g_array_index (self->busy, BusyAi, i).state == state)
      {
        if (!busy)
          g_array_remove_index_fast (self->busy, i);
        return;
      }
  if (busy)
    g_array_append_val (self->busy, added);
}

void
wave_tenant_set_phase (WaveTenant *self, WaveRoom *room, WaveAiState *state, WaveAiPhase phase, const char *status,
                       const char *tool)
{
  gboolean cut = FALSE;
  g_autofree char *kept = wave_model_cut (status, WAVE_MAX_STATUS, &cut);

  if (cut)
    wave_tenant_hit_bound (self, BOUND_STATUS);
  state->last_sign = self->now_mono;
  if (state->stale)
    {
      state->stale = FALSE;
      wave_model_mark (state, AI_STALE);
    }
  if (state->phase != phase || g_strcmp0 (state->status, kept) != 0)
    {
      state->since = self->now_mono;
      wave_model_mark (state, AI_SINCE);
    }
  if (state->phase != phase)
    {
      state->phase = phase;
      wave_model_mark (state, AI_PHASE);
    }
  wave_model_set_string (state, &state->status, kept, AI_STATUS);
  wave_model_set_string (state, &state->tool, tool, AI_TOOL);
  list_busy (self, room, state, phase != WAVE_AI_IDLE);
  wave_room_mark_ai (room);
  self->at_a_glance_dirty = TRUE;
}

static WaveAiState *
ensure_ai (WaveTenant *self, WaveRoom *room, WaveParticipant *participant)
{
  WaveAiState *state = wave_room_ensure_ai (room, participant);

  if (state == NULL)
    wave_tenant_hit_bound (self, BOUND_AIS);
  return state;
}

/* Who streams or has a status is an AI, whatever its type says. */
static void
note_ai (WaveTenant *self, WaveParticipant *participant)
{
  if (participant->ai_evidence)
    return;
  participant->ai_evidence = TRUE;
  wave_model_mark (participant, PARTICIPANT_IS_AI);
  wave_tenant_recount_online (self);
}

static void
on_status (WaveTenant *self, WaveRoom *room, const WaveAiStatus *wire)
{
  WaveParticipant *participant = wave_tenant_ensure_participant (self, wire->participant_id);
  WaveAiState *state = ensure_ai (self, room, participant);

  note_ai (self, participant);
  if (state == NULL)
    return;
  state->implied = FALSE;
  wave_tenant_set_phase (self, room, state, wire->phase, wire->status, wire->tool);
}

static void
on_chunk (WaveTenant *self, WaveRoom *room, const WaveEvent *event, const WaveChunk *wire, WaveStream *stream)
{
  WaveParticipant *sender = wave_tenant_ensure_participant (self, event->sender_id);
  WaveAiState *state = ensure_ai (self, room, sender);
  g_autoptr (WaveTimelineItem) item = NULL;

  note_ai (self, sender);
  if (state != NULL)
    {
      state->last_sign = self->now_mono;
      if (state->stale || (state->phase == WAVE_AI_IDLE && !wire->done))
        {
          state->implied = state->implied || state->phase == WAVE_AI_IDLE;
          wave_tenant_set_phase (self, room, state, state->implied ? WAVE_AI_GENERATING : state->phase, state->status,
                                 state->tool);
        }
      else if (wire->done && state->implied)
        {
          state->implied = FALSE;
          wave_tenant_set_phase (self, room, state, WAVE_AI_IDLE, NULL, NULL);
        }
    }
  if (stream == NULL || wave_timeline_queues_stream (room->timeline, stream) || wave_timeline_lookup_stream (room->timeline, stream) != NULL)
    return;
  /* A late end of a stream whose message stands there already opens nothing. */
  if (!wave_stream_is_live (stream) && wave_stream_get_outcome (stream) != WAVE_STREAM_DONE)
    return;
  if (wave_timeline_lookup (room->timeline, wave_stream_get_message_id (stream)) != NULL)
    return;
  wave_tenant_stop_typing (self, room, sender);
  if (wave_timeline_can_queue (room->timeline, self->now_mono))
    wave_timeline_queue_ephemeral (room->timeline, &(WaveQueuedItem){ .kind = WAVE_ITEM_STREAM,
                                                                      .sender = sender,
                                                                      .stream = stream,
                                                                      .wall_us = event->arrived_wall_us,
                                                                      .mine = sender == self->me });
  else
    {
      item = wave_timeline_item_new (WAVE_ITEM_STREAM);
      g_set_object (&item->sender, sender);
      g_set_object (&item->stream, stream);
      item->wall_us = event->arrived_wall_us;
      item->mine = sender == self->me;
      wave_timeline_insert (room->timeline, item);
    }
  if (event->arrived_wall_us > room->last_activity)
    {
      room->last_activity = event->arrived_wall_us;
      wave_model_mark (room, ROOM_LAST_ACTIVITY);
    }
}

static void
on_message (WaveTenant *self, WaveRoom *room, const WaveEvent *event, WaveStream *stream)
{
  WaveParticipant *sender = participant_or_null (self, event->sender_id);
  WaveAiState *state = sender != NULL && wave_participant_get_is_ai (sender) ? wave_room_ensure_ai (room, sender) : NULL;

  wave_tenant_show_message (self, room, event, stream, TRUE);
  if (state == NULL)
    return;
  state->last_sign = self->now_mono;
  if (state->implied && (stream == NULL || !wave_stream_is_live (stream)))
    {
      state->implied = FALSE;
      wave_tenant_set_phase (self, room, state, WAVE_AI_IDLE, NULL, NULL);
    }
}

static void
on_usage (WaveTenant *self, WaveRoom *room, const WaveContextUsage *wire)
{
  WaveParticipant *participant = wave_tenant_ensure_participant (self, wire->participant_id);
  WaveAiState *state = ensure_ai (self, room, participant);
  double ratio = wire->ratio;

  note_ai (self, participant);
  if (state == NULL)
    return;
  if (isnan (ratio) && wire->used >= 0 && wire->limit > 0)
    ratio = CLAMP ((double)wire->used / wire->limit, 0, 1);
  state->context_used = wire->used;
  state->context_limit = wire->limit;
  state->context_ratio = ratio;
  wave_model_mark (state, AI_CONTEXT_USED);
  wave_model_mark (state, AI_CONTEXT_LIMIT);
  wave_model_mark (state, AI_CONTEXT_RATIO);
}

void
wave_tenant_apply_engagement (WaveTenant *self, WaveRoom *room, const WaveEngagement *wire)
{
  const char *word = wire->mode != NULL   ? wire->mode
                     : wire->engaged == 1 ? _ ("engaged")
                     : wire->engaged == 0 ? _ ("not engaged")
                                          : NULL;
  gboolean cut = FALSE;
  g_autofree char *kept = wave_model_cut (word, WAVE_MAX_STATUS, &cut);
  WaveParticipant *participant;
  WaveMembership *member;
  WaveAiState *state;

  if (cut)
    wave_tenant_hit_bound (self, BOUND_STATUS);
  if (wire->participant_id == NULL)
    {
      if (kept != NULL)
        wave_model_set_string (room, &room->engagement, kept, ROOM_ENGAGEMENT);
      return;
    }
  participant = wave_tenant_ensure_participant (self, wire->participant_id);
  state = ensure_ai (self, room, participant);
  if (state != NULL && kept != NULL)
    wave_model_set_string (state, &state->engagement, kept, AI_ENGAGEMENT);
  member = g_hash_table_lookup (room->memberships, participant);
  if (member != NULL && wire->response_mode != NULL)
    wave_model_set_string (member, &member->response_mode, wire->response_mode, MEMBERSHIP_RESPONSE_MODE);
}

static void
on_error (WaveTenant *self, WaveRoom *room, const WaveEvent *event, const WaveModelError *wire)
{
  WaveParticipant *sender = participant_or_null (self, event->sender_id);
  WaveAiState *state = sender != NULL ? wave_room_ensure_ai (room, sender) : NULL;
  const char *text = wire->message != NULL ? wire->message : wire->code;

  if (state != NULL)
    {
      state->implied = FALSE;
      wave_tenant_set_phase (self, room, state, WAVE_AI_IDLE, NULL, NULL);
    }
  wave_tenant_show_error (self, room, event);
  wave_tenant_attention (self, WAVE_ATTENTION_MODEL_ERROR, room, text != NULL ? text : "");
}

/* ---- calls ---- */

static void
on_invite (WaveTenant *self, WaveRoom *room, const WaveEvent *event, const WaveCall *wire)
{
  WaveParticipant *caller = participant_or_null (self, wire->initiator_id);

  wave_tenant_apply_call (self, room, wire, TRUE, FALSE);
  wave_tenant_show_notice (self, room, event);
  wave_tenant_attention (self, WAVE_ATTENTION_CALL, room, caller != NULL ? wave_participant_get_display_name (caller) : "");
}

/* ---- bridges ---- */

/* (nullable), borrowed from the tenant's list */
static WaveBridge *
ensure_bridge (WaveTenant *self, WaveRoom *room, const char *id)
{
  GListModel *list = G_LIST_MODEL (self->bridges);
  g_autoptr (WaveBridge) bridge = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (list) && bridge == NULL; i++)
    {
      g_autoptr (WaveBridge) held = g_list_model_get_item (list, i);

      if (g_str_equal (held->bridge_id, id))
        bridge = g_steal_pointer (&held);
    }
  if (bridge == NULL && g_list_model_get_n_items (list) >= MAX_BRIDGES)
    {
      wave_tenant_hit_bound (self, BOUND_BRIDGES);
      return NULL;
    }
  if (bridge == NULL)
    {
      bridge = wave_bridge_new (id);
      g_list_store_append (self->bridges, bridge);
    }
  if (room != NULL)
    wave_room_note_bridge (room, bridge);
  return bridge; /* the list keeps it */
}

static gint64
wall_of (const WaveEvent *event)
{
  return event->origin_us >= 0 ? event->origin_us : event->arrived_wall_us;
}

static void
on_bridge_status (WaveTenant *self, WaveRoom *room, const WaveEvent *event, const WaveBridgeStatus *wire)
{
  WaveBridge *bridge
      = ensure_bridge (self, room, wire->bridge_id != NULL ? wire->bridge_id : wire->transport != NULL ? wire->transport : "?");

  if (bridge != NULL)
    wave_bridge_apply (bridge, wire, wall_of (event));
  if (room != NULL)
    wave_tenant_show_notice (self, room, event);
}

static void
on_bridge_message (WaveTenant *self, WaveRoom *room, const WaveEvent *event, WaveStream *stream)
{
  const WaveMessage *message = event->payload;
  WaveParticipant *sender = participant_or_null (self, event->sender_id);

  /* The shadow of a person elsewhere: it goes by that person's name until a snapshot tells better. */
  if (sender != NULL && message->imported_sender != NULL && sender->display_name == NULL)
    wave_tenant_set_participant_name (self, sender, message->imported_sender->display_name);
  if (sender != NULL && sender->type == WAVE_PARTICIPANT_UNKNOWN)
    {
      sender->type = WAVE_PARTICIPANT_BRIDGE;
      wave_model_mark (sender, PARTICIPANT_TYPE);
    }
  if (message->bridge_id != NULL)
    {
      WaveBridge *bridge = ensure_bridge (self, room, message->bridge_id);

      if (bridge != NULL)
        wave_bridge_count_message (bridge, wall_of (event));
      if (sender != NULL)
        wave_model_set_string (sender, &sender->via, bridge != NULL && bridge->transport != NULL ? bridge->transport : message->bridge_id,
                               PARTICIPANT_VIA);
    }
  wave_tenant_show_message (self, room, event, stream, TRUE);
}

/* ---- all of them ---- */

static void
set_room_text (WaveTenant *self, WaveRoom *room, const WaveEvent *event, const WaveRoomText *wire)
{
  if (event->kind == WAVE_EVENT_ROOM_NAME)
    {
      g_autofree char *name = wave_tenant_dup_name (self, wire->value);

      wave_room_set_name (room, name);
      wave_room_update_peer (room, self->me);
    }
  else
    {
      gboolean cut = FALSE;
      g_autofree char *topic = wave_model_cut (wire->value, WAVE_MAX_TOPIC, &cut);

      if (cut)
        wave_tenant_hit_bound (self, BOUND_NAMES);
      wave_model_set_string (room, &room->topic, topic != NULL && *topic != '\0' ? topic : NULL, ROOM_TOPIC);
    }
  wave_tenant_show_notice (self, room, event);
}

static void
apply_in_room (WaveTenant *self, WaveRoom *room, const WaveEvent *event, WaveStream *stream)
{
  switch (event->kind)
    {
    case WAVE_EVENT_MESSAGE:
      on_message (self, room, event, stream);
      break;
    case WAVE_EVENT_BRIDGE_MESSAGE:
      on_bridge_message (self, room, event, stream);
      break;
    case WAVE_EVENT_CHUNK:
      if (event->sender_id != NULL)
        on_chunk (self, room, event, event->payload, stream);
      break;
    case WAVE_EVENT_REACTION:
      wave_tenant_show_reaction (self, room, event);
      break;
    case WAVE_EVENT_MEMBER:
      on_member (self, room, event, event->payload);
      break;
    case WAVE_EVENT_ROOM_NAME:
    case WAVE_EVENT_ROOM_TOPIC:
      set_room_text (self, room, event, event->payload);
      break;
    case WAVE_EVENT_READ_MARKER:
      on_read_marker (self, room, event->payload);
      break;
    case WAVE_EVENT_AI_ENGAGEMENT:
      wave_tenant_apply_engagement (self, room, event->payload);
      wave_tenant_show_notice (self, room, event);
      break;
    case WAVE_EVENT_AI_STATUS:
      on_status (self, room, event->payload);
      break;
    case WAVE_EVENT_CONTEXT_USAGE:
      on_usage (self, room, event->payload);
      break;
    case WAVE_EVENT_PLAN_UPDATED:
      wave_tenant_set_plan (self, room, ((const WavePlanUpdated *)event->payload)->plan, event->arrived_wall_us);
      break;
    case WAVE_EVENT_SIDEKICK_SPAWNED:
    case WAVE_EVENT_SIDEKICK_RESULT:
    case WAVE_EVENT_SIDEKICK_CANCEL:
      wave_tenant_apply_sidekick (self, room, event->payload, event->kind);
      wave_tenant_show_notice (self, room, event);
      break;
    case WAVE_EVENT_TYPING:
      on_typing (self, room, event, event->payload);
      break;
    case WAVE_EVENT_CALL_INVITE:
      on_invite (self, room, event, event->payload);
      break;
    case WAVE_EVENT_CALL_STATE:
      wave_tenant_apply_call (self, room, event->payload, FALSE, FALSE);
      break;
    case WAVE_EVENT_MODEL_ERROR:
      on_error (self, room, event, event->payload);
      break;
    case WAVE_EVENT_UNKNOWN: /* counted, and shown in Activity */
    case WAVE_EVENT_INVALID:
    case WAVE_EVENT_HELLO: /* these are not about a room */
    case WAVE_EVENT_PRESENCE:
    case WAVE_EVENT_PING:
    case WAVE_EVENT_REDACTION: /* these were applied already: they work without a room too */
    case WAVE_EVENT_FEDERATION:
    case WAVE_EVENT_BRIDGE_STATUS:
    case WAVE_N_EVENT_KINDS:
      break;
    }
}

static void
on_hello (WaveTenant *self, const WaveHello *wire)
{
  if (wire->server_name != NULL)
    wave_model_set_string (self, &self->server_name, wire->server_name, TENANT_SERVER_NAME);
  /* Another tenant_id is the transition's business: it comes before and clears the house. */
  if (wire->tenant_id != NULL && self->tenant_id == NULL)
    wave_model_set_string (self, &self->tenant_id, wire->tenant_id, TENANT_TENANT_ID);
}

/* Opaque by contract: counted, and to be looked at in Activity. */
static void
on_federation (WaveRoom *room, const WaveEvent *event)
{
  if (!room->federated)
    {
      room->federated = TRUE;
      wave_model_mark (room, ROOM_FEDERATED);
    }
  room->n_federation++;
  room->federation_wall = wall_of (event);
  wave_model_mark (room, ROOM_N_FEDERATION);
}

static void
apply_anywhere (WaveTenant *self, WaveRoom *room, const WaveEvent *event)
{
  const WavePresence *presence;

  if (event->kind == WAVE_EVENT_FEDERATION && room != NULL)
    on_federation (room, event);
  if (event->payload == NULL)
    return;
  if (event->kind == WAVE_EVENT_HELLO)
    on_hello (self, event->payload);
  else if (event->kind == WAVE_EVENT_REDACTION)
    wave_tenant_show_redaction (self, room, event);
  else if (event->kind == WAVE_EVENT_BRIDGE_STATUS)
    on_bridge_status (self, room, event, event->payload);
  else if (event->kind == WAVE_EVENT_PRESENCE)
    {
      presence = event->payload;
      wave_tenant_set_presence (self, wave_tenant_ensure_participant (self, presence->participant_id), presence->state);
    }
}

static gboolean
concerns_streams (WaveEventKind kind)
{
  return kind == WAVE_EVENT_CHUNK || kind == WAVE_EVENT_AI_STATUS || kind == WAVE_EVENT_MESSAGE
         || kind == WAVE_EVENT_BRIDGE_MESSAGE || kind == WAVE_EVENT_MODEL_ERROR || kind == WAVE_EVENT_REDACTION;
}

void
wave_tenant_apply_event (WaveTenant *tenant, const WaveEvent *event)
{
  WaveStream *stream = NULL;
  WaveRoom *room;

  g_return_if_fail (WAVE_IS_TENANT (tenant) && event != NULL);
  wave_tenant_begin (tenant);
  room = event->room_id != NULL ? wave_tenant_ensure_room (tenant, event->room_id) : NULL;
  wave_tenant_count_event (tenant, event, room);
  if (event->payload != NULL && concerns_streams (event->kind))
    {
      WaveParticipant *sender = wave_tenant_get_participant (tenant, event->sender_id);

      stream = wave_stream_store_apply (tenant->streams, event, sender != NULL && wave_participant_get_is_ai (sender));
    }
  apply_anywhere (tenant, room, event);
  /* A malformed event has no payload: it is counted and stands in Activity. */
  if (room != NULL && event->payload != NULL)
    apply_in_room (tenant, room, event, stream);
  wave_tenant_emit_applied (tenant, event, room);
  wave_tenant_end (tenant);
}
