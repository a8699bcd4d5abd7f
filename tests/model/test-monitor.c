// SPDX-License-Identifier: GPL-3.0-or-later
// The monitor against the simulator: the same socket, sync and REST as with a real tenant.
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "model/wave-monitor.h"
#include "simulator/wave-simulator.h"
#include "tests/model/model-helpers.h"

#define DEADLINE_US (20 * (gint64)G_USEC_PER_SEC)

static gboolean
wake_up (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

typedef gboolean (*Condition) (gpointer data);

/* Runs the main loop until @condition holds. */
static void
wait_for (Condition condition, gpointer data, const char *what)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;
  guint ticker = g_timeout_add (10, wake_up, NULL);

  while (!condition (data))
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("waited in vain for: %s", what);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (ticker);
}

static void
run_for (gint64 us)
{
  gint64 end = g_get_monotonic_time () + us;
  guint ticker = g_timeout_add (10, wake_up, NULL);

  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (ticker);
}

static gboolean
is_live (gpointer data)
{
  WaveMonitor *monitor = data;

  return wave_tenant_get_state (wave_monitor_get_tenant (monitor)) == WAVE_SESSION_LIVE;
}

/* The first reconnect is immediate: a drop is told by its gap, for the state may be live again before anybody looks. */
static guint gaps_wanted;

static gboolean
is_dropped (gpointer data)
{
  return g_list_model_get_n_items (wave_tenant_get_gaps (wave_monitor_get_tenant (data))) >= gaps_wanted;
}

static WaveSimulator *
make_simulator (double rate, guint history)
{
  WaveSimulatorConfig config = { .scenario = "office", .seed = 3, .rate = rate, .history = history };
  g_autoptr (GError) error = NULL;
  WaveSimulator *simulator = wave_simulator_new (&config, &error);

  g_assert_no_error (error);
  return simulator;
}

static WaveMonitor *
make_monitor (const char *url, const char *data_dir)
{
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("a-token", NULL);
  g_autoptr (GError) error = NULL;
  WaveMonitor *monitor = wave_monitor_new (url, credentials, FALSE, data_dir, data_dir == NULL, &error);

  g_assert_no_error (error);
  return monitor;
}

static void
on_applied (WaveTenant *tenant, const WaveEvent *event, WaveRoom *room, GHashTable *seen)
{
  guint count;

  if (event->position < 0 || event->id == NULL)
    return;
  count = GPOINTER_TO_UINT (g_hash_table_lookup (seen, event->id));
  g_hash_table_insert (seen, g_strdup (event->id), GUINT_TO_POINTER (count + 1));
}

typedef struct
{
  WaveSimulator *simulator;
  WaveMonitor *monitor;
  GHashTable *seen;
  gint64 since;
} Run;

static gboolean
has_all (gpointer data)
{
  Run *run = data;
  g_autoptr (GPtrArray) ids = NULL;

  if (!is_live (run->monitor) || wave_monitor_get_backlog (run->monitor) > 0)
    return FALSE;
  ids = wave_simulator_list_durable_ids (run->simulator, run->since);
  for (guint i = 0; i < ids->len; i++)
    if (!g_hash_table_contains (run->seen, ids->pdata[i]))
      return FALSE;
  return TRUE;
}

static void
test_exactly_once (void)
{
  g_autoptr (WaveSimulator) simulator = make_simulator (400, 50);
  g_autoptr (WaveMonitor) monitor = make_monitor (wave_simulator_get_url (simulator), NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) ids = NULL;
  WaveTenant *tenant = wave_monitor_get_tenant (monitor);
  Run run = { simulator, monitor, seen, 0 };
  static const guint codes[] = { 0, 1000, 1012, 0 };

  wave_simulator_set_paused (simulator, TRUE);
  g_signal_connect (tenant, "event-applied", G_CALLBACK (on_applied), seen);
  wave_monitor_start (monitor);
  wait_for (is_live, monitor, "live");
  run.since = wave_simulator_get_head (simulator);
  wave_simulator_set_paused (simulator, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      run_for (300 * MS);
      wave_simulator_drop_clients (simulator, codes[i], "test");
      gaps_wanted = i + 1;
      wait_for (is_dropped, monitor, "the drop");
      wait_for (is_live, monitor, "live again");
    }
  wave_simulator_set_paused (simulator, TRUE);
  wait_for (has_all, &run, "everything");
  ids = wave_simulator_list_durable_ids (simulator, run.since);
  g_assert_cmpuint (ids->len, >, 20);
  for (guint i = 0; i < ids->len; i++)
    g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (seen, ids->pdata[i])), ==, 1);
  g_assert_cmpuint (length (wave_tenant_get_gaps (tenant)), ==, G_N_ELEMENTS (codes));
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      WaveGap *gap = nth (wave_tenant_get_gaps (tenant), i);
      g_autofree char *code = g_strdup_printf ("%u", codes[i]);

      g_assert_true (wave_gap_get_complete (gap));
      if (codes[i] != 0)
        g_assert_nonnull (strstr (wave_gap_get_cause_text (gap), code));
    }
  wave_monitor_stop (monitor);
  wave_simulator_stop (simulator);
}

/* ---- an event that comes just when the inbox was found empty ---- */

typedef struct {
  WaveSimulator *simulator;
  gboolean armed, arrived, applied;
} Late;

/* The end of a pump: the inbox was empty a moment ago. The session's thread puts another event there before the monitor goes to sleep. */
static void
on_drained (WaveMonitor *monitor, GParamSpec *pspec, Late *late)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;

  if (!late->armed || wave_monitor_get_backlog (monitor) != 0)
    return;
  late->armed = FALSE;
  wave_simulator_inject (late->simulator, "{\"type\":\"presence\",\"participant_id\":\"pat\",\"status\":\"busy\"}", FALSE);
  while (wave_monitor_get_backlog (monitor) == 0 && g_get_monotonic_time () < deadline)
    g_usleep (1000);
  late->arrived = wave_monitor_get_backlog (monitor) > 0;
}

static void
on_late_applied (WaveTenant *tenant, const WaveEvent *event, WaveRoom *room, Late *late)
{
  late->applied = late->applied || late->arrived;
}

static gboolean
is_applied (gpointer data)
{
  return ((Late *)data)->applied;
}

static void
test_no_lost_wake (void)
{
  g_autoptr (WaveSimulator) simulator = make_simulator (0, 0);
  g_autoptr (WaveMonitor) monitor = make_monitor (wave_simulator_get_url (simulator), NULL);
  Late late = { simulator };

  wave_simulator_set_paused (simulator, TRUE);
  wave_monitor_start (monitor);
  wait_for (is_live, monitor, "live");
  run_for (300 * MS);
  g_signal_connect (monitor, "notify::backlog", G_CALLBACK (on_drained), &late);
  g_signal_connect (wave_monitor_get_tenant (monitor), "event-applied", G_CALLBACK (on_late_applied), &late);
  late.armed = TRUE;
  wave_simulator_inject (simulator, "{\"type\":\"presence\",\"participant_id\":\"pat\",\"status\":\"idle\"}", FALSE);
  wait_for (is_applied, &late, "the event that came late");
  g_signal_handlers_disconnect_by_data (monitor, &late);
  g_signal_handlers_disconnect_by_data (wave_monitor_get_tenant (monitor), &late);
  wave_monitor_stop (monitor);
  wave_simulator_stop (simulator);
}

/* What a pump leaves is not left until the next one: the loop has nothing else to do. */
static void
test_spare_time (void)
{
  g_autoptr (WaveSimulator) simulator = make_simulator (0, 0);
  g_autoptr (WaveMonitor) monitor = make_monitor (wave_simulator_get_url (simulator), NULL);
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;
  const guint n = 2000;
  guint turns = 0;

  wave_simulator_set_paused (simulator, TRUE);
  wave_monitor_start (monitor);
  wait_for (is_live, monitor, "live");
  run_for (300 * MS);
  for (guint i = 0; i < n; i++)
    wave_simulator_inject (simulator, "{\"type\":\"presence\",\"participant_id\":\"pat\",\"status\":\"busy\"}", FALSE);
  while (wave_monitor_get_backlog (monitor) < n && g_get_monotonic_time () < deadline)
    g_usleep (1000);
  g_assert_cmpuint (wave_monitor_get_backlog (monitor), ==, n);
  wave_monitor_pump (monitor, 0);
  g_assert_cmpuint (wave_monitor_get_backlog (monitor), >, n / 2);
  for (; wave_monitor_get_backlog (monitor) > 0 && turns < 200; turns++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (wave_monitor_get_backlog (monitor), ==, 0);
  wave_monitor_stop (monitor);
  wave_simulator_stop (simulator);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  gboolean *done = user_data;
  g_autoptr (GError) error = NULL;

  wave_monitor_verify_gap_finish (WAVE_MONITOR (source), result, &error);
  g_assert_no_error (error);
  *done = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *)data;
}

static void
test_verify (void)
{
  g_autoptr (WaveSimulator) simulator = make_simulator (400, 50);
  g_autoptr (WaveMonitor) monitor = make_monitor (wave_simulator_get_url (simulator), NULL);
  WaveTenant *tenant = wave_monitor_get_tenant (monitor);
  gboolean done = FALSE;
  WaveGap *gap;

  wave_monitor_start (monitor);
  wait_for (is_live, monitor, "live");
  run_for (300 * MS);
  wave_simulator_drop_clients (simulator, 0, NULL);
  gaps_wanted = 1;
  wait_for (is_dropped, monitor, "the drop");
  wait_for (is_live, monitor, "live again");
  gap = nth (wave_tenant_get_gaps (tenant), 0);
  wave_monitor_verify_gap_async (monitor, gap, NULL, on_verified, &done);
  wait_for (is_true, &done, "the verdict");
  g_assert_nonnull (wave_gap_get_verdict (gap));
  g_assert_true (g_str_has_prefix (wave_gap_get_verdict (gap), "Verified: "));
  g_assert_null (strstr (wave_gap_get_verdict (gap), "missing"));
  wave_monitor_stop (monitor);
  wave_simulator_stop (simulator);
}

static gboolean
has_snapshots (gpointer data)
{
  WaveTenant *tenant = wave_monitor_get_tenant (data);
  GListModel *rooms = wave_tenant_get_rooms (tenant);
  g_autofree char *me = NULL;
  guint named = 0, members = 0, online;

  g_object_get (tenant, "me-name", &me, "n-online", &online, NULL);
  for (guint i = 0; i < length (rooms); i++)
    {
      gboolean has_name;

      g_object_get (nth (rooms, i), "has-name", &has_name, NULL);
      named += has_name;
      members += length (wave_room_get_members (nth (rooms, i)));
    }
  return me != NULL && named > 0 && members > 1 && online > 0;
}

typedef struct
{
  WaveTimeline *timeline;
  guint more_than;
} Held;

static gboolean
holds_more (gpointer data)
{
  Held *held = data;

  return length (held->timeline) > held->more_than && !wave_timeline_get_loading_older (held->timeline);
}

static gboolean
is_done_loading (gpointer data)
{
  return !wave_timeline_get_loading_older (data);
}

static WaveRoom *
busiest_room (WaveTenant *tenant, WaveSimulator *simulator)
{
  WaveRoom *best = NULL;

  for (guint i = 0; i < length (wave_tenant_get_rooms (tenant)); i++)
    {
      WaveRoom *room = nth (wave_tenant_get_rooms (tenant), i);

      if (best == NULL || length (wave_room_get_members (room)) > length (wave_room_get_members (best)))
        best = room;
    }
  g_assert_nonnull (best);
  return best;
}

static void
assert_no_doubles (WaveTimeline *timeline)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 last = -1;

  for (guint i = 0; i < length (timeline); i++)
    {
      WaveTimelineItem *item = nth (timeline, i);
      const char *id = wave_timeline_item_get_event_id (item);

      if (id != NULL)
        g_assert_true (g_hash_table_add (ids, (gpointer)id));
      if (wave_timeline_item_get_position (item) >= 0)
        {
          g_assert_cmpint (wave_timeline_item_get_position (item), >, last);
          last = wave_timeline_item_get_position (item);
        }
    }
}

static void
test_snapshots_and_history (void)
{
  g_autoptr (WaveSimulator) simulator = make_simulator (50, 2000);
  g_autoptr (WaveMonitor) monitor = make_monitor (wave_simulator_get_url (simulator), NULL);
  WaveTenant *tenant = wave_monitor_get_tenant (monitor);
  Held held = { NULL, 0 };
  WaveRoom *room;
  Checker checker;

  wave_monitor_start (monitor);
  wait_for (is_live, monitor, "live");
  wait_for (has_snapshots, monitor, "names, members, presence");
  room = busiest_room (tenant, simulator);
  held.timeline = wave_room_get_timeline (room);
  checker_start (&checker, held.timeline);
  wave_room_want (room);
  wait_for (holds_more, &held, "messages of the room");
  for (guint i = 0; i < 5 && !wave_timeline_get_reached_start (held.timeline); i++)
    {
      held.more_than = length (held.timeline);
      wave_timeline_load_older (held.timeline);
      wait_for (is_done_loading, held.timeline, "older messages");
    }
  g_assert_cmpuint (length (held.timeline), >, 50);
  assert_no_doubles (held.timeline);
  checker_stop (&checker);
  wave_monitor_stop (monitor);
  wave_simulator_stop (simulator);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static gboolean
has_messages (gpointer data)
{
  GListModel *rooms = wave_tenant_get_rooms (wave_monitor_get_tenant (data));

  for (guint i = 0; i < length (rooms); i++)
    if (item_of_kind (wave_room_get_timeline (nth (rooms, i)), WAVE_ITEM_MESSAGE, 0) != NULL)
      return TRUE;
  return FALSE;
}

/* One that came by the stream, so that it stands in the journal. */
static gboolean
has_live_message (gpointer data)
{
  return wave_tenant_get_kind_count (wave_monitor_get_tenant (data), WAVE_EVENT_MESSAGE) > 0;
}

static void
test_restart_without_server (void)
{
  g_autoptr (WaveSimulator) simulator = make_simulator (200, 0);
  g_autofree char *url = g_strdup (wave_simulator_get_url (simulator));
  g_autofree char *dir = g_dir_make_tmp ("wave-test-XXXXXX", NULL);
  WaveMonitor *monitor = make_monitor (url, dir);

  wave_monitor_start (monitor);
  wait_for (is_live, monitor, "live");
  wait_for (has_live_message, monitor, "a message");
  wave_monitor_stop (monitor);
  g_assert_finalize_object (monitor);
  wave_simulator_stop (simulator);
  monitor = make_monitor (url, dir);
  wave_monitor_start (monitor);
  wait_for (has_messages, monitor, "the message, from the journal");
  g_assert_false (is_live (monitor));
  wave_monitor_stop (monitor);
  g_assert_finalize_object (monitor);
  remove_tree (dir);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/monitor/exactly-once", test_exactly_once);
  g_test_add_func ("/monitor/no-lost-wake", test_no_lost_wake);
  g_test_add_func ("/monitor/spare-time", test_spare_time);
  g_test_add_func ("/monitor/verify", test_verify);
  g_test_add_func ("/monitor/snapshots-and-history", test_snapshots_and_history);
  g_test_add_func ("/monitor/restart-without-server", test_restart_without_server);
  return g_test_run ();
}
