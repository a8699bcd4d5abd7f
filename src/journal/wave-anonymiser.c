// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "journal/wave-anonymiser.h"

#include <string.h>

#include "protocol/wave-event.h"
#include "protocol/wave-json.h"

/* Replacements shorter than this may meet, and are remembered so that they do not. */
#define SHORT 10
#define MOST_REMEMBERED 200000

struct _WaveAnonymiser
{
  guint8 key[32];
  GHashTable *given; /* original → replacement, of short ones */
  GHashTable *taken; /* replacements */
};

/* Words of the protocol: they say what kind of thing it is, not whose. */
static const char *const kept[] = {
  "type", "event_type", "msgtype", "membership", "status", "state", "mode", "engagement_mode", "engagement", "response_mode", "presence", "call_type", "media", "lang",
  "mime_type", "transport", "code", "emoji", "key", "participant_type", "advance", "venue", "via",
};
static const char *const texts[] = {
  "body", "text", "chunk_text", "delta", "reason", "topic", "new_topic", "goal", "task", "task_description", "description", "result", "result_summary", "summary", "message",
  "error", "pause_reason",
};
static const char *const names[] = { "name", "new_name", "display_name", "codename", "local_id", "filename", "server_name" };

WaveAnonymiser *
wave_anonymiser_new (void)
{
  WaveAnonymiser *self = g_new0 (WaveAnonymiser, 1);

  for (guint i = 0; i < sizeof self->key; i += 4)
    {
      guint32 word = g_random_int ();

      memcpy (self->key + i, &word, 4);
    }
  self->given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
wave_anonymiser_free (WaveAnonymiser *self)
{
  g_hash_table_unref (self->given);
  g_hash_table_unref (self->taken);
  g_free (self);
}

static gboolean
is_among (const char *const *list, gsize n, const char *name, gsize length)
{
  for (gsize i = 0; i < n; i++)
    if (strlen (list[i]) == length && memcmp (list[i], name, length) == 0)
      return TRUE;
  return FALSE;
}
#define IS_AMONG(list, name, length) is_among (list, G_N_ELEMENTS (list), name, length)

/* "evt-" of "evt-7f21" tells what it is. */
static gsize
prefix_length (const char *value, gsize length)
{
  for (gsize i = 0; i < length && i < 6; i++)
    if (value[i] == '-')
      return i > 0 ? i + 1 : 0;
    else if (!g_ascii_islower (value[i]))
      return 0;
  return 0;
}

static void
fill (WaveAnonymiser *self, const char *value, gsize value_length, guint attempt, char *out, gsize length)
{
  static const char alphabet[] = "abcdefghijkmnpqrstuvwxyz23456789";
  guint8 digest[32];
  gsize have = 0, size = sizeof digest;
  guint32 round = attempt << 16;

  for (gsize i = 0; i < length; i++)
    {
      if (have == 0)
        {
          g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA256, self->key, sizeof self->key);

          g_hmac_update (hmac, (guint8 *) &round, sizeof round);
          g_hmac_update (hmac, (const guint8 *) value, value_length);
          size = sizeof digest;
          g_hmac_get_digest (hmac, digest, &size);
          have = sizeof digest;
          round++;
        }
      out[i] = alphabet[digest[--have] % 32];
    }
}

/* Writes @length bytes. */
static void
pseudonym (WaveAnonymiser *self, const char *value, gsize value_length, char *out, gsize length)
{
  gsize prefix = MIN (prefix_length (value, value_length), length);
  g_autofree char *known = NULL;
  const char *given;

  memcpy (out, value, prefix);
  if (length - prefix >= SHORT)
    {
      fill (self, value, value_length, 0, out + prefix, length - prefix);
      return;
    }
  known = g_strndup (value, value_length);
  given = g_hash_table_lookup (self->given, known);
  if (given != NULL && strlen (given) == length)
    {
      memcpy (out, given, length);
      return;
    }
  for (guint attempt = 0; attempt < 1000; attempt++)
    {
      g_autofree char *one = NULL;

      fill (self, value, value_length, attempt, out + prefix, length - prefix);
      one = g_strndup (out, length);
      if ((g_hash_table_contains (self->taken, one) || g_str_equal (one, known)) && attempt < 999)
        continue;
      if (g_hash_table_size (self->given) < MOST_REMEMBERED && given == NULL)
        {
          char *stored = g_strdup (one);

          g_hash_table_add (self->taken, stored);
          g_hash_table_insert (self->given, g_steal_pointer (&known), stored);
        }
      return;
    }
}

/* The inside of a JSON string, as it is written: what is escaped stays valid. */
static void
cover_text (char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      guchar c = text[i];

      if (c == '\\' && i + 1 < length)
        {
          if (text[i + 1] == 'u' && i + 5 < length)
            {
              memset (text + i, 'x', 6);
              i += 5;
            }
          else
            i++;
        }
      else if (c >= 0x80 || g_ascii_islower (c))
        text[i] = 'x';
      else if (g_ascii_isupper (c))
        text[i] = 'X';
      else if (g_ascii_isdigit (c))
        text[i] = '0';
    }
}

char *
wave_anonymiser_text (const char *text)
{
  char *covered = g_strdup (text);

  if (covered != NULL)
    for (char *c = covered; *c != '\0'; c++)
      if (*c != '\\')
        cover_text (c, 1);
  return covered;
}

char *
wave_anonymiser_name (WaveAnonymiser *self, const char *name)
{
  gsize length;
  char *out;

  if (name == NULL)
    return NULL;
  length = strlen (name);
  out = g_malloc0 (length + 1);
  pseudonym (self, name, length, out, length);
  return out;
}

typedef struct {
  WaveAnonymiser *self;
  const WaveJson *json;
  const char *source;
  gsize size;
  char *out;
} Walk;

/* How many bytes the string that begins at @start takes in the source, up to its quotation mark. */
static gsize
length_in_source (Walk *walk, gsize start)
{
  gsize at = start;

  while (at < walk->size && walk->source[at] != '"')
    at += walk->source[at] == '\\' ? 2 : 1;
  return MIN (at, walk->size) - start;
}

static void
replace (Walk *walk, yyjson_val *value, gboolean as_text)
{
  gsize start = yyjson_get_str (value) - walk->json->text, length;

  if (start >= walk->size)
    return;
  length = length_in_source (walk, start);
  if (as_text)
    cover_text (walk->out + start, length);
  else
    pseudonym (walk->self, yyjson_get_str (value), yyjson_get_len (value), walk->out + start, length);
}

static gboolean
is_plain_key (const char *key, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_islower (key[i]) && key[i] != '_')
      return FALSE;
  return length > 0 && length <= 32;
}

static void
walk_value (Walk *walk, yyjson_val *value, const char *key, gsize key_length)
{
  gint64 time_us;

  if (yyjson_is_obj (value))
    {
      yyjson_obj_iter iter = yyjson_obj_iter_with (value);
      yyjson_val *member;

      while ((member = yyjson_obj_iter_next (&iter)) != NULL)
        {
          const char *name = yyjson_get_str (member);
          gsize length = yyjson_get_len (member);
          gboolean plain = is_plain_key (name, length);

          walk_value (walk, yyjson_obj_iter_get_val (member), plain ? name : "", plain ? length : 0);
          /* A map by id. */
          if (!plain)
            replace (walk, member, FALSE);
        }
    }
  else if (yyjson_is_arr (value))
    {
      yyjson_arr_iter iter = yyjson_arr_iter_with (value);
      yyjson_val *element;

      while ((element = yyjson_arr_iter_next (&iter)) != NULL)
        walk_value (walk, element, key, key_length);
    }
  else if (yyjson_is_str (value) && yyjson_get_len (value) > 0)
    {
      const char *text = yyjson_get_str (value);
      gsize length = yyjson_get_len (value);

      if (IS_AMONG (kept, key, key_length) || wave_time_parse (text, length, &time_us))
        return;
      replace (walk, value, IS_AMONG (texts, key, key_length) || (!IS_AMONG (names, key, key_length) && memchr (text, ' ', length) != NULL));
    }
}

char *
wave_anonymiser_frame (WaveAnonymiser *self, const char *frame, gsize size)
{
  char *out = g_malloc (size + 1);
  WaveJson json;
  gboolean done = FALSE;
  gsize at;

  memcpy (out, frame, size);
  out[size] = '\0';
  if (wave_json_open (&json, frame, size, size + 1, FALSE, NULL))
    {
      Walk walk = { self, &json, frame, size, out };

      done = !wave_json_is_deeper (frame, size, WAVE_DEPTH_LIMIT, &at);
      if (done)
        walk_value (&walk, json.root, "", 0);
      wave_json_close (&json);
    }
  if (!done)
    for (gsize i = 0; i < size; i++)
      cover_text (out + i, out[i] == '\\' ? 0 : 1);
  return out;
}
