// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-message-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-participant.h"
#include "model/wave-stream.h"
#include "protocol/wave-payloads.h"
#include "protocol/wave-text.h"
#include "ui/wave-format.h"
#include "ui/wave-message-body.h"
#include "ui/wave-presence.h"
#include "ui/wave-reactions.h"
#include "ui/wave-stream-status.h"
#include "ui/wave-tooltip.h"
#include "ui/wave-words-room.h"
#include "ui/wave-wrap.h"

#define AVATAR_SIZE 32

struct _WaveMessageRow
{
  GtkBox parent_instance;

  GtkWidget *avatar, *head, *name, *badge, *origin_icon, *origin, *time, *edited;
  GtkWidget *quote, *quote_label, *bubble, *body, *status, *earlier, *reactions;
  WaveTimelineItem *item;
};

G_DEFINE_FINAL_TYPE (WaveMessageRow, wave_message_row, GTK_TYPE_BOX)

static void
set_class (GtkWidget *widget, const char *css_class, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

/* (transfer full) (nullable): by which way somebody is here, if not from this server */
static char *
origin_words (WaveParticipant *sender, const WaveImportedSender *from)
{
  const char *via = sender != NULL ? wave_participant_get_via (sender) : NULL;
  const char *fqid = sender != NULL ? wave_participant_get_fqid (sender) : NULL;
  g_autofree char *name = NULL;

  /* Federated ones are shown by their whole name, as their own server calls them. */
  if (sender != NULL && wave_participant_get_participant_type (sender) == WAVE_PARTICIPANT_FEDERATED)
    return fqid != NULL ? g_strdup (fqid) : via != NULL ? g_strdup (via) : g_strdup (_("from another server"));
  if (via == NULL && from == NULL)
    return NULL;
  name = via != NULL ? wave_words_transport (via) : sender != NULL ? g_strdup (wave_participant_get_display_name (sender)) : NULL;
  /* Translators: by which bridge somebody is here: "via Slack". */
  return name != NULL ? g_strdup_printf (_("via %s"), name) : g_strdup (_("from another platform"));
}

static void
update_head (WaveMessageRow *self, WaveParticipant *sender)
{
  const WaveImportedSender *from = wave_timeline_item_get_imported_sender (self->item);
  gboolean continued = wave_timeline_item_get_continued (self->item);
  gboolean edited = wave_timeline_item_get_edited (self->item);
  gint64 wall = wave_timeline_item_get_wall_us (self->item);
  g_autofree char *clock = wave_format_clock (wall);
  g_autofree char *day = wave_format_day (wall, g_get_real_time ());
  g_autofree char *exact = wave_format_clock_ms (wall);
  g_autofree char *moment = g_strdup_printf ("%s, %s", day, exact);
  g_autofree char *imported = NULL;
  g_autofree char *origin = continued ? NULL : origin_words (sender, from);
  gboolean federated = sender != NULL && wave_participant_get_participant_type (sender) == WAVE_PARTICIPANT_FEDERATED;

  if (from != NULL && from->display_name != NULL)
    imported = wave_words_line (from->display_name, 80);
  if (imported != NULL)
    wave_avatar_set_text (WAVE_AVATAR (self->avatar), imported);
  else
    wave_avatar_set_participant (WAVE_AVATAR (self->avatar), sender, TRUE);
  gtk_widget_set_visible (self->avatar, !continued);
  gtk_widget_set_visible (self->head, !continued || edited);
  gtk_widget_set_visible (self->name, !continued);
  gtk_label_set_text (GTK_LABEL (self->name), imported != NULL  ? imported
                                              : sender != NULL ? wave_participant_get_display_name (sender)
                                                               : _("Somebody"));
  gtk_widget_set_visible (self->badge, !continued && sender != NULL && wave_participant_get_is_ai (sender));
  gtk_label_set_text (GTK_LABEL (self->origin), origin != NULL ? origin : "");
  gtk_widget_set_visible (self->origin, origin != NULL);
  gtk_widget_set_visible (self->origin_icon, origin != NULL && federated);
  gtk_label_set_text (GTK_LABEL (self->time), clock);
  wave_tooltip_set_text (self->time, moment);
  gtk_widget_set_visible (self->edited, edited);
}

static void
update_earlier (WaveMessageRow *self)
{
  /* The button is let go of when the row is. */
  const char *earlier = self->item != NULL ? wave_timeline_item_get_earlier_body (self->item) : NULL;
  gboolean shown = earlier != NULL && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->edited));
  g_autofree char *text = shown ? wave_words_lines (earlier, 4000) : NULL;

  /* Nothing stays of a text that may be removed while it is not shown. */
  gtk_label_set_text (GTK_LABEL (self->earlier), text != NULL ? text : "");
  /* REST tells that a message was edited, not what it said before. */
  gtk_widget_set_sensitive (self->edited, earlier != NULL);
  gtk_widget_set_visible (self->earlier, shown);
}

static void
update_quote (WaveMessageRow *self)
{
  WaveTimelineItem *target = wave_timeline_item_get_reply_to (self->item);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->quote, wave_timeline_item_get_reply_to_id (self->item) != NULL);
  if (!gtk_widget_get_visible (self->quote))
    return;
  if (target != NULL)
    {
      WaveParticipant *sender = wave_timeline_item_get_sender (target);
      const char *body = wave_timeline_item_get_redacted (target) ? _("Message removed") : wave_timeline_item_get_body (target);
      g_autofree char *line = wave_words_line (body != NULL ? body : "…", 160);

      text = g_strdup_printf ("%s: %s", sender != NULL ? wave_participant_get_display_name (sender) : "?", line);
    }
  gtk_label_set_text (GTK_LABEL (self->quote_label), text != NULL ? text : _("In reply to an earlier message"));
  wave_tooltip_set_text (self->quote, target != NULL ? _("Go to the Message That This Answers") : NULL);
  gtk_widget_set_sensitive (self->quote, target != NULL);
}

static void
on_quote (GtkButton *button, WaveMessageRow *self)
{
  const char *id = self->item != NULL ? wave_timeline_item_get_reply_to_id (self->item) : NULL;

  if (id != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "timeline.jump", "s", id);
}

void
wave_message_row_update (WaveMessageRow *row, WaveTimelineItem *item)
{
  WaveStream *stream;
  gboolean redacted;

  g_return_if_fail (WAVE_IS_MESSAGE_ROW (row));
  if (g_set_object (&row->item, item))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row->edited), FALSE);
  if (item == NULL)
    {
      wave_avatar_let_go (WAVE_AVATAR (row->avatar));
      /* The body keeps its labels: the next message of the row takes them over. */
      wave_stream_status_update (WAVE_STREAM_STATUS (row->status), NULL);
      wave_reactions_update (WAVE_REACTIONS (row->reactions), NULL);
      return;
    }
  redacted = wave_timeline_item_get_redacted (item);
  stream = redacted ? NULL : wave_timeline_item_get_stream (item);
  update_head (row, wave_timeline_item_get_sender (item));
  update_quote (row);
  update_earlier (row);
  wave_message_body_update (WAVE_MESSAGE_BODY (row->body), item);
  wave_stream_status_update (WAVE_STREAM_STATUS (row->status), stream);
  wave_reactions_update (WAVE_REACTIONS (row->reactions), item);
  set_class (GTK_WIDGET (row), "streaming", stream != NULL && wave_stream_is_live (stream));
  set_class (GTK_WIDGET (row), "stalled", stream != NULL && wave_stream_is_stalled (stream));
  set_class (GTK_WIDGET (row), "mention", wave_timeline_item_get_mentions_me (item));
}

static void
wave_message_row_dispose (GObject *object)
{
  g_clear_object (&WAVE_MESSAGE_ROW (object)->item);
  G_OBJECT_CLASS (wave_message_row_parent_class)->dispose (object);
}

static void
wave_message_row_class_init (WaveMessageRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_message_row_dispose;
}

static GtkWidget *
make_small (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_BASELINE_CENTER);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
make_head (WaveMessageRow *self)
{
  self->head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->name = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->name), 0);
  gtk_widget_add_css_class (self->name, "heading");
  self->badge = make_small ("ai-badge");
  gtk_label_set_text (GTK_LABEL (self->badge), _("AI"));
  self->origin_icon = gtk_image_new_from_icon_name ("wave-federated-symbolic");
  gtk_image_set_pixel_size (GTK_IMAGE (self->origin_icon), 12);
  gtk_widget_add_css_class (self->origin_icon, "dim-label");
  wave_tooltip_set_text (self->origin_icon, _("From another server"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->origin_icon), GTK_ACCESSIBLE_PROPERTY_LABEL, _("From another server"), -1);
  self->origin = make_small ("dim-label");
  gtk_label_set_ellipsize (GTK_LABEL (self->origin), PANGO_ELLIPSIZE_MIDDLE);
  self->time = make_small ("dim-label");
  gtk_widget_add_css_class (self->time, "numeric");
  /* Translators: on a message that was changed after it was sent; pressing it shows the earlier text. */
  self->edited = gtk_toggle_button_new_with_label (_("edited"));
  gtk_widget_add_css_class (self->edited, "flat");
  gtk_widget_add_css_class (self->edited, "small-button");
  wave_tooltip_set_text (self->edited, _("Show the Earlier Text"));
  g_signal_connect_swapped (self->edited, "toggled", G_CALLBACK (update_earlier), self);
  gtk_box_append (GTK_BOX (self->head), self->name);
  gtk_box_append (GTK_BOX (self->head), self->badge);
  gtk_box_append (GTK_BOX (self->head), self->origin_icon);
  gtk_box_append (GTK_BOX (self->head), self->origin);
  gtk_box_append (GTK_BOX (self->head), self->time);
  gtk_box_append (GTK_BOX (self->head), self->edited);
}

static void
make_quote (WaveMessageRow *self)
{
  self->quote = gtk_button_new ();
  self->quote_label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->quote_label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->quote_label), PANGO_ELLIPSIZE_END);
  gtk_button_set_child (GTK_BUTTON (self->quote), self->quote_label);
  gtk_widget_set_halign (self->quote, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->quote, "flat");
  gtk_widget_add_css_class (self->quote, "reply-quote");
  g_signal_connect (self->quote, "clicked", G_CALLBACK (on_quote), self);
}

static void
wave_message_row_init (WaveMessageRow *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *gutter;

  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "message");
  /* Marks that are stacked without end stay in the row of their message. */
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  self->avatar = wave_avatar_new (AVATAR_SIZE);
  gtk_widget_set_valign (self->avatar, GTK_ALIGN_START);
  /* Keeps the place of the avatar where a message goes on without one. */
  gutter = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_size_request (gutter, AVATAR_SIZE, -1);
  gtk_box_append (GTK_BOX (gutter), self->avatar);
  gtk_widget_set_hexpand (column, TRUE);
  make_head (self);
  make_quote (self);
  self->body = wave_message_body_new ();
  self->status = wave_stream_status_new ();
  self->bubble = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class (self->bubble, "bubble");
  gtk_box_append (GTK_BOX (self->bubble), self->body);
  gtk_box_append (GTK_BOX (self->bubble), self->status);
  self->earlier = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->earlier), 0);
  wave_wrap_label (GTK_LABEL (self->earlier));
  gtk_widget_add_css_class (self->earlier, "earlier-text");
  self->reactions = wave_reactions_new ();
  gtk_box_append (GTK_BOX (self), gutter);
  gtk_box_append (GTK_BOX (self), column);
  gtk_box_append (GTK_BOX (column), self->head);
  gtk_box_append (GTK_BOX (column), self->quote);
  gtk_box_append (GTK_BOX (column), self->bubble);
  gtk_box_append (GTK_BOX (column), self->earlier);
  gtk_box_append (GTK_BOX (column), self->reactions);
}

GtkWidget *
wave_message_row_new (void)
{
  return g_object_new (WAVE_TYPE_MESSAGE_ROW, NULL);
}
