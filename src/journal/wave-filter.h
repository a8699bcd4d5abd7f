// SPDX-License-Identifier: GPL-3.0-or-later
// The filter language: one line that finds the few events that matter. wave_filter_get_help() documents it for people.
#pragma once

#include "protocol/wave-event.h"

G_BEGIN_DECLS

/* An expression nested deeper, or with more terms, than this is refused; so is one of more bytes. */
#define WAVE_FILTER_DEPTH_LIMIT 64
#define WAVE_FILTER_TERM_LIMIT 256
#define WAVE_FILTER_LENGTH_LIMIT 4096

/* What is known of an event without decoding it. */
typedef enum {
  WAVE_EVENT_IS_DURABLE = 1 << 0,
  WAVE_EVENT_IS_AI = 1 << 1,        /* about or by an AI: its status, its chunks, its messages */
  WAVE_EVENT_IS_MALFORMED = 1 << 2, /* no event, or one with a member missing or of a wrong type */
  WAVE_EVENT_IS_UNKNOWN = 1 << 3,   /* of a type that the catalogue does not know */
  WAVE_EVENT_IS_CAUGHT_UP = 1 << 4, /* came by sync */
} WaveEventFlags;

/* wave_event_get_flags: of the event alone; IS_AI by its kind, since only a model or a log knows who is an AI. */
WaveEventFlags wave_event_get_flags (const WaveEvent *event);

/**
 * WaveFilterView: an event as a filter sees it. Strings are borrowed; NULL is "has none".
 * @type_n, @room_n, @sender_n: small numbers that stand for the same string each time in one WaveFilterRun, so that it is compared once; 0: none given
 * @latency_us: G_MININT64 when not known
 * @gap_us: silence before it; G_MININT64 when there is nothing before it
 * @raw, @raw_size: NULL when the bytes are not at hand
 * @hint, @hint_size: (nullable): the line of a recording that holds @raw as a JSON string, while @raw is not at hand: what does not stand there cannot stand in @raw
 * @event: (nullable): decoded, for id: and text:, and for what free words look up in text that is escaped on the wire
 */
typedef struct {
  const char *type;
  WaveEventKind kind;
  const char *room_id;
  const char *room_name;
  const char *sender_id;
  const char *sender_name;
  guint type_n, room_n, sender_n;
  WaveEventFlags flags;
  guint64 size;
  gint64 position;
  gint64 wall_us;
  gint64 latency_us;
  gint64 gap_us;
  const char *raw;
  gsize raw_size;
  const WaveEvent *event;
  const char *hint;
  gsize hint_size;
} WaveFilterView;

typedef enum {
  WAVE_FILTER_NO,
  WAVE_FILTER_YES,
  WAVE_FILTER_NEEDS_RAW,   /* cannot be told without @raw */
  WAVE_FILTER_NEEDS_EVENT, /* cannot be told without @event */
} WaveFilterVerdict;

/* WaveFilter: a compiled expression; immutable, atomically reference counted, for any thread. */
typedef struct _WaveFilter WaveFilter;
#define WAVE_TYPE_FILTER (wave_filter_get_type ())
GType wave_filter_get_type (void);

/* Where in the text the fault is, in bytes; for an underline. @end is exclusive, and after @start. */
typedef struct {
  gsize start, end;
} WaveFilterFault;

/**
 * wave_filter_new:
 * @text: an expression; empty or blank matches everything
 * @now_wall_us: what relative times are relative to, wall clock µs; 0: the moment of the call
 * @fault: (out) (optional): where it is wrong
 * @error: %WAVE_JOURNAL_ERROR_FILTER with a sentence for the person
 *
 * Returns: (transfer full): the filter; NULL when @text is wrong
 */
WaveFilter *wave_filter_new (const char *text, gint64 now_wall_us, WaveFilterFault *fault, GError **error);
WaveFilter *wave_filter_ref (WaveFilter *filter);
void wave_filter_unref (WaveFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveFilter, wave_filter_unref)
const char *wave_filter_get_text (WaveFilter *filter);
/* Whether it lets everything through. */
gboolean wave_filter_is_empty (WaveFilter *filter);

/* WaveFilterRun: the memory of one thread's run of a filter over many events. */
typedef struct _WaveFilterRun WaveFilterRun;
WaveFilterRun *wave_filter_run_new (WaveFilter *filter);
void wave_filter_run_free (WaveFilterRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveFilterRun, wave_filter_run_free)
/* What room and sender are called has changed: forget what was found. */
void wave_filter_run_forget (WaveFilterRun *run);
WaveFilterVerdict wave_filter_run_match (WaveFilterRun *run, const WaveFilterView *view);

/**
 * wave_filter_run_match_event:
 * @room_name, @sender_name: (nullable)
 * @gap_us, @latency_us: G_MININT64 when not known; a latency not known is told by the event's own time
 *
 * One event that is wholly at hand: what the CLI does.
 */
gboolean wave_filter_run_match_event (WaveFilterRun *run, const WaveEvent *event, const char *room_name, const char *sender_name, gint64 gap_us,
                                      gint64 latency_us);

/* The text of an event that people read (body, chunk, name, status, result…), for text: and for showing; (nullable) (transfer none). */
const char *wave_event_get_text (const WaveEvent *event);

/**
 * wave_filter_quote:
 * @key: (nullable): such as "room"; NULL for a free word
 *
 * "Filter by this": the term that finds exactly @value, quoted and escaped where needed. "-" before it excludes.
 *
 * Returns: (transfer full): such as `room:"a b"`
 */
char *wave_filter_quote (const char *key, const char *value);
/* (transfer full): @text and @term both (or, with @exclude, @text without @term). @text may be empty or wrong. */
char *wave_filter_combine (const char *text, const char *term, gboolean exclude);

/* One proposal: @text replaces the bytes @start to @end of what was typed. */
typedef struct {
  char *text;
  char *label; /* what it is, for people: a name, or a sentence about a key */
  gsize start, end;
} WaveFilterCandidate;
void wave_filter_candidate_free (WaveFilterCandidate *candidate);

/* Tells the known values of @key ("type", "room", "from") that begin with or hold @prefix, by calling @add; @label may be NULL. */
typedef void (*WaveFilterAddFunc) (const char *value, const char *label, gpointer add_data);
typedef void (*WaveFilterValuesFunc) (const char *key, const char *prefix, WaveFilterAddFunc add, gpointer add_data, gpointer user_data);

/**
 * wave_filter_complete:
 * @cursor: byte position in @text
 * @values: (nullable): what rooms and people there are; types and flags are known without
 *
 * Returns: (transfer full) (element-type WaveFilterCandidate): at most 50, best first
 */
GPtrArray *wave_filter_complete (const char *text, gsize cursor, WaveFilterValuesFunc values, gpointer user_data);

/* The language for people, translated; lines of "example \t what it finds" with paragraphs between. (transfer full) */
char *wave_filter_get_help (void);

G_END_DECLS
