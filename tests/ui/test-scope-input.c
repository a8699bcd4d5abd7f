// SPDX-License-Identifier: GPL-3.0-or-later
// The scope in the hands of a person: every key of the overview, the playhead, what is offered until somebody picks, and a reply of a recording beside
// one of now.
#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <math.h>

#include "../model/model-helpers.h"
#include "journal/wave-recording.h"
#include "ui/wave-scope-detail.h"
#include "ui/wave-scope-format.h"
#include "ui/wave-scope-help.h"
#include "ui/wave-scope-page.h"
#include "ui/wave-scope-plot.h"
#include "ui/wave-scope-recording.h"
#include "ui/wave-scope-view.h"

#define SEC G_USEC_PER_SEC

static void
spin (gint64 us)
{
  gint64 until = g_get_monotonic_time () + us;

  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
}

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

static GtkWidget *
show (GtkWidget *page)
{
  GtkWidget *window = adw_window_new ();
  gint64 until = g_get_monotonic_time () + 10 * SEC;

  gtk_window_set_default_size (GTK_WINDOW (window), 1100, 800);
  adw_window_set_content (ADW_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  while ((!gtk_widget_get_mapped (page) || gtk_widget_get_height (page) <= 0) && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (gtk_widget_get_mapped (page));
  spin (SEC / 10);
  return window;
}

/* Presses a key on the widget's own controller. Returns: whether it was taken */
static gboolean
press (GtkWidget *widget, guint key, GdkModifierType state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        {
          gboolean taken = FALSE;

          g_signal_emit_by_name (controller, "key-pressed", key, 0u, state, &taken);
          return taken;
        }
    }
  g_assert_not_reached ();
}

/* Two AIs, each with two replies one after the other; ten chunks each, 100 ms apart, the second AI's last with a stall of 2 s. */
static WaveTenant *
make_tenant (void)
{
  WaveTenant *tenant = wave_tenant_new ();

  go (tenant, 0, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, NULL);
  for (guint reply = 0; reply < 2; reply++)
    for (guint ai = 0; ai < 2; ai++)
      {
        const char *name = ai == 0 ? "ai-ada" : "ai-bob";
        gint64 at = (10 + reply * 10) * SEC + ai * SEC / 2;

        for (guint i = 0; i < 10; i++, at += 100 * MS)
          {
            at += reply == 1 && ai == 1 && i == 5 ? 2 * SEC : 0;
            chunk (tenant, at, "r", name, "word ", i == 9);
          }
      }
  advance_to (tenant, 30 * SEC);
  return tenant;
}

static WaveStream *
nth_of (WaveTenant *tenant, const char *sender, guint nth)
{
  GListModel *streams = G_LIST_MODEL (wave_tenant_get_streams (tenant));

  for (guint i = 0; i < g_list_model_get_n_items (streams); i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i);

      if (g_str_equal (wave_stream_get_sender_id (stream), sender) && nth-- == 0)
        return stream;
    }
  g_assert_not_reached ();
}

static void
test_keys (void)
{
  g_autoptr (WaveTenant) tenant = make_tenant ();
  GtkWidget *page = wave_scope_page_new_for_tenant (tenant);
  GtkWidget *window = show (page);
  GtkWidget *widget = find (page, WAVE_TYPE_SCOPE_VIEW);
  WaveScopeView *view = WAVE_SCOPE_VIEW (widget);
  gint64 span, left;

  /* Space stops the sweep, and lets it go on. */
  g_assert_true (wave_scope_view_get_following (view));
  g_assert_true (press (widget, GDK_KEY_space, 0));
  g_assert_false (wave_scope_view_get_following (view));
  g_assert_true (press (widget, GDK_KEY_space, 0));
  g_assert_true (wave_scope_view_get_following (view));
  /* At the live edge zooming stays live. */
  span = wave_scope_view_get_span (view);
  g_assert_true (press (widget, GDK_KEY_plus, 0));
  g_assert_cmpint (wave_scope_view_get_span (view), <, span);
  g_assert_true (wave_scope_view_get_following (view));
  g_assert_true (press (widget, GDK_KEY_minus, 0));
  g_assert_cmpint (ABS (wave_scope_view_get_span (view) - span), <, 10);
  /* All, pan, home, end. */
  g_assert_true (press (widget, GDK_KEY_0, 0));
  g_assert_cmpint (wave_scope_view_get_left (view), <=, T0_MONO + 10 * SEC);
  g_assert_cmpint (wave_scope_view_get_left (view) + wave_scope_view_get_span (view), >=, T0_MONO + 30 * SEC);
  left = wave_scope_view_get_left (view);
  span = wave_scope_view_get_span (view);
  g_assert_true (press (widget, GDK_KEY_Left, 0));
  g_assert_cmpint (wave_scope_view_get_left (view), ==, left - span / 10);
  g_assert_true (press (widget, GDK_KEY_Right, GDK_SHIFT_MASK));
  g_assert_cmpint (ABS (wave_scope_view_get_left (view) - (left - span / 10 + span / 2)), <=, 1);
  g_assert_true (press (widget, GDK_KEY_Home, 0));
  g_assert_cmpint (wave_scope_view_get_left (view), ==, T0_MONO + 10 * SEC - span / 20);
  g_assert_true (press (widget, GDK_KEY_End, 0));
  g_assert_true (wave_scope_view_get_following (view));
  /* From lane to lane, and from reply to reply in one. */
  g_assert_true (press (widget, GDK_KEY_0, 0));
  g_assert_true (press (widget, GDK_KEY_Escape, 0));
  g_assert_null (wave_scope_view_get_selected (view));
  g_assert_true (press (widget, GDK_KEY_Down, 0));
  g_assert_cmpstr (wave_stream_get_sender_id (wave_scope_view_get_selected (view)), ==, "ai-ada");
  g_assert_true (press (widget, GDK_KEY_Down, 0));
  g_assert_cmpstr (wave_stream_get_sender_id (wave_scope_view_get_selected (view)), ==, "ai-bob");
  press (widget, GDK_KEY_bracketleft, 0);
  g_assert_true (wave_scope_view_get_selected (view) == nth_of (tenant, "ai-bob", 0));
  g_assert_true (press (widget, GDK_KEY_bracketright, 0));
  g_assert_true (wave_scope_view_get_selected (view) == nth_of (tenant, "ai-bob", 1));
  g_assert_true (press (widget, GDK_KEY_Up, 0));
  g_assert_cmpstr (wave_stream_get_sender_id (wave_scope_view_get_selected (view)), ==, "ai-ada");
  /* Pick for the comparison; what no key of ours is goes on to others. */
  g_assert_true (press (widget, GDK_KEY_c, 0));
  g_assert_cmpuint (wave_scope_view_get_compared (view)->len, ==, 1);
  g_assert_false (press (widget, GDK_KEY_c, GDK_CONTROL_MASK));
  g_assert_false (press (widget, GDK_KEY_F5, 0));
  g_assert_true (press (widget, GDK_KEY_c, 0));
  g_assert_cmpuint (wave_scope_view_get_compared (view)->len, ==, 0);
  /* What is on screen as a range, without a pointer; Escape lets go of it. */
  {
    gint64 from, to;

    g_assert_false (wave_scope_view_get_range (view, &from, &to));
    g_assert_true (press (widget, GDK_KEY_r, 0));
    g_assert_true (wave_scope_view_get_range (view, &from, &to));
    g_assert_cmpint (from, ==, wave_scope_view_get_left (view));
    g_assert_cmpint (to, ==, T0_MONO + 30 * SEC);
    g_assert_true (press (widget, GDK_KEY_Escape, 0));
    g_assert_false (wave_scope_view_get_range (view, &from, &to));
  }
  /* Return goes into the detail. */
  g_assert_true (press (widget, GDK_KEY_Return, 0));
  spin (SEC / 20);
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (window)), find (page, WAVE_TYPE_SCOPE_DETAIL)));
  gtk_window_destroy (GTK_WINDOW (window));
  spin (SEC / 20);
}

static void
test_playhead (void)
{
  g_autoptr (WaveTenant) tenant = make_tenant ();
  GtkWidget *page = wave_scope_page_new_for_tenant (tenant);
  GtkWidget *window = show (page);
  WaveScopeDetail *detail = WAVE_SCOPE_DETAIL (find (page, WAVE_TYPE_SCOPE_DETAIL));
  GtkWidget *plot = find (GTK_WIDGET (detail), WAVE_TYPE_SCOPE_PLOT);
  GtkTextView *text = GTK_TEXT_VIEW (find (GTK_WIDGET (detail), GTK_TYPE_TEXT_VIEW));
  GtkTextIter end;
  gint64 deadline;
  GtkWidget *play;

  wave_scope_page_show_stream (WAVE_SCOPE_PAGE (page), nth_of (tenant, "ai-bob", 1));
  g_assert_cmpint (wave_scope_detail_get_playhead (detail), ==, -1);
  gtk_text_buffer_get_end_iter (gtk_text_view_get_buffer (text), &end);
  g_assert_cmpint (gtk_text_iter_get_offset (&end), ==, 50);
  /* Chunk by chunk: the tenth lies 2.9 s after the first, the sixth behind the stall. */
  press (plot, GDK_KEY_Left, 0);
  g_assert_cmpint (wave_scope_detail_get_playhead (detail), ==, 2800 * MS);
  for (guint i = 0; i < 4; i++)
    press (plot, GDK_KEY_Left, 0);
  g_assert_cmpint (wave_scope_detail_get_playhead (detail), ==, 400 * MS);
  press (plot, GDK_KEY_Right, 0);
  g_assert_cmpint (wave_scope_detail_get_playhead (detail), ==, 2500 * MS);
  /* Ten at a time, and never past the ends. */
  press (plot, GDK_KEY_Left, GDK_CONTROL_MASK);
  g_assert_cmpint (wave_scope_detail_get_playhead (detail), ==, 0);
  press (plot, GDK_KEY_Left, 0);
  g_assert_cmpint (wave_scope_detail_get_playhead (detail), ==, 0);
  press (plot, GDK_KEY_Right, GDK_CONTROL_MASK);
  press (plot, GDK_KEY_Right, GDK_CONTROL_MASK);
  g_assert_cmpint (wave_scope_detail_get_playhead (detail), ==, 2900 * MS);
  /* As the reader saw it at 0.45 s: five words; the rest is marked as not yet seen. */
  wave_scope_detail_seek (detail, 450 * MS);
  {
    GtkTextIter at;

    gtk_text_buffer_get_iter_at_offset (gtk_text_view_get_buffer (text), &at, 24);
    g_assert_false (gtk_text_iter_starts_tag (&at, NULL));
    gtk_text_buffer_get_iter_at_offset (gtk_text_view_get_buffer (text), &at, 25);
    g_assert_true (gtk_text_iter_starts_tag (&at, NULL));
  }
  /* It plays in real time: what is left of 0.5 s takes about that. */
  wave_scope_detail_seek (detail, 2400 * MS);
  /* Back, play, on, speed: the second button before the speed. */
  play = gtk_widget_get_prev_sibling (gtk_widget_get_prev_sibling (find (GTK_WIDGET (detail), GTK_TYPE_DROP_DOWN)));
  g_assert_true (GTK_IS_BUTTON (play));
  g_signal_emit_by_name (play, "clicked");
  deadline = g_get_monotonic_time () + 10 * SEC;
  {
    gint64 begun = g_get_monotonic_time ();

    while (wave_scope_detail_get_playhead (detail) >= 0 && g_get_monotonic_time () < deadline)
      g_main_context_iteration (NULL, TRUE);
    g_assert_cmpint (wave_scope_detail_get_playhead (detail), ==, -1);
    g_assert_cmpint (g_get_monotonic_time () - begun, >, 300 * MS);
  }
  gtk_window_destroy (GTK_WINDOW (window));
  spin (SEC / 20);
}

static void
test_offer (void)
{
  g_autoptr (WaveTenant) tenant = make_tenant ();
  GtkWidget *page = wave_scope_page_new_for_tenant (tenant);
  GtkWidget *window = show (page);
  WaveScopeView *view = WAVE_SCOPE_VIEW (find (page, WAVE_TYPE_SCOPE_VIEW));
  gint64 deadline = g_get_monotonic_time () + 10 * SEC;

  /* Nobody picked anything: the newest reply is there. */
  g_assert_true (wave_scope_view_get_selected (view) == nth_of (tenant, "ai-bob", 1));
  /* One goes silent: that is more interesting. */
  chunk (tenant, 31 * SEC, "r", "ai-ada", "and then", FALSE);
  advance_to (tenant, 33 * SEC);
  g_assert_true (wave_stream_is_stalled (nth_of (tenant, "ai-ada", 2)));
  while (wave_scope_view_get_selected (view) != nth_of (tenant, "ai-ada", 2) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (wave_scope_view_get_selected (view) == nth_of (tenant, "ai-ada", 2));
  /* What a person picks stays, whatever happens. */
  wave_scope_page_show_stream (WAVE_SCOPE_PAGE (page), nth_of (tenant, "ai-ada", 0));
  chunk (tenant, 34 * SEC, "r", "ai-bob", "me too", FALSE);
  advance_to (tenant, 36 * SEC);
  spin (1500 * MS);
  g_assert_true (wave_scope_view_get_selected (view) == nth_of (tenant, "ai-ada", 0));
  gtk_window_destroy (GTK_WINDOW (window));
  spin (SEC / 20);
}

static void
test_recording (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("wavescope-XXXXXX", &error);
  g_autofree char *path = g_build_filename (dir, "yesterday.wavescope.ndjson.zst", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  WaveRecordingHead head = { .started_us = T0_WALL };
  WaveRecordingWriter *writer = wave_recording_writer_new (path, NULL, &head, NULL, &error);
  GListModel *streams;
  AdwDialog *dialog;
  gint64 deadline = g_get_monotonic_time () + 10 * SEC;

  g_assert_no_error (error);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"r\",\"sender_id\":\"ai-%u\",\"content\":{\"chunk_text\":\"abc\","
                                               "\"done\":%s}}",
                                               i % 2, i == 18 ? "true" : "false");

      g_assert_true (wave_recording_writer_add_frame (writer, i * 50 * MS, WAVE_VIA_STREAM, json, strlen (json), &error));
    }
  g_assert_true (wave_recording_writer_close (writer, &error));
  dialog = g_object_ref_sink (wave_scope_recording_new (file, "ai-1"));
  while (!wave_scope_recording_get_ready (WAVE_SCOPE_RECORDING (dialog)) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);
  streams = G_LIST_MODEL (wave_tenant_get_streams (wave_scope_recording_get_tenant (WAVE_SCOPE_RECORDING (dialog))));
  g_assert_cmpuint (g_list_model_get_n_items (streams), ==, 2);
  /* What had no end has one where the recording ends: nothing of it grows beside what is live now. */
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i);
      WaveStreamFigures figures;

      g_assert_false (wave_stream_is_live (stream));
      wave_stream_get_figures (stream, SEC, &figures);
      g_assert_cmpuint (figures.chunks, ==, 10);
      g_assert_cmpint (figures.gap_p50_us, ==, 100 * MS);
      g_assert_cmpint (wave_stream_get_started_wall (stream), ==, T0_WALL + i * 50 * MS);
    }
  g_object_unref (dialog);
  /* One that is none says so and does not hang. */
  g_assert_true (g_file_set_contents (path, "not compressed", -1, &error));
  dialog = g_object_ref_sink (wave_scope_recording_new (file, NULL));
  while (!wave_scope_recording_get_ready (WAVE_SCOPE_RECORDING (dialog)) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (wave_scope_recording_get_ready (WAVE_SCOPE_RECORDING (dialog)));
  g_object_unref (dialog);
  /* One that is closed while it reads lets go of everything. */
  dialog = g_object_ref_sink (wave_scope_recording_new (file, NULL));
  g_object_run_dispose (G_OBJECT (dialog));
  spin (SEC / 10);
  g_assert_finalize_object (dialog);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

/* ---- colours ---- */

static double
luminance (GdkRGBA c)
{
  double parts[] = { c.red, c.green, c.blue };

  for (guint i = 0; i < 3; i++)
    parts[i] = parts[i] <= 0.04045 ? parts[i] / 12.92 : pow ((parts[i] + 0.055) / 1.055, 2.4);
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
}

static double
contrast (WaveScopeColour a, WaveScopeColour b)
{
  double x = luminance (wave_scope_colour (a, 1));
  double y = luminance (wave_scope_colour (b, 1));

  return (MAX (x, y) + 0.05) / (MIN (x, y) + 0.05);
}

/* What is read stands out from what it stands on, in both schemes (WCAG 2 AA). */
static void
test_contrast (void)
{
  static const WaveScopeColour pairs[][2] = {
    { WAVE_SCOPE_COLOUR_TEXT, WAVE_SCOPE_COLOUR_BACK },
    { WAVE_SCOPE_COLOUR_DIM, WAVE_SCOPE_COLOUR_BACK },
    { WAVE_SCOPE_COLOUR_TEXT, WAVE_SCOPE_COLOUR_SURFACE },
    { WAVE_SCOPE_COLOUR_THINKING, WAVE_SCOPE_COLOUR_THINKING_BAND },
    { WAVE_SCOPE_COLOUR_TOOL, WAVE_SCOPE_COLOUR_TOOL_BAND },
    { WAVE_SCOPE_COLOUR_GENERATING, WAVE_SCOPE_COLOUR_GENERATING_BAND },
    { WAVE_SCOPE_COLOUR_OTHER, WAVE_SCOPE_COLOUR_OTHER_BAND },
    { WAVE_SCOPE_COLOUR_STALL, WAVE_SCOPE_COLOUR_BACK },
    { WAVE_SCOPE_COLOUR_GAP, WAVE_SCOPE_COLOUR_BACK },
    { WAVE_SCOPE_COLOUR_GOOD, WAVE_SCOPE_COLOUR_BACK },
  };

  for (guint dark = 0; dark < 2; dark++)
    {
      adw_style_manager_set_color_scheme (adw_style_manager_get_default (), dark ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
      for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
        if (contrast (pairs[i][0], pairs[i][1]) < 4.5)
          {
            g_test_message ("%s, pair %u: %.2f", dark ? "dark" : "light", i, contrast (pairs[i][0], pairs[i][1]));
            g_test_fail ();
          }
    }
}

/* Whether any pixel of column @x between @y0 and @y1 has about this colour. */
static gboolean
column_has (const guchar *data, gsize stride, int x, int y0, int y1, GdkRGBA colour)
{
  for (int y = y0; y < y1; y++)
    {
      const guchar *p = data + (gsize)y * stride + (gsize)x * 4;

      if (ABS (p[0] - colour.red * 255) < 12 && ABS (p[1] - colour.green * 255) < 12 && ABS (p[2] - colour.blue * 255) < 12)
        return TRUE;
    }
  return FALSE;
}

/* Far more chunks than columns: the picture is made from blocks of them, and a silence among them is still seen where it is. */
static void
test_dense (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  GtkWidget *page, *window;
  WaveScopeView *view;
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GdkTextureDownloader) downloader = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const guchar *data;
  gsize stride;
  double per_us;
  int left;
  graphene_rect_t bounds;
  gint64 begun = g_get_monotonic_time ();

  for (guint i = 0; i < 120000; i++)
    {
      gint64 at = i * 500;

      chunk (tenant, at + (at >= 30 * SEC ? 3 * SEC : 0), "r", "ai", "x", FALSE);
    }
  advance_to (tenant, 63 * SEC);
  page = wave_scope_page_new_for_tenant (tenant);
  window = show (page);
  view = WAVE_SCOPE_VIEW (find (page, WAVE_TYPE_SCOPE_VIEW));
  wave_scope_view_show_time (view, T0_MONO, 66 * SEC);
  node = wave_scope_view_dup_node (view);
  bounds = GRAPHENE_RECT_INIT (0, 0, gtk_widget_get_width (GTK_WIDGET (view)), gtk_widget_get_height (GTK_WIDGET (view)));
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, &bounds);
  downloader = gdk_texture_downloader_new (texture);
  gdk_texture_downloader_set_format (downloader, GDK_MEMORY_R8G8B8A8);
  bytes = gdk_texture_downloader_download_bytes (downloader, &stride);
  data = g_bytes_get_data (bytes, NULL);
  /* A word of 120,000 characters does not hold the window up either. */
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 15 * SEC);
  /* The gutter is 168 wide at this size; the lane stands right below the axis. */
  left = 168;
  per_us = (gtk_widget_get_width (GTK_WIDGET (view)) - left) / (66.0 * SEC);
#define COLUMN(s) (left + (int)((s) * SEC * per_us))
  for (double at = 1; at < 63; at += 0.5)
    {
      gboolean silent = at > 30.2 && at < 32.8;
      gboolean stall = column_has (data, stride, COLUMN (at), 32, 60, wave_scope_colour (WAVE_SCOPE_COLOUR_STALL_BAND, 1));
      gboolean ticks = column_has (data, stride, COLUMN (at), 32, 90, wave_scope_colour (WAVE_SCOPE_COLOUR_GENERATING, 1));

      if (at < 29.8 || at > 33.2 || silent)
        {
          g_assert_cmpint (ticks, ==, !silent);
          if (!silent)
            g_assert_false (stall);
        }
    }
  g_assert_true (column_has (data, stride, COLUMN (30.3), 32, 90, wave_scope_colour (WAVE_SCOPE_COLOUR_STALL_BAND, 1)));
  gtk_window_destroy (GTK_WINDOW (window));
  spin (SEC / 20);
}

static void
test_help (void)
{
  GtkWidget *window = show (gtk_label_new ("x"));

  adw_dialog_present (wave_scope_help_new (), window);
  spin (SEC / 5);
  g_assert_nonnull (adw_window_get_visible_dialog (ADW_WINDOW (window)));
  gtk_window_destroy (GTK_WINDOW (window));
  spin (SEC / 20);
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
  g_test_add_func ("/scope-input/keys", test_keys);
  g_test_add_func ("/scope-input/playhead", test_playhead);
  g_test_add_func ("/scope-input/offer", test_offer);
  g_test_add_func ("/scope-input/recording", test_recording);
  g_test_add_func ("/scope-input/contrast", test_contrast);
  g_test_add_func ("/scope-input/dense", test_dense);
  g_test_add_func ("/scope-input/help", test_help);
  return g_test_run ();
}
