// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-rate-chart.h"

#include <glib/gi18n.h>
#include <string.h>

#define HEIGHT 48

struct _WaveRateChart
{
  GtkWidget parent_instance;
  guint counts[WAVE_RATE_CHART_SECONDS][WAVE_N_CATEGORIES]; /* a ring by second */
  gint64 newest; /* second of the newest slot; 0 before the first event */
  guint timer;
};

G_DEFINE_FINAL_TYPE (WaveRateChart, wave_rate_chart, GTK_TYPE_WIDGET)

/* The colours of the types' names in the table. */
static const char *const colors[WAVE_N_CATEGORIES] = {
  [WAVE_CATEGORY_OTHER] = "#9a9996",  [WAVE_CATEGORY_CONNECTION] = "#77767b", [WAVE_CATEGORY_MESSAGE] = "#2ec27e", [WAVE_CATEGORY_STREAM] = "#3584e4",
  [WAVE_CATEGORY_AI] = "#9141ac",     [WAVE_CATEGORY_ROOM] = "#c0bfbc",       [WAVE_CATEGORY_PLAN] = "#e66100",    [WAVE_CATEGORY_PEOPLE] = "#deddda",
  [WAVE_CATEGORY_CALL] = "#ed333b",   [WAVE_CATEGORY_BRIDGE] = "#b5835a",     [WAVE_CATEGORY_FAULT] = "#e01b24",
};

/* Seconds that passed without events are empty slots. */
static void
advance (WaveRateChart *self, gint64 second)
{
  if (self->newest == 0 || second - self->newest >= WAVE_RATE_CHART_SECONDS)
    memset (self->counts, 0, sizeof self->counts);
  else
    for (gint64 s = self->newest + 1; s <= second; s++)
      memset (self->counts[s % WAVE_RATE_CHART_SECONDS], 0, sizeof self->counts[0]);
  self->newest = MAX (self->newest, second);
}

void
wave_rate_chart_add (WaveRateChart *chart, WaveCategory category, gint64 arrived_mono_us)
{
  gint64 second = arrived_mono_us / G_USEC_PER_SEC;

  g_return_if_fail (WAVE_IS_RATE_CHART (chart));
  if (second > chart->newest)
    advance (chart, second);
  if (chart->newest - second < WAVE_RATE_CHART_SECONDS && category < WAVE_N_CATEGORIES)
    chart->counts[second % WAVE_RATE_CHART_SECONDS][category]++;
}

static gboolean
on_timer (gpointer user_data)
{
  WaveRateChart *self = user_data;
  gint64 second = g_get_monotonic_time () / G_USEC_PER_SEC;
  guint last = 0;
  g_autofree char *words = NULL;

  if (second > self->newest)
    advance (self, second);
  for (guint i = 0; i < WAVE_N_CATEGORIES; i++)
    last += self->counts[(self->newest - 1) % WAVE_RATE_CHART_SECONDS][i];
  words = g_strdup_printf (ngettext ("%u event in the last second", "%u events in the last second", last), last);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return G_SOURCE_CONTINUE;
}

static void
wave_rate_chart_map (GtkWidget *widget)
{
  WaveRateChart *self = WAVE_RATE_CHART (widget);

  GTK_WIDGET_CLASS (wave_rate_chart_parent_class)->map (widget);
  if (self->timer == 0)
    {
      self->timer = g_timeout_add_seconds (1, on_timer, self);
      g_source_set_name_by_id (self->timer, "wave-rate-chart");
    }
}

static void
wave_rate_chart_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&WAVE_RATE_CHART (widget)->timer, g_source_remove);
  GTK_WIDGET_CLASS (wave_rate_chart_parent_class)->unmap (widget);
}

static void
wave_rate_chart_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                         int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 100;
  *minimum_baseline = *natural_baseline = -1;
}

static void
wave_rate_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WaveRateChart *self = WAVE_RATE_CHART (widget);
  float width = gtk_widget_get_width (widget);
  float height = gtk_widget_get_height (widget);
  float step = width / WAVE_RATE_CHART_SECONDS;
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  guint top = 4;
  GdkRGBA faint;

  gtk_widget_get_color (widget, &faint);
  faint.alpha *= 0.15f;
  gtk_snapshot_append_color (snapshot, &faint, &GRAPHENE_RECT_INIT (0, height - 1, width, 1));
  for (guint s = 0; s < WAVE_RATE_CHART_SECONDS; s++)
    {
      guint sum = 0;

      for (guint i = 0; i < WAVE_N_CATEGORIES; i++)
        sum += self->counts[s][i];
      top = MAX (top, sum);
    }
  for (guint age = 0; age < WAVE_RATE_CHART_SECONDS && self->newest > (gint64) age; age++)
    {
      const guint *counts = self->counts[(self->newest - age) % WAVE_RATE_CHART_SECONDS];
      float x = width - (age + 1) * step;
      float y = height - 1;

      for (guint i = 0; i < WAVE_N_CATEGORIES; i++)
        {
          float bar = (height - 4) * counts[i] / top;
          GdkRGBA color;

          if (counts[i] == 0)
            continue;
          gdk_rgba_parse (&color, colors[i]);
          y -= bar;
          gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (rtl ? width - x - step : x, y, MAX (step - 0.5f, 1), bar));
        }
    }
}

static void
wave_rate_chart_dispose (GObject *object)
{
  g_clear_handle_id (&WAVE_RATE_CHART (object)->timer, g_source_remove);
  G_OBJECT_CLASS (wave_rate_chart_parent_class)->dispose (object);
}

static void
wave_rate_chart_class_init (WaveRateChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_rate_chart_dispose;
  widget_class->map = wave_rate_chart_map;
  widget_class->unmap = wave_rate_chart_unmap;
  widget_class->measure = wave_rate_chart_measure;
  widget_class->snapshot = wave_rate_chart_snapshot;
  gtk_widget_class_set_css_name (widget_class, "rate-chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
wave_rate_chart_init (WaveRateChart *self)
{
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _("Events per second of the last five minutes, by category"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Events per second of the last five minutes"), -1);
}

GtkWidget *
wave_rate_chart_new (void)
{
  return g_object_new (WAVE_TYPE_RATE_CHART, NULL);
}
