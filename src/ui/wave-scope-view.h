// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "ui/wave-scope-lanes.h"

G_BEGIN_DECLS

#define WAVE_SCOPE_MIN_SPAN (10 * (gint64)1000)
#define WAVE_SCOPE_MAX_SPAN (48 * 3600 * (gint64)G_USEC_PER_SEC)

/**
 * WaveScopeView: the overview, one lane a row against time. Scrollable (lanes move under the axis). Draws only what is on screen; a stream costs the
 * pixels that it covers, not its chunks.
 * Signals: "selection-changed", "compare-changed", "range-changed", "view-changed" (the time on screen, or live/paused), "activated" (Return).
 */
#define WAVE_TYPE_SCOPE_VIEW (wave_scope_view_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeView, wave_scope_view, WAVE, SCOPE_VIEW, GtkWidget)

GtkWidget *wave_scope_view_new (WaveTenant *tenant);
void wave_scope_view_set_grouping (WaveScopeView *view, WaveScopeGrouping grouping);

/* Mono µs at the left edge, and how many are on screen. */
gint64 wave_scope_view_get_left (WaveScopeView *view);
gint64 wave_scope_view_get_span (WaveScopeView *view);
gint64 wave_scope_view_get_now (WaveScopeView *view);
gint64 wave_scope_view_get_first (WaveScopeView *view); /* -1: nothing yet */
/* Shows a time; it does not follow now any more. */
void wave_scope_view_show_time (WaveScopeView *view, gint64 left_us, gint64 span_us);
/* Everything from the first sign to now. */
void wave_scope_view_show_all (WaveScopeView *view);
/* Zooms by @factor (over 1: closer) and keeps the time at @x in place. */
void wave_scope_view_zoom_at (WaveScopeView *view, double x, double factor);
gboolean wave_scope_view_get_following (WaveScopeView *view);
void wave_scope_view_set_following (WaveScopeView *view, gboolean following);

WaveStream *wave_scope_view_get_selected (WaveScopeView *view); /* nullable */
/* Selects, and brings lane and end of the stream into view. */
void wave_scope_view_select (WaveScopeView *view, WaveStream *stream);
/* Selects without a word to the screen reader and without moving in time: nobody asked for it. The lane of a stalled one is scrolled into view. */
void wave_scope_view_offer (WaveScopeView *view, WaveStream *stream);
GPtrArray *wave_scope_view_get_compared (WaveScopeView *view); /* (element-type WaveStream), borrowed */
void wave_scope_view_toggle_compared (WaveScopeView *view, WaveStream *stream);
void wave_scope_view_clear_compared (WaveScopeView *view);
gboolean wave_scope_view_get_range (WaveScopeView *view, gint64 *from_us, gint64 *to_us);
void wave_scope_view_clear_range (WaveScopeView *view);
guint wave_scope_view_get_n_lanes (WaveScopeView *view);
WaveScopeLanes *wave_scope_view_get_lanes (WaveScopeView *view);
/* TRUE while it draws a frame on each tick of the frame clock. */
gboolean wave_scope_view_get_sweeping (WaveScopeView *view);
/* (transfer full): what the picture shows, for exports */
GskRenderNode *wave_scope_view_dup_node (WaveScopeView *view);

G_END_DECLS
