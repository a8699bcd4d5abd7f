// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-disk.h"

#include <errno.h>
#include <glib/gstdio.h>

static gboolean
is_directory (const char *path)
{
  return !g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR);
}

static gboolean
remove_below (const char *path, GError **error)
{
  gboolean gone;

  if (is_directory (path))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, error);
      const char *name;

      if (dir == NULL)
        return FALSE;
      while ((name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          if (!remove_below (child, error))
            return FALSE;
        }
      gone = g_rmdir (path) == 0;
    }
  else
    gone = g_unlink (path) == 0;
  if (!gone && errno != ENOENT)
    {
      int code = errno;
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", shown, g_strerror (code));
      return FALSE;
    }
  return TRUE;
}

static guint64
measure_below (const char *path, GCancellable *cancellable)
{
  GStatBuf buffer;
  guint64 sum = 0;

  if (is_directory (path))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && !g_cancellable_is_cancelled (cancellable) && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          sum += measure_below (child, cancellable);
        }
      return sum;
    }
  return g_lstat (path, &buffer) == 0 ? (guint64) buffer.st_size : 0;
}

static void
remove_there (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (remove_below (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
measure_there (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_task_return_int (task, (gssize) MIN (measure_below (task_data, cancellable), (guint64) G_MAXSSIZE));
}

static void
run (const char *path, const char *name, GTaskThreadFunc func, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_name (task, name);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, func);
}

void
wave_disk_remove_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (path != NULL);
  run (path, "wave-disk-remove", remove_there, cancellable, callback, user_data);
}

gboolean
wave_disk_remove_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
wave_disk_measure_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (path != NULL);
  run (path, "wave-disk-measure", measure_there, cancellable, callback, user_data);
}

guint64
wave_disk_measure_finish (GAsyncResult *result, GError **error)
{
  gssize sum = g_task_propagate_int (G_TASK (result), error);

  return sum > 0 ? (guint64) sum : 0;
}
