// SPDX-License-Identifier: GPL-3.0-or-later
// Every kind of the catalogue has an effect that a person can see: one row each. A kind without a row fails.
#include "config.h"

#include <math.h>
#include <string.h>

#include "protocol/wave-catalogue.h"
#include "tests/model/model-helpers.h"

#define R "room-a"

typedef struct
{
  WaveEventKind kind;
  const char *effect;
  const char *frames[4]; /* the last one is of the kind */
  void (*check) (WaveTenant *tenant, WaveRoom *room);
} Row;

static guint attentions;

static WaveTimelineItem *
last_item (WaveRoom *room)
{
  WaveTimeline *timeline = wave_room_get_timeline (room);

  return nth (timeline, length (timeline) - 1);
}

static void
assert_notice (WaveRoom *room, const char *text)
{
  g_assert_cmpint (wave_timeline_item_get_kind (last_item (room)), ==, WAVE_ITEM_NOTICE);
  g_assert_cmpstr (wave_timeline_item_get_body (last_item (room)), ==, text);
}

static void
check_unknown (WaveTenant *tenant, WaveRoom *room)
{
  /* Counted, and its room wakes up in the list. */
  guint8 activity[60];

  wave_room_get_activity (room, activity);
  g_assert_cmpuint (activity[59], ==, 1);
}

static void
check_invalid (WaveTenant *tenant, WaveRoom *room)
{
  g_assert_cmpuint (wave_tenant_get_n_malformed (tenant), ==, 1);
}

static void
check_hello (WaveTenant *tenant, WaveRoom *room)
{
  g_autofree char *server = NULL;
  g_autofree char *id = NULL;

  g_object_get (tenant, "server-name", &server, "tenant-id", &id, NULL);
  g_assert_cmpstr (server, ==, "wave.example.org");
  g_assert_cmpstr (id, ==, "t-1");
}

static void
check_message (WaveTenant *tenant, WaveRoom *room)
{
  g_assert_cmpint (wave_timeline_item_get_kind (last_item (room)), ==, WAVE_ITEM_MESSAGE);
  g_assert_cmpstr (wave_timeline_item_get_body (last_item (room)), ==, "hello");
  g_assert_cmpstr (wave_participant_get_id (wave_timeline_item_get_sender (last_item (room))), ==, "ada");
  g_assert_cmpstr (wave_room_get_preview (room), ==, "ada: hello");
  g_assert_cmpuint (wave_room_get_unread (room), ==, 1);
  g_assert_cmpint (wave_room_get_last_activity (room), ==, T0_WALL);
  g_assert_true (wave_timeline_item_get_mentions_me (last_item (room)));
  g_assert_cmpuint (attentions, ==, 1);
}

static void
check_chunk (WaveTenant *tenant, WaveRoom *room)
{
  g_assert_cmpint (wave_timeline_item_get_kind (last_item (room)), ==, WAVE_ITEM_STREAM);
  g_assert_cmpstr (wave_timeline_item_get_body (last_item (room)), ==, "Hel");
  g_assert_true (wave_participant_get_is_ai (wave_timeline_item_get_sender (last_item (room))));
  g_assert_cmpint (wave_room_get_ai_phase (room), ==, WAVE_AI_GENERATING);
}

static void
check_redaction (WaveTenant *tenant, WaveRoom *room)
{
  g_assert_true (wave_timeline_item_get_redacted (last_item (room)));
  g_assert_null (wave_timeline_item_get_body (last_item (room)));
  g_assert_cmpstr (wave_room_get_preview (room), ==, "Message removed");
}

static void
check_reaction (WaveTenant *tenant, WaveRoom *room)
{
  g_autoptr (GArray) tallies = wave_timeline_item_get_reactions (last_item (room));

  g_assert_cmpuint (tallies->len, ==, 1);
  g_assert_cmpstr (g_array_index (tallies, WaveReactionTally, 0).emoji, ==, "👀");
  g_assert_cmpuint (g_array_index (tallies, WaveReactionTally, 0).senders->len, ==, 1);
}

static void
check_member (WaveTenant *tenant, WaveRoom *room)
{
  g_assert_cmpuint (length (wave_room_get_members (room)), ==, 1);
  g_assert_cmpstr (wave_membership_get_membership (nth (wave_room_get_members (room), 0)), ==, "join");
  assert_notice (room, "bob was added by ada");
}

static void
check_name (WaveTenant *tenant, WaveRoom *room)
{
  g_assert_cmpstr (wave_room_get_display_name (room), ==, "Atlas launch");
  assert_notice (room, "The room is now called “Atlas launch”");
}

static void
check_topic (WaveTenant *tenant, WaveRoom *room)
{
  g_assert_cmpstr (wave_room_get_topic (room), ==, "Ship it");
  assert_notice (room, "Topic: Ship it");
}

static void
check_read (WaveTenant *tenant, WaveRoom *room)
{
  g_assert_cmpuint (wave_room_get_unread (room), ==, 1);
  g_assert_nonnull (item_of_kind (wave_room_get_timeline (room), WAVE_ITEM_READ, 0));
}

static void
check_engagement (WaveTenant *tenant, WaveRoom *room)
{
  g_assert_cmpstr (wave_ai_state_get_engagement (nth (wave_room_get_ai_states (room), 0)), ==, "mention");
  assert_notice (room, "scout now answers in mode “mention”");
}

static void
check_status (WaveTenant *tenant, WaveRoom *room)
{
  WaveAiState *state = nth (wave_room_get_ai_states (room), 0);

  g_assert_cmpint (wave_ai_state_get_phase (state), ==, WAVE_AI_CALLING);
  g_assert_cmpstr (wave_ai_state_get_tool (state), ==, "web_search");
  g_assert_cmpint (wave_ai_state_get_since (state), ==, T0_MONO);
  g_assert_cmpstr (wave_room_get_ai_line (room), ==, "scout · calling web_search");
}

static void
check_usage (WaveTenant *tenant, WaveRoom *room)
{
  WaveAiState *state = nth (wave_room_get_ai_states (room), 0);

  g_assert_cmpint (wave_ai_state_get_context_used (state), ==, 500);
  g_assert_cmpint (wave_ai_state_get_context_limit (state), ==, 1000);
  g_assert_cmpfloat (wave_ai_state_get_context_ratio (state), ==, 0.5);
}

static void
check_plan (WaveTenant *tenant, WaveRoom *room)
{
  guint running;

  g_assert_cmpstr (wave_room_get_plan (room)->goal, ==, "Compare");
  g_assert_cmpuint (length (wave_room_get_plan_history (room)), ==, 1);
  g_object_get (tenant, "n-running-plans", &running, NULL);
  g_assert_cmpuint (running, ==, 1);
}

static void
check_spawned (WaveTenant *tenant, WaveRoom *room)
{
  WaveSidekickItem *item = nth (wave_room_get_sidekicks (room), 0);
  guint live;

  g_assert_cmpstr (wave_sidekick_item_get_codename (item), ==, "quiet-heron");
  g_assert_true (wave_sidekick_item_get_live (item));
  g_assert_cmpstr (wave_room_get_display_name (wave_tenant_get_room (tenant, "room-sk")), ==, "quiet-heron");
  g_assert_nonnull (wave_sidekick_item_get_children (item));
  g_object_get (tenant, "n-live-sidekicks", &live, NULL);
  g_assert_cmpuint (live, ==, 1);
  assert_notice (room, "Sidekick quiet-heron started: Sum up");
}

static void
check_result (WaveTenant *tenant, WaveRoom *room)
{
  WaveSidekickItem *item = nth (wave_room_get_sidekicks (room), 0);
  guint live;

  g_assert_cmpuint (length (wave_room_get_sidekicks (room)), ==, 1);
  g_assert_false (wave_sidekick_item_get_live (item));
  g_assert_cmpstr (wave_sidekick_item_get_status (item), ==, "completed");
  g_assert_cmpstr (wave_sidekick_item_get_result (item), ==, "3 themes");
  g_object_get (tenant, "n-live-sidekicks", &live, NULL);
  g_assert_cmpuint (live, ==, 0);
  assert_notice (room, "Sidekick quiet-heron finished: 3 themes");
}

static void
check_cancel (WaveTenant *tenant, WaveRoom *room)
{
  WaveSidekickItem *item = nth (wave_room_get_sidekicks (room), 0);

  g_assert_cmpstr (wave_sidekick_item_get_status (item), ==, "terminated");
  g_assert_cmpstr (wave_sidekick_item_get_reason (item), ==, "wrong repo");
  assert_notice (room, "Sidekick quiet-heron was cancelled by ada: wrong repo");
}

static void
check_typing (WaveTenant *tenant, WaveRoom *room)
{
  g_assert_cmpuint (length (wave_room_get_typists (room)), ==, 1);
  g_assert_cmpstr (wave_participant_get_id (nth (wave_room_get_typists (room), 0)), ==, "bob");
}

static void
check_presence (WaveTenant *tenant, WaveRoom *room)
{
  guint online;

  g_assert_cmpint (wave_participant_get_presence (wave_tenant_get_participant (tenant, "bob")), ==, WAVE_PRESENCE_BUSY);
  g_object_get (tenant, "n-online", &online, NULL);
  g_assert_cmpuint (online, ==, 1);
}

static void
check_invite (WaveTenant *tenant, WaveRoom *room)
{
  g_autoptr (WaveCallItem) call = NULL;

  g_object_get (room, "call", &call, NULL);
  g_assert_nonnull (call);
  g_assert_true (wave_call_item_get_ringing (call));
  g_assert_cmpint (wave_call_item_get_ring_until (call), ==, T0_MONO + 30 * G_USEC_PER_SEC);
  g_assert_cmpstr (wave_participant_get_id (wave_call_item_get_initiator (call)), ==, "ada");
  g_assert_cmpuint (attentions, ==, 1);
  assert_notice (room, "ada is calling");
}

static void
check_call_state (WaveTenant *tenant, WaveRoom *room)
{
  g_autoptr (WaveCallItem) call = NULL;

  g_object_get (room, "call", &call, NULL);
  g_assert_nonnull (call);
  g_assert_false (wave_call_item_get_ringing (call));
  g_assert_cmpint (wave_call_item_get_started (call), ==, T0_MONO);
  g_assert_cmpuint (length (wave_call_item_get_participants (call)), ==, 1);
  g_assert_cmpstr (wave_call_member_get_state (nth (wave_call_item_get_participants (call), 0)), ==, "joined");
}

static void
check_federation (WaveTenant *tenant, WaveRoom *room)
{
  gboolean federated;

  g_object_get (room, "federated", &federated, NULL);
  g_assert_true (federated);
}

static void
check_bridge_message (WaveTenant *tenant, WaveRoom *room)
{
  WaveTimelineItem *item = last_item (room);
  g_autofree char *state = NULL;

  g_assert_cmpstr (wave_timeline_item_get_body (item), ==, "from outside");
  g_object_get (item, "state-text", &state, NULL);
  g_assert_cmpstr (state, ==, "From another platform: Mia Chen");
  g_assert_cmpstr (wave_participant_get_display_name (wave_timeline_item_get_sender (item)), ==, "Mia Chen");
  g_assert_cmpint (wave_participant_get_participant_type (wave_timeline_item_get_sender (item)), ==, WAVE_PARTICIPANT_BRIDGE);
}

static void
check_bridge_status (WaveTenant *tenant, WaveRoom *room)
{
  WaveBridge *bridge = nth (wave_tenant_get_bridges (tenant), 0);

  g_assert_cmpstr (wave_bridge_get_status (bridge), ==, "paused");
  g_assert_cmpstr (wave_bridge_get_transport (bridge), ==, "slack");
  g_assert_cmpint (wave_bridge_get_changed_wall (bridge), ==, T0_WALL);
  assert_notice (room, "Bridge slack: paused");
}

static void
check_error (WaveTenant *tenant, WaveRoom *room)
{
  WaveTimelineItem *stream = item_of_kind (wave_room_get_timeline (room), WAVE_ITEM_STREAM, 0);

  g_assert_cmpint (wave_timeline_item_get_kind (last_item (room)), ==, WAVE_ITEM_ERROR);
  g_assert_cmpstr (wave_timeline_item_get_body (last_item (room)), ==, "Budget used up (SW_AI_BUDGET_EXCEEDED)");
  g_assert_cmpint (wave_stream_get_outcome (wave_timeline_item_get_stream (stream)), ==, WAVE_STREAM_FAILED);
  g_assert_cmpint (wave_room_get_ai_phase (room), ==, WAVE_AI_IDLE);
  g_assert_cmpuint (attentions, ==, 1);
}

static void
check_ping (WaveTenant *tenant, WaveRoom *room)
{
  guint rates[300];

  wave_tenant_get_rate_history (tenant, rates);
  g_assert_cmpuint (rates[299], ==, 1);
}

#define MESSAGE_1                                                                                                              \
  "{\"type\":\"swp.room.message\",\"id\":\"e-1\",\"room_id\":\"room-a\",\"sender_id\":\"ada\",\"stream_position\":5,"          \
  "\"origin_ts\":1780315200,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"hello\",\"mentions\":[\"me\"]}}"
#define MESSAGE_2                                                                                                              \
  "{\"type\":\"swp.room.message\",\"id\":\"e-2\",\"room_id\":\"room-a\",\"sender_id\":\"ada\",\"stream_position\":6,"          \
  "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"more\"}}"
#define SPAWNED                                                                                                                \
  "{\"type\":\"swp.sidekick.spawned\",\"id\":\"e-3\",\"room_id\":\"room-a\",\"sender_id\":\"scout\",\"stream_position\":7,"    \
  "\"content\":{\"task_id\":\"task-1\",\"codename\":\"quiet-heron\",\"task\":\"Sum "                                           \
  "up\",\"sidekick_room_id\":\"room-sk\",\"status\":\"spawning\"}}"
#define CHUNK                                                                                                                  \
  "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-a\",\"sender_id\":\"scout\",\"content\":{\"chunk_text\":\"Hel\","   \
  "\"done\":false}}"

static const Row rows[] = {
  { WAVE_EVENT_UNKNOWN,
    "counted, wakes the room",
    { "{\"type\":\"swp.future\",\"room_id\":\"room-a\",\"x\":1}" },
    check_unknown },
  { WAVE_EVENT_INVALID, "counted as malformed", { "not json" }, check_invalid },
  { WAVE_EVENT_HELLO,
    "names server and tenant",
    { "{\"type\":\"hello\",\"session_id\":\"s\",\"server_name\":\"wave.example.org\",\"tenant_id\":\"t-1\"}" },
    check_hello },
  { WAVE_EVENT_MESSAGE, "stands in the timeline, preview, unread, mention", { MESSAGE_1 }, check_message },
  { WAVE_EVENT_CHUNK, "grows a reply", { CHUNK }, check_chunk },
  { WAVE_EVENT_REDACTION,
    "takes the text away",
    { MESSAGE_1, "{\"type\":\"swp.room.redaction\",\"room_id\":\"room-a\",\"event_id\":\"e-1\",\"redacted_by\":\"ada\"}" },
    check_redaction },
  { WAVE_EVENT_REACTION,
    "is tallied",
    { MESSAGE_1, "{\"type\":\"swp.room.reaction\",\"room_id\":\"room-a\",\"event_id\":\"e-1\",\"sender_id\":\"bob\",\"emoji\":"
                 "\"👀\",\"action\":\"add\"}" },
    check_reaction },
  { WAVE_EVENT_MEMBER,
    "member and quiet line",
    { "{\"type\":\"swp.room.member\",\"room_id\":\"room-a\",\"participant_id\":\"bob\",\"membership\":\"join\",\"changed_by\":"
      "\"ada\"}" },
    check_member },
  { WAVE_EVENT_ROOM_NAME,
    "renames in place",
    { "{\"type\":\"swp.room.name\",\"room_id\":\"room-a\",\"name\":\"Atlas launch\"}" },
    check_name },
  { WAVE_EVENT_ROOM_TOPIC,
    "sets the topic",
    { "{\"type\":\"swp.room.topic\",\"room_id\":\"room-a\",\"topic\":\"Ship it\"}" },
    check_topic },
  { WAVE_EVENT_READ_MARKER,
    "counts anew, line",
    { MESSAGE_1, MESSAGE_2,
      "{\"type\":\"swp.room.read_marker\",\"room_id\":\"room-a\",\"participant_id\":\"me\",\"event_id\":\"e-1\"}" },
    check_read },
  { WAVE_EVENT_AI_ENGAGEMENT,
    "badge and quiet line",
    { "{\"type\":\"swp.room.ai_engagement\",\"room_id\":\"room-a\",\"participant_id\":\"scout\",\"mode\":\"mention\"}" },
    check_engagement },
  { WAVE_EVENT_AI_STATUS,
    "the AI's line",
    { "{\"type\":\"swp.ai.status\",\"room_id\":\"room-a\",\"participant_id\":\"scout\",\"status\":\"calling web_search\"}" },
    check_status },
  { WAVE_EVENT_CONTEXT_USAGE,
    "the meter",
    { "{\"type\":\"swp.ai.context_usage\",\"room_id\":\"room-a\",\"participant_id\":\"scout\",\"content\":{\"used_tokens\":500,"
      "\"max_tokens\":1000}}" },
    check_usage },
  { WAVE_EVENT_PLAN_UPDATED,
    "the plan card",
    { "{\"type\":\"swp.plan.updated\",\"room_id\":\"room-a\",\"content\":{\"plan\":{\"id\":\"plan-1\",\"goal\":\"Compare\","
      "\"state\":\"running\",\"steps\":[{\"id\":\"a\",\"text\":\"One\",\"status\":\"pending\"}]}}}" },
    check_plan },
  { WAVE_EVENT_SIDEKICK_SPAWNED, "in the tree", { SPAWNED }, check_spawned },
  { WAVE_EVENT_SIDEKICK_RESULT,
    "ends with a result",
    { SPAWNED, "{\"type\":\"swp.sidekick.result\",\"id\":\"e-4\",\"room_id\":\"room-a\",\"stream_position\":8,\"content\":{"
               "\"task_id\":\"task-1\",\"codename\":\"quiet-heron\",\"result_summary\":\"3 themes\"}}" },
    check_result },
  { WAVE_EVENT_SIDEKICK_CANCEL,
    "ends with a reason",
    { SPAWNED, "{\"type\":\"swp.sidekick.cancel\",\"id\":\"e-4\",\"room_id\":\"room-a\",\"stream_position\":8,\"content\":{"
               "\"task_id\":\"task-1\",\"codename\":\"quiet-heron\",\"cancelled_by\":\"ada\",\"reason\":\"wrong repo\"}}" },
    check_cancel },
  { WAVE_EVENT_TYPING,
    "typing line",
    { "{\"type\":\"typing\",\"room_id\":\"room-a\",\"participant_id\":\"bob\",\"typing\":true}" },
    check_typing },
  { WAVE_EVENT_PRESENCE,
    "dot, people online",
    { "{\"type\":\"presence\",\"participant_id\":\"bob\",\"status\":\"busy\"}" },
    check_presence },
  { WAVE_EVENT_CALL_INVITE,
    "rings",
    { "{\"type\":\"swp.call.invite\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"call-1\",\"call_type\":\"audio\","
      "\"initiator_id\":\"ada\",\"timeout_seconds\":30}}" },
    check_invite },
  { WAVE_EVENT_CALL_STATE,
    "who is in",
    { "{\"type\":\"swp.call.state\",\"room_id\":\"room-a\",\"content\":{\"call_id\":\"call-1\",\"participant_id\":\"bob\","
      "\"state\":\"joined\"}}" },
    check_call_state },
  { WAVE_EVENT_FEDERATION,
    "counted, room marked",
    { "{\"type\":\"swp.federation.event\",\"room_id\":\"room-a\",\"content\":{\"x\":1}}" },
    check_federation },
  { WAVE_EVENT_BRIDGE_MESSAGE,
    "a message with its origin",
    { "{\"type\":\"swp.bridge.message\",\"id\":\"e-1\",\"room_id\":\"room-a\",\"sender_id\":\"br-1\",\"stream_position\":5,"
      "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"from "
      "outside\",\"bridge_id\":\"b-1\",\"_imported_sender\":{\"external_id\":\"U1\",\"display_name\":\"Mia Chen\"}}}" },
    check_bridge_message },
  { WAVE_EVENT_BRIDGE_STATUS,
    "health and quiet line",
    { "{\"type\":\"swp.bridge.status\",\"room_id\":\"room-a\",\"content\":{\"bridge_id\":\"b-1\",\"transport\":\"slack\","
      "\"status\":\"paused\",\"error\":null}}" },
    check_bridge_status },
  { WAVE_EVENT_MODEL_ERROR,
    "error row, stream failed",
    { CHUNK, "{\"type\":\"swp.model.error\",\"id\":\"e-9\",\"room_id\":\"room-a\",\"sender_id\":\"scout\",\"stream_position\":"
             "9,\"content\":{\"code\":\"SW_AI_BUDGET_EXCEEDED\",\"message\":\"Budget used up\"}}" },
    check_error },
  { WAVE_EVENT_PING, "counted", { "{\"type\":\"ping\"}" }, check_ping },
};

static void
on_attention (WaveTenant *tenant, guint kind, WaveRoom *room, const char *text, gpointer user_data)
{
  attentions++;
}

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveMe) me = make_me ("me");

  attentions = 0;
  wave_tenant_apply_me (tenant, me);
  g_signal_connect (tenant, "attention", G_CALLBACK (on_attention), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (row->frames) && row->frames[i] != NULL; i++)
    {
      g_autoptr (WaveEvent) event = frame (0, WAVE_VIA_STREAM, row->frames[i]);

      wave_tenant_apply_event (tenant, event);
      if (i + 1 == G_N_ELEMENTS (row->frames) || row->frames[i + 1] == NULL)
        g_assert_cmpint (event->kind, ==, row->kind);
      if (row->kind != WAVE_EVENT_INVALID)
        g_assert_cmpstr (event->malformed, ==, NULL);
      attentions = i + 1 < G_N_ELEMENTS (row->frames) && row->frames[i + 1] != NULL ? 0 : attentions;
    }
  g_assert_cmpuint (wave_tenant_get_kind_count (tenant, row->kind), ==, 1);
  row->check (tenant, wave_tenant_get_room (tenant, R));
}

static void
test_complete (void)
{
  for (int kind = 0; kind < WAVE_N_EVENT_KINDS; kind++)
    {
      guint found = 0;

      for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        found += rows[i].kind == (WaveEventKind)kind && rows[i].check != NULL && rows[i].effect != NULL;
      if (found != 1)
        g_test_message ("%s has %u rows", wave_catalogue_get (kind)->nick, found);
      g_assert_cmpuint (found, ==, 1);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/effects/every-kind-has-a-row", test_complete);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/effects/%s", wave_catalogue_get (rows[i].kind)->nick);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  return g_test_run ();
}
