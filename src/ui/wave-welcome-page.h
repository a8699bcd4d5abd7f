// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "ui/wave-accounts.h"
#include "ui/wave-sign-in-form.h"

G_BEGIN_DECLS

/**
 * WaveWelcomePage: the known accounts, the demo, and on a second page the way to a new account.
 * Property: "menu-model" GMenuModel, of the main menu.
 * Signals: "open-account" (WaveAccount), "signed-in" (const WaveSignedIn *).
 */
#define WAVE_TYPE_WELCOME_PAGE (wave_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (WaveWelcomePage, wave_welcome_page, WAVE, WELCOME_PAGE, AdwBin)

void wave_welcome_page_set_accounts (WaveWelcomePage *page, WaveAccounts *accounts);
/* Whether there is a tenant behind the page to go back to. */
void wave_welcome_page_set_can_go_back (WaveWelcomePage *page, gboolean can_go_back);
void wave_welcome_page_set_error (WaveWelcomePage *page, const char *message); /* nullable */
/* Shows the first page, or with @connect the one where a new account is entered. */
void wave_welcome_page_show (WaveWelcomePage *page, gboolean connect);
WaveSignInForm *wave_welcome_page_get_form (WaveWelcomePage *page);

G_END_DECLS
