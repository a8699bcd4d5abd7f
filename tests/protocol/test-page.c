// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "protocol-examples.h"

static WaveSyncPage *
page_of (const char *body, gboolean messages, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

  return messages ? wave_messages_page_decode (bytes, 3, 4, error) : wave_sync_page_decode (bytes, 3, 4, error);
}

static const char *
raw_of (WaveSyncPage *page, guint index)
{
  static char text[4096];
  const WaveEvent *event = page->events->pdata[index];

  g_assert_cmpuint (event->raw_size, <, sizeof text);
  memcpy (text, event->raw, event->raw_size);
  text[event->raw_size] = '\0';
  return text;
}

static void
test_shapes (void)
{
  static const struct
  {
    const char *body;
    guint n_events;
    gint64 cursor;
    gboolean more;
  } rows[] = {
    { "{\"data\":{\"events\":[{\"event_type\":\"x\"},{\"event_type\":\"y\"}],\"next_cursor\":12,\"has_more\":true}}", 2, 12,
      TRUE },
    { "{\"events\":[{\"event_type\":\"x\"}],\"next_cursor\":\"12\",\"has_more\":false}", 1, 12, FALSE },
    { "{\"data\":[{\"event_type\":\"x\"}],\"meta\":{\"next_cursor\":\"12300\",\"has_more\":true}}", 1, 12300, TRUE },
    { "{\"data\":{\"messages\":[{\"event_type\":\"x\"}]},\"meta\":{\"next_cursor\":null}}", 1, -1, FALSE },
    { "[{\"event_type\":\"x\"}]", 1, -1, FALSE },
    { "{\"data\":{\"events\":[]}}", 0, -1, FALSE },
    { "{\"data\":[]}", 0, -1, FALSE },
    { "[]", 0, -1, FALSE },
    { "{\"data\":{\"events\":[],\"next_cursor\":\"opaque\"}}", 0, -1, FALSE },
    { " { \"d\\u0061ta\" : { \"ev\\u0065nts\" : [ ] } } ", 0, -1, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WaveSyncPage) page = page_of (rows[i].body, FALSE, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (page->events->len, ==, rows[i].n_events);
      g_assert_cmpint (page->next_cursor, ==, rows[i].cursor);
      g_assert_cmpint (page->has_more, ==, rows[i].more);
    }
}

/* Whatever stands between and inside of the elements, each one's raw bytes are exactly its own. */
static void
test_slices (void)
{
  static const char *const elements[] = {
    "{\"event_type\":\"a\",\"x\":\"]}\\\"{[,\"}",
    "{ \"event_type\" : \"b\" }",
    "{}",
    "5",
    "\"text, ] } \\\\\"",
    "[1,[2,{\"a\":\"]\"}]]",
    "{\n\t\"k\":{\"deep\":[{}]},\"event_type\":\"c\"\n}",
    "null",
    "{\"\":1}",
    "-1.5e3",
    "true",
    "{\"e\\u0076ent_type\":\"d\"}",
    "[]",
    "{\"event_type\":\"é😀\"}",
  };
  static const char *const gaps[] = { ",", " ,", ", ", " \n,\t ", "\r\n,\r\n" };
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint round = 0; round < 500; round++)
    {
      g_autoptr (GString) body = g_string_new (round % 2 == 0 ? "{\"data\":{\"events\":[ " : "[");
      guint order[12], n = g_rand_int_range (random, 1, 12);
      g_autoptr (GError) error = NULL;
      g_autoptr (WaveSyncPage) page = NULL;

      for (guint i = 0; i < n; i++)
        {
          order[i] = g_rand_int_range (random, 0, G_N_ELEMENTS (elements));
          if (i > 0)
            g_string_append (body, gaps[g_rand_int_range (random, 0, G_N_ELEMENTS (gaps))]);
          g_string_append (body, elements[order[i]]);
        }
      g_string_append (body, round % 2 == 0 ? " ],\"next_cursor\":1}}" : "]");
      page = page_of (body->str, FALSE, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (page->events->len, ==, n);
      for (guint i = 0; i < n; i++)
        {
          const WaveEvent *event = page->events->pdata[i];

          g_assert_cmpstr (raw_of (page, i), ==, elements[order[i]]);
          g_assert_cmpint (event->via, ==, WAVE_VIA_SYNC);
          g_assert_cmpint (event->arrived_mono_us, ==, 3);
          if (elements[order[i]][0] != '{')
            g_assert_cmpint (event->kind, ==, WAVE_EVENT_INVALID);
        }
    }
}

/* An element says the same as the frame with its bytes. */
static void
test_same_as_frames (void)
{
  g_autoptr (GString) body = g_string_new ("{\"data\":{\"events\":[");
  g_autoptr (WaveSyncPage) page = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n_examples; i++)
    {
      g_autofree char *sync = to_sync_envelope (examples[i].json);

      g_string_append_printf (body, "%s%s", i > 0 ? "," : "", sync);
    }
  g_string_append (body, "]}}");
  page = page_of (body->str, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (page->events->len, ==, n_examples);
  for (guint i = 0; i < n_examples; i++)
    {
      const WaveEvent *event = page->events->pdata[i];
      g_autofree char *sync = to_sync_envelope (examples[i].json), *payload = describe_payload (event);
      g_autoptr (WaveEvent) frame = decode (sync);

      g_assert_cmpstr (raw_of (page, i), ==, sync);
      g_assert_cmpstr (payload, ==, examples[i].payload);
      g_assert_cmpstr (event->malformed, ==, NULL);
      g_assert_true (event->type == frame->type);
      g_assert_true (event->room_id == frame->room_id);
      g_assert_cmpstr (event->id, ==, frame->id);
      g_assert_cmpint (event->position, ==, frame->position);
    }
}

static void
test_messages_ascend (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveSyncPage) page = page_of (
      "{\"data\":[{\"event_type\":\"x\",\"stream_position\":9},{\"event_type\":\"x\",\"stream_position\":7,\"id\":\"a\"},"
      "{\"event_type\":\"x\",\"stream_position\":8},{\"event_type\":\"x\",\"stream_position\":7,\"id\":\"b\"}],"
      "\"meta\":{\"has_more\":true,\"next_cursor\":\"7\"}}",
      TRUE, &error);
  static const gint64 expected[] = { 7, 7, 8, 9 };

  g_assert_no_error (error);
  for (guint i = 0; i < 4; i++)
    {
      const WaveEvent *event = page->events->pdata[i];

      g_assert_cmpint (event->position, ==, expected[i]);
      g_assert_cmpint (event->via, ==, WAVE_VIA_HISTORY);
    }
  g_assert_cmpstr (((WaveEvent *)page->events->pdata[0])->id, ==, "a");
  g_assert_cmpstr (((WaveEvent *)page->events->pdata[1])->id, ==, "b");
  g_assert_cmpint (page->next_cursor, ==, 7);
}

static void
test_no_page (void)
{
  static const struct
  {
    const char *body;
    int code;
  } rows[] = {
    { "", WAVE_PROTOCOL_ERROR_NOT_JSON },
    { "<html>", WAVE_PROTOCOL_ERROR_NOT_JSON },
    { "{\"data\":{\"events\":[{\"event_type\":\"x\"}", WAVE_PROTOCOL_ERROR_NOT_JSON },
    { "{}", WAVE_PROTOCOL_ERROR_SHAPE },
    { "5", WAVE_PROTOCOL_ERROR_SHAPE },
    { "{\"data\":{}}", WAVE_PROTOCOL_ERROR_SHAPE },
    { "{\"data\":null}", WAVE_PROTOCOL_ERROR_SHAPE },
    { "{\"data\":{\"events\":{}}}", WAVE_PROTOCOL_ERROR_SHAPE },
    { "{\"data\":{\"events\":[],\"has_more\":\"yes\"}}", WAVE_PROTOCOL_ERROR_SHAPE },
    { "{\"data\":{\"events\":[],\"next_cursor\":[]}}", WAVE_PROTOCOL_ERROR_SHAPE },
    { "{\"error\":{\"code\":\"SW_X\"}}", WAVE_PROTOCOL_ERROR_SHAPE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      WaveSyncPage *page = page_of (rows[i].body, i % 2 == 1, &error);

      g_assert_null (page);
      g_assert_error (error, WAVE_PROTOCOL_ERROR, rows[i].code);
    }
}

static void
test_bad_neighbours (void)
{
  g_autofree char *deep = g_strnfill (5000, '['), *end = g_strnfill (5000, ']');
  g_autofree char *body
      = g_strdup_printf ("{\"data\":{\"events\":[{\"event_type\":\"typing\",\"room_id\":\"r\",\"participant_id\":\"p\"},"
                         "{\"event_type\":\"x\",\"d\":%s%s},{\"event_type\":\"typing\",\"room_id\":\"r\",\"content\":"
                         "{\"participant_id\":5}},7,{\"event_type\":\"ping\"}]}}",
                         deep, end);
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveSyncPage) page = page_of (body, FALSE, &error);
  static const WaveEventKind kinds[]
      = { WAVE_EVENT_TYPING, WAVE_EVENT_INVALID, WAVE_EVENT_TYPING, WAVE_EVENT_INVALID, WAVE_EVENT_PING };
  static const gboolean bad[] = { FALSE, TRUE, TRUE, TRUE, FALSE };

  g_assert_no_error (error);
  g_assert_cmpuint (page->events->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      const WaveEvent *event = page->events->pdata[i];

      g_assert_cmpint (event->kind, ==, kinds[i]);
      g_assert_cmpint (event->malformed != NULL, ==, bad[i]);
    }
}

static void
test_bad_bytes (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveSyncPage) page
      = page_of ("[{\"event_type\":\"ping\",\"id\":\"a\"},{\"event_type\":\"x\",\"stream_position\":7,\"y\":\"\xC3(\xFF\"},"
                 "{\"event_type\":\"x\",\"id\":\"\\ud83d\"},{\"event_type\":\"ping\",\"id\":\"é\"}]",
                 FALSE, &error);
  static const WaveEventKind kinds[] = { WAVE_EVENT_PING, WAVE_EVENT_INVALID, WAVE_EVENT_UNKNOWN, WAVE_EVENT_PING };

  g_assert_no_error (error);
  g_assert_cmpuint (page->events->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (((WaveEvent *)page->events->pdata[i])->kind, ==, kinds[i]);
  g_assert_cmpint (((WaveEvent *)page->events->pdata[1])->position, ==, 7);
  g_assert_cmpstr (raw_of (page, 1), ==, "{\"event_type\":\"x\",\"stream_position\":7,\"y\":\"\xC3(\xFF\"}");
  g_assert_cmpstr (((WaveEvent *)page->events->pdata[2])->id, ==, "\xEF\xBF\xBD");
  g_assert_cmpstr (((WaveEvent *)page->events->pdata[3])->id, ==, "é");
}

static void
test_truncated (void)
{
  const char *body = "{\"data\":{\"events\":[{\"event_type\":\"a\",\"x\":[1]},{}, 5],\"next_cursor\":3,\"has_more\":true}}";

  for (gsize cut = 0; cut < strlen (body); cut++)
    {
      g_autofree char *part = g_strndup (body, cut);
      g_autoptr (GError) error = NULL;

      g_assert_null (page_of (part, FALSE, &error));
      g_assert_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_NOT_JSON);
    }
}

static void
test_events_outlive_page (void)
{
  g_autoptr (GError) error = NULL;
  WaveSyncPage *page
      = page_of ("[{\"event_type\":\"swp.room.name\",\"room_id\":\"r\",\"content\":{\"name\":\"n\"}}]", FALSE, &error);
  g_autoptr (WaveEvent) event = wave_event_ref (page->events->pdata[0]);
  g_autofree char *payload = NULL;

  wave_sync_page_free (page);
  payload = describe_payload (event);
  g_assert_cmpstr (payload, ==, "value=n");
  g_assert_cmpint (((const char *)event->raw)[0], ==, '{');
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/page/shapes", test_shapes);
  g_test_add_func ("/protocol/page/slices", test_slices);
  g_test_add_func ("/protocol/page/same-as-frames", test_same_as_frames);
  g_test_add_func ("/protocol/page/messages-ascend", test_messages_ascend);
  g_test_add_func ("/protocol/page/no-page", test_no_page);
  g_test_add_func ("/protocol/page/bad-neighbours", test_bad_neighbours);
  g_test_add_func ("/protocol/page/bad-bytes", test_bad_bytes);
  g_test_add_func ("/protocol/page/truncated", test_truncated);
  g_test_add_func ("/protocol/page/events-outlive-page", test_events_outlive_page);
  return g_test_run ();
}
