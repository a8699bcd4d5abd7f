// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-head.h"

#include "protocol/wave-snapshot.h"

/* Enough to come near the end in a busy tenant; the silent walk does the rest. */
#define MAX_ROOMS 50
#define MAX_FAILURES 3

struct _WaveHead
{
  WaveRest *rest;
  WaveWalkerConfig config;
  WaveSeen *seen, *met;
  gboolean patient;
  WaveHeadFunc func;
  gpointer user_data;
  GPtrArray *items; /* of WaveRestItem, borrowed */
  WaveWalker *walker;
  gint64 position;
};

typedef struct {
  WaveHead *head;
  WaveRestItem *item;
} Ask;

static void
finish (WaveHead *self, gint64 position)
{
  if (position >= 0)
    wave_seen_absorb (self->seen, self->met);
  self->func (self, position, self->user_data);
}

static void
on_page (WaveWalker *walker, WaveSyncPage *page, gpointer user_data)
{
  WaveHead *self = user_data;

  for (guint i = 0; i < page->events->len; i++)
    wave_seen_add (self->met, g_ptr_array_index (page->events, i));
}

static void
on_ended (WaveWalker *walker, WaveWalkEnd end, guint http_status, const char *detail, gpointer user_data)
{
  finish (user_data, end == WAVE_WALK_COMPLETE ? wave_walker_get_position (walker) : -1);
}

static void
on_held (WaveWalker *walker, gpointer user_data)
{
  WaveHead *self = user_data;

  if (!self->patient)
    finish (self, -1);
}

static void
on_trouble (WaveWalker *walker, guint failures, guint http_status, const char *detail, gpointer user_data)
{
  if (failures >= MAX_FAILURES)
    finish (user_data, -1);
}

static void
walk (WaveHead *self)
{
  static const WaveWalkerFuncs funcs = { on_page, on_ended, on_held, on_trouble };

  /* From just before a message that is known to be there, a server has no reason to make us wait. */
  self->config.since = MAX (0, self->position - 1);
  self->config.expect_data = self->position > 0;
  self->config.poll = FALSE;
  self->walker = wave_walker_new (&self->config, &funcs, self);
}

static void
on_newest (GBytes *body, const GError *error, gpointer user_data)
{
  Ask *ask = user_data;
  WaveHead *self = ask->head;
  g_autoptr (WaveSyncPage) page = NULL;

  if (self != NULL)
    {
      g_ptr_array_remove_fast (self->items, ask);
      if (body != NULL)
        page = wave_messages_page_decode (body, 0, 0, NULL);
      for (guint i = 0; page != NULL && i < page->events->len; i++)
        self->position = MAX (self->position, ((const WaveEvent *) g_ptr_array_index (page->events, i))->position);
      if (self->items->len == 0)
        walk (self);
    }
  g_free (ask);
}

static void
ask_for (WaveHead *self, const char *path, WaveRestFunc func)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->head = self;
  g_ptr_array_add (self->items, ask);
  ask->item = wave_rest_get (self->rest, path, TRUE, func, ask);
}

static void
on_directory (GBytes *body, const GError *error, gpointer user_data)
{
  Ask *ask = user_data;
  WaveHead *self = ask->head;
  g_autoptr (WaveRoomPage) page = NULL;

  g_free (ask);
  if (self == NULL)
    return;
  g_ptr_array_set_size (self->items, 0);
  if (g_error_matches (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_NETWORK)
      || g_error_matches (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_TLS))
    {
      finish (self, -1);
      return;
    }
  if (body != NULL)
    page = wave_room_page_decode (body, NULL);
  for (guint i = 0; page != NULL && i < MIN (page->rooms->len, MAX_ROOMS); i++)
    {
      const WaveRoomInfo *room = g_ptr_array_index (page->rooms, i);
      g_autofree char *id = NULL;
      g_autofree char *path = NULL;

      if (room->id == NULL)
        continue;
      id = g_uri_escape_string (room->id, NULL, FALSE);
      path = g_strdup_printf ("/v1/rooms/%s/messages?limit=1", id);
      if (wave_rest_path_is_fine (path))
        ask_for (self, path, on_newest);
    }
  if (self->items->len == 0)
    walk (self);
}

WaveHead *
wave_head_new (WaveRest *rest, const WaveWalkerConfig *config, WaveSeen *seen, gboolean patient, WaveHeadFunc func, gpointer user_data)
{
  WaveHead *self = g_new0 (WaveHead, 1);

  self->rest = rest;
  self->config = *config;
  self->seen = seen;
  self->met = wave_seen_new_beside (seen);
  self->patient = patient;
  self->func = func;
  self->user_data = user_data;
  self->items = g_ptr_array_new ();
  ask_for (self, "/v1/directory/rooms?limit=50", on_directory);
  return self;
}

void
wave_head_free (WaveHead *self)
{
  if (self == NULL)
    return;
  while (self->items->len > 0)
    {
      Ask *ask = g_ptr_array_steal_index_fast (self->items, 0);

      ask->head = NULL;
      wave_rest_cancel (self->rest, ask->item);
    }
  wave_walker_free (self->walker);
  g_ptr_array_unref (self->items);
  wave_seen_free (self->met);
  g_free (self);
}
