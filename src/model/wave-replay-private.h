// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: how a replay makes the picture of a moment.
#pragma once

#include "journal/wave-event-log-select.h"
#include "model/wave-stream.h"
#include "model/wave-tenant.h"

G_BEGIN_DECLS

/* The lines of a recording that are no frames, in order; immutable, reference counted. */
typedef struct
{
  gatomicrefcount ref_count;
  GPtrArray *list; /* of WaveRecordingMark */
  WaveRecordingHead head;
} WaveReplayMarks;

/* Blocks: on a worker. (transfer full) (nullable): NULL when the recording could not be opened */
WaveReplayMarks *wave_replay_marks_read (WaveEventLog *log, GCancellable *cancellable);
WaveReplayMarks *wave_replay_marks_ref (WaveReplayMarks *marks);
void wave_replay_marks_unref (WaveReplayMarks *marks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveReplayMarks, wave_replay_marks_unref)

/* Who is who, from all snapshots: names are no matter of the moment. */
void wave_replay_apply_names (WaveTenant *tenant, const WaveReplayMarks *marks);
/* The @next-th mark and those after it that stand before the event @index and had happened at @now_us. Returns: the first one that is left */
guint wave_replay_apply_marks (WaveTenant *tenant, const WaveReplayMarks *marks, guint next, guint index, gint64 now_us);

/**
 * wave_replay_build:
 * @end: events before this index
 * @now_us: the moment, since the start
 * @thresholds: of streams
 * @next_mark: (out): the first mark that has not happened
 *
 * Blocks: on a worker, which owns the new tenant until it hands it on.
 *
 * Returns: (transfer full) (nullable): NULL when cancelled
 */
WaveTenant *wave_replay_build (WaveEventLog *log, const WaveReplayMarks *marks, guint end, gint64 now_us, const WaveStreamThresholds *thresholds,
                               guint *next_mark, GCancellable *cancellable);

G_END_DECLS
