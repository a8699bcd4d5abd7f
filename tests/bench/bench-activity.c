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

#include "protocol/wave-memory.h"
#include "ui/wave-activity-page.h"
#include "ui/wave-event-table.h"

/* Of each filter: what comes first pays for what is made once. */
#define ROUNDS 7

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

/* When the first matches of a filter were in the list, and when they were on the screen. */
typedef struct {
  gint64 found, drawn;
} First;

static void
on_rewritten (First *first)
{
  if (first->found == 0)
    first->found = g_get_monotonic_time ();
}

static void
on_found (GListModel *model, guint position, guint removed, guint added, First *first)
{
  if (added > 0)
    on_rewritten (first);
}

static void
on_drawn (GdkFrameClock *clock, First *first)
{
  if (first->found > 0 && first->drawn == 0)
    first->drawn = g_get_monotonic_time ();
}

static int
by_value (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

static void
tell_median (const char *name, const char *what, double *values)
{
  g_autofree char *full = g_strconcat (name, what, NULL);

  qsort (values, ROUNDS, sizeof (double), by_value);
  tell (full, values[ROUNDS / 2], "ms");
}

static void
measure_filter (WaveActivityPage *page, const char *name, const char *text)
{
  WaveEventView *view = wave_activity_page_get_view (page);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (page));
  double all[ROUNDS], found[ROUNDS], drawn[ROUNDS], cold = 0;
  gboolean any = FALSE;

  for (guint round = 0; round < ROUNDS; round++)
    {
      gint64 started = g_get_monotonic_time ();
      double cpu = cpu_ms ();
      First first = { 0, 0 };

      g_signal_connect (view, "items-changed", G_CALLBACK (on_found), &first);
      g_signal_connect_swapped (view, "rewritten", G_CALLBACK (on_rewritten), &first);
      g_signal_connect (clock, "after-paint", G_CALLBACK (on_drawn), &first);
      wave_activity_page_set_filter (page, text);
      while (wave_event_view_is_filtering (view) || (first.found > 0 && first.drawn == 0))
        g_main_context_iteration (NULL, TRUE);
      all[round] = ms_since (started);
      g_signal_handlers_disconnect_by_data (view, &first);
      g_signal_handlers_disconnect_by_data (clock, &first);
      any = first.found > 0;
      found[round] = (first.found - started) / 1000.0;
      drawn[round] = (first.drawn - started) / 1000.0;
      if (round == 0)
        {
          cold = drawn[0];
          fprintf (stderr, "%s: %.1f ms of CPU of the main thread, %u found\n", text, cpu_ms () - cpu, g_list_model_get_n_items (G_LIST_MODEL (view)));
        }
      wave_activity_page_set_filter (page, "");
      wait_frames (GTK_WIDGET (page));
    }
  tell_median (name, "", all);
  if (any)
    {
      g_autofree char *cold_name = g_strconcat (name, "-first-cold", NULL);

      tell_median (name, "-found", found);
      tell_median (name, "-first", drawn);
      tell (cold_name, cold, "ms");
    }
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
  /* As the programs do. */
  wave_memory_tune ();
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
