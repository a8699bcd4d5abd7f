// SPDX-License-Identifier: GPL-3.0-or-later
// What the decoders of the snapshots share. Nobody outside of this folder includes this.
#pragma once

#include "protocol/wave-decode-private.h"
#include "protocol/wave-snapshot.h"

G_BEGIN_DECLS

/* How many elements of one list are taken. */
#define WAVE_SNAPSHOT_MAX_ELEMENTS 100000

/* Parses a body within the bounds of size, number of values and depth; close with wave_json_close(). */
gboolean wave_snapshot_open (WaveJson *json, GBytes *body, GError **error);
/* The value inside of the `{data: …}` wrapper, or all of it. */
yyjson_val *wave_snapshot_unwrap (const WaveJson *json);
/* Whether @value is of @type; else @error says that @what is not. */
gboolean wave_snapshot_expect (yyjson_val *value, yyjson_type type, const char *what, GError **error);
/* A lenient reader of @object, whose strings @slab will own. */
WaveReader wave_snapshot_reader (gpointer slab, yyjson_val *object);

/* Gives NULL for an element that makes no sense. */
typedef gpointer (*WaveReadElement) (yyjson_val *value);
/* Every element of a list that makes sense, freed with the list; @n_skipped (optional) counts the others. */
GPtrArray *wave_snapshot_read_list (yyjson_val *array, WaveReadElement read, guint *n_skipped);
gpointer wave_snapshot_read_room (yyjson_val *object);
gpointer wave_snapshot_read_member (yyjson_val *object);

G_END_DECLS
