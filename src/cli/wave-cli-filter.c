// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "cli/wave-cli-connect.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

static void
print_help (void)
{
  g_autofree char *help = wave_filter_get_help ();
  g_auto (GStrv) lines = g_strsplit (help, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *tab = strchr (lines[i], '\t');

      if (tab != NULL)
        printf ("  %-32.*s %s\n", (int) (tab - lines[i]), lines[i], tab + 1);
      else
        printf ("\n");
    }
}

gboolean
wave_cli_filter (const char *expression, WaveFilterRun **run, int *exit_code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveFilter) filter = NULL;
  WaveFilterFault fault;

  *run = NULL;
  if (expression == NULL)
    return TRUE;
  if (g_str_equal (expression, "help"))
    {
      print_help ();
      *exit_code = WAVE_EXIT_DONE;
      return FALSE;
    }
  filter = wave_filter_new (expression, 0, &fault, &error);
  if (filter == NULL)
    {
      fprintf (stderr, "wavescope-cli: --filter: %s\n", error->message);
      if (g_utf8_validate (expression, -1, NULL) && strchr (expression, '\n') == NULL)
        {
          fprintf (stderr, "  %s\n  %*s", expression, (int) g_utf8_strlen (expression, fault.start), "");
          for (glong i = g_utf8_strlen (expression + fault.start, fault.end - fault.start); i > 0; i--)
            fputc ('^', stderr);
          fputc ('\n', stderr);
        }
      *exit_code = WAVE_EXIT_USAGE;
      return FALSE;
    }
  *run = wave_filter_run_new (filter);
  return TRUE;
}
