// SPDX-License-Identifier: GPL-3.0-or-later
// Sync with its long polls, and the rest of the REST calls.
#include "config.h"

#include "simulator/wave-simulator-private.h"

#include <string.h>

/* ---- HTTP ---- */

void
wave_sim_respond (SoupServerMessage *message, guint status, char *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_TAKE, body, strlen (body));
}

void
wave_sim_respond_error (SoupServerMessage *message, guint status, const char *code, const char *text)
{
  wave_sim_respond (message, status, g_strdup_printf ("{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}", code, text));
}

static gboolean
is_authorised (WaveSimulator *self, SoupServerMessage *message)
{
  const char *header = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");

  return header != NULL && g_str_has_prefix (header, "Bearer ") && wave_sim_token_is_good (self, header + strlen ("Bearer "));
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
  g_autoptr (GPtrArray) events = g_ptr_array_new ();

  if (self->last_since >= 0 && self->last_since < since && use_up (self, "sync-repeat"))
    from = self->last_since;
  else if (wave_world_find (world, from) > 0 && use_up (self, "sync-overlap"))
    {
      guint first = wave_world_find (world, from);

      from = g_array_index (world->durables, WaveDurable, first > 4 ? first - 4 : 0).position - 1;
    }
  self->last_since = since;
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
      g_ptr_array_add (events, durable->sync_json);
      last = durable->position;
      n++;
    }
  if (events->len > 1 && use_up (self, "sync-shuffle"))
    for (guint i = events->len - 1; i > 0; i--)
      {
        guint other = g_rand_int_range (world->rand, 0, i + 1);
        gpointer kept = events->pdata[i];

        events->pdata[i] = events->pdata[other];
        events->pdata[other] = kept;
      }
  for (guint i = 0; i < events->len; i++)
    g_string_append_printf (page, "%s%s", i > 0 ? "," : "", (const char *) events->pdata[i]);
  if (wave_fault (self->faults, "cursor-plus-one") > 0 && n > 0)
    last++;
  g_string_append_printf (page, "],\"next_cursor\":%" G_GINT64_FORMAT ",\"has_more\":%s}}", last, more ? "true" : "false");
  if (world->ledger != NULL)
    wave_world_log (world, wave_json_members ("s:kind", "page", "i:since", since, "i:events", n, "b:has_more", more, NULL));
  if (n > 0 && use_up (self, "sync-truncate"))
    g_string_truncate (page, page->len / 2);
  wave_sim_respond (message, 200, g_string_free (page, FALSE));
}

void
wave_sim_poll_free (gpointer data)
{
  WaveSimPoll *poll = data;

  g_signal_handlers_disconnect_by_data (poll->message, poll);
  g_clear_pointer (&poll->timer, g_source_destroy);
  g_object_unref (poll->message);
  g_free (poll);
}

void
wave_sim_answer_polls (WaveSimulator *self)
{
  gint64 now = g_get_monotonic_time ();

  for (guint i = self->polls->len; i-- > 0;)
    {
      WaveSimPoll *poll = self->polls->pdata[i];
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
  WaveSimPoll *poll = user_data;

  poll->timer = NULL;
  wave_sim_answer_polls (g_object_get_data (G_OBJECT (poll->message), "simulator"));
  return G_SOURCE_REMOVE;
}

static void
on_poll_gone (SoupServerMessage *message, WaveSimPoll *poll)
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
ask_to_wait (WaveSimulator *self, SoupServerMessage *message)
{
  double seconds = wave_fault (self->faults, "retry-after");
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  soup_message_headers_append (soup_server_message_get_response_headers (message), "Retry-After",
                               seconds > 0 ? g_ascii_dtostr (text, sizeof text, seconds) : "1");
}

static void
serve_sync (WaveSimulator *self, SoupServerMessage *message, GHashTable *query)
{
  gint64 since = int_of (query, "since", 0);
  gint64 limit = CLAMP (int_of (query, "limit", 100), 1, 500);
  gint64 timeout = CLAMP (int_of (query, "timeout", 30000), 0, 60000);
  gint64 slow = (gint64) (wave_fault (self->faults, "sync-slow") * 1e6);
  guint first = wave_world_find (self->world, since);
  WaveSimPoll *poll;

  if (wave_fault (self->faults, "sync-404") > 0)
    {
      wave_sim_respond_error (message, 404, "SW_NOT_FOUND", "no such path");
      return;
    }
  if (wave_fault (self->faults, "sync-hold") > 0 && timeout == 0)
    timeout = 30000;
  if (use_up (self, "sync-503"))
    {
      wave_sim_respond_error (message, 503, "SW_UNAVAILABLE", "try again");
      return;
    }
  if (use_up (self, "sync-503-after"))
    {
      ask_to_wait (self, message);
      wave_sim_respond_error (message, 503, "SW_UNAVAILABLE", "try again");
      return;
    }
  if (use_up (self, "sync-429"))
    {
      ask_to_wait (self, message);
      wave_sim_respond_error (message, 429, "SW_RATE_LIMIT_EXCEEDED", "slow down");
      return;
    }
  if (use_up (self, "sync-429-bare"))
    {
      wave_sim_respond_error (message, 429, "SW_RATE_LIMIT_EXCEEDED", "slow down");
      return;
    }
  if (use_up (self, "sync-500"))
    {
      wave_sim_respond_error (message, 500, "SW_INTERNAL", "something broke");
      return;
    }
  if (slow == 0 && (timeout == 0 || first < self->world->durables->len))
    {
      send_page (self, message, since, limit);
      return;
    }
  poll = g_new0 (WaveSimPoll, 1);
  poll->message = g_object_ref (message);
  /* A slow server is one that has nothing to say until the time is over. */
  poll->since = since;
  poll->limit = limit;
  poll->due_us = g_get_monotonic_time () + (slow > 0 ? slow : timeout * 1000);
  g_object_set_data (G_OBJECT (message), "simulator", self);
  g_signal_connect (message, "disconnected", G_CALLBACK (on_poll_gone), poll);
  g_ptr_array_add (self->polls, poll);
  soup_server_message_pause (message);
  poll->timer = wave_sim_attach_timeout (self, poll->due_us - g_get_monotonic_time () + 1000, on_poll_due, poll, NULL, "wave-simulator-poll");
}

/* Whether REST was told to answer otherwise than the world would. */
static gboolean
answer_as_told (WaveSimulator *self, SoupServerMessage *message, const char *path)
{
  const WaveSimAnswer *answer = g_hash_table_lookup (self->answers, path);
  guint status = answer != NULL ? answer->status : use_up (self, "rest-429") ? 429 : 0;

  if (status == 0)
    return FALSE;
  if (status == 429)
    ask_to_wait (self, message);
  if (answer != NULL && answer->body != NULL)
    wave_sim_respond (message, status, g_strdup (answer->body));
  else
    wave_sim_respond_error (message, status, status == 429 ? "SW_RATE_LIMIT_EXCEEDED" : status == 403 ? "SW_NOT_MEMBER" : "SW_NOT_FOUND", "no");
  return TRUE;
}

void
wave_sim_on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  WaveSimulator *self = user_data;
  char *body;

  if (g_str_has_prefix (path, "/v1/auth/"))
    {
      wave_sim_serve_auth (self, message, path);
      return;
    }
  if (!g_str_equal (path, "/.well-known/scaiwave/server") && !is_authorised (self, message))
    {
      wave_sim_respond_error (message, 401, "SW_AUTH_INVALID_TOKEN", "the token is not valid");
      return;
    }
  if (soup_server_message_get_method (message) != SOUP_METHOD_GET)
    {
      wave_sim_respond_error (message, 405, "SW_METHOD", "only GET");
      return;
    }
  if (g_str_equal (path, "/v1/sync"))
    {
      serve_sync (self, message, query);
      return;
    }
  g_hash_table_insert (self->requests, g_strdup (path), GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (self->requests, path)) + 1));
  if (answer_as_told (self, message, path))
    return;
  body = wave_world_rest (self->world, path, query);
  if (body != NULL)
    wave_sim_respond (message, 200, body);
  else
    wave_sim_respond_error (message, 404, "SW_NOT_FOUND", "no such thing");
}
