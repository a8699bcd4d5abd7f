// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "journal/wave-journal-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* A transaction that takes longer than this is of a disk that hangs: nobody waits for it. */
#define PATIENCE_US (3 * (gint64) G_USEC_PER_SEC)
/* How long a failed write waits before it is tried again. */
#define RETRY_US (G_USEC_PER_SEC)
/* Batches that wait are written together up to so many events. */
#define GROUP_EVENTS 16384
#define GROUP_BATCHES 256
/* Between two transactions, unless somebody waits or much has come: a trickle makes larger blocks, and wakes the disk less often. What a crash can cost is
 * ephemeral events of this time. */
#define COMMIT_US (50 * (gint64) 1000)
/* How often what is too old is looked for. */
#define TRIM_US (10 * 60 * (gint64) G_USEC_PER_SEC)
/* The first time is not in the way of the start. */
#define FIRST_TRIM_US (60 * (gint64) G_USEC_PER_SEC)
/* How much may be written until then. */
#define TRIM_EVENTS 100000

struct _WaveJournal
{
  GObject parent_instance;

  char *path;
  GThread *thread;

  GMutex lock; /* guards what follows */
  GCond changed;
  GQueue queue; /* of WaveBatch */
  gboolean busy;
  gboolean closing;
  guint n_flushing; /* threads that wait for everything to be written */
  gint64 cursor;
  WaveJournalStatus status;
  WaveJournalFailureFunc failure_func;
  gpointer failure_data;
  gboolean cursor_stays;
  gsize waiting_bytes;  /* of the frames in the queue */
  gboolean behind;      /* much of them waits, and not half of it was written since */
  gint64 progress_us;   /* when the last transaction ended, or something began to wait */
  GPtrArray *proofs;    /* (nullable): of WaveProof, to be written */
  GHashTable *left_out; /* (nullable): rooms that are not journaled; never changed once it stands here */
  gint64 max_age_us;    /* 0 for ever */
  guint64 max_bytes;    /* 0 without end */
  gint64 trim_due_us;

  /* The journal's thread only, once it runs. */
  WaveJournalStore *store;
};

G_DEFINE_FINAL_TYPE (WaveJournal, wave_journal, G_TYPE_OBJECT)

char *
wave_journal_path_for (const char *data_dir, const char *server, const char *tenant_id)
{
  g_autofree char *own_dir = data_dir == NULL ? g_build_filename (g_get_user_data_dir (), "wavescope", "journals", NULL) : NULL;
  g_autofree char *both = g_strdup_printf ("%s\n%s", server, tenant_id != NULL ? tenant_id : "");
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, both, -1);
  g_autofree char *name = g_strdup_printf ("%.32s.journal", sum);

  return g_build_filename (data_dir != NULL ? data_dir : own_dir, name, NULL);
}

/* ---------------------------------------------------------------- the thread */

static void
tell_failure (WaveJournal *self, gboolean failing)
{
  g_autofree char *failure = NULL;
  WaveJournalFailureFunc func;
  gpointer data;

  g_mutex_lock (&self->lock);
  if (self->status.failing == failing)
    {
      g_mutex_unlock (&self->lock);
      return;
    }
  self->status.failing = failing;
  if (!failing)
    g_clear_pointer (&self->status.failure, g_free);
  failure = g_strdup (self->status.failure);
  func = self->failure_func;
  data = self->failure_data;
  g_mutex_unlock (&self->lock);

  if (failing)
    g_message ("writing fails and will be tried again: %s", failure);
  if (func != NULL)
    func (failure, data);
}

/* Takes away what is too old or too much, in small steps. Called and left with the lock held. */
static void
trim (WaveJournal *self)
{
  gint64 oldest = self->max_age_us > 0 ? g_get_real_time () - self->max_age_us : G_MININT64;
  guint64 max_bytes = self->max_bytes > 0 ? self->max_bytes : G_MAXUINT64;
  gboolean more;

  self->busy = TRUE;
  g_mutex_unlock (&self->lock);
  more = wave_journal_store_trim (self->store, oldest, max_bytes);
  g_mutex_lock (&self->lock);
  self->busy = FALSE;
  self->trim_due_us = more ? 0 : g_get_monotonic_time () + TRIM_US;
  g_cond_broadcast (&self->changed);
}

static gsize
count_bytes (const WaveBatch *batch)
{
  gsize bytes = sizeof *batch;

  for (guint i = 0; i < batch->events->len; i++)
    bytes += ((const WaveEvent *) batch->events->pdata[i])->raw_size + sizeof (WaveEvent);
  return bytes;
}

/* Called and left with the lock held. Returns: FALSE when they wait for another try */
static gboolean
write_proofs (WaveJournal *self)
{
  g_autoptr (GPtrArray) proofs = g_steal_pointer (&self->proofs);
  g_autofree char *why = NULL;
  gboolean good;

  self->busy = TRUE;
  g_mutex_unlock (&self->lock);
  good = wave_journal_store_write_proofs (self->store, proofs, &why);
  if (!good)
    {
      g_mutex_lock (&self->lock);
      g_free (self->status.failure);
      self->status.failure = g_steal_pointer (&why);
      g_mutex_unlock (&self->lock);
    }
  tell_failure (self, !good);
  g_mutex_lock (&self->lock);
  self->busy = FALSE;
  if (!good)
    {
      /* What was said meanwhile comes after, and replaces what is of the same start. */
      if (self->proofs != NULL)
        g_ptr_array_extend_and_steal (proofs, g_steal_pointer (&self->proofs));
      self->proofs = g_steal_pointer (&proofs);
    }
  else if (self->queue.length == 0)
    g_cond_broadcast (&self->changed);
  return good;
}

static gpointer
journal_thread (gpointer user_data)
{
  WaveJournal *self = user_data;
  guint since_trim = 0;
  gint64 next_commit_us = 0;

  g_mutex_lock (&self->lock);
  for (;;)
    {
      WaveBatch *batches[GROUP_BATCHES];
      g_autoptr (GHashTable) left_out = NULL;
      g_autofree char *why = NULL;
      gint64 started;
      guint n = 0, n_events = 0;
      gboolean good;

      while (self->queue.length == 0 && self->proofs == NULL && !self->closing)
        if ((self->max_age_us > 0 || self->max_bytes > 0) && (self->trim_due_us <= g_get_monotonic_time () || since_trim > TRIM_EVENTS))
          {
            since_trim = 0;
            trim (self);
          }
        else if (self->max_age_us > 0 || self->max_bytes > 0)
          g_cond_wait_until (&self->changed, &self->lock, self->trim_due_us);
        else
          g_cond_wait (&self->changed, &self->lock);
      if (self->proofs != NULL && !write_proofs (self) && !self->closing)
        g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + RETRY_US);
      if (self->queue.length == 0 && !self->closing)
        continue;
      if (self->queue.length == 0)
        break;
      while (!self->closing && self->n_flushing == 0 && self->status.backlog < GROUP_EVENTS && next_commit_us > g_get_monotonic_time ())
        g_cond_wait_until (&self->changed, &self->lock, next_commit_us);
      /* At full speed the limit is kept, too. */
      if (since_trim > TRIM_EVENTS && self->max_bytes > 0)
        {
          since_trim = 0;
          trim (self);
        }
      for (GList *l = self->queue.head; l != NULL && n < GROUP_BATCHES && (n == 0 || n_events < GROUP_EVENTS); l = l->next)
        {
          batches[n] = l->data;
          n_events += batches[n++]->events->len;
        }
      if (self->cursor_stays)
        wave_journal_store_keep_cursor (self->store);
      left_out = self->left_out != NULL ? g_hash_table_ref (self->left_out) : NULL;
      self->busy = TRUE;
      g_mutex_unlock (&self->lock);

      started = g_get_monotonic_time ();
      good = wave_journal_store_write (self->store, batches, n, left_out, &why);
      if (!good)
        {
          g_mutex_lock (&self->lock);
          g_free (self->status.failure);
          self->status.failure = g_steal_pointer (&why);
          g_mutex_unlock (&self->lock);
        }
      tell_failure (self, !good);

      next_commit_us = g_get_monotonic_time () + COMMIT_US;
      g_mutex_lock (&self->lock);
      self->busy = FALSE;
      if (good)
        {
          for (guint i = 0; i < n; i++)
            {
              g_queue_pop_head (&self->queue);
              self->waiting_bytes -= count_bytes (batches[i]);
            }
          if (self->waiting_bytes <= WAVE_JOURNAL_BEHIND_BYTES / 2)
            self->behind = FALSE;
          self->progress_us = g_get_monotonic_time ();
          self->status.backlog -= n_events;
          self->status.events = wave_journal_store_get_n_rows (self->store);
          self->status.commits++;
          self->status.last_commit_us = g_get_monotonic_time () - started;
          self->cursor = wave_journal_store_get_cursor (self->store);
          since_trim += n_events;
          if (self->queue.length == 0)
            g_cond_broadcast (&self->changed);
          /* Events are freed here and not while the session waits for the lock. */
          g_mutex_unlock (&self->lock);
          for (guint i = 0; i < n; i++)
            wave_batch_unref (batches[i]);
          g_mutex_lock (&self->lock);
        }
      else if (self->closing)
        break; /* What cannot be written before the end is fetched again: the cursor is not ahead of it. */
      else
        g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + RETRY_US);
    }
  self->closing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* ---------------------------------------------------------------- opening and closing */

static char *
set_aside_file (const char *path)
{
  static const char *const parts[] = { "", "-wal", "-shm" };
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  char *aside = g_strdup_printf ("%s.damaged-%s", path, stamp);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *from = g_strconcat (path, parts[i], NULL);
      g_autofree char *to = g_strconcat (aside, parts[i], NULL);

      g_rename (from, to);
    }
  return aside;
}

WaveJournal *
wave_journal_open (const char *path, char **set_aside, GError **error)
{
  g_autoptr (WaveJournal) self = NULL;
  g_autofree char *dir = NULL;
  g_autoptr (GError) fault = NULL;
  gboolean damaged;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (WAVE_TYPE_JOURNAL, NULL);
  dir = g_path_get_dirname (path);
  self->path = g_strdup (path);
  if (set_aside != NULL)
    *set_aside = NULL;
  if (g_mkdir_with_parents (dir, 0700) != 0)
    {
      g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_OPEN, "The directory %s cannot be made: %s", dir, g_strerror (errno));
      return NULL;
    }
  for (guint try = 0; try < 2; try++)
    {
      /* SQLite gives its -wal and -shm the mode of the main file. */
      fd = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
      if (fd < 0)
        {
          g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_OPEN, "The journal %s cannot be opened: %s", path, g_strerror (errno));
          return NULL;
        }
      fchmod (fd, 0600);
      g_close (fd, NULL);
      g_clear_error (&fault);
      self->store = wave_journal_store_open (path, &damaged, &fault);
      if (self->store != NULL)
        break;
      if (try == 0 && damaged)
        {
          g_autofree char *aside = set_aside_file (path);

          g_message ("%s; it is set aside as %s", fault->message, aside);
          if (set_aside != NULL)
            *set_aside = g_steal_pointer (&aside);
          continue;
        }
      g_propagate_error (error, g_steal_pointer (&fault));
      return NULL;
    }
  self->cursor = wave_journal_store_get_cursor (self->store);
  self->status.events = wave_journal_store_get_n_rows (self->store);
  self->thread = g_thread_new ("journal", journal_thread, self);
  return g_steal_pointer (&self);
}

void
wave_journal_keep_cursor (WaveJournal *self)
{
  g_return_if_fail (WAVE_IS_JOURNAL (self));

  g_mutex_lock (&self->lock);
  self->cursor_stays = TRUE;
  g_mutex_unlock (&self->lock);
}

void
wave_journal_submit (WaveJournal *self, WaveBatch *batch)
{
  gsize bytes;

  g_return_if_fail (WAVE_IS_JOURNAL (self));

  bytes = count_bytes (batch);
  g_mutex_lock (&self->lock);
  /* Only a disk that takes nothing brings it so far; who submits does not wait for that, and the memory does not grow without end. */
  if (self->waiting_bytes + bytes > WAVE_JOURNAL_WAITING_BYTES && self->queue.length > 0)
    {
      if (self->status.left_out == 0)
        g_message ("what waits to be written has reached %d MiB: what comes now is left out of the journal", WAVE_JOURNAL_WAITING_BYTES >> 20);
      self->status.left_out += batch->events->len;
      self->cursor_stays = TRUE;
      g_mutex_unlock (&self->lock);
      return;
    }
  self->waiting_bytes += bytes;
  if (self->waiting_bytes > WAVE_JOURNAL_BEHIND_BYTES)
    self->behind = TRUE;
  if (self->queue.length == 0)
    self->progress_us = g_get_monotonic_time ();
  g_queue_push_tail (&self->queue, wave_batch_ref (batch));
  self->status.backlog += batch->events->len;
  /* The thread looks by itself when the time has come for the next transaction. */
  if (self->queue.length == 1 || self->status.backlog >= GROUP_EVENTS)
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

gboolean
wave_journal_is_behind (WaveJournal *self)
{
  gboolean behind;

  g_return_val_if_fail (WAVE_IS_JOURNAL (self), FALSE);

  g_mutex_lock (&self->lock);
  behind = self->behind && !self->status.failing && !self->closing && g_get_monotonic_time () - self->progress_us < PATIENCE_US;
  g_mutex_unlock (&self->lock);
  return behind;
}

void
wave_journal_submit_proof (WaveJournal *self, const WaveProof *proof)
{
  g_return_if_fail (WAVE_IS_JOURNAL (self) && proof != NULL);

  g_mutex_lock (&self->lock);
  if (self->proofs == NULL)
    self->proofs = g_ptr_array_new_with_free_func ((GDestroyNotify) wave_proof_free);
  g_ptr_array_add (self->proofs, wave_proof_copy (proof));
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
wave_journal_flush (WaveJournal *self)
{
  g_return_if_fail (WAVE_IS_JOURNAL (self));

  g_mutex_lock (&self->lock);
  self->n_flushing++;
  g_cond_broadcast (&self->changed);
  while (!self->closing && (self->queue.length > 0 || self->proofs != NULL || self->busy))
    g_cond_wait (&self->changed, &self->lock);
  self->n_flushing--;
  g_mutex_unlock (&self->lock);
}

void
wave_journal_close (WaveJournal *self)
{
  g_return_if_fail (WAVE_IS_JOURNAL (self));

  if (self->thread == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->closing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (g_steal_pointer (&self->thread));
  g_clear_pointer (&self->store, wave_journal_store_close);
}

static void
wave_journal_finalize (GObject *object)
{
  WaveJournal *self = WAVE_JOURNAL (object);

  wave_journal_close (self);
  g_clear_pointer (&self->store, wave_journal_store_close);
  g_queue_clear_full (&self->queue, (GDestroyNotify) wave_batch_unref);
  g_clear_pointer (&self->left_out, g_hash_table_unref);
  g_clear_pointer (&self->proofs, g_ptr_array_unref);
  g_free (self->status.failure);
  g_free (self->path);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (wave_journal_parent_class)->finalize (object);
}

static void
wave_journal_class_init (WaveJournalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_journal_finalize;
}

static void
wave_journal_init (WaveJournal *self)
{
  self->cursor = -1;
  self->max_age_us = WAVE_JOURNAL_MAX_AGE_US;
  self->max_bytes = WAVE_JOURNAL_MAX_BYTES;
  self->trim_due_us = g_get_monotonic_time () + FIRST_TRIM_US;
  g_queue_init (&self->queue);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

/* ---------------------------------------------------------------- asking */

gint64
wave_journal_get_cursor (WaveJournal *self)
{
  gint64 cursor;

  g_mutex_lock (&self->lock);
  cursor = self->cursor;
  g_mutex_unlock (&self->lock);
  return cursor;
}

const char *
wave_journal_get_path (WaveJournal *self)
{
  return self->path;
}

void
wave_journal_get_status (WaveJournal *self, WaveJournalStatus *status)
{
  GStatBuf buffer;

  g_mutex_lock (&self->lock);
  *status = self->status;
  status->failure = g_strdup (self->status.failure);
  g_mutex_unlock (&self->lock);
  status->bytes_on_disk = g_stat (self->path, &buffer) == 0 ? (guint64) buffer.st_size : 0;
}

void
wave_journal_set_failure_func (WaveJournal *self, WaveJournalFailureFunc func, gpointer user_data)
{
  g_mutex_lock (&self->lock);
  self->failure_func = func;
  self->failure_data = user_data;
  g_mutex_unlock (&self->lock);
}

void
wave_journal_set_retention (WaveJournal *self, gint64 max_age_us, guint64 max_bytes)
{
  g_return_if_fail (WAVE_IS_JOURNAL (self));

  g_mutex_lock (&self->lock);
  self->max_age_us = max_age_us;
  self->max_bytes = max_bytes;
  self->trim_due_us = 0;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
wave_journal_set_left_out (WaveJournal *self, const char *const *room_ids)
{
  g_autoptr (GHashTable) rooms = NULL;

  g_return_if_fail (WAVE_IS_JOURNAL (self));

  for (guint i = 0; room_ids != NULL && room_ids[i] != NULL; i++)
    {
      if (rooms == NULL)
        rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_add (rooms, g_strdup (room_ids[i]));
    }
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->left_out, g_hash_table_unref);
  self->left_out = g_steal_pointer (&rooms);
  g_mutex_unlock (&self->lock);
}

gboolean
wave_journal_is_left_out (WaveJournal *self, const char *room_id)
{
  gboolean left_out;

  g_return_val_if_fail (WAVE_IS_JOURNAL (self), FALSE);

  g_mutex_lock (&self->lock);
  left_out = room_id != NULL && self->left_out != NULL && g_hash_table_contains (self->left_out, room_id);
  g_mutex_unlock (&self->lock);
  return left_out;
}

gboolean
wave_journal_forget (const char *data_dir, const char *server, const char *tenant_id, GError **error)
{
  static const char *const parts[] = { "", "-wal", "-shm" };
  g_autofree char *path = wave_journal_path_for (data_dir, server, tenant_id);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *file = g_strconcat (path, parts[i], NULL);

      if (g_unlink (file) != 0 && errno != ENOENT)
        {
          g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_DISK, "The journal %s cannot be deleted: %s", file, g_strerror (errno));
          return FALSE;
        }
    }
  return TRUE;
}
