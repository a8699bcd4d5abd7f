// SPDX-License-Identifier: GPL-3.0-or-later
// Before a session: who a token belongs to, and how a server lets people in. Read only, on the caller's thread.
#pragma once

#include "protocol/wave-snapshot.h"
#include "session/wave-credentials.h"

G_BEGIN_DECLS

/**
 * wave_identify_async:
 * @server: base URL
 * @allow_plain: plain http to another machine, by explicit choice
 *
 * `GET /v1/me`: a 401 here means that the stream need not be tried.
 */
void wave_identify_async (const char *server, gboolean allow_plain, WaveCredentials *credentials, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
/**
 * wave_identify_finish:
 *
 * Returns: (transfer full): who it is; else %WAVE_SESSION_ERROR: UNAUTHORISED and FORBIDDEN when the server does not take the token, NOT_FOUND when the server
 *   is one but knows no participant of this token, SHAPE when what answers is no ScaiWave server, NETWORK and TLS with the reason
 */
WaveMe *wave_identify_finish (GAsyncResult *result, GError **error);

/* Whether the server offers user and password. The protocol has no word for it, so most say nothing. */
typedef enum {
  WAVE_OFFER_UNKNOWN,
  WAVE_OFFER_YES,
  WAVE_OFFER_NO,
} WaveOffer;

/* `GET /v1/auth/config`, without a token. */
void wave_offer_async (const char *server, gboolean allow_plain, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Fails as wave_identify_finish() does. An answer of no known shape is %WAVE_OFFER_UNKNOWN. */
WaveOffer wave_offer_finish (GAsyncResult *result, GError **error);
/* What the body of that answer says: `grant_types_supported` or one of the usual switches, bare or below data, features, auth. */
WaveOffer wave_offer_decode (GBytes *body);

/* Scheme, host and port as they are compared: small letters, the port always. (transfer full) (nullable): NULL for what is no address */
char *wave_server_key (const char *server);
/* Whether an address is plain http to another machine, which takes leave. */
gboolean wave_server_needs_leave (const char *server);
/* Whether an address is this machine's own. */
gboolean wave_server_is_own (const char *server);

G_END_DECLS
