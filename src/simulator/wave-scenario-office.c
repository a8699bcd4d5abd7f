// SPDX-License-Identifier: GPL-3.0-or-later
// A working day in an office: several rooms, people who type, AIs of different speed, a plan, sidekicks, calls, a bridge, another server. Each type of
// event comes up within the first two minutes (tests/simulator/test-office.c holds the list).
#include "config.h"

#include <string.h>

#include "simulator/wave-scenario-private.h"

/* While it is typing a client says so every three seconds (protocol notes 4.15). */
#define TYPING_EVERY (3 * SECOND)
/* Cases of run_rare(): they all come up within two minutes. */
#define N_RARE 20

/* ---- people ---- */

static void
keep_typing (WaveScenario *self, Task *task)
{
  const WaveLine *line = task->data;

  if (task->step == 0 || task->step == 1)
    {
      wave_scenario_emit (self, "typing", line->room, NULL, wave_json_members ("s:participant_id", line->sender, "b:typing", TRUE, NULL), 0);
      wave_scenario_again (self, task, task->step == 0 ? TYPING_EVERY : (gint64) wave_scenario_uniform (self, 0.3e6, 1.5e6));
      return;
    }
  if (line->answered_by != NULL)
    {
      g_autofree char *mentions = g_strdup_printf ("[\"%s\"]", line->answered_by);
      g_autofree char *asked = g_strdup (wave_scenario_say (self, line->room, line->sender, NULL,
                                              wave_json_members ("s:msgtype", "swp.text", "s:body", line->text, "j:mentions", mentions, NULL)));

      wave_scenario_start_reply (self, line->room, line->answered_by, wave_script_answer (self->script_line++), wave_script_pace (line->answered_by), asked);
    }
  else
    wave_scenario_say (self, line->room, line->sender, line->text, g_strdup (line->more));
}

/* ---- the office ---- */

static void
chat (WaveScenario *self, Task *task)
{
  guint n_lines;
  const WaveLine *lines = wave_script_lines (&n_lines);

  wave_scenario_add_task (self, 0, keep_typing, (gpointer) &lines[task->step % n_lines], NULL);
  wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 3e6, 6e6));
}

void
wave_scenario_change_presence (WaveScenario *self, Task *task)
{
  static const char *const states[] = { "online", "idle", "busy", "offline", "appear_offline", "online" };
  WavePerson *person;

  /* AIs are always there (protocol notes 6.6). */
  do
    person = self->world->people->pdata[g_rand_int_range (self->world->rand, 0, self->world->people->len)];
  while (g_str_equal (person->type, "model") || g_str_equal (person->type, "agent"));
  person->presence = states[task->step % G_N_ELEMENTS (states)];
  wave_scenario_emit (self, "presence", NULL, NULL, wave_json_members ("s:participant_id", person->id, "s:status", person->presence, NULL), 0);
  wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 4e6, 10e6));
}

static void
set_plan (WaveScenario *self, guint done, const char *state)
{
  WaveSimRoom *room = wave_world_room (self->world, "room-atlas");
  static const char *const texts[] = { "Read the deploy log", "Query the lock table", "Watch the vacuum finish", "Re-run the smoke test", "Report" };
  static const char *const results[] = { "Build 4417, 10:31", "One writer waits since 10:31", "Done after 14 minutes", "502 on the login page, then green", "Posted" };
  g_autoptr (GString) steps = g_string_new ("[");
  char *content;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *id = g_strdup_printf ("st-%02u", i);
      g_autofree char *step = wave_json_members ("s:id", id, "s:text", texts[i], "s:status", i < done ? "done" : i == done ? "in_progress" : "pending",
                                                 "s:result", i < done ? results[i] : NULL, "i:attempts", (gint64) (i < done ? 1 + (i == 1) : i == done), NULL);

      g_string_append_printf (steps, "%s{%s}", i > 0 ? "," : "", step);
    }
  g_string_append_c (steps, ']');
  {
    g_autofree char *current = g_strdup_printf ("st-%02u", MIN (done, (guint) G_N_ELEMENTS (texts) - 1));
    g_autofree char *plan = wave_json_members ("s:id", "plan-3c", "s:room_id", "room-atlas", "s:participant_id", "ai-scout", "s:goal", "Find why staging is red",
                                               "s:state", state, "s:mode", "sequential", "s:advance", "auto", "s:venue", "main", "s:current_step_id",
                                               current, "i:consecutive_auto_steps", (gint64) done, "i:max_auto_steps", (gint64) 8,
                                               "s:pause_reason", g_str_equal (state, "paused") ? "The smoke test needs somebody’s eyes" : NULL, "j:steps",
                                               steps->str, NULL);

    g_free (room->plan);
    room->plan = g_strdup_printf ("{%s}", plan);
  }
  content = wave_json_members ("j:plan", room->plan, NULL);
  wave_scenario_emit (self, "swp.plan.updated", "room-atlas", NULL, content, WAVE_EMIT_IN_CONTENT);
}

static void
run_plan (WaveScenario *self, Task *task)
{
  guint done = task->step % 7;

  set_plan (self, MIN (done, 5), done >= 5 ? "done" : done == 3 ? "paused" : "running");
  wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 8e6, 14e6));
}

static void
run_sidekick (WaveScenario *self, Task *task)
{
  static const char *const names[] = { "quiet-heron", "brisk-otter", "amber-finch" };
  static const char *const tasks[] = { "Summarise the last 30 commits", "Compare three vector stores", "Draft the release notes" };
  guint which = (task->step / 2) % G_N_ELEMENTS (names);
  WaveSimRoom *room = wave_world_room (self->world, "room-atlas");
  g_autofree char *task_id = g_strdup_printf ("task-%u", self->n_sidekicks);

  if (task->step % 2 == 0)
    {
      g_autofree char *id = g_strdup_printf ("task-%u", ++self->n_sidekicks);
      char *members = wave_json_members ("s:task_id", id, "s:codename", names[which], "s:task", tasks[which], "s:sidekick_room_id", "room-heron",
                                         "s:agent_participant_id", "ai-heron", "s:spawner_id", "pat", "s:status", "running", "i:steps_used",
                                         (gint64) 3, "i:max_steps", (gint64) 25, NULL);

      g_ptr_array_add (room->sidekicks, g_strdup_printf ("{%s}", members));
      wave_scenario_emit (self, "swp.sidekick.spawned", "room-atlas", "ai-scout", members, WAVE_EMIT_DURABLE | WAVE_EMIT_IN_CONTENT);
      wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 15e6, 25e6));
      return;
    }
  g_ptr_array_set_size (room->sidekicks, 0);
  if (which == 1)
    wave_scenario_emit (self, "swp.sidekick.cancel", "room-atlas", "pat",
          wave_json_members ("s:task_id", task_id, "s:codename", names[which], "s:cancelled_by", "pat", "s:reason", "No longer needed", NULL),
          WAVE_EMIT_DURABLE | WAVE_EMIT_IN_CONTENT);
  else
    wave_scenario_emit (self, "swp.sidekick.result", "room-atlas", "ai-heron",
          wave_json_members ("s:task_id", task_id, "s:codename", names[which], "s:result_summary", "30 commits, 3 themes: speed, spelling, sync", NULL),
          WAVE_EMIT_DURABLE | WAVE_EMIT_IN_CONTENT);
  wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 4e6, 9e6));
}

/* The sidekick writes in its own room, and sends out one of its own. */
static void
run_child (WaveScenario *self, Task *task)
{
  WaveSimRoom *room = wave_world_room (self->world, "room-heron");
  g_autofree char *id = g_strdup_printf ("task-child-%u", task->step / 2);

  if (task->step % 2 == 0)
    {
      char *members = wave_json_members ("s:task_id", id, "s:codename", "tiny-wren", "s:task", "Count the commits that touch sync", "s:agent_participant_id",
                                         "ai-heron", "s:spawner_id", "ai-heron", "s:status", "running", "i:steps_used", (gint64) 1, "i:max_steps",
                                         (gint64) 25, NULL);

      g_ptr_array_add (room->sidekicks, g_strdup_printf ("{%s}", members));
      wave_scenario_emit (self, "swp.sidekick.spawned", "room-heron", "ai-heron", members, WAVE_EMIT_DURABLE | WAVE_EMIT_IN_CONTENT);
      wave_scenario_start_reply (self, "room-heron", "ai-heron", wave_script_answer (5), wave_script_pace ("ai-desk"), NULL);
      wave_scenario_again (self, task, 14 * SECOND);
      return;
    }
  g_ptr_array_set_size (room->sidekicks, 0);
  wave_scenario_emit (self, "swp.sidekick.result", "room-heron", "ai-heron",
                      wave_json_members ("s:task_id", id, "s:codename", "tiny-wren", "s:result_summary", "11 of 30 touch sync", NULL),
                      WAVE_EMIT_DURABLE | WAVE_EMIT_IN_CONTENT);
  wave_scenario_again (self, task, 50 * SECOND);
}

static void
run_call (WaveScenario *self, Task *task)
{
  g_autofree char *call_id = g_strdup_printf ("call-%u", self->n_calls);
  WaveSimRoom *room = wave_world_room (self->world, "room-design");
  static const struct
  {
    const char *who, *state;
  } moves[] = { { "mia", "joined" }, { "tom", "joined" }, { "tom", "left" }, { "mia", "left" } };
  guint step = task->step % 6;

  if (step == 0)
    {
      g_autofree char *id = g_strdup_printf ("call-%u", ++self->n_calls);
      g_autofree char *call = wave_json_members ("s:call_id", id, "s:call_type", "video", "s:initiator_id", "mia", "i:timeout_seconds", (gint64) 30, NULL);

      g_free (room->call);
      room->call = g_strdup_printf ("{%s}", call);
      wave_scenario_emit (self, "swp.call.invite", "room-design", NULL, g_strdup (call), WAVE_EMIT_IN_CONTENT);
      wave_scenario_again (self, task, 6 * SECOND);
      return;
    }
  if (step <= G_N_ELEMENTS (moves))
    {
      wave_scenario_emit (self, "swp.call.state", "room-design", NULL,
            wave_json_members ("s:call_id", call_id, "s:participant_id", moves[step - 1].who, "s:state", moves[step - 1].state, NULL), WAVE_EMIT_IN_CONTENT);
      if (step == G_N_ELEMENTS (moves))
        {
          g_clear_pointer (&room->call, g_free);
          wave_scenario_emit (self, "swp.call.state", "room-design", NULL, wave_json_members ("s:call_id", call_id, "s:state", "ended", NULL), WAVE_EMIT_IN_CONTENT);
        }
      wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 6e6, 12e6));
      return;
    }
  {
    /* The next one rings out: nobody takes it. */
    g_autofree char *id = g_strdup_printf ("call-%u", ++self->n_calls);

    wave_scenario_emit (self, "swp.call.invite", "room-support", NULL,
                        wave_json_members ("s:call_id", id, "s:call_type", "audio", "s:initiator_id", "sam", "i:timeout_seconds", (gint64) 20, NULL),
                        WAVE_EMIT_IN_CONTENT);
  }
  wave_scenario_again (self, task, 30 * SECOND);
}

static void
run_bridge (WaveScenario *self, Task *task)
{
  static const char *const bodies[] = { "Same problem over here since this morning", "Works again after a restart", "Who owns the staging box?" };

  if (task->step % 4 == 3)
    wave_scenario_emit (self, "swp.bridge.status", "room-slack", NULL,
          task->step % 8 == 3 ? wave_json_members ("s:bridge_id", "bridge-2", "s:transport", "slack", "s:status", "error", "s:error", "rate limited by the other side", NULL)
                              : wave_json_members ("s:bridge_id", "bridge-2", "s:transport", "slack", "s:status", "active", "s:error", NULL, NULL),
          WAVE_EMIT_IN_CONTENT);
  else
    wave_scenario_emit (self, "swp.bridge.message", "room-slack", "br-slack",
          wave_json_members ("s:msgtype", "swp.text", "s:body", bodies[task->step % G_N_ELEMENTS (bodies)], "s:bridge_id", "bridge-2", "j:_imported_sender",
                             "{\"external_id\":\"U77\",\"display_name\":\"Alice Anderson\"}", NULL),
          WAVE_EMIT_DURABLE | WAVE_EMIT_IN_CONTENT);
  wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 7e6, 12e6));
}

static const WaveDurable *
recent_message (WaveScenario *self, const char *room_id)
{
  GArray *durables = self->world->durables;

  for (guint i = durables->len; i-- > 0;)
    {
      const WaveDurable *durable = &g_array_index (durables, WaveDurable, i);

      if (durable->message && durable->room < self->world->rooms->len
          && (room_id == NULL || g_str_equal (((WaveSimRoom *) self->world->rooms->pdata[durable->room])->id, room_id)))
        return durable;
    }
  return NULL;
}

/* The rarer things, one after the other: each type of event comes up within the first two minutes. */
static void
run_rare (WaveScenario *self, Task *task)
{
  const WaveDurable *target = recent_message (self, NULL);
  g_autofree char *target_id = target != NULL ? g_strdup (target->id) : NULL;
  const char *room = target != NULL ? ((WaveSimRoom *) self->world->rooms->pdata[target->room])->id : "room-atlas";
  WaveEmitFlags durable = WAVE_EMIT_DURABLE;

  switch (task->step % N_RARE)
    {
    case 0:
    case 5:
      if (target_id != NULL)
        wave_scenario_emit (self, "swp.room.reaction", room, "noor", wave_json_members ("s:event_id", target_id, "s:emoji", task->step % 2 ? "🎉" : "👀", "s:action", "add", NULL), durable);
      break;
    case 1:
      wave_scenario_emit (self, "swp.room.member", "room-eng", "pat", wave_json_members ("s:participant_id", "jo", "s:membership", task->step / N_RARE % 2 == 0 ? "join" : "leave", "s:changed_by", "pat", NULL), durable);
      break;
    case 2:
      if (target_id != NULL)
        wave_scenario_emit (self, "swp.room.read_marker", room, NULL, wave_json_members ("s:participant_id", "watcher", "s:event_id", target_id, NULL), 0);
      break;
    case 3:
      wave_scenario_emit (self, "swp.room.topic", "room-support", "pat", wave_json_members ("s:topic", task->step / N_RARE % 2 == 0 ? "Answers within the hour" : "Queue is short today", NULL), durable);
      break;
    case 4:
      wave_scenario_emit (self, "swp.room.ai_engagement", "room-support", "pat", wave_json_members ("s:participant_id", "ai-desk", "s:mode", "always", NULL), durable);
      break;
    case 6:
      wave_scenario_emit (self, "swp.model.error", "room-finance", "ai-quill", wave_json_members ("s:code", "SW_AI_BUDGET_EXCEEDED", "s:message", "The token budget of this month is used up", NULL), durable | WAVE_EMIT_IN_CONTENT);
      break;
    case 7:
      {
        const char *said = wave_scenario_say (self, "room-eng", "tom", "the password is hunter2", NULL);
        g_autofree char *id = g_strdup (said);

        wave_scenario_emit (self, "swp.room.redaction", "room-eng", "tom", wave_json_members ("s:event_id", id, "s:redacted_by", "tom", "s:reason", "pasted a password", NULL), durable);
      }
      break;
    case 8:
      wave_scenario_emit (self, "swp.room.name", "room-design", "mia", wave_json_members ("s:name", task->step / N_RARE % 2 == 1 ? "Design review" : "Design review · icons", NULL), durable);
      break;
    case 9:
      wave_scenario_emit (self, "swp.federation.event", "room-eng", NULL, wave_json_members ("s:peer", "peer.example", "s:state", "established", NULL), WAVE_EMIT_IN_CONTENT);
      break;
    case 10:
      wave_scenario_emit (self, "acme.custom.thing", "room-atlas", "jo", wave_json_members ("s:colour", "green", "i:weight", (gint64) 3, NULL), WAVE_EMIT_IN_CONTENT);
      break;
    case 11:
      {
        g_autofree char *id = g_strdup (wave_scenario_say (self, "room-support", "noor", "The invoce is out", NULL));

        wave_scenario_say (self, "room-support", "noor", NULL,
             wave_json_members ("s:msgtype", "swp.text", "s:body", "The invoice is out", "s:replaces_event_id", id, NULL));
      }
      break;
    case 12:
      /* Somebody whom nobody knows knocks, and is shown the door. */
      wave_scenario_emit (self, "swp.room.member", "room-support", "rex", wave_json_members ("s:participant_id", "rex", "s:membership", "knock", "s:changed_by", "rex", NULL), durable);
      break;
    case 13:
      wave_scenario_emit (self, "swp.room.member", "room-support", "noor", wave_json_members ("s:participant_id", "rex", "s:membership", "ban", "s:changed_by", "noor", NULL), durable);
      break;
    case 14:
      wave_scenario_emit (self, "swp.room.member", "room-design", "mia", wave_json_members ("s:participant_id", "lena", "s:membership", "invite", "s:changed_by", "mia", NULL), durable);
      break;
    case 15:
      wave_scenario_start_reply (self, "room-finance", "ai-note", wave_script_answer (7), wave_script_pace ("ai-note"), NULL);
      break;
    case 16:
      if (target_id != NULL)
        wave_scenario_say (self, room, "lena", NULL, wave_json_members ("s:msgtype", "swp.text", "s:body", "Agreed, and thanks for looking", "s:reply_to_event_id", target_id, NULL));
      break;
    case 17:
      wave_scenario_say (self, "room-design", "tom", NULL,
                         wave_json_members ("s:msgtype", "swp.text", "s:body", "@Wavescope is this room watched as well?", "j:mentions", "[\"watcher\"]", NULL));
      break;
    case 18:
      wave_scenario_emit (self, "swp.room.ai_engagement", "room-finance", "ola", wave_json_members ("s:participant_id", "ai-note", "s:response_mode", "conversational", NULL), durable);
      break;
    default:
      if (target_id != NULL)
        wave_scenario_emit (self, "swp.room.reaction", room, "noor", wave_json_members ("s:event_id", target_id, "s:emoji", "👀", "s:action", "remove", NULL), durable);
      break;
    }
  wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 3e6, 5.5e6));
}

static void
start_ai_work (WaveScenario *self, Task *task)
{
  static const struct
  {
    const char *room, *ai;
  } turns[] = { { "room-atlas", "ai-scout" }, { "room-eng", "ai-quill" }, { "room-support", "ai-desk" }, { "room-eng", "ai-scout" }, { "room-atlas", "ai-quill" } };
  guint turn = task->step % G_N_ELEMENTS (turns);

  wave_scenario_start_reply (self, turns[turn].room, turns[turn].ai, wave_script_answer (self->script_line++), wave_script_pace (turns[turn].ai), NULL);
  wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 6e6, 11e6));
}

void
wave_scenario_start_office (WaveScenario *self)
{
  wave_scenario_add_task (self, SECOND / 5, start_ai_work, NULL, NULL);
  wave_scenario_add_task (self, SECOND / 2, chat, NULL, NULL);
  wave_scenario_add_task (self, SECOND, wave_scenario_change_presence, NULL, NULL);
  wave_scenario_add_task (self, SECOND * 3 / 2, run_plan, NULL, NULL);
  wave_scenario_add_task (self, 2 * SECOND, run_sidekick, NULL, NULL);
  wave_scenario_add_task (self, 3 * SECOND, run_rare, NULL, NULL);
  wave_scenario_add_task (self, 4 * SECOND, run_bridge, NULL, NULL);
  wave_scenario_add_task (self, 6 * SECOND, run_call, NULL, NULL);
  wave_scenario_add_task (self, 8 * SECOND, run_child, NULL, NULL);
}
