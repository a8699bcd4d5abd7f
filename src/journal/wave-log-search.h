// SPDX-License-Identifier: GPL-3.0-or-later
// Private to journal/: a filter over the events of a log, on a thread of its own.
#pragma once

#include "journal/wave-event-log.h"
#include "journal/wave-filter.h"

G_BEGIN_DECLS

/**
 * WaveLogStretch: what is searched.
 * @from, @to: events of the log, from @from up to the one before @to
 * @from_wall_us, @to_wall_us: of those the ones that came in this time, the end excluded
 * @filter: (nullable): NULL lets everything pass
 * @backwards: from the newest to the oldest
 */
typedef struct {
  guint from, to;
  gint64 from_wall_us, to_wall_us;
  WaveFilter *filter;
  gboolean backwards;
} WaveLogStretch;

typedef struct _WaveLogSearch WaveLogSearch;

/* @found: the events that passed since the last call, ascending; when searched @backwards, all of them lie before those of the calls before. @scanned: so
 * many events of the log have been looked at, counted from its first when searched forwards. @done: no call follows. */
typedef void (*WaveLogSearchFunc) (const guint32 *found, guint n, guint scanned, gboolean done, gpointer user_data);

/* Main thread, like the calls of @func. Returns: (transfer full): to be given to wave_log_search_stop() */
WaveLogSearch *wave_log_search_start (WaveEventLog *log, const WaveLogStretch *stretch, WaveLogSearchFunc func, gpointer user_data);

/* @func is not called again; also from within it, and when it is done. */
void wave_log_search_stop (WaveLogSearch *search);

G_END_DECLS
