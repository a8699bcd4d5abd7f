// SPDX-License-Identifier: GPL-3.0-or-later
// How the decoder's files work together. Nobody outside of this folder includes this.
#pragma once

#include "protocol/wave-event.h"
#include "protocol/wave-json.h"

G_BEGIN_DECLS

/**
 * WavePayloadDecoder:
 * @reader: the members of the event; the first fault goes there, and then what is returned does not count
 * @event: its envelope is filled in
 *
 * Returns: the payload in the event's slab
 */
typedef gconstpointer (*WavePayloadDecoder) (WaveReader *reader, WaveEvent *event);

/* Which payload decoder a kind has; NULL for the kinds without a payload (UNKNOWN, INVALID, FEDERATION, PING). */
WavePayloadDecoder wave_decoder_for_kind (WaveEventKind kind);

/* An event of an object that is parsed already; @n_values bounds its depth. @data is its text, which is copied. @may_share: what is soon forgotten may share
 * memory with its neighbours. */
WaveEvent *wave_event_from_value (const char *data, gsize length, gboolean may_share, yyjson_val *value, gsize n_values, WaveVia via, gint64 arrived_mono_us,
                                  gint64 arrived_wall_us);
/* An INVALID event; of more than %WAVE_INVALID_KEPT bytes only the head is kept. */
WaveEvent *
wave_event_new_invalid (const char *data, gsize length, const char *reason, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us);

/* wave-decode-rooms.c */
/* What wave_event_content_hash() tells of a message. */
guint64 wave_message_hash (const WaveMessage *message);

gconstpointer wave_decode_hello (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_message (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_chunk (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_redaction (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_reaction (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_member (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_room_name (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_room_topic (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_read_marker (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_typing (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_presence (WaveReader *reader, WaveEvent *event);

/* wave-decode-work.c */
gconstpointer wave_decode_engagement (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_ai_status (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_context_usage (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_plan_updated (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_sidekick (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_call (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_bridge_status (WaveReader *reader, WaveEvent *event);
gconstpointer wave_decode_model_error (WaveReader *reader, WaveEvent *event);

/* What events and snapshots share: each fills a struct whose memory the reader's slab owns. */
void wave_read_engagement (WaveReader *reader, WaveEngagement *engagement);
void wave_read_sidekick (WaveReader *reader, WaveSidekick *sidekick);
void wave_read_call (WaveReader *reader, WaveCall *call, gint64 now_wall_us);
WavePresenceState wave_presence_from_word (const char *word);

/**
 * wave_plan_read:
 * @object: a plan
 * @prefix: its path with a dot at the end, for faults
 * @reader: (nullable): takes the first fault; NULL to be lenient
 *
 * Returns: (transfer full): the plan
 */
WavePlan *wave_plan_read (yyjson_val *object, const char *prefix, WaveReader *reader);

G_END_DECLS
