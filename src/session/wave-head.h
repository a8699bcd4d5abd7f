// SPDX-License-Identifier: GPL-3.0-or-later
// Where "now" is: there is no call that tells the last position (protocol notes 6.2, "first run").
#pragma once

#include "session/wave-rest.h"
#include "session/wave-seen.h"
#include "session/wave-walker.h"

G_BEGIN_DECLS

typedef struct _WaveHead WaveHead;
/* @position: -1 when it cannot be told. The last call; the head is still to be freed. */
typedef void (*WaveHeadFunc) (WaveHead *head, gint64 position, gpointer user_data);

/* @patient: when the server sits on its first answer, to wait until it comes (there may be nothing, or much); otherwise that counts as "cannot
 * be told".
 * Takes the newest message of the rooms, then walks silently from there to the end. What it met is added to @seen when the position is told: until
 * then a frame that comes live may be among it. */
WaveHead *wave_head_new (WaveRest *rest, const WaveWalkerConfig *config, WaveSeen *seen, gboolean patient, WaveHeadFunc func, gpointer user_data);
void wave_head_free (WaveHead *head);

G_END_DECLS
