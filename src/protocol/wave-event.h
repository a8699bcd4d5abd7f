// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/wave-payloads.h"
#include "protocol/wave-types.h"

G_BEGIN_DECLS

/* The largest frame that is decoded; a larger one becomes an INVALID event with its head kept (protocol notes, 7-32). */
#define WAVE_FRAME_LIMIT (16 * 1024 * 1024)
/* JSON nested deeper than this is refused: no documented event is deeper than 6. */
#define WAVE_DEPTH_LIMIT 64
/* How much of a frame that is not an event is kept. */
#define WAVE_INVALID_KEPT (64 * 1024)

/**
 * WaveEvent:
 * @kind: what it is, by the catalogue
 * @via: the way it came by
 * @serial: number of arrival in its session, from 1; 0 until a session stamped it
 * @arrived_mono_us: monotonic µs at arrival (g_get_monotonic_time()), for measuring
 * @arrived_wall_us: wall clock µs since 1970 at arrival, for showing
 * @position: stream position; -1 for an ephemeral event
 * @origin_us: creation time at its origin in µs since 1970; -1 when the wire does not tell
 * @type: the name on the wire, interned; "" for an INVALID event
 * @room_id: (nullable): interned
 * @sender_id: (nullable): the participant that it is about or by (sender_id, else participant_id), interned
 * @id: (nullable): the event's own id as the wire gave it
 * @malformed: (nullable): JSON path and reason when a field is missing or of a wrong type, or when it is no event
 * @raw: the bytes exactly as received (for a sync element: its slice of the page), never NULL
 * @raw_size: how many
 * @payload: (nullable): by @kind, see wave-payloads.h; NULL when @malformed is set or the kind has none
 *
 * One decoded frame, or one element of a sync page. Reference counted (atomically) and immutable once a session has
 * stamped it, so that it can be read from every thread. A malformed event keeps kind, type, room, sender, id and position as
 * far as they could be read, so that a durable one still moves the cursor.
 */
struct _WaveEvent
{
  gatomicrefcount ref_count;
  WaveEventKind kind;
  WaveVia via;
  guint64 serial;
  gint64 arrived_mono_us;
  gint64 arrived_wall_us;
  gint64 position;
  gint64 origin_us;
  const char *type;
  const char *room_id;
  const char *sender_id;
  char *id;
  char *malformed;
  const char *raw;
  gsize raw_size;
  gconstpointer payload;
};

#define WAVE_TYPE_EVENT (wave_event_get_type ())
GType wave_event_get_type (void);

/**
 * wave_event_decode:
 * @raw: the bytes as received; they are copied
 * @via: the way they came by
 * @arrived_mono_us: monotonic µs at arrival
 * @arrived_wall_us: wall clock µs since 1970 at arrival
 *
 * Decodes one event object, in the stream envelope or in the sync envelope. Never fails: bytes that are no event give an event of
 * kind %WAVE_EVENT_INVALID with the reason in its malformed member. Any thread.
 *
 * Of two members with the same name the first counts; null is as good as absent. A string over 1 MiB is cut with "…", a NUL character in one
 * becomes U+FFFD (@raw has them whole); an id with a NUL character or over 512 bytes, and a list of more than 4096 elements, are malformed.
 * An integer that does not fit into 64 bits counts as absent. Equal interned strings are the same pointer while events hold them.
 *
 * Returns: (transfer full): the event
 */
WaveEvent *wave_event_decode (GBytes *raw, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us);

/**
 * wave_event_decode_data:
 * @data: the bytes as received, borrowed
 * @length: how many
 *
 * The same for bytes that stand in a buffer. It costs less: what comes in masses and is soon forgotten (chunks, typing, presence, statuses) shares
 * blocks of memory with its neighbours.
 *
 * Returns: (transfer full): the event
 */
WaveEvent *wave_event_decode_data (const char *data, gsize length, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us);

/**
 * wave_event_new_oversize:
 * @head: the first bytes of the frame, at most %WAVE_INVALID_KEPT
 * @full_size: how large the whole was, in bytes; 0 if not known
 *
 * Returns: (transfer full): an INVALID event that tells of a frame over %WAVE_FRAME_LIMIT
 */
WaveEvent *wave_event_new_oversize (GBytes *head, gsize full_size, WaveVia via, gint64 arrived_mono_us, gint64 arrived_wall_us);

/* Returns: (transfer full): @raw; the event lives as long. */
GBytes *wave_event_get_bytes (const WaveEvent *event);

WaveEvent *wave_event_ref (const WaveEvent *event);
void wave_event_unref (const WaveEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveEvent, wave_event_unref)

static inline gboolean
wave_event_is_durable (const WaveEvent *event)
{
  return event->position >= 0;
}

/* Payload by kind: the typed pointer, or NULL when the event is of another kind or malformed. */
#define WAVE_EVENT_PAYLOAD(event, KIND, Type) ((event)->kind == (KIND) ? (const Type *) (event)->payload : NULL)

/**
 * wave_event_dup_key:
 *
 * Returns: (transfer full) (nullable): what makes the event the same event by whatever way it comes: its id, else
 *   "pos:POSITION" for a durable one, else NULL (an ephemeral event without id is never a duplicate)
 */
char *wave_event_dup_key (const WaveEvent *event);

/**
 * wave_event_content_hash:
 *
 * Tells an edit (the same id with another text) from a duplicate. The same on every machine and in every run.
 *
 * Returns: a hash of msgtype and body of a MESSAGE or BRIDGE_MESSAGE that has a body, never 0; 0 for everything else
 */
guint64 wave_event_content_hash (const WaveEvent *event);

/**
 * wave_event_summarise:
 * @event: an event
 *
 * One untranslated line of at most 200 characters that tells what the event says, for logs, the CLI's text format and search.
 * Control and bidi characters are made visible. The UI words its own.
 *
 * Returns: (transfer full): the line
 */
char *wave_event_summarise (const WaveEvent *event);

/**
 * wave_sync_page_decode:
 * @body: the body of an answer of GET /v1/sync
 * @arrived_mono_us: monotonic µs at arrival
 * @arrived_wall_us: wall clock µs
 * @error: %WAVE_PROTOCOL_ERROR_NOT_JSON or %WAVE_PROTOCOL_ERROR_SHAPE when it is no sync page
 *
 * An element that is no event becomes an INVALID event in its place. An envelope `{data: {events…}}` is expected; the same members at top
 * level are accepted.
 *
 * Returns: (transfer full): the page
 */
WaveSyncPage *wave_sync_page_decode (GBytes *body, gint64 arrived_mono_us, gint64 arrived_wall_us, GError **error);

/**
 * wave_messages_page_decode:
 *
 * The same for GET /v1/rooms/{id}/messages: `data` is the array, `meta` has has_more and next_cursor (a string on the wire).
 * Elements come out in ascending position.
 */
WaveSyncPage *wave_messages_page_decode (GBytes *body, gint64 arrived_mono_us, gint64 arrived_wall_us, GError **error);

/* @next_cursor is -1 when the page has none. @events: (element-type WaveEvent) */
struct _WaveSyncPage
{
  GPtrArray *events;
  gint64 next_cursor;
  gboolean has_more;
};
void wave_sync_page_free (WaveSyncPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveSyncPage, wave_sync_page_free)

typedef enum {
  WAVE_PROTOCOL_ERROR_NOT_JSON,
  WAVE_PROTOCOL_ERROR_SHAPE,
  WAVE_PROTOCOL_ERROR_TOO_LARGE,
} WaveProtocolError;
#define WAVE_PROTOCOL_ERROR (wave_protocol_error_quark ())
GQuark wave_protocol_error_quark (void);

G_END_DECLS
