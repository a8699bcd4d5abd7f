// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-socket.h"

#include "session/wave-credentials.h"
#include "session/wave-frames.h"
#include "session/wave-http.h"

#include <libsoup/soup.h>
#include <string.h>

#define HANDSHAKE_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define MAX_RESPONSE_HEAD (64 * 1024)
#define READ_SIZE (256 * 1024)
/* Reads in a row before other sources get their turn. */
#define MAX_READS 8
/* A peer that floods us with pings and reads no pong gets none beyond this. */
#define MAX_UNSENT (256 * 1024)

struct _WaveSocket
{
  grefcount ref_count; /* one of the owner, one of the connect under way, one of each call into the owner */
  gboolean freed;
  WaveSocketFuncs funcs;
  gpointer user_data;

  char *request; /* holds the token until it is sent */
  char *key;
  GCancellable *cancellable;
  GSocketConnection *connection;
  GSource *read_source, *write_source;
  GByteArray *unsent;
  guint8 *buffer;
  GByteArray *head;      /* the response's head until the upgrade */
  WaveFrameReader *reader; /* after it */
  gboolean open, ended, paused;
  char *tls_reason;

  gint64 heard_us;
  gint64 wall_us; /* what the next frame is stamped with */
  gint64 pinged_us, round_trip_us;
  guint32 ping_serial;
};

static gboolean on_readable (GObject *stream, gpointer user_data);

static void
socket_unref (WaveSocket *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  wave_secret_free (self->request);
  g_free (self->key);
  g_free (self->tls_reason);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->unsent, g_byte_array_unref);
  g_clear_pointer (&self->head, g_byte_array_unref);
  g_clear_pointer (&self->reader, wave_frame_reader_free);
  g_free (self->buffer);
  g_free (self);
}

/* No two frames have the same time of the wall clock, even if they came in one read: by it a journal tells them apart. */
static void
hear (WaveSocket *self)
{
  gint64 wall = g_get_real_time ();

  self->heard_us = g_get_monotonic_time ();
  /* Unless somebody set the clock back. */
  if (wall > self->wall_us || self->wall_us - wall > G_USEC_PER_SEC)
    self->wall_us = wall;
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* Lets go of the connection without waiting: neither for a close frame nor for TLS's goodbye. */
static void
shut (WaveSocket *self)
{
  clear_source (&self->read_source);
  clear_source (&self->write_source);
  g_cancellable_cancel (self->cancellable);
  if (self->connection != NULL)
    {
      GSocket *socket = g_socket_connection_get_socket (self->connection);

      g_socket_shutdown (socket, FALSE, TRUE, NULL);
      g_socket_close (socket, NULL);
    }
  self->open = FALSE;
}

static void
end (WaveSocket *self, WaveCause cause, guint close_code, guint http_status, const char *reason, gint64 retry_after_us)
{
  g_autofree char *clean = NULL;
  WaveSocketEnd record = { cause, close_code, http_status, NULL, retry_after_us };

  if (self->ended)
    return;
  self->ended = TRUE;
  shut (self);
  if (reason != NULL)
    record.reason = clean = wave_redact (reason);
  g_debug ("socket ended: %s %u %s", wave_cause_get_nick (cause), MAX (close_code, http_status), clean != NULL ? clean : "");
  g_ref_count_inc (&self->ref_count);
  if (!self->freed)
    self->funcs.ended (self, &record, self->user_data);
  socket_unref (self);
}

static void
end_with_error (WaveSocket *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error->domain == G_TLS_ERROR && !self->open)
    end (self, WAVE_CAUSE_TLS, 0, 0, self->tls_reason != NULL ? self->tls_reason : error->message, -1);
  else
    end (self, self->open ? WAVE_CAUSE_DROPPED : WAVE_CAUSE_CANNOT_CONNECT, 0, 0, error->message, -1);
}

/* ---------------------------------------------------------------- sending */

static void
flush (WaveSocket *self);

static gboolean
on_writable (GObject *stream, gpointer user_data)
{
  WaveSocket *self = user_data;

  clear_source (&self->write_source);
  flush (self);
  return G_SOURCE_REMOVE;
}

static void
flush (WaveSocket *self)
{
  GPollableOutputStream *stream;
  g_autoptr (GError) error = NULL;

  if (self->connection == NULL || self->ended || self->write_source != NULL)
    return;
  stream = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (G_IO_STREAM (self->connection)));
  while (self->unsent->len > 0)
    {
      gssize written = g_pollable_output_stream_write_nonblocking (stream, self->unsent->data, self->unsent->len, NULL, &error);

      if (written < 0)
        break;
      explicit_bzero (self->unsent->data, written);
      g_byte_array_remove_range (self->unsent, 0, written);
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      self->write_source = g_pollable_output_stream_create_source (stream, NULL);
      g_source_set_static_name (self->write_source, "wave-socket-write");
      g_source_set_callback (self->write_source, G_SOURCE_FUNC (on_writable), self, NULL);
      g_source_attach (self->write_source, g_main_context_get_thread_default ());
    }
  /* Any other error shows when reading, where what the server said before it can still be read. */
}

static void
send_frame (WaveSocket *self, WaveOpcode opcode, const guint8 *data, gsize length)
{
  if (!self->open || self->unsent->len > MAX_UNSENT)
    return;
  wave_frame_write (self->unsent, opcode, data, length, g_random_int ());
  flush (self);
}

void
wave_socket_send_text (WaveSocket *self, const char *text)
{
  send_frame (self, WAVE_OPCODE_TEXT, (const guint8 *) text, strlen (text));
}

void
wave_socket_send_ping (WaveSocket *self)
{
  guint32 serial = ++self->ping_serial;

  self->pinged_us = g_get_monotonic_time ();
  send_frame (self, WAVE_OPCODE_PING, (const guint8 *) &serial, sizeof serial);
}

void
wave_socket_send_close (WaveSocket *self, guint code)
{
  guint8 data[2] = { code >> 8 & 0xff, code & 0xff };

  send_frame (self, WAVE_OPCODE_CLOSE, data, sizeof data);
}

/* ---------------------------------------------------------------- frames */

static gboolean
on_message (GBytes *bytes, guint64 full_size, gpointer user_data)
{
  WaveSocket *self = user_data;

  if (self->freed || self->ended)
    {
      g_bytes_unref (bytes);
      return FALSE;
    }
  self->funcs.message (self, bytes, full_size, self->user_data);
  return !self->freed && !self->ended;
}

static gboolean
on_whole (const guint8 *data, gsize length, gpointer user_data)
{
  WaveSocket *self = user_data;

  if (self->freed || self->ended)
    return FALSE;
  self->funcs.whole (self, data, length, self->user_data);
  return !self->freed && !self->ended;
}

static gboolean
on_control (WaveOpcode opcode, const guint8 *data, gsize length, gpointer user_data)
{
  WaveSocket *self = user_data;
  g_autofree char *reason = NULL;
  guint code = 0;

  if (self->freed || self->ended)
    return FALSE;
  switch (opcode)
    {
    case WAVE_OPCODE_PING:
      send_frame (self, WAVE_OPCODE_PONG, data, length);
      break;
    case WAVE_OPCODE_PONG:
      if (length == sizeof self->ping_serial && memcmp (data, &self->ping_serial, length) == 0)
        self->round_trip_us = g_get_monotonic_time () - self->pinged_us;
      break;
    case WAVE_OPCODE_CLOSE:
      if (length >= 2)
        code = (guint) data[0] << 8 | data[1];
      if (length > 2)
        reason = g_utf8_make_valid ((const char *) data + 2, length - 2);
      send_frame (self, WAVE_OPCODE_CLOSE, data, MIN (length, 2));
      if (code == SOUP_WEBSOCKET_CLOSE_TOO_BIG)
        end (self, WAVE_CAUSE_FRAME_TOO_LARGE, code, 0, reason, -1);
      else
        end (self, WAVE_CAUSE_CLOSED, code, 0, reason, -1);
      break;
    case WAVE_OPCODE_CONTINUATION:
    case WAVE_OPCODE_TEXT:
    case WAVE_OPCODE_BINARY:
      break;
    }
  return !self->freed && !self->ended;
}

static void
read_frames (WaveSocket *self, const guint8 *data, gsize length)
{
  const char *wrong = wave_frame_reader_feed (self->reader, data, length);

  if (wrong != NULL && !self->freed && !self->ended)
    {
      wave_socket_send_close (self, SOUP_WEBSOCKET_CLOSE_PROTOCOL_ERROR);
      end (self, WAVE_CAUSE_DROPPED, 0, 0, wrong, -1);
    }
}

/* ---------------------------------------------------------------- the upgrade */

static char *
compute_accept (const char *key)
{
  g_autofree char *text = g_strconcat (key, HANDSHAKE_GUID, NULL);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, digest, &length);
  return g_base64_encode (digest, length);
}

static void
judge_response (WaveSocket *self, gsize head_length)
{
  static const WaveFrameFuncs frame_funcs = { on_message, on_control, on_whole };
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autofree char *phrase = NULL;
  g_autofree char *accept = NULL;
  g_autofree char *reason = NULL;
  g_autoptr (GByteArray) head = g_steal_pointer (&self->head);
  guint status = 0;
  const char *given;

  if (!soup_headers_parse_response ((const char *) head->data, (int) head_length - 2, headers, NULL, &status, &phrase))
    {
      end (self, WAVE_CAUSE_UPGRADE_REFUSED, 0, 0, "the answer is not HTTP", -1);
      return;
    }
  if (status != 101)
    {
      g_autofree char *valid = phrase != NULL ? g_utf8_make_valid (phrase, MIN (strlen (phrase), 100)) : g_strdup ("");

      if (status >= 300 && status < 400)
        reason = g_strdup_printf ("%u %s: a redirect, which is not followed with the token", status, valid);
      else
        reason = g_strdup_printf ("%u %s", status, valid);
      end (self, WAVE_CAUSE_UPGRADE_REFUSED, 0, status, reason, wave_http_read_retry_after (headers));
      return;
    }
  accept = compute_accept (self->key);
  given = soup_message_headers_get_one (headers, "Sec-WebSocket-Accept");
  if (!soup_message_headers_header_equals (headers, "Upgrade", "websocket")
      || !soup_message_headers_header_contains (headers, "Connection", "Upgrade") || g_strcmp0 (given, accept) != 0)
    {
      end (self, WAVE_CAUSE_UPGRADE_REFUSED, 0, 0, "the server's upgrade to WebSocket is not valid", -1);
      return;
    }

  self->open = TRUE;
  self->reader = wave_frame_reader_new (WAVE_FRAME_LIMIT, WAVE_INVALID_KEPT, &frame_funcs, self);
  self->funcs.opened (self, self->user_data);
  if (!self->freed && !self->ended && head->len > head_length)
    read_frames (self, head->data + head_length, head->len - head_length);
}

static void
read_head (WaveSocket *self, const guint8 *data, gsize length)
{
  const char *mark;

  g_byte_array_append (self->head, data, length);
  mark = g_strstr_len ((const char *) self->head->data, self->head->len, "\r\n\r\n");
  if (mark != NULL)
    judge_response (self, mark - (const char *) self->head->data + 4);
  else if (self->head->len > MAX_RESPONSE_HEAD)
    end (self, WAVE_CAUSE_UPGRADE_REFUSED, 0, 0, "the answer to the upgrade has no end", -1);
}

static gboolean
on_readable (GObject *stream, gpointer user_data)
{
  WaveSocket *self = user_data;
  gboolean go_on;

  g_ref_count_inc (&self->ref_count);
  for (guint i = 0; i < MAX_READS && !self->freed && !self->ended && !self->paused; i++)
    {
      g_autoptr (GError) error = NULL;
      gssize n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), self->buffer, READ_SIZE, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      if (n < 0)
        end_with_error (self, error);
      else if (n == 0)
        end (self, self->open ? WAVE_CAUSE_DROPPED : WAVE_CAUSE_CANNOT_CONNECT, 0, 0, "the server ended the connection", -1);
      else
        {
          hear (self);
          if (self->reader != NULL)
            read_frames (self, self->buffer, n);
          else
            read_head (self, self->buffer, n);
          if (n < READ_SIZE / 2)
            break;
        }
    }
  go_on = !self->freed && !self->ended && !self->paused;
  socket_unref (self);
  return go_on ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
start_reading (WaveSocket *self)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (self->connection));

  self->read_source = g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (input), NULL);
  g_source_set_static_name (self->read_source, "wave-socket-read");
  g_source_set_callback (self->read_source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->read_source, g_main_context_get_thread_default ());
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WaveSocket *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  GSocket *socket;

  connection = g_socket_client_connect_to_uri_finish (G_SOCKET_CLIENT (source), result, &error);
  if (self->freed || self->ended)
    ;
  else if (connection == NULL)
    end_with_error (self, error);
  else
    {
      self->connection = g_steal_pointer (&connection);
      socket = g_socket_connection_get_socket (self->connection);
      g_socket_set_keepalive (socket, TRUE);
      g_socket_set_option (socket, 6 /* IPPROTO_TCP */, 1 /* TCP_NODELAY */, 1, NULL);
      hear (self);
      self->buffer = g_malloc (READ_SIZE);
      g_byte_array_append (self->unsent, (const guint8 *) self->request, strlen (self->request));
      g_clear_pointer (&self->request, wave_secret_free);
      if (!self->paused)
        start_reading (self);
      flush (self);
    }
  socket_unref (self);
}

static gboolean
on_accept_certificate (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags flags, gpointer user_data)
{
  WaveSocket *self = user_data;

  g_free (self->tls_reason);
  self->tls_reason = wave_http_describe_certificate (flags);
  return FALSE;
}

static void
on_client_event (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable, GIOStream *stream, gpointer user_data)
{
  WaveSocket *self = user_data;

  if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING || self->freed)
    return;
  g_signal_connect (stream, "accept-certificate", G_CALLBACK (on_accept_certificate), self);
}

static char *
build_request (WaveSocket *self, const char *base, const char *token)
{
  g_autoptr (GUri) uri = g_uri_parse (base, G_URI_FLAGS_NONE, NULL);
  g_autofree char *host = NULL;
  gboolean v6 = strchr (g_uri_get_host (uri), ':') != NULL;
  char *escaped = g_uri_escape_string (token, NULL, FALSE);
  char *request;

  host = g_strdup_printf (v6 ? "[%s]" : "%s", g_uri_get_host (uri));
  if (g_uri_get_port (uri) > 0)
    {
      g_autofree char *name = g_steal_pointer (&host);

      host = g_strdup_printf ("%s:%d", name, g_uri_get_port (uri));
    }
  request = g_strdup_printf ("GET /v1/stream?token=%s HTTP/1.1\r\n"
                             "Host: %s\r\n"
                             "Upgrade: websocket\r\n"
                             "Connection: Upgrade\r\n"
                             "Sec-WebSocket-Key: %s\r\n"
                             "Sec-WebSocket-Version: 13\r\n"
                             "User-Agent: " WAVE_HTTP_USER_AGENT "\r\n\r\n",
                             escaped, host, self->key);
  wave_secret_free (escaped);
  return request;
}

WaveSocket *
wave_socket_new (const char *base, const char *token, const WaveSocketFuncs *funcs, gpointer user_data)
{
  WaveSocket *self = g_new0 (WaveSocket, 1);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  gboolean tls = g_str_has_prefix (base, "https:");
  guint32 nonce[4];

  g_ref_count_init (&self->ref_count);
  self->funcs = *funcs;
  self->user_data = user_data;
  self->round_trip_us = -1;
  hear (self);
  self->cancellable = g_cancellable_new ();
  self->unsent = g_byte_array_new ();
  self->head = g_byte_array_new ();
  for (guint i = 0; i < G_N_ELEMENTS (nonce); i++)
    nonce[i] = g_random_int ();
  self->key = g_base64_encode ((const guchar *) nonce, sizeof nonce);
  self->request = build_request (self, base, token);

  g_socket_client_set_tls (client, tls);
  g_signal_connect (client, "event", G_CALLBACK (on_client_event), self);
  g_ref_count_inc (&self->ref_count);
  g_socket_client_connect_to_uri_async (client, base, tls ? 443 : 80, self->cancellable, on_connected, self);
  return self;
}

void
wave_socket_free (WaveSocket *self)
{
  if (self == NULL)
    return;
  self->freed = TRUE;
  shut (self);
  socket_unref (self);
}

gboolean
wave_socket_is_open (WaveSocket *self)
{
  return self->open;
}

void
wave_socket_set_paused (WaveSocket *socket, gboolean paused)
{
  if (socket->paused == paused)
    return;
  socket->paused = paused;
  if (paused)
    clear_source (&socket->read_source);
  else if (socket->connection != NULL && !socket->ended && !socket->freed)
    {
      /* That nothing was heard was our doing. */
      hear (socket);
      start_reading (socket);
    }
}

gint64
wave_socket_get_heard (WaveSocket *self)
{
  return self->heard_us;
}

gint64
wave_socket_take_wall (WaveSocket *self)
{
  return self->wall_us++;
}

gint64
wave_socket_get_round_trip (WaveSocket *self)
{
  return self->round_trip_us;
}
