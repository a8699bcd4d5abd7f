// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/.
#pragma once

#include "model/wave-tenant.h"
#include "session/wave-session.h"

G_BEGIN_DECLS

/**
 * WaveSidekickPoller: asks the server what the sidekicks at work are at, which comes in no event: one request at a time, every 15 seconds, for those of the
 * room that is open, the one that was asked for longest ago first; and for those that the tenant doubts ("sidekick-doubted"), before they are said to be lost.
 * Answers go to wave_tenant_answer_sidekick(). Main thread.
 */
#define WAVE_TYPE_SIDEKICK_POLLER (wave_sidekick_poller_get_type ())
G_DECLARE_FINAL_TYPE (WaveSidekickPoller, wave_sidekick_poller, WAVE, SIDEKICK_POLLER, GObject)

WaveSidekickPoller *wave_sidekick_poller_new (WaveTenant *tenant, WaveSession *session);
/* Nothing is asked or applied after this. */
void wave_sidekick_poller_stop (WaveSidekickPoller *poller);
void wave_sidekick_poller_live (WaveSidekickPoller *poller);
/* Nothing is asked until the session is live again; those that were doubted are not asked for any more, the tenant will tell of them again. */
void wave_sidekick_poller_lost (WaveSidekickPoller *poller);
/* It is another tenant: what is on its way is given up. */
void wave_sidekick_poller_forget (WaveSidekickPoller *poller);
/* Once a second. @room_id: (nullable): the room that is open. @now_mono: µs */
void wave_sidekick_poller_tick (WaveSidekickPoller *poller, const char *room_id, gint64 now_mono);

G_END_DECLS
