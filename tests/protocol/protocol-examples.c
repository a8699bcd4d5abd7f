// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <string.h>
#include <yyjson.h>

#include "protocol-examples.h"

const Example examples[] = {
  { WAVE_EVENT_HELLO,
    "{\"type\":\"hello\",\"session_id\":\"0b9c3f1e\",\"server_name\":\"wave.example.org\",\"tenant_id\":\"t-4417\","
    "\"ts\":\"2026-06-02T07:15:00Z\"}",
    "session=0b9c3f1e|server=wave.example.org|tenant=t-4417|ts=1780384500000000" },
  { WAVE_EVENT_MESSAGE,
    "{\"type\":\"swp.room.message\",\"id\":\"evt-7f21\",\"room_id\":\"room-atlas\",\"tenant_id\":\"t-4417\","
    "\"ts\":\"2026-06-02T07:16:09Z\",\"sender_id\":\"91c4\",\"stream_position\":88213,\"origin_ts\":1780384569,"
    "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"can you check the *staging* "
    "deploy?\",\"mentions\":[\"ai-scout\",\"77de\"],"
    "\"reply_to_event_id\":\"evt-7f1e\"}}",
    "msgtype=swp.text|body=can you check the *staging* deploy?|mention=ai-scout|mention=77de|reply=evt-7f1e" },
  { WAVE_EVENT_MESSAGE,
    "{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"sender_id\":\"s\",\"content\":{\"msgtype\":\"swp.code\",\"body\":\"int "
    "x;\","
    "\"lang\":\"c\"}}",
    "msgtype=swp.code|body=int x;|lang=c" },
  { WAVE_EVENT_MESSAGE,
    "{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"sender_id\":\"s\",\"content\":{\"msgtype\":\"swp.media\",\"body\":"
    "\"b\","
    "\"media_id\":\"med-1\",\"thumbnail_id\":\"med-2\",\"filename\":\"a.png\",\"mime_type\":\"image/png\",\"size\":1234}}",
    "msgtype=swp.media|body=b|media=med-1|thumbnail=med-2|file=a.png|mime=image/png|size=1234" },
  { WAVE_EVENT_CHUNK,
    "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\","
    "\"content\":{\"chunk_text\":\"Staging is \",\"done\":false}}",
    "text=Staging is |length=11|done=0" },
  { WAVE_EVENT_CHUNK,
    "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\","
    "\"content\":{\"chunk_text\":\"\",\"done\":true}}",
    "text=|length=0|done=1" },
  { WAVE_EVENT_REDACTION,
    "{\"type\":\"swp.room.redaction\",\"room_id\":\"room-atlas\",\"event_id\":\"evt-7f1e\",\"redacted_by\":\"91c4\","
    "\"reason\":\"pasted a password\"}",
    "event=evt-7f1e|by=91c4|reason=pasted a password" },
  { WAVE_EVENT_REACTION,
    "{\"type\":\"swp.room.reaction\",\"room_id\":\"room-atlas\",\"event_id\":\"evt-7f21\",\"sender_id\":\"5ab0\",\"emoji\":"
    "\"👀\","
    "\"action\":\"add\"}",
    "event=evt-7f21|emoji=👀|removed=0" },
  { WAVE_EVENT_MEMBER,
    "{\"type\":\"swp.room.member\",\"room_id\":\"room-atlas\",\"participant_id\":\"77de\",\"membership\":\"join\","
    "\"changed_by\":\"91c4\"}",
    "who=77de|membership=join|by=91c4" },
  { WAVE_EVENT_ROOM_NAME, "{\"type\":\"swp.room.name\",\"room_id\":\"room-atlas\",\"name\":\"Atlas launch\"}",
    "value=Atlas launch" },
  { WAVE_EVENT_ROOM_TOPIC, "{\"type\":\"swp.room.topic\",\"room_id\":\"room-atlas\",\"topic\":\"Ship it on the 9th\"}",
    "value=Ship it on the 9th" },
  { WAVE_EVENT_READ_MARKER,
    "{\"type\":\"swp.room.read_marker\",\"room_id\":\"room-atlas\",\"participant_id\":\"91c4\",\"event_id\":\"evt-7f21\"}",
    "who=91c4|event=evt-7f21" },
  { WAVE_EVENT_AI_ENGAGEMENT,
    "{\"type\":\"swp.room.ai_engagement\",\"room_id\":\"room-atlas\",\"participant_id\":\"ai-scout\",\"mode\":\"mention\"}",
    "who=ai-scout|mode=mention" },
  { WAVE_EVENT_AI_STATUS,
    "{\"type\":\"swp.ai.status\",\"room_id\":\"room-atlas\",\"participant_id\":\"ai-scout\",\"status\":\"calling "
    "drive_rag_context\"}",
    "who=ai-scout|status=calling drive_rag_context|phase=3|tool=drive_rag_context" },
  { WAVE_EVENT_AI_STATUS,
    "{\"type\":\"swp.ai.status\",\"room_id\":\"room-atlas\",\"participant_id\":\"ai-scout\",\"status\":null}",
    "who=ai-scout|phase=0" },
  { WAVE_EVENT_CONTEXT_USAGE,
    "{\"type\":\"swp.ai.context_usage\",\"room_id\":\"room-atlas\",\"participant_id\":\"ai-scout\","
    "\"content\":{\"used_tokens\":18432,\"max_tokens\":131072}}",
    "who=ai-scout|used=18432|limit=131072|ratio=0.1406" },
  { WAVE_EVENT_PLAN_UPDATED,
    "{\"type\":\"swp.plan.updated\",\"room_id\":\"room-atlas\",\"content\":{\"plan\":{\"id\":\"plan-3c\",\"room_id\":\"room-"
    "atlas\","
    "\"participant_id\":\"ai-scout\",\"goal\":\"Compare\",\"state\":\"paused\",\"mode\":\"sequential\",\"advance\":\"auto\","
    "\"venue\":\"main\",\"current_step_id\":\"k2d9p\",\"consecutive_auto_steps\":1,\"max_auto_steps\":8,\"pause_reason\":"
    "\"cap\","
    "\"sidekick_room_id\":\"room-sk\",\"steps\":["
    "{\"id\":\"a1b2c\",\"text\":\"List\",\"status\":\"done\",\"result\":\"three\",\"attempts\":1},"
    "{\"id\":\"k2d9p\",\"text\":\"Collect\",\"status\":\"pending\",\"result\":null,\"attempts\":0}],"
    "\"created_at\":\"2026-06-02T07:16:11Z\",\"updated_at\":\"2026-06-02T07:16:40Z\"}}}",
    "plan=plan-3c|goal=Compare|state=paused|mode=sequential|advance=auto|venue=main|who=ai-scout|pause=cap|room=room-sk|used=1|"
    "max=8|"
    "updated=1780384600000000|current=1|n=2|step=a1b2c,List,done,three,1|step=k2d9p,Collect,pending,-,0" },
  { WAVE_EVENT_PLAN_UPDATED, "{\"type\":\"swp.plan.updated\",\"room_id\":\"room-atlas\",\"content\":{\"plan\":null}}",
    "no plan" },
  { WAVE_EVENT_SIDEKICK_SPAWNED,
    "{\"type\":\"swp.sidekick.spawned\",\"id\":\"evt-80a0\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\","
    "\"stream_position\":88240,\"origin_ts\":1780384620,\"content\":{\"task_id\":\"task-51\",\"codename\":\"quiet-heron\","
    "\"task\":\"Summarise\",\"sidekick_room_id\":\"room-sk51\",\"agent_participant_id\":\"ai-agent-51\",\"spawner_id\":"
    "\"91c4\","
    "\"status\":\"spawning\"}}",
    "task_id=task-51|codename=quiet-heron|task=Summarise|room=room-sk51|agent=ai-agent-51|spawner=91c4|status=spawning" },
  { WAVE_EVENT_SIDEKICK_RESULT,
    "{\"type\":\"swp.sidekick.result\",\"id\":\"evt-80c9\",\"room_id\":\"room-atlas\",\"stream_position\":88301,"
    "\"origin_ts\":1780384790,\"content\":{\"task_id\":\"task-51\",\"codename\":\"quiet-heron\",\"result_summary\":\"30 "
    "commits\"}}",
    "task_id=task-51|codename=quiet-heron|result=30 commits" },
  { WAVE_EVENT_SIDEKICK_CANCEL,
    "{\"type\":\"swp.sidekick.cancel\",\"id\":\"evt-80d2\",\"room_id\":\"room-atlas\",\"stream_position\":88310,"
    "\"origin_ts\":1780384802,\"content\":{\"task_id\":\"task-52\",\"codename\":\"brisk-otter\",\"cancelled_by\":\"91c4\","
    "\"reason\":\"wrong repo\"}}",
    "task_id=task-52|codename=brisk-otter|cancelled=91c4|reason=wrong repo" },
  { WAVE_EVENT_TYPING, "{\"type\":\"typing\",\"room_id\":\"room-atlas\",\"participant_id\":\"77de\",\"typing\":true}",
    "who=77de|typing=1" },
  { WAVE_EVENT_PRESENCE, "{\"type\":\"presence\",\"participant_id\":\"77de\",\"status\":\"idle\"}",
    "who=77de|state=2|word=idle" },
  { WAVE_EVENT_CALL_INVITE,
    "{\"type\":\"swp.call.invite\",\"room_id\":\"room-atlas\",\"content\":{\"call_id\":\"call-9\",\"call_type\":\"audio\","
    "\"initiator_id\":\"91c4\",\"timeout_seconds\":30}}",
    "call=call-9|type=audio|initiator=91c4|timeout=30000000|n=0" },
  { WAVE_EVENT_CALL_STATE,
    "{\"type\":\"swp.call.state\",\"room_id\":\"room-atlas\",\"content\":{\"call_id\":\"call-9\",\"participant_id\":\"77de\","
    "\"state\":\"joined\"}}",
    "call=call-9|timeout=60000000|state=joined|n=1|in=77de,joined" },
  { WAVE_EVENT_FEDERATION, "{\"type\":\"swp.federation.event\",\"room_id\":\"room-atlas\",\"content\":{\"opaque\":[1,{}]}}",
    "" },
  { WAVE_EVENT_BRIDGE_MESSAGE,
    "{\"type\":\"swp.bridge.message\",\"id\":\"evt-82b0\",\"room_id\":\"room-atlas\",\"sender_id\":\"br-u12\","
    "\"stream_position\":88402,\"origin_ts\":1780385001,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"Hello\","
    "\"bridge_id\":\"bridge-2\",\"_imported_sender\":{\"external_id\":\"U12345\",\"display_name\":\"Alice Anderson\"}}}",
    "msgtype=swp.text|body=Hello|bridge=bridge-2|external=U12345|name=Alice Anderson" },
  { WAVE_EVENT_BRIDGE_STATUS,
    "{\"type\":\"swp.bridge.status\",\"room_id\":\"room-atlas\",\"content\":{\"bridge_id\":\"bridge-2\",\"transport\":"
    "\"slack\","
    "\"status\":\"paused\",\"error\":\"late\"}}",
    "bridge=bridge-2|transport=slack|status=paused|error=late" },
  { WAVE_EVENT_MODEL_ERROR,
    "{\"type\":\"swp.model.error\",\"id\":\"evt-81aa\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\","
    "\"stream_position\":88350,\"origin_ts\":1780384901,\"content\":{\"code\":\"SW_AI_BUSY\",\"message\":\"wait\"}}",
    "code=SW_AI_BUSY|message=wait" },
  { WAVE_EVENT_PING, "{\"type\":\"ping\",\"id\":\"p-1\"}", "" },
  { WAVE_EVENT_UNKNOWN,
    "{\"type\":\"swp.todo.moved\",\"id\":\"evt-9\",\"room_id\":\"room-atlas\",\"stream_position\":5,\"x\":[1]}", "" },
};
const guint n_examples = G_N_ELEMENTS (examples);

char *
to_sync_envelope (const char *json)
{
  static const char *const envelope[] = { "id", "room_id", "sender_id", "stream_position", "origin_ts", NULL };
  yyjson_doc *doc = yyjson_read (json, strlen (json), 0);
  yyjson_mut_doc *out = yyjson_mut_doc_new (NULL);
  yyjson_mut_val *root = yyjson_mut_obj (out), *content;
  yyjson_obj_iter iter = yyjson_obj_iter_with (yyjson_doc_get_root (doc));
  yyjson_val *old = yyjson_obj_get (yyjson_doc_get_root (doc), "content");
  char *text, *copy;

  content = old != NULL ? yyjson_val_mut_copy (out, old) : yyjson_mut_obj (out);
  for (yyjson_val *key; (key = yyjson_obj_iter_next (&iter)) != NULL;)
    {
      const char *name = yyjson_get_str (key);
      yyjson_mut_val *value = yyjson_val_mut_copy (out, yyjson_obj_iter_get_val (key));

      if (strcmp (name, "type") == 0)
        yyjson_mut_obj_add_val (out, root, "event_type", value);
      else if (g_strv_contains (envelope, name))
        yyjson_mut_obj_add_val (out, root, name, value);
      else if (strcmp (name, "content") != 0)
        yyjson_mut_obj_add_val (out, content, name, value);
    }
  yyjson_mut_obj_add_val (out, root, "content", content);
  yyjson_mut_doc_set_root (out, root);
  text = yyjson_mut_write (out, 0, NULL);
  copy = g_strdup (text);
  free (text);
  yyjson_mut_doc_free (out);
  yyjson_doc_free (doc);
  return copy;
}

static void G_GNUC_PRINTF (2, 3) add (GString *out, const char *format, ...)
{
  va_list arguments;

  if (out->len > 0)
    g_string_append_c (out, '|');
  va_start (arguments, format);
  g_string_append_vprintf (out, format, arguments);
  va_end (arguments);
}

static void
text (GString *out, const char *name, const char *value)
{
  if (value != NULL)
    add (out, "%s=%s", name, value);
}

static void
number (GString *out, const char *name, gint64 value)
{
  if (value != -1)
    add (out, "%s=%" G_GINT64_FORMAT, name, value);
}

static void
describe_message (GString *out, const WaveMessage *m)
{
  text (out, "msgtype", m->msgtype);
  text (out, "body", m->body);
  text (out, "json", m->content_json);
  for (guint i = 0; m->mentions != NULL && m->mentions[i] != NULL; i++)
    text (out, "mention", m->mentions[i]);
  text (out, "reply", m->reply_to_event_id);
  text (out, "replaces", m->replaces_event_id);
  text (out, "lang", m->lang);
  text (out, "media", m->media_id);
  text (out, "thumbnail", m->thumbnail_id);
  text (out, "file", m->filename);
  text (out, "mime", m->mime_type);
  number (out, "size", m->media_size);
  text (out, "bridge", m->bridge_id);
  if (m->imported_sender != NULL)
    {
      text (out, "external", m->imported_sender->external_id);
      text (out, "name", m->imported_sender->display_name);
    }
  number (out, "edited", m->edited_us);
  number (out, "redacted", m->redacted_us);
}

static void
describe_plan (GString *out, const WavePlan *p)
{
  if (p == NULL)
    {
      add (out, "no plan");
      return;
    }
  text (out, "plan", p->id);
  text (out, "goal", p->goal);
  text (out, "state", p->state);
  text (out, "mode", p->mode);
  text (out, "advance", p->advance);
  text (out, "venue", p->venue);
  text (out, "who", p->participant_id);
  text (out, "pause", p->pause_reason);
  text (out, "room", p->sidekick_room_id);
  number (out, "used", p->auto_steps_used);
  number (out, "max", p->auto_steps_max);
  number (out, "updated", p->updated_us);
  number (out, "current", p->current_step);
  add (out, "n=%u", p->n_steps);
  for (guint i = 0; i < p->n_steps; i++)
    add (out, "step=%s,%s,%s,%s,%d", p->steps[i].id, p->steps[i].text, p->steps[i].status,
         p->steps[i].result != NULL ? p->steps[i].result : "-", (int)p->steps[i].attempts);
}

static void
describe_sidekick (GString *out, const WaveSidekick *s)
{
  text (out, "task_id", s->task_id);
  text (out, "codename", s->codename);
  text (out, "task", s->task);
  text (out, "room", s->room_id);
  text (out, "agent", s->agent_participant_id);
  text (out, "spawner", s->spawner_id);
  text (out, "status", s->status);
  text (out, "result", s->result);
  text (out, "cancelled", s->cancelled_by);
  text (out, "reason", s->reason);
  number (out, "steps", s->steps_used);
  number (out, "steps_max", s->steps_max);
  number (out, "timeout", s->timeout_s);
  number (out, "started", s->started_us);
}

static void
describe_call (GString *out, const WaveCall *c)
{
  text (out, "call", c->call_id);
  text (out, "type", c->call_type);
  text (out, "initiator", c->initiator_id);
  number (out, "timeout", c->timeout_us);
  text (out, "state", c->state);
  add (out, "n=%u", c->n_participants);
  for (guint i = 0; i < c->n_participants; i++)
    add (out, "in=%s,%s", c->participants[i].participant_id, c->participants[i].state != NULL ? c->participants[i].state : "-");
}

char *
describe_payload (const WaveEvent *event)
{
  GString *out = g_string_new (NULL);

  if (event->payload == NULL)
    return g_string_free (out, FALSE);
  switch (event->kind)
    {
    case WAVE_EVENT_HELLO:
      {
        const WaveHello *p = event->payload;
        text (out, "session", p->session_id);
        text (out, "server", p->server_name);
        text (out, "tenant", p->tenant_id);
        number (out, "ts", p->ts_us);
        break;
      }
    case WAVE_EVENT_MESSAGE:
    case WAVE_EVENT_BRIDGE_MESSAGE:
      describe_message (out, event->payload);
      break;
    case WAVE_EVENT_CHUNK:
      {
        const WaveChunk *p = event->payload;
        text (out, "text", p->text);
        add (out, "length=%d", (int)p->length);
        add (out, "done=%d", p->done);
        text (out, "key", p->stream_key);
        break;
      }
    case WAVE_EVENT_REDACTION:
      {
        const WaveRedaction *p = event->payload;
        text (out, "event", p->event_id);
        text (out, "by", p->redacted_by);
        text (out, "reason", p->reason);
        break;
      }
    case WAVE_EVENT_REACTION:
      {
        const WaveReaction *p = event->payload;
        text (out, "event", p->event_id);
        text (out, "emoji", p->emoji);
        add (out, "removed=%d", p->removed);
        break;
      }
    case WAVE_EVENT_MEMBER:
      {
        const WaveMember *p = event->payload;
        text (out, "who", p->participant_id);
        text (out, "membership", p->membership);
        text (out, "by", p->changed_by);
        break;
      }
    case WAVE_EVENT_ROOM_NAME:
    case WAVE_EVENT_ROOM_TOPIC:
      add (out, "value=%s",
           ((const WaveRoomText *)event->payload)->value != NULL ? ((const WaveRoomText *)event->payload)->value : "-");
      break;
    case WAVE_EVENT_READ_MARKER:
      {
        const WaveReadMarker *p = event->payload;
        text (out, "who", p->participant_id);
        text (out, "event", p->event_id);
        number (out, "position", p->position);
        break;
      }
    case WAVE_EVENT_AI_ENGAGEMENT:
      {
        const WaveEngagement *p = event->payload;
        text (out, "who", p->participant_id);
        text (out, "mode", p->mode);
        number (out, "engaged", p->engaged);
        text (out, "response", p->response_mode);
        break;
      }
    case WAVE_EVENT_AI_STATUS:
      {
        const WaveAiStatus *p = event->payload;
        text (out, "who", p->participant_id);
        text (out, "status", p->status);
        add (out, "phase=%d", p->phase);
        text (out, "tool", p->tool);
        break;
      }
    case WAVE_EVENT_CONTEXT_USAGE:
      {
        const WaveContextUsage *p = event->payload;
        text (out, "who", p->participant_id);
        number (out, "used", p->used);
        number (out, "limit", p->limit);
        if (!isnan (p->ratio))
          add (out, "ratio=%.4f", p->ratio);
        break;
      }
    case WAVE_EVENT_PLAN_UPDATED:
      describe_plan (out, ((const WavePlanUpdated *)event->payload)->plan);
      break;
    case WAVE_EVENT_SIDEKICK_SPAWNED:
    case WAVE_EVENT_SIDEKICK_RESULT:
    case WAVE_EVENT_SIDEKICK_CANCEL:
      describe_sidekick (out, event->payload);
      break;
    case WAVE_EVENT_TYPING:
      {
        const WaveTyping *p = event->payload;
        text (out, "who", p->participant_id);
        add (out, "typing=%d", p->typing);
        break;
      }
    case WAVE_EVENT_PRESENCE:
      {
        const WavePresence *p = event->payload;
        text (out, "who", p->participant_id);
        add (out, "state=%d", p->state);
        text (out, "word", p->word);
        break;
      }
    case WAVE_EVENT_CALL_INVITE:
    case WAVE_EVENT_CALL_STATE:
      describe_call (out, event->payload);
      break;
    case WAVE_EVENT_BRIDGE_STATUS:
      {
        const WaveBridgeStatus *p = event->payload;
        text (out, "bridge", p->bridge_id);
        text (out, "transport", p->transport);
        text (out, "status", p->status);
        text (out, "error", p->error);
        break;
      }
    case WAVE_EVENT_MODEL_ERROR:
      {
        const WaveModelError *p = event->payload;
        text (out, "code", p->code);
        text (out, "message", p->message);
        break;
      }
    case WAVE_EVENT_UNKNOWN:
    case WAVE_EVENT_INVALID:
    case WAVE_EVENT_FEDERATION:
    case WAVE_EVENT_PING:
    case WAVE_N_EVENT_KINDS:
    default:
      g_assert_not_reached ();
    }
  return g_string_free (out, FALSE);
}
