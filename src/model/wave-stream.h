// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/wave-model-types.h"

G_BEGIN_DECLS

/* The life of a stream (protocol notes 6.3). */
typedef enum {
  WAVE_STREAM_ANNOUNCED, /* a status, no chunk yet */
  WAVE_STREAM_OPEN,      /* chunks come; see wave_stream_is_stalled() */
  WAVE_STREAM_DONE,      /* done:true; its message has not come */
  WAVE_STREAM_SETTLED,   /* closed by its final message */
  WAVE_STREAM_FAILED,    /* model error */
  WAVE_STREAM_TORN,      /* a gap fell into it */
  WAVE_STREAM_ABANDONED, /* nothing for a while */
} WaveStreamOutcome;

typedef enum { WAVE_MATCH_NONE, WAVE_MATCH_TEXT, WAVE_MATCH_ORDER, WAVE_MATCH_PARTS } WaveStreamMatch;
typedef enum { WAVE_TTFC_UNKNOWN, WAVE_TTFC_FROM_MESSAGE, WAVE_TTFC_FROM_STATUS } WaveTtfcFrom;

/* One chunk: 24 bytes. */
typedef struct {
  gint64 at_us;          /* arrival, monotonic µs */
  guint32 text_offset;   /* bytes into the stream's text */
  guint32 text_length;   /* bytes; 0 = heartbeat */
  guint32 chars_after;   /* code points in the text after this chunk */
  guint32 flags;         /* WAVE_CHUNK_MARK_… */
} WaveChunkMark;
#define WAVE_CHUNK_MARK_DONE 1u
#define WAVE_CHUNK_MARK_LAGGED 2u /* the session's loop lagged when it was stamped */

/* Every so many chunks, what stands before them: who draws a million of them looks here and not at each. */
#define WAVE_CHUNK_BLOCK 32
typedef struct {
  gint64 at_us;         /* of the block's first chunk */
  guint32 chars_before; /* code points in the text before it */
} WaveChunkBlock;

typedef struct {
  gint64 start_us, end_us; /* monotonic µs; end -1 while it lasts */
  WaveAiPhase phase;
  const char *tool;        /* interned, nullable */
} WavePhaseSpan;

/**
 * WaveStream: one AI reply. Properties (notified): "outcome" guint, "stalled" bool, "text-serial" guint (goes up when text or chunks were added).
 */
#define WAVE_TYPE_STREAM (wave_stream_get_type ())
G_DECLARE_FINAL_TYPE (WaveStream, wave_stream, WAVE, STREAM, GObject)

guint64 wave_stream_get_serial (WaveStream *stream); /* number in its store, from 1 */
const char *wave_stream_get_room_id (WaveStream *stream);
const char *wave_stream_get_sender_id (WaveStream *stream);
WaveStreamOutcome wave_stream_get_outcome (WaveStream *stream);
const char *wave_stream_outcome_get_nick (WaveStreamOutcome outcome, gboolean open); /* settled, done, failed, torn, abandoned, open */
gboolean wave_stream_is_live (WaveStream *stream);    /* ANNOUNCED or OPEN */
gboolean wave_stream_is_stalled (WaveStream *stream); /* a silence over the threshold lasts that no tool call of up to 30 s explains */
gint64 wave_stream_get_started (WaveStream *stream);  /* first sign, mono µs */
gint64 wave_stream_get_started_wall (WaveStream *stream);
gint64 wave_stream_get_ended (WaveStream *stream);    /* mono µs, -1 while live */
const char *wave_stream_get_text (WaveStream *stream, gsize *length); /* NUL-terminated; may change with the next chunk */
gboolean wave_stream_is_redacted (WaveStream *stream);
const WaveChunkMark *wave_stream_get_chunks (WaveStream *stream, guint *n_chunks);
const WaveChunkBlock *wave_stream_get_blocks (WaveStream *stream, guint *n_blocks); /* of WAVE_CHUNK_BLOCK chunks each, the last one maybe of fewer */
const WavePhaseSpan *wave_stream_get_phases (WaveStream *stream, guint *n_phases);
const char *wave_stream_get_final_body (WaveStream *stream); /* nullable */
gboolean wave_stream_get_text_differs (WaveStream *stream);
gboolean wave_stream_get_cumulative (WaveStream *stream);    /* the server sent the whole text each time */
const char *wave_stream_get_trigger_id (WaveStream *stream); /* nullable: event id of the message that it answers */
const char *wave_stream_get_message_id (WaveStream *stream); /* nullable: event id of its final message */
const char *wave_stream_get_error (WaveStream *stream);      /* nullable: of a model error */

/* Every figure is defined where it is computed, in wave-stream-figures.c. Times in µs; -1 = not defined. */
typedef struct {
  gint64 ttfc_us;
  WaveTtfcFrom ttfc_from;
  guint chunks;          /* non-empty ones */
  guint chars;           /* code points */
  gsize bytes;
  gint64 duration_us;    /* first sign to last chunk or final message */
  gint64 generating_us;  /* first to last non-empty chunk */
  gint64 gap_p50_us, gap_p90_us, gap_p95_us, gap_p99_us, gap_max_us; /* nearest rank, between non-empty chunks */
  gint64 jitter_us;      /* mean absolute difference of successive gaps */
  guint stalls;
  gint64 stalled_us;     /* sum of the gaps over the threshold */
  gint64 tool_us;        /* under a "calling …" status */
  gint64 thinking_us;
  double chars_per_s, chunks_per_s;                 /* while generating; NAN = not defined */
  double chars_per_s_overall, chunks_per_s_overall; /* over the duration */
  WaveStreamMatch matched;
  gboolean text_differs;
  gboolean lagged;       /* the instrument lagged while it was measured */
} WaveStreamFigures;
/* @stall_us: the threshold */
void wave_stream_get_figures (WaveStream *stream, gint64 stall_us, WaveStreamFigures *figures);

/**
 * WaveStreamStore: all streams of a tenant, a GListModel of WaveStream in order of their first sign. Keeps at most 5,000 ended streams.
 * Signals: "chunk-added" (WaveStream; who connects while events are applied hears of those of the next time), "outcome-changed" (WaveStream; also when it stalls or stops to), "alarm" (WaveStream, WaveAlarm as guint).
 */
#define WAVE_TYPE_STREAM_STORE (wave_stream_store_get_type ())
G_DECLARE_FINAL_TYPE (WaveStreamStore, wave_stream_store, WAVE, STREAM_STORE, GObject)

typedef enum { WAVE_ALARM_STALL, WAVE_ALARM_NO_FIRST_CHUNK, WAVE_ALARM_FAILED } WaveAlarm;

typedef struct {
  gint64 stall_us;          /* 1 s */
  gint64 abandon_us;        /* 120 s */
  gint64 first_chunk_us;    /* 10 s: alarm */
} WaveStreamThresholds;

WaveStreamStore *wave_stream_store_new (void);
void wave_stream_store_set_thresholds (WaveStreamStore *store, const WaveStreamThresholds *thresholds);
void wave_stream_store_get_thresholds (WaveStreamStore *store, WaveStreamThresholds *thresholds);

/* Around many events in a row: whether anybody listens is asked for once, and not for each of them. */
void wave_stream_store_begin (WaveStreamStore *store);
void wave_stream_store_end (WaveStreamStore *store);
/* Asks the memory for what @event, which is applied after a few others, will change. @step: 0, then 1, then 2, with events in between: each needs what came by the one before */
void wave_stream_store_fetch_ahead (WaveStreamStore *store, const WaveEvent *event, guint step);
/* What the tenant feeds it, in order of arrival. It looks only at chunk, ai.status, message, bridge message, model.error, redaction.
 * @is_ai: the sender is known to be an AI. Returns: (transfer none) (nullable): the stream that the event belongs to */
WaveStream *wave_stream_store_apply (WaveStreamStore *store, const WaveEvent *event, gboolean is_ai);
/* A gap began: every live stream is torn, all statuses are forgotten. Returns how many were torn. */
guint wave_stream_store_tear (WaveStreamStore *store, gint64 mono_us);
/* Moves time on: stalls, 10 s after a null status, 15 s after done, abandonment, alarms. */
void wave_stream_store_advance (WaveStreamStore *store, gint64 now_mono_us);
/* The live or latest stream of an AI in a room; nullable. */
WaveStream *wave_stream_store_get_latest (WaveStreamStore *store, const char *room_id, const char *sender_id);
guint wave_stream_store_get_n_live (WaveStreamStore *store);
guint wave_stream_store_get_n_stalled (WaveStreamStore *store);
/* How many ended streams it keeps; 5,000 unless said otherwise. G_MAXUINT: all of them, whatever they take (a recording that is read once). */
void wave_stream_store_set_max_ended (WaveStreamStore *store, guint max_ended);
/* Whether the session's loop lags now: chunks that are applied meanwhile are marked, and so are the figures of their streams. */
void wave_stream_store_set_lagged (WaveStreamStore *store, gboolean lagged);

G_END_DECLS
