// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens, the clients on the stream, the frames that they get.
#include "config.h"

#include "simulator/wave-simulator-private.h"

#include <string.h>
#include <unistd.h>

/* ---- tokens ---- */

gboolean
wave_sim_token_is_good (WaveSimulator *self, const char *token)
{
  if (token == NULL || *token == '\0')
    return FALSE;
  if (wave_sim_auth_is_issued (self, token))
    return !wave_sim_auth_has_expired (self, token);
  if (self->token_text != NULL)
    {
      g_auto (GStrv) lines = g_strsplit (self->token_text, "\n", -1);

      for (guint i = 0; lines[i] != NULL; i++)
        if (g_str_equal (g_strstrip (lines[i]), token))
          return TRUE;
      return FALSE;
    }
  return !g_str_has_prefix (token, "bad") && !g_str_has_prefix (token, "expired");
}

static char *
query_token (GUri *uri)
{
  g_autoptr (GHashTable) query = g_uri_get_query (uri) != NULL ? soup_form_decode (g_uri_get_query (uri)) : NULL;

  return query != NULL ? g_strdup (g_hash_table_lookup (query, "token")) : NULL;
}

/* ---- the stream ---- */

void
wave_sim_client_free (gpointer data)
{
  WaveSimClient *client = data;

  g_signal_handlers_disconnect_by_data (client->connection, client);
  g_clear_pointer (&client->hello, g_source_destroy);
  g_clear_pointer (&client->cut, g_source_destroy);
  g_object_unref (client->connection);
  g_clear_object (&client->socket);
  g_free (client->token);
  g_free (client);
}

static void
send_text (WaveSimClient *client, const char *json)
{
  if (client->greeted && soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (client->connection, json);
}

static gboolean
chance (WaveSimulator *self, const char *fault)
{
  double share = wave_fault (self->faults, fault);

  return share > 0 && g_rand_double (self->world->rand) < share;
}

static const char *const not_events[] = {
  "{\"type\":", "nonsense", "[1,2,3]", "{\"no_type\":true}", "{\"type\":17}", "{\"type\":\"swp.room.message\",\"room_id\":5,\"content\":\"x\"}", "", "null",
};

void
wave_sim_send_to_all (WaveSimulator *self, const char *json)
{
  for (guint i = 0; i < self->clients->len; i++)
    send_text (self->clients->pdata[i], json);
}

static void
send_faulty (WaveSimulator *self, const char *json)
{
  if (chance (self, "malformed"))
    wave_sim_send_to_all (self, not_events[g_rand_int_range (self->world->rand, 0, G_N_ELEMENTS (not_events))]);
  if (chance (self, "binary"))
    for (guint i = 0; i < self->clients->len; i++)
      {
        WaveSimClient *client = self->clients->pdata[i];

        if (client->greeted && soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
          soup_websocket_connection_send_binary (client->connection, "\0\1\2\xff", 4);
      }
  if (chance (self, "unknown"))
    wave_sim_send_to_all (self, "{\"type\":\"swp.room.weather\",\"content\":{\"sky\":\"grey\"}}");
  wave_sim_send_to_all (self, json);
  if (chance (self, "duplicate"))
    wave_sim_send_to_all (self, json);
}

static gboolean
on_late_frame (gpointer user_data)
{
  GPtrArray *held = user_data;

  send_faulty (held->pdata[0], held->pdata[1]);
  wave_sim_answer_polls (held->pdata[0]);
  return G_SOURCE_REMOVE;
}

static void
late_free (gpointer data)
{
  GPtrArray *held = data;

  g_free (held->pdata[1]);
  g_ptr_array_unref (held);
}

GSource *
wave_sim_attach_timeout (WaveSimulator *self, gint64 delay_us, GSourceFunc func, gpointer data, GDestroyNotify destroy, const char *name)
{
  GSource *source = g_timeout_source_new (MAX (delay_us, 0) / 1000);

  g_source_set_callback (source, func, data, destroy);
  g_source_set_static_name (source, name);
  g_source_attach (source, self->context);
  g_source_unref (source);
  return source;
}

void
wave_sim_send_held (WaveSimulator *self)
{
  g_autofree char *held = g_steal_pointer (&self->held);

  if (held != NULL)
    send_faulty (self, held);
}

/* The world has a frame. */
void
wave_sim_on_frame (const char *json, const WaveDurable *durable, gpointer user_data)
{
  WaveSimulator *self = user_data;

  if (durable != NULL && durable->visible_us > 0)
    {
      GPtrArray *held = g_ptr_array_new ();

      /* Borrowed: what still waits at the end goes with the context, which is ours. */
      g_ptr_array_add (held, self);
      g_ptr_array_add (held, g_strdup (json));
      wave_sim_attach_timeout (self, durable->visible_us - g_get_monotonic_time (), on_late_frame, held, late_free, "wave-simulator-late");
      return;
    }
  if (durable != NULL && chance (self, "lose"))
    {
      wave_sim_answer_polls (self);
      return;
    }
  if (self->held == NULL && chance (self, "reorder"))
    {
      self->held = g_strdup (json);
      return;
    }
  send_faulty (self, json);
  wave_sim_send_held (self);
  if (durable != NULL)
    wave_sim_answer_polls (self);
}

static void
on_closed (SoupWebsocketConnection *connection, WaveSimClient *client)
{
  g_ptr_array_remove (client->simulator->clients, client);
}

static gboolean
on_hello (gpointer user_data)
{
  WaveSimClient *client = user_data;
  WaveWorld *world = client->simulator->world;
  g_autofree char *session = g_uuid_string_random ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *ts = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *members = wave_json_members ("s:type", "hello", "s:session_id", session, "s:server_name", world->server_name, "s:tenant_id",
                                                world->tenant_id, wave_fault (client->simulator->faults, "hello-without-ts") > 0 ? NULL : "s:ts", ts, NULL);
  g_autofree char *hello = g_strdup_printf ("{%s}", members);

  client->hello = NULL;
  client->greeted = TRUE;
  send_text (client, hello);
  if (wave_fault (client->simulator->faults, "hello-twice") > 0)
    send_text (client, hello);
  return G_SOURCE_REMOVE;
}

/* libsoup's server sends 1002 in place of 1012 and 1013, which were registered after RFC 6455: those are written past it. */
static void
close_with_late_code (WaveSimClient *client, guint code, const char *reason)
{
  guint8 frame[2 + 125] = { 0x88, 0, code >> 8 & 0xff, code & 0xff };
  gsize length = reason != NULL ? MIN (strlen (reason), 123) : 0;

  frame[1] = 2 + length;
  if (length > 0)
    memcpy (frame + 4, reason, length);
  g_socket_send_with_blocking (client->socket, (const char *) frame, 4 + length, FALSE, NULL, NULL);
  g_socket_shutdown (client->socket, FALSE, TRUE, NULL);
}

void
wave_sim_cut_client (WaveSimClient *client, guint code, const char *reason)
{
  if (code == 1012 || code == 1013)
    {
      if (client->socket != NULL)
        close_with_late_code (client, code, reason);
    }
  else if (code != 0)
    {
      if (soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (client->connection, code, reason);
    }
  else
    {
      /* The stream has a read pending and would refuse to be closed; the socket does not ask. */
      if (client->socket != NULL)
        g_socket_shutdown (client->socket, TRUE, TRUE, NULL);
    }
}

/* The kernel goes on to acknowledge what comes; nobody reads it and nobody answers. */
static void
fall_silent (WaveSimClient *client)
{
  GIOStream *stream = soup_websocket_connection_get_io_stream (client->connection);
  g_autoptr (GIOStream) base = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (stream), "base-iostream") != NULL)
    g_object_get (stream, "base-iostream", &base, NULL);
  else
    base = g_object_ref (stream);
  if (G_IS_SOCKET_CONNECTION (base))
    {
      int fd = dup (g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (base))));

      if (fd >= 0)
        g_array_append_val (client->simulator->silent, fd);
    }
  g_io_stream_close (stream, NULL, NULL);
}

static gboolean
on_cut (gpointer user_data)
{
  WaveSimClient *client = user_data;
  static const guint codes[] = { 1000, 1001, 1011, 1012, 1013, 4001, 4003 };
  guint code = 0;

  client->cut = NULL;
  if (wave_fault (client->simulator->faults, "half-open") > 0)
    {
      fall_silent (client);
      return G_SOURCE_REMOVE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autofree char *name = g_strdup_printf ("close-%u", codes[i]);

      if (wave_fault (client->simulator->faults, name) > 0)
        code = codes[i];
    }
  wave_sim_cut_client (client, code, code == 4003 ? "ping_timeout" : code == 4001 ? "token expired" : "");
  return G_SOURCE_REMOVE;
}

/* The shortest of the faults that end a connection; 0: none */
static double
cut_after (WaveSimulator *self)
{
  static const char *const names[] = { "half-open", "drop", "close-1000", "close-1001", "close-1011", "close-1012", "close-1013", "close-4001", "close-4003" };
  double shortest = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      double value = wave_fault (self->faults, names[i]);

      if (value > 0 && (shortest == 0 || value < shortest))
        shortest = value;
    }
  return shortest;
}

void
wave_sim_on_websocket (SoupServer *server, SoupServerMessage *message, const char *path, SoupWebsocketConnection *connection, gpointer user_data)
{
  WaveSimulator *self = user_data;
  g_autofree char *token = query_token (soup_server_message_get_uri (message));
  WaveSimClient *client;

  self->n_connections++;
  if (!wave_sim_token_is_good (self, token))
    {
      soup_websocket_connection_close (connection, 4001, "SW_AUTH_INVALID_TOKEN");
      /* It is ours until the close is done. */
      g_signal_connect (g_object_ref (connection), "closed", G_CALLBACK (g_object_unref), NULL);
      return;
    }
  if (wave_fault (self->faults, "allow-both") == 0)
    for (guint i = self->clients->len; i-- > 0;)
      {
        WaveSimClient *older = self->clients->pdata[i];

        if (g_str_equal (older->token, token))
          wave_sim_cut_client (older, 4003, "duplicate_connection");
      }
  client = g_new0 (WaveSimClient, 1);
  client->simulator = self;
  client->connection = g_object_ref (connection);
  client->socket = soup_server_message_get_socket (message);
  if (client->socket != NULL)
    g_object_ref (client->socket);
  client->token = g_steal_pointer (&token);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), client);
  g_ptr_array_add (self->clients, client);
  soup_websocket_connection_set_keepalive_interval (connection, 30);
  if (wave_fault (self->faults, "no-hello") == 0)
    {
      double late = wave_fault (self->faults, "late-hello");

      if (late > 0)
        client->hello = wave_sim_attach_timeout (self, (gint64) (late * 1e6), on_hello, client, NULL, "wave-simulator-hello");
      else
        on_hello (client);
    }
  if (cut_after (self) > 0)
    client->cut = wave_sim_attach_timeout (self, (gint64) (cut_after (self) * 1e6), on_cut, client, NULL, "wave-simulator-cut");
}

/* Before the upgrade: a server that refuses it. */
void
wave_sim_on_stream_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  WaveSimulator *self = user_data;
  guint status = (guint) wave_fault (self->faults, "refuse-upgrade");
  g_autofree char *token = query_token (soup_server_message_get_uri (message));

  if (status == 0 && wave_fault (self->faults, "token-403") > 0 && !wave_sim_token_is_good (self, token))
    status = 403;
  if (status == 0 && (self->ended || g_get_monotonic_time () < self->away_until_us))
    status = 503;

  if (status != 0)
    wave_sim_respond_error (message, MAX (status, 400), "SW_REFUSED", "no stream here");
}
