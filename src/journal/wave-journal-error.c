// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "journal/wave-journal.h"

G_DEFINE_QUARK (wave-journal-error-quark, wave_journal_error)
