// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-http-body.h"

#include "session/wave-http.h"

#include <string.h>

#define INFLATE_SIZE (64 * 1024)
/* A chunk's size line, or the trailer, may be no longer than this. */
#define MAX_LINE 8192

typedef enum { FRAMED_BY_LENGTH, FRAMED_BY_CHUNKS, FRAMED_BY_CLOSE } Framing;
typedef enum { CHUNK_SIZE, CHUNK_DATA, CHUNK_END, CHUNK_TRAILER } ChunkState;

struct _WaveHttpBody
{
  Framing framing;
  guint64 left; /* of the body, or of the chunk */
  ChunkState state;
  GString *line;
  gboolean bad;
  GConverter *inflater; /* NULL: not compressed */
  gboolean inflated_all;
  GByteArray *pending; /* compressed bytes that the inflater did not take yet */
  GByteArray *bytes;
};

WaveHttpBody *
wave_http_body_new (guint status, SoupMessageHeaders *headers)
{
  WaveHttpBody *body = g_new0 (WaveHttpBody, 1);
  const char *coding = soup_message_headers_get_list (headers, "Content-Encoding");
  const char *length = soup_message_headers_get_one (headers, "Content-Length");

  body->bytes = g_byte_array_new ();
  body->line = g_string_new (NULL);
  if (status == 204 || status == 304)
    body->framing = FRAMED_BY_LENGTH;
  else if (soup_message_headers_get_list (headers, "Transfer-Encoding") != NULL)
    {
      body->framing = FRAMED_BY_CHUNKS;
      body->bad = !soup_message_headers_header_equals (headers, "Transfer-Encoding", "chunked");
    }
  else if (length != NULL)
    {
      body->framing = FRAMED_BY_LENGTH;
      body->bad = !g_ascii_string_to_unsigned (length, 10, 0, G_MAXINT64, &body->left, NULL);
    }
  else
    body->framing = FRAMED_BY_CLOSE;

  if (coding != NULL && g_ascii_strcasecmp (coding, "identity") != 0)
    {
      if (g_ascii_strcasecmp (coding, "gzip") == 0 || g_ascii_strcasecmp (coding, "x-gzip") == 0)
        {
          body->inflater = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
          body->pending = g_byte_array_new ();
        }
      else
        body->bad = TRUE; /* nothing else was offered */
    }
  return body;
}

void
wave_http_body_free (WaveHttpBody *body)
{
  g_clear_object (&body->inflater);
  g_clear_pointer (&body->pending, g_byte_array_unref);
  g_clear_pointer (&body->bytes, g_byte_array_unref);
  g_string_free (body->line, TRUE);
  g_free (body);
}

/* The bound is on what comes out, so a small answer cannot swell into a large one. */
static WaveHttpBodyVerdict
append (WaveHttpBody *body, const guint8 *data, gsize length)
{
  if (body->bytes->len + length > WAVE_HTTP_BODY_LIMIT)
    return WAVE_HTTP_BODY_TOO_LARGE;
  g_byte_array_append (body->bytes, data, length);
  return WAVE_HTTP_BODY_MORE;
}

static WaveHttpBodyVerdict
take (WaveHttpBody *body, const guint8 *data, gsize length)
{
  guint8 out[INFLATE_SIZE];
  gsize used = 0;

  if (body->inflater == NULL)
    return append (body, data, length);

  g_byte_array_append (body->pending, data, length);
  while (used < body->pending->len && !body->inflated_all)
    {
      g_autoptr (GError) error = NULL;
      gsize n_read = 0, n_written = 0;
      GConverterResult result = g_converter_convert (body->inflater, body->pending->data + used, body->pending->len - used, out,
                                                     sizeof out, G_CONVERTER_NO_FLAGS, &n_read, &n_written, &error);

      if (result == G_CONVERTER_ERROR && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
        break;
      if (result == G_CONVERTER_ERROR)
        return WAVE_HTTP_BODY_BAD;
      used += n_read;
      if (append (body, out, n_written) == WAVE_HTTP_BODY_TOO_LARGE)
        return WAVE_HTTP_BODY_TOO_LARGE;
      body->inflated_all = result == G_CONVERTER_FINISHED;
    }
  g_byte_array_remove_range (body->pending, 0, used);
  return WAVE_HTTP_BODY_MORE;
}

static WaveHttpBodyVerdict
done (WaveHttpBody *body, gsize excess)
{
  if (body->inflater != NULL && !body->inflated_all)
    return WAVE_HTTP_BODY_BAD;
  return excess > 0 ? WAVE_HTTP_BODY_DONE_EXCESS : WAVE_HTTP_BODY_DONE;
}

/* Returns: how many bytes a line that ends in @data takes, with its end; 0 when it does not end there */
static gsize
take_line (WaveHttpBody *body, const guint8 *data, gsize length)
{
  const guint8 *end = memchr (data, '\n', length);
  gsize taken = end != NULL ? (gsize) (end - data) + 1 : length;

  g_string_append_len (body->line, (const char *) data, taken);
  if (end == NULL)
    return 0;
  g_string_truncate (body->line, body->line->len - 1);
  if (g_str_has_suffix (body->line->str, "\r"))
    g_string_truncate (body->line, body->line->len - 1);
  return taken;
}

static WaveHttpBodyVerdict
feed_chunks (WaveHttpBody *body, const guint8 *data, gsize length)
{
  while (length > 0)
    {
      gsize taken;
      char *end;

      if (body->state == CHUNK_DATA)
        {
          WaveHttpBodyVerdict verdict;

          taken = (gsize) MIN (body->left, (guint64) length);
          verdict = take (body, data, taken);
          if (verdict != WAVE_HTTP_BODY_MORE)
            return verdict;
          body->left -= taken;
          if (body->left == 0)
            body->state = CHUNK_END;
          data += taken;
          length -= taken;
          continue;
        }

      taken = take_line (body, data, length);
      if (body->line->len > MAX_LINE)
        return WAVE_HTTP_BODY_BAD;
      if (taken == 0)
        return WAVE_HTTP_BODY_MORE;
      data += taken;
      length -= taken;
      switch (body->state)
        {
        case CHUNK_SIZE:
          if (!g_ascii_isxdigit (*body->line->str))
            return WAVE_HTTP_BODY_BAD;
          body->left = g_ascii_strtoull (body->line->str, &end, 16);
          if (body->left > G_MAXINT64 || (*end != '\0' && *end != ';' && !g_ascii_isspace (*end)))
            return WAVE_HTTP_BODY_BAD;
          body->state = body->left > 0 ? CHUNK_DATA : CHUNK_TRAILER;
          break;
        case CHUNK_END:
          if (body->line->len > 0)
            return WAVE_HTTP_BODY_BAD;
          body->state = CHUNK_SIZE;
          break;
        case CHUNK_TRAILER:
          if (body->line->len == 0)
            return done (body, length);
          break;
        case CHUNK_DATA:
          g_assert_not_reached ();
        }
      g_string_truncate (body->line, 0);
    }
  return WAVE_HTTP_BODY_MORE;
}

WaveHttpBodyVerdict
wave_http_body_feed (WaveHttpBody *body, const guint8 *data, gsize length)
{
  WaveHttpBodyVerdict verdict;
  gsize part;

  if (body->bad)
    return WAVE_HTTP_BODY_BAD;
  switch (body->framing)
    {
    case FRAMED_BY_CHUNKS:
      return feed_chunks (body, data, length);
    case FRAMED_BY_CLOSE:
      return take (body, data, length);
    case FRAMED_BY_LENGTH:
      if (body->inflater == NULL && body->bytes->len + body->left > WAVE_HTTP_BODY_LIMIT)
        return WAVE_HTTP_BODY_TOO_LARGE;
      part = (gsize) MIN (body->left, (guint64) length);
      verdict = take (body, data, part);
      if (verdict != WAVE_HTTP_BODY_MORE)
        return verdict;
      body->left -= part;
      if (body->left > 0)
        return WAVE_HTTP_BODY_MORE;
      /* An empty body is whole, compressed or not. */
      if (body->inflater != NULL && body->bytes->len == 0 && body->pending->len == 0)
        body->inflated_all = TRUE;
      return done (body, length - part);
    }
  return WAVE_HTTP_BODY_BAD;
}

gboolean
wave_http_body_end (WaveHttpBody *body)
{
  return body->framing == FRAMED_BY_CLOSE && !body->bad && done (body, 0) == WAVE_HTTP_BODY_DONE;
}

GBytes *
wave_http_body_steal (WaveHttpBody *body)
{
  GByteArray *bytes = g_steal_pointer (&body->bytes);

  body->bytes = g_byte_array_new ();
  return g_byte_array_free_to_bytes (bytes);
}
