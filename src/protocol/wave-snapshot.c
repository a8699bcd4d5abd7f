// SPDX-License-Identifier: GPL-3.0-or-later
// What the REST snapshots say. Tolerant: a member that makes no sense is absent, an element that makes no sense is skipped.
#include "config.h"

#include "protocol/wave-snapshot-private.h"

#include <string.h>

#include "protocol/wave-slab.h"

/* A directory page has 200 entries; nothing that is asked for comes near these. */
#define BODY_LIMIT (64 * 1024 * 1024)
#define MAX_VALUES (8 * 1024 * 1024)

gboolean
wave_snapshot_open (WaveJson *json, GBytes *body, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (body, &length);
  g_autofree char *reason = NULL;
  gsize at;

  if (length > BODY_LIMIT)
    {
      g_set_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_TOO_LARGE,
                   "an answer of %" G_GSIZE_FORMAT " bytes, more than %d", length, BODY_LIMIT);
      return FALSE;
    }
  if (!wave_json_open (json, data, length, MAX_VALUES, TRUE, &reason))
    {
      g_set_error_literal (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_NOT_JSON, reason);
      return FALSE;
    }
  if (json->n_values > WAVE_DEPTH_LIMIT && wave_json_is_deeper (data, length, WAVE_DEPTH_LIMIT, &at))
    {
      g_set_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_SHAPE,
                   "nested deeper than %d levels at byte %" G_GSIZE_FORMAT, WAVE_DEPTH_LIMIT, at);
      wave_json_close (json);
      return FALSE;
    }
  return TRUE;
}

/* The value inside of the `{data: …}` wrapper, or all of it. */
yyjson_val *
wave_snapshot_unwrap (const WaveJson *json)
{
  yyjson_val *data = yyjson_obj_get (json->root, "data");

  return data != NULL ? data : json->root;
}

gboolean
wave_snapshot_expect (yyjson_val *value, yyjson_type type, const char *what, GError **error)
{
  if (yyjson_get_type (value) == type)
    return TRUE;
  g_set_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_SHAPE, "%s: expected %s, found %s", what,
               type == YYJSON_TYPE_ARR ? "an array" : "an object", wave_json_describe (value));
  return FALSE;
}

WaveReader
wave_snapshot_reader (gpointer slab, yyjson_val *object)
{
  return (WaveReader){ .slab = slab, .content = object, .prefix = "", .index = -1, .lenient = TRUE };
}

GPtrArray *
wave_snapshot_read_list (yyjson_val *array, WaveReadElement read, guint *n_skipped)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (wave_slab_free);
  guint skipped = 0;
  yyjson_arr_iter iter;

  if (yyjson_is_arr (array))
    {
      iter = yyjson_arr_iter_with (array);
      for (yyjson_val *value; (value = yyjson_arr_iter_next (&iter)) != NULL;)
        {
          gpointer element = list->len < WAVE_SNAPSHOT_MAX_ELEMENTS && yyjson_is_obj (value) ? read (value) : NULL;

          if (element != NULL)
            g_ptr_array_add (list, element);
          else
            skipped++;
        }
    }
  if (skipped > 0)
    g_debug ("%u elements of a list made no sense and were skipped", skipped);
  if (n_skipped != NULL)
    *n_skipped = skipped;
  return list;
}

static gint64
read_total (const WaveJson *json)
{
  NAMES (names, N ("total"), N ("total_count"), N ("count"));
  WaveReader reader = wave_snapshot_reader (NULL, yyjson_obj_get (json->root, "meta"));
  gint64 total = reader.content != NULL ? wave_reader_int (&reader, names) : -1;

  if (total < 0 && yyjson_is_obj (wave_snapshot_unwrap (json)))
    {
      reader.content = wave_snapshot_unwrap (json);
      total = wave_reader_int (&reader, names);
    }
  return total;
}

/* The list of a page: `data` itself, or the first of @names inside of it. */
static yyjson_val *
find_list (const WaveJson *json, const WaveName *names)
{
  yyjson_val *data = wave_snapshot_unwrap (json);
  WaveReader reader = wave_snapshot_reader (NULL, data);

  if (yyjson_is_arr (data))
    return data;
  return yyjson_is_obj (data) ? wave_reader_pick (&reader, names) : data;
}

/* ---------------------------------------------------------------- identity */

WaveMe *
wave_me_decode (GBytes *body, GError **error)
{
  NAMES (names_id, N ("participant_id"), N ("id"));
  NAMES (names_fqid, N ("fqid"));
  NAMES (names_name, N ("display_name"), N ("name"));
  NAMES (names_tenant_id, N ("tenant_id"));
  NAMES (names_tenant, N ("tenant"));
  NAMES (names_inner_id, N ("id"), N ("tenant_id"));
  NAMES (names_slug, N ("slug"));
  NAMES (names_tenant_name, N ("name"), N ("display_name"));
  WaveMe *me = NULL;
  yyjson_val *object;
  WaveReader reader;
  WaveJson json;

  if (!wave_snapshot_open (&json, body, error))
    return NULL;
  object = wave_snapshot_unwrap (&json);
  if (wave_snapshot_expect (object, YYJSON_TYPE_OBJ, "data", error))
    {
      yyjson_val *tenant;

      me = wave_slab_new (sizeof (WaveMe), 256);
      reader = wave_snapshot_reader (me, object);
      me->participant_id = wave_reader_id (&reader, names_id);
      me->fqid = wave_reader_string (&reader, names_fqid);
      me->display_name = wave_reader_string (&reader, names_name);
      me->tenant_id = wave_reader_id (&reader, names_tenant_id);
      tenant = wave_reader_object (&reader, names_tenant);
      if (tenant != NULL)
        {
          reader.content = tenant;
          if (me->tenant_id == NULL)
            me->tenant_id = wave_reader_id (&reader, names_inner_id);
          me->tenant_slug = wave_reader_string (&reader, names_slug);
          me->tenant_name = wave_reader_string (&reader, names_tenant_name);
        }
    }
  wave_json_close (&json);
  return me;
}

void
wave_error_body_decode (GBytes *body, char **code, char **message)
{
  NAMES (names_error, N ("error"));
  NAMES (names_code, N ("code"), N ("error_code"));
  NAMES (names_message, N ("message"), N ("error_description"), N ("detail"), N ("msg"));
  WaveJson json;
  WaveReader reader;
  yyjson_val *error, *detail;
  gpointer slab;

  if (code != NULL)
    *code = NULL;
  if (message != NULL)
    *message = NULL;
  if (body == NULL || !wave_snapshot_open (&json, body, NULL))
    return;
  if (yyjson_is_obj (json.root))
    {
      slab = wave_slab_new (8, 256);
      reader = wave_snapshot_reader (slab, json.root);
      error = wave_reader_pick (&reader, names_error);
      if (yyjson_is_obj (error))
        reader.content = error;
      if (code != NULL)
        *code = g_strdup (yyjson_is_str (error) ? wave_reader_copy (&reader, error, NULL)
                                                : wave_reader_string (&reader, names_code));
      if (message != NULL)
        {
          *message = g_strdup (wave_reader_string (&reader, names_message));
          /* FastAPI's validation errors: {"detail": [{"msg": …}, …]}. */
          detail = yyjson_arr_get_first (yyjson_obj_get (json.root, "detail"));
          if (*message == NULL && yyjson_is_obj (detail))
            {
              reader.content = detail;
              *message = g_strdup (wave_reader_string (&reader, names_message));
            }
        }
      wave_slab_free (slab);
    }
  wave_json_close (&json);
}

WaveTokenSet *
wave_token_set_decode (GBytes *body, GError **error)
{
  NAMES (names_expires, N ("expires_in"));
  g_autoptr (WaveTokenSet) set = NULL;
  yyjson_val *object, *access, *refresh;
  WaveReader reader;
  WaveJson json;

  if (!wave_snapshot_open (&json, body, error))
    return NULL;
  object = json.root;
  if (!yyjson_is_str (yyjson_obj_get (object, "access_token")))
    object = wave_snapshot_unwrap (&json);
  access = yyjson_obj_get (object, "access_token");
  refresh = yyjson_obj_get (object, "refresh_token");
  if (yyjson_is_str (access) && yyjson_get_len (access) > 0 && strlen (yyjson_get_str (access)) == yyjson_get_len (access))
    {
      /* The members stand alone (no slab), so that they can be taken over, and are wiped when they go. */
      set = g_new0 (WaveTokenSet, 1);
      set->access_token = g_strdup (yyjson_get_str (access));
      if (yyjson_is_str (refresh) && yyjson_get_len (refresh) > 0)
        set->refresh_token = g_strdup (yyjson_get_str (refresh));
      reader = wave_snapshot_reader (NULL, object);
      set->expires_in_s = wave_reader_int (&reader, names_expires);
    }
  else
    g_set_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_SHAPE, "the answer has no access_token");
  /* The buffer of the thread is used again: no token may stay in it. */
  explicit_bzero ((char *)json.text, json.length);
  wave_json_close (&json);
  return g_steal_pointer (&set);
}

void
wave_token_set_free (WaveTokenSet *set)
{
  if (set == NULL)
    return;
  if (set->access_token != NULL)
    explicit_bzero (set->access_token, strlen (set->access_token));
  if (set->refresh_token != NULL)
    explicit_bzero (set->refresh_token, strlen (set->refresh_token));
  g_free (set->access_token);
  g_free (set->refresh_token);
  g_free (set);
}

/* ---------------------------------------------------------------- rooms and people */

gpointer
wave_snapshot_read_room (yyjson_val *object)
{
  NAMES (names_id, N ("id"), N ("room_id"));
  NAMES (names_name, N ("name"));
  NAMES (names_topic, N ("topic"));
  NAMES (names_type, N ("room_type"), N ("type"));
  NAMES (names_state, N ("state"), N ("status"));
  NAMES (names_workspace, N ("workspace_id"));
  NAMES (names_created, N ("created_at"));
  NAMES (names_federated, N ("federated"), N ("is_federated"));
  WaveRoomInfo *info = wave_slab_new (sizeof (WaveRoomInfo), 192);
  WaveReader reader = wave_snapshot_reader (info, object);

  info->id = wave_reader_id (&reader, names_id);
  info->name = wave_reader_string (&reader, names_name);
  info->topic = wave_reader_string (&reader, names_topic);
  info->room_type = wave_reader_string (&reader, names_type);
  info->state = wave_reader_string (&reader, names_state);
  info->workspace_id = wave_reader_id (&reader, names_workspace);
  info->created_us = wave_reader_time (&reader, names_created);
  info->federated = wave_reader_bool (&reader, names_federated);
  if (info->id == NULL)
    g_clear_pointer (&info, wave_room_info_free);
  return info;
}

WaveRoomInfo *
wave_room_info_decode (GBytes *body, GError **error)
{
  WaveRoomInfo *info = NULL;
  yyjson_val *object, *inner;
  WaveJson json;

  if (!wave_snapshot_open (&json, body, error))
    return NULL;
  object = wave_snapshot_unwrap (&json);
  inner = yyjson_obj_get (object, "room");
  if (yyjson_is_obj (inner))
    object = inner;
  if (wave_snapshot_expect (object, YYJSON_TYPE_OBJ, "data", error))
    {
      info = wave_snapshot_read_room (object);
      if (info == NULL)
        g_set_error (error, WAVE_PROTOCOL_ERROR, WAVE_PROTOCOL_ERROR_SHAPE, "the room has no id");
    }
  wave_json_close (&json);
  return info;
}

WaveRoomPage *
wave_room_page_decode (GBytes *body, GError **error)
{
  NAMES (names, N ("rooms"), N ("items"), N ("results"));
  WaveRoomPage *page = NULL;
  yyjson_val *list;
  WaveJson json;

  if (!wave_snapshot_open (&json, body, error))
    return NULL;
  list = find_list (&json, names);
  if (wave_snapshot_expect (list, YYJSON_TYPE_ARR, "data", error))
    {
      page = g_new0 (WaveRoomPage, 1);
      page->rooms = wave_snapshot_read_list (list, wave_snapshot_read_room, &page->n_skipped);
      page->total = read_total (&json);
    }
  wave_json_close (&json);
  return page;
}

WaveParticipantType
wave_participant_type_from_word (const char *word)
{
  static const struct
  {
    const char *word;
    WaveParticipantType type;
  } words[] = {
    { "human", WAVE_PARTICIPANT_HUMAN },   { "model", WAVE_PARTICIPANT_MODEL },   { "agent", WAVE_PARTICIPANT_AGENT },
    { "helper", WAVE_PARTICIPANT_HELPER }, { "bridge", WAVE_PARTICIPANT_BRIDGE }, { "federated", WAVE_PARTICIPANT_FEDERATED },
  };

  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].word, word) == 0)
      return words[i].type;
  return WAVE_PARTICIPANT_UNKNOWN;
}

static void
read_participant_into (WaveReader *reader, WaveParticipantInfo *info)
{
  NAMES (names_id, N ("id"), N ("participant_id"));
  NAMES (names_local, N ("local_id"));
  NAMES (names_server, N ("server_name"));
  NAMES (names_name, N ("display_name"), N ("name"));
  NAMES (names_type, N ("participant_type"), N ("type"));

  info->id = wave_reader_id (reader, names_id);
  info->local_id = wave_reader_string (reader, names_local);
  info->server_name = wave_reader_string (reader, names_server);
  info->display_name = wave_reader_string (reader, names_name);
  info->type = wave_participant_type_from_word (wave_reader_string (reader, names_type));
}

static gpointer
read_participant (yyjson_val *object)
{
  WaveParticipantInfo *info = wave_slab_new (sizeof (WaveParticipantInfo), 128);
  WaveReader reader = wave_snapshot_reader (info, object);

  read_participant_into (&reader, info);
  if (info->id == NULL)
    g_clear_pointer (&info, wave_participant_info_free);
  return info;
}

WaveParticipantPage *
wave_participant_page_decode (GBytes *body, GError **error)
{
  NAMES (names, N ("participants"), N ("items"), N ("results"));
  WaveParticipantPage *page = NULL;
  yyjson_val *list;
  WaveJson json;

  if (!wave_snapshot_open (&json, body, error))
    return NULL;
  list = find_list (&json, names);
  if (wave_snapshot_expect (list, YYJSON_TYPE_ARR, "data", error))
    {
      page = g_new0 (WaveParticipantPage, 1);
      page->participants = wave_snapshot_read_list (list, read_participant, &page->n_skipped);
      page->total = read_total (&json);
    }
  wave_json_close (&json);
  return page;
}

gpointer
wave_snapshot_read_member (yyjson_val *object)
{
  NAMES (names_who, N ("participant_id"), N ("id"));
  NAMES (names_membership, N ("membership"));
  NAMES (names_response, N ("response_mode"));
  NAMES (names_notification, N ("notification_mode"));
  NAMES (names_power, N ("power_level"));
  NAMES (names_participant, N ("participant"));
  WaveMemberInfo *info = wave_slab_new (sizeof (WaveMemberInfo), 192);
  WaveReader reader = wave_snapshot_reader (info, object);
  yyjson_val *participant;
  char *id;

  id = wave_reader_id (&reader, names_who);
  info->membership = wave_reader_string (&reader, names_membership);
  info->response_mode = wave_reader_string (&reader, names_response);
  info->notification_mode = wave_reader_string (&reader, names_notification);
  info->power_level = MIN (wave_reader_int (&reader, names_power), G_MAXINT);
  participant = wave_reader_object (&reader, names_participant);
  if (participant != NULL)
    reader.content = participant;
  read_participant_into (&reader, &info->participant);
  /* The id beside the participant is the one that events use. */
  if (id != NULL)
    info->participant.id = id;
  if (info->participant.id == NULL)
    g_clear_pointer (&info, wave_member_info_free);
  return info;
}

GPtrArray *
wave_members_decode (GBytes *body, GError **error)
{
  NAMES (names, N ("members"), N ("items"), N ("results"));
  GPtrArray *members = NULL;
  yyjson_val *list;
  WaveJson json;

  if (!wave_snapshot_open (&json, body, error))
    return NULL;
  list = find_list (&json, names);
  if (wave_snapshot_expect (list, YYJSON_TYPE_ARR, "data", error))
    members = wave_snapshot_read_list (list, wave_snapshot_read_member, NULL);
  wave_json_close (&json);
  return members;
}

void
wave_me_free (WaveMe *me)
{
  wave_slab_free (me);
}

void
wave_room_info_free (WaveRoomInfo *info)
{
  wave_slab_free (info);
}

void
wave_participant_info_free (WaveParticipantInfo *info)
{
  wave_slab_free (info);
}

void
wave_member_info_free (WaveMemberInfo *info)
{
  wave_slab_free (info);
}

void
wave_room_page_free (WaveRoomPage *page)
{
  if (page == NULL)
    return;
  g_ptr_array_unref (page->rooms);
  g_free (page);
}

void
wave_participant_page_free (WaveParticipantPage *page)
{
  if (page == NULL)
    return;
  g_ptr_array_unref (page->participants);
  g_free (page);
}

/* ---------------------------------------------------------------- presence */

static void
add_presence (GPtrArray *list, yyjson_val *id, yyjson_val *word)
{
  WavePresence *presence;
  WaveReader reader;

  if (!yyjson_is_str (id) || !yyjson_is_str (word) || yyjson_get_len (id) == 0 || yyjson_get_len (id) > WAVE_ID_LIMIT
      || strlen (yyjson_get_str (id)) != yyjson_get_len (id) || list->len >= WAVE_SNAPSHOT_MAX_ELEMENTS)
    return;
  presence = wave_slab_new (sizeof (WavePresence), 64);
  reader = wave_snapshot_reader (presence, NULL);
  presence->participant_id = wave_reader_copy (&reader, id, NULL);
  presence->word = wave_reader_copy (&reader, word, NULL);
  presence->state = wave_presence_from_word (presence->word);
  g_ptr_array_add (list, presence);
}

GPtrArray *
wave_presence_map_decode (GBytes *body, GError **error)
{
  NAMES (names_id, N ("participant_id"), N ("id"));
  NAMES (names_word, N ("status"), N ("state"), N ("presence"));
  GPtrArray *list = NULL;
  yyjson_val *data;
  WaveReader reader;
  WaveJson json;

  if (!wave_snapshot_open (&json, body, error))
    return NULL;
  data = wave_snapshot_unwrap (&json);
  /* {"ID": "online", …} as documented, {"ID": {"status": …}, …}, or a list of objects. */
  if (yyjson_is_obj (data))
    {
      yyjson_obj_iter iter = yyjson_obj_iter_with (data);

      list = g_ptr_array_new_with_free_func (wave_slab_free);
      for (yyjson_val *key; (key = yyjson_obj_iter_next (&iter)) != NULL;)
        {
          yyjson_val *value = yyjson_obj_iter_get_val (key);

          if (yyjson_is_obj (value))
            {
              reader = wave_snapshot_reader (NULL, value);
              value = wave_reader_pick (&reader, names_word);
            }
          add_presence (list, key, value);
        }
    }
  else if (wave_snapshot_expect (data, YYJSON_TYPE_ARR, "data", error))
    {
      yyjson_arr_iter iter = yyjson_arr_iter_with (data);

      list = g_ptr_array_new_with_free_func (wave_slab_free);
      for (yyjson_val *value; (value = yyjson_arr_iter_next (&iter)) != NULL;)
        if (yyjson_is_obj (value))
          {
            reader = wave_snapshot_reader (NULL, value);
            add_presence (list, wave_reader_pick (&reader, names_id), wave_reader_pick (&reader, names_word));
          }
    }
  wave_json_close (&json);
  return list;
}
