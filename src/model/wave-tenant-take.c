// SPDX-License-Identifier: GPL-3.0-or-later
// A tenant that takes over what another one holds. A replay builds the picture of another moment on a worker; the tenant that the pages look at
// becomes it in one step.
#include "config.h"

#include <string.h>

#include "model/wave-stream-store-private.h"
#include "model/wave-tenant-private.h"

#define SWAP(field)                                                                                                            \
  G_STMT_START                                                                                                                 \
  {                                                                                                                            \
    typeof (self->field) held = self->field;                                                                                   \
    self->field = from->field;                                                                                                 \
    from->field = held;                                                                                                        \
  }                                                                                                                            \
  G_STMT_END

/* ---- streams ---- */

static void
take_streams (WaveStreamStore *self, WaveStreamStore *from)
{
  guint removed = self->streams->len;
  GQueue order = self->redaction_order;

  SWAP (streams);
  SWAP (watched);
  SWAP (keys);
  SWAP (tails);
  SWAP (messages);
  SWAP (redactions);
  self->redaction_order = from->redaction_order;
  from->redaction_order = order;
  SWAP (n_live);
  SWAP (n_stalled);
  SWAP (held);
  memset (self->key_slots, 0, sizeof self->key_slots);
  memset (from->key_slots, 0, sizeof from->key_slots);
  /* Serials name streams in the UI: none is given twice. */
  self->last_serial = MAX (self->last_serial, from->last_serial);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, self->streams->len);
}

/* ---- lists ---- */

static void
take_list (GListStore *self, GListStore *from)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (from));
  g_autoptr (GPtrArray) items = g_ptr_array_new_full (n, g_object_unref);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (from), i));
  g_list_store_splice (self, 0, g_list_model_get_n_items (G_LIST_MODEL (self)), items->pdata, n);
}

static void
own_rooms (WaveTenant *self)
{
  GHashTableIter iter;
  WaveRoom *room;

  g_hash_table_iter_init (&iter, self->rooms_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&room))
    room->tenant = self;
}

/* What the person chose here is no matter of the moment. */
static void
keep_choices (WaveTenant *self, WaveTenant *from)
{
  GHashTableIter iter;
  WaveRoom *room;

  g_hash_table_iter_init (&iter, from->rooms_by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&room))
    if (room->muted && g_hash_table_contains (self->rooms_by_id, room->id))
      wave_room_set_muted (g_hash_table_lookup (self->rooms_by_id, room->id), TRUE);
}

void
wave_tenant_take (WaveTenant *self, WaveTenant *from)
{
  GQueue order = self->redaction_order;

  g_return_if_fail (WAVE_IS_TENANT (self) && WAVE_IS_TENANT (from));
  g_return_if_fail (self->depth == 0 && from->depth == 0);
  wave_tenant_begin (self);
  SWAP (rooms_by_id);
  SWAP (participants_by_id);
  SWAP (nobody);
  SWAP (me);
  SWAP (me_id);
  SWAP (me_name);
  SWAP (server_name);
  SWAP (tenant_id);
  SWAP (tenant_name);
  SWAP (state);
  SWAP (last_transition);
  SWAP (gap);
  SWAP (queued);
  SWAP (active);
  SWAP (ringing);
  SWAP (sidekicks);
  SWAP (typing);
  SWAP (busy);
  SWAP (redactions);
  self->redaction_order = from->redaction_order;
  from->redaction_order = order;
  SWAP (reactions);
  SWAP (n_pending_reactions);
  SWAP (edits);
  SWAP (n_pending_edits);
  SWAP (now_mono);
  SWAP (now_wall);
  SWAP (second);
  SWAP (top_position);
  memcpy (self->counts, from->counts, sizeof self->counts);
  memcpy (self->bounds, from->bounds, sizeof self->bounds);
  memcpy (self->rate, from->rate, sizeof self->rate);
  SWAP (unknown_types);
  SWAP (n_malformed);
  SWAP (rate_second);
  SWAP (n_online);
  SWAP (n_generating);
  SWAP (n_running_plans);
  SWAP (n_live_sidekicks);
  SWAP (n_active_rooms);
  SWAP (events_per_second);
  memset (self->room_slots, 0, sizeof self->room_slots);
  memset (self->participant_slots, 0, sizeof self->participant_slots);
  memset (from->room_slots, 0, sizeof from->room_slots);
  memset (from->participant_slots, 0, sizeof from->participant_slots);
  own_rooms (self);
  own_rooms (from);
  keep_choices (self, from);
  take_streams (self->streams, from->streams);
  take_list (self->participants, from->participants);
  take_list (self->gaps, from->gaps);
  take_list (self->bridges, from->bridges);
  take_list (self->transitions, from->transitions);
  take_list (self->rooms, from->rooms);
  for (guint prop = 1; prop < N_TENANT; prop++)
    wave_model_mark (self, prop);
  wave_tenant_end (self);
  wave_tenant_emit_replaced (self);
}

/* ---- what was left out ---- */

void
wave_tenant_set_totals (WaveTenant *self, const WaveStateTotals *totals)
{
  g_return_if_fail (WAVE_IS_TENANT (self) && totals != NULL);
  wave_tenant_begin (self);
  memcpy (self->counts, totals->counts, sizeof self->counts);
  self->n_malformed = totals->n_malformed;
  self->top_position = MAX (self->top_position, totals->top_position);
  for (guint i = 0; i < WAVE_RATE_SECONDS; i++)
    self->rate[(self->rate_second + 1 + i) % WAVE_RATE_SECONDS] = totals->rate[i];
  for (guint i = 0; i < totals->rooms->len; i++)
    {
      const WaveStateRoom *said = &g_array_index (totals->rooms, WaveStateRoom, i);
      WaveRoom *room = wave_tenant_get_room (self, said->room_id);

      if (room == NULL)
        continue;
      wave_room_roll_activity (room, self->now_mono / G_USEC_PER_SEC);
      for (guint second = 0; second < WAVE_ACTIVITY_SECONDS; second++)
        {
          room->activity[(room->activity_second + 1 + second) % WAVE_ACTIVITY_SECONDS] = MIN (said->seconds[second], G_MAXUINT8);
          if (said->seconds[second] > 0)
            room->last_event_mono = MAX (room->last_event_mono,
                                         (self->now_mono / G_USEC_PER_SEC - WAVE_ACTIVITY_SECONDS + 1 + second) * G_USEC_PER_SEC);
        }
      if (!room->in_active)
        {
          room->in_active = TRUE;
          g_ptr_array_add (self->active, room);
        }
      room->activity_serial++;
      wave_model_mark (room, ROOM_ACTIVITY_SERIAL);
    }
  for (guint i = 0; i < totals->unread->len; i++)
    {
      const WaveStateUnread *said = &g_array_index (totals->unread, WaveStateUnread, i);
      WaveRoom *room = wave_tenant_get_room (self, said->room_id);

      if (room != NULL && said->n > room->unread)
        wave_tenant_set_unread (self, room, said->n, room->mentions);
    }
  self->at_a_glance_dirty = TRUE;
  wave_tenant_roll_rate_figure (self);
  wave_tenant_end (self);
}
