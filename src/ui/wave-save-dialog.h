// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "journal/wave-exporter.h"

G_BEGIN_DECLS

typedef enum {
  WAVE_SAVE_RECORD,     /* what comes from now on */
  WAVE_SAVE_EVENTS,     /* events that are there */
  WAVE_SAVE_TRANSCRIPT, /* what was said in a room */
} WaveSaveWhat;

/* What the person chose. */
typedef struct {
  WaveExportFormat format;
  gboolean anonymise;
  char *path;
} WaveSaveChoice;

typedef void (*WaveSaveFunc) (const WaveSaveChoice *choice, gpointer user_data);

/**
 * wave_save_dialog_present:
 * @heading: of the dialog
 * @body: what is saved, in words
 * @name: the file's name without its suffix; characters that cannot be in one are replaced
 * @func: called once when a file was chosen, else never
 *
 * Asks for format, compression and anonymity, then for the file (by the portal where there is one). Warns of what raw frames may hold.
 */
void wave_save_dialog_present (GtkWidget *parent, WaveSaveWhat what, const char *heading, const char *body, const char *name, WaveSaveFunc func,
                               gpointer user_data, GDestroyNotify destroy);

G_END_DECLS
