// SPDX-License-Identifier: GPL-3.0-or-later
// Where the entries of an event log are: the newest in memory, older ones in a file that is mapped, so that a day at full speed does not fill the memory. Every entry keeps its
// address; who reads an old one brings its page back from the disk, and the kernel takes it away again when memory is short.
#include "config.h"

#include "journal/wave-event-log-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of 640 KiB: a multiple of every size that pages have. */
#define BLOCK_BYTES (WAVE_LOG_BLOCK * sizeof (WaveLogEntry))
G_STATIC_ASSERT (BLOCK_BYTES % 65536 == 0);

guint wave_log_warm_blocks = WAVE_LOG_WARM_BLOCKS;

void
wave_log_index_init (WaveLogIndex *index)
{
  index->blocks = g_new0 (WaveLogEntry *, WAVE_LOG_N_BLOCKS);
  index->n_warm = wave_log_warm_blocks;
  index->fd = -1;
}

void
wave_log_index_clear (WaveLogIndex *index)
{
  for (guint i = 0; i < WAVE_LOG_N_BLOCKS && index->blocks[i] != NULL; i++)
    munmap (index->blocks[i], BLOCK_BYTES);
  g_free (index->blocks);
  if (index->fd >= 0)
    close (index->fd);
}

gboolean
wave_log_index_make_room (WaveEventLog *self, guint i)
{
  guint block = i >> WAVE_LOG_BLOCK_BITS;
  void *made;

  if (block >= WAVE_LOG_N_BLOCKS)
    {
      if (!self->index.full)
        {
          self->index.full = TRUE;
          g_message ("bound reached: %u events in the list", i);
          wave_log_set_note (self, _("The list of events is full. What comes from now on goes to the journal and is not listed; open the account anew to see it."));
        }
      return FALSE;
    }
  if (self->index.blocks[block] != NULL)
    return TRUE;
  made = mmap (NULL, BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED)
    g_error ("no memory for the list of events");
  self->index.blocks[block] = made;
  return TRUE;
}

/* Beside the journal: there is the room for what belongs to it. The file has no name from the start, so that nothing of it outlives the program. */
static int
open_file (WaveEventLog *self)
{
  g_autofree char *dir = self->path != NULL && !self->is_recording ? g_path_get_dirname (self->path) : g_build_filename (g_get_user_cache_dir (), "wavescope", NULL);
  g_autofree char *name = g_build_filename (dir, "index-XXXXXX", NULL);
  int fd;

  g_mkdir_with_parents (dir, 0700);
  fd = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    g_unlink (name);
  return fd;
}

static gboolean
write_all (int fd, const char *bytes, gsize n, off_t at)
{
  while (n > 0)
    {
      ssize_t written = pwrite (fd, bytes, n, at);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      bytes += written;
      n -= written;
      at += written;
    }
  return TRUE;
}

/* The block keeps its address and what stands in it; a change of an entry later on stays in memory. */
static gboolean
put_on_disk (WaveEventLog *self, guint block)
{
  WaveLogEntry *entries = self->index.blocks[block];
  g_autofree WaveLogEntry *copy = NULL;
  off_t at = (off_t) block * BLOCK_BYTES;
  void *mapped;
  gboolean done;

  if (self->index.fd < 0 && (self->index.fd = open_file (self)) < 0)
    return FALSE;
  g_mutex_lock (&self->memory_lock);
  copy = g_memdup2 (entries, BLOCK_BYTES);
  g_mutex_unlock (&self->memory_lock);
  /* What the disk refuses only later would be missed when it is read. */
  if (!write_all (self->index.fd, (const char *) copy, BLOCK_BYTES, at) || fdatasync (self->index.fd) != 0)
    return FALSE;
  mapped = mmap (NULL, BLOCK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE, self->index.fd, at);
  if (mapped == MAP_FAILED)
    return FALSE;
  errno = 0;
  /* Where the bytes of an event are may have changed meanwhile, which it does with this lock: then it is done the next time. */
  g_mutex_lock (&self->memory_lock);
  done = memcmp (copy, entries, BLOCK_BYTES) == 0;
  /* What stood there has gone before the move can fail. */
  if (done && mremap (mapped, BLOCK_BYTES, BLOCK_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, entries) != entries)
    g_error ("no memory for the list of events");
  g_mutex_unlock (&self->memory_lock);
  if (!done)
    munmap (mapped, BLOCK_BYTES);
  return done;
}

gboolean
wave_log_index_is_long (WaveEventLog *self)
{
  return (wave_event_log_get_n_events (self) >> WAVE_LOG_BLOCK_BITS) > (guint) g_atomic_int_get (&self->index.n_cold) + self->index.n_warm;
}

void
wave_log_index_shorten (WaveEventLog *self)
{
  guint n_blocks = wave_event_log_get_n_events (self) >> WAVE_LOG_BLOCK_BITS;

  /* A disk that is full is tried once for each new block. */
  if (self->index.failed_at == n_blocks)
    return;
  while (wave_log_index_is_long (self) && !g_atomic_int_get (&self->closing))
    {
      if (!put_on_disk (self, self->index.n_cold))
        {
          if (self->index.failed_at == 0 && errno != 0)
            g_message ("the older part of the list of events stays in memory: %s", g_strerror (errno));
          if (errno != 0)
            self->index.failed_at = n_blocks;
          return;
        }
      g_atomic_int_inc (&self->index.n_cold);
    }
}
