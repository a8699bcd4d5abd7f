// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-monitor.h"

G_BEGIN_DECLS

/* WaveGapRow: one interruption, with its cause, what was fetched, what cannot be fetched, and the proof; "Verify" asks the server once more. */
#define WAVE_TYPE_GAP_ROW (wave_gap_row_get_type ())
G_DECLARE_FINAL_TYPE (WaveGapRow, wave_gap_row, WAVE, GAP_ROW, AdwExpanderRow)
/* @monitor: (nullable): NULL for a gap of a recording, which cannot be verified any more */
GtkWidget *wave_gap_row_new (WaveMonitor *monitor, WaveGap *gap);
/* Does nothing while the interruption goes on, or while it is being verified. */
void wave_gap_row_verify (WaveGapRow *row);

G_END_DECLS
