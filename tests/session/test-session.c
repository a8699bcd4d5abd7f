// SPDX-License-Identifier: GPL-3.0-or-later
// The session against a small server with a script: what it must survive, each event exactly once.
#include "config.h"

#include "rig.h"
#include "tests/slow.h"

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

/* A frame that comes while it is looked for where the stream stands answers that, and takes nothing back of what is known: a journal without a
 * cursor has these events already. What the search itself has met by then may be among what the frame is followed by. */
static void
test_head_by_frame (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  rig->config.since = WAVE_SINCE_STORED;
  rig->config.resume_func = rig_resume;
  rig->stored_keys = g_ptr_array_new_with_free_func (g_free);
  for (int i = 96; i <= 100; i++)
    g_ptr_array_add (rig->stored_keys, g_strdup_printf ("evt-%d", i));
  peer_add_many (peer, 100, FALSE);
  peer->no_rooms = TRUE;
  peer->page_limit = 7;
  peer->sync_status = 503;
  peer->retry_after = "1";
  rig_start (rig);
  WAIT_UNTIL (peer->n_syncs >= 14);
  peer->sync_failures = 1;
  WAIT_UNTIL (peer->n_syncs >= 15);
  g_assert_cmpint (rig_get_state (rig), ==, WAVE_SESSION_CATCHING_UP);
  peer_send_again (peer, 95);
  WAIT_UNTIL (LIVE (rig));
  peer_add (peer, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) >= 2);
  rig_settle (100 * 1000);
  g_assert_cmpuint (rig_count_durable (rig), ==, 2);
  for (guint i = 0; i < rig->events->len; i++)
    if (((WaveEvent *) rig->events->pdata[i])->position >= 0)
      g_assert_true (((WaveEvent *) rig->events->pdata[i])->position == 95 || ((WaveEvent *) rig->events->pdata[i])->position == 101);
  rig_free (rig);
  peer_free (peer);
}

/* Who is told to come later does so, and does not walk through all that the server holds instead. */
static void
test_head_is_patient (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->rooms_failures = 2;
  rig->config.since = WAVE_SINCE_HEAD;
  peer_add_many (peer, 1234, FALSE);
  rig_start (rig);
  WAIT_UNTIL (LIVE (rig));
  g_assert_cmpuint (peer->rooms_failures, ==, 0);
  g_assert_cmpint (peer->first_since, >, 1200);
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

/* ---------------------------------------------------------------- those who take the batches are behind */

static gint behind;

static gboolean
is_behind (gpointer user_data)
{
  return g_atomic_int_get (&behind);
}

static WaveSessionCounters
counters_of (Rig *rig)
{
  WaveSessionCounters counters;

  wave_session_get_counters (rig->session, &counters);
  return counters;
}

/* Pages are not asked for beyond the one that was under way. */
static void
test_behind_in_catch_up (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  guint n;

  peer->page_limit = 10;
  peer_add_many (peer, 300, FALSE);
  rig->config.behind_func = is_behind;
  g_atomic_int_set (&behind, TRUE);
  rig_start (rig);
  WAIT_UNTIL (rig_count_durable (rig) >= 10);
  rig_settle (100 * 1000);
  n = peer->n_syncs;
  g_assert_cmpuint (n, <=, 4);
  g_assert_cmpuint (rig_count_durable (rig), <, 60);
  rig_settle (100 * 1000);
  g_assert_cmpuint (peer->n_syncs, ==, n);
  g_atomic_int_set (&behind, FALSE);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_LIVE && rig_count_durable (rig) == 300);
  rig_assert_all (rig, peer, 1, TRUE);
  g_assert_cmpuint (counters_of (rig).pauses, ==, 1);
  rig_free (rig);
  peer_free (peer);
}

/* Under a sanitizer the peer itself needs seconds to think of so many events, and says nothing meanwhile. They are more than one read takes in. */
#define N_BEHIND (WAVE_SLOW > 1 ? 1500 : 5000)
#define SILENCE_US (WAVE_SLOW > 1 ? 5 * G_USEC_PER_SEC : 150 * 1000)

/* The socket is not read, and its silence meanwhile is not taken for a dead server. */
static void
test_behind_while_live (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);
  guint64 frames;

  rig->config.behind_func = is_behind;
  rig->config.timings.ping_interval = SILENCE_US / 3;
  rig->config.timings.silence_deadline = SILENCE_US;
  g_atomic_int_set (&behind, FALSE);
  rig_start (rig);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_LIVE);
  peer_add (peer, TRUE);
  WAIT_UNTIL (rig_count_durable (rig) == 1);
  /* Not before: a pong may be what it looks up at. */
  g_atomic_int_set (&behind, TRUE);
  peer_add_many (peer, N_BEHIND, TRUE);
  rig_settle (100 * 1000);
  frames = counters_of (rig).frames;
  rig_settle (SILENCE_US * 8 / 3);
  g_assert_cmpuint (counters_of (rig).frames, ==, frames);
  g_assert_cmpuint (rig_count_durable (rig), <, N_BEHIND + 1);
  g_assert_cmpint (rig_get_state (rig), ==, WAVE_SESSION_LIVE);
  g_atomic_int_set (&behind, FALSE);
  WAIT_UNTIL (rig_count_durable (rig) == N_BEHIND + 1);
  rig_assert_all (rig, peer, 1, TRUE);
  g_assert_cmpuint (rig_count_cause (rig, WAVE_CAUSE_SILENT), ==, 0);
  g_assert_cmpuint (peer->n_streams, ==, 1);
  /* What waited is stamped late, and whoever measures is told. */
  g_assert_cmpint (counters_of (rig).paused_us, >=, 400 * 1000);
  WAIT_UNTIL (counters_of (rig).loop_lag_max_us >= 400 * 1000);
  rig_free (rig);
  peer_free (peer);
}

/* A connection is made, and a hello heard, while they are behind: else its deadlines would pass. */
static void
test_behind_while_connecting (void)
{
  Peer *peer = peer_new ();
  Rig *rig = rig_new (peer->url);

  peer->silent_hello = TRUE;
  rig->config.behind_func = is_behind;
  g_atomic_int_set (&behind, TRUE);
  rig_start (rig);
  WAIT_UNTIL (peer->n_streams == 1);
  /* Several looks at whether they still are. */
  rig_settle (100 * 1000);
  peer_send_text (peer, "{\"type\":\"hello\",\"server_name\":\"wave.example.org\",\"tenant_id\":\"t-1\",\"session_id\":\"s\",\"ts\":1780315200}");
  WAIT_UNTIL (rig_count_state (rig, WAVE_SESSION_CATCHING_UP) == 1);
  g_atomic_int_set (&behind, FALSE);
  WAIT_UNTIL (rig_get_state (rig) == WAVE_SESSION_LIVE);
  g_assert_cmpuint (peer->n_streams, ==, 1);
  rig_free (rig);
  peer_free (peer);
}

/* The inbox says when it has too much, by number and by bytes, and that it is over once half is gone. */
static void
test_inbox_is_behind (void)
{
  const struct { guint events; gsize size; } cases[] = { { WAVE_INBOX_EVENTS, 2 }, { 128, 1024 * 1024 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WaveInbox *inbox = wave_inbox_new (NULL, NULL);
      g_autofree char *text = g_strnfill (cases[i].size, 'x');
      g_autoptr (GBytes) raw = g_bytes_new (text, cases[i].size);
      guint n = 0, left;

      while (!wave_inbox_is_behind (inbox))
        {
          g_autoptr (WaveBatch) batch = wave_batch_new ();

          g_ptr_array_add (batch->events, wave_event_decode (raw, WAVE_VIA_STREAM, 1, 1));
          wave_inbox_push (inbox, batch);
          n++;
          g_assert_cmpuint (n, <=, WAVE_INBOX_EVENTS + 1);
        }
      g_assert_cmpuint (n, >, MIN (cases[i].events, WAVE_INBOX_BYTES / cases[i].size) - 1);
      for (left = n; wave_inbox_is_behind (inbox); left--)
        wave_batch_unref (wave_inbox_pop (inbox));
      g_assert_cmpuint (left, >, 0);
      g_assert_cmpuint (left, <=, n / 2 + 1);
      wave_inbox_unref (inbox);
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
  g_test_add_func ("/session/head/patient", test_head_is_patient);
  g_test_add_func ("/session/head/by-frame", test_head_by_frame);
  g_test_add_func ("/session/stored-without-cursor", test_stored_without_cursor);
  g_test_add_func ("/session/resume", test_resume);
  g_test_add_func ("/session/behind/catch-up", test_behind_in_catch_up);
  g_test_add_func ("/session/behind/live", test_behind_while_live);
  g_test_add_func ("/session/behind/connecting", test_behind_while_connecting);
  g_test_add_func ("/session/behind/inbox", test_inbox_is_behind);
  g_test_add_func ("/session/other-tenant", test_other_tenant);
  g_test_add_func ("/session/second-hello", test_second_hello);

  return g_test_run ();
}
