// SPDX-License-Identifier: GPL-3.0-or-later
// What an event says, in words for people. Everything returned is plain text on one line, with what could deceive made visible.
#pragma once

#include <gtk/gtk.h>

#include "journal/wave-event-log.h"

G_BEGIN_DECLS

/* (transfer full): one line; names come from @log */
char *wave_event_words_summary (WaveEventLog *log, const WaveEvent *event);
/* (transfer full): what kind of event it is: "Message", "Chunk of a reply" */
char *wave_event_words_kind (const WaveEvent *event);
/* (transfer full): what a room or participant of an id is called, else the id, made safe to show; "–" for NULL */
char *wave_event_words_room (WaveEventLog *log, const char *room_id);
char *wave_event_words_person (WaveEventLog *log, const char *participant_id);
/* (transfer full): of a row of the log: the type as it shows */
char *wave_event_words_type (const WaveEventRow *row);
/* What a row's type is drawn with; (transfer none) */
const char *wave_event_words_icon (const WaveEventRow *row);
const char *wave_event_words_class (const WaveEventRow *row);
/* (transfer none): "Messages", "Replies as they stream"… */
const char *wave_event_words_category (WaveCategory category);
void wave_event_words_category_color (WaveCategory category, gboolean dark, GdkRGBA *color);

/* One fact of an event, for the inspector. */
typedef struct {
  char *label; /* translated */
  char *value;
  char *key;   /* nullable: "room", "from", "id", "type": what a link of the value leads to */
  char *target; /* nullable: the id itself */
} WaveEventFact;
void wave_event_fact_free (WaveEventFact *fact);
/* (transfer full) (element-type WaveEventFact): everything that was decoded, in the order in which people ask */
GPtrArray *wave_event_words_facts (WaveEventLog *log, const WaveEventRow *row, const WaveEvent *event);

G_END_DECLS
