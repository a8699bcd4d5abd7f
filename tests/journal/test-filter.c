// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "journal/wave-filter.h"
#include "journal/wave-journal.h"
#include "journal/wave-search.h"

/* 2026-06-02 07:16:09.250 UTC; the tests run with TZ=UTC. */
#define WALL G_GINT64_CONSTANT (1780384569250000)

static const char *const frames[] = {
  /* a */ "{\"type\":\"swp.room.message\",\"id\":\"evt-1\",\"room_id\":\"room-atlas\",\"sender_id\":\"p1\",\"stream_position\":100,\"origin_ts\":1780384569,"
          "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"Hello (big) world\"}}",
  /* b */ "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"wor\"}}",
  /* c */ "{\"type\":\"typing\",\"room_id\":\"room-1\",\"participant_id\":\"p2\",\"typing\":true}",
  /* d */ "{\"type\":\"swp.room.message\",\"id\":\"evt-22\",\"room_id\":\"room-1\",\"sender_id\":\"p2\",\"stream_position\":220,"
          "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"caf\\u00e9 \\\"quoted\\\" a\\/b and or\"}}",
  /* e */ "not json at all",
  /* f */ "{\"type\":\"swp.new.thing\",\"room_id\":\"room-10\",\"stream_position\":300,\"id\":\"evt-3\"}",
  /* g */ "{\"type\":\"swp.room.message\",\"room_id\":\"room-10\",\"id\":\"evt-4\",\"stream_position\":\"oops\",\"sender_id\":\"p1\"}",
};

static WaveEvent *events[G_N_ELEMENTS (frames)];

static void
decode_all (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (GBytes) raw = g_bytes_new_static (frames[i], strlen (frames[i]));

      events[i] = wave_event_decode (raw, i == 3 ? WAVE_VIA_SYNC : WAVE_VIA_STREAM, 1, WALL + i * 60 * G_USEC_PER_SEC);
    }
}

static const char *
room_name (const WaveEvent *event)
{
  return g_strcmp0 (event->room_id, "room-atlas") == 0 ? "Project Zébra" : NULL;
}

/* The letters of the events that pass. */
static char *
matches (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveFilter) filter = wave_filter_new (text, WALL + 10 * 60 * G_USEC_PER_SEC, NULL, &error);
  g_autoptr (WaveFilterRun) run = NULL;
  GString *letters = g_string_new (NULL);

  g_assert_no_error (error);
  run = wave_filter_run_new (filter);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      const char *sender = g_strcmp0 (events[i]->sender_id, "ai-scout") == 0 ? "Scout" : NULL;

      if (wave_filter_run_match_event (run, events[i], room_name (events[i]), sender, i == 0 ? G_MININT64 : (gint64) i * 1000000, G_MININT64))
        g_string_append_c (letters, 'a' + i);
    }
  return g_string_free (letters, FALSE);
}

static void
test_operators (void)
{
  static const struct { const char *text; const char *expected; } cases[] = {
    { "", "abcdefg" }, { "   ", "abcdefg" },
    /* words */
    { "hello", "a" }, { "HELLO", "a" }, { "wor", "ab" }, { "\"hello (big)\"", "a" }, { "hello\\ \\(big\\)", "a" }, { "zébra", "ab" }, { "ZÉBRA", "ab" },
    { "café", "d" }, { "CAFÉ", "d" }, { "\"\\\"quoted\\\"\"", "d" }, { "a/b", "d" }, { "\"and\"", "d" }, { "hel*world", "a" }, { "\"hel*world\"", "" },
    { "scout", "b" }, { "/h[ea]llo/i", "a" }, { "/h[ea]llo/", "" }, { "/H[ea]llo/", "a" }, { "/a\\/b/", "d" }, { "json", "e" }, { "nothing-like-it", "" },
    /* types */
    { "type:message", "adg" }, { "type:swp.room.message", "adg" }, { "type:room.message", "adg" }, { "type:chunk", "b" }, { "type:stream", "b" },
    { "type:swp.*", "abdfg" }, { "type:SWP.ROOM.*", "abdg" }, { "type:message|typing", "acdg" }, { "type:\"message\"", "adg" }, { "type:/message$/", "adg" },
    { "type:invalid", "e" }, { "type:unknown", "f" }, { "type:swp.new.thing", "f" }, { "type:mess", "" },
    /* rooms and senders */
    { "room:room-1", "cdfg" }, { "room:\"room-1\"", "cd" }, { "room:room-1*", "cdfg" }, { "room:*-1", "cd" }, { "room:zébra", "ab" }, { "room:\"Project Zébra\"", "ab" },
    { "room:\"Project\"", "" }, { "from:p1", "ag" }, { "from:scout", "b" }, { "from:\"Scout\"", "b" }, { "from:p1|p2", "acdg" }, { "room:/^room-.$/", "cd" },
    /* ids and texts */
    { "id:evt-1", "a" }, { "id:evt-*", "adfg" }, { "id:evt", "" }, { "text:world", "a" }, { "text:wor", "ab" }, { "text:swp", "" }, { "text:\"café \\\"q\"", "d" },
    { "text:/^Hello/", "a" }, { "text:evt", "" },
    /* flags */
    { "is:durable", "adf" }, { "is:ephemeral", "bceg" }, { "is:ai", "b" }, { "is:malformed", "eg" }, { "is:unknown", "f" }, { "is:caught-up", "d" },
    { "is:ai|unknown", "bf" },
    /* numbers */
    { "size<16", "e" }, { "size<=15", "e" }, { "size=15", "e" }, { "size:15", "e" }, { "size:>15", "abcdfg" }, { "size:10..20", "e" }, { "size>=1k", "" }, { "size<1KB", "abcdefg" },
    { "pos:100", "a" }, { "pos>100", "df" }, { "pos:100..220", "ad" }, { "pos:..220", "ad" }, { "pos:220..", "df" }, { "pos<100", "" },
    { "latency>200ms", "a" }, { "latency>200", "a" }, { "latency<0.2s", "" }, { "latency:100ms..1s", "a" }, { "latency=250000us", "a" },
    { "gap>2s", "defg" }, { "gap>=2s", "cdefg" }, { "gap<2000", "b" }, { "gap:1s..2s", "bc" }, { "gap>0.05m", "efg" },
    /* times */
    { "time:07:16", "a" }, { "time:07:16:09", "a" }, { "time:07:16:08", "" }, { "time:07:16:09.25", "a" }, { "time:07:16:09.24", "" }, { "time:07:17..07:18", "bc" },
    { "time>07:17", "cdefg" }, { "time>=07:17", "bcdefg" }, { "time<07:17", "a" }, { "time<=07:17", "ab" }, { "time:2026-06-02", "abcdefg" }, { "time:2026-06-01", "" },
    { "time:today", "abcdefg" }, { "time:yesterday", "" }, { "time:2026-06-02T07:16Z..2026-06-02T07:17:00Z", "a" }, { "time:-7m..", "defg" }, { "time>-7m", "efg" },
    { "time:..-7m", "abcd" }, { "time<now", "abcdefg" },
    /* and, or, not, brackets; which binds more tightly */
    { "type:message from:p1", "ag" }, { "type:message and from:p1", "ag" }, { "type:message AND from:p1", "ag" }, { "type:typing or type:chunk", "bc" },
    { "type:chunk or type:message from:p1", "abg" }, { "(type:chunk or type:message) from:p1", "ag" }, { "from:p1 type:message or type:chunk", "abg" },
    { "from:p1 (type:message or type:chunk)", "ag" }, { "-type:message", "bcef" }, { "not type:message", "bcef" }, { "not not type:message", "adg" }, { "--type:message", "adg" },
    { "-type:message -type:chunk", "cef" }, { "-(type:message or type:chunk)", "cef" }, { "not (type:message or type:chunk)", "cef" },
    { "not type:message or from:p1", "abcefg" }, { "not(type:message)", "bcef" }, { "(((hello)))", "a" }, { "hello or(type:chunk)", "ab" }, { "-latency>1s", "abcdefg" },
    { "android or hello", "a" }, { "size<16 or is:caught-up and is:durable", "de" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = matches (cases[i].text);

      if (strcmp (found, cases[i].expected) != 0)
        g_error ("%s finds %s, not %s", cases[i].text, found, cases[i].expected);
    }
}

static void
test_errors (void)
{
  static const struct { const char *text; gsize start, end; const char *word; } cases[] = {
    { "foo:bar", 0, 4, "no key" }, { "a foo:bar", 2, 6, "no key" }, { "\"abc", 0, 4, "never closed" }, { "x \"abc", 2, 6, "never closed" }, { "(a", 0, 1, "never closed" },
    { "a)", 1, 2, "no open bracket" }, { ")", 0, 1, "no open bracket" }, { "()", 0, 2, "nothing between" }, { "a or", 2, 4, "missing after" }, { "a and", 2, 5, "missing after" },
    { "or a", 0, 2, "missing" }, { "and", 0, 3, "missing" }, { "a or or b", 5, 7, "missing" }, { "not", 0, 3, "nothing after" }, { "a (b or )", 5, 7, "missing" },
    { "type:", 0, 5, "needs a value" }, { "type:a|", 0, 7, "needs a value" }, { "size>", 0, 5, "needs a value" }, { "size>abc", 5, 8, "no size" }, { "size>1x", 5, 7, "no size" },
    { "gap>1y", 4, 6, "length of time" }, { "pos:x", 4, 5, "no position" }, { "pos:1.5", 4, 7, "no position" }, { "time:25:00", 5, 10, "no time" }, { "time:2026-13-01", 5, 15, "no time" },
    { "time:9", 5, 6, "no time" }, { "size:20..10", 5, 11, "before it begins" }, { "is:nice", 3, 7, "takes durable" }, { "type>x", 0, 5, "colon" }, { "/a(/", 0, 4, "wrong" }, { "/abc", 0, 4, "needs a" },
    { "//", 0, 2, "empty" }, { "\"a\"b", 3, 4, "space" }, { "abc\\", 3, 4, "backslash" }, { "é foo:x", 3, 7, "no key" }, { "size>9999999999999999999", 5, 24, "no size" }, { "pos:-1", 4, 6, "no position" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      WaveFilterFault fault = { 0 };
      g_autoptr (WaveFilter) filter = wave_filter_new (cases[i].text, WALL, &fault, &error);

      if (filter != NULL)
        g_error ("%s is taken for right", cases[i].text);
      g_assert_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_FILTER);
      if (fault.start != cases[i].start || fault.end != cases[i].end || strstr (error->message, cases[i].word) == NULL)
        g_error ("%s: %" G_GSIZE_FORMAT "–%" G_GSIZE_FORMAT " %s", cases[i].text, fault.start, fault.end, error->message);
    }
}

static void
test_bounds (void)
{
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GString) wide = g_string_new (NULL);
  g_autoptr (GString) nots = g_string_new (NULL);
  g_autofree char *longest = g_strnfill (WAVE_FILTER_LENGTH_LIMIT + 1, 'x');

  for (guint i = 0; i < WAVE_FILTER_DEPTH_LIMIT + 1; i++)
    g_string_append_c (deep, '(');
  for (guint i = 0; i < WAVE_FILTER_TERM_LIMIT + 1; i++)
    g_string_append (wide, "a ");
  for (guint i = 0; i < 2000; i++)
    g_string_append_c (nots, '-');
  g_string_append (nots, "a");
  g_assert_null (wave_filter_new (deep->str, WALL, NULL, NULL));
  g_assert_null (wave_filter_new (wide->str, WALL, NULL, NULL));
  g_assert_null (wave_filter_new (nots->str, WALL, NULL, NULL));
  g_assert_null (wave_filter_new (longest, WALL, NULL, NULL));
  g_assert_null (wave_filter_new ("\xff", WALL, NULL, NULL));
}

/* An expression that explodes must give up, not hang. */
static void
test_catastrophe (void)
{
  g_autoptr (WaveFilter) filter = wave_filter_new ("/(a+)+(b+)+$/", WALL, NULL, NULL);
  g_autoptr (WaveFilterRun) run = wave_filter_run_new (filter);
  g_autofree char *many = g_strnfill (5000, 'a');
  g_autofree char *frame = g_strdup_printf ("{\"type\":\"x\",\"content\":\"%s!\"}", many);
  g_autoptr (GBytes) raw = g_bytes_new (frame, strlen (frame));
  g_autoptr (WaveEvent) event = wave_event_decode (raw, WAVE_VIA_STREAM, 1, 1);
  gint64 started = g_get_monotonic_time ();

  g_assert_false (wave_filter_run_match_event (run, event, NULL, NULL, G_MININT64, G_MININT64));
  g_assert_cmpint (g_get_monotonic_time () - started, <, 5 * G_USEC_PER_SEC);
}

/* What the index knows is enough where it can be. */
static void
test_lazy (void)
{
  static const struct { const char *text; WaveFilterVerdict bare, with_raw; } cases[] = {
    { "type:message", WAVE_FILTER_YES, WAVE_FILTER_YES }, { "hello", WAVE_FILTER_NEEDS_RAW, WAVE_FILTER_YES }, { "hello type:chunk", WAVE_FILTER_NO, WAVE_FILTER_NO },
    { "type:chunk hello", WAVE_FILTER_NO, WAVE_FILTER_NO }, { "hello or type:message", WAVE_FILTER_YES, WAVE_FILTER_YES }, { "-hello", WAVE_FILTER_NEEDS_RAW, WAVE_FILTER_NO },
    { "id:evt-1", WAVE_FILTER_NEEDS_EVENT, WAVE_FILTER_NEEDS_EVENT }, { "text:hello", WAVE_FILTER_NEEDS_RAW, WAVE_FILTER_NEEDS_EVENT },
    { "text:nowhere", WAVE_FILTER_NEEDS_RAW, WAVE_FILTER_NO }, { "é", WAVE_FILTER_NEEDS_RAW, WAVE_FILTER_NEEDS_EVENT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WaveFilter) filter = wave_filter_new (cases[i].text, WALL, NULL, NULL);
      g_autoptr (WaveFilterRun) run = wave_filter_run_new (filter);
      WaveFilterView view = { .type = "swp.room.message", .kind = WAVE_EVENT_MESSAGE, .type_n = 1, .size = strlen (frames[0]), .position = 100 };

      if (wave_filter_run_match (run, &view) != cases[i].bare)
        g_error ("%s without bytes: %d", cases[i].text, wave_filter_run_match (run, &view));
      view.raw = frames[0];
      view.raw_size = strlen (frames[0]);
      if (wave_filter_run_match (run, &view) != cases[i].with_raw)
        g_error ("%s with bytes: %d", cases[i].text, wave_filter_run_match (run, &view));
    }
}

/* The line of a recording denies what is not in it, and nothing that escapes may hide. */
static void
test_hint (void)
{
  static const struct { const char *text, *line; WaveFilterVerdict expected; } cases[] = {
    { "zebra", "{\"t_us\":1,\"frame\":\"{\\\"a\\\":1}\"}", WAVE_FILTER_NO }, { "-zebra", "{\"frame\":\"{}\"}", WAVE_FILTER_YES }, { "frame", "{\"frame\":\"{}\"}", WAVE_FILTER_NEEDS_RAW },
    { "zebra", "{\"frame\":\"\\u007aebra\"}", WAVE_FILTER_NEEDS_RAW }, { "\"ze\\\"bra\"", "{\"frame\":\"{}\"}", WAVE_FILTER_NEEDS_RAW }, { "z\303\251bra", "{\"frame\":\"{}\"}", WAVE_FILTER_NEEDS_RAW },
    { "text:zebra", "{\"frame\":\"{}\"}", WAVE_FILTER_NO }, { "text:zebra", "{\"frame\":\"{\\\"b\\\":\\\"\\\\u007aebra\\\"}\"}", WAVE_FILTER_NEEDS_RAW },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WaveFilter) filter = wave_filter_new (cases[i].text, WALL, NULL, NULL);
      g_autoptr (WaveFilterRun) run = wave_filter_run_new (filter);
      WaveFilterView view = { .type = "x", .size = 5, .hint = cases[i].line, .hint_size = strlen (cases[i].line) };

      if (wave_filter_run_match (run, &view) != cases[i].expected)
        g_error ("%s in %s: %d", cases[i].text, cases[i].line, wave_filter_run_match (run, &view));
    }
}

static void
test_quote (void)
{
  static const char *const values[] = { "simple", "two words", "a\"b", "back\\slash", "star*", "(x)", "-minus", "and", "key:x", "/re/", "é", "a|b", "<b>", "" };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    for (guint with_key = 0; with_key < 3; with_key++)
      {
        static const char *const keys[] = { NULL, "room", "from" };
        g_autofree char *term = wave_filter_quote (keys[with_key], values[i]);
        g_autofree char *frame = g_strdup_printf ("{\"x\":\"%s\"}", values[i]);
        g_autofree char *other = g_strconcat (values[i], "x", NULL);
        g_autoptr (GError) error = NULL;
        g_autoptr (WaveFilter) filter = NULL;
        g_autoptr (WaveFilterRun) run = NULL;
        WaveFilterView view = { .type = "t", .room_id = values[i], .sender_id = values[i], .raw = frame, .raw_size = strlen (frame), .size = 1 };

        if (with_key > 0 && *values[i] == '\0')
          continue;
        filter = wave_filter_new (term, WALL, NULL, &error);
        g_assert_no_error (error);
        run = wave_filter_run_new (filter);
        g_assert_cmpint (wave_filter_run_match (run, &view), ==, WAVE_FILTER_YES);
        view.room_id = view.sender_id = other;
        if (with_key > 0)
          g_assert_cmpint (wave_filter_run_match (run, &view), ==, WAVE_FILTER_NO);
      }
}

static void
test_combine (void)
{
  static const struct { const char *text; gboolean exclude; const char *expected; } cases[] = {
    { "", FALSE, "type:x" }, { NULL, TRUE, "-type:x" }, { "a b", FALSE, "a b type:x" }, { "a or b", FALSE, "(a or b) type:x" }, { "(a or b)", TRUE, "((a or b)) -type:x" }, { "broken:", TRUE, "-type:x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = wave_filter_combine (cases[i].text, "type:x", cases[i].exclude);

      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
give_values (const char *key, const char *prefix, WaveFilterAddFunc add, gpointer add_data, gpointer user_data)
{
  if (g_str_equal (key, "room"))
    {
      add ("room-1", "Big room", add_data);
      add ("room-2", NULL, add_data);
    }
}

static void
test_complete (void)
{
  static const struct { const char *text; gsize cursor; const char *first; gsize start, end; } cases[] = {
    { "", 0, "type:", 0, 0 }, { "ty", 2, "type:", 0, 2 }, { "a ty", 4, "type:", 2, 4 }, { "a (ro", 5, "room:", 3, 5 }, { "-ro", 3, "room:", 1, 3 }, { "type:chu", 8, "type:chunk", 0, 8 },
    { "is:dur", 6, "is:durable", 0, 6 }, { "room:room-2", 10, "room:\"room-1\"", 0, 11 }, { "room:big", 8, "room:\"room-1\"", 0, 8 }, { "room:\"room-", 11, "room:\"room-1\"", 0, 11 },
    { "type:typing|chu", 15, "chunk", 12, 15 }, { "size>", 5, "size>1k", 0, 5 }, { "foo:x", 5, NULL, 0, 0 }, { "\"ty", 3, NULL, 0, 0 }, { "siz", 3, "size>", 0, 3 },
    { "durab", 5, "is:durable", 0, 5 }, { "é ty", 5, "type:", 3, 5 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) found = wave_filter_complete (cases[i].text, cases[i].cursor, give_values, NULL);
      const WaveFilterCandidate *first = found->len > 0 ? found->pdata[0] : NULL;

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (first != NULL ? first->text : NULL, ==, cases[i].first);
      if (first != NULL)
        {
          g_assert_cmpuint (first->start, ==, cases[i].start);
          g_assert_cmpuint (first->end, ==, cases[i].end);
        }
    }
}

/* Every example of the help is right. */
static void
test_help (void)
{
  g_autofree char *help = wave_filter_get_help ();
  g_auto (GStrv) lines = g_strsplit (help, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      {
        g_auto (GStrv) columns = g_strsplit (lines[i], "\t", -1);
        g_autoptr (GError) error = NULL;
        g_autoptr (WaveFilter) filter = wave_filter_new (columns[0], WALL, NULL, &error);

        g_assert_no_error (error);
        g_assert_cmpuint (g_strv_length (columns), ==, 2);
        n++;
      }
  g_assert_cmpuint (n, >, 15);
}

/* Against the plain way of looking, at every length and place. */
static void
test_search (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 20000; round++)
    {
      char hay[100], needle[12];
      gsize n = g_rand_int_range (random, 0, sizeof hay), m = g_rand_int_range (random, 0, sizeof needle);
      g_autofree char *exact = NULL;
      WaveSearch search;
      const char *expected = NULL, *found;

      for (gsize i = 0; i < n; i++)
        hay[i] = "aAbB\"z@`"[g_rand_int_range (random, 0, 8)];
      for (gsize i = 0; i < m; i++)
        needle[i] = "aAbB\"z@`"[g_rand_int_range (random, 0, 8)];
      for (gsize i = 0; expected == NULL && i + m <= n; i++)
        if (g_ascii_strncasecmp (hay + i, needle, m) == 0)
          expected = hay + i;
      exact = g_memdup2 (hay, MAX (n, 1));
      wave_search_init (&search, needle, m);
      found = wave_search_find (&search, exact, n);
      g_assert_cmpint (found != NULL ? found - exact : -1, ==, expected != NULL ? expected - hay : -1);
      wave_search_clear (&search);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  decode_all ();
  g_test_add_func ("/filter/operators", test_operators);
  g_test_add_func ("/filter/errors", test_errors);
  g_test_add_func ("/filter/bounds", test_bounds);
  g_test_add_func ("/filter/catastrophe", test_catastrophe);
  g_test_add_func ("/filter/lazy", test_lazy);
  g_test_add_func ("/filter/hint", test_hint);
  g_test_add_func ("/filter/quote", test_quote);
  g_test_add_func ("/filter/combine", test_combine);
  g_test_add_func ("/filter/complete", test_complete);
  g_test_add_func ("/filter/help", test_help);
  g_test_add_func ("/search/against-plain", test_search);
  return g_test_run ();
}
