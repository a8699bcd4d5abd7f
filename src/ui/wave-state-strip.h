// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "session/wave-batch.h"

G_BEGIN_DECLS

/* WaveStateStrip: the session's states of the last ten minutes as bands over time; each state has its own height as well as its colour. */
#define WAVE_TYPE_STATE_STRIP (wave_state_strip_get_type ())
G_DECLARE_FINAL_TYPE (WaveStateStrip, wave_state_strip, WAVE, STATE_STRIP, GtkWidget)
GtkWidget *wave_state_strip_new (void);
/* A small piece as the strip draws it, for a legend. */
GtkWidget *wave_state_strip_make_swatch (WaveSessionState state);
/* @transitions: of WaveTransitionItem, oldest first */
void wave_state_strip_update (WaveStateStrip *strip, GListModel *transitions, gint64 now_mono_us);

G_END_DECLS
