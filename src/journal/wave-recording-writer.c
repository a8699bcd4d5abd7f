// SPDX-License-Identifier: GPL-3.0-or-later
// Writing recordings.
#include "config.h"

#include "journal/wave-recording.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "journal/wave-anonymiser.h"
#include "journal/wave-journal.h"

/* What is held before it is written. */
#define BUFFER (256 * 1024)
/* A shorter secret would be found in every other word. */
#define SHORTEST_SECRET 6
#define COVER "[secret]"

struct _WaveRecordingWriter
{
  char *path; /* nullable */
  int fd;     /* -1 when written to a stream of the caller's */
  GOutputStream *stream;
  GConverter *gz;
  ZSTD_CCtx *zst;
  GString *buffer;
  GPtrArray *secrets;
  WaveAnonymiser *anonymiser;
  WaveRecordingHead head;
  gboolean head_written;
  guint64 n_frames, n_scrubbed;
};

/* ---------------------------------------------------------------- bytes */

static gboolean
put (WaveRecordingWriter *self, const char *data, gsize length, GError **error)
{
  if (self->stream != NULL)
    return g_output_stream_write_all (self->stream, data, length, NULL, NULL, error);
  while (length > 0)
    {
      gssize n = write (self->fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_DISK, _("“%s” cannot be written: %s"), self->path, g_strerror (errno));
          return FALSE;
        }
      data += n;
      length -= n;
    }
  return TRUE;
}

/* @ends: the last bytes of the file; otherwise what was given so far can be uncompressed afterwards. */
static gboolean
put_gz (WaveRecordingWriter *self, gboolean ends, GError **error)
{
  char out[32768];
  gsize done = 0;

  for (;;)
    {
      gsize n_read = 0, n_written = 0;
      g_autoptr (GError) fault = NULL;
      GConverterResult result = g_converter_convert (self->gz, self->buffer->str + done, self->buffer->len - done, out, sizeof out,
                                                     ends ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_FLUSH, &n_read, &n_written, &fault);

      if (result == G_CONVERTER_ERROR)
        {
          /* Nothing new to flush. */
          if (g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) && done == self->buffer->len)
            return TRUE;
          g_propagate_error (error, g_steal_pointer (&fault));
          return FALSE;
        }
      done += n_read;
      if (!put (self, out, n_written, error))
        return FALSE;
      if (result == G_CONVERTER_FINISHED || (result == G_CONVERTER_FLUSHED && done == self->buffer->len))
        return TRUE;
    }
}

static gboolean
put_zst (WaveRecordingWriter *self, gboolean ends, GError **error)
{
  char out[32768];
  ZSTD_inBuffer from = { self->buffer->str, self->buffer->len, 0 };
  size_t left;

  do
    {
      ZSTD_outBuffer to = { out, sizeof out, 0 };

      left = ZSTD_compressStream2 (self->zst, &to, &from, ends ? ZSTD_e_end : ZSTD_e_flush);
      if (ZSTD_isError (left))
        {
          g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_DISK, "zstd: %s", ZSTD_getErrorName (left));
          return FALSE;
        }
      if (!put (self, out, to.pos, error))
        return FALSE;
    }
  while (left > 0);
  return TRUE;
}

static gboolean
drain (WaveRecordingWriter *self, gboolean ends, GError **error)
{
  gboolean good = self->gz != NULL    ? put_gz (self, ends, error)
                  : self->zst != NULL ? put_zst (self, ends, error)
                                      : put (self, self->buffer->str, self->buffer->len, error);

  g_string_truncate (self->buffer, 0);
  return good;
}

/* ---------------------------------------------------------------- JSON */

static void
append_string (GString *out, const char *text, gsize length)
{
  gsize from = 0;

  g_string_append_c (out, '"');
  for (gsize i = 0; i < length; i++)
    {
      guchar c = text[i];

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      g_string_append_len (out, text + from, i - from);
      from = i + 1;
      if (c == '"' || c == '\\')
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, c);
        }
      else if (c == '\n')
        g_string_append (out, "\\n");
      else if (c == '\r')
        g_string_append (out, "\\r");
      else if (c == '\t')
        g_string_append (out, "\\t");
      else
        g_string_append_printf (out, "\\u%04x", c);
    }
  g_string_append_len (out, text + from, length - from);
  g_string_append_c (out, '"');
}

static void
append_member (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, ",\"%s\":", name);
  if (value != NULL)
    {
      g_autofree char *valid = g_utf8_make_valid (value, -1);

      append_string (out, valid, strlen (valid));
    }
  else
    g_string_append (out, "null");
}

/* ---------------------------------------------------------------- secrets */

static gboolean
replace_all (GString *text, const char *secret)
{
  gsize length = strlen (secret);
  char *found;
  gsize from = 0;
  gboolean any = FALSE;

  while (from + length <= text->len && (found = memmem (text->str + from, text->len - from, secret, length)) != NULL)
    {
      from = found - text->str;
      g_string_erase (text, from, length);
      g_string_insert (text, from, COVER);
      from += strlen (COVER);
      any = TRUE;
    }
  return any;
}

/* "\u0041" as "A", and "\/" as "/": a secret may be written so. */
static void
undo_escapes (GString *text)
{
  gsize to = 0;

  for (gsize i = 0; i < text->len; i++)
    {
      if (text->str[i] == '\\' && i + 5 < text->len && text->str[i + 1] == 'u' && text->str[i + 2] == '0' && text->str[i + 3] == '0'
          && g_ascii_isxdigit (text->str[i + 4]) && g_ascii_isxdigit (text->str[i + 5]))
        {
          char c = g_ascii_xdigit_value (text->str[i + 4]) * 16 + g_ascii_xdigit_value (text->str[i + 5]);

          if (g_ascii_isprint (c) && c != '"' && c != '\\')
            {
              text->str[to++] = c;
              i += 5;
              continue;
            }
        }
      if (text->str[i] == '\\' && i + 1 < text->len)
        {
          if (text->str[i + 1] != '/')
            text->str[to++] = '\\';
          i++;
        }
      text->str[to++] = text->str[i];
    }
  g_string_truncate (text, to);
}

/* Returns: (transfer full) (nullable): the text without secrets; NULL when it has none */
static GString *
scrub (WaveRecordingWriter *self, const char *text, gsize length)
{
  gboolean any = FALSE;

  for (guint round = 0; round < 2 && self->secrets->len > 0; round++)
    {
      g_autoptr (GString) copy = NULL;

      if (round == 1 && memchr (text, '\\', length) == NULL)
        break;
      if (round == 0)
        {
          gboolean found = FALSE;

          for (guint i = 0; !found && i < self->secrets->len; i++)
            found = memmem (text, length, self->secrets->pdata[i], strlen (self->secrets->pdata[i])) != NULL;
          if (!found)
            continue;
        }
      copy = g_string_new_len (text, length);
      if (round == 1)
        undo_escapes (copy);
      for (guint i = 0; i < self->secrets->len; i++)
        any |= replace_all (copy, self->secrets->pdata[i]);
      if (any)
        {
          /* What is escaped elsewhere in the frame is found in the second round. */
          if (round == 0 && memchr (copy->str, '\\', copy->len) != NULL)
            {
              GString *again = scrub (self, copy->str, copy->len);

              if (again != NULL)
                return again;
            }
          return g_steal_pointer (&copy);
        }
    }
  return NULL;
}

void
wave_recording_writer_add_secret (WaveRecordingWriter *self, const char *secret)
{
  g_autofree char *encoded = NULL;

  if (secret == NULL || strlen (secret) < SHORTEST_SECRET)
    return;
  for (guint i = 0; i < self->secrets->len; i++)
    if (g_str_equal (self->secrets->pdata[i], secret))
      return;
  g_ptr_array_add (self->secrets, g_strdup (secret));
  encoded = g_uri_escape_string (secret, NULL, FALSE);
  if (!g_str_equal (encoded, secret))
    g_ptr_array_add (self->secrets, g_steal_pointer (&encoded));
}

/* ---------------------------------------------------------------- lines */

static void
write_head (WaveRecordingWriter *self)
{
  g_autoptr (GDateTime) started = g_date_time_new_from_unix_utc_usec (self->head.started_us);
  g_autofree char *time = started != NULL ? g_date_time_format (started, "%Y-%m-%dT%H:%M:%S.%fZ") : NULL;
  g_autoptr (GString) line = g_string_new ("{\"wavescope_recording\":1");
  g_autoptr (GString) clean = NULL;

  if (self->anonymiser != NULL)
    {
      char *tenant = wave_anonymiser_name (self->anonymiser, self->head.tenant_id), *server = wave_anonymiser_name (self->anonymiser, self->head.server_name);

      g_free (self->head.tenant_id);
      g_free (self->head.server_name);
      self->head.tenant_id = tenant;
      self->head.server_name = server;
    }
  append_member (line, "tenant_id", self->head.tenant_id);
  append_member (line, "server_name", self->head.server_name);
  append_member (line, "started_at", time);
  append_member (line, "app_version", self->head.app_version != NULL ? self->head.app_version : WAVE_VERSION);
  if (self->anonymiser != NULL)
    g_string_append (line, ",\"anonymised\":true");
  g_string_append (line, "}\n");
  clean = scrub (self, line->str, line->len);
  g_string_prepend_len (self->buffer, clean != NULL ? clean->str : line->str, clean != NULL ? clean->len : line->len);
  self->head_written = TRUE;
}

static gboolean
line_done (WaveRecordingWriter *self, GError **error)
{
  if (!self->head_written)
    write_head (self);
  return self->buffer->len < BUFFER || drain (self, FALSE, error);
}

WaveRecordingWriter *
wave_recording_writer_new (const char *path, GOutputStream *stream, const WaveRecordingHead *head, const char *const *secrets, GError **error)
{
  WaveRecordingWriter *self;
  int fd = -1;

  g_return_val_if_fail (path != NULL || stream != NULL, NULL);
  g_return_val_if_fail (head != NULL, NULL);

  if (stream == NULL)
    {
      fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
      if (fd < 0)
        {
          g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_OPEN, _("“%s” cannot be written: %s"), path, g_strerror (errno));
          return NULL;
        }
    }
  self = g_new0 (WaveRecordingWriter, 1);
  self->path = g_strdup (path != NULL ? path : "-");
  self->fd = fd;
  self->stream = stream != NULL ? g_object_ref (stream) : NULL;
  self->buffer = g_string_sized_new (BUFFER + 4096);
  self->secrets = g_ptr_array_new_with_free_func (g_free);
  self->head.tenant_id = g_strdup (head->tenant_id);
  self->head.server_name = g_strdup (head->server_name);
  self->head.app_version = g_strdup (head->app_version);
  self->head.started_us = head->started_us;
  for (guint i = 0; secrets != NULL && secrets[i] != NULL; i++)
    wave_recording_writer_add_secret (self, secrets[i]);
  if (path != NULL && g_str_has_suffix (path, ".gz"))
    self->gz = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
  else if (path != NULL && g_str_has_suffix (path, ".zst"))
    self->zst = ZSTD_createCCtx ();
  return self;
}

void
wave_recording_writer_set_anonymous (WaveRecordingWriter *self)
{
  g_return_if_fail (!self->head_written);

  if (self->anonymiser == NULL)
    self->anonymiser = wave_anonymiser_new ();
}

gboolean
wave_recording_writer_add_frame (WaveRecordingWriter *self, gint64 t_us, WaveVia via, const char *frame, gsize size, GError **error)
{
  static const char *const vias[] = { [WAVE_VIA_STREAM] = "stream", [WAVE_VIA_SYNC] = "sync", [WAVE_VIA_HISTORY] = "history" };
  g_autofree char *anonymous = self->anonymiser != NULL ? wave_anonymiser_frame (self->anonymiser, frame != NULL ? frame : "", size) : NULL;
  g_autoptr (GString) clean = NULL;

  if (anonymous != NULL)
    frame = anonymous;
  if (frame == NULL)
    frame = "";
  clean = scrub (self, frame, size);
  if (clean != NULL)
    {
      frame = clean->str;
      size = clean->len;
      self->n_scrubbed++;
    }
  g_string_append_printf (self->buffer, "{\"t_us\":%" G_GINT64_FORMAT ",\"via\":\"%s\",", t_us, vias[via]);
  if (g_utf8_validate_len (frame, size, NULL))
    {
      g_string_append (self->buffer, "\"frame\":");
      append_string (self->buffer, frame, size);
    }
  else
    {
      g_autofree char *encoded = g_base64_encode ((const guint8 *) frame, size);

      g_string_append_printf (self->buffer, "\"frame_base64\":\"%s\"", encoded);
    }
  g_string_append (self->buffer, clean != NULL ? ",\"scrubbed\":true}\n" : "}\n");
  self->n_frames++;
  return line_done (self, error);
}

gboolean
wave_recording_writer_add_event (WaveRecordingWriter *self, const WaveEvent *event, GError **error)
{
  return wave_recording_writer_add_frame (self, event->arrived_wall_us - self->head.started_us, event->via, event->raw, event->raw_size, error);
}

/* @more: (nullable): members that follow, with the comma before them */
static gboolean
add_state (WaveRecordingWriter *self, gint64 t_us, const char *state, const char *reason, const char *more, GError **error)
{
  g_autofree char *covered = self->anonymiser != NULL ? wave_anonymiser_text (reason) : NULL;
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GString) clean = NULL;

  g_string_append_printf (line, "{\"t_us\":%" G_GINT64_FORMAT, t_us);
  append_member (line, "state", state);
  append_member (line, "reason", covered != NULL ? covered : reason);
  g_string_append (line, more != NULL ? more : "");
  g_string_append (line, "}\n");
  clean = scrub (self, line->str, line->len);
  g_string_append_len (self->buffer, clean != NULL ? clean->str : line->str, clean != NULL ? clean->len : line->len);
  return line_done (self, error);
}

gboolean
wave_recording_writer_add_state (WaveRecordingWriter *self, gint64 t_us, const char *state, const char *reason, GError **error)
{
  return add_state (self, t_us, state, reason, NULL, error);
}

gboolean
wave_recording_writer_add_snapshot (WaveRecordingWriter *self, gint64 t_us, const char *path, const char *body, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GString) clean = NULL;

  /* It is made of names. */
  if (self->anonymiser != NULL)
    return TRUE;
  g_string_append_printf (line, "{\"t_us\":%" G_GINT64_FORMAT, t_us);
  append_member (line, "snapshot", path);
  g_string_append_printf (line, ",\"body\":%s}\n", body);
  clean = scrub (self, line->str, line->len);
  g_string_append_len (self->buffer, clean != NULL ? clean->str : line->str, clean != NULL ? clean->len : line->len);
  return line_done (self, error);
}

/* (transfer full) (nullable): what a catch-up proved, so that a replay can tell of it */
static char *
dup_report (const WaveTransition *transition)
{
  const WaveCatchUpReport *report = transition->report;
  g_autoptr (GString) more = g_string_new (NULL);

  if (transition->close_code != 0)
    g_string_append_printf (more, ",\"close_code\":%u", transition->close_code);
  if (report != NULL)
    g_string_append_printf (more,
                            ",\"caught_up\":{\"from_position\":%" G_GINT64_FORMAT ",\"to_position\":%" G_GINT64_FORMAT
                            ",\"pages\":%u,\"events\":%u,\"known\":%u,\"complete\":%s,\"duration_us\":%" G_GINT64_FORMAT "}",
                            report->from_position, report->to_position, report->pages, report->events, report->known, report->complete ? "true" : "false",
                            report->duration_us);
  return more->len > 0 ? g_string_free (g_steal_pointer (&more), FALSE) : NULL;
}

gboolean
wave_recording_writer_add_line (WaveRecordingWriter *self, const char *text, gsize length, GError **error)
{
  WaveRecordingLine line = { 0 };
  g_autoptr (GString) clean = NULL;
  gboolean good = TRUE;

  /* A head of its own says more than ours may. */
  if (self->anonymiser != NULL)
    {
      if (wave_recording_parse_line (text, length, &line, NULL))
        {
          if (line.kind == WAVE_RECORDING_FRAME)
            good = wave_recording_writer_add_frame (self, line.t_us, line.via, line.frame, line.frame_size, error);
          else if (line.kind == WAVE_RECORDING_STATE)
            good = wave_recording_writer_add_state (self, line.t_us, line.state, line.reason, error);
        }
      wave_recording_line_clear (&line);
      return good;
    }
  clean = scrub (self, text, length);
  /* The head of the recording that this line comes from is the head of this one. */
  if (!self->head_written && wave_recording_parse_line (text, length, &line, NULL) && line.kind == WAVE_RECORDING_HEAD)
    self->head_written = TRUE;
  else if (line.kind == WAVE_RECORDING_FRAME || (self->head_written && memmem (text, length, "\"frame", 6) != NULL))
    self->n_frames++;
  wave_recording_line_clear (&line);
  g_string_append_len (self->buffer, clean != NULL ? clean->str : text, clean != NULL ? clean->len : length);
  g_string_append_c (self->buffer, '\n');
  return line_done (self, error);
}

gboolean
wave_recording_writer_add_batch (WaveRecordingWriter *self, WaveBatch *batch, GError **error)
{
  const WaveTransition *transition = batch->transition;

  if (transition != NULL)
    {
      const char *cause = wave_cause_get_nick (transition->cause);
      g_autofree char *reason = transition->reason != NULL ? g_strdup_printf ("%s: %s", cause, transition->reason) : g_strdup (cause);
      g_autofree char *more = dup_report (transition);

      if (!add_state (self, transition->wall_us - self->head.started_us, wave_session_state_get_nick (transition->to), reason, more, error))
        return FALSE;
    }
  for (guint i = 0; i < batch->events->len; i++)
    if (!wave_recording_writer_add_event (self, g_ptr_array_index (batch->events, i), error))
      return FALSE;
  return TRUE;
}

gboolean
wave_recording_writer_flush (WaveRecordingWriter *self, GError **error)
{
  if (!self->head_written)
    write_head (self);
  if (self->buffer->len > 0 && !drain (self, FALSE, error))
    return FALSE;
  return self->stream == NULL || g_output_stream_flush (self->stream, NULL, error);
}

guint64
wave_recording_writer_get_n_frames (WaveRecordingWriter *self)
{
  return self->n_frames;
}

guint64
wave_recording_writer_get_n_scrubbed (WaveRecordingWriter *self)
{
  return self->n_scrubbed;
}

gboolean
wave_recording_writer_close (WaveRecordingWriter *self, GError **error)
{
  gboolean good;

  if (!self->head_written)
    write_head (self);
  good = drain (self, TRUE, error);
  if (self->stream != NULL)
    good = good && g_output_stream_flush (self->stream, NULL, error);
  else if (close (self->fd) != 0 && good)
    {
      g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_DISK, _("“%s” cannot be written: %s"), self->path, g_strerror (errno));
      good = FALSE;
    }
  g_clear_object (&self->stream);
  g_clear_object (&self->gz);
  if (self->zst != NULL)
    ZSTD_freeCCtx (self->zst);
  g_string_free (self->buffer, TRUE);
  /* Secrets do not linger. */
  for (guint i = 0; i < self->secrets->len; i++)
    explicit_bzero (self->secrets->pdata[i], strlen (self->secrets->pdata[i]));
  g_ptr_array_unref (self->secrets);
  g_clear_pointer (&self->anonymiser, wave_anonymiser_free);
  wave_recording_head_clear (&self->head);
  g_free (self->path);
  g_free (self);
  return good;
}
