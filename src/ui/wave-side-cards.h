// SPDX-License-Identifier: GPL-3.0-or-later
// The cards beside a timeline. Each follows its room by itself and hides when there is nothing to tell; what it shows changes in place, so that
// what a person opened in it stays open. Time comes in with the tick, once a second.
#pragma once

#include <gtk/gtk.h>

#include "model/wave-room.h"

G_BEGIN_DECLS

/* The call: ringing with its countdown, who is in it, how long. */
#define WAVE_TYPE_CALL_CARD (wave_call_card_get_type ())
G_DECLARE_FINAL_TYPE (WaveCallCard, wave_call_card, WAVE, CALL_CARD, GtkBox)
void wave_call_card_set_room (WaveCallCard *card, WaveRoom *room /* nullable */);
void wave_call_card_tick (WaveCallCard *card, gint64 now_mono_us);

/* The plan: goal, steps with their results on demand, and what changed from one snapshot to the next. */
#define WAVE_TYPE_PLAN_CARD (wave_plan_card_get_type ())
G_DECLARE_FINAL_TYPE (WavePlanCard, wave_plan_card, WAVE, PLAN_CARD, GtkBox)
void wave_plan_card_set_room (WavePlanCard *card, WaveRoom *room /* nullable */);

/* What each AI does, since when, when it answers and how full its context is. */
#define WAVE_TYPE_AI_CARD (wave_ai_card_get_type ())
G_DECLARE_FINAL_TYPE (WaveAiCard, wave_ai_card, WAVE, AI_CARD, GtkBox)
void wave_ai_card_set_room (WaveAiCard *card, WaveRoom *room /* nullable */);
void wave_ai_card_tick (WaveAiCard *card, gint64 now_mono_us);

/* Sidekicks as a tree below what spawned them. Signal: "open-room" (room id). */
#define WAVE_TYPE_SIDEKICK_CARD (wave_sidekick_card_get_type ())
G_DECLARE_FINAL_TYPE (WaveSidekickCard, wave_sidekick_card, WAVE, SIDEKICK_CARD, GtkBox)
void wave_sidekick_card_set_room (WaveSidekickCard *card, WaveRoom *room /* nullable */);
void wave_sidekick_card_tick (WaveSidekickCard *card, gint64 now_mono_us);

/* The ways out of the room: bridges with their health, federation with its count. */
#define WAVE_TYPE_BRIDGE_CARD (wave_bridge_card_get_type ())
G_DECLARE_FINAL_TYPE (WaveBridgeCard, wave_bridge_card, WAVE, BRIDGE_CARD, GtkBox)
void wave_bridge_card_set_room (WaveBridgeCard *card, WaveRoom *room /* nullable */);

G_END_DECLS
