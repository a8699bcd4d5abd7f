// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-presence.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "ui/wave-tooltip.h"

const char *
wave_presence_get_label (WavePresenceState state)
{
  switch (state)
    {
    case WAVE_PRESENCE_ONLINE:
      return _("Online");
    case WAVE_PRESENCE_IDLE:
      return _("Idle");
    case WAVE_PRESENCE_BUSY:
      return _("Busy");
    case WAVE_PRESENCE_APPEAR_OFFLINE:
      return _("Appears offline");
    case WAVE_PRESENCE_OFFLINE:
      return _("Offline");
    case WAVE_PRESENCE_UNKNOWN:
    default:
      return _("Presence not known");
    }
}

/* ---- the dot ---- */

struct _WavePresenceDot
{
  GtkWidget parent_instance;
  WavePresenceState state;
};

G_DEFINE_FINAL_TYPE (WavePresenceDot, wave_presence_dot, GTK_TYPE_WIDGET)

#define DOT_SIZE 12

static void
wave_presence_dot_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                           int *natural_baseline)
{
  *minimum = *natural = DOT_SIZE;
  *minimum_baseline = *natural_baseline = -1;
}

static void
add_circle (GskPathBuilder *builder, float x, float y, float radius)
{
  gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT (x, y), radius);
}

static void
stroke_ring (GtkSnapshot *snapshot, float x, float y, float radius, float width, const GdkRGBA *color, gboolean dashed)
{
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;
  g_autoptr (GskStroke) stroke = gsk_stroke_new (width);

  if (dashed)
    gsk_stroke_set_dash (stroke, (const float[]){ 1.6f, 1.6f }, 2);
  add_circle (builder, x, y, radius);
  path = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_stroke (snapshot, path, stroke, color);
}

static void
fill_circle (GtkSnapshot *snapshot, float x, float y, float radius, const GdkRGBA *color)
{
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;

  add_circle (builder, x, y, radius);
  path = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, color);
}

static void
wave_presence_dot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WavePresenceDot *self = WAVE_PRESENCE_DOT (widget);
  float x = gtk_widget_get_width (widget) / 2.0f;
  float y = gtk_widget_get_height (widget) / 2.0f;
  float radius = 4.5f;
  GdkRGBA color;

  gtk_widget_get_color (widget, &color);
  switch (self->state)
    {
    case WAVE_PRESENCE_ONLINE:
      fill_circle (snapshot, x, y, radius, &color);
      break;
    case WAVE_PRESENCE_IDLE:
      stroke_ring (snapshot, x, y, radius - 0.75f, 1.5f, &color, FALSE);
      gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (x - radius, y - radius, radius, 2 * radius));
      fill_circle (snapshot, x, y, radius, &color);
      gtk_snapshot_pop (snapshot);
      break;
    case WAVE_PRESENCE_BUSY:
      fill_circle (snapshot, x, y, radius, &color);
      gtk_snapshot_append_color (snapshot, &(GdkRGBA){ 1, 1, 1, 1 }, &GRAPHENE_RECT_INIT (x - 2.5f, y - 0.9f, 5, 1.8f));
      break;
    case WAVE_PRESENCE_APPEAR_OFFLINE:
      stroke_ring (snapshot, x, y, radius - 0.75f, 1.5f, &color, FALSE);
      fill_circle (snapshot, x, y, 1.5f, &color);
      break;
    case WAVE_PRESENCE_OFFLINE:
      stroke_ring (snapshot, x, y, radius - 0.75f, 1.5f, &color, FALSE);
      break;
    case WAVE_PRESENCE_UNKNOWN:
    default:
      stroke_ring (snapshot, x, y, radius - 0.75f, 1.2f, &color, TRUE);
      break;
    }
}

static void
wave_presence_dot_class_init (WavePresenceDotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = wave_presence_dot_measure;
  widget_class->snapshot = wave_presence_dot_snapshot;
  gtk_widget_class_set_css_name (widget_class, "presence");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
wave_presence_dot_init (WavePresenceDot *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (GTK_WIDGET (self), "unknown");
}

GtkWidget *
wave_presence_dot_new (void)
{
  return g_object_new (WAVE_TYPE_PRESENCE_DOT, NULL);
}

void
wave_presence_dot_set_state (WavePresenceDot *dot, WavePresenceState state)
{
  static const char *const classes[] = { "unknown", "online", "idle", "busy", "hidden", "offline" };

  g_return_if_fail (WAVE_IS_PRESENCE_DOT (dot));
  if (state >= G_N_ELEMENTS (classes))
    state = WAVE_PRESENCE_UNKNOWN;
  /* Said of people and AIs with every event of theirs. */
  if (dot->state == state && wave_tooltip_get_text (GTK_WIDGET (dot)) != NULL)
    return;
  gtk_widget_remove_css_class (GTK_WIDGET (dot), classes[dot->state]);
  gtk_widget_add_css_class (GTK_WIDGET (dot), classes[state]);
  dot->state = state;
  gtk_accessible_update_property (GTK_ACCESSIBLE (dot), GTK_ACCESSIBLE_PROPERTY_LABEL, wave_presence_get_label (state), -1);
  wave_tooltip_set_text (GTK_WIDGET (dot), wave_presence_get_label (state));
  gtk_widget_queue_draw (GTK_WIDGET (dot));
}

/* ---- the avatar ---- */

struct _WaveAvatar
{
  GtkWidget parent_instance;
  GtkWidget *avatar; /* AdwAvatar */
  GtkWidget *frame;  /* around the dot, in the colour of the background */
  GtkWidget *dot;
  WaveParticipant *participant;
  gulong handler;
  gboolean show_presence;
};

G_DEFINE_FINAL_TYPE (WaveAvatar, wave_avatar, GTK_TYPE_WIDGET)

/* A ligature or a cuneiform sign may be wider than any avatar: initials are letters, digits or what stands on a keyboard. */
static gboolean
can_be_initial (gunichar c)
{
  return (c > ' ' && c < 0x7f) || g_unichar_isalpha (c) || g_unichar_isdigit (c);
}

static gboolean
has_initials (const char *name)
{
  const char *space = name != NULL ? strrchr (name, ' ') : NULL;

  return name != NULL && can_be_initial (g_utf8_get_char (name)) && (space == NULL || space[1] == '\0' || can_be_initial (g_utf8_get_char (space + 1)));
}

static void
wave_avatar_update (WaveAvatar *self)
{
  gboolean is_ai = wave_participant_get_is_ai (self->participant);
  WavePresenceState presence = wave_participant_get_presence (self->participant);

  adw_avatar_set_text (ADW_AVATAR (self->avatar), wave_participant_get_display_name (self->participant));
  adw_avatar_set_show_initials (ADW_AVATAR (self->avatar), !is_ai && has_initials (wave_participant_get_display_name (self->participant)));
  adw_avatar_set_icon_name (ADW_AVATAR (self->avatar), is_ai ? "wave-ai-symbolic" : NULL);
  wave_presence_dot_set_state (WAVE_PRESENCE_DOT (self->dot), presence);
  /* AIs are not asked for their presence: they are there. */
  gtk_widget_set_visible (self->frame, self->show_presence && !(is_ai && presence == WAVE_PRESENCE_UNKNOWN));
}

static void
wave_avatar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                     int *natural_baseline)
{
  WaveAvatar *self = WAVE_AVATAR (widget);

  *minimum = *natural = adw_avatar_get_size (ADW_AVATAR (self->avatar));
  *minimum_baseline = *natural_baseline = -1;
}

static void
wave_avatar_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WaveAvatar *self = WAVE_AVATAR (widget);
  int size = adw_avatar_get_size (ADW_AVATAR (self->avatar));
  int x = (width - size) / 2;
  int y = (height - size) / 2;
  GtkRequisition dot;
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  gtk_widget_size_allocate (self->avatar, &(GtkAllocation){ x, y, size, size }, -1);
  gtk_widget_get_preferred_size (self->frame, &dot, NULL);
  gtk_widget_size_allocate (self->frame,
                            &(GtkAllocation){ rtl ? x - 2 : x + size - dot.width + 2, y + size - dot.height + 2, dot.width, dot.height }, -1);
}

static void
wave_avatar_dispose (GObject *object)
{
  WaveAvatar *self = WAVE_AVATAR (object);

  g_clear_signal_handler (&self->handler, self->participant);
  g_clear_object (&self->participant);
  g_clear_pointer (&self->avatar, gtk_widget_unparent);
  g_clear_pointer (&self->frame, gtk_widget_unparent);
  G_OBJECT_CLASS (wave_avatar_parent_class)->dispose (object);
}

static void
wave_avatar_class_init (WaveAvatarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_avatar_dispose;
  widget_class->measure = wave_avatar_measure;
  widget_class->size_allocate = wave_avatar_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
wave_avatar_init (WaveAvatar *self)
{
  self->avatar = adw_avatar_new (32, NULL, TRUE);
  gtk_widget_set_parent (self->avatar, GTK_WIDGET (self));
  self->frame = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->frame, "presence-frame");
  self->dot = wave_presence_dot_new ();
  gtk_box_append (GTK_BOX (self->frame), self->dot);
  gtk_widget_set_parent (self->frame, GTK_WIDGET (self));
  gtk_widget_set_visible (self->frame, FALSE);
}

GtkWidget *
wave_avatar_new (int size)
{
  WaveAvatar *self = g_object_new (WAVE_TYPE_AVATAR, NULL);

  adw_avatar_set_size (ADW_AVATAR (self->avatar), size);
  return GTK_WIDGET (self);
}

void
wave_avatar_set_participant (WaveAvatar *avatar, WaveParticipant *participant, gboolean show_presence)
{
  g_return_if_fail (WAVE_IS_AVATAR (avatar));
  g_return_if_fail (participant == NULL || WAVE_IS_PARTICIPANT (participant));

  avatar->show_presence = show_presence;
  if (avatar->participant != participant)
    {
      g_clear_signal_handler (&avatar->handler, avatar->participant);
      g_set_object (&avatar->participant, participant);
      if (participant != NULL)
        avatar->handler = g_signal_connect_swapped (participant, "notify", G_CALLBACK (wave_avatar_update), avatar);
      else
        adw_avatar_set_text (ADW_AVATAR (avatar->avatar), NULL);
    }
  if (participant != NULL)
    wave_avatar_update (avatar);
  else
    gtk_widget_set_visible (avatar->frame, FALSE);
}

void
wave_avatar_let_go (WaveAvatar *avatar)
{
  g_return_if_fail (WAVE_IS_AVATAR (avatar));
  g_clear_signal_handler (&avatar->handler, avatar->participant);
  g_clear_object (&avatar->participant);
}

void
wave_avatar_set_text (WaveAvatar *avatar, const char *text)
{
  g_return_if_fail (WAVE_IS_AVATAR (avatar));
  wave_avatar_set_participant (avatar, NULL, FALSE);
  adw_avatar_set_show_initials (ADW_AVATAR (avatar->avatar), has_initials (text));
  adw_avatar_set_icon_name (ADW_AVATAR (avatar->avatar), NULL);
  adw_avatar_set_text (ADW_AVATAR (avatar->avatar), text);
}
