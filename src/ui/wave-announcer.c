// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-announcer.h"

#include <glib/gi18n.h>

#include "model/wave-participant.h"
#include "model/wave-room.h"
#include "protocol/wave-event.h"
#include "ui/wave-words.h"

/* Of a message; the rest can be read in the timeline. */
#define MAX_SPOKEN 300

struct _WaveAnnouncer
{
  GObject parent_instance;

  WaveTenant *tenant;
  WaveAnnounceFunc speak;
  gpointer user_data;
  char *room_id;
  guint source;
  guint n_messages;  /* since it last spoke */
  char *message;     /* the latest of them, as it is spoken */
  gboolean state_changed;
  WaveSessionState told_state;
};

G_DEFINE_FINAL_TYPE (WaveAnnouncer, wave_announcer, G_TYPE_OBJECT)

void
wave_announce (GtkWidget *widget, const char *text, GtkAccessibleAnnouncementPriority priority)
{
  /* GTK's backend for tests has no such function, and calls it. */
  if (g_strcmp0 (g_getenv ("GTK_A11Y"), "test") != 0)
    gtk_accessible_announce (GTK_ACCESSIBLE (widget), text, priority);
}

static void
tell_state (WaveAnnouncer *self)
{
  WaveSessionState state = wave_tenant_get_state (self->tenant);
  const WaveTransition *transition = wave_tenant_get_last_transition (self->tenant);
  g_autofree char *text = NULL;

  self->state_changed = FALSE;
  /* Back where it was: nobody has to know. */
  if (state == self->told_state)
    return;
  self->told_state = state;
  if (transition != NULL && (state == WAVE_SESSION_WAITING || state == WAVE_SESSION_REFUSED || state == WAVE_SESSION_REPLACED))
    {
      g_autofree char *cause = wave_words_cause (transition);

      text = g_strdup_printf ("%s. %s", wave_words_state (state), cause);
    }
  self->speak (text != NULL ? text : wave_words_state (state), GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM, self->user_data);
}

static gboolean
on_gathered (gpointer user_data)
{
  WaveAnnouncer *self = user_data;

  if (!self->state_changed && self->n_messages == 0)
    {
      self->source = 0;
      return G_SOURCE_REMOVE;
    }
  if (self->state_changed)
    tell_state (self);
  if (self->n_messages == 1)
    self->speak (self->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW, self->user_data);
  else if (self->n_messages > 1)
    {
      g_autofree char *text = g_strdup_printf (ngettext ("%u new message", "%u new messages", self->n_messages), self->n_messages);

      self->speak (text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_LOW, self->user_data);
    }
  self->n_messages = 0;
  /* One more round, so that nothing is told sooner than that after this. */
  return G_SOURCE_CONTINUE;
}

static void
gather (WaveAnnouncer *self)
{
  if (self->source != 0)
    return;
  self->source = g_timeout_add (WAVE_ANNOUNCER_GATHER_MS, on_gathered, self);
  g_source_set_name_by_id (self->source, "wave-announcer");
}

static void
on_event (WaveTenant *tenant, const WaveEvent *event, WaveRoom *room, WaveAnnouncer *self)
{
  const WaveMessage *message = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_MESSAGE, WaveMessage);
  WaveParticipant *sender;
  g_autofree char *body = NULL;

  if (message == NULL)
    message = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_BRIDGE_MESSAGE, WaveMessage);
  if (message == NULL || message->body == NULL || room == NULL || g_strcmp0 (wave_room_get_id (room), self->room_id) != 0
      || wave_tenant_get_state (tenant) == WAVE_SESSION_CATCHING_UP)
    return;
  sender = event->sender_id != NULL ? wave_tenant_get_participant (tenant, event->sender_id) : NULL;
  body = g_strdelimit (g_utf8_substring (message->body, 0, MIN (g_utf8_strlen (message->body, -1), MAX_SPOKEN)), "\n\r\t", ' ');
  self->n_messages++;
  g_free (self->message);
  /* Translators: who says what, for a screen reader. */
  self->message = g_strdup_printf (_("%s: %s"), sender != NULL ? wave_participant_get_display_name (sender) : _("Somebody"), body);
  gather (self);
}

static void
on_state (WaveAnnouncer *self)
{
  self->state_changed = TRUE;
  gather (self);
}

void
wave_announcer_set_room (WaveAnnouncer *self, const char *room_id)
{
  g_return_if_fail (WAVE_IS_ANNOUNCER (self));
  if (g_set_str (&self->room_id, room_id))
    self->n_messages = 0;
}

static void
wave_announcer_dispose (GObject *object)
{
  WaveAnnouncer *self = WAVE_ANNOUNCER (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_object (&self->tenant);
  G_OBJECT_CLASS (wave_announcer_parent_class)->dispose (object);
}

static void
wave_announcer_finalize (GObject *object)
{
  WaveAnnouncer *self = WAVE_ANNOUNCER (object);

  g_free (self->room_id);
  g_free (self->message);
  G_OBJECT_CLASS (wave_announcer_parent_class)->finalize (object);
}

static void
wave_announcer_class_init (WaveAnnouncerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_announcer_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_announcer_finalize;
}

static void
wave_announcer_init (WaveAnnouncer *self)
{
}

WaveAnnouncer *
wave_announcer_new (WaveTenant *tenant, WaveAnnounceFunc speak, gpointer user_data)
{
  WaveAnnouncer *self;

  g_return_val_if_fail (WAVE_IS_TENANT (tenant), NULL);
  self = g_object_new (WAVE_TYPE_ANNOUNCER, NULL);
  self->tenant = g_object_ref (tenant);
  self->speak = speak;
  self->user_data = user_data;
  self->told_state = wave_tenant_get_state (tenant);
  g_signal_connect_object (tenant, "event-applied", G_CALLBACK (on_event), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (tenant, "notify::state", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
  return self;
}
