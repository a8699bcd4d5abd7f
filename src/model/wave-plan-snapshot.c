// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "model/wave-room-parts-private.h"
#include "model/wave-tenant.h"

struct _WavePlanSnapshot
{
  GObject parent_instance;
  WavePlan *plan;
  gint64 wall_us;
};

G_DEFINE_FINAL_TYPE (WavePlanSnapshot, wave_plan_snapshot, G_TYPE_OBJECT)

static void
wave_plan_snapshot_finalize (GObject *object)
{
  WavePlanSnapshot *self = WAVE_PLAN_SNAPSHOT (object);

  g_clear_pointer (&self->plan, wave_plan_unref);
  G_OBJECT_CLASS (wave_plan_snapshot_parent_class)->finalize (object);
}

static void
wave_plan_snapshot_class_init (WavePlanSnapshotClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_plan_snapshot_finalize;
}

static void
wave_plan_snapshot_init (WavePlanSnapshot *self)
{
}

WavePlanSnapshot *
wave_plan_snapshot_new (const WavePlan *plan, gint64 wall_us)
{
  WavePlanSnapshot *self = g_object_new (WAVE_TYPE_PLAN_SNAPSHOT, NULL);

  self->plan = wave_plan_ref (plan);
  self->wall_us = wall_us;
  return self;
}

const WavePlan *
wave_plan_snapshot_get_plan (WavePlanSnapshot *snapshot)
{
  g_return_val_if_fail (WAVE_IS_PLAN_SNAPSHOT (snapshot), NULL);
  return snapshot->plan;
}

gint64
wave_plan_snapshot_get_wall_us (WavePlanSnapshot *snapshot)
{
  g_return_val_if_fail (WAVE_IS_PLAN_SNAPSHOT (snapshot), -1);
  return snapshot->wall_us;
}

static const char *
word (const char *text)
{
  return text != NULL && *text != '\0' ? text : "–";
}

static const WavePlanStep *
find_step (const WavePlan *plan, const WavePlanStep *like, guint index)
{
  if (like->id == NULL)
    return index < plan->n_steps ? &plan->steps[index] : NULL;
  for (guint i = 0; i < plan->n_steps && i < WAVE_MAX_PLAN_STEPS; i++)
    if (g_strcmp0 (plan->steps[i].id, like->id) == 0)
      return &plan->steps[i];
  return NULL;
}

static void
compare_steps (const WavePlan *now, const WavePlan *old, GPtrArray *changes)
{
  for (guint i = 0; i < now->n_steps && i < WAVE_MAX_PLAN_STEPS; i++)
    {
      const WavePlanStep *step = &now->steps[i];
      const WavePlanStep *earlier = find_step (old, step, i);
      g_autofree char *text = wave_model_one_line (word (step->text), 80);

      if (earlier == NULL)
        g_ptr_array_add (changes, g_strdup_printf (_ ("Step added: %s"), text));
      else
        {
          if (g_strcmp0 (earlier->status, step->status) != 0)
            g_ptr_array_add (changes, g_strdup_printf (_ ("“%s”: %s → %s"), text, word (earlier->status), word (step->status)));
          if (step->attempts > earlier->attempts && step->attempts > 1)
            g_ptr_array_add (changes, g_strdup_printf (_ ("“%s”: attempt %lld"), text, (long long) step->attempts));
          if (step->result != NULL && g_strcmp0 (earlier->result, step->result) != 0)
            g_ptr_array_add (changes, g_strdup_printf (_ ("“%s” has a result"), text));
          if (g_strcmp0 (earlier->text, step->text) != 0)
            g_ptr_array_add (changes, g_strdup_printf (_ ("Step reworded: %s"), text));
        }
    }
  for (guint i = 0; i < old->n_steps && i < WAVE_MAX_PLAN_STEPS; i++)
    if (find_step (now, &old->steps[i], i) == NULL)
      {
        g_autofree char *text = wave_model_one_line (word (old->steps[i].text), 80);

        g_ptr_array_add (changes, g_strdup_printf (_ ("Step removed: %s"), text));
      }
}

GPtrArray *
wave_plan_snapshot_list_changes (WavePlanSnapshot *snapshot, WavePlanSnapshot *before)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func (g_free);
  const WavePlan *now;
  const WavePlan *old;

  g_return_val_if_fail (WAVE_IS_PLAN_SNAPSHOT (snapshot), NULL);
  now = snapshot->plan;
  old = before != NULL ? before->plan : NULL;
  if (old == NULL || g_strcmp0 (old->id, now->id) != 0)
    {
      g_ptr_array_add (
          changes, g_strdup_printf (ngettext ("New plan with %u step", "New plan with %u steps", now->n_steps), now->n_steps));
      return g_steal_pointer (&changes);
    }
  if (g_strcmp0 (old->goal, now->goal) != 0)
    g_ptr_array_add (changes, g_strdup_printf (_ ("Goal: %s"), word (now->goal)));
  if (g_strcmp0 (old->state, now->state) != 0)
    g_ptr_array_add (changes, g_strdup_printf (_ ("State: %s → %s"), word (old->state), word (now->state)));
  if (g_strcmp0 (old->pause_reason, now->pause_reason) != 0 && now->pause_reason != NULL)
    g_ptr_array_add (changes, g_strdup_printf (_ ("Paused: %s"), now->pause_reason));
  if (g_strcmp0 (old->mode, now->mode) != 0)
    g_ptr_array_add (changes, g_strdup_printf (_ ("Mode: %s → %s"), word (old->mode), word (now->mode)));
  if (g_strcmp0 (old->advance, now->advance) != 0)
    g_ptr_array_add (changes, g_strdup_printf (_ ("Advance: %s → %s"), word (old->advance), word (now->advance)));
  compare_steps (now, old, changes);
  if (old->auto_steps_used != now->auto_steps_used && now->auto_steps_used >= 0)
    {
      if (now->auto_steps_max > 0)
        g_ptr_array_add (changes, g_strdup_printf (_ ("Automatic steps: %lld of %lld"),
                                                   (long long) now->auto_steps_used, (long long) now->auto_steps_max));
      else
        g_ptr_array_add (changes, g_strdup_printf (_ ("Automatic steps: %lld"), (long long) now->auto_steps_used));
    }
  return g_steal_pointer (&changes);
}
