// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a frame of the stream.
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "protocol/wave-event.h"

/* Reads every byte of a string, so that a sanitizer sees one that is not there. */
static void
touch (const char *text)
{
  g_assert_true (text == NULL || g_utf8_validate (text, -1, NULL));
}

static void
touch_payload (const WaveEvent *event)
{
  switch (event->kind)
    {
    case WAVE_EVENT_MESSAGE:
    case WAVE_EVENT_BRIDGE_MESSAGE:
      {
        const WaveMessage *message = event->payload;

        touch (message->body);
        touch (message->content_json);
        for (guint i = 0; message->mentions != NULL && message->mentions[i] != NULL; i++)
          touch (message->mentions[i]);
        touch (message->filename);
        touch (message->replaces_event_id);
        break;
      }
    case WAVE_EVENT_CHUNK:
      {
        const WaveChunk *chunk = event->payload;

        g_assert_cmpuint (strlen (chunk->text), ==, chunk->length);
        touch (chunk->text);
        break;
      }
    case WAVE_EVENT_PLAN_UPDATED:
      {
        const WavePlan *plan = ((const WavePlanUpdated *)event->payload)->plan;

        for (guint i = 0; plan != NULL && i < plan->n_steps; i++)
          touch (plan->steps[i].text);
        g_assert_true (plan == NULL || plan->current_step < (int)plan->n_steps);
        break;
      }
    case WAVE_EVENT_CALL_STATE:
    case WAVE_EVENT_CALL_INVITE:
      {
        const WaveCall *call = event->payload;

        for (guint i = 0; i < call->n_participants; i++)
          touch (call->participants[i].participant_id);
        break;
      }
    default:
      break;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) raw = g_bytes_new_static (data, size);
  g_autoptr (WaveEvent) event = wave_event_decode (raw, WAVE_VIA_STREAM, 1, 2);
  g_autofree char *summary = wave_event_summarise (event);
  g_autofree char *key = wave_event_dup_key (event);

  touch (summary);
  touch (key);
  touch (event->type);
  touch (event->room_id);
  touch (event->sender_id);
  touch (event->malformed);
  g_assert_cmpint (g_utf8_strlen (summary, -1), <=, 200);
  g_assert_true (event->malformed == NULL || event->payload == NULL);
  g_assert_true (event->kind != WAVE_EVENT_INVALID || event->malformed != NULL);
  if (event->payload != NULL)
    touch_payload (event);
  wave_event_content_hash (event);
  return 0;
}
