// SPDX-License-Identifier: GPL-3.0-or-later
// What the table of events offers on a cell and on its headers, and what it remembers of its columns.
#include "config.h"

#include "ui/wave-event-table-private.h"

#include <glib/gi18n.h>

#define SAVE_MS 400

/* ---------------------------------------------------------------- columns */

static gboolean
wants_column (WaveEventTable *self, WaveColumn column)
{
  g_autoptr (GVariant) shown = g_settings_get_value (self->settings, "activity-columns");
  gboolean value = TRUE;

  g_variant_lookup (shown, wave_columns[column].key, "b", &value);
  return value;
}

int
wave_event_table_sp (WaveEventTable *self, int length)
{
  return MAX (length, (int) adw_length_unit_to_px (ADW_LENGTH_UNIT_SP, length, gtk_widget_get_settings (GTK_WIDGET (self))));
}

static int
wanted_width (WaveEventTable *self, WaveColumn column)
{
  g_autoptr (GVariant) widths = g_settings_get_value (self->settings, "activity-column-widths");
  int value = wave_columns[column].width;

  /* A width that the person chose stands; the usual one is for text of the usual size. */
  if (!g_variant_lookup (widths, wave_columns[column].key, "i", &value) && value > 0)
    value = wave_event_table_sp (self, value);
  return value > 0 ? CLAMP (value, 40, 2000) : -1;
}

void
wave_event_table_arrange (WaveEventTable *self)
{
  g_autofree char *mode = g_settings_get_string (self->settings, "activity-time");
  gboolean narrow = self->room == WAVE_TABLE_NARROW;

  self->arranging = TRUE;
  /* Where the inspector takes the whole page, a touch is all that it takes. */
  gtk_column_view_set_single_click_activate (self->view, narrow);
  self->time_mode = g_str_equal (mode, "first") ? WAVE_TIME_SINCE_FIRST : g_str_equal (mode, "ago") ? WAVE_TIME_AGO : WAVE_TIME_CLOCK;
  for (guint i = 0; i < WAVE_N_COLUMNS; i++)
    {
      /* In a narrow window the remembered widths would leave nothing for what is said. */
      int width = narrow && i == WAVE_COLUMN_TYPE   ? wave_event_table_sp (self, 110)
                  : narrow && i == WAVE_COLUMN_TIME ? wave_event_table_sp (self, 104)
                                                    : wanted_width (self, i);
      /* What is left for the summary is enough, or, with large text, the table scrolls to the side: a summary of three letters says nothing. */
      int summary = wave_event_table_sp (self, 100) > 130 ? wave_event_table_sp (self, 140) : -1;

      gtk_column_view_column_set_visible (self->columns[i], wants_column (self, i) && wave_columns[i].least >= self->room);
      gtk_column_view_column_set_fixed_width (self->columns[i], narrow && i == WAVE_COLUMN_SUMMARY ? summary : width);
    }
  self->arranging = FALSE;
  wave_event_table_refresh_cells (self);
}

static gboolean
save_widths (gpointer user_data)
{
  WaveEventTable *self = user_data;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{si}"));

  self->save_timer = 0;
  for (guint i = 0; i < WAVE_N_COLUMNS; i++)
    {
      int width = gtk_column_view_column_get_fixed_width (self->columns[i]);

      if (width > 0 && width != wave_columns[i].width && width != wave_event_table_sp (self, wave_columns[i].width))
        g_variant_builder_add (&builder, "{si}", wave_columns[i].key, width);
    }
  g_settings_set_value (self->settings, "activity-column-widths", g_variant_builder_end (&builder));
  return G_SOURCE_REMOVE;
}

static void
on_width (WaveEventTable *self)
{
  if (self->arranging || self->room == WAVE_TABLE_NARROW)
    return;
  g_clear_handle_id (&self->save_timer, g_source_remove);
  self->save_timer = g_timeout_add (SAVE_MS, save_widths, self);
  g_source_set_name_by_id (self->save_timer, "wave-event-table-save");
}

static void
on_column_action (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  WaveEventTable *self = user_data;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sb}"));
  gboolean any = FALSE;

  for (guint i = 0; i < WAVE_N_COLUMNS; i++)
    {
      gboolean shown = g_str_equal (wave_columns[i].key, g_action_get_name (G_ACTION (action))) ? g_variant_get_boolean (state) : wants_column (self, i);

      any |= shown;
      if (!shown)
        g_variant_builder_add (&builder, "{sb}", wave_columns[i].key, FALSE);
    }
  /* A table without columns has no header by which to get them back. */
  if (!any)
    return;
  g_settings_set_value (self->settings, "activity-columns", g_variant_builder_end (&builder));
  g_simple_action_set_state (action, state);
}

static void
on_reset (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveEventTable *self = user_data;

  g_settings_reset (self->settings, "activity-columns");
  g_settings_reset (self->settings, "activity-column-widths");
}

static void
on_settings (WaveEventTable *self, const char *key)
{
  if (!g_str_has_prefix (key, "activity-column") && !g_str_equal (key, "activity-time"))
    return;
  /* A width that somebody gave a moment ago counts. */
  if (self->save_timer != 0)
    {
      g_clear_handle_id (&self->save_timer, g_source_remove);
      save_widths (self);
    }
  for (guint i = 0; i < WAVE_N_COLUMNS; i++)
    g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), wave_columns[i].key)),
                               g_variant_new_boolean (wants_column (self, i)));
  wave_event_table_arrange (self);
}

/* ---------------------------------------------------------------- the context menu */

static void
emit_term (WaveEventTable *self, GVariant *parameter, gboolean exclude)
{
  g_signal_emit_by_name (self, "term", g_variant_get_string (parameter, NULL), exclude);
}

static void
filter_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  emit_term (WAVE_EVENT_TABLE (widget), parameter, g_str_equal (name, "event.exclude"));
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), g_variant_get_string (parameter, NULL));
}

static void
copy_row_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveEventTable *self = WAVE_EVENT_TABLE (widget);
  guint index = wave_event_table_get_selected (self);
  g_autoptr (GString) line = g_string_new (NULL);

  if (index == G_MAXUINT)
    return;
  for (guint i = 0; i < WAVE_N_COLUMNS; i++)
    {
      g_autofree char *text = wave_event_table_dup_text (self, i, index);

      g_string_append_printf (line, "%s%s", i > 0 ? "\t" : "", text != NULL ? text : "");
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), line->str);
}

static void
copy_raw_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveEventTable *self = WAVE_EVENT_TABLE (widget);
  guint index = wave_event_table_get_selected (self);
  g_autoptr (WaveEvent) event = index != G_MAXUINT ? wave_event_log_dup_event (wave_event_view_get_log (self->events), index) : NULL;
  g_autofree char *text = NULL;

  if (event == NULL)
    return;
  text = g_utf8_make_valid (event->raw, event->raw_size);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

static void
append_term (GMenu *menu, const char *label, const char *action, const char *term)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", term);
  g_menu_append_item (menu, item);
}

/* @column: WAVE_N_COLUMNS when it is about the whole row */
/* Only a recording can go there; without one the item is not there. */
static void
append_moment (GMenu *menu, guint index)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (_("_Go to This Moment"), NULL);

  g_menu_item_set_action_and_target (item, "win.replay-event", "u", index);
  g_menu_item_set_attribute (item, "hidden-when", "s", "action-disabled");
  g_menu_append_item (menu, item);
}

static GMenuModel *
make_menu (WaveEventTable *self, WaveColumn column, guint index)
{
  GMenu *menu = g_menu_new ();
  static const struct
  {
    WaveColumn column;
    const char *only, *without;
  } terms[] = {
    { WAVE_COLUMN_TYPE, N_("Filter by This Type"), N_("Exclude This Type") },
    { WAVE_COLUMN_ROOM, N_("Filter by This Room"), N_("Exclude This Room") },
    { WAVE_COLUMN_SENDER, N_("Filter by This Sender"), N_("Exclude This Sender") },
  };

  if (column < WAVE_N_COLUMNS)
    {
      g_autoptr (GMenu) section = g_menu_new ();
      g_autofree char *term = wave_event_table_dup_term (self, column, index);
      g_autofree char *text = wave_event_table_dup_text (self, column, index);
      gboolean is_least = column == WAVE_COLUMN_TIME || column == WAVE_COLUMN_DELTA || column == WAVE_COLUMN_SIZE || column == WAVE_COLUMN_LATENCY;

      if (term != NULL)
        {
          append_term (section, column == WAVE_COLUMN_TIME ? _("Filter from Here On") : is_least ? _("Filter by This and More") : _("Filter by This"),
                       "event.filter", term);
          append_term (section, column == WAVE_COLUMN_TIME ? _("Filter up to Here") : is_least ? _("Exclude This and More") : _("Exclude This"), "event.exclude",
                       term);
        }
      if (text != NULL && *text != '\0')
        append_term (section, _("Copy Cell"), "event.copy", text);
      g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
    }
  {
    g_autoptr (GMenu) section = g_menu_new ();

    for (guint i = 0; i < G_N_ELEMENTS (terms); i++)
      {
        g_autofree char *term = terms[i].column != column ? wave_event_table_dup_term (self, terms[i].column, index) : NULL;

        if (term == NULL)
          continue;
        append_term (section, _(terms[i].only), "event.filter", term);
        append_term (section, _(terms[i].without), "event.exclude", term);
      }
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  }
  {
    g_autoptr (GMenu) section = g_menu_new ();

    append_moment (section, index);
    g_menu_append (section, _("Copy _Row"), "event.copy-row");
    g_menu_append (section, _("Copy Raw _Text"), "event.copy-raw");
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  }
  return G_MENU_MODEL (menu);
}

static void
show_menu (WaveEventTable *self, WaveColumn column, guint index, double x, double y)
{
  g_autoptr (GMenuModel) menu = make_menu (self, column, index);

  if (self->menu_popover == NULL)
    {
      self->menu_popover = gtk_popover_menu_new_from_model (menu);
      gtk_widget_set_parent (self->menu_popover, GTK_WIDGET (self));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu_popover), FALSE);
      gtk_widget_set_halign (self->menu_popover, GTK_ALIGN_START);
    }
  else
    gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu_popover), menu);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu_popover), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu_popover));
}

static void
show_menu_at (WaveEventTable *self, GtkGesture *gesture, double x, double y)
{
  WaveColumn column;
  guint index;
  graphene_point_t at;

  if (!wave_event_table_find_cell (self, x, y, &column, &index)
      || !gtk_widget_compute_point (GTK_WIDGET (self->view), GTK_WIDGET (self), &GRAPHENE_POINT_INIT ((float) x, (float) y), &at))
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  wave_event_table_select (self, index);
  show_menu (self, column, index, at.x, at.y);
}

static void
on_pressed (GtkGesture *gesture, int n_press, double x, double y, WaveEventTable *self)
{
  show_menu_at (self, gesture, x, y);
}

static void
on_long_press (GtkGesture *gesture, double x, double y, WaveEventTable *self)
{
  show_menu_at (self, gesture, x, y);
}

/* The menu key: about the row that has the focus. */
static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveEventTable *self = WAVE_EVENT_TABLE (widget);
  guint index = wave_event_table_get_selected (self);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (gtk_widget_get_root (widget)));
  graphene_rect_t bounds;

  if (index == G_MAXUINT)
    return;
  if (focus == NULL || !gtk_widget_is_ancestor (focus, widget) || !gtk_widget_compute_bounds (focus, widget, &bounds))
    graphene_rect_init (&bounds, 20, 20, 1, 1);
  show_menu (self, WAVE_N_COLUMNS, index, bounds.origin.x + 40, bounds.origin.y + bounds.size.height);
}

void
wave_event_table_class_add_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "event.filter", "s", filter_action);
  gtk_widget_class_install_action (widget_class, "event.exclude", "s", filter_action);
  gtk_widget_class_install_action (widget_class, "event.copy", "s", copy_action);
  gtk_widget_class_install_action (widget_class, "event.copy-row", NULL, copy_row_action);
  gtk_widget_class_install_action (widget_class, "event.copy-raw", NULL, copy_raw_action);
  gtk_widget_class_install_action (widget_class, "event.menu", NULL, menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "event.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "event.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "event.copy-row", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "event.copy-raw", NULL);
}

void
wave_event_table_add_menus (WaveEventTable *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();
  g_autoptr (GMenu) times = g_menu_new ();
  g_autoptr (GMenu) columns = g_menu_new ();
  g_autoptr (GMenu) reset = g_menu_new ();
  g_autoptr (GSimpleAction) reset_action = g_simple_action_new ("reset", NULL);
  g_autoptr (GAction) time_action = g_settings_create_action (self->settings, "activity-time");

  self->actions = g_simple_action_group_new ();
  for (guint i = 0; i < WAVE_N_COLUMNS; i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new_stateful (wave_columns[i].key, NULL, g_variant_new_boolean (wants_column (self, i)));
      g_autofree char *name = g_strdup_printf ("columns.%s", wave_columns[i].key);

      g_signal_connect (action, "change-state", G_CALLBACK (on_column_action), self);
      g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
      g_menu_append (columns, _(wave_columns[i].title), name);
    }
  g_signal_connect (reset_action, "activate", G_CALLBACK (on_reset), self);
  g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (reset_action));
  g_action_map_add_action (G_ACTION_MAP (self->actions), time_action);
  g_menu_append (times, _("Time of _Day"), "columns.activity-time::clock");
  g_menu_append (times, _("Since the _First"), "columns.activity-time::first");
  g_menu_append (times, _("How Long _Ago"), "columns.activity-time::ago");
  g_menu_append (reset, _("_Reset Columns"), "columns.reset");
  self->menu = g_menu_new ();
  g_menu_append_section (self->menu, _("Times"), G_MENU_MODEL (times));
  g_menu_append_section (self->menu, _("Columns"), G_MENU_MODEL (columns));
  g_menu_append_section (self->menu, NULL, G_MENU_MODEL (reset));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "columns", G_ACTION_GROUP (self->actions));
  for (guint i = 0; i < WAVE_N_COLUMNS; i++)
    {
      gtk_column_view_column_set_header_menu (self->columns[i], G_MENU_MODEL (self->menu));
      g_signal_connect_object (self->columns[i], "notify::fixed-width", G_CALLBACK (on_width), self, G_CONNECT_SWAPPED);
    }
  g_signal_connect_object (self->settings, "changed", G_CALLBACK (on_settings), self, G_CONNECT_SWAPPED);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect (press, "pressed", G_CALLBACK (on_long_press), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (press));
}

GActionGroup *
wave_event_table_get_actions (WaveEventTable *self)
{
  g_return_val_if_fail (WAVE_IS_EVENT_TABLE (self), NULL);
  return G_ACTION_GROUP (self->actions);
}

GMenuModel *
wave_event_table_get_menu (WaveEventTable *self)
{
  g_return_val_if_fail (WAVE_IS_EVENT_TABLE (self), NULL);
  return G_MENU_MODEL (self->menu);
}
