// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

#include "session/wave-batch.h"
#include "session/wave-credentials.h"

G_BEGIN_DECLS

/* Where the first catch-up starts. */
typedef enum {
  WAVE_SINCE_STORED,   /* from what the resume function gives, else from the head */
  WAVE_SINCE_HEAD,     /* only what is new */
  WAVE_SINCE_POSITION, /* exclusive; 0 = the whole history */
} WaveSince;

/* All in µs. wave_session_timings_default() has the values of the design; tests shorten them. */
typedef struct {
  gint64 connect_deadline;   /* 15 s: TCP, TLS and upgrade */
  gint64 hello_deadline;     /* 5 s */
  gint64 ping_interval;      /* 25 s */
  gint64 silence_deadline;   /* 75 s: nothing heard at all */
  gint64 backoff_first;      /* 1 s; the very first reconnect is immediate */
  gint64 backoff_max;        /* 30 s */
  double backoff_jitter;     /* 0.2 = ±20 % */
  gint64 stable_after;       /* 10 s of live time resets the schedule */
  gint64 overlap_interval;   /* 60 s between re-checks while live */
  gint64 overlap_span;       /* 60 s that a re-check looks back */
  gint64 poll_hold;          /* 30 s: timeout= of a long poll in POLLING */
  gint64 catch_up_page_wait; /* 2 s: a catch-up page that has waited this long means "nothing more" */
  gint64 request_timeout;    /* 20 s: other requests */
} WaveSessionTimings;
WaveSessionTimings wave_session_timings_default (void);

/* What a resume function gives back. */
typedef struct {
  gint64 cursor;     /* -1: none stored; else the last WaveBatch.cursor that is stored with its events */
  GPtrArray *keys;   /* (element-type utf8) (nullable): wave_event_dup_key() of the latest 50,000 durable events, oldest first; taken */
} WaveResume;

/**
 * WaveResumeFunc:
 * @server_name: (nullable): from hello
 * @tenant_id: (nullable): from hello
 * @resume: (out caller-allocates): to fill in
 *
 * Called on the session thread, before the first catch-up and whenever server or tenant differ from the last time; the owner opens the
 * journal of that tenant here, so that the batches that follow go into it. May block on disk.
 */
typedef void (*WaveResumeFunc) (const char *server_name, const char *tenant_id, WaveResume *resume, gpointer user_data);

/* Called on the session thread, in order. @batch is borrowed: take a reference to keep it. */
typedef void (*WaveBatchFunc) (WaveBatch *batch, gpointer user_data);

/*
 * Called on the session thread after each batch. While it returns TRUE the session asks it again every 10 ms and reads nothing meanwhile, neither from
 * the socket nor from sync: TCP makes the server wait, and what a slow reader costs is the server's to say. A closed connection is caught up
 * after as any other.
 */
typedef gboolean (*WaveBehindFunc) (gpointer user_data);

/**
 * WaveSessionConfig: everything a session is given at its birth; copied.
 * @server: base URL, http(s)://host[:port]; no credentials, path or query
 * @credentials: the tokens
 * @allow_plain: plain http to another machine, by explicit choice
 */
typedef struct {
  const char *server;
  WaveCredentials *credentials;
  gboolean allow_plain;
  WaveSince since;
  gint64 since_position;
  WaveSessionTimings timings;
  WaveBatchFunc batch_func;
  WaveResumeFunc resume_func; /* nullable */
  WaveBehindFunc behind_func; /* nullable: never behind */
  gpointer user_data;
  guint32 jitter_seed; /* 0: random */
} WaveSessionConfig;

#define WAVE_TYPE_SESSION (wave_session_get_type ())
G_DECLARE_FINAL_TYPE (WaveSession, wave_session, WAVE, SESSION, GObject)

/* Whether a session could be made for @server: the errors of wave_session_new(), before there are credentials. Any thread. */
gboolean wave_session_check_server (const char *server, gboolean allow_plain, GError **error);

/**
 * wave_session_new:
 * @error: %WAVE_SESSION_ERROR_ADDRESS when the server address makes no sense, %WAVE_SESSION_ERROR_INSECURE when it is plain http
 *   to another machine and that was not allowed
 *
 * The session owns a thread with its own main context, from here until wave_session_stop().
 */
WaveSession *wave_session_new (const WaveSessionConfig *config, GError **error);

/* All of these: any thread; they return at once. */
void wave_session_start (WaveSession *session);
/* Ends a wait, leaves REPLACED for a new try, or tries the socket at once while POLLING, because a person asked. In REFUSED it does
 * nothing while the token is the refused one: that is left by wave_session_token_changed() only. */
void wave_session_retry_now (WaveSession *session);
/* The tokens in the credentials were changed by the owner. (A refresh by the session itself changes them as well; the owner sees it in
 * wave_credentials_get_generation(), and stores them anew if it keeps them in the keyring.) */
void wave_session_token_changed (WaveSession *session);
/* For tests and for the person: drop the connection as if the network had. */
void wave_session_drop (WaveSession *session);

/* Ends the thread, at most after a second; no function is called back after it returned. Owner's thread. */
void wave_session_stop (WaveSession *session);

/* Counters, read from any thread at any time. */
typedef struct {
  guint64 frames, frame_bytes, events, durable, duplicates, malformed, unknown, invalid;
  guint64 sync_pages, sync_events, late_finds; /* late_finds: what the overlap re-check found that the socket had not brought */
  guint64 rest_requests, rest_retries, rate_limited;
  guint64 json_pings;
  gint64 loop_lag_us, loop_lag_max_us; /* lateness of the session's own loop: last, worst of the last minute */
  gint64 loop_lag_recent_us;           /* the worst of the last second or two */
  guint64 pauses; /* how often reading stopped because those who take the events were behind */
  gint64 paused_us;
  gint64 last_heard_mono_us;
  gint64 round_trip_us; /* last ping to pong; -1 not known */
} WaveSessionCounters;
void wave_session_get_counters (WaveSession *session, WaveSessionCounters *counters);

/**
 * wave_session_fetch_async:
 * @path: such as "/v1/rooms/room-1/state"; begins with "/v1/" or "/.well-known/"
 *
 * GET with the bearer token, at most 4 at a time, retried by the rules of protocol notes 5.1 (429 and Retry-After, 5xx, one refresh on 401); the
 * token never follows a redirect to another host. The callback runs in the caller's thread-default main context.
 */
void wave_session_fetch_async (WaveSession *session, const char *path, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full): the body of a 2xx answer; else %WAVE_SESSION_ERROR with the server's code and message in its text */
GBytes *wave_session_fetch_finish (WaveSession *session, GAsyncResult *result, GError **error);

typedef enum {
  WAVE_SESSION_ERROR_ADDRESS,
  WAVE_SESSION_ERROR_INSECURE,
  WAVE_SESSION_ERROR_UNAUTHORISED, /* 401 */
  WAVE_SESSION_ERROR_FORBIDDEN,    /* 403 */
  WAVE_SESSION_ERROR_NOT_FOUND,    /* 404 */
  WAVE_SESSION_ERROR_RATE_LIMITED, /* 429, still after the retries */
  WAVE_SESSION_ERROR_HTTP,         /* other status */
  WAVE_SESSION_ERROR_REDIRECT,     /* to another host: not followed */
  WAVE_SESSION_ERROR_TOO_LARGE,
  WAVE_SESSION_ERROR_NETWORK,
  WAVE_SESSION_ERROR_TLS,
  WAVE_SESSION_ERROR_SHAPE,        /* an answer that cannot be understood */
} WaveSessionError;
#define WAVE_SESSION_ERROR (wave_session_error_quark ())
GQuark wave_session_error_quark (void);

G_END_DECLS
