// SPDX-License-Identifier: GPL-3.0-or-later
// Directories of our own, measured and removed on a worker thread. Links are not followed.
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Removes @path and what is below it; that it is not there is no error. */
void wave_disk_remove_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean wave_disk_remove_finish (GAsyncResult *result, GError **error);

/* Sums the bytes of the files below @path; 0 when it is not there. */
void wave_disk_measure_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
guint64 wave_disk_measure_finish (GAsyncResult *result, GError **error);

G_END_DECLS
