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
#define BARS 48
#define DECADES 6
#define SPAN_SELECTED 4

struct _WaveScopeTotals
{
  AdwBin parent_instance;

  GtkGrid *grid;
  GtkWidget *place;
  GtkLabel *note;
  GtkDropDown *by;
  GtkDropDown *span;
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
  int limit_bar;
  double p50_us, high_us;
} Shape;

static double
share_of (double us)
{
  return CLAMP (log10 (MAX (us, 1) / 100) / DECADES, 0, 1);
}

static int
bar_of (double us)
{
  return MIN ((int)(share_of (us) * BARS), BARS - 1);
}

static void
draw_shape (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  const Shape *shape = user_data;
  GdkRGBA grid = wave_scope_colour (WAVE_SCOPE_COLOUR_GRID, 1);
  GdkRGBA text = wave_scope_colour (WAVE_SCOPE_COLOUR_TEXT, 0.8f);
  double base = height - 1;

  gdk_cairo_set_source_rgba (cr, &grid);
  for (int i = 0; i <= DECADES; i++)
    cairo_rectangle (cr, floor ((width - 1) * i / (double)DECADES), 0, 1, height);
  cairo_rectangle (cr, 0, base, width, 1);
  cairo_fill (cr);
  for (int i = 0; i < BARS; i++)
    {
      gboolean over = i >= shape->limit_bar;
      GdkRGBA colour = wave_scope_colour (over ? WAVE_SCOPE_COLOUR_STALL : WAVE_SCOPE_COLOUR_GENERATING, 1);
      double tall = shape->bars[i] > 0 ? MAX (3, shape->bars[i] * base) : 0;
      double x0 = floor (width * i / (double)BARS);
      double x1 = floor (width * (i + 1) / (double)BARS);

      gdk_cairo_set_source_rgba (cr, &colour);
      cairo_rectangle (cr, x0, base - tall, MAX (1, x1 - x0 - 1), tall);
      cairo_fill (cr);
    }
  /* The median and the high quantile of the columns beside it. */
  gdk_cairo_set_source_rgba (cr, &text);
  if (shape->p50_us >= 0)
    cairo_rectangle (cr, floor (share_of (shape->p50_us) * (width - 2)), 0, 1, height);
  if (shape->high_us >= 0)
    cairo_rectangle (cr, floor (share_of (shape->high_us) * (width - 2)), 0, 1, height);
  cairo_fill (cr);
}

static GtkWidget *
make_shape (const WaveSketch *sketch, gint64 limit_us, double high_percent, const char *what)
{
  GtkWidget *area = gtk_drawing_area_new ();
  Shape *shape = g_new0 (Shape, 1);
  g_autofree char *least = wave_scope_format_duration (sketch->n > 0 ? sketch->min_us : -1);
  g_autofree char *most = wave_scope_format_duration (sketch->n > 0 ? sketch->max_us : -1);
  g_autofree char *words = NULL;
  double high = 0;

  for (guint i = 0; i < WAVE_SKETCH_BARS; i++)
    if (sketch->bars[i] > 0)
      shape->bars[bar_of (pow (1.02, i))] += sketch->bars[i];
  for (guint i = 0; i < BARS; i++)
    high = MAX (high, shape->bars[i]);
  /* The square root keeps single ones visible beside thousands. */
  for (guint i = 0; i < BARS && high > 0; i++)
    shape->bars[i] = sqrt (shape->bars[i] / high);
  shape->limit_bar = bar_of (limit_us);
  shape->p50_us = wave_sketch_get_quantile (sketch, 50);
  shape->high_us = wave_sketch_get_quantile (sketch, high_percent);
  /* Translators: what is distributed, how many there are, the shortest, the longest */
  words = g_strdup_printf (_ ("%s: %llu between %s and %s. Log scale, a line a power of ten from 0.1 ms to 100 s; the tall lines are the median and "
                              "the high quantile."),
                           what, (unsigned long long) sketch->n, least, most);
  gtk_widget_set_size_request (area, 150, 26);
  gtk_widget_set_hexpand (area, TRUE);
  gtk_widget_set_tooltip_text (area, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (area), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw_shape, shape, g_free);
  return area;
}

/* ---- the table ---- */

static GtkWidget *
add_label (WaveScopeTotals *self, const char *text, const char *css, int column, int row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  if (column == 0)
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 28);
      /* The table scrolls to the side before its names are nothing but dots. */
      gtk_label_set_width_chars (GTK_LABEL (label), MIN (10, (int)g_utf8_strlen (text, -1)));
    }
  gtk_widget_add_css_class (label, css);
  gtk_grid_attach (self->grid, label, column, row, 1, 1);
  return label;
}

/* Over its limit a time is red and has a sign. */
static void
add_time (WaveScopeTotals *self, gint64 us, gint64 limit_us, int column, int row)
{
  g_autofree char *length = wave_scope_format_duration (us);
  g_autofree char *limit = wave_scope_format_duration (limit_us);
  g_autofree char *text = us > limit_us ? g_strdup_printf ("▲ %s", length) : g_steal_pointer (&length);
  GtkWidget *label = add_label (self, text, "numeric", column, row);

  if (us <= limit_us)
    return;
  {
    g_autofree char *tooltip = g_strdup_printf (_ ("Over the limit of the preferences, %s"), limit);

    gtk_widget_add_css_class (label, "error");
    gtk_widget_set_tooltip_text (label, tooltip);
  }
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
  add_time (self, wave_sketch_get_quantile (&totals->ttfc, 50), limits->first_chunk_us, 2, row);
  add_time (self, ttfc, limits->first_chunk_us, 3, row);
  gtk_grid_attach (self->grid, make_shape (&totals->ttfc, limits->first_chunk_us, 95, _ ("Times to the first chunk")), 4, row, 1, 1);
  add_time (self, wave_sketch_get_quantile (&totals->gaps, 50), limits->stall_us, 5, row);
  add_time (self, gap, limits->stall_us, 6, row);
  gtk_grid_attach (self->grid, make_shape (&totals->gaps, limits->stall_us, 99, _ ("Gaps between chunks")), 7, row, 1, 1);
  add_label (self, rate, "numeric", 8, row);
  add_label (self, stalls, "numeric", 9, row);
  add_label (self, tools, "numeric", 10, row);
  add_label (self, bad, "numeric", 11, row);
}

/* What the drop-down says, in mono µs. Returns: FALSE for everything */
static gboolean
get_span (WaveScopeTotals *self, gint64 *from_us, gint64 *to_us)
{
  static const gint64 lengths_s[] = { 0, 60, 600, 3600 };
  guint picked = gtk_drop_down_get_selected (self->span);

  *from_us = self->from_us;
  *to_us = self->to_us;
  if (picked >= G_N_ELEMENTS (lengths_s))
    return self->from_us <= self->to_us;
  *to_us = wave_tenant_get_now_mono (self->tenant);
  *from_us = *to_us - lengths_s[picked] * G_USEC_PER_SEC;
  return picked > 0;
}

static void
refresh (WaveScopeTotals *self)
{
  static const struct
  {
    const char *title, *meaning;
  } heads[] = {
    { "", NULL },
    { N_ ("Replies"), NULL },
    { N_ ("First p50"), N_ ("Time to the first chunk: half of the replies were no slower") },
    { N_ ("p95"), N_ ("Time to the first chunk: 95 of a hundred replies were no slower") },
    { N_ ("0.1 ms – 100 s"), N_ ("How the times to the first chunk are distributed, on a log scale") },
    { N_ ("Gap p50"), N_ ("Gaps between chunks with text: half were no longer") },
    { N_ ("p99"), N_ ("Gaps between chunks with text: 99 of a hundred were no longer") },
    { N_ ("0.1 ms – 100 s"), N_ ("How the gaps are distributed, on a log scale") },
    { N_ ("Chars"), N_ ("Characters a second while generating") },
    { N_ ("Stalls"), N_ ("Gaps over the threshold of the preferences") },
    { N_ ("Tools"), N_ ("Share of the replies' time under a status “calling …”") },
    { N_ ("Failed"), N_ ("Failed with an error, or torn by a gap of the connection") },
  };
  GListModel *streams = G_LIST_MODEL (wave_tenant_get_streams (self->tenant));
  WaveTotalsBy by = gtk_drop_down_get_selected (self->by) == 0 ? WAVE_TOTALS_AI : WAVE_TOTALS_ROOM;
  WaveStreamThresholds limits;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) parts = NULL;
  GtkWidget *grid = gtk_grid_new ();
  gint64 from_us, to_us;
  gboolean ranged = get_span (self, &from_us, &to_us);
  gint64 begun = g_get_monotonic_time ();

  self->grid = GTK_GRID (grid);
  gtk_grid_set_column_spacing (self->grid, 14);
  gtk_grid_set_row_spacing (self->grid, 4);
  wave_stream_store_get_thresholds (wave_tenant_get_streams (self->tenant), &limits);
  if (!ranged)
    {
      from_us = 1;
      to_us = 0;
    }
  all = wave_stream_totals_collect (streams, WAVE_TOTALS_TENANT, from_us, to_us, limits.stall_us);
  parts = wave_stream_totals_collect (streams, by, from_us, to_us, limits.stall_us);
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      GtkWidget *head = add_label (self, heads[i].title[0] != '\0' ? _ (heads[i].title) : "", "dim-label", (int)i, 0);

      gtk_widget_add_css_class (head, "caption");
      if (heads[i].meaning != NULL)
        gtk_widget_set_tooltip_text (head, _ (heads[i].meaning));
    }
  if (all->len > 0)
    add_row (self, WAVE_TOTALS_TENANT, all->pdata[0], &limits, 1);
  for (guint i = 0; i < MIN (parts->len, MAX_ROWS); i++)
    add_row (self, by, parts->pdata[i], &limits, (int)i + 2);
  gtk_label_set_text (self->note, all->len == 0 ? _ ("No replies in this range.")
                                                : _ ("Quantiles of many replies come from a sketch and are within 1 %; counts and sums are exact. "
                                                     "Replies that last at some time of the range count. Select a range with Shift and drag."));
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
  gtk_drop_down_set_selected (self->span, from_us <= to_us ? SPAN_SELECTED : 0);
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
  GtkWidget *tools = adw_wrap_box_new ();
  const char *const words[] = { _ ("By AI"), _ ("By room"), NULL };
  const char *const spans[] = { _ ("All that is held"), _ ("Last minute"), _ ("Last 10 minutes"), _ ("Last hour"), _ ("Selected range"), NULL };

  self->from_us = 1;
  self->note = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->note, 0);
  gtk_label_set_wrap (self->note, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->note), "caption");
  self->by = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (words));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->by), _ ("Group Totals"));
  self->span = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (spans));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->span), _ ("Time Range of Totals"));
  self->place = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->place), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->place), TRUE);
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (tools), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (tools), 6);
  adw_wrap_box_append (ADW_WRAP_BOX (tools), GTK_WIDGET (self->by));
  adw_wrap_box_append (ADW_WRAP_BOX (tools), GTK_WIDGET (self->span));
  gtk_box_append (GTK_BOX (box), tools);
  gtk_box_append (GTK_BOX (box), self->place);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->note));
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
wave_scope_totals_new (WaveTenant *tenant)
{
  WaveScopeTotals *self = g_object_new (WAVE_TYPE_SCOPE_TOTALS, NULL);

  self->tenant = g_object_ref (tenant);
  g_signal_connect_swapped (self->by, "notify::selected", G_CALLBACK (refresh), self);
  g_signal_connect_swapped (self->span, "notify::selected", G_CALLBACK (refresh), self);
  return GTK_WIDGET (self);
}
