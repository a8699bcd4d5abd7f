// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-event-related.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-stream.h"
#include "ui/wave-event-words.h"
#include "ui/wave-format.h"

/* Links to found events. */
#define MOST 60
/* Rows that are looked at for the ends of a reply and of a page. */
#define LOOK 20000
/* A longer silence parts two replies, µs. */
#define REPLY_GAP_US (30 * G_USEC_PER_SEC)

struct _WaveEventRelated
{
  AdwBin parent_instance;

  GtkWidget *list, *spinner, *empty;
  WaveEventLog *log; /* nullable */
  const WaveEvent *event; /* nullable */
  guint index;
  WaveEventView *view; /* nullable: the search */
  GCancellable *fetching;
  guint n_links, n_fetched;
  char *wanted; /* nullable: the id of an event to show when it is found */
};

enum { SHOW_EVENT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveEventRelated, wave_event_related, ADW_TYPE_BIN)

/* ---- links ---- */

static GtkWidget *
add_link (WaveEventRelated *self, const char *icon, const char *title, const char *detail)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  if (detail != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), detail);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name (icon));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
  self->n_links++;
  return row;
}

static void
on_event_link (AdwActionRow *row, WaveEventRelated *self)
{
  g_signal_emit (self, signals[SHOW_EVENT], 0, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "index")));
}

static void
add_event_link (WaveEventRelated *self, const char *title, guint index, const WaveEvent *event)
{
  WaveEventRow row;
  g_autofree char *clock = NULL;
  g_autofree char *summary = NULL;
  g_autofree char *detail = NULL;
  GtkWidget *link;

  if (!wave_event_log_get_row (self->log, index, &row))
    return;
  clock = wave_format_clock_ms (row.wall_us);
  summary = event != NULL ? wave_event_words_summary (self->log, event) : wave_event_words_type (&row);
  detail = g_strdup_printf ("%s · %s", clock, summary);
  link = add_link (self, wave_event_words_icon (&row), title, detail);
  g_object_set_data (G_OBJECT (link), "index", GUINT_TO_POINTER (index));
  g_signal_connect (link, "activated", G_CALLBACK (on_event_link), self);
}

static void
add_action_link (WaveEventRelated *self, const char *icon, const char *title, const char *detail, const char *action, GVariant *target)
{
  GtkWidget *link = add_link (self, icon, title, detail);

  /* The target first: an action without one that it needs is warned of. */
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (link), target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (link), action);
}

/* ---- what an event is about ---- */

static const char *
target_of (const WaveEvent *event)
{
  if (event->payload == NULL)
    return NULL;
  switch ((int) event->kind)
    {
    case WAVE_EVENT_REACTION:
      return ((const WaveReaction *) event->payload)->event_id;
    case WAVE_EVENT_REDACTION:
      return ((const WaveRedaction *) event->payload)->event_id;
    case WAVE_EVENT_READ_MARKER:
      return ((const WaveReadMarker *) event->payload)->event_id;
    case WAVE_EVENT_MESSAGE:
    case WAVE_EVENT_BRIDGE_MESSAGE:
      return ((const WaveMessage *) event->payload)->replaces_event_id;
    default:
      return NULL;
    }
}

static const char *
reply_of (const WaveEvent *event)
{
  if (event->payload == NULL || (event->kind != WAVE_EVENT_MESSAGE && event->kind != WAVE_EVENT_BRIDGE_MESSAGE))
    return NULL;
  return ((const WaveMessage *) event->payload)->reply_to_event_id;
}

/* What ties events together that have no event's id in common. */
static const char *
thread_of (const WaveEvent *event)
{
  if (event->payload == NULL)
    return NULL;
  switch ((int) event->kind)
    {
    case WAVE_EVENT_SIDEKICK_SPAWNED:
    case WAVE_EVENT_SIDEKICK_RESULT:
    case WAVE_EVENT_SIDEKICK_CANCEL:
      {
        const WaveSidekick *sidekick = event->payload;

        return sidekick->task_id != NULL ? sidekick->task_id : sidekick->codename;
      }
    case WAVE_EVENT_CALL_INVITE:
    case WAVE_EVENT_CALL_STATE:
      return ((const WaveCall *) event->payload)->call_id;
    case WAVE_EVENT_PLAN_UPDATED:
      {
        const WavePlan *plan = ((const WavePlanUpdated *) event->payload)->plan;

        return plan != NULL ? plan->id : NULL;
      }
    case WAVE_EVENT_CHUNK:
      return ((const WaveChunk *) event->payload)->stream_key;
    default:
      return NULL;
    }
}

static const char *
relation (const WaveEvent *self, const WaveEvent *other)
{
  const char *target = target_of (self), *other_target = target_of (other);

  if (self->id != NULL && g_strcmp0 (other->id, self->id) == 0)
    return _("The same event again");
  if (other->id != NULL && g_strcmp0 (reply_of (self), other->id) == 0)
    return _("What this replies to");
  if (other->id != NULL && g_strcmp0 (target, other->id) == 0)
    return self->kind == WAVE_EVENT_MESSAGE ? _("What this edits") : _("What this is about");
  if (self->id != NULL && g_strcmp0 (reply_of (other), self->id) == 0)
    return _("Reply to this");
  if ((self->id != NULL && g_strcmp0 (other_target, self->id) == 0) || (target != NULL && g_strcmp0 (other_target, target) == 0))
    switch ((int) other->kind)
      {
      case WAVE_EVENT_REACTION:
        return _("Reaction");
      case WAVE_EVENT_REDACTION:
        return _("Deletion");
      case WAVE_EVENT_READ_MARKER:
        return _("Read marker");
      default:
        return _("Edit");
      }
  if (thread_of (self) != NULL && g_strcmp0 (thread_of (other), thread_of (self)) == 0)
    switch ((int) self->kind)
      {
      case WAVE_EVENT_PLAN_UPDATED:
        return _("Same plan");
      case WAVE_EVENT_CALL_INVITE:
      case WAVE_EVENT_CALL_STATE:
        return _("Same call");
      case WAVE_EVENT_CHUNK:
        return _("Same reply");
      default:
        return _("Same sidekick");
      }
  return _("Names the same id");
}

/* ---- the search ---- */

typedef struct
{
  WaveEventLog *log;
  GArray *indices;
  GPtrArray *events;
} Found;

static void
unref_event (gpointer event)
{
  if (event != NULL)
    wave_event_unref (event);
}

static void
found_free (gpointer data)
{
  Found *found = data;

  g_object_unref (found->log);
  g_array_unref (found->indices);
  g_ptr_array_unref (found->events);
  g_free (found);
}

static void
fetch_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Found *found = task_data;

  for (guint i = 0; i < found->indices->len && !g_cancellable_is_cancelled (cancellable); i++)
    g_ptr_array_add (found->events, wave_event_log_dup_event (found->log, g_array_index (found->indices, guint, i)));
  g_task_return_boolean (task, TRUE);
}

static void update_state (WaveEventRelated *self);

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WaveEventRelated *self = WAVE_EVENT_RELATED (source);
  Found *found = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL) || self->log != found->log || self->event == NULL)
    return;
  for (guint i = 0; i < found->events->len; i++)
    {
      const WaveEvent *event = found->events->pdata[i];
      guint index = g_array_index (found->indices, guint, i);

      if (event == NULL || index == self->index)
        continue;
      add_event_link (self, relation (self->event, event), index, event);
      if (self->wanted != NULL && g_strcmp0 (event->id, self->wanted) == 0)
        {
          g_clear_pointer (&self->wanted, g_free);
          g_signal_emit (self, signals[SHOW_EVENT], 0, index);
          return;
        }
    }
  update_state (self);
}

static void
on_matches (WaveEventRelated *self)
{
  guint n = MIN (g_list_model_get_n_items (G_LIST_MODEL (self->view)), MOST);
  g_autoptr (GTask) task = NULL;
  Found *found;

  update_state (self);
  if (n <= self->n_fetched)
    return;
  found = g_new0 (Found, 1);
  found->log = g_object_ref (self->log);
  found->indices = g_array_new (FALSE, FALSE, sizeof (guint));
  found->events = g_ptr_array_new_with_free_func (unref_event);
  for (; self->n_fetched < n; self->n_fetched++)
    {
      guint index = wave_event_view_get_index (self->view, self->n_fetched);

      g_array_append_val (found->indices, index);
    }
  task = g_task_new (self, self->fetching, on_fetched, NULL);
  g_task_set_static_name (task, "[wavescope] fetch related events");
  g_task_set_task_data (task, found, found_free);
  g_task_run_in_thread (task, fetch_in_thread);
}

static void
add_id (GPtrArray *ids, const char *id)
{
  if (id != NULL && *id != '\0' && strlen (id) < 200 && !g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL))
    g_ptr_array_add (ids, (gpointer) id);
}

static void
start_search (WaveEventRelated *self, WaveStream *stream)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (WaveFilter) filter = NULL;

  add_id (ids, self->event->id);
  add_id (ids, target_of (self->event));
  add_id (ids, reply_of (self->event));
  add_id (ids, thread_of (self->event));
  if (stream != NULL)
    {
      add_id (ids, wave_stream_get_message_id (stream));
      add_id (ids, wave_stream_get_trigger_id (stream));
    }
  if (ids->len == 0)
    return;
  /* What is said of a message is said in its room; a sidekick has a room of its own. */
  if (self->event->room_id != NULL && thread_of (self->event) == NULL)
    {
      g_autofree char *room = wave_filter_quote ("room", self->event->room_id);

      g_string_append_printf (text, "%s ", room);
    }
  g_string_append_c (text, '(');
  for (guint i = 0; i < ids->len; i++)
    {
      g_autofree char *term = wave_filter_quote (NULL, ids->pdata[i]);

      g_string_append_printf (text, "%s%s", i > 0 ? " or " : "", term);
    }
  g_string_append_c (text, ')');
  filter = wave_filter_new (text->str, 0, NULL, NULL);
  if (filter == NULL)
    return;
  self->view = wave_event_view_new (self->log);
  wave_event_view_set_filter (self->view, filter);
  g_signal_connect_object (self->view, "items-changed", G_CALLBACK (on_matches), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "notify::filtering", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
}

/* ---- what the index tells by itself ---- */

/* The first and last chunk of the reply that @index is part of, by room, sender and silence. */
static void
add_reply_ends (WaveEventRelated *self, const WaveEventRow *row)
{
  guint n = wave_event_log_get_n_events (self->log);
  gint64 first = -1, last = -1;
  gint64 at = row->wall_us;
  WaveEventRow other;

  if (row->kind != WAVE_EVENT_CHUNK || row->room_id == NULL || row->sender_id == NULL)
    return;
  first = last = row->index;
  for (gint64 i = (gint64) row->index - 1; i >= 0 && i > (gint64) row->index - LOOK; i--)
    {
      if (!wave_event_log_get_row (self->log, (guint) i, &other) || at - other.wall_us > REPLY_GAP_US)
        break;
      if (other.room_id != row->room_id || other.sender_id != row->sender_id)
        continue;
      if (other.kind == WAVE_EVENT_MESSAGE)
        break;
      if (other.kind != WAVE_EVENT_CHUNK)
        continue;
      first = i;
      at = other.wall_us;
    }
  at = row->wall_us;
  for (guint i = row->index + 1; i < n && i < row->index + LOOK; i++)
    {
      if (!wave_event_log_get_row (self->log, i, &other) || other.wall_us - at > REPLY_GAP_US)
        break;
      if (other.room_id != row->room_id || other.sender_id != row->sender_id)
        continue;
      if (other.kind == WAVE_EVENT_MESSAGE)
        {
          add_event_link (self, _("Final message of this reply"), i, NULL);
          break;
        }
      if (other.kind != WAVE_EVENT_CHUNK)
        continue;
      last = i;
      at = other.wall_us;
    }
  if (first != row->index)
    add_event_link (self, _("First chunk of this reply"), (guint) first, NULL);
  if (last != row->index)
    add_event_link (self, _("Last chunk of this reply"), (guint) last, NULL);
}

/* Elements of one page have the same stamp and stand together. */
static void
add_page (WaveEventRelated *self, const WaveEventRow *row)
{
  guint first = row->index, last = row->index, n = wave_event_log_get_n_events (self->log);
  WaveEventRow other;
  g_autofree char *title = NULL;

  if (row->via == WAVE_VIA_STREAM)
    return;
  while (first > 0 && row->index - first < LOOK && wave_event_log_get_row (self->log, first - 1, &other) && other.wall_us == row->wall_us
         && other.via == row->via)
    first--;
  while (last + 1 < n && last - row->index < LOOK && wave_event_log_get_row (self->log, last + 1, &other) && other.wall_us == row->wall_us
         && other.via == row->via)
    last++;
  title = g_strdup_printf (ngettext ("First of the sync page of %u event", "First of the sync page of %u events", last - first + 1), last - first + 1);
  add_event_link (self, title, first, NULL);
  if (last != first)
    add_event_link (self, _("Last of that sync page"), last, NULL);
}

/* The snapshot of the plan before this one. */
static void
add_former_plan (WaveEventRelated *self, const WaveEventRow *row)
{
  gint64 at = row->index;
  WaveEventRow other;

  if (row->kind != WAVE_EVENT_PLAN_UPDATED)
    return;
  for (guint i = 0; i < 1000; i++)
    {
      at = wave_event_log_find_same (self->log, (guint) at, "type", -1);
      if (at < 0 || !wave_event_log_get_row (self->log, (guint) at, &other))
        return;
      if (other.room_id == row->room_id)
        {
          add_event_link (self, _("Previous snapshot of the plan"), (guint) at, NULL);
          return;
        }
    }
}

/* (transfer full) (nullable): the reply that an AI's event is part of, if it is held. */
static WaveStream *
find_stream (WaveTenant *tenant, const WaveEventRow *row, const WaveEvent *event)
{
  GListModel *streams = G_LIST_MODEL (wave_tenant_get_streams (tenant));

  if (row->room_id == NULL || row->sender_id == NULL || !(row->flags & WAVE_EVENT_IS_AI))
    return NULL;
  for (guint i = g_list_model_get_n_items (streams); i > 0; i--)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i - 1);
      gint64 started = wave_stream_get_started_wall (stream);
      gint64 ended = wave_stream_get_ended (stream);

      if (g_strcmp0 (wave_stream_get_room_id (stream), row->room_id) != 0 || g_strcmp0 (wave_stream_get_sender_id (stream), row->sender_id) != 0)
        continue;
      if (event != NULL && event->id != NULL && g_strcmp0 (wave_stream_get_message_id (stream), event->id) == 0)
        return g_steal_pointer (&stream);
      ended = ended >= 0 ? started + ended - wave_stream_get_started (stream) : G_MAXINT64;
      if (row->wall_us >= started - 1000 && row->wall_us <= ended + (ended < G_MAXINT64 ? 1000 : 0) && row->kind != WAVE_EVENT_MESSAGE)
        return g_steal_pointer (&stream);
    }
  return NULL;
}

/* ---- what is shown ---- */

static void
update_state (WaveEventRelated *self)
{
  gboolean searching = self->view != NULL && wave_event_view_is_filtering (self->view);

  gtk_widget_set_visible (self->spinner, searching && self->n_fetched < MOST);
  gtk_widget_set_visible (self->list, self->n_links > 0);
  gtk_widget_set_visible (self->empty, self->n_links == 0 && !searching);
}

static void
forget (WaveEventRelated *self)
{
  g_cancellable_cancel (self->fetching);
  g_set_object (&self->fetching, NULL);
  self->fetching = g_cancellable_new ();
  if (self->view != NULL)
    g_signal_handlers_disconnect_by_data (self->view, self);
  g_clear_object (&self->view);
  g_clear_pointer (&self->event, wave_event_unref);
  g_clear_pointer (&self->wanted, g_free);
  self->n_links = self->n_fetched = 0;
  if (self->list != NULL)
    gtk_list_box_remove_all (GTK_LIST_BOX (self->list));
}

void
wave_event_related_show (WaveEventRelated *self, WaveTenant *tenant, WaveEventLog *log, guint index, const WaveEvent *event)
{
  WaveEventRow row;
  g_autoptr (WaveStream) stream = NULL;

  g_return_if_fail (WAVE_IS_EVENT_RELATED (self));
  forget (self);
  g_set_object (&self->log, log);
  self->index = index;
  if (log == NULL || !wave_event_log_get_row (log, index, &row))
    {
      update_state (self);
      return;
    }
  self->event = event != NULL ? wave_event_ref (event) : NULL;
  if (tenant != NULL)
    stream = find_stream (tenant, &row, event);
  if (stream != NULL)
    {
      g_autofree char *who = wave_event_words_person (log, row.sender_id);
      g_autofree char *title = g_strdup_printf (_("Stream of %s in the Scope"), who);
      g_autofree char *when = wave_format_clock_ms (wave_stream_get_started_wall (stream));

      add_action_link (self, "wave-scope-symbolic", title, when, "win.show-stream", g_variant_new_uint64 (wave_stream_get_serial (stream)));
    }
  if (row.room_id != NULL && tenant != NULL && wave_tenant_get_room (tenant, row.room_id) != NULL)
    {
      g_autofree char *room = wave_event_words_room (log, row.room_id);

      add_action_link (self, "wave-rooms-symbolic", _("Open the Room"), room, "win.open-room", g_variant_new_string (row.room_id));
    }
  add_reply_ends (self, &row);
  add_former_plan (self, &row);
  add_page (self, &row);
  if (event != NULL)
    start_search (self, stream);
  update_state (self);
}

void
wave_event_related_find (WaveEventRelated *self, const char *event_id)
{
  g_return_if_fail (WAVE_IS_EVENT_RELATED (self) && event_id != NULL);
  /* It may stand in the list already. */
  g_set_str (&self->wanted, event_id);
  if (self->view != NULL)
    {
      gtk_list_box_remove_all (GTK_LIST_BOX (self->list));
      self->n_links = self->n_fetched = 0;
      on_matches (self);
    }
}

guint
wave_event_related_get_n_links (WaveEventRelated *self)
{
  g_return_val_if_fail (WAVE_IS_EVENT_RELATED (self), 0);
  return self->n_links;
}

/* ---- the object ---- */

static void
wave_event_related_dispose (GObject *object)
{
  WaveEventRelated *self = WAVE_EVENT_RELATED (object);

  self->list = NULL;
  forget (self);
  g_clear_object (&self->fetching);
  g_clear_object (&self->log);
  G_OBJECT_CLASS (wave_event_related_parent_class)->dispose (object);
}

static void
wave_event_related_class_init (WaveEventRelatedClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_event_related_dispose;
  signals[SHOW_EVENT] = g_signal_new ("show-event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
wave_event_related_init (WaveEventRelated *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->fetching = g_cancellable_new ();
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Related events"), -1);
  self->spinner = adw_spinner_new ();
  gtk_widget_set_size_request (self->spinner, -1, 24);
  self->empty = gtk_label_new (_("Nothing that belongs to it is known"));
  gtk_widget_add_css_class (self->empty, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (self->empty), TRUE);
  gtk_widget_add_css_class (box, "inspector-page");
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_box_append (GTK_BOX (box), self->empty);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  adw_bin_set_child (ADW_BIN (self), scroller);
}

GtkWidget *
wave_event_related_new (void)
{
  return g_object_new (WAVE_TYPE_EVENT_RELATED, NULL);
}
