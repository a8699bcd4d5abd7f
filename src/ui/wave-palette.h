// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WavePalette: everything that one can go to or do, found by typing a few of its letters: rooms, people, pages, and the items of the menu. Opened
 * with Ctrl+K; arrows choose, Enter does it, Escape leaves.
 *
 * Signal "go" (action string, target GVariant or NULL): what was chosen, as an action of the window; the dialog has closed itself.
 */
#define WAVE_TYPE_PALETTE (wave_palette_get_type ())
G_DECLARE_FINAL_TYPE (WavePalette, wave_palette, WAVE, PALETTE, AdwDialog)

/**
 * wave_palette_new:
 * @tenant: (nullable): rooms and people come from it; without it there are no pages either
 * @menu: (nullable): its items, those of submenus too, are the actions
 * @shortcuts: (nullable) (element-type utf8 utf8): detailed action name to the shortcut as people read it
 */
WavePalette *wave_palette_new (WaveTenant *tenant, GMenuModel *menu, GHashTable *shortcuts);

/* For tests: what is typed, what is listed. */
void wave_palette_type (WavePalette *palette, const char *text);
guint wave_palette_get_n_results (WavePalette *palette);
const char *wave_palette_get_result (WavePalette *palette, guint i); /* (transfer none) (nullable) */

G_END_DECLS
