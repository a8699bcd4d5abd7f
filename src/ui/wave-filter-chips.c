// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-filter-chips.h"

#include <glib/gi18n.h>
#include <string.h>

struct _WaveFilterChips
{
  AdwBin parent_instance;
  GtkWidget *box;
  WaveFilterEntry *entry; /* borrowed: it stands in the same page; weak */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (WaveFilterChips, wave_filter_chips, ADW_TYPE_BIN)

static const struct
{
  const char *label, *term;
} chips[] = {
  { N_("Durable"), "is:durable" },         { N_("AI"), "is:ai" },           { N_("No Chunks"), "-type:chunk" },
  { N_("Malformed"), "is:malformed" },     { N_("Unknown Types"), "is:unknown" }, { N_("Caught Up"), "is:caught-up" },
  { N_("After a Silence"), "gap>1s" },     { N_("Large"), "size>10k" },
};

static void
on_toggled (GtkToggleButton *button, WaveFilterChips *self)
{
  const char *term = g_object_get_data (G_OBJECT (button), "term");

  if (self->updating || self->entry == NULL)
    return;
  if (!gtk_toggle_button_get_active (button))
    wave_filter_entry_remove_term (self->entry, term);
  else if (!wave_filter_entry_has_term (self->entry, term))
    wave_filter_entry_add_term (self->entry, term, FALSE);
}

static void
update (WaveFilterChips *self)
{
  self->updating = TRUE;
  for (GtkWidget *chip = gtk_widget_get_first_child (self->box); chip != NULL; chip = gtk_widget_get_next_sibling (chip))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (chip), wave_filter_entry_has_term (self->entry, g_object_get_data (G_OBJECT (chip), "term")));
  self->updating = FALSE;
}

void
wave_filter_chips_set_entry (WaveFilterChips *self, WaveFilterEntry *entry)
{
  g_return_if_fail (WAVE_IS_FILTER_CHIPS (self) && WAVE_IS_FILTER_ENTRY (entry));
  g_set_weak_pointer (&self->entry, entry);
  g_signal_connect_object (entry, "notify::text", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
wave_filter_chips_dispose (GObject *object)
{
  g_clear_weak_pointer (&WAVE_FILTER_CHIPS (object)->entry);
  G_OBJECT_CLASS (wave_filter_chips_parent_class)->dispose (object);
}

static void
wave_filter_chips_class_init (WaveFilterChipsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_filter_chips_dispose;
}

static void
wave_filter_chips_init (WaveFilterChips *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->box, "filter-chips");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Common filters"), -1);
  for (guint i = 0; i < G_N_ELEMENTS (chips); i++)
    {
      GtkWidget *chip = gtk_toggle_button_new_with_label (_(chips[i].label));

      gtk_widget_add_css_class (chip, "filter-chip");
      gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
      gtk_widget_set_tooltip_text (chip, chips[i].term);
      g_object_set_data (G_OBJECT (chip), "term", (gpointer) chips[i].term);
      g_signal_connect (chip, "toggled", G_CALLBACK (on_toggled), self);
      gtk_box_append (GTK_BOX (self->box), chip);
    }
  /* One row, whatever the width: it scrolls. */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_EXTERNAL, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->box);
  adw_bin_set_child (ADW_BIN (self), scroller);
}

/* ---------------------------------------------------------------- help */

struct _WaveFilterHelp
{
  AdwBin parent_instance;
  GtkWidget *button;
  WaveFilterEntry *entry; /* weak */
};

G_DEFINE_FINAL_TYPE (WaveFilterHelp, wave_filter_help, ADW_TYPE_BIN)

static void
on_example (GtkButton *button, WaveFilterHelp *self)
{
  if (self->entry == NULL)
    return;
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  wave_filter_entry_set_text (self->entry, g_object_get_data (G_OBJECT (button), "example"));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static GtkWidget *
make_help (WaveFilterHelp *self)
{
  g_autofree char *help = wave_filter_get_help ();
  g_auto (GStrv) lines = g_strsplit (help, "\n", -1);
  GtkWidget *grid = gtk_grid_new ();
  GtkWidget *title = gtk_label_new (_("The Filter Language"));
  int at = 0;

  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 4);
  gtk_widget_add_css_class (grid, "filter-help");
  gtk_widget_add_css_class (title, "heading");
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_grid_attach (GTK_GRID (grid), title, 0, at++, 2, 1);
  for (char **line = lines; *line != NULL; line++)
    {
      const char *tab = strchr (*line, '\t');
      g_autofree char *example = tab != NULL ? g_strndup (*line, tab - *line) : NULL;
      GtkWidget *button, *meaning;

      if (tab == NULL)
        {
          /* A paragraph ends. */
          GtkWidget *separator = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);

          if (line[1] != NULL && line[1][0] != '\0')
            gtk_grid_attach (GTK_GRID (grid), separator, 0, at++, 2, 1);
          else
            g_object_ref_sink (separator), g_object_unref (separator);
          continue;
        }
      button = gtk_button_new_with_label (example);
      gtk_label_set_xalign (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), 0);
      gtk_widget_add_css_class (button, "flat");
      gtk_widget_add_css_class (button, "filter-example");
      gtk_widget_set_tooltip_text (button, _("Try This Filter"));
      gtk_widget_set_valign (button, GTK_ALIGN_START);
      g_object_set_data_full (G_OBJECT (button), "example", g_steal_pointer (&example), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (on_example), self);
      meaning = gtk_label_new (tab + 1);
      gtk_label_set_xalign (GTK_LABEL (meaning), 0);
      gtk_label_set_wrap (GTK_LABEL (meaning), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (meaning), 52);
      gtk_widget_set_hexpand (meaning, TRUE);
      gtk_grid_attach (GTK_GRID (grid), button, 0, at, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), meaning, 1, at++, 1, 1);
    }
  return grid;
}

/* px that a popover has around its content. */
#define POPOVER_MARGIN 48

/* It is made when it is looked at. */
static void
create_popup (GtkMenuButton *button, gpointer user_data)
{
  WaveFilterHelp *self = user_data;
  GtkPopover *former = gtk_menu_button_get_popover (button);
  int room = gtk_widget_get_width (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (button)))) - POPOVER_MARGIN;
  GtkWidget *scroller, *popover;

  /* No wider than the window: what is beyond the edge of a phone cannot be scrolled to. */
  if (former != NULL)
    {
      gtk_scrolled_window_set_max_content_width (GTK_SCROLLED_WINDOW (gtk_popover_get_child (former)), CLAMP (room, 200, 640));
      return;
    }
  scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 480);
  gtk_scrolled_window_set_max_content_width (GTK_SCROLLED_WINDOW (scroller), CLAMP (room, 200, 640));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), make_help (self));
  popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  gtk_menu_button_set_popover (button, popover);
}

void
wave_filter_help_set_entry (WaveFilterHelp *self, WaveFilterEntry *entry)
{
  g_return_if_fail (WAVE_IS_FILTER_HELP (self));
  g_set_weak_pointer (&self->entry, entry);
}

void
wave_filter_help_open (WaveFilterHelp *self)
{
  g_return_if_fail (WAVE_IS_FILTER_HELP (self));
  gtk_menu_button_popup (GTK_MENU_BUTTON (self->button));
}

static void
wave_filter_help_dispose (GObject *object)
{
  g_clear_weak_pointer (&WAVE_FILTER_HELP (object)->entry);
  G_OBJECT_CLASS (wave_filter_help_parent_class)->dispose (object);
}

static void
wave_filter_help_class_init (WaveFilterHelpClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_filter_help_dispose;
}

static void
wave_filter_help_init (WaveFilterHelp *self)
{
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->button), "help-about-symbolic");
  gtk_widget_set_tooltip_text (self->button, _("How to Filter"));
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->button), create_popup, self, NULL);
  gtk_widget_add_css_class (self->button, "flat");
  adw_bin_set_child (ADW_BIN (self), self->button);
}
