// SPDX-License-Identifier: GPL-3.0-or-later
//
// wave-soak SIMULATOR-URL [--minutes M]
//
// The real session, journal and model on a stream of events for a long time; memory and descriptors are sampled, and have to be flat. `./dev soak` starts the
// simulator in a process of its own, whose memory is not counted.
#include "config.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/wave-monitor.h"
#include "model/wave-stream.h"
#include "protocol/wave-memory.h"

#define SAMPLE_US (2 * G_USEC_PER_SEC)
/* Caches and timelines fill at first: only what comes after this share of the time is judged. */
#define WARM_UP 0.4
/* What the judged time may bring, by the straight line through the samples. */
#define GROWTH_SHARE 0.03
#define GROWTH_KIB 3072
#define ENDED_STREAMS 50
/* So that the disk is not filled. */
#define JOURNAL_BYTES (G_GUINT64_CONSTANT (256) << 20)

typedef struct {
  double minute, rss_kib, fds;
} Sample;

static double
get_rss_kib (void)
{
  g_autofree char *text = NULL;
  long pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%*d %ld", &pages);
  return pages * (double) sysconf (_SC_PAGESIZE) / 1024;
}

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* The slope of the straight line through the samples from @first on, by minute. */
static double
get_slope (GArray *samples, guint first, gboolean of_fds)
{
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;

  for (guint i = first; i < samples->len; i++)
    {
      const Sample *sample = &g_array_index (samples, Sample, i);
      double value = of_fds ? sample->fds : sample->rss_kib;

      n++;
      x += sample->minute;
      y += value;
      xx += sample->minute * sample->minute;
      xy += sample->minute * value;
    }
  return n < 2 || n * xx - x * x == 0 ? 0 : (n * xy - x * y) / (n * xx - x * x);
}

static gboolean
on_sample (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  double minutes = 10;
  const GOptionEntry entries[] = { { "minutes", 0, 0, G_OPTION_ARG_DOUBLE, &minutes, "How long (10)", "M" }, { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new ("SIMULATOR-URL");
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("soak-token", NULL);
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  g_autoptr (WaveMonitor) monitor = NULL;
  WaveSessionCounters counters;
  gint64 start, next, length;
  guint first;
  double judged, rss_slope, fd_slope, rss_grown, fds_grown, middle;
  gint64 lag, worst;
  gboolean flat;

  /* As the programs do that are meant. */
  wave_memory_tune ();
  wave_log_install ();
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 || minutes <= 0)
    {
      g_printerr ("soak: %s\n", error != NULL ? error->message : "needs the simulator's URL");
      return 2;
    }
  /* The journal goes with the monitor. */
  monitor = wave_monitor_new (argv[1], credentials, FALSE, NULL, TRUE, &error);
  if (monitor == NULL)
    {
      g_printerr ("soak: %s\n", error->message);
      return 2;
    }
  /* Ended replies are kept up to 256 MiB, which takes longer than anybody waits: with few of them all bounds are met while it warms up. */
  wave_stream_store_set_max_ended (wave_tenant_get_streams (wave_monitor_get_tenant (monitor)), ENDED_STREAMS);
  wave_monitor_start (monitor);
  g_timeout_add (100, on_sample, NULL);
  start = next = g_get_monotonic_time ();
  length = (gint64) (minutes * 60 * G_USEC_PER_SEC);
  while (g_get_monotonic_time () < start + length)
    {
      g_main_context_iteration (NULL, TRUE);
      if (g_get_monotonic_time () < next)
        continue;
      if (wave_monitor_get_journal (monitor) != NULL)
        wave_journal_set_retention (wave_monitor_get_journal (monitor), 0, JOURNAL_BYTES);
      {
        Sample sample = { (next - start) / 60e6, get_rss_kib (), count_fds () };

        wave_session_get_counters (wave_monitor_get_session (monitor), &counters);
        if (samples->len % 30 == 0)
          g_print ("%5.1f min: %" G_GUINT64_FORMAT " events, %.1f MiB, %.0f descriptors\n", sample.minute, counters.events, sample.rss_kib / 1024, sample.fds);
        g_array_append_val (samples, sample);
      }
      next += SAMPLE_US;
    }
  wave_session_get_counters (wave_monitor_get_session (monitor), &counters);
  wave_monitor_get_loop_lag (monitor, &lag, &worst);
  first = samples->len * WARM_UP;
  judged = minutes * (1 - WARM_UP);
  rss_slope = get_slope (samples, first, FALSE);
  fd_slope = get_slope (samples, first, TRUE);
  rss_grown = rss_slope * judged;
  fds_grown = fd_slope * judged;
  middle = g_array_index (samples, Sample, (first + samples->len) / 2).rss_kib;
  flat = rss_grown < MAX (GROWTH_KIB, middle * GROWTH_SHARE) && fds_grown < 2 && counters.events > 0
         && wave_tenant_get_state (wave_monitor_get_tenant (monitor)) == WAVE_SESSION_LIVE;
  g_print ("main loop late by %.1f ms at worst in the last minutes; largest backlog %u\n", worst / 1e3, wave_monitor_get_largest_backlog (monitor));
  g_print ("%" G_GUINT64_FORMAT " events in %.1f min (%.0f/s), %.1f MiB and %+.0f KiB/min, %+.2f descriptors/min over the last %.1f min: %s\n", counters.events, minutes,
           counters.events / (minutes * 60), middle / 1024, rss_slope, fd_slope, judged, flat ? "flat" : "NOT FLAT");
  wave_monitor_stop (monitor);
  return flat ? 0 : 1;
}
