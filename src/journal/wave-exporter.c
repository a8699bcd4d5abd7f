// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "journal/wave-exporter.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "journal/wave-anonymiser.h"
#include "journal/wave-event-log-select.h"
#include "journal/wave-journal.h"
#include "protocol/wave-catalogue.h"
#include "protocol/wave-text.h"

/* What is held before it is written. */
#define BUFFER (256 * 1024)

static const struct {
  const char *nick, *suffix;
} formats[WAVE_N_EXPORT_FORMATS] = {
  [WAVE_EXPORT_RECORDING] = { "recording", ".wavescope.ndjson" },
  [WAVE_EXPORT_HAR] = { "har", ".har" },
  [WAVE_EXPORT_CSV] = { "csv", ".csv" },
  [WAVE_EXPORT_JSON_LINES] = { "jsonl", ".jsonl" },
  [WAVE_EXPORT_TRANSCRIPT] = { "transcript", ".txt" },
};

struct _WaveExporter
{
  WaveExportFormat format;
  GOutputStream *stream; /* NULL for a recording, which writes itself */
  WaveRecordingWriter *writer;
  WaveRecordingHead head;
  WaveAnonymiser *anonymiser;
  WaveFilterRun *run;
  char *room_id;
  GPtrArray *secrets;
  GString *buffer;
  guint64 n_events;
  gint64 first_wall_us, last_wall_us, former_wall_us;

  /* HAR: fetched pages are entries of their own, after that of the connection. */
  GString *pages;
  GString *page;
  gint64 page_wall_us;
  WaveVia page_via;
  gboolean has_messages;

  /* Transcript: lines may be taken back by what comes later. */
  GPtrArray *lines;
  GHashTable *line_by_id; /* event id → 1 + index */
};

const char *
wave_export_format_get_nick (WaveExportFormat format)
{
  return formats[format].nick;
}

const char *
wave_export_format_get_suffix (WaveExportFormat format)
{
  return formats[format].suffix;
}

gboolean
wave_export_format_from_nick (const char *nick, WaveExportFormat *format)
{
  for (guint i = 0; i < WAVE_N_EXPORT_FORMATS; i++)
    if (g_ascii_strcasecmp (nick, formats[i].nick) == 0)
      {
        *format = (WaveExportFormat) i;
        return TRUE;
      }
  /* The same under the name that tail has for it. */
  *format = WAVE_EXPORT_JSON_LINES;
  return g_ascii_strcasecmp (nick, "ndjson") == 0;
}

gboolean
wave_export_format_from_path (const char *path, WaveExportFormat *format)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (guint i = WAVE_EXPORT_HAR; i < WAVE_N_EXPORT_FORMATS; i++)
    if (g_str_has_suffix (lower, formats[i].suffix))
      {
        *format = (WaveExportFormat) i;
        return TRUE;
      }
  if (g_str_has_suffix (lower, ".ndjson") || g_str_has_suffix (lower, ".ndjson.gz") || g_str_has_suffix (lower, ".ndjson.zst"))
    {
      *format = WAVE_EXPORT_RECORDING;
      return TRUE;
    }
  return FALSE;
}

/* ---------------------------------------------------------------- pieces of JSON */

static void
append_quoted (GString *out, const char *text, gssize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), valid);
  g_autofree char *quoted = json_to_string (node, FALSE);

  g_string_append (out, quoted);
}

static void
append_member (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, "\"%s\":", name);
  if (value == NULL)
    g_string_append (out, "null");
  else
    append_quoted (out, value, -1);
  g_string_append_c (out, ',');
}

static char *
format_time (gint64 wall_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc_usec (wall_us);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S.%fZ") : g_strdup ("1970-01-01T00:00:00.000000Z");
}

/* The object goes out byte for byte, but for line ends between its tokens, which would cut the line in two: inside a string JSON does not
 * allow them. */
static void
append_object_on_one_line (GString *line, const WaveEvent *event)
{
  gsize start = line->len;

  g_string_append_len (line, event->raw, event->raw_size);
  for (gsize i = start; i < line->len; i++)
    if (line->str[i] == '\n' || line->str[i] == '\r')
      line->str[i] = ' ';
}

void
wave_event_append_json (const WaveEvent *event, GString *line)
{
  g_autofree char *time = format_time (event->arrived_wall_us);

  g_string_append_c (line, '{');
  append_member (line, "type", *event->type != '\0' ? event->type : NULL);
  append_member (line, "id", event->id);
  append_member (line, "room_id", event->room_id);
  append_member (line, "sender_id", event->sender_id);
  if (wave_event_is_durable (event))
    g_string_append_printf (line, "\"stream_position\":%" G_GINT64_FORMAT ",", event->position);
  else
    append_member (line, "stream_position", NULL);
  append_member (line, "received_at", time);
  append_member (line, "via", event->via == WAVE_VIA_STREAM ? "stream" : "sync");
  append_member (line, "malformed", event->malformed);
  if (event->kind == WAVE_EVENT_INVALID)
    {
      g_string_append (line, "\"raw\":");
      append_quoted (line, event->raw, event->raw_size);
      g_string_append (line, ",\"event\":null");
    }
  else
    {
      g_string_append (line, "\"event\":");
      append_object_on_one_line (line, event);
    }
  g_string_append_c (line, '}');
}

/* ---------------------------------------------------------------- writing */

static gboolean
write_out (WaveExporter *self, GString *text, GError **error)
{
  gboolean good;

  for (guint i = 0; i < self->secrets->len; i++)
    g_string_replace (text, self->secrets->pdata[i], "[secret]", 0);
  good = g_output_stream_write_all (self->stream, text->str, text->len, NULL, NULL, error);
  g_string_truncate (text, 0);
  return good;
}

/* ---------------------------------------------------------------- HAR */

static const char *
server_name (WaveExporter *self)
{
  return self->head.server_name != NULL && *self->head.server_name != '\0' ? self->head.server_name : "tenant.invalid";
}

static void
begin_entry (WaveExporter *self, GString *out, const char *scheme, const char *path, gint64 started_us, double time_ms, int status, const char *status_text,
             const char *content)
{
  g_autofree char *started = format_time (started_us);
  g_autofree char *url = g_strdup_printf ("%s://%s%s", scheme, server_name (self), path);

  g_string_append_c (out, '{');
  append_member (out, "startedDateTime", started);
  g_string_append_printf (out, "\"time\":%.3f,\"request\":{\"method\":\"GET\",", time_ms);
  append_member (out, "url", url);
  g_string_append (out, "\"httpVersion\":\"HTTP/1.1\",\"cookies\":[],\"headers\":[],\"queryString\":[],\"headersSize\":-1,\"bodySize\":0},\"response\":{");
  g_string_append_printf (out, "\"status\":%d,", status);
  append_member (out, "statusText", status_text);
  g_string_append_printf (out, "\"httpVersion\":\"HTTP/1.1\",\"cookies\":[],\"headers\":[],\"content\":{\"size\":%" G_GSIZE_FORMAT ",\"mimeType\":\"%s\"",
                          content != NULL ? strlen (content) : 0, content != NULL ? "application/json" : "x-unknown");
  if (content != NULL)
    {
      g_string_append (out, ",\"text\":");
      append_quoted (out, content, -1);
    }
  g_string_append_printf (out, "},\"redirectURL\":\"\",\"headersSize\":-1,\"bodySize\":-1},\"cache\":{},\"timings\":{\"send\":0,\"wait\":0,\"receive\":%.3f}", time_ms);
}

static void
end_page (WaveExporter *self)
{
  if (self->page->len == 0)
    return;
  g_string_prepend (self->page, "{\"data\":{\"events\":[");
  g_string_append (self->page, "]}}");
  if (self->pages->len > 0)
    g_string_append_c (self->pages, ',');
  begin_entry (self, self->pages, "https", self->page_via == WAVE_VIA_SYNC ? "/v1/sync" : "/v1/rooms/messages", self->page_wall_us, 0, 200, "OK", self->page->str);
  g_string_append (self->pages, "}");
  g_string_truncate (self->page, 0);
}

static void
begin_har (WaveExporter *self)
{
  g_string_append (self->buffer, "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":\"Wavescope\",\"version\":\"" WAVE_VERSION "\"},\"pages\":[],\"entries\":[");
  begin_entry (self, self->buffer, "wss", "/v1/stream", self->head.started_us, 0, 101, "Switching Protocols", NULL);
  g_string_append (self->buffer, ",\"_resourceType\":\"websocket\",\"_webSocketMessages\":[");
}

static void
add_har (WaveExporter *self, const WaveEvent *event)
{
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];

  if (event->via != WAVE_VIA_STREAM)
    {
      /* The elements of a page came at once. */
      if (self->page->len > 0 && (event->arrived_wall_us != self->page_wall_us || event->via != self->page_via))
        end_page (self);
      self->page_wall_us = event->arrived_wall_us;
      self->page_via = event->via;
      if (self->page->len > 0)
        g_string_append_c (self->page, ',');
      if (event->kind == WAVE_EVENT_INVALID)
        append_quoted (self->page, event->raw, event->raw_size);
      else
        g_string_append_len (self->page, event->raw, event->raw_size);
      return;
    }
  if (self->has_messages)
    g_string_append_c (self->buffer, ',');
  self->has_messages = TRUE;
  g_string_append_printf (self->buffer, "{\"type\":\"receive\",\"time\":%s,",
                          g_ascii_formatd (seconds, sizeof seconds, "%.6f", event->arrived_wall_us / (double) G_USEC_PER_SEC));
  if (g_utf8_validate_len (event->raw, event->raw_size, NULL))
    {
      g_string_append (self->buffer, "\"opcode\":1,\"data\":");
      append_quoted (self->buffer, event->raw, event->raw_size);
    }
  else
    {
      g_autofree char *encoded = g_base64_encode ((const guint8 *) event->raw, event->raw_size);

      g_string_append_printf (self->buffer, "\"opcode\":2,\"data\":\"%s\"", encoded);
    }
  g_string_append_c (self->buffer, '}');
}

static void
end_har (WaveExporter *self)
{
  end_page (self);
  g_string_append (self->buffer, "]}");
  if (self->pages->len > 0)
    g_string_append_c (self->buffer, ',');
  g_string_append_len (self->buffer, self->pages->str, self->pages->len);
  g_string_append (self->buffer, "]}}\n");
}

/* ---------------------------------------------------------------- CSV */

static void
append_cell (GString *out, const char *text)
{
  gboolean quotes;

  if (text == NULL)
    text = "";
  quotes = strpbrk (text, ",\"\r\n") != NULL || *text == ' ';
  if (quotes)
    g_string_append_c (out, '"');
  /* A spreadsheet would take it for a formula. */
  if (*text != '\0' && strchr ("=+-@\t\r", *text) != NULL)
    g_string_append_c (out, '\'');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *text);
    }
  if (quotes)
    g_string_append_c (out, '"');
  g_string_append_c (out, ',');
}

static void
add_csv (WaveExporter *self, const WaveEvent *event, const char *room_name, const char *sender_name)
{
  static const char *const vias[] = { [WAVE_VIA_STREAM] = "stream", [WAVE_VIA_SYNC] = "sync", [WAVE_VIA_HISTORY] = "history" };
  g_autofree char *time = format_time (event->arrived_wall_us);
  g_autofree char *summary = wave_event_summarise (event);

  append_cell (self->buffer, time);
  if (wave_event_is_durable (event))
    g_string_append_printf (self->buffer, "%" G_GINT64_FORMAT, event->position);
  g_string_append_c (self->buffer, ',');
  append_cell (self->buffer, event->type);
  append_cell (self->buffer, wave_category_get_nick (wave_catalogue_get (event->kind)->category));
  append_cell (self->buffer, event->id);
  append_cell (self->buffer, event->room_id);
  append_cell (self->buffer, room_name);
  append_cell (self->buffer, event->sender_id);
  append_cell (self->buffer, sender_name);
  append_cell (self->buffer, vias[event->via]);
  g_string_append_printf (self->buffer, "%" G_GSIZE_FORMAT ",", event->raw_size);
  if (event->origin_us >= 0)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append (self->buffer, g_ascii_formatd (number, sizeof number, "%.3f", (event->arrived_wall_us - event->origin_us) / 1000.0));
    }
  g_string_append_c (self->buffer, ',');
  append_cell (self->buffer, event->malformed);
  append_cell (self->buffer, summary);
  self->buffer->str[self->buffer->len - 1] = '\r';
  g_string_append_c (self->buffer, '\n');
}

/* ---------------------------------------------------------------- transcript */

static void
add_transcript (WaveExporter *self, const WaveEvent *event, const char *room_name, const char *sender_name)
{
  const WaveMessage *message = event->kind == WAVE_EVENT_MESSAGE || event->kind == WAVE_EVENT_BRIDGE_MESSAGE ? event->payload : NULL;
  const WaveRedaction *redaction = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_REDACTION, WaveRedaction);
  const WaveReaction *reaction = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_REACTION, WaveReaction);
  const WaveMember *member = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_MEMBER, WaveMember);
  const WaveRoomText *text = event->kind == WAVE_EVENT_ROOM_NAME || event->kind == WAVE_EVENT_ROOM_TOPIC ? event->payload : NULL;
  gint64 wall_us = event->origin_us >= 0 ? event->origin_us : event->arrived_wall_us;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc_usec (wall_us);
  g_autofree char *clock = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : g_strdup ("");
  g_autofree char *who = NULL;
  g_autofree char *where = NULL;
  g_autoptr (GString) line = g_string_new (NULL);
  const char *replaces = NULL;
  guint former;

  if (message == NULL && redaction == NULL && reaction == NULL && member == NULL && text == NULL)
    return;
  if (sender_name == NULL || *sender_name == '\0')
    sender_name = event->sender_id != NULL ? event->sender_id : _("Somebody");
  who = wave_text_make_visible (sender_name, strlen (sender_name), 200);
  g_string_append (line, clock);
  if (self->room_id == NULL && event->room_id != NULL)
    {
      where = wave_text_make_visible (room_name != NULL ? room_name : event->room_id, strlen (room_name != NULL ? room_name : event->room_id), 200);
      g_string_append_printf (line, " [%s]", where);
    }
  if (message != NULL)
    {
      const char *body = wave_event_get_text (event);
      g_auto (GStrv) parts = g_strsplit (body != NULL ? body : "", "\n", -1);

      g_string_append_printf (line, " %s:", who);
      for (guint i = 0; parts[i] != NULL; i++)
        {
          g_autofree char *visible = wave_text_make_visible (parts[i], strlen (parts[i]), 1024 * 1024);

          g_string_append_printf (line, i == 0 ? " %s" : "\n    %s", visible);
        }
      replaces = message->replaces_event_id != NULL ? message->replaces_event_id : event->id;
      former = replaces != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (self->line_by_id, replaces)) : 0;
      if (former > 0)
        {
          g_string_append_printf (line, " %s", _("(edited)"));
          g_free (self->lines->pdata[former - 1]);
          self->lines->pdata[former - 1] = g_strdup (line->str);
          return;
        }
    }
  else if (redaction != NULL)
    {
      former = GPOINTER_TO_UINT (g_hash_table_lookup (self->line_by_id, redaction->event_id));
      if (former > 0)
        {
          /* The time and the writer stay. */
          char *words = strstr (self->lines->pdata[former - 1], ": ");

          if (words != NULL)
            {
              char *kept = g_strndup (self->lines->pdata[former - 1], words + 2 - (char *) self->lines->pdata[former - 1]);

              g_free (self->lines->pdata[former - 1]);
              self->lines->pdata[former - 1] = g_strconcat (kept, _("(removed)"), NULL);
              g_free (kept);
            }
        }
      g_string_append_printf (line, " * %s %s", who, _("removed a message"));
    }
  else if (reaction != NULL)
    {
      g_autofree char *emoji = wave_text_make_visible (reaction->emoji, strlen (reaction->emoji), 32);

      g_string_append_printf (line, " * %s %s %s", who, reaction->removed ? _("took back") : _("reacted with"), emoji);
    }
  else if (member != NULL)
    {
      g_autofree char *whom = wave_text_make_visible (member->participant_id, strlen (member->participant_id), 200);
      g_autofree char *what = wave_text_make_visible (member->membership, strlen (member->membership), 64);

      g_string_append_printf (line, " * %s: %s", whom, what);
    }
  else
    {
      g_autofree char *value = wave_text_make_visible (text->value != NULL ? text->value : "", text->value != NULL ? strlen (text->value) : 0, 500);

      g_string_append_printf (line, event->kind == WAVE_EVENT_ROOM_NAME ? _(" * the room is now called “%s”") : _(" * the topic is now “%s”"), value);
    }
  g_ptr_array_add (self->lines, g_strdup (line->str));
  if (event->id != NULL)
    g_hash_table_insert (self->line_by_id, g_strdup (event->id), GUINT_TO_POINTER (self->lines->len));
}

/* ---------------------------------------------------------------- the exporter */

WaveExporter *
wave_exporter_new (const WaveExportOptions *options, GError **error)
{
  WaveExporter *self = g_new0 (WaveExporter, 1);
  static const WaveRecordingHead nothing = { 0 };
  const WaveRecordingHead *head = options->head != NULL ? options->head : &nothing;

  self->format = options->format;
  self->room_id = g_strdup (options->room_id);
  self->run = options->filter != NULL ? wave_filter_run_new (options->filter) : NULL;
  self->secrets = g_ptr_array_new_with_free_func (g_free);
  self->buffer = g_string_sized_new (BUFFER + 4096);
  self->pages = g_string_new (NULL);
  self->page = g_string_new (NULL);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->line_by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->head.started_us = head->started_us;
  if (options->format == WAVE_EXPORT_RECORDING)
    {
      self->writer = wave_recording_writer_new (options->path, options->stream, head, options->secrets, error);
      if (self->writer == NULL)
        {
          wave_exporter_close (self, NULL);
          return NULL;
        }
      if (options->anonymise)
        wave_recording_writer_set_anonymous (self->writer);
      for (guint i = 0; options->snapshots != NULL && i + 1 < options->snapshots->len; i += 2)
        if (!wave_recording_writer_add_snapshot (self->writer, 0, options->snapshots->pdata[i], options->snapshots->pdata[i + 1], error))
          {
            wave_exporter_close (self, NULL);
            return NULL;
          }
      return self;
    }
  for (guint i = 0; options->secrets != NULL && options->secrets[i] != NULL; i++)
    if (strlen (options->secrets[i]) >= 6)
      g_ptr_array_add (self->secrets, g_strdup (options->secrets[i]));
  if (options->anonymise)
    self->anonymiser = wave_anonymiser_new ();
  self->head.server_name = self->anonymiser != NULL ? wave_anonymiser_name (self->anonymiser, head->server_name) : g_strdup (head->server_name);
  if (options->stream != NULL)
    self->stream = g_object_ref (options->stream);
  else
    {
      g_autoptr (GFile) file = g_file_new_for_path (options->path);

      self->stream = G_OUTPUT_STREAM (g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, error));
      if (self->stream == NULL)
        {
          wave_exporter_close (self, NULL);
          return NULL;
        }
    }
  if (self->format == WAVE_EXPORT_HAR)
    begin_har (self);
  else if (self->format == WAVE_EXPORT_CSV)
    g_string_append (self->buffer, "time,position,type,category,id,room_id,room,sender_id,sender,via,size,latency_ms,malformed,summary\r\n");
  return self;
}

static gboolean
is_wanted (WaveExporter *self, const WaveEvent *event, const char *room_name, const char *sender_name)
{
  gint64 gap = self->former_wall_us > 0 ? event->arrived_wall_us - self->former_wall_us : G_MININT64;

  self->former_wall_us = event->arrived_wall_us;
  if (self->room_id != NULL && g_strcmp0 (self->room_id, event->room_id) != 0)
    return FALSE;
  return self->run == NULL || wave_filter_run_match_event (self->run, event, room_name, sender_name, gap, G_MININT64);
}

gboolean
wave_exporter_add_event (WaveExporter *self, const WaveEvent *event, const char *room_name, const char *sender_name, GError **error)
{
  g_autoptr (WaveEvent) anonymous = NULL;

  if (!is_wanted (self, event, room_name, sender_name))
    return TRUE;
  self->n_events++;
  if (self->writer != NULL)
    return wave_recording_writer_add_event (self->writer, event, error);
  if (self->anonymiser != NULL)
    {
      g_autoptr (GBytes) raw = g_bytes_new_take (wave_anonymiser_frame (self->anonymiser, event->raw, event->raw_size), event->raw_size);

      anonymous = wave_event_decode (raw, event->via, event->arrived_mono_us, event->arrived_wall_us);
      event = anonymous;
      room_name = sender_name = NULL;
    }
  switch (self->format)
    {
    case WAVE_EXPORT_HAR:
      add_har (self, event);
      break;
    case WAVE_EXPORT_CSV:
      add_csv (self, event, room_name, sender_name);
      break;
    case WAVE_EXPORT_JSON_LINES:
      wave_event_append_json (event, self->buffer);
      g_string_append_c (self->buffer, '\n');
      break;
    case WAVE_EXPORT_TRANSCRIPT:
      add_transcript (self, event, room_name, sender_name);
      break;
    case WAVE_EXPORT_RECORDING:
    case WAVE_N_EXPORT_FORMATS:
    default:
      g_assert_not_reached ();
    }
  return self->buffer->len < BUFFER || write_out (self, self->buffer, error);
}

gboolean
wave_exporter_add_line (WaveExporter *self, const WaveRecordingLine *line, const char *text, gsize length, GError **error)
{
  if (line->kind == WAVE_RECORDING_FRAME)
    {
      g_autoptr (WaveEvent) event = NULL;

      /* A whole recording is carried line by line, so that what this version does not know stays in it. */
      if (self->writer != NULL && self->run == NULL && self->room_id == NULL)
        {
          self->n_events++;
          return wave_recording_writer_add_line (self->writer, text, length, error);
        }
      event = wave_recording_line_decode (line, &self->head);
      if (self->writer == NULL)
        return wave_exporter_add_event (self, event, NULL, NULL, error);
      if (!is_wanted (self, event, NULL, NULL))
        return TRUE;
      self->n_events++;
    }
  return self->writer == NULL || wave_recording_writer_add_line (self->writer, text, length, error);
}

guint64
wave_exporter_get_n_events (WaveExporter *self)
{
  return self->n_events;
}

gboolean
wave_exporter_close (WaveExporter *self, GError **error)
{
  gboolean good = TRUE;

  if (self->writer != NULL)
    good = wave_recording_writer_close (self->writer, error);
  else if (self->stream != NULL)
    {
      if (self->format == WAVE_EXPORT_HAR)
        end_har (self);
      for (guint i = 0; i < self->lines->len; i++)
        g_string_append_printf (self->buffer, "%s\n", (char *) self->lines->pdata[i]);
      good = write_out (self, self->buffer, error);
      good = g_output_stream_close (self->stream, NULL, good ? error : NULL) && good;
    }
  g_clear_object (&self->stream);
  g_clear_pointer (&self->run, wave_filter_run_free);
  g_clear_pointer (&self->anonymiser, wave_anonymiser_free);
  for (guint i = 0; i < self->secrets->len; i++)
    explicit_bzero (self->secrets->pdata[i], strlen (self->secrets->pdata[i]));
  g_ptr_array_unref (self->secrets);
  g_ptr_array_unref (self->lines);
  g_hash_table_unref (self->line_by_id);
  g_string_free (self->buffer, TRUE);
  g_string_free (self->pages, TRUE);
  g_string_free (self->page, TRUE);
  wave_recording_head_clear (&self->head);
  g_free (self->room_id);
  g_free (self);
  return good;
}

/* ---------------------------------------------------------------- from a log */

typedef struct {
  WaveExportOptions options;
  WaveRecordingHead head;
  char *path, *room_id;
  char **secrets;
  GArray *indices;
  guint n; /* events of the log when it was asked for */
} Export;

static void
export_free (Export *export)
{
  wave_recording_head_clear (&export->head);
  g_free (export->path);
  g_free (export->room_id);
  for (guint i = 0; export->secrets != NULL && export->secrets[i] != NULL; i++)
    explicit_bzero (export->secrets[i], strlen (export->secrets[i]));
  g_strfreev (export->secrets);
  g_clear_object (&export->options.stream);
  g_clear_pointer (&export->options.filter, wave_filter_unref);
  g_clear_pointer (&export->options.snapshots, g_ptr_array_unref);
  g_clear_pointer (&export->indices, g_array_unref);
  g_free (export);
}

/* A whole recording, line by line. */
typedef struct {
  WaveExporter *exporter;
  GCancellable *cancellable;
  GError **error;
} Carry;

static gboolean
carry_line (const WaveRecordingLine *line, const char *text, gsize length, guint64 offset, gpointer user_data)
{
  Carry *carry = user_data;

  return !g_cancellable_set_error_if_cancelled (carry->cancellable, carry->error)
         && wave_exporter_add_line (carry->exporter, line, text, length, carry->error);
}

static gboolean
carry_all (WaveEventLog *log, WaveExporter *exporter, GCancellable *cancellable, GError **error)
{
  Carry carry = { exporter, cancellable, error };
  g_autoptr (WaveRecordingFile) file = wave_event_log_dup_recording (log);

  return wave_recording_file_foreach (file, carry_line, &carry, NULL, error) && *error == NULL;
}

/* The lines that are no frames and stand before the event @index. */
static gboolean
add_marks (WaveExporter *exporter, WaveEventLogReader *reader, guint *next, guint index, GError **error)
{
  for (;; ++*next)
    {
      guint before;
      gsize length;
      g_autofree char *text = wave_event_log_reader_dup_mark (reader, *next, &before, &length);
      WaveRecordingLine line = { 0 };
      gboolean good;

      if (text == NULL || before > index)
        return TRUE;
      wave_recording_parse_line (text, length, &line, NULL);
      good = wave_exporter_add_line (exporter, &line, text, length, error);
      wave_recording_line_clear (&line);
      if (!good)
        return FALSE;
    }
}

static void
export_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  WaveEventLog *log = source;
  Export *export = data;
  GError *error = NULL;
  WaveExporter *exporter;
  g_autoptr (WaveEventLogReader) reader = NULL;
  gboolean good = TRUE, with_lines, whole;
  guint next_mark = 0;
  gssize n;

  if (export->head.started_us == 0)
    {
      WaveEventRow row;
      guint first = export->indices == NULL ? 0 : export->indices->len > 0 ? g_array_index (export->indices, guint, 0) : G_MAXUINT;

      if (wave_event_log_get_row (log, first, &row))
        export->head.started_us = row.wall_us;
    }
  exporter = wave_exporter_new (&export->options, &error);
  if (exporter == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  reader = wave_event_log_reader_new (log);
  with_lines = export->options.format == WAVE_EXPORT_RECORDING && wave_event_log_get_n_marks (log) > 0;
  whole = with_lines && export->indices == NULL && export->options.room_id == NULL && export->options.filter == NULL;
  if (whole)
    good = carry_all (log, exporter, cancellable, &error);
  for (guint i = 0; good && !whole && i < (export->indices != NULL ? export->indices->len : export->n); i++)
    {
      guint index = export->indices != NULL ? g_array_index (export->indices, guint, i) : i;
      guint following = export->indices != NULL && i + 1 < export->indices->len ? g_array_index (export->indices, guint, i + 1) : index + 1;
      g_autoptr (WaveEvent) event = wave_event_log_reader_dup_event (reader, index, following);
      WaveEventRow row;

      if (with_lines)
        good = add_marks (exporter, reader, &next_mark, index, &error);
      if (!good)
        break;

      good = !g_cancellable_set_error_if_cancelled (cancellable, &error);
      if (good && event != NULL && wave_event_log_get_row (log, index, &row))
        good = wave_exporter_add_event (exporter, event, row.room_name, row.sender_name, &error);
    }
  n = wave_exporter_get_n_events (exporter);
  good = wave_exporter_close (exporter, good ? &error : NULL) && good;
  if (good)
    g_task_return_int (task, n);
  else
    g_task_return_error (task, error);
}

void
wave_event_log_export_async (WaveEventLog *log, GArray *indices, const WaveExportOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (log, cancellable, callback, user_data);
  Export *export = g_new0 (Export, 1);

  export->options = *options;
  export->options.path = export->path = g_strdup (options->path);
  export->options.room_id = export->room_id = g_strdup (options->room_id);
  export->secrets = g_strdupv ((char **) options->secrets);
  export->options.secrets = (const char *const *) export->secrets;
  if (options->head != NULL)
    {
      export->head.tenant_id = g_strdup (options->head->tenant_id);
      export->head.server_name = g_strdup (options->head->server_name);
      export->head.app_version = g_strdup (options->head->app_version);
      export->head.started_us = options->head->started_us;
    }
  export->options.head = &export->head;
  if (options->stream != NULL)
    g_object_ref (options->stream);
  if (options->filter != NULL)
    wave_filter_ref (options->filter);
  if (options->snapshots != NULL)
    g_ptr_array_ref (options->snapshots);
  export->indices = indices != NULL ? g_array_ref (indices) : NULL;
  export->n = wave_event_log_get_n_events (log);
  g_task_set_static_name (task, "[wavescope] export");
  g_task_set_task_data (task, export, (GDestroyNotify) export_free);
  g_task_run_in_thread (task, export_in_thread);
}

gssize
wave_event_log_export_finish (WaveEventLog *log, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}
