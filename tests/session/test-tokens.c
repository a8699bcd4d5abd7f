// SPDX-License-Identifier: GPL-3.0-or-later
// The life of tokens against the simulator: given for a password, renewed at 80 % of their life, run out; and who they belong to.
#include "config.h"

#include "rig.h"

#include <string.h>

#include "session/wave-identify.h"
#include "simulator/wave-simulator.h"

/* Seconds that a token lasts here. */
#define LIFE 2

typedef struct {
  guint done;
  gpointer result;
  GError *error;
} Answer;

static WaveSimulator *
simulator_new (const char *faults)
{
  WaveSimulatorConfig config = { .scenario = "idle", .seed = 5, .faults = faults };
  g_autoptr (GError) error = NULL;
  WaveSimulator *simulator = wave_simulator_new (&config, &error);

  g_assert_no_error (error);
  return simulator;
}

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->result = wave_sign_in_finish (result, &answer->error);
  answer->done++;
}

static WaveCredentials *
sign_in (WaveSimulator *simulator)
{
  Answer answer = { 0 };

  wave_sign_in_async (wave_simulator_get_url (simulator), FALSE, "ann", "a good one", NULL, on_signed_in, &answer);
  WAIT_UNTIL (answer.done == 1);
  g_assert_no_error (answer.error);
  return answer.result;
}

/* A session with the tokens of a sign-in. */
static Rig *
rig_signed_in (WaveSimulator *simulator)
{
  Rig *rig = rig_new (wave_simulator_get_url (simulator));
  g_autoptr (WaveCredentials) credentials = sign_in (simulator);
  char *access = wave_credentials_dup_access_token (credentials);
  char *refresh = wave_credentials_dup_refresh_token (credentials);

  g_assert_nonnull (refresh);
  wave_credentials_set (rig->credentials, access, refresh, LIFE);
  wave_secret_free (access);
  wave_secret_free (refresh);
  return rig;
}

static void
assert_refresh_token (WaveCredentials *credentials, const char *expected)
{
  char *token = wave_credentials_dup_refresh_token (credentials);

  g_assert_cmpstr (token, ==, expected);
  wave_secret_free (token);
}

static void
test_renewed (gconstpointer data)
{
  const char *faults = data;
  g_autoptr (WaveSimulator) simulator = simulator_new (faults);
  Rig *rig = rig_signed_in (simulator);
  guint generation = wave_credentials_get_generation (rig->credentials);
  gint64 begun = g_get_monotonic_time (), took;

  rig_start (rig);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_LIVE);
  WAIT_UNTIL (wave_credentials_get_generation (rig->credentials) > generation);
  took = g_get_monotonic_time () - begun;
  /* At 80 % of the life, and before its end. */
  g_assert_cmpint (took, >=, (LIFE * 0.8 - 0.05) * G_USEC_PER_SEC);
  g_assert_cmpint (took, <, LIFE * G_USEC_PER_SEC);
  assert_refresh_token (rig->credentials, strstr (faults, "no-rotation") != NULL ? "refresh-1" : "refresh-2");
  /* The server ends the stream with the old token; the new one is taken at once, and nobody is asked. */
  WAIT_UNTIL (wave_simulator_get_n_connections (simulator) >= 2);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_LIVE);
  g_assert_cmpuint (rig_count_state (rig, WAVE_SESSION_REFUSED), ==, 0);
  /* And again, with what the first renewal brought. */
  WAIT_UNTIL (wave_credentials_get_generation (rig->credentials) > generation + 1);
  assert_refresh_token (rig->credentials, strstr (faults, "no-rotation") != NULL ? "refresh-1" : "refresh-3");
  rig_free (rig);
}

static void
test_not_renewed (void)
{
  g_autoptr (WaveSimulator) simulator = simulator_new ("token-life=2,refresh-refused");
  Rig *rig = rig_signed_in (simulator);
  guint connections;

  rig_start (rig);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_LIVE);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_REFUSED);
  g_assert_cmpint (rig_find (rig, WAVE_SESSION_REFUSED, 0)->cause, ==, WAVE_CAUSE_TOKEN_REFUSED);
  connections = wave_simulator_get_n_connections (simulator);
  rig_settle (300 * 1000);
  g_assert_cmpuint (wave_simulator_get_n_connections (simulator), ==, connections);
  /* Another token lets it go on where it was. */
  wave_credentials_set (rig->credentials, "another-token", NULL, -1);
  wave_session_token_changed (rig->session);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_LIVE);
  rig_free (rig);
}

static void
test_spent_refresh_token (void)
{
  g_autoptr (WaveSimulator) simulator = simulator_new ("token-life=2");
  Rig *rig = rig_signed_in (simulator);
  Rig *late = rig_new (wave_simulator_get_url (simulator));
  guint generation = wave_credentials_get_generation (rig->credentials);

  rig_start (rig);
  WAIT_UNTIL (wave_credentials_get_generation (rig->credentials) > generation);
  /* Whoever comes with the token of before, as from a keyring that was not kept up to date, is not let in: that is why it has to be. */
  wave_credentials_set (late->credentials, "expired-token", "refresh-1", -1);
  rig_start (late);
  WAIT_UNTIL (rig_get_state (late) == WAVE_SESSION_REFUSED);
  rig_free (late);
  rig_free (rig);
}

/* ---- who is it ---- */

static void
on_identified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->result = wave_identify_finish (result, &answer->error);
  answer->done++;
}

static WaveMe *
identify (const char *server, const char *token, GError **error)
{
  g_autoptr (WaveCredentials) credentials = wave_credentials_new (token, NULL);
  Answer answer = { 0 };

  wave_identify_async (server, FALSE, credentials, NULL, on_identified, &answer);
  WAIT_UNTIL (answer.done == 1);
  if (answer.error != NULL)
    g_propagate_error (error, answer.error);
  return answer.result;
}

static void
test_identify (void)
{
  g_autoptr (WaveSimulator) simulator = simulator_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveMe) me = identify (wave_simulator_get_url (simulator), "a-token", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (me->participant_id, ==, "watcher");
  g_assert_cmpstr (me->tenant_name, ==, "Acme");

  g_assert_null (identify (wave_simulator_get_url (simulator), "bad-token", &error));
  g_assert_error (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_UNAUTHORISED);
  g_assert_nonnull (strstr (error->message, "SW_AUTH_INVALID_TOKEN"));
  g_assert_null (strstr (error->message, "bad-token"));
  g_clear_error (&error);

  g_assert_null (identify ("http://wave.example.org", "a-token", &error));
  g_assert_error (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_INSECURE);
  g_clear_error (&error);
  g_assert_null (identify ("wave.example.org", "a-token", &error));
  g_assert_error (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_ADDRESS);
}

typedef struct {
  guint status;
  const char *body;
} Page;

static void
on_page (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  const Page *page = user_data;

  soup_server_message_set_status (message, page->status, NULL);
  soup_server_message_set_response (message, "text/html", SOUP_MEMORY_STATIC, page->body, strlen (page->body));
}

/* What answers is something else, or a ScaiWave in another mood. */
static void
test_other_servers (void)
{
  static const struct { Page page; WaveSessionError error; } table[] = {
    { { 200, "<html>It works!</html>" }, WAVE_SESSION_ERROR_SHAPE },
    { { 200, "" }, WAVE_SESSION_ERROR_SHAPE },
    { { 200, "{\"status\":\"ok\"}" }, WAVE_SESSION_ERROR_SHAPE },
    { { 404, "<html>not here</html>" }, WAVE_SESSION_ERROR_SHAPE },
    { { 404, "{\"error\":{\"code\":\"SW_PARTICIPANT_NOT_FOUND\",\"message\":\"register first\"}}" }, WAVE_SESSION_ERROR_NOT_FOUND },
    { { 403, "{\"error\":{\"code\":\"SW_FORBIDDEN\",\"message\":\"no\"}}" }, WAVE_SESSION_ERROR_FORBIDDEN },
    { { 401, "<html>who are you</html>" }, WAVE_SESSION_ERROR_UNAUTHORISED },
    { { 429, "" }, WAVE_SESSION_ERROR_RATE_LIMITED },
    { { 502, "<html>bad gateway</html>" }, WAVE_SESSION_ERROR_HTTP },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *url = NULL;
      GSList *uris;

      soup_server_add_handler (server, NULL, on_page, (gpointer) &table[i].page, NULL);
      g_assert_true (soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
      uris = soup_server_get_uris (server);
      url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
      g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
      g_assert_null (identify (url, "a-token", &error));
      g_assert_error (error, WAVE_SESSION_ERROR, (int) table[i].error);
      soup_server_disconnect (server);
      g_clear_error (&error);
      /* And nobody there at all. */
      g_assert_null (identify (url, "a-token", &error));
      g_assert_error (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_NETWORK);
    }
}

/* ---- by what way ---- */

static void
on_offer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->result = GINT_TO_POINTER (wave_offer_finish (result, &answer->error));
  answer->done++;
}

static WaveOffer
ask_offer (const char *faults)
{
  g_autoptr (WaveSimulator) simulator = simulator_new (faults);
  Answer answer = { 0 };

  wave_offer_async (wave_simulator_get_url (simulator), FALSE, NULL, on_offer, &answer);
  WAIT_UNTIL (answer.done == 1);
  g_assert_no_error (answer.error);
  return GPOINTER_TO_INT (answer.result);
}

static void
test_offer (void)
{
  static const struct { const char *body; WaveOffer offer; } table[] = {
    { "{\"data\":{\"issuer\":\"x\",\"authorization_endpoint\":\"y\"}}", WAVE_OFFER_UNKNOWN },
    { "{\"data\":{\"grant_types_supported\":[\"authorization_code\",\"password\"]}}", WAVE_OFFER_YES },
    { "{\"grant_types_supported\":[\"authorization_code\",7,null]}", WAVE_OFFER_NO },
    { "{\"data\":{\"features\":{\"auth\":{\"password_grant_enabled\":true}}}}", WAVE_OFFER_YES },
    { "{\"password_grant_enabled\":false}", WAVE_OFFER_NO },
    { "{\"password_grant_enabled\":\"yes\"}", WAVE_OFFER_UNKNOWN },
    { "[]", WAVE_OFFER_UNKNOWN },
    { "<html>", WAVE_OFFER_UNKNOWN },
    { "", WAVE_OFFER_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) body = g_bytes_new_static (table[i].body, strlen (table[i].body));

      g_assert_cmpint (wave_offer_decode (body), ==, table[i].offer);
    }
  g_assert_cmpint (wave_offer_decode (NULL), ==, WAVE_OFFER_UNKNOWN);
  g_assert_cmpint (ask_offer (NULL), ==, WAVE_OFFER_YES);
  g_assert_cmpint (ask_offer ("no-password"), ==, WAVE_OFFER_NO);
}

static void
test_server_keys (void)
{
  static const struct { const char *server, *key; gboolean leave, own; } table[] = {
    { "https://Wave.Example.org", "https://wave.example.org:443", FALSE, FALSE },
    { "https://wave.example.org/", "https://wave.example.org:443", FALSE, FALSE },
    { "https://wave.example.org:8443", "https://wave.example.org:8443", FALSE, FALSE },
    { "http://wave.example.org", "http://wave.example.org:80", TRUE, FALSE },
    { "http://localhost:8000", "http://localhost:8000", FALSE, TRUE },
    { "https://127.0.0.1", "https://127.0.0.1:443", FALSE, TRUE },
    { "http://[::1]:8000", "http://[::1]:8000", FALSE, TRUE },
    { "http://127.0.0.1.example.org", "http://127.0.0.1.example.org:80", TRUE, FALSE },
    { "wave.example.org", NULL, FALSE, FALSE },
    { "https://me:pw@wave.example.org", NULL, FALSE, FALSE },
    { "https://wave.example.org/v1", NULL, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *key = wave_server_key (table[i].server);

      g_assert_cmpstr (key, ==, table[i].key);
      g_assert_cmpint (wave_server_needs_leave (table[i].server), ==, table[i].leave);
      g_assert_cmpint (wave_server_is_own (table[i].server), ==, table[i].own);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/tokens/renewed/json", "token-life=2", test_renewed);
  g_test_add_data_func ("/tokens/renewed/form", "token-life=2,refresh-form", test_renewed);
  g_test_add_data_func ("/tokens/renewed/no-rotation", "token-life=2,no-rotation", test_renewed);
  g_test_add_func ("/tokens/not-renewed", test_not_renewed);
  g_test_add_func ("/tokens/spent-refresh-token", test_spent_refresh_token);
  g_test_add_func ("/tokens/identify", test_identify);
  g_test_add_func ("/tokens/other-servers", test_other_servers);
  g_test_add_func ("/tokens/offer", test_offer);
  g_test_add_func ("/tokens/server-keys", test_server_keys);
  return g_test_run ();
}
