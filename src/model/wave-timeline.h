// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/wave-model-types.h"

G_BEGIN_DECLS

/**
 * WaveTimeline: a GListModel of WaveTimelineItem in the order in which they are read. Items keep their identity and change in place (a stream that
 * grows, a reaction, an edit, a redaction). Day separators, the read marker and grouping are items or flags computed here for the changed range plus one.
 * Properties: "loading-older" bool, "reached-start" bool, "n-new" guint.
 */
#define WAVE_TYPE_TIMELINE (wave_timeline_get_type ())
G_DECLARE_FINAL_TYPE (WaveTimeline, wave_timeline, WAVE, TIMELINE, GObject)

typedef enum {
  WAVE_ITEM_MESSAGE,  /* a message, whatever its msgtype */
  WAVE_ITEM_STREAM,   /* a reply that is growing; turns into MESSAGE in place when its final message comes */
  WAVE_ITEM_NOTICE,   /* a quiet line: membership, name, topic, engagement, sidekicks, calls, bridges */
  WAVE_ITEM_ERROR,    /* model error */
  WAVE_ITEM_GAP,      /* the connection was lost here */
  WAVE_ITEM_DAY,      /* day separator */
  WAVE_ITEM_READ,     /* the read marker line */
} WaveItemKind;

/**
 * WaveTimelineItem properties (notified): "kind" guint, "sender" WaveParticipant (nullable), "body" string (nullable), "wall-us" gint64, "continued" bool (same sender, close in time:
 * no header), "edited" bool, "redacted" bool, "redaction-text" string, "reactions-serial" guint, "state-text"; "stream" WaveStream (nullable), "gap" WaveGap (nullable).
 */
#define WAVE_TYPE_TIMELINE_ITEM (wave_timeline_item_get_type ())
G_DECLARE_FINAL_TYPE (WaveTimelineItem, wave_timeline_item, WAVE, TIMELINE_ITEM, GObject)

WaveItemKind wave_timeline_item_get_kind (WaveTimelineItem *item);
const char *wave_timeline_item_get_event_id (WaveTimelineItem *item); /* nullable */
gint64 wave_timeline_item_get_position (WaveTimelineItem *item);      /* -1 none */
gint64 wave_timeline_item_get_wall_us (WaveTimelineItem *item);       /* origin time, else arrival */
WaveParticipant *wave_timeline_item_get_sender (WaveTimelineItem *item); /* nullable */
const char *wave_timeline_item_get_body (WaveTimelineItem *item);     /* nullable: plain text or Markdown by msgtype; for NOTICE a finished sentence */
const WaveMessage *wave_timeline_item_get_message (WaveTimelineItem *item); /* nullable */
const WaveImportedSender *wave_timeline_item_get_imported_sender (WaveTimelineItem *item); /* nullable: who wrote it on another platform */
const WaveEvent *wave_timeline_item_get_event (WaveTimelineItem *item);     /* nullable */
gboolean wave_timeline_item_get_continued (WaveTimelineItem *item);
gboolean wave_timeline_item_get_edited (WaveTimelineItem *item);
const char *wave_timeline_item_get_earlier_body (WaveTimelineItem *item);   /* nullable: before the edit */
gboolean wave_timeline_item_get_redacted (WaveTimelineItem *item);
const char *wave_timeline_item_get_redacted_by (WaveTimelineItem *item);    /* nullable participant id */
const char *wave_timeline_item_get_redaction_reason (WaveTimelineItem *item); /* nullable */
/* (transfer container) (element-type WaveParticipant): whom the message mentions, as far as they are known */
GPtrArray *wave_timeline_item_list_mentions (WaveTimelineItem *item);
gboolean wave_timeline_item_get_mentions_me (WaveTimelineItem *item);
WaveStream *wave_timeline_item_get_stream (WaveTimelineItem *item);         /* nullable; stays after settling */
WaveGap *wave_timeline_item_get_gap (WaveTimelineItem *item);               /* nullable */
WaveTimelineItem *wave_timeline_item_get_reply_to (WaveTimelineItem *item); /* nullable: the quoted item if it is held */
const char *wave_timeline_item_get_reply_to_id (WaveTimelineItem *item);    /* nullable */

typedef struct {
  const char *emoji;
  GPtrArray *senders; /* (element-type WaveParticipant) borrowed */
} WaveReactionTally;
/* (transfer container) (element-type WaveReactionTally): in order of first appearance */
GArray *wave_timeline_item_get_reactions (WaveTimelineItem *item);

/* Asks for older items; the monitor answers with wave_tenant_apply_history(). */
void wave_timeline_load_older (WaveTimeline *timeline);
gboolean wave_timeline_get_loading_older (WaveTimeline *timeline);
gboolean wave_timeline_get_reached_start (WaveTimeline *timeline);
/* -1 when it is not held */
int wave_timeline_find (WaveTimeline *timeline, const char *event_id);

G_END_DECLS
