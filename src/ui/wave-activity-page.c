// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-activity-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "journal/wave-filter.h"
#include "model/wave-participant.h"
#include "model/wave-room.h"
#include "protocol/wave-catalogue.h"
#include "protocol/wave-text.h"
#include "ui/wave-event-row.h"
#include "ui/wave-format.h"
#include "ui/wave-rate-chart.h"

/* Of the raw text that the inspector shows. */
#define SHOWN_RAW 100000

typedef enum { COLUMN_TIME, COLUMN_DELTA, COLUMN_TYPE, COLUMN_ROOM, COLUMN_SENDER, COLUMN_SUMMARY, COLUMN_SIZE, N_COLUMNS } Column;

struct _WaveActivityPage
{
  AdwBin parent_instance;

  WaveMonitor *monitor;
  WaveTenant *tenant;
  WaveEventRing *ring;
  GtkSingleSelection *selection;
  GtkFilter *filter;
  GtkWidget *view, *pause, *status, *split, *meaning, *raw, *stack, *entry, *fault, *chart;
  GtkColumnViewColumn *columns[N_COLUMNS]; /* borrowed */
  GSettings *settings;
  GtkAdjustment *adjustment;
  gulong handler;
  guint tick, apply;
  WaveFilter *expression; /* nullable: everything */
  WaveFilterRun *run;
  gboolean sticky;
};

G_DEFINE_FINAL_TYPE (WaveActivityPage, wave_activity_page, ADW_TYPE_BIN)

/* ---- cells ---- */

static const struct
{
  const char *title;
  int width; /* -1: takes the rest */
} columns[N_COLUMNS] = {
  { N_("Time"), 110 }, { N_("Δ"), 80 }, { N_("Type"), 180 }, { N_("Room"), 130 }, { N_("Sender"), 120 }, { N_("Summary"), -1 }, { N_("Size"), 80 },
};

static char *
cell_text (WaveActivityPage *self, WaveEventRow *row, Column column)
{
  const WaveEvent *event = wave_event_row_get_event (row);
  WaveRoom *room = NULL;
  WaveParticipant *sender = NULL;

  switch (column)
    {
    case COLUMN_TIME:
      return wave_format_clock_ms (event->arrived_wall_us);
    case COLUMN_DELTA:
      {
        g_autofree char *span = wave_format_span (wave_event_row_get_before (row));

        return wave_event_row_get_before (row) >= 0 ? g_strdup_printf ("+%s", span) : g_strdup ("");
      }
    case COLUMN_TYPE:
      return event->kind == WAVE_EVENT_INVALID ? g_strdup (_("not an event")) : wave_text_make_visible (event->type, strlen (event->type), 80);
    case COLUMN_ROOM:
      if (event->room_id != NULL)
        room = wave_tenant_get_room (self->tenant, event->room_id);
      return g_strdup (room != NULL ? wave_room_get_display_name (room) : event->room_id != NULL ? "…" : "–");
    case COLUMN_SENDER:
      if (event->sender_id != NULL)
        sender = wave_tenant_get_participant (self->tenant, event->sender_id);
      return g_strdup (sender != NULL ? wave_participant_get_display_name (sender) : "–");
    case COLUMN_SUMMARY:
      return wave_event_summarise (event);
    case COLUMN_SIZE:
      return wave_format_size (g_bytes_get_size (event->raw));
    case N_COLUMNS:
    default:
      return g_strdup ("");
    }
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkColumnViewCell *cell, gpointer user_data)
{
  Column column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (factory), "column"));
  GtkWidget *text = gtk_inscription_new (NULL);

  /* Of a type the end tells most. */
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (text), column == COLUMN_TYPE ? GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_START
                                                                                   : GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_min_lines (GTK_INSCRIPTION (text), 1);
  gtk_inscription_set_nat_lines (GTK_INSCRIPTION (text), 1);
  if (column == COLUMN_TIME || column == COLUMN_DELTA || column == COLUMN_SIZE)
    gtk_widget_add_css_class (text, "numeric");
  if (column == COLUMN_DELTA || column == COLUMN_SIZE)
    gtk_widget_add_css_class (text, "dim-label");
  if (column == COLUMN_SIZE)
    gtk_inscription_set_xalign (GTK_INSCRIPTION (text), 1);
  gtk_column_view_cell_set_child (cell, text);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkColumnViewCell *cell, WaveActivityPage *self)
{
  Column column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (factory), "column"));
  GtkWidget *text = gtk_column_view_cell_get_child (cell);
  WaveEventRow *row = gtk_column_view_cell_get_item (cell);
  g_autofree char *shown = cell_text (self, row, column);

  gtk_inscription_set_text (GTK_INSCRIPTION (text), shown);
  if (column == COLUMN_TYPE)
    {
      const WaveEvent *event = wave_event_row_get_event (row);
      const char *const classes[] = { "event-type", event->malformed != NULL ? "fault" : wave_category_get_nick (wave_catalogue_get (event->kind)->category),
                                      NULL };

      gtk_widget_set_css_classes (text, (const char **) classes);
    }
}

/* ---- the inspector ---- */

static void
show_selected (WaveActivityPage *self)
{
  WaveEventRow *row = gtk_single_selection_get_selected_item (self->selection);
  const WaveEvent *event;
  g_autoptr (GString) meaning = g_string_new (NULL);
  g_autoptr (GString) raw = g_string_new (NULL);
  g_autofree char *summary = NULL;
  g_autofree char *clock = NULL;
  g_autofree char *size = NULL;
  gsize length;
  const char *bytes;
  const char *end;

  if (row == NULL)
    return;
  event = wave_event_row_get_event (row);
  summary = wave_event_summarise (event);
  clock = wave_format_clock_ms (event->arrived_wall_us);
  size = wave_format_size (g_bytes_get_size (event->raw));
  g_string_append_printf (meaning, "%s\n\n", summary);
  g_string_append_printf (meaning, _("Arrived %s, %s\n"), clock, event->via == WAVE_VIA_STREAM ? _("by the stream") : _("by sync"));
  if (event->position >= 0)
    g_string_append_printf (meaning, _("Durable, position %" G_GINT64_FORMAT "\n"), event->position);
  else
    g_string_append (meaning, _("Ephemeral: gone if missed\n"));
  g_string_append_printf (meaning, _("Size %s\n"), size);
  if (event->malformed != NULL)
    g_string_append_printf (meaning, _("Malformed: %s\n"), event->malformed);
  bytes = g_bytes_get_data (event->raw, &length);
  end = bytes + MIN (length, SHOWN_RAW);
  for (const char *p = bytes; p < end;)
    {
      const char *stop = memchr (p, '\n', end - p);
      g_autofree char *line = wave_text_make_visible (p, (stop != NULL ? stop : end) - p, SHOWN_RAW);

      g_string_append (raw, line);
      g_string_append_c (raw, '\n');
      p = stop != NULL ? stop + 1 : end;
    }
  gtk_label_set_text (GTK_LABEL (self->meaning), meaning->str);
  gtk_label_set_text (GTK_LABEL (self->raw), raw->str);
  adw_overlay_split_view_set_show_sidebar (ADW_OVERLAY_SPLIT_VIEW (self->split), TRUE);
}

static void
on_copy_raw (GtkButton *button, WaveActivityPage *self)
{
  WaveEventRow *row = gtk_single_selection_get_selected_item (self->selection);

  if (row != NULL)
    {
      GBytes *raw = wave_event_row_get_event (row)->raw;
      g_autofree char *text = g_utf8_make_valid (g_bytes_get_data (raw, NULL), g_bytes_get_size (raw));

      gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (button)), text);
    }
}

/* ---- flow ---- */

static void
update_status (WaveActivityPage *self)
{
  guint shown = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint held = g_list_model_get_n_items (G_LIST_MODEL (self->ring));
  guint waiting = wave_event_ring_get_pending (self->ring);
  g_autofree char *text = NULL;

  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->pause)))
    text = g_strdup_printf (_("Paused view · %'u newer · the journal goes on"), waiting);
  else if (self->run != NULL)
    text = g_strdup_printf (_("%'u of the latest %'u"), shown, held);
  else
    text = g_strdup_printf (ngettext ("the latest %'u event", "the latest %'u events", held), held);
  gtk_label_set_text (GTK_LABEL (self->status), text);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), shown > 0 ? "table" : self->run != NULL ? "nothing" : "empty");
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveActivityPage *self = WAVE_ACTIVITY_PAGE (widget);

  self->tick = 0;
  if (!gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->pause)) && wave_event_ring_flush (self->ring) > 0 && self->sticky)
    gtk_adjustment_set_value (self->adjustment, gtk_adjustment_get_upper (self->adjustment));
  update_status (self);
  return G_SOURCE_REMOVE;
}

static void
queue_flush (WaveActivityPage *self)
{
  if (self->tick == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

static void
on_event (WaveTenant *tenant, const WaveEvent *event, WaveRoom *room, WaveActivityPage *self)
{
  wave_event_ring_append (self->ring, event);
  wave_rate_chart_add (WAVE_RATE_CHART (self->chart), event->malformed != NULL ? WAVE_CATEGORY_FAULT : wave_catalogue_get (event->kind)->category,
                       event->arrived_mono_us);
  queue_flush (self);
}

static void
on_upper_changed (GtkAdjustment *adjustment, GParamSpec *pspec, WaveActivityPage *self)
{
  if (self->sticky)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
}

static void
on_value_changed (GtkAdjustment *adjustment, WaveActivityPage *self)
{
  self->sticky = gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) >= gtk_adjustment_get_upper (adjustment) - 40;
}

static gboolean
matches (gpointer item, gpointer user_data)
{
  WaveActivityPage *self = user_data;
  const WaveEvent *event = wave_event_row_get_event (item);
  gint64 before = wave_event_row_get_before (item);
  WaveRoom *room;
  WaveParticipant *sender;

  if (self->run == NULL)
    return TRUE;
  room = event->room_id != NULL ? wave_tenant_get_room (self->tenant, event->room_id) : NULL;
  sender = event->sender_id != NULL ? wave_tenant_get_participant (self->tenant, event->sender_id) : NULL;
  return wave_filter_run_match_event (self->run, event, room != NULL ? wave_room_get_display_name (room) : NULL,
                                      sender != NULL ? wave_participant_get_display_name (sender) : NULL, before >= 0 ? before : G_MININT64,
                                      G_MININT64);
}

/* The faulty part is underlined where it stands; what was shown stays until the expression makes sense. */
static void
show_fault (WaveActivityPage *self, const WaveFilterFault *fault, const char *message)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  if (message != NULL)
    {
      PangoAttribute *underline = pango_attr_underline_new (PANGO_UNDERLINE_ERROR);

      underline->start_index = fault->start;
      underline->end_index = fault->end;
      pango_attr_list_insert (attributes, underline);
      gtk_widget_add_css_class (self->entry, "error");
    }
  else
    gtk_widget_remove_css_class (self->entry, "error");
  gtk_entry_set_attributes (GTK_ENTRY (self->entry), attributes);
  pango_attr_list_unref (attributes);
  gtk_label_set_text (GTK_LABEL (self->fault), message != NULL ? message : "");
  gtk_widget_set_visible (self->fault, message != NULL);
}

static gboolean
apply_filter (gpointer user_data)
{
  WaveActivityPage *self = user_data;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  WaveFilterFault fault = { 0, 0 };
  g_autoptr (GError) error = NULL;
  WaveFilter *expression = wave_filter_new (text, 0, &fault, &error);

  self->apply = 0;
  show_fault (self, &fault, error != NULL ? error->message : NULL);
  if (expression == NULL)
    return G_SOURCE_REMOVE;
  g_clear_pointer (&self->run, wave_filter_run_free);
  g_clear_pointer (&self->expression, wave_filter_unref);
  self->expression = expression;
  if (!wave_filter_is_empty (expression))
    self->run = wave_filter_run_new (expression);
  g_settings_set_string (self->settings, "activity-filter", text);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_status (self);
  return G_SOURCE_REMOVE;
}

static void
on_filter_typed (GtkEditable *entry, WaveActivityPage *self)
{
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (entry), GTK_ENTRY_ICON_SECONDARY, *gtk_editable_get_text (entry) != '\0' ? "edit-clear-symbolic" : NULL);
  gtk_entry_set_icon_tooltip_text (GTK_ENTRY (entry), GTK_ENTRY_ICON_SECONDARY, _("Clear the Filter"));
  g_clear_handle_id (&self->apply, g_source_remove);
  self->apply = g_timeout_add (120, apply_filter, self);
  g_source_set_name_by_id (self->apply, "wave-activity-filter");
}

static void
on_clear (GtkEntry *entry, GtkEntryIconPosition position, WaveActivityPage *self)
{
  if (position == GTK_ENTRY_ICON_SECONDARY)
    gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

static void
add_term (WaveActivityPage *self, const char *term, gboolean exclude)
{
  g_autofree char *text = wave_filter_combine (gtk_editable_get_text (GTK_EDITABLE (self->entry)), term, exclude);

  gtk_editable_set_text (GTK_EDITABLE (self->entry), text);
}

static void
on_chip (GtkButton *button, WaveActivityPage *self)
{
  add_term (self, g_object_get_data (G_OBJECT (button), "term"), FALSE);
}

/* "Filter by this" and "exclude this": of the event in the inspector. */
static void
on_by_this (GtkButton *button, WaveActivityPage *self)
{
  WaveEventRow *row = gtk_single_selection_get_selected_item (self->selection);
  const char *key = g_object_get_data (G_OBJECT (button), "key");
  const WaveEvent *event = row != NULL ? wave_event_row_get_event (row) : NULL;
  const char *value = NULL;
  g_autofree char *term = NULL;

  if (event == NULL)
    return;
  if (g_str_equal (key, "type"))
    value = event->type;
  else
    value = g_str_equal (key, "room") ? event->room_id : event->sender_id;
  if (value == NULL || *value == '\0')
    return;
  term = wave_filter_quote (key, value);
  add_term (self, term, g_object_get_data (G_OBJECT (button), "exclude") != NULL);
}

static void
wave_activity_page_dispose (GObject *object)
{
  WaveActivityPage *self = WAVE_ACTIVITY_PAGE (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  g_clear_handle_id (&self->apply, g_source_remove);
  g_clear_signal_handler (&self->handler, self->tenant);
  G_OBJECT_CLASS (wave_activity_page_parent_class)->dispose (object);
}

static void
wave_activity_page_finalize (GObject *object)
{
  WaveActivityPage *self = WAVE_ACTIVITY_PAGE (object);

  g_clear_object (&self->monitor);
  g_clear_object (&self->ring);
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_pointer (&self->run, wave_filter_run_free);
  g_clear_pointer (&self->expression, wave_filter_unref);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (wave_activity_page_parent_class)->finalize (object);
}

static void
wave_activity_page_class_init (WaveActivityPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_activity_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = wave_activity_page_finalize;
}

static GtkWidget *
make_table (WaveActivityPage *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  self->selection = gtk_single_selection_new (
      G_LIST_MODEL (gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->ring)), g_object_ref (self->filter))));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (show_selected), self, G_CONNECT_SWAPPED);
  self->view = gtk_column_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)));
  gtk_widget_add_css_class (self->view, "data-table");
  gtk_widget_add_css_class (self->view, "activity");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Events"), -1);
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = NULL;

      g_object_set_data (G_OBJECT (factory), "column", GUINT_TO_POINTER (i));
      g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
      column = gtk_column_view_column_new (_(columns[i].title), factory);
      gtk_column_view_column_set_resizable (column, TRUE);
      if (columns[i].width > 0)
        gtk_column_view_column_set_fixed_width (column, columns[i].width);
      else
        gtk_column_view_column_set_expand (column, TRUE);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), column);
      self->columns[i] = column;
    }
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->view);
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  g_signal_connect_object (self->adjustment, "notify::upper", G_CALLBACK (on_upper_changed), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->adjustment, "value-changed", G_CALLBACK (on_value_changed), self, G_CONNECT_DEFAULT);
  return scroller;
}

static GtkWidget *
make_by_this (WaveActivityPage *self)
{
  GtkWidget *box = adw_wrap_box_new ();
  static const struct
  {
    const char *label, *key;
    gboolean exclude;
  } buttons[] = {
    { N_("Only this type"), "type", FALSE }, { N_("Only this room"), "room", FALSE }, { N_("Only this sender"), "from", FALSE },
    { N_("Without this type"), "type", TRUE }, { N_("Without this room"), "room", TRUE }, { N_("Without this sender"), "from", TRUE },
  };

  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (box), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (box), 6);
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      GtkWidget *button = gtk_button_new_with_label (_(buttons[i].label));

      gtk_widget_add_css_class (button, "filter-chip");
      g_object_set_data (G_OBJECT (button), "key", (gpointer) buttons[i].key);
      g_object_set_data (G_OBJECT (button), "exclude", GINT_TO_POINTER (buttons[i].exclude));
      g_signal_connect (button, "clicked", G_CALLBACK (on_by_this), self);
      adw_wrap_box_append (ADW_WRAP_BOX (box), button);
    }
  return box;
}

static GtkWidget *
make_inspector (WaveActivityPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = gtk_label_new (_("As Received"));
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_add_css_class (box, "side-pane");
  self->meaning = gtk_label_new (_("Choose an event to see what it says"));
  gtk_label_set_wrap (GTK_LABEL (self->meaning), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->meaning), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->meaning), 0);
  gtk_label_set_selectable (GTK_LABEL (self->meaning), TRUE);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "heading");
  gtk_widget_add_css_class (copy, "flat");
  gtk_widget_set_tooltip_text (copy, _("Copy the Raw Text"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Copy the Raw Text"), -1);
  g_signal_connect (copy, "clicked", G_CALLBACK (on_copy_raw), self);
  self->raw = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->raw), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->raw), PANGO_WRAP_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->raw), 0);
  gtk_label_set_selectable (GTK_LABEL (self->raw), TRUE);
  gtk_widget_add_css_class (self->raw, "monospace");
  gtk_widget_add_css_class (self->raw, "caption");
  gtk_box_append (GTK_BOX (box), self->meaning);
  gtk_box_append (GTK_BOX (box), make_by_this (self));
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), copy);
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), self->raw);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  return scroller;
}

static GtkWidget *
make_status_page (const char *title, const char *description)
{
  GtkWidget *page = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "wave-activity-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), title);
  adw_status_page_set_description (ADW_STATUS_PAGE (page), description);
  return page;
}

static void
wave_activity_page_init (WaveActivityPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *chips = adw_wrap_box_new ();
  static const struct
  {
    const char *label, *term;
  } common[] = {
    { N_("Durable"), "is:durable" }, { N_("AI"), "is:ai" }, { N_("No chunks"), "-type:*.chunk" }, { N_("Malformed"), "is:malformed" },
    { N_("Unknown types"), "is:unknown" }, { N_("Caught up"), "is:caught-up" }, { N_("After a silence"), "gap>1s" },
  };

  self->sticky = TRUE;
  self->ring = wave_event_ring_new ();
  self->settings = g_settings_new (APPLICATION_ID);
  gtk_widget_add_css_class (bar, "toolbar");
  self->entry = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), _("Filter, such as  type:*.status room:atlas gap>500ms -is:caught-up"));
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_PRIMARY, "system-search-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Filter of events"), -1);
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_widget_add_css_class (self->entry, "filter-entry");
  {
    g_autofree char *help = wave_filter_get_help ();

    gtk_widget_set_tooltip_text (self->entry, help);
  }
  g_signal_connect (self->entry, "changed", G_CALLBACK (on_filter_typed), self);
  g_signal_connect (self->entry, "icon-press", G_CALLBACK (on_clear), self);
  self->fault = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->fault), 0);
  gtk_label_set_wrap (GTK_LABEL (self->fault), TRUE);
  gtk_widget_add_css_class (self->fault, "error");
  gtk_widget_add_css_class (self->fault, "filter-fault");
  gtk_widget_set_visible (self->fault, FALSE);
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (chips), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (chips), 6);
  gtk_widget_add_css_class (chips, "filter-chips");
  for (guint i = 0; i < G_N_ELEMENTS (common); i++)
    {
      GtkWidget *chip = gtk_button_new_with_label (_(common[i].label));

      gtk_widget_add_css_class (chip, "filter-chip");
      gtk_widget_set_tooltip_text (chip, common[i].term);
      g_object_set_data (G_OBJECT (chip), "term", (gpointer) common[i].term);
      g_signal_connect (chip, "clicked", G_CALLBACK (on_chip), self);
      adw_wrap_box_append (ADW_WRAP_BOX (chips), chip);
    }
  self->chart = wave_rate_chart_new ();
  self->status = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->status), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->status, "dim-label");
  gtk_widget_add_css_class (self->status, "numeric");
  self->pause = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (self->pause), "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (self->pause, _("Pause the View"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Pause the View"), -1);
  g_signal_connect_swapped (self->pause, "toggled", G_CALLBACK (queue_flush), self);
  gtk_box_append (GTK_BOX (bar), self->entry);
  gtk_box_append (GTK_BOX (bar), self->status);
  gtk_box_append (GTK_BOX (bar), self->pause);
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), make_status_page (_("No Events Yet"), _("Every event that arrives is listed here")), "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), make_status_page (_("Nothing Found"), _("None of the latest events passes the filter")), "nothing");
  gtk_stack_add_named (GTK_STACK (self->stack), make_table (self), "table");
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), self->fault);
  gtk_box_append (GTK_BOX (box), chips);
  gtk_box_append (GTK_BOX (box), self->chart);
  gtk_box_append (GTK_BOX (box), self->stack);
  self->split = adw_overlay_split_view_new ();
  adw_overlay_split_view_set_sidebar_position (ADW_OVERLAY_SPLIT_VIEW (self->split), GTK_PACK_END);
  adw_overlay_split_view_set_max_sidebar_width (ADW_OVERLAY_SPLIT_VIEW (self->split), 380);
  adw_overlay_split_view_set_show_sidebar (ADW_OVERLAY_SPLIT_VIEW (self->split), FALSE);
  adw_overlay_split_view_set_content (ADW_OVERLAY_SPLIT_VIEW (self->split), box);
  adw_overlay_split_view_set_sidebar (ADW_OVERLAY_SPLIT_VIEW (self->split), make_inspector (self));
  {
    GtkWidget *bin = adw_breakpoint_bin_new ();
    AdwBreakpoint *breakpoint = adw_breakpoint_new (adw_breakpoint_condition_parse ("max-width: 900sp"));
    GValue collapsed = G_VALUE_INIT;

    g_value_init (&collapsed, G_TYPE_BOOLEAN);
    g_value_set_boolean (&collapsed, TRUE);
    adw_breakpoint_add_setter (breakpoint, G_OBJECT (self->split), "collapsed", &collapsed);
    gtk_widget_set_size_request (bin, 340, 200);
    {
      AdwBreakpoint *narrow = adw_breakpoint_new (adw_breakpoint_condition_parse ("max-width: 600sp"));
      static const Column hidden[] = { COLUMN_DELTA, COLUMN_ROOM, COLUMN_SENDER, COLUMN_SIZE };
      GValue shown = G_VALUE_INIT;
      GValue width = G_VALUE_INIT;

      /* When, what, and what it says: the inspector tells the rest. */
      g_value_init (&shown, G_TYPE_BOOLEAN);
      g_value_init (&width, G_TYPE_INT);
      g_value_set_int (&width, 110);
      adw_breakpoint_add_setter (narrow, G_OBJECT (self->split), "collapsed", &collapsed);
      adw_breakpoint_add_setter (narrow, G_OBJECT (self->status), "visible", &shown);
      adw_breakpoint_add_setter (narrow, G_OBJECT (self->columns[COLUMN_TYPE]), "fixed-width", &width);
      for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
        adw_breakpoint_add_setter (narrow, G_OBJECT (self->columns[hidden[i]]), "visible", &shown);
      adw_breakpoint_bin_add_breakpoint (ADW_BREAKPOINT_BIN (bin), breakpoint);
      adw_breakpoint_bin_add_breakpoint (ADW_BREAKPOINT_BIN (bin), narrow);
    }
    adw_breakpoint_bin_set_child (ADW_BREAKPOINT_BIN (bin), self->split);
    adw_bin_set_child (ADW_BIN (self), bin);
  }
  g_signal_connect (self, "map", G_CALLBACK (queue_flush), NULL);
  {
    g_autofree char *last = g_settings_get_string (self->settings, "activity-filter");

    gtk_editable_set_text (GTK_EDITABLE (self->entry), last);
  }
  update_status (self);
}

GtkWidget *
wave_activity_page_new (WaveMonitor *monitor)
{
  WaveActivityPage *self = g_object_new (WAVE_TYPE_ACTIVITY_PAGE, NULL);

  self->monitor = g_object_ref (monitor);
  self->tenant = wave_monitor_get_tenant (monitor);
  self->handler = g_signal_connect (self->tenant, "event-applied", G_CALLBACK (on_event), self);
  return GTK_WIDGET (self);
}

void
wave_activity_page_set_filter (WaveActivityPage *page, const char *filter)
{
  g_return_if_fail (WAVE_IS_ACTIVITY_PAGE (page));
  gtk_editable_set_text (GTK_EDITABLE (page->entry), filter);
}
