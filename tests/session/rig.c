// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "rig.h"

#include <string.h>

guint
rig_patience (void)
{
  /* Sanitizers and a busy machine are slow; a test that passes never waits so long. */
  return 4;
}

static gboolean
on_nothing (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
rig_turn (void)
{
  static guint source;

  if (source == 0)
    source = g_timeout_add (2, on_nothing, NULL);
  g_main_context_iteration (NULL, TRUE);
}

void
rig_settle (gint64 us)
{
  gint64 end = g_get_monotonic_time () + us;

  while (g_get_monotonic_time () < end)
    rig_turn ();
}

/* ---------------------------------------------------------------- the session */

static void
on_batch (WaveBatch *batch, gpointer user_data)
{
  Rig *rig = user_data;

  wave_inbox_push (rig->inbox, batch);
}

void
rig_resume (const char *server_name, const char *tenant_id, WaveResume *resume, gpointer user_data)
{
  Rig *rig = user_data;

  rig->n_resumes++;
  resume->cursor = rig->stored_cursor;
  resume->keys = rig->stored_keys != NULL ? g_ptr_array_ref (rig->stored_keys) : NULL;
}

Rig *
rig_new (const char *url)
{
  Rig *rig = g_new0 (Rig, 1);

  rig->credentials = wave_credentials_new ("token+for/tests", NULL);
  rig->inbox = wave_inbox_new (NULL, NULL);
  rig->events = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_event_unref);
  rig->transitions = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_transition_free);
  rig->cursor = rig->stored_cursor = -1;
  rig->config = (WaveSessionConfig) {
    .server = url,
    .credentials = rig->credentials,
    .since = WAVE_SINCE_POSITION,
    .timings = wave_session_timings_default (),
    .batch_func = on_batch,
    .user_data = rig,
    .jitter_seed = 1,
  };
  rig->config.timings.backoff_first = 20 * 1000;
  rig->config.timings.backoff_max = 100 * 1000;
  rig->config.timings.stable_after = 100 * 1000;
  rig->config.timings.catch_up_page_wait = 200 * 1000;
  return rig;
}

void
rig_start (Rig *rig)
{
  g_autoptr (GError) error = NULL;

  rig->session = wave_session_new (&rig->config, &error);
  g_assert_no_error (error);
  wave_session_start (rig->session);
}

static void
drain (Rig *rig)
{
  WaveBatch *batch;

  while ((batch = wave_inbox_pop (rig->inbox)) != NULL)
    {
      if (batch->transition != NULL)
        g_ptr_array_add (rig->transitions, wave_transition_copy (batch->transition));
      for (guint i = 0; i < batch->events->len; i++)
        g_ptr_array_add (rig->events, wave_event_ref (g_ptr_array_index (batch->events, i)));
      if (batch->cursor >= 0)
        rig->cursor = batch->cursor;
      wave_batch_unref (batch);
    }
}

void
rig_free (Rig *rig)
{
  if (rig->session != NULL)
    wave_session_stop (rig->session);
  drain (rig);
  if (rig->session != NULL && rig->transitions->len > 0)
    g_assert_cmpint (rig_get_state (rig), ==, WAVE_SESSION_IDLE);
  if (rig->session != NULL)
    g_assert_finalize_object (rig->session);
  /* Each transition begins where the last one ended. */
  for (guint i = 1; i < rig->transitions->len; i++)
    g_assert_cmpint (((WaveTransition *) rig->transitions->pdata[i])->from, ==, ((WaveTransition *) rig->transitions->pdata[i - 1])->to);
  for (guint i = 0; i < rig->events->len; i++)
    g_assert_cmpuint (((WaveEvent *) rig->events->pdata[i])->serial, ==, i + 1);
  g_ptr_array_unref (rig->events);
  g_ptr_array_unref (rig->transitions);
  g_clear_pointer (&rig->stored_keys, g_ptr_array_unref);
  wave_inbox_unref (rig->inbox);
  wave_credentials_unref (rig->credentials);
  g_free (rig);
}

WaveSessionState
rig_get_state (Rig *rig)
{
  drain (rig);
  if (rig->transitions->len == 0)
    return WAVE_SESSION_IDLE;
  return ((WaveTransition *) rig->transitions->pdata[rig->transitions->len - 1])->to;
}

guint
rig_count_durable (Rig *rig)
{
  guint n = 0;

  drain (rig);
  for (guint i = 0; i < rig->events->len; i++)
    n += ((WaveEvent *) rig->events->pdata[i])->position >= 0;
  return n;
}

guint
rig_count_state (Rig *rig, WaveSessionState state)
{
  guint n = 0;

  drain (rig);
  for (guint i = 0; i < rig->transitions->len; i++)
    n += ((WaveTransition *) rig->transitions->pdata[i])->to == state;
  return n;
}

guint
rig_count_cause (Rig *rig, WaveCause cause)
{
  guint n = 0;

  drain (rig);
  for (guint i = 0; i < rig->transitions->len; i++)
    n += ((WaveTransition *) rig->transitions->pdata[i])->cause == cause;
  return n;
}

const WaveTransition *
rig_find (Rig *rig, WaveSessionState to, guint nth)
{
  drain (rig);
  for (guint i = 0; i < rig->transitions->len; i++)
    {
      const WaveTransition *transition = rig->transitions->pdata[i];

      if (transition->to == to && nth-- == 0)
        return transition;
    }
  return NULL;
}

void
rig_assert_all (Rig *rig, Peer *peer, guint first, gboolean in_order)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 last = -1;

  drain (rig);
  for (guint i = 0; i < rig->events->len; i++)
    {
      const WaveEvent *event = rig->events->pdata[i];

      if (event->position < 0)
        continue;
      g_assert_nonnull (event->id);
      if (!g_hash_table_add (ids, event->id))
        g_error ("%s came twice", event->id);
      if (in_order)
        g_assert_cmpint (event->position, >, last);
      last = event->position;
    }
  for (guint n = first; n <= peer->events->len; n++)
    {
      g_autofree char *id = g_strdup_printf ("evt-%u", n);

      if (!g_hash_table_contains (ids, id))
        g_error ("%s is lost", id);
    }
  g_assert_cmpuint (g_hash_table_size (ids), ==, peer->events->len + 1 - first);
}
