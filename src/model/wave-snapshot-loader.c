// SPDX-License-Identifier: GPL-3.0-or-later
// What a start costs, at most, for a tenant of R rooms and P participants that are listed:
//   1                    GET /v1/me
//   R / 100 + 1          GET /v1/directory/rooms          (R is taken up to WAVE_MAX_ROOMS: 51), one after the other; again
//                                                         every 5 minutes
//   P / 100 + 1          GET /v1/directory/participants   (up to 100 pages), one after the other; again after a gap, at most once a
//                                                         minute
//   30                   GET /v1/rooms/{id}/state         of the rooms that were active last, two at a time; any other room
//                                                         when it is looked at
//   30                   GET /v1/rooms/{id}/messages      the latest three of the same rooms, for the line under their names,
//                                                         unless the journal told them
//   P / 100              GET /v1/presence                 (up to 100 batches), one after the other; again after a gap
//   51                   the first time with a server, by the session, which has to find where the stream stands
// and for each room that is looked at: one state and one page of messages, then one page for each scroll to the top. Of the room that was opened last one
// sidekick at work is asked for (GET /v1/rooms/{id}/sidekicks/{task_id}) every 15 seconds; one of any other room when nothing was heard of it for ten minutes,
// before it is said to be lost. A room that answered 403 or 404 is left alone for ten minutes. The session retries, waits as it is told (Retry-After) and
// keeps at most four requests in flight.
#include "config.h"

#include "model/wave-snapshot-loader.h"

#include <string.h>

#include "model/wave-loader-private.h"
#include "model/wave-sidekick-poller.h"
#include "model/wave-tenant-private.h"

#define PAGE 100
#define MAX_PARTICIPANT_PAGES 100
#define MAX_PRESENCE_BATCHES 100
#define BACKGROUND_STATES 30
#define MAX_STATES_IN_FLIGHT 2
#define MAX_QUEUED_STATES 200
#define MAX_LOOKED_AT 8
#define REFRESH_US (5 * 60 * G_USEC_PER_SEC)
#define FORBIDDEN_US (10 * 60 * G_USEC_PER_SEC)
#define PARTICIPANTS_US (60 * G_USEC_PER_SEC)
#define PEEK_MESSAGES 3

struct _WaveSnapshotLoader
{
  GObject parent_instance;
  WaveTenant *tenant;
  WaveSession *session;
  WaveHistoryLoader *history;
  WaveSidekickPoller *sidekicks;
  GCancellable *cancellable;
  char *tenant_id; /* nullable: whose answers these are */

  gboolean live, rooms_busy, participants_busy, presence_busy, me_known, participants_known;
  gboolean participants_stale; /* there was a gap since they were read */
  guint rooms_offset, participants_offset, presence_index, presence_batches;
  gint64 rooms_due, participants_due;
  GQueue states; /* of room ids, to be fetched */
  guint states_in_flight;
  GHashTable *refused; /* room id → mono µs until which it is left alone */
  GQueue looked_at;    /* of room ids, the latest first */
};

G_DEFINE_FINAL_TYPE (WaveSnapshotLoader, wave_snapshot_loader, G_TYPE_OBJECT)

typedef struct
{
  WaveSnapshotLoader *loader;
  char *room_id;
} Request;

static Request *
request_new (WaveSnapshotLoader *self, const char *room_id)
{
  Request *request = g_new0 (Request, 1);

  request->loader = g_object_ref (self);
  request->room_id = g_strdup (room_id);
  return request;
}

static void
request_free (Request *request)
{
  g_object_unref (request->loader);
  g_free (request->room_id);
  g_free (request);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static void
fetch (WaveSnapshotLoader *self, const char *path, GAsyncReadyCallback callback, gpointer user_data)
{
  wave_session_fetch_async (self->session, path, self->cancellable, callback, user_data);
}

/* ---- who am I ---- */

static void
got_me (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveSnapshotLoader) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveMe) me = body != NULL ? wave_me_decode (body, &error) : NULL;

  if (!wave_loader_is_void (self->cancellable, error) && me != NULL)
    {
      self->me_known = TRUE;
      wave_tenant_apply_me (self->tenant, me);
    }
  wave_loader_complain ("me", error);
}

/* ---- rooms ---- */

static void fetch_rooms (WaveSnapshotLoader *self);
static void fetch_states (WaveSnapshotLoader *self);
static void queue_background_states (WaveSnapshotLoader *self);

static void
rooms_finished (WaveSnapshotLoader *self)
{
  self->rooms_busy = FALSE;
  self->rooms_due = g_get_monotonic_time () + REFRESH_US;
  if (self->live)
    queue_background_states (self);
}

static void
got_rooms (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveSnapshotLoader) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveRoomPage) page = body != NULL ? wave_room_page_decode (body, &error) : NULL;

  wave_loader_complain ("rooms", error);
  if (wave_loader_is_void (self->cancellable, error))
    return;
  if (page == NULL)
    {
      rooms_finished (self);
      return;
    }
  wave_tenant_apply_rooms (self->tenant, page);
  /* By what came, not by what was asked: a server may have smaller pages. */
  self->rooms_offset += page->rooms->len;
  if (page->rooms->len == 0 || self->rooms_offset >= WAVE_MAX_ROOMS || (page->total >= 0 && self->rooms_offset >= page->total))
    rooms_finished (self);
  else
    fetch_rooms (self);
}

static void
fetch_rooms (WaveSnapshotLoader *self)
{
  g_autofree char *path = g_strdup_printf ("/v1/directory/rooms?limit=%d&offset=%u", PAGE, self->rooms_offset);

  self->rooms_busy = TRUE;
  fetch (self, path, got_rooms, g_object_ref (self));
}

/* ---- participants ---- */

static void fetch_participants (WaveSnapshotLoader *self);

static void
got_participants (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveSnapshotLoader) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveParticipantPage) page = body != NULL ? wave_participant_page_decode (body, &error) : NULL;

  wave_loader_complain ("participants", error);
  if (wave_loader_is_void (self->cancellable, error))
    return;
  self->participants_busy = FALSE;
  if (page == NULL)
    {
      self->participants_stale = self->participants_stale || !wave_loader_is_refusal (error);
      return;
    }
  wave_tenant_apply_participants (self->tenant, page);
  self->participants_offset += page->participants->len;
  if (page->participants->len == 0 || self->participants_offset >= PAGE * MAX_PARTICIPANT_PAGES
      || (page->total >= 0 && self->participants_offset >= page->total))
    self->participants_known = TRUE;
  else
    fetch_participants (self);
}

static void
fetch_participants (WaveSnapshotLoader *self)
{
  g_autofree char *path = g_strdup_printf ("/v1/directory/participants?limit=%d&offset=%u&include_federated=true", PAGE,
                                           self->participants_offset);

  self->participants_busy = TRUE;
  if (self->participants_offset == 0)
    {
      self->participants_stale = FALSE;
      self->participants_due = g_get_monotonic_time () + PARTICIPANTS_US;
    }
  fetch (self, path, got_participants, g_object_ref (self));
}

/* ---- presence ---- */

static void
got_presence (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveSnapshotLoader) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (GPtrArray) presences = body != NULL ? wave_presence_map_decode (body, &error) : NULL;

  wave_loader_complain ("presence", error);
  if (wave_loader_is_void (self->cancellable, error))
    return;
  self->presence_busy = FALSE;
  if (self->live && presences != NULL)
    wave_tenant_apply_presence (self->tenant, presences);
}

static void
fetch_presence (WaveSnapshotLoader *self)
{
  GListModel *list = wave_tenant_get_participants (self->tenant);
  guint n = g_list_model_get_n_items (list);
  g_autoptr (GString) path = g_string_new ("/v1/presence?ids=");
  guint ids = 0;

  for (; self->presence_index < n && ids < PAGE && path->len < 3500; self->presence_index++)
    {
      g_autoptr (WaveParticipant) participant = g_list_model_get_item (list, self->presence_index);

      if (participant->presence_asked || participant->presence != WAVE_PRESENCE_UNKNOWN
          || wave_participant_get_is_ai (participant) || strlen (participant->id) > 400)
        continue;
      participant->presence_asked = TRUE;
      if (ids++ > 0)
        g_string_append_c (path, ',');
      g_string_append_uri_escaped (path, participant->id, NULL, FALSE);
    }
  if (ids == 0)
    return;
  self->presence_busy = TRUE;
  self->presence_batches++;
  fetch (self, path->str, got_presence, g_object_ref (self));
}

/* ---- room states ---- */

static void
got_peek (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  WaveSnapshotLoader *self = request->loader;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveSyncPage) page = NULL;

  if (wave_loader_is_void (self->cancellable, error))
    return;
  self->states_in_flight--;
  if (body != NULL)
    page = wave_messages_page_decode (body, g_get_monotonic_time (), g_get_real_time (), &error);
  wave_loader_complain ("latest messages", error);
  /* Meanwhile somebody may look at the room: what its own page brings is the same and more. */
  if (page != NULL && !wave_history_loader_is_busy (self->history, request->room_id))
    wave_tenant_apply_history (self->tenant, request->room_id, page->events, FALSE);
  fetch_states (self);
}

/* A room that nobody looks at shows what was said last in it. */
static void
peek (WaveSnapshotLoader *self, const char *room_id)
{
  WaveRoom *room = wave_tenant_get_room (self->tenant, room_id);
  g_autofree char *rest = g_strdup_printf ("messages?limit=%d&direction=back", PEEK_MESSAGES);
  g_autofree char *path = wave_loader_room_path (room_id, rest);
  g_autoptr (WaveTimelineItem) last = room != NULL ? wave_timeline_dup_last_message (room->timeline) : NULL;

  if (room == NULL || wave_history_loader_is_busy (self->history, room_id) || wave_history_loader_is_current (self->history, room_id)
      || last != NULL)
    return;
  self->states_in_flight++;
  fetch (self, path, got_peek, request_new (self, room_id));
}

static void
got_state (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  WaveSnapshotLoader *self = request->loader;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveRoomState) state = body != NULL ? wave_room_state_decode (body, &error) : NULL;

  wave_loader_complain ("room state", error);
  if (wave_loader_is_void (self->cancellable, error))
    return;
  self->states_in_flight--;
  if (state != NULL)
    {
      wave_tenant_apply_room_state (self->tenant, request->room_id, state);
      peek (self, request->room_id);
    }
  else if (wave_loader_is_refusal (error))
    {
      gint64 *until = g_new (gint64, 1);

      *until = g_get_monotonic_time () + FORBIDDEN_US;
      g_hash_table_replace (self->refused, g_strdup (request->room_id), until);
      wave_tenant_set_room_forbidden (self->tenant, request->room_id, TRUE);
    }
  fetch_states (self);
}

static void
fetch_states (WaveSnapshotLoader *self)
{
  while (self->live && self->states_in_flight < MAX_STATES_IN_FLIGHT && !g_queue_is_empty (&self->states))
    {
      g_autofree char *room_id = g_queue_pop_head (&self->states);
      g_autofree char *path = wave_loader_room_path (room_id, "state");

      self->states_in_flight++;
      fetch (self, path, got_state, request_new (self, room_id));
    }
}

static void
queue_state (WaveSnapshotLoader *self, const char *room_id, gboolean first)
{
  const gint64 *until = g_hash_table_lookup (self->refused, room_id);
  GList *held = g_queue_find_custom (&self->states, room_id, (GCompareFunc)g_strcmp0);

  if (until != NULL && *until > g_get_monotonic_time ())
    return;
  if (!wave_loader_is_segment (room_id))
    return;
  if (held != NULL)
    {
      if (!first)
        return;
      g_free (held->data);
      g_queue_delete_link (&self->states, held);
    }
  if (first)
    g_queue_push_head (&self->states, g_strdup (room_id));
  else if (g_queue_get_length (&self->states) < MAX_QUEUED_STATES)
    g_queue_push_tail (&self->states, g_strdup (room_id));
}

static int
by_activity (gconstpointer a, gconstpointer b)
{
  const WaveRoom *one = *(WaveRoom *const *)a;
  const WaveRoom *two = *(WaveRoom *const *)b;

  return one->last_activity < two->last_activity ? 1 : one->last_activity > two->last_activity ? -1 : 0;
}

/* The rooms at the top of the list look right without being opened; the others wait until somebody opens them. */
static void
queue_background_states (WaveSnapshotLoader *self)
{
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func (g_object_unref);
  GListModel *list = wave_tenant_get_rooms (self->tenant);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      WaveRoom *room = g_list_model_get_item (list, i);

      g_ptr_array_add (rooms, room);
    }
  g_ptr_array_sort (rooms, by_activity);
  for (guint i = 0; i < MIN (rooms->len, BACKGROUND_STATES); i++)
    {
      WaveRoom *room = rooms->pdata[i];

      if (!room->state_known)
        queue_state (self, wave_room_get_id (room), FALSE);
    }
  fetch_states (self);
}

static void
on_rooms_changed (GListModel *list, guint position, guint removed, guint added, WaveSnapshotLoader *self)
{
  /* A room that the directory did not list spoke up: it has no name yet. */
  if (!self->live || self->rooms_busy)
    return;
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (list, position + i);

      if (room->name == NULL)
        queue_state (self, wave_room_get_id (room), FALSE);
    }
  fetch_states (self);
}

static void
look_at (WaveSnapshotLoader *self, const char *room_id)
{
  GList *held = g_queue_find_custom (&self->looked_at, room_id, (GCompareFunc)g_strcmp0);

  if (held != NULL)
    {
      g_queue_unlink (&self->looked_at, held);
      g_queue_push_head_link (&self->looked_at, held);
      return;
    }
  g_queue_push_head (&self->looked_at, g_strdup (room_id));
  if (g_queue_get_length (&self->looked_at) > MAX_LOOKED_AT)
    g_free (g_queue_pop_tail (&self->looked_at));
}

static void
on_room_wanted (WaveTenant *tenant, WaveRoom *room, gboolean older, WaveSnapshotLoader *self)
{
  if (!older)
    {
      look_at (self, wave_room_get_id (room));
      /* Once a connection: from then on the events tell. */
      if (!wave_history_loader_is_current (self->history, wave_room_get_id (room)) || !room->state_known)
        queue_state (self, wave_room_get_id (room), TRUE);
      fetch_states (self);
    }
  wave_history_loader_load (self->history, room, older);
}

/* ---- public ---- */

static void
forget_tenant (WaveSnapshotLoader *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->rooms_busy = self->participants_busy = self->presence_busy = self->participants_stale = FALSE;
  self->rooms_due = self->participants_due = 0;
  self->states_in_flight = 0;
  self->me_known = self->participants_known = FALSE;
  g_queue_clear_full (&self->states, g_free);
  g_queue_clear_full (&self->looked_at, g_free);
  g_hash_table_remove_all (self->refused);
  wave_history_loader_forget (self->history);
  wave_sidekick_poller_forget (self->sidekicks);
}

void
wave_snapshot_loader_hello (WaveSnapshotLoader *self, const char *tenant_id)
{
  if (tenant_id != NULL && self->tenant_id != NULL && !g_str_equal (tenant_id, self->tenant_id))
    forget_tenant (self);
  if (tenant_id != NULL)
    g_set_str (&self->tenant_id, tenant_id);
  if (!self->me_known)
    fetch (self, "/v1/me", got_me, g_object_ref (self));
  if (!self->rooms_busy)
    {
      self->rooms_offset = 0;
      fetch_rooms (self);
    }
  if (!self->participants_known && !self->participants_busy)
    {
      self->participants_offset = 0;
      fetch_participants (self);
    }
}

void
wave_snapshot_loader_live (WaveSnapshotLoader *self)
{
  if (self->live)
    return;
  self->live = TRUE;
  wave_history_loader_live (self->history);
  wave_sidekick_poller_live (self->sidekicks);
  self->presence_index = 0;
  self->presence_batches = 0;
  for (GList *link = self->looked_at.tail; link != NULL; link = link->prev)
    {
      WaveRoom *room = wave_tenant_get_room (self->tenant, link->data);

      queue_state (self, link->data, TRUE);
      if (room != NULL)
        wave_history_loader_load (self->history, room, FALSE);
    }
  if (!self->rooms_busy)
    queue_background_states (self);
  fetch_states (self);
}

void
wave_snapshot_loader_lost (WaveSnapshotLoader *self)
{
  GListModel *list = wave_tenant_get_rooms (self->tenant);

  if (!self->live)
    return;
  self->live = FALSE;
  self->participants_stale = TRUE;
  g_queue_clear_full (&self->states, g_free);
  wave_history_loader_lost (self->history);
  wave_sidekick_poller_lost (self->sidekicks);
  /* What was told before the gap may have changed in it. */
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (list, i);

      room->state_known = FALSE;
    }
}

void
wave_snapshot_loader_tick (WaveSnapshotLoader *self, gint64 now_mono)
{
  if (!self->live)
    return;
  /* Names and types of those who came or changed in the gap, which the events of their rooms do not tell; or a page did not come. */
  if (self->participants_stale && !self->participants_busy && now_mono >= self->participants_due)
    {
      self->participants_offset = 0;
      fetch_participants (self);
    }
  if (!self->presence_busy && (!self->participants_busy || self->participants_known) && self->presence_batches < MAX_PRESENCE_BATCHES)
    fetch_presence (self);
  wave_sidekick_poller_tick (self->sidekicks, g_queue_peek_head (&self->looked_at), now_mono);
  if (!self->rooms_busy && now_mono >= self->rooms_due)
    {
      self->rooms_offset = 0;
      fetch_rooms (self);
    }
}

void
wave_snapshot_loader_stop (WaveSnapshotLoader *self)
{
  self->live = FALSE;
  g_cancellable_cancel (self->cancellable);
  wave_history_loader_stop (self->history);
  wave_sidekick_poller_stop (self->sidekicks);
  g_signal_handlers_disconnect_by_data (self->tenant, self);
  g_signal_handlers_disconnect_by_data (wave_tenant_get_rooms (self->tenant), self);
}

static void
wave_snapshot_loader_finalize (GObject *object)
{
  WaveSnapshotLoader *self = WAVE_SNAPSHOT_LOADER (object);

  g_queue_clear_full (&self->states, g_free);
  g_queue_clear_full (&self->looked_at, g_free);
  g_hash_table_unref (self->refused);
  g_free (self->tenant_id);
  g_clear_object (&self->history);
  g_clear_object (&self->sidekicks);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->tenant);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (wave_snapshot_loader_parent_class)->finalize (object);
}

static void
wave_snapshot_loader_class_init (WaveSnapshotLoaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_snapshot_loader_finalize;
}

static void
wave_snapshot_loader_init (WaveSnapshotLoader *self)
{
  self->cancellable = g_cancellable_new ();
  self->refused = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

WaveSnapshotLoader *
wave_snapshot_loader_new (WaveTenant *tenant, WaveSession *session, WaveJournalFunc journal_func, gpointer user_data)
{
  WaveSnapshotLoader *self = g_object_new (WAVE_TYPE_SNAPSHOT_LOADER, NULL);

  self->tenant = g_object_ref (tenant);
  self->session = g_object_ref (session);
  self->history = wave_history_loader_new (tenant, session, journal_func, user_data);
  self->sidekicks = wave_sidekick_poller_new (tenant, session);
  g_signal_connect (tenant, "room-wanted", G_CALLBACK (on_room_wanted), self);
  g_signal_connect (wave_tenant_get_rooms (tenant), "items-changed", G_CALLBACK (on_rooms_changed), self);
  return self;
}
