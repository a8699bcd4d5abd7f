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

/**
 * wave_slab_new_pooled:
 *
 * The same, in a block that many such structs share and that lives as long as the last of them: for what is soon forgotten, because one that stays holds
 * the memory of all. Any thread may free it.
 */
gpointer wave_slab_new_pooled (gsize size, gsize room);

/**
 * wave_slab_close:
 * @object: what this thread made last; it shall own nothing more
 *
 * Gives the room that it did not need back to the block that it shares with others. Nothing happens to one that stands alone.
 */
void wave_slab_close (gpointer object);

/* Zeroed memory that lives as long as @object, which comes from wave_slab_new(). Aligned for any pointer or 64-bit number. */
gpointer wave_slab_alloc (gpointer object, gsize size);

/* A copy of @length bytes with a NUL behind them. */
char *wave_slab_copy (gpointer object, const char *text, gsize length);

/* Frees @object, which may be NULL, and everything that it owns. */
void wave_slab_free (gpointer object);

G_END_DECLS
