// SPDX-License-Identifier: GPL-3.0-or-later
// Payloads of what people and AIs say and do in rooms. The lists of names are appendix A of the protocol notes.
#include "config.h"

#include "protocol/wave-decode-private.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/wave-slab.h"

#define NEW(Type) ((Type *)wave_slab_alloc (reader->slab, sizeof (Type)))

NAMES (names_participant, N ("participant_id"), N ("sender_id"));
NAMES (names_event_id, N ("event_id"), N ("target_event_id"));

static void
require_room (WaveReader *reader, const WaveEvent *event)
{
  if (event->room_id == NULL)
    wave_reader_missing (reader, "room_id");
}

gconstpointer
wave_decode_hello (WaveReader *reader, WaveEvent *event)
{
  NAMES (session, N ("session_id"));
  NAMES (server, N ("server_name"));
  NAMES (tenant, N ("tenant_id"));
  NAMES (ts, N ("ts"));
  WaveHello *hello = NEW (WaveHello);

  hello->session_id = wave_reader_id (reader, session);
  hello->server_name = wave_reader_id (reader, server);
  hello->tenant_id = wave_reader_id (reader, tenant);
  hello->ts_us = wave_reader_time (reader, ts);
  return hello;
}

/* ---------------------------------------------------------------- messages */

static gboolean
is_known_msgtype (const char *msgtype)
{
  static const char *const known[]
      = { "swp.text", "swp.code", "swp.media", "swp.system", "swp.audio_transcript", "swp.todo_change", NULL };

  return msgtype == NULL || g_strv_contains (known, msgtype);
}

static char **
read_mentions (WaveReader *reader)
{
  NAMES (names, N ("mentions"));
  yyjson_val *array = wave_reader_array (reader, names);
  yyjson_arr_iter iter;
  char **mentions;
  guint n = 0;

  if (array == NULL)
    return NULL;
  mentions = wave_slab_alloc (reader->slab, (yyjson_arr_size (array) + 1) * sizeof (char *));
  iter = yyjson_arr_iter_with (array);
  for (yyjson_val *value; (value = yyjson_arr_iter_next (&iter)) != NULL;)
    {
      if (!yyjson_is_str (value))
        {
          wave_reader_fault (reader, "%smentions[%u]: expected a string, found %s", reader->prefix, n,
                             wave_json_describe (value));
          return NULL;
        }
      mentions[n++] = wave_reader_copy (reader, value, NULL);
    }
  return mentions;
}

/* No edit is documented on the socket; these are the ways that other systems say it (protocol notes, 6.8). */
static char *
read_replaced (WaveReader *reader)
{
  NAMES (names, N ("replaces_event_id"), N ("edits_event_id"), N ("replaces"), N ("edits"));
  NAMES (relates, N ("m.relates_to"), N ("relates_to"));
  NAMES (how_names, N ("rel_type"), N ("type"));
  NAMES (target, N ("event_id"));
  char *replaced = wave_reader_id (reader, names);
  yyjson_val *relation;

  if (replaced != NULL)
    return replaced;
  relation = wave_reader_object (reader, relates);
  if (relation != NULL)
    {
      WaveReader inner = { .slab = reader->slab, .content = relation, .prefix = "", .index = -1, .lenient = TRUE };
      char *how = wave_reader_string (&inner, how_names);

      if (how != NULL && (strstr (how, "replace") != NULL || strstr (how, "edit") != NULL))
        return wave_reader_id (&inner, target);
    }
  return NULL;
}

static WaveImportedSender *
read_imported_sender (WaveReader *reader)
{
  NAMES (names, N ("_imported_sender"));
  NAMES (external, N ("external_id"), N ("id"));
  NAMES (display, N ("display_name"), N ("name"));
  yyjson_val *value = wave_reader_pick (reader, names);
  WaveImportedSender *sender;

  if (!yyjson_is_obj (value) && !yyjson_is_str (value))
    return NULL;
  sender = NEW (WaveImportedSender);
  if (yyjson_is_str (value))
    sender->display_name = wave_reader_copy (reader, value, NULL);
  else
    {
      WaveReader inner = { .slab = reader->slab, .content = value, .prefix = "", .index = -1, .lenient = TRUE };

      sender->external_id = wave_reader_string (&inner, external);
      sender->display_name = wave_reader_string (&inner, display);
    }
  return sender;
}

static char *
write_json (WaveReader *reader, yyjson_val *content)
{
  g_autofree char *copy = NULL;
  char *json, *end, *kept;
  gsize length;

  json = yyjson_val_write_opts (content, YYJSON_WRITE_NOFLAG, NULL, &length, NULL);
  if (json == NULL)
    return NULL;
  if (length <= WAVE_STRING_LIMIT)
    kept = wave_slab_copy (reader->slab, json, length);
  else
    {
      end = g_utf8_find_prev_char (json, json + WAVE_STRING_LIMIT);
      copy = g_strdup_printf ("%.*s…", (int)(end - json), json);
      kept = wave_slab_copy (reader->slab, copy, strlen (copy));
    }
  free (json);
  return kept;
}

gconstpointer
wave_decode_message (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_msgtype, N ("msgtype"));
  NAMES (names_reply, N ("reply_to_event_id"), N ("thread_id"));
  NAMES (names_lang, N ("lang"));
  NAMES (names_media, N ("media_id"));
  NAMES (names_thumbnail, N ("thumbnail_id"));
  NAMES (names_file, N ("filename"), N ("file_name"));
  NAMES (names_mime, N ("mime_type"), N ("mimetype"), N ("content_type"));
  NAMES (names_size, N ("size"), N ("size_bytes"), N ("media_size"));
  NAMES (names_bridge, N ("bridge_id"));
  NAMES (names_edited, N ("edited_at"));
  NAMES (names_redacted, N ("redacted_at"));
  WaveMessage *message = NEW (WaveMessage);
  WaveReader inner = *reader;
  yyjson_val *body;
  gsize n_read;

  require_room (reader, event);
  message->media_size = -1;
  message->edited_us = wave_reader_time (reader, names_edited);
  message->redacted_us = wave_reader_time (reader, names_redacted);
  if (event->kind == WAVE_EVENT_BRIDGE_MESSAGE)
    message->bridge_id = wave_reader_id (reader, names_bridge);

  /* Content is free-form, and nothing at the top level stands for a member of it; only a bridge's message may come flat. */
  inner.top = NULL;
  if (inner.content == NULL && event->kind == WAVE_EVENT_BRIDGE_MESSAGE)
    {
      inner.content = reader->top;
      inner.prefix = "";
    }
  if (inner.content == NULL)
    {
      /* Of a redacted message the content may be gone (protocol notes, 6.7). */
      if (message->redacted_us < 0)
        wave_reader_missing (reader, "content");
      return message;
    }

  inner.fault = reader->fault;
  message->msgtype = wave_reader_string (&inner, names_msgtype);
  body = yyjson_obj_getn (inner.content, "body", 4);
  if (yyjson_is_str (body))
    message->body = wave_reader_copy (&inner, body, NULL);
  message->mentions = read_mentions (&inner);
  message->reply_to_event_id = wave_reader_id (&inner, names_reply);
  message->lang = wave_reader_string (&inner, names_lang);
  message->media_id = wave_reader_id (&inner, names_media);
  message->thumbnail_id = wave_reader_id (&inner, names_thumbnail);
  reader->fault = inner.fault;

  /* Nobody has documented the rest: a member with another meaning is not a fault. */
  n_read = (message->msgtype != NULL) + (message->body != NULL) + (message->mentions != NULL)
           + (message->reply_to_event_id != NULL) + (message->lang != NULL) + (message->media_id != NULL)
           + (message->thumbnail_id != NULL);
  if (yyjson_obj_size (inner.content) > n_read)
    {
      inner.lenient = TRUE;
      message->replaces_event_id = read_replaced (&inner);
      message->imported_sender = read_imported_sender (&inner);
      if (message->bridge_id == NULL)
        message->bridge_id = wave_reader_id (&inner, names_bridge);
      message->filename = wave_reader_string (&inner, names_file);
      message->mime_type = wave_reader_string (&inner, names_mime);
      message->media_size = wave_reader_int (&inner, names_size);
    }
  if ((message->body == NULL || !is_known_msgtype (message->msgtype)) && message->redacted_us < 0 && inner.prefix[0] != '\0')
    message->content_json = write_json (reader, inner.content);
  /* Two threads ask for it; here the text is at hand. */
  message->content_hash = wave_message_hash (message);
  return message;
}

gconstpointer
wave_decode_chunk (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_text, N ("chunk_text"), N ("text"), N ("delta"));
  NAMES (names_done, N ("done"), N ("final"), N ("is_final"));
  NAMES (names_key, N ("message_id"), N ("event_id"), N ("stream_id"), N ("generation_id"));
  WaveChunk *chunk = NEW (WaveChunk);
  yyjson_val *text = wave_reader_pick (reader, names_text);
  int done;

  if (event->room_id == NULL)
    wave_reader_missing (reader, "room_id");
  else if (event->sender_id == NULL)
    wave_reader_missing (reader, "sender_id");
  if (yyjson_is_str (text))
    chunk->text = wave_reader_copy (reader, text, &chunk->length);
  else if (text != NULL)
    wave_reader_expected (reader, text, "a string");
  else
    chunk->text = "";

  done = wave_reader_bool (reader, names_done);
  chunk->done = done == 1;
  /* An end without text is whole; a piece without text is not. */
  if (text == NULL && done != 1)
    wave_reader_missing (reader, "content.chunk_text");
  chunk->stream_key = wave_reader_id (reader, names_key);
  return chunk;
}

gconstpointer
wave_decode_redaction (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_target, N ("event_id"), N ("redacts"), N ("target_event_id"));
  NAMES (names_by, N ("redacted_by"), N ("sender_id"));
  NAMES (names_reason, N ("reason"));
  WaveRedaction *redaction = NEW (WaveRedaction);

  redaction->event_id = wave_reader_id (reader, names_target);
  redaction->redacted_by = wave_reader_id (reader, names_by);
  redaction->reason = wave_reader_string (reader, names_reason);
  if (redaction->event_id == NULL)
    wave_reader_missing (reader, "event_id");
  return redaction;
}

/* The sixth member of the documented example is not known; any of these that says "gone" means gone (protocol notes, 4.5). */
static gboolean
reaction_is_removed (WaveReader *reader)
{
  static const char *const gone[] = { "remove", "removed", "delete", "del", NULL };
  NAMES (names_action, N ("action"));
  NAMES (names_op, N ("op"));
  NAMES (names_operation, N ("operation"));
  NAMES (names_removed, N ("removed"));
  NAMES (names_added, N ("added"));
  const WaveName *const words[] = { names_action, names_op, names_operation };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      const char *word = wave_reader_string (reader, words[i]);

      if (word != NULL && g_strv_contains (gone, word))
        return TRUE;
    }
  return wave_reader_bool (reader, names_removed) == 1 || wave_reader_bool (reader, names_added) == 0;
}

gconstpointer
wave_decode_reaction (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_emoji, N ("emoji"), N ("key"));
  WaveReaction *reaction = NEW (WaveReaction);

  reaction->event_id = wave_reader_id (reader, names_event_id);
  reaction->emoji = wave_reader_string (reader, names_emoji);
  reaction->removed = reaction_is_removed (reader);
  if (reaction->event_id == NULL)
    wave_reader_missing (reader, "event_id");
  if (reaction->emoji == NULL)
    wave_reader_missing (reader, "emoji");
  if (event->sender_id == NULL)
    wave_reader_missing (reader, "sender_id");
  return reaction;
}

/* ---------------------------------------------------------------- the room */

gconstpointer
wave_decode_member (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_who, N ("participant_id"));
  NAMES (names_membership, N ("membership"));
  NAMES (names_by, N ("changed_by"), N ("sender_id"));
  WaveMember *member = NEW (WaveMember);

  require_room (reader, event);
  member->participant_id = wave_reader_id (reader, names_who);
  member->membership = wave_reader_string (reader, names_membership);
  member->changed_by = wave_reader_id (reader, names_by);
  if (member->participant_id == NULL)
    wave_reader_missing (reader, "participant_id");
  if (member->membership == NULL)
    wave_reader_missing (reader, "membership");
  return member;
}

static gconstpointer
decode_room_text (WaveReader *reader, WaveEvent *event, const WaveName *names)
{
  WaveRoomText *text = NEW (WaveRoomText);

  require_room (reader, event);
  text->value = wave_reader_string (reader, names);
  /* Null or empty clears; that nothing is said does not. */
  if (text->value == NULL && !wave_reader_has (reader, names))
    wave_reader_missing (reader, names[0].name);
  if (text->value != NULL && text->value[0] == '\0')
    text->value = NULL;
  return text;
}

gconstpointer
wave_decode_room_name (WaveReader *reader, WaveEvent *event)
{
  NAMES (names, N ("name"), N ("value"), N ("new_name"));

  return decode_room_text (reader, event, names);
}

gconstpointer
wave_decode_room_topic (WaveReader *reader, WaveEvent *event)
{
  NAMES (names, N ("topic"), N ("value"), N ("new_topic"));

  return decode_room_text (reader, event, names);
}

gconstpointer
wave_decode_read_marker (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_event, N ("event_id"), N ("last_read_event_id"), N ("read_event_id"));
  NAMES (names_position, N ("stream_position"));
  NAMES (names_inner_position, N_IN_CONTENT ("stream_position"));
  WaveReadMarker *marker = NEW (WaveReadMarker);

  require_room (reader, event);
  marker->participant_id = wave_reader_id (reader, names_participant);
  marker->event_id = wave_reader_id (reader, names_event);
  marker->position = wave_reader_int (reader, event->position >= 0 ? names_inner_position : names_position);
  return marker;
}

/* ---------------------------------------------------------------- people */

gconstpointer
wave_decode_typing (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_typing, N ("typing"), N ("is_typing"));
  WaveTyping *typing = NEW (WaveTyping);

  require_room (reader, event);
  typing->participant_id = wave_reader_id (reader, names_participant);
  typing->typing = wave_reader_bool (reader, names_typing) != 0;
  if (typing->participant_id == NULL)
    wave_reader_missing (reader, "participant_id");
  return typing;
}

WavePresenceState
wave_presence_from_word (const char *word)
{
  static const struct
  {
    const char *word;
    WavePresenceState state;
  } words[] = {
    { "online", WAVE_PRESENCE_ONLINE },   { "idle", WAVE_PRESENCE_IDLE },
    { "busy", WAVE_PRESENCE_BUSY },       { "appear_offline", WAVE_PRESENCE_APPEAR_OFFLINE },
    { "offline", WAVE_PRESENCE_OFFLINE },
  };

  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].word, word) == 0)
      return words[i].state;
  return WAVE_PRESENCE_UNKNOWN;
}

gconstpointer
wave_decode_presence (WaveReader *reader, WaveEvent *event)
{
  NAMES (names_status, N ("status"), N ("state"), N ("presence"));
  WavePresence *presence = NEW (WavePresence);

  presence->participant_id = wave_reader_id (reader, names_participant);
  presence->word = wave_reader_string (reader, names_status);
  presence->state = wave_presence_from_word (presence->word);
  if (presence->participant_id == NULL)
    wave_reader_missing (reader, "participant_id");
  if (presence->word == NULL)
    wave_reader_missing (reader, "status");
  return presence;
}
