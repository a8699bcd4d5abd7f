// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "ui/wave-fold-box.h"
#include "ui/wave-scope-format.h"
#include "ui/wave-scope-help.h"
#include "ui/wave-scope-page-private.h"
#include "ui/wave-scope-recording.h"
#include "ui/wave-scope-save.h"

static void
on_live_toggled (WaveScopePage *self)
{
  if (!self->in_view_changed)
    wave_scope_view_set_following (self->view, gtk_toggle_button_get_active (self->live));
}

static void
on_grouping (GtkDropDown *down, GParamSpec *pspec, WaveScopePage *self)
{
  wave_scope_view_set_grouping (self->view, (WaveScopeGrouping)gtk_drop_down_get_selected (down));
}

static void
on_span (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveScopePage *self = user_data;
  gint64 span = g_variant_get_int64 (parameter) * G_USEC_PER_SEC;

  if (span < 0)
    wave_scope_view_show_all (self->view);
  else if (wave_scope_view_get_following (self->view))
    {
      wave_scope_view_show_time (self->view, wave_scope_view_get_left (self->view), span);
      wave_scope_view_set_following (self->view, TRUE);
    }
  else
    wave_scope_view_show_time (self->view, wave_scope_view_get_left (self->view) + (wave_scope_view_get_span (self->view) - span) / 2,
                               span);
}

static void
zoom (WaveScopePage *self, double factor)
{
  wave_scope_view_zoom_at (self->view, gtk_widget_get_width (GTK_WIDGET (self->view)) * 0.6, factor);
}

static void
on_zoom_in (WaveScopePage *self)
{
  zoom (self, 2);
}

static void
on_zoom_out (WaveScopePage *self)
{
  zoom (self, 0.5);
}

/* From the one that is selected on, the next one that is silent. */
static void
on_stalled (WaveScopePage *self)
{
  GListModel *streams = G_LIST_MODEL (wave_tenant_get_streams (self->tenant));
  guint n = g_list_model_get_n_items (streams);
  WaveStream *selected = wave_scope_view_get_selected (self->view);
  WaveStream *first = NULL;
  gboolean past = FALSE;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i);

      if (stream == selected)
        past = TRUE;
      else if (wave_stream_is_stalled (stream))
        {
          first = first != NULL ? first : stream;
          if (past)
            {
              first = stream;
              break;
            }
        }
    }
  if (first != NULL)
    wave_scope_page_show_stream (self, first);
}

static void
on_save (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveScopePage *self = user_data;
  static const char *const names[] = { "save-chunks", "save-figures", "save-trace", "save-png", "save-svg" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (g_action_get_name (G_ACTION (action)), names[i]))
      wave_scope_save_ask (self->view, self->tenant, (WaveScopeSaveWhat)i);
}

static void
on_clear_compared (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  wave_scope_view_clear_compared (WAVE_SCOPE_PAGE (user_data)->view);
}

static void
on_help (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_dialog_present (wave_scope_help_new (), GTK_WIDGET (user_data));
}

/* ---- one of a recording ---- */

static void
on_recording_picked (WaveScopePage *self, WaveStream *stream)
{
  WaveStream *selected = wave_scope_view_get_selected (self->view);

  if (selected != NULL && !g_ptr_array_find (wave_scope_view_get_compared (self->view), selected, NULL))
    wave_scope_view_toggle_compared (self->view, selected);
  wave_scope_view_toggle_compared (self->view, stream);
}

static void
on_recording_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveScopePage) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);
  WaveStream *selected;
  AdwDialog *dialog;

  if (file == NULL || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  selected = wave_scope_view_get_selected (self->view);
  dialog = wave_scope_recording_new (file, selected != NULL ? wave_stream_get_sender_id (selected) : NULL);
  g_signal_connect_object (dialog, "picked", G_CALLBACK (on_recording_picked), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
on_compare_recording (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveScopePage *self = user_data;
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  g_autoptr (GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_file_filter_set_name (filter, _ ("Recordings"));
  for (const char *const *suffix = (const char *const[]){ "ndjson", "gz", "zst", NULL }; *suffix != NULL; suffix++)
    gtk_file_filter_add_suffix (filter, *suffix);
  g_list_store_append (filters, filter);
  gtk_file_dialog_set_title (dialog, _ ("Compare with a Recording"));
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_open (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, on_recording_chosen, g_object_ref (self));
}

static const GActionEntry actions[] = {
  { .name = "save-chunks", .activate = on_save }, { .name = "save-figures", .activate = on_save },
  { .name = "save-trace", .activate = on_save },  { .name = "save-png", .activate = on_save },
  { .name = "save-svg", .activate = on_save },    { .name = "clear-compared", .activate = on_clear_compared },
  { .name = "span", .activate = on_span, .parameter_type = "x" },
  { .name = "help", .activate = on_help },
  { .name = "compare-recording", .activate = on_compare_recording },
};

static GtkWidget *
icon_button (const char *icon, const char *tooltip, GCallback callback, WaveScopePage *self)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_swapped (button, "clicked", callback, self);
  return button;
}

static GtkWidget *
make_menu (void)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) save = g_menu_new ();
  g_autoptr (GMenu) compare = g_menu_new ();
  g_autoptr (GMenu) help = g_menu_new ();
  GtkWidget *button = gtk_menu_button_new ();

  g_menu_append (save, _ ("Figures as CSV…"), "scope.save-figures");
  g_menu_append (save, _ ("Chunks as CSV…"), "scope.save-chunks");
  g_menu_append (save, _ ("Trace for Perfetto…"), "scope.save-trace");
  g_menu_append (save, _ ("Picture as PNG…"), "scope.save-png");
  g_menu_append (save, _ ("Picture as SVG…"), "scope.save-svg");
  g_menu_append_section (menu, _ ("Save"), G_MENU_MODEL (save));
  g_menu_append (compare, _ ("Compare with a Recording…"), "scope.compare-recording");
  g_menu_append (compare, _ ("Clear Comparison"), "scope.clear-compared");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (compare));
  g_menu_append (help, _ ("What the Figures Mean"), "scope.help");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (help));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (button, _ ("Save and More"));
  gtk_widget_add_css_class (button, "flat");
  return button;
}

/* The button says how much is on screen, whoever decided it: a wheel, a key or this menu. */
static GtkMenuButton *
make_spans (void)
{
  static const gint64 spans_s[] = { 1, 10, 30, 60, 600, 3600, 6 * 3600 };
  g_autoptr (GMenu) menu = g_menu_new ();
  GtkWidget *button = gtk_menu_button_new ();

  for (guint i = 0; i < G_N_ELEMENTS (spans_s); i++)
    {
      g_autofree char *words = wave_scope_format_span (spans_s[i] * G_USEC_PER_SEC);
      g_autoptr (GMenuItem) item = g_menu_item_new (words, NULL);

      g_menu_item_set_action_and_target (item, "scope.span", "x", spans_s[i]);
      g_menu_append_item (menu, item);
    }
  {
    g_autoptr (GMenuItem) item = g_menu_item_new (_ ("Everything (0)"), NULL);

    g_menu_item_set_action_and_target (item, "scope.span", "x", (gint64)-1);
    g_menu_append_item (menu, item);
  }
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (button), TRUE);
  gtk_widget_set_tooltip_text (button, _ ("Time on Screen"));
  return GTK_MENU_BUTTON (button);
}

GtkWidget *
wave_scope_page_make_tools (WaveScopePage *self)
{
  const char *const groups[] = { _ ("By AI"), _ ("By room"), _ ("Flat"), NULL };
  GtkWidget *wrap = adw_wrap_box_new ();
  GtkWidget *grouping = gtk_drop_down_new_from_strings (groups);
  GtkWidget *icons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0); /* together, so that none stands alone on a second line */
  GtkWidget *tools;

  gtk_widget_add_css_class (icons, "scope-icons");
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (wrap), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (wrap), 6);
  self->live = GTK_TOGGLE_BUTTON (gtk_toggle_button_new ());
  self->live_content = ADW_BUTTON_CONTENT (adw_button_content_new ());
  gtk_button_set_child (GTK_BUTTON (self->live), GTK_WIDGET (self->live_content));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->live), _ ("Follow Now (Space)"));
  g_signal_connect_swapped (self->live, "toggled", G_CALLBACK (on_live_toggled), self);
  gtk_widget_set_tooltip_text (grouping, _ ("Group Lanes"));
  g_signal_connect (grouping, "notify::selected", G_CALLBACK (on_grouping), self);
  self->span = make_spans ();
  self->stalled = gtk_button_new ();
  gtk_widget_add_css_class (self->stalled, "destructive-action");
  gtk_widget_set_tooltip_text (self->stalled, _ ("Show the Next Stalled Stream"));
  gtk_widget_set_visible (self->stalled, FALSE);
  g_signal_connect_swapped (self->stalled, "clicked", G_CALLBACK (on_stalled), self);
  self->summary = GTK_LABEL (gtk_label_new (NULL));
  /* What is above the lanes takes height from them. */
  gtk_label_set_wrap (self->summary, TRUE);
  gtk_label_set_lines (self->summary, 2);
  gtk_label_set_ellipsize (self->summary, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (self->summary, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->summary), "numeric");
  adw_wrap_box_append (ADW_WRAP_BOX (wrap), GTK_WIDGET (self->live));
  adw_wrap_box_append (ADW_WRAP_BOX (wrap), grouping);
  adw_wrap_box_append (ADW_WRAP_BOX (wrap), GTK_WIDGET (self->span));
  gtk_box_append (GTK_BOX (icons), icon_button ("zoom-out-symbolic", _ ("Zoom Out (−)"), G_CALLBACK (on_zoom_out), self));
  gtk_box_append (GTK_BOX (icons), icon_button ("zoom-in-symbolic", _ ("Zoom In (+)"), G_CALLBACK (on_zoom_in), self));
  gtk_box_append (GTK_BOX (icons), make_menu ());
  adw_wrap_box_append (ADW_WRAP_BOX (wrap), icons);
  adw_wrap_box_append (ADW_WRAP_BOX (wrap), self->stalled);
  tools = wave_fold_box_new (wrap, GTK_WIDGET (self->summary), 6, 6);
  gtk_widget_set_margin_start (tools, 12);
  gtk_widget_set_margin_end (tools, 12);
  gtk_widget_set_margin_top (tools, 6);
  gtk_widget_set_margin_bottom (tools, 6);
  return tools;
}

void
wave_scope_page_add_actions (WaveScopePage *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "scope", G_ACTION_GROUP (group));
}
