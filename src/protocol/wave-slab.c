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

/* A thread that makes objects. Those that other threads are done with come back to it and are freed there: if they were freed where they ended, each of both threads
 * would wait for the other at the lock of the one arena that they come from. A thread that ends leaves its home to the next one. */
typedef struct _Home Home;
struct _Home
{
  gpointer returned; /* atomic: a stack of slabs, or &nobody_home */
  gsize taken;       /* since memory was asked for in advance */
  Home *next;        /* while nobody lives there */
};
static char nobody_home;
static GMutex homes_lock;
static Home *empty_homes;

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
  Home *home; /* of one that stands alone: where it came from */
  gpointer unused;
} Slab;
G_STATIC_ASSERT (sizeof (Slab) % 16 == 0);

#define EXTRA_ROOM 1024
/* glibc lets the heap of a thread that is not the first grow by a page at a time, with a system call each: twice this is asked for whenever this much was taken, and given back at once.
 * More than the threshold of wave_memory_tune() would come from elsewhere. */
#define RESERVED (1536 * 1024)

static void
release_extras (Slab *slab)
{
  for (Extra *extra = slab->extras, *next; extra != NULL; extra = next)
    {
      next = extra->next;
      g_free (extra);
    }
}

static void
slab_release (Slab *slab)
{
  release_extras (slab);
  g_free (slab);
}

/* ---- homes ---- */

static void
home_take_back (gpointer returned)
{
  for (Slab *slab = returned, *next; slab != NULL; slab = next)
    {
      next = (Slab *)slab->next;
      slab_release (slab);
    }
}

static void
home_leave (gpointer data)
{
  Home *home = data;

  home_take_back (g_atomic_pointer_exchange (&home->returned, &nobody_home));
  g_mutex_lock (&homes_lock);
  home->next = empty_homes;
  empty_homes = home;
  g_mutex_unlock (&homes_lock);
}

static GPrivate at_home = G_PRIVATE_INIT (home_leave);

static Home *
home_find (void)
{
  Home *home;

  g_mutex_lock (&homes_lock);
  home = empty_homes;
  if (home != NULL)
    empty_homes = home->next;
  g_mutex_unlock (&homes_lock);
  if (home == NULL)
    home = g_new0 (Home, 1);
  g_atomic_pointer_set (&home->returned, NULL);
  g_private_set (&at_home, home);
  return home;
}

/* @size: what is about to be taken */
static Home *
home_enter (gsize size)
{
  Home *home = g_private_get (&at_home);

  if (home == NULL)
    home = home_find ();
  if (g_atomic_pointer_get (&home->returned) != NULL)
    home_take_back (g_atomic_pointer_exchange (&home->returned, NULL));
  home->taken += size;
  if (home->taken > RESERVED)
    {
      gpointer much = g_malloc (RESERVED * 2);

      home->taken = 0;
      g_free (much);
    }
  return home;
}

/* Returns: FALSE when nobody is there to take it */
static gboolean
home_give_back (Home *home, Slab *slab)
{
  gpointer returned;

#ifdef __SANITIZE_ADDRESS__
  /* What is used after its end is seen there only if it ends at once. */
  return FALSE;
#endif
  do
    {
      returned = g_atomic_pointer_get (&home->returned);
      if (returned == &nobody_home)
        return FALSE;
      slab->next = returned;
    }
  while (!g_atomic_pointer_compare_and_exchange (&home->returned, returned, slab));
  return TRUE;
}

/* ---- objects ---- */

gpointer
wave_slab_new (gsize size, gsize room)
{
  gsize object = (size + 7) & ~(gsize)7;
  Home *home = home_enter (size + room);
  Slab *slab;

  slab = g_malloc (sizeof (Slab) + object + room);
  memset (slab, 0, sizeof (Slab) + object);
  slab->next = (char *)(slab + 1) + object;
  slab->end = slab->next + room;
  slab->home = home;
  return slab + 1;
}

/* ---- pools ---- */

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
    {
      home_enter (POOL_SIZE);
      pool = g_malloc (POOL_SIZE);
    }
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

/* ---- objects in pools ---- */

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
  if (slab->pool == NULL)
    {
      if (slab->home == g_private_get (&at_home) || !home_give_back (slab->home, slab))
        slab_release (slab);
      return;
    }
  release_extras (slab);
  pool_release (slab->pool);
}
