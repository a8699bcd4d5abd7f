// SPDX-License-Identifier: GPL-3.0-or-later
// When to try again, and when a connection counts as dead. Pure functions of the time they are given.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WaveBackoff: the schedule of protocol notes 2.4: at once, then first, 2·first, 4·first … up to max, each with jitter.
 * @failures: tries that failed in a row
 */
typedef struct {
  gint64 first_us, max_us;
  double jitter;
  guint failures;
  GRand *rand;
} WaveBackoff;

void wave_backoff_init (WaveBackoff *backoff, gint64 first_us, gint64 max_us, double jitter, guint32 seed);
void wave_backoff_clear (WaveBackoff *backoff);
/* Counts one failure. @skip_immediate: the server asked for room (1013), so even the first wait is a real one. Returns: the wait in µs */
gint64 wave_backoff_next (WaveBackoff *backoff, gboolean skip_immediate);
void wave_backoff_reset (WaveBackoff *backoff);
/* The wait before the @retry-th retry (from 0) of a request: first, 2·first, 4·first … up to max, with the same jitter. */
gint64 wave_backoff_get_delay (WaveBackoff *backoff, gint64 first_us, gint64 max_us, guint retry);

/**
 * WaveLiveness: what is known about the life of one connection; all in monotonic µs.
 */
typedef struct {
  gint64 ping_interval_us, silence_us;
  gint64 heard_us;       /* the last bytes of whatever kind */
  gint64 pinged_us;      /* our last ping; at first the start of the connection */
  gint64 pong_within_us; /* how long after a ping something must be heard */
} WaveLiveness;

typedef enum { WAVE_LIVENESS_FINE, WAVE_LIVENESS_PING, WAVE_LIVENESS_DEAD } WaveLivenessVerdict;

void wave_liveness_init (WaveLiveness *liveness, gint64 ping_interval_us, gint64 silence_us, gint64 now_us);
WaveLivenessVerdict wave_liveness_judge (const WaveLiveness *liveness, gint64 now_us);
/* When to judge next, monotonic µs. */
gint64 wave_liveness_get_next (const WaveLiveness *liveness, gint64 now_us);

G_END_DECLS
