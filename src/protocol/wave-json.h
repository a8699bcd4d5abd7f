// SPDX-License-Identifier: GPL-3.0-or-later
// What the decoders share: bounded parsing, and reading members under several names with an exact word about what is wrong.
#pragma once

#include <glib.h>
#include <yyjson.h>

G_BEGIN_DECLS

/* Longer strings are cut when decoded; the raw bytes keep them (protocol notes, appendix A-7). */
#define WAVE_STRING_LIMIT (1024 * 1024)
/* No id of a room, participant, event… is longer than a hundred bytes in any example. */
#define WAVE_ID_LIMIT 512
/* Elements of a list in one event (mentions, plan steps, participants of a call). */
#define WAVE_LIST_LIMIT 4096

/* A parsed text. The values and the text that they point into live in buffers of the thread, which the next WaveJson of that
 * thread uses again. */
typedef struct
{
  yyjson_val *root;
  const char *text; /* the copy that strings and keys of the values point into: an offset in it is an offset in the source */
  gsize length;
  gsize n_values;
  gboolean has_bad_bytes; /* bytes that are not UTF-8 were read as "?" */
  /*< private >*/
  yyjson_doc *doc;
  gpointer scratch;
} WaveJson;

/**
 * wave_json_open:
 * @json: to be filled, and closed with wave_json_close() if that succeeded
 * @max_values: how many JSON values the text may have
 * @bear_bad_bytes: whether to go on when some bytes are not UTF-8
 * @reason: (out) (optional) (transfer full): what is wrong with it, with the byte
 *
 * Half a surrogate pair in an escape, which many servers let through, is read as U+FFFD.
 *
 * Returns: whether @data is JSON in UTF-8
 */
gboolean
wave_json_open (WaveJson *json, const char *data, gsize length, gsize max_values, gboolean bear_bad_bytes, char **reason);
void wave_json_close (WaveJson *json);

/* Whether valid JSON nests deeper than @limit; then @at is the byte of the bracket that goes too deep. */
gboolean wave_json_is_deeper (const char *data, gsize length, guint limit, gsize *at);

/* The word for a value's type, with its article: "a string". */
const char *wave_json_describe (yyjson_val *value);

typedef enum
{
  WAVE_IN_BOTH,    /* first at top level, then in content */
  WAVE_IN_CONTENT, /* only in content, because the word means something else at top level */
} WaveWhere;

/* One name of a member. A list of them ends with a NULL name. */
typedef struct
{
  const char *name;
  gsize length;
  WaveWhere where;
} WaveName;

#define N(name) { name, sizeof (name) - 1, WAVE_IN_BOTH }
#define N_IN_CONTENT(name) { name, sizeof (name) - 1, WAVE_IN_CONTENT }
#define NAMES(list, ...) static const WaveName list[] = { __VA_ARGS__, { NULL, 0, WAVE_IN_BOTH } }

/* Reads members of an event (its top level and its content) or of one object. The first fault is kept. */
typedef struct _WaveReader WaveReader;
struct _WaveReader
{
  gpointer slab;         /* owns what is read */
  yyjson_val *top;       /* nullable */
  yyjson_val *content;   /* nullable */
  const char *prefix;    /* path of @content with a dot at its end */
  int index;             /* -1, or the element of the list at @prefix that @content is */
  gboolean lenient;      /* a wrong type counts as absent (snapshots), instead of being a fault (events) */
  char *fault;           /* nullable, owned by the slab: path and reason of the first fault */
  const char *sender_id; /* nullable: of the event, which needs no second copy */

  /* Which names an object can have at all, a bit for each by its first letter and length: most of those that are asked for are not there. */
  yyjson_val *top_counted, *content_counted;
  guint64 top_names, content_names;

  const WaveName *picked; /* the name under which the last value was found */
  gboolean picked_in_content;
};

/* The first value under one of the names that is there and not null; else NULL. */
yyjson_val *wave_reader_pick (WaveReader *reader, const WaveName *names);
/* Whether one of the names is there, be it null. */
gboolean wave_reader_has (WaveReader *reader, const WaveName *names);

/* Each gives NULL or -1 for an absent member; a wrong type is a fault. A string comes with NUL characters made U+FFFD, and cut
 * at the limit. */
char *wave_reader_string (WaveReader *reader, const WaveName *names);
/* An identifier: a NUL character in it, or a length over the limit, is a fault. */
char *wave_reader_id (WaveReader *reader, const WaveName *names);
/* Integers, integral reals and decimal strings; one that does not fit or is negative counts as absent. */
gint64 wave_reader_int (WaveReader *reader, const WaveName *names);
/* µs since 1970, of a number (s, ms or µs by its size) or an RFC 3339 text. */
gint64 wave_reader_time (WaveReader *reader, const WaveName *names);
int wave_reader_bool (WaveReader *reader, const WaveName *names);
yyjson_val *wave_reader_object (WaveReader *reader, const WaveName *names);
/* An array of at most %WAVE_LIST_LIMIT elements. */
yyjson_val *wave_reader_array (WaveReader *reader, const WaveName *names);

/* A copy of a string value as wave_reader_string() makes it; @length (optional) is its length in bytes. */
char *wave_reader_copy (WaveReader *reader, yyjson_val *value, gsize *length);

/* Keeps the fault that the picked member is not what was expected, unless the reader is lenient. */
void wave_reader_expected (WaveReader *reader, yyjson_val *found, const char *expected);
/* Keeps the fault that @path is missing, or another whole sentence. */
void wave_reader_missing (WaveReader *reader, const char *path);
void wave_reader_fault (WaveReader *reader, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The number behind the value, for members that take several spellings. */
typedef enum
{
  WAVE_INT_OK,
  WAVE_INT_OUT_OF_RANGE,
  WAVE_INT_WRONG,
} WaveIntResult;
WaveIntResult wave_json_get_int (yyjson_val *value, gint64 *number);
/* @length bytes as RFC 3339; a time without an offset is taken for UTC. */
gboolean wave_time_parse (const char *text, gsize length, gint64 *time_us);

G_END_DECLS
