// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "protocol-examples.h"
#include "protocol/wave-text.h"

static void
test_from_markdown (void)
{
  static const struct
  {
    const char *markdown, *text;
  } rows[] = {
    { "plain", "plain" },
    { "the lamp is **lit**, *really* ~~not~~ `x * y`", "the lamp is lit, really not x * y" },
    { "# Title\n\nand\nmore", "Title and more" },
    { "- one\n- two\n\n> said", "one two said" },
    { "see [the notes](https://example.org/a_b)", "see the notes" },
    { "```c\nint *a;\nint b;\n```", "int *a; int b;" },
    { "5. March works\n6. April\n   - or\n   - not", "5. March works 6. April or not" },
    { "- [x] deploy\n- [ ] announce", "☑ deploy ☐ announce" },
    { "[1]: https://example.org", "" },
    { "<b>bold</b> 2 * 3 * 4", "<b>bold</b> 2 * 3 * 4" },
    { "| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2" },
    { "***", "" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = wave_text_from_markdown (rows[i].markdown);

      g_assert_cmpstr (text, ==, rows[i].text);
    }
}

static void
test_visible (void)
{
  static const struct
  {
    const char *text;
    gsize max;
    const char *visible;
  } rows[] = {
    { "plain text, é 日本 😀", 100, "plain text, é 日本 😀" },
    { "a\nb\tc\rd", 100, "a␤b␉c␍d" },
    { "\x1b[31mred\x7f", 100, "␛[31mred␡" },
    { "a\xE2\x80\xAEtxt.exe", 100, "a<U+202E>txt.exe" },
    { "zero\xE2\x80\x8Bwidth", 100, "zero<U+200B>width" },
    { "\xEF\xBB\xBF", 100, "<U+FEFF>" },
    { "c1\xC2\x9B", 100, "c1<U+009B>" },
    { "bad\xC3(\xFF", 100, "bad\xEF\xBF\xBD(\xEF\xBF\xBD" },
    { "\xF3\xA0\x81\x81", 100, "<U+E0041>" },
    { "heart \xE2\x9D\xA4\xEF\xB8\x8F", 100, "heart \xE2\x9D\xA4\xEF\xB8\x8F" },
    { "👨‍👩‍👧 ❤️‍🔥", 100, "👨‍👩‍👧 ❤️‍🔥" },
    { "می‌خواهم", 100, "می‌خواهم" },
    { "a\xE2\x80\x8D"
      "b👨\xE2\x80\x8D",
      100, "a<U+200D>b👨<U+200D>" },
    { "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301!", 100, "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301<U+0301>!" },
    { "abcdef", 6, "abcdef" },
    { "abcdefg", 6, "abcde…" },
    { "abc\xE2\x80\xAE"
      "d",
      8, "abc…" },
    { "abcd\xE2\x80\xAE", 4, "abc…" },
    { "日本語", 2, "日…" },
    { "ab", 1, "…" },
    { "", 5, "" },
  };
  g_autofree char *nul = wave_text_make_visible ("a\0b", 3, 10);
  g_autofree char *nothing = wave_text_make_visible (NULL, 0, 10);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *visible = wave_text_make_visible (rows[i].text, strlen (rows[i].text), rows[i].max);

      g_assert_cmpstr (visible, ==, rows[i].visible);
      g_assert_cmpint (g_utf8_strlen (visible, -1), <=, rows[i].max);
    }
  g_assert_cmpstr (nul, ==, "a␀b");
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_isolate (void)
{
  g_autofree char *plain = wave_text_isolate ("Mia Chen");
  g_autofree char *arabic = wave_text_isolate ("يوسف");
  g_autofree char *nothing = wave_text_isolate (NULL);

  g_assert_cmpstr (plain, ==, "Mia Chen");
  g_assert_cmpstr (arabic, ==, "\u2068يوسف\u2069");
  g_assert_null (nothing);
}

/* Nothing that hides, whatever the bytes and wherever the cut. */
static void
test_any_bytes (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (guint round = 0; round < 3000; round++)
    {
      GString *text = g_string_new (NULL);
      gsize max = g_rand_int_range (random, 1, 40);
      g_autofree char *visible = NULL;

      for (int i = g_rand_int_range (random, 0, 40); i > 0; i--)
        if (g_rand_boolean (random))
          g_string_append_c (text, g_rand_int_range (random, 0, 256));
        else
          g_string_append_unichar (text, g_rand_int_range (random, 0x2000, 0x2070));
      visible = wave_text_make_visible (text->str, text->len, max);
      g_assert_true (g_utf8_validate (visible, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (visible, -1), <=, max);
      for (const char *p = visible; *p != '\0'; p = g_utf8_next_char (p))
        g_assert_false (wave_text_is_deceptive (g_utf8_get_char (p)));
      g_string_free (text, TRUE);
    }
}

static void
test_summaries (void)
{
  static const struct
  {
    const char *json, *summary;
  } rows[] = {
    { "{'type':'swp.room.message','room_id':'r','content':{'body':'one\\ntwo'}}", "one␤two" },
    { "{'type':'swp.room.message','room_id':'r','content':{'msgtype':'swp.code','lang':'c','body':'x'}}", "swp.code (c) x" },
    { "{'type':'swp.room.message','room_id':'r','redacted_at':'2026-06-02T07:15:00Z'}", "redacted" },
    { "{'type':'swp.room.message.chunk','room_id':'r','sender_id':'s','chunk_text':'a%sb','done':true}", "a%sb (done)" },
    { "{'type':'swp.room.redaction','event_id':'e','redacted_by':'p','reason':'why'}", "e by p: why" },
    { "{'type':'swp.room.reaction','event_id':'e','sender_id':'p','emoji':'x','removed':true}", "x removed from e" },
    { "{'type':'swp.room.member','room_id':'r','participant_id':'p','membership':'leave','changed_by':'q'}", "p leave by q" },
    { "{'type':'swp.room.name','room_id':'r','name':''}", "(cleared)" },
    { "{'type':'swp.room.name','room_id':'r','name':'\xE2\x80\xAEx'}", "<U+202E>x" },
    { "{'type':'swp.ai.status','room_id':'r','participant_id':'p','status':null}", "p idle" },
    { "{'type':'swp.ai.context_usage','room_id':'r','participant_id':'p','used':1,'limit':4}", "p 1 of 4 tokens (25 %)" },
    { "{'type':'swp.plan.updated','room_id':'r','plan':null}", "no plan" },
    { "{'type':'typing','room_id':'r','participant_id':'p','typing':false}", "p stopped typing" },
    { "{'type':'presence','participant_id':'p','status':'idle'}", "p idle" },
    { "{'type':'swp.model.error','code':'c','message':'m'}", "c: m" },
    { "{'type':'x.y'}", "{\"type\":\"x.y\"}" },
    { "{'type':'typing','room_id':'r'}", "malformed: participant_id is missing" },
    { "nonsense\x1b", "malformed: not JSON at byte 1: invalid literal, expected 'null' — nonsense␛" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *json = g_strdelimit (g_strdup (rows[i].json), "'", '"');
      g_autoptr (WaveEvent) event = decode (json);
      g_autofree char *summary = wave_event_summarise (event);

      if (g_str_has_prefix (rows[i].summary, "malformed: not JSON"))
        {
          g_assert_true (g_str_has_prefix (summary, "malformed: not JSON at byte "));
          g_assert_true (g_str_has_suffix (summary, " — nonsense␛"));
        }
      else
        g_assert_cmpstr (summary, ==, rows[i].summary);
    }
}

static void
test_long_summary (void)
{
  g_autofree char *word = g_strnfill (10000, 'w');
  g_autofree char *json
      = g_strdup_printf ("{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{\"body\":\"%s\"}}", word);
  g_autoptr (WaveEvent) event = decode (json);
  g_autofree char *summary = wave_event_summarise (event);

  g_assert_cmpint (g_utf8_strlen (summary, -1), ==, 200);
  g_assert_true (g_str_has_suffix (summary, "w…"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/text/from-markdown", test_from_markdown);
  g_test_add_func ("/protocol/text/isolate", test_isolate);
  g_test_add_func ("/protocol/text/visible", test_visible);
  g_test_add_func ("/protocol/text/any-bytes", test_any_bytes);
  g_test_add_func ("/protocol/text/summaries", test_summaries);
  g_test_add_func ("/protocol/text/long-summary", test_long_summary);
  return g_test_run ();
}
