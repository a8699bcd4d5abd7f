// SPDX-License-Identifier: GPL-3.0-or-later
// The working day of the office shows, within its first two minutes and whatever the seed, each thing that the app can show: one row each.
#include "config.h"

#include <string.h>

#include "protocol/wave-catalogue.h"
#include "simulator/wave-simulator.h"
#include "simulator/wave-world.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define START (1000 * SECOND)
#define WALL (1780384569 * SECOND)
#define WITHIN (120 * SECOND)

/* A frame with all of these in it. */
typedef struct {
  const char *what;
  const char *parts[4];
} Row;

static const Row rows[] = {
  { "a text", { "\"swp.room.message\"", "\"msgtype\":\"swp.text\"" } },
  { "code with its language", { "\"swp.room.message\"", "\"msgtype\":\"swp.code\"", "\"lang\":\"c\"" } },
  { "a picture", { "\"swp.room.message\"", "\"msgtype\":\"swp.media\"", "\"mime_type\":\"image/png\"" } },
  { "a word of the system", { "\"swp.room.message\"", "\"msgtype\":\"swp.system\"" } },
  { "a transcript", { "\"swp.room.message\"", "\"msgtype\":\"swp.audio_transcript\"" } },
  { "a to-do", { "\"swp.room.message\"", "\"msgtype\":\"swp.todo_change\"" } },
  { "a msgtype that nobody knows", { "\"swp.room.message\"", "\"msgtype\":\"acme.poll\"" } },
  { "a mention of an AI", { "\"swp.room.message\"", "\"mentions\":[\"ai-" } },
  { "a mention of the one who watches", { "\"swp.room.message\"", "\"mentions\":[\"watcher\"]" } },
  { "a reply of a person", { "\"swp.room.message\"", "\"sender_id\":\"lena\"", "\"reply_to_event_id\":" } },
  { "a reply of an AI to what it was asked", { "\"swp.room.message\"", "\"sender_id\":\"ai-scout\"", "\"reply_to_event_id\":" } },
  { "an edit", { "\"swp.room.message\"", "\"replaces_event_id\":" } },
  { "a message of another server", { "\"swp.room.message\"", "\"sender_id\":\"alice-fed\"" } },
  { "text from right to left", { "\"swp.room.message\"", "\"room_id\":\"room-arabic\"" } },
  { "a chunk of a reply", { "\"swp.room.message.chunk\"", "\"done\":false" } },
  { "the end of a reply", { "\"swp.room.message.chunk\"", "\"done\":true" } },
  { "a conversational AI", { "\"swp.room.message\"", "\"sender_id\":\"ai-note\"" } },
  { "a redaction with its reason", { "\"swp.room.redaction\"", "\"reason\":\"pasted a password\"" } },
  { "a reaction", { "\"swp.room.reaction\"", "\"action\":\"add\"" } },
  { "a reaction taken back", { "\"swp.room.reaction\"", "\"action\":\"remove\"" } },
  { "a join", { "\"swp.room.member\"", "\"membership\":\"join\"" } },
  { "a knock", { "\"swp.room.member\"", "\"membership\":\"knock\"" } },
  { "a ban", { "\"swp.room.member\"", "\"membership\":\"ban\"" } },
  { "an invitation", { "\"swp.room.member\"", "\"membership\":\"invite\"" } },
  { "a new name", { "\"swp.room.name\"" } },
  { "a new topic", { "\"swp.room.topic\"" } },
  { "a read marker", { "\"swp.room.read_marker\"", "\"event_id\":" } },
  { "a change of engagement", { "\"swp.room.ai_engagement\"", "\"mode\":\"always\"" } },
  { "a change of the response mode", { "\"swp.room.ai_engagement\"", "\"response_mode\":\"conversational\"" } },
  { "an AI that thinks", { "\"swp.ai.status\"", "\"status\":\"thinking\"" } },
  { "an AI that calls a tool", { "\"swp.ai.status\"", "\"status\":\"calling " } },
  { "an AI that generates", { "\"swp.ai.status\"", "\"status\":\"generating\"" } },
  { "an AI that is done", { "\"swp.ai.status\"", "\"status\":null" } },
  { "context in use", { "\"swp.ai.context_usage\"", "\"max_tokens\":131072" } },
  { "a context nearly full", { "\"swp.ai.context_usage\"", "\"used_tokens\":117400" } },
  { "a plan that runs", { "\"swp.plan.updated\"", "\"state\":\"running\"" } },
  { "a plan that waits, and why", { "\"swp.plan.updated\"", "\"state\":\"paused\"", "\"pause_reason\":\"" } },
  { "a plan that is done", { "\"swp.plan.updated\"", "\"state\":\"done\"" } },
  { "a step tried twice with a result", { "\"swp.plan.updated\"", "\"attempts\":2", "\"result\":\"One writer" } },
  { "a sidekick with a room of its own", { "\"swp.sidekick.spawned\"", "\"sidekick_room_id\":\"room-heron\"" } },
  { "a sidekick of a sidekick", { "\"swp.sidekick.spawned\"", "\"room_id\":\"room-heron\"" } },
  { "a sidekick’s result", { "\"swp.sidekick.result\"", "\"result_summary\":" } },
  { "a sidekick cancelled, and why", { "\"swp.sidekick.cancel\"", "\"reason\":" } },
  { "typing", { "\"typing\"", "\"typing\":true" } },
  { "online", { "\"presence\"", "\"status\":\"online\"" } },
  { "idle", { "\"presence\"", "\"status\":\"idle\"" } },
  { "busy", { "\"presence\"", "\"status\":\"busy\"" } },
  { "appearing offline", { "\"presence\"", "\"status\":\"appear_offline\"" } },
  { "offline", { "\"presence\"", "\"status\":\"offline\"" } },
  { "a video call that rings", { "\"swp.call.invite\"", "\"call_type\":\"video\"", "\"timeout_seconds\":30" } },
  { "somebody who joins it", { "\"swp.call.state\"", "\"state\":\"joined\"" } },
  { "somebody who leaves it", { "\"swp.call.state\"", "\"state\":\"left\"" } },
  { "the end of a call", { "\"swp.call.state\"", "\"state\":\"ended\"" } },
  { "a call that nobody takes", { "\"swp.call.invite\"", "\"call_type\":\"audio\"" } },
  { "a message over a bridge, with its origin", { "\"swp.bridge.message\"", "\"_imported_sender\":{" } },
  { "a bridge in trouble", { "\"swp.bridge.status\"", "\"status\":\"error\"", "\"error\":\"" } },
  { "an event of federation", { "\"swp.federation.event\"" } },
  { "a model error", { "\"swp.model.error\"", "\"SW_AI_BUDGET_EXCEEDED\"" } },
  { "a type that is not in the catalogue", { "\"acme.custom.thing\"" } },
};

typedef struct {
  gint64 now;
  gint64 first[G_N_ELEMENTS (rows)]; /* µs since the start; -1 */
} Stage;

static void
on_frame (const char *json, const WaveDurable *durable, gpointer user_data)
{
  Stage *stage = user_data;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gboolean all = TRUE;

      for (guint j = 0; j < G_N_ELEMENTS (rows[i].parts) && rows[i].parts[j] != NULL; j++)
        all = all && strstr (json, rows[i].parts[j]) != NULL;
      if (all && stage->first[i] < 0)
        stage->first[i] = stage->now - START;
    }
}

static void
test_everything (void)
{
  for (guint32 seed = 1; seed <= 8; seed++)
    {
      Stage stage = { .now = START };
      WaveWorld *world = wave_world_new (seed);
      g_autoptr (GHashTable) faults = wave_faults_parse (NULL, NULL);
      WaveScenario *scenario;

      for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        stage.first[i] = -1;
      world->frame_func = on_frame;
      world->user_data = &stage;
      world->wall_us = WALL;
      scenario = wave_scenario_new (world, "office", 0, faults);
      wave_scenario_prepare (scenario, 0);
      while (stage.now < START + WITHIN)
        {
          world->wall_us = WALL + stage.now - START;
          stage.now = wave_scenario_run (scenario, stage.now);
        }
      for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        if (stage.first[i] < 0)
          g_error ("seed %u: two minutes without %s", seed, rows[i].what);
        else
          g_test_message ("seed %u: %s after %.1f s", seed, rows[i].what, stage.first[i] / 1e6);
      wave_scenario_free (scenario);
      wave_world_free (world);
    }
}

/* A type of the catalogue that the office cannot show has no row above. */
static void
test_catalogue (void)
{
  for (int kind = 0; kind < WAVE_N_EVENT_KINDS; kind++)
    {
      const WaveEventType *type = wave_catalogue_get (kind);
      g_autofree char *quoted = g_strdup_printf ("\"%s\"", type->wire_name);
      gboolean found = FALSE;

      /* hello is the connection's, ping is in no document, the first two are no types. */
      if (kind == WAVE_EVENT_UNKNOWN || kind == WAVE_EVENT_INVALID || kind == WAVE_EVENT_HELLO || kind == WAVE_EVENT_PING)
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        found = found || g_str_equal (rows[i].parts[0], quoted);
      if (!found)
        g_error ("%s has no row", type->wire_name);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/office/catalogue", test_catalogue);
  g_test_add_func ("/office/everything", test_everything);
  return g_test_run ();
}
