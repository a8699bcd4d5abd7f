// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window under a storm that is faster than it can be shown: it says how far behind it is, goes on drawing, and catches up.
#include "config.h"

#include <string.h>
#include <time.h>

#include "tests/slow.h"
#include "tests/ui/ui-rig.h"

/* Drawing by cairo on a machine without a GPU is in it; what the model takes of a turn is bounded in tests/model/test-overload.c. */
#define BLOCKED_US (400 * 1000 * WAVE_SLOW)
/* Not so few under a sanitizer that they are shown before anybody was told. */
#define N_EVENTS (30000 / (WAVE_SLOW > 1 ? 2 : 1))
#define PER_REPLY 60
#define DEADLINE_US (120 * (gint64) G_USEC_PER_SEC)

static gint64
cpu_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

static void
test_behind (void)
{
  UiRig rig = { NULL };
  gint64 end = g_get_monotonic_time () + DEADLINE_US;
  gint64 worst = 0, start;
  guint turns = 0, slow = 0;
  gboolean told = FALSE;
  WaveSessionCounters counters;

  ui_rig_open_scenario (&rig, "storm");
  wave_simulator_set_paused (rig.simulator, TRUE);
  ui_spin (300 * 1000);
  start = g_get_monotonic_time ();
  /* Everything at once, while nobody looks: what comes then is a burst. */
  for (guint i = 0; i < N_EVENTS; i++)
    {
      gboolean last = i % PER_REPLY == PER_REPLY - 1;
      g_autofree char *frame = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"%s\",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"word %u \",\"done\":%s}}",
                                                i / PER_REPLY % 4 == 0 ? "room-atlas" : "room-support", i, last ? "true" : "false");

      wave_simulator_inject (rig.simulator, frame, FALSE);
    }
  do
    {
      g_usleep (1000);
      wave_session_get_counters (wave_monitor_get_session (rig.monitor), &counters);
    }
  while (counters.events < N_EVENTS && g_get_monotonic_time () < end);
  start = g_get_monotonic_time ();
  do
    {
      gint64 cpu = cpu_us ();

      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
      cpu = cpu_us () - cpu;
      worst = MAX (worst, cpu);
      slow += cpu > 50 * 1000;
      turns++;
      if (cpu > 20000)
        g_test_message ("%.1f ms after %.2f s", cpu / 1e3, (g_get_monotonic_time () - start) / 1e6);
      told = told || ui_shows (GTK_WIDGET (rig.window), "Behind by");
      wave_session_get_counters (wave_monitor_get_session (rig.monitor), &counters);
    }
  while ((counters.events < N_EVENTS || wave_monitor_get_backlog (rig.monitor) > 0) && g_get_monotonic_time () < end);
  g_test_message ("%" G_GUINT64_FORMAT " events in %.1f s, %u waited at most, %s; %u turns, the longest %.1f ms of CPU, %u over 50 ms", counters.events,
                  (g_get_monotonic_time () - start) / 1e6, wave_monitor_get_largest_backlog (rig.monitor), told ? "and it was told" : "never enough to tell", turns, worst / 1e3, slow);
  g_assert_cmpuint (wave_monitor_get_backlog (rig.monitor), ==, 0);
  g_assert_true (told);
#if !defined __SANITIZE_ADDRESS__
  g_assert_cmpint (worst, <, BLOCKED_US);
#endif
  ui_rig_close (&rig);
}

static void
add_tests (void)
{
  g_test_add_func ("/overload/behind", test_behind);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, add_tests);
}
