// SPDX-License-Identifier: GPL-3.0-or-later
// Hostile text in every place that shows text of the wire: nothing warns (warnings are fatal here), nothing is interpreted, and what stands beside it keeps
// its place and its size.
#include "config.h"

#include "ui-rig.h"

#include <string.h>

#include "hostile-strings.h"
#include "model/wave-stream.h"
#include "protocol/wave-text.h"
#include "ui/wave-activity-page.h"
#include "ui/wave-event-inspector.h"
#include "ui/wave-event-table.h"
#include "ui/wave-markdown.h"
#include "ui/wave-rooms-page.h"
#include "ui/wave-scope-detail.h"
#include "ui/wave-scope-page.h"
#include "ui/wave-side-pane.h"
#include "ui/wave-timeline-view.h"
#include "ui/wave-words-room.h"

#define WIDTH 1200

static char *
long_word (void)
{
  return g_strnfill (HOSTILE_LONG_WORD, 'w');
}

static void
append_json (GString *json, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (json, "\\%c", *p);
    else if ((guchar) *p < 0x20)
      g_string_append_printf (json, "\\u%04x", (guchar) *p);
    else
      g_string_append_c (json, *p);
}

/* @template: with a $ wherever the text is to stand */
static void
inject (UiRig *rig, gboolean durable, const char *template, const char *text)
{
  g_autoptr (GString) json = g_string_new (NULL);

  for (const char *p = template; *p != '\0'; p++)
    if (*p == '$')
      append_json (json, text);
    else
      g_string_append_c (json, *p);
  ui_inject (rig, durable, json->str);
}

/* Nothing that is said anywhere, seen or read aloud, may hide, reorder or pretend. */
static void
check_text (GtkWidget *widget, const char *what, const char *text, gpointer user_data)
{
  gunichar before = 0;

  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      /* Ours: a name from right to left is set apart, and a sentence keeps its direction. */
      if (c != 0x2068 && c != 0x2069 && c != 0x200e && c != '\n' && c != '\t' && wave_text_is_deceptive (c)
          && !wave_text_joins (before, c, g_utf8_get_char (g_utf8_next_char (p))))
        g_error ("U+%04X stands in the %s of a %s below %s below %s: “%s”", c, what, G_OBJECT_TYPE_NAME (widget),
                 G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)), G_OBJECT_TYPE_NAME (gtk_widget_get_parent (gtk_widget_get_parent (widget))), text);
      before = c;
    }
}

static void
check_widget (GtkWidget *widget)
{
  ui_foreach_text (widget, TRUE, check_text, NULL);
}

static void
test_markdown (void)
{
  g_autofree char *word = long_word ();

  for (guint i = 0; i <= G_N_ELEMENTS (hostile_strings); i++)
    {
      const char *text = i < G_N_ELEMENTS (hostile_strings) ? hostile_strings[i] : word;
      g_autoptr (GPtrArray) blocks = wave_markdown_parse_with_mentions (text, (const char *const[]){ "everyone", "room", "", NULL });

      for (guint j = 0; j < blocks->len; j++)
        {
          const WaveBlock *block = blocks->pdata[j];
          GtkWidget *box = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
          GtkWidget *label = gtk_label_new (NULL);

          gtk_box_append (GTK_BOX (box), label);
          if (block->kind == WAVE_BLOCK_CODE)
            gtk_label_set_text (GTK_LABEL (label), block->markup);
          else
            {
              g_assert_null (strstr (block->markup, "<script"));
              g_assert_null (strstr (block->markup, "<span size"));
              g_assert_null (strstr (block->markup, "<span foreground"));
              g_assert_null (strstr (block->markup, "<a href=\"javascript"));
              g_assert_null (strstr (block->markup, "<a href=\"file"));
              g_assert_null (strstr (block->markup, "<a href=\"data"));
              gtk_label_set_markup (GTK_LABEL (label), block->markup);
            }
          check_widget (label);
          g_object_unref (box);
        }
    }
}

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile_strings); i++)
    {
      g_autofree char *line = wave_words_line (hostile_strings[i], 80);
      g_autofree char *lines = wave_words_lines (hostile_strings[i], 80);

      g_assert_null (strchr (line, '\n'));
      g_assert_cmpint (g_utf8_strlen (line, -1), <=, 80);
      g_assert_cmpint (g_utf8_strlen (lines, -1), <=, 100);
    }
}

#define IN_ATLAS "\"room_id\":\"room-atlas\""

/* Each place with a $ for the text. */
static const struct { const char *what, *json; gboolean durable; } places[] = {
  { "text", "{\"type\":\"swp.room.message\"," IN_ATLAS ",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"$\"}}", TRUE },
  { "code", "{\"type\":\"swp.room.message\"," IN_ATLAS ",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.code\",\"lang\":\"$\",\"body\":\"$\"}}", TRUE },
  { "media", "{\"type\":\"swp.room.message\"," IN_ATLAS ",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.media\",\"filename\":\"$\",\"mime_type\":\"$\",\"body\":\"$ \"}}", TRUE },
  { "system", "{\"type\":\"swp.room.message\"," IN_ATLAS ",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.system\",\"body\":\"$\"}}", TRUE },
  { "msgtype", "{\"type\":\"swp.room.message\"," IN_ATLAS ",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"x$\",\"a\":\"$\"}}", TRUE },
  { "chunk", "{\"type\":\"swp.room.message.chunk\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"$\",\"done\":false}}", FALSE },
  { "sender", "{\"type\":\"swp.room.message\"," IN_ATLAS ",\"sender_id\":\"p$\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"x\"}}", TRUE },
  { "imported", "{\"type\":\"swp.bridge.message\"," IN_ATLAS ",\"sender_id\":\"br-slack\",\"content\":{\"body\":\"x\",\"bridge_id\":\"b$\",\"_imported_sender\":{\"external_id\":\"$\",\"display_name\":\"$\"}}}", TRUE },
  { "status", "{\"type\":\"swp.ai.status\"," IN_ATLAS ",\"participant_id\":\"ai-desk\",\"status\":\"calling $\"}", FALSE },
  { "error", "{\"type\":\"swp.model.error\"," IN_ATLAS ",\"sender_id\":\"ai-quill\",\"content\":{\"code\":\"$\",\"message\":\"$\"}}", TRUE },
  { "engagement", "{\"type\":\"swp.room.ai_engagement\"," IN_ATLAS ",\"participant_id\":\"ai-desk\",\"mode\":\"m$\"}", TRUE },
  { "plan", "{\"type\":\"swp.plan.updated\"," IN_ATLAS ",\"content\":{\"plan\":{\"id\":\"$\",\"goal\":\"$\",\"state\":\"s$\",\"mode\":\"m$\",\"advance\":\"a$\",\"pause_reason\":\"$\",\"steps\":[{\"id\":\"a\",\"text\":\"$\",\"status\":\"$\",\"result\":\"$\",\"attempts\":3}]}}}", FALSE },
  { "sidekick", "{\"type\":\"swp.sidekick.spawned\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"task_id\":\"t$\",\"codename\":\"c$\",\"task\":\"$\",\"status\":\"s$\"}}", TRUE },
  { "result", "{\"type\":\"swp.sidekick.result\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"task_id\":\"t$\",\"codename\":\"c$\",\"result_summary\":\"$\"}}", TRUE },
  { "bridge", "{\"type\":\"swp.bridge.status\"," IN_ATLAS ",\"content\":{\"bridge_id\":\"b$\",\"transport\":\"t$\",\"status\":\"s$\",\"error\":\"$\"}}", FALSE },
  { "call", "{\"type\":\"swp.call.invite\"," IN_ATLAS ",\"content\":{\"call_id\":\"c$\",\"call_type\":\"$\",\"initiator_id\":\"i$\",\"timeout_seconds\":60}}", FALSE },
  { "part", "{\"type\":\"swp.call.state\"," IN_ATLAS ",\"content\":{\"call_id\":\"c$\",\"participant_id\":\"q$\",\"state\":\"s$\"}}", FALSE },
  { "member", "{\"type\":\"swp.room.member\"," IN_ATLAS ",\"participant_id\":\"m$\",\"membership\":\"w$\",\"changed_by\":\"b$\"}", TRUE },
  { "typing", "{\"type\":\"typing\"," IN_ATLAS ",\"participant_id\":\"y$\",\"typing\":true}", FALSE },
  { "presence", "{\"type\":\"presence\",\"participant_id\":\"m$\",\"status\":\"$\"}", FALSE },
  { "topic", "{\"type\":\"swp.room.topic\"," IN_ATLAS ",\"topic\":\"$\"}", TRUE },
  { "name", "{\"type\":\"swp.room.name\"," IN_ATLAS ",\"name\":\"n$\"}", TRUE },
  { "room", "{\"type\":\"swp.room.message\",\"room_id\":\"r$\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"$\"}}", TRUE },
  { "type", "{\"type\":\"t$\"," IN_ATLAS ",\"x\":\"$\"}", FALSE },
};

static void
check_layout (UiRig *rig)
{
  GtkWidget *rooms = wave_window_get_page (rig->window, "rooms");
  GtkWidget *side = ui_find (rooms, WAVE_TYPE_SIDE_PANE);

  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (rig->window)), <=, WIDTH + 60);
  g_assert_cmpint (gtk_widget_get_width (ui_find (rooms, WAVE_TYPE_TIMELINE_VIEW)), >, 300);
  g_assert_cmpint (gtk_widget_get_width (side), <=, 340);
  check_widget (rooms);
}

static void
test_everywhere (void)
{
  UiRig rig = { NULL };
  g_autofree char *word = long_word ();

  ui_rig_open (&rig);
  for (guint i = 0; i <= G_N_ELEMENTS (hostile_strings); i++)
    {
      const char *text = i < G_N_ELEMENTS (hostile_strings) ? hostile_strings[i] : word;
      g_autofree char *mark = g_strdup_printf ("done with %u", i);

      for (guint j = 0; j < G_N_ELEMENTS (places); j++)
        inject (&rig, places[j].durable, places[j].json, text);
      /* A few at a time: all of them are on screen then. */
      if (i % 4 != 3 && i < G_N_ELEMENTS (hostile_strings))
        continue;
      inject (&rig, TRUE, "{\"type\":\"swp.room.message\"," IN_ATLAS ",\"sender_id\":\"mia\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"$\"}}", mark);
      ui_wait_shown (&rig, mark);
      check_layout (&rig);
    }
  ui_rig_close (&rig);
}

static const char *
nth_string (guint n)
{
  return hostile_strings[n % G_N_ELEMENTS (hostile_strings)];
}

static void
wait_on_page (UiRig *rig, const char *page, const char *text)
{
  gint64 end = g_get_monotonic_time () + UI_DEADLINE_US;

  while (!ui_shows (wave_window_get_page (rig->window, page), text))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for “%s” on the %s page", text, page);
      ui_spin (10 * 1000);
    }
}

/* The rows that are seen are written, about as many as there are places: each string in some of them in turn, each place with many of the strings. */
static void
test_activity (void)
{
  static const char *const tabs[] = { "meaning", "tree", "raw", "related" };
  UiRig rig = { NULL };
  WaveActivityPage *page;
  guint n = 0;

  ui_rig_open (&rig);
  wave_window_show_page (rig.window, "activity");
  page = WAVE_ACTIVITY_PAGE (wave_window_get_page (rig.window, "activity"));
  for (guint i = 0; i < 4 * G_N_ELEMENTS (hostile_strings); i++)
    {
      const guint place = (i + i / G_N_ELEMENTS (hostile_strings) * 5) % G_N_ELEMENTS (places);
      g_autofree char *mark = NULL;
      guint last;

      inject (&rig, places[place].durable, places[place].json, nth_string (i));
      if (i % 18 != 17)
        continue;
      mark = g_strdup_printf ("seen as %u", n);
      inject (&rig, FALSE, "{\"type\":\"acme.mark\"," IN_ATLAS ",\"x\":\"$\"}", mark);
      wait_on_page (&rig, "activity", mark);
      check_widget (GTK_WIDGET (page));
      /* The one before the mark is looked at closely, in another way each time. */
      last = g_list_model_get_n_items (G_LIST_MODEL (wave_activity_page_get_view (page)));
      wave_activity_page_show_event (page, wave_event_view_get_index (wave_activity_page_get_view (page), last - 2));
      wave_event_inspector_show_page ((WaveEventInspector *) ui_find (GTK_WIDGET (page), WAVE_TYPE_EVENT_INSPECTOR), tabs[n++ % G_N_ELEMENTS (tabs)]);
      ui_spin (150 * 1000);
      check_widget (GTK_WIDGET (page));
      wave_event_table_scroll_to_end (WAVE_EVENT_TABLE (ui_find (GTK_WIDGET (page), WAVE_TYPE_EVENT_TABLE)));
    }
  g_assert_cmpuint (n, >, 12);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (rig.window)), <=, WIDTH + 60);
  ui_rig_close (&rig);
}

/* Each string is asked, streamed and then said a little differently. */
static void
test_scope (void)
{
  static const char *const panels[] = { "compare", "alarms", "totals", "list", "detail" };
  UiRig rig = { NULL };
  WaveScopePage *page;
  GListModel *streams;
  guint n;

  ui_rig_open (&rig);
  streams = G_LIST_MODEL (wave_tenant_get_streams (wave_monitor_get_tenant (rig.monitor)));
  for (guint i = 0; i < G_N_ELEMENTS (hostile_strings); i++)
    {
      inject (&rig, TRUE, places[0].json, nth_string (i));
      inject (&rig, FALSE, "{\"type\":\"swp.ai.status\"," IN_ATLAS ",\"participant_id\":\"ai-scout\",\"status\":\"calling $\"}", nth_string (i));
      inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"a $ b\",\"done\":false}}", nth_string (i));
      inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"$ c\",\"done\":true}}", nth_string (i));
      inject (&rig, TRUE, "{\"type\":\"swp.room.message\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"a $ d $ c\"}}", nth_string (i));
    }
  /* Some by others, elsewhere. */
  for (guint i = 0; i < G_N_ELEMENTS (hostile_strings); i += 6)
    inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"r$\",\"sender_id\":\"s$\",\"content\":{\"chunk_text\":\"$\",\"done\":true}}", nth_string (i));
  inject (&rig, TRUE, places[0].json, "all said");
  ui_wait_shown (&rig, "all said");
  n = g_list_model_get_n_items (streams);
  g_assert_cmpuint (n, >=, G_N_ELEMENTS (hostile_strings));
  wave_window_show_page (rig.window, "scope");
  page = WAVE_SCOPE_PAGE (wave_window_get_page (rig.window, "scope"));
  wave_scope_page_show_panel (page, "detail");
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i);

      wave_scope_page_show_stream (page, stream);
      if (i == 0)
        wait_on_page (&rig, "scope", "Scout");
      ui_spin (4 * 1000);
      check_widget (ui_find (GTK_WIDGET (page), WAVE_TYPE_SCOPE_DETAIL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (panels); i++)
    {
      wave_scope_page_show_panel (page, panels[i]);
      ui_spin (200 * 1000);
      check_widget (GTK_WIDGET (page));
    }
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (rig.window)), <=, WIDTH + 60);
  ui_rig_close (&rig);
}

/* What a server says as it goes, and what is no event at all. */
static void
test_connection (void)
{
  static const char *const reasons[] = { "a\u202ereversed\u200b \u2066never\u2028closed", "<b>%s%n</b>\033[31m\u00ad\u061c\ufeff" };
  UiRig rig = { NULL };

  ui_rig_open (&rig);
  wave_window_show_page (rig.window, "connection");
  for (guint i = 0; i < G_N_ELEMENTS (hostile_strings); i++)
    {
      g_autoptr (GBytes) raw = g_bytes_new (nth_string (i), strlen (nth_string (i)));

      wave_simulator_inject_raw (rig.simulator, raw, FALSE);
      inject (&rig, FALSE, "{\"type\":\"swp.bridge.status\"," IN_ATLAS ",\"content\":{\"bridge_id\":\"b$\",\"transport\":\"t$\",\"status\":\"s$\",\"error\":\"$\"}}", nth_string (i));
      inject (&rig, FALSE, "{\"type\":\"swp.room.reaction\",\"room_id\":\"$\",\"emoji\":[\"$\"]}", nth_string (i));
      inject (&rig, FALSE, "{\"type\":\"x$\",\"$\":\"$\"}", nth_string (i));
    }
  wait_on_page (&rig, "connection", "Malformed Events");
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_autofree char *mark = g_strdup_printf ("back after %u", i);

      wave_simulator_drop_clients (rig.simulator, 1011, reasons[i]);
      inject (&rig, TRUE, places[0].json, mark);
      wait_on_page (&rig, "connection", i == 0 ? "reversed" : "%s%n");
      check_widget (GTK_WIDGET (rig.window));
    }
  wave_window_show_page (rig.window, "rooms");
  ui_wait_shown (&rig, "back after 1");
  check_widget (GTK_WIDGET (rig.window));
  ui_rig_close (&rig);
}

static void
add_tests (void)
{
  g_test_add_func ("/hostile/markdown", test_markdown);
  g_test_add_func ("/hostile/lines", test_lines);
  g_test_add_func ("/hostile/everywhere", test_everywhere);
}

static void
add_page_tests (void)
{
  g_test_add_func ("/hostile/activity", test_activity);
  g_test_add_func ("/hostile/scope", test_scope);
  g_test_add_func ("/hostile/connection", test_connection);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, argc > 1 && g_str_equal (argv[1], "pages") ? add_page_tests : add_tests);
}
