// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtk/gtk.h>

#include "model/wave-timeline.h"

G_BEGIN_DECLS

/* WaveMessageBody: the content of one message or growing reply, by its msgtype; blocks that did not change keep their widgets. */
#define WAVE_TYPE_MESSAGE_BODY (wave_message_body_get_type ())
G_DECLARE_FINAL_TYPE (WaveMessageBody, wave_message_body, WAVE, MESSAGE_BODY, GtkBox)

GtkWidget *wave_message_body_new (void);
/* @item: (nullable): shows what it says now */
void wave_message_body_update (WaveMessageBody *body, WaveTimelineItem *item);

G_END_DECLS
