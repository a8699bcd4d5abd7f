// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-participant.h"

G_BEGIN_DECLS

/* (transfer none): "Online", "Idle"… translated */
const char *wave_presence_get_label (WavePresenceState state);

/**
 * WavePresenceDot: shows a presence by shape as well as by colour: online a full disc, idle a half disc, busy a disc with a bar, appearing offline
 * a ring with a point, offline a ring, not known a ring of dots.
 */
#define WAVE_TYPE_PRESENCE_DOT (wave_presence_dot_get_type ())
G_DECLARE_FINAL_TYPE (WavePresenceDot, wave_presence_dot, WAVE, PRESENCE_DOT, GtkWidget)
GtkWidget *wave_presence_dot_new (void);
void wave_presence_dot_set_state (WavePresenceDot *dot, WavePresenceState state);

/* WaveAvatar: initials of a participant with the dot at its corner; AIs bear a star instead of initials. */
#define WAVE_TYPE_AVATAR (wave_avatar_get_type ())
G_DECLARE_FINAL_TYPE (WaveAvatar, wave_avatar, WAVE, AVATAR, GtkWidget)
GtkWidget *wave_avatar_new (int size);
/* @participant: (nullable). @show_presence: with the dot */
void wave_avatar_set_participant (WaveAvatar *avatar, WaveParticipant *participant, gboolean show_presence);
/* For a room: initials and colour of its name. */
/* Follows nobody any more, and looks as it did: for a row that is not seen until it shows another. */
void wave_avatar_let_go (WaveAvatar *avatar);
void wave_avatar_set_text (WaveAvatar *avatar, const char *text);

G_END_DECLS
