// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-about.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <sqlite3.h>

#include "session/wave-credentials.h"

static const char *
state_nick (WaveSessionState state)
{
  static const char *const nicks[WAVE_N_SESSION_STATES] = {
    [WAVE_SESSION_IDLE] = "idle",         [WAVE_SESSION_CONNECTING] = "connecting", [WAVE_SESSION_AWAITING_HELLO] = "awaiting-hello",
    [WAVE_SESSION_CATCHING_UP] = "catching-up", [WAVE_SESSION_LIVE] = "live",       [WAVE_SESSION_WAITING] = "waiting",
    [WAVE_SESSION_REFUSED] = "refused",   [WAVE_SESSION_REPLACED] = "replaced",     [WAVE_SESSION_POLLING] = "polling",
  };

  return state < WAVE_N_SESSION_STATES ? nicks[state] : "?";
}

static void
append_connection (GString *text, WaveMonitor *monitor)
{
  WaveTenant *tenant = wave_monitor_get_tenant (monitor);
  const WaveTransition *last = wave_tenant_get_last_transition (tenant);
  g_autofree char *failure = NULL;
  guint bounds;

  g_object_get (tenant, "n-bounds-hit", &bounds, NULL);
  g_object_get (monitor, "journal-failure", &failure, NULL);
  g_string_append_printf (text, "\nState: %s", state_nick (wave_tenant_get_state (tenant)));
  if (last != NULL)
    g_string_append_printf (text, " (cause %s, close code %u, HTTP %u, attempt %u)", wave_cause_get_nick (last->cause), last->close_code,
                            last->http_status, last->attempt);
  g_string_append_printf (text, "\nTransport: %s\n", g_str_has_prefix (wave_monitor_get_server (monitor), "https:") ? "TLS" : "plain");
  g_string_append_printf (text, "Rooms: %u, participants: %u, streams: %u\n", g_list_model_get_n_items (wave_tenant_get_rooms (tenant)),
                          g_list_model_get_n_items (wave_tenant_get_participants (tenant)),
                          g_list_model_get_n_items (G_LIST_MODEL (wave_tenant_get_streams (tenant))));
  g_string_append_printf (text, "Interruptions: %u, malformed events: %" G_GUINT64_FORMAT ", bounds met: %u, backlog: %u\n",
                          g_list_model_get_n_items (wave_tenant_get_gaps (tenant)), wave_tenant_get_n_malformed (tenant), bounds,
                          wave_monitor_get_backlog (monitor));
  g_string_append_printf (text, "Journal: %s\n", failure != NULL ? "cannot be written" : "written");
}

char *
wave_about_dup_debug_info (WaveMonitor *monitor)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GdkDisplay *display = gdk_display_get_default ();
  g_autofree char *os = g_get_os_info (G_OS_INFO_KEY_PRETTY_NAME);
  const char *desktop = g_getenv ("XDG_CURRENT_DESKTOP");
  const char *const *languages = g_get_language_names ();

  g_string_append_printf (text, "Wavescope %s%s\n", WAVE_VERSION, WAVE_DEVEL ? " (development)" : "");
  g_string_append_printf (text, "GTK %u.%u.%u, libadwaita %u.%u.%u, GLib %u.%u.%u\n", gtk_get_major_version (), gtk_get_minor_version (),
                          gtk_get_micro_version (), adw_get_major_version (), adw_get_minor_version (), adw_get_micro_version (), glib_major_version,
                          glib_minor_version, glib_micro_version);
  g_string_append_printf (text, "libsoup %u.%u.%u, SQLite %s\n", soup_get_major_version (), soup_get_minor_version (), soup_get_micro_version (),
                          sqlite3_libversion ());
  g_string_append_printf (text, "System: %s, desktop: %s, sandbox: %s\n", os != NULL ? os : "?", desktop != NULL ? desktop : "?",
                          g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS) ? "Flatpak" : "none");
  g_string_append_printf (text, "Display: %s, colour scheme: %s, high contrast: %s, language: %s\n",
                          display != NULL ? G_OBJECT_TYPE_NAME (display) : "none", adw_style_manager_get_dark (adw_style_manager_get_default ()) ? "dark" : "light",
                          adw_style_manager_get_high_contrast (adw_style_manager_get_default ()) ? "yes" : "no", languages[0]);
  if (monitor != NULL)
    append_connection (text, monitor);
  return wave_redact (text->str);
}

void
wave_about_present (GtkWidget *parent, WaveMonitor *monitor)
{
  AdwDialog *about = adw_about_dialog_new ();
  g_autofree char *debug = wave_about_dup_debug_info (monitor);
  const char *const developers[] = { "The Wavescope engineers", NULL };

  g_object_set (about, "application-icon", APPLICATION_ID, "application-name", "Wavescope", "version", WAVE_VERSION, "developer-name",
                _("The Wavescope engineers"), "developers", developers, "copyright", "© 2026 The Wavescope engineers", "license-type", GTK_LICENSE_GPL_3_0,
                "website", "https://github.com/wavescope/wavescope", "issue-url", "https://github.com/wavescope/wavescope/issues", "comments",
                _("An instrument for ScaiWave: it watches a tenant live, reads and never posts."), "debug-info", debug, "debug-info-filename",
                "wavescope-debug-info.txt",
                /* Translators: your name and perhaps your address, one translator a line; it is shown in the About dialog. */
                "translator-credits", _("translator-credits"), NULL);
  adw_about_dialog_add_legal_section (ADW_ABOUT_DIALOG (about), "yyjson", "© 2020 YaoYuan", GTK_LICENSE_MIT_X11, NULL);
  adw_about_dialog_add_legal_section (ADW_ABOUT_DIALOG (about), "MD4C", "© 2016–2024 Martin Mitáš", GTK_LICENSE_MIT_X11, NULL);
  adw_dialog_present (about, parent);
}
