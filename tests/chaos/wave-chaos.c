// SPDX-License-Identifier: GPL-3.0-or-later
//
// wave-chaos [--seed N] [--runs N | --minutes M] [--jobs N] [--verbose]
//
// Each run, decided by its seed alone: a simulated tenant, a proxy that does to the connection what networks do, and the real session, journal and model. When the
// faults are over the tenant stands still, the client gets time to recover, and what it ended up with is compared with what the tenant had to give. A run that is not
// clean prints its seed; the same seed does the same again.

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "journal/wave-journal.h"
#include "model/wave-room.h"
#include "model/wave-tenant.h"
#include "model/wave-timeline.h"
#include "session/wave-session.h"
#include "simulator/wave-simulator.h"
#include "wave-fault-proxy.h"

#define RECOVERY_DEADLINE (20 * G_USEC_PER_SEC)

typedef struct {
  guint lost, doubled, out_of_order, crashed;
} Verdict;

/* ---------------------------------------------------------------- the client under test */

typedef struct {
  char *data_dir;
  char *server;
  WaveCredentials *credentials;
  WaveSession *session;
  WaveInbox *inbox;
  WaveTenant *tenant;
  WaveJournal *journal;          /* session thread opens it; used elsewhere only after the session has stopped */
  GHashTable *seen;              /* session thread: event id → how often, as a pointer */
  gint n_seen;                   /* atomic: durable events handed on */
  gint state;                    /* atomic: WaveSessionState */
  gint opened;                   /* atomic: the journal is open */
} Client;

static WaveSessionTimings
fast_timings (void)
{
  WaveSessionTimings timings = wave_session_timings_default ();

  timings.connect_deadline = 600 * 1000;
  timings.hello_deadline = 300 * 1000;
  timings.ping_interval = 60 * 1000;
  timings.silence_deadline = 200 * 1000;
  timings.backoff_first = 10 * 1000;
  timings.backoff_max = 80 * 1000;
  timings.stable_after = 50 * 1000;
  timings.overlap_interval = 60 * 1000;
  timings.overlap_span = 150 * 1000;
  timings.poll_hold = 200 * 1000;
  timings.catch_up_page_wait = 300 * 1000;
  timings.request_timeout = 800 * 1000;
  return timings;
}

/* Session thread. */
static void
on_batch (WaveBatch *batch, gpointer user_data)
{
  Client *client = user_data;

  if (batch->transition != NULL)
    g_atomic_int_set (&client->state, batch->transition->to);
  for (guint i = 0; i < batch->events->len; i++)
    {
      const WaveEvent *event = g_ptr_array_index (batch->events, i);
      gpointer count;

      if (!wave_event_is_durable (event) || event->id == NULL)
        continue;
      count = g_hash_table_lookup (client->seen, event->id);
      g_hash_table_insert (client->seen, g_strdup (event->id), GINT_TO_POINTER (GPOINTER_TO_INT (count) + 1));
      if (count == NULL)
        g_atomic_int_inc (&client->n_seen);
    }
  if (client->journal != NULL)
    wave_journal_submit (client->journal, batch);
  if (client->inbox != NULL)
    wave_inbox_push (client->inbox, batch);
}

/* Session thread. */
static void
on_resume (const char *server_name, const char *tenant_id, WaveResume *resume, gpointer user_data)
{
  Client *client = user_data;
  g_autofree char *path = wave_journal_path_for (client->data_dir, "chaos", "tenant");
  g_autofree char *set_aside = NULL;
  g_autoptr (GError) error = NULL;

  if (client->journal == NULL)
    client->journal = wave_journal_open (path, &set_aside, &error);
  if (client->journal == NULL || set_aside != NULL)
    g_error ("the journal did not open: %s", error != NULL ? error->message : "it was set aside as damaged");
  g_atomic_int_set (&client->opened, TRUE);
  /* A first run would begin at the head; here everything counts, from the very start. */
  resume->cursor = MAX (0, wave_journal_get_cursor (client->journal));
  resume->keys = wave_journal_get_recent_keys (client->journal, 100000, NULL);
}

static void
ignore_wake (gpointer user_data)
{
}

static Client *
client_new (const char *server, const char *data_dir, gboolean with_model, guint32 seed)
{
  Client *client = g_new0 (Client, 1);
  WaveSessionConfig config = { 0 };
  g_autoptr (GError) error = NULL;

  client->data_dir = g_strdup (data_dir);
  client->server = g_strdup (server);
  client->credentials = wave_credentials_new ("chaos-token", NULL);
  client->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (with_model)
    {
      client->inbox = wave_inbox_new (ignore_wake, NULL);
      client->tenant = wave_tenant_new ();
    }
  config.server = server;
  config.credentials = client->credentials;
  config.since = WAVE_SINCE_STORED;
  config.timings = fast_timings ();
  config.batch_func = on_batch;
  config.resume_func = on_resume;
  config.user_data = client;
  config.jitter_seed = seed | 1;
  client->session = wave_session_new (&config, &error);
  g_assert_no_error (error);
  wave_session_start (client->session);
  return client;
}

static void
client_stop (Client *client)
{
  if (client->session != NULL)
    {
      wave_session_stop (client->session);
      g_clear_object (&client->session);
    }
  if (client->journal != NULL)
    {
      wave_journal_flush (client->journal);
    }
}

static void
client_free (Client *client)
{
  client_stop (client);
  if (client->journal != NULL)
    {
      wave_journal_close (client->journal);
      g_clear_object (&client->journal);
    }
  if (client->inbox != NULL)
    {
      wave_inbox_close (client->inbox);
      wave_inbox_unref (client->inbox);
    }
  g_clear_object (&client->tenant);
  wave_credentials_unref (client->credentials);
  g_hash_table_unref (client->seen);
  g_free (client->server);
  g_free (client->data_dir);
  g_free (client);
}

static void
client_pump (Client *client)
{
  WaveBatch *next;

  while (client->inbox != NULL && (next = wave_inbox_pop (client->inbox)) != NULL)
    {
      g_autoptr (WaveBatch) batch = next;

      wave_tenant_apply_batch (client->tenant, batch);
    }
  if (client->tenant != NULL)
    wave_tenant_advance (client->tenant, g_get_monotonic_time (), g_get_real_time ());
}

/* A refused or replaced session waits for a person: this is the person. */
static void
client_nurse (Client *client, GRand *rand)
{
  switch ((WaveSessionState) g_atomic_int_get (&client->state))
    {
    case WAVE_SESSION_REFUSED:
      {
        g_autofree char *token = g_strdup_printf ("chaos-token-%u", g_rand_int (rand));

        wave_credentials_set (client->credentials, token, NULL, -1);
        wave_session_token_changed (client->session);
      }
      break;
    case WAVE_SESSION_REPLACED:
      wave_session_retry_now (client->session);
      break;
    default:
      break;
    }
}

static void
pass_time (Client *client, GRand *rand, gint64 us)
{
  gint64 until = g_get_monotonic_time () + us;

  do
    {
      if (client != NULL)
        {
          client_pump (client);
          client_nurse (client, rand);
        }
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (CLAMP (until - g_get_monotonic_time (), 0, 2000));
    }
  while (g_get_monotonic_time () < until);
}

/* ---------------------------------------------------------------- faults */

static const char *const simulator_faults[] = {
  "duplicate=0.1", "reorder=0.1", "sync-503=2", "sync-429=1", "page-limit=7", "empty-pages", "sync-inclusive", "cursor-plus-one", "late-commit",
  "sync-slow=0.05s", "sync-truncate", "hello-twice", "malformed=0.05", "nested", "late-hello=0.1s", "no-ids",
};
static const guint close_codes[] = { 1000, 1001, 1011, 1012, 1013, 4001, 4003, 4003, 4010, 0 };

static char *
choose_simulator_faults (GRand *rand)
{
  g_autoptr (GString) spec = g_string_new (NULL);
  guint n = g_rand_int_range (rand, 0, 4);

  for (guint i = 0; i < n; i++)
    {
      const char *fault = simulator_faults[g_rand_int_range (rand, 0, G_N_ELEMENTS (simulator_faults))];

      /* no-ids would leave the comparison without its key. */
      if (g_str_equal (fault, "no-ids") || strstr (spec->str, fault) != NULL)
        continue;
      g_string_append_printf (spec, "%s%s", spec->len > 0 ? "," : "", fault);
    }
  return g_string_free (g_steal_pointer (&spec), FALSE);
}

static const char *
do_one_fault (GRand *rand, WaveSimulator *simulator, WaveFaultProxy *proxy, Client *client)
{
  switch (g_rand_int_range (rand, 0, 10))
    {
    case 0:
      wave_fault_proxy_drop (proxy);
      return "drop";
    case 1:
      wave_fault_proxy_reset (proxy);
      return "reset";
    case 2:
      wave_fault_proxy_go_silent (proxy);
      return "half-open";
    case 3:
    case 4:
      wave_fault_proxy_cut_after (proxy, g_rand_int_range (rand, 1, 4000));
      return "cut";
    case 5:
      wave_fault_proxy_set_refusing (proxy, TRUE);
      wave_fault_proxy_drop (proxy);
      pass_time (client, rand, g_rand_int_range (rand, 5, 80) * 1000);
      wave_fault_proxy_set_refusing (proxy, FALSE);
      return "away";
    case 6:
      wave_fault_proxy_set_delay (proxy, g_rand_int_range (rand, 1, 20));
      return "slow";
    default:
      {
        guint code = close_codes[g_rand_int_range (rand, 0, G_N_ELEMENTS (close_codes))];

        wave_simulator_drop_clients (simulator, code,
                                     code == 4003 ? (g_rand_boolean (rand) ? "duplicate_connection" : "ping_timeout") : NULL);
        return "close";
      }
    }
}

/* ---------------------------------------------------------------- verdict */

static void
check_model (Client *client, GPtrArray *expected, Verdict *verdict)
{
  GListModel *rooms = wave_tenant_get_rooms (client->tenant);

  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (rooms, i);
      GListModel *timeline = G_LIST_MODEL (wave_room_get_timeline (room));
      g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      gint64 last = -1;

      for (guint j = 0; j < g_list_model_get_n_items (timeline); j++)
        {
          g_autoptr (WaveTimelineItem) item = g_list_model_get_item (timeline, j);
          gint64 position = wave_timeline_item_get_position (item);
          const char *id = wave_timeline_item_get_event_id (item);

          if (position < 0 || wave_timeline_item_get_kind (item) != WAVE_ITEM_MESSAGE)
            continue;
          if (position < last)
            {
              g_printerr ("  model: position %" G_GINT64_FORMAT " stands after %" G_GINT64_FORMAT "\n", position, last);
              verdict->out_of_order++;
            }
          last = position;
          if (id != NULL && !g_hash_table_add (ids, g_strdup (id)))
            {
              g_printerr ("  model: %s stands twice\n", id);
              verdict->doubled++;
            }
        }
    }
}

static void
check_journal (Client *client, GPtrArray *expected, Verdict *verdict)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = wave_journal_read_keys (client->journal, -1, G_MAXINT64, &error);
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);
  int last = -1;

  g_assert_no_error (error);
  for (guint i = 0; i < keys->len; i++)
    if (!g_hash_table_insert (places, g_ptr_array_index (keys, i), GINT_TO_POINTER (i + 1)))
      {
        g_printerr ("  journal: %s stands twice\n", (char *) g_ptr_array_index (keys, i));
        verdict->doubled++;
      }
  for (guint i = 0; i < expected->len; i++)
    {
      const char *id = g_ptr_array_index (expected, i);
      int place = GPOINTER_TO_INT (g_hash_table_lookup (places, id)) - 1;

      if (place < 0)
        {
          g_printerr ("  journal: %s is missing (%s)\n", id, g_hash_table_contains (client->seen, id) ? "though the session had it" : "the session had it not");
          verdict->lost++;
        }
      else if (place < last)
        {
          g_printerr ("  journal: %s is out of order\n", id);
          verdict->out_of_order++;
        }
      last = MAX (last, place);
    }
}

static void
check_session (Client *client, Verdict *verdict)
{
  GHashTableIter iter;
  gpointer id, count;

  g_hash_table_iter_init (&iter, client->seen);
  while (g_hash_table_iter_next (&iter, &id, &count))
    if (GPOINTER_TO_INT (count) > 1)
      {
        g_printerr ("  session: %s was handed on %d times\n", (char *) id, GPOINTER_TO_INT (count));
        verdict->doubled++;
      }
}

static gboolean
has_all (Client *client, guint n_expected)
{
  return (guint) g_atomic_int_get (&client->n_seen) >= n_expected && g_atomic_int_get (&client->state) == WAVE_SESSION_LIVE;
}

static void
recover_and_judge (Client *client, WaveSimulator *simulator, GRand *rand, guint already, Verdict *verdict)
{
  g_autoptr (GPtrArray) expected = NULL;
  gint64 deadline = g_get_monotonic_time () + RECOVERY_DEADLINE;

  wave_simulator_set_paused (simulator, TRUE);
  g_assert_true (wave_simulator_set_faults (simulator, "", NULL));
  expected = wave_simulator_list_durable_ids (simulator, 0);
  while (!has_all (client, expected->len - MIN (already, expected->len)) && g_get_monotonic_time () < deadline)
    pass_time (client, rand, 5000);
  /* One more overlap check: whatever is handed on twice would be handed on now. */
  pass_time (client, rand, 80 * 1000);

  client_stop (client);
  client_pump (client);
  check_session (client, verdict);
  check_journal (client, expected, verdict);
  if (client->tenant != NULL)
    check_model (client, expected, verdict);
}

/* ---------------------------------------------------------------- the kinds of run */

typedef struct {
  guint32 seed;
  GRand *rand;
  char *dir;
  WaveSimulator *simulator;
  WaveFaultProxy *proxy;
  char *url;
} Run;

static void
run_clear (Run *run)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  wave_fault_proxy_free (run->proxy);
  wave_simulator_stop (run->simulator);
  g_object_unref (run->simulator);
  dir = g_dir_open (run->dir, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (run->dir, name, NULL);

      g_remove (path);
    }
  g_rmdir (run->dir);
  g_free (run->dir);
  g_free (run->url);
  g_rand_free (run->rand);
}

static void
run_init (Run *run, guint32 seed, gboolean verbose)
{
  WaveSimulatorConfig config = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *faults = NULL;
  g_autoptr (GUri) uri = NULL;

  run->seed = seed;
  run->rand = g_rand_new_with_seed (seed);
  run->dir = g_dir_make_tmp ("wave-chaos-XXXXXX", &error);
  g_assert_no_error (error);
  faults = choose_simulator_faults (run->rand);
  config.scenario = "storm";
  config.seed = seed;
  config.rate = 200 + g_rand_int_range (run->rand, 0, 3000);
  config.history = g_rand_int_range (run->rand, 0, 400);
  config.faults = faults;
  run->simulator = wave_simulator_new (&config, &error);
  g_assert_no_error (error);
  uri = g_uri_parse (wave_simulator_get_url (run->simulator), G_URI_FLAGS_NONE, NULL);
  run->proxy = wave_fault_proxy_new (g_uri_get_port (uri), &error);
  g_assert_no_error (error);
  run->url = g_strdup_printf ("http://127.0.0.1:%u", wave_fault_proxy_get_port (run->proxy));
  if (verbose)
    g_printerr ("seed %u: rate %.0f, history %u, faults [%s]\n", seed, config.rate, config.history, faults);
}

/* Faults of the network and of the server against one client that lives on. */
static void
run_connection (guint32 seed, gboolean verbose, Verdict *verdict)
{
  Run run;
  Client *client;
  guint n_faults;
  gboolean disk_full;
  struct rlimit limit, tight;

  run_init (&run, seed, verbose);
  n_faults = g_rand_int_range (run.rand, 1, 5);
  disk_full = g_rand_int_range (run.rand, 0, 8) == 0;
  client = client_new (run.url, run.dir, TRUE, seed);
  pass_time (client, run.rand, g_rand_int_range (run.rand, 0, 120) * 1000);
  /* A journal that cannot be opened is another matter than one that cannot be written. */
  for (guint i = 0; disk_full && !g_atomic_int_get (&client->opened) && i < 1000; i++)
    pass_time (client, run.rand, 5000);
  if (disk_full)
    {
      getrlimit (RLIMIT_FSIZE, &limit);
      tight = limit;
      tight.rlim_cur = 96 * 1024;
      setrlimit (RLIMIT_FSIZE, &tight);
    }
  for (guint i = 0; i < n_faults; i++)
    {
      const char *fault = do_one_fault (run.rand, run.simulator, run.proxy, client);

      if (verbose)
        g_printerr ("  %s\n", fault);
      pass_time (client, run.rand, g_rand_int_range (run.rand, 2, 120) * 1000);
    }
  wave_fault_proxy_set_delay (run.proxy, 0);
  if (disk_full)
    {
      if (verbose)
        g_printerr ("  disk full until here\n");
      setrlimit (RLIMIT_FSIZE, &limit);
    }
  recover_and_judge (client, run.simulator, run.rand, 0, verdict);
  client_free (client);
  run_clear (&run);
}

/* Position up to which a journal claims to be complete, held against what it has. */
static guint
check_cursor_not_ahead (const char *dir, WaveSimulator *simulator, Verdict *verdict)
{
  g_autofree char *path = wave_journal_path_for (dir, "chaos", "tenant");
  g_autofree char *set_aside = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveJournal) journal = wave_journal_open (path, &set_aside, &error);
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GHashTable) held = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_held;

  if (journal == NULL || set_aside != NULL)
    {
      g_printerr ("  the journal did not survive: %s\n", error != NULL ? error->message : set_aside);
      verdict->crashed++;
      return 0;
    }
  after = wave_simulator_list_durable_ids (simulator, wave_journal_get_cursor (journal));
  all = wave_simulator_list_durable_ids (simulator, 0);
  keys = wave_journal_read_keys (journal, -1, G_MAXINT64, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < keys->len; i++)
    g_hash_table_add (held, g_ptr_array_index (keys, i));
  n_held = g_hash_table_size (held);
  for (guint i = 0; wave_journal_get_cursor (journal) >= 0 && i + after->len < all->len; i++)
    if (!g_hash_table_contains (held, g_ptr_array_index (all, i)))
      {
        g_printerr ("  the cursor is ahead of %s\n", (char *) g_ptr_array_index (all, i));
        verdict->lost++;
      }
  wave_journal_close (journal);
  return n_held;
}

static GPid
spawn_client (const char *self, const char *url, const char *dir, guint32 seed)
{
  g_autofree char *seed_text = g_strdup_printf ("%u", seed);
  const char *argv[] = { self, "--client", url, dir, seed_text, NULL };
  g_autoptr (GError) error = NULL;
  GPid pid;

  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

/* kill -9 at any instant, several times, then a client that catches up. */
static void
run_kill (const char *self, guint32 seed, gboolean verbose, Verdict *verdict)
{
  Run run;
  Client *client;
  guint n_kills, held = 0;

  run_init (&run, seed, verbose);
  n_kills = g_rand_int_range (run.rand, 1, 4);
  for (guint i = 0; i < n_kills; i++)
    {
      GPid pid = spawn_client (self, run.url, run.dir, seed + i);
      int status;

      pass_time (NULL, run.rand, g_rand_int_range (run.rand, 15, 220) * 1000);
      kill (pid, SIGKILL);
      waitpid (pid, &status, 0);
      if (!WIFSIGNALED (status) || WTERMSIG (status) != SIGKILL)
        {
          g_printerr ("  the client ended by itself, status %d\n", status);
          verdict->crashed++;
        }
      held = check_cursor_not_ahead (run.dir, run.simulator, verdict);
      if (verbose)
        g_printerr ("  killed with %u durable events on disk\n", held);
    }
  client = client_new (run.url, run.dir, FALSE, seed);
  pass_time (client, run.rand, 20 * 1000);
  recover_and_judge (client, run.simulator, run.rand, held, verdict);
  client_free (client);
  run_clear (&run);
}

static int
be_client (char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  client_new (argv[2], argv[3], FALSE, g_ascii_strtoull (argv[4], NULL, 10));
  g_main_loop_run (loop);
  return 0;
}

static void
run_one (const char *self, guint32 seed, gboolean verbose, gboolean only_kills, Verdict *verdict)
{
  if (only_kills || seed % 5 == 0)
    run_kill (self, seed, verbose, verdict);
  else
    run_connection (seed, verbose, verdict);
}

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
          run_one (self, seed, verbose, only_kills, &verdict);
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
  guint seed;

  if (fgets (line, sizeof line, worker->in) == NULL)
    return FALSE;
  if (sscanf (line, "start %u", &seed) == 1)
    {
      worker->seed = seed;
      worker->busy = TRUE;
    }
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
  int jobs = 2;
  gboolean verbose = FALSE, only_kills = FALSE;
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "The first run's seed (1)", "N" },
    { "runs", 0, 0, G_OPTION_ARG_INT64, &runs, "How many runs (100)", "N" },
    { "minutes", 0, 0, G_OPTION_ARG_DOUBLE, &minutes, "Run for so long instead", "M" },
    { "jobs", 0, 0, G_OPTION_ARG_INT, &jobs, "Runs at a time (2)", "N" },
    { "kills", 0, 0, G_OPTION_ARG_NONE, &only_kills, "Only runs with kill -9", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose, "Tell what each run does", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("— seeded faults against session, journal and model");
  g_autoptr (GError) error = NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree Worker *workers = NULL;
  Verdict total = { 0 };
  guint n_runs = 0;
  guint64 last;
  gint64 until;

  wave_log_install ();
  signal (SIGXFSZ, SIG_IGN);
  signal (SIGPIPE, SIG_IGN);
  if (argc == 5 && g_str_equal (argv[1], "--client"))
    return be_client (argv);

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || jobs < 1)
    {
      g_printerr ("chaos: %s\n", error != NULL ? error->message : "--jobs takes a positive number");
      return 2;
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

  g_print ("%u runs, %u lost, %u doubled, %u out of order, %u crashed\n", n_runs, total.lost, total.doubled, total.out_of_order, total.crashed);
  return total.lost + total.doubled + total.out_of_order + total.crashed > 0;
}
