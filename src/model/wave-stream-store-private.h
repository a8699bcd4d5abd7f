// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: the store of streams, split by role: wave-stream-store.c keeps and tells time, wave-stream-events.c has the rules for what comes.
#pragma once

#include "model/wave-stream-private.h"

G_BEGIN_DECLS

/* Bounds. Beyond the number of ended streams the contract names none; the others only a hostile server meets. */
#define STORE_MAX_ENDED 5000
#define STORE_MAX_WATCHED 4096
#define STORE_MAX_HELD ((gsize)256 * 1024 * 1024)
#define STORE_MAX_TAILS 5000
#define STORE_MAX_REDACTIONS 1000
#define STORE_TRIM_BLOCK 64

/* How long before the first sign of a reply its trigger can have come: one that mentions the AI, and one that mentions nobody. The second is a guess
 * that only nearness makes good. */
#define TRIGGER_WINDOW_US (30 * G_USEC_PER_SEC)
#define TRIGGER_GUESS_US (5 * G_USEC_PER_SEC)
#define TAIL_LENGTH 32
/* A status after the end of a reply that belongs to the next one is worth remembering this long. */
#define PENDING_STATUS_US (60 * G_USEC_PER_SEC)
#define MAX_PENDING 16
#define KEY_SLOT_BITS 10

/* One AI in one room. */
struct _StreamKey
{
  char *room_id;
  char *sender_id;
  const char *interned_room, *interned_sender; /* the same, as events bear them */
  GPtrArray *waiting;  /* borrowed, by start: streams that a chunk or a message can still change */
  WaveStream *latest;  /* borrowed: in the list; nullable */
  guint n_streams;     /* in the list */
  GArray *pending;     /* WavePhaseSpan: statuses after a reply was done, of the next one if there is one */
  gint64 pending_wall;
  gint64 trigger_used; /* arrival of the latest message that was taken for a trigger */
};

typedef struct
{
  char *id; /* in @short_id if it fits there */
  char short_id[40];
  const char *sender_id; /* interned; nullable */
  char **mentions;
  gint64 at_us;
  gboolean from_ai;
  gboolean timed; /* it came live: its arrival is a time to measure from */
} TailMessage;

/* The latest messages of a room, to find what a reply answers. */
typedef struct
{
  guint n; /* ever added */
  guint hashes[TAIL_LENGTH]; /* of their ids: they are asked for with each message */
  TailMessage messages[TAIL_LENGTH];
} RoomTail;

/* What is added here belongs into wave_tenant_take() as well. */
struct _WaveStreamStore
{
  GObject parent_instance;

  GPtrArray *streams;   /* owned, by first sign */
  GPtrArray *watched;   /* borrowed: what time can change */
  GHashTable *keys;     /* StreamKey, hashed by both ids */
  StreamKey *key_slots[1 << KEY_SLOT_BITS]; /* those asked for last, by the addresses of the interned ids */
  GHashTable *tails;    /* room id → RoomTail */
  GHashTable *messages; /* event id (of the stream) → WaveStream, borrowed */
  GHashTable *redactions;
  GQueue redaction_order; /* borrowed keys of @redactions */
  WaveStreamThresholds thresholds;
  guint64 last_serial;
  guint n_live;
  guint n_stalled;
  gsize held;
  guint max_ended;
  gboolean lagged;
  gboolean is_begun, chunk_added_heard; /* between wave_stream_store_begin() and _end() */
};

/* ---- wave-stream-store.c ---- */

StreamKey *wave_stream_store_find_key (WaveStreamStore *self, const char *room_id, const char *sender_id, gboolean create);
/* A stream began. Its serial is set, it stands in the list and is watched. Returns: borrowed */
WaveStream *wave_stream_store_begin_stream (WaveStreamStore *self, StreamKey *key, gint64 mono_us, gint64 wall_us,
                                            WaveStreamOutcome outcome);
/* @watch_until: -1 = nothing changes it any more, else it may until then */
void wave_stream_store_set_outcome (WaveStreamStore *self, WaveStream *stream, WaveStreamOutcome outcome, gint64 ended_us,
                                    gint64 watch_until);
void wave_stream_store_unwatch (WaveStreamStore *self, WaveStream *stream);
void wave_stream_store_set_stalled (WaveStreamStore *self, WaveStream *stream, gboolean stalled);
void wave_stream_store_alarm (WaveStreamStore *self, WaveStream *stream, WaveAlarm alarm);
void wave_stream_store_chunk_added (WaveStreamStore *self, WaveStream *stream, gsize bytes);
void wave_stream_store_attached (WaveStreamStore *self, WaveStream *stream, const char *message_id);
/* What is due for the streams of @key by @now: so that the outcome does not depend on how often time is moved on. Returns: FALSE when nothing was;
 * else @key may be gone. */
gboolean wave_stream_store_expire_key (WaveStreamStore *self, StreamKey *key, gint64 now);

/* ---- wave-stream-events.c ---- */

void wave_stream_store_settle (WaveStreamStore *self, WaveStream *stream, WaveStreamMatch matched, gboolean differs, gint64 ended_us);
/* The reply before the statuses that wait is over: they announce the next one. */
void wave_stream_store_announce_pending (WaveStreamStore *self, StreamKey *key);

G_END_DECLS
