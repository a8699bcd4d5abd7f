// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * wave_prompt_this_thread:
 *
 * Asks the scheduler for short slices for the calling thread: on a busy machine it then runs sooner after it is woken, and for no longer. It takes no more
 * of the processor than before and needs no privilege. The thread that stamps what arrives calls this. What an older kernel does not know it refuses,
 * and nothing changes.
 *
 * Returns: whether the kernel took it
 */
gboolean wave_prompt_this_thread (void);

G_END_DECLS
