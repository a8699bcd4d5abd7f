// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "journal/wave-filter.h"
#include "journal/wave-search.h"

G_BEGIN_DECLS

typedef enum {
  WAVE_TERM_WORD,
  WAVE_TERM_TYPE,
  WAVE_TERM_ROOM,
  WAVE_TERM_FROM,
  WAVE_TERM_ID,
  WAVE_TERM_TEXT,
  WAVE_TERM_IS,
  WAVE_TERM_SIZE,
  WAVE_TERM_LATENCY,
  WAVE_TERM_GAP,
  WAVE_TERM_POS,
  WAVE_TERM_TIME,
  WAVE_N_TERMS
} WaveTerm;

typedef enum { WAVE_NODE_ALL, WAVE_NODE_AND, WAVE_NODE_OR, WAVE_NODE_NOT, WAVE_NODE_TERM } WaveNodeKind;

typedef struct _WaveFilterNode WaveFilterNode;
struct _WaveFilterNode
{
  WaveNodeKind kind;
  WaveFilterNode *left, *right;

  WaveTerm term;
  guint slot;        /* of the run's memory: numbered from 0 within a filter */
  char *text;        /* as looked for; NULL for a pattern */
  char *folded;      /* case folded */
  gboolean exact;    /* quoted: the whole value */
  gboolean plain;    /* stands on the wire as it is here: ASCII, and nothing that JSON escapes */
  WaveSearch search; /* of @text */
  GRegex *regex;     /* nullable: glob or regular expression, over UTF-8 */
  GRegex *raw_regex; /* nullable: the same over bytes */
  WaveEventFlags flags, wanted;
  gint64 min, max; /* inclusive */
};

struct _WaveFilter
{
  gatomicrefcount ref_count;
  char *text;
  WaveFilterNode *root;
  guint n_slots;
};

/* The words of the language. */
typedef struct {
  const char *name;
  WaveTerm term;
  gboolean is_number; /* takes < > = and ranges */
  const char *help;   /* untranslated; N_() */
} WaveFilterKey;
extern const WaveFilterKey wave_filter_keys[];
typedef struct {
  const char *name;
  WaveEventFlags flags, wanted;
  const char *help;
} WaveFilterFlag;
extern const WaveFilterFlag wave_filter_flags[];

/* (transfer full): NULL with fault and error when @text is wrong. */
WaveFilterNode *wave_filter_parse (const char *text, gint64 now_wall_us, guint *n_slots, WaveFilterFault *fault, GError **error);
void wave_filter_node_free (WaveFilterNode *node);

/* How many bytes of @text a key takes ("room" of "room:x", "size" of "size>1"); NULL when it does not begin with a known one. */
const WaveFilterKey *wave_filter_find_key (const char *text, gsize length);

G_END_DECLS
