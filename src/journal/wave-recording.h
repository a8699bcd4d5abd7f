// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings: files of frames with their arrival times that can be opened, replayed and shared. NDJSON, plain, .gz or .zst; the format is in
// data/wavescope-recording.schema.json.
#pragma once

#include <gio/gio.h>

#include "session/wave-batch.h"

G_BEGIN_DECLS

/* The first line. */
typedef struct {
  char *tenant_id, *server_name, *app_version; /* nullable */
  gint64 started_us;                           /* wall clock µs since 1970 */
} WaveRecordingHead;
void wave_recording_head_clear (WaveRecordingHead *head);

typedef enum {
  WAVE_RECORDING_HEAD,
  WAVE_RECORDING_FRAME,
  WAVE_RECORDING_STATE,
  WAVE_RECORDING_OTHER, /* a line that this version does not know: carried as it is */
} WaveRecordingKind;

/* One line, taken apart. What is pointed at is valid until the line is parsed anew or cleared. */
typedef struct {
  WaveRecordingKind kind;
  gint64 t_us; /* since started_us */
  WaveVia via;
  const char *frame; /* the bytes exactly as received; not terminated */
  gsize frame_size;
  gboolean scrubbed; /* a secret was taken out of the frame when it was written */
  const char *state, *reason; /* nullable */
  /*< private >*/
  guint8 *buffer;
  gsize buffer_size;
  guint8 *decoded; /* of frame_base64 */
} WaveRecordingLine;

/* Returns: FALSE when it is not a JSON object: then @kind is OTHER, and the line is still one to carry */
gboolean wave_recording_parse_line (const char *text, gsize length, WaveRecordingLine *line, WaveRecordingHead *head);
void wave_recording_line_clear (WaveRecordingLine *line);

/* ---------------------------------------------------------------- writing */

/**
 * WaveRecordingWriter: one thread at a time. What was written is on its way to the disk after each wave_recording_writer_flush(), which the owner calls at
 * least once a second; a crash costs what came after it, and the file opens up to there.
 */
typedef struct _WaveRecordingWriter WaveRecordingWriter;

/**
 * wave_recording_writer_new:
 * @path: ".gz" or ".zst" at its end compresses; NULL writes to @stream
 * @stream: (nullable)
 * @head: the first line; app_version may be NULL for this version
 * @secrets: (nullable): tokens that must not be in the file, NULL-terminated; more may be added
 */
WaveRecordingWriter *wave_recording_writer_new (const char *path, GOutputStream *stream, const WaveRecordingHead *head, const char *const *secrets, GError **error);
void wave_recording_writer_add_secret (WaveRecordingWriter *writer, const char *secret);
/* Ids, names and texts are replaced by others, the same ones in the whole file; times and sizes stay. To be said before the first frame. */
void wave_recording_writer_set_anonymous (WaveRecordingWriter *writer);
gboolean wave_recording_writer_add_frame (WaveRecordingWriter *writer, gint64 t_us, WaveVia via, const char *frame, gsize size, GError **error);
gboolean wave_recording_writer_add_event (WaveRecordingWriter *writer, const WaveEvent *event, GError **error);
gboolean wave_recording_writer_add_state (WaveRecordingWriter *writer, gint64 t_us, const char *state, const char *reason, GError **error);
/**
 * wave_recording_writer_add_snapshot:
 * @path: of the REST interface, such as "/v1/rooms"
 * @body: JSON as an answer has it
 *
 * What was known without a frame having told it: who is who, what a room is called. Left out of an anonymous recording.
 */
gboolean wave_recording_writer_add_snapshot (WaveRecordingWriter *writer, gint64 t_us, const char *path, const char *body, GError **error);
/* A line of another recording as it is. Of an unknown kind it is left out of an anonymous one. */
gboolean wave_recording_writer_add_line (WaveRecordingWriter *writer, const char *line, gsize length, GError **error);
/* Transitions and events. */
gboolean wave_recording_writer_add_batch (WaveRecordingWriter *writer, WaveBatch *batch, GError **error);
gboolean wave_recording_writer_flush (WaveRecordingWriter *writer, GError **error);
guint64 wave_recording_writer_get_n_frames (WaveRecordingWriter *writer);
/* How many frames had a secret in them. */
guint64 wave_recording_writer_get_n_scrubbed (WaveRecordingWriter *writer);
/* Ends the file and frees the writer, whether it succeeds or not. */
gboolean wave_recording_writer_close (WaveRecordingWriter *writer, GError **error);

/* ---------------------------------------------------------------- reading */

/* WaveRecordingFile: an open recording, uncompressed (a compressed one into a temporary file without a name). Immutable; any thread. */
typedef struct _WaveRecordingFile WaveRecordingFile;

/* @note: (out) (nullable): what a person should know, such as that the file was cut */
WaveRecordingFile *wave_recording_file_open (const char *path, GCancellable *cancellable, char **note, GError **error);
WaveRecordingFile *wave_recording_file_ref (WaveRecordingFile *file);
void wave_recording_file_unref (WaveRecordingFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WaveRecordingFile, wave_recording_file_unref)
const WaveRecordingHead *wave_recording_file_get_head (WaveRecordingFile *file);
guint64 wave_recording_file_get_size (WaveRecordingFile *file); /* of the text */
/* Reads @length bytes at @offset; fewer at the end. Returns: how many, -1 on an error */
gssize wave_recording_file_read (WaveRecordingFile *file, guint64 offset, char *buffer, gsize length);

/* A stretch of the file in memory. */
typedef struct {
  char *data;
  gsize allocated, length;
  guint64 offset;
  gsize jump; /* how much to read when somebody jumps; 0: as usual */
} WaveRecordingWindow;
/* The line at @offset without its end; NULL behind the last. Valid until the next call. A last line without an end counts as cut: @cut is set. */
const char *wave_recording_file_get_line (WaveRecordingFile *file, WaveRecordingWindow *window, guint64 offset, gsize *length, gboolean *cut);
void wave_recording_window_clear (WaveRecordingWindow *window);

/* One line after the other, the first one too. @offset: of the line. Returns: FALSE to stop */
typedef gboolean (*WaveRecordingFunc) (const WaveRecordingLine *line, const char *text, gsize length, guint64 offset, gpointer user_data);
/* @note: (out) (nullable): that it was cut, and how many lines were no JSON */
gboolean wave_recording_file_foreach (WaveRecordingFile *file, WaveRecordingFunc func, gpointer user_data, char **note, GError **error);
/* The frame as an event with its stamps; mono is t_us. (transfer full) */
WaveEvent *wave_recording_line_decode (const WaveRecordingLine *line, const WaveRecordingHead *head);

/* A line that is no frame, for a replay. */
typedef struct {
  guint before; /* the event that stands behind it */
  gint64 t_us;
  WaveTransition *transition; /* nullable: of a state line; from and the causes as far as the line tells */
  char *path;                 /* nullable: of a snapshot line */
  GBytes *body;               /* nullable: of a snapshot line */
} WaveRecordingMark;
/* (transfer full) (nullable): NULL when it says nothing that this version knows */
WaveRecordingMark *wave_recording_mark_parse (const char *text, gsize length, const WaveRecordingHead *head, WaveSessionState from);
void wave_recording_mark_free (WaveRecordingMark *mark);

G_END_DECLS
