// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-http.h"

#include "protocol/wave-snapshot.h"
#include "session/wave-credentials.h"
#include "session/wave-session.h"

#include <string.h>

#define MAX_REDIRECTS 3
#define READ_SIZE (128 * 1024)
#define MAX_RETRY_AFTER_S (15 * 60)
#define MAX_WORDS 200

struct _WaveHttpCall
{
  SoupSession *session;
  SoupMessage *message;
  GCancellable *cancellable;
  GInputStream *input;
  GByteArray *body;
  GSource *deadline;
  char *token;
  char *tls_reason;
  gint64 silence_us;
  guint redirects;
  gboolean begun, dropped, timed_out;
  WaveHttpFunc func;
  gpointer user_data;
};

static void send_message (WaveHttpCall *call);

static void
call_free (WaveHttpCall *call)
{
  if (call->deadline != NULL)
    g_source_destroy (call->deadline);
  g_clear_pointer (&call->deadline, g_source_unref);
  g_clear_object (&call->session);
  g_clear_object (&call->message);
  g_clear_object (&call->cancellable);
  g_clear_object (&call->input);
  g_clear_pointer (&call->body, g_byte_array_unref);
  wave_secret_free (call->token);
  g_free (call->tls_reason);
  g_free (call);
}

static void
finish (WaveHttpCall *call, GError *error)
{
  WaveHttpAnswer answer = { .retry_after_us = -1, .error = error };

  if (!call->dropped)
    {
      if (error == NULL)
        {
          answer.status = soup_message_get_status (call->message);
          answer.retry_after_us = wave_http_read_retry_after (soup_message_get_response_headers (call->message));
          answer.body = g_byte_array_free_to_bytes (g_steal_pointer (&call->body));
        }
      call->func (call, &answer, call->user_data);
      g_clear_pointer (&answer.body, g_bytes_unref);
    }
  g_clear_error (&error);
  call_free (call);
}

static GError *
translate (WaveHttpCall *call, const GError *error)
{
  if (call->timed_out)
    return g_error_new (WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_NETWORK, "the server does not answer");
  if (error->domain == G_TLS_ERROR || call->tls_reason != NULL)
    return g_error_new (WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_TLS, "%s", call->tls_reason != NULL ? call->tls_reason : error->message);
  return g_error_new (WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_NETWORK, "%s", error->message);
}

static gboolean
on_silence (gpointer user_data)
{
  WaveHttpCall *call = user_data;

  call->timed_out = TRUE;
  g_cancellable_cancel (call->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WaveHttpCall *call = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (n < 0)
    {
      finish (call, translate (call, error));
      return;
    }
  g_byte_array_set_size (call->body, call->body->len - READ_SIZE + n);
  if (n == 0)
    {
      finish (call, NULL);
      return;
    }
  if (call->body->len > WAVE_HTTP_BODY_LIMIT)
    {
      g_cancellable_cancel (call->cancellable);
      finish (call, g_error_new (WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_TOO_LARGE, "the answer is over %d MiB",
                                 WAVE_HTTP_BODY_LIMIT / (1024 * 1024)));
      return;
    }
  if (call->dropped)
    {
      finish (call, NULL);
      return;
    }
  g_source_set_ready_time (call->deadline, g_get_monotonic_time () + call->silence_us);
  g_byte_array_set_size (call->body, call->body->len + READ_SIZE);
  g_input_stream_read_async (call->input, call->body->data + call->body->len - READ_SIZE, READ_SIZE, G_PRIORITY_DEFAULT,
                             call->cancellable, on_read, call);
}

static gboolean
same_origin (GUri *a, GUri *b)
{
  return g_strcmp0 (g_uri_get_scheme (a), g_uri_get_scheme (b)) == 0 && g_strcmp0 (g_uri_get_host (a), g_uri_get_host (b)) == 0
         && g_uri_get_port (a) == g_uri_get_port (b);
}

/* Returns: TRUE when it took care of the answer */
static gboolean
follow_redirect (WaveHttpCall *call)
{
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (call->message), "Location");
  g_autoptr (GUri) uri = NULL;
  SoupMessage *next;

  if (location == NULL)
    return FALSE;
  uri = g_uri_parse_relative (soup_message_get_uri (call->message), location, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL || !same_origin (uri, soup_message_get_uri (call->message)) || ++call->redirects > MAX_REDIRECTS
      || soup_message_get_method (call->message) != SOUP_METHOD_GET)
    {
      finish (call, g_error_new (WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_REDIRECT,
                                 "the server sends us elsewhere, where the token must not go"));
      return TRUE;
    }
  next = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  g_set_object (&call->message, next);
  g_object_unref (next);
  send_message (call);
  return TRUE;
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WaveHttpCall *call = user_data;
  g_autoptr (GError) error = NULL;
  GInputStream *input = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  guint status;
  goffset announced;

  if (input == NULL)
    {
      finish (call, translate (call, error));
      return;
    }
  g_set_object (&call->input, input);
  g_object_unref (input);
  if (call->dropped)
    {
      finish (call, NULL);
      return;
    }

  call->begun = TRUE;
  status = soup_message_get_status (call->message);
  if (status >= 300 && status < 400 && follow_redirect (call))
    return;
  announced = soup_message_headers_get_content_length (soup_message_get_response_headers (call->message));
  if (announced > WAVE_HTTP_BODY_LIMIT)
    {
      g_cancellable_cancel (call->cancellable);
      finish (call, g_error_new (WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_TOO_LARGE, "the answer is over %d MiB",
                                 WAVE_HTTP_BODY_LIMIT / (1024 * 1024)));
      return;
    }
  g_source_set_ready_time (call->deadline, g_get_monotonic_time () + call->silence_us);
  call->body = g_byte_array_new ();
  g_byte_array_set_size (call->body, READ_SIZE);
  g_input_stream_read_async (call->input, call->body->data, READ_SIZE, G_PRIORITY_DEFAULT, call->cancellable, on_read, call);
}

static gboolean
on_accept_certificate (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags flags, gpointer user_data)
{
  WaveHttpCall *call = user_data;

  g_free (call->tls_reason);
  call->tls_reason = wave_http_describe_certificate (flags);
  return FALSE;
}

static void
send_message (WaveHttpCall *call)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (call->message);

  soup_message_add_flags (call->message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  soup_message_headers_replace (headers, "Accept", "application/json");
  if (call->token != NULL)
    {
      g_autofree char *value = g_strconcat ("Bearer ", call->token, NULL);

      soup_message_headers_replace (headers, "Authorization", value);
      explicit_bzero (value, strlen (value));
    }
  g_signal_connect (call->message, "accept-certificate", G_CALLBACK (on_accept_certificate), call);
  soup_session_send_async (call->session, call->message, G_PRIORITY_DEFAULT, call->cancellable, on_sent, call);
}

static gboolean
fire (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs deadline_funcs = { .dispatch = fire };

WaveHttpCall *
wave_http_send (SoupSession *session, const WaveHttpRequest *request, WaveHttpFunc func, gpointer user_data)
{
  WaveHttpCall *call = g_new0 (WaveHttpCall, 1);

  call->session = g_object_ref (session);
  call->message = soup_message_new (request->content != NULL ? SOUP_METHOD_POST : SOUP_METHOD_GET, request->url);
  g_assert (call->message != NULL);
  call->cancellable = g_cancellable_new ();
  call->token = g_strdup (request->token);
  call->silence_us = request->silence_us;
  call->func = func;
  call->user_data = user_data;

  call->deadline = g_source_new (&deadline_funcs, sizeof (GSource));
  g_source_set_static_name (call->deadline, "wave-http-deadline");
  g_source_set_callback (call->deadline, on_silence, call, NULL);
  g_source_set_ready_time (call->deadline, g_get_monotonic_time () + call->silence_us);
  g_source_attach (call->deadline, g_main_context_get_thread_default ());

  if (request->content != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (request->content, strlen (request->content));

      soup_message_set_request_body_from_bytes (call->message, request->content_type, bytes);
    }
  send_message (call);
  return call;
}

void
wave_http_call_cancel (WaveHttpCall *call)
{
  if (call == NULL)
    return;
  /* The call goes when libsoup has noticed. */
  call->dropped = TRUE;
  g_cancellable_cancel (call->cancellable);
}

gboolean
wave_http_call_has_begun (WaveHttpCall *call)
{
  return call->begun;
}

SoupSession *
wave_http_session_new (guint timeout_s, guint max_connections)
{
  SoupSession *session = g_object_new (SOUP_TYPE_SESSION,
                                       "timeout", timeout_s,
                                       "idle-timeout", 50,
                                       "max-conns", max_connections,
                                       "max-conns-per-host", max_connections,
                                       "user-agent", WAVE_HTTP_USER_AGENT,
                                       NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  return session;
}

gint64
wave_http_read_retry_after (SoupMessageHeaders *headers)
{
  const char *text = soup_message_headers_get_one (headers, "Retry-After");
  g_autoptr (GDateTime) date = NULL;
  gint64 seconds;

  if (text == NULL)
    return -1;
  if (!g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &seconds, NULL))
    {
      g_autofree char *copy = g_strdup (text);
      double fraction;
      char *rest;

      date = soup_date_time_new_from_http_string (text);
      if (date != NULL)
        seconds = g_date_time_to_unix (date) - g_get_real_time () / G_USEC_PER_SEC;
      else
        {
          /* Some servers send fractions. */
          fraction = g_ascii_strtod (g_strstrip (copy), &rest);
          if (rest == copy || *rest != '\0' || !(fraction >= 0))
            return -1;
          return (gint64) (MIN (fraction, MAX_RETRY_AFTER_S) * G_USEC_PER_SEC);
        }
    }
  return CLAMP (seconds, 0, MAX_RETRY_AFTER_S) * G_USEC_PER_SEC;
}

char *
wave_http_describe_certificate (GTlsCertificateFlags flags)
{
  static const struct { GTlsCertificateFlags flag; const char *words; } table[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "it is not signed by an authority that this machine trusts" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "it was issued for another host name" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet" },
    { G_TLS_CERTIFICATE_EXPIRED, "it has expired" },
    { G_TLS_CERTIFICATE_REVOKED, "it was revoked" },
    { G_TLS_CERTIFICATE_INSECURE, "its algorithm is not secure" },
  };
  GString *text = g_string_new ("the server's certificate is not trusted: ");
  gsize length = text->len;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (flags & table[i].flag)
      g_string_append_printf (text, "%s%s", text->len > length ? ", and " : "", table[i].words);
  if (text->len == length)
    g_string_append (text, "it could not be verified");
  return g_string_free (text, FALSE);
}

char *
wave_http_describe_answer (const WaveHttpAnswer *answer)
{
  g_autofree char *code = NULL;
  g_autofree char *message = NULL;
  g_autofree char *text = NULL;
  char *clean;

  if (answer->error != NULL)
    return wave_redact (answer->error->message);
  if (answer->body != NULL)
    wave_error_body_decode (answer->body, &code, &message);
  if (code != NULL || message != NULL)
    text = g_strdup_printf ("HTTP %u %s%s%s", answer->status, code != NULL ? code : "", code != NULL && message != NULL ? ": " : "",
                            message != NULL ? message : "");
  else
    text = g_strdup_printf ("HTTP %u %s", answer->status, soup_status_get_phrase (answer->status));
  clean = wave_redact (text);
  if (g_utf8_strlen (clean, -1) > MAX_WORDS)
    {
      char *brief = g_utf8_substring (clean, 0, MAX_WORDS);

      g_free (clean);
      return brief;
    }
  return clean;
}

static gboolean
is_own_machine (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost");
}

char *
wave_http_normalise_server (const char *server, gboolean allow_plain, GError **error)
{
  g_autoptr (GUri) uri = NULL;
  const char *scheme, *host;
  int port;

  uri = server != NULL ? g_uri_parse (server, G_URI_FLAGS_NONE, NULL) : NULL;
  scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  host = uri != NULL ? g_uri_get_host (uri) : NULL;
  if (uri == NULL || host == NULL || *host == '\0' || strpbrk (host, " \r\n\t/?#@") != NULL || !g_str_is_ascii (host)
      || (g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0))
    {
      g_set_error (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_ADDRESS,
                   "the server's address must look like https://wave.example.org");
      return NULL;
    }
  if (g_uri_get_userinfo (uri) != NULL || g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL
      || (*g_uri_get_path (uri) != '\0' && strcmp (g_uri_get_path (uri), "/") != 0))
    {
      g_set_error (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_ADDRESS,
                   "the server's address must be scheme, host and port only");
      return NULL;
    }
  if (g_strcmp0 (scheme, "http") == 0 && !allow_plain && !is_own_machine (host))
    {
      g_set_error (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_INSECURE,
                   "plain http to another machine would show the token to anybody on the way");
      return NULL;
    }
  port = g_uri_get_port (uri);
  if (port > 0)
    return g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]:%d" : "%s://%s:%d", scheme, host, port);
  return g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]" : "%s://%s", scheme, host);
}
