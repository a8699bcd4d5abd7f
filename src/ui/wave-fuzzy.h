// SPDX-License-Identifier: GPL-3.0-or-later
// How well a name answers what somebody typed into the command palette. Any thread; nothing is allocated.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What of a name and of what was typed is looked at, in characters. */
#define WAVE_FUZZY_MAX 200
/* No match. */
#define WAVE_FUZZY_NONE G_MININT

/* Which bytes of the name are told apart in what is shown: up to this many runs of characters. */
#define WAVE_FUZZY_MAX_RUNS 24
typedef struct
{
  guint start, end; /* byte offsets into the name */
} WaveFuzzyRun;

/**
 * wave_fuzzy_match:
 * @typed: what was typed; words that are separated by blanks must all be found, in any order
 * @name: (nullable): where they are looked for
 * @runs: (out) (optional): the parts of @name that answered, in order, without overlap
 * @n_runs: (out) (optional)
 *
 * Letters of a word must occur in the order typed. Whole words and beginnings of words count more than letters in the middle, letters in a row more
 * than scattered ones, and among equals the shorter name wins. Case and accents do not matter.
 *
 * Returns: a score, higher is better; %WAVE_FUZZY_NONE when it does not match. Nothing typed matches everything with 0.
 */
int wave_fuzzy_match (const char *typed, const char *name, WaveFuzzyRun runs[WAVE_FUZZY_MAX_RUNS], guint *n_runs);

G_END_DECLS
