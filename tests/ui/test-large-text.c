// SPDX-License-Identifier: GPL-3.0-or-later
// A phone held upright, with text of the usual size and of twice that: on every page and dialog, nothing lies outside what can be seen or scrolled to.
#include "config.h"

#include "ui-rig.h"

#include <glib/gstdio.h>
#include <string.h>

#include "ui/wave-activity-page.h"
#include "ui/wave-event-inspector.h"
#include "ui/wave-event-table.h"
#include "ui/wave-rooms-page.h"
#include "ui/wave-scope-help.h"
#include "ui/wave-scope-page.h"
#include "ui/wave-screenshot.h"

#define WIDTH 360
#define HEIGHT 720
#define FRAME 10
#define USUAL_DPI (96 * 1024)
/* Without animations little is left to wait for. */
#define SETTLE_US (300 * 1000)

/* ---- what is cut off ---- */

static const char *
text_of (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return gtk_label_get_text (GTK_LABEL (widget));
  if (GTK_IS_INSCRIPTION (widget))
    return gtk_inscription_get_text (GTK_INSCRIPTION (widget));
  return gtk_widget_get_tooltip_text (widget);
}

/* The way from a widget that is too wide to the part of it that makes it so. */
static void
explain (GString *words, GtkWidget *widget, GtkOrientation orientation, int available)
{
  while (widget != NULL)
    {
      GtkWidget *widest = NULL;
      int size, most = 0;

      gtk_widget_measure (widget, orientation, orientation == GTK_ORIENTATION_VERTICAL ? gtk_widget_get_width (widget) : -1, &size, NULL, NULL, NULL);
      g_string_append_printf (words, " > %s %d", G_OBJECT_TYPE_NAME (widget), size);
      if (text_of (widget) != NULL)
        g_string_append_printf (words, " “%s”", text_of (widget));
      for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
        {
          if (!gtk_widget_get_mapped (child) || GTK_IS_NATIVE (child))
            continue;
          gtk_widget_measure (child, orientation, orientation == GTK_ORIENTATION_VERTICAL ? gtk_widget_get_width (child) : -1, &size, NULL, NULL, NULL);
          if (size > most)
            {
              most = size;
              widest = child;
            }
        }
      widget = widest;
    }
}

/* A breakpoint bin says that it needs nothing, whatever is in it: each widget is asked where it stands. */
static void
look_for_cut (GtkWidget *widget, GtkWidget *window, gboolean scrolls_x, gboolean scrolls_y, GString *cut)
{
  graphene_rect_t bounds;
  gboolean leaf = TRUE;

  if (GTK_IS_SCROLLED_WINDOW (widget))
    {
      GtkPolicyType x, y;

      gtk_scrolled_window_get_policy (GTK_SCROLLED_WINDOW (widget), &x, &y);
      scrolls_x = scrolls_x || x != GTK_POLICY_NEVER;
      scrolls_y = scrolls_y || y != GTK_POLICY_NEVER;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_mapped (child) && !GTK_IS_NATIVE (child))
      {
        leaf = FALSE;
        /* What is inside of an entry moves with the cursor; a bar that fades in covers the edge. */
        if (!GTK_IS_TEXT (child) && !GTK_IS_SCROLLBAR (child))
          look_for_cut (child, window, scrolls_x, scrolls_y, cut);
      }
  /* Shade and shadow of a pane may lie anywhere. */
  if (!leaf || g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwGizmo") || !gtk_widget_compute_bounds (widget, window, &bounds) || bounds.size.width < 1 || bounds.size.height < 1)
    return;
  if ((!scrolls_x && (bounds.origin.x < -1 || bounds.origin.x + bounds.size.width > gtk_widget_get_width (window) + 1))
      || (!scrolls_y && (bounds.origin.y < -1 || bounds.origin.y + bounds.size.height > gtk_widget_get_height (window) + 1)))
    g_string_append_printf (cut, "\n  %s “%s” at %g, %g, %g×%g in %s", G_OBJECT_TYPE_NAME (widget), text_of (widget) != NULL ? text_of (widget) : "",
                            bounds.origin.x, bounds.origin.y, bounds.size.width, bounds.size.height, G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)));
}

/* And what in a bin needs more than there is. */
static void
look_for_wide (GtkWidget *widget, GtkWidget *window, GString *wide)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int minimum;

      if (!gtk_widget_get_mapped (child) || GTK_IS_NATIVE (child))
        continue;
      if (ADW_IS_BREAKPOINT_BIN (widget) || widget == window || gtk_widget_get_parent (widget) == window)
        {
          gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
          if (minimum > gtk_widget_get_width (window))
            {
              g_string_append (wide, "\n ");
              explain (wide, child, GTK_ORIENTATION_HORIZONTAL, gtk_widget_get_width (window));
            }
          gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (child), &minimum, NULL, NULL, NULL);
          if (minimum > gtk_widget_get_height (window))
            {
              g_string_append (wide, "\n ");
              explain (wide, child, GTK_ORIENTATION_VERTICAL, gtk_widget_get_height (window));
            }
        }
      look_for_wide (child, window, wide);
    }
}

static GString *faults;

static void
check (UiRig *rig, const char *screen, const char *guise)
{
  GtkWidget *window = GTK_WIDGET (rig->window);
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window));
  g_autoptr (GString) cut = g_string_new (NULL);
  g_autofree char *folder = g_test_build_filename (G_TEST_BUILT, "ui", "screenshots", NULL);
  g_autofree char *name = g_strdup_printf ("%s-%s.png", screen, guise);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  ui_spin (SETTLE_US);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  while (!wave_screenshot_write (GTK_WINDOW (window), path))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      ui_spin (20 * 1000);
    }
  /* Below a dialog stands a page that was looked at before. */
  look_for_wide (dialog != NULL ? GTK_WIDGET (dialog) : window, window, cut);
  look_for_cut (dialog != NULL ? GTK_WIDGET (dialog) : window, window, FALSE, FALSE, cut);
  if (cut->len > 0)
    g_string_append_printf (faults, "\n%s (%s, %d×%d):%s", screen, guise, gtk_widget_get_width (window), gtk_widget_get_height (window), cut->str);
}

/* ---- going everywhere ---- */

static void
close_dialogs (UiRig *rig)
{
  AdwDialog *dialog;

  while ((dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (rig->window))) != NULL)
    {
      adw_dialog_force_close (dialog);
      ui_spin (50 * 1000);
    }
}

static void
check_dialogs (UiRig *rig, const char *guise)
{
  static const char *const actions[] = { "win.palette", "win.help", "win.shortcuts", "app.about", "win.record", "win.save-events" };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_activate_action (GTK_WIDGET (rig->window), actions[i], NULL);
      check (rig, strchr (actions[i], '.') + 1, guise);
      g_assert_nonnull (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (rig->window)));
      if (g_str_equal (actions[i], "win.save-events"))
        {
          /* The choice stands below its title; the list that opens has them all. */
          gtk_widget_activate (ui_find (GTK_WIDGET (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (rig->window))), ADW_TYPE_COMBO_ROW));
          ui_wait_shown (rig, "HAR, for browser tools");
        }
      close_dialogs (rig);
    }
  adw_dialog_present (wave_scope_help_new (), GTK_WIDGET (rig->window));
  check (rig, "scope-help", guise);
  close_dialogs (rig);
  gtk_widget_activate_action (GTK_WIDGET (rig->window), "app.preferences", NULL);
  {
    AdwPreferencesDialog *preferences
        = ADW_PREFERENCES_DIALOG (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (rig->window)));
    AdwViewStack *stack = ADW_VIEW_STACK (ui_find (GTK_WIDGET (preferences), ADW_TYPE_VIEW_STACK));
    g_autoptr (GtkSelectionModel) pages = adw_view_stack_get_pages (stack);

    for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (pages)); i++)
      {
        g_autofree char *name = g_strdup_printf ("preferences-%u", i);

        gtk_selection_model_select_item (pages, i, TRUE);
        check (rig, name, guise);
      }
  }
  close_dialogs (rig);
}

static void
check_pages (UiRig *rig, const char *guise)
{
  static const char *const panels[] = { "detail", "compare", "alarms", "totals", "list" };
  static const char *const views[] = { "meaning", "tree", "raw", "related" };
  WaveRoomsPage *rooms = WAVE_ROOMS_PAGE (wave_window_get_page (rig->window, "rooms"));
  WaveActivityPage *activity = WAVE_ACTIVITY_PAGE (wave_window_get_page (rig->window, "activity"));
  AdwNavigationSplitView *split = ADW_NAVIGATION_SPLIT_VIEW (ui_find (GTK_WIDGET (rooms), ADW_TYPE_NAVIGATION_SPLIT_VIEW));
  AdwOverlaySplitView *side = ADW_OVERLAY_SPLIT_VIEW (ui_find (GTK_WIDGET (rooms), ADW_TYPE_OVERLAY_SPLIT_VIEW));
  GtkWidget *inspector;

  wave_window_show_page (rig->window, "rooms");
  adw_navigation_split_view_set_show_content (split, FALSE);
  check (rig, "rooms-list", guise);
  adw_navigation_split_view_set_show_content (split, TRUE);
  adw_overlay_split_view_set_show_sidebar (side, FALSE);
  check (rig, "rooms-room", guise);
  adw_overlay_split_view_set_show_sidebar (side, TRUE);
  check (rig, "rooms-side", guise);
  adw_overlay_split_view_set_show_sidebar (side, FALSE);

  wave_window_show_page (rig->window, "activity");
  check (rig, "activity", guise);
  inspector = ui_find (GTK_WIDGET (activity), WAVE_TYPE_EVENT_INSPECTOR);
  wave_activity_page_show_event (activity, 3);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    {
      g_autofree char *name = g_strdup_printf ("inspector-%s", views[i]);

      wave_event_inspector_show_page (WAVE_EVENT_INSPECTOR (inspector), views[i]);
      check (rig, name, guise);
    }
  gtk_widget_activate_action (inspector, "inspector.close", NULL);
  wave_activity_page_set_filter (activity, "nothing:");
  check (rig, "activity-fault", guise);
  wave_activity_page_set_filter (activity, "text:there-is-no-such-thing");
  check (rig, "activity-nothing", guise);
  wave_activity_page_set_filter (activity, "");

  wave_window_show_page (rig->window, "scope");
  for (guint i = 0; i < G_N_ELEMENTS (panels); i++)
    {
      g_autofree char *name = g_strdup_printf ("scope-%s", panels[i]);

      wave_scope_page_show_panel (WAVE_SCOPE_PAGE (wave_window_get_page (rig->window, "scope")), panels[i]);
      check (rig, name, guise);
    }
  wave_window_show_page (rig->window, "connection");
  check (rig, "connection", guise);
}

static void
check_welcome (UiRig *rig, const char *guise)
{
  wave_window_show_welcome (rig->window, "The server says that it cannot be reached");
  check (rig, "welcome", guise);
  wave_window_show_sign_in (rig->window, "http://wave.example.org", TRUE, "The token is not accepted any more");
  check (rig, "sign-in", guise);
  wave_window_show_tenant (rig->window);
}

/* That something is too wide is a warning of the toolkit, too; what is found here says more. */
static gboolean
is_fatal (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  return strstr (message, "exceeds") == NULL;
}

static void
on_warning (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  if (is_fatal (domain, level, message, user_data))
    g_log_default_handler (domain, level, message, user_data);
}

static void
test_phone (void)
{
  static const struct
  {
    const char *guise;
    int dpi;
    GtkTextDirection direction;
  } guises[] = {
    { "360", USUAL_DPI, GTK_TEXT_DIR_LTR },
    { "360-text200", 2 * USUAL_DPI, GTK_TEXT_DIR_LTR },
    { "360-text200-rtl", 2 * USUAL_DPI, GTK_TEXT_DIR_RTL },
  };
  UiRig rig = { NULL };
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  faults = g_string_new (NULL);
  g_test_log_set_fatal_handler (is_fatal, NULL);
  ui_rig_open_scenario (&rig, "office");
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  /* Without a compositor the frame takes a few pixels, which a phone has not to spare. */
  gtk_window_set_default_size (GTK_WINDOW (rig.window), WIDTH + FRAME, HEIGHT + FRAME);
  /* Replies, a plan and sidekicks are to be there. */
  ui_spin (5 * G_USEC_PER_SEC);
  while (gtk_widget_get_width (GTK_WIDGET (rig.window)) > WIDTH)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      ui_spin (20 * 1000);
    }
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (rig.window)), ==, WIDTH);
  for (guint i = 0; i < G_N_ELEMENTS (guises); i++)
    {
      g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", guises[i].dpi, NULL);
      gtk_widget_set_default_direction (guises[i].direction);
      check_pages (&rig, guises[i].guise);
      check_dialogs (&rig, guises[i].guise);
      check_welcome (&rig, guises[i].guise);
    }
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  ui_rig_close (&rig);
  if (faults->len > 0)
    g_error ("cut off:%s", faults->str);
  g_string_free (faults, TRUE);
}

/* The bar below a recording. */
static void
test_replay (void)
{
  UiRig rig = { NULL };
  UiRig replay = { NULL };
  g_autofree char *dir = g_dir_make_tmp ("wave-large-text-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "office.wavescope.ndjson", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  GApplication *app = g_application_get_default ();

  faults = g_string_new (NULL);
  g_test_log_set_fatal_handler (is_fatal, NULL);
  ui_rig_open_scenario (&rig, "office");
  g_assert_true (wave_window_record_to (rig.window, path, FALSE, &error));
  g_assert_no_error (error);
  ui_spin (2 * G_USEC_PER_SEC);
  gtk_widget_activate_action (GTK_WIDGET (rig.window), "win.record", NULL);
  ui_wait_shown (&rig, "recorded, ");
  ui_rig_close (&rig);
  g_application_open (app, &file, 1, "");
  for (GList *item = gtk_application_get_windows (GTK_APPLICATION (app)); item != NULL && replay.window == NULL; item = item->next)
    if (WAVE_IS_WINDOW (item->data) && wave_window_get_replay (item->data) != NULL)
      replay.window = item->data;
  g_assert_nonnull (replay.window);
  gtk_window_set_default_size (GTK_WINDOW (replay.window), WIDTH + FRAME, HEIGHT + FRAME);
  for (int times = 1; times <= 2; times++)
    {
      g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", times * USUAL_DPI, NULL);
      ui_spin (G_USEC_PER_SEC);
      check (&replay, "replay", times == 1 ? "360" : "360-text200");
    }
  gtk_window_destroy (GTK_WINDOW (replay.window));
  ui_spin (50 * 1000);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", USUAL_DPI, NULL);
  g_unlink (path);
  g_rmdir (dir);
  if (faults->len > 0)
    g_error ("cut off:%s", faults->str);
  g_string_free (faults, TRUE);
}

static void
add_tests (void)
{
  g_log_set_handler ("Adwaita", G_LOG_LEVEL_WARNING | G_LOG_FLAG_FATAL, on_warning, NULL);
  g_test_add_func ("/large-text/replay", test_replay);
  g_test_add_func ("/large-text/phone", test_phone);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, add_tests);
}
