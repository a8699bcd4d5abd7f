// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "session/wave-identify.h"

G_BEGIN_DECLS

/**
 * WaveSignedIn: what a sign-in ended with; borrowed for the signal.
 * @server: base URL as it was entered, with its scheme
 * @me: who the server says it is
 */
typedef struct {
  const char *server;
  WaveCredentials *credentials;
  const WaveMe *me;
  gboolean allow_plain, keep;
} WaveSignedIn;

/**
 * WaveSignInForm: server, token or user and password; asks the server who that is before it lets anybody in, and says in words what is wrong.
 * Signal: "signed-in" (const WaveSignedIn *).
 */
#define WAVE_TYPE_SIGN_IN_FORM (wave_sign_in_form_get_type ())
G_DECLARE_FINAL_TYPE (WaveSignInForm, wave_sign_in_form, WAVE, SIGN_IN_FORM, AdwBin)

/* @fixed: a new token for an account that is known: its server is not shown. @allow_plain: the leave was given before. */
void wave_sign_in_form_set_server (WaveSignInForm *form, const char *server, gboolean fixed, gboolean allow_plain);
void wave_sign_in_form_set_error (WaveSignInForm *form, const char *message); /* nullable */
/* Takes out what was typed as a secret, ends what is under way, puts the focus where one begins. */
void wave_sign_in_form_reset (WaveSignInForm *form);

G_END_DECLS
