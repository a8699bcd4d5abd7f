// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-engine.h"

#include "session/wave-http.h"
#include "session/wave-prompt.h"

/* Requests that were cancelled at the stop get so long to notice. */
#define GOODBYE_US (G_USEC_PER_SEC / 4)

/**
 * Shared: what the owner's object and the thread both hold.
 */
typedef struct {
  gatomicrefcount ref_count;
  WaveEngine *engine;
  GMainContext *context;
  gint quit; /* atomic */
  GMutex lock;
  gboolean gone; /* under the lock: the thread takes no commands any more */
} Shared;

struct _WaveSession
{
  GObject parent_instance;

  Shared *shared;
  GThread *thread;
  GNetworkMonitor *monitor;
  gulong monitor_handler;
};

G_DEFINE_FINAL_TYPE (WaveSession, wave_session, G_TYPE_OBJECT)

typedef void (*Command) (WaveEngine *engine);

static Shared *
shared_ref (Shared *shared)
{
  g_atomic_ref_count_inc (&shared->ref_count);
  return shared;
}

static void
shared_unref (gpointer data)
{
  Shared *shared = data;

  if (!g_atomic_ref_count_dec (&shared->ref_count))
    return;
  wave_engine_free (shared->engine);
  g_main_context_unref (shared->context);
  g_mutex_clear (&shared->lock);
  g_free (shared);
}

WaveSessionTimings
wave_session_timings_default (void)
{
  return (WaveSessionTimings) {
    .connect_deadline = 15 * G_USEC_PER_SEC,
    .hello_deadline = 5 * G_USEC_PER_SEC,
    .ping_interval = 25 * G_USEC_PER_SEC,
    .silence_deadline = 75 * G_USEC_PER_SEC,
    .backoff_first = 1 * G_USEC_PER_SEC,
    .backoff_max = 30 * G_USEC_PER_SEC,
    .backoff_jitter = 0.2,
    .stable_after = 10 * G_USEC_PER_SEC,
    .overlap_interval = 60 * G_USEC_PER_SEC,
    .overlap_span = 60 * G_USEC_PER_SEC,
    .poll_hold = 30 * G_USEC_PER_SEC,
    .catch_up_page_wait = 2 * G_USEC_PER_SEC,
    .request_timeout = 20 * G_USEC_PER_SEC,
  };
}

/* ---------------------------------------------------------------- the thread */

static gpointer
run (gpointer user_data)
{
  Shared *shared = user_data;
  gint64 deadline;

  /* Here is stamped what arrives. */
  wave_prompt_this_thread ();
  g_main_context_push_thread_default (shared->context);
  wave_engine_open (shared->engine);
  while (!g_atomic_int_get (&shared->quit))
    g_main_context_iteration (shared->context, TRUE);

  g_mutex_lock (&shared->lock);
  shared->gone = TRUE;
  g_mutex_unlock (&shared->lock);
  wave_engine_close (shared->engine);
  deadline = g_get_monotonic_time () + GOODBYE_US;
  while (g_main_context_pending (shared->context) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (shared->context, FALSE);
  g_main_context_pop_thread_default (shared->context);
  shared_unref (shared);
  return NULL;
}

typedef struct {
  Shared *shared;
  Command command;
} Call;

static gboolean
on_call (gpointer user_data)
{
  Call *call = user_data;

  if (!g_atomic_int_get (&call->shared->quit))
    call->command (call->shared->engine);
  return G_SOURCE_REMOVE;
}

static void
call_free (gpointer data)
{
  Call *call = data;

  shared_unref (call->shared);
  g_free (call);
}

static void
attach (Shared *shared, const char *name, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, name);
  g_source_set_callback (source, func, data, destroy);
  g_source_attach (source, shared->context);
}

static void
send_command (Shared *shared, Command command)
{
  Call *call = g_new0 (Call, 1);

  call->shared = shared_ref (shared);
  call->command = command;
  attach (shared, "wave-session-command", on_call, call, call_free);
}

/* ---------------------------------------------------------------- requests from other threads */

typedef struct {
  gint ref_count; /* atomic */
  Shared *shared;
  GTask *task;
  char *path;
  WaveRestItem *item; /* session thread */
  gulong cancelled_handler;
} Fetch;

static void
fetch_unref (gpointer data)
{
  Fetch *fetch = data;

  if (!g_atomic_int_dec_and_test (&fetch->ref_count))
    return;
  g_clear_object (&fetch->task);
  shared_unref (fetch->shared);
  g_free (fetch->path);
  g_free (fetch);
}

static Fetch *
fetch_ref (Fetch *fetch)
{
  g_atomic_int_inc (&fetch->ref_count);
  return fetch;
}

static gboolean
on_cancel_fetch (gpointer user_data)
{
  Fetch *fetch = user_data;

  if (fetch->item != NULL && fetch->shared->engine->rest != NULL)
    wave_rest_cancel (fetch->shared->engine->rest, fetch->item);
  return G_SOURCE_REMOVE;
}

/* On the thread that cancels. */
static void
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  Fetch *fetch = user_data;

  attach (fetch->shared, "wave-session-cancel", on_cancel_fetch, fetch_ref (fetch), fetch_unref);
}

static void
on_fetched (GBytes *body, const GError *error, gpointer user_data)
{
  Fetch *fetch = user_data;
  GCancellable *cancellable = g_task_get_cancellable (fetch->task);

  fetch->item = NULL;
  /* Not g_cancellable_disconnect(): it waits for a handler that may be waiting for us. */
  if (fetch->cancelled_handler != 0)
    g_signal_handler_disconnect (cancellable, fetch->cancelled_handler);
  fetch->cancelled_handler = 0;
  if (error != NULL)
    g_task_return_error (fetch->task, g_error_copy (error));
  else
    g_task_return_pointer (fetch->task, g_bytes_ref (body), (GDestroyNotify) g_bytes_unref);
  fetch_unref (fetch);
}

static gboolean
on_start_fetch (gpointer user_data)
{
  Fetch *fetch = user_data;
  WaveEngine *engine = fetch->shared->engine;
  GCancellable *cancellable = g_task_get_cancellable (fetch->task);

  if (engine->rest == NULL || g_atomic_int_get (&fetch->shared->quit) || g_cancellable_is_cancelled (cancellable))
    g_task_return_new_error (fetch->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the request was cancelled");
  else if (engine->state == WAVE_SESSION_REFUSED)
    g_task_return_new_error (fetch->task, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_UNAUTHORISED, "the server does not take the token");
  else
    {
      fetch->item = wave_rest_get (engine->rest, fetch->path, FALSE, on_fetched, fetch_ref (fetch));
      if (cancellable != NULL)
        fetch->cancelled_handler = g_signal_connect_data (cancellable, "cancelled", G_CALLBACK (on_cancelled), fetch_ref (fetch),
                                                          (GClosureNotify) (void (*) (void)) fetch_unref, 0);
      /* It may have been cancelled between the check and the connection. */
      if (g_cancellable_is_cancelled (cancellable) && fetch->item != NULL)
        wave_rest_cancel (engine->rest, fetch->item);
    }
  return G_SOURCE_REMOVE;
}

void
wave_session_fetch_async (WaveSession *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Fetch *fetch;
  gboolean gone;

  g_return_if_fail (WAVE_IS_SESSION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, wave_session_fetch_async);
  if (!wave_rest_path_is_fine (path))
    {
      g_task_return_new_error (task, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_ADDRESS, "this is no path of the server's API");
      return;
    }
  fetch = g_new0 (Fetch, 1);
  fetch->ref_count = 1;
  fetch->shared = shared_ref (self->shared);
  fetch->task = g_steal_pointer (&task);
  fetch->path = g_strdup (path);

  g_mutex_lock (&self->shared->lock);
  gone = self->shared->gone;
  if (!gone)
    attach (self->shared, "wave-session-fetch", on_start_fetch, fetch, fetch_unref);
  g_mutex_unlock (&self->shared->lock);
  if (gone)
    {
      g_task_return_new_error (fetch->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the session was stopped");
      fetch_unref (fetch);
    }
}

GBytes *
wave_session_fetch_finish (WaveSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---------------------------------------------------------------- the object */

static void
on_network_changed (GNetworkMonitor *monitor, gboolean available, gpointer user_data)
{
  WaveSession *self = user_data;

  /* Only ever a hint: it says "not available" on a machine that has loopback only. */
  if (available)
    send_command (self->shared, wave_engine_network_back);
}

static void
wave_session_dispose (GObject *object)
{
  wave_session_stop (WAVE_SESSION (object));

  G_OBJECT_CLASS (wave_session_parent_class)->dispose (object);
}

static void
wave_session_finalize (GObject *object)
{
  WaveSession *self = WAVE_SESSION (object);

  if (self->shared != NULL)
    shared_unref (self->shared);

  G_OBJECT_CLASS (wave_session_parent_class)->finalize (object);
}

static void
wave_session_class_init (WaveSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wave_session_dispose;
  object_class->finalize = wave_session_finalize;
}

static void
wave_session_init (WaveSession *self)
{
}

gboolean
wave_session_check_server (const char *server, gboolean allow_plain, GError **error)
{
  g_autofree char *base = wave_http_normalise_server (server, allow_plain, error);

  return base != NULL;
}

WaveSession *
wave_session_new (const WaveSessionConfig *config, GError **error)
{
  g_autofree char *base = NULL;
  WaveSession *self;
  Shared *shared;

  g_return_val_if_fail (config != NULL && config->credentials != NULL && config->batch_func != NULL, NULL);

  base = wave_http_normalise_server (config->server, config->allow_plain, error);
  if (base == NULL)
    return NULL;

  shared = g_new0 (Shared, 1);
  g_atomic_ref_count_init (&shared->ref_count);
  g_mutex_init (&shared->lock);
  shared->context = g_main_context_new ();
  shared->engine = wave_engine_new (config, base);

  self = g_object_new (WAVE_TYPE_SESSION, NULL);
  self->shared = shared;
  /* Made here, not on the session's thread: the monitor is one for the process and belongs to the context where it is first asked for. */
  self->monitor = g_object_ref (g_network_monitor_get_default ());
  self->monitor_handler = g_signal_connect (self->monitor, "network-changed", G_CALLBACK (on_network_changed), self);
  self->thread = g_thread_new ("wave-session", run, shared_ref (shared));
  return self;
}

void
wave_session_start (WaveSession *self)
{
  g_return_if_fail (WAVE_IS_SESSION (self));

  send_command (self->shared, wave_engine_start);
}

void
wave_session_retry_now (WaveSession *self)
{
  g_return_if_fail (WAVE_IS_SESSION (self));

  send_command (self->shared, wave_engine_retry_now);
}

void
wave_session_token_changed (WaveSession *self)
{
  g_return_if_fail (WAVE_IS_SESSION (self));

  send_command (self->shared, wave_engine_token_changed);
}

void
wave_session_drop (WaveSession *self)
{
  g_return_if_fail (WAVE_IS_SESSION (self));

  send_command (self->shared, wave_engine_drop);
}

void
wave_session_stop (WaveSession *self)
{
  g_return_if_fail (WAVE_IS_SESSION (self));

  if (self->monitor != NULL)
    {
      g_signal_handler_disconnect (self->monitor, self->monitor_handler);
      g_clear_object (&self->monitor);
    }
  if (self->thread != NULL)
    {
      g_atomic_int_set (&self->shared->quit, TRUE);
      g_main_context_wakeup (self->shared->context);
      g_thread_join (g_steal_pointer (&self->thread));
    }
}

void
wave_session_get_counters (WaveSession *self, WaveSessionCounters *counters)
{
  WaveEngine *engine;

  g_return_if_fail (WAVE_IS_SESSION (self));

  engine = self->shared->engine;
  g_mutex_lock (&engine->published_lock);
  *counters = engine->published;
  g_mutex_unlock (&engine->published_lock);
}
