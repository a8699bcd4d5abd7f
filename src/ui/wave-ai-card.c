// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <math.h>

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "ui/wave-format.h"
#include "ui/wave-side-cards.h"
#include "ui/wave-side-parts.h"
#include "ui/wave-words-room.h"
#include "ui/wave-words.h"

/* A fuller context than this is pointed out: compaction is near. */
#define NEARLY_FULL 0.85

struct _WaveAiCard
{
  GtkBox parent_instance;

  GtkWidget *rows;
  WaveRoom *room;
  gint64 now_mono;
};

G_DEFINE_FINAL_TYPE (WaveAiCard, wave_ai_card, GTK_TYPE_BOX)

typedef struct
{
  WaveAiCard *card; /* borrowed */
  WaveAiState *state;
  GtkWidget *name, *phase, *stale, *manner, *context, *numbers, *meter;
  gulong handler, name_handler;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_clear_signal_handler (&row->handler, row->state);
  g_clear_signal_handler (&row->name_handler, wave_ai_state_get_participant (row->state));
  g_object_unref (row->state);
  g_free (row);
}

static void
update_phase (Row *row)
{
  static const char *const classes[] = { "dim-label", "ai-busy", "ai-calling", NULL };
  WaveAiPhase phase = wave_ai_state_get_phase (row->state);
  g_autofree char *words = wave_words_phase (phase, wave_ai_state_get_status (row->state), wave_ai_state_get_tool (row->state));
  g_autofree char *line = wave_words_line (words, 80);
  g_autofree char *shown = NULL;
  gint64 since = wave_ai_state_get_since (row->state);

  if (since > 0 && row->card->now_mono > 0)
    {
      g_autofree char *elapsed = wave_format_elapsed (row->card->now_mono - since);

      shown = g_strdup_printf ("%s · %s", line, elapsed);
    }
  wave_side_set_text (row->phase, shown != NULL ? shown : line);
  wave_side_set_class (row->phase, classes,
                       phase == WAVE_AI_IDLE                               ? "dim-label"
                       : phase == WAVE_AI_CALLING || phase == WAVE_AI_OTHER ? "ai-calling"
                                                                            : "ai-busy");
  gtk_widget_set_visible (row->stale, wave_ai_state_get_stale (row->state));
}

static void
update_context (Row *row)
{
  gint64 used = wave_ai_state_get_context_used (row->state);
  gint64 limit = wave_ai_state_get_context_limit (row->state);
  double ratio = wave_ai_state_get_context_ratio (row->state);
  gboolean known = used >= 0 || isfinite (ratio);

  gtk_widget_set_visible (row->context, known);
  gtk_widget_set_visible (row->meter, known && isfinite (ratio));
  if (!known)
    return;
  {
    g_autofree char *one = used >= 0 ? wave_format_count (used) : g_strdup_printf (_("%.0f %%"), ratio * 100);
    g_autofree char *two = limit > 0 ? wave_format_count (limit) : NULL;
    g_autofree char *numbers = two != NULL ? g_strdup_printf ("%s / %s", one, two) : g_strdup (one);

    wave_side_set_text (row->numbers, numbers);
    gtk_accessible_update_property (GTK_ACCESSIBLE (row->meter), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, numbers, -1);
  }
  wave_side_meter_set (row->meter, ratio, ratio > NEARLY_FULL ? "warning" : NULL);
}

static void
update_manner (Row *row)
{
  WaveMembership *membership
      = row->card->room != NULL ? wave_room_get_membership (row->card->room, wave_ai_state_get_participant (row->state)) : NULL;
  const char *mode = wave_ai_state_get_engagement (row->state);
  g_autofree char *engagement = NULL;
  g_autofree char *response = membership != NULL ? wave_words_response_mode (wave_membership_get_response_mode (membership)) : NULL;
  g_autofree char *text = NULL;

  if (mode == NULL && row->card->room != NULL)
    mode = wave_room_get_engagement (row->card->room);
  engagement = wave_words_engagement (mode);
  if (engagement != NULL && response != NULL)
    text = g_strdup_printf ("%s · %s", engagement, response);
  wave_side_set_text (row->manner, text != NULL ? text : engagement != NULL ? engagement : response);
}

static void
update_row (Row *row)
{
  gtk_label_set_text (GTK_LABEL (row->name), wave_participant_get_display_name (wave_ai_state_get_participant (row->state)));
  update_phase (row);
  update_manner (row);
  update_context (row);
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  Row *row = g_new0 (Row, 1);

  row->card = user_data;
  row->state = g_object_ref (item);
  row->name = wave_side_label (NULL, "heading", NULL);
  gtk_label_set_wrap (GTK_LABEL (row->name), FALSE);
  gtk_label_set_ellipsize (GTK_LABEL (row->name), PANGO_ELLIPSIZE_END);
  row->phase = wave_side_label (NULL, "caption", NULL);
  row->stale = wave_side_label (_("No sign of it for a while"), "caption", "warning");
  row->manner = wave_side_label (NULL, "caption", "dim-label");
  row->numbers = wave_side_label (NULL, "caption", NULL);
  row->context = wave_side_pair (wave_side_label (_("Context"), "caption", "dim-label"), row->numbers);
  row->meter = wave_side_meter (_("Context in use"));
  gtk_box_append (GTK_BOX (box), wave_side_pair (row->name, row->phase));
  gtk_box_append (GTK_BOX (box), row->manner);
  gtk_box_append (GTK_BOX (box), row->stale);
  gtk_box_append (GTK_BOX (box), row->context);
  gtk_box_append (GTK_BOX (box), row->meter);
  g_object_set_data_full (G_OBJECT (box), "row", row, row_free);
  row->handler = g_signal_connect_swapped (item, "notify", G_CALLBACK (update_row), row);
  row->name_handler = g_signal_connect_swapped (wave_ai_state_get_participant (item), "notify::display-name", G_CALLBACK (update_row), row);
  update_row (row);
  return box;
}

static void
follow_rows (WaveAiCard *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), gtk_widget_get_visible (self->rows));
}

void
wave_ai_card_tick (WaveAiCard *card, gint64 now_mono_us)
{
  g_return_if_fail (WAVE_IS_AI_CARD (card));
  card->now_mono = now_mono_us;
  for (GtkWidget *box = gtk_widget_get_first_child (card->rows); box != NULL; box = gtk_widget_get_next_sibling (box))
    {
      Row *row = g_object_get_data (G_OBJECT (box), "row");

      update_phase (row);
      update_manner (row);
    }
}

void
wave_ai_card_set_room (WaveAiCard *card, WaveRoom *room)
{
  g_return_if_fail (WAVE_IS_AI_CARD (card));
  if (card->room == room)
    return;
  wave_side_bind (GTK_BOX (card->rows), NULL, NULL, NULL);
  g_set_object (&card->room, room);
  if (room != NULL)
    wave_side_bind (GTK_BOX (card->rows), wave_room_get_ai_states (room), make_row, card);
}

static void
wave_ai_card_dispose (GObject *object)
{
  WaveAiCard *self = WAVE_AI_CARD (object);

  if (self->room != NULL)
    wave_ai_card_set_room (self, NULL);
  G_OBJECT_CLASS (wave_ai_card_parent_class)->dispose (object);
}

static void
wave_ai_card_class_init (WaveAiCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_ai_card_dispose;
}

static void
wave_ai_card_init (WaveAiCard *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "side-card");
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  g_signal_connect_swapped (self->rows, "notify::visible", G_CALLBACK (follow_rows), self);
  gtk_box_append (GTK_BOX (self), self->rows);
  gtk_widget_set_visible (self->rows, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
