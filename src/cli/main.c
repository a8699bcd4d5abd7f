// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>

#include "cli/wave-cli.h"
#include "protocol/wave-memory.h"
#include "session/wave-credentials.h"

static const struct {
  const char *name;
  int (*run) (int argc, char **argv);
  const char *summary;
} commands[] = {
  { "simulate", wave_cli_simulate, N_("be a tenant on this machine, for demonstrations and tests") },
  { "tail", wave_cli_tail, N_("print each event of a tenant as it arrives") },
  { "streams", wave_cli_streams, N_("tell the figures of each AI reply") },
  { "record", wave_cli_record, N_("record what a tenant sends into a file") },
  { "convert", wave_cli_convert, N_("turn a recording into HAR, CSV, JSON lines, a transcript or another recording") },
  { NULL, NULL, NULL },
};

static void
print_usage (FILE *out)
{
  fputs (_("Usage: wavescope-cli COMMAND [OPTIONS]\n\nCommands:\n"), out);
  for (guint i = 0; commands[i].name != NULL; i++)
    fprintf (out, "  %-10s %s\n", commands[i].name, _(commands[i].summary));
  fputs (_("\n“wavescope-cli COMMAND --help” tells more.\n"), out);
}

int
main (int argc, char **argv)
{
  wave_memory_tune ();
  wave_log_install ();
  setlocale (LC_ALL, "");
  /* From the build directory. */
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("WAVESCOPE_LOCALE_DIR") != NULL ? g_getenv ("WAVESCOPE_LOCALE_DIR") : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  if (argc < 2)
    {
      print_usage (stderr);
      return WAVE_EXIT_USAGE;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") || g_str_equal (argv[1], "help"))
    {
      print_usage (stdout);
      return WAVE_EXIT_DONE;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      printf ("wavescope-cli %s\n", WAVE_VERSION);
      return WAVE_EXIT_DONE;
    }

  for (guint i = 0; commands[i].name != NULL; i++)
    if (g_str_equal (argv[1], commands[i].name))
      return commands[i].run (argc - 1, argv + 1);

  fprintf (stderr, _("wavescope-cli: there is no command “%s”\n"), argv[1]);
  print_usage (stderr);
  return WAVE_EXIT_USAGE;
}
