// SPDX-License-Identifier: GPL-3.0-or-later
// The event log of a monitor: everything that was applied, once and in order, though the journal is read while more comes in; and what was journaled before.
#include "config.h"

#include <glib/gstdio.h>

#include "model/wave-monitor.h"
#include "simulator/wave-simulator.h"

#define DEADLINE_US (20 * (gint64) G_USEC_PER_SEC)

typedef struct
{
  WaveMonitor *monitor;
  GPtrArray *applied; /* of WaveEvent */
  guint wanted;
} Run;

static gboolean
wake_up (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_for (gboolean (*condition) (Run *run), Run *run, const char *what)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;
  guint ticker = g_timeout_add (10, wake_up, NULL);

  while (!condition (run))
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("waited in vain for: %s", what);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (ticker);
}

static void
on_applied (WaveTenant *tenant, const WaveEvent *event, WaveRoom *room, GPtrArray *applied)
{
  g_ptr_array_add (applied, wave_event_ref (event));
}

static gboolean
has_enough (Run *run)
{
  WaveEventLog *log = wave_monitor_get_event_log (run->monitor);

  return run->applied->len >= run->wanted && !wave_event_log_is_loading (log) && wave_monitor_get_backlog (run->monitor) == 0
         && wave_event_log_get_n_events (log) >= run->applied->len;
}

/* Nothing is under way any more: what the session had was applied and is in the log. */
static void
settle (Run *run, WaveSimulator *simulator, guint from)
{
  gint64 quiet_since = g_get_monotonic_time (), deadline = quiet_since + DEADLINE_US;
  guint n = 0, ticker = g_timeout_add (10, wake_up, NULL);

  wave_simulator_set_paused (simulator, TRUE);
  while (g_get_monotonic_time () - quiet_since < 500 * 1000)
    {
      WaveEventLog *log = wave_monitor_get_event_log (run->monitor);

      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
      if (run->applied->len != n || wave_monitor_get_backlog (run->monitor) > 0 || wave_event_log_get_n_events (log) != from + n)
        quiet_since = g_get_monotonic_time ();
      n = run->applied->len;
    }
  g_source_remove (ticker);
}

static gboolean
is_loaded (Run *run)
{
  return !wave_event_log_is_loading (wave_monitor_get_event_log (run->monitor)) && wave_event_log_get_n_events (wave_monitor_get_event_log (run->monitor)) >= run->wanted;
}

static WaveMonitor *
make_monitor (WaveSimulator *simulator, const char *data_dir, GPtrArray *applied)
{
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("a-token", NULL);
  g_autoptr (GError) error = NULL;
  WaveMonitor *monitor = wave_monitor_new (wave_simulator_get_url (simulator), credentials, FALSE, data_dir, FALSE, &error);

  g_assert_no_error (error);
  g_signal_connect (wave_monitor_get_tenant (monitor), "event-applied", G_CALLBACK (on_applied), applied);
  return monitor;
}

/* The journal and the list may say nothing of it any more. */
static gboolean
was_taken_back (const WaveEvent *event, GPtrArray *applied)
{
  for (guint i = 0; i < applied->len; i++)
    {
      const WaveRedaction *redaction = WAVE_EVENT_PAYLOAD ((const WaveEvent *) applied->pdata[i], WAVE_EVENT_REDACTION, WaveRedaction);

      if (redaction != NULL && (event->kind == WAVE_EVENT_CHUNK || g_strcmp0 (redaction->event_id, event->id) == 0))
        return TRUE;
    }
  return FALSE;
}

static void
assert_same (WaveEventLog *log, guint from, GPtrArray *applied)
{
  g_assert_cmpuint (wave_event_log_get_n_events (log), ==, from + applied->len);
  for (guint i = 0; i < applied->len; i++)
    {
      g_autoptr (WaveEvent) event = wave_event_log_dup_event (log, from + i);
      const WaveEvent *expected = applied->pdata[i];

      g_assert_nonnull (event);
      if (event->raw_size != expected->raw_size || memcmp (event->raw, expected->raw, event->raw_size) != 0)
        {
          g_assert_true (was_taken_back (expected, applied));
          g_assert_cmpint (event->kind, ==, expected->kind);
          g_assert_cmpstr (event->id, ==, expected->id);
          g_assert_nonnull (g_strstr_len (event->raw, event->raw_size, "\"redacted"));
        }
      g_assert_cmpint (event->arrived_wall_us, ==, expected->arrived_wall_us);
    }
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_all (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
test_everything_once (void)
{
  WaveSimulatorConfig config = { .scenario = "office", .seed = 3, .rate = 400, .history = 50 };
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveSimulator) simulator = wave_simulator_new (&config, &error);
  g_autoptr (GPtrArray) applied = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
  g_autoptr (GPtrArray) later = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
  g_autofree char *dir = g_dir_make_tmp ("wavescope-log-XXXXXX", NULL);
  Run run = { NULL, applied, 500 };
  WaveEventLog *log;
  guint n;

  g_assert_no_error (error);
  run.monitor = make_monitor (simulator, dir, applied);
  log = wave_monitor_get_event_log (run.monitor);
  g_assert_true (WAVE_IS_EVENT_LOG (log));
  g_assert_cmpuint (wave_event_log_get_n_events (log), ==, 0);
  wave_monitor_start (run.monitor);
  wait_for (has_enough, &run, "500 events");
  settle (&run, simulator, 0);
  /* The journal was opened meanwhile, and it is the same log. */
  g_assert_true (log == wave_monitor_get_event_log (run.monitor));
  assert_same (log, 0, applied);
  n = applied->len;
  wave_monitor_stop (run.monitor);
  /* What was read stays readable. */
  g_assert_cmpuint (wave_event_log_get_n_events (log), ==, n);
  g_clear_object (&run.monitor);

  /* The next time everything is there that was journaled, and goes on behind it. */
  run.applied = later;
  run.wanted = n;
  run.monitor = make_monitor (simulator, dir, later);
  wave_monitor_start (run.monitor);
  wait_for (is_loaded, &run, "the journal");
  wave_simulator_set_paused (simulator, FALSE);
  run.wanted = 200;
  wait_for (has_enough, &run, "200 more events");
  settle (&run, simulator, n);
  assert_same (wave_monitor_get_event_log (run.monitor), n, later);
  wave_monitor_stop (run.monitor);
  g_clear_object (&run.monitor);
  wave_simulator_stop (simulator);
  remove_all (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/monitor-log/everything-once", test_everything_once);
  return g_test_run ();
}
