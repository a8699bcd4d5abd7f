// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-event-inspector.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ui/wave-event-related.h"
#include "ui/wave-event-words.h"
#include "ui/wave-format.h"
#include "ui/wave-json-tree.h"
#include "ui/wave-raw-view.h"

struct _WaveEventInspector
{
  AdwBin parent_instance;

  GtkImage *icon;
  GtkLabel *kind, *summary, *when;
  GtkDropDown *same;
  GtkListBox *facts;
  AdwViewStack *pages;
  WaveJsonTree *tree;
  WaveRawView *raw;
  WaveEventRelated *related;

  WaveTenant *tenant;
  WaveEventLog *log;
  GCancellable *fetching;
  const WaveEvent *event; /* nullable: of @index, when it was fetched */
  guint index; /* G_MAXUINT: none */
  guint filled; /* pages that show the event, by bit */
  guint timer;
  gint64 last_filled;
};

/* Whoever runs through the table looks at none of what is passed; µs and ms. */
#define RUSH_US 200000
#define REST_MS 120

enum { PAGE_MEANING, PAGE_TREE, PAGE_RAW, PAGE_RELATED };
static const char *const pages[] = { "meaning", "tree", "raw", "related" };

enum { SHOW_EVENT, TERM, CLOSE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveEventInspector, wave_event_inspector, ADW_TYPE_BIN)

static const char *const keys[] = { "type", "room", "from" };

static void fill_page (WaveEventInspector *self);

/* ---- links ---- */

static void
on_show_event (WaveEventRelated *related, guint index, WaveEventInspector *self)
{
  g_signal_emit (self, signals[SHOW_EVENT], 0, index);
}

static void
filter_by (WaveEventInspector *self, const char *key, const char *value, gboolean exclude)
{
  g_autofree char *term = wave_filter_quote (key, value);

  g_signal_emit (self, signals[TERM], 0, term, exclude);
}

/* To a room by its id; to a person by what he or she sent. */
static void
on_follow (WaveJsonTree *tree, const char *value, WaveEventInspector *self)
{
  if (self->tenant != NULL && wave_tenant_get_room (self->tenant, value) != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-room", "s", value);
  else if (self->log != NULL && wave_event_log_get_participant_name (self->log, value) != NULL)
    filter_by (self, "from", value, FALSE);
}

static char *
name_of (const char *value, gpointer user_data)
{
  WaveEventInspector *self = user_data;
  const char *name;

  if (self->log == NULL || *value == '\0' || strlen (value) > 512)
    return NULL;
  name = wave_event_log_get_room_name (self->log, value);
  if (name != NULL)
    return wave_event_words_room (self->log, value);
  name = wave_event_log_get_participant_name (self->log, value);
  return name != NULL ? wave_event_words_person (self->log, value) : NULL;
}

static void
link_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveEventInspector *self = WAVE_EVENT_INSPECTOR (widget);
  const char *key, *target;

  g_variant_get (parameter, "(&s&s)", &key, &target);
  if (g_str_equal (name, "inspector.filter"))
    filter_by (self, key, target, FALSE);
  else if (g_str_equal (name, "inspector.exclude"))
    filter_by (self, key, target, TRUE);
  else if (g_str_equal (key, "room"))
    gtk_widget_activate_action (widget, "win.open-room", "s", target);
  else if (g_str_equal (key, "id"))
    {
      adw_view_stack_set_visible_child_name (self->pages, "related");
      fill_page (self);
      wave_event_related_find (self->related, target);
    }
}

/* ---- meaning ---- */

static GtkWidget *
make_button (const char *icon, const char *tooltip, const char *action, const WaveEventFact *fact)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", fact->key, fact->target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

static GtkWidget *
make_fact (WaveEventInspector *self, const WaveEventFact *fact, const char *own_id)
{
  GtkWidget *row = adw_action_row_new ();

  gtk_widget_add_css_class (row, "property");
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), fact->label);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), fact->value);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  if (fact->key == NULL)
    return row;
  if (g_str_equal (fact->key, "room") && self->tenant != NULL && wave_tenant_get_room (self->tenant, fact->target) != NULL)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_button ("go-next-symbolic", _("Open the Room"), "inspector.follow", fact));
  if (g_str_equal (fact->key, "id"))
    {
      if (g_strcmp0 (fact->target, own_id) != 0)
        adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_button ("go-next-symbolic", _("Show That Event"), "inspector.follow", fact));
    }
  else
    {
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_button ("edit-find-symbolic", _("Filter by This"), "inspector.filter", fact));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_button ("action-unavailable-symbolic", _("Exclude This"), "inspector.exclude", fact));
    }
  return row;
}

/* What the page that shows needs; the others when they are looked at. */
static void
fill_page (WaveEventInspector *self)
{
  const char *name = adw_view_stack_get_visible_child_name (self->pages);
  const WaveEvent *event = self->event;
  g_autoptr (GBytes) bytes = event != NULL ? wave_event_get_bytes (event) : NULL;
  guint page = PAGE_MEANING;
  WaveEventRow row;

  while (page < PAGE_RELATED && g_strcmp0 (pages[page], name) != 0)
    page++;
  if (self->index == G_MAXUINT || self->log == NULL || (self->filled & 1u << page) || !wave_event_log_get_row (self->log, self->index, &row))
    return;
  self->filled |= 1u << page;
  switch (page)
    {
    case PAGE_TREE:
      wave_json_tree_set_bytes (self->tree, bytes);
      break;
    case PAGE_RAW:
      wave_raw_view_set_bytes (self->raw, bytes);
      break;
    case PAGE_RELATED:
      wave_event_related_show (self->related, self->tenant, self->log, self->index, event);
      break;
    default:
      {
        g_autoptr (GPtrArray) facts = wave_event_words_facts (self->log, &row, event);

        gtk_list_box_remove_all (self->facts);
        for (guint i = 0; i < facts->len; i++)
          gtk_list_box_append (self->facts, make_fact (self, facts->pdata[i], event != NULL ? event->id : NULL));
        break;
      }
    }
}

static void
on_page (WaveEventInspector *self)
{
  /* The template is still being built. */
  if (self->pages != NULL && self->timer == 0)
    fill_page (self);
}

static void
fill (WaveEventInspector *self, const WaveEvent *event)
{
  WaveEventRow row;
  g_autofree char *kind = NULL;
  g_autofree char *summary = NULL;
  g_autofree char *when = NULL;
  const char *classes[] = { "event-type", NULL, NULL };

  if (!wave_event_log_get_row (self->log, self->index, &row))
    return;
  self->last_filled = g_get_monotonic_time ();
  g_clear_pointer (&self->event, wave_event_unref);
  self->event = event != NULL ? wave_event_ref (event) : NULL;
  self->filled = 0;
  if (event != NULL)
    {
      kind = wave_event_words_kind (event);
      summary = wave_event_words_summary (self->log, event);
    }
  else
    {
      kind = wave_event_words_type (&row);
      summary = g_strdup (_("Its bytes were let go"));
    }
  classes[1] = wave_event_words_class (&row);
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
  gtk_image_set_from_icon_name (self->icon, wave_event_words_icon (&row));
  gtk_label_set_text (self->kind, kind);
  gtk_label_set_text (self->summary, summary);
  when = wave_format_clock_ms (row.wall_us);
  gtk_label_set_text (self->when, when);
  fill_page (self);
}

/* ---- which event ---- */

typedef struct
{
  WaveEventLog *log;
  guint index;
} Fetch;

static void
fetch_free (gpointer data)
{
  g_object_unref (((Fetch *) data)->log);
  g_free (data);
}

static void
fetch_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Fetch *fetch = task_data;

  g_task_return_pointer (task, wave_event_log_dup_event (fetch->log, fetch->index), (GDestroyNotify) wave_event_unref);
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  WaveEventInspector *self = WAVE_EVENT_INSPECTOR (source);
  Fetch *fetch = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveEvent) event = g_task_propagate_pointer (G_TASK (result), &error);

  if (error == NULL && fetch->log == self->log && fetch->index == self->index)
    fill (self, event);
}

static void
update_actions (WaveEventInspector *self)
{
  gboolean any = self->log != NULL && self->index != G_MAXUINT;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "inspector.previous", any);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "inspector.next", any);
}

static void
fetch_and_fill (WaveEventInspector *self)
{
  g_autoptr (WaveEvent) event = NULL;
  g_autoptr (GTask) task = NULL;
  guint index = self->index;
  Fetch *fetch;

  if (self->log == NULL || index == G_MAXUINT)
    return;
  event = wave_event_log_peek_event (self->log, index);
  if (event != NULL)
    {
      fill (self, event);
      return;
    }
  fetch = g_new0 (Fetch, 1);
  fetch->log = g_object_ref (self->log);
  fetch->index = index;
  self->fetching = g_cancellable_new ();
  task = g_task_new (self, self->fetching, on_fetched, NULL);
  g_task_set_static_name (task, "[wavescope] fetch the inspected event");
  g_task_set_task_data (task, fetch, fetch_free);
  g_task_run_in_thread (task, fetch_in_thread);
}

static gboolean
on_rest (gpointer user_data)
{
  WaveEventInspector *self = user_data;

  self->timer = 0;
  fetch_and_fill (self);
  return G_SOURCE_REMOVE;
}

void
wave_event_inspector_show (WaveEventInspector *self, guint index)
{
  g_return_if_fail (WAVE_IS_EVENT_INSPECTOR (self));
  g_cancellable_cancel (self->fetching);
  g_clear_object (&self->fetching);
  g_clear_handle_id (&self->timer, g_source_remove);
  self->index = index;
  update_actions (self);
  if (g_get_monotonic_time () - self->last_filled > RUSH_US)
    fetch_and_fill (self);
  else
    {
      self->timer = g_timeout_add (REST_MS, on_rest, self);
      g_source_set_name_by_id (self->timer, "wave-inspector-rest");
    }
}

void
wave_event_inspector_set_source (WaveEventInspector *self, WaveTenant *tenant, WaveEventLog *log)
{
  g_return_if_fail (WAVE_IS_EVENT_INSPECTOR (self));
  g_set_object (&self->tenant, tenant);
  g_set_object (&self->log, log);
  self->index = G_MAXUINT;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->event, wave_event_unref);
  self->filled = 0;
  update_actions (self);
}

void
wave_event_inspector_show_page (WaveEventInspector *self, const char *name)
{
  g_return_if_fail (WAVE_IS_EVENT_INSPECTOR (self));
  adw_view_stack_set_visible_child_name (self->pages, name);
}

/* ---- actions ---- */

static void
step_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  WaveEventInspector *self = WAVE_EVENT_INSPECTOR (widget);
  const char *key = keys[MIN (gtk_drop_down_get_selected (self->same), G_N_ELEMENTS (keys) - 1)];
  gint64 index;

  if (self->log == NULL || self->index == G_MAXUINT)
    return;
  index = wave_event_log_find_same (self->log, self->index, key, g_str_equal (name, "inspector.next") ? 1 : -1);
  if (index < 0)
    gtk_widget_error_bell (widget);
  else
    g_signal_emit (self, signals[SHOW_EVENT], 0, (guint) index);
}

static void
close_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[CLOSE], 0);
}

/* ---- the object ---- */

static void
wave_event_inspector_dispose (GObject *object)
{
  WaveEventInspector *self = WAVE_EVENT_INSPECTOR (object);

  g_cancellable_cancel (self->fetching);
  g_clear_object (&self->fetching);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->event, wave_event_unref);
  if (self->tree != NULL)
    wave_json_tree_set_name_func (self->tree, NULL, NULL);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_EVENT_INSPECTOR);
  g_clear_object (&self->tenant);
  g_clear_object (&self->log);
  G_OBJECT_CLASS (wave_event_inspector_parent_class)->dispose (object);
}

static void
wave_event_inspector_class_init (WaveEventInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_event_inspector_dispose;
  g_type_ensure (WAVE_TYPE_JSON_TREE);
  g_type_ensure (WAVE_TYPE_RAW_VIEW);
  g_type_ensure (WAVE_TYPE_EVENT_RELATED);
  signals[SHOW_EVENT] = g_signal_new ("show-event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[TERM] = g_signal_new ("term", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[CLOSE] = g_signal_new ("close", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-event-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, icon);
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, kind);
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, summary);
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, when);
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, same);
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, facts);
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, pages);
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, tree);
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, raw);
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, related);
  gtk_widget_class_bind_template_callback (widget_class, on_page);
  gtk_widget_class_bind_template_callback (widget_class, on_follow);
  gtk_widget_class_bind_template_callback (widget_class, on_show_event);
  gtk_widget_class_install_action (widget_class, "inspector.previous", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "inspector.next", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "inspector.close", NULL, close_action);
  gtk_widget_class_install_action (widget_class, "inspector.follow", "(ss)", link_action);
  gtk_widget_class_install_action (widget_class, "inspector.filter", "(ss)", link_action);
  gtk_widget_class_install_action (widget_class, "inspector.exclude", "(ss)", link_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "inspector.close", NULL);
  gtk_widget_class_set_css_name (widget_class, "inspector");
}

static void
wave_event_inspector_init (WaveEventInspector *self)
{
  self->index = G_MAXUINT;
  gtk_widget_init_template (GTK_WIDGET (self));
  wave_json_tree_set_name_func (self->tree, name_of, self);
  update_actions (self);
}

GtkWidget *
wave_event_inspector_new (void)
{
  return g_object_new (WAVE_TYPE_EVENT_INSPECTOR, NULL);
}
