// SPDX-License-Identifier: GPL-3.0-or-later
// GET /v1/rooms/{id}/state: most of its inside is not documented, so each part is taken in several likely shapes.
#include "config.h"

#include "protocol/wave-snapshot-private.h"

#include <string.h>

#include "protocol/wave-slab.h"

static gpointer
read_sidekick_element (yyjson_val *object)
{
  WaveSidekick *sidekick = wave_slab_new (sizeof (WaveSidekick), 256);
  WaveReader reader = wave_snapshot_reader (sidekick, object);

  wave_read_sidekick (&reader, sidekick);
  if (sidekick->task_id == NULL && sidekick->codename == NULL)
    {
      wave_slab_free (sidekick);
      return NULL;
    }
  return sidekick;
}

static WaveEngagement *
new_engagement (const char *participant_id)
{
  WaveEngagement *engagement = wave_slab_new (sizeof (WaveEngagement), 96);

  engagement->engaged = -1;
  if (participant_id != NULL)
    engagement->participant_id = wave_slab_copy (engagement, participant_id, strlen (participant_id));
  return engagement;
}

/* One AI's engagement: a word, a boolean or an object; under its id, or with its id inside. */
static void
add_engagement (GPtrArray *list, yyjson_val *key, yyjson_val *value)
{
  const char *id = key != NULL && yyjson_get_len (key) <= WAVE_ID_LIMIT ? yyjson_get_str (key) : NULL;
  WaveEngagement *engagement;
  WaveReader reader;

  if (list->len >= WAVE_SNAPSHOT_MAX_ELEMENTS)
    return;
  if (yyjson_is_obj (value))
    {
      engagement = new_engagement (NULL);
      reader = wave_snapshot_reader (engagement, value);
      wave_read_engagement (&reader, engagement);
      if (engagement->participant_id == NULL && id != NULL)
        engagement->participant_id = wave_slab_copy (engagement, id, strlen (id));
    }
  else if (id != NULL && (yyjson_is_str (value) || yyjson_is_bool (value)))
    {
      engagement = new_engagement (id);
      reader = wave_snapshot_reader (engagement, NULL);
      if (yyjson_is_str (value))
        engagement->mode = wave_reader_copy (&reader, value, NULL);
      else
        engagement->engaged = yyjson_get_bool (value);
    }
  else
    return;
  if (engagement->participant_id == NULL)
    wave_slab_free (engagement);
  else
    g_ptr_array_add (list, engagement);
}

static void
add_engagements (GPtrArray *list, yyjson_val *value)
{
  if (yyjson_is_arr (value))
    {
      yyjson_arr_iter iter = yyjson_arr_iter_with (value);

      for (yyjson_val *element; (element = yyjson_arr_iter_next (&iter)) != NULL;)
        add_engagement (list, NULL, element);
    }
  else if (yyjson_is_obj (value))
    {
      yyjson_obj_iter iter = yyjson_obj_iter_with (value);

      for (yyjson_val *key; (key = yyjson_obj_iter_next (&iter)) != NULL;)
        add_engagement (list, key, yyjson_obj_iter_get_val (key));
    }
}

/* {mode + per-AI overrides} is all that is documented: a word; {mode, overrides: {ID: …} or […]}; {mode, ID: {…}}; or a list.
 */
static GPtrArray *
read_engagements (yyjson_val *value)
{
  static const char *const own[]
      = { "mode",         "engagement_mode", "engagement",   "engaged", "response_mode", "overrides", "per_ai", "ais",
          "participants", "by_ai",           "default_mode", NULL };
  NAMES (names_mode, N ("mode"), N ("engagement_mode"), N ("default_mode"));
  NAMES (names_response, N ("response_mode"));
  NAMES (names_engaged, N ("engaged"));
  NAMES (names_overrides, N ("overrides"), N ("per_ai"), N ("ais"), N ("by_ai"), N ("participants"));
  GPtrArray *list = g_ptr_array_new_with_free_func (wave_slab_free);
  WaveEngagement *room;
  WaveReader reader;

  if (yyjson_is_arr (value))
    add_engagements (list, value);
  if (!yyjson_is_obj (value) && !yyjson_is_str (value))
    return list;

  room = new_engagement (NULL);
  reader = wave_snapshot_reader (room, value);
  if (yyjson_is_str (value))
    room->mode = wave_reader_copy (&reader, value, NULL);
  else
    {
      room->mode = wave_reader_string (&reader, names_mode);
      room->engaged = wave_reader_bool (&reader, names_engaged);
      room->response_mode = wave_reader_string (&reader, names_response);
    }
  if (room->mode != NULL || room->engaged >= 0 || room->response_mode != NULL)
    g_ptr_array_add (list, room);
  else
    wave_slab_free (room);

  if (yyjson_is_obj (value))
    {
      yyjson_obj_iter iter = yyjson_obj_iter_with (value);

      reader = wave_snapshot_reader (NULL, value);
      add_engagements (list, wave_reader_pick (&reader, names_overrides));
      for (yyjson_val *key; (key = yyjson_obj_iter_next (&iter)) != NULL;)
        if (!g_strv_contains (own, yyjson_get_str (key)) && yyjson_is_obj (yyjson_obj_iter_get_val (key)))
          add_engagement (list, key, yyjson_obj_iter_get_val (key));
    }
  return list;
}

WaveRoomState *
wave_room_state_decode (GBytes *body, GError **error)
{
  NAMES (names_room, N ("room"));
  NAMES (names_members, N ("members"));
  NAMES (names_engagement, N ("engagement"), N ("ai_engagement"));
  NAMES (names_plan, N ("plan"), N ("active_plan"));
  NAMES (names_sidekicks, N ("active_sidekicks"), N ("sidekicks"));
  NAMES (names_call, N ("active_call"), N ("call"));
  NAMES (names_unread, N ("unread_count"));
  NAMES (names_read, N ("last_read_event_id"));
  WaveRoomState *state = NULL;
  yyjson_val *object, *value;
  WaveReader reader;
  WaveJson json;

  if (!wave_snapshot_open (&json, body, error))
    return NULL;
  object = wave_snapshot_unwrap (&json);
  if (wave_snapshot_expect (object, YYJSON_TYPE_OBJ, "data", error))
    {
      state = wave_slab_new (sizeof (WaveRoomState), 64);
      reader = wave_snapshot_reader (state, object);
      value = wave_reader_object (&reader, names_room);
      if (value != NULL)
        state->room = wave_snapshot_read_room (value);
      state->members = wave_snapshot_read_list (wave_reader_pick (&reader, names_members), wave_snapshot_read_member, NULL);
      state->engagement = read_engagements (wave_reader_pick (&reader, names_engagement));
      value = wave_reader_object (&reader, names_plan);
      if (value != NULL)
        state->plan = wave_plan_read (value, "plan.", NULL);
      state->sidekicks = wave_snapshot_read_list (wave_reader_pick (&reader, names_sidekicks), read_sidekick_element, NULL);
      value = wave_reader_object (&reader, names_call);
      if (value != NULL)
        {
          WaveReader inner = wave_snapshot_reader (state, value);

          state->call = wave_slab_alloc (state, sizeof (WaveCall));
          wave_read_call (&inner, state->call, g_get_real_time ());
          if (state->call->call_id == NULL)
            state->call = NULL;
        }
      state->unread_count = wave_reader_int (&reader, names_unread);
      state->last_read_event_id = wave_reader_id (&reader, names_read);
    }
  wave_json_close (&json);
  return state;
}

void
wave_room_state_free (WaveRoomState *state)
{
  if (state == NULL)
    return;
  wave_room_info_free (state->room);
  g_clear_pointer (&state->plan, wave_plan_unref);
  g_ptr_array_unref (state->members);
  g_ptr_array_unref (state->engagement);
  g_ptr_array_unref (state->sidekicks);
  wave_slab_free (state);
}

WaveSidekick *
wave_sidekick_decode (GBytes *body, GError **error)
{
  WaveSidekick *sidekick = NULL;
  yyjson_val *object;
  WaveJson json;

  if (!wave_snapshot_open (&json, body, error))
    return NULL;
  object = wave_snapshot_unwrap (&json);
  if (wave_snapshot_expect (object, YYJSON_TYPE_OBJ, "data", error))
    {
      sidekick = read_sidekick_element (object);
      if (sidekick == NULL)
        g_set_error_literal (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_SHAPE, "data: this is no sidekick: task_id and codename are missing");
    }
  wave_json_close (&json);
  return sidekick;
}

void
wave_sidekick_free (WaveSidekick *sidekick)
{
  wave_slab_free (sidekick);
}
