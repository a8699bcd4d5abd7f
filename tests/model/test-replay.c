// SPDX-License-Identifier: GPL-3.0-or-later
// A replay: at any moment, reached in any way, it shows what a run from the start shows.
#include "config.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/wave-participant.h"
#include "model/wave-replay-private.h"
#include "model/wave-replay.h"
#include "model/wave-room-parts.h"
#include "model/wave-room.h"
#include "model/wave-stream.h"
#include "model/wave-timeline.h"
#include "replay-recording.h"

#define DEADLINE_US (60 * (gint64) G_USEC_PER_SEC)
/* What a picture holds of a timeline from the start; older items come when they are wanted. */
#define COMPARED_ITEMS 24
/* The seed of a recording in which rooms hold more than a picture does. */
#define LONG_ONE 6
/* Replies that ended longer ago than this need not be held. */
#define COMPARED_STREAMS_US (3 * 60 * (gint64) G_USEC_PER_SEC)

/* ---- a tenant as text ---- */

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
append_sorted (GString *out, GPtrArray *lines)
{
  g_ptr_array_sort (lines, compare_lines);
  for (guint i = 0; i < lines->len; i++)
    g_string_append_printf (out, "%s\n", (char *) lines->pdata[i]);
}

static void
dump_item (WaveTimelineItem *item, GString *out)
{
  WaveParticipant *sender = wave_timeline_item_get_sender (item);
  g_autoptr (GArray) reactions = wave_timeline_item_get_reactions (item);
  const char *body = wave_timeline_item_get_body (item);

  g_string_append_printf (out, "    %d %s @%" G_GINT64_FORMAT " by %s%s%s: %.80s", wave_timeline_item_get_kind (item),
                          wave_timeline_item_get_event_id (item) != NULL ? wave_timeline_item_get_event_id (item) : "-",
                          wave_timeline_item_get_position (item), sender != NULL ? wave_participant_get_id (sender) : "-",
                          wave_timeline_item_get_edited (item) ? " edited" : "",
                          wave_timeline_item_get_redacted (item) ? " redacted" : "", body != NULL ? body : "");
  g_string_append_printf (out, " [%u reactions]\n", reactions != NULL ? reactions->len : 0);
}

static void
dump_room (WaveRoom *room, gint64 now, GString *out)
{
  GListModel *timeline = G_LIST_MODEL (wave_room_get_timeline (room));
  GListModel *members = wave_room_get_members (room);
  GListModel *sidekicks = wave_room_get_sidekicks (room);
  GListModel *ais = wave_room_get_ai_states (room);
  const WavePlan *plan = wave_room_get_plan (room);
  guint n = g_list_model_get_n_items (timeline);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  guint8 activity[60];

  g_string_append_printf (out, "room %s “%s” topic “%s” type %s unread %u at %" G_GINT64_FORMAT " ai %d “%s” engagement %s preview “%.60s”\n",
                          wave_room_get_id (room), wave_room_get_display_name (room), wave_room_get_topic (room) != NULL ? wave_room_get_topic (room) : "",
                          wave_room_get_room_type (room) != NULL ? wave_room_get_room_type (room) : "", MIN (wave_room_get_unread (room), 99),
                          wave_room_get_last_activity (room), wave_room_get_ai_phase (room),
                          wave_room_get_ai_line (room) != NULL ? wave_room_get_ai_line (room) : "",
                          wave_room_get_engagement (room) != NULL ? wave_room_get_engagement (room) : "",
                          wave_room_get_preview (room) != NULL ? wave_room_get_preview (room) : "");
  if (plan != NULL)
    {
      g_string_append_printf (out, "  plan %s %s %u steps:", plan->id, plan->state, plan->n_steps);
      for (guint i = 0; i < plan->n_steps; i++)
        g_string_append_printf (out, " %s", plan->steps[i].status != NULL ? plan->steps[i].status : "-");
      g_string_append_c (out, '\n');
    }
  wave_room_get_activity (room, activity);
  g_string_append (out, "  activity");
  for (guint i = 0; i < 60; i++)
    g_string_append_printf (out, " %u", activity[i]);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (WaveMembership) member = g_list_model_get_item (members, i);

      g_ptr_array_add (lines, g_strdup_printf ("  member %s %s", wave_participant_get_id (wave_membership_get_participant (member)),
                                               wave_membership_get_membership (member)));
    }
  for (guint i = 0; i < g_list_model_get_n_items (ais); i++)
    {
      g_autoptr (WaveAiState) state = g_list_model_get_item (ais, i);

      g_ptr_array_add (lines, g_strdup_printf ("  ai %s %d “%s” tool %s stale %d context %" G_GINT64_FORMAT,
                                               wave_participant_get_id (wave_ai_state_get_participant (state)), wave_ai_state_get_phase (state),
                                               wave_ai_state_get_status (state) != NULL ? wave_ai_state_get_status (state) : "",
                                               wave_ai_state_get_tool (state) != NULL ? wave_ai_state_get_tool (state) : "",
                                               wave_ai_state_get_stale (state), wave_ai_state_get_context_used (state)));
    }
  for (guint i = 0; i < g_list_model_get_n_items (sidekicks); i++)
    {
      g_autoptr (WaveSidekickItem) item = g_list_model_get_item (sidekicks, i);

      if (wave_sidekick_item_get_live (item))
        g_ptr_array_add (lines, g_strdup_printf ("  sidekick %s %s", wave_sidekick_item_get_codename (item), wave_sidekick_item_get_status (item)));
    }
  append_sorted (out, lines);
  for (guint i = n, left = COMPARED_ITEMS; i > 0 && left > 0; i--)
    {
      g_autoptr (WaveTimelineItem) item = g_list_model_get_item (timeline, i - 1);
      WaveItemKind kind = wave_timeline_item_get_kind (item);
      WaveStream *stream = wave_timeline_item_get_stream (item);

      /* Lines between days, gaps, and between read and unread depend on what else is held. What was torn long ago is not held. */
      if (wave_timeline_item_get_position (item) < 0
          && (kind != WAVE_ITEM_STREAM
              || (wave_stream_get_ended (stream) >= 0 && now - wave_stream_get_ended (stream) > COMPARED_STREAMS_US)))
        continue;
      dump_item (item, out);
      left--;
    }
}

static void
dump_streams (WaveTenant *tenant, GString *out)
{
  GListModel *streams = G_LIST_MODEL (wave_tenant_get_streams (tenant));
  gint64 now = wave_tenant_get_now_mono (tenant);

  for (guint i = 0; i < g_list_model_get_n_items (streams); i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i);
      guint n_chunks, n_phases;

      if (wave_stream_get_ended (stream) >= 0 && now - wave_stream_get_ended (stream) > COMPARED_STREAMS_US)
        continue;
      wave_stream_get_chunks (stream, &n_chunks);
      wave_stream_get_phases (stream, &n_phases);
      g_string_append_printf (out, "stream %s %s from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " outcome %d stalled %d chunks %u phases %u message %s: %s\n",
                              wave_stream_get_room_id (stream), wave_stream_get_sender_id (stream), wave_stream_get_started (stream),
                              wave_stream_get_ended (stream), wave_stream_get_outcome (stream), wave_stream_is_stalled (stream), n_chunks, n_phases,
                              wave_stream_get_message_id (stream) != NULL ? wave_stream_get_message_id (stream) : "-", wave_stream_get_text (stream, NULL));
    }
}

static char *
dump (WaveTenant *tenant)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  GListModel *rooms = wave_tenant_get_rooms (tenant);
  GListModel *people = wave_tenant_get_participants (tenant);
  GListModel *gaps = wave_tenant_get_gaps (tenant);
  guint online, generating, plans, sidekicks, active, rate[300];
  double per_second;

  g_object_get (tenant, "n-online", &online, "n-generating", &generating, "n-running-plans", &plans, "n-live-sidekicks", &sidekicks, "n-active-rooms",
                &active, "events-per-second", &per_second, NULL);
  g_string_append_printf (out, "state %d at %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT ": %u online %u generating %u plans %u sidekicks %u active %.2f/s, %u gaps, %u transitions\n",
                          wave_tenant_get_state (tenant), wave_tenant_get_now_mono (tenant), wave_tenant_get_now_wall (tenant), online, generating, plans,
                          sidekicks, active, per_second, g_list_model_get_n_items (gaps), g_list_model_get_n_items (wave_tenant_get_transitions (tenant)));
  for (guint kind = 0; kind < WAVE_N_EVENT_KINDS; kind++)
    g_string_append_printf (out, " %" G_GUINT64_FORMAT, wave_tenant_get_kind_count (tenant, kind));
  wave_tenant_get_rate_history (tenant, rate);
  g_string_append (out, "\nrate");
  for (guint i = 0; i < 300; i++)
    g_string_append_printf (out, " %u", rate[i]);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (rooms, i);
      GString *line = g_string_new (NULL);

      dump_room (room, wave_tenant_get_now_mono (tenant), line);
      g_ptr_array_add (lines, g_string_free (line, FALSE));
    }
  append_sorted (out, lines);
  g_ptr_array_set_size (lines, 0);
  for (guint i = 0; i < g_list_model_get_n_items (people); i++)
    {
      g_autoptr (WaveParticipant) participant = g_list_model_get_item (people, i);

      g_ptr_array_add (lines, g_strdup_printf ("person %s “%s” presence %d ai %d", wave_participant_get_id (participant),
                                               wave_participant_get_display_name (participant), wave_participant_get_presence (participant),
                                               wave_participant_get_is_ai (participant)));
    }
  append_sorted (out, lines);
  dump_streams (tenant, out);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Points at the first line that differs. */
static void
assert_same (const char *expected, const char *got, const char *what)
{
  g_auto (GStrv) a = g_strsplit (expected, "\n", -1);
  g_auto (GStrv) b = g_strsplit (got, "\n", -1);

  for (guint i = 0; a[i] != NULL || b[i] != NULL; i++)
    {
      if (g_strcmp0 (a[i], b[i]) != 0)
        g_error ("%s: line %u\n  a run from the start: %s\n  the replay:           %s", what, i + 1, a[i] != NULL ? a[i] : "(none)", b[i] != NULL ? b[i] : "(none)");
      if (a[i] == NULL || b[i] == NULL)
        break;
    }
}

/* ---- a run from the start ---- */

typedef struct
{
  WaveTenant *tenant;
  WaveRecordingHead head;
  WaveSessionState state;
  gint64 until, second;
  guint n_events, most;
} Run;

static void
pass (Run *run, gint64 t_us)
{
  if (t_us / G_USEC_PER_SEC <= run->second)
    return;
  run->second = t_us / G_USEC_PER_SEC;
  wave_tenant_advance (run->tenant, run->second * G_USEC_PER_SEC, run->head.started_us + run->second * G_USEC_PER_SEC);
}

static gboolean
on_line (const WaveRecordingLine *line, const char *text, gsize length, guint64 offset, gpointer user_data)
{
  Run *run = user_data;

  if (line->kind == WAVE_RECORDING_HEAD || line->t_us > run->until)
    return line->kind == WAVE_RECORDING_HEAD;
  if (line->kind == WAVE_RECORDING_FRAME)
    {
      g_autoptr (WaveEvent) event = wave_recording_line_decode (line, &run->head);

      if (run->n_events == run->most)
        return FALSE;
      run->n_events++;
      pass (run, line->t_us);
      wave_tenant_apply_event (run->tenant, event);
    }
  else
    {
      WaveRecordingMark *mark = wave_recording_mark_parse (text, length, &run->head, run->state);

      if (mark != NULL && mark->transition != NULL)
        {
          run->state = mark->transition->to;
          wave_tenant_apply_transition (run->tenant, mark->transition);
        }
      wave_recording_mark_free (mark);
    }
  return TRUE;
}

static char *
run_from_start (WaveRecordingFile *file, gint64 until, guint most, guint *n_events)
{
  const WaveRecordingHead *head = wave_recording_file_get_head (file);
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  Run run = { .tenant = tenant, .head = *head, .until = until, .second = G_MININT64, .most = most };
  g_autoptr (GError) error = NULL;

  wave_recording_file_foreach (file, on_line, &run, NULL, &error);
  g_assert_no_error (error);
  wave_tenant_advance (tenant, until, head->started_us + until);
  if (n_events != NULL)
    *n_events = run.n_events;
  return dump (tenant);
}

/* ---- the replay ---- */

typedef struct
{
  char *dir, *path;
  WaveRecordingFile *file;
  WaveReplay *replay;
} Fixture;

static void
wait_until (Fixture *fixture, gboolean (*done) (WaveReplay *), const char *what)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;

  while (!done (fixture->replay))
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("it never came to: %s", what);
      g_main_context_iteration (NULL, TRUE);
    }
}

static gboolean
has_come (WaveReplay *replay)
{
  return wave_replay_is_ready (replay) && !wave_replay_is_seeking (replay);
}

static gboolean
has_paused (WaveReplay *replay)
{
  return !wave_replay_is_playing (replay) && has_come (replay);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("wavescope-replay-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "made.wavescope.ndjson", NULL);
  make_recording (fixture->path, GPOINTER_TO_UINT (data), 12, GPOINTER_TO_UINT (data) == LONG_ONE ? 14400 : 1800, G_MAXUINT, 400);
  fixture->file = wave_recording_file_open (fixture->path, NULL, NULL, &error);
  g_assert_no_error (error);
  fixture->replay = wave_replay_new (fixture->path);
  wait_until (fixture, has_come, "ready");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;

  /* What is being fetched holds on to it for a moment. */
  g_object_add_weak_pointer (G_OBJECT (fixture->replay), (gpointer *) &fixture->replay);
  wave_replay_close (fixture->replay);
  g_object_unref (fixture->replay);
  while (fixture->replay != NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
  wave_recording_file_unref (fixture->file);
  g_unlink (fixture->path);
  g_rmdir (fixture->dir);
  g_free (fixture->path);
  g_free (fixture->dir);
}

static void
check_here (Fixture *fixture, const char *how)
{
  gint64 at = wave_replay_get_position (fixture->replay);
  guint n_events;
  g_autofree char *expected = run_from_start (fixture->file, at, wave_replay_get_index (fixture->replay), &n_events);
  g_autofree char *got = dump (wave_replay_get_tenant (fixture->replay));
  g_autofree char *what = g_strdup_printf ("%s %.3f s, %u events", how, at / 1e6, wave_replay_get_index (fixture->replay));

  g_assert_cmpuint (n_events, ==, wave_replay_get_index (fixture->replay));
  assert_same (expected, got, what);
}

static void
test_any_moment (Fixture *fixture, gconstpointer data)
{
  gint64 duration = wave_replay_get_duration (fixture->replay);

  g_assert_cmpint (duration, >, 1700 * (gint64) G_USEC_PER_SEC);
  check_here (fixture, "opened at");
  for (guint i = 0; i < 14; i++)
    {
      gint64 at = (gint64) (g_test_rand_double () * duration);

      wave_replay_seek (fixture->replay, at);
      g_assert_cmpint (wave_replay_get_position (fixture->replay), ==, at);
      wait_until (fixture, has_come, "sought");
      check_here (fixture, "sought");
    }
  wave_replay_seek (fixture->replay, 0);
  wait_until (fixture, has_come, "the start");
  g_assert_cmpuint (wave_replay_get_index (fixture->replay), ==, 0);
  check_here (fixture, "start");
}

static void
test_play (Fixture *fixture, gconstpointer data)
{
  gint64 from = 900 * (gint64) G_USEC_PER_SEC;
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;

  wave_replay_seek (fixture->replay, from);
  wait_until (fixture, has_come, "sought");
  wave_replay_set_rate (fixture->replay, 100);
  wave_replay_play (fixture->replay);
  while (wave_replay_get_position (fixture->replay) < from + 120 * (gint64) G_USEC_PER_SEC)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
    }
  wave_replay_pause (fixture->replay);
  g_assert_false (wave_replay_is_playing (fixture->replay));
  check_here (fixture, "played to");
  /* To the end it pauses by itself; from there it begins anew. */
  wave_replay_seek (fixture->replay, wave_replay_get_duration (fixture->replay) - 20 * (gint64) G_USEC_PER_SEC);
  wait_until (fixture, has_come, "near the end");
  wave_replay_play (fixture->replay);
  wait_until (fixture, has_paused, "the end");
  g_assert_cmpint (wave_replay_get_position (fixture->replay), ==, wave_replay_get_duration (fixture->replay));
  check_here (fixture, "played to the end");
  wave_replay_play (fixture->replay);
  g_assert_cmpint (wave_replay_get_position (fixture->replay), <, 60 * (gint64) G_USEC_PER_SEC);
  wave_replay_pause (fixture->replay);
  wait_until (fixture, has_come, "the start");
}

static void
test_step (Fixture *fixture, gconstpointer data)
{
  guint index;

  wave_replay_seek (fixture->replay, 600 * (gint64) G_USEC_PER_SEC);
  wait_until (fixture, has_come, "sought");
  index = wave_replay_get_index (fixture->replay);
  for (guint i = 1; i <= 30; i++)
    {
      gint64 deadline = g_get_monotonic_time () + DEADLINE_US;

      wave_replay_step (fixture->replay, 1);
      while (wave_replay_get_index (fixture->replay) != index + i)
        {
          g_assert_cmpint (g_get_monotonic_time (), <, deadline);
          g_main_context_iteration (NULL, TRUE);
        }
    }
  check_here (fixture, "stepped on to");
  for (guint i = 0; i < 5; i++)
    {
      wave_replay_step (fixture->replay, -1);
      wait_until (fixture, has_come, "a step back");
    }
  g_assert_cmpuint (wave_replay_get_index (fixture->replay), ==, index + 25);
  check_here (fixture, "stepped back to");
  /* Steps while a picture is built are not lost. */
  for (guint i = 0; i < 5; i++)
    wave_replay_step (fixture->replay, -1);
  wait_until (fixture, has_come, "five steps back");
  g_assert_cmpuint (wave_replay_get_index (fixture->replay), ==, index + 20);
  wave_replay_seek_event (fixture->replay, 1000);
  wait_until (fixture, has_come, "an event");
  g_assert_cmpuint (wave_replay_get_index (fixture->replay), ==, 1001);
  check_here (fixture, "event");
}

/* While a picture is built the last wish counts, and each room's older messages are fetched when they are wanted. */
static void
test_wishes (Fixture *fixture, gconstpointer data)
{
  WaveTenant *tenant = wave_replay_get_tenant (fixture->replay);
  gint64 at = 0;
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;
  WaveTimeline *timeline = NULL;
  guint before = 0;

  for (guint i = 1; i < 20; i++)
    {
      at = i * 80 * (gint64) G_USEC_PER_SEC;
      wave_replay_seek (fixture->replay, at);
    }
  wait_until (fixture, has_come, "the last wish");
  g_assert_cmpint (wave_replay_get_position (fixture->replay), ==, at);
  check_here (fixture, "wished for");

  wave_replay_seek (fixture->replay, wave_replay_get_duration (fixture->replay));
  wait_until (fixture, has_come, "the end");
  for (guint i = 0; i < g_list_model_get_n_items (wave_tenant_get_rooms (tenant)); i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (wave_tenant_get_rooms (tenant), i);

      if (g_list_model_get_n_items (G_LIST_MODEL (wave_room_get_timeline (room))) > before)
        {
          timeline = wave_room_get_timeline (room);
          before = g_list_model_get_n_items (G_LIST_MODEL (timeline));
        }
    }
  g_assert_nonnull (timeline);
  while (!wave_timeline_get_reached_start (timeline))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      wave_timeline_load_older (timeline);
      g_main_context_iteration (NULL, TRUE);
    }
  g_test_message ("%u items at once, %u in all", before, g_list_model_get_n_items (G_LIST_MODEL (timeline)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), >, before);
}

static void
test_no_recording (void)
{
  g_autofree char *path = NULL;
  g_autoptr (WaveReplay) replay = NULL;
  g_autofree char *text = NULL;
  gint64 deadline = g_get_monotonic_time () + DEADLINE_US;
  int fd = g_file_open_tmp ("wavescope-XXXXXX.ndjson", &path, NULL);

  g_assert_cmpint (write (fd, "{\"a\":1}\n", 8), ==, 8);
  close (fd);
  replay = wave_replay_new (path);
  while (text == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, TRUE);
      g_object_get (replay, "error", &text, NULL);
    }
  g_assert_nonnull (strstr (text, "is not a recording"));
  wave_replay_play (replay);
  wave_replay_seek (replay, 5);
  wave_replay_step (replay, 1);
  g_assert_false (wave_replay_is_playing (replay));
  g_unlink (path);
}

/* The whole cost of going somewhere in a large recording: WAVESCOPE_REPLAY_FRAMES=1000000 measures. */
static void
test_large (void)
{
  const char *wanted = g_getenv ("WAVESCOPE_REPLAY_FRAMES");
  guint n_wanted = wanted != NULL ? strtoul (wanted, NULL, 10) : 30000;
  g_autofree char *dir = g_dir_make_tmp ("wavescope-replay-XXXXXX", NULL);
  Fixture fixture = { .dir = dir, .path = g_build_filename (dir, "large.wavescope.ndjson", NULL) };
  gint64 worst = 0, sum = 0, begun;
  guint n;

  n = make_recording (fixture.path, 7, 250, G_MAXINT32, n_wanted, 600);
  begun = g_get_monotonic_time ();
  fixture.replay = wave_replay_new (fixture.path);
  wait_until (&fixture, has_come, "ready");
  g_test_message ("%u frames, %.0f s: ready after %.0f ms", n, wave_replay_get_duration (fixture.replay) / 1e6, (g_get_monotonic_time () - begun) / 1e3);
  for (guint i = 0; i < 20; i++)
    {
      gint64 took;

      begun = g_get_monotonic_time ();
      wave_replay_seek (fixture.replay, (gint64) (g_test_rand_double () * wave_replay_get_duration (fixture.replay)));
      wait_until (&fixture, has_come, "sought");
      took = g_get_monotonic_time () - begun;
      sum += took;
      worst = MAX (worst, took);
    }
  g_test_message ("20 random seeks: %.0f ms each, %.0f ms the longest", sum / 20e3, worst / 1e3);
  g_assert_cmpuint (wave_event_log_get_n_events (wave_replay_get_event_log (fixture.replay)), ==, n);
  g_object_unref (fixture.replay);
  g_unlink (fixture.path);
  g_rmdir (dir);
  g_free (fixture.path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/replay/any-moment", Fixture, GUINT_TO_POINTER (3), set_up, test_any_moment, tear_down);
  g_test_add ("/replay/play", Fixture, GUINT_TO_POINTER (4), set_up, test_play, tear_down);
  g_test_add ("/replay/step", Fixture, GUINT_TO_POINTER (5), set_up, test_step, tear_down);
  g_test_add ("/replay/wishes", Fixture, GUINT_TO_POINTER (LONG_ONE), set_up, test_wishes, tear_down);
  g_test_add_func ("/replay/no-recording", test_no_recording);
  g_test_add_func ("/replay/large", test_large);
  return g_test_run ();
}
