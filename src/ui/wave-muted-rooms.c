// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-muted-rooms.h"

#include "model/wave-room.h"

#define KEY "muted-rooms"
/* A room that is never seen again must not stay in the settings for ever. */
#define MAX_REMEMBERED 1000

#define WAVE_TYPE_MUTED_ROOMS (wave_muted_rooms_get_type ())
G_DECLARE_FINAL_TYPE (WaveMutedRooms, wave_muted_rooms, WAVE, MUTED_ROOMS, GObject)

struct _WaveMutedRooms
{
  GObject parent_instance;
  WaveTenant *tenant; /* borrowed: it owns this */
  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (WaveMutedRooms, wave_muted_rooms, G_TYPE_OBJECT)

/* (transfer full) (nullable): before the tenant is known nothing can be remembered. */
static char *
key_of (WaveMutedRooms *self, WaveRoom *room)
{
  g_autofree char *tenant_id = NULL;

  g_object_get (self->tenant, "tenant-id", &tenant_id, NULL);
  return tenant_id != NULL ? g_strdup_printf ("%s/%s", tenant_id, wave_room_get_id (room)) : NULL;
}

static void
on_muted (WaveRoom *room, GParamSpec *pspec, WaveMutedRooms *self)
{
  g_autofree char *key = key_of (self, room);
  g_auto (GStrv) held = g_settings_get_strv (self->settings, KEY);
  g_autoptr (GStrvBuilder) kept = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  guint n = g_strv_length (held);

  if (key == NULL || g_strv_contains ((const char *const *) held, key) == wave_room_get_muted (room))
    return;
  for (guint i = n >= MAX_REMEMBERED ? n - MAX_REMEMBERED + 1 : 0; i < n; i++)
    if (!g_str_equal (held[i], key))
      g_strv_builder_add (kept, held[i]);
  if (wave_room_get_muted (room))
    g_strv_builder_add (kept, key);
  list = g_strv_builder_end (kept);
  g_settings_set_strv (self->settings, KEY, (const char *const *) list);
}

static void
recall (WaveMutedRooms *self, GListModel *rooms, guint position, guint n)
{
  g_auto (GStrv) held = n > 0 ? g_settings_get_strv (self->settings, KEY) : NULL;

  if (held == NULL || held[0] == NULL)
    return;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (rooms, position + i);
      g_autofree char *key = key_of (self, room);

      if (key != NULL && g_strv_contains ((const char *const *) held, key))
        wave_room_set_muted (room, TRUE);
    }
}

static void
on_rooms_changed (GListModel *rooms, guint position, guint removed, guint added, WaveMutedRooms *self)
{
  recall (self, rooms, position, added);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (rooms, position + i);

      g_signal_connect_object (room, "notify::muted", G_CALLBACK (on_muted), self, G_CONNECT_DEFAULT);
    }
}

/* Rooms from the journal may be there before it is known whose they are. */
static void
on_tenant_id (WaveTenant *tenant, GParamSpec *pspec, WaveMutedRooms *self)
{
  GListModel *rooms = wave_tenant_get_rooms (tenant);

  recall (self, rooms, 0, g_list_model_get_n_items (rooms));
}

static void
wave_muted_rooms_finalize (GObject *object)
{
  g_clear_object (&WAVE_MUTED_ROOMS (object)->settings);
  G_OBJECT_CLASS (wave_muted_rooms_parent_class)->finalize (object);
}

static void
wave_muted_rooms_class_init (WaveMutedRoomsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_muted_rooms_finalize;
}

static void
wave_muted_rooms_init (WaveMutedRooms *self)
{
  self->settings = g_settings_new (APPLICATION_ID);
}

void
wave_muted_rooms_follow (WaveTenant *tenant)
{
  GListModel *rooms;
  WaveMutedRooms *self;

  g_return_if_fail (WAVE_IS_TENANT (tenant));
  if (g_object_get_data (G_OBJECT (tenant), "wave-muted-rooms") != NULL)
    return;
  rooms = wave_tenant_get_rooms (tenant);
  self = g_object_new (WAVE_TYPE_MUTED_ROOMS, NULL);
  self->tenant = tenant;
  g_object_set_data_full (G_OBJECT (tenant), "wave-muted-rooms", self, g_object_unref);
  g_signal_connect_object (rooms, "items-changed", G_CALLBACK (on_rooms_changed), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (tenant, "notify::tenant-id", G_CALLBACK (on_tenant_id), self, G_CONNECT_DEFAULT);
  on_rooms_changed (rooms, 0, 0, g_list_model_get_n_items (rooms), self);
}
