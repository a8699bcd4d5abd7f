// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "protocol/wave-text.h"

#include <md4c.h>
#include <string.h>

/* Combining marks that one character may bear: no script needs more, and a stack of them covers what stands above it. */
#define MAX_MARKS 8

typedef struct
{
  gunichar first, last;
} Range;

/* Ascending. Controls, Default_Ignorable_Code_Point without the variation selectors that emoji need, separators of lines. */
static const Range deceptive[] = {
  { 0x0000, 0x001F }, { 0x007F, 0x009F }, { 0x00AD, 0x00AD }, { 0x034F, 0x034F },   { 0x061C, 0x061C },   { 0x115F, 0x1160 },
  { 0x17B4, 0x17B5 }, { 0x180B, 0x180F }, { 0x200B, 0x200F }, { 0x2028, 0x202E },   { 0x2060, 0x206F },   { 0x3164, 0x3164 },
  { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFFB }, { 0x1BCA0, 0x1BCA3 }, { 0x1D173, 0x1D17A }, { 0xE0000, 0xE0FFF },
};

gboolean
wave_text_is_deceptive (gunichar c)
{
  if (c >= 0x20 && c < 0x7F)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (deceptive) && c >= deceptive[i].first; i++)
    if (c <= deceptive[i].last)
      return TRUE;
  return FALSE;
}

static gboolean
is_joining_letter (gunichar c)
{
  return c >= 0x0600 && c <= 0x0DFF;
}

gboolean
wave_text_joins (gunichar before, gunichar c, gunichar after)
{
  if ((c != 0x200C && c != 0x200D) || after > 0x10FFFF)
    return FALSE;
  if (is_joining_letter (before) && is_joining_letter (after))
    return TRUE;
  return c == 0x200D && (before >= 0x1F000 || before == 0xFE0F || (before >= 0x2600 && before <= 0x27BF))
         && (after >= 0x1F000 || (after >= 0x2600 && after <= 0x27BF));
}

char *
wave_text_make_visible (const char *text, gsize length, gsize max_chars)
{
  GString *line = g_string_sized_new (MIN (length, 4 * max_chars) + 8);
  gsize n_chars = 0; /* in line */
  gsize cut_at = 0;  /* bytes of line that leave room for the "…" */
  guint marks = 0;   /* on the character at hand */
  gunichar before = 0;
  gboolean overflow = FALSE;

  g_return_val_if_fail (max_chars > 0, g_string_free (line, FALSE));

  if (text == NULL)
    return g_string_free (line, FALSE);
  for (const char *p = text, *end = text + length; p < end;)
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);
      char spelled[16];
      gsize n;

      /* The function calls a NUL byte "no more text"; it is a byte like others here. */
      if (*p == '\0')
        c = 0;
      if ((c & 0x80000000) != 0 || (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF))
        {
          p += (c & 0x80000000) != 0 ? 1 : g_utf8_skip[(guchar)*p];
          c = 0xFFFD;
        }
      else
        p += g_utf8_skip[(guchar)*p];

      if (c == '\n')
        c = 0x2424;
      else if (c < 0x20)
        c += 0x2400;
      else if (c == 0x7F)
        c = 0x2421;

      marks = c >= 0x300 && g_unichar_ismark (c) ? marks + 1 : 0;
      if ((wave_text_is_deceptive (c) && !wave_text_joins (before, c, p < end ? g_utf8_get_char_validated (p, end - p) : 0)) || marks > MAX_MARKS)
        n = g_snprintf (spelled, sizeof spelled, "<U+%04X>", c);
      else
        n = 0;
      if (n_chars + MAX (n, 1) > max_chars)
        {
          overflow = TRUE;
          break;
        }
      if (n > 0)
        g_string_append_len (line, spelled, n);
      else
        g_string_append_unichar (line, c);
      before = c;
      n_chars += MAX (n, 1);
      if (n_chars < max_chars)
        cut_at = line->len;
    }

  if (overflow)
    {
      if (n_chars >= max_chars)
        g_string_truncate (line, cut_at);
      g_string_append (line, "…");
    }
  return g_string_free (line, FALSE);
}

/* ---- Markdown ---- */

typedef struct
{
  GString *line;
  guint numbers[8]; /* of the next item of each ordered list; 0 in another one */
  guint depth;      /* of the lists; may be more than are counted */
} Plain;

static void
add_space (GString *line)
{
  if (line->len > 0 && line->str[line->len - 1] != ' ')
    g_string_append_c (line, ' ');
}

/* A number says something that its item does not say without it, and so does a box. */
static void
begin_item (Plain *plain, const MD_BLOCK_LI_DETAIL *item)
{
  guint *number = plain->depth > 0 && plain->depth <= G_N_ELEMENTS (plain->numbers) ? &plain->numbers[plain->depth - 1] : NULL;

  if (item->is_task)
    g_string_append (plain->line, item->task_mark == ' ' ? "☐ " : "☑ ");
  else if (number != NULL && *number > 0)
    g_string_append_printf (plain->line, "%u. ", (*number)++);
}

static int
on_enter_block (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Plain *plain = user_data;

  add_space (plain->line);
  if (type == MD_BLOCK_OL || type == MD_BLOCK_UL)
    {
      if (plain->depth < G_N_ELEMENTS (plain->numbers))
        plain->numbers[plain->depth] = type == MD_BLOCK_OL ? ((const MD_BLOCK_OL_DETAIL *)detail)->start : 0;
      plain->depth++;
    }
  else if (type == MD_BLOCK_LI)
    begin_item (plain, detail);
  return 0;
}

static int
on_leave_block (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Plain *plain = user_data;

  add_space (plain->line);
  if (type == MD_BLOCK_OL || type == MD_BLOCK_UL)
    plain->depth--;
  return 0;
}

static int
on_span (MD_SPANTYPE type, void *detail, void *user_data)
{
  return 0;
}

static int
on_text (MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE length, void *user_data)
{
  GString *line = ((Plain *)user_data)->line;

  if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR || (length == 1 && *text == '\n'))
    add_space (line);
  else if (type == MD_TEXT_NULLCHAR)
    g_string_append (line, "\uFFFD");
  else
    g_string_append_len (line, text, length);
  return 0;
}

char *
wave_text_from_markdown (const char *text)
{
  static const MD_PARSER parser = { .flags = MD_FLAG_NOHTML | MD_FLAG_STRIKETHROUGH | MD_FLAG_TABLES | MD_FLAG_TASKLISTS | MD_FLAG_NOINDENTEDCODEBLOCKS,
                                    .enter_block = on_enter_block,
                                    .leave_block = on_leave_block,
                                    .enter_span = on_span,
                                    .leave_span = on_span,
                                    .text = on_text };
  g_autoptr (GString) line = g_string_new (NULL);
  Plain plain = { .line = line };

  if (md_parse (text, strlen (text), &parser, &plain) != 0)
    return g_strdup (text);
  return g_strdup (g_strchomp (line->str));
}

static gboolean
is_right_to_left (gunichar c)
{
  return (c >= 0x0590 && c <= 0x08FF) || (c >= 0xFB1D && c <= 0xFDFF) || (c >= 0xFE70 && c <= 0xFEFC) || (c >= 0x10800 && c <= 0x10FFF)
         || (c >= 0x1E800 && c <= 0x1EFFF);
}

char *
wave_text_isolate (const char *name)
{
  for (const char *p = name; p != NULL && *p != '\0'; p = g_utf8_next_char (p))
    if (is_right_to_left (g_utf8_get_char (p)))
      return g_strdup_printf ("\u2068%s\u2069", name);
  return g_strdup (name);
}
