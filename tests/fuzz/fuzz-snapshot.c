// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as the body of every REST answer.
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "protocol/wave-snapshot.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) body = g_bytes_new_static (data, size);
  g_autoptr (WaveMe) me = wave_me_decode (body, NULL);
  g_autoptr (WaveRoomPage) rooms = wave_room_page_decode (body, NULL);
  g_autoptr (WaveRoomInfo) room = wave_room_info_decode (body, NULL);
  g_autoptr (GPtrArray) members = wave_members_decode (body, NULL);
  g_autoptr (WaveParticipantPage) participants = wave_participant_page_decode (body, NULL);
  g_autoptr (WaveRoomState) state = wave_room_state_decode (body, NULL);
  g_autoptr (WaveSidekick) sidekick = wave_sidekick_decode (body, NULL);
  g_autoptr (GPtrArray) presence = wave_presence_map_decode (body, NULL);
  g_autoptr (WaveTokenSet) tokens = wave_token_set_decode (body, NULL);
  g_autofree char *code = NULL, *message = NULL;

  wave_error_body_decode (body, &code, &message);
  g_assert_true (code == NULL || g_utf8_validate (code, -1, NULL));
  g_assert_true (message == NULL || g_utf8_validate (message, -1, NULL));
  g_assert_true (room == NULL || g_utf8_validate (room->id, -1, NULL));
  for (guint i = 0; members != NULL && i < members->len; i++)
    g_assert_true (g_utf8_validate (((WaveMemberInfo *)members->pdata[i])->participant.id, -1, NULL));
  for (guint i = 0; presence != NULL && i < presence->len; i++)
    g_assert_true (g_utf8_validate (((WavePresence *)presence->pdata[i])->word, -1, NULL));
  for (guint i = 0; state != NULL && i < state->engagement->len; i++)
    g_assert_true (((WaveEngagement *)state->engagement->pdata[i])->participant_id != NULL || i == 0);
  g_assert_true (sidekick == NULL || sidekick->task_id != NULL || sidekick->codename != NULL);
  g_assert_true (tokens == NULL || strlen (tokens->access_token) > 0);
  return 0;
}
