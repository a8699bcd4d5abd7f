// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/wave-room-parts.h"
#include "model/wave-stream.h"
#include "model/wave-tenant.h"

G_BEGIN_DECLS

typedef enum { WAVE_SCOPE_GROUP_AI, WAVE_SCOPE_GROUP_ROOM, WAVE_SCOPE_GROUP_FLAT } WaveScopeGrouping;
typedef enum { WAVE_SCOPE_LANE_STREAMS, WAVE_SCOPE_LANE_SIDEKICK, WAVE_SCOPE_LANE_PLAN } WaveScopeLaneKind;

/* One step of a plan on the time line; mono µs, end -1 while it lasts. */
typedef struct {
  gint64 start_us, end_us;
  char *text;
  char *status;
} WaveScopeStep;

typedef struct {
  WaveScopeLaneKind kind;
  char *title;             /* empty on a lane that goes on with the group above it */
  char *group;             /* what the title of the group says, on each of its lanes */
  char *subtitle;
  GPtrArray *streams;      /* (nullable): WaveStream in order of start, none overlaps the next */
  WaveSidekickItem *sidekick; /* (nullable) */
  GArray *steps;           /* (nullable): WaveScopeStep */
  gboolean starts_group;
} WaveScopeLane;

/**
 * WaveScopeLanes: which lanes there are, from top to bottom. Rebuilt when asked after something changed; costs the number of streams and rooms, never
 * the number of chunks.
 */
typedef struct _WaveScopeLanes WaveScopeLanes;

WaveScopeLanes *wave_scope_lanes_new (WaveTenant *tenant);
void wave_scope_lanes_free (WaveScopeLanes *lanes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveScopeLanes, wave_scope_lanes_free)

void wave_scope_lanes_rebuild (WaveScopeLanes *lanes, WaveScopeGrouping grouping);
guint wave_scope_lanes_get_n (WaveScopeLanes *lanes);
const WaveScopeLane *wave_scope_lanes_get (WaveScopeLanes *lanes, guint index);
/* Returns: the lane of a stream, -1 when it has none */
int wave_scope_lanes_find (WaveScopeLanes *lanes, WaveStream *stream);
/* The first sign of everything; -1 when there is nothing. */
gint64 wave_scope_lanes_get_first (WaveScopeLanes *lanes);
/* The index of the first stream of a lane that ends at or after @at_us. */
guint wave_scope_lane_first_after (const WaveScopeLane *lane, gint64 at_us);
/* (transfer none) (nullable): the stream of a lane at a time, within @slack_us */
WaveStream *wave_scope_lane_stream_at (const WaveScopeLane *lane, gint64 at_us, gint64 slack_us, gint64 now_us);

G_END_DECLS
