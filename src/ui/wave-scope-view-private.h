// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wave-scope-format.h"
#include "ui/wave-scope-view.h"

G_BEGIN_DECLS

/* With text of the usual size: the view holds what they are with the person's. */
#define AXIS_HEIGHT 26
#define LANE_MIN_HEIGHT 42
#define CHILD_HEIGHT 30
#define BAND_TOP 5
#define NOW_MARGIN 14

typedef struct _WaveScopeNodes WaveScopeNodes;

struct _WaveScopeView
{
  GtkWidget parent_instance;

  /* owned */
  WaveTenant *tenant;
  WaveScopeLanes *lanes;
  WaveScopeNodes *nodes;
  GtkAdjustment *hadjustment;
  GtkAdjustment *vadjustment;
  WaveStream *selected;
  GPtrArray *compared;

  /* time on screen */
  gint64 left_us;
  gint64 span_us;
  gint64 now_us;
  gint64 told_now_us;   /* the tenant's now, and the frame time when it was first seen: the sweep goes on between two batches */
  gint64 told_frame_us;
  gboolean following;
  gboolean growing; /* nobody has chosen a span yet: it grows with what there is */

  /* range under study; from > to: none */
  gint64 range_from_us, range_to_us;

  WaveScopeGrouping grouping;
  gboolean lanes_dirty;
  double text_scale; /* of the person's text to the usual one; at least 1 */
  int axis_height, lane_min_height, child_height;
  int lane_height; /* of streams: the more room there is, the higher */
  GArray *tops;    /* int: where each lane begins below the axis, and where the last one ends */
  int focus_lane; /* row of the keyboard, -1 */
  double pointer_x, pointer_y; /* -1: not over us */
  GtkScrollablePolicy hpolicy, vpolicy;

  /* gestures */
  double drag_x, drag_y;
  gint64 drag_left_us;
  double drag_value;
  gboolean drag_ranges, drag_moved;
  double pinch_scale;

  guint tick_id;
  guint step_id;
  guint rebuild_id;
  guint grown_id;
};

typedef enum {
  WAVE_SCOPE_VIEW_SELECTION_CHANGED,
  WAVE_SCOPE_VIEW_COMPARE_CHANGED,
  WAVE_SCOPE_VIEW_RANGE_CHANGED,
  WAVE_SCOPE_VIEW_CHANGED,
  WAVE_SCOPE_VIEW_ACTIVATED,
  WAVE_SCOPE_VIEW_N_SIGNALS
} WaveScopeViewSignal;

/* wave-scope-view.c */
void wave_scope_view_emit (WaveScopeView *self, WaveScopeViewSignal what);
/* The time on screen, or whether it follows now, is another. */
void wave_scope_view_changed (WaveScopeView *self);
/* Places the lanes and tells the scroll bar. */
void wave_scope_view_configure (WaveScopeView *self);
/* px for a length that was measured with text of the usual size */
int wave_scope_view_sp (WaveScopeView *self, int length);
int wave_scope_view_gutter (WaveScopeView *self);
int wave_scope_view_band_height (WaveScopeView *self);
double wave_scope_view_plot_width (WaveScopeView *self);
double wave_scope_view_x_of (WaveScopeView *self, gint64 at_us);
gint64 wave_scope_view_time_at (WaveScopeView *self, double x);
int wave_scope_view_lane_at (WaveScopeView *self, double y); /* -1: none */
/* Below the axis, unscrolled; of the lane after the last: where it ends. */
double wave_scope_view_lane_top (WaveScopeView *self, guint lane);
WaveStream *wave_scope_view_stream_at (WaveScopeView *self, double x, double y);
void wave_scope_view_ensure_lanes (WaveScopeView *self);
void wave_scope_view_update_clock (WaveScopeView *self);
void wave_scope_view_select_in_place (WaveScopeView *self, WaveStream *stream);
void wave_scope_view_set_range (WaveScopeView *self, gint64 from_us, gint64 to_us);
void wave_scope_view_reveal_lane (WaveScopeView *self, int lane);

/* wave-scope-view-input.c */
void wave_scope_view_init_input (WaveScopeView *self);
gboolean wave_scope_view_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip);

/* wave-scope-view-draw.c */
void wave_scope_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot);
/* The person's text in relation to the usual size; at least 1. It is asked for when a widget is measured, as that happens with each change of it. */
double wave_scope_get_text_scale (GtkWidget *widget);
PangoLayout *wave_scope_make_layout (GtkWidget *widget, const char *text, double scale, gboolean bold, int width_px);
void wave_scope_draw_layout (GtkSnapshot *snapshot, PangoLayout *layout, double x, double y, const GdkRGBA *colour);

/* wave-scope-view-nodes.c: drawn streams, kept while nothing of them changed */
WaveScopeNodes *wave_scope_nodes_new (GtkWidget *widget);
void wave_scope_nodes_set_height (WaveScopeNodes *nodes, int band_height);
void wave_scope_nodes_free (WaveScopeNodes *nodes);
void wave_scope_nodes_clear (WaveScopeNodes *nodes);
/* Draws what is settled of @stream with x = 0 at @left_us; what still grows is drawn by the view. */
void wave_scope_nodes_draw (WaveScopeNodes *nodes, GtkSnapshot *snapshot, WaveStream *stream, gint64 left_us, double us_per_px, double width,
                            gint64 now_us, gint64 stall_us);
/* A band with hatching and a label that never leaves it. */
void wave_scope_draw_stall (GtkWidget *widget, GtkSnapshot *snapshot, double x0, double x1, double y, double height, gint64 silence_us);
/* It has begun and no text has come within the limit. */
void wave_scope_draw_late (GtkWidget *widget, GtkSnapshot *snapshot, double x0, double x1, double y, double height, gint64 waiting_us);
/* What a band says about an AI's status: ground, hatching for a tool, a line on top, and its word where that fits as a whole.
 * @label_from: where the visible part of the band begins */
void wave_scope_draw_phase (GtkWidget *widget, GtkSnapshot *snapshot, const WavePhaseSpan *span, double x0, double x1, double y, double height,
                            double label_from);
/* The strong colour of a status. */
GdkRGBA wave_scope_phase_colour (WaveAiPhase phase, float alpha);
void wave_scope_draw_hatch (GtkSnapshot *snapshot, const graphene_rect_t *area, const GdkRGBA *colour, float distance, gboolean falling);

G_END_DECLS
