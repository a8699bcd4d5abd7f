// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wave-scope-view.h"

G_BEGIN_DECLS

/**
 * WaveScopeMinimap: all the time that is held in one strip: how many replies at once, silences in their colour, gaps, and the window that the overview
 * shows, which can be dragged.
 */
#define WAVE_TYPE_SCOPE_MINIMAP (wave_scope_minimap_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeMinimap, wave_scope_minimap, WAVE, SCOPE_MINIMAP, GtkWidget)

GtkWidget *wave_scope_minimap_new (WaveScopeView *view, WaveTenant *tenant);

G_END_DECLS
