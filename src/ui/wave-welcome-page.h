// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "session/wave-credentials.h"

G_BEGIN_DECLS

/**
 * WaveWelcomePage: open the demo, or connect with a server and a token.
 * Signal: "connect" (server string, WaveCredentials boxed as pointer, allow-plain bool, keep bool).
 */
#define WAVE_TYPE_WELCOME_PAGE (wave_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (WaveWelcomePage, wave_welcome_page, WAVE, WELCOME_PAGE, AdwBin)

void wave_welcome_page_set_error (WaveWelcomePage *page, const char *message); /* nullable */
void wave_welcome_page_set_server (WaveWelcomePage *page, const char *server);

G_END_DECLS
