// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-palette.h"

#include <glib/gi18n.h>
#include <string.h>

#include "journal/wave-filter.h"
#include "model/wave-participant.h"
#include "model/wave-room.h"
#include "ui/wave-announcer.h"
#include "ui/wave-fold-box.h"
#include "ui/wave-fuzzy.h"
#include "ui/wave-presence.h"

/* Of one kind; more letters find the rest. */
#define MAX_PER_KIND 12
/* Before anything is typed only what happened last is of use. */
#define MAX_UNTYPED_ROOMS 5
/* A screen reader is told how many there are once the typing pauses. */
#define ANNOUNCE_AFTER_MS 500

typedef enum
{
  KIND_ROOM,
  KIND_PERSON,
  KIND_PAGE,
  KIND_ACTION,
  N_KINDS
} Kind;

/* Something that can be chosen; strings as they are shown. */
typedef struct
{
  Kind kind;
  int score;
  gint64 recency; /* wall µs; decides among equal scores */
  char *title, *subtitle;
  const char *icon;
  char *action;
  GVariant *target; /* nullable */
  WaveFuzzyRun runs[WAVE_FUZZY_MAX_RUNS];
  guint n_runs;
} Choice;

struct _WavePalette
{
  AdwDialog parent_instance;

  GtkSearchEntry *entry;
  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkListBox *list;

  WaveTenant *tenant;
  GMenuModel *menu;
  GHashTable *shortcuts;
  GPtrArray *choices; /* Choice, as listed */
  guint announce_id;
};

enum
{
  SIGNAL_GO,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WavePalette, wave_palette, ADW_TYPE_DIALOG)

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_free (choice->title);
  g_free (choice->subtitle);
  g_free (choice->action);
  g_clear_pointer (&choice->target, g_variant_unref);
  g_free (choice);
}

static Choice *
choice_new (Kind kind, const char *title, const char *subtitle, const char *icon, const char *action, GVariant *target)
{
  Choice *choice = g_new0 (Choice, 1);

  choice->kind = kind;
  choice->title = g_strdup (title);
  choice->subtitle = subtitle != NULL && *subtitle != '\0' ? g_strdup (subtitle) : NULL;
  choice->icon = icon;
  choice->action = g_strdup (action);
  choice->target = target != NULL ? g_variant_ref_sink (target) : NULL;
  return choice;
}

static int
compare_choices (gconstpointer a, gconstpointer b)
{
  const Choice *first = *(const Choice *const *) a, *second = *(const Choice *const *) b;

  if (first->score != second->score)
    return first->score < second->score ? 1 : -1;
  if (first->recency != second->recency)
    return first->recency < second->recency ? 1 : -1;
  return 0;
}

/* ---- collecting ---- */

/* Keeps the best of a kind while thousands of names go by. */
typedef struct
{
  GObject *object;
  int score;
  gint64 recency;
} Candidate;

static void
consider (GArray *best, guint max, GObject *object, int score, gint64 recency)
{
  guint at = best->len;
  Candidate candidate = { object, score, recency };

  while (at > 0)
    {
      const Candidate *before = &g_array_index (best, Candidate, at - 1);

      if (before->score > score || (before->score == score && before->recency >= recency))
        break;
      at--;
    }
  if (at >= max)
    return;
  g_array_insert_val (best, at, candidate);
  if (best->len > max)
    g_array_set_size (best, max);
}

static void
collect_rooms (WavePalette *self, const char *typed)
{
  GListModel *rooms = wave_tenant_get_rooms (self->tenant);
  guint n = g_list_model_get_n_items (rooms);
  g_autoptr (GArray) best = g_array_new (FALSE, FALSE, sizeof (Candidate));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (rooms, i);
      int score = wave_fuzzy_match (typed, wave_room_get_display_name (room), NULL, NULL);

      if (score == WAVE_FUZZY_NONE && g_str_equal (typed, wave_room_get_id (room)))
        score = 0;
      if (score != WAVE_FUZZY_NONE)
        consider (best, *typed != '\0' ? MAX_PER_KIND : MAX_UNTYPED_ROOMS, G_OBJECT (room), score, wave_room_get_last_activity (room));
    }
  for (guint i = 0; i < best->len; i++)
    {
      WaveRoom *room = WAVE_ROOM (g_array_index (best, Candidate, i).object);
      Choice *choice = choice_new (KIND_ROOM, wave_room_get_display_name (room), wave_room_get_topic (room), "wave-rooms-symbolic", "win.open-room",
                                   g_variant_new_string (wave_room_get_id (room)));

      choice->recency = wave_room_get_last_activity (room);
      g_ptr_array_add (self->choices, choice);
    }
}

static void
collect_people (WavePalette *self, const char *typed)
{
  GListModel *people = wave_tenant_get_participants (self->tenant);
  guint n = g_list_model_get_n_items (people);
  g_autoptr (GArray) best = g_array_new (FALSE, FALSE, sizeof (Candidate));

  if (*typed == '\0')
    return;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveParticipant) person = g_list_model_get_item (people, i);
      int score = wave_fuzzy_match (typed, wave_participant_get_display_name (person), NULL, NULL);

      if (score == WAVE_FUZZY_NONE && g_str_equal (typed, wave_participant_get_id (person)))
        score = 0;
      if (score != WAVE_FUZZY_NONE)
        consider (best, MAX_PER_KIND, G_OBJECT (person), score, 0);
    }
  for (guint i = 0; i < best->len; i++)
    {
      WaveParticipant *person = WAVE_PARTICIPANT (g_array_index (best, Candidate, i).object);
      gboolean is_ai = wave_participant_get_is_ai (person);
      g_autofree char *filter = wave_filter_quote ("from", wave_participant_get_id (person));
      g_autofree char *subtitle = g_strdup_printf (_("%s · shows their events"), wave_presence_get_label (wave_participant_get_presence (person)));

      g_ptr_array_add (self->choices, choice_new (KIND_PERSON, wave_participant_get_display_name (person), subtitle,
                                                  is_ai ? "wave-ai-symbolic" : "avatar-default-symbolic", "win.filter",
                                                  g_variant_new_string (filter)));
    }
}

static void
collect_pages (WavePalette *self)
{
  static const struct
  {
    const char *name, *title, *icon;
  } pages[] = {
    { "rooms", N_("Rooms"), "wave-rooms-symbolic" },
    { "activity", N_("Activity"), "wave-activity-symbolic" },
    { "scope", N_("Scope"), "wave-scope-symbolic" },
    { "connection", N_("Connection"), "wave-connection-symbolic" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      g_autofree char *detailed = g_strdup_printf ("win.page::%s", pages[i].name);
      const char *keys = self->shortcuts != NULL ? g_hash_table_lookup (self->shortcuts, detailed) : NULL;

      g_ptr_array_add (self->choices,
                       choice_new (KIND_PAGE, _(pages[i].title), keys, pages[i].icon, "win.page", g_variant_new_string (pages[i].name)));
    }
}

static char *
dup_without_mnemonic (const char *label)
{
  GString *text = g_string_new (NULL);

  for (const char *p = label; *p != '\0'; p++)
    if (*p != '_' || p[1] == '_')
      g_string_append_c (text, *p);
  return g_string_free_and_steal (text);
}

static void
collect_menu (WavePalette *self, GMenuModel *menu, const char *above)
{
  int n = g_menu_model_get_n_items (menu);

  for (int i = 0; i < n; i++)
    {
      g_autofree char *raw = NULL;
      g_autofree char *action = NULL;
      g_autofree char *label = NULL;
      g_autoptr (GVariant) target = g_menu_model_get_item_attribute_value (menu, i, G_MENU_ATTRIBUTE_TARGET, NULL);
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);
      g_autoptr (GMenuModel) submenu = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SUBMENU);

      if (g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_LABEL, "s", &raw))
        label = dup_without_mnemonic (raw);
      if (section != NULL)
        collect_menu (self, section, above);
      if (submenu != NULL)
        collect_menu (self, submenu, label);
      if (label != NULL && g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_ACTION, "s", &action))
        {
          g_autofree char *title = above != NULL ? g_strdup_printf ("%s: %s", above, label) : g_steal_pointer (&label);
          g_autofree char *detailed = g_action_print_detailed_name (action, target);
          const char *keys = self->shortcuts != NULL ? g_hash_table_lookup (self->shortcuts, detailed) : NULL;

          g_ptr_array_add (self->choices, choice_new (KIND_ACTION, title, keys, "system-run-symbolic", action, target));
        }
    }
}

static void
collect_others (WavePalette *self)
{
  static const struct
  {
    const char *title, *action;
    gboolean needs_tenant;
  } others[] = {
    { N_("Search Rooms and People"), "win.search", TRUE },
    { N_("Try to Connect Now"), "win.retry", TRUE },
    { N_("Close the Window"), "window.close", FALSE },
    { N_("Quit"), "app.quit", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (!others[i].needs_tenant || self->tenant != NULL)
      g_ptr_array_add (self->choices,
                       choice_new (KIND_ACTION, _(others[i].title),
                                   self->shortcuts != NULL ? g_hash_table_lookup (self->shortcuts, others[i].action) : NULL,
                                   "system-run-symbolic", others[i].action, NULL));
}

/* Scores what is there, drops what does not match, and puts the kinds in the order of their best. */
static void
rank (WavePalette *self, const char *typed)
{
  int best[N_KINDS];

  for (guint i = 0; i < N_KINDS; i++)
    best[i] = WAVE_FUZZY_NONE;
  for (guint i = self->choices->len; i > 0; i--)
    {
      Choice *choice = self->choices->pdata[i - 1];

      choice->score = wave_fuzzy_match (typed, choice->title, choice->runs, &choice->n_runs);
      /* Found by its id. */
      if (choice->score == WAVE_FUZZY_NONE && choice->target != NULL && (choice->kind == KIND_ROOM || choice->kind == KIND_PERSON))
        choice->score = 0;
      if (choice->score == WAVE_FUZZY_NONE)
        g_ptr_array_remove_index (self->choices, i - 1);
      else
        best[choice->kind] = MAX (best[choice->kind], choice->score);
    }
  if (*typed != '\0')
    g_ptr_array_sort (self->choices, compare_choices);
  /* A stable insertion by kind: few are left. */
  for (guint i = 1; i < self->choices->len; i++)
    for (guint j = i; j > 0; j--)
      {
        Choice *before = self->choices->pdata[j - 1], *after = self->choices->pdata[j];
        gboolean in_order = best[before->kind] > best[after->kind] || (best[before->kind] == best[after->kind] && before->kind <= after->kind);

        if (in_order)
          break;
        self->choices->pdata[j - 1] = after;
        self->choices->pdata[j] = before;
      }
}

/* ---- showing ---- */

static const char *
kind_title (Kind kind)
{
  switch (kind)
    {
    case KIND_ROOM:
      return _("Rooms");
    case KIND_PERSON:
      return _("People");
    case KIND_PAGE:
      return _("Pages");
    case KIND_ACTION:
      return _("Actions");
    case N_KINDS:
      break;
    }
  g_assert_not_reached ();
}

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_row (const Choice *choice)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *image = gtk_image_new_from_icon_name (choice->icon);
  GtkWidget *title = make_label (choice->title, NULL);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autofree char *name = NULL;

  for (guint i = 0; i < choice->n_runs; i++)
    {
      PangoAttribute *bold = pango_attr_weight_new (PANGO_WEIGHT_BOLD);
      PangoAttribute *line = pango_attr_underline_new (PANGO_UNDERLINE_SINGLE);

      bold->start_index = line->start_index = choice->runs[i].start;
      bold->end_index = line->end_index = choice->runs[i].end;
      pango_attr_list_insert (attributes, bold);
      pango_attr_list_insert (attributes, line);
    }
  gtk_label_set_attributes (GTK_LABEL (title), attributes);
  gtk_accessible_update_state (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (box), image);
  if (choice->subtitle != NULL)
    {
      GtkWidget *subtitle = make_label (choice->subtitle, "dim-label");

      gtk_widget_add_css_class (subtitle, "caption");
      gtk_widget_set_hexpand (subtitle, TRUE);
      /* A long topic is cut beside its room; it is no reason for a second line. */
      gtk_label_set_max_width_chars (GTK_LABEL (subtitle), 24);
      if (choice->kind == KIND_PAGE || choice->kind == KIND_ACTION)
        gtk_label_set_xalign (GTK_LABEL (subtitle), 1);
      title = wave_fold_box_new (title, subtitle, 12, 0);
    }
  gtk_widget_set_hexpand (title, TRUE);
  gtk_box_append (GTK_BOX (box), title);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data (G_OBJECT (row), "kind", GUINT_TO_POINTER (choice->kind));
  name = choice->subtitle != NULL ? g_strdup_printf ("%s, %s, %s", choice->title, kind_title (choice->kind), choice->subtitle)
                                  : g_strdup_printf ("%s, %s", choice->title, kind_title (choice->kind));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return row;
}

static guint
kind_of_row (GtkListBoxRow *row)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "kind"));
}

/* A heading above the first of each kind. The list asks for it while it is taken down, too: only the rows themselves count here. */
static void
update_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  if (before != NULL && kind_of_row (before) == kind_of_row (row))
    gtk_list_box_row_set_header (row, NULL);
  else if (gtk_list_box_row_get_header (row) == NULL)
    gtk_list_box_row_set_header (row, make_label (kind_title ((Kind) kind_of_row (row)), "room-section"));
}

static gboolean
announce (gpointer user_data)
{
  WavePalette *self = user_data;
  g_autofree char *text = g_strdup_printf (ngettext ("%u result", "%u results", self->choices->len), self->choices->len);

  self->announce_id = 0;
  wave_announce (GTK_WIDGET (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW);
  return G_SOURCE_REMOVE;
}

static void
update (WavePalette *self)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));

  gtk_list_box_remove_all (self->list);
  g_ptr_array_set_size (self->choices, 0);
  if (self->tenant != NULL)
    {
      collect_rooms (self, typed);
      collect_people (self, typed);
      collect_pages (self);
    }
  if (self->menu != NULL)
    collect_menu (self, self->menu, NULL);
  collect_others (self);
  rank (self, typed);
  for (guint i = 0; i < self->choices->len; i++)
    gtk_list_box_append (self->list, make_row (self->choices->pdata[i]));
  gtk_stack_set_visible_child_name (self->stack, self->choices->len > 0 ? "results" : "nothing");
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  g_clear_handle_id (&self->announce_id, g_source_remove);
  self->announce_id = g_timeout_add (ANNOUNCE_AFTER_MS, announce, self);
  g_source_set_name_by_id (self->announce_id, "wave-palette-announce");
}

static void
on_typed (GtkSearchEntry *entry, WavePalette *self)
{
  update (self);
}

static void
go (WavePalette *self, GtkListBoxRow *row)
{
  const Choice *choice;
  g_autofree char *action = NULL;
  g_autoptr (GVariant) target = NULL;

  if (row == NULL)
    return;
  choice = self->choices->pdata[gtk_list_box_row_get_index (row)];
  action = g_strdup (choice->action);
  target = choice->target != NULL ? g_variant_ref (choice->target) : NULL;
  g_object_ref (self);
  adw_dialog_close (ADW_DIALOG (self));
  g_signal_emit (self, signals[SIGNAL_GO], 0, action, target);
  g_object_unref (self);
}

static void
on_activate (GtkSearchEntry *entry, WavePalette *self)
{
  /* What was typed last counts, though the entry tells of it a moment later. */
  update (self);
  go (self, gtk_list_box_get_selected_row (self->list));
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, WavePalette *self)
{
  go (self, row);
}

static void
on_row_selected (GtkListBox *list, GtkListBoxRow *row, WavePalette *self)
{
  /* The list lets go of its rows after the entry is gone. */
  if (self->entry == NULL)
    return;
  if (row != NULL)
    gtk_accessible_update_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT, row, -1);
  else
    gtk_accessible_reset_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT);
}

static void
on_stop (GtkSearchEntry *entry, WavePalette *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
scroll_to (WavePalette *self, GtkListBoxRow *row)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  graphene_rect_t bounds;

  if (!gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->list), &bounds))
    return;
  /* The heading above the first row comes along. */
  if (gtk_list_box_row_get_index (row) == 0)
    gtk_adjustment_set_value (adjustment, 0);
  else
    gtk_adjustment_clamp_page (adjustment, bounds.origin.y, bounds.origin.y + bounds.size.height);
}

/* The focus stays in the entry, so that one can go on typing. */
static gboolean
on_move (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  WavePalette *self = WAVE_PALETTE (widget);
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->list);
  int n = (int) self->choices->len;
  int by = g_variant_get_int32 (arguments);
  int at = selected != NULL ? gtk_list_box_row_get_index (selected) : -1;

  if (n == 0)
    return TRUE;
  /* Single steps go round, pages stop at the ends. */
  at = by == 1 || by == -1 ? (at + by + n) % n : CLAMP (at + by, 0, n - 1);
  selected = gtk_list_box_get_row_at_index (self->list, at);
  gtk_list_box_select_row (self->list, selected);
  scroll_to (self, selected);
  return TRUE;
}

/* ---- life ---- */

static void
wave_palette_dispose (GObject *object)
{
  WavePalette *self = WAVE_PALETTE (object);

  g_clear_handle_id (&self->announce_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_PALETTE);
  g_clear_object (&self->tenant);
  g_clear_object (&self->menu);
  g_clear_pointer (&self->shortcuts, g_hash_table_unref);
  G_OBJECT_CLASS (wave_palette_parent_class)->dispose (object);
}

static void
wave_palette_finalize (GObject *object)
{
  g_ptr_array_unref (WAVE_PALETTE (object)->choices);
  G_OBJECT_CLASS (wave_palette_parent_class)->finalize (object);
}

static void
wave_palette_class_init (WavePaletteClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  static const struct
  {
    guint key;
    int by;
  } moves[] = { { GDK_KEY_Down, 1 }, { GDK_KEY_Up, -1 }, { GDK_KEY_Page_Down, 8 }, { GDK_KEY_Page_Up, -8 }, { GDK_KEY_KP_Down, 1 }, { GDK_KEY_KP_Up, -1 } };

  G_OBJECT_CLASS (klass)->dispose = wave_palette_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_palette_finalize;
  signals[SIGNAL_GO] = g_signal_new ("go", WAVE_TYPE_PALETTE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_VARIANT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-palette.ui");
  gtk_widget_class_bind_template_child (widget_class, WavePalette, entry);
  gtk_widget_class_bind_template_child (widget_class, WavePalette, stack);
  gtk_widget_class_bind_template_child (widget_class, WavePalette, scroller);
  gtk_widget_class_bind_template_child (widget_class, WavePalette, list);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_row_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    gtk_widget_class_add_binding (widget_class, moves[i].key, 0, on_move, "i", moves[i].by);
}

static void
wave_palette_init (WavePalette *self)
{
  self->choices = g_ptr_array_new_with_free_func (choice_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->list, update_header, NULL, NULL);
  gtk_search_entry_set_search_delay (self->entry, 40);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_RELATION_CONTROLS, self->list, NULL, -1);
}

WavePalette *
wave_palette_new (WaveTenant *tenant, GMenuModel *menu, GHashTable *shortcuts)
{
  WavePalette *self = g_object_new (WAVE_TYPE_PALETTE, NULL);

  g_set_object (&self->tenant, tenant);
  g_set_object (&self->menu, menu);
  if (shortcuts != NULL)
    self->shortcuts = g_hash_table_ref (shortcuts);
  update (self);
  return self;
}

void
wave_palette_type (WavePalette *palette, const char *text)
{
  g_return_if_fail (WAVE_IS_PALETTE (palette));
  gtk_editable_set_text (GTK_EDITABLE (palette->entry), text);
  update (palette);
}

guint
wave_palette_get_n_results (WavePalette *palette)
{
  g_return_val_if_fail (WAVE_IS_PALETTE (palette), 0);
  return palette->choices->len;
}

const char *
wave_palette_get_result (WavePalette *palette, guint i)
{
  g_return_val_if_fail (WAVE_IS_PALETTE (palette), NULL);
  return i < palette->choices->len ? ((const Choice *) palette->choices->pdata[i])->title : NULL;
}
