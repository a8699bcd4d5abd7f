// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui-rig.h"

#include "ui/wave-live-text.h"
#include "ui/wave-tooltip.h"

#include <string.h>

void
ui_spin (gint64 us)
{
  gint64 end = g_get_monotonic_time () + us;

  while (g_get_monotonic_time () < end)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
}

gboolean
ui_shows (GtkWidget *widget, const char *needle)
{
  const char *text = NULL;

  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget))
    text = gtk_label_get_text (GTK_LABEL (widget));
  else if (GTK_IS_INSCRIPTION (widget))
    text = gtk_inscription_get_text (GTK_INSCRIPTION (widget));
  else if (WAVE_IS_LIVE_TEXT (widget))
    text = wave_live_text_get_text (WAVE_LIVE_TEXT (widget));
  if (text != NULL && strstr (text, needle) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (ui_shows (child, needle))
      return TRUE;
  return FALSE;
}

/* (transfer full) (nullable): the text that stands in a widget itself */
static char *
dup_text (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return g_strdup (gtk_label_get_text (GTK_LABEL (widget)));
  if (GTK_IS_INSCRIPTION (widget))
    return g_strdup (gtk_inscription_get_text (GTK_INSCRIPTION (widget)));
  if (WAVE_IS_LIVE_TEXT (widget))
    return g_strdup (wave_live_text_get_text (WAVE_LIVE_TEXT (widget)));
  if (GTK_IS_TEXT (widget))
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (widget)));
  if (GTK_IS_TEXT_VIEW (widget))
    {
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget));
      GtkTextIter start, end;

      gtk_text_buffer_get_bounds (buffer, &start, &end);
      return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
    }
  return NULL;
}

/* (transfer full) (nullable): GTK tells a property only where it is not what was expected. */
static char *
dup_accessible (GtkWidget *widget, GtkAccessibleProperty property)
{
  if (!gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), property))
    return NULL;
  return gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget), property, "\001");
}

void
ui_foreach_text (GtkWidget *widget, gboolean unseen, UiTextFunc func, gpointer user_data)
{
  const char *tooltip = wave_tooltip_get_text (widget) != NULL ? wave_tooltip_get_text (widget) : gtk_widget_get_tooltip_text (widget);
  g_autofree char *text = dup_text (widget);
  g_autofree char *name = NULL;
  g_autofree char *description = NULL;

  if (!unseen && (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget)))
    return;
  name = dup_accessible (widget, GTK_ACCESSIBLE_PROPERTY_LABEL);
  description = dup_accessible (widget, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
  if (text != NULL)
    func (widget, "text", text, user_data);
  if (tooltip != NULL)
    func (widget, "tooltip", tooltip, user_data);
  if (name != NULL)
    func (widget, "name", name, user_data);
  if (description != NULL)
    func (widget, "description", description, user_data);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    ui_foreach_text (child, unseen, func, user_data);
}

GtkWidget *
ui_find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = ui_find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

void
ui_wait_shown (UiRig *rig, const char *needle)
{
  gint64 end = g_get_monotonic_time () + UI_DEADLINE_US;

  while (!ui_shows (GTK_WIDGET (rig->window), needle))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for “%s” on screen", needle);
      ui_spin (20 * 1000);
    }
}

void
ui_wait_gone (UiRig *rig, const char *needle)
{
  gint64 end = g_get_monotonic_time () + UI_DEADLINE_US;

  while (ui_shows (GTK_WIDGET (rig->window), needle))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for “%s” to go", needle);
      ui_spin (20 * 1000);
    }
}

char *ui_last_read;

void
ui_give_up (const char *file, int line, const char *what)
{
  g_error ("%s:%d: waited in vain for %s%s%s", file, line, what, ui_last_read != NULL ? "; last read:" : "", ui_last_read != NULL ? ui_last_read : "");
}

/* One for all tests: a process has one application. */
static WaveApplication *app;

void
ui_rig_open (UiRig *rig)
{
  ui_rig_open_scenario (rig, "idle");
}

void
ui_rig_open_scenario (UiRig *rig, const char *scenario)
{
  WaveSimulatorConfig config = { .scenario = scenario, .seed = 3 };
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("window-test", NULL);
  g_autoptr (GError) error = NULL;

  rig->simulator = wave_simulator_new (&config, &error);
  g_assert_no_error (error);
  rig->monitor = wave_monitor_new (wave_simulator_get_url (rig->simulator), credentials, FALSE, NULL, TRUE, &error);
  g_assert_no_error (error);
  rig->window = wave_window_new (GTK_APPLICATION (app));
  g_object_add_weak_pointer (G_OBJECT (rig->window), (gpointer *) &rig->window);
  wave_window_watch (rig->window, rig->monitor, NULL, NULL);
  wave_window_show_page (rig->window, "rooms");
  wave_window_want_room (rig->window, "room-atlas");
  wave_monitor_start (rig->monitor);
  gtk_window_set_default_size (GTK_WINDOW (rig->window), 1200, 800);
  gtk_window_present (GTK_WINDOW (rig->window));
  ui_wait_shown (rig, "Live");
  ui_wait_shown (rig, "Ship it on the 9th");
  /* The list of the rooms has the topic as well; this stands in the header of an open room only. */
  ui_wait_shown (rig, "AI answers when mentioned");
}

void
ui_rig_close (UiRig *rig)
{
  gtk_window_destroy (GTK_WINDOW (rig->window));
  ui_spin (50 * 1000);
  g_assert_null (rig->window);
  g_clear_object (&rig->monitor);
  wave_simulator_stop (rig->simulator);
  g_clear_object (&rig->simulator);
}

void
ui_inject (UiRig *rig, gboolean durable, const char *json)
{
  wave_simulator_inject (rig->simulator, json, durable);
}

int
ui_rig_main (int argc, char **argv, void (*add_tests) (void))
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  app = wave_application_new ();
  g_application_set_flags (G_APPLICATION (app), G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_OPEN);
  if (!g_application_register (G_APPLICATION (app), NULL, NULL))
    return 1;
  add_tests ();
  return g_test_run ();
}
