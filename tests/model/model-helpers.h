// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the model share: a tenant whose clock they crank, frames as text, and a checker that replays items-changed.
#pragma once

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "model/wave-room.h"
#include "model/wave-stream.h"
#include "model/wave-tenant.h"
#include "model/wave-timeline.h"
#include "protocol/wave-event.h"

/* Monday 2026-06-01 12:00:00 UTC. */
#define T0_WALL (G_GINT64_CONSTANT (1780315200) * G_USEC_PER_SEC)
#define T0_MONO (1000 * (gint64)G_USEC_PER_SEC)
#define MS (G_USEC_PER_SEC / 1000)

static inline WaveEvent *
frame (gint64 at_us, WaveVia via, const char *json)
{
  g_autoptr (GBytes) raw = g_bytes_new (json, strlen (json));

  return wave_event_decode (raw, via, T0_MONO + at_us, T0_WALL + at_us);
}

static inline void
apply_at (WaveTenant *tenant, gint64 at_us, const char *json)
{
  g_autoptr (WaveEvent) event = frame (at_us, WAVE_VIA_STREAM, json);

  g_assert_cmpstr (event->malformed, ==, NULL);
  wave_tenant_apply_event (tenant, event);
}

static inline void
advance_to (WaveTenant *tenant, gint64 at_us)
{
  wave_tenant_advance (tenant, T0_MONO + at_us, T0_WALL + at_us);
}

/* A message without quotes or backslashes in @body. */
static inline char *
message_json (const char *room, const char *sender, const char *id, gint64 position, const char *body)
{
  return g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"%s\",\"room_id\":\"%s\",\"sender_id\":\"%s\",\"stream_"
                          "position\":%" G_GINT64_FORMAT ",\"origin_ts\":%" G_GINT64_FORMAT
                          ",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"%s\"}}",
                          id, room, sender, position, T0_WALL / G_USEC_PER_SEC + position, body);
}

static inline void
say (WaveTenant *tenant, gint64 at_us, const char *room, const char *sender, const char *id, gint64 position, const char *body)
{
  g_autofree char *json = message_json (room, sender, id, position, body);

  apply_at (tenant, at_us, json);
}

static inline void
chunk (WaveTenant *tenant, gint64 at_us, const char *room, const char *sender, const char *text, gboolean done)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"%s\",\"sender_id\":\"%s\","
                                           "\"content\":{\"chunk_text\":\"%s\",\"done\":%s}}",
                                           room, sender, text, done ? "true" : "false");

  apply_at (tenant, at_us, json);
}

static inline void
go (WaveTenant *tenant, gint64 at_us, WaveSessionState from, WaveSessionState to, const WaveCatchUpReport *report)
{
  WaveTransition transition = {
    .from = from,
    .to = to,
    .cause = to == WAVE_SESSION_LIVE ? WAVE_CAUSE_CAUGHT_UP : WAVE_CAUSE_DROPPED,
    .mono_us = T0_MONO + at_us,
    .wall_us = T0_WALL + at_us,
    .retry_at_mono_us = -1,
    .skew_us = G_MININT64,
    .report = (WaveCatchUpReport *)report,
  };

  wave_tenant_apply_transition (tenant, &transition);
}

static inline WaveMe *
make_me (const char *id)
{
  g_autofree char *json = g_strdup_printf (
      "{\"data\":{\"participant_id\":\"%s\",\"display_name\":\"Me\",\"tenant\":{\"id\":\"t-1\",\"name\":\"Acme\"}}}", id);
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  WaveMe *me = wave_me_decode (body, NULL);

  g_assert_nonnull (me);
  return me;
}

static inline WaveTimeline *
timeline_of (WaveTenant *tenant, const char *room_id)
{
  WaveRoom *room = wave_tenant_get_room (tenant, room_id);

  g_assert_nonnull (room);
  return wave_room_get_timeline (room);
}

/* Borrowed: the model keeps it. */
static inline gpointer
nth (gpointer model, guint position)
{
  gpointer item = g_list_model_get_item (G_LIST_MODEL (model), position);

  g_assert_nonnull (item);
  g_object_unref (item);
  return item;
}

static inline guint
length (gpointer model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (model));
}

/* The @nth item of a kind; NULL when there are fewer. */
static inline WaveTimelineItem *
item_of_kind (WaveTimeline *timeline, WaveItemKind kind, guint wanted)
{
  for (guint i = 0; i < length (timeline); i++)
    if (wave_timeline_item_get_kind (nth (timeline, i)) == kind && wanted-- == 0)
      return nth (timeline, i);
  return NULL;
}

/* ---- the checker ---- */

typedef struct
{
  GListModel *model;
  GPtrArray *mirror;
  guint emissions;
  gulong handler;
} Checker;

static inline void
checker_compare (Checker *checker)
{
  g_assert_cmpuint (g_list_model_get_n_items (checker->model), ==, checker->mirror->len);
  for (guint i = 0; i < checker->mirror->len; i++)
    g_assert_true (nth (checker->model, i) == checker->mirror->pdata[i]);
}

static inline void
on_checked_change (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  Checker *checker = user_data;

  checker->emissions++;
  g_assert_cmpuint (position + removed, <=, checker->mirror->len);
  if (removed > 0)
    g_ptr_array_remove_range (checker->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (checker->mirror, position + i, nth (model, position + i));
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, checker->mirror->len);
}

static inline void
checker_start (Checker *checker, gpointer model)
{
  checker->model = G_LIST_MODEL (model);
  checker->mirror = g_ptr_array_new ();
  checker->emissions = 0;
  for (guint i = 0; i < length (model); i++)
    g_ptr_array_add (checker->mirror, nth (model, i));
  checker->handler = g_signal_connect (model, "items-changed", G_CALLBACK (on_checked_change), checker);
}

static inline void
checker_stop (Checker *checker)
{
  checker_compare (checker);
  g_signal_handler_disconnect (checker->model, checker->handler);
  g_ptr_array_unref (checker->mirror);
}
