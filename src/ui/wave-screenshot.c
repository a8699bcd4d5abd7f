// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-screenshot.h"

#include <glib/gi18n.h>

#define DEADLINE_US (60 * G_USEC_PER_SEC)
#define POLL_MS 100
#define MAX_MISSES 20

typedef struct {
  WaveWindow *window;
  char *path, *action;
  gint64 after_us, live_since, started;
  gboolean welcome;
  guint n_misses;
  int *exit_status;
} Shot;

static void
shot_free (gpointer data)
{
  Shot *shot = data;

  g_object_unref (shot->window);
  g_free (shot->path);
  g_free (shot->action);
  g_free (shot);
}

gboolean
wave_screenshot_write (GtkWindow *window, const char *path)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  int width = gtk_widget_get_width (GTK_WIDGET (window));
  int height = gtk_widget_get_height (GTK_WIDGET (window));
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  GskRenderer *renderer = gtk_native_get_renderer (GTK_NATIVE (window));

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL || renderer == NULL)
    return FALSE;
  texture = gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (0, 0, width, height));
  return gdk_texture_save_to_png (texture, path);
}

static void
do_action (Shot *shot)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_action_parse_detailed_name (shot->action, &name, &target, &error)
      || !gtk_widget_activate_action_variant (GTK_WIDGET (shot->window), name, target))
    g_printerr (_("wavescope: there is no action %s\n"), shot->action);
}

static gboolean
on_poll (gpointer user_data)
{
  Shot *shot = user_data;
  WaveMonitor *monitor = wave_window_get_monitor (shot->window);
  gint64 now = g_get_monotonic_time ();
  WaveReplay *replay = wave_window_get_replay (shot->window);
  gboolean ready = shot->welcome || (replay != NULL && wave_replay_is_ready (replay)) || (monitor != NULL && wave_tenant_get_state (wave_monitor_get_tenant (monitor)) == WAVE_SESSION_LIVE);
  gboolean late;

  if (ready && shot->live_since == 0)
    shot->live_since = now;
  late = shot->live_since == 0 && now - shot->started > DEADLINE_US;
  /* Half of the time to fill the page, half for the dialog to open. */
  if (shot->action != NULL && shot->live_since != 0 && now - shot->live_since >= shot->after_us / 2)
    {
      do_action (shot);
      g_clear_pointer (&shot->action, g_free);
    }
  if (!late && (shot->live_since == 0 || now - shot->live_since < shot->after_us))
    return G_SOURCE_CONTINUE;
  if (late)
    g_printerr ("%s\n", _("wavescope: it did not become live within 60 seconds; the picture shows what there is"));
  if (!wave_screenshot_write (GTK_WINDOW (shot->window), shot->path))
    {
      /* There is nothing to write in the moment between a change and its drawing. */
      if (++shot->n_misses < MAX_MISSES)
        return G_SOURCE_CONTINUE;
      g_printerr (_("wavescope: cannot write the picture %s\n"), shot->path);
      late = TRUE;
    }
  else
    g_print (_("wavescope: a picture is in %s\n"), shot->path);
  if (late)
    *shot->exit_status = 1;
  if (g_getenv ("WAVESCOPE_SHOT_KEEP_RUNNING") == NULL)
    gtk_window_destroy (GTK_WINDOW (shot->window));
  return G_SOURCE_REMOVE;
}

void
wave_screenshot_when_live (WaveWindow *window, const char *path, gint64 after_us, gboolean welcome, const char *action, int *exit_status)
{
  Shot *shot = g_new0 (Shot, 1);
  guint id;

  shot->window = g_object_ref (window);
  shot->path = g_strdup (path);
  shot->action = g_strdup (action);
  shot->after_us = after_us;
  shot->started = g_get_monotonic_time ();
  shot->welcome = welcome;
  shot->exit_status = exit_status;
  id = g_timeout_add_full (G_PRIORITY_DEFAULT, POLL_MS, on_poll, shot, shot_free);
  g_source_set_name_by_id (id, "wave-screenshot");
}
