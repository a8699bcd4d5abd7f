// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * WaveStrvGroup: the strings of one setting (type "as"), a row each, with a button that takes it out; and perhaps an entry that adds one.
 * Properties: "add-title" string: what the entry asks for; NULL: nothing can be added here. "empty-title" string: what stands there while there is none.
 */
#define WAVE_TYPE_STRV_GROUP (wave_strv_group_get_type ())
G_DECLARE_FINAL_TYPE (WaveStrvGroup, wave_strv_group, WAVE, STRV_GROUP, AdwPreferencesGroup)

void wave_strv_group_bind (WaveStrvGroup *group, GSettings *settings, const char *key);

G_END_DECLS
