// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-format.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <math.h>

static WaveClock clock_format = WAVE_CLOCK_LOCALE;

void
wave_format_set_clock (WaveClock clock)
{
  clock_format = clock;
}

WaveClock
wave_format_get_clock (void)
{
  return clock_format;
}

/* GLib looks at the files of the zone each time; lists ask for thousands of times a second. */
#define ZONE_US (5 * G_USEC_PER_SEC)

static GDateTime *
local_time (gint64 wall_us)
{
  static _Thread_local GTimeZone *zone;
  static _Thread_local gint64 looked_us;
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (wall_us);
  gint64 now = g_get_monotonic_time ();

  if (zone == NULL || now - looked_us > ZONE_US)
    {
      g_clear_pointer (&zone, g_time_zone_unref);
      zone = g_time_zone_new_local ();
      looked_us = now;
    }
  return utc != NULL ? g_date_time_to_timezone (utc, zone) : NULL;
}

char *
wave_format_clock (gint64 wall_us)
{
  g_autoptr (GDateTime) time = local_time (wall_us);

  if (time == NULL)
    return g_strdup ("–");
  if (clock_format == WAVE_CLOCK_24)
    return g_date_time_format (time, "%H:%M");
  if (clock_format == WAVE_CLOCK_12)
    /* Translators: the time of day with 12 hours, as strftime writes it. */
    return g_date_time_format (time, C_ ("time of day", "%-I:%M %p"));
  /* Translators: the time of day as strftime writes it, hours and minutes. */
  return g_date_time_format (time, C_ ("time of day", "%H:%M"));
}

char *
wave_format_clock_ms (gint64 wall_us)
{
  g_autoptr (GDateTime) time = local_time (wall_us);
  g_autofree char *seconds = NULL;

  if (time == NULL)
    return g_strdup ("–");
  seconds = g_date_time_format (time, "%H:%M:%S");
  return g_strdup_printf ("%s.%03d", seconds, g_date_time_get_microsecond (time) / 1000);
}

/* Days from @then to @now by the local calendar. */
static int
days_between (GDateTime *then, GDateTime *now)
{
  GDate a, b;

  g_date_clear (&a, 1);
  g_date_clear (&b, 1);
  g_date_set_dmy (&a, g_date_time_get_day_of_month (then), g_date_time_get_month (then), g_date_time_get_year (then));
  g_date_set_dmy (&b, g_date_time_get_day_of_month (now), g_date_time_get_month (now), g_date_time_get_year (now));
  return g_date_days_between (&a, &b);
}

char *
wave_format_day (gint64 wall_us, gint64 now_wall_us)
{
  g_autoptr (GDateTime) time = local_time (wall_us);
  g_autoptr (GDateTime) now = local_time (now_wall_us);

  if (time == NULL || now == NULL)
    return g_strdup ("–");
  switch (days_between (time, now))
    {
    case 0:
      return g_strdup (_("Today"));
    case 1:
      return g_strdup (_("Yesterday"));
    default:
      break;
    }
  if (g_date_time_get_year (time) == g_date_time_get_year (now))
    /* Translators: a day of this year as strftime writes it, such as "Monday, 23 November". xgettext:no-c-format */
    return g_date_time_format (time, _("%A, %-e %B"));
  /* Translators: a day of another year as strftime writes it. xgettext:no-c-format */
  return g_date_time_format (time, _("%A, %-e %B %Y"));
}

char *
wave_format_when (gint64 wall_us, gint64 now_wall_us)
{
  g_autoptr (GDateTime) time = local_time (wall_us);
  g_autoptr (GDateTime) now = local_time (now_wall_us);
  int days;

  if (time == NULL || now == NULL)
    return g_strdup ("–");
  days = days_between (time, now);
  if (days <= 0)
    return wave_format_clock (wall_us);
  if (days == 1)
    return g_strdup (_("Yesterday"));
  if (days < 7)
    return g_date_time_format (time, "%a");
  if (g_date_time_get_year (time) == g_date_time_get_year (now))
    /* Translators: a short date of this year as strftime writes it, such as "23 Nov". xgettext:no-c-format */
    return g_date_time_format (time, _("%-e %b"));
  /* Translators: a short date of another year as strftime writes it. xgettext:no-c-format */
  return g_date_time_format (time, _("%-e %b %Y"));
}

char *
wave_format_span (gint64 us)
{
  gint64 seconds = us / G_USEC_PER_SEC;

  if (us < 0)
    return g_strdup ("–");
  if (us < 1000)
    return g_strdup_printf (_("%d µs"), (int) us);
  if (us < 10 * 1000)
    return g_strdup_printf (_("%.1f ms"), us / 1e3);
  if (us < G_USEC_PER_SEC)
    return g_strdup_printf (_("%.0f ms"), us / 1e3);
  if (us < 10 * G_USEC_PER_SEC)
    return g_strdup_printf (_("%.2f s"), us / 1e6);
  if (us < 60 * G_USEC_PER_SEC)
    return g_strdup_printf (_("%.1f s"), us / 1e6);
  if (seconds < 3600)
    return g_strdup_printf ("%d:%02d", (int) (seconds / 60), (int) (seconds % 60));
  return g_strdup_printf ("%d:%02d:%02d", (int) (seconds / 3600), (int) (seconds / 60 % 60), (int) (seconds % 60));
}

char *
wave_format_latency (gint64 us)
{
  g_autofree char *span = NULL;

  if (us >= 0)
    return wave_format_span (us);
  if (us > -G_USEC_PER_SEC)
    return g_strdup (_("< 1 s"));
  span = wave_format_span (-us);
  return g_strdup_printf ("−%s", span);
}

char *
wave_format_elapsed (gint64 us)
{
  gint64 seconds = MAX (us, 0) / G_USEC_PER_SEC;

  if (seconds < 60)
    return g_strdup_printf (_("%d s"), (int) seconds);
  if (seconds < 3600)
    return g_strdup_printf (_("%d min"), (int) (seconds / 60));
  if (seconds < 48 * 3600)
    return g_strdup_printf (_("%d h"), (int) (seconds / 3600));
  return g_strdup_printf (_("%d d"), (int) (seconds / 86400));
}

char *
wave_format_size (guint64 bytes)
{
  return g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
}

char *
wave_format_count (guint64 n)
{
  const char *separator = localeconv ()->thousands_sep;
  g_autofree char *digits = NULL;
  g_autoptr (GString) grouped = NULL;

  if (separator != NULL && *separator != '\0')
    return g_strdup_printf ("%'" G_GUINT64_FORMAT, n);
  /* The plain C locale has no grouping, and a number of six digits without one is not read but counted. */
  digits = g_strdup_printf ("%" G_GUINT64_FORMAT, n);
  grouped = g_string_new (digits);
  for (gssize at = (gssize) grouped->len - 3; at > 0; at -= 3)
    g_string_insert_c (grouped, at, ',');
  return g_string_free (g_steal_pointer (&grouped), FALSE);
}

char *
wave_format_rate (double per_second)
{
  if (!isfinite (per_second))
    return g_strdup ("–");
  if (per_second < 10)
    return g_strdup_printf ("%.1f", per_second);
  return g_strdup_printf ("%'.0f", per_second);
}
