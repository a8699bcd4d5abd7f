// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-filter-entry.h"

#include <glib/gi18n.h>
#include <string.h>

#define TYPING_MS 120

struct _WaveFilterEntry
{
  GtkBox parent_instance;

  GtkEntry *entry;
  GtkLabel *fault;
  GtkPopover *completion;
  GtkListBox *candidates;

  WaveEventLog *log;  /* nullable */
  WaveFilter *filter; /* nullable */
  GPtrArray *proposed; /* nullable: of WaveFilterCandidate, as they stand in the list */
  guint apply, propose;
  gboolean replacing; /* the text changes by ourselves */
  gboolean fault_waits;
  gboolean dismissed; /* Escape closed the list; typing opens it again */
};

enum { PROP_0, PROP_FILTER, PROP_TEXT, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (WaveFilterEntry, wave_filter_entry, GTK_TYPE_BOX)

/* ---- the filter ---- */

/* The faulty part is underlined where it stands; what was shown stays until the expression makes sense. */
static void
show_fault (WaveFilterEntry *self, const WaveFilterFault *fault, const char *message)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  if (message != NULL)
    {
      PangoAttribute *underline = pango_attr_underline_new (PANGO_UNDERLINE_ERROR);

      underline->start_index = fault->start;
      underline->end_index = fault->end;
      pango_attr_list_insert (attributes, underline);
      gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
    }
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  gtk_entry_set_attributes (self->entry, attributes);
  pango_attr_list_unref (attributes);
  gtk_label_set_text (self->fault, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->fault), message != NULL);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID,
                               message != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static gboolean
apply_filter (gpointer user_data)
{
  WaveFilterEntry *self = user_data;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  WaveFilterFault fault = { 0, 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveFilter) filter = wave_filter_new (text, 0, &fault, &error);

  self->apply = 0;
  /* While proposals stand the term is not finished; that it is wrong is told when they are gone. */
  if (error != NULL && gtk_widget_get_visible (GTK_WIDGET (self->completion)))
    {
      show_fault (self, &fault, NULL);
      self->fault_waits = TRUE;
    }
  else
    show_fault (self, &fault, error != NULL ? error->message : NULL);
  if (filter == NULL)
    return G_SOURCE_REMOVE;
  if (wave_filter_is_empty (filter))
    g_clear_pointer (&filter, wave_filter_unref);
  if (filter == NULL && self->filter == NULL)
    return G_SOURCE_REMOVE;
  g_clear_pointer (&self->filter, wave_filter_unref);
  self->filter = g_steal_pointer (&filter);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FILTER]);
  return G_SOURCE_REMOVE;
}

void
wave_filter_entry_apply (WaveFilterEntry *self)
{
  g_return_if_fail (WAVE_IS_FILTER_ENTRY (self));
  g_clear_handle_id (&self->apply, g_source_remove);
  apply_filter (self);
}

/* ---- completion ---- */

static void
close_list (WaveFilterEntry *self)
{
  g_clear_handle_id (&self->propose, g_source_remove);
  gtk_popover_popdown (self->completion);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_EXPANDED, FALSE, -1);
  if (self->fault_waits && self->apply == 0)
    {
      self->fault_waits = FALSE;
      self->apply = g_timeout_add (TYPING_MS, apply_filter, self);
      g_source_set_name_by_id (self->apply, "wave-filter-typed");
    }
}

static GtkWidget *
make_row (const WaveFilterCandidate *candidate)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *text = gtk_label_new (candidate->text);

  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (text), 48);
  gtk_widget_add_css_class (text, "monospace");
  gtk_box_append (GTK_BOX (box), text);
  if (candidate->label != NULL && *candidate->label != '\0')
    {
      GtkWidget *label = gtk_label_new (candidate->label);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (GTK_BOX (box), label);
    }
  return box;
}

static void
select_candidate (WaveFilterEntry *self, int position)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->candidates, position);

  gtk_list_box_select_row (self->candidates, row);
  if (row != NULL)
    {
      /* The focus stays in the entry; the row must be in view all the same. */
      GtkAdjustment *adjustment = gtk_list_box_get_adjustment (self->candidates);
      graphene_rect_t bounds;

      if (adjustment != NULL && gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->candidates), &bounds))
        gtk_adjustment_clamp_page (adjustment, bounds.origin.y, bounds.origin.y + bounds.size.height);
      gtk_accessible_announce (GTK_ACCESSIBLE (self->entry), ((WaveFilterCandidate *) self->proposed->pdata[position])->text,
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }
}

static void
propose (WaveFilterEntry *self, gboolean asked)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  int at = gtk_editable_get_position (GTK_EDITABLE (self->entry));
  gsize cursor = g_utf8_offset_to_pointer (text, at) - text;

  g_clear_pointer (&self->proposed, g_ptr_array_unref);
  gtk_list_box_remove_all (self->candidates);
  self->proposed = wave_filter_complete (text, cursor, self->log != NULL ? wave_event_log_complete_values : NULL, self->log);
  /* What stands there already is no proposal. */
  if (self->proposed->len == 1 && !asked)
    {
      const WaveFilterCandidate *only = self->proposed->pdata[0];

      if (strlen (only->text) == only->end - only->start && strncmp (text + only->start, only->text, only->end - only->start) == 0)
        g_ptr_array_set_size (self->proposed, 0);
    }
  if (self->proposed->len == 0 || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      close_list (self);
      return;
    }
  for (guint i = 0; i < self->proposed->len; i++)
    gtk_list_box_append (self->candidates, make_row (self->proposed->pdata[i]));
  gtk_list_box_unselect_all (self->candidates);
  {
    graphene_rect_t bounds;

    /* Below the entry, at its start. */
    if (gtk_widget_compute_bounds (GTK_WIDGET (self->entry), GTK_WIDGET (self), &bounds))
      gtk_popover_set_pointing_to (self->completion, &(GdkRectangle){ (int) bounds.origin.x, (int) bounds.origin.y, (int) bounds.size.width,
                                                                      (int) bounds.size.height });
  }
  gtk_popover_popup (self->completion);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_EXPANDED, TRUE, -1);
}

static gboolean
on_propose (gpointer user_data)
{
  WaveFilterEntry *self = user_data;

  self->propose = 0;
  propose (self, FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
has_focus (WaveFilterEntry *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->entry));
}

static void
queue_propose (WaveFilterEntry *self)
{
  if (self->replacing || self->dismissed || gtk_widget_get_root (GTK_WIDGET (self)) == NULL || !has_focus (self))
    return;
  g_clear_handle_id (&self->propose, g_source_remove);
  self->propose = g_idle_add (on_propose, self);
  g_source_set_name_by_id (self->propose, "wave-filter-complete");
}

static void
accept (WaveFilterEntry *self, guint position)
{
  const WaveFilterCandidate *candidate;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (GString) changed = g_string_new (text);
  g_autofree char *inserted = NULL;
  gsize start, length;

  if (self->proposed == NULL || position >= self->proposed->len)
    return;
  candidate = self->proposed->pdata[position];
  inserted = g_strdup (candidate->text);
  start = MIN (candidate->start, changed->len);
  length = MIN (candidate->end, changed->len) - start;
  g_string_erase (changed, start, length);
  g_string_insert (changed, start, inserted);
  self->replacing = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), changed->str);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), g_utf8_strlen (changed->str, start + strlen (inserted)));
  self->replacing = FALSE;
  close_list (self);
  /* After a key its values are proposed at once. */
  if (g_str_has_suffix (inserted, ":"))
    queue_propose (self);
}

static void
on_candidate (GtkListBox *list, GtkListBoxRow *row, WaveFilterEntry *self)
{
  accept (self, gtk_list_box_row_get_index (row));
  gtk_entry_grab_focus_without_selecting (self->entry);
}

static gboolean
on_key (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, WaveFilterEntry *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->candidates);
  int selected = row != NULL ? gtk_list_box_row_get_index (row) : -1;
  int n = self->proposed != NULL ? (int) self->proposed->len : 0;

  if (key == GDK_KEY_space && (state & GDK_CONTROL_MASK))
    {
      propose (self, TRUE);
      return GDK_EVENT_STOP;
    }
  if (!gtk_widget_get_visible (GTK_WIDGET (self->completion)) || n == 0)
    {
      if (key == GDK_KEY_Down || key == GDK_KEY_KP_Down)
        {
          propose (self, TRUE);
          return GDK_EVENT_STOP;
        }
      return GDK_EVENT_PROPAGATE;
    }
  switch (key)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      select_candidate (self, (selected + 1) % n);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      select_candidate (self, selected <= 0 ? n - 1 : selected - 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Tab:
    case GDK_KEY_KP_Tab:
      if (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK))
        return GDK_EVENT_PROPAGATE;
      accept (self, MAX (selected, 0));
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      if (selected < 0)
        return GDK_EVENT_PROPAGATE;
      accept (self, selected);
      return GDK_EVENT_STOP;
    case GDK_KEY_Escape:
      self->dismissed = TRUE;
      close_list (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
on_leave (WaveFilterEntry *self)
{
  close_list (self);
}

/* ---- typing ---- */

static void
on_typed (GtkEditable *editable, WaveFilterEntry *self)
{
  gtk_entry_set_icon_from_icon_name (self->entry, GTK_ENTRY_ICON_SECONDARY, *gtk_editable_get_text (editable) != '\0' ? "edit-clear-symbolic" : NULL);
  g_clear_handle_id (&self->apply, g_source_remove);
  self->apply = g_timeout_add (TYPING_MS, apply_filter, self);
  g_source_set_name_by_id (self->apply, "wave-filter-typed");
  self->dismissed = FALSE;
  queue_propose (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TEXT]);
}

static void
on_cursor (GObject *entry, GParamSpec *pspec, WaveFilterEntry *self)
{
  if (self->completion != NULL && gtk_widget_get_visible (GTK_WIDGET (self->completion)))
    queue_propose (self);
}

static void
on_activate (GtkEntry *entry, WaveFilterEntry *self)
{
  close_list (self);
  wave_filter_entry_apply (self);
}

static void
on_icon (GtkEntry *entry, GtkEntryIconPosition position, WaveFilterEntry *self)
{
  if (position == GTK_ENTRY_ICON_SECONDARY)
    wave_filter_entry_set_text (self, "");
}

const char *
wave_filter_entry_get_text (WaveFilterEntry *self)
{
  g_return_val_if_fail (WAVE_IS_FILTER_ENTRY (self), NULL);
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

void
wave_filter_entry_set_text (WaveFilterEntry *self, const char *text)
{
  g_return_if_fail (WAVE_IS_FILTER_ENTRY (self));
  self->replacing = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  self->replacing = FALSE;
  close_list (self);
  wave_filter_entry_apply (self);
}

WaveFilter *
wave_filter_entry_get_filter (WaveFilterEntry *self)
{
  g_return_val_if_fail (WAVE_IS_FILTER_ENTRY (self), NULL);
  return self->filter;
}

void
wave_filter_entry_add_term (WaveFilterEntry *self, const char *term, gboolean exclude)
{
  g_autofree char *text = NULL;

  g_return_if_fail (WAVE_IS_FILTER_ENTRY (self) && term != NULL);
  text = wave_filter_combine (wave_filter_entry_get_text (self), term, exclude);
  wave_filter_entry_set_text (self, text);
}

/* Where a term stands by itself between blanks; NULL when it does not. */
static const char *
find_term (const char *text, const char *term)
{
  gsize length = strlen (term);

  for (const char *at = strstr (text, term); at != NULL; at = strstr (at + 1, term))
    if ((at == text || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
      return at;
  return NULL;
}

gboolean
wave_filter_entry_has_term (WaveFilterEntry *self, const char *term)
{
  g_return_val_if_fail (WAVE_IS_FILTER_ENTRY (self) && term != NULL, FALSE);
  return find_term (wave_filter_entry_get_text (self), term) != NULL;
}

void
wave_filter_entry_remove_term (WaveFilterEntry *self, const char *term)
{
  const char *text, *at;
  g_autoptr (GString) without = NULL;

  g_return_if_fail (WAVE_IS_FILTER_ENTRY (self) && term != NULL);
  text = wave_filter_entry_get_text (self);
  at = find_term (text, term);
  if (at == NULL)
    return;
  without = g_string_new (text);
  g_string_erase (without, at - text, strlen (term) + (at[strlen (term)] == ' ' ? 1 : 0));
  g_strchomp (without->str);
  wave_filter_entry_set_text (self, without->str);
}

void
wave_filter_entry_set_log (WaveFilterEntry *self, WaveEventLog *log)
{
  g_return_if_fail (WAVE_IS_FILTER_ENTRY (self));
  g_set_object (&self->log, log);
}

/* ---- the object ---- */

static gboolean
wave_filter_entry_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (WAVE_FILTER_ENTRY (widget)->entry));
}

static void
wave_filter_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WaveFilterEntry *self = WAVE_FILTER_ENTRY (object);

  switch (id)
    {
    case PROP_FILTER:
      g_value_set_boxed (value, self->filter);
      break;
    case PROP_TEXT:
      g_value_set_string (value, wave_filter_entry_get_text (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
wave_filter_entry_dispose (GObject *object)
{
  WaveFilterEntry *self = WAVE_FILTER_ENTRY (object);

  g_clear_handle_id (&self->apply, g_source_remove);
  g_clear_handle_id (&self->propose, g_source_remove);
  g_clear_object (&self->log);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_FILTER_ENTRY);
  G_OBJECT_CLASS (wave_filter_entry_parent_class)->dispose (object);
}

static void
wave_filter_entry_finalize (GObject *object)
{
  WaveFilterEntry *self = WAVE_FILTER_ENTRY (object);

  g_clear_pointer (&self->filter, wave_filter_unref);
  g_clear_pointer (&self->proposed, g_ptr_array_unref);
  G_OBJECT_CLASS (wave_filter_entry_parent_class)->finalize (object);
}

static void
wave_filter_entry_class_init (WaveFilterEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = wave_filter_entry_dispose;
  object_class->finalize = wave_filter_entry_finalize;
  object_class->get_property = wave_filter_entry_get_property;
  widget_class->grab_focus = wave_filter_entry_grab_focus;
  props[PROP_FILTER] = g_param_spec_boxed ("filter", NULL, NULL, WAVE_TYPE_FILTER, flags);
  props[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-filter-entry.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveFilterEntry, entry);
  gtk_widget_class_bind_template_child (widget_class, WaveFilterEntry, fault);
  gtk_widget_class_bind_template_child (widget_class, WaveFilterEntry, completion);
  gtk_widget_class_bind_template_child (widget_class, WaveFilterEntry, candidates);
  gtk_widget_class_bind_template_callback (widget_class, on_typed);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_icon);
  gtk_widget_class_bind_template_callback (widget_class, on_cursor);
  gtk_widget_class_bind_template_callback (widget_class, on_key);
  gtk_widget_class_bind_template_callback (widget_class, on_leave);
  gtk_widget_class_bind_template_callback (widget_class, on_candidate);
}

static void
wave_filter_entry_init (WaveFilterEntry *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
wave_filter_entry_new (void)
{
  return g_object_new (WAVE_TYPE_FILTER_ENTRY, NULL);
}
