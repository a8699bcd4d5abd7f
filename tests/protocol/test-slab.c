// SPDX-License-Identifier: GPL-3.0-or-later
// What a slab owns, and what becomes of it when another thread than its maker frees it.
#include "config.h"

#include <string.h>

#include "protocol/wave-slab.h"

typedef struct {
  gint64 number;
  char *text;
  gint64 *list;
} Thing;

#define ROUNDS 20000
#define WORDS "words that a slab owns"

static Thing *
thing_new (gboolean pooled, gint64 number)
{
  Thing *thing = pooled ? wave_slab_new_pooled (sizeof (Thing), 64) : wave_slab_new (sizeof (Thing), 64);

  thing->number = number;
  thing->text = wave_slab_copy (thing, WORDS, strlen (WORDS));
  /* Some need more than was foreseen. */
  thing->list = wave_slab_alloc (thing, (number % 5 == 0 ? 400 : 3) * sizeof (gint64));
  thing->list[number % 3] = number;
  wave_slab_close (thing);
  return thing;
}

static void
assert_whole (const Thing *thing)
{
  g_assert_cmpstr (thing->text, ==, WORDS);
  g_assert_cmpuint (GPOINTER_TO_SIZE (thing) % 16, ==, 0);
  g_assert_cmpuint (GPOINTER_TO_SIZE (thing->list) % 8, ==, 0);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (thing->list[i], ==, (gint64) i == thing->number % 3 ? thing->number : 0);
}

static void
test_owns (gconstpointer pooled)
{
  g_autoptr (GPtrArray) things = g_ptr_array_new_with_free_func (wave_slab_free);

  for (guint i = 0; i < 2000; i++)
    g_ptr_array_add (things, thing_new (pooled != NULL, i));
  for (guint i = 0; i < things->len; i++)
    assert_whole (things->pdata[i]);
}

typedef struct {
  GAsyncQueue *made, *freed;
  GHashTable *addresses;
  gboolean pooled;
} Work;

static gpointer
make (gpointer data)
{
  Work *work = data;

  for (guint i = 1; i <= ROUNDS; i++)
    {
      Thing *thing = thing_new (work->pooled, i);

      g_hash_table_add (work->addresses, thing);
      g_async_queue_push (work->made, thing);
      /* A few are under way at a time. */
      if (i > 8)
        g_async_queue_pop (work->freed);
    }
  return NULL;
}

/* What another thread frees is used again by the one that made it: nothing piles up. */
static void
test_comes_back (gconstpointer pooled)
{
  Work work = { .made = g_async_queue_new (), .freed = g_async_queue_new (), .addresses = g_hash_table_new (NULL, NULL), .pooled = pooled != NULL };
  GThread *maker = g_thread_new ("maker", make, &work);

  for (guint i = 1; i <= ROUNDS; i++)
    {
      Thing *thing = g_async_queue_pop (work.made);

      assert_whole (thing);
      g_assert_cmpint (thing->number, ==, i);
      wave_slab_free (thing);
      g_async_queue_push (work.freed, GUINT_TO_POINTER (i));
    }
  g_thread_join (maker);
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__ /* which do not use memory again at once */
  g_assert_cmpuint (g_hash_table_size (work.addresses), <, ROUNDS / 4);
#endif
  g_hash_table_unref (work.addresses);
  g_async_queue_unref (work.made);
  g_async_queue_unref (work.freed);
}

static gpointer
make_some (gpointer data)
{
  GPtrArray *things = data;

  for (guint i = 0; i < 500; i++)
    g_ptr_array_add (things, thing_new (FALSE, i));
  return NULL;
}

/* What its maker left behind is whole, and may be freed by anybody; the next thread begins anew. */
static void
test_outlives_its_thread (void)
{
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr (GPtrArray) things = g_ptr_array_new_with_free_func (wave_slab_free);

      g_thread_join (g_thread_new ("maker", make_some, things));
      for (guint i = 0; i < things->len; i++)
        assert_whole (things->pdata[i]);
      if (round % 2 == 0)
        g_ptr_array_set_size (things, 250);
      g_thread_join (g_thread_new ("other", make_some, things));
      for (guint i = 0; i < things->len; i++)
        assert_whole (things->pdata[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/slab/owns", NULL, test_owns);
  g_test_add_data_func ("/slab/owns/pooled", GINT_TO_POINTER (1), test_owns);
  g_test_add_data_func ("/slab/comes-back", NULL, test_comes_back);
  g_test_add_data_func ("/slab/comes-back/pooled", GINT_TO_POINTER (1), test_comes_back);
  g_test_add_func ("/slab/outlives-its-thread", test_outlives_its_thread);
  return g_test_run ();
}
