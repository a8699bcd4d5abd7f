// SPDX-License-Identifier: GPL-3.0-or-later
// What the monitor asks REST for, how often, and what it does when REST refuses: against the simulator, which counts. The loader's clock is turned on by
// the tests: nothing here waits for a minute.
#include "config.h"

#include <string.h>

#include "model/wave-monitor-private.h"
#include "model/wave-tenant-private.h"
#include "simulator/wave-simulator.h"
#include "tests/model/model-helpers.h"
#include "tests/model/wait-until.h"
#include "tests/slow.h"

#define SEC ((gint64)G_USEC_PER_SEC)

typedef struct
{
  WaveSimulator *simulator;
  WaveMonitor *monitor;
  WaveTenant *tenant;
} Run;

static guint
asked (Run *run, const char *prefix)
{
  return wave_simulator_count_requests (run->simulator, prefix);
}

static gboolean
is_live (Run *run)
{
  return wave_tenant_get_state (run->tenant) == WAVE_SESSION_LIVE;
}

/* Nothing was asked for a while: every answer is there. */
static void
settle (Run *run)
{
  guint before = asked (run, "/");
  gint64 quiet_since = g_get_monotonic_time ();
  gint64 deadline = quiet_since + WAIT_DEADLINE_US;

  while (g_get_monotonic_time () - quiet_since < 250 * MS * WAVE_SLOW)
    {
      guint now = asked (run, "/");

      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      if (now != before)
        quiet_since = g_get_monotonic_time ();
      before = now;
      turn (20 * MS);
    }
}

static void
run_start (Run *run, const WaveSimulatorConfig *config, const char *data_dir)
{
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("a-token", NULL);
  g_autoptr (GError) error = NULL;

  if (run->simulator == NULL)
    run->simulator = wave_simulator_new (config, &error);
  g_assert_no_error (error);
  run->monitor = wave_monitor_new (wave_simulator_get_url (run->simulator), credentials, FALSE, data_dir, data_dir == NULL, &error);
  g_assert_no_error (error);
  run->tenant = wave_monitor_get_tenant (run->monitor);
  wave_monitor_start (run->monitor);
  WAIT_UNTIL (is_live (run));
}

static void
run_stop (Run *run)
{
  wave_monitor_stop (run->monitor);
  g_clear_object (&run->monitor);
  wave_simulator_stop (run->simulator);
  g_clear_object (&run->simulator);
}

/* As if it were so much later. */
static void
tick (Run *run, gint64 ahead)
{
  wave_snapshot_loader_tick (wave_monitor_get_loader (run->monitor), g_get_monotonic_time () + ahead);
}

static void
advance (Run *run, gint64 by)
{
  wave_tenant_advance (run->tenant, wave_tenant_get_now_mono (run->tenant) + by, wave_tenant_get_now_wall (run->tenant) + by);
}

static void
drop (Run *run)
{
  guint gaps = length (wave_tenant_get_gaps (run->tenant));

  wave_simulator_drop_clients (run->simulator, 0, NULL);
  WAIT_UNTIL (length (wave_tenant_get_gaps (run->tenant)) > gaps && is_live (run));
}

/* ---- sidekicks ---- */

static WaveSidekickItem *
sidekick (Run *run, const char *room_id, const char *task_id)
{
  WaveRoom *room = wave_tenant_get_room (run->tenant, room_id);

  for (guint i = 0; room != NULL && i < length (wave_room_get_sidekicks (room)); i++)
    {
      WaveSidekickItem *item = nth (wave_room_get_sidekicks (room), i);

      if (g_strcmp0 (wave_sidekick_item_get_task_id (item), task_id) == 0)
        return item;
    }
  return NULL;
}

static WaveSidekickItem *
spawn (Run *run, const char *room_id, const char *task_id)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.sidekick.spawned\",\"room_id\":\"%s\",\"sender_id\":\"ai-scout\",\"content\":{"
                                           "\"task_id\":\"%s\",\"codename\":\"c-%s\"}}",
                                           room_id, task_id, task_id);

  wave_simulator_inject (run->simulator, json, TRUE);
  WAIT_UNTIL (sidekick (run, room_id, task_id) != NULL);
  return sidekick (run, room_id, task_id);
}

static void
rest_says (Run *run, const char *room_id, const char *task_id, const char *more)
{
  g_autofree char *path = g_strdup_printf ("/v1/rooms/%s/sidekicks/%s", room_id, task_id);
  g_autofree char *body = g_strdup_printf ("{\"data\":{\"task_id\":\"%s\",%s}}", task_id, more);

  wave_simulator_set_answer (run->simulator, path, 200, body);
}

/* What a sidekick of the open room is at comes from REST, now and then; nobody asks for those of other rooms. */
static void
test_sidekick_steps (void)
{
  WaveSimulatorConfig config = { .scenario = "idle" };
  Run run = { NULL };
  WaveSidekickItem *item, *refused;

  run_start (&run, &config, NULL);
  WAIT_UNTIL (wave_tenant_get_room (run.tenant, "room-atlas") != NULL);
  wave_room_want (wave_tenant_get_room (run.tenant, "room-atlas"));
  settle (&run);
  rest_says (&run, "room-atlas", "t1", "\"status\":\"running\",\"steps_used\":7");
  spawn (&run, "room-eng", "t2");
  item = spawn (&run, "room-atlas", "t1");
  WAIT_UNTIL (wave_sidekick_item_get_steps_used (item) == 7);
  g_assert_cmpstr (wave_sidekick_item_get_status (item), ==, "running");

  /* Not before fifteen seconds have passed. */
  rest_says (&run, "room-atlas", "t1", "\"status\":\"running\",\"steps_used\":9");
  tick (&run, 10 * SEC);
  settle (&run);
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-atlas/sidekicks"), ==, 1);
  tick (&run, 16 * SEC);
  tick (&run, 16 * SEC);
  WAIT_UNTIL (wave_sidekick_item_get_steps_used (item) == 9);
  tick (&run, 20 * SEC);
  settle (&run);
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-atlas/sidekicks"), ==, 2);

  /* One that REST does not know is left alone after that. */
  refused = spawn (&run, "room-atlas", "t3");
  for (guint i = 0; i < 3; i++)
    {
      tick (&run, (40 + 40 * i) * SEC);
      settle (&run);
    }
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-atlas/sidekicks/t3"), ==, 1);
  g_assert_true (wave_sidekick_item_get_live (refused));
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-eng/sidekicks"), ==, 0);

  /* Its end, when no event told it. */
  rest_says (&run, "room-atlas", "t1", "\"status\":\"completed\",\"result_summary\":\"three lamps\"");
  tick (&run, 400 * SEC);
  WAIT_UNTIL (!wave_sidekick_item_get_live (item));
  g_assert_cmpstr (wave_sidekick_item_get_result (item), ==, "three lamps");
  run_stop (&run);
}

/* Another tenant says hello while an answer is on its way: it is void, and everything is asked anew. */
static void
test_former_tenant (void)
{
  WaveSimulatorConfig config = { .scenario = "idle" };
  Run run = { NULL };
  WaveSidekickItem *item;
  guint n_me, n_rooms;

  run_start (&run, &config, NULL);
  WAIT_UNTIL (wave_tenant_get_room (run.tenant, "room-atlas") != NULL);
  wave_room_want (wave_tenant_get_room (run.tenant, "room-atlas"));
  settle (&run);
  rest_says (&run, "room-atlas", "t1", "\"status\":\"running\",\"steps_used\":7");
  item = spawn (&run, "room-atlas", "t1");
  WAIT_UNTIL (wave_sidekick_item_get_steps_used (item) == 7);
  rest_says (&run, "room-atlas", "t1", "\"status\":\"running\",\"steps_used\":9");
  n_me = asked (&run, "/v1/me");
  n_rooms = asked (&run, "/v1/directory/rooms");
  tick (&run, 16 * SEC);
  wave_snapshot_loader_hello (wave_monitor_get_loader (run.monitor), "another");
  settle (&run);
  g_assert_cmpint (wave_sidekick_item_get_steps_used (item), ==, 7);
  g_assert_cmpuint (asked (&run, "/v1/me"), ==, n_me + 1);
  g_assert_cmpuint (asked (&run, "/v1/directory/rooms"), ==, n_rooms + 1);

  /* Nobody waits for the void one; nor is a room open that the former tenant had. */
  tick (&run, 40 * SEC);
  settle (&run);
  g_assert_cmpint (wave_sidekick_item_get_steps_used (item), ==, 7);
  wave_room_want (wave_tenant_get_room (run.tenant, "room-atlas"));
  tick (&run, 60 * SEC);
  WAIT_UNTIL (wave_sidekick_item_get_steps_used (item) == 9);
  run_stop (&run);
}

/* Before a sidekick is said to be lost REST is asked, once, also in a room that nobody looks at. */
static void
test_sidekick_lost (void)
{
  WaveSimulatorConfig config = { .scenario = "idle" };
  Run run = { NULL };
  WaveSidekickItem *item;

  run_start (&run, &config, NULL);
  settle (&run);
  rest_says (&run, "room-eng", "t1", "\"status\":\"running\"");
  item = spawn (&run, "room-eng", "t1");
  advance (&run, 9 * 60 * SEC);
  settle (&run);
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-eng/sidekicks"), ==, 0);
  advance (&run, 2 * 60 * SEC);
  g_assert_true (wave_sidekick_item_get_live (item));
  WAIT_UNTIL (g_strcmp0 (wave_sidekick_item_get_status (item), "running") == 0);
  /* That was a sign of life. */
  advance (&run, 60 * SEC);
  settle (&run);
  g_assert_true (wave_sidekick_item_get_live (item));
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-eng/sidekicks"), ==, 1);
  /* Ten minutes later it is asked once more, and REST does not know it. */
  wave_simulator_set_answer (run.simulator, "/v1/rooms/room-eng/sidekicks/t1", 404, NULL);
  advance (&run, 11 * 60 * SEC);
  WAIT_UNTIL (asked (&run, "/v1/rooms/room-eng/sidekicks") == 2);
  settle (&run);
  advance (&run, SEC);
  g_assert_false (wave_sidekick_item_get_live (item));
  g_assert_cmpstr (wave_sidekick_item_get_status (item), ==, "lost");
  advance (&run, 60 * SEC);
  settle (&run);
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-eng/sidekicks"), ==, 2);
  run_stop (&run);
}

/* An answer is about the one that was asked for, whatever it names; after a failure of the server that one is asked for again. */
static void
test_sidekick_answers (void)
{
  WaveSimulatorConfig config = { .scenario = "idle" };
  static const char *const path = "/v1/rooms/room-eng/sidekicks/t1";
  Run run = { NULL };
  WaveSidekickItem *item;
  guint tries;

  run_start (&run, &config, NULL);
  settle (&run);
  wave_simulator_set_answer (run.simulator, path, 200, "{\"data\":{\"codename\":\"other\",\"status\":\"running\",\"steps_used\":5}}");
  item = spawn (&run, "room-eng", "t1");
  advance (&run, 11 * 60 * SEC);
  WAIT_UNTIL (wave_sidekick_item_get_steps_used (item) == 5);
  g_assert_cmpuint (length (wave_room_get_sidekicks (wave_tenant_get_room (run.tenant, "room-eng"))), ==, 1);
  for (guint i = 0; i < 5; i++)
    {
      advance (&run, SEC);
      settle (&run);
    }
  g_assert_cmpuint (asked (&run, path), ==, 1);
  /* A server in trouble says nothing of the sidekick. */
  wave_simulator_set_answer (run.simulator, path, 400, NULL);
  advance (&run, 11 * 60 * SEC);
  WAIT_UNTIL (asked (&run, path) >= 2);
  settle (&run);
  advance (&run, SEC);
  settle (&run);
  g_assert_true (wave_sidekick_item_get_live (item));
  rest_says (&run, "room-eng", "t1", "\"status\":\"running\",\"steps_used\":6");
  advance (&run, SEC);
  WAIT_UNTIL (wave_sidekick_item_get_steps_used (item) == 6);
  /* Nor is it asked for ever. */
  wave_simulator_set_answer (run.simulator, path, 400, NULL);
  tries = asked (&run, path);
  advance (&run, 11 * 60 * SEC);
  for (guint i = 0; i < 40 && wave_sidekick_item_get_live (item); i++)
    {
      settle (&run);
      advance (&run, SEC);
    }
  g_assert_cmpstr (wave_sidekick_item_get_status (item), ==, "lost");
  g_assert_cmpuint (asked (&run, path) - tries, ==, 10);
  run_stop (&run);
}

/* ---- people ---- */

static const char *
name_of (Run *run, const char *id)
{
  WaveParticipant *participant = wave_tenant_get_participant (run->tenant, id);

  return participant != NULL ? wave_participant_get_display_name (participant) : NULL;
}

/* Who came or is called otherwise since a gap: the directory is read again, and not with each short drop. */
static void
test_people_after_gap (void)
{
  WaveSimulatorConfig config = { .scenario = "idle", .more_people = 250 };
  static const char *const people = "/v1/directory/participants";
  Run run = { NULL };

  run_start (&run, &config, NULL);
  WAIT_UNTIL (g_strcmp0 (name_of (&run, "person-249"), "Person 249") == 0);
  settle (&run);
  g_assert_cmpuint (asked (&run, people), ==, 3);
  /* No gap, no reading. */
  tick (&run, 500 * SEC);
  settle (&run);
  g_assert_cmpuint (asked (&run, people), ==, 3);
  wave_simulator_set_answer (run.simulator, people, 200,
                             "{\"data\":[{\"id\":\"pat\",\"display_name\":\"Pat Two\",\"participant_type\":\"human\"},"
                             "{\"id\":\"nia\",\"display_name\":\"Nia\",\"participant_type\":\"human\"}],\"meta\":{\"total\":2}}");
  /* Two short drops, less than a minute after the first reading. */
  drop (&run);
  drop (&run);
  tick (&run, 30 * SEC);
  settle (&run);
  g_assert_cmpuint (asked (&run, people), ==, 3);
  g_assert_cmpstr (name_of (&run, "pat"), ==, "Pat One");
  tick (&run, 61 * SEC);
  WAIT_UNTIL (g_strcmp0 (name_of (&run, "pat"), "Pat Two") == 0);
  g_assert_cmpstr (name_of (&run, "nia"), ==, "Nia");
  tick (&run, 200 * SEC);
  settle (&run);
  g_assert_cmpuint (asked (&run, people), ==, 4);
  run_stop (&run);
}

/* The first reading of the people failed: it is tried again, not left for the next gap. */
static void
test_people_fail_at_first (void)
{
  WaveSimulatorConfig config = { .scenario = "idle" };
  static const char *const people = "/v1/directory/participants";
  Run run = { NULL };

  run.simulator = wave_simulator_new (&config, NULL);
  wave_simulator_set_answer (run.simulator, people, 400, NULL);
  run_start (&run, &config, NULL);
  WAIT_UNTIL (asked (&run, people) == 1);
  settle (&run);
  wave_simulator_set_answer (run.simulator, people, 0, NULL);
  tick (&run, 61 * SEC);
  WAIT_UNTIL (asked (&run, people) == 2);
  WAIT_UNTIL (g_strcmp0 (name_of (&run, "pat"), "Pat One") == 0);
  tick (&run, 200 * SEC);
  settle (&run);
  g_assert_cmpuint (asked (&run, people), ==, 2);
  run_stop (&run);
}

/* ---- what a start costs ---- */

#define ROOMS 310u
#define PEOPLE 168u

/* Of 310 rooms: the directory, thirty states and thirty glances at the latest messages; of 168 people: the directory and their presence. The first time
 * with a server the newest message of fifty rooms tells where its stream stands. */
static void
test_requests_at_start (void)
{
  WaveSimulatorConfig config = { .scenario = "idle", .more_rooms = ROOMS - 10, .more_people = PEOPLE - 18 };
  g_autoptr (GError) error = NULL;
  g_autofree char *data_dir = g_dir_make_tmp ("wavescope-test-XXXXXX", &error);
  const guint lists = 1 + (ROOMS / 100 + 1) + (PEOPLE / 100 + 1) + (PEOPLE / 100 + 1);
  Run run = { NULL };
  guint first, before;

  g_assert_no_error (error);
  run_start (&run, &config, data_dir);
  WAIT_UNTIL (length (wave_tenant_get_rooms (run.tenant)) == ROOMS);
  settle (&run);
  first = asked (&run, "/");
  g_test_message ("%u requests at the first start", first);
  g_assert_cmpuint (first, <=, lists + 30 + 30 + 51);
  g_assert_cmpuint (asked (&run, "/v1/rooms"), <=, 30 + 30 + 50);
  g_assert_cmpuint (asked (&run, "/v1/rooms"), >, 60);

  /* The second time the journal knows where the stream stood. */
  wave_monitor_stop (run.monitor);
  g_clear_object (&run.monitor);
  run_start (&run, &config, data_dir);
  WAIT_UNTIL (length (wave_tenant_get_rooms (run.tenant)) == ROOMS);
  settle (&run);
  g_test_message ("%u requests at the second start", asked (&run, "/") - first);
  g_assert_cmpuint (asked (&run, "/") - first, <=, lists + 30 + 30);
  g_assert_cmpuint (asked (&run, "/") - first, >=, lists + 30);

  /* And then none, but when the directory of rooms is due. */
  before = asked (&run, "/");
  tick (&run, 200 * SEC);
  settle (&run);
  g_assert_cmpuint (asked (&run, "/"), ==, before);
  tick (&run, 301 * SEC);
  settle (&run);
  g_assert_cmpuint (asked (&run, "/") - before, ==, ROOMS / 100 + 1);
  run_stop (&run);
}

static guint
count_states (Run *run)
{
  guint n = 0;

  for (guint i = 0; i < length (wave_tenant_get_rooms (run->tenant)); i++)
    {
      WaveRoom *room = nth (wave_tenant_get_rooms (run->tenant), i);
      g_autofree char *path = g_strdup_printf ("/v1/rooms/%s/state", wave_room_get_id (room));

      n += asked (run, path);
    }
  return n;
}

/* The states of thirty rooms and no more, of those in which something was said last; any other when somebody looks at it. */
static void
test_thirty_states (void)
{
  WaveSimulatorConfig config = { .scenario = "idle", .more_rooms = 90 };
  Run run = { NULL };

  run_start (&run, &config, NULL);
  WAIT_UNTIL (length (wave_tenant_get_rooms (run.tenant)) == 100);
  settle (&run);
  g_assert_cmpuint (count_states (&run), ==, 30);
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-more-80/state"), ==, 0);
  wave_room_want (wave_tenant_get_room (run.tenant, "room-more-80"));
  settle (&run);
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-more-80/state"), ==, 1);
  wave_room_want (wave_tenant_get_room (run.tenant, "room-more-80"));
  settle (&run);
  g_assert_cmpuint (count_states (&run), ==, 31);

  /* After a gap: again thirty, with the one that spoke up. */
  wave_simulator_inject (run.simulator, "{\"type\":\"swp.room.message\",\"room_id\":\"room-more-85\",\"sender_id\":\"pat\",\"content\":{\"body\":\"hi\"}}", TRUE);
  WAIT_UNTIL (wave_room_get_unread (wave_tenant_get_room (run.tenant, "room-more-85")) == 1);
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-more-85/state"), ==, 0);
  drop (&run);
  settle (&run);
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-more-85/state"), ==, 1);
  /* The one that was looked at is asked for, too, if it is not among the thirty. */
  g_assert_cmpuint (count_states (&run), >=, 31 + 30);
  g_assert_cmpuint (count_states (&run), <=, 31 + 31);
  run_stop (&run);
}

/* ---- refusals ---- */

/* REST refuses this and that: the rest is shown, and nothing is asked in a loop. */
static void
test_refused (void)
{
  WaveSimulatorConfig config = { .scenario = "idle" };
  Run run = { NULL };
  gboolean forbidden = FALSE;
  WaveRoom *room;
  guint before;

  run.simulator = wave_simulator_new (&config, NULL);
  wave_simulator_set_answer (run.simulator, "/v1/directory/participants", 403, NULL);
  wave_simulator_set_answer (run.simulator, "/v1/presence", 404, NULL);
  wave_simulator_set_answer (run.simulator, "/v1/me", 404, NULL);
  wave_simulator_set_answer (run.simulator, "/v1/rooms/room-eng/state", 404, NULL);
  wave_simulator_set_answer (run.simulator, "/v1/rooms/room-design/state", 403, NULL);
  run_start (&run, &config, NULL);
  WAIT_UNTIL (length (wave_tenant_get_rooms (run.tenant)) == 10);
  settle (&run);
  /* What is known without those is there. */
  g_assert_cmpstr (wave_room_get_display_name (wave_tenant_get_room (run.tenant, "room-eng")), ==, "Engineering");
  g_assert_cmpuint (length (wave_room_get_members (wave_tenant_get_room (run.tenant, "room-atlas"))), ==, 15);
  g_assert_cmpstr (name_of (&run, "pat"), ==, "Pat One");
  room = wave_tenant_get_room (run.tenant, "room-design");
  g_object_get (room, "forbidden", &forbidden, NULL);
  g_assert_true (forbidden);
  before = asked (&run, "/");
  for (guint i = 1; i <= 4; i++)
    {
      wave_room_want (room);
      wave_room_want (wave_tenant_get_room (run.tenant, "room-eng"));
      tick (&run, i * 60 * SEC);
      settle (&run);
    }
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-design/state"), ==, 1);
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-eng/state"), ==, 1);
  g_assert_cmpuint (asked (&run, "/v1/directory/participants"), ==, 1);
  g_assert_cmpuint (asked (&run, "/v1/me"), ==, 1);
  g_assert_cmpuint (asked (&run, "/v1/presence"), ==, 1);
  /* Somebody looked at two rooms: a page of messages each. */
  g_assert_cmpuint (asked (&run, "/") - before, <=, 2);
  /* A gap is a reason to try once more. */
  drop (&run);
  settle (&run);
  g_assert_cmpuint (asked (&run, "/v1/directory/participants"), ==, 2);
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-design/state"), ==, 1);
  run_stop (&run);
}

static guint64
rate_limited (Run *run)
{
  WaveSessionCounters counters;

  wave_session_get_counters (wave_monitor_get_session (run->monitor), &counters);
  return counters.rate_limited;
}

/* After a 429 nobody asks for as long as the server says; then everything comes. */
static void
test_retry_after (void)
{
  WaveSimulatorConfig config = { .scenario = "idle" };
  Run run = { NULL };
  WaveRoom *room;
  gint64 since;
  guint at_once;

  run_start (&run, &config, NULL);
  WAIT_UNTIL (length (wave_tenant_get_rooms (run.tenant)) == 10);
  settle (&run);
  room = wave_tenant_get_room (run.tenant, "room-atlas");
  drop (&run);
  settle (&run);
  g_assert_true (wave_simulator_set_faults (run.simulator, "rest-429=1,retry-after=2", NULL));
  at_once = asked (&run, "/");
  since = g_get_monotonic_time ();
  tick (&run, 301 * SEC);
  WAIT_UNTIL (rate_limited (&run) == 1);
  /* Others may have been on their way. */
  turn (100 * MS);
  g_assert_cmpuint (asked (&run, "/") - at_once, <=, 4);
  at_once = asked (&run, "/");
  wave_room_want (room);
  while (g_get_monotonic_time () < since + 1800 * MS)
    {
      g_assert_cmpuint (asked (&run, "/"), ==, at_once);
      turn (50 * MS);
    }
  WAIT_UNTIL (asked (&run, "/v1/rooms/room-atlas/messages") >= 2 && !wave_timeline_get_loading_older (wave_room_get_timeline (room)));
  g_assert_cmpint (g_get_monotonic_time () - since, >=, 2 * SEC);
  g_assert_cmpuint (rate_limited (&run), ==, 1);
  /* What else had waited has its answer: the next ones are of a walk that begins anew. */
  settle (&run);

  /* One that is refused for good is given up after a few times; what was there stays. */
  g_assert_true (wave_simulator_set_faults (run.simulator, "retry-after=1", NULL));
  wave_simulator_set_answer (run.simulator, "/v1/directory/rooms", 429, NULL);
  at_once = asked (&run, "/v1/directory/rooms");
  tick (&run, 900 * SEC);
  WAIT_UNTIL (rate_limited (&run) == 7);
  settle (&run);
  g_assert_cmpuint (asked (&run, "/v1/directory/rooms") - at_once, ==, 6);
  g_assert_cmpuint (length (wave_tenant_get_rooms (run.tenant)), ==, 10);
  run_stop (&run);
}

/* ---- the past of a room ---- */

static void
inject_many (Run *run, guint n, const char *json)
{
  for (guint i = 0; i < n; i++)
    wave_simulator_inject (run->simulator, json, TRUE);
}

#define SAY(body) "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"body\":\"" body "\"}}"
#define REACT "{\"type\":\"swp.room.reaction\",\"room_id\":\"room-atlas\",\"event_id\":\"evt-none\",\"sender_id\":\"pat\",\"emoji\":\"+1\"}"

static gboolean
says (WaveTimeline *timeline, const char *body)
{
  for (guint i = 0; i < length (timeline); i++)
    if (g_strcmp0 (wave_timeline_item_get_body (nth (timeline, i)), body) == 0)
      return TRUE;
  return FALSE;
}

static void
load_older (WaveTimeline *timeline)
{
  wave_timeline_load_older (timeline);
  WAIT_UNTIL (!wave_timeline_get_loading_older (timeline));
}

/* Pages on which nothing shows do not end the way to what is before them. */
static void
test_pages_without_rows (void)
{
  WaveSimulatorConfig config = { .scenario = "idle", .faults = "history-all" };
  Run run = { NULL };
  WaveTimeline *timeline;
  guint loads = 0, before;

  run.simulator = wave_simulator_new (&config, NULL);
  wave_simulator_inject (run.simulator, SAY ("the first"), TRUE);
  inject_many (&run, 350, REACT);
  inject_many (&run, 60, SAY ("later"));
  run_start (&run, &config, NULL);
  WAIT_UNTIL (wave_tenant_get_room (run.tenant, "room-atlas") != NULL);
  timeline = timeline_of (run.tenant, "room-atlas");
  wave_room_want (wave_tenant_get_room (run.tenant, "room-atlas"));
  WAIT_UNTIL (says (timeline, "later"));
  settle (&run);
  before = asked (&run, "/v1/rooms/room-atlas/messages");
  for (; !wave_timeline_get_reached_start (timeline) && loads < 20; loads++)
    load_older (timeline);
  g_test_message ("%u times older was asked for, %u pages", loads, asked (&run, "/v1/rooms/room-atlas/messages") - before);
  g_assert_true (says (timeline, "the first"));
  g_assert_true (wave_timeline_get_reached_start (timeline));
  /* 361 events before the first fifty, in pages of a hundred. */
  g_assert_cmpuint (asked (&run, "/v1/rooms/room-atlas/messages") - before, ==, 4);
  run_stop (&run);
}

/* A server that gives the same page again and again is not asked again and again. */
static void
test_page_in_circles (void)
{
  WaveSimulatorConfig config = { .scenario = "idle" };
  static const char *const path = "/v1/rooms/room-atlas/messages";
  Run run = { NULL };
  WaveTimeline *timeline;
  guint before;

  run_start (&run, &config, NULL);
  WAIT_UNTIL (wave_tenant_get_room (run.tenant, "room-atlas") != NULL);
  timeline = timeline_of (run.tenant, "room-atlas");
  wave_simulator_inject (run.simulator, SAY ("hello"), TRUE);
  WAIT_UNTIL (says (timeline, "hello"));
  wave_simulator_set_answer (run.simulator, path, 200,
                             "{\"data\":[{\"id\":\"evt-r\",\"stream_position\":70,\"room_id\":\"room-atlas\",\"event_type\":\"swp.room.reaction\",\"sender_id\":\"pat\","
                             "\"origin_ts\":1780384569,\"content\":{\"event_id\":\"evt-none\",\"emoji\":\"+1\"}}],\"meta\":{\"has_more\":true,\"next_cursor\":\"70\"}}");
  wave_room_want (wave_tenant_get_room (run.tenant, "room-atlas"));
  settle (&run);
  before = asked (&run, path);
  for (guint i = 0; i < 8; i++)
    load_older (timeline);
  settle (&run);
  g_assert_true (wave_timeline_get_reached_start (timeline));
  g_assert_cmpuint (asked (&run, path) - before, <=, 2);
  g_assert_true (says (timeline, "hello"));
  run_stop (&run);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/snapshot-loader/sidekick-steps", test_sidekick_steps);
  g_test_add_func ("/snapshot-loader/former-tenant", test_former_tenant);
  g_test_add_func ("/snapshot-loader/sidekick-lost", test_sidekick_lost);
  g_test_add_func ("/snapshot-loader/sidekick-answers", test_sidekick_answers);
  g_test_add_func ("/snapshot-loader/people-fail-at-first", test_people_fail_at_first);
  g_test_add_func ("/snapshot-loader/people-after-gap", test_people_after_gap);
  g_test_add_func ("/snapshot-loader/requests-at-start", test_requests_at_start);
  g_test_add_func ("/snapshot-loader/thirty-states", test_thirty_states);
  g_test_add_func ("/snapshot-loader/refused", test_refused);
  g_test_add_func ("/snapshot-loader/retry-after", test_retry_after);
  g_test_add_func ("/snapshot-loader/pages-without-rows", test_pages_without_rows);
  g_test_add_func ("/snapshot-loader/page-in-circles", test_page_in_circles);
  return g_test_run ();
}
