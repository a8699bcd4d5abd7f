// SPDX-License-Identifier: GPL-3.0-or-later
// What is applied goes into a file, opens, is saved again, and is the same; whatever comes with it is carried, and a token never is.
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "journal/wave-exporter.h"
#include "model/wave-participant.h"
#include "model/wave-recorder.h"
#include "model/wave-replay.h"
#include "model/wave-room.h"
#include "protocol/wave-snapshot.h"
#include "replay-recording.h"
#include "tests/model/wait-until.h"

static char *dir;

static char *
place (const char *name)
{
  return g_build_filename (dir, name, NULL);
}

static void
done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **to = user_data;

  *to = g_object_ref (result);
}

/* A tenant that REST told about. */
static WaveTenant *
make_tenant (void)
{
  WaveTenant *tenant = wave_tenant_new ();
  const char *bodies[] = {
    "{\"data\":{\"participant_id\":\"p-me\",\"display_name\":\"Me\",\"tenant\":{\"id\":\"t-1\",\"name\":\"Acme\"}}}",
    "{\"data\":[{\"id\":\"r-1\",\"name\":\"Atlas “launch”\",\"topic\":\"Ship it\",\"room_type\":\"group\"}]}",
    "{\"data\":[{\"id\":\"p-1\",\"display_name\":\"Pat \\\\ One\",\"participant_type\":\"human\"},{\"id\":\"ai-1\",\"display_name\":\"Scout\",\"participant_type\":\"agent\"}]}",
    "{\"data\":{\"members\":[{\"participant_id\":\"p-1\",\"membership\":\"join\"},{\"participant_id\":\"ai-1\",\"membership\":\"join\"}]}}",
  };
  g_autoptr (GBytes) me_body = g_bytes_new_static (bodies[0], strlen (bodies[0]));
  g_autoptr (GBytes) rooms_body = g_bytes_new_static (bodies[1], strlen (bodies[1]));
  g_autoptr (GBytes) people_body = g_bytes_new_static (bodies[2], strlen (bodies[2]));
  g_autoptr (GBytes) state_body = g_bytes_new_static (bodies[3], strlen (bodies[3]));
  g_autoptr (WaveMe) me = wave_me_decode (me_body, NULL);
  g_autoptr (WaveRoomPage) rooms = wave_room_page_decode (rooms_body, NULL);
  g_autoptr (WaveParticipantPage) people = wave_participant_page_decode (people_body, NULL);
  g_autoptr (WaveRoomState) state = wave_room_state_decode (state_body, NULL);

  wave_tenant_apply_me (tenant, me);
  wave_tenant_apply_rooms (tenant, rooms);
  wave_tenant_apply_participants (tenant, people);
  wave_tenant_apply_room_state (tenant, "r-1", state);
  return tenant;
}

static WaveBatch *
make_batch (const char *frame, gssize length, gint64 wall_us, WaveVia via)
{
  WaveBatch *batch = wave_batch_new ();
  g_autoptr (GBytes) raw = g_bytes_new (frame, length < 0 ? strlen (frame) : (gsize) length);

  g_ptr_array_add (batch->events, wave_event_decode (raw, via, 0, wall_us));
  return batch;
}

static const struct {
  const char *frame;
  gssize length;
  WaveVia via;
} frames[] = {
  { "{\"type\":\"swp.room.message\",\"id\":\"e-1\",\"room_id\":\"r-1\",\"sender_id\":\"p-1\",\"stream_position\":7,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"tab\\there, \\u00fc and ü\"}}", -1, WAVE_VIA_STREAM },
  { "{\"event_type\":\"swp.room.name\",\"id\":\"e-2\",\"room_id\":\"r-1\",\"sender_id\":\"p-1\",\"stream_position\":8,\"content\":{\"name\":\"New\"}}", -1, WAVE_VIA_SYNC },
  { "not JSON at all \"", -1, WAVE_VIA_STREAM },
  { "bytes \xff\xfe\x00 that are no text", 27, WAVE_VIA_STREAM },
  { "", 0, WAVE_VIA_STREAM },
};

/* Takes the text of every line apart: frames with time and way, and the other lines. */
typedef struct
{
  GString *frames, *others;
} Listing;

static gboolean
on_line (const WaveRecordingLine *line, const char *text, gsize length, guint64 offset, gpointer user_data)
{
  Listing *listing = user_data;

  if (line->kind == WAVE_RECORDING_FRAME)
    {
      g_autofree char *encoded = g_base64_encode ((const guchar *) line->frame, line->frame_size);

      g_string_append_printf (listing->frames, "%" G_GINT64_FORMAT " %d %s\n", line->t_us, line->via, encoded);
    }
  else if (line->kind != WAVE_RECORDING_HEAD)
    g_string_append_printf (listing->others, "%.*s\n", (int) length, text);
  return TRUE;
}

static void
list (const char *path, char **frames_out, char **others_out)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *note = NULL;
  g_autoptr (WaveRecordingFile) file = wave_recording_file_open (path, NULL, &note, &error);
  Listing listing = { g_string_new (NULL), g_string_new (NULL) };

  g_assert_no_error (error);
  g_assert_cmpstr (note, ==, NULL);
  wave_recording_file_foreach (file, on_line, &listing, NULL, &error);
  g_assert_no_error (error);
  *frames_out = g_string_free (listing.frames, FALSE);
  *others_out = g_string_free (listing.others, FALSE);
}

static void
save (WaveEventLog *log, const char *path, GArray *indices, gboolean anonymise)
{
  WaveRecordingHead head = { .started_us = MADE_WALL };
  WaveExportOptions options = { .format = WAVE_EXPORT_RECORDING, .path = path, .head = &head, .anonymise = anonymise };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  wave_event_log_export_async (log, indices, &options, NULL, done, &result);
  WAIT_UNTIL (result != NULL);
  g_assert_cmpint (wave_event_log_export_finish (log, result, &error), >=, 0);
  g_assert_no_error (error);
}

static WaveEventLog *
load (const char *path)
{
  WaveEventLog *log = wave_event_log_new_for_recording (path);

  WAIT_UNTIL (!wave_event_log_is_loading (log));
  return log;
}

/* Record → open → save → open → save, also compressed: the same frames byte for byte, the same times, the same other lines. */
static void
test_round_trip (gconstpointer data)
{
  const char *suffix = data;
  g_autofree char *name = g_strconcat ("first.wavescope.ndjson", suffix, NULL);
  g_autofree char *first = place (name);
  g_autofree char *second = place ("second.wavescope.ndjson.zst");
  g_autofree char *third = place ("third.wavescope.ndjson");
  g_autoptr (WaveTenant) tenant = make_tenant ();
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("secret-token-1", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveRecorder) recorder = wave_recorder_new (first, tenant, credentials, FALSE, &error);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *frames_1 = NULL, *others_1 = NULL, *frames_2 = NULL, *others_2 = NULL, *frames_3 = NULL, *others_3 = NULL;
  gint64 began = g_get_real_time ();

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      WaveBatch *batch = make_batch (frames[i].frame, frames[i].length, began + 1000 * i + i, frames[i].via);

      wave_recorder_add_batch (recorder, batch);
      wave_batch_unref (batch);
    }
  wave_recorder_stop_async (recorder, done, &result);
  WAIT_UNTIL (result != NULL);
  g_assert_cmpint (wave_recorder_stop_finish (recorder, result, &error), ==, G_N_ELEMENTS (frames));
  g_assert_no_error (error);
  g_assert_cmpuint (wave_recorder_get_size (recorder), >, 100);

  list (first, &frames_1, &others_1);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      gsize length = frames[i].length < 0 ? strlen (frames[i].frame) : (gsize) frames[i].length;
      g_autofree char *encoded = g_base64_encode ((const guchar *) frames[i].frame, length);
      g_autofree char *line = g_strdup_printf (" %d %s\n", frames[i].via, encoded);

      g_assert_nonnull (strstr (frames_1, line));
    }
  g_assert_nonnull (strstr (others_1, "/v1/participants"));
  g_assert_nonnull (strstr (others_1, "\"state\":"));
  {
    g_autoptr (WaveEventLog) log = load (first);

    save (log, second, NULL, FALSE);
  }
  {
    g_autoptr (WaveEventLog) log = load (second);

    save (log, third, NULL, FALSE);
  }
  list (second, &frames_2, &others_2);
  list (third, &frames_3, &others_3);
  g_assert_cmpstr (frames_2, ==, frames_1);
  g_assert_cmpstr (others_2, ==, others_1);
  g_assert_cmpstr (frames_3, ==, frames_1);
  g_assert_cmpstr (others_3, ==, others_1);
  g_unlink (first);
  g_unlink (second);
  g_unlink (third);
}

/* Names that only REST knew are there when the recording is played. */
static void
test_names (void)
{
  g_autofree char *path = place ("names.wavescope.ndjson.gz");
  g_autoptr (WaveTenant) tenant = make_tenant ();
  g_autoptr (WaveRecorder) recorder = wave_recorder_new (path, tenant, NULL, FALSE, NULL);
  g_autoptr (WaveReplay) replay = NULL;
  g_autofree char *me = NULL;
  g_autofree char *tenant_name = NULL;
  WaveParticipant *pat, *scout;
  WaveRoom *room;

  wave_recorder_close (recorder);
  replay = wave_replay_new (path);
  WAIT_UNTIL (wave_replay_is_ready (replay) && !wave_replay_is_seeking (replay));
  room = wave_tenant_get_room (wave_replay_get_tenant (replay), "r-1");
  g_assert_nonnull (room);
  g_assert_cmpstr (wave_room_get_display_name (room), ==, "Atlas “launch”");
  g_assert_cmpstr (wave_room_get_topic (room), ==, "Ship it");
  g_assert_cmpuint (g_list_model_get_n_items (wave_room_get_members (room)), ==, 2);
  pat = wave_tenant_get_participant (wave_replay_get_tenant (replay), "p-1");
  scout = wave_tenant_get_participant (wave_replay_get_tenant (replay), "ai-1");
  g_assert_cmpstr (wave_participant_get_display_name (pat), ==, "Pat \\ One");
  g_assert_false (wave_participant_get_is_ai (pat));
  g_assert_true (wave_participant_get_is_ai (scout));
  g_object_get (wave_replay_get_tenant (replay), "me-name", &me, "tenant-name", &tenant_name, NULL);
  g_assert_cmpstr (me, ==, "Me");
  g_assert_cmpstr (tenant_name, ==, "Acme");
  g_unlink (path);
}

/* The token of now and the one that comes later, in a URL and in a frame that echoes it; as text and escaped. */
static void
test_no_token (void)
{
  g_autofree char *path = place ("token.wavescope.ndjson");
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("first-token-a", "refresh-token-b");
  g_autoptr (WaveRecorder) recorder = wave_recorder_new (path, tenant, credentials, FALSE, NULL);
  g_autofree char *text = NULL;
  const char *echoes[] = {
    "{\"type\":\"hello\",\"url\":\"wss://x/v1/stream?token=first-token-a\",\"again\":\"first-token-a\"}",
    "{\"type\":\"hello\",\"escaped\":\"\\u0066irst-token-a\"}",
    "{\"type\":\"hello\",\"refresh\":\"refresh-token-b\"}",
    "{\"type\":\"hello\",\"later\":\"second-token-c\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (echoes); i++)
    {
      WaveBatch *batch = make_batch (echoes[i], -1, g_get_real_time (), WAVE_VIA_STREAM);

      if (i == 3)
        wave_credentials_set (credentials, "second-token-c", NULL, -1);
      wave_recorder_add_batch (recorder, batch);
      wave_batch_unref (batch);
    }
  wave_recorder_close (recorder);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "token-a"));
  g_assert_null (strstr (text, "token-b"));
  g_assert_null (strstr (text, "token-c"));
  g_assert_nonnull (strstr (text, "\"scrubbed\":true"));
  g_unlink (path);
}

/* Lines and members that this version does not know are carried; a selection takes the states along; an anonymous one says nothing of anybody. */
static void
test_carried (void)
{
  g_autofree char *first = place ("foreign.wavescope.ndjson");
  g_autofree char *all = place ("all.wavescope.ndjson");
  g_autofree char *some = place ("some.wavescope.ndjson");
  g_autofree char *nobody = place ("nobody.wavescope.ndjson");
  g_autoptr (GArray) indices = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (WaveEventLog) log = NULL;
  g_autofree char *before = NULL, *after = NULL, *chosen = NULL, *anonymous = NULL;
  const guint second = 1;

  g_assert_true (g_file_set_contents (
      first,
      "{\"wavescope_recording\":1,\"started_at\":\"2026-06-02T07:16:09.000000Z\",\"colour\":\"green\"}\n"
      "{\"t_us\":1,\"state\":\"live\",\"mood\":\"good\"}\n"
      "{\"future\":[1,2,{\"a\":null}]}\n"
      "{\"t_us\":10,\"via\":\"stream\",\"frame\":\"{\\\"type\\\":\\\"typing\\\",\\\"room_id\\\":\\\"r\\\",\\\"participant_id\\\":\\\"p\\\",\\\"typing\\\":true}\",\"extra\":7}\n"
      "{\"t_us\":20,\"state\":\"waiting\",\"reason\":\"dropped: Pat pulled the plug\"}\n"
      "{\"t_us\":30,\"snapshot\":\"/v1/participants\",\"body\":{\"data\":[{\"id\":\"p\",\"display_name\":\"Pat Secret\"}]}}\n"
      "{\"t_us\":40,\"via\":\"stream\",\"frame\":\"{\\\"type\\\":\\\"presence\\\",\\\"participant_id\\\":\\\"p-secret\\\",\\\"status\\\":\\\"online\\\"}\"}\n",
      -1, NULL));
  log = load (first);
  g_assert_cmpuint (wave_event_log_get_n_events (log), ==, 2);
  save (log, all, NULL, FALSE);
  g_assert_true (g_file_get_contents (first, &before, NULL, NULL));
  g_assert_true (g_file_get_contents (all, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, before);

  g_array_append_val (indices, second);
  save (log, some, indices, FALSE);
  g_assert_true (g_file_get_contents (some, &chosen, NULL, NULL));
  g_assert_null (strstr (chosen, "typing"));
  g_assert_nonnull (strstr (chosen, "\"t_us\":40"));
  g_assert_nonnull (strstr (chosen, "{\"future\":[1,2,{\"a\":null}]}"));
  g_assert_nonnull (strstr (chosen, "\"mood\":\"good\""));

  save (log, nobody, NULL, TRUE);
  g_assert_true (g_file_get_contents (nobody, &anonymous, NULL, NULL));
  g_assert_null (strstr (anonymous, "ecret"));
  g_assert_null (strstr (anonymous, "Pat"));
  g_assert_null (strstr (anonymous, "future"));
  g_assert_nonnull (strstr (anonymous, "\"anonymised\":true"));
  g_unlink (first);
  g_unlink (all);
  g_unlink (some);
  g_unlink (nobody);
}

static void
test_full_disk (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveRecorder) recorder = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (g_access ("/dev/full", W_OK) != 0)
    {
      g_test_skip ("there is no /dev/full");
      return;
    }
  recorder = wave_recorder_new ("/dev/full", tenant, NULL, FALSE, &error);
  g_assert_no_error (error);
  WAIT_UNTIL (wave_recorder_get_error (recorder) != NULL);
  wave_recorder_stop_async (recorder, done, &result);
  WAIT_UNTIL (result != NULL);
  g_assert_cmpint (wave_recorder_stop_finish (recorder, result, &error), ==, -1);
  g_assert_nonnull (error);
}

/* What was written is there before anybody ends it. */
static void
test_crash (void)
{
  g_autofree char *path = place ("crash.wavescope.ndjson.zst");
  g_autofree char *copy = place ("copy.wavescope.ndjson.zst");
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveRecorder) recorder = wave_recorder_new (path, tenant, NULL, FALSE, NULL);
  WaveBatch *batch = make_batch (frames[0].frame, -1, g_get_real_time (), WAVE_VIA_STREAM);
  g_autoptr (WaveEventLog) log = NULL;
  g_autofree char *text = NULL;
  gsize length;

  wave_recorder_add_batch (recorder, batch);
  wave_batch_unref (batch);
  WAIT_UNTIL (wave_recorder_get_n_frames (recorder) == 1);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_true (g_file_set_contents (copy, text, length, NULL));
  log = load (copy);
  g_assert_cmpuint (wave_event_log_get_n_events (log), ==, 1);
  g_assert_nonnull (strstr (wave_event_log_get_note (log), "was cut"));
  wave_recorder_close (recorder);
  g_unlink (path);
  g_unlink (copy);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  dir = g_dir_make_tmp ("wavescope-recorder-XXXXXX", NULL);
  g_test_add_data_func ("/recorder/round-trip/plain", "", test_round_trip);
  g_test_add_data_func ("/recorder/round-trip/gz", ".gz", test_round_trip);
  g_test_add_data_func ("/recorder/round-trip/zst", ".zst", test_round_trip);
  g_test_add_func ("/recorder/names", test_names);
  g_test_add_func ("/recorder/no-token", test_no_token);
  g_test_add_func ("/recorder/carried", test_carried);
  g_test_add_func ("/recorder/full-disk", test_full_disk);
  g_test_add_func ("/recorder/crash", test_crash);
  status = g_test_run ();
  g_rmdir (dir);
  g_free (dir);
  return status;
}
