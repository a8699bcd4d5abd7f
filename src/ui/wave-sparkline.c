// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-sparkline.h"

#include <math.h>
#include <string.h>

#define MAX_POINTS 100

struct _WaveSparkline
{
  GtkWidget parent_instance;
  int width, height;
  guint points[MAX_POINTS];
  guint n_points;
};

G_DEFINE_FINAL_TYPE (WaveSparkline, wave_sparkline, GTK_TYPE_WIDGET)

static void
wave_sparkline_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                        int *natural_baseline)
{
  WaveSparkline *self = WAVE_SPARKLINE (widget);

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;
  *minimum_baseline = *natural_baseline = -1;
}

static void
wave_sparkline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WaveSparkline *self = WAVE_SPARKLINE (widget);
  float width = gtk_widget_get_width (widget);
  float height = gtk_widget_get_height (widget);
  g_autoptr (GskPathBuilder) line = NULL;
  g_autoptr (GskPathBuilder) area = NULL;
  g_autoptr (GskPath) line_path = NULL;
  g_autoptr (GskPath) area_path = NULL;
  g_autoptr (GskStroke) stroke = NULL;
  guint top = 1;
  GdkRGBA color, faint;
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  if (self->n_points < 2)
    return;
  for (guint i = 0; i < self->n_points; i++)
    top = MAX (top, self->points[i]);
  line = gsk_path_builder_new ();
  area = gsk_path_builder_new ();
  for (guint i = 0; i < self->n_points; i++)
    {
      float share = (float) i / (self->n_points - 1);
      float x = (rtl ? 1 - share : share) * width;
      /* Square root, so that a burst does not flatten everything else. */
      float y = height - 1 - (height - 2.5f) * sqrtf ((float) self->points[i] / top);

      if (i == 0)
        {
          gsk_path_builder_move_to (line, x, y);
          gsk_path_builder_move_to (area, x, height);
        }
      else
        gsk_path_builder_line_to (line, x, y);
      gsk_path_builder_line_to (area, x, y);
    }
  gsk_path_builder_line_to (area, rtl ? 0 : width, height);
  gsk_path_builder_close (area);
  line_path = gsk_path_builder_to_path (line);
  area_path = gsk_path_builder_to_path (area);
  gtk_widget_get_color (widget, &color);
  faint = color;
  faint.alpha *= 0.18f;
  stroke = gsk_stroke_new (1.25f);
  gsk_stroke_set_line_join (stroke, GSK_LINE_JOIN_ROUND);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  gtk_snapshot_append_fill (snapshot, area_path, GSK_FILL_RULE_WINDING, &faint);
  gtk_snapshot_append_stroke (snapshot, line_path, stroke, &color);
  gtk_snapshot_pop (snapshot);
}

static void
wave_sparkline_class_init (WaveSparklineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = wave_sparkline_measure;
  widget_class->snapshot = wave_sparkline_snapshot;
  gtk_widget_class_set_css_name (widget_class, "sparkline");
  /* The number beside it says the same. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
wave_sparkline_init (WaveSparkline *self)
{
  /* Time runs to the right in every language, in all charts alike. */
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

GtkWidget *
wave_sparkline_new (int width, int height)
{
  WaveSparkline *self = g_object_new (WAVE_TYPE_SPARKLINE, NULL);

  self->width = width;
  self->height = height;
  return GTK_WIDGET (self);
}

void
wave_sparkline_set_values (WaveSparkline *sparkline, const guint *values, guint n_values)
{
  guint points[MAX_POINTS] = { 0 };
  guint group = (n_values + MAX_POINTS - 1) / MAX_POINTS;
  guint n = 0;

  g_return_if_fail (WAVE_IS_SPARKLINE (sparkline));
  for (guint i = 0; i < n_values; i++)
    {
      n = i / MAX (group, 1);
      points[n] += values[i];
    }
  n = n_values > 0 ? n + 1 : 0;
  if (n == sparkline->n_points && memcmp (points, sparkline->points, sizeof points) == 0)
    return;
  memcpy (sparkline->points, points, sizeof points);
  sparkline->n_points = n;
  gtk_widget_queue_draw (GTK_WIDGET (sparkline));
}
