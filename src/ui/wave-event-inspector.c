// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-event-inspector.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/wave-text.h"
#include "ui/wave-event-words.h"

struct _WaveEventInspector
{
  AdwBin parent_instance;
  GtkLabel *kind, *summary, *raw;
  WaveTenant *tenant;
  WaveEventLog *log;
};

enum { SHOW_EVENT, TERM, CLOSE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WaveEventInspector, wave_event_inspector, ADW_TYPE_BIN)

void
wave_event_inspector_set_source (WaveEventInspector *self, WaveTenant *tenant, WaveEventLog *log)
{
  g_set_object (&self->tenant, tenant);
  g_set_object (&self->log, log);
}

void
wave_event_inspector_show (WaveEventInspector *self, guint index)
{
  g_autoptr (WaveEvent) event = self->log != NULL ? wave_event_log_dup_event (self->log, index) : NULL;
  g_autofree char *kind = NULL;
  g_autofree char *summary = NULL;
  g_autofree char *raw = NULL;

  if (event == NULL)
    return;
  kind = wave_event_words_kind (event);
  summary = wave_event_words_summary (self->log, event);
  raw = wave_text_make_visible (g_bytes_get_data (event->raw, NULL), g_bytes_get_size (event->raw), 100000);
  gtk_label_set_text (self->kind, kind);
  gtk_label_set_text (self->summary, summary);
  gtk_label_set_text (self->raw, raw);
}

static void
wave_event_inspector_dispose (GObject *object)
{
  WaveEventInspector *self = WAVE_EVENT_INSPECTOR (object);

  g_clear_object (&self->tenant);
  g_clear_object (&self->log);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_EVENT_INSPECTOR);
  G_OBJECT_CLASS (wave_event_inspector_parent_class)->dispose (object);
}

static void
wave_event_inspector_class_init (WaveEventInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_event_inspector_dispose;
  signals[SHOW_EVENT] = g_signal_new ("show-event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[TERM] = g_signal_new ("term", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[CLOSE] = g_signal_new ("close", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-event-inspector.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, kind);
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, summary);
  gtk_widget_class_bind_template_child (widget_class, WaveEventInspector, raw);
}

static void
wave_event_inspector_init (WaveEventInspector *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
wave_event_inspector_new (void)
{
  return g_object_new (WAVE_TYPE_EVENT_INSPECTOR, NULL);
}
