// SPDX-License-Identifier: GPL-3.0-or-later
// The server around the simulated tenant: a thread with its own main context, in it a SoupServer on loopback.
#include "config.h"

#include "simulator/wave-simulator.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "simulator/wave-world.h"

#define OVERSIZE_BYTES (17 * 1024 * 1024)

/* One client on the stream. */
typedef struct {
  WaveSimulator *simulator; /* borrowed */
  SoupWebsocketConnection *connection;
  GSocket *socket;
  char *token;
  GSource *hello, *cut;
  gboolean greeted;
} Client;

/* One long poll that waits. */
typedef struct {
  SoupServerMessage *message;
  gint64 since, limit, due_us;
  GSource *timer; /* nullable: until it fires */
} Poll;

struct _WaveSimulator
{
  GObject parent_instance;

  WaveSimulatorConfig config;
  char *scenario_name, *url, *token_text;
  GHashTable *faults;

  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  SoupServer *server;
  WaveWorld *world;
  WaveScenario *scenario;
  GSource *timer;
  GPtrArray *clients; /* Client */
  GPtrArray *polls;   /* Poll */
  char *held;         /* a frame that goes out after the next one */
  guint n_connections;
  guint n_pages, n_tokens;
  gint64 started_us;
  gboolean paused, stopped, ended;
  gint64 paused_us, paused_sum_us;
  gint64 oversize_due_us, ping_due_us, restart_due_us, away_until_us;
  GArray *silent; /* of int: descriptors of half-open connections */

  GMutex lock;
  GCond cond;
};

G_DEFINE_FINAL_TYPE (WaveSimulator, wave_simulator, G_TYPE_OBJECT)

static const char *const scenarios[] = { "office", "storm", "idle", "single-stream", NULL };

const char *const *
wave_simulator_list_scenarios (void)
{
  return scenarios;
}

/* ---- tokens ---- */

static gboolean
token_is_good (WaveSimulator *self, const char *token)
{
  if (token == NULL || *token == '\0')
    return FALSE;
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

static void
client_free (gpointer data)
{
  Client *client = data;

  g_signal_handlers_disconnect_by_data (client->connection, client);
  g_clear_pointer (&client->hello, g_source_destroy);
  g_clear_pointer (&client->cut, g_source_destroy);
  g_object_unref (client->connection);
  g_clear_object (&client->socket);
  g_free (client->token);
  g_free (client);
}

static void
send_text (Client *client, const char *json)
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

static void
send_to_all (WaveSimulator *self, const char *json)
{
  for (guint i = 0; i < self->clients->len; i++)
    send_text (self->clients->pdata[i], json);
}

static void
send_faulty (WaveSimulator *self, const char *json)
{
  if (chance (self, "malformed"))
    send_to_all (self, not_events[g_rand_int_range (self->world->rand, 0, G_N_ELEMENTS (not_events))]);
  if (chance (self, "binary"))
    for (guint i = 0; i < self->clients->len; i++)
      {
        Client *client = self->clients->pdata[i];

        if (client->greeted && soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
          soup_websocket_connection_send_binary (client->connection, "\0\1\2\xff", 4);
      }
  if (chance (self, "unknown"))
    send_to_all (self, "{\"type\":\"swp.room.weather\",\"content\":{\"sky\":\"grey\"}}");
  send_to_all (self, json);
  if (chance (self, "duplicate"))
    send_to_all (self, json);
}

static void answer_polls (WaveSimulator *self);

static gboolean
on_late_frame (gpointer user_data)
{
  GPtrArray *held = user_data;

  send_faulty (held->pdata[0], held->pdata[1]);
  answer_polls (held->pdata[0]);
  return G_SOURCE_REMOVE;
}

static void
late_free (gpointer data)
{
  GPtrArray *held = data;

  g_free (held->pdata[1]);
  g_ptr_array_unref (held);
}

static GSource *
attach_timeout (WaveSimulator *self, gint64 delay_us, GSourceFunc func, gpointer data, GDestroyNotify destroy, const char *name)
{
  GSource *source = g_timeout_source_new (MAX (delay_us, 0) / 1000);

  g_source_set_callback (source, func, data, destroy);
  g_source_set_static_name (source, name);
  g_source_attach (source, self->context);
  g_source_unref (source);
  return source;
}

/* The world has a frame. */
static void
on_frame (const char *json, const WaveDurable *durable, gpointer user_data)
{
  WaveSimulator *self = user_data;

  if (durable != NULL && durable->visible_us > 0)
    {
      GPtrArray *held = g_ptr_array_new ();

      /* Borrowed: what still waits at the end goes with the context, which is ours. */
      g_ptr_array_add (held, self);
      g_ptr_array_add (held, g_strdup (json));
      attach_timeout (self, durable->visible_us - g_get_monotonic_time (), on_late_frame, held, late_free, "wave-simulator-late");
      return;
    }
  if (durable != NULL && chance (self, "lose"))
    {
      answer_polls (self);
      return;
    }
  if (self->held == NULL && chance (self, "reorder"))
    {
      self->held = g_strdup (json);
      return;
    }
  send_faulty (self, json);
  if (self->held != NULL)
    {
      g_autofree char *held = g_steal_pointer (&self->held);

      send_faulty (self, held);
    }
  if (durable != NULL)
    answer_polls (self);
}

static void
on_closed (SoupWebsocketConnection *connection, Client *client)
{
  g_ptr_array_remove (client->simulator->clients, client);
}

static gboolean
on_hello (gpointer user_data)
{
  Client *client = user_data;
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

static void
cut_client (Client *client, guint code, const char *reason)
{
  if (code != 0)
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
fall_silent (Client *client)
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
  Client *client = user_data;
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
  cut_client (client, code, code == 4003 ? "ping_timeout" : code == 4001 ? "token expired" : "");
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

static void
on_websocket (SoupServer *server, SoupServerMessage *message, const char *path, SoupWebsocketConnection *connection, gpointer user_data)
{
  WaveSimulator *self = user_data;
  g_autofree char *token = query_token (soup_server_message_get_uri (message));
  Client *client;

  self->n_connections++;
  if (!token_is_good (self, token))
    {
      soup_websocket_connection_close (connection, 4001, "SW_AUTH_INVALID_TOKEN");
      /* It is ours until the close is done. */
      g_signal_connect (g_object_ref (connection), "closed", G_CALLBACK (g_object_unref), NULL);
      return;
    }
  if (wave_fault (self->faults, "allow-both") == 0)
    for (guint i = self->clients->len; i-- > 0;)
      {
        Client *older = self->clients->pdata[i];

        if (g_str_equal (older->token, token))
          cut_client (older, 4003, "duplicate_connection");
      }
  client = g_new0 (Client, 1);
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
        client->hello = attach_timeout (self, (gint64) (late * 1e6), on_hello, client, NULL, "wave-simulator-hello");
      else
        on_hello (client);
    }
  if (cut_after (self) > 0)
    client->cut = attach_timeout (self, (gint64) (cut_after (self) * 1e6), on_cut, client, NULL, "wave-simulator-cut");
}

/* ---- HTTP ---- */

static void
respond (SoupServerMessage *message, guint status, char *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, body, strlen (body));
}

static void
respond_error (SoupServerMessage *message, guint status, const char *code, const char *text)
{
  respond (message, status, g_strdup_printf ("{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}", code, text));
}

static gboolean
is_authorised (WaveSimulator *self, SoupServerMessage *message)
{
  const char *header = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");

  return header != NULL && g_str_has_prefix (header, "Bearer ") && token_is_good (self, header + strlen ("Bearer "));
}

/* One use of a fault that is counted. */
static gboolean
use_up (WaveSimulator *self, const char *fault)
{
  double *left = self->faults != NULL ? g_hash_table_lookup (self->faults, fault) : NULL;

  if (left == NULL || *left < 1)
    return FALSE;
  *left -= 1;
  return TRUE;
}

static void
send_page (WaveSimulator *self, SoupServerMessage *message, gint64 since, gint64 limit)
{
  WaveWorld *world = self->world;
  gint64 now = g_get_monotonic_time ();
  gint64 from = wave_fault (self->faults, "sync-inclusive") > 0 ? since - 1 : since;
  GString *page = g_string_new ("{\"data\":{\"events\":[");
  gint64 last = since;
  gint64 n = 0;
  gboolean more = FALSE;
  gboolean empty = wave_fault (self->faults, "empty-pages") > 0 && self->n_pages++ % 2 == 0;

  if (wave_fault (self->faults, "page-limit") > 0)
    limit = MIN (limit, (gint64) wave_fault (self->faults, "page-limit"));
  for (guint i = wave_world_find (world, from); i < world->durables->len; i++)
    {
      const WaveDurable *durable = &g_array_index (world->durables, WaveDurable, i);

      if (durable->visible_us > now)
        continue;
      if (n == limit || empty)
        {
          more = TRUE;
          break;
        }
      g_string_append_printf (page, "%s%s", n > 0 ? "," : "", durable->sync_json);
      last = durable->position;
      n++;
    }
  if (wave_fault (self->faults, "cursor-plus-one") > 0 && n > 0)
    last++;
  g_string_append_printf (page, "],\"next_cursor\":%" G_GINT64_FORMAT ",\"has_more\":%s}}", last, more ? "true" : "false");
  if (world->ledger != NULL)
    wave_world_log (world, wave_json_members ("s:kind", "page", "i:since", since, "i:events", n, "b:has_more", more, NULL));
  if (n > 0 && use_up (self, "sync-truncate"))
    g_string_truncate (page, page->len / 2);
  respond (message, 200, g_string_free (page, FALSE));
}

static void
poll_free (gpointer data)
{
  Poll *poll = data;

  g_signal_handlers_disconnect_by_data (poll->message, poll);
  g_clear_pointer (&poll->timer, g_source_destroy);
  g_object_unref (poll->message);
  g_free (poll);
}

static void
answer_polls (WaveSimulator *self)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = self->polls->len; i-- > 0;)
    {
      Poll *poll = self->polls->pdata[i];
      guint first = wave_world_find (self->world, poll->since);
      gboolean ready = first < self->world->durables->len && g_array_index (self->world->durables, WaveDurable, first).visible_us <= now;

      if (!ready && now < poll->due_us)
        continue;
      send_page (self, poll->message, poll->since, poll->limit);
      soup_server_message_unpause (poll->message);
      g_ptr_array_remove_index (self->polls, i);
    }
}

static gboolean
on_poll_due (gpointer user_data)
{
  Poll *poll = user_data;

  poll->timer = NULL;
  answer_polls (g_object_get_data (G_OBJECT (poll->message), "simulator"));
  return G_SOURCE_REMOVE;
}

static void
on_poll_gone (SoupServerMessage *message, Poll *poll)
{
  WaveSimulator *self = g_object_get_data (G_OBJECT (message), "simulator");

  g_ptr_array_remove (self->polls, poll);
}

static gint64
int_of (GHashTable *query, const char *name, gint64 otherwise)
{
  const char *text = query != NULL ? g_hash_table_lookup (query, name) : NULL;

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : otherwise;
}

static void
serve_sync (WaveSimulator *self, SoupServerMessage *message, GHashTable *query)
{
  gint64 since = int_of (query, "since", 0);
  gint64 limit = CLAMP (int_of (query, "limit", 100), 1, 500);
  gint64 timeout = CLAMP (int_of (query, "timeout", 30000), 0, 60000);
  gint64 slow = (gint64) (wave_fault (self->faults, "sync-slow") * 1e6);
  guint first = wave_world_find (self->world, since);
  Poll *poll;

  if (wave_fault (self->faults, "sync-404") > 0)
    {
      respond_error (message, 404, "SW_NOT_FOUND", "no such path");
      return;
    }
  if (wave_fault (self->faults, "sync-hold") > 0 && timeout == 0)
    timeout = 30000;
  if (use_up (self, "sync-503"))
    {
      respond_error (message, 503, "SW_UNAVAILABLE", "try again");
      return;
    }
  if (use_up (self, "sync-429"))
    {
      soup_message_headers_append (soup_server_message_get_response_headers (message), "Retry-After", "1");
      respond_error (message, 429, "SW_RATE_LIMIT_EXCEEDED", "slow down");
      return;
    }
  if (use_up (self, "sync-500"))
    {
      respond_error (message, 500, "SW_INTERNAL", "something broke");
      return;
    }
  if (slow == 0 && (timeout == 0 || first < self->world->durables->len))
    {
      send_page (self, message, since, limit);
      return;
    }
  poll = g_new0 (Poll, 1);
  poll->message = g_object_ref (message);
  /* A slow server is one that has nothing to say until the time is over. */
  poll->since = since;
  poll->limit = limit;
  poll->due_us = g_get_monotonic_time () + (slow > 0 ? slow : timeout * 1000);
  g_object_set_data (G_OBJECT (message), "simulator", self);
  g_signal_connect (message, "disconnected", G_CALLBACK (on_poll_gone), poll);
  g_ptr_array_add (self->polls, poll);
  soup_server_message_pause (message);
  poll->timer = attach_timeout (self, poll->due_us - g_get_monotonic_time () + 1000, on_poll_due, poll, NULL, "wave-simulator-poll");
}

static void
serve_auth (WaveSimulator *self, SoupServerMessage *message, const char *path)
{
  if (g_str_equal (path, "/v1/auth/config"))
    respond (message, 200, g_strdup ("{\"data\":{\"issuer\":\"demo\",\"scopes_supported\":[\"openid\"]}}"));
  else if (g_str_equal (path, "/v1/auth/token") || g_str_equal (path, "/v1/auth/refresh"))
    {
      SoupMessageBody *body = soup_server_message_get_request_body (message);
      g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
      g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

      self->n_tokens++;
      if (strstr (text, "wrong") != NULL || strstr (text, "expired") != NULL)
        respond_error (message, 401, "SW_AUTH_INVALID_TOKEN", "not accepted");
      else
        respond (message, 200,
                 g_strdup_printf ("{\"data\":{\"access_token\":\"access-%u\",\"refresh_token\":\"refresh-%u\",\"token_type\":\"Bearer\",\"expires_in\":3600}}",
                                  self->n_tokens, self->n_tokens));
    }
  else
    respond_error (message, 404, "SW_NOT_FOUND", "no such path");
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  WaveSimulator *self = user_data;
  char *body;

  if (g_str_has_prefix (path, "/v1/auth/"))
    {
      serve_auth (self, message, path);
      return;
    }
  if (!g_str_equal (path, "/.well-known/scaiwave/server") && !is_authorised (self, message))
    {
      respond_error (message, 401, "SW_AUTH_INVALID_TOKEN", "the token is not valid");
      return;
    }
  if (soup_server_message_get_method (message) != SOUP_METHOD_GET)
    {
      respond_error (message, 405, "SW_METHOD", "only GET");
      return;
    }
  if (g_str_equal (path, "/v1/sync"))
    {
      serve_sync (self, message, query);
      return;
    }
  body = wave_world_rest (self->world, path, query);
  if (body != NULL)
    respond (message, 200, body);
  else
    respond_error (message, 404, "SW_NOT_FOUND", "no such thing");
}

/* Before the upgrade: a server that refuses it. */
static void
on_stream_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  WaveSimulator *self = user_data;
  guint status = (guint) wave_fault (self->faults, "refuse-upgrade");
  g_autofree char *token = query_token (soup_server_message_get_uri (message));

  if (status == 0 && wave_fault (self->faults, "token-403") > 0 && !token_is_good (self, token))
    status = 403;
  if (status == 0 && (self->ended || g_get_monotonic_time () < self->away_until_us))
    status = 503;

  if (status != 0)
    respond_error (message, MAX (status, 400), "SW_REFUSED", "no stream here");
}

/* ---- the thread ---- */

static gboolean on_timer (gpointer user_data);

static void
arm_timer (WaveSimulator *self, gint64 delay_us)
{
  g_clear_pointer (&self->timer, g_source_destroy);
  self->timer = attach_timeout (self, delay_us, on_timer, self, NULL, "wave-simulator-scenario");
}

/* Something that a fault does every so many seconds; not at once. */
static gboolean
is_due (gint64 *due, gint64 now, double seconds)
{
  gboolean is = seconds > 0 && *due > 0 && now >= *due;

  if (seconds <= 0)
    *due = 0;
  else if (*due == 0 || is)
    *due = now + (gint64) (seconds * 1e6);
  return is;
}

static gboolean
on_timer (gpointer user_data)
{
  WaveSimulator *self = user_data;
  gint64 now = g_get_monotonic_time ();
  gint64 next;

  self->timer = NULL;
  if (self->config.duration_us > 0 && now - self->started_us >= self->config.duration_us)
    {
      self->ended = TRUE;
      for (guint i = self->clients->len; i-- > 0;)
        cut_client (self->clients->pdata[i], 1001, "the run is over");
      return G_SOURCE_REMOVE;
    }
  if (self->paused)
    return G_SOURCE_REMOVE;
  if (is_due (&self->ping_due_us, now, wave_fault (self->faults, "json-ping")))
    send_to_all (self, "{\"type\":\"ping\",\"id\":\"ping-1\"}");
  if (is_due (&self->restart_due_us, now, wave_fault (self->faults, "restart")))
    {
      self->away_until_us = now + G_USEC_PER_SEC;
      for (guint i = self->clients->len; i-- > 0;)
        cut_client (self->clients->pdata[i], 1012, "restart");
    }
  self->world->wall_us = g_get_real_time ();
  next = wave_scenario_run (self->scenario, now - self->paused_sum_us) + self->paused_sum_us;
  if (wave_fault (self->faults, "oversize") > 0 && now >= self->oversize_due_us)
    {
      g_autofree char *big = g_malloc (OVERSIZE_BYTES + 1);

      memset (big, 'x', OVERSIZE_BYTES);
      big[OVERSIZE_BYTES] = '\0';
      if (self->oversize_due_us > 0)
        send_to_all (self, big);
      self->oversize_due_us = now + (gint64) (wave_fault (self->faults, "oversize") * 1e6);
    }
  arm_timer (self, CLAMP (next - g_get_monotonic_time (), 0, G_USEC_PER_SEC / 4));
  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer data)
{
  WaveSimulator *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_ptr_array_set_size (self->polls, 0);
  g_ptr_array_set_size (self->clients, 0);
  g_clear_pointer (&self->timer, g_source_destroy);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* Work that the thread does for another one, which waits for it. */
typedef struct {
  WaveSimulator *self;
  void (*func) (WaveSimulator *self, gpointer data);
  gpointer data;
  gboolean done;
} Errand;

static gboolean
on_errand (gpointer user_data)
{
  Errand *errand = user_data;

  errand->func (errand->self, errand->data);
  g_mutex_lock (&errand->self->lock);
  errand->done = TRUE;
  g_cond_broadcast (&errand->self->cond);
  g_mutex_unlock (&errand->self->lock);
  return G_SOURCE_REMOVE;
}

static void
do_there (WaveSimulator *self, void (*func) (WaveSimulator *, gpointer), gpointer data)
{
  Errand errand = { self, func, data, FALSE };
  g_autoptr (GSource) source = NULL;

  if (self->stopped)
    return;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_errand, &errand, NULL);
  g_source_set_static_name (source, "wave-simulator-errand");
  g_source_attach (source, self->context);
  g_mutex_lock (&self->lock);
  while (!errand.done)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}

static void
apply_switches (WaveSimulator *self)
{
  self->world->nested = wave_fault (self->faults, "nested") > 0;
  self->world->bare = wave_fault (self->faults, "no-ids") > 0;
  self->world->late_us = (gint64) (wave_fault (self->faults, "late-commit") * 1e6);
  self->world->jumps = wave_fault (self->faults, "position-jumps") > 0;
  self->world->extra = wave_fault (self->faults, "extra-members") > 0;
}

typedef struct {
  GError *error;
} Start;

static void
start_there (WaveSimulator *self, gpointer data)
{
  Start *start = data;
  g_autoslist (GUri) uris = NULL;

  self->server = soup_server_new ("server-header", "wavescope-simulator", NULL);
  soup_server_add_websocket_handler (self->server, "/v1/stream", NULL, NULL, on_websocket, self, NULL);
  soup_server_add_early_handler (self->server, "/v1/stream", on_stream_request, self, NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  if (!soup_server_listen_local (self->server, self->config.port, SOUP_SERVER_LISTEN_IPV4_ONLY, &start->error))
    return;
  uris = soup_server_get_uris (self->server);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  wave_scenario_prepare (self->scenario, self->config.history);
  self->started_us = g_get_monotonic_time ();
  arm_timer (self, 0);
}

WaveSimulator *
wave_simulator_new (const WaveSimulatorConfig *config, GError **error)
{
  g_autoptr (WaveSimulator) self = NULL;
  Start start = { NULL };
  const char *name = config->scenario != NULL ? config->scenario : "office";

  if (!g_strv_contains (scenarios, name))
    {
      g_autofree char *all = g_strjoinv (", ", (char **) scenarios);

      g_set_error (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_SCENARIO, "there is no scenario “%s”; there are %s", name, all);
      return NULL;
    }
  self = g_object_new (WAVE_TYPE_SIMULATOR, NULL);
  self->config = *config;
  self->scenario_name = g_strdup (name);
  self->faults = wave_faults_parse (config->faults, error);
  if (self->faults == NULL)
    return NULL;
  if (config->token_file != NULL)
    {
      g_autoptr (GError) unread = NULL;

      if (!g_file_get_contents (config->token_file, &self->token_text, NULL, &unread))
        {
          g_set_error (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_FILE, "cannot read the tokens: %s", unread->message);
          return NULL;
        }
    }
  self->world = wave_world_new (config->seed);
  self->world->frame_func = on_frame;
  self->world->user_data = self;
  if (config->ledger != NULL)
    {
      self->world->ledger = g_fopen (config->ledger, "we");
      if (self->world->ledger == NULL)
        {
          g_set_error (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_FILE, "cannot write the ledger %s: %s", config->ledger, g_strerror (errno));
          return NULL;
        }
    }
  apply_switches (self);
  self->scenario = wave_scenario_new (self->world, self->scenario_name, config->rate, self->faults);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("wave-simulator", run, self);
  do_there (self, start_there, &start);
  if (start.error != NULL)
    {
      g_set_error (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_LISTEN, "cannot listen on port %u: %s", config->port, start.error->message);
      g_error_free (start.error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

const char *
wave_simulator_get_url (WaveSimulator *simulator)
{
  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), NULL);
  return simulator->url;
}

static gboolean
on_quit (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

void
wave_simulator_stop (WaveSimulator *simulator)
{
  g_return_if_fail (WAVE_IS_SIMULATOR (simulator));
  if (simulator->stopped || simulator->thread == NULL)
    return;
  simulator->stopped = TRUE;
  {
    g_autoptr (GSource) source = g_idle_source_new ();

    g_source_set_callback (source, on_quit, g_main_loop_ref (simulator->loop), (GDestroyNotify) g_main_loop_unref);
    g_source_set_static_name (source, "wave-simulator-quit");
    g_source_attach (source, simulator->context);
  }
  g_thread_join (g_steal_pointer (&simulator->thread));
  if (simulator->world->ledger != NULL)
    {
      wave_world_log (simulator->world, wave_json_members ("s:kind", "end", "i:durable", (gint64) simulator->world->durables->len, "i:head",
                                                           simulator->world->position, "i:frames", (gint64) simulator->world->n_frames, NULL));
      fclose (g_steal_pointer (&simulator->world->ledger));
    }
}

/* ---- for tests ---- */

typedef struct {
  const char *json;
  GBytes *frame;
  gboolean flag;
  guint code;
  const char *reason;
  GHashTable *faults;
  gint64 number;
  GPtrArray *ids;
} Order;

static void
inject_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;

  self->world->wall_us = g_get_real_time ();
  wave_world_emit_json (self->world, order->json, order->flag);
}

void
wave_simulator_inject (WaveSimulator *simulator, const char *json, gboolean durable)
{
  Order order = { .json = json, .flag = durable };

  g_return_if_fail (WAVE_IS_SIMULATOR (simulator));
  do_there (simulator, inject_there, &order);
}

static void
inject_raw_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;

  for (guint i = 0; i < self->clients->len; i++)
    {
      Client *client = self->clients->pdata[i];

      if (soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_send_message (client->connection, order->flag ? SOUP_WEBSOCKET_DATA_BINARY : SOUP_WEBSOCKET_DATA_TEXT, order->frame);
    }
}

void
wave_simulator_inject_raw (WaveSimulator *simulator, GBytes *frame, gboolean binary)
{
  Order order = { .frame = frame, .flag = binary };

  g_return_if_fail (WAVE_IS_SIMULATOR (simulator));
  do_there (simulator, inject_raw_there, &order);
}

static void
drop_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;

  for (guint i = self->clients->len; i-- > 0;)
    cut_client (self->clients->pdata[i], order->code, order->reason);
}

void
wave_simulator_drop_clients (WaveSimulator *simulator, guint close_code, const char *reason)
{
  Order order = { .code = close_code, .reason = reason };

  g_return_if_fail (WAVE_IS_SIMULATOR (simulator));
  do_there (simulator, drop_there, &order);
}

static void
faults_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;
  GHashTableIter iter;
  gpointer name, value;

  if (g_hash_table_size (order->faults) == 0)
    g_hash_table_remove_all (self->faults);
  g_hash_table_iter_init (&iter, order->faults);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_hash_table_insert (self->faults, g_strdup (name), g_memdup2 (value, sizeof (double)));
  apply_switches (self);
}

gboolean
wave_simulator_set_faults (WaveSimulator *simulator, const char *faults, GError **error)
{
  Order order = { .faults = NULL };
  g_autoptr (GHashTable) table = NULL;

  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), FALSE);
  order.faults = table = wave_faults_parse (faults, error);
  if (table == NULL)
    return FALSE;
  do_there (simulator, faults_there, &order);
  return TRUE;
}

static void
pause_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;
  gint64 now = g_get_monotonic_time ();

  if (self->paused == order->flag)
    return;
  self->paused = order->flag;
  if (self->paused)
    self->paused_us = now;
  else
    {
      self->paused_sum_us += now - self->paused_us;
      arm_timer (self, 0);
    }
}

void
wave_simulator_set_paused (WaveSimulator *simulator, gboolean paused)
{
  Order order = { .flag = paused };

  g_return_if_fail (WAVE_IS_SIMULATOR (simulator));
  do_there (simulator, pause_there, &order);
}

static void
count_clients_there (WaveSimulator *self, gpointer data)
{
  ((Order *) data)->number = self->clients->len;
}

static void
count_connections_there (WaveSimulator *self, gpointer data)
{
  ((Order *) data)->number = self->n_connections;
}

static void
head_there (WaveSimulator *self, gpointer data)
{
  ((Order *) data)->number = self->world->position;
}

static gint64
ask (WaveSimulator *self, void (*func) (WaveSimulator *, gpointer))
{
  Order order = { .number = 0 };

  do_there (self, func, &order);
  return order.number;
}

guint
wave_simulator_get_n_clients (WaveSimulator *simulator)
{
  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), 0);
  return (guint) ask (simulator, count_clients_there);
}

guint
wave_simulator_get_n_connections (WaveSimulator *simulator)
{
  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), 0);
  return (guint) ask (simulator, count_connections_there);
}

gint64
wave_simulator_get_head (WaveSimulator *simulator)
{
  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), -1);
  return ask (simulator, head_there);
}

static void
list_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;

  for (guint i = wave_world_find (self->world, order->number); i < self->world->durables->len; i++)
    g_ptr_array_add (order->ids, g_strdup (g_array_index (self->world->durables, WaveDurable, i).id));
}

GPtrArray *
wave_simulator_list_durable_ids (WaveSimulator *simulator, gint64 since)
{
  Order order = { .number = since, .ids = g_ptr_array_new_with_free_func (g_free) };

  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), order.ids);
  /* What was sent stays true after the end. */
  if (simulator->stopped)
    list_there (simulator, &order);
  else
    do_there (simulator, list_there, &order);
  return order.ids;
}

static void
wave_simulator_finalize (GObject *object)
{
  WaveSimulator *self = WAVE_SIMULATOR (object);

  if (self->thread != NULL)
    wave_simulator_stop (self);
  g_clear_pointer (&self->scenario, wave_scenario_free);
  g_clear_pointer (&self->world, wave_world_free);
  g_clear_pointer (&self->faults, g_hash_table_unref);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_ptr_array_unref (self->clients);
  g_ptr_array_unref (self->polls);
  for (guint i = 0; i < self->silent->len; i++)
    close (g_array_index (self->silent, int, i));
  g_array_unref (self->silent);
  g_free (self->held);
  g_free (self->scenario_name);
  g_free (self->url);
  g_free (self->token_text);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  G_OBJECT_CLASS (wave_simulator_parent_class)->finalize (object);
}

static void
wave_simulator_class_init (WaveSimulatorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_simulator_finalize;
}

static void
wave_simulator_init (WaveSimulator *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->clients = g_ptr_array_new_with_free_func (client_free);
  self->polls = g_ptr_array_new_with_free_func (poll_free);
  self->silent = g_array_new (FALSE, FALSE, sizeof (int));
}
