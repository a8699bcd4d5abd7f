// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-engine.h"

#include "protocol/wave-snapshot.h"
#include "session/wave-http.h"

#include <json-glib/json-glib.h>
#include <string.h>

typedef struct {
  WaveRefreshFunc func;
  gpointer user_data;
} Waiter;

static void send_refresh (WaveEngine *self);

gboolean
wave_engine_can_refresh (WaveEngine *self)
{
  char *token = wave_credentials_dup_refresh_token (self->credentials);
  gboolean can = token != NULL;

  wave_secret_free (token);
  return can;
}

gboolean
wave_engine_has_new_token (WaveEngine *self)
{
  char *token = wave_credentials_dup_access_token (self->credentials);
  gboolean is_new = self->socket_token != NULL && strcmp (token, self->socket_token) != 0;

  wave_secret_free (token);
  return is_new;
}

void
wave_engine_plan_refresh (WaveEngine *self)
{
  gint64 due = wave_credentials_get_refresh_due (self->credentials);

  wave_timer_start (self->refresh_timer, due < 0 ? -1 : MAX (0, due - g_get_real_time ()));
}

static void
finish (WaveEngine *self, gboolean refreshed, gboolean refused)
{
  g_autoptr (GArray) waiters = g_steal_pointer (&self->refresh_waiters);

  self->refresh_waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  if (refreshed)
    {
      self->token_is_fresh = TRUE;
      wave_engine_plan_refresh (self);
    }
  else if (!refused)
    wave_timer_start (self->refresh_timer, self->timings.backoff_max);
  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = &g_array_index (waiters, Waiter, i);

      waiter->func (self, refreshed, refused, waiter->user_data);
    }
  wave_rest_resume (self->rest, refreshed);
}

static void
on_answer (WaveHttpCall *call, const WaveHttpAnswer *answer, gpointer user_data)
{
  WaveEngine *self = user_data;
  g_autoptr (WaveTokenSet) set = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  char *old;

  self->refresh_call = NULL;
  if (answer->status >= 200 && answer->status < 300)
    {
      set = wave_token_set_decode (answer->body, &error);
      if (set != NULL && set->access_token != NULL)
        {
          /* The server may rotate the refresh token; if it sends none, the old one goes on. */
          old = wave_credentials_dup_refresh_token (self->credentials);
          wave_credentials_set (self->credentials, set->access_token, set->refresh_token != NULL ? set->refresh_token : old,
                                set->expires_in_s);
          wave_secret_free (old);
          g_debug ("the token was refreshed");
          finish (self, TRUE, FALSE);
          return;
        }
    }
  else if ((answer->status == 400 || answer->status == 415 || answer->status == 422) && !self->refresh_as_form)
    {
      self->refresh_as_form = TRUE;
      send_refresh (self);
      return;
    }
  words = wave_http_describe_answer (answer);
  g_debug ("the token could not be refreshed: %s", words);
  finish (self, FALSE, answer->status >= 400 && answer->status < 500 && answer->status != 408 && answer->status != 429);
}

static char *
build_json (const char *token)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "refresh_token");
  json_builder_add_string_value (builder, token);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
send_refresh (WaveEngine *self)
{
  g_autofree char *url = g_strconcat (self->base, "/v1/auth/refresh", NULL);
  char *token = wave_credentials_dup_refresh_token (self->credentials), *escaped, *content;

  if (self->refresh_as_form)
    {
      escaped = g_uri_escape_string (token, NULL, FALSE);
      content = g_strconcat ("grant_type=refresh_token&refresh_token=", escaped, NULL);
      wave_secret_free (escaped);
    }
  else
    content = build_json (token);
  self->refresh_call = wave_http_send (self->http,
                                       &(WaveHttpRequest) {
                                         .url = url,
                                         .content_type = self->refresh_as_form ? "application/x-www-form-urlencoded" : "application/json",
                                         .content = content,
                                         .silence_us = self->timings.request_timeout,
                                       },
                                       on_answer, self);
  wave_secret_free (content);
  wave_secret_free (token);
}

void
wave_engine_refresh (WaveEngine *self, WaveRefreshFunc func, gpointer user_data)
{
  g_assert (wave_engine_can_refresh (self));

  if (func != NULL)
    g_array_append_val (self->refresh_waiters, ((Waiter) { func, user_data }));
  if (self->refresh_call != NULL)
    return;
  self->refresh_as_form = FALSE;
  send_refresh (self);
}

void
wave_engine_cancel_refresh (WaveEngine *self)
{
  wave_http_call_cancel (g_steal_pointer (&self->refresh_call));
  g_array_set_size (self->refresh_waiters, 0);
  wave_rest_resume (self->rest, FALSE);
}
