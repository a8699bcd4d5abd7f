// SPDX-License-Identifier: GPL-3.0-or-later
// The pane is built anew at most once a frame when something in the room changed: its cards are few and small. People are a list view of their own.
#include "config.h"

#include "ui/wave-side-pane.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "model/wave-participant.h"
#include "model/wave-room-parts.h"
#include "protocol/wave-payloads.h"
#include "ui/wave-format.h"
#include "ui/wave-presence.h"
#include "ui/wave-words.h"

/* More steps than this are counted, not shown. */
#define SHOWN_STEPS 200
#define SHOWN_SIDEKICKS 50
/* Seconds between two orderings of the people. */
#define SORT_EVERY 5

struct _WaveSidePane
{
  GtkWidget parent_instance;

  GtkWidget *child, *cards, *people_title, *people, *search;
  GtkFilter *filter;
  GtkSorter *sorter;
  GtkFilterListModel *members;
  WaveRoom *room;
  GListModel *watched[2]; /* AI states, sidekicks */
  gulong handlers[2];
  gulong room_handler;
  guint tick, n_ticks;
  gboolean has_clock; /* something shows how long it has been so */
  gint64 now_mono;
  char *needle;
  GPtrArray *sources; /* (element-type GObject): of which a change builds the cards anew */
};

static guint signal_open_room;

G_DEFINE_FINAL_TYPE (WaveSidePane, wave_side_pane, GTK_TYPE_WIDGET)

static GtkWidget *
make_label (const char *text, const char *first_class, const char *second_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (first_class != NULL)
    gtk_widget_add_css_class (label, first_class);
  if (second_class != NULL)
    gtk_widget_add_css_class (label, second_class);
  return label;
}

/* A row with something at its end. */
static GtkWidget *
make_pair (GtkWidget *start, GtkWidget *end)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_widget_set_hexpand (start, TRUE);
  gtk_widget_set_valign (end, GTK_ALIGN_START);
  gtk_label_set_wrap (GTK_LABEL (end), FALSE);
  gtk_box_append (GTK_BOX (box), start);
  gtk_box_append (GTK_BOX (box), end);
  return box;
}

static GtkWidget *
add_card (WaveSidePane *self)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "side-card");
  gtk_box_append (GTK_BOX (self->cards), card);
  return card;
}

static GtkWidget *
make_meter (double share, const char *css_class)
{
  GtkWidget *bar = gtk_progress_bar_new ();

  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (bar), CLAMP (share, 0, 1));
  if (css_class != NULL)
    gtk_widget_add_css_class (bar, css_class);
  return bar;
}

/* ---- the plan ---- */

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

static GtkWidget *
make_step (const WavePlanStep *step, gboolean current)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *glyph = gtk_label_new (step_glyph (step->status, current));
  GtkWidget *text = make_label (step->text != NULL ? step->text : step->id, current ? "heading" : NULL, NULL);

  gtk_widget_set_valign (glyph, GTK_ALIGN_START);
  gtk_widget_add_css_class (glyph, "step-glyph");
  if (g_strcmp0 (step->status, "done") == 0)
    gtk_widget_add_css_class (glyph, "success");
  else if (g_strcmp0 (step->status, "failed") == 0)
    gtk_widget_add_css_class (glyph, "error");
  else if (current)
    gtk_widget_add_css_class (glyph, "accent");
  gtk_widget_set_tooltip_text (glyph, step->status);
  gtk_box_append (GTK_BOX (box), glyph);
  if (step->result != NULL && *step->result != '\0')
    {
      GtkWidget *expander = gtk_expander_new (NULL);

      gtk_expander_set_label_widget (GTK_EXPANDER (expander), text);
      gtk_expander_set_child (GTK_EXPANDER (expander), make_label (step->result, "caption", "dim-label"));
      gtk_widget_set_hexpand (expander, TRUE);
      gtk_box_append (GTK_BOX (box), expander);
    }
  else
    {
      gtk_widget_set_hexpand (text, TRUE);
      gtk_box_append (GTK_BOX (box), text);
    }
  if (step->attempts > 1)
    {
      g_autofree char *attempts = g_strdup_printf (ngettext ("%d try", "%d tries", (int) step->attempts), (int) step->attempts);

      gtk_box_append (GTK_BOX (box), make_label (attempts, "caption", "dim-label"));
    }
  return box;
}

static void
add_plan_history (WaveSidePane *self, GtkWidget *card)
{
  GListModel *history = wave_room_get_plan_history (self->room);
  guint n = g_list_model_get_n_items (history);
  GtkWidget *expander, *list;

  if (n < 2)
    return;
  expander = gtk_expander_new (_("History"));
  list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class (expander, "caption");
  for (guint i = n; i-- > 1 && n - i <= 20;)
    {
      g_autoptr (WavePlanSnapshot) snapshot = g_list_model_get_item (history, i);
      g_autoptr (WavePlanSnapshot) before = g_list_model_get_item (history, i - 1);
      g_autoptr (GPtrArray) changes = wave_plan_snapshot_list_changes (snapshot, before);
      g_autofree char *clock = wave_format_clock (wave_plan_snapshot_get_wall_us (snapshot));

      for (guint j = 0; j < changes->len; j++)
        {
          g_autofree char *line = g_strdup_printf ("%s · %s", clock, (const char *) changes->pdata[j]);

          gtk_box_append (GTK_BOX (list), make_label (line, "caption", "dim-label"));
        }
    }
  gtk_expander_set_child (GTK_EXPANDER (expander), list);
  gtk_box_append (GTK_BOX (card), expander);
}

static void
add_plan (WaveSidePane *self)
{
  const WavePlan *plan = wave_room_get_plan (self->room);
  GtkWidget *card;
  g_autofree char *state = NULL;
  g_autofree char *budget = NULL;
  g_autoptr (GString) manner = g_string_new (NULL);

  if (plan == NULL)
    return;
  card = add_card (self);
  state = plan->state != NULL ? g_strdup_printf (_("Plan · %s"), plan->state) : g_strdup (_("Plan"));
  if (plan->auto_steps_max >= 0)
    budget = g_strdup_printf (_("%d of %d auto steps"), (int) MAX (plan->auto_steps_used, 0), (int) plan->auto_steps_max);
  gtk_box_append (GTK_BOX (card), make_pair (make_label (state, "caption-heading", "accent"), make_label (budget, "caption", "dim-label")));
  gtk_box_append (GTK_BOX (card), make_label (plan->goal != NULL ? plan->goal : _("Without a goal"), "heading", NULL));
  if (plan->mode != NULL)
    g_string_append_printf (manner, _("mode %s"), plan->mode);
  if (plan->advance != NULL)
    g_string_append_printf (manner, "%s%s %s", manner->len > 0 ? " · " : "", _("advance"), plan->advance);
  if (plan->pause_reason != NULL)
    g_string_append_printf (manner, "%s%s", manner->len > 0 ? " · " : "", plan->pause_reason);
  if (manner->len > 0)
    gtk_box_append (GTK_BOX (card), make_label (manner->str, "caption", "dim-label"));
  for (guint i = 0; i < MIN (plan->n_steps, SHOWN_STEPS); i++)
    gtk_box_append (GTK_BOX (card), make_step (&plan->steps[i], (int) i == plan->current_step));
  if (plan->n_steps > SHOWN_STEPS)
    {
      g_autofree char *rest = g_strdup_printf (_("… and %u more steps"), plan->n_steps - SHOWN_STEPS);

      gtk_box_append (GTK_BOX (card), make_label (rest, "caption", "dim-label"));
    }
  add_plan_history (self, card);
}

/* ---- AIs ---- */

static void
add_ais (WaveSidePane *self)
{
  GListModel *states = wave_room_get_ai_states (self->room);

  for (guint i = 0; i < g_list_model_get_n_items (states); i++)
    {
      g_autoptr (WaveAiState) state = g_list_model_get_item (states, i);
      WaveAiPhase phase = wave_ai_state_get_phase (state);
      g_autofree char *words = wave_words_phase (phase, wave_ai_state_get_status (state), wave_ai_state_get_tool (state));
      g_autofree char *elapsed = wave_format_elapsed (self->now_mono - wave_ai_state_get_since (state));
      g_autofree char *shown = phase == WAVE_AI_IDLE ? g_strdup (words) : g_strdup_printf ("%s · %s", words, elapsed);
      GtkWidget *card = add_card (self);
      gint64 used = wave_ai_state_get_context_used (state);
      gint64 limit = wave_ai_state_get_context_limit (state);
      double ratio = wave_ai_state_get_context_ratio (state);
      const char *engagement = wave_ai_state_get_engagement (state);

      gtk_box_append (GTK_BOX (card), make_pair (make_label (wave_participant_get_display_name (wave_ai_state_get_participant (state)), "heading", NULL),
                                                 make_label (shown, "caption", phase == WAVE_AI_IDLE ? "dim-label" : "accent")));
      if (wave_ai_state_get_stale (state))
        gtk_box_append (GTK_BOX (card), make_label (_("No sign for a while"), "caption", "warning"));
      if (used >= 0 || isfinite (ratio))
        {
          g_autofree char *one = used >= 0 ? wave_format_count (used) : g_strdup_printf ("%.0f %%", ratio * 100);
          g_autofree char *two = limit > 0 ? wave_format_count (limit) : NULL;
          g_autofree char *numbers = two != NULL ? g_strdup_printf ("%s / %s", one, two) : g_strdup (one);
          GtkWidget *meter = make_meter (isfinite (ratio) ? ratio : 0, ratio > 0.85 ? "warning" : NULL);

          gtk_accessible_update_property (GTK_ACCESSIBLE (meter), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Context in use"), -1);
          gtk_box_append (GTK_BOX (card), make_pair (make_label (_("Context"), "caption", "dim-label"), make_label (numbers, "caption", "numeric")));
          gtk_box_append (GTK_BOX (card), meter);
        }
      if (engagement != NULL)
        {
          g_autofree char *line = g_strdup_printf (_("Engagement: %s"), engagement);

          gtk_box_append (GTK_BOX (card), make_label (line, "caption", "dim-label"));
        }
      self->has_clock |= phase != WAVE_AI_IDLE;
      g_ptr_array_add (self->sources, g_object_ref (state));
    }
}

/* ---- sidekicks ---- */

static void
on_open_sidekick (GtkButton *button, WaveSidePane *self)
{
  const char *room_id = g_object_get_data (G_OBJECT (button), "room-id");

  g_signal_emit (self, signal_open_room, 0, room_id);
}

static void
add_sidekick (WaveSidePane *self, GtkWidget *card, WaveSidekickItem *item, guint depth)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  const char *name = wave_sidekick_item_get_codename (item);
  const char *status = wave_sidekick_item_get_status (item);
  gint64 used = wave_sidekick_item_get_steps_used (item);
  gint64 max = wave_sidekick_item_get_steps_max (item);
  gint64 end = wave_sidekick_item_get_live (item) ? self->now_mono : wave_sidekick_item_get_ended (item);
  g_autofree char *elapsed = wave_format_span (MAX (end - wave_sidekick_item_get_started (item), 0));
  g_autofree char *cap = wave_format_span (wave_sidekick_item_get_timeout (item));
  g_autofree char *steps = used >= 0 ? g_strdup_printf (_("%d / %d steps · "), (int) used, (int) max) : NULL;
  g_autofree char *measure = g_strdup_printf (_("%s%s of %s"), steps != NULL ? steps : "", elapsed, cap);
  GListModel *children = wave_sidekick_item_get_children (item);
  const char *outcome = wave_sidekick_item_get_result (item) != NULL ? wave_sidekick_item_get_result (item) : wave_sidekick_item_get_reason (item);

  gtk_widget_set_margin_start (box, 14 * MIN (depth, 4));
  gtk_box_append (GTK_BOX (box), make_pair (make_label (name != NULL ? name : wave_sidekick_item_get_task_id (item), "heading", NULL),
                                            make_label (status, "caption", wave_sidekick_item_get_live (item) ? "accent" : "dim-label")));
  if (wave_sidekick_item_get_task (item) != NULL)
    gtk_box_append (GTK_BOX (box), make_label (wave_sidekick_item_get_task (item), "caption", NULL));
  gtk_box_append (GTK_BOX (box), make_label (measure, "caption", "dim-label"));
  if (wave_sidekick_item_get_live (item))
    {
      gint64 timeout = MAX (wave_sidekick_item_get_timeout (item), 1);
      double share = used >= 0 && max > 0 ? (double) used / max : (double) (end - wave_sidekick_item_get_started (item)) / timeout;

      gtk_box_append (GTK_BOX (box), make_meter (share, "success"));
    }
  if (outcome != NULL)
    gtk_box_append (GTK_BOX (box), make_label (outcome, "caption", "dim-label"));
  if (wave_sidekick_item_get_room_id (item) != NULL)
    {
      GtkWidget *button = gtk_button_new_with_label (_("Open Its Room"));

      gtk_widget_add_css_class (button, "flat");
      gtk_widget_set_halign (button, GTK_ALIGN_START);
      g_object_set_data_full (G_OBJECT (button), "room-id", g_strdup (wave_sidekick_item_get_room_id (item)), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (on_open_sidekick), self);
      gtk_box_append (GTK_BOX (box), button);
    }
  gtk_box_append (GTK_BOX (card), box);
  self->has_clock |= wave_sidekick_item_get_live (item);
  g_ptr_array_add (self->sources, g_object_ref (item));
  for (guint i = 0; children != NULL && depth < 4 && i < g_list_model_get_n_items (children); i++)
    {
      g_autoptr (WaveSidekickItem) below = g_list_model_get_item (children, i);

      add_sidekick (self, card, below, depth + 1);
    }
}

static void
add_sidekicks (WaveSidePane *self)
{
  GListModel *sidekicks = wave_room_get_sidekicks (self->room);
  guint n = g_list_model_get_n_items (sidekicks);
  GtkWidget *card;

  if (n == 0)
    return;
  card = add_card (self);
  gtk_box_append (GTK_BOX (card), make_label (_("Sidekicks"), "caption-heading", "accent"));
  for (guint i = 0; i < MIN (n, SHOWN_SIDEKICKS); i++)
    {
      g_autoptr (WaveSidekickItem) item = g_list_model_get_item (sidekicks, n - 1 - i);

      add_sidekick (self, card, item, 0);
    }
}

/* ---- the call ---- */

static void
add_call (WaveSidePane *self)
{
  g_autoptr (WaveCallItem) call = NULL;
  GtkWidget *card;
  GListModel *members;
  g_autofree char *line = NULL;
  WaveParticipant *initiator;

  g_object_get (self->room, "call", &call, NULL);
  if (call == NULL)
    return;
  card = add_card (self);
  gtk_widget_add_css_class (card, "call-card");
  members = wave_call_item_get_participants (call);
  initiator = wave_call_item_get_initiator (call);
  if (wave_call_item_get_ringing (call))
    {
      g_autofree char *left = wave_format_elapsed (MAX (wave_call_item_get_ring_until (call) - self->now_mono, 0));

      line = g_strdup_printf (_("Ringing · %s left"), left);
    }
  else if (wave_call_item_get_started (call) >= 0)
    {
      g_autofree char *duration = wave_format_span (MAX (self->now_mono - wave_call_item_get_started (call), 0));

      line = g_strdup_printf (_("In progress · %s"), duration);
    }
  gtk_box_append (GTK_BOX (card), make_pair (make_label (g_strcmp0 (wave_call_item_get_call_type (call), "video") == 0 ? _("Video call") : _("Call"), "heading", NULL),
                                             make_label (line, "caption", "accent")));
  if (initiator != NULL)
    {
      g_autofree char *by = g_strdup_printf (_("started by %s"), wave_participant_get_display_name (initiator));

      gtk_box_append (GTK_BOX (card), make_label (by, "caption", "dim-label"));
    }
  for (guint i = 0; i < MIN (g_list_model_get_n_items (members), 50); i++)
    {
      g_autoptr (WaveCallMember) member = g_list_model_get_item (members, i);

      gtk_box_append (GTK_BOX (card), make_pair (make_label (wave_participant_get_display_name (wave_call_member_get_participant (member)), NULL, NULL),
                                                 make_label (wave_call_member_get_state (member), "caption", "dim-label")));
      g_ptr_array_add (self->sources, g_object_ref (member));
    }
  self->has_clock = TRUE;
  g_ptr_array_add (self->sources, g_steal_pointer (&call));
}

/* ---- all of it ---- */

static void queue_rebuild (WaveSidePane *self);

static void
forget_sources (WaveSidePane *self)
{
  for (guint i = 0; i < self->sources->len; i++)
    g_signal_handlers_disconnect_by_func (self->sources->pdata[i], queue_rebuild, self);
  g_ptr_array_set_size (self->sources, 0);
}

static void
rebuild (WaveSidePane *self)
{
  GtkWidget *card;
  guint online = 0;
  guint n;
  g_autofree char *title = NULL;

  forget_sources (self);
  while ((card = gtk_widget_get_first_child (self->cards)) != NULL)
    gtk_box_remove (GTK_BOX (self->cards), card);
  self->has_clock = FALSE;
  if (self->room == NULL)
    return;
  add_call (self);
  add_plan (self);
  add_ais (self);
  add_sidekicks (self);
  for (guint i = 0; i < self->sources->len; i++)
    g_signal_connect_swapped (self->sources->pdata[i], "notify", G_CALLBACK (queue_rebuild), self);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->members));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveMembership) membership = g_list_model_get_item (G_LIST_MODEL (self->members), i);

      online += wave_participant_get_presence (wave_membership_get_participant (membership)) == WAVE_PRESENCE_ONLINE;
    }
  title = g_strdup_printf (_("People · %u of %u online"), online, n);
  gtk_label_set_text (GTK_LABEL (self->people_title), title);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveSidePane *self = WAVE_SIDE_PANE (widget);

  self->tick = 0;
  rebuild (self);
  return G_SOURCE_REMOVE;
}

static void
queue_rebuild (WaveSidePane *self)
{
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

void
wave_side_pane_tick (WaveSidePane *pane, gint64 now_mono_us)
{
  g_return_if_fail (WAVE_IS_SIDE_PANE (pane));
  pane->now_mono = now_mono_us;
  if (pane->room == NULL || !gtk_widget_get_mapped (GTK_WIDGET (pane)))
    return;
  /* Presence moves people, but nobody waits for it by the second. */
  if (pane->n_ticks++ % SORT_EVERY == 0)
    gtk_sorter_changed (pane->sorter, GTK_SORTER_CHANGE_DIFFERENT);
  if (pane->has_clock)
    queue_rebuild (pane);
}

void
wave_side_pane_set_room (WaveSidePane *pane, WaveRoom *room)
{
  g_return_if_fail (WAVE_IS_SIDE_PANE (pane));
  if (pane->room == room)
    return;
  for (guint i = 0; i < 2; i++)
    g_clear_signal_handler (&pane->handlers[i], pane->watched[i]);
  g_clear_signal_handler (&pane->room_handler, pane->room);
  g_set_object (&pane->room, room);
  gtk_filter_list_model_set_model (pane->members, room != NULL ? wave_room_get_members (room) : NULL);
  if (room != NULL)
    {
      pane->watched[0] = wave_room_get_ai_states (room);
      pane->watched[1] = wave_room_get_sidekicks (room);
      for (guint i = 0; i < 2; i++)
        pane->handlers[i] = g_signal_connect_swapped (pane->watched[i], "items-changed", G_CALLBACK (queue_rebuild), pane);
      pane->room_handler = g_signal_connect_swapped (room, "notify", G_CALLBACK (queue_rebuild), pane);
    }
  rebuild (pane);
}

/* ---- people ---- */

static int
presence_rank (WaveMembership *membership)
{
  static const int ranks[] = { 5, 0, 2, 1, 3, 4 };

  return ranks[MIN (wave_participant_get_presence (wave_membership_get_participant (membership)), G_N_ELEMENTS (ranks) - 1)];
}

static int
compare_people (gconstpointer a, gconstpointer b, gpointer user_data)
{
  int first = presence_rank ((WaveMembership *) a);
  int second = presence_rank ((WaveMembership *) b);

  if (first != second)
    return first - second;
  return g_utf8_collate (wave_participant_get_display_name (wave_membership_get_participant ((WaveMembership *) a)),
                         wave_participant_get_display_name (wave_membership_get_participant ((WaveMembership *) b)));
}

static gboolean
person_matches (gpointer item, gpointer user_data)
{
  WaveSidePane *self = user_data;
  const char *word = wave_membership_get_membership (item);
  g_autofree char *folded = NULL;

  if (word != NULL && (g_str_equal (word, "leave") || g_str_equal (word, "ban")))
    return FALSE;
  if (self->needle == NULL)
    return TRUE;
  folded = g_utf8_casefold (wave_participant_get_display_name (wave_membership_get_participant (item)), -1);
  return strstr (folded, self->needle) != NULL;
}

static void
on_search_changed (GtkSearchEntry *entry, WaveSidePane *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));

  g_free (self->needle);
  self->needle = *text != '\0' ? g_utf8_casefold (text, -1) : NULL;
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *avatar = wave_avatar_new (28);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *detail = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (detail), 0);
  gtk_label_set_ellipsize (GTK_LABEL (detail), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (detail, "caption");
  gtk_widget_add_css_class (detail, "dim-label");
  gtk_box_append (GTK_BOX (column), name);
  gtk_box_append (GTK_BOX (column), detail);
  gtk_box_append (GTK_BOX (box), avatar);
  gtk_box_append (GTK_BOX (box), column);
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  gtk_list_item_set_child (item, box);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
show_person (WaveParticipant *participant, GParamSpec *pspec, GtkListItem *item)
{
  GtkWidget *avatar = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *name = gtk_widget_get_first_child (gtk_widget_get_next_sibling (avatar));
  GtkWidget *detail = gtk_widget_get_next_sibling (name);
  const char *presence = wave_presence_get_label (wave_participant_get_presence (participant));
  const char *fqid = wave_participant_get_fqid (participant);
  gboolean federated = wave_participant_get_participant_type (participant) == WAVE_PARTICIPANT_FEDERATED;
  g_autofree char *words = NULL;

  wave_avatar_set_participant (WAVE_AVATAR (avatar), participant, TRUE);
  gtk_label_set_text (GTK_LABEL (name), wave_participant_get_display_name (participant));
  if (federated && fqid != NULL)
    words = g_strdup_printf (_("%s · federated · %s"), presence, fqid);
  else if (wave_participant_get_is_ai (participant))
    words = wave_participant_get_presence (participant) == WAVE_PRESENCE_UNKNOWN ? g_strdup (_("AI")) : g_strdup_printf (_("AI · %s"), presence);
  gtk_label_set_text (GTK_LABEL (detail), words != NULL ? words : presence);
  gtk_list_item_set_accessible_label (item, wave_participant_get_display_name (participant));
  gtk_list_item_set_accessible_description (item, words != NULL ? words : presence);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  WaveParticipant *participant = wave_membership_get_participant (gtk_list_item_get_item (item));

  g_signal_connect (participant, "notify", G_CALLBACK (show_person), item);
  show_person (participant, NULL, item);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  WaveParticipant *participant = wave_membership_get_participant (gtk_list_item_get_item (item));

  g_signal_handlers_disconnect_by_func (participant, show_person, item);
  wave_avatar_set_participant (WAVE_AVATAR (gtk_widget_get_first_child (gtk_list_item_get_child (item))), NULL, FALSE);
}

static void
wave_side_pane_dispose (GObject *object)
{
  WaveSidePane *self = WAVE_SIDE_PANE (object);

  if (self->child != NULL)
    wave_side_pane_set_room (self, NULL);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_pointer (&self->child, gtk_widget_unparent);
  g_clear_object (&self->filter);
  g_clear_object (&self->sorter);
  g_clear_object (&self->members);
  G_OBJECT_CLASS (wave_side_pane_parent_class)->dispose (object);
}

static void
wave_side_pane_finalize (GObject *object)
{
  WaveSidePane *self = WAVE_SIDE_PANE (object);

  g_ptr_array_unref (self->sources);
  g_free (self->needle);
  G_OBJECT_CLASS (wave_side_pane_parent_class)->finalize (object);
}

static void
wave_side_pane_class_init (WaveSidePaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_side_pane_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_side_pane_finalize;
  signal_open_room
      = g_signal_new ("open-room", WAVE_TYPE_SIDE_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
wave_side_pane_init (WaveSidePane *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->sources = g_ptr_array_new_with_free_func (g_object_unref);
  self->filter = GTK_FILTER (gtk_custom_filter_new (person_matches, self, NULL));
  self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare_people, NULL, NULL));
  self->members = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  self->people = gtk_list_view_new (
      GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (
          gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->members)), g_object_ref (self->sorter))))),
      factory);
  gtk_widget_add_css_class (self->people, "people");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->people), GTK_ACCESSIBLE_PROPERTY_LABEL, _("People"), -1);
  self->cards = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->people_title = make_label (NULL, "room-section", NULL);
  self->search = gtk_search_entry_new ();
  gtk_search_entry_set_placeholder_text (GTK_SEARCH_ENTRY (self->search), _("Search people"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search people"), -1);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search_changed), self);
  gtk_widget_add_css_class (column, "side-pane");
  gtk_box_append (GTK_BOX (column), self->cards);
  gtk_box_append (GTK_BOX (column), self->people_title);
  gtk_box_append (GTK_BOX (column), self->search);
  gtk_box_append (GTK_BOX (column), self->people);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), column);
  self->child = scroller;
  gtk_widget_set_parent (scroller, GTK_WIDGET (self));
}
