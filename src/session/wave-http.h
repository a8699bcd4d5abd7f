// SPDX-License-Identifier: GPL-3.0-or-later
// One HTTP request with bounds: size after decompression, time, and never a token to another host.
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define WAVE_HTTP_USER_AGENT "Wavescope/" WAVE_VERSION
/* The largest body that is taken in, after decompression (protocol notes 6.2). */
#define WAVE_HTTP_BODY_LIMIT (64 * 1024 * 1024)

/**
 * WaveHttpAnswer: borrowed for the call.
 * @status: 0 when there was none, then @error tells why (%WAVE_SESSION_ERROR NETWORK, TLS, REDIRECT, TOO_LARGE; or cancelled)
 * @body: (nullable): whole, decompressed
 * @retry_after_us: -1 when not asked for
 */
typedef struct {
  guint status;
  GBytes *body;
  gint64 retry_after_us;
  GError *error;
} WaveHttpAnswer;

typedef struct _WaveHttpCall WaveHttpCall;
typedef void (*WaveHttpFunc) (WaveHttpCall *call, const WaveHttpAnswer *answer, gpointer user_data);

/**
 * WaveHttpRequest: copied.
 * @url: absolute; never holds a token
 * @token: (nullable): bearer
 * @content_type: (nullable): with @content; makes it a POST
 * @silence_us: how long the server may say nothing at all: until its answer begins, and between two parts of it
 */
typedef struct {
  const char *url;
  const char *token;
  const char *content_type, *content;
  gint64 silence_us;
} WaveHttpRequest;

/**
 * WaveHttp: an HTTP/1.1 client that keeps idle connections; of the thread whose default context was current at its birth.
 *
 * A session gives up requests all the time: with each drop, with each stop. Cancelling a request of libsoup 3.6 at the wrong moment frees its queue
 * item twice (found by the session's chaos test under valgrind), so here giving up is closing the connection, and nothing is called afterwards.
 */
typedef struct _WaveHttp WaveHttp;
WaveHttp *wave_http_new (void);
WaveHttp *wave_http_ref (WaveHttp *http);
void wave_http_unref (WaveHttp *http);

/* @func is called once, never from inside this, and not after wave_http_call_cancel(). The call frees itself after either. */
WaveHttpCall *wave_http_send (WaveHttp *http, const WaveHttpRequest *request, WaveHttpFunc func, gpointer user_data);
void wave_http_call_cancel (WaveHttpCall *call);
/* The status line and the headers are there. */
gboolean wave_http_call_has_begun (WaveHttpCall *call);

/* `Retry-After` as seconds or as a date, at most 15 minutes; -1 when there is none. */
gint64 wave_http_read_retry_after (SoupMessageHeaders *headers);
/* (transfer full): in words, why a certificate is not trusted */
char *wave_http_describe_certificate (GTlsCertificateFlags flags);
/* What an error answer says, redacted, at most 200 characters. (transfer full) */
char *wave_http_describe_answer (const WaveHttpAnswer *answer);
/* Scheme, host and port of @server, checked and normalised. (transfer full) (nullable) */
char *wave_http_normalise_server (const char *server, gboolean allow_plain, GError **error);

G_END_DECLS
