// SPDX-License-Identifier: GPL-3.0-or-later
// Private to model/: how a replay makes the picture of a moment, and reads what was before it.
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

/* ---- wave-replay-past.c ---- */

/* Reads the latest durable events of a room that stand before the event @end and have a position below @before, on a worker. @generation: comes back with them */
void wave_replay_read_past (WaveEventLog *log, guint end, const char *room_id, gint64 before, guint generation, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);
/* @room_id: (out) (transfer none): lasts as long as @result. Returns: (transfer full) (nullable): NULL when cancelled */
GPtrArray *wave_replay_read_past_finish (GAsyncResult *result, const char **room_id, guint *generation, gboolean *reached_start);

G_END_DECLS
