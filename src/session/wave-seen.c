// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-seen.h"

#include <string.h>

/* @serial tells the age: an entry whose event is further back than the capacity counts as absent, and goes when the table is rebuilt. */
typedef struct {
  guint64 hash; /* 0: empty */
  guint32 serial;
  guint32 content; /* of an id: its first content hash, 0 not known */
} Entry;

struct _WaveSeen
{
  Entry *entries;
  gsize size, used; /* size is a power of two */
  guint capacity;
  guint32 serial;     /* events remembered so far */
  gint64 *positions;  /* ring: by serial */
  gint64 floor;
  gboolean keys_forgotten;
  gboolean has_anonymous; /* an event without an id is, or was, remembered */
  guint64 epoch, seed;
};

/* In the ring: nothing, and a key from a journal, whose position is not known. */
enum { RING_EMPTY = -1, RING_KEY = -2 };
enum { SALT_ID = 1, SALT_POSITION, SALT_ANONYMOUS, SALT_CONTENT };

static guint64
mix (guint64 a, guint64 b)
{
  guint64 x = a * 0x9e3779b97f4a7c15u ^ (b + 0x7f4a7c159e3779b9u) * 0xbf58476d1ce4e5b9u;

  x ^= x >> 31;
  x *= 0x94d049bb133111ebu;
  x ^= x >> 29;
  return x != 0 ? x : 1;
}

/* With a seed of each set, so that no server can choose ids that fall into one place. */
static guint64
hash_string (const WaveSeen *seen, const char *text)
{
  guint64 hash = 0xcbf29ce484222325u ^ seen->seed;
  gsize length = strlen (text);
  guint64 word;

  for (; length >= 8; text += 8, length -= 8)
    {
      memcpy (&word, text, 8);
      hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
      hash ^= hash >> 32;
    }
  word = 0;
  memcpy (&word, text, length);
  hash = (hash ^ word ^ ((guint64) length << 56)) * 0x9e3779b97f4a7c15u;
  return mix (hash, SALT_ID);
}

static gboolean
is_fresh (const WaveSeen *seen, const Entry *entry)
{
  return seen->serial - entry->serial < seen->capacity;
}

static Entry *
slot_for (Entry *entries, gsize size, guint64 hash)
{
  gsize index = hash & (size - 1);

  while (entries[index].hash != 0 && entries[index].hash != hash)
    index = (index + 1) & (size - 1);
  return &entries[index];
}

static Entry *
find (WaveSeen *seen, guint64 hash)
{
  Entry *entry = slot_for (seen->entries, seen->size, hash);

  return entry->hash != 0 && is_fresh (seen, entry) ? entry : NULL;
}

/* Written at once: a page that is read first, as a look-up does, is one of zeros that all share, and its first write then stops the other threads for a
 * moment. */
static Entry *
entries_new (gsize size)
{
  return memset (g_new (Entry, size), 0, size * sizeof (Entry));
}

static void
rebuild (WaveSeen *seen)
{
  gsize n_fresh = 0, size = 1024;
  Entry *entries;

  for (gsize i = 0; i < seen->size; i++)
    if (seen->entries[i].hash != 0 && is_fresh (seen, &seen->entries[i]))
      n_fresh++;
  while (size < n_fresh * 3)
    size *= 2;
  entries = entries_new (size);
  for (gsize i = 0; i < seen->size; i++)
    if (seen->entries[i].hash != 0 && is_fresh (seen, &seen->entries[i]))
      *slot_for (entries, size, seen->entries[i].hash) = seen->entries[i];
  g_free (seen->entries);
  seen->entries = entries;
  seen->size = size;
  seen->used = n_fresh;
}

static void
put (WaveSeen *seen, guint64 hash, guint32 content)
{
  Entry *entry;

  if (seen->used * 10 >= seen->size * 7)
    rebuild (seen);
  entry = slot_for (seen->entries, seen->size, hash);
  if (entry->hash == 0)
    seen->used++;
  *entry = (Entry) { hash, seen->serial, content };
}

static void
put_anonymous (WaveSeen *seen, guint64 hash)
{
  put (seen, hash, 0);
  seen->has_anonymous = TRUE;
}

/* A further event is remembered, and the one that is now too far back is forgotten. */
static void
advance (WaveSeen *seen, gint64 position)
{
  gint64 *place;

  seen->serial++;
  place = &seen->positions[seen->serial % seen->capacity];
  if (*place == RING_KEY)
    seen->keys_forgotten = TRUE;
  seen->floor = MAX (seen->floor, *place);
  *place = position;
}

WaveSeen *
wave_seen_new (guint capacity)
{
  WaveSeen *seen = g_new0 (WaveSeen, 1);

  g_assert (capacity > 0);
  seen->capacity = capacity;
  seen->seed = (guint64) g_random_int () << 32 | g_random_int ();
  seen->positions = g_new (gint64, capacity);
  wave_seen_clear (seen);
  return seen;
}

WaveSeen *
wave_seen_new_beside (const WaveSeen *seen)
{
  WaveSeen *other = wave_seen_new (seen->capacity);

  other->seed = seen->seed;
  other->epoch = seen->epoch;
  return other;
}

void
wave_seen_free (WaveSeen *seen)
{
  g_free (seen->entries);
  g_free (seen->positions);
  g_free (seen);
}

void
wave_seen_clear (WaveSeen *seen)
{
  g_free (seen->entries);
  seen->size = 1024;
  seen->entries = entries_new (seen->size);
  seen->used = 0;
  seen->floor = -1;
  seen->keys_forgotten = FALSE;
  for (guint i = 0; i < seen->capacity; i++)
    seen->positions[i] = RING_EMPTY;
}

void
wave_seen_forget_positions (WaveSeen *seen)
{
  seen->epoch++;
  seen->floor = -1;
  seen->keys_forgotten = FALSE;
  for (guint i = 0; i < seen->capacity; i++)
    seen->positions[i] = RING_EMPTY;
}

gint64
wave_seen_get_floor (WaveSeen *seen)
{
  return seen->floor;
}

gboolean
wave_seen_take_keys_forgotten (WaveSeen *seen)
{
  gboolean forgotten = seen->keys_forgotten;

  seen->keys_forgotten = FALSE;
  return forgotten;
}

/* A content hash in the 32 bits that an entry has for it; 0 stays 0. */
static guint32
brief_of (guint64 content)
{
  guint32 brief = (guint32) (mix (content, SALT_CONTENT) >> 32);

  return content == 0 ? 0 : MAX (brief, 1);
}

static gboolean
is_edit (WaveSeen *seen, Entry *known, guint64 hash, guint64 content)
{
  guint32 brief = brief_of (content);

  if (content == 0)
    return FALSE;
  if (known->content == 0)
    {
      known->content = brief;
      return FALSE;
    }
  return known->content != brief && find (seen, mix (hash ^ content, SALT_CONTENT)) == NULL;
}

static guint64
hash_place (const WaveSeen *seen, gint64 position)
{
  return mix ((guint64) position ^ seen->epoch << 48 ^ seen->seed, SALT_POSITION);
}

/* The table is larger than what a core keeps near: both places of an event are fetched at a time. */
static void
fetch (const WaveSeen *seen, guint64 hash, guint64 place)
{
  __builtin_prefetch (&seen->entries[hash & (seen->size - 1)], 1);
  __builtin_prefetch (&seen->entries[place & (seen->size - 1)], 1);
}

void
wave_seen_fetch_ahead (WaveSeen *seen, const WaveEvent *event)
{
  if (event->position >= 0 && event->id != NULL)
    fetch (seen, hash_string (seen, event->id), hash_place (seen, event->position));
}

gboolean
wave_seen_add (WaveSeen *seen, const WaveEvent *event)
{
  guint64 place, anonymous, hash = 0, content = 0;
  guint32 brief = 0;
  Entry *entry;

  if (event->position < 0)
    return TRUE;

  place = hash_place (seen, event->position);
  anonymous = mix (place, SALT_ANONYMOUS);

  if (event->id == NULL)
    {
      if (find (seen, place) != NULL)
        return FALSE;
      advance (seen, event->position);
      put (seen, place, 0);
      put_anonymous (seen, anonymous);
      return TRUE;
    }

  hash = hash_string (seen, event->id);
  fetch (seen, hash, place);
  if (event->kind == WAVE_EVENT_MESSAGE)
    content = wave_event_content_hash (event);
  brief = brief_of (content);

  entry = find (seen, hash);
  if (entry != NULL)
    {
      if (!is_edit (seen, entry, hash, content))
        return FALSE;
      advance (seen, event->position);
      put (seen, mix (hash ^ content, SALT_CONTENT), 0);
      return TRUE;
    }

  entry = seen->has_anonymous ? find (seen, anonymous) : NULL;
  if (entry != NULL)
    {
      /* The same event, now with its id. Only one id can be that event: the next one at this position is another. */
      entry->serial = seen->serial - seen->capacity;
      put (seen, hash, brief);
      return FALSE;
    }

  advance (seen, event->position);
  put (seen, hash, brief);
  put (seen, place, 0);
  return TRUE;
}

void
wave_seen_absorb (WaveSeen *seen, WaveSeen *other)
{
  guint32 n = MIN (other->serial, other->capacity), first = other->serial - n, shift = seen->serial - first;
  gboolean same_positions = seen->epoch == other->epoch;

  g_assert (seen->seed == other->seed && seen->capacity == other->capacity);
  if (same_positions)
    seen->floor = MAX (seen->floor, other->floor);
  seen->has_anonymous |= other->has_anonymous;
  for (guint32 i = 1; i <= n; i++)
    advance (seen, same_positions ? other->positions[(first + i) % other->capacity] : RING_EMPTY);
  for (gsize i = 0; i < other->size; i++)
    if (other->entries[i].hash != 0 && is_fresh (other, &other->entries[i]))
      {
        put (seen, other->entries[i].hash, other->entries[i].content);
        slot_for (seen->entries, seen->size, other->entries[i].hash)->serial = other->entries[i].serial + shift;
      }
}

void
wave_seen_add_key (WaveSeen *seen, const char *key)
{
  gint64 position;

  if (g_str_has_prefix (key, "pos:") && g_ascii_string_to_signed (key + 4, 10, 0, G_MAXINT64, &position, NULL))
    {
      guint64 place = hash_place (seen, position);

      advance (seen, position);
      put (seen, place, 0);
      put_anonymous (seen, mix (place, SALT_ANONYMOUS));
      return;
    }
  advance (seen, RING_KEY);
  put (seen, hash_string (seen, key), 0);
}
