// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-wrap.h"

/* Bytes: longer than any word, than most addresses, and than a sentence in a script without spaces. */
#define MAX_WORD 600

PangoWrapMode
wave_wrap_mode (const char *text)
{
  gsize word = 0;

  for (; *text != '\0' && word <= MAX_WORD; text++)
    word = g_ascii_isspace (*text) ? 0 : word + 1;
  return word > MAX_WORD ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR;
}

static void
on_label (GtkLabel *label, GParamSpec *pspec, gpointer user_data)
{
  gtk_label_set_wrap_mode (label, wave_wrap_mode (gtk_label_get_text (label)));
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
