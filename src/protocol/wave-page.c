// SPDX-License-Identifier: GPL-3.0-or-later
// Pages of events: GET /v1/sync and GET /v1/rooms/{id}/messages.
#include "config.h"

#include "protocol/wave-decode-private.h"

#include <string.h>

/* A page of 500 events of 64 KiB each is half of this (protocol notes, 6.2). */
#define PAGE_LIMIT (64 * 1024 * 1024)
#define MAX_PAGE_VALUES (16 * 1024 * 1024)

static gsize
skip_space (const char *data, gsize at)
{
  while (data[at] == ' ' || data[at] == '\n' || data[at] == '\r' || data[at] == '\t')
    at++;
  return at;
}

/* From the opening quote of a string to the byte after its closing one. */
static gsize
skip_string (const char *data, gsize at)
{
  for (at++; data[at] != '"'; at++)
    if (data[at] == '\\')
      at++;
  return at + 1;
}

/* From the first byte of a value to the byte after it. The text is known to be JSON, so that only brackets and strings matter.
 */
static gsize
skip_value (const char *data, gsize at)
{
  gsize depth = 0;

  if (data[at] == '"')
    return skip_string (data, at);
  if (data[at] != '{' && data[at] != '[')
    {
      while (data[at] != ',' && data[at] != ']' && data[at] != '}' && !g_ascii_isspace (data[at]))
        at++;
      return at;
    }
  do
    switch (data[at])
      {
      case '"':
        at = skip_string (data, at);
        break;
      case '{':
      case '[':
        depth++;
        at++;
        break;
      case '}':
      case ']':
        depth--;
        at++;
        break;
      default:
        at++;
        break;
      }
  while (depth > 0);
  return at;
}

/* Where the text of an object begins that has a member: before its first key. */
static gboolean
start_of_object (const WaveJson *json, const char *data, yyjson_val *value, gsize *start)
{
  yyjson_obj_iter iter;
  gsize at;

  if (!yyjson_is_obj (value) || yyjson_obj_size (value) == 0)
    return FALSE;
  iter = yyjson_obj_iter_with (value);
  at = yyjson_get_str (yyjson_obj_iter_next (&iter)) - json->text - 1;
  do
    at--;
  while (data[at] != '{');
  *start = at;
  return TRUE;
}

/* An element that is not UTF-8 must not stand in the way of its neighbours for ever: it is no event, and it moves the cursor.
 */
static WaveEvent *
new_unreadable (const char *data, gsize length, yyjson_val *value, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us)
{
  WaveEvent *event = wave_event_new_invalid (data, length, "not JSON: bytes that are not UTF-8", via, arrived_mono_us, arrived_wall_us);
  gint64 position;

  if (wave_json_get_int (yyjson_obj_get (value, "stream_position"), &position) == WAVE_INT_OK)
    event->position = MAX (position, -1);
  return event;
}

/* Decodes the elements of @array, whose text begins at @at. Each one keeps a copy of its slice. */
static void
decode_elements (const WaveJson *json, GBytes *body, yyjson_val *array, gsize at, WaveVia via, gint64 arrived_mono_us,
                 gint64 arrived_wall_us, GPtrArray *events)
{
  const char *data = g_bytes_get_data (body, NULL);
  gsize left = yyjson_arr_size (array);
  yyjson_val *value = yyjson_arr_get_first (array);

  for (at++; left > 0; left--)
    {
      yyjson_val *next = unsafe_yyjson_get_next (value);
      gsize end;

      at = skip_space (data, at);
      /* Usually the next element tells where this one ends, without another look at its text. */
      if (left > 1 && start_of_object (json, data, next, &end))
        {
          do
            end--;
          while (data[end] != ',');
          while (g_ascii_isspace (data[end - 1]))
            end--;
        }
      else
        end = skip_value (data, at);
      if (G_UNLIKELY (json->has_bad_bytes) && !g_utf8_validate_len (data + at, end - at, NULL))
        g_ptr_array_add (events, new_unreadable (data + at, end - at, value, via, arrived_mono_us, arrived_wall_us));
      else
        g_ptr_array_add (events, wave_event_from_value (data + at, end - at, FALSE, value, next - value, via, arrived_mono_us, arrived_wall_us));
      if (left > 1)
        at = skip_space (data, end) + 1;
      value = next;
    }
}

/* The byte at which the value of @key begins. */
static gsize
start_of_member (const WaveJson *json, const char *data, yyjson_val *key)
{
  gsize at = skip_string (data, yyjson_get_str (key) - json->text - 1);

  return skip_space (data, skip_space (data, at) + 1);
}

static yyjson_val *
find_key (yyjson_val *object, const char *name)
{
  yyjson_obj_iter iter = yyjson_obj_iter_with (object);

  for (yyjson_val *key; (key = yyjson_obj_iter_next (&iter)) != NULL;)
    if (yyjson_equals_str (key, name))
      return key;
  return NULL;
}

static gint
compare_position (gconstpointer a, gconstpointer b)
{
  const WaveEvent *first = *(WaveEvent *const *)a, *second = *(WaveEvent *const *)b;

  return first->position < second->position ? -1 : first->position > second->position;
}

/* The members beside the list, wherever they are. Absent is as good as no: a page that cannot say that there is more has no
 * more. */
static gboolean
read_cursor (WaveSyncPage *page, yyjson_val *object, GError **error)
{
  yyjson_val *cursor = yyjson_obj_get (object, "next_cursor");
  yyjson_val *more = yyjson_obj_get (object, "has_more");
  gint64 number;

  if (cursor != NULL && !yyjson_is_null (cursor))
    switch (wave_json_get_int (cursor, &number))
      {
      case WAVE_INT_OK:
        page->next_cursor = MAX (number, -1);
        break;
      case WAVE_INT_WRONG:
        /* An opaque word is of no use to us, who go by positions. An empty one ends a list. */
        if (!yyjson_is_str (cursor))
          {
            g_set_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_SHAPE, "next_cursor: expected an integer, found %s",
                         wave_json_describe (cursor));
            return FALSE;
          }
        break;
      case WAVE_INT_OUT_OF_RANGE:
      default:
        break;
      }
  if (more != NULL && !yyjson_is_null (more))
    {
      if (!yyjson_is_bool (more))
        {
          g_set_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_SHAPE, "has_more: expected a boolean, found %s",
                       wave_json_describe (more));
          return FALSE;
        }
      page->has_more = yyjson_get_bool (more);
    }
  return TRUE;
}

static WaveSyncPage *
decode_page (const WaveJson *json, GBytes *body, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us, GError **error)
{
  g_autoptr (WaveSyncPage) page = NULL;
  const char *data = g_bytes_get_data (body, NULL);
  yyjson_val *outer = json->root, *list = NULL, *key = NULL;
  yyjson_val *inner = yyjson_obj_get (outer, "data");
  gsize at = 0;

  /* {data: {events: […]}}, {events: […]}, {data: […]} or only […]. */
  if (yyjson_is_arr (outer))
    {
      list = outer;
      at = skip_space (data, 0);
    }
  else
    {
      if (!yyjson_is_obj (inner))
        inner = outer;
      key = find_key (inner, "events");
      if (key == NULL)
        key = find_key (inner, "messages");
      if (key == NULL)
        key = find_key (outer, "data");
      if (key != NULL)
        {
          list = yyjson_obj_iter_get_val (key);
          at = start_of_member (json, data, key);
        }
    }
  if (!yyjson_is_arr (list))
    {
      g_set_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_SHAPE, "the answer has no list of events");
      return NULL;
    }

  page = g_new0 (WaveSyncPage, 1);
  page->next_cursor = -1;
  page->events = g_ptr_array_new_full (yyjson_arr_size (list), (GDestroyNotify)wave_event_unref);
  if (yyjson_is_obj (outer)
      && (!read_cursor (page, yyjson_obj_get (outer, "meta"), error) || !read_cursor (page, outer, error)
          || (yyjson_is_obj (inner) && !read_cursor (page, inner, error))))
    return NULL;
  decode_elements (json, body, list, at, via, arrived_mono_us, arrived_wall_us, page->events);
  return g_steal_pointer (&page);
}

static WaveSyncPage *
decode_body (GBytes *body, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  g_autofree char *reason = NULL;
  WaveSyncPage *page;
  WaveJson json;

  if (length > PAGE_LIMIT)
    {
      g_set_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_TOO_LARGE,
                   "a page of %" G_GSIZE_FORMAT " bytes, more than %d", length, PAGE_LIMIT);
      return NULL;
    }
  if (!wave_json_open (&json, data, length, MAX_PAGE_VALUES, TRUE, &reason))
    {
      g_set_error_literal (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_NOT_JSON, reason);
      return NULL;
    }
  page = decode_page (&json, body, via, arrived_mono_us, arrived_wall_us, error);
  wave_json_close (&json);
  return page;
}

WaveSyncPage *
wave_sync_page_decode (GBytes *body, gint64 arrived_mono_us, gint64 arrived_wall_us, GError **error)
{
  g_return_val_if_fail (body != NULL, NULL);

  return decode_body (body, WAVE_VIA_SYNC, arrived_mono_us, arrived_wall_us, error);
}

WaveSyncPage *
wave_messages_page_decode (GBytes *body, gint64 arrived_mono_us, gint64 arrived_wall_us, GError **error)
{
  WaveSyncPage *page;

  g_return_val_if_fail (body != NULL, NULL);

  page = decode_body (body, WAVE_VIA_HISTORY, arrived_mono_us, arrived_wall_us, error);
  if (page != NULL)
    g_ptr_array_sort (page->events, compare_position);
  return page;
}

void
wave_sync_page_free (WaveSyncPage *page)
{
  if (page == NULL)
    return;
  g_ptr_array_unref (page->events);
  g_free (page);
}
