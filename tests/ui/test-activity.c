// SPDX-License-Identifier: GPL-3.0-or-later
// The Activity page over a log that the test fills, read through the widget tree. Pictures of its states go into the build directory.
#include "config.h"

#include "ui-rig.h"

#include <string.h>

#include "ui/wave-activity-page.h"
#include "ui/wave-event-inspector.h"
#include "ui/wave-event-related.h"
#include "ui/wave-event-table.h"
#include "ui/wave-filter-chips.h"
#include "ui/wave-filter-entry.h"
#include "ui/wave-format.h"
#include "ui/wave-json-tree.h"
#include "ui/wave-rate-chart.h"
#include "ui/wave-raw-view.h"
#include "ui/wave-screenshot.h"

#define MILLION 1000000u

static const char *const frames[] = {
  "{\"type\":\"hello\",\"session_id\":\"s1\",\"server_name\":\"wave.example.org\",\"tenant_id\":\"t-1\",\"ts\":\"2026-06-02T07:15:00Z\"}",
  "{\"type\":\"swp.room.name\",\"room_id\":\"room-atlas\",\"sender_id\":\"mia\",\"stream_position\":1,\"content\":{\"name\":\"Atlas launch\"},\"name\":\"Atlas launch\"}",
  "{\"type\":\"swp.room.message\",\"id\":\"evt-1\",\"room_id\":\"room-atlas\",\"stream_position\":2,\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"where is my invoice?\"}}",
  "{\"type\":\"swp.ai.status\",\"room_id\":\"room-atlas\",\"participant_id\":\"ai-desk\",\"status\":\"calling web_search\"}",
  "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-desk\",\"content\":{\"chunk_text\":\"Your invoice \",\"done\":false}}",
  "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-desk\",\"content\":{\"chunk_text\":\"was sent\",\"done\":true}}",
  "{\"type\":\"swp.room.message\",\"id\":\"evt-2\",\"room_id\":\"room-atlas\",\"stream_position\":3,\"sender_id\":\"ai-desk\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"Your invoice was sent\","
  "\"reply_to_event_id\":\"evt-1\"}}",
  "{\"type\":\"swp.room.reaction\",\"id\":\"evt-3\",\"room_id\":\"room-atlas\",\"stream_position\":4,\"sender_id\":\"pat\",\"content\":{\"event_id\":\"evt-1\",\"emoji\":\"+1\"},"
  "\"event_id\":\"evt-1\",\"emoji\":\"+1\"}",
  "{\"type\":\"swp.plan.updated\",\"room_id\":\"room-atlas\",\"content\":{\"plan\":{\"id\":\"plan-3c\",\"goal\":\"Mend the lamp\",\"state\":\"running\",\"steps\":[{\"id\":\"a\",\"text\":\"Find "
  "the ladder\",\"status\":\"in_progress\"},{\"id\":\"b\",\"text\":\"Climb\",\"status\":\"pending\"}]}}}",
  "{\"type\":\"typing\",\"room_id\":\"room-atlas\",\"participant_id\":\"noor\",\"typing\":true}",
  "{\"type\":\"acme.custom.thing\",\"room_id\":\"room-atlas\",\"sender_id\":\"jo\",\"a\":[1,2,3]}",
  "{\"type\":\"swp.room.message\",\"room_id\":",
};

typedef struct {
  WaveTenant *tenant;
  WaveEventLog *log;
  GtkWindow *window;
  WaveActivityPage *page;
  gint64 wall_us;
} Desk;

#define FIND(desk, TYPE) ((gpointer) ui_find (GTK_WIDGET ((desk)->page), (TYPE)))

static WaveEvent *
make_event (const char *json, gint64 wall_us)
{
  g_autoptr (GBytes) raw = g_bytes_new (json, strlen (json));

  return wave_event_decode (raw, WAVE_VIA_STREAM, wall_us, wall_us);
}

static void
append (Desk *desk, const char *json)
{
  g_autoptr (WaveBatch) batch = wave_batch_new ();

  desk->wall_us += 250000;
  g_ptr_array_add (batch->events, make_event (json, desk->wall_us));
  wave_event_log_append_batch (desk->log, batch);
  wave_tenant_apply_batch (desk->tenant, batch);
}

static void
forget_settings (void)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  static const char *const keys[] = { "activity-filter", "activity-columns", "activity-column-widths", "activity-time", "activity-span", "saved-filters" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (settings, keys[i]);
}

static void
open_page (Desk *desk, int width, int height)
{
  desk->page = WAVE_ACTIVITY_PAGE (wave_activity_page_new (desk->tenant, desk->log));
  desk->window = GTK_WINDOW (adw_window_new ());
  gtk_window_set_title (desk->window, "Activity");
  adw_window_set_content (ADW_WINDOW (desk->window), GTK_WIDGET (desk->page));
  gtk_window_set_default_size (desk->window, width, height);
  gtk_window_present (desk->window);
}

static void
close_page (Desk *desk)
{
  WaveActivityPage *page = desk->page;

  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  gtk_window_destroy (desk->window);
  ui_spin (100 * 1000);
  g_assert_null (page);
}

static void
desk_open (Desk *desk)
{
  forget_settings ();
  desk->tenant = wave_tenant_new ();
  desk->log = wave_event_log_new ();
  desk->wall_us = g_get_real_time () - 20 * G_USEC_PER_SEC;
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    append (desk, frames[i]);
  wave_tenant_advance (desk->tenant, desk->wall_us, desk->wall_us);
  open_page (desk, 1300, 800);
}

static void
desk_close (Desk *desk)
{
  close_page (desk);
  wave_event_log_close (desk->log);
  g_clear_object (&desk->log);
  g_clear_object (&desk->tenant);
}

static void
wait_shown (Desk *desk, const char *needle)
{
  gint64 end = g_get_monotonic_time () + UI_DEADLINE_US;

  while (!ui_shows (GTK_WIDGET (desk->page), needle))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for “%s” on screen", needle);
      ui_spin (20 * 1000);
    }
}

static void
wait_gone (Desk *desk, const char *needle)
{
  gint64 end = g_get_monotonic_time () + UI_DEADLINE_US;

  while (ui_shows (GTK_WIDGET (desk->page), needle))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for “%s” to go", needle);
      ui_spin (20 * 1000);
    }
}

static guint
n_rows (Desk *desk)
{
  return g_list_model_get_n_items (G_LIST_MODEL (wave_activity_page_get_view (desk->page)));
}

static void
wait_rows (Desk *desk, guint n)
{
  gint64 end = g_get_monotonic_time () + UI_DEADLINE_US;

  while (n_rows (desk) != n || wave_event_view_is_filtering (wave_activity_page_get_view (desk->page)))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for %u rows; there are %u", n, n_rows (desk));
      ui_spin (10 * 1000);
    }
}

/* A picture of what shows, in both schemes. */
static void
picture (Desk *desk, const char *name)
{
  static const char *const schemes[] = { "light", "dark" };
  g_autofree char *folder = g_test_build_filename (G_TEST_BUILT, "ui", "screenshots", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      g_autofree char *file = g_strdup_printf ("activity-%s-%s.png", name, schemes[i]);
      g_autofree char *path = g_build_filename (folder, file, NULL);

      adw_style_manager_set_color_scheme (adw_style_manager_get_default (), i == 1 ? ADW_COLOR_SCHEME_FORCE_DARK : ADW_COLOR_SCHEME_FORCE_LIGHT);
      ui_spin (700 * 1000);
      g_assert_true (wave_screenshot_write (desk->window, path));
    }
}

/* ---------------------------------------------------------------- tests */

static void
test_rows (void)
{
  Desk desk = { NULL };

  desk_open (&desk);
  wait_rows (&desk, G_N_ELEMENTS (frames));
  wait_shown (&desk, "where is my invoice?");
  wait_shown (&desk, "Atlas launch");
  wait_shown (&desk, "“Your invoice ”");
  wait_shown (&desk, "“was sent” · done");
  wait_shown (&desk, "calling web_search");
  wait_shown (&desk, "step 1 of 2 running: Find the ladder");
  wait_shown (&desk, "started typing");
  wait_shown (&desk, "not an event");
  wait_shown (&desk, "12 events");
  picture (&desk, "table");
  desk_close (&desk);
}

static void
test_filter (void)
{
  Desk desk = { NULL };
  WaveFilterEntry *entry;

  desk_open (&desk);
  entry = FIND (&desk, WAVE_TYPE_FILTER_ENTRY);
  wave_filter_entry_set_text (entry, "type:message");
  wait_rows (&desk, 3);
  wait_shown (&desk, "3 of 12 · ");
  g_assert_false (ui_shows (GTK_WIDGET (desk.page), "started typing"));
  /* What is wrong is said, and what was found stays. */
  wave_filter_entry_set_text (entry, "type:message size>abc");
  ui_spin (100 * 1000);
  wait_rows (&desk, 3);
  g_assert_cmpint (gtk_test_accessible_check_state (GTK_ACCESSIBLE (ui_find (GTK_WIDGET (entry), GTK_TYPE_ENTRY)), GTK_ACCESSIBLE_STATE_INVALID,
                                                    GTK_ACCESSIBLE_INVALID_TRUE) == NULL,
                   ==, TRUE);
  picture (&desk, "fault");
  wave_filter_entry_set_text (entry, "zebra");
  wait_shown (&desk, "Nothing Found");
  picture (&desk, "nothing");
  wave_filter_entry_set_text (entry, "");
  wait_rows (&desk, G_N_ELEMENTS (frames));
  /* From a cell. */
  g_signal_emit_by_name (FIND (&desk, WAVE_TYPE_EVENT_TABLE), "term", "type:\"typing\"", TRUE);
  wait_rows (&desk, G_N_ELEMENTS (frames) - 1);
  g_signal_emit_by_name (FIND (&desk, WAVE_TYPE_EVENT_TABLE), "term", "from:\"ai-desk\"", FALSE);
  wait_rows (&desk, 4);
  desk_close (&desk);
}

/* The first toggle button with a label below @widget. */
static GtkToggleButton *
find_chip (GtkWidget *widget, const char *label)
{
  if (GTK_IS_TOGGLE_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return GTK_TOGGLE_BUTTON (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkToggleButton *found = find_chip (child, label);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
test_chips (void)
{
  Desk desk = { NULL };
  WaveFilterEntry *entry;
  GtkToggleButton *chip;

  desk_open (&desk);
  entry = FIND (&desk, WAVE_TYPE_FILTER_ENTRY);
  chip = find_chip (FIND (&desk, WAVE_TYPE_FILTER_CHIPS), "Malformed");
  g_assert_nonnull (chip);
  gtk_toggle_button_set_active (chip, TRUE);
  g_assert_cmpstr (wave_filter_entry_get_text (entry), ==, "is:malformed");
  wait_rows (&desk, 1);
  gtk_toggle_button_set_active (chip, FALSE);
  g_assert_cmpstr (wave_filter_entry_get_text (entry), ==, "");
  wait_rows (&desk, G_N_ELEMENTS (frames));
  wave_filter_entry_set_text (entry, "room:atlas is:malformed");
  g_assert_true (gtk_toggle_button_get_active (chip));
  gtk_toggle_button_set_active (chip, FALSE);
  g_assert_cmpstr (wave_filter_entry_get_text (entry), ==, "room:atlas");
  desk_close (&desk);
}

static void
test_pause (void)
{
  Desk desk = { NULL };

  desk_open (&desk);
  wait_rows (&desk, G_N_ELEMENTS (frames));
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "activity.pause", NULL);
  append (&desk, "{\"type\":\"typing\",\"room_id\":\"room-atlas\",\"participant_id\":\"noor\",\"typing\":false}");
  append (&desk, "{\"type\":\"typing\",\"room_id\":\"room-atlas\",\"participant_id\":\"mia\",\"typing\":true}");
  wait_shown (&desk, "2 newer");
  g_assert_cmpuint (n_rows (&desk), ==, G_N_ELEMENTS (frames));
  g_assert_false (ui_shows (GTK_WIDGET (desk.page), "stopped typing"));
  /* The log has them all the same. */
  g_assert_cmpuint (wave_event_log_get_n_events (desk.log), ==, G_N_ELEMENTS (frames) + 2);
  picture (&desk, "paused");
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "activity.pause", NULL);
  wait_rows (&desk, G_N_ELEMENTS (frames) + 2);
  wait_shown (&desk, "stopped typing");
  wait_gone (&desk, "2 newer");
  desk_close (&desk);
}

static void
wait_links (WaveEventRelated *related, guint n)
{
  gint64 end = g_get_monotonic_time () + UI_DEADLINE_US;

  while (wave_event_related_get_n_links (related) < n)
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for %u links; there are %u", n, wave_event_related_get_n_links (related));
      ui_spin (20 * 1000);
    }
}

static void
test_inspector (void)
{
  Desk desk = { NULL };
  WaveEventInspector *inspector;
  WaveEventRelated *related;
  GtkEditable *search;
  g_autofree char *raw = NULL;

  desk_open (&desk);
  wait_rows (&desk, G_N_ELEMENTS (frames));
  inspector = FIND (&desk, WAVE_TYPE_EVENT_INSPECTOR);
  wave_activity_page_show_event (desk.page, 2);
  wait_shown (&desk, "Says");
  g_assert_true (ui_shows (GTK_WIDGET (inspector), "where is my invoice?"));
  g_assert_true (ui_shows (GTK_WIDGET (inspector), "position 2"));
  g_assert_true (ui_shows (GTK_WIDGET (inspector), "Arrived by the stream"));
  picture (&desk, "meaning");
  /* The bytes as they came. */
  wave_event_inspector_show_page (inspector, "raw");
  raw = wave_raw_view_dup_text (WAVE_RAW_VIEW (ui_find (GTK_WIDGET (inspector), WAVE_TYPE_RAW_VIEW)));
  g_assert_cmpstr (raw, ==, frames[2]);
  picture (&desk, "raw");
  /* The tree, and a search in it. */
  wave_event_inspector_show_page (inspector, "tree");
  wait_shown (&desk, "\"where is my invoice?\"");
  search = GTK_EDITABLE (ui_find (ui_find (GTK_WIDGET (inspector), WAVE_TYPE_JSON_TREE), GTK_TYPE_SEARCH_ENTRY));
  gtk_editable_set_text (search, "swp.");
  ui_spin (400 * 1000);
  g_assert_cmpuint (wave_json_tree_get_n_found (WAVE_JSON_TREE (ui_find (GTK_WIDGET (inspector), WAVE_TYPE_JSON_TREE))), ==, 2);
  picture (&desk, "tree");
  gtk_editable_set_text (search, "");
  /* Its reply and its reaction. */
  related = WAVE_EVENT_RELATED (ui_find (GTK_WIDGET (inspector), WAVE_TYPE_EVENT_RELATED));
  wave_event_inspector_show_page (inspector, "related");
  wait_links (related, 3);
  g_assert_true (ui_shows (GTK_WIDGET (related), "Reply to this"));
  g_assert_true (ui_shows (GTK_WIDGET (related), "Reaction"));
  g_assert_true (ui_shows (GTK_WIDGET (related), "Open the Room"));
  picture (&desk, "related");
  /* The next message is the reply; from there back to what it replies to by its id. */
  gtk_widget_activate_action (GTK_WIDGET (inspector), "inspector.next", NULL);
  wait_shown (&desk, "What this replies to");
  g_assert_cmpuint (wave_event_table_get_selected (FIND (&desk, WAVE_TYPE_EVENT_TABLE)), ==, 6);
  gtk_widget_activate_action (GTK_WIDGET (inspector), "inspector.follow", "(ss)", "id", "evt-1");
  for (gint64 end = g_get_monotonic_time () + UI_DEADLINE_US; wave_event_table_get_selected (FIND (&desk, WAVE_TYPE_EVENT_TABLE)) != 2; ui_spin (20 * 1000))
    g_assert_cmpint (g_get_monotonic_time (), <, end);
  /* A chunk knows where its reply begins and ends. */
  wave_activity_page_show_event (desk.page, 4);
  wait_shown (&desk, "Last chunk of this reply");
  g_assert_true (ui_shows (GTK_WIDGET (related), "Final message of this reply"));
  gtk_widget_activate_action (GTK_WIDGET (inspector), "inspector.close", NULL);
  desk_close (&desk);
}

static void
test_malformed (void)
{
  Desk desk = { NULL };
  WaveEventInspector *inspector;
  g_autofree char *raw = NULL;

  desk_open (&desk);
  wait_rows (&desk, G_N_ELEMENTS (frames));
  append (&desk, "{\"type\":\"swp.room.message\",\"body\":\"\xff\xfe broken\"");
  wait_rows (&desk, G_N_ELEMENTS (frames) + 1);
  wave_activity_page_show_event (desk.page, G_N_ELEMENTS (frames) - 1);
  inspector = FIND (&desk, WAVE_TYPE_EVENT_INSPECTOR);
  wait_shown (&desk, "Not an event");
  picture (&desk, "malformed");
  wave_event_inspector_show_page (inspector, "tree");
  wait_shown (&desk, "No JSON");
  wave_activity_page_show_event (desk.page, G_N_ELEMENTS (frames));
  wave_event_inspector_show_page (inspector, "raw");
  wait_shown (&desk, "not all of them UTF-8");
  raw = wave_raw_view_dup_text (WAVE_RAW_VIEW (ui_find (GTK_WIDGET (inspector), WAVE_TYPE_RAW_VIEW)));
  g_assert_true (g_utf8_validate (raw, -1, NULL));
  desk_close (&desk);
}

static gboolean
header_shows (Desk *desk, const char *title)
{
  return ui_shows (gtk_widget_get_first_child (ui_find (FIND (desk, WAVE_TYPE_EVENT_TABLE), GTK_TYPE_COLUMN_VIEW)), title);
}

static GtkColumnViewColumn *
get_column (Desk *desk, const char *id)
{
  GtkColumnView *view = GTK_COLUMN_VIEW (ui_find (FIND (desk, WAVE_TYPE_EVENT_TABLE), GTK_TYPE_COLUMN_VIEW));
  GListModel *columns = gtk_column_view_get_columns (view);

  for (guint i = 0; i < g_list_model_get_n_items (columns); i++)
    {
      g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, i);

      if (g_strcmp0 (gtk_column_view_column_get_id (column), id) == 0)
        return column;
    }
  g_assert_not_reached ();
}

static void
test_columns (void)
{
  Desk desk = { NULL };

  desk_open (&desk);
  wait_rows (&desk, G_N_ELEMENTS (frames));
  ui_spin (200 * 1000);
  g_assert_true (header_shows (&desk, "Room"));
  gtk_widget_activate_action (FIND (&desk, WAVE_TYPE_EVENT_TABLE), "columns.room", NULL);
  gtk_column_view_column_set_fixed_width (get_column (&desk, "type"), 222);
  gtk_widget_activate_action (FIND (&desk, WAVE_TYPE_EVENT_TABLE), "columns.activity-time", "s", "first");
  wait_shown (&desk, "+250 ms");
  ui_spin (600 * 1000);
  g_assert_false (header_shows (&desk, "Room"));
  close_page (&desk);
  open_page (&desk, 1300, 800);
  wait_rows (&desk, G_N_ELEMENTS (frames));
  ui_spin (200 * 1000);
  g_assert_false (header_shows (&desk, "Room"));
  g_assert_cmpint (gtk_column_view_column_get_fixed_width (get_column (&desk, "type")), ==, 222);
  gtk_widget_activate_action (FIND (&desk, WAVE_TYPE_EVENT_TABLE), "columns.reset", NULL);
  ui_spin (200 * 1000);
  g_assert_true (header_shows (&desk, "Room"));
  g_assert_cmpint (gtk_column_view_column_get_fixed_width (get_column (&desk, "type")), !=, 222);
  desk_close (&desk);
}

static void
test_range (void)
{
  Desk desk = { NULL };
  WaveRateChart *chart;
  gint64 from, to;

  desk_open (&desk);
  wait_rows (&desk, G_N_ELEMENTS (frames));
  ui_spin (900 * 1000);
  chart = FIND (&desk, WAVE_TYPE_RATE_CHART);
  wave_rate_chart_get_window (chart, &from, &to);
  g_assert_cmpint (to - from, >, 290 * (gint64) G_USEC_PER_SEC);
  g_signal_emit_by_name (chart, "range-chosen", desk.wall_us - 600000, desk.wall_us + 1);
  wait_rows (&desk, 3);
  wait_shown (&desk, " – ");
  wave_rate_chart_set_range (chart, desk.wall_us - 600000, desk.wall_us + 1);
  picture (&desk, "range");
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "activity.clear-range", NULL);
  wait_rows (&desk, G_N_ELEMENTS (frames));
  desk_close (&desk);
}

static void
test_saved (void)
{
  Desk desk = { NULL };
  g_autoptr (GSettings) settings = NULL;

  desk_open (&desk);
  settings = g_settings_new (APPLICATION_ID);
  g_settings_set_value (settings, "saved-filters", g_variant_new_parsed ("[('Slow', 'gap>1s'), ('Broken <b>', 'is:malformed')]"));
  ui_spin (100 * 1000);
  gtk_menu_button_popup (GTK_MENU_BUTTON (ui_find (FIND (&desk, WAVE_TYPE_SAVED_FILTERS), GTK_TYPE_MENU_BUTTON)));
  wait_shown (&desk, "Broken <b>");
  {
    GtkListBox *list = GTK_LIST_BOX (ui_find (FIND (&desk, WAVE_TYPE_SAVED_FILTERS), GTK_TYPE_LIST_BOX));
    GtkListBoxRow *row = gtk_list_box_get_row_at_index (list, 1);

    g_signal_emit_by_name (list, "row-activated", row);
    wait_rows (&desk, 1);
    /* Deleted, and taken back by the toast. */
    row = gtk_list_box_get_row_at_index (list, 0);
    for (GtkWidget *widget = ui_find (GTK_WIDGET (row), GTK_TYPE_BUTTON); widget != NULL; widget = gtk_widget_get_next_sibling (widget))
      if (g_strcmp0 (gtk_widget_get_tooltip_text (widget), "Delete") == 0)
        {
          g_signal_emit_by_name (widget, "clicked");
          break;
        }
  }
  wait_shown (&desk, "Filter “Slow” deleted");
  {
    g_autoptr (GVariant) saved = g_settings_get_value (settings, "saved-filters");

    g_assert_cmpuint (g_variant_n_children (saved), ==, 1);
  }
  desk_close (&desk);
}

static void
test_help (void)
{
  Desk desk = { NULL };

  desk_open (&desk);
  wait_rows (&desk, G_N_ELEMENTS (frames));
  gtk_widget_activate_action (GTK_WIDGET (desk.page), "activity.help", NULL);
  wait_shown (&desk, "The Filter Language");
  wait_shown (&desk, "-(type:chunk from:scout)");
  desk_close (&desk);
}

static void
test_empty (void)
{
  Desk desk = { NULL };

  forget_settings ();
  desk.tenant = wave_tenant_new ();
  desk.log = wave_event_log_new ();
  desk.wall_us = g_get_real_time ();
  open_page (&desk, 1300, 800);
  wait_shown (&desk, "No Events Yet");
  picture (&desk, "empty");
  append (&desk, frames[2]);
  wait_shown (&desk, "where is my invoice?");
  desk_close (&desk);
}

/* A million rows of which only those that show are widgets; going anywhere takes no more than a frame or two. */
static void
test_million (void)
{
  Desk desk = { NULL };
  g_autoptr (GPtrArray) kinds = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
  WaveEventTable *table;
  g_autofree char *count = wave_format_count (MILLION);
  g_autofree char *shown = g_strdup_printf ("%s events", count);
  gint64 started;

  forget_settings ();
  desk.tenant = wave_tenant_new ();
  desk.log = wave_event_log_new ();
  desk.wall_us = g_get_real_time () - 3600 * (gint64) G_USEC_PER_SEC;
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    g_ptr_array_add (kinds, make_event (frames[i], desk.wall_us));
  for (guint i = 0; i < MILLION;)
    {
      g_autoptr (WaveBatch) batch = wave_batch_new ();

      for (guint j = 0; j < 10000; j++, i++)
        g_ptr_array_add (batch->events, wave_event_ref (kinds->pdata[i % kinds->len]));
      wave_event_log_append_batch (desk.log, batch);
    }
  open_page (&desk, 1300, 800);
  wait_rows (&desk, MILLION);
  wait_shown (&desk, shown);
  table = FIND (&desk, WAVE_TYPE_EVENT_TABLE);
  ui_spin (500 * 1000);
  g_assert_cmpuint (wave_event_table_get_n_realised (table), >, 10);
  g_assert_cmpuint (wave_event_table_get_n_realised (table), <, 400);
  for (guint i = 1; i < 10; i++)
    {
      started = g_get_monotonic_time ();
      g_assert_true (wave_event_table_select (table, i * (MILLION / 10)));
      ui_spin (50 * 1000);
      g_test_message ("to row %u: %.1f ms", i * (MILLION / 10), (g_get_monotonic_time () - started) / 1000.0);
      g_assert_cmpuint (wave_event_table_get_selected (table), ==, i * (MILLION / 10));
      g_assert_cmpuint (wave_event_table_get_n_realised (table), <, 400);
    }
  /* Bytes that no journal took are gone but for the latest; the index tells what it knows. */
  wave_activity_page_show_event (desk.page, 4);
  wait_shown (&desk, "Let go");
  wave_filter_entry_set_text (FIND (&desk, WAVE_TYPE_FILTER_ENTRY), "type:typing");
  wait_rows (&desk, (MILLION - 10 + 11) / 12);
  g_assert_cmpuint (wave_event_table_get_n_realised (table), <, 400);
  desk_close (&desk);
}

/* What can be reached by Tab alone: everything that is worked with. */
static void
test_keyboard (void)
{
  Desk desk = { NULL };
  gboolean entry = FALSE, chip = FALSE, chart = FALSE, row = FALSE, button = FALSE, span = FALSE, inspected = FALSE;

  desk_open (&desk);
  wait_rows (&desk, G_N_ELEMENTS (frames));
  wave_activity_page_show_event (desk.page, 2);
  wait_shown (&desk, "Says");
  wave_activity_page_focus_filter (desk.page);
  for (guint i = 0; i < 80; i++)
    {
      GtkWidget *focus = gtk_window_get_focus (desk.window);

      g_assert_nonnull (focus);
      entry |= gtk_widget_get_ancestor (focus, WAVE_TYPE_FILTER_ENTRY) != NULL;
      chip |= gtk_widget_get_ancestor (focus, WAVE_TYPE_FILTER_CHIPS) != NULL;
      chart |= WAVE_IS_RATE_CHART (focus);
      row |= gtk_widget_get_ancestor (focus, WAVE_TYPE_EVENT_TABLE) != NULL;
      button |= gtk_widget_get_ancestor (focus, WAVE_TYPE_SAVED_FILTERS) != NULL;
      span |= gtk_widget_get_ancestor (focus, GTK_TYPE_DROP_DOWN) != NULL;
      inspected |= gtk_widget_get_ancestor (focus, WAVE_TYPE_EVENT_INSPECTOR) != NULL;
      g_signal_emit_by_name (desk.window, "move-focus", GTK_DIR_TAB_FORWARD);
      ui_spin (5000);
    }
  g_assert_true (entry && chip && chart && row && button && span && inspected);
  desk_close (&desk);
}

static void
test_narrow (void)
{
  Desk desk = { NULL };

  desk_open (&desk);
  close_page (&desk);
  open_page (&desk, 360, 720);
  wait_rows (&desk, G_N_ELEMENTS (frames));
  ui_spin (300 * 1000);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (desk.page)), <=, 380);
  g_assert_false (header_shows (&desk, "Room"));
  g_assert_true (header_shows (&desk, "Summary"));
  picture (&desk, "narrow");
  wave_activity_page_show_event (desk.page, 2);
  wait_shown (&desk, "Says");
  picture (&desk, "narrow-inspector");
  desk_close (&desk);
}

static void
add_tests (void)
{
  g_test_add_func ("/activity/rows", test_rows);
  g_test_add_func ("/activity/filter", test_filter);
  g_test_add_func ("/activity/chips", test_chips);
  g_test_add_func ("/activity/pause", test_pause);
  g_test_add_func ("/activity/inspector", test_inspector);
  g_test_add_func ("/activity/malformed", test_malformed);
  g_test_add_func ("/activity/columns", test_columns);
  g_test_add_func ("/activity/range", test_range);
  g_test_add_func ("/activity/saved-filters", test_saved);
  g_test_add_func ("/activity/help", test_help);
  g_test_add_func ("/activity/empty", test_empty);
  g_test_add_func ("/activity/million", test_million);
  g_test_add_func ("/activity/keyboard", test_keyboard);
  g_test_add_func ("/activity/narrow", test_narrow);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, add_tests);
}
