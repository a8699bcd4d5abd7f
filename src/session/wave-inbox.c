// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-batch.h"

struct _WaveInbox
{
  gatomicrefcount ref_count;
  GMutex lock;
  GQueue batches;
  guint backlog; /* events */
  gsize bytes;   /* of their frames */
  gboolean behind;
  gboolean closed;
  WaveWakeFunc wake;
  gpointer user_data;
};

WaveInbox *
wave_inbox_new (WaveWakeFunc wake, gpointer user_data)
{
  WaveInbox *inbox = g_new0 (WaveInbox, 1);

  g_atomic_ref_count_init (&inbox->ref_count);
  g_mutex_init (&inbox->lock);
  g_queue_init (&inbox->batches);
  inbox->wake = wake;
  inbox->user_data = user_data;
  return inbox;
}

WaveInbox *
wave_inbox_ref (WaveInbox *inbox)
{
  g_return_val_if_fail (inbox != NULL, NULL);

  g_atomic_ref_count_inc (&inbox->ref_count);
  return inbox;
}

void
wave_inbox_unref (WaveInbox *inbox)
{
  g_return_if_fail (inbox != NULL);

  if (!g_atomic_ref_count_dec (&inbox->ref_count))
    return;
  g_queue_clear_full (&inbox->batches, (GDestroyNotify) wave_batch_unref);
  g_mutex_clear (&inbox->lock);
  g_free (inbox);
}

void
wave_inbox_close (WaveInbox *inbox)
{
  g_return_if_fail (inbox != NULL);

  /* The wake function runs under the lock, so that none can be under way when this returns. */
  g_mutex_lock (&inbox->lock);
  inbox->closed = TRUE;
  g_mutex_unlock (&inbox->lock);
}

/* With the lock held. */
static void
count (WaveInbox *inbox, const WaveBatch *batch, int sign)
{
  gsize bytes = 0;

  for (guint i = 0; i < batch->events->len; i++)
    bytes += g_bytes_get_size (((const WaveEvent *)batch->events->pdata[i])->raw);
  inbox->backlog += sign * (int)batch->events->len;
  inbox->bytes += sign * (gssize)bytes;
  if (inbox->backlog > WAVE_INBOX_EVENTS || inbox->bytes > WAVE_INBOX_BYTES)
    inbox->behind = TRUE;
  else if (inbox->backlog <= WAVE_INBOX_EVENTS / 2 && inbox->bytes <= WAVE_INBOX_BYTES / 2)
    inbox->behind = FALSE;
}

void
wave_inbox_push (WaveInbox *inbox, WaveBatch *batch)
{
  gboolean was_empty;

  g_return_if_fail (inbox != NULL);
  g_return_if_fail (batch != NULL);

  g_mutex_lock (&inbox->lock);
  if (!inbox->closed)
    {
      was_empty = g_queue_is_empty (&inbox->batches);
      g_queue_push_tail (&inbox->batches, wave_batch_ref (batch));
      count (inbox, batch, 1);
      if (was_empty && inbox->wake != NULL)
        inbox->wake (inbox->user_data);
    }
  g_mutex_unlock (&inbox->lock);
}

WaveBatch *
wave_inbox_pop (WaveInbox *inbox)
{
  WaveBatch *batch;

  g_return_val_if_fail (inbox != NULL, NULL);

  g_mutex_lock (&inbox->lock);
  batch = g_queue_pop_head (&inbox->batches);
  if (batch != NULL)
    count (inbox, batch, -1);
  g_mutex_unlock (&inbox->lock);
  return batch;
}

gboolean
wave_inbox_is_behind (WaveInbox *inbox)
{
  gboolean behind;

  g_return_val_if_fail (inbox != NULL, FALSE);

  g_mutex_lock (&inbox->lock);
  behind = inbox->behind && !inbox->closed;
  g_mutex_unlock (&inbox->lock);
  return behind;
}

guint
wave_inbox_get_backlog (WaveInbox *inbox)
{
  guint backlog;

  g_return_val_if_fail (inbox != NULL, 0);

  g_mutex_lock (&inbox->lock);
  backlog = inbox->backlog;
  g_mutex_unlock (&inbox->lock);
  return backlog;
}
