// SPDX-License-Identifier: GPL-3.0-or-later
// One allocation for a struct and the strings it owns: an event costs one block, not one a member, and is freed as a whole.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * wave_slab_new:
 * @size: size of the struct
 * @room: bytes to keep free behind it for what it will own; more is found when that is used up
 *
 * Returns: (transfer full): the struct, zeroed, aligned for any type; free with wave_slab_free()
 */
gpointer wave_slab_new (gsize size, gsize room);

/* Zeroed memory that lives as long as @object, which comes from wave_slab_new(). Aligned for any pointer or 64-bit number. */
gpointer wave_slab_alloc (gpointer object, gsize size);

/* A copy of @length bytes with a NUL behind them. */
char *wave_slab_copy (gpointer object, const char *text, gsize length);

/* Frees @object, which may be NULL, and everything that it owns. */
void wave_slab_free (gpointer object);

G_END_DECLS
