// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a block of a message is. */
typedef enum {
  WAVE_BLOCK_PARAGRAPH,
  WAVE_BLOCK_HEADING,
  WAVE_BLOCK_CODE,
  WAVE_BLOCK_RULE,
} WaveBlockKind;

/**
 * WaveBlock: one block of a message, to be shown in one label.
 * @markup: Pango markup; every character that came from the wire is escaped in it. For CODE: plain text, not markup
 * @level: of a heading, 1…6
 * @depth: of the lists around it
 * @quote: how many quotes are around it
 * @marker: (nullable): of the list item that begins with it: "•" or "3."
 * @language: (nullable): of code
 */
typedef struct {
  WaveBlockKind kind;
  char *markup;
  guint level, depth, quote;
  char *marker;
  char *language;
} WaveBlock;

/* A message with more blocks than this shows the rest as one paragraph of plain text. */
#define WAVE_MAX_BLOCKS 400

/**
 * wave_markdown_parse:
 * @text: Markdown, as an AI or a person wrote it; any UTF-8
 *
 * CommonMark with strikethrough, tables (as monospace text) and bare links. HTML is text. Links keep http, https and mailto only; other ones are
 * shown as text. Control, bidi and zero-width characters are made visible, and words without a break get break opportunities.
 *
 * Returns: (transfer full) (element-type WaveBlock): at least one block unless @text is empty
 */
GPtrArray *wave_markdown_parse (const char *text);
/* The same, with "@name" of each of @names set off. @names: (nullable), NULL-terminated, case folded */
GPtrArray *wave_markdown_parse_with_mentions (const char *text, const char *const *names);

/* (transfer full): Pango markup of plain text in which nothing but bare links is special. */
char *wave_markdown_plain (const char *text);

G_END_DECLS
