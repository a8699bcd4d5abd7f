// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-help.h"

#include <glib/gi18n.h>
#include <string.h>

#include "journal/wave-filter.h"
#include "ui/wave-markdown.h"
#include "ui/wave-scope-figures.h"

/* ---- a topic ---- */

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  /* Pages of text are read, not tabbed through. */
  gtk_widget_set_focusable (label, FALSE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
set_markdown (GtkWidget *label, const char *text)
{
  g_autoptr (GPtrArray) blocks = wave_markdown_parse (text);

  if (blocks->len > 0)
    gtk_label_set_markup (GTK_LABEL (label), ((const WaveBlock *) blocks->pdata[0])->markup);
}

static GtkWidget *
make_heading (const char *text)
{
  GtkWidget *label = make_label ("heading");

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_margin_top (label, 12);
  g_object_set (label, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING, NULL);
  return label;
}

static GtkWidget *
make_point (const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *bullet = gtk_label_new ("•");
  GtkWidget *label = make_label (NULL);

  gtk_widget_set_valign (bullet, GTK_ALIGN_START);
  gtk_accessible_update_state (GTK_ACCESSIBLE (bullet), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  set_markdown (label, text);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), bullet);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

/* Terms that follow each other share a list. */
static GtkWidget *
make_term (const char *term, const char *meaning, gboolean literal)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *head = make_label (literal ? "monospace" : "heading");
  GtkWidget *body = make_label ("dim-label");
  g_autofree char *name = g_strdup_printf ("%s: %s", term, meaning);

  gtk_label_set_text (GTK_LABEL (head), term);
  set_markdown (body, meaning);
  gtk_widget_set_margin_top (box, 8);
  gtk_widget_set_margin_bottom (box, 8);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), body);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return row;
}

static GtkWidget *
make_terms (GtkWidget *box)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Terms"), -1);
  gtk_box_append (GTK_BOX (box), list);
  return list;
}

static void
append_filter (GtkWidget *box)
{
  g_autofree char *help = wave_filter_get_help ();
  g_auto (GStrv) lines = g_strsplit (help, "\n", -1);
  GtkWidget *list = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *tab = strchr (lines[i], '\t');

      if (tab == NULL)
        {
          list = NULL;
          continue;
        }
      *tab = '\0';
      if (list == NULL)
        list = make_terms (box);
      gtk_list_box_append (GTK_LIST_BOX (list), make_term (lines[i], tab + 1, TRUE));
    }
}

static void
append_figures (GtkWidget *box)
{
  GtkWidget *list = make_terms (box);

  for (guint i = 0; i < WAVE_SCOPE_N_FIGURES; i++)
    gtk_list_box_append (GTK_LIST_BOX (list), make_term (wave_scope_figure_name (i), wave_scope_figure_meaning (i), FALSE));
}

static GtkWidget *
make_topic (const WaveHelpTopic *topic)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *list = NULL;

  for (guint i = 0; i < topic->n_blocks; i++)
    {
      const WaveHelpBlock *block = &topic->blocks[i];
      GtkWidget *label;

      if (block->kind != WAVE_HELP_TERM)
        list = NULL;
      switch (block->kind)
        {
        case WAVE_HELP_HEADING:
          gtk_box_append (GTK_BOX (box), make_heading (_(block->text)));
          break;
        case WAVE_HELP_TEXT:
          label = make_label (NULL);
          set_markdown (label, _(block->text));
          gtk_box_append (GTK_BOX (box), label);
          break;
        case WAVE_HELP_POINT:
          gtk_box_append (GTK_BOX (box), make_point (_(block->text)));
          break;
        case WAVE_HELP_TERM:
          if (list == NULL)
            list = make_terms (box);
          gtk_list_box_append (GTK_LIST_BOX (list), make_term (block->literal ? block->text : _(block->text), _(block->meaning), block->literal));
          break;
        case WAVE_HELP_FILTER:
          append_filter (box);
          break;
        case WAVE_HELP_FIGURES:
          append_figures (box);
          break;
        case WAVE_N_HELP_BLOCKS:
          g_assert_not_reached ();
        }
    }
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 620);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_widget_set_focusable (scroller, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL, _(topic->title), -1);
  return scroller;
}

/* ---- the dialog ---- */

static void
on_selected (GtkListBox *list, GtkListBoxRow *row, AdwNavigationSplitView *split)
{
  AdwNavigationPage *content = adw_navigation_split_view_get_content (split);
  AdwToolbarView *view;
  const WaveHelpTopic *topics;
  guint n;

  /* A dialog that closes loses its content before its list. */
  if (row == NULL || content == NULL)
    return;
  view = ADW_TOOLBAR_VIEW (adw_navigation_page_get_child (content));
  topics = wave_help_list_topics (&n);
  topics += gtk_list_box_row_get_index (row);
  adw_navigation_page_set_title (content, _(topics->title));
  adw_toolbar_view_set_content (view, make_topic (topics));
}

static void
on_activated (GtkListBox *list, GtkListBoxRow *row, AdwNavigationSplitView *split)
{
  adw_navigation_split_view_set_show_content (split, TRUE);
}

static GtkWidget *
make_index (AdwNavigationSplitView *split, const char *wanted)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkListBoxRow *chosen = NULL;
  guint n;
  const WaveHelpTopic *topics = wave_help_list_topics (&n);

  gtk_widget_add_css_class (list, "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Topics"), -1);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row = gtk_list_box_row_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
      GtkWidget *image = gtk_image_new_from_icon_name (topics[i].icon);
      GtkWidget *label = gtk_label_new (_(topics[i].title));

      gtk_accessible_update_state (GTK_ACCESSIBLE (image), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_box_append (GTK_BOX (box), image);
      gtk_box_append (GTK_BOX (box), label);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
      gtk_list_box_append (GTK_LIST_BOX (list), row);
      if (chosen == NULL || g_str_equal (topics[i].name, wanted))
        chosen = GTK_LIST_BOX_ROW (row);
    }
  g_signal_connect (list, "row-selected", G_CALLBACK (on_selected), split);
  g_signal_connect (list, "row-activated", G_CALLBACK (on_activated), split);
  gtk_list_box_select_row (GTK_LIST_BOX (list), chosen);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  return scroller;
}

static AdwNavigationPage *
make_page (const char *title, GtkWidget *content)
{
  GtkWidget *view = adw_toolbar_view_new ();

  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  if (content != NULL)
    adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), content);
  return adw_navigation_page_new (view, title);
}

void
wave_help_present (GtkWidget *parent, const char *topic)
{
  AdwDialog *dialog = adw_dialog_new ();
  AdwNavigationSplitView *split = ADW_NAVIGATION_SPLIT_VIEW (adw_navigation_split_view_new ());
  AdwBreakpoint *breakpoint = adw_breakpoint_new (adw_breakpoint_condition_parse ("max-width: 560sp"));
  GValue collapsed = G_VALUE_INIT;

  g_value_init (&collapsed, G_TYPE_BOOLEAN);
  g_value_set_boolean (&collapsed, TRUE);
  adw_dialog_set_title (dialog, _("Help"));
  adw_dialog_set_content_width (dialog, 860);
  adw_dialog_set_content_height (dialog, 640);
  gtk_widget_set_size_request (GTK_WIDGET (dialog), 330, 280);
  adw_navigation_split_view_set_max_sidebar_width (split, 260);
  adw_navigation_split_view_set_content (split, make_page (_("Help"), NULL));
  adw_navigation_split_view_set_sidebar (split, make_page (_("Help"), make_index (split, topic)));
  /* Whoever asks on a page wants to read about it, not to choose. */
  adw_navigation_split_view_set_show_content (split, TRUE);
  adw_breakpoint_add_setter (breakpoint, G_OBJECT (split), "collapsed", &collapsed);
  adw_dialog_add_breakpoint (dialog, breakpoint);
  adw_dialog_set_child (dialog, GTK_WIDGET (split));
  adw_dialog_present (dialog, parent);
}
