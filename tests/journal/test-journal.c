// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal/wave-journal.h"

typedef struct {
  char *dir;
  char *path;
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
  fixture->dir = g_dir_make_tmp ("wave-journal-XXXXXX", NULL);
  fixture->path = wave_journal_path_for (fixture->dir, "https://wave.example.org", "t/../1");
  g_assert_true (g_str_has_prefix (fixture->path, fixture->dir));
  g_assert_null (strstr (fixture->path, ".."));
  reopen (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  wave_journal_close (fixture->journal);
  g_assert_finalize_object (fixture->journal);
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

static WaveEvent *
make (const char *frame, gint64 wall_us)
{
  g_autoptr (GBytes) raw = g_bytes_new (frame, strlen (frame));

  return wave_event_decode (raw, WAVE_VIA_STREAM, 7, wall_us);
}

static WaveEvent *
message (const char *id, const char *room, gint64 position, const char *body)
{
  g_autofree char *frame = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"%s\",\"room_id\":\"%s\",\"sender_id\":\"p1\",\"stream_position\":%" G_GINT64_FORMAT
                                            ",\"origin_ts\":1780384569,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"%s\"}}",
                                            id, room, position, body);

  return make (frame, g_get_real_time ());
}

/* @cursor -1: does not move. Takes the events; NULL ends the list. */
static void
submit (WaveJournal *journal, gint64 cursor, WaveEvent *first, ...)
{
  g_autoptr (WaveBatch) batch = wave_batch_new ();
  va_list list;

  va_start (list, first);
  for (WaveEvent *event = first; event != NULL; event = va_arg (list, WaveEvent *))
    g_ptr_array_add (batch->events, event);
  va_end (list);
  batch->cursor = cursor;
  wave_journal_submit (journal, batch);
}

/* The bodies in order, with commas. */
static char *
read_all (WaveJournal *journal, const char *room)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = wave_journal_read_events (journal, room, G_MAXINT64, 100000, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < events->len; i++)
    {
      const WaveEvent *event = events->pdata[i];
      const WaveMessage *said = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_MESSAGE, WaveMessage);

      g_string_append_printf (text, "%s%s", i > 0 ? "," : "", said != NULL && said->body != NULL ? said->body : event->type);
    }
  return g_string_free (text, FALSE);
}

static void
assert_holds (WaveJournal *journal, const char *room, const char *expected)
{
  g_autofree char *text = NULL;

  wave_journal_flush (journal);
  text = read_all (journal, room);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_once (Fixture *fixture, gconstpointer data)
{
  submit (fixture->journal, 5, message ("e1", "r1", 1, "one"), message ("e2", "r2", 2, "two"), message ("e1", "r1", 1, "one"), NULL);
  submit (fixture->journal, 6, message ("e2", "r2", 2, "two"), message ("e3", "r1", 3, "three"), NULL);
  submit (fixture->journal, -1, make ("{\"type\":\"typing\",\"room_id\":\"r1\",\"participant_id\":\"p\"}", 1), make ("{\"type\":\"typing\",\"room_id\":\"r1\",\"participant_id\":\"p\"}", 2),
          make ("", 3), make ("broken", 4), NULL);
  assert_holds (fixture->journal, NULL, "one,two,three,typing,typing,,");
  assert_holds (fixture->journal, "r1", "one,three");
  reopen (fixture);
  submit (fixture->journal, -1, message ("e3", "r1", 3, "three"), message ("e4", "r1", 4, "four"), NULL);
  assert_holds (fixture->journal, "r1", "one,three,four");
  g_assert_cmpint (wave_journal_get_cursor (fixture->journal), ==, 6);
}

static void
test_edit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) keys = NULL;

  submit (fixture->journal, 5, message ("e1", "r1", 1, "one"), message ("e1", "r1", 1, "edited"), message ("e1", "r1", 1, "edited"), NULL);
  assert_holds (fixture->journal, "r1", "one,edited");
  keys = wave_journal_read_keys (fixture->journal, -1, G_MAXINT64, NULL);
  g_assert_cmpuint (keys->len, ==, 1);
  g_assert_cmpstr (keys->pdata[0], ==, "e1");
}

static gboolean
file_holds (Fixture *fixture, const char *text)
{
  static const char *const parts[] = { "", "-wal" };
  gboolean holds = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *file = g_strconcat (fixture->path, parts[i], NULL);
      g_autofree char *contents = NULL;
      gsize length;

      if (g_file_get_contents (file, &contents, &length, NULL))
        holds |= memmem (contents, length, text, strlen (text)) != NULL;
    }
  return holds;
}

static void
test_redaction (Fixture *fixture, gconstpointer data)
{
  /* In the same batch, in an earlier one, an edit of it, and an event that comes after its redaction. */
  submit (fixture->journal, 1, message ("e1", "r1", 1, "first-secret"), message ("e1", "r1", 1, "second-secret"), message ("e2", "r1", 2, "kept"), NULL);
  wave_journal_flush (fixture->journal);
  submit (fixture->journal, 9, message ("e3", "r1", 3, "third-secret"),
          make ("{\"type\":\"swp.room.redaction\",\"id\":\"e8\",\"room_id\":\"r1\",\"stream_position\":8,\"event_id\":\"e3\"}", 1),
          make ("{\"type\":\"swp.room.redaction\",\"id\":\"e9\",\"room_id\":\"r1\",\"stream_position\":9,\"event_id\":\"e1\"}", 1),
          make ("{\"type\":\"swp.room.redaction\",\"id\":\"e10\",\"room_id\":\"r1\",\"stream_position\":10,\"event_id\":\"e4\"}", 1), message ("e4", "r1", 4, "fourth-secret"), NULL);
  wave_journal_flush (fixture->journal);
  {
    g_autofree char *text = read_all (fixture->journal, "r1");

    g_assert_null (strstr (text, "secret"));
    g_assert_nonnull (strstr (text, "kept"));
  }
  reopen (fixture);
  submit (fixture->journal, -1, message ("e4", "r1", 4, "fourth-secret"), NULL);
  {
    g_autoptr (GPtrArray) events = NULL;
    g_autofree char *text = NULL;

    wave_journal_flush (fixture->journal);
    text = read_all (fixture->journal, NULL);
    events = wave_journal_read_events (fixture->journal, "r1", G_MAXINT64, 100, NULL);
    g_assert_null (strstr (text, "secret"));
    /* They are still there, as what they were, where they were. */
    g_assert_cmpuint (events->len, ==, 8);
    g_assert_cmpstr (((WaveEvent *) events->pdata[0])->id, ==, "e1");
    g_assert_cmpint (((WaveEvent *) events->pdata[0])->position, ==, 1);
  }
  wave_journal_close (fixture->journal);
  g_assert_false (file_holds (fixture, "third-secret"));
  g_assert_true (file_holds (fixture, "kept"));
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  const guint n = 5000;
  g_autoptr (GPtrArray) keys = NULL, recent = NULL, page = NULL, newest = NULL;
  WaveJournalStatus status;

  for (guint i = 0; i < n;)
    {
      g_autoptr (WaveBatch) batch = wave_batch_new ();

      for (guint k = 0; k < 1 + i % 1700 && i < n; k++, i++)
        {
          g_autofree char *id = g_strdup_printf ("evt-%u", i);
          g_autofree char *room = g_strdup_printf ("r%u", i % 7);

          g_ptr_array_add (batch->events, message (id, room, i, id));
        }
      batch->cursor = i;
      wave_journal_submit (fixture->journal, batch);
    }
  wave_journal_flush (fixture->journal);
  wave_journal_get_status (fixture->journal, &status);
  g_assert_cmpuint (status.events, ==, n);
  g_assert_cmpuint (status.backlog, ==, 0);
  g_assert_false (status.failing);
  keys = wave_journal_read_keys (fixture->journal, 99, 199, NULL);
  g_assert_cmpuint (keys->len, ==, 100);
  g_assert_cmpstr (keys->pdata[0], ==, "evt-100");
  recent = wave_journal_get_recent_keys (fixture->journal, 10, NULL);
  g_assert_cmpuint (recent->len, ==, 10);
  g_assert_cmpstr (recent->pdata[9], ==, "evt-4999");
  /* Pages backwards, over the ends of blocks. */
  newest = wave_journal_read_events (fixture->journal, NULL, G_MAXINT64, 1500, NULL);
  g_assert_cmpuint (newest->len, ==, 1500);
  for (guint i = 0; i < newest->len; i++)
    g_assert_cmpint (((WaveEvent *) newest->pdata[i])->position, ==, n - 1500 + i);
  page = wave_journal_read_events (fixture->journal, "r3", ((WaveEvent *) newest->pdata[0])->serial, 20, NULL);
  g_assert_cmpuint (page->len, ==, 20);
  for (guint i = 0; i < page->len; i++)
    {
      g_assert_cmpstr (((WaveEvent *) page->pdata[i])->room_id, ==, "r3");
      g_assert_cmpint (((WaveEvent *) page->pdata[i])->position, <, n - 1500);
    }
}

/* @keys are those of the @n positions from the @first on; each is three times its number. */
static void
assert_keys (GPtrArray *keys, guint first, guint n)
{
  g_assert_nonnull (keys);
  g_assert_cmpuint (keys->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("evt-%u", (first + i) * 3);

      g_assert_cmpstr (keys->pdata[i], ==, id);
    }
}

/* Positions come in no order, as the past of a room and what is caught up do, in blocks of all sizes; they are asked for by their order. */
static void
test_positions (Fixture *fixture, gconstpointer data)
{
  const guint n = 3000;
  g_autofree guint *positions = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    {
      guint other = g_test_rand_int_range (0, i + 1);

      positions[i] = positions[other];
      positions[other] = i * 3;
    }
  for (guint i = 0; i < n;)
    {
      g_autoptr (WaveBatch) batch = wave_batch_new ();

      for (guint left = g_test_rand_int_range (1, 400); left > 0 && i < n; left--, i++)
        {
          g_autofree char *id = g_strdup_printf ("evt-%u", positions[i]);

          g_ptr_array_add (batch->events, message (id, "r", positions[i], "x"));
          if (i % 3 == 0)
            g_ptr_array_add (batch->events, make ("{\"type\":\"typing\",\"room_id\":\"r\",\"participant_id\":\"p\",\"typing\":true}", 1));
        }
      wave_journal_submit (fixture->journal, batch);
      wave_journal_flush (fixture->journal);
    }
  for (guint i = 0; i < 20; i++)
    {
      guint few = i == 0 ? 0 : i == 1 ? n : i == 2 ? n + 5 : (guint) g_test_rand_int_range (1, n);
      guint from = g_test_rand_int_range (0, n), to = g_test_rand_int_range (from, n);
      g_autoptr (GPtrArray) recent = wave_journal_get_recent_keys (fixture->journal, few, NULL);
      /* After the one at @from, and as far as just before the one behind @to. */
      g_autoptr (GPtrArray) between = wave_journal_read_keys (fixture->journal, from * 3, to * 3 + 2, NULL);

      few = MIN (few, n);
      assert_keys (recent, n - few, few);
      assert_keys (between, from + 1, to - from);
    }
}

/* More comes than the disk takes: whoever submits is told so, until half of it is written; and nothing of it is left out. */
static void
test_behind (Fixture *fixture, gconstpointer data)
{
  const guint n = 40, of_each = 1000;
  g_autofree char *words = g_strnfill (1200, 'w');
  g_autoptr (GPtrArray) batches = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_batch_unref);
  WaveJournalStatus status;
  sqlite3 *db = NULL;
  gint64 deadline;

  /* A machine that is slow to make them must not run out of the journal's patience. */
  for (guint i = 0; i < n; i++)
    {
      WaveBatch *batch = wave_batch_new ();

      for (guint k = 0; k < of_each; k++)
        {
          g_autofree char *id = g_strdup_printf ("e-%u-%u", i, k);

          g_ptr_array_add (batch->events, message (id, "r", i * of_each + k, words));
        }
      g_ptr_array_add (batches, batch);
    }
  deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  g_assert_false (wave_journal_is_behind (fixture->journal));
  /* Somebody else writes into the file: nothing can be written for a while. */
  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < n; i++)
    wave_journal_submit (fixture->journal, batches->pdata[i]);
  g_assert_true (wave_journal_is_behind (fixture->journal));
  g_assert_cmpint (sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  while (wave_journal_is_behind (fixture->journal))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (1000);
    }
  wave_journal_flush (fixture->journal);
  wave_journal_get_status (fixture->journal, &status);
  g_assert_cmpuint (status.events, ==, n * of_each);
  g_assert_cmpuint (status.left_out, ==, 0);
}

/* Somebody who holds the file for long, as a disk that hangs does, makes nobody wait. */
static void
test_hangs (Fixture *fixture, gconstpointer data)
{
  g_autofree char *words = g_strnfill (1000000, 'w');
  g_autoptr (GPtrArray) events = g_ptr_array_new ();
  sqlite3 *db = NULL;
  WaveJournalStatus status;
  gint64 started;

  for (guint i = 0; i < 80; i++)
    {
      g_autofree char *id = g_strdup_printf ("e-%u", i);

      g_ptr_array_add (events, message (id, "r", i, words));
    }
  g_assert_cmpint (sqlite3_open (fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  started = g_get_monotonic_time ();
  for (guint i = 0; i < events->len; i++)
    submit (fixture->journal, i, events->pdata[i], NULL);
  g_assert_true (wave_journal_is_behind (fixture->journal));
  while (wave_journal_is_behind (fixture->journal))
    {
      g_assert_cmpint (g_get_monotonic_time () - started, <, 20 * G_USEC_PER_SEC);
      g_usleep (5000);
    }
  /* SQLite gives up after five seconds: that is a failure, and tried again. */
  wave_journal_get_status (fixture->journal, &status);
  g_assert_false (status.failing);
  g_assert_cmpint (g_get_monotonic_time () - started, >, 2 * G_USEC_PER_SEC);
  g_assert_cmpint (sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  wave_journal_flush (fixture->journal);
  g_assert_false (wave_journal_is_behind (fixture->journal));
}

/* What a killed process had told is there, and the cursor is not ahead of it. */
static void
test_kill (Fixture *fixture, gconstpointer data)
{
  int channel[2];
  pid_t child;
  guint told = 0, n;
  gint64 cursor;
  g_autoptr (GPtrArray) keys = NULL;

  wave_journal_close (fixture->journal);
  g_assert_cmpint (pipe (channel), ==, 0);
  child = fork ();
  if (child == 0)
    {
      WaveJournal *journal = wave_journal_open (fixture->path, NULL, NULL);

      for (guint i = 0;; i++)
        {
          g_autofree char *id = g_strdup_printf ("evt-%u", i);

          submit (journal, i, message (id, "r", i, "x"), make ("{\"type\":\"typing\",\"room_id\":\"r\",\"participant_id\":\"p\"}", 1), NULL);
          if (i % 50 == 49)
            {
              wave_journal_flush (journal);
              n = i + 1;
              if (write (channel[1], &n, sizeof n) != sizeof n)
                _exit (1);
            }
        }
    }
  close (channel[1]);
  while (told < 1000 && read (channel[0], &n, sizeof n) == sizeof n)
    told = n;
  g_assert_cmpuint (told, >=, 1000);
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  waitpid (child, NULL, 0);
  close (channel[0]);
  reopen (fixture);
  keys = wave_journal_read_keys (fixture->journal, -1, G_MAXINT64, NULL);
  cursor = wave_journal_get_cursor (fixture->journal);
  g_assert_cmpuint (keys->len, >=, told);
  g_assert_cmpint (cursor, ==, (gint64) keys->len - 1);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *contents = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *id = g_strdup_printf ("evt-%u", i);

      submit (fixture->journal, i, message (id, "r", i, "some words that fill a page of the file"), NULL);
    }
  wave_journal_close (fixture->journal);
  g_clear_object (&fixture->journal);
  g_assert_true (g_file_get_contents (fixture->path, &contents, &length, NULL));
  g_assert_cmpuint (length, >, 16384);
  memset (contents + 4096, 0xa5, length - 8192);
  g_assert_true (g_file_set_contents_full (fixture->path, contents, length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  fixture->journal = wave_journal_open (fixture->path, &aside, &error);
  g_assert_no_error (error);
  g_assert_nonnull (aside);
  /* Set aside, not deleted; and the new one works. */
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  g_assert_cmpint (wave_journal_get_cursor (fixture->journal), ==, -1);
  submit (fixture->journal, 1, message ("e1", "r", 1, "new"), NULL);
  assert_holds (fixture->journal, NULL, "new");
}

static void
test_modes (Fixture *fixture, gconstpointer data)
{
  GStatBuf status;

  submit (fixture->journal, 1, message ("e1", "r", 1, "x"), NULL);
  wave_journal_flush (fixture->journal);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
}

static void
test_left_out (Fixture *fixture, gconstpointer data)
{
  const char *const rooms[] = { "r2", NULL };

  wave_journal_set_left_out (fixture->journal, rooms);
  submit (fixture->journal, 3, message ("e1", "r1", 1, "one"), message ("e2", "r2", 2, "incognito"), message ("e3", "r1", 3, "three"), NULL);
  assert_holds (fixture->journal, NULL, "one,three");
  g_assert_cmpint (wave_journal_get_cursor (fixture->journal), ==, 3);
  wave_journal_set_left_out (fixture->journal, NULL);
  submit (fixture->journal, 4, message ("e4", "r2", 4, "shown"), NULL);
  assert_holds (fixture->journal, NULL, "one,three,shown");
  wave_journal_close (fixture->journal);
  g_assert_false (file_holds (fixture, "incognito"));
}

static guint64
count_rows (WaveJournal *journal)
{
  g_autoptr (GPtrArray) events = wave_journal_read_events (journal, NULL, G_MAXINT64, 1000000, NULL);

  return events->len;
}

static void
wait_for_rows (WaveJournal *journal, guint64 most)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (count_rows (journal) > most)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_usleep (20000);
    }
}

static gint64
query (Fixture *fixture, const char *sql)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *stmt = NULL;
  gint64 value;

  g_assert_cmpint (sqlite3_open_v2 (fixture->path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  value = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return value;
}

/* Nothing is left of what was taken away, and nothing else was. */
static void
assert_trimmed (Fixture *fixture)
{
  /* Each in one look: more may be taken away meanwhile. All events of this test are durable and of one room. */
  g_assert_cmpint (query (fixture, "SELECT (SELECT count(*) FROM durable) - (SELECT sum (n) FROM blocks)"), ==, 0);
  g_assert_cmpint (query (fixture, "SELECT count(*) FROM durable WHERE row < (SELECT min (first_row) FROM blocks)"), ==, 0);
  g_assert_cmpint (query (fixture, "SELECT count(*) FROM (SELECT first_row FROM block_keys EXCEPT SELECT first_row FROM blocks)"), ==, 0);
  g_assert_cmpint (query (fixture, "SELECT count(*) FROM (SELECT first_row FROM block_rooms EXCEPT SELECT first_row FROM blocks)"), ==, 0);
  g_assert_cmpint (query (fixture, "SELECT (SELECT count(*) FROM block_rooms) - (SELECT count(*) FROM blocks)"), ==, 0);
}

/* What the table of durable events says, in order. */
static char *
dump_durable (const char *path)
{
  GString *text = g_string_new (NULL);
  sqlite3_stmt *stmt = NULL;
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT row || ' ' || key || ' ' || hash || ' ' || is_edit FROM durable ORDER BY row", -1, &stmt, NULL), ==, SQLITE_OK);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    g_string_append_printf (text, "%s\n", (const char *) sqlite3_column_text (stmt, 0));
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return g_string_free (text, FALSE);
}

static WaveEvent *
redaction (guint n, guint target)
{
  g_autofree char *frame = g_strdup_printf ("{\"type\":\"swp.room.redaction\",\"id\":\"x%u\",\"room_id\":\"r1\",\"sender_id\":\"p1\",\"stream_position\":%u,\"event_id\":\"e%u\"}",
                                            n, n, target);

  return make (frame, 1000 + n);
}

/* Something durable that may have been there already, may be an edit, may take back what was said, or something ephemeral. */
static WaveEvent *
any_event (GRand *rand, guint n)
{
  guint which = g_rand_int_range (rand, 0, 100);
  guint known = g_rand_int_range (rand, n > 100 ? n - 100 : 0, n + 20);
  g_autofree char *id = g_strdup_printf ("e%u", which < 60 ? n : known);
  g_autofree char *room = g_strdup_printf ("r%d", g_rand_int_range (rand, 0, 5));
  g_autofree char *frame = NULL;

  if (which < 75)
    return message (id, room, n, which < 68 ? "the same words" : "other words");
  if (which < 77)
    return redaction (n, known);
  if (which < 80)
    frame = g_strdup_printf ("{\"type\":\"swp.new.thing\",\"stream_position\":%u}", known);
  else
    frame = g_strdup_printf ("{\"type\":\"typing\",\"room_id\":\"%s\",\"participant_id\":\"p%u\"}", room, n);
  return make (frame, 1000 + n);
}

/* Keys are put many at a time where that is possible: what is kept is what is kept when each event comes alone. */
static void
test_grouped (Fixture *fixture, gconstpointer data)
{
  static const char *const left_out[] = { "r4", NULL };
  g_autofree char *other_path = g_strconcat (fixture->path, ".alone", NULL);
  g_autoptr (WaveJournal) alone = wave_journal_open (other_path, NULL, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autofree char *of_groups = NULL, *of_alone = NULL;

  g_assert_nonnull (alone);
  wave_journal_set_retention (alone, 0, 0);
  wave_journal_set_retention (fixture->journal, 0, 0);
  wave_journal_set_left_out (alone, left_out);
  wave_journal_set_left_out (fixture->journal, left_out);
  for (guint n = 0; n < 6000;)
    {
      g_autoptr (WaveBatch) batch = wave_batch_new ();
      guint size = g_rand_int_range (rand, 1, 90);
      gboolean all_new = g_rand_int_range (rand, 0, 2) == 0;

      for (guint i = 0; i < size; i++, n++)
        {
          g_autofree char *id = g_strdup_printf ("e%u", n);
          WaveEvent *event = !all_new ? any_event (rand, n) : n % 20 == 19 ? redaction (n, n - 5 + g_rand_int_range (rand, 0, 10)) : message (id, "r1", n, "new words");

          g_ptr_array_add (batch->events, event);
          submit (alone, n, wave_event_ref (event), NULL);
        }
      batch->cursor = n - 1;
      wave_journal_submit (fixture->journal, batch);
      /* So that a transaction is one batch now and then, and several at other times. */
      if (g_rand_int_range (rand, 0, 3) == 0)
        wave_journal_flush (fixture->journal);
    }
  wave_journal_flush (alone);
  wave_journal_flush (fixture->journal);
  of_groups = dump_durable (fixture->path);
  of_alone = dump_durable (other_path);
  g_assert_cmpstr (of_groups, ==, of_alone);
  g_assert_nonnull (strchr (of_groups, '\x1f'));
  for (guint room = 0; room <= 5; room++)
    {
      g_autofree char *id = room < 5 ? g_strdup_printf ("r%u", room) : NULL;
      g_autoptr (GPtrArray) events = wave_journal_read_events (fixture->journal, id, G_MAXINT64, G_MAXUINT, NULL);
      g_autoptr (GPtrArray) others = wave_journal_read_events (alone, id, G_MAXINT64, G_MAXUINT, NULL);

      g_assert_cmpuint (events->len, ==, others->len);
      g_assert_true (room == 4 ? events->len == 0 : events->len > 100);
      for (guint i = 0; i < events->len; i++)
        {
          const WaveEvent *event = events->pdata[i], *other = others->pdata[i];

          g_assert_cmpint (event->serial, ==, other->serial);
          g_assert_cmpmem (event->raw, event->raw_size, other->raw, other->raw_size);
        }
    }
  wave_journal_close (alone);
}

static void
test_retention (Fixture *fixture, gconstpointer data)
{
  gint64 now = g_get_real_time ();
  g_autoptr (GPtrArray) keys = NULL;
  g_autofree char *words = g_strnfill (2000, 'w');
  guint64 before;

  /* Old ones, then new ones. */
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *frame = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"old-%u\",\"room_id\":\"r\",\"stream_position\":%u,\"content\":{\"body\":\"x\"}}", i, i);

      submit (fixture->journal, i, make (frame, now - 10 * G_TIME_SPAN_DAY), NULL);
      wave_journal_flush (fixture->journal);
    }
  submit (fixture->journal, 1000, message ("new", "r", 1000, "x"), NULL);
  wave_journal_flush (fixture->journal);
  g_assert_cmpuint (count_rows (fixture->journal), ==, 101);
  wave_journal_set_retention (fixture->journal, 7 * G_TIME_SPAN_DAY, 0);
  wait_for_rows (fixture->journal, 1);
  keys = wave_journal_read_keys (fixture->journal, -1, G_MAXINT64, NULL);
  g_assert_cmpuint (keys->len, ==, 1);
  g_assert_cmpint (wave_journal_get_cursor (fixture->journal), ==, 1000);
  assert_trimmed (fixture);

  /* By size: what is left is the newest. */
  for (guint i = 0; i < 6000; i++)
    {
      g_autofree char *id = g_strdup_printf ("evt-%u", i);

      /* What cannot be compressed. */
      for (guint k = 0; words[k] != '\0'; k++)
        words[k] = 'A' + g_random_int_range (0, 26) + (g_random_boolean () ? 32 : 0);
      submit (fixture->journal, i + 2000, message (id, "r", i + 2000, words), NULL);
    }
  wave_journal_flush (fixture->journal);
  before = count_rows (fixture->journal);
  wave_journal_set_retention (fixture->journal, 0, 3 << 20);
  wait_for_rows (fixture->journal, before / 2);
  {
    g_autoptr (GPtrArray) newest = wave_journal_read_events (fixture->journal, NULL, G_MAXINT64, 1, NULL);

    g_assert_cmpint (((WaveEvent *) newest->pdata[0])->position, ==, 7999);
    g_assert_cmpuint (count_rows (fixture->journal), >=, 1000);
  }
  assert_trimmed (fixture);
  /* Numbers go on. */
  reopen (fixture);
  submit (fixture->journal, 9000, message ("after", "r", 9000, "x"), NULL);
  wave_journal_flush (fixture->journal);
  {
    g_autoptr (GPtrArray) newest = wave_journal_read_events (fixture->journal, NULL, G_MAXINT64, 1, NULL);

    g_assert_cmpuint (((WaveEvent *) newest->pdata[0])->serial, ==, 6102);
  }
}

static void
test_forget (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  submit (fixture->journal, 1, message ("e1", "r", 1, "x"), NULL);
  wave_journal_close (fixture->journal);
  g_assert_true (wave_journal_forget (fixture->dir, "https://wave.example.org", "t/../1", &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_true (wave_journal_forget (fixture->dir, "https://wave.example.org", "t/../1", &error));
}

int
main (int argc, char **argv)
{
  static const struct { const char *name; void (*func) (Fixture *, gconstpointer); } tests[] = {
    { "/journal/once", test_once }, { "/journal/edit", test_edit }, { "/journal/redaction", test_redaction }, { "/journal/many", test_many }, { "/journal/grouped", test_grouped }, { "/journal/positions", test_positions }, { "/journal/behind", test_behind }, { "/journal/hangs", test_hangs },
    { "/journal/kill", test_kill },
    { "/journal/damaged", test_damaged }, { "/journal/modes", test_modes }, { "/journal/left-out", test_left_out }, { "/journal/retention", test_retention },
    { "/journal/forget", test_forget },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
