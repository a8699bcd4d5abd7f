// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wave-accounts.h"
#include "ui/wave-window.h"

G_BEGIN_DECLS

void wave_account_present_rename (WaveAccount *account, GtkWidget *parent);
/* Names what goes, and asks. */
void wave_account_present_forget (WaveAccount *account, GtkWidget *parent);
/* Another token for what @window watches: session, journal and pages stay. */
void wave_account_present_new_token (WaveWindow *window);

G_END_DECLS
