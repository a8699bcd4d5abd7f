// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "journal/wave-log-search.h"

#include "journal/wave-event-log-private.h"

/* Between two deliveries of matches, µs; the first one comes sooner. */
#define DELIVER_US 25000
#define FIRST_US 5000
/* So many events are looked at between two looks at the clock. */
#define STRIDE 256

struct _WaveLogSearch
{
  gatomicrefcount ref_count;
  WaveEventLog *log;
  GMainContext *context;
  WaveLogStretch stretch;
  gint cancelled; /* atomic */
  WaveLogSearchFunc func; /* that thread's; NULL once it was stopped */
  gpointer user_data;

  GMutex lock; /* guards what follows */
  GArray *found; /* in the order of the search */
  guint scanned;
  gboolean done;
  gboolean delivery_waits;
};

static void
search_unref (WaveLogSearch *search)
{
  if (!g_atomic_ref_count_dec (&search->ref_count))
    return;
  g_object_unref (search->log);
  g_clear_pointer (&search->stretch.filter, wave_filter_unref);
  g_main_context_unref (search->context);
  g_array_unref (search->found);
  g_mutex_clear (&search->lock);
  g_free (search);
}

static void
reverse (guint32 *indices, guint n)
{
  for (guint i = 0; i < n / 2; i++)
    {
      guint32 index = indices[i];

      indices[i] = indices[n - 1 - i];
      indices[n - 1 - i] = index;
    }
}

static gboolean
deliver (gpointer user_data)
{
  WaveLogSearch *search = user_data;
  g_autoptr (GArray) found = NULL;
  guint scanned;
  gboolean done;

  g_mutex_lock (&search->lock);
  search->delivery_waits = FALSE;
  found = g_steal_pointer (&search->found);
  search->found = g_array_new (FALSE, FALSE, sizeof (guint32));
  scanned = search->scanned;
  done = search->done;
  g_mutex_unlock (&search->lock);
  if (search->stretch.backwards)
    reverse ((guint32 *) found->data, found->len);
  if (search->func != NULL)
    search->func ((const guint32 *) found->data, found->len, scanned, done, search->user_data);
  return G_SOURCE_REMOVE;
}

/* ---------------------------------------------------------------- the search's own thread */

static void
send (WaveLogSearch *search, GArray *found, guint scanned, gboolean done)
{
  gboolean wake;

  g_mutex_lock (&search->lock);
  g_array_append_vals (search->found, found->data, found->len);
  search->scanned = scanned;
  search->done = done;
  wake = !search->delivery_waits;
  search->delivery_waits = TRUE;
  g_mutex_unlock (&search->lock);
  g_array_set_size (found, 0);
  if (wake)
    {
      g_autoptr (GSource) source = g_idle_source_new ();

      g_atomic_ref_count_inc (&search->ref_count);
      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_static_name (source, "[wavescope] matches");
      g_source_set_callback (source, deliver, search, (GDestroyNotify) search_unref);
      g_source_attach (source, search->context);
    }
}

/* The names as they stood when the run began, and more of them when an event needs them. */
typedef struct {
  WaveLogName **list[WAVE_N_LOG_NAMES];
  guint n[WAVE_N_LOG_NAMES];
} Names;

static void
names_refresh (Names *names, WaveEventLog *log)
{
  g_mutex_lock (&log->lock);
  for (guint i = 0; i < WAVE_N_LOG_NAMES; i++)
    if (names->n[i] != log->names[i].list->len)
      {
        g_free (names->list[i]);
        names->n[i] = log->names[i].list->len;
        names->list[i] = g_memdup2 (log->names[i].list->pdata, names->n[i] * sizeof (gpointer));
      }
  g_mutex_unlock (&log->lock);
}

static gboolean
passes (WaveFilterRun *run, WaveLogFetcher *fetcher, Names *names, guint index)
{
  const WaveLogEntry *entry = wave_log_entry (fetcher->log, index);
  guint64 place = wave_log_entry_place (entry);
  WaveFilterView view;
  WaveFilterVerdict verdict;

  if (WAVE_ENTRY_TYPE (entry) >= names->n[WAVE_LOG_TYPES] || WAVE_ENTRY_ROOM (entry) >= names->n[WAVE_LOG_ROOMS]
      || WAVE_ENTRY_SENDER (entry) >= names->n[WAVE_LOG_SENDERS])
    names_refresh (names, fetcher->log);
  wave_log_fill_view (entry, names->list[WAVE_LOG_TYPES], names->list[WAVE_LOG_ROOMS], names->list[WAVE_LOG_SENDERS], place, &view);
  view.gap_us = index > 0 ? MAX (0, entry->wall_us - wave_log_entry (fetcher->log, index - 1)->wall_us) : G_MININT64;
  verdict = wave_filter_run_match (run, &view);
  if (verdict == WAVE_FILTER_NEEDS_RAW && wave_log_fetcher_get_hint (fetcher, place, &view.hint, &view.hint_size))
    {
      verdict = wave_filter_run_match (run, &view);
      view.hint = NULL;
    }
  if (verdict == WAVE_FILTER_NEEDS_RAW || verdict == WAVE_FILTER_NEEDS_EVENT)
    {
      if (!wave_log_fetcher_get (fetcher, place, &view.raw, &view.raw_size)
          && !wave_log_fetcher_get (fetcher, wave_log_entry_place (entry), &view.raw, &view.raw_size))
        return FALSE;
      view.event = fetcher->event;
      verdict = wave_filter_run_match (run, &view);
    }
  if (verdict == WAVE_FILTER_NEEDS_EVENT)
    {
      g_autoptr (WaveEvent) event = wave_log_fetcher_dup_event (fetcher, entry);

      if (event == NULL)
        return FALSE;
      view.raw = event->raw;
      view.raw_size = event->raw_size;
      view.event = event;
      verdict = wave_filter_run_match (run, &view);
    }
  return verdict == WAVE_FILTER_YES;
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  WaveLogSearch *search = data;
  const WaveLogStretch *stretch = &search->stretch;
  g_autoptr (WaveFilterRun) filter = stretch->filter != NULL ? wave_filter_run_new (stretch->filter) : NULL;
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (guint32));
  WaveLogFetcher fetcher;
  Names names = { 0 };
  gint64 due = g_get_monotonic_time () + FIRST_US;

  wave_log_fetcher_init (&fetcher, search->log);
  names_refresh (&names, search->log);
  for (guint n = 0; n < stretch->to - stretch->from; n++)
    {
      guint32 i = stretch->backwards ? stretch->to - 1 - n : stretch->from + n;
      gint64 wall = wave_log_entry (search->log, i)->wall_us;

      if (wall >= stretch->from_wall_us && wall < stretch->to_wall_us && (filter == NULL || passes (filter, &fetcher, &names, i)))
        g_array_append_val (found, i);
      if (n % STRIDE == 0)
        {
          if (g_atomic_int_get (&search->cancelled) || g_atomic_int_get (&search->log->closing))
            break;
          if (g_get_monotonic_time () >= due)
            {
              send (search, found, stretch->from + n + 1, FALSE);
              due = g_get_monotonic_time () + DELIVER_US;
            }
        }
    }
  send (search, found, stretch->to, TRUE);
  wave_log_fetcher_clear (&fetcher);
  for (guint i = 0; i < WAVE_N_LOG_NAMES; i++)
    g_free (names.list[i]);
  g_task_return_boolean (task, TRUE);
}

/* ---------------------------------------------------------------- who asks */

WaveLogSearch *
wave_log_search_start (WaveEventLog *log, const WaveLogStretch *stretch, WaveLogSearchFunc func, gpointer user_data)
{
  WaveLogSearch *search = g_new0 (WaveLogSearch, 1);
  g_autoptr (GTask) task = NULL;

  g_atomic_ref_count_init (&search->ref_count);
  g_mutex_init (&search->lock);
  search->log = g_object_ref (log);
  search->context = g_main_context_ref (log->context);
  search->stretch = *stretch;
  if (stretch->filter != NULL)
    wave_filter_ref (stretch->filter);
  search->found = g_array_new (FALSE, FALSE, sizeof (guint32));
  search->func = func;
  search->user_data = user_data;
  task = g_task_new (NULL, NULL, NULL, NULL);
  g_task_set_static_name (task, "[wavescope] filter");
  g_atomic_ref_count_inc (&search->ref_count);
  g_task_set_task_data (task, search, (GDestroyNotify) search_unref);
  g_task_run_in_thread (task, run);
  return search;
}

void
wave_log_search_stop (WaveLogSearch *search)
{
  g_atomic_int_set (&search->cancelled, TRUE);
  search->func = NULL;
  search_unref (search);
}
