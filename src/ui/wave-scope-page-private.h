// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wave-scope-compare.h"
#include "ui/wave-scope-detail.h"
#include "ui/wave-scope-limits.h"
#include "ui/wave-scope-lists.h"
#include "ui/wave-scope-page.h"
#include "ui/wave-scope-summary.h"
#include "ui/wave-scope-totals.h"
#include "ui/wave-scope-view.h"

G_BEGIN_DECLS

struct _WaveScopePage
{
  AdwBin parent_instance;

  /* children */
  WaveScopeView *view;
  GtkToggleButton *live;
  AdwButtonContent *live_content;
  GtkMenuButton *span;
  GtkLabel *summary;
  GtkWidget *stalled;
  AdwViewStack *panels;
  WaveScopeDetail *detail;
  WaveScopeCompare *compare;
  WaveScopeAlarms *alarms;
  WaveScopeTotals *totals;
  AdwViewStackPage *alarms_page;
  GtkWidget *empty;

  /* owned */
  WaveTenant *tenant;
  WaveScopeLimits *limits; /* nullable */
  guint second_id;
  gboolean in_view_changed;
  gboolean picked;     /* the person chose what is selected */
  gboolean in_offer;
  gint64 offered_us;   /* when the page last chose it */

  WaveScopeSummary *sums;
};

/* wave-scope-page-tools.c: the row above the lanes and the actions behind it */
GtkWidget *wave_scope_page_make_tools (WaveScopePage *self);
void wave_scope_page_add_actions (WaveScopePage *self);

G_END_DECLS
