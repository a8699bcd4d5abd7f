// SPDX-License-Identifier: GPL-3.0-or-later
// The actions of the application that the desktop may call: from notifications, from the launcher, from the menu.
#pragma once

#include "ui/wave-application.h"

G_BEGIN_DECLS

/* Called once on startup. Targets of the notifications' actions begin with the number of the window that they are about. */
void wave_application_add_desktop_actions (WaveApplication *application);

/* Called once on startup: the layout goes the way of the language that is spoken. */
void wave_application_follow_language (void);

G_END_DECLS
