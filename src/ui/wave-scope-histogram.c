// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "ui/wave-scope-plot.h"
#include "ui/wave-scope-view-private.h"

#define N_BARS 24
#define BARS_PER_DECADE 4
#define FIRST_US 100.0
/* With text of the usual size. */
#define TOP 22
#define BOTTOM 20

struct _WaveScopeHistogram
{
  GtkWidget parent_instance;

  int top, bottom; /* px that text needs above and below */

  guint bars[N_BARS];
  guint most;
  gint64 stall_us;
};

G_DEFINE_FINAL_TYPE (WaveScopeHistogram, wave_scope_histogram, GTK_TYPE_WIDGET)

static int
bar_of (gint64 gap_us)
{
  return CLAMP ((int)floor (log10 (MAX (gap_us, 1) / FIRST_US) * BARS_PER_DECADE), 0, N_BARS - 1);
}

static void
draw_text (GtkWidget *widget, GtkSnapshot *snapshot, const char *text, double x, double y, double align)
{
  g_autoptr (PangoLayout) layout = wave_scope_make_layout (widget, text, 0.82, FALSE, -1);
  GdkRGBA rgba = wave_scope_colour (WAVE_SCOPE_COLOUR_DIM, 1);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  wave_scope_draw_layout (snapshot, layout, floor (CLAMP (x - width * align, 2, gtk_widget_get_width (widget) - width - 2)), y, &rgba);
}

static void
wave_scope_histogram_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WaveScopeHistogram *self = WAVE_SCOPE_HISTOGRAM (widget);
  static const char *const labels[] = { "0.1", "1", "10", "100 ms", "1 s", "10" };
  double width = gtk_widget_get_width (widget) - 16;
  double height = gtk_widget_get_height (widget) - self->top - self->bottom;
  int stall_bar = bar_of (self->stall_us + 1);
  GdkRGBA grid = wave_scope_colour (WAVE_SCOPE_COLOUR_GRID, 1);

  draw_text (widget, snapshot, _ ("gaps, log scale"), 8, 3, 0);
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      double x = 8 + width * i * BARS_PER_DECADE / N_BARS;

      gtk_snapshot_append_color (snapshot, &grid, &GRAPHENE_RECT_INIT ((float)floor (x), self->top, 1, (float)height));
      /* Large ones would run into each other: every other one then. */
      if (i % 2 == 0 || self->bottom * 2 < BOTTOM * 3)
        draw_text (widget, snapshot, labels[i], x, self->top + height + 2, 0.5);
    }
  for (int i = 0; i < N_BARS && self->most > 0; i++)
    {
      /* The square root keeps single gaps visible beside thousands. */
      double share = sqrt (self->bars[i] / (double)self->most);
      double x0 = floor (8 + width * i / N_BARS) + 1;
      double x1 = floor (8 + width * (i + 1) / N_BARS) - 1;
      gboolean stalled = i >= stall_bar;
      GdkRGBA colour = wave_scope_colour (stalled ? WAVE_SCOPE_COLOUR_STALL : WAVE_SCOPE_COLOUR_GENERATING, 1);
      graphene_rect_t bar;

      if (self->bars[i] == 0)
        continue;
      bar = GRAPHENE_RECT_INIT ((float)x0, (float)(self->top + height - MAX (3, share * height)), (float)(x1 - x0), (float)MAX (3, share * height));
      gtk_snapshot_append_color (snapshot, &colour, &bar);
      if (stalled)
        {
          GdkRGBA line = wave_scope_colour (WAVE_SCOPE_COLOUR_BACK, 0.8f);

          wave_scope_draw_hatch (snapshot, &bar, &line, 6, FALSE);
        }
    }
}

static void
wave_scope_histogram_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *mb, int *nb)
{
  WaveScopeHistogram *self = WAVE_SCOPE_HISTOGRAM (widget);
  double scale = wave_scope_get_text_scale (widget);

  self->top = (int)(TOP * scale);
  self->bottom = (int)(BOTTOM * scale);
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : 120 - TOP - BOTTOM + self->top + self->bottom;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 180 : 190 - TOP - BOTTOM + self->top + self->bottom;
}

static gboolean
wave_scope_histogram_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  WaveScopeHistogram *self = WAVE_SCOPE_HISTOGRAM (widget);
  double width = gtk_widget_get_width (widget) - 16;
  int i = (int)floor ((x - 8) * N_BARS / width);
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  g_autofree char *text = NULL;

  if (keyboard || i < 0 || i >= N_BARS)
    return FALSE;
  from = wave_scope_format_duration ((gint64)(FIRST_US * pow (10, i / (double)BARS_PER_DECADE)));
  to = wave_scope_format_duration ((gint64)(FIRST_US * pow (10, (i + 1) / (double)BARS_PER_DECADE)));
  text = g_strdup_printf (ngettext ("%u gap of %s to %s", "%u gaps of %s to %s", self->bars[i]), self->bars[i], from, to);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
wave_scope_histogram_class_init (WaveScopeHistogramClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = wave_scope_histogram_snapshot;
  widget_class->measure = wave_scope_histogram_measure;
  widget_class->query_tooltip = wave_scope_histogram_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "scopehistogram");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
wave_scope_histogram_init (WaveScopeHistogram *self)
{
  self->stall_us = G_USEC_PER_SEC;
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("How long the gaps between chunks were"), -1);
}

GtkWidget *
wave_scope_histogram_new (void)
{
  return g_object_new (WAVE_TYPE_SCOPE_HISTOGRAM, NULL);
}

void
wave_scope_histogram_set_stream (WaveScopeHistogram *self, WaveStream *stream, gint64 stall_us)
{
  gint64 before = -1;
  guint n = 0;
  const WaveChunkMark *chunks = stream != NULL ? wave_stream_get_chunks (stream, &n) : NULL;

  g_return_if_fail (WAVE_IS_SCOPE_HISTOGRAM (self));
  memset (self->bars, 0, sizeof self->bars);
  self->most = 0;
  self->stall_us = stall_us;
  for (guint i = 0; i < n; i++)
    {
      if (chunks[i].text_length == 0)
        continue;
      if (before >= 0)
        {
          guint *bar = &self->bars[bar_of (chunks[i].at_us - before)];

          *bar += 1;
          self->most = MAX (self->most, *bar);
        }
      before = chunks[i].at_us;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
