// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-stream.h"

G_BEGIN_DECLS

/* WaveStreamStatus: below a reply: while it grows what it does and how fast, with a sparkline; once it stands its figures and a way to the scope. */
#define WAVE_TYPE_STREAM_STATUS (wave_stream_status_get_type ())
G_DECLARE_FINAL_TYPE (WaveStreamStatus, wave_stream_status, WAVE, STREAM_STATUS, GtkBox)
GtkWidget *wave_stream_status_new (void);
void wave_stream_status_update (WaveStreamStatus *status, WaveStream *stream /* nullable */);

G_END_DECLS
