// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens given out, for a password or for a refresh token: they last for a while, and a refresh token may be used once.
#include "config.h"

#include "simulator/wave-simulator-private.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define LIFE_S 3600.0

/* A token that was given out here. */
typedef struct {
  gint64 ends_us; /* monotonic */
  GSource *timer;
} Issued;

static void
issued_free (gpointer data)
{
  Issued *issued = data;

  g_clear_pointer (&issued->timer, g_source_destroy);
  g_free (issued);
}

void
wave_sim_auth_clear (WaveSimulator *self)
{
  g_clear_pointer (&self->issued, g_hash_table_unref);
  g_clear_pointer (&self->used_up, g_hash_table_unref);
}

gboolean
wave_sim_auth_has_expired (WaveSimulator *self, const char *token)
{
  const Issued *issued = self->issued != NULL ? g_hash_table_lookup (self->issued, token) : NULL;

  return issued != NULL && g_get_monotonic_time () >= issued->ends_us;
}

gboolean
wave_sim_auth_is_issued (WaveSimulator *self, const char *token)
{
  return self->issued != NULL && g_hash_table_contains (self->issued, token);
}

typedef struct {
  WaveSimulator *simulator;
  char *token;
} Ending;

static void
ending_free (gpointer data)
{
  Ending *ending = data;

  g_free (ending->token);
  g_free (ending);
}

/* The stream ends with its token. */
static gboolean
on_ended (gpointer user_data)
{
  Ending *ending = user_data;
  WaveSimulator *self = ending->simulator;
  Issued *issued = g_hash_table_lookup (self->issued, ending->token);

  issued->timer = NULL;
  for (guint i = self->clients->len; i-- > 0;)
    {
      WaveSimClient *client = self->clients->pdata[i];

      if (g_str_equal (client->token, ending->token))
        wave_sim_cut_client (client, 4001, "token expired");
    }
  return G_SOURCE_REMOVE;
}

static void
answer_tokens (WaveSimulator *self, SoupServerMessage *message, const char *spent)
{
  double life = wave_fault (self->faults, "token-life") > 0 ? wave_fault (self->faults, "token-life") : LIFE_S;
  gboolean rotates = spent == NULL || wave_fault (self->faults, "no-rotation") == 0;
  g_autofree char *access = g_strdup_printf ("access-%u", ++self->n_tokens);
  g_autofree char *refresh = rotates ? g_strdup_printf (",\"refresh_token\":\"refresh-%u\"", self->n_tokens) : g_strdup ("");
  Issued *issued = g_new0 (Issued, 1);
  Ending *ending = g_new0 (Ending, 1);

  if (self->issued == NULL)
    {
      self->issued = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, issued_free);
      self->used_up = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    }
  if (spent != NULL && rotates)
    g_hash_table_add (self->used_up, g_strdup (spent));
  ending->simulator = self;
  ending->token = g_strdup (access);
  issued->ends_us = g_get_monotonic_time () + (gint64) (life * 1e6);
  issued->timer = wave_sim_attach_timeout (self, (gint64) (life * 1e6), on_ended, ending, ending_free, "wave-simulator-token");
  g_hash_table_insert (self->issued, g_strdup (access), issued);
  wave_sim_respond (message, 200,
                    g_strdup_printf ("{\"data\":{\"access_token\":\"%s\"%s,\"token_type\":\"Bearer\",\"expires_in\":%.0f}}", access, refresh, MAX (1, life)));
}

/* (transfer full) (nullable): the refresh token of a body, and whether it was a form */
static char *
read_refresh_token (const char *text, gboolean *form)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GHashTable) fields = NULL;
  JsonNode *root;

  *form = FALSE;
  if (json_parser_load_from_data (parser, text, -1, NULL) && (root = json_parser_get_root (parser)) != NULL && JSON_NODE_HOLDS_OBJECT (root))
    return g_strdup (json_object_get_string_member_with_default (json_node_get_object (root), "refresh_token", NULL));
  fields = soup_form_decode (text);
  *form = g_hash_table_contains (fields, "refresh_token");
  return g_strdup (g_hash_table_lookup (fields, "refresh_token"));
}

void
wave_sim_serve_auth (WaveSimulator *self, SoupServerMessage *message, const char *path)
{
  gboolean by_password = wave_fault (self->faults, "no-password") == 0;
  g_autoptr (GBytes) bytes = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *token = NULL;
  gboolean form;

  if (g_str_equal (path, "/v1/auth/config"))
    wave_sim_respond (message, 200,
                      g_strdup_printf ("{\"data\":{\"issuer\":\"demo\",\"scopes_supported\":[\"openid\"],\"grant_types_supported\":[%s\"refresh_token\"]}}",
                                       by_password ? "\"password\"," : ""));
  else if (g_str_equal (path, "/v1/auth/token"))
    {
      if (!by_password)
        wave_sim_respond_error (message, 404, "SW_NOT_FOUND", "the password grant is off");
      else if (strstr (text, "wrong") != NULL)
        wave_sim_respond_error (message, 401, "SW_AUTH_INVALID_CREDENTIALS", "user or password is wrong");
      else
        answer_tokens (self, message, NULL);
    }
  else if (g_str_equal (path, "/v1/auth/refresh"))
    {
      token = read_refresh_token (text, &form);
      if (!form && wave_fault (self->faults, "refresh-form") > 0)
        wave_sim_respond (message, 422, g_strdup ("{\"detail\":[{\"loc\":[\"body\",\"grant_type\"],\"msg\":\"field required\"}]}"));
      else if (wave_fault (self->faults, "refresh-refused") > 0 || strstr (text, "wrong") != NULL || strstr (text, "expired") != NULL
               || (token != NULL && self->used_up != NULL && g_hash_table_contains (self->used_up, token)))
        wave_sim_respond_error (message, 401, "SW_AUTH_INVALID_TOKEN", "the refresh token is not accepted");
      else
        answer_tokens (self, message, token != NULL ? token : "");
    }
  else
    wave_sim_respond_error (message, 404, "SW_NOT_FOUND", "no such path");
}
