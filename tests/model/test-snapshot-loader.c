// SPDX-License-Identifier: GPL-3.0-or-later
// What the monitor asks REST for, how often, and what it does when REST refuses: against the simulator, which counts. The loader's clock is turned on by
// the tests: nothing here waits for a minute.
#include "config.h"

#include <string.h>

#include "model/wave-monitor-private.h"
#include "model/wave-tenant-private.h"
#include "simulator/wave-simulator.h"
#include "tests/model/model-helpers.h"
#include "tests/slow.h"

#define SEC ((gint64)G_USEC_PER_SEC)
#define DEADLINE_US (20 * SEC * WAVE_SLOW)

typedef struct
{
  WaveSimulator *simulator;
  WaveMonitor *monitor;
  WaveTenant *tenant;
} Run;

static void
turn (gint64 us)
{
  gint64 end = g_get_monotonic_time () + us;

  while (g_get_monotonic_time () < end)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (1000);
    }
}

#define WAIT_UNTIL(condition)                                                                                                                            \
  G_STMT_START                                                                                                                                           \
  {                                                                                                                                                      \
    gint64 wait_deadline = g_get_monotonic_time () + DEADLINE_US;                                                                                        \
    while (!(condition))                                                                                                                                 \
      {                                                                                                                                                  \
        if (g_get_monotonic_time () > wait_deadline)                                                                                                     \
          g_error ("line %d: waited in vain for %s", __LINE__, #condition);                                                                              \
        turn (5000);                                                                                                                                     \
      }                                                                                                                                                  \
  }                                                                                                                                                      \
  G_STMT_END

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
  gint64 deadline = quiet_since + DEADLINE_US;

  while (g_get_monotonic_time () - quiet_since < 400 * MS * WAVE_SLOW)
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/snapshot-loader/sidekick-steps", test_sidekick_steps);
  g_test_add_func ("/snapshot-loader/sidekick-lost", test_sidekick_lost);
  g_test_add_func ("/snapshot-loader/people-after-gap", test_people_after_gap);
  return g_test_run ();
}
