// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

#include "protocol/wave-memory.h"
#include "session/wave-credentials.h"
#include "ui/wave-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (WaveApplication) application = NULL;
  const char *locale_dir = g_getenv ("WAVESCOPE_LOCALE_DIR");
  int status;

  wave_memory_tune ();
  wave_log_install ();
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, locale_dir != NULL ? locale_dir : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  application = wave_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);
  return status != 0 ? status : wave_application_get_exit_status (application);
}
