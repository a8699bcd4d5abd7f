// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers, times and spans as people read them, by the locale. Everything returned is (transfer full). Main thread.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How the time of day is written, in the order of the setting "clock-format". */
typedef enum { WAVE_CLOCK_LOCALE, WAVE_CLOCK_24, WAVE_CLOCK_12 } WaveClock;
void wave_format_set_clock (WaveClock clock);
WaveClock wave_format_get_clock (void);

/* "14:05" by the locale and the setting. @wall_us: µs since 1970 */
char *wave_format_clock (gint64 wall_us);
/* "14:05:31.204" */
char *wave_format_clock_ms (gint64 wall_us);
/* "Today", "Yesterday", "Monday, 23 November" */
char *wave_format_day (gint64 wall_us, gint64 now_wall_us);
/* "14:05" today, "Yesterday", "Mon", "23 Nov", "23 Nov 2025" */
char *wave_format_when (gint64 wall_us, gint64 now_wall_us);
/* "840 µs", "12.5 ms", "3.42 s", "1:40", "2:03:07"; "–" for a negative one. @us: µs */
char *wave_format_span (gint64 us);
/*
 * From an origin to here; a negative one with its sign. One that is negative by less than a second is "< 1 s": the origin's
 * clock (origin_ts) and the server's (Date) have whole seconds, so all that it says is that it was soon.
 */
char *wave_format_latency (gint64 us);
/* "4 s", "3 min", "2 h": rounded down to whole units, for what goes on. */
char *wave_format_elapsed (gint64 us);
/* "312 B", "4.1 KiB" */
char *wave_format_size (guint64 bytes);
/* With the locale's grouping. */
char *wave_format_count (guint64 n);
/* "38.2 chunks/s" has its number by this; "–" when it is not defined (NAN). */
char *wave_format_rate (double per_second);

G_END_DECLS
