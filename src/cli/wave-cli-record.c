// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <gio/gunixoutputstream.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/wave-cli-connect.h"
#include "journal/wave-recording.h"

typedef struct {
  const char *path; /* "-" for standard output */
  gboolean anonymise;
  WaveFilterRun *filter; /* nullable */
  WaveCredentials *credentials;
  guint generation;
  gint64 started_us;
  gint64 last_wall_us;
  gint64 count;
  guint64 written;

  GPtrArray *waiting; /* batches until the tenant is known, for the first line */
  WaveRecordingWriter *writer;
  GError *error;
} Record;

/* A token that was renewed must not be in the file either. */
static void
add_secrets (Record *record)
{
  char *token = wave_credentials_dup_access_token (record->credentials);
  char *refresh = wave_credentials_dup_refresh_token (record->credentials);

  wave_recording_writer_add_secret (record->writer, token);
  wave_recording_writer_add_secret (record->writer, refresh);
  wave_secret_free (token);
  wave_secret_free (refresh);
  record->generation = wave_credentials_get_generation (record->credentials);
}

static gboolean
open_writer (Record *record, const WaveTransition *hello)
{
  WaveRecordingHead head = { .started_us = record->started_us };
  g_autoptr (GOutputStream) out = g_str_equal (record->path, "-") ? g_unix_output_stream_new (STDOUT_FILENO, FALSE) : NULL;

  if (hello != NULL)
    {
      head.tenant_id = hello->tenant_id;
      head.server_name = hello->server_name;
    }
  record->writer = wave_recording_writer_new (out == NULL ? record->path : NULL, out, &head, NULL, &record->error);
  if (record->writer == NULL)
    return FALSE;
  add_secrets (record);
  if (record->anonymise)
    wave_recording_writer_set_anonymous (record->writer);
  return TRUE;
}

static gboolean
passes (Record *record, const WaveEvent *event)
{
  gint64 gap = record->last_wall_us > 0 ? event->arrived_wall_us - record->last_wall_us : G_MININT64;

  record->last_wall_us = event->arrived_wall_us;
  return record->filter == NULL || wave_filter_run_match_event (record->filter, event, NULL, NULL, gap, G_MININT64);
}

static gboolean
write_batch (Record *record, WaveBatch *batch)
{
  g_autoptr (WaveBatch) chosen = wave_batch_new ();

  if (record->generation != wave_credentials_get_generation (record->credentials))
    add_secrets (record);
  if (batch->transition != NULL)
    chosen->transition = wave_transition_copy (batch->transition);
  for (guint i = 0; i < batch->events->len && (record->count == 0 || record->written < (guint64) record->count); i++)
    if (passes (record, batch->events->pdata[i]))
      {
        g_ptr_array_add (chosen->events, wave_event_ref (batch->events->pdata[i]));
        record->written++;
      }
  return wave_recording_writer_add_batch (record->writer, chosen, &record->error) && (record->count == 0 || record->written < (guint64) record->count);
}

static gboolean
write_waiting (Record *record, const WaveTransition *hello)
{
  gboolean go_on = record->writer != NULL || open_writer (record, hello);

  for (guint i = 0; go_on && i < record->waiting->len; i++)
    go_on = write_batch (record, record->waiting->pdata[i]);
  g_ptr_array_set_size (record->waiting, 0);
  return go_on;
}

static gboolean
on_batch (WaveCliTap *tap, WaveBatch *batch, gpointer user_data)
{
  Record *record = user_data;
  const WaveTransition *transition = batch->transition;

  if (record->error != NULL)
    return FALSE;
  if (record->writer != NULL)
    return write_batch (record, batch);
  g_ptr_array_add (record->waiting, wave_batch_ref (batch));
  if (batch->events->len > 0 || (transition != NULL && (transition->server_name != NULL || transition->tenant_id != NULL)))
    return write_waiting (record, transition);
  return TRUE;
}

static gboolean
on_tick (gpointer user_data)
{
  Record *record = user_data;

  if (record->writer != NULL && record->error == NULL)
    wave_recording_writer_flush (record->writer, &record->error);
  return G_SOURCE_CONTINUE;
}

static int
finish (Record *record, int exit_code, gboolean quiet)
{
  guint64 n = 0, n_scrubbed = 0;

  if (record->error == NULL && record->writer == NULL)
    write_waiting (record, NULL);
  if (record->writer != NULL)
    {
      n = wave_recording_writer_get_n_frames (record->writer);
      n_scrubbed = wave_recording_writer_get_n_scrubbed (record->writer);
      wave_recording_writer_close (g_steal_pointer (&record->writer), record->error == NULL ? &record->error : NULL);
    }
  if (record->error != NULL)
    {
      exit_code = wave_cli_fail ("record", WAVE_EXIT_FAILED, record->error->message);
      g_clear_error (&record->error);
      return exit_code;
    }
  if (!quiet)
    fprintf (stderr, ngettext ("wavescope-cli: %llu frame recorded\n", "wavescope-cli: %llu frames recorded\n", n), (unsigned long long) n);
  if (n_scrubbed > 0)
    fprintf (stderr,
             ngettext ("wavescope-cli: the token was taken out of %llu frame\n", "wavescope-cli: the token was taken out of %llu frames\n",
                       n_scrubbed),
             (unsigned long long) n_scrubbed);
  return exit_code;
}

int
wave_cli_record (int argc, char **argv)
{
  g_auto (WaveCliConnect) connect = { 0 };
  g_autofree char *since = NULL;
  g_autofree char *expression = NULL;
  g_autofree char *output = NULL;
  gboolean quiet = FALSE, force = FALSE;
  Record record = { 0 };
  const GOptionEntry entries[] = {
    { "since", 0, 0, G_OPTION_ARG_STRING, &since, N_("Where to start: a position (0 = the whole history), or “head”"), N_("POS") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_("The file to write, if it is not named by itself"), N_("FILE") },
    { "filter", 0, 0, G_OPTION_ARG_STRING, &expression, N_("Only what matches, such as 'type:message -from:scout'; “help” explains"), N_("FILTER") },
    { "anonymise", 0, 0, G_OPTION_ARG_NONE, &record.anonymise, N_("Replace ids, names and texts; times and sizes stay"), NULL },
    { "count", 'n', 0, G_OPTION_ARG_INT64, &record.count, N_("End after so many frames"), N_("N") },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, N_("Replace a file that is there"), NULL },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_("Do not tell about the connection on stderr"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("FILE"));
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveCredentials) credentials = NULL;
  g_autoptr (WaveFilterRun) filter = NULL;
  WaveSessionConfig config = { 0 };
  guint64 position;
  guint tick;
  int exit_code;

  g_option_context_set_summary (context, _("Records what a tenant sends, with its times, until it is interrupted. FILE ends in .wavescope.ndjson, also .gz or .zst; “-” is standard output."));
  wave_cli_connect_add_options (&connect, context);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return wave_cli_fail ("record", WAVE_EXIT_USAGE, error->message);
  if (!wave_cli_filter (expression, &filter, &exit_code))
    return exit_code;
  if (argc != (output != NULL ? 1 : 2))
    return wave_cli_fail ("record", WAVE_EXIT_USAGE, _("it takes one file to write; see --help"));
  if (connect.server == NULL)
    return wave_cli_fail ("record", WAVE_EXIT_USAGE, _("--server is missing; see --help"));
  if (record.count < 0 || connect.duration < 0)
    return wave_cli_fail ("record", WAVE_EXIT_USAGE, _("--count and --duration take positive numbers"));
  config.since = WAVE_SINCE_HEAD;
  if (since != NULL && !g_str_equal (since, "head"))
    {
      if (!g_ascii_string_to_unsigned (since, 10, 0, G_MAXINT64, &position, NULL))
        return wave_cli_fail ("record", WAVE_EXIT_USAGE, _("--since takes a position or “head”"));
      config.since = WAVE_SINCE_POSITION;
      config.since_position = position;
    }
  record.path = output != NULL ? output : argv[1];
  if (!g_str_equal (record.path, "-") && !force && g_file_test (record.path, G_FILE_TEST_EXISTS))
    return wave_cli_fail ("record", WAVE_EXIT_USAGE, _("the file is there already; --force replaces it"));
  credentials = wave_cli_connect_get_credentials (&connect, &error);
  if (credentials == NULL)
    return wave_cli_fail ("record", WAVE_EXIT_USAGE, error->message);

  signal (SIGPIPE, SIG_IGN);
  record.credentials = credentials;
  record.filter = filter;
  record.started_us = g_get_real_time ();
  record.waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_batch_unref);
  config.server = connect.server;
  config.credentials = credentials;
  config.allow_plain = connect.allow_plain;
  config.timings = wave_session_timings_default ();

  tick = g_timeout_add_seconds (1, on_tick, &record);
  g_source_set_name_by_id (tick, "[wavescope] flush the recording");
  exit_code = wave_cli_tap_run (&config, connect.duration, quiet, on_batch, &record);
  g_source_remove (tick);
  exit_code = finish (&record, exit_code, quiet);
  g_ptr_array_unref (record.waiting);
  return exit_code;
}
