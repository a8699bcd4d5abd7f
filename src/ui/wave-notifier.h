// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gio/gio.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/* At most so many notifications of one tenant in ten minutes, and one a minute about the same room or AI. */
#define WAVE_NOTIFIER_MAX 10
#define WAVE_NOTIFIER_SPAN_US (600 * (gint64) G_USEC_PER_SEC)
#define WAVE_NOTIFIER_PAUSE_US (60 * (gint64) G_USEC_PER_SEC)

/**
 * WaveNotice: what is told.
 * @id: of the same id the newer takes the place of the older
 * @action: detailed name of an application's action that a click does
 * @button, @button_action: (nullable): one more thing to do
 */
typedef struct
{
  const char *id, *title, *body;
  GNotificationPriority priority;
  const char *action;
  const char *button, *button_action;
} WaveNotice;

/* Where notices go; NULL members: to the default application. */
typedef struct
{
  void (*send) (const WaveNotice *notice, gpointer user_data);
  void (*withdraw) (const char *id, gpointer user_data);
} WaveNotifierSink;

/**
 * WaveNotifier: tells the desktop what of a tenant is worth leaving one's work for: a call that rings, a message with one of the chosen words, a reply that
 * stalls or fails, a connection that stays lost. As the settings say (notify-*, quiet-*); never while the window is looked at; never about muted rooms; taken
 * back when it is no longer true. Main thread.
 */
#define WAVE_TYPE_NOTIFIER (wave_notifier_get_type ())
G_DECLARE_FINAL_TYPE (WaveNotifier, wave_notifier, WAVE, NOTIFIER, GObject)

/* @place: number of the window, for the actions' targets, and part of every id */
WaveNotifier *wave_notifier_new (WaveTenant *tenant, GSettings *settings, guint place);
void wave_notifier_set_sink (WaveNotifier *notifier, const WaveNotifierSink *sink, gpointer user_data);

/* Whether somebody looks at the window: then it speaks for itself. Messages that were told of are taken back. */
void wave_notifier_set_attended (WaveNotifier *notifier, gboolean attended);

/**
 * wave_notifier_advance:
 * @mono_us: monotonic µs
 * @minute: of the local day, for the quiet hours
 *
 * Moves its time on. It does so itself every 5 s from the machine's clocks, unless @notifier was made to stand still by
 * wave_notifier_hold_clock(), as a test does.
 */
void wave_notifier_advance (WaveNotifier *notifier, gint64 mono_us, guint minute);
void wave_notifier_hold_clock (WaveNotifier *notifier);

/* How many were sent and how many were held back: by the limit, the quiet hours or because somebody looks. */
guint wave_notifier_get_n_sent (WaveNotifier *notifier);
guint wave_notifier_get_n_held_back (WaveNotifier *notifier);

G_END_DECLS
