// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-fold-box.h"

/* So much of the width is enough for the first to stay beside the second and break its lines. */
#define LEAST_LEFT 0.6

struct _WaveFoldBox
{
  GtkWidget parent_instance;

  GtkWidget *first, *second;
  int spacing, line_spacing;
};

G_DEFINE_FINAL_TYPE (WaveFoldBox, wave_fold_box, GTK_TYPE_WIDGET)

/* Of both, whether or not they are shown: what is not shown needs nothing, no spacing either. */
static int
get_spacing (WaveFoldBox *self, int spacing)
{
  return gtk_widget_should_layout (self->first) && gtk_widget_should_layout (self->second) ? spacing : 0;
}

static void
measure_child (GtkWidget *child, GtkOrientation orientation, int for_size, int *minimum, int *natural)
{
  *minimum = *natural = 0;
  if (gtk_widget_should_layout (child))
    gtk_widget_measure (child, orientation, for_size, minimum, natural, NULL, NULL);
}

/* How wide the second is in one line with the first; -1 when it goes below it. */
static int
second_width (WaveFoldBox *self, int width)
{
  int minimum, first, second, left;

  measure_child (self->second, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &second);
  measure_child (self->first, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &first);
  left = width - get_spacing (self, self->spacing) - second;
  if (left >= first)
    return gtk_widget_get_hexpand (self->second) ? width - first - get_spacing (self, self->spacing) : second;
  return left >= minimum && left >= width * LEAST_LEFT && !gtk_widget_get_hexpand (self->second) ? second : -1;
}

static void
wave_fold_box_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                       int *natural_baseline)
{
  WaveFoldBox *self = WAVE_FOLD_BOX (widget);
  int first_minimum, first_natural, second_minimum, second_natural;
  int end = orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0 ? second_width (self, for_size) : 0;

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL || for_size < 0)
    {
      measure_child (self->first, orientation, -1, &first_minimum, &first_natural);
      measure_child (self->second, orientation, -1, &second_minimum, &second_natural);
      *minimum = MAX (first_minimum, second_minimum);
      *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? first_natural + get_spacing (self, self->spacing) + second_natural
                                                           : MAX (first_natural, second_natural);
      return;
    }
  measure_child (self->first, orientation, end >= 0 ? for_size - end - get_spacing (self, self->spacing) : for_size, &first_minimum, &first_natural);
  measure_child (self->second, orientation, end >= 0 ? end : for_size, &second_minimum, &second_natural);
  if (end >= 0)
    {
      *minimum = MAX (first_minimum, second_minimum);
      *natural = MAX (first_natural, second_natural);
    }
  else
    {
      *minimum = first_minimum + get_spacing (self, self->line_spacing) + second_minimum;
      *natural = first_natural + get_spacing (self, self->line_spacing) + second_natural;
    }
}

static void
wave_fold_box_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WaveFoldBox *self = WAVE_FOLD_BOX (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int end = second_width (self, width);
  int first = end >= 0 ? width - end - get_spacing (self, self->spacing) : width;
  int minimum, natural;

  if (end >= 0)
    {
      gtk_widget_size_allocate (self->first, &(GtkAllocation){ rtl ? width - first : 0, 0, first, height }, -1);
      gtk_widget_size_allocate (self->second, &(GtkAllocation){ rtl ? 0 : width - end, 0, end, height }, -1);
      return;
    }
  measure_child (self->first, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural);
  gtk_widget_size_allocate (self->first, &(GtkAllocation){ 0, 0, width, minimum }, -1);
  minimum += get_spacing (self, self->line_spacing);
  gtk_widget_size_allocate (self->second, &(GtkAllocation){ 0, minimum, width, height - minimum }, -1);
}

static GtkSizeRequestMode
wave_fold_box_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
wave_fold_box_dispose (GObject *object)
{
  WaveFoldBox *self = WAVE_FOLD_BOX (object);

  g_clear_pointer (&self->first, gtk_widget_unparent);
  g_clear_pointer (&self->second, gtk_widget_unparent);
  G_OBJECT_CLASS (wave_fold_box_parent_class)->dispose (object);
}

static void
wave_fold_box_class_init (WaveFoldBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_fold_box_dispose;
  widget_class->measure = wave_fold_box_measure;
  widget_class->size_allocate = wave_fold_box_size_allocate;
  widget_class->get_request_mode = wave_fold_box_get_request_mode;
}

static void
wave_fold_box_init (WaveFoldBox *self)
{
}

GtkWidget *
wave_fold_box_new (GtkWidget *first, GtkWidget *second, int spacing, int line_spacing)
{
  WaveFoldBox *self = g_object_new (WAVE_TYPE_FOLD_BOX, NULL);

  self->first = first;
  self->second = second;
  self->spacing = spacing;
  self->line_spacing = line_spacing;
  gtk_widget_set_parent (first, GTK_WIDGET (self));
  gtk_widget_set_parent (second, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
