// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "tests/model/model-helpers.h"

#define ROOM "room-a"
#define SEC ((gint64)G_USEC_PER_SEC)

static GBytes *
bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
apply_state (WaveTenant *tenant, const char *room_id, const char *json)
{
  g_autoptr (GBytes) body = bytes (json);
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveRoomState) state = wave_room_state_decode (body, &error);

  g_assert_no_error (error);
  wave_tenant_apply_room_state (tenant, room_id, state);
}

static void
apply_people (WaveTenant *tenant, const char *json)
{
  g_autoptr (GBytes) body = bytes (json);
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveParticipantPage) page = wave_participant_page_decode (body, &error);

  g_assert_no_error (error);
  wave_tenant_apply_participants (tenant, page);
}

static void
typing (WaveTenant *tenant, gint64 at_us, const char *who, gboolean on)
{
  g_autofree char *json = g_strdup_printf (
      "{\"type\":\"typing\",\"room_id\":\"room-a\",\"participant_id\":\"%s\",\"typing\":%s}", who, on ? "true" : "false");

  apply_at (tenant, at_us, json);
}

static void
test_typing (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  GListModel *typists;

  typing (tenant, 0, "ada", TRUE);
  typing (tenant, 1 * SEC, "bob", TRUE);
  typists = wave_room_get_typists (wave_tenant_get_room (tenant, ROOM));
  g_assert_cmpuint (length (typists), ==, 2);
  advance_to (tenant, 4 * SEC);
  g_assert_cmpuint (length (typists), ==, 2);
  advance_to (tenant, 5 * SEC);
  g_assert_cmpuint (length (typists), ==, 1);
  typing (tenant, 5 * SEC, "bob", TRUE); /* goes on */
  advance_to (tenant, 9 * SEC);
  g_assert_cmpuint (length (typists), ==, 1);
  typing (tenant, 9 * SEC, "bob", FALSE);
  g_assert_cmpuint (length (typists), ==, 0);
  typing (tenant, 9 * SEC, "ada", TRUE);
  say (tenant, 9 * SEC, ROOM, "ada", "e-1", 1, "sent"); /* a message ends it */
  g_assert_cmpuint (length (typists), ==, 0);
  typing (tenant, 9 * SEC, "ada", TRUE);
  go (tenant, 9 * SEC, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, NULL);
  go (tenant, 9 * SEC, WAVE_SESSION_LIVE, WAVE_SESSION_WAITING, NULL);
  g_assert_cmpuint (length (typists), ==, 0);
}

static void
test_names_arrive (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveMe) me = make_me ("me");
  WaveRoom *room;
  WaveTimelineItem *notice;

  apply_at (tenant, 0,
            "{\"type\":\"swp.room.member\",\"room_id\":\"room-a\",\"participant_id\":\"77de\",\"membership\":\"leave\","
            "\"changed_by\":\"91c4\"}");
  say (tenant, 1, ROOM, "77de", "e-1", 5, "hi");
  room = wave_tenant_get_room (tenant, ROOM);
  notice = item_of_kind (wave_room_get_timeline (room), WAVE_ITEM_NOTICE, 0);
  g_assert_cmpstr (wave_timeline_item_get_body (notice), ==, "77de was removed by 91c4");
  g_assert_cmpstr (wave_room_get_display_name (room), ==, ROOM);
  g_assert_cmpstr (wave_room_get_preview (room), ==, "77de: hi");
  apply_people (tenant, "{\"data\":[{\"id\":\"77de\",\"display_name\":\"Bob\",\"participant_type\":\"human\",\"local_id\":"
                        "\"bob\",\"server_name\":\"w.org\"},"
                        "{\"id\":\"91c4\",\"display_name\":\"Ada\",\"participant_type\":\"human\"}],\"meta\":{\"total\":2}}");
  g_assert_cmpstr (wave_timeline_item_get_body (notice), ==, "Bob was removed by Ada");
  g_assert_cmpstr (wave_room_get_preview (room), ==, "Bob: hi");
  g_assert_cmpstr (wave_participant_get_fqid (wave_tenant_get_participant (tenant, "77de")), ==, "@bob:w.org");
  g_assert_cmpuint (length (wave_tenant_get_participants (tenant)), ==, 2);

  /* Of what is Markdown the marks are not shown; code is none. */
  say (tenant, 2, ROOM, "77de", "e-2", 6, "**hi** [there](https://w.org)");
  g_assert_cmpstr (wave_room_get_preview (room), ==, "Bob: hi there");
  apply_at (tenant, 3,
            "{\"type\":\"swp.room.message\",\"id\":\"e-3\",\"room_id\":\"" ROOM "\",\"sender_id\":\"77de\",\"stream_position\":7,"
            "\"content\":{\"msgtype\":\"swp.code\",\"body\":\"int *a, *b;\"}}");
  g_assert_cmpstr (wave_room_get_preview (room), ==, "Bob: int *a, *b;");

  /* A direct message goes by the other member's name, also when that comes later. */
  wave_tenant_apply_me (tenant, me);
  apply_state (tenant, "room-dm",
               "{\"data\":{\"room\":{\"id\":\"room-dm\",\"name\":null,\"room_type\":\"dm\"},\"members\":["
               "{\"participant_id\":\"me\",\"membership\":\"join\",\"participant\":{\"id\":\"me\",\"display_name\":\"Me\","
               "\"participant_type\":\"human\"}},"
               "{\"participant_id\":\"zoe\",\"membership\":\"join\",\"participant\":{\"id\":\"zoe\",\"participant_type\":"
               "\"human\"}}],\"unread_count\":3}}");
  room = wave_tenant_get_room (tenant, "room-dm");
  g_assert_cmpstr (wave_room_get_display_name (room), ==, "zoe");
  g_assert_cmpuint (wave_room_get_unread (room), ==, 3);
  apply_people (tenant,
                "{\"data\":[{\"id\":\"zoe\",\"display_name\":\"Zoe\",\"participant_type\":\"human\"}],\"meta\":{\"total\":1}}");
  g_assert_cmpstr (wave_room_get_display_name (room), ==, "Zoe");
}

static void
test_presence (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  guint online;

  apply_people (tenant, "{\"data\":[{\"id\":\"ai\",\"display_name\":\"AI\",\"participant_type\":\"model\"},{\"id\":\"bob\","
                        "\"display_name\":\"Bob\","
                        "\"participant_type\":\"human\"}]}");
  apply_at (tenant, 0, "{\"type\":\"presence\",\"participant_id\":\"ai\",\"status\":\"online\"}");
  apply_at (tenant, 0, "{\"type\":\"presence\",\"participant_id\":\"bob\",\"status\":\"idle\"}");
  g_object_get (tenant, "n-online", &online, NULL);
  g_assert_cmpuint (online, ==, 1);
  go (tenant, 0, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, NULL);
  go (tenant, 1, WAVE_SESSION_LIVE, WAVE_SESSION_WAITING, NULL);
  g_object_get (tenant, "n-online", &online, NULL);
  g_assert_cmpuint (online, ==, 0);
  g_assert_cmpint (wave_participant_get_presence (wave_tenant_get_participant (tenant, "bob")), ==, WAVE_PRESENCE_UNKNOWN);
}

static void
test_statuses (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveRoom *room;
  WaveAiState *state;
  guint generating;

  apply_at (tenant, 0,
            "{\"type\":\"swp.ai.status\",\"room_id\":\"room-a\",\"participant_id\":\"scout\",\"status\":\"thinking\"}");
  apply_at (tenant, SEC,
            "{\"type\":\"swp.ai.status\",\"room_id\":\"room-a\",\"participant_id\":\"owl\",\"status\":\"generating\"}");
  room = wave_tenant_get_room (tenant, ROOM);
  g_assert_cmpstr (wave_room_get_ai_line (room), ==, "owl · generating, 1 more");
  g_object_get (tenant, "n-generating", &generating, NULL);
  g_assert_cmpuint (generating, ==, 1);
  apply_at (tenant, 2 * SEC, "{\"type\":\"swp.ai.status\",\"room_id\":\"room-a\",\"participant_id\":\"owl\",\"status\":null}");
  g_assert_cmpstr (wave_room_get_ai_line (room), ==, "scout · thinking");
  g_assert_cmpint (wave_room_get_ai_since (room), ==, T0_MONO);
  state = nth (wave_room_get_ai_states (room), 0);
  advance_to (tenant, 119 * SEC);
  g_assert_false (wave_ai_state_get_stale (state));
  advance_to (tenant, 121 * SEC);
  g_assert_true (wave_ai_state_get_stale (state));
  g_assert_null (wave_room_get_ai_line (room));
  apply_at (tenant, 122 * SEC,
            "{\"type\":\"swp.ai.status\",\"room_id\":\"room-a\",\"participant_id\":\"scout\",\"status\":\"generating\"}");
  g_assert_false (wave_ai_state_get_stale (state));
  go (tenant, 123 * SEC, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, NULL);
  go (tenant, 124 * SEC, WAVE_SESSION_LIVE, WAVE_SESSION_WAITING, NULL);
  g_assert_cmpint (wave_ai_state_get_phase (state), ==, WAVE_AI_IDLE);
  g_object_get (tenant, "n-generating", &generating, NULL);
  g_assert_cmpuint (generating, ==, 0);
}

static void
test_plan (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GPtrArray) changes = NULL;
  WaveRoom *room;
  GListModel *history;

  apply_at (tenant, 0,
            "{\"type\":\"swp.plan.updated\",\"room_id\":\"room-a\",\"content\":{\"plan\":{\"id\":\"p\",\"goal\":\"G\","
            "\"state\":\"running\",\"updated_at\":\"2026-06-01T12:00:10Z\","
            "\"steps\":[{\"id\":\"a\",\"text\":\"One\",\"status\":\"in_progress\",\"attempts\":1}]}}}");
  apply_at (tenant, 1,
            "{\"type\":\"swp.plan.updated\",\"room_id\":\"room-a\",\"content\":{\"plan\":{\"id\":\"p\",\"goal\":\"G\","
            "\"state\":\"paused\",\"updated_at\":\"2026-06-01T12:00:20Z\","
            "\"steps\":[{\"id\":\"a\",\"text\":\"One\",\"status\":\"done\",\"result\":\"ok\",\"attempts\":1},{\"id\":\"b\","
            "\"text\":\"Two\",\"status\":\"pending\"}]}}}");
  /* Older news of the same plan change nothing. */
  apply_at (tenant, 2,
            "{\"type\":\"swp.plan.updated\",\"room_id\":\"room-a\",\"content\":{\"plan\":{\"id\":\"p\",\"goal\":\"OLD\","
            "\"state\":\"running\",\"updated_at\":\"2026-06-01T12:00:05Z\",\"steps\":[]}}}");
  room = wave_tenant_get_room (tenant, ROOM);
  history = wave_room_get_plan_history (room);
  g_assert_cmpuint (length (history), ==, 2);
  g_assert_cmpstr (wave_room_get_plan (room)->state, ==, "paused");
  changes = wave_plan_snapshot_list_changes (nth (history, 1), nth (history, 0));
  g_assert_cmpuint (changes->len, ==, 4);
  g_assert_cmpstr (changes->pdata[0], ==, "State: running → paused");
  g_assert_cmpstr (changes->pdata[1], ==, "“One”: in_progress → done");
  g_assert_cmpstr (changes->pdata[2], ==, "“One” has a result");
  g_assert_cmpstr (changes->pdata[3], ==, "Step added: Two");
  for (guint i = 0; i < 80; i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.plan.updated\",\"room_id\":\"room-a\",\"content\":{\"plan\":{"
                                               "\"id\":\"p%u\",\"goal\":\"G\",\"state\":\"done\",\"steps\":[]}}}",
                                               i);

      apply_at (tenant, 3, json);
    }
  g_assert_cmpuint (length (history), ==, 50);
  apply_at (tenant, 4, "{\"type\":\"swp.plan.updated\",\"room_id\":\"room-a\",\"content\":{\"plan\":null}}");
  g_assert_null (wave_room_get_plan (room));
}

static void
test_sidekick_lost_and_tree (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveSidekickItem *item;
  guint live;

  apply_at (tenant, 0,
            "{\"type\":\"swp.sidekick.spawned\",\"id\":\"e-1\",\"room_id\":\"room-a\",\"stream_position\":1,\"content\":{"
            "\"task_id\":\"t1\",\"codename\":\"a-b\",\"sidekick_room_id\":\"room-s\"}}");
  apply_at (tenant, 0,
            "{\"type\":\"swp.sidekick.spawned\",\"id\":\"e-2\",\"room_id\":\"room-s\",\"stream_position\":2,\"content\":{"
            "\"task_id\":\"t2\",\"codename\":\"c-d\"}}");
  item = nth (wave_room_get_sidekicks (wave_tenant_get_room (tenant, ROOM)), 0);
  g_assert_cmpuint (length (wave_sidekick_item_get_children (item)), ==, 1);
  g_assert_cmpstr (wave_sidekick_item_get_codename (nth (wave_sidekick_item_get_children (item), 0)), ==, "c-d");
  advance_to (tenant, 599 * SEC);
  g_assert_true (wave_sidekick_item_get_live (item));
  advance_to (tenant, 601 * SEC);
  g_assert_false (wave_sidekick_item_get_live (item));
  g_assert_cmpstr (wave_sidekick_item_get_status (item), ==, "lost");
  g_object_get (tenant, "n-live-sidekicks", &live, NULL);
  g_assert_cmpuint (live, ==, 0);
}

static void
test_calls (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveCallItem) call = NULL;
  WaveRoom *room;

  apply_at (tenant, 0,
            "{\"type\":\"swp.call.invite\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c1\",\"initiator_id\":\"ada\","
            "\"timeout_seconds\":30}}");
  room = wave_tenant_get_room (tenant, ROOM);
  advance_to (tenant, 31 * SEC);
  g_object_get (room, "call", &call, NULL);
  g_assert_null (call); /* nobody came */
  apply_at (tenant, 40 * SEC,
            "{\"type\":\"swp.call.invite\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c2\",\"initiator_id\":\"ada\","
            "\"timeout_seconds\":30}}");
  apply_at (tenant, 45 * SEC,
            "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c2\",\"participant_id\":\"bob\","
            "\"state\":\"joined\"}}");
  advance_to (tenant, 100 * SEC);
  g_object_get (room, "call", &call, NULL);
  g_assert_nonnull (call);
  g_assert_cmpint (wave_call_item_get_started (call), ==, T0_MONO + 45 * SEC);
  apply_at (tenant, 110 * SEC,
            "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c2\",\"participant_id\":\"bob\","
            "\"state\":\"left\"}}");
  g_clear_object (&call);
  g_object_get (room, "call", &call, NULL);
  g_assert_null (call);
}

static WaveCallItem *
call_of (WaveTenant *tenant)
{
  WaveCallItem *call = NULL;

  g_object_get (wave_tenant_get_room (tenant, ROOM), "call", &call, NULL);
  return call;
}

static void
apply_more (WaveTenant *tenant, const char *more)
{
  g_autofree char *json = g_strdup_printf ("{\"data\":{\"room\":{\"id\":\"room-a\"},\"members\":[],%s}}", more);

  apply_state (tenant, ROOM, json);
}

/* Who is called is not in the call: it goes on ringing. */
static void
test_called_is_not_in (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveCallItem) call = NULL;

  apply_at (tenant, 0,
            "{\"type\":\"swp.call.invite\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c1\",\"initiator_id\":\"ada\",\"timeout_seconds\":30}}");
  apply_at (tenant, 1 * SEC,
            "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c1\",\"participant_id\":\"bob\",\"state\":\"ringing\"}}");
  call = call_of (tenant);
  g_assert_nonnull (call);
  g_assert_true (wave_call_item_get_ringing (call));
  g_assert_cmpint (wave_call_item_get_started (call), <, 0);
  apply_at (tenant, 5 * SEC,
            "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c1\",\"participant_id\":\"bob\",\"state\":\"joined\"}}");
  g_assert_false (wave_call_item_get_ringing (call));
  g_assert_cmpint (wave_call_item_get_started (call), ==, T0_MONO + 5 * SEC);
}

/* A snapshot brings a call that rings, and it ends when nobody comes; one that names nobody may be under way. */
static void
test_calls_of_snapshots (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveCallItem) call = NULL;

  advance_to (tenant, 0);
  say (tenant, 0, ROOM, "ada", "e-1", 1, "hello");
  apply_more (tenant, "\"active_call\":{\"call_id\":\"c1\",\"state\":\"ringing\",\"initiator_id\":\"ada\",\"timeout_seconds\":20}");
  call = call_of (tenant);
  g_assert_true (wave_call_item_get_ringing (call));
  g_clear_object (&call);
  advance_to (tenant, 25 * SEC);
  g_assert_null (call_of (tenant));
  apply_more (tenant, "\"active_call\":{\"call_id\":\"c2\",\"state\":\"active\"}");
  advance_to (tenant, 500 * SEC);
  call = call_of (tenant);
  g_assert_nonnull (call);
  g_assert_false (wave_call_item_get_ringing (call));
}

/* How long a call lasts counts from its start where the wire tells it; where not, it is known to be a least. */
static void
test_call_start (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveCallItem) call = NULL;

  advance_to (tenant, 0);
  say (tenant, 0, ROOM, "ada", "e-1", 1, "hello");
  /* Three minutes before T0. */
  apply_more (tenant, "\"active_call\":{\"call_id\":\"c1\",\"state\":\"active\",\"started_at\":\"2026-06-01T11:57:00Z\","
                      "\"participants\":[{\"participant_id\":\"ada\",\"state\":\"joined\"}]}");
  call = call_of (tenant);
  g_assert_cmpint (wave_call_item_get_started (call), ==, T0_MONO - 180 * SEC);
  g_assert_true (wave_call_item_get_started_known (call));
  g_clear_object (&call);

  /* Nobody is named, yet it is under way. */
  apply_more (tenant, "\"active_call\":{\"call_id\":\"c2\",\"state\":\"active\",\"started_at\":\"2026-06-01T11:58:00Z\"}");
  call = call_of (tenant);
  g_assert_cmpint (wave_call_item_get_started (call), ==, T0_MONO - 120 * SEC);
  g_assert_true (wave_call_item_get_started_known (call));
  g_clear_object (&call);

  /* No start: from when it was seen, and longer. */
  advance_to (tenant, 5 * SEC);
  apply_more (tenant, "\"active_call\":{\"call_id\":\"c3\",\"participants\":[{\"participant_id\":\"ada\",\"state\":\"joined\"}]}");
  call = call_of (tenant);
  g_assert_cmpint (wave_call_item_get_started (call), ==, T0_MONO + 5 * SEC);
  g_assert_false (wave_call_item_get_started_known (call));
  /* A later snapshot may know. */
  apply_more (tenant, "\"active_call\":{\"call_id\":\"c3\",\"started_at\":\"2026-06-01T11:59:30Z\",\"participants\":[{\"participant_id\":\"ada\",\"state\":\"joined\"}]}");
  g_assert_cmpint (wave_call_item_get_started (call), ==, T0_MONO - 30 * SEC);
  g_assert_true (wave_call_item_get_started_known (call));
  g_clear_object (&call);

  /* One whose beginning was seen counts from there, whatever a snapshot says later; who is not in that has left. */
  apply_at (tenant, 10 * SEC, "{\"type\":\"swp.call.invite\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c4\",\"initiator_id\":\"ada\"}}");
  apply_at (tenant, 12 * SEC, "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c4\",\"participant_id\":\"bob\",\"state\":\"joined\"}}");
  apply_at (tenant, 13 * SEC, "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c4\",\"participant_id\":\"eve\",\"state\":\"joined\"}}");
  apply_more (tenant, "\"active_call\":{\"call_id\":\"c4\",\"started_at\":\"2026-06-01T11:59:30Z\",\"participants\":[{\"participant_id\":\"bob\",\"state\":\"joined\"}]}");
  call = call_of (tenant);
  g_assert_cmpint (wave_call_item_get_started (call), ==, T0_MONO + 12 * SEC);
  g_assert_true (wave_call_item_get_started_known (call));
  g_assert_cmpuint (length (wave_call_item_get_participants (call)), ==, 1);
}

/* A call whose members nobody named: it does not ring, and it is not over because somebody leaves. */
static void
test_call_without_members (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveCallItem) call = NULL;

  apply_at (tenant, 0, "{\"type\":\"swp.call.invite\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c1\",\"initiator_id\":\"ada\",\"timeout_seconds\":30}}");
  advance_to (tenant, 20 * SEC);
  apply_more (tenant, "\"active_call\":{\"call_id\":\"c1\",\"state\":\"active\",\"started_at\":\"2026-06-01T12:00:10Z\"}");
  call = call_of (tenant);
  g_assert_false (wave_call_item_get_ringing (call));
  advance_to (tenant, 90 * SEC);
  apply_at (tenant, 91 * SEC, "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c1\",\"participant_id\":\"bob\",\"state\":\"left\"}}");
  g_clear_object (&call);
  call = call_of (tenant);
  g_assert_nonnull (call);
  g_assert_cmpint (wave_call_item_get_started (call), ==, T0_MONO + 10 * SEC);
  /* One whose members are known is over with the last of them. */
  apply_at (tenant, 92 * SEC, "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c1\",\"participant_id\":\"bob\",\"state\":\"joined\"}}");
  apply_at (tenant, 93 * SEC, "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c1\",\"participant_id\":\"bob\",\"state\":\"left\"}}");
  g_clear_object (&call);
  g_assert_null (call_of (tenant));

  /* It stopped ringing with somebody called who took it later: that was seen. */
  apply_at (tenant, 100 * SEC, "{\"type\":\"swp.call.invite\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c2\",\"initiator_id\":\"ada\",\"timeout_seconds\":30}}");
  apply_at (tenant, 101 * SEC, "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c2\",\"participant_id\":\"bob\",\"state\":\"ringing\"}}");
  advance_to (tenant, 140 * SEC);
  apply_at (tenant, 141 * SEC, "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c2\",\"participant_id\":\"bob\",\"state\":\"joined\"}}");
  call = call_of (tenant);
  g_assert_true (wave_call_item_get_started_known (call));
  /* A snapshot that names the one it is about does not empty the list. */
  apply_at (tenant, 142 * SEC, "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"c2\",\"participant_id\":\"eve\",\"state\":\"joined\"}}");
  apply_more (tenant, "\"active_call\":{\"call_id\":\"c2\",\"participant_id\":\"bob\",\"state\":\"joined\"}");
  g_assert_cmpuint (length (wave_call_item_get_participants (call)), ==, 2);
}

/* A snapshot that only says that it has ended does not take away with what. */
static void
test_sidekick_keeps_result (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveSidekickItem *item;

  apply_at (tenant, 0,
            "{\"type\":\"swp.sidekick.result\",\"id\":\"e-1\",\"room_id\":\"room-a\",\"stream_position\":1,\"content\":{"
            "\"task_id\":\"t1\",\"codename\":\"a-b\",\"result_summary\":\"nine bulbs\"}}");
  apply_at (tenant, 0,
            "{\"type\":\"swp.sidekick.cancel\",\"id\":\"e-2\",\"room_id\":\"room-a\",\"stream_position\":2,\"content\":{"
            "\"task_id\":\"t2\",\"codename\":\"c-d\",\"reason\":\"wrong lamps\"}}");
  apply_more (tenant, "\"active_sidekicks\":[{\"task_id\":\"t1\",\"status\":\"completed\"},{\"task_id\":\"t2\",\"status\":\"terminated\"}]");
  item = nth (wave_room_get_sidekicks (wave_tenant_get_room (tenant, ROOM)), 0);
  g_assert_cmpstr (wave_sidekick_item_get_result (item), ==, "nine bulbs");
  item = nth (wave_room_get_sidekicks (wave_tenant_get_room (tenant, ROOM)), 1);
  g_assert_cmpstr (wave_sidekick_item_get_reason (item), ==, "wrong lamps");
}

/* One that may take an hour is not lost after ten minutes, nor is one that a snapshot lists. */
static void
test_sidekick_takes_long (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveSidekickItem *item;

  apply_at (tenant, 0,
            "{\"type\":\"swp.sidekick.spawned\",\"id\":\"e-1\",\"room_id\":\"room-a\",\"stream_position\":1,\"content\":{"
            "\"task_id\":\"t1\",\"codename\":\"a-b\",\"timeout_seconds\":3600}}");
  item = nth (wave_room_get_sidekicks (wave_tenant_get_room (tenant, ROOM)), 0);
  advance_to (tenant, 3601 * SEC);
  g_assert_true (wave_sidekick_item_get_live (item));
  apply_more (tenant, "\"active_sidekicks\":[{\"task_id\":\"t1\",\"status\":\"running\"}]");
  advance_to (tenant, 3601 * SEC + 599 * SEC);
  g_assert_true (wave_sidekick_item_get_live (item));
  advance_to (tenant, 3601 * SEC + 601 * SEC);
  g_assert_false (wave_sidekick_item_get_live (item));
}

static void
test_at_a_glance (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  guint rates[300];
  guint8 activity[60];
  guint active;
  double rate;

  for (guint i = 0; i < 50; i++)
    chunk (tenant, i * 100 * MS, i % 2 ? "room-a" : "room-b", "ai", "x", FALSE);
  advance_to (tenant, 5 * SEC);
  g_object_get (tenant, "events-per-second", &rate, "n-active-rooms", &active, NULL);
  g_assert_cmpfloat (rate, ==, 10);
  g_assert_cmpuint (active, ==, 2);
  wave_tenant_get_rate_history (tenant, rates);
  g_assert_cmpuint (rates[298], ==, 10);
  g_assert_cmpuint (rates[299], ==, 0);
  wave_room_get_activity (wave_tenant_get_room (tenant, "room-a"), activity);
  g_assert_cmpuint (activity[58], ==, 5);
  advance_to (tenant, 70 * SEC);
  g_object_get (tenant, "events-per-second", &rate, "n-active-rooms", &active, NULL);
  g_assert_cmpfloat (rate, ==, 0);
  g_assert_cmpuint (active, ==, 0);
  wave_room_get_activity (wave_tenant_get_room (tenant, "room-a"), activity);
  for (guint i = 0; i < 60; i++)
    g_assert_cmpuint (activity[i], ==, 0);
}

static void
count_notify (GObject *object, GParamSpec *pspec, guint *count)
{
  (*count)++;
}

static void
test_coalesced (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveBatch) batch = wave_batch_new ();
  g_autoptr (WaveRoom) room = NULL;
  guint notifications = 0;

  say (tenant, 0, ROOM, "ada", "e-0", 1, "first");
  room = g_object_ref (wave_tenant_get_room (tenant, ROOM));
  g_signal_connect (room, "notify::unread", G_CALLBACK (count_notify), &notifications);
  g_signal_connect (room, "notify::preview", G_CALLBACK (count_notify), &notifications);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *id = g_strdup_printf ("e-%u", i + 1);
      g_autofree char *json = message_json (ROOM, "ada", id, i + 2, id);

      g_ptr_array_add (batch->events, frame (i, WAVE_VIA_STREAM, json));
    }
  wave_tenant_apply_batch (tenant, batch);
  g_assert_cmpuint (notifications, ==, 2);
  g_assert_cmpuint (wave_room_get_unread (room), ==, 101);
  g_assert_cmpstr (wave_room_get_preview (room), ==, "ada: e-100");
}

static void
test_another_tenant (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveTransition transition = { .from = WAVE_SESSION_AWAITING_HELLO,
                                .to = WAVE_SESSION_CATCHING_UP,
                                .tenant_id = (char *)"t-1",
                                .mono_us = T0_MONO,
                                .wall_us = T0_WALL };
  Checker rooms;

  wave_tenant_apply_transition (tenant, &transition);
  say (tenant, 0, ROOM, "ada", "e-0", 1, "first");
  typing (tenant, 0, "bob", TRUE);
  checker_start (&rooms, wave_tenant_get_rooms (tenant));
  wave_tenant_apply_transition (tenant, &transition);
  g_assert_cmpuint (length (wave_tenant_get_rooms (tenant)), ==, 1);
  transition.tenant_id = (char *)"t-2";
  wave_tenant_apply_transition (tenant, &transition);
  g_assert_cmpuint (length (wave_tenant_get_rooms (tenant)), ==, 0);
  g_assert_null (wave_tenant_get_room (tenant, ROOM));
  g_assert_null (wave_tenant_get_participant (tenant, "ada"));
  advance_to (tenant, 10 * SEC);
  say (tenant, 11 * SEC, "room-z", "zoe", "e-0", 1, "first");
  g_assert_cmpuint (length (wave_tenant_get_rooms (tenant)), ==, 1);
  checker_stop (&rooms);
}

static const char *const hostile[] = {
  "<b>bold</b> <span foreground='red'>x</span>",
  "&amp; &lt; &#0; &bogus;",
  "%s %n %x %d %%",
  "\\u001b[31mred\\u001b[0m \\u0007",
  "\\u202eevil\\u202c \\u2066x\\u2069 \\u200f",
  "a\\u200b\\u200b\\u200b\\u200db \\ufeff",
  "\\u0000nul",
  "Z\\u0351\\u0300\\u0301\\u0302\\u0303\\u0304a",
  "../../../../etc/passwd",
  "line\\nline\\r\\nline\\u2028line\\u2029line\\tx",
  "𝕱𝖚𝖓 👩‍👩‍👧‍👦 𒐫 ﷽",
  "",
  " ",
  "'; DROP TABLE events; --",
};

static void
test_hostile (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GString) word = g_string_new (NULL);
  g_autoptr (GString) json = g_string_new (NULL);
  gint64 position = 1;

  for (guint i = 0; i < 10000; i++)
    g_string_append_c (word, 'w');
  for (guint i = 0; i <= G_N_ELEMENTS (hostile); i++)
    {
      const char *text = i < G_N_ELEMENTS (hostile) ? hostile[i] : word->str;
      static const char *const frames[] = {
        "{\"type\":\"swp.room.message\",\"id\":\"e-%d\",\"room_id\":\"R@\",\"sender_id\":\"S@\",\"stream_position\":%d,"
        "\"content\":{\"msgtype\":\"@\",\"body\":\"@\",\"mentions\":[\"@\"]}}",
        "{\"type\":\"swp.room.member\",\"id\":\"m-%d\",\"stream_position\":%d,\"room_id\":\"R@\",\"participant_id\":\"S@\","
        "\"membership\":\"@\",\"changed_by\":\"@\"}",
        "{\"type\":\"swp.room.name\",\"room_id\":\"R@\",\"name\":\"@\"}",
        "{\"type\":\"swp.room.topic\",\"room_id\":\"R@\",\"topic\":\"@\"}",
        "{\"type\":\"swp.ai.status\",\"room_id\":\"R@\",\"participant_id\":\"S@\",\"status\":\"calling @\"}",
        "{\"type\":\"swp.room.reaction\",\"room_id\":\"R@\",\"event_id\":\"e-1\",\"sender_id\":\"S@\",\"emoji\":\"@\"}",
        "{\"type\":\"swp.room.ai_engagement\",\"room_id\":\"R@\",\"participant_id\":\"S@\",\"mode\":\"@\"}",
        "{\"type\":\"swp.sidekick.cancel\",\"room_id\":\"R@\",\"content\":{\"task_id\":\"T@\",\"codename\":\"@\",\"cancelled_"
        "by\":\"S@\",\"reason\":\"@\"}}",
        "{\"type\":\"swp.bridge.status\",\"room_id\":\"R@\",\"content\":{\"bridge_id\":\"B@\",\"transport\":\"@\",\"status\":"
        "\"@\",\"error\":\"@\"}}",
        "{\"type\":\"swp.model.error\",\"room_id\":\"R@\",\"sender_id\":\"S@\",\"content\":{\"code\":\"@\",\"message\":\"@\"}}",
        "{\"type\":\"swp.room.redaction\",\"room_id\":\"R@\",\"event_id\":\"e-1\",\"redacted_by\":\"@\",\"reason\":\"@\"}",
        "{\"type\":\"swp.plan.updated\",\"room_id\":\"R@\",\"content\":{\"plan\":{\"id\":\"@\",\"goal\":\"@\",\"state\":\"@\","
        "\"steps\":[{\"id\":\"@\",\"text\":\"@\",\"status\":\"@\"}]}}}",
        "{\"type\":\"swp.call.invite\",\"room_id\":\"R@\",\"content\":{\"call_id\":\"@\",\"initiator_id\":\"S@\"}}",
      };

      for (guint j = 0; j < G_N_ELEMENTS (frames); j++)
        {
          g_autoptr (WaveEvent) event = NULL;
          g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, position++);

          g_string_assign (json, frames[j]);
          g_string_replace (json, "%d", number, 0);
          /* An id that long is refused by the decoder; the other members are what is to be cut here. */
          if (text == word->str)
            for (const char *letter = "RSTB"; *letter != '\0'; letter++)
              {
                const char quoted[] = { '"', *letter, '@', 0 };
                const char plain[] = { '"', *letter, 0 };

                g_string_replace (json, quoted, plain, 0);
              }
          g_string_replace (json, "@", text, 0);
          event = frame (position * MS, WAVE_VIA_STREAM, json->str);
          wave_tenant_apply_event (tenant, event);
        }
    }
  advance_to (tenant, 60 * SEC);
  for (guint i = 0; i < length (wave_tenant_get_rooms (tenant)); i++)
    {
      WaveRoom *room = nth (wave_tenant_get_rooms (tenant), i);
      const char *const lines[]
          = { wave_room_get_preview (room), wave_room_get_ai_line (room), wave_room_get_display_name (room) };

      for (guint j = 0; j < G_N_ELEMENTS (lines); j++)
        {
          if (lines[j] == NULL)
            continue;
          g_assert_true (g_utf8_validate (lines[j], -1, NULL));
          g_assert_null (strpbrk (lines[j], "\n\r\t\033\007"));
          g_assert_null (strstr (lines[j], "\u202e"));
        }
      if (lines[2] != NULL)
        g_assert_cmpint (g_utf8_strlen (lines[2], -1), <=, 201);
      for (guint j = 0; j < length (wave_room_get_timeline (room)); j++)
        {
          WaveTimelineItem *item = nth (wave_room_get_timeline (room), j);
          const char *body = wave_timeline_item_get_body (item);

          g_assert_true (body == NULL || g_utf8_validate (body, -1, NULL));
        }
    }
  {
    g_autoptr (GPtrArray) bounds = wave_tenant_list_bounds_hit (tenant);

    g_assert_cmpuint (bounds->len, >=, 2); /* a name and a status were cut */
  }
}

static void
test_bounds (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GPtrArray) bounds = NULL;
  guint hit;

  for (guint i = 0; i < WAVE_MAX_ROOMS + 10; i++)
    {
      g_autofree char *json
          = g_strdup_printf ("{\"type\":\"typing\",\"room_id\":\"r%u\",\"participant_id\":\"p\",\"typing\":false}", i);

      apply_at (tenant, i, json);
    }
  g_assert_cmpuint (length (wave_tenant_get_rooms (tenant)), ==, WAVE_MAX_ROOMS);
  for (guint i = 0; i < WAVE_MAX_PARTICIPANTS + 10; i++)
    {
      g_autofree char *id = g_strdup_printf ("p%u", i);

      g_assert_nonnull (wave_tenant_ensure_participant (tenant, id));
    }
  g_assert_cmpuint (length (wave_tenant_get_participants (tenant)), ==, WAVE_MAX_PARTICIPANTS);
  bounds = wave_tenant_list_bounds_hit (tenant);
  g_assert_cmpuint (bounds->len, ==, 2);
  g_object_get (tenant, "n-bounds-hit", &hit, NULL);
  g_assert_cmpuint (hit, ==, 2);
}

static void
test_storm (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GPtrArray) batches = g_ptr_array_new_with_free_func ((GDestroyNotify)wave_batch_unref);
  const guint n = 100000;
  gint64 start;

  for (guint i = 0; i < n; i += 100)
    {
      WaveBatch *batch = wave_batch_new ();

      for (guint j = 0; j < 100; j++)
        {
          guint k = (i + j) % 50;
          g_autofree char *json
              = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-%u\",\"sender_id\":\"ai-%u\","
                                 "\"content\":{\"chunk_text\":\"word \",\"done\":false}}",
                                 k % 10, k);

          g_ptr_array_add (batch->events, frame ((gint64)(i + j) * MS / 2, WAVE_VIA_STREAM, json));
        }
      g_ptr_array_add (batches, batch);
    }
  start = g_get_monotonic_time ();
  for (guint i = 0; i < batches->len; i++)
    wave_tenant_apply_batch (tenant, batches->pdata[i]);
  g_test_message ("a chunk took %.2f µs", (g_get_monotonic_time () - start) / (double)n);
  /* Generous: the machine may be busy; 2,000 events a second would still cost one percent. A sanitizer's time tells nothing. */
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (g_get_monotonic_time () - start, <, (gint64)n * 5);
#endif
  g_assert_cmpuint (wave_stream_store_get_n_live (wave_tenant_get_streams (tenant)), ==, 50);
  g_assert_cmpuint (wave_tenant_get_kind_count (tenant, WAVE_EVENT_CHUNK), ==, n);
}

static void
test_finalized (void)
{
  WaveTenant *tenant = wave_tenant_new ();
  g_autoptr (WaveRoom) room = NULL;
  guint8 activity[60];

  say (tenant, 0, ROOM, "ada", "e-0", 1, "first");
  chunk (tenant, 0, ROOM, "ai", "x", FALSE);
  room = g_object_ref (wave_tenant_get_room (tenant, ROOM));
  g_assert_finalize_object (tenant);
  /* What a row still holds does no harm. */
  wave_room_want (room);
  wave_timeline_load_older (wave_room_get_timeline (room));
  wave_room_get_activity (room, activity);
  g_assert_cmpstr (wave_room_get_preview (room), ==, "ada: first");
}

static void
count_signal (gpointer from, gpointer a, gpointer b, guint *n)
{
  (*n)++;
}

static void
count_chunk (gpointer from, gpointer stream, guint *n)
{
  (*n)++;
}

typedef struct {
  WaveTenant *tenant;
  guint applied;
} Late;

static void
connect_late (WaveStreamStore *store, WaveStream *stream, Late *late)
{
  g_signal_handlers_disconnect_by_func (store, connect_late, late);
  g_signal_connect (late->tenant, "event-applied", G_CALLBACK (count_signal), &late->applied);
}

/* Whether somebody listens is asked for once for many events: who connects in between hears of the next ones. */
static void
test_heard (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveBatch) batch = wave_batch_new ();
  WaveStreamStore *streams = wave_tenant_get_streams (tenant);
  Late late = { tenant };
  guint chunks = 0;

  for (guint i = 0; i < 10; i++)
    g_ptr_array_add (batch->events, frame (i, WAVE_VIA_STREAM,
                                           "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"r\",\"sender_id\":\"ai\",\"content\":{\"chunk_text\":\"x\",\"done\":false}}"));
  wave_tenant_apply_batch (tenant, batch);
  g_signal_connect (streams, "chunk-added", G_CALLBACK (count_chunk), &chunks);
  wave_stream_store_apply (streams, batch->events->pdata[0], TRUE);
  g_assert_cmpuint (chunks, ==, 1);
  wave_tenant_apply_batch (tenant, batch);
  g_assert_cmpuint (chunks, ==, 11);
  wave_tenant_apply_event (tenant, batch->events->pdata[0]);
  g_assert_cmpuint (chunks, ==, 12);
  g_signal_connect (streams, "chunk-added", G_CALLBACK (connect_late), &late);
  wave_tenant_apply_batch (tenant, batch);
  g_assert_cmpuint (late.applied, ==, 0);
  wave_tenant_apply_batch (tenant, batch);
  g_assert_cmpuint (late.applied, ==, 10);
  g_signal_handlers_disconnect_by_data (tenant, &late.applied);
  g_signal_handlers_disconnect_by_data (streams, &chunks);
  wave_tenant_apply_batch (tenant, batch);
  g_assert_cmpuint (late.applied, ==, 10);
  g_assert_cmpuint (chunks, ==, 32);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tenant/typing", test_typing);
  g_test_add_func ("/tenant/names-arrive", test_names_arrive);
  g_test_add_func ("/tenant/presence", test_presence);
  g_test_add_func ("/tenant/statuses", test_statuses);
  g_test_add_func ("/tenant/plan", test_plan);
  g_test_add_func ("/tenant/sidekick-lost-and-tree", test_sidekick_lost_and_tree);
  g_test_add_func ("/tenant/sidekick-keeps-result", test_sidekick_keeps_result);
  g_test_add_func ("/tenant/call-without-members", test_call_without_members);
  g_test_add_func ("/tenant/calls", test_calls);
  g_test_add_func ("/tenant/called-is-not-in", test_called_is_not_in);
  g_test_add_func ("/tenant/calls-of-snapshots", test_calls_of_snapshots);
  g_test_add_func ("/tenant/call-start", test_call_start);
  g_test_add_func ("/tenant/sidekick-takes-long", test_sidekick_takes_long);
  g_test_add_func ("/tenant/at-a-glance", test_at_a_glance);
  g_test_add_func ("/tenant/coalesced", test_coalesced);
  g_test_add_func ("/tenant/another-tenant", test_another_tenant);
  g_test_add_func ("/tenant/hostile", test_hostile);
  g_test_add_func ("/tenant/bounds", test_bounds);
  g_test_add_func ("/tenant/storm", test_storm);
  g_test_add_func ("/tenant/finalized", test_finalized);
  g_test_add_func ("/tenant/heard", test_heard);
  return g_test_run ();
}
