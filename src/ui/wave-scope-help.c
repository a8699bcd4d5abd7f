// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "ui/wave-scope-figures.h"
#include "ui/wave-scope-help.h"

static const struct
{
  const char *name, *meaning;
} lives[] = {
  { N_ ("… announced"), N_ ("A status says that the AI is at work; no text has come yet.") },
  { N_ ("▶ generating"), N_ ("Chunks come.") },
  { N_ ("▲ stalled"), N_ ("It generates, but no text has come for longer than the threshold, and no tool call of up to 30 s explains it.") },
  { N_ ("✓ done"), N_ ("Its last chunk said so. Its final message has not come, or not within 15 s.") },
  { N_ ("✓ settled"), N_ ("Closed by its final message. ≠ says that the message says otherwise than the chunks.") },
  { N_ ("✗ failed"), N_ ("The model reported an error.") },
  { N_ ("✂ torn"), N_ ("The connection was down meanwhile: chunks may be missing, and what was missed is gone.") },
  { N_ ("∅ abandoned"), N_ ("Nothing came for two minutes (a preference).") },
};

static void
add_row (AdwPreferencesGroup *group, const char *name, const char *meaning)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), meaning);
  adw_preferences_group_add (group, row);
}

AdwDialog *
wave_scope_help_new (void)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *figures = adw_preferences_group_new ();
  GtkWidget *outcomes = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (figures), _ ("Figures"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (figures),
                                         _ ("All times are arrival times at this machine, taken by the thread that reads the socket: the wire itself has no "
                                            "clock finer than a second. It has chunks, not tokens."));
  for (guint i = 0; i < WAVE_SCOPE_N_FIGURES; i++)
    add_row (ADW_PREFERENCES_GROUP (figures), wave_scope_figure_name (i), wave_scope_figure_meaning (i));
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (outcomes), _ ("Lives of a Reply"));
  for (guint i = 0; i < G_N_ELEMENTS (lives); i++)
    add_row (ADW_PREFERENCES_GROUP (outcomes), _ (lives[i].name), _ (lives[i].meaning));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (figures));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (outcomes));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_dialog_set_title (dialog, _ ("What the Figures Mean"));
  adw_dialog_set_content_width (dialog, 620);
  adw_dialog_set_content_height (dialog, 640);
  adw_dialog_set_child (dialog, view);
  return dialog;
}
