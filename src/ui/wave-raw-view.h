// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* WaveRawView: bytes exactly as they were received, coloured as JSON. What would deceive the eye is spelled out; what is copied is what came. */
#define WAVE_TYPE_RAW_VIEW (wave_raw_view_get_type ())
G_DECLARE_FINAL_TYPE (WaveRawView, wave_raw_view, WAVE, RAW_VIEW, AdwBin)

GtkWidget *wave_raw_view_new (void);
void wave_raw_view_set_bytes (WaveRawView *view, GBytes *bytes); /* (nullable) */
/* What stands in it, for tests; (transfer full). */
char *wave_raw_view_dup_text (WaveRawView *view);

G_END_DECLS
