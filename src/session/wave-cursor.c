// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-seen.h"

typedef struct {
  gint64 time_us, position;
} Mark;

/* Confirmations closer together than this are one mark, so that a long catch-up keeps the history short. */
#define GRAIN_US (G_USEC_PER_SEC / 4)
#define MAX_MARKS 1024

void
wave_cursor_init (WaveCursor *cursor)
{
  cursor->history = g_array_new (FALSE, FALSE, sizeof (Mark));
  cursor->base = -1;
}

void
wave_cursor_clear (WaveCursor *cursor)
{
  g_clear_pointer (&cursor->history, g_array_unref);
}

void
wave_cursor_set_base (WaveCursor *cursor, gint64 base)
{
  g_array_set_size (cursor->history, 0);
  cursor->base = base;
}

void
wave_cursor_raise (WaveCursor *cursor, gint64 position)
{
  cursor->base = MAX (cursor->base, position);
}

void
wave_cursor_confirm (WaveCursor *cursor, gint64 now_us, gint64 position)
{
  Mark *last = NULL;
  guint n = cursor->history->len;

  if (n > 0)
    last = &g_array_index (cursor->history, Mark, n - 1);
  if (position < 0 || (last != NULL && position < last->position) || position < cursor->base)
    return;
  /* The mark before the last one stays, so the last may move on in time without the answer ever being late by more than a grain. */
  if (last != NULL && n > 1 && last->time_us - g_array_index (cursor->history, Mark, n - 2).time_us < GRAIN_US)
    {
      *last = (Mark) { now_us, position };
      return;
    }
  if (n >= MAX_MARKS)
    g_array_remove_range (cursor->history, 0, n / 2);
  g_array_append_val (cursor->history, ((Mark) { now_us, position }));
}

gboolean
wave_cursor_settle (WaveCursor *cursor, gint64 begun_us, gint64 span_us, gint64 position)
{
  gint64 former = cursor->base;
  guint settled = 0;

  for (guint i = 0; i < cursor->history->len; i++)
    {
      const Mark *mark = &g_array_index (cursor->history, Mark, i);

      if (begun_us - mark->time_us < span_us || mark->position > position)
        break;
      cursor->base = MAX (cursor->base, mark->position);
      settled = i + 1;
    }
  /* The latest one stays: it is what is known to be complete. */
  settled = MIN (settled, cursor->history->len > 0 ? cursor->history->len - 1 : 0);
  if (settled > 0)
    g_array_remove_range (cursor->history, 0, settled);
  return cursor->base > former;
}

void
wave_cursor_forget_above (WaveCursor *cursor, gint64 position)
{
  while (cursor->history->len > 0 && g_array_index (cursor->history, Mark, cursor->history->len - 1).position > position)
    g_array_set_size (cursor->history, cursor->history->len - 1);
}

gint64
wave_cursor_get (const WaveCursor *cursor)
{
  return cursor->base;
}

gint64
wave_cursor_get_latest (const WaveCursor *cursor)
{
  guint n = cursor->history->len;

  return n > 0 ? MAX (cursor->base, g_array_index (cursor->history, Mark, n - 1).position) : cursor->base;
}
