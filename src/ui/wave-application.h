// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "session/wave-credentials.h"
#include "ui/wave-accounts.h"
#include "ui/wave-sign-in-form.h"
#include "ui/wave-window.h"

G_BEGIN_DECLS

#define WAVE_TYPE_APPLICATION (wave_application_get_type ())
G_DECLARE_FINAL_TYPE (WaveApplication, wave_application, WAVE, APPLICATION, AdwApplication)

WaveApplication *wave_application_new (void);
int wave_application_get_exit_status (WaveApplication *application);
WaveAccounts *wave_application_get_accounts (WaveApplication *application);
/* (transfer none): one item an account, action win.account; the same for all windows */
GMenuModel *wave_application_get_accounts_menu (WaveApplication *application);

/* In @window (nullable) if that watches nothing, else in a new one. */
void wave_application_open_recording (WaveApplication *application, WaveWindow *window, GFile *file);

/* Watches @account in @window, or in a new one if that is NULL, with the token from the keyring; without one, its sign-in is shown. An account that a
 * window watches already is not opened twice, since the server would close the older connection: that window comes to the front. */
void wave_application_open_account (WaveApplication *application, WaveWindow *window, WaveAccount *account);
/* Somebody signed in on @window's welcome page. */
void wave_application_signed_in (WaveApplication *application, WaveWindow *window, const WaveSignedIn *signed_in);
/* Gives what @window watches the tokens of @credentials; with @keep they go into the keyring. */
void wave_application_renew_tokens (WaveApplication *application, WaveWindow *window, WaveCredentials *credentials, gboolean keep);
/* Token, journal, settings; windows that watch it return to the welcome page. */
void wave_application_forget_account (WaveApplication *application, WaveAccount *account);

/* (transfer full): below it stand the journals of all accounts */
char *wave_application_dup_journals_dir (void);
/* Removes the journals of all accounts; windows that watch begin anew. */
void wave_application_clear_journals_async (WaveApplication *application, GAsyncReadyCallback callback, gpointer user_data);
gboolean wave_application_clear_journals_finish (WaveApplication *application, GAsyncResult *result, GError **error);

/* Whether closing @window only hides it, because it is the last one and the program is to go on watching. */
gboolean wave_application_goes_on_without (WaveApplication *application, WaveWindow *window);

G_END_DECLS
