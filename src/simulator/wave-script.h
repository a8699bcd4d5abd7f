// SPDX-License-Identifier: GPL-3.0-or-later
// Private to simulator/: who works in the simulated office and what they say.
#pragma once

#include "simulator/wave-world.h"

G_BEGIN_DECLS

/* How an AI gives out its text. */
typedef struct {
  const char *ai;
  double gap_us, sigma;     /* median silence between chunks, spread */
  guint min_chars, max_chars;
  const char *tool;         /* nullable: status before it generates */
  gint64 stall_us;          /* 0: it does not stall */
  const char *stall_tool;   /* nullable */
  gboolean conversational;  /* says its paragraphs one after the other and streams nothing */
} WavePace;

typedef struct {
  const char *room, *sender, *text;
  const char *more;        /* nullable: the members of content, instead of the text */
  const char *answered_by; /* nullable: an AI */
} WaveLine;

void wave_script_populate (WaveWorld *world);
/* So many rooms and people beside those: a tenant of another size, as far as its lists go. */
void wave_script_populate_more (WaveWorld *world, guint n_rooms, guint n_people);
const WaveLine *wave_script_lines (guint *n_lines);
const char *wave_script_answer (guint n);
const WavePace *wave_script_pace (const char *ai);

G_END_DECLS
