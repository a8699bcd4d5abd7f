// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-timer.h"

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return callback (user_data);
}

static GSourceFuncs timer_funcs = { .dispatch = dispatch_timer };

GSource *
wave_timer_new (const char *name, GSourceFunc func, gpointer user_data)
{
  GSource *timer = g_source_new (&timer_funcs, sizeof (GSource));

  g_source_set_static_name (timer, name);
  g_source_set_callback (timer, func, user_data, NULL);
  g_source_attach (timer, g_main_context_get_thread_default ());
  return timer;
}

void
wave_timer_clear (GSource **timer)
{
  if (*timer != NULL)
    g_source_destroy (*timer);
  g_clear_pointer (timer, g_source_unref);
}

void
wave_timer_start (GSource *timer, gint64 delay_us)
{
  g_source_set_ready_time (timer, delay_us < 0 ? -1 : g_get_monotonic_time () + delay_us);
}
