// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/**
 * WaveScopeTotals: what the replies were like together, per AI, per room and of the tenant, with how the gaps were distributed. Slow ones are marked.
 */
#define WAVE_TYPE_SCOPE_TOTALS (wave_scope_totals_get_type ())
G_DECLARE_FINAL_TYPE (WaveScopeTotals, wave_scope_totals, WAVE, SCOPE_TOTALS, AdwBin)

GtkWidget *wave_scope_totals_new (WaveTenant *tenant);
/* Mono µs; @from_us > @to_us: everything that is held */
void wave_scope_totals_set_range (WaveScopeTotals *totals, gint64 from_us, gint64 to_us);

G_END_DECLS
