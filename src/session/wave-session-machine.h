// SPDX-License-Identifier: GPL-3.0-or-later
// The session's state machine: a table, without any I/O. wave-engine.c carries out the actions.
#pragma once

#include "session/wave-batch.h"

G_BEGIN_DECLS

typedef enum {
  WAVE_INPUT_START,
  WAVE_INPUT_STOP,
  WAVE_INPUT_ASKED,        /* the person wants a try now */
  WAVE_INPUT_NEW_TOKEN,    /* there is another token than the one last used */
  WAVE_INPUT_NETWORK_BACK, /* a hint: the network changed, or the machine woke up */
  WAVE_INPUT_TIMER,        /* the wait is over */
  WAVE_INPUT_OPENED,       /* the upgrade was accepted */
  WAVE_INPUT_HELLO,
  WAVE_INPUT_CAUGHT_UP,
  WAVE_INPUT_GAP_LEFT,     /* the catch-up goes on later; live events must not wait for it */
  WAVE_INPUT_LOST,         /* no connection, for whatever reason that allows another try */
  WAVE_INPUT_REFUSED,      /* the server does not take the token */
  WAVE_INPUT_DUPLICATE,    /* another client took over */
  WAVE_INPUT_POLLABLE,     /* the socket cannot be opened, and sync answers */
  WAVE_INPUT_POLL_LOST,    /* sync does not answer any more */
  WAVE_N_INPUTS
} WaveInput;

typedef enum {
  WAVE_ACTION_NONE,
  WAVE_ACTION_CONNECT,
  WAVE_ACTION_AWAIT_HELLO,
  WAVE_ACTION_CATCH_UP,
  WAVE_ACTION_GO_LIVE,
  WAVE_ACTION_WAIT,
  WAVE_ACTION_REST,       /* everything ends: refused, replaced or stopped */
  WAVE_ACTION_POLL,
  WAVE_ACTION_ASIDE,      /* while polling: try the socket again */
  WAVE_ACTION_ASIDE_WAIT, /* while polling: plan that try */
} WaveAction;

/* How a pair of state and input is answered. An ignored pair keeps the state and does nothing. */
typedef struct {
  WaveSessionState next;
  WaveAction action;
  gboolean ignored;
} WaveMove;

WaveMove wave_session_machine_step (WaveSessionState state, WaveInput input);
/* FALSE for a pair that nobody thought of: the tests go through all of them. */
gboolean wave_session_machine_has (WaveSessionState state, WaveInput input);
const char *wave_input_get_nick (WaveInput input);

G_END_DECLS
