// SPDX-License-Identifier: GPL-3.0-or-later
// An example of every kind of event as it comes by the stream, with what its payload must say. The tests fail on a kind that
// has none.
#pragma once

#include "protocol/wave-event.h"

typedef struct
{
  WaveEventKind kind;
  const char *json;
  const char *payload; /* as describe_payload() writes it; "" for a kind without payload */
} Example;

extern const Example examples[];
extern const guint n_examples;

/* The event with everything but its envelope moved into content, as the sync endpoint gives it. (transfer full) */
char *to_sync_envelope (const char *json);
/* Every member of the payload in a fixed form: "body=hi|msgtype=swp.text|…" without those that are absent. (transfer full) */
char *describe_payload (const WaveEvent *event);

static inline WaveEvent *
decode_bytes (const char *data, gsize length, WaveVia via)
{
  g_autoptr (GBytes) raw = g_bytes_new (data, length);

  return wave_event_decode (raw, via, 11, 22);
}

static inline WaveEvent *
decode (const char *json)
{
  return decode_bytes (json, strlen (json), WAVE_VIA_STREAM);
}
