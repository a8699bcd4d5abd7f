// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of a stream do not depend on how the events of different replies are mixed, nor on how often time is moved on.
#include "config.h"

#include "stream-helpers.h"

#define N_REPLIES 8

typedef struct
{
  gint64 at;
  guint reply;
  char *json;
} Step;

static void
clear_step (gpointer data)
{
  g_free (((Step *)data)->json);
}

static int
compare_steps (gconstpointer a, gconstpointer b)
{
  const Step *x = a;
  const Step *y = b;

  return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->reply > y->reply) - (x->reply < y->reply);
}

static void
add_reply (GArray *steps, GRand *rand, guint reply)
{
  g_autoptr (GString) body = g_string_new (NULL);
  gint64 at = g_rand_int_range (rand, 0, 200) * MS;
  guint n = g_rand_int_range (rand, 1, 12);
  Step step = { .reply = reply };

  step.at = at;
  step.json = g_strdup_printf ("{\"type\":\"swp.ai.status\",\"room_id\":\"r%u\",\"participant_id\":\"ai-%u\",\"status\":\"%s\"}",
                               reply % 3, reply, reply % 2 ? "thinking" : "calling web");
  g_array_append_val (steps, step);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *word = g_strdup_printf ("w%u ", g_rand_int_range (rand, 0, 1000));

      step.at = at += g_rand_int_range (rand, 0, 900) * MS;
      step.json = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"r%u\",\"sender_id\":\"ai-%u\",\"content\":{"
                                   "\"chunk_text\":\"%s\",\"done\":%s}}",
                                   reply % 3, reply, word, i + 1 == n ? "true" : "false");
      g_string_append (body, word);
      g_array_append_val (steps, step);
    }
  step.at = at += 20 * MS;
  step.json = g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"m%u\",\"room_id\":\"r%u\",\"sender_id\":\"ai-%u\",\"stream_"
                               "position\":%u,\"content\":{\"body\":\"%s\"}}",
                               reply, reply % 3, reply, reply + 1, body->str);
  g_array_append_val (steps, step);
}

static void
assert_same_figures (const WaveStreamFigures *a, const WaveStreamFigures *b)
{
  g_assert_cmpint (a->ttfc_us, ==, b->ttfc_us);
  g_assert_cmpint (a->ttfc_from, ==, b->ttfc_from);
  g_assert_cmpuint (a->chunks, ==, b->chunks);
  g_assert_cmpuint (a->chars, ==, b->chars);
  g_assert_cmpuint (a->bytes, ==, b->bytes);
  g_assert_cmpint (a->duration_us, ==, b->duration_us);
  g_assert_cmpint (a->generating_us, ==, b->generating_us);
  g_assert_cmpint (a->gap_p50_us, ==, b->gap_p50_us);
  g_assert_cmpint (a->gap_p99_us, ==, b->gap_p99_us);
  g_assert_cmpint (a->gap_max_us, ==, b->gap_max_us);
  g_assert_cmpint (a->jitter_us, ==, b->jitter_us);
  g_assert_cmpuint (a->stalls, ==, b->stalls);
  g_assert_cmpint (a->tool_us, ==, b->tool_us);
  g_assert_cmpint (a->thinking_us, ==, b->thinking_us);
  g_assert_cmpint (a->matched, ==, b->matched);
}

static void
test_interleaving (void)
{
  for (guint seed = 1; seed <= 40; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (Step));
      g_autoptr (WaveStreamStore) mixed = wave_stream_store_new ();

      g_array_set_clear_func (steps, clear_step);
      for (guint i = 0; i < N_REPLIES; i++)
        add_reply (steps, rand, i);
      g_array_sort (steps, compare_steps);
      for (guint i = 0; i < steps->len; i++)
        {
          Step *step = &g_array_index (steps, Step, i);

          /* Time may be moved on at any moment, or not. */
          if (g_rand_int_range (rand, 0, 3) == 0)
            wave_stream_store_advance (mixed, T0_MONO + step->at);
          feed (mixed, step->at, step->json);
        }
      g_assert_cmpuint (length (mixed), ==, N_REPLIES);
      for (guint reply = 0; reply < N_REPLIES; reply++)
        {
          g_autoptr (WaveStreamStore) alone = wave_stream_store_new ();
          g_autofree char *room = g_strdup_printf ("r%u", reply % 3);
          g_autofree char *ai = g_strdup_printf ("ai-%u", reply);
          WaveStreamFigures a;
          WaveStreamFigures b;

          for (guint i = 0; i < steps->len; i++)
            if (g_array_index (steps, Step, i).reply == reply)
              feed (alone, g_array_index (steps, Step, i).at, g_array_index (steps, Step, i).json);
          a = figures_of (only (alone));
          b = figures_of (wave_stream_store_get_latest (mixed, room, ai));
          assert_same_figures (&a, &b);
          g_assert_cmpint (a.matched, ==, WAVE_MATCH_TEXT);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream/interleaving", test_interleaving);
  return g_test_run ();
}
