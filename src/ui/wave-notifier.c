// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-notifier.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "model/wave-room.h"
#include "model/wave-stream.h"
#include "protocol/wave-event.h"
#include "ui/wave-format.h"

#define TICK_S 5
/* A tenant that makes up rooms and AIs for ever is no reason to remember them all. */
#define MAX_REMEMBERED 1000
/* What of a message is shown. */
#define MAX_BODY 200

/* What was told, until it is taken back. */
typedef enum
{
  KIND_CALL,
  KIND_WORD,
  KIND_STREAM,
  KIND_LOST,
} Kind;

typedef struct
{
  Kind kind;
  GObject *object; /* nullable: WaveRoom or WaveStream */
  char *event_id;  /* nullable: of the message that is quoted */
} Told;

struct _WaveNotifier
{
  GObject parent_instance;

  WaveTenant *tenant;
  GSettings *settings;
  guint place;
  WaveNotifierSink sink;
  gpointer sink_data;

  gboolean attended, held;
  gint64 now_us, lost_since_us;
  guint minute;
  guint tick;
  GHashTable *told;  /* id → Told: on the desktop now */
  GHashTable *times; /* what it was about → mono µs of the latest one */
  GArray *sent_at;   /* mono µs of those in the span */
  char **words;      /* folded */
  guint n_sent, n_held_back;
};

G_DEFINE_FINAL_TYPE (WaveNotifier, wave_notifier, G_TYPE_OBJECT)

static void
told_free (gpointer data)
{
  Told *told = data;

  g_clear_object (&told->object);
  g_free (told->event_id);
  g_free (told);
}

/* ---- sending ---- */

static void
send_to_desktop (const WaveNotice *notice, gpointer user_data)
{
  GApplication *application = g_application_get_default ();
  g_autoptr (GNotification) notification = NULL;

  if (application == NULL || !g_application_get_is_registered (application))
    return;
  notification = g_notification_new (notice->title);
  if (notice->body != NULL && *notice->body != '\0')
    g_notification_set_body (notification, notice->body);
  g_notification_set_priority (notification, notice->priority);
  g_notification_set_default_action (notification, notice->action);
  if (notice->button != NULL)
    g_notification_add_button (notification, notice->button, notice->button_action);
  g_application_send_notification (application, notice->id, notification);
}

static void
withdraw_from_desktop (const char *id, gpointer user_data)
{
  GApplication *application = g_application_get_default ();

  if (application != NULL && g_application_get_is_registered (application))
    g_application_withdraw_notification (application, id);
}

static gint64
now_of (WaveNotifier *self)
{
  if (!self->held)
    {
      g_autoptr (GDateTime) now = g_date_time_new_now_local ();

      self->now_us = g_get_monotonic_time ();
      self->minute = (guint) (g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now));
    }
  return self->now_us;
}

static gboolean
is_quiet (WaveNotifier *self)
{
  guint from = g_settings_get_uint (self->settings, "quiet-from");
  guint to = g_settings_get_uint (self->settings, "quiet-to");

  if (!g_settings_get_boolean (self->settings, "quiet-hours"))
    return FALSE;
  return from <= to ? self->minute >= from && self->minute < to : self->minute >= from || self->minute < to;
}

/* Whether one more may be sent now; counted if so. @about: what is told at most once a minute */
static gboolean
may_send (WaveNotifier *self, const char *about, gboolean is_loss)
{
  gint64 now = now_of (self);
  const gint64 *before = g_hash_table_lookup (self->times, about);

  if (is_quiet (self) || self->attended)
    return FALSE;
  /* That the connection is lost is told once; there is nothing to limit. */
  if (is_loss)
    return TRUE;
  while (self->sent_at->len > 0 && now - g_array_index (self->sent_at, gint64, 0) >= WAVE_NOTIFIER_SPAN_US)
    g_array_remove_index (self->sent_at, 0);
  if (self->sent_at->len >= WAVE_NOTIFIER_MAX || (before != NULL && now - *before < WAVE_NOTIFIER_PAUSE_US))
    return FALSE;
  if (g_hash_table_size (self->times) >= MAX_REMEMBERED)
    g_hash_table_remove_all (self->times);
  g_hash_table_replace (self->times, g_strdup (about), g_memdup2 (&now, sizeof now));
  g_array_append_val (self->sent_at, now);
  return TRUE;
}

static void
tell (WaveNotifier *self, Kind kind, gpointer object, const char *about, const WaveNotice *notice)
{
  Told *told;

  if (!may_send (self, about, kind == KIND_LOST))
    {
      self->n_held_back++;
      return;
    }
  told = g_new0 (Told, 1);
  told->kind = kind;
  told->object = object != NULL ? g_object_ref (object) : NULL;
  if (g_hash_table_size (self->told) >= MAX_REMEMBERED)
    g_hash_table_remove_all (self->told);
  g_hash_table_replace (self->told, g_strdup (notice->id), told);
  self->n_sent++;
  self->sink.send (notice, self->sink_data);
}

static void
take_back (WaveNotifier *self, const char *id)
{
  if (!g_hash_table_remove (self->told, id))
    return;
  self->sink.withdraw (id, self->sink_data);
}

static gboolean
is_over (WaveNotifier *self, const Told *told)
{
  WaveStream *stream;
  g_autoptr (WaveCallItem) call = NULL;

  switch (told->kind)
    {
    case KIND_CALL:
      g_object_get (told->object, "call", &call, NULL);
      return call == NULL || !wave_call_item_get_ringing (call);
    case KIND_STREAM:
      stream = WAVE_STREAM (told->object);
      /* A failure stays true; a stall or a late first chunk ends. */
      return wave_stream_get_outcome (stream) != WAVE_STREAM_FAILED && !wave_stream_is_stalled (stream)
             && (wave_stream_get_outcome (stream) != WAVE_STREAM_ANNOUNCED);
    case KIND_WORD:
      return self->attended;
    case KIND_LOST:
      return self->lost_since_us < 0;
    default:
      g_assert_not_reached ();
    }
}

static void
take_back_what_is_over (WaveNotifier *self)
{
  g_autoptr (GPtrArray) over = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer id, told;

  g_hash_table_iter_init (&iter, self->told);
  while (g_hash_table_iter_next (&iter, &id, &told))
    if (is_over (self, told))
      g_ptr_array_add (over, g_strdup (id));
  for (guint i = 0; i < over->len; i++)
    take_back (self, over->pdata[i]);
}

/* ---- what is told ---- */

static char *
dup_short (const char *text)
{
  g_autofree char *line = g_strdelimit (g_strdup (text), "\n\r\t", ' ');

  if (g_utf8_strlen (line, -1) <= MAX_BODY)
    return g_steal_pointer (&line);
  *g_utf8_offset_to_pointer (line, MAX_BODY) = '\0';
  return g_strconcat (line, "…", NULL);
}

/* @target is sunk and let go of. */
static char *
dup_detailed (const char *action, GVariant *target)
{
  char *detailed;

  g_variant_ref_sink (target);
  detailed = g_action_print_detailed_name (action, target);
  g_variant_unref (target);
  return detailed;
}

static char *
dup_room_action (WaveNotifier *self, WaveRoom *room)
{
  return dup_detailed ("app.open-room", g_variant_new ("(us)", self->place, wave_room_get_id (room)));
}

static void
on_attention (WaveTenant *tenant, guint kind, WaveRoom *room, const char *text, WaveNotifier *self)
{
  g_autofree char *id = NULL;
  g_autofree char *action = NULL;
  g_autofree char *title = NULL;

  g_autoptr (WaveCallItem) call = NULL;

  if (kind != WAVE_ATTENTION_CALL || !g_settings_get_boolean (self->settings, "notify-calls") || wave_room_get_muted (room))
    return;
  /* One that was missed rings no more. */
  g_object_get (room, "call", &call, NULL);
  if (call == NULL || !wave_call_item_get_ringing (call))
    return;
  id = g_strdup_printf ("call-%u-%s", self->place, wave_room_get_id (room));
  action = dup_room_action (self, room);
  title = text != NULL && *text != '\0' ? g_strdup_printf (_("%s is calling"), text) : g_strdup (_("A call is ringing"));
  tell (self, KIND_CALL, room, id,
        &(WaveNotice){ .id = id, .title = title, .body = wave_room_get_display_name (room), .priority = G_NOTIFICATION_PRIORITY_URGENT,
                       .action = action, .button = _("Open Room"), .button_action = action });
}

static gboolean
is_word_part (gunichar c)
{
  return g_unichar_isalnum (c) || c == '_';
}

/* Whole words only: "art" is not in "start". */
static gboolean
has_word (const char *folded, const char *word)
{
  gsize length = strlen (word);

  for (const char *at = strstr (folded, word); at != NULL; at = strstr (at + 1, word))
    {
      gboolean begins = at == folded || !is_word_part (g_utf8_get_char (g_utf8_prev_char (at))) || !is_word_part (g_utf8_get_char (word));
      gboolean ends = at[length] == '\0' || !is_word_part (g_utf8_get_char (at + length)) || !is_word_part (g_utf8_get_char (g_utf8_prev_char (word + length)));

      if (begins && ends)
        return TRUE;
    }
  return FALSE;
}

static void
load_words (WaveNotifier *self)
{
  g_auto (GStrv) words = g_settings_get_strv (self->settings, "notify-words");
  g_autoptr (GStrvBuilder) folded = g_strv_builder_new ();

  for (guint i = 0; words[i] != NULL; i++)
    if (*g_strstrip (words[i]) != '\0')
      g_strv_builder_take (folded, g_utf8_casefold (words[i], -1));
  g_strfreev (self->words);
  self->words = g_strv_builder_end (folded);
}

/* A message that was deleted is not to be read on the desktop either. */
static void
take_back_quote (WaveNotifier *self, const char *event_id)
{
  GHashTableIter iter;
  gpointer id, told;

  g_hash_table_iter_init (&iter, self->told);
  while (event_id != NULL && g_hash_table_iter_next (&iter, &id, &told))
    if (g_strcmp0 (((Told *) told)->event_id, event_id) == 0)
      {
        g_autofree char *over = g_strdup (id);

        take_back (self, over);
        return;
      }
}

static void
on_event (WaveTenant *tenant, const WaveEvent *event, WaveRoom *room, WaveNotifier *self)
{
  const WaveMessage *message = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_MESSAGE, WaveMessage);
  const WaveRedaction *redaction = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_REDACTION, WaveRedaction);
  WaveSessionState state = wave_tenant_get_state (tenant);
  g_autofree char *folded = NULL;

  if (redaction != NULL)
    take_back_quote (self, redaction->event_id);
  if (self->words[0] == NULL || room == NULL || wave_room_get_muted (room))
    return;
  if (message == NULL)
    message = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_BRIDGE_MESSAGE, WaveMessage);
  /* What is fetched after an interruption is no news any more; the timeline has it. */
  if (message == NULL || message->body == NULL || message->replaces_event_id != NULL || (state != WAVE_SESSION_LIVE && state != WAVE_SESSION_POLLING))
    return;
  folded = g_utf8_casefold (message->body, -1);
  for (guint i = 0; self->words[i] != NULL; i++)
    if (has_word (folded, self->words[i]))
      {
        WaveParticipant *sender = event->sender_id != NULL ? wave_tenant_get_participant (tenant, event->sender_id) : NULL;
        guint n_sent = self->n_sent;
        g_autofree char *id = g_strdup_printf ("word-%u-%s", self->place, wave_room_get_id (room));
        g_autofree char *action = dup_room_action (self, room);
        g_autofree char *body = dup_short (message->body);
        /* Translators: who wrote in which room, as the title of a notification. */
        g_autofree char *title = g_strdup_printf (_("%s in %s"), sender != NULL ? wave_participant_get_display_name (sender) : _("Somebody"),
                                                  wave_room_get_display_name (room));

        tell (self, KIND_WORD, room, id,
              &(WaveNotice){ .id = id, .title = title, .body = body, .priority = G_NOTIFICATION_PRIORITY_NORMAL, .action = action,
                             .button = _("Open Room"), .button_action = action });
        if (self->n_sent != n_sent)
          g_set_str (&((Told *) g_hash_table_lookup (self->told, id))->event_id, event->id);
        return;
      }
}

static void
on_alarm (WaveStreamStore *store, WaveStream *stream, guint alarm, WaveNotifier *self)
{
  WaveParticipant *sender = wave_tenant_get_participant (self->tenant, wave_stream_get_sender_id (stream));
  WaveRoom *room = wave_tenant_get_room (self->tenant, wave_stream_get_room_id (stream));
  const char *name = sender != NULL ? wave_participant_get_display_name (sender) : wave_stream_get_sender_id (stream);
  const char *place = room != NULL ? wave_room_get_display_name (room) : wave_stream_get_room_id (stream);
  WaveStreamThresholds limits;
  g_autofree char *id = NULL;
  g_autofree char *about = NULL;
  g_autofree char *action = NULL;
  g_autofree char *limit = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;

  if (!g_settings_get_boolean (self->settings, "notify-stalls") || (room != NULL && wave_room_get_muted (room)))
    return;
  wave_stream_store_get_thresholds (store, &limits);
  limit = wave_format_span (alarm == WAVE_ALARM_STALL ? limits.stall_us : limits.first_chunk_us);
  if (alarm == WAVE_ALARM_STALL)
    title = g_strdup_printf (_("%s is silent for more than %s"), name, limit);
  else if (alarm == WAVE_ALARM_NO_FIRST_CHUNK)
    title = g_strdup_printf (_("%s has written nothing for %s"), name, limit);
  else
    title = g_strdup_printf (_("%s failed"), name);
  if (alarm == WAVE_ALARM_FAILED && wave_stream_get_error (stream) != NULL)
    {
      g_autofree char *error = dup_short (wave_stream_get_error (stream));

      body = g_strdup_printf ("%s · %s", place, error);
    }
  /* One an AI: the newest takes the place of the one before. */
  id = g_strdup_printf ("stream-%u-%s", self->place, wave_stream_get_sender_id (stream));
  /* That it failed is news, though it was told a moment ago that it is silent. */
  about = g_strdup_printf ("%s %u", id, alarm);
  action = dup_detailed ("app.show-stream", g_variant_new ("(ut)", self->place, wave_stream_get_serial (stream)));
  tell (self, KIND_STREAM, stream, about,
        &(WaveNotice){ .id = id, .title = title, .body = body != NULL ? body : place, .priority = G_NOTIFICATION_PRIORITY_NORMAL, .action = action,
                       .button = _("Show Stream"), .button_action = action });
}

static gboolean
is_lost (WaveSessionState state)
{
  switch (state)
    {
    case WAVE_SESSION_LIVE:
    case WAVE_SESSION_POLLING:
    case WAVE_SESSION_IDLE:
      return FALSE;
    case WAVE_SESSION_CONNECTING:
    case WAVE_SESSION_AWAITING_HELLO:
    case WAVE_SESSION_CATCHING_UP:
    case WAVE_SESSION_WAITING:
    case WAVE_SESSION_REFUSED:
    case WAVE_SESSION_REPLACED:
    case WAVE_N_SESSION_STATES:
    default:
      return TRUE;
    }
}

static void
on_state (WaveNotifier *self)
{
  gboolean lost = is_lost (wave_tenant_get_state (self->tenant));

  if (lost && self->lost_since_us < 0)
    self->lost_since_us = now_of (self);
  else if (!lost)
    self->lost_since_us = -1;
  take_back_what_is_over (self);
}

static void
on_outcome (WaveNotifier *self)
{
  if (g_hash_table_size (self->told) > 0)
    take_back_what_is_over (self);
}

static void
tell_lost (WaveNotifier *self)
{
  guint minutes = g_settings_get_uint (self->settings, "notify-lost-minutes");
  g_autofree char *id = NULL;
  g_autofree char *server = NULL;
  g_autofree char *title = NULL;
  g_autofree char *place = NULL;
  g_autofree char *retry = NULL;
  WaveSessionState state = wave_tenant_get_state (self->tenant);
  const char *body;

  if (minutes == 0 || self->lost_since_us < 0 || self->now_us - self->lost_since_us < (gint64) minutes * 60 * G_USEC_PER_SEC)
    return;
  id = g_strdup_printf ("lost-%u", self->place);
  if (g_hash_table_contains (self->told, id))
    return;
  g_object_get (self->tenant, "server-name", &server, NULL);
  title = server != NULL ? g_strdup_printf (_("No connection to %s"), server) : g_strdup (_("No connection"));
  if (state == WAVE_SESSION_REFUSED)
    body = _("The server refuses the token. A new one is needed.");
  else if (state == WAVE_SESSION_REPLACED)
    body = _("Another client connected with the same token.");
  else
    body = _("Wavescope goes on trying. What is missed meanwhile is fetched afterwards.");
  place = dup_detailed ("app.show-connection", g_variant_new_uint32 (self->place));
  retry = dup_detailed ("app.retry", g_variant_new_uint32 (self->place));
  tell (self, KIND_LOST, NULL, id,
        &(WaveNotice){ .id = id, .title = title, .body = body, .priority = G_NOTIFICATION_PRIORITY_HIGH, .action = place,
                       .button = state != WAVE_SESSION_REFUSED ? _("Try Now") : NULL, .button_action = retry });
}

/* ---- time ---- */

void
wave_notifier_advance (WaveNotifier *self, gint64 mono_us, guint minute)
{
  g_return_if_fail (WAVE_IS_NOTIFIER (self));
  self->now_us = mono_us;
  self->minute = minute;
  take_back_what_is_over (self);
  tell_lost (self);
}

static gboolean
on_tick (gpointer user_data)
{
  WaveNotifier *self = user_data;

  now_of (self);
  wave_notifier_advance (self, self->now_us, self->minute);
  return G_SOURCE_CONTINUE;
}

void
wave_notifier_hold_clock (WaveNotifier *self)
{
  g_return_if_fail (WAVE_IS_NOTIFIER (self));
  self->held = TRUE;
  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->lost_since_us >= 0)
    self->lost_since_us = self->now_us = 0;
}

void
wave_notifier_set_attended (WaveNotifier *self, gboolean attended)
{
  g_return_if_fail (WAVE_IS_NOTIFIER (self));
  self->attended = attended;
  if (attended)
    take_back_what_is_over (self);
}

void
wave_notifier_set_sink (WaveNotifier *self, const WaveNotifierSink *sink, gpointer user_data)
{
  g_return_if_fail (WAVE_IS_NOTIFIER (self));
  self->sink = *sink;
  self->sink_data = user_data;
}

guint
wave_notifier_get_n_sent (WaveNotifier *self)
{
  g_return_val_if_fail (WAVE_IS_NOTIFIER (self), 0);
  return self->n_sent;
}

guint
wave_notifier_get_n_held_back (WaveNotifier *self)
{
  g_return_val_if_fail (WAVE_IS_NOTIFIER (self), 0);
  return self->n_held_back;
}

/* ---- life ---- */

static void
wave_notifier_dispose (GObject *object)
{
  WaveNotifier *self = WAVE_NOTIFIER (object);
  GHashTableIter iter;
  gpointer id;

  g_clear_handle_id (&self->tick, g_source_remove);
  /* What it told of leads nowhere without it. */
  g_hash_table_iter_init (&iter, self->told);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    self->sink.withdraw (id, self->sink_data);
  g_hash_table_remove_all (self->told);
  g_clear_object (&self->tenant);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (wave_notifier_parent_class)->dispose (object);
}

static void
wave_notifier_finalize (GObject *object)
{
  WaveNotifier *self = WAVE_NOTIFIER (object);

  g_hash_table_unref (self->told);
  g_hash_table_unref (self->times);
  g_array_unref (self->sent_at);
  g_strfreev (self->words);
  G_OBJECT_CLASS (wave_notifier_parent_class)->finalize (object);
}

static void
wave_notifier_class_init (WaveNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_notifier_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_notifier_finalize;
}

static void
wave_notifier_init (WaveNotifier *self)
{
  self->lost_since_us = -1;
  self->sink = (WaveNotifierSink){ send_to_desktop, withdraw_from_desktop };
  self->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, told_free);
  self->times = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->sent_at = g_array_new (FALSE, FALSE, sizeof (gint64));
}

WaveNotifier *
wave_notifier_new (WaveTenant *tenant, GSettings *settings, guint place)
{
  WaveNotifier *self;

  g_return_val_if_fail (WAVE_IS_TENANT (tenant), NULL);
  self = g_object_new (WAVE_TYPE_NOTIFIER, NULL);
  self->tenant = g_object_ref (tenant);
  self->settings = g_object_ref (settings);
  self->place = place;
  load_words (self);
  g_signal_connect_object (settings, "changed::notify-words", G_CALLBACK (load_words), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (tenant, "attention", G_CALLBACK (on_attention), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (tenant, "event-applied", G_CALLBACK (on_event), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (tenant, "notify::state", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (wave_tenant_get_streams (tenant), "alarm", G_CALLBACK (on_alarm), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (wave_tenant_get_streams (tenant), "outcome-changed", G_CALLBACK (on_outcome), self, G_CONNECT_SWAPPED);
  self->tick = g_timeout_add_seconds (TICK_S, on_tick, self);
  g_source_set_name_by_id (self->tick, "wave-notifier-tick");
  on_state (self);
  return self;
}
