// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "journal/wave-event-log.h"

G_BEGIN_DECLS

/* WaveScrubber: a scale over the time of a recording, with how much happened when behind it. Its adjustment counts seconds. */
#define WAVE_TYPE_SCRUBBER (wave_scrubber_get_type ())
G_DECLARE_FINAL_TYPE (WaveScrubber, wave_scrubber, WAVE, SCRUBBER, GtkScale)

/* @log: (nullable). The bars are counted in the background. */
void wave_scrubber_set_log (WaveScrubber *scrubber, WaveEventLog *log, gint64 started_wall_us, gint64 duration_us);
/* TRUE while it is dragged. */
gboolean wave_scrubber_is_dragged (WaveScrubber *scrubber);

G_END_DECLS
