// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens in a keyring: one that works, one that takes nothing, none at all, and no bus. Which of them there is says the first argument.
#include "config.h"

#include "rig.h"

#include <string.h>

typedef struct {
  guint done;
  gboolean good;
  WaveCredentials *credentials;
  GError *error;
} Answer;

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->good = wave_keyring_store_finish (result, &answer->error);
  answer->done++;
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->credentials = wave_keyring_lookup_finish (result, &answer->error);
  answer->done++;
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answer *answer = user_data;

  answer->good = wave_keyring_forget_finish (result, &answer->error);
  answer->done++;
}

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->credentials, wave_credentials_unref);
  g_clear_error (&answer->error);
  *answer = (Answer) { 0 };
}

static void
store (const char *account, WaveCredentials *credentials, Answer *answer)
{
  answer_clear (answer);
  wave_keyring_store_async (account, "wave.example.org", credentials, NULL, on_stored, answer);
  WAIT_UNTIL (answer->done == 1);
}

static void
look_up (const char *account, Answer *answer)
{
  answer_clear (answer);
  wave_keyring_lookup_async (account, NULL, on_found, answer);
  WAIT_UNTIL (answer->done == 1);
}

static void
forget (const char *account, Answer *answer)
{
  answer_clear (answer);
  wave_keyring_forget_async (account, NULL, on_forgotten, answer);
  WAIT_UNTIL (answer->done == 1);
}

static void
assert_tokens (WaveCredentials *credentials, const char *access, const char *refresh)
{
  char *own_access, *own_refresh;

  g_assert_nonnull (credentials);
  own_access = wave_credentials_dup_access_token (credentials);
  own_refresh = wave_credentials_dup_refresh_token (credentials);
  g_assert_cmpstr (own_access, ==, access);
  g_assert_cmpstr (own_refresh, ==, refresh);
  wave_secret_free (own_access);
  wave_secret_free (own_refresh);
}

static void
test_kept (void)
{
  g_autoptr (WaveCredentials) one = wave_credentials_new ("token-one", NULL);
  g_autoptr (WaveCredentials) two = wave_credentials_new ("token-two", "refresh-two");
  Answer answer = { 0 };
  gint64 expiry;

  look_up ("https://a:443#ann", &answer);
  g_assert_no_error (answer.error);
  g_assert_null (answer.credentials);

  store ("https://a:443#ann", one, &answer);
  g_assert_no_error (answer.error);
  g_assert_true (answer.good);
  wave_credentials_set (two, "token-two", "refresh-two", 3600);
  expiry = wave_credentials_get_expiry (two);
  store ("https://a:443#bob", two, &answer);
  g_assert_no_error (answer.error);

  look_up ("https://a:443#ann", &answer);
  assert_tokens (answer.credentials, "token-one", NULL);
  g_assert_cmpint (wave_credentials_get_expiry (answer.credentials), ==, -1);
  look_up ("https://a:443#bob", &answer);
  assert_tokens (answer.credentials, "token-two", "refresh-two");
  g_assert_cmpint (ABS (wave_credentials_get_expiry (answer.credentials) - expiry), <, 5 * G_USEC_PER_SEC);
  g_assert_cmpint (wave_credentials_get_refresh_due (answer.credentials), >, g_get_real_time ());

  /* What a renewal brought takes the place of what was there. */
  wave_credentials_set (two, "token-three", "refresh-three", 3600);
  store ("https://a:443#bob", two, &answer);
  look_up ("https://a:443#bob", &answer);
  assert_tokens (answer.credentials, "token-three", "refresh-three");
  if (g_getenv ("WAVE_SECRETS_LOG") != NULL)
    {
      g_autofree char *log = NULL;

      g_assert_true (g_file_get_contents (g_getenv ("WAVE_SECRETS_LOG"), &log, NULL, NULL));
      g_assert_nonnull (strstr (log, "token-three"));
      /* Not kept beside the new one, and not in what anybody may read. */
      g_assert_null (strstr (log, "token-two"));
      g_assert_nonnull (strstr (log, "\"label\": \"Wavescope: wave.example.org\""));
    }

  forget ("https://a:443#bob", &answer);
  g_assert_no_error (answer.error);
  look_up ("https://a:443#bob", &answer);
  g_assert_null (answer.credentials);
  g_assert_no_error (answer.error);
  /* Nothing is forgotten that was not asked for, and forgetting what is not there is no error. */
  look_up ("https://a:443#ann", &answer);
  assert_tokens (answer.credentials, "token-one", NULL);
  forget ("https://a:443#bob", &answer);
  g_assert_no_error (answer.error);
  forget ("https://a:443#ann", &answer);
  answer_clear (&answer);
}

static void
test_refused (void)
{
  g_autoptr (WaveCredentials) one = wave_credentials_new ("token-one", NULL);
  Answer answer = { 0 };

  store ("https://a:443#ann", one, &answer);
  g_assert_nonnull (answer.error);
  g_assert_false (answer.good);
  g_assert_null (strstr (answer.error->message, "token-one"));
  answer_clear (&answer);
}

static void
test_none (void)
{
  g_autoptr (WaveCredentials) one = wave_credentials_new ("token-one", NULL);
  Answer answer = { 0 };

  look_up ("https://a:443#ann", &answer);
  g_assert_nonnull (answer.error);
  g_assert_null (answer.credentials);
  store ("https://a:443#ann", one, &answer);
  g_assert_nonnull (answer.error);
  forget ("https://a:443#ann", &answer);
  g_assert_nonnull (answer.error);
  answer_clear (&answer);
}

int
main (int argc, char **argv)
{
  const char *kind;

  g_test_init (&argc, &argv, NULL);
  kind = argc > 1 ? argv[1] : "none";
  if (g_str_equal (kind, "works"))
    g_test_add_func ("/keyring/works", test_kept);
  else if (g_str_equal (kind, "refuses"))
    g_test_add_func ("/keyring/refuses", test_refused);
  else
    g_test_add_func (g_str_equal (kind, "no-bus") ? "/keyring/no-bus" : "/keyring/none", test_none);
  return g_test_run ();
}
