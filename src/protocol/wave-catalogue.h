// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/wave-types.h"

G_BEGIN_DECLS

/* What the documentation leads one to expect; an event is durable if and only if it carries a position. */
typedef enum {
  WAVE_DURABILITY_EPHEMERAL,
  WAVE_DURABILITY_DURABLE,
  WAVE_DURABILITY_EITHER,
} WaveDurability;

/**
 * WaveEventType: one row of the catalogue.
 * @kind: the kind
 * @wire_name: the `type` on the wire
 * @nick: stable short name, for the filter language and for CSS classes, such as "chunk"
 * @category: the group
 * @durability: what to expect
 */
struct _WaveEventType
{
  WaveEventKind kind;
  const char *wire_name;
  const char *nick;
  WaveCategory category;
  WaveDurability durability;
};

/**
 * wave_catalogue_get:
 * @kind: a kind
 *
 * Returns: (transfer none): its row; never NULL (UNKNOWN and INVALID have rows with an empty wire name)
 */
const WaveEventType *wave_catalogue_get (WaveEventKind kind);

/**
 * wave_catalogue_lookup:
 * @wire_name: a type as on the wire, @length bytes
 *
 * Returns: the kind, %WAVE_EVENT_UNKNOWN if the catalogue has none
 */
WaveEventKind wave_catalogue_lookup (const char *wire_name, gsize length);

/**
 * wave_category_get_nick:
 *
 * Returns: (transfer none): stable short name such as "message"
 */
const char *wave_category_get_nick (WaveCategory category);

G_END_DECLS
