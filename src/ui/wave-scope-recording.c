// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "journal/wave-recording.h"
#include "ui/wave-scope-format.h"
#include "ui/wave-scope-recording.h"

/* Of the main thread, at a time. */
#define SLICE_US 6000
/* A recording of days is for the Activity page; here one reply is looked for. */
#define MAX_EVENTS 3000000
#define MAX_ROWS 500

typedef struct
{
  WaveEvent *event; /* NULL: the connection ended here */
  gint64 at_us;
} Step;

/* What the thread brings back. */
typedef struct
{
  GArray *steps; /* Step */
  gint64 started_us, last_us;
  const WaveRecordingHead *head; /* while it reads */
  GCancellable *cancellable;     /* borrowed, while it reads */
  gboolean cut;
} Reading;

struct _WaveScopeRecording
{
  AdwDialog parent_instance;

  GtkStack *stack;
  AdwStatusPage *fault;
  GtkListBox *box;

  char *sender_id; /* nullable */
  WaveTenant *tenant;
  Reading *reading;
  guint next;
  guint apply_id;
  GCancellable *cancellable;
  gboolean ready;
};

enum { PICKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveScopeRecording, wave_scope_recording, ADW_TYPE_DIALOG)

/* ---- reading, in a thread ---- */

static void
step_clear (gpointer data)
{
  g_clear_pointer (&((Step *)data)->event, wave_event_unref);
}

static void
reading_free (Reading *reading)
{
  g_array_unref (reading->steps);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static gboolean
matters (WaveEventKind kind)
{
  return kind == WAVE_EVENT_CHUNK || kind == WAVE_EVENT_AI_STATUS || kind == WAVE_EVENT_MESSAGE || kind == WAVE_EVENT_BRIDGE_MESSAGE
         || kind == WAVE_EVENT_MODEL_ERROR || kind == WAVE_EVENT_REDACTION || kind == WAVE_EVENT_ROOM_NAME;
}

static gboolean
on_line (const WaveRecordingLine *line, const char *text, gsize length, guint64 offset, gpointer user_data)
{
  Reading *reading = user_data;
  Step step = { .at_us = line->t_us };

  if (line->kind == WAVE_RECORDING_FRAME || line->kind == WAVE_RECORDING_STATE)
    reading->last_us = MAX (reading->last_us, line->t_us);
  if (line->kind == WAVE_RECORDING_FRAME)
    {
      g_autoptr (WaveEvent) event = wave_recording_line_decode (line, reading->head);

      if (matters (event->kind))
        {
          step.event = g_steal_pointer (&event);
          g_array_append_val (reading->steps, step);
        }
    }
  else if (line->kind == WAVE_RECORDING_STATE && g_strcmp0 (line->state, "live") != 0)
    g_array_append_val (reading->steps, step);
  reading->cut = reading->steps->len >= MAX_EVENTS;
  return !reading->cut && !g_cancellable_is_cancelled (reading->cancellable);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (Reading) reading = g_new0 (Reading, 1);
  g_autoptr (WaveRecordingFile) file = NULL;
  g_autofree char *open_note = NULL;
  g_autofree char *read_note = NULL;
  GError *error = NULL;

  reading->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  g_array_set_clear_func (reading->steps, step_clear);
  file = wave_recording_file_open (data, cancellable, &open_note, &error);
  if (file != NULL)
    {
      reading->head = wave_recording_file_get_head (file);
      reading->started_us = reading->head->started_us;
      reading->cancellable = cancellable;
      wave_recording_file_foreach (file, on_line, reading, &read_note, &error);
      reading->head = NULL;
      reading->cancellable = NULL;
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&reading), (GDestroyNotify)reading_free);
}

/* ---- the list ---- */

static void
show_fault (WaveScopeRecording *self, const char *title, const char *text)
{
  self->ready = TRUE;
  adw_status_page_set_title (self->fault, title);
  if (text != NULL)
    {
      /* It may quote the file. */
      g_autofree char *escaped = g_markup_escape_text (text, -1);

      adw_status_page_set_description (self->fault, escaped);
    }
  gtk_stack_set_visible_child_name (self->stack, "fault");
}

static void
add_row (WaveScopeRecording *self, WaveStream *stream)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *sentence = wave_scope_stream_sentence (self->tenant, stream, self->reading->last_us);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local_usec (wave_stream_get_started_wall (stream));
  g_autofree char *clock = time != NULL ? g_date_time_format (time, "%x %H:%M:%S") : g_strdup ("");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), sentence);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), clock);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "stream", g_object_ref (stream), g_object_unref);
  gtk_list_box_append (self->box, row);
}

/* Those of the AI in question first, each part from the newest on. */
static void
show_list (WaveScopeRecording *self)
{
  GListModel *streams = G_LIST_MODEL (wave_tenant_get_streams (self->tenant));
  guint n = g_list_model_get_n_items (streams);
  guint shown = 0;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = n; i > 0 && shown < MAX_ROWS; i--)
      {
        g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i - 1);
        gboolean same = self->sender_id != NULL && g_str_equal (wave_stream_get_sender_id (stream), self->sender_id);

        if (same != (pass == 0))
          continue;
        add_row (self, stream);
        shown++;
      }
  self->ready = TRUE;
  if (n == 0)
    show_fault (self, _ ("No Replies"), _ ("No AI writes anything in this recording."));
  else
    gtk_stack_set_visible_child_name (self->stack, "list");
}

static gboolean
on_apply (gpointer user_data)
{
  WaveScopeRecording *self = user_data;
  WaveStreamStore *store = wave_tenant_get_streams (self->tenant);
  gint64 until = g_get_monotonic_time () + SLICE_US;

  while (self->next < self->reading->steps->len && g_get_monotonic_time () < until)
    {
      Step *step = &g_array_index (self->reading->steps, Step, self->next++);

      if (step->event != NULL)
        wave_tenant_apply_event (self->tenant, step->event);
      else
        wave_stream_store_tear (store, step->at_us);
    }
  if (self->next < self->reading->steps->len)
    return G_SOURCE_CONTINUE;
  wave_tenant_advance (self->tenant, self->reading->last_us, self->reading->started_us + self->reading->last_us);
  /* Its time stands still from here on: nothing of it lasts any more. */
  wave_stream_store_tear (store, self->reading->last_us);
  self->apply_id = 0;
  show_list (self);
  return G_SOURCE_REMOVE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveScopeRecording) self = user_data;
  g_autoptr (GError) error = NULL;
  Reading *reading = g_task_propagate_pointer (G_TASK (result), &error);

  if (reading == NULL || self->tenant == NULL)
    {
      g_clear_pointer (&reading, reading_free);
      if (self->tenant != NULL)
        show_fault (self, _ ("Not a Recording That Can Be Read"), error->message);
      return;
    }
  self->reading = reading;
  self->apply_id = g_idle_add (on_apply, self);
  g_source_set_name_by_id (self->apply_id, "wave-scope-recording");
}

static void
on_row_activated (GtkListBox *box, GtkListBoxRow *row, WaveScopeRecording *self)
{
  g_signal_emit (self, signals[PICKED], 0, g_object_get_data (G_OBJECT (row), "stream"));
  adw_dialog_close (ADW_DIALOG (self));
}

/* ---- the dialog ---- */

static void
wave_scope_recording_dispose (GObject *object)
{
  WaveScopeRecording *self = WAVE_SCOPE_RECORDING (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->apply_id, g_source_remove);
  g_clear_pointer (&self->reading, reading_free);
  g_clear_object (&self->tenant);
  g_clear_pointer (&self->sender_id, g_free);
  G_OBJECT_CLASS (wave_scope_recording_parent_class)->dispose (object);
}

static void
wave_scope_recording_class_init (WaveScopeRecordingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_scope_recording_dispose;
  signals[PICKED] = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, WAVE_TYPE_STREAM);
}

static void
wave_scope_recording_init (WaveScopeRecording *self)
{
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *loading = adw_status_page_new ();
  g_autoptr (GdkPaintable) spinner = GDK_PAINTABLE (adw_spinner_paintable_new (loading));

  adw_dialog_set_title (ADW_DIALOG (self), _ ("Compare with a Recording"));
  adw_dialog_set_content_width (ADW_DIALOG (self), 560);
  adw_dialog_set_content_height (ADW_DIALOG (self), 560);
  self->stack = GTK_STACK (gtk_stack_new ());
  adw_status_page_set_title (ADW_STATUS_PAGE (loading), _ ("Reading the Recording…"));
  adw_status_page_set_paintable (ADW_STATUS_PAGE (loading), spinner);
  self->fault = ADW_STATUS_PAGE (adw_status_page_new ());
  adw_status_page_set_icon_name (self->fault, "dialog-warning-symbolic");
  self->box = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->box, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->box), "boxed-list");
  gtk_widget_set_valign (GTK_WIDGET (self->box), GTK_ALIGN_START);
  gtk_widget_set_margin_top (GTK_WIDGET (self->box), 12);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self->box), 12);
  gtk_widget_set_margin_start (GTK_WIDGET (self->box), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (self->box), 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Replies of the recording"), -1);
  g_signal_connect (self->box, "row-activated", G_CALLBACK (on_row_activated), self);
  adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (self->box));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  gtk_stack_add_named (self->stack, loading, "loading");
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->fault), "fault");
  gtk_stack_add_named (self->stack, scrolled, "list");
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), GTK_WIDGET (self->stack));
  adw_dialog_set_child (ADW_DIALOG (self), view);
  self->tenant = wave_tenant_new ();
  wave_stream_store_set_max_ended (wave_tenant_get_streams (self->tenant), G_MAXUINT);
  self->cancellable = g_cancellable_new ();
}

AdwDialog *
wave_scope_recording_new (GFile *file, const char *sender_id)
{
  WaveScopeRecording *self = g_object_new (WAVE_TYPE_SCOPE_RECORDING, NULL);
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, on_read, g_object_ref_sink (self));

  self->sender_id = g_strdup (sender_id);
  g_task_set_name (task, "wave-scope-recording");
  if (g_file_peek_path (file) == NULL)
    show_fault (self, _ ("Not a Recording That Can Be Read"), _ ("It is not a file of this machine."));
  g_task_set_task_data (task, g_strdup (g_file_peek_path (file) != NULL ? g_file_peek_path (file) : ""), g_free);
  g_task_run_in_thread (task, read_in_thread);
  return ADW_DIALOG (self);
}

gboolean
wave_scope_recording_get_ready (WaveScopeRecording *dialog)
{
  g_return_val_if_fail (WAVE_IS_SCOPE_RECORDING (dialog), FALSE);
  return dialog->ready;
}

WaveTenant *
wave_scope_recording_get_tenant (WaveScopeRecording *dialog)
{
  g_return_val_if_fail (WAVE_IS_SCOPE_RECORDING (dialog), NULL);
  return dialog->tenant;
}
