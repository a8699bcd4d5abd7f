// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "ui/wave-scope-legend.h"
#include "ui/wave-scope-view-private.h"

#define SWATCH_WIDTH 22
#define SWATCH_HEIGHT 14
#define BESIDE 6
#define BETWEEN 16

struct _WaveScopeLegend
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (WaveScopeLegend, wave_scope_legend, GTK_TYPE_WIDGET)

typedef enum { PLAIN, TICKS, FALLING, RISING, SHADED } Pattern;

static const struct
{
  const char *word;
  WaveScopeColour ground, mark;
  Pattern pattern;
} entries[] = {
  /* Translators: in the legend of the scope, what an AI was doing */
  { N_ ("thinking"), WAVE_SCOPE_COLOUR_THINKING_BAND, WAVE_SCOPE_COLOUR_THINKING, PLAIN },
  /* Translators: in the legend of the scope, what an AI was doing */
  { N_ ("tool call"), WAVE_SCOPE_COLOUR_TOOL_BAND, WAVE_SCOPE_COLOUR_TOOL, FALLING },
  /* Translators: in the legend of the scope: each tick is a chunk of text that came */
  { N_ ("text, a tick a chunk"), WAVE_SCOPE_COLOUR_GENERATING_BAND, WAVE_SCOPE_COLOUR_GENERATING, TICKS },
  /* Translators: in the legend of the scope: nothing came for longer than the threshold */
  { N_ ("stall"), WAVE_SCOPE_COLOUR_STALL_BAND, WAVE_SCOPE_COLOUR_STALL, RISING },
  /* Translators: in the legend of the scope: the connection was down */
  { N_ ("connection gap"), WAVE_SCOPE_COLOUR_BACK, WAVE_SCOPE_COLOUR_GAP, SHADED },
};

static void
draw_swatch (GtkSnapshot *snapshot, guint i, double x, double y)
{
  GdkRGBA ground = wave_scope_colour (entries[i].ground, 1);
  GdkRGBA mark = wave_scope_colour (entries[i].mark, 1);
  GdkRGBA pale = wave_scope_colour (entries[i].mark, entries[i].pattern == SHADED ? 0.25f : 0.5f);
  graphene_rect_t area = GRAPHENE_RECT_INIT ((float)x, (float)y, SWATCH_WIDTH, SWATCH_HEIGHT);

  gtk_snapshot_append_color (snapshot, &ground, &area);
  switch (entries[i].pattern)
    {
    case PLAIN:
      break;
    case TICKS:
      for (guint tick = 0; tick < 5; tick++)
        {
          float tall = 4.0f + (tick * 5 % 7);

          gtk_snapshot_append_color (snapshot, &mark, &GRAPHENE_RECT_INIT ((float)x + 2 + tick * 4, (float)y + SWATCH_HEIGHT - tall, 2, tall));
        }
      return;
    case FALLING:
      wave_scope_draw_hatch (snapshot, &area, &pale, 7, TRUE);
      break;
    case RISING:
      wave_scope_draw_hatch (snapshot, &area, &pale, 5, FALSE);
      return;
    case SHADED:
      gtk_snapshot_append_color (snapshot, &pale, &area);
      gtk_snapshot_append_color (snapshot, &mark, &GRAPHENE_RECT_INIT ((float)x, (float)y, 1, SWATCH_HEIGHT));
      gtk_snapshot_append_color (snapshot, &mark, &GRAPHENE_RECT_INIT ((float)x + SWATCH_WIDTH - 1, (float)y, 1, SWATCH_HEIGHT));
      return;
    }
  gtk_snapshot_append_color (snapshot, &mark, &GRAPHENE_RECT_INIT ((float)x, (float)y, SWATCH_WIDTH, 2));
}

static PangoLayout *
make_layout (GtkWidget *widget, guint i, int *width, int *height)
{
  PangoLayout *layout = wave_scope_make_layout (widget, _ (entries[i].word), 0.85, FALSE, -1);

  pango_layout_get_pixel_size (layout, width, height);
  return layout;
}

static int
full_width (GtkWidget *widget)
{
  int sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      int w, h;
      g_autoptr (PangoLayout) layout = make_layout (widget, i, &w, &h);

      sum += SWATCH_WIDTH + BESIDE + w + (i > 0 ? BETWEEN : 0);
    }
  return sum;
}

/* From the right edge, so that it ends where the page ends. */
static void
wave_scope_legend_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  int width = gtk_widget_get_width (widget);
  double x = MAX (0, width - full_width (widget));
  GdkRGBA dim = wave_scope_colour (WAVE_SCOPE_COLOUR_DIM, 1);

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      int w, h;
      g_autoptr (PangoLayout) layout = make_layout (widget, i, &w, &h);
      double middle = gtk_widget_get_height (widget) / 2.0;

      if (x + SWATCH_WIDTH + BESIDE + w > width + 1)
        break;
      draw_swatch (snapshot, i, floor (x), floor (middle - SWATCH_HEIGHT / 2.0));
      wave_scope_draw_layout (snapshot, layout, floor (x + SWATCH_WIDTH + BESIDE), floor (middle - h / 2.0), &dim);
      x += SWATCH_WIDTH + BESIDE + w + BETWEEN;
    }
}

static void
wave_scope_legend_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *mb, int *nb)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 0 : 20;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 0 : 20;
}

static void
wave_scope_legend_class_init (WaveScopeLegendClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = wave_scope_legend_snapshot;
  widget_class->measure = wave_scope_legend_measure;
  gtk_widget_class_set_css_name (widget_class, "scopelegend");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
wave_scope_legend_init (WaveScopeLegend *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Legend: bands are thinking, tool calls (hatched), text with a tick for each chunk, stalls (hatched, with a "
                                     "sign) and gaps of the connection"),
                                  -1);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

GtkWidget *
wave_scope_legend_new (void)
{
  return g_object_new (WAVE_TYPE_SCOPE_LEGEND, NULL);
}
