// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's words about rooms, AIs, plans, sidekicks, calls and bridges, as people say them. A word that is not known is shown as it came.
#pragma once

#include <glib.h>

#include "model/wave-model-types.h"

G_BEGIN_DECLS

/* (transfer full): one harmless line of text from the wire, of at most @max_chars. @text: (nullable) */
char *wave_words_line (const char *text, guint max_chars);
/* (transfer full): the same with its line breaks */
char *wave_words_lines (const char *text, guint max_chars);

/* (transfer full) (nullable): "answers when mentioned". @mode: (nullable) */
char *wave_words_engagement (const char *mode);
/* (transfer full) (nullable): "in one growing message". @mode: (nullable) */
char *wave_words_response_mode (const char *mode);
/* (transfer full): of a plan */
char *wave_words_plan_state (const char *state);
char *wave_words_step_status (const char *status);
/* (transfer full) (nullable): how a plan goes on: "one step after the other · by itself" */
char *wave_words_plan_manner (const char *mode, const char *advance, const char *venue);
char *wave_words_sidekick_status (const char *status);
char *wave_words_call_state (const char *state);
char *wave_words_bridge_status (const char *status);
/* (transfer full): "Slack" */
char *wave_words_transport (const char *transport);
/* (transfer full): "Direct message"; never NULL */
char *wave_words_room_type (const char *room_type);

G_END_DECLS
