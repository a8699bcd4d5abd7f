// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-shortcuts.h"

#include <glib/gi18n.h>

#include "ui/wave-fold-box.h"

static const WaveShortcutRow rows[] = {
  { NULL, N_("General") },
  { N_("Go to a room, person or page, or do something"), "<Control>k" },
  { N_("Search"), "<Control>f" },
  { N_("Try to connect now"), "<Control>r" },
  { N_("Open a recording"), "<Control>o" },
  { N_("Record, or stop recording"), "<Shift><Control>r" },
  { N_("Save events"), "<Control>s" },
  { N_("New window"), "<Control>n" },
  { N_("Main menu"), "F10" },
  { N_("Preferences"), "<Control>comma" },
  { N_("Help on what is shown"), "F1" },
  { N_("Keyboard shortcuts"), "<Control>question" },
  { N_("Preferences"), "<Control>comma" },
  { N_("Close the window"), "<Control>w" },
  { N_("Quit"), "<Control>q" },
  { NULL, N_("Pages") },
  { N_("Rooms"), "<Alt>1" },
  { N_("Activity"), "<Alt>2" },
  { N_("Scope"), "<Alt>3" },
  { N_("Connection"), "<Alt>4" },
  { NULL, N_("Accounts on the Welcome Page") },
  { N_("Rename the account"), "F2" },
  { N_("Forget the account"), "Delete" },
  { NULL, N_("Timeline") },
  { N_("Jump to the latest"), "End" },
  { N_("Older messages"), "Page_Up" },
  { N_("Menu of a message"), "Menu <Shift>F10" },
  { N_("Copy a message"), "<Control>c" },
  { N_("Close the pane, or back to the rooms"), "Escape" },
  { NULL, N_("Activity") },
  { N_("Filter"), "<Control>f" },
  { N_("Pause the view"), "<Control>p" },
  { N_("Save the filter"), "<Control>d" },
  { N_("Menu of an event"), "Menu <Shift>F10" },
  { N_("Copy what is shown of an event"), "<Control>c" },
  { N_("Copy an event as received"), "<Control><Shift>c" },
  { NULL, N_("Playback of a Recording") },
  { N_("Play or pause"), "space <Control>p" },
  { N_("One event back or on"), "<Alt>Left <Alt>Right" },
  { N_("Ten seconds back or on"), "<Shift><Alt>Left <Shift><Alt>Right" },
  { N_("To the start or the end"), "<Alt>Home <Alt>End" },
  { N_("Slower or faster"), "<Alt>Down <Alt>Up" },
  { NULL, N_("Activity") },
  { N_("Filter"), "<Control>f" },
  { N_("Completions"), "<Control>space" },
  { N_("Save the filter"), "<Control>d" },
  { N_("Pause the view, or go on"), "<Control><Shift>p" },
  { N_("Show the event in detail"), "Return" },
  { N_("Previous and next of the same type, room or sender"), "<Alt>Page_Up <Alt>Page_Down" },
  { N_("Copy the row"), "<Control>c" },
  { N_("Copy the raw text"), "<Control><Shift>c" },
  { N_("Menu of the event"), "Menu" },
  { N_("Choose a range of time in the chart"), "<Shift>Left <Shift>Right" },
  { NULL, N_("Scope") },
  { N_("Stop, or follow now again"), "space" },
  { N_("Zoom in"), "plus" },
  { N_("Zoom out"), "minus" },
  { N_("Show everything"), "0" },
  { N_("Back and forth in time"), "Left Right" },
  { N_("Back and forth in larger steps"), "<Shift>Left <Shift>Right" },
  { N_("To the beginning, to now"), "Home End" },
  { N_("From lane to lane"), "Up Down" },
  { N_("From reply to reply"), "bracketleft bracketright" },
  { N_("Add to the comparison, or take out"), "c" },
  { N_("Study the time on screen as a range"), "r" },
  { N_("Show the reply in detail"), "Return" },
  { N_("Forget the selection"), "Escape" },
  { NULL, N_("Accounts") },
  { N_("Rename an account"), "F2" },
  { N_("Forget an account"), "Delete" },
};

const WaveShortcutRow *
wave_shortcuts_list (guint *n_rows)
{
  *n_rows = G_N_ELEMENTS (rows);
  return rows;
}

/* The keys of one shortcut, each as a cap. */
static GtkWidget *
make_caps (const char *accels, GString *spoken)
{
  GtkWidget *box = adw_wrap_box_new ();
  g_auto (GStrv) parts = g_strsplit (accels, " ", -1);

  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (box), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (box), 6);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      guint key;
      GdkModifierType modifiers;
      g_autofree char *text = NULL;
      GtkWidget *cap;

      if (!gtk_accelerator_parse (parts[i], &key, &modifiers))
        g_error ("“%s” is no shortcut", parts[i]);
      text = gtk_accelerator_get_label (key, modifiers);
      cap = gtk_label_new (text);
      gtk_widget_add_css_class (cap, "keycap");
      adw_wrap_box_append (ADW_WRAP_BOX (box), cap);
      g_string_append_printf (spoken, ", %s", text);
    }
  return box;
}

static GtkWidget *
make_row (const WaveShortcutRow *shortcut)
{
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *title = gtk_label_new (_(shortcut->title));
  GtkWidget *line;
  g_autoptr (GString) spoken = g_string_new (_(shortcut->title));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(shortcut->title));
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  line = wave_fold_box_new (title, make_caps (shortcut->accels, spoken), 12, 6);
  gtk_widget_add_css_class (line, "shortcut");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), line);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken->str, -1);
  return row;
}

void
wave_shortcuts_present (GtkWidget *parent)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  AdwPreferencesGroup *group = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].title == NULL)
      {
        group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
        adw_preferences_group_set_title (group, _(rows[i].accels));
        adw_preferences_page_add (page, group);
      }
    else
      adw_preferences_group_add (group, make_row (&rows[i]));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), GTK_WIDGET (page));
  adw_dialog_set_title (dialog, _("Keyboard Shortcuts"));
  adw_dialog_set_content_width (dialog, 560);
  adw_dialog_set_content_height (dialog, 640);
  adw_dialog_set_child (dialog, view);
  adw_dialog_present (dialog, parent);
}
