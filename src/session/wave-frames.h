// SPDX-License-Identifier: GPL-3.0-or-later
// WebSocket frames of RFC 6455, taken apart and put together. No I/O.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  WAVE_OPCODE_CONTINUATION = 0,
  WAVE_OPCODE_TEXT = 1,
  WAVE_OPCODE_BINARY = 2,
  WAVE_OPCODE_CLOSE = 8,
  WAVE_OPCODE_PING = 9,
  WAVE_OPCODE_PONG = 10,
} WaveOpcode;

typedef struct _WaveFrameReader WaveFrameReader;

typedef struct {
  /* A whole message: TEXT or BINARY, (transfer full); @full_size as on the wire. Return FALSE to stop reading. */
  gboolean (*message) (GBytes *bytes, guint64 full_size, gpointer user_data);
  /* CLOSE, PING, PONG; at most 125 bytes, borrowed. Return FALSE to stop reading. */
  gboolean (*control) (WaveOpcode opcode, const guint8 *data, gsize length, gpointer user_data);
  /* (nullable): the usual message, which is there as a whole, instead of @message and without a copy: borrowed. */
  gboolean (*whole) (const guint8 *data, gsize length, gpointer user_data);
} WaveFrameFuncs;

/* @limit: longer messages are passed on with their first @kept bytes only. */
WaveFrameReader *wave_frame_reader_new (gsize limit, gsize kept, const WaveFrameFuncs *funcs, gpointer user_data);
void wave_frame_reader_free (WaveFrameReader *reader);
/* Returns: NULL, or what is wrong with the frames, after which nothing more can be read (static) */
const char *wave_frame_reader_feed (WaveFrameReader *reader, const guint8 *data, gsize length);

/* Appends one masked frame, as a client sends them. */
void wave_frame_write (GByteArray *out, WaveOpcode opcode, const guint8 *data, gsize length, guint32 mask);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveFrameReader, wave_frame_reader_free)

G_END_DECLS
