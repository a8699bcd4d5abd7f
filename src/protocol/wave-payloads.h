// SPDX-License-Identifier: GPL-3.0-or-later
// What each kind of event says. Strings are owned by the event unless marked interned, UTF-8, never markup. An absent member is NULL, -1 or NAN,
// so that absence never looks like data. Alias names are resolved by the decoder (protocol notes, appendix A).
#pragma once

#include "protocol/wave-types.h"

G_BEGIN_DECLS

typedef struct {
  char *session_id;
  char *server_name;
  char *tenant_id;
  gint64 ts_us; /* server clock, µs since 1970; -1 when absent */
} WaveHello;

/* Who wrote a bridged message on the other side; every member may be NULL. */
struct _WaveImportedSender
{
  char *external_id;
  char *display_name;
};

/* MESSAGE and BRIDGE_MESSAGE. */
struct _WaveMessage
{
  char *msgtype;           /* nullable: a convention of the clients, not enforced */
  char *body;              /* nullable: when content has no string body */
  char *content_json;      /* nullable: compact JSON of content when it has no string body or its msgtype is not known */
  char **mentions;         /* nullable, NULL-terminated participant ids */
  char *reply_to_event_id; /* nullable */
  char *replaces_event_id; /* nullable: the message is an edit of that one */
  char *lang;              /* nullable: swp.code */
  char *media_id;          /* nullable: swp.media */
  char *thumbnail_id;      /* nullable */
  guint64 content_hash;    /* see wave_event_content_hash() */
  char *filename;          /* nullable */
  char *mime_type;         /* nullable */
  gint64 media_size;       /* bytes; -1 when absent */
  char *bridge_id;         /* nullable */
  WaveImportedSender *imported_sender; /* nullable */
  gint64 edited_us;        /* µs since 1970; -1 when not edited (REST history only) */
  gint64 redacted_us;      /* likewise, redacted */
};

typedef struct {
  const char *text; /* delta to append; possibly empty, never NULL; @length bytes, NUL-terminated */
  gsize length;     /* bytes */
  gboolean done;
  char *stream_key; /* nullable: message_id, event_id, stream_id or generation_id, should a server send one */
} WaveChunk;

typedef struct {
  char *event_id;
  char *redacted_by; /* nullable */
  char *reason;      /* nullable */
} WaveRedaction;

typedef struct {
  char *event_id;
  char *emoji;
  gboolean removed;
} WaveReaction;

typedef struct {
  char *participant_id;
  char *membership; /* join, leave, ban, invite, knock, or a word not known */
  char *changed_by; /* nullable */
} WaveMember;

/* ROOM_NAME and ROOM_TOPIC; NULL clears. */
typedef struct {
  char *value; /* nullable */
} WaveRoomText;

typedef struct {
  char *participant_id; /* nullable */
  char *event_id;       /* nullable */
  gint64 position;      /* -1 when absent */
} WaveReadMarker;

typedef struct {
  char *participant_id; /* nullable */
  char *mode;           /* nullable: a word, kept as it is */
  int engaged;          /* -1 absent, else 0 or 1 */
  char *response_mode;  /* nullable: streaming, conversational */
} WaveEngagement;

typedef enum {
  WAVE_AI_IDLE,
  WAVE_AI_THINKING,
  WAVE_AI_GENERATING,
  WAVE_AI_CALLING, /* "calling TOOL" */
  WAVE_AI_OTHER,
} WaveAiPhase;

typedef struct {
  char *participant_id;
  char *status; /* nullable: idle */
  WaveAiPhase phase;
  const char *tool; /* into @status; NULL unless CALLING */
} WaveAiStatus;

typedef struct {
  char *participant_id;
  gint64 used;  /* tokens; -1 when absent */
  gint64 limit; /* tokens; -1 when absent; never 0 */
  double ratio; /* 0…1; NAN when it cannot be told */
} WaveContextUsage;

struct _WavePlanStep
{
  char *id;     /* nullable */
  char *text;   /* nullable */
  char *status; /* nullable; pending, in_progress, done, failed, skipped or a word not known */
  char *result; /* nullable */
  gint64 attempts; /* -1 when absent */
};

struct _WavePlan
{
  gatomicrefcount ref_count;
  char *id;      /* nullable */
  char *goal;    /* nullable */
  char *state;   /* nullable; draft, running, paused, done, failed, cancelled or a word not known */
  char *mode;    /* nullable */
  char *advance; /* nullable */
  char *venue;   /* nullable */
  char *participant_id;   /* nullable */
  char *pause_reason;     /* nullable */
  char *sidekick_room_id; /* nullable */
  gint64 auto_steps_used; /* -1 when absent */
  gint64 auto_steps_max;  /* -1 when absent */
  gint64 updated_us;      /* µs since 1970; -1 when absent */
  int current_step;       /* index into steps; -1 when none */
  guint n_steps;
  WavePlanStep *steps;
};
WavePlan *wave_plan_ref (const WavePlan *plan);
void wave_plan_unref (const WavePlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WavePlan, wave_plan_unref)

typedef struct {
  WavePlan *plan; /* nullable: the room has no plan */
} WavePlanUpdated;

/* SIDEKICK_SPAWNED, _RESULT and _CANCEL; the event's room is the parent room. task_id or codename is there. */
typedef struct {
  char *task_id;               /* nullable */
  char *codename;              /* nullable */
  char *task;                  /* nullable */
  char *room_id;               /* nullable: its own room */
  char *agent_participant_id;  /* nullable */
  char *spawner_id;            /* nullable */
  char *status;                /* nullable */
  char *result;                /* nullable */
  char *cancelled_by;          /* nullable */
  char *reason;                /* nullable */
  gint64 steps_used, steps_max;     /* -1 when absent */
  gint64 timeout_s;                 /* -1 when absent */
  gint64 started_us;                /* µs since 1970; -1 when absent (REST only) */
} WaveSidekick;

typedef struct {
  char *participant_id;
  gboolean typing;
} WaveTyping;

typedef enum {
  WAVE_PRESENCE_UNKNOWN, /* not known, or a word that is not known */
  WAVE_PRESENCE_ONLINE,
  WAVE_PRESENCE_IDLE,
  WAVE_PRESENCE_BUSY,
  WAVE_PRESENCE_APPEAR_OFFLINE,
  WAVE_PRESENCE_OFFLINE,
} WavePresenceState;

typedef struct {
  char *participant_id;
  WavePresenceState state;
  char *word; /* as on the wire */
} WavePresence;

typedef struct {
  char *participant_id;
  char *state; /* nullable */
} WaveCallParticipant;

/* CALL_INVITE and CALL_STATE. */
typedef struct {
  char *call_id;
  char *call_type;    /* nullable: audio, video */
  char *initiator_id; /* nullable */
  gint64 timeout_us;  /* how long it rings, µs from arrival; 60 s when the wire does not tell (CALL_INVITE) */
  gint64 started_us;  /* since when somebody is in it, µs since 1970; -1 when absent */
  char *state;        /* nullable: of the call or of the one participant */
  guint n_participants;
  gboolean is_list; /* of all who are in it; else @participants is the one that the event is about */
  WaveCallParticipant *participants;
} WaveCall;

typedef struct {
  char *bridge_id; /* nullable */
  char *transport; /* nullable */
  char *status;    /* nullable */
  char *error;     /* nullable */
} WaveBridgeStatus;

typedef struct {
  char *code;    /* nullable */
  char *message; /* nullable */
} WaveModelError;

G_END_DECLS
