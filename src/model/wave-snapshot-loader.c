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
#define SIDEKICK_US (15 * G_USEC_PER_SEC)
#define MAX_SIDEKICK_FAILURES 10 /* of the network or the server, before nothing is expected of it */
#define MAX_DOUBTED 200
#define MESSAGES 50
#define OLDER_MESSAGES 100
#define PEEK_MESSAGES 3
/* A journal holds chunks as well: read on until there is something to show. */
#define JOURNAL_ROWS 500
#define JOURNAL_ROUNDS 20
#define JOURNAL_ENOUGH 60

typedef struct
{
  gint64 before; /* journal row to read before */
  gboolean journal_started, journal_done, busy;
  guint epoch; /* of the connection in which its messages were fetched */
  gint64 looked_from, looked_to; /* the positions between which the server had something, but nothing that a timeline shows; -1 */
} RoomPast;

struct _WaveSnapshotLoader
{
  GObject parent_instance;
  WaveTenant *tenant;
  WaveSession *session;
  WaveJournalFunc journal_func;
  gpointer journal_data;
  GCancellable *cancellable;
  char *tenant_id; /* nullable: whose answers these are */

  gboolean live, rooms_busy, participants_busy, presence_busy, me_known, participants_known;
  gboolean participants_stale; /* there was a gap since they were read */
  guint rooms_offset, participants_offset, presence_index, presence_batches, epoch;
  gint64 rooms_due, participants_due, sidekick_due;
  gboolean sidekick_busy;
  GQueue doubted; /* of WaveSidekickItem, to be asked for */
  GQueue states; /* of room ids, to be fetched */
  guint states_in_flight;
  GHashTable *refused; /* room id → mono µs until which it is left alone */
  GHashTable *pasts;   /* room id → RoomPast */
  GQueue looked_at;    /* of room ids, the latest first */
};

G_DEFINE_FINAL_TYPE (WaveSnapshotLoader, wave_snapshot_loader, G_TYPE_OBJECT)

typedef struct
{
  WaveSnapshotLoader *loader;
  char *room_id;
  gboolean older;
} Request;

static Request *
request_new (WaveSnapshotLoader *self, const char *room_id, gboolean older)
{
  Request *request = g_new0 (Request, 1);

  request->loader = g_object_ref (self);
  request->room_id = g_strdup (room_id);
  request->older = older;
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

/* Whether an answer is for nobody any more: the loader has stopped, or it was asked for another tenant. */
static gboolean
is_void (WaveSnapshotLoader *self, const GError *error)
{
  return g_cancellable_is_cancelled (self->cancellable) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
fetch (WaveSnapshotLoader *self, const char *path, GAsyncReadyCallback callback, gpointer user_data)
{
  wave_session_fetch_async (self->session, path, self->cancellable, callback, user_data);
}

static void
complain (const char *what, const GError *error)
{
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_debug ("%s: %s", what, error->message);
}

/* Asking again soon would bring the same. */
static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_FORBIDDEN)
         || g_error_matches (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_NOT_FOUND);
}

/* ---- who am I ---- */

static void
got_me (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveSnapshotLoader) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveMe) me = body != NULL ? wave_me_decode (body, &error) : NULL;

  if (!is_void (self, error) && me != NULL)
    {
      self->me_known = TRUE;
      wave_tenant_apply_me (self->tenant, me);
    }
  complain ("me", error);
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

  complain ("rooms", error);
  if (is_void (self, error))
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

  complain ("participants", error);
  if (is_void (self, error))
    return;
  self->participants_busy = FALSE;
  if (page == NULL)
    {
      self->participants_stale = self->participants_stale || !is_refusal (error);
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

  complain ("presence", error);
  if (is_void (self, error))
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

static char *room_path (const char *room_id, const char *rest);
static RoomPast *ensure_past (WaveSnapshotLoader *self, const char *room_id);

static void
got_peek (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  WaveSnapshotLoader *self = request->loader;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveSyncPage) page = NULL;

  if (is_void (self, error))
    return;
  self->states_in_flight--;
  if (body != NULL)
    page = wave_messages_page_decode (body, g_get_monotonic_time (), g_get_real_time (), &error);
  complain ("latest messages", error);
  /* Meanwhile somebody may look at the room: what its own page brings is the same and more. */
  if (page != NULL && !ensure_past (self, request->room_id)->busy)
    wave_tenant_apply_history (self->tenant, request->room_id, page->events, FALSE);
  fetch_states (self);
}

/* A room that nobody looks at shows what was said last in it. */
static void
peek (WaveSnapshotLoader *self, const char *room_id)
{
  RoomPast *past = ensure_past (self, room_id);
  WaveRoom *room = wave_tenant_get_room (self->tenant, room_id);
  g_autofree char *rest = g_strdup_printf ("messages?limit=%d&direction=back", PEEK_MESSAGES);
  g_autofree char *path = room_path (room_id, rest);

  if (room == NULL || past->busy || past->epoch == self->epoch || wave_timeline_get_last (room->timeline, TRUE) != NULL)
    return;
  self->states_in_flight++;
  fetch (self, path, got_peek, request_new (self, room_id, FALSE));
}

static void
got_state (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  WaveSnapshotLoader *self = request->loader;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveRoomState) state = body != NULL ? wave_room_state_decode (body, &error) : NULL;

  complain ("room state", error);
  if (is_void (self, error))
    return;
  self->states_in_flight--;
  if (state != NULL)
    {
      wave_tenant_apply_room_state (self->tenant, request->room_id, state);
      peek (self, request->room_id);
    }
  else if (is_refusal (error))
    {
      gint64 *until = g_new (gint64, 1);

      *until = g_get_monotonic_time () + FORBIDDEN_US;
      g_hash_table_replace (self->refused, g_strdup (request->room_id), until);
      wave_tenant_set_room_forbidden (self->tenant, request->room_id, TRUE);
    }
  fetch_states (self);
}

static char *
room_path (const char *room_id, const char *rest)
{
  g_autofree char *escaped = g_uri_escape_string (room_id, NULL, FALSE);

  return g_strdup_printf ("/v1/rooms/%s/%s", escaped, rest);
}

static void
fetch_states (WaveSnapshotLoader *self)
{
  while (self->live && self->states_in_flight < MAX_STATES_IN_FLIGHT && !g_queue_is_empty (&self->states))
    {
      g_autofree char *room_id = g_queue_pop_head (&self->states);
      g_autofree char *path = room_path (room_id, "state");

      self->states_in_flight++;
      fetch (self, path, got_state, request_new (self, room_id, FALSE));
    }
}

/* An id that is no path segment is not asked about: it came from the wire. */
static gboolean
is_segment (const char *id)
{
  return *id != '\0' && strlen (id) <= 400 && !g_str_equal (id, ".") && !g_str_equal (id, "..");
}

static void
queue_state (WaveSnapshotLoader *self, const char *room_id, gboolean first)
{
  const gint64 *until = g_hash_table_lookup (self->refused, room_id);
  GList *held = g_queue_find_custom (&self->states, room_id, (GCompareFunc)g_strcmp0);

  if (until != NULL && *until > g_get_monotonic_time ())
    return;
  if (!is_segment (room_id))
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

/* ---- sidekicks: what they are at comes in no event ---- */

typedef struct
{
  WaveSnapshotLoader *loader;
  WaveSidekickItem *item;
} SidekickRequest;

static void
sidekick_request_free (SidekickRequest *request)
{
  g_object_unref (request->loader);
  g_object_unref (request->item);
  g_free (request);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SidekickRequest, sidekick_request_free)

static gboolean
is_at_work (WaveSnapshotLoader *self, WaveSidekickItem *item)
{
  return g_ptr_array_find (self->tenant->sidekicks, item, NULL);
}

static void
got_sidekick (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SidekickRequest) request = user_data;
  WaveSnapshotLoader *self = request->loader;
  WaveSidekickItem *item = request->item;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveSidekick) sidekick = body != NULL ? wave_sidekick_decode (body, &error) : NULL;

  complain ("sidekick", error);
  if (is_void (self, error))
    return;
  self->sidekick_busy = FALSE;
  /* An event may have told its end meanwhile. Without a connection there is no answer: it is asked again. */
  if (!self->live || !is_at_work (self, item))
    return;
  if (sidekick != NULL && (sidekick->task_id == NULL || g_str_equal (sidekick->task_id, item->task_id)))
    wave_tenant_answer_sidekick (self->tenant, item, sidekick);
  else if (sidekick != NULL || is_refusal (error) || ++item->n_failures >= MAX_SIDEKICK_FAILURES)
    item->unanswered = TRUE;
}

static gboolean
can_be_asked (WaveSidekickItem *item)
{
  return !item->unanswered && item->task_id != NULL && is_segment (item->task_id) && is_segment (wave_room_get_id (item->room));
}

static void
fetch_sidekick (WaveSnapshotLoader *self, WaveSidekickItem *item, gint64 now)
{
  SidekickRequest *request = g_new0 (SidekickRequest, 1);
  g_autofree char *task_id = g_uri_escape_string (item->task_id, NULL, FALSE);
  g_autofree char *rest = g_strdup_printf ("sidekicks/%s", task_id);
  g_autofree char *path = room_path (wave_room_get_id (item->room), rest);

  request->loader = g_object_ref (self);
  request->item = g_object_ref (item);
  item->asked = now;
  self->sidekick_busy = TRUE;
  fetch (self, path, got_sidekick, request);
}

/* The one of the open room that was asked for longest ago. */
static WaveSidekickItem *
pick_sidekick (WaveSnapshotLoader *self)
{
  const char *room_id = g_queue_peek_head (&self->looked_at);
  WaveSidekickItem *picked = NULL;

  for (guint i = 0; room_id != NULL && i < self->tenant->sidekicks->len; i++)
    {
      WaveSidekickItem *item = self->tenant->sidekicks->pdata[i];

      if (g_str_equal (wave_room_get_id (item->room), room_id) && can_be_asked (item) && (picked == NULL || item->asked < picked->asked))
        picked = item;
    }
  return picked;
}

static void
ask_for_sidekicks (WaveSnapshotLoader *self, gint64 now)
{
  g_autoptr (WaveSidekickItem) doubted = NULL;
  WaveSidekickItem *item;

  if (self->sidekick_busy)
    return;
  doubted = g_queue_pop_head (&self->doubted);
  if (doubted != NULL)
    {
      doubted->queued = FALSE;
      if (is_at_work (self, doubted) && can_be_asked (doubted))
        fetch_sidekick (self, doubted, now);
      return;
    }
  if (now < self->sidekick_due)
    return;
  item = pick_sidekick (self);
  if (item == NULL)
    return;
  self->sidekick_due = now + SIDEKICK_US;
  fetch_sidekick (self, item, now);
}

static void
clear_doubted (WaveSnapshotLoader *self)
{
  WaveSidekickItem *item;

  while ((item = g_queue_pop_head (&self->doubted)) != NULL)
    {
      item->queued = FALSE;
      g_object_unref (item);
    }
}

/* Told again each second as long as nothing is known of it: while there is no connection, or too many wait, it has its turn later. */
static gboolean
on_sidekick_doubted (WaveTenant *tenant, WaveSidekickItem *item, WaveSnapshotLoader *self)
{
  if (!can_be_asked (item))
    return FALSE;
  if (self->live && !item->queued && g_queue_get_length (&self->doubted) < MAX_DOUBTED)
    {
      item->queued = TRUE;
      g_queue_push_tail (&self->doubted, g_object_ref (item));
    }
  return TRUE;
}

/* ---- the past ---- */

static RoomPast *
ensure_past (WaveSnapshotLoader *self, const char *room_id)
{
  RoomPast *past = g_hash_table_lookup (self->pasts, room_id);

  if (past == NULL)
    {
      past = g_new0 (RoomPast, 1);
      past->before = G_MAXINT64;
      past->looked_from = past->looked_to = -1;
      g_hash_table_insert (self->pasts, g_strdup (room_id), past);
    }
  return past;
}

/* A page may hold nothing that shows (reactions, deletions): the next one is asked for from where it ended. Returns: FALSE when the server goes round in circles */
static gboolean
go_on_before (RoomPast *past, gint64 oldest, const WaveSyncPage *page)
{
  gint64 from = oldest >= 0 && oldest == past->looked_from ? past->looked_to : oldest;
  gint64 lowest = page->next_cursor >= 0 ? page->next_cursor : G_MAXINT64;

  for (guint i = 0; i < page->events->len; i++)
    {
      const WaveEvent *event = page->events->pdata[i];

      if (event->position >= 0)
        lowest = MIN (lowest, event->position);
    }
  if (lowest == G_MAXINT64 || (from >= 0 && lowest >= from))
    return FALSE;
  past->looked_from = oldest;
  past->looked_to = lowest;
  return TRUE;
}

static void
got_messages (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  WaveSnapshotLoader *self = request->loader;
  RoomPast *past;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveSyncPage) page = NULL;

  complain ("messages", error);
  if (is_void (self, error))
    return;
  past = ensure_past (self, request->room_id);
  past->busy = FALSE;
  if (body != NULL)
    page = wave_messages_page_decode (body, g_get_monotonic_time (), g_get_real_time (), &error);
  if (page != NULL)
    {
      WaveRoom *room = wave_tenant_get_room (self->tenant, request->room_id);
      gint64 before = room != NULL ? wave_timeline_get_oldest_position (room->timeline) : -1;
      gboolean further = request->older && go_on_before (past, before, page);
      gboolean more = page->has_more && (further || !request->older);

      past->epoch = self->epoch;
      wave_tenant_apply_history (self->tenant, request->room_id, page->events, !more);
      /* What shows of the page is not all of it: the next one begins where it ended. */
      if (further && room != NULL)
        past->looked_from = wave_timeline_get_oldest_position (room->timeline);
    }
  else
    wave_tenant_set_loading (self->tenant, request->room_id, FALSE);
}

static void
fetch_messages (WaveSnapshotLoader *self, WaveRoom *room, gboolean older)
{
  const RoomPast *past = ensure_past (self, room->id);
  gint64 oldest = older ? wave_timeline_get_oldest_position (room->timeline) : -1;
  gint64 from = oldest >= 0 && oldest == past->looked_from ? past->looked_to : oldest;
  g_autofree char *rest
      = from >= 0 ? g_strdup_printf ("messages?limit=%d&direction=back&from=%" G_GINT64_FORMAT, OLDER_MESSAGES, from)
                  : g_strdup_printf ("messages?limit=%d&direction=back", MESSAGES);
  g_autofree char *path = room_path (room->id, rest);

  ensure_past (self, room->id)->busy = TRUE;
  wave_tenant_set_loading (self->tenant, room->id, TRUE);
  fetch (self, path, got_messages, request_new (self, room->id, older));
}

typedef struct
{
  WaveJournal *journal;
  char *room_id;
  gint64 before;
  gboolean done;
} JournalRead;

static void
journal_read_free (gpointer data)
{
  JournalRead *read = data;

  g_clear_object (&read->journal);
  g_free (read->room_id);
  g_free (read);
}

static gboolean
is_shown (const WaveEvent *event)
{
  const char *who;
  const char *other;

  return event->kind == WAVE_EVENT_MESSAGE || event->kind == WAVE_EVENT_BRIDGE_MESSAGE || event->kind == WAVE_EVENT_MODEL_ERROR
         || wave_notice_people (event, &who, &other);
}

/* On a worker: the newest rows first, page by page, until there is something to show. */
static void
read_journal (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  JournalRead *read = task_data;
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify)wave_event_unref);
  guint shown = 0;

  for (guint round = 0; round < JOURNAL_ROUNDS && shown < JOURNAL_ENOUGH && !read->done; round++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) rows = wave_journal_read_events (read->journal, read->room_id, read->before, JOURNAL_ROWS, &error);

      if (rows == NULL)
        {
          g_task_return_error (task, g_steal_pointer (&error));
          return;
        }
      read->done = rows->len < JOURNAL_ROWS;
      for (guint i = 0; i < rows->len; i++)
        {
          WaveEvent *event = rows->pdata[i];

          read->before = MIN (read->before, (gint64)event->serial);
          if (event->kind == WAVE_EVENT_CHUNK || event->position < 0)
            continue;
          shown += is_shown (event);
          g_ptr_array_add (events, wave_event_ref (event));
        }
    }
  g_task_return_pointer (task, g_steal_pointer (&events), (GDestroyNotify)g_ptr_array_unref);
}

static void
got_journal (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  WaveSnapshotLoader *self = request->loader;
  RoomPast *past;
  JournalRead *read = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = g_task_propagate_pointer (G_TASK (result), &error);
  WaveRoom *room = wave_tenant_get_room (self->tenant, request->room_id);

  complain ("journal", error);
  if (is_void (self, error))
    return;
  past = ensure_past (self, request->room_id);
  past->busy = FALSE;
  past->before = read->before;
  past->journal_done = read->done || events == NULL;
  if (events != NULL)
    wave_tenant_apply_history (self->tenant, request->room_id, events, FALSE);
  else
    wave_tenant_set_loading (self->tenant, request->room_id, FALSE);
  if (room == NULL)
    return;
  /* The server has more than the journal: what was before it, and what the journal's start left out. */
  if (self->live && (request->older ? events == NULL || events->len == 0 : past->epoch != self->epoch))
    fetch_messages (self, room, request->older);
}

static void
load_past (WaveSnapshotLoader *self, WaveRoom *room, gboolean older)
{
  RoomPast *past = ensure_past (self, room->id);
  g_autoptr (WaveJournal) journal = NULL;

  if (past->busy)
    return;
  if (!older && past->journal_started && (past->epoch == self->epoch || !self->live))
    return;
  journal = past->journal_done || (!older && past->journal_started) ? NULL : self->journal_func (self->journal_data);
  if (journal != NULL)
    {
      g_autoptr (GTask) task = g_task_new (self, self->cancellable, got_journal, request_new (self, room->id, older));
      JournalRead *read = g_new0 (JournalRead, 1);

      read->journal = g_steal_pointer (&journal);
      read->room_id = g_strdup (room->id);
      read->before = past->before;
      past->journal_started = TRUE;
      past->busy = TRUE;
      g_task_set_name (task, "wave-journal-history");
      g_task_set_task_data (task, read, journal_read_free);
      wave_tenant_set_loading (self->tenant, room->id, TRUE);
      g_task_run_in_thread (task, read_journal);
    }
  else if (self->live)
    fetch_messages (self, room, older);
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
  RoomPast *past = ensure_past (self, wave_room_get_id (room));

  if (!older)
    {
      look_at (self, wave_room_get_id (room));
      /* Once a connection: from then on the events tell. */
      if (past->epoch != self->epoch || !room->state_known)
        queue_state (self, wave_room_get_id (room), TRUE);
      fetch_states (self);
    }
  load_past (self, room, older);
}

/* ---- public ---- */

static void
forget_tenant (WaveSnapshotLoader *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->rooms_busy = self->participants_busy = self->presence_busy = self->sidekick_busy = self->participants_stale = FALSE;
  self->rooms_due = self->participants_due = self->sidekick_due = 0;
  self->states_in_flight = 0;
  self->me_known = self->participants_known = FALSE;
  g_queue_clear_full (&self->states, g_free);
  g_queue_clear_full (&self->looked_at, g_free);
  clear_doubted (self);
  g_hash_table_remove_all (self->refused);
  g_hash_table_remove_all (self->pasts);
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
  self->epoch++;
  self->presence_index = 0;
  self->presence_batches = 0;
  for (GList *link = self->looked_at.tail; link != NULL; link = link->prev)
    {
      WaveRoom *room = wave_tenant_get_room (self->tenant, link->data);

      queue_state (self, link->data, TRUE);
      if (room != NULL)
        load_past (self, room, FALSE);
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
  clear_doubted (self);
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
  ask_for_sidekicks (self, now_mono);
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
  g_signal_handlers_disconnect_by_data (self->tenant, self);
  g_signal_handlers_disconnect_by_data (wave_tenant_get_rooms (self->tenant), self);
}

static void
wave_snapshot_loader_finalize (GObject *object)
{
  WaveSnapshotLoader *self = WAVE_SNAPSHOT_LOADER (object);

  g_queue_clear_full (&self->states, g_free);
  g_queue_clear_full (&self->looked_at, g_free);
  clear_doubted (self);
  g_hash_table_unref (self->refused);
  g_free (self->tenant_id);
  g_hash_table_unref (self->pasts);
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
  self->pasts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

WaveSnapshotLoader *
wave_snapshot_loader_new (WaveTenant *tenant, WaveSession *session, WaveJournalFunc journal_func, gpointer user_data)
{
  WaveSnapshotLoader *self = g_object_new (WAVE_TYPE_SNAPSHOT_LOADER, NULL);

  self->tenant = g_object_ref (tenant);
  self->session = g_object_ref (session);
  self->journal_func = journal_func;
  self->journal_data = user_data;
  g_signal_connect (tenant, "room-wanted", G_CALLBACK (on_room_wanted), self);
  g_signal_connect (tenant, "sidekick-doubted", G_CALLBACK (on_sidekick_doubted), self);
  g_signal_connect (wave_tenant_get_rooms (tenant), "items-changed", G_CALLBACK (on_rooms_changed), self);
  return self;
}
