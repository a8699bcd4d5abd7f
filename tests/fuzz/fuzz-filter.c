// SPDX-License-Identifier: GPL-3.0-or-later
// Any text as a filter; a right one is run over an event, a wrong one must say where it is wrong.
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "journal/wave-filter.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char frame[] = "{\"type\":\"swp.room.message\",\"id\":\"evt-1\",\"room_id\":\"room-1\",\"sender_id\":\"p1\",\"stream_position\":7,"
                              "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"Hello \\u00e9\"}}";
  g_autoptr (GBytes) raw = g_bytes_new_static (frame, strlen (frame));
  g_autoptr (WaveEvent) event = wave_event_decode (raw, WAVE_VIA_STREAM, 1, 2);
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  WaveFilterFault fault = { 0 };
  g_autoptr (WaveFilter) filter = wave_filter_new (text, 1780384569250000, &fault, &error);
  g_autoptr (GPtrArray) candidates = wave_filter_complete (text, size / 2, NULL, NULL);

  g_assert_true ((filter == NULL) == (error != NULL));
  if (filter == NULL)
    {
      g_assert_cmpuint (fault.start, <, fault.end);
      g_assert_cmpuint (fault.end, <=, MAX (strlen (text), 1));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  else
    {
      g_autoptr (WaveFilterRun) run = wave_filter_run_new (filter);
      g_autofree char *both = wave_filter_combine (text, "type:x", TRUE);
      g_autoptr (GError) why = NULL;
      g_autoptr (WaveFilter) combined = wave_filter_new (both, 1780384569250000, NULL, &why);

      wave_filter_run_match_event (run, event, "Room", "Person", 5, G_MININT64);
      /* Two right ones are a right one, within the limits. */
      g_assert_true (combined != NULL || strstr (why->message, "too long") != NULL || strstr (why->message, "nested") != NULL || strstr (why->message, "more than") != NULL);
    }
  if (g_utf8_validate (text, -1, NULL) && strlen (text) < 1000)
    {
      g_autofree char *term = wave_filter_quote ("room", text);
      g_autoptr (WaveFilter) quoted = wave_filter_new (term, 1, NULL, &error);

      g_assert_true (quoted != NULL || *text == '\0');
    }
  return 0;
}
