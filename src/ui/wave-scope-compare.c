// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ui/wave-scope-compare.h"
#include "ui/wave-scope-figures.h"
#include "ui/wave-scope-format.h"
#include "ui/wave-scope-plot.h"

/* More columns than this no window shows. */
#define MAX_COMPARED 6
#define REFRESH_S 1

struct _WaveScopeCompare
{
  AdwBin parent_instance;

  GtkWidget *stack;
  GtkWidget *table; /* GtkGrid, made anew when other streams are picked */
  GtkWidget *table_place;
  WaveScopePlot *plot;
  GtkLabel *values[MAX_COMPARED][WAVE_SCOPE_N_FIGURES];
  GtkLabel *outcomes[MAX_COMPARED];

  WaveTenant *tenant;
  GPtrArray *streams;
  guint refresh_id;
};

G_DEFINE_FINAL_TYPE (WaveScopeCompare, wave_scope_compare, ADW_TYPE_BIN)

/* The value, and how it differs from the first stream's. */
static char *
dup_cell (WaveScopeFigure figure, const WaveStreamFigures *first, const WaveStreamFigures *figures)
{
  g_autofree char *text = wave_scope_figure_dup_text (figure, figures);
  double a = wave_scope_figure_get_number (figure, first);
  double b = wave_scope_figure_get_number (figure, figures);

  if (first == figures || isnan (a) || isnan (b) || a == b)
    return g_steal_pointer (&text);
  if (a == 0)
    return g_strdup_printf ("%s  ↑", text);
  return g_strdup_printf ("%s  %s%.0f %%", text, b > a ? "↑ +" : "↓ −", fabs (b / a - 1) * 100);
}

static void
refresh (WaveScopeCompare *self)
{
  WaveStreamFigures figures[MAX_COMPARED];
  WaveStreamThresholds limits;
  gint64 now = wave_tenant_get_now_mono (self->tenant);
  guint n = MIN (self->streams->len, MAX_COMPARED);

  wave_stream_store_get_thresholds (wave_tenant_get_streams (self->tenant), &limits);
  for (guint i = 0; i < n; i++)
    wave_stream_get_figures (self->streams->pdata[i], limits.stall_us, &figures[i]);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *outcome = wave_scope_dup_outcome (self->streams->pdata[i], now);

      gtk_label_set_text (self->outcomes[i], outcome);
      for (guint row = 0; row < WAVE_SCOPE_N_FIGURES; row++)
        {
          g_autofree char *text = dup_cell (row, &figures[0], &figures[i]);

          gtk_label_set_text (self->values[i][row], text);
        }
    }
  wave_scope_plot_set_now (self->plot, now);
}

static gboolean
on_refresh (gpointer user_data)
{
  WaveScopeCompare *self = user_data;
  gboolean live = FALSE;

  refresh (self);
  for (guint i = 0; i < self->streams->len; i++)
    live = live || wave_stream_is_live (self->streams->pdata[i]);
  if (live && gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_CONTINUE;
  self->refresh_id = 0;
  return G_SOURCE_REMOVE;
}

static void
start_refresh (WaveScopeCompare *self)
{
  refresh (self);
  if (self->refresh_id != 0)
    return;
  self->refresh_id = g_timeout_add_seconds (REFRESH_S, on_refresh, self);
  g_source_set_name_by_id (self->refresh_id, "wave-scope-compare");
}

static GtkLabel *
add_label (GtkGrid *grid, const char *text, const char *css, int column, int row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  gtk_grid_attach (grid, label, column, row, 1, 1);
  return GTK_LABEL (label);
}

static void
make_table (WaveScopeCompare *self)
{
  GtkGrid *grid = GTK_GRID (gtk_grid_new ());
  guint n = MIN (self->streams->len, MAX_COMPARED);

  gtk_grid_set_column_spacing (grid, 18);
  gtk_grid_set_row_spacing (grid, 1);
  for (guint row = 0; row < WAVE_SCOPE_N_FIGURES; row++)
    {
      GtkWidget *name = GTK_WIDGET (add_label (grid, wave_scope_figure_name (row), "dim-label", 0, (int)row + 2));

      gtk_widget_add_css_class (name, "caption");
      gtk_widget_set_tooltip_text (name, wave_scope_figure_meaning (row));
    }
  for (guint i = 0; i < n; i++)
    {
      WaveStream *stream = self->streams->pdata[i];
      GdkRGBA colour = wave_scope_series_colour (i);
      g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
      g_autofree char *title = g_strdup_printf ("%s %s · %s", i % 2 == 0 ? "━━" : "╍╍", wave_scope_sender_name (self->tenant, stream),
                                                wave_scope_room_name (self->tenant, stream));
      GtkLabel *heading = add_label (grid, title, "heading", (int)i + 1, 0);

      pango_attr_list_insert (attributes,
                              pango_attr_foreground_new ((guint16)(colour.red * 65535), (guint16)(colour.green * 65535),
                                                         (guint16)(colour.blue * 65535)));
      gtk_label_set_attributes (heading, attributes);
      gtk_label_set_ellipsize (heading, PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (heading, 28);
      gtk_label_set_width_chars (heading, 12);
      self->outcomes[i] = add_label (grid, "", "caption", (int)i + 1, 1);
      gtk_label_set_ellipsize (self->outcomes[i], PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (self->outcomes[i], 28);
      for (guint row = 0; row < WAVE_SCOPE_N_FIGURES; row++)
        {
          self->values[i][row] = add_label (grid, "", "numeric", (int)i + 1, (int)row + 2);
          gtk_widget_add_css_class (GTK_WIDGET (self->values[i][row]), "caption");
        }
    }
  self->table = GTK_WIDGET (grid);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->table_place), self->table);
}

void
wave_scope_compare_set_streams (WaveScopeCompare *self, GPtrArray *streams)
{
  g_return_if_fail (WAVE_IS_SCOPE_COMPARE (self));
  g_ptr_array_set_size (self->streams, 0);
  for (guint i = 0; i < MIN (streams->len, MAX_COMPARED); i++)
    g_ptr_array_add (self->streams, g_object_ref (streams->pdata[i]));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), self->streams->len >= 2 ? "table" : "none");
  make_table (self);
  wave_scope_plot_set_streams (self->plot, self->streams);
  start_refresh (self);
}

static void
wave_scope_compare_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (wave_scope_compare_parent_class)->map (widget);
  start_refresh (WAVE_SCOPE_COMPARE (widget));
}

static void
wave_scope_compare_dispose (GObject *object)
{
  WaveScopeCompare *self = WAVE_SCOPE_COMPARE (object);

  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_ptr_array_set_size (self->streams, 0);
  g_clear_object (&self->tenant);
  G_OBJECT_CLASS (wave_scope_compare_parent_class)->dispose (object);
}

static void
wave_scope_compare_finalize (GObject *object)
{
  g_ptr_array_unref (WAVE_SCOPE_COMPARE (object)->streams);
  G_OBJECT_CLASS (wave_scope_compare_parent_class)->finalize (object);
}

static void
wave_scope_compare_class_init (WaveScopeCompareClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_scope_compare_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_scope_compare_finalize;
  GTK_WIDGET_CLASS (klass)->map = wave_scope_compare_map;
}

static GtkWidget *
make_none (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *words = gtk_label_new (_ ("Pick two streams or more: Ctrl+click on them, or press C on the selected one. They are laid over each other from "
                                       "their own start."));
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("Compare with a _Recording…"));

  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_justify (GTK_LABEL (words), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (words), 60);
  gtk_widget_add_css_class (words, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), TRUE);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_justify (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), GTK_JUSTIFY_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "scope.compare-recording");
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (box, TRUE);
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), button);
  return box;
}

static void
wave_scope_compare_init (WaveScopeCompare *self)
{
  GtkWidget *wrap = adw_wrap_box_new ();
  GtkWidget *none = make_none ();
  GtkWidget *frame = gtk_frame_new (NULL);

  self->streams = g_ptr_array_new_with_free_func (g_object_unref);
  self->plot = WAVE_SCOPE_PLOT (wave_scope_plot_new ());
  gtk_widget_set_size_request (GTK_WIDGET (self->plot), 300, -1);
  gtk_widget_set_vexpand (GTK_WIDGET (self->plot), TRUE);
  gtk_frame_set_child (GTK_FRAME (frame), GTK_WIDGET (self->plot));
  self->table_place = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->table_place), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->table_place), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (self->table_place), TRUE);
  gtk_scrolled_window_set_min_content_width (GTK_SCROLLED_WINDOW (self->table_place), 300);
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (wrap), 12);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (wrap), 12);
  adw_wrap_box_set_justify (ADW_WRAP_BOX (wrap), ADW_JUSTIFY_FILL);
  adw_wrap_box_set_justify_last_line (ADW_WRAP_BOX (wrap), TRUE);
  adw_wrap_box_append (ADW_WRAP_BOX (wrap), self->table_place);
  adw_wrap_box_append (ADW_WRAP_BOX (wrap), frame);
  self->stack = gtk_stack_new ();
  gtk_stack_set_hhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_named (GTK_STACK (self->stack), none, "none");
  gtk_stack_add_named (GTK_STACK (self->stack), wrap, "table");
  adw_bin_set_child (ADW_BIN (self), self->stack);
}

GtkWidget *
wave_scope_compare_new (WaveTenant *tenant)
{
  WaveScopeCompare *self = g_object_new (WAVE_TYPE_SCOPE_COMPARE, NULL);

  self->tenant = g_object_ref (tenant);
  return GTK_WIDGET (self);
}
