// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "model/wave-monitor-private.h"

/* Keys given to a session, so that what the journal holds is not taken as new. */
#define KEYS 20000
/* Transitions before the first hello wait for their journal; a server that never says hello must not fill the memory. */
#define MAX_EARLY 200
/* Events that wait for a journal that cannot be opened; how long it is left alone. */
#define MAX_EARLY_EVENTS 100000
#define REOPEN_US (2 * (gint64) G_USEC_PER_SEC)
/* Bytes of a server's name that are compared. */
#define MAX_NAME 4096

struct _WaveLink
{
  gatomicrefcount ref_count;
  char *server, *data_dir;

  GMutex opening; /* one journal is opened at a time; taken before lock */
  GMutex lock;
  WaveInbox *inbox;
  WaveJournal *journal; /* the one that is written; also in journals */
  char *tenant_id;      /* of journal */
  GPtrArray *journals;  /* all that were opened: readers may still hold on to an earlier one */
  GPtrArray *early;     /* batches from before the journal was open */
  char *failure, *set_aside, *former_name;
  gint64 max_age_us;
  guint64 max_bytes;
  guint serial;
  gboolean closed;
  gboolean failed;   /* the journal of tenant_id could not be opened */
  guint n_early;     /* events in early */
  GThread *reopener; /* nullable: tries again */
  GCond woken;       /* for it */
};

WaveLink *
wave_link_new (const char *server, const char *data_dir)
{
  WaveLink *self = g_new0 (WaveLink, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->opening);
  g_mutex_init (&self->lock);
  g_cond_init (&self->woken);
  self->server = g_strdup (server);
  self->data_dir = g_strdup (data_dir);
  self->max_age_us = WAVE_JOURNAL_MAX_AGE_US;
  self->max_bytes = WAVE_JOURNAL_MAX_BYTES;
  self->journals = g_ptr_array_new_with_free_func (g_object_unref);
  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify)wave_batch_unref);
  return self;
}

WaveLink *
wave_link_ref (WaveLink *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
wave_link_unref (WaveLink *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < self->journals->len; i++)
    wave_journal_set_failure_func (self->journals->pdata[i], NULL, NULL);
  g_clear_pointer (&self->inbox, wave_inbox_unref);
  g_ptr_array_unref (self->journals);
  g_ptr_array_unref (self->early);
  g_free (self->server);
  g_free (self->data_dir);
  g_free (self->tenant_id);
  g_free (self->failure);
  g_free (self->set_aside);
  g_free (self->former_name);
  g_mutex_clear (&self->opening);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->woken);
  g_free (self);
}

void
wave_link_set_inbox (WaveLink *self, WaveInbox *inbox)
{
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->inbox, wave_inbox_unref);
  self->inbox = inbox != NULL ? wave_inbox_ref (inbox) : NULL;
  g_mutex_unlock (&self->lock);
}

static void
set_failure (WaveLink *self, const char *failure)
{
  g_mutex_lock (&self->lock);
  if (g_set_str (&self->failure, failure))
    self->serial++;
  g_mutex_unlock (&self->lock);
}

static void
on_failure (const char *failure, gpointer user_data)
{
  set_failure (user_data, failure);
}

/* Which tenant was last seen on a server: a small file beside the journals, by the hash of the server. */
static char *
last_path (WaveLink *self)
{
  g_autofree char *journal = wave_journal_path_for (self->data_dir, self->server, "");
  g_autofree char *dir = g_path_get_dirname (journal);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->server, -1);

  return g_strdup_printf ("%s/last-%.32s", dir, hash);
}

static void
remember_tenant (WaveLink *self, const char *tenant_id)
{
  g_autofree char *path = last_path (self);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (path, tenant_id, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_debug ("the last tenant could not be remembered: %s", error->message);
}

/* The name that a server gave itself, likewise beside the journals. When it differs from last time a person should know: it may be another server. */
static void
compare_name (WaveLink *self, const char *name)
{
  g_autofree char *last = last_path (self);
  g_autofree char *path = g_strconcat (last, "-name", NULL);
  g_autofree char *former = NULL;
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  if (g_file_get_contents (path, &former, &length, NULL) && length > 0 && length <= MAX_NAME && strlen (former) == length
      && g_utf8_validate (former, -1, NULL))
    {
      if (g_str_equal (former, name))
        return;
      g_message ("the server was called %s the last time, and now %s", former, name);
      g_mutex_lock (&self->lock);
      g_set_str (&self->former_name, former);
      self->serial++;
      g_mutex_unlock (&self->lock);
    }
  if (strlen (name) <= MAX_NAME && !g_file_set_contents_full (path, name, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_debug ("the name of the server could not be remembered: %s", error->message);
}

/* With the opening mutex held. Returns: (transfer full) (nullable) */
static WaveJournal *
open_journal (WaveLink *self, const char *tenant_id)
{
  g_autofree char *path = wave_journal_path_for (self->data_dir, self->server, tenant_id);
  g_autofree char *set_aside = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveJournal) journal = wave_journal_open (path, &set_aside, &error);

  g_mutex_lock (&self->lock);
  if (set_aside != NULL && g_set_str (&self->set_aside, set_aside))
    self->serial++;
  g_mutex_unlock (&self->lock);
  if (journal == NULL)
    {
      g_message ("the journal could not be opened: %s", error->message);
      set_failure (self, error->message);
      return NULL;
    }
  set_failure (self, NULL);
  wave_journal_set_failure_func (journal, on_failure, self);
  return g_steal_pointer (&journal);
}

/* With the opening mutex held: from here on batches go into @journal; those that waited for one first. */
static void
take_journal (WaveLink *self, WaveJournal *journal, const char *tenant_id, gboolean with_early)
{
  g_mutex_lock (&self->lock);
  self->journal = journal;
  /* What waited was of the tenant before this one, whose journal could not be opened. */
  if (with_early && self->tenant_id != NULL && !g_str_equal (self->tenant_id, tenant_id))
    {
      g_ptr_array_set_size (self->early, 0);
      self->n_early = 0;
    }
  g_set_str (&self->tenant_id, tenant_id);
  if (journal != NULL && !g_ptr_array_find (self->journals, journal, NULL))
    {
      g_ptr_array_add (self->journals, g_object_ref (journal));
      if (self->max_age_us != WAVE_JOURNAL_MAX_AGE_US || self->max_bytes != WAVE_JOURNAL_MAX_BYTES)
        wave_journal_set_retention (journal, self->max_age_us, self->max_bytes);
    }
  for (guint i = 0; with_early && journal != NULL && i < self->early->len; i++)
    wave_journal_submit (journal, self->early->pdata[i]);
  if (with_early && journal != NULL)
    {
      g_ptr_array_set_size (self->early, 0);
      self->n_early = 0;
    }
  self->serial++;
  g_mutex_unlock (&self->lock);
}

WaveJournal *
wave_link_open_last (WaveLink *self, char **tenant_id)
{
  g_autofree char *path = last_path (self);
  g_autofree char *id = NULL;
  g_autofree char *file = NULL;
  g_autoptr (WaveJournal) journal = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &id, &length, NULL) || length == 0 || strlen (id) != length
      || !g_utf8_validate (id, -1, NULL))
    return NULL;
  file = wave_journal_path_for (self->data_dir, self->server, id);
  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    return NULL;
  g_mutex_lock (&self->opening);
  /* The session may have been faster. */
  if (self->journal == NULL && !self->closed)
    {
      journal = open_journal (self, id);
      if (journal != NULL)
        take_journal (self, journal, id, FALSE);
    }
  g_mutex_unlock (&self->opening);
  if (journal != NULL)
    *tenant_id = g_steal_pointer (&id);
  return g_steal_pointer (&journal);
}

/* The disk was full, or the like: once the journal can be opened, what waited goes into it. Its cursor stays, because where this session began is not
 * where the journal ended: a later run fetches what lies between. */
static gpointer
reopen (gpointer user_data)
{
  WaveLink *self = user_data;

  g_mutex_lock (&self->lock);
  while (!self->closed)
    {
      g_autofree char *tenant_id = NULL;
      g_autoptr (WaveJournal) journal = NULL;

      if (!self->failed)
        {
          g_cond_wait (&self->woken, &self->lock);
          continue;
        }
      if (g_cond_wait_until (&self->woken, &self->lock, g_get_monotonic_time () + REOPEN_US))
        continue;
      tenant_id = g_strdup (self->tenant_id);
      g_mutex_unlock (&self->lock);
      g_mutex_lock (&self->opening);
      if (self->failed && !self->closed && g_strcmp0 (tenant_id, self->tenant_id) == 0)
        journal = open_journal (self, tenant_id);
      if (journal != NULL)
        {
          g_message ("the journal can be opened again");
          wave_journal_keep_cursor (journal);
          take_journal (self, journal, tenant_id, TRUE);
        }
      g_mutex_unlock (&self->opening);
      g_mutex_lock (&self->lock);
      self->failed = self->failed && journal == NULL;
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* With the opening mutex held. */
static void
note_failed (WaveLink *self, gboolean failed)
{
  g_mutex_lock (&self->lock);
  self->failed = failed;
  if (failed && self->reopener == NULL && !self->closed)
    self->reopener = g_thread_new ("journal-reopen", reopen, self);
  g_cond_signal (&self->woken);
  g_mutex_unlock (&self->lock);
}

void
wave_link_resume (const char *server_name, const char *tenant_id, WaveResume *resume, gpointer user_data)
{
  WaveLink *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveJournal) journal = NULL;
  const char *tenant = tenant_id != NULL ? tenant_id : "";

  resume->cursor = -1;
  resume->keys = NULL;
  g_mutex_lock (&self->opening);
  if (self->journal != NULL && g_str_equal (self->tenant_id, tenant))
    journal = g_object_ref (self->journal);
  else if (!self->closed)
    journal = open_journal (self, tenant);
  take_journal (self, journal, tenant, TRUE);
  note_failed (self, journal == NULL);
  g_mutex_unlock (&self->opening);
  if (journal == NULL)
    return;
  if (*tenant != '\0')
    remember_tenant (self, tenant);
  if (server_name != NULL && *server_name != '\0')
    compare_name (self, server_name);
  resume->cursor = wave_journal_get_cursor (journal);
  resume->keys = wave_journal_get_recent_keys (journal, KEYS, &error);
  if (error != NULL)
    g_message ("the keys of the journal could not be read: %s", error->message);
}

void
wave_link_batch (WaveBatch *batch, gpointer user_data)
{
  WaveLink *self = user_data;

  g_mutex_lock (&self->lock);
  if (self->journal != NULL && !self->closed)
    wave_journal_submit (self->journal, batch);
  else if (self->early->len < MAX_EARLY || (self->failed && self->n_early < MAX_EARLY_EVENTS))
    {
      g_ptr_array_add (self->early, wave_batch_ref (batch));
      self->n_early += batch->events->len;
    }
  if (self->inbox != NULL)
    wave_inbox_push (self->inbox, batch);
  g_mutex_unlock (&self->lock);
}

gboolean
wave_link_is_behind (gpointer user_data)
{
  WaveLink *self = user_data;
  gboolean behind;

  g_mutex_lock (&self->lock);
  behind = (self->inbox != NULL && wave_inbox_is_behind (self->inbox)) || (self->journal != NULL && !self->closed && wave_journal_is_behind (self->journal));
  g_mutex_unlock (&self->lock);
  return behind;
}

WaveJournal *
wave_link_ref_journal (WaveLink *self)
{
  WaveJournal *journal;

  g_mutex_lock (&self->lock);
  journal = self->journal != NULL ? g_object_ref (self->journal) : NULL;
  g_mutex_unlock (&self->lock);
  return journal;
}

void
wave_link_set_retention (WaveLink *self, gint64 max_age_us, guint64 max_bytes)
{
  g_mutex_lock (&self->lock);
  if (self->max_age_us != max_age_us || self->max_bytes != max_bytes)
    {
      self->max_age_us = max_age_us;
      self->max_bytes = max_bytes;
      for (guint i = 0; i < self->journals->len; i++)
        wave_journal_set_retention (self->journals->pdata[i], max_age_us, max_bytes);
    }
  g_mutex_unlock (&self->lock);
}

char *
wave_link_dup_failure (WaveLink *self)
{
  char *failure;

  g_mutex_lock (&self->lock);
  failure = g_strdup (self->failure);
  g_mutex_unlock (&self->lock);
  return failure;
}

char *
wave_link_dup_set_aside (WaveLink *self)
{
  char *set_aside;

  g_mutex_lock (&self->lock);
  set_aside = g_strdup (self->set_aside);
  g_mutex_unlock (&self->lock);
  return set_aside;
}

char *
wave_link_dup_former_name (WaveLink *self)
{
  char *former_name;

  g_mutex_lock (&self->lock);
  former_name = g_strdup (self->former_name);
  g_mutex_unlock (&self->lock);
  return former_name;
}

guint
wave_link_get_serial (WaveLink *self)
{
  guint serial;

  g_mutex_lock (&self->lock);
  serial = self->serial;
  g_mutex_unlock (&self->lock);
  return serial;
}

void
wave_link_close (WaveLink *self)
{
  g_autoptr (GThread) reopener = NULL;

  g_mutex_lock (&self->opening);
  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  reopener = g_steal_pointer (&self->reopener);
  g_cond_signal (&self->woken);
  g_mutex_unlock (&self->lock);
  g_mutex_unlock (&self->opening);
  if (reopener != NULL)
    g_thread_join (g_steal_pointer (&reopener));
  g_mutex_lock (&self->opening);
  for (guint i = 0; i < self->journals->len; i++)
    {
      wave_journal_close (self->journals->pdata[i]);
      wave_journal_set_failure_func (self->journals->pdata[i], NULL, NULL);
    }
  g_mutex_unlock (&self->opening);
}
