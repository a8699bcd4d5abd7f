// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>

#include "ui/wave-scope-format.h"
#include "ui/wave-scope-lists.h"

#define MAX_ALARMS 300

struct _WaveScopeAlarms
{
  AdwBin parent_instance;

  GtkWidget *stack;
  GtkListBox *box;
  WaveTenant *tenant;
  guint n;
};

enum { PICKED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveScopeAlarms, wave_scope_alarms, ADW_TYPE_BIN)

static char *
dup_evidence (WaveScopeAlarms *self, WaveStream *stream, WaveAlarm alarm)
{
  gint64 now = wave_tenant_get_now_mono (self->tenant);
  guint n;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);
  WaveStreamThresholds limits;
  g_autofree char *limit = NULL;
  g_autofree char *age = NULL;

  wave_stream_store_get_thresholds (wave_tenant_get_streams (self->tenant), &limits);
  switch (alarm)
    {
    case WAVE_ALARM_STALL:
      limit = wave_scope_format_duration (limits.stall_us);
      age = wave_scope_format_duration (n > 0 ? chunks[n - 1].at_us - wave_stream_get_started (stream) : 0);
      return g_strdup_printf (_ ("No text for more than %s, after chunk %u at %s"), limit, n, age);
    case WAVE_ALARM_NO_FIRST_CHUNK:
      age = wave_scope_format_duration (now - wave_stream_get_started (stream));
      return g_strdup_printf (_ ("No text yet, %s after its first sign"), age);
    case WAVE_ALARM_FAILED:
      break;
    }
  return g_strdup (wave_stream_get_error (stream) != NULL ? wave_stream_get_error (stream) : _ ("The model failed"));
}

/* When it failed; one that lasts rings now. */
static gint64
alarm_wall (WaveScopeAlarms *self, WaveStream *stream)
{
  gint64 ended = wave_stream_get_ended (stream);

  if (ended < 0)
    return wave_tenant_get_now_wall (self->tenant);
  return wave_stream_get_started_wall (stream) + ended - wave_stream_get_started (stream);
}

static GtkWidget *
make_row (WaveScopeAlarms *self, WaveStream *stream, WaveAlarm alarm)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = g_strdup_printf ("%s · %s", wave_scope_sender_name (self->tenant, stream),
                                            wave_scope_room_name (self->tenant, stream));
  g_autofree char *evidence = dup_evidence (self, stream, alarm);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (alarm_wall (self, stream));
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *clock = local != NULL ? g_date_time_format (local, "%H:%M:%S") : g_strdup ("");
  GtkWidget *sign = gtk_label_new (alarm == WAVE_ALARM_FAILED ? "✗" : alarm == WAVE_ALARM_STALL ? "▲" : "◷");
  GtkWidget *time = gtk_label_new (clock);

  /* Names and errors come from the wire. */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), evidence);
  gtk_widget_add_css_class (sign, alarm == WAVE_ALARM_NO_FIRST_CHUNK ? "warning" : "error");
  gtk_widget_add_css_class (time, "numeric");
  gtk_widget_add_css_class (time, "dim-label");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), sign);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), time);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "stream", g_object_ref (stream), g_object_unref);
  return row;
}

static void
on_alarm (WaveStreamStore *store, WaveStream *stream, guint alarm, WaveScopeAlarms *self)
{
  gtk_list_box_prepend (self->box, make_row (self, stream, (WaveAlarm)alarm));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "list");
  if (self->n < MAX_ALARMS)
    self->n++;
  else
    gtk_list_box_remove (self->box, GTK_WIDGET (gtk_list_box_get_row_at_index (self->box, MAX_ALARMS)));
}

static void
on_row_activated (GtkListBox *box, GtkListBoxRow *row, WaveScopeAlarms *self)
{
  g_signal_emit (self, signals[PICKED], 0, g_object_get_data (G_OBJECT (row), "stream"));
}

static void
wave_scope_alarms_dispose (GObject *object)
{
  g_clear_object (&WAVE_SCOPE_ALARMS (object)->tenant);
  G_OBJECT_CLASS (wave_scope_alarms_parent_class)->dispose (object);
}

static void
wave_scope_alarms_class_init (WaveScopeAlarmsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_scope_alarms_dispose;
  signals[PICKED] = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  WAVE_TYPE_STREAM);
}

static void
wave_scope_alarms_init (WaveScopeAlarms *self)
{
  GtkWidget *none = gtk_label_new (_ ("No alarms: no stall, no late first chunk, no error since the start"));

  gtk_widget_add_css_class (none, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (none), TRUE);
  self->box = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->box, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->box), "boxed-list");
  gtk_widget_set_valign (GTK_WIDGET (self->box), GTK_ALIGN_START);
  g_signal_connect (self->box, "row-activated", G_CALLBACK (on_row_activated), self);
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), none, "none");
  gtk_stack_add_named (GTK_STACK (self->stack), GTK_WIDGET (self->box), "list");
  adw_bin_set_child (ADW_BIN (self), self->stack);
}

/* What rang before anybody looked. */
static void
list_former (WaveScopeAlarms *self)
{
  GListModel *streams = G_LIST_MODEL (wave_tenant_get_streams (self->tenant));
  guint n = g_list_model_get_n_items (streams);

  for (guint i = n > MAX_ALARMS ? n - MAX_ALARMS : 0; i < n; i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i);

      if (wave_stream_get_outcome (stream) == WAVE_STREAM_FAILED)
        on_alarm (wave_tenant_get_streams (self->tenant), stream, WAVE_ALARM_FAILED, self);
      else if (wave_stream_is_stalled (stream))
        on_alarm (wave_tenant_get_streams (self->tenant), stream, WAVE_ALARM_STALL, self);
    }
}

GtkWidget *
wave_scope_alarms_new (WaveTenant *tenant)
{
  WaveScopeAlarms *self = g_object_new (WAVE_TYPE_SCOPE_ALARMS, NULL);

  self->tenant = g_object_ref (tenant);
  g_signal_connect_object (wave_tenant_get_streams (tenant), "alarm", G_CALLBACK (on_alarm), self, G_CONNECT_DEFAULT);
  list_former (self);
  return GTK_WIDGET (self);
}

guint
wave_scope_alarms_get_n (WaveScopeAlarms *self)
{
  g_return_val_if_fail (WAVE_IS_SCOPE_ALARMS (self), 0);
  return self->n;
}
