// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-seen.h"

#include <string.h>

static WaveEvent *
make (const char *id, gint64 position, const char *body)
{
  g_autofree char *json = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GString) text = g_string_new ("{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"sender_id\":\"s\"");

  if (id != NULL)
    g_string_append_printf (text, ",\"id\":\"%s\"", id);
  if (position >= 0)
    g_string_append_printf (text, ",\"stream_position\":%" G_GINT64_FORMAT, position);
  g_string_append_printf (text, ",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"%s\"}}", body);
  bytes = g_bytes_new (text->str, text->len);
  return wave_event_decode (bytes, WAVE_VIA_STREAM, 0, 0);
}

static gboolean
add (WaveSeen *seen, const char *id, gint64 position, const char *body)
{
  g_autoptr (WaveEvent) event = make (id, position, body);

  return wave_seen_add (seen, event);
}

static void
test_identity (void)
{
  g_autoptr (WaveSeen) seen = wave_seen_new (100);

  g_assert_true (add (seen, "a", 1, "x"));
  g_assert_false (add (seen, "a", 1, "x"));
  g_assert_false (add (seen, NULL, 1, "x")); /* the same, now without its id */
  g_assert_true (add (seen, "b", 1, "x"));   /* another one at the same position */
  g_assert_true (add (seen, NULL, 2, "x"));
  g_assert_false (add (seen, NULL, 2, "x"));
  g_assert_false (add (seen, "c", 2, "x"));  /* the same, now with its id */
  g_assert_false (add (seen, "c", 2, "x"));
  g_assert_true (add (seen, "d", 2, "x"));   /* only one id can be that one */
  g_assert_true (add (seen, NULL, -1, "x")); /* ephemeral ones are always new */
  g_assert_true (add (seen, NULL, -1, "x"));
}

static void
test_edits (void)
{
  g_autoptr (WaveSeen) seen = wave_seen_new (100);

  g_assert_true (add (seen, "a", 1, "first"));
  g_assert_true (add (seen, "a", 1, "second"));
  g_assert_false (add (seen, "a", 1, "second"));
  g_assert_false (add (seen, "a", 1, "first"));
  g_assert_true (add (seen, "a", 1, "third"));

  /* What is known from a journal by its key has content that is not known: no edit. */
  wave_seen_add_key (seen, "k");
  g_assert_false (add (seen, "k", 5, "text"));
  g_assert_false (add (seen, "k", 5, "text"));
  g_assert_true (add (seen, "k", 5, "changed"));
  wave_seen_add_key (seen, "pos:9");
  g_assert_false (add (seen, "z", 9, "text"));
}

static void
test_absorb (void)
{
  g_autoptr (WaveSeen) seen = wave_seen_new (100);
  g_autoptr (WaveSeen) other = NULL;

  g_assert_true (add (seen, "old", 1, "x"));
  wave_seen_forget_positions (seen);
  other = wave_seen_new_beside (seen);
  for (int i = 1; i <= 150; i++)
    {
      g_autofree char *id = g_strdup_printf ("e%d", i);

      g_assert_true (add (other, id, i, "x"));
    }
  g_assert_true (add (other, NULL, 151, "x"));
  /* Nothing is told before, and nobody else's memory is touched. */
  g_assert_false (add (seen, "old", 1, "x"));
  g_assert_true (add (seen, "e150", 150, "x"));
  for (int i = 0; i < 10; i++)
    g_assert_true (add (seen, NULL, 1000 + i, "x"));
  g_assert_cmpint (wave_seen_get_floor (seen), ==, -1);

  wave_seen_absorb (seen, other);
  g_assert_false (add (seen, "e150", 150, "x"));
  g_assert_false (add (seen, "e150", 150, "x"));
  g_assert_true (add (seen, "e150", 150, "changed"));
  g_assert_false (add (seen, "e100", 100, "x"));
  g_assert_false (add (seen, "named now", 151, "x"));
  /* The hundred of the other are behind everything that was known, and push it out. */
  g_assert_cmpint (wave_seen_get_floor (seen), ==, 1009);
  g_assert_true (add (seen, "old", 1, "x"));
  g_assert_true (add (seen, "e40", 40, "x"));

  /* The positions started over in between: only ids count. */
  g_assert_true (add (other, "later", 2000, "x"));
  g_assert_true (add (other, NULL, 2001, "x"));
  wave_seen_forget_positions (seen);
  wave_seen_absorb (seen, other);
  g_assert_false (add (seen, "later", 2000, "x"));
  g_assert_true (add (seen, NULL, 2001, "x"));
  g_assert_cmpint (wave_seen_get_floor (seen), <, 151);
}

static void
test_floor (void)
{
  g_autoptr (WaveSeen) seen = wave_seen_new (100);

  for (int i = 1; i <= 1000; i++)
    {
      g_autofree char *id = g_strdup_printf ("e%d", i);

      g_assert_true (add (seen, id, i, "x"));
      g_assert_cmpint (wave_seen_get_floor (seen), ==, i <= 100 ? -1 : i - 100);
    }
  /* Everything above the floor is known. */
  for (int i = 901; i <= 1000; i++)
    {
      g_autofree char *id = g_strdup_printf ("e%d", i);

      g_assert_false (add (seen, id, i, "x"));
    }
  g_assert_true (add (seen, "e1", 1, "x"));
}

static void
test_positions_start_over (void)
{
  g_autoptr (WaveSeen) seen = wave_seen_new (100);

  g_assert_true (add (seen, "a", 1, "x"));
  g_assert_true (add (seen, NULL, 2, "x"));
  wave_seen_forget_positions (seen);
  g_assert_false (add (seen, "a", 1, "x"));
  g_assert_true (add (seen, NULL, 2, "x"));
}

static void
test_cursor (void)
{
  WaveCursor cursor;
  const gint64 s = G_USEC_PER_SEC;

  wave_cursor_init (&cursor);
  g_assert_cmpint (wave_cursor_get (&cursor), ==, -1);
  wave_cursor_set_base (&cursor, 10);
  wave_cursor_confirm (&cursor, 1000 * s, 20);
  wave_cursor_confirm (&cursor, 1030 * s, 30);
  wave_cursor_confirm (&cursor, 1040 * s, 25); /* never backward */
  /* A walk that began too early tells nothing, however late it ends; and one tells only of what it has brought. */
  g_assert_false (wave_cursor_settle (&cursor, 1050 * s, 60 * s, G_MAXINT64));
  g_assert_cmpint (wave_cursor_get (&cursor), ==, 10);
  g_assert_false (wave_cursor_settle (&cursor, 1095 * s, 60 * s, 19));
  g_assert_true (wave_cursor_settle (&cursor, 1089 * s, 60 * s, G_MAXINT64));
  g_assert_cmpint (wave_cursor_get (&cursor), ==, 20);
  g_assert_cmpint (wave_cursor_get_latest (&cursor), ==, 30);
  g_assert_true (wave_cursor_settle (&cursor, 1090 * s, 60 * s, 30));
  g_assert_cmpint (wave_cursor_get (&cursor), ==, 30);
  g_assert_cmpint (wave_cursor_get_latest (&cursor), ==, 30);
  wave_cursor_raise (&cursor, 37);
  g_assert_cmpint (wave_cursor_get (&cursor), ==, 37);
  /* However long nothing is asked: what was confirmed just before an outage is looked at again after it. */
  wave_cursor_confirm (&cursor, 1100 * s, 50);
  g_assert_cmpint (wave_cursor_get (&cursor), ==, 37);

  wave_cursor_set_base (&cursor, 0);
  for (guint i = 1; i <= 100000; i++)
    wave_cursor_confirm (&cursor, 2000 * s + i * 1000, i);
  g_assert_cmpuint (cursor.history->len, <=, 1024);
  wave_cursor_settle (&cursor, 2000 * s + 100000 * 1000, 60 * s, G_MAXINT64);
  g_assert_cmpint (wave_cursor_get (&cursor), <=, 40000);
  g_assert_cmpint (wave_cursor_get (&cursor), >, 39000);
  wave_cursor_clear (&cursor);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/seen/absorb", test_absorb);
  g_test_add_func ("/session/seen/identity", test_identity);
  g_test_add_func ("/session/seen/edits", test_edits);
  g_test_add_func ("/session/seen/floor", test_floor);
  g_test_add_func ("/session/seen/positions-start-over", test_positions_start_over);
  g_test_add_func ("/session/cursor", test_cursor);

  return g_test_run ();
}
