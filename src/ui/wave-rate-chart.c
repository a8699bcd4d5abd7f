// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-rate-chart.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "ui/wave-event-words.h"
#include "ui/wave-format.h"

/* With text of the usual size. */
#define HEIGHT 64
#define FOOT 16 /* for the times */
#define BAR 5   /* pixels, with the gap beside it */
#define COUNT_US 500000
#define MAX_BARS 1000
/* A shorter drag is a click. */
#define DRAG_LEAST 4

typedef struct
{
  WaveEventLog *log;
  gint64 from, to;
  guint n;
  guint32 *counts;
} Counting;

struct _WaveRateChart
{
  GtkWidget parent_instance;

  WaveEventLog *log; /* nullable */
  gulong log_handler;
  gint64 span, now;
  gint64 range_from, range_to;
  gint64 mark; /* of the keyboard, wall µs; 0 none */
  gboolean paused, counting, dirty;

  /* The bars that stand. */
  gint64 from, to;
  guint n_bars;
  guint32 *counts;
  guint32 top;

  gint64 counted_at;
  guint timer;
  double drag_from; /* < 0: none */
  double pointer;   /* < 0: outside */
};

enum { RANGE_CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveRateChart, wave_rate_chart, GTK_TYPE_WIDGET)

static gboolean
has_range (WaveRateChart *self)
{
  return self->range_to != G_MAXINT64;
}

/* ---- counting, on a worker: a journal of many millions takes longer than a frame ---- */

static void
counting_free (gpointer data)
{
  Counting *counting = data;

  g_object_unref (counting->log);
  g_free (counting->counts);
  g_free (counting);
}

static void
count_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Counting *counting = task_data;

  wave_event_log_count (counting->log, counting->from, counting->to, counting->n, counting->counts);
  g_task_return_boolean (task, TRUE);
}

static void
describe (WaveRateChart *self)
{
  guint64 total = 0;
  g_autofree char *words = NULL;
  g_autofree char *from = wave_format_clock_ms (self->from);
  g_autofree char *to = wave_format_clock_ms (self->to);

  for (guint i = 0; i < self->n_bars * WAVE_N_CATEGORIES; i++)
    total += self->counts[i];
  words = g_strdup_printf (ngettext ("%u event from %s to %s", "%u events from %s to %s", (guint) total), (guint) total, from, to);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

static void
on_counted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WaveRateChart *self = WAVE_RATE_CHART (source);
  Counting *counting = g_task_get_task_data (G_TASK (result));

  self->counting = FALSE;
  if (self->log != counting->log)
    return;
  self->from = counting->from;
  self->to = counting->to;
  self->n_bars = counting->n;
  g_free (self->counts);
  self->counts = g_steal_pointer (&counting->counts);
  self->top = 4;
  for (guint i = 0; i < self->n_bars; i++)
    {
      guint32 sum = 0;

      for (guint j = 0; j < WAVE_N_CATEGORIES; j++)
        sum += self->counts[i * WAVE_N_CATEGORIES + j];
      self->top = MAX (self->top, sum);
    }
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
count (WaveRateChart *self)
{
  g_autoptr (GTask) task = NULL;
  gint64 first, last, from, to, step;
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  Counting *counting;
  guint n;

  if (self->counting || self->log == NULL || width < BAR * 2)
    return;
  self->dirty = FALSE;
  self->counted_at = g_get_monotonic_time ();
  n = CLAMP (width / BAR, 8, MAX_BARS);
  if (!wave_event_log_get_span (self->log, &first, &last))
    first = last = self->now;
  to = MAX (self->now, last + 1);
  from = self->span > 0 ? to - self->span : MIN (first, to - G_USEC_PER_SEC);
  /* Bars begin at whole steps, so that an event stays in its bar while time goes on. */
  step = MAX (1, (to - from) / n);
  to = (to / step + 1) * step;
  from = to - step * n;
  counting = g_new0 (Counting, 1);
  counting->log = g_object_ref (self->log);
  counting->from = from;
  counting->to = to;
  counting->n = n;
  counting->counts = g_new0 (guint32, n * WAVE_N_CATEGORIES);
  self->counting = TRUE;
  task = g_task_new (self, NULL, on_counted, NULL);
  g_task_set_static_name (task, "[wavescope] count events");
  g_task_set_task_data (task, counting, counting_free);
  g_task_run_in_thread (task, count_in_thread);
}

static gboolean
on_timer (gpointer user_data)
{
  WaveRateChart *self = user_data;

  if (self->dirty && (!self->paused || self->n_bars == 0) && g_get_monotonic_time () - self->counted_at >= COUNT_US)
    count (self);
  return G_SOURCE_CONTINUE;
}

static void
set_dirty (WaveRateChart *self)
{
  self->dirty = TRUE;
}

/* At once: somebody asked for it. */
static void
recount (WaveRateChart *self)
{
  self->dirty = TRUE;
  self->counted_at = 0;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    count (self);
}

/* ---- where what is ---- */

static gboolean
is_rtl (WaveRateChart *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

static double
x_of (WaveRateChart *self, gint64 wall_us)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double x = self->to > self->from ? (double) (wall_us - self->from) / (double) (self->to - self->from) * width : 0;

  x = CLAMP (x, -1, width + 1);
  return is_rtl (self) ? width - x : x;
}

static gint64
time_at (WaveRateChart *self, double x)
{
  double width = MAX (1, gtk_widget_get_width (GTK_WIDGET (self)));

  x = CLAMP (x, 0, width);
  if (is_rtl (self))
    x = width - x;
  return self->from + (gint64) (x / width * (double) (self->to - self->from));
}

static void
choose (WaveRateChart *self, gint64 from, gint64 to)
{
  self->range_from = from;
  self->range_to = to;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[RANGE_CHOSEN], 0, from, to);
}

/* ---- drawing ---- */

static void
draw_text (WaveRateChart *self, GtkSnapshot *snapshot, const char *text, double x, double y, double align, const GdkRGBA *color)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();
  int width, height;
  double most = gtk_widget_get_width (GTK_WIDGET (self));

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.8));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &width, &height);
  x = CLAMP (x - align * width, 0, MAX (0, most - width));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_bars (WaveRateChart *self, GtkSnapshot *snapshot, float width, float height)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  float step = width / self->n_bars;
  GdkRGBA colors[WAVE_N_CATEGORIES];

  for (guint i = 0; i < WAVE_N_CATEGORIES; i++)
    wave_event_words_category_color (i, dark, &colors[i]);
  for (guint i = 0; i < self->n_bars; i++)
    {
      const guint32 *counts = &self->counts[i * WAVE_N_CATEGORIES];
      float x = is_rtl (self) ? width - (i + 1) * step : i * step;
      float y = height;

      for (guint j = 0; j < WAVE_N_CATEGORIES; j++)
        {
          float bar = (height - 4) * counts[j] / self->top;

          if (counts[j] == 0)
            continue;
          /* One event among many can be seen, too. */
          bar = MAX (bar, 1);
          y -= bar;
          gtk_snapshot_append_color (snapshot, &colors[j], &GRAPHENE_RECT_INIT (x, MAX (y, 0), MAX (step - 1, 1), bar));
        }
    }
}

static void
draw_range (WaveRateChart *self, GtkSnapshot *snapshot, float height, const GdkRGBA *foreground)
{
  GdkRGBA *accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
  double a = x_of (self, self->range_from), b = x_of (self, self->range_to);
  GdkRGBA fill = *accent;
  GskRoundedRect outline;
  g_autofree char *from = wave_format_clock_ms (self->range_from);
  g_autofree char *to = wave_format_clock_ms (self->range_to);
  g_autofree char *words = g_strdup_printf ("%.8s – %.8s", from, to);

  if (a > b)
    {
      double c = a;

      a = b;
      b = c;
    }
  fill.alpha = 0.18f;
  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT ((float) a, 0, (float) MAX (b - a, 2), height), 4);
  gtk_snapshot_push_rounded_clip (snapshot, &outline);
  gtk_snapshot_append_color (snapshot, &fill, &outline.bounds);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_border (snapshot, &outline, (float[]){ 1, 1, 1, 1 }, (GdkRGBA[]){ *accent, *accent, *accent, *accent });
  draw_text (self, snapshot, words, (a + b) / 2, 2, 0.5, foreground);
  gdk_rgba_free (accent);
}

static int
sp (GtkWidget *widget, int length)
{
  return MAX (length, (int) adw_length_unit_to_px (ADW_LENGTH_UNIT_SP, length, gtk_widget_get_settings (widget)));
}

static void
wave_rate_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WaveRateChart *self = WAVE_RATE_CHART (widget);
  float width = gtk_widget_get_width (widget);
  float height = gtk_widget_get_height (widget) - sp (widget, FOOT);
  GdkRGBA foreground, faint;

  gtk_widget_get_color (widget, &foreground);
  faint = foreground;
  faint.alpha *= 0.15f;
  gtk_snapshot_append_color (snapshot, &faint, &GRAPHENE_RECT_INIT (0, height, width, 1));
  if (self->n_bars == 0)
    return;
  draw_bars (self, snapshot, width, height);
  faint.alpha = foreground.alpha * 0.65f;
  {
    g_autofree char *from = wave_format_clock_ms (self->from);
    g_autofree char *to = wave_format_clock_ms (self->to);
    g_autofree char *top = wave_format_rate ((double) self->top * G_USEC_PER_SEC * self->n_bars / (double) (self->to - self->from));
    /* Translators: the height of the tallest bar, in events per second. */
    g_autofree char *most = g_strdup_printf (_("%s/s"), top);

    from[MIN (strlen (from), 8)] = '\0';
    to[MIN (strlen (to), 8)] = '\0';
    draw_text (self, snapshot, from, is_rtl (self) ? width : 0, height + 2, is_rtl (self) ? 1 : 0, &faint);
    draw_text (self, snapshot, to, is_rtl (self) ? 0 : width, height + 2, is_rtl (self) ? 0 : 1, &faint);
    if (!has_range (self))
      draw_text (self, snapshot, most, is_rtl (self) ? width : 0, 0, is_rtl (self) ? 1 : 0, &faint);
  }
  if (has_range (self))
    draw_range (self, snapshot, height, &foreground);
  if (self->mark > 0 && gtk_widget_has_visible_focus (widget))
    gtk_snapshot_append_color (snapshot, &foreground, &GRAPHENE_RECT_INIT ((float) x_of (self, self->mark), 0, 2, height));
  else if (self->pointer >= 0)
    gtk_snapshot_append_color (snapshot, &faint, &GRAPHENE_RECT_INIT ((float) self->pointer, 0, 1, height));
}

/* ---- pointer and keyboard ---- */

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, WaveRateChart *self)
{
  self->drag_from = x;
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, WaveRateChart *self)
{
  gint64 a, b;

  if (fabs (dx) < DRAG_LEAST || self->n_bars == 0)
    return;
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  a = time_at (self, self->drag_from);
  b = time_at (self, self->drag_from + dx);
  /* Shown while it goes on; the table follows at the end. */
  self->range_from = MIN (a, b);
  self->range_to = MAX (a, b);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_drag_end (GtkGestureDrag *gesture, double dx, double dy, WaveRateChart *self)
{
  if (fabs (dx) < DRAG_LEAST)
    {
      if (has_range (self))
        choose (self, 0, G_MAXINT64);
      return;
    }
  on_drag_update (gesture, dx, dy, self);
  if (has_range (self))
    choose (self, self->range_from, self->range_to);
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, WaveRateChart *self)
{
  self->pointer = x;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_leave (GtkEventControllerMotion *controller, WaveRateChart *self)
{
  self->pointer = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
on_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer user_data)
{
  WaveRateChart *self = WAVE_RATE_CHART (widget);
  gint64 at = keyboard ? self->mark : time_at (self, x);
  g_autoptr (GString) text = NULL;
  g_autofree char *clock = NULL;
  guint bar;

  if (self->n_bars == 0 || at <= 0)
    return FALSE;
  bar = (guint) CLAMP ((double) (at - self->from) / (double) (self->to - self->from) * self->n_bars, 0, self->n_bars - 1);
  clock = wave_format_clock_ms (self->from + (self->to - self->from) / self->n_bars * bar);
  text = g_string_new (clock);
  for (guint i = 0; i < WAVE_N_CATEGORIES; i++)
    if (self->counts[bar * WAVE_N_CATEGORIES + i] > 0)
      {
        g_autofree char *n = wave_format_count (self->counts[bar * WAVE_N_CATEGORIES + i]);

        g_string_append_printf (text, "\n%s  %s", n, wave_event_words_category (i));
      }
  gtk_tooltip_set_text (tooltip, text->str);
  return TRUE;
}

static gboolean
move_mark (WaveRateChart *self, int bars, gboolean extend)
{
  gint64 step, former;

  if (self->n_bars == 0)
    return FALSE;
  step = (self->to - self->from) / self->n_bars;
  if (self->mark < self->from || self->mark > self->to)
    self->mark = self->to - step;
  former = self->mark;
  self->mark = CLAMP (self->mark + bars * step, self->from, self->to);
  if (extend)
    {
      /* The end that the mark stands at moves; the other one stays. */
      gint64 other = !has_range (self) ? former : self->range_from == former ? self->range_to : self->range_to == former ? self->range_from : former;

      choose (self, MIN (other, self->mark), MAX (MAX (other, self->mark), MIN (other, self->mark) + 1));
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  {
    g_autofree char *clock = wave_format_clock_ms (self->mark);

    gtk_accessible_announce (GTK_ACCESSIBLE (self), clock, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
  }
  return TRUE;
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, WaveRateChart *self)
{
  gboolean extend = (state & GDK_SHIFT_MASK) != 0;
  int back = is_rtl (self) ? 1 : -1;

  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return move_mark (self, back, extend);
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return move_mark (self, -back, extend);
    case GDK_KEY_Page_Up:
      return move_mark (self, -10, extend);
    case GDK_KEY_Page_Down:
      return move_mark (self, 10, extend);
    case GDK_KEY_Home:
      return move_mark (self, -(int) self->n_bars, extend);
    case GDK_KEY_End:
      return move_mark (self, (int) self->n_bars, extend);
    case GDK_KEY_Escape:
    case GDK_KEY_Delete:
      if (!has_range (self))
        return FALSE;
      choose (self, 0, G_MAXINT64);
      return TRUE;
    default:
      return FALSE;
    }
}

/* ---- what it is told ---- */

void
wave_rate_chart_set_log (WaveRateChart *self, WaveEventLog *log)
{
  g_return_if_fail (WAVE_IS_RATE_CHART (self));
  if (self->log == log)
    return;
  if (self->log != NULL)
    g_clear_signal_handler (&self->log_handler, self->log);
  g_set_object (&self->log, log);
  self->n_bars = 0;
  if (log != NULL)
    self->log_handler = g_signal_connect_swapped (log, "notify::n-events", G_CALLBACK (set_dirty), self);
  recount (self);
}

void
wave_rate_chart_set_span (WaveRateChart *self, gint64 span_us)
{
  g_return_if_fail (WAVE_IS_RATE_CHART (self));
  if (self->span == span_us)
    return;
  self->span = span_us;
  recount (self);
}

void
wave_rate_chart_set_now (WaveRateChart *self, gint64 now_wall_us)
{
  g_return_if_fail (WAVE_IS_RATE_CHART (self));
  if (self->paused || self->now == now_wall_us)
    return;
  self->now = now_wall_us;
  self->dirty = TRUE;
}

void
wave_rate_chart_set_range (WaveRateChart *self, gint64 from_wall_us, gint64 to_wall_us)
{
  g_return_if_fail (WAVE_IS_RATE_CHART (self));
  self->range_from = from_wall_us;
  self->range_to = to_wall_us;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
wave_rate_chart_set_paused (WaveRateChart *self, gboolean paused)
{
  g_return_if_fail (WAVE_IS_RATE_CHART (self));
  self->paused = paused;
}

void
wave_rate_chart_get_window (WaveRateChart *self, gint64 *from_wall_us, gint64 *to_wall_us)
{
  g_return_if_fail (WAVE_IS_RATE_CHART (self));
  *from_wall_us = self->from;
  *to_wall_us = self->to;
}

/* ---- the widget ---- */

static void
wave_rate_chart_map (GtkWidget *widget)
{
  WaveRateChart *self = WAVE_RATE_CHART (widget);

  GTK_WIDGET_CLASS (wave_rate_chart_parent_class)->map (widget);
  if (self->timer == 0)
    {
      self->timer = g_timeout_add (COUNT_US / 1000, on_timer, self);
      g_source_set_name_by_id (self->timer, "wave-rate-chart");
    }
  recount (self);
}

static void
wave_rate_chart_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&WAVE_RATE_CHART (widget)->timer, g_source_remove);
  GTK_WIDGET_CLASS (wave_rate_chart_parent_class)->unmap (widget);
}

static void
wave_rate_chart_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WaveRateChart *self = WAVE_RATE_CHART (widget);

  if (self->n_bars == (guint) CLAMP (width / BAR, 8, MAX_BARS))
    return;
  self->dirty = TRUE;
  /* Until it had a place there was nothing to count for. */
  if (self->n_bars == 0)
    count (self);
}

static void
wave_rate_chart_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                         int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT - FOOT + sp (widget, FOOT) : 100;
  *minimum_baseline = *natural_baseline = -1;
}

static void
wave_rate_chart_dispose (GObject *object)
{
  WaveRateChart *self = WAVE_RATE_CHART (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->log != NULL)
    g_clear_signal_handler (&self->log_handler, self->log);
  g_clear_object (&self->log);
  G_OBJECT_CLASS (wave_rate_chart_parent_class)->dispose (object);
}

static void
wave_rate_chart_finalize (GObject *object)
{
  g_free (WAVE_RATE_CHART (object)->counts);
  G_OBJECT_CLASS (wave_rate_chart_parent_class)->finalize (object);
}

static void
wave_rate_chart_class_init (WaveRateChartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_rate_chart_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_rate_chart_finalize;
  widget_class->map = wave_rate_chart_map;
  widget_class->unmap = wave_rate_chart_unmap;
  widget_class->measure = wave_rate_chart_measure;
  widget_class->size_allocate = wave_rate_chart_size_allocate;
  widget_class->snapshot = wave_rate_chart_snapshot;
  signals[RANGE_CHOSEN]
      = g_signal_new ("range-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
  gtk_widget_class_set_css_name (widget_class, "rate-chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
wave_rate_chart_init (WaveRateChart *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  /* Time runs to the right in every language, in all charts alike. */
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  self->range_to = G_MAXINT64;
  self->pointer = self->drag_from = -1;
  self->now = g_get_real_time ();
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Events over time"), GTK_ACCESSIBLE_PROPERTY_HELP_TEXT,
                                  _("Arrows move the mark, with Shift they choose a range of time, Escape clears it"), -1);
}

GtkWidget *
wave_rate_chart_new (void)
{
  return g_object_new (WAVE_TYPE_RATE_CHART, NULL);
}
