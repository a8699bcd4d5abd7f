// SPDX-License-Identifier: GPL-3.0-or-later
// The catalogue, and what every type says in both envelopes and under every name.
#include "config.h"

#include <string.h>

#include "protocol-examples.h"
#include "protocol/wave-catalogue.h"
#include "protocol/wave-decode-private.h"
#include "protocol/wave-intern.h"

static void
test_catalogue (void)
{
  g_autoptr (GHashTable) nicks = g_hash_table_new (g_str_hash, g_str_equal);

  for (WaveEventKind kind = 0; kind < WAVE_N_EVENT_KINDS; kind++)
    {
      const WaveEventType *row = wave_catalogue_get (kind);

      g_assert_cmpint (row->kind, ==, kind);
      g_assert_nonnull (row->wire_name);
      g_assert_true (g_hash_table_add (nicks, (gpointer)row->nick));
      g_assert_nonnull (wave_category_get_nick (row->category));
      if (kind <= WAVE_EVENT_INVALID)
        {
          g_assert_cmpstr (row->wire_name, ==, "");
          continue;
        }
      g_assert_cmpint (wave_catalogue_lookup (row->wire_name, strlen (row->wire_name)), ==, kind);
      /* Neither a shorter nor a longer name, nor one that differs in a byte. */
      g_assert_cmpint (wave_catalogue_lookup (row->wire_name, strlen (row->wire_name) - 1), ==, WAVE_EVENT_UNKNOWN);
      for (gsize i = 0; i < strlen (row->wire_name); i++)
        {
          g_autofree char *other = g_strdup (row->wire_name);

          other[i] ^= 0x20;
          g_assert_cmpint (wave_catalogue_lookup (other, strlen (other)), ==, WAVE_EVENT_UNKNOWN);
        }
    }
  g_assert_cmpint (wave_catalogue_lookup ("", 0), ==, WAVE_EVENT_UNKNOWN);
  g_assert_cmpint (wave_catalogue_lookup ("swp.room.message.chunk.of.something", 35), ==, WAVE_EVENT_UNKNOWN);
}

static void
test_every_kind_has_an_example (void)
{
  gboolean seen[WAVE_N_EVENT_KINDS] = { FALSE };

  for (guint i = 0; i < n_examples; i++)
    {
      seen[examples[i].kind] = TRUE;
      g_assert_cmpint (wave_decoder_for_kind (examples[i].kind) != NULL, ==, examples[i].payload[0] != '\0');
    }
  for (WaveEventKind kind = 0; kind < WAVE_N_EVENT_KINDS; kind++)
    if (kind != WAVE_EVENT_INVALID && !seen[kind])
      g_error ("no example of kind %d (%s)", kind, wave_catalogue_get (kind)->wire_name);
}

static void
check_example (const Example *example, const char *json, WaveVia via)
{
  g_autoptr (WaveEvent) event = decode_bytes (json, strlen (json), via);
  g_autofree char *payload = describe_payload (event);
  g_autofree char *summary = wave_event_summarise (event);

  g_assert_cmpstr (event->malformed, ==, NULL);
  g_assert_cmpint (event->kind, ==, example->kind);
  if (event->kind != WAVE_EVENT_UNKNOWN)
    g_assert_true (event->type == wave_catalogue_get (event->kind)->wire_name);
  g_assert_cmpint (event->via, ==, via);
  g_assert_cmpint (event->arrived_mono_us, ==, 11);
  g_assert_cmpint (event->arrived_wall_us, ==, 22);
  g_assert_cmpint (event->serial, ==, 0);
  g_assert_cmpmem (event->raw, event->raw_size, json, strlen (json));
  g_assert_cmpstr (payload, ==, example->payload);
  g_assert_cmpint (strlen (summary), >, 0);
}

static void
test_examples (void)
{
  for (guint i = 0; i < n_examples; i++)
    {
      g_autofree char *sync = to_sync_envelope (examples[i].json);

      check_example (&examples[i], examples[i].json, WAVE_VIA_STREAM);
      check_example (&examples[i], sync, WAVE_VIA_SYNC);
      check_example (&examples[i], sync, WAVE_VIA_HISTORY);
    }
}

static void
test_envelope (void)
{
  g_autoptr (WaveEvent) event = decode (examples[1].json);
  g_autoptr (WaveEvent) chunk = decode (examples[4].json);
  g_autoptr (WaveEvent) typing = decode ("{\"type\":\"typing\",\"room_id\":\"room-atlas\",\"participant_id\":\"91c4\"}");
  g_autofree char *key = wave_event_dup_key (event), *none = wave_event_dup_key (chunk);

  g_assert_cmpstr (event->id, ==, "evt-7f21");
  g_assert_cmpstr (event->room_id, ==, "room-atlas");
  g_assert_cmpstr (event->sender_id, ==, "91c4");
  g_assert_cmpint (event->position, ==, 88213);
  g_assert_cmpint (event->origin_us, ==, G_GINT64_CONSTANT (1780384569000000));
  g_assert_true (wave_event_is_durable (event));
  g_assert_false (wave_event_is_durable (chunk));
  g_assert_cmpint (chunk->origin_us, ==, -1);
  g_assert_cmpstr (key, ==, "evt-7f21");
  g_assert_null (none);
  /* Equal ids are the same pointer, and the sender may be the participant. */
  g_assert_true (event->room_id == chunk->room_id);
  g_assert_true (event->room_id == typing->room_id);
  g_assert_true (event->sender_id == typing->sender_id);
}

typedef struct
{
  const char *json; /* without the outer braces and the room */
  const char *payload;
} Row;

/* Every other name of appendix A, every way of saying a thing. */
static const Row aliases[] = {
  { "'type':'swp.room.message','participant_id':'p','content':{'body':'x','thread_id':'e'}", "body=x|reply=e" },
  { "'type':'swp.room.message','content':{'body':'x','replaces_event_id':'e1'}", "body=x|replaces=e1" },
  { "'type':'swp.room.message','content':{'body':'x','edits':'e1'}", "body=x|replaces=e1" },
  { "'type':'swp.room.message','content':{'body':'x','m.relates_to':{'rel_type':'m.replace','event_id':'e1'}}",
    "body=x|replaces=e1" },
  { "'type':'swp.room.message','content':{'body':'x','m.relates_to':{'rel_type':'m.thread','event_id':'e1'}}", "body=x" },
  { "'type':'swp.room.message','content':{'body':'x','_imported_sender':'Mia'}", "body=x|name=Mia" },
  { "'type':'swp.room.message','content':{'body':5}", "json={\"body\":5}" },
  { "'type':'swp.room.message','content':{}", "json={}" },
  { "'type':'swp.room.message','content':{'msgtype':'x.poll','body':'q'}",
    "msgtype=x.poll|body=q|json={\"msgtype\":\"x.poll\",\"body\":\"q\"}" },
  { "'type':'swp.room.message','edited_at':'2026-06-02T07:15:00Z','content':{'body':'x'}", "body=x|edited=1780384500000000" },
  { "'type':'swp.room.message','redacted_at':'2026-06-02T07:15:00Z','content':null", "redacted=1780384500000000" },
  { "'type':'swp.room.message','redacted_at':'2026-06-02T07:15:00Z','content':{}", "redacted=1780384500000000" },
  { "'type':'swp.room.message','redacted_at':null,'edited_at':null,'content':{'body':'x'}", "body=x" },
  { "'type':'swp.bridge.message','body':'flat','bridge_id':'b'", "body=flat|bridge=b" },
  { "'type':'swp.room.message.chunk','sender_id':'a','chunk_text':'x','done':true", "text=x|length=1|done=1" },
  { "'type':'swp.room.message.chunk','participant_id':'a','content':{'text':'x'}", "text=x|length=1|done=0" },
  { "'type':'swp.room.message.chunk','sender_id':'a','content':{'delta':'x','final':true}", "text=x|length=1|done=1" },
  { "'type':'swp.room.message.chunk','sender_id':'a','content':{'delta':'x','is_final':true}", "text=x|length=1|done=1" },
  { "'type':'swp.room.message.chunk','sender_id':'a','content':{'done':true}", "text=|length=0|done=1" },
  { "'type':'swp.room.message.chunk','sender_id':'a','content':{'chunk_text':'x','message_id':'m'}",
    "text=x|length=1|done=0|key=m" },
  { "'type':'swp.room.message.chunk','sender_id':'a','event_id':'m','content':{'chunk_text':'x'}",
    "text=x|length=1|done=0|key=m" },
  { "'type':'swp.room.message.chunk','sender_id':'a','content':{'chunk_text':'x','stream_id':'m'}",
    "text=x|length=1|done=0|key=m" },
  { "'type':'swp.room.message.chunk','sender_id':'a','content':{'chunk_text':'x','generation_id':'m'}",
    "text=x|length=1|done=0|key=m" },
  { "'type':'swp.room.message.chunk','sender_id':'a','content':{'chunk_text':null,'text':'y'}", "text=y|length=1|done=0" },
  { "'type':'swp.room.redaction','redacts':'e','sender_id':'s'", "event=e|by=s" },
  { "'type':'swp.room.redaction','target_event_id':'e','reason':null", "event=e" },
  { "'type':'swp.room.redaction','event_id':'e','reason':''", "event=e|reason=" },
  { "'type':'swp.room.reaction','target_event_id':'e','participant_id':'p','key':'+1'", "event=e|emoji=+1|removed=0" },
  { "'type':'swp.room.reaction','event_id':'e','sender_id':'p','emoji':'x','action':'remove'", "event=e|emoji=x|removed=1" },
  { "'type':'swp.room.reaction','event_id':'e','sender_id':'p','emoji':'x','op':'removed'", "event=e|emoji=x|removed=1" },
  { "'type':'swp.room.reaction','event_id':'e','sender_id':'p','emoji':'x','operation':'delete'", "event=e|emoji=x|removed=1" },
  { "'type':'swp.room.reaction','event_id':'e','sender_id':'p','emoji':'x','action':'del'", "event=e|emoji=x|removed=1" },
  { "'type':'swp.room.reaction','event_id':'e','sender_id':'p','emoji':'x','removed':true", "event=e|emoji=x|removed=1" },
  { "'type':'swp.room.reaction','event_id':'e','sender_id':'p','emoji':'x','added':false", "event=e|emoji=x|removed=1" },
  { "'type':'swp.room.reaction','event_id':'e','sender_id':'p','emoji':'x','added':true", "event=e|emoji=x|removed=0" },
  { "'type':'swp.room.member','participant_id':'p','membership':'exiled','sender_id':'s'", "who=p|membership=exiled|by=s" },
  { "'type':'swp.room.name','value':'n'", "value=n" },
  { "'type':'swp.room.name','new_name':'n'", "value=n" },
  { "'type':'swp.room.name','name':null", "value=-" },
  { "'type':'swp.room.name','name':''", "value=-" },
  { "'type':'swp.room.topic','value':'n'", "value=n" },
  { "'type':'swp.room.topic','content':{'new_topic':'n'}", "value=n" },
  { "'type':'swp.room.read_marker','last_read_event_id':'e'", "event=e" },
  { "'type':'swp.room.read_marker','read_event_id':'e','sender_id':'s'", "who=s|event=e" },
  { "'type':'swp.room.read_marker','stream_position':7", "position=7" },
  { "'type':'swp.room.ai_engagement','ai_participant_id':'a','engagement_mode':'always','engaged':true",
    "who=a|mode=always|engaged=1" },
  { "'type':'swp.room.ai_engagement','sender_id':'a','engagement':'engage','engaged':false,'response_mode':'streaming'",
    "who=a|mode=engage|engaged=0|response=streaming" },
  { "'type':'swp.ai.status','sender_id':'a','status':'thinking'", "who=a|status=thinking|phase=1" },
  { "'type':'swp.ai.status','participant_id':'a','content':{'status':'generating'}", "who=a|status=generating|phase=2" },
  { "'type':'swp.ai.status','participant_id':'a','status':'pondering'", "who=a|status=pondering|phase=4" },
  { "'type':'swp.ai.status','participant_id':'a','status':''", "who=a|phase=0" },
  { "'type':'swp.ai.status','participant_id':'a'", "who=a|phase=0" },
  { "'type':'swp.ai.context_usage','sender_id':'a','used':5,'limit':10", "who=a|used=5|limit=10|ratio=0.5000" },
  { "'type':'swp.ai.context_usage','participant_id':'a','tokens_used':5,'max':0", "who=a|used=5" },
  { "'type':'swp.ai.context_usage','participant_id':'a','tokens':'5','context_window':'10'",
    "who=a|used=5|limit=10|ratio=0.5000" },
  { "'type':'swp.ai.context_usage','participant_id':'a','prompt_tokens':5.0,'context_limit':4",
    "who=a|used=5|limit=4|ratio=1.0000" },
  { "'type':'swp.ai.context_usage','participant_id':'a','current':5,'budget':10", "who=a|used=5|limit=10|ratio=0.5000" },
  { "'type':'swp.ai.context_usage','participant_id':'a','current':5,'total':10", "who=a|used=5|limit=10|ratio=0.5000" },
  { "'type':'swp.ai.context_usage','participant_id':'a','percent':25", "who=a|ratio=0.2500" },
  { "'type':'swp.ai.context_usage','participant_id':'a','ratio':0.5", "who=a|ratio=0.5000" },
  { "'type':'swp.ai.context_usage','participant_id':'a','fraction':0.5", "who=a|ratio=0.5000" },
  { "'type':'swp.ai.context_usage','participant_id':'a','used':-4,'limit':99999999999999999999", "who=a" },
  { "'type':'swp.plan.updated','plan':{'id':'p','current_step':0,'steps':[{'id':'a','status':'pending'}]}",
    "plan=p|current=0|n=1|step=a,(null),pending,-,-1" },
  { "'type':'swp.plan.updated','content':{'id':'p','steps':[{'id':'a','status':'done'},{'id':'b','status':'in_progress'}]}",
    "plan=p|current=1|n=2|step=a,(null),done,-,-1|step=b,(null),in_progress,-,-1" },
  { "'type':'swp.sidekick.spawned','content':{'id':'t','name':'n','description':'d','child_room_id':'c'}",
    "task_id=t|codename=n|task=d|room=c" },
  { "'type':'swp.sidekick.spawned','id':'evt','task_id':'t','task_description':'d','content':{'max_steps':25,'steps_used':3,"
    "'timeout_seconds':300}",
    "task_id=t|task=d|steps=3|steps_max=25|timeout=300" },
  { "'type':'swp.sidekick.result','codename':'n','content':{'summary':'s'}", "codename=n|result=s" },
  { "'type':'swp.sidekick.result','codename':'n','content':{'result':'s'}", "codename=n|result=s" },
  { "'type':'swp.sidekick.result','codename':'n','content':{'body':'s'}", "codename=n|result=s" },
  { "'type':'swp.sidekick.cancel','codename':'n','canceled_by':'c'", "codename=n|cancelled=c" },
  { "'type':'swp.sidekick.cancel','codename':'n','sender_id':'c'", "codename=n|cancelled=c" },
  { "'type':'typing','participant_id':'p','is_typing':false", "who=p|typing=0" },
  { "'type':'typing','participant_id':'p'", "who=p|typing=1" },
  { "'type':'presence','participant_id':'p','state':'online'", "who=p|state=1|word=online" },
  { "'type':'presence','participant_id':'p','presence':'busy'", "who=p|state=3|word=busy" },
  { "'type':'presence','participant_id':'p','status':'appear_offline'", "who=p|state=4|word=appear_offline" },
  { "'type':'presence','participant_id':'p','status':'offline'", "who=p|state=5|word=offline" },
  { "'type':'presence','participant_id':'p','status':'napping'", "who=p|state=0|word=napping" },
  { "'type':'swp.call.invite','id':'e','content':{'id':'c','media':'video','initiated_by':'i','timeout':5}",
    "call=c|type=video|initiator=i|timeout=5000000|n=0" },
  { "'type':'swp.call.invite','call_id':'c','caller_id':'i','timeout_s':5", "call=c|initiator=i|timeout=5000000|n=0" },
  { "'type':'swp.call.invite','sender_id':'i','content':{'call_id':'c','type':'audio'}",
    "call=c|type=audio|initiator=i|timeout=60000000|n=0" },
  { "'type':'swp.call.invite','content':{'call_id':'c','expires_at':'1970-01-01T00:00:20.000022Z'}",
    "call=c|timeout=20000000|n=0" },
  { "'type':'swp.call.state','call_id':'c','status':'active','participants':[{'participant_id':'p','state':'joined'},{'id':'q'}"
    ",'r']",
    "call=c|timeout=60000000|state=active|n=3|in=p,joined|in=q,-|in=r,-" },
  { "'type':'swp.bridge.status','bridge_id':'b','state':'active'", "bridge=b|status=active" },
  { "'type':'swp.model.error','error':{'code':'c','message':'m'}", "code=c|message=m" },
  { "'type':'swp.model.error','content':{'error':'m'}", "message=m" },
  { "'type':'swp.model.error','content':{'code':'c','body':'m'}", "code=c|message=m" },
  { "'type':'hello'", "" },
};

static char *
with_room (const char *members)
{
  g_autofree char *json = g_strdup_printf ("{'room_id':'r',%s}", members);

  return g_strdelimit (g_steal_pointer (&json), "'", '"');
}

static void
test_aliases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    {
      g_autofree char *json = with_room (aliases[i].json);
      g_autoptr (WaveEvent) event = decode (json);
      g_autofree char *payload = describe_payload (event);
      g_autofree char *summary = wave_event_summarise (event);

      g_test_message ("%s", json);
      g_assert_cmpstr (event->malformed, ==, NULL);
      g_assert_cmpstr (payload, ==, aliases[i].payload);
      g_assert_true (g_utf8_validate (summary, -1, NULL));
    }
}

static void
test_numbers_and_times (void)
{
  static const struct
  {
    const char *members;
    gint64 position, origin_us;
  } rows[] = {
    { "'stream_position':12", 12, -1 },
    { "'stream_position':12.0", 12, -1 },
    { "'stream_position':'12'", 12, -1 },
    { "'stream_position':0", 0, -1 },
    { "'stream_position':null", -1, -1 },
    { "'stream_position':-3", -1, -1 },
    { "'stream_position':9223372036854775807", G_MAXINT64, -1 },
    { "'stream_position':9223372036854775808", -1, -1 },
    { "'stream_position':99999999999999999999999999", -1, -1 },
    { "'stream_position':1e400", -1, -1 },
    { "'stream_position':'99999999999999999999999999'", -1, -1 },
    { "'origin_ts':1780384569", -1, G_GINT64_CONSTANT (1780384569000000) },
    { "'origin_ts':1780384569123", -1, G_GINT64_CONSTANT (1780384569123000) },
    { "'origin_ts':1780384569123456", -1, G_GINT64_CONSTANT (1780384569123456) },
    { "'origin_ts':1780384569.5", -1, G_GINT64_CONSTANT (1780384569500000) },
    { "'origin_ts':'1780384569'", -1, G_GINT64_CONSTANT (1780384569000000) },
    { "'origin_ts':1780384569,'ts':'2020-01-01T00:00:00Z'", -1, G_GINT64_CONSTANT (1780384569000000) },
    { "'ts':'2026-06-02T07:16:09Z'", -1, G_GINT64_CONSTANT (1780384569000000) },
    { "'ts':'2026-06-02T07:16:09.123456789Z'", -1, G_GINT64_CONSTANT (1780384569123456) },
    { "'ts':'2026-06-02T09:16:09+02:00'", -1, G_GINT64_CONSTANT (1780384569000000) },
    { "'ts':'2026-06-02T01:46:09-0530'", -1, G_GINT64_CONSTANT (1780384569000000) },
    { "'ts':'2026-06-02T07:16:09'", -1, G_GINT64_CONSTANT (1780384569000000) },
    { "'ts':'2026-06-02 07:16:09.5'", -1, G_GINT64_CONSTANT (1780384569500000) },
    { "'created_at':'2026-06-02T07:16:09Z'", -1, G_GINT64_CONSTANT (1780384569000000) },
    { "'created_at':'1969-12-31T23:59:59Z'", -1, -1 },
    { "'ts':'2024-02-29T00:00:00Z'", -1, G_GINT64_CONSTANT (1709164800000000) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *members = g_strconcat ("'type':'swp.room.name','name':'n',", rows[i].members, NULL);
      g_autofree char *json = with_room (members);
      g_autoptr (WaveEvent) event = decode (json);
      g_autofree char *key = wave_event_dup_key (event);

      g_test_message ("%s", json);
      g_assert_cmpstr (event->malformed, ==, NULL);
      g_assert_cmpint (event->position, ==, rows[i].position);
      g_assert_cmpint (event->origin_us, ==, rows[i].origin_us);
      g_assert_cmpint (key != NULL, ==, rows[i].position >= 0);
      if (key != NULL)
        g_assert_true (g_str_has_prefix (key, "pos:"));
    }
}

static void
test_duplicate_members (void)
{
  g_autoptr (WaveEvent) event
      = decode ("{\"type\":\"swp.room.name\",\"type\":\"typing\",\"room_id\":\"r\",\"name\":\"first\",\"name\":\"last\"}");
  g_autofree char *payload = describe_payload (event);

  /* The first one counts. */
  g_assert_cmpint (event->kind, ==, WAVE_EVENT_ROOM_NAME);
  g_assert_cmpstr (payload, ==, "value=first");
}

static void
test_unknown (void)
{
  g_autoptr (WaveEvent) a
      = decode ("{\"type\":\"swp.new\",\"room_id\":5,\"stream_position\":7,\"id\":\"e\",\"content\":\"text\",\"ts\":[]}");
  g_autoptr (WaveEvent) b = decode ("{\"type\":7,\"event_type\":\"swp.new\"}");

  g_assert_cmpint (a->kind, ==, WAVE_EVENT_UNKNOWN);
  g_assert_cmpstr (a->malformed, ==, NULL);
  g_assert_cmpstr (a->type, ==, "swp.new");
  g_assert_cmpint (a->position, ==, 7);
  g_assert_cmpstr (a->id, ==, "e");
  g_assert_null (a->room_id);
  g_assert_null (a->payload);
  g_assert_true (a->type == b->type);
}

static void
test_content_hash (void)
{
  static const char *const frames[] = {
    "{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{\"body\":\"a\"}}",
    "{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{\"body\":\"b\"}}",
    "{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{\"body\":\"a\",\"msgtype\":\"swp.code\"}}",
    "{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{\"body\":\"\"}}",
    "{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{\"body\":\"aaaaaaaaa\"}}",
    "{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{\"body\":\"aaaaaaaab\"}}",
  };
  guint64 hashes[G_N_ELEMENTS (frames)];

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (WaveEvent) event = decode (frames[i]);
      g_autoptr (WaveEvent) again = decode_bytes (frames[i], strlen (frames[i]), WAVE_VIA_SYNC);

      hashes[i] = wave_event_content_hash (event);
      g_assert_cmpuint (hashes[i], !=, 0);
      g_assert_cmpuint (hashes[i], ==, wave_event_content_hash (again));
      for (guint k = 0; k < i; k++)
        g_assert_cmpuint (hashes[i], !=, hashes[k]);
    }
  {
    g_autoptr (WaveEvent) typing = decode ("{\"type\":\"typing\",\"room_id\":\"r\",\"participant_id\":\"p\"}");
    g_autoptr (WaveEvent) bodiless = decode ("{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{}}");

    g_assert_cmpuint (wave_event_content_hash (typing), ==, 0);
    g_assert_cmpuint (wave_event_content_hash (bodiless), ==, 0);
  }
}

static gpointer
intern_in_a_thread (gpointer data)
{
  for (guint i = 0; i < 20000; i++)
    {
      char text[32];
      const char *a, *b;

      g_snprintf (text, sizeof text, "id-%u", i % 97);
      a = wave_intern (text, strlen (text));
      b = wave_intern (text, strlen (text));
      g_assert_true (a == b);
      g_assert_cmpstr (a, ==, text);
      wave_intern_release (a);
      wave_intern_release (b);
    }
  return NULL;
}

static void
test_interned (void)
{
  GThread *threads[4];
  guint before = wave_intern_count ();
  WaveEvent *kept;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("intern", intern_in_a_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (wave_intern_count (), ==, before);

  /* A thousand made-up rooms are gone with their events. */
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *json
          = g_strdup_printf ("{\"type\":\"made.up.%u\",\"room_id\":\"room-%u\",\"sender_id\":\"s-%u\"}", i, i, i);
      g_autoptr (WaveEvent) event = decode (json);
    }
  g_assert_cmpuint (wave_intern_count (), ==, before);
  kept = decode ("{\"type\":\"made.up\",\"room_id\":\"room-x\",\"sender_id\":\"s-x\"}");
  g_assert_cmpuint (wave_intern_count (), ==, before + 3);
  g_assert_true (wave_event_ref (kept) == kept);
  wave_event_unref (kept);
  g_assert_cmpstr (kept->room_id, ==, "room-x");
  wave_event_unref (kept);
  g_assert_cmpuint (wave_intern_count (), ==, before);
}

static gpointer
hold_often (gpointer text)
{
  const char *held[3000];

  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    held[i] = wave_intern (text, strlen (text));
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    {
      g_assert_true (held[i] == held[0]);
      wave_intern_release (held[i]);
    }
  return NULL;
}

/* What thousands of events held is kept, whoever lets go of it when; but not of everything that a server makes up. */
static void
test_interned_often (void)
{
  guint before = wave_intern_count ();
  GThread *threads[4];
  const char *again;

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("intern", hold_often, (gpointer)"a room where everybody is");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (wave_intern_count (), ==, before + 1);
  again = wave_intern ("a room where everybody is", 25);
  g_assert_cmpstr (again, ==, "a room where everybody is");
  wave_intern_release (again);
  wave_intern_release (again);
  g_assert_cmpstr (again, ==, "a room where everybody is");
  for (guint i = 0; i < 4500; i++)
    {
      g_autofree char *text = g_strdup_printf ("made up %u", i);

      hold_often (text);
    }
  g_assert_cmpuint (wave_intern_count (), >, before + 4000);
  g_assert_cmpuint (wave_intern_count (), <=, before + 4096);
}

static void
test_plan_outlives_event (void)
{
  g_autoptr (WavePlan) plan = NULL;

  for (guint i = 0; i < n_examples && plan == NULL; i++)
    if (examples[i].kind == WAVE_EVENT_PLAN_UPDATED)
      {
        g_autoptr (WaveEvent) event = decode (examples[i].json);

        plan = wave_plan_ref (((const WavePlanUpdated *)event->payload)->plan);
      }
  g_assert_cmpstr (plan->steps[1].text, ==, "Collect");
  g_assert_cmpstr (plan->participant_id, ==, "ai-scout");
}

static void
test_boxed (void)
{
  g_autoptr (WaveEvent) event = decode (examples[0].json);
  WaveEvent *copy = g_boxed_copy (WAVE_TYPE_EVENT, event);

  g_assert_true (copy == event);
  g_boxed_free (WAVE_TYPE_EVENT, copy);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/catalogue", test_catalogue);
  g_test_add_func ("/protocol/every-kind-has-an-example", test_every_kind_has_an_example);
  g_test_add_func ("/protocol/examples", test_examples);
  g_test_add_func ("/protocol/envelope", test_envelope);
  g_test_add_func ("/protocol/aliases", test_aliases);
  g_test_add_func ("/protocol/numbers-and-times", test_numbers_and_times);
  g_test_add_func ("/protocol/duplicate-members", test_duplicate_members);
  g_test_add_func ("/protocol/unknown", test_unknown);
  g_test_add_func ("/protocol/content-hash", test_content_hash);
  g_test_add_func ("/protocol/interned", test_interned);
  g_test_add_func ("/protocol/interned/often", test_interned_often);
  g_test_add_func ("/protocol/plan-outlives-event", test_plan_outlives_event);
  g_test_add_func ("/protocol/boxed", test_boxed);
  return g_test_run ();
}
