// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that takes nothing, when the journal is to be opened and later: nothing crashes, it is told, what can wait waits, the cursor is never ahead.
// A file size limit of the process stands in for the disk; a journal already written to is not damaged by it.
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "model/wave-monitor-private.h"

typedef struct
{
  char *dir;
  struct rlimit before;
  guint n_failures; /* atomic */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("wave-full-XXXXXX", NULL);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &fixture->before), ==, 0);
}

static void
set_full (Fixture *fixture, rlim_t bytes)
{
  struct rlimit limit = fixture->before;

  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
set_free (Fixture *fixture)
{
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &fixture->before), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  const char *name;

  set_free (fixture);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (fixture->dir, name, NULL);

      g_unlink (file);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
}

static WaveBatch *
make_batch (gint64 position, gint64 cursor)
{
  g_autofree char *frame = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"e%" G_GINT64_FORMAT "\",\"room_id\":\"r\",\"sender_id\":\"s\",\"stream_position\":%" G_GINT64_FORMAT
                                            ",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"said\"}}",
                                            position, position);
  g_autoptr (GBytes) raw = g_bytes_new (frame, strlen (frame));
  WaveBatch *batch = wave_batch_new ();

  g_ptr_array_add (batch->events, wave_event_decode (raw, WAVE_VIA_STREAM, position, g_get_real_time ()));
  batch->cursor = cursor;
  return batch;
}

static void
wait_for (gboolean (*condition) (gpointer data), gpointer data, const char *what)
{
  gint64 end = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (!condition (data))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for: %s", what);
      g_usleep (10 * 1000);
    }
}

static gboolean
has_journal (gpointer data)
{
  g_autoptr (WaveJournal) journal = wave_link_ref_journal (data);

  return journal != NULL;
}

static void
test_at_open (Fixture *fixture, gconstpointer data)
{
  WaveLink *link = wave_link_new ("https://wave.example.org:443", fixture->dir);
  WaveResume resume;
  g_autofree char *failure = NULL;
  g_autofree char *later = NULL;
  g_autoptr (GError) error = NULL;

  set_full (fixture, 0);
  wave_link_resume ("server", "tenant", &resume, link);
  g_assert_cmpint (resume.cursor, ==, -1);
  failure = wave_link_dup_failure (link);
  g_assert_nonnull (failure);
  g_test_message ("%s", failure);
  for (gint64 position = 1; position <= 300; position++)
    {
      g_autoptr (WaveBatch) batch = make_batch (position, position);

      wave_link_batch (batch, link);
    }
  set_free (fixture);
  wait_for (has_journal, link, "the journal");
  later = wave_link_dup_failure (link);
  g_assert_null (later);
  {
    g_autoptr (WaveJournal) journal = wave_link_ref_journal (link);
    g_autoptr (WaveBatch) batch = make_batch (301, 301);
    g_autoptr (GPtrArray) keys = NULL;

    wave_link_batch (batch, link);
    wave_journal_flush (journal);
    keys = wave_journal_read_keys (journal, -1, G_MAXINT64, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (keys->len, ==, 301);
    /* Where this session began is not where the journal ended: a later run has to look. */
    g_assert_cmpint (wave_journal_get_cursor (journal), ==, -1);
  }
  wave_link_close (link);
  wave_link_unref (link);
}

static gboolean
is_failing (gpointer data)
{
  WaveJournalStatus status;

  wave_journal_get_status (data, &status);
  g_free (status.failure);
  return status.failing;
}

/* A full disk neither damages a journal nor makes it look damaged: it is not set aside, and opens again with all it had. */
static void
test_good_journal (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "journal", NULL);
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveJournal) journal = wave_journal_open (path, &aside, &error);
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (WaveBatch) first = make_batch (1, 1);
  WaveJournalStatus status;

  g_assert_no_error (error);
  wave_journal_submit (journal, first);
  wave_journal_flush (journal);
  set_full (fixture, 4096);
  for (gint64 position = 2; position <= 100; position++)
    {
      g_autoptr (WaveBatch) batch = make_batch (position, position);

      wave_journal_submit (journal, batch);
    }
  wait_for (is_failing, journal, "the failure");
  g_assert_cmpint (wave_journal_get_cursor (journal), ==, 1);
  /* The process ends while it is full. */
  wave_journal_close (journal);
  g_clear_object (&journal);
  journal = wave_journal_open (path, &aside, &error);
  g_assert_null (aside);
  if (journal != NULL)
    {
      wave_journal_close (journal);
      g_clear_object (&journal);
    }
  g_clear_error (&error);
  set_free (fixture);
  journal = wave_journal_open (path, &aside, &error);
  g_assert_no_error (error);
  g_assert_null (aside);
  g_assert_cmpint (wave_journal_get_cursor (journal), ==, 1);
  keys = wave_journal_read_keys (journal, -1, G_MAXINT64, &error);
  g_assert_cmpuint (keys->len, ==, 1);
  wave_journal_get_status (journal, &status);
  g_assert_cmpuint (status.left_out, ==, 0);
  wave_journal_close (journal);
}

/* What waits in memory has an end; after it the cursor stays, so that a later run fetches what was left out. */
static void
test_memory_is_bounded (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "journal", NULL);
  g_autofree char *aside = NULL;
  g_autofree char *filler = g_strnfill (8 * 1024 * 1024, 'x');
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveJournal) journal = wave_journal_open (path, &aside, &error);
  g_autoptr (WaveBatch) last = NULL;
  WaveJournalStatus status;
  const guint n = WAVE_JOURNAL_WAITING_BYTES / (8 * 1024 * 1024) + 8;

  g_assert_no_error (error);
  set_full (fixture, 4096);
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *frame = g_strdup_printf ("{\"type\":\"x.large\",\"id\":\"e%u\",\"stream_position\":%u,\"filler\":\"%s\"}", i, i, filler);
      gsize size = strlen (frame);
      g_autoptr (GBytes) raw = g_bytes_new_take (g_steal_pointer (&frame), size);
      g_autoptr (WaveBatch) batch = wave_batch_new ();

      g_ptr_array_add (batch->events, wave_event_decode (raw, WAVE_VIA_STREAM, i, g_get_real_time ()));
      batch->cursor = i;
      wave_journal_submit (journal, batch);
    }
  wave_journal_get_status (journal, &status);
  g_free (status.failure);
  g_test_message ("%" G_GUINT64_FORMAT " of %u were left out", status.left_out, n);
  g_assert_cmpuint (status.left_out, >=, 8);
  g_assert_cmpuint (status.left_out, <, 16);
  set_free (fixture);
  wave_journal_flush (journal);
  last = make_batch (1000, 1000);
  wave_journal_submit (journal, last);
  wave_journal_flush (journal);
  g_assert_cmpint (wave_journal_get_cursor (journal), ==, -1);
  wave_journal_close (journal);
}

int
main (int argc, char **argv)
{
  signal (SIGXFSZ, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/full-disk/at-open", Fixture, NULL, set_up, test_at_open, tear_down);
  g_test_add ("/full-disk/good-journal", Fixture, NULL, set_up, test_good_journal, tear_down);
  g_test_add ("/full-disk/memory-is-bounded", Fixture, NULL, set_up, test_memory_is_bounded, tear_down);
  return g_test_run ();
}
