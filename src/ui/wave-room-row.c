// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-room-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/wave-format.h"
#include "ui/wave-live-text.h"
#include "ui/wave-presence.h"
#include "ui/wave-sparkline.h"
#include "ui/wave-tooltip.h"
#include "ui/wave-words-room.h"
#include "ui/wave-words.h"

struct _WaveRoomRow
{
  GtkBox parent_instance;

  GtkWidget *avatar, *name, *line, *sparkline, *badge, *when, *muted;
  WaveRoom *room;
  GListModel *typists;
  gulong room_handler, typists_handler;
  gint64 now_mono;
  gint64 updated_us;
  guint update_source;
};

/* In a storm a room changes with every frame; nobody reads a line that does, and to shape its text is what a list costs. */
#define UPDATE_US (G_USEC_PER_SEC / 8)

G_DEFINE_FINAL_TYPE (WaveRoomRow, wave_room_row, GTK_TYPE_BOX)

static void
set_class (GtkWidget *widget, const char *css_class, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

/* What to say of a room in which nothing was heard yet: its topic, else what it is. */
static char *
quiet_line (WaveRoom *room)
{
  guint members = g_list_model_get_n_items (wave_room_get_members (room));
  g_autofree char *type = wave_words_room_type (wave_room_get_room_type (room));

  if (wave_room_get_topic (room) != NULL)
    return wave_words_line (wave_room_get_topic (room), 160);
  if (members > 0 && g_strcmp0 (wave_room_get_room_type (room), "dm") != 0)
    /* Translators: what a room is and how many are in it: "Group · 6 members". */
    return g_strdup_printf (ngettext ("%s · %u member", "%s · %u members", members), type, members);
  return g_steal_pointer (&type);
}

static void
update_line (WaveRoomRow *self)
{
  g_autofree char *typing = wave_words_typing (self->typists);
  const char *ai = wave_room_get_ai_line (self->room);
  const char *preview = wave_room_get_preview (self->room);
  g_autofree char *text = NULL;
  WaveAiPhase phase = wave_room_get_ai_phase (self->room);

  if (ai != NULL && phase != WAVE_AI_IDLE)
    {
      g_autofree char *elapsed = self->now_mono > 0 ? wave_format_elapsed (self->now_mono - wave_room_get_ai_since (self->room)) : NULL;

      text = elapsed != NULL ? g_strdup_printf ("%s · %s", ai, elapsed) : g_strdup (ai);
    }
  else if (typing != NULL)
    text = g_steal_pointer (&typing);
  else
    text = preview != NULL ? g_strdup (preview) : quiet_line (self->room);
  wave_live_text_set_text (WAVE_LIVE_TEXT (self->line), text != NULL ? text : "");
  set_class (self->line, "ai-calling", phase == WAVE_AI_CALLING || phase == WAVE_AI_OTHER);
  set_class (self->line, "ai-busy", phase == WAVE_AI_GENERATING || phase == WAVE_AI_THINKING);
  set_class (self->line, "dim-label", phase == WAVE_AI_IDLE);
}

/* In a storm it counts several times a second: an inscription asks the window for a new layout when it needs more digits, a label each time. */
static void
set_badge (GtkWidget *badge, const char *count)
{
  /* A sign is wider than a digit. */
  guint n = strlen (count) + (strchr (count, '+') != NULL);

  gtk_inscription_set_min_chars (GTK_INSCRIPTION (badge), n);
  gtk_inscription_set_nat_chars (GTK_INSCRIPTION (badge), n);
  gtk_inscription_set_text (GTK_INSCRIPTION (badge), count);
}

static void
update (WaveRoomRow *self)
{
  guint unread = wave_room_get_unread (self->room);
  guint mentions;
  gboolean left, forbidden;
  g_autofree char *count = g_strdup_printf ("%u", MIN (unread, 999));
  g_autofree char *when = wave_format_when (wave_room_get_last_activity (self->room), g_get_real_time ());

  g_object_get (self->room, "mentions", &mentions, "left", &left, "forbidden", &forbidden, NULL);
  wave_avatar_set_text (WAVE_AVATAR (self->avatar), wave_room_get_display_name (self->room));
  gtk_label_set_text (GTK_LABEL (self->name), wave_room_get_display_name (self->room));
  set_class (self->name, "heading", unread > 0 && !wave_room_get_muted (self->room));
  set_class (GTK_WIDGET (self), "unreadable", left || forbidden);
  set_badge (self->badge, unread > 999 ? "999+" : count);
  gtk_widget_set_visible (self->badge, unread > 0 && !wave_room_get_muted (self->room));
  set_class (self->badge, "mention", mentions > 0);
  gtk_label_set_text (GTK_LABEL (self->when), wave_room_get_last_activity (self->room) > 0 ? when : "");
  gtk_widget_set_visible (self->muted, wave_room_get_muted (self->room));
  update_line (self);
}

static gboolean
on_update_due (gpointer user_data)
{
  WaveRoomRow *self = user_data;

  self->update_source = 0;
  self->updated_us = g_get_monotonic_time ();
  update (self);
  return G_SOURCE_REMOVE;
}

/* The first change shows at once, the ones after it together. */
static void
queue_update (WaveRoomRow *self)
{
  gint64 left = self->updated_us + UPDATE_US - g_get_monotonic_time ();

  if (self->update_source != 0)
    return;
  if (left <= 0)
    {
      on_update_due (self);
      return;
    }
  self->update_source = g_timeout_add (left / 1000 + 1, on_update_due, self);
  g_source_set_static_name (g_main_context_find_source_by_id (NULL, self->update_source), "wave-room-row-update");
}

void
wave_room_row_tick (WaveRoomRow *row, gint64 now_mono_us)
{
  guint8 activity[60];
  guint values[60];
  guint sum = 0;

  g_return_if_fail (WAVE_IS_ROOM_ROW (row));
  if (row->room == NULL)
    return;
  row->now_mono = now_mono_us;
  wave_room_get_activity (row->room, activity);
  for (guint i = 0; i < 60; i++)
    sum += values[i] = activity[i];
  gtk_widget_set_visible (row->sparkline, sum > 0);
  gtk_widget_set_visible (row->when, sum == 0);
  wave_sparkline_set_values (WAVE_SPARKLINE (row->sparkline), values, 60);
  if (wave_room_get_ai_phase (row->room) != WAVE_AI_IDLE)
    update_line (row);
}

WaveRoom *
wave_room_row_get_room (WaveRoomRow *row)
{
  g_return_val_if_fail (WAVE_IS_ROOM_ROW (row), NULL);
  return row->room;
}

void
wave_room_row_set_room (WaveRoomRow *row, WaveRoom *room)
{
  g_return_if_fail (WAVE_IS_ROOM_ROW (row));
  g_clear_signal_handler (&row->room_handler, row->room);
  g_clear_signal_handler (&row->typists_handler, row->typists);
  g_clear_handle_id (&row->update_source, g_source_remove);
  g_set_object (&row->room, room);
  row->typists = NULL;
  if (room == NULL)
    return;
  row->typists = wave_room_get_typists (room);
  row->room_handler = g_signal_connect_swapped (room, "notify", G_CALLBACK (queue_update), row);
  row->typists_handler = g_signal_connect_swapped (row->typists, "items-changed", G_CALLBACK (queue_update), row);
  update (row);
  wave_room_row_tick (row, row->now_mono);
}

static void
wave_room_row_dispose (GObject *object)
{
  wave_room_row_set_room (WAVE_ROOM_ROW (object), NULL);
  G_OBJECT_CLASS (wave_room_row_parent_class)->dispose (object);
}

static void
wave_room_row_class_init (WaveRoomRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_room_row_dispose;
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
wave_room_row_init (WaveRoomRow *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *bottom = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (GTK_WIDGET (self), "room-row");
  self->avatar = wave_avatar_new (34);
  self->name = make_label (NULL);
  gtk_widget_set_hexpand (self->name, TRUE);
  self->line = wave_live_text_new ();
  wave_live_text_set_one_line (WAVE_LIVE_TEXT (self->line));
  gtk_widget_add_css_class (self->line, "caption");
  gtk_widget_set_hexpand (self->line, TRUE);
  self->muted = gtk_image_new_from_icon_name ("notifications-disabled-symbolic");
  gtk_widget_add_css_class (self->muted, "dim-label");
  wave_tooltip_set_text (self->muted, _("Muted here"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->muted), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Muted here"), -1);
  self->sparkline = wave_sparkline_new (44, 14);
  self->when = make_label ("caption");
  gtk_label_set_ellipsize (GTK_LABEL (self->when), PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (self->when, "dim-label");
  self->badge = gtk_inscription_new (NULL);
  gtk_widget_add_css_class (self->badge, "unread-badge");
  gtk_widget_add_css_class (self->badge, "numeric");
  gtk_inscription_set_min_lines (GTK_INSCRIPTION (self->badge), 1);
  gtk_inscription_set_xalign (GTK_INSCRIPTION (self->badge), 0.5);
  gtk_widget_set_valign (self->badge, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (column, TRUE);
  gtk_box_append (GTK_BOX (self), self->avatar);
  gtk_box_append (GTK_BOX (self), column);
  gtk_box_append (GTK_BOX (column), top);
  gtk_box_append (GTK_BOX (column), bottom);
  gtk_box_append (GTK_BOX (top), self->name);
  gtk_box_append (GTK_BOX (top), self->muted);
  gtk_box_append (GTK_BOX (top), self->sparkline);
  gtk_box_append (GTK_BOX (top), self->when);
  gtk_box_append (GTK_BOX (bottom), self->line);
  gtk_box_append (GTK_BOX (bottom), self->badge);
}

GtkWidget *
wave_room_row_new (void)
{
  return g_object_new (WAVE_TYPE_ROOM_ROW, NULL);
}
