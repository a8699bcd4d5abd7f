// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-expiry.h"

#include <glib/gi18n.h>

#include "ui/wave-format.h"

/* A renewal that has not come this long after it was due is not going to. */
#define RENEWAL_GRACE_US (90 * G_USEC_PER_SEC)

static gboolean
is_renewed (WaveCredentials *credentials, gint64 now_us)
{
  gint64 due = wave_credentials_get_refresh_due (credentials);

  return due >= 0 && now_us < due + RENEWAL_GRACE_US;
}

static int
minutes_to (gint64 expiry, gint64 now_us)
{
  return (int) MIN ((expiry - now_us + G_TIME_SPAN_MINUTE - 1) / (G_TIME_SPAN_MINUTE), G_MAXINT);
}

char *
wave_expiry_describe (WaveCredentials *credentials, gint64 now_us)
{
  gint64 expiry = wave_credentials_get_expiry (credentials);
  g_autofree char *when = NULL;

  if (expiry < 0)
    return NULL;
  if (is_renewed (credentials, now_us))
    {
      when = wave_format_when (MAX (wave_credentials_get_refresh_due (credentials), now_us), now_us);
      return g_strdup_printf (_("The token is renewed by itself; next at %s"), when);
    }
  when = wave_format_clock (expiry);
  if (expiry <= now_us)
    return g_strdup_printf (_("The token ran out at %s"), when);
  if (expiry - now_us > G_TIME_SPAN_DAY)
    {
      int days = (int) ((expiry - now_us) / (G_TIME_SPAN_DAY));

      return g_strdup_printf (ngettext ("The token runs out in %d day", "The token runs out in %d days", days), days);
    }
  /* Translators: %s is a time of day. */
  return g_strdup_printf (_("The token runs out at %s"), when);
}

char *
wave_expiry_warn (WaveCredentials *credentials, gint64 now_us)
{
  gint64 expiry = wave_credentials_get_expiry (credentials);
  int minutes;

  if (expiry < 0 || is_renewed (credentials, now_us) || expiry - now_us > WAVE_EXPIRY_WARNING_US)
    return NULL;
  if (expiry <= now_us)
    return g_strdup (_("The token has run out; the server may end the connection at any time"));
  minutes = minutes_to (expiry, now_us);
  return g_strdup_printf (ngettext ("The token runs out in %d minute", "The token runs out in %d minutes", minutes), minutes);
}
