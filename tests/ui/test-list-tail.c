// SPDX-License-Identifier: GPL-3.0-or-later
// The end of a list: what it tells of its changes is what it is, whatever happens to the list.
#include "config.h"

#include "ui/wave-list-tail.h"

typedef struct {
  GListStore *source;
  WaveListTail *tail;
  GPtrArray *mirror; /* borrowed items */
  guint next, n_told, n_added;
} World;

static guint
number_of (gpointer item)
{
  return GPOINTER_TO_UINT (g_object_get_data (item, "number"));
}

static void
on_changed (GListModel *model, guint position, guint removed, guint added, World *world)
{
  g_assert_cmpuint (position + removed, <=, world->mirror->len);
  if (removed > 0)
    g_ptr_array_remove_range (world->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, position + i);

      g_assert_nonnull (item);
      g_ptr_array_insert (world->mirror, position + i, item);
    }
  g_assert_cmpuint (world->mirror->len, ==, g_list_model_get_n_items (model));
  world->n_told++;
  world->n_added += added;
}

static guint
length (World *world)
{
  return g_list_model_get_n_items (G_LIST_MODEL (world->tail));
}

/* It is the end of the source, and a copy that followed what it told is the same. */
static void
check (World *world)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (world->source));

  g_assert_cmpuint (world->mirror->len, ==, length (world));
  for (guint i = 0; i < length (world); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (world->tail), i);
      g_autoptr (GObject) original = g_list_model_get_item (G_LIST_MODEL (world->source), n - length (world) + i);

      g_assert_true (item == original);
      g_assert_true (item == world->mirror->pdata[i]);
    }
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (world->tail), length (world)));
}

static void
splice (World *world, guint position, guint removed, guint added)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < added; i++)
    {
      GObject *item = g_object_new (G_TYPE_OBJECT, NULL);

      g_object_set_data (item, "number", GUINT_TO_POINTER (world->next++));
      g_ptr_array_add (items, item);
    }
  g_list_store_splice (world->source, position, removed, items->pdata, added);
}

static World *
world_new (guint n)
{
  World *world = g_new0 (World, 1);

  world->source = g_list_store_new (G_TYPE_OBJECT);
  world->mirror = g_ptr_array_new ();
  world->tail = wave_list_tail_new ();
  g_signal_connect (world->tail, "items-changed", G_CALLBACK (on_changed), world);
  splice (world, 0, 0, n);
  wave_list_tail_set_source (world->tail, G_LIST_MODEL (world->source));
  check (world);
  return world;
}

static void
world_free (World *world)
{
  g_object_unref (world->tail);
  g_object_unref (world->source);
  g_ptr_array_unref (world->mirror);
  g_free (world);
}

static void
test_any_change (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4417);

  for (guint round = 0; round < 40; round++)
    {
      World *world = world_new (g_rand_int_range (rand, 0, 200));

      for (guint step = 0; step < 300; step++)
        {
          guint n = g_list_model_get_n_items (G_LIST_MODEL (world->source));
          guint position = g_rand_boolean (rand) ? n : (guint) g_rand_int_range (rand, 0, n + 1);
          guint removed = g_rand_int_range (rand, 0, MIN (n - position, 120) + 1);
          gboolean following;

          switch (g_rand_int_range (rand, 0, 12))
            {
            case 0:
              following = g_rand_boolean (rand);
              wave_list_tail_set_following (world->tail, following);
              break;
            case 1:
              wave_list_tail_extend (world->tail, g_rand_int_range (rand, 0, 100));
              break;
            case 2:
              splice (world, 0, 0, g_rand_int_range (rand, 0, 150));
              break;
            case 3:
              splice (world, 0, g_rand_int_range (rand, 0, MIN (n, 100) + 1), 0);
              break;
            default:
              splice (world, position, removed, g_rand_int_range (rand, 0, 4));
              break;
            }
          check (world);
        }
      world_free (world);
    }
}

/* What follows the end stays short, and tells of what is new and no more. */
static void
test_follows (void)
{
  World *world = world_new (2000);
  guint longest = 0;

  g_assert_cmpuint (length (world), ==, WAVE_LIST_TAIL_LEAST);
  g_assert_cmpuint (wave_list_tail_get_n_hidden (world->tail), ==, 2000 - WAVE_LIST_TAIL_LEAST);
  world->n_added = 0;
  for (guint i = 0; i < 1000; i++)
    {
      splice (world, g_list_model_get_n_items (G_LIST_MODEL (world->source)), 0, 1);
      /* As a timeline that is full does. */
      splice (world, 0, 1, 0);
      longest = MAX (longest, length (world));
    }
  check (world);
  g_assert_cmpuint (longest, <, 2 * WAVE_LIST_TAIL_LEAST);
  g_assert_cmpuint (length (world), >=, WAVE_LIST_TAIL_LEAST);
  g_assert_cmpuint (world->n_added, ==, 1000);
  /* An older page that nobody asked to see. */
  world->n_told = 0;
  splice (world, 0, 0, 100);
  g_assert_cmpuint (world->n_told, ==, 0);
  /* A higher window needs more, and keeps them. */
  g_assert_true (wave_list_tail_extend (world->tail, 100));
  splice (world, g_list_model_get_n_items (G_LIST_MODEL (world->source)), 0, 1);
  check (world);
  g_assert_cmpuint (length (world), >, 100 + WAVE_LIST_TAIL_LEAST);
  world_free (world);

  /* History that comes into a room which is still empty: only its end shows. */
  world = world_new (1);
  splice (world, 0, 0, 500);
  check (world);
  g_assert_cmpuint (length (world), ==, WAVE_LIST_TAIL_LEAST);
  g_assert_cmpuint (world->n_added, <, 2 * WAVE_LIST_TAIL_LEAST);
  world_free (world);
}

/* Who looks at older ones keeps them; who comes back to the end lets them go. */
static void
test_looks_back (void)
{
  World *world = world_new (1000);
  guint n;

  wave_list_tail_set_following (world->tail, FALSE);
  g_assert_cmpuint (wave_list_tail_include (world->tail, 500), <, 100);
  n = length (world);
  g_assert_cmpuint (n, >=, 500);
  g_assert_cmpuint (number_of (world->mirror->pdata[wave_list_tail_include (world->tail, 500)]), ==, 500);
  g_assert_cmpuint (length (world), ==, n);
  for (guint i = 0; i < 200; i++)
    splice (world, 1000 + i, 0, 1);
  g_assert_cmpuint (length (world), ==, n + 200);
  g_assert_true (wave_list_tail_extend (world->tail, G_MAXUINT));
  g_assert_cmpuint (length (world), ==, 1200);
  g_assert_false (wave_list_tail_extend (world->tail, 1));
  check (world);
  /* Older ones are loaded: they show. */
  splice (world, 0, 0, 100);
  g_assert_cmpuint (length (world), ==, 1300);
  check (world);
  wave_list_tail_set_following (world->tail, TRUE);
  splice (world, 1300, 0, 1);
  check (world);
  g_assert_cmpuint (length (world), ==, WAVE_LIST_TAIL_LEAST);
  wave_list_tail_set_source (world->tail, NULL);
  g_assert_cmpuint (length (world), ==, 0);
  g_assert_cmpuint (world->mirror->len, ==, 0);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/list-tail/any-change", test_any_change);
  g_test_add_func ("/list-tail/follows", test_follows);
  g_test_add_func ("/list-tail/looks-back", test_looks_back);
  return g_test_run ();
}
