// SPDX-License-Identifier: GPL-3.0-or-later
// Verify: a gap's range is asked for again, page by page, and compared with what the journal holds.
#include "config.h"

#include "model/wave-monitor-private.h"
#include "model/wave-monitor.h"
#include "model/wave-room-parts-private.h"

typedef struct
{
  WaveGap *gap;
  gint64 since, to;
  guint pages;
  GPtrArray *keys;   /* what the server has in the range and the journal should have */
  GArray *positions; /* of these */
  guint n_gone;      /* what it need not have: older than what is kept, or of a room that is left out */
  WaveJournal *journal;
  gint64 from;
} Verify;

static void
verify_free (gpointer data)
{
  Verify *verify = data;

  g_clear_object (&verify->gap);
  g_clear_object (&verify->journal);
  g_ptr_array_unref (verify->keys);
  g_array_unref (verify->positions);
  g_free (verify);
}

static void verify_page (GTask *task);

static void
compare_with_journal (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Verify *verify = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) held = NULL;
  g_autoptr (GHashTable) set = g_hash_table_new (g_str_hash, g_str_equal);
  guint missing = 0;
  gint64 lowest;

  wave_journal_flush (verify->journal);
  held = wave_journal_read_keys (verify->journal, verify->from, verify->to, &error);
  if (held == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  for (guint i = 0; i < held->len; i++)
    g_hash_table_add (set, held->pdata[i]);
  lowest = wave_journal_get_trimmed_below (verify->journal);
  for (guint i = 0; i < verify->keys->len; i++)
    if (g_hash_table_contains (set, verify->keys->pdata[i]))
      continue;
    else if (g_array_index (verify->positions, gint64, i) < lowest)
      verify->n_gone++;
    else
      missing++;
  g_task_return_int (task, missing);
}

static void
got_comparison (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Verify *verify = g_task_get_task_data (task);
  const Verify *compared = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gssize missing = g_task_propagate_int (G_TASK (result), &error);
  guint gone = compared->n_gone;

  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (missing > 0)
    g_message ("verify: %d of %u events that the server has are not in the journal", (int)missing, verify->keys->len);
  wave_gap_set_counted_verdict (verify->gap, g_get_real_time (), verify->keys->len - (gone - verify->n_gone), missing, gone);
  wave_monitor_keep_proof (WAVE_MONITOR (source), verify->gap);
  g_task_return_boolean (task, TRUE);
}

static void
compare (GTask *task)
{
  Verify *verify = g_task_get_task_data (task);
  Verify *copy = g_new0 (Verify, 1);
  g_autoptr (GTask) worker
      = g_task_new (g_task_get_source_object (task), g_task_get_cancellable (task), got_comparison, g_object_ref (task));

  *copy = *verify;
  copy->gap = g_object_ref (verify->gap);
  copy->journal = g_object_ref (verify->journal);
  copy->keys = g_ptr_array_ref (verify->keys);
  copy->positions = g_array_ref (verify->positions);
  g_task_set_name (worker, "wave-verify-gap");
  g_task_set_task_data (worker, copy, verify_free);
  g_task_run_in_thread (worker, compare_with_journal);
}

static void
got_verify_page (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Verify *verify = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = wave_session_fetch_finish (WAVE_SESSION (source), result, &error);
  g_autoptr (WaveSyncPage) page
      = body != NULL ? wave_sync_page_decode (body, g_get_monotonic_time (), g_get_real_time (), &error) : NULL;
  gint64 last = verify->since;

  if (page == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  for (guint i = 0; i < page->events->len; i++)
    {
      WaveEvent *event = page->events->pdata[i];
      char *key;

      last = MAX (last, event->position);
      /* A page may repeat what was before: only the range counts. */
      if (event->position <= verify->since || event->position > verify->to)
        continue;
      if (wave_journal_is_left_out (verify->journal, event->room_id))
        {
          verify->n_gone++;
          continue;
        }
      key = wave_event_dup_key (event);
      if (key == NULL)
        continue;
      g_ptr_array_add (verify->keys, key);
      g_array_append_val (verify->positions, event->position);
    }
  verify->pages++;
  if (last > verify->since && last < verify->to && page->has_more)
    {
      verify->since = last;
      verify_page (task);
    }
  else
    compare (task);
}

static void
verify_page (GTask *task)
{
  WaveSession *session = wave_monitor_get_session (g_task_get_source_object (task));
  Verify *verify = g_task_get_task_data (task);
  g_autofree char *path = g_strdup_printf ("/v1/sync?since=%" G_GINT64_FORMAT "&limit=500&timeout=0", verify->since);

  wave_session_fetch_async (session, path, g_task_get_cancellable (task), got_verify_page, g_object_ref (task));
}

void
wave_monitor_verify_gap_async (WaveMonitor *monitor, WaveGap *gap, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  WaveJournal *journal;
  Verify *verify;

  g_return_if_fail (WAVE_IS_MONITOR (monitor) && WAVE_IS_GAP (gap));
  task = g_task_new (monitor, cancellable, callback, user_data);
  g_task_set_source_tag (task, wave_monitor_verify_gap_async);
  journal = wave_monitor_get_journal (monitor);
  verify = g_new0 (Verify, 1);
  verify->gap = g_object_ref (gap);
  verify->from = verify->since = wave_gap_get_from_position (gap);
  verify->to = wave_gap_get_to_position (gap);
  verify->keys = g_ptr_array_new_with_free_func (g_free);
  verify->positions = g_array_new (FALSE, FALSE, sizeof (gint64));
  verify->journal = journal != NULL ? g_object_ref (journal) : NULL;
  g_task_set_task_data (task, verify, verify_free);
  if (verify->journal == NULL || verify->from < 0 || wave_monitor_is_stopped (monitor))
    {
      g_task_return_new_error_literal (task, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_OPEN,
                                       "there is no journal or no position to compare with");
      return;
    }
  /* Nothing durable happened in it, by the positions: still the server is asked. */
  verify->to = MAX (verify->to, verify->from);
  verify_page (task);
}

gboolean
wave_monitor_verify_gap_finish (WaveMonitor *monitor, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, monitor), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
