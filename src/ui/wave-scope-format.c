// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#include "model/wave-participant.h"
#include "model/wave-room.h"
#include "protocol/wave-payloads.h"
#include "ui/wave-scope-format.h"

char *
wave_scope_format_duration (gint64 us)
{
  if (us < 0)
    return g_strdup ("–");
  if (us == 0)
    return g_strdup (_("0 s"));
  if (us < 1000)
    return g_strdup_printf (_("%d µs"), (int)us);
  if (us < 10000)
    return g_strdup_printf (_("%.1f ms"), us / 1e3);
  if (us < 999500)
    return g_strdup_printf (_("%.0f ms"), us / 1e3);
  if (us < 9995000)
    return g_strdup_printf (_("%.2f s"), us / 1e6);
  if (us < 59950000)
    return g_strdup_printf (_("%.1f s"), us / 1e6);

  gint64 seconds = (us + 500000) / G_USEC_PER_SEC;
  if (seconds < 3600)
    return g_strdup_printf (_("%d min %02d s"), (int)(seconds / 60), (int)(seconds % 60));
  return g_strdup_printf (_("%d h %02d min"), (int)(seconds / 3600), (int)(seconds / 60 % 60));
}

char *
wave_scope_format_span (gint64 us)
{
  if (us < 1000 * 1000)
    return g_strdup_printf (_("%d ms"), (int)((us + 500) / 1000));
  if (us < 60 * (gint64)G_USEC_PER_SEC)
    return us % G_USEC_PER_SEC == 0 ? g_strdup_printf (_("%d s"), (int)(us / G_USEC_PER_SEC)) : g_strdup_printf (_("%.1f s"), us / 1e6);
  if (us < 3600 * (gint64)G_USEC_PER_SEC)
    return us % (60 * G_USEC_PER_SEC) == 0 ? g_strdup_printf (_("%d min"), (int)(us / 60 / G_USEC_PER_SEC)) : g_strdup_printf (_("%.1f min"), us / 6e7);
  return us % (3600 * (gint64)G_USEC_PER_SEC) == 0 ? g_strdup_printf (_("%d h"), (int)(us / 3600 / G_USEC_PER_SEC)) : g_strdup_printf (_("%.1f h"), us / 3.6e9);
}

char *
wave_scope_format_rate (double per_second)
{
  if (isnan (per_second))
    return g_strdup ("–");
  return g_strdup_printf (per_second < 10 ? _("%.1f /s") : _("%.0f /s"), per_second);
}

gint64
wave_scope_tick_step (double us_per_px, double min_px)
{
  static const gint64 seconds[] = { 1,  2,   5,   10,  15,   30,   60,   120,  300,   600,
                                    900, 1800, 3600, 7200, 10800, 21600, 43200, 86400 };
  double wanted = us_per_px * min_px;
  gint64 step = 1;

  while (step < G_USEC_PER_SEC)
    {
      if (step >= wanted)
        return step;
      if (step * 2 >= wanted)
        return step * 2;
      if (step * 5 >= wanted)
        return step * 5;
      step *= 10;
    }
  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    if (seconds[i] * (double)G_USEC_PER_SEC >= wanted)
      return seconds[i] * G_USEC_PER_SEC;
  return (gint64)ceil (wanted / (86400.0 * G_USEC_PER_SEC)) * 86400 * G_USEC_PER_SEC;
}

char *
wave_scope_format_tick (gint64 offset_us, gint64 step_us)
{
  const char *sign = offset_us < 0 ? "−" : "";
  gint64 size = ABS (offset_us);

  if (size == 0)
    return g_strdup ("0");
  if (step_us < 1000)
    return g_strdup_printf (_("%s%.3f ms"), sign, size / 1e3);
  if (step_us < G_USEC_PER_SEC)
    return size < G_USEC_PER_SEC ? g_strdup_printf (_("%s%d ms"), sign, (int)(size / 1000))
                                 : g_strdup_printf (_("%s%.*f s"), sign, step_us < 10000 ? 3 : step_us < 100000 ? 2 : 1, size / 1e6);

  gint64 s = size / G_USEC_PER_SEC;
  if (s < 120 && step_us < 60 * (gint64)G_USEC_PER_SEC)
    return g_strdup_printf (_("%s%d s"), sign, (int)s);
  if (s < 3600)
    return s % 60 == 0 ? g_strdup_printf (_("%s%d min"), sign, (int)(s / 60))
                       : g_strdup_printf ("%s%d:%02d", sign, (int)(s / 60), (int)(s % 60));
  return g_strdup_printf (_("%s%d h %02d"), sign, (int)(s / 3600), (int)(s / 60 % 60));
}

const char *
wave_scope_outcome_word (WaveStream *stream)
{
  if (wave_stream_is_live (stream) && wave_stream_is_stalled (stream))
    return _("stalled now");
  switch (wave_stream_get_outcome (stream))
    {
    case WAVE_STREAM_ANNOUNCED:
      return _("announced, no text yet");
    case WAVE_STREAM_OPEN:
      return _("generating");
    case WAVE_STREAM_DONE:
      return _("done, without final message");
    case WAVE_STREAM_SETTLED:
      return _("settled by its message");
    case WAVE_STREAM_FAILED:
      return _("failed");
    case WAVE_STREAM_TORN:
      return _("torn by a gap");
    case WAVE_STREAM_ABANDONED:
      return _("abandoned");
    default:
      g_assert_not_reached ();
    }
}

const char *
wave_scope_outcome_sign (WaveStream *stream)
{
  if (wave_stream_is_live (stream) && wave_stream_is_stalled (stream))
    return "▲";
  switch (wave_stream_get_outcome (stream))
    {
    case WAVE_STREAM_ANNOUNCED:
      return "…";
    case WAVE_STREAM_OPEN:
      return "▶";
    case WAVE_STREAM_DONE:
    case WAVE_STREAM_SETTLED:
      return "✓";
    case WAVE_STREAM_FAILED:
      return "✗";
    case WAVE_STREAM_TORN:
      return "✂";
    case WAVE_STREAM_ABANDONED:
      return "∅";
    default:
      g_assert_not_reached ();
    }
}

const char *
wave_scope_sender_name (WaveTenant *tenant, WaveStream *stream)
{
  const char *id = wave_stream_get_sender_id (stream);
  WaveParticipant *participant = id != NULL ? wave_tenant_get_participant (tenant, id) : NULL;

  return participant != NULL ? wave_participant_get_display_name (participant) : id != NULL ? id : _("unknown sender");
}

const char *
wave_scope_room_name (WaveTenant *tenant, WaveStream *stream)
{
  const char *id = wave_stream_get_room_id (stream);
  WaveRoom *room = id != NULL ? wave_tenant_get_room (tenant, id) : NULL;

  return room != NULL ? wave_room_get_display_name (room) : id != NULL ? id : _("unknown room");
}

gint64
wave_scope_stream_end (WaveStream *stream, gint64 now_us)
{
  gint64 ended = wave_stream_get_ended (stream);

  return ended >= 0 ? ended : MAX (now_us, wave_stream_get_started (stream));
}

gint64
wave_scope_stream_silence (WaveStream *stream, gint64 now_us)
{
  guint n;
  const WaveChunkMark *chunks = wave_stream_get_chunks (stream, &n);

  if (wave_stream_get_outcome (stream) != WAVE_STREAM_OPEN)
    return 0;
  for (guint i = n; i-- > 0;)
    if (chunks[i].text_length > 0)
      return MAX (0, now_us - chunks[i].at_us);
  return MAX (0, now_us - wave_stream_get_started (stream));
}

gint64
wave_scope_time_in_tools (WaveStream *stream, gint64 from_us, gint64 to_us)
{
  guint n;
  const WavePhaseSpan *phases = wave_stream_get_phases (stream, &n);
  gint64 sum = 0;

  for (guint i = 0; i < n; i++)
    if (phases[i].phase == WAVE_AI_CALLING)
      sum += MAX (0, MIN (to_us, phases[i].end_us < 0 ? to_us : phases[i].end_us) - MAX (from_us, phases[i].start_us));
  return sum;
}

char *
wave_scope_stream_sentence (WaveTenant *tenant, WaveStream *stream, gint64 now_us)
{
  guint n_chunks;
  g_autofree char *length = wave_scope_format_duration (wave_scope_stream_end (stream, now_us) - wave_stream_get_started (stream));
  g_autofree char *chunks = NULL;

  wave_stream_get_chunks (stream, &n_chunks);
  chunks = g_strdup_printf (ngettext ("%u chunk", "%u chunks", n_chunks), n_chunks);
  if (wave_stream_is_live (stream) && wave_stream_is_stalled (stream))
    {
      g_autofree char *silence = wave_scope_format_duration (wave_scope_stream_silence (stream, now_us));

      /* Translators: AI, room, silence, age, number of chunks */
      return g_strdup_printf (_("%s in %s: stalled, silent for %s, after %s and %s."), wave_scope_sender_name (tenant, stream),
                              wave_scope_room_name (tenant, stream), silence, length, chunks);
    }
  /* Translators: AI, room, outcome, duration, number of chunks */
  return g_strdup_printf (_("%s in %s: %s, %s, %s."), wave_scope_sender_name (tenant, stream), wave_scope_room_name (tenant, stream),
                          wave_scope_outcome_word (stream), length, chunks);
}

/* Light scheme, dark scheme. Hues from GNOME's palette; blue, orange and purple stay apart for the usual kinds of colour-blindness (they differ in
 * lightness as well), tools are hatched, and red is always hatched and labelled besides. Text on its band has a contrast of 4.5 or better; a test counts. */
static const guint32 palette[WAVE_SCOPE_N_COLOURS][2] = {
  [WAVE_SCOPE_COLOUR_TEXT] = { 0x241f31, 0xf6f5f4 },
  [WAVE_SCOPE_COLOUR_DIM] = { 0x5e5c64, 0xa8a7ac },
  [WAVE_SCOPE_COLOUR_GRID] = { 0xdedce2, 0x343438 },
  [WAVE_SCOPE_COLOUR_SURFACE] = { 0xebe9ed, 0x3a3a3f },
  [WAVE_SCOPE_COLOUR_BACK] = { 0xffffff, 0x1d1d20 },
  [WAVE_SCOPE_COLOUR_THINKING] = { 0x613583, 0xdcb4f0 },
  [WAVE_SCOPE_COLOUR_TOOL] = { 0x8f4400, 0xffb964 },
  [WAVE_SCOPE_COLOUR_GENERATING] = { 0x1a5fb4, 0x82b9f5 },
  [WAVE_SCOPE_COLOUR_OTHER] = { 0x5e5c64, 0xb0afb4 },
  [WAVE_SCOPE_COLOUR_STALL] = { 0xb0121f, 0xff8f8f },
  [WAVE_SCOPE_COLOUR_GAP] = { 0x8f6400, 0xf5c211 },
  [WAVE_SCOPE_COLOUR_GOOD] = { 0x1b7f3f, 0x57e389 },
  [WAVE_SCOPE_COLOUR_THINKING_BAND] = { 0xe3cdf0, 0x54306b },
  [WAVE_SCOPE_COLOUR_TOOL_BAND] = { 0xfddcae, 0x643c0c },
  [WAVE_SCOPE_COLOUR_GENERATING_BAND] = { 0xcbe0fa, 0x1c3a63 },
  [WAVE_SCOPE_COLOUR_OTHER_BAND] = { 0xe6e5e9, 0x36363b },
  [WAVE_SCOPE_COLOUR_STALL_BAND] = { 0xfbd0d0, 0x5f1920 },
};

static GdkRGBA
from_hex (guint32 hex, float alpha)
{
  return (GdkRGBA){ (hex >> 16 & 0xff) / 255.0f, (hex >> 8 & 0xff) / 255.0f, (hex & 0xff) / 255.0f, alpha };
}

GdkRGBA
wave_scope_colour (WaveScopeColour colour, float alpha)
{
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  return from_hex (palette[colour][dark ? 1 : 0], alpha);
}

GdkRGBA
wave_scope_series_colour (guint index)
{
  static const guint32 series[][2] = { { 0x1c71d8, 0x62a0ea }, { 0xb8520a, 0xffa348 }, { 0x813d9c, 0xdc8add },
                                       { 0x1b7f3f, 0x8ff0a4 }, { 0x3d3846, 0xdeddda }, { 0xa51d2d, 0xf66151 } };
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  return from_hex (series[index % G_N_ELEMENTS (series)][dark ? 1 : 0], 1);
}
