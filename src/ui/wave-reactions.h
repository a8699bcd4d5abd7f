// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-timeline.h"

G_BEGIN_DECLS

/* WaveReactions: the reactions to a message with their counts; each tells who when it is pointed at or pressed. */
#define WAVE_TYPE_REACTIONS (wave_reactions_get_type ())
G_DECLARE_FINAL_TYPE (WaveReactions, wave_reactions, WAVE, REACTIONS, AdwBin)
GtkWidget *wave_reactions_new (void);
void wave_reactions_update (WaveReactions *reactions, WaveTimelineItem *item /* nullable */);

G_END_DECLS
