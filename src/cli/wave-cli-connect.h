// SPDX-License-Identifier: GPL-3.0-or-later
// What the commands that connect to a tenant have in common: options, tokens, words for what happened.
#pragma once

#include "cli/wave-cli.h"
#include "journal/wave-filter.h"
#include "session/wave-session.h"

G_BEGIN_DECLS

typedef struct {
  char *server;
  char *token_file;
  gboolean allow_plain;
  char *data_dir;  /* nullable: hidden option, where positions are kept */
  double duration; /* seconds; 0 = until interrupted */
} WaveCliConnect;

/* Puts the options that fill @connect before a command's own. */
void wave_cli_connect_add_options (WaveCliConnect *connect, GOptionContext *context);
void wave_cli_connect_clear (WaveCliConnect *connect);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WaveCliConnect, wave_cli_connect_clear)

/**
 * wave_cli_connect_get_credentials:
 *
 * The token of --token-file, else of the environment's WAVESCOPE_TOKEN, else of the keyring. Never of the command line.
 *
 * Returns: (transfer full) (nullable): the credentials; NULL with @error set when there is none
 */
WaveCredentials *wave_cli_connect_get_credentials (const WaveCliConnect *connect, GError **error);

/**
 * WaveCliTap: a session whose batches arrive in the main context, until a signal, a duration, a refusal or @func ends it.
 */
typedef struct _WaveCliTap WaveCliTap;

/* Returns: FALSE to end the run */
typedef gboolean (*WaveCliBatchFunc) (WaveCliTap *tap, WaveBatch *batch, gpointer user_data);

/**
 * wave_cli_tap_run:
 * @config: server, credentials, allow_plain, since and resume_func of the session; the rest is filled in here
 * @duration: seconds, 0 for ever
 * @func: called in the main context for each batch, transitions too, before a refusal ends the run
 * @quiet: states are not told on stderr
 *
 * Runs the main loop. SIGINT and SIGTERM end it; whatever had arrived is still handed to @func.
 *
 * Returns: a WaveExit
 */
int wave_cli_tap_run (const WaveSessionConfig *config, double duration, gboolean quiet, WaveCliBatchFunc func, gpointer user_data);

/**
 * wave_cli_filter:
 * @expression: (nullable): of --filter; "help" prints how to write one
 * @run: (out) (nullable): NULL when there is none
 *
 * Returns: FALSE to end with @exit_code; what is wrong was printed, with a mark under it
 */
gboolean wave_cli_filter (const char *expression, WaveFilterRun **run, int *exit_code);

/* Prints "wavescope-cli COMMAND: message" on stderr, secrets taken out. Returns @code. */
int wave_cli_fail (const char *command, WaveExit code, const char *message);

G_END_DECLS
