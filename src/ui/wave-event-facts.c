// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that was decoded of an event, as facts with a label each.
#include "config.h"

#include "ui/wave-event-words.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "protocol/wave-text.h"
#include "ui/wave-format.h"

/* Of one value; the tree and the raw text have all of it. */
#define VALUE_CHARS 4000

typedef struct
{
  GPtrArray *facts;
  WaveEventLog *log;
} Facts;

void
wave_event_fact_free (WaveEventFact *fact)
{
  g_free (fact->label);
  g_free (fact->value);
  g_free (fact->key);
  g_free (fact->target);
  g_free (fact);
}

/* Several lines stay several lines: each is made safe by itself. */
static char *
make_safe (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 200);
  g_autoptr (GString) safe = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = wave_text_make_visible (lines[i], strlen (lines[i]), VALUE_CHARS);

      g_string_append_printf (safe, "%s%s", i > 0 ? "\n" : "", line);
    }
  return g_string_free (g_steal_pointer (&safe), FALSE);
}

static WaveEventFact *
add (Facts *facts, const char *label, const char *value)
{
  WaveEventFact *fact;

  if (value == NULL || *value == '\0')
    return NULL;
  fact = g_new0 (WaveEventFact, 1);
  fact->label = g_strdup (label);
  fact->value = make_safe (value);
  g_ptr_array_add (facts->facts, fact);
  return fact;
}

static void
add_taken (Facts *facts, const char *label, char *value)
{
  g_autofree char *owned = value;

  add (facts, label, owned);
}

static void
add_link (Facts *facts, const char *label, char *value, const char *key, const char *target)
{
  g_autofree char *owned = value;
  WaveEventFact *fact = target != NULL ? add (facts, label, owned) : NULL;

  if (fact == NULL)
    return;
  fact->key = g_strdup (key);
  fact->target = g_strdup (target);
}

static void
add_person (Facts *facts, const char *label, const char *id)
{
  if (id != NULL)
    add_link (facts, label, wave_event_words_person (facts->log, id), "from", id);
}

static void
add_room (Facts *facts, const char *label, const char *id)
{
  if (id != NULL)
    add_link (facts, label, wave_event_words_room (facts->log, id), "room", id);
}

static void
add_event (Facts *facts, const char *label, const char *id)
{
  if (id != NULL)
    add_link (facts, label, g_strdup (id), "id", id);
}

static void
add_number (Facts *facts, const char *label, gint64 value)
{
  if (value >= 0)
    add_taken (facts, label, wave_format_count (value));
}

static char *
full_time (gint64 wall_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local_usec (wall_us);
  g_autofree char *text = NULL;

  if (time == NULL)
    return g_strdup ("–");
  /* Translators: date and time to the second as strftime writes it; the fraction follows. */
  text = g_date_time_format (time, _("%-e %B %Y, %H:%M:%S"));
  return g_strdup_printf ("%s.%06d", text, g_date_time_get_microsecond (time));
}

/* ---------------------------------------------------------------- by kind */

static void
add_message (Facts *facts, const WaveMessage *message)
{
  add (facts, _("Says"), message->body);
  add (facts, _("Kind of message"), message->msgtype);
  add (facts, _("Language"), message->lang);
  add (facts, _("File"), message->filename);
  add (facts, _("Media type"), message->mime_type);
  if (message->media_size >= 0)
    add_taken (facts, _("Size of the file"), wave_format_size (message->media_size));
  add_event (facts, _("Reply to"), message->reply_to_event_id);
  add_event (facts, _("Edit of"), message->replaces_event_id);
  for (guint i = 0; message->mentions != NULL && message->mentions[i] != NULL && i < 20; i++)
    add_person (facts, _("Mentions"), message->mentions[i]);
  if (message->imported_sender != NULL)
    add (facts, _("Written on the other side by"),
         message->imported_sender->display_name != NULL ? message->imported_sender->display_name : message->imported_sender->external_id);
  add (facts, _("Bridge"), message->bridge_id);
  if (message->edited_us >= 0)
    add_taken (facts, _("Edited"), full_time (message->edited_us));
  if (message->redacted_us >= 0)
    add_taken (facts, _("Deleted"), full_time (message->redacted_us));
  if (message->body == NULL)
    add (facts, _("Content"), message->content_json);
}

static void
add_plan (Facts *facts, const WavePlan *plan)
{
  if (plan == NULL)
    {
      add (facts, _("Plan"), _("The room has no plan any more"));
      return;
    }
  add (facts, _("Goal"), plan->goal);
  add (facts, _("State"), plan->state);
  add (facts, _("Reason for the pause"), plan->pause_reason);
  add_person (facts, _("Carried out by"), plan->participant_id);
  for (guint i = 0; i < plan->n_steps && i < 50; i++)
    {
      const WavePlanStep *step = &plan->steps[i];
      g_autofree char *label = g_strdup_printf ((int) i == plan->current_step ? _("Step %u, at work") : _("Step %u"), i + 1);
      g_autofree char *value = g_strdup_printf ("%s%s%s%s%s", step->text != NULL ? step->text : "", step->status != NULL ? " · " : "",
                                                step->status != NULL ? step->status : "", step->result != NULL ? " · " : "",
                                                step->result != NULL ? step->result : "");

      add (facts, label, value);
    }
  if (plan->auto_steps_used >= 0 && plan->auto_steps_max >= 0)
    add_taken (facts, _("Steps on its own"), g_strdup_printf (_("%d of %d"), (int) plan->auto_steps_used, (int) plan->auto_steps_max));
  add_room (facts, _("Room of its sidekick"), plan->sidekick_room_id);
  add (facts, _("Plan"), plan->id);
}

static void
add_sidekick (Facts *facts, const WaveSidekick *sidekick)
{
  add (facts, _("Sidekick"), sidekick->codename);
  add (facts, _("Task"), sidekick->task);
  add (facts, _("Status"), sidekick->status);
  add (facts, _("Result"), sidekick->result);
  add_person (facts, _("Spawned by"), sidekick->spawner_id);
  add_person (facts, _("Agent"), sidekick->agent_participant_id);
  add_person (facts, _("Cancelled by"), sidekick->cancelled_by);
  add (facts, _("Reason"), sidekick->reason);
  add_room (facts, _("Its room"), sidekick->room_id);
  if (sidekick->steps_used >= 0 && sidekick->steps_max >= 0)
    add_taken (facts, _("Steps"), g_strdup_printf (_("%d of %d"), (int) sidekick->steps_used, (int) sidekick->steps_max));
  add (facts, _("Task id"), sidekick->task_id);
}

static void
add_call (Facts *facts, const WaveCall *call)
{
  add (facts, _("Kind of call"), call->call_type);
  add (facts, _("State"), call->state);
  add_person (facts, _("Called by"), call->initiator_id);
  if (call->timeout_us > 0)
    add_taken (facts, _("Rings for"), wave_format_span (call->timeout_us));
  for (guint i = 0; i < call->n_participants && i < 20; i++)
    {
      g_autofree char *who = wave_event_words_person (facts->log, call->participants[i].participant_id);
      g_autofree char *value = call->participants[i].state != NULL ? g_strdup_printf ("%s · %s", who, call->participants[i].state) : g_strdup (who);

      add_link (facts, _("In the call"), g_steal_pointer (&value), "from", call->participants[i].participant_id);
    }
  add (facts, _("Call id"), call->call_id);
}

static void
add_payload (Facts *facts, const WaveEvent *event)
{
  switch (event->kind)
    {
    case WAVE_EVENT_HELLO:
      {
        const WaveHello *hello = event->payload;

        add (facts, _("Server"), hello->server_name);
        add (facts, _("Tenant"), hello->tenant_id);
        add (facts, _("Session"), hello->session_id);
        if (hello->ts_us >= 0)
          add_taken (facts, _("Clock of the server"), full_time (hello->ts_us));
        break;
      }
    case WAVE_EVENT_MESSAGE:
    case WAVE_EVENT_BRIDGE_MESSAGE:
      add_message (facts, event->payload);
      break;
    case WAVE_EVENT_CHUNK:
      {
        const WaveChunk *chunk = event->payload;

        add (facts, _("Text"), chunk->length > 0 ? chunk->text : _("none: a sign of life"));
        add_taken (facts, _("Characters"), wave_format_count (g_utf8_strlen (chunk->text, -1)));
        add (facts, _("Last of its reply"), chunk->done ? _("yes") : _("no"));
        add (facts, _("Reply"), chunk->stream_key);
        break;
      }
    case WAVE_EVENT_REDACTION:
      {
        const WaveRedaction *redaction = event->payload;

        add_event (facts, _("Deletes"), redaction->event_id);
        add_person (facts, _("By"), redaction->redacted_by);
        add (facts, _("Reason"), redaction->reason);
        break;
      }
    case WAVE_EVENT_REACTION:
      {
        const WaveReaction *reaction = event->payload;

        add (facts, reaction->removed ? _("Reaction taken back") : _("Reaction"), reaction->emoji);
        add_event (facts, _("To"), reaction->event_id);
        break;
      }
    case WAVE_EVENT_MEMBER:
      {
        const WaveMember *member = event->payload;

        add_person (facts, _("Member"), member->participant_id);
        add (facts, _("Membership"), member->membership);
        add_person (facts, _("Changed by"), member->changed_by);
        break;
      }
    case WAVE_EVENT_ROOM_NAME:
    case WAVE_EVENT_ROOM_TOPIC:
      {
        const WaveRoomText *text = event->payload;

        add (facts, event->kind == WAVE_EVENT_ROOM_NAME ? _("New name") : _("New topic"), text->value != NULL ? text->value : _("none"));
        break;
      }
    case WAVE_EVENT_READ_MARKER:
      {
        const WaveReadMarker *marker = event->payload;

        add_person (facts, _("Reader"), marker->participant_id);
        add_event (facts, _("Read up to"), marker->event_id);
        add_number (facts, _("Read up to position"), marker->position);
        break;
      }
    case WAVE_EVENT_AI_ENGAGEMENT:
      {
        const WaveEngagement *engagement = event->payload;

        add_person (facts, _("AI"), engagement->participant_id);
        add (facts, _("Mode"), engagement->mode);
        if (engagement->engaged >= 0)
          add (facts, _("Engaged"), engagement->engaged == 1 ? _("yes") : _("no"));
        add (facts, _("Way of answering"), engagement->response_mode);
        break;
      }
    case WAVE_EVENT_AI_STATUS:
      {
        const WaveAiStatus *status = event->payload;

        add_person (facts, _("AI"), status->participant_id);
        add (facts, _("Status"), status->status != NULL ? status->status : _("idle"));
        add (facts, _("Tool"), status->tool);
        break;
      }
    case WAVE_EVENT_CONTEXT_USAGE:
      {
        const WaveContextUsage *usage = event->payload;

        add_person (facts, _("AI"), usage->participant_id);
        add_number (facts, _("Tokens in use"), usage->used);
        add_number (facts, _("Tokens at most"), usage->limit);
        if (!isnan (usage->ratio))
          add_taken (facts, _("Full"), g_strdup_printf (_("%d %%"), (int) lround (usage->ratio * 100)));
        break;
      }
    case WAVE_EVENT_PLAN_UPDATED:
      add_plan (facts, ((const WavePlanUpdated *) event->payload)->plan);
      break;
    case WAVE_EVENT_SIDEKICK_SPAWNED:
    case WAVE_EVENT_SIDEKICK_RESULT:
    case WAVE_EVENT_SIDEKICK_CANCEL:
      add_sidekick (facts, event->payload);
      break;
    case WAVE_EVENT_TYPING:
      {
        const WaveTyping *typing = event->payload;

        add_person (facts, _("Who"), typing->participant_id);
        add (facts, _("Types"), typing->typing ? _("yes") : _("no"));
        break;
      }
    case WAVE_EVENT_PRESENCE:
      {
        const WavePresence *presence = event->payload;

        add_person (facts, _("Who"), presence->participant_id);
        add (facts, _("Presence"), presence->word);
        break;
      }
    case WAVE_EVENT_CALL_INVITE:
    case WAVE_EVENT_CALL_STATE:
      add_call (facts, event->payload);
      break;
    case WAVE_EVENT_BRIDGE_STATUS:
      {
        const WaveBridgeStatus *status = event->payload;

        add (facts, _("Bridge"), status->bridge_id);
        add (facts, _("Transport"), status->transport);
        add (facts, _("Status"), status->status);
        add (facts, _("Error"), status->error);
        break;
      }
    case WAVE_EVENT_MODEL_ERROR:
      {
        const WaveModelError *error = event->payload;

        add (facts, _("Code"), error->code);
        add (facts, _("Message"), error->message);
        break;
      }
    case WAVE_EVENT_UNKNOWN:
    case WAVE_EVENT_INVALID:
    case WAVE_EVENT_FEDERATION:
    case WAVE_EVENT_PING:
    case WAVE_N_EVENT_KINDS:
    default:
      break;
    }
}

/* ---------------------------------------------------------------- all of it */

static void
add_latency (Facts *facts, const WaveEventRow *row)
{
  g_autofree char *span = NULL;
  g_autofree char *words = NULL;

  if (row->latency_us == G_MININT64)
    return;
  span = wave_format_latency (row->latency_us);
  words = g_strdup_printf (row->latency_corrected ? _("%s, corrected by the server’s clock") : _("%s, by two clocks that were not compared"),
                           span);
  add (facts, _("From origin to arrival"), words);
}

GPtrArray *
wave_event_words_facts (WaveEventLog *log, const WaveEventRow *row, const WaveEvent *event)
{
  Facts facts = { g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_fact_free), log };

  if (event != NULL)
    {
      add (&facts, _("Malformed"), event->malformed);
      if (event->payload != NULL)
        add_payload (&facts, event);
    }
  else
    add (&facts, _("Let go"), _("The journal does not keep this event any more; what the index remembers is shown"));
  add_room (&facts, _("Room"), row->room_id);
  add_person (&facts, _("Sender"), row->sender_id);
  if (*row->type != '\0')
    add_link (&facts, _("Type"), g_strdup (row->type), "type", row->type);
  if (event != NULL)
    add_event (&facts, _("Event id"), event->id);
  if (row->position >= 0)
    add_taken (&facts, _("Durable"), g_strdup_printf (_("position %lld"), (long long) row->position));
  else
    add (&facts, _("Ephemeral"), _("gone if missed"));
  add_taken (&facts, row->via == WAVE_VIA_STREAM    ? _("Arrived by the stream")
                     : row->via == WAVE_VIA_SYNC    ? _("Arrived by sync")
                                                    : _("Fetched from the history"),
             full_time (row->wall_us));
  if (event != NULL && event->origin_us >= 0)
    add_taken (&facts, _("Made at its origin"), full_time (event->origin_us));
  add_latency (&facts, row);
  if (row->gap_us != G_MININT64)
    add_taken (&facts, _("Silence before it"), wave_format_span (row->gap_us));
  add_taken (&facts, _("Size"), g_strdup_printf (ngettext ("%'u byte", "%'u bytes", row->size), row->size));
  return facts.facts;
}
