// SPDX-License-Identifier: GPL-3.0-or-later
// The events of a log that pass a filter, as a list.
#include "config.h"

#include "journal/wave-event-log-private.h"
#include "journal/wave-log-search.h"

/* For so long the former rows stay when the filter changes, until there are enough new ones: rows that take the place of others cost a toolkit far less than
 * rows that come after others went. µs */
#define STALE_US 28000
/* So many are enough: what a list view of GTK holds at a time. */
#define ENOUGH 205

struct _WaveEventView
{
  GObject parent_instance;

  WaveEventLog *log;
  gulong n_events_handler;
  WaveFilter *filter;
  gint64 from_wall_us, to_wall_us;
  gboolean paused;
  guint paused_at; /* events of the log when it was paused */

  WaveLogSearch *search; /* nullable: running */
  gboolean backwards;    /* that is how it runs */
  guint scanned;   /* events of the log that were looked at */
  GArray *matches; /* of guint32 indices, ascending; not used when everything shows */
  guint n_shown;
  gboolean all;         /* everything shows: @matches is not used */
  gboolean newest_first;

  GHashTable *entries; /* slot → WaveEventEntry, borrowed: those that somebody holds */
  guint base;          /* the position of slot 0; slots stay what they are when rows come or go in front of them */

  /* Of the former filter, while its rows stay. */
  gboolean stale, stale_all;
  GArray *stale_matches;
  gint64 restarted;

  guint n_held_told;
  gboolean was_filtering;
};

struct _WaveEventEntry
{
  GObject parent_instance;

  WaveEventLog *log;
  WaveEventView *view; /* borrowed; NULL once its row has gone */
  guint slot;
  guint index;     /* when its row has gone: what it showed last */
  gint64 delta_us; /* likewise */
};

enum { PROP_0, PROP_LOG, PROP_FILTER, PROP_FROM, PROP_TO, PROP_PAUSED, PROP_HELD_BACK, PROP_FILTERING, PROP_PROGRESS, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { REWRITTEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static void wave_event_view_list_model_init (GListModelInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (WaveEventView, wave_event_view, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, wave_event_view_list_model_init))
G_DEFINE_FINAL_TYPE (WaveEventEntry, wave_event_entry, G_TYPE_OBJECT)

static void start_search (WaveEventView *self);

/* ---------------------------------------------------------------- the slots */

/* The entry keeps what it shows: its row goes. */
static void
entry_leave (WaveEventEntry *entry)
{
  guint index = wave_event_entry_get_index (entry);
  gint64 delta = wave_event_entry_get_delta_us (entry);

  entry->view = NULL;
  entry->index = index;
  entry->delta_us = delta;
}

/* The entries before @position. */
static void
leave_before (WaveEventView *self, guint position)
{
  GHashTableIter iter;
  WaveEventEntry *entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    if (entry->slot + self->base < position)
      {
        entry_leave (entry);
        g_hash_table_iter_remove (&iter);
      }
}

/* The number of rows up to the last that somebody holds. */
static guint
n_to_last_held (WaveEventView *self)
{
  GHashTableIter iter;
  WaveEventEntry *entry;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    n = MAX (n, entry->slot + self->base + 1);
  return n;
}

/* ---------------------------------------------------------------- the view */

static gboolean
shows_all (WaveEventView *self)
{
  return (self->filter == NULL || wave_filter_is_empty (self->filter)) && self->from_wall_us <= 0 && self->to_wall_us == G_MAXINT64;
}

static guint
n_matches (WaveEventView *self)
{
  return self->all ? wave_event_log_get_n_events (self->log) : self->matches->len;
}

/* The first match whose index is @index or more. */
static guint
find_match (GArray *matches, guint index)
{
  guint low = 0, high = matches->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (matches, guint32, middle) < index)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* The new matches take the place of the former ones. To make a row anew costs a toolkit far more than to write it anew: the slots that somebody holds stay and become
 * the last ones of the new list, those before and behind them go. */
static void
take_place (WaveEventView *self, guint shown)
{
  guint former = self->n_shown;
  guint held = n_to_last_held (self);
  guint kept = MIN (held, shown);

  if (kept > 0 && held < former)
    {
      self->n_shown = held;
      g_list_model_items_changed (G_LIST_MODEL (self), held, former - held, 0);
      former = held;
    }
  leave_before (self, former - kept);
  self->stale = FALSE;
  g_array_set_size (self->stale_matches, 0);
  self->n_shown = shown;
  self->base += shown - former;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, former - kept, shown - kept);
  if (kept > 0)
    g_signal_emit (self, signals[REWRITTEN], 0);
}

/* Shows what may be shown. @in_front: what came is older than what shows */
static void
update (WaveEventView *self, gboolean in_front)
{
  guint total = n_matches (self), shown = total, held;
  gboolean filtering;

  if (self->paused)
    shown = self->all ? MIN (total, self->paused_at) : find_match (self->matches, self->paused_at);
  if (self->stale)
    {
      if (self->all || shown >= MIN (ENOUGH, self->n_shown) || self->search == NULL || g_get_monotonic_time () - self->restarted > STALE_US)
        take_place (self, shown);
    }
  else if (shown > self->n_shown)
    {
      guint former = self->n_shown;

      self->n_shown = shown;
      if (in_front)
        self->base += shown - former;
      g_list_model_items_changed (G_LIST_MODEL (self), in_front ? 0 : former, 0, shown - former);
    }
  held = wave_event_view_get_held_back (self);
  if (held != self->n_held_told)
    {
      self->n_held_told = held;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_HELD_BACK]);
    }
  filtering = wave_event_view_is_filtering (self);
  if (filtering || self->was_filtering)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PROGRESS]);
  if (filtering != self->was_filtering)
    {
      self->was_filtering = filtering;
      g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FILTERING]);
    }
}

static void
on_found (const guint32 *found, guint n, guint scanned, gboolean done, gpointer user_data)
{
  WaveEventView *self = user_data;
  gboolean backwards = self->backwards;
  g_autoptr (WaveEventView) keep = g_object_ref (self);

  if (backwards)
    g_array_prepend_vals (self->matches, found, n);
  else
    g_array_append_vals (self->matches, found, n);
  self->scanned = scanned;
  if (done)
    {
      g_clear_pointer (&self->search, wave_log_search_stop);
      start_search (self);
    }
  update (self, backwards);
}

/* Looks at what has not been looked at, if there is any. */
static void
start_search (WaveEventView *self)
{
  guint n = wave_event_log_get_n_events (self->log);

  if (self->search != NULL || shows_all (self) || self->scanned >= n || g_atomic_int_get (&self->log->closing))
    return;
  self->backwards = self->newest_first && self->scanned == 0;
  self->search = wave_log_search_start (self->log, &(WaveLogStretch) { self->scanned, n, self->from_wall_us, self->to_wall_us, self->filter, self->backwards },
                                        on_found, self);
}

static void
restart (WaveEventView *self)
{
  g_clear_pointer (&self->search, wave_log_search_stop);
  if (!self->stale && self->n_shown > 0)
    {
      GArray *former = self->matches;

      self->matches = self->stale_matches;
      self->stale_matches = former;
      self->stale = TRUE;
      self->stale_all = self->all;
    }
  g_array_set_size (self->matches, 0);
  self->scanned = 0;
  self->all = shows_all (self);
  self->restarted = g_get_monotonic_time ();
  start_search (self);
  update (self, FALSE);
}

static void
on_n_events (GObject *log, GParamSpec *pspec, gpointer user_data)
{
  WaveEventView *self = user_data;

  start_search (self);
  update (self, FALSE);
}

WaveEventView *
wave_event_view_new (WaveEventLog *log)
{
  g_return_val_if_fail (WAVE_IS_EVENT_LOG (log), NULL);

  return g_object_new (WAVE_TYPE_EVENT_VIEW, "log", log, NULL);
}

WaveEventLog *
wave_event_view_get_log (WaveEventView *self)
{
  return self->log;
}

void
wave_event_view_set_filter (WaveEventView *self, WaveFilter *filter)
{
  g_return_if_fail (WAVE_IS_EVENT_VIEW (self));

  if (self->filter == filter)
    return;
  if (filter != NULL)
    wave_filter_ref (filter);
  g_clear_pointer (&self->filter, wave_filter_unref);
  self->filter = filter;
  restart (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FILTER]);
}

WaveFilter *
wave_event_view_get_filter (WaveEventView *self)
{
  return self->filter;
}

void
wave_event_view_set_newest_first (WaveEventView *self, gboolean newest_first)
{
  g_return_if_fail (WAVE_IS_EVENT_VIEW (self));

  self->newest_first = newest_first;
}

void
wave_event_view_set_range (WaveEventView *self, gint64 from_wall_us, gint64 to_wall_us)
{
  g_return_if_fail (WAVE_IS_EVENT_VIEW (self));

  if (self->from_wall_us == from_wall_us && self->to_wall_us == to_wall_us)
    return;
  self->from_wall_us = from_wall_us;
  self->to_wall_us = to_wall_us;
  restart (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FROM]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TO]);
}

void
wave_event_view_set_paused (WaveEventView *self, gboolean paused)
{
  g_return_if_fail (WAVE_IS_EVENT_VIEW (self));

  if (self->paused == !!paused)
    return;
  self->paused = !!paused;
  self->paused_at = wave_event_log_get_n_events (self->log);
  update (self, FALSE);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_PAUSED]);
}

gboolean
wave_event_view_get_paused (WaveEventView *self)
{
  return self->paused;
}

guint
wave_event_view_get_held_back (WaveEventView *self)
{
  return self->paused && !self->stale ? n_matches (self) - self->n_shown : 0;
}

gboolean
wave_event_view_is_filtering (WaveEventView *self)
{
  return self->search != NULL;
}

double
wave_event_view_get_progress (WaveEventView *self)
{
  guint n = wave_event_log_get_n_events (self->log);

  return self->search == NULL || n == 0 ? 1 : MIN (1, (double) self->scanned / n);
}

guint
wave_event_view_get_index (WaveEventView *self, guint position)
{
  if (position >= self->n_shown)
    return G_MAXUINT;
  if (self->stale)
    return self->stale_all ? position : g_array_index (self->stale_matches, guint32, position);
  return self->all ? position : g_array_index (self->matches, guint32, position);
}

guint
wave_event_view_find_index (WaveEventView *self, guint index)
{
  if (self->stale)
    return MIN (self->n_shown, self->stale_all ? index : find_match (self->stale_matches, index));
  return MIN (self->n_shown, self->all ? index : find_match (self->matches, index));
}

GArray *
wave_event_view_dup_indices (WaveEventView *self)
{
  GArray *indices = g_array_sized_new (FALSE, FALSE, sizeof (guint), self->n_shown);

  for (guint i = 0; i < self->n_shown; i++)
    {
      guint index = wave_event_view_get_index (self, i);

      g_array_append_val (indices, index);
    }
  return indices;
}

static GType
get_item_type (GListModel *model)
{
  return WAVE_TYPE_EVENT_ENTRY;
}

static guint
get_n_items (GListModel *model)
{
  return WAVE_EVENT_VIEW (model)->n_shown;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WaveEventView *self = WAVE_EVENT_VIEW (model);
  WaveEventEntry *entry;

  if (position >= self->n_shown)
    return NULL;
  entry = g_hash_table_lookup (self->entries, GUINT_TO_POINTER (position - self->base));
  if (entry != NULL)
    return g_object_ref (entry);
  entry = g_object_new (WAVE_TYPE_EVENT_ENTRY, NULL);
  entry->log = g_object_ref (self->log);
  entry->view = self;
  entry->slot = position - self->base;
  g_hash_table_insert (self->entries, GUINT_TO_POINTER (entry->slot), entry);
  return entry;
}

static void
wave_event_view_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
wave_event_view_constructed (GObject *object)
{
  WaveEventView *self = WAVE_EVENT_VIEW (object);

  G_OBJECT_CLASS (wave_event_view_parent_class)->constructed (object);
  self->n_events_handler = g_signal_connect (self->log, "notify::n-events", G_CALLBACK (on_n_events), self);
  self->n_shown = wave_event_log_get_n_events (self->log);
}

static void
wave_event_view_dispose (GObject *object)
{
  WaveEventView *self = WAVE_EVENT_VIEW (object);

  g_clear_pointer (&self->search, wave_log_search_stop);
  leave_before (self, G_MAXUINT);
  if (self->log != NULL)
    g_clear_signal_handler (&self->n_events_handler, self->log);
  G_OBJECT_CLASS (wave_event_view_parent_class)->dispose (object);
}

static void
wave_event_view_finalize (GObject *object)
{
  WaveEventView *self = WAVE_EVENT_VIEW (object);

  g_clear_object (&self->log);
  g_clear_pointer (&self->filter, wave_filter_unref);
  g_array_unref (self->matches);
  g_array_unref (self->stale_matches);
  g_hash_table_unref (self->entries);
  G_OBJECT_CLASS (wave_event_view_parent_class)->finalize (object);
}

static void
wave_event_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  WaveEventView *self = WAVE_EVENT_VIEW (object);

  switch (id)
    {
    case PROP_LOG:
      g_value_set_object (value, self->log);
      break;
    case PROP_FILTER:
      g_value_set_boxed (value, self->filter);
      break;
    case PROP_FROM:
      g_value_set_int64 (value, self->from_wall_us);
      break;
    case PROP_TO:
      g_value_set_int64 (value, self->to_wall_us);
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, self->paused);
      break;
    case PROP_HELD_BACK:
      g_value_set_uint (value, wave_event_view_get_held_back (self));
      break;
    case PROP_FILTERING:
      g_value_set_boolean (value, wave_event_view_is_filtering (self));
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, wave_event_view_get_progress (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
wave_event_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  WaveEventView *self = WAVE_EVENT_VIEW (object);

  switch (id)
    {
    case PROP_LOG:
      self->log = g_value_dup_object (value);
      break;
    case PROP_FILTER:
      wave_event_view_set_filter (self, g_value_get_boxed (value));
      break;
    case PROP_PAUSED:
      wave_event_view_set_paused (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
wave_event_view_class_init (WaveEventViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags both = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->constructed = wave_event_view_constructed;
  object_class->dispose = wave_event_view_dispose;
  object_class->finalize = wave_event_view_finalize;
  object_class->get_property = wave_event_view_get_property;
  object_class->set_property = wave_event_view_set_property;
  props[PROP_LOG] = g_param_spec_object ("log", NULL, NULL, WAVE_TYPE_EVENT_LOG, G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  props[PROP_FILTER] = g_param_spec_boxed ("filter", NULL, NULL, WAVE_TYPE_FILTER, both);
  props[PROP_FROM] = g_param_spec_int64 ("from-wall-us", NULL, NULL, G_MININT64, G_MAXINT64, 0, read);
  props[PROP_TO] = g_param_spec_int64 ("to-wall-us", NULL, NULL, G_MININT64, G_MAXINT64, G_MAXINT64, read);
  props[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE, both);
  props[PROP_HELD_BACK] = g_param_spec_uint ("held-back", NULL, NULL, 0, G_MAXUINT, 0, read);
  props[PROP_FILTERING] = g_param_spec_boolean ("filtering", NULL, NULL, FALSE, read);
  props[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, 0, 1, 1, read);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[REWRITTEN] = g_signal_new ("rewritten", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
wave_event_view_init (WaveEventView *self)
{
  self->to_wall_us = G_MAXINT64;
  self->matches = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->stale_matches = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->entries = g_hash_table_new (NULL, NULL);
  self->all = TRUE;
}

/* ---------------------------------------------------------------- a row */

guint
wave_event_entry_get_index (WaveEventEntry *self)
{
  return self->view != NULL ? wave_event_view_get_index (self->view, self->slot + self->view->base) : self->index;
}

gint64
wave_event_entry_get_delta_us (WaveEventEntry *self)
{
  guint position;

  if (self->view == NULL)
    return self->delta_us;
  position = self->slot + self->view->base;
  if (position == 0)
    return G_MININT64;
  return wave_log_entry (self->log, wave_event_view_get_index (self->view, position))->wall_us
         - wave_log_entry (self->log, wave_event_view_get_index (self->view, position - 1))->wall_us;
}

gboolean
wave_event_entry_get_row (WaveEventEntry *self, WaveEventRow *row)
{
  return wave_event_log_get_row (self->log, wave_event_entry_get_index (self), row);
}

WaveEvent *
wave_event_entry_dup_event (WaveEventEntry *self)
{
  return wave_event_log_dup_event (self->log, wave_event_entry_get_index (self));
}

static void
wave_event_entry_finalize (GObject *object)
{
  WaveEventEntry *self = WAVE_EVENT_ENTRY (object);

  if (self->view != NULL)
    g_hash_table_remove (self->view->entries, GUINT_TO_POINTER (self->slot));
  g_clear_object (&self->log);
  G_OBJECT_CLASS (wave_event_entry_parent_class)->finalize (object);
}

static void
wave_event_entry_class_init (WaveEventEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_event_entry_finalize;
}

static void
wave_event_entry_init (WaveEventEntry *self)
{
}
