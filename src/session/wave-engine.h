// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of a WaveSession: everything that lives on the session's thread. Private to this folder.
#pragma once

#include "session/wave-backoff.h"
#include "session/wave-head.h"
#include "session/wave-http.h"
#include "session/wave-rest.h"
#include "session/wave-seen.h"
#include "session/wave-session-machine.h"
#include "session/wave-session.h"
#include "session/wave-socket.h"
#include "session/wave-walker.h"

G_BEGIN_DECLS

typedef enum {
  WAVE_WALK_NONE,
  WAVE_WALK_CATCH_UP, /* the catch-up that the state waits for */
  WAVE_WALK_RECHECK,  /* the overlap re-check, or a catch-up that goes on behind live events */
  WAVE_WALK_POLL,
} WaveWalkRole;

/* What comes with an input: the material of a transition. */
typedef struct {
  WaveCause cause;
  guint close_code, http_status;
  const char *reason;    /* nullable, redacted */
  gint64 retry_after_us; /* -1: not asked for */
  gboolean at_once;      /* the next try needs no wait */
  gboolean give_room;    /* no immediate try */
} WaveHappening;

typedef struct _WaveEngine WaveEngine;
typedef void (*WaveRefreshFunc) (WaveEngine *engine, gboolean refreshed, gboolean refused, gpointer user_data);

struct _WaveEngine
{
  /* Given at birth. */
  char *base;
  WaveCredentials *credentials;
  WaveSince since;
  gint64 since_position;
  WaveSessionTimings timings;
  WaveBatchFunc batch_func;
  WaveResumeFunc resume_func;
  WaveBehindFunc behind_func;
  gpointer user_data;

  /* State. */
  WaveSessionState state;
  gboolean started, quitting;
  WaveBackoff backoff;
  WaveLiveness liveness;
  gint64 hello_us;        /* monotonic; 0 before the first hello of this connection */
  gint64 lost_wall_us;    /* when the gap began; -1 on the first connection */
  guint quick_closes;     /* 4003 without a clear reason, soon after hello, in a row */
  guint upgrade_failures; /* answers that are no stream, in a row */
  char *socket_token;     /* the token of the last connection, to see whether there is another one */
  gboolean token_is_fresh; /* it came from a refresh and has not yet seen a hello */
  gboolean needs_refresh;
  char *session_id, *server_name, *tenant_id;
  gint64 skew_us;
  gboolean identified;

  /* Connection. */
  WaveSocket *socket;
  WaveHttpCall *probe;
  GSource *wait_timer, *deadline_timer, *liveness_timer, *overlap_timer, *refresh_timer, *tick_timer, *flush_timer, *behind_timer;
  WaveHttp *http;

  /* Events. */
  WaveBatch *pending;
  gint64 behind_us; /* monotonic: since when nothing is read because those who take the batches are behind; 0 they are not */
  gsize hold_bytes; /* of the frames in hold */
  GPtrArray *hold; /* of WaveEvent: came while a catch-up was under way */
  guint64 serial;
  WaveSeen *seen;
  WaveCursor cursor;
  gboolean base_is_event;   /* the cursor's base is the position of an event that the server has */
  gint64 known_below;       /* what sync has up to here is not new to us; -1 nothing */
  gint64 highest;           /* position delivered; -1 none */
  gint64 cursor_told;
  gboolean gap_open;        /* sync has not yet brought everything between the cursor and gap_end */
  gint64 gap_end;           /* first position known after the gap; -1 not known */
  gboolean rebase;          /* the server cannot serve the old cursor: go on from the next live event */

  /* Sync. */
  WaveWalker *walker;
  WaveWalkRole role;
  WaveHead *head;
  gboolean head_tried;      /* in this try to connect */
  gboolean head_first;      /* the head is looked for before the socket is opened */
  gint64 head_position;     /* found before the first connection; -1 none */
  WaveCatchUpReport report;
  gint64 catch_up_started_us;
  gint64 walk_begun_us;     /* monotonic */
  gint64 walk_latest;       /* the latest position that sync had before */
  guint walk_n_below;       /* events up to there that it brought and that were new */
  gint64 walk_since;        /* what the walk under way began with */
  gint64 walk_anchor;       /* the event that its first page must hold; -1 none */
  gint64 walk_highest;      /* position that it has met */
  gint64 no_anchor;         /* the event at this position is gone, so its absence proves nothing any more */
  gboolean walk_is_second;  /* it began again further back */
  gint64 recheck_highest;   /* highest position when the re-check began */
  gboolean recheck_soon;

  WaveRest *rest;
  WaveHttpCall *refresh_call;
  gboolean refresh_as_form;
  GArray *refresh_waiters;

  /* Measuring. */
  gint64 tick_due_us, lag_max_us[60];
  guint lag_minute_at;
  gint64 lag_second_us, asleep_us;
  WaveSessionCounters counters; /* of this thread */
  GMutex published_lock;
  WaveSessionCounters published;
};

WaveEngine *wave_engine_new (const WaveSessionConfig *config, const char *base);
void wave_engine_free (WaveEngine *engine);
/* On the session's thread from here on. */
void wave_engine_open (WaveEngine *engine);
void wave_engine_close (WaveEngine *engine);
void wave_engine_start (WaveEngine *engine);
void wave_engine_retry_now (WaveEngine *engine);
void wave_engine_token_changed (WaveEngine *engine);
void wave_engine_drop (WaveEngine *engine);
void wave_engine_network_back (WaveEngine *engine);
void wave_engine_publish (WaveEngine *engine);

void wave_engine_feed (WaveEngine *engine, WaveInput input, const WaveHappening *happening);
void wave_engine_start_connect (WaveEngine *engine);
gint64 wave_engine_get_cursor (WaveEngine *engine);

/* wave-engine-events.c: from events to batches */
void wave_engine_emit_transition (WaveEngine *engine, WaveTransition *transition);
void wave_engine_flush (WaveEngine *engine);
/* Stops or goes on reading, by whether those who take the batches are behind. */
void wave_engine_check_behind (WaveEngine *engine);
/* (transfer full) */
void wave_engine_take_live (WaveEngine *engine, WaveEvent *event);
/* Borrowed; for an element of a sync page. Returns: TRUE when it was new */
gboolean wave_engine_take_synced (WaveEngine *engine, WaveEvent *event);
void wave_engine_release_hold (WaveEngine *engine);
/* The connection is gone: what cannot come again is handed on, what can is kept until a catch-up is done. */
void wave_engine_release_ephemeral (WaveEngine *engine);
gint64 wave_engine_get_lowest_held (WaveEngine *engine);
void wave_engine_on_message (WaveEngine *engine, GBytes *bytes, guint64 full_size);
void wave_engine_on_whole (WaveEngine *engine, const guint8 *data, gsize length); /* borrowed */

/* wave-engine-sync.c: catch-up, re-check, polling, head */
void wave_engine_identify (WaveEngine *engine, const char *server_name, const char *tenant_id);
void wave_engine_begin_catch_up (WaveEngine *engine);
void wave_engine_begin_recheck (WaveEngine *engine);
/* Live events wait no longer for the catch-up, which goes on behind them. */
void wave_engine_stop_holding (WaveEngine *engine);
void wave_engine_begin_poll (WaveEngine *engine);
void wave_engine_find_head (WaveEngine *engine);
/* A durable frame came before the head was found: then "now" begins with it. */
void wave_engine_head_by_frame (WaveEngine *engine);
void wave_engine_end_walk (WaveEngine *engine);
void wave_engine_probe_sync (WaveEngine *engine);

/* wave-engine-auth.c: refreshing the token */
gboolean wave_engine_can_refresh (WaveEngine *engine);
void wave_engine_refresh (WaveEngine *engine, WaveRefreshFunc func, gpointer user_data);
void wave_engine_plan_refresh (WaveEngine *engine);
gboolean wave_engine_has_new_token (WaveEngine *engine);
void wave_engine_cancel_refresh (WaveEngine *engine);

G_END_DECLS
