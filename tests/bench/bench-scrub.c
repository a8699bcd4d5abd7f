// SPDX-License-Identifier: GPL-3.0-or-later
// How long a jump within a recording takes: bench-scrub RECORDING [JUMPS]. From the wish to the tenant as it was at that moment.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/wave-replay.h"

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static gboolean
on_tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  guint n = argc > 2 ? CLAMP (atoi (argv[2]), 1, 1000) : 20;
  g_autoptr (WaveReplay) replay = NULL;
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  gint64 started = g_get_monotonic_time ();
  guint tick;

  if (argc < 2)
    return 2;
  /* So that a notification that is held back does not count as part of the jump. */
  tick = g_timeout_add (1, on_tick, NULL);
  replay = wave_replay_new (argv[1]);
  while (!wave_replay_is_ready (replay) || wave_replay_is_seeking (replay))
    g_main_context_iteration (NULL, TRUE);
  fprintf (stderr, "bench-scrub: ready after %.0f ms\n", (g_get_monotonic_time () - started) / 1000.0);
  for (guint i = 0; i < n; i++)
    {
      gint64 to = (gint64) (g_rand_double (rand) * wave_replay_get_duration (replay)), begun = g_get_monotonic_time ();
      double took;

      wave_replay_seek (replay, to);
      while (wave_replay_is_seeking (replay))
        g_main_context_iteration (NULL, TRUE);
      took = (g_get_monotonic_time () - begun) / 1000.0;
      g_array_append_val (times, took);
    }
  g_source_remove (tick);
  g_array_sort (times, compare);
  printf ("{\"name\":\"scrub\",\"value\":%.3f,\"unit\":\"ms\",\"spread\":%.3f}\n", g_array_index (times, double, n / 2),
          (g_array_index (times, double, n * 3 / 4) - g_array_index (times, double, n / 4)) / 2);
  printf ("{\"name\":\"scrub-worst\",\"value\":%.3f,\"unit\":\"ms\"}\n", g_array_index (times, double, n - 1));
  wave_replay_close (replay);
  return 0;
}
