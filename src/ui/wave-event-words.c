// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-event-words.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "protocol/wave-text.h"
#include "ui/wave-format.h"

#define MAX_CHARS 200

static const struct
{
  const char *name, *icon;
  const char *light, *dark; /* of the bars; the text's colours stand in style.css */
} categories[WAVE_N_CATEGORIES] = {
  [WAVE_CATEGORY_OTHER] = { N_("Other"), "dialog-question-symbolic", "#77767b", "#9a9996" },
  [WAVE_CATEGORY_CONNECTION] = { N_("Connection"), "wave-connection-symbolic", "#5e5c64", "#c0bfbc" },
  [WAVE_CATEGORY_MESSAGE] = { N_("Messages"), "chat-message-new-symbolic", "#26a269", "#33d17a" },
  [WAVE_CATEGORY_STREAM] = { N_("Reply chunks"), "wave-scope-symbolic", "#3584e4", "#62a0ea" },
  [WAVE_CATEGORY_AI] = { N_("AI"), "wave-ai-symbolic", "#813d9c", "#c061cb" },
  [WAVE_CATEGORY_ROOM] = { N_("Rooms"), "wave-rooms-symbolic", "#986a44", "#cdab8f" },
  [WAVE_CATEGORY_PLAN] = { N_("Plans and sidekicks"), "wave-plan-symbolic", "#e66100", "#ffa348" },
  [WAVE_CATEGORY_PEOPLE] = { N_("Typing and presence"), "avatar-default-symbolic", "#c0bfbc", "#77767b" },
  [WAVE_CATEGORY_CALL] = { N_("Calls"), "call-start-symbolic", "#c64600", "#ff7800" },
  [WAVE_CATEGORY_BRIDGE] = { N_("Bridges"), "network-transmit-receive-symbolic", "#1c71d8", "#99c1f1" },
  [WAVE_CATEGORY_FAULT] = { N_("Malformed"), "dialog-warning-symbolic", "#e01b24", "#ed333b" },
};

const char *
wave_event_words_category (WaveCategory category)
{
  return _(categories[category < WAVE_N_CATEGORIES ? category : WAVE_CATEGORY_OTHER].name);
}

void
wave_event_words_category_color (WaveCategory category, gboolean dark, GdkRGBA *color)
{
  category = category < WAVE_N_CATEGORIES ? category : WAVE_CATEGORY_OTHER;
  gdk_rgba_parse (color, dark ? categories[category].dark : categories[category].light);
}

static WaveCategory
row_category (const WaveEventRow *row)
{
  return row->flags & WAVE_EVENT_IS_MALFORMED ? WAVE_CATEGORY_FAULT : row->category;
}

const char *
wave_event_words_icon (const WaveEventRow *row)
{
  return categories[row_category (row)].icon;
}

const char *
wave_event_words_class (const WaveEventRow *row)
{
  static const char *const classes[WAVE_N_CATEGORIES] = {
    [WAVE_CATEGORY_OTHER] = "is-other",   [WAVE_CATEGORY_CONNECTION] = "is-connection", [WAVE_CATEGORY_MESSAGE] = "is-message", [WAVE_CATEGORY_STREAM] = "is-stream",
    [WAVE_CATEGORY_AI] = "is-ai",         [WAVE_CATEGORY_ROOM] = "is-room",             [WAVE_CATEGORY_PLAN] = "is-plan",       [WAVE_CATEGORY_PEOPLE] = "is-people",
    [WAVE_CATEGORY_CALL] = "is-call",     [WAVE_CATEGORY_BRIDGE] = "is-bridge",         [WAVE_CATEGORY_FAULT] = "is-fault",
  };

  return classes[row_category (row)];
}

char *
wave_event_words_type (const WaveEventRow *row)
{
  if (row->kind == WAVE_EVENT_INVALID || row->type == NULL || *row->type == '\0')
    return g_strdup (_("not an event"));
  return wave_text_make_visible (row->type, strlen (row->type), 80);
}

static char *
visible (const char *text)
{
  return wave_text_make_visible (text, text != NULL ? strlen (text) : 0, MAX_CHARS);
}

char *
wave_event_words_room (WaveEventLog *log, const char *room_id)
{
  const char *name = room_id != NULL ? wave_event_log_get_room_name (log, room_id) : NULL;

  if (room_id == NULL)
    return g_strdup ("–");
  return visible (name != NULL && *name != '\0' ? name : room_id);
}

char *
wave_event_words_person (WaveEventLog *log, const char *participant_id)
{
  const char *name = participant_id != NULL ? wave_event_log_get_participant_name (log, participant_id) : NULL;

  if (participant_id == NULL)
    return g_strdup ("–");
  return visible (name != NULL && *name != '\0' ? name : participant_id);
}

/* ---------------------------------------------------------------- one line */

/* What a summary tells at most of a short text and of a long one, in bytes. */
typedef char Short[81];
typedef char Long[1025];

/* The beginning of @text, which may be NULL, cut between characters. */
static const char *
clip (char *buffer, gsize size, const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  if (length >= size)
    length = g_utf8_find_prev_char (text, text + size) - text;
  memcpy (buffer, text != NULL ? text : "", length);
  buffer[length] = '\0';
  return buffer;
}
#define CLIP(buffer, text) clip ((buffer), sizeof (buffer), (text))

static char *
say_message (const WaveMessage *message)
{
  const char *body = message->body != NULL ? message->body : message->content_json != NULL ? message->content_json : "";
  Short who;
  Long what;

  if (message->redacted_us >= 0)
    return g_strdup (_("deleted"));
  if (message->filename != NULL)
    return g_strdup_printf (_("file %s"), message->filename);
  if (message->media_id != NULL)
    return g_strdup (_("a file"));
  if (message->lang != NULL && *message->lang != '\0')
    /* Translators: code in a message: first its language, then its beginning. */
    return g_strdup_printf (_("%s code: %s"), CLIP (who, message->lang), CLIP (what, body));
  if (message->replaces_event_id != NULL)
    return g_strdup_printf (_("edited: %s"), CLIP (what, body));
  if (message->imported_sender != NULL && message->imported_sender->display_name != NULL)
    /* Translators: who said what. */
    return g_strdup_printf (_("%s: %s"), CLIP (who, message->imported_sender->display_name), CLIP (what, body));
  return g_strdup (CLIP (what, body));
}

static char *
say_chunk (const WaveChunk *chunk)
{
  g_autofree char *text = g_strndup (chunk->text, MIN (chunk->length, 1024));

  if (chunk->done)
    /* Translators: the last chunk of a reply. */
    return chunk->length > 0 ? g_strdup_printf (_("“%s” · done"), text) : g_strdup (_("done"));
  if (chunk->length == 0)
    return g_strdup (_("empty: a sign of life"));
  /* Translators: the words of a chunk of a reply between quotation marks. */
  return g_strdup_printf (_("“%s”"), text);
}

static char *
say_plan (const WavePlan *plan)
{
  Short state;
  Long what;

  if (plan == NULL)
    return g_strdup (_("no plan any more"));
  if (plan->current_step >= 0 && (guint) plan->current_step < plan->n_steps)
    /* Translators: the state of a plan: "step 3 of 5 running: Watch the vacuum". */
    return g_strdup_printf (_("step %d of %u %s: %s"), plan->current_step + 1, plan->n_steps, CLIP (state, plan->state),
                            CLIP (what, plan->steps[plan->current_step].text));
  return g_strdup_printf (ngettext ("%s, %u step: %s", "%s, %u steps: %s", plan->n_steps), CLIP (state, plan->state != NULL ? plan->state : _("plan")),
                          plan->n_steps, CLIP (what, plan->goal));
}

static char *
say_sidekick (WaveEventLog *log, const WaveSidekick *sidekick, WaveEventKind kind)
{
  const char *who = sidekick->codename != NULL ? sidekick->codename : sidekick->task_id != NULL ? sidekick->task_id : "";
  Short name, status;
  Long what;

  if (kind == WAVE_EVENT_SIDEKICK_SPAWNED)
    /* Translators: a sidekick began: its name and its task. */
    return g_strdup_printf (_("%s began: %s"), CLIP (name, who), CLIP (what, sidekick->task));
  if (kind == WAVE_EVENT_SIDEKICK_RESULT)
    return g_strdup_printf (_("%s %s: %s"), CLIP (name, who), CLIP (status, sidekick->status != NULL ? sidekick->status : _("ended")),
                            CLIP (what, sidekick->result));
  {
    g_autofree char *by = wave_event_words_person (log, sidekick->cancelled_by);

    return g_strdup_printf (_("%s cancelled by %s"), CLIP (name, who), by);
  }
}

static char *
say_call (WaveEventLog *log, const WaveCall *call, WaveEventKind kind)
{
  Short type;

  if (kind == WAVE_EVENT_CALL_INVITE)
    {
      g_autofree char *who = wave_event_words_person (log, call->initiator_id);

      /* Translators: the kind of call (audio, video) and who calls. */
      return g_strdup_printf (_("%s call from %s"), CLIP (type, call->call_type), who);
    }
  if (call->n_participants > 0)
    return g_strdup_printf (ngettext ("%u person in the call", "%u people in the call", call->n_participants), call->n_participants);
  return g_strdup (call->state != NULL ? call->state : _("call changed"));
}

static char *
say_usage (const WaveContextUsage *usage)
{
  g_autofree char *used = wave_format_count (MAX (usage->used, 0));
  g_autofree char *limit = wave_format_count (MAX (usage->limit, 0));

  if (usage->used >= 0 && usage->limit > 0)
    /* Translators: how full the memory of an AI is, "1,204 of 8,192 tokens (15 %)". */
    return g_strdup_printf (_("%s of %s tokens (%d %%)"), used, limit, (int) lround (usage->ratio * 100));
  if (usage->used >= 0)
    return g_strdup_printf (_("%s tokens"), used);
  return isnan (usage->ratio) ? g_strdup ("–") : g_strdup_printf (_("%d %% full"), (int) lround (usage->ratio * 100));
}

static char *
say_member (WaveEventLog *log, const WaveMember *member)
{
  g_autofree char *who = wave_event_words_person (log, member->participant_id);
  Short membership;

  if (g_strcmp0 (member->membership, "join") == 0)
    return g_strdup_printf (_("%s joined"), who);
  if (g_strcmp0 (member->membership, "leave") == 0)
    return g_strdup_printf (_("%s left"), who);
  if (g_strcmp0 (member->membership, "invite") == 0)
    return g_strdup_printf (_("%s was invited"), who);
  if (g_strcmp0 (member->membership, "ban") == 0)
    return g_strdup_printf (_("%s was banned"), who);
  return g_strdup_printf (_("%s: %s"), who, CLIP (membership, member->membership));
}

static char *
say_engagement (const WaveEngagement *engagement)
{
  if (engagement->mode != NULL)
    return g_strdup (engagement->mode);
  if (engagement->engaged >= 0)
    return g_strdup (engagement->engaged == 1 ? _("engaged") : _("not engaged"));
  return g_strdup (engagement->response_mode != NULL ? engagement->response_mode : "–");
}

static char *
say_unknown (const WaveEvent *event)
{
  return g_utf8_make_valid (event->raw, MIN (event->raw_size, 1024));
}

static char *
say (WaveEventLog *log, const WaveEvent *event)
{
  Short emoji, transport, health, code;
  Long what;

  if (event->malformed != NULL)
    return g_strdup_printf (_("malformed: %s"), event->malformed);
  if (event->payload == NULL)
    return say_unknown (event);
  switch (event->kind)
    {
    case WAVE_EVENT_HELLO:
      {
        const WaveHello *hello = event->payload;

        return hello->server_name != NULL ? g_strdup_printf (_("hello from %s"), hello->server_name) : g_strdup (_("hello"));
      }
    case WAVE_EVENT_MESSAGE:
    case WAVE_EVENT_BRIDGE_MESSAGE:
      return say_message (event->payload);
    case WAVE_EVENT_CHUNK:
      return say_chunk (event->payload);
    case WAVE_EVENT_REDACTION:
      {
        const WaveRedaction *redaction = event->payload;

        return redaction->reason != NULL && *redaction->reason != '\0' ? g_strdup_printf (_("message deleted: %s"), CLIP (what, redaction->reason))
                                                                        : g_strdup (_("message deleted"));
      }
    case WAVE_EVENT_REACTION:
      {
        const WaveReaction *reaction = event->payload;

        return reaction->removed ? g_strdup_printf (_("%s taken back"), CLIP (emoji, reaction->emoji)) : g_strdup (reaction->emoji);
      }
    case WAVE_EVENT_MEMBER:
      return say_member (log, event->payload);
    case WAVE_EVENT_ROOM_NAME:
    case WAVE_EVENT_ROOM_TOPIC:
      {
        const WaveRoomText *text = event->payload;

        return text->value != NULL ? g_strdup (CLIP (what, text->value)) : g_strdup (_("cleared"));
      }
    case WAVE_EVENT_READ_MARKER:
      {
        const WaveReadMarker *marker = event->payload;

        return marker->position >= 0 ? g_strdup_printf (_("read up to position %lld"), (long long) marker->position) : g_strdup (_("read up to a message"));
      }
    case WAVE_EVENT_AI_ENGAGEMENT:
      return say_engagement (event->payload);
    case WAVE_EVENT_AI_STATUS:
      {
        const WaveAiStatus *status = event->payload;

        return g_strdup (status->status != NULL ? status->status : _("idle"));
      }
    case WAVE_EVENT_CONTEXT_USAGE:
      return say_usage (event->payload);
    case WAVE_EVENT_PLAN_UPDATED:
      return say_plan (((const WavePlanUpdated *) event->payload)->plan);
    case WAVE_EVENT_SIDEKICK_SPAWNED:
    case WAVE_EVENT_SIDEKICK_RESULT:
    case WAVE_EVENT_SIDEKICK_CANCEL:
      return say_sidekick (log, event->payload, event->kind);
    case WAVE_EVENT_TYPING:
      return g_strdup (((const WaveTyping *) event->payload)->typing ? _("started typing") : _("stopped typing"));
    case WAVE_EVENT_PRESENCE:
      return g_strdup (((const WavePresence *) event->payload)->word);
    case WAVE_EVENT_CALL_INVITE:
    case WAVE_EVENT_CALL_STATE:
      return say_call (log, event->payload, event->kind);
    case WAVE_EVENT_BRIDGE_STATUS:
      {
        const WaveBridgeStatus *status = event->payload;

        return g_strdup_printf ("%s %s %s", CLIP (transport, status->transport), CLIP (health, status->status), CLIP (what, status->error));
      }
    case WAVE_EVENT_MODEL_ERROR:
      {
        const WaveModelError *error = event->payload;

        return g_strdup_printf ("%s: %s", CLIP (code, error->code != NULL ? error->code : _("error")), CLIP (what, error->message));
      }
    case WAVE_EVENT_UNKNOWN:
    case WAVE_EVENT_INVALID:
    case WAVE_EVENT_FEDERATION:
    case WAVE_EVENT_PING:
    case WAVE_N_EVENT_KINDS:
    default:
      return say_unknown (event);
    }
}

char *
wave_event_words_summary (WaveEventLog *log, const WaveEvent *event)
{
  g_autofree char *said = say (log, event);

  return visible (said);
}

char *
wave_event_words_kind (const WaveEvent *event)
{
  static const char *const kinds[WAVE_N_EVENT_KINDS] = {
    [WAVE_EVENT_INVALID] = N_("Not an event"),
    [WAVE_EVENT_HELLO] = N_("Hello of the server"),
    [WAVE_EVENT_MESSAGE] = N_("Message"),
    [WAVE_EVENT_CHUNK] = N_("Chunk of a reply"),
    [WAVE_EVENT_REDACTION] = N_("Message deleted"),
    [WAVE_EVENT_REACTION] = N_("Reaction"),
    [WAVE_EVENT_MEMBER] = N_("Membership"),
    [WAVE_EVENT_ROOM_NAME] = N_("Room name"),
    [WAVE_EVENT_ROOM_TOPIC] = N_("Room topic"),
    [WAVE_EVENT_READ_MARKER] = N_("Read marker"),
    [WAVE_EVENT_AI_ENGAGEMENT] = N_("Engagement of an AI"),
    [WAVE_EVENT_AI_STATUS] = N_("Status of an AI"),
    [WAVE_EVENT_CONTEXT_USAGE] = N_("Context usage"),
    [WAVE_EVENT_PLAN_UPDATED] = N_("Plan updated"),
    [WAVE_EVENT_SIDEKICK_SPAWNED] = N_("Sidekick spawned"),
    [WAVE_EVENT_SIDEKICK_RESULT] = N_("Result of a sidekick"),
    [WAVE_EVENT_SIDEKICK_CANCEL] = N_("Sidekick cancelled"),
    [WAVE_EVENT_TYPING] = N_("Typing"),
    [WAVE_EVENT_PRESENCE] = N_("Presence"),
    [WAVE_EVENT_CALL_INVITE] = N_("Call"),
    [WAVE_EVENT_CALL_STATE] = N_("State of a call"),
    [WAVE_EVENT_FEDERATION] = N_("Federation"),
    [WAVE_EVENT_BRIDGE_MESSAGE] = N_("Message from a bridge"),
    [WAVE_EVENT_BRIDGE_STATUS] = N_("Status of a bridge"),
    [WAVE_EVENT_MODEL_ERROR] = N_("Error of a model"),
    [WAVE_EVENT_PING] = N_("Ping"),
  };

  if (event->kind < WAVE_N_EVENT_KINDS && kinds[event->kind] != NULL)
    return g_strdup (_(kinds[event->kind]));
  return g_strdup (_("Unknown type"));
}
