// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/wave-history-loader.h"

#include "model/wave-loader-private.h"
#include "model/wave-tenant-private.h"

#define MESSAGES 50
#define OLDER_MESSAGES 100
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

struct _WaveHistoryLoader
{
  GObject parent_instance;
  WaveTenant *tenant;
  WaveSession *session;
  WaveJournalFunc journal_func;
  gpointer journal_data;
  GCancellable *cancellable;
  gboolean live;
  guint epoch;       /* counts the connections */
  GHashTable *pasts; /* room id → RoomPast */
};

G_DEFINE_FINAL_TYPE (WaveHistoryLoader, wave_history_loader, G_TYPE_OBJECT)

typedef struct
{
  WaveHistoryLoader *loader;
  char *room_id;
  gboolean older;
} Request;

static Request *
request_new (WaveHistoryLoader *self, const char *room_id, gboolean older)
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

static RoomPast *
ensure_past (WaveHistoryLoader *self, const char *room_id)
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

/* ---- from the server ---- */

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
  WaveHistoryLoader *self = request->loader;
  RoomPast *past;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveSyncPage) page = NULL;

  wave_loader_complain ("messages", error);
  if (wave_loader_is_void (self->cancellable, error))
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
fetch_messages (WaveHistoryLoader *self, WaveRoom *room, gboolean older)
{
  const RoomPast *past = ensure_past (self, room->id);
  gint64 oldest = older ? wave_timeline_get_oldest_position (room->timeline) : -1;
  gint64 from = oldest >= 0 && oldest == past->looked_from ? past->looked_to : oldest;
  g_autofree char *rest
      = from >= 0 ? g_strdup_printf ("messages?limit=%d&direction=back&from=%" G_GINT64_FORMAT, OLDER_MESSAGES, from)
                  : g_strdup_printf ("messages?limit=%d&direction=back", MESSAGES);
  g_autofree char *path = wave_loader_room_path (room->id, rest);

  ensure_past (self, room->id)->busy = TRUE;
  wave_tenant_set_loading (self->tenant, room->id, TRUE);
  wave_session_fetch_async (self->session, path, self->cancellable, got_messages, request_new (self, room->id, older));
}

/* ---- from the journal ---- */

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
  WaveHistoryLoader *self = request->loader;
  RoomPast *past;
  JournalRead *read = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = g_task_propagate_pointer (G_TASK (result), &error);
  WaveRoom *room = wave_tenant_get_room (self->tenant, request->room_id);

  wave_loader_complain ("journal", error);
  if (wave_loader_is_void (self->cancellable, error))
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

/* ---- public ---- */

void
wave_history_loader_load (WaveHistoryLoader *self, WaveRoom *room, gboolean older)
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

gboolean
wave_history_loader_is_busy (WaveHistoryLoader *self, const char *room_id)
{
  return ensure_past (self, room_id)->busy;
}

gboolean
wave_history_loader_is_current (WaveHistoryLoader *self, const char *room_id)
{
  return ensure_past (self, room_id)->epoch == self->epoch;
}

void
wave_history_loader_live (WaveHistoryLoader *self)
{
  self->live = TRUE;
  self->epoch++;
}

void
wave_history_loader_lost (WaveHistoryLoader *self)
{
  self->live = FALSE;
}

void
wave_history_loader_forget (WaveHistoryLoader *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_hash_table_remove_all (self->pasts);
}

void
wave_history_loader_stop (WaveHistoryLoader *self)
{
  self->live = FALSE;
  g_cancellable_cancel (self->cancellable);
}

static void
wave_history_loader_finalize (GObject *object)
{
  WaveHistoryLoader *self = WAVE_HISTORY_LOADER (object);

  g_hash_table_unref (self->pasts);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->tenant);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (wave_history_loader_parent_class)->finalize (object);
}

static void
wave_history_loader_class_init (WaveHistoryLoaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_history_loader_finalize;
}

static void
wave_history_loader_init (WaveHistoryLoader *self)
{
  self->cancellable = g_cancellable_new ();
  self->pasts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

WaveHistoryLoader *
wave_history_loader_new (WaveTenant *tenant, WaveSession *session, WaveJournalFunc journal_func, gpointer user_data)
{
  WaveHistoryLoader *self = g_object_new (WAVE_TYPE_HISTORY_LOADER, NULL);

  self->tenant = g_object_ref (tenant);
  self->session = g_object_ref (session);
  self->journal_func = journal_func;
  self->journal_data = user_data;
  return self;
}
