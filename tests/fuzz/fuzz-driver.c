// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a fuzz target without libFuzzer, as an ordinary test: every file of its corpus, cut and whole, then a bounded number of
// mutations of them with a fixed seed. `./dev fuzz` is for the long runs.
//
//   fuzz-TARGET CORPUS-DIR [SECONDS [SEED]]
#include "config.h"

#include <string.h>

#include "fuzz.h"

#define LARGEST (256 * 1024)

static GPtrArray *
read_corpus (const char *path)
{
  GPtrArray *inputs = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);

  if (dir == NULL)
    g_error ("%s", error->message);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort_values (names, (GCompareFunc)strcmp);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *file = g_build_filename (path, names->pdata[i], NULL);
      char *contents;
      gsize length;

      if (!g_file_get_contents (file, &contents, &length, &error))
        g_error ("%s", error->message);
      g_ptr_array_add (inputs, g_bytes_new_take (contents, length));
    }
  return inputs;
}

/* Each input stands in a block of exactly its size, so that a read past its end is seen by a sanitizer. */
static void
try (const guint8 *data, gsize size)
{
  guint8 *exact = g_malloc (MAX (size, 1));

  if (size > 0)
    memcpy (exact, data, size);
  LLVMFuzzerTestOneInput (exact, size);
  g_free (exact);
}

static void
mutate (GRand *random, GByteArray *data, GPtrArray *inputs)
{
  static const char *const pieces[] = { "{",       "}",       "[",    "]",
                                        "\"",      ",",       ":",    "null",
                                        "true",    "1e999",   "-1",   "9223372036854775808",
                                        "\\u0000", "\\ud800", "\xFF", "\xE2\x80\xAE",
                                        "\n",      "/",       "*",    "(",
                                        ")" };
  guint at = data->len > 0 ? g_rand_int_range (random, 0, data->len) : 0;

  switch (g_rand_int_range (random, 0, 6))
    {
    case 0: /* another byte */
      if (data->len > 0)
        data->data[at] = g_rand_int_range (random, 0, 256);
      break;
    case 1: /* a bit flipped */
      if (data->len > 0)
        data->data[at] ^= 1 << g_rand_int_range (random, 0, 8);
      break;
    case 2: /* cut out */
      if (data->len > 0)
        g_byte_array_remove_range (data, at, g_rand_int_range (random, 1, MIN (data->len - at, 64) + 1));
      break;
    case 3: /* a piece put in */
      {
        const char *piece = pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))];
        guint length = strlen (piece), old = data->len;

        g_byte_array_set_size (data, old + length);
        memmove (data->data + at + length, data->data + at, old - at);
        memcpy (data->data + at, piece, length);
        break;
      }
    case 4: /* a stretch twice */
      if (data->len > 0)
        {
          guint length = g_rand_int_range (random, 1, MIN (data->len - at, 256) + 1), old = data->len;

          g_byte_array_set_size (data, old + length);
          memmove (data->data + at + length, data->data + at, old - at);
        }
      break;
    default: /* the rest of another input */
      {
        GBytes *other = inputs->pdata[g_rand_int_range (random, 0, inputs->len)];
        gsize length;
        const guint8 *bytes = g_bytes_get_data (other, &length);
        gsize from = length > 0 ? g_rand_int_range (random, 0, length) : 0;

        g_byte_array_set_size (data, at);
        if (length > from)
          g_byte_array_append (data, bytes + from, length - from);
        break;
      }
    }
  if (data->len > LARGEST)
    g_byte_array_set_size (data, LARGEST);
}

int
main (int argc, char *argv[])
{
  double seconds = argc > 2 ? g_ascii_strtod (argv[2], NULL) : 2;
  guint32 seed = argc > 3 ? g_ascii_strtoull (argv[3], NULL, 10) : 1;
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GPtrArray) inputs = NULL;
  gint64 deadline;
  guint64 n_tried = 0;

  g_assert_cmpint (argc, >=, 2);
  inputs = read_corpus (argv[1]);
  if (inputs->len == 0)
    g_error ("%s is empty", argv[1]);
  g_print ("TAP version 14\n1..2\n");

  for (guint i = 0; i < inputs->len; i++)
    {
      gsize length;
      const guint8 *data = g_bytes_get_data (inputs->pdata[i], &length);
      gsize step = MAX (1, length / 200);

      for (gsize cut = 0; cut < length; cut += step, n_tried++)
        try (data, cut);
      try (data, length);
      n_tried++;
    }
  g_print ("ok 1 %u files of the corpus, whole and cut\n", inputs->len);

  deadline = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  for (n_tried = 0; n_tried < 200000 && g_get_monotonic_time () < deadline; n_tried++)
    {
      g_autoptr (GByteArray) data = g_byte_array_new ();
      gsize length;
      const guint8 *bytes = g_bytes_get_data (inputs->pdata[g_rand_int_range (random, 0, inputs->len)], &length);
      int n = g_rand_int_range (random, 1, 6);

      g_byte_array_append (data, bytes, MIN (length, LARGEST));
      for (int i = 0; i < n; i++)
        mutate (random, data, inputs);
      try (data->data, data->len);
    }
  g_print ("ok 2 %" G_GUINT64_FORMAT " mutations, seed %u\n", n_tried, seed);
  return 0;
}
