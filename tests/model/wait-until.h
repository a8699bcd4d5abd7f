// SPDX-License-Identifier: GPL-3.0-or-later
// How the tests of the model wait for what comes from other threads: the main context goes on meanwhile, and every wait has a deadline.
#pragma once

#include <glib.h>

#include "tests/slow.h"

#define WAIT_DEADLINE_US (30 * (gint64) G_USEC_PER_SEC * WAVE_SLOW)

/* Runs the main context for so many µs. */
static inline void
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

/* Runs the main context until @condition holds, which is looked at every 5 ms; after WAIT_DEADLINE_US the test fails. */
#define WAIT_UNTIL(condition)                                                                                                                            \
  G_STMT_START                                                                                                                                           \
  {                                                                                                                                                      \
    gint64 wait_end = g_get_monotonic_time () + WAIT_DEADLINE_US;                                                                                        \
    while (!(condition))                                                                                                                                 \
      {                                                                                                                                                  \
        if (g_get_monotonic_time () > wait_end)                                                                                                          \
          g_error ("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition);                                                                      \
        turn (5 * 1000);                                                                                                                                 \
      }                                                                                                                                                  \
  }                                                                                                                                                      \
  G_STMT_END
