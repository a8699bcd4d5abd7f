// SPDX-License-Identifier: GPL-3.0-or-later
// A sound journal, damaged anywhere: it opens, or is set aside and a new one is made, or it is said why not; what is read out of it never crashes.
// The input is a list of changes: where (4 bytes), how (1 byte), how many (1 byte), the bytes.
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "journal/wave-proof.h"

static char *dir, *path;
static GByteArray *sound;

static void
remove_files (void)
{
  g_autoptr (GDir) list = g_dir_open (dir, 0, NULL);
  const char *name;

  while (list != NULL && (name = g_dir_read_name (list)) != NULL)
    {
      g_autofree char *file = g_build_filename (dir, name, NULL);

      g_unlink (file);
    }
}

static void
remove_all (void)
{
  remove_files ();
  g_rmdir (dir);
}

static void
be_quiet (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
}

static GLogWriterOutput
write_nothing (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  return level & (G_LOG_LEVEL_MESSAGE | G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG) ? G_LOG_WRITER_HANDLED : g_log_writer_default (level, fields, n_fields, user_data);
}

/* Some of everything, in two blocks, one of them compressed. */
static void
make_sound (void)
{
  g_autoptr (WaveJournal) journal = wave_journal_open (path, NULL, NULL);
  WaveProof proof = { .start_wall_us = 1, .end_wall_us = 2, .verified_wall_us = -1, .cause = (char *) "dropped" };
  char *bytes;
  gsize size;

  for (guint i = 1; i <= 60; i++)
    {
      g_autofree char *frame = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"e%u\",\"room_id\":\"r%u\",\"sender_id\":\"s\",\"stream_position\":%u"
                                                ",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"the same words again and again\"}}",
                                                i, i % 3, i);
      g_autoptr (GBytes) raw = g_bytes_new (frame, strlen (frame));
      g_autoptr (WaveBatch) batch = wave_batch_new ();

      g_ptr_array_add (batch->events, wave_event_decode (raw, WAVE_VIA_STREAM, i, 1780384569000000 + i));
      batch->cursor = i;
      wave_journal_submit (journal, batch);
      if (i == 55)
        wave_journal_flush (journal);
    }
  wave_journal_submit_proof (journal, &proof);
  wave_journal_flush (journal);
  wave_journal_close (journal);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  sound = g_byte_array_new_take ((guint8 *) bytes, size);
}

static void
prepare (void)
{
  g_log_set_writer_func (write_nothing, NULL, NULL);
  g_log_set_handler ("wave-journal", G_LOG_LEVEL_MESSAGE, be_quiet, NULL);
  /* In memory, where there is such a place. */
  dir = g_strdup ("/dev/shm/wave-fuzz-XXXXXX");
  if (g_mkdtemp (dir) == NULL)
    {
      g_free (dir);
      dir = g_dir_make_tmp ("wave-fuzz-XXXXXX", NULL);
    }
  path = g_build_filename (dir, "journal", NULL);
  make_sound ();
  atexit (remove_all);
}

static void
damage (GByteArray *file, const uint8_t *data, size_t size)
{
  while (size >= 6 && file->len > 0)
    {
      guint32 where = (data[0] | data[1] << 8 | data[2] << 16 | (guint32) data[3] << 24) % file->len;
      guint n = MIN (data[5], size - 6);

      switch (data[4] % 4)
        {
        case 0: /* other bytes */
          memcpy (file->data + where, data + 6, MIN (n, file->len - where));
          break;
        case 1: /* nothing after it */
          g_byte_array_set_size (file, where);
          break;
        case 2: /* a page of zeros, or of the one before */
          memset (file->data + where, n > 0 ? data[6] : 0, MIN (4096, file->len - where));
          break;
        default: /* one bit */
          file->data[where] ^= 1 << data[5] % 8;
          break;
        }
      data += 6 + n;
      size -= 6 + n;
    }
}

static void
use (WaveJournal *journal)
{
  g_autoptr (GPtrArray) events = wave_journal_read_events (journal, NULL, G_MAXINT64, 1000, NULL);
  g_autoptr (GPtrArray) room = wave_journal_read_events (journal, "r1", G_MAXINT64, 1000, NULL);
  g_autoptr (GPtrArray) keys = wave_journal_read_keys (journal, -1, G_MAXINT64, NULL);
  g_autoptr (GPtrArray) recent = wave_journal_get_recent_keys (journal, 100, NULL);
  g_autoptr (GPtrArray) proofs = wave_journal_read_proofs (journal, 10, NULL);
  static const char frame[] = "{\"type\":\"swp.room.redaction\",\"id\":\"x\",\"room_id\":\"r1\",\"stream_position\":99,\"event_id\":\"e1\"}";
  g_autoptr (GBytes) raw = g_bytes_new_static (frame, strlen (frame));
  g_autoptr (WaveBatch) batch = wave_batch_new ();

  for (guint i = 0; events != NULL && i < events->len; i++)
    g_assert_nonnull (((const WaveEvent *) events->pdata[i])->type);
  wave_journal_get_trimmed_below (journal);
  g_ptr_array_add (batch->events, wave_event_decode (raw, WAVE_VIA_STREAM, 1, 2));
  wave_journal_submit (journal, batch);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GByteArray) file = NULL;
  g_autofree char *aside = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveJournal) journal = NULL;

  if (dir == NULL)
    prepare ();
  remove_files ();
  file = g_byte_array_sized_new (sound->len);
  g_byte_array_append (file, sound->data, sound->len);
  damage (file, data, size);
  g_assert_true (g_file_set_contents (path, (const char *) file->data, file->len, NULL));
  journal = wave_journal_open (path, &aside, &error);
  g_assert_true ((journal == NULL) == (error != NULL));
  /* What is damaged must not be in the way of a new journal. */
  g_assert_no_error (error);
  use (journal);
  wave_journal_close (journal);
  return 0;
}
