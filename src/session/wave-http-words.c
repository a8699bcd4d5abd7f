// SPDX-License-Identifier: GPL-3.0-or-later
// What HTTP and TLS say, in words; and what a server's address may look like.
#include "config.h"

#include "session/wave-http.h"

#include "protocol/wave-snapshot.h"
#include "session/wave-credentials.h"
#include "session/wave-session.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_RETRY_AFTER_S (15 * 60)
#define MAX_WORDS 200

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
  /* Translators: why a certificate is not trusted; several may be joined by ", ". */
  static const struct { GTlsCertificateFlags flag; const char *words; } table[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, N_("it is not signed by an authority that this machine trusts") },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, N_("it was issued for another host name") },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, N_("it is not valid yet") },
    { G_TLS_CERTIFICATE_EXPIRED, N_("it has expired") },
    { G_TLS_CERTIFICATE_REVOKED, N_("it was revoked") },
    { G_TLS_CERTIFICATE_INSECURE, N_("its algorithm is not secure") },
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (flags & table[i].flag)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", _(table[i].words));
  if (text->len == 0)
    g_string_append (text, _("it could not be verified"));
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
