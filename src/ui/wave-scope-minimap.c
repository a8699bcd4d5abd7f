// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "ui/wave-scope-minimap.h"
#include "ui/wave-scope-view-private.h"

#define HEIGHT 30

struct _WaveScopeMinimap
{
  GtkWidget parent_instance;

  WaveScopeView *view; /* borrowed: our sibling; cleared when it goes */
  WaveTenant *tenant;
  GdkTexture *picture;
  gint64 from_us, to_us; /* what @picture spans */
  gboolean dark;
  gboolean dirty;
  guint refresh_id;
  double drag_x;
};

G_DEFINE_FINAL_TYPE (WaveScopeMinimap, wave_scope_minimap, GTK_TYPE_WIDGET)

static guint32
premultiplied (WaveScopeColour colour, float alpha)
{
  GdkRGBA c = wave_scope_colour (colour, alpha);

  return (guint32)(c.alpha * 255) << 24 | (guint32)(c.red * c.alpha * 255) << 16 | (guint32)(c.green * c.alpha * 255) << 8
         | (guint32)(c.blue * c.alpha * 255);
}

static int
column_of (WaveScopeMinimap *self, gint64 at_us, int width)
{
  return CLAMP ((int)((double)(at_us - self->from_us) / MAX (1, self->to_us - self->from_us) * width), 0, width - 1);
}

/* Costs the number of streams and columns, at most once a second. */
static void
paint (WaveScopeMinimap *self)
{
  WaveStreamStore *store = wave_tenant_get_streams (self->tenant);
  GListModel *gaps = wave_tenant_get_gaps (self->tenant);
  gint64 first = wave_scope_view_get_first (self->view);
  gint64 now = wave_scope_view_get_now (self->view);
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
  WaveStreamThresholds limits;
  g_autofree int *many = NULL;
  g_autofree guint8 *bad = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint32 *pixels;
  int most = 1;
  int sum = 0;

  g_clear_object (&self->picture);
  if (first < 0 || width < 8)
    return;
  self->from_us = first;
  self->to_us = MAX (now, first + G_USEC_PER_SEC);
  self->dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  wave_stream_store_get_thresholds (store, &limits);
  many = g_new0 (int, width + 1);
  bad = g_new0 (guint8, width);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (G_LIST_MODEL (store), i);
      int x0 = column_of (self, wave_stream_get_started (stream), width);
      int x1 = column_of (self, wave_scope_stream_end (stream, now), width);
      WaveStreamFigures figures;

      many[x0]++;
      many[x1 + 1]--;
      /* Figures of what is over are kept; those of what lasts would be computed anew each time. */
      if (wave_stream_is_live (stream))
        bad[x1] = wave_stream_is_stalled (stream);
      else
        {
          wave_stream_get_figures (stream, limits.stall_us, &figures);
          if (figures.stalls > 0 || wave_stream_get_outcome (stream) == WAVE_STREAM_FAILED)
            bad[x1] = 1;
        }
    }
  for (int x = 0, level = 0; x < width; x++)
    {
      level += many[x];
      most = MAX (most, level);
    }
  pixels = g_new0 (guint32, (gsize)width * HEIGHT);
  for (int x = 0; x < width; x++)
    {
      int tall;

      sum += many[x];
      tall = sum > 0 ? MAX (2, sum * (HEIGHT - 6) / most) : 0;
      for (int y = HEIGHT - tall; y < HEIGHT; y++)
        pixels[(gsize)y * width + x] = premultiplied (WAVE_SCOPE_COLOUR_GENERATING, 0.65f);
      /* A mark at the top as well as the colour. */
      for (int y = 0; y < 5 && bad[x]; y++)
        for (int dx = -(2 - y / 2); dx <= 2 - y / 2; dx++)
          if (x + dx >= 0 && x + dx < width)
            pixels[(gsize)y * width + x + dx] = premultiplied (WAVE_SCOPE_COLOUR_STALL, 1);
    }
  for (guint i = 0; i < g_list_model_get_n_items (gaps); i++)
    {
      g_autoptr (WaveGap) gap = g_list_model_get_item (gaps, i);
      gint64 end = wave_gap_get_end_mono (gap) < 0 ? now : wave_gap_get_end_mono (gap);

      if (end < self->from_us)
        continue;
      for (int x = column_of (self, wave_gap_get_start_mono (gap), width); x <= column_of (self, end, width); x++)
        for (int y = 0; y < HEIGHT; y++)
          if (pixels[(gsize)y * width + x] == 0)
            pixels[(gsize)y * width + x] = premultiplied (WAVE_SCOPE_COLOUR_GAP, 0.4f);
    }
  bytes = g_bytes_new_take (pixels, (gsize)width * HEIGHT * sizeof (guint32));
  self->picture = gdk_memory_texture_new (width, HEIGHT, GDK_MEMORY_DEFAULT, bytes, (gsize)width * sizeof (guint32));
}

static gboolean
on_refresh (gpointer user_data)
{
  WaveScopeMinimap *self = user_data;

  if (self->view == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      self->refresh_id = 0;
      return G_SOURCE_REMOVE;
    }
  /* While nothing lasts and nothing is new the picture is right as it is. */
  if (wave_stream_store_get_n_live (wave_tenant_get_streams (self->tenant)) > 0 || self->picture == NULL || self->dirty)
    {
      self->dirty = FALSE;
      paint (self);
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
  return G_SOURCE_CONTINUE;
}

static void
on_outcome_changed (WaveScopeMinimap *self)
{
  self->dirty = TRUE;
}

static void
wave_scope_minimap_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WaveScopeMinimap *self = WAVE_SCOPE_MINIMAP (widget);
  int width = gtk_widget_get_width (widget);
  GdkRGBA back = wave_scope_colour (WAVE_SCOPE_COLOUR_BACK, 1);
  GdkRGBA edge = wave_scope_colour (WAVE_SCOPE_COLOUR_GRID, 1);
  GdkRGBA line = wave_scope_colour (WAVE_SCOPE_COLOUR_TEXT, 0.55f);
  GdkRGBA outside = wave_scope_colour (WAVE_SCOPE_COLOUR_SURFACE, 0.62f);
  GskRoundedRect frame;
  double span;
  double x0;
  double x1;

  gtk_snapshot_append_color (snapshot, &back, &GRAPHENE_RECT_INIT (0, 0, width, HEIGHT));
  if (self->view == NULL)
    return;
  if (self->picture == NULL || gdk_texture_get_width (self->picture) != width
      || self->dark != adw_style_manager_get_dark (adw_style_manager_get_default ()))
    paint (self);
  if (self->picture == NULL)
    return;
  gtk_snapshot_append_texture (snapshot, self->picture, &GRAPHENE_RECT_INIT (0, 0, width, HEIGHT));
  span = MAX (1, self->to_us - self->from_us);
  x0 = (wave_scope_view_get_left (self->view) - self->from_us) / span * width;
  x1 = x0 + wave_scope_view_get_span (self->view) / span * width;
  x0 = CLAMP (x0, 0, width - 4);
  x1 = CLAMP (x1, x0 + 4, width);
  gtk_snapshot_append_color (snapshot, &edge, &GRAPHENE_RECT_INIT (0, 0, width, 1));
  /* What is not on screen stands back. */
  if (x0 > 0)
    gtk_snapshot_append_color (snapshot, &outside, &GRAPHENE_RECT_INIT (0, 0, (float)x0, HEIGHT));
  if (x1 < width)
    gtk_snapshot_append_color (snapshot, &outside, &GRAPHENE_RECT_INIT ((float)x1, 0, (float)(width - x1), HEIGHT));
  gsk_rounded_rect_init_from_rect (&frame, &GRAPHENE_RECT_INIT ((float)x0, 0, (float)(x1 - x0), HEIGHT), 4);
  gtk_snapshot_append_border (snapshot, &frame, (float[4]){ 1.5f, 1.5f, 1.5f, 1.5f }, (GdkRGBA[4]){ line, line, line, line });
}

static void
centre_on (WaveScopeMinimap *self, double x)
{
  int width = MAX (1, gtk_widget_get_width (GTK_WIDGET (self)));
  gint64 span;

  if (self->view == NULL || self->picture == NULL)
    return;
  span = wave_scope_view_get_span (self->view);
  wave_scope_view_show_time (self->view, self->from_us + (gint64)((self->to_us - self->from_us) * (x / width)) - span / 2, span);
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, WaveScopeMinimap *self)
{
  self->drag_x = x;
  centre_on (self, x);
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, WaveScopeMinimap *self)
{
  centre_on (self, self->drag_x + dx);
}

static void
wave_scope_minimap_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *mb, int *nb)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 100 : HEIGHT;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 800 : HEIGHT;
}

static void
wave_scope_minimap_map (GtkWidget *widget)
{
  WaveScopeMinimap *self = WAVE_SCOPE_MINIMAP (widget);

  GTK_WIDGET_CLASS (wave_scope_minimap_parent_class)->map (widget);
  if (self->refresh_id != 0)
    return;
  self->refresh_id = g_timeout_add_seconds (1, on_refresh, self);
  g_source_set_name_by_id (self->refresh_id, "wave-scope-minimap");
}

static void
wave_scope_minimap_dispose (GObject *object)
{
  WaveScopeMinimap *self = WAVE_SCOPE_MINIMAP (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_weak_pointer (&self->view);
  g_clear_object (&self->tenant);
  g_clear_object (&self->picture);
  G_OBJECT_CLASS (wave_scope_minimap_parent_class)->dispose (object);
}

static void
wave_scope_minimap_class_init (WaveScopeMinimapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_scope_minimap_dispose;
  widget_class->snapshot = wave_scope_minimap_snapshot;
  widget_class->measure = wave_scope_minimap_measure;
  widget_class->map = wave_scope_minimap_map;
  gtk_widget_class_set_css_name (widget_class, "scopeminimap");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
wave_scope_minimap_init (WaveScopeMinimap *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  g_signal_connect (drag, "drag-begin", G_CALLBACK (on_drag_begin), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (on_drag_update), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("All the time that is held"), -1);
}

GtkWidget *
wave_scope_minimap_new (WaveScopeView *view, WaveTenant *tenant)
{
  WaveScopeMinimap *self = g_object_new (WAVE_TYPE_SCOPE_MINIMAP, NULL);

  g_set_weak_pointer (&self->view, view);
  self->tenant = g_object_ref (tenant);
  g_signal_connect_object (view, "view-changed", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wave_tenant_get_streams (tenant), "outcome-changed", G_CALLBACK (on_outcome_changed), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
