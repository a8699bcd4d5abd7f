// SPDX-License-Identifier: GPL-3.0-or-later
// Short slices for the thread that stamps: whatever the kernel says to it, niceness and policy stay what they were.
#include "config.h"

#include <sched.h>
#include <sys/resource.h>

#include "session/wave-prompt.h"

static gpointer
ask (gpointer data)
{
  gboolean *taken = data;
  int nice;

  /* A thread that was made nice stays so. */
  g_assert_cmpint (setpriority (PRIO_PROCESS, 0, 3), ==, 0);
  nice = getpriority (PRIO_PROCESS, 0);
  *taken = wave_prompt_this_thread ();
  g_assert_cmpint (getpriority (PRIO_PROCESS, 0), ==, nice);
  g_assert_cmpint (sched_getscheduler (0), ==, SCHED_OTHER);
  return NULL;
}

static void
test_prompt (void)
{
  gboolean taken = FALSE;

  g_thread_join (g_thread_new ("prompt", ask, &taken));
  g_test_message ("the kernel %s short slices", taken ? "took" : "does not know");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompt/thread", test_prompt);
  return g_test_run ();
}
