// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the command "streams".
#pragma once

#include "model/wave-stream.h"
#include "model/wave-tenant.h"

G_BEGIN_DECLS

typedef enum { WAVE_CLI_TABLE, WAVE_CLI_NDJSON } WaveCliStreamsFormat;

/* One line a stream on stdout, in order of their first sign. Returns: FALSE when stdout is gone */
gboolean wave_cli_streams_print (WaveTenant *tenant, WaveCliStreamsFormat format, gint64 stall_us);

/* @load: events a second of other traffic beside it. Returns: a WaveExit; FAILED when the gaps were not measured as exactly as promised */
int wave_cli_streams_selftest (double load);

G_END_DECLS
