// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-walker.h"

#include "session/wave-http.h"

#define MAX_LIMIT 500
/* How often a server may say "more" without giving more (protocol notes 6.2). */
#define MAX_STUCK 3

struct _WaveWalker
{
  grefcount ref_count;
  gboolean freed, ended;
  WaveWalkerConfig config;
  char *base;
  WaveWalkerFuncs funcs;
  gpointer user_data;

  gint64 since; /* exclusive */
  guint limit;
  gboolean plain;     /* timeout=1 instead of 0 */
  gboolean inclusive; /* long poll: the server gives `since` itself again */
  gboolean expect_data, held;
  gboolean paused, asks_later;
  guint failures, stuck, pages;
  gint64 longest_us, sent_us;
  WaveHttpCall *call;
  GSource *retry_timer, *hold_timer;
};

static void ask (WaveWalker *self);

/* ---------------------------------------------------------------- the walk */

static void
walker_unref (WaveWalker *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_free (self->base);
  g_free (self);
}

static void
finish (WaveWalker *self, WaveWalkEnd end, guint http_status, const char *detail)
{
  if (self->ended || self->freed)
    return;
  self->ended = TRUE;
  self->funcs.ended (self, end, http_status, detail, self->user_data);
}

static void
fail (WaveWalker *self, const WaveHttpAnswer *answer, const char *detail)
{
  gint64 delay;

  self->failures++;
  /* A server that has no answer at all to offer twice in a row may simply have lost the event that we know. */
  if (answer->status == 0 && self->failures >= 2)
    self->expect_data = FALSE;
  if (answer->retry_after_us >= 0)
    delay = answer->retry_after_us;
  else
    delay = wave_backoff_get_delay (self->config.backoff, 2 * self->config.timings->backoff_first,
                                    MAX (self->config.timings->backoff_max, 2 * self->config.timings->backoff_first),
                                    MIN (self->failures - 1, 16));
  g_debug ("sync failed (%u): %s; again in %.1f s", self->failures, detail, delay / 1e6);
  wave_timer_start (self->retry_timer, delay);
  self->funcs.trouble (self, self->failures, answer->status, detail, self->user_data);
}

/* What to do about a 4xx: first suspect our own parameters. */
static gboolean
retreat (WaveWalker *self)
{
  if (!self->plain && !self->config.poll)
    self->plain = TRUE;
  else if (self->limit > 100)
    self->limit = 100;
  else
    return FALSE;
  ask (self);
  return TRUE;
}

static int
compare_positions (gconstpointer a, gconstpointer b)
{
  const WaveEvent *const *left = a, *const *right = b;

  return ((*left)->position > (*right)->position) - ((*left)->position < (*right)->position);
}

static void
take_page (WaveWalker *self, WaveSyncPage *page)
{
  gint64 highest = -1, next = self->since;
  gboolean again_from_start = FALSE, in_order = TRUE;

  for (guint i = 0; i < page->events->len; i++)
    {
      const WaveEvent *event = g_ptr_array_index (page->events, i);

      in_order = in_order && event->position >= highest;
      highest = MAX (highest, event->position);
    }
  /* The order inside a page is nowhere promised, that of the stream is; GLib's sort is stable. */
  if (!in_order)
    g_ptr_array_sort (page->events, compare_positions);
  if (highest >= 0)
    next = MAX (next, highest);
  else if (page->has_more)
    {
      next = MAX (next, page->next_cursor - 1);
      if (next <= self->since)
        next = MAX (next, page->next_cursor);
    }
  self->pages++;
  self->config.counters->sync_pages++;
  self->expect_data = FALSE;

  if (page->has_more && next <= self->since)
    {
      self->stuck++;
      if (self->stuck < MAX_STUCK)
        wave_timer_start (self->retry_timer, self->config.timings->backoff_first);
    }
  else
    {
      self->stuck = 0;
      /* A page of what we asked to be left out: the server counts `since` in. In a long poll that would spin. */
      if (self->config.poll && page->events->len > 0 && next <= self->since)
        {
          again_from_start = self->inclusive;
          self->inclusive = TRUE;
        }
      self->since = next;
      self->expect_data = page->has_more;
      if (again_from_start)
        wave_timer_start (self->retry_timer, self->config.timings->backoff_first);
      else if (page->has_more || self->config.poll)
        ask (self);
    }

  self->funcs.page (self, page, self->user_data);
  if (self->freed)
    return;
  if (self->stuck >= MAX_STUCK)
    finish (self, WAVE_WALK_STUCK, 200, "the server says that there is more, but does not give it");
  else if (!page->has_more && !self->config.poll)
    finish (self, WAVE_WALK_COMPLETE, 200, NULL);
}

static void
on_answer (WaveHttpCall *call, const WaveHttpAnswer *answer, gpointer user_data)
{
  WaveWalker *self = user_data;
  g_autofree char *detail = NULL;
  g_autoptr (WaveSyncPage) page = NULL;
  g_autoptr (GError) error = NULL;

  self->call = NULL;
  wave_timer_start (self->hold_timer, -1);
  g_ref_count_inc (&self->ref_count);

  if (answer->status >= 200 && answer->status < 300)
    {
      page = wave_sync_page_decode (answer->body, g_get_monotonic_time (), g_get_real_time (), &error);
      if (page != NULL)
        {
          self->longest_us = MAX (self->longest_us, g_get_monotonic_time () - self->sent_us);
          self->failures = 0;
          take_page (self, page);
        }
      else
        fail (self, answer, error->message);
      goto out;
    }

  detail = wave_http_describe_answer (answer);
  if (g_error_matches (answer->error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_TOO_LARGE) && self->limit > 1)
    {
      self->limit /= 2;
      ask (self);
    }
  else if (answer->status == 401)
    finish (self, WAVE_WALK_UNAUTHORISED, 401, detail);
  else if (answer->status == 404 || answer->status == 405 || answer->status == 501)
    finish (self, WAVE_WALK_ABSENT, answer->status, detail);
  else if (answer->status >= 400 && answer->status < 500 && answer->status != 408 && answer->status != 429)
    {
      if (answer->status == 403 || !retreat (self))
        finish (self, WAVE_WALK_GONE, answer->status, detail);
    }
  else
    {
      if (answer->status == 429)
        self->config.counters->rate_limited++;
      fail (self, answer, detail);
    }

out:
  walker_unref (self);
}

static gboolean
on_hold (gpointer user_data)
{
  WaveWalker *self = user_data;

  /* Once the answer has begun there is a page to come, however slowly. And where events are known to be, silence is slowness. */
  if (self->call == NULL || wave_http_call_has_begun (self->call) || self->expect_data || self->held)
    return G_SOURCE_CONTINUE;
  self->held = TRUE;
  self->funcs.held (self, self->user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_retry (gpointer user_data)
{
  ask (user_data);
  return G_SOURCE_CONTINUE;
}

static void
ask (WaveWalker *self)
{
  const WaveSessionTimings *timings = self->config.timings;
  gint64 timeout_ms = self->config.poll ? timings->poll_hold / 1000 : self->plain ? 1 : 0;
  gint64 since = self->since + (self->inclusive ? 1 : 0);
  g_autofree char *url = NULL;
  char *token;

  if (self->freed || self->ended || self->call != NULL)
    return;
  self->asks_later = self->paused;
  if (self->paused)
    return;
  url = g_strdup_printf ("%s/v1/sync?since=%" G_GINT64_FORMAT "&limit=%u&timeout=%" G_GINT64_FORMAT, self->base, since,
                         self->limit, timeout_ms);
  token = wave_credentials_dup_access_token (self->config.credentials);
  self->sent_us = g_get_monotonic_time ();
  /* A server may hold the answer as long as it would by default, even though it was told not to. */
  self->call = wave_http_send (self->config.http,
                               &(WaveHttpRequest) {
                                 .url = url,
                                 .token = token,
                                 .silence_us = self->expect_data ? timings->request_timeout
                                                                 : timings->poll_hold + timings->request_timeout,
                               },
                               on_answer, self);
  wave_secret_free (token);
  if (!self->config.poll)
    wave_timer_start (self->hold_timer, MAX (timings->catch_up_page_wait, 2 * self->longest_us));
}

WaveWalker *
wave_walker_new (const WaveWalkerConfig *config, const WaveWalkerFuncs *funcs, gpointer user_data)
{
  WaveWalker *self = g_new0 (WaveWalker, 1);

  g_ref_count_init (&self->ref_count);
  self->config = *config;
  self->base = g_strdup (config->base);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->since = config->since;
  self->expect_data = config->expect_data;
  self->limit = MAX_LIMIT;
  self->retry_timer = wave_timer_new ("wave-walker-retry", on_retry, self);
  self->hold_timer = wave_timer_new ("wave-walker-hold", on_hold, self);
  ask (self);
  return self;
}

void
wave_walker_free (WaveWalker *self)
{
  if (self == NULL)
    return;
  self->freed = TRUE;
  wave_http_call_cancel (g_steal_pointer (&self->call));
  wave_timer_clear (&self->retry_timer);
  wave_timer_clear (&self->hold_timer);
  walker_unref (self);
}

void
wave_walker_set_paused (WaveWalker *walker, gboolean paused)
{
  walker->paused = paused;
  if (!paused && walker->asks_later)
    ask (walker);
}

gint64
wave_walker_get_position (WaveWalker *self)
{
  return self->since;
}

guint
wave_walker_get_pages (WaveWalker *self)
{
  return self->pages;
}
