// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ui/wave-scope-figures.h"
#include "ui/wave-scope-format.h"

static const struct
{
  const char *name;
  const char *meaning;
} rows[WAVE_SCOPE_N_FIGURES] = {
  [WAVE_SCOPE_FIGURE_TTFC] = { N_ ("Time to first chunk"),
                               N_ ("From the message that it answers, where that can be told, else from the AI's first status, to its "
                                   "first text. Arrival times at this machine.") },
  [WAVE_SCOPE_FIGURE_CHUNKS] = { N_ ("Chunks"), N_ ("How many chunks brought text. Empty ones are signs of life and do not count.") },
  [WAVE_SCOPE_FIGURE_CHARS] = { N_ ("Characters"), N_ ("Unicode code points, and the bytes of UTF-8 that they take.") },
  [WAVE_SCOPE_FIGURE_RATE] = { N_ ("Speed"), N_ ("Characters and chunks a second between the first and the last chunk with text.") },
  [WAVE_SCOPE_FIGURE_GAP_P50] = { N_ ("Gap, median"), N_ ("Half of the silences between chunks with text were no longer than this.") },
  [WAVE_SCOPE_FIGURE_GAP_P99] = { N_ ("Gap, p90 / p99"),
                                  N_ ("90 and 99 of a hundred silences between chunks with text were no longer than this (nearest rank).") },
  [WAVE_SCOPE_FIGURE_GAP_MAX] = { N_ ("Longest silence"), N_ ("Between two chunks with text. One that lasts now does not count yet.") },
  [WAVE_SCOPE_FIGURE_JITTER] = { N_ ("Jitter"), N_ ("How much a gap differs from the one before it, on average.") },
  [WAVE_SCOPE_FIGURE_STALLS] = { N_ ("Stalls"), N_ ("Gaps over the threshold of the preferences, and how long they were together.") },
  [WAVE_SCOPE_FIGURE_THINKING] = { N_ ("Thinking"), N_ ("Time under the status “thinking”.") },
  [WAVE_SCOPE_FIGURE_TOOLS] = { N_ ("In tools"), N_ ("Time under a status “calling …”, and its share of the duration.") },
  [WAVE_SCOPE_FIGURE_GENERATING] = { N_ ("Generating"), N_ ("From the first chunk with text to the last.") },
  [WAVE_SCOPE_FIGURE_DURATION] = { N_ ("Duration"), N_ ("From the first sign (status or chunk) to the last chunk or the final message.") },
  [WAVE_SCOPE_FIGURE_MATCH] = { N_ ("Message"),
                                N_ ("How its final message was found. Chunks and message share no id on the wire, so the text tells, or "
                                    "else the order.") },
};

const char *
wave_scope_figure_name (WaveScopeFigure figure)
{
  return _ (rows[figure].name);
}

const char *
wave_scope_figure_meaning (WaveScopeFigure figure)
{
  return _ (rows[figure].meaning);
}

static const char *
match_text (const WaveStreamFigures *figures)
{
  switch (figures->matched)
    {
    case WAVE_MATCH_TEXT:
      return _ ("by its text");
    case WAVE_MATCH_PARTS:
      return _ ("in parts");
    case WAVE_MATCH_ORDER:
      return figures->text_differs ? _ ("by order; text differs") : _ ("by order");
    case WAVE_MATCH_NONE:
      break;
    }
  return _ ("none");
}

char *
wave_scope_figure_dup_text (WaveScopeFigure figure, const WaveStreamFigures *figures)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  switch (figure)
    {
    case WAVE_SCOPE_FIGURE_TTFC:
      first = wave_scope_format_duration (figures->ttfc_us);
      if (figures->ttfc_from == WAVE_TTFC_FROM_MESSAGE)
        return g_strdup_printf (_ ("%s from message"), first);
      if (figures->ttfc_from == WAVE_TTFC_FROM_STATUS)
        return g_strdup_printf (_ ("%s from status"), first);
      return g_steal_pointer (&first);
    case WAVE_SCOPE_FIGURE_CHUNKS:
      return figures->lagged ? g_strdup_printf (_ ("%u (the instrument lagged)"), figures->chunks) : g_strdup_printf ("%u", figures->chunks);
    case WAVE_SCOPE_FIGURE_CHARS:
      second = g_format_size_full (figures->bytes, G_FORMAT_SIZE_IEC_UNITS);
      return g_strdup_printf ("%u · %s", figures->chars, second);
    case WAVE_SCOPE_FIGURE_RATE:
      if (isnan (figures->chars_per_s))
        return g_strdup ("–");
      return g_strdup_printf (_ ("%.0f chars/s · %.1f chunks/s"), figures->chars_per_s, figures->chunks_per_s);
    case WAVE_SCOPE_FIGURE_GAP_P50:
      return wave_scope_format_duration (figures->gap_p50_us);
    case WAVE_SCOPE_FIGURE_GAP_P99:
      first = wave_scope_format_duration (figures->gap_p90_us);
      second = wave_scope_format_duration (figures->gap_p99_us);
      return g_strdup_printf ("%s / %s", first, second);
    case WAVE_SCOPE_FIGURE_GAP_MAX:
      return wave_scope_format_duration (figures->gap_max_us);
    case WAVE_SCOPE_FIGURE_JITTER:
      return wave_scope_format_duration (figures->jitter_us);
    case WAVE_SCOPE_FIGURE_STALLS:
      if (figures->stalls == 0)
        return g_strdup (_ ("none"));
      first = wave_scope_format_duration (figures->stalled_us);
      return g_strdup_printf ("▲ %u · %s", figures->stalls, first);
    case WAVE_SCOPE_FIGURE_THINKING:
      return wave_scope_format_duration (figures->thinking_us);
    case WAVE_SCOPE_FIGURE_TOOLS:
      first = wave_scope_format_duration (figures->tool_us);
      if (figures->duration_us <= 0 || figures->tool_us == 0)
        return g_steal_pointer (&first);
      return g_strdup_printf ("%s · %.0f %%", first, MIN (100.0, 100.0 * figures->tool_us / figures->duration_us));
    case WAVE_SCOPE_FIGURE_GENERATING:
      return wave_scope_format_duration (figures->generating_us);
    case WAVE_SCOPE_FIGURE_DURATION:
      return wave_scope_format_duration (figures->duration_us);
    case WAVE_SCOPE_FIGURE_MATCH:
      return g_strdup (match_text (figures));
    case WAVE_SCOPE_N_FIGURES:
      break;
    }
  return g_strdup ("");
}

static double
number (gint64 value)
{
  return value >= 0 ? (double)value : NAN;
}

double
wave_scope_figure_get_number (WaveScopeFigure figure, const WaveStreamFigures *figures)
{
  switch (figure)
    {
    case WAVE_SCOPE_FIGURE_TTFC:
      return number (figures->ttfc_us);
    case WAVE_SCOPE_FIGURE_CHUNKS:
      return figures->chunks;
    case WAVE_SCOPE_FIGURE_CHARS:
      return figures->chars;
    case WAVE_SCOPE_FIGURE_RATE:
      return figures->chars_per_s;
    case WAVE_SCOPE_FIGURE_GAP_P50:
      return number (figures->gap_p50_us);
    case WAVE_SCOPE_FIGURE_GAP_P99:
      return number (figures->gap_p99_us);
    case WAVE_SCOPE_FIGURE_GAP_MAX:
      return number (figures->gap_max_us);
    case WAVE_SCOPE_FIGURE_JITTER:
      return number (figures->jitter_us);
    case WAVE_SCOPE_FIGURE_STALLS:
      return figures->stalls;
    case WAVE_SCOPE_FIGURE_THINKING:
      return figures->thinking_us;
    case WAVE_SCOPE_FIGURE_TOOLS:
      return figures->tool_us;
    case WAVE_SCOPE_FIGURE_GENERATING:
      return number (figures->generating_us);
    case WAVE_SCOPE_FIGURE_DURATION:
      return number (figures->duration_us);
    case WAVE_SCOPE_FIGURE_MATCH:
    case WAVE_SCOPE_N_FIGURES:
      break;
    }
  return NAN;
}

char *
wave_scope_dup_outcome (WaveStream *stream, gint64 now_us)
{
  const char *word = wave_scope_outcome_word (stream);
  const char *sign = wave_scope_outcome_sign (stream);

  if (wave_stream_is_live (stream) && wave_stream_is_stalled (stream))
    {
      g_autofree char *silence = wave_scope_format_duration (wave_scope_stream_silence (stream, now_us));

      return g_strdup_printf (_ ("▲ stalled: silent for %s"), silence);
    }
  if (wave_stream_get_error (stream) != NULL)
    return g_strdup_printf ("%s %s: %s", sign, word, wave_stream_get_error (stream));
  if (wave_stream_is_redacted (stream))
    return g_strdup_printf (_ ("%s %s; its text was removed"), sign, word);
  if (wave_stream_get_cumulative (stream))
    return g_strdup_printf (_ ("%s %s; the server sent the whole text each time"), sign, word);
  return g_strdup_printf ("%s %s", sign, word);
}
