// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "session/wave-credentials.h"
#include "ui/wave-window.h"

G_BEGIN_DECLS

#define WAVE_TYPE_APPLICATION (wave_application_get_type ())
G_DECLARE_FINAL_TYPE (WaveApplication, wave_application, WAVE, APPLICATION, AdwApplication)

WaveApplication *wave_application_new (void);
int wave_application_get_exit_status (WaveApplication *application);

/* Watches @server in @window. @keep: the token goes into the keyring and the account into the settings. */
gboolean wave_application_connect_account (WaveApplication *application, WaveWindow *window, const char *server, WaveCredentials *credentials,
                                           gboolean allow_plain, gboolean keep, GError **error);

G_END_DECLS
