// SPDX-License-Identifier: GPL-3.0-or-later
// What tests of streams have in common.
#pragma once

#include "model-helpers.h"

#define SEC G_USEC_PER_SEC

static inline void
feed (WaveStreamStore *store, gint64 at_us, const char *json)
{
  g_autoptr (WaveEvent) event = frame (at_us, WAVE_VIA_STREAM, json);

  g_assert_cmpstr (event->malformed, ==, NULL);
  wave_stream_store_apply (store, event, event->sender_id != NULL && g_str_has_prefix (event->sender_id, "ai"));
}

static inline WaveStream *
only (WaveStreamStore *store)
{
  g_assert_cmpuint (length (store), ==, 1);
  return nth (store, 0);
}

static inline WaveStreamFigures
figures_of (WaveStream *stream)
{
  WaveStreamFigures figures;

  wave_stream_get_figures (stream, SEC, &figures);
  return figures;
}
