// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "protocol/wave-payloads.h"
#include "ui/wave-scope-view-private.h"

double
wave_scope_get_text_scale (GtkWidget *widget)
{
  return MAX (1, adw_length_unit_to_px (ADW_LENGTH_UNIT_SP, 1, gtk_widget_get_settings (widget)));
}

PangoLayout *
wave_scope_make_layout (GtkWidget *widget, const char *text, double scale, gboolean bold, int width_px)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  if (bold)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  if (width_px >= 0)
    {
      pango_layout_set_width (layout, width_px * PANGO_SCALE);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    }
  return layout;
}

void
wave_scope_draw_layout (GtkSnapshot *snapshot, PangoLayout *layout, double x, double y, const GdkRGBA *colour)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)y));
  gtk_snapshot_append_layout (snapshot, layout, colour);
  gtk_snapshot_restore (snapshot);
}

static void
fill (GtkSnapshot *snapshot, WaveScopeColour colour, float alpha, double x, double y, double width, double height)
{
  GdkRGBA rgba = wave_scope_colour (colour, alpha);

  if (width > 0 && height > 0)
    gtk_snapshot_append_color (snapshot, &rgba, &GRAPHENE_RECT_INIT ((float)x, (float)y, (float)width, (float)height));
}

/* Draws @text left of, or from, @x. Returns: its width */
static int
draw_text (WaveScopeView *self, GtkSnapshot *snapshot, const char *text, double scale, gboolean bold, double x, double y, int width,
           WaveScopeColour colour)
{
  g_autoptr (PangoLayout) layout = wave_scope_make_layout (GTK_WIDGET (self), text, scale, bold, width);
  GdkRGBA rgba = wave_scope_colour (colour, 1);
  int w;

  pango_layout_get_pixel_size (layout, &w, NULL);
  wave_scope_draw_layout (snapshot, layout, x, y, &rgba);
  return w;
}

/* While it follows, the axis counts back from now and stands still; else it tells the time of day. */
static void
draw_axis (WaveScopeView *self, GtkSnapshot *snapshot, int width, int height)
{
  double gutter = wave_scope_view_gutter (self);
  double per_px = self->span_us / wave_scope_view_plot_width (self);
  gint64 step = wave_scope_tick_step (per_px, wave_scope_view_sp (self, 92));
  gint64 to_wall = wave_tenant_get_now_wall (self->tenant) - wave_tenant_get_now_mono (self->tenant);
  gint64 origin = self->following ? self->now_us : -to_wall;
  gint64 right = self->left_us + self->span_us;
  gint64 first = self->left_us - origin;
  double last_label = gutter - 20;

  first = first >= 0 ? (first + step - 1) / step * step : -((-first) / step) * step;
  for (gint64 at = first; at + origin <= right; at += step)
    {
      double x = floor (wave_scope_view_x_of (self, at + origin));
      g_autofree char *label = NULL;
      g_autoptr (PangoLayout) layout = NULL;
      GdkRGBA dim = wave_scope_colour (WAVE_SCOPE_COLOUR_DIM, 1);
      int w;

      fill (snapshot, WAVE_SCOPE_COLOUR_GRID, 1, x, self->axis_height, 1, height - self->axis_height);
      if (self->following)
        label = at == 0 ? g_strdup (_("now")) : wave_scope_format_tick (at, step);
      else
        {
          g_autoptr (GDateTime) time = g_date_time_new_from_unix_local_usec (at);

          label = time == NULL ? g_strdup ("") : g_date_time_format (time, step >= 60 * (gint64)G_USEC_PER_SEC ? "%H:%M" : "%H:%M:%S");
          if (step < G_USEC_PER_SEC && time != NULL)
            {
              g_autofree char *whole = g_steal_pointer (&label);

              label = step >= 1000 ? g_strdup_printf ("%s.%03d", whole, g_date_time_get_microsecond (time) / 1000)
                                   : g_strdup_printf ("%s.%06d", whole, g_date_time_get_microsecond (time));
            }
        }
      layout = wave_scope_make_layout (GTK_WIDGET (self), label, 0.82, FALSE, -1);
      pango_layout_get_pixel_size (layout, &w, NULL);
      if (x - w / 2.0 > last_label + 8 && x - w / 2.0 >= gutter - 8)
        {
          double at_x = MIN (x - w / 2.0, width - w - 2);

          wave_scope_draw_layout (snapshot, layout, floor (at_x), 5, &dim);
          last_label = at_x + w;
        }
    }
}

static void
draw_gaps (WaveScopeView *self, GtkSnapshot *snapshot, int height)
{
  GListModel *gaps = wave_tenant_get_gaps (self->tenant);

  for (guint i = g_list_model_get_n_items (gaps); i-- > 0;)
    {
      g_autoptr (WaveGap) gap = g_list_model_get_item (gaps, i);
      gint64 end = wave_gap_get_end_mono (gap) < 0 ? self->now_us : wave_gap_get_end_mono (gap);
      double x0, x1;

      if (end < self->left_us)
        break;
      if (wave_gap_get_start_mono (gap) > self->left_us + self->span_us)
        continue;
      x0 = MAX (wave_scope_view_gutter (self), wave_scope_view_x_of (self, wave_gap_get_start_mono (gap)));
      x1 = MAX (x0 + 2, MIN (gtk_widget_get_width (GTK_WIDGET (self)), wave_scope_view_x_of (self, end)));
      fill (snapshot, WAVE_SCOPE_COLOUR_GAP, 0.16f, x0, self->axis_height, x1 - x0, height - self->axis_height);
      fill (snapshot, WAVE_SCOPE_COLOUR_GAP, 0.8f, x0, self->axis_height, 1, height - self->axis_height);
      fill (snapshot, WAVE_SCOPE_COLOUR_GAP, 0.8f, x1 - 1, self->axis_height, 1, height - self->axis_height);
      if (x1 - x0 > 48)
        draw_text (self, snapshot, _("✂ gap"), 0.8, TRUE, x0 + 4, height - 20, (int)(x1 - x0) - 6, WAVE_SCOPE_COLOUR_GAP);
    }
}

/* No first chunk within the limit of the preferences. */
static gboolean
is_late (WaveStream *stream, gint64 now_us, const WaveStreamThresholds *limits)
{
  gsize length;

  wave_stream_get_text (stream, &length);
  return wave_stream_is_live (stream) && length == 0 && now_us - wave_stream_get_started (stream) > limits->first_chunk_us;
}

/* What of a live stream still grows: the phase that it is in and the silence that lasts. */
static void
draw_growing (WaveScopeView *self, GtkSnapshot *snapshot, WaveStream *stream, double y, const WaveStreamThresholds *limits)
{
  guint n_chunks, n_phases;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n_chunks);
  const WavePhaseSpan *phases = wave_stream_get_phases (stream, &n_phases);
  const WavePhaseSpan *phase = n_phases > 0 && phases[n_phases - 1].end_us < 0 ? &phases[n_phases - 1] : NULL;
  double x1 = MIN (gtk_widget_get_width (GTK_WIDGET (self)), wave_scope_view_x_of (self, self->now_us));
  gint64 silence = wave_scope_stream_silence (stream, self->now_us);
  double gutter = wave_scope_view_gutter (self);
  double height = wave_scope_view_band_height (self);

  if (phase != NULL && phase->phase != WAVE_AI_GENERATING && phase->phase != WAVE_AI_IDLE)
    {
      double x0 = MAX (gutter - 8, wave_scope_view_x_of (self, phase->start_us));

      if (x1 > x0)
        wave_scope_draw_phase (GTK_WIDGET (self), snapshot, phase, x0, x1, y, height, gutter);
    }
  else if (n_chunks > 0 || phase != NULL)
    {
      gint64 from_us = MAX (n_chunks > 0 ? chunks[n_chunks - 1].at_us : 0, phase != NULL ? phase->start_us : 0);
      double x0 = MAX (gutter - 8, wave_scope_view_x_of (self, from_us));

      fill (snapshot, WAVE_SCOPE_COLOUR_GENERATING_BAND, 1, x0, y, x1 - x0, height);
    }
  if (is_late (stream, self->now_us, limits))
    wave_scope_draw_late (GTK_WIDGET (self), snapshot, MAX (gutter, wave_scope_view_x_of (self, wave_stream_get_started (stream))), x1, y, height,
                          self->now_us - wave_stream_get_started (stream));
  if (wave_stream_is_stalled (stream))
    {
      double x0 = MAX (wave_scope_view_gutter (self) - 8, wave_scope_view_x_of (self, self->now_us - silence));

      if (x1 > x0)
        wave_scope_draw_stall (GTK_WIDGET (self), snapshot, x0, x1, y, height, silence);
    }
}

static void
draw_outcome (WaveScopeView *self, GtkSnapshot *snapshot, const WaveScopeLane *row, guint index, double y, const WaveStreamThresholds *limits)
{
  WaveStream *stream = row->streams->pdata[index];
  double x = wave_scope_view_x_of (self, wave_stream_get_ended (stream)) + 6;
  double limit = gtk_widget_get_width (GTK_WIDGET (self));
  g_autofree char *length = wave_scope_format_duration (wave_stream_get_ended (stream) - wave_stream_get_started (stream));
  g_autofree char *text = NULL;
  g_autofree char *brief = NULL;
  g_autoptr (PangoLayout) layout = NULL;
  WaveScopeColour colour = WAVE_SCOPE_COLOUR_GOOD;
  WaveStreamFigures figures;
  GdkRGBA rgba;
  int w, h;

  if (index + 1 < row->streams->len)
    limit = MIN (limit, wave_scope_view_x_of (self, wave_stream_get_started (row->streams->pdata[index + 1])) - 4);
  if (limit - x < 14 || x < wave_scope_view_gutter (self) - 40)
    return;
  switch (wave_stream_get_outcome (stream))
    {
    case WAVE_STREAM_FAILED:
      text = wave_stream_get_error (stream) != NULL ? g_strdup_printf ("✗ %s", wave_stream_get_error (stream)) : g_strdup_printf (_("✗ failed, %s"), length);
      brief = g_strdup ("✗");
      colour = WAVE_SCOPE_COLOUR_STALL;
      break;
    case WAVE_STREAM_TORN:
      text = wave_stream_get_message_id (stream) != NULL ? g_strdup (_("✂ torn, text recovered")) : g_strdup_printf (_("✂ torn, %s"), length);
      brief = g_strdup ("✂");
      colour = WAVE_SCOPE_COLOUR_GAP;
      break;
    case WAVE_STREAM_ABANDONED:
      text = g_strdup_printf (_("∅ abandoned, %s"), length);
      brief = g_strdup ("∅");
      colour = WAVE_SCOPE_COLOUR_DIM;
      break;
    case WAVE_STREAM_DONE:
    case WAVE_STREAM_SETTLED:
    case WAVE_STREAM_ANNOUNCED:
    case WAVE_STREAM_OPEN:
    default:
      wave_stream_get_figures (stream, limits->stall_us, &figures);
      if (figures.ttfc_us > limits->first_chunk_us)
        {
          /* Slow by the limit of the preferences. */
          g_autofree char *first = wave_scope_format_duration (figures.ttfc_us);

          text = g_strdup_printf (_("✓ %s · ◷ first chunk after %s"), length, first);
          brief = g_strdup ("✓ ◷");
          colour = WAVE_SCOPE_COLOUR_TOOL;
          break;
        }
      text = g_strdup_printf (wave_stream_get_text_differs (stream) ? _("✓ %s ≠ text differs") : "✓ %s", length);
      brief = g_strdup (wave_stream_get_text_differs (stream) ? "✓≠" : "✓");
      break;
    }
  /* Whole, or its sign alone; only a long error may lose its end. */
  layout = wave_scope_make_layout (GTK_WIDGET (self), text, 0.82, TRUE, -1);
  pango_layout_get_pixel_size (layout, &w, &h);
  if (w > limit - x)
    {
      g_object_unref (layout);
      layout = limit - x >= wave_scope_view_sp (self, 90) ? wave_scope_make_layout (GTK_WIDGET (self), text, 0.82, TRUE, (int)(limit - x))
                               : wave_scope_make_layout (GTK_WIDGET (self), brief, 0.82, TRUE, -1);
      pango_layout_get_pixel_size (layout, &w, &h);
    }
  rgba = wave_scope_colour (colour, 1);
  if (w <= limit - x)
    wave_scope_draw_layout (snapshot, layout, floor (x), floor (y + (wave_scope_view_band_height (self) - h) / 2.0), &rgba);
}

static void
draw_streams (WaveScopeView *self, GtkSnapshot *snapshot, const WaveScopeLane *row, double y, const WaveStreamThresholds *limits)
{
  double gutter = wave_scope_view_gutter (self);
  double width = wave_scope_view_plot_width (self);
  double per_px = self->span_us / width;
  gint64 right = self->left_us + self->span_us;
  double height = wave_scope_view_band_height (self);
  double drawn_to = -1;

  /* A bit before the left edge, so that an outcome slides out and does not jump. */
  for (guint i = wave_scope_lane_first_after (row, self->left_us - (gint64)(120 * per_px)); i < row->streams->len; i++)
    {
      WaveStream *stream = row->streams->pdata[i];
      double x0 = wave_scope_view_x_of (self, wave_stream_get_started (stream));
      double x1 = wave_scope_view_x_of (self, wave_scope_stream_end (stream, self->now_us));
      gboolean stalled = wave_stream_is_live (stream) && wave_stream_is_stalled (stream);
      guint compared;

      if (wave_stream_get_started (stream) > right)
        break;
      /* Streams that share one pixel column are one mark: what is drawn stays bounded by the pixels. */
      if (x1 - x0 < 1.5 && x1 < drawn_to && !stalled)
        continue;
      drawn_to = x1 + 1;
      fill (snapshot, WAVE_SCOPE_COLOUR_OTHER_BAND, 1, MAX (x0, gutter - 8), y, MAX (1.5, MIN (x1, gutter + width) - MAX (x0, gutter - 8)), height);
      if (x1 - x0 < 6)
        fill (snapshot, wave_stream_get_outcome (stream) == WAVE_STREAM_FAILED ? WAVE_SCOPE_COLOUR_STALL : WAVE_SCOPE_COLOUR_GENERATING, 0.7f, x0, y + 12,
              MAX (1.5, x1 - x0), height - 12);
      else
        {
          gtk_snapshot_save (snapshot);
          gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)gutter, (float)y));
          wave_scope_nodes_draw (self->nodes, snapshot, stream, self->left_us, per_px, width, self->now_us, limits->stall_us);
          gtk_snapshot_restore (snapshot);
        }
      if (wave_stream_is_live (stream))
        draw_growing (self, snapshot, stream, y, limits);
      else
        draw_outcome (self, snapshot, row, i, y, limits);
      if (stream == self->selected || g_ptr_array_find (self->compared, stream, &compared))
        {
          GskRoundedRect outline;
          double a = MAX (x0 - 2, gutter - 8);
          double b = MIN (x1 + 2, gutter + width + 8);
          GdkRGBA colour = stream == self->selected ? wave_scope_colour (WAVE_SCOPE_COLOUR_TEXT, 1) : wave_scope_series_colour (compared);
          float line = stream == self->selected ? 2 : 1.5f;

          gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT ((float)a, (float)y - 2, (float)MAX (4, b - a), (float)height + 4), 4);
          gtk_snapshot_append_border (snapshot, &outline, (float[4]){ line, line, line, line }, (GdkRGBA[4]){ colour, colour, colour, colour });
        }
    }
}

static void
draw_chip (WaveScopeView *self, GtkSnapshot *snapshot, gint64 start, gint64 end, const char *text, WaveScopeColour colour, double y)
{
  double x0 = MAX (wave_scope_view_gutter (self) - 8, wave_scope_view_x_of (self, start));
  double x1 = MIN (gtk_widget_get_width (GTK_WIDGET (self)) + 8, wave_scope_view_x_of (self, end));
  g_autofree char *sign = NULL;
  double room;
  GskRoundedRect chip;
  GdkRGBA back = wave_scope_colour (WAVE_SCOPE_COLOUR_SURFACE, 1);

  if (x1 < wave_scope_view_gutter (self) || x0 > x1)
    return;
  gsk_rounded_rect_init_from_rect (&chip, &GRAPHENE_RECT_INIT ((float)x0, (float)y + 3, (float)MAX (2, x1 - x0 - 1), self->child_height - 6), 6);
  gtk_snapshot_push_rounded_clip (snapshot, &chip);
  gtk_snapshot_append_color (snapshot, &back, &chip.bounds);
  fill (snapshot, colour, 1, x0, y, 4, self->child_height);
  room = x1 - MAX (x0, wave_scope_view_gutter (self)) - 13;
  /* The sign alone where the words would be cut to nothing. */
  if (room < wave_scope_view_sp (self, 52))
    {
      sign = g_utf8_substring (text, 0, 1);
      text = sign;
    }
  if (room > 10)
    draw_text (self, snapshot, text, 0.82, FALSE, MAX (x0, wave_scope_view_gutter (self)) + 9, y + wave_scope_view_sp (self, 6), (int)room + 4, WAVE_SCOPE_COLOUR_TEXT);
  gtk_snapshot_pop (snapshot);
}

static void
draw_children (WaveScopeView *self, GtkSnapshot *snapshot, const WaveScopeLane *row, double y)
{
  if (row->kind == WAVE_SCOPE_LANE_SIDEKICK)
    {
      gboolean live = wave_sidekick_item_get_live (row->sidekick);
      gint64 end = wave_sidekick_item_get_ended (row->sidekick);
      const char *task = wave_sidekick_item_get_task (row->sidekick);
      g_autofree char *text = g_strdup_printf ("%s %s · %s", live ? "▶" : "■", wave_sidekick_item_get_status (row->sidekick), task != NULL ? task : "");

      draw_chip (self, snapshot, wave_sidekick_item_get_started (row->sidekick), live || end < 0 ? self->now_us : end, text,
                 live ? WAVE_SCOPE_COLOUR_GENERATING : WAVE_SCOPE_COLOUR_OTHER, y);
      return;
    }
  for (guint i = 0; row->steps != NULL && i < row->steps->len; i++)
    {
      const WaveScopeStep *step = &g_array_index (row->steps, WaveScopeStep, i);
      gboolean failed = g_strcmp0 (step->status, "failed") == 0;
      g_autofree char *text = g_strdup_printf ("%s %s", failed ? "✗" : step->end_us >= 0 ? "✓" : "▶", step->text);

      draw_chip (self, snapshot, step->start_us, step->end_us >= 0 ? step->end_us : self->now_us, text,
                 failed ? WAVE_SCOPE_COLOUR_STALL : step->end_us >= 0 ? WAVE_SCOPE_COLOUR_GOOD : WAVE_SCOPE_COLOUR_GENERATING, y);
    }
}

static void
draw_gutter (WaveScopeView *self, GtkSnapshot *snapshot, const WaveScopeLane *row, double y, gboolean first_on_screen, const WaveStreamThresholds *limits)
{
  int gutter = wave_scope_view_gutter (self);
  WaveStream *last = row->streams != NULL ? row->streams->pdata[row->streams->len - 1] : NULL;
  gboolean stalled = last != NULL && wave_stream_is_live (last) && wave_stream_is_stalled (last);
  gboolean late = last != NULL && is_late (last, self->now_us, limits);
  const char *title = first_on_screen && row->title[0] == '\0' ? row->group : row->title;
  g_autofree char *marked = stalled || late ? g_strdup_printf ("%s %s", stalled ? "▲" : "◷", title[0] != '\0' ? title : row->subtitle) : NULL;
  double top = y + (self->lane_height - wave_scope_view_sp (self, 36)) / 2;

  if (row->kind != WAVE_SCOPE_LANE_STREAMS)
    {
      /* One line, indented: it belongs to the lane above it. */
      draw_text (self, snapshot, row->title, 0.88, FALSE, 20, y + wave_scope_view_sp (self, 5), gutter - 28, WAVE_SCOPE_COLOUR_TEXT);
      return;
    }

  if (marked != NULL)
    fill (snapshot, WAVE_SCOPE_COLOUR_STALL, 1, 0, y + 2, 4, self->lane_height - 4);
  if (title[0] != '\0' || marked != NULL)
    {
      draw_text (self, snapshot, marked != NULL ? marked : title, 0.95, TRUE, 12, top, gutter - 20,
                 marked != NULL ? WAVE_SCOPE_COLOUR_STALL : WAVE_SCOPE_COLOUR_TEXT);
      /* A lane without a title of its own is marked at its subtitle: not the same word twice. */
      draw_text (self, snapshot, title[0] != '\0' ? row->subtitle : row->group, 0.82, FALSE, 12, top + wave_scope_view_sp (self, 19), gutter - 20, WAVE_SCOPE_COLOUR_DIM);
    }
  else
    draw_text (self, snapshot, row->subtitle, 0.82, FALSE, 12, top + wave_scope_view_sp (self, 8), gutter - 20, WAVE_SCOPE_COLOUR_DIM);
}

/* The time under the pointer, on the axis. */
static void
draw_pointer_time (WaveScopeView *self, GtkSnapshot *snapshot, int width)
{
  gint64 at_us = wave_scope_view_time_at (self, self->pointer_x) + wave_tenant_get_now_wall (self->tenant) - wave_tenant_get_now_mono (self->tenant);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local_usec (at_us);
  g_autofree char *whole = time != NULL ? g_date_time_format (time, "%H:%M:%S") : NULL;
  g_autofree char *text = NULL;
  g_autoptr (PangoLayout) layout = NULL;
  GdkRGBA back = wave_scope_colour (WAVE_SCOPE_COLOUR_TEXT, 1);
  GdkRGBA front = wave_scope_colour (WAVE_SCOPE_COLOUR_BACK, 1);
  GskRoundedRect pill;
  double x;
  int w, h;

  if (whole == NULL)
    return;
  text = g_strdup_printf ("%s.%03d", whole, g_date_time_get_microsecond (time) / 1000);
  layout = wave_scope_make_layout (GTK_WIDGET (self), text, 0.82, FALSE, -1);
  pango_layout_get_pixel_size (layout, &w, &h);
  x = floor (CLAMP (self->pointer_x - w / 2.0, wave_scope_view_gutter (self), MAX (wave_scope_view_gutter (self), width - w - 8)));
  gsk_rounded_rect_init_from_rect (&pill, &GRAPHENE_RECT_INIT ((float)x - 6, 3, (float)w + 12, (float)h + 2), 6);
  gtk_snapshot_push_rounded_clip (snapshot, &pill);
  gtk_snapshot_append_color (snapshot, &back, &pill.bounds);
  gtk_snapshot_pop (snapshot);
  wave_scope_draw_layout (snapshot, layout, x, 4, &front);
}

static void
draw_feedback (WaveScopeView *self, GtkSnapshot *snapshot, int width, int height)
{
  double gutter = wave_scope_view_gutter (self);
  double now_x = floor (wave_scope_view_x_of (self, self->now_us));

  if (self->range_to_us > self->range_from_us)
    {
      double x0 = MAX (gutter, wave_scope_view_x_of (self, self->range_from_us));
      double x1 = MIN (width, wave_scope_view_x_of (self, self->range_to_us));

      fill (snapshot, WAVE_SCOPE_COLOUR_TEXT, 0.09f, x0, self->axis_height, x1 - x0, height - self->axis_height);
      fill (snapshot, WAVE_SCOPE_COLOUR_TEXT, 0.7f, x0, self->axis_height, 1, height - self->axis_height);
      fill (snapshot, WAVE_SCOPE_COLOUR_TEXT, 0.7f, x1 - 1, self->axis_height, 1, height - self->axis_height);
    }
  if (now_x >= gutter && now_x < width)
    fill (snapshot, WAVE_SCOPE_COLOUR_GOOD, self->following ? 1 : 0.5f, now_x, self->axis_height - 4, 2, height);
  if (self->pointer_x >= gutter && self->pointer_y >= 0)
    {
      fill (snapshot, WAVE_SCOPE_COLOUR_TEXT, 0.35f, floor (self->pointer_x), self->axis_height, 1, height - self->axis_height);
      draw_pointer_time (self, snapshot, width);
    }
}

void
wave_scope_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WaveScopeView *self = WAVE_SCOPE_VIEW (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  double gutter = wave_scope_view_gutter (self);
  double value = self->vadjustment != NULL ? floor (gtk_adjustment_get_value (self->vadjustment)) : 0;
  WaveStreamThresholds thresholds;
  guint first, last, n;

  if (width <= 0 || height <= 0)
    return;
  wave_scope_view_update_clock (self);
  wave_stream_store_get_thresholds (wave_tenant_get_streams (self->tenant), &thresholds);
  n = MIN (wave_scope_lanes_get_n (self->lanes), self->tops->len > 0 ? self->tops->len - 1 : 0);
  for (first = 0; first < n && wave_scope_view_lane_top (self, first + 1) <= value; first++)
    ;
  for (last = first; last < n && wave_scope_view_lane_top (self, last) < value + height - self->axis_height; last++)
    ;

  fill (snapshot, WAVE_SCOPE_COLOUR_BACK, 1, 0, 0, width, height);
  draw_axis (self, snapshot, width, height);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, self->axis_height, width, height - self->axis_height));
  for (guint i = first; i < last; i++)
    {
      const WaveScopeLane *row = wave_scope_lanes_get (self->lanes, i);
      double y = self->axis_height + wave_scope_view_lane_top (self, i) - value;
      double lane_height = wave_scope_view_lane_top (self, i + 1) - wave_scope_view_lane_top (self, i);

      if ((int)i == self->focus_lane)
        fill (snapshot, WAVE_SCOPE_COLOUR_TEXT, gtk_widget_has_focus (widget) ? 0.09f : 0.05f, 0, y, width, lane_height);
      else if (row->starts_group && i > first)
        fill (snapshot, WAVE_SCOPE_COLOUR_GRID, 0.8f, 0, y, width, 1);
      draw_gutter (self, snapshot, row, y, i == first, &thresholds);
    }
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float)gutter, self->axis_height, (float)(width - gutter), height - self->axis_height));
  for (guint i = first; i < last; i++)
    {
      const WaveScopeLane *row = wave_scope_lanes_get (self->lanes, i);
      double y = self->axis_height + wave_scope_view_lane_top (self, i) - value;

      if (row->kind == WAVE_SCOPE_LANE_STREAMS)
        draw_streams (self, snapshot, row, y + BAND_TOP, &thresholds);
      else
        draw_children (self, snapshot, row, y);
    }
  gtk_snapshot_pop (snapshot);
  draw_gaps (self, snapshot, height);
  gtk_snapshot_pop (snapshot);
  draw_feedback (self, snapshot, width, height);
}
