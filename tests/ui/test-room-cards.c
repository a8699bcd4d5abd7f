// SPDX-License-Identifier: GPL-3.0-or-later
// What stands beside a timeline: plan, sidekicks, call, bridges, federation. On the real window over a real WebSocket. Every wait has a deadline.
#include "config.h"

#include "ui-look.h"

#include "model/wave-room.h"
#include "ui/wave-activity-page.h"
#include "ui/wave-event-inspector.h"
#include "ui/wave-rooms-page.h"
#include "ui/wave-side-cards.h"

/* ---- plan ---- */


static void
test_plan (void)
{
  UiRig rig = { NULL };
  GtkWidget *card;
  GtkExpander *history;

  ui_rig_open (&rig);
  card = part (&rig, WAVE_TYPE_PLAN_CARD);
  g_assert_false (gtk_widget_get_visible (card));
  ui_inject (&rig, FALSE,
             PLAN ("running", "3",
                   STEP ("a", "Find the ladder", "done", ",\"result\":\"behind the shed\",\"attempts\":2") "," STEP ("b", "Ask for help", "failed", ",\"attempts\":3")
                   "," STEP ("c", "Wait for spring", "skipped", "") "," STEP ("d", "Climb up", "in_progress", ",\"attempts\":1") "," STEP ("e", "Climb down", "pending", "")));
  wait_in (&rig, WAVE_TYPE_PLAN_CARD, "Mend the lamp");
  g_assert_true (READS (card, "\nPlan · running\n", "\n5 of 8 auto steps left\n", "\nMend the lamp\n", "\none step after the other · goes on by hand\n"));
  /* A glyph for each state, how often it was tried, the one that is under way. */
  g_assert_true (READS (card, "\n✓\nFind the ladder\n2 tries\n", "✗\nAsk for help\n3 tries\n", "⤼\nWait for spring\n", "▶\nClimb up\n", "○\nClimb down\n"));
  g_assert_false (ui_shows (card, "1 try"));
  /* A result shows when somebody wants it. */
  g_assert_false (ui_shows (card, "behind the shed"));
  g_assert_null (button (card, "Show the Result", 1));
  press (card, "Show the Result");
  g_assert_true (ui_shows (card, "behind the shed"));
  press (card, "Show the Result");
  g_assert_false (ui_shows (card, "behind the shed"));
  g_assert_false (ui_shows (card, "What Changed"));

  ui_inject (&rig, FALSE,
             PLAN ("paused", "8",
                   STEP ("a", "Find the ladder", "done", ",\"result\":\"behind the shed\",\"attempts\":2") "," STEP ("b", "Ask for help", "failed", ",\"attempts\":3")
                   "," STEP ("c", "Wait for spring", "skipped", "") "," STEP ("d", "Climb up", "done", ",\"result\":\"up\",\"attempts\":1") "," STEP ("e", "Climb down", "pending", "")
                   "," STEP ("f", "Put it back", "pending", "")));
  wait_in (&rig, WAVE_TYPE_PLAN_CARD, "Plan · paused");
  g_assert_true (READS (card, "0 of 8 auto steps left", "✓\nClimb up\n", "○\nPut it back\n"));
  g_assert_true (ui_shows (card, "What Changed"));
  g_assert_false (ui_shows (card, "running → paused"));
  history = GTK_EXPANDER (ui_find (card, GTK_TYPE_EXPANDER));
  gtk_expander_set_expanded (history, TRUE);
  WAIT_UNTIL (READS (card, "running → paused", "“Climb up”: in_progress → done", "“Climb up” has a result", "Step added: Put it back"));
  /* It goes on while it is open. */
  ui_inject (&rig, FALSE, PLAN ("done", "8", STEP ("a", "Find the ladder", "done", "")));
  WAIT_UNTIL (READS (card, "Plan · done", "paused → done", "running → paused"));
  g_assert_false (ui_shows (card, "▶"));
  ui_inject (&rig, FALSE, "{\"type\":\"swp.plan.updated\"," IN_ATLAS ",\"content\":{\"plan\":null}}");
  WAIT_UNTIL (!gtk_widget_get_visible (card));
  ui_rig_close (&rig);
}

/* ---- sidekicks ---- */

static void
test_sidekicks (void)
{
  UiRig rig = { NULL };
  GtkWidget *card;
  WaveRoomsPage *rooms;

  ui_rig_open (&rig);
  rooms = WAVE_ROOMS_PAGE (wave_window_get_page (rig.window, "rooms"));
  card = part (&rig, WAVE_TYPE_SIDEKICK_CARD);
  /* No event tells how far it is: REST does. */
  wave_simulator_set_answer (rig.simulator, "/v1/rooms/room-atlas/sidekicks/t1", 200, "{\"data\":{\"task_id\":\"t1\",\"status\":\"running\",\"steps_used\":12}}");
  ui_inject (&rig, TRUE,
             "{\"type\":\"swp.sidekick.spawned\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"task_id\":\"t1\",\"codename\":\"calm-badger\",\"task\":\"Count the "
             "lamps\",\"sidekick_room_id\":\"room-heron\"}}");
  ui_inject (&rig, TRUE,
             "{\"type\":\"swp.sidekick.spawned\",\"room_id\":\"room-heron\",\"sender_id\":\"ai-heron\",\"content\":{\"task_id\":\"t2\",\"codename\":\"tiny-wren\",\"task\":\"Count "
             "the bulbs\"}}");
  /* The one that it spawned hangs below it. */
  WAIT_UNTIL (READS (card, "\ncalm-badger\n", "12 / 25 steps · 0:0", " of 5:00\n", "\nCount the lamps\n", "\ntiny-wren\n", " of 5:00\n", "\nCount the bulbs\n"));
  /* Time goes on without an event. */
  WAIT_UNTIL (READS (card, "calm-badger", "12 / 25 steps · 0:02 of 5:00"));
  ui_inject (&rig, TRUE, "{\"type\":\"swp.sidekick.result\",\"room_id\":\"room-heron\",\"content\":{\"task_id\":\"t2\",\"codename\":\"tiny-wren\",\"result_summary\":\"nine bulbs\"}}");
  WAIT_UNTIL (READS (card, "calm-badger", "tiny-wren\nfinished · 0:0", "nine bulbs"));
  ui_inject (&rig, TRUE, "{\"type\":\"swp.sidekick.spawned\"," IN_ATLAS ",\"content\":{\"task_id\":\"t3\",\"codename\":\"slow-newt\",\"task\":\"Dim them\"}}");
  ui_inject (&rig, TRUE,
             "{\"type\":\"swp.sidekick.cancel\"," IN_ATLAS ",\"content\":{\"task_id\":\"t3\",\"codename\":\"slow-newt\",\"cancelled_by\":\"pat\",\"reason\":\"wrong lamps\"}}");
  /* Who is at work stands above who is not. */
  WAIT_UNTIL (READS (card, "calm-badger", "slow-newt\ncancelled · 0:0", "wrong lamps"));

  /* Its own room; a sidekick without one has no way there. */
  press (card, "Open Its Room");
  WAIT_UNTIL (g_strcmp0 (wave_room_get_id (wave_rooms_page_get_room (rooms)), "room-heron") == 0);
  g_assert_null (button (card, "Open Its Room", 0));
  ui_rig_close (&rig);
}

/* ---- calls ---- */

static void
open_room (UiRig *rig, const char *room_id)
{
  WaveRoomsPage *rooms = WAVE_ROOMS_PAGE (wave_window_get_page (rig->window, "rooms"));

  WAIT_UNTIL (wave_rooms_page_open_room (rooms, room_id));
}

/* The clock of a call under way, in seconds; -1 when there is none, or without the word that it is a least. */
static int
call_seconds (GtkWidget *card, gboolean least)
{
  g_autofree char *said = read_out (card);
  g_auto (GStrv) lines = g_strsplit (said, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      int minutes, seconds;

      if (sscanf (lines[i], least ? "at least %d:%02d" : "%d:%02d", &minutes, &seconds) == 2)
        return minutes * 60 + seconds;
    }
  return -1;
}

static void
test_calls (void)
{
  UiRig rig = { NULL };
  GtkWidget *card;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) before = g_date_time_add_seconds (now, -200);
  g_autofree char *started = g_date_time_format_iso8601 (before);
  g_autofree char *state = g_strdup_printf ("{\"data\":{\"room\":{\"id\":\"room-eng\"},\"active_call\":{\"call_id\":\"c9\",\"call_type\":\"video\",\"started_at\":\"%s\","
                                            "\"participants\":[{\"participant_id\":\"mia\",\"state\":\"joined\"}]}}}",
                                            started);

  ui_rig_open (&rig);
  card = part (&rig, WAVE_TYPE_CALL_CARD);
  /* Nobody comes: it is gone when its time is over, and no event says so. */
  ui_inject (&rig, FALSE, "{\"type\":\"swp.call.invite\"," IN_ATLAS ",\"content\":{\"call_id\":\"c1\",\"call_type\":\"audio\",\"initiator_id\":\"mia\",\"timeout_seconds\":2}}");
  WAIT_UNTIL (READS (card, "\nCall Ringing\n", "rings for ", "Started by Mia Chen"));
  g_assert_nonnull (ui_find (card, GTK_TYPE_PROGRESS_BAR));
  WAIT_UNTIL (READS (card, "rings for 1 s more"));
  WAIT_UNTIL (!gtk_widget_get_visible (card));

  /* Somebody is called, somebody comes, somebody leaves. */
  ui_inject (&rig, FALSE, "{\"type\":\"swp.call.invite\"," IN_ATLAS ",\"content\":{\"call_id\":\"c2\",\"call_type\":\"video\",\"initiator_id\":\"mia\",\"timeout_seconds\":60}}");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.call.state\"," IN_ATLAS ",\"content\":{\"call_id\":\"c2\",\"participant_id\":\"noor\",\"state\":\"ringing\"}}");
  WAIT_UNTIL (READS (card, "Video Call Ringing", "rings for ", "Noor\nis called"));
  ui_inject (&rig, FALSE, "{\"type\":\"swp.call.state\"," IN_ATLAS ",\"content\":{\"call_id\":\"c2\",\"participant_id\":\"tom\",\"state\":\"joined\"}}");
  WAIT_UNTIL (READS (card, "\nVideo Call\n", "Noor\nis called", "Tom Okafor\nin the call"));
  g_assert_false (ui_shows (card, "rings for"));
  WAIT_UNTIL (call_seconds (card, FALSE) >= 1);
  g_assert_cmpint (call_seconds (card, FALSE), <, 20);
  ui_inject (&rig, FALSE, "{\"type\":\"swp.call.state\"," IN_ATLAS ",\"content\":{\"call_id\":\"c2\",\"participant_id\":\"noor\",\"state\":\"rejected\"}}");
  WAIT_UNTIL (!ui_shows (card, "Noor"));
  g_assert_true (ui_shows (card, "Tom Okafor"));
  ui_inject (&rig, FALSE, "{\"type\":\"swp.call.state\"," IN_ATLAS ",\"content\":{\"call_id\":\"c2\",\"state\":\"ended\"}}");
  WAIT_UNTIL (!gtk_widget_get_visible (card));

  /* Calls that were under way: one whose start is told, one whose start nobody tells. */
  wave_simulator_set_answer (rig.simulator, "/v1/rooms/room-eng/state", 200, state);
  wave_simulator_set_answer (rig.simulator, "/v1/rooms/room-design/state", 200,
                             "{\"data\":{\"room\":{\"id\":\"room-design\"},\"active_call\":{\"call_id\":\"c8\",\"participants\":[{\"participant_id\":\"lena\",\"state\":\"joined\"}]}}}");
  open_room (&rig, "room-eng");
  WAIT_UNTIL (READS (card, "Video Call", "Mia Chen\nin the call"));
  g_assert_cmpint (call_seconds (card, FALSE), >=, 200);
  g_assert_cmpint (call_seconds (card, FALSE), <, 260);
  open_room (&rig, "room-design");
  WAIT_UNTIL (READS (card, "at least 0:0", "Lena Fischer\nin the call"));
  WAIT_UNTIL (call_seconds (card, TRUE) >= 1);
  ui_rig_close (&rig);
}

/* ---- bridges and federation ---- */

static void
test_bridges (void)
{
  UiRig rig = { NULL };
  GtkWidget *connection;

  ui_rig_open (&rig);
  wave_window_show_page (rig.window, "connection");
  connection = wave_window_get_page (rig.window, "connection");
  WAIT_UNTIL (ui_shows (connection, "No bridge has told its state yet"));
  ui_inject (&rig, FALSE, "{\"type\":\"swp.bridge.status\"," IN_ATLAS ",\"content\":{\"bridge_id\":\"b-9\",\"transport\":\"slack\",\"status\":\"active\",\"error\":null}}");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.bridge.status\"," IN_ATLAS ",\"content\":{\"bridge_id\":\"b-7\",\"transport\":\"teams\",\"status\":\"paused\",\"error\":null}}");
  /* Its health, and since when. */
  WAIT_UNTIL (reads_like (connection, "\nSlack · b-9\nactive\n\\d?\\d:\\d\\d\nMicrosoft Teams · b-7\npaused\n\\d?\\d:\\d\\d\n"));
  g_assert_false (ui_shows (connection, "No bridge has told its state yet"));
  ui_inject (&rig, FALSE, "{\"type\":\"swp.bridge.status\"," IN_ATLAS ",\"content\":{\"bridge_id\":\"b-9\",\"transport\":\"slack\",\"status\":\"error\",\"error\":\"rate limited\"}}");
  WAIT_UNTIL (READS (connection, "Slack · b-9", "error: rate limited · 1 error", "Microsoft Teams · b-7"));
  /* What went wrong is told after it was mended, too. */
  ui_inject (&rig, FALSE, "{\"type\":\"swp.bridge.status\"," IN_ATLAS ",\"content\":{\"bridge_id\":\"b-9\",\"transport\":\"slack\",\"status\":\"active\",\"error\":null}}");
  WAIT_UNTIL (READS (connection, "Slack · b-9", "active · 1 error", "Microsoft Teams · b-7"));
  g_assert_false (ui_shows (connection, "rate limited"));
  wave_window_show_page (rig.window, "rooms");
  WAIT_UNTIL (READS (part (&rig, WAVE_TYPE_BRIDGE_CARD), "Slack\nactive", "1 error", "before: rate limited", "Microsoft Teams\npaused"));
  ui_rig_close (&rig);
}

static void
test_federation (void)
{
  UiRig rig = { NULL };
  GtkWidget *card;
  WaveActivityPage *activity;
  WaveEventView *view;

  ui_rig_open (&rig);
  card = part (&rig, WAVE_TYPE_BRIDGE_CARD);
  ui_inject (&rig, FALSE, "{\"type\":\"swp.federation.event\"," IN_ATLAS ",\"content\":{\"peer\":\"one.example\"}}");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.federation.event\",\"room_id\":\"room-eng\",\"content\":{\"peer\":\"three.example\"}}");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.federation.event\"," IN_ATLAS ",\"content\":{\"peer\":\"two.example\"}}");
  ui_inject (&rig, FALSE, "{\"type\":\"typing\"," IN_ATLAS ",\"participant_id\":\"mia\",\"typing\":true}");
  WAIT_UNTIL (READS (card, "\nFederation\n2 events\n", "latest at "));
  ui_wait_shown (&rig, "federated");
  press (card, "Show in Activity");
  g_assert_cmpstr (wave_window_get_page_name (rig.window), ==, "activity");
  /* Those of this room, and nothing else. */
  activity = WAVE_ACTIVITY_PAGE (wave_window_get_page (rig.window, "activity"));
  view = wave_activity_page_get_view (activity);
  WAIT_UNTIL (!wave_event_view_is_filtering (view) && g_list_model_get_n_items (G_LIST_MODEL (view)) == 2);
  /* Their inside can be looked at. */
  wave_activity_page_show_event (activity, wave_event_view_get_index (view, 1));
  WAIT_UNTIL (ui_shows (part (&rig, WAVE_TYPE_EVENT_INSPECTOR), "two.example"));
  wave_window_show_page (rig.window, "connection");
  WAIT_UNTIL (READS (wave_window_get_page (rig.window, "connection"), "Events From Other Servers", "\n3\n"));
  ui_rig_close (&rig);
}

static void
add_tests (void)
{
  g_test_add_func ("/room-cards/plan", test_plan);
  g_test_add_func ("/room-cards/sidekicks", test_sidekicks);
  g_test_add_func ("/room-cards/calls", test_calls);
  g_test_add_func ("/room-cards/bridges", test_bridges);
  g_test_add_func ("/room-cards/federation", test_federation);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, add_tests);
}
