// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-message-body.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-participant.h"
#include "model/wave-stream.h"
#include "protocol/wave-event.h"
#include "protocol/wave-text.h"
#include "ui/wave-format.h"
#include "ui/wave-live-text.h"
#include "ui/wave-markdown.h"
#include "ui/wave-wrap.h"

/* What a row shows before one asks for more: a label that is longer takes longer to lay out than a frame lasts. */
#define SHOWN_CHARS 12000
#define SHOWN_CHARS_MORE 200000

struct _WaveMessageBody
{
  GtkBox parent_instance;
  WaveTimelineItem *item;
  GPtrArray *widgets; /* (element-type GtkWidget) borrowed: one a block */
  gboolean more;      /* a person asked for the rest */
};

/* Bytes from which on a text counts as long, and how wide a label with one is at least. */
#define LONG_TEXT 100
#define LONG_TEXT_CHARS 12

G_DEFINE_FINAL_TYPE (WaveMessageBody, wave_message_body, GTK_TYPE_BOX)

/* ---- links ask before opening ---- */

static void
on_link_response (AdwAlertDialog *dialog, const char *response, gpointer user_data)
{
  GtkWidget *label = user_data;
  const char *uri = g_object_get_data (G_OBJECT (dialog), "uri");
  GtkRoot *root = gtk_widget_get_root (label);

  if (g_str_equal (response, "open"))
    {
      g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (uri);

      gtk_uri_launcher_launch (launcher, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, NULL, NULL);
    }
  else if (g_str_equal (response, "copy"))
    gdk_clipboard_set_text (gtk_widget_get_clipboard (label), uri);
}

static gboolean
on_activate_link (GtkLabel *label, const char *uri, gpointer user_data)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("Open This Link?"), NULL);

  adw_alert_dialog_set_body (ADW_ALERT_DIALOG (dialog), uri);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "copy", _("C_opy"), "open", _("_Open"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "open", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "uri", g_strdup (uri), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_link_response), label, G_CONNECT_DEFAULT);
  adw_dialog_present (dialog, GTK_WIDGET (label));
  return TRUE;
}

/* ---- one widget a block ---- */

static GtkWidget *
make_label (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  wave_wrap_label (GTK_LABEL (label));
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_halign (label, GTK_ALIGN_FILL);
  g_signal_connect (label, "activate-link", G_CALLBACK (on_activate_link), NULL);
  return label;
}

static void
on_copy_code (GtkButton *button, gpointer user_data)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), gtk_label_get_label (user_data));
}

static GtkWidget *
make_code (const char *language)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *name = gtk_label_new (language != NULL && *language != '\0' ? language : _("Code"));
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (box, "code-block");
  gtk_widget_add_css_class (name, "caption");
  gtk_widget_add_css_class (name, "dim-label");
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_add_css_class (copy, "flat");
  gtk_widget_add_css_class (copy, "copy-code");
  gtk_widget_set_tooltip_text (copy, _("Copy Code"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Copy Code"), -1);
  gtk_box_append (GTK_BOX (head), name);
  gtk_box_append (GTK_BOX (head), copy);
  gtk_box_append (GTK_BOX (box), head);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  gtk_widget_add_css_class (label, "monospace");
  gtk_widget_set_halign (label, GTK_ALIGN_START);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), label);
  gtk_box_append (GTK_BOX (box), scroller);
  g_signal_connect_object (copy, "clicked", G_CALLBACK (on_copy_code), label, G_CONNECT_DEFAULT);
  g_object_set_data (G_OBJECT (box), "label", label);
  return box;
}

/* What must be equal for a widget to be kept; the text may differ. */
static char *
dup_shape (const WaveBlock *block, gboolean grows)
{
  return g_strdup_printf ("%d %u %u %u %d %s %s", block->kind, block->level, block->depth, block->quote, grows, block->marker != NULL ? block->marker : "",
                          block->language != NULL ? block->language : "");
}

/* @grows: more text is expected soon */
static GtkWidget *
make_block (const WaveBlock *block, gboolean grows)
{
  GtkWidget *widget, *label;

  switch (block->kind)
    {
    case WAVE_BLOCK_RULE:
      widget = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
      label = NULL;
      break;
    case WAVE_BLOCK_CODE:
      widget = make_code (block->language);
      label = g_object_get_data (G_OBJECT (widget), "label");
      break;
    case WAVE_BLOCK_HEADING:
      widget = label = grows ? wave_live_text_new () : make_label ();
      gtk_widget_add_css_class (label, block->level <= 2 ? "message-heading" : "heading");
      break;
    case WAVE_BLOCK_PARAGRAPH:
    default:
      widget = label = grows ? wave_live_text_new () : make_label ();
      break;
    }
  if (block->marker != NULL)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      GtkWidget *marker = gtk_label_new (block->marker);

      gtk_widget_set_valign (marker, GTK_ALIGN_START);
      gtk_widget_add_css_class (marker, "list-marker");
      gtk_box_append (GTK_BOX (box), marker);
      gtk_widget_set_hexpand (widget, TRUE);
      gtk_box_append (GTK_BOX (box), widget);
      widget = box;
    }
  if (block->depth > 0)
    gtk_widget_set_margin_start (widget, (block->marker != NULL ? 4 : 24) + 18 * (block->depth - 1));
  if (block->quote > 0)
    {
      GtkWidget *quote = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

      gtk_widget_add_css_class (quote, "quote");
      gtk_widget_set_hexpand (widget, TRUE);
      gtk_box_append (GTK_BOX (quote), widget);
      widget = quote;
    }
  g_object_set_data (G_OBJECT (widget), "text-label", label);
  g_object_set_data_full (G_OBJECT (widget), "shape", dup_shape (block, grows), g_free);
  return widget;
}

static void
set_block_text (GtkWidget *widget, const WaveBlock *block, const char *suffix)
{
  GtkWidget *place = g_object_get_data (G_OBJECT (widget), "text-label");
  GtkLabel *label;
  g_autofree char *longer = suffix != NULL ? g_strconcat (block->markup, suffix, NULL) : NULL;
  const char *text = longer != NULL ? longer : block->markup;

  if (WAVE_IS_LIVE_TEXT (place))
    wave_live_text_set_markup (WAVE_LIVE_TEXT (place), text);
  if (!GTK_IS_LABEL (place))
    return;
  label = GTK_LABEL (place);
  if (g_strcmp0 (gtk_label_get_label (label), text) == 0)
    return;
  /* The least width of a text that may break anywhere is found by setting it one character a line, with every chunk; a long one is at least so wide instead. */
  if (block->kind != WAVE_BLOCK_CODE)
    gtk_label_set_width_chars (label, strlen (text) > LONG_TEXT ? LONG_TEXT_CHARS : -1);
  if (block->kind == WAVE_BLOCK_CODE)
    gtk_label_set_text (label, text);
  else
    gtk_label_set_markup (label, text);
}

/* Puts the blocks into the box, keeping the widgets of the first ones that have the same shape. @cursor: marks where text grows */
static void
show_blocks (WaveMessageBody *self, GPtrArray *blocks, gboolean cursor)
{
  guint kept = 0;

  for (; kept < blocks->len && kept < self->widgets->len; kept++)
    {
      g_autofree char *shape = dup_shape (blocks->pdata[kept], cursor && kept + 1 == blocks->len);

      if (g_strcmp0 (shape, g_object_get_data (self->widgets->pdata[kept], "shape")) != 0)
        break;
    }
  while (self->widgets->len > kept)
    {
      gtk_box_remove (GTK_BOX (self), g_ptr_array_steal_index (self->widgets, self->widgets->len - 1));
    }
  for (guint i = 0; i < blocks->len; i++)
    {
      const WaveBlock *block = blocks->pdata[i];
      gboolean last = i + 1 == blocks->len;

      if (i >= kept)
        {
          GtkWidget *widget = make_block (block, cursor && last);

          gtk_box_append (GTK_BOX (self), widget);
          g_ptr_array_add (self->widgets, widget);
        }
      set_block_text (self->widgets->pdata[i], block, cursor && last ? " ▍" : NULL);
    }
}

static void
add_widget (WaveMessageBody *self, GtkWidget *widget)
{
  gtk_box_append (GTK_BOX (self), widget);
  g_ptr_array_add (self->widgets, widget);
}

static void
clear_widgets (WaveMessageBody *self)
{
  while (self->widgets->len > 0)
    gtk_box_remove (GTK_BOX (self), g_ptr_array_steal_index (self->widgets, self->widgets->len - 1));
}

static void
on_show_more (GtkButton *button, gpointer user_data)
{
  WaveMessageBody *self = user_data;

  self->more = TRUE;
  wave_message_body_update (self, self->item);
}

/* (transfer full) (nullable): by which names those whom a message mentions may stand in it, case folded */
static GStrv
list_names (WaveTimelineItem *item)
{
  g_autoptr (GPtrArray) people = NULL;
  g_autoptr (GStrvBuilder) names = NULL;

  if (wave_timeline_item_get_message (item) == NULL || wave_timeline_item_get_message (item)->mentions == NULL)
    return NULL;
  people = wave_timeline_item_list_mentions (item);
  names = g_strv_builder_new ();
  for (guint i = 0; i < people->len; i++)
    {
      const char *fqid = wave_participant_get_fqid (people->pdata[i]);
      const char *colon = fqid != NULL ? strchr (fqid, ':') : NULL;

      g_strv_builder_take (names, g_utf8_casefold (wave_participant_get_display_name (people->pdata[i]), -1));
      g_strv_builder_take (names, g_utf8_casefold (wave_participant_get_id (people->pdata[i]), -1));
      /* "@scout:server": the part before the server is how people write it. */
      if (fqid != NULL && *fqid == '@')
        g_strv_builder_take (names, g_utf8_casefold (fqid + 1, colon != NULL ? colon - fqid - 1 : -1));
    }
  return g_strv_builder_end (names);
}

/* ---- message types ---- */

static void
show_text (WaveMessageBody *self, const char *text, gboolean markdown, gboolean cursor)
{
  gsize length = strlen (text);
  glong limit = self->more ? SHOWN_CHARS_MORE : SHOWN_CHARS;
  g_autofree char *cut = NULL;
  g_autoptr (GPtrArray) blocks = NULL;

  if (length > (gsize) limit && g_utf8_strlen (text, length) > limit)
    {
      const char *end = g_utf8_offset_to_pointer (text, limit);

      cut = g_strndup (text, end - text);
    }
  if (markdown)
    {
      g_auto (GStrv) names = list_names (self->item);

      blocks = wave_markdown_parse_with_mentions (cut != NULL ? cut : text, (const char *const *) names);
    }
  else
    {
      WaveBlock *block = g_new0 (WaveBlock, 1);

      blocks = g_ptr_array_new ();
      block->markup = wave_markdown_plain (cut != NULL ? cut : text);
      g_ptr_array_add (blocks, block);
    }
  show_blocks (self, blocks, cursor);
  if (!markdown)
    {
      WaveBlock *block = blocks->pdata[0];

      g_free (block->markup);
      g_free (block);
    }
  if (cut != NULL)
    {
      g_autofree char *size = wave_format_size (length);
      g_autofree char *label = self->more ? g_strdup_printf (_("Cut here; all %s are in Activity"), size)
                                          : g_strdup_printf (_("Show more of %s"), size);
      GtkWidget *button = gtk_button_new_with_label (label);

      gtk_widget_set_sensitive (button, !self->more);
      gtk_widget_set_halign (button, GTK_ALIGN_START);
      g_signal_connect_object (button, "clicked", G_CALLBACK (on_show_more), self, G_CONNECT_DEFAULT);
      add_widget (self, button);
    }
}

/* A card of an icon, a title and lines of detail. */
static GtkWidget *
make_card (const char *icon, const char *title, const char *detail)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *image = gtk_image_new_from_icon_name (icon);
  GtkWidget *heading = make_label ();

  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "message-card");
  gtk_widget_set_halign (card, GTK_ALIGN_START);
  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_label_set_text (GTK_LABEL (heading), title);
  gtk_widget_add_css_class (heading, "heading");
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (card), image);
  gtk_box_append (GTK_BOX (card), lines);
  gtk_box_append (GTK_BOX (lines), heading);
  if (detail != NULL && *detail != '\0')
    {
      GtkWidget *label = make_label ();

      gtk_label_set_text (GTK_LABEL (label), detail);
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (GTK_BOX (lines), label);
    }
  return card;
}

static void
show_media (WaveMessageBody *self, const WaveMessage *message)
{
  g_autofree char *name = message->filename != NULL ? wave_text_make_visible (message->filename, strlen (message->filename), 200)
                                                    : g_strdup (_("File without a name"));
  g_autofree char *size = message->media_size >= 0 ? wave_format_size (message->media_size) : NULL;
  g_autofree char *mime = message->mime_type != NULL ? wave_text_make_visible (message->mime_type, strlen (message->mime_type), 100) : NULL;
  g_autofree char *detail = NULL;
  const char *icon = "mail-attachment-symbolic";

  if (mime != NULL && g_str_has_prefix (mime, "image/"))
    icon = "insert-image-symbolic";
  else if (mime != NULL && g_str_has_prefix (mime, "audio/"))
    icon = "audio-volume-high-symbolic";
  detail = mime != NULL && size != NULL ? g_strdup_printf ("%s · %s", mime, size) : g_strdup (mime != NULL ? mime : size);
  clear_widgets (self);
  add_widget (self, make_card (icon, name, detail));
  if (message->body != NULL && *message->body != '\0' && g_strcmp0 (message->body, message->filename) != 0)
    {
      GtkWidget *label = make_label ();
      g_autofree char *markup = wave_markdown_plain (message->body);

      gtk_label_set_markup (GTK_LABEL (label), markup);
      add_widget (self, label);
    }
}

static void
show_code (WaveMessageBody *self, const WaveMessage *message)
{
  g_autofree char *language = message->lang != NULL ? wave_text_make_visible (message->lang, strlen (message->lang), 40) : NULL;
  WaveBlock block = { .kind = WAVE_BLOCK_CODE, .language = language };
  const char *body = message->body != NULL ? message->body : "";
  g_autofree char *shown = NULL;
  g_autoptr (GPtrArray) blocks = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;

  shown = g_utf8_strlen (body, -1) > SHOWN_CHARS ? g_utf8_substring (body, 0, SHOWN_CHARS) : g_strdup (body);
  lines = g_strsplit (shown, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], "\t", -1);

      if (i > 0)
        g_string_append_c (text, '\n');
      for (guint j = 0; parts[j] != NULL; j++)
        {
          g_autofree char *visible = wave_text_make_visible (parts[j], strlen (parts[j]), SHOWN_CHARS);

          g_string_append (text, j > 0 ? "\t" : "");
          g_string_append (text, visible);
        }
    }
  block.markup = text->str;
  g_ptr_array_add (blocks, &block);
  show_blocks (self, blocks, FALSE);
}

static void
show_unknown (WaveMessageBody *self, const WaveMessage *message)
{
  g_autofree char *type = message->msgtype != NULL ? wave_text_make_visible (message->msgtype, strlen (message->msgtype), 80) : NULL;
  g_autofree char *title = type != NULL ? g_strdup_printf (_("Message of type %s"), type) : g_strdup (_("Message without text"));
  g_autofree char *detail = NULL;

  if (message->body != NULL)
    detail = wave_text_make_visible (message->body, strlen (message->body), 1000);
  else if (message->content_json != NULL)
    detail = wave_text_make_visible (message->content_json, strlen (message->content_json), 1000);
  clear_widgets (self);
  add_widget (self, make_card ("dialog-question-symbolic", title, detail));
}

static void
show_card_of_text (WaveMessageBody *self, const char *icon, const char *title, const char *body)
{
  g_autofree char *text = body != NULL ? g_utf8_substring (body, 0, MIN (g_utf8_strlen (body, -1), SHOWN_CHARS)) : NULL;
  g_autoptr (GString) visible = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = wave_text_make_visible (lines[i], strlen (lines[i]), SHOWN_CHARS);

      g_string_append (visible, i > 0 ? "\n" : "");
      g_string_append (visible, line);
    }
  clear_widgets (self);
  add_widget (self, make_card (icon, title, visible->str));
}

static void
show_message (WaveMessageBody *self, const WaveMessage *message, const char *body)
{
  const char *type = message->msgtype;

  if (type == NULL ? body != NULL : g_str_equal (type, "swp.text"))
    show_text (self, body != NULL ? body : "", TRUE, FALSE);
  else if (g_strcmp0 (type, "swp.code") == 0)
    show_code (self, message);
  else if (g_strcmp0 (type, "swp.media") == 0)
    show_media (self, message);
  else if (g_strcmp0 (type, "swp.system") == 0)
    show_card_of_text (self, "dialog-information-symbolic", _("System"), body);
  else if (g_strcmp0 (type, "swp.audio_transcript") == 0)
    show_card_of_text (self, "microphone-sensitivity-high-symbolic", _("Transcript"), body);
  else if (g_strcmp0 (type, "swp.todo_change") == 0)
    show_card_of_text (self, "wave-plan-symbolic", _("To-do changed"), body != NULL ? body : message->content_json);
  else
    show_unknown (self, message);
}

void
wave_message_body_update (WaveMessageBody *body, WaveTimelineItem *item)
{
  const WaveMessage *message;
  const char *text;

  g_return_if_fail (WAVE_IS_MESSAGE_BODY (body));
  if (item != body->item)
    {
      g_set_object (&body->item, item);
      body->more = FALSE;
    }
  if (item == NULL)
    {
      clear_widgets (body);
      return;
    }
  message = wave_timeline_item_get_message (item);
  text = wave_timeline_item_get_body (item);
  if (wave_timeline_item_get_redacted (item))
    {
      g_autofree char *words = NULL;
      g_autofree char *line = NULL;
      GtkWidget *label = make_label ();

      g_object_get (item, "redaction-text", &words, NULL);
      clear_widgets (body);
      line = wave_text_make_visible (words, strlen (words), 1000);
      gtk_label_set_text (GTK_LABEL (label), line);
      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_add_css_class (label, "redacted");
      add_widget (body, label);
    }
  else if (wave_timeline_item_get_kind (item) == WAVE_ITEM_STREAM)
    {
      WaveStream *stream = wave_timeline_item_get_stream (item);

      show_text (body, text != NULL ? text : "", TRUE, stream != NULL && wave_stream_is_live (stream));
    }
  else if (message != NULL)
    show_message (body, message, text);
  else if (text != NULL)
    show_text (body, text, TRUE, FALSE);
  else
    clear_widgets (body);
}

static void
wave_message_body_dispose (GObject *object)
{
  WaveMessageBody *self = WAVE_MESSAGE_BODY (object);

  g_clear_object (&self->item);
  G_OBJECT_CLASS (wave_message_body_parent_class)->dispose (object);
}

static void
wave_message_body_finalize (GObject *object)
{
  g_ptr_array_unref (WAVE_MESSAGE_BODY (object)->widgets);
  G_OBJECT_CLASS (wave_message_body_parent_class)->finalize (object);
}

static void
wave_message_body_class_init (WaveMessageBodyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_message_body_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_message_body_finalize;
}

static void
wave_message_body_init (WaveMessageBody *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_widget_add_css_class (GTK_WIDGET (self), "message-body");
  self->widgets = g_ptr_array_new ();
}

GtkWidget *
wave_message_body_new (void)
{
  return g_object_new (WAVE_TYPE_MESSAGE_BODY, NULL);
}
