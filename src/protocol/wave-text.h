// SPDX-License-Identifier: GPL-3.0-or-later
// Text from the wire made harmless for one line of plain text.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * wave_text_make_visible:
 * @text: (nullable): bytes, meant to be UTF-8; NUL bytes may be among them
 * @length: how many bytes
 * @max_chars: the most characters of the result, the "…" of a cut included; at least 1
 *
 * Nothing that comes out can hide, reorder or break a line: invalid bytes become U+FFFD, ASCII controls their picture (U+2400…;
 * a line feed is U+2424), and other control, bidi-control and zero-width characters are spelled out, such as "<U+202E>"; so is each
 * combining mark beyond the eighth on one character.
 *
 * Returns: (transfer full): valid UTF-8
 */
char *wave_text_make_visible (const char *text, gsize length, gsize max_chars);

/* Whether the joiner or non-joiner @c stands where writing needs it: inside an emoji of several parts, or between letters of a script whose letters
 * join (Arabic to Sinhala). @before, @after: its neighbours, 0 for none */
gboolean wave_text_joins (gunichar before, gunichar c, gunichar after);

/* Whether @c cannot be seen or changes how its neighbours are laid out (control, bidi, zero-width, filler, tag). */
gboolean wave_text_is_deceptive (gunichar c);

/* (transfer full): what Markdown says without its marks, in one line: blocks and line ends are a space; numbers and boxes of lists stay. HTML is text. "" where
 * nothing but marks was. */
char *wave_text_from_markdown (const char *text);

/* (transfer full): @name set apart (U+2068 … U+2069) where it has letters from right to left, so that it does not turn the sentence around it; else a
 * copy. @name: (nullable) */
char *wave_text_isolate (const char *name);

G_END_DECLS
