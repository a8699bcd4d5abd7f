// SPDX-License-Identifier: GPL-3.0-or-later
// Every row is its key, both ways; and what a key says is done at once.
#include "config.h"

#include "ui-rig.h"

#include <string.h>

#include "model/wave-stream.h"
#include "ui/wave-application-private.h"
#include "ui/wave-format.h"
#include "ui/wave-preferences.h"
#include "ui/wave-side-pane.h"
#include "ui/wave-strv-group.h"
#include "ui/wave-time-row.h"

static WaveApplication *
app (void)
{
  return WAVE_APPLICATION (g_application_get_default ());
}

/* (transfer full): reset to what the schema says */
static GSettings *
settings_new (void)
{
  GSettings *settings = g_settings_new (APPLICATION_ID);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (settings, keys[i]);
  return settings;
}

static GtkWidget *
find_row (GtkWidget *widget, const char *title)
{
  if (ADW_IS_PREFERENCES_ROW (widget) && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_row (child, title);

      if (found != NULL)
        return found;
    }
  return NULL;
}

typedef enum { BOOLEAN, NUMBER, CHOICE, MINUTES } Kind;

static void
test_rows (void)
{
  static const struct { const char *title, *key; Kind kind; double value; const char *stored; const char *other; double other_value; } table[] = {
    { "On Start", "on-start", CHOICE, 2, "'demo'", "'welcome'", 0 },
    { "Run in Background", "run-in-background", BOOLEAN, 1, "true", "false", 0 },
    { "Colour Scheme", "color-scheme", CHOICE, 1, "'light'", "'system'", 0 },
    { "Time of Day", "clock-format", CHOICE, 2, "'12h'", "'24h'", 1 },
    { "Order", "room-order", CHOICE, 1, "'name'", "'activity'", 0 },
    { "Pane Beside a Room", "side-pane", BOOLEAN, 0, "false", "true", 1 },
    { "Calls", "notify-calls", BOOLEAN, 0, "false", "true", 1 },
    { "Stalls and Failures", "notify-stalls", BOOLEAN, 1, "true", "false", 0 },
    { "Lost Connection", "notify-lost-minutes", NUMBER, 12, "uint32 12", "uint32 0", 0 },
    { "Do Not Notify", "quiet-hours", BOOLEAN, 1, "true", "false", 0 },
    { "From", "quiet-from", MINUTES, 23 * 60 + 30, "uint32 1410", "uint32 61", 61 },
    { "To", "quiet-to", MINUTES, 5, "uint32 5", "uint32 0", 0 },
    { "Stall", "stall-threshold-ms", NUMBER, 2500, "uint32 2500", "uint32 60000", 60000 },
    { "First Chunk", "first-chunk-limit-ms", NUMBER, 2.5, "uint32 2500", "uint32 600000", 600 },
    { "Abandoned", "abandon-after-s", NUMBER, 60, "uint32 60", "uint32 3600", 3600 },
    { "Days", "retention-days", NUMBER, 30, "uint32 30", "uint32 1", 1 },
    { "Size", "retention-mib", NUMBER, 512, "uint32 512", "uint32 16", 16 },
  };
  g_autoptr (GSettings) settings = settings_new ();
  WaveWindow *window = wave_window_new (GTK_APPLICATION (app ()));
  WavePreferences *preferences = wave_preferences_new (app (), settings, NULL);

  gtk_window_present (GTK_WINDOW (window));
  adw_dialog_present (ADW_DIALOG (preferences), GTK_WIDGET (window));
  ui_spin (200 * 1000);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      GtkWidget *row = find_row (GTK_WIDGET (preferences), table[i].title);
      g_autoptr (GVariant) other = g_variant_parse (NULL, table[i].other, NULL, NULL, NULL);
      g_autoptr (GVariant) stored = NULL;
      g_autofree char *printed = NULL;
      guint number;

      if (row == NULL)
        g_error ("there is no row “%s”", table[i].title);
      switch (table[i].kind)
        {
        case BOOLEAN:
          adw_switch_row_set_active (ADW_SWITCH_ROW (row), table[i].value != 0);
          break;
        case NUMBER:
          adw_spin_row_set_value (ADW_SPIN_ROW (row), table[i].value);
          break;
        case CHOICE:
          adw_combo_row_set_selected (ADW_COMBO_ROW (row), (guint) table[i].value);
          break;
        case MINUTES:
        default:
          {
            /* By the hours and minutes that people turn. */
            GtkWidget *hours = ui_find (row, GTK_TYPE_SPIN_BUTTON);
            GtkWidget *minutes = gtk_widget_get_last_child (gtk_widget_get_parent (hours));

            gtk_spin_button_set_value (GTK_SPIN_BUTTON (hours), (int) table[i].value / 60);
            gtk_spin_button_set_value (GTK_SPIN_BUTTON (minutes), (int) table[i].value % 60);
          }
        }
      stored = g_settings_get_value (settings, table[i].key);
      printed = g_variant_print (stored, TRUE);
      g_assert_cmpstr (printed, ==, table[i].stored);

      g_settings_set_value (settings, table[i].key, other);
      switch (table[i].kind)
        {
        case BOOLEAN:
          g_assert_cmpint (adw_switch_row_get_active (ADW_SWITCH_ROW (row)), ==, table[i].other_value != 0);
          break;
        case NUMBER:
          g_assert_cmpfloat (adw_spin_row_get_value (ADW_SPIN_ROW (row)), ==, table[i].other_value);
          break;
        case CHOICE:
          g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (row)), ==, (guint) table[i].other_value);
          break;
        case MINUTES:
        default:
          g_object_get (row, "minutes", &number, NULL);
          g_assert_cmpuint (number, ==, (guint) table[i].other_value);
        }
    }
  adw_dialog_force_close (ADW_DIALOG (preferences));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50 * 1000);
}

static void
test_lists (void)
{
  g_autoptr (GSettings) settings = settings_new ();
  WaveWindow *window = wave_window_new (GTK_APPLICATION (app ()));
  WavePreferences *preferences = wave_preferences_new (app (), settings, NULL);
  GtkWidget *entry, *row;
  g_auto (GStrv) words = NULL;
  g_auto (GStrv) left = NULL;

  adw_dialog_present (ADW_DIALOG (preferences), GTK_WIDGET (window));
  entry = find_row (GTK_WIDGET (preferences), "Add a Word");
  gtk_editable_set_text (GTK_EDITABLE (entry), "  urgent ");
  g_signal_emit_by_name (entry, "apply");
  gtk_editable_set_text (GTK_EDITABLE (entry), "<i>lamp");
  g_signal_emit_by_name (entry, "apply");
  gtk_editable_set_text (GTK_EDITABLE (entry), "urgent");
  g_signal_emit_by_name (entry, "apply");
  words = g_settings_get_strv (settings, "notify-words");
  /* Trimmed, each once, the newest last. */
  g_assert_cmpstrv (words, ((const char *const[]) { "<i>lamp", "urgent", NULL }));
  row = find_row (GTK_WIDGET (preferences), "<i>lamp");
  g_signal_emit_by_name (ui_find (row, GTK_TYPE_BUTTON), "clicked");
  left = g_settings_get_strv (settings, "notify-words");
  g_assert_cmpstrv (left, ((const char *const[]) { "urgent", NULL }));
  g_assert_null (find_row (GTK_WIDGET (preferences), "<i>lamp"));

  g_assert_true (gtk_widget_get_visible (find_row (GTK_WIDGET (preferences), "No Server")));
  wave_accounts_set_plain (wave_application_get_accounts (app ()), "http://wave.example.org", TRUE);
  g_assert_false (gtk_widget_get_visible (find_row (GTK_WIDGET (preferences), "No Server")));
  g_signal_emit_by_name (ui_find (find_row (GTK_WIDGET (preferences), "http://wave.example.org"), GTK_TYPE_BUTTON), "clicked");
  g_assert_false (wave_accounts_get_plain (wave_application_get_accounts (app ()), "http://wave.example.org"));
  adw_dialog_force_close (ADW_DIALOG (preferences));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50 * 1000);
}

/* Two windows: what is set is done in both. */
static void
test_at_once (void)
{
  g_autoptr (GSettings) settings = settings_new ();
  WaveStreamThresholds limits;
  GtkWidget *pane;
  UiRig one = { NULL }, two = { NULL };

  ui_rig_open (&one);
  ui_rig_open (&two);
  ui_inject (&one, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"what time is it\"}}");
  ui_inject (&two, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"what time is it\"}}");
  ui_wait_shown (&one, "what time is it");
  ui_wait_shown (&two, "what time is it");

  g_settings_set_string (settings, "clock-format", "12h");
  WAIT_UNTIL (ui_shows (GTK_WIDGET (one.window), " AM") || ui_shows (GTK_WIDGET (one.window), " PM"));
  WAIT_UNTIL (ui_shows (GTK_WIDGET (two.window), " AM") || ui_shows (GTK_WIDGET (two.window), " PM"));
  g_settings_set_string (settings, "clock-format", "24h");
  WAIT_UNTIL (!ui_shows (GTK_WIDGET (one.window), " AM") && !ui_shows (GTK_WIDGET (one.window), " PM"));

  pane = ui_find (GTK_WIDGET (one.window), WAVE_TYPE_SIDE_PANE);
  WAIT_UNTIL (gtk_widget_get_mapped (pane));
  g_settings_set_boolean (settings, "side-pane", FALSE);
  WAIT_UNTIL (!gtk_widget_get_mapped (pane));
  WAIT_UNTIL (!gtk_widget_get_mapped (ui_find (GTK_WIDGET (two.window), WAVE_TYPE_SIDE_PANE)));
  g_settings_set_boolean (settings, "side-pane", TRUE);
  WAIT_UNTIL (gtk_widget_get_mapped (pane));

  g_settings_set_uint (settings, "stall-threshold-ms", 1234);
  wave_stream_store_get_thresholds (wave_tenant_get_streams (wave_monitor_get_tenant (two.monitor)), &limits);
  g_assert_cmpint (limits.stall_us, ==, 1234 * 1000);

  g_settings_set_string (settings, "color-scheme", "dark");
  g_assert_true (adw_style_manager_get_dark (adw_style_manager_get_default ()));
  g_settings_set_string (settings, "color-scheme", "light");
  g_assert_false (adw_style_manager_get_dark (adw_style_manager_get_default ()));
  ui_rig_close (&two);
  ui_rig_close (&one);
}

/* A narrow window hides the pane by itself: that is no choice, and a wide one has it again. */
static void
test_pane (void)
{
  g_autoptr (GSettings) settings = settings_new ();
  UiRig rig = { NULL };
  GtkWidget *pane;

  ui_rig_open (&rig);
  pane = ui_find (GTK_WIDGET (rig.window), WAVE_TYPE_SIDE_PANE);
  WAIT_UNTIL (gtk_widget_get_mapped (pane));
  gtk_window_set_default_size (GTK_WINDOW (rig.window), 700, 700);
  WAIT_UNTIL (!gtk_widget_get_mapped (pane));
  g_assert_true (g_settings_get_boolean (settings, "side-pane"));
  gtk_window_set_default_size (GTK_WINDOW (rig.window), 1200, 800);
  WAIT_UNTIL (gtk_widget_get_mapped (pane));
  ui_rig_close (&rig);
}

static WaveWindow *
watch (WaveSimulator *simulator)
{
  WaveWindow *window = wave_window_new (GTK_APPLICATION (app ()));
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("kept-in-memory", NULL);
  g_autoptr (GError) error = NULL;

  gtk_window_present (GTK_WINDOW (window));
  wave_application_watch_server (app (), window, wave_simulator_get_url (simulator), credentials, FALSE, &error);
  g_assert_no_error (error);
  return window;
}

static gboolean
is_live (WaveWindow *window)
{
  return wave_window_get_monitor (window) != NULL
         && wave_tenant_get_state (wave_monitor_get_tenant (wave_window_get_monitor (window))) == WAVE_SESSION_LIVE;
}

static void
test_background (void)
{
  WaveSimulatorConfig config = { .scenario = "idle", .seed = 3 };
  g_autoptr (WaveSimulator) simulator = wave_simulator_new (&config, NULL);
  g_autoptr (GSettings) settings = settings_new ();
  WaveWindow *window = watch (simulator);
  WaveWindow *other;
  /* Nobody is there to be notified, and GIO complains of that. */
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);

  WAIT_UNTIL (is_live (window));
  g_settings_set_boolean (settings, "run-in-background", TRUE);
  /* With another window there is no need to. */
  other = wave_window_new (GTK_APPLICATION (app ()));
  gtk_window_present (GTK_WINDOW (other));
  g_assert_false (wave_application_goes_on_without (app (), window));
  gtk_window_destroy (GTK_WINDOW (other));

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_close (GTK_WINDOW (window));
  ui_spin (100 * 1000);
  g_assert_nonnull (window);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (window)));
  g_assert_cmpuint (wave_simulator_get_n_clients (simulator), ==, 1);
  wave_simulator_inject (simulator,
                         "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"said unseen\"}}", TRUE);
  /* Started again it is there as it was, with what came meanwhile. */
  g_application_activate (G_APPLICATION (app ()));
  WAIT_UNTIL (gtk_widget_get_mapped (GTK_WIDGET (window)));
  WAIT_UNTIL (ui_shows (GTK_WIDGET (window), "said unseen"));
  g_assert_true (is_live (window));

  /* No longer asked for: what nobody sees ends. */
  gtk_window_close (GTK_WINDOW (window));
  ui_spin (100 * 1000);
  g_assert_nonnull (window);
  g_settings_set_boolean (settings, "run-in-background", FALSE);
  WAIT_UNTIL (window == NULL);
  WAIT_UNTIL (wave_simulator_get_n_clients (simulator) == 0);
  g_log_set_always_fatal (fatal);
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (wave_application_clear_journals_finish (WAVE_APPLICATION (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
test_clear (void)
{
  WaveSimulatorConfig config = { .scenario = "idle", .seed = 3 };
  g_autoptr (WaveSimulator) simulator = wave_simulator_new (&config, NULL);
  g_autoptr (GSettings) settings = settings_new ();
  g_autofree char *dir = wave_application_dup_journals_dir ();
  g_autofree char *mark = g_build_filename (dir, "of-an-account-that-is-not-open", NULL);
  WaveWindow *window = watch (simulator);
  WaveMonitor *before;
  gboolean done = FALSE;

  WAIT_UNTIL (is_live (window));
  {
    /* The same token in another window would end this connection. */
    WaveWindow *twin = wave_window_new (GTK_APPLICATION (app ()));
    g_autoptr (WaveCredentials) credentials = wave_credentials_new ("kept-in-memory", NULL);
    g_autoptr (GError) error = NULL;

    g_assert_false (wave_application_watch_server (app (), twin, wave_simulator_get_url (simulator), credentials, FALSE, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
    gtk_window_destroy (GTK_WINDOW (twin));
  }
  before = wave_window_get_monitor (window);
  g_assert_true (g_file_set_contents (mark, "x", 1, NULL));
  wave_application_clear_journals_async (app (), on_cleared, &done);
  WAIT_UNTIL (done);
  g_assert_false (g_file_test (mark, G_FILE_TEST_EXISTS));
  WAIT_UNTIL (is_live (window));
  g_assert_true (wave_window_get_monitor (window) != before);
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50 * 1000);
}

static void
add_tests (void)
{
  g_test_add_func ("/preferences/rows", test_rows);
  g_test_add_func ("/preferences/lists", test_lists);
  g_test_add_func ("/preferences/at-once", test_at_once);
  g_test_add_func ("/preferences/pane", test_pane);
  g_test_add_func ("/preferences/background", test_background);
  g_test_add_func ("/preferences/clear", test_clear);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, add_tests);
}
