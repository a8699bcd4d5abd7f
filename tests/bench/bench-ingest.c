// SPDX-License-Identifier: GPL-3.0-or-later
// What a whole client costs: socket → decoded → journal on disk → model, without a window. bench-ingest URL --events N [--no-journal | --catch-up] [--dir DIR]
// Prints NDJSON lines {"name","value","unit"}.
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "model/wave-monitor.h"
#include "model/wave-stream.h"
#include "protocol/wave-memory.h"

/* As a frame clock would. */
#define FRAME_US 16667
#define BUDGET_US 8000
#define DEADLINE_US (900 * (gint64) G_USEC_PER_SEC)

static gint64 n_events = 500000, report_every = 0;
static gboolean no_journal, catch_up;
static char *dir, *token;

static gint64
cpu_us (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static double
rss_mib (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL) || (line = strstr (text, "VmRSS:")) == NULL)
    return -1;
  return strtol (line + 6, NULL, 10) / 1024.0;
}

static void
say (const char *name, double value, const char *unit)
{
  printf ("{\"name\":\"%s\",\"value\":%.4f,\"unit\":\"%s\"}\n", name, value, unit);
  fflush (stdout);
}

static void
fail (const char *what)
{
  g_printerr ("bench-ingest: %s\n", what);
  exit (1);
}

/* ---------------------------------------------------------------- one way to drive both */

typedef struct {
  WaveMonitor *monitor; /* nullable: without a journal there is a session, an inbox and a tenant */
  WaveSession *session;
  WaveInbox *inbox;
  WaveTenant *tenant;
} Client;

static void
on_wake (gpointer user_data)
{
}

static void
on_batch (WaveBatch *batch, gpointer user_data)
{
  wave_inbox_push (user_data, batch);
}

static void
pump (Client *client)
{
  gint64 deadline = g_get_monotonic_time () + BUDGET_US;

  if (client->monitor != NULL)
    {
      wave_monitor_pump (client->monitor, BUDGET_US);
      return;
    }
  do
    {
      g_autoptr (WaveBatch) batch = wave_inbox_pop (client->inbox);

      if (batch == NULL)
        break;
      wave_tenant_apply_batch (client->tenant, batch);
    }
  while (g_get_monotonic_time () < deadline);
  wave_tenant_advance (client->tenant, g_get_monotonic_time (), g_get_real_time ());
}

static guint
backlog (Client *client)
{
  return client->monitor != NULL ? wave_monitor_get_backlog (client->monitor) : wave_inbox_get_backlog (client->inbox);
}

static gboolean
on_timeout (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* A frame, and what the monitor does with the time until the next one. */
static void
turn (Client *client)
{
  gint64 due = g_get_monotonic_time () + FRAME_US;
  gint64 left;

  pump (client);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  left = due - g_get_monotonic_time ();
  if (left > 0 && backlog (client) == 0)
    g_usleep (left);
}

static void
open_client (Client *client, const char *url)
{
  g_autoptr (WaveCredentials) credentials = wave_credentials_new (token != NULL ? token : "bench", NULL);
  g_autoptr (GError) error = NULL;

  if (!no_journal)
    {
      client->monitor = wave_monitor_new (url, credentials, FALSE, dir, FALSE, &error);
      if (client->monitor == NULL)
        fail (error->message);
      client->tenant = wave_monitor_get_tenant (client->monitor);
      client->session = wave_monitor_get_session (client->monitor);
      wave_monitor_start (client->monitor);
      return;
    }
  client->inbox = wave_inbox_new (on_wake, NULL);
  client->tenant = wave_tenant_new ();
  client->session = wave_session_new (&(WaveSessionConfig) { .server = url,
                                                             .credentials = credentials,
                                                             .since = WAVE_SINCE_HEAD,
                                                             .timings = wave_session_timings_default (),
                                                             .batch_func = on_batch,
                                                             .user_data = client->inbox },
                                      &error);
  if (client->session == NULL)
    fail (error->message);
  wave_session_start (client->session);
}

static void
close_client (Client *client)
{
  if (client->monitor != NULL)
    {
      wave_monitor_stop (client->monitor);
      g_clear_object (&client->monitor);
      return;
    }
  wave_session_stop (client->session);
  g_clear_object (&client->session);
  g_clear_object (&client->tenant);
  wave_inbox_close (client->inbox);
  g_clear_pointer (&client->inbox, wave_inbox_unref);
}

static WaveSessionCounters
counters (Client *client)
{
  WaveSessionCounters now;

  wave_session_get_counters (client->session, &now);
  return now;
}

/* Everything is applied and on disk. */
static void
finish (Client *client)
{
  while (backlog (client) > 0)
    turn (client);
  if (client->monitor != NULL && wave_monitor_get_journal (client->monitor) != NULL)
    wave_journal_flush (wave_monitor_get_journal (client->monitor));
}

static guint64
count_applied (Client *client)
{
  guint64 sum = 0;

  for (guint i = 0; i < WAVE_N_EVENT_KINDS; i++)
    sum += wave_tenant_get_kind_count (client->tenant, i);
  return sum;
}

/* What the journal holds; 0 without one. */
static guint64
count_journaled (Client *client)
{
  WaveJournalStatus status;

  if (client->monitor == NULL || wave_monitor_get_journal (client->monitor) == NULL)
    return 0;
  wave_journal_get_status (wave_monitor_get_journal (client->monitor), &status);
  g_free (status.failure);
  return status.events;
}

/* ---------------------------------------------------------------- workloads */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
measure_stream (Client *client)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;
  guint64 frames_before, applied_before, journaled_before, due = report_every;
  gint64 cpu, started, spent, took, cpu_then, first = 0;
  guint64 then = 0;
  g_autoptr (GArray) lasts = g_array_new (FALSE, FALSE, sizeof (double));
  double latest;

  while (wave_tenant_get_state (client->tenant) != WAVE_SESSION_LIVE && g_get_monotonic_time () < deadline)
    turn (client);
  /* The index of a journal that there was before is read once, however many events come. */
  while (client->monitor != NULL && wave_event_log_is_loading (wave_monitor_get_event_log (client->monitor)) && g_get_monotonic_time () < deadline)
    turn (client);
  finish (client);
  journaled_before = count_journaled (client);
  frames_before = counters (client).frames;
  applied_before = count_applied (client);
  cpu = cpu_then = cpu_us ();
  started = g_get_monotonic_time ();
  while (counters (client).frames < frames_before + n_events)
    {
      guint64 n;

      if (first == 0 && counters (client).frames > frames_before)
        first = g_get_monotonic_time ();
      turn (client);
      /* What was only received has not cost all that it will. */
      n = count_applied (client) - applied_before;
      if (report_every > 0 && n >= due)
        {
          gint64 now = cpu_us ();

          latest = (double) (now - cpu_then) / (n - then);
          g_printerr ("%" G_GUINT64_FORMAT " events: %.3f µs each, of the latest %.3f µs, %.0f MiB\n", n, (double) (now - cpu) / n, latest, rss_mib ());
          if (then == 0)
            {
              g_autofree char *name = g_strdup_printf ("cpu-first-%" G_GINT64_FORMAT, report_every);

              say (name, latest, "µs/event");
            }
          if (n >= 1000000 && then < 1000000)
            say ("rss-at-1000000", rss_mib (), "MiB");
          /* Of the last tenth the median: a busy machine must not decide. */
          if (n > (guint64) n_events * 9 / 10)
            g_array_append_val (lasts, latest);
          cpu_then = now;
          then = n;
          while (due <= n)
            due += report_every;
        }
      if (g_get_monotonic_time () > deadline)
        fail ("the events did not come");
    }
  finish (client);
  spent = cpu_us () - cpu;
  took = g_get_monotonic_time () - (first != 0 ? first : started);
  /* hello is one more. */
  if (count_applied (client) != (guint64) n_events + frames_before)
    fail ("an event is missing in the model, or was applied twice");
  if (client->monitor != NULL)
    {
      WaveJournalStatus status;

      wave_journal_get_status (wave_monitor_get_journal (client->monitor), &status);
      if (status.events != (guint64) n_events + journaled_before)
        fail ("an event is missing in the journal, or is there twice");
      say ("journal-bytes", (double) status.bytes_on_disk / n_events, "bytes/event");
      g_free (status.failure);
    }
  say ("cpu", (double) spent / n_events, "µs/event");
  if (lasts->len > 0)
    {
      g_autofree char *name = g_strdup_printf ("cpu-last-%" G_GINT64_FORMAT, report_every);

      g_array_sort (lasts, compare_doubles);
      say (name, g_array_index (lasts, double, lasts->len / 2), "µs/event");
    }
  say ("throughput", n_events / (took / 1e6), "events/s");
  say ("rss", rss_mib (), "MiB");
  say ("streams", g_list_model_get_n_items (G_LIST_MODEL (wave_tenant_get_streams (client->tenant))), "streams");
}

/* A journal that knows the first event, so that the others were missed. */
static void
write_first (const char *url)
{
  g_autofree char *path = NULL;
  g_autofree char *set_aside = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveJournal) journal = NULL;
  g_autoptr (WaveBatch) batch = wave_batch_new ();
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *name = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uri));
  const char *tenant = g_getenv ("BENCH_TENANT") != NULL ? g_getenv ("BENCH_TENANT") : "t-4417";

  path = wave_journal_path_for (dir, name, tenant);
  journal = wave_journal_open (path, &set_aside, &error);
  if (journal == NULL)
    fail (error->message);
  /* A cursor without an event behind it is all that a resumed session needs. */
  batch->cursor = atoi (g_getenv ("BENCH_CURSOR") != NULL ? g_getenv ("BENCH_CURSOR") : "1");
  wave_journal_submit (journal, batch);
  wave_journal_flush (journal);
  wave_journal_close (journal);
}

static void
measure_catch_up (Client *client)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US, started = g_get_monotonic_time (), cpu = cpu_us ();
  const WaveTransition *last;
  WaveSessionCounters now;

  while (wave_tenant_get_state (client->tenant) != WAVE_SESSION_LIVE && g_get_monotonic_time () < deadline)
    {
      pump (client);
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  finish (client);
  now = counters (client);
  last = wave_tenant_get_last_transition (client->tenant);
  if (last == NULL || last->report == NULL || !last->report->complete)
    fail ("the catch-up is not complete");
  say ("catchup", (g_get_monotonic_time () - started) / 1e6, "s");
  say ("catchup-walk", last->report->duration_us / 1e6, "s");
  say ("catchup-cpu", (double) (cpu_us () - cpu) / MAX (1, last->report->events), "µs/event");
  say ("catchup-events", last->report->events, "events");
  say ("catchup-pages", now.sync_pages, "pages");
}

int
main (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "events", 0, 0, G_OPTION_ARG_INT64, &n_events, "How many come", "N" },
    { "report-every", 0, 0, G_OPTION_ARG_INT64, &report_every, "Tell the cost so far", "N" },
    { "no-journal", 0, 0, G_OPTION_ARG_NONE, &no_journal, "Keep nothing on disk", NULL },
    { "catch-up", 0, 0, G_OPTION_ARG_NONE, &catch_up, "Measure what was missed instead", NULL },
    { "dir", 0, 0, G_OPTION_ARG_FILENAME, &dir, "Where the journal stands", "DIR" },
    { "token", 0, 0, G_OPTION_ARG_STRING, &token, "Token", "TOKEN" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("URL");
  g_autoptr (GError) error = NULL;
  Client client = { NULL };
  guint tick;

  wave_memory_tune ();
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 || (dir == NULL && !no_journal))
    fail (error != NULL ? error->message : "usage: bench-ingest URL --events N --dir DIR");
  tick = g_timeout_add (100, on_timeout, NULL);
  if (catch_up)
    write_first (argv[1]);
  open_client (&client, argv[1]);
  if (catch_up)
    measure_catch_up (&client);
  else
    measure_stream (&client);
  g_source_remove (tick);
  close_client (&client);
  return 0;
}
