// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveScopeSummary: what the last ten minutes were like, kept as a sketch a minute: to read all chunks anew each second would cost frames.
 */
typedef struct _WaveScopeSummary WaveScopeSummary;

WaveScopeSummary *wave_scope_summary_new (WaveTenant *tenant);
void wave_scope_summary_free (WaveScopeSummary *summary);
/* The latest chunk of @stream is news. */
void wave_scope_summary_note (WaveScopeSummary *summary, WaveStream *stream);
/* (transfer full): "3 generating · first chunk p95 1.4 s · gap p99 212 ms" */
char *wave_scope_summary_dup_text (WaveScopeSummary *summary);

G_END_DECLS
