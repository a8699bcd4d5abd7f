// SPDX-License-Identifier: GPL-3.0-or-later
// wavescope-cli streams --selftest: how exact the instrument is here and now. A simulator on this machine sends a reply with gaps that are known,
// through the same socket, session and model as a real one, and what comes out is held against what went in.
#include "config.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/wave-cli-connect.h"
#include "cli/wave-cli-streams.h"
#include "simulator/wave-simulator.h"

#define ROOM "selftest-room"
#define AI "selftest-ai"
#define STALL_US (G_USEC_PER_SEC)
/* Longer than the whole run, so that a broken one ends as well. */
#define LIMIT_S 60
/* What issue 5 asks of the 99th percentile, alone and beside other traffic. */
#define ALLOWED_US 1000
#define ALLOWED_LOADED_US 3000

static const struct
{
  guint times;
  gint64 gap_us;
} known[] = { { 250, 1000 }, { 120, 3000 }, { 60, 10000 }, { 15, 40000 }, { 4, 150000 }, { 1, 1200000 }, { 1, 5000000 } };

typedef struct
{
  WaveSimulator *simulator;
  WaveTenant *tenant;
  GThread *driver;
  GArray *sent;   /* gint64: when each chunk was sent */
  gint64 status_at, tool_at, tool_end, message_at;
  gint done;      /* atomic */
} SelfTest;

static void
sleep_until (gint64 mono_us)
{
  struct timespec due = { .tv_sec = mono_us / G_USEC_PER_SEC, .tv_nsec = mono_us % G_USEC_PER_SEC * 1000 };

  while (clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) != 0)
    ;
}

static gint64
send (SelfTest *test, const char *json, gboolean durable)
{
  /* The injection returns when the frame is on its way, so it went out between these two. */
  gint64 before = g_get_monotonic_time ();

  wave_simulator_inject (test->simulator, json, durable);
  return before + (g_get_monotonic_time () - before) / 2;
}

static gint64
send_status (SelfTest *test, const char *word)
{
  g_autofree char *json
      = g_strdup_printf ("{\"type\":\"swp.ai.status\",\"room_id\":\"" ROOM "\",\"participant_id\":\"" AI "\",\"status\":%s}", word);

  return send (test, json, FALSE);
}

static gpointer
drive (gpointer data)
{
  SelfTest *test = data;
  g_autoptr (GString) body = g_string_new (NULL);
  g_autofree char *message = NULL;
  gint64 due;

  test->status_at = send_status (test, "\"thinking\"");
  due = g_get_monotonic_time () + 100000;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    for (guint j = 0; j < known[i].times + (i == 0); j++)
      {
        g_autofree char *word = g_strdup_printf ("w%u-%u ", i, j);
        g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"" ROOM "\",\"sender_id\":\"" AI
                                                 "\",\"content\":{\"chunk_text\":\"%s\",\"done\":false}}",
                                                 word);
        gint64 at;

        /* The longest one is a tool call. */
        if (i + 1 == G_N_ELEMENTS (known))
          test->tool_at = send_status (test, "\"calling selftest\"");
        sleep_until (due);
        if (i + 1 == G_N_ELEMENTS (known))
          test->tool_end = send_status (test, "\"generating\"");
        at = send (test, json, FALSE);
        g_array_append_val (test->sent, at);
        g_string_append (body, word);
        /* From the one that was sent: lateness does not add up. */
        due = at + (j + 1 < known[i].times + (i == 0) || i + 1 == G_N_ELEMENTS (known) ? known[i].gap_us : known[i + 1].gap_us);
      }
  message = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"selftest-1\",\"room_id\":\"" ROOM "\",\"sender_id\":\"" AI
                             "\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"%s\"}}",
                             body->str);
  test->message_at = send (test, message, TRUE);
  g_atomic_int_set (&test->done, TRUE);
  return NULL;
}

static gboolean
on_batch (WaveCliTap *tap, WaveBatch *batch, gpointer user_data)
{
  SelfTest *test = user_data;
  WaveStream *stream;

  wave_tenant_apply_batch (test->tenant, batch);
  if (test->driver == NULL && wave_tenant_get_state (test->tenant) == WAVE_SESSION_LIVE)
    test->driver = g_thread_new ("wave-selftest", drive, test);
  stream = wave_stream_store_get_latest (wave_tenant_get_streams (test->tenant), ROOM, AI);
  return stream == NULL || wave_stream_get_outcome (stream) != WAVE_STREAM_SETTLED;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a;
  gint64 y = *(const gint64 *)b;

  return (x > y) - (x < y);
}

static gint64
rank (GArray *sorted, guint percent)
{
  return g_array_index (sorted, gint64, MAX (1, (sorted->len * percent + 99) / 100) - 1);
}

static void
print_line (const char *name, gint64 sent, gint64 measured)
{
  printf ("%-24s %12" G_GINT64_FORMAT " %12" G_GINT64_FORMAT " %+10" G_GINT64_FORMAT "\n", name, sent, measured, measured - sent);
}

/* Returns: the 99th percentile of how far each single gap was off, µs; -1 when the reply did not come as it was sent */
static gint64
report (SelfTest *test, WaveStream *stream)
{
  g_autoptr (GArray) gaps = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GArray) errors = g_array_new (FALSE, FALSE, sizeof (gint64));
  gint64 stalled = 0;
  gint64 stalls = 0;
  WaveStreamFigures figures;
  guint n;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);

  wave_stream_get_figures (stream, STALL_US, &figures);
  if (n != test->sent->len || figures.matched != WAVE_MATCH_TEXT)
    {
      fprintf (stderr, "wavescope-cli streams: %u chunks were sent and %u came\n", test->sent->len, n);
      return -1;
    }
  for (guint i = 1; i < n; i++)
    {
      gint64 gap = g_array_index (test->sent, gint64, i) - g_array_index (test->sent, gint64, i - 1);
      gint64 error = ABS (chunks[i].at_us - chunks[i - 1].at_us - gap);

      g_array_append_val (gaps, gap);
      g_array_append_val (errors, error);
      stalls += gap > STALL_US;
      stalled += gap > STALL_US ? gap : 0;
    }
  g_array_sort (gaps, compare_times);
  g_array_sort (errors, compare_times);
  printf ("%-24s %12s %12s %10s\n", _ ("figure"), _ ("sent"), _ ("measured"), _ ("error"));
  print_line ("chunks", test->sent->len, figures.chunks);
  print_line ("ttfc_us", g_array_index (test->sent, gint64, 0) - test->status_at, figures.ttfc_us);
  print_line ("generating_us", g_array_index (test->sent, gint64, n - 1) - g_array_index (test->sent, gint64, 0), figures.generating_us);
  print_line ("duration_us", test->message_at - test->status_at, figures.duration_us);
  print_line ("gap_p50_us", rank (gaps, 50), figures.gap_p50_us);
  print_line ("gap_p90_us", rank (gaps, 90), figures.gap_p90_us);
  print_line ("gap_p99_us", rank (gaps, 99), figures.gap_p99_us);
  print_line ("gap_max_us", rank (gaps, 100), figures.gap_max_us);
  print_line ("stalls", stalls, figures.stalls);
  print_line ("stalled_us", stalled, figures.stalled_us);
  print_line ("tool_us", test->tool_end - test->tool_at, figures.tool_us);
  printf (_ ("each single gap: off by %lld µs at p50, %lld µs at p90, %lld µs at p99, %lld µs at most\n"),
          (long long) rank (errors, 50), (long long) rank (errors, 90), (long long) rank (errors, 99), (long long) rank (errors, 100));
  return rank (errors, 99);
}

int
wave_cli_streams_selftest (double load)
{
  g_autoptr (GError) error = NULL;
  WaveSimulatorConfig simulated = { .scenario = load > 0 ? "storm" : "idle", .seed = 1, .rate = load };
  g_autoptr (WaveSimulator) simulator = wave_simulator_new (&simulated, &error);
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveCredentials) credentials = NULL;
  WaveSessionConfig config = { 0 };
  SelfTest test = { .simulator = simulator, .tenant = tenant };
  gint64 allowed = load > 0 ? ALLOWED_LOADED_US : ALLOWED_US;
  gint64 worst = -1;
  WaveStream *stream;

  if (simulator == NULL)
    return wave_cli_fail ("streams", WAVE_EXIT_FAILED, error->message);
  credentials = wave_credentials_new ("selftest", NULL);
  test.sent = g_array_new (FALSE, FALSE, sizeof (gint64));
  config.server = wave_simulator_get_url (simulator);
  config.credentials = credentials;
  config.since = WAVE_SINCE_HEAD;
  config.timings = wave_session_timings_default ();
  wave_cli_tap_run (&config, LIMIT_S, TRUE, on_batch, &test);
  if (test.driver != NULL)
    g_thread_join (test.driver);
  stream = wave_stream_store_get_latest (wave_tenant_get_streams (tenant), ROOM, AI);
  if (stream != NULL)
    worst = report (&test, stream);
  else
    fprintf (stderr, "wavescope-cli streams: the reply did not come\n");
  g_array_unref (test.sent);
  wave_simulator_stop (simulator);
  if (worst < 0 || worst > allowed)
    {
      fprintf (stderr, _ ("wavescope-cli streams: not within %d µs at p99; the machine is busy, or something is wrong\n"), (int)allowed);
      return WAVE_EXIT_FAILED;
    }
  return WAVE_EXIT_DONE;
}
