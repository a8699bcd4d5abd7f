// SPDX-License-Identifier: GPL-3.0-or-later
// Private to the table of events: its cells (wave-event-table-cells.c) and the table itself.
#pragma once

#include "ui/wave-event-table.h"

G_BEGIN_DECLS

/* How much room there is: everything, less, or only when, what and what it says. */
typedef enum { WAVE_TABLE_WIDE, WAVE_TABLE_MEDIUM, WAVE_TABLE_NARROW } WaveTableRoom;

typedef enum {
  WAVE_COLUMN_TIME,
  WAVE_COLUMN_DELTA,
  WAVE_COLUMN_TYPE,
  WAVE_COLUMN_ROOM,
  WAVE_COLUMN_SENDER,
  WAVE_COLUMN_SUMMARY,
  WAVE_COLUMN_SIZE,
  WAVE_COLUMN_LATENCY,
  WAVE_N_COLUMNS
} WaveColumn;

typedef struct {
  const char *key;   /* in the settings */
  const char *title; /* untranslated; N_() */
  int width;         /* pixels; -1: takes the rest */
  WaveTableRoom least; /* the least room in which it shows */
} WaveColumnInfo;
extern const WaveColumnInfo wave_columns[WAVE_N_COLUMNS];

/* How times are told. */
typedef enum { WAVE_TIME_CLOCK, WAVE_TIME_SINCE_FIRST, WAVE_TIME_AGO } WaveTimeMode;

struct _WaveEventTable
{
  AdwBin parent_instance;

  GtkWidget *scroller;
  GtkColumnView *view;
  GtkColumnViewColumn *columns[WAVE_N_COLUMNS]; /* borrowed */
  GtkSingleSelection *selection;
  GtkAdjustment *adjustment; /* borrowed */
  GtkWidget *menu_popover;   /* nullable: the context menu */

  WaveEventView *events; /* nullable */
  GSettings *settings;
  GSimpleActionGroup *actions;
  GMenu *menu;
  GHashTable *cells;     /* of WaveCell that are bound */
  GHashTable *unwritten; /* of those: what they say is not up to date, for nobody has seen them yet */
  GHashTable *rows;      /* WaveEventEntry → GtkColumnViewRow, borrowed: that are bound */
  GdkFrameClock *clock;  /* nullable: while it is mapped */
  gulong layout_handler;
  GCancellable *fetching; /* nullable: summaries are fetched */
  gulong items_handler, rewritten_handler, filtering_handler;
  guint end_tick, fetch_tick, room_tick, ago_timer, save_timer;
  gint64 touched; /* when somebody last did something to the view, monotonic µs */
  guint n_before; /* rows when it stopped to stick */
  guint n_told;
  WaveTimeMode time_mode;
  WaveTableRoom room;
  gboolean sticky, arranging, refetch;
  gboolean older_came; /* and nothing was written anew since */
};

/* wave-event-table-cells.c */
void wave_event_table_add_columns (WaveEventTable *self);
void wave_event_table_refresh_cells (WaveEventTable *self);
/* @clock: (nullable): by which what comes into view is written */
void wave_event_table_follow_clock (WaveEventTable *self, GdkFrameClock *clock);
/* Gives the row of @entry its name for screen readers. */
void wave_event_table_name_row (WaveEventTable *self, WaveEventEntry *entry);
void wave_event_table_stop_fetching (WaveEventTable *self);
/* The term that finds what stands in a cell; (transfer full) (nullable). */
char *wave_event_table_dup_term (WaveEventTable *self, WaveColumn column, guint index);
/* What stands in a cell, from memory; (transfer full) (nullable). */
char *wave_event_table_dup_text (WaveEventTable *self, WaveColumn column, guint index);
/* Which cell is at a point of the view. Returns: FALSE when there is none */
gboolean wave_event_table_find_cell (WaveEventTable *self, double x, double y, WaveColumn *column, guint *index);

/* wave-event-table-menu.c */
void wave_event_table_add_menus (WaveEventTable *self);
void wave_event_table_class_add_actions (GtkWidgetClass *widget_class);
void wave_event_table_arrange (WaveEventTable *self);
/* px for a length that was measured with text of the usual size; never less */
int wave_event_table_sp (WaveEventTable *self, int length);

G_END_DECLS
