// SPDX-License-Identifier: GPL-3.0-or-later
// Carries out what the table in wave-session-machine.c says.
#include "config.h"

#include "session/wave-engine.h"

#include "session/wave-http.h"

#include <string.h>
#include <time.h>

#define TICK_US (100 * 1000)
/* Two closes 4003 without a clear reason, each so soon after hello, mean that somebody else holds the token (protocol notes 2.2). */
#define QUICK_US (10 * G_USEC_PER_SEC)
#define MAX_UPGRADE_FAILURES 3
/* A head that is not found by then is looked for after the hello. */
#define HEAD_PATIENCE_US (5 * G_USEC_PER_SEC)
/* After a sleep a pong must come soon. */
#define WAKE_PONG_US (5 * G_USEC_PER_SEC)

static const WaveSocketFuncs socket_funcs;

static const WaveHappening nothing = { .cause = WAVE_CAUSE_NONE, .retry_after_us = -1 };

/* ---------------------------------------------------------------- connection */

static void
drop_connection (WaveEngine *self)
{
  g_clear_pointer (&self->socket, wave_socket_free);
  wave_http_call_cancel (g_steal_pointer (&self->probe));
  g_clear_pointer (&self->head, wave_head_free);
  self->head_first = FALSE;
  wave_engine_end_walk (self);
  wave_timer_start (self->wait_timer, -1);
  wave_timer_start (self->deadline_timer, -1);
  wave_timer_start (self->liveness_timer, -1);
  wave_engine_release_ephemeral (self);
}

static void
open_socket (WaveEngine *self)
{
  wave_secret_free (self->socket_token);
  self->socket_token = wave_credentials_dup_access_token (self->credentials);
  g_clear_pointer (&self->socket, wave_socket_free);
  self->hello_us = 0;
  self->socket = wave_socket_new (self->base, self->socket_token, &socket_funcs, self);
  wave_timer_start (self->deadline_timer, self->timings.connect_deadline);
}

void
wave_engine_start_connect (WaveEngine *self)
{
  gboolean from_head = self->since == WAVE_SINCE_HEAD || (self->since == WAVE_SINCE_STORED && self->resume_func == NULL);

  if (from_head && !self->identified && self->head_position < 0 && self->head == NULL && wave_engine_get_lowest_held (self) < 0
      && self->state == WAVE_SESSION_CONNECTING && !self->head_tried)
    {
      /* Found before the socket is opened, the head leaves no moment in which an event could count as old though it came later. */
      self->head_first = self->head_tried = TRUE;
      wave_timer_start (self->deadline_timer, MIN (HEAD_PATIENCE_US, self->timings.connect_deadline));
      wave_engine_find_head (self);
      return;
    }
  open_socket (self);
}

static void
lose (WaveEngine *self, WaveHappening happening)
{
  wave_engine_feed (self, WAVE_INPUT_LOST, &happening);
}

static void
on_refreshed_for_socket (WaveEngine *self, gboolean refreshed, gboolean refused, gpointer user_data)
{
  if (self->state != WAVE_SESSION_WAITING || !self->needs_refresh)
    return;
  if (refreshed)
    {
      self->needs_refresh = FALSE;
      wave_engine_feed (self, WAVE_INPUT_NEW_TOKEN, &(WaveHappening) { .cause = WAVE_CAUSE_NEW_TOKEN, .retry_after_us = -1 });
    }
  else if (refused)
    wave_engine_feed (self, WAVE_INPUT_REFUSED,
                      &(WaveHappening) {
                        .cause = WAVE_CAUSE_TOKEN_REFUSED,
                        .reason = "the token could not be refreshed",
                        .retry_after_us = -1,
                      });
  else
    wave_timer_start (self->wait_timer, wave_backoff_next (&self->backoff, TRUE));
}

/* 4001, or 401 and 403 on the upgrade. */
static void
on_token_refused (WaveEngine *self, WaveHappening happening)
{
  happening.cause = WAVE_CAUSE_TOKEN_REFUSED;
  if (wave_engine_has_new_token (self))
    {
      /* It was changed while the socket lived: the new one was not refused. */
      happening.at_once = TRUE;
      lose (self, happening);
      return;
    }
  if (!wave_engine_can_refresh (self) || self->token_is_fresh)
    {
      wave_engine_feed (self, WAVE_INPUT_REFUSED, &happening);
      return;
    }
  if (self->state == WAVE_SESSION_POLLING)
    {
      wave_engine_refresh (self, NULL, NULL);
      lose (self, happening);
      return;
    }
  self->needs_refresh = TRUE;
  lose (self, happening);
  if (self->state == WAVE_SESSION_WAITING)
    wave_engine_refresh (self, on_refreshed_for_socket, NULL);
}

static gboolean
contains_word (const char *text, const char *word)
{
  g_autofree char *lower = text != NULL ? g_ascii_strdown (text, -1) : NULL;

  return lower != NULL && strstr (lower, word) != NULL;
}

/* 4003, by the table of protocol notes 2.2. */
static void
on_aborted (WaveEngine *self, WaveHappening happening, gint64 hello_us)
{
  gboolean quick = hello_us > 0 && g_get_monotonic_time () - hello_us < QUICK_US;

  if (contains_word (happening.reason, "duplicate"))
    happening.cause = WAVE_CAUSE_DUPLICATE;
  else if (!contains_word (happening.reason, "ping"))
    {
      self->quick_closes = quick ? self->quick_closes + 1 : 0;
      if (self->quick_closes >= 2)
        happening.cause = WAVE_CAUSE_DUPLICATE;
    }
  if (happening.cause == WAVE_CAUSE_DUPLICATE)
    {
      self->quick_closes = 0;
      wave_engine_feed (self, WAVE_INPUT_DUPLICATE, &happening);
    }
  else
    lose (self, happening);
}

static void
on_upgrade_refused (WaveEngine *self, WaveHappening happening)
{
  switch (happening.http_status)
    {
    case 401:
    case 403:
      on_token_refused (self, happening);
      return;
    case 200:
    case 400:
    case 404:
    case 405:
    case 426:
    case 501:
      self->upgrade_failures++;
      break;
    default:
      self->upgrade_failures = 0;
      break;
    }
  if (self->upgrade_failures >= MAX_UPGRADE_FAILURES && self->state == WAVE_SESSION_CONNECTING)
    {
      /* No stream here, it seems; perhaps a proxy in the way. Is there sync? The answer decides. */
      g_clear_pointer (&self->socket, wave_socket_free);
      wave_timer_start (self->deadline_timer, -1);
      wave_engine_probe_sync (self);
      return;
    }
  lose (self, happening);
}

static void
on_socket_opened (WaveSocket *socket, gpointer user_data)
{
  WaveEngine *self = user_data;

  self->upgrade_failures = 0;
  wave_liveness_init (&self->liveness, self->timings.ping_interval, self->timings.silence_deadline, g_get_monotonic_time ());
  wave_timer_start (self->liveness_timer, self->timings.ping_interval);
  wave_timer_start (self->deadline_timer, self->timings.hello_deadline);
  wave_engine_feed (self, WAVE_INPUT_OPENED, &(WaveHappening) { .cause = WAVE_CAUSE_OPENED, .retry_after_us = -1 });
}

static void
on_socket_message (WaveSocket *socket, GBytes *bytes, guint64 full_size, gpointer user_data)
{
  wave_engine_on_message (user_data, bytes, full_size);
}

static void
on_socket_whole (WaveSocket *socket, const guint8 *data, gsize length, gpointer user_data)
{
  wave_engine_on_whole (user_data, data, length);
}

static void
on_socket_ended (WaveSocket *socket, const WaveSocketEnd *end, gpointer user_data)
{
  WaveEngine *self = user_data;
  g_autofree char *reason = g_strdup (end->reason);
  WaveHappening happening = {
    .cause = end->cause,
    .close_code = end->close_code,
    .http_status = end->http_status,
    .reason = reason,
    .retry_after_us = end->retry_after_us,
    .give_room = end->close_code == 1013,
  };

  if (end->cause == WAVE_CAUSE_UPGRADE_REFUSED)
    on_upgrade_refused (self, happening);
  else if (end->close_code == 4001)
    on_token_refused (self, happening);
  else if (end->close_code == 4003)
    on_aborted (self, happening, self->hello_us);
  else
    {
      self->quick_closes = 0;
      lose (self, happening);
    }
}

static const WaveSocketFuncs socket_funcs = { on_socket_opened, on_socket_message, on_socket_whole, on_socket_ended };

/* ---------------------------------------------------------------- timers */

static gboolean
on_deadline (gpointer user_data)
{
  WaveEngine *self = user_data;
  gboolean open;

  if (self->head_first)
    {
      g_clear_pointer (&self->head, wave_head_free);
      self->head_first = FALSE;
      open_socket (self);
      return G_SOURCE_CONTINUE;
    }
  if (self->socket == NULL || self->hello_us != 0)
    return G_SOURCE_CONTINUE;
  open = wave_socket_is_open (self->socket);
  lose (self, (WaveHappening) {
                .cause = open ? WAVE_CAUSE_HELLO_LATE : WAVE_CAUSE_CANNOT_CONNECT,
                .reason = open ? "the server does not say hello" : "no connection within the deadline",
                .retry_after_us = -1,
              });
  return G_SOURCE_CONTINUE;
}

static gboolean
on_liveness (gpointer user_data)
{
  WaveEngine *self = user_data;
  gint64 now = g_get_monotonic_time ();

  if (self->socket == NULL || !wave_socket_is_open (self->socket))
    return G_SOURCE_CONTINUE;
  /* While nothing is read, that nothing is heard is not the server's fault. */
  self->liveness.heard_us = MAX (self->liveness.heard_us, self->behind_us > 0 ? now : wave_socket_get_heard (self->socket));
  switch (wave_liveness_judge (&self->liveness, now))
    {
    case WAVE_LIVENESS_DEAD:
      lose (self, (WaveHappening) {
                    .cause = WAVE_CAUSE_SILENT,
                    .reason = "the server is silent and does not answer our ping",
                    .retry_after_us = -1,
                  });
      return G_SOURCE_CONTINUE;
    case WAVE_LIVENESS_PING:
      self->liveness.pinged_us = now;
      self->liveness.pong_within_us = self->timings.ping_interval;
      wave_socket_send_ping (self->socket);
      break;
    case WAVE_LIVENESS_FINE:
      break;
    }
  wave_timer_start (self->liveness_timer, MAX (1000, wave_liveness_get_next (&self->liveness, now) - now));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_wait_over (gpointer user_data)
{
  WaveEngine *self = user_data;

  if (self->state == WAVE_SESSION_WAITING && self->needs_refresh)
    {
      if (wave_engine_can_refresh (self))
        {
          wave_engine_refresh (self, on_refreshed_for_socket, NULL);
          return G_SOURCE_CONTINUE;
        }
      self->needs_refresh = FALSE;
    }
  wave_engine_feed (self, WAVE_INPUT_TIMER, &(WaveHappening) { .cause = WAVE_CAUSE_TIMER, .retry_after_us = -1 });
  return G_SOURCE_CONTINUE;
}

static gboolean
on_overlap (gpointer user_data)
{
  WaveEngine *self = user_data;

  if (self->state == WAVE_SESSION_LIVE)
    wave_engine_begin_recheck (self);
  else if (self->state == WAVE_SESSION_POLLING)
    {
      wave_engine_begin_poll (self);
      wave_timer_start (self->overlap_timer, self->timings.overlap_interval);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_refresh_due (gpointer user_data)
{
  WaveEngine *self = user_data;

  if (self->started && self->state != WAVE_SESSION_REFUSED && self->state != WAVE_SESSION_REPLACED && wave_engine_can_refresh (self))
    wave_engine_refresh (self, NULL, NULL);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_flush (gpointer user_data)
{
  wave_engine_flush (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_behind (gpointer user_data)
{
  wave_engine_check_behind (user_data);
  return G_SOURCE_CONTINUE;
}

static gint64
read_sleep (void)
{
  struct timespec boot, mono;

  clock_gettime (CLOCK_BOOTTIME, &boot);
  clock_gettime (CLOCK_MONOTONIC, &mono);
  return (boot.tv_sec - mono.tv_sec) * G_USEC_PER_SEC + (boot.tv_nsec - mono.tv_nsec) / 1000;
}

static gboolean
on_tick (gpointer user_data)
{
  WaveEngine *self = user_data;
  gint64 now = g_get_monotonic_time (), lag = MAX (0, now - self->tick_due_us), asleep = read_sleep ();

  self->counters.loop_lag_us = lag;
  if (now - self->lag_second_us >= G_USEC_PER_SEC)
    {
      self->lag_second_us = now;
      self->lag_minute_at = (self->lag_minute_at + 1) % G_N_ELEMENTS (self->lag_max_us);
      self->lag_max_us[self->lag_minute_at] = 0;
      wave_engine_flush (self);
    }
  self->lag_max_us[self->lag_minute_at] = MAX (self->lag_max_us[self->lag_minute_at], lag);
  self->counters.loop_lag_recent_us
      = MAX (self->lag_max_us[self->lag_minute_at], self->lag_max_us[(self->lag_minute_at + G_N_ELEMENTS (self->lag_max_us) - 1) % G_N_ELEMENTS (self->lag_max_us)]);
  self->counters.loop_lag_max_us = 0;
  for (guint i = 0; i < G_N_ELEMENTS (self->lag_max_us); i++)
    self->counters.loop_lag_max_us = MAX (self->counters.loop_lag_max_us, self->lag_max_us[i]);

  if (asleep - self->asleep_us > 2 * G_USEC_PER_SEC)
    wave_engine_network_back (self);
  self->asleep_us = asleep;
  wave_engine_publish (self);
  self->tick_due_us = now + TICK_US;
  wave_timer_start (self->tick_timer, TICK_US);
  return G_SOURCE_CONTINUE;
}

/* ---------------------------------------------------------------- the machine */

static WaveTransition *
new_transition (WaveEngine *self, WaveSessionState to, const WaveHappening *happening)
{
  WaveTransition *transition = g_new0 (WaveTransition, 1);

  transition->from = self->state;
  transition->to = to;
  transition->cause = happening->cause;
  transition->mono_us = g_get_monotonic_time ();
  transition->wall_us = g_get_real_time ();
  transition->close_code = happening->close_code;
  transition->http_status = happening->http_status;
  transition->reason = g_strdup (happening->reason);
  transition->retry_at_mono_us = -1;
  transition->attempt = self->backoff.failures;
  transition->server_name = g_strdup (self->server_name);
  transition->tenant_id = g_strdup (self->tenant_id);
  transition->session_id = g_strdup (self->session_id);
  transition->skew_us = self->skew_us;
  if (self->state == WAVE_SESSION_CATCHING_UP)
    {
      if (to != WAVE_SESSION_LIVE)
        {
          self->report.complete = FALSE;
          self->report.gap_end_wall_us = transition->wall_us;
          self->report.duration_us = transition->mono_us - self->catch_up_started_us;
          self->report.to_position = wave_cursor_get_latest (&self->cursor);
          if (self->report.detail == NULL)
            self->report.detail = g_strdup ("the connection was lost before the catch-up was done");
        }
      transition->report = g_memdup2 (&self->report, sizeof self->report);
      self->report.detail = NULL;
    }
  return transition;
}

static gint64
plan_wait (WaveEngine *self, const WaveHappening *happening)
{
  gint64 delay;

  if (self->hello_us != 0 && g_get_monotonic_time () - self->hello_us >= self->timings.stable_after)
    wave_backoff_reset (&self->backoff);
  if (happening->at_once)
    return 0;
  delay = wave_backoff_next (&self->backoff, happening->give_room);
  return happening->retry_after_us >= 0 ? happening->retry_after_us : delay;
}

static void
enter (WaveEngine *self, WaveTransition *transition)
{
  g_debug ("%s → %s (%s)", wave_session_state_get_nick (transition->from), wave_session_state_get_nick (transition->to),
           wave_cause_get_nick (transition->cause));
  self->state = transition->to;
  wave_rest_set_refused (self->rest, self->state == WAVE_SESSION_REFUSED);
  wave_engine_emit_transition (self, transition);
}

static void
do_wait (WaveEngine *self, WaveMove move, const WaveHappening *happening)
{
  gboolean was_connected = self->hello_us != 0;
  WaveTransition *transition;
  gint64 delay;

  drop_connection (self);
  if (was_connected && self->lost_wall_us < 0)
    self->lost_wall_us = g_get_real_time ();
  delay = plan_wait (self, happening);
  self->hello_us = 0;
  transition = new_transition (self, move.next, happening);
  if (!self->needs_refresh)
    {
      transition->retry_at_mono_us = g_get_monotonic_time () + delay;
      wave_timer_start (self->wait_timer, delay);
    }
  enter (self, transition);
}

static void
do_aside_wait (WaveEngine *self, const WaveHappening *happening)
{
  gint64 delay = MAX (happening->retry_after_us, self->timings.backoff_max);

  g_clear_pointer (&self->socket, wave_socket_free);
  wave_timer_start (self->deadline_timer, -1);
  wave_timer_start (self->liveness_timer, -1);
  wave_timer_start (self->wait_timer, delay);
}

void
wave_engine_feed (WaveEngine *self, WaveInput input, const WaveHappening *happening)
{
  WaveMove move = wave_session_machine_step (self->state, input);
  WaveTransition *transition;

  if (happening == NULL)
    happening = &nothing;
  if (move.ignored)
    {
      g_debug ("%s ignores %s", wave_session_state_get_nick (self->state), wave_input_get_nick (input));
      return;
    }
  switch (move.action)
    {
    case WAVE_ACTION_NONE:
      break;
    case WAVE_ACTION_CONNECT:
      drop_connection (self);
      self->needs_refresh = FALSE;
      self->head_tried = FALSE;
      enter (self, new_transition (self, move.next, happening));
      wave_engine_start_connect (self);
      break;
    case WAVE_ACTION_AWAIT_HELLO:
      enter (self, new_transition (self, move.next, happening));
      break;
    case WAVE_ACTION_CATCH_UP:
      /* Also reached from polling, whose walk and timer end here. */
      wave_timer_start (self->wait_timer, -1);
      wave_timer_start (self->deadline_timer, -1);
      transition = new_transition (self, move.next, happening);
      enter (self, transition);
      wave_engine_begin_catch_up (self);
      break;
    case WAVE_ACTION_GO_LIVE:
      enter (self, new_transition (self, move.next, happening));
      self->lost_wall_us = -1;
      wave_engine_release_hold (self);
      if (self->walker == NULL)
        wave_timer_start (self->overlap_timer, self->gap_open ? MIN (self->timings.backoff_max, self->timings.overlap_interval)
                                                              : self->timings.overlap_interval);
      break;
    case WAVE_ACTION_WAIT:
      do_wait (self, move, happening);
      break;
    case WAVE_ACTION_REST:
      if (self->hello_us != 0 && self->lost_wall_us < 0)
        self->lost_wall_us = g_get_real_time ();
      if (move.next == WAVE_SESSION_IDLE && self->socket != NULL)
        wave_socket_send_close (self->socket, 1000);
      drop_connection (self);
      wave_engine_cancel_refresh (self);
      self->needs_refresh = FALSE;
      self->hello_us = 0;
      wave_backoff_reset (&self->backoff);
      enter (self, new_transition (self, move.next, happening));
      break;
    case WAVE_ACTION_POLL:
      drop_connection (self);
      transition = new_transition (self, move.next, happening);
      transition->retry_at_mono_us = g_get_monotonic_time () + self->timings.backoff_max;
      enter (self, transition);
      wave_timer_start (self->wait_timer, self->timings.backoff_max);
      wave_engine_begin_poll (self);
      wave_timer_start (self->overlap_timer, self->timings.overlap_interval);
      break;
    case WAVE_ACTION_ASIDE:
      wave_timer_start (self->wait_timer, -1);
      open_socket (self);
      break;
    case WAVE_ACTION_ASIDE_WAIT:
      do_aside_wait (self, happening);
      break;
    }
}

/* ---------------------------------------------------------------- commands */

void
wave_engine_start (WaveEngine *self)
{
  self->started = TRUE;
  wave_engine_plan_refresh (self);
  wave_engine_feed (self, WAVE_INPUT_START, &(WaveHappening) { .cause = WAVE_CAUSE_STARTED, .retry_after_us = -1 });
}

void
wave_engine_retry_now (WaveEngine *self)
{
  /* A refused token is not tried again, whoever asks. */
  if (self->state == WAVE_SESSION_REFUSED && !wave_engine_has_new_token (self))
    return;
  if (self->state == WAVE_SESSION_WAITING && self->needs_refresh)
    {
      wave_engine_refresh (self, on_refreshed_for_socket, NULL);
      return;
    }
  wave_engine_feed (self, WAVE_INPUT_ASKED, &(WaveHappening) { .cause = WAVE_CAUSE_ASKED, .retry_after_us = -1 });
}

void
wave_engine_token_changed (WaveEngine *self)
{
  wave_engine_plan_refresh (self);
  if (!wave_engine_has_new_token (self))
    return;
  self->token_is_fresh = FALSE;
  self->needs_refresh = FALSE;
  wave_engine_feed (self, WAVE_INPUT_NEW_TOKEN, &(WaveHappening) { .cause = WAVE_CAUSE_NEW_TOKEN, .retry_after_us = -1 });
}

void
wave_engine_drop (WaveEngine *self)
{
  if (self->socket != NULL || self->walker != NULL)
    lose (self, (WaveHappening) { .cause = WAVE_CAUSE_DROPPED, .reason = "dropped on request", .retry_after_us = -1 });
}

void
wave_engine_network_back (WaveEngine *self)
{
  if (self->state == WAVE_SESSION_WAITING && self->needs_refresh)
    return;
  if (self->socket != NULL && wave_socket_is_open (self->socket) && self->liveness.pinged_us <= self->liveness.heard_us)
    {
      /* Whether the connection outlived it is soon known. */
      self->liveness.pinged_us = g_get_monotonic_time ();
      self->liveness.pong_within_us = MIN (WAKE_PONG_US, self->timings.ping_interval);
      wave_socket_send_ping (self->socket);
      wave_timer_start (self->liveness_timer, self->liveness.pong_within_us);
    }
  wave_engine_feed (self, WAVE_INPUT_NETWORK_BACK, &(WaveHappening) { .cause = WAVE_CAUSE_NETWORK_BACK, .retry_after_us = -1 });
}

void
wave_engine_publish (WaveEngine *self)
{
  if (self->socket != NULL)
    {
      self->counters.last_heard_mono_us = wave_socket_get_heard (self->socket);
      self->counters.round_trip_us = wave_socket_get_round_trip (self->socket);
    }
  g_mutex_lock (&self->published_lock);
  self->published = self->counters;
  g_mutex_unlock (&self->published_lock);
}

/* ---------------------------------------------------------------- life */

static gboolean
on_rest_unauthorised (gpointer user_data)
{
  WaveEngine *self = user_data;

  if (!wave_engine_can_refresh (self) || self->state == WAVE_SESSION_REFUSED)
    return FALSE;
  wave_engine_refresh (self, NULL, NULL);
  return TRUE;
}

WaveEngine *
wave_engine_new (const WaveSessionConfig *config, const char *base)
{
  WaveEngine *self = g_new0 (WaveEngine, 1);

  self->base = g_strdup (base);
  self->credentials = wave_credentials_ref (config->credentials);
  self->since = config->since;
  self->since_position = config->since_position;
  self->timings = config->timings;
  self->batch_func = config->batch_func;
  self->resume_func = config->resume_func;
  self->behind_func = config->behind_func;
  self->user_data = config->user_data;
  self->state = WAVE_SESSION_IDLE;
  self->lost_wall_us = -1;
  self->skew_us = G_MININT64;
  self->hold = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
  self->seen = wave_seen_new (WAVE_SEEN_CAPACITY);
  self->known_below = self->highest = self->cursor_told = self->head_position = self->walk_anchor = self->no_anchor = self->gap_end = -1;
  self->counters.round_trip_us = self->published.round_trip_us = -1;
  self->refresh_waiters = g_array_new (FALSE, FALSE, 2 * sizeof (gpointer));
  wave_cursor_init (&self->cursor);
  wave_backoff_init (&self->backoff, self->timings.backoff_first, self->timings.backoff_max, self->timings.backoff_jitter,
                     config->jitter_seed);
  g_mutex_init (&self->published_lock);
  return self;
}

void
wave_engine_open (WaveEngine *self)
{
  self->http = wave_http_new ();
  self->rest = wave_rest_new (self->base, self->http, self->credentials, &self->timings, &self->backoff, &self->counters,
                              on_rest_unauthorised, self);
  self->wait_timer = wave_timer_new ("wave-session-wait", on_wait_over, self);
  self->deadline_timer = wave_timer_new ("wave-session-deadline", on_deadline, self);
  self->liveness_timer = wave_timer_new ("wave-session-liveness", on_liveness, self);
  self->overlap_timer = wave_timer_new ("wave-session-overlap", on_overlap, self);
  self->refresh_timer = wave_timer_new ("wave-session-refresh", on_refresh_due, self);
  self->tick_timer = wave_timer_new ("wave-session-tick", on_tick, self);
  self->flush_timer = wave_timer_new ("wave-session-flush", on_flush, self);
  self->behind_timer = wave_timer_new ("wave-session-behind", on_behind, self);
  self->asleep_us = read_sleep ();
  self->lag_second_us = g_get_monotonic_time ();
  self->tick_due_us = self->lag_second_us + TICK_US;
  wave_timer_start (self->tick_timer, TICK_US);
}

void
wave_engine_close (WaveEngine *self)
{
  wave_engine_feed (self, WAVE_INPUT_STOP, &(WaveHappening) { .cause = WAVE_CAUSE_STOPPED, .retry_after_us = -1 });
  wave_engine_flush (self);
  drop_connection (self);
  wave_engine_cancel_refresh (self);
  g_clear_pointer (&self->rest, wave_rest_free);
  wave_timer_clear (&self->wait_timer);
  wave_timer_clear (&self->deadline_timer);
  wave_timer_clear (&self->liveness_timer);
  wave_timer_clear (&self->overlap_timer);
  wave_timer_clear (&self->refresh_timer);
  wave_timer_clear (&self->tick_timer);
  wave_timer_clear (&self->flush_timer);
  wave_timer_clear (&self->behind_timer);
  g_clear_pointer (&self->http, wave_http_unref);
}

void
wave_engine_free (WaveEngine *self)
{
  g_clear_pointer (&self->pending, wave_batch_unref);
  g_ptr_array_unref (self->hold);
  wave_seen_free (self->seen);
  wave_cursor_clear (&self->cursor);
  wave_backoff_clear (&self->backoff);
  g_array_unref (self->refresh_waiters);
  wave_secret_free (self->socket_token);
  wave_credentials_unref (self->credentials);
  g_free (self->report.detail);
  g_free (self->session_id);
  g_free (self->server_name);
  g_free (self->tenant_id);
  g_free (self->base);
  g_mutex_clear (&self->published_lock);
  g_free (self);
}
