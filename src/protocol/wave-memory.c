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
  /* An arena of its own would be enlarged by a page at a time for a thread that makes events which others hold: a system call for every few of them. The main
   * one grows by TOP_PAD, which costs nothing until it is touched. (Measured: an eighth of the CPU of taking events in.) To set one of these ends glibc's
   * own adjustment of the others. */
  mallopt (M_ARENA_MAX, 1);
  mallopt (M_TOP_PAD, 1024 * 1024);
  mallopt (M_TRIM_THRESHOLD, 16 * 1024 * 1024);
  mallopt (M_MMAP_THRESHOLD, 4 * 1024 * 1024);
#endif
}
