// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "protocol/wave-catalogue.h"

#include <string.h>

#define ROW(KIND, wire, nick, CATEGORY, DURABILITY)                                                                            \
  [WAVE_EVENT_##KIND] = { WAVE_EVENT_##KIND, wire, nick, WAVE_CATEGORY_##CATEGORY, WAVE_DURABILITY_##DURABILITY }

/* The catalogue (protocol notes, 4.1). The decoder of each kind is in the table of wave-decode.c. */
static const WaveEventType catalogue[WAVE_N_EVENT_KINDS] = {
  ROW (UNKNOWN, "", "unknown", OTHER, EITHER),
  ROW (INVALID, "", "invalid", FAULT, EITHER),
  ROW (HELLO, "hello", "hello", CONNECTION, EPHEMERAL),
  ROW (MESSAGE, "swp.room.message", "message", MESSAGE, DURABLE),
  ROW (CHUNK, "swp.room.message.chunk", "chunk", STREAM, EPHEMERAL),
  ROW (REDACTION, "swp.room.redaction", "redaction", MESSAGE, DURABLE),
  ROW (REACTION, "swp.room.reaction", "reaction", MESSAGE, DURABLE),
  ROW (MEMBER, "swp.room.member", "member", ROOM, DURABLE),
  ROW (ROOM_NAME, "swp.room.name", "name", ROOM, DURABLE),
  ROW (ROOM_TOPIC, "swp.room.topic", "topic", ROOM, DURABLE),
  ROW (READ_MARKER, "swp.room.read_marker", "read-marker", ROOM, EPHEMERAL),
  ROW (AI_ENGAGEMENT, "swp.room.ai_engagement", "engagement", AI, DURABLE),
  ROW (AI_STATUS, "swp.ai.status", "status", AI, EPHEMERAL),
  ROW (CONTEXT_USAGE, "swp.ai.context_usage", "context-usage", AI, EPHEMERAL),
  ROW (PLAN_UPDATED, "swp.plan.updated", "plan", PLAN, EITHER),
  ROW (SIDEKICK_SPAWNED, "swp.sidekick.spawned", "sidekick-spawned", PLAN, DURABLE),
  ROW (SIDEKICK_RESULT, "swp.sidekick.result", "sidekick-result", PLAN, DURABLE),
  ROW (SIDEKICK_CANCEL, "swp.sidekick.cancel", "sidekick-cancel", PLAN, DURABLE),
  ROW (TYPING, "typing", "typing", PEOPLE, EPHEMERAL),
  ROW (PRESENCE, "presence", "presence", PEOPLE, EPHEMERAL),
  ROW (CALL_INVITE, "swp.call.invite", "call-invite", CALL, EITHER),
  ROW (CALL_STATE, "swp.call.state", "call-state", CALL, EITHER),
  ROW (FEDERATION, "swp.federation.event", "federation", BRIDGE, EITHER),
  ROW (BRIDGE_MESSAGE, "swp.bridge.message", "bridge-message", BRIDGE, DURABLE),
  ROW (BRIDGE_STATUS, "swp.bridge.status", "bridge-status", BRIDGE, EITHER),
  ROW (MODEL_ERROR, "swp.model.error", "model-error", AI, DURABLE),
  ROW (PING, "ping", "ping", CONNECTION, EPHEMERAL),
};

/* The kinds by the length of their wire name, so that a look-up compares one to four names. The tests hold it to the table. */
#define MAX_LENGTH 22
#define MOST_OF_A_LENGTH 4
static const guint8 by_length[MAX_LENGTH + 1][MOST_OF_A_LENGTH] = {
  [4] = { WAVE_EVENT_PING },
  [5] = { WAVE_EVENT_HELLO },
  [6] = { WAVE_EVENT_TYPING },
  [8] = { WAVE_EVENT_PRESENCE },
  [13] = { WAVE_EVENT_AI_STATUS, WAVE_EVENT_ROOM_NAME },
  [14] = { WAVE_EVENT_ROOM_TOPIC, WAVE_EVENT_CALL_STATE },
  [15] = { WAVE_EVENT_MEMBER, WAVE_EVENT_MODEL_ERROR, WAVE_EVENT_CALL_INVITE },
  [16] = { WAVE_EVENT_MESSAGE, WAVE_EVENT_PLAN_UPDATED },
  [17] = { WAVE_EVENT_REACTION, WAVE_EVENT_BRIDGE_STATUS },
  [18] = { WAVE_EVENT_BRIDGE_MESSAGE, WAVE_EVENT_REDACTION },
  [19] = { WAVE_EVENT_SIDEKICK_RESULT, WAVE_EVENT_SIDEKICK_CANCEL },
  [20] = { WAVE_EVENT_READ_MARKER, WAVE_EVENT_CONTEXT_USAGE, WAVE_EVENT_SIDEKICK_SPAWNED, WAVE_EVENT_FEDERATION },
  [22] = { WAVE_EVENT_CHUNK, WAVE_EVENT_AI_ENGAGEMENT },
};

static const char *const category_nicks[WAVE_N_CATEGORIES] = {
  [WAVE_CATEGORY_OTHER] = "other",     [WAVE_CATEGORY_CONNECTION] = "connection",
  [WAVE_CATEGORY_MESSAGE] = "message", [WAVE_CATEGORY_STREAM] = "stream",
  [WAVE_CATEGORY_AI] = "ai",           [WAVE_CATEGORY_ROOM] = "room",
  [WAVE_CATEGORY_PLAN] = "plan",       [WAVE_CATEGORY_PEOPLE] = "people",
  [WAVE_CATEGORY_CALL] = "call",       [WAVE_CATEGORY_BRIDGE] = "bridge",
  [WAVE_CATEGORY_FAULT] = "fault",
};

const WaveEventType *
wave_catalogue_get (WaveEventKind kind)
{
  g_return_val_if_fail (kind < WAVE_N_EVENT_KINDS, &catalogue[WAVE_EVENT_UNKNOWN]);

  return &catalogue[kind];
}

WaveEventKind
wave_catalogue_lookup (const char *wire_name, gsize length)
{
  if (length == 0 || length > MAX_LENGTH)
    return WAVE_EVENT_UNKNOWN;
  for (guint i = 0; i < MOST_OF_A_LENGTH && by_length[length][i] != 0; i++)
    if (memcmp (catalogue[by_length[length][i]].wire_name, wire_name, length) == 0)
      return by_length[length][i];
  return WAVE_EVENT_UNKNOWN;
}

const char *
wave_category_get_nick (WaveCategory category)
{
  g_return_val_if_fail (category < WAVE_N_CATEGORIES, "other");

  return category_nicks[category];
}
