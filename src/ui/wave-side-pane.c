// SPDX-License-Identifier: GPL-3.0-or-later
// One list: the cards are its first row and the people its others, so that ten thousand people cost no more than those that can be seen.
#include "config.h"

#include "ui/wave-side-pane.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "ui/wave-live-text.h"
#include "ui/wave-ordered-list.h"
#include "ui/wave-people-row.h"
#include "ui/wave-presence.h"
#include "ui/wave-side-cards.h"
#include "ui/wave-side-parts.h"

struct _WaveSidePane
{
  GtkWidget parent_instance;

  GtkWidget *child;
  GtkWidget *top; /* owned: the cards, the search; stands in the first row while that is on screen */
  GtkWidget *people, *people_title, *search, *nobody;
  GtkWidget *call, *plan, *ais, *sidekicks, *bridges;
  GListStore *sources; /* of GListModel: the one of the top row, the members */
  WaveOrderedList *order;
  GHashTable *headers; /* (element-type GtkListHeader int): borrowed, the bound ones and the section of each */
  WaveRoom *room;
  GListModel *members; /* borrowed from the room */
  gulong members_handler;
  guint64 order_sum; /* changes with what the order of the people depends on */
  guint order_timer;
  char *needle;
};

/* The rooms are ordered when the tick comes: with thousands of both the people take a frame of their own. */
#define ORDER_AFTER_MS 450

static guint signal_open_room;

G_DEFINE_FINAL_TYPE (WaveSidePane, wave_side_pane, GTK_TYPE_WIDGET)

/* ---- people, by presence ---- */

/* The first row is no member. */
enum { SECTION_TOP, SECTION_AI, SECTION_ONLINE, SECTION_BUSY, SECTION_IDLE, SECTION_HIDDEN, SECTION_OFFLINE, SECTION_UNKNOWN };

static int
section_now (gpointer item)
{
  static const int sections[] = {
    [WAVE_PRESENCE_UNKNOWN] = SECTION_UNKNOWN, [WAVE_PRESENCE_ONLINE] = SECTION_ONLINE,        [WAVE_PRESENCE_IDLE] = SECTION_IDLE,
    [WAVE_PRESENCE_BUSY] = SECTION_BUSY,       [WAVE_PRESENCE_APPEAR_OFFLINE] = SECTION_HIDDEN, [WAVE_PRESENCE_OFFLINE] = SECTION_OFFLINE,
  };
  WaveParticipant *participant;

  if (!WAVE_IS_MEMBERSHIP (item))
    return SECTION_TOP;
  participant = wave_membership_get_participant (item);
  /* AIs are always online: that is no news, what they are is. */
  if (wave_participant_get_is_ai (participant))
    return SECTION_AI;
  return sections[MIN (wave_participant_get_presence (participant), G_N_ELEMENTS (sections) - 1)];
}

static const char *
section_title (int section)
{
  switch (section)
    {
    case SECTION_AI:
      return _("AIs");
    case SECTION_ONLINE:
      return wave_presence_get_label (WAVE_PRESENCE_ONLINE);
    case SECTION_BUSY:
      return wave_presence_get_label (WAVE_PRESENCE_BUSY);
    case SECTION_IDLE:
      return wave_presence_get_label (WAVE_PRESENCE_IDLE);
    case SECTION_HIDDEN:
      return wave_presence_get_label (WAVE_PRESENCE_APPEAR_OFFLINE);
    case SECTION_OFFLINE:
      return wave_presence_get_label (WAVE_PRESENCE_OFFLINE);
    case SECTION_UNKNOWN:
    default:
      return wave_presence_get_label (WAVE_PRESENCE_UNKNOWN);
    }
}

static gboolean
has (const char *text, const char *needle)
{
  g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  return folded != NULL && strstr (folded, needle) != NULL;
}

static gboolean
person_matches (gpointer item, gpointer user_data)
{
  WaveSidePane *self = user_data;
  WaveParticipant *participant;

  if (!WAVE_IS_MEMBERSHIP (item) || self->needle == NULL)
    return TRUE;
  participant = wave_membership_get_participant (item);
  return has (wave_participant_get_display_name (participant), self->needle) || has (wave_participant_get_fqid (participant), self->needle);
}

static gboolean
place (gpointer item, WavePlace *place, gpointer user_data)
{
  WaveParticipant *participant = WAVE_IS_MEMBERSHIP (item) ? wave_membership_get_participant (item) : NULL;

  place->section = section_now (item);
  place->rank = 0;
  place->name = participant != NULL ? wave_participant_get_collation_key (participant) : "";
  place->id = participant != NULL ? wave_participant_get_id (participant) : "";
  return person_matches (item, user_data);
}

/* Returns: (nullable): the person on whose row the keyboard stands */
static gpointer
get_focused (gpointer user_data)
{
  WaveSidePane *self = user_data;
  GtkWidget *row = self->people != NULL ? gtk_widget_get_focus_child (self->people) : NULL;

  row = row != NULL ? gtk_widget_get_first_child (row) : NULL;
  return WAVE_IS_PEOPLE_ROW (row) ? wave_people_row_get_member (WAVE_PEOPLE_ROW (row)) : NULL;
}

/* Returns: whether somebody stands in another section than last time, or is called otherwise */
static gboolean
update_title (WaveSidePane *self)
{
  guint n = self->members != NULL ? g_list_model_get_n_items (self->members) : 0;
  guint64 sum = n;
  guint online = 0;
  g_autofree char *title = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveMembership) membership = g_list_model_get_item (self->members, i);
      int section = section_now (membership);

      online += section == SECTION_ONLINE || section == SECTION_BUSY || section == SECTION_IDLE;
      sum = sum * 31 + section;
      sum = sum * 31 + GPOINTER_TO_SIZE (wave_participant_get_collation_key (wave_membership_get_participant (membership)));
    }
  title = g_strdup_printf (_("People · %u of %u online"), online, n);
  wave_live_text_set_text (WAVE_LIVE_TEXT (self->people_title), title);
  gtk_widget_set_visible (self->search, n > 0);
  if (sum == self->order_sum)
    return FALSE;
  self->order_sum = sum;
  return TRUE;
}

static void
on_members_changed (WaveSidePane *self)
{
  update_title (self);
  /* The next tick orders them anew. */
  self->order_sum = 0;
}

static void
show_header (WaveSidePane *self, GtkListHeader *header, int section)
{
  GtkWidget *label = gtk_list_header_get_child (header);
  g_autofree char *text = g_strdup_printf ("%s · %u", section_title (section), wave_ordered_list_count_section (self->order, section));

  wave_side_set_text (label, section != SECTION_TOP ? text : NULL);
}

/* GTK binds a header anew where a section grows, not where it shrinks. */
static void
update_headers (WaveSidePane *self)
{
  GHashTableIter iter;
  gpointer header, section;

  g_hash_table_iter_init (&iter, self->headers);
  while (g_hash_table_iter_next (&iter, &header, &section))
    show_header (self, header, GPOINTER_TO_INT (section));
}

static void
update_nobody (WaveSidePane *self)
{
  gtk_widget_set_visible (self->nobody, self->needle != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->order)) <= 1);
}

static void
on_search_changed (GtkSearchEntry *entry, WaveSidePane *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));

  g_free (self->needle);
  self->needle = *text != '\0' ? g_utf8_casefold (text, -1) : NULL;
  wave_ordered_list_refresh (self->order);
  update_headers (self);
  update_nobody (self);
}

/* ---- rows ---- */

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, WaveSidePane *self)
{
  gpointer object = gtk_list_item_get_item (item);
  GtkWidget *child = gtk_list_item_get_child (item);

  if (!WAVE_IS_MEMBERSHIP (object))
    {
      GtkWidget *before = gtk_widget_get_parent (self->top);

      if (ADW_IS_BIN (before))
        adw_bin_set_child (ADW_BIN (before), NULL);
      if (!ADW_IS_BIN (child))
        gtk_list_item_set_child (item, child = adw_bin_new ());
      adw_bin_set_child (ADW_BIN (child), self->top);
      gtk_list_item_set_focusable (item, FALSE);
      gtk_list_item_set_accessible_label (item, _("About this room"));
      return;
    }
  if (!WAVE_IS_PEOPLE_ROW (child))
    gtk_list_item_set_child (item, child = wave_people_row_new ());
  gtk_list_item_set_focusable (item, TRUE);
  wave_people_row_set_member (WAVE_PEOPLE_ROW (child), object, self->room != NULL ? wave_room_get_typists (self->room) : NULL, item);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, WaveSidePane *self)
{
  GtkWidget *child = gtk_list_item_get_child (item);

  if (WAVE_IS_PEOPLE_ROW (child))
    wave_people_row_set_member (WAVE_PEOPLE_ROW (child), NULL, NULL, NULL);
  else if (ADW_IS_BIN (child))
    adw_bin_set_child (ADW_BIN (child), NULL);
}

static void
on_bind_header (GtkSignalListItemFactory *factory, GtkListHeader *header, WaveSidePane *self)
{
  int section = wave_ordered_list_get_section_at (self->order, gtk_list_header_get_start (header));

  g_hash_table_insert (self->headers, header, GINT_TO_POINTER (section));
  show_header (self, header, section);
}

static void
on_unbind_header (GtkSignalListItemFactory *factory, GtkListHeader *header, WaveSidePane *self)
{
  g_hash_table_remove (self->headers, header);
}

static void
on_setup_header (GtkSignalListItemFactory *factory, GtkListHeader *header, WaveSidePane *self)
{
  gtk_list_header_set_child (header, wave_side_label (NULL, "people-section", NULL));
}

static gboolean
on_order_due (gpointer user_data)
{
  WaveSidePane *self = user_data;

  self->order_timer = 0;
  if (self->room == NULL || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_REMOVE;
  if (update_title (self))
    wave_ordered_list_refresh (self->order);
  update_headers (self);
  return G_SOURCE_REMOVE;
}

/* ---- public ---- */

void
wave_side_pane_tick (WaveSidePane *pane, gint64 now_mono_us)
{
  g_return_if_fail (WAVE_IS_SIDE_PANE (pane));
  if (pane->room == NULL)
    return;
  wave_call_card_tick (WAVE_CALL_CARD (pane->call), now_mono_us);
  wave_ai_card_tick (WAVE_AI_CARD (pane->ais), now_mono_us);
  wave_sidekick_card_tick (WAVE_SIDEKICK_CARD (pane->sidekicks), now_mono_us);
  /* Each second: few that move are soon moved, and the many of five seconds at once would be a hitch. */
  if (gtk_widget_get_mapped (GTK_WIDGET (pane)) && pane->order_timer == 0)
    {
      pane->order_timer = g_timeout_add (ORDER_AFTER_MS, on_order_due, pane);
      g_source_set_name_by_id (pane->order_timer, "wave-side-pane-order");
    }
}

void
wave_side_pane_set_room (WaveSidePane *pane, WaveRoom *room)
{
  g_return_if_fail (WAVE_IS_SIDE_PANE (pane));
  if (pane->room == room)
    return;
  g_clear_signal_handler (&pane->members_handler, pane->members);
  if (pane->members != NULL)
    g_list_store_remove (pane->sources, 1);
  g_set_object (&pane->room, room);
  pane->members = room != NULL ? wave_room_get_members (room) : NULL;
  gtk_editable_set_text (GTK_EDITABLE (pane->search), "");
  wave_call_card_set_room (WAVE_CALL_CARD (pane->call), room);
  wave_plan_card_set_room (WAVE_PLAN_CARD (pane->plan), room);
  wave_ai_card_set_room (WAVE_AI_CARD (pane->ais), room);
  wave_sidekick_card_set_room (WAVE_SIDEKICK_CARD (pane->sidekicks), room);
  wave_bridge_card_set_room (WAVE_BRIDGE_CARD (pane->bridges), room);
  if (pane->members != NULL)
    {
      g_list_store_append (pane->sources, pane->members);
      pane->members_handler = g_signal_connect_swapped (pane->members, "items-changed", G_CALLBACK (on_members_changed), pane);
    }
  on_members_changed (pane);
  gtk_list_view_scroll_to (GTK_LIST_VIEW (pane->people), 0, GTK_LIST_SCROLL_NONE, NULL);
}

static void
on_open_room (WaveSidekickCard *card, const char *room_id, WaveSidePane *self)
{
  g_signal_emit (self, signal_open_room, 0, room_id);
}

static void
wave_side_pane_dispose (GObject *object)
{
  WaveSidePane *self = WAVE_SIDE_PANE (object);

  g_clear_handle_id (&self->order_timer, g_source_remove);
  if (self->child != NULL)
    {
      wave_side_pane_set_room (self, NULL);
      /* The view may live a while longer than we, and asks its model for sections when it goes. */
      gtk_list_view_set_model (GTK_LIST_VIEW (self->people), NULL);
    }
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->people = NULL;
  g_clear_object (&self->top);
  if (self->order != NULL)
    wave_ordered_list_set_source (self->order, NULL);
  g_clear_object (&self->order);
  g_clear_object (&self->sources);
  G_OBJECT_CLASS (wave_side_pane_parent_class)->dispose (object);
}

static void
wave_side_pane_finalize (GObject *object)
{
  g_free (WAVE_SIDE_PANE (object)->needle);
  g_hash_table_unref (WAVE_SIDE_PANE (object)->headers);
  G_OBJECT_CLASS (wave_side_pane_parent_class)->finalize (object);
}

static void
wave_side_pane_class_init (WaveSidePaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_side_pane_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_side_pane_finalize;
  /* WaveSidePane::open-room: a person wants to see a sidekick's own room. */
  signal_open_room
      = g_signal_new ("open-room", WAVE_TYPE_SIDE_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
make_top (WaveSidePane *self)
{
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->top = g_object_ref_sink (top);
  gtk_widget_add_css_class (top, "side-top");
  self->call = g_object_new (WAVE_TYPE_CALL_CARD, NULL);
  self->plan = g_object_new (WAVE_TYPE_PLAN_CARD, NULL);
  self->ais = g_object_new (WAVE_TYPE_AI_CARD, NULL);
  self->sidekicks = g_object_new (WAVE_TYPE_SIDEKICK_CARD, NULL);
  self->bridges = g_object_new (WAVE_TYPE_BRIDGE_CARD, NULL);
  g_signal_connect (self->sidekicks, "open-room", G_CALLBACK (on_open_room), self);
  /* It changes each second in a large room: a label would have the whole list laid out for it. */
  self->people_title = wave_live_text_new ();
  wave_live_text_set_one_line (WAVE_LIVE_TEXT (self->people_title));
  gtk_widget_add_css_class (self->people_title, "heading");
  self->search = gtk_search_entry_new ();
  gtk_search_entry_set_placeholder_text (GTK_SEARCH_ENTRY (self->search), _("Search people"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search people"), -1);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search_changed), self);
  self->nobody = wave_side_label (_("Nobody here has this in their name"), "dim-label", "caption");
  gtk_widget_set_visible (self->nobody, FALSE);
  gtk_box_append (GTK_BOX (top), self->call);
  gtk_box_append (GTK_BOX (top), self->plan);
  gtk_box_append (GTK_BOX (top), self->ais);
  gtk_box_append (GTK_BOX (top), self->sidekicks);
  gtk_box_append (GTK_BOX (top), self->bridges);
  gtk_box_append (GTK_BOX (top), self->people_title);
  gtk_box_append (GTK_BOX (top), self->search);
  gtk_box_append (GTK_BOX (top), self->nobody);
}

static void
make_model (WaveSidePane *self)
{
  g_autoptr (GListStore) first = g_list_store_new (GTK_TYPE_STRING_OBJECT);
  g_autoptr (GtkStringObject) placeholder = gtk_string_object_new ("");
  g_autoptr (GtkFlattenListModel) members = NULL;

  g_list_store_append (first, placeholder);
  self->sources = g_list_store_new (G_TYPE_LIST_MODEL);
  g_list_store_append (self->sources, first);
  members = gtk_flatten_list_model_new (G_LIST_MODEL (g_object_ref (self->sources)));
  self->order = wave_ordered_list_new (place, get_focused, self);
  wave_ordered_list_set_source (self->order, G_LIST_MODEL (members));
}

static void
wave_side_pane_init (WaveSidePane *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkListItemFactory) headers = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->headers = g_hash_table_new (NULL, NULL);
  make_top (self);
  make_model (self);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  g_signal_connect (headers, "setup", G_CALLBACK (on_setup_header), self);
  g_signal_connect (headers, "bind", G_CALLBACK (on_bind_header), self);
  g_signal_connect (headers, "unbind", G_CALLBACK (on_unbind_header), self);
  self->people = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->order)))), factory);
  gtk_list_view_set_header_factory (GTK_LIST_VIEW (self->people), headers);
  gtk_widget_add_css_class (self->people, "people");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->people), GTK_ACCESSIBLE_PROPERTY_LABEL, _("People"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->people);
  self->child = scroller;
  gtk_widget_set_parent (scroller, GTK_WIDGET (self));
}
