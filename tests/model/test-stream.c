// SPDX-License-Identifier: GPL-3.0-or-later
// Streams: figures against values computed by hand, and the ambiguous lives of the protocol notes 6.3.
#include "config.h"

#include <math.h>

#include "protocol/wave-intern.h"
#include "stream-helpers.h"

#define ROOM "room-a"
#define AI "ai-scout"

static void
feed_chunk (WaveStreamStore *store, gint64 at_us, const char *ai, const char *text, gboolean done)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"" ROOM "\",\"sender_id\":\"%s\","
                                           "\"content\":{\"chunk_text\":\"%s\",\"done\":%s}}",
                                           ai, text, done ? "true" : "false");

  feed (store, at_us, json);
}

static void
feed_status (WaveStreamStore *store, gint64 at_us, const char *status)
{
  g_autofree char *quoted = status != NULL ? g_strdup_printf ("\"%s\"", status) : g_strdup ("null");
  g_autofree char *json
      = g_strdup_printf ("{\"type\":\"swp.ai.status\",\"room_id\":\"" ROOM "\",\"participant_id\":\"" AI "\",\"status\":%s}", quoted);

  feed (store, at_us, json);
}

static void
feed_message (WaveStreamStore *store, gint64 at_us, const char *sender, const char *id, const char *body)
{
  g_autofree char *json = message_json (ROOM, sender, id, 1 + at_us / MS, body);

  feed (store, at_us, json);
}

static void
assert_life (WaveStream *stream, WaveStreamOutcome outcome, WaveStreamMatch matched, gboolean differs, const char *text)
{
  WaveStreamFigures figures = figures_of (stream);

  g_assert_cmpint (wave_stream_get_outcome (stream), ==, outcome);
  g_assert_cmpint (figures.matched, ==, matched);
  g_assert_cmpint (wave_stream_get_text_differs (stream), ==, differs);
  g_assert_cmpint (figures.text_differs, ==, differs);
  g_assert_cmpstr (wave_stream_get_text (stream, NULL), ==, text);
}

/* ---- figures ---- */

static void
test_figures (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();
  WaveStreamFigures figures;
  WaveStream *stream;
  const WavePhaseSpan *phases;
  guint n;

  feed_message (store, 0, "ada", "q", "how is staging?");
  feed_status (store, 200 * MS, "thinking");
  feed_status (store, 700 * MS, "generating");
  feed_chunk (store, 1000 * MS, AI, "Grüße", FALSE);   /* 5 characters, 7 bytes */
  feed_chunk (store, 1100 * MS, AI, " an", FALSE);     /* gap 100 */
  feed_chunk (store, 1150 * MS, AI, "", FALSE);        /* a heartbeat ends no silence */
  feed_chunk (store, 1400 * MS, AI, " alle", FALSE);   /* gap 300 */
  feed_status (store, 1450 * MS, "calling drive_rag_context");
  feed_chunk (store, 3400 * MS, AI, " 😀", FALSE);     /* gap 2000: the only stall; 2 characters, 5 bytes */
  feed_status (store, 3410 * MS, "generating");
  feed_chunk (store, 3500 * MS, AI, "!", FALSE);       /* gap 100 */
  feed_chunk (store, 3600 * MS, AI, "", TRUE);
  feed_status (store, 3650 * MS, NULL);
  feed_message (store, 3700 * MS, AI, "a", "Grüße an alle 😀!");
  stream = only (store);
  assert_life (stream, WAVE_STREAM_SETTLED, WAVE_MATCH_TEXT, FALSE, "Grüße an alle 😀!");
  figures = figures_of (stream);
  g_assert_cmpint (figures.ttfc_us, ==, 1000 * MS);
  g_assert_cmpint (figures.ttfc_from, ==, WAVE_TTFC_FROM_MESSAGE);
  g_assert_cmpstr (wave_stream_get_trigger_id (stream), ==, "q");
  g_assert_cmpstr (wave_stream_get_message_id (stream), ==, "a");
  g_assert_cmpuint (figures.chunks, ==, 5);
  g_assert_cmpuint (figures.chars, ==, 16);
  g_assert_cmpuint (figures.bytes, ==, 21);
  g_assert_cmpint (figures.duration_us, ==, 3500 * MS);
  g_assert_cmpint (figures.generating_us, ==, 2500 * MS);
  /* Gaps sorted: 100, 100, 300, 2000; nearest ranks 2, 4, 4, 4. */
  g_assert_cmpint (figures.gap_p50_us, ==, 100 * MS);
  g_assert_cmpint (figures.gap_p90_us, ==, 2000 * MS);
  g_assert_cmpint (figures.gap_p99_us, ==, 2000 * MS);
  g_assert_cmpint (figures.gap_max_us, ==, 2000 * MS);
  /* |300-100| + |2000-300| + |100-2000| = 3800, over 3. */
  g_assert_cmpint (figures.jitter_us, ==, 1266667);
  g_assert_cmpuint (figures.stalls, ==, 1);
  g_assert_cmpint (figures.stalled_us, ==, 2000 * MS);
  g_assert_cmpint (figures.tool_us, ==, 1960 * MS);
  g_assert_cmpint (figures.thinking_us, ==, 500 * MS);
  g_assert_cmpfloat_with_epsilon (figures.chars_per_s, 11 / 2.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.chunks_per_s, 4 / 2.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.chars_per_s_overall, 16 / 3.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (figures.chunks_per_s_overall, 5 / 3.5, 1e-9);
  phases = wave_stream_get_phases (stream, &n);
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpstr (phases[2].tool, ==, "drive_rag_context");
  g_assert_cmpint (wave_stream_get_started (stream), ==, T0_MONO + 200 * MS);
  g_assert_cmpint (wave_stream_get_started_wall (stream), ==, T0_WALL + 200 * MS);
  g_assert_cmpint (wave_stream_get_ended (stream), ==, T0_MONO + 3700 * MS);
  /* Another threshold gives other stalls. */
  wave_stream_get_figures (stream, 250 * MS, &figures);
  g_assert_cmpuint (figures.stalls, ==, 2);
  g_assert_cmpint (figures.stalled_us, ==, 2300 * MS);
  wave_stream_get_figures (stream, 2000 * MS, &figures);
  g_assert_cmpuint (figures.stalls, ==, 0);
}

static void
test_ranks (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();
  WaveStreamFigures figures;
  gint64 at = 0;

  /* A hundred gaps of 1 to 100 ms: the nearest rank is the percentage itself. */
  feed_chunk (store, 0, AI, "x", FALSE);
  for (guint i = 100; i > 0; i--)
    feed_chunk (store, at += i * MS, AI, "x", FALSE);
  figures = figures_of (only (store));
  g_assert_cmpint (figures.gap_p50_us, ==, 50 * MS);
  g_assert_cmpint (figures.gap_p90_us, ==, 90 * MS);
  g_assert_cmpint (figures.gap_p95_us, ==, 95 * MS);
  g_assert_cmpint (figures.gap_p99_us, ==, 99 * MS);
  g_assert_cmpint (figures.gap_max_us, ==, 100 * MS);
  g_assert_cmpint (figures.jitter_us, ==, 1 * MS);
  /* Nothing announced or asked for it: the time to the first chunk is not defined. */
  g_assert_cmpint (figures.ttfc_us, ==, -1);
  g_assert_cmpint (figures.ttfc_from, ==, WAVE_TTFC_UNKNOWN);
}

static void
test_undefined (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();
  WaveStreamFigures figures;

  feed_status (store, 0, "thinking");
  figures = figures_of (only (store));
  g_assert_cmpint (figures.duration_us, ==, -1);
  g_assert_cmpint (figures.generating_us, ==, -1);
  g_assert_true (isnan (figures.chars_per_s));
  feed_chunk (store, 40 * MS, AI, "one", FALSE);
  figures = figures_of (only (store));
  g_assert_cmpint (figures.ttfc_us, ==, 40 * MS);
  g_assert_cmpint (figures.ttfc_from, ==, WAVE_TTFC_FROM_STATUS);
  g_assert_cmpint (figures.generating_us, ==, 0);
  g_assert_cmpint (figures.gap_p50_us, ==, -1);
  g_assert_cmpint (figures.jitter_us, ==, -1);
  g_assert_true (isnan (figures.chunks_per_s));
  g_assert_cmpint (figures.thinking_us, ==, 40 * MS);
}

/* ---- lives ---- */

static void
test_two_in_a_row (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  feed_chunk (store, 0, AI, "first", TRUE);
  /* The second begins before the message of the first is there. */
  feed_status (store, 10 * MS, "thinking");
  feed_chunk (store, 50 * MS, AI, "second", FALSE);
  feed_message (store, 60 * MS, AI, "m1", "first");
  feed_chunk (store, 70 * MS, AI, " one", TRUE);
  feed_message (store, 90 * MS, AI, "m2", "second one");
  g_assert_cmpuint (length (store), ==, 2);
  assert_life (nth (store, 0), WAVE_STREAM_SETTLED, WAVE_MATCH_TEXT, FALSE, "first");
  assert_life (nth (store, 1), WAVE_STREAM_SETTLED, WAVE_MATCH_TEXT, FALSE, "second one");
  g_assert_cmpstr (wave_stream_get_message_id (nth (store, 0)), ==, "m1");
  g_assert_cmpstr (wave_stream_get_message_id (nth (store, 1)), ==, "m2");
  /* The status between them announced the second one. */
  g_assert_cmpint (figures_of (nth (store, 1)).ttfc_us, ==, 40 * MS);
  g_assert_cmpint (wave_stream_get_started (nth (store, 1)), ==, T0_MONO + 10 * MS);
  g_assert_true (wave_stream_store_get_latest (store, ROOM, AI) == nth (store, 1));
}

static void
test_conversational (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  feed_chunk (store, 0, AI, "One.\\n\\nTwo.\\n\\n", FALSE);
  feed_chunk (store, 10 * MS, AI, "Three.", FALSE);
  feed_message (store, 20 * MS, AI, "m1", "One.");
  feed_message (store, 30 * MS, AI, "m2", "Two.");
  assert_life (only (store), WAVE_STREAM_OPEN, WAVE_MATCH_PARTS, FALSE, "One.\n\nTwo.\n\nThree.");
  feed_chunk (store, 40 * MS, AI, "", TRUE);
  assert_life (only (store), WAVE_STREAM_DONE, WAVE_MATCH_PARTS, FALSE, "One.\n\nTwo.\n\nThree.");
  feed_message (store, 50 * MS, AI, "m3", "Three.");
  assert_life (only (store), WAVE_STREAM_SETTLED, WAVE_MATCH_PARTS, FALSE, "One.\n\nTwo.\n\nThree.");
  g_assert_cmpint (figures_of (only (store)).duration_us, ==, 50 * MS);
}

static void
test_conversational_null (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  /* No end was said: the status went away, and a part is there. */
  feed_status (store, 0, "generating");
  feed_chunk (store, 10 * MS, AI, "One.\\n\\nTwo", FALSE);
  feed_message (store, 20 * MS, AI, "m1", "One.");
  feed_status (store, 30 * MS, NULL);
  wave_stream_store_advance (store, T0_MONO + 3029 * MS);
  g_assert_true (wave_stream_is_live (only (store)));
  wave_stream_store_advance (store, T0_MONO + 3030 * MS);
  assert_life (only (store), WAVE_STREAM_SETTLED, WAVE_MATCH_PARTS, FALSE, "One.\n\nTwo");
}

static void
test_without_chunks (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  feed_status (store, 0, "thinking");
  feed_message (store, 500 * MS, AI, "m1", "all at once");
  feed_message (store, 600 * MS, AI, "m2", "and more");
  assert_life (only (store), WAVE_STREAM_SETTLED, WAVE_MATCH_ORDER, FALSE, "");
  g_assert_cmpuint (figures_of (only (store)).chunks, ==, 0);
  g_assert_cmpint (figures_of (only (store)).duration_us, ==, 500 * MS);
  /* It thought and kept silent: that is no reply. */
  feed_status (store, 20 * SEC, "thinking");
  g_assert_cmpuint (length (store), ==, 2);
  feed_status (store, 21 * SEC, NULL);
  wave_stream_store_advance (store, T0_MONO + 31 * SEC);
  g_assert_cmpuint (length (store), ==, 1);
  g_assert_cmpuint (wave_stream_store_get_n_live (store), ==, 0);
}

static void
test_no_done (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  feed_chunk (store, 0, AI, "cut ", FALSE);
  feed_chunk (store, 10 * MS, AI, "off\\r\\n", FALSE);
  /* White space at the end and kinds of line ends do not count. */
  feed_message (store, 20 * MS, AI, "m1", "cut off");
  assert_life (only (store), WAVE_STREAM_SETTLED, WAVE_MATCH_TEXT, FALSE, "cut off\r\n");
  /* The end comes late: swallowed. */
  feed_chunk (store, 30 * MS, AI, "", TRUE);
  assert_life (only (store), WAVE_STREAM_SETTLED, WAVE_MATCH_TEXT, FALSE, "cut off\r\n");
  g_assert_cmpint (figures_of (only (store)).duration_us, ==, 20 * MS);
  /* Text after it is another reply. */
  feed_chunk (store, 40 * MS, AI, "new", FALSE);
  g_assert_cmpuint (length (store), ==, 2);
}

static void
test_message_first (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  /* The message overtakes the last chunk. */
  feed_chunk (store, 0, AI, "Hello ", FALSE);
  feed_message (store, 10 * MS, AI, "m1", "Hello world");
  assert_life (only (store), WAVE_STREAM_OPEN, WAVE_MATCH_ORDER, TRUE, "Hello ");
  feed_chunk (store, 20 * MS, AI, "world", TRUE);
  assert_life (only (store), WAVE_STREAM_SETTLED, WAVE_MATCH_TEXT, FALSE, "Hello world");
}

static void
test_differs (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  feed_chunk (store, 0, AI, "It is 4.", TRUE);
  assert_life (only (store), WAVE_STREAM_DONE, WAVE_MATCH_NONE, FALSE, "It is 4.");
  feed_message (store, 10 * MS, AI, "m1", "It is 5.");
  assert_life (only (store), WAVE_STREAM_SETTLED, WAVE_MATCH_ORDER, TRUE, "It is 4.");
  g_assert_cmpstr (wave_stream_get_final_body (only (store)), ==, "It is 5.");
  /* One that says the same comes later and is the better match. */
  feed_message (store, 20 * MS, AI, "m2", "It is 4.");
  assert_life (only (store), WAVE_STREAM_SETTLED, WAVE_MATCH_TEXT, FALSE, "It is 4.");
  g_assert_cmpstr (wave_stream_get_message_id (only (store)), ==, "m2");
}

static void
test_after_done (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  /* A chunk with text after the end opens a stream, an empty one does not (rule 7). */
  feed_chunk (store, 0, AI, "one", TRUE);
  feed_chunk (store, 5 * MS, AI, "", FALSE);
  feed_chunk (store, 6 * MS, AI, "", TRUE);
  g_assert_cmpuint (length (store), ==, 1);
  feed_chunk (store, 10 * MS, AI, "two", FALSE);
  g_assert_cmpuint (length (store), ==, 2);
  /* Nobody said anything for 15 s: closed without a message, and a late one belongs to nothing. */
  feed_message (store, 16 * SEC, AI, "m1", "one");
  assert_life (nth (store, 0), WAVE_STREAM_DONE, WAVE_MATCH_NONE, FALSE, "one");
  g_assert_null (wave_stream_get_message_id (nth (store, 0)));
  /* An end where nothing ever began is no reply. */
  feed_chunk (store, 17 * SEC, "ai-other", "", TRUE);
  g_assert_cmpuint (length (store), ==, 2);
}

static void
test_text_in_last_chunk (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  feed_chunk (store, 0, AI, "a", FALSE);
  feed_chunk (store, 10 * MS, AI, "b", TRUE);
  assert_life (only (store), WAVE_STREAM_DONE, WAVE_MATCH_NONE, FALSE, "ab");
  g_assert_cmpuint (figures_of (only (store)).chunks, ==, 2);
  g_assert_cmpint (wave_stream_get_ended (only (store)), ==, T0_MONO + 10 * MS);
}

static void
test_cumulative (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();
  const WaveChunkMark *chunks;
  guint n;

  feed_chunk (store, 0, AI, "The quick ", FALSE);
  feed_chunk (store, 10 * MS, AI, "The quick brown fox ", FALSE);
  feed_chunk (store, 20 * MS, AI, "", FALSE);
  feed_chunk (store, 30 * MS, AI, "The quick brown fox jumps over the dog", FALSE);
  g_assert_true (wave_stream_get_cumulative (only (store)));
  feed_chunk (store, 40 * MS, AI, "The quick brown fox jumps over the dog.", TRUE);
  feed_message (store, 50 * MS, AI, "m", "The quick brown fox jumps over the dog.");
  assert_life (only (store), WAVE_STREAM_SETTLED, WAVE_MATCH_TEXT, FALSE, "The quick brown fox jumps over the dog.");
  g_assert_cmpuint (figures_of (only (store)).chars, ==, 39);
  g_assert_cmpuint (figures_of (only (store)).bytes, ==, 39);
  chunks = wave_stream_get_chunks (only (store), &n);
  g_assert_cmpuint (n, ==, 5);
  g_assert_cmpuint (chunks[1].text_offset, ==, 10);
  g_assert_cmpuint (chunks[1].text_length, ==, 10);
  g_assert_cmpuint (chunks[2].text_length, ==, 0);
  g_assert_cmpuint (chunks[2].chars_after, ==, 20);
  g_assert_cmpuint (chunks[3].chars_after, ==, 38);
  /* The end says it all once more: nothing is added. */
  feed_chunk (store, 60 * MS, "ai-3", "0123456789", FALSE);
  feed_chunk (store, 61 * MS, "ai-3", "0123456789", FALSE);
  feed_chunk (store, 62 * MS, "ai-3", "01234567890123456789", FALSE);
  feed_chunk (store, 63 * MS, "ai-3", "0123456789012345678901234567890123456789", FALSE);
  feed_chunk (store, 64 * MS, "ai-3", "0123456789012345678901234567890123456789", TRUE);
  g_assert_true (wave_stream_get_cumulative (nth (store, 1)));
  g_assert_cmpuint (figures_of (nth (store, 1)).chars, ==, 40);
  g_assert_cmpuint (figures_of (nth (store, 1)).chunks, ==, 3);
  /* Repetition alone is not it. */
  for (guint i = 0; i < 5; i++)
    feed_chunk (store, (100 + i) * MS, "ai-2", "one and the same long piece of text again", FALSE);
  g_assert_false (wave_stream_get_cumulative (nth (store, 2)));
}

/* The array that drawing looks at says what the chunks say, also after the text was found to be sent as a whole each time. */
static void
test_blocks (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();
  g_autoptr (GString) text = g_string_new ("0123456789");

  for (guint i = 0; i < 100; i++)
    {
      feed_chunk (store, i * MS, AI, i % 7 == 3 ? "" : "äb", FALSE);
      g_string_append (text, "xy");
      /* Found out at the third chunk with 32 characters, behind the first block: the ones before are empty. */
      feed_chunk (store, i * MS, "ai-2", i < 40 ? "" : text->str, FALSE);
    }
  g_assert_true (wave_stream_get_cumulative (nth (store, 1)));
  for (guint s = 0; s < 2; s++)
    {
      guint n, n_blocks;
      const WaveChunkMark *chunks = wave_stream_get_chunks (nth (store, s), &n);
      const WaveChunkBlock *blocks = wave_stream_get_blocks (nth (store, s), &n_blocks);

      g_assert_cmpuint (n, ==, 100);
      g_assert_cmpuint (n_blocks, ==, 4);
      for (guint b = 0; b < n_blocks; b++)
        {
          g_assert_cmpint (blocks[b].at_us, ==, chunks[b * WAVE_CHUNK_BLOCK].at_us);
          g_assert_cmpuint (blocks[b].chars_before, ==, b > 0 ? chunks[b * WAVE_CHUNK_BLOCK - 1].chars_after : 0);
        }
    }
}

/* Undocumented: an id in the chunks. One that stays names the reply, one that changes each time names the chunk and tells nothing. */
static void
test_wire_key (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();
  static const struct
  {
    const char *ai, *key, *text;
  } steps[] = {
    { AI, "g1", "a" }, { AI, "g1", "b" }, { AI, "g2", "x" }, { AI, "g1", "c" }, { AI, "g2", "y" }, { "ai-2", "c1", "a" }, { "ai-2", "c2", "b" },
    { "ai-2", "c3", "c" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"" ROOM "\",\"sender_id\":\"%s\","
                                               "\"content\":{\"chunk_text\":\"%s\",\"done\":false,\"generation_id\":\"%s\"}}",
                                               steps[i].ai, steps[i].text, steps[i].key);

      feed (store, i * MS, json);
    }
  g_assert_cmpuint (length (store), ==, 3);
  g_assert_cmpstr (wave_stream_get_text (nth (store, 0), NULL), ==, "abc");
  g_assert_cmpstr (wave_stream_get_text (nth (store, 1), NULL), ==, "xy");
  g_assert_cmpstr (wave_stream_get_text (nth (store, 2), NULL), ==, "abc");
}

/* What came twice, and what the system says, closes no reply. */
static void
test_no_answer (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  feed_message (store, 0, AI, "m0", "before");
  feed_chunk (store, 10 * MS, AI, "now", TRUE);
  feed_message (store, 20 * MS, AI, "m0", "before");
  feed (store, 30 * MS,
        "{\"type\":\"swp.room.message\",\"id\":\"s\",\"room_id\":\"" ROOM "\",\"sender_id\":\"" AI "\",\"stream_position\":9,"
        "\"content\":{\"msgtype\":\"swp.system\",\"body\":\"Scout joined\"}}");
  assert_life (only (store), WAVE_STREAM_DONE, WAVE_MATCH_NONE, FALSE, "now");
  feed_message (store, 40 * MS, AI, "m1", "now");
  assert_life (only (store), WAVE_STREAM_SETTLED, WAVE_MATCH_TEXT, FALSE, "now");
}

/* A room's latest messages are known again, whatever their ids are like; one that 32 others came after is not. Nothing of them is held when the store is gone. */
static void
test_remembered (void)
{
  guint before = wave_intern_count ();

  for (gsize padding = 0; padding < 80; padding++)
    {
      g_autoptr (WaveStreamStore) store = wave_stream_store_new ();
      g_autofree char *long_id = g_strnfill (padding, 'x');
      g_autofree char *first = NULL;

      for (guint i = 0; i < 33; i++)
        {
          g_autofree char *id = g_strdup_printf ("%s-%u", long_id, i);

          feed_message (store, i, "ai-of-this-test", id, "before");
          if (i == 0)
            first = g_steal_pointer (&id);
        }
      feed_chunk (store, 10 * MS, "ai-of-this-test", "now", TRUE);
      for (guint i = 1; i < 33; i++)
        {
          g_autofree char *id = g_strdup_printf ("%s-%u", long_id, i);

          feed_message (store, 20 * MS, "ai-of-this-test", id, "before");
        }
      assert_life (only (store), WAVE_STREAM_DONE, WAVE_MATCH_NONE, FALSE, "now");
      feed_message (store, 30 * MS, "ai-of-this-test", first, "before");
      assert_life (only (store), WAVE_STREAM_SETTLED, WAVE_MATCH_ORDER, TRUE, "now");
    }
  g_assert_cmpuint (wave_intern_count (), ==, before);
}

static void
test_torn (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  feed_chunk (store, 0, AI, "half a ", FALSE);
  feed_chunk (store, 0, "ai-2", "whole", TRUE);
  feed_status (store, 1 * MS, "generating");
  g_assert_cmpuint (wave_stream_store_get_n_live (store), ==, 1);
  g_assert_cmpuint (wave_stream_store_tear (store, T0_MONO + 5 * MS), ==, 1);
  g_assert_cmpuint (wave_stream_store_tear (store, T0_MONO + 6 * MS), ==, 0);
  assert_life (nth (store, 0), WAVE_STREAM_TORN, WAVE_MATCH_NONE, FALSE, "half a ");
  g_assert_cmpuint (wave_stream_store_get_n_live (store), ==, 0);
  /* The messages come by sync. */
  feed_message (store, 40 * SEC, AI, "m1", "half a loaf");
  assert_life (nth (store, 0), WAVE_STREAM_TORN, WAVE_MATCH_ORDER, TRUE, "half a ");
  g_assert_cmpstr (wave_stream_get_final_body (nth (store, 0)), ==, "half a loaf");
  feed_message (store, 40 * SEC, "ai-2", "m2", "whole");
  assert_life (nth (store, 1), WAVE_STREAM_SETTLED, WAVE_MATCH_TEXT, FALSE, "whole");
  /* What comes after the gap is a stream of its own. */
  feed_chunk (store, 41 * SEC, AI, "rest", FALSE);
  g_assert_cmpuint (length (store), ==, 3);
}

static void
test_abandoned (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  feed_chunk (store, 0, AI, "and then", FALSE);
  wave_stream_store_advance (store, T0_MONO + 120 * SEC - 1);
  g_assert_true (wave_stream_is_live (only (store)));
  wave_stream_store_advance (store, T0_MONO + 120 * SEC);
  assert_life (only (store), WAVE_STREAM_ABANDONED, WAVE_MATCH_NONE, FALSE, "and then");
  g_assert_cmpint (wave_stream_get_ended (only (store)), ==, T0_MONO);
  g_assert_cmpuint (wave_stream_store_get_n_stalled (store), ==, 0);
  /* Without anybody moving the time on, the next event finds it abandoned as well. */
  feed_chunk (store, 200 * SEC, "ai-2", "and then", FALSE);
  feed_chunk (store, 400 * SEC, "ai-2", "later", FALSE);
  g_assert_cmpuint (length (store), ==, 3);
  g_assert_cmpint (wave_stream_get_outcome (nth (store, 1)), ==, WAVE_STREAM_ABANDONED);
}

static void
test_failed (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  feed_chunk (store, 0, AI, "well", FALSE);
  feed (store, 5 * MS,
        "{\"type\":\"swp.model.error\",\"id\":\"e\",\"room_id\":\"" ROOM "\",\"sender_id\":\"" AI "\",\"content\":{"
        "\"code\":\"SW_AI_BUDGET_EXCEEDED\",\"message\":\"Budget used up\"}}");
  assert_life (only (store), WAVE_STREAM_FAILED, WAVE_MATCH_NONE, FALSE, "well");
  g_assert_cmpstr (wave_stream_get_error (only (store)), ==, "Budget used up (SW_AI_BUDGET_EXCEEDED)");
  g_assert_cmpint (wave_stream_get_ended (only (store)), ==, T0_MONO + 5 * MS);
  /* One that does not say whose: certain only while one reply lasts in the room. */
  feed_chunk (store, 1 * SEC, AI, "a", FALSE);
  feed_chunk (store, 1 * SEC, "ai-2", "b", FALSE);
  feed (store, 2 * SEC, "{\"type\":\"swp.model.error\",\"room_id\":\"" ROOM "\",\"content\":{\"code\":\"X\"}}");
  g_assert_cmpuint (wave_stream_store_get_n_live (store), ==, 2);
  feed_chunk (store, 3 * SEC, "ai-2", "", TRUE);
  feed (store, 4 * SEC, "{\"type\":\"swp.model.error\",\"room_id\":\"" ROOM "\",\"content\":{\"code\":\"X\"}}");
  g_assert_cmpint (wave_stream_get_outcome (nth (store, 1)), ==, WAVE_STREAM_FAILED);
}

static void
test_redacted (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();
  gsize size;

  feed_chunk (store, 0, AI, "secret", TRUE);
  feed_message (store, 1, AI, "m1", "secret");
  feed (store, 2, "{\"type\":\"swp.room.redaction\",\"room_id\":\"" ROOM "\",\"event_id\":\"m1\"}");
  g_assert_true (wave_stream_is_redacted (only (store)));
  g_assert_cmpstr (wave_stream_get_text (only (store), &size), ==, "      ");
  g_assert_cmpuint (size, ==, 6);
  g_assert_cmpstr (wave_stream_get_final_body (only (store)), ==, "");
  g_assert_cmpuint (figures_of (only (store)).chars, ==, 6);
  /* A redaction before its message. */
  feed (store, 3, "{\"type\":\"swp.room.redaction\",\"room_id\":\"" ROOM "\",\"event_id\":\"m2\"}");
  feed_chunk (store, 4, AI, "hidden", TRUE);
  feed_message (store, 5, AI, "m2", "hidden");
  g_assert_true (wave_stream_is_redacted (nth (store, 1)));
  g_assert_null (strstr (wave_stream_get_text (nth (store, 1), NULL), "hidden"));
}

static void
test_trigger (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();

  feed (store, 0,
        "{\"type\":\"swp.room.message\",\"id\":\"q1\",\"room_id\":\"" ROOM "\",\"sender_id\":\"ada\",\"stream_position\":1,"
        "\"content\":{\"body\":\"@scout?\",\"mentions\":[\"" AI "\"]}}");
  feed_message (store, 100 * MS, "bob", "q2", "something else");
  feed_chunk (store, 300 * MS, AI, "yes", TRUE);
  /* The mention is nearer than the later message. */
  g_assert_cmpstr (wave_stream_get_trigger_id (only (store)), ==, "q1");
  g_assert_cmpint (figures_of (only (store)).ttfc_us, ==, 300 * MS);
  /* The message itself knows better. */
  feed (store, 400 * MS,
        "{\"type\":\"swp.room.message\",\"id\":\"a1\",\"room_id\":\"" ROOM "\",\"sender_id\":\"" AI "\",\"stream_position\":3,"
        "\"content\":{\"body\":\"yes\",\"reply_to_event_id\":\"q2\"}}");
  g_assert_cmpstr (wave_stream_get_trigger_id (only (store)), ==, "q2");
  g_assert_cmpint (figures_of (only (store)).ttfc_us, ==, 200 * MS);
  /* Nothing new was asked, and what is half a minute old is not the trigger of this. */
  feed_message (store, 1 * SEC, "ada", "q3", "thanks");
  feed_status (store, 40 * SEC, "thinking");
  feed_chunk (store, 41 * SEC, AI, "by the way", FALSE);
  g_assert_null (wave_stream_get_trigger_id (nth (store, 1)));
  g_assert_cmpint (figures_of (nth (store, 1)).ttfc_us, ==, SEC);
  g_assert_cmpint (figures_of (nth (store, 1)).ttfc_from, ==, WAVE_TTFC_FROM_STATUS);
  /* A message that mentions nobody is a guess that only nearness makes good. */
  feed_chunk (store, 42 * SEC, AI, "", TRUE);
  feed_message (store, 60 * SEC, "ada", "q4", "hm");
  feed_chunk (store, 66 * SEC, AI, "yes?", TRUE);
  g_assert_null (wave_stream_get_trigger_id (nth (store, 2)));
  feed_message (store, 90 * SEC, "ada", "q5", "hm");
  feed_chunk (store, 94 * SEC, AI, "yes?", TRUE);
  g_assert_cmpstr (wave_stream_get_trigger_id (nth (store, 3)), ==, "q5");
  /* What another AI said since comes between. */
  feed_message (store, 120 * SEC, "ada", "q6", "hm");
  feed_message (store, 121 * SEC, "ai-2", "a6", "me first");
  feed_chunk (store, 122 * SEC, AI, "late", TRUE);
  g_assert_null (wave_stream_get_trigger_id (nth (store, 4)));
}

/* ---- time ---- */

typedef struct
{
  guint alarms[3];
} Alarms;

static void
on_alarm (WaveStreamStore *store, WaveStream *stream, guint alarm, gpointer user_data)
{
  Alarms *alarms = user_data;

  alarms->alarms[alarm]++;
}

static void
test_stall (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();
  Alarms alarms = { 0 };

  g_signal_connect (store, "alarm", G_CALLBACK (on_alarm), &alarms);
  feed_chunk (store, 0, AI, "a", FALSE);
  wave_stream_store_advance (store, T0_MONO + SEC);
  g_assert_false (wave_stream_is_stalled (only (store)));
  wave_stream_store_advance (store, T0_MONO + SEC + 1);
  wave_stream_store_advance (store, T0_MONO + 2 * SEC);
  g_assert_true (wave_stream_is_stalled (only (store)));
  g_assert_cmpuint (wave_stream_store_get_n_stalled (store), ==, 1);
  g_assert_cmpuint (alarms.alarms[WAVE_ALARM_STALL], ==, 1);
  /* A heartbeat says nothing. */
  feed_chunk (store, 2 * SEC + 1, AI, "", FALSE);
  g_assert_true (wave_stream_is_stalled (only (store)));
  feed_chunk (store, 3 * SEC, AI, "b", FALSE);
  g_assert_false (wave_stream_is_stalled (only (store)));
  g_assert_cmpuint (wave_stream_store_get_n_stalled (store), ==, 0);
  /* A tool call is silent by its nature; behind it the time for the next text begins anew. */
  feed_status (store, 3 * SEC + 100 * MS, "calling web");
  wave_stream_store_advance (store, T0_MONO + 8 * SEC);
  g_assert_false (wave_stream_is_stalled (only (store)));
  feed_status (store, 8 * SEC, "generating");
  wave_stream_store_advance (store, T0_MONO + 9 * SEC);
  g_assert_false (wave_stream_is_stalled (only (store)));
  wave_stream_store_advance (store, T0_MONO + 9 * SEC + 1);
  g_assert_true (wave_stream_is_stalled (only (store)));
  /* It says that it calls a tool after all, which never comes back. */
  feed_status (store, 10 * SEC, "calling web");
  g_assert_false (wave_stream_is_stalled (only (store)));
  wave_stream_store_advance (store, T0_MONO + 40 * SEC);
  g_assert_false (wave_stream_is_stalled (only (store)));
  wave_stream_store_advance (store, T0_MONO + 40 * SEC + 1);
  g_assert_true (wave_stream_is_stalled (only (store)));
  g_assert_cmpuint (alarms.alarms[WAVE_ALARM_STALL], ==, 3);
  /* No first chunk. */
  {
    g_autofree char *json = g_strdup ("{\"type\":\"swp.ai.status\",\"room_id\":\"" ROOM
                                      "\",\"participant_id\":\"ai-2\",\"status\":\"thinking\"}");

    feed (store, 50 * SEC, json);
  }
  wave_stream_store_advance (store, T0_MONO + 60 * SEC);
  g_assert_cmpuint (alarms.alarms[WAVE_ALARM_NO_FIRST_CHUNK], ==, 0);
  wave_stream_store_advance (store, T0_MONO + 60 * SEC + 1);
  wave_stream_store_advance (store, T0_MONO + 61 * SEC);
  g_assert_cmpuint (alarms.alarms[WAVE_ALARM_NO_FIRST_CHUNK], ==, 1);
}

static void
test_bounds (void)
{
  g_autoptr (WaveStreamStore) store = wave_stream_store_new ();
  Checker checker;
  gint64 start;

  checker_start (&checker, store);
  for (guint i = 0; i < 5200; i++)
    {
      g_autofree char *ai = g_strdup_printf ("ai-%u", i);

      feed_chunk (store, i * MS, ai, "text", i != 7);
    }
  g_assert_cmpuint (length (store), <=, 5001);
  g_assert_cmpuint (length (store), >=, 4900);
  /* What lasts is never let go. */
  g_assert_true (nth (store, 0) == (gpointer)wave_stream_store_get_latest (store, ROOM, "ai-7"));
  g_assert_null (wave_stream_store_get_latest (store, ROOM, "ai-8"));
  checker_stop (&checker);
  wave_stream_store_advance (store, T0_MONO + 60 * SEC);
  /* Five thousand that rest cost nothing: 10,000 steps of time in well under a second. */
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 10000; i++)
    wave_stream_store_advance (store, T0_MONO + 60 * SEC + i);
  g_assert_cmpint (g_get_monotonic_time () - start, <, SEC / 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream/figures", test_figures);
  g_test_add_func ("/stream/ranks", test_ranks);
  g_test_add_func ("/stream/undefined", test_undefined);
  g_test_add_func ("/stream/two-in-a-row", test_two_in_a_row);
  g_test_add_func ("/stream/conversational", test_conversational);
  g_test_add_func ("/stream/conversational-null", test_conversational_null);
  g_test_add_func ("/stream/without-chunks", test_without_chunks);
  g_test_add_func ("/stream/no-done", test_no_done);
  g_test_add_func ("/stream/message-first", test_message_first);
  g_test_add_func ("/stream/differs", test_differs);
  g_test_add_func ("/stream/after-done", test_after_done);
  g_test_add_func ("/stream/text-in-last-chunk", test_text_in_last_chunk);
  g_test_add_func ("/stream/cumulative", test_cumulative);
  g_test_add_func ("/stream/blocks", test_blocks);
  g_test_add_func ("/stream/wire-key", test_wire_key);
  g_test_add_func ("/stream/no-answer", test_no_answer);
  g_test_add_func ("/stream/remembered", test_remembered);
  g_test_add_func ("/stream/torn", test_torn);
  g_test_add_func ("/stream/abandoned", test_abandoned);
  g_test_add_func ("/stream/failed", test_failed);
  g_test_add_func ("/stream/redacted", test_redacted);
  g_test_add_func ("/stream/trigger", test_trigger);
  g_test_add_func ("/stream/stall", test_stall);
  g_test_add_func ("/stream/bounds", test_bounds);
  return g_test_run ();
}
