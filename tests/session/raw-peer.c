// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "rig.h"

#include <string.h>

struct _RawPeer
{
  GSocketService *service;
  char *url;
  RawScript script;
  gpointer user_data;
  gint n_streams; /* atomic */
  gint n_running; /* atomic */
  GCancellable *gone;
};

void
raw_write (GIOStream *stream, const void *data, gsize length)
{
  /* The client may be gone; the test looks at the client. */
  g_output_stream_write_all (g_io_stream_get_output_stream (stream), data, length, NULL, NULL, NULL);
}

void
raw_upgrade (GIOStream *stream, const char *accept)
{
  g_autofree char *head = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                           "Sec-WebSocket-Accept: %s\r\n\r\n",
                                           accept);

  raw_write (stream, head, strlen (head));
}

void
raw_frame (GIOStream *stream, guint8 first, const void *data, gsize length)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 header[10] = { first };
  guint n = 2;

  if (length < 126)
    header[1] = length;
  else
    {
      header[1] = 127;
      for (int shift = 56; shift >= 0; shift -= 8)
        header[n++] = (guint64) length >> shift & 0xff;
    }
  g_byte_array_append (bytes, header, n);
  g_byte_array_append (bytes, data, length);
  raw_write (stream, bytes->data, bytes->len);
}

void
raw_text (GIOStream *stream, const char *text)
{
  raw_frame (stream, 0x81, text, strlen (text));
}

void
raw_linger (RawPeer *peer, GIOStream *stream)
{
  char buffer[4096];

  while (g_input_stream_read (g_io_stream_get_input_stream (stream), buffer, sizeof buffer, peer->gone, NULL) > 0)
    ;
}

static void
serve (RawPeer *peer, GIOStream *stream)
{
  g_autoptr (GString) head = g_string_new (NULL);
  const char *key, *end;
  char byte;

  while (strstr (head->str, "\r\n\r\n") == NULL)
    {
      if (head->len > 16384 || g_input_stream_read (g_io_stream_get_input_stream (stream), &byte, 1, peer->gone, NULL) != 1)
        return;
      g_string_append_c (head, byte);
    }
  if (g_str_has_prefix (head->str, "GET /v1/sync"))
    {
      static const char page[] = "HTTP/1.1 200 OK\r\nContent-Length: 55\r\nConnection: close\r\n\r\n"
                                 "{\"data\":{\"events\":[],\"next_cursor\":0,\"has_more\":false}}";

      raw_write (stream, page, strlen (page));
      return;
    }
  key = strstr (head->str, "Sec-WebSocket-Key: ");
  if (key != NULL)
    {
      g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
      g_autofree char *text = NULL;
      g_autofree char *accept = NULL;
      guint8 digest[20];
      gsize length = sizeof digest;

      key += strlen ("Sec-WebSocket-Key: ");
      end = strstr (key, "\r\n");
      text = g_strdup_printf ("%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int) (end - key), key);
      g_checksum_update (checksum, (const guchar *) text, -1);
      g_checksum_get_digest (checksum, digest, &length);
      accept = g_base64_encode (digest, length);
      peer->script (peer, stream, accept, (guint) g_atomic_int_add (&peer->n_streams, 1), peer->user_data);
    }
}

static gboolean
on_run (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  RawPeer *peer = user_data;

  g_atomic_int_inc (&peer->n_running);
  serve (peer, G_IO_STREAM (connection));
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  g_atomic_int_add (&peer->n_running, -1);
  return TRUE;
}

RawPeer *
raw_peer_new (RawScript script, gpointer user_data)
{
  RawPeer *peer = g_new0 (RawPeer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  peer->script = script;
  peer->user_data = user_data;
  peer->gone = g_cancellable_new ();
  peer->service = g_threaded_socket_service_new (20);
  g_socket_listener_add_address (G_SOCKET_LISTENER (peer->service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                 &effective, &error);
  g_assert_no_error (error);
  peer->url = g_strdup_printf ("http://127.0.0.1:%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective)));
  g_signal_connect (peer->service, "run", G_CALLBACK (on_run), peer);
  g_socket_service_start (peer->service);
  return peer;
}

void
raw_peer_free (RawPeer *peer)
{
  g_socket_service_stop (peer->service);
  g_socket_listener_close (G_SOCKET_LISTENER (peer->service));
  g_cancellable_cancel (peer->gone);
  WAIT_UNTIL (g_atomic_int_get (&peer->n_running) == 0);
  g_object_unref (peer->service);
  g_object_unref (peer->gone);
  g_free (peer->url);
  g_free (peer);
}

const char *
raw_peer_get_url (RawPeer *peer)
{
  return peer->url;
}

guint
raw_peer_get_n_streams (RawPeer *peer)
{
  return (guint) g_atomic_int_get (&peer->n_streams);
}
