// SPDX-License-Identifier: GPL-3.0-or-later
// A text that changes often: it asks for a layout when it gets higher and not when it does not.
#include "config.h"

#include <adwaita.h>

#include "ui/wave-live-text.h"

static guint n_measured;

static GtkSizeRequestMode
request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  n_measured++;
  gtk_widget_measure (gtk_widget_get_first_child (widget), orientation, for_size, minimum, natural, NULL, NULL);
  *natural = *minimum;
}

static void
allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);
  int needed;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &needed, NULL, NULL, NULL);
  gtk_widget_allocate (child, width, MAX (1, MIN (height, needed)), -1, NULL);
}

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  (*(guint *) user_data)++;
  return G_SOURCE_CONTINUE;
}

static void
frames (GtkWidget *widget, guint n)
{
  guint seen = 0, tick = gtk_widget_add_tick_callback (widget, on_frame, &seen, NULL);

  while (seen < n)
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_remove_tick_callback (widget, tick);
}

typedef struct {
  GtkWidget *window;
  WaveLiveText *text;
} Rig;

static Rig
rig_new (int width)
{
  Rig rig = { gtk_window_new (), WAVE_LIVE_TEXT (wave_live_text_new ()) };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_layout_manager (box, gtk_custom_layout_new (request_mode, measure, allocate));
  gtk_widget_insert_after (GTK_WIDGET (rig.text), box, NULL);
  gtk_window_set_child (GTK_WINDOW (rig.window), box);
  gtk_window_set_default_size (GTK_WINDOW (rig.window), width, 400);
  gtk_window_set_decorated (GTK_WINDOW (rig.window), FALSE);
  gtk_window_present (GTK_WINDOW (rig.window));
  return rig;
}

static void
test_asks_when_higher (void)
{
  Rig rig = rig_new (300);
  GtkWidget *widget = GTK_WIDGET (rig.text);
  g_autoptr (GString) text = g_string_new ("one");
  int line, last;
  guint n_layouts = 0;

  wave_live_text_set_text (rig.text, text->str);
  frames (rig.window, 3);
  line = gtk_widget_get_height (widget);
  g_assert_cmpint (line, >, 5);
  /* Chunk by chunk; the height is right at every step, and far fewer layouts were asked for than there were chunks. */
  last = line;
  for (guint i = 0; i < 120; i++)
    {
      int needed;

      g_string_append (text, " word");
      n_measured = 0;
      wave_live_text_set_text (rig.text, text->str);
      frames (rig.window, 2);
      n_layouts += n_measured > 0;
      gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (widget), &needed, NULL, NULL, NULL);
      g_assert_cmpint (gtk_widget_get_height (widget), ==, needed);
      g_assert_cmpint (needed, >=, last);
      last = needed;
    }
  g_assert_cmpint (last, >, 5 * line);
  g_assert_cmpuint (n_layouts, >=, 5);
  g_assert_cmpuint (n_layouts, <, 40);
  /* As high as a label with the same text. */
  {
    g_autoptr (GtkWidget) label = g_object_ref_sink (gtk_label_new (text->str));
    int minimum;

    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (widget), &minimum, NULL, NULL, NULL);
    g_assert_cmpint (ABS (minimum - last), <=, line);
  }
  gtk_window_destroy (GTK_WINDOW (rig.window));
}

/* A text that came without a layout is as high as it must be at another width, too. */
static void
test_other_width (void)
{
  Rig rig = rig_new (500);
  GtkWidget *widget = GTK_WIDGET (rig.text);
  int line;

  wave_live_text_set_text (rig.text, "a");
  frames (rig.window, 3);
  line = gtk_widget_get_height (widget);
  n_measured = 0;
  wave_live_text_set_text (rig.text, "one line here but several lines where there is less room");
  frames (rig.window, 3);
  g_assert_cmpuint (n_measured, ==, 0);
  g_assert_cmpint (gtk_widget_get_height (widget), ==, line);
  gtk_window_set_default_size (GTK_WINDOW (rig.window), 120, 400);
  for (guint i = 0; i < 100 && gtk_widget_get_width (widget) > 120; i++)
    frames (rig.window, 1);
  frames (rig.window, 3);
  g_assert_cmpint (gtk_widget_get_width (widget), <=, 120);
  g_assert_cmpint (2 * gtk_widget_get_height (widget), >, 5 * line);
  gtk_window_destroy (GTK_WINDOW (rig.window));
}

static void
test_texts (void)
{
  Rig rig = rig_new (200);

  wave_live_text_set_markup (rig.text, "<b>bold</b> and <a href=\"https://example.org/?a=1&amp;b=2\" title=\"x\">a link</a> &lt;b&gt; <a href=\"x\"><i>two</i></a>");
  g_assert_cmpstr (wave_live_text_get_text (rig.text), ==, "bold and a link <b> two");
  wave_live_text_set_text (rig.text, "<b>%s</b>");
  g_assert_cmpstr (wave_live_text_get_text (rig.text), ==, "<b>%s</b>");
  frames (rig.window, 3);
  gtk_window_destroy (GTK_WINDOW (rig.window));

  rig = rig_new (100);
  wave_live_text_set_one_line (rig.text);
  wave_live_text_set_text (rig.text, "x");
  frames (rig.window, 3);
  {
    int line = gtk_widget_get_height (GTK_WIDGET (rig.text)), minimum;

    wave_live_text_set_text (rig.text, "a text that is far too long for a hundred pixels\nand has two paragraphs");
    frames (rig.window, 3);
    g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (rig.text)), <, 2 * line);
    gtk_widget_measure (GTK_WIDGET (rig.text), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
    g_assert_cmpint (minimum, <, 60);
  }
  gtk_window_destroy (GTK_WINDOW (rig.window));
}

/* What is cut off in a narrow row may be of a script whose letters are higher: GTK warns of a box that is higher for less room than for all. */
static void
test_high_letters (void)
{
  static const char *const texts[] = { "Pat: \ufdfd\ufdfd\ufdfd \U000122eb\U000122eb \ua9c5\ua9c5", "\U000122eb\U000122eb and so on and on and on", "a b c d e f g h i j k l m n o \ufdfd" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      GtkWidget *window = gtk_window_new (), *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *badge = gtk_label_new ("4"), *text = wave_live_text_new ();
      int shown;

      wave_live_text_set_one_line (WAVE_LIVE_TEXT (text));
      gtk_widget_set_hexpand (text, TRUE);
      gtk_widget_set_valign (row, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (row), text);
      gtk_box_append (GTK_BOX (row), badge);
      gtk_window_set_child (GTK_WINDOW (window), row);
      gtk_window_set_default_size (GTK_WINDOW (window), 200, 100);
      gtk_window_present (GTK_WINDOW (window));
      wave_live_text_set_text (WAVE_LIVE_TEXT (text), texts[i]);
      frames (window, 5);
      gtk_widget_measure (text, GTK_ORIENTATION_VERTICAL, -1, &shown, NULL, NULL, NULL);
      /* The badge beside it is less high. */
      g_assert_cmpint (shown, ==, gtk_widget_get_height (row));
      for (int width = 60; width < 700; width += 7)
        {
          int minimum, natural, alone;

          gtk_widget_measure (text, GTK_ORIENTATION_VERTICAL, width, &alone, NULL, NULL, NULL);
          gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural, NULL, NULL);
          /* Whatever the width, until it is laid out anew. */
          g_assert_cmpint (alone, ==, shown);
          g_assert_cmpint (minimum, <=, natural);
        }
      gtk_window_destroy (GTK_WINDOW (window));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/live-text/asks-when-higher", test_asks_when_higher);
  g_test_add_func ("/live-text/other-width", test_other_width);
  g_test_add_func ("/live-text/texts", test_texts);
  g_test_add_func ("/live-text/high-letters", test_high_letters);
  return g_test_run ();
}
