// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "protocol/wave-slab.h"

#include <string.h>

typedef struct _Extra Extra;
struct _Extra
{
  Extra *next;
  guint64 data[];
};

/* What many objects share. The thread that fills it has counted on so many owners beforehand, so that only giving one back is atomic. */
#define POOL_SIZE (64 * 1024)
#define POOL_OWNERS (1 << 24)
#define MAX_SPARE 16
typedef struct _Pool Pool;
struct _Pool
{
  gint owners; /* atomic */
  gint given;  /* the filling thread only */
  gsize used;
  Pool *next;
  gpointer unused; /* what follows is aligned like the block */
  char data[];
};
G_STATIC_ASSERT (sizeof (Pool) % 16 == 0);

/* Emptied ones wait here to be filled again: the threads that free are not the one that fills. */
static GMutex spare_lock;
static Pool *spare;
static guint n_spare;

/* Stands before the object. Its size is a multiple of 16, so that the object is aligned like the block. */
typedef struct
{
  char *next;
  char *end;
  Extra *extras;
  Pool *pool; /* nullable: the block that it shares */
} Slab;
G_STATIC_ASSERT (sizeof (Slab) % 16 == 0);

#define EXTRA_ROOM 1024

gpointer
wave_slab_new (gsize size, gsize room)
{
  Slab *slab;
  gsize object = (size + 7) & ~(gsize)7;

  slab = g_malloc (sizeof (Slab) + object + room);
  memset (slab, 0, sizeof (Slab) + object);
  slab->next = (char *)(slab + 1) + object;
  slab->end = slab->next + room;
  return slab + 1;
}

static void
pool_drop (Pool *pool, gint owners)
{
  if (g_atomic_int_add (&pool->owners, -owners) != owners)
    return;
  g_mutex_lock (&spare_lock);
  if (n_spare < MAX_SPARE)
    {
      pool->next = spare;
      spare = pool;
      n_spare++;
      pool = NULL;
    }
  g_mutex_unlock (&spare_lock);
  g_free (pool);
}

static void
pool_release (gpointer pool)
{
  pool_drop (pool, 1);
}

static void
pool_retire (gpointer data)
{
  Pool *pool = data;

  pool_drop (pool, POOL_OWNERS - pool->given);
}

static GPrivate filling = G_PRIVATE_INIT (pool_retire);

static Pool *
pool_new (void)
{
  Pool *pool;

  g_mutex_lock (&spare_lock);
  pool = spare;
  if (pool != NULL)
    {
      spare = pool->next;
      n_spare--;
    }
  g_mutex_unlock (&spare_lock);
  if (pool == NULL)
    pool = g_malloc (POOL_SIZE);
  pool->owners = POOL_OWNERS;
  pool->given = 0;
  pool->used = 0;
  return pool;
}

/* The block that has room for @size bytes more; one owner more is counted. */
static Pool *
pool_take (gsize size)
{
  Pool *pool = g_private_get (&filling);

  if (pool == NULL || pool->used + size > POOL_SIZE - sizeof (Pool) || pool->given >= POOL_OWNERS / 2)
    {
      pool = pool_new ();
      g_private_replace (&filling, pool);
    }
  pool->given++;
  return pool;
}

gpointer
wave_slab_new_pooled (gsize size, gsize room)
{
  gsize object = (size + 7) & ~(gsize)7;
  gsize whole = (sizeof (Slab) + object + room + 15) & ~(gsize)15;
  Pool *pool;
  Slab *slab;

#ifdef __SANITIZE_ADDRESS__
  /* There each object stands alone, so that a use after its end is seen. */
  return wave_slab_new (size, room);
#endif
  if (whole > POOL_SIZE / 8)
    return wave_slab_new (size, room);
  pool = pool_take (whole);
  slab = (Slab *)(pool->data + pool->used);
  pool->used += whole;
  memset (slab, 0, sizeof (Slab) + object);
  slab->next = (char *)(slab + 1) + object;
  slab->end = (char *)slab + whole;
  slab->pool = pool;
  return slab + 1;
}

void
wave_slab_close (gpointer object)
{
  Slab *slab = (Slab *)object - 1;
  Pool *pool = slab->pool;

  /* Unless it went on in an extra block, its end is the end of what is used. */
  if (pool == NULL || slab->end != pool->data + pool->used)
    return;
  slab->end = slab->next;
  pool->used = (slab->next - pool->data + 15) & ~(gsize)15;
}

/* Room for @size bytes: in the block, else in the last extra block, else in a new one (of its own when it is large). */
static char *
find_room (Slab *slab, gsize size)
{
  gsize room = MAX (size, EXTRA_ROOM);
  Extra *extra;
  char *found;

  if (G_LIKELY ((gsize)(slab->end - slab->next) >= size))
    {
      found = slab->next;
      slab->next += size;
      return found;
    }
  extra = g_malloc (sizeof (Extra) + room);
  extra->next = slab->extras;
  slab->extras = extra;
  found = (char *)extra->data;
  if (room - size > (gsize)(slab->end - slab->next))
    {
      slab->next = found + size;
      slab->end = found + room;
    }
  return found;
}

gpointer
wave_slab_alloc (gpointer object, gsize size)
{
  Slab *slab = (Slab *)object - 1;
  gsize pad = -(guintptr)slab->next & 7;
  char *found = find_room (slab, size + pad);

  /* An extra block starts aligned, so the padding is only needed (and only there) when the room was in the current one. */
  found += -(guintptr)found & 7;
  return memset (found, 0, size);
}

char *
wave_slab_copy (gpointer object, const char *text, gsize length)
{
  char *copy = find_room ((Slab *)object - 1, length + 1);

  memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}

void
wave_slab_free (gpointer object)
{
  Slab *slab;

  if (object == NULL)
    return;
  slab = (Slab *)object - 1;
  for (Extra *extra = slab->extras, *next; extra != NULL; extra = next)
    {
      next = extra->next;
      g_free (extra);
    }
  if (slab->pool != NULL)
    pool_release (slab->pool);
  else
    g_free (slab);
}
