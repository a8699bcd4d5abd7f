// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What each figure of the scope means and what it is computed from, in a dialog that a keyboard and a screen reader can read. */
AdwDialog *wave_scope_help_new (void);

G_END_DECLS
