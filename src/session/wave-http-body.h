// SPDX-License-Identifier: GPL-3.0-or-later
// The body of an HTTP/1.1 answer: unframed, decompressed, bounded. No I/O.
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _WaveHttpBody WaveHttpBody;

typedef enum {
  WAVE_HTTP_BODY_MORE,
  WAVE_HTTP_BODY_DONE,
  WAVE_HTTP_BODY_DONE_EXCESS, /* and there was more after it, so the connection is not to be used again */
  WAVE_HTTP_BODY_TOO_LARGE,
  WAVE_HTTP_BODY_BAD,
} WaveHttpBodyVerdict;

WaveHttpBody *wave_http_body_new (guint status, SoupMessageHeaders *headers);
void wave_http_body_free (WaveHttpBody *body);
/* To be called once with what came after the head, even if that is nothing. */
WaveHttpBodyVerdict wave_http_body_feed (WaveHttpBody *body, const guint8 *data, gsize length);
/* The connection ended. Returns: TRUE when the body is whole by that */
gboolean wave_http_body_end (WaveHttpBody *body);
GBytes *wave_http_body_steal (WaveHttpBody *body);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveHttpBody, wave_http_body_free)

G_END_DECLS
