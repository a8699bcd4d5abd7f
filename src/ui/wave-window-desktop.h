// SPDX-License-Identifier: GPL-3.0-or-later
// What makes the window at home on a desktop: the command palette, help, and what notifications lead to.
#pragma once

#include "ui/wave-window.h"

G_BEGIN_DECLS

/* Called from the window's class_init. Installs win.palette, win.help, win.open-room, win.filter and win.show-stream with their shortcuts. */
void wave_window_install_desktop_actions (GtkWidgetClass *widget_class);

/* (transfer full) (element-type utf8 utf8): detailed action name ("win.page::rooms", "app.quit") to its first shortcut as people read it ("Alt+1"). */
GHashTable *wave_window_list_shortcuts (WaveWindow *window);

G_END_DECLS
