// SPDX-License-Identifier: GPL-3.0-or-later
// The Connection page from the inside: -page.c (the state, interruptions, log), -figures.c (what is counted), -notices.c (what a person should look at, bridges).
#pragma once

#include "ui/wave-connection-page.h"
#include "ui/wave-figure-list.h"
#include "ui/wave-state-strip.h"

G_BEGIN_DECLS

#define WAVE_N_TILES 6

struct _WaveConnectionPage
{
  AdwBreakpointBin parent_instance;

  /* Template children. */
  GtkWidget *columns, *now, *now_buttons, *dot, *left, *right;
  GtkLabel *state_label, *cause_label, *advice_label;
  GtkWidget *drop_button, *verify_all, *copy_button;
  AdwWrapBox *tiles, *legend;
  GtkWidget *strip;
  AdwPreferencesGroup *gap_group, *notice_group, *bridge_group, *log_group;
  GtkListBox *log_list;

  /* Borrowed. */
  GtkLabel *tile_values[WAVE_N_TILES];
  WaveFigureList *stream_figures, *sync_figures, *load_figures, *journal_figures;
  GPtrArray *gap_rows, *notice_rows, *bridge_rows; /* (element-type GtkWidget) */
  GtkWidget *federation_row;
  GListModel *gaps, *transitions, *bridges;

  /* Owned. */
  WaveTenant *tenant;
  WaveMonitor *monitor; /* nullable: of a recording nothing can be asked or counted any more */
  GStrv notices; /* as they are shown */
  const char *dot_class;
  guint timer, n_log;
};

/* The figures: made once, written once a second while the page is seen. */
void wave_connection_page_add_figures (WaveConnectionPage *self);
void wave_connection_page_show_figures (WaveConnectionPage *self);

/* What a person should look at, and the bridges. */
void wave_connection_page_show_notices (WaveConnectionPage *self);
void wave_connection_page_show_bridges (WaveConnectionPage *self);

/* (transfer full): everything that the page says as text, without tokens */
char *wave_connection_report (WaveMonitor *monitor);

G_END_DECLS
