// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: a stream as its store sees it. The store owns the rules (wave-stream-store.c, wave-stream-match.c), the stream only keeps.
#pragma once

#include "model/wave-model-object.h"
#include "model/wave-stream.h"
#include "protocol/wave-event.h"

G_BEGIN_DECLS

/* Bounds on what one stream can hold. The wire caps a message at 64 KB, so only a hostile or broken server meets them. */
#define STREAM_MAX_TEXT (4 * 1024 * 1024)
#define STREAM_MAX_CHUNKS 1000000
#define STREAM_MAX_PHASES 1000

/* Protocol notes 6.3. */
#define STREAM_MESSAGE_WAIT_US (15 * G_USEC_PER_SEC)
#define STREAM_TORN_WAIT_US (120 * G_USEC_PER_SEC)
#define STREAM_NULL_ANNOUNCED_US (10 * G_USEC_PER_SEC)
#define STREAM_NULL_PARTS_US (3 * G_USEC_PER_SEC)
/* A tool that runs into its documented timeout explains no silence any more. */
#define STREAM_TOOL_US (30 * G_USEC_PER_SEC)

enum
{
  STREAM_OUTCOME = 1,
  STREAM_STALLED,
  STREAM_TEXT_SERIAL,
  N_STREAM
};

typedef struct _StreamKey StreamKey;

struct _WaveStream
{
  WaveModelObject parent_instance;

  /* Who and where; @key is the store's and outlives its streams there. */
  StreamKey *key;
  guint64 serial;
  char *room_id;
  char *sender_id;
  char *wire_key; /* nullable: an id that an undocumented server put into a chunk */
  gboolean wire_key_repeats; /* more than one chunk had it: it names the reply, not the chunk */

  /* What came. */
  GString *text;
  GArray *chunks; /* WaveChunkMark */
  GArray *blocks; /* WaveChunkBlock */
  GArray *phases; /* WavePhaseSpan */
  guint text_serial;
  gboolean cumulative;
  gboolean may_be_cumulative; /* every chunk so far began with the one before */
  char *final_body;
  GPtrArray *message_ids; /* nullable: of its message or parts, the final one last */
  gsize parts_end;        /* bytes of text that parts have covered */
  guint n_parts;          /* messages that were found in the text */
  gboolean provisional;   /* closed by a message that does not say the same: one that does may still come */
  char *error;
  char *trigger_id;

  /* When; monotonic µs, -1 = has not happened. */
  gint64 started, started_wall;
  gint64 ended;
  gint64 status_at;     /* the status that announced it */
  gint64 trigger_at;    /* its trigger arrived */
  gint64 last_sign;     /* any chunk, status or part */
  gint64 last_text;     /* latest chunk with text */
  gint64 last_message;  /* its message or its latest part */
  gint64 null_at;       /* the status went away */
  gint64 wait_until;    /* DONE: how long its message may take */

  /* What it is now. */
  WaveStreamOutcome outcome;
  WaveStreamMatch matched;
  gboolean stalled;
  gboolean alarmed; /* no first chunk: told once */
  gboolean text_differs;
  gboolean redacted;
  gboolean lagged;
  guint watch_index; /* in the store's list of streams that time can change; G_MAXUINT when not there */
  gsize held;        /* bytes that the store counted for it */

  /* Figures, until something changes. */
  WaveStreamFigures figures;
  gint64 figures_stall_us;
  gboolean figures_valid;
};

WaveStream *wave_stream_new (const char *room_id, const char *sender_id, gint64 mono_us, gint64 wall_us);
void wave_stream_append (WaveStream *self, const WaveChunk *chunk, gint64 mono_us, gboolean lagged);
void wave_stream_set_phase (WaveStream *self, WaveAiPhase phase, const char *tool, gint64 mono_us);
void wave_stream_end_phase (WaveStream *self, gint64 mono_us);
void wave_stream_attach (WaveStream *self, const char *message_id, const char *body, gint64 mono_us);
void wave_stream_redact (WaveStream *self);
/* Something that figures are made of changed. */
void wave_stream_touch (WaveStream *self);
gsize wave_stream_count_held (WaveStream *self);

/* ---- matching, wave-stream-match.c ---- */

/* Whether @body says the same as the text, trailing white space and kinds of line ends apart. */
gboolean wave_stream_says (WaveStream *self, const char *body);
/* Where the paragraph(s) @body end in the text; 0 when it is not a proper part of what no part has covered yet. */
gsize wave_stream_find_part (WaveStream *self, const char *body);
/* Whether the parts cover all the text. */
gboolean wave_stream_is_covered (WaveStream *self);

G_END_DECLS
