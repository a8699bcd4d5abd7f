// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-room-memory.h"

#include <string.h>

/* Tenants that are remembered, and how long an id may be. */
#define MAX_TENANTS 50
#define MAX_ID 300

char *
wave_room_memory_dup (GSettings *settings, WaveTenant *tenant)
{
  g_autoptr (GVariant) rooms = g_settings_get_value (settings, "last-rooms");
  g_autofree char *tenant_id = NULL;
  char *room = NULL;

  g_object_get (tenant, "tenant-id", &tenant_id, NULL);
  if (tenant_id != NULL)
    g_variant_lookup (rooms, tenant_id, "s", &room);
  return room;
}

/* @room_id: (nullable): NULL takes the tenant out */
static void
write_room (GSettings *settings, const char *tenant_id, const char *room_id)
{
  g_autoptr (GVariant) rooms = g_settings_get_value (settings, "last-rooms");
  GVariantBuilder builder;
  GVariantIter iter;
  const char *key, *room;
  guint n = 1;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  if (room_id != NULL)
    g_variant_builder_add (&builder, "{ss}", tenant_id, room_id);
  g_variant_iter_init (&iter, rooms);
  while (n < MAX_TENANTS && g_variant_iter_next (&iter, "{&s&s}", &key, &room))
    if (!g_str_equal (key, tenant_id))
      {
        g_variant_builder_add (&builder, "{ss}", key, room);
        n++;
      }
  g_settings_set_value (settings, "last-rooms", g_variant_builder_end (&builder));
}

void
wave_room_memory_set (GSettings *settings, WaveTenant *tenant, const char *room_id)
{
  g_autofree char *before = wave_room_memory_dup (settings, tenant);
  g_autofree char *tenant_id = NULL;

  g_object_get (tenant, "tenant-id", &tenant_id, NULL);
  if (tenant_id != NULL && strlen (tenant_id) <= MAX_ID && strlen (room_id) <= MAX_ID && g_strcmp0 (before, room_id) != 0)
    write_room (settings, tenant_id, room_id);
}

void
wave_room_memory_forget (GSettings *settings, const char *tenant_id)
{
  g_auto (GStrv) muted = g_settings_get_strv (settings, "muted-rooms");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *prefix = g_strconcat (tenant_id, "/", NULL);
  g_auto (GStrv) kept = NULL;

  write_room (settings, tenant_id, NULL);
  for (guint i = 0; muted[i] != NULL; i++)
    if (!g_str_has_prefix (muted[i], prefix))
      g_strv_builder_add (builder, muted[i]);
  kept = g_strv_builder_end (builder);
  g_settings_set_strv (settings, "muted-rooms", (const char *const *) kept);
}
