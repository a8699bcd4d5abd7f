// SPDX-License-Identifier: GPL-3.0-or-later
// A burst of 100,000 events as fast as loopback gives them: the main loop goes on, everything is journaled exactly once, and the screen catches up.
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <time.h>

#include "journal/wave-proof.h"
#include "model/wave-monitor.h"
#include "simulator/wave-simulator.h"
#include "tests/slow.h"

#define BURST (100000 / WAVE_SLOW)
#define DEADLINE_US (120 * (gint64) G_USEC_PER_SEC)
/* What a person would notice. */
#define BLOCKED_US (50 * 1000 * WAVE_SLOW)

/* The main thread's own time: on a busy machine the wall tells of other programs. */
static gint64
cpu_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

typedef struct {
  gint64 worst_cpu, worst_wall, cpu_sum;
  guint64 turns;
} Probe;

static void
turn (Probe *probe)
{
  gint64 cpu = cpu_us (), wall = g_get_monotonic_time ();

  /* A turn that does not wait: what is measured is work. */
  if (!g_main_context_iteration (NULL, FALSE))
    {
      g_usleep (1000);
      return;
    }
  cpu = cpu_us () - cpu;
  probe->worst_cpu = MAX (probe->worst_cpu, cpu);
  probe->worst_wall = MAX (probe->worst_wall, g_get_monotonic_time () - wall);
  probe->cpu_sum += cpu;
  probe->turns++;
}

static gboolean
is_live (WaveMonitor *monitor)
{
  return wave_tenant_get_state (wave_monitor_get_tenant (monitor)) == WAVE_SESSION_LIVE;
}

static void
test_burst (void)
{
  WaveSimulatorConfig config = { .scenario = "storm", .seed = 9, .rate = 1000000 };
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveSimulator) simulator = wave_simulator_new (&config, &error);
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("overload-test", NULL);
  g_autofree char *dir = g_dir_make_tmp ("wave-overload-XXXXXX", NULL);
  g_autoptr (WaveMonitor) monitor = NULL;
  g_autoptr (GPtrArray) expected = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GHashTable) held = g_hash_table_new (g_str_hash, g_str_equal);
  WaveSessionCounters counters;
  WaveJournalStatus status;
  Probe probe = { 0 };
  gint64 since, start, end = g_get_monotonic_time () + DEADLINE_US;
  guint applied = 0, missing = 0;

  g_assert_no_error (error);
  wave_simulator_set_paused (simulator, TRUE);
  monitor = wave_monitor_new (wave_simulator_get_url (simulator), credentials, FALSE, dir, FALSE, &error);
  g_assert_no_error (error);
  wave_monitor_start (monitor);
  while (!is_live (monitor) && g_get_monotonic_time () < end)
    turn (&probe);
  g_assert_true (is_live (monitor));

  probe = (Probe) { 0 };
  since = wave_simulator_get_head (simulator);
  start = g_get_monotonic_time ();
  wave_simulator_set_paused (simulator, FALSE);
  do
    {
      turn (&probe);
      wave_session_get_counters (wave_monitor_get_session (monitor), &counters);
    }
  while (counters.events < BURST && g_get_monotonic_time () < end);
  wave_simulator_set_paused (simulator, TRUE);
  g_assert_cmpuint (counters.events, >=, BURST);
  g_test_message ("%" G_GUINT64_FORMAT " events came in %.2f s; %u waited at most", counters.events, (g_get_monotonic_time () - start) / 1e6,
                  wave_monitor_get_largest_backlog (monitor));

  /* It recovers: nothing waits any more, and it is live. */
  expected = wave_simulator_list_durable_ids (simulator, since);
  do
    {
      turn (&probe);
      wave_session_get_counters (wave_monitor_get_session (monitor), &counters);
      applied = wave_monitor_get_backlog (monitor);
    }
  while ((counters.durable < expected->len || applied > 0 || !is_live (monitor)) && g_get_monotonic_time () < end);
  g_assert_cmpuint (wave_monitor_get_backlog (monitor), ==, 0);
  g_assert_true (is_live (monitor));
  g_test_message ("caught up after %.2f s; %" G_GUINT64_FORMAT " turns of the main loop, %.2f s of work, the longest %.1f ms of CPU, %.1f ms of the wall",
                  (g_get_monotonic_time () - start) / 1e6, probe.turns, probe.cpu_sum / 1e6, probe.worst_cpu / 1e3, probe.worst_wall / 1e3);
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
  g_assert_cmpint (probe.worst_cpu, <, BLOCKED_US);
#endif
  g_assert_cmpuint (wave_monitor_get_largest_backlog (monitor), >, 0);

  /* Journaled exactly once: each durable one has its key, and there are as many rows as events. Ephemeral ones may be on their way still. */
  do
    {
      turn (&probe);
      wave_journal_flush (wave_monitor_get_journal (monitor));
      wave_journal_get_status (wave_monitor_get_journal (monitor), &status);
      g_clear_pointer (&status.failure, g_free);
      wave_session_get_counters (wave_monitor_get_session (monitor), &counters);
    }
  while (status.events != counters.events && g_get_monotonic_time () < end);
  g_assert_cmpuint (status.events, ==, counters.events);
  g_assert_cmpuint (status.left_out, ==, 0);
  keys = wave_journal_read_keys (wave_monitor_get_journal (monitor), since, G_MAXINT64, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < keys->len; i++)
    g_assert_true (g_hash_table_add (held, keys->pdata[i]));
  for (guint i = 0; i < expected->len; i++)
    missing += !g_hash_table_contains (held, expected->pdata[i]);
  g_assert_cmpuint (missing, ==, 0);
  g_assert_cmpuint (keys->len, ==, expected->len);
  wave_monitor_stop (monitor);
  wave_simulator_stop (simulator);
  {
    g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (list)) != NULL)
      {
        g_autofree char *file = g_build_filename (dir, name, NULL);

        g_unlink (file);
      }
    g_rmdir (dir);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/overload/burst", test_burst);
  return g_test_run ();
}
