// SPDX-License-Identifier: GPL-3.0-or-later
// Takes out of frames who and what they were about, so that a recording can be shown to anybody: the same id or name becomes the same other one, texts keep
// their shape, and every frame keeps its size in bytes.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _WaveAnonymiser WaveAnonymiser;
/* Two anonymisers replace differently. One thread at a time. */
WaveAnonymiser *wave_anonymiser_new (void);
void wave_anonymiser_free (WaveAnonymiser *anonymiser);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveAnonymiser, wave_anonymiser_free)
/* @size bytes, as many as the frame has. (transfer full) */
char *wave_anonymiser_frame (WaveAnonymiser *anonymiser, const char *frame, gsize size);
/* An id or a name that stands outside of a frame; NULL stays NULL. (transfer full) */
char *wave_anonymiser_name (WaveAnonymiser *anonymiser, const char *name);
/* Letters become x, digits 0. (transfer full) */
char *wave_anonymiser_text (const char *text);

G_END_DECLS
