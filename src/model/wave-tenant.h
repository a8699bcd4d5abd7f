// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/wave-model-types.h"
#include "session/wave-batch.h"

G_BEGIN_DECLS

/**
 * WaveTenant: what the tenant looks like now, as far as events and snapshots told. Knows no socket, no disk and no clock of its own: time comes in with
 * the events and with wave_tenant_advance(), so that a recording can drive it as a session does, and a test can crank it.
 *
 * Properties (read-only, notified): "state" WaveSessionState as guint, "server-name", "tenant-id", "tenant-name", "me-name" strings, "n-online" guint, "n-generating" guint,
 * "n-running-plans" guint, "n-live-sidekicks" guint, "n-active-rooms" guint (an event in the last minute), "events-per-second" double, "n-bounds-hit" guint.
 * Signals: "event-applied" (WaveEvent boxed, WaveRoom or NULL; who connects while events are applied hears of those of the next time), "transition" (const WaveTransition * as gpointer),
 *   "attention" (WaveAttention kind as guint, WaveRoom, text string) for calls, mentions, model errors;
 *   "room-wanted" (WaveRoom, gboolean older): a room is on screen, or wants older items;
 *   "replaced": a replay jumped to another moment; rooms, people and streams are other objects with the same ids.
 */
#define WAVE_TYPE_TENANT (wave_tenant_get_type ())
G_DECLARE_FINAL_TYPE (WaveTenant, wave_tenant, WAVE, TENANT, GObject)

typedef enum { WAVE_ATTENTION_CALL, WAVE_ATTENTION_MENTION, WAVE_ATTENTION_MODEL_ERROR } WaveAttention;

/* One undocumented event type that was seen. */
typedef struct {
  char *type;
  guint64 n;
} WaveTypeCount;

/* Bounds on what a server can make grow; each overflow is counted, logged once and shown (issue: hostile input). */
#define WAVE_MAX_ROOMS 5000
#define WAVE_MAX_PARTICIPANTS 50000
#define WAVE_MAX_REACTIONS_PER_MESSAGE 64   /* different emoji */
#define WAVE_MAX_PLAN_STEPS 200
#define WAVE_MAX_CALL_MEMBERS 500
#define WAVE_MAX_TYPISTS 50                 /* in a room at a time */
#define WAVE_MAX_TIMELINE_ITEMS 2000        /* held per room; older ones are let go and fetched again from the journal */
#define WAVE_MAX_UNSEEN_ITEMS 50000         /* shared by the rooms that nobody looks at, each keeps at least 100 */

WaveTenant *wave_tenant_new (void);

/* Applies one batch: its transition, then its events. */
void wave_tenant_apply_batch (WaveTenant *tenant, const WaveBatch *batch);
/* Of one batch's events those from @from up to @end, which is not among them. */
void wave_tenant_apply_events (WaveTenant *tenant, const WaveBatch *batch, guint from, guint end);
void wave_tenant_apply_event (WaveTenant *tenant, const WaveEvent *event);
void wave_tenant_apply_transition (WaveTenant *tenant, const WaveTransition *transition);

/* Moves the model's time on: expires typing (4 s + grace), stale statuses, ringing calls, abandoned streams; rolls sparklines. Cheap when
 * nothing is due. @now_mono_us is on the time line of the events' arrived_mono_us. */
void wave_tenant_advance (WaveTenant *tenant, gint64 now_mono_us, gint64 now_wall_us);
gint64 wave_tenant_get_now_mono (WaveTenant *tenant);
gint64 wave_tenant_get_now_wall (WaveTenant *tenant);
/* How many of its seconds pass in a second while nothing comes: 1 with a session; the speed of a replay, 0 while that stands. */
double wave_tenant_get_pace (WaveTenant *tenant);

/* Snapshots; each replaces what it covers. */
void wave_tenant_apply_me (WaveTenant *tenant, const WaveMe *me);
void wave_tenant_apply_rooms (WaveTenant *tenant, const WaveRoomPage *page);
void wave_tenant_apply_room_state (WaveTenant *tenant, const char *room_id, const WaveRoomState *state);
void wave_tenant_apply_participants (WaveTenant *tenant, const WaveParticipantPage *page);
void wave_tenant_apply_presence (WaveTenant *tenant, GPtrArray *presences);
/* Messages of the past (journal or REST): merged by position without doubles, never counted as unread or as activity. (element-type WaveEvent) */
void wave_tenant_apply_history (WaveTenant *tenant, const char *room_id, GPtrArray *events, gboolean reached_start);

WaveRoom *wave_tenant_get_room (WaveTenant *tenant, const char *room_id);                      /* nullable, borrowed */
WaveParticipant *wave_tenant_get_participant (WaveTenant *tenant, const char *participant_id); /* nullable, borrowed */
WaveParticipant *wave_tenant_ensure_participant (WaveTenant *tenant, const char *participant_id);
GListModel *wave_tenant_get_rooms (WaveTenant *tenant);        /* WaveRoom, in order of appearance; sort it in the UI */
GListModel *wave_tenant_get_participants (WaveTenant *tenant); /* WaveParticipant */
GListModel *wave_tenant_get_gaps (WaveTenant *tenant);         /* WaveGap, oldest first */
GListModel *wave_tenant_get_transitions (WaveTenant *tenant);  /* boxed in WaveTransitionItem objects, the latest 1,000 */
GListModel *wave_tenant_get_bridges (WaveTenant *tenant);      /* WaveBridge */
WaveStreamStore *wave_tenant_get_streams (WaveTenant *tenant);
WaveSessionState wave_tenant_get_state (WaveTenant *tenant);
const WaveTransition *wave_tenant_get_last_transition (WaveTenant *tenant); /* nullable, borrowed */
guint64 wave_tenant_get_kind_count (WaveTenant *tenant, WaveEventKind kind);
guint64 wave_tenant_get_n_malformed (WaveTenant *tenant);
/* (transfer full) (element-type WaveTypeCount): types that the catalogue does not know, the most frequent first */
GPtrArray *wave_tenant_list_unknown_types (WaveTenant *tenant);
/* Events per second of the last 300 s, oldest first, for the sparkline. */
void wave_tenant_get_rate_history (WaveTenant *tenant, guint values[300]);
/* (transfer full) (element-type utf8): one sentence for each bound that was met, with how often */
GPtrArray *wave_tenant_list_bounds_hit (WaveTenant *tenant);

G_END_DECLS
