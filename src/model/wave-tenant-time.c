// SPDX-License-Identifier: GPL-3.0-or-later
// How time passes for a tenant: what expires, and what is counted by the second.
#include "config.h"

#include <string.h>

#include "model/wave-tenant-private.h"

#define STALE_US (120 * G_USEC_PER_SEC)
#define LOST_US (10 * 60 * G_USEC_PER_SEC)
#define LOST_AFTER_CAP_US (60 * G_USEC_PER_SEC)
#define ACTIVE_US (60 * G_USEC_PER_SEC)
/* Events per second are told over this many whole seconds, so that the figure can be read. */
#define RATE_WINDOW 5
/* A server that invents types without end must not fill the memory. */
#define MAX_UNKNOWN_TYPES 200

void
wave_tenant_roll_rate_figure (WaveTenant *self)
{
  guint sum = 0;

  for (gint64 i = 1; i <= RATE_WINDOW; i++)
    sum += self->rate[(self->rate_second + WAVE_RATE_SECONDS - i) % WAVE_RATE_SECONDS];
  if (self->events_per_second != (double)sum / RATE_WINDOW)
    {
      self->events_per_second = (double)sum / RATE_WINDOW;
      wave_model_mark (self, TENANT_EVENTS_PER_SECOND);
    }
}

static void
roll_rate (WaveTenant *self, gint64 second)
{
  gint64 passed = second - self->rate_second;

  if (passed <= 0)
    return;
  if (passed >= WAVE_RATE_SECONDS)
    memset (self->rate, 0, sizeof self->rate);
  else
    for (gint64 i = 1; i <= passed; i++)
      self->rate[(self->rate_second + i) % WAVE_RATE_SECONDS] = 0;
  self->rate_second = second;
  wave_tenant_roll_rate_figure (self);
}

/* Also used by the events themselves: in a recording nothing else moves the time on. */
static void
count_event (WaveTenant *self, const WaveEvent *event, WaveRoom *room)
{
  gint64 second = event->arrived_mono_us / G_USEC_PER_SEC;

  self->now_mono = MAX (self->now_mono, event->arrived_mono_us);
  self->now_wall = MAX (self->now_wall, event->arrived_wall_us);
  roll_rate (self, second);
  self->rate[self->rate_second % WAVE_RATE_SECONDS]++;
  if (room == NULL)
    return;
  wave_room_count_activity (room, second);
  room->last_event_mono = self->now_mono;
  if (!room->in_active)
    {
      room->in_active = TRUE;
      g_ptr_array_add (self->active, room);
      self->at_a_glance_dirty = TRUE;
    }
}

static void
expire_statuses (WaveTenant *self)
{
  for (guint i = 0; i < self->busy->len; i++)
    {
      BusyAi *busy = &g_array_index (self->busy, BusyAi, i);

      if (busy->state->stale || busy->state->last_sign + STALE_US > self->now_mono)
        continue;
      busy->state->stale = TRUE;
      wave_model_mark (busy->state, AI_STALE);
      wave_room_mark_ai (busy->room);
      self->at_a_glance_dirty = TRUE;
    }
}

static void
expire_sidekicks (WaveTenant *self)
{
  for (guint i = self->sidekicks->len; i > 0; i--)
    {
      WaveSidekickItem *item = self->sidekicks->pdata[i - 1];

      /* One that may take longer is waited for, and one that a snapshot lists is alive. */
      if (MAX (item->confirmed + LOST_US, item->started + MAX (item->timeout, 0) + LOST_AFTER_CAP_US) > self->now_mono)
        continue;
      if (wave_tenant_sidekick_doubted (self, item))
        continue;
      item->ended = self->now_mono;
      wave_model_set_string (item, &item->status, "lost", SIDEKICK_STATUS);
      wave_model_mark (item, SIDEKICK_LIVE);
      wave_model_mark (item, SIDEKICK_ENDED);
      g_ptr_array_remove_index (self->sidekicks, i - 1);
      self->at_a_glance_dirty = TRUE;
    }
}

static void
expire_calls (WaveTenant *self)
{
  for (guint i = self->ringing->len; i > 0; i--)
    {
      WaveRoom *room = self->ringing->pdata[i - 1];
      WaveCallItem *call = room->call;

      if (call != NULL && call->ringing && call->ring_until > self->now_mono)
        continue;
      g_ptr_array_remove_index (self->ringing, i - 1);
      if (call == NULL || !call->ringing)
        continue;
      call->ringing = FALSE;
      wave_model_mark (call, CALL_RINGING);
      if (call->started < 0 && g_list_model_get_n_items (G_LIST_MODEL (call->members)) == 0)
        {
          g_clear_object (&room->call);
          wave_model_mark (room, ROOM_CALL);
        }
    }
}

static void
roll_rooms (WaveTenant *self, gint64 second)
{
  for (guint i = self->active->len; i > 0; i--)
    {
      WaveRoom *room = self->active->pdata[i - 1];

      wave_room_roll_activity (room, second);
      room->activity_serial++;
      wave_model_mark (room, ROOM_ACTIVITY_SERIAL);
      if (self->now_mono - room->last_event_mono < ACTIVE_US)
        continue;
      room->in_active = FALSE;
      g_ptr_array_remove_index_fast (self->active, i - 1);
      self->at_a_glance_dirty = TRUE;
    }
}

void
wave_tenant_advance (WaveTenant *tenant, gint64 now_mono_us, gint64 now_wall_us)
{
  gint64 second;

  g_return_if_fail (WAVE_IS_TENANT (tenant));
  tenant->now_mono = MAX (tenant->now_mono, now_mono_us);
  tenant->now_wall = now_wall_us;
  second = tenant->now_mono / G_USEC_PER_SEC;
  wave_tenant_begin (tenant);
  wave_stream_store_advance (tenant->streams, tenant->now_mono);
  wave_tenant_expire_typing (tenant);
  if (second != tenant->second)
    {
      tenant->second = second;
      roll_rate (tenant, second);
      roll_rooms (tenant, second);
      expire_statuses (tenant);
      expire_sidekicks (tenant);
      expire_calls (tenant);
    }
  wave_tenant_end (tenant);
}

static void
count_unknown (WaveTenant *self, const char *type)
{
  guint64 *n = g_hash_table_lookup (self->unknown_types, type);

  if (n == NULL && g_hash_table_size (self->unknown_types) >= MAX_UNKNOWN_TYPES)
    {
      wave_tenant_hit_bound (self, BOUND_TYPES);
      return;
    }
  if (n == NULL)
    {
      n = g_new0 (guint64, 1);
      g_hash_table_insert (self->unknown_types, g_strdup (type), n);
    }
  ++*n;
}

static void
type_count_free (gpointer data)
{
  WaveTypeCount *count = data;

  g_free (count->type);
  g_free (count);
}

static int
compare_counts (gconstpointer a, gconstpointer b)
{
  const WaveTypeCount *first = a, *second = b;

  if (first->n != second->n)
    return first->n < second->n ? 1 : -1;
  return strcmp (first->type, second->type);
}

GPtrArray *
wave_tenant_list_unknown_types (WaveTenant *tenant)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (type_count_free);
  GHashTableIter iter;
  const char *type;
  const guint64 *n;

  g_return_val_if_fail (WAVE_IS_TENANT (tenant), g_steal_pointer (&list));
  g_hash_table_iter_init (&iter, tenant->unknown_types);
  while (g_hash_table_iter_next (&iter, (gpointer *)&type, (gpointer *)&n))
    {
      WaveTypeCount *count = g_new0 (WaveTypeCount, 1);

      count->type = g_strdup (type);
      count->n = *n;
      g_ptr_array_add (list, count);
    }
  g_ptr_array_sort_values (list, compare_counts);
  return g_steal_pointer (&list);
}

void
wave_tenant_count_event (WaveTenant *self, const WaveEvent *event, WaveRoom *room)
{
  self->counts[event->kind]++;
  if (event->malformed != NULL)
    self->n_malformed++;
  if (event->kind == WAVE_EVENT_UNKNOWN)
    count_unknown (self, event->type);
  self->top_position = MAX (self->top_position, event->position);
  count_event (self, event, room);
}
