// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the application: what its files share.
#pragma once

#include "ui/wave-application.h"

G_BEGIN_DECLS

struct _WaveApplication
{
  AdwApplication parent_instance;
  GSettings *settings;
  WaveAccounts *accounts;
  GMenu *accounts_menu; /* of all windows */
  int exit_status;
  gboolean background_asked; /* of the portal, in this run */
};

/* wave-application-accounts.c */
void wave_application_init_accounts (WaveApplication *self);
/* What "on-start" asks for, into a window that shows the welcome page. */
void wave_application_open_on_start (WaveApplication *self, WaveWindow *window);
void wave_application_open_demo (WaveApplication *self, WaveWindow *window, const char *scenario, guint32 seed);
/* Watches without an account: from the command line. */
gboolean wave_application_watch_server (WaveApplication *self, WaveWindow *window, const char *server, WaveCredentials *credentials,
                                        gboolean allow_plain, GError **error);
/* @account: (nullable). @keep: its token is in the keyring, and is kept up to date there. */
gboolean wave_application_watch (WaveApplication *self, WaveWindow *window, WaveAccount *account, const char *server, WaveCredentials *credentials,
                                 gboolean allow_plain, gboolean keep, GError **error);

/* wave-application-settings.c */
void wave_application_init_settings (WaveApplication *self);

G_END_DECLS
