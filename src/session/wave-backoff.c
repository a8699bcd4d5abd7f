// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-backoff.h"

void
wave_backoff_init (WaveBackoff *backoff, gint64 first_us, gint64 max_us, double jitter, guint32 seed)
{
  *backoff = (WaveBackoff) {
    .first_us = first_us,
    .max_us = max_us,
    .jitter = CLAMP (jitter, 0, 1),
    .rand = seed != 0 ? g_rand_new_with_seed (seed) : g_rand_new (),
  };
}

void
wave_backoff_clear (WaveBackoff *backoff)
{
  g_clear_pointer (&backoff->rand, g_rand_free);
}

gint64
wave_backoff_get_delay (WaveBackoff *backoff, gint64 first_us, gint64 max_us, guint retry)
{
  gint64 delay = first_us;

  while (retry-- > 0 && delay < max_us)
    delay *= 2;
  delay = MIN (delay, max_us);
  return (gint64) (delay * (1 + backoff->jitter * g_rand_double_range (backoff->rand, -1, 1)));
}

gint64
wave_backoff_next (WaveBackoff *backoff, gboolean skip_immediate)
{
  guint failure = backoff->failures;

  if (backoff->failures < G_MAXUINT)
    backoff->failures++;
  if (failure == 0 && !skip_immediate)
    return 0;
  return wave_backoff_get_delay (backoff, backoff->first_us, backoff->max_us, failure == 0 ? 0 : failure - 1);
}

void
wave_backoff_reset (WaveBackoff *backoff)
{
  backoff->failures = 0;
}

void
wave_liveness_init (WaveLiveness *liveness, gint64 ping_interval_us, gint64 silence_us, gint64 now_us)
{
  /* A pong is given as long as there is between two pings: with the default figures a dead peer is found out after 50 s,
   * and one that only fails to answer pings but speaks is never taken for dead. */
  *liveness = (WaveLiveness) {
    .ping_interval_us = ping_interval_us,
    .silence_us = silence_us,
    .heard_us = now_us,
    .pinged_us = now_us,
    .pong_within_us = ping_interval_us,
  };
}

WaveLivenessVerdict
wave_liveness_judge (const WaveLiveness *liveness, gint64 now_us)
{
  if (now_us - liveness->heard_us >= liveness->silence_us)
    return WAVE_LIVENESS_DEAD;
  if (liveness->pinged_us > liveness->heard_us)
    return now_us - liveness->pinged_us >= liveness->pong_within_us ? WAVE_LIVENESS_DEAD : WAVE_LIVENESS_FINE;
  /* Pinged by the clock, not only in silence: the server too wants to hear something (protocol notes, 7-24). */
  return now_us - liveness->pinged_us >= liveness->ping_interval_us ? WAVE_LIVENESS_PING : WAVE_LIVENESS_FINE;
}

gint64
wave_liveness_get_next (const WaveLiveness *liveness, gint64 now_us)
{
  gint64 next = liveness->heard_us + liveness->silence_us;

  if (liveness->pinged_us > liveness->heard_us)
    next = MIN (next, liveness->pinged_us + liveness->pong_within_us);
  else
    next = MIN (next, liveness->pinged_us + liveness->ping_interval_us);
  return MAX (next, now_us);
}
