// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as a page of events.
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "protocol/wave-event.h"

static void
check_page (WaveSyncPage *page, const uint8_t *data, size_t size)
{
  const uint8_t *last = data;

  if (page == NULL)
    return;
  for (guint i = 0; i < page->events->len; i++)
    {
      const WaveEvent *event = page->events->pdata[i];
      g_autoptr (WaveEvent) again = wave_event_decode_data (event->raw, event->raw_size, event->via, 1, 2);

      /* Its bytes are those of the page, in its order (only a cut copy of something broken is not), and say what the element said. */
      g_assert_cmpuint (event->raw_size, >, 0);
      if (event->kind != WAVE_EVENT_INVALID)
        {
          const uint8_t *found = memmem (last, data + size - last, event->raw, event->raw_size);

          g_assert_nonnull (found);
          last = event->via == WAVE_VIA_SYNC ? found + event->raw_size : data;
          g_assert_true (again->kind == event->kind && again->position == event->position && again->room_id == event->room_id);
          g_assert_cmpstr (again->malformed, ==, event->malformed);
        }
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) body = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL, second_error = NULL;
  g_autoptr (WaveSyncPage) page = wave_sync_page_decode (body, 1, 2, &error);
  g_autoptr (WaveSyncPage) messages = wave_messages_page_decode (body, 1, 2, &second_error);

  g_assert_true ((page != NULL) == (error == NULL));
  g_assert_true ((messages != NULL) == (page != NULL));
  check_page (page, data, size);
  check_page (messages, data, size);
  return 0;
}
