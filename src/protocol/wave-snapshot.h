// SPDX-License-Identifier: GPL-3.0-or-later
// What the REST snapshots say. Every decoder takes the body of an answer, with or without its `{data: …}` wrapper, tolerates absent members, and
// skips (and counts) elements that make no sense. NULL, -1 = absent.
#pragma once

#include "protocol/wave-payloads.h"

G_BEGIN_DECLS

typedef enum {
  WAVE_PARTICIPANT_UNKNOWN,
  WAVE_PARTICIPANT_HUMAN,
  WAVE_PARTICIPANT_MODEL,
  WAVE_PARTICIPANT_AGENT,
  WAVE_PARTICIPANT_HELPER,
  WAVE_PARTICIPANT_BRIDGE,
  WAVE_PARTICIPANT_FEDERATED,
} WaveParticipantType;

typedef struct {
  char *participant_id, *fqid, *display_name, *tenant_id, *tenant_slug, *tenant_name;
} WaveMe;

typedef struct {
  char *id, *name, *topic, *room_type, *state, *workspace_id;
  gint64 created_us;
  int federated; /* -1 absent */
} WaveRoomInfo;

typedef struct {
  char *id, *local_id, *server_name, *display_name;
  WaveParticipantType type;
} WaveParticipantInfo;

typedef struct {
  WaveParticipantInfo participant;
  char *membership, *response_mode, *notification_mode;
  int power_level;
} WaveMemberInfo;

typedef struct {
  GPtrArray *rooms; /* (element-type WaveRoomInfo) */
  gint64 total;     /* -1 when absent */
  guint n_skipped;  /* elements that made no sense */
} WaveRoomPage;

typedef struct {
  GPtrArray *participants; /* (element-type WaveParticipantInfo) */
  gint64 total;
  guint n_skipped;
} WaveParticipantPage;

/* GET /v1/rooms/{id}/state */
typedef struct {
  WaveRoomInfo *room;       /* nullable */
  GPtrArray *members;       /* (element-type WaveMemberInfo) */
  GPtrArray *engagement;    /* (element-type WaveEngagement), the room's own mode first with participant_id NULL */
  WavePlan *plan;           /* nullable */
  GPtrArray *sidekicks;     /* (element-type WaveSidekick) */
  WaveCall *call;           /* nullable */
  gint64 unread_count;      /* -1 when absent */
  char *last_read_event_id; /* nullable */
} WaveRoomState;

WaveMe *wave_me_decode (GBytes *body, GError **error);
WaveRoomPage *wave_room_page_decode (GBytes *body, GError **error);
WaveRoomInfo *wave_room_info_decode (GBytes *body, GError **error);
GPtrArray *wave_members_decode (GBytes *body, GError **error);
WaveParticipantPage *wave_participant_page_decode (GBytes *body, GError **error);
WaveRoomState *wave_room_state_decode (GBytes *body, GError **error);
/* GET /v1/rooms/{id}/sidekicks/{task_id} */
WaveSidekick *wave_sidekick_decode (GBytes *body, GError **error);
/* (element-type WavePresence) */
GPtrArray *wave_presence_map_decode (GBytes *body, GError **error);
/* The `error.code` and `error.message` of an error answer; either may come out NULL. Never fails. */
void wave_error_body_decode (GBytes *body, char **code, char **message);

/* The tokens of /v1/auth/token, /login and /refresh; @expires_in_s is -1 when absent. */
typedef struct {
  char *access_token, *refresh_token;
  gint64 expires_in_s;
} WaveTokenSet;
WaveTokenSet *wave_token_set_decode (GBytes *body, GError **error);

WaveParticipantType wave_participant_type_from_word (const char *word);

void wave_me_free (WaveMe *me);
void wave_room_info_free (WaveRoomInfo *info);
void wave_room_page_free (WaveRoomPage *page);
void wave_participant_page_free (WaveParticipantPage *page);
void wave_participant_info_free (WaveParticipantInfo *info);
void wave_member_info_free (WaveMemberInfo *info);
void wave_room_state_free (WaveRoomState *state);
void wave_token_set_free (WaveTokenSet *set);
void wave_sidekick_free (WaveSidekick *sidekick);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveMe, wave_me_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveRoomInfo, wave_room_info_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveRoomPage, wave_room_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveParticipantPage, wave_participant_page_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveRoomState, wave_room_state_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveTokenSet, wave_token_set_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveSidekick, wave_sidekick_free)

G_END_DECLS
