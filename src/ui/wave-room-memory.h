// SPDX-License-Identifier: GPL-3.0-or-later
// Which room was open last, by tenant, over the end of the program.
#pragma once

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/* (transfer full) (nullable): the id of the room that was open last; NULL while the tenant is not known */
char *wave_room_memory_dup (GSettings *settings, WaveTenant *tenant);
void wave_room_memory_set (GSettings *settings, WaveTenant *tenant, const char *room_id);
/* Takes out what the settings remember of a tenant's rooms: the last one, and those that were muted. */
void wave_room_memory_forget (GSettings *settings, const char *tenant_id);

G_END_DECLS
