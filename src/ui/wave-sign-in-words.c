// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-sign-in-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/wave-text.h"
#include "session/wave-session.h"

#define MAX_REASON 240
#define MAX_NAME 80

static char *
visible (const char *text, gsize max)
{
  return wave_text_make_visible (text, strlen (text), max);
}

char *
wave_sign_in_words (const GError *error, gboolean by_password)
{
  g_autofree char *clean = wave_redact (error->message);
  g_autofree char *reason = visible (clean, MAX_REASON);

  if (error->domain != WAVE_SESSION_ERROR)
    return g_steal_pointer (&reason);
  switch (error->code)
    {
    case WAVE_SESSION_ERROR_ADDRESS:
      return g_strdup (_("This is no address of a server. It must look like https://wave.example.org, with nothing behind it."));
    case WAVE_SESSION_ERROR_INSECURE:
      return g_strdup (_("Plain HTTP to another machine would show the token to anybody on the way. Use https, or allow it for this server."));
    case WAVE_SESSION_ERROR_UNAUTHORISED:
      return by_password ? g_strdup_printf (_("The server refuses this user and password (%s)."), reason)
                         : g_strdup_printf (_("The server refuses this token (%s). Give another one."), reason);
    case WAVE_SESSION_ERROR_FORBIDDEN:
      return by_password ? g_strdup_printf (_("The server does not let Wavescope in with user and password (%s). Use a token."), reason)
                         : g_strdup_printf (_("This token may not be used here (%s)."), reason);
    case WAVE_SESSION_ERROR_NOT_FOUND:
      return by_password ? g_strdup (_("The server does not offer signing in with user and password. Use a token."))
                         : g_strdup_printf (_("The server does not know this account yet (%s). Sign in to ScaiWave in a browser once, then try again."), reason);
    case WAVE_SESSION_ERROR_RATE_LIMITED:
      return g_strdup (_("The server asks for patience: too many tries. Wait a minute, then try again."));
    case WAVE_SESSION_ERROR_REDIRECT:
      return g_strdup (_("The server sends Wavescope to another address, where the token must not go. Enter that address if it is the right one."));
    case WAVE_SESSION_ERROR_TLS:
      return g_strdup_printf (_("The connection is not safe: %s. Wavescope does not connect."), reason);
    case WAVE_SESSION_ERROR_NETWORK:
      return g_strdup_printf (_("The server cannot be reached: %s. Check the address and the network."), reason);
    case WAVE_SESSION_ERROR_SHAPE:
      return g_strdup_printf (_("What answers at this address is no ScaiWave server (%s)."), reason);
    case WAVE_SESSION_ERROR_HTTP:
      return by_password ? g_strdup_printf (_("The server could not sign you in (%s)."), reason)
                         : g_strdup_printf (_("The server has trouble of its own (%s). Try again later."), reason);
    default:
      return g_steal_pointer (&reason);
    }
}

char *
wave_sign_in_label (const WaveMe *me)
{
  const char *name = me->display_name != NULL && *me->display_name != '\0' ? me->display_name : me->fqid;
  g_autofree char *first = name != NULL ? visible (name, MAX_NAME) : NULL;
  g_autofree char *tenant = NULL;

  if (first == NULL)
    return NULL;
  if (me->tenant_name == NULL || *me->tenant_name == '\0')
    return g_steal_pointer (&first);
  tenant = visible (me->tenant_name, MAX_NAME);
  /* Translators: an account: a person or service, and the tenant that it belongs to. */
  return g_strdup_printf (_("%s · %s"), first, tenant);
}

WaveCredentials *
wave_sign_in_read_token (const char *text)
{
  const char *start = text + strspn (text, " \t\r\n");

  if (*start == '{')
    {
      g_autoptr (GBytes) bytes = g_bytes_new (start, strlen (start));
      g_autoptr (WaveTokenSet) set = wave_token_set_decode (bytes, NULL);

      if (set != NULL && set->access_token != NULL)
        {
          WaveCredentials *credentials = wave_credentials_new (set->access_token, set->refresh_token);

          wave_credentials_set (credentials, set->access_token, set->refresh_token, set->expires_in_s);
          return credentials;
        }
    }
  return wave_credentials_new (start, NULL);
}
