// SPDX-License-Identifier: GPL-3.0-or-later
// A message may be one word of 64 KB. Broken between words it would hold the window up for minutes.
#include "config.h"

#include <gtk/gtk.h>
#include <string.h>

#include "tests/slow.h"
#include "ui/wave-wrap.h"

static void
test_long_word (void)
{
  g_autofree char *word = g_strnfill (64 * 1024, 'x');
  g_autofree char *address = g_strnfill (300, 'y');
  GtkWidget *label = g_object_ref_sink (gtk_label_new ("some words"));
  gint64 begun;
  int minimum;

  wave_wrap_label (GTK_LABEL (label));
  g_assert_cmpint (gtk_label_get_wrap_mode (GTK_LABEL (label)), ==, PANGO_WRAP_WORD_CHAR);
  begun = g_get_monotonic_time ();
  gtk_label_set_text (GTK_LABEL (label), word);
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 400, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, >, 1000);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 20 * G_USEC_PER_SEC * WAVE_SLOW);
  /* A long address is not yet cut anywhere, and the next text is broken between words again. */
  gtk_label_set_text (GTK_LABEL (label), address);
  g_assert_cmpint (gtk_label_get_wrap_mode (GTK_LABEL (label)), ==, PANGO_WRAP_WORD_CHAR);
  g_object_unref (label);
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
  g_test_add_func ("/wrap/long-word", test_long_word);
  return g_test_run ();
}
