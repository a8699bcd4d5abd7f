// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/wave-credentials.h"

G_BEGIN_DECLS

/* A token that runs out within this time, and that nothing renews, is warned of. */
#define WAVE_EXPIRY_WARNING_US (10 * G_TIME_SPAN_MINUTE)

/* (transfer full) (nullable): when the token runs out or is renewed, for whoever asks; NULL when nobody knows. @now_us: wall clock */
char *wave_expiry_describe (WaveCredentials *credentials, gint64 now_us);
/* (transfer full) (nullable): what is to be done about it now; NULL for nothing. A token that is renewed in time gives none. */
char *wave_expiry_warn (WaveCredentials *credentials, gint64 now_us);

G_END_DECLS
