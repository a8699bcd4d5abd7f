// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-credentials.h"

#include <glib/gstdio.h>
#include <string.h>

static void
assert_redacted (const char *text, const char *expected)
{
  g_autofree char *clean = wave_redact (text);

  g_assert_cmpstr (clean, ==, expected);
}

static void
test_redact (void)
{
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("ab+c/d=secret", "refresh-me");

  assert_redacted ("nothing here", "nothing here");
  assert_redacted ("x ab+c/d=secret y", "x [token] y");
  assert_redacted ("wss://h/v1/stream?token=ab%2Bc%2Fd%3Dsecret", "wss://h/v1/stream?token=[token]");
  assert_redacted ("refresh-me refresh-me", "[token] [token]");
  assert_redacted ("/v1/stream?token=other&x=1", "/v1/stream?token=[token]&x=1");
  assert_redacted ("/v1/stream?TOKEN=other HTTP/1.1", "/v1/stream?TOKEN=[token] HTTP/1.1");
  assert_redacted ("{\"access_token\": \"abc.def\", \"n\": 1}", "{\"access_token\": \"[token]\", \"n\": 1}");
  assert_redacted ("refresh_token=abc&y", "refresh_token=[token]&y");
  assert_redacted ("Authorization: Bearer eyJ.x.y\r\n", "Authorization: Bearer [token]\r\n");
  assert_redacted ("token=", "token=");
  assert_redacted ("", "");
}

static void
test_redact_only_while_live (void)
{
  WaveCredentials *credentials = wave_credentials_new ("a-token-of-mine", NULL);

  assert_redacted ("a-token-of-mine", "[token]");
  wave_credentials_set (credentials, "b-token-of-mine", NULL, -1);
  assert_redacted ("b-token-of-mine", "[token]");
  wave_credentials_unref (credentials);
  assert_redacted ("b-token-of-mine", "b-token-of-mine");
}

static void
test_short_secret_is_no_pattern (void)
{
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("dev", NULL);

  assert_redacted ("a device, token=dev", "a device, token=[token]");
}

static char *
make_jwt (const char *claims)
{
  g_autofree char *base64 = g_base64_encode ((const guchar *) claims, strlen (claims));

  g_strdelimit (base64, "+", '-');
  g_strdelimit (base64, "/", '_');
  g_strdelimit (base64, "=", '\0');
  return g_strdup_printf ("eyJhbGciOiJub25lIn0.%s.c2ln", base64);
}

static void
test_expiry (void)
{
  g_autofree char *jwt = make_jwt ("{\"sub\":\"x?>\",\"exp\":4102444800}");
  g_autofree char *odd = make_jwt ("{\"exp\":\"soon\"}");
  g_autoptr (WaveCredentials) credentials = wave_credentials_new (jwt, "r-e-f-r-e-s-h");
  gint64 now = g_get_real_time (), due;

  g_assert_cmpint (wave_credentials_get_expiry (credentials), ==, 4102444800LL * G_USEC_PER_SEC);
  g_assert_cmpuint (wave_credentials_get_generation (credentials), ==, 1);

  wave_credentials_set (credentials, odd, "r-e-f-r-e-s-h", -1);
  g_assert_cmpint (wave_credentials_get_expiry (credentials), ==, -1);
  g_assert_cmpint (wave_credentials_get_refresh_due (credentials), ==, -1);

  wave_credentials_set (credentials, "mock-dev-token", "r-e-f-r-e-s-h", 3600);
  g_assert_cmpint (wave_credentials_get_expiry (credentials) - now, >=, 3600LL * G_USEC_PER_SEC);
  due = wave_credentials_get_refresh_due (credentials) - now;
  g_assert_cmpint (due, >=, 2880LL * G_USEC_PER_SEC);
  g_assert_cmpint (due, <=, 2890LL * G_USEC_PER_SEC);
  g_assert_cmpuint (wave_credentials_get_generation (credentials), ==, 3);

  wave_credentials_set (credentials, "mock-dev-token", NULL, 3600);
  g_assert_cmpint (wave_credentials_get_refresh_due (credentials), ==, -1);

  for (const char *const *bad = (const char *const[]) { "", ".", "..", "a.b", "a.!.c", "a.e30.c", "a.W10.c", NULL }; *bad; bad++)
    {
      wave_credentials_set (credentials, *bad, NULL, -1);
      g_assert_cmpint (wave_credentials_get_expiry (credentials), ==, -1);
    }
}

static void
test_file (void)
{
  g_autofree char *dir = g_dir_make_tmp ("wave-credentials-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "token", NULL);
  g_autofree char *nowhere = g_build_filename (dir, "absent", NULL);
  g_autoptr (WaveCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;
  char *token;

  g_file_set_contents (path, "  the-token \r\nsecond line\n", -1, NULL);
  credentials = wave_credentials_new_from_file (path, &error);
  g_assert_no_error (error);
  token = wave_credentials_dup_access_token (credentials);
  g_assert_cmpstr (token, ==, "the-token");
  wave_secret_free (token);
  g_assert_null (wave_credentials_dup_refresh_token (credentials));

  g_assert_null (wave_credentials_new_from_file (nowhere, &error));
  g_assert_nonnull (strstr (error->message, "absent"));
  g_clear_error (&error);

  g_file_set_contents (path, "\nsecret-in-second-line\n", -1, NULL);
  g_assert_null (wave_credentials_new_from_file (path, &error));
  g_assert_nonnull (error);
  g_assert_null (strstr (error->message, "secret"));
  g_clear_error (&error);

  g_file_set_contents (path, "\xff\xfe", -1, NULL);
  g_assert_null (wave_credentials_new_from_file (path, &error));
  g_assert_nonnull (error);

  g_unlink (path);
  g_rmdir (dir);
}

static void
test_log_has_no_token (void)
{
  if (g_test_subprocess ())
    {
      g_autoptr (WaveCredentials) credentials = wave_credentials_new ("very-secret-token", NULL);

      wave_log_install ();
      g_setenv ("G_MESSAGES_DEBUG", "all", TRUE);
      g_message ("token is very-secret-token indeed");
      g_debug ("GET /v1/stream?token=very-secret-token");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*token is [token] indeed*");
  g_test_trap_assert_stderr_unmatched ("*very-secret-token*");
  g_test_trap_assert_stdout_unmatched ("*very-secret-token*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/credentials/redact", test_redact);
  g_test_add_func ("/session/credentials/redact-while-live", test_redact_only_while_live);
  g_test_add_func ("/session/credentials/short-secret", test_short_secret_is_no_pattern);
  g_test_add_func ("/session/credentials/expiry", test_expiry);
  g_test_add_func ("/session/credentials/file", test_file);
  g_test_add_func ("/session/credentials/log", test_log_has_no_token);

  return g_test_run ();
}
