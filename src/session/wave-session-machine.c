// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-session-machine.h"

typedef struct {
  guint8 known; /* zero in a cell that nobody filled in */
  guint8 next, action, ignored;
} Cell;

#define GO(state, act) { 1, WAVE_SESSION_##state, WAVE_ACTION_##act, 0 }
#define IGNORE { 1, 0, WAVE_ACTION_NONE, 1 }
#define ROW(state) [WAVE_SESSION_##state]
#define ON(input) [WAVE_INPUT_##input]

/* Every pair stands here. An input that comes late, such as the hello of a socket that was given up, is ignored on purpose. */
static const Cell table[WAVE_N_SESSION_STATES][WAVE_N_INPUTS] = {
  ROW (IDLE) = {
    ON (START) = GO (CONNECTING, CONNECT),
    ON (STOP) = IGNORE, ON (ASKED) = IGNORE, ON (NEW_TOKEN) = IGNORE, ON (NETWORK_BACK) = IGNORE, ON (TIMER) = IGNORE,
    ON (OPENED) = IGNORE, ON (HELLO) = IGNORE, ON (CAUGHT_UP) = IGNORE, ON (GAP_LEFT) = IGNORE, ON (LOST) = IGNORE,
    ON (REFUSED) = IGNORE, ON (DUPLICATE) = IGNORE, ON (POLLABLE) = IGNORE, ON (POLL_LOST) = IGNORE,
  },
  ROW (CONNECTING) = {
    ON (STOP) = GO (IDLE, REST),
    ON (NEW_TOKEN) = GO (CONNECTING, CONNECT),
    ON (OPENED) = GO (AWAITING_HELLO, AWAIT_HELLO),
    ON (LOST) = GO (WAITING, WAIT),
    ON (REFUSED) = GO (REFUSED, REST),
    ON (POLLABLE) = GO (POLLING, POLL),
    ON (START) = IGNORE, ON (ASKED) = IGNORE, ON (NETWORK_BACK) = IGNORE, ON (TIMER) = IGNORE, ON (HELLO) = IGNORE,
    ON (CAUGHT_UP) = IGNORE, ON (GAP_LEFT) = IGNORE, ON (DUPLICATE) = IGNORE, ON (POLL_LOST) = IGNORE,
  },
  ROW (AWAITING_HELLO) = {
    ON (STOP) = GO (IDLE, REST),
    ON (HELLO) = GO (CATCHING_UP, CATCH_UP),
    ON (LOST) = GO (WAITING, WAIT),
    ON (REFUSED) = GO (REFUSED, REST),
    ON (DUPLICATE) = GO (REPLACED, REST),
    ON (START) = IGNORE, ON (ASKED) = IGNORE, ON (NEW_TOKEN) = IGNORE, ON (NETWORK_BACK) = IGNORE, ON (TIMER) = IGNORE,
    ON (OPENED) = IGNORE, ON (CAUGHT_UP) = IGNORE, ON (GAP_LEFT) = IGNORE, ON (POLLABLE) = IGNORE, ON (POLL_LOST) = IGNORE,
  },
  ROW (CATCHING_UP) = {
    ON (STOP) = GO (IDLE, REST),
    ON (HELLO) = GO (CATCHING_UP, CATCH_UP),
    ON (CAUGHT_UP) = GO (LIVE, GO_LIVE),
    ON (GAP_LEFT) = GO (LIVE, GO_LIVE),
    ON (LOST) = GO (WAITING, WAIT),
    ON (REFUSED) = GO (REFUSED, REST),
    ON (DUPLICATE) = GO (REPLACED, REST),
    ON (START) = IGNORE, ON (ASKED) = IGNORE, ON (NEW_TOKEN) = IGNORE, ON (NETWORK_BACK) = IGNORE, ON (TIMER) = IGNORE,
    ON (OPENED) = IGNORE, ON (POLLABLE) = IGNORE, ON (POLL_LOST) = IGNORE,
  },
  ROW (LIVE) = {
    ON (STOP) = GO (IDLE, REST),
    ON (HELLO) = GO (CATCHING_UP, CATCH_UP),
    ON (LOST) = GO (WAITING, WAIT),
    ON (REFUSED) = GO (REFUSED, REST),
    ON (DUPLICATE) = GO (REPLACED, REST),
    ON (START) = IGNORE, ON (ASKED) = IGNORE, ON (NEW_TOKEN) = IGNORE, ON (NETWORK_BACK) = IGNORE, ON (TIMER) = IGNORE,
    ON (OPENED) = IGNORE, ON (CAUGHT_UP) = IGNORE, ON (GAP_LEFT) = IGNORE, ON (POLLABLE) = IGNORE, ON (POLL_LOST) = IGNORE,
  },
  ROW (WAITING) = {
    ON (STOP) = GO (IDLE, REST),
    ON (ASKED) = GO (CONNECTING, CONNECT),
    ON (NEW_TOKEN) = GO (CONNECTING, CONNECT),
    ON (NETWORK_BACK) = GO (CONNECTING, CONNECT),
    ON (TIMER) = GO (CONNECTING, CONNECT),
    ON (REFUSED) = GO (REFUSED, REST),
    ON (START) = IGNORE, ON (OPENED) = IGNORE, ON (HELLO) = IGNORE, ON (CAUGHT_UP) = IGNORE, ON (GAP_LEFT) = IGNORE,
    ON (LOST) = IGNORE, ON (DUPLICATE) = IGNORE, ON (POLLABLE) = IGNORE, ON (POLL_LOST) = IGNORE,
  },
  ROW (REFUSED) = {
    ON (STOP) = GO (IDLE, REST),
    ON (ASKED) = GO (CONNECTING, CONNECT),
    ON (NEW_TOKEN) = GO (CONNECTING, CONNECT),
    ON (START) = IGNORE, ON (NETWORK_BACK) = IGNORE, ON (TIMER) = IGNORE, ON (OPENED) = IGNORE, ON (HELLO) = IGNORE,
    ON (CAUGHT_UP) = IGNORE, ON (GAP_LEFT) = IGNORE, ON (LOST) = IGNORE, ON (REFUSED) = IGNORE, ON (DUPLICATE) = IGNORE,
    ON (POLLABLE) = IGNORE, ON (POLL_LOST) = IGNORE,
  },
  ROW (REPLACED) = {
    ON (STOP) = GO (IDLE, REST),
    ON (ASKED) = GO (CONNECTING, CONNECT),
    ON (NEW_TOKEN) = GO (CONNECTING, CONNECT),
    ON (START) = IGNORE, ON (NETWORK_BACK) = IGNORE, ON (TIMER) = IGNORE, ON (OPENED) = IGNORE, ON (HELLO) = IGNORE,
    ON (CAUGHT_UP) = IGNORE, ON (GAP_LEFT) = IGNORE, ON (LOST) = IGNORE, ON (REFUSED) = IGNORE, ON (DUPLICATE) = IGNORE,
    ON (POLLABLE) = IGNORE, ON (POLL_LOST) = IGNORE,
  },
  ROW (POLLING) = {
    ON (STOP) = GO (IDLE, REST),
    ON (ASKED) = GO (POLLING, ASIDE),
    ON (NEW_TOKEN) = GO (POLLING, ASIDE),
    ON (NETWORK_BACK) = GO (POLLING, ASIDE),
    ON (TIMER) = GO (POLLING, ASIDE),
    ON (HELLO) = GO (CATCHING_UP, CATCH_UP),
    ON (LOST) = GO (POLLING, ASIDE_WAIT),
    ON (REFUSED) = GO (REFUSED, REST),
    ON (DUPLICATE) = GO (REPLACED, REST),
    ON (POLL_LOST) = GO (WAITING, WAIT),
    ON (START) = IGNORE, ON (OPENED) = IGNORE, ON (CAUGHT_UP) = IGNORE, ON (GAP_LEFT) = IGNORE, ON (POLLABLE) = IGNORE,
  },
};

static const char *const input_nicks[] = {
  "start", "stop", "asked", "new-token", "network-back", "timer", "opened", "hello",
  "caught-up", "gap-left", "lost", "refused", "duplicate", "pollable", "poll-lost",
};
G_STATIC_ASSERT (G_N_ELEMENTS (input_nicks) == WAVE_N_INPUTS);

WaveMove
wave_session_machine_step (WaveSessionState state, WaveInput input)
{
  const Cell *cell;

  g_assert ((guint) state < WAVE_N_SESSION_STATES && (guint) input < WAVE_N_INPUTS);

  cell = &table[state][input];
  if (!cell->known || cell->ignored)
    return (WaveMove) { state, WAVE_ACTION_NONE, TRUE };
  return (WaveMove) { (WaveSessionState) cell->next, (WaveAction) cell->action, FALSE };
}

gboolean
wave_session_machine_has (WaveSessionState state, WaveInput input)
{
  g_assert ((guint) state < WAVE_N_SESSION_STATES && (guint) input < WAVE_N_INPUTS);

  return table[state][input].known;
}

const char *
wave_input_get_nick (WaveInput input)
{
  g_assert ((guint) input < WAVE_N_INPUTS);

  return input_nicks[input];
}
