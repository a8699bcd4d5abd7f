// SPDX-License-Identifier: GPL-3.0-or-later
// Walks through GET /v1/sync, page by page, until there is no more; with the patience that protocol notes 6.2 ask for.
#pragma once

#include "session/wave-backoff.h"
#include "session/wave-http.h"
#include "session/wave-session.h"
#include "session/wave-timer.h"

G_BEGIN_DECLS

typedef struct _WaveWalker WaveWalker;

typedef enum {
  WAVE_WALK_COMPLETE,     /* has_more came to FALSE */
  WAVE_WALK_STUCK,        /* the server says that there is more, and does not give it */
  WAVE_WALK_UNAUTHORISED, /* 401 */
  WAVE_WALK_ABSENT,       /* there is no sync */
  WAVE_WALK_GONE,         /* another 4xx: it does not like what we ask for */
} WaveWalkEnd;

typedef struct {
  /* A page, borrowed. The next one is asked for already. */
  void (*page) (WaveWalker *walker, WaveSyncPage *page, gpointer user_data);
  /* The last call; the walker is still to be freed. */
  void (*ended) (WaveWalker *walker, WaveWalkEnd end, guint http_status, const char *detail, gpointer user_data);
  /* The server sits on its answer although there was nothing to wait for: it has nothing more yet. The walker goes on. */
  void (*held) (WaveWalker *walker, gpointer user_data);
  /* The @failures-th failure in a row; the walker tries again by itself. */
  void (*trouble) (WaveWalker *walker, guint failures, guint http_status, const char *detail, gpointer user_data);
} WaveWalkerFuncs;

/**
 * WaveWalkerConfig:
 * @since: exclusive
 * @expect_data: there is at least one event after @since, so a server that says nothing is slow and not idle
 * @poll: never ends: waits for the server to have something (long poll)
 */
typedef struct {
  const char *base;
  WaveHttp *http;
  WaveCredentials *credentials;
  const WaveSessionTimings *timings;
  WaveBackoff *backoff;
  WaveSessionCounters *counters;
  gint64 since;
  gboolean expect_data, poll;
} WaveWalkerConfig;

WaveWalker *wave_walker_new (const WaveWalkerConfig *config, const WaveWalkerFuncs *funcs, gpointer user_data);
void wave_walker_free (WaveWalker *walker);
/* While paused the page under way is still handed on, and the next one is not asked for. */
void wave_walker_set_paused (WaveWalker *walker, gboolean paused);
gint64 wave_walker_get_position (WaveWalker *walker);
guint wave_walker_get_pages (WaveWalker *walker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveWalker, wave_walker_free)

G_END_DECLS
