// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-prompt.h"

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The shortest that the kernel takes (Linux 6.12 and later). */
#define SLICE_NS 100000

/* As in linux/sched/types.h, which the C library's own headers do not bear beside them. */
typedef struct
{
  guint32 size, policy;
  guint64 flags;
  gint32 nice;
  guint32 priority;
  guint64 runtime, deadline, period;
} SchedAttr;

gboolean
wave_prompt_this_thread (void)
{
  /* Niceness is the thread's own on Linux and stays what it is. */
  SchedAttr attr = { .size = sizeof attr, .nice = getpriority (PRIO_PROCESS, 0), .runtime = SLICE_NS };

  return syscall (SYS_sched_setattr, 0, &attr, 0) == 0;
}

#else

gboolean
wave_prompt_this_thread (void)
{
  return FALSE;
}

#endif
