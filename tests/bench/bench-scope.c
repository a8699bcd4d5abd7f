// SPDX-License-Identifier: GPL-3.0-or-later
// What the scope costs: bench-scope [SECONDS]. A line of NDJSON per figure:
//   scope-frames, scope-frame-late   200 replies at once, 5,000 chunks/s in all, the whole page on screen at 1280×800
//   scope-cpu                        the process' CPU meanwhile, as a share of one core
//   scope-draw-ratio                 the same picture with 100 times the chunks: how much longer to draw and render
//   scope-zoom-worst                 from all of 1,000,000 chunks to 10 ms and back: the worst frame
#include "config.h"

#include <adwaita.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "protocol/wave-event.h"
#include "ui/wave-scope-page.h"
#include "ui/wave-scope-view.h"

#define N_STREAMS 200
#define CHUNKS_PER_S 5000
#define WARM_UP_US (2 * (gint64)G_USEC_PER_SEC)
/* A frame that comes later than this after the one before it missed 30 fps. */
#define DEADLINE_US (G_USEC_PER_SEC / 30)

static void
apply (WaveTenant *tenant, gint64 at_us, const char *json)
{
  g_autoptr (GBytes) raw = g_bytes_new (json, strlen (json));
  g_autoptr (WaveEvent) event = wave_event_decode (raw, WAVE_VIA_STREAM, at_us, g_get_real_time ());

  wave_tenant_apply_event (tenant, event);
}

static void
apply_chunk (WaveTenant *tenant, gint64 at_us, guint stream, const char *text)
{
  char json[256];

  g_snprintf (json, sizeof json,
              "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-%u\",\"sender_id\":\"ai-%u\",\"content\":{\"chunk_text\":\"%s\",\"done\":false}}",
              stream % 20, stream, text);
  apply (tenant, at_us, json);
}

static void
apply_status (WaveTenant *tenant, gint64 at_us, guint stream, const char *word)
{
  char json[256];

  g_snprintf (json, sizeof json, "{\"type\":\"swp.ai.status\",\"room_id\":\"room-%u\",\"participant_id\":\"ai-%u\",\"status\":\"%s\"}", stream % 20, stream, word);
  apply (tenant, at_us, json);
}

static void
advance (WaveTenant *tenant, gint64 now)
{
  wave_tenant_advance (tenant, now, g_get_real_time ());
}

static WaveScopeView *
find_view (GtkWidget *widget)
{
  if (WAVE_IS_SCOPE_VIEW (widget))
    return WAVE_SCOPE_VIEW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      WaveScopeView *found = find_view (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
show (WaveTenant *tenant, WaveScopeView **view)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *page = wave_scope_page_new_for_tenant (tenant);
  gint64 until = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  adw_window_set_content (ADW_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  while ((!gtk_widget_get_mapped (page) || gtk_widget_get_height (page) <= 0) && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  *view = find_view (page);
  if (*view == NULL || !gtk_widget_get_mapped (page))
    exit (1);
  return window;
}

static void
spin (gint64 us)
{
  gint64 until = g_get_monotonic_time () + us;

  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
}

static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * (gint64)G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *)a;
  gint64 y = *(const gint64 *)b;

  return (x > y) - (x < y);
}

static void
tell (const char *name, double value, const char *unit, double spread)
{
  printf ("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"spread\":%.3f}\n", name, value, unit, spread);
  fflush (stdout);
}

/* ---- 200 streams at once ---- */

typedef struct
{
  WaveTenant *tenant;
  gint64 begun_us;
  guint64 n_sent;
  GArray *frames; /* gint64: µs between two frames */
  GArray *costs;  /* gint64: µs from the start of a frame to the end of its painting */
  gint64 last_us, began_us;
  gboolean measuring;
} Load;

/* What is due is applied in one piece, as the app does it: a batch a frame. */
static gboolean
feed (gpointer user_data)
{
  Load *load = user_data;
  gint64 now = g_get_monotonic_time ();
  guint64 due = (guint64)(now - load->begun_us) * CHUNKS_PER_S / G_USEC_PER_SEC;

  for (; load->n_sent < due; load->n_sent++)
    apply_chunk (load->tenant, load->begun_us + (gint64)(load->n_sent * G_USEC_PER_SEC / CHUNKS_PER_S), load->n_sent % N_STREAMS, "some words ");
  advance (load->tenant, now);
  return G_SOURCE_CONTINUE;
}

static void
on_before_paint (GdkFrameClock *clock, Load *load)
{
  gint64 now = g_get_monotonic_time ();
  gint64 between = now - load->last_us;

  if (load->measuring && load->last_us > 0)
    g_array_append_val (load->frames, between);
  load->last_us = load->began_us = now;
}

static void
on_after_paint (GdkFrameClock *clock, Load *load)
{
  gint64 cost = g_get_monotonic_time () - load->began_us;

  if (load->measuring)
    g_array_append_val (load->costs, cost);
}

static void
measure_load (gint64 seconds)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  Load load = { .tenant = tenant, .begun_us = g_get_monotonic_time () };
  WaveScopeView *view;
  GtkWidget *window;
  GdkFrameClock *clock;
  gint64 cpu, wall;
  guint late = 0, feed_id;
  double fps;

  load.frames = g_array_new (FALSE, FALSE, sizeof (gint64));
  load.costs = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < N_STREAMS; i++)
    apply_status (tenant, load.begun_us, i, "generating");
  advance (tenant, load.begun_us);
  window = show (tenant, &view);
  clock = gtk_widget_get_frame_clock (window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), &load);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after_paint), &load);
  feed_id = g_timeout_add (16, feed, &load);
  g_source_set_name_by_id (feed_id, "bench-feed");
  {
    gint64 until = g_get_monotonic_time () + WARM_UP_US;

    while (g_get_monotonic_time () < until)
      g_main_context_iteration (NULL, TRUE);
    load.measuring = TRUE;
    cpu = cpu_us ();
    wall = g_get_monotonic_time ();
    until = wall + seconds * G_USEC_PER_SEC;
    while (g_get_monotonic_time () < until)
      g_main_context_iteration (NULL, TRUE);
  }
  cpu = cpu_us () - cpu;
  wall = g_get_monotonic_time () - wall;
  g_source_remove (feed_id);
  g_array_sort (load.frames, compare);
  g_array_sort (load.costs, compare);
  for (guint i = 0; i < load.frames->len; i++)
    late += g_array_index (load.frames, gint64, i) > DEADLINE_US + 2000;
  fps = load.frames->len * (double)G_USEC_PER_SEC / wall;
  tell ("scope-frames", fps, "fps", load.frames->len > 0 ? g_array_index (load.frames, gint64, load.frames->len * 99 / 100) / 1000.0 : 0);
  tell ("scope-frame-late", load.frames->len > 0 ? 100.0 * late / load.frames->len : 100, "% of frames over 33 ms",
        load.frames->len > 0 ? g_array_index (load.frames, gint64, load.frames->len - 1) / 1000.0 : 0);
  tell ("scope-frame-cost", load.costs->len > 0 ? g_array_index (load.costs, gint64, load.costs->len / 2) / 1000.0 : 0, "ms a frame, median",
        load.costs->len > 0 ? g_array_index (load.costs, gint64, load.costs->len * 99 / 100) / 1000.0 : 0);
  tell ("scope-cpu", 100.0 * cpu / wall, "% of a core", 0);
  g_signal_handlers_disconnect_by_data (clock, &load);
  gtk_window_destroy (GTK_WINDOW (window));
  spin (G_USEC_PER_SEC / 20);
  g_array_unref (load.frames);
  g_array_unref (load.costs);
}

/* ---- the same picture, 100 times the chunks ---- */

#define SPREAD_US (60 * (gint64)G_USEC_PER_SEC)

static WaveTenant *
make_static (guint n_streams, guint n_chunks, gint64 base_us)
{
  WaveTenant *tenant = wave_tenant_new ();

  for (guint i = 0; i < n_streams; i++)
    apply_status (tenant, base_us, i, "thinking");
  for (guint i = 0; i < n_chunks; i++)
    apply_chunk (tenant, base_us + SPREAD_US * i / n_chunks, i % n_streams, "word ");
  advance (tenant, base_us + SPREAD_US);
  return tenant;
}

/* One frame from nothing: all that is kept is thrown away by another span, then made and rendered. */
static gint64
draw_once (WaveScopeView *view, gint64 left_us, gint64 span_us)
{
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (GTK_WIDGET (view)));
  gint64 start = g_get_monotonic_time ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  wave_scope_view_show_time (view, left_us, span_us);
  node = wave_scope_view_dup_node (view);
  texture = gsk_renderer_render_texture (renderer, node, NULL);
  return g_get_monotonic_time () - start;
}

static gint64
time_drawing (guint n_chunks)
{
  g_autoptr (WaveTenant) tenant = make_static (8, n_chunks, 1000 * (gint64)G_USEC_PER_SEC);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  WaveScopeView *view;
  GtkWidget *window = show (tenant, &view);

  spin (G_USEC_PER_SEC / 2);
  for (guint i = 0; i < 41; i++)
    {
      gint64 took = draw_once (view, 1000 * (gint64)G_USEC_PER_SEC, SPREAD_US + (i + 1) * 1000);

      g_array_append_val (times, took);
    }
  gtk_window_destroy (GTK_WINDOW (window));
  spin (G_USEC_PER_SEC / 20);
  g_array_sort (times, compare);
  /* The best: what others do on the machine is not the drawing's cost. */
  return g_array_index (times, gint64, 0);
}

static void
measure_ratio (void)
{
  gint64 few = G_MAXINT64, many = G_MAXINT64;

  /* By turns: a machine that is slower for some seconds is slower for both. */
  for (guint i = 0; i < 4; i++)
    {
      few = MIN (few, time_drawing (8000));
      many = MIN (many, time_drawing (800000));
    }
  tell ("scope-draw-few", few / 1000.0, "ms for 8,000 chunks, nothing kept, best of 4 times 41", 0);
  tell ("scope-draw-many", many / 1000.0, "ms for 800,000 chunks, nothing kept, best of 4 times 41", 0);
  tell ("scope-draw-ratio", many / (double)few, "times", 0);
}

/* ---- a million chunks, from all to 10 ms and back ---- */

static void
measure_zoom (void)
{
  gint64 base = 1000 * (gint64)G_USEC_PER_SEC;
  g_autoptr (WaveTenant) tenant = make_static (40, 1000000, base);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  WaveScopeView *view;
  GtkWidget *window = show (tenant, &view);
  double span = SPREAD_US * 1.05;
  gint64 middle = base + SPREAD_US / 2;

  spin (G_USEC_PER_SEC / 2);
  draw_once (view, base, (gint64)span);
  for (int way = 0; way < 2; way++)
    for (guint i = 0; i < 40; i++)
      {
        gint64 took;

        span = way == 0 ? span / 1.25 : span * 1.25;
        took = draw_once (view, middle - (gint64)(span / 2), MAX ((gint64)span, WAVE_SCOPE_MIN_SPAN));
        g_array_append_val (times, took);
      }
  gtk_window_destroy (GTK_WINDOW (window));
  spin (G_USEC_PER_SEC / 20);
  g_array_sort (times, compare);
  tell ("scope-zoom-worst", g_array_index (times, gint64, times->len - 1) / 1000.0, "ms, the worst of 80 frames",
        g_array_index (times, gint64, times->len / 2) / 1000.0);
}

int
main (int argc, char **argv)
{
  gint64 seconds = argc > 1 ? CLAMP (atoi (argv[1]), 1, 600) : 10;
  const char *only = argc > 2 ? argv[2] : "";

  if (!gtk_init_check ())
    {
      fprintf (stderr, "bench-scope: no display\n");
      return 77;
    }
  adw_init ();
  fprintf (stderr, "bench-scope: %s\n", g_getenv ("GSK_RENDERER") != NULL ? g_getenv ("GSK_RENDERER") : "the renderer that GTK picks");
  if (*only == '\0' || g_str_equal (only, "load"))
    measure_load (seconds);
  if (*only == '\0' || g_str_equal (only, "ratio"))
    measure_ratio ();
  if (*only == '\0' || g_str_equal (only, "zoom"))
    measure_zoom ();
  return 0;
}
