// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences for people: the state of the session, why it is so, what to do; who is typing; what an AI does.
#pragma once

#include <gio/gio.h>

#include "model/wave-room-parts.h"
#include "session/wave-batch.h"

G_BEGIN_DECLS

/* (transfer none): "Live", "Catching up"… */
const char *wave_words_state (WaveSessionState state);
/* (transfer none): CSS class of a state: "live", "busy", "waiting", "stopped" */
const char *wave_words_state_class (WaveSessionState state);
/* (transfer full): why the transition happened, a sentence with the code and the peer's words */
char *wave_words_cause (const WaveTransition *transition);
/* (transfer full) (nullable): what a person should do about it; NULL when nothing */
char *wave_words_advice (const WaveTransition *transition);
/* (transfer full) (nullable): "Mia and Noor are typing…"; NULL when nobody is. @typists: of WaveParticipant */
char *wave_words_typing (GListModel *typists);
/* (transfer full) (nullable): @text with the direction of the interface, should it begin with a name from right to left. @text: (nullable) */
char *wave_words_sentence (const char *text);
/* (transfer full): "thinking", "calling web_search", "generating", "idle" */
char *wave_words_phase (WaveAiPhase phase, const char *status, const char *tool);
/* (transfer full): two lines: what was lost and fetched, whether that is all; what cannot be fetched */
char *wave_words_gap (WaveGap *gap);
/* (transfer full): "10:42:07 – 10:42:19 · 38 events fetched" */
char *wave_words_gap_title (WaveGap *gap);
/* (transfer full): "38 events on 2 pages in 0.31 s · 4 were here already" */
char *wave_words_gap_fetched (WaveGap *gap);
/* (transfer full): the ephemeral kinds, and the replies that were torn */
char *wave_words_gap_gone (WaveGap *gap);
/* (transfer none): what a state means, for a legend */
const char *wave_words_state_meaning (WaveSessionState state);

G_END_DECLS
