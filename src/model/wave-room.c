// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-room-private.h"
#include "protocol/wave-intern.h"
#include "protocol/wave-text.h"

/* Far beyond a room that a person can watch; the count of what did not fit is the tenant's. */
#define MAX_MEMBERS 20000
#define MAX_AIS 200
#define PREVIEW_CHARS 160

G_DEFINE_FINAL_TYPE (WaveRoom, wave_room, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *room_props[N_ROOM];
static guint signal_wanted;

static void
wave_room_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveRoom *self = WAVE_ROOM (object);

  switch (prop_id)
    {
    case ROOM_ID:
      g_value_set_string (value, self->id);
      break;
    case ROOM_DISPLAY_NAME:
      g_value_set_string (value, wave_room_get_display_name (self));
      break;
    case ROOM_HAS_NAME:
      g_value_set_boolean (value, self->name != NULL || self->dm_peer != NULL);
      break;
    case ROOM_TOPIC:
      g_value_set_string (value, self->topic);
      break;
    case ROOM_ROOM_TYPE:
      g_value_set_string (value, self->room_type);
      break;
    case ROOM_ENGAGEMENT:
      g_value_set_string (value, self->engagement);
      break;
    case ROOM_UNREAD:
      g_value_set_uint (value, self->unread);
      break;
    case ROOM_MENTIONS:
      g_value_set_uint (value, self->mentions);
      break;
    case ROOM_LAST_ACTIVITY:
      g_value_set_int64 (value, self->last_activity);
      break;
    case ROOM_PREVIEW:
      g_value_set_string (value, wave_room_get_preview (self));
      break;
    case ROOM_AI_LINE:
      g_value_set_string (value, wave_room_get_ai_line (self));
      break;
    case ROOM_AI_PHASE:
      g_value_set_uint (value, wave_room_get_ai_phase (self));
      break;
    case ROOM_AI_SINCE:
      g_value_set_int64 (value, wave_room_get_ai_since (self));
      break;
    case ROOM_N_MEMBERS:
      g_value_set_uint (value, g_list_model_get_n_items (G_LIST_MODEL (self->members)));
      break;
    case ROOM_LEFT:
      g_value_set_boolean (value, self->left);
      break;
    case ROOM_FORBIDDEN:
      g_value_set_boolean (value, self->forbidden);
      break;
    case ROOM_FEDERATED:
      g_value_set_boolean (value, self->federated);
      break;
    case ROOM_MUTED:
      g_value_set_boolean (value, self->muted);
      break;
    case ROOM_PLAN:
      g_value_set_pointer (value, self->plan);
      break;
    case ROOM_CALL:
      g_value_set_object (value, self->call);
      break;
    case ROOM_ACTIVITY_SERIAL:
      g_value_set_uint (value, self->activity_serial);
      break;
    case ROOM_STATE:
      g_value_set_string (value, self->state);
      break;
    case ROOM_N_FEDERATION:
      g_value_set_uint (value, self->n_federation);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_room_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case ROOM_MUTED:
      wave_room_set_muted (WAVE_ROOM (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_room_finalize (GObject *object)
{
  WaveRoom *self = WAVE_ROOM (object);

  wave_timeline_detach (self->timeline);
  g_clear_object (&self->timeline);
  g_clear_object (&self->members);
  g_clear_object (&self->typists);
  g_clear_object (&self->ai_states);
  g_clear_object (&self->sidekicks);
  g_clear_object (&self->plan_history);
  g_clear_object (&self->bridges);
  g_clear_object (&self->call);
  g_clear_pointer (&self->memberships, g_hash_table_unref);
  g_clear_pointer (&self->plan, wave_plan_unref);
  wave_intern_release (self->interned);
  g_free (self->id);
  g_free (self->shown_id);
  g_free (self->name);
  g_free (self->topic);
  g_free (self->room_type);
  g_free (self->engagement);
  g_free (self->preview);
  g_free (self->ai_line);
  g_free (self->state);
  g_free (self->collation_key);
  G_OBJECT_CLASS (wave_room_parent_class)->finalize (object);
}

static void
wave_room_class_init (WaveRoomClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = room_props;

  object_class->finalize = wave_room_finalize;
  object_class->get_property = wave_room_get_property;
  object_class->set_property = wave_room_set_property;
  props[ROOM_ID] = g_param_spec_string ("id", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[ROOM_DISPLAY_NAME] = g_param_spec_string ("display-name", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[ROOM_HAS_NAME] = g_param_spec_boolean ("has-name", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[ROOM_TOPIC] = g_param_spec_string ("topic", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[ROOM_ROOM_TYPE] = g_param_spec_string ("room-type", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[ROOM_ENGAGEMENT] = g_param_spec_string ("engagement", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[ROOM_UNREAD] = g_param_spec_uint ("unread", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[ROOM_MENTIONS] = g_param_spec_uint ("mentions", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[ROOM_LAST_ACTIVITY] = g_param_spec_int64 ("last-activity", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[ROOM_PREVIEW] = g_param_spec_string ("preview", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[ROOM_AI_LINE] = g_param_spec_string ("ai-line", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[ROOM_AI_PHASE] = g_param_spec_uint ("ai-phase", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[ROOM_AI_SINCE] = g_param_spec_int64 ("ai-since", NULL, NULL, G_MININT64, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[ROOM_N_MEMBERS] = g_param_spec_uint ("n-members", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[ROOM_LEFT] = g_param_spec_boolean ("left", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[ROOM_FORBIDDEN] = g_param_spec_boolean ("forbidden", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[ROOM_FEDERATED] = g_param_spec_boolean ("federated", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[ROOM_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE, WAVE_MODEL_READ | G_PARAM_WRITABLE);
  props[ROOM_PLAN] = g_param_spec_pointer ("plan", NULL, NULL, WAVE_MODEL_READ);
  props[ROOM_CALL] = g_param_spec_object ("call", NULL, NULL, WAVE_TYPE_CALL_ITEM, WAVE_MODEL_READ);
  props[ROOM_ACTIVITY_SERIAL] = g_param_spec_uint ("activity-serial", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[ROOM_STATE] = g_param_spec_string ("room-state", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[ROOM_N_FEDERATION] = g_param_spec_uint ("n-federation", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_ROOM, props);

  /* WaveRoom::wanted: the room is on screen. */
  signal_wanted = g_signal_new ("wanted", WAVE_TYPE_ROOM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wave_room_init (WaveRoom *self)
{
  self->parent_instance.props = room_props;
  self->members = g_list_store_new (WAVE_TYPE_MEMBERSHIP);
  self->typists = g_list_store_new (WAVE_TYPE_PARTICIPANT);
  self->ai_states = g_list_store_new (WAVE_TYPE_AI_STATE);
  self->sidekicks = g_list_store_new (WAVE_TYPE_SIDEKICK_ITEM);
  self->plan_history = g_list_store_new (WAVE_TYPE_PLAN_SNAPSHOT);
  self->bridges = g_list_store_new (WAVE_TYPE_BRIDGE);
  self->memberships = g_hash_table_new (NULL, NULL);
  self->timeline = wave_timeline_new (self);
  self->last_activity = self->federation_wall = -1;
  self->last_event_mono = G_MININT64;
}

WaveRoom *
wave_room_new (WaveTenant *tenant, const char *id)
{
  WaveRoom *self = g_object_new (WAVE_TYPE_ROOM, NULL);

  self->tenant = tenant;
  self->id = g_strdup (id);
  self->interned = wave_intern (id, strlen (id));
  self->shown_id = wave_model_dup_shown_id (id);
  return self;
}

static void
mark_name (WaveRoom *self)
{
  g_clear_pointer (&self->collation_key, g_free);
  wave_model_mark (self, ROOM_DISPLAY_NAME);
  wave_model_mark (self, ROOM_HAS_NAME);
}

void
wave_room_set_name (WaveRoom *self, const char *name)
{
  if (name != NULL && *name == '\0')
    name = NULL;
  if (g_set_str (&self->name, name))
    mark_name (self);
}

/* ---- members ---- */

/* A direct message has no name of its own: it goes by the other member's. */
void
wave_room_update_peer (WaveRoom *self, WaveParticipant *me)
{
  WaveParticipant *peer = NULL;
  GListModel *members = G_LIST_MODEL (self->members);

  if (self->name == NULL && g_strcmp0 (self->room_type, "dm") == 0 && g_list_model_get_n_items (members) <= 2)
    for (guint i = 0; i < g_list_model_get_n_items (members); i++)
      {
        g_autoptr (WaveMembership) member = g_list_model_get_item (members, i);

        if (me != NULL && member->participant != me)
          peer = member->participant;
      }
  if (peer == self->dm_peer && (peer == NULL || !peer->name_changed))
    return;
  self->dm_peer = peer;
  mark_name (self);
}

WaveMembership *
wave_room_ensure_member (WaveRoom *self, WaveParticipant *participant)
{
  WaveMembership *member = g_hash_table_lookup (self->memberships, participant);

  if (member != NULL)
    return member;
  if (g_list_model_get_n_items (G_LIST_MODEL (self->members)) >= MAX_MEMBERS)
    return NULL;
  member = wave_membership_new (participant);
  g_list_store_append (self->members, member);
  g_hash_table_insert (self->memberships, participant, member);
  wave_model_mark (self, ROOM_N_MEMBERS);
  g_object_unref (member);
  return member;
}

void
wave_room_remove_member (WaveRoom *self, WaveParticipant *participant)
{
  WaveMembership *member = g_hash_table_lookup (self->memberships, participant);
  guint position;

  if (member == NULL)
    return;
  g_hash_table_remove (self->memberships, participant);
  if (self->dm_peer == participant)
    {
      self->dm_peer = NULL;
      mark_name (self);
    }
  if (g_list_store_find (self->members, member, &position))
    g_list_store_remove (self->members, position);
  wave_model_mark (self, ROOM_N_MEMBERS);
}

void
wave_room_clear_typists (WaveRoom *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->typists));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveParticipant) typist = g_list_model_get_item (G_LIST_MODEL (self->typists), i);

      typist->n_typing--;
    }
  if (n > 0)
    g_list_store_remove_all (self->typists);
}

void
wave_room_note_bridge (WaveRoom *self, WaveBridge *bridge)
{
  if (!g_list_store_find (self->bridges, bridge, NULL))
    g_list_store_append (self->bridges, bridge);
}

/* ---- AIs ---- */

WaveAiState *
wave_room_ensure_ai (WaveRoom *self, WaveParticipant *participant)
{
  GListModel *states = G_LIST_MODEL (self->ai_states);
  gsize address = GPOINTER_TO_SIZE (participant) >> 4;
  WaveAiState **slot = &self->ai_slots[(address ^ address >> 4) % ROOM_AI_SLOTS];
  WaveAiState *state = NULL;
  guint n;

  if (*slot != NULL && (*slot)->participant == participant)
    return *slot;
  n = g_list_model_get_n_items (states);
  for (guint i = 0; i < n && state == NULL; i++)
    {
      WaveAiState *held = g_list_model_get_item (states, i);

      if (held->participant == participant)
        state = held;
      g_object_unref (held); /* the list keeps it */
    }
  if (state == NULL && n >= MAX_AIS)
    return NULL;
  if (state == NULL)
    {
      state = wave_ai_state_new (participant);
      g_list_store_append (self->ai_states, state);
      g_object_unref (state);
    }
  *slot = state;
  return state;
}

void
wave_room_mark_ai (WaveRoom *self)
{
  self->ai_dirty = TRUE;
  wave_tenant_queue_room (self->tenant, self);
}

static int
weight (const WaveAiState *state)
{
  static const int weights[]
      = { [WAVE_AI_IDLE] = 0, [WAVE_AI_OTHER] = 1, [WAVE_AI_THINKING] = 2, [WAVE_AI_CALLING] = 3, [WAVE_AI_GENERATING] = 4 };

  return state->stale ? 0 : weights[state->phase];
}

static char *
dup_ai_line (WaveAiState *busiest, guint busy)
{
  const char *name = wave_participant_get_display_name (busiest->participant);
  g_autofree char *status = wave_model_one_line (busiest->status != NULL ? busiest->status : _ ("generating"), 80);

  if (busy > 1)
    /* Translators: an AI's name, what it does, and how many more AIs are busy. */
    return g_strdup_printf (_ ("%s · %s, %u more"), name, status, busy - 1);
  return g_strdup_printf ("%s · %s", name, status);
}

static void
refresh_ai (WaveRoom *self)
{
  GListModel *states = G_LIST_MODEL (self->ai_states);
  WaveAiState *busiest = NULL;
  g_autofree char *line = NULL;
  WaveAiPhase phase;
  gint64 since;
  guint busy = 0;

  self->ai_dirty = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (states); i++)
    {
      g_autoptr (WaveAiState) state = g_list_model_get_item (states, i);

      if (weight (state) == 0)
        continue;
      busy++;
      /* Of two that are alike always the same one, whoever was first. */
      if (busiest == NULL || weight (state) > weight (busiest)
          || (weight (state) == weight (busiest)
              && strcmp (wave_participant_get_id (state->participant), wave_participant_get_id (busiest->participant)) < 0))
        busiest = state;
    }
  phase = busiest != NULL ? busiest->phase : WAVE_AI_IDLE;
  since = busiest != NULL ? busiest->since : 0;
  line = busiest != NULL ? dup_ai_line (busiest, busy) : NULL;
  wave_model_set_string (self, &self->ai_line, line, ROOM_AI_LINE);
  if (self->ai_phase != phase)
    {
      self->ai_phase = phase;
      wave_model_mark (self, ROOM_AI_PHASE);
    }
  if (self->ai_since != since)
    {
      self->ai_since = since;
      wave_model_mark (self, ROOM_AI_SINCE);
    }
}

/* (transfer full): the beginning of what a message says, in one line */
static char *
dup_first_line (const WaveMessage *message, const char *body)
{
  gboolean cut;
  g_autofree char *beginning = NULL;
  g_autofree char *plain = NULL;

  if (body == NULL && message != NULL)
    return wave_model_one_line (message->filename != NULL ? message->filename : message->msgtype, PREVIEW_CHARS);
  if (message != NULL && message->msgtype != NULL && !g_str_equal (message->msgtype, "swp.text"))
    return wave_model_one_line (body, PREVIEW_CHARS);
  /* Marks take room, too. */
  beginning = wave_model_cut (body != NULL ? body : "", 4 * PREVIEW_CHARS, &cut);
  plain = wave_text_from_markdown (beginning);
  /* Of a rule, or where a link leads, there is nothing but marks. */
  return wave_model_one_line (*plain != '\0' ? plain : beginning, PREVIEW_CHARS);
}

static void
refresh_preview (WaveRoom *self)
{
  g_autoptr (WaveTimelineItem) last = wave_timeline_dup_last_message (self->timeline);
  g_autofree char *preview = NULL;

  self->preview_dirty = FALSE;
  if (last != NULL && last->redacted)
    preview = g_strdup (_ ("Message removed"));
  else if (last != NULL)
    {
      const WaveMessage *message = wave_timeline_item_get_message (last);
      const WaveImportedSender *imported = wave_timeline_item_get_imported_sender (last);
      const char *body = wave_timeline_item_get_body (last);
      g_autofree char *line = dup_first_line (message, body);

      if (imported != NULL && imported->display_name != NULL)
        {
          g_autofree char *name = wave_model_one_line (imported->display_name, 80);

          preview = g_strdup_printf ("%s: %s", name, line);
        }
      else if (last->sender != NULL && !last->mine && self->dm_peer == NULL)
        preview = g_strdup_printf ("%s: %s", wave_participant_get_display_name (last->sender), line);
      else
        preview = g_steal_pointer (&line);
    }
  g_set_str (&self->preview, preview);
}

void
wave_room_refresh (WaveRoom *self)
{
  if (self->ai_dirty)
    refresh_ai (self);
  /* Written when somebody asks: of most rooms nobody does. */
  if (self->preview_dirty)
    wave_model_mark (self, ROOM_PREVIEW);
}

/* ---- activity ---- */

void
wave_room_roll_activity (WaveRoom *self, gint64 second)
{
  gint64 passed = second - self->activity_second;

  if (passed <= 0)
    return;
  if (passed >= WAVE_ACTIVITY_SECONDS)
    memset (self->activity, 0, sizeof self->activity);
  else
    for (gint64 i = 1; i <= passed; i++)
      self->activity[(self->activity_second + i) % WAVE_ACTIVITY_SECONDS] = 0;
  self->activity_second = second;
}

void
wave_room_count_activity (WaveRoom *self, gint64 second)
{
  guint8 *bucket;

  wave_room_roll_activity (self, second);
  bucket = &self->activity[self->activity_second % WAVE_ACTIVITY_SECONDS];
  if (*bucket < G_MAXUINT8)
    (*bucket)++;
}

/* ---- public ---- */

const char *
wave_room_get_id (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return room->id;
}

const char *
wave_room_get_display_name (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  if (room->name != NULL)
    return room->name;
  if (room->dm_peer != NULL)
    return wave_participant_get_display_name (room->dm_peer);
  return room->shown_id != NULL ? room->shown_id : room->id;
}

const char *
wave_room_get_topic (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return room->topic;
}

const char *
wave_room_get_room_type (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return room->room_type;
}

const char *
wave_room_get_preview (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  if (room->preview_dirty)
    refresh_preview (room);
  return room->preview;
}

guint
wave_room_get_unread (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), 0);
  return room->unread;
}

gint64
wave_room_get_last_activity (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), -1);
  return room->last_activity;
}

WaveAiPhase
wave_room_get_ai_phase (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), WAVE_AI_IDLE);
  if (room->ai_dirty)
    refresh_ai (room);
  return room->ai_phase;
}

const char *
wave_room_get_ai_line (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  if (room->ai_dirty)
    refresh_ai (room);
  return room->ai_line;
}

gint64
wave_room_get_ai_since (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), -1);
  if (room->ai_dirty)
    refresh_ai (room);
  return room->ai_since;
}

gboolean
wave_room_get_muted (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), FALSE);
  return room->muted;
}

void
wave_room_set_muted (WaveRoom *room, gboolean muted)
{
  g_return_if_fail (WAVE_IS_ROOM (room));
  if (room->muted == !!muted)
    return;
  room->muted = !!muted;
  wave_model_mark (room, ROOM_MUTED);
}

WaveTimeline *
wave_room_get_timeline (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return room->timeline;
}

GListModel *
wave_room_get_members (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return G_LIST_MODEL (room->members);
}

GListModel *
wave_room_get_typists (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return G_LIST_MODEL (room->typists);
}

GListModel *
wave_room_get_ai_states (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return G_LIST_MODEL (room->ai_states);
}

GListModel *
wave_room_get_sidekicks (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return G_LIST_MODEL (room->sidekicks);
}

GListModel *
wave_room_get_bridges (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return G_LIST_MODEL (room->bridges);
}

guint
wave_room_get_n_federation (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), 0);
  return room->n_federation;
}

gint64
wave_room_get_federation_wall (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), -1);
  return room->federation_wall;
}

gboolean
wave_room_get_federated (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), FALSE);
  return room->federated;
}

WaveMembership *
wave_room_get_membership (WaveRoom *room, WaveParticipant *participant)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return g_hash_table_lookup (room->memberships, participant);
}

const char *
wave_room_get_engagement (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return room->engagement;
}

gboolean
wave_room_has_member (WaveRoom *room, WaveParticipant *participant)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), FALSE);
  return g_hash_table_contains (room->memberships, participant);
}

const char *
wave_room_get_collation_key (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  if (room->collation_key == NULL)
    room->collation_key = g_utf8_collate_key_for_filename (wave_room_get_display_name (room), -1);
  return room->collation_key;
}

GListModel *
wave_room_get_plan_history (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return G_LIST_MODEL (room->plan_history);
}

const WavePlan *
wave_room_get_plan (WaveRoom *room)
{
  g_return_val_if_fail (WAVE_IS_ROOM (room), NULL);
  return room->plan;
}

void
wave_room_get_activity (WaveRoom *room, guint8 values[60])
{
  g_return_if_fail (WAVE_IS_ROOM (room));
  if (room->tenant != NULL)
    wave_room_roll_activity (room, wave_tenant_get_now_mono (room->tenant) / G_USEC_PER_SEC);
  for (guint i = 0; i < WAVE_ACTIVITY_SECONDS; i++)
    values[i] = room->activity[(room->activity_second + 1 + i) % WAVE_ACTIVITY_SECONDS];
}

void
wave_room_want (WaveRoom *room)
{
  g_return_if_fail (WAVE_IS_ROOM (room));
  g_signal_emit (room, signal_wanted, 0);
  if (room->tenant != NULL)
    wave_tenant_room_wanted (room->tenant, room, FALSE);
}
