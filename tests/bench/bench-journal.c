// SPDX-License-Identifier: GPL-3.0-or-later
// What journaling, opening and filtering cost: bench-journal DIR [EVENTS [BATCH [RECORDING…]]]. Makes the journal and the recordings that are not there; prints a line
// of NDJSON per figure, with the name of the file in the names of those that are not about the journal.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "journal/wave-event-log.h"
#include "journal/wave-journal.h"
#include "journal/wave-recording.h"

static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static long
rss_kib (void)
{
  g_autofree char *text = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &text, NULL, NULL));
  line = strstr (text, "VmRSS:");
  return line != NULL ? strtol (line + 6, NULL, 10) : 0;
}

static char *
make_frame (guint i)
{
  guint room = i % 40, person = i % 97;

  if (i % 10 < 3)
    return g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"evt-%08x-%04x\",\"room_id\":\"room-%u\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:16:09Z\","
                            "\"stream_position\":%u,\"sender_id\":\"p%u\",\"origin_ts\":1780384569,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"Message number %u with some words "
                            "in it, about as long as people write when they talk of something that matters to them.\"}}",
                            i, i * 40503u & 0xffff, room, i + 1, person, i);
  if (i % 10 < 9)
    return g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-%u\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:16:09Z\",\"sender_id\":\"ai-%u\",\"content\":"
                            "{\"chunk_text\":\"word %u and another \",\"done\":false},\"generation\":{\"model\":\"large-language-model\",\"index\":%u,\"padding\":\"aaaaaaaaaaaaaaaaaaaa\"}}",
                            room, person % 5, i, i);
  return g_strdup_printf ("{\"type\":\"typing\",\"room_id\":\"room-%u\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:16:09Z\",\"participant_id\":\"p%u\",\"typing\":true}", room, person);
}

static void
on_found (GListModel *model, guint position, guint removed, guint added, gint64 *at)
{
  if (added > 0 && *at == 0)
    *at = g_get_monotonic_time ();
}

static double
wait_until_done (WaveEventLog *log, WaveEventView *view, gint64 started, double *first)
{
  gint64 found = 0;
  /* The former rows stay for a moment: what counts is the first change. */
  gulong handler = view != NULL ? g_signal_connect (view, "items-changed", G_CALLBACK (on_found), &found) : 0;

  *first = -1;
  while (wave_event_log_is_loading (log) || (view != NULL && wave_event_view_is_filtering (view)))
    {
      g_main_context_iteration (NULL, TRUE);
      if (*first < 0 && (view != NULL ? found > 0 : wave_event_log_get_n_events (log) > 0))
        *first = ((view != NULL ? found : g_get_monotonic_time ()) - started) / 1000.0;
    }
  if (view != NULL)
    g_signal_handler_disconnect (view, handler);
  return (g_get_monotonic_time () - started) / 1000.0;
}

static void
say (const char *name, const char *what, double value, const char *unit)
{
  printf ("{\"name\":\"%s%s\",\"value\":%.4f,\"unit\":\"%s\"}\n", what, name, value, unit);
  fflush (stdout);
}

static void
measure_filter (WaveEventLog *log, WaveEventView *view, const char *what, const char *name, const char *text)
{
  g_autoptr (WaveFilter) filter = wave_filter_new (text, 0, NULL, NULL);
  gint64 started = g_get_monotonic_time ();
  double first, all;

  wave_event_view_set_filter (view, filter);
  all = wait_until_done (log, view, started, &first);
  say (name, what, all, "ms");
  fprintf (stderr, "%sfilter %s: %.1f ms, first after %.1f ms, %u found, rss %ld MiB\n", what, text, all, first, g_list_model_get_n_items (G_LIST_MODEL (view)), rss_kib () / 1024);
}

static void
measure_log (WaveEventLog *log, const char *what)
{
  static const struct {
    const char *name, *text;
  } filters[] = { { "filter-field", "type:message" }, { "filter-two-fields", "from:p5 -type:chunk" }, { "filter-size", "size>300" },
                  { "filter-words", "\"number 99999\"" }, { "filter-text", "zebra" }, { "filter-in-text", "text:\"99999 with\"" }, { "filter-regex", "/number 9+8/" } };
  gint64 started = g_get_monotonic_time ();
  double first, all;
  g_autoptr (WaveEventView) view = NULL;

  all = wait_until_done (log, NULL, started, &first);
  say ("open", what, all, "ms");
  say ("open-first", what, first, "ms");
  say ("open-rss", what, rss_kib () / 1024.0, "MiB");
  fprintf (stderr, "%sopen: %.1f ms, first after %.1f ms, %u events\n", what, all, first, wave_event_log_get_n_events (log));
  view = wave_event_view_new (log);
  /* As the Activity page does. */
  wave_event_view_set_newest_first (view, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    measure_filter (log, view, what, filters[i].name, filters[i].text);
}

static void
write_recording (const char *path, guint n)
{
  WaveRecordingHead head = { .started_us = g_get_real_time () };
  g_autoptr (GError) error = NULL;
  WaveRecordingWriter *writer = wave_recording_writer_new (path, NULL, &head, NULL, &error);
  gint64 before = cpu_us ();

  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *frame = make_frame (i);

      g_assert_true (wave_recording_writer_add_frame (writer, i * 100, WAVE_VIA_STREAM, frame, strlen (frame), &error));
    }
  g_assert_true (wave_recording_writer_close (writer, &error));
  say ("recording-cpu", "", (double) (cpu_us () - before) / n, "µs/event");
}

int
main (int argc, char **argv)
{
  guint n = argc > 2 ? strtoul (argv[2], NULL, 10) : 500000, per_batch = argc > 3 ? strtoul (argv[3], NULL, 10) : 100;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveJournal) journal = NULL;
  gint64 spent = 0;

  if (argc < 2)
    return 2;
  path = wave_journal_path_for (argv[1], "https://bench.example", "t");
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      journal = wave_journal_open (path, NULL, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < n;)
        {
          g_autoptr (GPtrArray) batches = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_batch_unref);
          gint64 before;
          WaveJournalStatus status;

          /* Decoding is not what is measured. */
          for (guint j = 0; j < 50 && i < n; j++)
            {
              WaveBatch *batch = wave_batch_new ();

              for (guint k = 0; k < per_batch && i < n; k++, i++)
                {
                  char *frame = make_frame (i);
                  g_autoptr (GBytes) raw = g_bytes_new_take (frame, strlen (frame));

                  g_ptr_array_add (batch->events, wave_event_decode (raw, WAVE_VIA_STREAM, i, g_get_real_time ()));
                }
              batch->cursor = i;
              g_ptr_array_add (batches, batch);
            }
          before = cpu_us ();
          for (guint j = 0; j < batches->len; j++)
            wave_journal_submit (journal, batches->pdata[j]);
          wave_journal_flush (journal);
          spent += cpu_us () - before;
          wave_journal_get_status (journal, &status);
          g_free (status.failure);
          if (i >= n)
            {
              say ("journal-cpu", "", (double) spent / i, "µs/event");
              say ("journal-size", "", (double) status.bytes_on_disk / i, "bytes/event");
            }
        }
      wave_journal_close (journal);
    }

  {
    g_autoptr (WaveEventLog) log = wave_event_log_new_for_journal (path);

    measure_log (log, "");
  }
  for (int i = 4; i < argc; i++)
    {
      g_autoptr (WaveEventLog) log = NULL;

      if (!g_file_test (argv[i], G_FILE_TEST_EXISTS))
        write_recording (argv[i], n);
      log = wave_event_log_new_for_recording (argv[i]);
      measure_log (log, "recording-");
    }
  return 0;
}
