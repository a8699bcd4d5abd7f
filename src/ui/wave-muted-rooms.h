// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/* Rooms that were muted here stay so: what the settings remember is applied to the rooms of @tenant as they appear, and what a person changes is
 * remembered, by tenant and room. Once a tenant; ends with it. Main thread. */
void wave_muted_rooms_follow (WaveTenant *tenant);

G_END_DECLS
