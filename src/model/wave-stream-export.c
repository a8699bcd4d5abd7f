// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <string.h>

#include "model/wave-stream-totals.h"
#include "protocol/wave-payloads.h"

/* RFC 4180. A field that a spreadsheet would take for a formula is told apart by a quote. */
static void
append_field (GString *out, const char *text)
{
  if (text == NULL)
    return;
  if (*text != '\0' && strchr ("=+-@\t\r", *text) != NULL)
    {
      g_autofree char *harmless = g_strconcat ("'", text, NULL);

      append_field (out, harmless);
      return;
    }
  if (strpbrk (text, ",\"\r\n") == NULL)
    {
      g_string_append (out, text);
      return;
    }
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

static void
append_json_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *p = text; *p != '\0'; p++)
    {
      guchar c = (guchar)*p;

      if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", c);
      else if (c < 0x20 || c == 0x7f)
        g_string_append_printf (out, "\\u%04x", c);
      else
        g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

/* ---- CSV ---- */

void
wave_stream_export_chunks_csv (GPtrArray *streams, GString *out)
{
  g_string_append (out, "stream,room_id,sender_id,chunk,at_us,gap_us,chars,bytes,chars_after,done\r\n");
  for (guint s = 0; s < streams->len; s++)
    {
      WaveStream *stream = streams->pdata[s];
      guint n;
      const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);
      gint64 before = -1;

      for (guint i = 0; i < n; i++)
        {
          g_string_append_printf (out, "%" G_GUINT64_FORMAT ",", wave_stream_get_serial (stream));
          append_field (out, wave_stream_get_room_id (stream));
          g_string_append_c (out, ',');
          append_field (out, wave_stream_get_sender_id (stream));
          g_string_append_printf (out, ",%u,%" G_GINT64_FORMAT ",", i + 1, chunks[i].at_us - wave_stream_get_started (stream));
          if (before >= 0 && chunks[i].text_length > 0)
            g_string_append_printf (out, "%" G_GINT64_FORMAT, chunks[i].at_us - before);
          g_string_append_printf (out, ",%u,%u,%u,%u\r\n", chunks[i].chars_after - (i > 0 ? chunks[i - 1].chars_after : 0),
                                  chunks[i].text_length, chunks[i].chars_after, (chunks[i].flags & WAVE_CHUNK_MARK_DONE) != 0);
          if (chunks[i].text_length > 0)
            before = chunks[i].at_us;
        }
    }
}

/* What is not defined is an empty field. */
static void
append_int (GString *out, gint64 value)
{
  g_string_append_c (out, ',');
  if (value >= 0)
    g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
}

static void
append_double (GString *out, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (out, ',');
  if (isfinite (value))
    g_string_append (out, g_ascii_formatd (digits, sizeof digits, "%.3f", value));
}

void
wave_stream_export_figures_csv (GPtrArray *streams, gint64 stall_us, GString *out)
{
  static const char *const ttfc_from[] = { "", "message", "status" };
  static const char *const matched[] = { "", "text", "order", "parts" };

  g_string_append (out, "stream,room_id,sender_id,outcome,started_us,ttfc_us,ttfc_from,chunks,chars,bytes,duration_us,generating_us,gap_p50_us,"
                        "gap_p90_us,gap_p95_us,gap_p99_us,gap_max_us,jitter_us,stalls,stalled_us,tool_us,thinking_us,chars_per_s,"
                        "chunks_per_s,matched,text_differs,lagged\r\n");
  for (guint i = 0; i < streams->len; i++)
    {
      WaveStream *stream = streams->pdata[i];
      WaveStreamFigures f;

      wave_stream_get_figures (stream, stall_us, &f);
      g_string_append_printf (out, "%" G_GUINT64_FORMAT ",", wave_stream_get_serial (stream));
      append_field (out, wave_stream_get_room_id (stream));
      g_string_append_c (out, ',');
      append_field (out, wave_stream_get_sender_id (stream));
      g_string_append_printf (out, ",%s",
                              wave_stream_outcome_get_nick (wave_stream_get_outcome (stream), wave_stream_is_live (stream)));
      append_int (out, wave_stream_get_started_wall (stream));
      append_int (out, f.ttfc_us);
      g_string_append_printf (out, ",%s,%u,%u,%" G_GSIZE_FORMAT, ttfc_from[f.ttfc_from], f.chunks, f.chars, f.bytes);
      append_int (out, f.duration_us);
      append_int (out, f.generating_us);
      append_int (out, f.gap_p50_us);
      append_int (out, f.gap_p90_us);
      append_int (out, f.gap_p95_us);
      append_int (out, f.gap_p99_us);
      append_int (out, f.gap_max_us);
      append_int (out, f.jitter_us);
      append_int (out, f.stalls);
      append_int (out, f.stalled_us);
      append_int (out, f.tool_us);
      append_int (out, f.thinking_us);
      append_double (out, f.chars_per_s);
      append_double (out, f.chunks_per_s);
      g_string_append_printf (out, ",%s,%d,%d\r\n", matched[f.matched], f.text_differs, f.lagged);
    }
}

/* ---- Chrome's trace events ---- */

/* A stall may overlap the status that it began under; slices of one thread may not, so stalls have a thread of their own. */
#define STALL_LANE 1000000u

typedef struct
{
  GString *out;
  gboolean first;
} Trace;

static void
open_event (Trace *trace, const char *name, const char *phase, guint pid, guint tid, gint64 at_us)
{
  g_string_append (trace->out, trace->first ? "\n" : ",\n");
  trace->first = FALSE;
  g_string_append (trace->out, "{\"name\":");
  append_json_string (trace->out, name);
  g_string_append_printf (trace->out, ",\"ph\":\"%s\",\"pid\":%u,\"tid\":%u,\"ts\":%" G_GINT64_FORMAT, phase, pid, tid, at_us);
}

static void
add_slice (Trace *trace, const char *name, const char *category, guint pid, guint tid, gint64 from_us, gint64 to_us)
{
  open_event (trace, name, "X", pid, tid, from_us);
  g_string_append_printf (trace->out, ",\"dur\":%" G_GINT64_FORMAT ",\"cat\":\"%s\"}", MAX (to_us - from_us, 1), category);
}

static void
add_name (Trace *trace, const char *what, guint pid, guint tid, const char *name)
{
  open_event (trace, what, "M", pid, tid, 0);
  g_string_append (trace->out, ",\"args\":{\"name\":");
  append_json_string (trace->out, name);
  g_string_append (trace->out, "}}");
}

static guint
number_of (GHashTable *numbers, const char *key, gboolean *is_new)
{
  guint number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, key));

  *is_new = number == 0;
  if (number == 0)
    {
      number = g_hash_table_size (numbers) + 1;
      g_hash_table_insert (numbers, g_strdup (key), GUINT_TO_POINTER (number));
    }
  return number;
}

static gint64
end_of (WaveStream *stream)
{
  guint n;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);
  gint64 ended = wave_stream_get_ended (stream);

  if (ended >= 0)
    return ended;
  return n > 0 ? chunks[n - 1].at_us : wave_stream_get_started (stream);
}

static void
trace_stream (Trace *trace, WaveStream *stream, guint pid, guint tid, gint64 origin_us, gint64 stall_us)
{
  guint n_chunks;
  guint n_phases;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n_chunks);
  const WavePhaseSpan *phases = wave_stream_get_phases (stream, &n_phases);
  gint64 end = end_of (stream);
  gint64 before = -1;
  g_autofree char *name = g_strdup_printf ("reply %" G_GUINT64_FORMAT " (%s)", wave_stream_get_serial (stream),
                                           wave_stream_outcome_get_nick (wave_stream_get_outcome (stream), wave_stream_is_live (stream)));
  g_autofree char *counter = g_strdup_printf ("characters %s", wave_stream_get_sender_id (stream));

  WaveStreamFigures figures;

  wave_stream_get_figures (stream, stall_us, &figures);
  open_event (trace, name, "X", pid, tid, wave_stream_get_started (stream) - origin_us);
  g_string_append_printf (trace->out, ",\"dur\":%" G_GINT64_FORMAT ",\"cat\":\"reply\",\"args\":{\"chunks\":%u,\"characters\":%u,\"stalls\":%u",
                          MAX (end - wave_stream_get_started (stream), 1), figures.chunks, figures.chars, figures.stalls);
  if (figures.ttfc_us >= 0)
    g_string_append_printf (trace->out, ",\"ttfc_us\":%" G_GINT64_FORMAT, figures.ttfc_us);
  g_string_append (trace->out, "}}");
  for (guint i = 0; i < n_phases; i++)
    {
      g_autofree char *phase = phases[i].phase == WAVE_AI_CALLING      ? g_strdup_printf ("calling %s", phases[i].tool != NULL ? phases[i].tool : "")
                               : phases[i].phase == WAVE_AI_THINKING   ? g_strdup ("thinking")
                               : phases[i].phase == WAVE_AI_GENERATING ? g_strdup ("generating")
                                                                       : g_strdup ("other");

      add_slice (trace, phase, "status", pid, tid, phases[i].start_us - origin_us,
                 (phases[i].end_us >= 0 ? MIN (phases[i].end_us, end) : end) - origin_us);
    }
  for (guint i = 0; i < n_chunks; i++)
    {
      if (chunks[i].text_length == 0)
        continue;
      if (before >= 0 && chunks[i].at_us - before > stall_us)
        add_slice (trace, "stall", "stall", pid, tid + STALL_LANE, before - origin_us, chunks[i].at_us - origin_us);
      before = chunks[i].at_us;
      open_event (trace, counter, "C", pid, tid, chunks[i].at_us - origin_us);
      g_string_append_printf (trace->out, ",\"args\":{\"characters\":%u}}", chunks[i].chars_after);
    }
  /* A counter keeps its value until the next one: it ends with the reply. */
  if (before >= 0)
    {
      open_event (trace, counter, "C", pid, tid, end - origin_us);
      g_string_append (trace->out, ",\"args\":{\"characters\":0}}");
    }
}

/* Slices of one thread may lie in each other but not overlap, and the next reply of an AI may begin before the message of the last one is there: then it
 * goes to a further thread. Returns: the thread's number */
static guint
thread_of (Trace *trace, GHashTable *threads, GHashTable *ends, WaveStream *stream, guint pid)
{
  const char *sender = wave_stream_get_sender_id (stream);

  for (guint lane = 1;; lane++)
    {
      g_autofree char *key = g_strdup_printf ("%s\n%s\n%u", wave_stream_get_room_id (stream), sender, lane);
      gboolean is_new;
      guint tid = number_of (threads, key, &is_new);
      gint64 *end = g_hash_table_lookup (ends, GUINT_TO_POINTER (tid));

      if (is_new)
        {
          g_autofree char *name = lane == 1 ? g_strdup (sender) : g_strdup_printf ("%s (%u)", sender, lane);
          g_autofree char *stalls = g_strconcat (name, " – stalls", NULL);

          add_name (trace, "thread_name", pid, tid, name);
          add_name (trace, "thread_name", pid, tid + STALL_LANE, stalls);
          end = g_new (gint64, 1);
          *end = G_MININT64;
          g_hash_table_insert (ends, GUINT_TO_POINTER (tid), end);
        }
      if (*end <= wave_stream_get_started (stream))
        {
          *end = MAX (end_of (stream), wave_stream_get_started (stream) + 1);
          return tid;
        }
    }
}

void
wave_stream_export_trace (GPtrArray *streams, gint64 stall_us, GString *out)
{
  Trace trace = { .out = out, .first = TRUE };
  g_autoptr (GHashTable) rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) threads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) ends = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  gint64 origin = G_MAXINT64;

  for (guint i = 0; i < streams->len; i++)
    origin = MIN (origin, wave_stream_get_started (streams->pdata[i]));
  g_string_append (out, "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[");
  for (guint i = 0; i < streams->len; i++)
    {
      WaveStream *stream = streams->pdata[i];
      const char *room = wave_stream_get_room_id (stream);
      gboolean is_new;
      guint pid = number_of (rooms, room, &is_new);

      if (is_new)
        add_name (&trace, "process_name", pid, 0, room);
      trace_stream (&trace, stream, pid, thread_of (&trace, threads, ends, stream, pid), origin, stall_us);
    }
  g_string_append (out, "\n]}\n");
}
