// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-side-parts.h"
#include "ui/wave-wrap.h"

#include <math.h>

/* More than this many of one kind are not shown in a card. */
#define MAX_BOUND 100

GtkWidget *
wave_side_label (const char *text, const char *first_class, const char *second_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  wave_wrap_label (GTK_LABEL (label));
  if (first_class != NULL)
    gtk_widget_add_css_class (label, first_class);
  if (second_class != NULL)
    gtk_widget_add_css_class (label, second_class);
  return label;
}

GtkWidget *
wave_side_pair (GtkWidget *start, GtkWidget *end)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_widget_set_hexpand (start, TRUE);
  gtk_widget_set_valign (start, GTK_ALIGN_BASELINE_FILL);
  gtk_widget_set_valign (end, GTK_ALIGN_BASELINE_FILL);
  if (GTK_IS_LABEL (end))
    {
      wave_wrap_label (GTK_LABEL (end));
      gtk_label_set_lines (GTK_LABEL (end), 2);
      gtk_label_set_ellipsize (GTK_LABEL (end), PANGO_ELLIPSIZE_END);
      gtk_label_set_xalign (GTK_LABEL (end), 1);
      gtk_label_set_justify (GTK_LABEL (end), GTK_JUSTIFY_RIGHT);
      gtk_widget_add_css_class (end, "numeric");
    }
  gtk_box_append (GTK_BOX (box), start);
  gtk_box_append (GTK_BOX (box), end);
  return box;
}

GtkWidget *
wave_side_meter (const char *label)
{
  GtkWidget *bar = gtk_progress_bar_new ();

  gtk_widget_add_css_class (bar, "meter");
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return bar;
}

void
wave_side_meter_set (GtkWidget *meter, double share, const char *css_class)
{
  static const char *const classes[] = { "success", "warning", "error", NULL };

  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (meter), isfinite (share) ? CLAMP (share, 0, 1) : 0);
  wave_side_set_class (meter, classes, css_class);
}

void
wave_side_set_text (GtkWidget *label, const char *text)
{
  gboolean visible = text != NULL && *text != '\0';

  if (visible && g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, visible);
}

void
wave_side_set_class (GtkWidget *widget, const char *const *names, const char *name)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (g_strcmp0 (names[i], name) == 0)
      gtk_widget_add_css_class (widget, names[i]);
    else
      gtk_widget_remove_css_class (widget, names[i]);
}

/* ---- one widget an item ---- */

typedef struct
{
  GListModel *model;
  gulong handler;
  WaveSideMakeFunc make;
  gpointer user_data;
} Binding;

static void
binding_free (gpointer data)
{
  Binding *binding = data;

  g_clear_signal_handler (&binding->handler, binding->model);
  g_object_unref (binding->model);
  g_free (binding);
}

static GtkWidget *
nth_child (GtkBox *box, guint position)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (box));

  while (child != NULL && position-- > 0)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
on_bound_changed (GListModel *model, guint position, guint removed, guint added, GtkBox *box)
{
  Binding *binding = g_object_get_data (G_OBJECT (box), "wave-binding");
  guint n = MIN (g_list_model_get_n_items (model), MAX_BOUND);

  for (guint i = 0; i < removed && position < MAX_BOUND; i++)
    {
      GtkWidget *child = nth_child (box, position);

      if (child == NULL)
        break;
      gtk_box_remove (box, child);
    }
  for (guint i = position; i < MIN (position + added, n); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);
      GtkWidget *before = i > 0 ? nth_child (box, i - 1) : NULL;

      gtk_box_insert_child_after (box, binding->make (item, binding->user_data), before);
    }
  gtk_widget_set_visible (GTK_WIDGET (box), n > 0);
}

void
wave_side_bind (GtkBox *box, GListModel *model, WaveSideMakeFunc make, gpointer user_data)
{
  GtkWidget *child;
  Binding *binding;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    gtk_box_remove (box, child);
  g_object_set_data (G_OBJECT (box), "wave-binding", NULL);
  gtk_widget_set_visible (GTK_WIDGET (box), FALSE);
  if (model == NULL)
    return;
  binding = g_new0 (Binding, 1);
  binding->model = g_object_ref (model);
  binding->make = make;
  binding->user_data = user_data;
  g_object_set_data_full (G_OBJECT (box), "wave-binding", binding, binding_free);
  binding->handler = g_signal_connect (model, "items-changed", G_CALLBACK (on_bound_changed), box);
  on_bound_changed (model, 0, 0, g_list_model_get_n_items (model), box);
}
