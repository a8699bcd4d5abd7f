// SPDX-License-Identifier: GPL-3.0-or-later
// What happened in a room before what a replay shows of it.
#include "config.h"

#include "model/wave-replay-private.h"

/* Messages that are fetched when a room is looked at or scrolled back. */
#define MOST_EVENTS 100

typedef struct
{
  WaveEventLog *log;
  char *room_id;
  gint64 before;
  guint end, generation;
  gboolean reached_start;
} Past;

static void
past_free (gpointer data)
{
  Past *past = data;

  g_object_unref (past->log);
  g_free (past->room_id);
  g_free (past);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Past *past = task_data;
  g_autoptr (WaveEventLogReader) reader = wave_event_log_reader_new (past->log);
  g_autoptr (GArray) indices
      = wave_event_log_select_room (past->log, past->end, past->room_id, past->before, MOST_EVENTS, &past->reached_start);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify)wave_event_unref);

  for (guint i = 0; i < indices->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      WaveEvent *event = wave_event_log_reader_dup_event (reader, g_array_index (indices, guint, i), G_MAXUINT);

      if (event != NULL)
        g_ptr_array_add (events, event);
    }
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_steal_pointer (&events), (GDestroyNotify)g_ptr_array_unref);
}

void
wave_replay_read_past (WaveEventLog *log, guint end, const char *room_id, gint64 before, guint generation, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Past *past = g_new0 (Past, 1);

  past->log = g_object_ref (log);
  past->room_id = g_strdup (room_id);
  past->before = before;
  past->end = end;
  past->generation = generation;
  g_task_set_static_name (task, "[wavescope] older messages");
  g_task_set_task_data (task, past, past_free);
  g_task_run_in_thread (task, read_in_thread);
}

GPtrArray *
wave_replay_read_past_finish (GAsyncResult *result, const char **room_id, guint *generation, gboolean *reached_start)
{
  const Past *past = g_task_get_task_data (G_TASK (result));

  *room_id = past->room_id;
  *generation = past->generation;
  *reached_start = past->reached_start;
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
