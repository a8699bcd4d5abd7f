// SPDX-License-Identifier: GPL-3.0-or-later
// What a row of the timeline shows of a message, whatever its type: cards, Markdown, quotes, edits, reactions, removals, where it comes from, and how rows
// stand together. On the real window over a real WebSocket, read through the widget tree.
#include "config.h"

#include "ui-look.h"

#include "model/wave-room.h"
#include "ui/wave-activity-page.h"
#include "ui/wave-event-inspector.h"
#include "ui/wave-format.h"
#include "ui/wave-message-row.h"
#include "ui/wave-people-row.h"
#include "ui/wave-presence.h"
#include "ui/wave-reactions.h"
#include "ui/wave-raw-view.h"
#include "ui/wave-room-list.h"
#include "ui/wave-room-row.h"
#include "ui/wave-scope-reader.h"
#include "ui/wave-side-pane.h"
#include "ui/wave-timeline-row.h"
#include "ui/wave-timeline-view.h"
#include "ui/wave-tooltip.h"

#define MESSAGE(id, sender, content) "{\"type\":\"swp.room.message\",\"id\":\"" id "\"," IN_ATLAS ",\"sender_id\":\"" sender "\",\"content\":{" content "}}"
#define SAY(id, sender, body) MESSAGE (id, sender, "\"msgtype\":\"swp.text\",\"body\":\"" body "\"")

/* ---------------------------------------------------------------- cards */

typedef struct {
  const char *content;  /* of the message */
  const char *icon;     /* (nullable) that the card bears */
  const char *texts[3]; /* that stand in a label of their own each */
  const char *not;      /* (nullable) text that is not there */
} Card;

static const Card cards[] = {
  { "\"msgtype\":\"swp.media\",\"media_id\":\"med-1\",\"filename\":\"plan.png\",\"mime_type\":\"image/png\",\"size\":2048,\"body\":\"The *first* draft\"",
    "insert-image-symbolic", { "plan.png", "image/png · 2.0\u00a0KiB", "The *first* draft" }, NULL },
  { "\"msgtype\":\"swp.media\",\"media_id\":\"med-2\",\"filename\":\"call.ogg\",\"mime_type\":\"audio/ogg\",\"body\":\"call.ogg\"",
    "audio-volume-high-symbolic", { "call.ogg", "audio/ogg" }, "audio/ogg ·" },
  { "\"msgtype\":\"swp.media\",\"media_id\":\"med-3\",\"size\":3072", "mail-attachment-symbolic", { "File without a name", "3.0\u00a0KiB" }, "·" },
  { "\"msgtype\":\"swp.audio_transcript\",\"body\":\"Is it **on**?\\nIt is.\"", "microphone-sensitivity-high-symbolic", { "Transcript", "Is it **on**?\nIt is." }, NULL },
  { "\"msgtype\":\"swp.todo_change\",\"body\":\"Buy a lamp: done\"", "wave-plan-symbolic", { "To-do changed", "Buy a lamp: done" }, NULL },
  { "\"msgtype\":\"swp.todo_change\",\"todo_id\":\"td-1\",\"done\":true", "wave-plan-symbolic",
    { "To-do changed", "{\"msgtype\":\"swp.todo_change\",\"todo_id\":\"td-1\",\"done\":true}" }, NULL },
  { "\"msgtype\":\"swp.system\",\"body\":\"Pat One renamed *the* room\"", "dialog-information-symbolic", { "System", "Pat One renamed *the* room" }, NULL },
  { "\"msgtype\":\"acme.poll\",\"question\":\"Which lamp?\"", "dialog-question-symbolic",
    { "Message of type acme.poll", "{\"msgtype\":\"acme.poll\",\"question\":\"Which lamp?\"}" }, NULL },
  { "\"msgtype\":\"acme.shout\",\"body\":\"LAMP\",\"loud\":true", "dialog-question-symbolic", { "Message of type acme.shout", "LAMP" }, "loud" },
  { "\"colour\":\"green\"", "dialog-question-symbolic", { "Message without text", "{\"colour\":\"green\"}" }, NULL },
};

static void
test_cards (void)
{
  UiRig rig = { NULL };

  ui_rig_open (&rig);
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++)
    {
      const Card *card = &cards[i];
      g_autofree char *id = g_strdup_printf ("evt-card-%u", i);
      g_autofree char *json
          = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"%s\"," IN_ATLAS ",\"sender_id\":\"pat\",\"content\":{%s}}", id, card->content);
      GtkWidget *row, *shown;

      ui_inject (&rig, TRUE, json);
      row = wait_row (&rig, id);
      shown = find_such (row, has_class, "message-card");
      if (shown == NULL)
        g_error ("%s is no card", card->content);
      if (find_such (shown, is_icon, card->icon) == NULL)
        g_error ("%s does not bear the icon %s", card->content, card->icon);
      for (guint j = 0; j < G_N_ELEMENTS (card->texts) && card->texts[j] != NULL; j++)
        if (find_such (row, is_label, card->texts[j]) == NULL)
          g_error ("%s does not show “%s”", card->content, card->texts[j]);
      g_assert_true (ui_shows (find_such (shown, has_class, "heading"), card->texts[0]));
      if (card->not != NULL && ui_shows (ui_find (row, WAVE_TYPE_MESSAGE_ROW), card->not))
        g_error ("%s shows “%s”", card->content, card->not);
      /* A name is not said twice. */
      if (i == 1)
        g_assert_null (gtk_widget_get_next_sibling (shown));
    }
  /* What has no text of its own is not without a name. */
  check_name (&rig, "evt-card-0", "Pat One: The *first* draft");
  check_name (&rig, "evt-card-2", "Pat One: ");
  ui_rig_close (&rig);
}

static void
test_code (void)
{
  UiRig rig = { NULL };
  GtkWidget *row, *block, *code;
  GdkContentProvider *copied;
  g_auto (GValue) value = G_VALUE_INIT;

  ui_rig_open (&rig);
  ui_inject (&rig, TRUE, MESSAGE ("evt-code", "pat", "\"msgtype\":\"swp.code\",\"lang\":\"python\",\"body\":\"if **a** < b:\\n\\tprint ('<i>')\""));
  ui_inject (&rig, TRUE, MESSAGE ("evt-bare", "pat", "\"msgtype\":\"swp.code\",\"body\":\"x = 1\""));
  row = wait_row (&rig, "evt-code");
  block = find_such (row, has_class, "code-block");
  g_assert_nonnull (block);
  g_assert_nonnull (find_such (block, is_label, "python"));
  /* As it was written: neither Markdown nor markup. */
  code = find_such (block, is_label, "if **a** < b:\n\tprint ('<i>')");
  g_assert_nonnull (code);
  g_assert_false (gtk_label_get_use_markup (GTK_LABEL (code)));
  g_assert_true (is_monospace (code));
  g_assert_false (is_monospace (find_such (block, is_label, "python")));
  /* Lines are not broken. */
  g_assert_false (gtk_label_get_wrap (GTK_LABEL (code)));
  g_signal_emit_by_name (find_such (block, has_class, "copy-code"), "clicked");
  copied = gdk_clipboard_get_content (gtk_widget_get_clipboard (code));
  g_assert_nonnull (copied);
  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (copied, &value, NULL));
  g_assert_cmpstr (g_value_get_string (&value), ==, "if **a** < b:\n\tprint ('<i>')");
  /* Without a language. */
  block = find_such (wait_row (&rig, "evt-bare"), has_class, "code-block");
  g_assert_nonnull (find_such (block, is_label, "Code"));
  g_assert_true (is_monospace (find_such (block, is_label, "x = 1")));
  ui_rig_close (&rig);
}

/* ---------------------------------------------------------------- Markdown */

static void
test_markdown (void)
{
  UiRig rig = { NULL };
  GtkWidget *row, *label, *block, *quote, *marker;

  ui_rig_open (&rig);
  ui_inject (&rig, TRUE,
             SAY ("evt-md", "pat",
                  "# Lamps\\n\\nA **heavy** and *slanted* and `fixed` and ~~wrong~~ [site](https://lamps.example/a?b=1&c=2)\\nnext line\\n\\n- one\\n- two\\n  1. inner\\n\\n> said "
                  "before\\n\\n```c\\nint x < *y;\\n```\\n\\n- [x] done\\n- [ ] open\\n\\nend <b>tag</b> &amp;"));
  row = wait_row (&rig, "evt-md");
  /* The signs are gone where they were understood. */
  g_assert_false (ui_shows (row, "**"));
  g_assert_false (ui_shows (row, "~~"));
  g_assert_false (ui_shows (row, "```"));
  g_assert_false (ui_shows (row, "]("));
  g_assert_false (ui_shows (row, "# "));
  g_assert_false (ui_shows (row, "https://lamps.example"));
  label = find_such (row, is_label, "Lamps");
  g_assert_nonnull (label);
  g_assert_true (gtk_widget_has_css_class (label, "message-heading"));
  /* A line break of the one who wrote it is kept. */
  label = find_such (row, is_label, "A heavy and slanted and fixed and wrong site\nnext line");
  g_assert_nonnull (label);
  g_assert_cmpint (attribute_at (label, "heavy", PANGO_ATTR_WEIGHT), ==, PANGO_WEIGHT_BOLD);
  g_assert_cmpint (attribute_at (label, "slanted", PANGO_ATTR_STYLE), ==, PANGO_STYLE_ITALIC);
  g_assert_true (attribute_at (label, "fixed", PANGO_ATTR_FAMILY));
  g_assert_true (attribute_at (label, "wrong", PANGO_ATTR_STRIKETHROUGH));
  for (const char *const *word = (const char *const[]){ "A ", " and ", "next", NULL }; *word != NULL; word++)
    {
      g_assert_cmpint (attribute_at (label, *word, PANGO_ATTR_WEIGHT), ==, 0);
      g_assert_cmpint (attribute_at (label, *word, PANGO_ATTR_STYLE), ==, 0);
      g_assert_false (attribute_at (label, *word, PANGO_ATTR_FAMILY));
    }
  /* Lists: a mark and the text, the inner one further in. */
  for (guint i = 0; i < 3; i++)
    {
      static const char *const marks[] = { "•", "•", "1." };
      static const char *const items[] = { "one", "two", "inner" };
      graphene_rect_t outer, inner;

      label = find_such (row, is_label, items[i]);
      g_assert_nonnull (label);
      marker = gtk_widget_get_first_child (gtk_widget_get_parent (label));
      g_assert_true (is_label (marker, marks[i]));
      g_assert_true (gtk_widget_compute_bounds (marker, row, &outer));
      g_assert_true (gtk_widget_compute_bounds (label, row, &inner));
      g_assert_cmpfloat (outer.origin.x, <, inner.origin.x);
      g_assert_cmpfloat (ABS (outer.origin.y - inner.origin.y), <, 4);
    }
  {
    graphene_rect_t outer, inner;

    g_assert_true (gtk_widget_compute_bounds (find_such (row, is_label, "two"), row, &outer));
    g_assert_true (gtk_widget_compute_bounds (find_such (row, is_label, "inner"), row, &inner));
    g_assert_cmpfloat (inner.origin.x, >, outer.origin.x);
  }
  g_assert_nonnull (find_such (row, is_label, "☑"));
  g_assert_nonnull (find_such (row, is_label, "☐"));
  quote = find_such (row, has_class, "quote");
  g_assert_nonnull (quote);
  g_assert_nonnull (find_such (quote, is_label, "said before"));
  g_assert_false (ui_shows (quote, "one"));
  block = find_such (row, has_class, "code-block");
  g_assert_nonnull (block);
  g_assert_nonnull (find_such (block, is_label, "c"));
  label = find_such (block, is_label, "int x < *y;");
  g_assert_nonnull (label);
  g_assert_true (is_monospace (label));
  /* HTML is text. */
  g_assert_nonnull (find_such (row, is_label_with, "end <b>tag</b>"));
  ui_rig_close (&rig);
}

/* ---------------------------------------------------------------- links */

static char *opened_path; /* what the "browser" of this test writes down */

static void
write_file (const char *folder, const char *name, int mode, char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *owned = text;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents_full (path, owned, -1, G_FILE_SET_CONTENTS_NONE, mode, &error));
}

/* What https: opens with is a script that writes down what it is given: whatever the program opens is seen here, and nothing else happens. */
static void
install_browser (void)
{
  const char *data = g_get_user_data_dir ();
  g_autofree char *folder = g_build_filename (data, "applications", NULL);

  opened_path = g_build_filename (data, "opened", NULL);
  write_file (data, "opened", 0644, g_strdup (""));
  write_file (data, "browser", 0755, g_strdup_printf ("#!/bin/sh\necho \"$1\" >>'%s'\n", opened_path));
  write_file (folder, "browser.desktop", 0644, g_strdup_printf ("[Desktop Entry]\nType=Application\nName=Browser\nExec=\"%s/browser\" %%u\n", data));
  write_file (g_get_user_config_dir (), "mimeapps.list", 0644, g_strdup ("[Default Applications]\nx-scheme-handler/https=browser.desktop\n"));
}

static char *
dup_opened (void)
{
  char *text = NULL;

  return g_file_get_contents (opened_path, &text, NULL, NULL) ? text : g_strdup ("");
}

static gboolean
was_opened (const char *uri)
{
  g_autofree char *opened = dup_opened ();

  return strstr (opened, uri) != NULL;
}

/* Whether a shortcut of @widget itself takes the key. */
static gboolean
takes_key (GtkWidget *widget, guint key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      for (guint j = 0; GTK_IS_SHORTCUT_CONTROLLER (controller) && j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

          if (GTK_IS_KEYVAL_TRIGGER (trigger) && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key
              && gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) == 0
              && gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget, gtk_shortcut_get_arguments (shortcut)))
            return TRUE;
        }
    }
  return FALSE;
}

/* A key as it goes up from the focus. */
static gboolean
press_key (UiRig *rig, guint key)
{
  for (GtkWidget *widget = gtk_root_get_focus (GTK_ROOT (rig->window)); widget != NULL; widget = gtk_widget_get_parent (widget))
    if (takes_key (widget, key))
      return TRUE;
  return FALSE;
}

static AdwAlertDialog *
find_dialog (UiRig *rig)
{
  return (AdwAlertDialog *) ui_find (GTK_WIDGET (rig->window), ADW_TYPE_ALERT_DIALOG);
}

/* As by the keyboard: the focus is on the link, and Return is pressed. */
static AdwAlertDialog *
follow (UiRig *rig, const char *id, const char *text)
{
  GtkWidget *label = find_such (wait_row (rig, id), is_label_with, text);

  g_assert_nonnull (label);
  WAIT_FOR (gtk_widget_get_mapped (label) && gtk_widget_grab_focus (label), "the focus on a link");
  g_signal_emit_by_name (label, "activate-current-link");
  WAIT_FOR (find_dialog (rig) != NULL && ui_shows (GTK_WIDGET (find_dialog (rig)), "Open This Link?"), "the question about a link");
  return find_dialog (rig);
}

static void
test_links (void)
{
  UiRig rig = { NULL };
  AdwAlertDialog *dialog;
  GdkContentProvider *copied;
  g_auto (GValue) value = G_VALUE_INIT;

  ui_rig_open (&rig);
  ui_inject (&rig, TRUE, SAY ("evt-link-1", "pat", "see [the bank](https://other.example/login?a=1&b=2)"));
  ui_inject (&rig, TRUE, SAY ("evt-link-2", "pat", "also https://second.example/ here"));
  ui_inject (&rig, TRUE, SAY ("evt-link-3", "pat", "and [that](https://third.example/x)"));
  ui_inject (&rig, TRUE, SAY ("evt-link-4", "pat", "not [this](file:///etc/passwd)"));
  /* It says where it leads, whatever the text says, and that is taken by its word. */
  dialog = follow (&rig, "evt-link-1", "the bank");
  g_assert_cmpstr (adw_alert_dialog_get_heading (dialog), ==, "Open This Link?");
  g_assert_cmpstr (adw_alert_dialog_get_body (dialog), ==, "https://other.example/login?a=1&b=2");
  g_assert_true (ui_shows (GTK_WIDGET (dialog), "https://other.example/login?a=1&b=2"));
  g_assert_cmpstr (adw_alert_dialog_get_default_response (dialog), ==, "cancel");
  g_assert_true (press_key (&rig, GDK_KEY_Escape));
  WAIT_FOR (find_dialog (&rig) == NULL, "the question to go");
  /* Copying opens nothing. */
  dialog = follow (&rig, "evt-link-2", "also");
  g_signal_emit_by_name (find_such (GTK_WIDGET (dialog), is_button_with, "C_opy"), "clicked");
  copied = gdk_clipboard_get_content (gtk_widget_get_clipboard (GTK_WIDGET (rig.window)));
  g_assert_nonnull (copied);
  g_value_init (&value, G_TYPE_STRING);
  g_assert_true (gdk_content_provider_get_value (copied, &value, NULL));
  g_assert_cmpstr (g_value_get_string (&value), ==, "https://second.example/");
  WAIT_FOR (find_dialog (&rig) == NULL, "the question to go");
  /* Only a yes does: by the time that this one has been opened, so would have been the others. */
  dialog = follow (&rig, "evt-link-3", "that");
  g_assert_false (was_opened ("third.example"));
  g_signal_emit_by_name (find_such (GTK_WIDGET (dialog), is_button_with, "_Open"), "clicked");
  WAIT_FOR (was_opened ("https://third.example/x"), "the link to be opened");
  g_assert_false (was_opened ("other.example"));
  g_assert_false (was_opened ("second.example"));
  WAIT_FOR (find_dialog (&rig) == NULL, "the question to go");
  /* What may not be opened is no link. */
  {
    GtkWidget *label = find_such (wait_row (&rig, "evt-link-4"), is_label, "not this");

    g_assert_nonnull (label);
    g_assert_null (strstr (gtk_label_get_label (GTK_LABEL (label)), "href"));
  }
  ui_rig_close (&rig);
}

/* ---------------------------------------------------------------- answers */

static void
test_reply (void)
{
  UiRig rig = { NULL };
  GtkWidget *quote, *row, *scroller;
  GtkAdjustment *adjustment;
  graphene_rect_t bounds;

  ui_rig_open (&rig);
  scroller = gtk_widget_get_ancestor (ui_find (timeline_of (&rig), GTK_TYPE_LIST_VIEW), GTK_TYPE_SCROLLED_WINDOW);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  ui_inject (&rig, TRUE, SAY ("evt-asked", "mia", "which **lamp** is it?"));
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *json = g_strdup_printf (SAY ("evt-filler-%u", "pat", "filler %u"), i, i);

      ui_inject (&rig, TRUE, json);
    }
  ui_inject (&rig, TRUE, MESSAGE ("evt-answer", "noor", "\"msgtype\":\"swp.text\",\"body\":\"the green one\",\"reply_to_event_id\":\"evt-asked\""));
  ui_inject (&rig, TRUE, MESSAGE ("evt-early", "noor", "\"msgtype\":\"swp.text\",\"body\":\"too early\",\"reply_to_event_id\":\"evt-later\""));
  wait_in_row (&rig, "evt-early", "too early");
  /* Who said what is quoted, as text. */
  row = wait_row (&rig, "evt-answer");
  quote = find_such (row, has_class, "reply-quote");
  g_assert_nonnull (quote);
  g_assert_true (ui_shows (quote, "Mia Chen: which **lamp** is it?"));
  g_assert_true (gtk_widget_get_sensitive (quote));
  /* Nothing of it is on screen, at the end of the timeline. */
  WAIT_FOR (row_of (&rig, "evt-asked") == NULL, "the question to be out of sight");
  WAIT_FOR (gtk_adjustment_get_value (adjustment) > gtk_adjustment_get_page_size (adjustment) / 2, "the end of the timeline");
  g_signal_emit_by_name (quote, "clicked");
  WAIT_FOR (row_of (&rig, "evt-asked") != NULL && gtk_widget_has_css_class (row_of (&rig, "evt-asked"), "flash"), "the question to stand out");
  row = wait_row (&rig, "evt-asked");
  g_assert_true (ui_shows (row, "which lamp is it?"));
  g_assert_true (gtk_widget_compute_bounds (row, scroller, &bounds));
  g_assert_cmpfloat (bounds.origin.y, >=, -1);
  g_assert_cmpfloat (bounds.origin.y + bounds.size.height, <=, gtk_widget_get_height (scroller) + 1);
  /* It stays there: what comes does not pull it away. */
  ui_inject (&rig, TRUE, SAY ("evt-more", "pat", "one more"));
  WAIT_FOR (ui_shows (timeline_of (&rig), "Latest · 1 new"), "the count of what is new");
  g_assert_nonnull (row_of (&rig, "evt-asked"));
  WAIT_FOR (!gtk_widget_has_css_class (wait_row (&rig, "evt-asked"), "flash"), "it to stand out no longer");
  wave_timeline_view_jump_to_latest (WAVE_TIMELINE_VIEW (timeline_of (&rig)));
  /* A question that is not held is not quoted, and leads nowhere; when it comes it is. */
  quote = find_such (wait_row (&rig, "evt-early"), has_class, "reply-quote");
  g_assert_true (ui_shows (quote, "In reply to an earlier message"));
  g_assert_false (gtk_widget_get_sensitive (quote));
  ui_inject (&rig, TRUE, SAY ("evt-later", "tom", "what was the question?"));
  wait_in_row (&rig, "evt-early", "Tom Okafor: what was the question?");
  g_assert_true (gtk_widget_get_sensitive (find_such (wait_row (&rig, "evt-early"), has_class, "reply-quote")));
  /* A quote follows its original. */
  ui_inject (&rig, TRUE, SAY ("evt-later", "tom", "what was the answer?"));
  wait_in_row (&rig, "evt-early", "Tom Okafor: what was the answer?");
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.redaction\"," IN_ATLAS ",\"event_id\":\"evt-later\",\"redacted_by\":\"tom\"}");
  wait_in_row (&rig, "evt-early", "Tom Okafor: Message removed");
  wait_not_in_row (&rig, "evt-early", "what was the answer?");
  /* What answers nothing quotes nothing. */
  g_assert_null (find_such (wait_row (&rig, "evt-more"), has_class, "reply-quote"));
  ui_rig_close (&rig);
}

/* ---------------------------------------------------------------- edits */

static void
test_edit (void)
{
  UiRig rig = { NULL };
  GtkWidget *row, *edited;

  ui_rig_open (&rig);
  ui_inject (&rig, TRUE, SAY ("evt-typo", "pat", "the lamp is brocken"));
  ui_inject (&rig, TRUE, SAY ("evt-plain", "pat", "nothing changes here"));
  ui_inject (&rig, TRUE, MESSAGE ("evt-reply", "mia", "\"msgtype\":\"swp.text\",\"body\":\"yes, it si\",\"reply_to_event_id\":\"evt-plain\""));
  wait_in_row (&rig, "evt-reply", "yes, it si");
  g_assert_null (find_such (wait_row (&rig, "evt-typo"), is_toggle_with, "edited"));
  /* The same message anew. */
  ui_inject (&rig, TRUE, SAY ("evt-typo", "pat", "the lamp is *broken*"));
  wait_in_row (&rig, "evt-typo", "the lamp is broken");
  row = wait_row (&rig, "evt-typo");
  edited = find_such (row, is_toggle_with, "edited");
  g_assert_nonnull (edited);
  g_assert_true (gtk_widget_get_sensitive (edited));
  g_assert_false (ui_shows (row, "brocken"));
  check_name (&rig, "evt-typo", "Pat One: the lamp is broken");
  /* The earlier text when somebody asks, and no longer. */
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (edited), TRUE);
  wait_in_row (&rig, "evt-typo", "the lamp is brocken");
  g_assert_true (ui_shows (row, "the lamp is broken"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (edited), FALSE);
  wait_not_in_row (&rig, "evt-typo", "brocken");
  /* A message that says which one it replaces is no message of its own, and an answer stays one. */
  ui_inject (&rig, TRUE, MESSAGE ("evt-edit", "mia", "\"msgtype\":\"swp.text\",\"body\":\"yes, it is\",\"replaces_event_id\":\"evt-reply\""));
  wait_in_row (&rig, "evt-reply", "yes, it is");
  g_assert_nonnull (find_such (wait_row (&rig, "evt-reply"), is_toggle_with, "edited"));
  g_assert_nonnull (find_such (wait_row (&rig, "evt-reply"), has_class, "reply-quote"));
  g_assert_null (row_of (&rig, "evt-edit"));
  WAIT_FOR (ui_shows (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_ROOM_LIST), "Mia Chen: yes, it is"), "the edit in the list of the rooms");
  /* Of two edits the earlier text is the first one. */
  ui_inject (&rig, TRUE, SAY ("evt-typo", "pat", "the lamp is out"));
  wait_in_row (&rig, "evt-typo", "the lamp is out");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_such (wait_row (&rig, "evt-typo"), is_toggle_with, "edited")), TRUE);
  wait_in_row (&rig, "evt-typo", "the lamp is brocken");
  /* Nobody else can edit it. */
  ui_inject (&rig, TRUE, MESSAGE ("evt-forged", "tom", "\"msgtype\":\"swp.text\",\"body\":\"everything changes\",\"replaces_event_id\":\"evt-plain\""));
  wait_in_row (&rig, "evt-forged", "everything changes");
  g_assert_true (ui_shows (wait_row (&rig, "evt-plain"), "nothing changes here"));
  g_assert_null (find_such (wait_row (&rig, "evt-plain"), is_toggle_with, "edited"));
  ui_rig_close (&rig);
}

/* ---------------------------------------------------------------- reactions */

#define REACT(who, emoji, action)                                                                                                                        \
  "{\"type\":\"swp.room.reaction\"," IN_ATLAS ",\"event_id\":\"evt-liked\",\"sender_id\":\"" who "\",\"emoji\":\"" emoji "\",\"action\":\"" action "\"}"

static GtkWidget *
find_pill (UiRig *rig, const char *text)
{
  GtkWidget *label = find_such (wait_row (rig, "evt-liked"), is_label, text);

  return label != NULL ? gtk_widget_get_ancestor (label, GTK_TYPE_MENU_BUTTON) : NULL;
}

static void
test_reactions (void)
{
  UiRig rig = { NULL };
  GtkWidget *pill;

  ui_rig_open (&rig);
  /* One may come before its message. */
  ui_inject (&rig, TRUE, REACT ("noor", "🎉", "add"));
  ui_inject (&rig, TRUE, SAY ("evt-liked", "pat", "the lamp works"));
  WAIT_FOR (find_pill (&rig, "🎉 1") != NULL, "the first reaction");
  ui_inject (&rig, TRUE, REACT ("tom", "🎉", "add"));
  ui_inject (&rig, TRUE, REACT ("mia", "👀", "add"));
  /* Twice by the same person is once. */
  ui_inject (&rig, TRUE, REACT ("tom", "🎉", "add"));
  ui_inject (&rig, TRUE, SAY ("evt-after", "mia", "so it does"));
  wait_row (&rig, "evt-after");
  WAIT_FOR (find_pill (&rig, "🎉 2") != NULL && find_pill (&rig, "👀 1") != NULL, "the counts");
  /* Who it was. */
  g_assert_cmpstr (wave_tooltip_get_text (find_pill (&rig, "🎉 2")), ==, "Noor, Tom Okafor");
  g_assert_cmpstr (wave_tooltip_get_text (find_pill (&rig, "👀 1")), ==, "Mia Chen");
  pill = find_pill (&rig, "🎉 2");
  gtk_menu_button_popup (GTK_MENU_BUTTON (pill));
  WAIT_FOR (gtk_menu_button_get_popover (GTK_MENU_BUTTON (pill)) != NULL && gtk_widget_get_mapped (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (pill)))),
        "the list of names");
  g_assert_nonnull (find_such (GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (pill))), is_label, "Noor\nTom Okafor"));
  gtk_menu_button_popdown (GTK_MENU_BUTTON (pill));
  /* Taken back: the others stay, the last one takes the mark away. */
  ui_inject (&rig, TRUE, REACT ("noor", "🎉", "remove"));
  WAIT_FOR (find_pill (&rig, "🎉 1") != NULL, "a reaction to be taken back");
  g_assert_cmpstr (wave_tooltip_get_text (find_pill (&rig, "🎉 1")), ==, "Tom Okafor");
  ui_inject (&rig, TRUE, REACT ("tom", "🎉", "remove"));
  WAIT_FOR (find_such (wait_row (&rig, "evt-liked"), is_label_with, "🎉") == NULL, "the mark to go");
  g_assert_nonnull (find_pill (&rig, "👀 1"));
  ui_inject (&rig, TRUE, REACT ("mia", "👀", "remove"));
  WAIT_FOR (find_such (wait_row (&rig, "evt-liked"), has_class, "reaction") == NULL, "the last mark to go");
  g_assert_false (gtk_widget_get_visible (ui_find (wait_row (&rig, "evt-liked"), WAVE_TYPE_REACTIONS)));
  g_assert_null (find_such (wait_row (&rig, "evt-after"), has_class, "reaction"));
  ui_rig_close (&rig);
}

/* ---------------------------------------------------------------- removals */

typedef struct {
  const char *secret;
  char *where; /* (nullable): it still stands */
} Search;

static void
look_for (GtkWidget *widget, const char *what, const char *text, gpointer user_data)
{
  Search *search = user_data;

  if (search->where == NULL && strstr (text, search->secret) != NULL)
    search->where = g_strdup_printf ("the %s of a %s below %s: “%s”", what, G_OBJECT_TYPE_NAME (widget),
                                     gtk_widget_get_parent (widget) != NULL ? G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)) : "nothing", text);
}

/* (transfer full) (nullable): where a text still stands. Activity writes its cells anew before they are seen again. */
static char *
find_left (UiRig *rig, const char *secret)
{
  Search search = { secret, NULL };

  ui_foreach_text (wave_window_get_page (rig->window, "rooms"), TRUE, look_for, &search);
  ui_foreach_text (GTK_WIDGET (rig->window), FALSE, look_for, &search);
  return search.where;
}

static void
expect_nowhere (UiRig *rig, const char *secret)
{
  gint64 end = g_get_monotonic_time () + UI_DEADLINE_US;
  g_autofree char *where = find_left (rig, secret);

  while (where != NULL)
    {
      if (g_get_monotonic_time () > end)
        g_error ("“%s” was removed and still stands in %s", secret, where);
      ui_spin (20 * 1000);
      g_free (where);
      where = find_left (rig, secret);
    }
}

static void
expect_somewhere (UiRig *rig, const char *page, const char *secret)
{
  wave_window_show_page (rig->window, page);
  WAIT_FOR (ui_shows (wave_window_get_page (rig->window, page), secret), secret);
}

/* Once with the pages as they stand, and once more as each is looked at. */
static void
expect_nowhere_on_pages (UiRig *rig, const char *secret)
{
  static const char *const pages[] = { "activity", "scope", "connection", "rooms" };

  expect_nowhere (rig, secret);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      wave_window_show_page (rig->window, pages[i]);
      WAIT_FOR (gtk_widget_get_mapped (wave_window_get_page (rig->window, pages[i])), pages[i]);
      expect_nowhere (rig, secret);
    }
}

static void
test_redaction (void)
{
  UiRig rig = { NULL };
  WaveActivityPage *activity;
  WaveEventInspector *inspector;
  Search search = { "4712", NULL };

  ui_rig_open (&rig);
  ui_inject (&rig, TRUE, SAY ("evt-first", "pat", "the code is 4711"));
  ui_inject (&rig, TRUE, SAY ("evt-first", "pat", "the code was 4711, now 4712"));
  ui_inject (&rig, TRUE, MESSAGE ("evt-quoting", "mia", "\"msgtype\":\"swp.text\",\"body\":\"thanks\",\"reply_to_event_id\":\"evt-first\""));
  ui_inject (&rig, TRUE, SAY ("evt-secret", "pat", "and my door is 4711 too"));
  wait_in_row (&rig, "evt-secret", "my door is 4711");
  wait_in_row (&rig, "evt-quoting", "Pat One: the code was 4711");
  /* The earlier text, too. */
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_such (wait_row (&rig, "evt-first"), is_toggle_with, "edited")), TRUE);
  wait_in_row (&rig, "evt-first", "the code is 4711");
  WAIT_FOR (ui_shows (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_ROOM_LIST), "my door is 4711"), "the preview");
  expect_somewhere (&rig, "activity", "the code is 4711");
  /* One of them is open there, with its bytes. */
  activity = WAVE_ACTIVITY_PAGE (wave_window_get_page (rig.window, "activity"));
  wave_activity_page_set_filter (activity, "4712");
  WAIT_FOR (g_list_model_get_n_items (G_LIST_MODEL (wave_activity_page_get_view (activity))) == 1, "the edit in Activity");
  wave_activity_page_show_event (activity, wave_event_view_get_index (wave_activity_page_get_view (activity), 0));
  inspector = (WaveEventInspector *) ui_find (GTK_WIDGET (activity), WAVE_TYPE_EVENT_INSPECTOR);
  wave_event_inspector_show_page (inspector, "raw");
  WAIT_FOR ((ui_foreach_text (ui_find (GTK_WIDGET (inspector), WAVE_TYPE_RAW_VIEW), FALSE, look_for, &search), search.where != NULL), "the bytes of the edit");
  g_free (search.where);
  wave_activity_page_set_filter (activity, "");
  WAIT_FOR (ui_shows (GTK_WIDGET (activity), "my door is 4711"), "all events");
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.redaction\"," IN_ATLAS ",\"event_id\":\"evt-first\",\"redacted_by\":\"mia\",\"reason\":\"it was <b>secret</b>\"}");
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.redaction\"," IN_ATLAS ",\"event_id\":\"evt-secret\",\"redacted_by\":\"pat\"}");
  expect_nowhere (&rig, "4711");
  wave_window_show_page (rig.window, "rooms");
  /* By whom and why, where it stood. */
  wait_in_row (&rig, "evt-first", "Removed by Mia Chen: it was <b>secret</b>");
  wait_in_row (&rig, "evt-secret", "Removed by Pat One");
  g_assert_null (find_such (wait_row (&rig, "evt-first"), is_toggle_with, "edited"));
  wait_in_row (&rig, "evt-quoting", "Pat One: Message removed");
  check_name (&rig, "evt-first", "Pat One: Removed by Mia Chen: it was <b>secret</b>");
  WAIT_FOR (ui_shows (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_ROOM_LIST), "Message removed"), "the preview to be blank");
  expect_nowhere_on_pages (&rig, "4711");
  /* What comes again, as from a server that has not heard of it, stays gone. */
  ui_inject (&rig, TRUE, SAY ("evt-secret", "pat", "and my door is 4711 too"));
  ui_inject (&rig, TRUE, SAY ("evt-next", "mia", "next"));
  wait_row (&rig, "evt-next");
  g_assert_false (ui_shows (timeline_of (&rig), "4711"));
  ui_rig_close (&rig);
}

#define CHUNK(text, done)                                                                                                                                \
  "{\"type\":\"swp.room.message.chunk\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"" text "\",\"done\":" done "}}"

/* The streamed copy goes with its message, in Scope as well. */
static void
test_redacted_stream (void)
{
  UiRig rig = { NULL };
  GtkWidget *link;

  ui_rig_open (&rig);
  ui_inject (&rig, FALSE, CHUNK ("the password ", "false"));
  ui_inject (&rig, FALSE, CHUNK ("is 0815", "false"));
  ui_inject (&rig, FALSE, CHUNK ("", "true"));
  ui_inject (&rig, TRUE, SAY ("evt-streamed", "ai-scout", "the password is 0815"));
  wait_in_row (&rig, "evt-streamed", "the password is 0815");
  wait_in_row (&rig, "evt-streamed", "chunks/s");
  link = find_such (wait_row (&rig, "evt-streamed"), is_button_with, "Open in Scope");
  g_assert_nonnull (link);
  g_signal_emit_by_name (link, "clicked");
  {
    Search search = { "the password is 0815", NULL };
    GtkWidget *page = wave_window_get_page (rig.window, "scope");

    WAIT_FOR (ui_find (page, WAVE_TYPE_SCOPE_READER) != NULL
            && (ui_foreach_text (ui_find (page, WAVE_TYPE_SCOPE_READER), FALSE, look_for, &search), search.where != NULL),
          "the text in Scope");
    g_free (search.where);
  }
  expect_somewhere (&rig, "activity", "is 0815");
  wave_window_show_page (rig.window, "scope");
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.redaction\"," IN_ATLAS ",\"event_id\":\"evt-streamed\",\"redacted_by\":\"pat\",\"reason\":\"leaked\"}");
  expect_nowhere_on_pages (&rig, "0815");
  wait_in_row (&rig, "evt-streamed", "Removed by Pat One: leaked");
  wait_not_in_row (&rig, "evt-streamed", "chunks/s");
  ui_rig_close (&rig);
}

/* ---------------------------------------------------------------- where somebody is */

static gboolean
is_person (GtkWidget *widget, const char *name)
{
  return WAVE_IS_PEOPLE_ROW (widget) && ui_shows (widget, name);
}

#define BRIDGED(id, external, name, body)                                                                                                                \
  "{\"type\":\"swp.bridge.message\",\"id\":\"" id "\"," IN_ATLAS ",\"sender_id\":\"br-slack\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"" body       \
  "\",\"bridge_id\":\"bridge-2\",\"_imported_sender\":{\"external_id\":\"" external "\",\"display_name\":\"" name "\"}}}"

static void
test_origin (void)
{
  UiRig rig = { NULL };
  GtkWidget *row, *person, *mark;

  ui_rig_open (&rig);
  ui_inject (&rig, TRUE, SAY ("evt-fed", "alice-fed", "greetings"));
  ui_inject (&rig, TRUE, SAY ("evt-own", "pat", "hello"));
  wait_in_row (&rig, "evt-fed", "Alice");
  /* Whole name and mark, beside what is said and among the people. */
  row = wait_row (&rig, "evt-fed");
  g_assert_nonnull (find_such (row, is_label, "@alice-fed:peer.example"));
  mark = find_such (row, is_icon, "wave-federated-symbolic");
  g_assert_nonnull (mark);
  g_assert_cmpstr (wave_tooltip_get_text (mark), ==, "From another server");
  g_assert_null (gtk_test_accessible_check_property (GTK_ACCESSIBLE (mark), GTK_ACCESSIBLE_PROPERTY_LABEL, "From another server"));
  g_assert_false (ui_shows (row, "via"));
  row = wait_row (&rig, "evt-own");
  g_assert_null (find_such (row, is_icon, "wave-federated-symbolic"));
  g_assert_false (ui_shows (row, "@pat"));
  g_assert_false (ui_shows (row, "demo.wavescope.example"));
  /* The list of the people is as long as it is high. */
  ui_inject (&rig, FALSE, "{\"type\":\"presence\",\"participant_id\":\"alice-fed\",\"status\":\"online\"}");
  WAIT_FOR (find_such (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_SIDE_PANE), is_person, "Alice") != NULL, "Alice among the people");
  person = find_such (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_SIDE_PANE), is_person, "Alice");
  g_assert_true (ui_shows (person, "@alice-fed:peer.example"));
  g_assert_nonnull (find_such (person, is_icon, "wave-federated-symbolic"));
  person = find_such (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_SIDE_PANE), is_person, "Pat One");
  g_assert_nonnull (person);
  g_assert_null (find_such (person, is_icon, "wave-federated-symbolic"));
  g_assert_false (ui_shows (person, "@pat"));
  /* By a bridge: who it was on the other side, and by which way. */
  ui_inject (&rig, TRUE, BRIDGED ("evt-br-1", "U7", "Alice Anderson", "from the other side"));
  ui_inject (&rig, TRUE, BRIDGED ("evt-br-2", "U7", "Alice Anderson", "me again"));
  ui_inject (&rig, TRUE, BRIDGED ("evt-br-3", "U8", "Bob Brown", "and me"));
  wait_in_row (&rig, "evt-br-3", "Bob Brown");
  row = wait_row (&rig, "evt-br-1");
  g_assert_true (ui_shows (row, "Alice Anderson"));
  g_assert_true (ui_shows (row, "via bridge-2"));
  g_assert_false (ui_shows (row, "Slack bridge"));
  g_assert_null (find_such (row, is_icon, "wave-federated-symbolic"));
  /* Two who share a bridge are not one. */
  g_assert_false (ui_shows (wait_row (&rig, "evt-br-2"), "Alice Anderson"));
  g_assert_true (ui_shows (wait_row (&rig, "evt-br-3"), "via bridge-2"));
  check_name (&rig, "evt-br-3", "Bob Brown: and me");
  /* An edit that does not say it again does not change who it was. */
  ui_inject (&rig, TRUE, MESSAGE ("evt-br-4", "br-slack", "\"msgtype\":\"swp.text\",\"body\":\"and so do I\",\"replaces_event_id\":\"evt-br-3\""));
  wait_in_row (&rig, "evt-br-3", "and so do I");
  g_assert_true (ui_shows (wait_row (&rig, "evt-br-3"), "Bob Brown"));
  g_assert_false (ui_shows (wait_row (&rig, "evt-br-3"), "Slack bridge"));
  ui_rig_close (&rig);
}

/* ---------------------------------------------------------------- how rows stand together */

static double
top_of (UiRig *rig, GtkWidget *row)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (row, timeline_of (rig), &bounds));
  return bounds.origin.y;
}

static GtkWidget *
find_line (UiRig *rig, const char *css_class, const char *text)
{
  GtkWidget *list = ui_find (timeline_of (rig), GTK_TYPE_LIST_VIEW);

  for (GtkWidget *child = gtk_widget_get_first_child (list); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = gtk_widget_get_mapped (child) ? find_such (child, has_class, css_class) : NULL;

      if (found != NULL && is_label (found, text))
        return found;
    }
  return NULL;
}

static void
say_at (UiRig *rig, const char *id, const char *sender, gint64 origin_s)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"%s\"," IN_ATLAS ",\"sender_id\":\"%s\",\"origin_ts\":%" G_GINT64_FORMAT
                                           ",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"%s\"}}",
                                           id, sender, origin_s, id);

  ui_inject (rig, TRUE, json);
}

/* Whether a row has a head of its own: a face, a name, a time. */
static gboolean
has_head (UiRig *rig, const char *id, const char *name)
{
  GtkWidget *row = wait_row (rig, id);
  GtkWidget *avatar = ui_find (row, WAVE_TYPE_AVATAR);
  gboolean named = find_such (row, is_label, name) != NULL;

  g_assert_cmpint (gtk_widget_get_visible (avatar), ==, named);
  return named;
}

static void
test_groups (void)
{
  /* The 2nd of March 2026, 12:00 UTC, which is the zone here. */
  const gint64 noon = 1772452800;
  UiRig rig = { NULL };
  g_autofree char *first_day = wave_format_day (noon * G_USEC_PER_SEC, g_get_real_time ());
  g_autofree char *second_day = wave_format_day ((noon + 86400) * G_USEC_PER_SEC, g_get_real_time ());
  graphene_rect_t with, without;

  ui_rig_open (&rig);
  say_at (&rig, "evt-g1", "pat", noon);
  say_at (&rig, "evt-g2", "pat", noon + 60);
  say_at (&rig, "evt-g3", "mia", noon + 90);
  say_at (&rig, "evt-g4", "pat", noon + 120);
  say_at (&rig, "evt-g5", "pat", noon + 120 + 5 * 60 + 1);
  say_at (&rig, "evt-g6", "pat", noon + 86400);
  say_at (&rig, "evt-g7", "pat", noon + 86400 + 1);
  wait_row (&rig, "evt-g7");
  WAIT_FOR (!has_head (&rig, "evt-g7", "Pat One"), "what goes on to have no head");
  g_assert_true (has_head (&rig, "evt-g1", "Pat One"));
  g_assert_false (has_head (&rig, "evt-g2", "Pat One"));
  g_assert_true (has_head (&rig, "evt-g3", "Mia Chen"));
  /* Somebody else spoke between; then too long a time passed; then a day. */
  g_assert_true (has_head (&rig, "evt-g4", "Pat One"));
  g_assert_true (has_head (&rig, "evt-g5", "Pat One"));
  g_assert_true (has_head (&rig, "evt-g6", "Pat One"));
  /* The text stands in one line from top to bottom, with a face or without. */
  g_assert_true (gtk_widget_compute_bounds (find_such (wait_row (&rig, "evt-g1"), is_label, "evt-g1"), timeline_of (&rig), &with));
  g_assert_true (gtk_widget_compute_bounds (find_such (wait_row (&rig, "evt-g2"), is_label, "evt-g2"), timeline_of (&rig), &without));
  g_assert_cmpfloat (ABS (with.origin.x - without.origin.x), <, 0.5);
  g_assert_cmpint (gtk_widget_get_height (wait_row (&rig, "evt-g2")), <, gtk_widget_get_height (wait_row (&rig, "evt-g1")));
  /* The days stand over what was said on them. */
  WAIT_FOR (find_line (&rig, "day", first_day) != NULL && find_line (&rig, "day", second_day) != NULL, "the days");
  g_assert_cmpfloat (top_of (&rig, find_line (&rig, "day", first_day)), <, top_of (&rig, wait_row (&rig, "evt-g1")));
  g_assert_cmpfloat (top_of (&rig, find_line (&rig, "day", second_day)), >, top_of (&rig, wait_row (&rig, "evt-g5")));
  g_assert_cmpfloat (top_of (&rig, find_line (&rig, "day", second_day)), <, top_of (&rig, wait_row (&rig, "evt-g6")));
  ui_rig_close (&rig);
}

static void
read_up_to (UiRig *rig, const char *id)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.read_marker\"," IN_ATLAS ",\"participant_id\":\"watcher\",\"event_id\":\"%s\"}", id);

  ui_inject (rig, FALSE, json);
}

static void
test_read_line (void)
{
  UiRig rig = { NULL };

  ui_rig_open (&rig);
  ui_inject (&rig, TRUE, SAY ("evt-r1", "pat", "first"));
  ui_inject (&rig, TRUE, SAY ("evt-r2", "pat", "second"));
  ui_inject (&rig, TRUE, SAY ("evt-r3", "pat", "third"));
  wait_row (&rig, "evt-r3");
  g_assert_null (find_line (&rig, "read-marker", "New"));
  WAIT_FOR (!has_head (&rig, "evt-r2", "Pat One"), "the second to go on");
  read_up_to (&rig, "evt-r1");
  WAIT_FOR (find_line (&rig, "read-marker", "New") != NULL, "the line over what is new");
  WAIT_FOR (row_of (&rig, "evt-r2") != NULL && top_of (&rig, find_line (&rig, "read-marker", "New")) > top_of (&rig, wait_row (&rig, "evt-r1"))
          && top_of (&rig, find_line (&rig, "read-marker", "New")) < top_of (&rig, wait_row (&rig, "evt-r2")),
        "the line in its place");
  /* Behind the line it is said anew who speaks. */
  WAIT_FOR (has_head (&rig, "evt-r2", "Pat One"), "a head behind the line");
  /* It moves on, and goes when nothing is new. */
  read_up_to (&rig, "evt-r2");
  WAIT_FOR (find_line (&rig, "read-marker", "New") != NULL && top_of (&rig, find_line (&rig, "read-marker", "New")) > top_of (&rig, wait_row (&rig, "evt-r2"))
          && top_of (&rig, find_line (&rig, "read-marker", "New")) < top_of (&rig, wait_row (&rig, "evt-r3")),
        "the line to move on");
  WAIT_FOR (!has_head (&rig, "evt-r2", "Pat One"), "the second to go on again");
  read_up_to (&rig, "evt-r3");
  WAIT_FOR (find_line (&rig, "read-marker", "New") == NULL, "the line to go");
  ui_rig_close (&rig);
}

/* ---------------------------------------------------------------- what stands beside something monstrous */

typedef struct {
  int width, height;
  double text_x, text_width;
} Shape;

static Shape
shape_of (UiRig *rig, GtkWidget *row, const char *text)
{
  GtkWidget *label = find_such (row, is_label, text);
  graphene_rect_t bounds;

  g_assert_nonnull (label);
  g_assert_true (gtk_widget_compute_bounds (label, row, &bounds));
  return (Shape){ gtk_widget_get_width (row), gtk_widget_get_height (row), bounds.origin.x, bounds.size.width };
}

static void
check_shape (Shape is, Shape was, const char *where)
{
  if (is.width != was.width || is.height != was.height || ABS (is.text_x - was.text_x) > 0.5 || ABS (is.text_width - was.text_width) > 0.5)
    g_error ("%s is %d×%d with its text at %g, %g wide; alone it was %d×%d with its text at %g, %g wide", where, is.width, is.height, is.text_x, is.text_width,
             was.width, was.height, was.text_x, was.text_width);
}

static gboolean
is_room (GtkWidget *widget, const char *name)
{
  return WAVE_IS_ROOM_ROW (widget) && find_such (widget, is_label, name) != NULL;
}

static Shape
room_shape (UiRig *rig, const char *name)
{
  GtkWidget *row = find_such (ui_find (GTK_WIDGET (rig->window), WAVE_TYPE_ROOM_LIST), is_room, name);

  g_assert_nonnull (row);
  return (Shape){ gtk_widget_get_width (row), gtk_widget_get_height (row), 0, 0 };
}

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  ++*(guint *) user_data;
  return G_SOURCE_CONTINUE;
}

/* Until what was written has its place. */
static void
wait_laid_out (UiRig *rig)
{
  guint n = 0;
  guint id = gtk_widget_add_tick_callback (GTK_WIDGET (rig->window), on_frame, &n, NULL);

  WAIT_FOR (n >= 3, "frames");
  gtk_widget_remove_tick_callback (GTK_WIDGET (rig->window), id);
}

/* The list of the rooms is written a little later. */
static void
wait_preview (UiRig *rig, const char *preview)
{
  WAIT_FOR (ui_shows (find_such (ui_find (GTK_WIDGET (rig->window), WAVE_TYPE_ROOM_LIST), is_room, "Atlas launch"), preview), preview);
  wait_laid_out (rig);
}

static void
say (UiRig *rig, const char *id, const char *sender, const char *body)
{
  g_autoptr (GString) json = g_string_new (NULL);

  g_string_append_printf (json, "{\"type\":\"swp.room.message\",\"id\":\"%s\"," IN_ATLAS ",\"sender_id\":\"%s\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"", id, sender);
  for (const char *p = body; *p != '\0'; p = g_utf8_next_char (p))
    if (g_utf8_get_char (p) < 0x20 || *p == '"' || *p == '\\')
      g_string_append_printf (json, "\\u%04x", g_utf8_get_char (p));
    else
      g_string_append_unichar (json, g_utf8_get_char (p));
  g_string_append (json, "\"}}");
  ui_inject (rig, TRUE, json->str);
}

/* Before and behind each of them the same line looks as it does where nothing is amiss. */
static void
test_neighbours (void)
{
  g_autofree char *word = g_strnfill (10000, 'w');
  g_autoptr (GString) unseen = g_string_new ("a");
  g_autoptr (GString) marks = g_string_new ("Z");
  const char *disturbing[8];
  UiRig rig = { NULL };
  Shape alone, room, other;
  int side, list;

  for (guint i = 0; i < 2000; i++)
    g_string_append_unichar (unseen, i % 2 == 0 ? 0x200b : 0x2060);
  for (guint i = 0; i < 400; i++)
    g_string_append_unichar (marks, 0x300 + i % 100);
  disturbing[0] = word;
  disturbing[1] = "a\u202ereversed \u202b\u202a\u202d\u2066\u2067\u2068 never closed";
  disturbing[2] = unseen->str;
  disturbing[3] = marks->str;
  disturbing[4] = "\u061c\u200f\u202e \u05e9\u05dc\u05d5\u05dd";
  disturbing[5] = "line\u2028line\u2029paragraph\v\f\r\xc2\x85" "end";
  disturbing[6] = "<span size='999999'>huge</span>";
  disturbing[7] = "\ufdfd\ufdfd\ufdfd \U000122eb\U000122eb \ua9c5\ua9c5";
  ui_rig_open (&rig);
  say (&rig, "evt-alone", "mia", "neighbour");
  say (&rig, "evt-pause", "tom", "a pause");
  wait_in_row (&rig, "evt-pause", "a pause");
  wait_preview (&rig, "Tom Okafor: a pause");
  alone = shape_of (&rig, wait_row (&rig, "evt-alone"), "neighbour");
  room = room_shape (&rig, "Atlas launch");
  other = room_shape (&rig, "Support");
  side = gtk_widget_get_width (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_SIDE_PANE));
  list = gtk_widget_get_width (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_ROOM_LIST));
  for (guint i = 0; i < G_N_ELEMENTS (disturbing); i++)
    {
      g_autofree char *before = g_strdup_printf ("evt-before-%u", i);
      g_autofree char *amid = g_strdup_printf ("evt-amid-%u", i);
      g_autofree char *behind = g_strdup_printf ("evt-behind-%u", i);
      const char *const ids[] = { before, behind };

      say (&rig, before, "noor", "neighbour");
      wait_preview (&rig, "Noor: neighbour");
      say (&rig, amid, "pat", disturbing[i]);
      wait_preview (&rig, "Pat One: ");
      /* The letters of some scripts are higher; that is all. */
      g_assert_cmpint (room_shape (&rig, "Atlas launch").width, ==, room.width);
      g_assert_cmpint (room_shape (&rig, "Atlas launch").height, <=, room.height + (i == 7 ? 12 : 0));
      check_shape (room_shape (&rig, "Support"), other, "another room in the list");
      say (&rig, behind, "mia", "neighbour");
      for (guint j = 0; j < G_N_ELEMENTS (ids); j++)
        {
          g_autofree char *where = g_strdup_printf ("the row %s number %u", j == 0 ? "before" : "behind", i);

          WAIT_FOR (wave_timeline_find (wave_room_get_timeline (wave_tenant_get_room (wave_monitor_get_tenant (rig.monitor), "room-atlas")), ids[j]) >= 0, ids[j]);
          gtk_widget_activate_action (timeline_of (&rig), "timeline.jump", "s", ids[j]);
          wait_laid_out (&rig);
          check_shape (shape_of (&rig, wait_row (&rig, ids[j]), "neighbour"), alone, where);
        }
      g_assert_cmpint (gtk_widget_get_width (wait_row (&rig, behind)), ==, alone.width);
      g_assert_cmpint (gtk_widget_get_width (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_SIDE_PANE)), ==, side);
      g_assert_cmpint (gtk_widget_get_width (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_ROOM_LIST)), ==, list);
    }
  ui_rig_close (&rig);
}

static void
add_tests (void)
{
  install_browser ();
  g_test_add_func ("/timeline-rows/cards", test_cards);
  g_test_add_func ("/timeline-rows/code", test_code);
  g_test_add_func ("/timeline-rows/markdown", test_markdown);
  g_test_add_func ("/timeline-rows/links", test_links);
  g_test_add_func ("/timeline-rows/reply", test_reply);
  g_test_add_func ("/timeline-rows/edit", test_edit);
  g_test_add_func ("/timeline-rows/reactions", test_reactions);
  g_test_add_func ("/timeline-rows/redaction", test_redaction);
  g_test_add_func ("/timeline-rows/redacted-stream", test_redacted_stream);
  g_test_add_func ("/timeline-rows/origin", test_origin);
  g_test_add_func ("/timeline-rows/groups", test_groups);
  g_test_add_func ("/timeline-rows/read-line", test_read_line);
  g_test_add_func ("/timeline-rows/neighbours", test_neighbours);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, add_tests);
}
