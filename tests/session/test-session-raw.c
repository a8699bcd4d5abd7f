// SPDX-License-Identifier: GPL-3.0-or-later
// The session against a peer that sends broken bytes, or none.
#include "config.h"

#include "rig.h"

#include <string.h>
#include <sys/socket.h>

#define LIVE(rig) (rig_get_state (rig) == WAVE_SESSION_LIVE)
#define HELLO "{\"type\":\"hello\",\"session_id\":\"s\",\"server_name\":\"wave.example.org\",\"tenant_id\":\"t-1\"}"

static void
proper (RawPeer *peer, GIOStream *stream, const char *accept, guint n)
{
  raw_upgrade (stream, accept);
  raw_text (stream, HELLO);
  raw_linger (peer, stream);
}

/* ---------------------------------------------------------------- upgrades that are none */

static const struct { const char *bytes; WaveCause cause; } bad_upgrades[] = {
  { "", WAVE_CAUSE_CANNOT_CONNECT },
  { "HTTP/1.1 101", WAVE_CAUSE_CANNOT_CONNECT },
  { "SSH-2.0-OpenSSH_9.2\r\n\r\n", WAVE_CAUSE_UPGRADE_REFUSED },
  { "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", WAVE_CAUSE_UPGRADE_REFUSED },
  { "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n",
    WAVE_CAUSE_UPGRADE_REFUSED },
  { "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/v1/stream\r\nContent-Length: 0\r\n\r\n", WAVE_CAUSE_UPGRADE_REFUSED },
  { "HTTP/1.1 500 \xff\xfe\r\n\r\n", WAVE_CAUSE_UPGRADE_REFUSED },
};

static void
bad_upgrade_script (RawPeer *peer, GIOStream *stream, const char *accept, guint n, gpointer user_data)
{
  if (n < G_N_ELEMENTS (bad_upgrades))
    raw_write (stream, bad_upgrades[n].bytes, strlen (bad_upgrades[n].bytes));
  else
    proper (peer, stream, accept, n);
}

static void
test_bad_upgrades (void)
{
  RawPeer *peer = raw_peer_new (bad_upgrade_script, NULL);
  Rig *rig = rig_new (raw_peer_get_url (peer));

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  for (guint i = 0; i < G_N_ELEMENTS (bad_upgrades); i++)
    {
      const WaveTransition *transition = rig_find (rig, WAVE_SESSION_WAITING, i);

      g_assert_cmpint (transition->cause, ==, bad_upgrades[i].cause);
      g_assert_nonnull (transition->reason);
      g_assert_true (g_utf8_validate (transition->reason, -1, NULL));
    }
  rig_free (rig);
  raw_peer_free (peer);
}

/* ---------------------------------------------------------------- connections that break */

static void
breaking_script (RawPeer *peer, GIOStream *stream, const char *accept, guint n, gpointer user_data)
{
  static const struct linger { int on, seconds; } at_once = { 1, 0 };

  if (n >= 8)
    {
      proper (peer, stream, accept, n);
      return;
    }
  raw_upgrade (stream, accept);
  raw_text (stream, HELLO);
  switch (n)
    {
    case 0: /* in the middle of a frame */
      raw_write (stream, "\x81\x7e\x10\x00{\"type\"", 11);
      break;
    case 1: /* a reset */
      setsockopt (g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream))), SOL_SOCKET, SO_LINGER, &at_once,
                  sizeof at_once);
      break;
    case 2: /* a close without a code */
      raw_frame (stream, 0x88, "", 0);
      break;
    case 3: /* a close with half a code */
      raw_frame (stream, 0x88, "\x03", 1);
      break;
    case 4: /* a close whose reason is not UTF-8 */
      raw_frame (stream, 0x88, "\x03\xe9\xff\xfe", 4);
      break;
    case 5: /* a frame with reserved bits */
      raw_frame (stream, 0xc1, "{}", 2);
      break;
    case 6: /* an endless length */
      raw_write (stream, "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10);
      break;
    case 7: /* half a close frame */
      raw_write (stream, "\x88", 1);
      break;
    }
}

static void
test_breaking (void)
{
  RawPeer *peer = raw_peer_new (breaking_script, NULL);
  Rig *rig = rig_new (raw_peer_get_url (peer));

  rig_start (rig);
  WAIT_UNTIL (raw_peer_get_n_streams (peer) == 9 && LIVE (rig));
  g_assert_cmpint (rig_count_cause (rig, WAVE_CAUSE_CLOSED), ==, 3);
  g_assert_cmpint (rig_count_cause (rig, WAVE_CAUSE_DROPPED), ==, 5);
  rig_free (rig);
  raw_peer_free (peer);
}

/* ---------------------------------------------------------------- silence */

static void
silent_script (RawPeer *peer, GIOStream *stream, const char *accept, guint n, gpointer user_data)
{
  if (n == 1)
    {
      /* Not even an upgrade. */
      raw_linger (peer, stream);
      return;
    }
  proper (peer, stream, accept, n); /* and no pong */
}

static void
test_silence (void)
{
  RawPeer *peer = raw_peer_new (silent_script, NULL);
  Rig *rig = rig_new (raw_peer_get_url (peer));

  rig->config.timings.ping_interval = 100 * 1000;
  rig->config.timings.silence_deadline = 300 * 1000;
  rig->config.timings.connect_deadline = 150 * 1000;
  rig_start (rig);
  WAIT_UNTIL (raw_peer_get_n_streams (peer) >= 3 && LIVE (rig));
  g_assert_cmpint (rig_find (rig, WAVE_SESSION_WAITING, 0)->cause, ==, WAVE_CAUSE_SILENT);
  g_assert_cmpint (rig_find (rig, WAVE_SESSION_WAITING, 0)->from, ==, WAVE_SESSION_LIVE);
  g_assert_cmpint (rig_find (rig, WAVE_SESSION_WAITING, 1)->cause, ==, WAVE_CAUSE_CANNOT_CONNECT);
  rig_free (rig);
  raw_peer_free (peer);
}

/* Stopping does not wait for a peer that says nothing. */
static void
test_stop_is_quick (void)
{
  RawPeer *peer = raw_peer_new (silent_script, NULL);
  Rig *rig = rig_new (raw_peer_get_url (peer));
  gint64 before;

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  before = g_get_monotonic_time ();
  wave_session_stop (rig->session);
  g_assert_cmpint (g_get_monotonic_time () - before, <, G_USEC_PER_SEC);
  rig_free (rig);
  raw_peer_free (peer);
}

/* ---------------------------------------------------------------- bad content */

#define N_GOOD 100

static void
malformed_script (RawPeer *peer, GIOStream *stream, const char *accept, guint n, gpointer user_data)
{
  static const char last[] = "{\"type\":\"swp.room.name\",\"id\":\"last\",\"room_id\":\"r\",\"name\":\"n\",\"stream_position\":101}";
  g_autofree char *deep = g_strnfill (10000, '[');
  g_autofree char *large = g_strnfill (1024 * 1024, 'x');
  g_autofree char *large_event = g_strdup_printf ("{\"type\":\"x.large\",\"text\":\"%s\"}", large);
  g_autofree char *oversize = g_strnfill (WAVE_FRAME_LIMIT + 1, 'y');

  raw_upgrade (stream, accept);
  raw_text (stream, HELLO);
  for (guint i = 1; i <= N_GOOD; i++)
    {
      g_autofree char *good = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"evt-%u\",\"room_id\":\"r\",\"sender_id\":\"s\","
                                               "\"stream_position\":%u,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"%u\"}}",
                                               i, i, i);

      switch (i % 12)
        {
        case 0:
          raw_text (stream, "not json");
          break;
        case 1:
          raw_text (stream, "{\"type\":\"swp.room.message\",");
          break;
        case 2:
          raw_text (stream, "{\"type\":\"swp.room.message\",\"room_id\":7,\"content\":[]}");
          break;
        case 3:
          raw_frame (stream, 0x82, "\x00\x01\x02\xff", 4);
          break;
        case 4:
          raw_text (stream, large_event);
          break;
        case 5:
          raw_text (stream, deep);
          break;
        case 6:
          raw_text (stream, "{\"type\":\"x\",\"a\":\"\xff\xfe\"}");
          break;
        case 7:
          raw_text (stream, "{\"type\":\"x\\u0000y\",\"id\":\"\\u0000\"}");
          break;
        case 8:
          raw_text (stream, "");
          break;
        case 9:
          raw_frame (stream, 0x81, "{\"type\":\"x\0y\"}", 14);
          break;
        case 10:
          raw_text (stream, "[1,2,3]");
          break;
        case 11:
          /* A frame in fragments, with a ping between them. */
          raw_frame (stream, 0x01, "{\"type\":", 8);
          raw_frame (stream, 0x89, "", 0);
          raw_frame (stream, 0x80, "3}", 2);
          break;
        }
      if (i == 50)
        raw_text (stream, oversize);
      raw_text (stream, good);
    }
  /* A good one as a binary frame. */
  raw_frame (stream, 0x82, last, strlen (last));
  raw_linger (peer, stream);
}

static void
test_malformed (void)
{
  RawPeer *peer = raw_peer_new (malformed_script, NULL);
  Rig *rig = rig_new (raw_peer_get_url (peer));
  g_autoptr (GHashTable) times = g_hash_table_new (g_int64_hash, g_int64_equal);
  guint n_bad = 0, n_large = 0;

  rig_start (rig);
  WAIT_UNTIL (rig_count_durable (rig) == N_GOOD + 1);
  for (guint i = 0; i < rig->events->len; i++)
    {
      const WaveEvent *event = rig->events->pdata[i];

      n_bad += event->malformed != NULL;
      n_large += event->raw_size > 1024 * 1024;
      /* Many come in one read: a journal tells those without a position apart by their time. */
      g_assert_true (g_hash_table_add (times, (gpointer) &event->arrived_wall_us));
      g_assert_cmpint (ABS (g_get_real_time () - event->arrived_wall_us), <, 600 * G_USEC_PER_SEC);
    }
  g_assert_cmpuint (n_bad, >=, 80);
  g_assert_cmpuint (n_large, ==, 9);
  g_assert_cmpuint (rig->events->len, ==, 1 + 2 * N_GOOD + 1 + 1);
  /* Nothing of it cost us the connection. */
  g_assert_true (LIVE (rig));
  g_assert_cmpuint (raw_peer_get_n_streams (peer), ==, 1);
  rig_free (rig);
  raw_peer_free (peer);
}

/* ---------------------------------------------------------------- pings, and the pong's way */

static void
ponging_script (RawPeer *peer, GIOStream *stream, const char *accept, guint n, gpointer user_data)
{
  GInputStream *input = g_io_stream_get_input_stream (stream);
  guint8 head[6], data[125];

  raw_upgrade (stream, accept);
  raw_text (stream, HELLO);
  while (g_input_stream_read_all (input, head, sizeof head, NULL, NULL, NULL))
    {
      gsize length = head[1] & 0x7f, got;

      if (length > sizeof data || !g_input_stream_read_all (input, data, length, &got, NULL, NULL) || got < length)
        return;
      if (head[0] == 0x88)
        return;
      for (gsize i = 0; i < length; i++)
        data[i] ^= head[2 + (i & 3)];
      if (head[0] == 0x89)
        raw_frame (stream, 0x8a, data, length);
    }
}

static void
test_ping_pong (void)
{
  RawPeer *peer = raw_peer_new (ponging_script, NULL);
  Rig *rig = rig_new (raw_peer_get_url (peer));
  WaveSessionCounters counters = { 0 };

  rig->config.timings.ping_interval = 40 * 1000;
  rig->config.timings.silence_deadline = 200 * 1000;
  rig_start (rig);
  WAIT_UNTIL ((wave_session_get_counters (rig->session, &counters), counters.round_trip_us >= 0));
  rig_settle (500 * 1000);
  g_assert_true (LIVE (rig));
  g_assert_cmpuint (raw_peer_get_n_streams (peer), ==, 1);
  rig_free (rig);
  raw_peer_free (peer);
}

static void
test_nobody_there (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autofree char *url = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  Rig *rig;

  /* A port that was free a moment ago, and refuses. */
  g_socket_listener_close (listener);
  url = g_strdup_printf ("http://127.0.0.1:%u", port);
  rig = rig_new (url);
  rig_start (rig);
  WAIT_UNTIL (rig_count_cause (rig, WAVE_CAUSE_CANNOT_CONNECT) >= 3);
  rig_free (rig);
}

/* ---------------------------------------------------------------- a certificate of nobody's */

/* Self-signed, for wave.example.org; its key protects nothing. */
static const char certificate[] =
  "-----BEGIN PRIVATE KEY-----\n"
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsVMFeptulCRiF3pK\n"
  "oOHj/Ot9frZApCO3Krw2e2HD6lWhRANCAARUmDA+VaMdYk9f0RUlwEAviSvMUFLs\n"
  "ceXqbXtDSBro8krWQh9bYb9iPMkI4f3NKpE6Dob2Ew7Wz4d8KRgIyMY/\n"
  "-----END PRIVATE KEY-----\n"
  "-----BEGIN CERTIFICATE-----\n"
  "MIIBjDCCATOgAwIBAgIUQGXEWax6kmO3vVCoM/rJVUIMv1IwCgYIKoZIzj0EAwIw\n"
  "GzEZMBcGA1UEAwwQd2F2ZS5leGFtcGxlLm9yZzAgFw0yNjExMjMyMjU2MzJaGA8y\n"
  "MTI2MTAzMDIyNTYzMlowGzEZMBcGA1UEAwwQd2F2ZS5leGFtcGxlLm9yZzBZMBMG\n"
  "ByqGSM49AgEGCCqGSM49AwEHA0IABFSYMD5Vox1iT1/RFSXAQC+JK8xQUuxx5ept\n"
  "e0NIGujyStZCH1thv2I8yQjh/c0qkToOhvYTDtbPh3wpGAjIxj+jUzBRMB0GA1Ud\n"
  "DgQWBBThnS/1o9W466zaN11PnWVwhUjUszAfBgNVHSMEGDAWgBThnS/1o9W466za\n"
  "N11PnWVwhUjUszAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCICW3\n"
  "0toTB8EOyX3iryUP2Q82FXjDUK14lTWu2mmp2MPDAiANbOzKeYOtROHtnC5pk89v\n"
  "olwjWksasedzJEY7gJeFFA==\n"
  "-----END CERTIFICATE-----\n";

/* On a thread of its own: the client leaves in the middle of the handshake, and nobody else is to wait for it. */
static gboolean
on_tls_client (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  g_autoptr (GIOStream) tls = g_tls_server_connection_new (G_IO_STREAM (connection), user_data, NULL);

  if (tls != NULL)
    g_tls_connection_handshake (G_TLS_CONNECTION (tls), NULL, NULL);
  return TRUE;
}

static void
test_tls (void)
{
  g_autoptr (GTlsCertificate) own = NULL;
  g_autoptr (GSocketService) service = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  const WaveTransition *transition;
  guint16 port;
  Rig *rig;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("GLib has no TLS here");
      return;
    }
  own = g_tls_certificate_new_from_pem (certificate, -1, &error);
  g_assert_no_error (error);
  service = g_threaded_socket_service_new (4);
  g_signal_connect_data (service, "run", G_CALLBACK (on_tls_client), g_object_ref (own), (GClosureNotify) (void (*) (void)) g_object_unref, 0);
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, &error);
  g_assert_no_error (error);
  g_socket_service_start (service);
  url = g_strdup_printf ("https://127.0.0.1:%u", port);

  rig = rig_new (url);
  rig_start (rig);
  WAIT_UNTIL (rig_count_cause (rig, WAVE_CAUSE_TLS) >= 1);
  transition = rig_find (rig, WAVE_SESSION_WAITING, 0);
  g_assert_cmpint (transition->cause, ==, WAVE_CAUSE_TLS);
  g_assert_nonnull (strstr (transition->reason, "not signed by an authority"));
  g_assert_nonnull (strstr (transition->reason, "another host name"));
  rig_free (rig);
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/raw/bad-upgrades", test_bad_upgrades);
  g_test_add_func ("/session/raw/breaking", test_breaking);
  g_test_add_func ("/session/raw/silence", test_silence);
  g_test_add_func ("/session/raw/stop-is-quick", test_stop_is_quick);
  g_test_add_func ("/session/raw/malformed", test_malformed);
  g_test_add_func ("/session/raw/ping-pong", test_ping_pong);
  g_test_add_func ("/session/raw/nobody-there", test_nobody_there);
  g_test_add_func ("/session/raw/tls", test_tls);

  return g_test_run ();
}
