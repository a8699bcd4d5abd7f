// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "simulator/wave-world.h"

#include <stdio.h>
#include <string.h>

#define FIRST_POSITION 88000

/* ---- JSON ---- */

void
wave_json_append_string (GString *json, const char *text)
{
  if (text == NULL)
    {
      g_string_append (json, "null");
      return;
    }
  g_string_append_c (json, '"');
  for (const char *p = text; *p != '\0'; p++)
    switch (*p)
      {
      case '"':
        g_string_append (json, "\\\"");
        break;
      case '\\':
        g_string_append (json, "\\\\");
        break;
      case '\n':
        g_string_append (json, "\\n");
        break;
      case '\t':
        g_string_append (json, "\\t");
        break;
      default:
        if ((guchar) *p < 0x20)
          g_string_append_printf (json, "\\u%04x", (guchar) *p);
        else
          g_string_append_c (json, *p);
        break;
      }
  g_string_append_c (json, '"');
}

char *
wave_json_members (const char *name, ...)
{
  GString *json = g_string_new (NULL);
  va_list args;

  va_start (args, name);
  for (; name != NULL; name = va_arg (args, const char *))
    {
      gsize start = json->len;

      g_string_append_printf (json, "%s\"%s\":", start > 0 ? "," : "", name + 2);
      switch (name[0])
        {
        case 's':
          wave_json_append_string (json, va_arg (args, const char *));
          break;
        case 'i':
          g_string_append_printf (json, "%" G_GINT64_FORMAT, va_arg (args, gint64));
          break;
        case 'b':
          g_string_append (json, va_arg (args, gboolean) ? "true" : "false");
          break;
        case 'j':
        default:
          {
            const char *value = va_arg (args, const char *);

            if (value != NULL)
              g_string_append (json, value);
            else
              g_string_truncate (json, start);
          }
          break;
        }
    }
  va_end (args);
  return g_string_free (json, FALSE);
}

static char *
iso_time (gint64 wall_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (wall_us / G_USEC_PER_SEC);

  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

/* ---- the tenant ---- */

static void
person_free (gpointer data)
{
  WavePerson *person = data;

  g_free (person->id);
  g_free (person->name);
  g_free (person->type);
  g_free (person->server);
  g_free (person);
}

static void
room_free (gpointer data)
{
  WaveSimRoom *room = data;

  g_free (room->id);
  g_free (room->name);
  g_free (room->topic);
  g_free (room->type);
  g_free (room->plan);
  g_free (room->call);
  g_free (room->last_read);
  g_ptr_array_unref (room->members);
  g_ptr_array_unref (room->sidekicks);
  g_free (room);
}

static void
durable_clear (gpointer data)
{
  WaveDurable *durable = data;

  g_free (durable->id);
  g_free (durable->sync_json);
}

WaveWorld *
wave_world_new (guint32 seed)
{
  WaveWorld *world = g_new0 (WaveWorld, 1);

  world->tenant_id = g_strdup ("t-4417");
  world->server_name = g_strdup ("demo.wavescope.example");
  world->rand = g_rand_new_with_seed (seed != 0 ? seed : 1);
  world->people = g_ptr_array_new_with_free_func (person_free);
  world->rooms = g_ptr_array_new_with_free_func (room_free);
  world->durables = g_array_new (FALSE, FALSE, sizeof (WaveDurable));
  g_array_set_clear_func (world->durables, durable_clear);
  world->position = FIRST_POSITION;
  world->wall_us = g_get_real_time ();
  return world;
}

void
wave_world_free (WaveWorld *world)
{
  g_free (world->tenant_id);
  g_free (world->server_name);
  g_rand_free (world->rand);
  g_ptr_array_unref (world->people);
  g_ptr_array_unref (world->rooms);
  g_array_unref (world->durables);
  if (world->ledger != NULL)
    fclose (world->ledger);
  g_free (world);
}

WavePerson *
wave_world_add_person (WaveWorld *world, const char *id, const char *name, const char *type, const char *presence)
{
  WavePerson *person = g_new0 (WavePerson, 1);

  person->id = g_strdup (id);
  person->name = g_strdup (name);
  person->type = g_strdup (type);
  person->server = g_strdup (g_str_equal (type, "federated") ? "peer.example" : world->server_name);
  person->presence = presence;
  g_ptr_array_add (world->people, person);
  return person;
}

WaveSimRoom *
wave_world_add_room (WaveWorld *world, const char *id, const char *name, const char *topic, const char *type)
{
  WaveSimRoom *room = g_new0 (WaveSimRoom, 1);

  room->id = g_strdup (id);
  room->name = g_strdup (name);
  room->topic = g_strdup (topic);
  room->type = g_strdup (type);
  room->members = g_ptr_array_new ();
  room->sidekicks = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (world->rooms, room);
  return room;
}

WavePerson *
wave_world_person (WaveWorld *world, const char *id)
{
  for (guint i = 0; i < world->people->len; i++)
    if (g_strcmp0 (((WavePerson *) world->people->pdata[i])->id, id) == 0)
      return world->people->pdata[i];
  return NULL;
}

static int
room_index (WaveWorld *world, const char *id)
{
  for (guint i = 0; i < world->rooms->len; i++)
    if (g_strcmp0 (((WaveSimRoom *) world->rooms->pdata[i])->id, id) == 0)
      return i;
  return -1;
}

WaveSimRoom *
wave_world_room (WaveWorld *world, const char *id)
{
  int index = room_index (world, id);

  return index >= 0 ? world->rooms->pdata[index] : NULL;
}

/* ---- events ---- */

void
wave_world_log (WaveWorld *world, const char *members)
{
  if (world->ledger != NULL)
    fprintf (world->ledger, "{\"t_us\":%" G_GINT64_FORMAT ",%s}\n", g_get_monotonic_time (), members);
  g_free ((char *) members);
}

/* A share of the positions belongs to rooms that the client cannot see. */
static gint64
next_position (WaveWorld *world)
{
  if (world->jumps)
    world->position += world->position < G_MAXINT32 ? (gint64) G_MAXINT32 : g_rand_int_range (world->rand, 1, 100000);
  world->position += g_rand_int_range (world->rand, 0, 5) == 0 ? g_rand_int_range (world->rand, 2, 5) : 1;
  return world->position;
}

static WaveDurable *
add_durable (WaveWorld *world, gint64 position, const char *id, char *sync_json, const char *room, gboolean message)
{
  WaveDurable durable = { .position = position, .id = g_strdup (id), .sync_json = sync_json, .message = message };
  int index = room_index (world, room);

  durable.room = index >= 0 ? (guint) index : G_MAXUINT;
  if (world->late_us > 0 && g_rand_int_range (world->rand, 0, 20) == 0)
    durable.visible_us = g_get_monotonic_time () + world->late_us;
  g_array_append_val (world->durables, durable);
  return &g_array_index (world->durables, WaveDurable, world->durables->len - 1);
}

static void
send_frame (WaveWorld *world, const char *json, const WaveDurable *durable, const char *type)
{
  world->n_frames++;
  if (world->ledger != NULL)
    {
      if (durable != NULL)
        wave_world_log (world, wave_json_members ("s:kind", "frame", "s:type", type, "s:id", durable->id, "i:position", durable->position, NULL));
      else
        wave_world_log (world, wave_json_members ("s:kind", "frame", "s:type", type, "j:position", "null", NULL));
    }
  if (world->frame_func != NULL)
    world->frame_func (json, durable, world->user_data);
}

const char *
wave_world_emit (WaveWorld *world, const char *type, const char *room, const char *sender, char *members, WaveEmitFlags flags)
{
  g_autofree char *owned = members;
  g_autoptr (GString) frame = g_string_new ("{\"type\":");
  WaveDurable *durable = NULL;
  g_autofree char *id = NULL;
  gint64 position = -1;
  gint64 origin = world->wall_us / G_USEC_PER_SEC;
  gboolean in_content = (flags & WAVE_EMIT_IN_CONTENT) != 0 || world->nested;

  wave_json_append_string (frame, type);
  if (flags & WAVE_EMIT_DURABLE)
    {
      GString *element;

      id = g_strdup_printf ("evt-%06x", world->next_id++);
      position = next_position (world);
      element = g_string_new (NULL);
      g_string_append_printf (element, "{\"id\":\"%s\",\"stream_position\":%" G_GINT64_FORMAT ",\"room_id\":", id, position);
      wave_json_append_string (element, room);
      g_string_append (element, ",\"event_type\":");
      wave_json_append_string (element, type);
      g_string_append (element, ",\"sender_id\":");
      wave_json_append_string (element, sender);
      g_string_append_printf (element, ",\"origin_ts\":%" G_GINT64_FORMAT ",\"content\":{%s}}", origin, owned);
      durable = add_durable (world, position, id, g_string_free (element, FALSE), room, strstr (type, "message") != NULL);
      /* What was there before the start is not late. */
      if (flags & WAVE_EMIT_QUIET)
        durable->visible_us = 0;
    }
  if (flags & WAVE_EMIT_QUIET)
    return durable != NULL ? durable->id : NULL;
  if (g_str_has_prefix (type, "swp.") && !world->bare)
    {
      g_autofree char *ts = iso_time (world->wall_us);
      g_autofree char *frame_id = id != NULL ? g_strdup (id) : g_strdup_printf ("eph-%06x", world->next_id++);

      g_string_append_printf (frame, ",\"id\":\"%s\",\"tenant_id\":\"%s\",\"ts\":\"%s\"", frame_id, world->tenant_id, ts);
    }
  if (room != NULL)
    {
      g_string_append (frame, ",\"room_id\":");
      wave_json_append_string (frame, room);
    }
  if (sender != NULL)
    {
      g_string_append (frame, ",\"sender_id\":");
      wave_json_append_string (frame, sender);
    }
  if (position >= 0)
    g_string_append_printf (frame, ",\"stream_position\":%" G_GINT64_FORMAT ",\"origin_ts\":%" G_GINT64_FORMAT, position, origin);
  if (*owned != '\0')
    g_string_append_printf (frame, in_content ? ",\"content\":{%s}" : ",%s", owned);
  if (world->extra)
    g_string_append (frame, ",\"x_shard\":{\"pod\":7,\"path\":[null,1.5,\"ü\"]},\"x_flag\":true");
  g_string_append_c (frame, '}');
  send_frame (world, frame->str, durable, type);
  return durable != NULL ? durable->id : NULL;
}

void
wave_world_emit_json (WaveWorld *world, const char *json, gboolean durable)
{
  const char *body = strchr (json, '{');
  g_autoptr (GString) frame = g_string_new (NULL);
  g_autofree char *id = NULL;
  gint64 position;
  WaveDurable *added;
  gboolean empty;

  if (body == NULL || !durable)
    {
      send_frame (world, json, NULL, "injected");
      return;
    }
  id = g_strdup_printf ("evt-%06x", world->next_id++);
  position = next_position (world);
  empty = *(body + 1 + strspn (body + 1, " \t\r\n")) == '}';
  /* The first of two members with the same name counts: what the caller wrote stays, what is missing is added. */
  g_string_append_len (frame, json, strlen (json));
  g_strchomp (frame->str);
  frame->len = strlen (frame->str);
  g_string_truncate (frame, frame->len - 1);
  g_string_append_printf (frame, "%s\"id\":\"%s\",\"stream_position\":%" G_GINT64_FORMAT ",\"origin_ts\":%" G_GINT64_FORMAT "}", empty ? "" : ",", id,
                          position, world->wall_us / G_USEC_PER_SEC);
  added = add_durable (world, position, id, g_strdup (frame->str), NULL, strstr (json, "swp.room.message") != NULL);
  send_frame (world, frame->str, added, "injected");
}

guint
wave_world_find (WaveWorld *world, gint64 since)
{
  guint low = 0;
  guint high = world->durables->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (world->durables, WaveDurable, middle).position > since)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

/* ---- REST ---- */

static gint64
query_int (GHashTable *query, const char *name, gint64 otherwise)
{
  const char *text = query != NULL ? g_hash_table_lookup (query, name) : NULL;

  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : otherwise;
}

static char *
person_json (WaveWorld *world, const WavePerson *person)
{
  g_autofree char *members = wave_json_members ("s:id", person->id, "s:local_id", person->id, "s:server_name", person->server, "s:display_name",
                                                person->name, "s:participant_type", person->type, "j:avatar_url", "null", NULL);

  return g_strdup_printf ("{%s}", members);
}

static char *
room_json (WaveWorld *world, const WaveSimRoom *room)
{
  g_autofree char *members = wave_json_members ("s:id", room->id, "s:name", room->name, "s:topic", room->topic, "s:room_type", room->type, "s:state",
                                                "open", "s:created_at", "2026-05-30T08:00:00Z", "i:member_count", (gint64) room->members->len, NULL);

  return g_strdup_printf ("{%s}", members);
}

static char *
members_json (WaveWorld *world, const WaveSimRoom *room)
{
  GString *json = g_string_new ("[");

  for (guint i = 0; i < room->members->len; i++)
    {
      const WavePerson *person = room->members->pdata[i];
      g_autofree char *participant = person_json (world, person);
      gboolean ai = g_str_equal (person->type, "model") || g_str_equal (person->type, "agent");
      g_autofree char *members = wave_json_members ("s:participant_id", person->id, "s:membership", "join", "i:power_level", (gint64) 0, "s:joined_at",
                                                    "2026-05-30T08:00:00Z", "s:response_mode", !ai ? NULL : person->conversational ? "conversational" : "streaming", "j:participant",
                                                    participant, NULL);

      g_string_append_printf (json, "%s{%s}", i > 0 ? "," : "", members);
    }
  g_string_append_c (json, ']');
  return g_string_free (json, FALSE);
}

static char *
sidekicks_json (const WaveSimRoom *room)
{
  GString *json = g_string_new ("[");

  for (guint i = 0; i < room->sidekicks->len; i++)
    g_string_append_printf (json, "%s%s", i > 0 ? "," : "", (const char *) room->sidekicks->pdata[i]);
  g_string_append_c (json, ']');
  return g_string_free (json, FALSE);
}

static char *
sidekick_json (const WaveSimRoom *room, const char *task_id)
{
  g_autofree char *mark = wave_json_members ("s:task_id", task_id, NULL);

  for (guint i = 0; i < room->sidekicks->len; i++)
    if (strstr (room->sidekicks->pdata[i], mark) != NULL)
      return g_strdup_printf ("{\"data\":%s}", (const char *) room->sidekicks->pdata[i]);
  return NULL;
}

static char *
call_json (WaveWorld *world, const char *id)
{
  g_autoptr (GString) mark = g_string_new ("\"call_id\":");

  wave_json_append_string (mark, id);
  for (guint i = 0; i < world->rooms->len; i++)
    {
      const WaveSimRoom *room = world->rooms->pdata[i];

      if (room->call != NULL && strstr (room->call, mark->str) != NULL)
        return g_strdup_printf ("{\"data\":%s}", room->call);
    }
  return NULL;
}

static char *
state_json (WaveWorld *world, const WaveSimRoom *room)
{
  g_autofree char *room_part = room_json (world, room);
  g_autofree char *members = members_json (world, room);
  g_autofree char *sidekicks = sidekicks_json (room);
  g_autofree char *all = NULL;

  all = wave_json_members ("j:room", room_part, "j:members", members, "j:engagement", "{\"mode\":\"mention\"}", "j:plan",
                           room->plan != NULL ? room->plan : "null", "j:active_sidekicks", sidekicks, "j:active_call",
                           room->call != NULL ? room->call : "null", "i:unread_count", (gint64) 0, "s:last_read_event_id", room->last_read, NULL);
  return g_strdup_printf ("{\"data\":{%s}}", all);
}

/* What a test injected stands in no room's list by itself. */
static gboolean
is_in_history (WaveWorld *world, const WaveDurable *durable, guint index, const char *mark)
{
  if (!world->all_history)
    return durable->room == index && durable->message;
  return durable->room == index || (durable->room == G_MAXUINT && strstr (durable->sync_json, mark) != NULL);
}

static char *
messages_json (WaveWorld *world, guint index, GHashTable *query)
{
  gint64 limit = CLAMP (query_int (query, "limit", 50), 1, 200);
  gint64 from = query_int (query, "from", G_MAXINT64);
  GString *json = g_string_new ("{\"data\":[");
  g_autofree char *mark = wave_json_members ("s:room_id", ((const WaveSimRoom *) world->rooms->pdata[index])->id, NULL);
  gint64 last = -1;
  gint64 n = 0;
  gboolean more = FALSE;

  for (guint i = world->durables->len; i-- > 0;)
    {
      const WaveDurable *durable = &g_array_index (world->durables, WaveDurable, i);

      if (durable->position >= from || !is_in_history (world, durable, index, mark))
        continue;
      if (n == limit)
        {
          more = TRUE;
          break;
        }
      g_string_append_printf (json, "%s%s", n > 0 ? "," : "", durable->sync_json);
      last = durable->position;
      n++;
    }
  g_string_append_printf (json, "],\"meta\":{\"has_more\":%s", more ? "true" : "false");
  if (last >= 0)
    g_string_append_printf (json, ",\"next_cursor\":\"%" G_GINT64_FORMAT "\"", last);
  g_string_append (json, "}}");
  return g_string_free (json, FALSE);
}

static char *
listing (WaveWorld *world, GPtrArray *all, char *(*one) (WaveWorld *, gpointer), GHashTable *query)
{
  gint64 limit = CLAMP (query_int (query, "limit", 50), 1, 200);
  gint64 offset = MAX (query_int (query, "offset", 0), 0);
  GString *json = g_string_new ("{\"data\":[");

  for (gint64 i = offset; i < all->len && i < offset + limit; i++)
    {
      g_autofree char *element = one (world, all->pdata[i]);

      g_string_append_printf (json, "%s%s", i > offset ? "," : "", element);
    }
  g_string_append_printf (json, "],\"meta\":{\"total\":%u}}", all->len);
  return g_string_free (json, FALSE);
}

static char *
presence_json (WaveWorld *world, const char *ids)
{
  g_auto (GStrv) list = g_strsplit (ids != NULL ? ids : "", ",", -1);
  GString *json = g_string_new ("{\"data\":{");
  guint n = 0;

  for (guint i = 0; list[i] != NULL; i++)
    {
      const WavePerson *person = wave_world_person (world, list[i]);

      if (person == NULL)
        continue;
      g_string_append (json, n++ > 0 ? "," : "");
      wave_json_append_string (json, person->id);
      g_string_append_c (json, ':');
      wave_json_append_string (json, person->presence);
    }
  g_string_append (json, "}}");
  return g_string_free (json, FALSE);
}

char *
wave_world_rest (WaveWorld *world, const char *path, GHashTable *query)
{
  g_auto (GStrv) parts = NULL;
  int index;

  if (g_str_equal (path, "/v1/me"))
    return g_strdup_printf ("{\"data\":{\"participant_id\":\"watcher\",\"local_id\":\"watcher\",\"fqid\":\"@watcher:%s\",\"display_name\":\"Wavescope\","
                            "\"roles\":[\"member\"],\"presence\":\"online\",\"tenant\":{\"id\":\"%s\",\"slug\":\"acme\",\"name\":\"Acme\"}}}",
                            world->server_name, world->tenant_id);
  if (g_str_equal (path, "/v1/directory/rooms"))
    return listing (world, world->rooms, (char *(*) (WaveWorld *, gpointer)) room_json, query);
  if (g_str_equal (path, "/v1/directory/participants"))
    return listing (world, world->people, (char *(*) (WaveWorld *, gpointer)) person_json, query);
  if (g_str_equal (path, "/v1/presence"))
    return presence_json (world, query != NULL ? g_hash_table_lookup (query, "ids") : NULL);
  if (g_str_equal (path, "/.well-known/scaiwave/server"))
    return g_strdup_printf ("{\"server_name\":\"%s\",\"public_key\":\"ed25519:ZGVtbw==\",\"protocol_versions\":[\"v1\"],\"endpoints\":{}}",
                            world->server_name);
  if (g_str_has_prefix (path, "/v1/calls/"))
    return call_json (world, path + strlen ("/v1/calls/"));
  if (g_str_equal (path, "/v1/sidekicks"))
    return g_strdup ("{\"data\":[]}");
  if (!g_str_has_prefix (path, "/v1/rooms/"))
    return NULL;
  parts = g_strsplit (path + strlen ("/v1/rooms/"), "/", 2);
  index = room_index (world, parts[0]);
  if (index < 0)
    return NULL;
  if (parts[1] == NULL)
    {
      g_autofree char *room = room_json (world, world->rooms->pdata[index]);

      return g_strdup_printf ("{\"data\":%s}", room);
    }
  if (g_str_equal (parts[1], "state"))
    return state_json (world, world->rooms->pdata[index]);
  if (g_str_equal (parts[1], "messages"))
    return messages_json (world, index, query);
  if (g_str_equal (parts[1], "members"))
    {
      g_autofree char *members = members_json (world, world->rooms->pdata[index]);

      return g_strdup_printf ("{\"data\":%s}", members);
    }
  if (g_str_equal (parts[1], "sidekicks"))
    {
      g_autofree char *sidekicks = sidekicks_json (world->rooms->pdata[index]);

      return g_strdup_printf ("{\"data\":%s}", sidekicks);
    }
  if (g_str_has_prefix (parts[1], "sidekicks/"))
    return sidekick_json (world->rooms->pdata[index], parts[1] + strlen ("sidekicks/"));
  if (g_str_equal (parts[1], "plans"))
    {
      const char *plan = ((WaveSimRoom *) world->rooms->pdata[index])->plan;

      return g_strdup_printf ("{\"data\":[%s]}", plan != NULL ? plan : "");
    }
  if (g_str_equal (parts[1], "plan"))
    {
      const char *plan = ((WaveSimRoom *) world->rooms->pdata[index])->plan;

      return g_strdup_printf ("{\"data\":%s}", plan != NULL ? plan : "null");
    }
  return NULL;
}
