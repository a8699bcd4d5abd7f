// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-state-strip.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "model/wave-room-parts.h"
#include "ui/wave-format.h"
#include "ui/wave-words.h"

#define SPAN_US (10 * 60 * G_USEC_PER_SEC)
#define MINUTES 10
#define HEIGHT 44
#define AXIS 18 /* below, for the times */
#define RADIUS 6
/* Less than this cannot be seen. */
#define MIN_WIDTH 2

typedef struct {
  gint64 from_us, wall_us;
  WaveSessionState state;
  char *cause;
} Band;

struct _WaveStateStrip
{
  GtkWidget parent_instance;
  GArray *bands; /* oldest first; the first may begin before the span */
  gint64 now_us;
};

G_DEFINE_FINAL_TYPE (WaveStateStrip, wave_state_strip, GTK_TYPE_WIDGET)

static void
band_clear (gpointer data)
{
  g_free (((Band *) data)->cause);
}

/* Share of the height and colour: live is tall and green, a wait is low and amber, a stop is red. */
static float
look_of (WaveSessionState state, GdkRGBA *color)
{
  switch (state)
    {
    case WAVE_SESSION_LIVE:
      gdk_rgba_parse (color, "#2ec27e");
      return 1;
    case WAVE_SESSION_CATCHING_UP:
      gdk_rgba_parse (color, "#3584e4");
      return 0.8f;
    case WAVE_SESSION_POLLING:
      gdk_rgba_parse (color, "#9141ac");
      return 0.7f;
    case WAVE_SESSION_CONNECTING:
    case WAVE_SESSION_AWAITING_HELLO:
      gdk_rgba_parse (color, "#62a0ea");
      return 0.5f;
    case WAVE_SESSION_WAITING:
      gdk_rgba_parse (color, "#e5a50a");
      return 0.35f;
    case WAVE_SESSION_REFUSED:
    case WAVE_SESSION_REPLACED:
      gdk_rgba_parse (color, "#e01b24");
      return 0.5f;
    case WAVE_SESSION_IDLE:
    case WAVE_N_SESSION_STATES:
    default:
      gdk_rgba_parse (color, "#9a9996");
      return 0.12f;
    }
}

static void
wave_state_strip_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                          int *natural_baseline)
{
  int axis = MAX (AXIS, (int) adw_length_unit_to_px (ADW_LENGTH_UNIT_SP, AXIS, gtk_widget_get_settings (widget)));

  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT + axis : 100;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT + axis : 400;
  *minimum_baseline = *natural_baseline = -1;
}

static void
draw_axis (GtkWidget *widget, GtkSnapshot *snapshot, float width, gboolean rtl)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, NULL);
  PangoAttrList *attributes = pango_attr_list_new ();
  /* As many as fit side by side. */
  double room = adw_length_unit_from_px (ADW_LENGTH_UNIT_SP, width, gtk_widget_get_settings (widget));
  guint step = room > 500 ? 1 : room > 260 ? 2 : 5;
  GdkRGBA color, line;

  gtk_widget_get_color (widget, &color);
  line = color;
  line.alpha *= 0.15f;
  color.alpha *= 0.7f;
  pango_attr_list_insert (attributes, pango_attr_scale_new (0.8));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  for (guint minute = 0; minute <= MINUTES; minute += step)
    {
      float x = width * (MINUTES - minute) / MINUTES;
      /* Translators: minutes before now, under a time axis. */
      g_autofree char *text = minute == 0 ? g_strdup (_("now")) : g_strdup_printf (_("−%u min"), minute);
      int text_width, text_height;
      float left;

      x = rtl ? width - x : x;
      pango_layout_set_text (layout, text, -1);
      pango_layout_get_pixel_size (layout, &text_width, &text_height);
      left = CLAMP (x - text_width / 2.0f, 0, width - text_width);
      if (minute > 0 && minute < MINUTES)
        gtk_snapshot_append_color (snapshot, &line, &GRAPHENE_RECT_INIT (x, 0, 1, HEIGHT));
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (left, HEIGHT + 3));
      gtk_snapshot_append_layout (snapshot, layout, &color);
      gtk_snapshot_restore (snapshot);
    }
}

static void
wave_state_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WaveStateStrip *self = WAVE_STATE_STRIP (widget);
  float width = gtk_widget_get_width (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  gint64 begin = self->now_us - SPAN_US;
  GskRoundedRect track;
  GdkRGBA faint;

  gtk_widget_get_color (widget, &faint);
  faint.alpha *= 0.07f;
  gsk_rounded_rect_init_from_rect (&track, &GRAPHENE_RECT_INIT (0, 0, width, HEIGHT), RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &track);
  gtk_snapshot_append_color (snapshot, &faint, &GRAPHENE_RECT_INIT (0, 0, width, HEIGHT));
  for (guint i = 0; i < self->bands->len; i++)
    {
      const Band *band = &g_array_index (self->bands, Band, i);
      gint64 end = i + 1 < self->bands->len ? g_array_index (self->bands, Band, i + 1).from_us : self->now_us;
      float x = width * (MAX (band->from_us, begin) - begin) / (float) SPAN_US;
      float x_end = width * (end - begin) / (float) SPAN_US;
      GdkRGBA color;
      float share = look_of (band->state, &color);

      if (end <= begin)
        continue;
      /* Something that was too short to be seen still happened. */
      x = MIN (x, MAX (0, width - MIN_WIDTH));
      x_end = MAX (x_end, x + MIN_WIDTH);
      gtk_snapshot_append_color (snapshot, &color,
                                 &GRAPHENE_RECT_INIT (rtl ? width - x_end : x, HEIGHT * (1 - share), x_end - x, HEIGHT * share));
    }
  gtk_snapshot_pop (snapshot);
  draw_axis (widget, snapshot, width, rtl);
}

static gboolean
wave_state_strip_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  WaveStateStrip *self = WAVE_STATE_STRIP (widget);
  float width = gtk_widget_get_width (widget);
  gint64 at;
  const Band *found = NULL;
  gint64 end = self->now_us;
  g_autofree char *clock = NULL;
  g_autofree char *span = NULL;
  g_autofree char *text = NULL;

  if (keyboard || width <= 0)
    return FALSE;
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    x = width - x;
  at = self->now_us - SPAN_US + (gint64) (SPAN_US * (x / width));
  for (guint i = 0; i < self->bands->len && g_array_index (self->bands, Band, i).from_us <= at; i++)
    {
      found = &g_array_index (self->bands, Band, i);
      end = i + 1 < self->bands->len ? g_array_index (self->bands, Band, i + 1).from_us : self->now_us;
    }
  if (found == NULL)
    return FALSE;
  clock = wave_format_clock_ms (found->wall_us);
  span = wave_format_span (end - found->from_us);
  /* Translators: a state, since when, for how long, and why. */
  text = g_strdup_printf (_("%s since %s, for %s\n%s"), wave_words_state_meaning (found->state), clock, span, found->cause);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
wave_state_strip_finalize (GObject *object)
{
  g_array_unref (WAVE_STATE_STRIP (object)->bands);
  G_OBJECT_CLASS (wave_state_strip_parent_class)->finalize (object);
}

static void
wave_state_strip_class_init (WaveStateStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = wave_state_strip_finalize;
  widget_class->measure = wave_state_strip_measure;
  widget_class->snapshot = wave_state_strip_snapshot;
  widget_class->query_tooltip = wave_state_strip_query_tooltip;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
wave_state_strip_init (WaveStateStrip *self)
{
  /* Time runs to the right in every language, in all charts alike. */
  gtk_widget_set_direction (GTK_WIDGET (self), GTK_TEXT_DIR_LTR);
  self->bands = g_array_new (FALSE, FALSE, sizeof (Band));
  g_array_set_clear_func (self->bands, band_clear);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

GtkWidget *
wave_state_strip_new (void)
{
  return g_object_new (WAVE_TYPE_STATE_STRIP, NULL);
}

static void
draw_swatch (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  GdkRGBA color;
  float share = look_of (GPOINTER_TO_UINT (user_data), &color);

  gdk_cairo_set_source_rgba (cr, &color);
  cairo_rectangle (cr, 0, height * (1 - share), width, height * share);
  cairo_fill (cr);
}

GtkWidget *
wave_state_strip_make_swatch (WaveSessionState state)
{
  GtkWidget *area = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (area), 12);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (area), 14);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw_swatch, GUINT_TO_POINTER (state), NULL);
  gtk_widget_set_valign (area, GTK_ALIGN_CENTER);
  return area;
}

void
wave_state_strip_update (WaveStateStrip *strip, GListModel *transitions, gint64 now_mono_us)
{
  guint n = g_list_model_get_n_items (transitions);
  guint first = n;
  guint drops = 0;
  WaveSessionState state = WAVE_SESSION_IDLE;
  g_autofree char *words = NULL;

  g_return_if_fail (WAVE_IS_STATE_STRIP (strip));
  g_array_set_size (strip->bands, 0);
  strip->now_us = now_mono_us;
  /* The one that the span begins in, and those after it. */
  while (first > 0)
    {
      g_autoptr (WaveTransitionItem) item = g_list_model_get_item (transitions, --first);
      const WaveTransition *transition = wave_transition_item_get (item);

      if (transition->mono_us <= now_mono_us - SPAN_US)
        break;
    }
  for (guint i = first; i < n; i++)
    {
      g_autoptr (WaveTransitionItem) item = g_list_model_get_item (transitions, i);
      const WaveTransition *transition = wave_transition_item_get (item);
      Band band = { transition->mono_us, transition->wall_us, transition->to, wave_words_cause (transition) };

      g_array_append_val (strip->bands, band);
      drops += transition->from == WAVE_SESSION_LIVE;
      state = transition->to;
    }
  words = g_strdup_printf (ngettext ("%s; the connection was lost %u time in ten minutes", "%s; the connection was lost %u times in ten minutes", drops),
                           wave_words_state (state), drops);
  gtk_accessible_update_property (GTK_ACCESSIBLE (strip), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_queue_draw (GTK_WIDGET (strip));
}
