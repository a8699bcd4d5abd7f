// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: the members of the small objects, which the tenant fills in. Each group of PROP_… numbers belongs to the
// class above it.
#pragma once

#include "journal/wave-proof.h"
#include "model/wave-model-object.h"
#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "session/wave-batch.h"

G_BEGIN_DECLS

struct _WaveParticipant
{
  WaveModelObject parent_instance;
  char *id, *display_name, *fqid, *via;
  char *shown_id; /* nullable: the id as one harmless line, where that differs */
  char *collation_key; /* nullable: made when it is asked for */
  const char *interned; /* the id as events bear it */
  WaveParticipantType type;
  WavePresenceState presence;
  gboolean ai_evidence;  /* it sent a chunk or has a status */
  gboolean name_changed; /* since the sentences that bear it were last written */
  gboolean presence_asked;
  guint n_typing; /* in so many rooms */
};
enum
{
  PARTICIPANT_ID = 1,
  PARTICIPANT_DISPLAY_NAME,
  PARTICIPANT_HAS_NAME,
  PARTICIPANT_FQID,
  PARTICIPANT_TYPE,
  PARTICIPANT_PRESENCE,
  PARTICIPANT_IS_AI,
  PARTICIPANT_VIA,
  N_PARTICIPANT
};
WaveParticipant *wave_participant_new (const char *id);

struct _WaveMembership
{
  WaveModelObject parent_instance;
  WaveParticipant *participant;
  char *membership, *response_mode;
};
enum
{
  MEMBERSHIP_PARTICIPANT = 1,
  MEMBERSHIP_MEMBERSHIP,
  MEMBERSHIP_RESPONSE_MODE,
  N_MEMBERSHIP
};
WaveMembership *wave_membership_new (WaveParticipant *participant);

struct _WaveAiState
{
  WaveModelObject parent_instance;
  WaveParticipant *participant;
  WaveAiPhase phase;
  char *status, *tool, *engagement;
  gint64 since, last_sign; /* mono µs */
  gboolean stale, implied; /* implied: the phase comes from chunks, no status told it */
  gint64 context_used, context_limit;
  double context_ratio;
};
enum
{
  AI_PARTICIPANT = 1,
  AI_PHASE,
  AI_STATUS,
  AI_TOOL,
  AI_SINCE,
  AI_STALE,
  AI_CONTEXT_USED,
  AI_CONTEXT_LIMIT,
  AI_CONTEXT_RATIO,
  AI_ENGAGEMENT,
  N_AI
};
WaveAiState *wave_ai_state_new (WaveParticipant *participant);

struct _WaveSidekickItem
{
  WaveModelObject parent_instance;
  WaveRoom *room; /* borrowed: where it was spawned; there as long as it is live */
  char *task_id, *codename, *task, *status, *room_id, *result, *reason;
  WaveParticipant *agent;
  gint64 steps_used, steps_max, started, ended, timeout;
  gint64 confirmed; /* the last sign of life, mono µs */
  gint64 asked;     /* when REST was asked for it last, mono µs; 0 never */
  guint n_failures; /* of questions since the last sign of life */
  gboolean unanswered; /* it was asked since then, and REST knows nothing of it */
  gboolean queued; /* to be asked for */
  GListModel *children; /* nullable: the sidekicks of its own room */
};
enum
{
  SIDEKICK_TASK_ID = 1,
  SIDEKICK_CODENAME,
  SIDEKICK_TASK,
  SIDEKICK_STATUS,
  SIDEKICK_ROOM_ID,
  SIDEKICK_RESULT,
  SIDEKICK_REASON,
  SIDEKICK_STEPS_USED,
  SIDEKICK_STEPS_MAX,
  SIDEKICK_STARTED,
  SIDEKICK_ENDED,
  SIDEKICK_TIMEOUT,
  SIDEKICK_LIVE,
  SIDEKICK_CHILDREN,
  N_SIDEKICK
};
WaveSidekickItem *wave_sidekick_item_new (void);

struct _WaveCallMember
{
  WaveModelObject parent_instance;
  WaveParticipant *participant;
  char *state;
};
enum
{
  CALL_MEMBER_PARTICIPANT = 1,
  CALL_MEMBER_STATE,
  N_CALL_MEMBER
};
WaveCallMember *wave_call_member_new (WaveParticipant *participant);

struct _WaveCallItem
{
  WaveModelObject parent_instance;
  char *call_id, *call_type;
  WaveParticipant *initiator;
  gboolean ringing;
  gint64 ring_until, started;
  gboolean started_known; /* we saw somebody take it, or the wire told */
  GListStore *members;
  gboolean overflowed; /* more participants than are listed */
};
enum
{
  CALL_CALL_ID = 1,
  CALL_CALL_TYPE,
  CALL_INITIATOR,
  CALL_RINGING,
  CALL_RING_UNTIL,
  CALL_STARTED,
  CALL_STARTED_KNOWN,
  CALL_PARTICIPANTS,
  N_CALL
};
WaveCallItem *wave_call_item_new (const char *call_id);
/* TRUE when anybody is in it. */
gboolean wave_call_item_set_member (WaveCallItem *call, WaveParticipant *participant, const char *state);
/* The others are gone. @named: of participant ids */
void wave_call_item_keep_members (WaveCallItem *call, GHashTable *named);

WavePlanSnapshot *wave_plan_snapshot_new (const WavePlan *plan, gint64 wall_us);

struct _WaveBridge
{
  WaveModelObject parent_instance;
  char *bridge_id, *transport, *status, *error, *last_error;
  gint64 changed_wall, last_error_wall, message_wall;
  guint n_errors, n_messages;
};
enum
{
  BRIDGE_BRIDGE_ID = 1,
  BRIDGE_TRANSPORT,
  BRIDGE_STATUS,
  BRIDGE_ERROR,
  BRIDGE_CHANGED_WALL,
  BRIDGE_N_ERRORS,
  BRIDGE_N_MESSAGES,
  N_BRIDGE
};
WaveBridge *wave_bridge_new (const char *bridge_id);
void wave_bridge_apply (WaveBridge *bridge, const WaveBridgeStatus *wire, gint64 wall_us);
void wave_bridge_count_message (WaveBridge *bridge, gint64 wall_us);

struct _WaveGap
{
  WaveModelObject parent_instance;
  gint64 start_wall, end_wall, start_mono, end_mono, from_position, to_position;
  guint events, pages, known, tries, torn_streams, close_code;
  gint64 catch_up_us;
  gboolean complete, earlier;
  WaveCause cause;
  char *reason, *detail, *cause_text;
  gint64 verified_wall; /* -1 never */
  guint n_server, n_missing;
  char *verdict;
};
enum
{
  GAP_START_WALL = 1,
  GAP_END_WALL,
  GAP_START_MONO,
  GAP_END_MONO,
  GAP_EVENTS,
  GAP_PAGES,
  GAP_COMPLETE,
  GAP_TORN_STREAMS,
  GAP_FROM_POSITION,
  GAP_TO_POSITION,
  GAP_CAUSE_TEXT,
  GAP_VERDICT,
  GAP_TRIES,
  N_GAP
};
WaveGap *wave_gap_new (void);
/* Of a run before this one. */
WaveGap *wave_gap_new_from_proof (const WaveProof *proof);
/* (transfer full) */
WaveProof *wave_gap_dup_proof (WaveGap *gap);
void wave_gap_set_cause (WaveGap *gap, WaveCause cause, guint close_code, const char *reason);
/* (transfer full): what the interruption was and what came of it */
char *wave_gap_dup_sentence (WaveGap *gap);
/* What "verify" found, at @wall_us. @n_gone: events of the range that the journal does not keep any more, or by choice */
void wave_gap_set_counted_verdict (WaveGap *gap, gint64 wall_us, guint n_server, guint n_missing, guint n_gone);

WaveTransitionItem *wave_transition_item_new (const WaveTransition *transition);

G_END_DECLS
