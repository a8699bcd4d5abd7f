// SPDX-License-Identifier: GPL-3.0-or-later
// What happens in the simulated tenant. A scenario is a queue of things that are due; each of them may put others into the queue. All chance comes from
// the world's seed, so a scenario is the same in every run, and a test can run it without waiting.
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "simulator/wave-script.h"
#include "simulator/wave-world.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
/* While it is typing a client says so every three seconds (protocol notes 4.15). */
#define TYPING_EVERY (3 * SECOND)
#define OFFICE_HISTORY 160

typedef struct _Task Task;
typedef void (*TaskFunc) (WaveScenario *scenario, Task *task);
struct _Task
{
  gint64 due;
  guint serial; /* of two that are due at once the older first */
  TaskFunc func;
  gpointer data;
  GDestroyNotify destroy;
  guint step;
};

struct _WaveScenario
{
  WaveWorld *world;
  GHashTable *faults; /* borrowed */
  char *name;
  double rate;
  GSequence *tasks;
  guint serial;
  gint64 now, start;
  guint script_line;
  guint n_calls, n_sidekicks;
  guint64 n_storm;
  GHashTable *writing; /* "room\nai" of the replies on their way: an AI writes one at a time in a room */
};

/* One AI reply on its way. */
typedef struct {
  const char *room, *ai;
  const char *text; /* static */
  const WavePace *pace;
  char *parent; /* nullable: what is answered */
  gsize at;
  GString *sent;
  gboolean stalled;
  guint n_chunks;
  GHashTable *writing; /* the scenario's */
  char *turn;          /* nullable: what it stands there as */
} Reply;

static void
task_free (gpointer data)
{
  Task *task = data;

  if (task->destroy != NULL)
    task->destroy (task->data);
  g_free (task);
}

static int
compare_tasks (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Task *one = a;
  const Task *two = b;

  if (one->due != two->due)
    return one->due < two->due ? -1 : 1;
  return one->serial < two->serial ? -1 : one->serial > two->serial;
}

static Task *
add_task (WaveScenario *self, gint64 delay, TaskFunc func, gpointer data, GDestroyNotify destroy)
{
  Task *task = g_new0 (Task, 1);

  task->due = self->now + MAX (delay, 0);
  task->serial = self->serial++;
  task->func = func;
  task->data = data;
  task->destroy = destroy;
  g_sequence_insert_sorted (self->tasks, task, compare_tasks, NULL);
  return task;
}

/* The same again after @delay: what the task holds goes with it. */
static Task *
again (WaveScenario *self, Task *task, gint64 delay)
{
  Task *next = add_task (self, delay, task->func, g_steal_pointer (&task->data), task->destroy);

  next->step = task->step + 1;
  task->destroy = NULL;
  return next;
}

static double
uniform (WaveScenario *self, double low, double high)
{
  return g_rand_double_range (self->world->rand, low, high);
}

/* Log-normal: most silences are short and some are long, as with tokens. @median_us. */
static gint64
log_normal (WaveScenario *self, double median_us, double sigma)
{
  double u = g_rand_double (self->world->rand);
  double v = g_rand_double (self->world->rand);
  double z = sqrt (-2 * log (MAX (u, 1e-12))) * cos (2 * G_PI * v);

  return (gint64) CLAMP (median_us * exp (sigma * z), 500, 20.0 * SECOND);
}

static void
emit (WaveScenario *self, const char *type, const char *room, const char *sender, char *members, WaveEmitFlags flags)
{
  wave_world_emit (self->world, type, room, sender, members, flags);
}

static void
emit_status (WaveScenario *self, const char *room, const char *ai, const char *status)
{
  g_autoptr (GString) word = g_string_new (NULL);

  if (status == NULL && wave_fault (self->faults, "keep-status") > 0)
    return;
  wave_json_append_string (word, status);
  emit (self, "swp.ai.status", room, NULL, wave_json_members ("s:participant_id", ai, "j:status", word->str, NULL), 0);
}

/* @more: (nullable) (transfer full): the members of content, instead of a text. */
static const char *
say (WaveScenario *self, const char *room, const char *sender, const char *body, char *more)
{
  char *members = more != NULL ? more : wave_json_members ("s:msgtype", "swp.text", "s:body", body, NULL);

  return wave_world_emit (self->world, "swp.room.message", room, sender, members, WAVE_EMIT_DURABLE | WAVE_EMIT_IN_CONTENT);
}

/* ---- AI replies ---- */

static void
reply_free (gpointer data)
{
  Reply *reply = data;

  if (reply->turn != NULL)
    g_hash_table_remove (reply->writing, reply->turn);
  g_hash_table_unref (reply->writing);
  g_free (reply->turn);
  g_string_free (reply->sent, TRUE);
  g_free (reply->parent);
  g_free (reply);
}

static void
send_chunk (WaveScenario *self, Reply *reply, const char *text, gsize length, gboolean done)
{
  g_autofree char *piece = g_strndup (text, length);

  g_string_append_len (reply->sent, text, length);
  reply->n_chunks++;
  emit (self, "swp.room.message.chunk", reply->room, reply->ai,
        wave_json_members ("s:chunk_text", wave_fault (self->faults, "cumulative") > 0 && length > 0 ? reply->sent->str : piece, "b:done", done, NULL),
        WAVE_EMIT_IN_CONTENT);
}

static void
say_reply (WaveScenario *self, Reply *reply, const char *text)
{
  say (self, reply->room, reply->ai, NULL,
       reply->parent != NULL ? wave_json_members ("s:msgtype", "swp.text", "s:body", text, "s:reply_to_event_id", reply->parent, NULL)
                             : wave_json_members ("s:msgtype", "swp.text", "s:body", text, NULL));
}

static void
finish_reply (WaveScenario *self, Task *task)
{
  Reply *reply = task->data;

  if (wave_fault (self->faults, "no-message") == 0)
    say_reply (self, reply, reply->text);
  emit (self, "swp.ai.context_usage", reply->room, NULL,
        wave_json_members ("s:participant_id", reply->ai, "j:content", g_rand_boolean (self->world->rand) ? "{\"used_tokens\":18432,\"max_tokens\":131072}"
                                                                                                          : "{\"used_tokens\":117400,\"max_tokens\":131072}",
                           NULL),
        0);
  emit_status (self, reply->room, reply->ai, NULL);
}

static void
next_chunk (WaveScenario *self, Task *task)
{
  Reply *reply = task->data;
  gsize left = strlen (reply->text) - reply->at;
  gsize length = 0;
  guint chars = g_rand_int_range (self->world->rand, reply->pace->min_chars, reply->pace->max_chars + 1);
  gint64 gap;
  gboolean last;

  for (const char *p = reply->text + reply->at; *p != '\0' && chars > 0; chars--, p = g_utf8_next_char (p))
    length = g_utf8_next_char (p) - (reply->text + reply->at);
  last = length >= left;
  if (last && wave_fault (self->faults, "message-first") > 0)
    say_reply (self, reply, reply->text);
  send_chunk (self, reply, reply->text + reply->at, length, last && wave_fault (self->faults, "text-in-last") > 0);
  reply->at += length;
  if (last)
    {
      if (wave_fault (self->faults, "no-done") == 0 && wave_fault (self->faults, "text-in-last") == 0)
        send_chunk (self, reply, "", 0, TRUE);
      if (wave_fault (self->faults, "late-chunk") > 0)
        send_chunk (self, reply, " …", strlen (" …"), FALSE);
      task->func = finish_reply;
      if (wave_fault (self->faults, "message-first") > 0)
        emit_status (self, reply->room, reply->ai, NULL);
      else
        again (self, task, (gint64) uniform (self, 20e3, 200e3));
      return;
    }
  gap = log_normal (self, reply->pace->gap_us, reply->pace->sigma);
  /* The one that stalls does it once, in the middle, while it says that it calls a tool. */
  if (reply->pace->stall_us > 0 && !reply->stalled && reply->at > strlen (reply->text) / 3)
    {
      reply->stalled = TRUE;
      gap = reply->pace->stall_us;
      if (reply->pace->stall_tool != NULL)
        emit_status (self, reply->room, reply->ai, reply->pace->stall_tool);
    }
  else if (reply->stalled && reply->pace->stall_tool != NULL && reply->n_chunks % 40 == 0)
    emit_status (self, reply->room, reply->ai, "generating");
  again (self, task, gap);
}

static void
start_generating (WaveScenario *self, Task *task)
{
  Reply *reply = task->data;

  if (task->step == 0 && reply->pace->tool != NULL)
    {
      emit_status (self, reply->room, reply->ai, reply->pace->tool);
      again (self, task, (gint64) uniform (self, 0.8e6, 2.5e6));
      return;
    }
  emit_status (self, reply->room, reply->ai, "generating");
  if (wave_fault (self->faults, "conversational") > 0)
    {
      g_auto (GStrv) paragraphs = g_strsplit (reply->text, "\n\n", -1);

      for (guint i = 0; paragraphs[i] != NULL; i++)
        say_reply (self, reply, paragraphs[i]);
      emit_status (self, reply->room, reply->ai, NULL);
      return;
    }
  task->func = next_chunk;
  again (self, task, (gint64) uniform (self, 0.2e6, 0.7e6));
}

/* A second generation of an AI in a room is refused with SW_AI_BUSY by a real server (protocol notes 6.3); here it waits. */
static void
take_turn (WaveScenario *self, Task *task)
{
  Reply *reply = task->data;
  g_autofree char *turn = g_strconcat (reply->room, "\n", reply->ai, NULL);

  if (g_hash_table_contains (self->writing, turn))
    {
      again (self, task, SECOND / 2);
      return;
    }
  reply->turn = g_steal_pointer (&turn);
  g_hash_table_add (self->writing, g_strdup (reply->turn));
  emit_status (self, reply->room, reply->ai, "thinking");
  add_task (self, (gint64) uniform (self, 0.4e6, 1.5e6), start_generating, g_steal_pointer (&task->data), reply_free);
  task->destroy = NULL;
}

static void
start_reply (WaveScenario *self, const char *room, const char *ai, const char *text, const WavePace *pace, const char *parent)
{
  Reply *reply = g_new0 (Reply, 1);

  reply->room = room;
  reply->ai = ai;
  reply->text = text;
  reply->pace = pace;
  reply->parent = g_strdup (parent);
  reply->sent = g_string_new (NULL);
  reply->writing = g_hash_table_ref (self->writing);
  add_task (self, 0, take_turn, reply, reply_free);
}

/* ---- people ---- */

static void
keep_typing (WaveScenario *self, Task *task)
{
  const WaveLine *line = task->data;

  if (task->step == 0 || task->step == 1)
    {
      emit (self, "typing", line->room, NULL, wave_json_members ("s:participant_id", line->sender, "b:typing", TRUE, NULL), 0);
      again (self, task, task->step == 0 ? TYPING_EVERY : (gint64) uniform (self, 0.3e6, 1.5e6));
      return;
    }
  if (line->answered_by != NULL)
    {
      g_autofree char *mentions = g_strdup_printf ("[\"%s\"]", line->answered_by);
      g_autofree char *asked = g_strdup (say (self, line->room, line->sender, NULL,
                                              wave_json_members ("s:msgtype", "swp.text", "s:body", line->text, "j:mentions", mentions, NULL)));

      start_reply (self, line->room, line->answered_by, wave_script_answer (self->script_line++), wave_script_pace (line->answered_by), asked);
    }
  else
    say (self, line->room, line->sender, line->text, g_strdup (line->more));
}

/* ---- the office ---- */

static const WaveSimRoom *
random_room (WaveScenario *self)
{
  return self->world->rooms->pdata[g_rand_int_range (self->world->rand, 0, self->world->rooms->len)];
}

static void
chat (WaveScenario *self, Task *task)
{
  guint n_lines;
  const WaveLine *lines = wave_script_lines (&n_lines);

  add_task (self, 0, keep_typing, (gpointer) &lines[task->step % n_lines], NULL);
  again (self, task, (gint64) uniform (self, 3e6, 7e6));
}

static void
change_presence (WaveScenario *self, Task *task)
{
  static const char *const states[] = { "online", "idle", "busy", "offline", "appear_offline", "online" };
  WavePerson *person = self->world->people->pdata[g_rand_int_range (self->world->rand, 0, self->world->people->len)];

  if (!g_str_equal (person->type, "model"))
    person->presence = states[task->step % G_N_ELEMENTS (states)];
  emit (self, "presence", NULL, NULL, wave_json_members ("s:participant_id", person->id, "s:status", person->presence, NULL), 0);
  again (self, task, (gint64) uniform (self, 4e6, 10e6));
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
                                               current, "i:consecutive_auto_steps", (gint64) done, "i:max_auto_steps", (gint64) 8, "j:steps",
                                               steps->str, NULL);

    g_free (room->plan);
    room->plan = g_strdup_printf ("{%s}", plan);
  }
  content = wave_json_members ("j:plan", room->plan, NULL);
  emit (self, "swp.plan.updated", "room-atlas", NULL, content, WAVE_EMIT_IN_CONTENT);
}

static void
run_plan (WaveScenario *self, Task *task)
{
  guint done = task->step % 7;

  set_plan (self, MIN (done, 5), done >= 5 ? "done" : done == 3 ? "paused" : "running");
  again (self, task, (gint64) uniform (self, 8e6, 14e6));
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
      emit (self, "swp.sidekick.spawned", "room-atlas", "ai-scout", members, WAVE_EMIT_DURABLE | WAVE_EMIT_IN_CONTENT);
      again (self, task, (gint64) uniform (self, 15e6, 25e6));
      return;
    }
  g_ptr_array_set_size (room->sidekicks, 0);
  if (which == 1)
    emit (self, "swp.sidekick.cancel", "room-atlas", "pat",
          wave_json_members ("s:task_id", task_id, "s:codename", names[which], "s:cancelled_by", "pat", "s:reason", "No longer needed", NULL),
          WAVE_EMIT_DURABLE | WAVE_EMIT_IN_CONTENT);
  else
    emit (self, "swp.sidekick.result", "room-atlas", "ai-heron",
          wave_json_members ("s:task_id", task_id, "s:codename", names[which], "s:result_summary", "30 commits, 3 themes: speed, spelling, sync", NULL),
          WAVE_EMIT_DURABLE | WAVE_EMIT_IN_CONTENT);
  again (self, task, (gint64) uniform (self, 4e6, 9e6));
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
      emit (self, "swp.call.invite", "room-design", NULL, g_strdup (call), WAVE_EMIT_IN_CONTENT);
      again (self, task, 6 * SECOND);
      return;
    }
  if (step <= G_N_ELEMENTS (moves))
    {
      emit (self, "swp.call.state", "room-design", NULL,
            wave_json_members ("s:call_id", call_id, "s:participant_id", moves[step - 1].who, "s:state", moves[step - 1].state, NULL), WAVE_EMIT_IN_CONTENT);
      if (step == G_N_ELEMENTS (moves))
        {
          g_clear_pointer (&room->call, g_free);
          emit (self, "swp.call.state", "room-design", NULL, wave_json_members ("s:call_id", call_id, "s:state", "ended", NULL), WAVE_EMIT_IN_CONTENT);
        }
      again (self, task, (gint64) uniform (self, 6e6, 12e6));
      return;
    }
  again (self, task, 30 * SECOND);
}

static void
run_bridge (WaveScenario *self, Task *task)
{
  static const char *const bodies[] = { "Same problem over here since this morning", "Works again after a restart", "Who owns the staging box?" };

  if (task->step % 4 == 3)
    emit (self, "swp.bridge.status", "room-slack", NULL,
          task->step % 8 == 3 ? wave_json_members ("s:bridge_id", "bridge-2", "s:transport", "slack", "s:status", "error", "s:error", "rate limited by the other side", NULL)
                              : wave_json_members ("s:bridge_id", "bridge-2", "s:transport", "slack", "s:status", "active", "s:error", NULL, NULL),
          WAVE_EMIT_IN_CONTENT);
  else
    emit (self, "swp.bridge.message", "room-slack", "br-slack",
          wave_json_members ("s:msgtype", "swp.text", "s:body", bodies[task->step % G_N_ELEMENTS (bodies)], "s:bridge_id", "bridge-2", "j:_imported_sender",
                             "{\"external_id\":\"U77\",\"display_name\":\"Alice Anderson\"}", NULL),
          WAVE_EMIT_DURABLE | WAVE_EMIT_IN_CONTENT);
  again (self, task, (gint64) uniform (self, 7e6, 12e6));
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

  switch (task->step % 13)
    {
    case 0:
    case 5:
      if (target_id != NULL)
        emit (self, "swp.room.reaction", room, "noor", wave_json_members ("s:event_id", target_id, "s:emoji", task->step % 2 ? "🎉" : "👀", "s:action", "add", NULL), durable);
      break;
    case 1:
      emit (self, "swp.room.member", "room-eng", "pat", wave_json_members ("s:participant_id", "jo", "s:membership", task->step / 13 % 2 == 0 ? "join" : "leave", "s:changed_by", "pat", NULL), durable);
      break;
    case 2:
      if (target_id != NULL)
        emit (self, "swp.room.read_marker", room, NULL, wave_json_members ("s:participant_id", "watcher", "s:event_id", target_id, NULL), 0);
      break;
    case 3:
      emit (self, "swp.room.topic", "room-support", "pat", wave_json_members ("s:topic", task->step / 13 % 2 == 0 ? "Answers within the hour" : "Queue is short today", NULL), durable);
      break;
    case 4:
      emit (self, "swp.room.ai_engagement", "room-support", "pat", wave_json_members ("s:participant_id", "ai-desk", "s:mode", "always", NULL), durable);
      break;
    case 6:
      emit (self, "swp.model.error", "room-finance", "ai-quill", wave_json_members ("s:code", "SW_AI_BUDGET_EXCEEDED", "s:message", "The token budget of this month is used up", NULL), durable | WAVE_EMIT_IN_CONTENT);
      break;
    case 7:
      {
        const char *said = say (self, "room-eng", "tom", "the password is hunter2", NULL);
        g_autofree char *id = g_strdup (said);

        emit (self, "swp.room.redaction", "room-eng", "tom", wave_json_members ("s:event_id", id, "s:redacted_by", "tom", "s:reason", "pasted a password", NULL), durable);
      }
      break;
    case 8:
      emit (self, "swp.room.name", "room-design", "mia", wave_json_members ("s:name", task->step / 13 % 2 == 1 ? "Design review" : "Design review · icons", NULL), durable);
      break;
    case 9:
      emit (self, "swp.federation.event", "room-eng", NULL, wave_json_members ("s:peer", "peer.example", "s:state", "established", NULL), WAVE_EMIT_IN_CONTENT);
      break;
    case 10:
      emit (self, "acme.custom.thing", "room-atlas", "jo", wave_json_members ("s:colour", "green", "i:weight", (gint64) 3, NULL), WAVE_EMIT_IN_CONTENT);
      break;
    case 11:
      {
        g_autofree char *id = g_strdup (say (self, "room-support", "noor", "The invoce is out", NULL));

        say (self, "room-support", "noor", NULL,
             wave_json_members ("s:msgtype", "swp.text", "s:body", "The invoice is out", "s:replaces_event_id", id, NULL));
      }
      break;
    default:
      emit (self, "presence", NULL, NULL, wave_json_members ("s:participant_id", "mia", "s:status", "busy", NULL), 0);
      break;
    }
  again (self, task, (gint64) uniform (self, 3e6, 6e6));
}

static void
start_ai_work (WaveScenario *self, Task *task)
{
  static const struct
  {
    const char *room, *ai;
  } turns[] = { { "room-atlas", "ai-scout" }, { "room-eng", "ai-quill" }, { "room-support", "ai-desk" }, { "room-eng", "ai-scout" }, { "room-atlas", "ai-quill" } };
  guint turn = task->step % G_N_ELEMENTS (turns);

  start_reply (self, turns[turn].room, turns[turn].ai, wave_script_answer (self->script_line++), wave_script_pace (turns[turn].ai), NULL);
  again (self, task, (gint64) uniform (self, 6e6, 11e6));
}

static void
start_office (WaveScenario *self)
{
  add_task (self, SECOND / 5, start_ai_work, NULL, NULL);
  add_task (self, SECOND / 2, chat, NULL, NULL);
  add_task (self, SECOND, change_presence, NULL, NULL);
  add_task (self, SECOND * 3 / 2, run_plan, NULL, NULL);
  add_task (self, 2 * SECOND, run_sidekick, NULL, NULL);
  add_task (self, 3 * SECOND, run_rare, NULL, NULL);
  add_task (self, 4 * SECOND, run_bridge, NULL, NULL);
  add_task (self, 6 * SECOND, run_call, NULL, NULL);
}

/* ---- storm, idle, single stream ---- */

/* 30 % messages, 60 % chunks of up to 50 AIs, 10 % others (the mix that the measurements use). */
static void
storm_event (WaveScenario *self)
{
  const WaveSimRoom *room = random_room (self);
  guint kind = g_rand_int_range (self->world->rand, 0, 10);
  guint64 n = self->n_storm++;
  char text[64];

  g_snprintf (text, sizeof text, "storm %" G_GUINT64_FORMAT " ", n);
  if (kind < 3)
    say (self, room->id, "pat", text, NULL);
  else if (kind < 9)
    {
      guint ai = n % 50;
      char id[24];

      g_snprintf (id, sizeof id, "ai-storm-%u", ai);
      room = self->world->rooms->pdata[ai % self->world->rooms->len];
      emit (self, "swp.room.message.chunk", room->id, id, wave_json_members ("s:chunk_text", text, "b:done", n % 4000 < 50, NULL), WAVE_EMIT_IN_CONTENT);
    }
  else
    emit (self, "presence", NULL, NULL, wave_json_members ("s:participant_id", "mia", "s:status", n % 2 ? "online" : "idle", NULL), 0);
}

static void
run_storm (WaveScenario *self, Task *task)
{
  double rate = self->rate > 0 ? self->rate : 500;
  guint64 owed = (guint64) ((self->now - self->start) / 1e6 * rate);

  for (guint n = 0; self->n_storm < owed && n < 20000; n++)
    storm_event (self);
  again (self, task, 10 * 1000);
}

static void
run_idle (WaveScenario *self, Task *task)
{
  change_presence (self, task);
}

static void
run_single (WaveScenario *self, Task *task)
{
  if (task->step % 2 == 0)
    say (self, "room-atlas", "pat", "@scout what do we know?", NULL);
  start_reply (self, "room-atlas", "ai-scout", wave_script_answer (self->script_line++), wave_script_pace ("slow"), NULL);
  again (self, task, 40 * SECOND);
}

static void
begin (WaveScenario *self)
{
  if (g_str_equal (self->name, "storm"))
    add_task (self, 0, run_storm, NULL, NULL);
  else if (g_str_equal (self->name, "idle"))
    add_task (self, 300 * SECOND, run_idle, NULL, NULL);
  else if (g_str_equal (self->name, "single-stream"))
    add_task (self, SECOND / 2, run_single, NULL, NULL);
  else
    start_office (self);
}

/* ---- the whole ---- */

WaveScenario *
wave_scenario_new (WaveWorld *world, const char *name, double rate, GHashTable *faults)
{
  WaveScenario *self = g_new0 (WaveScenario, 1);

  self->world = world;
  self->name = g_strdup (name != NULL ? name : "office");
  self->rate = rate;
  self->faults = faults;
  self->tasks = g_sequence_new (task_free);
  self->writing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
wave_scenario_free (WaveScenario *scenario)
{
  g_sequence_free (scenario->tasks);
  g_hash_table_unref (scenario->writing);
  g_free (scenario->name);
  g_free (scenario);
}

void
wave_scenario_prepare (WaveScenario *scenario, guint history)
{
  WaveWorld *world = scenario->world;
  gint64 now = world->wall_us;
  guint n_lines;
  const WaveLine *lines;

  wave_script_populate (world);
  lines = wave_script_lines (&n_lines);
  /* Nobody comes to an office that has no morning behind it. */
  if (history == 0 && g_str_equal (scenario->name, "office"))
    history = OFFICE_HISTORY;
  for (guint i = 0, n = 0; n < history; i++)
    {
      const WaveLine *line = &lines[i % n_lines];

      /* Over the eight hours before now. */
      world->wall_us = now - (gint64) (history - n) * (8 * 3600 * SECOND / history);
      wave_world_emit (world, "swp.room.message", line->room, line->sender,
                       line->more != NULL ? g_strdup (line->more) : wave_json_members ("s:msgtype", "swp.text", "s:body", line->text, NULL),
                       WAVE_EMIT_DURABLE | WAVE_EMIT_QUIET);
      n++;
      if (line->answered_by != NULL && n < history)
        {
          wave_world_emit (world, "swp.room.message", line->room, line->answered_by,
                           wave_json_members ("s:msgtype", "swp.text", "s:body", wave_script_answer (i), NULL), WAVE_EMIT_DURABLE | WAVE_EMIT_QUIET);
          n++;
        }
    }
  world->wall_us = now;
}

gint64
wave_scenario_run (WaveScenario *scenario, gint64 now_us)
{
  GSequenceIter *first;
  double pace = 1;

  if (scenario->start == 0)
    {
      scenario->start = scenario->now = now_us;
      begin (scenario);
    }
  /* The office at another rate runs its clock faster or slower; by itself it makes about 40 events a second. */
  if (scenario->rate > 0 && !g_str_equal (scenario->name, "storm"))
    pace = scenario->rate / 40;
  for (;;)
    {
      Task *task;
      gint64 due;

      first = g_sequence_get_begin_iter (scenario->tasks);
      if (g_sequence_iter_is_end (first))
        return now_us + 60 * SECOND;
      task = g_sequence_get (first);
      due = scenario->start + (gint64) ((task->due - scenario->start) / pace);
      if (due > now_us)
        return due;
      scenario->now = task->due;
      scenario->world->now_us = now_us;
      task = g_memdup2 (task, sizeof *task);
      ((Task *) g_sequence_get (first))->destroy = NULL;
      g_sequence_remove (first);
      task->func (scenario, task);
      task_free (task);
    }
}
