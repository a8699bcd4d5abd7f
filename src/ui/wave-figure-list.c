// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-figure-list.h"

typedef struct {
  char *name;
  GtkWidget *row;        /* borrowed */
  GtkLabel *value;       /* borrowed */
  const char *css_class; /* static, nullable */
} Figure;

struct _WaveFigureList
{
  AdwBin parent_instance;
  GtkWidget *rows; /* borrowed */
  GArray *figures; /* of Figure */
};

G_DEFINE_FINAL_TYPE (WaveFigureList, wave_figure_list, ADW_TYPE_BIN)

static void
figure_clear (gpointer data)
{
  g_free (((Figure *) data)->name);
}

static void
wave_figure_list_finalize (GObject *object)
{
  g_array_unref (WAVE_FIGURE_LIST (object)->figures);
  G_OBJECT_CLASS (wave_figure_list_parent_class)->finalize (object);
}

static void
wave_figure_list_class_init (WaveFigureListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_figure_list_finalize;
}

static void
wave_figure_list_init (WaveFigureList *self)
{
  self->figures = g_array_new (FALSE, FALSE, sizeof (Figure));
  g_array_set_clear_func (self->figures, figure_clear);
}

GtkWidget *
wave_figure_list_new (const char *title)
{
  WaveFigureList *self = g_object_new (WAVE_TYPE_FIGURE_LIST, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *heading = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_label_set_wrap (GTK_LABEL (heading), TRUE);
  gtk_widget_add_css_class (heading, "heading");
  self->rows = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->rows), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->rows, "boxed-list");
  gtk_widget_add_css_class (self->rows, "figure-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->rows), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_box_append (GTK_BOX (box), self->rows);
  adw_bin_set_child (ADW_BIN (self), box);
  return GTK_WIDGET (self);
}

guint
wave_figure_list_add (WaveFigureList *list, const char *name, const char *hint)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (name);
  Figure figure = { g_strdup (name), gtk_list_box_row_new (), GTK_LABEL (gtk_label_new ("–")), NULL };

  g_return_val_if_fail (WAVE_IS_FIGURE_LIST (list), 0);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (figure.value, 1);
  gtk_label_set_wrap (figure.value, TRUE);
  gtk_label_set_wrap_mode (figure.value, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (figure.value, GTK_JUSTIFY_RIGHT);
  gtk_widget_add_css_class (GTK_WIDGET (figure.value), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (figure.value), "figure-value");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (figure.value));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (figure.row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (figure.row), FALSE);
  gtk_widget_set_focusable (figure.row, FALSE);
  gtk_widget_set_tooltip_text (figure.row, hint);
  gtk_list_box_append (GTK_LIST_BOX (list->rows), figure.row);
  g_array_append_val (list->figures, figure);
  return list->figures->len - 1;
}

void
wave_figure_list_set (WaveFigureList *list, guint index, const char *value, const char *css_class)
{
  g_autofree char *both = NULL;
  Figure *figure;

  g_return_if_fail (WAVE_IS_FIGURE_LIST (list) && index < list->figures->len);
  figure = &g_array_index (list->figures, Figure, index);
  if (g_strcmp0 (gtk_label_get_text (figure->value), value) != 0)
    {
      gtk_label_set_text (figure->value, value);
      both = g_strdup_printf ("%s: %s", figure->name, value);
      gtk_accessible_update_property (GTK_ACCESSIBLE (figure->row), GTK_ACCESSIBLE_PROPERTY_LABEL, both, -1);
    }
  if (g_strcmp0 (figure->css_class, css_class) == 0)
    return;
  if (figure->css_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (figure->value), figure->css_class);
  figure->css_class = g_intern_string (css_class);
  if (css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (figure->value), css_class);
}
