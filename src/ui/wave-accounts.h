// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * WaveAccount: one participant on one server, as Wavescope knows it: no token (that is in the keyring, under the id).
 * Properties (notified): "label"; "open" boolean: a window watches it.
 */
#define WAVE_TYPE_ACCOUNT (wave_account_get_type ())
G_DECLARE_FINAL_TYPE (WaveAccount, wave_account, WAVE, ACCOUNT, GObject)

const char *wave_account_get_id (WaveAccount *account);     /* stable; the keyring's attribute; never a path */
const char *wave_account_get_server (WaveAccount *account); /* base URL */
const char *wave_account_get_label (WaveAccount *account);  /* what people call it; never empty */
gboolean wave_account_get_open (WaveAccount *account);
void wave_account_set_open (WaveAccount *account, gboolean open);
/* (transfer full): the server without its scheme, for showing */
char *wave_account_dup_host (WaveAccount *account);
/* (transfer full): the directory of its journals, by a hash of the id. It need not be there. */
char *wave_account_dup_data_dir (WaveAccount *account);

/**
 * WaveAccounts: the known accounts, the one that was used last first, as they stand in the setting "accounts". A GListModel of WaveAccount; an
 * account keeps its object as long as it is known. Follows the setting.
 */
#define WAVE_TYPE_ACCOUNTS (wave_accounts_get_type ())
G_DECLARE_FINAL_TYPE (WaveAccounts, wave_accounts, WAVE, ACCOUNTS, GObject)

WaveAccounts *wave_accounts_new (GSettings *settings);
/* (transfer none) (nullable) */
WaveAccount *wave_accounts_find (WaveAccounts *accounts, const char *id);
/**
 * wave_accounts_add:
 * @participant_id: (nullable): as the server calls the account; NULL when it does not say
 * @label: (nullable): used for a new account only
 *
 * The account of that participant on that server, which becomes the first of the list, and the last account.
 *
 * Returns: (transfer none) (nullable): NULL when @server is no address
 */
WaveAccount *wave_accounts_add (WaveAccounts *accounts, const char *server, const char *participant_id, const char *label);
/* (transfer full) (nullable): the id that wave_accounts_add() would use */
char *wave_accounts_make_id (const char *server, const char *participant_id);
/* It was opened: it is the last account from now on. The order of the list stays. */
void wave_accounts_touch (WaveAccounts *accounts, WaveAccount *account);
void wave_accounts_rename (WaveAccounts *accounts, WaveAccount *account, const char *label);
/* Takes the account out of the settings, with what was remembered of its server if no other account is there. Not the token, not the journal. */
void wave_accounts_remove (WaveAccounts *accounts, WaveAccount *account);

/* Servers for which plain http was chosen. */
gboolean wave_accounts_get_plain (WaveAccounts *accounts, const char *server);
void wave_accounts_set_plain (WaveAccounts *accounts, const char *server, gboolean plain);

G_END_DECLS
