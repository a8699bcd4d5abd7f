// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings for tests, made by the simulator's office under a clock that is turned: an hour takes as long as its frames take to write.
#pragma once

#include "journal/wave-recording.h"
#include "simulator/wave-simulator.h"
#include "simulator/wave-world.h"

#define MADE_WALL (G_GINT64_CONSTANT (1780384569) * G_USEC_PER_SEC)
#define MADE_MONO (1000 * (gint64) G_USEC_PER_SEC)

typedef struct
{
  WaveRecordingWriter *writer;
  gint64 now;
  guint n_frames;
} Making;

static inline void
made_frame (const char *json, const WaveDurable *durable, gpointer user_data)
{
  Making *making = user_data;
  g_autoptr (GError) error = NULL;

  wave_recording_writer_add_frame (making->writer, making->now - MADE_MONO, WAVE_VIA_STREAM, json, strlen (json), &error);
  g_assert_no_error (error);
  making->n_frames++;
}

static inline void
made_state (Making *making, const char *state, const char *reason)
{
  g_autoptr (GError) error = NULL;

  wave_recording_writer_add_state (making->writer, making->now - MADE_MONO, state, reason, &error);
  g_assert_no_error (error);
}

/* @n_frames or @seconds of virtual time, whatever comes first; a gap in each @gap_every seconds (0: none). Returns: how many frames */
static inline guint
make_recording (const char *path, guint32 seed, double rate, gint64 seconds, guint n_frames, gint64 gap_every)
{
  WaveRecordingHead head = { .tenant_id = (char *) "t-made", .server_name = (char *) "made.example", .started_us = MADE_WALL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) faults = wave_faults_parse (NULL, &error);
  WaveWorld *world = wave_world_new (seed);
  Making making = { .now = MADE_MONO };
  WaveScenario *scenario;
  gint64 next_gap = gap_every;

  making.writer = wave_recording_writer_new (path, NULL, &head, NULL, &error);
  g_assert_no_error (error);
  world->frame_func = made_frame;
  world->user_data = &making;
  world->wall_us = MADE_WALL;
  scenario = wave_scenario_new (world, "office", rate, faults);
  wave_scenario_prepare (scenario, 50);
  made_state (&making, "connecting", "started");
  made_state (&making, "live", "caught-up");
  while (making.now < MADE_MONO + seconds * (gint64) G_USEC_PER_SEC && making.n_frames < n_frames)
    {
      gint64 next;

      world->wall_us = MADE_WALL + making.now - MADE_MONO;
      next = wave_scenario_run (scenario, making.now);
      g_assert_cmpint (next, >, making.now);
      if (gap_every > 0 && making.now - MADE_MONO > next_gap * (gint64) G_USEC_PER_SEC)
        {
          next_gap += gap_every;
          made_state (&making, "waiting", "dropped: the server ended the connection");
          made_state (&making, "connecting", "timer");
          made_state (&making, "awaiting-hello", "opened");
          made_state (&making, "catching-up", "hello");
          made_state (&making, "live", "caught-up");
        }
      making.now = next;
    }
  wave_scenario_free (scenario);
  wave_world_free (world);
  wave_recording_writer_close (making.writer, &error);
  g_assert_no_error (error);
  return making.n_frames;
}
