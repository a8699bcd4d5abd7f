// SPDX-License-Identifier: GPL-3.0-or-later
// The session against a small server with a script: what it must survive, each event exactly once.
#include "config.h"

#include "rig.h"

#include <string.h>

#define LIVE(rig) (rig_get_state (rig) == WAVE_SESSION_LIVE)

static void
test_live (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  const WaveTransition *transition;
  WaveSessionCounters counters;

  peer_add_many (peer, 3, FALSE);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_add_many (peer, 3, TRUE);
  peer_send_text (peer, "{\"type\":\"typing\",\"room_id\":\"room-1\",\"participant_id\":\"p-1\"}");
  WAIT_UNTIL (rig_count_durable (rig) == 6 && rig->events->len == 8);
  rig_assert_all (rig, peer, 1, TRUE);

  transition = rig_find (rig, WAVE_SESSION_CATCHING_UP, 0);
  g_assert_cmpstr (transition->server_name, ==, "wave.example.org");
  g_assert_cmpstr (transition->tenant_id, ==, "t-1");
  g_assert_null (transition->report);
  transition = rig_find (rig, WAVE_SESSION_LIVE, 0);
  g_assert_nonnull (transition->report);
  g_assert_true (transition->report->complete);
  g_assert_cmpuint (transition->report->events, ==, 3);
  g_assert_cmpint (transition->report->gap_start_wall_us, ==, -1);
  g_assert_cmpint (transition->report->to_position, ==, 3);
  g_assert_cmpuint (peer->n_streams, ==, 1);

  /* Events reach us within the loop's turn, and the counters say so. */
  wave_session_get_counters (rig->session, &counters);
  g_assert_cmpuint (counters.durable, ==, 6);
  g_assert_cmpuint (counters.events, ==, 8);
  g_assert_cmpuint (counters.frames, ==, 5);
  rig_free (rig);
  peer_free (peer);
}

/* The connection goes in one of several ways while events are missed. */
static void
test_drop (gconstpointer data)
{
  guint code = GPOINTER_TO_UINT (data);
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  const WaveTransition *transition;

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_add_many (peer, 5, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 5);
  peer_drop (peer, code, "as scripted");
  peer_add_many (peer, 7, FALSE);
  WAIT_UNTIL (rig_count_state (rig, WAVE_SESSION_LIVE) == 2);
  peer_add_many (peer, 2, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 14);
  rig_assert_all (rig, peer, 1, TRUE);

  transition = rig_find (rig, WAVE_SESSION_WAITING, 0);
  g_assert_cmpint (transition->from, ==, WAVE_SESSION_LIVE);
  g_assert_cmpint (transition->cause, ==, code == 0 ? WAVE_CAUSE_DROPPED : code == 1009 ? WAVE_CAUSE_FRAME_TOO_LARGE : WAVE_CAUSE_CLOSED);
  g_assert_cmpuint (transition->close_code, ==, code);
  if (code != 0)
    g_assert_cmpstr (transition->reason, ==, "as scripted");
  transition = rig_find (rig, WAVE_SESSION_LIVE, 1);
  g_assert_true (transition->report->complete);
  g_assert_cmpint (transition->report->gap_start_wall_us, >, 0);
  g_assert_cmpint (transition->report->gap_end_wall_us, >=, transition->report->gap_start_wall_us);
  rig_free (rig);
  peer_free (peer);
}

static void
test_long_gap_with_live_frames (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_add_many (peer, 3, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 3);
  peer_drop (peer, 0, NULL);
  peer_add_many (peer, 1200, FALSE);
  /* Live frames come while the pages do. */
  WAIT_UNTIL (peer->sockets->len == 1 && peer->n_streams == 2);
  while (!LIVE (rig))
    {
      peer_add (peer, TRUE);
      rig_turn ();
    }
  peer_add_many (peer, 5, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) >= peer->events->len);
  rig_assert_all (rig, peer, 1, TRUE);
  g_assert_cmpuint (rig_find (rig, WAVE_SESSION_LIVE, 1)->report->pages, >=, 3);
  rig_free (rig);
  peer_free (peer);
}

static void
test_sync_fails (gconstpointer data)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->sync_failures = 2;
  peer->sync_status = GPOINTER_TO_UINT (data);
  peer->sync_garbage = peer->sync_status == 200;
  peer->retry_after = peer->sync_status == 429 ? "0" : NULL;
  peer_add_many (peer, 4, FALSE);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  rig_assert_all (rig, peer, 1, TRUE);
  /* The socket stayed up meanwhile. */
  g_assert_cmpuint (peer->n_streams, ==, 1);
  g_assert_cmpuint (peer->n_syncs, ==, 3);
  rig_free (rig);
  peer_free (peer);
}

static void
test_sync_fails_for_long (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->sync_failures = 8;
  peer->sync_status = 500;
  peer_add_many (peer, 4, FALSE);
  rig_start (rig);
  /* Live events do not wait for ever; the catch-up goes on behind them. */
  WAIT_UNTIL (LIVE (rig));
  g_assert_false (rig_find (rig, WAVE_SESSION_LIVE, 0)->report->complete);
  g_assert_nonnull (rig_find (rig, WAVE_SESSION_LIVE, 0)->report->detail);
  peer_add_many (peer, 2, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 6);
  rig_assert_all (rig, peer, 1, FALSE);
  rig_free (rig);
  peer_free (peer);
}

static void
test_sync_is_absent (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->sync_absent = TRUE;
  rig->config.timings.overlap_interval = 100 * 1000;
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  g_assert_false (rig_find (rig, WAVE_SESSION_LIVE, 0)->report->complete);
  peer_add_many (peer, 3, TRUE);
  peer_add (peer, FALSE);
  WAIT_UNTIL (rig_count_durable (rig) == 3);
  peer->sync_absent = FALSE;
  WAIT_UNTIL (rig_count_durable (rig) == 4);
  rig_assert_all (rig, peer, 1, TRUE);
  rig_free (rig);
  peer_free (peer);
}

static void
test_sync_dialects (gconstpointer data)
{
  guint dialect = GPOINTER_TO_UINT (data);
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->inclusive = (dialect & 1) != 0;
  peer->last_plus_one = (dialect & 2) != 0;
  peer->hold_sync = (dialect & 4) != 0;
  peer->empty_pages = (dialect & 8) != 0;
  peer->page_limit = 10;
  peer->offset = (dialect & 1) ? ((gint64) 1 << 33) : 0;
  peer_add_many (peer, 45, FALSE);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  g_assert_true (rig_find (rig, WAVE_SESSION_LIVE, 0)->report->complete);
  rig_assert_all (rig, peer, 1, TRUE);
  for (guint i = 1; i <= 3; i++)
    {
      peer_drop (peer, 1001, NULL);
      peer_add_many (peer, i == 2 ? 0 : 15, FALSE);
      WAIT_UNTIL (rig_count_state (rig, WAVE_SESSION_LIVE) == i + 1);
      peer_add (peer, TRUE);
      WAIT_UNTIL (rig_count_durable (rig) == peer->events->len);
      g_assert_true (rig_find (rig, WAVE_SESSION_LIVE, i)->report->complete);
    }
  rig_assert_all (rig, peer, 1, TRUE);
  rig_free (rig);
  peer_free (peer);
}

/* Nothing there yet, and a server that sits on the answer all the same. */
static void
test_sync_held (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->hold_sync = TRUE;
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  g_assert_true (rig_find (rig, WAVE_SESSION_LIVE, 0)->report->complete);
  peer_add (peer, FALSE); /* the socket forgets it: the held answer brings it */
  peer_add (peer, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 2);
  rig_assert_all (rig, peer, 1, FALSE);
  rig_free (rig);
  peer_free (peer);
}

static void
test_sync_stuck (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->stuck = TRUE;
  rig->config.timings.overlap_interval = 50 * 1000;
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  g_assert_false (rig_find (rig, WAVE_SESSION_LIVE, 0)->report->complete);
  g_assert_cmpuint (peer->n_syncs, ==, 3);
  peer_add_many (peer, 2, TRUE);
  peer_add (peer, FALSE);
  peer->stuck = FALSE;
  WAIT_UNTIL (rig_count_durable (rig) == 3);
  rig_assert_all (rig, peer, 1, TRUE);
  rig_free (rig);
  peer_free (peer);
}

static void
test_duplicates_and_disorder (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  WaveSessionCounters counters;

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_add_many (peer, 10, FALSE);
  for (guint i = 10; i >= 1; i--)
    {
      peer_send_again (peer, i);
      peer_send_again (peer, 11 - i);
    }
  peer_add (peer, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 11);
  rig_assert_all (rig, peer, 1, FALSE);
  wave_session_get_counters (rig->session, &counters);
  g_assert_cmpuint (counters.duplicates, ==, 10);
  rig_free (rig);
  peer_free (peer);
}

/* What the socket never brought is found by the re-check. */
static void
test_recheck (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  WaveSessionCounters counters;

  rig->config.timings.overlap_interval = 50 * 1000;
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_add (peer, FALSE);
  peer_add (peer, FALSE);
  peer_add (peer, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 3);
  rig_settle (200 * 1000);
  rig_assert_all (rig, peer, 1, FALSE);
  wave_session_get_counters (rig->session, &counters);
  g_assert_cmpuint (counters.late_finds, <=, 2);
  g_assert_cmpuint (peer->n_streams, ==, 1);
  rig_free (rig);
  peer_free (peer);
}

/* An event that is committed below the position we had come to. */
static void
test_late_commit_over_a_drop (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer_add_many (peer, 4, FALSE);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_add (peer, FALSE); /* 5 is not told */
  peer_add (peer, TRUE);  /* 6 is */
  WAIT_UNTIL (rig_count_durable (rig) == 5);
  peer_drop (peer, 0, NULL);
  WAIT_UNTIL (rig_count_durable (rig) == 6);
  rig_assert_all (rig, peer, 1, FALSE);
  rig_free (rig);
  peer_free (peer);
}

static void
test_positions_go_back (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  rig->config.timings.overlap_span = 0;
  peer_add_many (peer, 20, FALSE);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  g_assert_cmpuint (rig_count_durable (rig), ==, 20);
  /* Restored from a backup: the last ten are gone, and their positions are given out again. */
  for (guint i = 10; i < 20; i++)
    {
      g_free (peer->events->pdata[i]);
      peer->events->pdata[i] = NULL;
    }
  g_ptr_array_set_free_func (peer->events, NULL);
  g_ptr_array_set_size (peer->events, 10);
  g_ptr_array_set_free_func (peer->events, g_free);
  for (guint i = 11; i <= 13; i++)
    g_ptr_array_add (peer->events, g_strdup_printf ("{\"id\":\"new-%u\",\"stream_position\":%u,\"room_id\":\"room-1\","
                                                    "\"event_type\":\"swp.room.name\",\"content\":{\"name\":\"n\"}}",
                                                    i, i));
  peer_drop (peer, 0, NULL);
  WAIT_UNTIL (rig_count_state (rig, WAVE_SESSION_LIVE) == 2);
  WAIT_UNTIL (rig_count_durable (rig) == 23);
  g_assert_nonnull (rig_find (rig, WAVE_SESSION_LIVE, 1)->report->detail);
  rig_settle (50 * 1000);
  g_assert_cmpuint (rig_count_durable (rig), ==, 23);
  rig_free (rig);
  peer_free (peer);
}

/* The event at the cursor was taken away, as when we left its room: that is no earlier time, and nothing comes twice. */
static void
test_anchor_vanishes (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  rig->config.timings.overlap_span = 0;
  peer_add_many (peer, 20, FALSE);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  g_assert_cmpuint (rig_count_durable (rig), ==, 20);
  peer_drop (peer, 0, NULL);
  g_free (peer->events->pdata[19]);
  peer->events->pdata[19] = g_strdup ("{\"id\":\"evt-1\",\"stream_position\":1,\"event_type\":\"swp.room.message\",\"content\":{\"body\":\"text 1\"}}");
  peer_add_many (peer, 2, FALSE);
  WAIT_UNTIL (rig_count_state (rig, WAVE_SESSION_LIVE) == 2);
  g_assert_cmpuint (rig_count_durable (rig), ==, 22);
  g_assert_null (rig_find (rig, WAVE_SESSION_LIVE, 1)->report->detail);
  rig_free (rig);
  peer_free (peer);
}

/* Everything at once, by seed. */
static void
test_chaos (gconstpointer data)
{
  static const guint codes[] = { 0, 1000, 1001, 1011, 4242 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  rig->config.timings.overlap_interval = 20 * 1000;
  rig->config.timings.overlap_span = 40 * 1000;
  peer->page_limit = 7;
  peer->inclusive = g_rand_boolean (rand);
  peer->last_plus_one = g_rand_boolean (rand);
  peer->sync_status = 503;
  rig_start (rig);
  for (guint step = 0; step < 250; step++)
    {
      switch (g_rand_int_range (rand, 0, 12))
        {
        case 0:
          peer_add (peer, FALSE); /* the socket forgets it */
          break;
        case 1:
          peer_add_many (peer, 25, FALSE);
          break;
        case 2:
        case 3:
          if (peer->events->len > 0)
            peer_send_again (peer, (guint) g_rand_int_range (rand, 1, (gint32) peer->events->len + 1));
          break;
        case 4:
          if (g_rand_int_range (rand, 0, 4) == 0)
            peer_drop (peer, codes[g_rand_int_range (rand, 0, G_N_ELEMENTS (codes))], "chaos");
          break;
        case 5:
          peer->sync_failures = 1;
          peer->sync_garbage = g_rand_boolean (rand);
          break;
        case 6:
          if (peer->sockets->len > 0)
            peer_send_text (peer, "{\"type\":\"hello\",\"server_name\":\"wave.example.org\",\"tenant_id\":\"t-1\"}");
          break;
        case 7:
          peer_send_text (peer, "{\"type\":");
          break;
        default:
          peer_add (peer, TRUE);
          break;
        }
      rig_turn ();
    }
  peer->sync_failures = 0;
  WAIT_UNTIL (LIVE (rig) && rig_count_durable (rig) >= peer->events->len);
  rig_settle (100 * 1000);
  rig_assert_all (rig, peer, 1, FALSE);
  rig_free (rig);
  peer_free (peer);
}

/* ---------------------------------------------------------------- where to begin */

static void
test_head (gconstpointer data)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->no_rooms = GPOINTER_TO_INT (data) == 1;
  rig->config.since = GPOINTER_TO_INT (data) == 2 ? WAVE_SINCE_STORED : WAVE_SINCE_HEAD;
  peer_add_many (peer, 1234, FALSE);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  g_assert_cmpuint (rig_count_durable (rig), ==, 0);
  /* The drop comes before any durable frame was seen. */
  peer_drop (peer, 0, NULL);
  peer_add_many (peer, 5, FALSE);
  WAIT_UNTIL (rig_count_state (rig, WAVE_SESSION_LIVE) == 2);
  peer_add (peer, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 6);
  rig_assert_all (rig, peer, 1235, TRUE);
  rig_free (rig);
  peer_free (peer);
}

static void
test_stored_without_cursor (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  rig->config.since = WAVE_SINCE_STORED;
  rig->config.resume_func = rig_resume;
  peer_add_many (peer, 100, FALSE);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_add_many (peer, 3, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 3);
  rig_assert_all (rig, peer, 101, TRUE);
  g_assert_cmpuint (rig->n_resumes, ==, 1);
  g_assert_cmpint (rig->cursor, ==, 100);
  rig_free (rig);
  peer_free (peer);
}

/* Two lives of the program: the second begins from what the first left, and repeats nothing. */
static void
test_resume (void)
{
  Peer *peer = peer_new ();
  Rig *first = rig_new (peer->url), *second;
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  guint n;

  first->config.timings.overlap_span = 50 * 1000;
  first->config.timings.overlap_interval = 50 * 1000;
  peer_add_many (peer, 700, FALSE);
  rig_start (first);
  WAIT_UNTIL (LIVE (first));
  peer_add_many (peer, 30, TRUE);
  peer_add (peer, FALSE);
  peer_add (peer, TRUE);
  WAIT_UNTIL (rig_count_durable (first) >= 731);
  wave_session_stop (first->session);
  n = rig_count_durable (first);
  for (guint i = 0; i < first->events->len; i++)
    if (((WaveEvent *) first->events->pdata[i])->position >= 0)
      g_ptr_array_add (keys, wave_event_dup_key (first->events->pdata[i]));
  g_assert_cmpint (first->cursor, <=, 732);

  peer_add_many (peer, 9, FALSE);
  second = rig_new (peer->url);
  second->config.since = WAVE_SINCE_STORED;
  second->config.resume_func = rig_resume;
  second->stored_cursor = MAX (0, first->cursor);
  second->stored_keys = g_steal_pointer (&keys);
  rig_start (second);
  WAIT_UNTIL (LIVE (second));
  g_assert_cmpuint (n + rig_count_durable (second), ==, peer->events->len);
  rig_free (second);
  rig_free (first);
  peer_free (peer);
}

static void
test_other_tenant (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  rig->config.resume_func = rig_resume;
  peer_add_many (peer, 5, FALSE);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  g_assert_cmpuint (rig->n_resumes, ==, 1);
  peer->tenant = "t-2";
  rig->stored_cursor = 2;
  peer_drop (peer, 0, NULL);
  WAIT_UNTIL (rig_count_state (rig, WAVE_SESSION_LIVE) == 2);
  g_assert_cmpuint (rig->n_resumes, ==, 2);
  /* Nothing is known there, so everything after its own cursor is new. */
  g_assert_cmpuint (rig_count_durable (rig), ==, 5 + 3);
  g_assert_cmpstr (rig_find (rig, WAVE_SESSION_CATCHING_UP, 1)->tenant_id, ==, "t-2");
  rig_free (rig);
  peer_free (peer);
}

static void
test_second_hello (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_add_many (peer, 3, FALSE);
  peer_send_text (peer, "{\"type\":\"hello\",\"session_id\":\"s-x\",\"server_name\":\"wave.example.org\",\"tenant_id\":\"t-1\"}");
  peer_add (peer, TRUE);
  WAIT_UNTIL (rig_count_state (rig, WAVE_SESSION_LIVE) == 2 && rig_count_durable (rig) == 4);
  rig_assert_all (rig, peer, 1, TRUE);
  g_assert_cmpuint (peer->n_streams, ==, 1);
  rig_free (rig);
  peer_free (peer);
}

/* ---------------------------------------------------------------- refused, replaced */

static void
test_refused (gconstpointer data)
{
  guint status = GPOINTER_TO_UINT (data);
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  guint streams, syncs, requests;

  peer->good_token = "better-token";
  peer->upgrade_status = status;
  rig_start (rig);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_REFUSED);
  g_assert_cmpint (rig_find (rig, WAVE_SESSION_REFUSED, 0)->cause, ==, WAVE_CAUSE_TOKEN_REFUSED);
  if (status == 0)
    g_assert_cmpuint (rig_find (rig, WAVE_SESSION_REFUSED, 0)->close_code, ==, 4001);
  streams = peer->n_streams;
  syncs = peer->n_syncs;
  requests = peer->n_requests;
  g_assert_cmpuint (streams, ==, 1);

  /* Nothing of any kind with that token, whoever asks. */
  wave_session_retry_now (rig->session);
  wave_session_token_changed (rig->session);
  rig_settle (200 * 1000);
  g_assert_cmpuint (peer->n_streams, ==, streams);
  g_assert_cmpuint (peer->n_syncs, ==, syncs);
  g_assert_cmpuint (peer->n_requests, ==, requests);

  peer->upgrade_status = 0;
  wave_credentials_set (rig->credentials, "better-token", NULL, -1);
  wave_session_token_changed (rig->session);
  WAIT_UNTIL (LIVE (rig));
  rig_free (rig);
  peer_free (peer);
}

static void
test_refresh (gconstpointer data)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  gboolean works = GPOINTER_TO_INT (data) == 0;

  peer->good_token = "fresh-token";
  peer->refreshed_token = GPOINTER_TO_INT (data) == 2 ? "still-bad-token" : "fresh-token";
  peer->refresh_status = GPOINTER_TO_INT (data) == 1 ? 401 : 0;
  wave_credentials_set (rig->credentials, "stale-token", "refresh-token", -1);
  peer_add_many (peer, 2, FALSE);
  rig_start (rig);
  if (works)
    {
      WAIT_UNTIL (LIVE (rig));
      rig_assert_all (rig, peer, 1, TRUE);
      g_assert_cmpuint (peer->n_streams, ==, 2);
    }
  else
    {
      WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_REFUSED);
      rig_settle (100 * 1000);
      g_assert_cmpuint (peer->n_streams, ==, GPOINTER_TO_INT (data) == 2 ? 2 : 1);
    }
  g_assert_cmpuint (peer->n_refreshes, ==, 2); /* JSON is refused first, then the form */
  rig_free (rig);
  peer_free (peer);
}

static void
test_proactive_refresh (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->refreshed_token = "next-token";
  wave_credentials_set (rig->credentials, "this-token", "refresh-token", 0);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig) && wave_credentials_get_generation (rig->credentials) == 3);
  g_assert_cmpuint (peer->n_streams, ==, 1);
  rig_free (rig);
  peer_free (peer);
}

static void
test_replaced (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_drop (peer, 4003, "Duplicate_Connection");
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_REPLACED);
  g_assert_cmpint (rig_find (rig, WAVE_SESSION_REPLACED, 0)->cause, ==, WAVE_CAUSE_DUPLICATE);
  rig_settle (200 * 1000);
  g_assert_cmpuint (peer->n_streams, ==, 1);
  peer_add_many (peer, 3, FALSE);
  wave_session_retry_now (rig->session);
  WAIT_UNTIL (LIVE (rig));
  rig_assert_all (rig, peer, 1, TRUE);
  rig_free (rig);
  peer_free (peer);
}

static void
test_aborted (gconstpointer data)
{
  const char *reason = data;
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->close_code = 4003;
  peer->close_reason = reason;
  rig_start (rig);
  if (reason == NULL)
    {
      WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_REPLACED);
      g_assert_cmpuint (peer->n_streams, ==, 2);
    }
  else
    {
      WAIT_UNTIL (peer->n_streams >= 4);
      peer->close_code = 0;
      WAIT_UNTIL (LIVE (rig));
      g_assert_cmpuint (rig_count_state (rig, WAVE_SESSION_REPLACED), ==, 0);
    }
  rig_free (rig);
  peer_free (peer);
}

/* ---------------------------------------------------------------- no socket */

static void
test_polling (gconstpointer data)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->upgrade_status = 426;
  peer->inclusive = GPOINTER_TO_INT (data) != 0;
  rig->config.timings.poll_hold = 300 * 1000;
  peer_add_many (peer, 12, FALSE);
  rig_start (rig);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_POLLING);
  g_assert_cmpuint (peer->n_streams, ==, 3);
  WAIT_UNTIL (rig_count_durable (rig) == 12);
  peer_add (peer, FALSE);
  WAIT_UNTIL (rig_count_durable (rig) == 13);
  /* An idle long poll does not spin. */
  {
    guint before = peer->n_syncs;

    rig_settle (150 * 1000);
    g_assert_cmpuint (peer->n_syncs - before, <=, 4);
  }
  /* The socket is tried on the side. */
  peer->upgrade_status = 0;
  WAIT_UNTIL (LIVE (rig));
  peer_add (peer, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 14);
  rig_assert_all (rig, peer, 1, TRUE);
  rig_free (rig);
  peer_free (peer);
}

static void
test_no_stream_no_sync (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->upgrade_status = 404;
  peer->sync_absent = TRUE;
  rig_start (rig);
  WAIT_UNTIL (peer->n_streams >= 5);
  g_assert_cmpuint (rig_count_state (rig, WAVE_SESSION_POLLING), ==, 0);
  g_assert_cmpuint (rig_find (rig, WAVE_SESSION_WAITING, 0)->http_status, ==, 404);
  rig_free (rig);
  peer_free (peer);
}

static void
test_retry_after (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  const WaveTransition *transition;

  peer->upgrade_status = 503;
  peer->retry_after = "30";
  rig_start (rig);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_WAITING);
  transition = rig_find (rig, WAVE_SESSION_WAITING, 0);
  g_assert_cmpuint (transition->http_status, ==, 503);
  g_assert_cmpint (transition->retry_at_mono_us - transition->mono_us, >, 29 * G_USEC_PER_SEC);
  peer->upgrade_status = 0;
  wave_session_retry_now (rig->session);
  WAIT_UNTIL (LIVE (rig));
  rig_free (rig);
  peer_free (peer);
}

static void
test_hello_late (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->silent_hello = TRUE;
  rig->config.timings.hello_deadline = 50 * 1000;
  rig_start (rig);
  WAIT_UNTIL (rig_count_cause (rig, WAVE_CAUSE_HELLO_LATE) >= 1);
  peer->silent_hello = FALSE;
  WAIT_UNTIL (LIVE (rig));
  rig_free (rig);
  peer_free (peer);
}

static void
test_json_ping (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  WaveSessionCounters counters = { 0 };

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer_send_text (peer, "{\"type\":\"ping\",\"id\":\"x\",\"ts\":1}");
  WAIT_UNTIL ((wave_session_get_counters (rig->session, &counters), counters.json_pings == 1));
  rig_free (rig);
  peer_free (peer);
}

/* ---------------------------------------------------------------- requests */

typedef struct {
  guint done;
  GBytes *body;
  GError *error;
} Fetched;

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fetched *fetched = user_data;

  g_clear_pointer (&fetched->body, g_bytes_unref);
  g_clear_error (&fetched->error);
  fetched->body = wave_session_fetch_finish (WAVE_SESSION (source), result, &fetched->error);
  fetched->done++;
}

static void
test_fetch (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fetched fetched = { 0 };
  WaveSessionCounters counters;

  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  wave_session_fetch_async (rig->session, "/v1/me", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 1);
  g_assert_no_error (fetched.error);
  g_assert_cmpuint (g_bytes_get_size (fetched.body), ==, strlen ("{\"data\":{\"participant_id\":\"p\"}}"));

  wave_session_fetch_async (rig->session, "/v1/here", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 2);
  g_assert_no_error (fetched.error);

  wave_session_fetch_async (rig->session, "/v1/elsewhere", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 3);
  g_assert_error (fetched.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_REDIRECT);

  wave_session_fetch_async (rig->session, "/v1/nothing", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 4);
  g_assert_error (fetched.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (fetched.error->message, "SW_NOT_FOUND"));

  wave_session_fetch_async (rig->session, "/etc/passwd", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 5);
  g_assert_error (fetched.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_ADDRESS);

  peer->sync_failures = 2;
  wave_session_fetch_async (rig->session, "/v1/busy", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 6);
  g_assert_no_error (fetched.error);
  wave_session_get_counters (rig->session, &counters);

  wave_session_fetch_async (rig->session, "/v1/me", cancellable, on_fetched, &fetched);
  g_cancellable_cancel (cancellable);
  WAIT_UNTIL (fetched.done == 7);
  g_assert_error (fetched.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* What is under way at the stop ends as cancelled, and what comes after as well. */
  for (guint i = 0; i < 20; i++)
    wave_session_fetch_async (rig->session, "/v1/me", NULL, on_fetched, &fetched);
  wave_session_stop (rig->session);
  WAIT_UNTIL (fetched.done == 27);
  g_assert_error (fetched.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  wave_session_fetch_async (rig->session, "/v1/me", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 28);
  g_assert_error (fetched.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&fetched.error);
  rig_free (rig);
  peer_free (peer);
}

static void
test_fetch_refreshes (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  Fetched fetched = { 0 };

  wave_credentials_set (rig->credentials, "first-token", "refresh-token", -1);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  peer->good_token = peer->refreshed_token = "second-token";
  wave_session_fetch_async (rig->session, "/v1/me", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 1);
  g_assert_no_error (fetched.error);
  peer->good_token = "third-token";
  peer->refresh_status = 401;
  wave_session_fetch_async (rig->session, "/v1/me", NULL, on_fetched, &fetched);
  WAIT_UNTIL (fetched.done == 2);
  g_assert_error (fetched.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_UNAUTHORISED);
  g_clear_error (&fetched.error);
  rig_free (rig);
  peer_free (peer);
}

typedef struct {
  guint done;
  WaveCredentials *credentials;
  GError *error;
} SignedIn;

static void
on_signed_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SignedIn *signed_in = user_data;

  g_clear_error (&signed_in->error);
  signed_in->credentials = wave_sign_in_finish (result, &signed_in->error);
  signed_in->done++;
}

static void
test_sign_in (void)
{
  Peer *peer = peer_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SignedIn signed_in = { 0 };
  char *token;

  wave_sign_in_async (peer->url, FALSE, "ann@x", "a&b=c", NULL, on_signed_in, &signed_in);
  WAIT_UNTIL (signed_in.done == 1);
  g_assert_no_error (signed_in.error);
  token = wave_credentials_dup_access_token (signed_in.credentials);
  g_assert_cmpstr (token, ==, "signed-in");
  wave_secret_free (token);
  g_assert_cmpint (wave_credentials_get_refresh_due (signed_in.credentials), >, 0);
  g_clear_pointer (&signed_in.credentials, wave_credentials_unref);

  wave_sign_in_async (peer->url, FALSE, "ann@x", "wrong", NULL, on_signed_in, &signed_in);
  WAIT_UNTIL (signed_in.done == 2);
  g_assert_error (signed_in.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_UNAUTHORISED);
  g_assert_nonnull (strstr (signed_in.error->message, "wrong password"));

  wave_sign_in_async ("http://wave.example.org", FALSE, "ann@x", "a&b=c", NULL, on_signed_in, &signed_in);
  WAIT_UNTIL (signed_in.done == 3);
  g_assert_error (signed_in.error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_INSECURE);

  wave_sign_in_async (peer->url, FALSE, "ann@x", "a&b=c", cancellable, on_signed_in, &signed_in);
  g_cancellable_cancel (cancellable);
  WAIT_UNTIL (signed_in.done == 4);
  g_assert_error (signed_in.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&signed_in.error);
  rig_settle (50 * 1000);
  peer_free (peer);
}

static void
test_addresses (void)
{
  static const struct { const char *server; gboolean plain; int error; } table[] = {
    { "https://wave.example.org", FALSE, -1 },
    { "https://wave.example.org:8443/", FALSE, -1 },
    { "http://127.0.0.1:8000", FALSE, -1 },
    { "http://[::1]:8000", FALSE, -1 },
    { "http://localhost:8000", FALSE, -1 },
    { "http://wave.example.org", FALSE, WAVE_SESSION_ERROR_INSECURE },
    { "http://wave.example.org", TRUE, -1 },
    { "wave.example.org", FALSE, WAVE_SESSION_ERROR_ADDRESS },
    { "ftp://wave.example.org", FALSE, WAVE_SESSION_ERROR_ADDRESS },
    { "https://user:pw@wave.example.org", FALSE, WAVE_SESSION_ERROR_ADDRESS },
    { "https://wave.example.org/v1?x=y", FALSE, WAVE_SESSION_ERROR_ADDRESS },
    { "https://", FALSE, WAVE_SESSION_ERROR_ADDRESS },
    { "", FALSE, WAVE_SESSION_ERROR_ADDRESS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      Rig *rig = rig_new (table[i].server);
      g_autoptr (GError) error = NULL;

      rig->config.allow_plain = table[i].plain;
      rig->session = wave_session_new (&rig->config, &error);
      if (table[i].error < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, WAVE_SESSION_ERROR, table[i].error);
      rig_free (rig);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session/live", test_live);
  for (const guint *code = (const guint[]) { 0, 1000, 1001, 1009, 1011, 4242, 9 }; *code != 9; code++)
    {
      g_autofree char *name = g_strdup_printf ("/session/drop/%u", *code);

      g_test_add_data_func (name, GUINT_TO_POINTER (*code), test_drop);
    }
  g_test_add_func ("/session/long-gap", test_long_gap_with_live_frames);
  g_test_add_data_func ("/session/sync/503", GUINT_TO_POINTER (503), test_sync_fails);
  g_test_add_data_func ("/session/sync/429", GUINT_TO_POINTER (429), test_sync_fails);
  g_test_add_data_func ("/session/sync/garbage", GUINT_TO_POINTER (200), test_sync_fails);
  g_test_add_func ("/session/sync/long-failure", test_sync_fails_for_long);
  g_test_add_func ("/session/sync/absent", test_sync_is_absent);
  g_test_add_func ("/session/sync/held", test_sync_held);
  g_test_add_func ("/session/sync/stuck", test_sync_stuck);
  for (guint dialect = 0; dialect < 16; dialect++)
    {
      g_autofree char *name = g_strdup_printf ("/session/sync/dialect/%u", dialect);

      g_test_add_data_func (name, GUINT_TO_POINTER (dialect), test_sync_dialects);
    }
  g_test_add_func ("/session/disorder", test_duplicates_and_disorder);
  g_test_add_func ("/session/recheck", test_recheck);
  g_test_add_func ("/session/late-commit", test_late_commit_over_a_drop);
  g_test_add_func ("/session/positions-go-back", test_positions_go_back);
  g_test_add_func ("/session/anchor-vanishes", test_anchor_vanishes);
  for (guint seed = 1; seed <= 6; seed++)
    {
      g_autofree char *name = g_strdup_printf ("/session/chaos/%u", seed);

      g_test_add_data_func (name, GUINT_TO_POINTER (seed), test_chaos);
    }
  g_test_add_data_func ("/session/head/rooms", GINT_TO_POINTER (0), test_head);
  g_test_add_data_func ("/session/head/walk", GINT_TO_POINTER (1), test_head);
  g_test_add_data_func ("/session/head/nothing-stored", GINT_TO_POINTER (2), test_head);
  g_test_add_func ("/session/stored-without-cursor", test_stored_without_cursor);
  g_test_add_func ("/session/resume", test_resume);
  g_test_add_func ("/session/other-tenant", test_other_tenant);
  g_test_add_func ("/session/second-hello", test_second_hello);
  g_test_add_data_func ("/session/refused/4001", GUINT_TO_POINTER (0), test_refused);
  g_test_add_data_func ("/session/refused/401", GUINT_TO_POINTER (401), test_refused);
  g_test_add_data_func ("/session/refused/403", GUINT_TO_POINTER (403), test_refused);
  g_test_add_data_func ("/session/refresh/works", GINT_TO_POINTER (0), test_refresh);
  g_test_add_data_func ("/session/refresh/refused", GINT_TO_POINTER (1), test_refresh);
  g_test_add_data_func ("/session/refresh/in-vain", GINT_TO_POINTER (2), test_refresh);
  g_test_add_func ("/session/refresh/proactive", test_proactive_refresh);
  g_test_add_func ("/session/replaced", test_replaced);
  g_test_add_data_func ("/session/aborted/no-reason", NULL, test_aborted);
  g_test_add_data_func ("/session/aborted/ping", "ping_timeout", test_aborted);
  g_test_add_data_func ("/session/polling/exclusive", GINT_TO_POINTER (0), test_polling);
  g_test_add_data_func ("/session/polling/inclusive", GINT_TO_POINTER (1), test_polling);
  g_test_add_func ("/session/no-stream-no-sync", test_no_stream_no_sync);
  g_test_add_func ("/session/retry-after", test_retry_after);
  g_test_add_func ("/session/hello-late", test_hello_late);
  g_test_add_func ("/session/json-ping", test_json_ping);
  g_test_add_func ("/session/fetch", test_fetch);
  g_test_add_func ("/session/fetch-refreshes", test_fetch_refreshes);
  g_test_add_func ("/session/sign-in", test_sign_in);
  g_test_add_func ("/session/addresses", test_addresses);

  return g_test_run ();
}
