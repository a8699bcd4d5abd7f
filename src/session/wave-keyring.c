// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens at rest: in the keyring, and nowhere else.
#include "config.h"

#include "session/wave-credentials.h"
#include "session/wave-session.h"

#include <json-glib/json-glib.h>
#include <libsecret/secret.h>
#include <string.h>

static const SecretSchema schema = {
  "io.github.wavescope.Wavescope",
  SECRET_SCHEMA_NONE,
  { { "account", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

static char *
pack (WaveCredentials *credentials)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  char *access = wave_credentials_dup_access_token (credentials);
  char *refresh = wave_credentials_dup_refresh_token (credentials);
  gint64 expiry = wave_credentials_get_expiry (credentials);
  char *text;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "access_token");
  json_builder_add_string_value (builder, access);
  if (refresh != NULL)
    {
      json_builder_set_member_name (builder, "refresh_token");
      json_builder_add_string_value (builder, refresh);
    }
  if (expiry >= 0)
    {
      json_builder_set_member_name (builder, "expires_at");
      json_builder_add_int_value (builder, expiry / G_USEC_PER_SEC);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  wave_secret_free (access);
  wave_secret_free (refresh);
  return text;
}

static WaveCredentials *
unpack (const char *text, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObject *object;
  WaveCredentials *credentials;
  const char *access, *refresh;
  gint64 expires_at, left = -1;

  if (!json_parser_load_from_data (parser, text, -1, NULL) || json_parser_get_root (parser) == NULL
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    {
      g_set_error (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_SHAPE, "the keyring's entry cannot be understood");
      return NULL;
    }
  object = json_node_get_object (json_parser_get_root (parser));
  access = json_object_get_string_member_with_default (object, "access_token", NULL);
  refresh = json_object_get_string_member_with_default (object, "refresh_token", NULL);
  expires_at = json_object_get_int_member_with_default (object, "expires_at", -1);
  if (access == NULL)
    {
      g_set_error (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_SHAPE, "the keyring's entry holds no token");
      return NULL;
    }
  credentials = wave_credentials_new (access, refresh);
  if (expires_at >= 0)
    {
      left = MAX (0, expires_at - g_get_real_time () / G_USEC_PER_SEC);
      wave_credentials_set (credentials, access, refresh, left);
    }
  return credentials;
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
wave_keyring_store_async (const char *account, const char *server, WaveCredentials *credentials, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *label = g_strdup_printf ("Wavescope: %s", server);
  char *secret;

  g_task_set_source_tag (task, wave_keyring_store_async);
  secret = pack (credentials);
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, secret, cancellable, on_stored, task, "account", account, NULL);
  wave_secret_free (secret);
}

gboolean
wave_keyring_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  WaveCredentials *credentials = NULL;
  char *text = secret_password_lookup_finish (result, &error);

  if (text != NULL)
    {
      credentials = unpack (text, &error);
      explicit_bzero (text, strlen (text));
      secret_password_free (text);
    }
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, credentials, (GDestroyNotify) wave_credentials_unref);
}

void
wave_keyring_lookup_async (const char *account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, wave_keyring_lookup_async);
  secret_password_lookup (&schema, cancellable, on_looked_up, task, "account", account, NULL);
}

WaveCredentials *
wave_keyring_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  /* FALSE without an error: there was nothing to forget. */
  secret_password_clear_finish (result, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
wave_keyring_forget_async (const char *account, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, wave_keyring_forget_async);
  secret_password_clear (&schema, cancellable, on_forgotten, task, "account", account, NULL);
}

gboolean
wave_keyring_forget_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
