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

/* Stands before the object. Its size is a multiple of 16, so that the object is aligned like the block. */
typedef struct
{
  char *next;
  char *end;
  Extra *extras;
  gpointer unused;
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
  g_free (slab);
}
