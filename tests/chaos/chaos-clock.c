// SPDX-License-Identifier: GPL-3.0-or-later
// A wall clock that can be made to jump: these stand before the C library's own, for GLib and every other library of this process.
#include "config.h"

#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "chaos.h"

static _Atomic gint64 offset_us;

void
chaos_clock_jump (gint64 us)
{
  atomic_fetch_add (&offset_us, us);
}

void
chaos_clock_reset (void)
{
  atomic_store (&offset_us, 0);
}

int
clock_gettime (clockid_t clock, struct timespec *time)
{
  int result = (int) syscall (SYS_clock_gettime, clock, time);
  gint64 offset = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE ? atomic_load (&offset_us) : 0;

  if (result == 0 && offset != 0)
    {
      gint64 us = (gint64) time->tv_sec * G_USEC_PER_SEC + time->tv_nsec / 1000 + offset;

      time->tv_sec = us / G_USEC_PER_SEC;
      time->tv_nsec = us % G_USEC_PER_SEC * 1000;
    }
  return result;
}

int
gettimeofday (struct timeval *time, void *zone)
{
  struct timespec precise;

  clock_gettime (CLOCK_REALTIME, &precise);
  time->tv_sec = precise.tv_sec;
  time->tv_usec = precise.tv_nsec / 1000;
  return 0;
}
