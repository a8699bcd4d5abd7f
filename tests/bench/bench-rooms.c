// SPDX-License-Identifier: GPL-3.0-or-later
// What rooms cost: opening one, scrolling through 100,000 messages, a tenant of 2,000 rooms and 10,000 people, memory a message. bench-rooms [ROUNDS]; needs a
// display. Times are those of the main thread's processor, so that a busy machine does not count. One object a line: name, value (the median of the rounds), unit, spread ((largest − smallest) / median).
#include "config.h"

#include <adwaita.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/wave-tenant.h"
#include "model/wave-timeline.h"
#include "protocol/wave-event.h"
#include "ui/wave-room-list.h"
#include "ui/wave-side-pane.h"
#include "ui/wave-timeline-row.h"
#include "ui/wave-timeline-view.h"

#define MESSAGES 100000
#define PAGE 100
#define ROOMS 2000
#define PEOPLE 10000
#define T0_WALL (G_GINT64_CONSTANT (1780315200) * G_USEC_PER_SEC)

static const char *const bodies[] = {
  "The **sync** page takes 40 ms now, it was 180. `since` is exclusive, by the way.",
  "Thanks! 🎉",
  "1. migrations\\n2. smoke test\\n3. announce\\n\\nI take *3*.",
  "Staging is on build **4417**. Two checks are red:\\n\\n- *migrations*: waiting for a lock since 10:31\\n- *smoke test*: the login page answers `502`\\n\\nI looked at the lock: it is held by "
  "the nightly vacuum, which started late. It should be gone in about ten minutes.",
  "Can somebody look at https://wave.example.org/docs/reference?page=sync and say what is missing",
  "```c\\nfor (guint i = 0; i < n; i++)\\n  total += values[i];\\n```",
  "ok",
};

/* ---- figures ---- */

static void
say (const char *name, GArray *values, const char *unit)
{
  double *v = (double *) values->data;
  double median;

  for (guint i = 1; i < values->len; i++)
    for (guint j = i; j > 0 && v[j] < v[j - 1]; j--)
      {
        double held = v[j];

        v[j] = v[j - 1];
        v[j - 1] = held;
      }
  median = values->len % 2 == 1 ? v[values->len / 2] : (v[values->len / 2 - 1] + v[values->len / 2]) / 2;
  printf ("{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"spread\":%.3f}\n", name, median, unit, median > 0 ? (v[values->len - 1] - v[0]) / median : 0);
  fflush (stdout);
}

typedef struct {
  const char *name, *unit;
  GArray *values;
} Figure;

static GPtrArray *figures;

static void
note (const char *name, double value, const char *unit)
{
  Figure *figure = NULL;

  for (guint i = 0; i < figures->len && figure == NULL; i++)
    if (g_str_equal (((Figure *) figures->pdata[i])->name, name))
      figure = figures->pdata[i];
  if (figure == NULL)
    {
      figure = g_new0 (Figure, 1);
      figure->name = name;
      figure->unit = unit;
      figure->values = g_array_new (FALSE, FALSE, sizeof (double));
      g_ptr_array_add (figures, figure);
    }
  g_array_append_val (figure->values, value);
}

/* ---- frames of the screen ---- */

/* Of this thread alone: what others do on the machine meanwhile does not count. */
static gint64
cpu_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * (gint64) G_USEC_PER_SEC + time.tv_nsec / 1000;
}

typedef struct {
  gint64 begun;
  GArray *costs; /* gint64: µs of work of the main thread since the frame before */
} Frames;

static void
on_after (GdkFrameClock *clock, Frames *frames)
{
  gint64 now = cpu_us ();
  gint64 cost = now - frames->begun;

  frames->begun = now;
  g_array_append_val (frames->costs, cost);
}

static Frames *
watch (GtkWidget *window)
{
  Frames *frames = g_new0 (Frames, 1);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);

  frames->costs = g_array_new (FALSE, FALSE, sizeof (gint64));
  frames->begun = cpu_us ();
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_after), frames);
  return frames;
}

static void
unwatch (GtkWidget *window, Frames *frames)
{
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (window), frames);
  g_array_unref (frames->costs);
  g_free (frames);
}

/* Runs the loop until a frame has been drawn, at most a second. Returns whether there was one. */
static gboolean
next_frame (Frames *frames)
{
  guint before = frames->costs->len;
  gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC;

  while (frames->costs->len == before && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  return frames->costs->len > before;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

static double
share_ms (GArray *values, double share)
{
  g_array_sort (values, compare);
  return values->len > 0 ? g_array_index (values, gint64, (guint) (share * (values->len - 1))) / 1e3 : 0;
}

static gboolean
on_over (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Without looking at the clock meanwhile, which would be counted as work of the next frame. */
static void
live_for (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, on_over, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
settle (void)
{
  live_for (250);
}

/* ---- what is fed ---- */

static WaveEvent *
message (const char *room, guint n)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"evt-%s-%u\",\"room_id\":\"%s\",\"sender_id\":\"p-%u\",\"stream_position\":%u,\"origin_ts\":%u,"
                                           "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"%s\"}}",
                                           room, n, room, n / 3 % 40, n + 1, 1780315200 - MESSAGES + n, bodies[n % G_N_ELEMENTS (bodies)]);
  g_autoptr (GBytes) raw = g_bytes_new (json, strlen (json));

  return wave_event_decode (raw, WAVE_VIA_SYNC, 1000 * (gint64) G_USEC_PER_SEC, T0_WALL);
}

/* Older pages first arrive last, as when one scrolls up. */
static void
fill (WaveTenant *tenant, const char *room, guint n)
{
  g_autoptr (WaveEvent) first = message (room, n - 1);
  gint64 slowest = 0;

  wave_tenant_apply_event (tenant, first);
  wave_timeline_load_older (wave_room_get_timeline (wave_tenant_get_room (tenant, room)));
  for (guint end = n - 1; end > 0; end -= MIN (end, PAGE))
    {
      g_autoptr (GPtrArray) page = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
      gint64 begun;

      for (guint i = end - MIN (end, PAGE); i < end; i++)
        g_ptr_array_add (page, message (room, i));
      begun = cpu_us ();
      wave_tenant_apply_history (tenant, room, page, FALSE);
      slowest = MAX (slowest, cpu_us () - begun);
    }
  note ("rooms.history_page_slowest", slowest / 1e3, "ms");
}

static gsize
in_use (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* Messages of a view that are laid out and have a place. */
static guint
count_filled (GtkWidget *widget)
{
  guint n = 0;

  if (WAVE_IS_TIMELINE_ROW (widget))
    return !wave_timeline_row_is_empty (WAVE_TIMELINE_ROW (widget)) && gtk_widget_get_mapped (widget) && gtk_widget_get_height (widget) > 0;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += count_filled (child);
  return n;
}

/* ---- 100,000 messages ---- */

static void
measure_timeline (GtkWidget *window)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  GtkWidget *view = g_object_new (WAVE_TYPE_TIMELINE_VIEW, NULL);
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  Frames *frames;
  GtkWidget *list;
  GtkAdjustment *adjustment;
  gint64 begun;
  gsize before;
  WaveRoom *room, *other;
  guint n_frames;

  wave_tenant_advance (tenant, 1000 * (gint64) G_USEC_PER_SEC, T0_WALL);
  before = in_use ();
  fill (tenant, "big", MESSAGES);
  room = wave_tenant_get_room (tenant, "big");
  note ("rooms.bytes_per_message", (double) (in_use () - before) / g_list_model_get_n_items (G_LIST_MODEL (wave_room_get_timeline (room))), "B");
  fill (tenant, "other", 1000);
  other = wave_tenant_get_room (tenant, "other");
  note ("rooms.messages_held", g_list_model_get_n_items (G_LIST_MODEL (wave_room_get_timeline (room))), "items");
  adw_window_set_content (ADW_WINDOW (window), view);
  settle ();
  frames = watch (window);
  /* From the click to the frame with the messages on it. */
  begun = cpu_us ();
  wave_timeline_view_set_room (WAVE_TIMELINE_VIEW (view), room);
  for (n_frames = 0; n_frames < 20 && count_filled (view) < 4; n_frames++)
    next_frame (frames);
  note ("rooms.open_first_content", (cpu_us () - begun) / 1e3, "ms");
  note ("rooms.open_frames", n_frames, "frames");
  settle ();
  /* Another room in the same place, as one goes from room to room. */
  begun = cpu_us ();
  wave_timeline_view_set_room (WAVE_TIMELINE_VIEW (view), other);
  for (n_frames = 0; n_frames < 20 && count_filled (view) < 4; n_frames++)
    next_frame (frames);
  note ("rooms.switch_first_content", (cpu_us () - begun) / 1e3, "ms");
  note ("rooms.switch_frames", n_frames, "frames");
  settle ();
  wave_timeline_view_set_room (WAVE_TIMELINE_VIEW (view), room);
  settle ();

  list = gtk_widget_get_first_child (view);
  while (list != NULL && !GTK_IS_SCROLLED_WINDOW (list))
    list = gtk_widget_get_first_child (list) != NULL && !GTK_IS_STACK (list) ? gtk_widget_get_first_child (list)
           : GTK_IS_STACK (list)                                             ? gtk_stack_get_child_by_name (GTK_STACK (list), "list")
                                                                             : NULL;
  g_assert (list != NULL);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (list));
  /* As a wheel does: three lines a frame, then as a dragged bar does: far jumps. */
  g_array_set_size (frames->costs, 0);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment) / 2);
  next_frame (frames);
  g_array_set_size (frames->costs, 0);
  for (guint i = 0; i < 300; i++)
    {
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) - 90);
      next_frame (frames);
    }
  note ("rooms.scroll_frame_p50", share_ms (frames->costs, 0.5), "ms");
  note ("rooms.scroll_frame_p99", share_ms (frames->costs, 0.99), "ms");
  note ("rooms.scroll_frame_max", share_ms (frames->costs, 1), "ms");
  g_array_set_size (frames->costs, 0);
  for (guint i = 0; i < 60; i++)
    {
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment) * ((i * 37 % 60) / 60.0));
      next_frame (frames);
    }
  note ("rooms.jump_frame_p50", share_ms (frames->costs, 0.5), "ms");
  note ("rooms.jump_frame_max", share_ms (frames->costs, 1), "ms");
  unwatch (window, frames);
  adw_window_set_content (ADW_WINDOW (window), gtk_label_new ("…"));
  settle ();
  /* What was fetched by scrolling up is let go once nobody has looked for a while and the room goes on. */
  wave_tenant_advance (tenant, 3000 * (gint64) G_USEC_PER_SEC, T0_WALL + 2000 * (gint64) G_USEC_PER_SEC);
  {
    g_autofree char *json = g_strdup ("{\"type\":\"swp.room.message\",\"id\":\"evt-last\",\"room_id\":\"big\",\"sender_id\":\"p-1\",\"stream_position\":200000,\"content\":{\"body\":\"x\"}}");
    g_autoptr (GBytes) raw = g_bytes_new (json, strlen (json));
    g_autoptr (WaveEvent) last = wave_event_decode (raw, WAVE_VIA_STREAM, 3000 * (gint64) G_USEC_PER_SEC, T0_WALL);

    wave_tenant_apply_event (tenant, last);
  }
  note ("rooms.messages_kept_later", g_list_model_get_n_items (G_LIST_MODEL (wave_room_get_timeline (room))), "items");
}

/* ---- a large tenant ---- */

static void
feed (WaveTenant *tenant, gint64 at, const char *json)
{
  g_autoptr (GBytes) raw = g_bytes_new (json, strlen (json));
  g_autoptr (WaveEvent) event = wave_event_decode (raw, WAVE_VIA_STREAM, at, T0_WALL + at);

  wave_tenant_apply_event (tenant, event);
}

static void
fill_tenant (WaveTenant *tenant)
{
  g_autoptr (GString) members = g_string_new (NULL);

  for (guint i = 0; i < ROOMS; i += PAGE)
    {
      g_autoptr (GString) json = g_string_new ("{\"data\":[");
      g_autoptr (WaveRoomPage) page = NULL;
      g_autoptr (GBytes) body = NULL;

      for (guint j = i; j < i + PAGE; j++)
        g_string_append_printf (json, "%s{\"id\":\"room-%u\",\"name\":\"Room of project %u\",\"topic\":\"What it is about\",\"room_type\":\"group\"}", j > i ? "," : "", j, j * 7919 % ROOMS);
      g_string_append_printf (json, "],\"meta\":{\"total\":%d}}", ROOMS);
      body = g_bytes_new (json->str, json->len);
      page = wave_room_page_decode (body, NULL);
      wave_tenant_apply_rooms (tenant, page);
    }
  for (guint i = 0; i < PEOPLE; i++)
    g_string_append_printf (members,
                            "%s{\"participant_id\":\"u-%u\",\"membership\":\"join\",\"participant\":{\"id\":\"u-%u\",\"local_id\":\"u%u\",\"server_name\":\"x\",\"display_name\":\"Person "
                            "%u\",\"participant_type\":\"human\"}}",
                            i > 0 ? "," : "", i, i, i, i * 7919 % PEOPLE);
  {
    g_autofree char *json = g_strdup_printf ("{\"data\":{\"room\":{\"id\":\"room-0\"},\"members\":[%s]}}", members->str);
    g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
    g_autoptr (WaveRoomState) state = wave_room_state_decode (body, NULL);

    wave_tenant_apply_room_state (tenant, "room-0", state);
  }
}

static void
measure_tenant (GtkWidget *window)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *list = g_object_new (WAVE_TYPE_ROOM_LIST, NULL);
  GtkWidget *pane = g_object_new (WAVE_TYPE_SIDE_PANE, NULL);
  gint64 now = 1000 * (gint64) G_USEC_PER_SEC;
  gint64 begun, slowest = 0;
  g_autoptr (GArray) costliest = g_array_new (FALSE, FALSE, sizeof (gint64)); /* frame of each second */
  Frames *frames;
  GtkWidget *search = NULL;

  wave_tenant_advance (tenant, now, T0_WALL);
  fill_tenant (tenant);
  gtk_widget_set_hexpand (list, TRUE);
  gtk_widget_set_size_request (pane, 300, -1);
  gtk_box_append (GTK_BOX (box), list);
  gtk_box_append (GTK_BOX (box), pane);
  adw_window_set_content (ADW_WINDOW (window), box);
  settle ();
  frames = watch (window);
  begun = cpu_us ();
  wave_room_list_set_tenant (WAVE_ROOM_LIST (list), tenant);
  next_frame (frames);
  note ("tenant.rooms_2000_first_frame", (cpu_us () - begun) / 1e3, "ms");
  begun = cpu_us ();
  wave_side_pane_set_room (WAVE_SIDE_PANE (pane), wave_tenant_get_room (tenant, "room-0"));
  next_frame (frames);
  note ("tenant.people_10000_first_frame", (cpu_us () - begun) / 1e3, "ms");
  settle ();
  /* Half a minute of life: 20 rooms and 40 people a second, and what the page does each second. The people are ordered half a second after the rooms. */
  for (guint second = 0; second < 30; second++)
    {
      gint64 worst;

      now += G_USEC_PER_SEC;
      for (guint i = 0; i < 20; i++)
        {
          g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"e-%u-%u\",\"room_id\":\"room-%u\",\"sender_id\":\"u-%u\",\"stream_position\":%u,\"content\":{\"body\":\"hello\"}}",
                                                   second, i, (second * 131 + i * 97) % ROOMS, i, second * 20 + i + 1);

          feed (tenant, now, json);
        }
      for (guint i = 0; i < 40; i++)
        {
          g_autofree char *json = g_strdup_printf ("{\"type\":\"presence\",\"participant_id\":\"u-%u\",\"status\":\"%s\"}", (second * 211 + i * 53) % PEOPLE,
                                                   i % 3 == 0 ? "online" : i % 3 == 1 ? "busy" : "idle");

          feed (tenant, now, json);
        }
      wave_tenant_advance (tenant, now, T0_WALL + now);
      g_array_set_size (frames->costs, 0);
      frames->begun = begun = cpu_us ();
      wave_room_list_tick (WAVE_ROOM_LIST (list));
      slowest = MAX (slowest, cpu_us () - begun);
      wave_side_pane_tick (WAVE_SIDE_PANE (pane), now);
      live_for (650);
      worst = (gint64) (share_ms (frames->costs, 1) * 1e3);
      g_array_append_val (costliest, worst);
    }
  note ("tenant.order_slowest", slowest / 1e3, "ms");
  note ("tenant.second_p50", share_ms (costliest, 0.5), "ms");
  note ("tenant.second_max", share_ms (costliest, 1), "ms");
  /* A letter in the search. */
  for (GtkWidget *child = gtk_widget_get_first_child (gtk_widget_get_first_child (list)); child != NULL && search == NULL; child = gtk_widget_get_next_sibling (child))
    for (GtkWidget *inner = gtk_widget_get_first_child (child); inner != NULL; inner = gtk_widget_get_next_sibling (inner))
      if (GTK_IS_SEARCH_ENTRY (inner))
        search = inner;
  g_assert (search != NULL);
  gtk_search_entry_set_search_delay (GTK_SEARCH_ENTRY (search), 0);
  begun = cpu_us ();
  gtk_editable_set_text (GTK_EDITABLE (search), "person 77");
  next_frame (frames);
  note ("tenant.search_letter", (cpu_us () - begun) / 1e3, "ms");
  wave_side_pane_set_room (WAVE_SIDE_PANE (pane), NULL);
  unwatch (window, frames);
  adw_window_set_content (ADW_WINDOW (window), gtk_label_new ("…"));
  settle ();
}

int
main (int argc, char **argv)
{
  guint rounds = argc > 1 ? CLAMP (atoi (argv[1]), 1, 50) : 3;
  GtkWidget *window;

  g_autoptr (GtkCssProvider) style = NULL;

  adw_init ();
  style = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (style, "/io/github/wavescope/Wavescope/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (style), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  figures = g_ptr_array_new ();
  window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 760);
  adw_window_set_content (ADW_WINDOW (window), gtk_label_new ("…"));
  gtk_window_present (GTK_WINDOW (window));
  settle ();
  for (guint i = 0; i < rounds; i++)
    {
      measure_timeline (window);
      measure_tenant (window);
    }
  for (guint i = 0; i < figures->len; i++)
    {
      Figure *figure = figures->pdata[i];

      say (figure->name, figure->values, figure->unit);
    }
  return 0;
}
