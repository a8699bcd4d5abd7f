// SPDX-License-Identifier: GPL-3.0-or-later
// The sentences of the quiet lines of a timeline.
#include "config.h"

#include <glib/gi18n.h>

#include "model/wave-room-private.h"
#include "protocol/wave-text.h"

gboolean
wave_notice_people (const WaveEvent *event, const char **who, const char **other)
{
  *who = event->sender_id;
  *other = NULL;
  if (event->payload == NULL)
    return FALSE;
  switch (event->kind)
    {
    case WAVE_EVENT_MEMBER:
      *who = ((const WaveMember *)event->payload)->participant_id;
      *other = ((const WaveMember *)event->payload)->changed_by;
      return TRUE;
    case WAVE_EVENT_AI_ENGAGEMENT:
      *who = ((const WaveEngagement *)event->payload)->participant_id;
      return TRUE;
    case WAVE_EVENT_SIDEKICK_SPAWNED:
      *other = ((const WaveSidekick *)event->payload)->spawner_id;
      return TRUE;
    case WAVE_EVENT_SIDEKICK_CANCEL:
      *who = ((const WaveSidekick *)event->payload)->cancelled_by;
      return TRUE;
    case WAVE_EVENT_CALL_INVITE:
      *who = ((const WaveCall *)event->payload)->initiator_id;
      return TRUE;
    case WAVE_EVENT_ROOM_NAME:
    case WAVE_EVENT_ROOM_TOPIC:
    case WAVE_EVENT_SIDEKICK_RESULT:
    case WAVE_EVENT_BRIDGE_STATUS:
    case WAVE_EVENT_FEDERATION:
      return TRUE;
    default:
      return FALSE;
    }
}

static char *
member_text (const WaveMember *member, const char *who, WaveParticipant *by)
{
  g_autofree char *other = by != NULL ? wave_text_isolate (wave_participant_get_display_name (by)) : NULL;
  g_autofree char *word = NULL;
  gboolean own = by == NULL || g_strcmp0 (member->changed_by, member->participant_id) == 0;

  if (g_str_equal (member->membership, "join"))
    return own ? g_strdup_printf (_ ("%s joined"), who) : g_strdup_printf (_ ("%s was added by %s"), who, other);
  if (g_str_equal (member->membership, "leave"))
    return own ? g_strdup_printf (_ ("%s left"), who) : g_strdup_printf (_ ("%s was removed by %s"), who, other);
  if (g_str_equal (member->membership, "ban"))
    return own ? g_strdup_printf (_ ("%s was banned"), who) : g_strdup_printf (_ ("%s was banned by %s"), who, other);
  if (g_str_equal (member->membership, "invite"))
    return own ? g_strdup_printf (_ ("%s was invited"), who) : g_strdup_printf (_ ("%s was invited by %s"), who, other);
  if (g_str_equal (member->membership, "knock"))
    return g_strdup_printf (_ ("%s asks to come in"), who);
  /* A word that is not known is shown as it came. */
  word = wave_model_one_line (member->membership, 80);
  return g_strdup_printf (_ ("%s: membership is now “%s”"), who, word);
}

static char *
room_text (const WaveEvent *event, const char *who)
{
  const WaveRoomText *text = event->payload;
  g_autofree char *value = wave_model_one_line (text->value, 200);
  gboolean cleared = value == NULL || *value == '\0';

  if (event->kind == WAVE_EVENT_ROOM_NAME)
    {
      if (cleared)
        return who != NULL ? g_strdup_printf (_ ("%s removed the room’s name"), who)
                           : g_strdup (_ ("The room’s name was removed"));
      return who != NULL ? g_strdup_printf (_ ("%s renamed the room to “%s”"), who, value)
                         : g_strdup_printf (_ ("The room is now called “%s”"), value);
    }
  if (cleared)
    return who != NULL ? g_strdup_printf (_ ("%s removed the topic"), who) : g_strdup (_ ("The topic was removed"));
  return who != NULL ? g_strdup_printf (_ ("%s set the topic: %s"), who, value) : g_strdup_printf (_ ("Topic: %s"), value);
}

static char *
engagement_text (const WaveEngagement *engagement, const char *who)
{
  g_autofree char *mode = wave_model_one_line (engagement->mode, 80);
  g_autofree char *response = wave_model_one_line (engagement->response_mode, 80);

  if (engagement->mode != NULL)
    return who != NULL ? g_strdup_printf (_ ("%s now answers in mode “%s”"), who, mode)
                       : g_strdup_printf (_ ("AIs here now answer in mode “%s”"), mode);
  if (engagement->response_mode != NULL)
    return who != NULL ? g_strdup_printf (_ ("%s now answers in the form “%s”"), who, response)
                       : g_strdup_printf (_ ("AIs here now answer in the form “%s”"), response);
  if (engagement->engaged == 1)
    return who != NULL ? g_strdup_printf (_ ("%s was engaged"), who) : g_strdup (_ ("AI was engaged"));
  if (engagement->engaged == 0)
    return who != NULL ? g_strdup_printf (_ ("%s was disengaged"), who) : g_strdup (_ ("AI was disengaged"));
  return who != NULL ? g_strdup_printf (_ ("The engagement of %s changed"), who)
                     : g_strdup (_ ("The engagement of AIs changed"));
}

static char *
sidekick_text (const WaveEvent *event, const char *who, WaveParticipant *other)
{
  const WaveSidekick *sidekick = event->payload;
  g_autofree char *name = wave_model_one_line (sidekick->codename != NULL ? sidekick->codename : sidekick->task_id, 80);
  g_autofree char *task = wave_model_one_line (sidekick->task, 200);
  g_autofree char *result = wave_model_one_line (sidekick->result, 200);
  g_autofree char *reason = wave_model_one_line (sidekick->reason, 200);

  if (event->kind == WAVE_EVENT_SIDEKICK_SPAWNED)
    return sidekick->task != NULL ? g_strdup_printf (_ ("Sidekick %s started: %s"), name, task)
                                  : g_strdup_printf (_ ("Sidekick %s started"), name);
  if (event->kind == WAVE_EVENT_SIDEKICK_RESULT)
    return sidekick->result != NULL ? g_strdup_printf (_ ("Sidekick %s finished: %s"), name, result)
                                    : g_strdup_printf (_ ("Sidekick %s finished"), name);
  if (who != NULL)
    return sidekick->reason != NULL ? g_strdup_printf (_ ("Sidekick %s was cancelled by %s: %s"), name, who, reason)
                                    : g_strdup_printf (_ ("Sidekick %s was cancelled by %s"), name, who);
  return sidekick->reason != NULL ? g_strdup_printf (_ ("Sidekick %s was cancelled: %s"), name, reason)
                                  : g_strdup_printf (_ ("Sidekick %s was cancelled"), name);
}

static char *
bridge_text (const WaveBridgeStatus *status)
{
  g_autofree char *name = wave_model_one_line (status->transport != NULL ? status->transport : status->bridge_id, 80);
  g_autofree char *word = wave_model_one_line (status->status, 80);
  g_autofree char *error = wave_model_one_line (status->error, 200);

  if (status->error != NULL)
    return g_strdup_printf (_ ("Bridge %s: %s (%s)"), name, word, error);
  return g_strdup_printf (_ ("Bridge %s: %s"), name, word);
}

char *
wave_notice_text (const WaveEvent *event, WaveParticipant *sender, WaveParticipant *other)
{
  /* A name from right to left must not turn the sentence around. */
  g_autofree char *who = sender != NULL ? wave_text_isolate (wave_participant_get_display_name (sender)) : NULL;

  switch (event->kind)
    {
    case WAVE_EVENT_MEMBER:
      return member_text (event->payload, who != NULL ? who : "?", other);
    case WAVE_EVENT_ROOM_NAME:
    case WAVE_EVENT_ROOM_TOPIC:
      return room_text (event, who);
    case WAVE_EVENT_AI_ENGAGEMENT:
      return engagement_text (event->payload, who);
    case WAVE_EVENT_SIDEKICK_SPAWNED:
    case WAVE_EVENT_SIDEKICK_RESULT:
    case WAVE_EVENT_SIDEKICK_CANCEL:
      return sidekick_text (event, who, other);
    case WAVE_EVENT_CALL_INVITE:
      return who != NULL ? g_strdup_printf (_ ("%s is calling"), who) : g_strdup (_ ("A call is ringing"));
    case WAVE_EVENT_BRIDGE_STATUS:
      return bridge_text (event->payload);
    case WAVE_EVENT_FEDERATION:
      return g_strdup (_ ("Something changed in the federation of this room"));
    default:
      return NULL;
    }
}
