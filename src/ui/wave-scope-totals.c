// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "model/wave-participant.h"
#include "model/wave-room.h"
#include "model/wave-stream-totals.h"
#include "ui/wave-scope-format.h"
#include "ui/wave-scope-totals.h"

#define REFRESH_S 2
/* Of the main thread's time, at most this share. */
#define COST_SHARE 50
#define MAX_ROWS 50
#define BARS 40

struct _WaveScopeTotals
{
  AdwBin parent_instance;

  GtkGrid *grid;
  GtkWidget *place;
  GtkLabel *note;
  GtkDropDown *by;
  WaveTenant *tenant;
  gint64 from_us, to_us;
  guint refresh_id;
  gint64 not_before_us;
};

G_DEFINE_FINAL_TYPE (WaveScopeTotals, wave_scope_totals, ADW_TYPE_BIN)

/* ---- a small picture of a distribution: 0.1 ms to 100 s, log scale ---- */

typedef struct
{
  double bars[BARS];
  int stall_bar;
} Shape;

static int
bar_of (double us)
{
  return CLAMP ((int)(log10 (MAX (us, 1) / 100) / 6 * BARS), 0, BARS - 1);
}

static void
draw_shape (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  const Shape *shape = user_data;

  for (int i = 0; i < BARS; i++)
    {
      GdkRGBA colour = wave_scope_colour (i >= shape->stall_bar ? WAVE_SCOPE_COLOUR_STALL : WAVE_SCOPE_COLOUR_GENERATING, 1);
      double tall = shape->bars[i] > 0 ? MAX (2, shape->bars[i] * height) : 0;

      gdk_cairo_set_source_rgba (cr, &colour);
      cairo_rectangle (cr, width * i / (double)BARS, height - tall, MAX (1, width / (double)BARS - 1), tall);
      cairo_fill (cr);
    }
}

static GtkWidget *
make_shape (const WaveSketch *sketch, gint64 stall_us)
{
  GtkWidget *area = gtk_drawing_area_new ();
  Shape *shape = g_new0 (Shape, 1);
  double most = 0;

  for (guint i = 0; i < WAVE_SKETCH_BARS; i++)
    shape->bars[bar_of (pow (1.02, i))] += sketch->bars[i];
  for (guint i = 0; i < BARS; i++)
    most = MAX (most, shape->bars[i]);
  for (guint i = 0; i < BARS && most > 0; i++)
    shape->bars[i] = sqrt (shape->bars[i] / most);
  shape->stall_bar = bar_of (stall_us);
  gtk_widget_set_size_request (area, 120, 18);
  gtk_widget_set_tooltip_text (area, _ ("Gaps from 0.1 ms to 100 s on a log scale"));
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw_shape, shape, g_free);
  return area;
}

/* ---- the table ---- */

static void
add_label (WaveScopeTotals *self, const char *text, const char *css, int column, int row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  if (column == 0)
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 28);
    }
  gtk_widget_add_css_class (label, css);
  gtk_grid_attach (self->grid, label, column, row, 1, 1);
}

static void
add_time (WaveScopeTotals *self, gint64 us, int column, int row)
{
  g_autofree char *text = wave_scope_format_duration (us);

  add_label (self, text, "numeric", column, row);
}

static const char *
name_of (WaveScopeTotals *self, WaveTotalsBy by, const char *id)
{
  WaveParticipant *participant;
  WaveRoom *room;

  if (id == NULL)
    return _ ("Whole tenant");
  if (by == WAVE_TOTALS_ROOM)
    {
      room = wave_tenant_get_room (self->tenant, id);
      return room != NULL ? wave_room_get_display_name (room) : id;
    }
  participant = wave_tenant_get_participant (self->tenant, id);
  return participant != NULL ? wave_participant_get_display_name (participant) : id;
}

static void
add_row (WaveScopeTotals *self, WaveTotalsBy by, const WaveStreamTotals *totals, const WaveStreamThresholds *limits, int row)
{
  gint64 ttfc = wave_sketch_get_quantile (&totals->ttfc, 95);
  gint64 gap = wave_sketch_get_quantile (&totals->gaps, 99);
  gboolean slow = ttfc > limits->first_chunk_us || gap > limits->stall_us;
  g_autofree char *name = g_strdup_printf (slow ? _ ("▲ %s (slow)") : "%s", name_of (self, by, totals->id));
  g_autofree char *number = g_strdup_printf ("%u", totals->streams);
  g_autofree char *rate
      = wave_scope_format_rate (totals->generating_us > 0 ? totals->chars / (totals->generating_us / (double)G_USEC_PER_SEC) : NAN);
  g_autofree char *stalls = g_strdup_printf ("%u", totals->stalls);
  g_autofree char *tools
      = g_strdup_printf ("%.0f %%", totals->duration_us > 0 ? MIN (100.0, 100.0 * totals->tool_us / totals->duration_us) : 0.0);
  g_autofree char *bad = g_strdup_printf ("%u", totals->failed + totals->torn);

  add_label (self, name, slow ? "error" : "heading", 0, row);
  add_label (self, number, "numeric", 1, row);
  add_time (self, wave_sketch_get_quantile (&totals->ttfc, 50), 2, row);
  add_time (self, ttfc, 3, row);
  add_time (self, wave_sketch_get_quantile (&totals->gaps, 50), 4, row);
  add_time (self, gap, 5, row);
  add_label (self, rate, "numeric", 6, row);
  add_label (self, stalls, "numeric", 7, row);
  add_label (self, tools, "numeric", 8, row);
  add_label (self, bad, "numeric", 9, row);
  gtk_grid_attach (self->grid, make_shape (&totals->gaps, limits->stall_us), 10, row, 1, 1);
}

static void
refresh (WaveScopeTotals *self)
{
  const char *const heads[] = { "",           _ ("Replies"), _ ("First p50"), _ ("First p95"), _ ("Gap p50"), _ ("Gap p99"),
                                _ ("Chars"), _ ("Stalls"),  _ ("Tools"),     _ ("Failed"),    _ ("Gaps") };
  GListModel *streams = G_LIST_MODEL (wave_tenant_get_streams (self->tenant));
  WaveTotalsBy by = gtk_drop_down_get_selected (self->by) == 0 ? WAVE_TOTALS_AI : WAVE_TOTALS_ROOM;
  WaveStreamThresholds limits;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  GtkWidget *grid = gtk_grid_new ();
  gboolean ranged = self->from_us <= self->to_us;
  gint64 begun = g_get_monotonic_time ();

  self->grid = GTK_GRID (grid);
  gtk_grid_set_column_spacing (self->grid, 14);
  gtk_grid_set_row_spacing (self->grid, 4);
  wave_stream_store_get_thresholds (wave_tenant_get_streams (self->tenant), &limits);
  all = wave_stream_totals_collect (streams, WAVE_TOTALS_TENANT, self->from_us, self->to_us, limits.stall_us);
  parts = wave_stream_totals_collect (streams, by, self->from_us, self->to_us, limits.stall_us);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    add_label (self, heads[i], "dim-label", (int)i, 0);
  if (all->len > 0)
    add_row (self, WAVE_TOTALS_TENANT, all->pdata[0], &limits, 1);
  for (guint i = 0; i < MIN (parts->len, MAX_ROWS); i++)
    add_row (self, by, parts->pdata[i], &limits, (int)i + 2);
  gtk_label_set_text (self->note, ranged ? _ ("Replies of the selected range. Quantiles within 1 %.")
                                         : _ ("All replies that are held; select a range with Shift and drag. Quantiles within 1 %."));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->place), grid);
  self->not_before_us = g_get_monotonic_time () + (g_get_monotonic_time () - begun) * COST_SHARE;
}

static gboolean
on_refresh (gpointer user_data)
{
  WaveScopeTotals *self = user_data;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      self->refresh_id = 0;
      return G_SOURCE_REMOVE;
    }
  if (wave_stream_store_get_n_live (wave_tenant_get_streams (self->tenant)) > 0 && g_get_monotonic_time () >= self->not_before_us)
    refresh (self);
  return G_SOURCE_CONTINUE;
}

void
wave_scope_totals_set_range (WaveScopeTotals *self, gint64 from_us, gint64 to_us)
{
  g_return_if_fail (WAVE_IS_SCOPE_TOTALS (self));
  self->from_us = from_us;
  self->to_us = to_us;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    refresh (self);
}

static void
wave_scope_totals_map (GtkWidget *widget)
{
  WaveScopeTotals *self = WAVE_SCOPE_TOTALS (widget);

  GTK_WIDGET_CLASS (wave_scope_totals_parent_class)->map (widget);
  refresh (self);
  if (self->refresh_id != 0)
    return;
  self->refresh_id = g_timeout_add_seconds (REFRESH_S, on_refresh, self);
  g_source_set_name_by_id (self->refresh_id, "wave-scope-totals");
}

static void
wave_scope_totals_dispose (GObject *object)
{
  WaveScopeTotals *self = WAVE_SCOPE_TOTALS (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_object (&self->tenant);
  G_OBJECT_CLASS (wave_scope_totals_parent_class)->dispose (object);
}

static void
wave_scope_totals_class_init (WaveScopeTotalsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_scope_totals_dispose;
  GTK_WIDGET_CLASS (klass)->map = wave_scope_totals_map;
}

static void
wave_scope_totals_init (WaveScopeTotals *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  const char *const words[] = { _ ("By AI"), _ ("By room"), NULL };

  self->from_us = 1;
  self->note = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->note, 0);
  gtk_label_set_wrap (self->note, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "caption");
  self->by = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (words));
  gtk_widget_set_halign (GTK_WIDGET (self->by), GTK_ALIGN_START);
  g_signal_connect_swapped (self->by, "notify::selected", G_CALLBACK (refresh), self);
  self->place = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->place), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->place), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->by));
  gtk_box_append (GTK_BOX (box), self->place);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->note));
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
wave_scope_totals_new (WaveTenant *tenant)
{
  WaveScopeTotals *self = g_object_new (WAVE_TYPE_SCOPE_TOTALS, NULL);

  self->tenant = g_object_ref (tenant);
  return GTK_WIDGET (self);
}
