// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "journal/wave-search.h"

#include <string.h>

/* Sixteen bytes at a time; the compiler makes SSE2 or NEON of it. */
typedef guint8 Lanes __attribute__ ((vector_size (16)));
typedef guint64 Halves __attribute__ ((vector_size (16)));

/* How often a byte occurs in frames, roughly: higher is more often. What is not named is rare. */
static guint
commonness (guint8 byte)
{
  static const char order[] = "zqjxkwv%@!?*+=/();<>\\ZQJXKYWVUGHBFPLOMNDTRSICAE.98765zyfwbghpucmdl4k32v\n10_-{}[]inorstae:, \"";
  const char *found = byte != '\0' ? strrchr (order, byte) : NULL;

  return found != NULL ? (guint) (found - order) + 1 : 0;
}

void
wave_search_init (WaveSearch *search, const char *needle, gsize length)
{
  search->needle = g_ascii_strdown (needle, length);
  search->length = length;
  search->probe[0] = search->probe[1] = 0;
  for (gsize i = 1; i < length; i++)
    if (commonness (search->needle[i]) < commonness (search->needle[search->probe[0]]))
      search->probe[0] = i;
  if (search->probe[0] == 0 && length > 1)
    search->probe[1] = 1;
  for (gsize i = 0; i < length; i++)
    if (i != search->probe[0] && commonness (search->needle[i]) < commonness (search->needle[search->probe[1]]))
      search->probe[1] = i;
  for (guint i = 0; i < 2; i++)
    {
      search->want[i] = length > 0 ? (guint8) search->needle[search->probe[i]] : 0;
      search->fold[i] = g_ascii_isalpha (search->want[i]) ? 0x20 : 0;
    }
}

void
wave_search_clear (WaveSearch *search)
{
  g_clear_pointer (&search->needle, g_free);
}

static gboolean
is_at (const WaveSearch *search, const char *data)
{
  for (gsize i = 0; i < search->length; i++)
    if (g_ascii_tolower (data[i]) != search->needle[i])
      return FALSE;
  return TRUE;
}

const char *
wave_search_find (const WaveSearch *search, const char *data, gsize length)
{
  gsize at = 0, last;
  Lanes want[2], fold[2];

  if (search->length == 0)
    return data;
  if (length < search->length)
    return NULL;
  last = length - search->length;
  for (guint i = 0; i < 2; i++)
    for (guint lane = 0; lane < 16; lane++)
      {
        want[i][lane] = search->want[i];
        fold[i][lane] = search->fold[i];
      }
  /* A block is read at both probes, so it must end before the data does. */
  for (; at + 15 <= last; at += 16)
    {
      Lanes first, second, hit;
      Halves halves;

      memcpy (&first, data + at + search->probe[0], 16);
      memcpy (&second, data + at + search->probe[1], 16);
      hit = (Lanes) ((first | fold[0]) == want[0]) & (Lanes) ((second | fold[1]) == want[1]);
      halves = (Halves) hit;
      if ((halves[0] | halves[1]) == 0)
        continue;
      for (guint lane = 0; lane < 16; lane++)
        if (hit[lane] != 0 && is_at (search, data + at + lane))
          return data + at + lane;
    }
  for (; at <= last; at++)
    if (is_at (search, data + at))
      return data + at;
  return NULL;
}
