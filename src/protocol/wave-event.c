// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "protocol/wave-event.h"

#include <string.h>

#include "protocol/wave-decode-private.h"
#include "protocol/wave-intern.h"
#include "protocol/wave-slab.h"

static gpointer
copy_event (gpointer event)
{
  return wave_event_ref (event);
}

static void
free_event (gpointer event)
{
  wave_event_unref (event);
}

G_DEFINE_BOXED_TYPE (WaveEvent, wave_event, copy_event, free_event)

WaveEvent *
wave_event_ref (const WaveEvent *event)
{
  WaveEvent *counted = (WaveEvent *)event;

  g_return_val_if_fail (event != NULL, NULL);

  g_atomic_ref_count_inc (&counted->ref_count);
  return counted;
}

void
wave_event_unref (const WaveEvent *event)
{
  WaveEvent *counted = (WaveEvent *)event;

  g_return_if_fail (event != NULL);

  if (!g_atomic_ref_count_dec (&counted->ref_count))
    return;
  if (counted->kind == WAVE_EVENT_PLAN_UPDATED && counted->payload != NULL)
    {
      WavePlan *plan = ((const WavePlanUpdated *)counted->payload)->plan;

      if (plan != NULL)
        wave_plan_unref (plan);
    }
  if (counted->kind == WAVE_EVENT_UNKNOWN)
    wave_intern_release (counted->type);
  wave_intern_release (counted->room_id);
  wave_intern_release (counted->sender_id);
  wave_slab_free (counted);
}

static void
release_bytes (gpointer event)
{
  wave_event_unref (event);
}

GBytes *
wave_event_get_bytes (const WaveEvent *event)
{
  g_return_val_if_fail (event != NULL, NULL);

  return g_bytes_new_with_free_func (event->raw, event->raw_size, release_bytes, wave_event_ref (event));
}

char *
wave_event_dup_key (const WaveEvent *event)
{
  g_return_val_if_fail (event != NULL, NULL);

  if (event->id != NULL)
    return g_strdup (event->id);
  if (event->position >= 0)
    return g_strdup_printf ("pos:%" G_GINT64_FORMAT, event->position);
  return NULL;
}

static guint64
mix (guint64 a, guint64 b)
{
  unsigned __int128 product = (unsigned __int128)a * b;

  return (guint64)product ^ (guint64)(product >> 64);
}

static guint64
hash_more (guint64 hash, const char *text)
{
  gsize length = strlen (text);
  guint64 word;

  hash ^= mix (length + 1, G_GUINT64_CONSTANT (0xA0761D6478BD642F));
  for (; length >= 8; text += 8, length -= 8)
    {
      memcpy (&word, text, 8);
      hash = mix (hash ^ GUINT64_FROM_LE (word), G_GUINT64_CONSTANT (0x9E3779B97F4A7C15))
             + G_GUINT64_CONSTANT (0x8EBC6AF09C88C6E3);
    }
  word = 0;
  memcpy (&word, text, length);
  return mix (hash ^ GUINT64_FROM_LE (word), G_GUINT64_CONSTANT (0xD6E8FEB86659FD93)) + G_GUINT64_CONSTANT (0x589965CC75374CC3);
}

guint64
wave_message_hash (const WaveMessage *message)
{
  guint64 hash;

  if (message->body == NULL)
    return 0;
  hash = hash_more (G_GUINT64_CONSTANT (0x1D8E4E27C47D124F), message->msgtype != NULL ? message->msgtype : "");
  hash = hash_more (hash, message->body);
  return MAX (hash, 1);
}

guint64
wave_event_content_hash (const WaveEvent *event)
{
  g_return_val_if_fail (event != NULL, 0);

  if ((event->kind != WAVE_EVENT_MESSAGE && event->kind != WAVE_EVENT_BRIDGE_MESSAGE) || event->payload == NULL)
    return 0;
  return ((const WaveMessage *)event->payload)->content_hash;
}

WaveEvent *
wave_event_new_oversize (GBytes *head, gsize full_size, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us)
{
  g_autofree char *reason = NULL;

  g_return_val_if_fail (head != NULL, NULL);

  if (full_size > 0)
    reason = g_strdup_printf ("a frame of %" G_GSIZE_FORMAT " bytes, more than the %d that are decoded", full_size,
                              WAVE_FRAME_LIMIT);
  else
    reason = g_strdup_printf ("a frame of more than the %d bytes that are decoded", WAVE_FRAME_LIMIT);
  return wave_event_new_invalid (g_bytes_get_data (head, NULL), g_bytes_get_size (head), reason, via, arrived_mono_us, arrived_wall_us);
}
