// SPDX-License-Identifier: GPL-3.0-or-later
// Record in the window, open what was recorded through the application, and play it by keyboard.
#include "config.h"

#include "ui-rig.h"

#include <glib/gstdio.h>
#include <string.h>

#include "model/wave-replay.h"
#include "model/wave-room.h"
#include "ui/wave-rooms-page.h"
#include "ui/wave-transport.h"

static char *dir;

/* What the window does when the key is pressed and nothing below it wants it. */
static void
press (WaveWindow *window, guint key, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (window));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      for (guint j = 0; GTK_IS_SHORTCUT_CONTROLLER (controller) && j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);

          if (!GTK_IS_KEYVAL_TRIGGER (trigger) || gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) != key
              || gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) != modifiers
              /* The toolkit's own, such as space on what has the focus. */
              || GTK_IS_SIGNAL_ACTION (gtk_shortcut_get_action (shortcut)))
            continue;
          g_assert_true (gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, GTK_WIDGET (window), gtk_shortcut_get_arguments (shortcut)));
          return;
        }
    }
  g_error ("no shortcut for the key %u", key);
}

/* Opens @path as a double click does. */
static WaveWindow *
open_file (const char *path)
{
  GApplication *app = g_application_get_default ();
  g_autoptr (GFile) file = g_file_new_for_path (path);
  WaveWindow *window = NULL;

  g_application_open (app, &file, 1, "");
  for (GList *item = gtk_application_get_windows (GTK_APPLICATION (app)); item != NULL && window == NULL; item = item->next)
    if (WAVE_IS_WINDOW (item->data) && wave_window_get_replay (item->data) != NULL
        && g_str_equal (wave_replay_get_path (wave_window_get_replay (item->data)), path))
      window = item->data;
  g_assert_nonnull (window);
  return window;
}

static gboolean
is_there (WaveWindow *window)
{
  WaveReplay *replay = wave_window_get_replay (window);

  return wave_replay_is_ready (replay) && !wave_replay_is_seeking (replay);
}

static void
close_window (WaveWindow *window)
{
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));
  WAIT_UNTIL (window == NULL);
}

/* One recording for all that follows. */
static char *
record (void)
{
  UiRig rig = { NULL };
  g_autofree char *path = g_build_filename (dir, "office.wavescope.ndjson", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  ui_rig_open_scenario (&rig, "office");
  g_assert_true (ui_shows (GTK_WIDGET (rig.window), "Record"));
  g_assert_true (wave_window_record_to (rig.window, path, FALSE, &error));
  g_assert_no_error (error);
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"the token is window-test, or is it\"}}");
  ui_wait_shown (&rig, "0:03 · ");
  press (rig.window, GDK_KEY_r, GDK_CONTROL_MASK | GDK_SHIFT_MASK);
  ui_wait_shown (&rig, "recorded, ");
  g_assert_false (ui_shows (GTK_WIDGET (rig.window), "0:03 · "));
  ui_rig_close (&rig);

  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (strstr (text, "window-test"));
  g_assert_nonnull (strstr (text, "the token is [secret]"));
  g_assert_true (g_str_has_prefix (text, "{\"wavescope_recording\":1,"));
  g_assert_nonnull (strstr (text, "\"snapshot\":\"/v1/rooms\""));
  g_assert_nonnull (strstr (text, "\"state\":\"live\""));
  return g_steal_pointer (&path);
}

static void
test_record_and_play (void)
{
  g_autofree char *path = record ();
  WaveWindow *window = open_file (path);
  UiRig rig = { .window = window };
  WaveReplay *replay = wave_window_get_replay (window);
  GtkWidget *rooms;
  gint64 duration, at;
  guint n_events, index;

  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 800);
  WAIT_UNTIL (is_there (window));
  ui_wait_shown (&rig, "Recording");
  wave_window_show_page (window, "rooms");
  duration = wave_replay_get_duration (replay);
  n_events = wave_event_log_get_n_events (wave_replay_get_event_log (replay));
  g_assert_cmpint (duration, >, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (n_events, >, 10);
  /* Names come with the recording, and it opens at its end. */
  rooms = ui_find (GTK_WIDGET (window), WAVE_TYPE_ROOMS_PAGE);
  g_assert_true (wave_rooms_page_open_room (WAVE_ROOMS_PAGE (rooms), "Atlas launch"));
  ui_wait_shown (&rig, "the token is [secret], or is it");
  ui_wait_shown (&rig, "Pat One");
  g_assert_cmpuint (wave_replay_get_index (replay), ==, n_events);
  g_assert_cmpint (wave_replay_get_position (replay), ==, duration);

  /* To the start: the room that is open stays open, and what was said is not said yet. */
  press (window, GDK_KEY_Home, GDK_ALT_MASK);
  WAIT_UNTIL (is_there (window) && wave_replay_get_index (replay) == 0);
  ui_wait_gone (&rig, "the token is [secret], or is it");
  g_assert_cmpstr (wave_room_get_id (wave_rooms_page_get_room (WAVE_ROOMS_PAGE (rooms))), ==, "room-atlas");
  g_assert_true (wave_rooms_page_get_room (WAVE_ROOMS_PAGE (rooms)) == wave_tenant_get_room (wave_replay_get_tenant (replay), "room-atlas"));

  /* Step by step. */
  press (window, GDK_KEY_Right, GDK_ALT_MASK);
  WAIT_UNTIL (wave_replay_get_index (replay) == 1);
  press (window, GDK_KEY_Right, GDK_ALT_MASK);
  WAIT_UNTIL (wave_replay_get_index (replay) == 2);
  press (window, GDK_KEY_Left, GDK_ALT_MASK);
  WAIT_UNTIL (is_there (window) && wave_replay_get_index (replay) == 1);

  /* Speed, then play and pause. */
  g_assert_cmpfloat (wave_replay_get_rate (replay), ==, 1);
  press (window, GDK_KEY_Down, GDK_ALT_MASK);
  g_assert_cmpfloat (wave_replay_get_rate (replay), ==, 0.5);
  ui_wait_shown (&rig, "0.5×");
  press (window, GDK_KEY_Up, GDK_ALT_MASK);
  press (window, GDK_KEY_Up, GDK_ALT_MASK);
  g_assert_cmpfloat (wave_replay_get_rate (replay), ==, 2);
  at = wave_replay_get_position (replay);
  press (window, GDK_KEY_space, 0);
  g_assert_true (wave_replay_is_playing (replay));
  WAIT_UNTIL (wave_replay_get_position (replay) > at + G_USEC_PER_SEC);
  press (window, GDK_KEY_p, GDK_CONTROL_MASK);
  g_assert_false (wave_replay_is_playing (replay));
  index = wave_replay_get_index (replay);
  at = wave_replay_get_position (replay);
  ui_spin (100 * 1000);
  g_assert_cmpuint (wave_replay_get_index (replay), ==, index);
  g_assert_cmpint (wave_replay_get_position (replay), ==, at);

  /* Ten seconds are more than there is; the end has it all again. */
  press (window, GDK_KEY_Left, GDK_ALT_MASK | GDK_SHIFT_MASK);
  WAIT_UNTIL (is_there (window) && wave_replay_get_position (replay) == 0);
  press (window, GDK_KEY_End, GDK_ALT_MASK);
  WAIT_UNTIL (is_there (window) && wave_replay_get_index (replay) == n_events);
  ui_wait_shown (&rig, "the token is [secret], or is it");

  /* Every page stands up to it. */
  wave_window_show_page (window, "activity");
  ui_spin (200 * 1000);
  wave_window_show_page (window, "scope");
  press (window, GDK_KEY_Home, GDK_ALT_MASK);
  WAIT_UNTIL (is_there (window) && wave_replay_get_index (replay) == 0);
  press (window, GDK_KEY_End, GDK_ALT_MASK);
  WAIT_UNTIL (is_there (window) && wave_replay_get_index (replay) == n_events);
  close_window (window);
  g_unlink (path);
}

/* A file that ends in the middle of a line opens up to there, and the window says so until that was read. */
static void
test_cut (void)
{
  g_autofree char *path = g_build_filename (dir, "cut.wavescope.ndjson", NULL);
  WaveWindow *window;
  UiRig rig = { NULL };

  g_assert_true (g_file_set_contents (path,
                                      "{\"wavescope_recording\":1,\"tenant_id\":\"t-1\",\"server_name\":\"cut.example\",\"started_at\":\"2026-06-01T12:00:00.000000Z\"}\n"
                                      "{\"t_us\":1000,\"via\":\"stream\",\"frame\":\"{\\\"type\\\":\\\"typing\\\",\\\"room_id\\\":\\\"r-1\\\",\\\"participant_id\\\":\\\"p-1\\\",\\\"typing\\\":true}\"}\n"
                                      "{\"t_us\":2000,\"via\":\"stream\",\"frame\":\"{\\\"type\\\":\\\"typ",
                                      -1, NULL));
  window = open_file (path);
  rig.window = window;
  WAIT_UNTIL (is_there (window));
  ui_wait_shown (&rig, "The recording was cut");
  g_assert_cmpuint (wave_replay_get_index (wave_window_get_replay (window)), ==, 1);
  close_window (window);
  g_unlink (path);
}

/* What is no recording is told of, and the window is as before. */
static void
test_no_recording (void)
{
  g_autofree char *path = g_build_filename (dir, "no.ndjson", NULL);
  WaveWindow *window;
  UiRig rig = { NULL };

  g_assert_true (g_file_set_contents (path, "{}\n", -1, NULL));
  window = open_file (path);
  rig.window = window;
  WAIT_UNTIL (wave_window_get_replay (window) == NULL);
  ui_wait_shown (&rig, "is not a recording");
  close_window (window);
  g_unlink (path);
}

/* A file that cannot be written does not stop what is watched. */
static void
test_full_disk (void)
{
  UiRig rig = { NULL };
  g_autoptr (GError) error = NULL;

  if (g_access ("/dev/full", W_OK) != 0)
    {
      g_test_skip ("there is no /dev/full");
      return;
    }
  ui_rig_open (&rig);
  g_assert_false (wave_window_record_to (rig.window, "/nonexistent/x.wavescope.ndjson", FALSE, &error));
  g_assert_nonnull (error);
  g_assert_true (wave_window_record_to (rig.window, "/dev/full", FALSE, NULL));
  ui_wait_shown (&rig, "What was written is kept; watching goes on.");
  ui_inject (&rig, TRUE, "{\"type\":\"swp.room.message\",\"room_id\":\"room-atlas\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"still here\"}}");
  ui_wait_shown (&rig, "still here");
  ui_rig_close (&rig);
}

static void
add_tests (void)
{
  dir = g_dir_make_tmp ("wavescope-ui-replay-XXXXXX", NULL);
  g_test_add_func ("/recording/record-and-play", test_record_and_play);
  g_test_add_func ("/recording/cut", test_cut);
  g_test_add_func ("/recording/no-recording", test_no_recording);
  g_test_add_func ("/recording/full-disk", test_full_disk);
}

int
main (int argc, char **argv)
{
  int status = ui_rig_main (argc, argv, add_tests);

  g_rmdir (dir);
  g_free (dir);
  return status;
}
