// SPDX-License-Identifier: GPL-3.0-or-later
// What the journal keeps of interruptions; what a redaction takes back of a reply's chunks; journals of older schemas.
#include "config.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#include "journal/wave-proof.h"

typedef struct {
  char *dir, *path;
  WaveJournal *journal;
} Fixture;

static void
reopen (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;

  if (fixture->journal != NULL)
    wave_journal_close (fixture->journal);
  g_clear_object (&fixture->journal);
  fixture->journal = wave_journal_open (fixture->path, &aside, &error);
  g_assert_no_error (error);
  g_assert_null (aside);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("wave-proof-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->dir, "journal", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (fixture->journal != NULL)
    wave_journal_close (fixture->journal);
  g_clear_object (&fixture->journal);
  dir = g_dir_open (fixture->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (fixture->dir, name, NULL);

      g_unlink (file);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
  g_free (fixture->path);
}

/* ---- proofs ---- */

static void
test_kept (Fixture *fixture, gconstpointer data)
{
  WaveProof proof = { .start_wall_us = 1000, .end_wall_us = 5000, .from_position = 7, .to_position = 90, .pages = 3, .events = 40, .known = 2, .tries = 4, .torn_streams = 1,
                      .close_code = 1012, .catch_up_us = 700, .complete = TRUE, .cause = (char *) "closed", .reason = (char *) "restart", .verified_wall_us = -1 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) proofs = NULL;
  const WaveProof *kept;

  reopen (fixture);
  wave_journal_submit_proof (fixture->journal, &proof);
  /* Verified later: the same interruption, told anew. */
  proof.verified_wall_us = 9000;
  proof.n_server = 83;
  proof.n_missing = 1;
  wave_journal_submit_proof (fixture->journal, &proof);
  proof.start_wall_us = 500;
  proof.verified_wall_us = -1;
  proof.complete = FALSE;
  proof.cause = NULL;
  proof.reason = NULL;
  proof.detail = (char *) "HTTP 503";
  wave_journal_submit_proof (fixture->journal, &proof);
  wave_journal_flush (fixture->journal);
  reopen (fixture);
  proofs = wave_journal_read_proofs (fixture->journal, 10, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (proofs->len, ==, 2);
  kept = proofs->pdata[0];
  g_assert_cmpint (kept->start_wall_us, ==, 500);
  g_assert_false (kept->complete);
  g_assert_null (kept->cause);
  g_assert_cmpstr (kept->detail, ==, "HTTP 503");
  g_assert_cmpint (kept->verified_wall_us, ==, -1);
  kept = proofs->pdata[1];
  g_assert_cmpint (kept->end_wall_us, ==, 5000);
  g_assert_cmpint (kept->from_position, ==, 7);
  g_assert_cmpint (kept->to_position, ==, 90);
  g_assert_cmpuint (kept->pages, ==, 3);
  g_assert_cmpuint (kept->events, ==, 40);
  g_assert_cmpuint (kept->known, ==, 2);
  g_assert_cmpuint (kept->tries, ==, 4);
  g_assert_cmpuint (kept->torn_streams, ==, 1);
  g_assert_cmpuint (kept->close_code, ==, 1012);
  g_assert_cmpint (kept->catch_up_us, ==, 700);
  g_assert_true (kept->complete);
  g_assert_cmpstr (kept->cause, ==, "closed");
  g_assert_cmpstr (kept->reason, ==, "restart");
  g_assert_cmpint (kept->verified_wall_us, ==, 9000);
  g_assert_cmpuint (kept->n_server, ==, 83);
  g_assert_cmpuint (kept->n_missing, ==, 1);
  g_assert_cmpint (wave_journal_get_trimmed_below (fixture->journal), ==, -1);
}

static void
test_left_out (Fixture *fixture, gconstpointer data)
{
  const char *rooms[] = { "room-x", NULL };

  reopen (fixture);
  wave_journal_set_left_out (fixture->journal, rooms);
  g_assert_true (wave_journal_is_left_out (fixture->journal, "room-x"));
  g_assert_false (wave_journal_is_left_out (fixture->journal, "room-y"));
  g_assert_false (wave_journal_is_left_out (fixture->journal, NULL));
}

/* ---- redaction of chunks ---- */

static gint64 clock_us;

static WaveEvent *
make (const char *frame)
{
  g_autoptr (GBytes) raw = g_bytes_new (frame, strlen (frame));

  clock_us += 10 * 1000;
  return wave_event_decode (raw, WAVE_VIA_STREAM, clock_us, clock_us);
}

static WaveEvent *
chunk (const char *sender, const char *text, gboolean done)
{
  g_autofree char *frame = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"r1\",\"sender_id\":\"%s\",\"content\":{\"chunk_text\":\"%s\",\"done\":%s}}",
                                            sender, text, done ? "true" : "false");

  return make (frame);
}

static WaveEvent *
message (const char *id, const char *sender, gint64 position, const char *body)
{
  g_autofree char *frame = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"%s\",\"room_id\":\"r1\",\"sender_id\":\"%s\",\"stream_position\":%" G_GINT64_FORMAT
                                            ",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"%s\"}}",
                                            id, sender, position, body);

  return make (frame);
}

static WaveEvent *
redaction (const char *target, gint64 position)
{
  g_autofree char *frame = g_strdup_printf ("{\"type\":\"swp.room.redaction\",\"id\":\"x%" G_GINT64_FORMAT "\",\"room_id\":\"r1\",\"stream_position\":%" G_GINT64_FORMAT ",\"event_id\":\"%s\"}",
                                            position, position, target);

  return make (frame);
}

static void
submit (WaveJournal *journal, WaveEvent *first, ...)
{
  g_autoptr (WaveBatch) batch = wave_batch_new ();
  va_list list;

  va_start (list, first);
  for (WaveEvent *event = first; event != NULL; event = va_arg (list, WaveEvent *))
    g_ptr_array_add (batch->events, event);
  va_end (list);
  wave_journal_submit (journal, batch);
  wave_journal_flush (journal);
}

/* How often @needle stands in what the journal gives back, and how many chunks there are. */
static guint
count (Fixture *fixture, const char *needle, guint *n_chunks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = wave_journal_read_events (fixture->journal, NULL, G_MAXINT64, 100000, &error);
  guint n = 0;

  g_assert_no_error (error);
  *n_chunks = 0;
  for (guint i = 0; i < events->len; i++)
    {
      const WaveEvent *event = events->pdata[i];

      g_assert_cmpstr (event->malformed, ==, NULL);
      n += memmem (event->raw, event->raw_size, needle, strlen (needle)) != NULL;
      *n_chunks += event->kind == WAVE_EVENT_CHUNK;
    }
  return n;
}

static void
test_chunks (Fixture *fixture, gconstpointer data)
{
  guint n_chunks;

  clock_us = 1780384569 * (gint64) G_USEC_PER_SEC;
  reopen (fixture);
  /* Two AIs at once, an earlier reply of the same one, and another after it. */
  submit (fixture->journal, chunk ("ai", "early kept", FALSE), chunk ("ai", "", TRUE), message ("m1", "ai", 1, "early kept"), chunk ("ai", "my sec", FALSE),
          chunk ("other", "bystander", FALSE), chunk ("ai", "ret is 42", FALSE), chunk ("other", "", TRUE), NULL);
  submit (fixture->journal, chunk ("ai", "", TRUE), message ("m2", "ai", 2, "my secret is 42"), chunk ("ai", "later kept", FALSE), NULL);
  g_assert_cmpuint (count (fixture, "ret is 42", &n_chunks), ==, 2);
  submit (fixture->journal, redaction ("m2", 3), NULL);
  g_assert_cmpuint (count (fixture, "my sec", &n_chunks), ==, 0);
  g_assert_cmpuint (count (fixture, "ret is 42", &n_chunks), ==, 0);
  /* They came, and when they came, is still told. */
  g_assert_cmpuint (n_chunks, ==, 8);
  g_assert_cmpuint (count (fixture, "early kept", &n_chunks), ==, 2);
  g_assert_cmpuint (count (fixture, "bystander", &n_chunks), ==, 1);
  g_assert_cmpuint (count (fixture, "later kept", &n_chunks), ==, 1);
}

/* The message that is taken back comes late, by sync, after its redaction; its last chunk after it; one reply in several messages. */
static void
test_chunks_otherwise (Fixture *fixture, gconstpointer data)
{
  guint n_chunks;

  clock_us = 1780384569 * (gint64) G_USEC_PER_SEC;
  reopen (fixture);
  submit (fixture->journal, chunk ("ai", "alpha one", FALSE), chunk ("ai", "", TRUE), redaction ("m5", 6), NULL);
  submit (fixture->journal, message ("m5", "ai", 5, "alpha one"), NULL);
  g_assert_cmpuint (count (fixture, "alpha one", &n_chunks), ==, 0);

  submit (fixture->journal, chunk ("ai", "beta ", FALSE), message ("m7", "ai", 7, "beta two"), chunk ("ai", "two", TRUE), chunk ("ai", "gamma", FALSE), redaction ("m7", 8), NULL);
  g_assert_cmpuint (count (fixture, "beta", &n_chunks), ==, 0);
  g_assert_cmpuint (count (fixture, "\"two\"", &n_chunks), ==, 0);
  g_assert_cmpuint (count (fixture, "gamma", &n_chunks), ==, 1);

  submit (fixture->journal, chunk ("ai", "", TRUE), message ("m9", "ai", 9, "gamma"), chunk ("ai", "first part. second part.", FALSE), chunk ("ai", "", TRUE),
          message ("m10", "ai", 10, "first part."), message ("m11", "ai", 11, "second part."), redaction ("m11", 12), NULL);
  g_assert_cmpuint (count (fixture, "second part", &n_chunks), ==, 0);
  g_assert_cmpuint (count (fixture, "gamma", &n_chunks), ==, 2);
}

/* Also on the disk: neither in the pages that were freed nor in the log. */
static void
test_chunks_bytes (Fixture *fixture, gconstpointer data)
{
  static const char *const parts[] = { "", "-wal" };

  clock_us = 1780384569 * (gint64) G_USEC_PER_SEC;
  reopen (fixture);
  submit (fixture->journal, chunk ("ai", "zebra-crossing-77", FALSE), chunk ("ai", "", TRUE), message ("m1", "ai", 1, "zebra-crossing-77"), NULL);
  submit (fixture->journal, redaction ("m1", 2), NULL);
  /* Closing writes the log back. */
  wave_journal_close (fixture->journal);
  g_clear_object (&fixture->journal);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *file = g_strconcat (fixture->path, parts[i], NULL);
      g_autofree char *bytes = NULL;
      gsize size = 0;

      if (g_file_get_contents (file, &bytes, &size, NULL))
        g_assert_null (memmem (bytes, size, "zebra-crossing-77", 17));
    }
}

/* ---- older schemas, frozen as they were ---- */

static const char schema_1[] =
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"
    "CREATE TABLE strings (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE events (row INTEGER PRIMARY KEY, wall_us INTEGER NOT NULL, mono_us INTEGER NOT NULL, position INTEGER, via INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, type INTEGER NOT NULL, room INTEGER, sender INTEGER, key TEXT, hash INTEGER NOT NULL, is_edit INTEGER NOT NULL, raw BLOB NOT NULL);"
    "CREATE UNIQUE INDEX events_key ON events (key) WHERE key IS NOT NULL;"
    "CREATE INDEX events_position ON events (position) WHERE position IS NOT NULL;"
    "CREATE INDEX events_room ON events (room, row) WHERE room IS NOT NULL AND position IS NOT NULL;"
    "CREATE TABLE redactions (target TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE transitions (row INTEGER PRIMARY KEY, wall_us INTEGER NOT NULL, state TEXT NOT NULL, cause TEXT NOT NULL, close_code INTEGER,"
    " http_status INTEGER, reason TEXT, fetched INTEGER, pages INTEGER, complete INTEGER);"
    "PRAGMA user_version = 1;"
    "INSERT INTO meta VALUES ('cursor', 41);"
    "INSERT INTO strings VALUES (1, 'swp.room.message'), (2, 'r1'), (3, 'p1'), (4, 'typing');"
    "INSERT INTO redactions VALUES ('e2');"
    "INSERT INTO transitions VALUES (1, 1780384569000000, 'live', 'caught-up', 0, 0, NULL, 3, 1, 1);"
    "INSERT INTO events VALUES (1, 1780384569000001, 11, 41, 0, 3, 1, 2, 3, 'e1', 77, 0,"
    " CAST ('{\"type\":\"swp.room.message\",\"id\":\"e1\",\"room_id\":\"r1\",\"sender_id\":\"p1\",\"stream_position\":41,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"old one\"}}' AS BLOB));"
    "INSERT INTO events VALUES (2, 1780384569000002, 12, NULL, 0, 18, 4, 2, NULL, NULL, 0, 0,"
    " CAST ('{\"type\":\"typing\",\"room_id\":\"r1\",\"participant_id\":\"p1\",\"typing\":true}' AS BLOB));"
    "INSERT INTO events VALUES (3, 1780384569000003, 13, 42, 1, 3, 1, 2, 3, 'e2', 78, 0,"
    " CAST ('{\"type\":\"swp.room.message\",\"id\":\"e2\",\"room_id\":\"r1\",\"sender_id\":\"p1\",\"stream_position\":42,\"redacted_at\":\"1970-01-01T00:00:00Z\",\"content\":{}}' AS BLOB));"
    "INSERT INTO events VALUES (4, 1780384569000004, 14, 41, 0, 3, 1, 2, 3, 'e1' || char(31) || '000000000000004f', 79, 1,"
    " CAST ('{\"type\":\"swp.room.message\",\"id\":\"e1\",\"room_id\":\"r1\",\"sender_id\":\"p1\",\"stream_position\":41,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"old one, edited\"}}' AS BLOB));";

static const char schema_2[] =
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;"
    "CREATE TABLE strings (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE blocks (first_row INTEGER PRIMARY KEY, n INTEGER NOT NULL, last_wall_us INTEGER NOT NULL, heads BLOB NOT NULL, raws BLOB NOT NULL);"
    "CREATE TABLE durable (row INTEGER PRIMARY KEY, position INTEGER NOT NULL, room INTEGER, hash INTEGER NOT NULL, is_edit INTEGER NOT NULL, key TEXT NOT NULL UNIQUE);"
    "CREATE INDEX durable_position ON durable (position);"
    "CREATE INDEX durable_room ON durable (room, row) WHERE room IS NOT NULL;"
    "CREATE TABLE redactions (target TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TABLE transitions (row INTEGER PRIMARY KEY, wall_us INTEGER NOT NULL, state TEXT NOT NULL, cause TEXT NOT NULL, close_code INTEGER,"
    " http_status INTEGER, reason TEXT, fetched INTEGER, pages INTEGER, complete INTEGER, skew_us INTEGER);"
    "PRAGMA user_version = 2;"
    "INSERT INTO meta VALUES ('cursor', 9);";

static void
make_old (const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  char *wrong = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &wrong);
  g_assert_cmpstr (wrong, ==, NULL);
  sqlite3_close (db);
}

static int
query (const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *stmt = NULL;
  int value;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  value = sqlite3_column_int (stmt, 0);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return value;
}

static void
test_from_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GPtrArray) room = NULL;
  const WaveMessage *said;
  const WaveEvent *event;

  make_old (fixture->path, schema_1);
  reopen (fixture);
  g_assert_cmpint (wave_journal_get_cursor (fixture->journal), ==, 41);
  events = wave_journal_read_events (fixture->journal, NULL, G_MAXINT64, 100, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (events->len, ==, 4);
  event = events->pdata[0];
  said = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_MESSAGE, WaveMessage);
  g_assert_cmpstr (said->body, ==, "old one");
  g_assert_cmpint (event->arrived_wall_us, ==, 1780384569000001);
  g_assert_cmpint (event->arrived_mono_us, ==, 11);
  event = events->pdata[1];
  g_assert_cmpint (event->kind, ==, WAVE_EVENT_TYPING);
  event = events->pdata[2];
  g_assert_cmpint (event->via, ==, WAVE_VIA_SYNC);
  keys = wave_journal_read_keys (fixture->journal, -1, G_MAXINT64, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (keys->len, ==, 2);
  room = wave_journal_read_events (fixture->journal, "r1", G_MAXINT64, 100, &error);
  g_assert_cmpuint (room->len, ==, 3);
  /* What comes now goes on from there: known ones are known, the redacted one stays so. */
  clock_us = 1780384570 * (gint64) G_USEC_PER_SEC;
  submit (fixture->journal, message ("e2", "p1", 42, "must not come back"), message ("e3", "p1", 43, "new"), NULL);
  wave_journal_close (fixture->journal);
  g_clear_object (&fixture->journal);
  g_assert_cmpint (query (fixture->path, "PRAGMA user_version"), ==, 4);
  g_assert_cmpint (query (fixture->path, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'old_%' OR name = 'events'"), ==, 0);
  g_assert_cmpint (query (fixture->path, "SELECT count(*) FROM transitions"), ==, 1);
  g_assert_cmpint (query (fixture->path, "SELECT count(*) FROM durable WHERE is_edit = 0"), ==, 3);
  g_assert_cmpint (query (fixture->path, "SELECT hash FROM durable WHERE key = 'e1'"), ==, 77);
  reopen (fixture);
  {
    guint n_chunks;

    g_assert_cmpuint (count (fixture, "must not come back", &n_chunks), ==, 0);
    g_assert_cmpuint (count (fixture, "\"new\"", &n_chunks), ==, 1);
  }
}

static void
test_from_second (Fixture *fixture, gconstpointer data)
{
  WaveProof proof = { .start_wall_us = 1, .verified_wall_us = -1 };
  g_autoptr (GPtrArray) proofs = NULL;

  make_old (fixture->path, schema_2);
  reopen (fixture);
  g_assert_cmpint (wave_journal_get_cursor (fixture->journal), ==, 9);
  wave_journal_submit_proof (fixture->journal, &proof);
  wave_journal_flush (fixture->journal);
  proofs = wave_journal_read_proofs (fixture->journal, 10, NULL);
  g_assert_cmpuint (proofs->len, ==, 1);
}

/* What the tables of version 3 were, for the four events of the test below. */
static const char to_third[] =
    "DROP TABLE durable; DROP TABLE block_keys; DROP TABLE block_rooms;"
    "CREATE TABLE durable (row INTEGER PRIMARY KEY, position INTEGER NOT NULL, room INTEGER, hash INTEGER NOT NULL, is_edit INTEGER NOT NULL, key TEXT NOT NULL UNIQUE);"
    "CREATE INDEX durable_position ON durable (position);"
    "CREATE INDEX durable_room ON durable (room, row) WHERE room IS NOT NULL;"
    "INSERT INTO durable VALUES (1, 41, (SELECT id FROM strings WHERE text = 'r1'), 0, 0, 'e1');"
    "INSERT INTO durable VALUES (3, 42, (SELECT id FROM strings WHERE text = 'r2'), 0, 0, 'e2');"
    "INSERT INTO durable VALUES (4, 43, (SELECT id FROM strings WHERE text = 'r1'), 7, 1, 'e1' || char(31) || '0000000000000007');"
    "INSERT INTO durable VALUES (5, 44, NULL, 0, 0, 'pos:44');"
    "PRAGMA user_version = 3;";

static void
test_from_third (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GPtrArray) room = NULL;

  reopen (fixture);
  clock_us = 1780384570 * (gint64) G_USEC_PER_SEC;
  submit (fixture->journal, message ("e1", "p1", 41, "first-words"), make ("{\"type\":\"typing\",\"room_id\":\"r1\",\"participant_id\":\"p1\",\"typing\":true}"), NULL);
  wave_journal_flush (fixture->journal);
  submit (fixture->journal, make ("{\"type\":\"swp.room.message\",\"id\":\"e2\",\"room_id\":\"r2\",\"stream_position\":42,\"content\":{\"body\":\"elsewhere\"}}"),
          message ("e1", "p1", 43, "other-words"), make ("{\"type\":\"swp.new.thing\",\"stream_position\":44}"), NULL);
  wave_journal_close (fixture->journal);
  g_clear_object (&fixture->journal);
  make_old (fixture->path, to_third);
  reopen (fixture);
  g_assert_cmpint (query (fixture->path, "PRAGMA user_version"), ==, 4);
  g_assert_cmpint (query (fixture->path, "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'old_%' OR name LIKE 'durable_%'"), ==, 0);
  g_assert_cmpint (query (fixture->path, "SELECT count(*) FROM proofs"), ==, 0);

  keys = wave_journal_read_keys (fixture->journal, 41, G_MAXINT64, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (keys->len, ==, 2);
  g_assert_cmpstr (keys->pdata[0], ==, "e2");
  g_assert_cmpstr (keys->pdata[1], ==, "pos:44");
  room = wave_journal_read_events (fixture->journal, "r1", G_MAXINT64, 100, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (room->len, ==, 2);
  g_assert_cmpint (((WaveEvent *) room->pdata[0])->position, ==, 41);
  g_assert_cmpint (((WaveEvent *) room->pdata[1])->position, ==, 43);

  /* All of them are known, and a redaction finds the message and its edit. */
  submit (fixture->journal, make ("{\"type\":\"swp.new.thing\",\"stream_position\":44}"), message ("e1", "p1", 41, "first-words"),
          make ("{\"type\":\"swp.room.redaction\",\"id\":\"e5\",\"room_id\":\"r1\",\"stream_position\":45,\"event_id\":\"e1\"}"), NULL);
  {
    guint n_chunks;

    g_assert_cmpuint (count (fixture, "first-words", &n_chunks), ==, 0);
    g_assert_cmpuint (count (fixture, "other-words", &n_chunks), ==, 0);
    g_assert_cmpuint (count (fixture, "elsewhere", &n_chunks), ==, 1);
    g_assert_cmpuint (count (fixture, "swp.new.thing", &n_chunks), ==, 1);
  }
}

/* A journal of a version after this one is set aside and not touched. */
static void
test_from_later (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *aside = NULL;

  make_old (fixture->path, "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID; PRAGMA user_version = 99");
  fixture->journal = wave_journal_open (fixture->path, &aside, &error);
  g_assert_no_error (error);
  g_assert_nonnull (aside);
  g_assert_cmpint (query (aside, "PRAGMA user_version"), ==, 99);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *, gconstpointer);
  } tests[] = {
    { "/proof/kept", test_kept },
    { "/proof/left-out", test_left_out },
    { "/redaction/chunks", test_chunks },
    { "/redaction/chunks-otherwise", test_chunks_otherwise },
    { "/redaction/chunks-bytes", test_chunks_bytes },
    { "/migration/from-1", test_from_first },
    { "/migration/from-2", test_from_second },
    { "/migration/from-3", test_from_third },
    { "/migration/from-later", test_from_later },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
