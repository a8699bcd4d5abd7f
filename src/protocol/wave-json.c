// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "protocol/wave-json.h"

#include <string.h>

/* Buffers of a thread, so that decoding a usual frame allocates nothing but the event. A buffer that one large text made grow
 * is let go. */
#define KEEP_TEXT (256 * 1024)
#define KEEP_VALUES (1024 * 1024)

typedef struct
{
  char *text;
  gsize text_size;
  char *values;
  gsize values_size;
  gsize values_limit;
  gboolean busy;
  yyjson_alc allocator;
} Scratch;

static void
scratch_free (gpointer data)
{
  Scratch *scratch = data;

  g_free (scratch->text);
  g_free (scratch->values);
  g_free (scratch);
}

static GPrivate scratches = G_PRIVATE_INIT (scratch_free);

/* yyjson asks for one block when it parses in place, and lets it grow. */
static void *
values_malloc (void *data, size_t size)
{
  Scratch *scratch = data;

  if (size > scratch->values_limit)
    return NULL;
  if (size > scratch->values_size)
    {
      gsize rounded = MAX (16 * 1024, size);

      g_free (scratch->values);
      scratch->values_size = 0;
      scratch->values = g_try_malloc (rounded);
      if (scratch->values == NULL)
        return NULL;
      scratch->values_size = rounded;
    }
  return scratch->values;
}

static void *
values_realloc (void *data, void *pointer, size_t old_size, size_t size)
{
  Scratch *scratch = data;
  char *grown;

  g_assert (pointer == scratch->values);
  if (size <= scratch->values_size)
    return pointer;
  if (old_size >= scratch->values_limit)
    return NULL;
  size = MAX (size, old_size + old_size / 2);
  grown = g_try_realloc (scratch->values, size);
  if (grown == NULL)
    return NULL;
  scratch->values = grown;
  scratch->values_size = size;
  return grown;
}

static void
values_free (void *data, void *pointer)
{
}

static Scratch *
scratch_take (void)
{
  Scratch *scratch = g_private_get (&scratches);

  if (scratch == NULL || scratch->busy)
    {
      gboolean is_first = scratch == NULL;

      /* Two texts open at once on a thread: the second pays for buffers of its own. */
      scratch = g_new0 (Scratch, 1);
      scratch->allocator = (yyjson_alc){ values_malloc, values_realloc, values_free, scratch };
      if (is_first)
        g_private_set (&scratches, scratch);
    }
  scratch->busy = TRUE;
  return scratch;
}

static void
scratch_give_back (Scratch *scratch)
{
  scratch->busy = FALSE;
  if (scratch != g_private_get (&scratches))
    {
      scratch_free (scratch);
      return;
    }
  if (scratch->text_size > KEEP_TEXT)
    {
      g_clear_pointer (&scratch->text, g_free);
      scratch->text_size = 0;
    }
  if (scratch->values_size > KEEP_VALUES)
    {
      g_clear_pointer (&scratch->values, g_free);
      scratch->values_size = 0;
    }
}

/* The code unit of an escape like \\ud83d at @text, or -1. */
static int
escaped_unit (const char *text, const char *end)
{
  int unit = 0;

  if (end - text < 6 || text[0] != '\\' || text[1] != 'u')
    return -1;
  for (int i = 2; i < 6; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return -1;
      unit = unit * 16 + g_ascii_xdigit_value (text[i]);
    }
  return unit;
}

/* Half a pair becomes U+FFFD. The length stays, so that offsets do. */
static gboolean
mend_surrogates (char *text, gsize length)
{
  gboolean mended = FALSE;

  for (char *p = text, *end = text + length; (p = memchr (p, '\\', end - p)) != NULL;)
    {
      int unit = escaped_unit (p, end);

      if (unit < 0)
        p += MIN (2, end - p);
      else if (unit < 0xD800 || unit > 0xDFFF)
        p += 6;
      else if (unit < 0xDC00 && (escaped_unit (p + 6, end) & ~0x3FF) == 0xDC00)
        p += 12;
      else
        {
          memcpy (p + 2, "FFFD", 4);
          mended = TRUE;
          p += 6;
        }
    }
  return mended;
}

static gboolean
mend_bytes (char *text, gsize length)
{
  gboolean mended = FALSE;
  const char *bad;

  for (char *p = text, *end = text + length; !g_utf8_validate_len (p, end - p, &bad);)
    {
      p = (char *)bad;
      *p++ = '?';
      mended = TRUE;
    }
  return mended;
}

static void
fill_text (Scratch *scratch, const char *data, gsize length)
{
  if (length > 0)
    memcpy (scratch->text, data, length);
  memset (scratch->text + length, 0, YYJSON_PADDING_SIZE);
}

static yyjson_doc *
parse (Scratch *scratch, gsize length, yyjson_read_err *error)
{
  return yyjson_read_opts (scratch->text, length, YYJSON_READ_INSITU | YYJSON_READ_BIGNUM_AS_RAW, &scratch->allocator, error);
}

gboolean
wave_json_open (WaveJson *json, const char *data, gsize length, gsize max_values, gboolean bear_bad_bytes, char **reason)
{
  Scratch *scratch = scratch_take ();
  yyjson_read_err error;

  /* yyjson adds its own head of a few values, and lets a block grow by half: the limit is met before the memory doubles. */
  scratch->values_limit = (max_values + 16) * sizeof (yyjson_val);
  if (scratch->text_size < length + YYJSON_PADDING_SIZE)
    {
      g_free (scratch->text);
      scratch->text_size = MAX (4096, length + length / 4 + YYJSON_PADDING_SIZE);
      scratch->text = g_malloc (scratch->text_size);
    }
  fill_text (scratch, data, length);
  json->has_bad_bytes = FALSE;
  json->doc = parse (scratch, length, &error);
  if (json->doc == NULL && length > 0 && error.code != YYJSON_READ_ERROR_MEMORY_ALLOCATION)
    {
      yyjson_read_err second;
      gboolean mended;

      /* Parsing in place has spoilt the copy. The first error is the one to tell. */
      fill_text (scratch, data, length);
      mended = mend_surrogates (scratch->text, length);
      if (bear_bad_bytes)
        json->has_bad_bytes = mend_bytes (scratch->text, length);
      if (mended || json->has_bad_bytes)
        json->doc = parse (scratch, length, &second);
    }
  if (json->doc == NULL)
    {
      if (reason != NULL)
        {
          if (error.code == YYJSON_READ_ERROR_EMPTY_CONTENT || length == 0)
            *reason = g_strdup ("not JSON: there is nothing");
          else if (error.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
            *reason = g_strdup_printf ("more than about %" G_GSIZE_FORMAT " JSON values", max_values);
          else
            *reason = g_strdup_printf ("not JSON at byte %" G_GSIZE_FORMAT ": %s", (gsize)error.pos, error.msg);
        }
      scratch_give_back (scratch);
      return FALSE;
    }
  json->root = yyjson_doc_get_root (json->doc);
  json->n_values = yyjson_doc_get_val_count (json->doc);
  json->text = scratch->text;
  json->length = length;
  json->scratch = scratch;
  return TRUE;
}

void
wave_json_close (WaveJson *json)
{
  yyjson_doc_free (json->doc);
  scratch_give_back (json->scratch);
}

gboolean
wave_json_is_deeper (const char *data, gsize length, guint limit, gsize *at)
{
  guint depth = 0;

  for (gsize i = 0; i < length; i++)
    switch (data[i])
      {
      case '{':
      case '[':
        if (++depth > limit)
          {
            *at = i;
            return TRUE;
          }
        break;

      case '}':
      case ']':
        depth--;
        break;

      case '"':
        for (i++; i < length && data[i] != '"'; i++)
          if (data[i] == '\\')
            i++;
        break;

      default:
        break;
      }
  return FALSE;
}

const char *
wave_json_describe (yyjson_val *value)
{
  switch (yyjson_get_type (value))
    {
    case YYJSON_TYPE_NULL:
      return "null";
    case YYJSON_TYPE_BOOL:
      return "a boolean";
    case YYJSON_TYPE_NUM:
    case YYJSON_TYPE_RAW:
      return "a number";
    case YYJSON_TYPE_STR:
      return "a string";
    case YYJSON_TYPE_ARR:
      return "an array";
    case YYJSON_TYPE_OBJ:
      return "an object";
    default:
      return "nothing";
    }
}

WaveIntResult
wave_json_get_int (yyjson_val *value, gint64 *number)
{
  if (yyjson_is_sint (value) || yyjson_is_uint (value))
    {
      if (yyjson_is_uint (value) && yyjson_get_uint (value) > G_MAXINT64)
        return WAVE_INT_OUT_OF_RANGE;
      *number = yyjson_get_sint (value);
      return WAVE_INT_OK;
    }
  if (yyjson_is_real (value))
    {
      double real = yyjson_get_real (value);

      if (real != __builtin_trunc (real))
        return WAVE_INT_WRONG;
      /* 2^63 itself is the first double that does not fit. */
      if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0))
        return WAVE_INT_OUT_OF_RANGE;
      *number = (gint64)real;
      return WAVE_INT_OK;
    }
  if (yyjson_is_raw (value))
    return WAVE_INT_OUT_OF_RANGE;
  if (yyjson_is_str (value))
    {
      const char *text = yyjson_get_str (value);
      gsize length = yyjson_get_len (value);
      gsize i = length > 0 && text[0] == '-' ? 1 : 0;
      guint64 sum = 0;
      gboolean overflow = FALSE;

      if (i == length)
        return WAVE_INT_WRONG;
      for (gsize k = i; k < length; k++)
        {
          if (!g_ascii_isdigit (text[k]))
            return WAVE_INT_WRONG;
          overflow |= __builtin_mul_overflow (sum, 10, &sum);
          overflow |= __builtin_add_overflow (sum, (guint64)(text[k] - '0'), &sum);
        }
      if (overflow || sum > G_MAXINT64)
        return WAVE_INT_OUT_OF_RANGE;
      *number = i == 1 ? -(gint64)sum : (gint64)sum;
      return WAVE_INT_OK;
    }
  return WAVE_INT_WRONG;
}

/* Days since 1970 of a date of the Gregorian calendar. */
static gint64
days_of (int year, int month, int day)
{
  int y = month <= 2 ? year - 1 : year;
  int era = (y >= 0 ? y : y - 399) / 400;
  int year_of_era = y - era * 400;
  int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

  return (gint64)era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static gboolean
digits (const char **p, const char *end, int n, int *number)
{
  int sum = 0;

  if (end - *p < n)
    return FALSE;
  for (int i = 0; i < n; i++, (*p)++)
    {
      if (!g_ascii_isdigit (**p))
        return FALSE;
      sum = sum * 10 + **p - '0';
    }
  *number = sum;
  return TRUE;
}

static gboolean
letter (const char **p, const char *end, const char *which)
{
  if (*p == end || **p == '\0' || strchr (which, **p) == NULL)
    return FALSE;
  (*p)++;
  return TRUE;
}

gboolean
wave_time_parse (const char *text, gsize length, gint64 *time_us)
{
  static const guint8 month_lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  const char *p = text, *end = text + length;
  int year, month, day, hour, minute, second, zone_hour = 0, zone_minute = 0, sign = 1;
  gint64 fraction = 0;

  if (!digits (&p, end, 4, &year) || !letter (&p, end, "-") || !digits (&p, end, 2, &month) || !letter (&p, end, "-")
      || !digits (&p, end, 2, &day) || !letter (&p, end, "Tt _") || !digits (&p, end, 2, &hour) || !letter (&p, end, ":")
      || !digits (&p, end, 2, &minute) || !letter (&p, end, ":") || !digits (&p, end, 2, &second))
    return FALSE;
  if (month < 1 || month > 12 || day < 1 || day > month_lengths[month - 1] || hour > 23 || minute > 59 || second > 60)
    return FALSE;
  if (letter (&p, end, ".,"))
    {
      gint64 unit = G_USEC_PER_SEC;

      if (p == end || !g_ascii_isdigit (*p))
        return FALSE;
      for (; p < end && g_ascii_isdigit (*p); p++)
        {
          unit /= 10;
          fraction += unit * (*p - '0');
        }
    }
  if (!letter (&p, end, "Zz") && p < end)
    {
      sign = *p == '-' ? -1 : 1;
      if (!letter (&p, end, "+-") || !digits (&p, end, 2, &zone_hour))
        return FALSE;
      letter (&p, end, ":");
      if (p < end && !digits (&p, end, 2, &zone_minute))
        return FALSE;
      if (zone_hour > 23 || zone_minute > 59)
        return FALSE;
    }
  if (p != end)
    return FALSE;
  *time_us
      = (days_of (year, month, day) * 86400 + hour * 3600 + minute * 60 + second - sign * (zone_hour * 3600 + zone_minute * 60))
            * G_USEC_PER_SEC
        + fraction;
  return TRUE;
}
