// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-rest.h"

#include "session/wave-http.h"
#include "session/wave-walker.h"

#include <string.h>

#define MAX_AT_A_TIME 4
#define MAX_RETRIES 5
#define ONCE_RETRIES 3
#define ONCE_WAIT_US (30 * G_USEC_PER_SEC)
#define MAX_RETRY_DELAY_S 60

struct _WaveRestItem
{
  WaveRest *rest;
  char *path;
  WaveRestFunc func;
  gpointer user_data;
  WaveHttpCall *call;
  gint64 not_before_us;
  guint retries;
  gboolean once, was_refreshed, awaits_refresh;
};

struct _WaveRest
{
  char *base;
  WaveHttp *http;
  WaveCredentials *credentials;
  const WaveSessionTimings *timings;
  WaveBackoff *backoff;
  WaveSessionCounters *counters;
  WaveRestRefreshFunc refresh;
  gpointer user_data;
  GQueue items; /* of WaveRestItem, in order of arrival, whether under way or not */
  gint64 paused_until_us; /* after a 429 nobody asks */
  gboolean refused;
  GSource *timer;
};

static void pump (WaveRest *self);

static void
item_free (WaveRestItem *item)
{
  wave_http_call_cancel (g_steal_pointer (&item->call));
  g_free (item->path);
  g_free (item);
}

static void
item_finish (WaveRestItem *item, GBytes *body, const GError *error)
{
  g_queue_remove (&item->rest->items, item);
  item->call = NULL;
  item->func (body, error, item->user_data);
  item_free (item);
}

static void
item_fail (WaveRestItem *item, WaveSessionError code, const char *message)
{
  g_autoptr (GError) error = g_error_new_literal (WAVE_SESSION_ERROR, code, message);

  item_finish (item, NULL, error);
}

static WaveSessionError
code_for_status (guint status)
{
  switch (status)
    {
    case 401:
      return WAVE_SESSION_ERROR_UNAUTHORISED;
    case 403:
      return WAVE_SESSION_ERROR_FORBIDDEN;
    case 404:
      return WAVE_SESSION_ERROR_NOT_FOUND;
    case 429:
      return WAVE_SESSION_ERROR_RATE_LIMITED;
    default:
      return WAVE_SESSION_ERROR_HTTP;
    }
}

/* Somebody waits for it. */
static gboolean
may_wait (const WaveRestItem *item, const WaveHttpAnswer *answer)
{
  return answer->status == 429 && answer->retry_after_us <= ONCE_WAIT_US && item->retries < ONCE_RETRIES;
}

static void
item_retry (WaveRestItem *item, const WaveHttpAnswer *answer)
{
  WaveRest *self = item->rest;
  gint64 delay = answer->retry_after_us, first = 2 * self->timings->backoff_first;

  if (delay < 0)
    delay = wave_backoff_get_delay (self->backoff, first, MAX_RETRY_DELAY_S * self->timings->backoff_first, item->retries);
  item->retries++;
  self->counters->rest_retries++;
  item->not_before_us = g_get_monotonic_time () + delay;
  if (answer->status == 429)
    self->paused_until_us = MAX (self->paused_until_us, item->not_before_us);
}

static void
on_answer (WaveHttpCall *call, const WaveHttpAnswer *answer, gpointer user_data)
{
  WaveRestItem *item = user_data;
  WaveRest *self = item->rest;
  g_autofree char *words = NULL;

  item->call = NULL;
  if (answer->status >= 200 && answer->status < 300)
    {
      item_finish (item, answer->body, NULL);
      pump (self);
      return;
    }
  words = wave_http_describe_answer (answer);
  if (answer->status == 429)
    self->counters->rate_limited++;

  if (answer->status == 401 && !item->was_refreshed && !item->once)
    {
      item->was_refreshed = TRUE;
      item->awaits_refresh = TRUE;
      if (!self->refresh (self->user_data))
        item_fail (item, WAVE_SESSION_ERROR_UNAUTHORISED, words);
    }
  else if ((answer->status == 429 || answer->status >= 500
            || g_error_matches (answer->error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_NETWORK))
           && (!item->once || may_wait (item, answer)) && answer->status != 501 && item->retries < (answer->status == 0 ? 2 : MAX_RETRIES))
    item_retry (item, answer);
  else if (answer->error != NULL)
    item_finish (item, NULL, answer->error);
  else
    item_fail (item, code_for_status (answer->status), words);
  pump (self);
}

static void
item_send (WaveRestItem *item)
{
  WaveRest *self = item->rest;
  g_autofree char *url = g_strconcat (self->base, item->path, NULL);
  char *token = wave_credentials_dup_access_token (self->credentials);

  self->counters->rest_requests++;
  item->call = wave_http_send (self->http,
                               &(WaveHttpRequest) { .url = url, .token = token, .silence_us = self->timings->request_timeout },
                               on_answer, item);
  wave_secret_free (token);
}

static void
pump (WaveRest *self)
{
  gint64 now = g_get_monotonic_time (), next = G_MAXINT64;
  guint busy = 0;

  if (self->refused)
    return;
  for (GList *link = self->items.head; link != NULL; link = link->next)
    busy += ((WaveRestItem *) link->data)->call != NULL;
  for (GList *link = self->items.head; link != NULL && busy < MAX_AT_A_TIME; link = link->next)
    {
      WaveRestItem *item = link->data;
      gint64 due = MAX (item->not_before_us, self->paused_until_us);

      if (item->call != NULL || item->awaits_refresh)
        continue;
      if (due > now)
        {
          next = MIN (next, due);
          continue;
        }
      item_send (item);
      busy++;
    }
  wave_timer_start (self->timer, next == G_MAXINT64 ? -1 : next - now);
}

static gboolean
on_timer (gpointer user_data)
{
  pump (user_data);
  return G_SOURCE_CONTINUE;
}

WaveRest *
wave_rest_new (const char *base, WaveHttp *http, WaveCredentials *credentials, const WaveSessionTimings *timings,
               WaveBackoff *backoff, WaveSessionCounters *counters, WaveRestRefreshFunc refresh, gpointer user_data)
{
  WaveRest *self = g_new0 (WaveRest, 1);

  self->base = g_strdup (base);
  self->http = wave_http_ref (http);
  self->credentials = wave_credentials_ref (credentials);
  self->timings = timings;
  self->backoff = backoff;
  self->counters = counters;
  self->refresh = refresh;
  self->user_data = user_data;
  g_queue_init (&self->items);
  self->timer = wave_timer_new ("wave-rest", on_timer, self);
  return self;
}

static void
fail_all (WaveRest *self, const GError *error)
{
  WaveRestItem *item;

  while ((item = g_queue_peek_head (&self->items)) != NULL)
    {
      wave_http_call_cancel (g_steal_pointer (&item->call));
      item_finish (item, NULL, error);
    }
}

void
wave_rest_free (WaveRest *self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the session was stopped");

  self->refused = TRUE;
  fail_all (self, error);
  wave_timer_clear (&self->timer);
  g_free (self->base);
  wave_http_unref (self->http);
  wave_credentials_unref (self->credentials);
  g_free (self);
}

WaveRestItem *
wave_rest_get (WaveRest *self, const char *path, gboolean once, WaveRestFunc func, gpointer user_data)
{
  WaveRestItem *item = g_new0 (WaveRestItem, 1);

  item->rest = self;
  item->path = g_strdup (path);
  item->once = once;
  item->func = func;
  item->user_data = user_data;
  g_queue_push_tail (&self->items, item);
  pump (self);
  return item;
}

void
wave_rest_cancel (WaveRest *self, WaveRestItem *item)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the request was cancelled");

  wave_http_call_cancel (g_steal_pointer (&item->call));
  item_finish (item, NULL, error);
  pump (self);
}

void
wave_rest_resume (WaveRest *self, gboolean refreshed)
{
  GList *link = self->items.head;

  while (link != NULL)
    {
      WaveRestItem *item = link->data;

      link = link->next;
      if (!item->awaits_refresh)
        continue;
      item->awaits_refresh = FALSE;
      if (!refreshed)
        item_fail (item, WAVE_SESSION_ERROR_UNAUTHORISED, "the server does not take the token");
    }
  pump (self);
}

void
wave_rest_set_refused (WaveRest *self, gboolean refused)
{
  g_autoptr (GError) error = NULL;

  self->refused = refused;
  if (refused)
    {
      error = g_error_new_literal (WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_UNAUTHORISED, "the server does not take the token");
      fail_all (self, error);
    }
  else
    pump (self);
}

gboolean
wave_rest_path_is_fine (const char *path)
{
  if (path == NULL || !(g_str_has_prefix (path, "/v1/") || g_str_has_prefix (path, "/.well-known/")))
    return FALSE;
  if (strstr (path, "/../") != NULL || g_str_has_suffix (path, "/.."))
    return FALSE;
  for (const char *p = path; *p != '\0'; p++)
    if ((guchar) *p <= ' ' || (guchar) *p >= 0x7f || *p == '#' || *p == '\\')
      return FALSE;
  return TRUE;
}
