// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/wave-snapshot.h"
#include "session/wave-credentials.h"

G_BEGIN_DECLS

/* (transfer full): what went wrong with signing in, for the person who tried. @by_password: not by a token. */
char *wave_sign_in_words (const GError *error, gboolean by_password);
/* (transfer full): what an account is called until somebody renames it; made harmless */
char *wave_sign_in_label (const WaveMe *me);
/* (transfer full): from what was pasted: a token, or the answer of a token endpoint as JSON with its refresh token. */
WaveCredentials *wave_sign_in_read_token (const char *text);

G_END_DECLS
