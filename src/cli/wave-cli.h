// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exit codes of wavescope-cli. */
typedef enum {
  WAVE_EXIT_DONE = 0,
  WAVE_EXIT_FAILED = 1,
  WAVE_EXIT_USAGE = 2,
  WAVE_EXIT_REFUSED = 3,
  WAVE_EXIT_NO_CONNECTION = 4,
  WAVE_EXIT_REPLACED = 5,
} WaveExit;

/* One command: @argv[0] is its name. Returns: a WaveExit. */
int wave_cli_tail (int argc, char **argv);
int wave_cli_simulate (int argc, char **argv);
int wave_cli_record (int argc, char **argv);
int wave_cli_streams (int argc, char **argv);
int wave_cli_convert (int argc, char **argv);

G_END_DECLS
