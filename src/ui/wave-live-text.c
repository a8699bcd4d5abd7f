// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-live-text.h"

#include <string.h>

#include "ui/wave-wrap.h"

/* The width that is needed, in characters, and the one that is asked for, in pixels. They are the same for every text, so that nobody remembers a width of
 * another one. All the width there is is asked for: boxes take it for granted that a text is not higher at that width than at a larger one. */
#define LEAST_CHARS 8
#define LEAST_CHARS_ONE_LINE 3
#define WIDEST 4096

struct _WaveLiveText
{
  GtkWidget parent_instance;

  PangoLayout *layout;   /* what is drawn */
  PangoLayout *measured; /* the text as it was when a layout was asked for: GTK remembers what it measured until the next time, and all of that must be of one text */
  char *markup;      /* nullable: that was shown last */
  int width, height; /* as it stands on screen; 0 before that */
  int line_width;    /* for which one line is measured: as it stood when a layout was asked for; 0 before that */
  guint tick;
};

G_DEFINE_FINAL_TYPE (WaveLiveText, wave_live_text, GTK_TYPE_WIDGET)

static int
height_at (PangoLayout *layout, int width)
{
  int height;

  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static gboolean
is_one_line (WaveLiveText *self)
{
  return pango_layout_get_ellipsize (self->layout) != PANGO_ELLIPSIZE_NONE;
}

static void
ask_for_layout (WaveLiveText *self)
{
  pango_layout_set_wrap (self->measured, pango_layout_get_wrap (self->layout));
  pango_layout_set_text (self->measured, pango_layout_get_text (self->layout), -1);
  pango_layout_set_attributes (self->measured, pango_layout_get_attributes (self->layout));
  self->line_width = self->width;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* Pango knows no links; they are underlined, as they will be. The markup is ours: nothing of what came over the wire is a tag in it. */
static char *
without_links (const char *markup)
{
  g_autoptr (GString) out = g_string_new (NULL);

  while (*markup != '\0')
    {
      const char *link = strstr (markup, "<a "), *end = strstr (markup, "</a>");
      const char *next = link != NULL && (end == NULL || link < end) ? link : end;
      const char *close = next != NULL ? strchr (next, '>') : NULL;

      if (close == NULL)
        break;
      g_string_append_len (out, markup, next - markup);
      g_string_append (out, next == link ? "<u>" : "</u>");
      markup = close + 1;
    }
  g_string_append (out, markup);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* @attributes: (transfer full) (nullable) */
static void
show (WaveLiveText *self, const char *text, PangoAttrList *attributes)
{
  pango_layout_set_wrap (self->layout, wave_wrap_mode (text));
  pango_layout_set_text (self->layout, text, -1);
  /* A line of a list begins where its neighbours do, whatever it is written in: Pango turns LEFT round for text from right to left. */
  if (is_one_line (self))
    pango_layout_set_alignment (self->layout, (pango_layout_get_direction (self->layout, 0) == PANGO_DIRECTION_RTL)
                                                      == (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
                                                  ? PANGO_ALIGN_LEFT
                                                  : PANGO_ALIGN_RIGHT);
  pango_layout_set_attributes (self->layout, attributes);
  g_clear_pointer (&attributes, pango_attr_list_unref);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  /* One line is as high as another, but for some scripts: that is seen when it gets its place or is drawn, and most of a list is not. */
  if (is_one_line (self))
    gtk_widget_queue_draw (GTK_WIDGET (self));
  else if (self->width > 0 && height_at (self->layout, self->width) == self->height)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  else
    ask_for_layout (self);
}

void
wave_live_text_set_one_line (WaveLiveText *text)
{
  g_return_if_fail (WAVE_IS_LIVE_TEXT (text));
  pango_layout_set_single_paragraph_mode (text->layout, TRUE);
  pango_layout_set_single_paragraph_mode (text->measured, TRUE);
  pango_layout_set_ellipsize (text->layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_ellipsize (text->measured, PANGO_ELLIPSIZE_END);
}

void
wave_live_text_set_markup (WaveLiveText *text, const char *markup)
{
  g_autofree char *plain = NULL;
  g_autofree char *known = NULL;
  PangoAttrList *attributes = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (WAVE_IS_LIVE_TEXT (text) && markup != NULL);
  if (!g_set_str (&text->markup, markup))
    return;
  known = without_links (markup);
  if (pango_parse_markup (known, -1, 0, &attributes, &plain, NULL, &error))
    {
      show (text, plain, attributes);
      return;
    }
  g_warning ("a text is no markup: %s", error->message);
  show (text, markup, NULL);
}

void
wave_live_text_set_text (WaveLiveText *text, const char *plain)
{
  g_return_if_fail (WAVE_IS_LIVE_TEXT (text) && plain != NULL);
  if (text->markup == NULL && g_str_equal (plain, wave_live_text_get_text (text)))
    return;
  g_clear_pointer (&text->markup, g_free);
  show (text, plain, NULL);
}

const char *
wave_live_text_get_text (WaveLiveText *text)
{
  g_return_val_if_fail (WAVE_IS_LIVE_TEXT (text), NULL);
  return pango_layout_get_text (text->layout);
}

/* ---- the widget ---- */

static GtkSizeRequestMode
get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  WaveLiveText *self = WAVE_LIVE_TEXT (widget);
  PangoContext *context = pango_layout_get_context (self->layout);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int char_width = MAX (1, pango_font_metrics_get_approximate_char_width (metrics) / PANGO_SCALE);
  int line = PANGO_PIXELS_CEIL (pango_font_metrics_get_height (metrics));

  pango_font_metrics_unref (metrics);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = (is_one_line (self) ? LEAST_CHARS_ONE_LINE : LEAST_CHARS) * char_width;
      *natural = MAX (*minimum, WIDEST);
      return;
    }
  /* Where letters of a higher script are cut off, one line is higher or lower by what is left, and GTK warns of a box that is higher for less room: one height for all
   * widths. */
  if (is_one_line (self))
    for_size = self->line_width > 0 ? self->line_width : WIDEST;
  if (for_size < 0)
    for_size = WIDEST;
  *minimum = *natural = MAX (line, height_at (self->measured, for_size));
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WAVE_LIVE_TEXT (widget)->tick = 0;
  ask_for_layout (WAVE_LIVE_TEXT (widget));
  return G_SOURCE_REMOVE;
}

static void
ask_soon (WaveLiveText *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WaveLiveText *self = WAVE_LIVE_TEXT (widget);

  self->width = width;
  self->height = height_at (self->layout, width);
  /* At another width the text may be higher than the one that was measured. */
  if (height_at (self->measured, width) != self->height
      || (is_one_line (self) && height_at (self->measured, self->line_width > 0 ? self->line_width : WIDEST) != self->height))
    ask_soon (self);
}

static void
snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WaveLiveText *self = WAVE_LIVE_TEXT (widget);
  GdkRGBA color;

  if (is_one_line (self) && height_at (self->layout, self->width) != self->height)
    ask_soon (self);
  gtk_widget_get_color (widget, &color);
  gtk_snapshot_append_layout (snapshot, self->layout, &color);
}

static void
wave_live_text_dispose (GObject *object)
{
  WaveLiveText *self = WAVE_LIVE_TEXT (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  G_OBJECT_CLASS (wave_live_text_parent_class)->dispose (object);
}

static void
wave_live_text_finalize (GObject *object)
{
  g_free (WAVE_LIVE_TEXT (object)->markup);
  g_clear_object (&WAVE_LIVE_TEXT (object)->layout);
  g_clear_object (&WAVE_LIVE_TEXT (object)->measured);
  G_OBJECT_CLASS (wave_live_text_parent_class)->finalize (object);
}

static void
wave_live_text_class_init (WaveLiveTextClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_live_text_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_live_text_finalize;
  widget_class->get_request_mode = get_request_mode;
  widget_class->measure = measure;
  widget_class->size_allocate = size_allocate;
  widget_class->snapshot = snapshot;
  /* Styled as the labels that it stands for. */
  gtk_widget_class_set_css_name (widget_class, "label");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
wave_live_text_init (WaveLiveText *self)
{
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "");
  self->measured = gtk_widget_create_pango_layout (GTK_WIDGET (self), "");
}

GtkWidget *
wave_live_text_new (void)
{
  return g_object_new (WAVE_TYPE_LIVE_TEXT, NULL);
}
