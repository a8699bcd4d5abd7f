// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "journal/wave-anonymiser.h"
#include "journal/wave-exporter.h"
#include "journal/wave-journal.h"
#include "journal/wave-recording.h"

#define WALL G_GINT64_CONSTANT (1780384569123456)
#define TOKEN "tok/en+secret-0123456789"

typedef struct {
  char *dir;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("wave-recording-XXXXXX", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (fixture->dir, name, NULL);

      g_unlink (file);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
}

static char *
in_dir (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->dir, name, NULL);
}

static char *
contents_of (const char *path, gsize *length)
{
  g_autoptr (GError) error = NULL;
  char *contents = NULL;

  g_file_get_contents (path, &contents, length, &error);
  g_assert_no_error (error);
  return contents;
}

static const WaveRecordingHead head = { .tenant_id = (char *) "t-4417", .server_name = (char *) "wave.example.org", .started_us = WALL };

/* Frames with everything that can go wrong with quoting. */
typedef struct {
  gint64 t_us;
  WaveVia via;
  const char *bytes;
  gsize size;
} Frame;
#define FRAME(t, via, text) { t, via, text, sizeof (text) - 1 }
static const Frame frames[] = {
  FRAME (0, WAVE_VIA_STREAM, "{\"type\":\"hello\",\"server_name\":\"wave.example.org\",\"tenant_id\":\"t-4417\"}"),
  FRAME (17, WAVE_VIA_STREAM, "{\"type\":\"swp.room.message\",\"id\":\"evt-1\",\"room_id\":\"room-atlas\",\"sender_id\":\"p1\",\"stream_position\":1,\"origin_ts\":1780384569,"
                              "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"Hello \\\"A\\\" \\n\\u00e9 \\\\ = end\"}}"),
  FRAME (1000017, WAVE_VIA_SYNC, "{\"event_type\":\"swp.room.message\",\"id\":\"evt-2\",\"room_id\":\"room-b\",\"sender_id\":\"p2\",\"stream_position\":2,\"content\":{\"body\":\"=1+1, \\\"x\\\"\"}}"),
  FRAME (1000017, WAVE_VIA_SYNC, "{\"event_type\":\"swp.room.message\",\"id\":\"evt-3\",\"room_id\":\"room-b\",\"sender_id\":\"p2\",\"stream_position\":3,\"content\":{\"body\":\"three\"}}"),
  FRAME (1000018, WAVE_VIA_STREAM, "not json \x01\x1f\x7f\t\r\n \"quoted\" \\ tail"),
  FRAME (1000019, WAVE_VIA_STREAM, "\xff\xfe bytes \x80"),
  FRAME (1000020, WAVE_VIA_STREAM, "with\0nul"),
  FRAME (1000021, WAVE_VIA_STREAM, ""),
  FRAME (1000022, WAVE_VIA_STREAM, "{\n  \"type\": \"typing\",\r\n\t\"room_id\": \"r\", \"participant_id\": \"\xf0\x9f\x8c\x8a\" }"),
  FRAME (-5, WAVE_VIA_HISTORY, "{\"type\":\"swp.room.redaction\",\"id\":\"evt-9\",\"room_id\":\"room-b\",\"sender_id\":\"p1\",\"stream_position\":9,\"event_id\":\"evt-3\"}"),
};

static void
write_all (const char *path, gboolean anonymous)
{
  g_autoptr (GError) error = NULL;
  WaveRecordingWriter *writer = wave_recording_writer_new (path, NULL, &head, NULL, &error);

  g_assert_no_error (error);
  if (anonymous)
    wave_recording_writer_set_anonymous (writer);
  g_assert_true (wave_recording_writer_add_state (writer, -10, "connecting", "started \"here\"", &error));
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_assert_true (wave_recording_writer_add_frame (writer, frames[i].t_us, frames[i].via, frames[i].bytes, frames[i].size, &error));
      if (i == 2)
        g_assert_true (wave_recording_writer_flush (writer, &error));
    }
  g_assert_cmpuint (wave_recording_writer_get_n_frames (writer), ==, G_N_ELEMENTS (frames));
  g_assert_true (wave_recording_writer_close (writer, &error));
}

typedef struct {
  guint n_frames, n_states, n_others, n_heads;
  gboolean differs;
  gboolean taken_back; /* evt-3 was redacted before it was saved */
} Seen;

static gboolean
compare_line (const WaveRecordingLine *line, const char *text, gsize length, guint64 offset, gpointer user_data)
{
  Seen *seen = user_data;
  const Frame *expected;

  switch (line->kind)
    {
    case WAVE_RECORDING_HEAD:
      seen->n_heads++;
      break;
    case WAVE_RECORDING_STATE:
      g_assert_cmpint (line->t_us, ==, -10);
      g_assert_cmpstr (line->state, ==, "connecting");
      g_assert_cmpstr (line->reason, ==, "started \"here\"");
      seen->n_states++;
      break;
    case WAVE_RECORDING_OTHER:
      seen->n_others++;
      break;
    case WAVE_RECORDING_FRAME:
    default:
      expected = &frames[seen->n_frames++];
      if (seen->taken_back && seen->n_frames == 4)
        {
          g_assert_null (g_strstr_len (line->frame, line->frame_size, "three"));
          g_assert_nonnull (g_strstr_len (line->frame, line->frame_size, "evt-3"));
          break;
        }
      g_assert_cmpint (line->t_us, ==, expected->t_us);
      g_assert_cmpint (line->via, ==, expected->via);
      g_assert_cmpmem (line->frame, line->frame_size, expected->bytes, expected->size);
      g_assert_false (line->scrubbed);
    }
  return TRUE;
}

static void
assert_same (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *note = NULL;
  g_autoptr (WaveRecordingFile) file = wave_recording_file_open (path, NULL, &note, &error);
  Seen seen = { 0 };

  g_assert_no_error (error);
  g_assert_null (note);
  g_assert_cmpstr (wave_recording_file_get_head (file)->tenant_id, ==, "t-4417");
  g_assert_cmpstr (wave_recording_file_get_head (file)->server_name, ==, "wave.example.org");
  g_assert_cmpstr (wave_recording_file_get_head (file)->app_version, ==, WAVE_VERSION);
  g_assert_cmpint (wave_recording_file_get_head (file)->started_us, ==, WALL);
  wave_recording_file_foreach (file, compare_line, &seen, &note, NULL);
  g_assert_null (note);
  g_assert_cmpuint (seen.n_frames, ==, G_N_ELEMENTS (frames));
  g_assert_cmpuint (seen.n_states, ==, 1);
  g_assert_cmpuint (seen.n_heads, ==, 1);
}

/* Opened, and exported to another recording. */
static gboolean
export_line (const WaveRecordingLine *line, const char *text, gsize length, guint64 offset, gpointer exporter)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (wave_exporter_add_line (exporter, line, text, length, &error));
  return TRUE;
}

static void
export (const char *from, const char *to, WaveExportFormat format, const char *room, gboolean anonymise)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveRecordingFile) file = wave_recording_file_open (from, NULL, NULL, &error);
  WaveExportOptions options = { .format = format, .path = to, .room_id = room, .anonymise = anonymise };
  WaveExporter *exporter;

  g_assert_no_error (error);
  options.head = wave_recording_file_get_head (file);
  exporter = wave_exporter_new (&options, &error);
  g_assert_no_error (error);
  wave_recording_file_foreach (file, export_line, exporter, NULL, NULL);
  g_assert_true (wave_exporter_close (exporter, &error));
  g_assert_no_error (error);
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "a.wavescope.ndjson", "a.wavescope.ndjson.gz", "a.wavescope.ndjson.zst" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = in_dir (fixture, names[i]);
      g_autofree char *again = in_dir (fixture, "again.wavescope.ndjson");

      write_all (path, FALSE);
      assert_same (path);
      export (path, again, WAVE_EXPORT_RECORDING, NULL, FALSE);
      assert_same (again);
    }
}

static gboolean
count_line (const WaveRecordingLine *line, const char *text, gsize length, guint64 offset, gpointer user_data)
{
  Seen *seen = user_data;

  if (line->kind == WAVE_RECORDING_FRAME)
    {
      const Frame *expected = &frames[seen->n_frames++];

      g_assert_cmpmem (line->frame, line->frame_size, expected->bytes, expected->size);
    }
  return TRUE;
}

/* Cut anywhere, it opens up to the cut, and says so. */
static void
test_cut (Fixture *fixture, gconstpointer data)
{
  static const char *const suffixes[] = { "", ".gz", ".zst" };

  for (guint s = 0; s < G_N_ELEMENTS (suffixes); s++)
    {
      g_autofree char *name = g_strconcat ("cut.wavescope.ndjson", suffixes[s], NULL);
      g_autofree char *path = in_dir (fixture, name);
      g_autofree char *whole = NULL;
      gsize length;
      guint n_opened = 0, most = 0;

      write_all (path, FALSE);
      whole = contents_of (path, &length);
      for (gsize cut = 0; cut < length; cut++)
        {
          g_autoptr (GError) error = NULL;
          g_autofree char *note = NULL;
          g_autofree char *later = NULL;
          g_autoptr (WaveRecordingFile) file = NULL;
          Seen seen = { 0 };

          g_assert_true (g_file_set_contents_full (path, whole, cut, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
          file = wave_recording_file_open (path, NULL, &note, &error);
          if (file == NULL)
            {
              g_assert_nonnull (error);
              g_assert_cmpuint (n_opened, ==, 0);
              continue;
            }
          n_opened++;
          wave_recording_file_foreach (file, count_line, &seen, &later, NULL);
          g_assert_cmpuint (seen.n_frames, >=, most);
          most = seen.n_frames;
          if (*suffixes[s] != '\0')
            g_assert_true (note != NULL || later != NULL);
        }
      g_assert_cmpuint (most, >=, *suffixes[s] == '\0' ? G_N_ELEMENTS (frames) - 1 : 3);
    }
}

static void
test_unknown_is_carried (Fixture *fixture, gconstpointer data)
{
  static const char text[] = "{\"wavescope_recording\":1,\"tenant_id\":\"t\",\"server_name\":\"s\",\"started_at\":\"2026-06-02T07:16:09.123456Z\",\"extra\":[1]}\n"
                             "{\"t_us\":1,\"via\":\"stream\",\"frame\":\"{}\",\"colour\":\"blue\"}\n"
                             "{\"t_us\":2,\"weather\":\"fine\"}\n"
                             "this is no JSON\n"
                             "\n"
                             "{\"t_us\":3,\"state\":\"live\",\"reason\":null,\"more\":{\"a\":1}}\n";
  static const char expected[] = "{\"wavescope_recording\":1,\"tenant_id\":\"t\",\"server_name\":\"s\",\"started_at\":\"2026-06-02T07:16:09.123456Z\",\"extra\":[1]}\n"
                                 "{\"t_us\":1,\"via\":\"stream\",\"frame\":\"{}\",\"colour\":\"blue\"}\n"
                                 "{\"t_us\":2,\"weather\":\"fine\"}\n"
                                 "this is no JSON\n"
                                 "{\"t_us\":3,\"state\":\"live\",\"reason\":null,\"more\":{\"a\":1}}\n";
  g_autofree char *from = in_dir (fixture, "from.ndjson");
  g_autofree char *to = in_dir (fixture, "to.ndjson");
  g_autofree char *found = NULL;
  gsize length;

  g_assert_true (g_file_set_contents (from, text, -1, NULL));
  export (from, to, WAVE_EXPORT_RECORDING, NULL, FALSE);
  found = contents_of (to, &length);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_not_a_recording (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "", "\n", "{}", "{\"wavescope_recording\":\"x\"}\n", "[1]\n", "\x1f\x8b", "\x28\xb5\x2f\xfdjunk", "SQLite format 3" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *path = in_dir (fixture, "x.ndjson");
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      g_assert_null (wave_recording_file_open (path, NULL, NULL, &error));
      g_assert_nonnull (error);
      g_assert_true (error->domain == WAVE_JOURNAL_ERROR);
    }
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (wave_recording_file_open (fixture->dir, NULL, NULL, &error));
    g_assert_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_OPEN);
  }
}

static void
test_token (Fixture *fixture, gconstpointer data)
{
  static const char *const echoes[] = {
    "{\"type\":\"x\",\"url\":\"wss://h/v1/stream?token=" TOKEN "\"}",
    "{\"type\":\"x\",\"url\":\"wss://h/v1/stream?token=tok%2Fen%2Bsecret-0123456789\"}",
    "{\"type\":\"x\",\"t\":\"tok\\/en+secret-0123456789\"}",
    "{\"type\":\"x\",\"t\":\"\\u0074ok/en+secret-012345678\\u0039\",\"u\":\"" TOKEN "\"}",
    TOKEN,
  };
  static const char *const forms[] = { TOKEN, "tok%2Fen%2Bsecret-0123456789", "tok\\\\/en+secret", "en+secret-01234" };
  const char *const secrets[] = { TOKEN, NULL };
  g_autofree char *path = in_dir (fixture, "t.ndjson");
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;
  WaveRecordingWriter *writer = wave_recording_writer_new (path, NULL, &head, secrets, &error);
  g_auto (GStrv) lines = NULL;
  gsize length;

  for (guint i = 0; i < G_N_ELEMENTS (echoes); i++)
    g_assert_true (wave_recording_writer_add_frame (writer, i, WAVE_VIA_STREAM, echoes[i], strlen (echoes[i]), &error));
  g_assert_true (wave_recording_writer_add_frame (writer, 9, WAVE_VIA_STREAM, "innocent", 8, &error));
  g_assert_true (wave_recording_writer_add_state (writer, 10, "waiting", "could not open ?token=" TOKEN, &error));
  g_assert_true (wave_recording_writer_add_line (writer, "{\"note\":\"" TOKEN "\"}", strlen ("{\"note\":\"" TOKEN "\"}"), &error));
  g_assert_cmpuint (wave_recording_writer_get_n_scrubbed (writer), ==, G_N_ELEMENTS (echoes));
  g_assert_true (wave_recording_writer_close (writer, &error));
  found = contents_of (path, &length);
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    g_assert_null (strstr (found, forms[i]));
  lines = g_strsplit (found, "\n", -1);
  for (guint i = 0; i < G_N_ELEMENTS (echoes); i++)
    {
      WaveRecordingLine line = { 0 };

      g_assert_true (wave_recording_parse_line (lines[i + 1], strlen (lines[i + 1]), &line, NULL));
      g_assert_true (line.scrubbed);
      g_assert_nonnull (memmem (line.frame, line.frame_size, "[secret]", 8));
      wave_recording_line_clear (&line);
    }
  g_assert_null (strstr (lines[G_N_ELEMENTS (echoes) + 1], "scrubbed"));
}

static void
test_anonymise (Fixture *fixture, gconstpointer data)
{
  static const char frame[] = "{\"type\":\"swp.room.message\",\"id\":\"evt-1\",\"room_id\":\"room-atlas-long-id\",\"sender_id\":\"p1\",\"stream_position\":5,\"ts\":\"2026-06-02T07:16:09Z\","
                              "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"Hello Anna, 42\\n\\u00e9 \\\"ok\\\"\",\"mentions\":[\"p1\",\"p2\"]},\"people\":{\"Anna B\":{\"name\":\"Anna\"}}}";
  g_autoptr (WaveAnonymiser) anonymiser = wave_anonymiser_new ();
  g_autofree char *once = wave_anonymiser_frame (anonymiser, frame, strlen (frame));
  g_autofree char *twice = wave_anonymiser_frame (anonymiser, frame, strlen (frame));
  g_autofree char *junk = wave_anonymiser_frame (anonymiser, "Anna said \\ 42", 14);
  g_autoptr (GBytes) raw = g_bytes_new (once, strlen (once));
  g_autoptr (WaveEvent) event = wave_event_decode (raw, WAVE_VIA_STREAM, 1, 1);
  const WaveMessage *message = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_MESSAGE, WaveMessage);
  static const char *const secrets[] = { "Anna", "atlas", "Hello", ", 42", "\"p1\"", "evt-1\"" };
  g_autofree char *path = in_dir (fixture, "a.ndjson");
  g_autofree char *plain = in_dir (fixture, "p.ndjson");
  g_autofree char *found = NULL;
  gsize length;

  g_assert_cmpuint (strlen (once), ==, strlen (frame));
  g_assert_cmpstr (once, ==, twice);
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_null (strstr (once, secrets[i]));
  g_assert_cmpstr (junk, ==, "Xxxx xxxx \\ 00");
  g_assert_nonnull (message);
  g_assert_cmpstr (message->body, ==, "Xxxxx Xxxx, 00\nxxxxxx \"xx\"");
  g_assert_cmpint (event->position, ==, 5);
  g_assert_true (g_str_has_prefix (event->room_id, "room-"));
  g_assert_cmpuint (strlen (event->room_id), ==, strlen ("room-atlas-long-id"));
  /* The same id is the same in every place; another one is another. */
  g_assert_cmpstr (message->mentions[0], ==, event->sender_id);
  g_assert_cmpstr (message->mentions[1], !=, event->sender_id);

  write_all (path, TRUE);
  found = contents_of (path, &length);
  g_assert_null (strstr (found, "atlas"));
  g_assert_null (strstr (found, "wave.example.org"));
  g_assert_null (strstr (found, "t-4417"));
  /* The same, by way of an export. */
  write_all (plain, FALSE);
  export (plain, path, WAVE_EXPORT_RECORDING, NULL, TRUE);
  g_free (found);
  found = contents_of (path, &length);
  g_assert_null (strstr (found, "atlas"));
  g_assert_null (strstr (found, "wave.example.org"));
  g_assert_nonnull (strstr (found, "1000017"));
}

/* What stands for a short name is drawn from few: it is never the name itself, and no two names share it. */
static void
test_anonymise_short (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (WaveAnonymiser) anonymiser = wave_anonymiser_new ();
      g_autoptr (GHashTable) given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      for (char first = 'a'; first <= 'z'; first++)
        for (char second = 'a'; second <= 'z'; second++)
          {
            const char name[] = { first, second, '\0' };
            char *one = wave_anonymiser_name (anonymiser, name);

            g_assert_cmpuint (strlen (one), ==, 2);
            g_assert_cmpstr (one, !=, name);
            g_assert_true (g_hash_table_add (given, one));
          }
    }
}

static JsonObject *
object_of (JsonObject *object, const char *name)
{
  g_assert_true (json_object_has_member (object, name));
  return json_object_get_object_member (object, name);
}

/* What HAR 1.2 requires of each entry. */
static void
check_entry (JsonObject *entry)
{
  static const char *const of_entry[] = { "startedDateTime", "time", "request", "response", "cache", "timings" };
  static const char *const of_request[] = { "method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize" };
  static const char *const of_response[] = { "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize", "bodySize" };
  static const char *const of_timings[] = { "send", "wait", "receive" };

  for (guint i = 0; i < G_N_ELEMENTS (of_entry); i++)
    g_assert_true (json_object_has_member (entry, of_entry[i]));
  for (guint i = 0; i < G_N_ELEMENTS (of_request); i++)
    g_assert_true (json_object_has_member (object_of (entry, "request"), of_request[i]));
  for (guint i = 0; i < G_N_ELEMENTS (of_response); i++)
    g_assert_true (json_object_has_member (object_of (entry, "response"), of_response[i]));
  for (guint i = 0; i < G_N_ELEMENTS (of_timings); i++)
    g_assert_true (json_object_has_member (object_of (entry, "timings"), of_timings[i]));
  g_assert_true (json_object_has_member (object_of (object_of (entry, "response"), "content"), "size"));
  g_assert_true (json_object_has_member (object_of (object_of (entry, "response"), "content"), "mimeType"));
  g_assert_null (strstr (json_object_get_string_member (object_of (entry, "request"), "url"), "token"));
}

static void
test_har (Fixture *fixture, gconstpointer data)
{
  g_autofree char *from = in_dir (fixture, "a.ndjson");
  g_autofree char *to = in_dir (fixture, "a.har");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *log;
  JsonArray *entries, *messages;
  guint at = 0;

  write_all (from, FALSE);
  export (from, to, WAVE_EXPORT_HAR, NULL, FALSE);
  json_parser_load_from_file (parser, to, &error);
  g_assert_no_error (error);
  log = object_of (json_node_get_object (json_parser_get_root (parser)), "log");
  g_assert_cmpstr (json_object_get_string_member (log, "version"), ==, "1.2");
  g_assert_cmpstr (json_object_get_string_member (object_of (log, "creator"), "name"), ==, "Wavescope");
  entries = json_object_get_array_member (log, "entries");
  /* The connection, the page of two, the page of history. */
  g_assert_cmpuint (json_array_get_length (entries), ==, 3);
  for (guint i = 0; i < 3; i++)
    check_entry (json_array_get_object_element (entries, i));
  messages = json_object_get_array_member (json_array_get_object_element (entries, 0), "_webSocketMessages");
  g_assert_cmpuint (json_array_get_length (messages), ==, 7);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      JsonObject *message;
      g_autofree char *encoded = NULL;

      if (frames[i].via != WAVE_VIA_STREAM)
        continue;
      message = json_array_get_object_element (messages, at++);
      g_assert_cmpstr (json_object_get_string_member (message, "type"), ==, "receive");
      g_assert_cmpfloat_with_epsilon (json_object_get_double_member (message, "time"), (WALL + frames[i].t_us) / 1e6, 1e-5);
      if (json_object_get_int_member (message, "opcode") == 1)
        g_assert_cmpstr (json_object_get_string_member (message, "data"), ==, frames[i].bytes);
      else
        {
          encoded = g_base64_encode ((const guchar *) frames[i].bytes, frames[i].size);
          g_assert_cmpstr (json_object_get_string_member (message, "data"), ==, encoded);
        }
    }
  {
    g_autoptr (JsonParser) page = json_parser_new ();
    JsonObject *content = object_of (object_of (json_array_get_object_element (entries, 1), "response"), "content");

    g_assert_true (json_parser_load_from_data (page, json_object_get_string_member (content, "text"), -1, NULL));
    g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object_of (json_node_get_object (json_parser_get_root (page)), "data"), "events")), ==, 2);
  }
}

static void
test_csv (Fixture *fixture, gconstpointer data)
{
  g_autofree char *from = in_dir (fixture, "a.ndjson");
  g_autofree char *to = in_dir (fixture, "a.csv");
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length;

  write_all (from, FALSE);
  export (from, to, WAVE_EXPORT_CSV, NULL, FALSE);
  text = contents_of (to, &length);
  lines = g_strsplit (text, "\r\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, G_N_ELEMENTS (frames) + 2);
  g_assert_true (g_str_has_prefix (lines[0], "time,position,type,"));
  g_assert_true (g_str_has_prefix (lines[2], "2026-06-02T07:16:09.123473Z,1,swp.room.message,message,evt-1,room-atlas,,p1,,stream,"));
  /* No formula, and quotation marks twice. */
  g_assert_null (strstr (text, ",=1+1"));
  g_assert_null (strstr (text, "\"=1+1"));
  g_assert_nonnull (strstr (text, "\"\"x\"\""));
}

static void
test_json_lines (Fixture *fixture, gconstpointer data)
{
  g_autofree char *from = in_dir (fixture, "a.ndjson");
  g_autofree char *to = in_dir (fixture, "a.jsonl");
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length;

  write_all (from, FALSE);
  export (from, to, WAVE_EXPORT_JSON_LINES, NULL, FALSE);
  text = contents_of (to, &length);
  lines = g_strsplit (text, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, G_N_ELEMENTS (frames) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      g_autoptr (GError) error = NULL;

      json_parser_load_from_data (parser, lines[i], -1, &error);
      g_assert_no_error (error);
      g_assert_true (json_object_has_member (json_node_get_object (json_parser_get_root (parser)), "received_at"));
    }
}

static void
test_transcript (Fixture *fixture, gconstpointer data)
{
  g_autofree char *from = in_dir (fixture, "a.ndjson");
  g_autofree char *to = in_dir (fixture, "a.txt");
  g_autofree char *text = NULL;
  gsize length;

  write_all (from, FALSE);
  export (from, to, WAVE_EXPORT_TRANSCRIPT, "room-b", FALSE);
  text = contents_of (to, &length);
  g_assert_nonnull (strstr (text, "p2: =1+1, \"x\"\n"));
  /* What was redacted later is not in it. */
  g_assert_null (strstr (text, "three"));
  g_assert_nonnull (strstr (text, "p2: (removed)\n"));
  g_assert_null (strstr (text, "Hello"));
  g_free (text);
  export (from, to, WAVE_EXPORT_TRANSCRIPT, NULL, FALSE);
  text = contents_of (to, &length);
  g_assert_nonnull (strstr (text, "2026-06-02 07:16:09 [room-atlas] p1: Hello \"A\" \n    é \\ = end\n"));
}

static void
on_exported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(gssize *) user_data = wave_event_log_export_finish (WAVE_EVENT_LOG (source), result, &error);
  g_assert_no_error (error);
}

/* A selection of what a log holds, as a recording that opens again. */
static void
test_selection (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WaveEventLog) log = wave_event_log_new ();
  g_autoptr (WaveBatch) batch = wave_batch_new ();
  g_autoptr (GArray) indices = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree char *path = in_dir (fixture, "s.wavescope.ndjson");
  WaveExportOptions options = { .format = WAVE_EXPORT_RECORDING, .path = path, .head = &head };
  gssize n = -2;
  g_autoptr (WaveRecordingFile) file = NULL;
  Seen seen = { .n_frames = 1, .taken_back = TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (GBytes) raw = g_bytes_new (frames[i].bytes, frames[i].size);

      g_ptr_array_add (batch->events, wave_event_decode (raw, frames[i].via, 1, WALL + frames[i].t_us));
      if (i > 0)
        g_array_append_val (indices, i);
    }
  wave_event_log_append_batch (log, batch);
  wave_event_log_export_async (log, indices, &options, NULL, on_exported, &n);
  while (n == -2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (n, ==, G_N_ELEMENTS (frames) - 1);
  file = wave_recording_file_open (path, NULL, NULL, NULL);
  wave_recording_file_foreach (file, compare_line, &seen, NULL, NULL);
  g_assert_cmpuint (seen.n_frames, ==, G_N_ELEMENTS (frames));
}

int
main (int argc, char **argv)
{
  static const struct { const char *name; void (*func) (Fixture *, gconstpointer); } tests[] = {
    { "/recording/round-trip", test_round_trip }, { "/recording/cut", test_cut }, { "/recording/unknown-is-carried", test_unknown_is_carried },
    { "/recording/not-a-recording", test_not_a_recording }, { "/recording/token", test_token }, { "/recording/anonymise", test_anonymise },
    { "/recording/anonymise/short", test_anonymise_short }, { "/export/har", test_har },
    { "/export/csv", test_csv }, { "/export/json-lines", test_json_lines }, { "/export/transcript", test_transcript }, { "/export/selection", test_selection },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
