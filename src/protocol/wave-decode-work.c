// SPDX-License-Identifier: GPL-3.0-or-later
// Payloads of what AIs are at, of plans, sidekicks, calls and bridges. The lists of names are appendix A of the protocol notes.
#include "config.h"

#include "protocol/wave-decode-private.h"

#include <math.h>
#include <string.h>

#include "protocol/wave-slab.h"

#define NEW(Type) ((Type *)wave_slab_alloc (reader->slab, sizeof (Type)))

/* How long a call rings when the wire does not tell, and at most (protocol notes, 4.18). */
#define RING_S 60
#define MAX_RING_S 3600

NAMES (names_participant, N ("participant_id"), N ("sender_id"));

static void
require_room (WaveReader *reader, const WaveEvent *event)
{
  if (event->room_id == NULL)
    wave_reader_missing (reader, "room_id");
}

/* ---------------------------------------------------------------- AIs */

void
wave_read_engagement (WaveReader *reader, WaveEngagement *engagement)
{
  NAMES (names_who, N ("participant_id"), N ("ai_participant_id"), N ("sender_id"));
  NAMES (names_mode, N ("mode"), N ("engagement_mode"), N ("engagement"));
  NAMES (names_engaged, N ("engaged"));
  NAMES (names_response, N ("response_mode"));

  engagement->participant_id = wave_reader_id (reader, names_who);
  engagement->mode = wave_reader_string (reader, names_mode);
  engagement->engaged = wave_reader_bool (reader, names_engaged);
  engagement->response_mode = wave_reader_string (reader, names_response);
}

gconstpointer
wave_decode_engagement (WaveReader *reader, WaveEvent *event)
{
  WaveEngagement *engagement = NEW (WaveEngagement);

  require_room (reader, event);
  wave_read_engagement (reader, engagement);
  return engagement;
}

gconstpointer
wave_decode_ai_status (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_status, N ("status"));
  WaveAiStatus *status = NEW (WaveAiStatus);

  require_room (reader, event);
  status->participant_id = wave_reader_id (reader, names_participant);
  if (status->participant_id == NULL)
    wave_reader_missing (reader, "participant_id");
  status->status = wave_reader_string (reader, names_status);
  if (status->status == NULL || status->status[0] == '\0')
    {
      status->status = NULL;
      status->phase = WAVE_AI_IDLE;
    }
  else if (strcmp (status->status, "thinking") == 0)
    status->phase = WAVE_AI_THINKING;
  else if (strcmp (status->status, "generating") == 0)
    status->phase = WAVE_AI_GENERATING;
  else if (g_str_has_prefix (status->status, "calling "))
    {
      status->phase = WAVE_AI_CALLING;
      status->tool = status->status + strlen ("calling ");
    }
  else
    status->phase = WAVE_AI_OTHER;
  return status;
}

static double
read_real (WaveReader *reader, const WaveName *names)
{
  yyjson_val *value = wave_reader_pick (reader, names);

  if (value == NULL || yyjson_is_raw (value))
    return NAN;
  if (yyjson_is_num (value))
    return yyjson_get_num (value);
  wave_reader_expected (reader, value, "a number");
  return NAN;
}

gconstpointer
wave_decode_context_usage (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_used, N ("used_tokens"), N ("used"), N ("tokens_used"), N ("tokens"), N ("prompt_tokens"), N ("current"));
  NAMES (names_limit, N ("max_tokens"), N ("limit"), N ("max"), N ("context_window"), N ("context_limit"), N ("budget"),
         N ("total"));
  NAMES (names_percent, N ("percent"));
  NAMES (names_ratio, N ("ratio"), N ("fraction"));
  WaveContextUsage *usage = NEW (WaveContextUsage);

  require_room (reader, event);
  usage->participant_id = wave_reader_id (reader, names_participant);
  if (usage->participant_id == NULL)
    wave_reader_missing (reader, "participant_id");
  usage->used = wave_reader_int (reader, names_used);
  usage->limit = wave_reader_int (reader, names_limit);
  if (usage->limit == 0)
    usage->limit = -1;
  if (usage->used >= 0 && usage->limit > 0)
    usage->ratio = (double)usage->used / (double)usage->limit;
  else
    {
      usage->ratio = read_real (reader, names_percent) / 100;
      if (isnan (usage->ratio))
        usage->ratio = read_real (reader, names_ratio);
    }
  if (!isnan (usage->ratio))
    usage->ratio = CLAMP (usage->ratio, 0, 1);
  return usage;
}

gconstpointer
wave_decode_model_error (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_code, N ("code"));
  NAMES (names_message, N ("message"), N ("body"));
  NAMES (names_error, N ("error"));
  WaveModelError *error = NEW (WaveModelError);
  yyjson_val *nested;

  error->code = wave_reader_string (reader, names_code);
  error->message = wave_reader_string (reader, names_message);
  nested = wave_reader_pick (reader, names_error);
  if (yyjson_is_obj (nested))
    {
      WaveReader inner = *reader;

      inner.top = NULL;
      inner.content = nested;
      inner.prefix = reader->picked_in_content ? "content.error." : "error.";
      if (error->code == NULL)
        error->code = wave_reader_string (&inner, names_code);
      if (error->message == NULL)
        error->message = wave_reader_string (&inner, names_message);
      reader->fault = inner.fault;
    }
  else if (yyjson_is_str (nested) && error->message == NULL)
    error->message = wave_reader_copy (reader, nested, NULL);
  else if (nested != NULL && !yyjson_is_str (nested))
    wave_reader_expected (reader, nested, "an object");
  return error;
}

/* ---------------------------------------------------------------- plans and sidekicks */

gconstpointer
wave_decode_plan_updated (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_plan, N ("plan"));
  WavePlanUpdated *updated = NEW (WavePlanUpdated);
  yyjson_val *outer = reader->content != NULL ? reader->content : reader->top;
  yyjson_val *plan;

  require_room (reader, event);
  if (reader->fault != NULL)
    return NULL;
  plan = wave_reader_object (reader, names_plan);
  if (plan != NULL)
    updated->plan = wave_plan_read (plan, reader->picked_in_content ? "content.plan." : "plan.", reader);
  else if (reader->fault == NULL && !wave_reader_has (reader, names_plan))
    {
      if (yyjson_obj_getn (outer, "steps", 5) != NULL)
        updated->plan = wave_plan_read (outer, outer == reader->content ? "content." : "", reader);
      else
        wave_reader_missing (reader, "content.plan");
    }
  return updated;
}

void
wave_read_sidekick (WaveReader *reader, WaveSidekick *sidekick)
{
  NAMES (names_task_id, N ("task_id"), N_IN_CONTENT ("id"));
  NAMES (names_codename, N ("codename"), N ("name"));
  NAMES (names_task, N ("task"), N ("task_description"), N ("description"));
  NAMES (names_room, N ("sidekick_room_id"), N ("child_room_id"));
  NAMES (names_agent, N ("agent_participant_id"));
  NAMES (names_spawner, N ("spawner_id"), N ("spawned_by"));
  NAMES (names_status, N ("status"));
  NAMES (names_result, N ("result_summary"), N ("summary"), N ("result"), N ("body"));
  NAMES (names_cancelled, N ("cancelled_by"), N ("canceled_by"));
  NAMES (names_reason, N ("reason"));
  NAMES (names_used, N ("steps_used"), N ("step_count"), N ("steps_taken"));
  NAMES (names_max, N ("max_steps"), N ("steps_max"), N ("step_limit"));
  NAMES (names_timeout, N ("timeout_seconds"), N ("timeout_s"));
  NAMES (names_started, N_IN_CONTENT ("started_at"), N_IN_CONTENT ("spawned_at"), N_IN_CONTENT ("created_at"));
  gboolean lenient = reader->lenient;

  sidekick->task_id = wave_reader_id (reader, names_task_id);
  sidekick->codename = wave_reader_string (reader, names_codename);
  sidekick->task = wave_reader_string (reader, names_task);
  sidekick->room_id = wave_reader_id (reader, names_room);
  sidekick->agent_participant_id = wave_reader_id (reader, names_agent);
  sidekick->spawner_id = wave_reader_id (reader, names_spawner);
  sidekick->status = wave_reader_string (reader, names_status);
  sidekick->result = wave_reader_string (reader, names_result);
  sidekick->cancelled_by = wave_reader_id (reader, names_cancelled);
  sidekick->reason = wave_reader_string (reader, names_reason);
  /* Nobody has documented these: a member with another meaning is not a fault. */
  reader->lenient = TRUE;
  sidekick->steps_used = wave_reader_int (reader, names_used);
  sidekick->steps_max = wave_reader_int (reader, names_max);
  sidekick->timeout_s = wave_reader_int (reader, names_timeout);
  sidekick->started_us = wave_reader_time (reader, names_started);
  reader->lenient = lenient;
}

gconstpointer
wave_decode_sidekick (WaveReader *reader, WaveEvent *event)
{
  WaveSidekick *sidekick = NEW (WaveSidekick);

  require_room (reader, event);
  wave_read_sidekick (reader, sidekick);
  if (event->kind == WAVE_EVENT_SIDEKICK_CANCEL && sidekick->cancelled_by == NULL)
    sidekick->cancelled_by = (char *)event->sender_id;
  if (sidekick->task_id == NULL && (sidekick->codename == NULL || sidekick->codename[0] == '\0'))
    wave_reader_missing (reader, "content.task_id");
  return sidekick;
}

/* ---------------------------------------------------------------- calls */

static void
read_call_participants (WaveReader *reader, WaveCall *call)
{
  NAMES (names_list, N ("participants"));
  NAMES (names_id, N ("participant_id"), N ("id"));
  NAMES (names_state, N ("state"), N ("status"));
  NAMES (names_one, N ("participant_id"));
  yyjson_val *list = wave_reader_array (reader, names_list);
  const char *prefix = reader->picked_in_content ? "content.participants" : "participants";
  yyjson_arr_iter iter;

  if (list != NULL)
    {
      int index = 0;

      call->is_list = TRUE;
      call->participants = wave_slab_alloc (reader->slab, yyjson_arr_size (list) * sizeof (WaveCallParticipant));
      iter = yyjson_arr_iter_with (list);
      for (yyjson_val *value; (value = yyjson_arr_iter_next (&iter)) != NULL; index++)
        {
          WaveCallParticipant participant = { NULL };
          WaveReader inner = *reader;

          if (yyjson_is_str (value))
            participant.participant_id = wave_reader_copy (reader, value, NULL);
          else if (yyjson_is_obj (value))
            {
              inner.top = NULL;
              inner.content = value;
              inner.prefix = prefix;
              inner.index = index;
              participant.participant_id = wave_reader_id (&inner, names_id);
              participant.state = wave_reader_string (&inner, names_state);
              reader->fault = inner.fault;
            }
          else
            wave_reader_fault (reader, "%s[%d]: expected an object, found %s", prefix, index, wave_json_describe (value));
          if (participant.participant_id != NULL)
            call->participants[call->n_participants++] = participant;
        }
      return;
    }

  call->participants = NEW (WaveCallParticipant);
  call->participants[0].participant_id = wave_reader_id (reader, names_one);
  call->participants[0].state = call->state;
  if (call->participants[0].participant_id != NULL)
    call->n_participants = 1;
  else
    call->participants = NULL;
}

void
wave_read_call (WaveReader *reader, WaveCall *call, gint64 now_wall_us)
{
  NAMES (names_id, N ("call_id"), N_IN_CONTENT ("id"));
  NAMES (names_type, N ("call_type"), N ("media"), N_IN_CONTENT ("type"));
  NAMES (names_who, N ("initiator_id"), N ("initiated_by"), N ("caller_id"));
  NAMES (names_timeout, N ("timeout_seconds"), N ("timeout_s"), N ("timeout"));
  NAMES (names_expires, N ("expires_at"));
  NAMES (names_state, N ("state"), N ("status"));
  NAMES (names_started, N ("started_at"), N ("answered_at"), N ("connected_at"));
  gint64 timeout_s, expires_us;
  gboolean lenient = reader->lenient;

  call->call_id = wave_reader_id (reader, names_id);
  call->call_type = wave_reader_string (reader, names_type);
  call->initiator_id = wave_reader_id (reader, names_who);
  call->state = wave_reader_string (reader, names_state);
  timeout_s = wave_reader_int (reader, names_timeout);
  expires_us = timeout_s >= 0 ? -1 : wave_reader_time (reader, names_expires);
  if (timeout_s >= 0)
    call->timeout_us = MIN (timeout_s, MAX_RING_S) * G_USEC_PER_SEC;
  else if (expires_us >= 0)
    call->timeout_us = CLAMP (expires_us - now_wall_us, 0, (gint64)MAX_RING_S * G_USEC_PER_SEC);
  else
    call->timeout_us = (gint64)RING_S * G_USEC_PER_SEC;
  read_call_participants (reader, call);
  /* Nobody has documented these: a member with another meaning is not a fault. */
  reader->lenient = TRUE;
  call->started_us = wave_reader_time (reader, names_started);
  reader->lenient = lenient;
}

gconstpointer
wave_decode_call (WaveReader *reader, WaveEvent *event)
{
  WaveCall *call = NEW (WaveCall);

  wave_read_call (reader, call, event->arrived_wall_us);
  if (event->kind == WAVE_EVENT_CALL_INVITE && call->initiator_id == NULL)
    call->initiator_id = (char *)event->sender_id;
  if (call->call_id == NULL)
    wave_reader_missing (reader, "content.call_id");
  return call;
}

gconstpointer
wave_decode_bridge_status (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_bridge, N ("bridge_id"));
  NAMES (names_transport, N ("transport"));
  NAMES (names_status, N ("status"), N ("state"));
  NAMES (names_error, N ("error"));
  WaveBridgeStatus *status = NEW (WaveBridgeStatus);

  status->bridge_id = wave_reader_id (reader, names_bridge);
  status->transport = wave_reader_string (reader, names_transport);
  status->status = wave_reader_string (reader, names_status);
  status->error = wave_reader_string (reader, names_error);
  return status;
}
