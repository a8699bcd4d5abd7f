// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-http.h"

#include "session/wave-credentials.h"
#include "session/wave-http-body.h"
#include "session/wave-session.h"
#include "session/wave-timer.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_REDIRECTS 3
#define MAX_HEAD (64 * 1024)
#define READ_SIZE (128 * 1024)
/* Reads in a row before other sources get their turn. */
#define MAX_READS 8
#define MAX_IDLE 4
#define IDLE_US (45 * G_USEC_PER_SEC)

typedef struct {
  GSocketConnection *connection;
  char *origin;
  gint64 idle_since_us;
} Idle;

struct _WaveHttp
{
  grefcount ref_count;
  GQueue idle; /* of Idle, oldest first */
};

struct _WaveHttpCall
{
  grefcount ref_count; /* one of the call itself, one of a connect under way, one of each way into it */
  gboolean gone;       /* cancelled or finished: func is not called any more */
  WaveHttp *http;
  WaveHttpFunc func;
  gpointer user_data;

  char *origin, *target; /* scheme://host:port, and what comes after it */
  char *token, *content_type, *content;
  gint64 silence_us;
  guint redirects;

  GCancellable *cancellable;
  GSocketConnection *connection;
  gboolean reused;
  GSource *read_source, *write_source, *deadline;
  GByteArray *unsent, *head;
  guint8 *buffer;
  char *tls_reason;

  gboolean begun;
  guint status;
  SoupMessageHeaders *headers;
  gboolean keep_alive;
  WaveHttpBody *body;
};

static void start (WaveHttpCall *call);

/* ---------------------------------------------------------------- connections */

static void
close_connection (GSocketConnection *connection)
{
  /* Without TLS's goodbye, for which one might have to wait. */
  g_socket_close (g_socket_connection_get_socket (connection), NULL);
}

static void
idle_free (Idle *idle)
{
  close_connection (idle->connection);
  g_object_unref (idle->connection);
  g_free (idle->origin);
  g_free (idle);
}

WaveHttp *
wave_http_new (void)
{
  WaveHttp *http = g_new0 (WaveHttp, 1);

  g_ref_count_init (&http->ref_count);
  g_queue_init (&http->idle);
  return http;
}

WaveHttp *
wave_http_ref (WaveHttp *http)
{
  g_ref_count_inc (&http->ref_count);
  return http;
}

void
wave_http_unref (WaveHttp *http)
{
  if (!g_ref_count_dec (&http->ref_count))
    return;
  g_queue_clear_full (&http->idle, (GDestroyNotify) idle_free);
  g_free (http);
}

static GSocketConnection *
take_idle (WaveHttp *http, const char *origin)
{
  gint64 now = g_get_monotonic_time ();
  GList *link = http->idle.tail;

  while (link != NULL)
    {
      Idle *idle = link->data;
      GList *before = link->prev;
      GSocketConnection *connection = NULL;
      gboolean usable = now - idle->idle_since_us < IDLE_US
                        /* Anything to read on an idle connection is its end. */
                        && g_socket_condition_check (g_socket_connection_get_socket (idle->connection), G_IO_IN) == 0;

      if (usable && strcmp (idle->origin, origin) == 0)
        connection = g_object_ref (idle->connection);
      if (connection != NULL || !usable)
        {
          g_queue_delete_link (&http->idle, link);
          if (connection != NULL)
            {
              g_object_unref (idle->connection);
              g_free (idle->origin);
              g_free (idle);
              return connection;
            }
          idle_free (idle);
        }
      link = before;
    }
  return NULL;
}

static void
keep_idle (WaveHttp *http, GSocketConnection *connection, const char *origin)
{
  Idle *idle = g_new0 (Idle, 1);

  idle->connection = g_object_ref (connection);
  idle->origin = g_strdup (origin);
  idle->idle_since_us = g_get_monotonic_time ();
  g_queue_push_tail (&http->idle, idle);
  while (http->idle.length > MAX_IDLE)
    idle_free (g_queue_pop_head (&http->idle));
}

/* ---------------------------------------------------------------- the life of a call */

static void
call_unref (WaveHttpCall *call)
{
  if (!g_ref_count_dec (&call->ref_count))
    return;
  wave_secret_free (call->token);
  wave_secret_free (call->content);
  g_free (call->content_type);
  g_free (call->origin);
  g_free (call->target);
  g_free (call->tls_reason);
  g_free (call->buffer);
  g_clear_object (&call->cancellable);
  g_clear_object (&call->connection);
  g_clear_pointer (&call->unsent, g_byte_array_unref);
  g_clear_pointer (&call->head, g_byte_array_unref);
  g_clear_pointer (&call->headers, soup_message_headers_unref);
  g_clear_pointer (&call->body, wave_http_body_free);
  wave_http_unref (call->http);
  g_free (call);
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* Lets go of the connection: to be used again, or closed. */
static void
release_connection (WaveHttpCall *call, gboolean reusable)
{
  clear_source (&call->read_source);
  clear_source (&call->write_source);
  if (call->connection != NULL && reusable)
    keep_idle (call->http, call->connection, call->origin);
  else if (call->connection != NULL)
    close_connection (call->connection);
  g_clear_object (&call->connection);
}

/* Nothing is called any more. The caller holds a reference while it goes on. */
static void
let_go (WaveHttpCall *call, gboolean reusable)
{
  call->gone = TRUE;
  g_cancellable_cancel (call->cancellable);
  wave_timer_clear (&call->deadline);
  release_connection (call, reusable);
  call_unref (call);
}

/* (transfer full) error */
static void
finish (WaveHttpCall *call, gboolean reusable, GError *error)
{
  WaveHttpAnswer answer = { .retry_after_us = -1, .error = error };

  if (!call->gone)
    {
      g_ref_count_inc (&call->ref_count);
      if (error == NULL)
        {
          answer.status = call->status;
          answer.retry_after_us = wave_http_read_retry_after (call->headers);
          answer.body = wave_http_body_steal (call->body);
        }
      let_go (call, reusable);
      call->func (call, &answer, call->user_data);
      g_clear_pointer (&answer.body, g_bytes_unref);
      call_unref (call);
    }
  g_clear_error (&error);
}

static void
fail (WaveHttpCall *call, WaveSessionError code, const char *message)
{
  finish (call, FALSE, g_error_new_literal (WAVE_SESSION_ERROR, code, message));
}

static void
fail_io (WaveHttpCall *call, const GError *error)
{
  /* A connection that was kept may have been closed by the server just now: that says nothing about the request. */
  if (call->reused && !call->begun && call->head->len == 0 && call->content == NULL)
    {
      release_connection (call, FALSE);
      start (call);
      return;
    }
  if (error != NULL && error->domain == G_TLS_ERROR && call->tls_reason != NULL)
    {
      g_autofree char *words = g_strdup_printf (_("The server’s certificate is not trusted (%s)"), call->tls_reason);

      fail (call, WAVE_SESSION_ERROR_TLS, words);
    }
  else
    fail (call, WAVE_SESSION_ERROR_NETWORK, error != NULL ? error->message : "the server ended the connection");
}

static gboolean
on_deadline (gpointer user_data)
{
  fail (user_data, WAVE_SESSION_ERROR_NETWORK, "the server does not answer");
  return G_SOURCE_CONTINUE;
}

/* ---------------------------------------------------------------- the answer */

static void
answer_done (WaveHttpCall *call, gboolean reusable)
{
  const char *location = soup_message_headers_get_one (call->headers, "Location");
  g_autoptr (GUri) own = NULL;
  g_autoptr (GUri) there = NULL;
  g_autofree char *origin = NULL;

  if (call->status < 300 || call->status >= 400 || location == NULL)
    {
      finish (call, reusable && call->keep_alive, NULL);
      return;
    }
  own = g_uri_parse (call->origin, SOUP_HTTP_URI_FLAGS, NULL);
  there = g_uri_parse_relative (own, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (there != NULL)
    origin = g_strdup_printf (strchr (g_uri_get_host (there), ':') != NULL ? "%s://[%s]:%d" : "%s://%s:%d", g_uri_get_scheme (there),
                              g_uri_get_host (there), g_uri_get_port (there));
  if (origin == NULL || strcmp (origin, call->origin) != 0 || ++call->redirects > MAX_REDIRECTS || call->content != NULL)
    {
      fail (call, WAVE_SESSION_ERROR_REDIRECT, "the server sends us elsewhere, where the token must not go");
      return;
    }
  g_free (call->target);
  call->target = g_strconcat (g_uri_get_path (there), g_uri_get_query (there) != NULL ? "?" : "",
                              g_uri_get_query (there) != NULL ? g_uri_get_query (there) : "", NULL);
  release_connection (call, reusable && call->keep_alive);
  start (call);
}

static void
feed_body (WaveHttpCall *call, const guint8 *data, gsize length)
{
  switch (wave_http_body_feed (call->body, data, length))
    {
    case WAVE_HTTP_BODY_MORE:
      break;
    case WAVE_HTTP_BODY_DONE:
      answer_done (call, TRUE);
      break;
    case WAVE_HTTP_BODY_DONE_EXCESS:
      answer_done (call, FALSE);
      break;
    case WAVE_HTTP_BODY_TOO_LARGE:
      fail (call, WAVE_SESSION_ERROR_TOO_LARGE, "the answer is over 64 MiB");
      break;
    case WAVE_HTTP_BODY_BAD:
      fail (call, WAVE_SESSION_ERROR_NETWORK, "the answer is garbled");
      break;
    }
}

static void
feed_head (WaveHttpCall *call, const guint8 *data, gsize length)
{
  g_autoptr (GByteArray) rest = NULL;
  SoupHTTPVersion version;
  const char *mark;
  gsize end;

  g_byte_array_append (call->head, data, length);
  mark = g_strstr_len ((const char *) call->head->data, call->head->len, "\r\n\r\n");
  if (mark == NULL)
    {
      if (call->head->len > MAX_HEAD)
        fail (call, WAVE_SESSION_ERROR_NETWORK, "the answer's head has no end");
      return;
    }
  end = mark - (const char *) call->head->data + 4;
  g_clear_pointer (&call->headers, soup_message_headers_unref);
  call->headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  if (!soup_headers_parse_response ((const char *) call->head->data, (int) end - 2, call->headers, &version, &call->status, NULL)
      || call->status == 101)
    {
      fail (call, WAVE_SESSION_ERROR_NETWORK, "the answer is not HTTP");
      return;
    }
  rest = g_steal_pointer (&call->head);
  call->head = g_byte_array_new ();
  if (call->status < 200)
    {
      if (rest->len > end)
        feed_head (call, rest->data + end, rest->len - end);
      return;
    }
  call->begun = TRUE;
  call->keep_alive = version == SOUP_HTTP_1_1 && !soup_message_headers_header_contains (call->headers, "Connection", "close");
  call->body = wave_http_body_new (call->status, call->headers);
  feed_body (call, rest->data + end, rest->len - end);
}

static gboolean
on_readable (GObject *stream, gpointer user_data)
{
  WaveHttpCall *call = user_data;
  GSource *source = call->read_source;
  gboolean go_on;

  g_ref_count_inc (&call->ref_count);
  for (guint i = 0; i < MAX_READS && !call->gone && call->read_source == source; i++)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), call->buffer, READ_SIZE, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      if (n > 0)
        wave_timer_start (call->deadline, call->silence_us);
      if (n > 0 && call->begun)
        feed_body (call, call->buffer, n);
      else if (n > 0)
        feed_head (call, call->buffer, n);
      else if (n == 0 && call->begun && wave_http_body_end (call->body))
        answer_done (call, FALSE);
      else if (n == 0 && call->begun)
        fail (call, WAVE_SESSION_ERROR_NETWORK, "the answer was cut off");
      else
        fail_io (call, error);
    }
  go_on = !call->gone && call->read_source == source;
  call_unref (call);
  return go_on ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* ---------------------------------------------------------------- the request */

static void flush (WaveHttpCall *call);

static gboolean
on_writable (GObject *stream, gpointer user_data)
{
  WaveHttpCall *call = user_data;

  clear_source (&call->write_source);
  flush (call);
  return G_SOURCE_REMOVE;
}

static void
flush (WaveHttpCall *call)
{
  GPollableOutputStream *stream = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (call->connection)));
  g_autoptr (GError) error = NULL;

  while (call->unsent->len > 0)
    {
      gssize written = g_pollable_output_stream_write_nonblocking (stream, call->unsent->data, call->unsent->len, NULL, &error);

      if (written < 0)
        break;
      explicit_bzero (call->unsent->data, written);
      g_byte_array_remove_range (call->unsent, 0, written);
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      call->write_source = g_pollable_output_stream_create_source (stream, NULL);
      g_source_set_static_name (call->write_source, "wave-http-write");
      g_source_set_callback (call->write_source, G_SOURCE_FUNC (on_writable), call, NULL);
      g_source_attach (call->write_source, g_main_context_get_thread_default ());
    }
  /* Any other error shows when reading; a server may answer before it has read everything. */
}

static gboolean
is_header_value (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text <= ' ' || (guchar) *text >= 0x7f)
      return FALSE;
  return TRUE;
}

static void
write_request (WaveHttpCall *call)
{
  const char *host = strstr (call->origin, "://") + 3;
  GString *text = g_string_sized_new (8192);

  g_string_append_printf (text, "%s %s HTTP/1.1\r\nHost: %s\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n"
                                "User-Agent: " WAVE_HTTP_USER_AGENT "\r\n",
                          call->content != NULL ? "POST" : "GET", call->target, host);
  /* A token that cannot stand in a header cannot be right either: the server will say so. */
  if (call->token != NULL && is_header_value (call->token))
    g_string_append_printf (text, "Authorization: Bearer %s\r\n", call->token);
  if (call->content != NULL)
    g_string_append_printf (text, "Content-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n", call->content_type,
                            strlen (call->content));
  g_string_append (text, "\r\n");
  if (call->content != NULL)
    g_string_append (text, call->content);
  g_byte_array_set_size (call->unsent, 0);
  g_byte_array_append (call->unsent, (const guint8 *) text->str, text->len);
  explicit_bzero (text->str, text->len);
  g_string_free (text, TRUE);
}

/* (transfer full) */
static void
use_connection (WaveHttpCall *call, GSocketConnection *connection, gboolean reused)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));

  call->connection = connection;
  call->reused = reused;
  write_request (call);
  call->read_source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_source_set_static_name (call->read_source, "wave-http-read");
  g_source_set_callback (call->read_source, G_SOURCE_FUNC (on_readable), call, NULL);
  g_source_attach (call->read_source, g_main_context_get_thread_default ());
  flush (call);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WaveHttpCall *call = user_data;
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection = g_socket_client_connect_to_uri_finish (G_SOCKET_CLIENT (source), result, &error);

  if (call->gone)
    g_clear_object (&connection);
  else if (connection == NULL)
    fail_io (call, error);
  else
    {
      g_socket_set_option (g_socket_connection_get_socket (connection), 6 /* IPPROTO_TCP */, 1 /* TCP_NODELAY */, 1, NULL);
      use_connection (call, connection, FALSE);
    }
  call_unref (call);
}

static gboolean
on_accept_certificate (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags flags, gpointer user_data)
{
  WaveHttpCall *call = user_data;

  g_free (call->tls_reason);
  call->tls_reason = wave_http_describe_certificate (flags);
  return FALSE;
}

static void
on_client_event (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable, GIOStream *stream, gpointer user_data)
{
  WaveHttpCall *call = user_data;

  /* The call outlives the handshake, by the reference of the connect under way. */
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_signal_connect (stream, "accept-certificate", G_CALLBACK (on_accept_certificate), call);
  else if (event == G_SOCKET_CLIENT_TLS_HANDSHAKED)
    g_signal_handlers_disconnect_by_data (stream, call);
}

static void
start (WaveHttpCall *call)
{
  GSocketConnection *connection = call->content == NULL ? take_idle (call->http, call->origin) : NULL;
  g_autoptr (GSocketClient) client = NULL;
  gboolean tls = g_str_has_prefix (call->origin, "https:");

  call->begun = FALSE;
  g_byte_array_set_size (call->head, 0);
  g_clear_pointer (&call->body, wave_http_body_free);
  wave_timer_start (call->deadline, call->silence_us);
  if (connection != NULL)
    {
      use_connection (call, connection, TRUE);
      return;
    }
  client = g_socket_client_new ();
  g_socket_client_set_tls (client, tls);
  g_signal_connect (client, "event", G_CALLBACK (on_client_event), call);
  g_ref_count_inc (&call->ref_count);
  g_socket_client_connect_to_uri_async (client, call->origin, tls ? 443 : 80, call->cancellable, on_connected, call);
}

WaveHttpCall *
wave_http_send (WaveHttp *http, const WaveHttpRequest *request, WaveHttpFunc func, gpointer user_data)
{
  WaveHttpCall *call = g_new0 (WaveHttpCall, 1);
  g_autoptr (GUri) uri = g_uri_parse (request->url, SOUP_HTTP_URI_FLAGS, NULL);

  g_assert (uri != NULL);
  g_ref_count_init (&call->ref_count);
  call->http = wave_http_ref (http);
  call->func = func;
  call->user_data = user_data;
  call->origin = g_strdup_printf (strchr (g_uri_get_host (uri), ':') != NULL ? "%s://[%s]:%d" : "%s://%s:%d", g_uri_get_scheme (uri),
                                  g_uri_get_host (uri), g_uri_get_port (uri));
  call->target = g_strconcat (g_uri_get_path (uri), g_uri_get_query (uri) != NULL ? "?" : "",
                              g_uri_get_query (uri) != NULL ? g_uri_get_query (uri) : "", NULL);
  call->token = g_strdup (request->token);
  call->content_type = g_strdup (request->content_type);
  call->content = g_strdup (request->content);
  call->silence_us = request->silence_us;
  call->cancellable = g_cancellable_new ();
  call->unsent = g_byte_array_new ();
  call->head = g_byte_array_new ();
  call->buffer = g_malloc (READ_SIZE);
  call->deadline = wave_timer_new ("wave-http-deadline", on_deadline, call);
  start (call);
  return call;
}

void
wave_http_call_cancel (WaveHttpCall *call)
{
  if (call != NULL && !call->gone)
    let_go (call, FALSE);
}

gboolean
wave_http_call_has_begun (WaveHttpCall *call)
{
  return call->begun;
}
