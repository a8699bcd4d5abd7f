// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "ui/wave-accounts.h"

G_BEGIN_DECLS

/* WaveAccountRow: a known account, with what can be done about it in a menu. What it does goes to the application's actions. */
#define WAVE_TYPE_ACCOUNT_ROW (wave_account_row_get_type ())
G_DECLARE_FINAL_TYPE (WaveAccountRow, wave_account_row, WAVE, ACCOUNT_ROW, AdwActionRow)

GtkWidget *wave_account_row_new (WaveAccount *account);
WaveAccount *wave_account_row_get_account (WaveAccountRow *row);

G_END_DECLS
