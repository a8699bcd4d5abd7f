// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "journal/wave-event-log-private.h"
#include "journal/wave-journal.h"
#include "journal/wave-recording.h"
#include "tests/slow.h"

#define WALL G_GINT64_CONSTANT (1780384569000000)

static void
spin_until (gboolean (*condition) (gpointer), gpointer data)
{
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (!condition (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (500);
    }
}

static gboolean
is_loaded (gpointer log)
{
  return !wave_event_log_is_loading (log);
}

static gboolean
is_filtered (gpointer view)
{
  return !wave_event_view_is_filtering (view);
}

static WaveEvent *
make (guint i, gint64 wall_us)
{
  g_autofree char *frame = NULL;
  g_autoptr (GBytes) raw = NULL;

  if (i % 10 < 3)
    frame = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"evt-%u\",\"room_id\":\"room-%u\",\"stream_position\":%u,\"sender_id\":\"p%u\",\"origin_ts\":1780384560,"
                             "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"message %u \\\"quoted\\\"\"}}",
                             i, i % 4, i, i % 3, i);
  else if (i % 10 < 9)
    frame = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-%u\",\"sender_id\":\"ai-1\",\"content\":{\"chunk_text\":\"w%u \"}}", i % 4, i);
  else
    frame = g_strdup_printf ("broken %u", i);
  raw = g_bytes_new (frame, strlen (frame));
  return wave_event_decode (raw, i % 50 == 0 ? WAVE_VIA_SYNC : WAVE_VIA_STREAM, i, wall_us);
}

static WaveBatch *
make_batch (guint from, guint to, gint64 wall_us)
{
  WaveBatch *batch = wave_batch_new ();

  for (guint i = from; i < to; i++)
    g_ptr_array_add (batch->events, make (i, wall_us + i * 1000));
  return batch;
}

static void
append (WaveEventLog *log, guint from, guint to)
{
  g_autoptr (WaveBatch) batch = make_batch (from, to, WALL);

  wave_event_log_append_batch (log, batch);
}

static void
assert_event (WaveEventLog *log, guint index, guint i)
{
  g_autoptr (WaveEvent) event = wave_event_log_dup_event (log, index);
  g_autoptr (WaveEvent) expected = make (i, WALL + i * 1000);

  g_assert_nonnull (event);
  g_assert_cmpmem (event->raw, event->raw_size, expected->raw, expected->raw_size);
  g_assert_cmpint (event->via, ==, expected->via);
}

static void
test_rows (void)
{
  g_autoptr (WaveEventLog) log = wave_event_log_new ();
  g_autoptr (WaveBatch) hello = wave_batch_new ();
  WaveEventRow row;
  gint64 first, last;

  g_assert_false (wave_event_log_get_row (log, 0, &row));
  g_assert_false (wave_event_log_get_span (log, &first, &last));
  hello->transition = g_new0 (WaveTransition, 1);
  hello->transition->skew_us = 2 * G_USEC_PER_SEC;
  hello->transition->retry_at_mono_us = -1;
  wave_event_log_append_batch (log, hello);
  append (log, 0, 20);
  g_assert_cmpuint (wave_event_log_get_n_events (log), ==, 20);

  g_assert_true (wave_event_log_get_row (log, 0, &row));
  g_assert_cmpstr (row.type, ==, "swp.room.message");
  g_assert_cmpint (row.kind, ==, WAVE_EVENT_MESSAGE);
  g_assert_cmpint (row.category, ==, WAVE_CATEGORY_MESSAGE);
  g_assert_cmpstr (row.room_id, ==, "room-0");
  g_assert_cmpstr (row.sender_id, ==, "p0");
  g_assert_null (row.room_name);
  g_assert_cmpint (row.via, ==, WAVE_VIA_SYNC);
  g_assert_cmpint (row.position, ==, 0);
  g_assert_cmpint (row.gap_us, ==, G_MININT64);
  g_assert_true (row.latency_corrected);
  g_assert_cmpint (row.latency_us, ==, 11 * G_USEC_PER_SEC); /* nine seconds by our clock, which is two behind */
  g_assert_true (row.flags == (WAVE_EVENT_IS_DURABLE | WAVE_EVENT_IS_CAUGHT_UP));

  g_assert_true (wave_event_log_get_row (log, 4, &row));
  g_assert_cmpint (row.kind, ==, WAVE_EVENT_CHUNK);
  g_assert_cmpint (row.position, ==, -1);
  g_assert_cmpint (row.gap_us, ==, 1000);
  g_assert_cmpint (row.latency_us, ==, G_MININT64);
  g_assert_true (row.flags == WAVE_EVENT_IS_AI);
  g_assert_true (wave_event_log_get_row (log, 9, &row));
  g_assert_cmpint (row.kind, ==, WAVE_EVENT_INVALID);
  g_assert_true (row.flags == WAVE_EVENT_IS_MALFORMED);

  wave_event_log_set_room_name (log, "room-0", "Atlas");
  wave_event_log_set_participant (log, "p0", "Anna", TRUE);
  g_assert_true (wave_event_log_get_row (log, 0, &row));
  g_assert_cmpstr (row.room_name, ==, "Atlas");
  g_assert_cmpstr (row.sender_name, ==, "Anna");
  g_assert_true (row.flags & WAVE_EVENT_IS_AI);
  for (guint i = 0; i < 20; i++)
    assert_event (log, i, i);
  g_assert_null (wave_event_log_dup_event (log, 20));

  g_assert_cmpuint (wave_event_log_find_time (log, WALL + 5000), ==, 5);
  g_assert_cmpuint (wave_event_log_find_time (log, WALL + 4999), ==, 5);
  g_assert_cmpuint (wave_event_log_find_time (log, 0), ==, 0);
  g_assert_cmpuint (wave_event_log_find_time (log, G_MAXINT64), ==, 20);
  g_assert_cmpint (wave_event_log_find_same (log, 0, "type", 1), ==, 1);
  g_assert_cmpint (wave_event_log_find_same (log, 0, "room", 1), ==, 4);
  g_assert_cmpint (wave_event_log_find_same (log, 4, "room", -1), ==, 0);
  g_assert_cmpint (wave_event_log_find_same (log, 2, "type", -1), ==, 1);
  g_assert_cmpint (wave_event_log_find_same (log, 0, "type", -1), ==, -1);
}

static void
test_count (void)
{
  g_autoptr (WaveEventLog) log = wave_event_log_new ();
  guint32 counts[10 * WAVE_N_CATEGORIES];
  guint messages = 0, chunks = 0, faults = 0;

  append (log, 0, 1000);
  wave_event_log_count (log, WALL, WALL + 1000 * 1000, 10, counts);
  for (guint i = 0; i < 10; i++)
    {
      guint sum = 0;

      for (guint c = 0; c < WAVE_N_CATEGORIES; c++)
        sum += counts[i * WAVE_N_CATEGORIES + c];
      g_assert_cmpuint (sum, ==, 100);
      messages += counts[i * WAVE_N_CATEGORIES + WAVE_CATEGORY_MESSAGE];
      chunks += counts[i * WAVE_N_CATEGORIES + WAVE_CATEGORY_STREAM];
      faults += counts[i * WAVE_N_CATEGORIES + WAVE_CATEGORY_FAULT];
    }
  g_assert_cmpuint (messages, ==, 300);
  g_assert_cmpuint (chunks, ==, 600);
  g_assert_cmpuint (faults, ==, 100);
  wave_event_log_count (log, WALL + 500 * 1000, WALL + 600 * 1000, 1, counts);
  g_assert_cmpuint (counts[WAVE_CATEGORY_MESSAGE] + counts[WAVE_CATEGORY_STREAM] + counts[WAVE_CATEGORY_FAULT], ==, 100);
}

/* A copy that follows items-changed must be what the model is. */
typedef struct {
  GArray *indices;
  guint n_in_front; /* times that older rows came in front of others */
} Mirror;

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  Mirror *mirror = user_data;

  g_assert_cmpuint (position + removed, <=, mirror->indices->len);
  mirror->n_in_front += position == 0 && removed == 0 && added > 0 && mirror->indices->len > 0;
  g_array_remove_range (mirror->indices, position, removed);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (WaveEventEntry) entry = g_list_model_get_item (model, position + i);
      guint index = wave_event_entry_get_index (entry);

      g_array_insert_val (mirror->indices, position + i, index);
    }
  g_assert_cmpuint (mirror->indices->len, ==, g_list_model_get_n_items (model));
}

static void
on_rewritten (GListModel *model, gpointer user_data)
{
  Mirror *mirror = user_data;

  g_assert_cmpuint (mirror->indices->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < mirror->indices->len; i++)
    g_array_index (mirror->indices, guint, i) = wave_event_view_get_index (WAVE_EVENT_VIEW (model), i);
}

static void
mirror_view (Mirror *mirror, WaveEventView *view)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (view)); i++)
    g_array_append_val (mirror->indices, i);
  g_signal_connect (view, "items-changed", G_CALLBACK (on_items_changed), mirror);
  g_signal_connect (view, "rewritten", G_CALLBACK (on_rewritten), mirror);
}

static WaveFilter *
filter_new (const char *text)
{
  g_autoptr (GError) error = NULL;
  WaveFilter *filter = wave_filter_new (text, WALL, NULL, &error);

  g_assert_no_error (error);
  return filter;
}

static void
assert_finds (WaveEventView *view, Mirror *mirror, const char *text)
{
  WaveEventLog *log = wave_event_view_get_log (view);
  g_autoptr (WaveFilter) filter = filter_new (text);
  g_autoptr (WaveFilterRun) run = wave_filter_run_new (filter);
  guint at = 0;

  wave_event_view_set_filter (view, filter);
  spin_until (is_filtered, view);
  for (guint i = 0; i < wave_event_log_get_n_events (log); i++)
    {
      g_autoptr (WaveEvent) event = wave_event_log_dup_event (log, i);
      WaveEventRow row;

      g_assert_true (wave_event_log_get_row (log, i, &row));
      if (!wave_filter_run_match_event (run, event, row.room_name, row.sender_name, row.gap_us, row.latency_us))
        continue;
      g_assert_cmpuint (wave_event_view_get_index (view, at), ==, i);
      g_assert_cmpuint (g_array_index (mirror->indices, guint, at), ==, i);
      g_assert_cmpuint (wave_event_view_find_index (view, i), ==, at);
      at++;
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (view)), ==, at);
  g_test_message ("%s finds %u", text, at);
}

static const char *const some_filters[] = {
  "type:message", "-type:chunk room:room-2", "from:p1", "\"message 33\"", "/message 1[0-9]+ /", "text:\"\\\"quoted\\\"\"", "id:evt-22", "is:malformed or is:caught-up", "gap>0.5ms", "size>100 pos>50", "nowhere",
};

static void
test_view (void)
{
  g_autoptr (WaveEventLog) log = wave_event_log_new ();
  g_autoptr (WaveEventView) view = NULL;
  Mirror mirror = { g_array_new (FALSE, FALSE, sizeof (guint)), 0 };
  g_autoptr (WaveEventEntry) entry = NULL;
  g_autoptr (WaveFilter) filter = filter_new ("type:message");

  append (log, 0, 500);
  view = wave_event_view_new (log);
  mirror_view (&mirror, view);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (view)), ==, 500);
  for (guint i = 0; i < G_N_ELEMENTS (some_filters); i++)
    assert_finds (view, &mirror, some_filters[i]);

  /* What comes later is found, too; and held back while it is paused. */
  wave_event_view_set_filter (view, filter);
  spin_until (is_filtered, view);
  g_assert_cmpuint (mirror.indices->len, ==, 150);
  entry = g_list_model_get_item (G_LIST_MODEL (view), 3);
  g_assert_cmpuint (wave_event_entry_get_index (entry), ==, 10);
  g_assert_cmpint (wave_event_entry_get_delta_us (entry), ==, 8000);
  append (log, 500, 600);
  while (mirror.indices->len < 180)
    g_main_context_iteration (NULL, TRUE);
  wave_event_view_set_paused (view, TRUE);
  append (log, 600, 700);
  while (wave_event_view_get_held_back (view) < 30)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (mirror.indices->len, ==, 180);
  /* Another filter shows what was there when it was paused. */
  {
    g_autoptr (WaveFilter) other = filter_new ("type:chunk");

    wave_event_view_set_filter (view, other);
    spin_until (is_filtered, view);
    g_assert_cmpuint (mirror.indices->len, ==, 360);
    g_assert_cmpuint (wave_event_view_get_held_back (view), ==, 60);
  }
  wave_event_view_set_paused (view, FALSE);
  g_assert_cmpuint (mirror.indices->len, ==, 420);
  g_assert_cmpuint (wave_event_view_get_held_back (view), ==, 0);

  /* A range of time. */
  wave_event_view_set_filter (view, NULL);
  g_assert_cmpuint (mirror.indices->len, ==, 700);
  wave_event_view_set_range (view, WALL + 100 * 1000, WALL + 200 * 1000);
  spin_until (is_filtered, view);
  g_assert_cmpuint (mirror.indices->len, ==, 100);
  g_assert_cmpuint (g_array_index (mirror.indices, guint, 0), ==, 100);
  {
    g_autoptr (GArray) indices = wave_event_view_dup_indices (view);

    g_assert_cmpuint (indices->len, ==, 100);
  }
  /* Changed its mind in the middle. */
  wave_event_view_set_range (view, 0, G_MAXINT64);
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr (WaveFilter) one = filter_new (some_filters[i % G_N_ELEMENTS (some_filters)]);

      wave_event_view_set_filter (view, one);
      g_main_context_iteration (NULL, FALSE);
    }
  assert_finds (view, &mirror, "from:p2");
  g_array_unref (mirror.indices);
}

/* What a table holds of a view: its last rows. */
#define HELD 40
#define N_ROWS (60000 / WAVE_SLOW)

static void
assert_rows_stay (WaveEventView *view, WaveEventEntry *const *held, guint n_held)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (view));
  guint kept = MIN (n, n_held);

  for (guint i = 0; i < kept; i++)
    {
      g_autoptr (WaveEventEntry) entry = g_list_model_get_item (G_LIST_MODEL (view), n - 1 - i);
      WaveEventRow row, before;

      g_assert_true (entry == held[n_held - 1 - i]);
      g_assert_cmpuint (wave_event_entry_get_index (entry), ==, wave_event_view_get_index (view, n - 1 - i));
      g_assert_true (wave_event_entry_get_row (entry, &row));
      if (n - 1 - i == 0)
        g_assert_cmpint (wave_event_entry_get_delta_us (entry), ==, G_MININT64);
      else
        {
          g_assert_true (wave_event_log_get_row (wave_event_view_get_log (view), wave_event_view_get_index (view, n - 2 - i), &before));
          g_assert_cmpint (wave_event_entry_get_delta_us (entry), ==, row.wall_us - before.wall_us);
        }
    }
}

/* Another filter writes the rows that are held anew instead of replacing them, whichever end it begins at, and rows that come in front leave them alone. */
static void
test_rows_stay (gconstpointer newest_first)
{
  g_autoptr (WaveEventLog) log = wave_event_log_new ();
  g_autoptr (WaveEventView) view = NULL;
  Mirror mirror = { g_array_new (FALSE, FALSE, sizeof (guint)), 0 };
  WaveEventEntry *held[HELD];
  static const char *const filters[] = { "type:message", "from:p1", "type:chunk", "gap>0.5ms", "room:room-2 type:message", "/message/" };

  append (log, 0, N_ROWS);
  view = wave_event_view_new (log);
  wave_event_view_set_newest_first (view, GPOINTER_TO_INT (newest_first));
  mirror_view (&mirror, view);
  for (guint i = 0; i < HELD; i++)
    held[i] = g_list_model_get_item (G_LIST_MODEL (view), N_ROWS - HELD + i);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      mirror.n_in_front = 0;
      assert_finds (view, &mirror, filters[i]);
      /* Looking into so many texts takes longer than until the first delivery, unless this thread slept meanwhile. */
      if (*filters[i] == '/')
        {
          for (guint again = 0; again < 20 && mirror.n_in_front == 0 && GPOINTER_TO_INT (newest_first); again++)
            {
              wave_event_view_set_filter (view, NULL);
              mirror.n_in_front = 0;
              assert_finds (view, &mirror, filters[i]);
            }
          g_assert_cmpuint (mirror.n_in_front > 0, ==, GPOINTER_TO_INT (newest_first));
        }
      /* Begun at the oldest, the first matches take the place of the rows and later ones come behind. */
      if (GPOINTER_TO_INT (newest_first))
        assert_rows_stay (view, held, HELD);
      wave_event_view_set_filter (view, NULL);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (view)), ==, N_ROWS);
      if (GPOINTER_TO_INT (newest_first))
        assert_rows_stay (view, held, HELD);
    }
  /* Rows that went: there are fewer matches than rows; it says what it said last. */
  if (GPOINTER_TO_INT (newest_first))
    {
      guint first = wave_event_entry_get_index (held[0]);
      gint64 delta = wave_event_entry_get_delta_us (held[0]);

      assert_finds (view, &mirror, "\"message 111 \" or \"message 222 \"");
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (view)), ==, 2);
      g_assert_cmpuint (wave_event_entry_get_index (held[0]), ==, first);
      g_assert_cmpint (wave_event_entry_get_delta_us (held[0]), ==, delta);
      assert_finds (view, &mirror, "nowhere");
    }
  g_clear_object (&view);
  for (guint i = 0; i < HELD; i++)
    {
      g_assert_cmpuint (wave_event_entry_get_index (held[i]), <, N_ROWS);
      g_object_unref (held[i]);
    }
  g_array_unref (mirror.indices);
}

typedef struct {
  char *dir, *path;
} Place;

static void
place_init (Place *place)
{
  place->dir = g_dir_make_tmp ("wave-log-XXXXXX", NULL);
  place->path = g_build_filename (place->dir, "x.journal", NULL);
}

static void
place_clear (Place *place)
{
  g_autoptr (GDir) dir = g_dir_open (place->dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (place->dir, name, NULL);

      g_unlink (file);
    }
  g_rmdir (place->dir);
  g_free (place->dir);
  g_free (place->path);
}

static void
fill_journal (WaveJournal *journal, guint n)
{
  for (guint i = 0; i < n; i += 700)
    {
      g_autoptr (WaveBatch) batch = make_batch (i, MIN (i + 700, n), WALL);

      wave_journal_submit (journal, batch);
    }
  wave_journal_flush (journal);
}

static gboolean
is_short (gpointer log)
{
  return !wave_log_index_is_long (log);
}

/* The newest entries are in memory, the others in a file without a name; all are found, and what changes of them later is kept. */
static void
test_index_on_disk (void)
{
  Place place;
  g_autoptr (WaveJournal) journal = NULL;
  g_autoptr (WaveEventLog) log = NULL;
  g_autoptr (WaveEventView) view = NULL;
  g_autoptr (GDir) dir = NULL;
  Mirror mirror = { g_array_new (FALSE, FALSE, sizeof (guint)), 0 };
  guint n = 3 * WAVE_LOG_BLOCK + 100, more = 4 * WAVE_LOG_BLOCK;
  const char *name;

  wave_log_warm_blocks = 1;
  place_init (&place);
  journal = wave_journal_open (place.path, NULL, NULL);
  fill_journal (journal, n);
  log = wave_event_log_new_for_journal (place.path);
  spin_until (is_loaded, log);
  g_assert_cmpint (log->index.n_cold, ==, 2);
  /* Live ones, of which the journal does not take all: they are let go of later, when their block is on the disk. */
  for (guint i = n; i < n + more; i += 500)
    {
      g_autoptr (WaveBatch) batch = make_batch (i, MIN (i + 500, n + more), WALL);

      if (i / 500 % 2 == 0)
        wave_journal_submit (journal, batch);
      wave_event_log_append_batch (log, batch);
      g_main_context_iteration (NULL, FALSE);
    }
  wave_journal_flush (journal);
  n += more;
  append (log, n, n + 500);
  n += 500;
  spin_until (is_short, log);
  g_assert_cmpint (log->index.n_cold, ==, (n >> WAVE_LOG_BLOCK_BITS) - 1);
  append (log, n, n + WAVE_EVENT_LOG_MAX_IN_MEMORY);
  n += WAVE_EVENT_LOG_MAX_IN_MEMORY;
  for (guint i = 0; i < n; i += 997)
    {
      WaveEventRow row;

      g_assert_true (wave_event_log_get_row (log, i, &row));
      g_assert_cmpint (row.wall_us, ==, WALL + i * 1000);
    }
  for (guint i = 0; i < 3 * WAVE_LOG_BLOCK; i += 37)
    assert_event (log, i, i);
  g_assert_cmpint (wave_log_entry_place (wave_log_entry (log, 3 * WAVE_LOG_BLOCK + 100 + 600)) >> 62, ==, WAVE_PLACE_NOWHERE);
  view = wave_event_view_new (log);
  mirror_view (&mirror, view);
  {
    g_autoptr (WaveFilter) filter = filter_new ("type:message");

    wave_event_view_set_filter (view, filter);
    spin_until (is_filtered, view);
    g_assert_cmpuint (mirror.indices->len, ==, n / 10 * 3 + MIN (n % 10, 3));
  }
  /* Nothing of it stays when the program ends. */
  dir = g_dir_open (place.dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_prefix (name, "index-"));
  wave_journal_close (journal);
  g_clear_object (&view);
  g_array_unref (mirror.indices);
  g_clear_object (&log);
  place_clear (&place);
  wave_log_warm_blocks = WAVE_LOG_WARM_BLOCKS;
}

/* A disk that takes nothing: everything stays in memory. */
static void
test_index_without_disk (void)
{
  g_autoptr (WaveEventLog) log = NULL;
  struct rlimit former, none;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &former), ==, 0);
  none = former;
  none.rlim_cur = 100 * 1000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &none), ==, 0);
  wave_log_warm_blocks = 1;
  log = wave_event_log_new ();
  append (log, 0, 3 * WAVE_LOG_BLOCK + 100);
  while (log->shortening)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &former), ==, 0);
  g_assert_cmpint (log->index.n_cold, ==, 0);
  g_assert_cmpuint (log->index.failed_at, ==, 3);
  for (guint i = 0; i < 3 * WAVE_LOG_BLOCK; i += 37)
    assert_event (log, i, i);
  /* There is room again. */
  append (log, 3 * WAVE_LOG_BLOCK + 100, 4 * WAVE_LOG_BLOCK);
  spin_until (is_short, log);
  g_assert_cmpint (log->index.n_cold, ==, 3);
  for (guint i = 0; i < 4 * WAVE_LOG_BLOCK; i += 37)
    assert_event (log, i, i);
  wave_log_warm_blocks = WAVE_LOG_WARM_BLOCKS;
}

static void
append_text (WaveEventLog *log, const char *frame)
{
  g_autoptr (WaveBatch) batch = wave_batch_new ();
  g_autoptr (GBytes) raw = g_bytes_new (frame, strlen (frame));
  static gint64 at = WALL + 1000000000;

  g_ptr_array_add (batch->events, wave_event_decode (raw, WAVE_VIA_STREAM, at, at));
  at += 1000;
  wave_event_log_append_batch (log, batch);
}

static gboolean
any_says (WaveEventLog *log, const char *text)
{
  gboolean says = FALSE;

  for (guint i = 0; i < wave_event_log_get_n_events (log); i++)
    {
      g_autoptr (WaveEvent) event = wave_event_log_dup_event (log, i);
      g_autofree char *raw = g_strndup (event->raw, event->raw_size);

      says = says || strstr (raw, text) != NULL;
    }
  return says;
}

#define CHUNK(who, text, done) "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"r\",\"sender_id\":\"" who "\",\"content\":{\"chunk_text\":\"" text "\",\"done\":" done "}}"
#define SAID(id, position, who, text) \
  "{\"type\":\"swp.room.message\",\"id\":\"" id "\",\"room_id\":\"r\",\"sender_id\":\"" who "\",\"stream_position\":" position ",\"content\":{\"body\":\"" text "\"}}"

static void
count_taken_back (guint *n)
{
  (*n)++;
}

/* A redaction takes the text out of the list of events, out of the chunks that it was, and of what comes after it. */
static void
test_taken_back (void)
{
  g_autoptr (WaveEventLog) log = wave_event_log_new ();
  guint n = 0;

  g_signal_connect_swapped (log, "taken-back", G_CALLBACK (count_taken_back), &n);
  append_text (log, CHUNK ("ai", "earlier reply", "true"));
  append_text (log, SAID ("e-1", "1", "ai", "earlier reply"));
  append_text (log, CHUNK ("ai", "top se", "false"));
  append_text (log, CHUNK ("other", "not his", "false"));
  append_text (log, CHUNK ("ai", "cret", "false"));
  append_text (log, SAID ("e-2", "2", "ai", "top secret"));
  append_text (log, CHUNK ("ai", "cret too", "true"));
  append_text (log, "{\"type\":\"swp.room.message\",\"id\":\"e-3\",\"room_id\":\"r\",\"sender_id\":\"ai\",\"stream_position\":3,"
                    "\"content\":{\"body\":\"top secret, edited\",\"replaces_event_id\":\"e-2\"}}");
  g_assert_true (any_says (log, "secret"));
  append_text (log, "{\"type\":\"swp.room.redaction\",\"id\":\"e-4\",\"room_id\":\"r\",\"sender_id\":\"ai\",\"stream_position\":4,"
                    "\"event_id\":\"e-2\",\"content\":{\"event_id\":\"e-2\",\"reason\":\"a slip\"}}");
  g_assert_cmpuint (n, ==, 1);
  g_assert_false (any_says (log, "secret"));
  g_assert_false (any_says (log, "top se"));
  g_assert_false (any_says (log, "cret"));
  g_assert_true (any_says (log, "earlier reply"));
  g_assert_true (any_says (log, "not his"));
  g_assert_true (any_says (log, "e-2"));
  /* The same again, as sync brings it. */
  append_text (log, SAID ("e-2", "2", "ai", "top secret"));
  g_assert_false (any_says (log, "secret"));
  g_assert_cmpuint (wave_event_log_get_n_events (log), ==, 10);
}

static void
test_journal (void)
{
  Place place;
  g_autoptr (WaveJournal) journal = NULL;
  g_autoptr (WaveEventLog) log = NULL;
  g_autoptr (WaveEventView) view = NULL;
  Mirror mirror = { g_array_new (FALSE, FALSE, sizeof (guint)), 0 };
  guint n = 20000;

  place_init (&place);
  journal = wave_journal_open (place.path, NULL, NULL);
  fill_journal (journal, n);
  log = wave_event_log_new_for_journal (place.path);
  /* Batches that are in the journal as well as new ones, before it is read. */
  append (log, n - 100, n);
  {
    g_autoptr (WaveBatch) batch = make_batch (n, n + 6000, WALL);

    wave_journal_submit (journal, batch);
    wave_journal_flush (journal);
    wave_event_log_append_batch (log, batch);
  }
  spin_until (is_loaded, log);
  n += 6000;
  g_assert_cmpuint (wave_event_log_get_n_events (log), ==, n);
  g_assert_null (wave_event_log_get_note (log));
  for (guint i = 0; i < n; i += 37)
    assert_event (log, i, i);
  /* What is in the journal leaves the memory, and is still found. */
  for (guint round = 0; round < 4; round++)
    {
      g_autoptr (WaveBatch) batch = make_batch (n, n + 5000, WALL);

      wave_journal_submit (journal, batch);
      wave_event_log_append_batch (log, batch);
      wave_journal_flush (journal);
      for (guint i = 0; i < 60; i++)
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (1000);
        }
      n += 5000;
    }
  g_assert_cmpuint (wave_event_log_get_n_events (log), ==, n);
  for (guint i = 0; i < n; i += 29)
    assert_event (log, i, i);
  view = wave_event_view_new (log);
  mirror_view (&mirror, view);
  for (guint i = 0; i < G_N_ELEMENTS (some_filters); i++)
    assert_finds (view, &mirror, some_filters[i]);
  wave_journal_close (journal);
  g_clear_object (&view);
  g_array_unref (mirror.indices);
  g_clear_object (&log);
  place_clear (&place);
}

static void
test_recording (gconstpointer data)
{
  const char *suffix = data;
  Place place;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  WaveRecordingHead head = { .tenant_id = (char *) "t", .server_name = (char *) "s", .started_us = WALL };
  WaveRecordingWriter *writer;
  g_autoptr (WaveEventLog) log = NULL;
  g_autoptr (WaveEventView) view = NULL;
  Mirror mirror = { g_array_new (FALSE, FALSE, sizeof (guint)), 0 };
  guint n = 12000;

  place_init (&place);
  path = g_strconcat (place.dir, "/x.wavescope.ndjson", suffix, NULL);
  writer = wave_recording_writer_new (path, NULL, &head, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (wave_recording_writer_add_state (writer, 5, "live", NULL, &error));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveEvent) event = make (i, WALL + i * 1000);

      g_assert_true (wave_recording_writer_add_event (writer, event, &error));
      if (i == 7)
        g_assert_true (wave_recording_writer_add_line (writer, "{\"something\":\"else\"}", 20, &error));
    }
  g_assert_true (wave_recording_writer_close (writer, &error));
  log = wave_event_log_new_for_recording (path);
  spin_until (is_loaded, log);
  g_assert_null (wave_event_log_get_note (log));
  g_assert_cmpuint (wave_event_log_get_n_events (log), ==, n);
  for (guint i = 0; i < n; i += 113)
    assert_event (log, i, i);
  view = wave_event_view_new (log);
  mirror_view (&mirror, view);
  for (guint i = 0; i < G_N_ELEMENTS (some_filters); i++)
    assert_finds (view, &mirror, some_filters[i]);
  g_clear_object (&view);
  g_array_unref (mirror.indices);
  g_clear_object (&log);
  place_clear (&place);
}

/* Gone in the middle of loading and filtering. */
static void
test_close (void)
{
  Place place;
  g_autoptr (WaveJournal) journal = NULL;

  place_init (&place);
  journal = wave_journal_open (place.path, NULL, NULL);
  {
    g_autoptr (WaveBatch) batch = make_batch (0, 20000, WALL);

    wave_journal_submit (journal, batch);
    wave_journal_flush (journal);
  }
  for (guint i = 0; i < 20; i++)
    {
      WaveEventLog *log = wave_event_log_new_for_journal (place.path);
      WaveEventView *view = wave_event_view_new (log);
      g_autoptr (WaveFilter) filter = filter_new ("text:message");

      wave_event_view_set_filter (view, filter);
      for (guint k = 0; k < i; k++)
        {
          g_main_context_iteration (NULL, FALSE);
          g_usleep (500);
        }
      g_object_unref (view);
      wave_event_log_close (log);
      g_object_unref (log);
    }
  {
    g_autoptr (WaveEventLog) none = wave_event_log_new_for_journal ("/nonexistent/journal");

    spin_until (is_loaded, none);
    while (wave_event_log_get_note (none) == NULL)
      g_main_context_iteration (NULL, TRUE);
  }
  wave_journal_close (journal);
  place_clear (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event-log/rows", test_rows);
  g_test_add_func ("/event-log/count", test_count);
  g_test_add_func ("/event-log/index-on-disk", test_index_on_disk);
  g_test_add_func ("/event-log/index-without-disk", test_index_without_disk);
  g_test_add_func ("/event-log/taken-back", test_taken_back);
  g_test_add_func ("/event-log/view", test_view);
  g_test_add_data_func ("/event-log/rows-stay/newest-first", GINT_TO_POINTER (TRUE), test_rows_stay);
  g_test_add_data_func ("/event-log/rows-stay/oldest-first", GINT_TO_POINTER (FALSE), test_rows_stay);
  g_test_add_func ("/event-log/journal", test_journal);
  g_test_add_data_func ("/event-log/recording", "", test_recording);
  g_test_add_data_func ("/event-log/recording-gz", ".gz", test_recording);
  g_test_add_data_func ("/event-log/recording-zst", ".zst", test_recording);
  g_test_add_func ("/event-log/close", test_close);
  return g_test_run ();
}
