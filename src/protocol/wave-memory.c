// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "protocol/wave-memory.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

void
wave_memory_tune (void)
{
#ifdef __GLIBC__
  /* An arena for each of the threads that have much to do (main, session, journal) and one for all others. With a single one they wait for each other:
   * a sixth of the CPU of taking events in went into that, measured. Others would only hold memory back. The main one grows by TOP_PAD, which costs nothing
   * until it is touched. To set one of these ends glibc's own adjustment of the others. */
  mallopt (M_ARENA_MAX, 4);
  mallopt (M_TOP_PAD, 1024 * 1024);
  mallopt (M_TRIM_THRESHOLD, 16 * 1024 * 1024);
  mallopt (M_MMAP_THRESHOLD, 4 * 1024 * 1024);
#endif
}
