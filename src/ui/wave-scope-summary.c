// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "model/wave-stream-totals.h"
#include "ui/wave-scope-format.h"
#include "ui/wave-scope-summary.h"

#define SUMMARY_MINUTES 10
#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)

struct _WaveScopeSummary
{
  WaveTenant *tenant;
  gint64 minute; /* the latest that has a sketch, in minutes of the tenant's time */
  WaveSketch ttfc[SUMMARY_MINUTES];
  WaveSketch gaps[SUMMARY_MINUTES];
};

/* The sketches of the minute of @at_us, emptied of what was there ten minutes ago. NULL: too old. */
static WaveSketch *
sketch_at (WaveScopeSummary *self, WaveSketch *sketches, gint64 at_us)
{
  gint64 minute = at_us / MINUTE_US;

  for (; self->minute < minute; self->minute++)
    {
      /* After a long silence everything goes at once. */
      if (minute - self->minute > SUMMARY_MINUTES)
        self->minute = minute - SUMMARY_MINUTES;
      memset (&self->ttfc[(self->minute + 1) % SUMMARY_MINUTES], 0, sizeof *self->ttfc);
      memset (&self->gaps[(self->minute + 1) % SUMMARY_MINUTES], 0, sizeof *self->gaps);
    }
  return minute > self->minute - SUMMARY_MINUTES && minute >= 0 ? &sketches[minute % SUMMARY_MINUTES] : NULL;
}

static void
note_chunk (WaveScopeSummary *self, WaveStream *stream, const WaveChunkMark *chunks, guint at)
{
  WaveSketch *sketch = sketch_at (self, self->gaps, chunks[at].at_us);
  WaveStreamFigures figures;

  if (chunks[at].text_length == 0 || sketch == NULL)
    return;
  for (guint i = at; i > 0; i--)
    if (chunks[i - 1].text_length > 0)
      {
        wave_sketch_add (sketch, chunks[at].at_us - chunks[i - 1].at_us);
        return;
      }
  /* The first text. */
  wave_stream_get_figures (stream, G_USEC_PER_SEC, &figures);
  if (figures.ttfc_us >= 0)
    wave_sketch_add (sketch_at (self, self->ttfc, chunks[at].at_us), figures.ttfc_us);
}

void
wave_scope_summary_note (WaveScopeSummary *self, WaveStream *stream)
{
  guint n;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);

  if (n > 0)
    note_chunk (self, stream, chunks, n - 1);
}

/* What came before the page was there. */
static void
note_former (WaveScopeSummary *self)
{
  GListModel *streams = G_LIST_MODEL (wave_tenant_get_streams (self->tenant));

  sketch_at (self, self->gaps, wave_tenant_get_now_mono (self->tenant));
  for (guint i = 0; i < g_list_model_get_n_items (streams); i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i);
      guint n;
      const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);

      for (guint at = 0; at < n; at++)
        note_chunk (self, stream, chunks, at);
    }
}

WaveScopeSummary *
wave_scope_summary_new (WaveTenant *tenant)
{
  WaveScopeSummary *self = g_new0 (WaveScopeSummary, 1);

  self->tenant = g_object_ref (tenant);
  note_former (self);
  return self;
}

void
wave_scope_summary_free (WaveScopeSummary *self)
{
  g_object_unref (self->tenant);
  g_free (self);
}

char *
wave_scope_summary_dup_text (WaveScopeSummary *self)
{
  guint n_live = wave_stream_store_get_n_live (wave_tenant_get_streams (self->tenant));
  g_autofree WaveSketch *ttfc = g_new0 (WaveSketch, 1);
  g_autofree WaveSketch *gaps = g_new0 (WaveSketch, 1);
  g_autoptr (GString) text = g_string_new (NULL);

  sketch_at (self, self->gaps, wave_tenant_get_now_mono (self->tenant));
  for (guint i = 0; i < SUMMARY_MINUTES; i++)
    {
      wave_sketch_merge (ttfc, &self->ttfc[i]);
      wave_sketch_merge (gaps, &self->gaps[i]);
    }
  if (n_live == 0)
    g_string_append (text, _ ("nothing generating"));
  else
    g_string_append_printf (text, ngettext ("%u generating", "%u generating", n_live), n_live);
  if (ttfc->n > 0)
    {
      g_autofree char *time = wave_scope_format_duration (wave_sketch_get_quantile (ttfc, 95));

      /* Translators: a quantile of the time to the first chunk */
      g_string_append_printf (text, _ (" · first chunk p95 %s"), time);
    }
  if (gaps->n > 0)
    {
      g_autofree char *time = wave_scope_format_duration (wave_sketch_get_quantile (gaps, 99));

      /* Translators: a quantile of the gaps between chunks */
      g_string_append_printf (text, _ (" · gap p99 %s"), time);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
