// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-state-strip.h"

#include <glib/gi18n.h>

#include "model/wave-room-parts.h"
#include "session/wave-batch.h"
#include "ui/wave-words.h"

#define SPAN_US (10 * 60 * G_USEC_PER_SEC)
#define HEIGHT 36

typedef struct {
  gint64 from_us;
  WaveSessionState state;
} Band;

struct _WaveStateStrip
{
  GtkWidget parent_instance;
  GArray *bands; /* oldest first; the first may begin before the span */
  gint64 now_us;
};

G_DEFINE_FINAL_TYPE (WaveStateStrip, wave_state_strip, GTK_TYPE_WIDGET)

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
      return 0.3f;
    case WAVE_SESSION_REFUSED:
    case WAVE_SESSION_REPLACED:
      gdk_rgba_parse (color, "#e01b24");
      return 0.4f;
    case WAVE_SESSION_IDLE:
    case WAVE_N_SESSION_STATES:
    default:
      gdk_rgba_parse (color, "#9a9996");
      return 0.1f;
    }
}

static void
wave_state_strip_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                          int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 100;
  *natural = orientation == GTK_ORIENTATION_VERTICAL ? HEIGHT : 400;
  *minimum_baseline = *natural_baseline = -1;
}

static void
wave_state_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WaveStateStrip *self = WAVE_STATE_STRIP (widget);
  float width = gtk_widget_get_width (widget);
  float height = gtk_widget_get_height (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  gint64 begin = self->now_us - SPAN_US;
  GdkRGBA faint;

  gtk_widget_get_color (widget, &faint);
  faint.alpha *= 0.12f;
  gtk_snapshot_append_color (snapshot, &faint, &GRAPHENE_RECT_INIT (0, height - 1, width, 1));
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
      x_end = MAX (x_end, x + 2);
      gtk_snapshot_append_color (snapshot, &color,
                                 &GRAPHENE_RECT_INIT (rtl ? width - x_end : x, height * (1 - share), x_end - x, height * share));
    }
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
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
wave_state_strip_init (WaveStateStrip *self)
{
  self->bands = g_array_new (FALSE, FALSE, sizeof (Band));
}

GtkWidget *
wave_state_strip_new (void)
{
  return g_object_new (WAVE_TYPE_STATE_STRIP, NULL);
}

void
wave_state_strip_update (WaveStateStrip *strip, GListModel *transitions, gint64 now_mono_us)
{
  guint n = g_list_model_get_n_items (transitions);
  guint drops = 0;
  WaveSessionState state = WAVE_SESSION_IDLE;
  g_autofree char *words = NULL;

  g_return_if_fail (WAVE_IS_STATE_STRIP (strip));
  g_array_set_size (strip->bands, 0);
  strip->now_us = now_mono_us;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveTransitionItem) item = g_list_model_get_item (transitions, i);
      const WaveTransition *transition = wave_transition_item_get (item);
      Band band = { transition->mono_us, transition->to };

      g_array_append_val (strip->bands, band);
      drops += transition->from == WAVE_SESSION_LIVE;
      state = transition->to;
    }
  words = g_strdup_printf (ngettext ("%s; the connection was lost %u time", "%s; the connection was lost %u times", drops), wave_words_state (state),
                           drops);
  gtk_accessible_update_property (GTK_ACCESSIBLE (strip), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_queue_draw (GTK_WIDGET (strip));
}
