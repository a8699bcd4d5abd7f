// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/wave-recorder.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "journal/wave-recording.h"
#include "model/wave-model-object.h"

#define FLUSH_US G_USEC_PER_SEC
#define CLOSE_WAIT_US (2 * G_USEC_PER_SEC)
/* With a disk that stands still this many batches are kept; then the recording ends with an error instead of eating the memory. */
#define MOST_WAITING 200000

/* Shared with the thread that writes. */
typedef struct
{
  gatomicrefcount ref_count;
  GAsyncQueue *queue; /* of WaveBatch; &queue itself stands for the end */
  char *path;
  GPtrArray *snapshots;
  WaveRecordingWriter *writer; /* the thread's */
  WaveCredentials *credentials;
  guint generation;
  GMainContext *context;
  GWeakRef recorder;

  GMutex lock; /* guards what follows */
  GCond ended_cond;
  guint64 size, n_frames;
  GError *error;
  gboolean ended, told;
  GTask *stopping; /* nullable */
} Writing;

struct _WaveRecorder
{
  GObject parent_instance;
  Writing *writing;
  gint64 began;
  guint64 size, n_frames;
  char *error;
  gboolean stopped;
};

enum
{
  PROP_0,
  PROP_SIZE,
  PROP_N_FRAMES,
  PROP_ERROR,
  N_PROPS
};

G_DEFINE_FINAL_TYPE (WaveRecorder, wave_recorder, G_TYPE_OBJECT)

static GParamSpec *props[N_PROPS];

/* ---- the thread ---- */

static void
writing_unref (Writing *writing)
{
  if (!g_atomic_ref_count_dec (&writing->ref_count))
    return;
  g_async_queue_unref (writing->queue);
  g_free (writing->path);
  g_ptr_array_unref (writing->snapshots);
  g_clear_pointer (&writing->credentials, wave_credentials_unref);
  g_main_context_unref (writing->context);
  g_weak_ref_clear (&writing->recorder);
  g_mutex_clear (&writing->lock);
  g_cond_clear (&writing->ended_cond);
  g_clear_error (&writing->error);
  g_free (writing);
}

/* A token that was renewed must not be in the file either. */
static void
follow_secrets (Writing *writing)
{
  char *token, *refresh;

  if (writing->credentials == NULL || writing->generation == wave_credentials_get_generation (writing->credentials))
    return;
  writing->generation = wave_credentials_get_generation (writing->credentials);
  token = wave_credentials_dup_access_token (writing->credentials);
  refresh = wave_credentials_dup_refresh_token (writing->credentials);
  wave_recording_writer_add_secret (writing->writer, token);
  wave_recording_writer_add_secret (writing->writer, refresh);
  wave_secret_free (token);
  wave_secret_free (refresh);
}

static void
show (WaveRecorder *self, guint64 size, guint64 n_frames, const char *error)
{
  if (self->size != size)
    {
      self->size = size;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SIZE]);
    }
  if (self->n_frames != n_frames)
    {
      self->n_frames = n_frames;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_FRAMES]);
    }
  if (error != NULL && g_set_str (&self->error, error))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ERROR]);
}

static gboolean
on_told (gpointer data)
{
  Writing *writing = data;
  g_autoptr (WaveRecorder) self = g_weak_ref_get (&writing->recorder);
  g_autoptr (GTask) stopping = NULL;
  g_autofree char *error = NULL;
  guint64 size, n_frames;

  g_mutex_lock (&writing->lock);
  writing->told = FALSE;
  size = writing->size;
  n_frames = writing->n_frames;
  error = writing->error != NULL ? g_strdup (writing->error->message) : NULL;
  if (writing->ended)
    stopping = g_steal_pointer (&writing->stopping);
  g_mutex_unlock (&writing->lock);
  if (self != NULL)
    show (self, size, n_frames, error);
  if (stopping != NULL && error != NULL)
    g_task_return_error (stopping, g_error_copy (writing->error));
  else if (stopping != NULL)
    g_task_return_int (stopping, n_frames);
  return G_SOURCE_REMOVE;
}

static void
writing_unref_data (gpointer data)
{
  writing_unref (data);
}

static void
tell (Writing *writing, GError *error)
{
  g_autoptr (GSource) source = NULL;
  GStatBuf status;
  gboolean told;

  g_mutex_lock (&writing->lock);
  if (g_stat (writing->path, &status) == 0)
    writing->size = status.st_size;
  if (writing->writer != NULL)
    writing->n_frames = wave_recording_writer_get_n_frames (writing->writer);
  if (error != NULL && writing->error == NULL)
    writing->error = g_error_copy (error);
  told = writing->told;
  writing->told = TRUE;
  g_mutex_unlock (&writing->lock);
  if (told)
    return;
  source = g_idle_source_new ();
  g_source_set_static_name (source, "wave-recorder");
  g_atomic_ref_count_inc (&writing->ref_count);
  g_source_set_callback (source, on_told, writing, writing_unref_data);
  g_source_attach (source, writing->context);
}

static gboolean
write_snapshots (Writing *writing, GError **error)
{
  for (guint i = 0; i + 1 < writing->snapshots->len; i += 2)
    if (!wave_recording_writer_add_snapshot (writing->writer, 0, writing->snapshots->pdata[i], writing->snapshots->pdata[i + 1], error))
      return FALSE;
  return TRUE;
}

static gpointer
write_all (gpointer data)
{
  Writing *writing = data;
  g_autoptr (GError) error = NULL;
  gint64 last_flush = g_get_monotonic_time ();
  gboolean good = write_snapshots (writing, &error) && wave_recording_writer_flush (writing->writer, &error);

  tell (writing, error);
  for (;;)
    {
      gpointer item = g_async_queue_timeout_pop (writing->queue, FLUSH_US);

      if (item == &writing->queue)
        break;
      if (item != NULL)
        {
          follow_secrets (writing);
          if (good)
            good = wave_recording_writer_add_batch (writing->writer, item, &error);
          wave_batch_unref (item);
        }
      if (good && g_get_monotonic_time () - last_flush >= FLUSH_US)
        {
          last_flush = g_get_monotonic_time ();
          good = wave_recording_writer_flush (writing->writer, &error);
          tell (writing, error);
        }
      else if (!good)
        tell (writing, error);
    }
  g_mutex_lock (&writing->lock);
  writing->n_frames = wave_recording_writer_get_n_frames (writing->writer);
  g_mutex_unlock (&writing->lock);
  good = wave_recording_writer_close (g_steal_pointer (&writing->writer), good ? &error : NULL) && good;
  g_mutex_lock (&writing->lock);
  writing->ended = TRUE;
  g_cond_broadcast (&writing->ended_cond);
  g_mutex_unlock (&writing->lock);
  tell (writing, error);
  writing_unref (writing);
  return NULL;
}

/* ---- public ---- */

WaveRecorder *
wave_recorder_new (const char *path, WaveTenant *tenant, WaveCredentials *credentials, gboolean anonymise, GError **error)
{
  g_autofree char *server_name = NULL;
  g_autofree char *tenant_id = NULL;
  WaveRecordingHead head = { .started_us = g_get_real_time () };
  WaveRecordingWriter *writer;
  WaveRecorder *self;
  Writing *writing;

  g_return_val_if_fail (path != NULL && WAVE_IS_TENANT (tenant), NULL);
  g_object_get (tenant, "server-name", &server_name, "tenant-id", &tenant_id, NULL);
  head.server_name = server_name;
  head.tenant_id = tenant_id;
  writer = wave_recording_writer_new (path, NULL, &head, NULL, error);
  if (writer == NULL)
    return NULL;
  if (anonymise)
    wave_recording_writer_set_anonymous (writer);
  self = g_object_new (WAVE_TYPE_RECORDER, NULL);
  writing = self->writing = g_new0 (Writing, 1);
  g_atomic_ref_count_init (&writing->ref_count);
  writing->queue = g_async_queue_new ();
  writing->path = g_strdup (path);
  writing->writer = writer;
  writing->credentials = credentials != NULL ? wave_credentials_ref (credentials) : NULL;
  writing->generation = G_MAXUINT;
  follow_secrets (writing);
  writing->snapshots = wave_tenant_dup_snapshots (tenant);
  writing->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&writing->recorder, self);
  g_mutex_init (&writing->lock);
  g_cond_init (&writing->ended_cond);
  self->began = g_get_monotonic_time ();
  /* What the connection was when it began. */
  {
    WaveTransition *transition = g_new0 (WaveTransition, 1);

    transition->to = transition->from = wave_tenant_get_state (tenant);
    transition->wall_us = head.started_us;
    transition->skew_us = G_MININT64;
    transition->retry_at_mono_us = -1;
    g_async_queue_push (writing->queue, wave_batch_new_transition (transition));
  }
  g_atomic_ref_count_inc (&writing->ref_count);
  g_thread_unref (g_thread_new ("wave-recorder", write_all, writing));
  return self;
}

static void
end (WaveRecorder *self)
{
  if (self->stopped)
    return;
  self->stopped = TRUE;
  g_async_queue_push (self->writing->queue, &self->writing->queue);
}

void
wave_recorder_add_batch (WaveRecorder *recorder, WaveBatch *batch)
{
  g_return_if_fail (WAVE_IS_RECORDER (recorder) && batch != NULL);
  if (recorder->stopped || recorder->error != NULL)
    return;
  if (g_async_queue_length (recorder->writing->queue) > MOST_WAITING)
    {
      /* A hole in a recording would be a lie. */
      recorder->error = g_strdup (_ ("The disk does not keep up"));
      end (recorder);
      g_object_notify_by_pspec (G_OBJECT (recorder), props[PROP_ERROR]);
      return;
    }
  g_async_queue_push (recorder->writing->queue, wave_batch_ref (batch));
}

void
wave_recorder_stop_async (WaveRecorder *recorder, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WAVE_IS_RECORDER (recorder));
  task = g_task_new (recorder, NULL, callback, user_data);
  g_task_set_static_name (task, "[wavescope] end a recording");
  if (recorder->stopped)
    {
      g_task_return_int (task, recorder->n_frames);
      return;
    }
  g_mutex_lock (&recorder->writing->lock);
  recorder->writing->stopping = g_object_ref (task);
  g_mutex_unlock (&recorder->writing->lock);
  end (recorder);
}

gint64
wave_recorder_stop_finish (WaveRecorder *recorder, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, recorder), -1);
  return g_task_propagate_int (G_TASK (result), error);
}

void
wave_recorder_close (WaveRecorder *recorder)
{
  gint64 deadline = g_get_monotonic_time () + CLOSE_WAIT_US;

  g_return_if_fail (WAVE_IS_RECORDER (recorder));
  end (recorder);
  g_mutex_lock (&recorder->writing->lock);
  while (!recorder->writing->ended && g_cond_wait_until (&recorder->writing->ended_cond, &recorder->writing->lock, deadline))
    ;
  g_mutex_unlock (&recorder->writing->lock);
}

const char *
wave_recorder_get_path (WaveRecorder *recorder)
{
  g_return_val_if_fail (WAVE_IS_RECORDER (recorder), NULL);
  return recorder->writing->path;
}

gint64
wave_recorder_get_elapsed (WaveRecorder *recorder)
{
  g_return_val_if_fail (WAVE_IS_RECORDER (recorder), 0);
  return g_get_monotonic_time () - recorder->began;
}

guint64
wave_recorder_get_size (WaveRecorder *recorder)
{
  g_return_val_if_fail (WAVE_IS_RECORDER (recorder), 0);
  return recorder->size;
}

guint64
wave_recorder_get_n_frames (WaveRecorder *recorder)
{
  g_return_val_if_fail (WAVE_IS_RECORDER (recorder), 0);
  return recorder->n_frames;
}

const char *
wave_recorder_get_error (WaveRecorder *recorder)
{
  g_return_val_if_fail (WAVE_IS_RECORDER (recorder), NULL);
  return recorder->error;
}

/* ---- the object ---- */

static void
wave_recorder_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveRecorder *self = WAVE_RECORDER (object);

  switch (prop_id)
    {
    case PROP_SIZE:
      g_value_set_uint64 (value, self->size);
      break;
    case PROP_N_FRAMES:
      g_value_set_uint64 (value, self->n_frames);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
wave_recorder_dispose (GObject *object)
{
  end (WAVE_RECORDER (object));
  G_OBJECT_CLASS (wave_recorder_parent_class)->dispose (object);
}

static void
wave_recorder_finalize (GObject *object)
{
  WaveRecorder *self = WAVE_RECORDER (object);

  writing_unref (self->writing);
  g_free (self->error);
  G_OBJECT_CLASS (wave_recorder_parent_class)->finalize (object);
}

static void
wave_recorder_class_init (WaveRecorderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = wave_recorder_dispose;
  object_class->finalize = wave_recorder_finalize;
  object_class->get_property = wave_recorder_get_property;
  props[PROP_SIZE] = g_param_spec_uint64 ("size", NULL, NULL, 0, G_MAXUINT64, 0, WAVE_MODEL_READ);
  props[PROP_N_FRAMES] = g_param_spec_uint64 ("n-frames", NULL, NULL, 0, G_MAXUINT64, 0, WAVE_MODEL_READ);
  props[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, WAVE_MODEL_READ);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
wave_recorder_init (WaveRecorder *self)
{
}
