// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-words-room.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/wave-text.h"

typedef struct
{
  const char *wire, *words; /* words: marked, not yet translated */
} Word;

static char *
translate (const Word *words, guint n, const char *wire)
{
  for (guint i = 0; wire != NULL && i < n; i++)
    if (g_str_equal (words[i].wire, wire))
      return g_strdup (_(words[i].words));
  return wave_words_line (wire, 60);
}

char *
wave_words_line (const char *text, guint max_chars)
{
  return text != NULL ? wave_text_make_visible (text, strlen (text), max_chars) : g_strdup ("");
}

char *
wave_words_lines (const char *text, guint max_chars)
{
  g_autoptr (GString) shown = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  gsize left = max_chars;

  for (guint i = 0; lines[i] != NULL && left > 0; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], "\t", -1);

      if (i > 0)
        {
          g_string_append_c (shown, '\n');
          left--;
        }
      for (guint j = 0; parts[j] != NULL && left > 0; j++)
        {
          g_autofree char *line = wave_text_make_visible (parts[j], strlen (parts[j]), left);

          g_string_append (shown, j > 0 ? "    " : "");
          g_string_append (shown, line);
          left -= MIN (left, (gsize) g_utf8_strlen (line, -1));
        }
    }
  return g_string_free (g_steal_pointer (&shown), FALSE);
}

char *
wave_words_engagement (const char *mode)
{
  static const Word words[] = {
    /* Translators: when an AI answers in a room; stands after its name or after “AI”. */
    { "always", N_("answers always") },
    { "mention", N_("answers when mentioned") },
    { "keyword", N_("answers to keywords") },
    { "autonomous", N_("decides when to answer") },
    { "default", N_("answers as the tenant sets it") },
    { "engage", N_("is engaged") },
    { "engaged", N_("is engaged") },
    { "not engaged", N_("is not engaged") },
  };
  g_autofree char *word = NULL;

  if (mode == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].wire, mode))
      return g_strdup (_(words[i].words));
  word = wave_words_line (mode, 60);
  /* Translators: when an AI answers, by a word of the server that Wavescope does not know. */
  return g_strdup_printf (_("answers in mode “%s”"), word);
}

char *
wave_words_response_mode (const char *mode)
{
  g_autofree char *word = NULL;

  if (mode == NULL)
    return NULL;
  if (g_str_equal (mode, "streaming"))
    return g_strdup (_("one growing message"));
  if (g_str_equal (mode, "conversational"))
    return g_strdup (_("a message a paragraph"));
  word = wave_words_line (mode, 60);
  return g_strdup_printf (_("in the form “%s”"), word);
}

char *
wave_words_plan_state (const char *state)
{
  static const Word words[] = {
    /* Translators: the state of a plan. */
    { "draft", N_("draft") },       { "running", N_("running") }, { "paused", N_("paused") },
    { "done", N_("done") },         { "failed", N_("failed") },   { "cancelled", N_("cancelled") },
  };

  return translate (words, G_N_ELEMENTS (words), state);
}

char *
wave_words_step_status (const char *status)
{
  static const Word words[] = {
    /* Translators: the state of a step of a plan. */
    { "pending", N_("not begun") }, { "in_progress", N_("in progress") }, { "done", N_("done") },
    { "failed", N_("failed") },     { "skipped", N_("skipped") },
  };

  return translate (words, G_N_ELEMENTS (words), status != NULL ? status : "pending");
}

char *
wave_words_plan_manner (const char *mode, const char *advance, const char *venue)
{
  static const Word modes[] = { { "sequential", N_("one step after the other") }, { "parallel", N_("steps side by side") } };
  static const Word advances[] = {
    /* Translators: who moves a plan from one step to the next. */
    { "auto", N_("goes on by itself") },
    { "manual", N_("goes on by hand") },
  };
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *one = mode != NULL ? translate (modes, G_N_ELEMENTS (modes), mode) : NULL;
  g_autofree char *two = advance != NULL ? translate (advances, G_N_ELEMENTS (advances), advance) : NULL;

  g_string_append (words, one != NULL ? one : "");
  if (two != NULL)
    g_string_append_printf (words, "%s%s", words->len > 0 ? " · " : "", two);
  if (g_strcmp0 (venue, "sidekick") == 0)
    g_string_append_printf (words, "%s%s", words->len > 0 ? " · " : "", _("in a sidekick"));
  return words->len > 0 ? g_string_free (g_steal_pointer (&words), FALSE) : NULL;
}

char *
wave_words_sidekick_status (const char *status)
{
  static const Word words[] = {
    /* Translators: the state of a sidekick. */
    { "spawning", N_("starting") },      { "running", N_("running") },       { "completed", N_("finished") },
    { "terminated", N_("cancelled") },   { "cancelled", N_("cancelled") },   { "canceled", N_("cancelled") },
    { "failed", N_("failed") },          { "lost", N_("lost sight of") },    { "timed_out", N_("ran out of time") },
  };

  return translate (words, G_N_ELEMENTS (words), status);
}

char *
wave_words_call_state (const char *state)
{
  static const Word words[] = {
    /* Translators: somebody’s part in a call. */
    { "joined", N_("in the call") }, { "active", N_("in the call") },  { "connected", N_("in the call") },
    { "ringing", N_("is called") },  { "invited", N_("is called") },   { "left", N_("left") },
    { "rejected", N_("declined") },  { "missed", N_("missed it") },    { "ended", N_("left") },
  };

  return translate (words, G_N_ELEMENTS (words), state);
}

char *
wave_words_bridge_status (const char *status)
{
  static const Word words[] = {
    /* Translators: the state of a bridge to another platform. */
    { "active", N_("active") }, { "connected", N_("active") }, { "paused", N_("paused") },
    { "error", N_("error") },   { "disconnected", N_("not connected") },
  };

  return status != NULL ? translate (words, G_N_ELEMENTS (words), status) : g_strdup (_("state not told yet"));
}

char *
wave_words_transport (const char *transport)
{
  static const Word words[] = {
    { "slack", "Slack" }, { "discord", "Discord" }, { "teams", "Microsoft Teams" }, { "scaiwave", "ScaiWave" },
  };

  for (guint i = 0; transport != NULL && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].wire, transport))
      return g_strdup (words[i].words);
  return wave_words_line (transport, 60);
}

char *
wave_words_room_type (const char *room_type)
{
  static const Word words[] = {
    { "group", N_("Group") },           { "dm", N_("Direct message") },   { "incognito", N_("Incognito room") },
    { "sidekick", N_("Sidekick room") }, { "public", N_("Public room") }, { "bridge", N_("Bridged room") },
  };

  return room_type != NULL ? translate (words, G_N_ELEMENTS (words), room_type) : g_strdup (_("Room"));
}
