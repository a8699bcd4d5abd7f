// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "model/wave-room.h"
#include "protocol/wave-payloads.h"
#include "ui/wave-scope-format.h"
#include "ui/wave-scope-lanes.h"

struct _WaveScopeLanes
{
  WaveTenant *tenant;
  GPtrArray *lanes;   /* WaveScopeLane */
  GHashTable *places; /* WaveStream → index + 1 */
  gint64 first_us;
};

/* Streams of one AI in one room, on their way to lanes. */
typedef struct
{
  const char *room_id, *sender_id;
  char *sort_key;
  const char *sender_name, *room_name;
  GPtrArray *streams;
} Bundle;

static void
step_clear (gpointer data)
{
  WaveScopeStep *step = data;

  g_free (step->text);
  g_free (step->status);
}

static void
lane_free (gpointer data)
{
  WaveScopeLane *lane = data;

  g_free (lane->title);
  g_free (lane->group);
  g_free (lane->subtitle);
  g_clear_pointer (&lane->streams, g_ptr_array_unref);
  g_clear_object (&lane->sidekick);
  g_clear_pointer (&lane->steps, g_array_unref);
  g_free (lane);
}

static void
bundle_free (gpointer data)
{
  Bundle *bundle = data;

  g_free (bundle->sort_key);
  g_ptr_array_unref (bundle->streams);
  g_free (bundle);
}

WaveScopeLanes *
wave_scope_lanes_new (WaveTenant *tenant)
{
  WaveScopeLanes *self = g_new0 (WaveScopeLanes, 1);

  self->tenant = g_object_ref (tenant);
  self->lanes = g_ptr_array_new_with_free_func (lane_free);
  self->places = g_hash_table_new (NULL, NULL);
  self->first_us = -1;
  return self;
}

void
wave_scope_lanes_free (WaveScopeLanes *self)
{
  g_hash_table_unref (self->places);
  g_ptr_array_unref (self->lanes);
  g_object_unref (self->tenant);
  g_free (self);
}

static int
compare_bundles (gconstpointer a, gconstpointer b)
{
  const Bundle *const *x = a;
  const Bundle *const *y = b;

  return strcmp ((*x)->sort_key, (*y)->sort_key);
}

static int
compare_start (gconstpointer a, gconstpointer b)
{
  gint64 x = wave_stream_get_started (*(WaveStream *const *)a);
  gint64 y = wave_stream_get_started (*(WaveStream *const *)b);

  return x < y ? -1 : x > y;
}

static WaveScopeLane *
add_lane (WaveScopeLanes *self, WaveScopeLaneKind kind, const char *title, const char *group, const char *subtitle)
{
  WaveScopeLane *lane = g_new0 (WaveScopeLane, 1);

  lane->kind = kind;
  lane->title = g_strdup (title);
  lane->group = g_strdup (group);
  lane->subtitle = g_strdup (subtitle);
  g_ptr_array_add (self->lanes, lane);
  return lane;
}

static void
add_streams (WaveScopeLanes *self, Bundle *bundle, const char *group, gboolean starts, gboolean by_room)
{
  guint first = self->lanes->len;

  g_ptr_array_sort (bundle->streams, compare_start);
  for (guint i = 0; i < bundle->streams->len; i++)
    {
      WaveStream *stream = bundle->streams->pdata[i];
      WaveScopeLane *lane = NULL;
      guint place;

      /* The first lane whose last stream is over takes it: an AI that answers one thing after the other needs one lane only. */
      for (place = first; place < self->lanes->len && lane == NULL; place++)
        {
          WaveScopeLane *candidate = self->lanes->pdata[place];
          WaveStream *last = candidate->streams->pdata[candidate->streams->len - 1];

          if (!wave_stream_is_live (last) && wave_stream_get_ended (last) <= wave_stream_get_started (stream))
            lane = candidate;
        }
      if (lane == NULL)
        {
          gboolean top = starts && self->lanes->len == first;

          lane = add_lane (self, WAVE_SCOPE_LANE_STREAMS, top ? group : "", group, by_room ? bundle->sender_name : bundle->room_name);
          lane->starts_group = top;
          lane->streams = g_ptr_array_new_with_free_func (g_object_unref);
          place = self->lanes->len;
        }
      g_ptr_array_add (lane->streams, g_object_ref (stream));
      g_hash_table_insert (self->places, stream, GUINT_TO_POINTER (place));
    }
}

static gboolean
status_over (const char *status)
{
  return g_strcmp0 (status, "done") == 0 || g_strcmp0 (status, "failed") == 0 || g_strcmp0 (status, "skipped") == 0;
}

/* A step lasts from the first snapshot that shows it at work to the first that shows it over. */
static GArray *
steps_of (WaveScopeLanes *self, WaveRoom *room)
{
  GListModel *history = wave_room_get_plan_history (room);
  const WavePlan *plan = wave_room_get_plan (room);
  gint64 to_mono = wave_tenant_get_now_mono (self->tenant) - wave_tenant_get_now_wall (self->tenant);
  GArray *steps;

  if (plan == NULL || plan->n_steps == 0)
    return NULL;
  steps = g_array_new (FALSE, TRUE, sizeof (WaveScopeStep));
  g_array_set_clear_func (steps, step_clear);
  for (guint s = 0; s < plan->n_steps; s++)
    {
      WaveScopeStep step = { .start_us = -1, .end_us = -1 };

      for (guint i = 0; i < g_list_model_get_n_items (history); i++)
        {
          g_autoptr (WavePlanSnapshot) snapshot = g_list_model_get_item (history, i);
          const WavePlan *then = wave_plan_snapshot_get_plan (snapshot);
          gint64 at_us = wave_plan_snapshot_get_wall_us (snapshot) + to_mono;
          const char *status;

          if (g_strcmp0 (then->id, plan->id) != 0 || s >= then->n_steps)
            continue;
          status = then->steps[s].status;
          if (step.start_us < 0 && (g_strcmp0 (status, "in_progress") == 0 || status_over (status)))
            step.start_us = at_us;
          if (step.end_us < 0 && status_over (status))
            step.end_us = at_us;
        }
      if (step.start_us < 0)
        continue;
      step.text = g_strdup (plan->steps[s].text != NULL ? plan->steps[s].text : "");
      step.status = g_strdup (plan->steps[s].status);
      g_array_append_val (steps, step);
    }
  if (steps->len == 0)
    g_clear_pointer (&steps, g_array_unref);
  return steps;
}

static void
add_children (WaveScopeLanes *self, WaveRoom *room, const char *group, GHashTable *done)
{
  GListModel *sidekicks = wave_room_get_sidekicks (room);
  const char *name = wave_room_get_display_name (room);
  GArray *steps;

  if (!g_hash_table_add (done, room))
    return;
  for (guint i = 0; i < g_list_model_get_n_items (sidekicks); i++)
    {
      g_autoptr (WaveSidekickItem) item = g_list_model_get_item (sidekicks, i);
      const char *codename = wave_sidekick_item_get_codename (item);
      g_autofree char *title = g_strdup_printf ("↳ %s", codename != NULL ? codename : _("sidekick"));
      WaveScopeLane *lane;

      if (wave_sidekick_item_get_started (item) < 0)
        continue;
      lane = add_lane (self, WAVE_SCOPE_LANE_SIDEKICK, title, group, name);
      lane->sidekick = g_object_ref (item);
      if (self->first_us < 0 || wave_sidekick_item_get_started (item) < self->first_us)
        self->first_us = wave_sidekick_item_get_started (item);
    }
  steps = steps_of (self, room);
  if (steps != NULL)
    add_lane (self, WAVE_SCOPE_LANE_PLAN, _("↳ Plan"), group, name)->steps = steps;
}

static GPtrArray *
make_bundles (WaveScopeLanes *self, WaveScopeGrouping grouping)
{
  GListModel *store = G_LIST_MODEL (wave_tenant_get_streams (self->tenant));
  GPtrArray *bundles = g_ptr_array_new_with_free_func (bundle_free);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = g_list_model_get_n_items (store);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (store, i);
      g_autofree char *key = NULL;
      Bundle *bundle;

      if (self->first_us < 0 || wave_stream_get_started (stream) < self->first_us)
        self->first_us = wave_stream_get_started (stream);
      key = grouping == WAVE_SCOPE_GROUP_FLAT
                ? g_strdup_printf ("%" G_GUINT64_FORMAT, wave_stream_get_serial (stream))
                : g_strdup_printf ("%s\n%s", wave_stream_get_sender_id (stream), wave_stream_get_room_id (stream));
      bundle = g_hash_table_lookup (known, key);
      if (bundle == NULL)
        {
          g_autofree char *who = NULL;
          g_autofree char *where = NULL;

          bundle = g_new0 (Bundle, 1);
          bundle->room_id = wave_stream_get_room_id (stream);
          bundle->sender_id = wave_stream_get_sender_id (stream);
          bundle->sender_name = wave_scope_sender_name (self->tenant, stream);
          bundle->room_name = wave_scope_room_name (self->tenant, stream);
          bundle->streams = g_ptr_array_new ();
          who = g_utf8_collate_key_for_filename (bundle->sender_name, -1);
          where = g_utf8_collate_key_for_filename (bundle->room_name, -1);
          if (grouping == WAVE_SCOPE_GROUP_FLAT) /* newest on top */
            bundle->sort_key = g_strdup_printf ("%020" G_GUINT64_FORMAT, G_MAXUINT64 - wave_stream_get_serial (stream));
          else if (grouping == WAVE_SCOPE_GROUP_ROOM)
            bundle->sort_key = g_strconcat (where, "\1", bundle->room_id, "\1", who, "\1", bundle->sender_id, NULL);
          else
            bundle->sort_key = g_strconcat (who, "\1", bundle->sender_id, "\1", where, "\1", bundle->room_id, NULL);
          g_ptr_array_add (bundles, bundle);
          g_hash_table_insert (known, g_steal_pointer (&key), bundle);
        }
      g_ptr_array_add (bundle->streams, stream); /* the store holds it while we are here */
    }
  g_ptr_array_sort (bundles, compare_bundles);
  return bundles;
}

void
wave_scope_lanes_rebuild (WaveScopeLanes *self, WaveScopeGrouping grouping)
{
  g_autoptr (GPtrArray) bundles = NULL;
  g_autoptr (GHashTable) children = g_hash_table_new (NULL, NULL);
  GListModel *rooms = wave_tenant_get_rooms (self->tenant);
  const char *before = NULL;

  g_hash_table_remove_all (self->places);
  g_ptr_array_set_size (self->lanes, 0);
  self->first_us = -1;
  bundles = make_bundles (self, grouping);
  for (guint i = 0; i < bundles->len; i++)
    {
      Bundle *bundle = bundles->pdata[i];
      Bundle *next = i + 1 < bundles->len ? bundles->pdata[i + 1] : NULL;
      WaveRoom *room = bundle->room_id != NULL ? wave_tenant_get_room (self->tenant, bundle->room_id) : NULL;
      gboolean by_room = grouping == WAVE_SCOPE_GROUP_ROOM;
      const char *group_id = by_room ? bundle->room_id : bundle->sender_id;
      const char *group = by_room ? bundle->room_name : bundle->sender_name;
      /* After children the group goes on with its title again: the lane would seem to be one of them. */
      gboolean below_children = self->lanes->len > 0 && ((WaveScopeLane *)self->lanes->pdata[self->lanes->len - 1])->streams == NULL;
      gboolean starts = grouping == WAVE_SCOPE_GROUP_FLAT || below_children || g_strcmp0 (before, group_id) != 0;

      add_streams (self, bundle, group, starts, by_room);
      before = group_id;
      if (room != NULL && grouping != WAVE_SCOPE_GROUP_FLAT && !(by_room && next != NULL && next->room_id == bundle->room_id))
        add_children (self, room, group, children);
    }
  /* What has no stream of its own above it: sidekicks and plans of quiet rooms, and all of them in the flat view. */
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (rooms, i);

      add_children (self, room, wave_room_get_display_name (room), children);
    }
}

guint
wave_scope_lanes_get_n (WaveScopeLanes *self)
{
  return self->lanes->len;
}

const WaveScopeLane *
wave_scope_lanes_get (WaveScopeLanes *self, guint index)
{
  g_return_val_if_fail (index < self->lanes->len, NULL);
  return self->lanes->pdata[index];
}

int
wave_scope_lanes_find (WaveScopeLanes *self, WaveStream *stream)
{
  return (int)GPOINTER_TO_UINT (g_hash_table_lookup (self->places, stream)) - 1;
}

gint64
wave_scope_lanes_get_first (WaveScopeLanes *self)
{
  return self->first_us;
}

guint
wave_scope_lane_first_after (const WaveScopeLane *lane, gint64 at_us)
{
  guint low = 0;
  guint high = lane->streams != NULL ? lane->streams->len : 0;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      WaveStream *stream = lane->streams->pdata[middle];

      if (!wave_stream_is_live (stream) && wave_stream_get_ended (stream) < at_us)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

WaveStream *
wave_scope_lane_stream_at (const WaveScopeLane *lane, gint64 at_us, gint64 slack_us, gint64 now_us)
{
  guint index = wave_scope_lane_first_after (lane, at_us - slack_us);
  WaveStream *stream;

  if (lane->streams == NULL || index >= lane->streams->len)
    return NULL;
  stream = lane->streams->pdata[index];
  return wave_stream_get_started (stream) <= at_us + slack_us ? stream : NULL;
}
