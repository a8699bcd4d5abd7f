// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-wrap.h"

/* Bytes: longer than any word, than most addresses, and than a sentence in a script without spaces. */
#define MAX_WORD 600
/* Of a choice, before its title has to break. */
#define COMBO_CHARS 11

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

void
wave_wrap_button (GtkButton *button)
{
  GtkWidget *label = gtk_button_get_child (button);

  g_return_if_fail (GTK_IS_LABEL (label));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_justify (GTK_LABEL (label), GTK_JUSTIFY_CENTER);
}

static void
on_combo_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  /* The row is one line high, whatever stands in it. */
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  /* As many as the row of libadwaita shows before it cuts. */
  gtk_label_set_max_width_chars (GTK_LABEL (label), 20);
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  gtk_list_item_set_child (item, label);
}

static void
on_combo_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkLabel *label = GTK_LABEL (gtk_list_item_get_child (item));
  const char *text = gtk_string_object_get_string (gtk_list_item_get_item (item));

  gtk_label_set_text (label, text);
  gtk_label_set_width_chars (label, MIN ((int) g_utf8_strlen (text, -1), COMBO_CHARS));
  gtk_widget_set_tooltip_text (GTK_WIDGET (label), text);
}

void
wave_keep_combo (AdwComboRow *row)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_return_if_fail (ADW_IS_COMBO_ROW (row));
  /* The list that opens keeps its own, with the mark at what is chosen. */
  adw_combo_row_set_list_factory (row, adw_combo_row_get_factory (row));
  g_signal_connect (factory, "setup", G_CALLBACK (on_combo_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_combo_bind), NULL);
  adw_combo_row_set_factory (row, factory);
}

static void
show_choice (AdwComboRow *row)
{
  GtkStringObject *choice = adw_combo_row_get_selected_item (row);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), choice != NULL ? gtk_string_object_get_string (choice) : "");
}

void
wave_stack_combo (AdwComboRow *row)
{
  g_autoptr (GtkListItemFactory) nothing = gtk_signal_list_item_factory_new ();

  g_return_if_fail (ADW_IS_COMBO_ROW (row));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_combo_row_set_list_factory (row, adw_combo_row_get_factory (row));
  adw_combo_row_set_factory (row, nothing);
  g_signal_connect (row, "notify::selected-item", G_CALLBACK (show_choice), NULL);
  show_choice (row);
}
