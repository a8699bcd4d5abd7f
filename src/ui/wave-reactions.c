// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-reactions.h"

#include <glib/gi18n.h>

#include "model/wave-participant.h"
#include "ui/wave-tooltip.h"
#include "ui/wave-words-room.h"

/* Names in the tooltip, and in the list that opens. */
#define TOOLTIP_NAMES 10
#define POPOVER_NAMES 200

struct _WaveReactions
{
  AdwBin parent_instance;

  GtkWidget *box;
  WaveTimelineItem *item; /* of which the pills are */
  guint serial;
};

G_DEFINE_FINAL_TYPE (WaveReactions, wave_reactions, ADW_TYPE_BIN)

static char *
names_of (GPtrArray *senders, guint max, const char *separator)
{
  g_autoptr (GString) who = g_string_new (NULL);

  for (guint i = 0; i < MIN (senders->len, max); i++)
    g_string_append_printf (who, "%s%s", i > 0 ? separator : "", wave_participant_get_display_name (senders->pdata[i]));
  if (senders->len > max)
    {
      g_string_append (who, separator);
      g_string_append_printf (who, ngettext ("%u more", "%u more", senders->len - max), senders->len - max);
    }
  return g_string_free (g_steal_pointer (&who), FALSE);
}

/* Who it was is looked up when it is asked for: names may have become known since. */
static void
create_popover (GtkMenuButton *button, gpointer user_data)
{
  WaveReactions *self = user_data;
  const char *emoji = g_object_get_data (G_OBJECT (button), "emoji");
  g_autoptr (GArray) tallies = self->item != NULL ? wave_timeline_item_get_reactions (self->item) : NULL;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *label = gtk_label_new (NULL);

  for (guint i = 0; tallies != NULL && i < tallies->len; i++)
    {
      const WaveReactionTally *tally = &g_array_index (tallies, WaveReactionTally, i);

      if (g_strcmp0 (tally->emoji, emoji) == 0)
        {
          g_autofree char *names = names_of (tally->senders, POPOVER_NAMES, "\n");

          gtk_label_set_text (GTK_LABEL (label), names);
        }
    }
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 300);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), label);
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  gtk_menu_button_set_popover (button, popover);
}

static GtkWidget *
make_pill (WaveReactions *self, const WaveReactionTally *tally)
{
  g_autofree char *emoji = wave_words_line (tally->emoji, 12);
  g_autofree char *text = g_strdup_printf ("%s %u", emoji, tally->senders->len);
  g_autofree char *who = names_of (tally->senders, TOOLTIP_NAMES, ", ");
  GtkWidget *pill = gtk_menu_button_new ();

  /* A child instead of a label: no arrow. */
  gtk_menu_button_set_child (GTK_MENU_BUTTON (pill), gtk_label_new (text));
  gtk_widget_add_css_class (pill, "reaction");
  wave_tooltip_set_text (pill, who);
  gtk_accessible_update_property (GTK_ACCESSIBLE (pill), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_object_set_data_full (G_OBJECT (pill), "emoji", g_strdup (tally->emoji), g_free);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (pill), create_popover, self, NULL);
  return pill;
}

void
wave_reactions_update (WaveReactions *reactions, WaveTimelineItem *item)
{
  g_autoptr (GArray) tallies = NULL;
  GtkWidget *child;
  guint serial = 0;

  g_return_if_fail (WAVE_IS_REACTIONS (reactions));
  if (item != NULL)
    g_object_get (item, "reactions-serial", &serial, NULL);
  if (!g_set_object (&reactions->item, item) && serial == reactions->serial)
    return;
  reactions->serial = serial;
  while (reactions->box != NULL && (child = gtk_widget_get_first_child (reactions->box)) != NULL)
    adw_wrap_box_remove (ADW_WRAP_BOX (reactions->box), child);
  tallies = item != NULL && serial > 0 ? wave_timeline_item_get_reactions (item) : NULL;
  gtk_widget_set_visible (GTK_WIDGET (reactions), tallies != NULL && tallies->len > 0);
  if (tallies == NULL || tallies->len == 0)
    return;
  /* Most messages have none: the box is made when the first one needs it. */
  if (reactions->box == NULL)
    {
      reactions->box = adw_wrap_box_new ();
      adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (reactions->box), 6);
      adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (reactions->box), 4);
      adw_bin_set_child (ADW_BIN (reactions), reactions->box);
    }
  for (guint i = 0; i < tallies->len; i++)
    adw_wrap_box_append (ADW_WRAP_BOX (reactions->box), make_pill (reactions, &g_array_index (tallies, WaveReactionTally, i)));
}

static void
wave_reactions_dispose (GObject *object)
{
  g_clear_object (&WAVE_REACTIONS (object)->item);
  G_OBJECT_CLASS (wave_reactions_parent_class)->dispose (object);
}

static void
wave_reactions_class_init (WaveReactionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_reactions_dispose;
}

static void
wave_reactions_init (WaveReactions *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
wave_reactions_new (void)
{
  return g_object_new (WAVE_TYPE_REACTIONS, NULL);
}
