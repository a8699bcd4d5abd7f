// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "rig.h"

#include <string.h>

typedef struct {
  SoupServerMessage *message;
  gint64 since;
  guint limit;
} Held;

static void
held_free (gpointer data)
{
  Held *held = data;

  g_object_unref (held->message);
  g_free (held);
}

static gint64
read_number (GHashTable *query, const char *name, gint64 otherwise)
{
  const char *text = query != NULL ? g_hash_table_lookup (query, name) : NULL;

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : otherwise;
}

static void
answer (SoupServerMessage *message, guint status, const char *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

static char *
build_page (Peer *peer, gint64 since, guint limit, gboolean *empty)
{
  GString *text = g_string_new ("{\"data\":{\"events\":[");
  guint n = 0;
  gint64 first = since - peer->offset + (peer->inclusive ? 0 : 1), last = since;
  gboolean more = FALSE;

  for (gint64 i = MAX (1, first); i <= peer->events->len; i++)
    {
      if (n == limit)
        {
          more = TRUE;
          break;
        }
      g_string_append_printf (text, "%s%s", n++ > 0 ? "," : "", (char *) g_ptr_array_index (peer->events, i - 1));
      last = i + peer->offset;
    }
  *empty = n == 0;
  g_string_append_printf (text, "],\"next_cursor\":%" G_GINT64_FORMAT ",\"has_more\":%s}}", last + (peer->last_plus_one ? 1 : 0),
                          more ? "true" : "false");
  return g_string_free (text, FALSE);
}

static void
on_sync (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Peer *peer = user_data;
  gint64 since = read_number (query, "since", 0), timeout = read_number (query, "timeout", 30000);
  guint limit = (guint) read_number (query, "limit", 100);
  g_autofree char *page = NULL;
  gboolean empty;
  Held *held;

  if (peer->n_syncs++ == 0)
    peer->first_since = since;
  peer->last_since = since;
  if (peer->sync_absent)
    {
      answer (message, 404, "{\"error\":{\"code\":\"SW_NOT_FOUND\",\"message\":\"no\"}}");
      return;
    }
  if (peer->sync_failures > 0)
    {
      peer->sync_failures--;
      if (peer->retry_after != NULL)
        soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", peer->retry_after);
      answer (message, peer->sync_garbage ? 200 : peer->sync_status, peer->sync_garbage ? "{\"data\":{\"ev" : "<html>oh no</html>");
      return;
    }
  if (peer->stuck)
    {
      answer (message, 200, "{\"data\":{\"events\":[],\"next_cursor\":0,\"has_more\":true}}");
      return;
    }
  if (peer->empty_pages && since % 2 == 0 && since - peer->offset < (gint64) peer->events->len - 1)
    {
      /* Everything in this stretch was filtered out; the cursor moves by one. */
      page = g_strdup_printf ("{\"data\":{\"events\":[],\"next_cursor\":%" G_GINT64_FORMAT ",\"has_more\":true}}", since);
      answer (message, 200, page);
      peer->empty_pages = FALSE;
      return;
    }
  page = build_page (peer, since, peer->page_limit > 0 ? MIN (limit, peer->page_limit) : limit, &empty);
  if (empty && (timeout > 1 || peer->hold_sync))
    {
      held = g_new0 (Held, 1);
      held->message = g_object_ref (message);
      held->since = since;
      held->limit = limit;
      g_ptr_array_add (peer->held, held);
      soup_server_message_pause (message);
      return;
    }
  answer (message, 200, page);
}

static void
on_refresh (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Peer *peer = user_data;
  g_autofree char *body = NULL;
  SoupMessageBody *sent = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (sent);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  peer->n_refreshes++;
  /* This server takes forms only. */
  if (!g_str_has_prefix (text, "grant_type=refresh_token&refresh_token="))
    {
      answer (message, 422, "{\"detail\":[]}");
      return;
    }
  if (peer->refresh_status != 0)
    {
      answer (message, peer->refresh_status, "{\"error\":{\"code\":\"SW_AUTH_INVALID_TOKEN\",\"message\":\"no\"}}");
      return;
    }
  body = g_strdup_printf ("{\"data\":{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":3600}}", peer->refreshed_token);
  answer (message, 200, body);
}

static void
on_token (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  SoupMessageBody *sent = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (sent);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  if (strcmp (text, "grant_type=password&username=ann%40x&password=a%26b%3Dc") == 0)
    answer (message, 200, "{\"data\":{\"access_token\":\"signed-in\",\"refresh_token\":\"again\",\"expires_in\":3600}}");
  else
    answer (message, 401, "{\"error\":{\"code\":\"SW_AUTH_INVALID_TOKEN\",\"message\":\"wrong password\"}}");
}

static void
on_other (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Peer *peer = user_data;
  g_autofree char *body = NULL;

  peer->n_requests++;
  if (strcmp (path, "/v1/elsewhere") == 0)
    {
      soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, "http://127.0.0.1:9/v1/me");
      return;
    }
  if (strcmp (path, "/v1/here") == 0)
    {
      soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, "/v1/me");
      return;
    }
  if (strcmp (path, "/v1/me") == 0)
    {
      const char *authorization
          = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");

      if (peer->good_token != NULL && (authorization == NULL || strcmp (authorization + strlen ("Bearer "), peer->good_token) != 0))
        answer (message, 401, "{\"error\":{\"code\":\"SW_AUTH_EXPIRED_TOKEN\",\"message\":\"too old\"}}");
      else
        answer (message, 200, "{\"data\":{\"participant_id\":\"p\"}}");
      return;
    }
  if (strcmp (path, "/v1/busy") == 0 && peer->sync_failures > 0)
    {
      peer->sync_failures--;
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "0");
      answer (message, 429, "{\"error\":{\"code\":\"SW_RATE_LIMIT_EXCEEDED\",\"message\":\"slow down\"}}");
      return;
    }
  if (strcmp (path, "/v1/busy") == 0)
    {
      answer (message, 200, "{}");
      return;
    }
  if (peer->no_rooms)
    answer (message, 404, "{\"error\":{\"code\":\"SW_NOT_FOUND\",\"message\":\"no such thing\"}}");
  else if (strcmp (path, "/v1/directory/rooms") == 0 && peer->rooms_failures > 0)
    {
      peer->rooms_failures--;
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", "0");
      answer (message, 429, "{\"error\":{\"code\":\"SW_RATE_LIMIT_EXCEEDED\",\"message\":\"slow down\"}}");
    }
  else if (strcmp (path, "/v1/directory/rooms") == 0)
    answer (message, 200, "{\"data\":[{\"id\":\"room-1\",\"name\":\"One\"}],\"meta\":{\"total\":1}}");
  else if (strcmp (path, "/v1/rooms/room-1/messages") == 0)
    {
      body = g_strdup_printf ("{\"data\":[%s],\"meta\":{\"has_more\":false}}",
                              peer->events->len > 1 ? (char *) g_ptr_array_index (peer->events, peer->events->len - 2) : "");
      answer (message, 200, body);
    }
  else
    answer (message, 404, "{\"error\":{\"code\":\"SW_NOT_FOUND\",\"message\":\"no such thing\"}}");
}

static void
on_socket_closed (SoupWebsocketConnection *socket, gpointer user_data)
{
  Peer *peer = user_data;

  g_ptr_array_remove (peer->sockets, socket);
}

static void
on_stream (SoupServer *server, SoupServerMessage *message, const char *path, SoupWebsocketConnection *socket, gpointer user_data)
{
  Peer *peer = user_data;
  GUri *uri = soup_server_message_get_uri (message);
  g_autoptr (GHashTable) query = g_uri_parse_params (g_uri_get_query (uri), -1, "&", G_URI_PARAMS_NONE, NULL);
  const char *token = g_hash_table_lookup (query, "token");
  g_autofree char *hello = NULL;

  soup_websocket_connection_set_max_incoming_payload_size (socket, 0);
  if (peer->good_token != NULL && g_strcmp0 (token, peer->good_token) != 0)
    {
      soup_websocket_connection_close (socket, 4001, "SW_AUTH_INVALID_TOKEN");
      return;
    }
  g_ptr_array_add (peer->sockets, g_object_ref (socket));
  g_signal_connect (socket, "closed", G_CALLBACK (on_socket_closed), peer);
  if (!peer->silent_hello)
    {
      hello = g_strdup_printf ("{\"type\":\"hello\",\"session_id\":\"s-%u\",\"server_name\":\"wave.example.org\",\"tenant_id\":\"%s\"}",
                               peer->n_streams, peer->tenant);
      soup_websocket_connection_send_text (socket, hello);
    }
  if (peer->close_code != 0)
    soup_websocket_connection_close (socket, peer->close_code, peer->close_reason);
}

static void
on_stream_early (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Peer *peer = user_data;

  peer->n_streams++;
  if (peer->upgrade_status == 0)
    return;
  if (peer->retry_after != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Retry-After", peer->retry_after);
  answer (message, peer->upgrade_status, "{}");
}

Peer *
peer_new (void)
{
  Peer *peer = g_new0 (Peer, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  peer->tenant = "t-1";
  peer->events = g_ptr_array_new_with_free_func (g_free);
  peer->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  peer->held = g_ptr_array_new_with_free_func (held_free);
  peer->server = soup_server_new (NULL, NULL);
  soup_server_listen_local (peer->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (peer->server);
  peer->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  soup_server_add_handler (peer->server, NULL, on_other, peer, NULL);
  soup_server_add_handler (peer->server, "/v1/sync", on_sync, peer, NULL);
  soup_server_add_handler (peer->server, "/v1/auth/token", on_token, peer, NULL);
  soup_server_add_handler (peer->server, "/v1/auth/refresh", on_refresh, peer, NULL);
  soup_server_add_early_handler (peer->server, "/v1/stream", on_stream_early, peer, NULL);
  soup_server_add_websocket_handler (peer->server, "/v1/stream", NULL, NULL, on_stream, peer, NULL);
  return peer;
}

void
peer_free (Peer *peer)
{
  for (guint i = 0; i < peer->sockets->len; i++)
    g_signal_handlers_disconnect_by_data (peer->sockets->pdata[i], peer);
  g_ptr_array_unref (peer->sockets);
  g_ptr_array_unref (peer->held);
  soup_server_disconnect (peer->server);
  g_object_unref (peer->server);
  g_ptr_array_unref (peer->events);
  g_free (peer->url);
  g_free (peer);
}

void
peer_send_text (Peer *peer, const char *text)
{
  for (guint i = 0; i < peer->sockets->len; i++)
    if (soup_websocket_connection_get_state (peer->sockets->pdata[i]) == SOUP_WEBSOCKET_STATE_OPEN)
      soup_websocket_connection_send_text (peer->sockets->pdata[i], text);
}

void
peer_send_again (Peer *peer, guint n)
{
  g_autofree char *frame
      = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"evt-%u\",\"room_id\":\"room-1\",\"tenant_id\":\"%s\","
                         "\"sender_id\":\"p-1\",\"stream_position\":%" G_GINT64_FORMAT ",\"origin_ts\":1780384581,"
                         "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"text %u\"}}",
                         n, peer->tenant, n + peer->offset, n);

  peer_send_text (peer, frame);
}

void
peer_add (Peer *peer, gboolean live)
{
  guint n = peer->events->len + 1;

  g_ptr_array_add (peer->events,
                   g_strdup_printf ("{\"id\":\"evt-%u\",\"stream_position\":%" G_GINT64_FORMAT ",\"room_id\":\"room-1\","
                                    "\"event_type\":\"swp.room.message\",\"sender_id\":\"p-1\",\"origin_ts\":1780384581,"
                                    "\"content\":{\"body\":\"text %u\",\"msgtype\":\"swp.text\"}}",
                                    n, n + peer->offset, n));
  for (guint i = 0; i < peer->held->len; i++)
    {
      Held *held = g_ptr_array_index (peer->held, i);
      gboolean empty;
      g_autofree char *page = build_page (peer, held->since, held->limit, &empty);

      answer (held->message, 200, page);
      soup_server_message_unpause (held->message);
    }
  g_ptr_array_set_size (peer->held, 0);
  if (live)
    peer_send_again (peer, n);
}

void
peer_add_many (Peer *peer, guint n, gboolean live)
{
  while (n-- > 0)
    peer_add (peer, live);
}

void
peer_drop (Peer *peer, guint code, const char *reason)
{
  g_autoptr (GPtrArray) sockets = g_ptr_array_copy (peer->sockets, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);

  g_ptr_array_set_free_func (sockets, g_object_unref);
  for (guint i = 0; i < sockets->len; i++)
    {
      if (code != 0)
        soup_websocket_connection_close (sockets->pdata[i], code, reason);
      else
        g_io_stream_close (soup_websocket_connection_get_io_stream (sockets->pdata[i]), NULL, NULL);
    }
}
