// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/wave-replay.h"

#include <string.h>

#include "model/wave-model-object.h"
#include "model/wave-participant.h"
#include "model/wave-replay-private.h"
#include "model/wave-room.h"
#include "model/wave-tenant-private.h"

#define TICK_MS 16
/* What of a tick the model may take; what is left waits, and the clock with it. */
#define TICK_BUDGET_US 6000
#define SLICE 32
/* Events that are fetched at once, and how few may wait before more are fetched. */
#define FETCH 1024
#define FETCH_BELOW 1024
/* A room that shows as many needs no more before somebody scrolls. */
#define ENOUGH 24
#define NOTIFY_US 33000

struct _WaveReplay
{
  GObject parent_instance;
  char *path;
  WaveTenant *tenant;
  WaveEventLog *log;
  WaveReplayMarks *marks; /* NULL until it is read */
  char *error;
  GCancellable *cancellable;

  gint64 now_us, duration_us;
  guint index; /* events that are applied */
  guint next_mark;
  double rate;
  gboolean ready, playing, closed;

  /* Going elsewhere. */
  gboolean building;
  guint wanted_index, building_index;
  gint64 wanted_us, building_us;
  gboolean is_wanted;
  guint generation; /* goes up with each picture */

  /* What comes next, fetched ahead. */
  GQueue queue; /* of WaveEvent, from @index on; NULL-free */
  guint queued_until;
  gboolean fetching;
  guint steps; /* forward, waiting for what is fetched */

  guint tick;
  gint64 last_tick, last_notify, told_us;
};

enum
{
  PROP_0,
  PROP_READY,
  PROP_PLAYING,
  PROP_RATE,
  PROP_POSITION_US,
  PROP_DURATION_US,
  PROP_INDEX,
  PROP_SEEKING,
  PROP_ERROR,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (WaveReplay, wave_replay, G_TYPE_OBJECT)

static GParamSpec *props[N_PROPS];

static void start_build (WaveReplay *self);
static void fetch_ahead (WaveReplay *self);

static void
tell_position (WaveReplay *self, gboolean at_once)
{
  gint64 now = g_get_monotonic_time ();

  if (self->told_us == self->now_us && !at_once)
    return;
  if (!at_once && now - self->last_notify < NOTIFY_US)
    return;
  self->last_notify = now;
  self->told_us = self->now_us;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_POSITION_US]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_INDEX]);
}

static gint64
time_of (WaveReplay *self, guint index)
{
  gint64 wall = wave_event_log_get_wall (self->log, index);

  return wall == G_MININT64 ? self->duration_us : MAX (0, wall - self->marks->head.started_us);
}

static void
update_pace (WaveReplay *self)
{
  wave_tenant_set_pace (self->tenant, self->playing ? self->rate : 0);
}

static void
drop_queue (WaveReplay *self)
{
  WaveEvent *event;

  while ((event = g_queue_pop_head (&self->queue)) != NULL)
    wave_event_unref (event);
  self->queued_until = self->index;
  self->generation++;
  self->fetching = FALSE;
  self->steps = 0;
}

/* ---- elsewhere ---- */

/* The replay is no task's source object, but its callback's: a worker that lets go of its task last would end the replay on its own thread. */

typedef struct
{
  WaveEventLog *log;
  WaveReplayMarks *marks;
  WaveStreamThresholds thresholds;
  guint index, next_mark;
  gint64 now_us, began;
} Build;

static void
build_free (gpointer data)
{
  Build *build = data;

  g_object_unref (build->log);
  wave_replay_marks_unref (build->marks);
  g_free (build);
}

static void
build_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Build *build = task_data;
  WaveTenant *tenant
      = wave_replay_build (build->log, build->marks, build->index, build->now_us, &build->thresholds, &build->next_mark, cancellable);

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, tenant, g_object_unref);
  else
    g_clear_object (&tenant);
}

static void
on_built (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveReplay) self = user_data;
  Build *build = g_task_get_task_data (G_TASK (result));
  g_autoptr (WaveTenant) tenant = g_task_propagate_pointer (G_TASK (result), NULL);
  gint64 taken;

  self->building = FALSE;
  if (tenant == NULL || self->closed)
    return;
  self->index = build->index;
  self->now_us = build->now_us;
  self->next_mark = build->next_mark;
  drop_queue (self);
  taken = g_get_monotonic_time ();
  wave_tenant_take (self->tenant, tenant);
  g_debug ("picture of %.3f s: built in %.1f ms, shown in %.1f ms", self->now_us / 1e6, (taken - build->began) / 1e3, (g_get_monotonic_time () - taken) / 1e3);
  if (!self->ready)
    {
      self->ready = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READY]);
    }
  self->last_tick = g_get_monotonic_time ();
  if (self->is_wanted)
    start_build (self);
  else
    {
      tell_position (self, TRUE);
      fetch_ahead (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SEEKING]);
}

static void
start_build (WaveReplay *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, on_built, g_object_ref (self));
  Build *build = g_new0 (Build, 1);

  build->log = g_object_ref (self->log);
  build->marks = wave_replay_marks_ref (self->marks);
  build->index = self->wanted_index;
  build->now_us = self->wanted_us;
  build->began = g_get_monotonic_time ();
  wave_stream_store_get_thresholds (wave_tenant_get_streams (self->tenant), &build->thresholds);
  self->is_wanted = FALSE;
  self->building = TRUE;
  self->building_index = build->index;
  self->building_us = build->now_us;
  g_task_set_static_name (task, "[wavescope] picture of a moment");
  g_task_set_task_data (task, build, build_free);
  g_task_run_in_thread (task, build_in_thread);
}

static void
go_to (WaveReplay *self, guint index, gint64 now_us)
{
  if (self->marks == NULL || self->closed)
    return;
  self->wanted_index = index;
  self->wanted_us = CLAMP (now_us, 0, self->duration_us);
  self->is_wanted = TRUE;
  self->steps = 0;
  if (self->building)
    return;
  start_build (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SEEKING]);
}

/* ---- ahead ---- */

typedef struct
{
  WaveEventLog *log;
  guint from, n, generation;
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  g_object_unref (fetch->log);
  g_free (fetch);
}

/* An event that is not there any more keeps its place, so that indices stay true. */
static void
fetch_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Fetch *fetch = task_data;
  g_autoptr (WaveEventLogReader) reader = wave_event_log_reader_new (fetch->log);
  g_autoptr (GPtrArray) events = g_ptr_array_new_full (fetch->n, (GDestroyNotify)wave_event_unref);

  for (guint i = 0; i < fetch->n && !g_cancellable_is_cancelled (cancellable); i++)
    {
      WaveEvent *event = wave_event_log_reader_dup_event (reader, fetch->from + i, fetch->from + i + 1);

      if (event == NULL)
        {
          g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
          gint64 wall = wave_event_log_get_wall (fetch->log, fetch->from + i);

          event = wave_event_decode (nothing, WAVE_VIA_STREAM, 0, MAX (wall, 0));
        }
      g_ptr_array_add (events, event);
    }
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_steal_pointer (&events), (GDestroyNotify)g_ptr_array_unref);
}

static void apply_due (WaveReplay *self, gint64 budget_us);

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveReplay) self = user_data;
  Fetch *fetch = g_task_get_task_data (G_TASK (result));
  g_autoptr (GPtrArray) events = g_task_propagate_pointer (G_TASK (result), NULL);

  if (events == NULL || self->closed || fetch->generation != self->generation)
    return;
  self->fetching = FALSE;
  for (guint i = 0; i < events->len; i++)
    g_queue_push_tail (&self->queue, wave_event_ref (events->pdata[i]));
  self->queued_until = fetch->from + events->len;
  if (self->steps > 0)
    {
      guint steps = self->steps;

      self->steps = 0;
      for (guint i = 0; i < steps; i++)
        wave_replay_step (self, 1);
    }
  fetch_ahead (self);
}

static void
fetch_ahead (WaveReplay *self)
{
  g_autoptr (GTask) task = NULL;
  guint n_events = wave_event_log_get_n_events (self->log);
  Fetch *fetch;

  if (self->fetching || self->closed || g_queue_get_length (&self->queue) >= FETCH_BELOW || self->queued_until >= n_events)
    return;
  self->fetching = TRUE;
  fetch = g_new0 (Fetch, 1);
  fetch->log = g_object_ref (self->log);
  fetch->from = self->queued_until;
  fetch->n = MIN (FETCH, n_events - self->queued_until);
  fetch->generation = self->generation;
  task = g_task_new (NULL, self->cancellable, on_fetched, g_object_ref (self));
  g_task_set_static_name (task, "[wavescope] events ahead");
  g_task_set_task_data (task, fetch, fetch_free);
  g_task_run_in_thread (task, fetch_in_thread);
}

/* ---- playing ---- */

/* The event at the head of the queue. */
static void
apply_next (WaveReplay *self)
{
  g_autoptr (WaveEvent) event = g_queue_pop_head (&self->queue);

  self->next_mark = wave_replay_apply_marks (self->tenant, self->marks, self->next_mark, self->index, G_MAXINT64);
  wave_tenant_apply_event (self->tenant, event);
  self->index++;
}

static void
apply_due (WaveReplay *self, gint64 budget_us)
{
  gint64 deadline = g_get_monotonic_time () + budget_us;
  guint n_events = wave_event_log_get_n_events (self->log);
  gboolean behind = FALSE;

  while (!behind && !g_queue_is_empty (&self->queue))
    {
      guint n = 0;

      wave_tenant_begin (self->tenant);
      while (n < SLICE && !g_queue_is_empty (&self->queue) && time_of (self, self->index) <= self->now_us)
        {
          apply_next (self);
          n++;
        }
      wave_tenant_end (self->tenant);
      if (n < SLICE)
        break;
      behind = g_get_monotonic_time () >= deadline;
    }
  /* The clock waits for what has not been applied. */
  if (self->index < n_events && self->index > 0 && time_of (self, self->index) <= self->now_us)
    self->now_us = MIN (self->now_us, time_of (self, self->index));
  else
    self->next_mark = wave_replay_apply_marks (self->tenant, self->marks, self->next_mark, self->index, self->now_us);
  wave_tenant_advance (self->tenant, self->now_us, self->marks->head.started_us + self->now_us);
  fetch_ahead (self);
}

static gboolean
on_tick (gpointer user_data)
{
  WaveReplay *self = user_data;
  gint64 now = g_get_monotonic_time ();
  gint64 passed = now - self->last_tick;

  self->last_tick = now;
  if (self->building)
    return G_SOURCE_CONTINUE;
  /* A machine that slept does not make the recording jump. */
  self->now_us = MIN (self->duration_us, self->now_us + (gint64)(MIN (passed, G_USEC_PER_SEC / 4) * self->rate));
  apply_due (self, TICK_BUDGET_US);
  if (self->now_us >= self->duration_us && self->index >= wave_event_log_get_n_events (self->log))
    wave_replay_pause (self);
  else
    tell_position (self, FALSE);
  return G_SOURCE_CONTINUE;
}

void
wave_replay_play (WaveReplay *replay)
{
  g_return_if_fail (WAVE_IS_REPLAY (replay));
  if (replay->playing || !replay->ready || replay->closed)
    return;
  if (replay->now_us >= replay->duration_us && !replay->is_wanted)
    go_to (replay, 0, 0);
  replay->playing = TRUE;
  replay->last_tick = g_get_monotonic_time ();
  replay->tick = g_timeout_add (TICK_MS, on_tick, replay);
  g_source_set_static_name (g_main_context_find_source_by_id (NULL, replay->tick), "wave-replay-tick");
  update_pace (replay);
  g_object_notify_by_pspec (G_OBJECT (replay), props[PROP_PLAYING]);
}

void
wave_replay_pause (WaveReplay *replay)
{
  g_return_if_fail (WAVE_IS_REPLAY (replay));
  if (!replay->playing)
    return;
  replay->playing = FALSE;
  g_clear_handle_id (&replay->tick, g_source_remove);
  update_pace (replay);
  g_object_notify_by_pspec (G_OBJECT (replay), props[PROP_PLAYING]);
  tell_position (replay, TRUE);
}

void
wave_replay_set_rate (WaveReplay *replay, double rate)
{
  g_return_if_fail (WAVE_IS_REPLAY (replay));
  rate = CLAMP (rate, WAVE_REPLAY_SLOWEST, WAVE_REPLAY_FASTEST);
  if (replay->rate == rate)
    return;
  replay->rate = rate;
  update_pace (replay);
  g_object_notify_by_pspec (G_OBJECT (replay), props[PROP_RATE]);
}

void
wave_replay_seek (WaveReplay *replay, gint64 position_us)
{
  g_return_if_fail (WAVE_IS_REPLAY (replay));
  if (replay->marks == NULL)
    return;
  position_us = CLAMP (position_us, 0, replay->duration_us);
  if (position_us >= replay->duration_us)
    go_to (replay, wave_event_log_get_n_events (replay->log), replay->duration_us);
  else if (position_us == 0)
    go_to (replay, 0, 0);
  else
    go_to (replay, wave_event_log_find_time (replay->log, replay->marks->head.started_us + position_us + 1), position_us);
}

void
wave_replay_seek_event (WaveReplay *replay, guint index)
{
  g_return_if_fail (WAVE_IS_REPLAY (replay));
  if (replay->marks == NULL || index >= wave_event_log_get_n_events (replay->log))
    return;
  wave_replay_pause (replay);
  go_to (replay, index + 1, time_of (replay, index));
}

void
wave_replay_step (WaveReplay *replay, int direction)
{
  guint n_events;

  g_return_if_fail (WAVE_IS_REPLAY (replay));
  if (replay->marks == NULL || !replay->ready)
    return;
  n_events = wave_event_log_get_n_events (replay->log);
  wave_replay_pause (replay);
  if (replay->building)
    {
      /* From where it is about to be. */
      guint from = replay->is_wanted ? replay->wanted_index : replay->building_index;

      if (direction > 0 ? from < n_events : from > 0)
        {
          from += direction > 0 ? 1 : -1;
          go_to (replay, from, from > 0 ? time_of (replay, from - 1) : 0);
        }
      return;
    }
  if (direction < 0)
    {
      if (replay->index > 0)
        go_to (replay, replay->index - 1, replay->index > 1 ? time_of (replay, replay->index - 2) : 0);
      return;
    }
  if (replay->index >= n_events)
    {
      if (replay->now_us < replay->duration_us)
        go_to (replay, n_events, replay->duration_us);
      return;
    }
  if (g_queue_is_empty (&replay->queue))
    {
      replay->steps++;
      fetch_ahead (replay);
      return;
    }
  replay->now_us = MAX (replay->now_us, time_of (replay, replay->index));
  wave_tenant_begin (replay->tenant);
  apply_next (replay);
  wave_tenant_end (replay->tenant);
  wave_tenant_advance (replay->tenant, replay->now_us, replay->marks->head.started_us + replay->now_us);
  fetch_ahead (replay);
  tell_position (replay, TRUE);
}

/* ---- the past of a room ---- */

static void
got_past (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveReplay) self = user_data;
  const char *room_id;
  guint generation;
  gboolean reached_start;
  g_autoptr (GPtrArray) events = wave_replay_read_past_finish (result, &room_id, &generation, &reached_start);

  /* After a jump the room asks anew. */
  if (events != NULL && !self->closed && generation == self->generation)
    wave_tenant_apply_history (self->tenant, room_id, events, reached_start);
}

static void
on_room_wanted (WaveTenant *tenant, WaveRoom *room, gboolean older_wanted, WaveReplay *self)
{
  WaveTimeline *timeline = wave_room_get_timeline (room);
  gint64 oldest = wave_timeline_get_oldest_position (timeline);

  if (self->marks == NULL || self->closed || wave_timeline_get_reached_start (timeline) || wave_timeline_get_loading_older (timeline))
    return;
  if (!older_wanted && g_list_model_get_n_items (G_LIST_MODEL (timeline)) >= ENOUGH)
    return;
  wave_tenant_set_loading (tenant, wave_room_get_id (room), TRUE);
  wave_replay_read_past (self->log, self->index, wave_room_get_id (room), oldest >= 0 ? oldest : G_MAXINT64, self->generation, self->cancellable, got_past,
                         g_object_ref (self));
}

/* ---- reading ---- */

static void
read_marks (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  WaveReplayMarks *marks = wave_replay_marks_read (task_data, cancellable);

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, marks, (GDestroyNotify)wave_replay_marks_unref);
  else
    g_clear_pointer (&marks, wave_replay_marks_unref);
}

/* Rows of the log bear the names that the snapshots told. */
static void
name_log (WaveReplay *self)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  GListModel *rooms = wave_tenant_get_rooms (tenant);
  GListModel *people = wave_tenant_get_participants (tenant);

  wave_replay_apply_names (tenant, self->marks);
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (rooms, i);

      gboolean has_name;

      g_object_get (room, "has-name", &has_name, NULL);
      if (has_name)
        wave_event_log_set_room_name (self->log, wave_room_get_id (room), wave_room_get_display_name (room));
    }
  for (guint i = 0; i < g_list_model_get_n_items (people); i++)
    {
      g_autoptr (WaveParticipant) participant = g_list_model_get_item (people, i);

      wave_event_log_set_participant (self->log, wave_participant_get_id (participant), wave_participant_get_display_name (participant),
                                      wave_participant_get_is_ai (participant));
    }
}

static void
got_marks (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveReplay) self = user_data;
  WaveReplayMarks *marks = g_task_propagate_pointer (G_TASK (result), NULL);
  gint64 first, last;

  if (self->closed)
    {
      g_clear_pointer (&marks, wave_replay_marks_unref);
      return;
    }
  if (marks == NULL)
    {
      self->error = g_strdup (wave_event_log_get_note (self->log));
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR]);
      return;
    }
  self->marks = marks;
  if (wave_event_log_get_span (self->log, &first, &last))
    self->duration_us = MAX (0, last - marks->head.started_us);
  if (marks->list->len > 0)
    self->duration_us = MAX (self->duration_us, ((WaveRecordingMark *)marks->list->pdata[marks->list->len - 1])->t_us);
  name_log (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DURATION_US]);
  wave_replay_seek (self, self->duration_us);
}

static void
on_loading (WaveReplay *self)
{
  g_autoptr (GTask) task = NULL;

  if (wave_event_log_is_loading (self->log) || self->marks != NULL || self->closed)
    return;
  task = g_task_new (NULL, self->cancellable, got_marks, g_object_ref (self));
  g_task_set_static_name (task, "[wavescope] states of a recording");
  g_task_set_task_data (task, g_object_ref (self->log), g_object_unref);
  g_task_run_in_thread (task, read_marks);
}

/* ---- the object ---- */

void
wave_replay_close (WaveReplay *replay)
{
  g_return_if_fail (WAVE_IS_REPLAY (replay));
  if (replay->closed)
    return;
  wave_replay_pause (replay);
  replay->closed = TRUE;
  g_cancellable_cancel (replay->cancellable);
  drop_queue (replay);
  g_signal_handlers_disconnect_by_data (replay->log, replay);
  g_signal_handlers_disconnect_by_data (replay->tenant, replay);
  wave_event_log_close (replay->log);
}

static void
wave_replay_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveReplay *self = WAVE_REPLAY (object);

  switch (prop_id)
    {
    case PROP_READY:
      g_value_set_boolean (value, self->ready);
      break;
    case PROP_PLAYING:
      g_value_set_boolean (value, self->playing);
      break;
    case PROP_RATE:
      g_value_set_double (value, self->rate);
      break;
    case PROP_POSITION_US:
      g_value_set_int64 (value, wave_replay_get_position (self));
      break;
    case PROP_DURATION_US:
      g_value_set_int64 (value, self->duration_us);
      break;
    case PROP_INDEX:
      g_value_set_uint (value, self->index);
      break;
    case PROP_SEEKING:
      g_value_set_boolean (value, self->building);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_replay_dispose (GObject *object)
{
  WaveReplay *self = WAVE_REPLAY (object);

  if (self->log != NULL)
    wave_replay_close (self);
  G_OBJECT_CLASS (wave_replay_parent_class)->dispose (object);
}

static void
wave_replay_finalize (GObject *object)
{
  WaveReplay *self = WAVE_REPLAY (object);

  g_clear_object (&self->tenant);
  g_clear_object (&self->log);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->marks, wave_replay_marks_unref);
  g_free (self->path);
  g_free (self->error);
  G_OBJECT_CLASS (wave_replay_parent_class)->finalize (object);
}

static void
wave_replay_class_init (WaveReplayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wave_replay_dispose;
  object_class->finalize = wave_replay_finalize;
  object_class->get_property = wave_replay_get_property;
  props[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[PROP_RATE] = g_param_spec_double ("rate", NULL, NULL, WAVE_REPLAY_SLOWEST, WAVE_REPLAY_FASTEST, 1, WAVE_MODEL_READ);
  props[PROP_POSITION_US] = g_param_spec_int64 ("position-us", NULL, NULL, 0, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[PROP_DURATION_US] = g_param_spec_int64 ("duration-us", NULL, NULL, 0, G_MAXINT64, 0, WAVE_MODEL_READ);
  props[PROP_INDEX] = g_param_spec_uint ("index", NULL, NULL, 0, G_MAXUINT, 0, WAVE_MODEL_READ);
  props[PROP_SEEKING] = g_param_spec_boolean ("seeking", NULL, NULL, FALSE, WAVE_MODEL_READ);
  props[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
wave_replay_init (WaveReplay *self)
{
  self->tenant = wave_tenant_new ();
  self->cancellable = g_cancellable_new ();
  self->rate = 1;
  self->told_us = -1;
  g_queue_init (&self->queue);
  update_pace (self);
}

WaveReplay *
wave_replay_new (const char *path)
{
  WaveReplay *self = g_object_new (WAVE_TYPE_REPLAY, NULL);

  self->path = g_strdup (path);
  self->log = wave_event_log_new_for_recording (path);
  g_signal_connect_object (self->log, "notify::loading", G_CALLBACK (on_loading), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->tenant, "room-wanted", G_CALLBACK (on_room_wanted), self, G_CONNECT_DEFAULT);
  return self;
}

WaveTenant *
wave_replay_get_tenant (WaveReplay *replay)
{
  g_return_val_if_fail (WAVE_IS_REPLAY (replay), NULL);
  return replay->tenant;
}

WaveEventLog *
wave_replay_get_event_log (WaveReplay *replay)
{
  g_return_val_if_fail (WAVE_IS_REPLAY (replay), NULL);
  return replay->log;
}

const char *
wave_replay_get_path (WaveReplay *replay)
{
  g_return_val_if_fail (WAVE_IS_REPLAY (replay), NULL);
  return replay->path;
}

gboolean
wave_replay_is_ready (WaveReplay *replay)
{
  g_return_val_if_fail (WAVE_IS_REPLAY (replay), FALSE);
  return replay->ready;
}

gboolean
wave_replay_is_seeking (WaveReplay *replay)
{
  g_return_val_if_fail (WAVE_IS_REPLAY (replay), FALSE);
  return replay->building;
}

gint64
wave_replay_get_position (WaveReplay *replay)
{
  g_return_val_if_fail (WAVE_IS_REPLAY (replay), 0);
  /* Where it is about to be. */
  return replay->is_wanted ? replay->wanted_us : replay->building ? replay->building_us : replay->now_us;
}

gint64
wave_replay_get_duration (WaveReplay *replay)
{
  g_return_val_if_fail (WAVE_IS_REPLAY (replay), 0);
  return replay->duration_us;
}

gint64
wave_replay_get_started_wall (WaveReplay *replay)
{
  g_return_val_if_fail (WAVE_IS_REPLAY (replay), 0);
  return replay->marks != NULL ? replay->marks->head.started_us : 0;
}

guint
wave_replay_get_index (WaveReplay *replay)
{
  g_return_val_if_fail (WAVE_IS_REPLAY (replay), 0);
  return replay->index;
}

gboolean
wave_replay_is_playing (WaveReplay *replay)
{
  g_return_val_if_fail (WAVE_IS_REPLAY (replay), FALSE);
  return replay->playing;
}

double
wave_replay_get_rate (WaveReplay *replay)
{
  g_return_val_if_fail (WAVE_IS_REPLAY (replay), 1);
  return replay->rate;
}
