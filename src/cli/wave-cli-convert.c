// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <gio/gunixoutputstream.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/wave-cli-connect.h"
#include "journal/wave-exporter.h"

typedef struct {
  WaveExporter *exporter;
  GError *error;
} Convert;

static gboolean
on_line (const WaveRecordingLine *line, const char *text, gsize length, guint64 offset, gpointer user_data)
{
  Convert *convert = user_data;

  return wave_exporter_add_line (convert->exporter, line, text, length, &convert->error);
}

static gboolean
is_same_file (const char *one, const char *other)
{
  GStatBuf first, second;

  return g_stat (one, &first) == 0 && g_stat (other, &second) == 0 && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

static int
convert_file (WaveRecordingFile *file, const WaveExportOptions *options)
{
  Convert convert = { 0 };
  g_autofree char *note = NULL;
  guint64 n;

  convert.exporter = wave_exporter_new (options, &convert.error);
  if (convert.exporter != NULL)
    {
      wave_recording_file_foreach (file, on_line, &convert, &note, NULL);
      n = wave_exporter_get_n_events (convert.exporter);
      wave_exporter_close (convert.exporter, convert.error == NULL ? &convert.error : NULL);
      if (note != NULL)
        fprintf (stderr, "wavescope-cli: %s\n", note);
      if (convert.error == NULL && options->path != NULL)
        fprintf (stderr, ngettext ("wavescope-cli: %llu event written\n", "wavescope-cli: %llu events written\n", n), (unsigned long long) n);
    }
  if (convert.error != NULL)
    {
      int exit_code = wave_cli_fail ("convert", WAVE_EXIT_FAILED, convert.error->message);

      g_clear_error (&convert.error);
      return exit_code;
    }
  return WAVE_EXIT_DONE;
}

int
wave_cli_convert (int argc, char **argv)
{
  g_autofree char *to = NULL;
  g_autofree char *room = NULL;
  g_autofree char *expression = NULL;
  gboolean anonymise = FALSE;
  const GOptionEntry entries[] = {
    { "to", 't', 0, G_OPTION_ARG_STRING, &to, N_("recording, har, csv, jsonl or transcript (else by the end of OUTPUT)"), N_("FORMAT") },
    { "room", 'r', 0, G_OPTION_ARG_STRING, &room, N_("Only the room with this id"), N_("ID") },
    { "filter", 0, 0, G_OPTION_ARG_STRING, &expression, N_("Only what matches, such as 'type:message -from:scout'; “help” explains"), N_("FILTER") },
    { "anonymise", 0, 0, G_OPTION_ARG_NONE, &anonymise, N_("Replace ids, names and texts; times and sizes stay"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("RECORDING [OUTPUT]"));
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveFilterRun) run = NULL;
  g_autoptr (WaveFilter) filter = NULL;
  g_autoptr (WaveRecordingFile) file = NULL;
  g_autoptr (GOutputStream) out = NULL;
  g_autofree char *note = NULL;
  WaveExportOptions options = { 0 };
  int exit_code;

  g_option_context_set_summary (context, _("Turns a recording into another form. Without OUTPUT, or with “-”, it goes to standard output."));
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return wave_cli_fail ("convert", WAVE_EXIT_USAGE, error->message);
  if (!wave_cli_filter (expression, &run, &exit_code))
    return exit_code;
  if (argc < 2 || argc > 3)
    return wave_cli_fail ("convert", WAVE_EXIT_USAGE, _("it takes a recording, and a file to write; see --help"));
  if (argc == 3 && !g_str_equal (argv[2], "-"))
    options.path = argv[2];
  if (to != NULL && !wave_export_format_from_nick (to, &options.format))
    return wave_cli_fail ("convert", WAVE_EXIT_USAGE, _("--to takes recording, har, csv, jsonl or transcript"));
  if (to == NULL && (options.path == NULL || !wave_export_format_from_path (options.path, &options.format)))
    return wave_cli_fail ("convert", WAVE_EXIT_USAGE, _("the form is not clear from the name of the file: say --to recording, har, csv, jsonl or transcript"));
  if (options.path != NULL && is_same_file (argv[1], options.path))
    return wave_cli_fail ("convert", WAVE_EXIT_USAGE, _("a file cannot be turned into itself"));
  if (expression != NULL)
    filter = wave_filter_new (expression, 0, NULL, NULL);

  file = wave_recording_file_open (argv[1], NULL, &note, &error);
  if (file == NULL)
    return wave_cli_fail ("convert", WAVE_EXIT_FAILED, error->message);
  if (note != NULL)
    fprintf (stderr, "wavescope-cli: %s\n", note);
  signal (SIGPIPE, SIG_IGN);
  if (options.path == NULL)
    out = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
  options.stream = out;
  options.head = wave_recording_file_get_head (file);
  options.room_id = room;
  options.filter = filter;
  options.anonymise = anonymise;
  return convert_file (file, &options);
}
