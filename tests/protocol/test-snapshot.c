// SPDX-License-Identifier: GPL-3.0-or-later
// The REST snapshots, in the shapes that are documented and in those that are likely.
#include "config.h"

#include <string.h>

#include "protocol/wave-event.h"
#include "protocol/wave-snapshot.h"

static GBytes *
bytes (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');

  return g_bytes_new (json, strlen (json));
}

static void
test_me (void)
{
  static const char *const bodies[] = {
    "{'data':{'participant_id':'91c4','fqid':'@ada:w','display_name':'Ada','tenant':{'id':'t-1','slug':'acme','name':'Acme'},'"
    "roles':[]}}",
    "{'participant_id':'91c4','fqid':'@ada:w','display_name':'Ada','tenant_id':'t-1','tenant':{'slug':'acme','name':'Acme'}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GBytes) body = bytes (bodies[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (WaveMe) me = wave_me_decode (body, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (me->participant_id, ==, "91c4");
      g_assert_cmpstr (me->fqid, ==, "@ada:w");
      g_assert_cmpstr (me->display_name, ==, "Ada");
      g_assert_cmpstr (me->tenant_id, ==, "t-1");
      g_assert_cmpstr (me->tenant_slug, ==, "acme");
      g_assert_cmpstr (me->tenant_name, ==, "Acme");
    }
}

static void
test_rooms (void)
{
  g_autoptr (GBytes) body
      = bytes ("{'data':[{'id':'r1','name':'Atlas','room_type':'group','workspace_id':'w','creator_id':'p',"
               "'created_at':'2026-06-02T07:15:00Z','topic':'t','state':'open','federated':false},"
               "{'id':'r2','name':null,'room_type':'dm','name2':5},{'name':'no id'},7,{'id':5}],'meta':{'total':9}}");
  g_autoptr (GBytes) one = bytes ("{'data':{'id':'r1','name':'Atlas','is_federated':true,'member_count':3}}");
  g_autoptr (GBytes) nested = bytes ("{'data':{'room':{'room_id':'r3'}}}");
  g_autoptr (GBytes) none = bytes ("{'data':{'name':'x'}}");
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveRoomPage) page = wave_room_page_decode (body, &error);
  g_autoptr (WaveRoomInfo) single = wave_room_info_decode (one, &error);
  g_autoptr (WaveRoomInfo) inner = wave_room_info_decode (nested, &error);
  const WaveRoomInfo *first, *second;

  g_assert_no_error (error);
  g_assert_cmpuint (page->rooms->len, ==, 2);
  g_assert_cmpuint (page->n_skipped, ==, 3);
  g_assert_cmpint (page->total, ==, 9);
  first = page->rooms->pdata[0];
  second = page->rooms->pdata[1];
  g_assert_cmpstr (first->id, ==, "r1");
  g_assert_cmpstr (first->name, ==, "Atlas");
  g_assert_cmpstr (first->topic, ==, "t");
  g_assert_cmpstr (first->room_type, ==, "group");
  g_assert_cmpstr (first->state, ==, "open");
  g_assert_cmpstr (first->workspace_id, ==, "w");
  g_assert_cmpint (first->created_us, ==, G_GINT64_CONSTANT (1780384500000000));
  g_assert_cmpint (first->federated, ==, 0);
  g_assert_null (second->name);
  g_assert_cmpint (second->federated, ==, -1);
  g_assert_cmpint (second->created_us, ==, -1);
  g_assert_cmpint (single->federated, ==, 1);
  g_assert_cmpstr (inner->id, ==, "r3");
  g_assert_null (wave_room_info_decode (none, &error));
  g_assert_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_SHAPE);
}

static void
test_members (void)
{
  static const char *const bodies[] = {
    "{'data':[{'participant_id':'ai-scout','membership':'join','power_level':50,'joined_at':'x','notification_mode':'mentions',"
    "'muted_until':null,'response_mode':'streaming','participant':{'id':'ai-scout','local_id':'scout','server_name':'w',"
    "'display_name':'Scout','participant_type':'model','avatar_url':null}},{'membership':'join'}]}",
    "{'data':{'members':[{'id':'ai-scout','membership':'join','power_level':50,'notification_mode':'mentions','response_mode':'"
    "streaming',"
    "'local_id':'scout','server_name':'w','display_name':'Scout','type':'model'}]}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GBytes) body = bytes (bodies[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) members = wave_members_decode (body, &error);
      const WaveMemberInfo *member;

      g_assert_no_error (error);
      g_assert_cmpuint (members->len, ==, 1);
      member = members->pdata[0];
      g_assert_cmpstr (member->participant.id, ==, "ai-scout");
      g_assert_cmpstr (member->participant.local_id, ==, "scout");
      g_assert_cmpstr (member->participant.server_name, ==, "w");
      g_assert_cmpstr (member->participant.display_name, ==, "Scout");
      g_assert_cmpint (member->participant.type, ==, WAVE_PARTICIPANT_MODEL);
      g_assert_cmpstr (member->membership, ==, "join");
      g_assert_cmpstr (member->response_mode, ==, "streaming");
      g_assert_cmpstr (member->notification_mode, ==, "mentions");
      g_assert_cmpint (member->power_level, ==, 50);
    }
}

static void
test_participants (void)
{
  static const char *const words[] = { "robot", "human", "model", "agent", "helper", "bridge", "federated" };
  g_autoptr (GBytes) body
      = bytes ("{'data':[{'id':'p','participant_type':'human','display_name':'Ada'},{'id':''}],'meta':{'total':'1'}}");
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveParticipantPage) page = wave_participant_page_decode (body, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (page->participants->len, ==, 1);
  g_assert_cmpuint (page->n_skipped, ==, 1);
  g_assert_cmpint (page->total, ==, 1);
  g_assert_cmpstr (((WaveParticipantInfo *)page->participants->pdata[0])->display_name, ==, "Ada");
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_cmpint (wave_participant_type_from_word (words[i]), ==, (WaveParticipantType)i);
  g_assert_cmpint (wave_participant_type_from_word (NULL), ==, WAVE_PARTICIPANT_UNKNOWN);
}

static WaveRoomState *
state_of (const char *members)
{
  g_autofree char *text = g_strdup_printf ("{'data':{%s}}", members);
  g_autoptr (GBytes) body = bytes (text);
  g_autoptr (GError) error = NULL;
  WaveRoomState *state = wave_room_state_decode (body, &error);

  g_assert_no_error (error);
  return state;
}

static void
test_state (void)
{
  g_autoptr (WaveRoomState) state = state_of (
      "'room':{'id':'r','name':'n'},'members':[{'participant_id':'p'}],'engagement':{'mode':'mention'},'plan':{'id':'pl',"
      "'goal':5,'steps':[{'id':'a','status':'in_progress'}]},'active_sidekicks':[{'task_id':'t','codename':'c','max_steps':25,"
      "'started_at':'2026-06-02T07:15:00Z'},{}],'active_call':{'id':'c','type':'video','started_at':'2026-06-02T07:15:00Z','participants':[{'id':'p','state':'in'}]"
      "},"
      "'unread_count':3,'last_read_event_id':'e','muted_until':null,'snoozed_event_ids':[]");
  g_autoptr (WaveRoomState) empty = state_of ("'plan':null,'active_call':null");

  g_assert_cmpstr (state->room->id, ==, "r");
  g_assert_cmpuint (state->members->len, ==, 1);
  g_assert_cmpstr (state->plan->id, ==, "pl");
  g_assert_null (state->plan->goal);
  g_assert_cmpint (state->plan->current_step, ==, 0);
  g_assert_cmpuint (state->sidekicks->len, ==, 1);
  g_assert_cmpint (((WaveSidekick *)state->sidekicks->pdata[0])->steps_max, ==, 25);
  g_assert_cmpint (((WaveSidekick *)state->sidekicks->pdata[0])->started_us, ==, G_GINT64_CONSTANT (1780384500000000));
  g_assert_cmpstr (state->call->call_id, ==, "c");
  g_assert_cmpstr (state->call->call_type, ==, "video");
  g_assert_cmpuint (state->call->n_participants, ==, 1);
  g_assert_cmpint (state->call->started_us, ==, G_GINT64_CONSTANT (1780384500000000));
  g_assert_cmpint (state->unread_count, ==, 3);
  g_assert_cmpstr (state->last_read_event_id, ==, "e");
  g_assert_null (empty->room);
  g_assert_null (empty->plan);
  g_assert_null (empty->call);
  g_assert_cmpint (empty->unread_count, ==, -1);
  g_assert_cmpuint (empty->members->len + empty->engagement->len + empty->sidekicks->len, ==, 0);
}

static void
test_engagement (void)
{
  /* All of these say the same: by mention in the room, always for one AI. */
  static const char *const shapes[] = {
    "'engagement':{'mode':'mention','overrides':{'ai':'always'}}",
    "'engagement':{'mode':'mention','overrides':{'ai':{'mode':'always'}}}",
    "'engagement':{'mode':'mention','overrides':[{'participant_id':'ai','mode':'always'}]}",
    "'engagement':{'engagement_mode':'mention','per_ai':[{'ai_participant_id':'ai','engagement_mode':'always'}]}",
    "'engagement':{'mode':'mention','ai':{'mode':'always'}}",
    "'engagement':{'mode':'mention','overrides':{'ai':'always','bad':7,'worse':[]},'since':'x'}",
  };
  g_autoptr (WaveRoomState) word = state_of ("'engagement':'autonomous'");
  g_autoptr (WaveRoomState) list = state_of ("'engagement':[{'participant_id':'ai','engaged':true}]");

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autoptr (WaveRoomState) state = state_of (shapes[i]);
      const WaveEngagement *room, *one;

      g_assert_cmpuint (state->engagement->len, ==, 2);
      room = state->engagement->pdata[0];
      one = state->engagement->pdata[1];
      g_assert_null (room->participant_id);
      g_assert_cmpstr (room->mode, ==, "mention");
      g_assert_cmpint (room->engaged, ==, -1);
      g_assert_cmpstr (one->participant_id, ==, "ai");
      g_assert_cmpstr (one->mode, ==, "always");
    }
  g_assert_cmpuint (word->engagement->len, ==, 1);
  g_assert_cmpstr (((WaveEngagement *)word->engagement->pdata[0])->mode, ==, "autonomous");
  g_assert_cmpuint (list->engagement->len, ==, 1);
  g_assert_cmpint (((WaveEngagement *)list->engagement->pdata[0])->engaged, ==, 1);
}

static void
test_presence (void)
{
  static const char *const bodies[] = {
    "{'data':{'a':'online','b':'napping','c':5}}",
    "{'a':'online','b':'napping'}",
    "{'data':{'a':{'status':'online'},'b':{'presence':'napping'}}}",
    "{'data':[{'participant_id':'a','state':'online'},{'id':'b','status':'napping'},7]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GBytes) body = bytes (bodies[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) list = wave_presence_map_decode (body, &error);
      const WavePresence *a, *b;

      g_assert_no_error (error);
      g_assert_cmpuint (list->len, ==, 2);
      a = list->pdata[0];
      b = list->pdata[1];
      g_assert_cmpstr (a->participant_id, ==, "a");
      g_assert_cmpint (a->state, ==, WAVE_PRESENCE_ONLINE);
      g_assert_cmpint (b->state, ==, WAVE_PRESENCE_UNKNOWN);
      g_assert_cmpstr (b->word, ==, "napping");
    }
}

static void
test_errors (void)
{
  static const struct
  {
    const char *body, *code, *message;
  } rows[] = {
    { "{'error':{'code':'SW_NOT_MEMBER','message':'no'}}", "SW_NOT_MEMBER", "no" },
    { "{'error':'invalid_grant','error_description':'no'}", "invalid_grant", "no" },
    { "{'detail':'not found'}", NULL, "not found" },
    { "{'detail':[{'loc':['q'],'msg':'bad'}]}", NULL, "bad" },
    { "{'error':{'code':5}}", NULL, NULL },
    { "<html>", NULL, NULL },
    { "[]", NULL, NULL },
    { "", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) body = bytes (rows[i].body);
      g_autofree char *code = NULL, *message = NULL;

      wave_error_body_decode (body, &code, &message);
      g_assert_cmpstr (code, ==, rows[i].code);
      g_assert_cmpstr (message, ==, rows[i].message);
      wave_error_body_decode (body, NULL, NULL);
    }
}

static void
test_tokens (void)
{
  static const struct
  {
    const char *body, *access, *refresh;
    gint64 expires;
  } rows[] = {
    { "{'access_token':'a','refresh_token':'r','token_type':'Bearer','expires_in':3600}", "a", "r", 3600 },
    { "{'data':{'access_token':'a','refresh_token':null,'expires_in':'60'}}", "a", NULL, 60 },
    { "{'data':{'access_token':'a'}}", "a", NULL, -1 },
    { "{'data':{'access_token':''}}", NULL, NULL, -1 },
    { "{'access_token':5}", NULL, NULL, -1 },
    { "{'access_token':'a\\u0000b'}", NULL, NULL, -1 },
    { "[]", NULL, NULL, -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) body = bytes (rows[i].body);
      g_autoptr (GError) error = NULL;
      g_autoptr (WaveTokenSet) set = wave_token_set_decode (body, &error);

      if (rows[i].access == NULL)
        {
          g_assert_null (set);
          g_assert_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_SHAPE);
          g_assert_null (strstr (error->message, "b'"));
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (set->access_token, ==, rows[i].access);
      g_assert_cmpstr (set->refresh_token, ==, rows[i].refresh);
      g_assert_cmpint (set->expires_in_s, ==, rows[i].expires);
    }
}

/* Whatever the body is, every decoder says so and nothing more happens. */
static void
test_not_ours (void)
{
  static const char *const bodies[] = { "", "<html>", "5", "null", "'x'", "{'data':5}", "{'data':'x'}", "{'data':", "[[[[" };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GBytes) body = bytes (bodies[i]);
      GError *errors[7] = { NULL };

      g_assert_null (wave_me_decode (body, &errors[0]));
      g_assert_null (wave_room_page_decode (body, &errors[1]));
      g_assert_null (wave_room_info_decode (body, &errors[2]));
      g_assert_null (wave_members_decode (body, &errors[3]));
      g_assert_null (wave_participant_page_decode (body, &errors[4]));
      g_assert_null (wave_room_state_decode (body, &errors[5]));
      g_assert_null (wave_presence_map_decode (body, &errors[6]));
      for (guint k = 0; k < G_N_ELEMENTS (errors); k++)
        {
          g_assert_nonnull (errors[k]);
          g_assert_true (errors[k]->domain == WAVE_PROTOCOL_ERROR);
          g_error_free (errors[k]);
        }
    }
  {
    g_autofree char *open = g_strnfill (100, '['), *close = g_strnfill (100, ']');
    g_autofree char *deep = g_strdup_printf ("{\"data\":{\"x\":%s%s}}", open, close);
    g_autoptr (GBytes) body = g_bytes_new (deep, strlen (deep));
    g_autoptr (GError) error = NULL;

    g_assert_null (wave_room_state_decode (body, &error));
    g_assert_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_SHAPE);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/snapshot/me", test_me);
  g_test_add_func ("/protocol/snapshot/rooms", test_rooms);
  g_test_add_func ("/protocol/snapshot/members", test_members);
  g_test_add_func ("/protocol/snapshot/participants", test_participants);
  g_test_add_func ("/protocol/snapshot/state", test_state);
  g_test_add_func ("/protocol/snapshot/engagement", test_engagement);
  g_test_add_func ("/protocol/snapshot/presence", test_presence);
  g_test_add_func ("/protocol/snapshot/errors", test_errors);
  g_test_add_func ("/protocol/snapshot/tokens", test_tokens);
  g_test_add_func ("/protocol/snapshot/not-ours", test_not_ours);
  return g_test_run ();
}
