// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-engine.h"

#include "session/wave-http.h"

/* After so many failures in a row live events wait no longer for the catch-up, which goes on behind them. */
#define PATIENCE 5
/* Polling is given up, in favour of plain waiting, after so many. */
#define POLL_PATIENCE 3

static const WaveWalkerFuncs walker_funcs;

/* ---------------------------------------------------------------- where to begin */

static void
set_base (WaveEngine *self, gint64 base, gboolean is_event)
{
  wave_cursor_set_base (&self->cursor, base);
  self->base_is_event = is_event && base > 0;
  self->known_below = base > 0 ? base : -1;
}

void
wave_engine_identify (WaveEngine *self, const char *server_name, const char *tenant_id)
{
  gboolean first = !self->identified;
  gboolean differs = g_strcmp0 (server_name, self->server_name) != 0 || g_strcmp0 (tenant_id, self->tenant_id) != 0;
  gboolean was_nameless = self->identified && self->server_name == NULL && self->tenant_id == NULL;
  WaveSince since = first ? self->since : WAVE_SINCE_STORED;
  WaveResume resume = { -1, NULL };

  if (!first && !differs)
    return;
  self->identified = TRUE;
  g_free (self->server_name);
  g_free (self->tenant_id);
  self->server_name = g_strdup (server_name);
  self->tenant_id = g_strdup (tenant_id);
  /* What was polled before the first hello is of the same tenant when nobody keeps a journal by its name. */
  if (was_nameless && self->resume_func == NULL)
    return;

  if (!first)
    {
      /* Another tenant: nothing of what was known means anything there. */
      wave_seen_clear (self->seen);
      g_ptr_array_set_size (self->hold, 0);
      self->hold_bytes = 0;
      self->gap_open = self->rebase = FALSE;
      self->highest = -1;
      self->head_position = -1;
      set_base (self, -1, FALSE);
    }
  self->cursor_told = -1;
  if (self->resume_func != NULL)
    self->resume_func (server_name, tenant_id, &resume, self->user_data);

  switch (since)
    {
    case WAVE_SINCE_POSITION:
      /* Whoever names a position wants everything after it, whatever a journal knows. */
      set_base (self, MAX (0, self->since_position), FALSE);
      break;
    case WAVE_SINCE_STORED:
      for (guint i = 0; resume.keys != NULL && i < resume.keys->len; i++)
        wave_seen_add_key (self->seen, g_ptr_array_index (resume.keys, i));
      if (resume.cursor >= 0)
        set_base (self, resume.cursor, TRUE);
      else if (self->head_position >= 0)
        set_base (self, self->head_position, TRUE);
      break;
    case WAVE_SINCE_HEAD:
      if (self->head_position >= 0)
        set_base (self, self->head_position, TRUE);
      break;
    }
  self->cursor_told = resume.cursor;
  g_clear_pointer (&resume.keys, g_ptr_array_unref);
}

/* ---------------------------------------------------------------- walks */

void
wave_engine_end_walk (WaveEngine *self)
{
  g_clear_pointer (&self->walker, wave_walker_free);
  self->role = WAVE_WALK_NONE;
  wave_timer_start (self->overlap_timer, -1);
}

static void
begin_walk (WaveEngine *self, WaveWalkRole role, gint64 since, gboolean expect_data)
{
  WaveWalkerConfig config = {
    .base = self->base,
    .http = self->http,
    .credentials = self->credentials,
    .timings = &self->timings,
    .backoff = &self->backoff,
    .counters = &self->counters,
    .since = since,
    .expect_data = expect_data,
    .poll = role == WAVE_WALK_POLL,
  };

  wave_engine_end_walk (self);
  self->role = role;
  self->walk_since = since;
  self->walk_begun_us = g_get_monotonic_time ();
  self->walk_latest = wave_cursor_get_latest (&self->cursor);
  self->walk_n_below = 0;
  self->walk_highest = -1;
  self->walker = wave_walker_new (&config, &walker_funcs, self);
}

/* Walks from the cursor. Asking from just before the event at the cursor has two merits: an idle server has something to answer at once, even
 * one that ignores timeout=0; and when that event does not come, the server's positions are not what they were. */
static void
begin_walk_from_cursor (WaveEngine *self, WaveWalkRole role)
{
  gint64 cursor = wave_engine_get_cursor (self);
  gboolean is_event = cursor > 0 && cursor != self->no_anchor && (cursor > self->cursor.base || self->base_is_event);

  self->walk_anchor = is_event ? cursor : -1;
  self->walk_is_second = FALSE;
  begin_walk (self, role, is_event ? cursor - 1 : MAX (0, cursor), is_event);
}

void
wave_engine_begin_catch_up (WaveEngine *self)
{
  g_clear_pointer (&self->report.detail, g_free);
  self->report = (WaveCatchUpReport) { .gap_start_wall_us = self->lost_wall_us, .from_position = -1, .to_position = -1 };
  self->catch_up_started_us = g_get_monotonic_time ();
  wave_engine_end_walk (self);
  if (self->cursor.base < 0)
    {
      wave_engine_find_head (self);
      return;
    }
  self->report.from_position = wave_engine_get_cursor (self);
  begin_walk_from_cursor (self, WAVE_WALK_CATCH_UP);
}

void
wave_engine_begin_recheck (WaveEngine *self)
{
  if (self->walker != NULL || self->cursor.base < 0)
    return;
  self->recheck_highest = self->highest;
  self->recheck_soon = FALSE;
  begin_walk_from_cursor (self, WAVE_WALK_RECHECK);
}

void
wave_engine_begin_poll (WaveEngine *self)
{
  if (!self->identified)
    wave_engine_identify (self, NULL, NULL);
  if (self->cursor.base < 0)
    {
      wave_engine_find_head (self);
      return;
    }
  self->walk_anchor = -1;
  self->walk_is_second = FALSE;
  begin_walk (self, WAVE_WALK_POLL, wave_engine_get_cursor (self), FALSE);
}

static void
leave_catch_up (WaveEngine *self, WaveInput input, gboolean complete, guint http_status, const char *detail)
{
  self->report.complete = complete;
  self->report.gap_end_wall_us = g_get_real_time ();
  self->report.duration_us = g_get_monotonic_time () - self->catch_up_started_us;
  self->report.to_position = wave_cursor_get_latest (&self->cursor);
  g_free (self->report.detail);
  self->report.detail = detail != NULL ? wave_redact (detail) : NULL;
  self->gap_open = !complete && !self->rebase;
  self->gap_end = wave_engine_get_lowest_held (self);
  self->recheck_highest = self->highest;
  wave_engine_feed (self, input,
                    &(WaveHappening) {
                      .cause = complete ? WAVE_CAUSE_CAUGHT_UP : WAVE_CAUSE_SYNC_FAILED,
                      .http_status = complete ? 0 : http_status,
                      .reason = self->report.detail,
                      .retry_after_us = -1,
                    });
}

/* Long polls go on from where they are; only a walk from the cursor looks below. */
static void
settle (WaveEngine *self, gint64 position)
{
  if (self->role != WAVE_WALK_POLL && wave_cursor_settle (&self->cursor, self->walk_begun_us, self->timings.overlap_span, position))
    self->base_is_event = TRUE;
}

static void
on_page (WaveWalker *walker, WaveSyncPage *page, gpointer user_data)
{
  WaveEngine *self = user_data;
  gint64 highest = -1;
  guint n_new = 0;
  gboolean recheck = self->role == WAVE_WALK_RECHECK;

  for (guint i = 0; i < page->events->len; i++)
    {
      WaveEvent *event = g_ptr_array_index (page->events, i);
      gint64 position = event->position;

      if (i + 3 < page->events->len)
        wave_seen_fetch_ahead (self->seen, g_ptr_array_index (page->events, i + 3));
      self->counters.sync_events++;
      if (position < 0)
        continue;
      highest = MAX (highest, position);
      if (wave_engine_take_synced (self, event))
        {
          n_new++;
          self->walk_n_below += position <= self->walk_latest;
          /* What lies above where the socket was when we asked may simply still be on its way. */
          if (recheck && !self->gap_open && position <= self->recheck_highest)
            self->counters.late_finds++;
        }
      else
        {
          self->report.known++;
          if (position == self->walk_anchor)
            self->walk_anchor = -1;
        }
    }
  self->report.events += n_new;
  self->report.pages = wave_walker_get_pages (walker);
  /* Elements that are no events have no identity: they are shown with the news that they came with. */
  for (guint i = 0; n_new > 0 && i < page->events->len; i++)
    {
      WaveEvent *event = g_ptr_array_index (page->events, i);

      if (event->position < 0)
        wave_engine_take_live (self, wave_event_ref (event));
    }
  if (wave_seen_take_keys_forgotten (self->seen))
    wave_cursor_raise (&self->cursor, wave_cursor_get_latest (&self->cursor));
  if (highest >= 0)
    settle (self, highest);
  wave_cursor_confirm (&self->cursor, g_get_monotonic_time (), highest);
  self->walk_highest = MAX (self->walk_highest, highest);
  if (self->pending != NULL && !recheck)
    wave_engine_flush (self);
}

/* The event at the cursor did not come: it was taken back, or the server was put back to an earlier time and gives positions out again.
 * Then everything that it has above what we have forgotten is looked at, and told apart by its id. */
static gboolean
look_further_back (WaveEngine *self)
{
  gint64 lowest = MAX (0, MAX (self->known_below, wave_seen_get_floor (self->seen)));

  if (self->walk_anchor < 0 || self->walk_is_second || self->walk_anchor <= lowest)
    return FALSE;
  g_message ("sync does not have the event at position %" G_GINT64_FORMAT " any more: looking from %" G_GINT64_FORMAT,
             self->walk_anchor, lowest);
  self->no_anchor = self->walk_anchor;
  self->walk_anchor = -1;
  self->walk_is_second = TRUE;
  begin_walk (self, self->role, lowest, FALSE);
  return TRUE;
}

/* Returns: TRUE when the second look shows that the positions went back; then the cursor goes with them. */
static gboolean
follow_back (WaveEngine *self)
{
  gint64 base = MAX (self->walk_since, self->walk_highest);

  if (!self->walk_is_second || self->walk_highest >= self->no_anchor)
    return FALSE;
  wave_seen_forget_positions (self->seen);
  set_base (self, base, self->walk_highest > 0);
  self->highest = base;
  self->no_anchor = -1;
  return TRUE;
}

/* The event at the cursor is there, but not the latest that sync had: only its positions above went back, if events with other ids stand there now. */
static gboolean
follow_back_above (WaveEngine *self)
{
  if (self->role == WAVE_WALK_POLL || self->walk_highest >= self->walk_latest || self->walk_highest < 0)
    return FALSE;
  wave_cursor_forget_above (&self->cursor, self->walk_highest);
  if (self->walk_n_below == 0)
    return FALSE;
  wave_seen_forget_positions (self->seen);
  self->highest = self->walk_highest;
  return TRUE;
}

static void
on_refreshed_for_sync (WaveEngine *self, gboolean refreshed, gboolean refused, gpointer user_data)
{
  if (refreshed && self->state == WAVE_SESSION_CATCHING_UP)
    wave_engine_begin_catch_up (self);
  else if (refreshed && self->state == WAVE_SESSION_POLLING)
    wave_engine_begin_poll (self);
  else if (!refreshed && self->state == WAVE_SESSION_CATCHING_UP && !refused)
    leave_catch_up (self, WAVE_INPUT_GAP_LEFT, FALSE, 401, "the token could not be refreshed");
  else if (!refreshed && self->state == WAVE_SESSION_POLLING && !refused)
    wave_engine_feed (self, WAVE_INPUT_POLL_LOST,
                      &(WaveHappening) { .cause = WAVE_CAUSE_SYNC_FAILED, .http_status = 401, .retry_after_us = -1 });
  else if (!refreshed && (self->state == WAVE_SESSION_CATCHING_UP || self->state == WAVE_SESSION_POLLING))
    wave_engine_feed (self, WAVE_INPUT_REFUSED,
                      &(WaveHappening) { .cause = WAVE_CAUSE_TOKEN_REFUSED, .http_status = 401, .retry_after_us = -1 });
}

static void
on_unauthorised (WaveEngine *self, const char *detail)
{
  if (self->state != WAVE_SESSION_CATCHING_UP && self->state != WAVE_SESSION_POLLING)
    {
      /* The socket lives: it will be closed if the token is really refused. */
      wave_timer_start (self->overlap_timer, self->timings.overlap_interval);
      return;
    }
  if (wave_engine_can_refresh (self) && !self->token_is_fresh)
    wave_engine_refresh (self, on_refreshed_for_sync, NULL);
  else
    wave_engine_feed (self, WAVE_INPUT_REFUSED,
                      &(WaveHappening) {
                        .cause = WAVE_CAUSE_TOKEN_REFUSED,
                        .http_status = 401,
                        .reason = detail,
                        .retry_after_us = -1,
                      });
}

static void
on_ended (WaveWalker *walker, WaveWalkEnd end, guint http_status, const char *detail, gpointer user_data)
{
  WaveEngine *self = user_data;
  WaveWalkRole role = self->role;
  gboolean complete = end == WAVE_WALK_COMPLETE;

  if (complete && look_further_back (self))
    return;
  if (complete)
    settle (self, self->walk_highest);
  if (complete && (follow_back (self) || follow_back_above (self)))
    detail = "the server's positions went back: it may have been restored from an earlier state";
  wave_engine_end_walk (self);

  if (end == WAVE_WALK_UNAUTHORISED)
    {
      on_unauthorised (self, detail);
      return;
    }
  if (role == WAVE_WALK_POLL)
    {
      wave_engine_feed (self, WAVE_INPUT_POLL_LOST,
                        &(WaveHappening) {
                          .cause = WAVE_CAUSE_SYNC_FAILED,
                          .http_status = http_status,
                          .reason = detail,
                          .retry_after_us = -1,
                        });
      return;
    }
  if (role == WAVE_WALK_CATCH_UP)
    {
      if (end == WAVE_WALK_GONE)
        self->rebase = TRUE;
      leave_catch_up (self, complete ? WAVE_INPUT_CAUGHT_UP : WAVE_INPUT_GAP_LEFT, complete, http_status, detail);
      return;
    }
  if (complete)
    self->gap_open = FALSE;
  wave_timer_start (self->overlap_timer, self->gap_open ? MIN (self->timings.backoff_max, self->timings.overlap_interval)
                                                        : self->timings.overlap_interval);
}

void
wave_engine_stop_holding (WaveEngine *self)
{
  if (self->state != WAVE_SESSION_CATCHING_UP || self->role != WAVE_WALK_CATCH_UP)
    return;
  g_message ("%u events came while the catch-up was under way: they are handed on, and it goes on behind them", self->hold->len);
  self->role = WAVE_WALK_RECHECK;
  leave_catch_up (self, WAVE_INPUT_GAP_LEFT, FALSE, 0, "so much came meanwhile that it could not be held back any longer");
}

static void
on_held (WaveWalker *walker, gpointer user_data)
{
  WaveEngine *self = user_data;

  if (self->role != WAVE_WALK_CATCH_UP)
    return;
  /* The request stays: should the server have been slow, its events are applied when they come. */
  self->role = WAVE_WALK_RECHECK;
  leave_catch_up (self, WAVE_INPUT_CAUGHT_UP, TRUE, 0, "the server holds its answer, so there is nothing more");
}

static void
on_trouble (WaveWalker *walker, guint failures, guint http_status, const char *detail, gpointer user_data)
{
  WaveEngine *self = user_data;

  if (self->role == WAVE_WALK_CATCH_UP && failures == PATIENCE)
    {
      self->role = WAVE_WALK_RECHECK;
      leave_catch_up (self, WAVE_INPUT_GAP_LEFT, FALSE, http_status, detail);
    }
  else if (self->role == WAVE_WALK_POLL && failures >= POLL_PATIENCE)
    wave_engine_feed (self, WAVE_INPUT_POLL_LOST,
                      &(WaveHappening) {
                        .cause = WAVE_CAUSE_SYNC_FAILED,
                        .http_status = http_status,
                        .reason = detail,
                        .retry_after_us = -1,
                      });
}

static const WaveWalkerFuncs walker_funcs = { on_page, on_ended, on_held, on_trouble };

/* ---------------------------------------------------------------- the head */

static void
on_head (WaveHead *head, gint64 position, gpointer user_data)
{
  WaveEngine *self = user_data;

  g_clear_pointer (&self->head, wave_head_free);
  if (self->head_first)
    {
      self->head_first = FALSE;
      self->head_position = position;
      wave_timer_start (self->deadline_timer, -1);
      if (self->state == WAVE_SESSION_CONNECTING)
        wave_engine_start_connect (self);
      return;
    }
  if (position >= 0)
    set_base (self, position, TRUE);
  else
    self->rebase = TRUE;

  if (self->state == WAVE_SESSION_POLLING && position >= 0)
    wave_engine_begin_poll (self);
  else if (self->state == WAVE_SESSION_POLLING)
    wave_engine_feed (self, WAVE_INPUT_POLL_LOST, &(WaveHappening) { .cause = WAVE_CAUSE_SYNC_FAILED, .retry_after_us = -1 });
  else if (self->state == WAVE_SESSION_CATCHING_UP)
    {
      self->report.from_position = position;
      leave_catch_up (self, position >= 0 ? WAVE_INPUT_CAUGHT_UP : WAVE_INPUT_GAP_LEFT, position >= 0, 0,
                      position >= 0 ? NULL : "where the stream stands could not be found out");
    }
}

void
wave_engine_find_head (WaveEngine *self)
{
  WaveWalkerConfig config = {
    .base = self->base,
    .http = self->http,
    .credentials = self->credentials,
    .timings = &self->timings,
    .backoff = &self->backoff,
    .counters = &self->counters,
  };

  g_clear_pointer (&self->head, wave_head_free);
  if (!self->head_first && wave_engine_get_lowest_held (self) >= 0)
    {
      wave_engine_head_by_frame (self);
      return;
    }
  self->head = wave_head_new (self->rest, &config, self->seen, !self->head_first, on_head, self);
}

void
wave_engine_head_by_frame (WaveEngine *self)
{
  gint64 lowest;

  if (self->cursor.base >= 0 || self->head_first
      || (self->state != WAVE_SESSION_CATCHING_UP && self->state != WAVE_SESSION_POLLING))
    return;
  lowest = wave_engine_get_lowest_held (self);
  if (lowest < 0)
    return;
  /* What the search has met is no longer told: the very frames that are held may be among it. */
  g_clear_pointer (&self->head, wave_head_free);
  set_base (self, MAX (0, lowest - 1), FALSE);
  if (self->state == WAVE_SESSION_CATCHING_UP)
    {
      self->report.from_position = lowest - 1;
      begin_walk (self, WAVE_WALK_CATCH_UP, MAX (0, lowest - 1), FALSE);
    }
  else
    wave_engine_begin_poll (self);
}

/* ---------------------------------------------------------------- is there at least sync? */

static void
on_probed (WaveHttpCall *call, const WaveHttpAnswer *answer, gpointer user_data)
{
  WaveEngine *self = user_data;
  g_autoptr (WaveSyncPage) page = NULL;
  g_autofree char *detail = NULL;

  self->probe = NULL;
  if (answer->status == 200)
    page = wave_sync_page_decode (answer->body, 0, 0, NULL);
  if (page != NULL)
    {
      wave_engine_feed (self, WAVE_INPUT_POLLABLE,
                        &(WaveHappening) { .cause = WAVE_CAUSE_UPGRADE_REFUSED, .retry_after_us = -1 });
      return;
    }
  detail = wave_http_describe_answer (answer);
  wave_engine_feed (self, answer->status == 401 ? WAVE_INPUT_REFUSED : WAVE_INPUT_LOST,
                    &(WaveHappening) {
                      .cause = answer->status == 401 ? WAVE_CAUSE_TOKEN_REFUSED : WAVE_CAUSE_UPGRADE_REFUSED,
                      .http_status = answer->status,
                      .reason = detail,
                      .retry_after_us = answer->retry_after_us,
                    });
}

void
wave_engine_probe_sync (WaveEngine *self)
{
  g_autofree char *url = g_strconcat (self->base, "/v1/sync?since=0&limit=1&timeout=1", NULL);
  char *token = wave_credentials_dup_access_token (self->credentials);

  self->probe = wave_http_send (self->http,
                                &(WaveHttpRequest) { .url = url, .token = token, .silence_us = self->timings.request_timeout },
                                on_probed, self);
  wave_secret_free (token);
}
