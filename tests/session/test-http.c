// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-http-body.h"
#include "session/wave-http.h"
#include "session/wave-rest.h"

#include <string.h>

typedef struct {
  const char *headers; /* name, value, one a line, split by ": " */
  guint status;
  const char *bytes;
  WaveHttpBodyVerdict verdict; /* after the last byte */
  gboolean whole_at_end;
  const char *body;
} Case;

static const Case cases[] = {
  { "Content-Length: 5", 200, "hello", WAVE_HTTP_BODY_DONE, FALSE, "hello" },
  { "Content-Length: 0", 200, "", WAVE_HTTP_BODY_DONE, FALSE, "" },
  { "Content-Length: 5", 204, "", WAVE_HTTP_BODY_DONE, FALSE, "" },
  { "Content-Length: 5", 200, "hell", WAVE_HTTP_BODY_MORE, FALSE, "hell" },
  { "Content-Length: -5", 200, "hello", WAVE_HTTP_BODY_BAD, FALSE, "" },
  { "Content-Length: 5x", 200, "hello", WAVE_HTTP_BODY_BAD, FALSE, "" },
  { "Content-Length: 99999999999", 200, "x", WAVE_HTTP_BODY_TOO_LARGE, FALSE, "" },
  { "Connection: close", 200, "hello", WAVE_HTTP_BODY_MORE, TRUE, "hello" },
  { "Transfer-Encoding: chunked", 200, "5\r\nhello\r\n0\r\n\r\n", WAVE_HTTP_BODY_DONE, FALSE, "hello" },
  { "Transfer-Encoding: Chunked", 200, "3;x=y\r\nhel\r\n2 \r\nlo\r\n0\r\nTrailer: 1\r\n\r\n", WAVE_HTTP_BODY_DONE, FALSE, "hello" },
  { "Transfer-Encoding: chunked", 200, "5\r\nhello\r\n0\r\n", WAVE_HTTP_BODY_MORE, FALSE, "hello" },
  { "Transfer-Encoding: chunked", 200, "5\nhello\n0\n\n", WAVE_HTTP_BODY_DONE, FALSE, "hello" },
  { "Transfer-Encoding: chunked", 200, "x\r\n", WAVE_HTTP_BODY_BAD, FALSE, "" },
  { "Transfer-Encoding: chunked", 200, "\r\n", WAVE_HTTP_BODY_BAD, FALSE, "" },
  { "Transfer-Encoding: chunked", 200, "ffffffffffffffffff\r\n", WAVE_HTTP_BODY_BAD, FALSE, "" },
  { "Transfer-Encoding: chunked", 200, "2\r\nhello\r\n", WAVE_HTTP_BODY_BAD, FALSE, "he" },
  { "Transfer-Encoding: gzip, chunked", 200, "0\r\n\r\n", WAVE_HTTP_BODY_BAD, FALSE, "" },
  { "Content-Encoding: br", 200, "x", WAVE_HTTP_BODY_BAD, FALSE, "" },
};

static SoupMessageHeaders *
make_headers (const char *text)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], ": ", 2);

      soup_message_headers_append (headers, parts[0], parts[1]);
    }
  return headers;
}

static void
test_bodies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize piece = 1; piece < 40; piece += 6)
      {
        g_autoptr (SoupMessageHeaders) headers = make_headers (cases[i].headers);
        g_autoptr (WaveHttpBody) body = wave_http_body_new (cases[i].status, headers);
        WaveHttpBodyVerdict verdict = wave_http_body_feed (body, NULL, 0);
        gsize length = strlen (cases[i].bytes);
        g_autoptr (GBytes) bytes = NULL;

        for (gsize at = 0; at < length && verdict == WAVE_HTTP_BODY_MORE; at += piece)
          verdict = wave_http_body_feed (body, (const guint8 *) cases[i].bytes + at, MIN (piece, length - at));
        g_assert_cmpint (verdict, ==, cases[i].verdict);
        g_assert_cmpint (verdict == WAVE_HTTP_BODY_MORE && wave_http_body_end (body), ==, cases[i].whole_at_end);
        bytes = wave_http_body_steal (body);
        g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), cases[i].body, strlen (cases[i].body));
      }
}

static void
test_excess (void)
{
  g_autoptr (SoupMessageHeaders) headers = make_headers ("Content-Length: 2");
  g_autoptr (WaveHttpBody) body = wave_http_body_new (200, headers);

  g_assert_cmpint (wave_http_body_feed (body, (const guint8 *) "hello", 5), ==, WAVE_HTTP_BODY_DONE_EXCESS);
}

static GByteArray *
deflate (gsize length)
{
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  GByteArray *out = g_byte_array_new ();
  g_autofree guint8 *zeros = g_malloc0 (1024 * 1024);
  GConverterResult result = G_CONVERTER_CONVERTED;
  guint8 buffer[65536];

  while (result != G_CONVERTER_FINISHED)
    {
      gsize n_read = 0, n_written = 0;
      g_autoptr (GError) error = NULL;

      result = g_converter_convert (converter, zeros, MIN (length, 1024 * 1024), buffer, sizeof buffer,
                                    length <= 1024 * 1024 ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &n_read, &n_written, &error);
      g_assert_no_error (error);
      length -= n_read;
      g_byte_array_append (out, buffer, n_written);
    }
  return out;
}

static void
test_gzip (void)
{
  g_autoptr (SoupMessageHeaders) headers = make_headers ("Content-Encoding: gzip");
  g_autoptr (GByteArray) small = deflate (300000);
  g_autoptr (GByteArray) bomb = deflate ((gsize) WAVE_HTTP_BODY_LIMIT * 2);
  g_autoptr (GBytes) bytes = NULL;

  {
    g_autoptr (WaveHttpBody) body = wave_http_body_new (200, headers);

    for (guint i = 0; i < small->len; i++)
      g_assert_cmpint (wave_http_body_feed (body, small->data + i, 1), ==, WAVE_HTTP_BODY_MORE);
    g_assert_true (wave_http_body_end (body));
    bytes = wave_http_body_steal (body);
    g_assert_cmpuint (g_bytes_get_size (bytes), ==, 300000);
  }
  {
    g_autoptr (WaveHttpBody) body = wave_http_body_new (200, headers);

    g_assert_cmpint (wave_http_body_feed (body, small->data, small->len - 9), ==, WAVE_HTTP_BODY_MORE);
    g_assert_false (wave_http_body_end (body));
  }
  {
    g_autoptr (WaveHttpBody) body = wave_http_body_new (200, headers);

    /* A quarter of a megabyte that would become 128. */
    g_assert_cmpuint (bomb->len, <, 1024 * 1024);
    g_assert_cmpint (wave_http_body_feed (body, bomb->data, bomb->len), ==, WAVE_HTTP_BODY_TOO_LARGE);
  }
  {
    g_autoptr (WaveHttpBody) body = wave_http_body_new (200, headers);

    g_assert_cmpint (wave_http_body_feed (body, (const guint8 *) "no gzip at all, but long", 24), ==, WAVE_HTTP_BODY_BAD);
  }
}

static void
test_retry_after (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) then = g_date_time_add_seconds (now, 100);
  g_autofree char *date = soup_date_time_to_string (then, SOUP_DATE_HTTP);
  g_autofree char *header = g_strconcat ("Retry-After: ", date, NULL);
  static const struct { const char *header; gint64 us; } table[] = {
    { "X: y", -1 }, { "Retry-After: 7", 7 * G_USEC_PER_SEC }, { "Retry-After: 0", 0 }, { "Retry-After: 0.25", G_USEC_PER_SEC / 4 },
    { "Retry-After: soon", -1 }, { "Retry-After: -3", -1 }, { "Retry-After: 999999", 900LL * G_USEC_PER_SEC },
    { "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (SoupMessageHeaders) headers = make_headers (table[i].header);

      g_assert_cmpint (wave_http_read_retry_after (headers), ==, table[i].us);
    }
  {
    g_autoptr (SoupMessageHeaders) headers = make_headers (header);

    g_assert_cmpint (wave_http_read_retry_after (headers), >, 95LL * G_USEC_PER_SEC);
    g_assert_cmpint (wave_http_read_retry_after (headers), <=, 101LL * G_USEC_PER_SEC);
  }
}

static void
test_paths (void)
{
  g_assert_true (wave_rest_path_is_fine ("/v1/me"));
  g_assert_true (wave_rest_path_is_fine ("/v1/rooms/r%2F1/state?x=1"));
  g_assert_true (wave_rest_path_is_fine ("/.well-known/x"));
  for (const char *const *bad = (const char *const[]) { "", "v1/me", "/", "/v2/me", "http://x/v1/", "//x/v1/", "/v1/../x", "/v1/..",
                                                        "/v1/a b", "/v1/a\r\nX: y", "/v1/\xc3\xa4", "/v1/#x", "/v1\\x", NULL };
       *bad != NULL; bad++)
    g_assert_false (wave_rest_path_is_fine (*bad));
  g_assert_false (wave_rest_path_is_fine (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/http/bodies", test_bodies);
  g_test_add_func ("/session/http/excess", test_excess);
  g_test_add_func ("/session/http/gzip", test_gzip);
  g_test_add_func ("/session/http/retry-after", test_retry_after);
  g_test_add_func ("/session/http/paths", test_paths);

  return g_test_run ();
}
