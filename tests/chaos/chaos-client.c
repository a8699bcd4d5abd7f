// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "chaos.h"

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

static void
held_free (gpointer data)
{
  Held *held = data;

  if (held->journal != NULL)
    wave_journal_close (held->journal);
  g_clear_object (&held->journal);
  g_hash_table_unref (held->seen);
  g_hash_table_unref (held->before);
  g_mutex_clear (&held->lock);
  g_free (held->id);
  g_free (held);
}

Held *
chaos_client_find (Client *client, const char *tenant_id)
{
  for (guint i = 0; i < client->held->len; i++)
    {
      Held *held = client->held->pdata[i];

      if (g_str_equal (held->id, tenant_id))
        return held;
    }
  return NULL;
}

static void
note_durable (Held *held, const char *id)
{
  gpointer count;

  g_mutex_lock (&held->lock);
  count = g_hash_table_lookup (held->seen, id);
  g_hash_table_insert (held->seen, g_strdup (id), GINT_TO_POINTER (GPOINTER_TO_INT (count) + 1));
  g_mutex_unlock (&held->lock);
}

/* A numbered ephemeral event has its number as the participant. */
static void
note_beat (Client *client, const WaveEvent *event)
{
  const WaveTyping *typing = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_TYPING, WaveTyping);

  if (typing != NULL && g_str_has_prefix (typing->participant_id, "beat-"))
    {
      Beat beat = { g_ascii_strtoull (typing->participant_id + 5, NULL, 10), client->epoch };

      g_array_append_val (client->beats, beat);
      g_atomic_int_set (&client->last_beat, MAX (client->last_beat, beat.seq));
    }
}

/* After hello, what comes between two of these cannot be fetched. */
static gboolean
is_loss (const WaveTransition *transition)
{
  gboolean greeted = transition->from == WAVE_SESSION_CATCHING_UP || transition->from == WAVE_SESSION_LIVE || transition->from == WAVE_SESSION_POLLING;

  return (greeted && transition->to != WAVE_SESSION_CATCHING_UP && transition->to != WAVE_SESSION_LIVE) || transition->from == WAVE_SESSION_AWAITING_HELLO;
}

Sabotage chaos_sabotage;

/* Every fiftieth durable event is treated badly. (transfer full) */
static WaveBatch *
spoil (Client *client, WaveBatch *batch)
{
  static guint n;
  WaveBatch *spoilt = wave_batch_new ();

  spoilt->transition = batch->transition != NULL ? wave_transition_copy (batch->transition) : NULL;
  spoilt->cursor = batch->cursor;
  for (guint i = 0; i < batch->events->len; i++)
    {
      WaveEvent *event = batch->events->pdata[i];
      gboolean bad = wave_event_is_durable (event) && event->id != NULL && event->kind == WAVE_EVENT_MESSAGE && ++n % 50 == 0;

      if (bad && chaos_sabotage == SABOTAGE_CRASH)
        abort ();
      if (bad && chaos_sabotage == SABOTAGE_DOUBLE && client->now != NULL)
        note_durable (client->now, event->id);
      if (!bad || chaos_sabotage == SABOTAGE_DOUBLE)
        g_ptr_array_add (spoilt->events, wave_event_ref (event));
    }
  return spoilt;
}

/* Session thread. */
static void
on_batch (WaveBatch *batch, gpointer user_data)
{
  Client *client = user_data;
  g_autoptr (WaveBatch) spoilt = NULL;

  if (batch->transition != NULL)
    {
      g_atomic_int_set (&client->state, batch->transition->to);
      client->epoch += is_loss (batch->transition);
      client->n_live_lost += batch->transition->from == WAVE_SESSION_LIVE && batch->transition->to != WAVE_SESSION_LIVE;
    }
  for (guint i = 0; i < batch->events->len; i++)
    {
      const WaveEvent *event = g_ptr_array_index (batch->events, i);

      if (!wave_event_is_durable (event))
        note_beat (client, event);
      else if (event->id != NULL && client->now != NULL)
        note_durable (client->now, event->id);
    }
  if (chaos_sabotage != SABOTAGE_NONE)
    spoilt = spoil (client, batch);
  if (client->now != NULL)
    wave_journal_submit (client->now->journal, spoilt != NULL && chaos_sabotage != SABOTAGE_HIDE ? spoilt : batch);
  if (client->inbox != NULL)
    wave_inbox_push (client->inbox, spoilt != NULL ? spoilt : batch);
}

/* Session thread. */
static void
on_resume (const char *server_name, const char *tenant_id, WaveResume *resume, gpointer user_data)
{
  Client *client = user_data;
  const char *id = tenant_id != NULL ? tenant_id : "nameless";
  Held *held = chaos_client_find (client, id);

  if (held == NULL)
    {
      g_autofree char *path = wave_journal_path_for (client->data_dir, "chaos", id);
      g_autofree char *set_aside = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) keys = NULL;

      held = g_new0 (Held, 1);
      held->id = g_strdup (id);
      g_mutex_init (&held->lock);
      held->before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      held->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      held->journal = wave_journal_open (path, &set_aside, &error);
      if (held->journal == NULL || set_aside != NULL)
        g_error ("the journal did not open: %s", error != NULL ? error->message : "it was set aside as damaged");
      keys = wave_journal_read_keys (held->journal, -1, G_MAXINT64, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < keys->len; i++)
        g_hash_table_add (held->before, g_strdup (keys->pdata[i]));
      g_ptr_array_add (client->held, held);
    }
  g_atomic_pointer_set (&client->now, held);
  /* What is queued may not be on disk yet, and its cursor not be known. */
  wave_journal_flush (held->journal);
  g_atomic_int_set (&client->opened, TRUE);
  /* A first run would begin at the head; here everything counts, from the very start. */
  resume->cursor = MAX (0, wave_journal_get_cursor (held->journal));
  resume->keys = wave_journal_get_recent_keys (held->journal, 100000, NULL);
}

static void
ignore_wake (gpointer user_data)
{
}

Client *
chaos_client_new (const char *server, const char *data_dir, gboolean with_model, guint32 seed)
{
  Client *client = g_new0 (Client, 1);
  WaveSessionConfig config = { 0 };
  g_autoptr (GError) error = NULL;

  client->data_dir = g_strdup (data_dir);
  client->server = g_strdup (server);
  client->credentials = wave_credentials_new ("chaos-token", NULL);
  client->held = g_ptr_array_new_with_free_func (held_free);
  client->beats = g_array_new (FALSE, FALSE, sizeof (Beat));
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

void
chaos_client_stop (Client *client)
{
  if (client->session != NULL)
    wave_session_stop (client->session);
  g_clear_object (&client->session);
  for (guint i = 0; i < client->held->len; i++)
    wave_journal_flush (((Held *) client->held->pdata[i])->journal);
}

void
chaos_client_free (Client *client)
{
  chaos_client_stop (client);
  g_ptr_array_unref (client->held);
  g_array_unref (client->beats);
  if (client->inbox != NULL)
    wave_inbox_close (client->inbox);
  g_clear_pointer (&client->inbox, wave_inbox_unref);
  g_clear_object (&client->tenant);
  wave_credentials_unref (client->credentials);
  g_free (client->server);
  g_free (client->data_dir);
  g_free (client);
}

void
chaos_client_pump (Client *client)
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
nurse (Client *client, GRand *rand)
{
  g_autofree char *token = NULL;

  switch ((WaveSessionState) g_atomic_int_get (&client->state))
    {
    case WAVE_SESSION_REFUSED:
      token = g_strdup_printf ("chaos-token-%u", g_rand_int (rand));
      wave_credentials_set (client->credentials, token, NULL, -1);
      wave_session_token_changed (client->session);
      break;
    case WAVE_SESSION_REPLACED:
      wave_session_retry_now (client->session);
      break;
    default:
      break;
    }
}

void
chaos_pass_time (Client *client, GRand *rand, gint64 us)
{
  gint64 until = g_get_monotonic_time () + us;
  gint64 left;

  do
    {
      if (client != NULL)
        {
          chaos_client_pump (client);
          nurse (client, rand);
        }
      while (g_main_context_iteration (NULL, FALSE))
        ;
      left = until - g_get_monotonic_time ();
      if (left > 0)
        g_usleep (MIN (left, 2000));
    }
  while (left > 0);
}
