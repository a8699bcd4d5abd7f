// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a recording, plain or compressed; whatever opens is converted, and its frames are anonymised.
#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "journal/wave-anonymiser.h"
#include "journal/wave-exporter.h"

typedef struct {
  WaveExporter *exporter;
  WaveAnonymiser *anonymiser;
} Target;

static gboolean
on_line (const WaveRecordingLine *line, const char *text, gsize length, guint64 offset, gpointer user_data)
{
  Target *target = user_data;

  if (line->kind == WAVE_RECORDING_FRAME)
    {
      g_autofree char *covered = wave_anonymiser_frame (target->anonymiser, line->frame, line->frame_size);

      g_assert_nonnull (covered);
    }
  return wave_exporter_add_line (target->exporter, line, text, length, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const secrets[] = { "hello-token", NULL };
  int fd = memfd_create ("fuzz", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autofree char *note = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveRecordingFile) file = NULL;

  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  file = wave_recording_file_open (path, NULL, &note, &error);
  g_assert_true ((file == NULL) == (error != NULL));
  for (guint i = 0; file != NULL && i < WAVE_N_EXPORT_FORMATS; i++)
    {
      g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
      g_autofree char *later = NULL;
      WaveExportOptions options = { .format = i, .stream = out, .head = wave_recording_file_get_head (file), .secrets = secrets, .anonymise = size % 2 };
      Target target = { wave_exporter_new (&options, NULL), wave_anonymiser_new () };

      g_assert_nonnull (target.exporter);
      wave_recording_file_foreach (file, on_line, &target, &later, NULL);
      g_assert_true (wave_exporter_close (target.exporter, NULL));
      wave_anonymiser_free (target.anonymiser);
      if (i == WAVE_EXPORT_RECORDING)
        g_assert_null (memmem (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out)), g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out)),
                               secrets[0], strlen (secrets[0])));
    }
  close (fd);
  return 0;
}
