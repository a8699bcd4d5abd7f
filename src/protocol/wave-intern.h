// SPDX-License-Identifier: GPL-3.0-or-later
// Strings that repeat (rooms, participants, unknown types), kept once for as long as an event holds them. Unlike GLib's
// interned strings they go away with their last holder, so that a server that makes up new ids for ever cannot fill the memory;
// but for the few that were held a thousand times at once.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full): the one copy of @text, @length bytes without a NUL among them. Any thread. */
const char *wave_intern (const char *text, gsize length);
/* (transfer full): @interned once more, for somebody who knows that it is held; NULL for NULL. Any thread. */
const char *wave_intern_ref (const char *interned);
/* Gives back a string (or NULL) that wave_intern() gave. Any thread. */
void wave_intern_release (const char *interned);
/* How many different strings are held now, for tests. */
guint wave_intern_count (void);

G_END_DECLS
