// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-json-tree.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "protocol/wave-event.h"
#include "protocol/wave-text.h"

/* A larger text is parsed on a worker. */
#define SYNC_BYTES 65536
/* Members that are shown of one object or array; the raw text has all. */
#define MEMBERS 5000
#define VALUE_CHARS 300
/* Values that a search looks at. */
#define SEARCH_LIMIT 200000
#define FOUND_LIMIT 1000

/* ---------------------------------------------------------------- one node */

#define WAVE_TYPE_JSON_ITEM (wave_json_item_get_type ())
G_DECLARE_FINAL_TYPE (WaveJsonItem, wave_json_item, WAVE, JSON_ITEM, GObject)

struct _WaveJsonItem
{
  GObject parent_instance;
  JsonNode *node;
  char *key;  /* nullable: of the root */
  char *path; /* as in $.content.plan.steps[2] */
};

G_DEFINE_FINAL_TYPE (WaveJsonItem, wave_json_item, G_TYPE_OBJECT)

static void
wave_json_item_finalize (GObject *object)
{
  WaveJsonItem *self = WAVE_JSON_ITEM (object);

  json_node_unref (self->node);
  g_free (self->key);
  g_free (self->path);
  G_OBJECT_CLASS (wave_json_item_parent_class)->finalize (object);
}

static void
wave_json_item_class_init (WaveJsonItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_json_item_finalize;
}

static void
wave_json_item_init (WaveJsonItem *self)
{
}

static WaveJsonItem *
item_new (JsonNode *node, const char *key, char *path)
{
  WaveJsonItem *item = g_object_new (WAVE_TYPE_JSON_ITEM, NULL);

  item->node = json_node_ref (node);
  item->key = g_strdup (key);
  item->path = path;
  return item;
}

/* ["a key"] where a key is no plain word. */
static char *
member_path (const char *parent, const char *key)
{
  gboolean plain = g_ascii_isalpha (*key) || *key == '_';

  for (const char *p = key; plain && *p != '\0'; p++)
    plain = g_ascii_isalnum (*p) || *p == '_';
  if (plain)
    return g_strdup_printf ("%s.%s", parent, key);
  {
    g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), key);
    g_autofree char *quoted = json_to_string (node, FALSE);

    return g_strdup_printf ("%s[%s]", parent, quoted);
  }
}

static GListModel *
make_children (gpointer data, gpointer user_data)
{
  WaveJsonItem *item = data;
  GListStore *store;

  if (JSON_NODE_HOLDS_OBJECT (item->node))
    {
      JsonObjectIter iter;
      const char *key;
      JsonNode *value;
      guint n = 0;

      if (json_object_get_size (json_node_get_object (item->node)) == 0)
        return NULL;
      store = g_list_store_new (WAVE_TYPE_JSON_ITEM);
      json_object_iter_init_ordered (&iter, json_node_get_object (item->node));
      while (n++ < MEMBERS && json_object_iter_next_ordered (&iter, &key, &value))
        {
          g_autoptr (WaveJsonItem) child = item_new (value, key, member_path (item->path, key));

          g_list_store_append (store, child);
        }
      return G_LIST_MODEL (store);
    }
  if (JSON_NODE_HOLDS_ARRAY (item->node))
    {
      JsonArray *array = json_node_get_array (item->node);

      if (json_array_get_length (array) == 0)
        return NULL;
      store = g_list_store_new (WAVE_TYPE_JSON_ITEM);
      for (guint i = 0; i < MIN (json_array_get_length (array), MEMBERS); i++)
        {
          g_autofree char *key = g_strdup_printf ("%u", i);
          g_autoptr (WaveJsonItem) child = item_new (json_array_get_element (array, i), key, g_strdup_printf ("%s[%u]", item->path, i));

          g_list_store_append (store, child);
        }
      return G_LIST_MODEL (store);
    }
  return NULL;
}

/* The value on one line; @css_class tells what it is. */
static char *
value_text (JsonNode *node, const char **css_class)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      guint n = json_object_get_size (json_node_get_object (node));

      *css_class = "json-container";
      return g_strdup_printf (ngettext ("%u member", "%u members", n), n);
    }
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      guint n = json_array_get_length (json_node_get_array (node));

      *css_class = "json-container";
      return g_strdup_printf (ngettext ("%u item", "%u items", n), n);
    }
  if (JSON_NODE_HOLDS_NULL (node))
    {
      *css_class = "json-null";
      return g_strdup ("null");
    }
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    {
      const char *text = json_node_get_string (node);
      g_autofree char *visible = wave_text_make_visible (text, strlen (text), VALUE_CHARS);

      *css_class = "json-string";
      return g_strdup_printf ("\"%s\"", visible);
    }
  *css_class = json_node_get_value_type (node) == G_TYPE_BOOLEAN ? "json-bool" : "json-number";
  return json_to_string (node, FALSE);
}

/* ---------------------------------------------------------------- the tree */

struct _WaveJsonTree
{
  AdwBin parent_instance;

  GtkSearchEntry *search;
  GtkLabel *found;
  GtkStack *stack;
  GtkListView *view;
  AdwStatusPage *fault;
  GtkWidget *popover; /* nullable: the context menu */

  GBytes *bytes; /* nullable */
  JsonNode *root; /* nullable */
  GtkTreeListModel *model;
  GtkSingleSelection *selection;
  GCancellable *parsing; /* nullable */
  GPtrArray *matches; /* of paths, as arrays of positions (GArray of guint) */
  guint match;
  WaveJsonNameFunc name_func;
  gpointer name_data;
};

enum { FOLLOW, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveJsonTree, wave_json_tree, ADW_TYPE_BIN)

static WaveJsonItem *
selected_item (WaveJsonTree *self)
{
  GtkTreeListRow *row = self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;

  return row != NULL ? gtk_tree_list_row_get_item (row) : NULL;
}

/* ---- rows ---- */

static char *
name_of (WaveJsonTree *self, JsonNode *node)
{
  if (self->name_func == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return self->name_func (json_node_get_string (node), self->name_data);
}

static void
on_link (GtkButton *button, WaveJsonTree *self)
{
  WaveJsonItem *item = g_object_get_data (G_OBJECT (button), "item");

  if (item != NULL && JSON_NODE_HOLDS_VALUE (item->node) && json_node_get_value_type (item->node) == G_TYPE_STRING)
    g_signal_emit (self, signals[FOLLOW], 0, json_node_get_string (item->node));
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, WaveJsonTree *self)
{
  GtkWidget *expander = gtk_tree_expander_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *key = gtk_label_new (NULL);
  GtkWidget *value = gtk_inscription_new (NULL);
  GtkWidget *link = gtk_button_new ();

  gtk_widget_add_css_class (key, "json-key");
  gtk_label_set_ellipsize (GTK_LABEL (key), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (key), 24);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (value), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_min_chars (GTK_INSCRIPTION (value), 6);
  gtk_widget_add_css_class (link, "link");
  gtk_widget_add_css_class (link, "flat");
  gtk_widget_add_css_class (link, "json-link");
  gtk_widget_set_focusable (link, FALSE);
  g_signal_connect (link, "clicked", G_CALLBACK (on_link), self);
  gtk_box_append (GTK_BOX (box), key);
  gtk_box_append (GTK_BOX (box), value);
  gtk_box_append (GTK_BOX (box), link);
  gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), box);
  gtk_list_item_set_focusable (item, FALSE);
  gtk_list_item_set_child (item, expander);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, WaveJsonTree *self)
{
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  g_autoptr (WaveJsonItem) item = gtk_tree_list_row_get_item (row);
  GtkWidget *expander = gtk_list_item_get_child (list_item);
  GtkWidget *box = gtk_tree_expander_get_child (GTK_TREE_EXPANDER (expander));
  GtkWidget *key = gtk_widget_get_first_child (box);
  GtkWidget *value = gtk_widget_get_next_sibling (key);
  GtkWidget *link = gtk_widget_get_last_child (box);
  const char *css_class = NULL;
  g_autofree char *text = value_text (item->node, &css_class);
  g_autofree char *name = name_of (self, item->node);
  g_autofree char *shown_key = item->key != NULL ? wave_text_make_visible (item->key, strlen (item->key), 80) : NULL;
  g_autofree char *spoken = NULL;
  const char *classes[] = { css_class, NULL };

  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (expander), row);
  gtk_label_set_text (GTK_LABEL (key), shown_key != NULL ? shown_key : JSON_NODE_HOLDS_ARRAY (item->node) ? "[]" : "{}");
  gtk_inscription_set_text (GTK_INSCRIPTION (value), text);
  gtk_widget_set_css_classes (value, classes);
  gtk_widget_set_tooltip_text (value, strlen (text) > 30 ? text : NULL);
  gtk_widget_set_visible (link, name != NULL);
  if (name != NULL)
    {
      /* Translators: an arrow to what an id stands for. */
      g_autofree char *label = g_strdup_printf (_("→ %s"), name);

      gtk_button_set_label (GTK_BUTTON (link), label);
      gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (link))), PANGO_ELLIPSIZE_END);
    }
  g_object_set_data_full (G_OBJECT (link), "item", g_object_ref (item), g_object_unref);
  spoken = g_strdup_printf ("%s: %s", gtk_label_get_text (GTK_LABEL (key)), text);
  gtk_list_item_set_accessible_label (list_item, spoken);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *list_item, WaveJsonTree *self)
{
  GtkWidget *expander = gtk_list_item_get_child (list_item);
  GtkWidget *box = gtk_tree_expander_get_child (GTK_TREE_EXPANDER (expander));

  gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (expander), NULL);
  g_object_set_data (G_OBJECT (gtk_widget_get_last_child (box)), "item", NULL);
}

static void
on_activate (GtkListView *view, guint position, WaveJsonTree *self)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  if (row != NULL && gtk_tree_list_row_is_expandable (row))
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
  else if (row != NULL)
    {
      g_autoptr (WaveJsonItem) item = gtk_tree_list_row_get_item (row);
      g_autofree char *name = name_of (self, item->node);

      if (name != NULL)
        g_signal_emit (self, signals[FOLLOW], 0, json_node_get_string (item->node));
    }
}

/* ---- search ---- */

typedef struct
{
  GPtrArray *matches;
  char *needle; /* case folded */
  guint looked_at;
  GArray *at; /* positions from the root */
} Search;

static gboolean
holds (const char *text, const char *needle)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return strstr (folded, needle) != NULL;
}

static void
search_node (Search *search, const char *key, JsonNode *node)
{
  const char *css_class;

  if (search->looked_at++ > SEARCH_LIMIT || search->matches->len >= FOUND_LIMIT)
    return;
  if (key != NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      gboolean found = key != NULL && holds (key, search->needle);

      if (!found && JSON_NODE_HOLDS_VALUE (node))
        {
          g_autofree char *text = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_dup_string (node) : value_text (node, &css_class);

          found = holds (text, search->needle);
        }
      if (found)
        g_ptr_array_add (search->matches, g_array_copy (search->at));
    }
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *member;
      JsonNode *value;
      guint n = 0;

      json_object_iter_init_ordered (&iter, json_node_get_object (node));
      while (n < MEMBERS && json_object_iter_next_ordered (&iter, &member, &value))
        {
          g_array_append_val (search->at, n);
          search_node (search, member, value);
          g_array_set_size (search->at, search->at->len - 1);
          n++;
        }
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    for (guint i = 0; i < MIN (json_array_get_length (json_node_get_array (node)), MEMBERS); i++)
      {
        g_array_append_val (search->at, i);
        search_node (search, NULL, json_array_get_element (json_node_get_array (node), i));
        g_array_set_size (search->at, search->at->len - 1);
      }
}

/* Opens the way to a match and selects it. */
static void
go_to_match (WaveJsonTree *self)
{
  const GArray *way;
  g_autoptr (GtkTreeListRow) row = NULL;
  g_autofree char *words = NULL;

  if (self->matches->len == 0 || self->model == NULL)
    return;
  way = self->matches->pdata[self->match];
  row = gtk_tree_list_model_get_child_row (self->model, 0);
  for (guint i = 0; row != NULL && i < way->len; i++)
    {
      GtkTreeListRow *child;

      gtk_tree_list_row_set_expanded (row, TRUE);
      child = gtk_tree_list_row_get_child_row (row, g_array_index (way, guint, i));
      g_object_unref (row);
      row = child;
    }
  if (row != NULL)
    gtk_list_view_scroll_to (self->view, gtk_tree_list_row_get_position (row), GTK_LIST_SCROLL_SELECT, NULL);
  /* Translators: which match of how many is shown. */
  words = g_strdup_printf (_("%u of %u"), self->match + 1, self->matches->len);
  gtk_label_set_text (self->found, words);
}

static void
on_search (WaveJsonTree *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));
  Search search = { 0 };

  g_ptr_array_set_size (self->matches, 0);
  self->match = 0;
  gtk_label_set_text (self->found, "");
  if (*text == '\0' || self->root == NULL)
    return;
  search.matches = self->matches;
  search.needle = g_utf8_casefold (text, -1);
  search.at = g_array_new (FALSE, FALSE, sizeof (guint));
  search_node (&search, NULL, self->root);
  g_array_unref (search.at);
  g_free (search.needle);
  if (self->matches->len == 0)
    gtk_label_set_text (self->found, _("none"));
  go_to_match (self);
}

static void
on_next (WaveJsonTree *self)
{
  if (self->matches->len > 0)
    self->match = (self->match + 1) % self->matches->len;
  go_to_match (self);
}

static void
on_previous (WaveJsonTree *self)
{
  if (self->matches->len > 0)
    self->match = (self->match + self->matches->len - 1) % self->matches->len;
  go_to_match (self);
}

static void
on_stop (WaveJsonTree *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

guint
wave_json_tree_get_n_found (WaveJsonTree *self)
{
  g_return_val_if_fail (WAVE_IS_JSON_TREE (self), 0);
  return self->matches->len;
}

void
wave_json_tree_focus_search (WaveJsonTree *self)
{
  g_return_if_fail (WAVE_IS_JSON_TREE (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

/* ---- copying ---- */

static void
copy_path_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (WaveJsonItem) item = selected_item (WAVE_JSON_TREE (widget));

  if (item != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), item->path);
}

static void
copy_value_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (WaveJsonItem) item = selected_item (WAVE_JSON_TREE (widget));
  g_autofree char *text = NULL;

  if (item == NULL)
    return;
  /* A string as it is, without its quotation marks and escapes. */
  if (JSON_NODE_HOLDS_VALUE (item->node) && json_node_get_value_type (item->node) == G_TYPE_STRING)
    text = json_node_dup_string (item->node);
  else
    text = json_to_string (item->node, TRUE);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

static void
expand_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveJsonTree *self = WAVE_JSON_TREE (widget);
  gboolean expand = g_str_equal (name, "tree.expand-all");

  if (self->model == NULL)
    return;
  /* Rows come up while it goes on; a huge text stays closed beyond that. */
  for (guint i = expand ? 0 : 1; i < MIN (g_list_model_get_n_items (G_LIST_MODEL (self->model)), 2000); i++)
    {
      g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_row (self->model, i);

      if (gtk_tree_list_row_is_expandable (row))
        gtk_tree_list_row_set_expanded (row, expand);
    }
}

static void
find_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  wave_json_tree_focus_search (WAVE_JSON_TREE (widget));
}

static void
show_menu (WaveJsonTree *self, double x, double y)
{
  if (self->popover == NULL)
    {
      g_autoptr (GMenu) menu = g_menu_new ();
      g_autoptr (GMenu) copy = g_menu_new ();
      g_autoptr (GMenu) open = g_menu_new ();

      g_menu_append (copy, _("Copy _Value"), "tree.copy-value");
      g_menu_append (copy, _("Copy _Path"), "tree.copy-path");
      g_menu_append (open, _("_Expand All"), "tree.expand-all");
      g_menu_append (open, _("_Collapse All"), "tree.collapse-all");
      g_menu_append_section (menu, NULL, G_MENU_MODEL (copy));
      g_menu_append_section (menu, NULL, G_MENU_MODEL (open));
      self->popover = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
      gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* The row under the pointer is meant, whichever is selected. */
static void
select_at (WaveJsonTree *self, double x, double y)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT);

  for (; widget != NULL && widget != GTK_WIDGET (self); widget = gtk_widget_get_parent (widget))
    {
      GtkWidget *child = gtk_widget_get_first_child (widget);
      GtkWidget *expander = GTK_IS_TREE_EXPANDER (widget) ? widget : child != NULL && GTK_IS_TREE_EXPANDER (child) ? child : NULL;
      GtkTreeListRow *row = expander != NULL ? gtk_tree_expander_get_list_row (GTK_TREE_EXPANDER (expander)) : NULL;

      if (row != NULL)
        {
          gtk_single_selection_set_selected (self->selection, gtk_tree_list_row_get_position (row));
          return;
        }
    }
}

static void
on_pressed (GtkGestureClick *gesture, int n_press, double x, double y, WaveJsonTree *self)
{
  if (self->selection == NULL)
    return;
  select_at (self, x, y);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (self, x, y);
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  graphene_rect_t bounds;

  if (focus == NULL || !gtk_widget_compute_bounds (focus, widget, &bounds))
    graphene_rect_init (&bounds, 0, 40, 1, 1);
  show_menu (WAVE_JSON_TREE (widget), bounds.origin.x + 40, bounds.origin.y + bounds.size.height);
}

/* ---- what is shown ---- */

static void
take_root (WaveJsonTree *self, JsonNode *root)
{
  GListStore *store = g_list_store_new (WAVE_TYPE_JSON_ITEM);
  g_autoptr (WaveJsonItem) item = item_new (root, NULL, g_strdup ("$"));

  self->root = json_node_ref (root);
  g_list_store_append (store, item);
  self->model = gtk_tree_list_model_new (G_LIST_MODEL (store), FALSE, FALSE, make_children, NULL, NULL);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->model)));
  gtk_list_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection));
  /* What an event says stands in its content; what is smaller is open altogether. */
  for (guint i = 0; i < MIN (g_list_model_get_n_items (G_LIST_MODEL (self->model)), 60); i++)
    {
      g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_row (self->model, i);

      if (gtk_tree_list_row_get_depth (row) < 3)
        gtk_tree_list_row_set_expanded (row, TRUE);
    }
  gtk_stack_set_visible_child_name (self->stack, "tree");
  if (*gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0')
    on_search (self);
}

static void
parse_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GBytes *bytes = task_data;
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  if (!json_parser_load_from_data (parser, data != NULL ? data : "", (gssize) length, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (json_parser_get_root (parser) == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("There is nothing in it"));
  else
    g_task_return_pointer (task, json_node_ref (json_parser_get_root (parser)), (GDestroyNotify) json_node_unref);
}

static void
on_parsed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WaveJsonTree *self = WAVE_JSON_TREE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stack == NULL)
    return;
  g_clear_object (&self->parsing);
  if (root != NULL)
    {
      take_root (self, root);
      return;
    }
  {
    g_autofree char *why = wave_text_make_visible (error->message, strlen (error->message), 300);
    g_autofree char *escaped = g_markup_escape_text (why, -1);

    adw_status_page_set_description (self->fault, escaped);
    gtk_stack_set_visible_child_name (self->stack, "fault");
  }
}

void
wave_json_tree_set_bytes (WaveJsonTree *self, GBytes *bytes)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (WAVE_IS_JSON_TREE (self));
  if (self->bytes == bytes && bytes != NULL)
    return;
  if (self->parsing != NULL)
    g_cancellable_cancel (self->parsing);
  g_clear_object (&self->parsing);
  gtk_list_view_set_model (self->view, NULL);
  g_clear_object (&self->model);
  self->selection = NULL;
  g_clear_pointer (&self->root, json_node_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_ptr_array_set_size (self->matches, 0);
  gtk_label_set_text (self->found, "");
  if (bytes == NULL)
    return;
  self->bytes = g_bytes_ref (bytes);
  self->parsing = g_cancellable_new ();
  task = g_task_new (self, self->parsing, on_parsed, NULL);
  g_task_set_static_name (task, "[wavescope] parse JSON");
  g_task_set_task_data (task, g_bytes_ref (bytes), (GDestroyNotify) g_bytes_unref);
  if (g_bytes_get_size (bytes) <= SYNC_BYTES)
    g_task_run_in_thread_sync (task, parse_in_thread);
  else
    {
      gtk_stack_set_visible_child_name (self->stack, "busy");
      g_task_run_in_thread (task, parse_in_thread);
      return;
    }
  on_parsed (G_OBJECT (self), G_ASYNC_RESULT (task), NULL);
}

void
wave_json_tree_set_name_func (WaveJsonTree *self, WaveJsonNameFunc func, gpointer user_data)
{
  g_return_if_fail (WAVE_IS_JSON_TREE (self));
  self->name_func = func;
  self->name_data = user_data;
}

/* ---- the object ---- */

static void
wave_json_tree_dispose (GObject *object)
{
  WaveJsonTree *self = WAVE_JSON_TREE (object);

  if (self->parsing != NULL)
    g_cancellable_cancel (self->parsing);
  g_clear_object (&self->parsing);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_object (&self->model);
  self->selection = NULL;
  self->name_func = NULL;
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_JSON_TREE);
  G_OBJECT_CLASS (wave_json_tree_parent_class)->dispose (object);
}

static void
wave_json_tree_finalize (GObject *object)
{
  WaveJsonTree *self = WAVE_JSON_TREE (object);

  g_clear_pointer (&self->root, json_node_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_ptr_array_unref (self->matches);
  G_OBJECT_CLASS (wave_json_tree_parent_class)->finalize (object);
}

static void
wave_json_tree_class_init (WaveJsonTreeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_json_tree_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_json_tree_finalize;
  signals[FOLLOW] = g_signal_new ("follow", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-json-tree.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveJsonTree, search);
  gtk_widget_class_bind_template_child (widget_class, WaveJsonTree, found);
  gtk_widget_class_bind_template_child (widget_class, WaveJsonTree, stack);
  gtk_widget_class_bind_template_child (widget_class, WaveJsonTree, view);
  gtk_widget_class_bind_template_child (widget_class, WaveJsonTree, fault);
  gtk_widget_class_bind_template_callback (widget_class, on_search);
  gtk_widget_class_bind_template_callback (widget_class, on_next);
  gtk_widget_class_bind_template_callback (widget_class, on_previous);
  gtk_widget_class_bind_template_callback (widget_class, on_stop);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_unbind);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_install_action (widget_class, "tree.copy-path", NULL, copy_path_action);
  gtk_widget_class_install_action (widget_class, "tree.copy-value", NULL, copy_value_action);
  gtk_widget_class_install_action (widget_class, "tree.expand-all", NULL, expand_all_action);
  gtk_widget_class_install_action (widget_class, "tree.collapse-all", NULL, expand_all_action);
  gtk_widget_class_install_action (widget_class, "tree.menu", NULL, menu_action);
  gtk_widget_class_install_action (widget_class, "tree.find", NULL, find_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "tree.copy-value", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "tree.copy-path", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "tree.find", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "tree.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "tree.menu", NULL);
}

static void
wave_json_tree_init (WaveJsonTree *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->matches = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_entry_set_key_capture_widget (self->search, NULL);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
wave_json_tree_new (void)
{
  return g_object_new (WAVE_TYPE_JSON_TREE, NULL);
}
