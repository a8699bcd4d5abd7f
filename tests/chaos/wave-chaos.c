// SPDX-License-Identifier: GPL-3.0-or-later
//
// wave-chaos [--seed N] [--runs N | --minutes M | --kill N] [--jobs N] [--verbose]
//
// Each run, decided by its seed alone: a simulated tenant, a proxy that does to the connection what networks do, and the real session, journal and model. When the
// faults are over the tenant stands still, the client gets time to recover, and what it ended up with is compared with what the tenant had to give. A run that is not
// clean prints its seed; the same seed does the same again.

#include "config.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chaos.h"
#include "tests/slow.h"

#define RUN_DEADLINE_S (120 * WAVE_SLOW)

/* ---------------------------------------------------------------- workers */

typedef struct {
  pid_t pid;
  FILE *in;
  guint32 seed; /* being run */
  gboolean busy;
} Worker;

static void
start_worker (Worker *worker, const char *self, guint32 first, guint jobs, guint64 last, gint64 until, gboolean verbose, gboolean only_kills)
{
  int fds[2];

  g_assert_cmpint (pipe (fds), ==, 0);
  worker->pid = fork ();
  g_assert_cmpint (worker->pid, >=, 0);
  if (worker->pid == 0)
    {
      close (fds[0]);
      for (guint64 seed = first; seed < last && (until == 0 || g_get_monotonic_time () < until); seed += jobs)
        {
          Verdict verdict = { 0 };

          dprintf (fds[1], "start %u\n", (guint32) seed);
          /* A run that hangs is one that crashed. */
          alarm (RUN_DEADLINE_S);
          memset (chaos_kinds, 0, sizeof chaos_kinds);
          chaos_run (self, seed, verbose, only_kills, &verdict);
          for (guint i = 0; i < N_KINDS; i++)
            if (chaos_kinds[i] > 0)
              dprintf (fds[1], "kind %u %u\n", i, chaos_kinds[i]);
          dprintf (fds[1], "done %u %u %u %u %u\n", (guint32) seed, verdict.lost, verdict.doubled, verdict.out_of_order, verdict.crashed);
        }
      _exit (0);
    }
  close (fds[1]);
  worker->in = fdopen (fds[0], "r");
  worker->seed = first;
}

/* Reads one line of a worker. Returns: FALSE when it has ended */
static gboolean
read_worker (Worker *worker, Verdict *total, guint *n_runs)
{
  char line[256];
  Verdict verdict = { 0 };
  guint seed, kind, n;

  if (fgets (line, sizeof line, worker->in) == NULL)
    return FALSE;
  if (sscanf (line, "start %u", &seed) == 1)
    {
      worker->seed = seed;
      worker->busy = TRUE;
    }
  else if (sscanf (line, "kind %u %u", &kind, &n) == 2 && kind < N_KINDS)
    chaos_kinds[kind] += n;
  else if (sscanf (line, "done %u %u %u %u %u", &seed, &verdict.lost, &verdict.doubled, &verdict.out_of_order, &verdict.crashed) == 5)
    {
      worker->busy = FALSE;
      (*n_runs)++;
      total->lost += verdict.lost;
      total->doubled += verdict.doubled;
      total->out_of_order += verdict.out_of_order;
      total->crashed += verdict.crashed;
      if (verdict.lost + verdict.doubled + verdict.out_of_order + verdict.crashed > 0)
        g_print ("seed %u: %u lost, %u doubled, %u out of order, %u crashed\n", seed, verdict.lost, verdict.doubled, verdict.out_of_order,
                 verdict.crashed);
    }
  return TRUE;
}

int
main (int argc, char **argv)
{
  gint64 seed = 1, runs = 0;
  double minutes = 0;
  int jobs = 4, kills = 0;
  g_autofree char *sabotage = NULL;
  gboolean verbose = FALSE, only_kills = FALSE;
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "The first run's seed (1)", "N" },
    { "runs", 0, 0, G_OPTION_ARG_INT64, &runs, "How many runs (100)", "N" },
    { "minutes", 0, 0, G_OPTION_ARG_DOUBLE, &minutes, "Run for so long instead", "M" },
    { "jobs", 0, 0, G_OPTION_ARG_INT, &jobs, "Runs at a time (4)", "N" },
    { "kill", 0, 0, G_OPTION_ARG_INT, &kills, "Only kill -9 under load, so many times", "N" },
    { "sabotage", 0, 0, G_OPTION_ARG_STRING, &sabotage, "Let the client lose, double, hide or crash on purpose; 0 when the judge notices", "HOW" },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose, "Tell what each run does", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("— seeded faults against session, journal and model");
  g_autoptr (GError) error = NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree Worker *workers = NULL;
  static const char *const sabotages[] = { "lose", "double", "hide", "crash" };
  Verdict total = { 0 };
  guint n_runs = 0;
  guint64 last;
  gint64 until;

  setlocale (LC_ALL, "");
  wave_log_install ();
  /* libsoup's server warns of a client that is gone before it was looked at, which happens here all the time; what is wrong with us is critical. */
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  signal (SIGXFSZ, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);
  if (argc == 5 && g_str_equal (argv[1], "--client"))
    return chaos_be_client (argv);

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || jobs < 1)
    {
      g_printerr ("chaos: %s\n", error != NULL ? error->message : "--jobs takes a positive number");
      return 2;
    }
  for (guint i = 0; sabotage != NULL && i < G_N_ELEMENTS (sabotages); i++)
    if (g_str_equal (sabotage, sabotages[i]))
      chaos_sabotage = i + 1;
  if (sabotage != NULL && chaos_sabotage == SABOTAGE_NONE)
    {
      g_printerr ("chaos: --sabotage takes lose, double, hide or crash\n");
      return 2;
    }
  if (kills > 0)
    {
      only_kills = TRUE;
      chaos_kills_each = MIN (kills, 4);
      runs = (kills + chaos_kills_each - 1) / chaos_kills_each;
    }
  if (runs == 0)
    runs = minutes > 0 ? G_MAXINT32 : 100;
  last = seed + runs;
  until = minutes > 0 ? g_get_monotonic_time () + (gint64) (minutes * 60 * G_USEC_PER_SEC) : 0;

  workers = g_new0 (Worker, jobs);
  for (int i = 0; i < jobs; i++)
    start_worker (&workers[i], self, seed + i, jobs, last, until, verbose, only_kills);
  for (int alive = jobs; alive > 0;)
    {
      for (int i = 0; i < jobs; i++)
        {
          Worker *worker = &workers[i];
          int status;

          if (worker->in == NULL || read_worker (worker, &total, &n_runs))
            continue;
          fclose (worker->in);
          worker->in = NULL;
          waitpid (worker->pid, &status, 0);
          if (worker->busy)
            {
              g_print ("seed %u: crashed (%s %d)\n", worker->seed, WIFSIGNALED (status) ? "signal" : "exit",
                       WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status));
              total.crashed++;
              n_runs++;
              worker->busy = FALSE;
              if ((guint64) worker->seed + jobs < last)
                {
                  start_worker (worker, self, worker->seed + jobs, jobs, last, until, verbose, only_kills);
                  continue;
                }
            }
          alive--;
        }
    }

  if (verbose || kills > 0)
    for (guint i = 0; i < N_KINDS; i++)
      if (verbose || chaos_kinds[i] > 0)
        g_print ("%6u × %s\n", chaos_kinds[i], chaos_kind_names[i]);
  g_print ("%u runs, %u lost, %u doubled, %u out of order, %u crashed\n", n_runs, total.lost, total.doubled, total.out_of_order, total.crashed);
  if (chaos_sabotage == SABOTAGE_CRASH)
    return total.crashed == 0;
  if (chaos_sabotage != SABOTAGE_NONE)
    return (chaos_sabotage == SABOTAGE_DOUBLE ? total.doubled : total.lost) == 0;
  return total.lost + total.doubled + total.out_of_order + total.crashed > 0;
}
