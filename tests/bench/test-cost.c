// SPDX-License-Identifier: GPL-3.0-or-later
// A guard against what becomes twice as dear unseen. Seconds mean nothing on a busy machine of unknown speed, so each cost is compared with a yardstick: yyjson,
// a library, parsing the same bytes, in the same process, by turns. What counts is CPU time, and the median of the rounds.
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <time.h>
#include <yyjson.h>

#include "journal/wave-journal.h"
#include "model/wave-tenant.h"

#define N_EVENTS 4000
#define ROUNDS 15

/* How many times the yardstick each may cost: measured 3.3, 5.7 and 7.7 on a 2-core machine under load. Each limit is about 1.6 times that, so
 * that noise passes and twice the cost does not. */
#define DECODE_LIMIT 5.2
#define MODEL_LIMIT 9.0
#define JOURNAL_LIMIT 12.0

static GPtrArray *frames; /* of GBytes */

/* 30 % messages, 60 % chunks of 50 replies, 10 % others, as the bench's server sends them. */
static char *
make_frame (guint i)
{
  guint stream = i % 50;

  if (i % 10 == 0 || i % 10 == 3 || i % 10 == 6)
    return g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"evt-%u-7f21\",\"room_id\":\"room-%u\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:16:09Z\",\"sender_id\":\"p%u\","
                            "\"stream_position\":%u,\"origin_ts\":1780384569,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"Message with some words in it, about as long as "
                            "people write when they talk of something that matters to them, number %u.\"}}",
                            i, i % 40, i % 97, i + 1, i);
  if (i % 10 == 9)
    return g_strdup_printf ("{\"type\":\"typing\",\"room_id\":\"room-%u\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:16:09Z\",\"participant_id\":\"p%u\",\"typing\":%s}", i % 40,
                            i % 97, i / 10 % 2 ? "true" : "false");
  return g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-%u\",\"tenant_id\":\"t-4417\",\"ts\":\"2026-06-02T07:16:09Z\",\"sender_id\":\"ai-%u\",\"content\":"
                          "{\"chunk_text\":\"word %u and another \",\"done\":false}}",
                          stream % 40, stream, i);
}

static gint64
cpu_ns (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* ---- the yardstick ---- */

static gint64
parse_all (void)
{
  gint64 before = cpu_ns (CLOCK_THREAD_CPUTIME_ID);

  for (guint i = 0; i < frames->len; i++)
    {
      gsize length;
      const char *data = g_bytes_get_data (frames->pdata[i], &length);
      yyjson_doc *doc = yyjson_read (data, length, 0);

      g_assert_nonnull (doc);
      yyjson_doc_free (doc);
    }
  return cpu_ns (CLOCK_THREAD_CPUTIME_ID) - before;
}

/* ---- what is measured ---- */

static gint64
decode_all (WaveEvent **events)
{
  gint64 before = cpu_ns (CLOCK_THREAD_CPUTIME_ID);

  for (guint i = 0; i < frames->len; i++)
    {
      gsize length;
      const char *data = g_bytes_get_data (frames->pdata[i], &length);

      events[i] = wave_event_decode_data (data, length, WAVE_VIA_STREAM, i, G_GINT64_CONSTANT (1780384569000000) + i);
    }
  return cpu_ns (CLOCK_THREAD_CPUTIME_ID) - before;
}

static void
release_all (WaveEvent **events)
{
  for (guint i = 0; i < frames->len; i++)
    wave_event_unref (events[i]);
}

static gint64
measure_decode (gpointer unused)
{
  g_autofree WaveEvent **events = g_new (WaveEvent *, frames->len);
  gint64 spent = decode_all (events);

  for (guint i = 0; i < frames->len; i++)
    g_assert_null (events[i]->malformed);
  release_all (events);
  return spent;
}

static gint64
measure_model (gpointer unused)
{
  g_autofree WaveEvent **events = g_new (WaveEvent *, frames->len);
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  gint64 before;

  decode_all (events);
  before = cpu_ns (CLOCK_THREAD_CPUTIME_ID);
  for (guint i = 0; i < frames->len;)
    {
      g_autoptr (WaveBatch) batch = wave_batch_new ();

      for (guint n = 0; n < 200 && i < frames->len; n++, i++)
        g_ptr_array_add (batch->events, wave_event_ref (events[i]));
      wave_tenant_apply_batch (tenant, batch);
    }
  before = cpu_ns (CLOCK_THREAD_CPUTIME_ID) - before;
  g_assert_cmpuint (wave_tenant_get_kind_count (tenant, WAVE_EVENT_CHUNK), ==, N_EVENTS * 6 / 10);
  release_all (events);
  return before;
}

static gint64
measure_journal (gpointer data)
{
  g_autofree WaveEvent **events = g_new (WaveEvent *, frames->len);
  g_autofree char *path = wave_journal_path_for (data, "https://cost.example", "t");
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveJournal) journal = wave_journal_open (path, NULL, &error);
  WaveJournalStatus status;
  gint64 before;

  g_assert_no_error (error);
  decode_all (events);
  /* Of the process: the journal's thread does the work, and no other one does anything. */
  before = cpu_ns (CLOCK_PROCESS_CPUTIME_ID);
  for (guint i = 0; i < frames->len;)
    {
      g_autoptr (WaveBatch) batch = wave_batch_new ();

      for (guint n = 0; n < 200 && i < frames->len; n++, i++)
        g_ptr_array_add (batch->events, wave_event_ref (events[i]));
      batch->cursor = i;
      wave_journal_submit (journal, batch);
    }
  wave_journal_flush (journal);
  before = cpu_ns (CLOCK_PROCESS_CPUTIME_ID) - before;
  wave_journal_get_status (journal, &status);
  g_assert_cmpuint (status.events, ==, N_EVENTS);
  g_free (status.failure);
  wave_journal_close (journal);
  g_assert_true (wave_journal_forget (data, "https://cost.example", "t", NULL));
  release_all (events);
  return before;
}

/* ---- comparing ---- */

static void
compare_with_yardstick (const char *what, gint64 (*measure) (gpointer), gpointer data, double limit)
{
  double ratios[ROUNDS];

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
  g_test_skip ("costs are those of an optimised build without a sanitizer");
  return;
#endif
  parse_all ();
  measure (data);
  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 yardstick = parse_all (), spent = measure (data);

      /* Before and after, for what came in between may have changed the machine. */
      yardstick = (yardstick + parse_all ()) / 2;
      ratios[i] = (double) spent / MAX (yardstick, 1);
    }
  qsort (ratios, ROUNDS, sizeof ratios[0], compare);
  g_test_message ("%s: %.2f times yyjson (%.2f to %.2f), at most %.1f", what, ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1], limit);
  g_assert_cmpfloat (ratios[ROUNDS / 2], <, limit);
}

static void
test_decode (void)
{
  compare_with_yardstick ("decoding", measure_decode, NULL, DECODE_LIMIT);
}

static void
test_model (void)
{
  compare_with_yardstick ("applying to the model", measure_model, NULL, MODEL_LIMIT);
}

static void
test_journal (void)
{
  g_autofree char *dir = g_dir_make_tmp ("wavescope-cost-XXXXXX", NULL);

  g_assert_nonnull (dir);
  compare_with_yardstick ("journaling", measure_journal, dir, JOURNAL_LIMIT);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; i < N_EVENTS; i++)
    {
      char *frame = make_frame (i);

      g_ptr_array_add (frames, g_bytes_new_take (frame, strlen (frame)));
    }
  g_test_add_func ("/cost/decode", test_decode);
  g_test_add_func ("/cost/model", test_model);
  g_test_add_func ("/cost/journal", test_journal);
  status = g_test_run ();
  g_ptr_array_unref (frames);
  return status;
}
