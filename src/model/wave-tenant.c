// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-tenant-private.h"

#define MAX_TRANSITIONS 1000
#define MAX_GAPS 1000
#define TRIM_BLOCK 100

G_DEFINE_FINAL_TYPE (WaveTenant, wave_tenant, WAVE_TYPE_MODEL_OBJECT)

static GParamSpec *tenant_props[N_TENANT];
enum
{
  SIGNAL_EVENT_APPLIED,
  SIGNAL_TRANSITION,
  SIGNAL_ATTENTION,
  SIGNAL_ROOM_WANTED,
  SIGNAL_SIDEKICK_DOUBTED,
  SIGNAL_REPLACED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* ---- batches ---- */

static void
append_new (GListStore *store, GPtrArray **fresh)
{
  /* Whoever hears of them may bring in more. */
  while ((*fresh)->len > 0)
    {
      g_autoptr (GPtrArray) taken = g_steal_pointer (fresh);

      *fresh = g_ptr_array_new_with_free_func (g_object_unref);
      g_list_store_splice (store, g_list_model_get_n_items (G_LIST_MODEL (store)), 0, taken->pdata, taken->len);
    }
}

/* Sentences that bear a name that became known are written anew; once a batch, whatever came in it. */
static void
rename_everywhere (WaveTenant *self)
{
  GHashTableIter iter;
  WaveRoom *room;
  WaveParticipant *participant;

  self->names_changed = FALSE;
  g_hash_table_iter_init (&iter, self->rooms_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&room))
    {
      wave_timeline_rename (room->timeline);
      wave_room_update_peer (room, self->me);
      if (room->preview != NULL)
        room->preview_dirty = TRUE;
      if (room->ai_line != NULL)
        room->ai_dirty = TRUE;
      wave_room_refresh (room);
    }
  g_hash_table_iter_init (&iter, self->participants_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&participant))
    participant->name_changed = FALSE;
}

static void
set_count (WaveTenant *self, guint *field, guint value, guint prop)
{
  if (*field == value)
    return;
  *field = value;
  wave_model_mark (self, prop);
}

static void
refresh_at_a_glance (WaveTenant *self)
{
  guint generating = 0;

  self->at_a_glance_dirty = FALSE;
  for (guint i = 0; i < self->busy->len; i++)
    {
      const WaveAiState *state = g_array_index (self->busy, BusyAi, i).state;

      generating += state->phase == WAVE_AI_GENERATING && !state->stale;
    }
  set_count (self, &self->n_generating, generating, TENANT_N_GENERATING);
  set_count (self, &self->n_live_sidekicks, self->sidekicks->len, TENANT_N_LIVE_SIDEKICKS);
  set_count (self, &self->n_active_rooms, self->active->len, TENANT_N_ACTIVE_ROOMS);
}

void
wave_tenant_begin (WaveTenant *self)
{
  /* Every event comes through here: only the outermost holds on. */
  if (self->depth++ > 0)
    return;
  g_object_ref (self);
  wave_model_begin ();
  self->event_applied_heard = g_signal_has_handler_pending (self, signals[SIGNAL_EVENT_APPLIED], 0, FALSE);
  wave_stream_store_begin (self->streams);
}

void
wave_tenant_end (WaveTenant *self)
{
  if (self->depth > 1)
    {
      self->depth--;
      return;
    }
  append_new (self->participants, &self->new_participants);
  append_new (self->rooms, &self->new_rooms);
  for (guint i = 0; i < self->queued->len; i++)
    {
      WaveRoom *room = self->queued->pdata[i];

      room->queued = FALSE;
      wave_room_refresh (room);
    }
  g_ptr_array_set_size (self->queued, 0);
  if (self->names_changed)
    rename_everywhere (self);
  if (self->at_a_glance_dirty)
    refresh_at_a_glance (self);
  self->depth--;
  wave_stream_store_end (self->streams);
  wave_model_end ();
  g_object_unref (self);
}

void
wave_tenant_queue_room (WaveTenant *self, WaveRoom *room)
{
  if (self == NULL || room->queued)
    return;
  room->queued = TRUE;
  g_ptr_array_add (self->queued, room);
}

/* ---- bounds ---- */

static const char *
bound_text (Bound bound)
{
  switch (bound)
    {
    case BOUND_ROOMS:
      return N_ ("Rooms beyond 5,000 are not shown");
    case BOUND_PARTICIPANTS:
      return N_ ("Participants beyond 50,000 are shown as one");
    case BOUND_MEMBERS:
      return N_ ("Members of a room beyond 20,000 are not listed");
    case BOUND_AIS:
      return N_ ("AIs in one room beyond 200 are not shown");
    case BOUND_REACTIONS:
      return N_ ("Reactions beyond 64 different ones, or 1,000 of one, are not counted");
    case BOUND_PLAN_STEPS:
      return N_ ("Plan steps beyond 200 are not shown");
    case BOUND_STATUS:
      return N_ ("An AI’s status was cut at 200 characters");
    case BOUND_NAMES:
      return N_ ("A name was cut at 200 characters, or a topic at 2,000");
    case BOUND_SIDEKICKS:
      return N_ ("Sidekicks of a room beyond 500 are not shown");
    case BOUND_BRIDGES:
      return N_ ("Bridges beyond 500 are not shown");
    case BOUND_PENDING:
      return N_ ("Reactions or redactions of messages not yet seen were more than could be remembered");
    case BOUND_TYPES:
      return N_ ("Undocumented event types beyond 200 are not listed by name");
    case BOUND_CALL:
      return N_ ("Participants of a call beyond 500 are not listed");
    case BOUND_TYPISTS:
      return N_ ("More than 50 people typing in one room are not listed");
    case N_BOUNDS:
      break;
    }
  g_assert_not_reached ();
}

void
wave_tenant_hit_bound (WaveTenant *self, Bound bound)
{
  if (self->bounds[bound]++ > 0)
    return;
  g_message ("bound reached: %s", bound_text (bound));
  wave_model_mark (self, TENANT_N_BOUNDS_HIT);
}

static guint
count_bounds (WaveTenant *self)
{
  guint n = 0;

  for (guint i = 0; i < N_BOUNDS; i++)
    n += self->bounds[i] > 0;
  return n;
}

GPtrArray *
wave_tenant_list_bounds_hit (WaveTenant *tenant)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (WAVE_IS_TENANT (tenant), g_steal_pointer (&texts));
  for (guint i = 0; i < N_BOUNDS; i++)
    if (tenant->bounds[i] > 0)
      /* Translators: a sentence on a limit, and how many times it was met. */
      g_ptr_array_add (texts, g_strdup_printf (_ ("%s (%llu×)"), _ (bound_text (i)), (unsigned long long) tenant->bounds[i]));
  return g_steal_pointer (&texts);
}

char *
wave_tenant_dup_name (WaveTenant *self, const char *name)
{
  g_autofree char *line = NULL;
  gboolean cut;

  if (name == NULL)
    return NULL;
  line = wave_model_one_line (name, WAVE_MAX_NAME + 1);
  if (*line == '\0')
    return NULL;
  name = wave_model_cut (line, WAVE_MAX_NAME, &cut);
  if (cut)
    wave_tenant_hit_bound (self, BOUND_NAMES);
  return (char *)name;
}

/* ---- rooms and participants ---- */

static guint
slot_of (const char *id)
{
  return GPOINTER_TO_SIZE (id) * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15) >> (64 - ID_SLOT_BITS);
}

WaveRoom *
wave_tenant_ensure_room (WaveTenant *self, const char *room_id)
{
  WaveRoom **slot = &self->room_slots[slot_of (room_id)];
  WaveRoom *room;

  if (*slot != NULL && (*slot)->interned == room_id)
    return *slot;
  room = g_hash_table_lookup (self->rooms_by_id, room_id);
  if (room != NULL)
    {
      if (room->interned == room_id)
        *slot = room;
      return room;
    }
  if (g_hash_table_size (self->rooms_by_id) >= WAVE_MAX_ROOMS)
    {
      wave_tenant_hit_bound (self, BOUND_ROOMS);
      return NULL;
    }
  room = wave_room_new (self, room_id);
  g_hash_table_insert (self->rooms_by_id, room->id, room);
  g_ptr_array_add (self->new_rooms, g_object_ref (room));
  return room;
}

static WaveParticipant *
find_participant (WaveTenant *self, const char *id)
{
  WaveParticipant **slot = &self->participant_slots[slot_of (id)];
  WaveParticipant *participant;

  if (*slot != NULL && (*slot)->interned == id)
    return *slot;
  participant = g_hash_table_lookup (self->participants_by_id, id);
  if (participant != NULL && participant->interned == id)
    *slot = participant;
  return participant;
}

WaveParticipant *
wave_tenant_ensure_participant (WaveTenant *self, const char *id)
{
  WaveParticipant *participant;

  g_return_val_if_fail (WAVE_IS_TENANT (self) && id != NULL, NULL);
  participant = find_participant (self, id);
  if (participant != NULL)
    return participant;
  if (g_hash_table_size (self->participants_by_id) >= WAVE_MAX_PARTICIPANTS)
    {
      wave_tenant_hit_bound (self, BOUND_PARTICIPANTS);
      if (self->nobody == NULL)
        self->nobody = wave_participant_new ("…");
      return self->nobody;
    }
  wave_tenant_begin (self);
  participant = wave_participant_new (id);
  g_hash_table_insert (self->participants_by_id, participant->id, participant);
  g_ptr_array_add (self->new_participants, g_object_ref (participant));
  wave_tenant_end (self);
  return participant;
}

void
wave_tenant_set_participant_name (WaveTenant *self, WaveParticipant *participant, const char *name)
{
  g_autofree char *kept = wave_tenant_dup_name (self, name);

  /* A snapshot without the name does not take one away. */
  if (kept == NULL || participant == self->nobody || !g_set_str (&participant->display_name, kept))
    return;
  participant->name_changed = TRUE;
  g_clear_pointer (&participant->collation_key, g_free);
  self->names_changed = TRUE;
  wave_model_mark (participant, PARTICIPANT_DISPLAY_NAME);
  wave_model_mark (participant, PARTICIPANT_HAS_NAME);
}

static gboolean
counts_as_online (WaveParticipant *participant)
{
  /* AIs are always online: they are no news. */
  return !wave_participant_get_is_ai (participant)
         && (participant->presence == WAVE_PRESENCE_ONLINE || participant->presence == WAVE_PRESENCE_IDLE
             || participant->presence == WAVE_PRESENCE_BUSY);
}

void
wave_tenant_recount_online (WaveTenant *self)
{
  GHashTableIter iter;
  WaveParticipant *participant;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->participants_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&participant))
    n += counts_as_online (participant);
  set_count (self, &self->n_online, n, TENANT_N_ONLINE);
}

void
wave_tenant_set_presence (WaveTenant *self, WaveParticipant *participant, WavePresenceState presence)
{
  gboolean before = counts_as_online (participant);

  if (participant->presence == presence)
    return;
  participant->presence = presence;
  wave_model_mark (participant, PARTICIPANT_PRESENCE);
  set_count (self, &self->n_online, self->n_online + counts_as_online (participant) - before, TENANT_N_ONLINE);
}

/* ---- time ---- */

gint64
wave_tenant_get_now_mono (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), 0);
  return tenant->now_mono;
}

gint64
wave_tenant_get_now_wall (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), 0);
  return tenant->now_wall;
}

double
wave_tenant_get_pace (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), 1);
  return tenant->pace;
}

void
wave_tenant_set_pace (WaveTenant *self, double pace)
{
  self->pace = pace;
}

gint64
wave_tenant_get_top_position (WaveTenant *self)
{
  return self->top_position;
}

WaveParticipant *
wave_tenant_get_me (WaveTenant *self)
{
  return self->me;
}

/* ---- what comes in ---- */

void
wave_tenant_apply_events (WaveTenant *tenant, const WaveBatch *batch, guint from, guint end)
{
  g_return_if_fail (WAVE_IS_TENANT (tenant) && batch != NULL);
  for (guint i = from; i < end; i++)
    {
      wave_batch_fetch_ahead (batch, i);
      for (guint step = 0; step < 3; step++)
        if (i + 4 - step < end)
          wave_stream_store_fetch_ahead (tenant->streams, batch->events->pdata[i + 4 - step], step);
      wave_tenant_apply_event (tenant, batch->events->pdata[i]);
    }
}

void
wave_tenant_apply_batch (WaveTenant *tenant, const WaveBatch *batch)
{
  g_return_if_fail (WAVE_IS_TENANT (tenant) && batch != NULL);
  wave_tenant_begin (tenant);
  if (batch->transition != NULL)
    wave_tenant_apply_transition (tenant, batch->transition);
  if (batch->events != NULL)
    wave_tenant_apply_events (tenant, batch, 0, batch->events->len);
  tenant->top_position = MAX (tenant->top_position, batch->cursor);
  wave_tenant_end (tenant);
}

static void
forget_tenant (WaveTenant *self)
{
  GHashTableIter iter;
  WaveRoom *room;

  wave_tenant_clear_typing (self);
  g_array_set_size (self->busy, 0);
  g_ptr_array_set_size (self->active, 0);
  g_ptr_array_set_size (self->ringing, 0);
  g_ptr_array_set_size (self->sidekicks, 0);
  g_ptr_array_set_size (self->queued, 0);
  g_ptr_array_set_size (self->new_rooms, 0);
  g_ptr_array_set_size (self->new_participants, 0);
  g_hash_table_iter_init (&iter, self->rooms_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&room))
    room->tenant = NULL;
  memset (self->room_slots, 0, sizeof self->room_slots);
  memset (self->participant_slots, 0, sizeof self->participant_slots);
  g_list_store_remove_all (self->rooms);
  g_list_store_remove_all (self->bridges);
  g_list_store_remove_all (self->participants);
  g_hash_table_remove_all (self->rooms_by_id);
  g_hash_table_remove_all (self->reactions);
  self->n_pending_reactions = 0;
  g_hash_table_remove_all (self->edits);
  self->n_pending_edits = 0;
  self->me = NULL;
  g_hash_table_remove_all (self->participants_by_id);
  g_queue_clear (&self->redaction_order);
  g_hash_table_remove_all (self->redactions);
  self->top_position = -1;
  self->at_a_glance_dirty = TRUE;
  set_count (self, &self->n_online, 0, TENANT_N_ONLINE);
  set_count (self, &self->n_running_plans, 0, TENANT_N_RUNNING_PLANS);
}

void
wave_tenant_apply_transition (WaveTenant *tenant, const WaveTransition *transition)
{
  g_autoptr (WaveTransitionItem) item = NULL;
  guint n;

  g_return_if_fail (WAVE_IS_TENANT (tenant) && transition != NULL);
  wave_tenant_begin (tenant);
  tenant->now_mono = MAX (tenant->now_mono, transition->mono_us);
  tenant->now_wall = MAX (tenant->now_wall, transition->wall_us);
  if (transition->tenant_id != NULL)
    {
      /* Another tenant under the same token: nothing of the old one may stand beside it. */
      if (tenant->tenant_id != NULL && !g_str_equal (tenant->tenant_id, transition->tenant_id))
        forget_tenant (tenant);
      wave_model_set_string (tenant, &tenant->tenant_id, transition->tenant_id, TENANT_TENANT_ID);
    }
  if (transition->server_name != NULL)
    wave_model_set_string (tenant, &tenant->server_name, transition->server_name, TENANT_SERVER_NAME);
  if (tenant->state == WAVE_SESSION_LIVE && transition->to != WAVE_SESSION_LIVE)
    wave_tenant_open_gap (tenant, transition);
  if (tenant->gap != NULL && transition->to == WAVE_SESSION_CONNECTING)
    {
      tenant->gap->tries++;
      wave_model_mark (tenant->gap, GAP_TRIES);
    }
  if (transition->report != NULL)
    {
      wave_tenant_close_gap (tenant, transition);
      tenant->top_position = MAX (tenant->top_position, transition->report->to_position);
    }
  n = g_list_model_get_n_items (G_LIST_MODEL (tenant->gaps));
  if (n > MAX_GAPS)
    g_list_store_splice (tenant->gaps, 0, TRIM_BLOCK, NULL, 0);
  item = wave_transition_item_new (transition);
  g_list_store_append (tenant->transitions, item);
  if (g_list_model_get_n_items (G_LIST_MODEL (tenant->transitions)) > MAX_TRANSITIONS)
    g_list_store_splice (tenant->transitions, 0, TRIM_BLOCK, NULL, 0);
  g_clear_pointer (&tenant->last_transition, wave_transition_free);
  tenant->last_transition = wave_transition_copy (transition);
  if (tenant->state != transition->to)
    {
      tenant->state = transition->to;
      wave_model_mark (tenant, TENANT_STATE);
    }
  wave_tenant_end (tenant);
  g_signal_emit (tenant, signals[SIGNAL_TRANSITION], 0, transition);
}

static void
on_outcome_changed (WaveStreamStore *store, WaveStream *stream, WaveTenant *self)
{
  wave_tenant_stream_changed (self, stream);
}

void
wave_tenant_attention (WaveTenant *self, WaveAttention kind, WaveRoom *room, const char *text)
{
  g_signal_emit (self, signals[SIGNAL_ATTENTION], 0, (guint)kind, room, text);
}

void
wave_tenant_room_wanted (WaveTenant *self, WaveRoom *room, gboolean older)
{
  g_signal_emit (self, signals[SIGNAL_ROOM_WANTED], 0, room, older);
}

gboolean
wave_tenant_sidekick_doubted (WaveTenant *self, WaveSidekickItem *item)
{
  gboolean asked = FALSE;

  g_signal_emit (self, signals[SIGNAL_SIDEKICK_DOUBTED], 0, item, &asked);
  return asked;
}

/* ---- the object ---- */

static void
wave_tenant_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveTenant *self = WAVE_TENANT (object);

  switch (prop_id)
    {
    case TENANT_STATE:
      g_value_set_uint (value, self->state);
      break;
    case TENANT_SERVER_NAME:
      g_value_set_string (value, self->server_name);
      break;
    case TENANT_TENANT_ID:
      g_value_set_string (value, self->tenant_id);
      break;
    case TENANT_TENANT_NAME:
      g_value_set_string (value, self->tenant_name);
      break;
    case TENANT_ME_NAME:
      g_value_set_string (value, self->me_name);
      break;
    case TENANT_N_ONLINE:
      g_value_set_uint (value, self->n_online);
      break;
    case TENANT_N_GENERATING:
      g_value_set_uint (value, self->n_generating);
      break;
    case TENANT_N_RUNNING_PLANS:
      g_value_set_uint (value, self->n_running_plans);
      break;
    case TENANT_N_LIVE_SIDEKICKS:
      g_value_set_uint (value, self->n_live_sidekicks);
      break;
    case TENANT_N_ACTIVE_ROOMS:
      g_value_set_uint (value, self->n_active_rooms);
      break;
    case TENANT_EVENTS_PER_SECOND:
      g_value_set_double (value, self->events_per_second);
      break;
    case TENANT_N_BOUNDS_HIT:
      g_value_set_uint (value, count_bounds (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_tenant_dispose (GObject *object)
{
  WaveTenant *self = WAVE_TENANT (object);
  GHashTableIter iter;
  WaveRoom *room;

  if (self->streams != NULL)
    g_signal_handlers_disconnect_by_func (self->streams, on_outcome_changed, self);
  g_hash_table_iter_init (&iter, self->rooms_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&room))
    room->tenant = NULL;
  G_OBJECT_CLASS (wave_tenant_parent_class)->dispose (object);
}

static void
wave_tenant_finalize (GObject *object)
{
  WaveTenant *self = WAVE_TENANT (object);

  g_queue_clear (&self->redaction_order);
  g_clear_pointer (&self->redactions, g_hash_table_unref);
  g_clear_pointer (&self->reactions, g_hash_table_unref);
  g_clear_pointer (&self->edits, g_hash_table_unref);
  g_clear_pointer (&self->unknown_types, g_hash_table_unref);
  g_clear_pointer (&self->queued, g_ptr_array_unref);
  g_clear_pointer (&self->active, g_ptr_array_unref);
  g_clear_pointer (&self->ringing, g_ptr_array_unref);
  g_clear_pointer (&self->sidekicks, g_ptr_array_unref);
  g_clear_pointer (&self->typing, g_hash_table_unref);
  g_clear_pointer (&self->busy, g_array_unref);
  g_clear_pointer (&self->new_rooms, g_ptr_array_unref);
  g_clear_pointer (&self->new_participants, g_ptr_array_unref);
  g_clear_pointer (&self->rooms_by_id, g_hash_table_unref);
  g_clear_pointer (&self->participants_by_id, g_hash_table_unref);
  g_clear_pointer (&self->last_transition, wave_transition_free);
  g_clear_object (&self->rooms);
  g_clear_object (&self->participants);
  g_clear_object (&self->gaps);
  g_clear_object (&self->transitions);
  g_clear_object (&self->bridges);
  g_clear_object (&self->streams);
  g_clear_object (&self->gap);
  g_clear_object (&self->nobody);
  g_free (self->me_id);
  g_free (self->me_name);
  g_free (self->server_name);
  g_free (self->tenant_id);
  g_free (self->tenant_name);
  G_OBJECT_CLASS (wave_tenant_parent_class)->finalize (object);
}

static void
wave_tenant_class_init (WaveTenantClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamSpec **props = tenant_props;

  object_class->dispose = wave_tenant_dispose;
  object_class->finalize = wave_tenant_finalize;
  object_class->get_property = wave_tenant_get_property;
  props[TENANT_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[TENANT_SERVER_NAME] = g_param_spec_string ("server-name", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[TENANT_TENANT_ID] = g_param_spec_string ("tenant-id", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[TENANT_TENANT_NAME] = g_param_spec_string ("tenant-name", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[TENANT_ME_NAME] = g_param_spec_string ("me-name", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[TENANT_N_ONLINE] = g_param_spec_uint ("n-online", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[TENANT_N_GENERATING] = g_param_spec_uint ("n-generating", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[TENANT_N_RUNNING_PLANS] = g_param_spec_uint ("n-running-plans", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[TENANT_N_LIVE_SIDEKICKS] = g_param_spec_uint ("n-live-sidekicks", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[TENANT_N_ACTIVE_ROOMS] = g_param_spec_uint ("n-active-rooms", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[TENANT_EVENTS_PER_SECOND] = g_param_spec_double ("events-per-second", NULL, NULL, 0, G_MAXDOUBLE, 0, WAVE_MODEL_READ);
  props[TENANT_N_BOUNDS_HIT] = g_param_spec_uint ("n-bounds-hit", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_TENANT, props);

  signals[SIGNAL_EVENT_APPLIED] = g_signal_new ("event-applied", WAVE_TYPE_TENANT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                G_TYPE_NONE, 2, WAVE_TYPE_EVENT | G_SIGNAL_TYPE_STATIC_SCOPE, WAVE_TYPE_ROOM);
  signals[SIGNAL_TRANSITION]
      = g_signal_new ("transition", WAVE_TYPE_TENANT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_ATTENTION] = g_signal_new ("attention", WAVE_TYPE_TENANT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                            3, G_TYPE_UINT, WAVE_TYPE_ROOM, G_TYPE_STRING);
  /* WaveTenant::room-wanted: a room is on screen (FALSE), or its older items are asked for (TRUE). */
  signals[SIGNAL_ROOM_WANTED] = g_signal_new ("room-wanted", WAVE_TYPE_TENANT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                              G_TYPE_NONE, 2, WAVE_TYPE_ROOM, G_TYPE_BOOLEAN);
  /* WaveTenant::sidekick-doubted: told each second of a live one that should have ended long ago. TRUE: it is being asked about; without anybody who does
   * that, as in a replay, it is lost. */
  signals[SIGNAL_SIDEKICK_DOUBTED]
      = g_signal_new ("sidekick-doubted", WAVE_TYPE_TENANT, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL,
                      G_TYPE_BOOLEAN, 1, WAVE_TYPE_SIDEKICK_ITEM);
  signals[SIGNAL_REPLACED]
      = g_signal_new ("replaced", WAVE_TYPE_TENANT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wave_tenant_init (WaveTenant *self)
{
  self->pace = 1;
  self->parent_instance.props = tenant_props;
  self->rooms = g_list_store_new (WAVE_TYPE_ROOM);
  self->participants = g_list_store_new (WAVE_TYPE_PARTICIPANT);
  self->gaps = g_list_store_new (WAVE_TYPE_GAP);
  self->transitions = g_list_store_new (WAVE_TYPE_TRANSITION_ITEM);
  self->bridges = g_list_store_new (WAVE_TYPE_BRIDGE);
  self->rooms_by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->participants_by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  self->new_rooms = g_ptr_array_new_with_free_func (g_object_unref);
  self->new_participants = g_ptr_array_new_with_free_func (g_object_unref);
  self->queued = g_ptr_array_new ();
  self->active = g_ptr_array_new ();
  self->ringing = g_ptr_array_new ();
  self->sidekicks = g_ptr_array_new ();
  self->typing = g_hash_table_new_full (wave_typing_hash, wave_typing_equal, g_free, NULL);
  self->busy = g_array_new (FALSE, FALSE, sizeof (BusyAi));
  self->redactions = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, wave_redaction_free);
  self->reactions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->edits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  self->unknown_types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->top_position = -1;
  self->streams = wave_stream_store_new ();
  g_signal_connect (self->streams, "outcome-changed", G_CALLBACK (on_outcome_changed), self);
}

WaveTenant *
wave_tenant_new (void)
{
  return g_object_new (WAVE_TYPE_TENANT, NULL);
}

void
wave_tenant_emit_applied (WaveTenant *self, const WaveEvent *event, WaveRoom *room)
{
  if (self->event_applied_heard)
    g_signal_emit (self, signals[SIGNAL_EVENT_APPLIED], 0, event, room);
}

void
wave_tenant_emit_replaced (WaveTenant *self)
{
  g_signal_emit (self, signals[SIGNAL_REPLACED], 0);
}

WaveRoom *
wave_tenant_get_room (WaveTenant *tenant, const char *room_id)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), NULL);
  return room_id != NULL ? g_hash_table_lookup (tenant->rooms_by_id, room_id) : NULL;
}

WaveParticipant *
wave_tenant_get_participant (WaveTenant *tenant, const char *participant_id)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), NULL);
  return participant_id != NULL ? find_participant (tenant, participant_id) : NULL;
}

GListModel *
wave_tenant_get_rooms (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), NULL);
  return G_LIST_MODEL (tenant->rooms);
}

GListModel *
wave_tenant_get_participants (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), NULL);
  return G_LIST_MODEL (tenant->participants);
}

GListModel *
wave_tenant_get_gaps (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), NULL);
  return G_LIST_MODEL (tenant->gaps);
}

GListModel *
wave_tenant_get_transitions (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), NULL);
  return G_LIST_MODEL (tenant->transitions);
}

GListModel *
wave_tenant_get_bridges (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), NULL);
  return G_LIST_MODEL (tenant->bridges);
}

WaveStreamStore *
wave_tenant_get_streams (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), NULL);
  return tenant->streams;
}

WaveSessionState
wave_tenant_get_state (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), WAVE_SESSION_IDLE);
  return tenant->state;
}

const WaveTransition *
wave_tenant_get_last_transition (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), NULL);
  return tenant->last_transition;
}

guint64
wave_tenant_get_kind_count (WaveTenant *tenant, WaveEventKind kind)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant) && kind < WAVE_N_EVENT_KINDS, 0);
  return tenant->counts[kind];
}

guint64
wave_tenant_get_n_malformed (WaveTenant *tenant)
{
  g_return_val_if_fail (WAVE_IS_TENANT (tenant), 0);
  return tenant->n_malformed;
}

void
wave_tenant_get_rate_history (WaveTenant *tenant, guint values[300])
{
  g_return_if_fail (WAVE_IS_TENANT (tenant));
  for (guint i = 0; i < WAVE_RATE_SECONDS; i++)
    values[i] = tenant->rate[(tenant->rate_second + 1 + i) % WAVE_RATE_SECONDS];
}
