// SPDX-License-Identifier: GPL-3.0-or-later
// Every page in both schemes, narrow and wide: it fits its window, and a picture of it is written into the build directory.
#include "config.h"

#include "ui-rig.h"

#include "ui/wave-screenshot.h"

static const char *const pages[] = { "rooms", "activity", "scope", "connection" };

/* How many different colours there are in a picture, up to 64. */
static guint
count_colours (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = gdk_texture_new_from_filename (path, &error);
  g_autoptr (GHashTable) colours = g_hash_table_new (NULL, NULL);
  g_autofree guint32 *pixels = NULL;
  gsize n;

  g_assert_no_error (error);
  n = (gsize) gdk_texture_get_width (texture) * gdk_texture_get_height (texture);
  pixels = g_new (guint32, n);
  gdk_texture_download (texture, (guchar *) pixels, gdk_texture_get_width (texture) * sizeof *pixels);
  for (gsize i = 0; i < n && g_hash_table_size (colours) < 64; i++)
    g_hash_table_add (colours, GUINT_TO_POINTER (pixels[i]));
  return g_hash_table_size (colours);
}

static void
look (UiRig *rig, const char *page, const char *scheme, int width, int height)
{
  g_autofree char *name = g_strdup_printf ("%s-%s-%d.png", page, scheme, width);
  g_autofree char *folder = g_test_build_filename (G_TEST_BUILT, "ui", "screenshots", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  int minimum;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_str_equal (scheme, "dark") ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
  wave_window_show_page (rig->window, page);
  gtk_window_set_default_size (GTK_WINDOW (rig->window), width, height);
  /* Without a compositor the frame takes a few pixels. */
  while (ABS (gtk_widget_get_width (GTK_WIDGET (rig->window)) - width) > 16)
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("the %s page is %d wide instead of %d", page, gtk_widget_get_width (GTK_WIDGET (rig->window)), width);
      ui_spin (20 * 1000);
    }
  /* Time for what slides and fades. */
  ui_spin (600 * 1000);
  gtk_widget_measure (GTK_WIDGET (rig->window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, width);
  /* There is nothing to write in the moment between a change and its drawing. */
  deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  while (!wave_screenshot_write (GTK_WINDOW (rig->window), path))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      ui_spin (20 * 1000);
    }
  g_assert_cmpuint (count_colours (path), ==, 64);
}

static void
test_pages (void)
{
  UiRig rig = { NULL };

  ui_rig_open_scenario (&rig, "office");
  ui_spin (3 * G_USEC_PER_SEC);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    for (guint dark = 0; dark < 2; dark++)
      {
        look (&rig, pages[i], dark ? "dark" : "light", 1400, 800);
        look (&rig, pages[i], dark ? "dark" : "light", 360, 720);
      }
  ui_rig_close (&rig);
}

static void
add_tests (void)
{
  g_test_add_func ("/pages/fit-and-show", test_pages);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, add_tests);
}
