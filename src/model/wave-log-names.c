// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/wave-log-names.h"

#include "model/wave-participant.h"
#include "model/wave-room.h"

struct _WaveLogNames
{
  GObject parent_instance;
  WaveEventLog *log;
  GListModel *rooms, *participants;
  guint idle;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveLogNames, wave_log_names, G_TYPE_OBJECT)

static gboolean
on_idle (gpointer user_data)
{
  WaveLogNames *self = user_data;

  self->idle = 0;
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
queue_changed (WaveLogNames *self)
{
  if (self->idle != 0)
    return;
  self->idle = g_idle_add (on_idle, self);
  g_source_set_name_by_id (self->idle, "wave-log-names");
}

static void
tell_room (WaveRoom *room, GParamSpec *pspec, WaveLogNames *self)
{
  wave_event_log_set_room_name (self->log, wave_room_get_id (room), wave_room_get_display_name (room));
  queue_changed (self);
}

static void
tell_participant (WaveParticipant *participant, GParamSpec *pspec, WaveLogNames *self)
{
  wave_event_log_set_participant (self->log, wave_participant_get_id (participant), wave_participant_get_display_name (participant),
                                  wave_participant_get_is_ai (participant));
  queue_changed (self);
}

static void
on_rooms (GListModel *rooms, guint position, guint removed, guint added, WaveLogNames *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (rooms, i);

      g_signal_handlers_disconnect_by_func (room, tell_room, self);
      g_signal_connect_object (room, "notify::display-name", G_CALLBACK (tell_room), self, G_CONNECT_DEFAULT);
      tell_room (room, NULL, self);
    }
}

static void
on_participants (GListModel *participants, guint position, guint removed, guint added, WaveLogNames *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (WaveParticipant) participant = g_list_model_get_item (participants, i);

      g_signal_handlers_disconnect_by_func (participant, tell_participant, self);
      g_signal_connect_object (participant, "notify::display-name", G_CALLBACK (tell_participant), self, G_CONNECT_DEFAULT);
      g_signal_connect_object (participant, "notify::is-ai", G_CALLBACK (tell_participant), self, G_CONNECT_DEFAULT);
      tell_participant (participant, NULL, self);
    }
}

static void
wave_log_names_dispose (GObject *object)
{
  WaveLogNames *self = WAVE_LOG_NAMES (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_object (&self->rooms);
  g_clear_object (&self->participants);
  g_clear_object (&self->log);
  G_OBJECT_CLASS (wave_log_names_parent_class)->dispose (object);
}

static void
wave_log_names_class_init (WaveLogNamesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_log_names_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wave_log_names_init (WaveLogNames *self)
{
}

WaveLogNames *
wave_log_names_new (WaveTenant *tenant, WaveEventLog *log)
{
  WaveLogNames *self;

  g_return_val_if_fail (WAVE_IS_TENANT (tenant) && WAVE_IS_EVENT_LOG (log), NULL);
  self = g_object_new (WAVE_TYPE_LOG_NAMES, NULL);
  self->log = g_object_ref (log);
  self->rooms = g_object_ref (wave_tenant_get_rooms (tenant));
  self->participants = g_object_ref (wave_tenant_get_participants (tenant));
  g_signal_connect_object (self->rooms, "items-changed", G_CALLBACK (on_rooms), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->participants, "items-changed", G_CALLBACK (on_participants), self, G_CONNECT_DEFAULT);
  on_rooms (self->rooms, 0, 0, g_list_model_get_n_items (self->rooms), self);
  on_participants (self->participants, 0, 0, g_list_model_get_n_items (self->participants), self);
  return self;
}
