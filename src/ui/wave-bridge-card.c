// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "journal/wave-filter.h"
#include "model/wave-room-parts.h"
#include "ui/wave-format.h"
#include "ui/wave-side-cards.h"
#include "ui/wave-side-parts.h"
#include "ui/wave-words-room.h"

struct _WaveBridgeCard
{
  GtkBox parent_instance;

  GtkWidget *title, *rows, *federation, *federation_count, *federation_when, *federation_show;
  WaveRoom *room;
  gulong room_handler, federated_handler;
};

G_DEFINE_FINAL_TYPE (WaveBridgeCard, wave_bridge_card, GTK_TYPE_BOX)

typedef struct
{
  WaveBridge *bridge;
  GtkWidget *name, *status, *detail, *error;
  gulong handler;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_clear_signal_handler (&row->handler, row->bridge);
  g_object_unref (row->bridge);
  g_free (row);
}

static const char *
status_class (WaveBridge *bridge)
{
  const char *status = wave_bridge_get_status (bridge);

  if (wave_bridge_get_error (bridge) != NULL || g_strcmp0 (status, "error") == 0 || g_strcmp0 (status, "disconnected") == 0)
    return "error";
  if (g_strcmp0 (status, "active") == 0 || g_strcmp0 (status, "connected") == 0)
    return "success";
  return g_strcmp0 (status, "paused") == 0 ? "warning" : "dim-label";
}

static void
update_row (Row *row)
{
  static const char *const classes[] = { "success", "warning", "error", "dim-label", NULL };
  const char *transport = wave_bridge_get_transport (row->bridge);
  g_autofree char *name = wave_words_transport (transport != NULL ? transport : wave_bridge_get_bridge_id (row->bridge));
  g_autofree char *status = wave_words_bridge_status (wave_bridge_get_status (row->bridge));
  g_autofree char *error = NULL;
  g_autoptr (GString) detail = g_string_new (NULL);
  guint messages = wave_bridge_get_n_messages (row->bridge);
  guint errors = wave_bridge_get_n_errors (row->bridge);
  const char *last = wave_bridge_get_last_error (row->bridge);

  wave_side_set_text (row->name, name);
  wave_side_set_text (row->status, status);
  wave_side_set_class (row->status, classes, status_class (row->bridge));
  if (wave_bridge_get_changed_wall (row->bridge) > 0)
    {
      g_autofree char *when = wave_format_when (wave_bridge_get_changed_wall (row->bridge), g_get_real_time ());

      /* Translators: when the state of a bridge was told last. */
      g_string_append_printf (detail, _("since %s · "), when);
    }
  g_string_append_printf (detail, ngettext ("%u message", "%u messages", messages), messages);
  if (errors > 0)
    g_string_append_printf (detail, ngettext (" · %u error", " · %u errors", errors), errors);
  wave_side_set_text (row->detail, detail->str);
  if (last != NULL)
    {
      g_autofree char *line = wave_words_lines (last, 600);
      g_autofree char *when = wave_format_when (wave_bridge_get_last_error_wall (row->bridge), g_get_real_time ());

      error = wave_bridge_get_error (row->bridge) != NULL ? g_strdup (line) : g_strdup_printf (_("%s, before: %s"), when, line);
    }
  wave_side_set_text (row->error, error);
  wave_side_set_class (row->error, classes, wave_bridge_get_error (row->bridge) != NULL ? "error" : "dim-label");
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  Row *row = g_new0 (Row, 1);

  row->bridge = g_object_ref (item);
  row->name = wave_side_label (NULL, "heading", NULL);
  row->status = wave_side_label (NULL, "caption", NULL);
  row->detail = wave_side_label (NULL, "caption", "dim-label");
  gtk_widget_add_css_class (row->detail, "numeric");
  row->error = wave_side_label (NULL, "caption", NULL);
  gtk_box_append (GTK_BOX (box), wave_side_pair (row->name, row->status));
  gtk_box_append (GTK_BOX (box), row->detail);
  gtk_box_append (GTK_BOX (box), row->error);
  g_object_set_data_full (G_OBJECT (box), "row", row, row_free);
  row->handler = g_signal_connect_swapped (item, "notify", G_CALLBACK (update_row), row);
  update_row (row);
  return box;
}

static void
update (WaveBridgeCard *self)
{
  guint n = self->room != NULL ? wave_room_get_n_federation (self->room) : 0;
  gboolean federated = self->room != NULL && wave_room_get_federated (self->room);
  gboolean bridges = gtk_widget_get_visible (self->rows);

  gtk_widget_set_visible (GTK_WIDGET (self), federated || bridges);
  gtk_widget_set_visible (self->title, bridges);
  gtk_widget_set_visible (self->federation, federated);
  if (federated)
    {
      g_autofree char *count = g_strdup_printf (ngettext ("%u event", "%u events", n), n);
      g_autofree char *when = n > 0 ? wave_format_clock (wave_room_get_federation_wall (self->room)) : NULL;
      /* Translators: what federation events hold is the servers' affair; they can be looked at in Activity. */
      g_autofree char *line = when != NULL ? g_strdup_printf (_("latest at %s; their inside is the servers’ affair"), when)
                                           : g_strdup (_("shared with another server"));

      wave_side_set_text (self->federation_count, n > 0 ? count : NULL);
      wave_side_set_text (self->federation_when, line);
      gtk_widget_set_visible (self->federation_show, n > 0);
    }
}

void
wave_bridge_card_set_room (WaveBridgeCard *card, WaveRoom *room)
{
  g_return_if_fail (WAVE_IS_BRIDGE_CARD (card));
  if (card->room == room)
    return;
  g_clear_signal_handler (&card->room_handler, card->room);
  g_clear_signal_handler (&card->federated_handler, card->room);
  g_set_object (&card->room, room);
  wave_side_bind (GTK_BOX (card->rows), room != NULL ? wave_room_get_bridges (room) : NULL, make_row, NULL);
  if (room != NULL)
    {
      g_autofree char *term = wave_filter_quote ("room", wave_room_get_id (room));
      g_autofree char *filter = g_strdup_printf ("type:swp.federation.event %s", term);

      card->room_handler = g_signal_connect_swapped (room, "notify::n-federation", G_CALLBACK (update), card);
      /* A snapshot may tell that only after the room was opened. */
      card->federated_handler = g_signal_connect_swapped (room, "notify::federated", G_CALLBACK (update), card);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (card->federation_show), "s", filter);
    }
  update (card);
}

static void
wave_bridge_card_dispose (GObject *object)
{
  WaveBridgeCard *self = WAVE_BRIDGE_CARD (object);

  if (self->room != NULL)
    wave_bridge_card_set_room (self, NULL);
  G_OBJECT_CLASS (wave_bridge_card_parent_class)->dispose (object);
}

static void
wave_bridge_card_class_init (WaveBridgeCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_bridge_card_dispose;
}

static void
wave_bridge_card_init (WaveBridgeCard *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "side-card");
  self->title = wave_side_label (_("Bridges"), "caption-heading", "dim-label");
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  g_signal_connect_swapped (self->rows, "notify::visible", G_CALLBACK (update), self);
  self->federation = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->federation_count = wave_side_label (NULL, "caption", "dim-label");
  self->federation_when = wave_side_label (NULL, "caption", "dim-label");
  gtk_box_append (GTK_BOX (self->federation), wave_side_pair (wave_side_label (_("Federation"), "heading", NULL), self->federation_count));
  gtk_box_append (GTK_BOX (self->federation), self->federation_when);
  self->federation_show = gtk_button_new_with_label (_("Show in Activity"));
  gtk_widget_set_halign (self->federation_show, GTK_ALIGN_START);
  gtk_widget_add_css_class (self->federation_show, "flat");
  gtk_widget_add_css_class (self->federation_show, "small-button");
  gtk_widget_add_css_class (self->federation_show, "accent");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->federation_show), "s", "type:swp.federation.event");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->federation_show), "win.filter");
  gtk_box_append (GTK_BOX (self->federation), self->federation_show);
  gtk_box_append (GTK_BOX (self), self->title);
  gtk_box_append (GTK_BOX (self), self->rows);
  gtk_box_append (GTK_BOX (self), self->federation);
  gtk_widget_set_visible (self->rows, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
