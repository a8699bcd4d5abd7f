// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/wave-cli-connect.h"
#include "journal/wave-exporter.h"
#include "journal/wave-journal.h"

typedef enum { FORMAT_TEXT, FORMAT_NDJSON, FORMAT_RAW } TailFormat;

/* How many durable events the position's journal remembers by key. */
#define REMEMBERED_KEYS 100000

typedef struct {
  TailFormat format;
  gint64 count; /* 0 = no limit */
  gint64 printed;
  gboolean broken_pipe;
  WaveFilterRun *filter; /* nullable */
  gint64 last_wall_us;   /* arrival of the event before, printed or not */

  /* Where this server and tenant were left. Opened on the session's thread, used on the main one. */
  GMutex lock;
  WaveJournal *positions;
  const char *server;
  const char *data_dir;
} Tail;

static gboolean
parse_format (const char *word, TailFormat *format)
{
  static const char *const words[] = { "text", "ndjson", "raw" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (word == NULL || g_str_equal (word, words[i]))
      {
        *format = (TailFormat) i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_since (const char *word, WaveSessionConfig *config)
{
  guint64 position;

  config->since = WAVE_SINCE_STORED;
  if (word == NULL || g_str_equal (word, "stored"))
    return TRUE;
  config->since = WAVE_SINCE_HEAD;
  if (g_str_equal (word, "head"))
    return TRUE;
  config->since = WAVE_SINCE_POSITION;
  if (!g_ascii_string_to_unsigned (word, 10, 0, G_MAXINT64, &position, NULL))
    return FALSE;
  config->since_position = position;
  return TRUE;
}

static void
print_text (const WaveEvent *event, GString *line)
{
  g_autofree char *summary = wave_event_summarise (event);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (event->arrived_wall_us);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *clock = g_date_time_format (local, "%H:%M:%S");

  g_string_append_printf (line, "%s.%03d %c %-26s %-20s %-16s %s", clock,
                          (int) (g_date_time_get_microsecond (local) / 1000), event->via == WAVE_VIA_STREAM ? ' ' : '<',
                          *event->type != '\0' ? event->type : "(not an event)", event->room_id != NULL ? event->room_id : "-",
                          event->sender_id != NULL ? event->sender_id : "-", summary);
}

static gboolean
print_event (Tail *tail, const WaveEvent *event)
{
  g_autoptr (GString) line = g_string_sized_new (512);

  switch (tail->format)
    {
    case FORMAT_NDJSON:
      wave_event_append_json (event, line);
      break;
    case FORMAT_TEXT:
      print_text (event, line);
      break;
    case FORMAT_RAW:
      g_string_append_len (line, event->raw, event->raw_size);
      break;
    }
  g_string_append_c (line, '\n');
  if (fwrite (line->str, 1, line->len, stdout) != line->len || fflush (stdout) != 0)
    {
      tail->broken_pipe = TRUE;
      return FALSE;
    }
  return TRUE;
}

/* What was printed is what is remembered, and only then: an event may be printed again after a kill, but is never skipped. Ephemeral events
 * cannot be fetched again, so they are not kept. */
static void
remember (Tail *tail, WaveBatch *batch, guint n_printed)
{
  g_autoptr (WaveBatch) kept = wave_batch_new ();

  for (guint i = 0; i < n_printed; i++)
    {
      const WaveEvent *event = g_ptr_array_index (batch->events, i);

      if (wave_event_is_durable (event))
        g_ptr_array_add (kept->events, wave_event_ref (event));
    }
  kept->cursor = n_printed == batch->events->len ? batch->cursor : -1;
  if (kept->events->len == 0 && kept->cursor < 0)
    return;

  g_mutex_lock (&tail->lock);
  if (tail->positions != NULL)
    wave_journal_submit (tail->positions, kept);
  g_mutex_unlock (&tail->lock);
}

static gboolean
passes (Tail *tail, const WaveEvent *event)
{
  gint64 gap = tail->last_wall_us > 0 ? event->arrived_wall_us - tail->last_wall_us : G_MININT64;

  tail->last_wall_us = event->arrived_wall_us;
  return tail->filter == NULL || wave_filter_run_match_event (tail->filter, event, NULL, NULL, gap, G_MININT64);
}

static gboolean
on_batch (WaveCliTap *tap, WaveBatch *batch, gpointer user_data)
{
  Tail *tail = user_data;
  guint n_printed = 0;
  gboolean go_on = !tail->broken_pipe;

  while (go_on && n_printed < batch->events->len)
    {
      const WaveEvent *event = g_ptr_array_index (batch->events, n_printed);

      /* What the filter leaves out counts as seen. */
      if (!passes (tail, event))
        n_printed++;
      else if (!print_event (tail, event))
        go_on = FALSE;
      else
        {
          n_printed++;
          tail->printed++;
          go_on = tail->count == 0 || tail->printed < tail->count;
        }
    }
  remember (tail, batch, n_printed);
  return go_on;
}

/* Session thread. Positions of tail are kept apart from the app's journal: a "tail --since head" must not make the app believe that it has
 * seen what lies between. */
static void
on_resume (const char *server_name, const char *tenant_id, WaveResume *resume, gpointer user_data)
{
  Tail *tail = user_data;
  g_autofree char *own_dir = tail->data_dir != NULL
                                 ? g_build_filename (tail->data_dir, "tail", NULL)
                                 : g_build_filename (g_get_user_data_dir (), "wavescope", "tail", NULL);
  g_autofree char *path = wave_journal_path_for (own_dir, tail->server, tenant_id != NULL ? tenant_id : "");
  g_autofree char *set_aside = NULL;
  g_autoptr (GError) error = NULL;
  WaveJournal *positions = wave_journal_open (path, &set_aside, &error);
  WaveJournal *former;

  resume->cursor = -1;
  if (positions == NULL)
    fprintf (stderr, "wavescope-cli: the position cannot be kept: %s\n", error->message);
  else
    {
      if (set_aside != NULL)
        fprintf (stderr, "wavescope-cli: the kept position was damaged and is set aside in %s\n", set_aside);
      resume->cursor = wave_journal_get_cursor (positions);
      resume->keys = wave_journal_get_recent_keys (positions, REMEMBERED_KEYS, NULL);
    }

  g_mutex_lock (&tail->lock);
  former = g_steal_pointer (&tail->positions);
  tail->positions = positions;
  g_mutex_unlock (&tail->lock);

  if (former != NULL)
    {
      wave_journal_close (former);
      g_object_unref (former);
    }
}

int
wave_cli_tail (int argc, char **argv)
{
  g_auto (WaveCliConnect) connect = { 0 };
  g_autofree char *since = NULL;
  g_autofree char *format = NULL;
  g_autofree char *expression = NULL;
  gint64 count = 0;
  gboolean quiet = FALSE;
  const GOptionEntry entries[] = {
    { "since", 0, 0, G_OPTION_ARG_STRING, &since, N_("Where to start: a position (0 = the whole history), “stored” or “head”"), N_("POS") },
    { "count", 'n', 0, G_OPTION_ARG_INT64, &count, N_("End after so many events"), N_("N") },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, N_("text, ndjson or raw"), N_("FORMAT") },
    { "filter", 0, 0, G_OPTION_ARG_STRING, &expression, N_("Only what matches, such as 'type:message -from:scout'; “help” explains"), N_("FILTER") },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &quiet, N_("Do not tell about the connection on stderr"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveCredentials) credentials = NULL;
  WaveSessionConfig config = { 0 };
  g_autoptr (WaveFilterRun) filter = NULL;
  Tail tail = { 0 };
  int exit_code;

  g_option_context_set_summary (context, _("Prints each event of a tenant once, as it arrives."));
  wave_cli_connect_add_options (&connect, context);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return wave_cli_fail ("tail", WAVE_EXIT_USAGE, error->message);
  if (argc > 1)
    return wave_cli_fail ("tail", WAVE_EXIT_USAGE, _("it takes options only; see --help"));
  if (!wave_cli_filter (expression, &filter, &exit_code))
    return exit_code;
  if (connect.server == NULL)
    return wave_cli_fail ("tail", WAVE_EXIT_USAGE, _("--server is missing; see --help"));
  if (!parse_since (since, &config))
    return wave_cli_fail ("tail", WAVE_EXIT_USAGE, _("--since takes a position, “stored” or “head”"));
  if (!parse_format (format, &tail.format))
    return wave_cli_fail ("tail", WAVE_EXIT_USAGE, _("--format takes text, ndjson or raw"));
  if (count < 0 || connect.duration < 0)
    return wave_cli_fail ("tail", WAVE_EXIT_USAGE, _("--count and --duration take positive numbers"));

  credentials = wave_cli_connect_get_credentials (&connect, &error);
  if (credentials == NULL)
    return wave_cli_fail ("tail", WAVE_EXIT_USAGE, error->message);

  /* A closed pipe shows as a failed write. */
  signal (SIGPIPE, SIG_IGN);
  g_mutex_init (&tail.lock);
  tail.count = count;
  tail.filter = filter;
  tail.server = connect.server;
  tail.data_dir = connect.data_dir;
  config.server = connect.server;
  config.credentials = credentials;
  config.allow_plain = connect.allow_plain;
  config.timings = wave_session_timings_default ();
  config.resume_func = on_resume;
  config.user_data = &tail;

  exit_code = wave_cli_tap_run (&config, connect.duration, quiet, on_batch, &tail);

  if (tail.positions != NULL)
    {
      wave_journal_close (tail.positions);
      g_object_unref (tail.positions);
    }
  g_mutex_clear (&tail.lock);
  return exit_code;
}
