// SPDX-License-Identifier: GPL-3.0-or-later
// How exact the instrument is while its window is busy: bench-accuracy. A simulator in another thread sends a reply with gaps of 1 ms to 5 s that are known,
// through a real socket and session, to a window that draws the scope on each frame. A line of NDJSON per figure:
//   scope-accuracy-busy     200 other replies with 5,000 chunks a second are applied and drawn by the main thread meanwhile
//   scope-accuracy-loaded   5,000 other events a second come through the same socket meanwhile
#include "config.h"

#include <adwaita.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "model/wave-monitor.h"
#include "model/wave-stream.h"
#include "protocol/wave-event.h"
#include "session/wave-prompt.h"
#include "simulator/wave-simulator.h"
#include "ui/wave-scope-page.h"

#define ROOM "accuracy-room"
#define AI "accuracy-ai"
#define LIMIT_US (60 * (gint64)G_USEC_PER_SEC)
#define EVENTS_PER_S 5000
#define N_OTHERS 200

static const struct
{
  guint times;
  gint64 gap_us;
} known[] = { { 400, 1000 }, { 200, 3000 }, { 100, 10000 }, { 20, 40000 }, { 6, 150000 }, { 1, 1200000 }, { 1, 5000000 } };

/* The injection returns when the frame is on its way: it went out between these two. What the sender itself does not know to a fifth of a millisecond
 * (something else had the processor) is no known gap and does not count. */
typedef struct
{
  gint64 before_us, after_us;
} Sent;
#define KNOWN_US 200

typedef struct
{
  WaveSimulator *simulator;
  WaveMonitor *monitor;
  GThread *driver;
  GArray *sent; /* Sent */
  gint64 begun_us;
  guint64 n_others;
  gint done; /* atomic */
} Run;

static void
sleep_until (gint64 mono_us)
{
  struct timespec due = { .tv_sec = mono_us / G_USEC_PER_SEC, .tv_nsec = mono_us % G_USEC_PER_SEC * 1000 };

  while (clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) != 0)
    ;
}

static gpointer
drive (gpointer data)
{
  static const char json[] = "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"" ROOM "\",\"sender_id\":\"" AI
                             "\",\"content\":{\"chunk_text\":\"word \",\"done\":false}}";
  Run *run = data;
  gint64 due = g_get_monotonic_time () + 100000;

  wave_prompt_this_thread ();
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    for (guint j = 0; j < known[i].times; j++)
      {
        Sent sent;

        sleep_until (due);
        sent.before_us = g_get_monotonic_time ();
        wave_simulator_inject (run->simulator, json, FALSE);
        sent.after_us = g_get_monotonic_time ();
        g_array_append_val (run->sent, sent);
        due = sent.before_us + known[i].gap_us;
      }
  g_atomic_int_set (&run->done, TRUE);
  return NULL;
}

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Run *run = user_data;

  wave_monitor_pump (run->monitor, 8000);
  return G_SOURCE_CONTINUE;
}

/* Other replies, applied on the main thread as if a session had brought them. */
static gboolean
on_busy (gpointer user_data)
{
  Run *run = user_data;
  gint64 now = g_get_monotonic_time ();
  guint64 due = (guint64)(now - run->begun_us) * EVENTS_PER_S / G_USEC_PER_SEC;

  for (; run->n_others < due; run->n_others++)
    {
      g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-%u\",\"sender_id\":\"ai-%u\",\"content\":{"
                                               "\"chunk_text\":\"some words \",\"done\":false}}",
                                               (guint)(run->n_others % 20), (guint)(run->n_others % N_OTHERS));
      g_autoptr (GBytes) raw = g_bytes_new (json, strlen (json));
      g_autoptr (WaveEvent) event = wave_event_decode (raw, WAVE_VIA_STREAM, now, g_get_real_time ());

      wave_tenant_apply_event (wave_monitor_get_tenant (run->monitor), event);
    }
  return G_SOURCE_CONTINUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a;
  gint64 y = *(const gint64 *)b;

  return (x > y) - (x < y);
}

/* Returns: FALSE when the reply did not come as it was sent */
static gboolean
tell (Run *run, const char *name)
{
  WaveStream *stream = wave_stream_store_get_latest (wave_tenant_get_streams (wave_monitor_get_tenant (run->monitor)), ROOM, AI);
  g_autoptr (GArray) errors = g_array_new (FALSE, FALSE, sizeof (gint64));
  const WaveChunkMark *chunks;
  guint n = 0;

  chunks = stream != NULL ? wave_stream_get_chunks (stream, &n) : NULL;
  if (n != run->sent->len)
    {
      fprintf (stderr, "bench-accuracy: %u chunks were sent and %u came\n", run->sent->len, n);
      return FALSE;
    }
  for (guint i = 1; i < n; i++)
    {
      const Sent *a = &g_array_index (run->sent, Sent, i - 1);
      const Sent *b = &g_array_index (run->sent, Sent, i);
      gint64 gap = (b->before_us + b->after_us - a->before_us - a->after_us) / 2;
      gint64 error = ABS (chunks[i].at_us - chunks[i - 1].at_us - gap);

      if (a->after_us - a->before_us <= KNOWN_US && b->after_us - b->before_us <= KNOWN_US)
        g_array_append_val (errors, error);
    }
  if (errors->len < n / 2)
    {
      fprintf (stderr, "bench-accuracy: the machine is too busy to send gaps that are known\n");
      return FALSE;
    }
  fprintf (stderr, "bench-accuracy: %u of %u gaps are known\n", errors->len, n - 1);
  g_array_sort (errors, compare);
  printf ("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"ms off at p99, each gap\",\"spread\":%.3f}\n", name,
          g_array_index (errors, gint64, MAX (1, (errors->len * 99 + 99) / 100) - 1) / 1000.0, g_array_index (errors, gint64, errors->len / 2) / 1000.0);
  fflush (stdout);
  return TRUE;
}

static gboolean
measure (const char *name, gboolean loaded)
{
  g_autoptr (GError) error = NULL;
  WaveSimulatorConfig simulated = { .scenario = loaded ? "storm" : "idle", .seed = 1, .rate = loaded ? EVENTS_PER_S : 0 };
  Run run = { .simulator = wave_simulator_new (&simulated, &error), .begun_us = g_get_monotonic_time () };
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("bench", NULL);
  GtkWidget *window = adw_window_new ();
  gint64 until = g_get_monotonic_time () + LIMIT_US;
  guint busy_id = 0;
  gboolean good;

  if (run.simulator == NULL || (run.monitor = wave_monitor_new (wave_simulator_get_url (run.simulator), credentials, FALSE, NULL, TRUE, &error)) == NULL)
    {
      fprintf (stderr, "bench-accuracy: %s\n", error->message);
      return FALSE;
    }
  run.sent = g_array_new (FALSE, FALSE, sizeof (Sent));
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  adw_window_set_content (ADW_WINDOW (window), wave_scope_page_new_for_tenant (wave_monitor_get_tenant (run.monitor)));
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_add_tick_callback (window, on_frame, &run, NULL);
  wave_monitor_start (run.monitor);
  if (!loaded)
    {
      busy_id = g_timeout_add (16, on_busy, &run);
      g_source_set_name_by_id (busy_id, "bench-busy");
    }
  while (!g_atomic_int_get (&run.done) && g_get_monotonic_time () < until)
    {
      g_main_context_iteration (NULL, TRUE);
      if (run.driver == NULL && wave_tenant_get_state (wave_monitor_get_tenant (run.monitor)) == WAVE_SESSION_LIVE
          && g_get_monotonic_time () - run.begun_us > 3 * G_USEC_PER_SEC)
        run.driver = g_thread_new ("bench-drive", drive, &run);
    }
  if (run.driver != NULL)
    g_thread_join (run.driver);
  until = g_get_monotonic_time () + G_USEC_PER_SEC;
  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_clear_handle_id (&busy_id, g_source_remove);
  good = tell (&run, name);
  gtk_window_destroy (GTK_WINDOW (window));
  wave_monitor_stop (run.monitor);
  g_object_unref (run.monitor);
  wave_simulator_stop (run.simulator);
  g_object_unref (run.simulator);
  g_array_unref (run.sent);
  return good;
}

int
main (int argc, char **argv)
{
  if (!gtk_init_check ())
    {
      fprintf (stderr, "bench-accuracy: no display\n");
      return 77;
    }
  adw_init ();
  return measure ("scope-accuracy-busy", FALSE) && measure ("scope-accuracy-loaded", TRUE) ? 0 : 1;
}
