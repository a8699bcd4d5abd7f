// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "ui/wave-format.h"
#include "ui/wave-presence.h"
#include "ui/wave-side-cards.h"
#include "ui/wave-side-parts.h"
#include "ui/wave-words-room.h"

struct _WaveCallCard
{
  GtkBox parent_instance;

  GtkWidget *title, *clock, *by, *countdown, *members;
  WaveRoom *room;
  WaveCallItem *call;
  gulong room_handler, call_handler;
  gint64 now_mono;
  gint64 rings; /* µs it rings altogether, as far as it was seen */
};

G_DEFINE_FINAL_TYPE (WaveCallCard, wave_call_card, GTK_TYPE_BOX)

static void
update_clock (WaveCallCard *self)
{
  g_autofree char *text = NULL;

  if (self->call == NULL)
    return;
  if (wave_call_item_get_ringing (self->call))
    {
      gint64 left = MAX (wave_call_item_get_ring_until (self->call) - self->now_mono, 0);
      g_autofree char *seconds = wave_format_elapsed (left + G_USEC_PER_SEC - 1);

      self->rings = MAX (self->rings, left);
      text = g_strdup_printf (_("rings for %s more"), seconds);
      wave_side_meter_set (self->countdown, self->rings > 0 ? (double) left / self->rings : 0, "success");
    }
  else if (wave_call_item_get_started (self->call) >= 0)
    {
      gint64 seconds = MAX (self->now_mono - wave_call_item_get_started (self->call), 0) / G_USEC_PER_SEC;

      text = g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));
      if (!wave_call_item_get_started_known (self->call))
        {
          g_autofree char *least = g_steal_pointer (&text);

          /* Translators: how long a call has lasted that was under way before Wavescope first saw it. */
          text = g_strdup_printf (_("at least %s"), least);
        }
    }
  gtk_widget_set_visible (self->countdown, wave_call_item_get_ringing (self->call));
  wave_side_set_text (self->clock, text);
}

static void
update_call (WaveCallCard *self)
{
  WaveParticipant *initiator = wave_call_item_get_initiator (self->call);
  gboolean video = g_strcmp0 (wave_call_item_get_call_type (self->call), "video") == 0;
  g_autofree char *by = NULL;

  if (wave_call_item_get_ringing (self->call))
    wave_side_set_text (self->title, video ? _("Video Call Ringing") : _("Call Ringing"));
  else
    wave_side_set_text (self->title, video ? _("Video Call") : _("Call"));
  if (initiator != NULL)
    by = g_strdup_printf (_("Started by %s"), wave_participant_get_display_name (initiator));
  wave_side_set_text (self->by, by);
  update_clock (self);
}

static void
show_member_state (WaveCallMember *member, GParamSpec *pspec, GtkWidget *label)
{
  g_autofree char *words = wave_words_call_state (wave_call_member_get_state (member));

  gtk_label_set_text (GTK_LABEL (label), words);
}

static GtkWidget *
make_member (gpointer item, gpointer user_data)
{
  WaveParticipant *participant = wave_call_member_get_participant (item);
  GtkWidget *name = wave_side_label (wave_participant_get_display_name (participant), NULL, NULL);
  GtkWidget *state = wave_side_label (NULL, "caption", "dim-label");
  GtkWidget *avatar = wave_avatar_new (20);
  GtkWidget *row = wave_side_pair (name, state);

  wave_avatar_set_participant (WAVE_AVATAR (avatar), participant, FALSE);
  gtk_box_prepend (GTK_BOX (row), avatar);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_wrap (GTK_LABEL (name), FALSE);
  g_signal_connect_object (item, "notify", G_CALLBACK (show_member_state), state, G_CONNECT_DEFAULT);
  show_member_state (item, NULL, state);
  return row;
}

static void
follow_call (WaveCallCard *self)
{
  g_autoptr (WaveCallItem) call = NULL;

  if (self->room != NULL)
    g_object_get (self->room, "call", &call, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), call != NULL);
  if (call == self->call)
    return;
  g_clear_signal_handler (&self->call_handler, self->call);
  g_set_object (&self->call, call);
  self->rings = 0;
  wave_side_bind (GTK_BOX (self->members), call != NULL ? wave_call_item_get_participants (call) : NULL, make_member, NULL);
  if (call == NULL)
    return;
  self->call_handler = g_signal_connect_swapped (call, "notify", G_CALLBACK (update_call), self);
  update_call (self);
}

void
wave_call_card_tick (WaveCallCard *card, gint64 now_mono_us)
{
  g_return_if_fail (WAVE_IS_CALL_CARD (card));
  card->now_mono = now_mono_us;
  update_clock (card);
}

void
wave_call_card_set_room (WaveCallCard *card, WaveRoom *room)
{
  g_return_if_fail (WAVE_IS_CALL_CARD (card));
  if (card->room == room)
    return;
  g_clear_signal_handler (&card->room_handler, card->room);
  g_set_object (&card->room, room);
  if (room != NULL)
    card->room_handler = g_signal_connect_swapped (room, "notify::call", G_CALLBACK (follow_call), card);
  follow_call (card);
}

static void
wave_call_card_dispose (GObject *object)
{
  wave_call_card_set_room (WAVE_CALL_CARD (object), NULL);
  G_OBJECT_CLASS (wave_call_card_parent_class)->dispose (object);
}

static void
wave_call_card_class_init (WaveCallCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_call_card_dispose;
}

static void
wave_call_card_init (WaveCallCard *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "side-card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "call-card");
  self->title = wave_side_label (NULL, "heading", NULL);
  self->clock = wave_side_label (NULL, "caption", "accent");
  self->by = wave_side_label (NULL, "caption", "dim-label");
  self->countdown = wave_side_meter (_("Rings for"));
  self->members = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_box_append (GTK_BOX (self), wave_side_pair (self->title, self->clock));
  gtk_box_append (GTK_BOX (self), self->by);
  gtk_box_append (GTK_BOX (self), self->countdown);
  gtk_box_append (GTK_BOX (self), self->members);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
