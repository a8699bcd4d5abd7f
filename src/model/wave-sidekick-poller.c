// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/wave-sidekick-poller.h"

#include "model/wave-loader-private.h"
#include "model/wave-tenant-private.h"

#define SIDEKICK_US (15 * G_USEC_PER_SEC)
#define MAX_SIDEKICK_FAILURES 10 /* of the network or the server, before nothing is expected of it */
#define MAX_DOUBTED 200

struct _WaveSidekickPoller
{
  GObject parent_instance;
  WaveTenant *tenant;
  WaveSession *session;
  GCancellable *cancellable;
  gboolean live, busy;
  gint64 due;     /* mono µs: the next one of the open room */
  GQueue doubted; /* of WaveSidekickItem, to be asked for */
};

G_DEFINE_FINAL_TYPE (WaveSidekickPoller, wave_sidekick_poller, G_TYPE_OBJECT)

typedef struct
{
  WaveSidekickPoller *poller;
  WaveSidekickItem *item;
} Request;

static void
request_free (Request *request)
{
  g_object_unref (request->poller);
  g_object_unref (request->item);
  g_free (request);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static gboolean
is_at_work (WaveSidekickPoller *self, WaveSidekickItem *item)
{
  return g_ptr_array_find (self->tenant->sidekicks, item, NULL);
}

static void
got_sidekick (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Request) request = user_data;
  WaveSidekickPoller *self = request->poller;
  WaveSidekickItem *item = request->item;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveSidekick) sidekick = body != NULL ? wave_sidekick_decode (body, &error) : NULL;

  wave_loader_complain ("sidekick", error);
  if (wave_loader_is_void (self->cancellable, error))
    return;
  self->busy = FALSE;
  /* An event may have told its end meanwhile. Without a connection there is no answer: it is asked again. */
  if (!self->live || !is_at_work (self, item))
    return;
  if (sidekick != NULL && (sidekick->task_id == NULL || g_str_equal (sidekick->task_id, item->task_id)))
    wave_tenant_answer_sidekick (self->tenant, item, sidekick);
  else if (sidekick != NULL || wave_loader_is_refusal (error) || ++item->n_failures >= MAX_SIDEKICK_FAILURES)
    item->unanswered = TRUE;
}

static gboolean
can_be_asked (WaveSidekickItem *item)
{
  return !item->unanswered && item->task_id != NULL && wave_loader_is_segment (item->task_id) && wave_loader_is_segment (wave_room_get_id (item->room));
}

static void
fetch_sidekick (WaveSidekickPoller *self, WaveSidekickItem *item, gint64 now)
{
  Request *request = g_new0 (Request, 1);
  g_autofree char *task_id = g_uri_escape_string (item->task_id, NULL, FALSE);
  g_autofree char *rest = g_strdup_printf ("sidekicks/%s", task_id);
  g_autofree char *path = wave_loader_room_path (wave_room_get_id (item->room), rest);

  request->poller = g_object_ref (self);
  request->item = g_object_ref (item);
  item->asked = now;
  self->busy = TRUE;
  wave_session_fetch_async (self->session, path, self->cancellable, got_sidekick, request);
}

/* The one of the room that was asked for longest ago. @room_id: nullable */
static WaveSidekickItem *
pick_sidekick (WaveSidekickPoller *self, const char *room_id)
{
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
clear_doubted (WaveSidekickPoller *self)
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
on_sidekick_doubted (WaveTenant *tenant, WaveSidekickItem *item, WaveSidekickPoller *self)
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

/* ---- public ---- */

void
wave_sidekick_poller_tick (WaveSidekickPoller *self, const char *room_id, gint64 now_mono)
{
  g_autoptr (WaveSidekickItem) doubted = NULL;
  WaveSidekickItem *item;

  if (!self->live || self->busy)
    return;
  doubted = g_queue_pop_head (&self->doubted);
  if (doubted != NULL)
    {
      doubted->queued = FALSE;
      if (is_at_work (self, doubted) && can_be_asked (doubted))
        fetch_sidekick (self, doubted, now_mono);
      return;
    }
  if (now_mono < self->due)
    return;
  item = pick_sidekick (self, room_id);
  if (item == NULL)
    return;
  self->due = now_mono + SIDEKICK_US;
  fetch_sidekick (self, item, now_mono);
}

void
wave_sidekick_poller_live (WaveSidekickPoller *self)
{
  self->live = TRUE;
}

void
wave_sidekick_poller_lost (WaveSidekickPoller *self)
{
  self->live = FALSE;
  clear_doubted (self);
}

void
wave_sidekick_poller_forget (WaveSidekickPoller *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->busy = FALSE;
  self->due = 0;
  clear_doubted (self);
}

void
wave_sidekick_poller_stop (WaveSidekickPoller *self)
{
  self->live = FALSE;
  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->tenant, self);
}

static void
wave_sidekick_poller_finalize (GObject *object)
{
  WaveSidekickPoller *self = WAVE_SIDEKICK_POLLER (object);

  clear_doubted (self);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->tenant);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (wave_sidekick_poller_parent_class)->finalize (object);
}

static void
wave_sidekick_poller_class_init (WaveSidekickPollerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_sidekick_poller_finalize;
}

static void
wave_sidekick_poller_init (WaveSidekickPoller *self)
{
  self->cancellable = g_cancellable_new ();
}

WaveSidekickPoller *
wave_sidekick_poller_new (WaveTenant *tenant, WaveSession *session)
{
  WaveSidekickPoller *self = g_object_new (WAVE_TYPE_SIDEKICK_POLLER, NULL);

  self->tenant = g_object_ref (tenant);
  self->session = g_object_ref (session);
  g_signal_connect (tenant, "sidekick-doubted", G_CALLBACK (on_sidekick_doubted), self);
  return self;
}
