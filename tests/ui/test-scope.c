// SPDX-License-Identifier: GPL-3.0-or-later
// The scope with a tenant made up here: what the lanes are, what the keyboard does, what drawing costs. With WAVESCOPE_SHOTS=DIR it saves pictures.
#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>

#include "../model/model-helpers.h"
#include "model/wave-stream-totals.h"
#include "ui/wave-scope-limits.h"
#include "ui/wave-scope-page.h"
#include "ui/wave-scope-save.h"

#define SEC G_USEC_PER_SEC

static void
status (WaveTenant *tenant, gint64 at_us, const char *room, const char *sender, const char *word)
{
  g_autofree char *quoted = word != NULL ? g_strdup_printf ("\"%s\"", word) : g_strdup ("null");
  g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.ai.status\",\"room_id\":\"%s\",\"participant_id\":\"%s\",\"status\":%s}", room,
                                           sender, quoted);

  apply_at (tenant, at_us, json);
}

static const char *const words[] = { "Your ", "invoice ", "was ", "sent ", "on ", "the ", "3rd ", "to ", "the ", "address ", "on ", "file. " };

/* Chunks from @from to @to about every 80 ms. */
static GString *
write_chunks (WaveTenant *tenant, gint64 from, gint64 to, const char *room, const char *sender, guint seed)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (gint64 at = from; at < to; at += g_rand_int_range (rand, 10, 170) * MS)
    {
      const char *word = words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))];

      chunk (tenant, at, room, sender, word, FALSE);
      g_string_append (text, word);
    }
  return text;
}

static void
name_room (WaveTenant *tenant, const char *room, const char *name)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.name\",\"room_id\":\"%s\",\"name\":\"%s\"}", room, name);

  apply_at (tenant, 0, json);
}

typedef struct
{
  gint64 at;
  const char *room, *sender;
  const char *status; /* NULL: chunks */
  gint64 to;
} Part;

/* A minute of a tenant: a reply with a tool call, one torn by a gap, one that stalled and goes on, one that stalls now, one that failed. The parts are
 * applied one after the other: each AI has its own time line, and the store asks for no more. */
static WaveTenant *
make_tenant (void)
{
  static const Part parts[] = {
    { 1000, "atlas", "Scout", "thinking", 0 },        { 3000, "atlas", "Scout", NULL, 9500 },
    { 9500, "atlas", "Scout", "calling web_search", 0 }, { 14500, "atlas", "Scout", "generating", 0 },
    { 14500, "atlas", "Scout", NULL, 18500 },         { 7000, "support", "Desk", "thinking", 0 },
    { 9000, "support", "Desk", NULL, 19800 },
  };
  static const Part later[] = {
    { 31000, "engineering", "Coder", "thinking", 0 }, { 35000, "engineering", "Coder", NULL, 60000 },
    { 34000, "support", "Desk", "thinking", 0 },      { 36000, "support", "Desk", NULL, 44500 },
    { 54500, "support", "Desk", NULL, 60000 },        { 40000, "atlas", "Scout", "thinking", 0 },
    { 42000, "atlas", "Scout", NULL, 52000 },         { 52000, "atlas", "Scout", "calling web_search", 0 },
    { 45000, "support", "Helper", "thinking", 0 },    { 46000, "support", "Helper", NULL, 52000 },
  };
  WaveTenant *tenant = wave_tenant_new ();
  g_autoptr (GString) scout = g_string_new (NULL);

  name_room (tenant, "atlas", "Atlas launch");
  name_room (tenant, "support", "Support");
  name_room (tenant, "engineering", "Engineering");
  go (tenant, 0, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, NULL);
  say (tenant, 500 * MS, "atlas", "Mia", "q1", 1, "what is new?");
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const Part *part = &parts[i];

      if (part->status != NULL)
        status (tenant, part->at * MS, part->room, part->sender, part->status);
      else
        {
          g_autoptr (GString) text = NULL;

          status (tenant, part->at * MS, part->room, part->sender, "generating");
          text = write_chunks (tenant, part->at * MS, part->to * MS, part->room, part->sender, i + 1);

          if (g_str_equal (part->sender, "Scout"))
            g_string_append (scout, text->str);
        }
    }
  chunk (tenant, 18600 * MS, "atlas", "Scout", "", TRUE);
  say (tenant, 18700 * MS, "atlas", "Scout", "a1", 2, scout->str);
  status (tenant, 18800 * MS, "atlas", "Scout", NULL);
  go (tenant, 20000 * MS, WAVE_SESSION_LIVE, WAVE_SESSION_WAITING, NULL);
  {
    WaveCatchUpReport report = { .complete = TRUE, .events = 3, .pages = 1 };

    go (tenant, 22000 * MS, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, &report);
  }
  for (guint i = 0; i < G_N_ELEMENTS (later); i++)
    {
      const Part *part = &later[i];

      if (part->status != NULL)
        status (tenant, part->at * MS, part->room, part->sender, part->status);
      else
        {
          g_autoptr (GString) text = NULL;

          status (tenant, part->at * MS, part->room, part->sender, "generating");
          text = write_chunks (tenant, part->at * MS, part->to * MS, part->room, part->sender, i + 20);

          g_assert_cmpuint (text->len, >, 0);
        }
    }
  status (tenant, 47000 * MS, "atlas", "Waiter", "thinking");
  status (tenant, 28000 * MS, "engineering", "Builder", "thinking");
  apply_at (tenant, 30000 * MS,
            "{\"type\":\"swp.model.error\",\"id\":\"e-9\",\"room_id\":\"engineering\",\"sender_id\":\"Builder\",\"stream_position\":9,"
            "\"content\":{\"code\":\"SW_AI_BUDGET_EXCEEDED\",\"message\":\"Monthly token budget used up\"}}");
  apply_at (tenant, 25000 * MS,
            "{\"type\":\"swp.sidekick.spawned\",\"id\":\"e-3\",\"room_id\":\"atlas\",\"sender_id\":\"Scout\",\"stream_position\":7,"
            "\"content\":{\"task_id\":\"t1\",\"codename\":\"brave-otter\",\"task\":\"Read the vacuum log\"}}");
  advance_to (tenant, 60 * SEC);
  return tenant;
}

/* ---- helpers ---- */

/* Deep enough that animations, maps and allocations have happened. */
static void
spin (gint64 us)
{
  gint64 until = g_get_monotonic_time () + us;

  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

static GtkWidget *
show (GtkWidget *page, int width, int height)
{
  GtkWidget *window = adw_window_new ();
  gint64 until = g_get_monotonic_time () + 10 * SEC;

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  adw_window_set_content (ADW_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  while ((!gtk_widget_get_mapped (page) || gtk_widget_get_height (page) <= 0) && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (gtk_widget_get_mapped (page));
  spin (SEC / 5);
  return window;
}

static void
shot (GtkWidget *window, const char *name)
{
  const char *dir = g_getenv ("WAVESCOPE_SHOTS");
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = NULL;

  if (dir == NULL)
    return;
  paintable = gtk_widget_paintable_new (adw_window_get_content (ADW_WINDOW (window)));
  gtk_widget_queue_draw (window);
  spin (SEC / 2);
  snapshot = gtk_snapshot_new ();
  gtk_snapshot_append_color (snapshot, &(GdkRGBA){ 0.13f, 0.13f, 0.14f, 1 },
                             &GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (window), gtk_widget_get_height (window)));
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (window), gtk_widget_get_height (window));
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
  path = g_build_filename (dir, name, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
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

static WaveStream *
stream_of (WaveTenant *tenant, const char *room, const char *sender)
{
  WaveStream *stream = wave_stream_store_get_latest (wave_tenant_get_streams (tenant), room, sender);

  g_assert_nonnull (stream);
  return stream;
}

/* ---- tests ---- */

static void
test_page (void)
{
  g_autoptr (WaveTenant) tenant = make_tenant ();
  GtkWidget *page = wave_scope_page_new_for_tenant (tenant);
  GtkWidget *window = show (page, 1280, 800);
  WaveScopeView *view = find_view (page);
  WaveStream *desk = stream_of (tenant, "support", "Desk");
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  g_assert_nonnull (view);
  /* Builder, Coder, Desk, Helper, Scout, Waiter and the sidekick. */
  g_assert_cmpuint (wave_scope_view_get_n_lanes (view), ==, 7);
  g_assert_true (wave_stream_is_stalled (stream_of (tenant, "support", "Helper")));
  wave_scope_page_show_stream (WAVE_SCOPE_PAGE (page), desk);
  g_assert_true (wave_scope_view_get_selected (view) == desk);
  shot (window, "scope-dark.png");
  wave_scope_view_set_grouping (view, WAVE_SCOPE_GROUP_FLAT);
  g_assert_cmpuint (wave_scope_view_get_n_lanes (view), ==, 9);
  wave_scope_view_set_grouping (view, WAVE_SCOPE_GROUP_ROOM);
  g_assert_cmpuint (wave_scope_view_get_n_lanes (view), ==, 7);
  wave_scope_view_toggle_compared (view, desk);
  wave_scope_view_toggle_compared (view, stream_of (tenant, "engineering", "Coder"));
  g_assert_cmpuint (wave_scope_view_get_compared (view)->len, ==, 2);
  shot (window, "scope-compare.png");
  wave_scope_view_clear_compared (view);
  for (const char *const *name = (const char *const[]){ "alarms", "totals", "list", NULL }; *name != NULL; name++)
    {
      g_autofree char *file = g_strdup_printf ("scope-%s.png", *name);

      wave_scope_page_show_panel (WAVE_SCOPE_PAGE (page), *name);
      spin (SEC / 20);
      shot (window, file);
    }
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_LIGHT);
  wave_scope_page_show_panel (WAVE_SCOPE_PAGE (page), "detail");
  shot (window, "scope-light.png");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  gtk_window_destroy (GTK_WINDOW (window));
  spin (SEC / 20);
}

static void
test_narrow (void)
{
  g_autoptr (WaveTenant) tenant = make_tenant ();
  GtkWidget *page = wave_scope_page_new_for_tenant (tenant);
  GtkWidget *window = show (page, 360, 720);
  int minimum;

  for (int height = 300; height < 1200; height += 100)
    {
      gtk_widget_measure (page, GTK_ORIENTATION_HORIZONTAL, height, &minimum, NULL, NULL, NULL);
      g_assert_cmpint (minimum, <=, 360);
    }
  g_assert_cmpint (gtk_widget_get_width (page), <=, 360);
  wave_scope_page_show_stream (WAVE_SCOPE_PAGE (page), stream_of (tenant, "support", "Helper"));
  shot (window, "scope-narrow.png");
  gtk_window_destroy (GTK_WINDOW (window));
  spin (SEC / 20);
}

static void
test_zoom (void)
{
  g_autoptr (WaveTenant) tenant = make_tenant ();
  GtkWidget *page = wave_scope_page_new_for_tenant (tenant);
  GtkWidget *window = show (page, 1000, 700);
  WaveScopeView *view = find_view (page);
  double x = gtk_widget_get_width (GTK_WIDGET (view)) / 2.0;
  gint64 left;

  wave_scope_view_show_time (view, T0_MONO + 10 * SEC, 20 * SEC);
  g_assert_false (wave_scope_view_get_following (view));
  for (guint i = 0; i < 60; i++)
    wave_scope_view_zoom_at (view, x, 1.5);
  g_assert_cmpint (wave_scope_view_get_span (view), ==, WAVE_SCOPE_MIN_SPAN);
  left = wave_scope_view_get_left (view);
  /* What is under the pointer stays there. */
  g_assert_cmpint (ABS (left - (T0_MONO + 10 * SEC)), <, 20 * SEC);
  for (guint i = 0; i < 200; i++)
    wave_scope_view_zoom_at (view, x, 1 / 1.5);
  g_assert_cmpint (wave_scope_view_get_span (view), ==, WAVE_SCOPE_MAX_SPAN);
  wave_scope_view_show_all (view);
  g_assert_cmpint (wave_scope_view_get_left (view), <=, T0_MONO + 1 * SEC);
  wave_scope_view_set_following (view, TRUE);
  g_assert_true (wave_scope_view_get_following (view));
  gtk_window_destroy (GTK_WINDOW (window));
  spin (SEC / 20);
}

static void
test_save (void)
{
  g_autoptr (WaveTenant) tenant = make_tenant ();
  GtkWidget *page = wave_scope_page_new_for_tenant (tenant);
  GtkWidget *window = show (page, 1000, 700);
  WaveScopeView *view = find_view (page);
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("wavescope-XXXXXX", &error);
  static const struct
  {
    WaveScopeSaveWhat what;
    const char *begins;
  } files[] = { { WAVE_SCOPE_SAVE_CHUNKS, "stream,room_id" },
                { WAVE_SCOPE_SAVE_FIGURES, "stream,room_id" },
                { WAVE_SCOPE_SAVE_TRACE, "{\"displayTimeUnit\"" },
                { WAVE_SCOPE_SAVE_PNG, "\211PNG" },
                { WAVE_SCOPE_SAVE_SVG, "<?xml" } };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%u", dir, i);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autofree char *contents = NULL;

      wave_scope_save (view, tenant, files[i].what, file, &error);
      g_assert_no_error (error);
      g_assert_true (g_file_load_contents (file, NULL, &contents, NULL, NULL, NULL));
      g_assert_true (g_str_has_prefix (contents, files[i].begins));
      g_assert_true (g_file_delete (file, NULL, NULL));
    }
  g_rmdir (dir);
  gtk_window_destroy (GTK_WINDOW (window));
  spin (SEC / 20);
}

static gint64
time_drawing (guint n_chunks)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  GtkWidget *page;
  GtkWidget *window;
  WaveScopeView *view;
  gint64 best = G_MAXINT64;

  for (guint i = 0; i < n_chunks; i++)
    chunk (tenant, (gint64)i * 100 * SEC / n_chunks, "r", "ai", "x", FALSE);
  chunk (tenant, 100 * SEC, "r", "ai", "", TRUE);
  advance_to (tenant, 100 * SEC);
  page = wave_scope_page_new_for_tenant (tenant);
  window = show (page, 1200, 700);
  view = find_view (page);
  for (guint i = 0; i < 12; i++)
    {
      gint64 start;

      /* Another scale each time, so that nothing is taken from what was kept. */
      wave_scope_view_show_time (view, T0_MONO - SEC, (104 + i) * SEC);
      start = g_get_monotonic_time ();
      gsk_render_node_unref (wave_scope_view_dup_node (view));
      best = MIN (best, g_get_monotonic_time () - start);
    }
  gtk_window_destroy (GTK_WINDOW (window));
  spin (SEC / 50);
  return best;
}

/* 100 times the chunks, and the same picture costs the same. */
static void
test_cost (void)
{
  gint64 few = time_drawing (5000);
  gint64 many = time_drawing (500000);

  g_test_message ("5,000 chunks: %" G_GINT64_FORMAT " µs, 500,000 chunks: %" G_GINT64_FORMAT " µs", few, many);
  g_assert_cmpint (many, <, few * 3 + 2000);
}

/* The preferences decide what a stall is, at once. */
static void
test_limits (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  g_autoptr (WaveScopeLimits) limits = wave_scope_limits_new (tenant, settings);

  g_assert_nonnull (limits);
  chunk (tenant, 0, "r", "ai", "a", FALSE);
  advance_to (tenant, 301 * MS);
  g_assert_false (wave_stream_is_stalled (stream_of (tenant, "r", "ai")));
  g_settings_set_uint (settings, "stall-threshold-ms", 300);
  advance_to (tenant, 302 * MS);
  g_assert_true (wave_stream_is_stalled (stream_of (tenant, "r", "ai")));
  g_settings_reset (settings, "stall-threshold-ms");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  adw_init ();
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  g_test_add_func ("/scope/page", test_page);
  g_test_add_func ("/scope/narrow", test_narrow);
  g_test_add_func ("/scope/zoom", test_zoom);
  g_test_add_func ("/scope/save", test_save);
  g_test_add_func ("/scope/limits", test_limits);
  g_test_add_func ("/scope/cost", test_cost);
  return g_test_run ();
}
