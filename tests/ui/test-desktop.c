// SPDX-License-Identifier: GPL-3.0-or-later
// What makes the window at home on a desktop: the command palette, shortcuts, help, About.
#include "config.h"

#include "ui-rig.h"

#include <string.h>

#include "ui/wave-about.h"
#include "ui/wave-fuzzy.h"
#include "ui/wave-help.h"
#include "ui/wave-palette.h"
#include "ui/wave-shortcuts.h"
#include "ui/wave-window-desktop.h"

/* ---- matching ---- */

static char *
mark (const char *typed, const char *name)
{
  WaveFuzzyRun runs[WAVE_FUZZY_MAX_RUNS];
  guint n;
  GString *text = g_string_new (name);

  if (wave_fuzzy_match (typed, name, runs, &n) == WAVE_FUZZY_NONE)
    g_string_assign (text, "no");
  else
    for (guint i = n; i > 0; i--)
      {
        g_string_insert_c (text, runs[i - 1].end, ']');
        g_string_insert_c (text, runs[i - 1].start, '[');
      }
  return g_string_free_and_steal (text);
}

static void
test_matches (void)
{
  static const struct
  {
    const char *typed, *name, *marked;
  } table[] = {
    { "", "Atlas", "Atlas" },
    { "atl", "Atlas launch", "[Atl]as launch" },
    { "LAUNCH", "Atlas launch", "Atlas [launch]" },
    { "al", "Atlas launch", "[A]tlas [l]aunch" },
    { "sr", "Server Room", "[S]erver [R]oom" },
    { "launch atlas", "Atlas launch", "[Atlas] [launch]" },
    { "uber", "Über uns", "[Über] uns" },
    { "muller", "Jörg Müller", "Jörg [Müller]" },
    { "日本", "東京 日本語", "東京 [日本]語" },
    { "tla", "Atlas", "A[tla]s" },
    { "xyz", "Atlas", "no" },
    { "saltA", "Atlas", "no" },
    { "a  b", "a b", "[a] [b]" },
  };
  /* In this order when “room” is typed. */
  static const char *const ranks[] = { "room", "Room 12", "Server room", "Classroom", "Row of old moments" };
  g_autofree char *endless = g_strnfill (5000, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *marked = mark (table[i].typed, table[i].name);

      g_assert_cmpstr (marked, ==, table[i].marked);
    }
  for (guint i = 1; i < G_N_ELEMENTS (ranks); i++)
    g_assert_cmpint (wave_fuzzy_match ("room", ranks[i - 1], NULL, NULL), >, wave_fuzzy_match ("room", ranks[i], NULL, NULL));
  g_assert_cmpint (wave_fuzzy_match ("a", NULL, NULL, NULL), ==, WAVE_FUZZY_NONE);
  g_assert_cmpint (wave_fuzzy_match (endless, endless, NULL, NULL), !=, WAVE_FUZZY_NONE);
}

/* ---- the palette ---- */

static AdwDialog *
wait_dialog (UiRig *rig)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  AdwDialog *dialog;

  while ((dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (rig->window))) == NULL)
    {
      if (g_get_monotonic_time () > end)
        g_error ("no dialog came");
      ui_spin (10 * 1000);
    }
  return dialog;
}

static void
wait_no_dialog (UiRig *rig)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (rig->window)) != NULL)
    {
      if (g_get_monotonic_time () > end)
        g_error ("the dialog stays");
      ui_spin (10 * 1000);
    }
}

static void
wait_page (UiRig *rig, const char *page)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  while (g_strcmp0 (wave_window_get_page_name (rig->window), page) != 0)
    {
      if (g_get_monotonic_time () > end)
        g_error ("the page %s did not come", page);
      ui_spin (10 * 1000);
    }
}

static WavePalette *
open_palette (UiRig *rig)
{
  AdwDialog *dialog;

  gtk_widget_activate_action (GTK_WIDGET (rig->window), "win.palette", NULL);
  dialog = wait_dialog (rig);
  g_assert_true (WAVE_IS_PALETTE (dialog));
  return WAVE_PALETTE (dialog);
}

/* Types, checks the first result, takes it. */
static void
take (UiRig *rig, const char *typed, const char *first)
{
  WavePalette *palette = open_palette (rig);
  GtkWidget *entry;

  wave_palette_type (palette, typed);
  g_assert_cmpstr (wave_palette_get_result (palette, 0), ==, first);
  entry = ui_find (GTK_WIDGET (palette), GTK_TYPE_SEARCH_ENTRY);
  g_object_add_weak_pointer (G_OBJECT (palette), (gpointer *) &palette);
  g_signal_emit_by_name (entry, "activate");
  while (palette != NULL)
    ui_spin (10 * 1000);
}

static void
test_palette (void)
{
  UiRig rig = { NULL };
  WavePalette *palette;

  ui_rig_open (&rig);
  palette = open_palette (&rig);
  g_assert_cmpuint (wave_palette_get_n_results (palette), >, 10);
  wave_palette_type (palette, "zzzqqq");
  g_assert_cmpuint (wave_palette_get_n_results (palette), ==, 0);
  ui_wait_shown (&rig, "Nothing Found");
  /* The same keys close it. */
  gtk_widget_activate_action (GTK_WIDGET (rig.window), "win.palette", NULL);
  wait_no_dialog (&rig);

  take (&rig, "scope", "Scope");
  wait_page (&rig, "scope");
  take (&rig, "engin", "Engineering");
  wait_page (&rig, "rooms");
  ui_wait_shown (&rig, "What breaks and why");
  take (&rig, "mia", "Mia Chen");
  /* There is a direct room of that name as well, and rooms come first. */
  wait_page (&rig, "rooms");
  take (&rig, "ola nord", "Ola Nordmann");
  wait_page (&rig, "activity");
  take (&rig, "keyb", "Keyboard Shortcuts");
  ui_wait_shown (&rig, "Go to a room, person or page, or do something");
  adw_dialog_force_close (wait_dialog (&rig));
  wait_no_dialog (&rig);
  ui_rig_close (&rig);
}

/* ---- shortcuts ---- */

static gboolean
is_listed (guint key, GdkModifierType modifiers)
{
  guint n;
  const WaveShortcutRow *rows = wave_shortcuts_list (&n);

  for (guint i = 0; i < n; i++)
    {
      g_auto (GStrv) accels = g_strsplit (rows[i].accels, " ", -1);

      if (rows[i].title == NULL)
        continue;
      for (guint j = 0; accels[j] != NULL; j++)
        {
          guint listed_key;
          GdkModifierType listed_modifiers;

          g_assert_true (gtk_accelerator_parse (accels[j], &listed_key, &listed_modifiers));
          if (listed_key == key && listed_modifiers == modifiers)
            return TRUE;
        }
    }
  return FALSE;
}

/* Ours, as the toolkit has actions with shortcuts as well. */
static gboolean
is_ours (const char *action)
{
  static const char *const groups[] = { "win.", "app.", "account.", "activity.", "event.", "inspector.", "scope.", "timeline.", "transport.", "connection." };

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if (g_str_has_prefix (action, groups[i]))
      return TRUE;
  return FALSE;
}

/* Every shortcut of ours in the whole window has a row in the list of shortcuts. Those of the toolkit's own widgets are not ours. */
static guint
check_shortcuts (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && g_str_has_prefix (G_OBJECT_TYPE_NAME (widget), "Wave"); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);
          GtkShortcutAction *action = gtk_shortcut_get_action (shortcut);
          guint key;

          if (!GTK_IS_KEYVAL_TRIGGER (trigger) || !GTK_IS_NAMED_ACTION (action)
              || !is_ours (gtk_named_action_get_action_name (GTK_NAMED_ACTION (action))))
            continue;
          key = gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger));
          if (!is_listed (key, gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger))))
            {
              g_autofree char *text = gtk_shortcut_trigger_to_string (trigger);

              g_error ("%s of %s is not in the list of shortcuts", text, gtk_named_action_get_action_name (GTK_NAMED_ACTION (action)));
            }
          n++;
        }
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += check_shortcuts (child);
  return n;
}

static void
test_shortcuts (void)
{
  UiRig rig = { NULL };
  GtkApplication *application;
  g_auto (GStrv) described = NULL;
  g_autoptr (GHashTable) table = NULL;

  ui_rig_open (&rig);
  g_assert_cmpuint (check_shortcuts (GTK_WIDGET (rig.window)), >, 15);
  application = gtk_window_get_application (GTK_WINDOW (rig.window));
  described = gtk_application_list_action_descriptions (application);
  for (guint i = 0; described[i] != NULL; i++)
    {
      g_auto (GStrv) accels = gtk_application_get_accels_for_action (application, described[i]);

      for (guint j = 0; accels[j] != NULL; j++)
        {
          guint key;
          GdkModifierType modifiers;

          g_assert_true (gtk_accelerator_parse (accels[j], &key, &modifiers));
          if (!is_listed (key, modifiers))
            g_error ("%s of %s is not in the list of shortcuts", accels[j], described[i]);
        }
    }
  table = wave_window_list_shortcuts (rig.window);
  g_assert_cmpstr (g_hash_table_lookup (table, "win.palette"), ==, "Ctrl+K");
  g_assert_cmpstr (g_hash_table_lookup (table, "win.page::scope"), ==, "Alt+3");
  g_assert_cmpstr (g_hash_table_lookup (table, "app.quit"), ==, "Ctrl+Q");
  ui_rig_close (&rig);
}

/* Whatever the menu offers does exist. */
static guint
check_menu (WaveWindow *window, GMenuModel *menu)
{
  guint n = 0;

  for (int i = 0; i < g_menu_model_get_n_items (menu); i++)
    {
      g_autoptr (GMenuModel) section = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SECTION);
      g_autoptr (GMenuModel) submenu = g_menu_model_get_item_link (menu, i, G_MENU_LINK_SUBMENU);
      g_autofree char *action = NULL;
      GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (window)));

      if (section != NULL)
        n += check_menu (window, section);
      if (submenu != NULL)
        n += check_menu (window, submenu);
      if (!g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_ACTION, "s", &action))
        continue;
      n++;
      if (g_str_has_prefix (action, "app."))
        {
          if (!g_action_group_has_action (G_ACTION_GROUP (application), action + 4))
            g_error ("the menu has %s, which does not exist", action);
        }
      else if (g_str_has_prefix (action, "win."))
        {
          GType owner;
          const char *name, *property;
          const GVariantType *type;
          gboolean found = g_action_group_has_action (G_ACTION_GROUP (window), action + 4);

          for (guint j = 0; !found && gtk_widget_class_query_action (GTK_WIDGET_GET_CLASS (window), j, &owner, &name, &type, &property); j++)
            found = g_str_equal (name, action);
          if (!found)
            g_error ("the menu has %s, which does not exist", action);
        }
      else
        g_error ("the menu has %s, which is neither of the window nor of the application", action);
    }
  return n;
}

static void
test_menu (void)
{
  UiRig rig = { NULL };

  ui_rig_open (&rig);
  g_assert_cmpuint (check_menu (rig.window, wave_window_get_primary_menu (rig.window)), >, 6);
  ui_rig_close (&rig);
}

/* ---- help ---- */

static void
test_help (void)
{
  UiRig rig = { NULL };
  guint n;
  const WaveHelpTopic *topics = wave_help_list_topics (&n);

  ui_rig_open (&rig);
  g_assert_cmpuint (n, >, 7);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpuint (topics[i].n_blocks, >, 2);
      wave_help_present (GTK_WIDGET (rig.window), topics[i].name);
      wait_dialog (&rig);
      ui_wait_shown (&rig, topics[i].title);
      adw_dialog_force_close (wait_dialog (&rig));
      wait_no_dialog (&rig);
    }
  /* F1 leads to the page that is shown. */
  wave_window_show_page (rig.window, "scope");
  gtk_widget_activate_action (GTK_WIDGET (rig.window), "win.help", NULL);
  wait_dialog (&rig);
  ui_wait_shown (&rig, "Reading a Lane");
  adw_dialog_force_close (wait_dialog (&rig));
  wait_no_dialog (&rig);
  ui_rig_close (&rig);
}

/* ---- About ---- */

static void
test_about (void)
{
  UiRig rig = { NULL };
  g_autofree char *text = NULL;
  static const char *const secrets[] = { "window-test", "127.0.0.1", "localhost", "Atlas", "Mia", "room-atlas", "http" };

  ui_rig_open (&rig);
  text = wave_about_dup_debug_info (rig.monitor);
  g_assert_nonnull (strstr (text, "Wavescope " WAVE_VERSION));
  g_assert_nonnull (strstr (text, "State: live"));
  g_assert_nonnull (strstr (text, "Transport: plain"));
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    if (strstr (text, secrets[i]) != NULL)
      g_error ("debug information has “%s” in it:\n%s", secrets[i], text);
  g_action_group_activate_action (G_ACTION_GROUP (gtk_window_get_application (GTK_WINDOW (rig.window))), "about", NULL);
  wait_dialog (&rig);
  adw_dialog_force_close (wait_dialog (&rig));
  wait_no_dialog (&rig);
  ui_rig_close (&rig);
}

/* Room and stream from a notification, in this window, whatever page is shown. */
static void
test_notification_actions (void)
{
  UiRig rig = { NULL };
  GActionGroup *app;
  guint32 place;

  ui_rig_open (&rig);
  app = G_ACTION_GROUP (gtk_window_get_application (GTK_WINDOW (rig.window)));
  place = gtk_application_window_get_id (GTK_APPLICATION_WINDOW (rig.window));
  wave_window_show_page (rig.window, "connection");
  g_action_group_activate_action (app, "open-room", g_variant_new ("(us)", place, "room-eng"));
  wait_page (&rig, "rooms");
  g_action_group_activate_action (app, "show-connection", g_variant_new_uint32 (place));
  wait_page (&rig, "connection");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.room.message.chunk\",\"room_id\":\"room-atlas\",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"The lamp\",\"done\":false}}");
  ui_spin (300 * 1000);
  g_action_group_activate_action (app, "show-stream", g_variant_new ("(ut)", place, (guint64) 1));
  wait_page (&rig, "scope");
  /* A window that is gone, a stream that is gone, a room that never was. */
  g_action_group_activate_action (app, "show-stream", g_variant_new ("(ut)", place + 1000, (guint64) 999));
  g_action_group_activate_action (app, "open-room", g_variant_new ("(us)", place, "no-such-room"));
  g_action_group_activate_action (app, "retry", g_variant_new_uint32 (place));
  ui_wait_shown (&rig, "That stream is no longer held");
  ui_rig_close (&rig);
}

static void
add_tests (void)
{
  g_test_add_func ("/desktop/matches", test_matches);
  g_test_add_func ("/desktop/palette", test_palette);
  g_test_add_func ("/desktop/shortcuts", test_shortcuts);
  g_test_add_func ("/desktop/menu", test_menu);
  g_test_add_func ("/desktop/help", test_help);
  g_test_add_func ("/desktop/about", test_about);
  g_test_add_func ("/desktop/notification-actions", test_notification_actions);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, add_tests);
}
