// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "ui/wave-filter-entry.h"

G_BEGIN_DECLS

/* WaveFilterChips: common terms at hand; one that is pressed stands in the filter. */
#define WAVE_TYPE_FILTER_CHIPS (wave_filter_chips_get_type ())
G_DECLARE_FINAL_TYPE (WaveFilterChips, wave_filter_chips, WAVE, FILTER_CHIPS, AdwBin)
void wave_filter_chips_set_entry (WaveFilterChips *chips, WaveFilterEntry *entry);

/* WaveFilterHelp: a button whose popover documents the language. */
#define WAVE_TYPE_FILTER_HELP (wave_filter_help_get_type ())
G_DECLARE_FINAL_TYPE (WaveFilterHelp, wave_filter_help, WAVE, FILTER_HELP, AdwBin)
/* An example that is clicked goes into @entry. */
void wave_filter_help_set_entry (WaveFilterHelp *help, WaveFilterEntry *entry);
void wave_filter_help_open (WaveFilterHelp *help);

/* WaveSavedFilters: a button with the filters that were saved: to use, rename and delete, and to save the one that stands. */
#define WAVE_TYPE_SAVED_FILTERS (wave_saved_filters_get_type ())
G_DECLARE_FINAL_TYPE (WaveSavedFilters, wave_saved_filters, WAVE, SAVED_FILTERS, AdwBin)
void wave_saved_filters_set_entry (WaveSavedFilters *saved, WaveFilterEntry *entry);
/* Asks for a name and saves what stands in the entry. */
void wave_saved_filters_save (WaveSavedFilters *saved);

G_END_DECLS
