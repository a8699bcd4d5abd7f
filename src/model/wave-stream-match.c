// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a message says what a stream said (protocol notes 6.3, matching rules 1 to 3). Nothing but the text tells: no id is shared.
#include "config.h"

#include <string.h>

#include "model/wave-stream-private.h"

/* How long @text is without the white space at its end. */
static gsize
trimmed (const char *text, gsize length)
{
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  return length;
}

/* Compares @b, a whole text, with the start of @a; "\r\n" is as good as "\n". Returns: how much of @a it took, 0 when they differ. */
static gsize
match_start (const char *a, gsize a_length, const char *b, gsize b_length)
{
  gsize i = 0;
  gsize j = 0;

  while (j < b_length)
    {
      if (b[j] == '\r' && j + 1 < b_length && b[j + 1] == '\n')
        j++;
      if (i + 1 < a_length && a[i] == '\r' && a[i + 1] == '\n')
        i++;
      if (i >= a_length || a[i] != b[j])
        return 0;
      i++;
      j++;
    }
  return i;
}

gboolean
wave_stream_says (WaveStream *self, const char *body)
{
  gsize text_length = trimmed (self->text->str, self->text->len);
  gsize body_length = trimmed (body, strlen (body));

  if (text_length == 0 || body_length == 0)
    return text_length == body_length;
  /* So it is with nearly every reply. */
  if (text_length == body_length && memcmp (self->text->str, body, text_length) == 0)
    return TRUE;
  return match_start (self->text->str, text_length, body, body_length) == text_length;
}

/* A part is looked for after the parts before it: right there, or else at the start of a line and up to the end of one. */
gsize
wave_stream_find_part (WaveStream *self, const char *body)
{
  const char *text = self->text->str;
  gsize text_length = trimmed (text, self->text->len);
  gsize body_length;
  gsize at = self->parts_end;

  while (g_ascii_isspace (*body))
    body++;
  body_length = trimmed (body, strlen (body));
  while (at < text_length && g_ascii_isspace (text[at]))
    at++;
  if (body_length == 0 || at >= text_length)
    return 0;
  for (gboolean first = TRUE; at < text_length; first = FALSE)
    {
      const char *next;
      gsize took = match_start (text + at, text_length - at, body, body_length);

      if (took > 0 && (first || at + took == text_length || text[at + took] == '\n' || text[at + took] == '\r'))
        return at + took;
      next = memchr (text + at, '\n', text_length - at);
      if (next == NULL)
        return 0;
      at = next + 1 - text;
    }
  return 0;
}

gboolean
wave_stream_is_covered (WaveStream *self)
{
  return self->n_parts > 0 && self->parts_end >= trimmed (self->text->str, self->text->len);
}
