// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "model/wave-room-parts.h"
#include "ui/wave-format.h"
#include "ui/wave-side-cards.h"
#include "ui/wave-side-parts.h"
#include "ui/wave-words-room.h"

/* The live ones and the latest that ended. */
#define SHOWN 12
/* Sidekicks spawn sidekicks; deeper ones stand at this depth. */
#define MAX_DEPTH 4

struct _WaveSidekickCard
{
  GtkBox parent_instance;

  GtkWidget *title, *rows;
  WaveRoom *room;
  GtkSorter *sorter;
  gint64 now_mono;
};

static guint signal_open_room;

G_DEFINE_FINAL_TYPE (WaveSidekickCard, wave_sidekick_card, GTK_TYPE_BOX)

typedef struct
{
  WaveSidekickCard *card; /* borrowed */
  WaveSidekickItem *item;
  guint depth;
  GtkWidget *name, *measure, *task, *meter, *outcome, *open, *children;
  gulong handler;
} Row;

static GtkWidget *make_row (gpointer item, gpointer user_data);

static void
row_free (gpointer data)
{
  Row *row = data;

  g_clear_signal_handler (&row->handler, row->item);
  g_object_unref (row->item);
  g_free (row);
}

/* "12 / 25 steps · 1:40", and once it is over its end in a word. */
static char *
measure_words (WaveSidekickItem *item, gint64 elapsed)
{
  gint64 used = wave_sidekick_item_get_steps_used (item);
  g_autofree char *span = g_strdup_printf ("%d:%02d", (int) (elapsed / G_USEC_PER_SEC / 60), (int) (elapsed / G_USEC_PER_SEC % 60));
  gint64 timeout = wave_sidekick_item_get_timeout (item) / G_USEC_PER_SEC;
  g_autofree char *status = wave_words_sidekick_status (wave_sidekick_item_get_status (item));
  g_autoptr (GString) words = g_string_new (NULL);

  if (!wave_sidekick_item_get_live (item))
    g_string_append_printf (words, "%s · ", status);
  if (used >= 0)
    /* Translators: steps that a sidekick has used, and how many it may use. */
    g_string_append_printf (words, _("%d / %d steps · "), (int) used, (int) wave_sidekick_item_get_steps_max (item));
  if (wave_sidekick_item_get_live (item))
    /* Translators: how long a sidekick has run, and how long it may. */
    g_string_append_printf (words, _("%s of %d:%02d"), span, (int) (timeout / 60), (int) (timeout % 60));
  else
    g_string_append (words, span);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
update_measure (Row *row)
{
  gboolean live = wave_sidekick_item_get_live (row->item);
  gint64 end = live ? row->card->now_mono : wave_sidekick_item_get_ended (row->item);
  gint64 elapsed = MAX (end - wave_sidekick_item_get_started (row->item), 0);
  gint64 used = wave_sidekick_item_get_steps_used (row->item);
  gint64 max = wave_sidekick_item_get_steps_max (row->item);
  double time_share = (double) elapsed / MAX (wave_sidekick_item_get_timeout (row->item), 1);
  double step_share = used >= 0 && max > 0 ? (double) used / max : 0;
  g_autofree char *words = measure_words (row->item, elapsed);

  gtk_label_set_text (GTK_LABEL (row->measure), words);
  gtk_widget_set_visible (row->meter, live);
  /* The cap that is nearer. */
  wave_side_meter_set (row->meter, MAX (time_share, step_share), MAX (time_share, step_share) > 0.85 ? "warning" : "success");
}

static void
follow_children (Row *row)
{
  GListModel *children = wave_sidekick_item_get_children (row->item);

  if (children == NULL || row->depth >= MAX_DEPTH || g_object_get_data (G_OBJECT (row->children), "bound") == children)
    return;
  g_object_set_data (G_OBJECT (row->children), "bound", children);
  g_object_set_data (G_OBJECT (row->children), "depth", GUINT_TO_POINTER (row->depth + 1));
  /* A row that is made with children does not stand in the card yet. */
  g_object_set_data (G_OBJECT (row->children), "card", row->card);
  wave_side_bind (GTK_BOX (row->children), children, make_row, row->children);
}

static void
update_row (Row *row)
{
  const char *codename = wave_sidekick_item_get_codename (row->item);
  const char *status = wave_sidekick_item_get_status (row->item);
  const char *result = wave_sidekick_item_get_result (row->item);
  const char *outcome = result != NULL ? result : wave_sidekick_item_get_reason (row->item);
  g_autofree char *name = wave_words_line (codename != NULL ? codename : wave_sidekick_item_get_task_id (row->item), 80);
  g_autofree char *task = wave_sidekick_item_get_task (row->item) != NULL ? wave_words_line (wave_sidekick_item_get_task (row->item), 400) : NULL;
  g_autofree char *lines = outcome != NULL ? wave_words_lines (outcome, 1000) : NULL;
  static const char *const classes[] = { "success", "error", "dim-label", NULL };
  gboolean bad = g_strcmp0 (status, "failed") == 0 || g_strcmp0 (status, "lost") == 0;

  wave_side_set_text (row->name, name);
  wave_side_set_text (row->task, task);
  wave_side_set_text (row->outcome, lines);
  wave_side_set_class (row->outcome, classes, result != NULL ? "success" : bad ? "error" : "dim-label");
  gtk_widget_set_visible (row->open, wave_sidekick_item_get_room_id (row->item) != NULL);
  follow_children (row);
  update_measure (row);
}

static void
on_open (GtkButton *button, Row *row)
{
  const char *room_id = wave_sidekick_item_get_room_id (row->item);

  if (room_id != NULL)
    g_signal_emit (row->card, signal_open_room, 0, room_id);
}

static GtkWidget *
make_open_button (Row *row)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("go-next-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "open-room");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Open Its Room"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Open Its Room"), -1);
  g_signal_connect (button, "clicked", G_CALLBACK (on_open), row);
  return button;
}

/* @user_data: the card, or the box of children of a row, which knows its depth */
static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  Row *row = g_new0 (Row, 1);

  row->card = WAVE_IS_SIDEKICK_CARD (user_data) ? user_data : g_object_get_data (user_data, "card");
  row->depth = WAVE_IS_SIDEKICK_CARD (user_data) ? 0 : GPOINTER_TO_UINT (g_object_get_data (user_data, "depth"));
  row->item = g_object_ref (item);
  row->name = wave_side_label (NULL, "heading", NULL);
  row->measure = wave_side_label (NULL, "caption", "dim-label");
  gtk_widget_add_css_class (row->measure, "numeric");
  row->task = wave_side_label (NULL, "caption", NULL);
  row->meter = wave_side_meter (_("Steps and time used"));
  row->outcome = wave_side_label (NULL, "caption", NULL);
  row->children = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class (row->children, "sidekick-children");
  gtk_widget_set_visible (row->children, FALSE);
  row->open = make_open_button (row);
  gtk_widget_set_hexpand (head, TRUE);
  gtk_box_append (GTK_BOX (head), row->name);
  gtk_box_append (GTK_BOX (head), row->measure);
  gtk_box_append (GTK_BOX (top), head);
  gtk_box_append (GTK_BOX (top), row->open);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), row->task);
  gtk_box_append (GTK_BOX (box), row->meter);
  gtk_box_append (GTK_BOX (box), row->outcome);
  gtk_box_append (GTK_BOX (box), row->children);
  g_object_set_data_full (G_OBJECT (box), "row", row, row_free);
  row->handler = g_signal_connect_swapped (item, "notify", G_CALLBACK (update_row), row);
  update_row (row);
  return box;
}

static void
tick_rows (GtkWidget *rows)
{
  for (GtkWidget *box = gtk_widget_get_first_child (rows); box != NULL; box = gtk_widget_get_next_sibling (box))
    {
      Row *row = g_object_get_data (G_OBJECT (box), "row");

      if (wave_sidekick_item_get_live (row->item))
        update_measure (row);
      tick_rows (row->children);
    }
}

void
wave_sidekick_card_tick (WaveSidekickCard *card, gint64 now_mono_us)
{
  g_return_if_fail (WAVE_IS_SIDEKICK_CARD (card));
  card->now_mono = now_mono_us;
  if (card->room != NULL && gtk_widget_get_visible (GTK_WIDGET (card)))
    {
      gtk_sorter_changed (card->sorter, GTK_SORTER_CHANGE_DIFFERENT);
      tick_rows (card->rows);
    }
}

static int
compare_sidekicks (gconstpointer a, gconstpointer b, gpointer user_data)
{
  WaveSidekickItem *one = (WaveSidekickItem *) a;
  WaveSidekickItem *two = (WaveSidekickItem *) b;
  gboolean first = wave_sidekick_item_get_live (one);
  gboolean second = wave_sidekick_item_get_live (two);

  if (first != second)
    return first ? -1 : 1;
  if (wave_sidekick_item_get_started (one) == wave_sidekick_item_get_started (two))
    return 0;
  return wave_sidekick_item_get_started (one) > wave_sidekick_item_get_started (two) ? -1 : 1;
}

static void
follow_rows (WaveSidekickCard *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), gtk_widget_get_visible (self->rows));
}

void
wave_sidekick_card_set_room (WaveSidekickCard *card, WaveRoom *room)
{
  g_return_if_fail (WAVE_IS_SIDEKICK_CARD (card));
  if (card->room == room)
    return;
  wave_side_bind (GTK_BOX (card->rows), NULL, NULL, NULL);
  g_clear_object (&card->sorter);
  g_set_object (&card->room, room);
  if (room != NULL)
    {
      g_autoptr (GtkSliceListModel) shown = NULL;
      GtkSortListModel *sorted;

      card->sorter = GTK_SORTER (gtk_custom_sorter_new (compare_sidekicks, NULL, NULL));
      sorted = gtk_sort_list_model_new (g_object_ref (wave_room_get_sidekicks (room)), g_object_ref (card->sorter));
      shown = gtk_slice_list_model_new (G_LIST_MODEL (sorted), 0, SHOWN);
      wave_side_bind (GTK_BOX (card->rows), G_LIST_MODEL (shown), make_row, card);
    }
}

static void
wave_sidekick_card_dispose (GObject *object)
{
  WaveSidekickCard *self = WAVE_SIDEKICK_CARD (object);

  if (self->room != NULL)
    wave_sidekick_card_set_room (self, NULL);
  G_OBJECT_CLASS (wave_sidekick_card_parent_class)->dispose (object);
}

static void
wave_sidekick_card_class_init (WaveSidekickCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_sidekick_card_dispose;
  /* WaveSidekickCard::open-room: a person wants to see a sidekick's own room. */
  signal_open_room
      = g_signal_new ("open-room", WAVE_TYPE_SIDEKICK_CARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
wave_sidekick_card_init (WaveSidekickCard *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "side-card");
  self->title = wave_side_label (_("Sidekicks"), "caption-heading", "dim-label");
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_signal_connect_swapped (self->rows, "notify::visible", G_CALLBACK (follow_rows), self);
  gtk_box_append (GTK_BOX (self), self->title);
  gtk_box_append (GTK_BOX (self), self->rows);
  gtk_widget_set_visible (self->rows, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
