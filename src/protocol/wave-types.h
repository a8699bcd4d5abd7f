// SPDX-License-Identifier: GPL-3.0-or-later
// Forward declarations of the protocol's types, so that headers rarely include headers.
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef struct _WaveEvent WaveEvent;
typedef struct _WaveEventType WaveEventType;
typedef struct _WaveMessage WaveMessage;
typedef struct _WaveImportedSender WaveImportedSender;
typedef struct _WavePlan WavePlan;
typedef struct _WavePlanStep WavePlanStep;
typedef struct _WaveSyncPage WaveSyncPage;

/* The last path of a listing that ends a catalogue: see wave-catalogue.h for the table itself. */
typedef enum {
  WAVE_EVENT_UNKNOWN, /* a type that the catalogue does not know: kept raw, shown as unknown */
  WAVE_EVENT_INVALID, /* not an event at all: not JSON, not an object, or without a type */
  WAVE_EVENT_HELLO,
  WAVE_EVENT_MESSAGE,
  WAVE_EVENT_CHUNK,
  WAVE_EVENT_REDACTION,
  WAVE_EVENT_REACTION,
  WAVE_EVENT_MEMBER,
  WAVE_EVENT_ROOM_NAME,
  WAVE_EVENT_ROOM_TOPIC,
  WAVE_EVENT_READ_MARKER,
  WAVE_EVENT_AI_ENGAGEMENT,
  WAVE_EVENT_AI_STATUS,
  WAVE_EVENT_CONTEXT_USAGE,
  WAVE_EVENT_PLAN_UPDATED,
  WAVE_EVENT_SIDEKICK_SPAWNED,
  WAVE_EVENT_SIDEKICK_RESULT,
  WAVE_EVENT_SIDEKICK_CANCEL,
  WAVE_EVENT_TYPING,
  WAVE_EVENT_PRESENCE,
  WAVE_EVENT_CALL_INVITE,
  WAVE_EVENT_CALL_STATE,
  WAVE_EVENT_FEDERATION,
  WAVE_EVENT_BRIDGE_MESSAGE,
  WAVE_EVENT_BRIDGE_STATUS,
  WAVE_EVENT_MODEL_ERROR,
  WAVE_EVENT_PING, /* undocumented JSON ping: counted, answered */
  WAVE_N_EVENT_KINDS
} WaveEventKind;

/* Groups of kinds that share a colour and an icon. */
typedef enum {
  WAVE_CATEGORY_OTHER,
  WAVE_CATEGORY_CONNECTION,
  WAVE_CATEGORY_MESSAGE,
  WAVE_CATEGORY_STREAM, /* chunks */
  WAVE_CATEGORY_AI,     /* status, context usage, engagement, model error */
  WAVE_CATEGORY_ROOM,   /* member, name, topic, read marker */
  WAVE_CATEGORY_PLAN,   /* plan and sidekicks */
  WAVE_CATEGORY_PEOPLE, /* typing, presence */
  WAVE_CATEGORY_CALL,
  WAVE_CATEGORY_BRIDGE, /* bridges and federation */
  WAVE_CATEGORY_FAULT,  /* not an event */
  WAVE_N_CATEGORIES
} WaveCategory;

/* The way by which an event reached us. */
typedef enum {
  WAVE_VIA_STREAM,  /* a WebSocket frame */
  WAVE_VIA_SYNC,    /* an element of a page of GET /v1/sync */
  WAVE_VIA_HISTORY, /* an element of GET /v1/rooms/{id}/messages */
} WaveVia;

G_END_DECLS
