// SPDX-License-Identifier: GPL-3.0-or-later
// What a list of rooms or of people shows, in its order: a GListModel with sections (GtkSectionModel). Main thread.
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WAVE_TYPE_ORDERED_LIST (wave_ordered_list_get_type ())
G_DECLARE_FINAL_TYPE (WaveOrderedList, wave_ordered_list, WAVE, ORDERED_LIST, GObject)

/* Where an item stands: by section, then by rank (the higher is first), then by name, and two of one name by id. */
typedef struct
{
  int section; /* from 0 */
  gint64 rank;
  const char *name, *id; /* for strcmp(); borrowed until the refresh is over */
} WavePlace;

/* Returns whether @item is shown at all; if so, fills @place. */
typedef gboolean (*WavePlaceFunc) (gpointer item, WavePlace *place, gpointer user_data);

/* Returns: (nullable) (transfer none): the item that a selection or the focus stands on */
typedef gpointer (*WaveHeldFunc) (gpointer user_data);

/*
 * Unlike a GtkSortListModel it stands still between two refreshes, and a refresh tells of the items that changed their place one by one: with
 * 2,000 rooms of which twenty a second speak, a view has twenty rows to move and not all of them.
 */
/*
 * @held_func: (nullable). When that item moves, everything between is told of as one change, so that a selection never sees it gone.
 * Both are called during a refresh only.
 */
WaveOrderedList *wave_ordered_list_new (WavePlaceFunc place_func, WaveHeldFunc held_func, gpointer user_data);
/* @source: (nullable): what is ordered; what comes and goes there shows at once. */
void wave_ordered_list_set_source (WaveOrderedList *list, GListModel *source);
/* Asks for every item's place anew. */
void wave_ordered_list_refresh (WaveOrderedList *list);
/* The section of the item at @position, as it was placed; 0 beyond the end. */
int wave_ordered_list_get_section_at (WaveOrderedList *list, guint position);
/* How many items stand in @section. */
guint wave_ordered_list_count_section (WaveOrderedList *list, int section);

G_END_DECLS
