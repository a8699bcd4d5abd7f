// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wave-window.h"

G_BEGIN_DECLS

/* Writes what @window shows now, without its frame, as a PNG. Returns: FALSE when it could not */
gboolean wave_screenshot_write (GtkWindow *window, const char *path);

/**
 * wave_screenshot_when_live:
 * @path: PNG to write
 * @after_us: how long after the window is live; at once when it stays on the welcome page (@welcome)
 * @action: (nullable): detailed name of an action of the window or the application that is done when it is live, for a picture of a dialog
 * @exit_status: set to 1 when the picture could not be written or the window was not live within 60 s
 *
 * Then closes the window, unless the environment has WAVESCOPE_SHOT_KEEP_RUNNING.
 */
void wave_screenshot_when_live (WaveWindow *window, const char *path, gint64 after_us, gboolean welcome, const char *action, int *exit_status);

G_END_DECLS
