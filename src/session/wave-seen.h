// SPDX-License-Identifier: GPL-3.0-or-later
// Which durable events were delivered already, and how far one may look back without meeting forgotten ones.
#pragma once

#include "protocol/wave-event.h"

G_BEGIN_DECLS

/* How many durable events are remembered (protocol notes, 7-22). */
#define WAVE_SEEN_CAPACITY 50000

/**
 * WaveSeen: an open-addressed set of 64-bit hashes. An event is the same event when its id was seen; or when it has no id, or was first seen
 * without one, and its position was seen. Two ids at one position are two events. A message whose id was seen with other content is an
 * edit, and new once for each content.
 */
typedef struct _WaveSeen WaveSeen;

WaveSeen *wave_seen_new (guint capacity);
/* An empty one, for what @seen may absorb. */
WaveSeen *wave_seen_new_beside (const WaveSeen *seen);
void wave_seen_free (WaveSeen *seen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveSeen, wave_seen_free)

/* TRUE when @event is new; it is remembered from then on. Ephemeral events are always new and never remembered. */
gboolean wave_seen_add (WaveSeen *seen, const WaveEvent *event);
/* Asks the memory for what wave_seen_add() will look at, when other events come first. */
void wave_seen_fetch_ahead (WaveSeen *seen, const WaveEvent *event);
/* Remembers a wave_event_dup_key() from a journal. */
void wave_seen_add_key (WaveSeen *seen, const char *key);
/* Remembers everything that @other, made beside @seen, remembers: as met after what @seen has met. */
void wave_seen_absorb (WaveSeen *seen, WaveSeen *other);
/* The highest position among the events that were forgotten; -1 while none was. Above it the memory is complete. */
gint64 wave_seen_get_floor (WaveSeen *seen);
/* TRUE once after keys of a journal, whose positions are not known, began to be forgotten. */
gboolean wave_seen_take_keys_forgotten (WaveSeen *seen);
/* The server's positions start over: those seen so far mean nothing, while ids stay what they are. */
void wave_seen_forget_positions (WaveSeen *seen);
void wave_seen_clear (WaveSeen *seen);

/**
 * WaveCursor: positions that sync confirmed, with the time of it.
 *
 * The position to resume from is not the latest one: an event may be committed below it and become visible late (protocol notes 6.2). It is the
 * latest one below which sync was asked again, from the start, a @span after it was confirmed; what is delivered again from there is known
 * already. That time has passed is not enough: nothing was asked during an outage, and what was committed late in its first seconds lies below.
 */
typedef struct {
  GArray *history; /* of (time, position), ascending in both: confirmed once */
  gint64 base;     /* where to resume from; -1 not known */
} WaveCursor;

void wave_cursor_init (WaveCursor *cursor);
void wave_cursor_clear (WaveCursor *cursor);
void wave_cursor_set_base (WaveCursor *cursor, gint64 base);
/* Nothing below @position is asked for again. */
void wave_cursor_raise (WaveCursor *cursor, gint64 position);
void wave_cursor_confirm (WaveCursor *cursor, gint64 now_us, gint64 position);
/* A walk that began at @begun_us at or below the base has brought everything up to @position. Returns: whether the base moved */
gboolean wave_cursor_settle (WaveCursor *cursor, gint64 begun_us, gint64 span_us, gint64 position);
/* What was confirmed above @position is not there any more. */
void wave_cursor_forget_above (WaveCursor *cursor, gint64 position);
/* Returns: the position to resume from; -1 when there is no base */
gint64 wave_cursor_get (const WaveCursor *cursor);
gint64 wave_cursor_get_latest (const WaveCursor *cursor);

G_END_DECLS
