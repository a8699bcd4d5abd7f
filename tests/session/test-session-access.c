// SPDX-License-Identifier: GPL-3.0-or-later
// The session against the same small server: who is let in, by what way, and what is asked beside the stream.
#include "config.h"

#include "rig.h"

#include <string.h>

#define LIVE(rig) (rig_get_state (rig) == WAVE_SESSION_LIVE)

/* ---------------------------------------------------------------- refused, replaced */

static void
test_refused (gconstpointer data)
{
  guint status = GPOINTER_TO_UINT (data);
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  guint streams, syncs, requests;

  peer->good_token = "better-token";
  peer->upgrade_status = status;
  rig_start (rig);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_REFUSED);
  g_assert_cmpint (rig_find (rig, WAVE_SESSION_REFUSED, 0)->cause, ==, WAVE_CAUSE_TOKEN_REFUSED);
  if (status == 0)
    g_assert_cmpuint (rig_find (rig, WAVE_SESSION_REFUSED, 0)->close_code, ==, 4001);
  streams = peer->n_streams;
  syncs = peer->n_syncs;
  requests = peer->n_requests;
  g_assert_cmpuint (streams, ==, 1);

  /* Nothing of any kind with that token, whoever asks. */
  wave_session_retry_now (rig->session);
  wave_session_token_changed (rig->session);
  rig_settle (200 * 1000);
  g_assert_cmpuint (peer->n_streams, ==, streams);
  g_assert_cmpuint (peer->n_syncs, ==, syncs);
  g_assert_cmpuint (peer->n_requests, ==, requests);

  peer->upgrade_status = 0;
  wave_credentials_set (rig->credentials, "better-token", NULL, -1);
  wave_session_token_changed (rig->session);
  WAIT_UNTIL (LIVE (rig));
  rig_free (rig);
  peer_free (peer);
}

static void
test_refresh (gconstpointer data)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  gboolean works = GPOINTER_TO_INT (data) == 0;

  peer->good_token = "fresh-token";
  peer->refreshed_token = GPOINTER_TO_INT (data) == 2 ? "still-bad-token" : "fresh-token";
  peer->refresh_status = GPOINTER_TO_INT (data) == 1 ? 401 : 0;
  wave_credentials_set (rig->credentials, "stale-token", "refresh-token", -1);
  peer_add_many (peer, 2, FALSE);
  rig_start (rig);
  if (works)
    {
      WAIT_UNTIL (LIVE (rig));
      rig_assert_all (rig, peer, 1, TRUE);
      g_assert_cmpuint (peer->n_streams, ==, 2);
    }
  else
    {
      WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_REFUSED);
      rig_settle (100 * 1000);
      g_assert_cmpuint (peer->n_streams, ==, GPOINTER_TO_INT (data) == 2 ? 2 : 1);
    }
  g_assert_cmpuint (peer->n_refreshes, ==, 2); /* JSON is refused first, then the form */
  rig_free (rig);
  peer_free (peer);
}

static void
test_proactive_refresh (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->refreshed_token = "next-token";
  wave_credentials_set (rig->credentials, "this-token", "refresh-token", 0);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig) && wave_credentials_get_generation (rig->credentials) == 3);
  g_assert_cmpuint (peer->n_streams, ==, 1);
  rig_free (rig);
  peer_free (peer);
}

static void
test_replaced (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_drop (peer, 4003, "Duplicate_Connection");
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_REPLACED);
  g_assert_cmpint (rig_find (rig, WAVE_SESSION_REPLACED, 0)->cause, ==, WAVE_CAUSE_DUPLICATE);
  rig_settle (200 * 1000);
  g_assert_cmpuint (peer->n_streams, ==, 1);
  peer_add_many (peer, 3, FALSE);
  wave_session_retry_now (rig->session);
  WAIT_UNTIL (LIVE (rig));
  rig_assert_all (rig, peer, 1, TRUE);
  rig_free (rig);
  peer_free (peer);
}

static void
test_aborted (gconstpointer data)
{
  const char *reason = data;
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->close_code = 4003;
  peer->close_reason = reason;
  rig_start (rig);
  if (reason == NULL)
    {
      WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_REPLACED);
      g_assert_cmpuint (peer->n_streams, ==, 2);
    }
  else
    {
      WAIT_UNTIL (peer->n_streams >= 4);
      peer->close_code = 0;
      WAIT_UNTIL (LIVE (rig));
      g_assert_cmpuint (rig_count_state (rig, WAVE_SESSION_REPLACED), ==, 0);
    }
  rig_free (rig);
  peer_free (peer);
}

/* ---------------------------------------------------------------- no socket */

static void
test_polling (gconstpointer data)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->upgrade_status = 426;
  peer->inclusive = GPOINTER_TO_INT (data) != 0;
  rig->config.timings.poll_hold = 300 * 1000;
  peer_add_many (peer, 12, FALSE);
  rig_start (rig);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_POLLING);
  g_assert_cmpuint (peer->n_streams, ==, 3);
  WAIT_UNTIL (rig_count_durable (rig) == 12);
  peer_add (peer, FALSE);
  WAIT_UNTIL (rig_count_durable (rig) == 13);
  /* An idle long poll does not spin. */
  {
    guint before = peer->n_syncs;

    rig_settle (150 * 1000);
    g_assert_cmpuint (peer->n_syncs - before, <=, 4);
  }
  /* The socket is tried on the side. */
  peer->upgrade_status = 0;
  WAIT_UNTIL (LIVE (rig));
  peer_add (peer, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 14);
  rig_assert_all (rig, peer, 1, TRUE);
  rig_free (rig);
  peer_free (peer);
}

static void
test_no_stream_no_sync (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->upgrade_status = 404;
  peer->sync_absent = TRUE;
  rig_start (rig);
  WAIT_UNTIL (peer->n_streams >= 5);
  g_assert_cmpuint (rig_count_state (rig, WAVE_SESSION_POLLING), ==, 0);
  g_assert_cmpuint (rig_find (rig, WAVE_SESSION_WAITING, 0)->http_status, ==, 404);
  rig_free (rig);
  peer_free (peer);
}

static void
test_retry_after (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  const WaveTransition *transition;

  peer->upgrade_status = 503;
  peer->retry_after = "30";
  rig_start (rig);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_WAITING);
  transition = rig_find (rig, WAVE_SESSION_WAITING, 0);
  g_assert_cmpuint (transition->http_status, ==, 503);
  g_assert_cmpint (transition->retry_at_mono_us - transition->mono_us, >, 29 * G_USEC_PER_SEC);
  peer->upgrade_status = 0;
  wave_session_retry_now (rig->session);
  WAIT_UNTIL (LIVE (rig));
  rig_free (rig);
  peer_free (peer);
}

static void
test_hello_late (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->silent_hello = TRUE;
  rig->config.timings.hello_deadline = 50 * 1000;
  rig_start (rig);
  WAIT_UNTIL (rig_count_cause (rig, WAVE_CAUSE_HELLO_LATE) >= 1);
  peer->silent_hello = FALSE;
  WAIT_UNTIL (LIVE (rig));
  rig_free (rig);
  peer_free (peer);
}

static void
test_json_ping (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  WaveSessionCounters counters = { 0 };

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_send_text (peer, "{\"type\":\"ping\",\"id\":\"x\",\"ts\":1}");
  WAIT_UNTIL ((wave_session_get_counters (rig->session, &counters), counters.json_pings == 1));
  rig_free (rig);
  peer_free (peer);
}

/* ---------------------------------------------------------------- requests */

typedef struct {
  guint done;
  GBytes *body;
  GError *error;
} Fetched;

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fetched *fetched = user_data;

  g_clear_pointer (&fetched->body, g_bytes_unref);
  g_clear_error (&fetched->error);
  fetched->body = wave_session_fetch_finish (WAVE_SESSION (source), result, &fetched->error);
  fetched->done++;
}

static void
test_fetch (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fetched fetched = { 0 };
  WaveSessionCounters counters;

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  wave_session_fetch_async (rig->session, "/v1/me", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 1);
  g_assert_no_error (fetched.error);
  g_assert_cmpuint (g_bytes_get_size (fetched.body), ==, strlen ("{\"data\":{\"participant_id\":\"p\"}}"));

  wave_session_fetch_async (rig->session, "/v1/here", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 2);
  g_assert_no_error (fetched.error);

  wave_session_fetch_async (rig->session, "/v1/elsewhere", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 3);
  g_assert_error (fetched.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_REDIRECT);

  wave_session_fetch_async (rig->session, "/v1/nothing", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 4);
  g_assert_error (fetched.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (fetched.error->message, "SW_NOT_FOUND"));

  wave_session_fetch_async (rig->session, "/etc/passwd", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 5);
  g_assert_error (fetched.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_ADDRESS);

  peer->sync_failures = 2;
  wave_session_fetch_async (rig->session, "/v1/busy", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 6);
  g_assert_no_error (fetched.error);
  wave_session_get_counters (rig->session, &counters);

  wave_session_fetch_async (rig->session, "/v1/me", cancellable, on_fetched, &fetched);
  g_cancellable_cancel (cancellable);
  WAIT_UNTIL (fetched.done == 7);
  g_assert_error (fetched.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* What is under way at the stop ends as cancelled, and what comes after as well. */
  for (guint i = 0; i < 20; i++)
    wave_session_fetch_async (rig->session, "/v1/me", NULL, on_fetched, &fetched);
  wave_session_stop (rig->session);
  WAIT_UNTIL (fetched.done == 27);
  g_assert_error (fetched.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  wave_session_fetch_async (rig->session, "/v1/me", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 28);
  g_assert_error (fetched.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&fetched.error);
  rig_free (rig);
  peer_free (peer);
}

static void
test_fetch_refreshes (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  Fetched fetched = { 0 };

  wave_credentials_set (rig->credentials, "first-token", "refresh-token", -1);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer->good_token = peer->refreshed_token = "second-token";
  wave_session_fetch_async (rig->session, "/v1/me", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 1);
  g_assert_no_error (fetched.error);
  peer->good_token = "third-token";
  peer->refresh_status = 401;
  wave_session_fetch_async (rig->session, "/v1/me", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 2);
  g_assert_error (fetched.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_UNAUTHORISED);
  g_clear_error (&fetched.error);
  rig_free (rig);
  peer_free (peer);
}

typedef struct {
  guint done;
  WaveCredentials *credentials;
  GError *error;
} SignedIn;

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SignedIn *signed_in = user_data;

  g_clear_error (&signed_in->error);
  signed_in->credentials = wave_sign_in_finish (result, &signed_in->error);
  signed_in->done++;
}

static void
test_sign_in (void)
{
  Peer *peer = peer_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SignedIn signed_in = { 0 };
  char *token;

  wave_sign_in_async (peer->url, FALSE, "ann@x", "a&b=c", NULL, on_signed_in, &signed_in);
  WAIT_UNTIL (signed_in.done == 1);
  g_assert_no_error (signed_in.error);
  token = wave_credentials_dup_access_token (signed_in.credentials);
  g_assert_cmpstr (token, ==, "signed-in");
  wave_secret_free (token);
  g_assert_cmpint (wave_credentials_get_refresh_due (signed_in.credentials), >, 0);
  g_clear_pointer (&signed_in.credentials, wave_credentials_unref);

  wave_sign_in_async (peer->url, FALSE, "ann@x", "wrong", NULL, on_signed_in, &signed_in);
  WAIT_UNTIL (signed_in.done == 2);
  g_assert_error (signed_in.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_UNAUTHORISED);
  g_assert_nonnull (strstr (signed_in.error->message, "wrong password"));

  wave_sign_in_async ("http://wave.example.org", FALSE, "ann@x", "a&b=c", NULL, on_signed_in, &signed_in);
  WAIT_UNTIL (signed_in.done == 3);
  g_assert_error (signed_in.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_INSECURE);

  wave_sign_in_async (peer->url, FALSE, "ann@x", "a&b=c", cancellable, on_signed_in, &signed_in);
  g_cancellable_cancel (cancellable);
  WAIT_UNTIL (signed_in.done == 4);
  g_assert_error (signed_in.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&signed_in.error);
  rig_settle (50 * 1000);
  peer_free (peer);
}

static void
test_addresses (void)
{
  static const struct { const char *server; gboolean plain; int error; } table[] = {
    { "https://wave.example.org", FALSE, -1 },
    { "https://wave.example.org:8443/", FALSE, -1 },
    { "http://127.0.0.1:8000", FALSE, -1 },
    { "http://[::1]:8000", FALSE, -1 },
    { "http://localhost:8000", FALSE, -1 },
    { "http://wave.example.org", FALSE, WAVE_SESSION_ERROR_INSECURE },
    { "http://wave.example.org", TRUE, -1 },
    { "wave.example.org", FALSE, WAVE_SESSION_ERROR_ADDRESS },
    { "ftp://wave.example.org", FALSE, WAVE_SESSION_ERROR_ADDRESS },
    { "https://user:pw@wave.example.org", FALSE, WAVE_SESSION_ERROR_ADDRESS },
    { "https://wave.example.org/v1?x=y", FALSE, WAVE_SESSION_ERROR_ADDRESS },
    { "https://", FALSE, WAVE_SESSION_ERROR_ADDRESS },
    { "", FALSE, WAVE_SESSION_ERROR_ADDRESS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      Rig *rig = rig_new (table[i].server);
      g_autoptr (GError) error = NULL;

      rig->config.allow_plain = table[i].plain;
      rig->session = wave_session_new (&rig->config, &error);
      if (table[i].error < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, WAVE_SESSION_ERROR, table[i].error);
      rig_free (rig);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/session/refused/4001", GUINT_TO_POINTER (0), test_refused);
  g_test_add_data_func ("/session/refused/401", GUINT_TO_POINTER (401), test_refused);
  g_test_add_data_func ("/session/refused/403", GUINT_TO_POINTER (403), test_refused);
  g_test_add_data_func ("/session/refresh/works", GINT_TO_POINTER (0), test_refresh);
  g_test_add_data_func ("/session/refresh/refused", GINT_TO_POINTER (1), test_refresh);
  g_test_add_data_func ("/session/refresh/in-vain", GINT_TO_POINTER (2), test_refresh);
  g_test_add_func ("/session/refresh/proactive", test_proactive_refresh);
  g_test_add_func ("/session/replaced", test_replaced);
  g_test_add_data_func ("/session/aborted/no-reason", NULL, test_aborted);
  g_test_add_data_func ("/session/aborted/ping", "ping_timeout", test_aborted);
  g_test_add_data_func ("/session/polling/exclusive", GINT_TO_POINTER (0), test_polling);
  g_test_add_data_func ("/session/polling/inclusive", GINT_TO_POINTER (1), test_polling);
  g_test_add_func ("/session/no-stream-no-sync", test_no_stream_no_sync);
  g_test_add_func ("/session/retry-after", test_retry_after);
  g_test_add_func ("/session/hello-late", test_hello_late);
  g_test_add_func ("/session/json-ping", test_json_ping);
  g_test_add_func ("/session/fetch", test_fetch);
  g_test_add_func ("/session/fetch-refreshes", test_fetch_refreshes);
  g_test_add_func ("/session/sign-in", test_sign_in);
  g_test_add_func ("/session/addresses", test_addresses);
  return g_test_run ();
}
