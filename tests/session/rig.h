// SPDX-License-Identifier: GPL-3.0-or-later
// Two peers for a session under test, and what the session handed on.
#pragma once

#include <libsoup/soup.h>

#include "session/wave-session.h"

G_BEGIN_DECLS

/* Turns the main context until @condition, which must come true within five seconds. */
#define WAIT_UNTIL(condition) \
  G_STMT_START { \
    gint64 wait_deadline = g_get_monotonic_time () + 5 * G_USEC_PER_SEC * rig_patience (); \
    while (!(condition)) \
      { \
        if (g_get_monotonic_time () > wait_deadline) \
          g_error ("%s:%d: it did not come to pass: %s", __FILE__, __LINE__, #condition); \
        rig_turn (); \
      } \
  } G_STMT_END

guint rig_patience (void);
void rig_turn (void);
/* Turns the main context for a time in which something must not happen. */
void rig_settle (gint64 us);

/**
 * Peer: a small ScaiWave on the main context: stream and sync over one list of events, with scripted behaviour.
 */
typedef struct {
  SoupServer *server;
  char *url;
  GPtrArray *events; /* of char *: sync elements; event i has position i + 1 unless positions_from says otherwise */
  GPtrArray *sockets;
  gint64 offset; /* added to positions */

  /* The script. */
  gboolean silent_hello;
  const char *tenant;
  guint close_code; /* on the next connections */
  const char *close_reason;
  guint upgrade_status;    /* instead of 101 */
  const char *retry_after; /* with upgrade_status or sync_status */
  guint sync_status, sync_failures; /* so many of the next sync requests fail with that */
  gboolean sync_garbage;   /* and with rubbish instead */
  gboolean sync_absent;
  gboolean hold_sync;      /* ignores timeout=0 when there is nothing */
  gboolean inclusive, last_plus_one, empty_pages, stuck;
  guint page_limit;
  gboolean no_rooms;
  guint rooms_failures; /* so many of the next questions for the rooms get a 429 */
  const char *good_token;  /* others get 4001 */
  guint refresh_status;
  const char *refreshed_token;

  /* The record. */
  guint n_streams, n_syncs, n_refreshes, n_requests;
  gint64 first_since, last_since;
  GPtrArray *held; /* of Held: long polls under way */
} Peer;

Peer *peer_new (void);
void peer_free (Peer *peer);
/* A message becomes part of the stream; @live: and is sent. Its id is evt-N, its text "text N", N its number from 1. */
void peer_add (Peer *peer, gboolean live);
void peer_add_many (Peer *peer, guint n, gboolean live);
/* Sends event @n (from 1) again. */
void peer_send_again (Peer *peer, guint n);
void peer_send_text (Peer *peer, const char *text);
/* @code 0: without a close frame. */
void peer_drop (Peer *peer, guint code, const char *reason);

/**
 * RawPeer: a listener with a thread for each connection, for everything that is no proper WebSocket. Answers /v1/sync with nothing.
 */
typedef struct _RawPeer RawPeer;
/* Called on the connection's thread once the stream's request has been read, with the proper value for Sec-WebSocket-Accept. */
typedef void (*RawScript) (RawPeer *peer, GIOStream *stream, const char *accept, guint n, gpointer user_data);
RawPeer *raw_peer_new (RawScript script, gpointer user_data);
void raw_peer_free (RawPeer *peer);
const char *raw_peer_get_url (RawPeer *peer);
guint raw_peer_get_n_streams (RawPeer *peer);
void raw_write (GIOStream *stream, const void *data, gsize length);
void raw_upgrade (GIOStream *stream, const char *accept);
void raw_frame (GIOStream *stream, guint8 first, const void *data, gsize length);
void raw_text (GIOStream *stream, const char *text);
/* Reads and drops until the client goes or the peer is freed. */
void raw_linger (RawPeer *peer, GIOStream *stream);

/**
 * Rig: a session and everything that it handed on, in order.
 */
typedef struct {
  WaveSession *session;
  WaveCredentials *credentials;
  WaveSessionConfig config;
  WaveInbox *inbox;
  GPtrArray *events;      /* of WaveEvent */
  GPtrArray *transitions; /* of WaveTransition */
  gint64 cursor;
  /* For the resume function. */
  gint64 stored_cursor;
  GPtrArray *stored_keys;
  guint n_resumes;
} Rig;

/* Timings a hundred times shorter; from position 0. To be changed before rig_start(). */
Rig *rig_new (const char *url);
void rig_start (Rig *rig);
void rig_free (Rig *rig);
WaveSessionState rig_get_state (Rig *rig);
guint rig_count_durable (Rig *rig);
guint rig_count_state (Rig *rig, WaveSessionState state);
guint rig_count_cause (Rig *rig, WaveCause cause);
const WaveTransition *rig_find (Rig *rig, WaveSessionState to, guint nth);
/* Every event of the peer from @first to its last, exactly once; @in_order: by position. */
void rig_assert_all (Rig *rig, Peer *peer, guint first, gboolean in_order);
void rig_resume (const char *server_name, const char *tenant_id, WaveResume *resume, gpointer user_data);

G_END_DECLS
