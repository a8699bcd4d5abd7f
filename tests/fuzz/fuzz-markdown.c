// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the Markdown of a message: what comes out is markup that Pango takes, and nothing of the wire gets into it unescaped.
#include "config.h"

#include <pango/pango.h>
#include <string.h>

#include "fuzz.h"
#include "ui/wave-markdown.h"

static void
check_markup (const char *markup)
{
  g_autoptr (GError) error = NULL;
  PangoAttrList *attributes = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GString) plain = g_string_new (NULL);

  g_assert_true (g_utf8_validate (markup, -1, NULL));
  /* Pango knows no links; GtkLabel takes them out first, and so is done here. */
  for (const char *at = markup; *at != '\0';)
    {
      const char *end = g_str_has_prefix (at, "<a ") ? strchr (at, '>') : NULL;

      if (g_str_has_prefix (at, "</a>"))
        at += 4;
      else if (end != NULL)
        {
          g_autofree char *tag = g_strndup (at, end - at);

          g_assert_true (g_str_has_prefix (tag, "<a href=\"http://") || g_str_has_prefix (tag, "<a href=\"https://") || g_str_has_prefix (tag, "<a href=\"mailto:")
                         || g_ascii_strncasecmp (tag, "<a href=\"http", 13) == 0 || g_ascii_strncasecmp (tag, "<a href=\"mailto:", 16) == 0);
          at = end + 1;
        }
      else
        g_string_append_c (plain, *at++);
    }
  if (!pango_parse_markup (plain->str, plain->len, 0, &attributes, &text, NULL, &error))
    g_error ("Pango does not take %s: %s", markup, error->message);
  pango_attr_list_unref (attributes);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *bytes = g_strndup ((const char *) data, size);
  /* Bodies come out of the decoder as UTF-8. */
  g_autofree char *text = g_utf8_make_valid (bytes, -1);
  static const char *const names[] = { "ann lee", "b", "\xc3\xa9", NULL };
  g_autoptr (GPtrArray) blocks = wave_markdown_parse_with_mentions (text, names);
  g_autofree char *plain = wave_markdown_plain (text);

  g_assert_cmpuint (blocks->len, <=, WAVE_MAX_BLOCKS + 1);
  for (guint i = 0; i < blocks->len; i++)
    {
      const WaveBlock *block = blocks->pdata[i];

      g_assert_true (block->markup != NULL || block->kind == WAVE_BLOCK_RULE);
      if (block->kind == WAVE_BLOCK_CODE)
        g_assert_true (g_utf8_validate (block->markup, -1, NULL));
      else if (block->markup != NULL)
        check_markup (block->markup);
      g_assert_true (block->kind != WAVE_BLOCK_HEADING || (block->level >= 1 && block->level <= 6));
      g_assert_true (block->marker == NULL || g_utf8_validate (block->marker, -1, NULL));
      g_assert_true (block->language == NULL || g_utf8_validate (block->language, -1, NULL));
    }
  check_markup (plain);
  return 0;
}
