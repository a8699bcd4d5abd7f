// SPDX-License-Identifier: GPL-3.0-or-later
// GET requests, at most four at a time, retried by the rules of protocol notes 5.1.
#pragma once

#include "session/wave-backoff.h"
#include "session/wave-http.h"
#include "session/wave-session.h"

G_BEGIN_DECLS

typedef struct _WaveRest WaveRest;
typedef struct _WaveRestItem WaveRestItem;

/* Either is borrowed. @error is of %WAVE_SESSION_ERROR, or cancelled. */
typedef void (*WaveRestFunc) (GBytes *body, const GError *error, gpointer user_data);
/* Asked once for an item that got a 401: to begin a refresh, and to call wave_rest_resume() afterwards. Returns: FALSE when there is none. */
typedef gboolean (*WaveRestRefreshFunc) (gpointer user_data);

WaveRest *wave_rest_new (const char *base, WaveHttp *http, WaveCredentials *credentials, const WaveSessionTimings *timings,
                         WaveBackoff *backoff, WaveSessionCounters *counters, WaveRestRefreshFunc refresh, gpointer user_data);
/* Every item ends as cancelled before this returns. */
void wave_rest_free (WaveRest *rest);
/* The item may be cancelled until @func was called. @once: not tried again, unless the server asks to come a little
 * later (429, at most 30 s, three times). */
WaveRestItem *wave_rest_get (WaveRest *rest, const char *path, gboolean once, WaveRestFunc func, gpointer user_data);
void wave_rest_cancel (WaveRest *rest, WaveRestItem *item);
/* After a refresh: those who waited for it go on, or fail. */
void wave_rest_resume (WaveRest *rest, gboolean refreshed);
/* The token is refused: nothing is sent until wave_rest_set_refused (FALSE); what waits fails. */
void wave_rest_set_refused (WaveRest *rest, gboolean refused);
/* Only paths below /v1/ and /.well-known/ of the server itself. */
gboolean wave_rest_path_is_fine (const char *path);

G_END_DECLS
