// SPDX-License-Identifier: GPL-3.0-or-later
// Finding a text in many bytes, at about the speed of memory.
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A needle made ready. ASCII letters are found in either case, every other byte as it is. */
typedef struct {
  char *needle; /* ASCII letters in lower case */
  gsize length;
  gsize probe[2]; /* the two places whose bytes are the rarest in JSON */
  guint8 want[2], fold[2];
} WaveSearch;

void wave_search_init (WaveSearch *search, const char *needle, gsize length);
void wave_search_clear (WaveSearch *search);
/* The first place, or NULL. An empty needle is found at once. */
const char *wave_search_find (const WaveSearch *search, const char *data, gsize length);

G_END_DECLS
