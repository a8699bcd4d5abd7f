// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "chaos.h"

#define TENANT "t-4417"
#define OTHER_TENANT "t-other"

guint chaos_kinds[N_KINDS];
guint chaos_kills_each;
const char *const chaos_kind_names[N_KINDS] = {
  [KIND_BEFORE_HELLO] = "drop before hello", [KIND_AFTER_HELLO] = "drop after hello", [KIND_MID_FRAME] = "cut mid-frame", [KIND_MID_PAGE] = "cut mid-page",
  [KIND_DROP] = "drop", [KIND_RST] = "RST", [KIND_HALF_OPEN] = "half-open", [KIND_CUT] = "cut after some bytes", [KIND_SLOW] = "slow", [KIND_TRICKLE] = "slow reads",
  [KIND_1000] = "1000", [KIND_1001] = "1001", [KIND_1011] = "1011", [KIND_1012] = "1012", [KIND_1013] = "1013", [KIND_4001] = "4001",
  [KIND_4003_DUPLICATE] = "4003 duplicate", [KIND_4003_OTHER] = "4003 other", [KIND_4010] = "4010", [KIND_NO_CLOSE] = "no close frame", [KIND_429] = "429 with Retry-After",
  [KIND_429_BARE] = "429", [KIND_503] = "503", [KIND_503_AFTER] = "503 with Retry-After", [KIND_PAGE_REPEATED] = "page repeated", [KIND_PAGE_OVERLAPS] = "page overlaps",
  [KIND_PAGE_SHUFFLED] = "page reordered", [KIND_PAGE_EMPTY] = "empty pages", [KIND_PAGE_CUT] = "page truncated", [KIND_DUPLICATE] = "frames duplicated",
  [KIND_REORDER] = "frames reordered", [KIND_LATE_COMMIT] = "late commits", [KIND_RESTORED] = "position backward", [KIND_TENANT] = "tenant switched",
  [KIND_RESTART] = "server restart", [KIND_KILL] = "kill -9", [KIND_DISK_FULL] = "disk full", [KIND_CLOCK] = "clock jump", [KIND_SUSPEND] = "suspend",
};

/* A fault of the simulator; those that are counted down say whether they happened, the others do with every frame or page. */
static const struct
{
  const char *spec;
  const char *counted; /* nullable */
  Kind kind;
} simulator_faults[] = {
  { "duplicate=0.1", NULL, KIND_DUPLICATE },
  { "reorder=0.1", NULL, KIND_REORDER },
  { "sync-503=2", "sync-503", KIND_503 },
  { "sync-503-after=2,retry-after=0.05", "sync-503-after", KIND_503_AFTER },
  { "sync-429=2,retry-after=0.05", "sync-429", KIND_429 },
  { "sync-429-bare=1", "sync-429-bare", KIND_429_BARE },
  { "page-limit=7", NULL, N_KINDS },
  { "empty-pages", NULL, KIND_PAGE_EMPTY },
  { "sync-overlap=3,page-limit=11", "sync-overlap", KIND_PAGE_OVERLAPS },
  { "sync-repeat=3,page-limit=11", "sync-repeat", KIND_PAGE_REPEATED },
  { "sync-shuffle=4", "sync-shuffle", KIND_PAGE_SHUFFLED },
  { "sync-inclusive", NULL, N_KINDS },
  { "cursor-plus-one", NULL, N_KINDS },
  { "late-commit", NULL, KIND_LATE_COMMIT },
  { "sync-slow=0.05s", NULL, N_KINDS },
  { "sync-truncate=2", "sync-truncate", KIND_PAGE_CUT },
  { "hello-twice", NULL, N_KINDS },
  { "malformed=0.05", NULL, N_KINDS },
  { "nested", NULL, N_KINDS },
  { "late-hello=0.1s", NULL, N_KINDS },
};
static const struct
{
  guint code;
  Kind kind;
} closes[] = { { 1000, KIND_1000 }, { 1001, KIND_1001 }, { 1011, KIND_1011 }, { 1012, KIND_1012 }, { 1013, KIND_1013 }, { 4001, KIND_4001 }, { 4010, KIND_4010 }, { 0, KIND_NO_CLOSE } };

typedef struct {
  guint32 seed;
  GRand *rand;
  char *dir, *url;
  WaveSimulator *simulator;
  WaveFaultProxy *proxy;
  guint chosen[3], n_chosen; /* of simulator_faults */
  guint n_beats;
  gboolean verbose;
} Run;

static WaveSimulator *
make_simulator (guint32 seed, double rate, guint history, const char *faults, const char *tenant)
{
  WaveSimulatorConfig config = { .scenario = "storm", .seed = seed, .rate = rate, .history = history, .faults = faults, .tenant_id = tenant };
  g_autoptr (GError) error = NULL;
  WaveSimulator *simulator = wave_simulator_new (&config, &error);

  g_assert_no_error (error);
  return simulator;
}

static guint16
port_of (WaveSimulator *simulator)
{
  g_autoptr (GUri) uri = g_uri_parse (wave_simulator_get_url (simulator), G_URI_FLAGS_NONE, NULL);

  return g_uri_get_port (uri);
}

static void
run_init (Run *run, guint32 seed, gboolean verbose)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) faults = g_string_new (NULL);
  double rate;
  guint history, wanted;

  *run = (Run) { .seed = seed, .rand = g_rand_new_with_seed (seed), .verbose = verbose };
  run->dir = g_dir_make_tmp ("wave-chaos-XXXXXX", &error);
  g_assert_no_error (error);
  wanted = g_rand_int_range (run->rand, 0, 4);
  for (guint i = 0; i < wanted; i++)
    {
      guint fault = g_rand_int_range (run->rand, 0, G_N_ELEMENTS (simulator_faults));
      gboolean known = FALSE;

      for (guint j = 0; j < run->n_chosen; j++)
        known = known || run->chosen[j] == fault;
      if (known)
        continue;
      run->chosen[run->n_chosen++] = fault;
      g_string_append_printf (faults, "%s%s", faults->len > 0 ? "," : "", simulator_faults[fault].spec);
    }
  rate = 200 + g_rand_int_range (run->rand, 0, 3000);
  history = g_rand_int_range (run->rand, 0, 400);
  run->simulator = make_simulator (seed, rate, history, faults->str, NULL);
  run->proxy = wave_fault_proxy_new (port_of (run->simulator), &error);
  g_assert_no_error (error);
  run->url = g_strdup_printf ("http://127.0.0.1:%u", wave_fault_proxy_get_port (run->proxy));
  if (verbose)
    g_printerr ("seed %u: rate %.0f, history %u, faults [%s]\n", seed, rate, history, faults->str);
}

static gboolean
exchanges_frames (const Run *run)
{
  for (guint i = 0; i < run->n_chosen; i++)
    if (simulator_faults[run->chosen[i]].kind == KIND_REORDER)
      return TRUE;
  return FALSE;
}

/* What the simulator and the proxy did of what was asked of them. */
static void
count_kinds (Run *run)
{
  for (guint i = 0; i < run->n_chosen; i++)
    {
      const char *counted = simulator_faults[run->chosen[i]].counted;
      Kind kind = simulator_faults[run->chosen[i]].kind;
      double asked = counted != NULL ? g_ascii_strtod (strchr (simulator_faults[run->chosen[i]].spec, '=') + 1, NULL) : 1;

      if (kind < N_KINDS)
        chaos_kinds[kind] += (guint) asked - (counted != NULL ? wave_simulator_get_fault_left (run->simulator, counted) : 0);
    }
}

static void
count_cuts (Run *run)
{
  static const Kind kinds[WAVE_N_CUTS] = { KIND_BEFORE_HELLO, KIND_AFTER_HELLO, KIND_MID_FRAME, KIND_MID_PAGE };

  for (guint i = 0; i < WAVE_N_CUTS; i++)
    chaos_kinds[kinds[i]] += wave_fault_proxy_get_n_cuts (run->proxy, i);
}

static void
run_clear (Run *run)
{
  g_autoptr (GDir) dir = g_dir_open (run->dir, 0, NULL);
  const char *name;

  count_cuts (run);
  wave_fault_proxy_free (run->proxy);
  wave_simulator_stop (run->simulator);
  g_object_unref (run->simulator);
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

/* ---- faults ---- */

static Kind
close_clients (Run *run)
{
  guint which = g_rand_int_range (run->rand, 0, G_N_ELEMENTS (closes) + 2);

  if (which < G_N_ELEMENTS (closes))
    {
      wave_simulator_drop_clients (run->simulator, closes[which].code, closes[which].code >= 4000 ? "closed" : NULL);
      return closes[which].kind;
    }
  wave_simulator_drop_clients (run->simulator, 4003, which == G_N_ELEMENTS (closes) ? "duplicate_connection" : "ping_timeout");
  return which == G_N_ELEMENTS (closes) ? KIND_4003_DUPLICATE : KIND_4003_OTHER;
}

static Kind
break_connection (Run *run, Client *client)
{
  GRand *rand = run->rand;
  int where;

  switch (g_rand_int_range (rand, 0, 14))
    {
    case 0:
      wave_fault_proxy_drop (run->proxy);
      return KIND_DROP;
    case 1:
      wave_fault_proxy_reset (run->proxy);
      return KIND_RST;
    case 2:
      wave_fault_proxy_go_silent (run->proxy);
      return KIND_HALF_OPEN;
    case 3:
      wave_fault_proxy_cut_after (run->proxy, g_rand_int_range (rand, 1, 4000));
      return KIND_CUT;
    case 4:
      wave_fault_proxy_set_delay (run->proxy, g_rand_int_range (rand, 1, 20));
      return KIND_SLOW;
    case 5:
      wave_fault_proxy_set_trickle (run->proxy, g_rand_int_range (rand, 20, 2000));
      return KIND_TRICKLE;
    case 6:
    case 7:
    case 8:
      /* The kind is counted by the proxy, when it happens. */
      where = g_rand_int_range (rand, 0, WAVE_N_CUTS);
      wave_fault_proxy_cut_at (run->proxy, where);
      if (where != WAVE_CUT_MID_FRAME)
        wave_fault_proxy_drop (run->proxy);
      return N_KINDS;
    case 9:
      wave_simulator_drop_clients (run->simulator, 1012, "restart");
      wave_fault_proxy_set_refusing (run->proxy, TRUE);
      wave_fault_proxy_drop (run->proxy);
      chaos_pass_time (client, rand, g_rand_int_range (rand, 5, g_rand_boolean (rand) ? 80 : 400) * 1000);
      wave_fault_proxy_set_refusing (run->proxy, FALSE);
      return KIND_RESTART;
    case 10:
      chaos_clock_jump ((gint64) g_rand_int_range (rand, -90000, 90000) * G_USEC_PER_SEC);
      return KIND_CLOCK;
    case 11:
      wave_simulator_restore (run->simulator, g_rand_int_range (rand, 1, 60));
      if (g_rand_boolean (rand))
        wave_fault_proxy_drop (run->proxy);
      return KIND_RESTORED;
    default:
      return close_clients (run);
    }
}

/* Numbered ephemeral events, so that a loss can be seen. */
static void
beat (Run *run, Client *client)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"typing\",\"room_id\":\"room-atlas\",\"participant_id\":\"beat-%u\",\"typing\":true}", ++run->n_beats);

  wave_simulator_inject (run->simulator, json, FALSE);
  chaos_pass_time (client, run->rand, 5000);
}

static void
pass_time_with_beats (Run *run, Client *client, guint ms)
{
  for (guint i = 0; i < ms; i += 5)
    beat (run, client);
}

/* Until one of them has come: then so has everything that was sent before it, or it never will. Returns: the number of it */
static guint
beat_until_one_comes (Run *run, Client *client)
{
  gint64 deadline = g_get_monotonic_time () + RECOVERY_DEADLINE;
  guint sent = run->n_beats;

  do
    beat (run, client);
  while ((guint) g_atomic_int_get (&client->last_beat) <= sent && g_get_monotonic_time () < deadline);
  return MAX (sent, (guint) g_atomic_int_get (&client->last_beat));
}

/* ---- the kinds of run ---- */

/* Faults of the network, the server, the disk and the clock against one client that lives on. */
static void
run_connection (guint32 seed, gboolean verbose, Verdict *verdict)
{
  Run run;
  Client *client;
  guint n_faults, last_beat;
  gboolean disk_full;
  struct rlimit limit, tight;

  run_init (&run, seed, verbose);
  n_faults = g_rand_int_range (run.rand, 1, 5);
  disk_full = g_rand_int_range (run.rand, 0, 8) == 0;
  client = chaos_client_new (run.url, run.dir, TRUE, seed);
  pass_time_with_beats (&run, client, g_rand_int_range (run.rand, 0, 120));
  /* A journal that cannot be opened is another matter than one that cannot be written: tests/model/test-full-disk.c. */
  for (guint i = 0; disk_full && !g_atomic_int_get (&client->opened) && i < 1000; i++)
    chaos_pass_time (client, run.rand, 5000);
  if (disk_full)
    {
      getrlimit (RLIMIT_FSIZE, &limit);
      tight = limit;
      tight.rlim_cur = 96 * 1024;
      setrlimit (RLIMIT_FSIZE, &tight);
      chaos_kinds[KIND_DISK_FULL]++;
    }
  for (guint i = 0; i < n_faults; i++)
    {
      Kind kind = break_connection (&run, client);

      if (kind < N_KINDS)
        chaos_kinds[kind]++;
      if (verbose)
        g_printerr ("  %s\n", kind < N_KINDS ? chaos_kind_names[kind] : "cut at a place");
      pass_time_with_beats (&run, client, g_rand_int_range (run.rand, 2, 120));
    }
  wave_fault_proxy_set_delay (run.proxy, 0);
  wave_fault_proxy_set_trickle (run.proxy, 0);
  chaos_clock_reset ();
  if (disk_full)
    setrlimit (RLIMIT_FSIZE, &limit);
  count_kinds (&run);
  chaos_recover (client, run.simulator, TENANT, run.rand);
  last_beat = beat_until_one_comes (&run, client);
  chaos_recover_and_judge (client, run.simulator, TENANT, run.rand, verdict);
  chaos_judge_beats (client, last_beat, exchanges_frames (&run), verdict);
  chaos_client_free (client);
  run_clear (&run);
}

/* Another tenant behind the same address and token, and the first one again. */
static void
run_tenants (guint32 seed, gboolean verbose, Verdict *verdict)
{
  Run run;
  Client *client;
  WaveSimulator *other;

  run_init (&run, seed, verbose);
  other = make_simulator (seed + 1, 500, g_rand_int_range (run.rand, 0, 200), NULL, OTHER_TENANT);
  client = chaos_client_new (run.url, run.dir, TRUE, seed);
  chaos_pass_time (client, run.rand, g_rand_int_range (run.rand, 20, 150) * 1000);
  wave_fault_proxy_set_target (run.proxy, port_of (other));
  wave_fault_proxy_drop (run.proxy);
  chaos_kinds[KIND_TENANT]++;
  chaos_pass_time (client, run.rand, g_rand_int_range (run.rand, 100, 250) * 1000);
  wave_simulator_set_paused (other, TRUE);
  for (guint i = 0; i < 1000 && !chaos_has_all (client, other, OTHER_TENANT); i++)
    chaos_pass_time (client, run.rand, 5000);
  wave_fault_proxy_set_target (run.proxy, port_of (run.simulator));
  wave_simulator_drop_clients (other, 1001, NULL);
  wave_fault_proxy_drop (run.proxy);
  chaos_kinds[KIND_TENANT]++;
  chaos_pass_time (client, run.rand, 20 * 1000);
  count_kinds (&run);
  chaos_recover_and_judge (client, run.simulator, TENANT, run.rand, verdict);
  chaos_judge (client, other, OTHER_TENANT, verdict);
  chaos_client_free (client);
  wave_simulator_stop (other);
  g_object_unref (other);
  run_clear (&run);
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

static void
end_child (GPid pid, Verdict *verdict)
{
  int status;

  kill (pid, SIGKILL);
  waitpid (pid, &status, 0);
  if (!WIFSIGNALED (status) || WTERMSIG (status) != SIGKILL)
    {
      g_printerr ("  the client ended by itself, status %d\n", status);
      verdict->crashed++;
    }
}

/* kill -9 at any instant, several times, then a client that catches up. */
static void
run_kill (const char *self, guint32 seed, gboolean verbose, Verdict *verdict)
{
  Run run;
  Client *client;
  guint n_kills, held;

  run_init (&run, seed, verbose);
  n_kills = chaos_kills_each > 0 ? chaos_kills_each : (guint) g_rand_int_range (run.rand, 1, 4);
  for (guint i = 0; i < n_kills; i++)
    {
      GPid pid = spawn_client (self, run.url, run.dir, seed + i);

      chaos_pass_time (NULL, run.rand, g_rand_int_range (run.rand, 15, chaos_kills_each > 0 ? 700 : 220) * 1000);
      end_child (pid, verdict);
      chaos_kinds[KIND_KILL]++;
      held = chaos_judge_cursor (run.dir, TENANT, run.simulator, verdict);
      if (verbose)
        g_printerr ("  killed with %u durable events on disk\n", held);
    }
  client = chaos_client_new (run.url, run.dir, FALSE, seed);
  chaos_pass_time (client, run.rand, 20 * 1000);
  count_kinds (&run);
  chaos_recover_and_judge (client, run.simulator, TENANT, run.rand, verdict);
  chaos_client_free (client);
  run_clear (&run);
}

/* Durable events in a journal that another process is writing. */
static guint
count_rows (const char *path)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *stmt = NULL;
  guint n = 0;

  if (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK
      && sqlite3_prepare_v2 (db, "SELECT count(*) FROM durable WHERE is_edit = 0", -1, &stmt, NULL) == SQLITE_OK && sqlite3_step (stmt) == SQLITE_ROW)
    n = sqlite3_column_int (stmt, 0);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return n;
}

/* The client stands still for a while, as in a suspend; its connections are dead when it wakes, or hang. */
static void
run_suspend (const char *self, guint32 seed, gboolean verbose, Verdict *verdict)
{
  Run run;
  GPid pid;
  g_autofree char *path = NULL;
  g_autoptr (GPtrArray) expected = NULL;
  gint64 deadline;
  Client *client;

  run_init (&run, seed, verbose);
  path = wave_journal_path_for (run.dir, "chaos", TENANT);
  pid = spawn_client (self, run.url, run.dir, seed);
  chaos_pass_time (NULL, run.rand, g_rand_int_range (run.rand, 60, 250) * 1000);
  for (guint i = 0; i < 2; i++)
    {
      kill (pid, SIGSTOP);
      chaos_kinds[KIND_SUSPEND]++;
      if (g_rand_boolean (run.rand))
        wave_fault_proxy_reset (run.proxy);
      else
        wave_fault_proxy_go_silent (run.proxy);
      chaos_pass_time (NULL, run.rand, g_rand_int_range (run.rand, 50, 400) * 1000);
      kill (pid, SIGCONT);
      chaos_pass_time (NULL, run.rand, g_rand_int_range (run.rand, 10, 150) * 1000);
    }
  count_kinds (&run);
  wave_simulator_set_paused (run.simulator, TRUE);
  g_assert_true (wave_simulator_set_faults (run.simulator, "", NULL));
  /* It recovers by itself. */
  expected = wave_simulator_list_durable_ids (run.simulator, 0);
  deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;
  while (count_rows (path) < expected->len && g_get_monotonic_time () < deadline)
    chaos_pass_time (NULL, run.rand, 10 * 1000);
  if (count_rows (path) < expected->len)
    {
      g_printerr ("  after a suspend %u of %u events are in the journal\n", count_rows (path), expected->len);
      verdict->lost++;
    }
  end_child (pid, verdict);
  chaos_judge_cursor (run.dir, TENANT, run.simulator, verdict);
  client = chaos_client_new (run.url, run.dir, FALSE, seed);
  chaos_recover_and_judge (client, run.simulator, TENANT, run.rand, verdict);
  chaos_client_free (client);
  run_clear (&run);
}

int
chaos_be_client (char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  chaos_client_new (argv[2], argv[3], FALSE, g_ascii_strtoull (argv[4], NULL, 10));
  g_main_loop_run (loop);
  return 0;
}

void
chaos_run (const char *self, guint32 seed, gboolean verbose, gboolean only_kills, Verdict *verdict)
{
  if (only_kills || seed % 8 == 0)
    run_kill (self, seed, verbose, verdict);
  else if (seed % 16 == 5)
    run_suspend (self, seed, verbose, verdict);
  else if (seed % 16 == 11)
    run_tenants (seed, verbose, verdict);
  else
    run_connection (seed, verbose, verdict);
}
