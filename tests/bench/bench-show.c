// SPDX-License-Identifier: GPL-3.0-or-later
// The Rooms page while much happens: bench-show URL SECONDS [ROOM]. Once the events come and two seconds have passed, for SECONDS: frames, missed deadlines, the CPU
// of the process, and from the arrival of each event to the end of the frame that shows it.
#include "config.h"

#include <adwaita.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "protocol/wave-memory.h"
#include "ui/wave-application.h"
#include "ui/wave-window.h"

#define WARM_UP_US (2 * (gint64) G_USEC_PER_SEC)
/* A frame that comes later than this after the one before missed 30 fps; the clock ticks every 16.7 ms, two ticks may jitter. */
#define DEADLINE_US (G_USEC_PER_SEC / 30 + 1000)

typedef struct {
  GMainLoop *loop;
  WaveWindow *window;
  WaveMonitor *monitor;
  const char *room;
  gint64 length_us;

  gint64 first_event, begun, last_frame, cpu_begun;
  GArray *waiting;   /* gint64: arrivals that no frame has shown yet */
  GArray *latencies; /* gint64 */
  GArray *gaps;      /* gint64: between two frames */
  GArray *costs;     /* gint64: of a frame, from its start to its end */
  gint64 frame_started;
  guint n_late, n_applied, n_counted;
} Show;

static gint64
cpu_us (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * (gint64) G_USEC_PER_SEC + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void
say (const char *name, double value, const char *unit)
{
  printf ("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"}\n", name, value, unit);
  fflush (stdout);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
percentile_ms (GArray *values, double share)
{
  if (values->len == 0)
    return -1;
  g_array_sort (values, compare);
  return g_array_index (values, gint64, MIN (values->len - 1, (guint) (values->len * share))) / 1000.0;
}

static void
finish (Show *show, gint64 now)
{
  double seconds = (now - show->begun) / 1e6;

  say ("show-cpu", 100.0 * (cpu_us () - show->cpu_begun) / (now - show->begun), "% of a core");
  say ("show-frames", show->gaps->len > 0 ? 100.0 * (show->gaps->len - show->n_late) / show->gaps->len : 0, "% in time");
  say ("show-fps", show->gaps->len / seconds, "frames/s");
  say ("show-frame-p99", percentile_ms (show->costs, 0.99), "ms");
  say ("show-latency-p50", percentile_ms (show->latencies, 0.5), "ms");
  say ("show-latency", percentile_ms (show->latencies, 0.99), "ms");
  say ("show-events", show->n_counted / seconds, "events/s");
  g_main_loop_quit (show->loop);
}

static void
on_applied (WaveTenant *tenant, const WaveEvent *event, WaveRoom *room, Show *show)
{
  if (event->kind == WAVE_EVENT_HELLO || event->via != WAVE_VIA_STREAM)
    return;
  show->n_applied++;
  if (show->first_event == 0)
    show->first_event = g_get_monotonic_time ();
  g_array_append_val (show->waiting, event->arrived_mono_us);
}

static void
on_before_paint (GdkFrameClock *clock, Show *show)
{
  show->frame_started = g_get_monotonic_time ();
}

static void
on_after_paint (GdkFrameClock *clock, Show *show)
{
  gint64 now = g_get_monotonic_time (), gap = show->frame_started - show->last_frame, cost = now - show->frame_started;

  if (show->begun == 0 && show->first_event > 0 && now - show->first_event > WARM_UP_US)
    {
      show->begun = now;
      show->cpu_begun = cpu_us ();
    }
  else if (show->begun > 0)
    {
      g_array_append_val (show->gaps, gap);
      g_array_append_val (show->costs, cost);
      show->n_late += gap > DEADLINE_US;
      for (guint i = 0; i < show->waiting->len; i++)
        {
          gint64 latency = now - g_array_index (show->waiting, gint64, i);

          g_array_append_val (show->latencies, latency);
        }
      show->n_counted += show->waiting->len;
      if (now - show->begun > show->length_us)
        finish (show, now);
    }
  g_array_set_size (show->waiting, 0);
  show->last_frame = show->frame_started;
}

static void
on_realize (GtkWidget *widget, Show *show)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);

  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), show);
  g_signal_connect_after (clock, "after-paint", G_CALLBACK (on_after_paint), show);
}

static void
open_window (GtkApplication *application, Show *show)
{
  show->window = wave_window_new (application);
  gtk_window_set_default_size (GTK_WINDOW (show->window), 1280, 800);
  g_signal_connect_after (show->window, "realize", G_CALLBACK (on_realize), show);
  g_signal_connect (wave_monitor_get_tenant (show->monitor), "event-applied", G_CALLBACK (on_applied), show);
  wave_window_watch (show->window, show->monitor, NULL, NULL);
  wave_window_want_page (show->window, "rooms");
  wave_window_want_room (show->window, show->room);
  wave_monitor_start (show->monitor);
  gtk_window_present (GTK_WINDOW (show->window));
}

static gboolean
on_deadline (gpointer user_data)
{
  g_printerr ("bench-show: the events did not come\n");
  exit (1);
}

int
main (int argc, char **argv)
{
  Show show = { NULL };
  g_autoptr (WaveApplication) application = NULL;
  g_autoptr (WaveCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;

  if (argc < 3)
    return 2;
  wave_memory_tune ();
  credentials = wave_credentials_new ("bench", NULL);
  show.monitor = wave_monitor_new (argv[1], credentials, FALSE, NULL, TRUE, &error);
  if (show.monitor == NULL)
    {
      g_printerr ("bench-show: %s\n", error->message);
      return 1;
    }
  show.length_us = (gint64) (g_ascii_strtod (argv[2], NULL) * G_USEC_PER_SEC);
  show.room = argc > 3 ? argv[3] : "room-0";
  show.loop = g_main_loop_new (NULL, FALSE);
  show.waiting = g_array_new (FALSE, FALSE, sizeof (gint64));
  show.latencies = g_array_new (FALSE, FALSE, sizeof (gint64));
  show.gaps = g_array_new (FALSE, FALSE, sizeof (gint64));
  show.costs = g_array_new (FALSE, FALSE, sizeof (gint64));
  application = wave_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  if (!g_application_register (G_APPLICATION (application), NULL, &error))
    {
      g_printerr ("bench-show: %s\n", error->message);
      return 1;
    }
  open_window (GTK_APPLICATION (application), &show);
  g_timeout_add (show.length_us / 1000 + 60000, on_deadline, NULL);
  g_main_loop_run (show.loop);
  /* The journal's temporary directory goes with it. */
  wave_monitor_stop (show.monitor);
  return 0;
}
