// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "cli/wave-cli-connect.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>

/* Failed tries before the first hello after which a command gives up: people who type a wrong address want to know. */
#define MAX_FIRST_TRIES 3
/* A server that answers, though not with a stream, may be starting up. */
#define MAX_FIRST_REFUSALS 6

struct _WaveCliTap
{
  GMainLoop *loop;
  WaveSession *session;
  WaveInbox *inbox;
  WaveCliBatchFunc func;
  gpointer user_data;
  WaveResumeFunc resume_func;
  gpointer resume_data;
  gboolean quiet;
  gboolean ended;
  gboolean was_connected;
  guint failed_tries;
  int exit_code;
  gint wake_pending; /* atomic */
};

int
wave_cli_fail (const char *command, WaveExit code, const char *message)
{
  g_autofree char *clean = wave_redact (message);

  fprintf (stderr, "wavescope-cli %s: %s\n", command, clean);
  return code;
}

void
wave_cli_connect_clear (WaveCliConnect *connect)
{
  g_clear_pointer (&connect->server, g_free);
  g_clear_pointer (&connect->token_file, g_free);
  g_clear_pointer (&connect->data_dir, g_free);
}

void
wave_cli_connect_add_options (WaveCliConnect *connect, GOptionContext *context)
{
  const GOptionEntry entries[] = {
    { "server", 's', 0, G_OPTION_ARG_STRING, &connect->server, N_("The server, such as https://wave.example.org"), N_("URL") },
    { "token-file", 't', 0, G_OPTION_ARG_FILENAME, &connect->token_file,
      N_("File with the token (else the environment's WAVESCOPE_TOKEN, else the keyring)"), N_("FILE") },
    { "allow-plain", 0, 0, G_OPTION_ARG_NONE, &connect->allow_plain,
      N_("Allow http:// to another machine: anybody on the way can read the token"), NULL },
    { "duration", 'd', 0, G_OPTION_ARG_DOUBLE, &connect->duration, N_("End after so many seconds"), N_("SECONDS") },
    { "data-dir", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &connect->data_dir, "Where positions are kept", "DIR" },
    { NULL },
  };

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

typedef struct {
  GMainLoop *loop;
  WaveCredentials *credentials;
  GError *error;
} KeyringLookup;

static void
on_keyring_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KeyringLookup *lookup = user_data;

  lookup->credentials = wave_keyring_lookup_finish (result, &lookup->error);
  g_main_loop_quit (lookup->loop);
}

static WaveCredentials *
look_up_keyring (const char *server, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  KeyringLookup lookup = { loop, NULL, NULL };

  wave_keyring_lookup_async (server, NULL, on_keyring_answer, &lookup);
  g_main_loop_run (loop);
  if (lookup.error != NULL)
    {
      /* No keyring is a normal thing on a server; what counts is that there is no token. */
      g_debug ("the keyring could not be asked: %s", lookup.error->message);
      g_clear_error (&lookup.error);
    }
  if (lookup.credentials == NULL)
    g_set_error (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_UNAUTHORISED,
                 _("there is no token for this server: name a file with --token-file, or set WAVESCOPE_TOKEN"));
  return lookup.credentials;
}

WaveCredentials *
wave_cli_connect_get_credentials (const WaveCliConnect *connect, GError **error)
{
  g_autoptr (GError) fault = NULL;
  const char *token;

  if (!wave_session_check_server (connect->server, connect->allow_plain, &fault))
    {
      if (g_error_matches (fault, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_INSECURE))
        g_set_error_literal (error, fault->domain, fault->code,
                             _("http:// to another machine shows the token to anybody on the way; --allow-plain takes that risk"));
      else
        g_propagate_error (error, g_steal_pointer (&fault));
      return NULL;
    }
  if (connect->token_file != NULL)
    return wave_credentials_new_from_file (connect->token_file, error);

  token = g_getenv ("WAVESCOPE_TOKEN");
  if (token != NULL && *token != '\0')
    return wave_credentials_new (token, NULL);

  return look_up_keyring (connect->server, error);
}

static void
tap_end (WaveCliTap *tap, int exit_code)
{
  if (tap->ended)
    return;
  tap->ended = TRUE;
  tap->exit_code = exit_code;
  g_main_loop_quit (tap->loop);
}

static void
tell_transition (const WaveTransition *transition)
{
  g_autoptr (GString) line = g_string_new ("wavescope-cli: ");
  g_autofree char *clean = NULL;

  g_string_append (line, wave_session_state_get_nick (transition->to));
  if (transition->to == WAVE_SESSION_LIVE && transition->report != NULL)
    g_string_append_printf (line, " (%u fetched in %u pages, %s)", transition->report->events, transition->report->pages,
                            transition->report->complete ? "complete" : "not complete");
  else if (transition->to == WAVE_SESSION_CATCHING_UP && transition->server_name != NULL)
    g_string_append_printf (line, " (%s, tenant %s)", transition->server_name,
                            transition->tenant_id != NULL ? transition->tenant_id : "?");
  if (transition->cause != WAVE_CAUSE_NONE)
    g_string_append_printf (line, ": %s", wave_cause_get_nick (transition->cause));
  if (transition->close_code != 0)
    g_string_append_printf (line, " %u", transition->close_code);
  if (transition->http_status != 0)
    g_string_append_printf (line, " HTTP %u", transition->http_status);
  if (transition->reason != NULL)
    g_string_append_printf (line, " (%s)", transition->reason);
  if (transition->retry_at_mono_us > 0)
    g_string_append_printf (line, ", next try in %.1f s",
                            MAX (0, transition->retry_at_mono_us - g_get_monotonic_time ()) / (double) G_USEC_PER_SEC);
  clean = wave_redact (line->str);
  fprintf (stderr, "%s\n", clean);
}

/* What a transition means for a command that runs unattended. */
static void
judge_transition (WaveCliTap *tap, const WaveTransition *transition)
{
  switch (transition->to)
    {
    case WAVE_SESSION_REFUSED:
      tap_end (tap, WAVE_EXIT_REFUSED);
      break;
    case WAVE_SESSION_REPLACED:
      tap_end (tap, WAVE_EXIT_REPLACED);
      break;
    case WAVE_SESSION_CATCHING_UP:
    case WAVE_SESSION_LIVE:
    case WAVE_SESSION_POLLING:
      tap->was_connected = TRUE;
      break;
    case WAVE_SESSION_WAITING:
    case WAVE_SESSION_CONNECTING:
      if (tap->was_connected || transition->cause == WAVE_CAUSE_TIMER || transition->cause == WAVE_CAUSE_STARTED)
        break;
      tap->failed_tries++;
      if (transition->cause == WAVE_CAUSE_TLS || transition->cause == WAVE_CAUSE_INSECURE
          || tap->failed_tries >= (transition->cause == WAVE_CAUSE_CANNOT_CONNECT ? MAX_FIRST_TRIES : MAX_FIRST_REFUSALS))
        tap_end (tap, WAVE_EXIT_NO_CONNECTION);
      break;
    case WAVE_SESSION_IDLE:
    case WAVE_SESSION_AWAITING_HELLO:
    case WAVE_N_SESSION_STATES:
      break;
    }
}

static void
tap_drain (WaveCliTap *tap)
{
  WaveBatch *next;

  while ((next = wave_inbox_pop (tap->inbox)) != NULL)
    {
      g_autoptr (WaveBatch) batch = next;

      if (batch->transition != NULL && !tap->quiet)
        tell_transition (batch->transition);
      if (!tap->func (tap, batch, tap->user_data))
        {
          tap_end (tap, WAVE_EXIT_DONE);
          return;
        }
      if (batch->transition != NULL)
        judge_transition (tap, batch->transition);
    }
}

static gboolean
on_inbox (gpointer user_data)
{
  WaveCliTap *tap = user_data;

  g_atomic_int_set (&tap->wake_pending, 0);
  if (!tap->ended)
    tap_drain (tap);
  return G_SOURCE_REMOVE;
}

/* Session thread. */
static void
on_wake (gpointer user_data)
{
  WaveCliTap *tap = user_data;

  if (g_atomic_int_compare_and_exchange (&tap->wake_pending, 0, 1))
    {
      g_autoptr (GSource) source = g_idle_source_new ();

      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_static_name (source, "[wavescope] inbox");
      g_source_set_callback (source, on_inbox, tap, NULL);
      g_source_attach (source, NULL);
    }
}

/* Session thread. */
static void
on_batch (WaveBatch *batch, gpointer user_data)
{
  WaveCliTap *tap = user_data;

  wave_inbox_push (tap->inbox, batch);
}

/* Session thread. */
static gboolean
is_behind (gpointer user_data)
{
  WaveCliTap *tap = user_data;

  return wave_inbox_is_behind (tap->inbox);
}

/* Session thread. */
static void
on_resume (const char *server_name, const char *tenant_id, WaveResume *resume, gpointer user_data)
{
  WaveCliTap *tap = user_data;

  if (tap->resume_func != NULL)
    tap->resume_func (server_name, tenant_id, resume, tap->resume_data);
}

static gboolean
on_signal (gpointer user_data)
{
  tap_end (user_data, WAVE_EXIT_DONE);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_duration (gpointer user_data)
{
  WaveCliTap *tap = user_data;

  tap_end (tap, tap->was_connected ? WAVE_EXIT_DONE : WAVE_EXIT_NO_CONNECTION);
  return G_SOURCE_CONTINUE;
}

int
wave_cli_tap_run (const WaveSessionConfig *config, double duration, gboolean quiet, WaveCliBatchFunc func, gpointer user_data)
{
  WaveCliTap tap = { 0 };
  WaveSessionConfig own = *config;
  g_autoptr (GError) error = NULL;
  guint sources[3] = { 0 };
  gboolean cut_short;

  tap.loop = g_main_loop_new (NULL, FALSE);
  tap.inbox = wave_inbox_new (on_wake, &tap);
  tap.func = func;
  tap.user_data = user_data;
  tap.quiet = quiet;
  tap.resume_func = config->resume_func;
  tap.resume_data = config->user_data;
  own.batch_func = on_batch;
  own.resume_func = on_resume;
  own.behind_func = is_behind;
  own.user_data = &tap;

  tap.session = wave_session_new (&own, &error);
  if (tap.session == NULL)
    {
      wave_inbox_close (tap.inbox);
      wave_inbox_unref (tap.inbox);
      g_main_loop_unref (tap.loop);
      return wave_cli_fail ("connect", g_error_matches (error, WAVE_SESSION_ERROR, WAVE_SESSION_ERROR_ADDRESS) ? WAVE_EXIT_USAGE
                                                                                                              : WAVE_EXIT_NO_CONNECTION,
                            error->message);
    }

  sources[0] = g_unix_signal_add (SIGINT, on_signal, &tap);
  sources[1] = g_unix_signal_add (SIGTERM, on_signal, &tap);
  if (duration > 0)
    sources[2] = g_timeout_add (MAX (1, (guint) (duration * 1000)), on_duration, &tap);

  wave_session_start (tap.session);
  g_main_loop_run (tap.loop);

  /* A run that func ended wants no more; one that was interrupted still gets what had come. */
  cut_short = tap.exit_code == WAVE_EXIT_DONE && wave_inbox_get_backlog (tap.inbox) > 0;
  wave_session_stop (tap.session);
  wave_inbox_close (tap.inbox);
  if (cut_short)
    {
      tap.quiet = TRUE;
      tap_drain (&tap);
    }

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_clear_handle_id (&sources[i], g_source_remove);
  g_source_remove_by_user_data (&tap);
  g_clear_object (&tap.session);
  wave_inbox_unref (tap.inbox);
  g_main_loop_unref (tap.loop);
  return tap.exit_code;
}
