// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: the tenant from the inside, shared by wave-tenant.c (the object, its lists), -events.c (what each event does), -show.c (what
// stands in a timeline), -work.c (plans, sidekicks, calls), -snapshot.c (what REST says, and the past), -time.c (what time does) and -take.c
// (becoming another moment).
#pragma once

#include "journal/wave-event-log-select.h"
#include "model/wave-room-private.h"

G_BEGIN_DECLS

#define WAVE_RATE_SECONDS 300
#define WAVE_MAX_NAME 200   /* characters of a name that are kept */
#define WAVE_MAX_STATUS 200 /* characters of an AI's status */
#define WAVE_MAX_TOPIC 2000
#define ID_SLOT_BITS 10

typedef enum
{
  BOUND_ROOMS,
  BOUND_PARTICIPANTS,
  BOUND_MEMBERS,
  BOUND_AIS,
  BOUND_REACTIONS,
  BOUND_PLAN_STEPS,
  BOUND_STATUS,
  BOUND_NAMES,
  BOUND_SIDEKICKS,
  BOUND_BRIDGES,
  BOUND_PENDING,
  BOUND_TYPES,
  BOUND_CALL,
  BOUND_TYPISTS,
  N_BOUNDS
} Bound;

typedef struct
{
  WaveRoom *room;
  WaveParticipant *participant;
  gint64 expires;
} Typing;

typedef struct
{
  WaveRoom *room;
  WaveAiState *state;
} BusyAi;

typedef struct
{
  char *id, *by, *reason;
} Redaction;

typedef struct
{
  char *target, *emoji;
  WaveParticipant *sender;
  gboolean removed;
} PendingReaction;

/* What is added here belongs into wave_tenant_take() as well. */
struct _WaveTenant
{
  WaveModelObject parent_instance;

  GListStore *rooms, *participants, *gaps, *transitions, *bridges;
  GHashTable *rooms_by_id, *participants_by_id; /* own their values; keys belong to these */
  /* Of those asked for last, by the address of the interned id, which is theirs for as long as the object lives. */
  WaveRoom *room_slots[1 << ID_SLOT_BITS];
  WaveParticipant *participant_slots[1 << ID_SLOT_BITS];
  GPtrArray *new_rooms, *new_participants;      /* appended to the lists in one go at the end of a batch */
  WaveParticipant *nobody;                      /* stands for all beyond the bound */
  WaveParticipant *me;
  char *me_id, *me_name, *server_name, *tenant_id, *tenant_name;
  WaveStreamStore *streams;

  WaveSessionState state;
  WaveTransition *last_transition;
  WaveGap *gap; /* the open one, nullable */

  GPtrArray *queued;    /* rooms to refresh at the end of the batch */
  GPtrArray *active;    /* rooms with an event in the last minute */
  GPtrArray *ringing;   /* rooms with a call that rings */
  GPtrArray *sidekicks; /* live ones */
  GHashTable *typing; /* of Typing, by room and participant */
  GArray *busy;
  gboolean names_changed, at_a_glance_dirty;
  guint depth;
  gboolean event_applied_heard; /* somebody was connected to "event-applied" when the outermost change began */

  GHashTable *redactions; /* id → Redaction */
  GQueue redaction_order; /* of Redaction, oldest first; borrowed */
  GHashTable *reactions;  /* target id → GPtrArray of PendingReaction */
  guint n_pending_reactions;
  GHashTable *edits;      /* target id → GPtrArray of WaveEvent: of messages that are not held */
  guint n_pending_edits;

  gint64 now_mono, now_wall, second, top_position;
  guint64 counts[WAVE_N_EVENT_KINDS];
  GHashTable *unknown_types; /* type → guint64, owned */
  guint64 n_malformed, bounds[N_BOUNDS];
  guint rate[WAVE_RATE_SECONDS];
  gint64 rate_second;
  guint n_online, n_generating, n_running_plans, n_live_sidekicks, n_active_rooms;
  double events_per_second, pace;
};
enum
{
  TENANT_STATE = 1,
  TENANT_SERVER_NAME,
  TENANT_TENANT_ID,
  TENANT_TENANT_NAME,
  TENANT_ME_NAME,
  TENANT_N_ONLINE,
  TENANT_N_GENERATING,
  TENANT_N_RUNNING_PLANS,
  TENANT_N_LIVE_SIDEKICKS,
  TENANT_N_ACTIVE_ROOMS,
  TENANT_EVENTS_PER_SECOND,
  TENANT_N_BOUNDS_HIT,
  N_TENANT
};

/* Every entry into the tenant stands between these; the outermost end sends what was collected. */
void wave_tenant_begin (WaveTenant *tenant);
void wave_tenant_end (WaveTenant *tenant);

void wave_tenant_hit_bound (WaveTenant *tenant, Bound bound);
/* (transfer full) (nullable): a name as it may be kept */
char *wave_tenant_dup_name (WaveTenant *tenant, const char *name);
WaveRoom *wave_tenant_ensure_room (WaveTenant *tenant, const char *room_id); /* nullable at the bound */
void wave_tenant_set_presence (WaveTenant *tenant, WaveParticipant *participant, WavePresenceState presence);
void wave_tenant_set_participant_name (WaveTenant *tenant, WaveParticipant *participant, const char *name);
void wave_tenant_set_phase (WaveTenant *tenant, WaveRoom *room, WaveAiState *state, WaveAiPhase phase, const char *status,
                            const char *tool);
void wave_tenant_set_plan (WaveTenant *tenant, WaveRoom *room, const WavePlan *plan, gint64 wall_us);
WaveSidekickItem *
wave_tenant_apply_sidekick (WaveTenant *tenant, WaveRoom *room, const WaveSidekick *sidekick, WaveEventKind kind);
/* What the snapshot of a room tells of one: it may be under way, or how it ended. */
void wave_tenant_apply_sidekick_state (WaveTenant *tenant, WaveRoom *room, const WaveSidekick *sidekick);
/* The same of one that REST was asked for. */
void wave_tenant_answer_sidekick (WaveTenant *tenant, WaveSidekickItem *item, const WaveSidekick *sidekick);
/* It should have ended long ago. Returns: whether somebody goes and asks; else it is lost */
gboolean wave_tenant_sidekick_doubted (WaveTenant *tenant, WaveSidekickItem *item);
void wave_tenant_apply_call (WaveTenant *tenant, WaveRoom *room, const WaveCall *call, gboolean invite, gboolean snapshot);
void wave_tenant_apply_engagement (WaveTenant *tenant, WaveRoom *room, const WaveEngagement *engagement);
void wave_tenant_set_unread (WaveTenant *tenant, WaveRoom *room, guint unread, guint mentions);
void wave_tenant_stop_typing (WaveTenant *tenant, WaveRoom *room, WaveParticipant *participant);
void wave_tenant_expire_typing (WaveTenant *tenant);
guint wave_typing_hash (gconstpointer typing);
gboolean wave_typing_equal (gconstpointer a, gconstpointer b);
void wave_tenant_attention (WaveTenant *tenant, WaveAttention kind, WaveRoom *room, const char *text);

/* What stands in a timeline, for the present and the past alike. @live: it has just happened. */
void wave_tenant_show_message (WaveTenant *tenant, WaveRoom *room, const WaveEvent *event, WaveStream *stream, gboolean live);
void wave_tenant_show_notice (WaveTenant *tenant, WaveRoom *room, const WaveEvent *event);
void wave_tenant_show_error (WaveTenant *tenant, WaveRoom *room, const WaveEvent *event);
void wave_tenant_show_reaction (WaveTenant *tenant, WaveRoom *room, const WaveEvent *event);
void wave_tenant_show_redaction (WaveTenant *tenant, WaveRoom *room, const WaveEvent *event);
void wave_tenant_stream_changed (WaveTenant *tenant, WaveStream *stream);
void wave_tenant_open_gap (WaveTenant *tenant, const WaveTransition *transition);
void wave_tenant_close_gap (WaveTenant *tenant, const WaveTransition *transition);
void wave_tenant_clear_typing (WaveTenant *tenant);
void wave_redaction_free (gpointer redaction);
void wave_pending_reaction_free (gpointer reaction);

void wave_tenant_recount_online (WaveTenant *tenant);
void wave_tenant_count_event (WaveTenant *tenant, const WaveEvent *event, WaveRoom *room);
void wave_tenant_emit_applied (WaveTenant *tenant, const WaveEvent *event, WaveRoom *room);

/* For a replay. */
/* Becomes what @from is, in one step; @from is left with what was here. Rooms, people and streams are other objects afterwards: "replaced" tells. */
void wave_tenant_take (WaveTenant *tenant, WaveTenant *from);
/* What the events that were left out would have counted up to. */
void wave_tenant_set_totals (WaveTenant *tenant, const WaveStateTotals *totals);
/* How many model seconds pass in a second while nothing is applied; 1 with a session, 0 while a replay stands. */
void wave_tenant_set_pace (WaveTenant *tenant, double pace);
void wave_tenant_roll_rate_figure (WaveTenant *tenant);
void wave_tenant_emit_replaced (WaveTenant *tenant);

/* For the monitor. */
/* Interruptions of runs before this one, by the journal, oldest first. (element-type WaveProof) */
void wave_tenant_add_earlier_gaps (WaveTenant *tenant, GPtrArray *proofs);
/* What comes now is of this tenant; FALSE: another one is shown already. */
gboolean wave_tenant_expect (WaveTenant *tenant, const char *tenant_id);
void wave_tenant_expect_server (WaveTenant *tenant, const char *server_name);
void wave_tenant_set_room_forbidden (WaveTenant *tenant, const char *room_id, gboolean forbidden);
void wave_tenant_set_loading (WaveTenant *tenant, const char *room_id, gboolean loading);

G_END_DECLS
