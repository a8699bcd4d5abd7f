// SPDX-License-Identifier: GPL-3.0-or-later
// What the overview shows and what is picked in it: time, selection, comparison, range.
#include "config.h"

#include "ui/wave-scope-view-private.h"

gint64
wave_scope_view_get_left (WaveScopeView *self)
{
  return self->left_us;
}

gint64
wave_scope_view_get_span (WaveScopeView *self)
{
  return self->span_us;
}

gint64
wave_scope_view_get_now (WaveScopeView *self)
{
  wave_scope_view_update_clock (self);
  return self->now_us;
}

gint64
wave_scope_view_get_first (WaveScopeView *self)
{
  wave_scope_view_ensure_lanes (self);
  return wave_scope_lanes_get_first (self->lanes);
}

void
wave_scope_view_show_time (WaveScopeView *self, gint64 left_us, gint64 span_us)
{
  g_return_if_fail (WAVE_IS_SCOPE_VIEW (self));
  self->following = self->growing = FALSE;
  self->span_us = CLAMP (span_us, WAVE_SCOPE_MIN_SPAN, WAVE_SCOPE_MAX_SPAN);
  self->left_us = left_us;
  wave_scope_view_changed (self);
}

void
wave_scope_view_show_all (WaveScopeView *self)
{
  gint64 first = wave_scope_view_get_first (self);
  gint64 now = wave_scope_view_get_now (self);
  gint64 span;

  if (first < 0)
    return;
  span = MAX (now - first, WAVE_SCOPE_MIN_SPAN) * 104 / 100;
  wave_scope_view_show_time (self, now - span * 102 / 104, span);
}

void
wave_scope_view_zoom_at (WaveScopeView *self, double x, double factor)
{
  double share = CLAMP ((x - wave_scope_view_gutter (self)) / wave_scope_view_plot_width (self), 0, 1);
  gint64 at_us, span;

  g_return_if_fail (factor > 0);
  wave_scope_view_update_clock (self);
  at_us = self->left_us + (gint64)(share * self->span_us);
  span = (gint64)CLAMP (self->span_us / factor, (double)WAVE_SCOPE_MIN_SPAN, (double)WAVE_SCOPE_MAX_SPAN);
  /* At the live edge the edge is what is zoomed about, and it stays live. */
  if (self->following && x >= wave_scope_view_x_of (self, self->now_us) - 48)
    {
      self->growing = FALSE;
      self->span_us = span;
      wave_scope_view_update_clock (self);
      wave_scope_view_changed (self);
      return;
    }
  wave_scope_view_show_time (self, at_us - (gint64)(share * span), span);
}

gboolean
wave_scope_view_get_following (WaveScopeView *self)
{
  return self->following;
}

void
wave_scope_view_set_following (WaveScopeView *self, gboolean following)
{
  g_return_if_fail (WAVE_IS_SCOPE_VIEW (self));
  if (self->following == following)
    return;
  wave_scope_view_update_clock (self);
  self->following = following;
  wave_scope_view_update_clock (self);
  wave_scope_view_changed (self);
}

WaveStream *
wave_scope_view_get_selected (WaveScopeView *self)
{
  return self->selected;
}

static void
set_selected (WaveScopeView *self, WaveStream *stream, gboolean announce)
{
  if (!g_set_object (&self->selected, stream))
    return;
  wave_scope_view_ensure_lanes (self);
  if (stream != NULL)
    {
      g_autofree char *sentence = wave_scope_stream_sentence (self->tenant, stream, self->now_us);

      self->focus_lane = wave_scope_lanes_find (self->lanes, stream);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence, -1);
      if (announce)
        gtk_accessible_announce (GTK_ACCESSIBLE (self), sentence, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }
  else
    self->focus_lane = -1;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  wave_scope_view_emit (self, WAVE_SCOPE_VIEW_SELECTION_CHANGED);
}

void
wave_scope_view_select_in_place (WaveScopeView *self, WaveStream *stream)
{
  set_selected (self, stream, TRUE);
}

void
wave_scope_view_offer (WaveScopeView *self, WaveStream *stream)
{
  g_return_if_fail (WAVE_IS_SCOPE_VIEW (self));
  set_selected (self, stream, FALSE);
  /* One that is silent is what the page was opened for: its lane must not lie below the fold. */
  if (stream != NULL && wave_stream_is_stalled (stream))
    wave_scope_view_reveal_lane (self, wave_scope_lanes_find (self->lanes, stream));
}

void
wave_scope_view_reveal_lane (WaveScopeView *self, int lane)
{
  if (lane < 0 || self->vadjustment == NULL)
    return;
  wave_scope_view_configure (self);
  gtk_adjustment_clamp_page (self->vadjustment, wave_scope_view_lane_top (self, lane), wave_scope_view_lane_top (self, lane + 1));
}

void
wave_scope_view_select (WaveScopeView *self, WaveStream *stream)
{
  g_return_if_fail (WAVE_IS_SCOPE_VIEW (self));
  wave_scope_view_select_in_place (self, stream);
  if (stream == NULL)
    return;
  wave_scope_view_reveal_lane (self, wave_scope_lanes_find (self->lanes, stream));
  wave_scope_view_update_clock (self);
  if (wave_stream_get_started (stream) > self->left_us + self->span_us || wave_scope_stream_end (stream, self->now_us) < self->left_us)
    {
      gint64 length = wave_scope_stream_end (stream, self->now_us) - wave_stream_get_started (stream);
      gint64 span = MAX (self->span_us, length * 5 / 4);

      wave_scope_view_show_time (self, wave_stream_get_started (stream) - (span - length) / 2, span);
    }
}

GPtrArray *
wave_scope_view_get_compared (WaveScopeView *self)
{
  return self->compared;
}

void
wave_scope_view_toggle_compared (WaveScopeView *self, WaveStream *stream)
{
  g_return_if_fail (WAVE_IS_STREAM (stream));
  if (!g_ptr_array_remove (self->compared, stream))
    g_ptr_array_add (self->compared, g_object_ref (stream));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  wave_scope_view_emit (self, WAVE_SCOPE_VIEW_COMPARE_CHANGED);
}

void
wave_scope_view_clear_compared (WaveScopeView *self)
{
  if (self->compared->len == 0)
    return;
  g_ptr_array_set_size (self->compared, 0);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  wave_scope_view_emit (self, WAVE_SCOPE_VIEW_COMPARE_CHANGED);
}

void
wave_scope_view_set_range (WaveScopeView *self, gint64 from_us, gint64 to_us)
{
  self->range_from_us = MIN (from_us, to_us);
  self->range_to_us = MAX (from_us, to_us);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  wave_scope_view_emit (self, WAVE_SCOPE_VIEW_RANGE_CHANGED);
}

gboolean
wave_scope_view_get_range (WaveScopeView *self, gint64 *from_us, gint64 *to_us)
{
  *from_us = self->range_from_us;
  *to_us = self->range_to_us;
  return self->range_to_us > self->range_from_us;
}

void
wave_scope_view_clear_range (WaveScopeView *self)
{
  wave_scope_view_set_range (self, 0, 0);
}

guint
wave_scope_view_get_n_lanes (WaveScopeView *self)
{
  wave_scope_view_ensure_lanes (self);
  return wave_scope_lanes_get_n (self->lanes);
}

WaveScopeLanes *
wave_scope_view_get_lanes (WaveScopeView *self)
{
  wave_scope_view_ensure_lanes (self);
  return self->lanes;
}

gboolean
wave_scope_view_get_sweeping (WaveScopeView *self)
{
  return self->tick_id != 0;
}

GskRenderNode *
wave_scope_view_dup_node (WaveScopeView *self)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  wave_scope_view_snapshot (GTK_WIDGET (self), snapshot);
  return gtk_snapshot_free_to_node (snapshot);
}
