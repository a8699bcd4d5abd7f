// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/wave-tenant.h"
#include "session/wave-credentials.h"

G_BEGIN_DECLS

/**
 * WaveRecorder: writes what a monitor applies into a recording, on a thread of its own: a slow or full disk does not hold up what is watched. Main thread.
 *
 * What was written is on the disk within a second; a crash costs what came after that, and the file opens up to there. The first lines tell who is who, so
 * that a replay has names.
 *
 * Properties (notified, about once a second): "size" guint64 bytes on disk, "n-frames" guint64, "error" string nullable (then nothing more is written; what was
 * written stays).
 */
#define WAVE_TYPE_RECORDER (wave_recorder_get_type ())
G_DECLARE_FINAL_TYPE (WaveRecorder, wave_recorder, WAVE, RECORDER, GObject)

/**
 * wave_recorder_new:
 * @path: ".gz" or ".zst" at its end compresses; a file that is there is replaced
 * @credentials: (nullable): whose tokens must not be in the file, renewed ones included
 * @anonymise: ids, names and texts are replaced; times and sizes stay
 */
WaveRecorder *wave_recorder_new (const char *path, WaveTenant *tenant, WaveCredentials *credentials, gboolean anonymise, GError **error);
void wave_recorder_add_batch (WaveRecorder *recorder, WaveBatch *batch);
const char *wave_recorder_get_path (WaveRecorder *recorder);
/* µs since it began */
gint64 wave_recorder_get_elapsed (WaveRecorder *recorder);
guint64 wave_recorder_get_size (WaveRecorder *recorder);
guint64 wave_recorder_get_n_frames (WaveRecorder *recorder);
const char *wave_recorder_get_error (WaveRecorder *recorder); /* nullable */
/* Ends the file. Returns: (by finish): how many frames; -1 with @error */
void wave_recorder_stop_async (WaveRecorder *recorder, GAsyncReadyCallback callback, gpointer user_data);
gint64 wave_recorder_stop_finish (WaveRecorder *recorder, GAsyncResult *result, GError **error);
/* Ends the file and waits for the disk, for at most two seconds: for the end of the program. */
void wave_recorder_close (WaveRecorder *recorder);

/* (transfer full) (element-type utf8): path, body, path, body…: who is who in @tenant, as REST would tell it */
GPtrArray *wave_tenant_dup_snapshots (WaveTenant *tenant);

G_END_DECLS
