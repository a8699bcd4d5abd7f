// SPDX-License-Identifier: GPL-3.0-or-later
// The server around the simulated tenant: a thread with its own main context, in it a SoupServer on loopback.
#include "config.h"

#include "simulator/wave-simulator-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "simulator/wave-script.h"

#define OVERSIZE_BYTES (17 * 1024 * 1024)

G_DEFINE_FINAL_TYPE (WaveSimulator, wave_simulator, G_TYPE_OBJECT)

static const char *const scenarios[] = { "office", "storm", "idle", "single-stream", NULL };

const char *const *
wave_simulator_list_scenarios (void)
{
  return scenarios;
}

/* ---- the thread ---- */

static gboolean on_timer (gpointer user_data);

static void
arm_timer (WaveSimulator *self, gint64 delay_us)
{
  g_clear_pointer (&self->timer, g_source_destroy);
  self->timer = wave_sim_attach_timeout (self, delay_us, on_timer, self, NULL, "wave-simulator-scenario");
}

/* Something that a fault does every so many seconds; not at once. */
static gboolean
is_due (gint64 *due, gint64 now, double seconds)
{
  gboolean is = seconds > 0 && *due > 0 && now >= *due;

  if (seconds <= 0)
    *due = 0;
  else if (*due == 0 || is)
    *due = now + (gint64) (seconds * 1e6);
  return is;
}

static gboolean
on_timer (gpointer user_data)
{
  WaveSimulator *self = user_data;
  gint64 now = g_get_monotonic_time ();
  gint64 next;

  self->timer = NULL;
  if (self->config.duration_us > 0 && now - self->started_us >= self->config.duration_us)
    {
      self->ended = TRUE;
      for (guint i = self->clients->len; i-- > 0;)
        wave_sim_cut_client (self->clients->pdata[i], 1001, "the run is over");
      return G_SOURCE_REMOVE;
    }
  if (self->paused)
    return G_SOURCE_REMOVE;
  if (is_due (&self->ping_due_us, now, wave_fault (self->faults, "json-ping")))
    wave_sim_send_to_all (self, "{\"type\":\"ping\",\"id\":\"ping-1\"}");
  if (is_due (&self->restart_due_us, now, wave_fault (self->faults, "restart")))
    {
      self->away_until_us = now + G_USEC_PER_SEC;
      for (guint i = self->clients->len; i-- > 0;)
        wave_sim_cut_client (self->clients->pdata[i], 1012, "restart");
    }
  self->world->wall_us = g_get_real_time ();
  next = wave_scenario_run (self->scenario, now - self->paused_sum_us) + self->paused_sum_us;
  if (wave_fault (self->faults, "oversize") > 0 && now >= self->oversize_due_us)
    {
      g_autofree char *big = g_malloc (OVERSIZE_BYTES + 1);

      memset (big, 'x', OVERSIZE_BYTES);
      big[OVERSIZE_BYTES] = '\0';
      if (self->oversize_due_us > 0)
        wave_sim_send_to_all (self, big);
      self->oversize_due_us = now + (gint64) (wave_fault (self->faults, "oversize") * 1e6);
    }
  arm_timer (self, CLAMP (next - g_get_monotonic_time (), 0, G_USEC_PER_SEC / 4));
  return G_SOURCE_REMOVE;
}

static gpointer
run (gpointer data)
{
  WaveSimulator *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_ptr_array_set_size (self->polls, 0);
  g_ptr_array_set_size (self->clients, 0);
  wave_sim_auth_clear (self);
  g_clear_pointer (&self->timer, g_source_destroy);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* Work that the thread does for another one, which waits for it. */
typedef struct {
  WaveSimulator *self;
  void (*func) (WaveSimulator *self, gpointer data);
  gpointer data;
  gboolean done;
} Errand;

static gboolean
on_errand (gpointer user_data)
{
  Errand *errand = user_data;

  errand->func (errand->self, errand->data);
  g_mutex_lock (&errand->self->lock);
  errand->done = TRUE;
  g_cond_broadcast (&errand->self->cond);
  g_mutex_unlock (&errand->self->lock);
  return G_SOURCE_REMOVE;
}

static void
do_there (WaveSimulator *self, void (*func) (WaveSimulator *, gpointer), gpointer data)
{
  Errand errand = { self, func, data, FALSE };
  g_autoptr (GSource) source = NULL;

  if (self->stopped)
    return;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_errand, &errand, NULL);
  g_source_set_static_name (source, "wave-simulator-errand");
  g_source_attach (source, self->context);
  g_mutex_lock (&self->lock);
  while (!errand.done)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}

static void
apply_switches (WaveSimulator *self)
{
  self->world->nested = wave_fault (self->faults, "nested") > 0;
  self->world->bare = wave_fault (self->faults, "no-ids") > 0;
  self->world->late_us = (gint64) (wave_fault (self->faults, "late-commit") * 1e6);
  self->world->jumps = wave_fault (self->faults, "position-jumps") > 0;
  self->world->all_history = wave_fault (self->faults, "history-all") > 0;
  self->world->extra = wave_fault (self->faults, "extra-members") > 0;
}

typedef struct {
  GError *error;
} Start;

static void
start_there (WaveSimulator *self, gpointer data)
{
  Start *start = data;
  g_autoslist (GUri) uris = NULL;

  self->server = soup_server_new ("server-header", "wavescope-simulator", NULL);
  soup_server_add_websocket_handler (self->server, "/v1/stream", NULL, NULL, wave_sim_on_websocket, self, NULL);
  soup_server_add_early_handler (self->server, "/v1/stream", wave_sim_on_stream_request, self, NULL);
  soup_server_add_handler (self->server, NULL, wave_sim_on_request, self, NULL);
  if (!soup_server_listen_local (self->server, self->config.port, SOUP_SERVER_LISTEN_IPV4_ONLY, &start->error))
    return;
  uris = soup_server_get_uris (self->server);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  wave_scenario_prepare (self->scenario, self->config.history);
  wave_script_populate_more (self->world, self->config.more_rooms, self->config.more_people);
  self->started_us = g_get_monotonic_time ();
  arm_timer (self, 0);
}

WaveSimulator *
wave_simulator_new (const WaveSimulatorConfig *config, GError **error)
{
  g_autoptr (WaveSimulator) self = NULL;
  Start start = { NULL };
  const char *name = config->scenario != NULL ? config->scenario : "office";

  if (!g_strv_contains (scenarios, name))
    {
      g_autofree char *all = g_strjoinv (", ", (char **) scenarios);

      g_set_error (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_SCENARIO, "there is no scenario “%s”; there are %s", name, all);
      return NULL;
    }
  self = g_object_new (WAVE_TYPE_SIMULATOR, NULL);
  self->config = *config;
  self->scenario_name = g_strdup (name);
  self->faults = wave_faults_parse (config->faults, error);
  if (self->faults == NULL)
    return NULL;
  if (config->token_file != NULL)
    {
      g_autoptr (GError) unread = NULL;

      if (!g_file_get_contents (config->token_file, &self->token_text, NULL, &unread))
        {
          g_set_error (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_FILE, "cannot read the tokens: %s", unread->message);
          return NULL;
        }
    }
  self->world = wave_world_new (config->seed);
  if (config->tenant_id != NULL)
    g_set_str (&self->world->tenant_id, config->tenant_id);
  self->world->frame_func = wave_sim_on_frame;
  self->world->user_data = self;
  if (config->ledger != NULL)
    {
      self->world->ledger = g_fopen (config->ledger, "we");
      if (self->world->ledger == NULL)
        {
          g_set_error (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_FILE, "cannot write the ledger %s: %s", config->ledger, g_strerror (errno));
          return NULL;
        }
    }
  apply_switches (self);
  self->scenario = wave_scenario_new (self->world, self->scenario_name, config->rate, self->faults);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("wave-simulator", run, self);
  do_there (self, start_there, &start);
  if (start.error != NULL)
    {
      g_set_error (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_LISTEN, "cannot listen on port %u: %s", config->port, start.error->message);
      g_error_free (start.error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

const char *
wave_simulator_get_url (WaveSimulator *simulator)
{
  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), NULL);
  return simulator->url;
}

static gboolean
on_quit (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

void
wave_simulator_stop (WaveSimulator *simulator)
{
  g_return_if_fail (WAVE_IS_SIMULATOR (simulator));
  if (simulator->stopped || simulator->thread == NULL)
    return;
  simulator->stopped = TRUE;
  {
    g_autoptr (GSource) source = g_idle_source_new ();

    g_source_set_callback (source, on_quit, g_main_loop_ref (simulator->loop), (GDestroyNotify) g_main_loop_unref);
    g_source_set_static_name (source, "wave-simulator-quit");
    g_source_attach (source, simulator->context);
  }
  g_thread_join (g_steal_pointer (&simulator->thread));
  if (simulator->world->ledger != NULL)
    {
      wave_world_log (simulator->world, wave_json_members ("s:kind", "end", "i:durable", (gint64) simulator->world->durables->len, "i:head",
                                                           simulator->world->position, "i:frames", (gint64) simulator->world->n_frames, NULL));
      fclose (g_steal_pointer (&simulator->world->ledger));
    }
}

/* ---- for tests ---- */

typedef struct {
  const char *json;
  GBytes *frame;
  gboolean flag;
  guint code;
  const char *reason;
  GHashTable *faults;
  gint64 number;
  GPtrArray *ids;
} Order;

static void
inject_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;

  self->world->wall_us = g_get_real_time ();
  wave_world_emit_json (self->world, order->json, order->flag);
}

void
wave_simulator_inject (WaveSimulator *simulator, const char *json, gboolean durable)
{
  Order order = { .json = json, .flag = durable };

  g_return_if_fail (WAVE_IS_SIMULATOR (simulator));
  do_there (simulator, inject_there, &order);
}

static void
inject_raw_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;

  for (guint i = 0; i < self->clients->len; i++)
    {
      WaveSimClient *client = self->clients->pdata[i];

      if (soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_send_message (client->connection, order->flag ? SOUP_WEBSOCKET_DATA_BINARY : SOUP_WEBSOCKET_DATA_TEXT, order->frame);
    }
}

void
wave_simulator_inject_raw (WaveSimulator *simulator, GBytes *frame, gboolean binary)
{
  Order order = { .frame = frame, .flag = binary };

  g_return_if_fail (WAVE_IS_SIMULATOR (simulator));
  do_there (simulator, inject_raw_there, &order);
}

static void
drop_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;

  for (guint i = self->clients->len; i-- > 0;)
    wave_sim_cut_client (self->clients->pdata[i], order->code, order->reason);
}

void
wave_simulator_drop_clients (WaveSimulator *simulator, guint close_code, const char *reason)
{
  Order order = { .code = close_code, .reason = reason };

  g_return_if_fail (WAVE_IS_SIMULATOR (simulator));
  do_there (simulator, drop_there, &order);
}

static void
faults_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;
  GHashTableIter iter;
  gpointer name, value;

  if (g_hash_table_size (order->faults) == 0)
    g_hash_table_remove_all (self->faults);
  g_hash_table_iter_init (&iter, order->faults);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_hash_table_insert (self->faults, g_strdup (name), g_memdup2 (value, sizeof (double)));
  apply_switches (self);
  /* There may be no further frame that it could follow. */
  if (wave_fault (self->faults, "reorder") <= 0)
    wave_sim_send_held (self);
}

gboolean
wave_simulator_set_faults (WaveSimulator *simulator, const char *faults, GError **error)
{
  Order order = { .faults = NULL };
  g_autoptr (GHashTable) table = NULL;

  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), FALSE);
  order.faults = table = wave_faults_parse (faults, error);
  if (table == NULL)
    return FALSE;
  do_there (simulator, faults_there, &order);
  return TRUE;
}

static void
pause_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;
  gint64 now = g_get_monotonic_time ();

  if (self->paused == order->flag)
    return;
  self->paused = order->flag;
  if (self->paused)
    self->paused_us = now;
  else
    {
      self->paused_sum_us += now - self->paused_us;
      arm_timer (self, 0);
    }
}

void
wave_simulator_set_paused (WaveSimulator *simulator, gboolean paused)
{
  Order order = { .flag = paused };

  g_return_if_fail (WAVE_IS_SIMULATOR (simulator));
  do_there (simulator, pause_there, &order);
}

static void
restore_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;
  GArray *durables = self->world->durables;
  guint kept = durables->len > (guint) order->number ? durables->len - (guint) order->number : 0;

  g_array_set_size (durables, kept);
  self->world->position = kept > 0 ? g_array_index (durables, WaveDurable, kept - 1).position : 0;
}

void
wave_simulator_restore (WaveSimulator *simulator, guint n)
{
  Order order = { .number = n };

  g_return_if_fail (WAVE_IS_SIMULATOR (simulator));
  do_there (simulator, restore_there, &order);
}

static void
fault_left_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;

  order->number = (gint64) wave_fault (self->faults, order->json);
}

guint
wave_simulator_get_fault_left (WaveSimulator *simulator, const char *fault)
{
  Order order = { .json = fault };

  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), 0);
  do_there (simulator, fault_left_there, &order);
  return (guint) order.number;
}

static void
answer_free (gpointer data)
{
  WaveSimAnswer *answer = data;

  g_free (answer->body);
  g_free (answer);
}

static void
answer_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;
  WaveSimAnswer *answer = g_new0 (WaveSimAnswer, 1);

  answer->status = order->code;
  answer->body = g_strdup (order->json);
  if (order->code == 0)
    g_hash_table_remove (self->answers, order->reason);
  else
    g_hash_table_insert (self->answers, g_strdup (order->reason), g_steal_pointer (&answer));
  g_clear_pointer (&answer, answer_free);
}

void
wave_simulator_set_answer (WaveSimulator *simulator, const char *path, guint status, const char *body)
{
  Order order = { .code = status, .reason = path, .json = body };

  g_return_if_fail (WAVE_IS_SIMULATOR (simulator) && path != NULL);
  do_there (simulator, answer_there, &order);
}

static void
count_requests_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;
  GHashTableIter iter;
  gpointer path, n;

  g_hash_table_iter_init (&iter, self->requests);
  while (g_hash_table_iter_next (&iter, &path, &n))
    if (g_str_has_prefix (path, order->json))
      order->number += GPOINTER_TO_UINT (n);
}

guint
wave_simulator_count_requests (WaveSimulator *simulator, const char *prefix)
{
  Order order = { .json = prefix };

  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator) && prefix != NULL, 0);
  do_there (simulator, count_requests_there, &order);
  return (guint) order.number;
}

static void
count_clients_there (WaveSimulator *self, gpointer data)
{
  ((Order *) data)->number = self->clients->len;
}

static void
count_connections_there (WaveSimulator *self, gpointer data)
{
  ((Order *) data)->number = self->n_connections;
}

static void
head_there (WaveSimulator *self, gpointer data)
{
  ((Order *) data)->number = self->world->position;
}

static gint64
ask (WaveSimulator *self, void (*func) (WaveSimulator *, gpointer))
{
  Order order = { .number = 0 };

  do_there (self, func, &order);
  return order.number;
}

guint
wave_simulator_get_n_clients (WaveSimulator *simulator)
{
  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), 0);
  return (guint) ask (simulator, count_clients_there);
}

guint
wave_simulator_get_n_connections (WaveSimulator *simulator)
{
  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), 0);
  return (guint) ask (simulator, count_connections_there);
}

gint64
wave_simulator_get_head (WaveSimulator *simulator)
{
  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), -1);
  return ask (simulator, head_there);
}

static void
list_there (WaveSimulator *self, gpointer data)
{
  Order *order = data;

  for (guint i = wave_world_find (self->world, order->number); i < self->world->durables->len; i++)
    g_ptr_array_add (order->ids, g_strdup (g_array_index (self->world->durables, WaveDurable, i).id));
}

GPtrArray *
wave_simulator_list_durable_ids (WaveSimulator *simulator, gint64 since)
{
  Order order = { .number = since, .ids = g_ptr_array_new_with_free_func (g_free) };

  g_return_val_if_fail (WAVE_IS_SIMULATOR (simulator), order.ids);
  /* What was sent stays true after the end. */
  if (simulator->stopped)
    list_there (simulator, &order);
  else
    do_there (simulator, list_there, &order);
  return order.ids;
}

static void
wave_simulator_finalize (GObject *object)
{
  WaveSimulator *self = WAVE_SIMULATOR (object);

  if (self->thread != NULL)
    wave_simulator_stop (self);
  g_clear_pointer (&self->scenario, wave_scenario_free);
  g_clear_pointer (&self->world, wave_world_free);
  g_clear_pointer (&self->faults, g_hash_table_unref);
  g_clear_pointer (&self->loop, g_main_loop_unref);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_ptr_array_unref (self->clients);
  g_ptr_array_unref (self->polls);
  for (guint i = 0; i < self->silent->len; i++)
    close (g_array_index (self->silent, int, i));
  g_array_unref (self->silent);
  g_hash_table_unref (self->answers);
  g_hash_table_unref (self->requests);
  g_free (self->held);
  g_free (self->scenario_name);
  g_free (self->url);
  g_free (self->token_text);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  G_OBJECT_CLASS (wave_simulator_parent_class)->finalize (object);
}

static void
wave_simulator_class_init (WaveSimulatorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_simulator_finalize;
}

static void
wave_simulator_init (WaveSimulator *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->clients = g_ptr_array_new_with_free_func (wave_sim_client_free);
  self->polls = g_ptr_array_new_with_free_func (wave_sim_poll_free);
  self->silent = g_array_new (FALSE, FALSE, sizeof (int));
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, answer_free);
  self->requests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->last_since = -1;
}
