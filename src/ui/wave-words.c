// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-words.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>
#include <string.h>

#include "model/wave-participant.h"
#include "protocol/wave-text.h"
#include "ui/wave-format.h"

#define MAX_REASON 300

const char *
wave_words_state (WaveSessionState state)
{
  switch (state)
    {
    case WAVE_SESSION_IDLE:
      return _("Not connected");
    case WAVE_SESSION_CONNECTING:
      return _("Connecting…");
    case WAVE_SESSION_AWAITING_HELLO:
      return _("Waiting for hello…");
    case WAVE_SESSION_CATCHING_UP:
      return _("Catching up…");
    case WAVE_SESSION_LIVE:
      return _("Live");
    case WAVE_SESSION_WAITING:
      return _("Connection lost");
    case WAVE_SESSION_REFUSED:
      return _("Refused");
    case WAVE_SESSION_REPLACED:
      return _("Replaced");
    case WAVE_SESSION_POLLING:
      return _("Polling");
    case WAVE_N_SESSION_STATES:
    default:
      return "";
    }
}

const char *
wave_words_state_class (WaveSessionState state)
{
  switch (state)
    {
    case WAVE_SESSION_LIVE:
      return "live";
    case WAVE_SESSION_CONNECTING:
    case WAVE_SESSION_AWAITING_HELLO:
    case WAVE_SESSION_CATCHING_UP:
    case WAVE_SESSION_POLLING:
      return "busy";
    case WAVE_SESSION_WAITING:
      return "waiting";
    default:
      return "stopped";
    }
}

static char *
with_reason (const char *sentence, const char *reason)
{
  /* In the server's words. */
  g_autofree char *shown = wave_text_make_visible (reason, reason != NULL ? strlen (reason) : 0, MAX_REASON);

  return *shown != '\0' ? g_strdup_printf ("%s (%s)", sentence, shown) : g_strdup (sentence);
}

char *
wave_words_cause (const WaveTransition *transition)
{
  g_autofree char *sentence = NULL;

  switch (transition->cause)
    {
    case WAVE_CAUSE_NONE:
    case WAVE_N_CAUSES:
      return g_strdup ("");
    case WAVE_CAUSE_STARTED:
      return g_strdup (_("Started"));
    case WAVE_CAUSE_STOPPED:
      return g_strdup (_("Stopped here"));
    case WAVE_CAUSE_OPENED:
      return g_strdup (_("The connection is open"));
    case WAVE_CAUSE_HELLO:
      return g_strdup (_("The server said hello"));
    case WAVE_CAUSE_CAUGHT_UP:
      return g_strdup (_("Caught up"));
    case WAVE_CAUSE_TIMER:
      return g_strdup (_("The wait was over"));
    case WAVE_CAUSE_ASKED:
      return g_strdup (_("Asked for here"));
    case WAVE_CAUSE_NETWORK_BACK:
      return g_strdup (_("The network came back"));
    case WAVE_CAUSE_NEW_TOKEN:
      return g_strdup (_("A new token"));
    case WAVE_CAUSE_HELLO_LATE:
      return with_reason (_("The server did not say hello in time"), transition->reason);
    case WAVE_CAUSE_SILENT:
      return with_reason (_("Nothing was heard from the server for too long"), transition->reason);
    case WAVE_CAUSE_CLOSED:
      sentence = g_strdup_printf (_("The server closed the connection with code %u"), transition->close_code);
      return with_reason (sentence, transition->reason);
    case WAVE_CAUSE_DROPPED:
      return with_reason (_("The connection broke without a word"), transition->reason);
    case WAVE_CAUSE_FRAME_TOO_LARGE:
      return with_reason (_("A frame was larger than Wavescope accepts"), transition->reason);
    case WAVE_CAUSE_CANNOT_CONNECT:
      return with_reason (_("The server cannot be reached"), transition->reason);
    case WAVE_CAUSE_TLS:
      return with_reason (_("The server’s certificate is not trusted"), transition->reason);
    case WAVE_CAUSE_UPGRADE_REFUSED:
      sentence = g_strdup_printf (_("The server answered %u instead of opening a stream"), transition->http_status);
      return with_reason (sentence, transition->reason);
    case WAVE_CAUSE_TOKEN_REFUSED:
      return with_reason (_("The server refuses the token"), transition->reason);
    case WAVE_CAUSE_DUPLICATE:
      return with_reason (_("Another client connected with the same token"), transition->reason);
    case WAVE_CAUSE_SYNC_FAILED:
      return with_reason (_("Catch-up could not be finished"), transition->reason);
    case WAVE_CAUSE_INSECURE:
      return g_strdup (_("Plain http to another machine was not allowed"));
    default:
      return g_strdup (wave_cause_get_nick (transition->cause));
    }
}

char *
wave_words_advice (const WaveTransition *transition)
{
  switch (transition->to)
    {
    case WAVE_SESSION_REFUSED:
      if (transition->cause == WAVE_CAUSE_INSECURE)
        return g_strdup (_("Use https, or allow plain http for this server when you connect."));
      return g_strdup (_("Give a new token. The one that was refused is not tried again."));
    case WAVE_SESSION_REPLACED:
      return g_strdup (_("Use a token of its own for Wavescope; two clients with one token evict each other."));
    case WAVE_SESSION_POLLING:
      return g_strdup (_("Only durable events arrive this way: no typing, presence or growing replies. A proxy may block WebSockets."));
    case WAVE_SESSION_WAITING:
      switch (transition->cause)
        {
        case WAVE_CAUSE_TLS:
          return g_strdup (_("Check the address and this computer’s clock; ask whoever runs the server about its certificate."));
        case WAVE_CAUSE_CANNOT_CONNECT:
          return g_strdup (_("Check the address and the network."));
        case WAVE_CAUSE_HELLO_LATE:
          return g_strdup (_("Often a token that has run out, or a proxy that holds frames back."));
        default:
          return NULL;
        }
    default:
      return NULL;
    }
}

char *
wave_words_sentence (const char *text)
{
  /* The direction of a line is that of its first strong letter, and that may be one of a name. */
  if (text != NULL && g_utf8_get_char (text) == 0x2068)
    return g_strconcat (gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL ? "\u200f" : "\u200e", text, NULL);
  return g_strdup (text);
}

/* (transfer full) (nullable) */
static char *
nth_name (GListModel *people, guint n)
{
  g_autoptr (WaveParticipant) participant = g_list_model_get_item (people, n);

  return participant != NULL ? wave_text_isolate (wave_participant_get_display_name (participant)) : NULL;
}

char *
wave_words_typing (GListModel *typists)
{
  guint n = g_list_model_get_n_items (typists);
  g_autofree char *first = nth_name (typists, 0);
  g_autofree char *second = nth_name (typists, 1);
  g_autofree char *third = nth_name (typists, 2);
  g_autofree char *words = NULL;

  switch (n)
    {
    case 0:
      return NULL;
    case 1:
      words = g_strdup_printf (_("%s is typing…"), first);
      break;
    case 2:
      words = g_strdup_printf (_("%s and %s are typing…"), first, second);
      break;
    case 3:
      words = g_strdup_printf (_("%s, %s and %s are typing…"), first, second, third);
      break;
    default:
      words = g_strdup_printf (ngettext ("%s, %s and %u other are typing…", "%s, %s and %u others are typing…", n - 2), first, second, n - 2);
      break;
    }
  return wave_words_sentence (words);
}

char *
wave_words_phase (WaveAiPhase phase, const char *status, const char *tool)
{
  switch (phase)
    {
    case WAVE_AI_IDLE:
      return g_strdup (_("idle"));
    case WAVE_AI_THINKING:
      return g_strdup (_("thinking"));
    case WAVE_AI_GENERATING:
      return g_strdup (_("generating"));
    case WAVE_AI_CALLING:
      return tool != NULL ? g_strdup_printf (_("calling %s"), tool) : g_strdup (_("calling a tool"));
    case WAVE_AI_OTHER:
    default:
      return g_strdup (status != NULL ? status : "");
    }
}
