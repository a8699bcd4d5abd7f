// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "journal/wave-event-log.h"

G_BEGIN_DECLS

/**
 * WaveFilterEntry: one line of the filter language, with completion; what is wrong is underlined where it stands, and said below.
 *
 * Properties: "filter" WaveFilter, nullable: what was last typed that makes sense, NULL for everything; "text" string.
 */
#define WAVE_TYPE_FILTER_ENTRY (wave_filter_entry_get_type ())
G_DECLARE_FINAL_TYPE (WaveFilterEntry, wave_filter_entry, WAVE, FILTER_ENTRY, GtkBox)

GtkWidget *wave_filter_entry_new (void);
/* (nullable): whose types, rooms and senders are proposed */
void wave_filter_entry_set_log (WaveFilterEntry *entry, WaveEventLog *log);
const char *wave_filter_entry_get_text (WaveFilterEntry *entry);
void wave_filter_entry_set_text (WaveFilterEntry *entry, const char *text);
WaveFilter *wave_filter_entry_get_filter (WaveFilterEntry *entry);
/* Takes effect at once instead of after a pause in typing. */
void wave_filter_entry_apply (WaveFilterEntry *entry);
void wave_filter_entry_add_term (WaveFilterEntry *entry, const char *term, gboolean exclude);
/* Whether a term stands in the text by itself; and without it. */
gboolean wave_filter_entry_has_term (WaveFilterEntry *entry, const char *term);
void wave_filter_entry_remove_term (WaveFilterEntry *entry, const char *term);

G_END_DECLS
