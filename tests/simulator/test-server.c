// SPDX-License-Identifier: GPL-3.0-or-later
// The server through a client that shares no code with the session.
#include "config.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "simulator/wave-simulator.h"

#define WAIT_UNTIL(condition) \
  G_STMT_START { \
    gint64 wait_deadline = g_get_monotonic_time () + 8 * G_USEC_PER_SEC; \
    guint wait_tick = g_timeout_add (5, tick, NULL); \
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > wait_deadline) \
          g_error ("%s:%d: it did not come to pass: %s", __FILE__, __LINE__, #condition); \
        g_main_context_iteration (NULL, TRUE); \
      } \
    g_source_remove (wait_tick); \
  } G_STMT_END

static gboolean
tick (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
settle (guint ms)
{
  gint64 until = g_get_monotonic_time () + ms * 1000;

  WAIT_UNTIL (g_get_monotonic_time () >= until);
}

/* ---- a tenant ---- */

static WaveSimulator *
start (const char *scenario, guint history, const char *faults)
{
  WaveSimulatorConfig config = { .scenario = scenario, .history = history, .faults = faults };
  g_autoptr (GError) error = NULL;
  WaveSimulator *simulator = wave_simulator_new (&config, &error);

  g_assert_no_error (error);
  return simulator;
}

static void
finish (WaveSimulator *simulator)
{
  wave_simulator_stop (simulator);
  g_assert_finalize_object (simulator);
}

/* ---- HTTP ---- */

static guint
call (WaveSimulator *simulator, const char *method, const char *path, const char *token, JsonNode **body)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *url = g_strconcat (wave_simulator_get_url (simulator), path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (token != NULL)
    {
      g_autofree char *header = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", header);
    }
  bytes = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  if (body != NULL)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();

      *body = NULL;
      if (json_parser_load_from_data (parser, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL))
        *body = json_parser_steal_root (parser);
    }
  return soup_message_get_status (message);
}

static JsonObject *
get (WaveSimulator *simulator, const char *path, JsonNode **root)
{
  g_assert_cmpuint (call (simulator, "GET", path, "a-token", root), ==, 200);
  g_assert_nonnull (*root);
  return json_node_get_object (*root);
}

typedef struct {
  GPtrArray *ids;
  gint64 last, cursor;
  guint n_pages, n_empty;
} Walk;

static void
walk_clear (Walk *walk)
{
  g_ptr_array_unref (walk->ids);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

/* Page by page, each once. */
static void
walk_sync (WaveSimulator *simulator, Walk *walk)
{
  gboolean more = TRUE;

  walk->ids = g_ptr_array_new_with_free_func (g_free);
  while (more && walk->n_pages++ < 100)
    {
      g_autofree char *path = g_strdup_printf ("/v1/sync?since=%" G_GINT64_FORMAT "&limit=10&timeout=0", walk->last);
      g_autoptr (JsonNode) root = NULL;
      JsonObject *data = json_object_get_object_member (get (simulator, path, &root), "data");
      JsonArray *events = json_object_get_array_member (data, "events");

      more = json_object_get_boolean_member (data, "has_more");
      walk->cursor = json_object_get_int_member (data, "next_cursor");
      walk->n_empty += json_array_get_length (events) == 0;
      for (guint i = 0; i < json_array_get_length (events); i++)
        {
          JsonObject *event = json_array_get_object_element (events, i);
          const char *id = json_object_get_string_member (event, "id");

          walk->last = json_object_get_int_member (event, "stream_position");
          if (!g_ptr_array_find_with_equal_func (walk->ids, id, g_str_equal, NULL))
            g_ptr_array_add (walk->ids, g_strdup (id));
        }
    }
}

static void
assert_all (WaveSimulator *simulator, GPtrArray *ids)
{
  g_autoptr (GPtrArray) all = wave_simulator_list_durable_ids (simulator, 0);

  g_assert_cmpuint (ids->len, ==, all->len);
  for (guint i = 0; i < all->len; i++)
    g_assert_cmpstr (ids->pdata[i], ==, all->pdata[i]);
}

static void
test_endpoints (void)
{
  static const char *const found[] = {
    "/v1/me", "/v1/directory/rooms?limit=3&offset=1", "/v1/directory/participants?limit=100", "/v1/rooms/room-atlas", "/v1/rooms/room-atlas/state",
    "/v1/rooms/room-atlas/members", "/v1/rooms/room-atlas/messages?limit=5&direction=back", "/v1/rooms/room-atlas/plan", "/v1/presence?ids=pat,mia,nobody",
    "/v1/sync?since=0&limit=1&timeout=0", "/v1/rooms/room-atlas/sidekicks", "/v1/rooms/room-atlas/plans", "/v1/sidekicks",
  };
  static const char *const lost[] = { "/v1/nothing", "/v1/rooms/nowhere", "/v1/rooms/nowhere/state", "/v1/rooms/room-atlas/nothing", "/v1/calls/call-0" };
  WaveSimulator *simulator = start ("idle", 40, NULL);
  g_autoptr (JsonNode) root = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    {
      g_autoptr (JsonNode) node = NULL;

      g_test_message ("%s", found[i]);
      g_assert_true (json_object_has_member (get (simulator, found[i], &node), "data"));
    }
  for (guint i = 0; i < G_N_ELEMENTS (lost); i++)
    {
      g_autoptr (JsonNode) node = NULL;

      g_assert_cmpuint (call (simulator, "GET", lost[i], "a-token", &node), ==, 404);
      g_assert_true (json_object_has_member (json_node_get_object (node), "error"));
    }
  g_assert_cmpuint (call (simulator, "DELETE", "/v1/rooms/room-atlas", "a-token", NULL), ==, 405);
  g_assert_cmpuint (call (simulator, "GET", "/v1/auth/config", NULL, NULL), ==, 200);
  g_assert_cmpuint (call (simulator, "POST", "/v1/auth/refresh", NULL, NULL), ==, 200);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (get (simulator, found[1], &root), "data")), ==, 3);
  finish (simulator);
}

static void
test_messages_backwards (void)
{
  WaveSimulator *simulator = start ("idle", 400, NULL);
  g_autofree char *path = g_strdup ("/v1/rooms/room-atlas/messages?limit=7&direction=back");
  gint64 before = G_MAXINT64;
  guint n = 0;
  gboolean more = TRUE;

  while (more)
    {
      g_autoptr (JsonNode) root = NULL;
      JsonObject *answer = get (simulator, path, &root);
      JsonObject *meta = json_object_get_object_member (answer, "meta");
      JsonArray *data = json_object_get_array_member (answer, "data");

      for (guint i = 0; i < json_array_get_length (data); i++, n++)
        {
          gint64 position = json_object_get_int_member (json_array_get_object_element (data, i), "stream_position");

          g_assert_cmpint (position, <, before);
          before = position;
        }
      more = json_object_get_boolean_member (meta, "has_more");
      g_free (path);
      path = g_strdup_printf ("/v1/rooms/room-atlas/messages?limit=7&direction=back&from=%" G_GINT64_FORMAT, before);
    }
  g_assert_cmpuint (n, >, 30);
  finish (simulator);
}

static void
test_sync_dialects (void)
{
  static const char *const dialects[] = { "", "page-limit=7", "empty-pages", "sync-inclusive", "cursor-plus-one", "position-jumps", "sync-inclusive,page-limit=3" };

  for (guint i = 0; i < G_N_ELEMENTS (dialects); i++)
    {
      WaveSimulator *simulator = start ("idle", 33, dialects[i]);
      g_auto (Walk) walk = { 0 };

      g_test_message ("%s", dialects[i]);
      walk_sync (simulator, &walk);
      assert_all (simulator, walk.ids);
      g_assert_cmpint (walk.last, ==, wave_simulator_get_head (simulator));
      g_assert_cmpint (walk.cursor - walk.last, ==, g_str_equal (dialects[i], "cursor-plus-one") ? 1 : 0);
      g_assert_cmpint (walk.n_empty > 0, ==, g_str_equal (dialects[i], "empty-pages"));
      g_assert_cmpint (walk.n_pages > 4, ==, *dialects[i] != '\0' && !g_str_equal (dialects[i], "cursor-plus-one") && !g_str_equal (dialects[i], "position-jumps")
                                               && !g_str_equal (dialects[i], "sync-inclusive"));
      finish (simulator);
    }
}

/* What a test tells REST to answer, and how it learns what was asked. */
static void
test_told_answers (void)
{
  WaveSimulatorConfig config = { .scenario = "idle", .more_rooms = 300, .more_people = 20, .faults = "rest-429=1" };
  g_autoptr (GError) error = NULL;
  WaveSimulator *simulator = wave_simulator_new (&config, &error);
  g_autoptr (JsonNode) page = NULL;
  g_autoptr (JsonNode) task = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (call (simulator, "GET", "/v1/me", "a-token", NULL), ==, 429);
  g_assert_cmpuint (call (simulator, "GET", "/v1/me", "a-token", NULL), ==, 200);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (get (simulator, "/v1/directory/rooms?limit=3", &page), "meta"), "total"), >, 300);
  wave_simulator_set_answer (simulator, "/v1/rooms/room-eng/state", 403, NULL);
  g_assert_cmpuint (call (simulator, "GET", "/v1/rooms/room-eng/state", "a-token", NULL), ==, 403);
  wave_simulator_set_answer (simulator, "/v1/rooms/room-eng/state", 0, NULL);
  g_assert_cmpuint (call (simulator, "GET", "/v1/rooms/room-eng/state?x=1", "a-token", NULL), ==, 200);
  g_assert_cmpuint (call (simulator, "GET", "/v1/rooms/room-eng/sidekicks/t1", "a-token", NULL), ==, 404);
  wave_simulator_set_answer (simulator, "/v1/rooms/room-eng/sidekicks/t1", 200, "{\"data\":{\"task_id\":\"t1\"}}");
  g_assert_true (json_object_has_member (get (simulator, "/v1/rooms/room-eng/sidekicks/t1", &task), "data"));
  g_assert_cmpuint (wave_simulator_count_requests (simulator, "/v1/me"), ==, 2);
  g_assert_cmpuint (wave_simulator_count_requests (simulator, "/v1/rooms/room-eng/"), ==, 4);
  finish (simulator);
}

static void
test_sync_faults (void)
{
  WaveSimulator *simulator = start ("idle", 20, "sync-503=2,sync-429=1,sync-500=1,sync-truncate=1");
  static const guint expected[] = { 503, 503, 429, 500, 200, 200 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (JsonNode) root = NULL;

      g_assert_cmpuint (call (simulator, "GET", "/v1/sync?since=0&timeout=0", "a-token", &root), ==, expected[i]);
      /* The first good one is cut in the middle. */
      if (i == 4)
        g_assert_null (root);
      else
        g_assert_nonnull (root);
    }
  g_assert_true (wave_simulator_set_faults (simulator, "sync-404", &error));
  g_assert_cmpuint (call (simulator, "GET", "/v1/sync?since=0&timeout=0", "a-token", NULL), ==, 404);
  g_assert_true (wave_simulator_set_faults (simulator, "", &error));
  g_assert_cmpuint (call (simulator, "GET", "/v1/sync?since=0&timeout=0", "a-token", NULL), ==, 200);
  g_assert_false (wave_simulator_set_faults (simulator, "nonsense", &error));
  g_assert_error (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_FAULTS);
  finish (simulator);
}

static void
on_polled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GBytes **body = user_data;

  *body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, NULL);
}

static void
test_long_poll (void)
{
  WaveSimulator *simulator = start ("idle", 5, NULL);
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *url = g_strdup_printf ("%s/v1/sync?since=%" G_GINT64_FORMAT "&timeout=20000", wave_simulator_get_url (simulator),
                                          wave_simulator_get_head (simulator));
  g_autofree char *empty_path = NULL;
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (JsonNode) root = NULL;
  gint64 before;

  soup_message_headers_append (soup_message_get_request_headers (message), "Authorization", "Bearer a-token");
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, on_polled, &body);
  settle (150);
  g_assert_null (body);
  wave_simulator_inject (simulator, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"body\":\"awaited\"}}", TRUE);
  WAIT_UNTIL (body != NULL);
  g_assert_nonnull (g_strstr_len (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "awaited"));
  before = g_get_monotonic_time ();
  empty_path = g_strdup_printf ("/v1/sync?since=%" G_GINT64_FORMAT "&timeout=120", wave_simulator_get_head (simulator));
  get (simulator, empty_path, &root);
  g_assert_cmpint (g_get_monotonic_time () - before, >=, 100 * 1000);
  finish (simulator);
}

/* ---- the stream ---- */

typedef struct {
  SoupSession *session;
  SoupWebsocketConnection *socket;
  GPtrArray *frames;
  GError *error;
  guint n_binary;
  gsize largest;
  gboolean closed;
  guint code;
  char *reason;
} Client;

static void
on_message (SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *bytes, Client *client)
{
  client->n_binary += type == SOUP_WEBSOCKET_DATA_BINARY;
  client->largest = MAX (client->largest, g_bytes_get_size (bytes));
  g_ptr_array_add (client->frames, g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
}

static void
on_closed (SoupWebsocketConnection *socket, Client *client)
{
  client->closed = TRUE;
  client->code = soup_websocket_connection_get_close_code (socket);
  client->reason = g_strdup (soup_websocket_connection_get_close_data (socket));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Client *client = user_data;

  client->socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &client->error);
  if (client->socket == NULL)
    return;
  soup_websocket_connection_set_max_incoming_payload_size (client->socket, 0);
  g_signal_connect (client->socket, "message", G_CALLBACK (on_message), client);
  g_signal_connect (client->socket, "closed", G_CALLBACK (on_closed), client);
}

static Client *
join (WaveSimulator *simulator, const char *token)
{
  Client *client = g_new0 (Client, 1);
  g_autofree char *url = g_strdup_printf ("ws%s/v1/stream?token=%s", wave_simulator_get_url (simulator) + strlen ("http"), token);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);

  client->frames = g_ptr_array_new_with_free_func (g_free);
  client->session = soup_session_new ();
  soup_session_websocket_connect_async (client->session, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL, on_connected, client);
  WAIT_UNTIL (client->socket != NULL || client->error != NULL);
  return client;
}

static void
leave (Client *client)
{
  if (client->socket != NULL)
    g_signal_handlers_disconnect_by_data (client->socket, client);
  g_clear_object (&client->socket);
  soup_session_abort (client->session);
  g_object_unref (client->session);
  g_clear_error (&client->error);
  g_ptr_array_unref (client->frames);
  g_free (client->reason);
  g_free (client);
}

static guint
count (Client *client, const char *what)
{
  guint n = 0;

  for (guint i = 0; i < client->frames->len; i++)
    n += strstr (client->frames->pdata[i], what) != NULL;
  return n;
}

#define NAME_EVENT "{\"type\":\"swp.room.name\",\"room_id\":\"room-atlas\",\"name\":\"marked\"}"
#define HELLO "\"type\":\"hello\""

static void
test_tokens (void)
{
  WaveSimulator *simulator = start ("idle", 0, NULL);
  Client *first, *second, *bad;

  g_assert_cmpuint (call (simulator, "GET", "/v1/me", NULL, NULL), ==, 401);
  g_assert_cmpuint (call (simulator, "GET", "/v1/me", "bad-one", NULL), ==, 401);
  g_assert_cmpuint (call (simulator, "GET", "/v1/sync?timeout=0", "expired-one", NULL), ==, 401);
  bad = join (simulator, "bad-one");
  WAIT_UNTIL (bad->closed);
  g_assert_cmpuint (bad->code, ==, 4001);
  leave (bad);

  first = join (simulator, "same");
  WAIT_UNTIL (count (first, HELLO) == 1);
  second = join (simulator, "same");
  WAIT_UNTIL (first->closed && count (second, HELLO) == 1);
  g_assert_cmpuint (first->code, ==, 4003);
  g_assert_cmpstr (first->reason, ==, "duplicate_connection");
  leave (first);
  first = join (simulator, "other");
  WAIT_UNTIL (wave_simulator_get_n_clients (simulator) == 2);
  g_assert_cmpuint (wave_simulator_get_n_connections (simulator), ==, 4);
  leave (first);
  leave (second);

  g_assert_true (wave_simulator_set_faults (simulator, "token-403", NULL));
  bad = join (simulator, "bad-one");
  g_assert_nonnull (bad->error);
  leave (bad);
  finish (simulator);
}

static void
test_token_file (void)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("wave-tokens-XXXXXX", &path, NULL);
  WaveSimulatorConfig config = { .scenario = "idle", .token_file = path };
  g_autoptr (GError) error = NULL;
  WaveSimulator *simulator;

  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, "one\n two \n", -1, NULL));
  simulator = wave_simulator_new (&config, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (call (simulator, "GET", "/v1/me", "two", NULL), ==, 200);
  g_assert_cmpuint (call (simulator, "GET", "/v1/me", "three", NULL), ==, 401);
  finish (simulator);
  g_unlink (path);
}

static void
test_stream_faults (void)
{
  WaveSimulator *simulator = start ("idle", 0, "hello-twice,late-hello=0.1s");
  g_autoptr (GBytes) raw = g_bytes_new_static ("\xff\x00raw", 5);
  Client *client = join (simulator, "t");

  WAIT_UNTIL (count (client, HELLO) == 2);
  wave_simulator_set_faults (simulator, "", NULL);

  wave_simulator_set_faults (simulator, "duplicate=1", NULL);
  wave_simulator_inject (simulator, NAME_EVENT, TRUE);
  WAIT_UNTIL (count (client, "marked") == 2);
  wave_simulator_set_faults (simulator, "", NULL);

  wave_simulator_set_faults (simulator, "malformed=1,unknown=1,binary=1", NULL);
  wave_simulator_inject (simulator, NAME_EVENT, TRUE);
  WAIT_UNTIL (count (client, "marked") == 3);
  g_assert_cmpuint (client->frames->len, ==, 2 + 2 + 4);
  g_assert_cmpuint (client->n_binary, ==, 1);
  g_assert_cmpuint (count (client, "swp.room.weather"), ==, 1);
  wave_simulator_set_faults (simulator, "", NULL);

  wave_simulator_set_faults (simulator, "lose=1", NULL);
  wave_simulator_inject (simulator, NAME_EVENT, TRUE);
  wave_simulator_set_faults (simulator, "", NULL);
  wave_simulator_inject_raw (simulator, raw, TRUE);
  WAIT_UNTIL (client->n_binary == 2);
  g_assert_cmpuint (count (client, "marked"), ==, 3);
  {
    g_auto (Walk) walk = { 0 };

    walk_sync (simulator, &walk);
    g_assert_cmpuint (walk.ids->len, ==, 3);
    assert_all (simulator, walk.ids);
  }

  wave_simulator_set_faults (simulator, "reorder=1", NULL);
  wave_simulator_inject (simulator, "{\"type\":\"x\",\"n\":\"before\"}", FALSE);
  wave_simulator_inject (simulator, "{\"type\":\"x\",\"n\":\"after\"}", FALSE);
  WAIT_UNTIL (count (client, "before") == 1);
  g_assert_nonnull (strstr (client->frames->pdata[client->frames->len - 2], "after"));
  /* With the fault ends the waiting for a further frame. */
  wave_simulator_inject (simulator, "{\"type\":\"x\",\"n\":\"held back\"}", FALSE);
  wave_simulator_set_faults (simulator, "", NULL);
  WAIT_UNTIL (count (client, "held back") == 1);

  wave_simulator_set_faults (simulator, "json-ping=0.1", NULL);
  WAIT_UNTIL (count (client, "\"type\":\"ping\"") >= 1);
  wave_simulator_set_faults (simulator, "", NULL);
  leave (client);
  finish (simulator);
}

static void
test_closes (void)
{
  static const struct { const char *faults; guint code; } cases[] = {
    { "close-1000=0.1", 1000 }, { "close-1001=0.1", 1001 }, { "close-1011=0.1", 1011 }, { "close-1012=0.1", 1012 },
    { "close-1013=0.1", 1013 }, { "close-4001=0.1", 4001 }, { "close-4003=0.1", 4003 }, { "drop=0.1", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WaveSimulator *simulator = start ("idle", 0, cases[i].faults);
      Client *client = join (simulator, "t");

      WAIT_UNTIL (client->closed);
      g_test_message ("%s: %u", cases[i].faults, client->code);
      g_assert_cmpuint (client->code, ==, cases[i].code);
      g_assert_cmpuint (count (client, HELLO), ==, 1);
      leave (client);
      finish (simulator);
    }
}

static void
test_absences (void)
{
  WaveSimulator *simulator = start ("idle", 0, "half-open=0.1");
  Client *client = join (simulator, "t");

  /* Nothing comes, and nothing ends. */
  WAIT_UNTIL (wave_simulator_get_n_clients (simulator) == 0);
  wave_simulator_inject (simulator, NAME_EVENT, TRUE);
  settle (200);
  g_assert_false (client->closed);
  g_assert_cmpuint (count (client, "marked"), ==, 0);
  leave (client);
  wave_simulator_set_faults (simulator, "", NULL);

  wave_simulator_set_faults (simulator, "restart=0.3", NULL);
  client = join (simulator, "t");
  WAIT_UNTIL (client->closed);
  g_assert_cmpuint (client->code, ==, 1012);
  leave (client);
  client = join (simulator, "t");
  g_assert_nonnull (client->error);
  leave (client);
  wave_simulator_set_faults (simulator, "", NULL);

  wave_simulator_set_faults (simulator, "no-hello,refuse-upgrade=429", NULL);
  client = join (simulator, "t");
  g_assert_nonnull (client->error);
  leave (client);
  finish (simulator);

  simulator = start ("idle", 0, "no-hello");
  client = join (simulator, "t");
  settle (100);
  g_assert_cmpuint (client->frames->len, ==, 0);
  wave_simulator_drop_clients (simulator, 1001, "bye");
  WAIT_UNTIL (client->closed);
  g_assert_cmpuint (client->code, ==, 1001);
  leave (client);
  finish (simulator);
}

static void
test_duration (void)
{
  WaveSimulatorConfig config = { .scenario = "idle", .duration_us = 300 * 1000 };
  g_autoptr (GError) error = NULL;
  WaveSimulator *simulator = wave_simulator_new (&config, &error);
  Client *client;

  g_assert_no_error (error);
  client = join (simulator, "t");
  WAIT_UNTIL (client->closed);
  g_assert_cmpuint (client->code, ==, 1001);
  leave (client);
  client = join (simulator, "t");
  g_assert_nonnull (client->error);
  leave (client);
  finish (simulator);
}

/* Every line is an object; the frames in it are those that came, and the end tells the head. */
static void
test_ledger (void)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("wave-ledger-XXXXXX", &path, NULL);
  WaveSimulatorConfig config = { .scenario = "storm", .rate = 500, .ledger = path };
  g_autoptr (GError) error = NULL;
  WaveSimulator *simulator;
  Client *client;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GHashTable) came = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) ids = NULL;
  guint n_durable = 0, n_seen = 0;
  gint64 head;

  g_close (fd, NULL);
  simulator = wave_simulator_new (&config, &error);
  g_assert_no_error (error);
  wave_simulator_set_paused (simulator, TRUE);
  client = join (simulator, "t");
  WAIT_UNTIL (count (client, HELLO) == 1);
  wave_simulator_set_paused (simulator, FALSE);
  WAIT_UNTIL (client->frames->len > 200);
  wave_simulator_set_paused (simulator, TRUE);
  wave_simulator_inject (simulator, NAME_EVENT, FALSE);
  WAIT_UNTIL (count (client, "marked") == 1);
  head = wave_simulator_get_head (simulator);
  for (guint i = 0; i < client->frames->len; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      JsonObject *object;

      g_assert_true (json_parser_load_from_data (parser, client->frames->pdata[i], -1, NULL));
      object = json_node_get_object (json_parser_get_root (parser));
      if (json_object_has_member (object, "stream_position"))
        g_hash_table_add (came, g_strdup (json_object_get_string_member (object, "id")));
    }
  leave (client);
  wave_simulator_stop (simulator);
  ids = wave_simulator_list_durable_ids (simulator, 0);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      JsonObject *object;

      g_assert_true (json_parser_load_from_data (parser, lines[i], -1, NULL));
      object = json_node_get_object (json_parser_get_root (parser));
      if (g_str_equal (json_object_get_string_member (object, "kind"), "frame") && json_object_has_member (object, "id"))
        {
          n_durable++;
          n_seen += g_hash_table_contains (came, json_object_get_string_member (object, "id"));
        }
      if (lines[i + 1] == NULL)
        {
          g_assert_cmpstr (json_object_get_string_member (object, "kind"), ==, "end");
          g_assert_cmpint (json_object_get_int_member (object, "head"), ==, head);
        }
    }
  g_assert_cmpuint (n_durable, >, 20);
  g_assert_cmpuint (n_durable, ==, ids->len);
  g_assert_cmpuint (g_hash_table_size (came), ==, ids->len);
  g_assert_cmpuint (n_seen, ==, n_durable);
  g_assert_finalize_object (simulator);
  g_unlink (path);
}

static void
test_refusals (void)
{
  static const struct { WaveSimulatorConfig config; int code; } cases[] = {
    { { .scenario = "nowhere" }, WAVE_SIMULATOR_ERROR_SCENARIO },
    { { .faults = "nonsense" }, WAVE_SIMULATOR_ERROR_FAULTS },
    { { .ledger = "/nowhere/at/all" }, WAVE_SIMULATOR_ERROR_FILE },
    { { .token_file = "/nowhere/at/all" }, WAVE_SIMULATOR_ERROR_FILE },
  };
  WaveSimulator *simulator = start ("idle", 0, NULL);
  WaveSimulatorConfig taken = { .port = (guint16) atoi (strrchr (wave_simulator_get_url (simulator), ':') + 1) };
  g_autoptr (GError) busy = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (wave_simulator_new (&cases[i].config, &error));
      g_assert_error (error, WAVE_SIMULATOR_ERROR, cases[i].code);
    }
  g_assert_null (wave_simulator_new (&taken, &busy));
  g_assert_error (busy, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_LISTEN);
  finish (simulator);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/simulator/server/endpoints", test_endpoints);
  g_test_add_func ("/simulator/server/messages-backwards", test_messages_backwards);
  g_test_add_func ("/simulator/server/sync-dialects", test_sync_dialects);
  g_test_add_func ("/simulator/server/told-answers", test_told_answers);
  g_test_add_func ("/simulator/server/sync-faults", test_sync_faults);
  g_test_add_func ("/simulator/server/long-poll", test_long_poll);
  g_test_add_func ("/simulator/server/tokens", test_tokens);
  g_test_add_func ("/simulator/server/token-file", test_token_file);
  g_test_add_func ("/simulator/server/stream-faults", test_stream_faults);
  g_test_add_func ("/simulator/server/closes", test_closes);
  g_test_add_func ("/simulator/server/absences", test_absences);
  g_test_add_func ("/simulator/server/duration", test_duration);
  g_test_add_func ("/simulator/server/ledger", test_ledger);
  g_test_add_func ("/simulator/server/refusals", test_refusals);

  return g_test_run ();
}
