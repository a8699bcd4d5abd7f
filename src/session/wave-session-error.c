// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "session/wave-session.h"

G_DEFINE_QUARK (wave-session-error-quark, wave_session_error)
