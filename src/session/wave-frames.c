// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-frames.h"

#include <string.h>

/* Room is made for what the header announces only up to this much before the bytes are there. */
#define TRUSTED_LENGTH (256 * 1024)

struct _WaveFrameReader
{
  WaveFrameFuncs funcs;
  gpointer user_data;
  gsize limit, kept;

  guint8 header[14];
  guint header_length;

  /* The frame under way. */
  gboolean in_payload, fin;
  WaveOpcode opcode;
  guint64 left; /* bytes of its payload that are to come */
  gboolean masked;
  guint8 mask[4];
  guint64 at;

  /* The message under way, over its fragments. */
  gboolean in_message;
  GByteArray *message; /* NULL while nothing is kept */
  guint64 full_size;

  guint8 control[125];
  gsize control_length;
};

WaveFrameReader *
wave_frame_reader_new (gsize limit, gsize kept, const WaveFrameFuncs *funcs, gpointer user_data)
{
  WaveFrameReader *reader = g_new0 (WaveFrameReader, 1);

  reader->limit = limit;
  reader->kept = kept;
  reader->funcs = *funcs;
  reader->user_data = user_data;
  return reader;
}

void
wave_frame_reader_free (WaveFrameReader *reader)
{
  g_clear_pointer (&reader->message, g_byte_array_unref);
  g_free (reader);
}

static guint
get_header_size (const guint8 *header)
{
  guint size = 2;

  if ((header[1] & 0x7f) == 126)
    size += 2;
  else if ((header[1] & 0x7f) == 127)
    size += 8;
  return header[1] & 0x80 ? size + 4 : size;
}

static const char *
begin_frame (WaveFrameReader *reader)
{
  const guint8 *header = reader->header;
  guint at = 2;
  gboolean control;

  reader->fin = (header[0] & 0x80) != 0;
  reader->opcode = header[0] & 0x0f;
  reader->masked = (header[1] & 0x80) != 0;
  reader->left = header[1] & 0x7f;
  if (reader->left == 126)
    {
      reader->left = (guint64) header[2] << 8 | header[3];
      at += 2;
    }
  else if (reader->left == 127)
    {
      reader->left = 0;
      for (; at < 10; at++)
        reader->left = reader->left << 8 | header[at];
    }
  if (reader->masked)
    memcpy (reader->mask, header + at, 4);
  reader->at = 0;
  reader->header_length = 0;
  reader->in_payload = TRUE;

  if (header[0] & 0x70)
    return "a frame with reserved bits set, without an extension agreed upon";
  if (reader->left > G_MAXINT64)
    return "a frame with an impossible length";
  control = (reader->opcode & 8) != 0;
  if (control)
    {
      if (!reader->fin || reader->left > sizeof reader->control)
        return "a control frame that is fragmented or too long";
      reader->control_length = 0;
      return reader->opcode <= WAVE_OPCODE_PONG ? NULL : "a frame of an unknown kind";
    }
  if (reader->opcode == WAVE_OPCODE_CONTINUATION)
    return reader->in_message ? NULL : "a continuation of nothing";
  if (reader->opcode > WAVE_OPCODE_BINARY)
    return "a frame of an unknown kind";
  if (reader->in_message)
    return "a new message inside another one";
  reader->in_message = TRUE;
  reader->full_size = 0;
  return NULL;
}

static void
keep (WaveFrameReader *reader, const guint8 *data, gsize length)
{
  gsize start;

  reader->full_size += length;
  if (reader->full_size > reader->limit)
    {
      if (reader->message != NULL && reader->message->len > reader->kept)
        g_byte_array_set_size (reader->message, reader->kept);
      if (reader->message == NULL || reader->message->len >= reader->kept)
        return;
      length = MIN (length, reader->kept - reader->message->len);
    }
  if (reader->message == NULL)
    reader->message = g_byte_array_sized_new (MIN (reader->left, TRUSTED_LENGTH));
  start = reader->message->len;
  g_byte_array_append (reader->message, data, length);
  if (reader->masked)
    for (gsize i = 0; i < length; i++)
      reader->message->data[start + i] ^= reader->mask[(reader->at + i) & 3];
}

static gboolean
end_message (WaveFrameReader *reader, GBytes *whole)
{
  GBytes *bytes = whole;

  reader->in_message = FALSE;
  if (bytes == NULL && reader->message != NULL)
    bytes = g_byte_array_free_to_bytes (g_steal_pointer (&reader->message));
  if (bytes == NULL)
    bytes = g_bytes_new_static ("", 0);
  return reader->funcs.message (bytes, reader->full_size, reader->user_data);
}

const char *
wave_frame_reader_feed (WaveFrameReader *reader, const guint8 *data, gsize length)
{
  const guint8 *end = data + length;

  for (;;)
    {
      gsize part;

      if (!reader->in_payload)
        {
          const char *wrong;

          while (data < end
                 && (reader->header_length < 2 || reader->header_length < get_header_size (reader->header)))
            reader->header[reader->header_length++] = *data++;
          if (reader->header_length < 2 || reader->header_length < get_header_size (reader->header))
            return NULL;
          wrong = begin_frame (reader);
          if (wrong != NULL)
            return wrong;
        }

      part = (gsize) MIN (reader->left, (guint64) (end - data));
      if (reader->opcode & 8)
        {
          for (gsize i = 0; i < part; i++)
            reader->control[reader->control_length++] = reader->masked ? data[i] ^ reader->mask[(reader->at + i) & 3] : data[i];
        }
      else if (reader->opcode != WAVE_OPCODE_CONTINUATION && reader->fin && reader->at == 0 && part == reader->left
               && !reader->masked && part <= reader->limit)
        {
          /* The common case: a message of one frame that is there as a whole. */
          gboolean go_on;

          reader->full_size = part;
          reader->left = 0;
          reader->in_payload = FALSE;
          data += part;
          if (reader->funcs.whole != NULL)
            {
              reader->in_message = FALSE;
              go_on = reader->funcs.whole (data - part, part, reader->user_data);
            }
          else
            go_on = end_message (reader, g_bytes_new (data - part, part));
          if (!go_on)
            return NULL;
          continue;
        }
      else if (part > 0)
        keep (reader, data, part);

      data += part;
      reader->left -= part;
      reader->at += part;
      if (reader->left > 0)
        return NULL;

      reader->in_payload = FALSE;
      if (reader->opcode & 8)
        {
          if (!reader->funcs.control (reader->opcode, reader->control, reader->control_length, reader->user_data))
            return NULL;
        }
      else if (reader->fin && !end_message (reader, NULL))
        return NULL;
    }
}

void
wave_frame_write (GByteArray *out, WaveOpcode opcode, const guint8 *data, gsize length, guint32 mask)
{
  guint8 header[14];
  guint n = 0;
  gsize start;

  header[n++] = 0x80 | opcode;
  if (length < 126)
    header[n++] = 0x80 | length;
  else if (length <= G_MAXUINT16)
    {
      header[n++] = 0x80 | 126;
      header[n++] = length >> 8;
      header[n++] = length & 0xff;
    }
  else
    {
      header[n++] = 0x80 | 127;
      for (int shift = 56; shift >= 0; shift -= 8)
        header[n++] = (guint64) length >> shift & 0xff;
    }
  for (int i = 0; i < 4; i++)
    header[n++] = mask >> (8 * i) & 0xff;
  g_byte_array_append (out, header, n);
  start = out->len;
  if (length > 0)
    g_byte_array_append (out, data, length);
  for (gsize i = 0; i < length; i++)
    out->data[start + i] ^= header[n - 4 + (i & 3)];
}
