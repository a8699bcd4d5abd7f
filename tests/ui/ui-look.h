// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of cards and lists look at the window with: labels as they are read from top to bottom, buttons by what they are called.
#pragma once

#include <string.h>

#include "ui-rig.h"

#define IN_ATLAS "\"room_id\":\"room-atlas\""

#define PLAN(state, budget, steps)                                                                                                                       \
  "{\"type\":\"swp.plan.updated\"," IN_ATLAS ",\"content\":{\"plan\":{\"id\":\"p1\",\"goal\":\"Mend the lamp\",\"state\":\"" state                       \
  "\",\"mode\":\"sequential\",\"advance\":\"manual\",\"max_auto_steps\":8,\"consecutive_auto_steps\":" budget ",\"steps\":[" steps "]}}}"
#define STEP(id, text, status, more) "{\"id\":\"" id "\",\"text\":\"" text "\",\"status\":\"" status "\"" more "}"

/* ---- looking at the tree ---- */

static inline GtkWidget *
part (UiRig *rig, GType type)
{
  GtkWidget *found = ui_find (GTK_WIDGET (rig->window), type);

  g_assert_nonnull (found);
  return found;
}

static inline void
wait_in (UiRig *rig, GType type, const char *text)
{
  gint64 end = g_get_monotonic_time () + UI_DEADLINE_US;

  while (!ui_shows (part (rig, type), text))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for “%s” in a %s", text, g_type_name (type));
      ui_spin (10 * 1000);
    }
}

static inline void
wait_not_in (UiRig *rig, GType type, const char *text)
{
  gint64 end = g_get_monotonic_time () + UI_DEADLINE_US;

  while (ui_shows (part (rig, type), text))
    {
      if (g_get_monotonic_time () > end)
        g_error ("waited in vain for “%s” to go from a %s", text, g_type_name (type));
      ui_spin (10 * 1000);
    }
}

static inline void
collect (GtkWidget *widget, GType type, GPtrArray *found)
{
  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    collect (child, type, found);
}

/* (transfer container) (element-type GtkWidget): those of a type that can be seen, in the order of the tree */
static inline GPtrArray *
all (GtkWidget *widget, GType type)
{
  GPtrArray *found = g_ptr_array_new ();

  collect (widget, type, found);
  return found;
}

/* What the labels below @widget say, one a line. */
static inline char *
read_out (GtkWidget *widget)
{
  g_autoptr (GPtrArray) labels = all (widget, GTK_TYPE_LABEL);
  g_autoptr (GString) text = g_string_new ("\n");

  for (guint i = 0; i < labels->len; i++)
    g_string_append_printf (text, "%s\n", gtk_label_get_text (labels->pdata[i]));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Whether @texts are to be read below @widget in this order, others between them or not. */
static inline gboolean
reads (GtkWidget *widget, const char *const *texts)
{
  g_autofree char *said = read_out (widget);
  const char *at = said;

  g_set_str (&ui_last_read, said);
  for (guint i = 0; texts[i] != NULL; i++)
    {
      at = strstr (at, texts[i]);
      if (at == NULL)
        return FALSE;
      /* The end of one line is the beginning of the next. */
      at += strlen (texts[i]) - g_str_has_suffix (texts[i], "\n");
    }
  return TRUE;
}
#define READS(widget, ...) reads ((widget), (const char *const[]){ __VA_ARGS__, NULL })

static inline gboolean
reads_like (GtkWidget *widget, const char *pattern)
{
  g_autofree char *said = read_out (widget);

  g_set_str (&ui_last_read, said);
  return g_regex_match_simple (pattern, said, 0, 0);
}

/* The @nth button that can be seen with this tooltip or label; NULL when there is none. */
static inline GtkWidget *
button (GtkWidget *widget, const char *name, guint nth)
{
  g_autoptr (GPtrArray) buttons = all (widget, GTK_TYPE_BUTTON);

  for (guint i = 0; i < buttons->len; i++)
    if ((g_strcmp0 (gtk_widget_get_tooltip_text (buttons->pdata[i]), name) == 0 || g_strcmp0 (gtk_button_get_label (buttons->pdata[i]), name) == 0) && nth-- == 0)
      return buttons->pdata[i];
  return NULL;
}

static inline void
press (GtkWidget *widget, const char *name)
{
  GtkWidget *found = button (widget, name, 0);

  if (found == NULL)
    g_error ("there is no button “%s”", name);
  if (GTK_IS_TOGGLE_BUTTON (found))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (found), !gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (found)));
  else
    g_signal_emit_by_name (found, "clicked");
}
