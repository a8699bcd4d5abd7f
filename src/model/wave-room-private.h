// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: rooms and timelines from the inside. The tenant decides, these hold.
#pragma once

#include "model/wave-room-parts-private.h"
#include "model/wave-room.h"
#include "model/wave-stream.h"
#include "model/wave-tenant.h"
#include "model/wave-timeline-queue.h"
#include "protocol/wave-event.h"

G_BEGIN_DECLS

#define WAVE_ACTIVITY_SECONDS 60
#define ROOM_AI_SLOTS 8

struct _WaveRoom
{
  WaveModelObject parent_instance;
  WaveTenant *tenant; /* borrowed; NULL once the tenant is gone */
  char *shown_id; /* nullable: the id as one harmless line, where that differs */
  const char *interned; /* the id as events bear it */
  char *id, *name, *topic, *room_type, *engagement, *preview, *ai_line, *state;
  WaveParticipant *dm_peer; /* borrowed from the membership */
  guint unread, mentions, activity_serial;
  gint64 last_activity, ai_since;
  WaveAiPhase ai_phase;
  gboolean left, forbidden, federated, muted;
  gboolean preview_dirty, ai_dirty, in_active, queued;
  gboolean state_known; /* its snapshot was applied */
  GListStore *members, *typists, *ai_states, *sidekicks, *plan_history, *bridges;
  guint n_federation; /* events of federation about it */
  gint64 federation_wall;
  char *collation_key; /* nullable: of the display name, made when it is asked for */
  GHashTable *memberships; /* WaveParticipant * → WaveMembership *, both borrowed from members */
  WaveAiState *ai_slots[ROOM_AI_SLOTS]; /* borrowed: those that were looked up last, by their participants' addresses */
  WavePlan *plan;
  WaveCallItem *call;
  WaveTimeline *timeline;
  guint8 activity[WAVE_ACTIVITY_SECONDS];
  gint64 activity_second, last_event_mono;
};
enum
{
  ROOM_ID = 1,
  ROOM_DISPLAY_NAME,
  ROOM_HAS_NAME,
  ROOM_TOPIC,
  ROOM_ROOM_TYPE,
  ROOM_ENGAGEMENT,
  ROOM_UNREAD,
  ROOM_MENTIONS,
  ROOM_LAST_ACTIVITY,
  ROOM_PREVIEW,
  ROOM_AI_LINE,
  ROOM_AI_PHASE,
  ROOM_AI_SINCE,
  ROOM_N_MEMBERS,
  ROOM_LEFT,
  ROOM_FORBIDDEN,
  ROOM_FEDERATED,
  ROOM_MUTED,
  ROOM_PLAN,
  ROOM_CALL,
  ROOM_ACTIVITY_SERIAL,
  ROOM_STATE,
  ROOM_N_FEDERATION,
  N_ROOM
};
WaveRoom *wave_room_new (WaveTenant *tenant, const char *id);
void wave_room_set_name (WaveRoom *room, const char *name);
WaveMembership *wave_room_ensure_member (WaveRoom *room, WaveParticipant *participant); /* nullable at the bound, borrowed */
void wave_room_remove_member (WaveRoom *room, WaveParticipant *participant);
void wave_room_update_peer (WaveRoom *room, WaveParticipant *me);
WaveAiState *wave_room_ensure_ai (WaveRoom *room, WaveParticipant *participant); /* nullable at the bound, borrowed */
void wave_room_roll_activity (WaveRoom *room, gint64 second);
void wave_room_count_activity (WaveRoom *room, gint64 second);
void wave_room_refresh (WaveRoom *room); /* preview and AI line, if they are dirty */
void wave_room_mark_ai (WaveRoom *room);
void wave_room_clear_typists (WaveRoom *room);
void wave_room_note_bridge (WaveRoom *room, WaveBridge *bridge);

/* ---- timeline ---- */
struct _WaveTimelineItem
{
  WaveModelObject parent_instance;
  WaveTimeline *timeline; /* borrowed, NULL once let go */
  GSequenceIter *iter;    /* borrowed */
  WaveItemKind kind;
  guint order : 2; /* among equal keys: day separator, item, read marker */
  guint continued : 1, edited : 1, redacted : 1, mentions_me : 1, mine : 1;
  gint64 position;     /* -1 for an ephemeral one */
  gint64 key_position; /* its own position, else that of the item that it came after */
  guint64 key_serial;  /* 0 for a durable one, else a running number */
  gint64 wall_us;
  char *id;
  WaveEvent *event; /* gone once redacted */
  WaveEvent *edit;  /* the latest edit's content */
  WaveParticipant *sender, *other;
  char *text, *earlier, *redacted_by, *reason;
  WaveStream *stream;
  WaveGap *gap;
  GArray *reactions; /* of Reaction, nullable */
  guint reactions_serial;
};
enum
{
  ITEM_KIND = 1,
  ITEM_SENDER,
  ITEM_BODY,
  ITEM_WALL_US,
  ITEM_CONTINUED,
  ITEM_EDITED,
  ITEM_REDACTED,
  ITEM_REDACTION_TEXT,
  ITEM_REACTIONS_SERIAL,
  ITEM_STATE_TEXT,
  ITEM_STREAM,
  ITEM_GAP,
  N_ITEM
};
typedef struct
{
  char *emoji;
  GPtrArray *senders; /* of WaveParticipant */
} Reaction;
WaveTimelineItem *wave_timeline_item_new (WaveItemKind kind);
/* FALSE: a bound was hit */
gboolean wave_timeline_item_react (WaveTimelineItem *item, WaveParticipant *sender, const char *emoji, gboolean removed);
void wave_timeline_item_redact (WaveTimelineItem *item, const char *by, const char *reason);
void wave_timeline_item_edit (WaveTimelineItem *item, const WaveEvent *event);

WaveTimeline *wave_timeline_new (WaveRoom *room);
void wave_timeline_detach (WaveTimeline *timeline);
WaveTenant *wave_timeline_get_tenant (WaveTimeline *timeline); /* nullable */
void
wave_timeline_insert (WaveTimeline *timeline, WaveTimelineItem *item); /* takes its own reference; keys it by item->position */
void wave_timeline_remove (WaveTimeline *timeline, WaveTimelineItem *item);
/* The final message of @item's stream came: the item becomes a message where it stands, or where its position wants it. */
void wave_timeline_settle (WaveTimeline *timeline, WaveTimelineItem *item, const WaveEvent *event);
WaveTimelineItem *wave_timeline_lookup (WaveTimeline *timeline, const char *id);
WaveTimelineItem *wave_timeline_lookup_position (WaveTimeline *timeline, gint64 position);
WaveTimelineItem *wave_timeline_lookup_stream (WaveTimeline *timeline, WaveStream *stream);
void wave_timeline_set_read (WaveTimeline *timeline, const char *event_id, gint64 position);
/* Messages of others after the read marker; -1 when the marker is not held */
int wave_timeline_count_unread (WaveTimeline *timeline, guint *mentions);
void wave_timeline_set_new (WaveTimeline *timeline, guint n_new);
/* Lets go of the oldest. @n_rooms: of the tenant: the more, the fewer does one keep that nobody looks at */
void wave_timeline_trim (WaveTimeline *timeline, gint64 now_mono, guint n_rooms);
/* Lets go of all but the last @n_kept items; they are fetched again when somebody scrolls there. */
void wave_timeline_keep_last (WaveTimeline *timeline, guint n_kept);
void wave_timeline_set_loading (WaveTimeline *timeline, gboolean loading, gboolean reached_start);
gint64 wave_timeline_get_oldest_position (WaveTimeline *timeline);                         /* -1 none */
WaveTimelineItem *wave_timeline_get_last (WaveTimeline *timeline, gboolean messages_only); /* nullable, borrowed */
/* (transfer full) (nullable): as get_last() with messages only, without making items; it may stand in no timeline */
WaveTimelineItem *wave_timeline_dup_last_message (WaveTimeline *timeline);

/* Whether nobody looks, so that what comes may be queued. */
gboolean wave_timeline_can_queue (WaveTimeline *timeline, gint64 now_mono);
/* Queues a message without its key. @settles: it is the final one of its stream, if that is queued. FALSE: it is not plainly a new one at the end */
gboolean wave_timeline_queue_message (WaveTimeline *timeline, const WaveQueuedItem *message, gboolean settles);
/* Queues what has no position. */
void wave_timeline_queue_ephemeral (WaveTimeline *timeline, const WaveQueuedItem *ephemeral);
gboolean wave_timeline_queues_stream (WaveTimeline *timeline, WaveStream *stream);
/* FALSE: nothing is queued here that the gap could stand behind */
gboolean wave_timeline_mark_gap (WaveTimeline *timeline, WaveGap *gap);

void wave_timeline_touch_replies (WaveTimeline *timeline, const char *id);
/* Writes the notices anew that bear a name that changed. */
void wave_timeline_rename (WaveTimeline *timeline);
/* Changes @gap's marker, if it stands here. */
void wave_timeline_touch_gap (WaveTimeline *timeline, WaveGap *gap);

/* (transfer full) (nullable): the sentence of a quiet line. @who and @other: whom it is about, from wave_notice_people() */
char *wave_notice_text (const WaveEvent *event, WaveParticipant *who, WaveParticipant *other);
/* The ids of the one it is about and of the one who did it; either may come out NULL. FALSE: the event makes no quiet line. */
gboolean wave_notice_people (const WaveEvent *event, const char **who, const char **other);

/* ---- what rooms and timelines ask of the tenant ---- */
void wave_tenant_room_wanted (WaveTenant *tenant, WaveRoom *room, gboolean older);
void wave_tenant_queue_room (WaveTenant *tenant, WaveRoom *room); /* to be refreshed at the end of the batch */
gint64 wave_tenant_get_top_position (WaveTenant *tenant);         /* the highest position seen, -1 none */
WaveParticipant *wave_tenant_get_me (WaveTenant *tenant);         /* nullable */

G_END_DECLS
