// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gstdio.h>

#include "model/wave-monitor.h"
#include "model/wave-monitor-private.h"
#include "model/wave-snapshot-loader.h"
#include "model/wave-tenant-private.h"

#define TICK_MS 250    /* moves the model's time on: within the grace of an expired typing */
#define PUMP_US 100000 /* between two pumps when no frame clock drives them */
#define PUMP_BUDGET_US 20000
#define SPARE_BUDGET_US 6000 /* about so long a click waits */
#define LAG_SPAN_US (60 * G_USEC_PER_SEC)
#define LAG_LIMIT_US 10000 /* of the session's loop: beyond it (half of a usual gap) what is measured is marked */
#define SLICE 32 /* events between two looks at the clock */
#define CLOSE_WAIT_US (2 * G_USEC_PER_SEC)
#define FIRST_PROOFS 200
#define FIRST_ROWS 3000 /* of the journal, shown before there is a connection */

struct _WaveMonitor
{
  GObject parent_instance;
  char *server, *data_dir;
  gboolean ephemeral, started, stopped;

  WaveTenant *tenant;
  WaveSession *session;
  WaveSnapshotLoader *loader;
  WaveLink *link;
  WaveCredentials *credentials;
  WaveRecorder *recorder; /* nullable */
  guint token_generation;
  WaveInbox *inbox;
  WaveJournal *journal; /* of the link, as the main thread saw it last */
  WaveEventLog *event_log;
  char *event_log_path; /* nullable: of the journal that it reads */

  WaveBatch *batch; /* the one that is being applied */
  guint next;       /* its next event */
  guint backlog, largest_backlog;
  gint64 last_pump;
  guint link_serial;
  char *failure, *set_aside, *former_name;

  gint64 tick_due, lag, lag_worst[2], lag_turn; /* lateness of the tick; the worst of this minute and of the one before */

  GSource *wake;
  GSource *spare; /* ready while something waits: takes the time that nothing else wants */
  guint tick;
  GCancellable *cancellable;
};
enum
{
  PROP_0,
  PROP_BACKLOG,
  PROP_JOURNAL_FAILURE,
  PROP_SET_ASIDE,
  PROP_FORMER_SERVER_NAME,
  PROP_EVENT_LOG,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (WaveMonitor, wave_monitor, G_TYPE_OBJECT)

static GParamSpec *props[N_PROPS];
static guint signal_tokens_changed;

/* ---- the way from the session's thread ---- */

static void
on_wake (gpointer user_data)
{
  GSource *source = user_data;

  if (!g_source_is_destroyed (source))
    g_source_set_ready_time (source, 0);
}

static void
update_backlog (WaveMonitor *self)
{
  guint backlog = wave_monitor_get_backlog (self);

  if (backlog == self->backlog)
    return;
  self->backlog = backlog;
  self->largest_backlog = MAX (self->largest_backlog, backlog);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BACKLOG]);
}

static gboolean
on_wake_ready (gpointer user_data)
{
  WaveMonitor *self = user_data;
  gint64 now = g_get_monotonic_time ();
  gint64 due = self->last_pump + PUMP_US;

  update_backlog (self);
  /* A frame clock that stands still (hidden, minimised) must not stop the model: after 100 ms the pump does it. */
  if (now >= due)
    {
      /* Before the inbox is looked at: the wake of a batch that comes in after it was found empty must stand. */
      g_source_set_ready_time (self->wake, -1);
      wave_monitor_pump (self, PUMP_BUDGET_US);
    }
  else
    /* Also without a backlog: a batch may hold nothing but a transition. */
    g_source_set_ready_time (self->wake, due);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_spare_time (gpointer user_data)
{
  wave_monitor_pump (user_data, SPARE_BUDGET_US);
  return G_SOURCE_CONTINUE;
}

static gboolean
wake_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs wake_funcs = { .dispatch = wake_dispatch };

static void
follow_transition (WaveMonitor *self, const WaveTransition *transition)
{
  if (transition->to == WAVE_SESSION_CATCHING_UP)
    wave_snapshot_loader_hello (self->loader, transition->tenant_id);
  else if (transition->to == WAVE_SESSION_LIVE || transition->to == WAVE_SESSION_POLLING)
    wave_snapshot_loader_live (self->loader);
  else
    wave_snapshot_loader_lost (self->loader);
}

void
wave_monitor_keep_proof (WaveMonitor *self, WaveGap *gap)
{
  g_autoptr (WaveJournal) journal = wave_link_ref_journal (self->link);
  g_autoptr (WaveProof) proof = wave_gap_dup_proof (gap);

  if (journal != NULL)
    wave_journal_submit_proof (journal, proof);
}

/* An interruption that has just ended is kept in the journal. */
static void
follow_gap (WaveMonitor *self, const WaveTransition *transition)
{
  GListModel *gaps = wave_tenant_get_gaps (self->tenant);
  guint n = g_list_model_get_n_items (gaps);
  g_autoptr (WaveGap) gap = n > 0 ? g_list_model_get_item (gaps, n - 1) : NULL;

  if (transition->report != NULL && gap != NULL && !gap->earlier && gap->end_mono == transition->mono_us)
    wave_monitor_keep_proof (self, gap);
}

static void
follow_link (WaveMonitor *self)
{
  guint serial = wave_link_get_serial (self->link);
  g_autoptr (WaveJournal) journal = NULL;
  g_autofree char *failure = NULL;
  g_autofree char *set_aside = NULL;
  g_autofree char *former_name = NULL;

  if (serial == self->link_serial)
    return;
  self->link_serial = serial;
  journal = wave_link_ref_journal (self->link);
  failure = wave_link_dup_failure (self->link);
  set_aside = wave_link_dup_set_aside (self->link);
  former_name = wave_link_dup_former_name (self->link);
  g_set_object (&self->journal, journal);
  if (g_set_str (&self->failure, failure))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_JOURNAL_FAILURE]);
  if (g_set_str (&self->set_aside, set_aside))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SET_ASIDE]);
  if (g_set_str (&self->former_name, former_name))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FORMER_SERVER_NAME]);
}

/* Before the events of a batch: the log reads the journal into which they were written. */
static void
follow_journal (WaveMonitor *self, const WaveTransition *transition)
{
  const char *path;

  follow_link (self);
  path = self->journal != NULL ? wave_journal_get_path (self->journal) : NULL;
  if (path == NULL || g_strcmp0 (path, self->event_log_path) == 0)
    return;
  if (self->event_log_path != NULL || !wave_event_log_attach_journal (self->event_log, path))
    {
      /* Another tenant's journal stands open before the last events of the former tenant are through; its hello tells where they end. */
      if (self->event_log_path != NULL && (transition == NULL || (transition->to != WAVE_SESSION_CATCHING_UP && transition->to != WAVE_SESSION_POLLING)))
        return;
      wave_event_log_close (self->event_log);
      g_object_unref (self->event_log);
      self->event_log = wave_event_log_new_for_journal (path);
    }
  g_set_str (&self->event_log_path, path);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_EVENT_LOG]);
}

/* Applies at most SLICE events of the batch at hand, between the tenant's begin and end. Returns how many */
static guint
apply_slice (WaveMonitor *self)
{
  g_autoptr (WaveBatch) batch = wave_batch_ref (self->batch);
  guint n = batch->events != NULL ? batch->events->len : 0;
  guint end = MIN (n, self->next + SLICE);
  guint applied = end - self->next;

  if (self->next == 0)
    {
      follow_journal (self, batch->transition);
      wave_event_log_append_batch (self->event_log, batch);
      if (self->recorder != NULL)
        wave_recorder_add_batch (self->recorder, batch);
    }
  if (self->next == 0 && batch->transition != NULL)
    wave_tenant_apply_transition (self->tenant, batch->transition);
  wave_tenant_apply_events (self->tenant, batch, self->next, end);
  if (self->next == 0 && batch->transition != NULL)
    {
      /* Whoever follows it has heard of what it changed. */
      wave_tenant_end (self->tenant);
      wave_tenant_begin (self->tenant);
      follow_transition (self, batch->transition);
      follow_gap (self, batch->transition);
    }
  self->next = end;
  if (end == n)
    g_clear_pointer (&self->batch, wave_batch_unref);
  return applied;
}

/* What is stamped while the session's loop is late is measured late. Its timers count whole milliseconds, so up to that it is not late at all. */
static void
follow_lag (WaveMonitor *self)
{
  WaveSession *session = wave_monitor_get_session (self);
  WaveSessionCounters counters;

  if (session == NULL)
    return;
  wave_session_get_counters (session, &counters);
  wave_stream_store_set_lagged (wave_tenant_get_streams (self->tenant), counters.loop_lag_recent_us > LAG_LIMIT_US);
}

guint
wave_monitor_pump (WaveMonitor *monitor, gint64 budget_us)
{
  gint64 deadline = g_get_monotonic_time () + budget_us;
  g_autoptr (WaveMonitor) keep = NULL;
  gboolean drained;
  guint applied = 0;

  g_return_val_if_fail (WAVE_IS_MONITOR (monitor), 0);
  keep = g_object_ref (monitor);
  follow_lag (monitor);
  /* What changes more than once until the next frame is told once. */
  wave_tenant_begin (monitor->tenant);
  do
    {
      if (monitor->batch == NULL)
        {
          monitor->batch = wave_inbox_pop (monitor->inbox);
          monitor->next = 0;
        }
      drained = monitor->batch == NULL;
      if (drained || monitor->stopped)
        break;
      applied += apply_slice (monitor);
    }
  while (g_get_monotonic_time () < deadline);
  wave_tenant_end (monitor->tenant);
  if (!monitor->stopped)
    g_source_set_ready_time (monitor->spare, drained ? -1 : 0);
  monitor->last_pump = g_get_monotonic_time ();
  follow_journal (monitor, NULL);
  wave_tenant_advance (monitor->tenant, monitor->last_pump, g_get_real_time ());
  update_backlog (monitor);
  return applied;
}

static void
measure_lag (WaveMonitor *self, gint64 now)
{
  if (now >= self->lag_turn)
    {
      self->lag_worst[1] = self->lag_worst[0];
      self->lag_worst[0] = 0;
      self->lag_turn = now + LAG_SPAN_US;
    }
  if (self->tick_due > 0)
    {
      self->lag = MAX (0, now - self->tick_due);
      self->lag_worst[0] = MAX (self->lag_worst[0], self->lag);
    }
  self->tick_due = now + TICK_MS * 1000;
}

static gboolean
on_tick (gpointer user_data)
{
  WaveMonitor *self = user_data;
  gint64 now = g_get_monotonic_time ();

  measure_lag (self, now);
  follow_journal (self, NULL);
  wave_tenant_advance (self->tenant, now, g_get_real_time ());
  wave_snapshot_loader_tick (self->loader, now);
  if (wave_credentials_get_generation (self->credentials) != self->token_generation)
    {
      self->token_generation = wave_credentials_get_generation (self->credentials);
      g_signal_emit (self, signal_tokens_changed, 0);
    }
  return G_SOURCE_CONTINUE;
}

/* ---- what stands in the journal already ---- */

typedef struct
{
  WaveLink *link;
  char *tenant_id;
  GPtrArray *proofs; /* nullable */
} FirstLook;

static void
first_look_free (gpointer data)
{
  FirstLook *look = data;

  wave_link_unref (look->link);
  g_clear_pointer (&look->proofs, g_ptr_array_unref);
  g_free (look->tenant_id);
  g_free (look);
}

static void
read_first (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  FirstLook *look = task_data;
  g_autoptr (WaveJournal) journal = wave_link_open_last (look->link, &look->tenant_id);
  g_autoptr (GError) error = NULL;
  GPtrArray *events = journal != NULL ? wave_journal_read_events (journal, NULL, G_MAXINT64, FIRST_ROWS, &error) : NULL;

  if (error != NULL)
    g_message ("the journal could not be read: %s", error->message);
  else if (journal != NULL)
    look->proofs = wave_journal_read_proofs (journal, FIRST_PROOFS, NULL);
  g_task_return_pointer (task, events, (GDestroyNotify)g_ptr_array_unref);
}

static void
got_first (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WaveMonitor *self = WAVE_MONITOR (source);
  FirstLook *look = g_task_get_task_data (G_TASK (result));
  g_autoptr (GPtrArray) events = g_task_propagate_pointer (G_TASK (result), NULL);
  g_autoptr (GHashTable) by_room = NULL;
  GHashTableIter iter;
  const char *room_id;
  GPtrArray *list;

  if (events == NULL || self->stopped)
    return;
  /* The session was faster and it is another tenant's: nothing of it may be shown. */
  if (!wave_tenant_expect (self->tenant, look->tenant_id))
    return;
  if (look->proofs != NULL)
    wave_tenant_add_earlier_gaps (self->tenant, look->proofs);
  by_room = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  for (guint i = 0; i < events->len; i++)
    {
      WaveEvent *event = events->pdata[i];

      if (event->room_id == NULL || event->position < 0)
        continue;
      list = g_hash_table_lookup (by_room, event->room_id);
      if (list == NULL)
        {
          list = g_ptr_array_new ();
          g_hash_table_insert (by_room, (gpointer)event->room_id, list);
        }
      g_ptr_array_add (list, event);
    }
  wave_tenant_begin (self->tenant);
  g_hash_table_iter_init (&iter, by_room);
  while (g_hash_table_iter_next (&iter, (gpointer *)&room_id, (gpointer *)&list))
    wave_tenant_apply_history (self->tenant, room_id, list, FALSE);
  wave_tenant_end (self->tenant);
}

gboolean
wave_monitor_is_stopped (WaveMonitor *self)
{
  return self->stopped;
}

/* ---- start and stop ---- */

void
wave_monitor_start (WaveMonitor *monitor)
{
  g_autoptr (GTask) task = NULL;
  FirstLook *look;

  g_return_if_fail (WAVE_IS_MONITOR (monitor));
  if (monitor->started || monitor->stopped)
    return;
  monitor->started = TRUE;
  monitor->tick = g_timeout_add (TICK_MS, on_tick, monitor);
  g_source_set_static_name (g_main_context_find_source_by_id (NULL, monitor->tick), "wave-monitor-tick");
  if (!monitor->ephemeral)
    {
      task = g_task_new (monitor, monitor->cancellable, got_first, NULL);
      look = g_new0 (FirstLook, 1);
      look->link = wave_link_ref (monitor->link);
      g_task_set_name (task, "wave-journal-first");
      g_task_set_task_data (task, look, first_look_free);
      g_task_run_in_thread (task, read_first);
    }
  wave_session_start (monitor->session);
}

typedef struct
{
  gatomicrefcount ref_count;
  GMutex lock;
  GCond done_cond;
  gboolean done;
  WaveLink *link;
  char *remove_dir; /* nullable */
} Closing;

static void
closing_unref (Closing *closing)
{
  if (!g_atomic_ref_count_dec (&closing->ref_count))
    return;
  wave_link_unref (closing->link);
  g_mutex_clear (&closing->lock);
  g_cond_clear (&closing->done_cond);
  g_free (closing->remove_dir);
  g_free (closing);
}

/* The temporary directory holds only what the journal made; nothing below it is followed. */
static void
remove_flat (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (!g_file_test (child, G_FILE_TEST_IS_SYMLINK) && g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_flat (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static gpointer
close_journals (gpointer data)
{
  Closing *closing = data;

  wave_link_close (closing->link);
  if (closing->remove_dir != NULL)
    remove_flat (closing->remove_dir);
  g_mutex_lock (&closing->lock);
  closing->done = TRUE;
  g_cond_signal (&closing->done_cond);
  g_mutex_unlock (&closing->lock);
  closing_unref (closing);
  return NULL;
}

void
wave_monitor_stop (WaveMonitor *monitor)
{
  gint64 deadline = g_get_monotonic_time () + CLOSE_WAIT_US;
  Closing *closing;

  g_return_if_fail (WAVE_IS_MONITOR (monitor));
  if (monitor->stopped)
    return;
  monitor->stopped = TRUE;
  g_cancellable_cancel (monitor->cancellable);
  g_clear_handle_id (&monitor->tick, g_source_remove);
  wave_snapshot_loader_stop (monitor->loader);
  wave_session_stop (monitor->session);
  wave_link_set_inbox (monitor->link, NULL);
  wave_inbox_close (monitor->inbox);
  g_source_destroy (monitor->wake);
  g_source_destroy (monitor->spare);
  wave_event_log_close (monitor->event_log);

  closing = g_new0 (Closing, 1);
  g_atomic_ref_count_init (&closing->ref_count);
  g_atomic_ref_count_inc (&closing->ref_count);
  g_mutex_init (&closing->lock);
  g_cond_init (&closing->done_cond);
  closing->link = wave_link_ref (monitor->link);
  closing->remove_dir = monitor->ephemeral ? g_strdup (monitor->data_dir) : NULL;
  g_thread_unref (g_thread_new ("wave-close", close_journals, closing));
  /* A slow disk may take longer: what is queued is written all the same unless the process ends first, and then the cursor is
   * not ahead of it. */
  g_mutex_lock (&closing->lock);
  while (!closing->done && g_cond_wait_until (&closing->done_cond, &closing->lock, deadline))
    ;
  g_mutex_unlock (&closing->lock);
  closing_unref (closing);
}

/* ---- the object ---- */

static void
wave_monitor_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveMonitor *self = WAVE_MONITOR (object);

  switch (prop_id)
    {
    case PROP_BACKLOG:
      g_value_set_uint (value, self->backlog);
      break;
    case PROP_JOURNAL_FAILURE:
      g_value_set_string (value, self->failure);
      break;
    case PROP_SET_ASIDE:
      g_value_set_string (value, self->set_aside);
      break;
    case PROP_FORMER_SERVER_NAME:
      g_value_set_string (value, self->former_name);
      break;
    case PROP_EVENT_LOG:
      g_value_set_object (value, self->event_log);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_monitor_dispose (GObject *object)
{
  WaveMonitor *self = WAVE_MONITOR (object);

  if (self->session != NULL)
    wave_monitor_stop (self);
  G_OBJECT_CLASS (wave_monitor_parent_class)->dispose (object);
}

static void
wave_monitor_finalize (GObject *object)
{
  WaveMonitor *self = WAVE_MONITOR (object);

  g_clear_pointer (&self->batch, wave_batch_unref);
  g_clear_pointer (&self->wake, g_source_unref);
  g_clear_pointer (&self->spare, g_source_unref);
  g_clear_pointer (&self->inbox, wave_inbox_unref);
  g_clear_pointer (&self->link, wave_link_unref);
  g_clear_pointer (&self->credentials, wave_credentials_unref);
  g_clear_object (&self->recorder);
  g_clear_object (&self->journal);
  g_clear_object (&self->event_log);
  g_clear_object (&self->loader);
  g_clear_object (&self->session);
  g_clear_object (&self->tenant);
  g_clear_object (&self->cancellable);
  g_free (self->server);
  g_free (self->data_dir);
  g_free (self->failure);
  g_free (self->set_aside);
  g_free (self->former_name);
  g_free (self->event_log_path);
  G_OBJECT_CLASS (wave_monitor_parent_class)->finalize (object);
}

static void
wave_monitor_class_init (WaveMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wave_monitor_dispose;
  object_class->finalize = wave_monitor_finalize;
  object_class->get_property = wave_monitor_get_property;
  props[PROP_BACKLOG] = g_param_spec_uint ("backlog", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[PROP_JOURNAL_FAILURE] = g_param_spec_string ("journal-failure", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[PROP_SET_ASIDE] = g_param_spec_string ("set-aside", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[PROP_FORMER_SERVER_NAME] = g_param_spec_string ("former-server-name", NULL, NULL, NULL, WAVE_MODEL_READ);
  props[PROP_EVENT_LOG] = g_param_spec_object ("event-log", NULL, NULL, WAVE_TYPE_EVENT_LOG, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signal_tokens_changed = g_signal_new ("tokens-changed", WAVE_TYPE_MONITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wave_monitor_init (WaveMonitor *self)
{
  self->tenant = wave_tenant_new ();
  self->event_log = wave_event_log_new ();
  self->cancellable = g_cancellable_new ();
}

static WaveJournal *
journal_for_loader (gpointer user_data)
{
  return wave_link_ref_journal (user_data);
}

/* One journal, however the address is written: scheme and host in small letters, the port always, nothing after it. */
static char *
dup_journal_name (const char *server)
{
  g_autoptr (GUri) uri = g_uri_parse (server, G_URI_FLAGS_SCHEME_NORMALIZE | G_URI_FLAGS_PARSE_RELAXED, NULL);
  g_autofree char *host = NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return g_strdup (server);
  host = g_ascii_strdown (g_uri_get_host (uri), -1);
  /* The flag gives the usual port of a scheme even where none is written. */
  return g_strdup_printf ("%s://%s:%d", g_uri_get_scheme (uri), host, g_uri_get_port (uri));
}

WaveMonitor *
wave_monitor_new (const char *server, WaveCredentials *credentials, gboolean allow_plain, const char *data_dir,
                  gboolean ephemeral, GError **error)
{
  g_autoptr (WaveMonitor) self = g_object_new (WAVE_TYPE_MONITOR, NULL);
  g_autofree char *base = NULL;
  WaveSessionConfig config = { 0 };

  self->server = g_strdup (server);
  self->credentials = wave_credentials_ref (credentials);
  self->token_generation = wave_credentials_get_generation (credentials);
  self->ephemeral = ephemeral;
  self->data_dir = ephemeral ? g_dir_make_tmp ("wavescope-XXXXXX", error) : g_strdup (data_dir);
  if (ephemeral && self->data_dir == NULL)
    return NULL;
  base = dup_journal_name (server);
  self->link = wave_link_new (base, self->data_dir);
  self->wake = g_source_new (&wake_funcs, sizeof (GSource));
  g_source_set_static_name (self->wake, "wave-monitor-wake");
  g_source_set_callback (self->wake, on_wake_ready, self, NULL);
  g_source_attach (self->wake, NULL);
  self->spare = g_source_new (&wake_funcs, sizeof (GSource));
  g_source_set_static_name (self->spare, "wave-monitor-spare");
  /* Behind input, layout and drawing: a window stays as quick as it was, and a backlog goes as fast as the machine can. */
  g_source_set_priority (self->spare, G_PRIORITY_DEFAULT_IDLE);
  g_source_set_callback (self->spare, on_spare_time, self, NULL);
  g_source_attach (self->spare, NULL);
  self->inbox = wave_inbox_new (on_wake, self->wake);
  wave_link_set_inbox (self->link, self->inbox);

  config.server = server;
  config.credentials = credentials;
  config.allow_plain = allow_plain;
  config.since = WAVE_SINCE_STORED;
  config.since_position = -1;
  config.timings = wave_session_timings_default ();
  config.batch_func = wave_link_batch;
  config.resume_func = wave_link_resume;
  config.behind_func = wave_link_is_behind;
  config.user_data = self->link;
  self->session = wave_session_new (&config, error);
  if (self->session == NULL)
    {
      g_source_destroy (self->wake);
      g_source_destroy (self->spare);
      if (ephemeral)
        g_rmdir (self->data_dir);
      return NULL;
    }
  self->loader = wave_snapshot_loader_new (self->tenant, self->session, journal_for_loader, self->link);
  return g_steal_pointer (&self);
}

WaveSnapshotLoader *
wave_monitor_get_loader (WaveMonitor *self)
{
  return self->loader;
}

WaveTenant *
wave_monitor_get_tenant (WaveMonitor *monitor)
{
  g_return_val_if_fail (WAVE_IS_MONITOR (monitor), NULL);
  return monitor->tenant;
}

WaveSession *
wave_monitor_get_session (WaveMonitor *monitor)
{
  g_return_val_if_fail (WAVE_IS_MONITOR (monitor), NULL);
  return monitor->session;
}

WaveJournal *
wave_monitor_get_journal (WaveMonitor *monitor)
{
  g_return_val_if_fail (WAVE_IS_MONITOR (monitor), NULL);
  follow_link (monitor);
  return monitor->journal;
}

WaveEventLog *
wave_monitor_get_event_log (WaveMonitor *monitor)
{
  g_return_val_if_fail (WAVE_IS_MONITOR (monitor), NULL);
  return monitor->event_log;
}

const char *
wave_monitor_get_server (WaveMonitor *monitor)
{
  g_return_val_if_fail (WAVE_IS_MONITOR (monitor), NULL);
  return monitor->server;
}

gboolean
wave_monitor_is_ephemeral (WaveMonitor *monitor)
{
  g_return_val_if_fail (WAVE_IS_MONITOR (monitor), FALSE);
  return monitor->ephemeral;
}

WaveCredentials *
wave_monitor_get_credentials (WaveMonitor *monitor)
{
  g_return_val_if_fail (WAVE_IS_MONITOR (monitor), NULL);
  return monitor->credentials;
}

void
wave_monitor_set_retention (WaveMonitor *monitor, gint64 max_age_us, guint64 max_bytes)
{
  g_return_if_fail (WAVE_IS_MONITOR (monitor));
  wave_link_set_retention (monitor->link, max_age_us, max_bytes);
}

guint
wave_monitor_get_backlog (WaveMonitor *monitor)
{
  g_return_val_if_fail (WAVE_IS_MONITOR (monitor), 0);
  if (monitor->batch == NULL || monitor->batch->events == NULL)
    return wave_inbox_get_backlog (monitor->inbox);
  return wave_inbox_get_backlog (monitor->inbox) + monitor->batch->events->len - monitor->next;
}

void
wave_monitor_get_loop_lag (WaveMonitor *monitor, gint64 *last_us, gint64 *worst_us)
{
  g_return_if_fail (WAVE_IS_MONITOR (monitor));
  *last_us = monitor->lag;
  *worst_us = MAX (monitor->lag_worst[0], monitor->lag_worst[1]);
}

guint
wave_monitor_get_largest_backlog (WaveMonitor *monitor)
{
  g_return_val_if_fail (WAVE_IS_MONITOR (monitor), 0);
  return monitor->largest_backlog;
}

void
wave_monitor_set_recorder (WaveMonitor *monitor, WaveRecorder *recorder)
{
  g_return_if_fail (WAVE_IS_MONITOR (monitor));
  g_set_object (&monitor->recorder, recorder);
}
