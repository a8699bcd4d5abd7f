// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of timelines, cards and lists look at the window with: labels as they are read from top to bottom, buttons by what they are
// called, rows by their events.
#pragma once

#include <string.h>

#include "ui-rig.h"
#include "ui/wave-timeline-row.h"
#include "ui/wave-timeline-view.h"

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

/* ---- one widget, by what it is ---- */

typedef gboolean (*Predicate) (GtkWidget *widget, const char *argument);

/* The first widget below @widget that can be seen and is such; nullable. */
static inline GtkWidget *
find_such (GtkWidget *widget, Predicate is_such, const char *argument)
{
  if (!gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return NULL;
  if (is_such (widget, argument))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_such (child, is_such, argument);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static inline gboolean
is_label (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_text (GTK_LABEL (widget)), text);
}

static inline gboolean
is_label_with (GtkWidget *widget, const char *text)
{
  return GTK_IS_LABEL (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL;
}

static inline gboolean
has_class (GtkWidget *widget, const char *css_class)
{
  return gtk_widget_has_css_class (widget, css_class);
}

static inline gboolean
is_icon (GtkWidget *widget, const char *name)
{
  return GTK_IS_IMAGE (widget) && g_strcmp0 (gtk_image_get_icon_name (GTK_IMAGE (widget)), name) == 0;
}

static inline gboolean
is_button_with (GtkWidget *widget, const char *label)
{
  return GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
}

static inline gboolean
is_toggle_with (GtkWidget *widget, const char *label)
{
  return GTK_IS_TOGGLE_BUTTON (widget) && is_button_with (widget, label);
}

/* Attributes at the first byte of @word in a label, of one type; 0 for none. */
static inline int
attribute_at (GtkWidget *label, const char *word, PangoAttrType type)
{
  PangoAttrList *list = pango_layout_get_attributes (gtk_label_get_layout (GTK_LABEL (label)));
  const char *text = gtk_label_get_text (GTK_LABEL (label));
  const char *place = strstr (text, word);
  PangoAttrIterator *iter;
  int value = 0;

  g_assert_nonnull (place);
  if (list == NULL)
    return 0;
  iter = pango_attr_list_get_iterator (list);
  do
    {
      PangoAttribute *attribute = pango_attr_iterator_get (iter, type);
      int start, end;

      pango_attr_iterator_range (iter, &start, &end);
      if (attribute == NULL || place - text < start || place - text >= end)
        continue;
      if (type == PANGO_ATTR_FAMILY)
        value = g_str_equal (((PangoAttrString *) attribute)->value, "monospace");
      else if (type == PANGO_ATTR_BACKGROUND)
        value = 1;
      else
        value = ((PangoAttrInt *) attribute)->value;
    }
  while (pango_attr_iterator_next (iter));
  pango_attr_iterator_destroy (iter);
  return value;
}

static inline gboolean
is_monospace (GtkWidget *label)
{
  PangoContext *context = gtk_widget_get_pango_context (label);
  const char *family = pango_font_description_get_family (pango_context_get_font_description (context));

  return family != NULL && strcasestr (family, "mono") != NULL;
}

/* ---- rows of the timeline ---- */

static inline GtkWidget *
timeline_of (UiRig *rig)
{
  return ui_find (wave_window_get_page (rig->window, "rooms"), WAVE_TYPE_TIMELINE_VIEW);
}

/* The row of an event, laid out and in its place; nullable. */
static inline GtkWidget *
row_of (UiRig *rig, const char *id)
{
  GtkWidget *list = ui_find (timeline_of (rig), GTK_TYPE_LIST_VIEW);

  for (GtkWidget *child = gtk_widget_get_first_child (list); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *row = gtk_widget_get_first_child (child);
      WaveTimelineItem *item = WAVE_IS_TIMELINE_ROW (row) ? wave_timeline_row_get_item (WAVE_TIMELINE_ROW (row)) : NULL;

      if (item != NULL && g_strcmp0 (wave_timeline_item_get_event_id (item), id) == 0 && gtk_widget_get_mapped (row)
          && gtk_widget_get_child_visible (child) && !wave_timeline_row_is_empty (WAVE_TIMELINE_ROW (row)))
        return row;
    }
  return NULL;
}

static inline GtkWidget *
wait_row (UiRig *rig, const char *id)
{
  WAIT_FOR (row_of (rig, id) != NULL, id);
  return row_of (rig, id);
}

static inline void
wait_in_row (UiRig *rig, const char *id, const char *text)
{
  WAIT_FOR (row_of (rig, id) != NULL && ui_shows (row_of (rig, id), text), text);
}

static inline void
wait_not_in_row (UiRig *rig, const char *id, const char *text)
{
  WAIT_FOR (row_of (rig, id) != NULL && !ui_shows (row_of (rig, id), text), text);
}

/* What a screen reader says of a row. */
static inline void
check_name (UiRig *rig, const char *id, const char *name)
{
  GtkWidget *item = gtk_widget_get_parent (wait_row (rig, id));

  WAIT_FOR (gtk_test_accessible_check_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name) == NULL, name);
}
