// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "protocol/wave-json.h"
#include "protocol/wave-slab.h"

#include <string.h>

void
wave_reader_fault (WaveReader *reader, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  if (reader->fault != NULL || reader->lenient)
    return;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  reader->fault = wave_slab_copy (reader->slab, text, strlen (text));
}

/* Where the picked member stands, such as "content.plan.steps[2].id". */
static char *
picked_path (WaveReader *reader)
{
  if (!reader->picked_in_content)
    return g_strdup (reader->picked->name);
  if (reader->index < 0)
    return g_strconcat (reader->prefix, reader->picked->name, NULL);
  return g_strdup_printf ("%s[%d].%s", reader->prefix, reader->index, reader->picked->name);
}

void
wave_reader_expected (WaveReader *reader, yyjson_val *found, const char *expected)
{
  g_autofree char *path = NULL;

  if (reader->fault != NULL || reader->lenient)
    return;
  path = picked_path (reader);
  wave_reader_fault (reader, "%s: expected %s, found %s", path, expected, wave_json_describe (found));
}

static void
picked_fault (WaveReader *reader, const char *reason)
{
  g_autofree char *path = NULL;

  if (reader->fault != NULL || reader->lenient)
    return;
  path = picked_path (reader);
  wave_reader_fault (reader, "%s: %s", path, reason);
}

void
wave_reader_missing (WaveReader *reader, const char *path)
{
  wave_reader_fault (reader, "%s is missing", path);
}

static guint64
name_bit (const char *name, gsize length)
{
  return G_GUINT64_CONSTANT (1) << (((guchar)name[0] * 7 + length) & 63);
}

static guint64
count_names (yyjson_val *object)
{
  yyjson_obj_iter iter = yyjson_obj_iter_with (object);
  guint64 names = 0;

  for (yyjson_val *key; (key = yyjson_obj_iter_next (&iter)) != NULL;)
    names |= name_bit (yyjson_get_str (key), yyjson_get_len (key));
  return names;
}

/* Of two members with the same name the first one counts. */
yyjson_val *
wave_reader_pick (WaveReader *reader, const WaveName *names)
{
  if (reader->top_counted != reader->top && reader->top != NULL)
    {
      reader->top_counted = reader->top;
      reader->top_names = count_names (reader->top);
    }
  if (reader->content_counted != reader->content && reader->content != NULL)
    {
      reader->content_counted = reader->content;
      reader->content_names = count_names (reader->content);
    }
  for (const WaveName *name = names; name->name != NULL; name++)
    {
      guint64 bit = name_bit (name->name, name->length);
      yyjson_val *value;

      reader->picked = name;
      if (name->where == WAVE_IN_BOTH && reader->top != NULL && (reader->top_names & bit) != 0)
        {
          value = yyjson_obj_getn (reader->top, name->name, name->length);
          if (value != NULL && !yyjson_is_null (value))
            {
              reader->picked_in_content = FALSE;
              return value;
            }
        }
      if (reader->content != NULL && (reader->content_names & bit) != 0)
        {
          value = yyjson_obj_getn (reader->content, name->name, name->length);
          if (value != NULL && !yyjson_is_null (value))
            {
              reader->picked_in_content = TRUE;
              return value;
            }
        }
    }
  return NULL;
}

gboolean
wave_reader_has (WaveReader *reader, const WaveName *names)
{
  for (const WaveName *name = names; name->name != NULL; name++)
    if ((name->where == WAVE_IN_BOTH && yyjson_obj_getn (reader->top, name->name, name->length) != NULL)
        || yyjson_obj_getn (reader->content, name->name, name->length) != NULL)
      return TRUE;
  return FALSE;
}

/* Where to cut @length bytes of UTF-8 so that at most @limit remain and no character is torn. */
static gsize
cut_at (const char *text, gsize length, gsize limit)
{
  if (length <= limit)
    return length;
  while (limit > 0 && (text[limit] & 0xC0) == 0x80)
    limit--;
  return limit;
}

char *
wave_reader_copy (WaveReader *reader, yyjson_val *value, gsize *length)
{
  static const char ellipsis[] = "…", replacement[] = "\xEF\xBF\xBD";
  const char *text = yyjson_get_str (value);
  gsize whole = yyjson_get_len (value);
  gsize kept = cut_at (text, whole, WAVE_STRING_LIMIT);
  GString *string;
  char *copy;

  if (G_LIKELY (kept == whole && memchr (text, '\0', whole) == NULL))
    {
      if (length != NULL)
        *length = whole;
      return wave_slab_copy (reader->slab, text, whole);
    }

  string = g_string_sized_new (kept + 16);
  for (const char *p = text, *end = text + kept; p < end;)
    {
      const char *nul = memchr (p, '\0', end - p);

      g_string_append_len (string, p, (nul != NULL ? nul : end) - p);
      if (nul == NULL)
        break;
      g_string_append (string, replacement);
      p = nul + 1;
    }
  if (string->len > WAVE_STRING_LIMIT)
    {
      g_string_truncate (string, cut_at (string->str, string->len, WAVE_STRING_LIMIT));
      kept = 0;
    }
  if (kept != whole)
    g_string_append (string, ellipsis);
  if (length != NULL)
    *length = string->len;
  copy = wave_slab_copy (reader->slab, string->str, string->len);
  g_string_free (string, TRUE);
  return copy;
}

char *
wave_reader_string (WaveReader *reader, const WaveName *names)
{
  yyjson_val *value = wave_reader_pick (reader, names);

  if (value == NULL)
    return NULL;
  if (!yyjson_is_str (value))
    {
      wave_reader_expected (reader, value, "a string");
      return NULL;
    }
  return wave_reader_copy (reader, value, NULL);
}

char *
wave_reader_id (WaveReader *reader, const WaveName *names)
{
  yyjson_val *value = wave_reader_pick (reader, names);
  const char *text;
  gsize length;

  if (value == NULL)
    return NULL;
  if (!yyjson_is_str (value))
    {
      wave_reader_expected (reader, value, "a string");
      return NULL;
    }
  text = yyjson_get_str (value);
  length = yyjson_get_len (value);
  if (length > WAVE_ID_LIMIT)
    {
      g_autofree char *reason = g_strdup_printf ("an identifier of more than %d bytes", WAVE_ID_LIMIT);

      picked_fault (reader, reason);
      return NULL;
    }
  if (memchr (text, '\0', length) != NULL)
    {
      picked_fault (reader, "an identifier with a NUL character");
      return NULL;
    }
  /* Some servers write "" for none. */
  if (length == 0)
    return NULL;
  if (reader->sender_id != NULL && strcmp (reader->sender_id, text) == 0)
    return (char *)reader->sender_id;
  return wave_slab_copy (reader->slab, text, length);
}

gint64
wave_reader_int (WaveReader *reader, const WaveName *names)
{
  yyjson_val *value = wave_reader_pick (reader, names);
  gint64 number;

  if (value == NULL)
    return -1;
  switch (wave_json_get_int (value, &number))
    {
    case WAVE_INT_OK:
      return MAX (number, -1);
    case WAVE_INT_WRONG:
      wave_reader_expected (reader, value, "an integer");
      return -1;
    case WAVE_INT_OUT_OF_RANGE:
    default:
      return -1;
    }
}

/* A server writes the same second many times over. */
static gboolean
parse_time (const char *text, gsize length, gint64 *time_us)
{
  static _Thread_local struct
  {
    char text[32];
    gsize length;
    gint64 time_us;
  } last;

  if (length > 0 && length == last.length && memcmp (text, last.text, length) == 0)
    {
      *time_us = last.time_us;
      return TRUE;
    }
  if (!wave_time_parse (text, length, time_us))
    return FALSE;
  if (length <= sizeof last.text)
    {
      memcpy (last.text, text, length);
      last.length = length;
      last.time_us = *time_us;
    }
  return TRUE;
}

gint64
wave_reader_time (WaveReader *reader, const WaveName *names)
{
  yyjson_val *value = wave_reader_pick (reader, names);
  gint64 number, time_us;

  if (value == NULL)
    return -1;
  switch (wave_json_get_int (value, &number))
    {
    case WAVE_INT_OK:
      /* Seconds by the examples; milliseconds and microseconds are told by their size (protocol notes, 7-33). */
      if (number < 0)
        return -1;
      if (number > G_GINT64_CONSTANT (100000000000000))
        return number;
      if (number > G_GINT64_CONSTANT (100000000000))
        return number * 1000;
      return number * G_USEC_PER_SEC;

    case WAVE_INT_OUT_OF_RANGE:
      return -1;

    case WAVE_INT_WRONG:
    default:
      if (yyjson_is_str (value) && parse_time (yyjson_get_str (value), yyjson_get_len (value), &time_us))
        return MAX (time_us, -1);
      if (yyjson_is_real (value) && yyjson_get_real (value) >= 0 && yyjson_get_real (value) < 1e11)
        return (gint64)(yyjson_get_real (value) * G_USEC_PER_SEC);
      if (yyjson_is_str (value))
        picked_fault (reader, "not a time (RFC 3339)");
      else
        wave_reader_expected (reader, value, "a time");
      return -1;
    }
}

int
wave_reader_bool (WaveReader *reader, const WaveName *names)
{
  yyjson_val *value = wave_reader_pick (reader, names);

  if (value == NULL)
    return -1;
  if (!yyjson_is_bool (value))
    {
      wave_reader_expected (reader, value, "a boolean");
      return -1;
    }
  return yyjson_get_bool (value);
}

yyjson_val *
wave_reader_object (WaveReader *reader, const WaveName *names)
{
  yyjson_val *value = wave_reader_pick (reader, names);

  if (value != NULL && !yyjson_is_obj (value))
    {
      wave_reader_expected (reader, value, "an object");
      return NULL;
    }
  return value;
}

yyjson_val *
wave_reader_array (WaveReader *reader, const WaveName *names)
{
  yyjson_val *value = wave_reader_pick (reader, names);

  if (value == NULL)
    return NULL;
  if (!yyjson_is_arr (value))
    {
      wave_reader_expected (reader, value, "an array");
      return NULL;
    }
  if (yyjson_arr_size (value) > WAVE_LIST_LIMIT)
    {
      g_autofree char *reason = g_strdup_printf ("more than %d elements", WAVE_LIST_LIMIT);

      picked_fault (reader, reason);
      return NULL;
    }
  return value;
}
