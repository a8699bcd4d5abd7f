// SPDX-License-Identifier: GPL-3.0-or-later
// What a person can trust: each limit is counted and told, undocumented types are named, another server name is noticed, proofs are kept.
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "model/wave-monitor.h"
#include "simulator/wave-simulator.h"
#include "tests/model/model-helpers.h"
#include "tests/model/wait-until.h"

#define ROOM "room-1"

/* ---- limits ---- */

static gboolean
tells (WaveTenant *tenant, const char *words)
{
  g_autoptr (GPtrArray) bounds = wave_tenant_list_bounds_hit (tenant);

  for (guint i = 0; i < bounds->len; i++)
    if (strstr (bounds->pdata[i], words) != NULL)
      return TRUE;
  return FALSE;
}

static char *
repeat (const char *format, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) halves = g_strsplit (format, "#", -1);

  for (guint i = 0; i < n; i++)
    {
      g_string_append (text, i > 0 ? "," : "");
      for (guint j = 0; halves[j] != NULL; j++)
        {
          if (j > 0)
            g_string_append_printf (text, "%u", i);
          g_string_append (text, halves[j]);
        }
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
apply_many (WaveTenant *tenant, guint n, const char *format)
{
  g_auto (GStrv) halves = g_strsplit (format, "#", -1);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);
      g_autofree char *json = g_strjoinv (number, halves);

      apply_at (tenant, i, json);
    }
}

static void
test_limits (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autofree char *long_name = g_strnfill (300, 'n');
  g_autofree char *members = repeat ("{\"participant_id\":\"c#\",\"state\":\"connected\"}", WAVE_MAX_CALL_MEMBERS + 1);
  g_autofree char *steps = repeat ("{\"id\":\"s#\",\"text\":\"step #\",\"status\":\"pending\"}", WAVE_MAX_PLAN_STEPS + 1);
  g_autofree char *json = NULL;
  guint hit;

  say (tenant, 0, ROOM, "ada", "m1", 1, "hello");
  {
    g_autoptr (GPtrArray) none = wave_tenant_list_bounds_hit (tenant);

    g_assert_cmpuint (none->len, ==, 0);
  }

  apply_many (tenant, WAVE_MAX_TYPISTS + 1, "{\"type\":\"typing\",\"room_id\":\"" ROOM "\",\"participant_id\":\"t#\",\"typing\":true}");
  g_assert_true (tells (tenant, "typing"));
  apply_many (tenant, WAVE_MAX_REACTIONS_PER_MESSAGE + 1,
              "{\"type\":\"swp.room.reaction\",\"id\":\"r#\",\"room_id\":\"" ROOM "\",\"sender_id\":\"ada\",\"content\":{\"event_id\":\"m1\",\"emoji\":\"e#\"}}");
  g_assert_true (tells (tenant, "Reactions beyond"));
  json = g_strdup_printf ("{\"type\":\"swp.plan.updated\",\"room_id\":\"" ROOM "\",\"content\":{\"plan\":{\"id\":\"p\",\"goal\":\"g\",\"state\":\"running\",\"steps\":[%s]}}}", steps);
  apply_at (tenant, 1, json);
  g_assert_true (tells (tenant, "Plan steps"));
  g_clear_pointer (&json, g_free);
  json = g_strdup_printf ("{\"type\":\"swp.call.state\",\"room_id\":\"" ROOM "\",\"content\":{\"call_id\":\"c\",\"participants\":[%s]}}", members);
  apply_at (tenant, 2, json);
  g_assert_true (tells (tenant, "Participants of a call"));
  g_clear_pointer (&json, g_free);
  json = g_strdup_printf ("{\"type\":\"swp.ai.status\",\"room_id\":\"" ROOM "\",\"participant_id\":\"ai\",\"status\":\"%s\"}", long_name);
  apply_at (tenant, 3, json);
  g_assert_true (tells (tenant, "status was cut"));
  g_clear_pointer (&json, g_free);
  json = g_strdup_printf ("{\"type\":\"swp.room.name\",\"id\":\"n1\",\"room_id\":\"" ROOM "\",\"stream_position\":9,\"content\":{\"name\":\"%s\"}}", long_name);
  apply_at (tenant, 4, json);
  g_assert_true (tells (tenant, "A name was cut"));
  apply_many (tenant, 201, "{\"type\":\"swp.ai.status\",\"room_id\":\"" ROOM "\",\"participant_id\":\"ai-#\",\"status\":\"thinking\"}");
  g_assert_true (tells (tenant, "AIs in one room"));
  apply_many (tenant, 501, "{\"type\":\"swp.sidekick.spawned\",\"id\":\"k#\",\"room_id\":\"" ROOM "\",\"sender_id\":\"ai\",\"content\":{\"task_id\":\"t#\",\"codename\":\"c#\"}}");
  g_assert_true (tells (tenant, "Sidekicks"));
  apply_many (tenant, 501, "{\"type\":\"swp.bridge.status\",\"content\":{\"bridge_id\":\"b#\",\"status\":\"up\"}}");
  g_assert_true (tells (tenant, "Bridges"));
  apply_many (tenant, 201, "{\"type\":\"x.invented.#\",\"room_id\":\"" ROOM "\"}");
  g_assert_true (tells (tenant, "Undocumented event types"));
  apply_many (tenant, 2001,
              "{\"type\":\"swp.room.reaction\",\"id\":\"u#\",\"room_id\":\"" ROOM "\",\"sender_id\":\"ada\",\"content\":{\"event_id\":\"unseen-#\",\"emoji\":\"e\"}}");
  g_assert_true (tells (tenant, "not yet seen"));
  apply_many (tenant, 20001, "{\"type\":\"swp.room.member\",\"id\":\"j#\",\"room_id\":\"room-2\",\"content\":{\"participant_id\":\"q#\",\"membership\":\"join\"}}");
  g_assert_true (tells (tenant, "Members of a room"));
  g_object_get (tenant, "n-bounds-hit", &hit, NULL);
  g_assert_cmpuint (hit, ==, 12);
}

/* Bounds of the decoder: the event is kept, marked, and its reason told. */
static void
test_decoder_limits (void)
{
  g_autofree char *mentions = repeat ("\"m#\"", 4097);
  g_autofree char *long_id = g_strnfill (513, 'i');
  g_autofree char *deep = g_strdup_printf ("{\"type\":\"typing\",\"a\":%s%s}", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
                                           "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
  g_autofree char *many
      = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"a\",\"room_id\":\"r\",\"sender_id\":\"s\",\"stream_position\":1,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"b\",\"mentions\":[%s]}}",
                         mentions);
  g_autofree char *id = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"a\",\"room_id\":\"%s\",\"sender_id\":\"s\",\"stream_position\":1,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"b\"}}", long_id);
  const char *const frames[][2] = { { deep, "deep" }, { many, "4096 elements" }, { id, "identifier of more than 512" } };
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (WaveEvent) event = frame (i, WAVE_VIA_STREAM, frames[i][0]);

      g_assert_nonnull (event->malformed);
      g_test_message ("%s", event->malformed);
      g_assert_nonnull (strstr (event->malformed, frames[i][1]));
      wave_tenant_apply_event (tenant, event);
    }
  g_assert_cmpuint (wave_tenant_get_n_malformed (tenant), ==, G_N_ELEMENTS (frames));
}

static void
test_unknown_types (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GPtrArray) types = NULL;
  const WaveTypeCount *first;

  apply_at (tenant, 0, "{\"type\":\"x.rare\"}");
  apply_at (tenant, 1, "{\"type\":\"x.often\"}");
  apply_at (tenant, 2, "{\"type\":\"x.often\"}");
  types = wave_tenant_list_unknown_types (tenant);
  g_assert_cmpuint (types->len, ==, 2);
  first = types->pdata[0];
  g_assert_cmpstr (first->type, ==, "x.often");
  g_assert_cmpuint (first->n, ==, 2);
}

/* ---- over two runs ---- */

static void
clear_dir (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

static WaveMonitor *
make_monitor (const char *url, const char *dir)
{
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("trust-test", NULL);
  g_autoptr (GError) error = NULL;
  WaveMonitor *monitor = wave_monitor_new (url, credentials, FALSE, dir, FALSE, &error);

  g_assert_no_error (error);
  wave_monitor_start (monitor);
  return monitor;
}

static WaveSessionState
state_of (WaveMonitor *monitor)
{
  return wave_tenant_get_state (wave_monitor_get_tenant (monitor));
}

static GListModel *
gaps_of (WaveMonitor *monitor)
{
  return wave_tenant_get_gaps (wave_monitor_get_tenant (monitor));
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  wave_monitor_verify_gap_finish (WAVE_MONITOR (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
test_proof_is_kept (void)
{
  WaveSimulatorConfig config = { .scenario = "office", .seed = 5, .rate = 200, .history = 20 };
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveSimulator) simulator = wave_simulator_new (&config, &error);
  g_autofree char *dir = g_dir_make_tmp ("wave-trust-XXXXXX", NULL);
  g_autofree char *verdict = NULL;
  g_autofree char *cause = NULL;
  WaveMonitor *monitor;
  gboolean verified = FALSE;
  gint64 start, end, lag, worst;
  guint events, tries;

  g_assert_no_error (error);
  monitor = make_monitor (wave_simulator_get_url (simulator), dir);
  WAIT_UNTIL (state_of (monitor) == WAVE_SESSION_LIVE && wave_simulator_get_head (simulator) > 40);
  wave_simulator_drop_clients (simulator, 1012, "restart");
  WAIT_UNTIL (length (gaps_of (monitor)) == 1 && wave_gap_get_end_wall (nth (gaps_of (monitor), 0)) > 0);
  wave_monitor_verify_gap_async (monitor, nth (gaps_of (monitor), 0), NULL, on_verified, &verified);
  WAIT_UNTIL (verified);
  {
    WaveGap *gap = nth (gaps_of (monitor), 0);

    verdict = g_strdup (wave_gap_get_verdict (gap));
    cause = g_strdup (wave_gap_get_cause_text (gap));
    start = wave_gap_get_start_wall (gap);
    end = wave_gap_get_end_wall (gap);
    events = wave_gap_get_events (gap);
    tries = wave_gap_get_tries (gap);
    g_assert_true (g_str_has_prefix (verdict, "Verified: "));
    g_test_message ("%s", cause);
    g_assert_nonnull (strstr (cause, "1012"));
    g_assert_cmpuint (tries, >=, 1);
    g_assert_cmpint (wave_gap_get_catch_up_us (gap), >, 0);
    g_assert_false (wave_gap_get_earlier (gap));
  }
  wave_monitor_get_loop_lag (monitor, &lag, &worst);
  g_assert_cmpint (worst, >=, lag);
  wave_monitor_stop (monitor);
  g_assert_finalize_object (monitor);

  monitor = make_monitor (wave_simulator_get_url (simulator), dir);
  WAIT_UNTIL (length (gaps_of (monitor)) == 1);
  {
    WaveGap *gap = nth (gaps_of (monitor), 0);

    g_assert_true (wave_gap_get_earlier (gap));
    g_assert_cmpstr (wave_gap_get_verdict (gap), ==, verdict);
    g_assert_cmpstr (wave_gap_get_cause_text (gap), ==, cause);
    g_assert_cmpint (wave_gap_get_start_wall (gap), ==, start);
    g_assert_cmpint (wave_gap_get_end_wall (gap), ==, end);
    g_assert_cmpuint (wave_gap_get_events (gap), ==, events);
    g_assert_cmpuint (wave_gap_get_tries (gap), ==, tries);
    g_assert_true (wave_gap_get_complete (gap));
  }
  wave_monitor_stop (monitor);
  g_assert_finalize_object (monitor);
  wave_simulator_stop (simulator);
  clear_dir (dir);
}

static char *
former_name (WaveMonitor *monitor)
{
  char *name;

  wave_monitor_get_journal (monitor);
  g_object_get (monitor, "former-server-name", &name, NULL);
  return name;
}

/* What was remembered of the server is another name: as if another server answered at the same address. */
static void
test_server_name (void)
{
  WaveSimulatorConfig config = { .scenario = "idle", .seed = 5 };
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveSimulator) simulator = wave_simulator_new (&config, &error);
  g_autofree char *dir = g_dir_make_tmp ("wave-trust-XXXXXX", NULL);
  g_autofree char *former = NULL;
  g_autofree char *name_file = NULL;
  g_autoptr (GDir) list = NULL;
  const char *entry;
  WaveMonitor *monitor = make_monitor (wave_simulator_get_url (simulator), dir);

  WAIT_UNTIL (state_of (monitor) == WAVE_SESSION_LIVE);
  g_assert_null (former_name (monitor));
  wave_monitor_stop (monitor);
  g_assert_finalize_object (monitor);

  list = g_dir_open (dir, 0, NULL);
  while ((entry = g_dir_read_name (list)) != NULL)
    if (g_str_has_suffix (entry, "-name"))
      name_file = g_build_filename (dir, entry, NULL);
  g_assert_nonnull (name_file);
  g_assert_true (g_file_set_contents (name_file, "other.example", -1, NULL));

  monitor = make_monitor (wave_simulator_get_url (simulator), dir);
  WAIT_UNTIL (state_of (monitor) == WAVE_SESSION_LIVE);
  former = former_name (monitor);
  g_assert_cmpstr (former, ==, "other.example");
  wave_monitor_stop (monitor);
  g_assert_finalize_object (monitor);

  /* Said once; from then on the new name is the one that is known. */
  monitor = make_monitor (wave_simulator_get_url (simulator), dir);
  WAIT_UNTIL (state_of (monitor) == WAVE_SESSION_LIVE);
  g_assert_null (former_name (monitor));
  wave_monitor_stop (monitor);
  g_assert_finalize_object (monitor);
  wave_simulator_stop (simulator);
  clear_dir (dir);
}

/* libsoup's server warns of a client that is gone before it was looked at: a client that has just been stopped. */
static gboolean
is_fatal (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  return g_strcmp0 (domain, "libsoup") != 0 || strstr (message, "could not get remote address") == NULL;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_log_set_fatal_handler (is_fatal, NULL);
  g_test_add_func ("/trust/limits", test_limits);
  g_test_add_func ("/trust/decoder-limits", test_decoder_limits);
  g_test_add_func ("/trust/unknown-types", test_unknown_types);
  g_test_add_func ("/trust/proof-is-kept", test_proof_is_kept);
  g_test_add_func ("/trust/server-name", test_server_name);
  return g_test_run ();
}
