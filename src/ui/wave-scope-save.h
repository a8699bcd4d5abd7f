// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wave-scope-view.h"

G_BEGIN_DECLS

typedef enum { WAVE_SCOPE_SAVE_CHUNKS, WAVE_SCOPE_SAVE_FIGURES, WAVE_SCOPE_SAVE_TRACE, WAVE_SCOPE_SAVE_PNG, WAVE_SCOPE_SAVE_SVG } WaveScopeSaveWhat;

/* Asks for a file and writes it. Data: of the compared streams if there are any, else of the range, else all. Pictures: of what @view shows. */
void wave_scope_save_ask (WaveScopeView *view, WaveTenant *tenant, WaveScopeSaveWhat what);
/* The same without asking. */
gboolean wave_scope_save (WaveScopeView *view, WaveTenant *tenant, WaveScopeSaveWhat what, GFile *file, GError **error);

G_END_DECLS
