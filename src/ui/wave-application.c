// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-application-private.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <stdlib.h>

#include "simulator/wave-simulator.h"
#include "ui/wave-application-desktop.h"
#include "ui/wave-screenshot.h"

/* The demo has a day behind it, so that rooms are not empty when they are opened. */
#define DEMO_HISTORY 400

G_DEFINE_FINAL_TYPE (WaveApplication, wave_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Open the embedded demo tenant"), NULL },
  { "scenario", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Scenario of the demo: office, storm, idle, single-stream"), N_("NAME") },
  { "seed", 0, 0, G_OPTION_ARG_INT, NULL, N_("Seed of the demo"), N_("N") },
  { "server", 0, 0, G_OPTION_ARG_STRING, NULL, N_("The server to watch, such as https://wave.example.org"), N_("URL") },
  { "token-file", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("File with the token (else the environment’s WAVESCOPE_TOKEN)"), N_("FILE") },
  { "allow-plain", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Allow http:// to another machine: anybody on the way can read the token"), NULL },
  { "welcome", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Show the welcome page"), NULL },
  { "new-window", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Open a new window"), NULL },
  { "page", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Page to show: rooms, activity, scope, connection"), N_("PAGE") },
  { "room", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Room to open, by name or id"), N_("ROOM") },
  { "size", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Size of the window"), N_("WIDTHxHEIGHT") },
  { "dark", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Dark, this time"), NULL },
  { "light", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Light, this time"), NULL },
  { "screenshot", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Write a picture of the window once it is live, then end"), N_("FILE.png") },
  { "screenshot-after", 0, 0, G_OPTION_ARG_DOUBLE, NULL, N_("Seconds between live and the picture"), N_("SECONDS") },
  { "screenshot-action", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, NULL, "Do this before the picture is made", "ACTION" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_("[RECORDING…]") },
  { NULL },
};

static WaveWindow *
new_window (WaveApplication *self)
{
  return wave_window_new (GTK_APPLICATION (self));
}

static WaveWindow *
current_window (WaveApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  return WAVE_IS_WINDOW (window) ? WAVE_WINDOW (window) : NULL;
}

/* ---- the demo ---- */

typedef struct {
  WaveSimulatorConfig config;
  char *scenario;
} DemoRequest;

static void
demo_request_free (gpointer data)
{
  DemoRequest *request = data;

  g_free (request->scenario);
  g_free (request);
}

static void
start_simulator (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  DemoRequest *request = task_data;
  GError *error = NULL;
  WaveSimulator *simulator = wave_simulator_new (&request->config, &error);

  if (simulator != NULL)
    g_task_return_pointer (task, simulator, g_object_unref);
  else
    g_task_return_error (task, error);
}

typedef struct {
  WaveSimulator *simulator;
  guint n_frames;
} DemoReady;

static void
demo_ready_free (gpointer data)
{
  DemoReady *ready = data;

  g_clear_object (&ready->simulator);
  g_free (ready);
}

/* The first frame is not kept waiting: what it costs to make the pages comes after it. */
static gboolean
watch_demo (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  DemoReady *ready = user_data;
  WaveWindow *window = WAVE_WINDOW (widget);
  g_autoptr (WaveCredentials) credentials = NULL;
  g_autoptr (WaveMonitor) monitor = NULL;
  g_autoptr (GError) error = NULL;

  if (ready->n_frames++ == 0)
    return G_SOURCE_CONTINUE;
  credentials = wave_credentials_new ("demo-token", NULL);
  monitor = wave_monitor_new (wave_simulator_get_url (ready->simulator), credentials, FALSE, NULL, TRUE, &error);
  if (monitor == NULL)
    {
      wave_window_show_welcome (window, error->message);
      return G_SOURCE_REMOVE;
    }
  wave_window_watch (window, monitor, _("Demo tenant"), G_OBJECT (ready->simulator));
  wave_monitor_start (monitor);
  return G_SOURCE_REMOVE;
}

static void
on_demo_ready (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveWindow) window = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveSimulator) simulator = g_task_propagate_pointer (G_TASK (result), &error);
  DemoReady *ready;

  if (simulator == NULL)
    {
      wave_window_show_welcome (window, error->message);
      return;
    }
  ready = g_new0 (DemoReady, 1);
  ready->simulator = g_steal_pointer (&simulator);
  gtk_widget_add_tick_callback (GTK_WIDGET (window), watch_demo, ready, demo_ready_free);
}

/* The simulator writes its day in a thread: the window is on screen meanwhile. */
void
wave_application_open_demo (WaveApplication *self, WaveWindow *window, const char *scenario, guint32 seed)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_demo_ready, g_object_ref (window));
  DemoRequest *request = g_new0 (DemoRequest, 1);

  request->scenario = g_strdup (scenario);
  request->config = (WaveSimulatorConfig){ .scenario = request->scenario, .seed = seed, .history = DEMO_HISTORY };
  g_task_set_task_data (task, request, demo_request_free);
  wave_window_show_opening (window);
  g_task_run_in_thread (task, start_simulator);
}

static void
demo_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveApplication *self = user_data;
  WaveWindow *window = current_window (self);

  if (window == NULL || wave_window_get_monitor (window) != NULL)
    window = new_window (self);
  gtk_window_present (GTK_WINDOW (window));
  wave_application_open_demo (self, window, NULL, 1);
}

/* ---- recordings ---- */

void
wave_application_open_recording (WaveApplication *application, WaveWindow *window, GFile *file)
{
  g_return_if_fail (WAVE_IS_APPLICATION (application) && G_IS_FILE (file));
  if (window == NULL || wave_window_get_monitor (window) != NULL || wave_window_get_replay (window) != NULL)
    window = new_window (application);
  wave_window_open_recording (window, file);
  gtk_window_present (GTK_WINDOW (window));
}

static void
wave_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    wave_application_open_recording (WAVE_APPLICATION (application), current_window (WAVE_APPLICATION (application)), files[i]);
}

/* ---- start ---- */

static void
apply_color_scheme (WaveApplication *self)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT, ADW_COLOR_SCHEME_FORCE_DARK };

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), schemes[g_settings_get_enum (self->settings, "color-scheme") % 3]);
}

static gboolean
open_server (WaveApplication *self, WaveWindow *window, GVariantDict *dict, const char *server, GError **error)
{
  g_autofree char *token_file = NULL;
  g_autoptr (WaveCredentials) credentials = NULL;
  const char *token = g_getenv ("WAVESCOPE_TOKEN");

  g_variant_dict_lookup (dict, "token-file", "^ay", &token_file);
  if (token_file != NULL)
    credentials = wave_credentials_new_from_file (token_file, error);
  else if (token != NULL && *token != '\0')
    credentials = wave_credentials_new (token, NULL);
  else
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, _("There is no token: give --token-file FILE, or set WAVESCOPE_TOKEN"));
  return credentials != NULL
         && wave_application_watch_server (self, window, server, credentials, g_variant_dict_contains (dict, "allow-plain"), error);
}

static int
wave_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  WaveApplication *self = WAVE_APPLICATION (application);
  GVariantDict *dict = g_application_command_line_get_options_dict (line);
  WaveWindow *window = current_window (self);
  const char *text;
  int width, height;
  double after = 2;
  g_autofree char *screenshot = NULL;
  g_auto (GStrv) files = NULL;
  g_autoptr (GError) error = NULL;

  if (g_variant_dict_contains (dict, "dark"))
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  if (g_variant_dict_contains (dict, "light"))
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_LIGHT);
  g_variant_dict_lookup (dict, G_OPTION_REMAINING, "^aay", &files);
  if (window == NULL || files != NULL || g_variant_dict_contains (dict, "new-window") || g_variant_dict_contains (dict, "demo")
      || g_variant_dict_contains (dict, "server"))
    {
      window = new_window (self);
      if (g_variant_dict_lookup (dict, "size", "&s", &text) && sscanf (text, "%dx%d", &width, &height) == 2)
        gtk_window_set_default_size (GTK_WINDOW (window), MAX (width, 360), MAX (height, 294));
      if (g_variant_dict_lookup (dict, "server", "&s", &text))
        {
          if (!open_server (self, window, dict, text, &error))
            wave_window_show_welcome (window, error->message);
        }
      else if (g_variant_dict_contains (dict, "demo"))
        {
          const char *scenario = NULL;
          gint32 seed = 1;

          g_variant_dict_lookup (dict, "scenario", "&s", &scenario);
          g_variant_dict_lookup (dict, "seed", "i", &seed);
          wave_application_open_demo (self, window, scenario, seed);
        }
      else if (files == NULL && !g_variant_dict_contains (dict, "welcome"))
        wave_application_open_on_start (self, window);
    }
  if (g_variant_dict_lookup (dict, "page", "&s", &text))
    wave_window_want_page (window, text);
  if (g_variant_dict_lookup (dict, "room", "&s", &text))
    wave_window_want_room (window, text);
  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_application_command_line_create_file_for_arg (line, files[i]);

      wave_application_open_recording (self, window, file);
    }
  gtk_window_present (GTK_WINDOW (window));
  g_variant_dict_lookup (dict, "screenshot-after", "d", &after);
  if (g_variant_dict_lookup (dict, "screenshot", "^ay", &screenshot))
    {
      const char *action = NULL;

      g_variant_dict_lookup (dict, "screenshot-action", "&s", &action);
      wave_screenshot_when_live (window, screenshot, (gint64) (after * G_USEC_PER_SEC), g_variant_dict_contains (dict, "welcome"), action,
                                 &self->exit_status);
    }
  return 0;
}

/* A window that makes a picture of itself, or a demo for a test, must not end up in a program that runs already. */
static int
wave_application_handle_local_options (GApplication *application, GVariantDict *dict)
{
  if (g_variant_dict_contains (dict, "screenshot"))
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);
  return -1;
}

static void
wave_application_activate (GApplication *application)
{
  WaveApplication *self = WAVE_APPLICATION (application);
  WaveWindow *window = current_window (self);

  if (window == NULL)
    {
      window = new_window (self);
      wave_application_open_on_start (self, window);
    }
  gtk_window_present (GTK_WINDOW (window));
}

/* ---- actions ---- */

static void
new_window_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  gtk_window_present (GTK_WINDOW (new_window (user_data)));
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *active = gtk_application_get_active_window (user_data);
  GList *windows = g_list_copy (gtk_application_get_windows (user_data));

  if (WAVE_IS_WINDOW (active))
    wave_window_remember (WAVE_WINDOW (active));
  /* Each ends what it watches and records; the end of the program alone would cut it off. */
  for (GList *link = windows; link != NULL; link = link->next)
    if (WAVE_IS_WINDOW (link->data))
      gtk_window_destroy (link->data);
  g_list_free (windows);
  g_application_quit (user_data);
}

static void
wave_application_startup (GApplication *application)
{
  WaveApplication *self = WAVE_APPLICATION (application);
  static const GActionEntry actions[] = {
    { .name = "demo", .activate = demo_action },
    { .name = "new-window", .activate = new_window_action },
    { .name = "quit", .activate = quit_action },
  };
  g_autoptr (GAction) scheme = NULL;

  g_application_set_resource_base_path (application, "/io/github/wavescope/Wavescope");
  G_APPLICATION_CLASS (wave_application_parent_class)->startup (application);
  gtk_source_init ();
  wave_application_follow_language ();
  gtk_window_set_default_icon_name (APPLICATION_ID);
  self->settings = g_settings_new (APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  wave_application_init_accounts (self);
  wave_application_add_desktop_actions (self);
  wave_application_init_settings (self);
  scheme = g_settings_create_action (self->settings, "color-scheme");
  g_action_map_add_action (G_ACTION_MAP (self), scheme);
  g_signal_connect_object (self->settings, "changed::color-scheme", G_CALLBACK (apply_color_scheme), self, G_CONNECT_SWAPPED);
  apply_color_scheme (self);
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.quit", (const char *[]){ "<Control>q", NULL });
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "app.new-window", (const char *[]){ "<Control>n", NULL });
  gtk_application_set_accels_for_action (GTK_APPLICATION (self), "window.close", (const char *[]){ "<Control>w", NULL });
}

int
wave_application_get_exit_status (WaveApplication *application)
{
  g_return_val_if_fail (WAVE_IS_APPLICATION (application), 1);
  return application->exit_status;
}

static void
wave_application_dispose (GObject *object)
{
  WaveApplication *self = WAVE_APPLICATION (object);

  g_clear_object (&self->accounts_menu);
  g_clear_object (&self->accounts);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (wave_application_parent_class)->dispose (object);
}

static void
wave_application_class_init (WaveApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_application_dispose;
  application_class->startup = wave_application_startup;
  application_class->activate = wave_application_activate;
  application_class->open = wave_application_open;
  application_class->command_line = wave_application_command_line;
  application_class->handle_local_options = wave_application_handle_local_options;
}

static void
wave_application_init (WaveApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

WaveApplication *
wave_application_new (void)
{
  return g_object_new (WAVE_TYPE_APPLICATION, "application-id", APPLICATION_ID, "flags", G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN, NULL);
}
