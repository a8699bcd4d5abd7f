// SPDX-License-Identifier: GPL-3.0-or-later
// Plans: the one payload that outlives its event, and that snapshots give as well.
#include "config.h"

#include <string.h>

#include "protocol/wave-decode-private.h"
#include "protocol/wave-slab.h"

WavePlan *
wave_plan_ref (const WavePlan *plan)
{
  WavePlan *counted = (WavePlan *)plan;

  g_return_val_if_fail (plan != NULL, NULL);

  g_atomic_ref_count_inc (&counted->ref_count);
  return counted;
}

void
wave_plan_unref (const WavePlan *plan)
{
  WavePlan *counted = (WavePlan *)plan;

  g_return_if_fail (plan != NULL);

  if (g_atomic_ref_count_dec (&counted->ref_count))
    wave_slab_free (counted);
}

static void
read_step (WaveReader *reader, WavePlanStep *step)
{
  NAMES (names_id, N ("id"), N ("step_id"));
  NAMES (names_text, N ("text"), N ("title"), N ("description"));
  NAMES (names_status, N ("status"), N ("state"));
  NAMES (names_result, N ("result"));
  NAMES (names_attempts, N ("attempts"));

  step->id = wave_reader_id (reader, names_id);
  step->text = wave_reader_string (reader, names_text);
  step->status = wave_reader_string (reader, names_status);
  step->result = wave_reader_string (reader, names_result);
  step->attempts = wave_reader_int (reader, names_attempts);
}

static void
read_steps (WaveReader *reader, WavePlan *plan)
{
  NAMES (names_steps, N ("steps"));
  yyjson_val *steps = wave_reader_array (reader, names_steps);
  g_autofree char *prefix = NULL;
  WaveReader inner = *reader;
  yyjson_arr_iter iter;

  if (steps == NULL || yyjson_arr_size (steps) == 0)
    return;
  prefix = g_strconcat (reader->prefix, "steps", NULL);
  plan->steps = wave_slab_alloc (plan, yyjson_arr_size (steps) * sizeof (WavePlanStep));
  inner.prefix = prefix;
  inner.index = 0;
  iter = yyjson_arr_iter_with (steps);
  for (yyjson_val *value; (value = yyjson_arr_iter_next (&iter)) != NULL; inner.index++)
    {
      if (!yyjson_is_obj (value))
        {
          wave_reader_fault (&inner, "%s[%d]: expected an object, found %s", prefix, inner.index, wave_json_describe (value));
          continue;
        }
      inner.content = value;
      read_step (&inner, &plan->steps[plan->n_steps++]);
    }
  reader->fault = inner.fault;
}

/* The pointer is documented, its name and kind are not: an id or an index; else the first step at work. */
static int
find_current (WaveReader *reader, const WavePlan *plan)
{
  NAMES (names, N ("current_step_id"), N ("current_step"), N ("current_step_index"));
  yyjson_val *value = wave_reader_pick (reader, names);
  gint64 index;

  if (yyjson_is_str (value))
    for (guint i = 0; i < plan->n_steps; i++)
      if (g_strcmp0 (plan->steps[i].id, yyjson_get_str (value)) == 0)
        return i;
  if (yyjson_is_num (value) && wave_json_get_int (value, &index) == WAVE_INT_OK && index >= 0 && index < plan->n_steps)
    return index;
  if (value != NULL && !yyjson_is_str (value) && !yyjson_is_num (value) && !yyjson_is_raw (value))
    wave_reader_expected (reader, value, "a string");
  for (guint i = 0; i < plan->n_steps; i++)
    if (g_strcmp0 (plan->steps[i].status, "in_progress") == 0)
      return i;
  return -1;
}

WavePlan *
wave_plan_read (yyjson_val *object, const char *prefix, WaveReader *outer)
{
  NAMES (names_id, N ("id"), N ("plan_id"));
  NAMES (names_goal, N ("goal"));
  NAMES (names_state, N ("state"), N ("status"));
  NAMES (names_mode, N ("mode"));
  NAMES (names_advance, N ("advance"));
  NAMES (names_venue, N ("venue"));
  NAMES (names_participant, N ("participant_id"), N ("ai_participant_id"));
  NAMES (names_pause, N ("pause_reason"));
  NAMES (names_room, N ("sidekick_room_id"));
  NAMES (names_used, N ("consecutive_auto_steps"));
  NAMES (names_max, N ("max_auto_steps"), N ("auto_step_budget"));
  NAMES (names_updated, N ("updated_at"));
  WavePlan *plan = wave_slab_new (sizeof (WavePlan), 480);
  WaveReader reader = { .slab = plan, .content = object, .prefix = prefix, .index = -1, .lenient = outer == NULL };

  g_atomic_ref_count_init (&plan->ref_count);
  plan->id = wave_reader_id (&reader, names_id);
  plan->goal = wave_reader_string (&reader, names_goal);
  plan->state = wave_reader_string (&reader, names_state);
  plan->mode = wave_reader_string (&reader, names_mode);
  plan->advance = wave_reader_string (&reader, names_advance);
  plan->venue = wave_reader_string (&reader, names_venue);
  plan->participant_id = wave_reader_id (&reader, names_participant);
  plan->pause_reason = wave_reader_string (&reader, names_pause);
  plan->sidekick_room_id = wave_reader_id (&reader, names_room);
  plan->auto_steps_used = wave_reader_int (&reader, names_used);
  plan->auto_steps_max = wave_reader_int (&reader, names_max);
  plan->updated_us = wave_reader_time (&reader, names_updated);
  read_steps (&reader, plan);
  plan->current_step = find_current (&reader, plan);
  if (outer != NULL && reader.fault != NULL)
    wave_reader_fault (outer, "%s", reader.fault);
  return plan;
}
