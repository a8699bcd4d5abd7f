// SPDX-License-Identifier: GPL-3.0-or-later
// The small objects that hang on a room. All read-only from outside, with notified properties of the same names as the getters.
#pragma once

#include "model/wave-model-types.h"

G_BEGIN_DECLS

#define WAVE_TYPE_MEMBERSHIP (wave_membership_get_type ())
G_DECLARE_FINAL_TYPE (WaveMembership, wave_membership, WAVE, MEMBERSHIP, GObject)
WaveParticipant *wave_membership_get_participant (WaveMembership *membership);
const char *wave_membership_get_membership (WaveMembership *membership); /* join, leave, … */
const char *wave_membership_get_response_mode (WaveMembership *membership); /* nullable */

/* What one AI is doing in one room. */
#define WAVE_TYPE_AI_STATE (wave_ai_state_get_type ())
G_DECLARE_FINAL_TYPE (WaveAiState, wave_ai_state, WAVE, AI_STATE, GObject)
WaveParticipant *wave_ai_state_get_participant (WaveAiState *state);
WaveAiPhase wave_ai_state_get_phase (WaveAiState *state);
const char *wave_ai_state_get_status (WaveAiState *state); /* nullable: the wire's word */
const char *wave_ai_state_get_tool (WaveAiState *state);   /* nullable */
gint64 wave_ai_state_get_since (WaveAiState *state);       /* mono µs */
gboolean wave_ai_state_get_stale (WaveAiState *state);     /* no sign for 120 s */
gint64 wave_ai_state_get_context_used (WaveAiState *state);  /* tokens, -1 */
gint64 wave_ai_state_get_context_limit (WaveAiState *state); /* tokens, -1 */
double wave_ai_state_get_context_ratio (WaveAiState *state); /* NAN */
const char *wave_ai_state_get_engagement (WaveAiState *state); /* nullable */

#define WAVE_TYPE_SIDEKICK_ITEM (wave_sidekick_item_get_type ())
G_DECLARE_FINAL_TYPE (WaveSidekickItem, wave_sidekick_item, WAVE, SIDEKICK_ITEM, GObject)
const char *wave_sidekick_item_get_task_id (WaveSidekickItem *item);  /* nullable */
const char *wave_sidekick_item_get_codename (WaveSidekickItem *item); /* nullable */
const char *wave_sidekick_item_get_task (WaveSidekickItem *item);     /* nullable */
const char *wave_sidekick_item_get_status (WaveSidekickItem *item);   /* spawning, running, completed, terminated, lost or the wire's word */
const char *wave_sidekick_item_get_room_id (WaveSidekickItem *item);  /* nullable: its own room */
const char *wave_sidekick_item_get_result (WaveSidekickItem *item);   /* nullable */
const char *wave_sidekick_item_get_reason (WaveSidekickItem *item);   /* nullable: of a cancellation */
gint64 wave_sidekick_item_get_steps_used (WaveSidekickItem *item);    /* -1 */
gint64 wave_sidekick_item_get_steps_max (WaveSidekickItem *item);     /* 25 by documentation */
gint64 wave_sidekick_item_get_started (WaveSidekickItem *item);       /* mono µs */
gint64 wave_sidekick_item_get_ended (WaveSidekickItem *item);         /* mono µs, -1 while live */
gint64 wave_sidekick_item_get_timeout (WaveSidekickItem *item);       /* µs; 5 minutes by documentation */
gboolean wave_sidekick_item_get_live (WaveSidekickItem *item);
GListModel *wave_sidekick_item_get_children (WaveSidekickItem *item); /* nullable: WaveSidekickItem spawned in its room */

#define WAVE_TYPE_CALL_ITEM (wave_call_item_get_type ())
G_DECLARE_FINAL_TYPE (WaveCallItem, wave_call_item, WAVE, CALL_ITEM, GObject)
const char *wave_call_item_get_call_id (WaveCallItem *item);
const char *wave_call_item_get_call_type (WaveCallItem *item);  /* nullable */
WaveParticipant *wave_call_item_get_initiator (WaveCallItem *item); /* nullable */
gboolean wave_call_item_get_ringing (WaveCallItem *item);
gint64 wave_call_item_get_ring_until (WaveCallItem *item);      /* mono µs */
gint64 wave_call_item_get_started (WaveCallItem *item);         /* mono µs: first join, -1 */
gboolean wave_call_item_get_started_known (WaveCallItem *item); /* or it began before that, nobody told when */
GListModel *wave_call_item_get_participants (WaveCallItem *item); /* WaveCallMember */

#define WAVE_TYPE_CALL_MEMBER (wave_call_member_get_type ())
G_DECLARE_FINAL_TYPE (WaveCallMember, wave_call_member, WAVE, CALL_MEMBER, GObject)
WaveParticipant *wave_call_member_get_participant (WaveCallMember *member);
const char *wave_call_member_get_state (WaveCallMember *member);

#define WAVE_TYPE_PLAN_SNAPSHOT (wave_plan_snapshot_get_type ())
G_DECLARE_FINAL_TYPE (WavePlanSnapshot, wave_plan_snapshot, WAVE, PLAN_SNAPSHOT, GObject)
const WavePlan *wave_plan_snapshot_get_plan (WavePlanSnapshot *snapshot);
gint64 wave_plan_snapshot_get_wall_us (WavePlanSnapshot *snapshot);
/* (transfer full) (element-type utf8): sentences on what changed since @before (nullable: nothing held before) */
GPtrArray *wave_plan_snapshot_list_changes (WavePlanSnapshot *snapshot, WavePlanSnapshot *before);

#define WAVE_TYPE_BRIDGE (wave_bridge_get_type ())
G_DECLARE_FINAL_TYPE (WaveBridge, wave_bridge, WAVE, BRIDGE, GObject)
const char *wave_bridge_get_bridge_id (WaveBridge *bridge);
const char *wave_bridge_get_transport (WaveBridge *bridge); /* nullable */
const char *wave_bridge_get_status (WaveBridge *bridge);    /* nullable */
const char *wave_bridge_get_error (WaveBridge *bridge);     /* nullable */
gint64 wave_bridge_get_changed_wall (WaveBridge *bridge);   /* wall µs; -1: its status was not told yet */
guint wave_bridge_get_n_errors (WaveBridge *bridge);        /* how often it told of an error */
const char *wave_bridge_get_last_error (WaveBridge *bridge); /* nullable; stays when the bridge works again */
gint64 wave_bridge_get_last_error_wall (WaveBridge *bridge); /* wall µs, -1 */
guint wave_bridge_get_n_messages (WaveBridge *bridge);      /* that came over it since the start */
gint64 wave_bridge_get_message_wall (WaveBridge *bridge);   /* wall µs of the latest, -1 */

/* One interruption: from the drop to the end of its catch-up. */
#define WAVE_TYPE_GAP (wave_gap_get_type ())
G_DECLARE_FINAL_TYPE (WaveGap, wave_gap, WAVE, GAP, GObject)
gint64 wave_gap_get_start_wall (WaveGap *gap);
gint64 wave_gap_get_end_wall (WaveGap *gap);   /* -1 while open */
gint64 wave_gap_get_start_mono (WaveGap *gap);
gint64 wave_gap_get_end_mono (WaveGap *gap);   /* -1 while open */
guint wave_gap_get_events (WaveGap *gap);
guint wave_gap_get_pages (WaveGap *gap);
guint wave_gap_get_known (WaveGap *gap); /* events on the pages that had been received before */
guint wave_gap_get_tries (WaveGap *gap); /* connections that were tried until one held */
gint64 wave_gap_get_catch_up_us (WaveGap *gap); /* µs that fetching took */
gboolean wave_gap_get_earlier (WaveGap *gap); /* of a run before this one, by the journal */
const char *wave_gap_get_detail (WaveGap *gap); /* nullable: why it is not complete, untranslated */
guint wave_gap_get_n_missing (WaveGap *gap); /* by the last "verify" */
gint64 wave_gap_get_verified_wall (WaveGap *gap); /* -1: never */
gboolean wave_gap_get_complete (WaveGap *gap);
guint wave_gap_get_torn_streams (WaveGap *gap);
gint64 wave_gap_get_from_position (WaveGap *gap);
gint64 wave_gap_get_to_position (WaveGap *gap);
const char *wave_gap_get_cause_text (WaveGap *gap); /* nullable */
const char *wave_gap_get_verdict (WaveGap *gap);    /* nullable: result of "verify", kept */
void wave_gap_set_verdict (WaveGap *gap, const char *verdict);

#define WAVE_TYPE_TRANSITION_ITEM (wave_transition_item_get_type ())
G_DECLARE_FINAL_TYPE (WaveTransitionItem, wave_transition_item, WAVE, TRANSITION_ITEM, GObject)
gconstpointer wave_transition_item_get (WaveTransitionItem *item); /* const WaveTransition * */

G_END_DECLS
