// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-people-row.h"

#include <glib/gi18n.h>

#include "model/wave-participant.h"
#include "ui/wave-presence.h"
#include "ui/wave-tooltip.h"
#include "ui/wave-words-room.h"

struct _WavePeopleRow
{
  GtkBox parent_instance;

  GtkWidget *avatar, *name, *detail, *mark;
  WaveMembership *member;
  GtkListItem *item; /* borrowed */
  GListModel *typists; /* nullable */
  gulong member_handler, participant_handler, typists_handler;
};

G_DEFINE_FINAL_TYPE (WavePeopleRow, wave_people_row, GTK_TYPE_BOX)

/* (transfer full) (nullable): a membership that is not simply "is here" */
static char *
membership_words (const char *membership)
{
  if (membership == NULL || g_str_equal (membership, "join"))
    return NULL;
  if (g_str_equal (membership, "invite"))
    return g_strdup (_("invited"));
  if (g_str_equal (membership, "knock"))
    return g_strdup (_("asks to come in"));
  return wave_words_line (membership, 40);
}

static const char *
type_words (WaveParticipant *participant)
{
  switch (wave_participant_get_participant_type (participant))
    {
    case WAVE_PARTICIPANT_AGENT:
      return _("Sidekick at work");
    case WAVE_PARTICIPANT_HELPER:
      return _("Helper");
    case WAVE_PARTICIPANT_BRIDGE:
      return _("Bridge");
    case WAVE_PARTICIPANT_MODEL:
      return _("AI");
    default:
      return wave_participant_get_is_ai (participant) ? _("AI") : NULL;
    }
}

static gboolean
is_typing (WavePeopleRow *self, WaveParticipant *participant)
{
  guint n = self->typists != NULL ? g_list_model_get_n_items (self->typists) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveParticipant) typist = g_list_model_get_item (self->typists, i);

      if (typist == participant)
        return TRUE;
    }
  return FALSE;
}

static void
update (WavePeopleRow *self)
{
  WaveParticipant *participant = wave_membership_get_participant (self->member);
  WavePresenceState presence = wave_participant_get_presence (participant);
  gboolean federated = wave_participant_get_participant_type (participant) == WAVE_PARTICIPANT_FEDERATED;
  const char *type = type_words (participant);
  const char *fqid = wave_participant_get_fqid (participant);
  g_autofree char *membership = membership_words (wave_membership_get_membership (self->member));
  gboolean typing = is_typing (self, participant);
  g_autoptr (GString) detail = g_string_new (typing ? _("typing…") : type != NULL ? type : wave_presence_get_label (presence));

  /* A federated one goes by the whole name: the short one says nothing about where they are. */
  if (federated && fqid != NULL)
    g_string_append_printf (detail, " · %s", fqid);
  if (membership != NULL)
    g_string_append_printf (detail, " · %s", membership);
  wave_avatar_set_participant (WAVE_AVATAR (self->avatar), participant, TRUE);
  gtk_label_set_text (GTK_LABEL (self->name), wave_participant_get_display_name (participant));
  gtk_label_set_text (GTK_LABEL (self->detail), detail->str);
  wave_tooltip_set_text (self->detail, federated ? fqid : NULL);
  gtk_widget_set_visible (self->mark, federated);
  if (self->item != NULL)
    {
      gtk_list_item_set_accessible_label (self->item, wave_participant_get_display_name (participant));
      gtk_list_item_set_accessible_description (self->item, detail->str);
    }
}

WaveMembership *
wave_people_row_get_member (WavePeopleRow *row)
{
  g_return_val_if_fail (WAVE_IS_PEOPLE_ROW (row), NULL);
  return row->member;
}

void
wave_people_row_set_member (WavePeopleRow *row, WaveMembership *member, GListModel *typists, GtkListItem *item)
{
  g_return_if_fail (WAVE_IS_PEOPLE_ROW (row));
  if (row->member != NULL)
    g_clear_signal_handler (&row->participant_handler, wave_membership_get_participant (row->member));
  g_clear_signal_handler (&row->member_handler, row->member);
  g_clear_signal_handler (&row->typists_handler, row->typists);
  g_set_object (&row->member, member);
  g_set_object (&row->typists, typists);
  row->item = item;
  if (member == NULL)
    {
      wave_avatar_let_go (WAVE_AVATAR (row->avatar));
      return;
    }
  row->member_handler = g_signal_connect_swapped (member, "notify", G_CALLBACK (update), row);
  row->participant_handler = g_signal_connect_swapped (wave_membership_get_participant (member), "notify", G_CALLBACK (update), row);
  if (typists != NULL)
    row->typists_handler = g_signal_connect_swapped (typists, "items-changed", G_CALLBACK (update), row);
  update (row);
}

static void
wave_people_row_dispose (GObject *object)
{
  WavePeopleRow *self = WAVE_PEOPLE_ROW (object);

  if (self->member != NULL)
    wave_people_row_set_member (self, NULL, NULL, NULL);
  G_OBJECT_CLASS (wave_people_row_parent_class)->dispose (object);
}

static void
wave_people_row_class_init (WavePeopleRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_people_row_dispose;
}

static GtkWidget *
make_line (GtkWidget *column)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (column), label);
  return label;
}

static void
wave_people_row_init (WavePeopleRow *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "people-row");
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  self->avatar = wave_avatar_new (28);
  self->name = make_line (column);
  self->detail = make_line (column);
  gtk_widget_add_css_class (self->detail, "caption");
  gtk_widget_add_css_class (self->detail, "dim-label");
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (column, TRUE);
  self->mark = gtk_image_new_from_icon_name ("wave-federated-symbolic");
  gtk_widget_add_css_class (self->mark, "dim-label");
  wave_tooltip_set_text (self->mark, _("From another server"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->mark), GTK_ACCESSIBLE_PROPERTY_LABEL, _("From another server"), -1);
  gtk_box_append (GTK_BOX (self), self->avatar);
  gtk_box_append (GTK_BOX (self), column);
  gtk_box_append (GTK_BOX (self), self->mark);
}

GtkWidget *
wave_people_row_new (void)
{
  return g_object_new (WAVE_TYPE_PEOPLE_ROW, NULL);
}
