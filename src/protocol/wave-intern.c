// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "protocol/wave-intern.h"

#include <stddef.h>
#include <string.h>

typedef struct _Entry Entry;
struct _Entry
{
  Entry *next;
  guint64 hash;
  guint length;
  guint holders; /* atomic; with FOR_EVER in it nobody counts any more */
  char text[];
};

/* Decoding and releasing happen on different threads; a lock for each part of the table keeps them out of each other's way. */
#define N_SHARDS 32
typedef struct
{
  GMutex lock;
  Entry **buckets;
  guint n_buckets; /* a power of two, or 0 */
  guint n_entries;
} Shard;

static Shard shards[N_SHARDS];

/* A string that so many events hold at a time is one of those that all of them have. It is kept, so that threads do not take the counter from each other with each
 * event. Only so many are, whatever a server sends. */
#define OFTEN 1000
#define MAX_FOR_EVER 4096
#define FOR_EVER (1u << 31)
#define N_LATEST 512
static guint n_for_ever; /* atomic */

/* Seeded for each process, so that nobody outside can choose strings that all fall into one bucket. */
static guint64
seed (void)
{
  static gsize value = 0;

  if (g_once_init_enter (&value))
    g_once_init_leave (&value, ((gsize)g_random_int () << 32) | g_random_int () | 1);
  return value;
}

static guint64
mix (guint64 a, guint64 b)
{
  unsigned __int128 product = (unsigned __int128)a * b;

  return (guint64)product ^ (guint64)(product >> 64);
}

static guint64
hash_text (const char *text, gsize length)
{
  guint64 hash = seed () ^ length;
  guint64 word;

  for (; length >= 8; text += 8, length -= 8)
    {
      memcpy (&word, text, 8);
      hash = mix (hash ^ word, G_GUINT64_CONSTANT (0x9E3779B97F4A7C15));
    }
  word = 0;
  memcpy (&word, text, length);
  return mix (hash ^ word, G_GUINT64_CONSTANT (0xD6E8FEB86659FD93));
}

static void
grow (Shard *shard)
{
  guint n_buckets = MAX (16, shard->n_buckets * 2);
  Entry **buckets = g_new0 (Entry *, n_buckets);

  for (guint i = 0; i < shard->n_buckets; i++)
    for (Entry *entry = shard->buckets[i], *next; entry != NULL; entry = next)
      {
        Entry **place = &buckets[entry->hash & (n_buckets - 1)];

        next = entry->next;
        entry->next = *place;
        *place = entry;
      }
  g_free (shard->buckets);
  shard->buckets = buckets;
  shard->n_buckets = n_buckets;
}

/* With the lock of its shard. */
static void
hold (Entry *entry)
{
  guint holders = g_atomic_int_get (&entry->holders);

  if ((holders & FOR_EVER) != 0)
    return;
  g_atomic_int_inc (&entry->holders);
  if (holders > OFTEN && g_atomic_int_get (&n_for_ever) < MAX_FOR_EVER)
    {
      g_atomic_int_inc (&n_for_ever);
      g_atomic_int_or (&entry->holders, FOR_EVER);
    }
}

const char *
wave_intern (const char *text, gsize length)
{
  /* Of those that are kept for ever: nobody has to be asked for them. */
  static _Thread_local Entry *latest[N_LATEST];
  guint64 hash = hash_text (text, length);
  Shard *shard = &shards[hash >> 59];
  Entry *entry = latest[hash % N_LATEST];

  G_STATIC_ASSERT (N_SHARDS == 32);
  if (entry != NULL && entry->hash == hash && entry->length == length && memcmp (entry->text, text, length) == 0)
    return entry->text;
  entry = NULL;
  g_mutex_lock (&shard->lock);
  if (shard->n_buckets > 0)
    for (entry = shard->buckets[hash & (shard->n_buckets - 1)]; entry != NULL; entry = entry->next)
      if (entry->hash == hash && entry->length == length && memcmp (entry->text, text, length) == 0)
        break;
  if (entry != NULL)
    hold (entry);
  else
    {
      if (shard->n_entries >= shard->n_buckets)
        grow (shard);
      entry = g_malloc (offsetof (Entry, text) + length + 1);
      entry->hash = hash;
      entry->length = length;
      entry->holders = 1;
      memcpy (entry->text, text, length);
      entry->text[length] = '\0';
      entry->next = shard->buckets[hash & (shard->n_buckets - 1)];
      shard->buckets[hash & (shard->n_buckets - 1)] = entry;
      shard->n_entries++;
    }
  if ((g_atomic_int_get (&entry->holders) & FOR_EVER) != 0)
    latest[hash % N_LATEST] = entry;
  g_mutex_unlock (&shard->lock);
  return entry->text;
}

const char *
wave_intern_ref (const char *interned)
{
  Entry *entry;

  if (interned == NULL)
    return NULL;
  entry = (Entry *)(interned - offsetof (Entry, text));
  if ((g_atomic_int_get (&entry->holders) & FOR_EVER) == 0)
    g_atomic_int_inc (&entry->holders);
  return interned;
}

void
wave_intern_release (const char *interned)
{
  Entry *entry;
  Shard *shard;
  guint holders;

  if (interned == NULL)
    return;
  entry = (Entry *)(interned - offsetof (Entry, text));

  /* Only the last holder needs the lock: under it nobody can take a new hold of the entry. */
  holders = g_atomic_int_get (&entry->holders);
  while (holders > 1)
    if ((holders & FOR_EVER) != 0)
      return;
    else if (g_atomic_int_compare_and_exchange_full ((gint *)&entry->holders, holders, holders - 1, (gint *)&holders))
      return;

  shard = &shards[entry->hash >> 59];
  g_mutex_lock (&shard->lock);
  if ((g_atomic_int_get (&entry->holders) & FOR_EVER) == 0 && g_atomic_int_dec_and_test (&entry->holders))
    {
      Entry **place = &shard->buckets[entry->hash & (shard->n_buckets - 1)];

      while (*place != entry)
        place = &(*place)->next;
      *place = entry->next;
      shard->n_entries--;
      g_free (entry);
    }
  g_mutex_unlock (&shard->lock);
}

guint
wave_intern_count (void)
{
  guint count = 0;

  for (guint i = 0; i < N_SHARDS; i++)
    {
      g_mutex_lock (&shards[i].lock);
      count += shards[i].n_entries;
      g_mutex_unlock (&shards[i].lock);
    }
  return count;
}
