// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "protocol/wave-event.h"

G_DEFINE_QUARK (wave - protocol - error - quark, wave_protocol_error)
