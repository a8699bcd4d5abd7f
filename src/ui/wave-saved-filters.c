// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "ui/wave-filter-chips.h"

/* More would not be found any more. */
#define MOST 200

struct _WaveSavedFilters
{
  AdwBin parent_instance;
  GtkWidget *button, *list, *save, *empty;
  WaveFilterEntry *entry; /* weak */
  GSettings *settings;
};

typedef struct
{
  char *name, *text;
} Saved;

G_DEFINE_FINAL_TYPE (WaveSavedFilters, wave_saved_filters, ADW_TYPE_BIN)

static void
saved_free (gpointer data)
{
  Saved *saved = data;

  g_free (saved->name);
  g_free (saved->text);
  g_free (saved);
}

static GPtrArray *
read_all (WaveSavedFilters *self)
{
  g_autoptr (GVariant) value = g_settings_get_value (self->settings, "saved-filters");
  GPtrArray *all = g_ptr_array_new_with_free_func (saved_free);
  GVariantIter iter;
  const char *name, *text;

  g_variant_iter_init (&iter, value);
  while (g_variant_iter_next (&iter, "(&s&s)", &name, &text) && all->len < MOST)
    {
      Saved *saved = g_new0 (Saved, 1);

      saved->name = g_strdup (name);
      saved->text = g_strdup (text);
      g_ptr_array_add (all, saved);
    }
  return all;
}

static void
write_all (WaveSavedFilters *self, GPtrArray *all)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ss)"));

  for (guint i = 0; i < all->len; i++)
    {
      const Saved *saved = all->pdata[i];

      g_variant_builder_add (&builder, "(ss)", saved->name, saved->text);
    }
  g_settings_set_value (self->settings, "saved-filters", g_variant_builder_end (&builder));
}

static int
find_name (GPtrArray *all, const char *name)
{
  for (guint i = 0; i < all->len; i++)
    if (g_str_equal (((Saved *) all->pdata[i])->name, name))
      return (int) i;
  return -1;
}

/* ---- naming ---- */

typedef struct
{
  WaveSavedFilters *self; /* strong */
  char *former; /* nullable: the name that is changed */
  char *text;
  AdwEntryRow *row; /* borrowed */
} Naming;

static void
naming_free (gpointer data, GClosure *closure)
{
  Naming *naming = data;

  g_object_unref (naming->self);
  g_free (naming->former);
  g_free (naming->text);
  g_free (naming);
}

static void
on_named (AdwAlertDialog *dialog, const char *response, Naming *naming)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (naming->row))));
  g_autoptr (GPtrArray) all = NULL;
  int at, same;

  if (!g_str_equal (response, "save") || *name == '\0')
    return;
  all = read_all (naming->self);
  at = naming->former != NULL ? find_name (all, naming->former) : -1;
  same = find_name (all, name);
  /* A name stands for one filter: the new one takes its place. */
  if (same >= 0 && same != at)
    {
      g_ptr_array_remove_index (all, same);
      if (at > same)
        at--;
    }
  if (at < 0)
    {
      g_ptr_array_add (all, g_new0 (Saved, 1));
      at = (int) all->len - 1;
      ((Saved *) all->pdata[at])->text = g_strdup (naming->text);
    }
  g_set_str (&((Saved *) all->pdata[at])->name, name);
  write_all (naming->self, all);
}

static void
on_name_changed (GtkEditable *row, AdwAlertDialog *dialog)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (row)));

  adw_alert_dialog_set_response_enabled (dialog, "save", *name != '\0');
}

static void
ask_name (WaveSavedFilters *self, const char *former, const char *text)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (former != NULL ? _("Rename Filter") : _("Save Filter"), NULL));
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row = adw_entry_row_new ();
  Naming *naming = g_new0 (Naming, 1);

  naming->self = g_object_ref (self);
  naming->former = g_strdup (former);
  naming->text = g_strdup (text);
  naming->row = ADW_ENTRY_ROW (row);
  adw_alert_dialog_set_body (dialog, text);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Name"));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  adw_entry_row_set_max_length (ADW_ENTRY_ROW (row), 100);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  adw_alert_dialog_set_extra_child (dialog, list);
  adw_alert_dialog_add_responses (dialog, "cancel", _("_Cancel"), "save", former != NULL ? _("_Rename") : _("_Save"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "save", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (dialog, "save");
  adw_alert_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_named), naming, naming_free, G_CONNECT_DEFAULT);
  g_signal_connect (row, "changed", G_CALLBACK (on_name_changed), dialog);
  adw_alert_dialog_set_response_enabled (dialog, "save", FALSE);
  if (former != NULL)
    gtk_editable_set_text (GTK_EDITABLE (row), former);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
  gtk_widget_grab_focus (row);
}

/* ---- the list ---- */

static const char *
name_of (GtkWidget *widget)
{
  return adw_preferences_row_get_title (ADW_PREFERENCES_ROW (gtk_widget_get_ancestor (widget, ADW_TYPE_ACTION_ROW)));
}

static void
on_rename (GtkButton *button, WaveSavedFilters *self)
{
  g_autoptr (GPtrArray) all = read_all (self);
  int at = find_name (all, name_of (GTK_WIDGET (button)));

  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  if (at >= 0)
    ask_name (self, ((Saved *) all->pdata[at])->name, ((Saved *) all->pdata[at])->text);
}

typedef struct
{
  WaveSavedFilters *self; /* strong */
  Saved *saved;
  int at;
} Deleted;

static void
deleted_free (gpointer data, GClosure *closure)
{
  Deleted *deleted = data;

  g_object_unref (deleted->self);
  g_clear_pointer (&deleted->saved, saved_free);
  g_free (deleted);
}

static void
on_undo (AdwToast *toast, Deleted *deleted)
{
  g_autoptr (GPtrArray) all = read_all (deleted->self);

  if (deleted->saved == NULL || find_name (all, deleted->saved->name) >= 0)
    return;
  g_ptr_array_insert (all, MIN (deleted->at, (int) all->len), g_steal_pointer (&deleted->saved));
  write_all (deleted->self, all);
}

static void
on_delete (GtkButton *button, WaveSavedFilters *self)
{
  g_autoptr (GPtrArray) all = read_all (self);
  int at = find_name (all, name_of (GTK_WIDGET (button)));
  GtkWidget *toasts = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);
  Deleted *deleted;
  AdwToast *toast;
  g_autofree char *title = NULL;

  if (at < 0)
    return;
  deleted = g_new0 (Deleted, 1);
  deleted->self = g_object_ref (self);
  deleted->at = at;
  deleted->saved = g_ptr_array_steal_index (all, at);
  title = g_strdup_printf (_("Filter “%s” deleted"), deleted->saved->name);
  write_all (self, all);
  toast = adw_toast_new ("");
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_title (toast, title);
  adw_toast_set_button_label (toast, _("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (on_undo), deleted, deleted_free, G_CONNECT_DEFAULT);
  if (toasts != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), toast);
  else
    g_object_unref (toast);
}

static void
on_chosen (GtkListBox *list, GtkListBoxRow *row, WaveSavedFilters *self)
{
  g_autoptr (GPtrArray) all = read_all (self);
  int at = find_name (all, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));

  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  if (at >= 0 && self->entry != NULL)
    wave_filter_entry_set_text (self->entry, ((Saved *) all->pdata[at])->text);
}

static GtkWidget *
make_suffix (WaveSavedFilters *self, const char *icon, const char *tooltip, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  g_signal_connect (button, "clicked", callback, self);
  return button;
}

static void
fill (WaveSavedFilters *self)
{
  g_autoptr (GPtrArray) all = read_all (self);

  gtk_list_box_remove_all (GTK_LIST_BOX (self->list));
  for (guint i = 0; i < all->len; i++)
    {
      const Saved *saved = all->pdata[i];
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), saved->name);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), saved->text);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_suffix (self, "document-edit-symbolic", _("Rename"), G_CALLBACK (on_rename)));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_suffix (self, "user-trash-symbolic", _("Delete"), G_CALLBACK (on_delete)));
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
    }
  gtk_widget_set_visible (self->list, all->len > 0);
  gtk_widget_set_visible (self->empty, all->len == 0);
}

static void
update_save (WaveSavedFilters *self)
{
  gtk_widget_set_sensitive (self->save, self->entry != NULL && wave_filter_entry_get_filter (self->entry) != NULL);
}

void
wave_saved_filters_save (WaveSavedFilters *self)
{
  g_return_if_fail (WAVE_IS_SAVED_FILTERS (self));
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  if (self->entry != NULL && wave_filter_entry_get_filter (self->entry) != NULL)
    ask_name (self, NULL, wave_filter_entry_get_text (self->entry));
}

void
wave_saved_filters_set_entry (WaveSavedFilters *self, WaveFilterEntry *entry)
{
  g_return_if_fail (WAVE_IS_SAVED_FILTERS (self) && WAVE_IS_FILTER_ENTRY (entry));
  g_set_weak_pointer (&self->entry, entry);
  g_signal_connect_object (entry, "notify::filter", G_CALLBACK (update_save), self, G_CONNECT_SWAPPED);
  update_save (self);
}

static void
wave_saved_filters_dispose (GObject *object)
{
  WaveSavedFilters *self = WAVE_SAVED_FILTERS (object);

  g_clear_weak_pointer (&self->entry);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (wave_saved_filters_parent_class)->dispose (object);
}

static void
wave_saved_filters_class_init (WaveSavedFiltersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_saved_filters_dispose;
}

static void
wave_saved_filters_init (WaveSavedFilters *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *popover = gtk_popover_new ();

  self->settings = g_settings_new (APPLICATION_ID);
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Saved filters"), -1);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_chosen), self);
  self->empty = gtk_label_new (_("No filter is saved yet"));
  gtk_widget_add_css_class (self->empty, "dim-label");
  gtk_widget_set_margin_top (self->empty, 12);
  gtk_widget_set_margin_bottom (self->empty, 12);
  self->save = gtk_button_new_with_mnemonic (_("_Save This Filter…"));
  g_signal_connect_swapped (self->save, "clicked", G_CALLBACK (wave_saved_filters_save), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 360);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_widget_add_css_class (box, "saved-filters");
  gtk_widget_set_size_request (box, 280, -1);
  gtk_box_append (GTK_BOX (box), self->empty);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_box_append (GTK_BOX (box), self->save);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), "user-bookmarks-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), popover);
  gtk_widget_set_tooltip_text (self->button, _("Saved Filters"));
  gtk_widget_add_css_class (self->button, "flat");
  adw_bin_set_child (ADW_BIN (self), self->button);
  g_signal_connect_object (self->settings, "changed::saved-filters", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  fill (self);
}
