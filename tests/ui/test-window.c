// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window on the simulator over a real WebSocket, read through the widget tree.
#include "config.h"

#include "ui-rig.h"

#include <string.h>

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "model/wave-room.h"
#include "model/wave-timeline.h"
#include "ui/wave-activity-page.h"
#include "ui/wave-connection-page.h"
#include "ui/wave-format.h"
#include "ui/wave-markdown.h"
#include "ui/wave-room-list.h"
#include "ui/wave-timeline-view.h"
#include "ui/wave-welcome-page.h"

static void
test_timeline (void)
{
  UiRig rig = { NULL };

  ui_rig_open (&rig);
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"**hello** everyone\"}}");
  ui_wait_shown (&rig, "hello everyone");
  ui_wait_shown (&rig, "Pat One");
  ui_inject (&rig, FALSE, "{\"type\":\"typing\",\"room_id\":\"room-atlas\",\"participant_id\":\"mia\",\"typing\":true}");
  ui_wait_shown (&rig, "Mia Chen is typing…");
  /* In the list of the rooms and below the timeline. */
  g_assert_true (ui_shows (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_TIMELINE_VIEW), "Mia Chen is typing…"));
  ui_inject (&rig, FALSE, "{\"type\":\"typing\",\"room_id\":\"room-atlas\",\"participant_id\":\"mia\",\"typing\":false}");
  ui_wait_gone (&rig, "Mia Chen is typing…");
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.topic\",\"room_id\":\"room-atlas\",\"topic\":\"Ship it on the 10th\"}");
  ui_wait_shown (&rig, "Ship it on the 10th");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.ai.context_usage\",\"room_id\":\"room-atlas\",\"participant_id\":\"ai-scout\",\"content\":{\"used_tokens\":512,\"max_tokens\":4096}}");
  ui_wait_shown (&rig, "512");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.plan.updated\",\"room_id\":\"room-atlas\",\"content\":{\"plan\":{\"id\":\"p\",\"goal\":\"Mend the lamp\",\"state\":\"running\",\"steps\":[{\"id\":\"a\",\"text\":\"Find the ladder\",\"status\":\"in_progress\"}]}}}");
  ui_wait_shown (&rig, "Mend the lamp");
  ui_wait_shown (&rig, "Find the ladder");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.call.invite\",\"room_id\":\"room-atlas\",\"content\":{\"call_id\":\"c\",\"call_type\":\"video\",\"initiator_id\":\"mia\",\"timeout_seconds\":60}}");
  ui_wait_shown (&rig, "Ringing");
  ui_inject (&rig, TRUE, "{\"type\":\"swp.sidekick.spawned\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"task_id\":\"t9\",\"codename\":\"calm-badger\",\"task\":\"Count the lamps\"}}");
  ui_wait_shown (&rig, "calm-badger");
  ui_rig_close (&rig);
}

static void
test_stream (void)
{
  UiRig rig = { NULL };

  ui_rig_open (&rig);
  ui_inject (&rig, FALSE, "{\"type\":\"swp.ai.status\",\"room_id\":\"room-atlas\",\"participant_id\":\"ai-scout\",\"status\":\"calling web_search\"}");
  ui_wait_shown (&rig, "calling web_search");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"The lamp \",\"done\":false}}");
  ui_wait_shown (&rig, "The lamp");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"is broken\",\"done\":false}}");
  ui_wait_shown (&rig, "The lamp is broken");
  ui_wait_shown (&rig, "▍");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"\",\"done\":true}}");
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"The lamp is broken\"}}");
  ui_wait_gone (&rig, "▍");
  ui_wait_shown (&rig, "The lamp is broken");
  ui_wait_shown (&rig, "chunks/s");
  ui_rig_close (&rig);
}

static void
test_reconnect (void)
{
  UiRig rig = { NULL };

  ui_rig_open (&rig);
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"before the drop\"}}");
  ui_wait_shown (&rig, "before the drop");
  wave_simulator_drop_clients (rig.simulator, 0, NULL);
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"said meanwhile\"}}");
  ui_wait_shown (&rig, "Connection lost");
  ui_wait_shown (&rig, "complete ✓");
  wave_window_show_page (rig.window, "connection");
  ui_wait_shown (&rig, "Interruptions");
  ui_wait_shown (&rig, "Complete: sync went on");
  ui_wait_shown (&rig, "no durable event was missed");
  wave_simulator_drop_clients (rig.simulator, 4003, "duplicate_connection");
  ui_wait_shown (&rig, "Replaced");
  ui_wait_shown (&rig, "Reconnect Here");
  ui_rig_close (&rig);
}

/* Whether a screen reader has something to say about a control. */
static gboolean
is_named (GtkWidget *widget)
{
  const char *tooltip = gtk_widget_get_tooltip_text (widget);

  if (tooltip != NULL && *tooltip != '\0')
    return TRUE;
  if (gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL)
      || gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY))
    return TRUE;
  if (GTK_IS_LABEL (widget))
    return *gtk_label_get_text (GTK_LABEL (widget)) != '\0';
  /* What stands in a list does not name the list. */
  if (GTK_IS_LIST_VIEW (widget) || GTK_IS_COLUMN_VIEW (widget))
    return FALSE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (is_named (child))
      return TRUE;
  return FALSE;
}

/* Counts the controls below @widget; an unnamed one that can be seen fails the test. */
static guint
count_named (GtkWidget *widget, const char *page)
{
  guint n = 0;

  if (!gtk_widget_get_mapped (widget))
    return 0;
  if (GTK_IS_BUTTON (widget) || GTK_IS_MENU_BUTTON (widget) || GTK_IS_ENTRY (widget) || GTK_IS_SEARCH_ENTRY (widget) || GTK_IS_DROP_DOWN (widget)
      || GTK_IS_SWITCH (widget) || GTK_IS_SCALE (widget) || GTK_IS_LIST_VIEW (widget) || GTK_IS_COLUMN_VIEW (widget))
    {
      if (!is_named (widget))
        g_error ("on page %s a %s (child of %s) has no name", page, G_OBJECT_TYPE_NAME (widget), G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)));
      return 1;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += count_named (child, page);
  return n;
}

static void
test_names (void)
{
  static const char *const pages[] = { "rooms", "activity", "scope", "connection" };
  UiRig rig = { NULL };

  ui_rig_open (&rig);
  ui_inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"```c\\nx\\n```\",\"done\":false}}");
  ui_wait_shown (&rig, "▍");
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      wave_window_show_page (rig.window, pages[i]);
      ui_spin (400 * 1000);
      g_assert_cmpuint (count_named (GTK_WIDGET (rig.window), pages[i]), >, 8);
    }
  wave_window_show_welcome (rig.window, "The server refuses the token");
  ui_spin (400 * 1000);
  g_assert_cmpuint (count_named (GTK_WIDGET (rig.window), "welcome"), >, 4);
  ui_rig_close (&rig);
}

static GtkMenuButton *
find_primary (GtkWidget *widget)
{
  if (GTK_IS_MENU_BUTTON (widget) && gtk_menu_button_get_primary (GTK_MENU_BUTTON (widget)) && gtk_widget_get_mapped (widget))
    return GTK_MENU_BUTTON (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkMenuButton *found = find_primary (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* What is made when it is first wanted is there when it is: the menu, the pages that nobody looked at, the welcome page. */
static void
test_made_late (void)
{
  UiRig rig = { NULL };
  GtkMenuButton *menu;
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);

  /* Another test may have been on another page last. */
  g_settings_reset (settings, "page");
  ui_rig_open (&rig);
  g_assert_null (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_ACTIVITY_PAGE));
  g_assert_null (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_CONNECTION_PAGE));
  g_assert_null (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_WELCOME_PAGE));
  menu = find_primary (GTK_WIDGET (rig.window));
  g_assert_nonnull (menu);
  g_assert_null (gtk_menu_button_get_popover (menu));
  gtk_menu_button_popup (menu);
  ui_spin (200 * 1000);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (gtk_menu_button_get_popover (menu))));
  ui_wait_shown (&rig, "Preferences");
  gtk_menu_button_popdown (menu);
  wave_window_show_page (rig.window, "connection");
  ui_wait_shown (&rig, "States of the Last Ten Minutes");
  g_assert_null (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_ACTIVITY_PAGE));
  /* Asked for without being looked at. */
  g_assert_true (WAVE_IS_ACTIVITY_PAGE (wave_window_get_page (rig.window, "activity")));
  wave_window_show_welcome (rig.window, NULL);
  g_assert_nonnull (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_WELCOME_PAGE));
  ui_rig_close (&rig);
}

/* Strings that want to be markup, to hide, to turn the line around, or to push everything else away. */
static const char *const hostile[] = {
  "<b>bold</b><script>alert(1)</script>", "&lt;&amp;&#0;", "<span size='999999'>", "%s%n%d", "</a></span>", "a\u202ereversed", "zero\u200bwidth\u200d\u2060",
  "\033[31mred\033[0m", "[click](javascript:alert(1))", "[x](file:///etc/passwd)", "![](http://example.org/a.png)", "```\nunclosed", "> > > > > > > > deep",
  "* * * * *", "|a|b|\n|-|-|\n|<i>|&|", "\\<b>", "https://example.org/?a=1&b=<b>", "- [ ] todo <i>\n- [x] done", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", "1. a\n   - b\n     > c\n```c\nx<y>&\n```",
};

static void
test_hostile_markup (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autoptr (GPtrArray) blocks = wave_markdown_parse (hostile[i]);

      g_assert_cmpuint (blocks->len, >, 0);
      for (guint j = 0; j < blocks->len; j++)
        {
          const WaveBlock *block = blocks->pdata[j];
          g_autoptr (GError) error = NULL;
          g_autofree char *text = NULL;
          GtkWidget *label;

          if (block->kind == WAVE_BLOCK_CODE)
            continue;
          g_assert_null (strstr (block->markup, "<script"));
          g_assert_null (strstr (block->markup, "<span size"));
          g_assert_null (strstr (block->markup, "javascript:alert(1)\""));
          g_assert_null (strstr (block->markup, "file:///etc/passwd\""));
          g_assert_null (strstr (block->markup, "\u202e"));
          /* GTK itself parses links; the label must take all of it without a warning (those are fatal here). */
          label = g_object_ref_sink (gtk_label_new (NULL));
          gtk_label_set_markup (GTK_LABEL (label), block->markup);
          g_assert_nonnull (gtk_label_get_text (GTK_LABEL (label)));
          g_object_unref (label);
        }
    }
}

static void
test_hostile_rows (void)
{
  UiRig rig = { NULL };
  g_autofree char *word = g_strnfill (10000, 'w');

  ui_rig_open (&rig);
  for (guint i = 0; i <= G_N_ELEMENTS (hostile); i++)
    {
      g_autoptr (GString) json = g_string_new ("{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"");
      const char *text = i < G_N_ELEMENTS (hostile) ? hostile[i] : word;

      for (const char *p = text; *p != '\0'; p++)
        if (*p == '"' || *p == '\\')
          g_string_append_printf (json, "\\%c", *p);
        else if ((guchar) *p < 0x20)
          g_string_append_printf (json, "\\u%04x", (guchar) *p);
        else
          g_string_append_c (json, *p);
      g_string_append (json, "\"}}");
      ui_inject (&rig, TRUE, json->str);
    }
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"mia\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"the last of them\"}}");
  ui_wait_shown (&rig, "the last of them");
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (rig.window)), <, 1400);
  ui_rig_close (&rig);
}

static void
test_formats (void)
{
  static const struct
  {
    gint64 us;
    const char *text;
  } spans[] = {
    { -1, "–" }, { 0, "0 µs" }, { 999, "999 µs" }, { 1500, "1.5 ms" }, { 12345, "12 ms" }, { 3420000, "3.42 s" }, { 42 * G_USEC_PER_SEC, "42.0 s" },
    { 100 * G_USEC_PER_SEC, "1:40" }, { 7387000000, "2:03:07" },
  }, latencies[] = { { -1, "< 1 s" }, { -999999, "< 1 s" }, { -1000000, "−1.00 s" }, { 0, "0 µs" }, { 3420000, "3.42 s" } };

  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      g_autofree char *text = wave_format_span (spans[i].us);

      g_assert_cmpstr (text, ==, spans[i].text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (latencies); i++)
    {
      g_autofree char *text = wave_format_latency (latencies[i].us);

      g_assert_cmpstr (text, ==, latencies[i].text);
    }
}

static GListModel *
listed_rooms (UiRig *rig)
{
  GtkWidget *list = ui_find (ui_find (GTK_WIDGET (rig->window), WAVE_TYPE_ROOM_LIST), GTK_TYPE_LIST_VIEW);

  return G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)));
}

static guint
place_of (GListModel *rooms, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (rooms, i);

      if (g_str_equal (wave_room_get_display_name (room), name))
        return i;
    }
  return G_MAXUINT;
}

static gboolean
are_by_name (GListModel *rooms)
{
  for (guint i = 1; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (WaveRoom) before = g_list_model_get_item (rooms, i - 1);
      g_autoptr (WaveRoom) room = g_list_model_get_item (rooms, i);

      if (g_utf8_collate (wave_room_get_display_name (before), wave_room_get_display_name (room)) > 0)
        return FALSE;
    }
  return TRUE;
}

/* By activity who speaks goes to the front; by name nobody moves, under one heading. */
static void
test_room_order (void)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  UiRig rig;
  GListModel *rooms;
  guint place;

  ui_rig_open (&rig);
  ui_wait_shown (&rig, "Support");
  rooms = listed_rooms (&rig);
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-support\",\"sender_id\":\"mia\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"by activity\"}}");
  ui_wait_shown (&rig, "by activity");
  ui_spin (1500 * 1000);
  g_assert_cmpuint (place_of (rooms, "Support"), ==, 0);
  g_settings_set_string (settings, "room-order", "name");
  ui_spin (300 * 1000);
  g_assert_true (are_by_name (rooms));
  g_assert_true (ui_shows (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_ROOM_LIST), "Rooms"));
  g_assert_false (ui_shows (ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_ROOM_LIST), "Quiet"));
  place = place_of (rooms, "Support");
  g_assert_cmpuint (place, >, 1);
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-support\",\"sender_id\":\"mia\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"by name\"}}");
  ui_wait_shown (&rig, "by name");
  ui_spin (1500 * 1000);
  g_assert_cmpuint (place_of (rooms, "Support"), ==, place);
  g_settings_reset (settings, "room-order");
  ui_spin (1500 * 1000);
  g_assert_cmpuint (place_of (rooms, "Support"), ==, 0);
  ui_rig_close (&rig);
}

static void
add_tests (void)
{
  g_test_add_func ("/window/room-order", test_room_order);
  g_test_add_func ("/window/formats", test_formats);
  g_test_add_func ("/window/hostile-markup", test_hostile_markup);
  g_test_add_func ("/window/timeline", test_timeline);
  g_test_add_func ("/window/stream", test_stream);
  g_test_add_func ("/window/reconnect", test_reconnect);
  g_test_add_func ("/window/names", test_names);
  g_test_add_func ("/window/made-late", test_made_late);
  g_test_add_func ("/window/hostile-rows", test_hostile_rows);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, add_tests);
}
