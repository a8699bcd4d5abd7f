// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-timeline-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "model/wave-stream.h"
#include "protocol/wave-text.h"
#include "ui/wave-format.h"
#include "ui/wave-message-body.h"
#include "ui/wave-presence.h"
#include "ui/wave-words.h"

/* A silence inside a reply that is told of in the line below it. */
#define STALL_US G_USEC_PER_SEC

struct _WaveTimelineRow
{
  GtkWidget parent_instance;

  WaveTimelineItem *item;
  WaveParticipant *sender;
  WaveStream *stream;
  WaveGap *gap;
  gulong item_handler, sender_handler, stream_handler, gap_handler;
  guint tick; /* one update a frame, however much changed */

  GtkWidget *child;  /* of the shape below */
  int shape;         /* -1 none, else a Shape */
  GtkWidget *line;   /* label of a quiet line, a day, a gap, an error */
  GtkWidget *avatar, *head, *name, *badge, *origin, *time;
  GtkWidget *quote, *body, *reactions, *footer, *earlier;
};

typedef enum { SHAPE_MESSAGE, SHAPE_NOTICE, SHAPE_DAY, SHAPE_READ, SHAPE_GAP, SHAPE_ERROR } Shape;

G_DEFINE_FINAL_TYPE (WaveTimelineRow, wave_timeline_row, GTK_TYPE_WIDGET)

static GtkWidget *
make_line (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_small (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption");
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
make_message (WaveTimelineRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  gtk_widget_add_css_class (box, "message");
  self->avatar = wave_avatar_new (32);
  gtk_widget_set_valign (self->avatar, GTK_ALIGN_START);
  gtk_widget_set_hexpand (column, TRUE);
  gtk_box_append (GTK_BOX (box), self->avatar);
  gtk_box_append (GTK_BOX (box), column);

  self->head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->name = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->name), 0);
  gtk_widget_add_css_class (self->name, "heading");
  self->badge = make_small ("ai-badge");
  self->origin = make_small ("dim-label");
  gtk_label_set_ellipsize (GTK_LABEL (self->origin), PANGO_ELLIPSIZE_MIDDLE);
  self->time = make_small ("dim-label");
  gtk_widget_add_css_class (self->time, "numeric");
  gtk_box_append (GTK_BOX (self->head), self->name);
  gtk_box_append (GTK_BOX (self->head), self->badge);
  gtk_box_append (GTK_BOX (self->head), self->origin);
  gtk_box_append (GTK_BOX (self->head), self->time);
  gtk_box_append (GTK_BOX (column), self->head);

  self->quote = make_line ("reply-quote");
  gtk_label_set_xalign (GTK_LABEL (self->quote), 0);
  gtk_label_set_lines (GTK_LABEL (self->quote), 2);
  gtk_label_set_ellipsize (GTK_LABEL (self->quote), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (column), self->quote);
  self->body = wave_message_body_new ();
  gtk_box_append (GTK_BOX (column), self->body);
  self->earlier = gtk_expander_new (_("Earlier text"));
  gtk_widget_add_css_class (self->earlier, "caption");
  gtk_expander_set_child (GTK_EXPANDER (self->earlier), make_line ("dim-label"));
  gtk_label_set_xalign (GTK_LABEL (gtk_expander_get_child (GTK_EXPANDER (self->earlier))), 0);
  gtk_box_append (GTK_BOX (column), self->earlier);
  self->reactions = adw_wrap_box_new ();
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (self->reactions), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (self->reactions), 4);
  gtk_box_append (GTK_BOX (column), self->reactions);
  self->footer = make_small ("dim-label");
  gtk_label_set_wrap (GTK_LABEL (self->footer), TRUE);
  gtk_widget_add_css_class (self->footer, "numeric");
  gtk_box_append (GTK_BOX (column), self->footer);
  return box;
}

static GtkWidget *
make_shape (WaveTimelineRow *self, Shape shape)
{
  switch (shape)
    {
    case SHAPE_MESSAGE:
      return make_message (self);
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
      self->line = make_line ("model-error");
      gtk_label_set_xalign (GTK_LABEL (self->line), 0);
      return self->line;
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

/* "generating · 312 characters · 38 chunks/s", or what a finished reply was like. */
static char *
stream_words (WaveStream *stream)
{
  g_autoptr (GString) words = g_string_new (NULL);
  WaveStreamFigures figures;
  g_autofree char *rate = NULL;

  wave_stream_get_figures (stream, STALL_US, &figures);
  rate = wave_format_rate (figures.chunks_per_s);
  if (wave_stream_is_live (stream))
    {
      if (wave_stream_is_stalled (stream))
        g_string_append (words, _("stalled"));
      else
        g_string_append (words, wave_stream_get_outcome (stream) == WAVE_STREAM_ANNOUNCED ? _("about to answer") : _("generating"));
      g_string_append (words, " · ");
      g_string_append_printf (words, ngettext ("%u character", "%u characters", figures.chars), figures.chars);
      if (isfinite (figures.chunks_per_s))
        g_string_append_printf (words, _(" · %s chunks/s"), rate);
      return g_string_free (g_steal_pointer (&words), FALSE);
    }
  if (figures.chunks == 0)
    return NULL;
  if (figures.ttfc_us >= 0)
    {
      g_autofree char *ttfc = wave_format_span (figures.ttfc_us);

      /* Translators: time to first chunk of a streamed reply. */
      g_string_append_printf (words, _("TTFC %s · "), ttfc);
    }
  g_string_append_printf (words, _("%s chunks/s"), rate);
  if (figures.gap_max_us >= 0)
    {
      g_autofree char *silence = wave_format_span (figures.gap_max_us);

      g_string_append_printf (words, _(" · longest silence %s"), silence);
    }
  switch (wave_stream_get_outcome (stream))
    {
    case WAVE_STREAM_TORN:
      g_string_append (words, _(" · torn by a gap"));
      break;
    case WAVE_STREAM_ABANDONED:
      g_string_append (words, _(" · never finished"));
      break;
    case WAVE_STREAM_FAILED:
      g_string_append (words, _(" · failed"));
      break;
    case WAVE_STREAM_DONE:
      g_string_append (words, _(" · its message did not come"));
      break;
    default:
      break;
    }
  if (figures.text_differs)
    g_string_append (words, _(" · the final text differs"));
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
update_reactions (WaveTimelineRow *self)
{
  g_autoptr (GArray) tallies = wave_timeline_item_get_reactions (self->item);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->reactions)) != NULL)
    adw_wrap_box_remove (ADW_WRAP_BOX (self->reactions), child);
  for (guint i = 0; i < tallies->len; i++)
    {
      const WaveReactionTally *tally = &g_array_index (tallies, WaveReactionTally, i);
      g_autofree char *emoji = wave_text_make_visible (tally->emoji, strlen (tally->emoji), 12);
      g_autofree char *text = g_strdup_printf ("%s %u", emoji, tally->senders->len);
      g_autoptr (GString) who = g_string_new (NULL);
      GtkWidget *pill = gtk_label_new (text);

      for (guint j = 0; j < MIN (tally->senders->len, 20); j++)
        g_string_append_printf (who, "%s%s", j > 0 ? ", " : "", wave_participant_get_display_name (tally->senders->pdata[j]));
      if (tally->senders->len > 20)
        g_string_append (who, "…");
      gtk_widget_set_tooltip_text (pill, who->str);
      gtk_accessible_update_property (GTK_ACCESSIBLE (pill), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, who->str, -1);
      gtk_widget_add_css_class (pill, "reaction");
      adw_wrap_box_append (ADW_WRAP_BOX (self->reactions), pill);
    }
  gtk_widget_set_visible (self->reactions, tallies->len > 0);
}

static void
update_quote (WaveTimelineRow *self)
{
  WaveTimelineItem *target = wave_timeline_item_get_reply_to (self->item);
  g_autofree char *text = NULL;

  if (wave_timeline_item_get_reply_to_id (self->item) == NULL)
    {
      gtk_widget_set_visible (self->quote, FALSE);
      return;
    }
  if (target != NULL)
    {
      WaveParticipant *sender = wave_timeline_item_get_sender (target);
      const char *body = wave_timeline_item_get_body (target);
      g_autofree char *line = wave_text_make_visible (body != NULL ? body : "…", strlen (body != NULL ? body : "…"), 160);

      text = g_strdup_printf ("%s: %s", sender != NULL ? wave_participant_get_display_name (sender) : "?", line);
    }
  gtk_label_set_text (GTK_LABEL (self->quote), text != NULL ? text : _("In reply to an earlier message"));
  gtk_widget_set_visible (self->quote, TRUE);
}

static void
update_message (WaveTimelineRow *self)
{
  WaveTimelineItem *item = self->item;
  gboolean continued = wave_timeline_item_get_continued (item);
  gboolean streaming = wave_timeline_item_get_kind (item) == WAVE_ITEM_STREAM;
  g_autofree char *clock = wave_format_clock (wave_timeline_item_get_wall_us (item));
  g_autofree char *shown_time = wave_timeline_item_get_edited (item) ? g_strdup_printf (_("%s · edited"), clock) : g_strdup (clock);
  g_autofree char *footer = self->stream != NULL ? stream_words (self->stream) : NULL;
  const char *earlier = wave_timeline_item_get_earlier_body (item);
  g_autofree char *via = NULL;

  wave_avatar_set_participant (WAVE_AVATAR (self->avatar), self->sender, TRUE);
  gtk_widget_set_opacity (self->avatar, continued ? 0 : 1);
  gtk_widget_set_size_request (self->avatar, 32, continued ? 1 : 32);
  gtk_widget_set_visible (self->head, !continued || wave_timeline_item_get_edited (item));
  gtk_widget_set_visible (self->name, !continued);
  gtk_label_set_text (GTK_LABEL (self->name), self->sender != NULL ? wave_participant_get_display_name (self->sender) : _("Somebody"));
  gtk_label_set_text (GTK_LABEL (self->badge), _("AI"));
  gtk_widget_set_visible (self->badge, !continued && self->sender != NULL && wave_participant_get_is_ai (self->sender));
  if (self->sender != NULL)
    g_object_get (self->sender, "via", &via, NULL);
  if (via != NULL && !continued)
    {
      /* Translators: by which bridge or server somebody is here. */
      g_autofree char *words = g_strdup_printf (_("via %s"), via);

      gtk_label_set_text (GTK_LABEL (self->origin), words);
    }
  gtk_widget_set_visible (self->origin, via != NULL && !continued);
  gtk_label_set_text (GTK_LABEL (self->time), shown_time);
  update_quote (self);
  wave_message_body_update (WAVE_MESSAGE_BODY (self->body), item);
  if (earlier != NULL)
    gtk_label_set_text (GTK_LABEL (gtk_expander_get_child (GTK_EXPANDER (self->earlier))), earlier);
  gtk_widget_set_visible (self->earlier, earlier != NULL);
  update_reactions (self);
  gtk_label_set_text (GTK_LABEL (self->footer), footer != NULL ? footer : "");
  gtk_widget_set_visible (self->footer, footer != NULL);
  if (streaming)
    gtk_widget_add_css_class (self->child, "streaming");
  else
    gtk_widget_remove_css_class (self->child, "streaming");
  if (self->stream != NULL && wave_stream_is_stalled (self->stream))
    gtk_widget_add_css_class (self->child, "stalled");
  else
    gtk_widget_remove_css_class (self->child, "stalled");
  if (wave_timeline_item_get_mentions_me (item))
    gtk_widget_add_css_class (self->child, "mention");
  else
    gtk_widget_remove_css_class (self->child, "mention");
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
      update_message (self);
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

        text = g_strdup_printf ("%s · %s", body != NULL ? body : "", clock);
      }
      break;
    }
  gtk_label_set_text (GTK_LABEL (self->line), text);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveTimelineRow *self = WAVE_TIMELINE_ROW (widget);

  self->tick = 0;
  if (self->item != NULL)
    update (self);
  return G_SOURCE_REMOVE;
}

static void
queue_update (WaveTimelineRow *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
let_go (WaveTimelineRow *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_signal_handler (&self->item_handler, self->item);
  g_clear_signal_handler (&self->sender_handler, self->sender);
  g_clear_signal_handler (&self->stream_handler, self->stream);
  g_clear_signal_handler (&self->gap_handler, self->gap);
  g_clear_object (&self->item);
  g_clear_object (&self->sender);
  g_clear_object (&self->stream);
  g_clear_object (&self->gap);
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
    row->sender_handler = g_signal_connect_swapped (row->sender, "notify::display-name", G_CALLBACK (queue_update), row);
  if (row->stream != NULL)
    row->stream_handler = g_signal_connect_swapped (row->stream, "notify", G_CALLBACK (queue_update), row);
  if (row->gap != NULL)
    row->gap_handler = g_signal_connect_swapped (row->gap, "notify", G_CALLBACK (queue_update), row);
  update (row);
}

static void
wave_timeline_row_dispose (GObject *object)
{
  WaveTimelineRow *self = WAVE_TIMELINE_ROW (object);

  let_go (self);
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->shape = -1;
  G_OBJECT_CLASS (wave_timeline_row_parent_class)->dispose (object);
}

static void
wave_timeline_row_class_init (WaveTimelineRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_timeline_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
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
