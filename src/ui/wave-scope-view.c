// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "protocol/wave-event.h"
#include "ui/wave-scope-view-private.h"

enum { PROP_0, PROP_HADJUSTMENT, PROP_VADJUSTMENT, PROP_HPOLICY, PROP_VPOLICY };
static guint signals[WAVE_SCOPE_VIEW_N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (WaveScopeView, wave_scope_view, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

/* How far the sweep runs on by itself when no batch tells the time. */
#define MAX_COAST (G_USEC_PER_SEC / 2)

static void update_ticking (WaveScopeView *self);
static void on_grown (gpointer user_data);

void
wave_scope_view_emit (WaveScopeView *self, WaveScopeViewSignal what)
{
  g_signal_emit (self, signals[what], 0);
}

/* ---- geometry ---- */

int
wave_scope_view_sp (WaveScopeView *self, int length)
{
  return (int)(length * self->text_scale);
}

/* A change of the text's size makes us be measured anew. */
static void
update_text_scale (WaveScopeView *self)
{
  self->text_scale = wave_scope_get_text_scale (GTK_WIDGET (self));
  self->axis_height = wave_scope_view_sp (self, AXIS_HEIGHT);
  self->lane_min_height = wave_scope_view_sp (self, LANE_MIN_HEIGHT);
  self->child_height = wave_scope_view_sp (self, CHILD_HEIGHT);
}

int
wave_scope_view_gutter (WaveScopeView *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  return CLAMP (width * 3 / 10, 84, wave_scope_view_sp (self, 168));
}

int
wave_scope_view_band_height (WaveScopeView *self)
{
  return self->lane_height - 2 * BAND_TOP;
}

double
wave_scope_view_plot_width (WaveScopeView *self)
{
  return MAX (16, gtk_widget_get_width (GTK_WIDGET (self)) - wave_scope_view_gutter (self));
}

static double
us_per_px (WaveScopeView *self)
{
  return self->span_us / wave_scope_view_plot_width (self);
}

double
wave_scope_view_x_of (WaveScopeView *self, gint64 at_us)
{
  return wave_scope_view_gutter (self) + (at_us - self->left_us) / us_per_px (self);
}

gint64
wave_scope_view_time_at (WaveScopeView *self, double x)
{
  return self->left_us + (gint64)((x - wave_scope_view_gutter (self)) * us_per_px (self));
}

double
wave_scope_view_lane_top (WaveScopeView *self, guint lane)
{
  return lane < self->tops->len ? g_array_index (self->tops, int, lane) : 0;
}

int
wave_scope_view_lane_at (WaveScopeView *self, double y)
{
  double in = y - self->axis_height + (self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0);
  guint low = 0, high = self->tops->len;

  if (y < self->axis_height || in < 0)
    return -1;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->tops, int, middle) <= in)
        low = middle + 1;
      else
        high = middle;
    }
  return low < self->tops->len ? (int)low - 1 : -1;
}

WaveStream *
wave_scope_view_stream_at (WaveScopeView *self, double x, double y)
{
  int lane = wave_scope_view_lane_at (self, y);

  if (lane < 0)
    return NULL;
  if (x < wave_scope_view_gutter (self))
    {
      const WaveScopeLane *row = wave_scope_lanes_get (self->lanes, lane);

      return row->streams != NULL ? row->streams->pdata[row->streams->len - 1] : NULL;
    }
  return wave_scope_lane_stream_at (wave_scope_lanes_get (self->lanes, lane), wave_scope_view_time_at (self, x), (gint64)(4 * us_per_px (self)),
                                    self->now_us);
}

/* ---- time ---- */

/* A minute with ten seconds of news in it is an empty picture. */
static void
grow_span (WaveScopeView *self)
{
  static const gint64 spans_s[] = { 15, 20, 30, 45, 60 };
  gint64 first = wave_scope_lanes_get_first (self->lanes);
  guint i = 0;

  if (!self->growing || first < 0)
    return;
  while (i + 1 < G_N_ELEMENTS (spans_s) && self->now_us - first > spans_s[i] * G_USEC_PER_SEC * 97 / 100)
    i++;
  if (self->span_us == spans_s[i] * G_USEC_PER_SEC)
    return;
  self->span_us = spans_s[i] * G_USEC_PER_SEC;
  if (self->grown_id == 0)
    self->grown_id = g_idle_add_once (on_grown, self);
}

void
wave_scope_view_update_clock (WaveScopeView *self)
{
  gint64 told = wave_tenant_get_now_mono (self->tenant);
  gint64 frame = g_get_monotonic_time ();

  /* A replay went back. */
  if (told < self->told_now_us)
    self->now_us = told;
  if (told != self->told_now_us)
    {
      self->told_now_us = told;
      self->told_frame_us = frame;
    }
  if (wave_stream_store_get_n_live (wave_tenant_get_streams (self->tenant)) > 0)
    told += (gint64)(CLAMP (frame - self->told_frame_us, 0, MAX_COAST) * wave_tenant_get_pace (self->tenant));
  self->now_us = MAX (self->now_us, told);
  grow_span (self);
  if (self->following)
    self->left_us = self->now_us - self->span_us + (gint64)(NOW_MARGIN * us_per_px (self));
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_step (gpointer user_data)
{
  WaveScopeView *self = user_data;

  gtk_widget_queue_draw (GTK_WIDGET (self));
  self->step_id = 0;
  update_ticking (self);
  return G_SOURCE_REMOVE;
}

/* Three speeds: a frame each tick while something streams in view of the person, once a second while what was there still moves out of sight or motion
 * is not wished, and none at all when a new picture would be the old one. */
static void
update_ticking (WaveScopeView *self)
{
  WaveStreamStore *store = wave_tenant_get_streams (self->tenant);
  gboolean live = wave_stream_store_get_n_live (store) > 0;
  gboolean mapped = gtk_widget_get_mapped (GTK_WIDGET (self));
  gboolean motion = adw_get_enable_animations (GTK_WIDGET (self));
  gboolean sweep = mapped && self->following && live && motion;
  gboolean step = mapped && self->following && !sweep && (live || wave_scope_lanes_get_first (self->lanes) >= 0);

  if (sweep && self->tick_id == 0)
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
  else if (!sweep && self->tick_id != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
      self->tick_id = 0;
    }
  /* Without anything live the clock of the picture stands at the tenant's own: when that has moved out of everything, steps would show nothing new. */
  if (step && !live)
    {
      GListModel *streams = G_LIST_MODEL (store);
      guint n = g_list_model_get_n_items (streams);
      g_autoptr (WaveStream) last = n > 0 ? g_list_model_get_item (streams, n - 1) : NULL;

      step = last != NULL && wave_stream_get_ended (last) >= self->left_us;
    }
  if (step && self->step_id == 0)
    {
      self->step_id = g_timeout_add_seconds (1, on_step, self);
      g_source_set_name_by_id (self->step_id, "wave-scope-step");
    }
  else if (!step)
    g_clear_handle_id (&self->step_id, g_source_remove);
}

void
wave_scope_view_changed (WaveScopeView *self)
{
  update_ticking (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  wave_scope_view_emit (self, WAVE_SCOPE_VIEW_CHANGED);
}

/* Told from outside of a frame, where a label may change its size. */
static void
on_grown (gpointer user_data)
{
  WaveScopeView *self = user_data;

  self->grown_id = 0;
  wave_scope_view_changed (self);
}

/* ---- lanes ---- */

/* A few lanes share the room that there is; many are as low as can be read, and scroll. */
static int
fitting_lane_height (WaveScopeView *self, guint n_streams, double room)
{
  static const int heights[] = { 66, 60, 54, 48 };

  for (guint i = 0; i < G_N_ELEMENTS (heights); i++)
    if (n_streams * (double)wave_scope_view_sp (self, heights[i]) <= room)
      return wave_scope_view_sp (self, heights[i]);
  return self->lane_min_height;
}

static void
place_lanes (WaveScopeView *self, double page)
{
  guint n = wave_scope_lanes_get_n (self->lanes);
  guint children = 0;
  int top = 0;

  for (guint i = 0; i < n; i++)
    children += wave_scope_lanes_get (self->lanes, i)->kind != WAVE_SCOPE_LANE_STREAMS;
  self->lane_height = fitting_lane_height (self, n - children, page - 8 - children * self->child_height);
  wave_scope_nodes_set_height (self->nodes, wave_scope_view_band_height (self));
  g_array_set_size (self->tops, 0);
  for (guint i = 0; i < n; i++)
    {
      g_array_append_val (self->tops, top);
      top += wave_scope_lanes_get (self->lanes, i)->kind == WAVE_SCOPE_LANE_STREAMS ? self->lane_height : self->child_height;
    }
  g_array_append_val (self->tops, top);
}

void
wave_scope_view_configure (WaveScopeView *self)
{
  double page = MAX (1, gtk_widget_get_height (GTK_WIDGET (self)) - self->axis_height);
  double upper;

  place_lanes (self, page);
  upper = MAX (page, wave_scope_view_lane_top (self, self->tops->len - 1) + 8);
  if (self->vadjustment != NULL)
    gtk_adjustment_configure (self->vadjustment, CLAMP (gtk_adjustment_get_value (self->vadjustment), 0, upper - page), 0, upper,
                              self->lane_height, page * 0.9, page);
}

void
wave_scope_view_ensure_lanes (WaveScopeView *self)
{
  if (!self->lanes_dirty)
    return;
  self->lanes_dirty = FALSE;
  wave_scope_lanes_rebuild (self->lanes, self->grouping);
  wave_scope_view_configure (self);
  self->focus_lane = self->selected != NULL ? wave_scope_lanes_find (self->lanes, self->selected) : -1;
}

static gboolean
on_rebuild (gpointer user_data)
{
  WaveScopeView *self = user_data;

  self->rebuild_id = 0;
  wave_scope_view_ensure_lanes (self);
  wave_scope_view_configure (self);
  wave_scope_view_changed (self);
  return G_SOURCE_REMOVE;
}

/* At most ten times a second, however many streams begin. */
static void
lanes_changed (WaveScopeView *self)
{
  self->lanes_dirty = TRUE;
  if (self->rebuild_id == 0)
    {
      self->rebuild_id = g_timeout_add (100, on_rebuild, self);
      g_source_set_name_by_id (self->rebuild_id, "wave-scope-rebuild");
    }
}

static void
on_outcome_changed (WaveScopeView *self)
{
  lanes_changed (self);
}

static void
on_chunk_added (WaveScopeView *self)
{
  /* Sweeping draws it with the next frame anyway. A picture that stands shows it when it falls into the time on screen. */
  if (self->tick_id == 0 && wave_tenant_get_now_mono (self->tenant) <= self->left_us + self->span_us)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->tick_id == 0 && self->following)
    update_ticking (self);
}

static void
on_event_applied (WaveScopeView *self, const WaveEvent *event)
{
  switch ((int)event->kind)
    {
    case WAVE_EVENT_PLAN_UPDATED:
    case WAVE_EVENT_SIDEKICK_SPAWNED:
    case WAVE_EVENT_SIDEKICK_RESULT:
    case WAVE_EVENT_SIDEKICK_CANCEL:
    case WAVE_EVENT_ROOM_NAME:
      lanes_changed (self);
      break;
    default:
      break;
    }
}

/* ---- public ---- */

GtkWidget *
wave_scope_view_new (WaveTenant *tenant)
{
  WaveScopeView *self = g_object_new (WAVE_TYPE_SCOPE_VIEW, NULL);
  WaveStreamStore *store = wave_tenant_get_streams (tenant);

  self->tenant = g_object_ref (tenant);
  self->lanes = wave_scope_lanes_new (tenant);
  g_signal_connect_object (store, "items-changed", G_CALLBACK (lanes_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "outcome-changed", G_CALLBACK (on_outcome_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (store, "chunk-added", G_CALLBACK (on_chunk_added), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tenant, "event-applied", G_CALLBACK (on_event_applied), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wave_tenant_get_gaps (tenant), "items-changed", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wave_tenant_get_participants (tenant), "items-changed", G_CALLBACK (lanes_changed), self, G_CONNECT_SWAPPED);
  wave_scope_view_ensure_lanes (self);
  wave_scope_view_update_clock (self);
  return GTK_WIDGET (self);
}

void
wave_scope_view_set_grouping (WaveScopeView *self, WaveScopeGrouping grouping)
{
  g_return_if_fail (WAVE_IS_SCOPE_VIEW (self));
  if (self->grouping == grouping)
    return;
  self->grouping = grouping;
  self->lanes_dirty = TRUE;
  wave_scope_view_ensure_lanes (self);
  wave_scope_view_configure (self);
  wave_scope_view_changed (self);
}

/* ---- widget ---- */

static void
wave_scope_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  wave_scope_view_configure (WAVE_SCOPE_VIEW (widget));
}

static void
wave_scope_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *mb, int *nb)
{
  WaveScopeView *self = WAVE_SCOPE_VIEW (widget);

  update_text_scale (self);
  /* Two lanes, or one of large text. */
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 200 : MAX (AXIS_HEIGHT + LANE_MIN_HEIGHT * 2, self->axis_height + self->lane_min_height);
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 800 : self->axis_height + self->lane_min_height * 8;
}

static void
wave_scope_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (wave_scope_view_parent_class)->map (widget);
  update_ticking (WAVE_SCOPE_VIEW (widget));
}

static void
wave_scope_view_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (wave_scope_view_parent_class)->unmap (widget);
  update_ticking (WAVE_SCOPE_VIEW (widget));
}

static void
set_adjustment (WaveScopeView *self, GtkAdjustment **place, GtkAdjustment *adjustment)
{
  if (adjustment == NULL)
    adjustment = gtk_adjustment_new (0, 0, 0, 0, 0, 0);
  g_object_ref_sink (adjustment);
  if (*place != NULL)
    g_signal_handlers_disconnect_by_data (*place, self);
  g_clear_object (place);
  *place = adjustment;
  g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (gtk_widget_queue_draw), self);
  if (place == &self->vadjustment && self->lanes != NULL)
    wave_scope_view_configure (self);
}

static void
wave_scope_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WaveScopeView *self = WAVE_SCOPE_VIEW (object);

  switch (id)
    {
    case PROP_HADJUSTMENT:
      set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;
    case PROP_HPOLICY:
      self->hpolicy = g_value_get_enum (value);
      break;
    case PROP_VPOLICY:
      self->vpolicy = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
wave_scope_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WaveScopeView *self = WAVE_SCOPE_VIEW (object);

  switch (id)
    {
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;
    case PROP_HPOLICY:
      g_value_set_enum (value, self->hpolicy);
      break;
    case PROP_VPOLICY:
      g_value_set_enum (value, self->vpolicy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
wave_scope_view_dispose (GObject *object)
{
  WaveScopeView *self = WAVE_SCOPE_VIEW (object);

  g_clear_handle_id (&self->step_id, g_source_remove);
  g_clear_handle_id (&self->rebuild_id, g_source_remove);
  g_clear_handle_id (&self->grown_id, g_source_remove);
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  if (self->hadjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->hadjustment, self);
  if (self->vadjustment != NULL)
    g_signal_handlers_disconnect_by_data (self->vadjustment, self);
  g_clear_object (&self->hadjustment);
  g_clear_object (&self->vadjustment);
  g_clear_object (&self->selected);
  G_OBJECT_CLASS (wave_scope_view_parent_class)->dispose (object);
}

static void
wave_scope_view_finalize (GObject *object)
{
  WaveScopeView *self = WAVE_SCOPE_VIEW (object);

  g_clear_pointer (&self->nodes, wave_scope_nodes_free);
  g_clear_pointer (&self->lanes, wave_scope_lanes_free);
  g_clear_pointer (&self->tops, g_array_unref);
  g_clear_pointer (&self->compared, g_ptr_array_unref);
  g_clear_object (&self->tenant);
  G_OBJECT_CLASS (wave_scope_view_parent_class)->finalize (object);
}

static void
wave_scope_view_class_init (WaveScopeViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const char *const names[] = { "selection-changed", "compare-changed", "range-changed", "view-changed", "activated" };

  object_class->set_property = wave_scope_view_set_property;
  object_class->get_property = wave_scope_view_get_property;
  object_class->dispose = wave_scope_view_dispose;
  object_class->finalize = wave_scope_view_finalize;
  widget_class->snapshot = wave_scope_view_snapshot;
  widget_class->size_allocate = wave_scope_view_size_allocate;
  widget_class->measure = wave_scope_view_measure;
  widget_class->map = wave_scope_view_map;
  widget_class->unmap = wave_scope_view_unmap;
  widget_class->query_tooltip = wave_scope_view_query_tooltip;
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HPOLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VPOLICY, "vscroll-policy");
  for (guint i = 0; i < WAVE_SCOPE_VIEW_N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "wave-scope");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
wave_scope_view_init (WaveScopeView *self)
{
  self->span_us = 60 * G_USEC_PER_SEC;
  self->following = self->growing = TRUE;
  update_text_scale (self);
  self->lane_height = self->lane_min_height;
  self->tops = g_array_new (FALSE, FALSE, sizeof (int));
  self->lanes_dirty = TRUE;
  self->focus_lane = -1;
  self->pointer_x = self->pointer_y = -1;
  self->compared = g_ptr_array_new_with_free_func (g_object_unref);
  self->nodes = wave_scope_nodes_new (GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Streams against time"), -1);
  wave_scope_view_init_input (self);
}
