// SPDX-License-Identifier: GPL-3.0-or-later
// Loaded into a GTK program with LD_PRELOAD: writes to the file BENCH_PROBE when its first frame was painted, and when a tenant in it became live, in monotonic µs.
// The program itself is not changed for it.
#include <gtk/gtk.h>
#include <stdio.h>
#include <string.h>

#include "session/wave-batch.h"

static gboolean
note (const char *what)
{
  FILE *file = g_getenv ("BENCH_PROBE") != NULL ? fopen (g_getenv ("BENCH_PROBE"), "a") : NULL;

  if (file == NULL)
    return FALSE;
  fprintf (file, "%s %" G_GINT64_FORMAT "\n", what, g_get_monotonic_time ());
  fclose (file);
  return TRUE;
}

static gboolean
on_transition (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer user_data)
{
  const WaveTransition *transition = g_value_get_pointer (&values[1]);

  if (transition->to != WAVE_SESSION_LIVE)
    return TRUE;
  note ("live");
  return FALSE;
}

static gboolean
on_paint (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer user_data)
{
  static gboolean painted, watching;
  gboolean after = GPOINTER_TO_INT (user_data);
  GType tenant = g_type_from_name ("WaveTenant");

  if (!watching && tenant != 0 && g_signal_lookup ("transition", tenant) != 0)
    {
      watching = TRUE;
      g_signal_add_emission_hook (g_signal_lookup ("transition", tenant), 0, on_transition, NULL, NULL);
    }
  if (after && !painted)
    {
      painted = TRUE;
      note ("first-frame");
    }
  return !(painted && watching);
}

static void __attribute__ ((constructor))
install (void)
{
  GType clock;

  if (g_getenv ("BENCH_PROBE") == NULL)
    return;
  clock = gdk_frame_clock_get_type ();
  g_type_class_unref (g_type_class_ref (clock));
  g_signal_add_emission_hook (g_signal_lookup ("before-paint", clock), 0, on_paint, GINT_TO_POINTER (FALSE), NULL);
  g_signal_add_emission_hook (g_signal_lookup ("after-paint", clock), 0, on_paint, GINT_TO_POINTER (TRUE), NULL);
}
