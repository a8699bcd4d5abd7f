// SPDX-License-Identifier: GPL-3.0-or-later
// shots DIR GUISE WIDTH HEIGHT: writes DIR/SCREEN-GUISE.png of every page and dialog on the office scenario.
#include "config.h"

#include <locale.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "simulator/wave-simulator.h"
#include "ui/wave-application.h"
#include "ui/wave-screenshot.h"
#include "ui/wave-window.h"

#define DEADLINE_US (60 * G_USEC_PER_SEC)
/* For rooms to fill, for dialogs and pages to slide in. */
#define FILL_US (9 * G_USEC_PER_SEC)
#define SETTLE_US (1200 * 1000)

static const struct
{
  const char *name, *page, *action;
} screens[] = {
  { "rooms", "rooms", NULL },
  { "activity", "activity", NULL },
  { "scope", "scope", NULL },
  { "connection", "connection", NULL },
  { "palette", "rooms", "win.palette" },
  { "help", "scope", "win.help" },
  { "shortcuts", "rooms", "win.shortcuts" },
  { "preferences", "rooms", "app.preferences" },
  { "about", "rooms", "app.about" },
};

static void
spin (gint64 us)
{
  gint64 end = g_get_monotonic_time () + us;

  while (g_get_monotonic_time () < end)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
}

static void
shoot (WaveWindow *window, const char *dir, const char *screen, const char *guise)
{
  g_autofree char *name = g_strdup_printf ("%s-%s.png", screen, guise);
  g_autofree char *path = g_build_filename (dir, name, NULL);

  spin (SETTLE_US);
  /* In the middle of a change of layout there may be nothing to draw. */
  for (guint i = 0; !wave_screenshot_write (GTK_WINDOW (window), path); i++)
    {
      if (i == 20)
        g_error ("%s could not be written", path);
      spin (100 * 1000);
    }
}

int
main (int argc, char **argv)
{
  WaveSimulatorConfig config = { .scenario = "office", .seed = 1, .history = 400 };
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("shots", NULL);
  g_autoptr (WaveSimulator) simulator = NULL;
  g_autoptr (WaveMonitor) monitor = NULL;
  g_autoptr (WaveApplication) application = NULL;
  g_autoptr (GError) error = NULL;
  const char *locale_dir = g_getenv ("WAVESCOPE_LOCALE_DIR");
  WaveWindow *window;
  AdwDialog *dialog;
  gint64 end;

  if (argc != 5)
    {
      g_printerr ("usage: shots DIR GUISE WIDTH HEIGHT\n");
      return 2;
    }
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  application = wave_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  if (!g_application_register (G_APPLICATION (application), NULL, &error) || (simulator = wave_simulator_new (&config, &error)) == NULL
      || (monitor = wave_monitor_new (wave_simulator_get_url (simulator), credentials, FALSE, NULL, TRUE, &error)) == NULL)
    {
      g_printerr ("shots: %s\n", error->message);
      return 1;
    }
  if (strstr (argv[2], "rtl") != NULL)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  if (strstr (argv[2], "text200") != NULL)
    g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 192 * 1024, NULL);
  window = wave_window_new (GTK_APPLICATION (application));
  gtk_window_set_default_size (GTK_WINDOW (window), atoi (argv[3]), atoi (argv[4]));
  gtk_window_present (GTK_WINDOW (window));
  wave_window_show_welcome (window, NULL);
  shoot (window, argv[1], "welcome", argv[2]);
  wave_window_watch (window, monitor, _("Demo tenant"), NULL);
  wave_window_want_room (window, "room-atlas");
  wave_monitor_start (monitor);
  end = g_get_monotonic_time () + DEADLINE_US;
  while (wave_tenant_get_state (wave_monitor_get_tenant (monitor)) != WAVE_SESSION_LIVE)
    {
      if (g_get_monotonic_time () > end)
        g_error ("it did not become live");
      spin (50 * 1000);
    }
  spin (FILL_US);
  for (guint i = 0; i < G_N_ELEMENTS (screens); i++)
    {
      wave_window_show_page (window, screens[i].page);
      if (screens[i].action != NULL)
        gtk_widget_activate_action (GTK_WIDGET (window), screens[i].action, NULL);
      shoot (window, argv[1], screens[i].name, argv[2]);
      while ((dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window))) != NULL)
        {
          adw_dialog_force_close (dialog);
          spin (300 * 1000);
        }
    }
  gtk_window_destroy (GTK_WINDOW (window));
  spin (50 * 1000);
  return 0;
}
