// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <stdio.h>

#include "cli/wave-cli-streams.h"
#include "protocol/wave-text.h"

static const char *
match_nick (WaveStreamMatch match)
{
  switch (match)
    {
    case WAVE_MATCH_TEXT:
      return "text";
    case WAVE_MATCH_ORDER:
      return "order";
    case WAVE_MATCH_PARTS:
      return "parts";
    case WAVE_MATCH_NONE:
      break;
    }
  return NULL;
}

static const char *
outcome_nick (WaveStream *stream)
{
  return wave_stream_outcome_get_nick (wave_stream_get_outcome (stream), wave_stream_is_live (stream));
}

/* ---- NDJSON ---- */

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

/* What is not defined is null, never a number. */
static void
add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  if (value >= 0)
    json_builder_add_int_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
add_rate (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  if (isfinite (value))
    json_builder_add_double_value (builder, round (value * 1000) / 1000);
  else
    json_builder_add_null_value (builder);
}

static void
add_flag (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static char *
ndjson_line (WaveStream *stream, const WaveStreamFigures *figures)
{
  static const char *const ttfc_from[] = { NULL, "message", "status" };
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_string (builder, "room_id", wave_stream_get_room_id (stream));
  add_string (builder, "sender_id", wave_stream_get_sender_id (stream));
  add_string (builder, "outcome", outcome_nick (stream));
  add_int (builder, "started_us", wave_stream_get_started_wall (stream));
  add_int (builder, "ttfc_us", figures->ttfc_us);
  add_string (builder, "ttfc_from", ttfc_from[figures->ttfc_from]);
  add_int (builder, "chunks", figures->chunks);
  add_int (builder, "chars", figures->chars);
  add_int (builder, "bytes", figures->bytes);
  add_int (builder, "duration_us", figures->duration_us);
  add_int (builder, "generating_us", figures->generating_us);
  add_int (builder, "gap_p50_us", figures->gap_p50_us);
  add_int (builder, "gap_p90_us", figures->gap_p90_us);
  add_int (builder, "gap_p95_us", figures->gap_p95_us);
  add_int (builder, "gap_p99_us", figures->gap_p99_us);
  add_int (builder, "gap_max_us", figures->gap_max_us);
  add_int (builder, "jitter_us", figures->jitter_us);
  add_int (builder, "stalls", figures->stalls);
  add_int (builder, "stalled_us", figures->stalled_us);
  add_int (builder, "tool_us", figures->tool_us);
  add_int (builder, "thinking_us", figures->thinking_us);
  add_rate (builder, "chars_per_s", figures->chars_per_s);
  add_rate (builder, "chunks_per_s", figures->chunks_per_s);
  add_rate (builder, "chars_per_s_overall", figures->chars_per_s_overall);
  add_rate (builder, "chunks_per_s_overall", figures->chunks_per_s_overall);
  add_string (builder, "matched", match_nick (figures->matched));
  add_flag (builder, "text_differs", figures->text_differs);
  add_flag (builder, "cumulative", wave_stream_get_cumulative (stream));
  add_flag (builder, "lagged", figures->lagged);
  add_string (builder, "trigger_id", wave_stream_get_trigger_id (stream));
  add_string (builder, "message_id", wave_stream_get_message_id (stream));
  add_string (builder, "error", wave_stream_get_error (stream));
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* ---- the table ---- */

static char *
milliseconds (gint64 us)
{
  return us >= 0 ? g_strdup_printf ("%.1f", us / 1000.0) : g_strdup ("-");
}

static char *
table_line (WaveStream *stream, const WaveStreamFigures *figures)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (wave_stream_get_started_wall (stream));
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *clock = local != NULL ? g_date_time_format (local, "%H:%M:%S") : g_strdup ("-");
  g_autofree char *room = wave_text_make_visible (wave_stream_get_room_id (stream), strlen (wave_stream_get_room_id (stream)), 20);
  g_autofree char *sender
      = wave_text_make_visible (wave_stream_get_sender_id (stream), strlen (wave_stream_get_sender_id (stream)), 16);
  g_autofree char *ttfc = milliseconds (figures->ttfc_us);
  g_autofree char *duration = milliseconds (figures->duration_us);
  g_autofree char *p50 = milliseconds (figures->gap_p50_us);
  g_autofree char *p99 = milliseconds (figures->gap_p99_us);
  g_autofree char *max = milliseconds (figures->gap_max_us);
  g_autofree char *tool = milliseconds (figures->tool_us);
  g_autofree char *speed = isfinite (figures->chars_per_s) ? g_strdup_printf ("%.1f", figures->chars_per_s) : g_strdup ("-");
  const char *from = figures->ttfc_from == WAVE_TTFC_FROM_MESSAGE ? "m" : figures->ttfc_from == WAVE_TTFC_FROM_STATUS ? "s" : " ";
  const char *match = match_nick (figures->matched);

  return g_strdup_printf ("%-8s %-20s %-16s %-9s %8s%s %9s %7u %8u %8s %8s %8s %8s %6u %9s %s%s%s", clock, room, sender,
                          outcome_nick (stream), ttfc, from, duration, figures->chunks, figures->chars, speed, p50, p99, max,
                          figures->stalls, tool, match != NULL ? match : "-", figures->text_differs ? " differs" : "",
                          figures->lagged ? " lagged" : "");
}

gboolean
wave_cli_streams_print (WaveTenant *tenant, WaveCliStreamsFormat format, gint64 stall_us)
{
  GListModel *streams = G_LIST_MODEL (wave_tenant_get_streams (tenant));
  guint n = g_list_model_get_n_items (streams);

  if (format == WAVE_CLI_TABLE)
    printf ("%-8s %-20s %-16s %-9s %8s  %9s %7s %8s %8s %8s %8s %8s %6s %9s %s\n", _ ("started"), _ ("room"), _ ("AI"), _ ("outcome"),
            _ ("first ms"), _ ("total ms"), _ ("chunks"), _ ("chars"), _ ("chars/s"), _ ("p50 ms"), _ ("p99 ms"), _ ("max ms"),
            _ ("stalls"), _ ("tools ms"), _ ("matched"));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveStream) stream = g_list_model_get_item (streams, i);
      g_autofree char *line = NULL;
      WaveStreamFigures figures;

      wave_stream_get_figures (stream, stall_us, &figures);
      line = format == WAVE_CLI_TABLE ? table_line (stream, &figures) : ndjson_line (stream, &figures);
      if (puts (line) == EOF)
        return FALSE;
    }
  return fflush (stdout) == 0;
}
