// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-ordered-list.h"

#include <string.h>

/* Beyond so many pieces one change of all between the first and the last costs a view less. */
#define MAX_PIECES 600

typedef struct
{
  gpointer item; /* owned by the array */
  WavePlace place; /* its texts are not valid between two refreshes */
  guint name_hash;
  gboolean stays; /* it was there, and its place is the same */
} Entry;

struct _WaveOrderedList
{
  GObject parent_instance;
  GListModel *source; /* nullable */
  gulong source_changed;
  GArray *entries; /* (element-type Entry) in order */
  WavePlaceFunc place_func;
  WaveHeldFunc held_func; /* nullable */
  gpointer user_data;
};

/* ---- GListModel, GtkSectionModel ---- */

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  return WAVE_ORDERED_LIST (model)->entries->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WaveOrderedList *self = WAVE_ORDERED_LIST (model);

  return position < self->entries->len ? g_object_ref (g_array_index (self->entries, Entry, position).item) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* The first position whose section is at least @section. */
static guint
find_section (WaveOrderedList *self, int section)
{
  guint low = 0, high = self->entries->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->entries, Entry, middle).place.section < section)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
get_section (GtkSectionModel *model, guint position, guint *start, guint *end)
{
  WaveOrderedList *self = WAVE_ORDERED_LIST (model);
  int section;

  if (position >= self->entries->len)
    {
      *start = self->entries->len;
      *end = G_MAXUINT;
      return;
    }
  section = g_array_index (self->entries, Entry, position).place.section;
  *start = find_section (self, section);
  *end = find_section (self, section + 1);
}

static void
section_model_init (GtkSectionModelInterface *iface)
{
  iface->get_section = get_section;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (WaveOrderedList, wave_ordered_list, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init)
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SECTION_MODEL, section_model_init))

/* ---- the order ---- */

static void
clear_entry (gpointer data)
{
  g_clear_object (&((Entry *)data)->item);
}

static GArray *
new_entries (void)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  g_array_set_clear_func (entries, clear_entry);
  return entries;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const WavePlace *one = &((const Entry *)a)->place, *two = &((const Entry *)b)->place;
  int by_name;

  if (one->section != two->section)
    return one->section < two->section ? -1 : 1;
  if (one->rank != two->rank)
    return one->rank > two->rank ? -1 : 1;
  by_name = strcmp (one->name, two->name);
  /* Two of one name stand in one order for good. */
  return by_name != 0 ? by_name : strcmp (one->id, two->id);
}

/* Everything in order. What stays (its place is the same) is in order already, so only what moves is sorted.
 * Returns: (transfer full): the entries, of which those that stay are marked as they are in self->entries. @held_moves: whether @held is in both and moves */
static GArray *
arrange (WaveOrderedList *self, gpointer held, gboolean *held_moves)
{
  GArray *before = self->entries, *after = new_entries ();
  g_autoptr (GArray) moving = new_entries ();
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  guint n = self->source != NULL ? g_list_model_get_n_items (self->source) : 0, next = 0;

  *held_moves = FALSE;
  for (guint i = 0; i < before->len; i++)
    {
      Entry *entry = &g_array_index (before, Entry, i);

      entry->stays = FALSE;
      g_hash_table_insert (known, entry->item, entry);
    }
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (self->source, i);
      Entry *former = g_hash_table_lookup (known, item);
      Entry entry = { .item = item };

      if (!self->place_func (item, &entry.place, self->user_data))
        continue;
      entry.name_hash = g_str_hash (entry.place.name);
      if (former != NULL && former->place.section == entry.place.section && former->place.rank == entry.place.rank && former->name_hash == entry.name_hash)
        {
          former->place = entry.place;
          former->stays = TRUE;
          continue;
        }
      *held_moves = *held_moves || (former != NULL && entry.item == held);
      g_array_append_val (moving, entry);
      g_steal_pointer (&item);
    }
  g_array_sort (moving, compare);
  for (guint i = 0; i <= before->len; i++)
    {
      Entry *stays = i < before->len ? &g_array_index (before, Entry, i) : NULL;

      if (stays != NULL && !stays->stays)
        continue;
      for (; next < moving->len && (stays == NULL || compare (&g_array_index (moving, Entry, next), stays) < 0); next++)
        {
          g_array_append_val (after, g_array_index (moving, Entry, next));
          g_object_ref (g_array_index (moving, Entry, next).item);
        }
      if (stays != NULL)
        {
          g_array_append_val (after, *stays);
          g_object_ref (stays->item);
        }
    }
  return after;
}

static guint
count_pieces (GArray *entries)
{
  guint n = 0;

  for (guint i = 0; i < entries->len; i++)
    n += !g_array_index (entries, Entry, i).stays && (i == 0 || g_array_index (entries, Entry, i - 1).stays);
  return n;
}

/* One change of everything between the first and the last that differs. */
static void
replace_all (WaveOrderedList *self, GArray *after)
{
  g_autoptr (GArray) before = g_steal_pointer (&self->entries);
  guint first = 0, last = 0, shorter = MIN (before->len, after->len);

  self->entries = after;
  while (first < shorter && g_array_index (before, Entry, first).item == g_array_index (after, Entry, first).item
         && g_array_index (before, Entry, first).place.section == g_array_index (after, Entry, first).place.section)
    first++;
  while (last < shorter - first && g_array_index (before, Entry, before->len - 1 - last).item == g_array_index (after, Entry, after->len - 1 - last).item
         && g_array_index (before, Entry, before->len - 1 - last).place.section == g_array_index (after, Entry, after->len - 1 - last).place.section)
    last++;
  if (before->len - first - last > 0 || after->len - first - last > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), first, before->len - first - last, after->len - first - last);
}

static void
replace_pieces (WaveOrderedList *self, GArray *after)
{
  GArray *entries = self->entries;

  for (guint end = entries->len; end > 0;)
    {
      guint start = end;

      while (start > 0 && !g_array_index (entries, Entry, start - 1).stays)
        start--;
      if (start < end)
        {
          g_array_remove_range (entries, start, end - start);
          g_list_model_items_changed (G_LIST_MODEL (self), start, end - start, 0);
        }
      end = start > 0 ? start - 1 : 0;
    }
  for (guint start = 0; start < after->len;)
    {
      guint end = start;

      while (end < after->len && !g_array_index (after, Entry, end).stays)
        end++;
      if (end > start)
        {
          for (guint i = start; i < end; i++)
            g_object_ref (g_array_index (after, Entry, i).item);
          g_array_insert_vals (entries, start, &g_array_index (after, Entry, start), end - start);
          g_list_model_items_changed (G_LIST_MODEL (self), start, 0, end - start);
        }
      start = end + 1;
    }
  g_array_unref (after);
}

void
wave_ordered_list_refresh (WaveOrderedList *list)
{
  gpointer held;
  gboolean held_moves;
  GArray *after;

  g_return_if_fail (WAVE_IS_ORDERED_LIST (list));
  held = list->held_func != NULL ? list->held_func (list->user_data) : NULL;
  after = arrange (list, held, &held_moves);
  if (held_moves || count_pieces (list->entries) + count_pieces (after) > MAX_PIECES)
    replace_all (list, after);
  else
    replace_pieces (list, after);
}

int
wave_ordered_list_get_section_at (WaveOrderedList *list, guint position)
{
  g_return_val_if_fail (WAVE_IS_ORDERED_LIST (list), 0);
  return position < list->entries->len ? g_array_index (list->entries, Entry, position).place.section : 0;
}

guint
wave_ordered_list_count_section (WaveOrderedList *list, int section)
{
  g_return_val_if_fail (WAVE_IS_ORDERED_LIST (list), 0);
  return find_section (list, section + 1) - find_section (list, section);
}

static void
on_source_changed (GListModel *source, guint position, guint removed, guint added, WaveOrderedList *self)
{
  wave_ordered_list_refresh (self);
}

void
wave_ordered_list_set_source (WaveOrderedList *list, GListModel *source)
{
  g_return_if_fail (WAVE_IS_ORDERED_LIST (list));
  g_return_if_fail (source == NULL || G_IS_LIST_MODEL (source));
  if (list->source == source)
    return;
  if (list->source != NULL)
    g_clear_signal_handler (&list->source_changed, list->source);
  g_set_object (&list->source, source);
  if (source != NULL)
    list->source_changed = g_signal_connect (source, "items-changed", G_CALLBACK (on_source_changed), list);
  wave_ordered_list_refresh (list);
}

/* ---- the object ---- */

static void
wave_ordered_list_dispose (GObject *object)
{
  WaveOrderedList *self = WAVE_ORDERED_LIST (object);

  if (self->source != NULL)
    g_clear_signal_handler (&self->source_changed, self->source);
  g_clear_object (&self->source);
  G_OBJECT_CLASS (wave_ordered_list_parent_class)->dispose (object);
}

static void
wave_ordered_list_finalize (GObject *object)
{
  g_array_unref (WAVE_ORDERED_LIST (object)->entries);
  G_OBJECT_CLASS (wave_ordered_list_parent_class)->finalize (object);
}

static void
wave_ordered_list_class_init (WaveOrderedListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_ordered_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_ordered_list_finalize;
}

static void
wave_ordered_list_init (WaveOrderedList *self)
{
  self->entries = new_entries ();
}

WaveOrderedList *
wave_ordered_list_new (WavePlaceFunc place_func, WaveHeldFunc held_func, gpointer user_data)
{
  WaveOrderedList *list;

  g_return_val_if_fail (place_func != NULL, NULL);
  list = g_object_new (WAVE_TYPE_ORDERED_LIST, NULL);
  list->place_func = place_func;
  list->held_func = held_func;
  list->user_data = user_data;
  return list;
}
