// SPDX-License-Identifier: GPL-3.0-or-later
// The scenarios under a clock that the test turns: no thread, no socket, no waiting.
#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "protocol/wave-catalogue.h"
#include "simulator/wave-simulator.h"
#include "simulator/wave-world.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define START (1000 * SECOND)
#define WALL (1780384569 * SECOND)

typedef struct {
  WaveWorld *world;
  WaveScenario *scenario;
  GHashTable *faults;
  gint64 now;
  GHashTable *first; /* type → monotonic µs since the start of its first frame */
  GString *all;      /* every frame */
  guint n_frames, n_durable, n_chunks;
  gint64 last_chunk_us, longest_silence_us; /* of quill's stream */
  gboolean late;
} Stage;

static JsonObject *
parse (const char *json, JsonParser *parser)
{
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, json, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static void
on_frame (const char *json, const WaveDurable *durable, gpointer user_data)
{
  Stage *stage = user_data;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = parse (json, parser);
  const char *type = json_object_get_string_member (object, "type");

  stage->n_frames++;
  stage->n_durable += durable != NULL;
  if (!g_hash_table_contains (stage->first, type))
    g_hash_table_insert (stage->first, g_strdup (type), GINT_TO_POINTER ((int) ((stage->now - START) / 1000)));
  if (g_str_equal (type, "swp.room.message.chunk"))
    {
      stage->n_chunks++;
      if (g_str_equal (json_object_get_string_member (object, "sender_id"), "ai-quill"))
        {
          JsonObject *content = json_object_get_object_member (object, "content");

          if (stage->last_chunk_us > 0)
            stage->longest_silence_us = MAX (stage->longest_silence_us, stage->now - stage->last_chunk_us);
          stage->last_chunk_us = json_object_get_boolean_member (content, "done") ? 0 : stage->now;
        }
    }
  /* The same event by sync: the same identity, and well-formed. */
  if (durable != NULL)
    {
      g_autoptr (JsonParser) other = json_parser_new ();
      JsonObject *element = parse (durable->sync_json, other);

      g_assert_cmpstr (json_object_get_string_member (element, "event_type"), ==, type);
      g_assert_cmpint (json_object_get_int_member (element, "stream_position"), ==, json_object_get_int_member (object, "stream_position"));
      g_assert_cmpstr (json_object_get_string_member (element, "id"), ==, durable->id);
      g_assert_true (json_object_has_member (element, "content"));
    }
  g_string_append (stage->all, json);
  g_string_append_c (stage->all, '\n');
}

static Stage *
stage_new (const char *scenario, guint32 seed, double rate, guint history, const char *faults)
{
  Stage *stage = g_new0 (Stage, 1);
  g_autoptr (GError) error = NULL;

  stage->faults = wave_faults_parse (faults, &error);
  g_assert_no_error (error);
  stage->first = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  stage->all = g_string_new (NULL);
  stage->world = wave_world_new (seed);
  stage->world->frame_func = on_frame;
  stage->world->user_data = stage;
  stage->world->wall_us = WALL;
  stage->scenario = wave_scenario_new (stage->world, scenario, rate, stage->faults);
  stage->now = START;
  wave_scenario_prepare (stage->scenario, history);
  return stage;
}

/* Turns the clock from one due time to the next. */
static void
stage_run (Stage *stage, gint64 until)
{
  while (stage->now < START + until)
    {
      gint64 next;

      stage->world->wall_us = WALL + stage->now - START;
      next = wave_scenario_run (stage->scenario, stage->now);
      g_assert_cmpint (next, >, stage->now);
      stage->now = next;
    }
}

static void
stage_free (Stage *stage)
{
  wave_scenario_free (stage->scenario);
  wave_world_free (stage->world);
  g_hash_table_unref (stage->faults);
  g_hash_table_unref (stage->first);
  g_string_free (stage->all, TRUE);
  g_free (stage);
}

static void
assert_by (Stage *stage, const char *type, int ms)
{
  if (!g_hash_table_contains (stage->first, type))
    g_error ("no %s came", type);
  g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (stage->first, type)), <=, ms);
}

static void
test_office_has_everything (void)
{
  for (guint32 seed = 1; seed <= 5; seed++)
    {
      Stage *stage = stage_new ("office", seed, 0, 0, NULL);

      stage_run (stage, 120 * SECOND);
      for (int kind = 0; kind < WAVE_N_EVENT_KINDS; kind++)
        {
          const WaveEventType *type = wave_catalogue_get (kind);

          /* hello is the connection's; ping is in no document; the first two are no types. */
          if (kind == WAVE_EVENT_UNKNOWN || kind == WAVE_EVENT_INVALID || kind == WAVE_EVENT_HELLO || kind == WAVE_EVENT_PING)
            continue;
          assert_by (stage, type->wire_name, 120 * 1000);
        }
      assert_by (stage, "swp.room.message.chunk", 10 * 1000);
      assert_by (stage, "typing", 10 * 1000);
      assert_by (stage, "presence", 10 * 1000);
      assert_by (stage, "swp.ai.status", 10 * 1000);
      g_assert_cmpint (stage->longest_silence_us, >=, 3 * SECOND);
      g_assert_cmpuint (stage->world->durables->len, >=, 160);
      stage_free (stage);
    }
}

static void
test_determined_by_seed (void)
{
  static const char *const names[] = { "office", "storm", "single-stream" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      Stage *one = stage_new (names[i], 7, 0, 20, NULL);
      Stage *same = stage_new (names[i], 7, 0, 20, NULL);
      Stage *other = stage_new (names[i], 8, 0, 20, NULL);

      stage_run (one, 10 * SECOND);
      stage_run (same, 10 * SECOND);
      stage_run (other, 10 * SECOND);
      g_assert_cmpuint (one->all->len, >, 1000);
      g_assert_cmpstr (one->all->str, ==, same->all->str);
      g_assert_cmpstr (one->all->str, !=, other->all->str);
      stage_free (one);
      stage_free (same);
      stage_free (other);
    }
}

static void
test_storm_keeps_its_rate (void)
{
  Stage *stage = stage_new ("storm", 1, 5000, 0, NULL);

  stage_run (stage, 2 * SECOND);
  g_assert_cmpuint (stage->n_frames, >=, 9800);
  g_assert_cmpuint (stage->n_frames, <=, 10200);
  g_assert_cmpuint (stage->n_durable, >, 2000);
  g_assert_cmpuint (stage->n_chunks, >, 4000);
  stage_free (stage);
}

/* A machine that makes fewer events than asked for goes on sending between them. */
static void
test_storm_that_is_behind (void)
{
  Stage *stage = stage_new ("storm", 1, 1000000, 0, NULL);
  gint64 late = START + 60 * (gint64) G_USEC_PER_SEC;
  guint64 before;

  wave_scenario_run (stage->scenario, START);
  for (int i = 0; i < 3; i++)
    {
      before = stage->world->n_frames;
      g_assert_cmpint (wave_scenario_run (stage->scenario, late), ==, late);
      g_assert_cmpuint (stage->world->n_frames - before, >=, 20000);
      g_assert_cmpuint (stage->world->n_frames - before, <=, 40000);
    }
  stage_free (stage);
}

static void
test_idle_is_idle (void)
{
  Stage *stage = stage_new ("idle", 1, 0, 5, NULL);

  stage_run (stage, 120 * SECOND);
  g_assert_cmpuint (stage->n_frames, ==, 0);
  g_assert_cmpuint (stage->world->durables->len, ==, 5);
  stage_free (stage);
}

/* The text of the chunks, after as many seconds of a single stream as it takes, and the message's. */
static void
collect (const char *faults, GString *chunks, GString *body, guint *n_done)
{
  Stage *stage = stage_new ("single-stream", 2, 0, 0, faults);
  g_auto (GStrv) lines = NULL;
  gboolean messages_begun = FALSE;

  *n_done = 0;
  stage_run (stage, 39 * SECOND);
  if (wave_fault (stage->faults, "no-message") == 0 && wave_fault (stage->faults, "conversational") == 0)
    stage_run (stage, 40 * SECOND + SECOND / 4);
  lines = g_strsplit (stage->all->str, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      JsonObject *object = parse (lines[i], parser);
      const char *type = json_object_get_string_member (object, "type");
      JsonObject *content = json_object_has_member (object, "content") ? json_object_get_object_member (object, "content") : NULL;

      if (g_str_equal (type, "swp.room.message.chunk"))
        {
          g_string_append (chunks, json_object_get_string_member (content, "chunk_text"));
          *n_done += json_object_get_boolean_member (content, "done");
        }
      else if (g_str_equal (type, "swp.room.message") && g_str_equal (json_object_get_string_member (object, "sender_id"), "ai-scout"))
        {
          g_string_append_printf (body, "%s%s", messages_begun ? "|" : "", json_object_get_string_member (content, "body"));
          messages_begun = TRUE;
        }
    }
  stage_free (stage);
}

static void
test_stream_faults (void)
{
  static const struct { const char *faults; gboolean same; guint n_done; gboolean has_message; } cases[] = {
    { NULL, TRUE, 1, TRUE },
    { "no-done", TRUE, 0, TRUE },
    { "text-in-last", TRUE, 1, TRUE },
    { "message-first", TRUE, 1, TRUE },
    { "no-message", FALSE, 1, FALSE },
    { "cumulative", FALSE, 1, TRUE },
    { "late-chunk", FALSE, 1, TRUE },
    { "conversational", FALSE, 0, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) chunks = g_string_new (NULL);
      g_autoptr (GString) body = g_string_new (NULL);
      guint n_done;

      collect (cases[i].faults, chunks, body, &n_done);
      g_test_message ("%s: %u done, %zu of chunks, %zu of messages", cases[i].faults, n_done, chunks->len, body->len);
      g_assert_cmpuint (n_done, ==, cases[i].n_done);
      g_assert_cmpint (body->len > 0, ==, cases[i].has_message);
      if (cases[i].same)
        g_assert_cmpstr (chunks->str, ==, body->str);
      else
        g_assert_cmpstr (chunks->str, !=, body->str);
      g_assert_cmpint (strchr (body->str, '|') != NULL, ==, g_strcmp0 (cases[i].faults, "conversational") == 0);
    }
}

static void
test_envelope_faults (void)
{
  Stage *nested = stage_new ("office", 1, 0, 0, NULL);
  Stage *bare = stage_new ("office", 1, 0, 0, NULL);
  Stage *extra = stage_new ("office", 1, 0, 0, NULL);

  nested->world->nested = TRUE;
  bare->world->bare = TRUE;
  extra->world->extra = TRUE;
  stage_run (nested, 60 * SECOND);
  stage_run (bare, 60 * SECOND);
  stage_run (extra, 5 * SECOND);
  g_assert_nonnull (strstr (nested->all->str, "\"content\":{\"topic\":"));
  g_assert_null (strstr (bare->all->str, "\"tenant_id\""));
  g_assert_null (strstr (bare->all->str, "\"ts\""));
  g_assert_nonnull (strstr (extra->all->str, "\"x_shard\""));
  stage_free (nested);
  stage_free (bare);
  stage_free (extra);
}

static void
test_fault_specs (void)
{
  static const char *const bad[] = { "nonsense", "duplicate=", "duplicate=x", "late-hello=2q", "drop=-1" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) good = wave_faults_parse (" duplicate=5%, late-hello=2s,nested,page-limit=7 ,reorder", &error);

  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (wave_fault (good, "duplicate"), 0.05, 1e-9);
  g_assert_cmpfloat (wave_fault (good, "late-hello"), ==, 2);
  g_assert_cmpfloat (wave_fault (good, "nested"), ==, 1);
  g_assert_cmpfloat (wave_fault (good, "page-limit"), ==, 7);
  g_assert_cmpfloat (wave_fault (good, "reorder"), <, 0.5);
  g_assert_cmpfloat (wave_fault (good, "drop"), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) refused = NULL;

      g_assert_null (wave_faults_parse (bad[i], &refused));
      g_assert_error (refused, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_FAULTS);
    }
  g_assert_nonnull (strstr (wave_simulator_faults_help (), "half-open"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/simulator/scenario/office-has-everything", test_office_has_everything);
  g_test_add_func ("/simulator/scenario/determined-by-seed", test_determined_by_seed);
  g_test_add_func ("/simulator/scenario/storm-keeps-its-rate", test_storm_keeps_its_rate);
  g_test_add_func ("/simulator/scenario/storm-that-is-behind", test_storm_that_is_behind);
  g_test_add_func ("/simulator/scenario/idle-is-idle", test_idle_is_idle);
  g_test_add_func ("/simulator/scenario/stream-faults", test_stream_faults);
  g_test_add_func ("/simulator/scenario/envelope-faults", test_envelope_faults);
  g_test_add_func ("/simulator/scenario/fault-specs", test_fault_specs);

  return g_test_run ();
}
