// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-wrap.h"

/* Bytes: longer than any word, than most addresses, and than a sentence in a script without spaces. */
#define MAX_WORD 600

static void
on_label (GtkLabel *label, GParamSpec *pspec, gpointer user_data)
{
  const char *text = gtk_label_get_text (label);
  gsize word = 0;

  for (; *text != '\0' && word <= MAX_WORD; text++)
    word = g_ascii_isspace (*text) ? 0 : word + 1;
  gtk_label_set_wrap_mode (label, word > MAX_WORD ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
}

void
wave_wrap_label (GtkLabel *label)
{
  g_return_if_fail (GTK_IS_LABEL (label));
  gtk_label_set_wrap (label, TRUE);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  g_signal_connect (label, "notify::label", G_CALLBACK (on_label), NULL);
  on_label (label, NULL, NULL);
}

void
wave_wrap_button (GtkButton *button)
{
  GtkWidget *label = gtk_button_get_child (button);

  g_return_if_fail (GTK_IS_LABEL (label));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
}
