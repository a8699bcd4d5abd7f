// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

#include "session/wave-batch.h"

G_BEGIN_DECLS

/**
 * WaveSocket: one WebSocket to /v1/stream, as a client, by RFC 6455, without extensions.
 *
 * libsoup's own client closes the connection for a text frame that is not UTF-8 (1007), for a frame over its limit (1009), and says nothing of
 * the server's pings. A monitor must outlive any content and must know when it last heard something; so the handshake and the frames are
 * ours, while names, proxies, TCP and TLS are GIO's.
 *
 * All on the thread whose main context was the thread's default at wave_socket_new().
 */
typedef struct _WaveSocket WaveSocket;

/**
 * WaveSocketEnd: why it ended; borrowed for the call.
 * @cause: one of CLOSED, DROPPED, CANNOT_CONNECT, TLS, UPGRADE_REFUSED, FRAME_TOO_LARGE
 * @retry_after_us: what an HTTP answer asked for; -1 nothing
 */
typedef struct {
  WaveCause cause;
  guint close_code, http_status;
  const char *reason;
  gint64 retry_after_us;
} WaveSocketEnd;

typedef struct {
  void (*opened) (WaveSocket *socket, gpointer user_data);
  /* One message, (transfer full). @full_size is larger than the bytes when the message was over WAVE_FRAME_LIMIT. */
  void (*message) (WaveSocket *socket, GBytes *bytes, guint64 full_size, gpointer user_data);
  /* The same for the usual message, which came as a whole: borrowed. */
  void (*whole) (WaveSocket *socket, const guint8 *data, gsize length, gpointer user_data);
  /* The last call. The socket is still to be freed. */
  void (*ended) (WaveSocket *socket, const WaveSocketEnd *end, gpointer user_data);
} WaveSocketFuncs;

/* @base: http(s)://host[:port]; @token: goes into the query, percent-encoded, and is forgotten after the upgrade. */
WaveSocket *wave_socket_new (const char *base, const char *token, const WaveSocketFuncs *funcs, gpointer user_data);
/* Ends it at once, without waiting for anybody; no function is called any more. May be called from inside any of them. */
void wave_socket_free (WaveSocket *socket);

gboolean wave_socket_is_open (WaveSocket *socket);
/* While paused nothing is read, so nothing is heard either: neither pongs nor the end of the connection. */
void wave_socket_set_paused (WaveSocket *socket, gboolean paused);
void wave_socket_send_text (WaveSocket *socket, const char *text);
void wave_socket_send_ping (WaveSocket *socket);
/* Says goodbye; nothing is awaited. */
void wave_socket_send_close (WaveSocket *socket, guint code);
/* Monotonic µs: the last bytes of any kind. */
gint64 wave_socket_get_heard (WaveSocket *socket);
/* µs since 1970: when the frame at hand came. Each one gets another time, those of one read a microsecond after each other. */
gint64 wave_socket_take_wall (WaveSocket *socket);
/* µs from the last answered ping to its pong; -1 not known. */
gint64 wave_socket_get_round_trip (WaveSocket *socket);

G_END_DECLS
