// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/wave-room-parts.h"

G_BEGIN_DECLS

/**
 * WaveRoom properties (read-only, notified): "id", "display-name" (name, else the other member of a DM, else id), "has-name" bool, "topic", "room-type",
 * "engagement", "unread" guint, "mentions" guint, "last-activity" gint64 wall µs, "preview" (last line, plain text), "ai-line" (nullable: "Scout · calling web_search"),
 * "ai-phase" (WaveAiPhase as guint: the busiest), "ai-since" gint64 mono µs, "typing-text"… see getters; "n-members" guint, "left" bool, "forbidden" bool,
 * "federated" bool, "n-federation" guint, "muted" bool (read-write: here only), "plan" (WavePlan boxed, nullable), "call" (WaveCallItem, nullable), "activity-serial" guint (goes up when the sparkline moved).
 */
#define WAVE_TYPE_ROOM (wave_room_get_type ())
G_DECLARE_FINAL_TYPE (WaveRoom, wave_room, WAVE, ROOM, GObject)

const char *wave_room_get_id (WaveRoom *room);
const char *wave_room_get_display_name (WaveRoom *room);
const char *wave_room_get_topic (WaveRoom *room);      /* nullable */
const char *wave_room_get_room_type (WaveRoom *room);  /* nullable */
const char *wave_room_get_preview (WaveRoom *room);    /* nullable */
guint wave_room_get_unread (WaveRoom *room);
gint64 wave_room_get_last_activity (WaveRoom *room);
WaveAiPhase wave_room_get_ai_phase (WaveRoom *room);
const char *wave_room_get_ai_line (WaveRoom *room);    /* nullable */
gint64 wave_room_get_ai_since (WaveRoom *room);
gboolean wave_room_get_muted (WaveRoom *room);
void wave_room_set_muted (WaveRoom *room, gboolean muted);
WaveTimeline *wave_room_get_timeline (WaveRoom *room);
GListModel *wave_room_get_members (WaveRoom *room);        /* WaveMembership */
GListModel *wave_room_get_typists (WaveRoom *room);        /* WaveParticipant, in order of starting */
GListModel *wave_room_get_ai_states (WaveRoom *room);      /* WaveAiState: one per AI that gave a sign */
GListModel *wave_room_get_sidekicks (WaveRoom *room);      /* WaveSidekickItem */
GListModel *wave_room_get_bridges (WaveRoom *room);        /* WaveBridge: those that were heard of in this room */
guint wave_room_get_n_federation (WaveRoom *room);         /* federation events that named this room; opaque by contract */
gint64 wave_room_get_federation_wall (WaveRoom *room);     /* wall µs of the latest, -1 */
gboolean wave_room_get_federated (WaveRoom *room);
WaveMembership *wave_room_get_membership (WaveRoom *room, WaveParticipant *participant); /* nullable, borrowed */
const char *wave_room_get_engagement (WaveRoom *room);     /* nullable: of its AIs by default, a word of the wire */
gboolean wave_room_has_member (WaveRoom *room, WaveParticipant *participant);
const char *wave_room_get_collation_key (WaveRoom *room);  /* of its display name, for strcmp() */
GListModel *wave_room_get_plan_history (WaveRoom *room);   /* WavePlanSnapshot, newest last, at most 50 */
const WavePlan *wave_room_get_plan (WaveRoom *room);       /* nullable */
/* Events per second of the last 60 s, oldest first. */
void wave_room_get_activity (WaveRoom *room, guint8 values[60]);
/* The room is on screen: it wants its snapshot and history. The monitor listens to ::wanted. */
void wave_room_want (WaveRoom *room);

G_END_DECLS
