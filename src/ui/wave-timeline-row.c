// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-timeline-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "model/wave-stream.h"
#include "ui/wave-format.h"
#include "ui/wave-message-row.h"
#include "ui/wave-words-room.h"
#include "ui/wave-words.h"
#include "ui/wave-wrap.h"

/* How long a row that one jumped to stands out, the animation of the style sheet included. */
#define FLASH_MS 1600

struct _WaveTimelineRow
{
  GtkWidget parent_instance;

  WaveTimelineItem *item;
  WaveParticipant *sender;
  WaveStream *stream;
  WaveGap *gap;
  gulong item_handler, sender_handler, stream_handler, gap_handler;
  guint tick; /* one update a frame, however much changed */
  guint flash;
  gboolean empty; /* the child is not up to date and not shown */
  gboolean rests; /* the child is up to date and not shown: it is far from what can be seen */
  int rest_width, rest_height; /* as it was when it was seen */

  GtkWidget *child;  /* of the shape below */
  int shape;         /* -1 none, else a Shape */
  GtkWidget *line;   /* label of a quiet line, a day, a gap, an error */
};

typedef enum { SHAPE_MESSAGE, SHAPE_NOTICE, SHAPE_DAY, SHAPE_READ, SHAPE_GAP, SHAPE_ERROR } Shape;

G_DEFINE_FINAL_TYPE (WaveTimelineRow, wave_timeline_row, GTK_TYPE_WIDGET)

static GtkWidget *
make_line (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  wave_wrap_label (GTK_LABEL (label));
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_divider (GtkWidget *label, const char *css_class)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_widget_add_css_class (box, css_class);
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *rule = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);

      gtk_widget_set_hexpand (rule, TRUE);
      gtk_widget_set_valign (rule, GTK_ALIGN_CENTER);
      gtk_box_append (GTK_BOX (box), rule);
      if (i == 0)
        gtk_box_append (GTK_BOX (box), label);
    }
  return box;
}

static GtkWidget *
make_error (WaveTimelineRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-error-symbolic");

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  self->line = make_line ("model-error-text");
  gtk_label_set_xalign (GTK_LABEL (self->line), 0);
  gtk_widget_set_hexpand (self->line, TRUE);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), self->line);
  gtk_widget_add_css_class (box, "model-error");
  return box;
}

static GtkWidget *
make_shape (WaveTimelineRow *self, Shape shape)
{
  switch (shape)
    {
    case SHAPE_MESSAGE:
      return wave_message_row_new ();
    case SHAPE_DAY:
      self->line = make_line ("day");
      return self->line;
    case SHAPE_READ:
      self->line = make_line ("read-marker");
      return make_divider (self->line, "read-line");
    case SHAPE_GAP:
      self->line = make_line ("gap-pill");
      gtk_label_set_justify (GTK_LABEL (self->line), GTK_JUSTIFY_CENTER);
      return make_divider (self->line, "gap-line");
    case SHAPE_ERROR:
      return make_error (self);
    case SHAPE_NOTICE:
    default:
      self->line = make_line ("notice");
      gtk_label_set_xalign (GTK_LABEL (self->line), 0);
      return self->line;
    }
}

static Shape
shape_of (WaveItemKind kind)
{
  switch (kind)
    {
    case WAVE_ITEM_MESSAGE:
    case WAVE_ITEM_STREAM:
      return SHAPE_MESSAGE;
    case WAVE_ITEM_ERROR:
      return SHAPE_ERROR;
    case WAVE_ITEM_GAP:
      return SHAPE_GAP;
    case WAVE_ITEM_DAY:
      return SHAPE_DAY;
    case WAVE_ITEM_READ:
      return SHAPE_READ;
    case WAVE_ITEM_NOTICE:
    default:
      return SHAPE_NOTICE;
    }
}

static void
update (WaveTimelineRow *self)
{
  WaveItemKind kind = wave_timeline_item_get_kind (self->item);
  Shape shape = shape_of (kind);
  g_autofree char *text = NULL;

  if (self->shape != (int) shape)
    {
      g_clear_pointer (&self->child, gtk_widget_unparent);
      self->child = make_shape (self, shape);
      self->shape = shape;
      gtk_widget_set_parent (self->child, GTK_WIDGET (self));
    }
  switch (shape)
    {
    case SHAPE_MESSAGE:
      wave_message_row_update (WAVE_MESSAGE_ROW (self->child), self->item);
      return;
    case SHAPE_DAY:
      text = wave_format_day (wave_timeline_item_get_wall_us (self->item), g_get_real_time ());
      break;
    case SHAPE_READ:
      /* Translators: on the line between what was read and what is new. */
      text = g_strdup (_("New"));
      break;
    case SHAPE_GAP:
      text = self->gap != NULL ? wave_words_gap (self->gap) : g_strdup ("");
      break;
    case SHAPE_NOTICE:
    case SHAPE_ERROR:
    default:
      {
        const char *body = wave_timeline_item_get_body (self->item);
        g_autofree char *clock = wave_format_clock (wave_timeline_item_get_wall_us (self->item));

        /* A notice is a sentence of the model, in which what came from the wire is harmless already. */
        g_autofree char *line = shape == SHAPE_ERROR ? wave_words_line (body, 1000) : wave_words_sentence (body);

        if (shape == SHAPE_ERROR && self->sender != NULL)
          text = g_strdup_printf ("%s: %s · %s", wave_participant_get_display_name (self->sender), line, clock);
        else
          text = g_strdup_printf ("%s · %s", line != NULL ? line : "", clock);
      }
      break;
    }
  gtk_label_set_text (GTK_LABEL (self->line), text);
}

static void
wake (WaveTimelineRow *self)
{
  if (!self->rests)
    return;
  self->rests = FALSE;
  gtk_widget_set_visible (self->child, TRUE);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveTimelineRow *self = WAVE_TIMELINE_ROW (widget);

  self->tick = 0;
  if (self->item != NULL)
    {
      /* It may be as high no longer. */
      wake (self);
      update (self);
    }
  return G_SOURCE_REMOVE;
}

static void
queue_update (WaveTimelineRow *self)
{
  if (self->tick == 0 && !self->empty)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
let_go (WaveTimelineRow *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  if (self->flash != 0)
    {
      g_clear_handle_id (&self->flash, g_source_remove);
      gtk_widget_remove_css_class (GTK_WIDGET (self), "flash");
    }
  g_clear_signal_handler (&self->item_handler, self->item);
  g_clear_signal_handler (&self->sender_handler, self->sender);
  g_clear_signal_handler (&self->stream_handler, self->stream);
  g_clear_signal_handler (&self->gap_handler, self->gap);
  /* The child stays hidden until the next item is filled in. */
  self->rests = FALSE;
  if (self->shape == SHAPE_MESSAGE)
    wave_message_row_update (WAVE_MESSAGE_ROW (self->child), NULL);
  g_clear_object (&self->item);
  g_clear_object (&self->sender);
  g_clear_object (&self->stream);
  g_clear_object (&self->gap);
}

WaveTimelineItem *
wave_timeline_row_get_item (WaveTimelineRow *row)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ROW (row), NULL);
  return row->item;
}

static gboolean
on_flash_over (gpointer user_data)
{
  WaveTimelineRow *self = user_data;

  self->flash = 0;
  gtk_widget_remove_css_class (GTK_WIDGET (self), "flash");
  return G_SOURCE_REMOVE;
}

void
wave_timeline_row_flash (WaveTimelineRow *row)
{
  g_return_if_fail (WAVE_IS_TIMELINE_ROW (row));
  g_clear_handle_id (&row->flash, g_source_remove);
  gtk_widget_add_css_class (GTK_WIDGET (row), "flash");
  row->flash = g_timeout_add (FLASH_MS, on_flash_over, row);
  g_source_set_name_by_id (row->flash, "wave-timeline-row-flash");
}

void
wave_timeline_row_set_item (WaveTimelineRow *row, WaveTimelineItem *item)
{
  g_return_if_fail (WAVE_IS_TIMELINE_ROW (row));
  if (row->item == item)
    return;
  let_go (row);
  if (item == NULL)
    return;
  g_set_object (&row->item, item);
  g_set_object (&row->sender, wave_timeline_item_get_sender (item));
  g_set_object (&row->stream, wave_timeline_item_get_stream (item));
  g_set_object (&row->gap, wave_timeline_item_get_gap (item));
  row->item_handler = g_signal_connect_swapped (item, "notify", G_CALLBACK (queue_update), row);
  if (row->sender != NULL)
    row->sender_handler = g_signal_connect_swapped (row->sender, "notify", G_CALLBACK (queue_update), row);
  if (row->stream != NULL)
    row->stream_handler = g_signal_connect_swapped (row->stream, "notify", G_CALLBACK (queue_update), row);
  if (row->gap != NULL)
    row->gap_handler = g_signal_connect_swapped (row->gap, "notify", G_CALLBACK (queue_update), row);
  /* The other kinds are a label each. */
  row->empty = shape_of (wave_timeline_item_get_kind (item)) == SHAPE_MESSAGE;
  if (!row->empty)
    update (row);
  if (row->child != NULL)
    gtk_widget_set_visible (row->child, !row->empty);
  gtk_widget_queue_resize (GTK_WIDGET (row));
}

gboolean
wave_timeline_row_is_empty (WaveTimelineRow *row)
{
  g_return_val_if_fail (WAVE_IS_TIMELINE_ROW (row), FALSE);
  return row->empty && row->item != NULL;
}

void
wave_timeline_row_fill (WaveTimelineRow *row)
{
  g_return_if_fail (WAVE_IS_TIMELINE_ROW (row));
  wake (row);
  if (!row->empty || row->item == NULL)
    return;
  row->empty = FALSE;
  update (row);
  gtk_widget_set_visible (row->child, TRUE);
  gtk_widget_queue_resize (GTK_WIDGET (row));
}

void
wave_timeline_row_rest (WaveTimelineRow *row)
{
  g_return_if_fail (WAVE_IS_TIMELINE_ROW (row));
  if (row->empty || row->rests || row->item == NULL || row->shape != SHAPE_MESSAGE || gtk_widget_get_height (GTK_WIDGET (row)) == 0
      || (gtk_widget_get_state_flags (GTK_WIDGET (row)) & GTK_STATE_FLAG_FOCUS_WITHIN))
    return;
  row->rests = TRUE;
  row->rest_width = gtk_widget_get_width (GTK_WIDGET (row));
  row->rest_height = gtk_widget_get_height (GTK_WIDGET (row));
  gtk_widget_set_visible (row->child, FALSE);
}

/* ---- layout ---- */

/* About as high as the message will be: what is wrong about it is set right before anybody sees it. */
static int
estimate_height (WaveTimelineRow *self, int width)
{
  const char *body = wave_timeline_item_get_body (self->item);
  int columns = MAX ((width > 0 ? width : 600) - 100, 100) / 7;
  int lines = 1;
  int column = 0;

  for (const char *p = body; p != NULL && *p != '\0' && lines < 60; p++)
    if (*p == '\n' || ++column > columns)
      {
        lines++;
        column = 0;
      }
  return lines * 18 + 8 + (wave_timeline_item_get_continued (self->item) ? 0 : 22) + (self->stream != NULL ? 20 : 0);
}

static void
wave_timeline_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                           int *natural_baseline)
{
  WaveTimelineRow *self = WAVE_TIMELINE_ROW (widget);

  *minimum = *natural = 0;
  *minimum_baseline = *natural_baseline = -1;
  if (self->rests)
    {
      if (orientation == GTK_ORIENTATION_VERTICAL)
        *minimum = *natural = for_size < 0 || for_size == self->rest_width ? self->rest_height : self->rest_height * self->rest_width / MAX (1, for_size);
    }
  else if (self->item != NULL && !self->empty)
    gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  else if (self->item != NULL && orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = estimate_height (self, for_size);
}

static void
wave_timeline_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WaveTimelineRow *self = WAVE_TIMELINE_ROW (widget);

  if (self->rests)
    return;
  if (self->child != NULL && !self->empty)
    gtk_widget_size_allocate (self->child, &(GtkAllocation){ 0, 0, width, height }, -1);
  else if (self->item != NULL && gtk_widget_get_frame_clock (widget) != NULL)
    /* Only now it is known where it stands: the list looks through its rows once more in this frame. */
    gdk_frame_clock_request_phase (gtk_widget_get_frame_clock (widget), GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

static GtkSizeRequestMode
wave_timeline_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
wave_timeline_row_dispose (GObject *object)
{
  WaveTimelineRow *self = WAVE_TIMELINE_ROW (object);

  let_go (self);
  self->shape = -1;
  g_clear_pointer (&self->child, gtk_widget_unparent);
  G_OBJECT_CLASS (wave_timeline_row_parent_class)->dispose (object);
}

static void
wave_timeline_row_class_init (WaveTimelineRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_timeline_row_dispose;
  GTK_WIDGET_CLASS (klass)->measure = wave_timeline_row_measure;
  GTK_WIDGET_CLASS (klass)->size_allocate = wave_timeline_row_size_allocate;
  GTK_WIDGET_CLASS (klass)->get_request_mode = wave_timeline_row_get_request_mode;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "timeline-row");
}

static void
wave_timeline_row_init (WaveTimelineRow *self)
{
  self->shape = -1;
}

GtkWidget *
wave_timeline_row_new (void)
{
  return g_object_new (WAVE_TYPE_TIMELINE_ROW, NULL);
}
