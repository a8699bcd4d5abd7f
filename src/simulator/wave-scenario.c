// SPDX-License-Identifier: GPL-3.0-or-later
// What happens in the simulated tenant. A scenario is a queue of things that are due; each of them may put others into the queue. All chance comes from
// the world's seed, so a scenario is the same in every run, and a test can run it without waiting.
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "simulator/wave-scenario-private.h"

#define OFFICE_HISTORY 160
/* A storm at a rate that the machine does not reach falls behind, and must not keep its thread from sending meanwhile: each run would owe more than the
 * one before. */
#define MAX_EVENTS_A_RUN 20000

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

Task *
wave_scenario_add_task (WaveScenario *self, gint64 delay, TaskFunc func, gpointer data, GDestroyNotify destroy)
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
Task *
wave_scenario_again (WaveScenario *self, Task *task, gint64 delay)
{
  Task *next = wave_scenario_add_task (self, delay, task->func, g_steal_pointer (&task->data), task->destroy);

  next->step = task->step + 1;
  task->destroy = NULL;
  return next;
}

double
wave_scenario_uniform (WaveScenario *self, double low, double high)
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

void
wave_scenario_emit (WaveScenario *self, const char *type, const char *room, const char *sender, char *members, WaveEmitFlags flags)
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
  wave_scenario_emit (self, "swp.ai.status", room, NULL, wave_json_members ("s:participant_id", ai, "j:status", word->str, NULL), 0);
}

/* @more: (nullable) (transfer full): the members of content, instead of a text. */
const char *
wave_scenario_say (WaveScenario *self, const char *room, const char *sender, const char *body, char *more)
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
  wave_scenario_emit (self, "swp.room.message.chunk", reply->room, reply->ai,
        wave_json_members ("s:chunk_text", wave_fault (self->faults, "cumulative") > 0 && length > 0 ? reply->sent->str : piece, "b:done", done, NULL),
        WAVE_EMIT_IN_CONTENT);
}

static void
say_reply (WaveScenario *self, Reply *reply, const char *text)
{
  wave_scenario_say (self, reply->room, reply->ai, NULL,
       reply->parent != NULL ? wave_json_members ("s:msgtype", "swp.text", "s:body", text, "s:reply_to_event_id", reply->parent, NULL)
                             : wave_json_members ("s:msgtype", "swp.text", "s:body", text, NULL));
}

static void
finish_reply (WaveScenario *self, Task *task)
{
  Reply *reply = task->data;

  if (wave_fault (self->faults, "no-message") == 0)
    say_reply (self, reply, reply->text);
  wave_scenario_emit (self, "swp.ai.context_usage", reply->room, NULL,
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
        wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 20e3, 200e3));
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
  wave_scenario_again (self, task, gap);
}

/* Conversational mode: what is written is said paragraph by paragraph, and nothing is streamed (protocol notes 6.3). */
static void
next_paragraph (WaveScenario *self, Task *task)
{
  Reply *reply = task->data;
  const char *start = reply->text + reply->at;
  const char *end = strstr (start, "\n\n");
  g_autofree char *paragraph = end != NULL ? g_strndup (start, end - start) : g_strdup (start);

  say_reply (self, reply, paragraph);
  if (end == NULL)
    {
      emit_status (self, reply->room, reply->ai, NULL);
      return;
    }
  reply->at += end + 2 - start;
  wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 0.9e6, 2.2e6));
}

static void
start_generating (WaveScenario *self, Task *task)
{
  Reply *reply = task->data;

  if (task->step == 0 && reply->pace->tool != NULL)
    {
      emit_status (self, reply->room, reply->ai, reply->pace->tool);
      wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 0.8e6, 2.5e6));
      return;
    }
  emit_status (self, reply->room, reply->ai, "generating");
  if (reply->pace->conversational)
    {
      task->func = next_paragraph;
      wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 0.8e6, 1.6e6));
      return;
    }
  if (wave_fault (self->faults, "conversational") > 0)
    {
      g_auto (GStrv) paragraphs = g_strsplit (reply->text, "\n\n", -1);

      for (guint i = 0; paragraphs[i] != NULL; i++)
        say_reply (self, reply, paragraphs[i]);
      emit_status (self, reply->room, reply->ai, NULL);
      return;
    }
  task->func = next_chunk;
  wave_scenario_again (self, task, (gint64) wave_scenario_uniform (self, 0.2e6, 0.7e6));
}

/* A second generation of an AI in a room is refused with SW_AI_BUSY by a real server (protocol notes 6.3); here it waits. */
static void
take_turn (WaveScenario *self, Task *task)
{
  Reply *reply = task->data;
  g_autofree char *turn = g_strconcat (reply->room, "\n", reply->ai, NULL);

  if (g_hash_table_contains (self->writing, turn))
    {
      wave_scenario_again (self, task, SECOND / 2);
      return;
    }
  reply->turn = g_steal_pointer (&turn);
  g_hash_table_add (self->writing, g_strdup (reply->turn));
  emit_status (self, reply->room, reply->ai, "thinking");
  wave_scenario_add_task (self, (gint64) wave_scenario_uniform (self, 0.4e6, 1.5e6), start_generating, g_steal_pointer (&task->data), reply_free);
  task->destroy = NULL;
}

void
wave_scenario_start_reply (WaveScenario *self, const char *room, const char *ai, const char *text, const WavePace *pace, const char *parent)
{
  Reply *reply = g_new0 (Reply, 1);

  reply->room = room;
  reply->ai = ai;
  reply->text = text;
  reply->pace = pace;
  reply->parent = g_strdup (parent);
  reply->sent = g_string_new (NULL);
  reply->writing = g_hash_table_ref (self->writing);
  wave_scenario_add_task (self, 0, take_turn, reply, reply_free);
}

/* ---- storm, idle, single stream ---- */

static const WaveSimRoom *
random_room (WaveScenario *self)
{
  return self->world->rooms->pdata[g_rand_int_range (self->world->rand, 0, self->world->rooms->len)];
}

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
    wave_scenario_say (self, room->id, "pat", text, NULL);
  else if (kind < 9)
    {
      guint ai = n % 50;
      char id[24];

      g_snprintf (id, sizeof id, "ai-storm-%u", ai);
      room = self->world->rooms->pdata[ai % self->world->rooms->len];
      wave_scenario_emit (self, "swp.room.message.chunk", room->id, id, wave_json_members ("s:chunk_text", text, "b:done", n % 4000 < 50, NULL), WAVE_EMIT_IN_CONTENT);
    }
  else
    wave_scenario_emit (self, "presence", NULL, NULL, wave_json_members ("s:participant_id", "mia", "s:status", n % 2 ? "online" : "idle", NULL), 0);
}

static void
run_storm (WaveScenario *self, Task *task)
{
  double rate = self->rate > 0 ? self->rate : 500;
  guint64 owed = (guint64) ((self->now - self->start) / 1e6 * rate);

  for (guint n = 0; self->n_storm < owed && n < MAX_EVENTS_A_RUN; n++)
    storm_event (self);
  wave_scenario_again (self, task, 10 * 1000);
}

static void
run_idle (WaveScenario *self, Task *task)
{
  wave_scenario_change_presence (self, task);
}

static void
run_single (WaveScenario *self, Task *task)
{
  if (task->step % 2 == 0)
    wave_scenario_say (self, "room-atlas", "pat", "@scout what do we know?", NULL);
  wave_scenario_start_reply (self, "room-atlas", "ai-scout", wave_script_answer (self->script_line++), wave_script_pace ("slow"), NULL);
  wave_scenario_again (self, task, 40 * SECOND);
}

static void
begin (WaveScenario *self)
{
  if (g_str_equal (self->name, "storm"))
    wave_scenario_add_task (self, 0, run_storm, NULL, NULL);
  else if (g_str_equal (self->name, "idle"))
    wave_scenario_add_task (self, 300 * SECOND, run_idle, NULL, NULL);
  else if (g_str_equal (self->name, "single-stream"))
    wave_scenario_add_task (self, SECOND / 2, run_single, NULL, NULL);
  else
    wave_scenario_start_office (self);
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
  guint64 n_before = scenario->world->n_frames;
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
      if (scenario->world->n_frames - n_before >= MAX_EVENTS_A_RUN)
        return now_us;
      scenario->now = task->due;
      scenario->world->now_us = now_us;
      task = g_memdup2 (task, sizeof *task);
      ((Task *) g_sequence_get (first))->destroy = NULL;
      g_sequence_remove (first);
      task->func (scenario, task);
      task_free (task);
    }
}
