// SPDX-License-Identifier: GPL-3.0-or-later
// A list in its order: what it tells of its changes is what it is, whatever moves, comes and goes; and it tells of little.
#include "config.h"

#include <string.h>

#include "tests/model/model-helpers.h"
#include "ui/wave-ordered-list.h"

#define ROOMS 300

typedef struct {
  WaveTenant *tenant;
  WavePlace places[ROOMS];
  gboolean hidden[ROOMS];
  gpointer held;
} World;

static guint
number_of (WaveRoom *room)
{
  return g_ascii_strtoull (wave_room_get_id (room) + strlen ("room-"), NULL, 10);
}

static gboolean
place (gpointer room, WavePlace *place, gpointer user_data)
{
  World *world = user_data;

  *place = world->places[number_of (room)];
  place->name = wave_room_get_collation_key (room);
  place->id = wave_room_get_id (room);
  return !world->hidden[number_of (room)];
}

static gpointer
get_held (gpointer user_data)
{
  return ((World *) user_data)->held;
}

static void
add_room (World *world, guint n)
{
  g_autofree char *room = g_strdup_printf ("room-%u", n);
  g_autofree char *id = g_strdup_printf ("evt-%u", n);

  say (world->tenant, n, room, "p-1", id, n + 1, "hello");
}

static World *
world_new (guint n)
{
  World *world = g_new0 (World, 1);

  world->tenant = wave_tenant_new ();
  advance_to (world->tenant, 0);
  for (guint i = 0; i < n; i++)
    add_room (world, i);
  return world;
}

static void
world_free (World *world)
{
  g_object_unref (world->tenant);
  g_free (world);
}

/* Every room that shows is there once, and stands where it belongs; sections are what they are asked for. */
static void
check (World *world, WaveOrderedList *order, guint known)
{
  guint n = length (order), expected = 0;

  for (guint i = 0; i < known; i++)
    expected += !world->hidden[i];
  g_assert_cmpuint (n, ==, expected);
  for (guint i = 0; i < n; i++)
    {
      const WavePlace *here = &world->places[number_of (nth (order, i))];
      guint start, end;

      g_assert_false (world->hidden[number_of (nth (order, i))]);
      gtk_section_model_get_section (GTK_SECTION_MODEL (order), i, &start, &end);
      g_assert_cmpuint (start, <=, i);
      g_assert_cmpuint (end, >, i);
      g_assert_cmpint (wave_ordered_list_get_section_at (order, start), ==, here->section);
      g_assert_cmpint (wave_ordered_list_get_section_at (order, end - 1), ==, here->section);
      if (start > 0)
        g_assert_cmpint (wave_ordered_list_get_section_at (order, start - 1), <, here->section);
      if (i > 0)
        {
          const WavePlace *before = &world->places[number_of (nth (order, i - 1))];

          g_assert_true (before->section < here->section
                         || (before->section == here->section
                             && (before->rank > here->rank
                                 || (before->rank == here->rank
                                     && strcmp (wave_room_get_collation_key (nth (order, i - 1)), wave_room_get_collation_key (nth (order, i))) <= 0))));
        }
    }
}

static void
test_any_change (void)
{
  World *world = world_new (ROOMS / 2);
  g_autoptr (WaveOrderedList) order = wave_ordered_list_new (place, get_held, world);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  Checker checker;
  guint known = ROOMS / 2;

  wave_ordered_list_set_source (order, wave_tenant_get_rooms (world->tenant));
  checker_start (&checker, order);
  for (guint turn = 0; turn < 400; turn++)
    {
      /* Now and then so many that one change of all is told. */
      guint moves = turn % 10 == 0 ? known : g_rand_int_range (rand, 0, 12);

      for (guint i = 0; i < moves; i++)
        {
          guint which = g_rand_int_range (rand, 0, known);

          world->places[which].section = g_rand_int_range (rand, 0, 3);
          world->places[which].rank = g_rand_int_range (rand, 0, 5);
          if (g_rand_int_range (rand, 0, 4) == 0)
            world->hidden[which] = !world->hidden[which];
        }
      if (known < ROOMS && g_rand_boolean (rand))
        add_room (world, known++);
      world->held = length (order) > 0 && g_rand_boolean (rand) ? nth (order, g_rand_int_range (rand, 0, length (order))) : NULL;
      wave_ordered_list_refresh (order);
      checker_compare (&checker);
      check (world, order, known);
    }
  g_assert_cmpuint (known, ==, ROOMS);
  checker_stop (&checker);
  wave_ordered_list_set_source (order, NULL);
  g_assert_cmpuint (length (order), ==, 0);
  g_assert_finalize_object (g_steal_pointer (&order));
  world_free (world);
}

/* What stands still is told nothing of, and one that moves in two changes of one room each. */
static void
test_tells_little (void)
{
  World *world = world_new (200);
  g_autoptr (WaveOrderedList) order = wave_ordered_list_new (place, get_held, world);
  Checker checker;
  WaveRoom *last;

  wave_ordered_list_set_source (order, wave_tenant_get_rooms (world->tenant));
  checker_start (&checker, order);
  wave_ordered_list_refresh (order);
  g_assert_cmpuint (checker.emissions, ==, 0);
  last = nth (order, 199);
  world->places[number_of (last)].rank = 1;
  wave_ordered_list_refresh (order);
  g_assert_cmpuint (checker.emissions, ==, 2);
  g_assert_true (nth (order, 0) == last);
  checker_stop (&checker);
  g_clear_object (&order);
  world_free (world);
}

/* A selection stays on its room wherever that goes, and nobody hears that it was gone. */
static void
test_selection_stays (void)
{
  World *world = world_new (200);
  WaveOrderedList *order = wave_ordered_list_new (place, get_held, world);
  g_autoptr (GtkSingleSelection) selection = NULL;
  WaveRoom *picked;
  guint n_notified = 0;

  wave_ordered_list_set_source (order, wave_tenant_get_rooms (world->tenant));
  selection = gtk_single_selection_new (G_LIST_MODEL (order));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_selected (selection, 150);
  world->held = picked = gtk_single_selection_get_selected_item (selection);
  g_signal_connect_swapped (selection, "notify::selected-item", G_CALLBACK (g_atomic_int_inc), &n_notified);
  world->places[number_of (picked)].rank = 3;
  world->places[number_of (nth (order, 10))].section = 2;
  wave_ordered_list_refresh (order);
  g_assert_cmpuint (gtk_single_selection_get_selected (selection), ==, 0);
  g_assert_true (gtk_single_selection_get_selected_item (selection) == picked);
  world->places[number_of (nth (order, 40))].section = 1;
  wave_ordered_list_refresh (order);
  g_assert_true (gtk_single_selection_get_selected_item (selection) == picked);
  /* Also when it is the coming of another room that finds it elsewhere. */
  world->places[number_of (picked)].section = 2;
  add_room (world, 200);
  g_assert_cmpuint (length (order), ==, 201);
  g_assert_cmpuint (gtk_single_selection_get_selected (selection), >, 100);
  g_assert_true (gtk_single_selection_get_selected_item (selection) == picked);
  g_assert_cmpuint (n_notified, ==, 0);
  wave_ordered_list_set_source (order, NULL);
  g_clear_object (&selection);
  world_free (world);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ordered-list/any-change", test_any_change);
  g_test_add_func ("/ordered-list/tells-little", test_tells_little);
  g_test_add_func ("/ordered-list/selection-stays", test_selection_stays);
  return g_test_run ();
}
