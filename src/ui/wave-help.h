// SPDX-License-Identifier: GPL-3.0-or-later
// The help that is part of the program, so that it is there in a sandbox and without a network.
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef enum
{
  WAVE_HELP_HEADING,
  WAVE_HELP_TEXT,  /* Markdown of one paragraph */
  WAVE_HELP_POINT, /* a list item, likewise */
  WAVE_HELP_TERM,  /* something and what it means */
  WAVE_HELP_FILTER, /* the whole filter language */
  WAVE_HELP_FIGURES, /* every figure of a stream with its definition */
  WAVE_N_HELP_BLOCKS
} WaveHelpKind;

/* @text, @meaning: untranslated; see N_(). @literal: @text is not for translation */
typedef struct
{
  WaveHelpKind kind;
  const char *text;
  const char *meaning; /* of a TERM */
  gboolean literal;
} WaveHelpBlock;

typedef struct
{
  const char *name; /* of the page it belongs to, or its own */
  const char *title;
  const char *icon;
  const WaveHelpBlock *blocks;
  guint n_blocks;
} WaveHelpTopic;

/* The topics, in order. */
const WaveHelpTopic *wave_help_list_topics (guint *n_topics);

/**
 * wave_help_present:
 * @parent: what the dialog stands over
 * @topic: name of a topic ("rooms", "activity", "filter", "scope", "figures", "connection", "recordings", "codes", "start"); another word opens the first
 */
void wave_help_present (GtkWidget *parent, const char *topic);

G_END_DECLS
