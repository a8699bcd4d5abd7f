// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-batch.h"

/* Counted once, by the thread that has just made them. */
typedef struct {
  WaveBatch *batch;
  gsize bytes;
} Waiting;

struct _WaveInbox
{
  gatomicrefcount ref_count;
  GMutex lock;
  GQueue waiting;
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
  g_queue_init (&inbox->waiting);
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

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  wave_batch_unref (waiting->batch);
  g_free (waiting);
}

void
wave_inbox_unref (WaveInbox *inbox)
{
  g_return_if_fail (inbox != NULL);

  if (!g_atomic_ref_count_dec (&inbox->ref_count))
    return;
  g_queue_clear_full (&inbox->waiting, waiting_free);
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
count (WaveInbox *inbox, const Waiting *waiting, int sign)
{
  inbox->backlog += sign * (int) waiting->batch->events->len;
  inbox->bytes += sign * (gssize) waiting->bytes;
  if (inbox->backlog > WAVE_INBOX_EVENTS || inbox->bytes > WAVE_INBOX_BYTES)
    inbox->behind = TRUE;
  else if (inbox->backlog <= WAVE_INBOX_EVENTS / 2 && inbox->bytes <= WAVE_INBOX_BYTES / 2)
    inbox->behind = FALSE;
}

void
wave_inbox_push (WaveInbox *inbox, WaveBatch *batch)
{
  Waiting *waiting;
  gboolean was_empty;

  g_return_if_fail (inbox != NULL);
  g_return_if_fail (batch != NULL);

  waiting = g_new (Waiting, 1);
  *waiting = (Waiting) { wave_batch_ref (batch), 0 };
  for (guint i = 0; i < batch->events->len; i++)
    waiting->bytes += ((const WaveEvent *) batch->events->pdata[i])->raw_size;
  g_mutex_lock (&inbox->lock);
  if (!inbox->closed)
    {
      was_empty = g_queue_is_empty (&inbox->waiting);
      count (inbox, waiting, 1);
      g_queue_push_tail (&inbox->waiting, g_steal_pointer (&waiting));
      if (was_empty && inbox->wake != NULL)
        inbox->wake (inbox->user_data);
    }
  g_mutex_unlock (&inbox->lock);
  if (waiting != NULL)
    waiting_free (waiting);
}

WaveBatch *
wave_inbox_pop (WaveInbox *inbox)
{
  g_autofree Waiting *waiting = NULL;

  g_return_val_if_fail (inbox != NULL, NULL);

  g_mutex_lock (&inbox->lock);
  waiting = g_queue_pop_head (&inbox->waiting);
  if (waiting != NULL)
    count (inbox, waiting, -1);
  g_mutex_unlock (&inbox->lock);
  return waiting != NULL ? waiting->batch : NULL;
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
