// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "protocol/wave-payloads.h"
#include "ui/wave-scope-view-private.h"

/* How many drawn streams are kept. Beyond that all go at once: who shows that many zooms or scrolls fast. */
#define MAX_KEPT 1024
/* How much beside the screen is drawn as well, so that a sweep or a pan finds it ready. */
#define MARGIN 0.35

typedef struct
{
  GskRenderNode *node; /* x = 0 at @from_us */
  gint64 from_us, to_us;
  double us_per_px;
  guint n_chunks, n_phases;
  WaveStreamOutcome outcome;
  gboolean dark;
  int scale;
} Kept;

typedef struct
{
  gint64 from_us, to_us;
} Silence;

struct _WaveScopeNodes
{
  GtkWidget *widget;  /* borrowed: it owns us */
  int band_height;
  GHashTable *kept;   /* WaveStream (owned) → Kept */
};

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_clear_pointer (&kept->node, gsk_render_node_unref);
  g_free (kept);
}

WaveScopeNodes *
wave_scope_nodes_new (GtkWidget *widget)
{
  WaveScopeNodes *self = g_new0 (WaveScopeNodes, 1);

  self->widget = widget;
  self->band_height = LANE_MIN_HEIGHT - 2 * BAND_TOP;
  self->kept = g_hash_table_new_full (NULL, NULL, g_object_unref, kept_free);
  return self;
}

void
wave_scope_nodes_set_height (WaveScopeNodes *self, int band_height)
{
  if (self->band_height == band_height)
    return;
  self->band_height = band_height;
  wave_scope_nodes_clear (self);
}

void
wave_scope_nodes_free (WaveScopeNodes *self)
{
  g_hash_table_unref (self->kept);
  g_free (self);
}

void
wave_scope_nodes_clear (WaveScopeNodes *self)
{
  g_hash_table_remove_all (self->kept);
}

/* Chunks and blocks of chunks both begin with their time. */
#define TIME_AT(i) (*(const gint64 *)(first + (gsize)(i) * size))
G_STATIC_ASSERT (G_STRUCT_OFFSET (WaveChunkMark, at_us) == 0 && G_STRUCT_OFFSET (WaveChunkBlock, at_us) == 0);

/* Index of the first one at or after @at_us, from @low on; about @stride further is where it was the last time. Around the guess it gallops, then
 * halves: an even flow costs two or three looks a column however many there are. */
static guint
index_at (gconstpointer items, gsize size, guint low, guint n, gint64 at_us, guint stride)
{
  const char *first = items;
  guint guess = MIN (n, low + stride);
  guint high = n;

  if (guess < n && TIME_AT (guess) < at_us)
    {
      low = guess + 1;
      high = low;
      for (guint step = 1; high < n && TIME_AT (high) < at_us; step *= 2)
        {
          low = high + 1;
          high = MIN (n, high + step);
        }
    }
  else
    {
      high = guess;
      for (guint step = 1; high > low; step *= 2)
        {
          guint below = high - MIN (step, high - low);

          if (TIME_AT (below) < at_us)
            {
              low = below + 1;
              break;
            }
          high = below;
        }
    }
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (TIME_AT (middle) < at_us)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* All chunks of a stream, and every 32nd of them in an array that stays in the cache. */
typedef struct
{
  const WaveChunkMark *chunks;
  const WaveChunkBlock *blocks;
  guint n, n_blocks;
} Flow;

static gint64
flow_time (const Flow *flow, guint i)
{
  return i % WAVE_CHUNK_BLOCK == 0 ? flow->blocks[i / WAVE_CHUNK_BLOCK].at_us : flow->chunks[i].at_us;
}

static guint
flow_chars_before (const Flow *flow, guint i)
{
  if (i < flow->n && i % WAVE_CHUNK_BLOCK == 0)
    return flow->blocks[i / WAVE_CHUNK_BLOCK].chars_before;
  return i > 0 ? flow->chunks[i - 1].chars_after : 0;
}

/* The first chunk at or after @end_us, where the column of @at ends. Where a column has many blocks it ends with a whole one: less than a column's width
 * apart, which nobody sees, and without a look at the chunks themselves. */
static guint
flow_next (const Flow *flow, guint at, gint64 end_us, double column_us, guint stride)
{
  guint low = at + 1;
  guint high = flow->n;

  if (stride >= 2 * WAVE_CHUNK_BLOCK)
    {
      guint block = index_at (flow->blocks, sizeof *flow->blocks, at / WAVE_CHUNK_BLOCK + 1, flow->n_blocks, end_us, stride / WAVE_CHUNK_BLOCK);

      if (block < flow->n_blocks && flow->blocks[block].at_us - flow->blocks[block - 1].at_us <= column_us)
        return block * WAVE_CHUNK_BLOCK;
      low = MAX (low, (block - 1) * WAVE_CHUNK_BLOCK);
      high = MIN (high, block * WAVE_CHUNK_BLOCK);
      return index_at (flow->chunks, sizeof *flow->chunks, low, high, end_us, 0);
    }
  return index_at (flow->chunks, sizeof *flow->chunks, low, high, end_us, stride);
}

static void
note_silence (GArray *silences, const WaveChunkMark *chunks, guint last, guint next, guint n, gint64 stall_us)
{
  /* Heartbeats are signs of life but no text: the silence is between texts. A run of them is looked through for a while only. */
  for (guint look = 0; next < n && chunks[next].text_length == 0 && look < 64; look++)
    next++;
  if (next < n && chunks[next].at_us - chunks[last].at_us > stall_us)
    {
      Silence silence = { chunks[last].at_us, chunks[next].at_us };

      if (silences->len == 0 || g_array_index (silences, Silence, silences->len - 1).from_us != silence.from_us)
        g_array_append_val (silences, silence);
    }
}

/* One column of pixels a step: the number of steps is bounded by the columns as well as by the chunks. */
static GdkTexture *
raster_chunks (const Flow *flow, gint64 from_us, gint64 to_us, double us_per_px, int strip, int scale, gint64 stall_us, GArray *silences)
{
  int width = (int)ceil ((to_us - from_us) / us_per_px * scale);
  int height = strip * scale;
  double us_per_column = us_per_px / scale;
  GdkRGBA colour = wave_scope_colour (WAVE_SCOPE_COLOUR_GENERATING, 1);
  g_autoptr (GBytes) bytes = NULL;
  guint32 *pixels;
  guint at = index_at (flow->chunks, sizeof *flow->chunks, 0, flow->n, from_us, flow->n / 2);
  guint stride = 1;
  int tick = us_per_px < 200000 ? scale : 1;

  if (width <= 0 || width > 32768 || flow->n == 0)
    return NULL;
  if (at > 0)
    note_silence (silences, flow->chunks, at - 1, at, flow->n, stall_us);
  pixels = g_new0 (guint32, (gsize)width * height);
  while (at < flow->n && flow_time (flow, at) < to_us)
    {
      int column = (int)((flow_time (flow, at) - from_us) / us_per_column);
      guint next = flow_next (flow, at, from_us + (gint64)ceil ((column + 1) * us_per_column), us_per_column, stride);
      guint chars = flow_chars_before (flow, next) - flow_chars_before (flow, at);
      double share = chars == 0 ? 0.12 : CLAMP (0.30 + 0.70 * log2 (1 + chars) / 8, 0.30, 1.0);
      double alpha = chars == 0 ? 0.5 : 0.95;
      guint32 a = (guint32)(alpha * 255);
      guint32 pixel = a << 24 | (guint32)(colour.red * a) << 16 | (guint32)(colour.green * a) << 8 | (guint32)(colour.blue * a);
      int tall = MAX (scale, (int)lround (share * height));

      for (int x = MAX (0, column); x < MIN (width, column + tick); x++)
        for (int y = height - tall; y < height; y++)
          pixels[(gsize)y * width + x] = pixel;
      /* Between two that are less apart than the threshold there is no stall. */
      if (next < flow->n && (next % WAVE_CHUNK_BLOCK != 0 || flow_time (flow, next) - flow->blocks[next / WAVE_CHUNK_BLOCK - 1].at_us > stall_us))
        note_silence (silences, flow->chunks, next - 1, next, flow->n, stall_us);
      stride = next - at - 1;
      at = next;
    }
  bytes = g_bytes_new_take (pixels, (gsize)width * height * sizeof (guint32));
  /* The word 0xAARRGGBB in the machine's own order is GDK's default format. */
  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, (gsize)width * sizeof (guint32));
}

void
wave_scope_draw_hatch (GtkSnapshot *snapshot, const graphene_rect_t *area, const GdkRGBA *colour, float distance, gboolean falling)
{
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;
  g_autoptr (GskStroke) stroke = gsk_stroke_new (1.5f);
  float slope = area->size.height;
  guint lines = 0;

  gtk_snapshot_push_clip (snapshot, area);
  for (float x = -slope; x < area->size.width && lines < 4096; x += distance, lines++)
    {
      gsk_path_builder_move_to (builder, area->origin.x + x + (falling ? 0 : slope), area->origin.y);
      gsk_path_builder_line_to (builder, area->origin.x + x + (falling ? slope : 0), area->origin.y + area->size.height);
    }
  path = gsk_path_builder_free_to_path (g_steal_pointer (&builder));
  gtk_snapshot_append_stroke (snapshot, path, stroke, colour);
  gtk_snapshot_pop (snapshot);
}

/* The first of @tries that fits between @x0 and @x1, in a pill of its own so that no pattern runs through it. */
static void
draw_pill (GtkWidget *widget, GtkSnapshot *snapshot, double x0, double x1, double y, double height, const char *const *tries, WaveScopeColour colour)
{
  GdkRGBA back = wave_scope_colour (WAVE_SCOPE_COLOUR_BACK, 1);
  GdkRGBA text = wave_scope_colour (colour, 1);

  if (x1 - x0 < 12)
    return;
  for (guint i = 0; tries[i] != NULL; i++)
    {
      g_autoptr (PangoLayout) layout = wave_scope_make_layout (widget, tries[i], 0.80, TRUE, -1);
      GskRoundedRect pill;
      int w, h;

      pango_layout_get_pixel_size (layout, &w, &h);
      if (w + 14 > x1 - x0)
        continue;
      gsk_rounded_rect_init_from_rect (&pill,
                                       &GRAPHENE_RECT_INIT ((float)floor ((x0 + x1 - w) / 2 - 6), (float)floor (y + (height - h) / 2 - 2), w + 12, h + 4),
                                       (h + 4) / 2.0f);
      gtk_snapshot_push_rounded_clip (snapshot, &pill);
      gtk_snapshot_append_color (snapshot, &back, &pill.bounds);
      gtk_snapshot_pop (snapshot);
      wave_scope_draw_layout (snapshot, layout, floor ((x0 + x1 - w) / 2), floor (y + (height - h) / 2), &text);
      return;
    }
}

void
wave_scope_draw_stall (GtkWidget *widget, GtkSnapshot *snapshot, double x0, double x1, double y, double height, gint64 silence_us)
{
  graphene_rect_t band = GRAPHENE_RECT_INIT ((float)x0, (float)y, (float)MAX (1, x1 - x0), (float)height);
  GdkRGBA fill = wave_scope_colour (WAVE_SCOPE_COLOUR_STALL_BAND, 1);
  GdkRGBA line = wave_scope_colour (WAVE_SCOPE_COLOUR_STALL, 0.45f);
  g_autofree char *length = wave_scope_format_duration (silence_us);
  g_autofree char *words = g_strdup_printf (_("▲ stalled %s"), length);
  g_autofree char *brief = g_strdup_printf ("▲ %s", length);

  gtk_snapshot_append_color (snapshot, &fill, &band);
  wave_scope_draw_hatch (snapshot, &band, &line, 8, FALSE);
  draw_pill (widget, snapshot, x0, x1, y, height, (const char *const[]){ words, brief, "▲", NULL }, WAVE_SCOPE_COLOUR_STALL);
}

void
wave_scope_draw_late (GtkWidget *widget, GtkSnapshot *snapshot, double x0, double x1, double y, double height, gint64 waiting_us)
{
  g_autofree char *length = wave_scope_format_duration (waiting_us);
  g_autofree char *words = g_strdup_printf (_("◷ no text for %s"), length);
  g_autofree char *brief = g_strdup_printf ("◷ %s", length);

  draw_pill (widget, snapshot, x0, x1, y, height, (const char *const[]){ words, brief, "◷", NULL }, WAVE_SCOPE_COLOUR_STALL);
}

static void
phase_colours (WaveAiPhase phase, WaveScopeColour *strong, WaveScopeColour *band)
{
  switch (phase)
    {
    case WAVE_AI_THINKING:
      *strong = WAVE_SCOPE_COLOUR_THINKING;
      *band = WAVE_SCOPE_COLOUR_THINKING_BAND;
      break;
    case WAVE_AI_CALLING:
      *strong = WAVE_SCOPE_COLOUR_TOOL;
      *band = WAVE_SCOPE_COLOUR_TOOL_BAND;
      break;
    case WAVE_AI_GENERATING:
      *strong = WAVE_SCOPE_COLOUR_GENERATING;
      *band = WAVE_SCOPE_COLOUR_GENERATING_BAND;
      break;
    case WAVE_AI_IDLE:
    case WAVE_AI_OTHER:
    default:
      *strong = WAVE_SCOPE_COLOUR_OTHER;
      *band = WAVE_SCOPE_COLOUR_OTHER_BAND;
    }
}

GdkRGBA
wave_scope_phase_colour (WaveAiPhase phase, float alpha)
{
  WaveScopeColour strong, band;

  phase_colours (phase, &strong, &band);
  return wave_scope_colour (strong, alpha);
}

/* A word that would be cut says less than none: "web…" is no tool. A long name may lose its end once its beginning tells. */
static PangoLayout *
fitting_layout (GtkWidget *widget, const char *text, double room)
{
  g_autoptr (PangoLayout) layout = NULL;
  int width;

  if (room < 16)
    return NULL;
  layout = wave_scope_make_layout (widget, text, 0.80, TRUE, -1);
  pango_layout_get_pixel_size (layout, &width, NULL);
  if (width <= room)
    return g_steal_pointer (&layout);
  return room >= 64 ? wave_scope_make_layout (widget, text, 0.80, TRUE, (int)room) : NULL;
}

void
wave_scope_draw_phase (GtkWidget *widget, GtkSnapshot *snapshot, const WavePhaseSpan *span, double x0, double x1, double y, double height,
                       double label_from)
{
  graphene_rect_t band = GRAPHENE_RECT_INIT ((float)x0, (float)y, (float)MAX (1, x1 - x0), (float)height);
  WaveScopeColour strong_colour, band_colour;
  g_autoptr (PangoLayout) layout = NULL;
  const char *label = NULL;
  GdkRGBA strong, fill;

  if (span->phase == WAVE_AI_IDLE)
    return;
  phase_colours (span->phase, &strong_colour, &band_colour);
  strong = wave_scope_colour (strong_colour, 1);
  fill = wave_scope_colour (band_colour, 1);
  gtk_snapshot_append_color (snapshot, &fill, &band);
  if (span->phase == WAVE_AI_CALLING)
    {
      GdkRGBA line = wave_scope_colour (strong_colour, 0.28f);

      wave_scope_draw_hatch (snapshot, &band, &line, 12, TRUE);
    }
  if (span->phase == WAVE_AI_GENERATING)
    return; /* its ticks tell */
  gtk_snapshot_append_color (snapshot, &strong, &GRAPHENE_RECT_INIT (band.origin.x, band.origin.y, band.size.width, 3));
  if (span->phase == WAVE_AI_CALLING)
    label = span->tool != NULL ? span->tool : _("tool");
  else if (span->phase == WAVE_AI_THINKING)
    label = _("thinking");
  else if (span->phase == WAVE_AI_OTHER)
    label = span->tool;
  label_from = MAX (x0, label_from);
  layout = label != NULL ? fitting_layout (widget, label, x1 - label_from - 9) : NULL;
  if (layout == NULL)
    return;
  if (span->phase == WAVE_AI_CALLING)
    {
      int w, h;

      /* Not across the hatching. */
      pango_layout_get_pixel_size (layout, &w, &h);
      gtk_snapshot_append_color (snapshot, &fill, &GRAPHENE_RECT_INIT ((float)label_from + 3, (float)y + 4, (float)w + 4, (float)h));
    }
  wave_scope_draw_layout (snapshot, layout, floor (label_from) + 5, y + 4, &strong);
}

static GskRenderNode *
draw_stream (WaveScopeNodes *self, WaveStream *stream, gint64 from_us, gint64 to_us, double us_per_px, int scale, gint64 stall_us, gint64 now_us)
{
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GArray) silences = g_array_new (FALSE, FALSE, sizeof (Silence));
  g_autoptr (GdkTexture) strip = NULL;
  guint n_chunks, n_phases;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n_chunks);
  const WavePhaseSpan *phases = wave_stream_get_phases (stream, &n_phases);
  gint64 end_us = wave_scope_stream_end (stream, now_us);
  int strip_height = self->band_height - 6;
  Flow flow = { .chunks = chunks, .n = n_chunks };

#define X(at) ((double)((at) - from_us) / us_per_px)
  if (n_chunks > 0)
    {
      gint64 a = MAX (from_us, chunks[0].at_us);
      gint64 b = MIN (to_us, wave_stream_is_live (stream) ? chunks[n_chunks - 1].at_us : end_us);
      GdkRGBA fill = wave_scope_colour (WAVE_SCOPE_COLOUR_GENERATING_BAND, 1);

      if (b > a)
        gtk_snapshot_append_color (snapshot, &fill, &GRAPHENE_RECT_INIT ((float)X (a), 0, (float)(X (b) - X (a)), self->band_height));
    }
  for (guint i = 0; i < n_phases; i++)
    {
      gint64 end = phases[i].end_us < 0 ? end_us : phases[i].end_us;

      if (end < from_us || phases[i].start_us > to_us)
        continue;
      if (phases[i].end_us < 0 && wave_stream_is_live (stream))
        continue; /* it grows: the view draws it */
      wave_scope_draw_phase (self->widget, snapshot, &phases[i], X (MAX (from_us, phases[i].start_us)), X (MIN (to_us, end)), 0, self->band_height, 0);
    }
  flow.blocks = wave_stream_get_blocks (stream, &flow.n_blocks);
  strip = raster_chunks (&flow, from_us, to_us, us_per_px, strip_height, scale, stall_us, silences);
  if (strip != NULL)
    {
      float width = (float)gdk_texture_get_width (strip) / scale;

      gtk_snapshot_append_scaled_texture (snapshot, strip, GSK_SCALING_FILTER_NEAREST,
                                          &GRAPHENE_RECT_INIT (0, self->band_height - strip_height, width, strip_height));
    }
  for (guint i = 0; i < silences->len; i++)
    {
      Silence *silence = &g_array_index (silences, Silence, i);

      if (silence->to_us - silence->from_us - wave_scope_time_in_tools (stream, silence->from_us, silence->to_us) <= stall_us)
        continue;
      wave_scope_draw_stall (self->widget, snapshot, X (MAX (from_us, silence->from_us)), X (MIN (to_us, silence->to_us)), 0,
                             self->band_height, silence->to_us - silence->from_us);
    }
#undef X
  return gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
}

void
wave_scope_nodes_draw (WaveScopeNodes *self, GtkSnapshot *snapshot, WaveStream *stream, gint64 left_us, double us_per_px, double width,
                       gint64 now_us, gint64 stall_us)
{
  Kept *kept = g_hash_table_lookup (self->kept, stream);
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  int scale = gtk_widget_get_scale_factor (self->widget);
  gint64 right_us = left_us + (gint64)(width * us_per_px);
  gint64 started = wave_stream_get_started (stream);
  gint64 ended = wave_scope_stream_end (stream, now_us);
  guint n_chunks, n_phases;
  const WavePhaseSpan *phases;

  wave_stream_get_chunks (stream, &n_chunks);
  phases = wave_stream_get_phases (stream, &n_phases);
  /* A phase that was closed counts as a change too. */
  n_phases = n_phases * 2 + (n_phases > 0 && phases[n_phases - 1].end_us >= 0);
  if (kept == NULL || kept->us_per_px != us_per_px || kept->n_chunks != n_chunks || kept->n_phases != n_phases
      || kept->outcome != wave_stream_get_outcome (stream) || kept->dark != dark || kept->scale != scale
      || kept->from_us > MAX (started, left_us) || kept->to_us < MIN (ended, right_us))
    {
      gint64 margin = (gint64)(width * us_per_px * MARGIN);

      if (kept == NULL)
        {
          if (g_hash_table_size (self->kept) >= MAX_KEPT)
            g_hash_table_remove_all (self->kept);
          kept = g_new0 (Kept, 1);
          g_hash_table_insert (self->kept, g_object_ref (stream), kept);
        }
      g_clear_pointer (&kept->node, gsk_render_node_unref);
      kept->from_us = MAX (started, left_us - margin);
      /* Of a live one nothing lies beyond its last chunk, so that it need not be drawn again while it is silent. */
      kept->to_us = wave_stream_is_live (stream) ? right_us + margin : MIN (ended + (gint64)us_per_px + 1, right_us + margin);
      kept->us_per_px = us_per_px;
      kept->n_chunks = n_chunks;
      kept->n_phases = n_phases;
      kept->outcome = wave_stream_get_outcome (stream);
      kept->dark = dark;
      kept->scale = scale;
      kept->node = draw_stream (self, stream, kept->from_us, wave_stream_is_live (stream) ? MIN (kept->to_us, now_us + 1) : kept->to_us, us_per_px,
                                scale, stall_us, now_us);
    }
  if (kept->node != NULL)
    {
      gtk_snapshot_save (snapshot);
      /* Whole device pixels: ticks stay crisp while they sweep. */
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)(round ((kept->from_us - left_us) / us_per_px * scale) / scale), 0));
      gtk_snapshot_append_node (snapshot, kept->node);
      gtk_snapshot_restore (snapshot);
    }
}
