// SPDX-License-Identifier: GPL-3.0-or-later
// The dialog with every keyboard shortcut. Whoever adds a shortcut adds a row to its table; a test of the window fails otherwise.
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef struct
{
  const char *title;  /* untranslated; NULL: the rows that follow belong to the group @accels */
  const char *accels; /* as gtk_accelerator_parse() takes them, several separated by blanks */
} WaveShortcutRow;

const WaveShortcutRow *wave_shortcuts_list (guint *n_rows);
void wave_shortcuts_present (GtkWidget *parent);

G_END_DECLS
