// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveScopeRecording: a dialog with the replies of a recording, one of which is picked for the comparison. The file is read in a thread, its events are
 * applied in slices, and what still lasts at its end is ended there.
 * Signals: "picked" (WaveStream; it outlives the dialog).
 */
#define WAVE_TYPE_SCOPE_RECORDING (wave_scope_recording_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeRecording, wave_scope_recording, WAVE, SCOPE_RECORDING, AdwDialog)

/* @sender_id: (nullable): the AI whose replies stand first */
AdwDialog *wave_scope_recording_new (GFile *file, const char *sender_id);
/* TRUE once the list (or why there is none) is shown. */
gboolean wave_scope_recording_get_ready (WaveScopeRecording *dialog);
WaveTenant *wave_scope_recording_get_tenant (WaveScopeRecording *dialog);

G_END_DECLS
