// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-scrubber.h"

#include <math.h>
#include <string.h>

#define N_BARS 240
/* Above the trough. */
#define BAR_HEIGHT 12

struct _WaveScrubber
{
  GtkScale parent_instance;
  GCancellable *cancellable;
  float bars[N_BARS]; /* 0–1 */
  gboolean has_bars, dragged;
};

G_DEFINE_FINAL_TYPE (WaveScrubber, wave_scrubber, GTK_TYPE_SCALE)

typedef struct {
  WaveEventLog *log;
  gint64 from_us, to_us;
  float bars[N_BARS];
} Count;

static void
count_free (gpointer data)
{
  Count *count = data;

  g_object_unref (count->log);
  g_free (count);
}

static void
count_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Count *count = task_data;
  g_autofree guint32 *counts = g_new0 (guint32, N_BARS * WAVE_N_CATEGORIES);
  guint sums[N_BARS] = { 0 };
  guint most = 1;

  wave_event_log_count (count->log, count->from_us, count->to_us, N_BARS, counts);
  for (guint i = 0; i < N_BARS; i++)
    {
      for (guint category = 0; category < WAVE_N_CATEGORIES; category++)
        sums[i] += counts[i * WAVE_N_CATEGORIES + category];
      most = MAX (most, sums[i]);
    }
  /* The logarithm keeps quiet stretches visible beside a storm. */
  for (guint i = 0; i < N_BARS; i++)
    count->bars[i] = log1pf (sums[i]) / log1pf (most);
  g_task_return_boolean (task, TRUE);
}

static void
on_counted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveScrubber) self = user_data;
  Count *count = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return;
  memcpy (self->bars, count->bars, sizeof self->bars);
  self->has_bars = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
wave_scrubber_set_log (WaveScrubber *scrubber, WaveEventLog *log, gint64 started_wall_us, gint64 duration_us)
{
  g_autoptr (GTask) task = NULL;
  Count *count;

  g_return_if_fail (WAVE_IS_SCRUBBER (scrubber));
  g_cancellable_cancel (scrubber->cancellable);
  g_clear_object (&scrubber->cancellable);
  scrubber->has_bars = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (scrubber));
  if (log == NULL || duration_us <= 0)
    return;
  scrubber->cancellable = g_cancellable_new ();
  count = g_new0 (Count, 1);
  count->log = g_object_ref (log);
  count->from_us = started_wall_us;
  count->to_us = started_wall_us + duration_us + 1;
  /* No source object: the worker may be the last to let go of the task. */
  task = g_task_new (NULL, scrubber->cancellable, on_counted, g_object_ref (scrubber));
  g_task_set_static_name (task, "[wavescope] how much happened when");
  g_task_set_task_data (task, count, count_free);
  g_task_run_in_thread (task, count_in_thread);
}

static void
wave_scrubber_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WaveScrubber *self = WAVE_SCRUBBER (widget);
  GtkAdjustment *adjustment = gtk_range_get_adjustment (GTK_RANGE (self));
  double upper = gtk_adjustment_get_upper (adjustment);
  double share = upper > 0 ? gtk_adjustment_get_value (adjustment) / upper : 0;
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GdkRectangle trough;
  GdkRGBA past, future;
  float step;

  if (self->has_bars)
    {
      gtk_range_get_range_rect (GTK_RANGE (self), &trough);
      gtk_widget_get_color (widget, &future);
      past = future;
      past.alpha *= 0.55f;
      future.alpha *= 0.22f;
      step = (float) trough.width / N_BARS;
      for (guint i = 0; i < N_BARS; i++)
        {
          float height = MAX (self->bars[i] * BAR_HEIGHT, self->bars[i] > 0 ? 1 : 0);
          float x = trough.x + (rtl ? trough.width - (i + 1) * step : i * step);

          if (height > 0)
            gtk_snapshot_append_color (snapshot, (double) i / N_BARS < share ? &past : &future,
                                       &GRAPHENE_RECT_INIT (x, trough.y + trough.height / 2 - 3 - height, MAX (step - 0.6f, 0.8f), height));
        }
    }
  GTK_WIDGET_CLASS (wave_scrubber_parent_class)->snapshot (widget, snapshot);
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, WaveScrubber *self)
{
  self->dragged = TRUE;
}

static void
on_released (WaveScrubber *self)
{
  self->dragged = FALSE;
}

gboolean
wave_scrubber_is_dragged (WaveScrubber *scrubber)
{
  g_return_val_if_fail (WAVE_IS_SCRUBBER (scrubber), FALSE);
  return scrubber->dragged;
}

static void
wave_scrubber_dispose (GObject *object)
{
  WaveScrubber *self = WAVE_SCRUBBER (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (wave_scrubber_parent_class)->dispose (object);
}

static void
wave_scrubber_class_init (WaveScrubberClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_scrubber_dispose;
  GTK_WIDGET_CLASS (klass)->snapshot = wave_scrubber_snapshot;
}

static void
wave_scrubber_init (WaveScrubber *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  /* Time runs to the right in every language, in all charts alike. */
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  gtk_widget_add_css_class (GTK_WIDGET (self), "scrubber");
  gtk_scale_set_draw_value (GTK_SCALE (self), FALSE);
  /* It only looks on: the range has gestures of its own. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (on_released), self);
  g_signal_connect_swapped (click, "unpaired-release", G_CALLBACK (on_released), self);
  g_signal_connect_swapped (click, "end", G_CALLBACK (on_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}
