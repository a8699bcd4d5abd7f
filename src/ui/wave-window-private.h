// SPDX-License-Identifier: GPL-3.0-or-later
// The window from the inside, shared by wave-window.c and the parts of its role: -account.c (whose tenant it is), -replay.c (recordings
// that are played), -record.c (recording, saving).
#pragma once

#include "model/wave-replay.h"
#include "ui/wave-announcer.h"
#include "ui/wave-notifier.h"
#include "ui/wave-transport.h"
#include "ui/wave-welcome-page.h"
#include "ui/wave-window.h"

G_BEGIN_DECLS

struct _WaveWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *stack;
  AdwHeaderBar *header;
  AdwViewStack *pages;
  AdwBanner *banner, *expiry_banner;
  GtkMenuButton *menu_button;
  GMenu *accounts_place; /* a section of the main menu */
  AdwBin *welcome_place;
  WaveWelcomePage *welcome; /* nullable: until it is wanted */
  GMenuModel *primary_menu;
  WaveTransport *transport;
  GtkWidget *state_button, *state_dot, *switcher, *switcher_bar, *record_button, *files_button;
  GtkLabel *state_label, *state_detail, *popover_cause, *popover_advice, *popover_account, *popover_expiry, *record_label;

  WaveMonitor *monitor; /* nullable: one of these two, or none */
  WaveReplay *replay;
  WaveRecorder *recorder; /* nullable */
  WaveAccount *account;
  gboolean keeps_token;
  GObject *keep;
  char *label, *wanted_room, *wanted_page;
  const char *state_class;
  GSettings *settings;
  GSignalGroup *monitor_signals, *tenant_signals, *replay_signals, *log_signals;
  WaveNotifier *notifier;
  WaveAnnouncer *announcer;
  guint pump_tick, timer, n_ticks, record_timer;
  gboolean watching;  /* the pages stand */
  gboolean former_seen; /* that the server has another name was read */
  gboolean note_read; /* the recording's note was dismissed */
};

/* wave-window.c */
void wave_window_add_pages (WaveWindow *self, GtkWidget *rooms, GtkWidget *scope);
/* Returns: (nullable) (transfer none): the page that is chosen */
GtkWidget *wave_window_get_visible_page (WaveWindow *self);
/* Lets go of what was watched, and of the pages. */
void wave_window_forget (WaveWindow *self);
void wave_window_begin_pages (WaveWindow *self);
/* What is watched stands: shows it on the page that was wanted. */
void wave_window_end_pages (WaveWindow *self, WaveTenant *tenant);

/* Of what is watched or replayed; nullable */
WaveTenant *wave_window_get_tenant (WaveWindow *self);

/* Makes it if it is not there yet. */
WaveWelcomePage *wave_window_get_welcome (WaveWindow *self);

/* wave-window-account.c */
void wave_window_account_class_init (GtkWidgetClass *widget_class);
void wave_window_account_init (WaveWindow *self);
void wave_window_follow_accounts (WaveWindow *self, WaveAccounts *accounts);
void wave_window_update_expiry (WaveWindow *self);
/* The page and whose tenant it is of, for whoever chooses among windows. */
void wave_window_update_title (WaveWindow *self);

/* wave-window-record.c */
void wave_window_record_class_init (GtkWidgetClass *widget_class);
/* Ends the recording, if one runs, before what is recorded goes. */
void wave_window_forget_recorder (WaveWindow *self);
void wave_window_update_recorder (WaveWindow *self);

/* wave-window-replay.c */
void wave_window_replay_class_init (GtkWidgetClass *widget_class);
void wave_window_replay_init (WaveWindow *self);
void wave_window_forget_replay (WaveWindow *self);
void wave_window_update_replay_state (WaveWindow *self);
/* Returns: FALSE when the banner was about something else */
gboolean wave_window_dismiss_note (WaveWindow *self);

G_END_DECLS
