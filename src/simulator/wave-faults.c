// SPDX-License-Identifier: GPL-3.0-or-later
// The fault specification: names and what they do, in one table.
#include "config.h"

#include <string.h>

#include "simulator/wave-simulator.h"
#include "simulator/wave-world.h"

static const struct
{
  const char *name;
  const char *help;
  double bare; /* what the name alone means; 0: 1 */
} faults[] = {
  { "duplicate", "share of frames that are sent twice", 0.1 },
  { "reorder", "share of frames that are sent after the next one", 0.1 },
  { "lose", "share of durable frames that are not sent; sync has them", 0.05 },
  { "malformed", "share of frames before which one comes that is no event", 0.05 },
  { "binary", "share of frames before which a binary one comes", 0.05 },
  { "unknown", "share of frames before which an event of an unknown type comes", 0.05 },
  { "extra-members", "members that nobody knows" },
  { "position-jumps", "positions leap, beyond 2^31 at once" },
  { "json-ping", "seconds between pings as JSON events" },
  { "half-open", "seconds until a connection falls silent, without an end" },
  { "restart", "seconds between absences of one second, with close 1012" },
  { "hello-without-ts", "hello tells no time" },
  { "token-403", "a bad token gets HTTP 403 instead of close 4001" },
  { "no-password", "there is no signing in with user and password" },
  { "token-life", "seconds that a token lasts which was given out for a password or a refresh token", 5 },
  { "refresh-form", "a refresh is taken as a form only" },
  { "refresh-refused", "no refresh is taken" },
  { "no-rotation", "a refresh gives no new refresh token" },
  { "oversize", "seconds between frames of 17 MiB" },
  { "drop", "seconds until a connection is cut without a close frame" },
  { "close-1000", "seconds until a connection is closed with this code" },
  { "close-1001", "likewise" },
  { "close-1011", "likewise" },
  { "close-1012", "likewise" },
  { "close-1013", "likewise" },
  { "close-4001", "likewise" },
  { "close-4003", "likewise, with the reason ping_timeout" },
  { "late-hello", "seconds until hello is said" },
  { "sync-404", "there is no sync" },
  { "sync-hold", "timeout=0 is not heeded" },
  { "no-hello", "hello is never said" },
  { "hello-twice", "hello is said twice" },
  { "refuse-upgrade", "the stream answers with this HTTP status, such as 403" },
  { "allow-both", "a second client with the same token does not evict the first" },
  { "nested", "all payloads stand in content" },
  { "no-ids", "frames without id, tenant_id and ts" },
  { "cumulative", "chunks bring the whole text so far" },
  { "text-in-last", "the last chunk has text" },
  { "no-done", "no chunk says done" },
  { "no-message", "no final message after the chunks" },
  { "message-first", "the final message comes before done" },
  { "late-commit", "seconds that some durable events come late, below the head", 0.05 },
  { "late-chunk", "a chunk comes after the last" },
  { "keep-status", "an AI's status is not taken back" },
  { "conversational", "a reply is one message a paragraph, without chunks" },
  { "page-limit", "most events on a sync page" },
  { "empty-pages", "every other sync page is empty with has_more" },
  { "sync-inclusive", "since is inclusive" },
  { "cursor-plus-one", "next_cursor is the last position + 1" },
  { "sync-503", "so many sync requests are answered 503" },
  { "sync-503-after", "so many sync requests are answered 503 with Retry-After" },
  { "sync-429", "so many sync requests are answered 429 with Retry-After" },
  { "sync-429-bare", "so many sync requests are answered 429 without Retry-After" },
  { "rest-429", "so many other REST requests are answered 429 with Retry-After" },
  { "history-all", "the messages of a room hold its other durable events as well" },
  { "retry-after", "seconds that Retry-After tells instead of 1" },
  { "sync-500", "so many sync requests are answered 500" },
  { "sync-slow", "seconds before a sync page is answered", 0.05 },
  { "sync-overlap", "so many sync pages begin with events from before" },
  { "sync-repeat", "so many sync pages are the page before once more" },
  { "sync-shuffle", "so many sync pages have their events in another order" },
  { "sync-truncate", "so many sync pages are cut in the middle" },
};

GHashTable *
wave_faults_parse (const char *spec, GError **error)
{
  g_autoptr (GHashTable) table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) parts = g_strsplit (spec != NULL ? spec : "", ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *part = g_strstrip (parts[i]);
      char *equals = strchr (part, '=');
      double *value = NULL;
      gboolean known = FALSE;
      double bare = 1;
      char *end = NULL;

      if (*part == '\0')
        continue;
      if (equals != NULL)
        *equals = '\0';
      for (guint j = 0; j < G_N_ELEMENTS (faults); j++)
        if (g_str_equal (faults[j].name, part))
          {
            known = TRUE;
            bare = faults[j].bare > 0 ? faults[j].bare : 1;
          }
      if (!known)
        {
          g_set_error (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_FAULTS, "there is no fault “%s”; see --help", part);
          return NULL;
        }
      value = g_new (double, 1);
      *value = equals != NULL ? g_ascii_strtod (equals + 1, &end) : bare;
      if (equals != NULL && (end == equals + 1 || !(*value >= 0) || !(*end == '\0' || g_str_equal (end, "s") || g_str_equal (end, "%"))))
        {
          g_set_error (error, WAVE_SIMULATOR_ERROR, WAVE_SIMULATOR_ERROR_FAULTS, "“%s” of the fault “%s” is not a number, a share (5%%) or seconds (2s)",
                       equals + 1, part);
          g_free (value);
          return NULL;
        }
      if (end != NULL && *end == '%')
        *value /= 100;
      g_hash_table_insert (table, g_strdup (part), value);
    }
  return g_steal_pointer (&table);
}

double
wave_fault (GHashTable *table, const char *name)
{
  const double *value = table != NULL ? g_hash_table_lookup (table, name) : NULL;

  return value != NULL ? *value : 0;
}

const char *
wave_simulator_faults_help (void)
{
  static char *help;

  if (g_once_init_enter_pointer (&help))
    {
      GString *text = g_string_new ("Faults, comma separated, each NAME, NAME=NUMBER, NAME=SHARE% or NAME=SECONDSs:\n");

      for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
        g_string_append_printf (text, "  %-16s %s\n", faults[i].name, faults[i].help);
      g_once_init_leave_pointer (&help, g_string_free (text, FALSE));
    }
  return help;
}
