// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-tenant.h"

G_BEGIN_DECLS

/* What comes within this time is told together, and nothing is told sooner after the one before. */
#define WAVE_ANNOUNCER_GATHER_MS 1500

/* Has a screen reader say @text. */
void wave_announce (GtkWidget *widget, const char *text, GtkAccessibleAnnouncementPriority priority);

typedef void (*WaveAnnounceFunc) (const char *text, GtkAccessibleAnnouncementPriority priority, gpointer user_data);

/**
 * WaveAnnouncer: tells a screen reader what happens without being asked: messages of the room on screen, and how the connection fares. Politely: it never
 * interrupts, several messages are told as a number, and while text streams only what it became is told. Main thread.
 */
#define WAVE_TYPE_ANNOUNCER (wave_announcer_get_type ())
G_DECLARE_FINAL_TYPE (WaveAnnouncer, wave_announcer, WAVE, ANNOUNCER, GObject)

/* @speak: called with what is to be told */
WaveAnnouncer *wave_announcer_new (WaveTenant *tenant, WaveAnnounceFunc speak, gpointer user_data);
/* @room_id: (nullable): the room whose timeline can be read now */
void wave_announcer_set_room (WaveAnnouncer *announcer, const char *room_id);

G_END_DECLS
