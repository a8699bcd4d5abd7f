// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window on the simulator over a real WebSocket, read through the widget tree.
#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "model/wave-room.h"
#include "model/wave-timeline.h"
#include "simulator/wave-simulator.h"
#include "ui/wave-application.h"
#include "ui/wave-format.h"
#include "ui/wave-markdown.h"
#include "ui/wave-timeline-view.h"
#include "ui/wave-window.h"

#define DEADLINE_US (20 * G_USEC_PER_SEC)

typedef struct {
  WaveSimulator *simulator;
  WaveMonitor *monitor;
  WaveWindow *window;
} Rig;

static void
spin (gint64 us)
{
  gint64 end = g_get_monotonic_time () + us;

  while (g_get_monotonic_time () < end)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
}

/* Whether a widget that can be seen has a text in which @needle occurs. */
static gboolean
shows (GtkWidget *widget, const char *needle)
{
  const char *text = NULL;

  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget))
    text = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_INSCRIPTION (widget))
    text = gtk_inscription_get_text (GTK_INSCRIPTION (widget));
  if (text != NULL && strstr (text, needle) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (shows (child, needle))
      return TRUE;
  return FALSE;
}

/* The first widget of a type below @widget; nullable. */
static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
wait_shown (Rig *rig, const char *needle)
{
  gint64 end = g_get_monotonic_time () + DEADLINE_US;

  while (!shows (GTK_WIDGET (rig->window), needle))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for “%s” on screen", needle);
      spin (20 * 1000);
    }
}

static void
wait_gone (Rig *rig, const char *needle)
{
  gint64 end = g_get_monotonic_time () + DEADLINE_US;

  while (shows (GTK_WIDGET (rig->window), needle))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for “%s” to go", needle);
      spin (20 * 1000);
    }
}

/* One for all tests: a process has one application. */
static WaveApplication *app;

/* A simulator whose scenario stands still: what happens is what the test injects. */
static void
rig_open (Rig *rig)
{
  WaveSimulatorConfig config = { .scenario = "idle", .seed = 3 };
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("window-test", NULL);
  g_autoptr (GError) error = NULL;

  rig->simulator = wave_simulator_new (&config, &error);
  g_assert_no_error (error);
  rig->monitor = wave_monitor_new (wave_simulator_get_url (rig->simulator), credentials, FALSE, NULL, TRUE, &error);
  g_assert_no_error (error);
  rig->window = wave_window_new (GTK_APPLICATION (app));
  g_object_add_weak_pointer (G_OBJECT (rig->window), (gpointer *) &rig->window);
  wave_window_watch (rig->window, rig->monitor, NULL, NULL);
  wave_window_show_page (rig->window, "rooms");
  wave_window_want_room (rig->window, "room-atlas");
  wave_monitor_start (rig->monitor);
  gtk_window_set_default_size (GTK_WINDOW (rig->window), 1200, 800);
  gtk_window_present (GTK_WINDOW (rig->window));
  wait_shown (rig, "Live");
  wait_shown (rig, "Ship it on the 9th");
}

static void
rig_close (Rig *rig)
{
  gtk_window_destroy (GTK_WINDOW (rig->window));
  spin (50 * 1000);
  g_assert_null (rig->window);
  g_clear_object (&rig->monitor);
  wave_simulator_stop (rig->simulator);
  g_clear_object (&rig->simulator);
}

static void
inject (Rig *rig, gboolean durable, const char *json)
{
  wave_simulator_inject (rig->simulator, json, durable);
}

static void
test_timeline (void)
{
  Rig rig = { NULL };

  rig_open (&rig);
  inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"**hello** everyone\"}}");
  wait_shown (&rig, "hello everyone");
  wait_shown (&rig, "Pat One");
  inject (&rig, FALSE, "{\"type\":\"typing\",\"room_id\":\"room-atlas\",\"participant_id\":\"mia\",\"typing\":true}");
  wait_shown (&rig, "Mia Chen is typing…");
  /* In the list of the rooms and below the timeline. */
  g_assert_true (shows (find (GTK_WIDGET (rig.window), WAVE_TYPE_TIMELINE_VIEW), "Mia Chen is typing…"));
  inject (&rig, FALSE, "{\"type\":\"typing\",\"room_id\":\"room-atlas\",\"participant_id\":\"mia\",\"typing\":false}");
  wait_gone (&rig, "Mia Chen is typing…");
  inject (&rig, TRUE, "{\"type\":\"swp.room.topic\",\"room_id\":\"room-atlas\",\"topic\":\"Ship it on the 10th\"}");
  wait_shown (&rig, "Ship it on the 10th");
  inject (&rig, FALSE, "{\"type\":\"swp.ai.context_usage\",\"room_id\":\"room-atlas\",\"participant_id\":\"ai-scout\",\"content\":{\"used_tokens\":512,\"max_tokens\":4096}}");
  wait_shown (&rig, "512");
  inject (&rig, FALSE, "{\"type\":\"swp.plan.updated\",\"room_id\":\"room-atlas\",\"content\":{\"plan\":{\"id\":\"p\",\"goal\":\"Mend the lamp\",\"state\":\"running\",\"steps\":[{\"id\":\"a\",\"text\":\"Find the ladder\",\"status\":\"in_progress\"}]}}}");
  wait_shown (&rig, "Mend the lamp");
  wait_shown (&rig, "Find the ladder");
  inject (&rig, FALSE, "{\"type\":\"swp.call.invite\",\"room_id\":\"room-atlas\",\"content\":{\"call_id\":\"c\",\"call_type\":\"video\",\"initiator_id\":\"mia\",\"timeout_seconds\":60}}");
  wait_shown (&rig, "Ringing");
  inject (&rig, TRUE, "{\"type\":\"swp.sidekick.spawned\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"task_id\":\"t9\",\"codename\":\"calm-badger\",\"task\":\"Count the lamps\"}}");
  wait_shown (&rig, "calm-badger");
  rig_close (&rig);
}

static void
test_stream (void)
{
  Rig rig = { NULL };

  rig_open (&rig);
  inject (&rig, FALSE, "{\"type\":\"swp.ai.status\",\"room_id\":\"room-atlas\",\"participant_id\":\"ai-scout\",\"status\":\"calling web_search\"}");
  wait_shown (&rig, "calling web_search");
  inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"The lamp \",\"done\":false}}");
  wait_shown (&rig, "The lamp");
  inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"is broken\",\"done\":false}}");
  wait_shown (&rig, "The lamp is broken");
  wait_shown (&rig, "▍");
  inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"\",\"done\":true}}");
  inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"The lamp is broken\"}}");
  wait_gone (&rig, "▍");
  wait_shown (&rig, "The lamp is broken");
  wait_shown (&rig, "chunks/s");
  rig_close (&rig);
}

static void
test_reconnect (void)
{
  Rig rig = { NULL };

  rig_open (&rig);
  inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"before the drop\"}}");
  wait_shown (&rig, "before the drop");
  wave_simulator_drop_clients (rig.simulator, 0, NULL);
  inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"said meanwhile\"}}");
  wait_shown (&rig, "Connection lost");
  wait_shown (&rig, "complete ✓");
  wave_window_show_page (rig.window, "connection");
  wait_shown (&rig, "Interruptions");
  wait_shown (&rig, "complete ✓");
  wave_simulator_drop_clients (rig.simulator, 4003, "duplicate_connection");
  wait_shown (&rig, "Replaced");
  wait_shown (&rig, "Reconnect Here");
  rig_close (&rig);
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
  Rig rig = { NULL };

  rig_open (&rig);
  inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"```c\\nx\\n```\",\"done\":false}}");
  wait_shown (&rig, "▍");
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      wave_window_show_page (rig.window, pages[i]);
      spin (400 * 1000);
      g_assert_cmpuint (count_named (GTK_WIDGET (rig.window), pages[i]), >, 8);
    }
  wave_window_show_welcome (rig.window, "The server refuses the token");
  spin (400 * 1000);
  g_assert_cmpuint (count_named (GTK_WIDGET (rig.window), "welcome"), >, 4);
  rig_close (&rig);
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
  Rig rig = { NULL };
  g_autofree char *word = g_strnfill (10000, 'w');

  rig_open (&rig);
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
      inject (&rig, TRUE, json->str);
    }
  inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"mia\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"the last of them\"}}");
  wait_shown (&rig, "the last of them");
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (rig.window)), <, 1400);
  rig_close (&rig);
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
  };

  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      g_autofree char *text = wave_format_span (spans[i].us);

      g_assert_cmpstr (text, ==, spans[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  app = wave_application_new ();
  g_application_set_flags (G_APPLICATION (app), G_APPLICATION_NON_UNIQUE);
  if (!g_application_register (G_APPLICATION (app), NULL, NULL))
    return 1;
  g_test_add_func ("/window/formats", test_formats);
  g_test_add_func ("/window/hostile-markup", test_hostile_markup);
  g_test_add_func ("/window/timeline", test_timeline);
  g_test_add_func ("/window/stream", test_stream);
  g_test_add_func ("/window/reconnect", test_reconnect);
  g_test_add_func ("/window/names", test_names);
  g_test_add_func ("/window/hostile-rows", test_hostile_rows);
  return g_test_run ();
}
