// SPDX-License-Identifier: GPL-3.0-or-later
// A server for measurements: everybody who opens its stream gets the same events, as fast as they can be sent or at a rate, written by a generator that costs less
// than any client. It answers sync and the directory, too, so that a whole client finds what it asks for.
//   bench-feed [--events N] [--rate PER-SECOND] [--streams N] [--missed N] [--delay MS] [--page FILE]
// The first line of its output is its address. It is no test of the protocol: that is the simulator's work.
#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROOMS 40
#define PEOPLE 97
#define BODY "Message with some words in it, about as long as people write when they talk of something that matters to them, number "
#define BLOCK (256 * 1024)
#define CHUNKS_OF_A_STREAM 60
#define JSON_TYPE "application/json"

static char *page;
static gint64 n_events = 500000, rate = 0, n_streams = 50, n_missed = 0, first_position = 0, delay_ms = 700;

typedef struct {
  char *data;
  gsize length, size;
  gint64 position;
  gint64 now; /* seconds since 1970 */
  guint chunk[4096]; /* of each stream: the chunk that comes next */
  guint64 first[4096]; /* and the number in its first chunk */
  guint next_stream, next_other;
  guint ended[4096], n_ended; /* streams whose message is to come */
} Writer;

/* ---------------------------------------------------------------- events */

static void
put (Writer *writer, const char *text, gsize length)
{
  memcpy (writer->data + writer->length, text, length);
  writer->length += length;
}
#define PUT(writer, literal) put (writer, literal, sizeof literal - 1)

static void
put_number (Writer *writer, guint64 number)
{
  char digits[20], *p = digits + sizeof digits;

  do
    *--p = '0' + number % 10;
  while ((number /= 10) > 0);
  put (writer, p, digits + sizeof digits - p);
}

static void
put_text_of_chunk (Writer *writer, guint64 number)
{
  PUT (writer, "word ");
  put_number (writer, number);
  PUT (writer, " and another ");
}

/* @reply: of a stream that ended: its text, as it came in chunks */
static void
put_message (Writer *writer, guint64 i, guint room, const char *sender, guint number, gboolean reply, gboolean sync)
{
  writer->position++;
  if (sync)
    PUT (writer, "{\"event_type\":\"swp.room.message\",\"id\":\"evt-");
  else
    PUT (writer, "{\"type\":\"swp.room.message\",\"id\":\"evt-");
  put_number (writer, writer->position);
  PUT (writer, "-7f21\",\"room_id\":\"room-");
  put_number (writer, room);
  PUT (writer, "\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:16:09Z\",\"sender_id\":\"");
  put (writer, sender, strlen (sender));
  put_number (writer, number);
  PUT (writer, "\",\"stream_position\":");
  put_number (writer, writer->position);
  PUT (writer, ",\"origin_ts\":");
  put_number (writer, writer->now);
  PUT (writer, ",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"");
  if (reply)
    for (guint k = 0; k < CHUNKS_OF_A_STREAM; k++)
      put_text_of_chunk (writer, writer->first[number] + k);
  else
    {
      PUT (writer, BODY);
      put_number (writer, i);
      PUT (writer, ".");
    }
  PUT (writer, "\"}}");
}

static void
put_chunk (Writer *writer, guint64 i, guint stream)
{
  guint at = writer->chunk[stream];
  gboolean done = at == CHUNKS_OF_A_STREAM;

  PUT (writer, "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-");
  put_number (writer, stream % ROOMS);
  PUT (writer, "\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:16:09Z\",\"sender_id\":\"ai-");
  put_number (writer, stream);
  PUT (writer, "\",\"content\":{\"chunk_text\":\"");
  if (at == 0)
    writer->first[stream] = i;
  if (!done)
    put_text_of_chunk (writer, writer->first[stream] + at);
  if (done)
    {
      PUT (writer, "\",\"done\":true}}");
      writer->ended[writer->n_ended++] = stream;
    }
  else
    PUT (writer, "\",\"done\":false}}");
  writer->chunk[stream] = done ? 0 : at + 1;
}

static void
put_other (Writer *writer, guint64 i)
{
  guint which = writer->next_other++ % 4, person = i % PEOPLE, room = i / 10 % ROOMS;

  if (which == 0)
    {
      PUT (writer, "{\"type\":\"presence\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:16:09Z\",\"participant_id\":\"p");
      put_number (writer, person);
      if (i / PEOPLE % 2)
        PUT (writer, "\",\"status\":\"idle\"}");
      else
        PUT (writer, "\",\"status\":\"online\"}");
      return;
    }
  if (which == 1)
    {
      PUT (writer, "{\"type\":\"swp.ai.status\",\"room_id\":\"room-");
      put_number (writer, writer->next_stream % MAX (n_streams, 1) % ROOMS);
      PUT (writer, "\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:16:09Z\",\"participant_id\":\"ai-");
      put_number (writer, writer->next_stream % MAX (n_streams, 1));
      PUT (writer, "\",\"status\":\"generating\"}");
      return;
    }
  PUT (writer, "{\"type\":\"typing\",\"room_id\":\"room-");
  put_number (writer, room);
  PUT (writer, "\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:16:09Z\",\"participant_id\":\"p");
  put_number (writer, person);
  if (which == 2)
    PUT (writer, "\",\"typing\":true}");
  else
    PUT (writer, "\",\"typing\":false}");
}

/* 30 % messages, of which those that end a stream are its AI's; 60 % chunks; 10 % typing, presence and statuses. */
static void
put_event (Writer *writer, guint64 i)
{
  switch (i % 10)
    {
    case 0:
    case 3:
    case 6:
      if (writer->n_ended > 0)
        {
          guint stream = writer->ended[--writer->n_ended];

          put_message (writer, i, stream % ROOMS, "ai-", stream, TRUE, FALSE);
        }
      else
        put_message (writer, i, (i / 10 * 3 + i % 10 / 3) % ROOMS, "p", i % PEOPLE, FALSE, FALSE);
      break;
    case 9:
      put_other (writer, i);
      break;
    default:
      put_chunk (writer, i, writer->next_stream++ % MAX (n_streams, 1));
    }
}

static void
put_frame (Writer *writer, guint64 i)
{
  guint8 *head = (guint8 *) writer->data + writer->length;
  gsize length;

  /* All frames are between 126 and 65535 bytes; a shorter one is padded with blanks behind the object, which JSON allows. */
  writer->length += 4;
  put_event (writer, i);
  while ((length = writer->data + writer->length - (char *) head - 4) < 126)
    PUT (writer, " ");
  head[0] = 0x81;
  head[1] = 126;
  head[2] = length >> 8;
  head[3] = length & 0xff;
}

/* ---------------------------------------------------------------- connections */

static gboolean
send_all (int fd, const char *data, gsize length)
{
  while (length > 0)
    {
      ssize_t n = send (fd, data, length, MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      data += n;
      length -= n;
    }
  return TRUE;
}

static Writer *
writer_new (void)
{
  Writer *writer = g_new0 (Writer, 1);

  writer->size = BLOCK + 8192;
  writer->data = g_malloc (writer->size);
  writer->position = MAX (n_missed, first_position);
  writer->now = g_get_real_time () / G_USEC_PER_SEC;
  return writer;
}

static void
writer_free (Writer *writer)
{
  g_free (writer->data);
  g_free (writer);
}

static void
serve_stream (int fd)
{
  static const char hello[] = "{\"type\":\"hello\",\"session_id\":\"0b9c3f1e-6a52-4a7e-9b53-1d2f6c7a8e90\",\"server_name\":\"bench.example\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:15:00Z\"} ";
  char frame[4 + sizeof hello];
  Writer *writer = writer_new ();
  gint64 started, sent = 0;
  char ignored[4096];

  memset (frame, ' ', sizeof frame);
  frame[0] = (char) 0x81;
  frame[1] = 126;
  frame[2] = 0;
  frame[3] = sizeof hello - 1;
  memcpy (frame + 4, hello, sizeof hello - 1);
  if (send_all (fd, frame, 4 + sizeof hello - 1))
    {
      g_usleep (delay_ms * 1000);
      started = g_get_monotonic_time ();
      while (sent < n_events)
        {
          gint64 due = n_events;

          if (rate > 0)
            {
              /* A pulse every 5 ms: finer than a frame of the screen. */
              due = MIN (n_events, (g_get_monotonic_time () - started) * rate / G_USEC_PER_SEC);
              if (due <= sent)
                {
                  g_usleep (5000);
                  continue;
                }
            }
          writer->length = 0;
          writer->now = g_get_real_time () / G_USEC_PER_SEC;
          while (sent < due && writer->length < BLOCK)
            put_frame (writer, sent++);
          if (!send_all (fd, writer->data, writer->length))
            break;
        }
      /* Pings and the like go unanswered; the end is the client's. */
      while (recv (fd, ignored, sizeof ignored, 0) > 0)
        ;
    }
  writer_free (writer);
}

static gboolean
answer (int fd, const char *status, const char *type, const char *body, gsize length)
{
  g_autofree char *head = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n", status, type, length);

  return send_all (fd, head, strlen (head)) && send_all (fd, body, length);
}

static gint64
query_number (const char *target, const char *name, gint64 otherwise)
{
  const char *at = strstr (target, name);

  return at != NULL ? g_ascii_strtoll (at + strlen (name), NULL, 10) : otherwise;
}

static gboolean
serve_sync (int fd, const char *target)
{
  gint64 since = MAX (0, query_number (target, "since=", 0)), limit = CLAMP (query_number (target, "limit=", 100), 1, 500);
  gint64 end = MIN (n_missed, since + limit);
  Writer *writer = writer_new ();
  g_autofree char *tail = NULL;
  gboolean good;

  writer->size = 4096 + limit * 512;
  writer->data = g_realloc (writer->data, writer->size);
  PUT (writer, "{\"data\":{\"events\":[");
  for (gint64 i = since; i < end; i++)
    {
      if (i > since)
        PUT (writer, ",");
      writer->position = i;
      put_message (writer, i, i % ROOMS, "p", i % PEOPLE, FALSE, TRUE);
    }
  tail = g_strdup_printf ("],\"next_cursor\":%" G_GINT64_FORMAT ",\"has_more\":%s}}", MAX (since, end), end < n_missed ? "true" : "false");
  put (writer, tail, strlen (tail));
  good = answer (fd, "200 OK", JSON_TYPE, writer->data, writer->length);
  writer_free (writer);
  return good;
}

static gboolean
serve_directory (int fd, const char *target)
{
  g_autoptr (GString) body = g_string_new ("{\"data\":[");

  if (query_number (target, "offset=", 0) == 0)
    for (guint i = 0; i < ROOMS; i++)
      g_string_append_printf (body, "%s{\"id\":\"room-%u\",\"name\":\"Room %u\",\"room_type\":\"group\",\"state\":\"open\"}", i > 0 ? "," : "", i, i);
  g_string_append_printf (body, "],\"meta\":{\"total\":%d}}", ROOMS);
  return answer (fd, "200 OK", JSON_TYPE, body->str, body->len);
}

static gboolean
serve_request (int fd, const char *request)
{
  static const char me[] = "{\"data\":{\"participant_id\":\"watcher\",\"fqid\":\"@watcher:bench.example\",\"display_name\":\"Wavescope\",\"tenant\":{\"id\":\"t-4417\",\"name\":\"Bench\"}}}";
  static const char missing[] = "{\"error\":{\"code\":\"SW_NOT_FOUND\",\"message\":\"not here\"}}";
  g_auto (GStrv) words = g_strsplit (request, " ", 3);
  const char *target = words[0] != NULL && words[1] != NULL ? words[1] : "";

  if (g_str_has_prefix (target, "/v1/stream"))
    {
      const char *key = strcasestr (request, "\r\nSec-WebSocket-Key:"), *end;
      g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
      g_autofree char *accept = NULL;
      g_autofree char *head = NULL;
      g_autofree char *given = NULL;
      guint8 digest[20];
      gsize length = sizeof digest;

      if (key == NULL || (end = strstr (key + 2, "\r\n")) == NULL)
        return FALSE;
      key += strlen ("\r\nSec-WebSocket-Key:");
      given = g_strndup (key, end - key);
      g_checksum_update (checksum, (const guchar *) g_strstrip (given), -1);
      g_checksum_update (checksum, (const guchar *) "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", -1);
      g_checksum_get_digest (checksum, digest, &length);
      accept = g_base64_encode (digest, length);
      head = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
      if (send_all (fd, head, strlen (head)))
        serve_stream (fd);
      return FALSE;
    }
  if (g_str_has_prefix (target, "/v1/sync"))
    return serve_sync (fd, target);
  if (g_str_has_prefix (target, "/v1/directory/rooms"))
    return serve_directory (fd, target);
  if (g_str_equal (target, "/page") && page != NULL)
    {
      g_autofree char *text = NULL;
      gsize length;

      return g_file_get_contents (page, &text, &length, NULL) && answer (fd, "200 OK", "text/html", text, length);
    }
  if (g_str_has_prefix (target, "/v1/me"))
    return answer (fd, "200 OK", JSON_TYPE, me, sizeof me - 1);
  return answer (fd, "404 Not Found", JSON_TYPE, missing, sizeof missing - 1);
}

static gpointer
serve_connection (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);
  g_autoptr (GString) request = g_string_new (NULL);
  char buffer[4096];
  ssize_t n;

  while ((n = recv (fd, buffer, sizeof buffer, 0)) > 0 && request->len < 65536)
    {
      const char *end;
      gboolean good = TRUE;

      g_string_append_len (request, buffer, n);
      while (good && (end = strstr (request->str, "\r\n\r\n")) != NULL)
        {
          g_autofree char *head = g_strndup (request->str, end + 4 - request->str);

          g_string_erase (request, 0, strlen (head));
          good = serve_request (fd, head);
        }
      if (!good)
        break;
    }
  close (fd);
  return NULL;
}

int
main (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "events", 0, 0, G_OPTION_ARG_INT64, &n_events, "Events of the stream", "N" },
    { "rate", 0, 0, G_OPTION_ARG_INT64, &rate, "Events a second; 0: as fast as they are taken", "N" },
    { "streams", 0, 0, G_OPTION_ARG_INT64, &n_streams, "AI replies under way at a time", "N" },
    { "missed", 0, 0, G_OPTION_ARG_INT64, &n_missed, "Durable events that only sync has", "N" },
    { "first", 0, 0, G_OPTION_ARG_INT64, &first_position, "Position before the first event of the stream", "N" },
    { "page", 0, 0, G_OPTION_ARG_FILENAME, &page, "What GET /page answers", "FILE" },
    { "delay", 0, 0, G_OPTION_ARG_INT64, &delay_ms, "Between hello and the first event", "MS" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  n_streams = CLAMP (n_streams, 1, (gint64) G_N_ELEMENTS (((Writer *) NULL)->chunk));
  if (bind (listener, (struct sockaddr *) &address, sizeof address) != 0 || listen (listener, 64) != 0
      || getsockname (listener, (struct sockaddr *) &address, &length) != 0)
    {
      g_printerr ("bench-feed: cannot listen: %s\n", g_strerror (errno));
      return 1;
    }
  printf ("http://127.0.0.1:%u\n", ntohs (address.sin_port));
  fflush (stdout);
  for (;;)
    {
      int fd = accept4 (listener, NULL, NULL, SOCK_CLOEXEC);

      if (fd < 0)
        continue;
      setsockopt (fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      g_thread_unref (g_thread_new ("bench-feed", serve_connection, GINT_TO_POINTER (fd)));
    }
}
