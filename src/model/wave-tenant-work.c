// SPDX-License-Identifier: GPL-3.0-or-later
// Plans, sidekicks and calls: what goes on in a room beside its timeline, told by events and by snapshots alike.
#include "config.h"

#include "model/wave-tenant-private.h"

#define MAX_PLANS 50
#define MAX_SIDEKICKS 500

/* ---- plans, sidekicks ---- */

static gboolean
is_running (const WavePlan *plan)
{
  return plan != NULL && g_strcmp0 (plan->state, "running") == 0;
}

void
wave_tenant_set_plan (WaveTenant *self, WaveRoom *room, const WavePlan *plan, gint64 wall_us)
{
  g_autoptr (WavePlanSnapshot) snapshot = NULL;

  if (plan == NULL && room->plan == NULL)
    return;
  /* Late news of the same plan; another plan is news whatever its time. */
  if (plan != NULL && room->plan != NULL && g_strcmp0 (plan->id, room->plan->id) == 0 && plan->updated_us >= 0
      && plan->updated_us < room->plan->updated_us)
    return;
  if (is_running (plan) != is_running (room->plan))
    {
      self->n_running_plans += is_running (plan) ? 1 : -1;
      wave_model_mark (self, TENANT_N_RUNNING_PLANS);
    }
  g_clear_pointer (&room->plan, wave_plan_unref);
  room->plan = plan != NULL ? wave_plan_ref (plan) : NULL;
  wave_model_mark (room, ROOM_PLAN);
  if (plan == NULL)
    return;
  if (plan->n_steps > WAVE_MAX_PLAN_STEPS)
    wave_tenant_hit_bound (self, BOUND_PLAN_STEPS);
  snapshot = wave_plan_snapshot_new (plan, wall_us);
  g_list_store_append (room->plan_history, snapshot);
  if (g_list_model_get_n_items (G_LIST_MODEL (room->plan_history)) > MAX_PLANS)
    g_list_store_remove (room->plan_history, 0);
}

/* A moment of the wall's clock, which REST tells, on the clock of the model; one from before this machine was started is cut. Returns: -1 when it is
 * absent or lies ahead */
static gint64
mono_of (WaveTenant *self, gint64 wall_us)
{
  if (wall_us <= 0 || wall_us >= self->now_wall)
    return -1;
  return MAX (self->now_mono - (self->now_wall - wall_us), 0);
}

static WaveSidekickItem *
find_sidekick (WaveRoom *room, const WaveSidekick *wire)
{
  GListModel *list = G_LIST_MODEL (room->sidekicks);

  for (guint i = g_list_model_get_n_items (list); i > 0; i--)
    {
      g_autoptr (WaveSidekickItem) item = g_list_model_get_item (list, i - 1);

      if (wire->task_id != NULL && item->task_id != NULL)
        {
          if (g_str_equal (item->task_id, wire->task_id))
            return item; /* the list keeps it */
        }
      else if (wire->codename != NULL && g_strcmp0 (item->codename, wire->codename) == 0)
        return item;
    }
  return NULL;
}

static WaveSidekickItem *
add_sidekick (WaveTenant *self, WaveRoom *room, const WaveSidekick *wire)
{
  g_autoptr (WaveSidekickItem) item = NULL;

  if (g_list_model_get_n_items (G_LIST_MODEL (room->sidekicks)) >= MAX_SIDEKICKS)
    {
      g_autoptr (WaveSidekickItem) oldest = g_list_model_get_item (G_LIST_MODEL (room->sidekicks), 0);

      wave_tenant_hit_bound (self, BOUND_SIDEKICKS);
      g_ptr_array_remove (self->sidekicks, oldest);
      g_list_store_remove (room->sidekicks, 0);
    }
  item = wave_sidekick_item_new ();
  item->room = room;
  item->started = mono_of (self, wire->started_us);
  if (item->started < 0)
    item->started = self->now_mono;
  item->status = g_strdup ("spawning");
  item->codename = wave_tenant_dup_name (self, wire->codename);
  item->task_id = g_strdup (wire->task_id);
  g_list_store_append (room->sidekicks, item);
  g_ptr_array_add (self->sidekicks, item);
  self->at_a_glance_dirty = TRUE;
  return item; /* the list keeps it */
}

/* A sidekick's own room; what is spawned there hangs below the sidekick. */
static void
give_room (WaveTenant *self, WaveSidekickItem *item, const char *room_id)
{
  WaveRoom *own;

  if (room_id == NULL || !wave_model_set_string (item, &item->room_id, room_id, SIDEKICK_ROOM_ID))
    return;
  own = wave_tenant_ensure_room (self, room_id);
  if (own == NULL)
    return;
  if (own->name == NULL)
    wave_room_set_name (own, item->codename);
  if (own->room_type == NULL)
    wave_model_set_string (own, &own->room_type, "sidekick", ROOM_ROOM_TYPE);
  g_set_object (&item->children, G_LIST_MODEL (own->sidekicks));
  wave_model_mark (item, SIDEKICK_CHILDREN);
}

static void
end_sidekick (WaveTenant *self, WaveSidekickItem *item)
{
  g_ptr_array_remove (self->sidekicks, item);
  self->at_a_glance_dirty = TRUE;
  if (item->ended >= 0)
    return;
  item->ended = self->now_mono;
  wave_model_mark (item, SIDEKICK_ENDED);
  wave_model_mark (item, SIDEKICK_LIVE);
}

static gboolean
is_final (const char *status)
{
  static const char *const words[]
      = { "completed", "terminated", "failed", "cancelled", "canceled", "done", "timed_out", NULL };

  return status != NULL && g_strv_contains (words, status);
}

static void
set_number (WaveSidekickItem *item, gint64 *field, gint64 value, guint prop)
{
  if (value < 0 || *field == value)
    return;
  *field = value;
  wave_model_mark (item, prop);
}

static void
update_sidekick (WaveTenant *self, WaveSidekickItem *item, const WaveSidekick *wire, WaveEventKind kind)
{
  const char *status = wire->status;
  gboolean cut = FALSE;
  g_autofree char *kept = NULL;

  item->confirmed = self->now_mono;
  item->unanswered = FALSE;
  item->n_failures = 0;
  give_room (self, item, wire->room_id);
  if (wire->codename != NULL && item->codename == NULL)
    {
      item->codename = wave_tenant_dup_name (self, wire->codename);
      wave_model_mark (item, SIDEKICK_CODENAME);
    }
  if (wire->task_id != NULL)
    wave_model_set_string (item, &item->task_id, wire->task_id, SIDEKICK_TASK_ID);
  if (wire->task != NULL)
    wave_model_set_string (item, &item->task, wire->task, SIDEKICK_TASK);
  if (wire->agent_participant_id != NULL)
    g_set_object (&item->agent, wave_tenant_ensure_participant (self, wire->agent_participant_id));
  set_number (item, &item->steps_used, wire->steps_used, SIDEKICK_STEPS_USED);
  set_number (item, &item->steps_max, wire->steps_max, SIDEKICK_STEPS_MAX);
  if (wire->timeout_s > 0 && wire->timeout_s < 365 * 86400)
    set_number (item, &item->timeout, wire->timeout_s * G_USEC_PER_SEC, SIDEKICK_TIMEOUT);
  if (kind == WAVE_EVENT_SIDEKICK_RESULT)
    {
      status = is_final (status) ? status : "completed";
      /* A snapshot may tell that it has ended and not with what. */
      if (wire->result != NULL)
        wave_model_set_string (item, &item->result, wire->result, SIDEKICK_RESULT);
    }
  else if (kind == WAVE_EVENT_SIDEKICK_CANCEL)
    {
      status = is_final (status) ? status : "terminated";
      if (wire->reason != NULL)
        wave_model_set_string (item, &item->reason, wire->reason, SIDEKICK_REASON);
    }
  kept = wave_model_cut (status, WAVE_MAX_STATUS, &cut);
  if (cut)
    wave_tenant_hit_bound (self, BOUND_STATUS);
  /* A snapshot that was taken before its end does not wake it up again. */
  if (kept != NULL && (item->ended < 0 || kind != WAVE_EVENT_SIDEKICK_SPAWNED))
    wave_model_set_string (item, &item->status, kept, SIDEKICK_STATUS);
  if (kind != WAVE_EVENT_SIDEKICK_SPAWNED || is_final (status))
    end_sidekick (self, item);
}

WaveSidekickItem *
wave_tenant_apply_sidekick (WaveTenant *self, WaveRoom *room, const WaveSidekick *wire, WaveEventKind kind)
{
  WaveSidekickItem *item = find_sidekick (room, wire);

  if (item == NULL)
    item = add_sidekick (self, room, wire);
  update_sidekick (self, item, wire, kind);
  return item;
}

/* What a snapshot tells of one is what the event of its last step would. */
static WaveEventKind
kind_of_state (const WaveSidekick *wire)
{
  static const char *const cancelled[] = { "terminated", "cancelled", "canceled", NULL };

  if (!is_final (wire->status))
    return WAVE_EVENT_SIDEKICK_SPAWNED;
  return g_strv_contains (cancelled, wire->status) ? WAVE_EVENT_SIDEKICK_CANCEL : WAVE_EVENT_SIDEKICK_RESULT;
}

void
wave_tenant_apply_sidekick_state (WaveTenant *self, WaveRoom *room, const WaveSidekick *wire)
{
  wave_tenant_apply_sidekick (self, room, wire, kind_of_state (wire));
}

void
wave_tenant_answer_sidekick (WaveTenant *self, WaveSidekickItem *item, const WaveSidekick *wire)
{
  wave_tenant_begin (self);
  update_sidekick (self, item, wire, kind_of_state (wire));
  wave_tenant_end (self);
}

/* ---- calls ---- */

/* The words that end a call, or somebody's part in it. */
static gboolean
is_over (const char *state)
{
  static const char *const words[] = { "ended", "left", "rejected", "missed", "cancelled", NULL };

  return state != NULL && g_strv_contains (words, state);
}

static gboolean
anybody_comes (const WaveCall *wire)
{
  for (guint i = 0; i < wire->n_participants; i++)
    if (!is_over (wire->participants[i].state))
      return TRUE;
  return FALSE;
}

static void
end_call (WaveTenant *self, WaveRoom *room)
{
  g_ptr_array_remove (self->ringing, room);
  if (room->call == NULL)
    return;
  if (room->call->ringing)
    {
      room->call->ringing = FALSE;
      wave_model_mark (room->call, CALL_RINGING);
    }
  g_clear_object (&room->call);
  wave_model_mark (room, ROOM_CALL);
}

/* Who is being called is not in the call. */
static gboolean
is_called (const char *state)
{
  static const char *const words[] = { "ringing", "invited", "calling", "pending", NULL };

  return state != NULL && g_strv_contains (words, state);
}

static gboolean
anybody_is_in (WaveCallItem *call)
{
  GListModel *members = G_LIST_MODEL (call->members);

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (WaveCallMember) member = g_list_model_get_item (members, i);

      if (!is_called (member->state))
        return TRUE;
    }
  return FALSE;
}

static void
ring_call (WaveTenant *self, WaveRoom *room, gint64 timeout_us)
{
  room->call->ringing = TRUE;
  room->call->ring_until = self->now_mono + timeout_us;
  wave_model_mark (room->call, CALL_RINGING);
  wave_model_mark (room->call, CALL_RING_UNTIL);
  if (!g_ptr_array_find (self->ringing, room, NULL))
    g_ptr_array_add (self->ringing, room);
}

/* Whom a snapshot does not name has left while nobody watched. */
static void
drop_unnamed (WaveCallItem *call, const WaveCall *wire)
{
  g_autoptr (GHashTable) named = g_hash_table_new (g_str_hash, g_str_equal);

  if (!wire->is_list || wire->n_participants == 0 || wire->n_participants > WAVE_MAX_CALL_MEMBERS)
    return;
  for (guint i = 0; i < wire->n_participants; i++)
    if (wire->participants[i].participant_id != NULL)
      g_hash_table_add (named, wire->participants[i].participant_id);
  wave_call_item_keep_members (call, named);
}

/* A call that is under way when it is first seen began at some time before: when, the wire may tell. */
static void
start_call (WaveTenant *self, WaveCallItem *call, gint64 told, gboolean seen)
{
  if (call->started >= 0 && (call->started_known || told < 0))
    return;
  call->started_known = seen || told > 0;
  call->started = told >= 0 ? told : self->now_mono;
  wave_model_mark (call, CALL_STARTED);
  wave_model_mark (call, CALL_STARTED_KNOWN);
}

static void
join_call (WaveTenant *self, WaveRoom *room, const WaveCall *wire, gboolean known, gboolean snapshot)
{
  WaveCallItem *call = room->call;
  gint64 told = mono_of (self, wire->started_us);
  guint n_before = g_list_model_get_n_items (G_LIST_MODEL (call->members));
  gboolean anybody, under_way;

  if (snapshot)
    drop_unnamed (call, wire);
  call->overflowed = wire->n_participants > WAVE_MAX_CALL_MEMBERS;
  for (guint i = 0; i < MIN (wire->n_participants, WAVE_MAX_CALL_MEMBERS); i++)
    if (wire->participants[i].participant_id != NULL)
      wave_call_item_set_member (call, wave_tenant_ensure_participant (self, wire->participants[i].participant_id),
                                 wire->participants[i].state != NULL ? wire->participants[i].state : wire->state);
  anybody = anybody_is_in (call);
  if (call->overflowed)
    wave_tenant_hit_bound (self, BOUND_CALL);
  /* A snapshot may leave out who is in it. */
  under_way = anybody || (snapshot && told >= 0 && wire->n_participants == 0 && !is_called (wire->state));
  if (under_way)
    start_call (self, call, told, known && !snapshot && (call->ringing || n_before > 0));
  if (under_way && call->ringing)
    {
      call->ringing = FALSE;
      wave_model_mark (call, CALL_RINGING);
      g_ptr_array_remove (self->ringing, room);
    }
  /* The last one has gone. Of a call whose members were never told somebody's leaving says nothing. */
  if (n_before > 0 && wire->n_participants > 0 && g_list_model_get_n_items (G_LIST_MODEL (call->members)) == 0 && call->started >= 0)
    end_call (self, room);
}

void
wave_tenant_apply_call (WaveTenant *self, WaveRoom *room, const WaveCall *wire, gboolean invite, gboolean snapshot)
{
  gboolean ends = wire->n_participants == 0 && is_over (wire->state);
  gboolean known = room->call != NULL && g_str_equal (room->call->call_id, wire->call_id);

  /* The end of a call that was not known is no news. */
  if (!known && !invite && !snapshot && (ends || (wire->n_participants > 0 && !anybody_comes (wire))))
    return;
  if (!known)
    end_call (self, room);
  if (ends)
    {
      end_call (self, room);
      return;
    }
  if (room->call == NULL)
    {
      room->call = wave_call_item_new (wire->call_id);
      wave_model_mark (room, ROOM_CALL);
    }
  if (wire->call_type != NULL)
    wave_model_set_string (room->call, &room->call->call_type, wire->call_type, CALL_CALL_TYPE);
  if (wire->initiator_id != NULL
      && g_set_object (&room->call->initiator, wave_tenant_ensure_participant (self, wire->initiator_id)))
    wave_model_mark (room->call, CALL_INITIATOR);
  if (invite && room->call->started < 0)
    ring_call (self, room, wire->timeout_us);
  join_call (self, room, wire, known, snapshot);
  /* A snapshot of a call in which nobody is yet: it rings, for at most as long as any call does. One that names nobody may be under way. */
  if (snapshot && room->call != NULL && room->call->started < 0 && !room->call->ringing
      && (is_called (wire->state) || g_list_model_get_n_items (G_LIST_MODEL (room->call->members)) > 0))
    ring_call (self, room, wire->timeout_us);
}
