// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-batch.h"

static const char *const state_nicks[] = {
  [WAVE_SESSION_IDLE] = "idle",
  [WAVE_SESSION_CONNECTING] = "connecting",
  [WAVE_SESSION_AWAITING_HELLO] = "awaiting-hello",
  [WAVE_SESSION_CATCHING_UP] = "catching-up",
  [WAVE_SESSION_LIVE] = "live",
  [WAVE_SESSION_WAITING] = "waiting",
  [WAVE_SESSION_REFUSED] = "refused",
  [WAVE_SESSION_REPLACED] = "replaced",
  [WAVE_SESSION_POLLING] = "polling",
};
G_STATIC_ASSERT (G_N_ELEMENTS (state_nicks) == WAVE_N_SESSION_STATES);

static const char *const cause_nicks[] = {
  [WAVE_CAUSE_NONE] = "none",
  [WAVE_CAUSE_STARTED] = "started",
  [WAVE_CAUSE_STOPPED] = "stopped",
  [WAVE_CAUSE_OPENED] = "opened",
  [WAVE_CAUSE_HELLO] = "hello",
  [WAVE_CAUSE_CAUGHT_UP] = "caught-up",
  [WAVE_CAUSE_TIMER] = "timer",
  [WAVE_CAUSE_ASKED] = "asked",
  [WAVE_CAUSE_NETWORK_BACK] = "network-back",
  [WAVE_CAUSE_NEW_TOKEN] = "new-token",
  [WAVE_CAUSE_HELLO_LATE] = "hello-late",
  [WAVE_CAUSE_SILENT] = "silent",
  [WAVE_CAUSE_CLOSED] = "closed",
  [WAVE_CAUSE_DROPPED] = "dropped",
  [WAVE_CAUSE_FRAME_TOO_LARGE] = "frame-too-large",
  [WAVE_CAUSE_CANNOT_CONNECT] = "cannot-connect",
  [WAVE_CAUSE_TLS] = "tls",
  [WAVE_CAUSE_UPGRADE_REFUSED] = "upgrade-refused",
  [WAVE_CAUSE_TOKEN_REFUSED] = "token-refused",
  [WAVE_CAUSE_DUPLICATE] = "duplicate",
  [WAVE_CAUSE_SYNC_FAILED] = "sync-failed",
  [WAVE_CAUSE_INSECURE] = "insecure",
};
G_STATIC_ASSERT (G_N_ELEMENTS (cause_nicks) == WAVE_N_CAUSES);

const char *
wave_session_state_get_nick (WaveSessionState state)
{
  g_return_val_if_fail ((guint) state < WAVE_N_SESSION_STATES, "unknown");

  return state_nicks[state];
}

const char *
wave_cause_get_nick (WaveCause cause)
{
  g_return_val_if_fail ((guint) cause < WAVE_N_CAUSES, "unknown");

  return cause_nicks[cause];
}

void
wave_transition_free (WaveTransition *transition)
{
  if (transition == NULL)
    return;
  g_free (transition->reason);
  g_free (transition->server_name);
  g_free (transition->tenant_id);
  g_free (transition->session_id);
  if (transition->report != NULL)
    g_free (transition->report->detail);
  g_free (transition->report);
  g_free (transition);
}

WaveTransition *
wave_transition_copy (const WaveTransition *transition)
{
  WaveTransition *copy;

  g_return_val_if_fail (transition != NULL, NULL);

  copy = g_memdup2 (transition, sizeof *transition);
  copy->reason = g_strdup (transition->reason);
  copy->server_name = g_strdup (transition->server_name);
  copy->tenant_id = g_strdup (transition->tenant_id);
  copy->session_id = g_strdup (transition->session_id);
  if (transition->report != NULL)
    {
      copy->report = g_memdup2 (transition->report, sizeof *transition->report);
      copy->report->detail = g_strdup (transition->report->detail);
    }
  return copy;
}

WaveBatch *
wave_batch_new (void)
{
  WaveBatch *batch = g_new0 (WaveBatch, 1);

  g_atomic_ref_count_init (&batch->ref_count);
  batch->events = g_ptr_array_new_full (32, (GDestroyNotify) wave_event_unref);
  batch->cursor = -1;
  return batch;
}

WaveBatch *
wave_batch_new_transition (WaveTransition *transition)
{
  WaveBatch *batch = wave_batch_new ();

  batch->transition = transition;
  return batch;
}

WaveBatch *
wave_batch_ref (WaveBatch *batch)
{
  g_return_val_if_fail (batch != NULL, NULL);

  g_atomic_ref_count_inc (&batch->ref_count);
  return batch;
}

void
wave_batch_unref (WaveBatch *batch)
{
  g_return_if_fail (batch != NULL);

  if (!g_atomic_ref_count_dec (&batch->ref_count))
    return;
  wave_transition_free (batch->transition);
  g_ptr_array_unref (batch->events);
  g_free (batch);
}
