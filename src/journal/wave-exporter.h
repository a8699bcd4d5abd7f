// SPDX-License-Identifier: GPL-3.0-or-later
// Events in the forms that other programs and people read.
#pragma once

#include "journal/wave-event-log.h"
#include "journal/wave-recording.h"

G_BEGIN_DECLS

typedef enum {
  WAVE_EXPORT_RECORDING,
  WAVE_EXPORT_HAR,        /* HAR 1.2, with the frames as browsers write them */
  WAVE_EXPORT_CSV,        /* RFC 4180 */
  WAVE_EXPORT_JSON_LINES, /* the decoded events, as wavescope-cli tail --format ndjson */
  WAVE_EXPORT_TRANSCRIPT, /* what was said, as plain text */
  WAVE_N_EXPORT_FORMATS
} WaveExportFormat;
const char *wave_export_format_get_nick (WaveExportFormat format);   /* "har" */
const char *wave_export_format_get_suffix (WaveExportFormat format); /* ".har" */
/* By a nick, or by the end of a file's name. */
gboolean wave_export_format_from_nick (const char *nick, WaveExportFormat *format);
gboolean wave_export_format_from_path (const char *path, WaveExportFormat *format);

/**
 * WaveExportOptions:
 * @path: where to; NULL writes to @stream
 * @head: (nullable): what is known of the tenant
 * @secrets: (nullable): tokens that must not be in the file
 * @room_id: (nullable): of that room only
 * @filter: (nullable): of those only
 * @snapshots: (nullable) (element-type utf8): path, body, path, body…: who is who, for a recording (see wave_recording_writer_add_snapshot())
 */
typedef struct {
  WaveExportFormat format;
  const char *path;
  GOutputStream *stream;
  const WaveRecordingHead *head;
  const char *const *secrets;
  const char *room_id;
  WaveFilter *filter;
  gboolean anonymise;
  GPtrArray *snapshots;
} WaveExportOptions;

/* WaveExporter: one thread at a time; events in order. */
typedef struct _WaveExporter WaveExporter;
WaveExporter *wave_exporter_new (const WaveExportOptions *options, GError **error);
/* @room_name, @sender_name: (nullable) */
gboolean wave_exporter_add_event (WaveExporter *exporter, const WaveEvent *event, const char *room_name, const char *sender_name, GError **error);
/* A line of a recording: the frame, the state, or what is not known, carried into another recording as it is. */
gboolean wave_exporter_add_line (WaveExporter *exporter, const WaveRecordingLine *line, const char *text, gsize length, GError **error);
guint64 wave_exporter_get_n_events (WaveExporter *exporter);
/* Ends the file and frees the exporter, whether it succeeds or not. */
gboolean wave_exporter_close (WaveExporter *exporter, GError **error);

/* The event as one line of JSON, without the line's end. */
void wave_event_append_json (const WaveEvent *event, GString *line);

/**
 * wave_event_log_export_async:
 * @indices: (nullable) (element-type guint): of these only
 *
 * Saves events of a log in the background. Everything in @options but @stream is copied. Saved as a recording, a log of a recording gives its other lines as
 * well: states, snapshots, what this version does not know; all of it, each line as it is, when nothing was left out.
 */
void wave_event_log_export_async (WaveEventLog *log, GArray *indices, const WaveExportOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
/* Returns: how many events; -1 with @error */
gssize wave_event_log_export_finish (WaveEventLog *log, GAsyncResult *result, GError **error);

G_END_DECLS
