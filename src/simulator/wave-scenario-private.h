// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the scenarios: the queue of things that are due, and what the scenarios share. wave-scenario.c runs the queue and writes the replies of AIs,
// wave-scenario-office.c is the working day.
#pragma once

#include "simulator/wave-script.h"
#include "simulator/wave-world.h"

G_BEGIN_DECLS

#define SECOND ((gint64) G_USEC_PER_SEC)

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

/* The new task is due @delay µs from now; it owns @data, which @destroy frees. */
Task *wave_scenario_add_task (WaveScenario *self, gint64 delay, TaskFunc func, gpointer data, GDestroyNotify destroy);
/* The same again after @delay: what the task holds goes with it. */
Task *wave_scenario_again (WaveScenario *self, Task *task, gint64 delay);
double wave_scenario_uniform (WaveScenario *self, double low, double high);
void wave_scenario_emit (WaveScenario *self, const char *type, const char *room, const char *sender, char *members, WaveEmitFlags flags);
/* @more: (nullable) (transfer full): the members of content, instead of a text. Returns: the id, valid until the next event */
const char *wave_scenario_say (WaveScenario *self, const char *room, const char *sender, const char *body, char *more);
/* An AI answers as soon as it is free in that room. @parent: (nullable): id of what it answers */
void wave_scenario_start_reply (WaveScenario *self, const char *room, const char *ai, const char *text, const WavePace *pace, const char *parent);
/* One person’s presence changes, and again a while later. */
void wave_scenario_change_presence (WaveScenario *self, Task *task);
void wave_scenario_start_office (WaveScenario *self);

G_END_DECLS
