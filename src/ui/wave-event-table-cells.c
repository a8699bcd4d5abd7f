// SPDX-License-Identifier: GPL-3.0-or-later
// The cells of the table of events: GtkInscriptions that are written in the frame that shows them: a view holds two hundred rows, and shows thirty. What a row says beyond the index is fetched on a worker
// unless it is in memory, so that scrolling never waits for the disk.
#include "config.h"

#include "ui/wave-event-table-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/wave-event-words.h"
#include "ui/wave-format.h"

const WaveColumnInfo wave_columns[WAVE_N_COLUMNS] = {
  [WAVE_COLUMN_TIME] = { "time", N_("Time"), 116, WAVE_TABLE_NARROW },
  [WAVE_COLUMN_DELTA] = { "delta", N_("Δ"), 84, WAVE_TABLE_MEDIUM },
  [WAVE_COLUMN_TYPE] = { "type", N_("Type"), 214, WAVE_TABLE_NARROW },
  [WAVE_COLUMN_ROOM] = { "room", N_("Room"), 130, WAVE_TABLE_MEDIUM },
  [WAVE_COLUMN_SENDER] = { "sender", N_("Sender"), 120, WAVE_TABLE_MEDIUM },
  [WAVE_COLUMN_SUMMARY] = { "summary", N_("Summary"), -1, WAVE_TABLE_NARROW },
  [WAVE_COLUMN_SIZE] = { "size", N_("Size"), 84, WAVE_TABLE_MEDIUM },
  [WAVE_COLUMN_LATENCY] = { "latency", N_("Latency"), 92, WAVE_TABLE_WIDE },
};

/* A silence that is worth a colour, µs. */
#define LONG_GAP_US (5 * G_USEC_PER_SEC)

typedef struct {
  WaveEventTable *table; /* borrowed: it outlives its cells */
  GtkColumnViewCell *cell; /* borrowed */
  WaveColumn column;
  GtkWidget *text, *icon; /* borrowed; @icon nullable */
  guint index;
  const char *css_class, *icon_name; /* that stand: to set them anew costs more than all the rest */
  gboolean pending; /* the summary is still to be fetched */
} WaveCell;

static char *
time_text (WaveEventTable *self, gint64 wall_us)
{
  gint64 now = g_get_real_time ();
  g_autofree char *span = NULL;

  switch (self->time_mode)
    {
    case WAVE_TIME_SINCE_FIRST:
      {
        WaveEventRow first;
        guint index = self->events != NULL ? wave_event_view_get_index (self->events, 0) : G_MAXUINT;

        if (index == G_MAXUINT || !wave_event_log_get_row (wave_event_view_get_log (self->events), index, &first))
          return g_strdup ("–");
        span = wave_format_span (MAX (0, wall_us - first.wall_us));
        return g_strdup_printf ("+%s", span);
      }
    case WAVE_TIME_AGO:
      span = wave_format_elapsed (MAX (0, now - wall_us));
      /* Translators: a time, such as "3 min ago". */
      return g_strdup_printf (_("%s ago"), span);
    case WAVE_TIME_CLOCK:
    default:
      {
        g_autofree char *clock = wave_format_clock_ms (wall_us);
        g_autofree char *when = NULL;

        /* Within half a day the time says it; else the day is told, too. */
        if (ABS (now - wall_us) < 12 * G_TIME_SPAN_HOUR)
          return g_steal_pointer (&clock);
        when = wave_format_when (wall_us, now);
        if (strchr (when, ':') != NULL)
          return g_steal_pointer (&clock);
        return g_strdup_printf ("%s %s", when, clock);
      }
    }
}

static char *
signed_span (gint64 us)
{
  g_autofree char *span = wave_format_span (ABS (us));

  return g_strdup_printf ("%s%s", us < 0 ? "−" : "", span);
}

/* @summary: (transfer full) (nullable): by the caller, since it may take the disk */
static char *
cell_text (WaveEventTable *self, WaveColumn column, const WaveEventRow *row, gint64 delta_us)
{
  WaveEventLog *log = wave_event_view_get_log (self->events);

  switch (column)
    {
    case WAVE_COLUMN_TIME:
      return time_text (self, row->wall_us);
    case WAVE_COLUMN_DELTA:
      {
        g_autofree char *span = delta_us != G_MININT64 ? signed_span (delta_us) : NULL;

        return span != NULL ? g_strdup_printf ("%s%s", delta_us >= 0 ? "+" : "", span) : g_strdup ("");
      }
    case WAVE_COLUMN_TYPE:
      {
        g_autofree char *type = wave_event_words_type (row);

        /* In a narrow window the family goes without saying. */
        if (self->room == WAVE_TABLE_NARROW && g_str_has_prefix (type, "swp.room."))
          return g_strdup (type + strlen ("swp.room."));
        if (self->room == WAVE_TABLE_NARROW && g_str_has_prefix (type, "swp."))
          return g_strdup (type + strlen ("swp."));
        return g_steal_pointer (&type);
      }
    case WAVE_COLUMN_ROOM:
      return wave_event_words_room (log, row->room_id);
    case WAVE_COLUMN_SENDER:
      return wave_event_words_person (log, row->sender_id);
    case WAVE_COLUMN_SIZE:
      /* Translators: bytes, in a narrow column. */
      return row->size < 1024 ? g_strdup_printf (_("%u B"), row->size) : wave_format_size (row->size);
    case WAVE_COLUMN_LATENCY:
      {
        g_autofree char *span = row->latency_us != G_MININT64 ? wave_format_latency (row->latency_us) : NULL;

        if (span == NULL)
          return g_strdup ("–");
        /* Not compared clocks: the figure may be off by their difference. */
        return row->latency_corrected ? g_steal_pointer (&span) : g_strdup_printf ("%s ?", span);
      }
    case WAVE_COLUMN_SUMMARY:
    case WAVE_N_COLUMNS:
    default:
      return g_strdup ("");
    }
}

static void
set_classes (WaveCell *cell, const WaveEventRow *row, gint64 delta_us)
{
  switch (cell->column)
    {
    case WAVE_COLUMN_TYPE:
      {
        const char *classes[] = { "event-type", wave_event_words_class (row), NULL };
        const char *icon = wave_event_words_icon (row);

        if (cell->css_class != classes[1])
          gtk_widget_set_css_classes (gtk_widget_get_parent (cell->text), classes);
        if (cell->icon_name != icon)
          gtk_image_set_from_icon_name (GTK_IMAGE (cell->icon), icon);
        cell->css_class = classes[1];
        cell->icon_name = icon;
        break;
      }
    case WAVE_COLUMN_DELTA:
      if (delta_us != G_MININT64 && delta_us >= LONG_GAP_US)
        gtk_widget_add_css_class (cell->text, "long-gap");
      else
        gtk_widget_remove_css_class (cell->text, "long-gap");
      break;
    case WAVE_COLUMN_SUMMARY:
      if (row->flags & WAVE_EVENT_IS_MALFORMED)
        gtk_widget_add_css_class (cell->text, "fault");
      else
        gtk_widget_remove_css_class (cell->text, "fault");
      break;
    case WAVE_COLUMN_TIME:
    case WAVE_COLUMN_ROOM:
    case WAVE_COLUMN_SENDER:
    case WAVE_COLUMN_SIZE:
    case WAVE_COLUMN_LATENCY:
    case WAVE_N_COLUMNS:
    default:
      break;
    }
}

/* When somebody asks: a tooltip that is set for each row costs a question to the display server. */
static gboolean
on_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, WaveCell *cell)
{
  WaveEventRow row;

  if (cell->table->events == NULL || !wave_event_log_get_row (wave_event_view_get_log (cell->table->events), cell->index, &row)
      || row.latency_us == G_MININT64)
    return FALSE;
  gtk_tooltip_set_text (tooltip, row.latency_corrected ? _("From origin to arrival, corrected by the server’s clock")
                                                       : _("From origin to arrival by two clocks that were not compared"));
  return TRUE;
}

static void
set_summary (WaveCell *cell, WaveEventLog *log, const WaveEvent *event)
{
  g_autofree char *text = event != NULL ? wave_event_words_summary (log, event) : g_strdup (_("let go: older than the journal keeps"));

  gtk_inscription_set_text (GTK_INSCRIPTION (cell->text), text);
  if (event == NULL)
    gtk_widget_add_css_class (cell->text, "gone");
  else
    gtk_widget_remove_css_class (cell->text, "gone");
}

static void fetch_pending (WaveEventTable *self);

static void
write_cell (WaveCell *cell)
{
  WaveEventTable *self = cell->table;
  WaveEventEntry *entry = gtk_column_view_cell_get_item (cell->cell);
  WaveEventLog *log;
  WaveEventRow row;
  gint64 delta;

  g_hash_table_remove (self->unwritten, cell);
  if (self->events == NULL || entry == NULL || !wave_event_entry_get_row (entry, &row))
    return;
  if (cell->column == WAVE_COLUMN_TIME)
    wave_event_table_name_row (self, entry);
  log = wave_event_view_get_log (self->events);
  delta = wave_event_entry_get_delta_us (entry);
  cell->index = row.index;
  set_classes (cell, &row, delta);
  if (cell->column == WAVE_COLUMN_SUMMARY)
    {
      g_autoptr (WaveEvent) event = wave_event_log_peek_event (log, row.index);

      cell->pending = event == NULL;
      if (event != NULL)
        set_summary (cell, log, event);
      else
        {
          gtk_inscription_set_text (GTK_INSCRIPTION (cell->text), "…");
          fetch_pending (self);
        }
    }
  else
    {
      g_autofree char *text = cell_text (self, cell->column, &row, delta);

      gtk_inscription_set_text (GTK_INSCRIPTION (cell->text), text);
    }
}

/* ---------------------------------------------------------------- what stands on the disk */

typedef struct {
  WaveEventLog *log;
  GArray *indices;
  GPtrArray *events; /* NULL where there is none any more */
} Fetch;

static void
unref_event (gpointer event)
{
  if (event != NULL)
    wave_event_unref (event);
}

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  g_object_unref (fetch->log);
  g_array_unref (fetch->indices);
  g_ptr_array_unref (fetch->events);
  g_free (fetch);
}

static void
fetch_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Fetch *fetch = task_data;

  for (guint i = 0; i < fetch->indices->len && !g_cancellable_is_cancelled (cancellable); i++)
    g_ptr_array_add (fetch->events, wave_event_log_dup_event (fetch->log, g_array_index (fetch->indices, guint, i)));
  g_task_return_boolean (task, TRUE);
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WaveEventTable *self = WAVE_EVENT_TABLE (source);
  Fetch *fetch = g_task_get_task_data (G_TASK (result));
  g_autoptr (GHashTable) found = NULL;
  GHashTableIter iter;
  WaveCell *cell;

  if (!g_task_propagate_boolean (G_TASK (result), NULL) || self->events == NULL || wave_event_view_get_log (self->events) != fetch->log)
    return;
  g_clear_object (&self->fetching);
  found = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < fetch->events->len; i++)
    g_hash_table_insert (found, GUINT_TO_POINTER (g_array_index (fetch->indices, guint, i)), fetch->events->pdata[i]);
  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, (gpointer *) &cell, NULL))
    {
      gpointer event;

      if (!cell->pending || !g_hash_table_lookup_extended (found, GUINT_TO_POINTER (cell->index), NULL, &event))
        continue;
      cell->pending = FALSE;
      set_summary (cell, fetch->log, event);
    }
  if (self->refetch)
    fetch_pending (self);
}

/* In one go for all rows that came into view in this frame. */
static void
start_fetch (gpointer user_data)
{
  WaveEventTable *self = user_data;
  g_autoptr (GTask) task = NULL;
  Fetch *fetch;
  GHashTableIter iter;
  WaveCell *cell;

  if (self->fetching != NULL || self->events == NULL)
    return;
  self->refetch = FALSE;
  fetch = g_new0 (Fetch, 1);
  fetch->log = g_object_ref (wave_event_view_get_log (self->events));
  fetch->indices = g_array_new (FALSE, FALSE, sizeof (guint));
  fetch->events = g_ptr_array_new_with_free_func (unref_event);
  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, (gpointer *) &cell, NULL))
    if (cell->pending)
      g_array_append_val (fetch->indices, cell->index);
  if (fetch->indices->len == 0)
    {
      fetch_free (fetch);
      return;
    }
  self->fetching = g_cancellable_new ();
  task = g_task_new (self, self->fetching, on_fetched, NULL);
  g_task_set_static_name (task, "[wavescope] fetch events that show");
  g_task_set_task_data (task, fetch, fetch_free);
  g_task_run_in_thread (task, fetch_in_thread);
}

static gboolean
on_fetch_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  WaveEventTable *self = WAVE_EVENT_TABLE (widget);

  self->fetch_tick = 0;
  start_fetch (self);
  return G_SOURCE_REMOVE;
}

static void
fetch_pending (WaveEventTable *self)
{
  self->refetch = TRUE;
  if (self->fetching == NULL && self->fetch_tick == 0)
    self->fetch_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_fetch_tick, NULL, NULL);
}

void
wave_event_table_stop_fetching (WaveEventTable *self)
{
  if (self->fetch_tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->fetch_tick);
  self->fetch_tick = 0;
  if (self->fetching != NULL)
    g_cancellable_cancel (self->fetching);
  g_clear_object (&self->fetching);
}

static void
write_later (WaveCell *cell)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (cell->table));

  cell->pending = FALSE;
  g_hash_table_add (cell->table->unwritten, cell);
  if (clock != NULL)
    gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

void
wave_event_table_refresh_cells (WaveEventTable *self)
{
  GHashTableIter iter;
  WaveCell *cell;

  g_hash_table_iter_init (&iter, self->cells);
  while (g_hash_table_iter_next (&iter, (gpointer *) &cell, NULL))
    write_later (cell);
}

/* After the layout of a frame: only then it is known which rows are seen. What is written changes no size. */
static void
on_layout (GdkFrameClock *clock, WaveEventTable *self)
{
  g_autoptr (GPtrArray) seen = g_ptr_array_new ();
  GHashTableIter iter;
  WaveCell *cell;

  g_hash_table_iter_init (&iter, self->unwritten);
  while (g_hash_table_iter_next (&iter, (gpointer *) &cell, NULL))
    if (gtk_widget_get_mapped (cell->text))
      g_ptr_array_add (seen, cell);
  for (guint i = 0; i < seen->len; i++)
    write_cell (seen->pdata[i]);
}

void
wave_event_table_follow_clock (WaveEventTable *self, GdkFrameClock *clock)
{
  if (self->clock != NULL)
    g_clear_signal_handler (&self->layout_handler, self->clock);
  g_set_object (&self->clock, clock);
  if (clock == NULL)
    return;
  self->layout_handler = g_signal_connect_after (clock, "layout", G_CALLBACK (on_layout), self);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

/* ---------------------------------------------------------------- the factory */

static void
on_setup (GtkSignalListItemFactory *factory, GtkColumnViewCell *item, WaveEventTable *self)
{
  WaveCell *cell = g_new0 (WaveCell, 1);
  GtkWidget *child;

  cell->table = self;
  cell->cell = item;
  cell->column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (factory), "column"));
  cell->text = child = gtk_inscription_new (NULL);
  /* Of a type the end tells most. */
  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (cell->text), cell->column == WAVE_COLUMN_TYPE ? GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_START
                                                                                                    : GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_inscription_set_min_lines (GTK_INSCRIPTION (cell->text), 1);
  gtk_inscription_set_nat_lines (GTK_INSCRIPTION (cell->text), 1);
  gtk_widget_set_hexpand (cell->text, TRUE);
  if (cell->column == WAVE_COLUMN_TIME || cell->column == WAVE_COLUMN_DELTA || cell->column == WAVE_COLUMN_SIZE || cell->column == WAVE_COLUMN_LATENCY)
    gtk_widget_add_css_class (cell->text, "numeric");
  if (cell->column == WAVE_COLUMN_DELTA || cell->column == WAVE_COLUMN_SIZE || cell->column == WAVE_COLUMN_LATENCY)
    {
      gtk_widget_add_css_class (cell->text, "dim-label");
      gtk_inscription_set_xalign (GTK_INSCRIPTION (cell->text), 1);
    }
  if (cell->column == WAVE_COLUMN_LATENCY)
    {
      gtk_widget_set_has_tooltip (cell->text, TRUE);
      g_signal_connect (cell->text, "query-tooltip", G_CALLBACK (on_query_tooltip), cell);
    }
  if (cell->column == WAVE_COLUMN_TYPE)
    {
      child = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
      cell->icon = gtk_image_new ();
      gtk_accessible_update_state (GTK_ACCESSIBLE (cell->icon), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
      gtk_box_append (GTK_BOX (child), cell->icon);
      gtk_box_append (GTK_BOX (child), cell->text);
    }
  g_object_set_data_full (G_OBJECT (item), "wave-cell", cell, g_free);
  g_object_set_data (G_OBJECT (child), "wave-cell", cell);
  gtk_column_view_cell_set_child (item, child);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkColumnViewCell *item, WaveEventTable *self)
{
  WaveCell *cell = g_object_get_data (G_OBJECT (item), "wave-cell");

  g_hash_table_add (self->cells, cell);
  write_later (cell);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkColumnViewCell *item, WaveEventTable *self)
{
  WaveCell *cell = g_object_get_data (G_OBJECT (item), "wave-cell");

  cell->pending = FALSE;
  g_hash_table_remove (self->cells, cell);
  g_hash_table_remove (self->unwritten, cell);
}

static void
on_teardown (GtkSignalListItemFactory *factory, GtkColumnViewCell *item, WaveEventTable *self)
{
  gtk_column_view_cell_set_child (item, NULL);
}

static void
align_title (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child))
      {
        gtk_widget_set_hexpand (child, TRUE);
        gtk_label_set_xalign (GTK_LABEL (child), 1);
      }
    else
      align_title (child);
}

void
wave_event_table_add_columns (WaveEventTable *self)
{
  for (guint i = 0; i < WAVE_N_COLUMNS; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      g_autoptr (GtkColumnViewColumn) column = NULL;

      g_object_set_data (G_OBJECT (factory), "column", GUINT_TO_POINTER (i));
      g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
      g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
      g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
      g_signal_connect (factory, "teardown", G_CALLBACK (on_teardown), self);
      column = gtk_column_view_column_new (_(wave_columns[i].title), factory);
      gtk_column_view_column_set_id (column, wave_columns[i].key);
      gtk_column_view_column_set_resizable (column, TRUE);
      gtk_column_view_column_set_expand (column, i == WAVE_COLUMN_SUMMARY);
      gtk_column_view_append_column (self->view, column);
      self->columns[i] = column;
    }
  {
    /* Titles stand as their columns do; there is no property for that. */
    GtkWidget *title = gtk_widget_get_first_child (gtk_widget_get_first_child (GTK_WIDGET (self->view)));

    for (guint i = 0; i < WAVE_N_COLUMNS && title != NULL; i++, title = gtk_widget_get_next_sibling (title))
      if (i == WAVE_COLUMN_DELTA || i == WAVE_COLUMN_SIZE || i == WAVE_COLUMN_LATENCY)
        align_title (title);
  }
}

guint
wave_event_table_get_n_realised (WaveEventTable *self)
{
  return g_hash_table_size (self->cells) / WAVE_N_COLUMNS;
}

/* ---------------------------------------------------------------- of one cell */

gboolean
wave_event_table_find_cell (WaveEventTable *self, double x, double y, WaveColumn *column, guint *index)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);

  for (; widget != NULL && widget != GTK_WIDGET (self->view); widget = gtk_widget_get_parent (widget))
    {
      WaveCell *cell = g_object_get_data (G_OBJECT (widget), "wave-cell");

      /* The room around a cell's text belongs to it, too. */
      if (cell == NULL && gtk_widget_get_first_child (widget) != NULL && gtk_widget_get_first_child (widget) == gtk_widget_get_last_child (widget))
        cell = g_object_get_data (G_OBJECT (gtk_widget_get_first_child (widget)), "wave-cell");
      if (cell == NULL || !g_hash_table_contains (self->cells, cell) || g_hash_table_contains (self->unwritten, cell))
        continue;
      *column = cell->column;
      *index = cell->index;
      return TRUE;
    }
  return FALSE;
}

char *
wave_event_table_dup_text (WaveEventTable *self, WaveColumn column, guint index)
{
  WaveEventLog *log = wave_event_view_get_log (self->events);
  WaveEventRow row;

  if (!wave_event_log_get_row (log, index, &row))
    return NULL;
  if (column == WAVE_COLUMN_SUMMARY)
    {
      g_autoptr (WaveEvent) event = wave_event_log_peek_event (log, index);

      return event != NULL ? wave_event_words_summary (log, event) : NULL;
    }
  return cell_text (self, column, &row, row.gap_us);
}

char *
wave_event_table_dup_term (WaveEventTable *self, WaveColumn column, guint index)
{
  WaveEventLog *log = wave_event_view_get_log (self->events);
  WaveEventRow row;

  if (!wave_event_log_get_row (log, index, &row))
    return NULL;
  switch (column)
    {
    case WAVE_COLUMN_TIME:
      {
        g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc_usec (row.wall_us);
        g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S") : NULL;

        return text != NULL ? g_strdup_printf ("time>=%s.%06dZ", text, g_date_time_get_microsecond (time)) : NULL;
      }
    case WAVE_COLUMN_DELTA:
      return row.gap_us != G_MININT64 ? g_strdup_printf ("gap>=%" G_GINT64_FORMAT "us", row.gap_us) : NULL;
    case WAVE_COLUMN_TYPE:
      if (row.flags & WAVE_EVENT_IS_MALFORMED)
        return g_strdup ("is:malformed");
      return *row.type != '\0' ? wave_filter_quote ("type", row.type) : NULL;
    case WAVE_COLUMN_ROOM:
      return row.room_id != NULL ? wave_filter_quote ("room", row.room_id) : NULL;
    case WAVE_COLUMN_SENDER:
      return row.sender_id != NULL ? wave_filter_quote ("from", row.sender_id) : NULL;
    case WAVE_COLUMN_SUMMARY:
      {
        g_autoptr (WaveEvent) event = wave_event_log_peek_event (log, index);
        const char *text = event != NULL ? wave_event_get_text (event) : NULL;

        return text != NULL && *text != '\0' && strlen (text) < 1000 ? wave_filter_quote ("text", text) : NULL;
      }
    case WAVE_COLUMN_SIZE:
      return g_strdup_printf ("size>=%u", row.size);
    case WAVE_COLUMN_LATENCY:
      return row.latency_us != G_MININT64 ? g_strdup_printf ("latency>=%" G_GINT64_FORMAT "us", row.latency_us) : NULL;
    case WAVE_N_COLUMNS:
    default:
      return NULL;
    }
}
