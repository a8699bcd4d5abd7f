// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveScopeCompare: two or more streams from their own start, one over the other, and a table of their figures with the differences to the first.
 */
#define WAVE_TYPE_SCOPE_COMPARE (wave_scope_compare_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeCompare, wave_scope_compare, WAVE, SCOPE_COMPARE, AdwBin)

GtkWidget *wave_scope_compare_new (WaveTenant *tenant);
/* @streams: (element-type WaveStream): copied */
void wave_scope_compare_set_streams (WaveScopeCompare *compare, GPtrArray *streams);

G_END_DECLS
