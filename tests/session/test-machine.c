// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-backoff.h"
#include "session/wave-frames.h"
#include "session/wave-session-machine.h"

static void
test_whole_product (void)
{
  guint moves = 0;

  for (int state = 0; state < WAVE_N_SESSION_STATES; state++)
    for (int input = 0; input < WAVE_N_INPUTS; input++)
      {
        WaveMove move;

        if (!wave_session_machine_has (state, input))
          g_error ("nobody thought of %s in %s", wave_input_get_nick (input), wave_session_state_get_nick (state));
        move = wave_session_machine_step (state, input);
        g_assert_cmpint (move.next, <, WAVE_N_SESSION_STATES);
        if (move.ignored)
          {
            g_assert_cmpint (move.next, ==, state);
            g_assert_cmpint (move.action, ==, WAVE_ACTION_NONE);
          }
        else
          {
            moves++;
            g_assert_cmpint (move.action, !=, WAVE_ACTION_NONE);
          }
      }
  g_assert_cmpuint (moves, >, 40);
}

static void
test_rules (void)
{
  /* Stopping ends every state, at once. */
  for (int state = WAVE_SESSION_CONNECTING; state < WAVE_N_SESSION_STATES; state++)
    g_assert_cmpint (wave_session_machine_step (state, WAVE_INPUT_STOP).next, ==, WAVE_SESSION_IDLE);

  /* Refused and replaced are left by a person or by another token, never by time or by the network. */
  for (int input = 0; input < WAVE_N_INPUTS; input++)
    for (int i = 0; i < 2; i++)
      {
        WaveMove move = wave_session_machine_step (i == 0 ? WAVE_SESSION_REFUSED : WAVE_SESSION_REPLACED, input);

        if (input != WAVE_INPUT_STOP && input != WAVE_INPUT_ASKED && input != WAVE_INPUT_NEW_TOKEN)
          g_assert_true (move.ignored);
      }

  /* Only a catch-up leads to live. */
  for (int state = 0; state < WAVE_N_SESSION_STATES; state++)
    for (int input = 0; input < WAVE_N_INPUTS; input++)
      {
        WaveMove move = wave_session_machine_step (state, input);

        if (!move.ignored && move.next == WAVE_SESSION_LIVE)
          g_assert_cmpint (state, ==, WAVE_SESSION_CATCHING_UP);
      }
}

static void
test_nicks (void)
{
  for (int i = 0; i < WAVE_N_SESSION_STATES; i++)
    for (int j = 0; j < i; j++)
      g_assert_cmpstr (wave_session_state_get_nick (i), !=, wave_session_state_get_nick (j));
  for (int i = 0; i < WAVE_N_CAUSES; i++)
    for (int j = 0; j < i; j++)
      g_assert_cmpstr (wave_cause_get_nick (i), !=, wave_cause_get_nick (j));
}

/* ---------------------------------------------------------------- backoff */

static void
test_backoff_schedule (void)
{
  static const int expected[] = { 0, 1, 2, 4, 8, 16, 30, 30, 30 };
  WaveBackoff backoff;

  wave_backoff_init (&backoff, G_USEC_PER_SEC, 30 * G_USEC_PER_SEC, 0, 7);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpint (wave_backoff_next (&backoff, FALSE), ==, expected[i] * G_USEC_PER_SEC);
  wave_backoff_reset (&backoff);
  g_assert_cmpint (wave_backoff_next (&backoff, TRUE), ==, G_USEC_PER_SEC);
  g_assert_cmpint (wave_backoff_next (&backoff, FALSE), ==, G_USEC_PER_SEC);
  backoff.failures = G_MAXUINT;
  g_assert_cmpint (wave_backoff_next (&backoff, FALSE), ==, 30 * G_USEC_PER_SEC);
  wave_backoff_clear (&backoff);
}

static void
test_backoff_jitter (void)
{
  WaveBackoff backoff;
  gint64 lowest = G_MAXINT64, highest = 0;

  wave_backoff_init (&backoff, G_USEC_PER_SEC, 30 * G_USEC_PER_SEC, 0.2, 7);
  for (guint i = 0; i < 1000; i++)
    {
      gint64 delay;

      backoff.failures = 10;
      delay = wave_backoff_next (&backoff, FALSE);
      lowest = MIN (lowest, delay);
      highest = MAX (highest, delay);
    }
  g_assert_cmpint (lowest, >=, 24 * G_USEC_PER_SEC);
  g_assert_cmpint (highest, <=, 36 * G_USEC_PER_SEC);
  g_assert_cmpint (highest - lowest, >, 10 * G_USEC_PER_SEC);
  wave_backoff_clear (&backoff);
}

static void
test_liveness (void)
{
  WaveLiveness liveness;
  const gint64 s = G_USEC_PER_SEC, t = 1000 * s;

  wave_liveness_init (&liveness, 25 * s, 75 * s, t);
  g_assert_cmpint (wave_liveness_judge (&liveness, t), ==, WAVE_LIVENESS_FINE);
  g_assert_cmpint (wave_liveness_get_next (&liveness, t), ==, t + 25 * s);
  g_assert_cmpint (wave_liveness_judge (&liveness, t + 25 * s), ==, WAVE_LIVENESS_PING);

  /* Pings go out by the clock also while there is traffic. */
  liveness.heard_us = t + 24 * s;
  g_assert_cmpint (wave_liveness_judge (&liveness, t + 25 * s), ==, WAVE_LIVENESS_PING);

  /* Answered. */
  liveness.pinged_us = t + 25 * s;
  liveness.heard_us = t + 26 * s;
  g_assert_cmpint (wave_liveness_judge (&liveness, t + 49 * s), ==, WAVE_LIVENESS_FINE);
  g_assert_cmpint (wave_liveness_judge (&liveness, t + 50 * s), ==, WAVE_LIVENESS_PING);

  /* Not answered. */
  liveness.pinged_us = t + 50 * s;
  g_assert_cmpint (wave_liveness_judge (&liveness, t + 74 * s), ==, WAVE_LIVENESS_FINE);
  g_assert_cmpint (wave_liveness_judge (&liveness, t + 75 * s), ==, WAVE_LIVENESS_DEAD);

  /* Silence alone is enough, should pings be rarer than that. */
  wave_liveness_init (&liveness, 500 * s, 75 * s, t);
  g_assert_cmpint (wave_liveness_get_next (&liveness, t), ==, t + 75 * s);
  g_assert_cmpint (wave_liveness_judge (&liveness, t + 75 * s), ==, WAVE_LIVENESS_DEAD);
}

/* ---------------------------------------------------------------- frames */

typedef struct {
  GString *log;
  guint64 largest;
} Heard;

static gboolean
hear_message (GBytes *bytes, guint64 full_size, gpointer user_data)
{
  Heard *heard = user_data;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  g_string_append_printf (heard->log, "m%" G_GUINT64_FORMAT ":%.*s;", full_size, (int) MIN (length, 8), data);
  heard->largest = MAX (heard->largest, length);
  g_bytes_unref (bytes);
  return TRUE;
}

static gboolean
hear_control (WaveOpcode opcode, const guint8 *data, gsize length, gpointer user_data)
{
  Heard *heard = user_data;

  g_string_append_printf (heard->log, "c%d:%.*s;", opcode, (int) length, (const char *) data);
  return TRUE;
}

static const WaveFrameFuncs hear = { hear_message, hear_control };

static void
append (GByteArray *bytes, guint8 first, const char *payload, gsize length)
{
  guint8 header[10] = { first };
  guint n = 2;

  if (length < 126)
    header[1] = length;
  else if (length < 65536)
    {
      header[1] = 126;
      header[n++] = length >> 8;
      header[n++] = length & 0xff;
    }
  else
    {
      header[1] = 127;
      for (int shift = 56; shift >= 0; shift -= 8)
        header[n++] = (guint64) length >> shift & 0xff;
    }
  g_byte_array_append (bytes, header, n);
  g_byte_array_append (bytes, (const guint8 *) payload, length);
}

static void
test_frames_in_pieces (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *long_text = g_strnfill (70000, 'x');

  append (bytes, 0x81, "hello", 5);
  append (bytes, 0x01, "ab", 2); /* a message in three fragments with a ping inside */
  append (bytes, 0x00, "cd", 2);
  append (bytes, 0x89, "!", 1);
  append (bytes, 0x80, "ef", 2);
  append (bytes, 0x82, "", 0);
  append (bytes, 0x81, long_text, 300);
  append (bytes, 0x81, long_text, 70000);
  append (bytes, 0x88, "\x03\xe8 bye", 6);

  for (gsize piece = 1; piece < 100000; piece = piece * 3 + 1)
    {
      Heard heard = { g_string_new (NULL), 0 };
      g_autoptr (WaveFrameReader) reader = wave_frame_reader_new (1000000, 100, &hear, &heard);

      for (gsize at = 0; at < bytes->len; at += piece)
        g_assert_null (wave_frame_reader_feed (reader, bytes->data + at, MIN (piece, bytes->len - at)));
      g_assert_cmpstr (heard.log->str, ==, "m5:hello;c9:!;m6:abcdef;m0:;m300:xxxxxxxx;m70000:xxxxxxxx;c8:\x03\xe8 bye;");
      g_string_free (heard.log, TRUE);
    }
}

static void
test_frames_too_large (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *text = g_strnfill (5000, 'y');
  Heard heard = { g_string_new (NULL), 0 };
  g_autoptr (WaveFrameReader) reader = wave_frame_reader_new (1000, 100, &hear, &heard);

  append (bytes, 0x81, text, 5000);
  append (bytes, 0x01, text, 900);
  append (bytes, 0x80, text, 900);
  append (bytes, 0x81, "ok", 2);
  for (gsize at = 0; at < bytes->len; at += 7)
    g_assert_null (wave_frame_reader_feed (reader, bytes->data + at, MIN (7, bytes->len - at)));
  g_assert_cmpstr (heard.log->str, ==, "m5000:yyyyyyyy;m1800:yyyyyyyy;m2:ok;");
  g_assert_cmpuint (heard.largest, ==, 100);
  g_string_free (heard.log, TRUE);
}

static void
test_frames_wrong (void)
{
  static const struct { const char *bytes; gsize length; } wrong[] = {
    { "\xc1\x00", 2 },                             /* a reserved bit */
    { "\x83\x00", 2 },                             /* an unknown kind */
    { "\x8b\x00", 2 },                             /* an unknown control kind */
    { "\x80\x00", 2 },                             /* a continuation of nothing */
    { "\x01\x01" "a\x81\x01" "b", 6 },             /* a message inside a message */
    { "\x09\x00", 2 },                             /* a fragmented ping */
    { "\x89\x7e\x00\x7e", 4 },                     /* a long ping */
    { "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10 }, /* an impossible length */
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      Heard heard = { g_string_new (NULL), 0 };
      g_autoptr (WaveFrameReader) reader = wave_frame_reader_new (1000, 100, &hear, &heard);

      g_assert_nonnull (wave_frame_reader_feed (reader, (const guint8 *) wrong[i].bytes, wrong[i].length));
      g_string_free (heard.log, TRUE);
    }
}

static void
test_frames_written (void)
{
  static const gsize sizes[] = { 0, 1, 125, 126, 65535, 65536 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GByteArray) out = g_byte_array_new ();
      g_autofree char *text = g_strnfill (sizes[i], 'z');
      g_autofree char *expected = g_strdup_printf ("m%" G_GSIZE_FORMAT ":%.8s;", sizes[i], text);
      Heard heard = { g_string_new (NULL), 0 };
      g_autoptr (WaveFrameReader) reader = wave_frame_reader_new (1000000, 100, &hear, &heard);

      wave_frame_write (out, WAVE_OPCODE_TEXT, (const guint8 *) text, sizes[i], 0xa1b2c3d4);
      g_assert_true (out->data[1] & 0x80);
      g_assert_null (wave_frame_reader_feed (reader, out->data, out->len));
      g_assert_cmpstr (heard.log->str, ==, expected);
      g_string_free (heard.log, TRUE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/machine/whole-product", test_whole_product);
  g_test_add_func ("/session/machine/rules", test_rules);
  g_test_add_func ("/session/machine/nicks", test_nicks);
  g_test_add_func ("/session/backoff/schedule", test_backoff_schedule);
  g_test_add_func ("/session/backoff/jitter", test_backoff_jitter);
  g_test_add_func ("/session/liveness", test_liveness);
  g_test_add_func ("/session/frames/pieces", test_frames_in_pieces);
  g_test_add_func ("/session/frames/too-large", test_frames_too_large);
  g_test_add_func ("/session/frames/wrong", test_frames_wrong);
  g_test_add_func ("/session/frames/written", test_frames_written);

  return g_test_run ();
}
