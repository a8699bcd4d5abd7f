// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-fuzzy.h"

#include <string.h>

#define SCORE_WHOLE 60    /* the word is there as it was typed */
#define SCORE_BEGINNING 40 /* at the beginning of a word of the name */
#define SCORE_FIRST 25    /* at the very beginning */
#define SCORE_LETTER 4
#define SCORE_IN_A_ROW 6
#define COST_HOLE 3       /* for each place where letters between were left out */
/* Letters further apart than this have nothing to do with each other. */
#define MAX_HOLE 12

/* A name taken apart once: base letters, and where each stands. */
typedef struct
{
  gunichar letters[WAVE_FUZZY_MAX];
  guint16 offsets[WAVE_FUZZY_MAX + 1];
  guint n;
} Letters;

static gunichar
base_letter (gunichar c)
{
  gunichar whole[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

  if (c < 0x80)
    return (gunichar) g_ascii_tolower ((char) c);
  if (g_unichar_fully_decompose (c, FALSE, whole, G_N_ELEMENTS (whole)) > 1)
    c = whole[0];
  return g_unichar_tolower (c);
}

static void
take_apart (const char *text, gsize length, Letters *letters)
{
  const char *end = text + length;

  letters->n = 0;
  for (const char *p = text; p < end && letters->n < WAVE_FUZZY_MAX && p - text < G_MAXUINT16; p = g_utf8_next_char (p))
    {
      letters->letters[letters->n] = base_letter (g_utf8_get_char (p));
      letters->offsets[letters->n] = (guint16) (p - text);
      letters->n++;
      letters->offsets[letters->n] = (guint16) (g_utf8_next_char (p) - text);
    }
}

static gboolean
begins_word (const Letters *name, guint at)
{
  return at == 0 || (g_unichar_isalnum (name->letters[at]) && !g_unichar_isalnum (name->letters[at - 1]));
}

static void
mark (gboolean *marked, guint from, guint n)
{
  for (guint i = 0; i < n; i++)
    marked[from + i] = TRUE;
}

/* The word as it was typed: best at the beginning, then at the beginning of a word. */
static int
match_whole (const Letters *word, const Letters *name, gboolean *marked)
{
  int best = WAVE_FUZZY_NONE;
  guint where = 0;

  for (guint i = 0; i + word->n <= name->n; i++)
    {
      int score = SCORE_WHOLE + (int) word->n * (SCORE_LETTER + SCORE_IN_A_ROW);

      if (memcmp (name->letters + i, word->letters, word->n * sizeof (gunichar)) != 0)
        continue;
      if (begins_word (name, i))
        score += SCORE_BEGINNING;
      if (i == 0)
        score += SCORE_FIRST;
      if (score > best)
        {
          best = score;
          where = i;
        }
    }
  if (best != WAVE_FUZZY_NONE)
    mark (marked, where, word->n);
  return best;
}

/* The letters in their order with others between; from each possible first letter once, always to the nearest next one, or to the next beginning of a
 * word if that letter begins one nearby: "sr" finds "Server Room". */
static int
match_scattered (const Letters *word, const Letters *name, gboolean *marked)
{
  int best = WAVE_FUZZY_NONE;
  guint best_at[WAVE_FUZZY_MAX];

  for (guint first = 0; first < name->n; first++)
    {
      guint at[WAVE_FUZZY_MAX];
      int score = 0;
      guint last = first, k;

      if (name->letters[first] != word->letters[0])
        continue;
      for (k = 0; k < word->n; k++)
        {
          guint next = k == 0 ? first : last + 1;
          guint found = G_MAXUINT;

          for (guint i = next; i < name->n && i <= next + MAX_HOLE; i++)
            if (name->letters[i] == word->letters[k])
              {
                if (found == G_MAXUINT)
                  found = i;
                if (i == next || begins_word (name, i))
                  {
                    found = i;
                    break;
                  }
              }
          if (found == G_MAXUINT)
            break;
          score += SCORE_LETTER;
          if (begins_word (name, found))
            score += SCORE_BEGINNING / 4;
          if (k > 0 && found == last + 1)
            score += SCORE_IN_A_ROW;
          else if (k > 0)
            score -= COST_HOLE;
          at[k] = last = found;
        }
      if (k == word->n && score > best)
        {
          best = score;
          memcpy (best_at, at, word->n * sizeof *at);
        }
    }
  if (best != WAVE_FUZZY_NONE)
    for (guint k = 0; k < word->n; k++)
      marked[best_at[k]] = TRUE;
  return best;
}

static guint
list_runs (const Letters *name, const gboolean *marked, WaveFuzzyRun *runs)
{
  guint n = 0;

  for (guint i = 0; i < name->n; i++)
    {
      if (!marked[i])
        continue;
      if (n > 0 && runs[n - 1].end == name->offsets[i])
        runs[n - 1].end = name->offsets[i + 1];
      else if (n < WAVE_FUZZY_MAX_RUNS)
        runs[n++] = (WaveFuzzyRun){ .start = name->offsets[i], .end = name->offsets[i + 1] };
    }
  return n;
}

int
wave_fuzzy_match (const char *typed, const char *name, WaveFuzzyRun runs[WAVE_FUZZY_MAX_RUNS], guint *n_runs)
{
  Letters letters;
  gboolean marked[WAVE_FUZZY_MAX] = { FALSE };
  gboolean any = FALSE;
  int total = 0;

  if (n_runs != NULL)
    *n_runs = 0;
  if (name == NULL)
    return WAVE_FUZZY_NONE;
  take_apart (name, strlen (name), &letters);
  while (*typed != '\0')
    {
      gsize length = strcspn (typed, " \t");
      Letters word;
      int score;

      take_apart (typed, length, &word);
      typed += length + (typed[length] != '\0');
      if (word.n == 0)
        continue;
      any = TRUE;
      score = match_whole (&word, &letters, marked);
      if (score == WAVE_FUZZY_NONE)
        score = match_scattered (&word, &letters, marked);
      if (score == WAVE_FUZZY_NONE)
        return WAVE_FUZZY_NONE;
      total += score;
    }
  if (runs != NULL && n_runs != NULL)
    *n_runs = list_runs (&letters, marked, runs);
  return any ? total * 4 - (int) MIN (letters.n, 60) : 0;
}
