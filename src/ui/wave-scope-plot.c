// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ui/wave-scope-plot.h"
#include "ui/wave-scope-view-private.h"

#define LEFT 8
/* With text of the usual size. */
#define TOP 22
#define BOTTOM 20
#define PHASE_STRIP 20

struct _WaveScopePlot
{
  GtkWidget parent_instance;

  int top, bottom, strip; /* px that text needs above, below and in the strip of phases */

  GPtrArray *streams; /* owned */
  gint64 now_us;
  gint64 stall_us;
  gint64 playhead_us;
  double drag_x;
};

enum { SEEK, STEP, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveScopePlot, wave_scope_plot, GTK_TYPE_WIDGET)

guint
wave_scope_chunks_by (const WaveChunkMark *chunks, guint n, gint64 at_us)
{
  guint low = 0;
  guint high = n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (chunks[middle].at_us <= at_us)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* What the axes span: the longest stream and the one with the most characters. */
static void
extents (WaveScopePlot *self, gint64 *span_us, guint *chars)
{
  *span_us = 1000;
  *chars = 1;
  for (guint i = 0; i < self->streams->len; i++)
    {
      WaveStream *stream = self->streams->pdata[i];
      guint n;
      const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);

      *span_us = MAX (*span_us, wave_scope_stream_end (stream, self->now_us) - wave_stream_get_started (stream));
      if (n > 0)
        *chars = MAX (*chars, chunks[n - 1].chars_after);
    }
}

static double
plot_width (WaveScopePlot *self)
{
  return MAX (8, gtk_widget_get_width (GTK_WIDGET (self)) - 2 * LEFT);
}

static void
draw_text (WaveScopePlot *self, GtkSnapshot *snapshot, const char *text, double x, double y, double align, WaveScopeColour colour)
{
  g_autoptr (PangoLayout) layout = wave_scope_make_layout (GTK_WIDGET (self), text, 0.82, FALSE, -1);
  GdkRGBA rgba = wave_scope_colour (colour, 1);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  x = CLAMP (x - width * align, 2, MAX (2, gtk_widget_get_width (GTK_WIDGET (self)) - width - 2));
  wave_scope_draw_layout (snapshot, layout, floor (x), y, &rgba);
}

static void
draw_axis (WaveScopePlot *self, GtkSnapshot *snapshot, gint64 span_us, double height)
{
  double us_per_px = span_us / plot_width (self);
  gint64 step = wave_scope_tick_step (us_per_px, 72 * wave_scope_get_text_scale (GTK_WIDGET (self)));
  GdkRGBA grid = wave_scope_colour (WAVE_SCOPE_COLOUR_GRID, 1);

  for (gint64 at = 0; at <= span_us; at += step)
    {
      g_autofree char *label = wave_scope_format_tick (at, step);
      double x = LEFT + at / us_per_px;

      gtk_snapshot_append_color (snapshot, &grid, &GRAPHENE_RECT_INIT ((float)floor (x), self->top, 1, (float)height));
      draw_text (self, snapshot, label, x, self->top + height + 2, 0.5, WAVE_SCOPE_COLOUR_DIM);
    }
}

/* What the AI said that it was doing: a strip on top with the words, and its shade behind the curve. */
static void
draw_phases (WaveScopePlot *self, GtkSnapshot *snapshot, WaveStream *stream, double us_per_px, double height)
{
  gint64 started = wave_stream_get_started (stream);
  gint64 end_us = wave_scope_stream_end (stream, self->now_us);
  guint n;
  const WavePhaseSpan *phases = wave_stream_get_phases (stream, &n);

  for (guint i = 0; i < n; i++)
    {
      gint64 end = phases[i].end_us < 0 ? end_us : phases[i].end_us;
      double x0 = LEFT + (phases[i].start_us - started) / us_per_px;
      double x1 = LEFT + (end - started) / us_per_px;
      GdkRGBA shade = wave_scope_phase_colour (phases[i].phase, 0.28f);

      if (phases[i].phase == WAVE_AI_GENERATING || phases[i].phase == WAVE_AI_IDLE || x1 <= x0)
        continue;
      gtk_snapshot_append_color (snapshot, &shade, &GRAPHENE_RECT_INIT ((float)x0, self->top, (float)(x1 - x0), (float)height));
      wave_scope_draw_phase (GTK_WIDGET (self), snapshot, &phases[i], x0, x1, self->top, self->strip, x0);
    }
}

/* Silences over the threshold, found by jumping from pixel column to pixel column. */
static void
draw_silences (WaveScopePlot *self, GtkSnapshot *snapshot, WaveStream *stream, double us_per_px, double height)
{
  guint n;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);
  gint64 started = wave_stream_get_started (stream);
  guint i = 0;

  while (i < n)
    {
      guint next = i + 1;
      guint last;
      double x0;
      double x1;
      gint64 silence;

      while (next < n && chunks[next].text_length == 0)
        next++;
      silence = (next < n ? chunks[next].at_us : wave_stream_is_live (stream) ? self->now_us : chunks[i].at_us) - chunks[i].at_us;
      if (chunks[i].text_length > 0 && silence > self->stall_us
          && silence - wave_scope_time_in_tools (stream, chunks[i].at_us, chunks[i].at_us + silence) > self->stall_us)
        {
          GdkRGBA fill = wave_scope_colour (WAVE_SCOPE_COLOUR_STALL, 0.20f);
          GdkRGBA line = wave_scope_colour (WAVE_SCOPE_COLOUR_STALL, 0.35f);
          g_autofree char *length = wave_scope_format_duration (silence);
          g_autofree char *words = g_strdup_printf ("▲ %s", length);
          graphene_rect_t area;

          x0 = LEFT + (chunks[i].at_us - started) / us_per_px;
          x1 = x0 + silence / us_per_px;
          area = GRAPHENE_RECT_INIT ((float)x0, self->top, (float)MAX (1, x1 - x0), (float)height);
          gtk_snapshot_append_color (snapshot, &fill, &area);
          wave_scope_draw_hatch (snapshot, &area, &line, 10, FALSE);
          if (x1 - x0 > 30)
            draw_text (self, snapshot, words, (x0 + x1) / 2, self->top + self->strip + 4, 0.5, WAVE_SCOPE_COLOUR_STALL);
          i = next;
          continue;
        }
      if (chunks[i].text_length > 0 && silence > self->stall_us)
        {
          i = next;
          continue;
        }
      /* Between what comes within the threshold no silence can hide: on to the last text of it. */
      last = wave_scope_chunks_by (chunks, n, chunks[i].at_us + self->stall_us);
      while (last > next && chunks[last - 1].text_length == 0)
        last--;
      i = MAX (next, last > 0 ? last - 1 : 0);
    }
}

static void
draw_curve (WaveScopePlot *self, GtkSnapshot *snapshot, guint index, double us_per_px, guint most, double height)
{
  WaveStream *stream = self->streams->pdata[index];
  gint64 started = wave_stream_get_started (stream);
  gint64 end = wave_scope_stream_end (stream, self->now_us);
  guint n;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPathBuilder) area = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;
  g_autoptr (GskStroke) stroke = gsk_stroke_new (2);
  GdkRGBA colour = self->streams->len == 1 ? wave_scope_colour (WAVE_SCOPE_COLOUR_GENERATING, 1) : wave_scope_series_colour (index);
  double x1 = LEFT + (end - started) / us_per_px;
  float y = (float)(self->top + height);

  /* Every second one is dashed, so that colour is never the only mark. */
  if (index % 2 == 1)
    gsk_stroke_set_dash (stroke, (float[]){ 6, 3 }, 2);
  gsk_path_builder_move_to (builder, LEFT, y);
  gsk_path_builder_move_to (area, LEFT, y);
  for (double x = LEFT; x <= x1 + 0.5; x += 1)
    {
      guint by = wave_scope_chunks_by (chunks, n, started + (gint64)((x - LEFT) * us_per_px));
      float at = (float)(self->top + height - (by > 0 ? chunks[by - 1].chars_after : 0) * height / most);

      if (at != y)
        {
          gsk_path_builder_line_to (builder, (float)x, y);
          gsk_path_builder_line_to (builder, (float)x, at);
          gsk_path_builder_line_to (area, (float)x, y);
          gsk_path_builder_line_to (area, (float)x, at);
          y = at;
        }
    }
  gsk_path_builder_line_to (builder, (float)x1, y);
  gsk_path_builder_line_to (area, (float)x1, y);
  path = gsk_path_builder_free_to_path (g_steal_pointer (&builder));
  if (self->streams->len == 1 && n > 0)
    {
      g_autoptr (GskPath) closed = NULL;
      GdkRGBA pale = wave_scope_colour (WAVE_SCOPE_COLOUR_GENERATING, 0.22f);

      gsk_path_builder_line_to (area, (float)x1, (float)(self->top + height));
      gsk_path_builder_close (area);
      closed = gsk_path_builder_free_to_path (g_steal_pointer (&area));
      gtk_snapshot_append_fill (snapshot, closed, GSK_FILL_RULE_WINDING, &pale);
    }
  gtk_snapshot_append_stroke (snapshot, path, stroke, &colour);
}

static void
wave_scope_plot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WaveScopePlot *self = WAVE_SCOPE_PLOT (widget);
  double height = gtk_widget_get_height (widget) - self->top - self->bottom;
  g_autofree char *most_text = NULL;
  double us_per_px;
  gint64 span_us;
  guint most;

  if (height < 10 || self->streams->len == 0)
    return;
  extents (self, &span_us, &most);
  us_per_px = span_us / plot_width (self);
  most_text = g_strdup_printf (ngettext ("%u character", "%u characters", most), most);
  draw_axis (self, snapshot, span_us, height);
  draw_text (self, snapshot, most_text, LEFT, 3, 0, WAVE_SCOPE_COLOUR_DIM);
  if (self->streams->len == 1)
    draw_phases (self, snapshot, self->streams->pdata[0], us_per_px, height);
  if (self->streams->len == 1)
    draw_silences (self, snapshot, self->streams->pdata[0], us_per_px, height);
  for (guint i = self->streams->len; i > 0; i--)
    draw_curve (self, snapshot, i - 1, us_per_px, most, height);
  if (self->playhead_us >= 0)
    {
      GdkRGBA colour = wave_scope_colour (WAVE_SCOPE_COLOUR_TEXT, 1);
      float x = (float)floor (LEFT + MIN (self->playhead_us, span_us) / us_per_px);
      GskRoundedRect knob;

      gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (x - 1, self->top - 4, 2, (float)height + 4));
      gsk_rounded_rect_init_from_rect (&knob, &GRAPHENE_RECT_INIT (x - 5, self->top - 9, 10, 10), 5);
      gtk_snapshot_push_rounded_clip (snapshot, &knob);
      gtk_snapshot_append_color (snapshot, &colour, &knob.bounds);
      gtk_snapshot_pop (snapshot);
    }
}

static void
wave_scope_plot_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *mb, int *nb)
{
  WaveScopePlot *self = WAVE_SCOPE_PLOT (widget);
  double scale = wave_scope_get_text_scale (widget);

  self->top = (int)(TOP * scale);
  self->bottom = (int)(BOTTOM * scale);
  self->strip = (int)(PHASE_STRIP * scale);
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 220 : 120 - TOP - BOTTOM + self->top + self->bottom;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 300 : 190 - TOP - BOTTOM + self->top + self->bottom;
}

static void
seek_to (WaveScopePlot *self, double x)
{
  gint64 span_us;
  guint most;

  extents (self, &span_us, &most);
  g_signal_emit (self, signals[SEEK], 0, (gint64)(CLAMP ((x - LEFT) / plot_width (self), 0, 1) * span_us));
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, WaveScopePlot *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = x;
  seek_to (self, x);
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, WaveScopePlot *self)
{
  seek_to (self, self->drag_x + dx);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, WaveScopePlot *self)
{
  int by = (state & GDK_CONTROL_MASK) ? 10 : 1;

  if (key != GDK_KEY_Left && key != GDK_KEY_Right)
    return GDK_EVENT_PROPAGATE;
  g_signal_emit (self, signals[STEP], 0, key == GDK_KEY_Left ? -by : by);
  return GDK_EVENT_STOP;
}

static void
wave_scope_plot_dispose (GObject *object)
{
  g_clear_pointer (&WAVE_SCOPE_PLOT (object)->streams, g_ptr_array_unref);
  G_OBJECT_CLASS (wave_scope_plot_parent_class)->dispose (object);
}

static void
wave_scope_plot_class_init (WaveScopePlotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_scope_plot_dispose;
  widget_class->snapshot = wave_scope_plot_snapshot;
  widget_class->measure = wave_scope_plot_measure;
  signals[SEEK] = g_signal_new ("seek", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[STEP] = g_signal_new ("step", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_set_css_name (widget_class, "scopeplot");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
wave_scope_plot_init (WaveScopePlot *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *key = gtk_event_controller_key_new ();

  self->streams = g_ptr_array_new_with_free_func (g_object_unref);
  self->playhead_us = -1;
  self->stall_us = G_USEC_PER_SEC;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (key, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), key);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Characters over time"), -1);
}

GtkWidget *
wave_scope_plot_new (void)
{
  return g_object_new (WAVE_TYPE_SCOPE_PLOT, NULL);
}

void
wave_scope_plot_set_streams (WaveScopePlot *self, GPtrArray *streams)
{
  g_return_if_fail (WAVE_IS_SCOPE_PLOT (self));
  g_ptr_array_set_size (self->streams, 0);
  for (guint i = 0; i < streams->len; i++)
    g_ptr_array_add (self->streams, g_object_ref (streams->pdata[i]));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
wave_scope_plot_set_now (WaveScopePlot *self, gint64 now_us)
{
  if (self->now_us == now_us)
    return;
  self->now_us = now_us;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
wave_scope_plot_set_stall (WaveScopePlot *self, gint64 stall_us)
{
  self->stall_us = MAX (1, stall_us);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
wave_scope_plot_set_playhead (WaveScopePlot *self, gint64 offset_us)
{
  if (self->playhead_us == offset_us)
    return;
  self->playhead_us = offset_us;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
