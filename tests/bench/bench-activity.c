// SPDX-License-Identifier: GPL-3.0-or-later
// The Activity page over a large journal: bench-activity JOURNAL. What opening it costs until there are rows to see and until all is read, what filters cost by the clock of who
// looks at the page, what going anywhere costs, and what the process takes.
#include "config.h"

#include <adwaita.h>
#include <gtksourceview/gtksource.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ui/wave-activity-page.h"
#include "ui/wave-event-table.h"

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static double
ms_since (gint64 started)
{
  return (g_get_monotonic_time () - started) / 1000.0;
}

/* Of this thread alone: what it would have taken on a machine with nothing else to do. */
static double
cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1000.0 + now.tv_nsec / 1e6;
}

static double
rss_mib (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL) || (line = strstr (text, "VmRSS:")) == NULL)
    return 0;
  return strtol (line + 6, NULL, 10) / 1024.0;
}

static void
tell (const char *name, double value, const char *unit)
{
  printf ("{\"name\":\"activity-%s\",\"value\":%.2f,\"unit\":\"%s\"}\n", name, value, unit);
}

static gboolean
count_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer n)
{
  (*(guint *) n)++;
  return G_SOURCE_CONTINUE;
}

/* Two frames: in the first what changed is laid out, in the second it was drawn. */
static void
wait_frames (GtkWidget *widget)
{
  guint n = 0;
  guint tick = gtk_widget_add_tick_callback (widget, count_frame, &n, NULL);

  while (n < 2)
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_remove_tick_callback (widget, tick);
}

static void
on_found (GListModel *model, guint position, guint removed, guint added, gint64 *first)
{
  if (added > 0 && *first == 0)
    *first = g_get_monotonic_time ();
}

static void
measure_filter (WaveActivityPage *page, const char *name, const char *text)
{
  WaveEventView *view = wave_activity_page_get_view (page);
  gint64 started = g_get_monotonic_time ();
  double cpu = cpu_ms ();
  gint64 first = 0;
  gulong handler = g_signal_connect (view, "items-changed", G_CALLBACK (on_found), &first);
  g_autofree char *first_name = g_strdup_printf ("%s-first", name);

  wave_activity_page_set_filter (page, text);
  while (wave_event_view_is_filtering (view))
    g_main_context_iteration (NULL, TRUE);
  tell (name, ms_since (started), "ms");
  g_signal_handler_disconnect (view, handler);
  if (first > 0)
    tell (first_name, (first - started) / 1000.0, "ms");
  fprintf (stderr, "%s: %.1f ms of CPU of the main thread, %u found\n", text, cpu_ms () - cpu, g_list_model_get_n_items (G_LIST_MODEL (view)));
  wave_activity_page_set_filter (page, "");
  wait_frames (GTK_WIDGET (page));
}

static int
by_value (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

int
main (int argc, char **argv)
{
  g_autoptr (WaveTenant) tenant = NULL;
  g_autoptr (WaveEventLog) log = NULL;
  GtkWidget *window, *page;
  WaveEventTable *table;
  double jumps[50], before;
  gint64 started;
  guint n;

  if (argc != 2)
    return 2;
  adw_init ();
  gtk_source_init ();
  window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_present (GTK_WINDOW (window));
  wait_frames (window);
  before = rss_mib ();

  started = g_get_monotonic_time ();
  tenant = wave_tenant_new ();
  log = wave_event_log_new_for_journal (argv[1]);
  page = wave_activity_page_new (tenant, log);
  wave_activity_page_set_filter (WAVE_ACTIVITY_PAGE (page), "");
  adw_window_set_content (ADW_WINDOW (window), page);
  table = WAVE_EVENT_TABLE (find (page, WAVE_TYPE_EVENT_TABLE));
  while (wave_event_table_get_n_realised (table) == 0)
    g_main_context_iteration (NULL, TRUE);
  wait_frames (page);
  tell ("usable", ms_since (started), "ms");
  while (wave_event_log_is_loading (log))
    g_main_context_iteration (NULL, TRUE);
  wait_frames (page);
  tell ("open", ms_since (started), "ms");
  tell ("rss", rss_mib (), "MiB");
  fprintf (stderr, "%u events; the empty window took %.1f MiB\n", wave_event_log_get_n_events (log), before);

  measure_filter (WAVE_ACTIVITY_PAGE (page), "field", "type:message");
  measure_filter (WAVE_ACTIVITY_PAGE (page), "fields", "from:p5 -type:chunk");
  measure_filter (WAVE_ACTIVITY_PAGE (page), "substring", "\"number 9\"");
  measure_filter (WAVE_ACTIVITY_PAGE (page), "substring-rare", "\"number 99999\"");

  n = wave_event_log_get_n_events (log);
  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++)
    {
      started = g_get_monotonic_time ();
      wave_event_table_select (table, (guint) ((guint64) n * (i * 37 % G_N_ELEMENTS (jumps)) / G_N_ELEMENTS (jumps)));
      wait_frames (page);
      jumps[i] = ms_since (started);
    }
  qsort (jumps, G_N_ELEMENTS (jumps), sizeof (double), by_value);
  tell ("jump-p50", jumps[G_N_ELEMENTS (jumps) / 2], "ms");
  tell ("jump-max", jumps[G_N_ELEMENTS (jumps) - 1], "ms");
  tell ("realised", wave_event_table_get_n_realised (table), "rows");
  tell ("rss-after", rss_mib (), "MiB");
  gtk_window_destroy (GTK_WINDOW (window));
  wave_event_log_close (log);
  return 0;
}
