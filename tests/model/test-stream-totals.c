// SPDX-License-Identifier: GPL-3.0-or-later
// Sketches against exact quantiles, totals by hand, and the three exports.
#include "config.h"

#include <json-glib/json-glib.h>
#include <math.h>

#include "stream-helpers.h"
#include "model/wave-stream-totals.h"

static void
feed_chunk (WaveStreamStore *store, gint64 at_us, const char *room, const char *ai, const char *text, gboolean done)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"%s\",\"sender_id\":\"%s\","
                                           "\"content\":{\"chunk_text\":\"%s\",\"done\":%s}}",
                                           room, ai, text, done ? "true" : "false");

  feed (store, at_us, json);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a;
  gint64 y = *(const gint64 *)b;

  return (x > y) - (x < y);
}

static void
test_sketch (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_autofree WaveSketch *sketch = g_new0 (WaveSketch, 1);
      g_autofree WaveSketch *other = g_new0 (WaveSketch, 1);
      guint n = 1 + g_rand_int_range (rand, 0, 5000);

      for (guint i = 0; i < n; i++)
        {
          /* From 1 µs to 80 minutes, every size as likely as the others. */
          gint64 value = (gint64)pow (10, g_rand_double_range (rand, 0, 9.68));

          g_array_append_val (values, value);
          wave_sketch_add (i % 2 ? sketch : other, value);
        }
      wave_sketch_merge (sketch, other);
      g_array_sort (values, compare);
      g_assert_cmpuint (sketch->n, ==, n);
      for (guint percent = 0; percent <= 100; percent += 5)
        {
          gint64 exact = g_array_index (values, gint64, MAX (1, (guint)ceil (percent / 100.0 * n)) - 1);
          gint64 told = wave_sketch_get_quantile (sketch, percent);

          /* Whole µs cannot be closer than one half. */
          g_assert_cmpfloat (ABS (told - exact), <=, exact * 0.01 + 0.5);
        }
      g_assert_cmpint (wave_sketch_get_quantile (sketch, 100), ==, g_array_index (values, gint64, n - 1));
      g_assert_cmpint (wave_sketch_get_quantile (sketch, 0), ==, g_array_index (values, gint64, 0));
    }
  {
    WaveSketch empty = { 0 };

    g_assert_cmpint (wave_sketch_get_quantile (&empty, 50), ==, -1);
  }
}

/* Two replies of one AI in two rooms, one of another that failed. */
static WaveStreamStore *
make_store (void)
{
  WaveStreamStore *store = wave_stream_store_new ();

  feed (store, 0, "{\"type\":\"swp.ai.status\",\"room_id\":\"r1\",\"participant_id\":\"ai-1\",\"status\":\"calling =web\"}");
  feed_chunk (store, 1 * SEC, "r1", "ai-1", "ab", FALSE);
  feed_chunk (store, 3 * SEC, "r1", "ai-1", "c", TRUE);
  feed_chunk (store, 10 * SEC, "r2", "ai-1", "x", FALSE);
  feed_chunk (store, 10 * SEC + 100 * MS, "r2", "ai-1", "y", TRUE);
  feed_chunk (store, 20 * SEC, "r1", "=cmd,\\\"x\\\"", "z", FALSE);
  feed (store, 21 * SEC, "{\"type\":\"swp.model.error\",\"room_id\":\"r1\",\"sender_id\":\"=cmd,\\\"x\\\"\",\"content\":{\"code\":\"X\"}}");
  return store;
}

static void
test_totals (void)
{
  g_autoptr (WaveStreamStore) store = make_store ();
  g_autoptr (GPtrArray) all = wave_stream_totals_collect (G_LIST_MODEL (store), WAVE_TOTALS_TENANT, 1, 0, SEC);
  g_autoptr (GPtrArray) ais = wave_stream_totals_collect (G_LIST_MODEL (store), WAVE_TOTALS_AI, 1, 0, SEC);
  g_autoptr (GPtrArray) rooms = wave_stream_totals_collect (G_LIST_MODEL (store), WAVE_TOTALS_ROOM, 1, 0, SEC);
  g_autoptr (GPtrArray) some
      = wave_stream_totals_collect (G_LIST_MODEL (store), WAVE_TOTALS_TENANT, T0_MONO + 5 * SEC, T0_MONO + 15 * SEC, SEC);
  const WaveStreamTotals *total = all->pdata[0];

  g_assert_cmpuint (all->len, ==, 1);
  g_assert_null (total->id);
  g_assert_cmpuint (total->streams, ==, 3);
  g_assert_cmpuint (total->chunks, ==, 5);
  g_assert_cmpuint (total->chars, ==, 6);
  g_assert_cmpuint (total->stalls, ==, 1);
  g_assert_cmpuint (total->failed, ==, 1);
  g_assert_cmpint (total->duration_us, ==, 3 * SEC + 100 * MS);
  g_assert_cmpint (total->tool_us, ==, 3 * SEC);
  g_assert_cmpuint (total->gaps.n, ==, 2);
  g_assert_cmpint (total->gaps.sum_us, ==, 2 * SEC + 100 * MS);
  g_assert_cmpuint (total->ttfc.n, ==, 1);
  g_assert_cmpuint (ais->len, ==, 2);
  g_assert_cmpstr (((WaveStreamTotals *)ais->pdata[0])->id, ==, "ai-1");
  g_assert_cmpuint (((WaveStreamTotals *)ais->pdata[0])->streams, ==, 2);
  g_assert_cmpuint (rooms->len, ==, 2);
  g_assert_cmpstr (((WaveStreamTotals *)rooms->pdata[0])->id, ==, "r1");
  g_assert_cmpuint (((WaveStreamTotals *)some->pdata[0])->streams, ==, 1);
  g_assert_cmpuint (((WaveStreamTotals *)some->pdata[0])->chars, ==, 2);
}

static GPtrArray *
list (WaveStreamStore *store)
{
  GPtrArray *streams = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < length (store); i++)
    g_ptr_array_add (streams, g_list_model_get_item (G_LIST_MODEL (store), i));
  return streams;
}

static void
test_csv (void)
{
  g_autoptr (WaveStreamStore) store = make_store ();
  g_autoptr (GPtrArray) streams = list (store);
  g_autoptr (GString) chunks = g_string_new (NULL);
  g_autoptr (GString) figures = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;

  wave_stream_export_chunks_csv (streams, chunks);
  g_assert_cmpstr (chunks->str, ==,
                   "stream,room_id,sender_id,chunk,at_us,gap_us,chars,bytes,chars_after,done\r\n"
                   "1,r1,ai-1,1,1000000,,2,2,2,0\r\n"
                   "1,r1,ai-1,2,3000000,2000000,1,1,3,1\r\n"
                   "2,r2,ai-1,1,0,,1,1,1,0\r\n"
                   "2,r2,ai-1,2,100000,100000,1,1,2,1\r\n"
                   "3,r1,\"'=cmd,\"\"x\"\"\",1,0,,1,1,1,0\r\n");
  wave_stream_export_figures_csv (streams, SEC, figures);
  lines = g_strsplit (figures->str, "\r\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_cmpstr (lines[1], ==,
                   "1,r1,ai-1,done,1780315200000000,1000000,status,2,3,3,3000000,2000000,2000000,2000000,2000000,2000000,2000000,,1,"
                   "2000000,3000000,0,0.500,0.500,,0,0");
  g_assert_true (g_str_has_prefix (lines[3], "3,r1,\"'=cmd,\"\"x\"\"\",failed,"));
}

static void
test_trace (void)
{
  g_autoptr (WaveStreamStore) store = make_store ();
  g_autoptr (GPtrArray) streams = list (store);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *events;
  guint slices = 0;
  guint counters = 0;
  guint names = 0;
  gboolean stall = FALSE;

  wave_stream_export_trace (streams, SEC, out);
  json_parser_load_from_data (parser, out->str, out->len, &error);
  g_assert_no_error (error);
  events = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "traceEvents");
  for (guint i = 0; i < json_array_get_length (events); i++)
    {
      JsonObject *event = json_array_get_object_element (events, i);
      const char *phase = json_object_get_string_member (event, "ph");

      g_assert_cmpint (json_object_get_int_member (event, "ts"), >=, 0);
      slices += g_str_equal (phase, "X");
      counters += g_str_equal (phase, "C");
      names += g_str_equal (phase, "M");
      if (g_str_equal (json_object_get_string_member (event, "name"), "stall"))
        {
          stall = TRUE;
          g_assert_cmpint (json_object_get_int_member (event, "ts"), ==, 1 * SEC);
          g_assert_cmpint (json_object_get_int_member (event, "dur"), ==, 2 * SEC);
        }
    }
  /* Three replies, one status, one stall; five chunks and an end of each counter; two rooms, and two lanes for each of three AIs in a room. */
  g_assert_cmpuint (slices, ==, 5);
  g_assert_cmpuint (counters, ==, 8);
  g_assert_cmpuint (names, ==, 8);
  g_assert_true (stall);
  g_assert_nonnull (strstr (out->str, "calling =web"));
}

/* The format's own rule: two slices of one thread lie in each other or apart. The second reply here begins before the message of the first is there. */
static void
test_trace_nesting (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();
  g_autoptr (GPtrArray) streams = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonArray *events;
  guint replies = 0;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("reply %u", i);
      g_autofree char *id = g_strdup_printf ("m%u", i);
      g_autofree char *piece = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"r\",\"sender_id\":\"ai\",\"content\":{\"chunk_text\":\"%s\",\"done\":true}}", text);
      g_autofree char *before = i > 0 ? g_strdup_printf ("reply %u", i - 1) : NULL;
      g_autofree char *message = i > 0 ? message_json ("r", "ai", id, i, before) : NULL;
      const char *frames[] = { "{\"type\":\"swp.ai.status\",\"room_id\":\"r\",\"participant_id\":\"ai\",\"status\":\"thinking\"}", piece, message };

      for (guint f = 0; f < G_N_ELEMENTS (frames) && frames[f] != NULL; f++)
        {
          g_autoptr (WaveEvent) event = frame ((i * 100 + f * 20) * MS, WAVE_VIA_STREAM, frames[f]);

          wave_stream_store_apply (store, event, TRUE);
        }
    }
  streams = list (store);
  wave_stream_export_trace (streams, SEC, out);
  json_parser_load_from_data (parser, out->str, out->len, &error);
  g_assert_no_error (error);
  events = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "traceEvents");
  for (guint i = 0; i < json_array_get_length (events); i++)
    for (guint j = 0; j < i; j++)
      {
        JsonObject *a = json_array_get_object_element (events, j);
        JsonObject *b = json_array_get_object_element (events, i);
        gint64 a0, a1, b0, b1;

        if (!g_str_equal (json_object_get_string_member (a, "ph"), "X") || !g_str_equal (json_object_get_string_member (b, "ph"), "X")
            || json_object_get_int_member (a, "tid") != json_object_get_int_member (b, "tid"))
          continue;
        a0 = json_object_get_int_member (a, "ts");
        a1 = a0 + json_object_get_int_member (a, "dur");
        b0 = json_object_get_int_member (b, "ts");
        b1 = b0 + json_object_get_int_member (b, "dur");
        g_assert_true (a1 <= b0 || b1 <= a0 || (a0 <= b0 && b1 <= a1) || (b0 <= a0 && a1 <= b1));
      }
  for (guint i = 0; i < json_array_get_length (events); i++)
    replies += g_strcmp0 (json_object_get_string_member_with_default (json_array_get_object_element (events, i), "cat", ""), "reply") == 0;
  g_assert_cmpuint (replies, ==, 3);
  g_assert_nonnull (strstr (out->str, "\"ai (2)\""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream-totals/sketch", test_sketch);
  g_test_add_func ("/stream-totals/totals", test_totals);
  g_test_add_func ("/stream-totals/csv", test_csv);
  g_test_add_func ("/stream-totals/trace", test_trace);
  g_test_add_func ("/stream-totals/trace-nesting", test_trace_nesting);
  return g_test_run ();
}
