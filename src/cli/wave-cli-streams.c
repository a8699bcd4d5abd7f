// SPDX-License-Identifier: GPL-3.0-or-later
// wavescope-cli streams: the figures of each AI reply of a live tenant or of a recording.
#include "config.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>

#include "cli/wave-cli-connect.h"
#include "cli/wave-cli-streams.h"
#include "journal/wave-recording.h"

static gboolean
on_batch (WaveCliTap *tap, WaveBatch *batch, gpointer user_data)
{
  WaveTenant *tenant = user_data;

  wave_tenant_apply_batch (tenant, batch);
  wave_tenant_advance (tenant, g_get_monotonic_time (), g_get_real_time ());
  return TRUE;
}

static int
run_live (WaveCliConnect *connect, WaveTenant *tenant, gboolean quiet)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveCredentials) credentials = wave_cli_connect_get_credentials (connect, &error);
  WaveSessionConfig config = { 0 };
  int exit_code;

  if (credentials == NULL)
    return wave_cli_fail ("streams", WAVE_EXIT_USAGE, error->message);
  config.server = connect->server;
  config.credentials = credentials;
  config.allow_plain = connect->allow_plain;
  config.since = WAVE_SINCE_HEAD;
  config.timings = wave_session_timings_default ();
  exit_code = wave_cli_tap_run (&config, connect->duration, quiet, on_batch, tenant);
  wave_tenant_advance (tenant, g_get_monotonic_time (), g_get_real_time ());
  return exit_code;
}

typedef struct
{
  WaveTenant *tenant;
  const WaveRecordingHead *head;
  gint64 last_us;
  gboolean greeted;
} Replay;

static gboolean
on_line (const WaveRecordingLine *line, const char *text, gsize length, guint64 offset, gpointer user_data)
{
  Replay *replay = user_data;

  if (line->kind == WAVE_RECORDING_FRAME)
    {
      g_autoptr (WaveEvent) event = wave_recording_line_decode (line, replay->head);

      /* A second hello is another connection, whether somebody noted the first one's end or not. */
      if (event->kind == WAVE_EVENT_HELLO)
        {
          if (replay->greeted)
            wave_stream_store_tear (wave_tenant_get_streams (replay->tenant), line->t_us);
          replay->greeted = TRUE;
        }
      wave_tenant_apply_event (replay->tenant, event);
    }
  /* Whatever it was that ended the live connection: what comes next is not known to follow. */
  else if (line->kind == WAVE_RECORDING_STATE && g_strcmp0 (line->state, wave_session_state_get_nick (WAVE_SESSION_LIVE)) != 0)
    wave_stream_store_tear (wave_tenant_get_streams (replay->tenant), line->t_us);
  if (line->kind != WAVE_RECORDING_HEAD && line->kind != WAVE_RECORDING_OTHER)
    replay->last_us = MAX (replay->last_us, line->t_us);
  return TRUE;
}

static int
run_file (const char *path, WaveTenant *tenant, gboolean quiet)
{
  g_autofree char *open_note = NULL;
  g_autofree char *read_note = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveRecordingFile) file = wave_recording_file_open (path, NULL, &open_note, &error);
  Replay replay = { .tenant = tenant };

  if (file == NULL)
    return wave_cli_fail ("streams", WAVE_EXIT_FAILED, error->message);
  replay.head = wave_recording_file_get_head (file);
  if (!wave_recording_file_foreach (file, on_line, &replay, &read_note, &error))
    return wave_cli_fail ("streams", WAVE_EXIT_FAILED, error->message);
  /* The recording knows no later time than its last line. */
  wave_tenant_advance (tenant, replay.last_us, replay.head->started_us + replay.last_us);
  if (!quiet && (open_note != NULL || read_note != NULL))
    fprintf (stderr, "wavescope-cli: %s\n", read_note != NULL ? read_note : open_note);
  return WAVE_EXIT_DONE;
}

static gboolean
parse_format (const char *word, WaveCliStreamsFormat *format)
{
  *format = g_strcmp0 (word, "ndjson") == 0 ? WAVE_CLI_NDJSON : WAVE_CLI_TABLE;
  return word == NULL || *format == WAVE_CLI_NDJSON || g_str_equal (word, "table");
}

int
wave_cli_streams (int argc, char **argv)
{
  g_auto (WaveCliConnect) connect = { 0 };
  g_autofree char *format_word = NULL;
  double stall_ms = 1000;
  double load = 0;
  gboolean selftest = FALSE;
  gboolean quiet = FALSE;
  const GOptionEntry entries[] = {
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format_word, N_ ("table or ndjson"), N_ ("FORMAT") },
    { "stall-ms", 0, 0, G_OPTION_ARG_DOUBLE, &stall_ms, N_ ("A silence longer than this is a stall (default 1000)"), N_ ("MS") },
    { "selftest", 0, 0, G_OPTION_ARG_NONE, &selftest, N_ ("Measure a reply with known gaps from a simulator, and tell the errors"), NULL },
    { "load", 0, 0, G_OPTION_ARG_DOUBLE, &load, N_ ("With --selftest: so many other events a second beside it"), N_ ("N") },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_ ("Do not tell about the connection on stderr"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_ ("[FILE]"));
  g_autoptr (WaveTenant) tenant = NULL;
  g_autoptr (GError) error = NULL;
  WaveStreamThresholds thresholds;
  WaveCliStreamsFormat format;
  int exit_code;

  g_option_context_set_summary (context, _ ("Prints a line of figures for each AI reply, when the run ends.\nTimes are arrival times at this "
                                            "machine; µs in NDJSON, ms in the table.\nThe time to the first chunk counts from the message (m) "
                                            "or from the first status (s)."));
  wave_cli_connect_add_options (&connect, context);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return wave_cli_fail ("streams", WAVE_EXIT_USAGE, error->message);
  if (!parse_format (format_word, &format))
    return wave_cli_fail ("streams", WAVE_EXIT_USAGE, _ ("--format takes table or ndjson"));
  if (!(stall_ms > 0 && stall_ms <= 1e9) || connect.duration < 0)
    return wave_cli_fail ("streams", WAVE_EXIT_USAGE, _ ("--stall-ms and --duration take positive numbers"));
  if (selftest)
    return argc > 1 || connect.server != NULL || !(load >= 0 && load <= 100000)
               ? wave_cli_fail ("streams", WAVE_EXIT_USAGE, _ ("--selftest takes --load only"))
               : wave_cli_streams_selftest (load);
  if (argc > 2 || (argc == 2 && connect.server != NULL))
    return wave_cli_fail ("streams", WAVE_EXIT_USAGE, _ ("it takes one recording, or --server; see --help"));
  if (argc < 2 && connect.server == NULL)
    return wave_cli_fail ("streams", WAVE_EXIT_USAGE, _ ("name a recording, or a server with --server; see --help"));

  /* A closed pipe shows as a failed write. */
  signal (SIGPIPE, SIG_IGN);
  tenant = wave_tenant_new ();
  wave_stream_store_get_thresholds (wave_tenant_get_streams (tenant), &thresholds);
  thresholds.stall_us = (gint64)(stall_ms * 1000);
  wave_stream_store_set_thresholds (wave_tenant_get_streams (tenant), &thresholds);
  wave_stream_store_set_max_ended (wave_tenant_get_streams (tenant), G_MAXUINT);
  exit_code = argc == 2 ? run_file (argv[1], tenant, quiet) : run_live (&connect, tenant, quiet);
  if (exit_code == WAVE_EXIT_USAGE || exit_code == WAVE_EXIT_FAILED)
    return exit_code;
  if (!wave_cli_streams_print (tenant, format, thresholds.stall_us) && exit_code == WAVE_EXIT_DONE)
    return WAVE_EXIT_FAILED;
  return exit_code;
}
