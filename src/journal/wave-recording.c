// SPDX-License-Identifier: GPL-3.0-or-later
// Reading recordings.
#include "config.h"

#include "journal/wave-recording.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yyjson.h>
#include <zstd.h>

#include "journal/wave-journal.h"
#include "protocol/wave-json.h"

/* No line of ours is longer: the largest frame with every character escaped. */
#define LINE_LIMIT (128 * 1024 * 1024)
#define WINDOW (1024 * 1024)
#define JUMP (32 * 1024)
/* What a compressed file may become. */
#define UNCOMPRESSED_LIMIT (G_GUINT64_CONSTANT (64) << 30)

struct _WaveRecordingFile
{
  gatomicrefcount ref_count;
  int fd;
  guint64 size;
  WaveRecordingHead head;
};

void
wave_recording_head_clear (WaveRecordingHead *head)
{
  g_clear_pointer (&head->tenant_id, g_free);
  g_clear_pointer (&head->server_name, g_free);
  g_clear_pointer (&head->app_version, g_free);
}

/* ---------------------------------------------------------------- one line */

void
wave_recording_line_clear (WaveRecordingLine *line)
{
  g_clear_pointer (&line->buffer, g_free);
  g_clear_pointer (&line->decoded, g_free);
  line->buffer_size = 0;
}

static char *
dup_string (yyjson_val *value)
{
  return yyjson_is_str (value) ? g_strndup (yyjson_get_str (value), yyjson_get_len (value)) : NULL;
}

static void
take_head (yyjson_val *root, WaveRecordingHead *head)
{
  yyjson_val *started = yyjson_obj_get (root, "started_at");

  wave_recording_head_clear (head);
  head->tenant_id = dup_string (yyjson_obj_get (root, "tenant_id"));
  head->server_name = dup_string (yyjson_obj_get (root, "server_name"));
  head->app_version = dup_string (yyjson_obj_get (root, "app_version"));
  head->started_us = 0;
  if (yyjson_is_str (started))
    wave_time_parse (yyjson_get_str (started), yyjson_get_len (started), &head->started_us);
}

gboolean
wave_recording_parse_line (const char *text, gsize length, WaveRecordingLine *line, WaveRecordingHead *head)
{
  yyjson_doc *doc;
  yyjson_val *key, *value;
  yyjson_obj_iter iter;
  gboolean is_head = FALSE;

  line->kind = WAVE_RECORDING_OTHER;
  line->t_us = 0;
  line->via = WAVE_VIA_STREAM;
  line->frame = NULL;
  line->frame_size = 0;
  line->scrubbed = FALSE;
  line->state = line->reason = NULL;
  g_clear_pointer (&line->decoded, g_free);
  if (line->buffer_size < length + YYJSON_PADDING_SIZE)
    {
      line->buffer_size = MAX (4096, (length + YYJSON_PADDING_SIZE) * 3 / 2);
      line->buffer = g_realloc (line->buffer, line->buffer_size);
    }
  memcpy (line->buffer, text, length);
  memset (line->buffer + length, 0, YYJSON_PADDING_SIZE);
  /* Strings come to stand in the buffer, and stay there when the document goes. */
  doc = yyjson_read_opts ((char *) line->buffer, length, YYJSON_READ_INSITU, NULL, NULL);
  if (doc == NULL)
    return FALSE;
  if (!yyjson_is_obj (yyjson_doc_get_root (doc)))
    {
      yyjson_doc_free (doc);
      return FALSE;
    }
  iter = yyjson_obj_iter_with (yyjson_doc_get_root (doc));
  while ((key = yyjson_obj_iter_next (&iter)) != NULL)
    {
      value = yyjson_obj_iter_get_val (key);
      if (yyjson_equals_str (key, "t_us"))
        line->t_us = yyjson_is_int (value) ? yyjson_get_sint (value) : 0;
      else if (yyjson_equals_str (key, "via"))
        line->via = yyjson_equals_str (value, "sync") ? WAVE_VIA_SYNC : yyjson_equals_str (value, "history") ? WAVE_VIA_HISTORY : WAVE_VIA_STREAM;
      else if (yyjson_equals_str (key, "frame") && yyjson_is_str (value))
        {
          line->kind = WAVE_RECORDING_FRAME;
          line->frame = yyjson_get_str (value);
          line->frame_size = yyjson_get_len (value);
        }
      else if (yyjson_equals_str (key, "frame_base64") && yyjson_is_str (value))
        {
          line->kind = WAVE_RECORDING_FRAME;
          /* The member may stand there twice. */
          g_free (line->decoded);
          line->decoded = g_base64_decode (yyjson_get_str (value), &line->frame_size);
          line->frame = line->decoded != NULL ? (const char *) line->decoded : "";
        }
      else if (yyjson_equals_str (key, "state") && yyjson_is_str (value))
        {
          if (line->kind == WAVE_RECORDING_OTHER)
            line->kind = WAVE_RECORDING_STATE;
          line->state = yyjson_get_str (value);
        }
      else if (yyjson_equals_str (key, "reason") && yyjson_is_str (value))
        line->reason = yyjson_get_str (value);
      else if (yyjson_equals_str (key, "scrubbed"))
        line->scrubbed = yyjson_is_true (value);
      else if (yyjson_equals_str (key, "wavescope_recording"))
        is_head = yyjson_is_int (value);
    }
  if (is_head)
    {
      line->kind = WAVE_RECORDING_HEAD;
      if (head != NULL)
        take_head (yyjson_doc_get_root (doc), head);
    }
  yyjson_doc_free (doc);
  return TRUE;
}

WaveEvent *
wave_recording_line_decode (const WaveRecordingLine *line, const WaveRecordingHead *head)
{
  g_autoptr (GBytes) raw = g_bytes_new_static (line->frame, line->frame_size);

  return wave_event_decode (raw, line->via, line->t_us, head->started_us + line->t_us);
}

/* ---------------------------------------------------------------- the file */

static gboolean
fail_io (const char *path, GError **error)
{
  g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_OPEN, _("“%s” cannot be read: %s"), path, g_strerror (errno));
  return FALSE;
}

static gboolean
write_all (int fd, const char *data, gsize length)
{
  while (length > 0)
    {
      gssize written = write (fd, data, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      data += written;
      length -= written;
    }
  return TRUE;
}

typedef enum { STEP_DONE, STEP_FAILED } Step;

static Step
inflate_gz (int in, int out, const char *path, GCancellable *cancellable, gboolean *cut, GError **error)
{
  g_autofree char *input = g_malloc (WINDOW), *output = g_malloc (WINDOW);
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  gsize held = 0;
  guint64 total = 0;
  gboolean ended = FALSE, finished = FALSE;

  for (;;)
    {
      gsize n_read, n_written;
      g_autoptr (GError) fault = NULL;
      GConverterResult result;

      if (!ended && held < WINDOW)
        {
          gssize n = read (in, input + held, WINDOW - held);

          if (n < 0)
            return fail_io (path, error), STEP_FAILED;
          ended = n == 0;
          held += n;
        }
      if (ended && held == 0)
        {
          *cut = !finished;
          return STEP_DONE;
        }
      if (finished)
        {
          /* Several members one behind the other are one text. */
          g_converter_reset (converter);
          finished = FALSE;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return STEP_FAILED;
      result = g_converter_convert (converter, input, held, output, WINDOW, ended ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS, &n_read, &n_written, &fault);
      if (result == G_CONVERTER_ERROR)
        {
          if (!ended && g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
            continue;
          /* What came before the fault counts, if anything did. */
          *cut = TRUE;
          if (total > 0)
            return STEP_DONE;
          g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_FORMAT, _("“%s” cannot be uncompressed: %s"), path, fault->message);
          return STEP_FAILED;
        }
      memmove (input, input + n_read, held - n_read);
      held -= n_read;
      total += n_written;
      finished = result == G_CONVERTER_FINISHED;
      if (!write_all (out, output, n_written))
        return fail_io (path, error), STEP_FAILED;
      if (total > UNCOMPRESSED_LIMIT)
        {
          g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_FORMAT, _("“%s” is too large when uncompressed"), path);
          return STEP_FAILED;
        }
    }
}

static Step
inflate_zst (int in, int out, const char *path, GCancellable *cancellable, gboolean *cut, GError **error)
{
  g_autofree char *input = g_malloc (WINDOW), *output = g_malloc (WINDOW);
  ZSTD_DCtx *context = ZSTD_createDCtx ();
  guint64 total = 0;
  size_t left = 1;
  Step step = STEP_FAILED;

  ZSTD_DCtx_setParameter (context, ZSTD_d_windowLogMax, 27);
  for (;;)
    {
      gssize n = read (in, input, WINDOW);
      ZSTD_inBuffer from = { input, n > 0 ? n : 0, 0 };

      if (n < 0)
        {
          fail_io (path, error);
          break;
        }
      if (n == 0)
        {
          *cut = left != 0;
          step = STEP_DONE;
          break;
        }
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        break;
      for (;;)
        {
          ZSTD_outBuffer to = { output, WINDOW, 0 };

          left = ZSTD_decompressStream (context, &to, &from);
          if (ZSTD_isError (left))
            break;
          total += to.pos;
          if (!write_all (out, output, to.pos))
            {
              fail_io (path, error);
              goto done;
            }
          if (from.pos == from.size && to.pos < to.size)
            break;
        }
      if (ZSTD_isError (left))
        {
          *cut = TRUE;
          if (total > 0)
            step = STEP_DONE;
          else
            g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_FORMAT, _("“%s” cannot be uncompressed: %s"), path, ZSTD_getErrorName (left));
          break;
        }
      if (total > UNCOMPRESSED_LIMIT)
        {
          g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_FORMAT, _("“%s” is too large when uncompressed"), path);
          break;
        }
    }
done:
  ZSTD_freeDCtx (context);
  return step;
}

/* A file without a name, on a disk rather than in memory. */
static int
open_temporary (void)
{
  int fd = open ("/var/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  g_autofree char *name = NULL;

  if (fd >= 0)
    return fd;
  fd = g_file_open_tmp ("wavescope-XXXXXX", &name, NULL);
  if (fd >= 0)
    g_unlink (name);
  return fd;
}

static gboolean
uncompress (WaveRecordingFile *file, const char *path, GCancellable *cancellable, gboolean *cut, GError **error)
{
  guint8 magic[4] = { 0 };
  gssize n = pread (file->fd, magic, sizeof magic, 0);
  gboolean is_gz = n >= 2 && magic[0] == 0x1f && magic[1] == 0x8b;
  gboolean is_zst = n == 4 && memcmp (magic, "\x28\xb5\x2f\xfd", 4) == 0;
  int out;
  Step step;

  if (!is_gz && !is_zst)
    return TRUE;
  out = open_temporary ();
  if (out < 0)
    return fail_io (path, error);
  step = is_gz ? inflate_gz (file->fd, out, path, cancellable, cut, error) : inflate_zst (file->fd, out, path, cancellable, cut, error);
  close (file->fd);
  file->fd = out;
  return step != STEP_FAILED;
}

WaveRecordingFile *
wave_recording_file_open (const char *path, GCancellable *cancellable, char **note, GError **error)
{
  g_autoptr (WaveRecordingFile) file = g_new0 (WaveRecordingFile, 1);
  WaveRecordingWindow window = { 0 };
  WaveRecordingLine line = { 0 };
  struct stat status;
  gboolean cut = FALSE, line_cut;
  const char *text;
  gsize length;

  g_return_val_if_fail (path != NULL, NULL);

  if (note != NULL)
    *note = NULL;
  g_atomic_ref_count_init (&file->ref_count);
  file->fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (file->fd < 0 || fstat (file->fd, &status) != 0)
    return fail_io (path, error), NULL;
  if (!S_ISREG (status.st_mode))
    {
      g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_OPEN, _("“%s” is not a file"), path);
      return NULL;
    }
  if (!uncompress (file, path, cancellable, &cut, error))
    return NULL;
  if (fstat (file->fd, &status) != 0)
    return fail_io (path, error), NULL;
  file->size = status.st_size;

  text = wave_recording_file_get_line (file, &window, 0, &length, &line_cut);
  if (text == NULL || !wave_recording_parse_line (text, length, &line, &file->head) || line.kind != WAVE_RECORDING_HEAD)
    {
      wave_recording_line_clear (&line);
      wave_recording_window_clear (&window);
      g_set_error (error, WAVE_JOURNAL_ERROR, WAVE_JOURNAL_ERROR_FORMAT, _("“%s” is not a recording"), path);
      return NULL;
    }
  wave_recording_line_clear (&line);
  wave_recording_window_clear (&window);
  if (cut && note != NULL)
    *note = g_strdup (_("The recording was cut; it is shown up to there."));
  return g_steal_pointer (&file);
}

WaveRecordingFile *
wave_recording_file_ref (WaveRecordingFile *file)
{
  g_atomic_ref_count_inc (&file->ref_count);
  return file;
}

void
wave_recording_file_unref (WaveRecordingFile *file)
{
  if (!g_atomic_ref_count_dec (&file->ref_count))
    return;
  if (file->fd >= 0)
    close (file->fd);
  wave_recording_head_clear (&file->head);
  g_free (file);
}

const WaveRecordingHead *
wave_recording_file_get_head (WaveRecordingFile *file)
{
  return &file->head;
}

guint64
wave_recording_file_get_size (WaveRecordingFile *file)
{
  return file->size;
}

gssize
wave_recording_file_read (WaveRecordingFile *file, guint64 offset, char *buffer, gsize length)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = pread (file->fd, buffer + done, length - done, offset + done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      done += n;
    }
  return done;
}

const char *
wave_recording_file_get_line (WaveRecordingFile *file, WaveRecordingWindow *window, guint64 offset, gsize *length, gboolean *cut)
{
  /* Somebody who reads on gets more at once than somebody who jumps. */
  gboolean reads_on = window->data != NULL && offset >= window->offset && offset <= window->offset + window->length;
  gboolean reads_back = window->data != NULL && offset < window->offset && window->offset - offset < WINDOW;
  gsize wanted = window->jump > 0 ? window->jump : reads_on || reads_back ? WINDOW : JUMP;
  /* Who reads backwards gets what is before the line as well, and a little of what is behind it. */
  guint64 from = reads_back && window->jump == 0 && offset + JUMP > WINDOW ? offset + JUMP - WINDOW : reads_back && window->jump == 0 ? 0 : offset;

  *cut = FALSE;
  if (offset >= file->size)
    return NULL;
  for (;;)
    {
      if (window->data != NULL && offset >= window->offset && offset < window->offset + window->length)
        {
          const char *start = window->data + (offset - window->offset);
          gsize left = window->length - (offset - window->offset);
          const char *end = memchr (start, '\n', left);

          if (end == NULL && window->offset + window->length >= file->size)
            {
              *cut = TRUE;
              end = start + left;
            }
          if (end != NULL)
            {
              *length = end - start;
              return start;
            }
          wanted = MAX (wanted, left * 4 + JUMP);
          from = offset;
          if (left > LINE_LIMIT)
            return NULL;
        }
      if (window->allocated < wanted)
        {
          window->data = g_realloc (window->data, wanted);
          window->allocated = wanted;
        }
      {
        gssize n = wave_recording_file_read (file, from, window->data, wanted);

        window->offset = from;
        window->length = MAX (n, 0);
        if (n <= 0)
          return NULL;
      }
    }
}

void
wave_recording_window_clear (WaveRecordingWindow *window)
{
  g_clear_pointer (&window->data, g_free);
  window->allocated = window->length = 0;
}

gboolean
wave_recording_file_foreach (WaveRecordingFile *file, WaveRecordingFunc func, gpointer user_data, char **note, GError **error)
{
  WaveRecordingWindow window = { 0 };
  WaveRecordingLine line = { 0 };
  guint64 offset = 0, n_bad = 0;
  gboolean cut = FALSE, was_cut = FALSE, go_on = TRUE;
  const char *text;
  gsize length;

  if (note != NULL)
    *note = NULL;
  while (go_on && (text = wave_recording_file_get_line (file, &window, offset, &length, &cut)) != NULL)
    {
      gboolean good = wave_recording_parse_line (text, length, &line, NULL);

      /* A last line without an end is whole only if it is JSON. */
      was_cut = cut && !good;
      if (was_cut)
        break;
      if (!good && length > 0)
        n_bad++;
      if (length > 0)
        go_on = func (&line, text, length, offset, user_data);
      offset += length + 1;
    }
  if (note != NULL && was_cut)
    *note = g_strdup (_("The recording was cut; it is shown up to there."));
  else if (note != NULL && n_bad > 0)
    *note = g_strdup_printf (ngettext ("%u line of the recording could not be read.", "%u lines of the recording could not be read.", (guint) n_bad), (guint) n_bad);
  wave_recording_line_clear (&line);
  wave_recording_window_clear (&window);
  return TRUE;
}
