// SPDX-License-Identifier: GPL-3.0-or-later
// The password grant, where a tenant has turned it on. On the caller's thread.
#include "config.h"

#include "protocol/wave-snapshot.h"
#include "session/wave-credentials.h"
#include "session/wave-http.h"
#include "session/wave-session.h"

#define SILENCE_US (20 * G_USEC_PER_SEC)

typedef struct {
  WaveHttp *http;
  GTask *task;
  WaveHttpCall *call;
  GSource *cancelled;
} SignIn;

static void
sign_in_finish (SignIn *self, WaveCredentials *credentials, GError *error)
{
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
  if (error != NULL)
    g_task_return_error (self->task, error);
  else
    g_task_return_pointer (self->task, credentials, (GDestroyNotify) wave_credentials_unref);
  g_clear_object (&self->task);
  g_clear_pointer (&self->http, wave_http_unref);
  g_free (self);
}

static void
on_answer (WaveHttpCall *call, const WaveHttpAnswer *answer, gpointer user_data)
{
  SignIn *self = user_data;
  g_autoptr (WaveTokenSet) set = NULL;
  g_autofree char *words = NULL;
  WaveCredentials *credentials;
  GError *error = NULL;

  self->call = NULL;
  if (answer->error != NULL)
    {
      sign_in_finish (self, NULL, g_error_copy (answer->error));
      return;
    }
  if (answer->status >= 200 && answer->status < 300)
    {
      set = wave_token_set_decode (answer->body, &error);
      if (set != NULL && set->access_token != NULL)
        {
          credentials = wave_credentials_new (set->access_token, set->refresh_token);
          wave_credentials_set (credentials, set->access_token, set->refresh_token, set->expires_in_s);
          sign_in_finish (self, credentials, NULL);
          return;
        }
      g_clear_error (&error);
      sign_in_finish (self, NULL, g_error_new (WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_SHAPE, "the server's answer holds no token"));
      return;
    }
  words = wave_http_describe_answer (answer);
  sign_in_finish (self, NULL,
                  g_error_new_literal (WAVE_SESSION_ERROR,
                                       answer->status == 401   ? WAVE_SESSION_ERROR_UNAUTHORISED
                                       : answer->status == 403 ? WAVE_SESSION_ERROR_FORBIDDEN
                                       : answer->status == 404 ? WAVE_SESSION_ERROR_NOT_FOUND
                                       : answer->status == 429 ? WAVE_SESSION_ERROR_RATE_LIMITED
                                                               : WAVE_SESSION_ERROR_HTTP,
                                       words));
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  SignIn *self = user_data;

  wave_http_call_cancel (g_steal_pointer (&self->call));
  sign_in_finish (self, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the sign-in was cancelled"));
  return G_SOURCE_REMOVE;
}

void
wave_sign_in_async (const char *server, gboolean allow_plain, const char *username, const char *password,
                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *base = NULL;
  g_autofree char *url = NULL;
  g_autofree char *name = NULL;
  GError *error = NULL;
  char *secret, *content;
  SignIn *self;

  g_task_set_source_tag (task, wave_sign_in_async);
  base = wave_http_normalise_server (server, allow_plain, &error);
  if (base == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self = g_new0 (SignIn, 1);
  self->task = g_steal_pointer (&task);
  self->http = wave_http_new ();
  url = g_strconcat (base, "/v1/auth/token", NULL);
  name = g_uri_escape_string (username, NULL, FALSE);
  secret = g_uri_escape_string (password, NULL, FALSE);
  content = g_strconcat ("grant_type=password&username=", name, "&password=", secret, NULL);
  wave_secret_free (secret);
  self->call = wave_http_send (self->http,
                               &(WaveHttpRequest) {
                                 .url = url,
                                 .content_type = "application/x-www-form-urlencoded",
                                 .content = content,
                                 .silence_us = SILENCE_US,
                               },
                               on_answer, self);
  wave_secret_free (content);
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (self->cancelled, "wave-sign-in-cancelled");
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }
}

WaveCredentials *
wave_sign_in_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
