// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>

#include "cli/wave-cli-connect.h"
#include "simulator/wave-simulator.h"

/* The clients' close frames get so long to go out. */
#define FAREWELL_MS 300

static gboolean
on_end (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static char *
describe (void)
{
  g_autofree char *scenarios = g_strjoinv (", ", (char **) wave_simulator_list_scenarios ());

  return g_strdup_printf ("%s\n\nScenarios: %s\n\n%s", _("The base URL is the first line of the output. Any token is accepted, but not bad… and expired…"),
                          scenarios, wave_simulator_faults_help ());
}

static void
serve (double duration)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint interrupt = g_unix_signal_add (SIGINT, on_end, loop);
  guint terminate = g_unix_signal_add (SIGTERM, on_end, loop);
  guint timeout = duration > 0 ? g_timeout_add_once ((guint) (duration * 1000) + FAREWELL_MS, (GSourceOnceFunc) (void (*) (void)) g_main_loop_quit, loop) : 0;

  g_main_loop_run (loop);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  if (timeout != 0 && g_main_context_find_source_by_id (NULL, timeout) != NULL)
    g_source_remove (timeout);
}

int
wave_cli_simulate (int argc, char **argv)
{
  WaveSimulatorConfig config = { 0 };
  g_autofree char *scenario = NULL;
  g_autofree char *faults = NULL;
  g_autofree char *token_file = NULL;
  g_autofree char *ledger = NULL;
  g_autofree char *description = describe ();
  gint64 seed = 1, port = 0, history = 0;
  double rate = 0, duration = 0;
  const GOptionEntry entries[] = {
    { "port", 0, 0, G_OPTION_ARG_INT64, &port, N_("Port on the loopback interface; 0 takes a free one (0)"), N_("PORT") },
    { "scenario", 0, 0, G_OPTION_ARG_STRING, &scenario, N_("What happens there (office)"), N_("NAME") },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, N_("Decides everything that chance would (1)"), N_("N") },
    { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &rate, N_("Events per second; 0 is the scenario’s own pace (0)"), N_("N") },
    { "duration", 0, 0, G_OPTION_ARG_DOUBLE, &duration, N_("Seconds; 0 runs until interrupted (0)"), N_("S") },
    { "history", 0, 0, G_OPTION_ARG_INT64, &history, N_("Durable events that exist before the start"), N_("N") },
    { "faults", 0, 0, G_OPTION_ARG_STRING, &faults, N_("What goes wrong; see below"), N_("SPEC") },
    { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &token_file, N_("The tokens to accept, one a line"), N_("FILE") },
    { "ledger", 0, 0, G_OPTION_ARG_FILENAME, &ledger, N_("Write down every frame sent and page served"), N_("FILE") },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("— be a tenant, on this machine"));
  g_autoptr (WaveSimulator) simulator = NULL;
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_description (context, description);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return wave_cli_fail ("simulate", WAVE_EXIT_USAGE, error->message);
  if (argc > 1)
    return wave_cli_fail ("simulate", WAVE_EXIT_USAGE, _("it takes no arguments"));
  if (port < 0 || port > G_MAXUINT16 || seed < 0 || seed > G_MAXUINT32 || history < 0 || history > 10 * 1000 * 1000)
    return wave_cli_fail ("simulate", WAVE_EXIT_USAGE, _("a number is out of range"));
  if (!isfinite (rate) || rate < 0 || !isfinite (duration) || duration < 0 || duration > 30 * 24 * 3600)
    return wave_cli_fail ("simulate", WAVE_EXIT_USAGE, _("--rate and --duration take a positive number"));

  config.scenario = scenario;
  config.seed = (guint32) seed;
  config.rate = rate;
  config.duration_us = (gint64) (duration * G_USEC_PER_SEC);
  config.faults = faults;
  config.token_file = token_file;
  config.ledger = ledger;
  config.port = (guint16) port;
  config.history = (guint) history;
  simulator = wave_simulator_new (&config, &error);
  if (simulator == NULL)
    {
      gboolean usage = g_error_matches (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_FAULTS)
                       || g_error_matches (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_SCENARIO);

      return wave_cli_fail ("simulate", usage ? WAVE_EXIT_USAGE : WAVE_EXIT_FAILED, error->message);
    }
  puts (wave_simulator_get_url (simulator));
  fflush (stdout);
  serve (duration);
  wave_simulator_stop (simulator);
  return WAVE_EXIT_DONE;
}
