// SPDX-License-Identifier: GPL-3.0-or-later
// From bytes to an event: the envelope, and which decoder reads the payload.
#include "config.h"

#include "protocol/wave-decode-private.h"

#include <string.h>

#include "protocol/wave-catalogue.h"
#include "protocol/wave-intern.h"
#include "protocol/wave-slab.h"

/* A frame at its size limit may not cost more than 64 MiB of values while it is looked at. */
#define MAX_FRAME_VALUES (4 * 1024 * 1024)
#define MAX_TYPE_LENGTH 256

static const WavePayloadDecoder decoders[WAVE_N_EVENT_KINDS] = {
  [WAVE_EVENT_HELLO] = wave_decode_hello,
  [WAVE_EVENT_MESSAGE] = wave_decode_message,
  [WAVE_EVENT_CHUNK] = wave_decode_chunk,
  [WAVE_EVENT_REDACTION] = wave_decode_redaction,
  [WAVE_EVENT_REACTION] = wave_decode_reaction,
  [WAVE_EVENT_MEMBER] = wave_decode_member,
  [WAVE_EVENT_ROOM_NAME] = wave_decode_room_name,
  [WAVE_EVENT_ROOM_TOPIC] = wave_decode_room_topic,
  [WAVE_EVENT_READ_MARKER] = wave_decode_read_marker,
  [WAVE_EVENT_AI_ENGAGEMENT] = wave_decode_engagement,
  [WAVE_EVENT_AI_STATUS] = wave_decode_ai_status,
  [WAVE_EVENT_CONTEXT_USAGE] = wave_decode_context_usage,
  [WAVE_EVENT_PLAN_UPDATED] = wave_decode_plan_updated,
  [WAVE_EVENT_SIDEKICK_SPAWNED] = wave_decode_sidekick,
  [WAVE_EVENT_SIDEKICK_RESULT] = wave_decode_sidekick,
  [WAVE_EVENT_SIDEKICK_CANCEL] = wave_decode_sidekick,
  [WAVE_EVENT_TYPING] = wave_decode_typing,
  [WAVE_EVENT_PRESENCE] = wave_decode_presence,
  [WAVE_EVENT_CALL_INVITE] = wave_decode_call,
  [WAVE_EVENT_CALL_STATE] = wave_decode_call,
  [WAVE_EVENT_BRIDGE_MESSAGE] = wave_decode_message,
  [WAVE_EVENT_BRIDGE_STATUS] = wave_decode_bridge_status,
  [WAVE_EVENT_MODEL_ERROR] = wave_decode_model_error,
};

WavePayloadDecoder
wave_decoder_for_kind (WaveEventKind kind)
{
  return decoders[kind];
}

/* The members of the envelope, found in one pass. */
typedef struct
{
  yyjson_val *type, *event_type, *id, *room_id, *sender_id, *participant_id, *position, *origin_ts, *ts, *created_at, *content;
} Envelope;

NAMES (name_id, N ("id"));
NAMES (name_sender, N ("sender_id"), N ("participant_id"));
NAMES (name_position, N ("stream_position"));
NAMES (names_time, N ("origin_ts"), N ("ts"), N ("created_at"));
NAMES (name_content, N ("content"));

static void
find_members (Envelope *envelope, yyjson_val *object)
{
  yyjson_obj_iter iter = yyjson_obj_iter_with (object);

  for (yyjson_val *key; (key = yyjson_obj_iter_next (&iter)) != NULL;)
    {
      const char *name = yyjson_get_str (key);
      yyjson_val *value = yyjson_obj_iter_get_val (key);
      yyjson_val **place = NULL;

      switch (yyjson_get_len (key))
        {
        case 2:
          place = name[0] == 'i' && name[1] == 'd' ? &envelope->id : name[0] == 't' && name[1] == 's' ? &envelope->ts : NULL;
          break;
        case 4:
          place = memcmp (name, "type", 4) == 0 ? &envelope->type : NULL;
          break;
        case 7:
          place = memcmp (name, "room_id", 7) == 0   ? &envelope->room_id
                  : memcmp (name, "content", 7) == 0 ? &envelope->content
                                                     : NULL;
          break;
        case 9:
          place = memcmp (name, "sender_id", 9) == 0   ? &envelope->sender_id
                  : memcmp (name, "origin_ts", 9) == 0 ? &envelope->origin_ts
                                                       : NULL;
          break;
        case 10:
          place = memcmp (name, "event_type", 10) == 0   ? &envelope->event_type
                  : memcmp (name, "created_at", 10) == 0 ? &envelope->created_at
                                                         : NULL;
          break;
        case 14:
          place = memcmp (name, "participant_id", 14) == 0 ? &envelope->participant_id : NULL;
          break;
        case 15:
          place = memcmp (name, "stream_position", 15) == 0 ? &envelope->position : NULL;
          break;
        default:
          break;
        }
      /* Of two members with the same name the first one counts; null is as good as absent. */
      if (place != NULL && *place == NULL && !yyjson_is_null (value))
        *place = value;
    }
}

/* How much memory the payload is likely to take, so that one block does with the bytes themselves: strings are no longer than their text on the wire. */
static gsize
guess_room (WaveEventKind kind, gsize length)
{
  if (kind == WAVE_EVENT_MESSAGE || kind == WAVE_EVENT_BRIDGE_MESSAGE)
    return sizeof (WaveMessage) + MIN (length - length / 4, 8192) + length + 1;
  return 64 + MIN (length / 2, 2048) + length + 1;
}

/* What comes in masses and is soon forgotten by everybody. */
static gboolean
is_fleeting (WaveEventKind kind)
{
  return kind == WAVE_EVENT_CHUNK || kind == WAVE_EVENT_TYPING || kind == WAVE_EVENT_PRESENCE || kind == WAVE_EVENT_AI_STATUS;
}

static WaveEvent *
new_event (WaveEventKind kind, gboolean pooled, gsize length, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us)
{
  gsize room = guess_room (kind, length);
  WaveEvent *event = pooled ? wave_slab_new_pooled (sizeof (WaveEvent), room) : wave_slab_new (sizeof (WaveEvent), room);

  g_atomic_ref_count_init (&event->ref_count);
  event->kind = kind;
  event->via = via;
  event->arrived_mono_us = arrived_mono_us;
  event->arrived_wall_us = arrived_wall_us;
  event->position = -1;
  event->origin_us = -1;
  event->type = wave_catalogue_get (kind)->wire_name;
  return event;
}

static void
keep_raw (WaveEvent *event, const char *data, gsize length)
{
  /* Bytes of no length may stand nowhere. */
  event->raw = wave_slab_copy (event, length > 0 ? data : "", length);
  event->raw_size = length;
  wave_slab_close (event);
}

WaveEvent *
wave_event_new_invalid (const char *data, gsize length, const char *reason, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us)
{
  gsize kept = MIN (length, WAVE_INVALID_KEPT);
  WaveEvent *event = new_event (WAVE_EVENT_INVALID, FALSE, kept, via, arrived_mono_us, arrived_wall_us);

  event->malformed = wave_slab_copy (event, reason, strlen (reason));
  keep_raw (event, data, kept);
  return event;
}

/* An id of the envelope, interned, or NULL with a fault. */
static const char *
intern_id (WaveReader *reader, yyjson_val *value, const char *path)
{
  if (value == NULL)
    return NULL;
  if (!yyjson_is_str (value))
    wave_reader_fault (reader, "%s: expected a string, found %s", path, wave_json_describe (value));
  else if (yyjson_get_len (value) > WAVE_ID_LIMIT)
    wave_reader_fault (reader, "%s: an identifier of more than %d bytes", path, WAVE_ID_LIMIT);
  else if (memchr (yyjson_get_str (value), '\0', yyjson_get_len (value)) != NULL)
    wave_reader_fault (reader, "%s: an identifier with a NUL character", path);
  else if (yyjson_get_len (value) > 0)
    return wave_intern (yyjson_get_str (value), yyjson_get_len (value));
  return NULL;
}

/* sender_id, else participant_id; in the envelope, else in content. */
static const char *
find_sender (WaveReader *reader, const Envelope *envelope, yyjson_val *content)
{
  yyjson_val *value;

  if (envelope->sender_id != NULL)
    return intern_id (reader, envelope->sender_id, "sender_id");
  if (envelope->participant_id != NULL)
    return intern_id (reader, envelope->participant_id, "participant_id");
  for (const WaveName *name = name_sender; content != NULL && name->name != NULL; name++)
    {
      value = yyjson_obj_getn (content, name->name, name->length);
      if (value != NULL && !yyjson_is_null (value))
        return intern_id (reader, value, name == name_sender ? "content.sender_id" : "content.participant_id");
    }
  return NULL;
}

static void
read_envelope (WaveReader *reader, const Envelope *envelope, WaveEvent *event)
{
  event->room_id = intern_id (reader, envelope->room_id, "room_id");
  event->sender_id = find_sender (reader, envelope, reader->content);
  reader->sender_id = event->sender_id;
  if (envelope->id != NULL)
    event->id = wave_reader_id (reader, name_id);

  /* A read marker on the stream is not durable: a position in it says how far was read (protocol notes, 4.8). */
  if (envelope->position != NULL
      && !(event->kind == WAVE_EVENT_READ_MARKER && event->via == WAVE_VIA_STREAM && envelope->origin_ts == NULL))
    event->position = wave_reader_int (reader, name_position);
  if (envelope->origin_ts != NULL || envelope->ts != NULL || envelope->created_at != NULL)
    event->origin_us = wave_reader_time (reader, names_time);
}

WaveEvent *
wave_event_from_value (const char *data, gsize length, gboolean may_share, yyjson_val *value, gsize n_values, WaveVia via, gint64 arrived_mono_us,
                       gint64 arrived_wall_us)
{
  Envelope envelope = { NULL };
  WaveReader reader = { .prefix = "content.", .index = -1 };
  WaveEventKind kind = WAVE_EVENT_INVALID;
  const char *why_invalid = NULL;
  yyjson_val *type;
  WaveEvent *event;
  gsize at;

  if (!yyjson_is_obj (value))
    {
      g_autofree char *reason = g_strdup_printf ("expected an object, found %s", wave_json_describe (value));

      return wave_event_new_invalid (data, length, reason, via, arrived_mono_us, arrived_wall_us);
    }
  /* Every level is a value, so few values cannot be deep. */
  if (n_values > WAVE_DEPTH_LIMIT
      && wave_json_is_deeper (data, length, WAVE_DEPTH_LIMIT, &at))
    {
      g_autofree char *reason = g_strdup_printf ("nested deeper than %d levels at byte %" G_GSIZE_FORMAT, WAVE_DEPTH_LIMIT, at);

      return wave_event_new_invalid (data, length, reason, via, arrived_mono_us, arrived_wall_us);
    }

  find_members (&envelope, value);
  type = yyjson_is_str (envelope.type) || envelope.event_type == NULL ? envelope.type : envelope.event_type;
  if (type == NULL)
    why_invalid = "type is missing";
  else if (!yyjson_is_str (type))
    why_invalid = type == envelope.type ? "type: expected a string" : "event_type: expected a string";
  else if (yyjson_get_len (type) == 0 || yyjson_get_len (type) > MAX_TYPE_LENGTH
           || memchr (yyjson_get_str (type), '\0', yyjson_get_len (type)) != NULL)
    why_invalid = "type: empty, longer than 256 bytes or with a NUL character";
  else
    kind = wave_catalogue_lookup (yyjson_get_str (type), yyjson_get_len (type));

  if (kind == WAVE_EVENT_INVALID)
    length = MIN (length, WAVE_INVALID_KEPT);
  /* A durable one is held by its room for long, whatever it is. */
  event = new_event (kind, may_share && is_fleeting (kind) && envelope.position == NULL, length, via, arrived_mono_us, arrived_wall_us);
  if (kind == WAVE_EVENT_UNKNOWN)
    event->type = wave_intern (yyjson_get_str (type), yyjson_get_len (type));

  reader.slab = event;
  reader.top = value;
  reader.content = yyjson_is_obj (envelope.content) ? envelope.content : NULL;
  /* Nothing is known of what a type outside of the catalogue means by a member. */
  reader.lenient = decoders[kind] == NULL;
  read_envelope (&reader, &envelope, event);

  if (why_invalid != NULL)
    {
      g_autofree char *reason = type == NULL || yyjson_is_str (type)
                                    ? g_strdup (why_invalid)
                                    : g_strconcat (why_invalid, ", found ", wave_json_describe (type), NULL);

      event->malformed = wave_slab_copy (event, reason, strlen (reason));
      keep_raw (event, data, length);
      return event;
    }
  if (envelope.content != NULL && reader.content == NULL)
    {
      reader.picked = name_content;
      reader.picked_in_content = FALSE;
      wave_reader_expected (&reader, envelope.content, "an object");
    }
  if (decoders[kind] != NULL && reader.fault == NULL)
    event->payload = decoders[kind](&reader, event);
  if (reader.fault != NULL)
    {
      if (kind == WAVE_EVENT_PLAN_UPDATED && event->payload != NULL)
        g_clear_pointer (&((WavePlanUpdated *)event->payload)->plan, wave_plan_unref);
      event->malformed = reader.fault;
      event->payload = NULL;
    }
  keep_raw (event, data, length);
  return event;
}

static WaveEvent *
decode (const char *data, gsize length, gboolean may_share, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us)
{
  char *reason = NULL;
  WaveEvent *event;
  WaveJson json;

  if (!wave_json_open (&json, data, length, MAX_FRAME_VALUES, FALSE, &reason))
    {
      event = wave_event_new_invalid (data, length, reason, via, arrived_mono_us, arrived_wall_us);
      g_free (reason);
      return event;
    }
  event = wave_event_from_value (data, length, may_share, json.root, json.n_values, via, arrived_mono_us, arrived_wall_us);
  wave_json_close (&json);
  return event;
}

WaveEvent *
wave_event_decode_data (const char *data, gsize length, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us)
{
  g_return_val_if_fail (data != NULL, NULL);

  if (length > WAVE_FRAME_LIMIT)
    {
      g_autoptr (GBytes) head = g_bytes_new (data, WAVE_INVALID_KEPT);

      return wave_event_new_oversize (head, length, via, arrived_mono_us, arrived_wall_us);
    }
  return decode (data, length, TRUE, via, arrived_mono_us, arrived_wall_us);
}

WaveEvent *
wave_event_decode (GBytes *raw, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us)
{
  gsize length;
  const char *data;

  g_return_val_if_fail (raw != NULL, NULL);

  data = g_bytes_get_data (raw, &length);
  if (length > WAVE_FRAME_LIMIT)
    return wave_event_new_oversize (raw, length, via, arrived_mono_us, arrived_wall_us);
  return decode (data, length, FALSE, via, arrived_mono_us, arrived_wall_us);
}
