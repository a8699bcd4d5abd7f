// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "simulator/wave-simulator.h"

G_DEFINE_QUARK (wave-simulator-error-quark, wave_simulator_error)
