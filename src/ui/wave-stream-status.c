// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-stream-status.h"

#include <glib/gi18n.h>
#include <math.h>

#include "ui/wave-fold-box.h"
#include "ui/wave-format.h"
#include "ui/wave-live-text.h"
#include "ui/wave-sparkline.h"
#include "ui/wave-words-room.h"
#include "ui/wave-words.h"
#include "ui/wave-wrap.h"

/* A silence inside a reply that is told of in the line below it. */
#define STALL_US G_USEC_PER_SEC
/* The sparkline: characters that came in each of the latest slices. */
#define SLICES 48
#define SLICE_US (G_USEC_PER_SEC / 4)

struct _WaveStreamStatus
{
  GtkBox parent_instance;

  GtkWidget *words, *sparkline, *link;
  WaveStream *stream;
};

G_DEFINE_FINAL_TYPE (WaveStreamStatus, wave_stream_status, GTK_TYPE_BOX)

/* "generating · 312 chars · 38 chunks/s" */
static char *
live_words (WaveStream *stream, const WaveStreamFigures *figures)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *chars = wave_format_count (figures->chars);
  g_autofree char *rate = wave_format_rate (figures->chunks_per_s);
  guint n_phases;
  const WavePhaseSpan *phases = wave_stream_get_phases (stream, &n_phases);
  const WavePhaseSpan *phase = n_phases > 0 && phases[n_phases - 1].end_us < 0 ? &phases[n_phases - 1] : NULL;

  if (wave_stream_is_stalled (stream))
    g_string_append (words, _("stalled"));
  else if (phase != NULL && phase->phase != WAVE_AI_IDLE && phase->phase != WAVE_AI_OTHER)
    {
      g_autofree char *doing = wave_words_phase (phase->phase, NULL, phase->tool);
      g_autofree char *line = wave_words_line (doing, 60);

      g_string_append (words, line);
    }
  else
    g_string_append (words, wave_stream_get_outcome (stream) == WAVE_STREAM_ANNOUNCED ? _("about to answer") : _("generating"));
  /* Translators: how long a growing reply is: "312 chars". */
  g_string_append_printf (words, ngettext (" · %s char", " · %s chars", figures->chars), chars);
  if (isfinite (figures->chunks_per_s))
    g_string_append_printf (words, _(" · %s chunks/s"), rate);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

/* (nullable): what a finished reply was like */
static char *
settled_words (WaveStream *stream, const WaveStreamFigures *figures)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *rate = wave_format_rate (figures->chunks_per_s);

  if (figures->chunks == 0)
    return NULL;
  if (figures->ttfc_us >= 0)
    {
      g_autofree char *ttfc = wave_format_span (figures->ttfc_us);

      /* Translators: time to first chunk of a streamed reply. */
      g_string_append_printf (words, _("TTFC %s · "), ttfc);
    }
  g_string_append_printf (words, _("%s chunks/s"), rate);
  if (figures->gap_max_us >= 0)
    {
      g_autofree char *silence = wave_format_span (figures->gap_max_us);

      g_string_append_printf (words, _(" · longest silence %s"), silence);
    }
  switch (wave_stream_get_outcome (stream))
    {
    case WAVE_STREAM_TORN:
      g_string_append (words, _(" · torn by a gap"));
      break;
    case WAVE_STREAM_ABANDONED:
      g_string_append (words, _(" · never finished"));
      break;
    case WAVE_STREAM_FAILED:
      g_string_append (words, _(" · failed"));
      break;
    case WAVE_STREAM_DONE:
      g_string_append (words, _(" · its message has not come"));
      break;
    default:
      break;
    }
  if (figures->text_differs)
    g_string_append (words, _(" · the final text differs"));
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
update_sparkline (WaveStreamStatus *self)
{
  guint values[SLICES] = { 0 };
  guint n;
  const WaveChunkMark *chunks = wave_stream_get_chunks (self->stream, &n);
  gint64 end = n > 0 ? chunks[n - 1].at_us : 0;

  for (guint i = n; i > 0; i--)
    {
      const WaveChunkMark *chunk = &chunks[i - 1];
      gint64 slice = (end - chunk->at_us) / SLICE_US;

      if (slice >= SLICES)
        break;
      values[SLICES - 1 - slice] += chunk->chars_after - (i > 1 ? chunks[i - 2].chars_after : 0);
    }
  wave_sparkline_set_values (WAVE_SPARKLINE (self->sparkline), values, SLICES);
}

void
wave_stream_status_update (WaveStreamStatus *status, WaveStream *stream)
{
  WaveStreamFigures figures;
  g_autofree char *words = NULL;
  gboolean live;

  g_return_if_fail (WAVE_IS_STREAM_STATUS (status));
  g_set_object (&status->stream, stream);
  if (stream == NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (status), FALSE);
      return;
    }
  live = wave_stream_is_live (stream);
  wave_stream_get_figures (stream, STALL_US, &figures);
  words = live ? live_words (stream, &figures) : settled_words (stream, &figures);
  gtk_widget_set_visible (GTK_WIDGET (status), words != NULL);
  if (words == NULL)
    return;
  wave_live_text_set_text (WAVE_LIVE_TEXT (status->words), words);
  gtk_widget_set_visible (status->sparkline, live);
  gtk_widget_set_visible (status->link, !live);
  if (live)
    update_sparkline (status);
  if (live)
    {
      gtk_widget_add_css_class (status->words, "ai-busy");
      gtk_widget_remove_css_class (status->words, "dim-label");
    }
  else
    {
      gtk_widget_add_css_class (status->words, "dim-label");
      gtk_widget_remove_css_class (status->words, "ai-busy");
    }
}

static void
on_link (GtkButton *button, WaveStreamStatus *self)
{
  if (self->stream != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-stream", "t", wave_stream_get_serial (self->stream));
}

static void
wave_stream_status_dispose (GObject *object)
{
  g_clear_object (&WAVE_STREAM_STATUS (object)->stream);
  G_OBJECT_CLASS (wave_stream_status_parent_class)->dispose (object);
}

static void
wave_stream_status_class_init (WaveStreamStatusClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = wave_stream_status_dispose;
}

static void
wave_stream_status_init (WaveStreamStatus *self)
{
  GtkWidget *end, *row;

  gtk_widget_add_css_class (GTK_WIDGET (self), "stream-status");
  self->words = wave_live_text_new ();
  gtk_widget_set_hexpand (self->words, TRUE);
  gtk_widget_set_valign (self->words, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->words, "caption");
  gtk_widget_add_css_class (self->words, "numeric");
  self->sparkline = wave_sparkline_new (96, 18);
  gtk_widget_set_halign (self->sparkline, GTK_ALIGN_END);
  self->link = gtk_button_new_with_label (_("Open in Scope"));
  wave_wrap_button (GTK_BUTTON (self->link));
  gtk_widget_add_css_class (self->link, "flat");
  gtk_widget_add_css_class (self->link, "small-button");
  gtk_widget_add_css_class (self->link, "accent");
  gtk_widget_set_valign (self->link, GTK_ALIGN_CENTER);
  g_signal_connect (self->link, "clicked", G_CALLBACK (on_link), self);
  end = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_box_append (GTK_BOX (end), self->link);
  gtk_box_append (GTK_BOX (end), self->sparkline);
  /* What is said and, at its end, what to do about it; in a narrow window below it. */
  row = wave_fold_box_new (self->words, end, 8, 2);
  gtk_widget_set_hexpand (row, TRUE);
  gtk_box_append (GTK_BOX (self), row);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
wave_stream_status_new (void)
{
  return g_object_new (WAVE_TYPE_STREAM_STATUS, NULL);
}
