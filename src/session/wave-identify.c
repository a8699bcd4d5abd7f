// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-identify.h"

#include "session/wave-http.h"
#include "session/wave-session.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define SILENCE_US (20 * G_USEC_PER_SEC)
/* Names by which a server may say that the password grant is on. */
static const char *const switches[] = { "password_grant_enabled", "password_grant", "password_enabled" };

typedef struct {
  WaveHttp *http;
  GTask *task;
  WaveHttpCall *call;
  GSource *cancelled;
} Ask;

/* (transfer full) error; @value with @destroy when there is none */
static void
ask_finish (Ask *self, gpointer value, GDestroyNotify destroy, GError *error)
{
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
  if (error != NULL)
    g_task_return_error (self->task, error);
  else
    g_task_return_pointer (self->task, value, destroy);
  g_clear_object (&self->task);
  g_clear_pointer (&self->http, wave_http_unref);
  g_free (self);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Ask *self = user_data;

  wave_http_call_cancel (g_steal_pointer (&self->call));
  ask_finish (self, NULL, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the question was cancelled"));
  return G_SOURCE_REMOVE;
}

/* (transfer full) (nullable): what an answer that is no 2xx means. A 404 with a code of ours comes from a ScaiWave server. */
static GError *
read_failure (const WaveHttpAnswer *answer)
{
  g_autofree char *code = NULL;
  g_autofree char *message = NULL;
  g_autofree char *words = NULL;
  WaveSessionError error = WAVE_SESSION_ERROR_HTTP;

  if (answer->error != NULL)
    return g_error_copy (answer->error);
  if (answer->status >= 200 && answer->status < 300)
    return NULL;
  if (answer->body != NULL)
    wave_error_body_decode (answer->body, &code, &message);
  if (answer->status == 401)
    error = WAVE_SESSION_ERROR_UNAUTHORISED;
  else if (answer->status == 403)
    error = WAVE_SESSION_ERROR_FORBIDDEN;
  else if (answer->status == 429)
    error = WAVE_SESSION_ERROR_RATE_LIMITED;
  else if (answer->status == 404 && code != NULL && g_str_has_prefix (code, "SW_"))
    error = WAVE_SESSION_ERROR_NOT_FOUND;
  else if (answer->status < 500)
    error = WAVE_SESSION_ERROR_SHAPE;
  words = wave_http_describe_answer (answer);
  return g_error_new_literal (WAVE_SESSION_ERROR, error, words);
}

static void
ask (const char *server, const char *path, gboolean allow_plain, WaveCredentials *credentials, WaveHttpFunc func, gpointer tag,
     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *base = NULL;
  g_autofree char *url = NULL;
  char *token = NULL;
  GError *error = NULL;
  Ask *self;

  g_task_set_source_tag (task, tag);
  base = wave_http_normalise_server (server, allow_plain, &error);
  if (base == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self = g_new0 (Ask, 1);
  self->task = g_steal_pointer (&task);
  self->http = wave_http_new ();
  url = g_strconcat (base, path, NULL);
  if (credentials != NULL)
    token = wave_credentials_dup_access_token (credentials);
  self->call = wave_http_send (self->http, &(WaveHttpRequest) { .url = url, .token = token, .silence_us = SILENCE_US }, func, self);
  wave_secret_free (token);
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (self->cancelled, "wave-identify-cancelled");
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }
}

/* ---- who ---- */

static void
on_me (WaveHttpCall *call, const WaveHttpAnswer *answer, gpointer user_data)
{
  Ask *self = user_data;
  GError *error = read_failure (answer);
  WaveMe *me = error == NULL ? wave_me_decode (answer->body, NULL) : NULL;

  self->call = NULL;
  /* Something that answers every path with a page of its own is no server of ours. */
  if (error == NULL && (me == NULL || (me->participant_id == NULL && me->fqid == NULL && me->tenant_id == NULL)))
    {
      g_clear_pointer (&me, wave_me_free);
      error = g_error_new_literal (WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_SHAPE, "the answer does not say who the token belongs to");
    }
  ask_finish (self, me, (GDestroyNotify) wave_me_free, error);
}

void
wave_identify_async (const char *server, gboolean allow_plain, WaveCredentials *credentials, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (credentials != NULL);
  ask (server, "/v1/me", allow_plain, credentials, on_me, wave_identify_async, cancellable, callback, user_data);
}

WaveMe *
wave_identify_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- by what way ---- */

static WaveOffer
read_offer (JsonObject *object)
{
  static const char *const inner[] = { "data", "features", "auth" };
  JsonNode *node = json_object_get_member (object, "grant_types_supported");
  JsonArray *grants;

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    {
      grants = json_node_get_array (node);
      for (guint i = 0; i < json_array_get_length (grants); i++)
        {
          JsonNode *grant = json_array_get_element (grants, i);

          if (JSON_NODE_HOLDS_VALUE (grant) && g_strcmp0 (json_node_get_string (grant), "password") == 0)
            return WAVE_OFFER_YES;
        }
      return WAVE_OFFER_NO;
    }
  for (guint i = 0; i < G_N_ELEMENTS (switches); i++)
    {
      node = json_object_get_member (object, switches[i]);
      if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
        return json_node_get_boolean (node) ? WAVE_OFFER_YES : WAVE_OFFER_NO;
    }
  for (guint i = 0; i < G_N_ELEMENTS (inner); i++)
    {
      WaveOffer offer = WAVE_OFFER_UNKNOWN;

      node = json_object_get_member (object, inner[i]);
      if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
        offer = read_offer (json_node_get_object (node));
      if (offer != WAVE_OFFER_UNKNOWN)
        return offer;
    }
  return WAVE_OFFER_UNKNOWN;
}

WaveOffer
wave_offer_decode (GBytes *body)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize size = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &size) : NULL;

  if (text == NULL || !json_parser_load_from_data (parser, text, (gssize) size, NULL) || json_parser_get_root (parser) == NULL
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return WAVE_OFFER_UNKNOWN;
  return read_offer (json_node_get_object (json_parser_get_root (parser)));
}

static void
on_config (WaveHttpCall *call, const WaveHttpAnswer *answer, gpointer user_data)
{
  Ask *self = user_data;
  GError *error = read_failure (answer);

  self->call = NULL;
  ask_finish (self, GINT_TO_POINTER (error == NULL ? wave_offer_decode (answer->body) : WAVE_OFFER_UNKNOWN), NULL, error);
}

void
wave_offer_async (const char *server, gboolean allow_plain, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  ask (server, "/v1/auth/config", allow_plain, NULL, on_config, wave_offer_async, cancellable, callback, user_data);
}

WaveOffer
wave_offer_finish (GAsyncResult *result, GError **error)
{
  return (WaveOffer) GPOINTER_TO_INT (g_task_propagate_pointer (G_TASK (result), error));
}

/* ---- addresses ---- */

char *
wave_server_key (const char *server)
{
  g_autofree char *base = wave_http_normalise_server (server, TRUE, NULL);
  g_autofree char *host = NULL;
  g_autoptr (GUri) uri = base != NULL ? g_uri_parse (base, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (uri == NULL)
    return NULL;
  host = g_ascii_strdown (g_uri_get_host (uri), -1);
  return g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]:%d" : "%s://%s:%d", g_uri_get_scheme (uri), host, g_uri_get_port (uri));
}

gboolean
wave_server_needs_leave (const char *server)
{
  g_autofree char *with = wave_http_normalise_server (server, TRUE, NULL);
  g_autofree char *without = wave_http_normalise_server (server, FALSE, NULL);

  return with != NULL && without == NULL;
}

gboolean
wave_server_is_own (const char *server)
{
  g_autofree char *base = wave_http_normalise_server (server, TRUE, NULL);
  g_autofree char *plain = base != NULL ? g_strconcat ("http", strstr (base, "://"), NULL) : NULL;

  return plain != NULL && !wave_server_needs_leave (plain);
}
