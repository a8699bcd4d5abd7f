// SPDX-License-Identifier: GPL-3.0-or-later
// One line that tells what an event says, for logs, the CLI and search. Untranslated; the UI words its own.
#include "config.h"

#include <math.h>
#include <string.h>

#include "protocol/wave-event.h"
#include "protocol/wave-text.h"

#define MAX_CHARS 200

static const char *
or_what (const char *text)
{
  return text != NULL ? text : "?";
}

static void
add_message (GString *line, const WaveMessage *message)
{
  if (message->redacted_us >= 0)
    g_string_append (line, "redacted");
  else
    {
      if (message->msgtype != NULL && strcmp (message->msgtype, "swp.text") != 0)
        g_string_append_printf (line, "%s ", message->msgtype);
      if (message->imported_sender != NULL && message->imported_sender->display_name != NULL)
        g_string_append_printf (line, "%.1024s: ", message->imported_sender->display_name);
      if (message->lang != NULL)
        g_string_append_printf (line, "(%.1024s) ", message->lang);
      if (message->filename != NULL)
        g_string_append_printf (line, "%.1024s ", message->filename);
      else if (message->media_id != NULL)
        g_string_append_printf (line, "%s ", message->media_id);
      /* What is behind the first kilobyte does not show. */
      g_string_append_printf (line, "%.1024s",
                              message->body != NULL           ? message->body
                              : message->content_json != NULL ? message->content_json
                                                              : "");
    }
}

static void
add_plan (GString *line, const WavePlan *plan)
{
  guint done = 0;

  if (plan == NULL)
    {
      g_string_append (line, "no plan");
      return;
    }
  for (guint i = 0; i < plan->n_steps; i++)
    done += g_strcmp0 (plan->steps[i].status, "done") == 0;
  g_string_append_printf (line, "%.1024s %u/%u: %.1024s", or_what (plan->state), done, plan->n_steps, or_what (plan->goal));
  if (plan->current_step >= 0)
    g_string_append_printf (line, " [%.1024s]", or_what (plan->steps[plan->current_step].text));
}

static void
add_sidekick (GString *line, const WaveSidekick *sidekick, WaveEventKind kind)
{
  g_string_append_printf (line, "%.1024s ", sidekick->codename != NULL ? sidekick->codename : or_what (sidekick->task_id));
  if (kind == WAVE_EVENT_SIDEKICK_SPAWNED)
    g_string_append_printf (line, "%.1024s: %.1024s", sidekick->status != NULL ? sidekick->status : "spawned",
                            or_what (sidekick->task));
  else if (kind == WAVE_EVENT_SIDEKICK_RESULT)
    g_string_append_printf (line, "result: %.1024s", or_what (sidekick->result));
  else
    g_string_append_printf (line, "cancelled by %s: %.1024s", or_what (sidekick->cancelled_by), or_what (sidekick->reason));
}

static void
add_call (GString *line, const WaveCall *call, WaveEventKind kind)
{
  g_string_append (line, call->call_id);
  if (call->call_type != NULL)
    g_string_append_printf (line, " %.1024s", call->call_type);
  if (kind == WAVE_EVENT_CALL_INVITE)
    g_string_append_printf (line, " from %s, rings %.0f s", or_what (call->initiator_id),
                            (double)call->timeout_us / G_USEC_PER_SEC);
  if (call->n_participants == 0 && call->state != NULL)
    g_string_append_printf (line, " %.1024s", call->state);
  for (guint i = 0; i < MIN (call->n_participants, 8); i++)
    g_string_append_printf (line, "%s %s %.1024s", i > 0 ? "," : "", call->participants[i].participant_id,
                            call->participants[i].state != NULL ? call->participants[i].state : "");
}

static void
add_usage (GString *line, const WaveContextUsage *usage)
{
  g_string_append_printf (line, "%s ", usage->participant_id);
  if (usage->used >= 0)
    g_string_append_printf (line, "%" G_GINT64_FORMAT, usage->used);
  if (usage->limit > 0)
    g_string_append_printf (line, " of %" G_GINT64_FORMAT, usage->limit);
  g_string_append (line, " tokens");
  if (!isnan (usage->ratio))
    g_string_append_printf (line, " (%d %%)", (int)lround (usage->ratio * 100));
}

/* A type without typed members: the beginning of what came. */
static void
add_raw (GString *line, const WaveEvent *event)
{
  g_string_append_len (line, event->raw, MIN (event->raw_size, 1024));
}

static void
add_payload (GString *line, const WaveEvent *event)
{
  switch (event->kind)
    {
    case WAVE_EVENT_HELLO:
      {
        const WaveHello *hello = event->payload;

        g_string_append_printf (line, "%s tenant %s session %s", or_what (hello->server_name), or_what (hello->tenant_id),
                                or_what (hello->session_id));
        break;
      }

    case WAVE_EVENT_MESSAGE:
    case WAVE_EVENT_BRIDGE_MESSAGE:
      add_message (line, event->payload);
      break;

    case WAVE_EVENT_CHUNK:
      {
        const WaveChunk *chunk = event->payload;

        g_string_append_len (line, chunk->text, MIN (chunk->length, 1024));
        if (chunk->done)
          g_string_append (line, chunk->length > 0 ? " (done)" : "(done)");
        break;
      }

    case WAVE_EVENT_REDACTION:
      {
        const WaveRedaction *redaction = event->payload;

        g_string_append_printf (line, "%s by %s", redaction->event_id, or_what (redaction->redacted_by));
        if (redaction->reason != NULL && redaction->reason[0] != '\0')
          g_string_append_printf (line, ": %.1024s", redaction->reason);
        break;
      }

    case WAVE_EVENT_REACTION:
      {
        const WaveReaction *reaction = event->payload;

        g_string_append_printf (line, "%.1024s %s %s", reaction->emoji, reaction->removed ? "removed from" : "on",
                                reaction->event_id);
        break;
      }

    case WAVE_EVENT_MEMBER:
      {
        const WaveMember *member = event->payload;

        g_string_append_printf (line, "%s %.1024s", member->participant_id, member->membership);
        if (member->changed_by != NULL && strcmp (member->changed_by, member->participant_id) != 0)
          g_string_append_printf (line, " by %s", member->changed_by);
        break;
      }

    case WAVE_EVENT_ROOM_NAME:
    case WAVE_EVENT_ROOM_TOPIC:
      {
        const WaveRoomText *text = event->payload;

        g_string_append_printf (line, "%.1024s", text->value != NULL ? text->value : "(cleared)");
        break;
      }

    case WAVE_EVENT_READ_MARKER:
      {
        const WaveReadMarker *marker = event->payload;

        g_string_append_printf (line, "%s read up to ", or_what (marker->participant_id));
        if (marker->event_id == NULL && marker->position >= 0)
          g_string_append_printf (line, "%" G_GINT64_FORMAT, marker->position);
        else
          g_string_append (line, or_what (marker->event_id));
        break;
      }

    case WAVE_EVENT_AI_ENGAGEMENT:
      {
        const WaveEngagement *engagement = event->payload;

        g_string_append_printf (line, "%s %.1024s", or_what (engagement->participant_id),
                                engagement->mode != NULL            ? engagement->mode
                                : engagement->engaged == 1          ? "engaged"
                                : engagement->engaged == 0          ? "not engaged"
                                : engagement->response_mode != NULL ? engagement->response_mode
                                                                    : "?");
        break;
      }

    case WAVE_EVENT_AI_STATUS:
      {
        const WaveAiStatus *status = event->payload;

        g_string_append_printf (line, "%s %.1024s", status->participant_id, status->status != NULL ? status->status : "idle");
        break;
      }

    case WAVE_EVENT_CONTEXT_USAGE:
      add_usage (line, event->payload);
      break;

    case WAVE_EVENT_PLAN_UPDATED:
      add_plan (line, ((const WavePlanUpdated *)event->payload)->plan);
      break;

    case WAVE_EVENT_SIDEKICK_SPAWNED:
    case WAVE_EVENT_SIDEKICK_RESULT:
    case WAVE_EVENT_SIDEKICK_CANCEL:
      add_sidekick (line, event->payload, event->kind);
      break;

    case WAVE_EVENT_TYPING:
      {
        const WaveTyping *typing = event->payload;

        g_string_append_printf (line, "%s %s", typing->participant_id, typing->typing ? "is typing" : "stopped typing");
        break;
      }

    case WAVE_EVENT_PRESENCE:
      {
        const WavePresence *presence = event->payload;

        g_string_append_printf (line, "%s %.1024s", presence->participant_id, presence->word);
        break;
      }

    case WAVE_EVENT_CALL_INVITE:
    case WAVE_EVENT_CALL_STATE:
      add_call (line, event->payload, event->kind);
      break;

    case WAVE_EVENT_BRIDGE_STATUS:
      {
        const WaveBridgeStatus *status = event->payload;

        g_string_append_printf (line, "%s %.1024s %.1024s", or_what (status->bridge_id),
                                status->transport != NULL ? status->transport : "", or_what (status->status));
        if (status->error != NULL)
          g_string_append_printf (line, ": %.1024s", status->error);
        break;
      }

    case WAVE_EVENT_MODEL_ERROR:
      {
        const WaveModelError *error = event->payload;

        g_string_append_printf (line, "%.1024s: %.1024s", or_what (error->code), or_what (error->message));
        break;
      }

    case WAVE_EVENT_UNKNOWN:
    case WAVE_EVENT_INVALID:
    case WAVE_EVENT_FEDERATION:
    case WAVE_EVENT_PING:
    case WAVE_N_EVENT_KINDS:
    default:
      add_raw (line, event);
      break;
    }
}

char *
wave_event_summarise (const WaveEvent *event)
{
  g_autoptr (GString) line = g_string_sized_new (256);

  g_return_val_if_fail (event != NULL, NULL);

  if (event->malformed != NULL)
    {
      g_string_append_printf (line, "malformed: %.1024s", event->malformed);
      if (event->kind == WAVE_EVENT_INVALID)
        {
          g_string_append (line, " — ");
          add_raw (line, event);
        }
    }
  else
    add_payload (line, event);
  return wave_text_make_visible (line->str, line->len, MAX_CHARS);
}
