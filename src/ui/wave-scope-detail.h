// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveScopeDetail: one stream: its figures, characters over time, how long its gaps were, and its text, each chunk shaded by the silence before it. A
 * playhead runs through all of them.
 */
#define WAVE_TYPE_SCOPE_DETAIL (wave_scope_detail_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeDetail, wave_scope_detail, WAVE, SCOPE_DETAIL, AdwBin)

GtkWidget *wave_scope_detail_new (WaveTenant *tenant);
void wave_scope_detail_set_stream (WaveScopeDetail *detail, WaveStream *stream); /* nullable */
/* µs after the first sign; -1: at the end */
void wave_scope_detail_seek (WaveScopeDetail *detail, gint64 offset_us);
gint64 wave_scope_detail_get_playhead (WaveScopeDetail *detail);

G_END_DECLS
