// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "protocol/wave-payloads.h"
#include "ui/wave-scope-view-private.h"

static void
pan (WaveScopeView *self, double share)
{
  wave_scope_view_show_time (self, self->left_us + (gint64)(share * self->span_us), self->span_us);
}

static double
keyboard_anchor (WaveScopeView *self)
{
  if (self->following)
    return wave_scope_view_x_of (self, self->now_us);
  return wave_scope_view_gutter (self) + wave_scope_view_plot_width (self) / 2;
}

/* Up and down go from lane to lane, [ and ] from stream to stream within one. */
static void
move_lane (WaveScopeView *self, int by)
{
  int n = (int)wave_scope_lanes_get_n (self->lanes);

  for (int lane = self->focus_lane < 0 && by < 0 ? n - 1 : self->focus_lane + by; lane >= 0 && lane < n; lane += by)
    {
      const WaveScopeLane *row = wave_scope_lanes_get (self->lanes, lane);

      if (row->streams != NULL)
        {
          guint at = MIN (wave_scope_lane_first_after (row, self->left_us + self->span_us / 2), row->streams->len - 1);

          wave_scope_view_select_in_place (self, row->streams->pdata[at]);
          wave_scope_view_reveal_lane (self, lane);
          return;
        }
    }
}

static void
move_in_lane (WaveScopeView *self, int by)
{
  const WaveScopeLane *row;
  guint at;

  if (self->selected == NULL || self->focus_lane < 0)
    {
      move_lane (self, 1);
      return;
    }
  row = wave_scope_lanes_get (self->lanes, self->focus_lane);
  if (row->streams != NULL && g_ptr_array_find (row->streams, self->selected, &at) && (int)at + by >= 0 && at + by < row->streams->len)
    wave_scope_view_select (self, row->streams->pdata[at + by]);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, WaveScopeView *self)
{
  double step = (state & GDK_SHIFT_MASK) ? 0.5 : 0.1;

  if (state & (GDK_ALT_MASK | GDK_SUPER_MASK | GDK_META_MASK))
    return GDK_EVENT_PROPAGATE;
  wave_scope_view_ensure_lanes (self);
  switch (key)
    {
    case GDK_KEY_space:
      wave_scope_view_set_following (self, !self->following);
      return GDK_EVENT_STOP;
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      wave_scope_view_zoom_at (self, keyboard_anchor (self), 1.5);
      return GDK_EVENT_STOP;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      wave_scope_view_zoom_at (self, keyboard_anchor (self), 1 / 1.5);
      return GDK_EVENT_STOP;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      wave_scope_view_show_all (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Left:
      pan (self, -step);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
      pan (self, step);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
      if (wave_scope_lanes_get_first (self->lanes) >= 0)
        wave_scope_view_show_time (self, wave_scope_lanes_get_first (self->lanes) - self->span_us / 20, self->span_us);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
      wave_scope_view_set_following (self, TRUE);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
      move_lane (self, -1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Down:
      move_lane (self, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_bracketleft:
      move_in_lane (self, -1);
      return GDK_EVENT_STOP;
    case GDK_KEY_bracketright:
      move_in_lane (self, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Up:
    case GDK_KEY_Page_Down:
      if (self->vadjustment != NULL)
        gtk_adjustment_set_value (self->vadjustment, gtk_adjustment_get_value (self->vadjustment)
                                                         + (key == GDK_KEY_Page_Up ? -1 : 1) * gtk_adjustment_get_page_increment (self->vadjustment));
      return GDK_EVENT_STOP;
    case GDK_KEY_r:
    case GDK_KEY_R:
      if (state & GDK_CONTROL_MASK)
        return GDK_EVENT_PROPAGATE;
      wave_scope_view_update_clock (self);
      wave_scope_view_set_range (self, self->left_us, MIN (self->left_us + self->span_us, self->now_us));
      return GDK_EVENT_STOP;
    case GDK_KEY_c:
    case GDK_KEY_C:
      if (self->selected == NULL || (state & GDK_CONTROL_MASK))
        return GDK_EVENT_PROPAGATE;
      wave_scope_view_toggle_compared (self, self->selected);
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      g_signal_emit_by_name (self, "activated");
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      if (self->range_to_us > self->range_from_us)
        wave_scope_view_clear_range (self);
      else if (self->selected != NULL)
        wave_scope_view_select_in_place (self, NULL);
      else
        return GDK_EVENT_PROPAGATE;
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static gboolean
on_scroll (GtkEventControllerScroll *controller, double dx, double dy, WaveScopeView *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  gboolean fine = gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE;
  gboolean fits = self->vadjustment == NULL || gtk_adjustment_get_upper (self->vadjustment) <= gtk_adjustment_get_page_size (self->vadjustment);
  double x = self->pointer_x >= 0 ? self->pointer_x : keyboard_anchor (self);

  if ((state & GDK_SHIFT_MASK) || fabs (dx) > fabs (dy))
    {
      double by = fabs (dx) > fabs (dy) ? dx : dy;

      pan (self, fine ? by / wave_scope_view_plot_width (self) : by * 0.1);
      return GDK_EVENT_STOP;
    }
  /* Over the axis, with Ctrl, or when there are no more lanes to scroll to, the wheel zooms. */
  if ((state & GDK_CONTROL_MASK) || fits || (self->pointer_y >= 0 && self->pointer_y < self->axis_height))
    {
      wave_scope_view_zoom_at (self, x, pow (1.25, fine ? -dy / 40 : -dy));
      return GDK_EVENT_STOP;
    }
  return GDK_EVENT_PROPAGATE;
}

static void
on_scale_begin (GtkGesture *gesture, GdkEventSequence *sequence, WaveScopeView *self)
{
  self->pinch_scale = 1;
}

static void
on_scale (GtkGestureZoom *gesture, double scale, WaveScopeView *self)
{
  double x = keyboard_anchor (self);

  gtk_gesture_get_bounding_box_center (GTK_GESTURE (gesture), &x, NULL);
  if (scale > 0 && self->pinch_scale > 0)
    wave_scope_view_zoom_at (self, x, scale / self->pinch_scale);
  self->pinch_scale = scale;
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, WaveScopeView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = x;
  self->drag_y = y;
  self->drag_left_us = self->left_us;
  self->drag_value = self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0;
  self->drag_ranges = (gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture)) & GDK_SHIFT_MASK) != 0;
  self->drag_moved = FALSE;
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, WaveScopeView *self)
{
  if (!self->drag_moved && !gtk_drag_check_threshold (GTK_WIDGET (self), 0, 0, (int)dx, (int)dy))
    return;
  if (!self->drag_moved)
    {
      self->drag_moved = TRUE;
      self->drag_left_us = self->left_us; /* it swept on since the button went down */
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      if (self->drag_ranges)
        wave_scope_view_set_following (self, FALSE);
    }
  if (self->drag_ranges)
    {
      wave_scope_view_set_range (self, wave_scope_view_time_at (self, self->drag_x), wave_scope_view_time_at (self, self->drag_x + dx));
      return;
    }
  if (fabs (dx) > 3)
    wave_scope_view_show_time (self, self->drag_left_us - (gint64)(dx * self->span_us / wave_scope_view_plot_width (self)), self->span_us);
  if (self->vadjustment != NULL)
    gtk_adjustment_set_value (self->vadjustment, self->drag_value - dy);
}

static void
on_drag_end (GtkGestureDrag *gesture, double dx, double dy, WaveScopeView *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  WaveStream *stream;

  if (self->drag_moved)
    return;
  wave_scope_view_ensure_lanes (self);
  stream = wave_scope_view_stream_at (self, self->drag_x, self->drag_y);
  if (stream != NULL && (state & GDK_CONTROL_MASK))
    wave_scope_view_toggle_compared (self, stream);
  else
    wave_scope_view_select_in_place (self, stream);
}

static void
on_motion (GtkEventControllerMotion *controller, double x, double y, WaveScopeView *self)
{
  self->pointer_x = x;
  self->pointer_y = y;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_leave (GtkEventControllerMotion *controller, WaveScopeView *self)
{
  on_motion (controller, -1, -1, self);
}

static void
add_controller (WaveScopeView *self, gpointer controller)
{
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (controller));
}

void
wave_scope_view_init_input (WaveScopeView *self)
{
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect (key, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  g_signal_connect (motion, "motion", G_CALLBACK (on_motion), self);
  g_signal_connect (motion, "leave", G_CALLBACK (on_leave), self);
  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (on_drag_end), self);
  g_signal_connect (pinch, "begin", G_CALLBACK (on_scale_begin), self);
  g_signal_connect (pinch, "scale-changed", G_CALLBACK (on_scale), self);
  add_controller (self, key);
  add_controller (self, scroll);
  add_controller (self, motion);
  add_controller (self, drag);
  add_controller (self, pinch);
}

static char *
describe_step (const WaveScopeLane *row, gint64 at_us)
{
  for (guint i = 0; i < row->steps->len; i++)
    {
      const WaveScopeStep *step = &g_array_index (row->steps, WaveScopeStep, i);

      if (at_us >= step->start_us && (step->end_us < 0 || at_us <= step->end_us))
        return g_strdup_printf ("%s\n%s", step->text, step->status != NULL ? step->status : "");
    }
  return NULL;
}

static void
append_phase_at (GString *text, WaveStream *stream, gint64 at_us, gint64 now_us)
{
  guint n;
  const WavePhaseSpan *phases = wave_stream_get_phases (stream, &n);

  for (guint i = 0; i < n; i++)
    {
      gint64 end = phases[i].end_us < 0 ? now_us : phases[i].end_us;
      g_autofree char *length = NULL;

      if (at_us < phases[i].start_us || at_us >= end || phases[i].phase == WAVE_AI_IDLE)
        continue;
      length = wave_scope_format_duration (end - phases[i].start_us);
      if (phases[i].phase == WAVE_AI_CALLING)
        g_string_append_printf (text, _("\ncalling %s for %s"), phases[i].tool != NULL ? phases[i].tool : _("a tool"), length);
      else
        g_string_append_printf (text, "\n%s %s", phases[i].phase == WAVE_AI_THINKING ? _("thinking") : _("generating"), length);
    }
}

/* The chunk before the pointer and the silence that the pointer is in. */
static void
append_chunk_at (GString *text, WaveStream *stream, gint64 at_us, gint64 now_us)
{
  guint n, low = 0, high;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);

  high = n;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (chunks[middle].at_us <= at_us)
        low = middle + 1;
      else
        high = middle;
    }
  if (low > 0)
    {
      g_autofree char *silence = NULL;

      if (low < n || wave_stream_is_live (stream))
        {
          silence = wave_scope_format_duration ((low < n ? chunks[low].at_us : now_us) - chunks[low - 1].at_us);
          g_string_append_printf (text, _("\nchunk %u of %u, %u characters so far, next after %s"), low, n, chunks[low - 1].chars_after, silence);
        }
      else
        g_string_append_printf (text, _("\nchunk %u of %u, %u characters"), low, n, chunks[low - 1].chars_after);
    }
}

gboolean
wave_scope_view_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  WaveScopeView *self = WAVE_SCOPE_VIEW (widget);
  g_autoptr (GString) text = NULL;
  g_autofree char *offset = NULL;
  g_autofree char *sentence = NULL;
  WaveStream *stream;
  gint64 at_us;
  int lane;

  if (keyboard)
    {
      if (self->selected == NULL)
        return FALSE;
      sentence = wave_scope_stream_sentence (self->tenant, self->selected, self->now_us);
      gtk_tooltip_set_text (tooltip, sentence);
      return TRUE;
    }
  lane = wave_scope_view_lane_at (self, y);
  if (lane < 0)
    return FALSE;
  at_us = wave_scope_view_time_at (self, x);
  stream = wave_scope_view_stream_at (self, x, y);
  if (stream == NULL)
    {
      const WaveScopeLane *row = wave_scope_lanes_get (self->lanes, lane);

      if (row->kind == WAVE_SCOPE_LANE_PLAN)
        sentence = describe_step (row, at_us);
      else if (row->kind == WAVE_SCOPE_LANE_SIDEKICK && wave_sidekick_item_get_task (row->sidekick) != NULL)
        sentence = g_strdup_printf ("%s\n%s", wave_sidekick_item_get_task (row->sidekick), wave_sidekick_item_get_status (row->sidekick));
      if (sentence == NULL)
        return FALSE;
      gtk_tooltip_set_text (tooltip, sentence);
      return TRUE;
    }
  sentence = wave_scope_stream_sentence (self->tenant, stream, self->now_us);
  text = g_string_new (sentence);
  if (x >= wave_scope_view_gutter (self))
    {
      offset = wave_scope_format_duration (MAX (0, at_us - wave_stream_get_started (stream)));
      g_string_append_printf (text, _("\n%s after its first sign"), offset);
      append_phase_at (text, stream, at_us, self->now_us);
      append_chunk_at (text, stream, at_us, self->now_us);
    }
  gtk_tooltip_set_text (tooltip, text->str);
  return TRUE;
}
