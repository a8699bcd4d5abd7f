// SPDX-License-Identifier: GPL-3.0-or-later
// The whole window on the simulator over a real WebSocket, read through the widget tree. Every wait has a deadline.
#pragma once

#include <adwaita.h>

#include "simulator/wave-simulator.h"
#include "tests/slow.h"
#include "ui/wave-application.h"
#include "ui/wave-window.h"

#define UI_DEADLINE_US (30 * G_USEC_PER_SEC * WAVE_SLOW)

typedef struct {
  WaveSimulator *simulator;
  WaveMonitor *monitor;
  WaveWindow *window;
} UiRig;

/* The main() of a test: one application for all of its tests. */
int ui_rig_main (int argc, char **argv, void (*add_tests) (void));

/* A live window of 1200×800 on the Rooms page with the room Atlas launch. The scenario "idle" stands still: what happens is what the test injects. */
void ui_rig_open (UiRig *rig);
void ui_rig_open_scenario (UiRig *rig, const char *scenario);
/* Also checks that the window was finalised. */
void ui_rig_close (UiRig *rig);
void ui_inject (UiRig *rig, gboolean durable, const char *json);

/* Runs the main loop for so many µs. */
void ui_spin (gint64 us);
/* Whether a widget that can be seen has a text in which @needle occurs. */
gboolean ui_shows (GtkWidget *widget, const char *needle);
/* Whatever @widget and what is below it say, by @what: "text" (labels, inscriptions, growing text, text views, entries), "tooltip", "name" and "description"
 * (to a screen reader). @unseen: also what is hidden */
typedef void (*UiTextFunc) (GtkWidget *widget, const char *what, const char *text, gpointer user_data);
void ui_foreach_text (GtkWidget *widget, gboolean unseen, UiTextFunc func, gpointer user_data);
/* The first widget of a type below @widget; nullable. */
GtkWidget *ui_find (GtkWidget *widget, GType type);
void ui_wait_shown (UiRig *rig, const char *needle);
void ui_wait_gone (UiRig *rig, const char *needle);

/* What a test read last, to be told when it waits in vain; owned, nullable. */
extern char *ui_last_read;
/* Ends the test that waited for @what. */
void ui_give_up (const char *file, int line, const char *what) G_GNUC_NORETURN;

/* Runs the main loop until @condition holds, which is looked at every 10 ms; after UI_DEADLINE_US the test fails and tells @what was waited for, a string. */
#define WAIT_FOR(condition, what)                                                                                                                        \
  G_STMT_START                                                                                                                                           \
  {                                                                                                                                                      \
    gint64 wait_end = g_get_monotonic_time () + UI_DEADLINE_US;                                                                                          \
    while (!(condition))                                                                                                                                 \
      {                                                                                                                                                  \
        if (g_get_monotonic_time () > wait_end)                                                                                                          \
          ui_give_up (__FILE__, __LINE__, (what));                                                                                                       \
        ui_spin (10 * 1000);                                                                                                                             \
      }                                                                                                                                                  \
  }                                                                                                                                                      \
  G_STMT_END
#define WAIT_UNTIL(condition) WAIT_FOR (condition, #condition)
