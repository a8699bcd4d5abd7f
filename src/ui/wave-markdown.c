// SPDX-License-Identifier: GPL-3.0-or-later
// Markdown → blocks of escaped Pango markup, by md4c. No GTK here, so that it can be fuzzed without a display.
#include "config.h"

#include "ui/wave-markdown.h"

#include <md4c.h>
#include <string.h>

#include "protocol/wave-text.h"

/* Combining marks that one character may bear; no script needs more, and a stack of them reaches into other rows. */
#define MAX_MARKS 8
/* Nesting of lists and quotes beyond this is not indented further. */
#define MAX_DEPTH 6
/* Names that are set off; a message may mention thousands, and each is looked for behind each "@". */
#define MAX_MENTIONS 50

typedef struct {
  GPtrArray *blocks;
  GString *text;         /* of the block at hand */
  WaveBlockKind kind;
  guint level, quote;
  struct
  {
    gboolean ordered;
    guint number;
  } lists[MAX_DEPTH];
  guint n_lists;         /* may exceed MAX_DEPTH */
  char *marker;
  char *language;
  gboolean open;         /* a block is being written */
  gboolean in_row;
  GArray *spans;         /* of Span: what is open, the innermost last */
  guint n_links;         /* links among them that were written */
  const char *const *mentions; /* (nullable) names, case folded */
} Writer;

typedef struct {
  MD_SPANTYPE type;
  const char *end; /* markup that closes it; "" for a link that is shown as text */
} Span;

static void
wave_block_free (gpointer data)
{
  WaveBlock *block = data;

  g_free (block->markup);
  g_free (block->marker);
  g_free (block->language);
  g_free (block);
}

static void
open_block (Writer *writer, WaveBlockKind kind)
{
  writer->kind = kind;
  writer->open = TRUE;
  g_string_truncate (writer->text, 0);
}

static void
open_span (Writer *writer, MD_SPANTYPE type, const char *begin, const char *end)
{
  Span span = { type, end };

  g_string_append (writer->text, begin);
  g_array_append_val (writer->spans, span);
}

/* Closes the innermost spans down to @n. md4c may end spans in another order than they began, or that never began, where links without brackets and emphasis
 * cross; Pango would take nothing of such a text. */
static void
close_spans (Writer *writer, guint n)
{
  while (writer->spans->len > n)
    {
      const Span *span = &g_array_index (writer->spans, Span, writer->spans->len - 1);

      g_string_append (writer->text, span->end);
      if (span->type == MD_SPAN_A && *span->end != '\0')
        writer->n_links--;
      g_array_set_size (writer->spans, writer->spans->len - 1);
    }
}

static void
close_block (Writer *writer)
{
  WaveBlock *block;

  close_spans (writer, 0);
  if (!writer->open)
    return;
  writer->open = FALSE;
  while (writer->kind == WAVE_BLOCK_CODE && g_str_has_suffix (writer->text->str, "\n"))
    g_string_truncate (writer->text, writer->text->len - 1);
  if (writer->text->len == 0 && writer->kind == WAVE_BLOCK_PARAGRAPH && writer->marker == NULL)
    return;
  block = g_new0 (WaveBlock, 1);
  block->kind = writer->kind;
  block->markup = g_strndup (writer->text->str, writer->text->len);
  block->level = writer->level;
  block->depth = MIN (writer->n_lists, MAX_DEPTH);
  block->quote = MIN (writer->quote, MAX_DEPTH);
  block->marker = g_steal_pointer (&writer->marker);
  block->language = g_steal_pointer (&writer->language);
  g_ptr_array_add (writer->blocks, block);
}

/* How many bytes at @text, which follow an "@", are one of the names that are mentioned; 0 for none. */
static gsize
match_mention (Writer *writer, const char *text, const char *end)
{
  for (guint i = 0; writer->mentions != NULL && i < MAX_MENTIONS && writer->mentions[i] != NULL; i++)
    {
      glong chars = g_utf8_strlen (writer->mentions[i], -1);
      const char *after = text;
      g_autofree char *folded = NULL;

      for (glong n = 0; n < chars && after < end; n++)
        after = g_utf8_next_char (after);
      if (chars == 0 || after > end)
        continue;
      folded = g_utf8_casefold (text, after - text);
      if (g_str_equal (folded, writer->mentions[i]) && (after == end || !g_unichar_isalnum (g_utf8_get_char (after))))
        return after - text;
    }
  return 0;
}

/* Appends @length bytes of wire text: made visible, and escaped unless the block is code. */
static void
append_text (Writer *writer, const char *text, gsize length)
{
  const char *end = text + length;
  guint marks = 0;
  gunichar before = 0;

  for (const char *p = text; p < end;)
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);
      const char *next;
      gsize mention;

      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          g_string_append (writer->text, "\xef\xbf\xbd");
          p++;
          continue;
        }
      next = g_utf8_next_char (p);
      marks = c >= 0x300 && g_unichar_ismark (c) ? marks + 1 : 0;
      if (marks > MAX_MARKS)
        {
          if (marks == MAX_MARKS + 1)
            g_string_append (writer->text, "…");
          p = next;
          continue;
        }
      mention = c == '@' && writer->kind != WAVE_BLOCK_CODE ? match_mention (writer, next, end) : 0;
      if (mention > 0)
        {
          const char *const *names = g_steal_pointer (&writer->mentions);

          g_string_append (writer->text, "<span weight=\"bold\" background=\"#3584e4\" background_alpha=\"18%\">");
          append_text (writer, p, mention + 1);
          g_string_append (writer->text, "</span>");
          writer->mentions = names;
          p = next + mention;
          continue;
        }
      if (c == '\n' || c == '\t')
        g_string_append_c (writer->text, c);
      else if ((c < 0x20 || wave_text_is_deceptive (c)) && !wave_text_joins (before, c, next < end ? g_utf8_get_char_validated (next, end - next) : 0))
        {
          g_autofree char *shown = wave_text_make_visible (p, next - p, 16);
          g_autofree char *escaped = g_markup_escape_text (shown, -1);

          g_string_append (writer->text, writer->kind == WAVE_BLOCK_CODE ? shown : escaped);
        }
      else if (writer->kind == WAVE_BLOCK_CODE)
        g_string_append_len (writer->text, p, next - p);
      else if (c == '<')
        g_string_append (writer->text, "&lt;");
      else if (c == '>')
        g_string_append (writer->text, "&gt;");
      else if (c == '&')
        g_string_append (writer->text, "&amp;");
      else
        g_string_append_len (writer->text, p, next - p);
      before = c;
      p = next;
    }
}

static int
enter_block (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Writer *writer = user_data;

  if (writer->blocks->len >= WAVE_MAX_BLOCKS)
    return 1;
  switch (type)
    {
    case MD_BLOCK_QUOTE:
      close_block (writer);
      writer->quote++;
      break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      close_block (writer);
      if (writer->n_lists < MAX_DEPTH)
        {
          writer->lists[writer->n_lists].ordered = type == MD_BLOCK_OL;
          writer->lists[writer->n_lists].number = type == MD_BLOCK_OL ? ((MD_BLOCK_OL_DETAIL *) detail)->start : 0;
        }
      writer->n_lists++;
      break;
    case MD_BLOCK_LI:
      close_block (writer);
      g_clear_pointer (&writer->marker, g_free);
      {
        guint at = MIN (writer->n_lists, MAX_DEPTH) - 1;
        MD_BLOCK_LI_DETAIL *item = detail;

        if (item->is_task)
          writer->marker = g_strdup (item->task_mark == ' ' ? "☐" : "☑");
        else if (writer->lists[at].ordered)
          writer->marker = g_strdup_printf ("%u.", writer->lists[at].number++);
        else
          writer->marker = g_strdup ("•");
      }
      open_block (writer, WAVE_BLOCK_PARAGRAPH);
      break;
    case MD_BLOCK_HR:
      close_block (writer);
      open_block (writer, WAVE_BLOCK_RULE);
      close_block (writer);
      break;
    case MD_BLOCK_H:
      close_block (writer);
      writer->level = ((MD_BLOCK_H_DETAIL *) detail)->level;
      open_block (writer, WAVE_BLOCK_HEADING);
      break;
    case MD_BLOCK_CODE:
      {
        MD_BLOCK_CODE_DETAIL *code = detail;

        close_block (writer);
        if (code->lang.size > 0)
          writer->language = wave_text_make_visible (code->lang.text, code->lang.size, 40);
        open_block (writer, WAVE_BLOCK_CODE);
      }
      break;
    case MD_BLOCK_P:
      if (!writer->open || writer->text->len > 0)
        {
          close_block (writer);
          open_block (writer, WAVE_BLOCK_PARAGRAPH);
        }
      break;
    case MD_BLOCK_TABLE:
      close_block (writer);
      open_block (writer, WAVE_BLOCK_PARAGRAPH);
      g_string_append (writer->text, "<tt>");
      break;
    case MD_BLOCK_TR:
      writer->in_row = FALSE;
      if (writer->text->len > strlen ("<tt>"))
        g_string_append_c (writer->text, '\n');
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      if (writer->in_row)
        g_string_append (writer->text, "  │  ");
      writer->in_row = TRUE;
      if (type == MD_BLOCK_TH)
        g_string_append (writer->text, "<b>");
      break;
    default:
      break;
    }
  return 0;
}

static int
leave_block (MD_BLOCKTYPE type, void *detail, void *user_data)
{
  Writer *writer = user_data;

  switch (type)
    {
    case MD_BLOCK_QUOTE:
      close_block (writer);
      writer->quote--;
      break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      close_block (writer);
      writer->n_lists--;
      break;
    case MD_BLOCK_TD:
      close_spans (writer, 0);
      break;
    case MD_BLOCK_TH:
      close_spans (writer, 0);
      g_string_append (writer->text, "</b>");
      break;
    case MD_BLOCK_TABLE:
      close_spans (writer, 0);
      g_string_append (writer->text, "</tt>");
      close_block (writer);
      break;
    case MD_BLOCK_LI:
    case MD_BLOCK_H:
    case MD_BLOCK_CODE:
    case MD_BLOCK_P:
      close_block (writer);
      break;
    default:
      break;
    }
  return 0;
}

/* Only what a browser or a mail program opens: never file:, javascript: or an application's own scheme. */
static gboolean
may_be_opened (const char *uri)
{
  static const char *const schemes[] = { "http://", "https://", "mailto:" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (uri, schemes[i], strlen (schemes[i])) == 0)
      return TRUE;
  return FALSE;
}

static void
open_link (Writer *writer, const MD_ATTRIBUTE *href)
{
  g_autofree char *uri = wave_text_make_visible (href->text, href->size, 2048);
  g_autofree char *escaped = NULL;
  g_autofree char *begin = NULL;

  if (writer->n_links > 0 || !may_be_opened (uri))
    {
      open_span (writer, MD_SPAN_A, "", "");
      return;
    }
  escaped = g_markup_escape_text (uri, -1);
  begin = g_strdup_printf ("<a href=\"%s\" title=\"%s\">", escaped, escaped);
  open_span (writer, MD_SPAN_A, begin, "</a>");
  writer->n_links++;
}

static int
enter_span (MD_SPANTYPE type, void *detail, void *user_data)
{
  Writer *writer = user_data;

  if (!writer->open)
    open_block (writer, WAVE_BLOCK_PARAGRAPH);
  switch (type)
    {
    case MD_SPAN_EM:
      open_span (writer, type, "<i>", "</i>");
      break;
    case MD_SPAN_STRONG:
      open_span (writer, type, "<b>", "</b>");
      break;
    case MD_SPAN_DEL:
      open_span (writer, type, "<s>", "</s>");
      break;
    case MD_SPAN_CODE:
      open_span (writer, type, "<span font_family=\"monospace\" background_alpha=\"10%\" background=\"#808080\" insert_hyphens=\"false\">", "</span>");
      break;
    case MD_SPAN_A:
      open_link (writer, &((MD_SPAN_A_DETAIL *) detail)->href);
      break;
    default:
      break;
    }
  return 0;
}

static int
leave_span (MD_SPANTYPE type, void *detail, void *user_data)
{
  Writer *writer = user_data;

  for (guint i = writer->spans->len; i > 0; i--)
    if (g_array_index (writer->spans, Span, i - 1).type == type)
      {
        close_spans (writer, i - 1);
        break;
      }
  return 0;
}

static int
add_text (MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user_data)
{
  Writer *writer = user_data;

  if (!writer->open)
    open_block (writer, WAVE_BLOCK_PARAGRAPH);
  switch (type)
    {
    case MD_TEXT_BR:
      g_string_append_c (writer->text, '\n');
      break;
    case MD_TEXT_SOFTBR:
      /* In a chat a line break is meant. */
      g_string_append_c (writer->text, '\n');
      break;
    case MD_TEXT_NULLCHAR:
      g_string_append (writer->text, "\xef\xbf\xbd");
      break;
    default:
      append_text (writer, text, size);
      break;
    }
  return 0;
}

static void
add_plain (GPtrArray *blocks, const char *text)
{
  WaveBlock *block = g_new0 (WaveBlock, 1);

  block->kind = WAVE_BLOCK_PARAGRAPH;
  block->markup = wave_markdown_plain (text);
  g_ptr_array_add (blocks, block);
}

GPtrArray *
wave_markdown_parse (const char *text)
{
  return wave_markdown_parse_with_mentions (text, NULL);
}

GPtrArray *
wave_markdown_parse_with_mentions (const char *text, const char *const *names)
{
  static const MD_PARSER parser = {
    .flags = MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_PERMISSIVEWWWAUTOLINKS | MD_FLAG_STRIKETHROUGH | MD_FLAG_TABLES
             | MD_FLAG_TASKLISTS | MD_FLAG_NOINDENTEDCODEBLOCKS,
    .enter_block = enter_block,
    .leave_block = leave_block,
    .enter_span = enter_span,
    .leave_span = leave_span,
    .text = add_text,
  };
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (Span));
  Writer writer = { .blocks = g_ptr_array_new_with_free_func (wave_block_free), .text = g_string_new (NULL), .mentions = names, .spans = spans };

  /* Parsing stops at the bound; then the whole is shown as plain text, so that nothing is hidden. */
  if (md_parse (text, strlen (text), &parser, &writer) != 0)
    {
      g_ptr_array_set_size (writer.blocks, 0);
      add_plain (writer.blocks, text);
    }
  else if (writer.blocks->len == 0 && *text != '\0')
    add_plain (writer.blocks, text);
  g_string_free (writer.text, TRUE);
  g_free (writer.marker);
  g_free (writer.language);
  return writer.blocks;
}

char *
wave_markdown_plain (const char *text)
{
  Writer writer = { .text = g_string_new (NULL), .kind = WAVE_BLOCK_PARAGRAPH };

  append_text (&writer, text, strlen (text));
  return g_string_free (writer.text, FALSE);
}
