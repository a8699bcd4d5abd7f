// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-stream.h"

G_BEGIN_DECLS

/**
 * WaveScopeReader: the text of a stream as it stood on the reader's screen. Text that came after a silence is shaded and, after a stall, underlined;
 * what the playhead has not reached is dim, or not there.
 * Signal: "chunk-picked" (guint): the person clicked on text of that chunk.
 */
#define WAVE_TYPE_SCOPE_READER (wave_scope_reader_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeReader, wave_scope_reader, WAVE, SCOPE_READER, AdwBin)

GtkWidget *wave_scope_reader_new (void);
void wave_scope_reader_set_stream (WaveScopeReader *reader, WaveStream *stream, gint64 stall_us); /* nullable */
/* Takes over what has come since. */
void wave_scope_reader_update (WaveScopeReader *reader);
/* How many chunks had come at the playhead; G_MAXUINT: all of them. */
void wave_scope_reader_set_reached (WaveScopeReader *reader, guint n_chunks);
/* Whether text that the playhead has not reached is hidden instead of dimmed. */
void wave_scope_reader_set_hide_future (WaveScopeReader *reader, gboolean hide);

G_END_DECLS
