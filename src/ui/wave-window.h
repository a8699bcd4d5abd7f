// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <adwaita.h>

#include "model/wave-monitor.h"
#include "ui/wave-accounts.h"
#include "model/wave-replay.h"

G_BEGIN_DECLS

#define WAVE_TYPE_WINDOW (wave_window_get_type ())
G_DECLARE_FINAL_TYPE (WaveWindow, wave_window, WAVE, WINDOW, AdwApplicationWindow)

WaveWindow *wave_window_new (GtkApplication *application);
/* Shows what @monitor watches; @label: (nullable): under the state, else the tenant's name and server. @keep: (nullable): lives as long as the window watches. */
void wave_window_watch (WaveWindow *window, WaveMonitor *monitor, const char *label, GObject *keep);
/* Plays @replay back. */
void wave_window_replay (WaveWindow *window, WaveReplay *replay);
/* In this window, in place of what it shows. A file that is no recording is told of in a dialog. */
void wave_window_open_recording (WaveWindow *window, GFile *file);
WaveReplay *wave_window_get_replay (WaveWindow *window); /* (transfer none) (nullable) */
/* Records what comes from now on. @anonymise: see wave_recorder_new(). "win.record" ends it. */
gboolean wave_window_record_to (WaveWindow *window, const char *path, gboolean anonymise, GError **error);
void wave_window_show_welcome (WaveWindow *window, const char *error /* nullable */);
/* A tenant is on its way: neither the welcome page nor an empty one. */
void wave_window_show_opening (WaveWindow *window);
/* The welcome page's second one, with @server entered; @error: (nullable): why. @allow_plain: the leave for plain http was given before. */
void wave_window_show_sign_in (WaveWindow *window, const char *server, gboolean allow_plain, const char *error);
/* What is watched, from the welcome page; nothing happens when nothing is. */
void wave_window_show_tenant (WaveWindow *window);
/* Ends watching and shows the welcome page. */
void wave_window_unwatch (WaveWindow *window);
/* @account: (nullable): whose tenant is watched. @keeps_token: its token is in the keyring and has to be kept up to date there. */
void wave_window_set_account (WaveWindow *window, WaveAccount *account, gboolean keeps_token);
WaveAccount *wave_window_get_account (WaveWindow *window); /* (transfer none) (nullable) */
gboolean wave_window_get_keeps_token (WaveWindow *window);
WaveMonitor *wave_window_get_monitor (WaveWindow *window); /* (transfer none) (nullable) */
/* "rooms", "activity", "scope", "connection" */
void wave_window_show_page (WaveWindow *window, const char *page);
/* Shows the page now or, before anything is watched, as soon as there are pages. */
void wave_window_want_page (WaveWindow *window, const char *page);
/* Opens the room as soon as there is one of that name or id. */
void wave_window_want_room (WaveWindow *window, const char *room);
GtkWidget *wave_window_get_page (WaveWindow *window, const char *name); /* (transfer none) (nullable): before anything is watched */
const char *wave_window_get_page_name (WaveWindow *window);             /* (nullable): on the welcome page */
GMenuModel *wave_window_get_primary_menu (WaveWindow *window);          /* (transfer none) */
/* Its size, for the next one. */
void wave_window_remember (WaveWindow *window);
void wave_window_toast (WaveWindow *window, const char *text);

G_END_DECLS
