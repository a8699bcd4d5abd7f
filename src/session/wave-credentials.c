// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-credentials.h"

#include "session/wave-session.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

/* A token file may hold no more than this; a JWT is a few KiB at most. */
#define MAX_TOKEN_LENGTH (64 * 1024)
/* A secret shorter than this is not searched for in texts: it would take ordinary words apart. */
#define MIN_SECRET_LENGTH 5

struct _WaveCredentials
{
  gatomicrefcount ref_count;
  GMutex lock;
  char *access_token;
  char *refresh_token;
  gint64 set_us;    /* wall clock */
  gint64 expiry_us; /* wall clock; -1 not known */
  guint generation;
};

G_DEFINE_BOXED_TYPE (WaveCredentials, wave_credentials, wave_credentials_ref, wave_credentials_unref)

static GMutex live_lock;
static GPtrArray *live; /* of WaveCredentials, borrowed */

void
wave_secret_free (char *secret)
{
  if (secret == NULL)
    return;
  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

static gint64
read_expiry_of_jwt (const char *token)
{
  g_auto (GStrv) parts = NULL;
  g_autofree guchar *claims = NULL;
  g_autoptr (JsonParser) parser = NULL;
  JsonObject *object;
  JsonNode *node;
  GString *base64;
  gsize length;
  gint64 expiry = -1;

  parts = g_strsplit (token, ".", 4);
  if (g_strv_length (parts) == 3)
    {
      base64 = g_string_new (parts[1]);
      g_strdelimit (base64->str, "-", '+');
      g_strdelimit (base64->str, "_", '/');
      while (base64->len % 4 != 0)
        g_string_append_c (base64, '=');
      claims = g_base64_decode (base64->str, &length);
      explicit_bzero (base64->str, base64->len);
      g_string_free (base64, TRUE);

      parser = json_parser_new_immutable ();
      if (json_parser_load_from_data (parser, (const char *) claims, length, NULL) && json_parser_get_root (parser) != NULL
          && JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
        {
          object = json_node_get_object (json_parser_get_root (parser));
          node = json_object_get_member (object, "exp");
          if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
              && (json_node_get_value_type (node) == G_TYPE_INT64 || json_node_get_value_type (node) == G_TYPE_DOUBLE))
            {
              double seconds = json_node_get_double (node);

              if (seconds > 0 && seconds < 1e11)
                expiry = (gint64) (seconds * G_USEC_PER_SEC);
            }
        }
      explicit_bzero (claims, length);
    }
  for (guint i = 0; parts[i] != NULL; i++)
    explicit_bzero (parts[i], strlen (parts[i]));
  return expiry;
}

static char *
copy_token (const char *token)
{
  char *copy = g_strdup (token);

  return copy != NULL && *g_strstrip (copy) != '\0' ? copy : (wave_secret_free (copy), NULL);
}

WaveCredentials *
wave_credentials_new (const char *access_token, const char *refresh_token)
{
  WaveCredentials *credentials = g_new0 (WaveCredentials, 1);

  g_atomic_ref_count_init (&credentials->ref_count);
  g_mutex_init (&credentials->lock);
  wave_credentials_set (credentials, access_token, refresh_token, -1);

  g_mutex_lock (&live_lock);
  if (live == NULL)
    live = g_ptr_array_new ();
  g_ptr_array_add (live, credentials);
  g_mutex_unlock (&live_lock);
  return credentials;
}

WaveCredentials *
wave_credentials_new_from_file (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GError) local_error = NULL;
  WaveCredentials *credentials = NULL;
  char *text = NULL;
  gsize length = 0, line;

  if (!g_file_get_contents (path, &text, &length, &local_error))
    {
      g_set_error (error, local_error->domain, local_error->code, "the token file %s cannot be read: %s", name,
                   g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? "there is no such file"
                                                                                    : g_strerror (errno));
      return NULL;
    }
  line = strcspn (text, "\r\n");
  if (length > MAX_TOKEN_LENGTH)
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "the token file %s is too large to be one", name);
  else if (!g_utf8_validate_len (text, line, NULL))
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "the token file %s is no text", name);
  else
    {
      text[line] = '\0';
      if (*g_strstrip (text) == '\0')
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "the token file %s has no token in its first line", name);
      else
        credentials = wave_credentials_new (text, NULL);
    }
  explicit_bzero (text, length);
  g_free (text);
  return credentials;
}

WaveCredentials *
wave_credentials_ref (WaveCredentials *credentials)
{
  g_return_val_if_fail (credentials != NULL, NULL);

  g_atomic_ref_count_inc (&credentials->ref_count);
  return credentials;
}

void
wave_credentials_unref (WaveCredentials *credentials)
{
  g_return_if_fail (credentials != NULL);

  /* Under the lock of the registry, so that wave_redact() never meets credentials that are going. */
  g_mutex_lock (&live_lock);
  if (!g_atomic_ref_count_dec (&credentials->ref_count))
    {
      g_mutex_unlock (&live_lock);
      return;
    }
  g_ptr_array_remove_fast (live, credentials);
  g_mutex_unlock (&live_lock);

  wave_secret_free (credentials->access_token);
  wave_secret_free (credentials->refresh_token);
  g_mutex_clear (&credentials->lock);
  g_free (credentials);
}

void
wave_credentials_set (WaveCredentials *credentials, const char *access_token, const char *refresh_token, gint64 expires_in_s)
{
  char *access, *refresh;
  gint64 now = g_get_real_time (), expiry;

  g_return_if_fail (credentials != NULL);

  access = copy_token (access_token);
  refresh = copy_token (refresh_token);
  if (expires_in_s >= 0)
    expiry = now + MIN (expires_in_s, 10LL * 365 * 86400) * G_USEC_PER_SEC;
  else
    expiry = access != NULL ? read_expiry_of_jwt (access) : -1;

  g_mutex_lock (&credentials->lock);
  wave_secret_free (credentials->access_token);
  wave_secret_free (credentials->refresh_token);
  credentials->access_token = access;
  credentials->refresh_token = refresh;
  credentials->set_us = now;
  credentials->expiry_us = expiry;
  credentials->generation++;
  g_mutex_unlock (&credentials->lock);
}

char *
wave_credentials_dup_access_token (WaveCredentials *credentials)
{
  char *token;

  g_return_val_if_fail (credentials != NULL, NULL);

  g_mutex_lock (&credentials->lock);
  token = g_strdup (credentials->access_token != NULL ? credentials->access_token : "");
  g_mutex_unlock (&credentials->lock);
  return token;
}

char *
wave_credentials_dup_refresh_token (WaveCredentials *credentials)
{
  char *token;

  g_return_val_if_fail (credentials != NULL, NULL);

  g_mutex_lock (&credentials->lock);
  token = g_strdup (credentials->refresh_token);
  g_mutex_unlock (&credentials->lock);
  return token;
}

gint64
wave_credentials_get_expiry (WaveCredentials *credentials)
{
  gint64 expiry;

  g_return_val_if_fail (credentials != NULL, -1);

  g_mutex_lock (&credentials->lock);
  expiry = credentials->expiry_us;
  g_mutex_unlock (&credentials->lock);
  return expiry;
}

gint64
wave_credentials_get_refresh_due (WaveCredentials *credentials)
{
  gint64 due = -1;

  g_return_val_if_fail (credentials != NULL, -1);

  g_mutex_lock (&credentials->lock);
  if (credentials->refresh_token != NULL && credentials->expiry_us >= 0)
    due = credentials->set_us + (credentials->expiry_us - credentials->set_us) / 10 * 8;
  g_mutex_unlock (&credentials->lock);
  return due;
}

guint
wave_credentials_get_generation (WaveCredentials *credentials)
{
  guint generation;

  g_return_val_if_fail (credentials != NULL, 0);

  g_mutex_lock (&credentials->lock);
  generation = credentials->generation;
  g_mutex_unlock (&credentials->lock);
  return generation;
}

/* ---------------------------------------------------------------- taking secrets out */

static void
replace_secret (GString *text, const char *secret)
{
  g_autofree char *escaped = NULL;

  if (secret == NULL || strlen (secret) < MIN_SECRET_LENGTH)
    return;
  g_string_replace (text, secret, "[token]", 0);
  escaped = g_uri_escape_string (secret, NULL, FALSE);
  if (strcmp (escaped, secret) != 0)
    g_string_replace (text, escaped, "[token]", 0);
  explicit_bzero (escaped, strlen (escaped));
}

static gboolean
ends_secret (char c)
{
  return c == '\0' || g_ascii_isspace (c) || strchr ("&\"'<>#,;)}]\\", c) != NULL;
}

/* Takes out what follows @label, after any of @between. */
static void
cut_after (GString *text, const char *label, const char *between)
{
  gsize at = 0, length = strlen (label), end;

  while (at + length <= text->len)
    {
      if (g_ascii_strncasecmp (text->str + at, label, length) != 0)
        {
          at++;
          continue;
        }
      at += length;
      while (at < text->len && strchr (between, text->str[at]) != NULL)
        at++;
      for (end = at; !ends_secret (text->str[end]); end++)
        ;
      if (end > at && strncmp (text->str + at, "[token", 6) != 0)
        {
          g_string_erase (text, at, end - at);
          g_string_insert (text, at, "[token]");
        }
    }
}

char *
wave_redact (const char *text)
{
  GString *out;

  g_return_val_if_fail (text != NULL, NULL);

  out = g_string_new (text);
  g_mutex_lock (&live_lock);
  for (guint i = 0; live != NULL && i < live->len; i++)
    {
      WaveCredentials *credentials = g_ptr_array_index (live, i);

      g_mutex_lock (&credentials->lock);
      replace_secret (out, credentials->access_token);
      replace_secret (out, credentials->refresh_token);
      g_mutex_unlock (&credentials->lock);
    }
  g_mutex_unlock (&live_lock);

  cut_after (out, "token=", "");
  cut_after (out, "access_token", "\\\"' :=");
  cut_after (out, "refresh_token", "\\\"' :=");
  cut_after (out, "Bearer ", " ");
  return g_string_free (out, FALSE);
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const char *domain = NULL;
  g_autofree char *line = NULL;
  g_autofree char *clean = NULL;

  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0 && fields[i].length < 0)
      domain = fields[i].value;
  if (g_log_writer_default_would_drop (level, domain))
    return G_LOG_WRITER_HANDLED;

  line = g_log_writer_format_fields (level, fields, n_fields, g_log_writer_supports_color (2));
  clean = wave_redact (line);
  fprintf (stderr, "%s\n", clean);
  fflush (stderr);
  return G_LOG_WRITER_HANDLED;
}

void
wave_log_install (void)
{
  g_log_set_writer_func (write_log, NULL, NULL);
}
