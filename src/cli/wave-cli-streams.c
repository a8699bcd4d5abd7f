// SPDX-License-Identifier: GPL-3.0-or-later
// wavescope-cli streams: the figures of each AI reply of a live tenant.
#include "config.h"

#include <glib/gi18n.h>
#include <signal.h>

#include "cli/wave-cli-connect.h"
#include "cli/wave-cli-streams.h"

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
  gboolean quiet = FALSE;
  const GOptionEntry entries[] = {
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format_word, N_ ("table or ndjson"), N_ ("FORMAT") },
    { "stall-ms", 0, 0, G_OPTION_ARG_DOUBLE, &stall_ms, N_ ("A silence longer than this is a stall (default 1000)"), N_ ("MS") },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_ ("Do not tell about the connection on stderr"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (WaveTenant) tenant = NULL;
  g_autoptr (GError) error = NULL;
  WaveStreamThresholds thresholds;
  WaveCliStreamsFormat format;
  int exit_code;

  g_option_context_set_summary (context, _ ("Prints a line of figures for each AI reply, when the run ends.\nTimes are arrival times at this "
                                            "machine; µs in NDJSON, ms in the table.\nThe time to the first chunk counts from the message (m) "
                                            "or from the first status (s)."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_group (context, wave_cli_connect_option_group (&connect));
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return wave_cli_fail ("streams", WAVE_EXIT_USAGE, error->message);
  if (!parse_format (format_word, &format))
    return wave_cli_fail ("streams", WAVE_EXIT_USAGE, _ ("--format takes table or ndjson"));
  if (!(stall_ms > 0 && stall_ms <= 1e9) || connect.duration < 0)
    return wave_cli_fail ("streams", WAVE_EXIT_USAGE, _ ("--stall-ms and --duration take positive numbers"));
  if (argc > 1)
    return wave_cli_fail ("streams", WAVE_EXIT_USAGE, _ ("it takes options only; see --help"));
  if (connect.server == NULL)
    return wave_cli_fail ("streams", WAVE_EXIT_USAGE, _ ("--server is missing; see --help"));

  /* A closed pipe shows as a failed write. */
  signal (SIGPIPE, SIG_IGN);
  tenant = wave_tenant_new ();
  wave_stream_store_get_thresholds (wave_tenant_get_streams (tenant), &thresholds);
  thresholds.stall_us = (gint64)(stall_ms * 1000);
  wave_stream_store_set_thresholds (wave_tenant_get_streams (tenant), &thresholds);
  exit_code = run_live (&connect, tenant, quiet);
  if (exit_code == WAVE_EXIT_USAGE)
    return exit_code;
  if (!wave_cli_streams_print (tenant, format, thresholds.stall_us) && exit_code == WAVE_EXIT_DONE)
    return WAVE_EXIT_FAILED;
  return exit_code;
}
