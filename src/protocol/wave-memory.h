// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * wave_memory_tune:
 *
 * Makes the C library's allocator fit a program in which one thread makes what others free. At the start of main(), before there are threads.
 */
void wave_memory_tune (void);

G_END_DECLS
