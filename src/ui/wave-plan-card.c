// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "protocol/wave-payloads.h"
#include "ui/wave-format.h"
#include "ui/wave-side-cards.h"
#include "ui/wave-side-parts.h"
#include "ui/wave-words-room.h"

/* More steps than this are counted, not shown. */
#define SHOWN_STEPS 100
/* Snapshots whose changes are listed, the newest first. */
#define SHOWN_SNAPSHOTS 30

typedef struct
{
  GtkWidget *box, *glyph, *text, *attempts, *toggle, *result;
} Step;

struct _WavePlanCard
{
  GtkBox parent_instance;

  GtkWidget *state, *budget, *goal, *manner, *pause, *steps_box, *rest, *history, *history_list;
  GArray *steps; /* of Step */
  char *plan_id; /* of which the steps are shown */
  WaveRoom *room;
  gulong room_handler;
};

G_DEFINE_FINAL_TYPE (WavePlanCard, wave_plan_card, GTK_TYPE_BOX)

static const char *
step_glyph (const char *status, gboolean current)
{
  if (g_strcmp0 (status, "done") == 0)
    return "✓";
  if (g_strcmp0 (status, "failed") == 0)
    return "✗";
  if (g_strcmp0 (status, "skipped") == 0)
    return "⤼";
  return current || g_strcmp0 (status, "in_progress") == 0 ? "▶" : "○";
}

static void
on_result_toggled (GtkToggleButton *toggle, GtkWidget *result)
{
  gboolean shown = gtk_toggle_button_get_active (toggle);

  gtk_widget_set_visible (result, shown);
  gtk_button_set_icon_name (GTK_BUTTON (toggle), shown ? "pan-up-symbolic" : "pan-down-symbolic");
}

static void
add_step (WavePlanCard *self)
{
  Step step;
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  step.box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  step.glyph = gtk_label_new (NULL);
  gtk_widget_set_valign (step.glyph, GTK_ALIGN_START);
  gtk_widget_add_css_class (step.glyph, "step-glyph");
  step.text = wave_side_label (NULL, NULL, NULL);
  gtk_widget_set_hexpand (step.text, TRUE);
  step.attempts = wave_side_label (NULL, "caption", "dim-label");
  gtk_label_set_wrap (GTK_LABEL (step.attempts), FALSE);
  gtk_widget_set_valign (step.attempts, GTK_ALIGN_START);
  step.toggle = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (step.toggle), "pan-down-symbolic");
  gtk_widget_add_css_class (step.toggle, "flat");
  gtk_widget_add_css_class (step.toggle, "step-toggle");
  gtk_widget_set_valign (step.toggle, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (step.toggle, _("Show the Result"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (step.toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Show the Result"), -1);
  step.result = wave_side_label (NULL, "caption", "step-result");
  gtk_widget_set_visible (step.result, FALSE);
  g_signal_connect_object (step.toggle, "toggled", G_CALLBACK (on_result_toggled), step.result, G_CONNECT_DEFAULT);
  gtk_box_append (GTK_BOX (row), step.glyph);
  gtk_box_append (GTK_BOX (row), step.text);
  gtk_box_append (GTK_BOX (row), step.attempts);
  gtk_box_append (GTK_BOX (row), step.toggle);
  gtk_box_append (GTK_BOX (step.box), row);
  gtk_box_append (GTK_BOX (step.box), step.result);
  gtk_box_append (GTK_BOX (self->steps_box), step.box);
  g_array_append_val (self->steps, step);
}

static void
show_step (const Step *shown, const WavePlanStep *step, gboolean current)
{
  static const char *const classes[] = { "success", "error", "accent", "dim-label", NULL };
  g_autofree char *text = wave_words_line (step->text != NULL ? step->text : step->id, 400);
  g_autofree char *status = wave_words_step_status (step->status);
  g_autofree char *attempts = NULL;
  gboolean has_result = step->result != NULL && *step->result != '\0';
  const char *css_class = g_strcmp0 (step->status, "done") == 0     ? "success"
                          : g_strcmp0 (step->status, "failed") == 0 ? "error"
                          : current                                 ? "accent"
                                                                    : "dim-label";

  gtk_label_set_text (GTK_LABEL (shown->glyph), step_glyph (step->status, current));
  gtk_widget_set_tooltip_text (shown->glyph, status);
  gtk_accessible_update_property (GTK_ACCESSIBLE (shown->glyph), GTK_ACCESSIBLE_PROPERTY_LABEL, status, -1);
  wave_side_set_class (shown->glyph, classes, css_class);
  gtk_label_set_text (GTK_LABEL (shown->text), text);
  if (current)
    gtk_widget_add_css_class (shown->text, "heading");
  else
    gtk_widget_remove_css_class (shown->text, "heading");
  if (g_strcmp0 (step->status, "skipped") == 0)
    gtk_widget_add_css_class (shown->text, "dim-label");
  else
    gtk_widget_remove_css_class (shown->text, "dim-label");
  if (step->attempts > 1)
    attempts = g_strdup_printf (ngettext ("%d try", "%d tries", (int) step->attempts), (int) step->attempts);
  wave_side_set_text (shown->attempts, attempts);
  gtk_widget_set_visible (shown->toggle, has_result);
  if (has_result)
    {
      g_autofree char *result = wave_words_lines (step->result, 4000);

      gtk_label_set_text (GTK_LABEL (shown->result), result);
    }
  else
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (shown->toggle), FALSE);
}

static void
update_steps (WavePlanCard *self, const WavePlan *plan)
{
  guint n = MIN (plan->n_steps, SHOWN_STEPS);
  g_autofree char *rest = NULL;

  if (g_strcmp0 (self->plan_id, plan->id) != 0)
    {
      g_set_str (&self->plan_id, plan->id);
      for (guint i = 0; i < self->steps->len; i++)
        gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (g_array_index (self->steps, Step, i).toggle), FALSE);
    }
  while (self->steps->len > n)
    {
      gtk_box_remove (GTK_BOX (self->steps_box), g_array_index (self->steps, Step, self->steps->len - 1).box);
      g_array_set_size (self->steps, self->steps->len - 1);
    }
  while (self->steps->len < n)
    add_step (self);
  for (guint i = 0; i < n; i++)
    show_step (&g_array_index (self->steps, Step, i), &plan->steps[i], (int) i == plan->current_step && g_strcmp0 (plan->state, "done") != 0);
  if (plan->n_steps > n)
    rest = g_strdup_printf (ngettext ("… and %u more step", "… and %u more steps", plan->n_steps - n), plan->n_steps - n);
  wave_side_set_text (self->rest, rest);
}

/* Made only while it is open: most people never look. */
static void
update_history (WavePlanCard *self)
{
  GListModel *history = wave_room_get_plan_history (self->room);
  guint n = g_list_model_get_n_items (history);
  GtkWidget *child;

  gtk_widget_set_visible (self->history, n > 1);
  while ((child = gtk_widget_get_first_child (self->history_list)) != NULL)
    gtk_box_remove (GTK_BOX (self->history_list), child);
  if (!gtk_expander_get_expanded (GTK_EXPANDER (self->history)))
    return;
  for (guint i = n; i-- > 0 && n - i <= SHOWN_SNAPSHOTS;)
    {
      g_autoptr (WavePlanSnapshot) snapshot = g_list_model_get_item (history, i);
      g_autoptr (WavePlanSnapshot) before = i > 0 ? g_list_model_get_item (history, i - 1) : NULL;
      g_autoptr (GPtrArray) changes = wave_plan_snapshot_list_changes (snapshot, before);
      g_autofree char *clock = wave_format_clock_ms (wave_plan_snapshot_get_wall_us (snapshot));

      if (changes->len == 0)
        continue;
      gtk_box_append (GTK_BOX (self->history_list), wave_side_label (clock, "caption-heading", "numeric"));
      for (guint j = 0; j < changes->len; j++)
        {
          g_autofree char *line = wave_words_line (changes->pdata[j], 400);

          gtk_box_append (GTK_BOX (self->history_list), wave_side_label (line, "caption", "dim-label"));
        }
    }
}

static const char *
state_class (const char *state)
{
  if (g_strcmp0 (state, "failed") == 0)
    return "error";
  if (g_strcmp0 (state, "paused") == 0)
    return "warning";
  return g_strcmp0 (state, "done") == 0 ? "success" : g_strcmp0 (state, "cancelled") == 0 ? "dim-label" : "accent";
}

static void
update (WavePlanCard *self)
{
  static const char *const classes[] = { "error", "warning", "success", "accent", "dim-label", NULL };
  const WavePlan *plan = self->room != NULL ? wave_room_get_plan (self->room) : NULL;
  g_autofree char *word = NULL;
  g_autofree char *state = NULL;
  g_autofree char *budget = NULL;
  g_autofree char *goal = NULL;
  g_autofree char *manner = NULL;
  g_autofree char *pause = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), plan != NULL);
  if (plan == NULL)
    return;
  word = plan->state != NULL ? wave_words_plan_state (plan->state) : NULL;
  /* Translators: over a plan: its state, such as "running". */
  state = word != NULL ? g_strdup_printf (_("Plan · %s"), word) : g_strdup (_("Plan"));
  wave_side_set_text (self->state, state);
  wave_side_set_class (self->state, classes, state_class (plan->state));
  if (plan->auto_steps_max >= 0)
    {
      gint64 left = MAX (plan->auto_steps_max - MAX (plan->auto_steps_used, 0), 0);

      /* Translators: how many steps a plan may take by itself before a person has to look. */
      budget = g_strdup_printf (_("%d of %d auto steps left"), (int) left, (int) plan->auto_steps_max);
    }
  wave_side_set_text (self->budget, budget);
  goal = plan->goal != NULL ? wave_words_line (plan->goal, 600) : g_strdup (_("Without a goal"));
  wave_side_set_text (self->goal, goal);
  manner = wave_words_plan_manner (plan->mode, plan->advance, plan->venue);
  wave_side_set_text (self->manner, manner);
  pause = plan->pause_reason != NULL ? wave_words_lines (plan->pause_reason, 600) : NULL;
  wave_side_set_text (self->pause, pause);
  update_steps (self, plan);
  update_history (self);
}

void
wave_plan_card_set_room (WavePlanCard *card, WaveRoom *room)
{
  g_return_if_fail (WAVE_IS_PLAN_CARD (card));
  if (card->room == room)
    return;
  g_clear_signal_handler (&card->room_handler, card->room);
  g_set_object (&card->room, room);
  gtk_expander_set_expanded (GTK_EXPANDER (card->history), FALSE);
  if (room != NULL)
    card->room_handler = g_signal_connect_swapped (room, "notify::plan", G_CALLBACK (update), card);
  update (card);
}

static void
on_expanded (WavePlanCard *self)
{
  if (self->room != NULL)
    update_history (self);
}

static void
wave_plan_card_dispose (GObject *object)
{
  WavePlanCard *self = WAVE_PLAN_CARD (object);

  g_clear_signal_handler (&self->room_handler, self->room);
  g_clear_object (&self->room);
  G_OBJECT_CLASS (wave_plan_card_parent_class)->dispose (object);
}

static void
wave_plan_card_finalize (GObject *object)
{
  WavePlanCard *self = WAVE_PLAN_CARD (object);

  g_array_unref (self->steps);
  g_free (self->plan_id);
  G_OBJECT_CLASS (wave_plan_card_parent_class)->finalize (object);
}

static void
wave_plan_card_class_init (WavePlanCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_plan_card_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_plan_card_finalize;
}

static void
wave_plan_card_init (WavePlanCard *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "side-card");
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  self->state = wave_side_label (NULL, "caption-heading", NULL);
  self->budget = wave_side_label (NULL, "caption", "dim-label");
  self->goal = wave_side_label (NULL, "heading", NULL);
  self->manner = wave_side_label (NULL, "caption", "dim-label");
  self->pause = wave_side_label (NULL, "caption", "warning");
  self->steps_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->rest = wave_side_label (NULL, "caption", "dim-label");
  self->history = gtk_expander_new (_("What Changed"));
  gtk_widget_add_css_class (self->history, "caption");
  self->history_list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_add_css_class (self->history_list, "plan-history");
  gtk_expander_set_child (GTK_EXPANDER (self->history), self->history_list);
  g_signal_connect_swapped (self->history, "notify::expanded", G_CALLBACK (on_expanded), self);
  gtk_box_append (GTK_BOX (self), wave_side_pair (self->state, self->budget));
  gtk_box_append (GTK_BOX (self), self->goal);
  gtk_box_append (GTK_BOX (self), self->manner);
  gtk_box_append (GTK_BOX (self), self->pause);
  gtk_box_append (GTK_BOX (self), self->steps_box);
  gtk_box_append (GTK_BOX (self), self->rest);
  gtk_box_append (GTK_BOX (self), self->history);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
