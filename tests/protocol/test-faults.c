// SPDX-License-Identifier: GPL-3.0-or-later
// Wrong types, missing members, and bytes that want to do harm.
#include "config.h"

#include <string.h>
#include <yyjson.h>

#include "protocol-examples.h"
#include "protocol/wave-catalogue.h"

/* What is never a fault: not ours to judge (free-form, unread), or of several types by design. */
static gboolean
is_free (const Example *example, const char *path, const char *other)
{
  static const char *const free_paths[] = { "content.body",
                                            "content.plan.room_id",
                                            "content.plan.created_at",
                                            "content._imported_sender",
                                            "content._imported_sender.external_id",
                                            "content._imported_sender.display_name",
                                            "content.filename",
                                            "content.mime_type",
                                            "content.size",
                                            NULL };

  if (example->payload[0] == '\0' && strcmp (path, "type") != 0 && strcmp (path, "event_type") != 0)
    return TRUE;
  if (g_str_has_suffix (path, "tenant_id") && example->kind != WAVE_EVENT_HELLO)
    return TRUE;
  if (g_str_has_suffix (path, "content.ts") && example->kind != WAVE_EVENT_HELLO)
    return TRUE;
  if (strcmp (path, "ts") == 0 && strstr (example->json, "origin_ts") != NULL)
    return TRUE;
  if (other[0] == '7'
      && (g_str_has_suffix (path, "_ts") || strcmp (path, "ts") == 0 || g_str_has_suffix (path, ".ts")
          || g_str_has_suffix (path, "_at") || g_str_has_suffix (path, "current_step_id")))
    return TRUE;
  return g_strv_contains (free_paths, path);
}

static guint n_swept;

static void
check_wrong (const Example *example, yyjson_mut_doc *doc, const char *path, const char *other)
{
  g_autofree char *prefix = g_strconcat (path, ": ", NULL);
  char *json = yyjson_mut_write (doc, 0, NULL);
  g_autoptr (WaveEvent) event = decode (json);
  g_autofree char *summary = wave_event_summarise (event);

  g_test_message ("%s", json);
  n_swept++;
  g_assert_true (g_utf8_validate (summary, -1, NULL));
  if (is_free (example, path, other))
    g_assert_cmpstr (event->malformed, ==, NULL);
  else
    {
      g_assert_nonnull (event->malformed);
      if (!g_str_has_prefix (event->malformed, prefix))
        g_error ("%s instead of %s", event->malformed, prefix);
      g_assert_true (strstr (event->malformed, ": expected ") != NULL
                     || g_str_has_suffix (event->malformed, ": not a time (RFC 3339)"));
      g_assert_null (event->payload);
      g_assert_true (g_str_has_prefix (summary, "malformed: "));
      if (!g_str_has_suffix (path, "type") || strchr (path, '.') != NULL)
        g_assert_cmpint (event->kind, ==, example->kind);
      else
        g_assert_cmpint (event->kind, ==, WAVE_EVENT_INVALID);
      /* What could be read is there all the same. */
      if (strcmp (path, "room_id") != 0 && strstr (example->json, "\"room_id\":\"room-atlas\"") != NULL)
        g_assert_cmpstr (event->room_id, ==, "room-atlas");
      if (strcmp (path, "stream_position") != 0 && strstr (example->json, "\"stream_position\":") != NULL)
        g_assert_cmpint (event->position, >=, 0);
    }
  free (json);
}

static void sweep (const Example *example, yyjson_mut_doc *doc, yyjson_mut_val *value, const char *path);

/* Puts one value of each other type in the place of @value, in turn, then looks inside. */
static void
sweep_value (const Example *example, yyjson_mut_doc *doc, yyjson_mut_val *value, const char *path)
{
  static const char *const others[] = { "7.5", "\"word\"", "true", "[{\"a\":1}]", "{\"a\":[1]}" };
  yyjson_mut_val saved = *value;

  sweep (example, doc, value, path);
  if (yyjson_mut_is_null (value))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      yyjson_doc *other = yyjson_read (others[i], strlen (others[i]), 0);
      yyjson_mut_val *copy = yyjson_val_mut_copy (doc, yyjson_doc_get_root (other));

      saved = *value;
      if (yyjson_mut_get_type (copy) != yyjson_mut_get_type (value) || (others[i][0] == '7' && !yyjson_mut_is_real (value)))
        {
          value->tag = copy->tag;
          value->uni = copy->uni;
          check_wrong (example, doc, path, others[i]);
          value->tag = saved.tag;
          value->uni = saved.uni;
        }
      yyjson_doc_free (other);
    }
}

static void
sweep (const Example *example, yyjson_mut_doc *doc, yyjson_mut_val *value, const char *path)
{
  gsize index, max;
  yyjson_mut_val *key, *element;

  if (yyjson_mut_is_obj (value))
    yyjson_mut_obj_foreach (value, index, max, key, element)
    {
      g_autofree char *inner = g_strconcat (path, path[0] != '\0' ? "." : "", yyjson_mut_get_str (key), NULL);

      sweep_value (example, doc, element, inner);
    }
  else if (yyjson_mut_is_arr (value))
    yyjson_mut_arr_foreach (value, index, max, element)
    {
      g_autofree char *inner = g_strdup_printf ("%s[%u]", path, (guint)index);

      sweep_value (example, doc, element, inner);
    }
}

static void
test_every_wrong_type (void)
{
  for (guint i = 0; i < n_examples; i++)
    {
      g_autofree char *sync = to_sync_envelope (examples[i].json);
      const char *const forms[] = { examples[i].json, sync };

      for (guint k = 0; k < G_N_ELEMENTS (forms); k++)
        {
          yyjson_doc *doc = yyjson_read (forms[k], strlen (forms[k]), 0);
          yyjson_mut_doc *copy = yyjson_doc_mut_copy (doc, NULL);

          sweep (&examples[i], copy, yyjson_mut_doc_get_root (copy), "");
          yyjson_mut_doc_free (copy);
          yyjson_doc_free (doc);
        }
    }
  g_assert_cmpuint (n_swept, >, 800);
}

typedef struct
{
  const char *json;
  const char *malformed;
} Row;

static const Row rows[] = {
  { "{'type':'swp.room.message.chunk','room_id':'r','sender_id':'a','content':{'chunk_text':'x','done':'yes'}}",
    "content.done: expected a boolean, found a string" },
  { "{'type':'swp.room.message.chunk','room_id':'r','sender_id':'a','chunk_text':4}",
    "chunk_text: expected a string, found a number" },
  { "{'event_type':'swp.room.member','room_id':'r','content':{'participant_id':'p','membership':7}}",
    "content.membership: expected a string, found a number" },
  { "{'type':'swp.room.message','content':{'body':'x'}}", "room_id is missing" },
  { "{'type':'swp.room.message','room_id':'','content':{'body':'x'}}", "room_id is missing" },
  { "{'type':'swp.room.message','room_id':'r'}", "content is missing" },
  { "{'type':'swp.room.message','room_id':'r','content':null}", "content is missing" },
  { "{'type':'swp.room.message','room_id':'r','content':'hi'}", "content: expected an object, found a string" },
  { "{'type':'swp.room.message','room_id':'r','content':{'body':'x','mentions':['a',5]}}",
    "content.mentions[1]: expected a string, found a number" },
  { "{'type':'swp.room.message','room_id':'r','stream_position':'12x','content':{'body':'x'}}",
    "stream_position: expected an integer, found a string" },
  { "{'type':'swp.room.message','room_id':'r','stream_position':true,'content':{'body':'x'}}",
    "stream_position: expected an integer, found a boolean" },
  { "{'type':'swp.room.message','room_id':'r','stream_position':1.5,'content':{'body':'x'}}",
    "stream_position: expected an integer, found a number" },
  { "{'type':'swp.room.message','room_id':'r','ts':'yesterday','content':{'body':'x'}}", "ts: not a time (RFC 3339)" },
  { "{'type':'swp.room.message','room_id':'r','ts':'2026-13-01T00:00:00Z','content':{'body':'x'}}",
    "ts: not a time (RFC 3339)" },
  { "{'type':'swp.room.message','room_id':'r','ts':'2026-06-02T07:16:09Zjunk','content':{'body':'x'}}",
    "ts: not a time (RFC 3339)" },
  { "{'type':'swp.room.message','room_id':'r','ts':false,'content':{'body':'x'}}", "ts: expected a time, found a boolean" },
  { "{'type':'swp.room.message.chunk','room_id':'r','content':{'chunk_text':'x'}}", "sender_id is missing" },
  { "{'type':'swp.room.message.chunk','sender_id':'s','content':{'chunk_text':'x'}}", "room_id is missing" },
  { "{'type':'swp.room.message.chunk','room_id':'r','sender_id':'s','content':{'done':false}}",
    "content.chunk_text is missing" },
  { "{'type':'swp.room.redaction','room_id':'r'}", "event_id is missing" },
  { "{'type':'swp.room.reaction','room_id':'r','sender_id':'s','emoji':'x'}", "event_id is missing" },
  { "{'type':'swp.room.reaction','room_id':'r','sender_id':'s','event_id':'x'}", "emoji is missing" },
  { "{'type':'swp.room.reaction','room_id':'r','event_id':'x','emoji':'x'}", "sender_id is missing" },
  { "{'type':'swp.room.member','room_id':'r','membership':'join'}", "participant_id is missing" },
  { "{'type':'swp.room.member','room_id':'r','participant_id':'p'}", "membership is missing" },
  { "{'type':'swp.room.name','name':'x'}", "room_id is missing" },
  { "{'type':'swp.room.name','room_id':'r'}", "name is missing" },
  { "{'type':'swp.room.topic','room_id':'r'}", "topic is missing" },
  { "{'type':'swp.room.read_marker'}", "room_id is missing" },
  { "{'type':'swp.room.ai_engagement'}", "room_id is missing" },
  { "{'type':'swp.ai.status','room_id':'r','status':'thinking'}", "participant_id is missing" },
  { "{'type':'swp.ai.status','participant_id':'r','status':'thinking'}", "room_id is missing" },
  { "{'type':'swp.ai.context_usage','room_id':'r','used':4}", "participant_id is missing" },
  { "{'type':'swp.ai.context_usage','room_id':'r','participant_id':'p','percent':'lots'}",
    "percent: expected a number, found a string" },
  { "{'type':'swp.plan.updated','room_id':'r','content':{}}", "content.plan is missing" },
  { "{'type':'swp.plan.updated','room_id':'r','content':{'plan':[]}}", "content.plan: expected an object, found an array" },
  { "{'type':'swp.plan.updated','room_id':'r','content':{'plan':{'steps':[{},{'id':4}]}}}",
    "content.plan.steps[1].id: expected a string, found a number" },
  { "{'type':'swp.plan.updated','room_id':'r','content':{'plan':{'steps':[4]}}}",
    "content.plan.steps[0]: expected an object, found a number" },
  { "{'type':'swp.plan.updated','room_id':'r','steps':[],'goal':5}", "goal: expected a string, found a number" },
  { "{'type':'swp.sidekick.spawned','room_id':'r','content':{'task':'x'}}", "content.task_id is missing" },
  { "{'type':'swp.sidekick.result','content':{'task_id':'x'}}", "room_id is missing" },
  { "{'type':'typing','participant_id':'p'}", "room_id is missing" },
  { "{'type':'typing','room_id':'r'}", "participant_id is missing" },
  { "{'type':'presence','status':'idle'}", "participant_id is missing" },
  { "{'type':'presence','participant_id':'p'}", "status is missing" },
  { "{'type':'swp.call.invite','room_id':'r'}", "content.call_id is missing" },
  { "{'type':'swp.call.state','call_id':'c','participants':[{'id':'p'},{'id':'q','state':1}]}",
    "participants[1].state: expected a string, found a number" },
  { "{'type':'swp.call.state','call_id':'c','participants':[null]}", "participants[0]: expected an object, found null" },
  { "{'type':'swp.model.error','error':4}", "error: expected an object, found a number" },
  { "{'type':'swp.model.error','error':{'code':4}}", "error.code: expected a string, found a number" },
  { "{'type':'typing','room_id':'r\\u0000x','participant_id':'p'}", "room_id: an identifier with a NUL character" },
  { "{'type':'typing','room_id':'r','participant_id':'p\\u0000'}", "participant_id: an identifier with a NUL character" },
  { "{'type':'ping2\\u0000'}", "type: empty, longer than 256 bytes or with a NUL character" },
  { "{'type':''}", "type: empty, longer than 256 bytes or with a NUL character" },
  { "{'type':5}", "type: expected a string, found a number" },
  { "{'type':null}", "type is missing" },
  { "{}", "type is missing" },
  { "[]", "expected an object, found an array" },
  { "'hello'", "expected an object, found a string" },
  { "4", "expected an object, found a number" },
  { "null", "expected an object, found null" },
  { "", "not JSON: there is nothing" },
  { "   ", "not JSON at byte 3: input data is empty" },
  { "{'type':'hello'", "not JSON at byte 15: unexpected end of data" },
  { "{'type':'hello'}x", "not JSON at byte 16: unexpected content after document" },
  { "{'type':'hello',}", NULL },
  { "{type:'hello'}", NULL },
  { "<html>502</html>", NULL },
};

static void
test_faults (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *json = g_strdelimit (g_strdup (rows[i].json), "'", '"');
      g_autoptr (WaveEvent) event = decode (json);
      g_autofree char *summary = wave_event_summarise (event);

      g_test_message ("%s: %s", json, event->malformed);
      g_assert_nonnull (event->malformed);
      g_assert_null (event->payload);
      if (rows[i].malformed == NULL)
        g_assert_true (g_str_has_prefix (event->malformed, "not JSON at byte "));
      else if (g_str_has_prefix (rows[i].malformed, "not JSON"))
        g_assert_true (g_str_has_prefix (event->malformed, "not JSON"));
      else
        g_assert_cmpstr (event->malformed, ==, rows[i].malformed);
      g_assert_cmpstr (event->type, ==, wave_catalogue_get (event->kind)->wire_name);
      g_assert_cmpmem (event->raw, event->raw_size, json, strlen (json));
    }
}

static void
test_cursor_moves_on (void)
{
  g_autoptr (WaveEvent) event
      = decode ("{\"type\":\"swp.room.message\",\"id\":\"e\",\"stream_position\":7,\"sender_id\":\"s\",\"room_id\":4}");
  g_autoptr (WaveEvent) untyped = decode ("{\"id\":\"e\",\"stream_position\":8,\"room_id\":\"r\"}");

  g_assert_cmpint (event->kind, ==, WAVE_EVENT_MESSAGE);
  g_assert_cmpint (event->position, ==, 7);
  g_assert_cmpstr (event->id, ==, "e");
  g_assert_cmpstr (event->sender_id, ==, "s");
  g_assert_cmpstr (event->malformed, ==, "room_id: expected a string, found a number");
  g_assert_cmpint (untyped->kind, ==, WAVE_EVENT_INVALID);
  g_assert_cmpint (untyped->position, ==, 8);
  g_assert_cmpstr (untyped->room_id, ==, "r");
}

/* ---------------------------------------------------------------- harm */

static void
check_harmless (const char *data, gsize length, WaveVia via)
{
  g_autoptr (WaveEvent) event = decode_bytes (data, length, via);
  g_autofree char *summary = wave_event_summarise (event);
  g_autofree char *key = wave_event_dup_key (event);
  g_autofree char *payload = describe_payload (event);

  g_assert_true (g_utf8_validate (summary, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (summary, -1), <=, 200);
  g_assert_true (event->malformed == NULL || g_utf8_validate (event->malformed, -1, NULL));
  g_assert_true (event->kind != WAVE_EVENT_INVALID || event->malformed != NULL);
  wave_event_content_hash (event);
}

static void
test_truncated (void)
{
  for (guint i = 0; i < n_examples; i++)
    {
      g_autofree char *sync = to_sync_envelope (examples[i].json);

      for (gsize cut = 0; cut < strlen (examples[i].json); cut++)
        {
          g_autoptr (WaveEvent) event = decode_bytes (examples[i].json, cut, WAVE_VIA_STREAM);

          g_assert_cmpint (event->kind, ==, WAVE_EVENT_INVALID);
          check_harmless (examples[i].json, cut, WAVE_VIA_STREAM);
        }
      for (gsize cut = 0; cut < strlen (sync); cut++)
        check_harmless (sync, cut, WAVE_VIA_SYNC);
    }
}

static void
test_flipped (void)
{
  for (guint i = 0; i < n_examples; i++)
    for (gsize at = 0; at < strlen (examples[i].json); at++)
      {
        static const guchar bytes[] = { 0, 1, '"', '\\', '{', ']', 0x80, 0xFF, ',' };
        g_autofree char *json = g_strdup (examples[i].json);

        json[at] = bytes[(at + i) % sizeof bytes];
        check_harmless (json, strlen (examples[i].json), WAVE_VIA_STREAM);
      }
}

static char *
nested (const char *open, const char *close, guint depth)
{
  GString *json = g_string_new ("{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{\"body\":\"x\",\"d\":");

  for (guint i = 0; i < depth; i++)
    g_string_append (json, open);
  g_string_append (json, "1");
  for (guint i = 0; i < depth; i++)
    g_string_append (json, close);
  g_string_append (json, "}}");
  return g_string_free (json, FALSE);
}

static void
test_deep (void)
{
  static const char *const shapes[][2] = { { "[", "]" }, { "{\"a\":", "}" }, { "[0,{\"[\":[", "]}]" } };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *fine = nested (shapes[i][0], shapes[i][1], 10), *deep = nested (shapes[i][0], shapes[i][1], 10000);
      g_autoptr (WaveEvent) good = decode (fine);
      gint64 began = g_get_monotonic_time ();
      g_autoptr (WaveEvent) event = decode (deep);

      g_assert_cmpstr (good->malformed, ==, NULL);
      g_assert_cmpint (event->kind, ==, WAVE_EVENT_INVALID);
      g_assert_true (g_str_has_prefix (event->malformed, "nested deeper than 64 levels at byte "));
      g_assert_cmpint (g_get_monotonic_time () - began, <, G_USEC_PER_SEC / 2);
    }
  {
    /* Exactly at the bound: the event and its content are two levels. */
    g_autofree char *last = nested ("[", "]", 62), *over = nested ("[", "]", 63);
    g_autoptr (WaveEvent) good = decode (last);
    g_autoptr (WaveEvent) bad = decode (over);
    g_autofree char *unclosed = g_strnfill (100000, '[');
    g_autoptr (WaveEvent) open = decode (unclosed);

    g_assert_cmpstr (good->malformed, ==, NULL);
    g_assert_nonnull (bad->malformed);
    g_assert_cmpint (open->kind, ==, WAVE_EVENT_INVALID);
  }
}

static void
test_large (void)
{
  g_autofree char *mebibyte = g_strnfill (1024 * 1024 + 10, 'x');
  g_autofree char *json
      = g_strdup_printf ("{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{\"body\":\"%s\"}}", mebibyte);
  g_autofree char *id = g_strdup_printf ("{\"type\":\"typing\",\"room_id\":\"%.600s\",\"participant_id\":\"p\"}", mebibyte);
  g_autofree char *type = g_strdup_printf ("{\"type\":\"%.600s\"}", mebibyte);
  g_autofree char *huge = g_malloc (WAVE_FRAME_LIMIT + 1);
  g_autoptr (WaveEvent) event = decode (json);
  g_autoptr (WaveEvent) with_id = decode (id);
  g_autoptr (WaveEvent) with_type = decode (type);
  g_autoptr (WaveEvent) oversize = NULL;
  g_autoptr (WaveEvent) many = NULL;
  g_autoptr (WaveEvent) told = NULL;
  g_autoptr (WaveEvent) rubbish = decode_bytes (mebibyte, 200000, WAVE_VIA_STREAM);
  g_autoptr (GBytes) head = g_bytes_new_static ("abc", 3);
  const WaveMessage *message = event->payload;

  /* Shown cut, kept whole. */
  g_assert_cmpstr (event->malformed, ==, NULL);
  g_assert_cmpint (strlen (message->body), ==, 1024 * 1024 + strlen ("…"));
  g_assert_true (g_str_has_suffix (message->body, "x…"));
  g_assert_cmpint (event->raw_size, ==, strlen (json));
  g_assert_cmpstr (with_id->malformed, ==, "room_id: an identifier of more than 512 bytes");
  g_assert_cmpint (with_type->kind, ==, WAVE_EVENT_INVALID);
  g_assert_cmpint (rubbish->raw_size, ==, WAVE_INVALID_KEPT);

  memset (huge, ' ', WAVE_FRAME_LIMIT + 1);
  oversize = decode_bytes (huge, WAVE_FRAME_LIMIT + 1, WAVE_VIA_STREAM);
  g_assert_cmpint (oversize->kind, ==, WAVE_EVENT_INVALID);
  g_assert_cmpstr (oversize->malformed, ==, "a frame of 16777217 bytes, more than the 16777216 that are decoded");
  g_assert_cmpint (oversize->raw_size, ==, WAVE_INVALID_KEPT);
  told = wave_event_new_oversize (head, 0, WAVE_VIA_STREAM, 1, 2);
  g_assert_cmpstr (told->malformed, ==, "a frame of more than the 16777216 bytes that are decoded");

  /* Sixteen million values in sixteen million bytes would need a quarter of a gigabyte. */
  memset (huge, '[', WAVE_FRAME_LIMIT);
  many = decode_bytes (huge, WAVE_FRAME_LIMIT, WAVE_VIA_STREAM);
  g_assert_cmpint (many->kind, ==, WAVE_EVENT_INVALID);
  g_assert_true (g_str_has_prefix (many->malformed, "more than about "));
}

static void
test_nul_and_utf8 (void)
{
  static const char invalid[] = "{\"type\":\"swp.room.name\",\"room_id\":\"r\",\"name\":\"a\xC3(\"}";
  static const char overlong[] = "{\"type\":\"swp.room.name\",\"room_id\":\"r\",\"name\":\"\xC0\x80\"}";
  static const char surrogate[] = "{\"type\":\"swp.room.name\",\"room_id\":\"r\",\"name\":\"\xED\xA0\x80\"}";
  static const char raw_nul[] = "{\"type\":\"swp.room.name\",\"room_id\":\"r\",\"name\":\"a\0b\"}";
  g_autoptr (WaveEvent) event
      = decode ("{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{\"body\":\"a\\u0000b\\u0000\"}}");
  g_autoptr (WaveEvent) chunk
      = decode ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"r\",\"sender_id\":\"s\",\"chunk_text\":\"\\u0000x\"}");
  g_autoptr (WaveEvent) a = decode_bytes (invalid, sizeof invalid - 1, WAVE_VIA_STREAM);
  g_autoptr (WaveEvent) b = decode_bytes (overlong, sizeof overlong - 1, WAVE_VIA_STREAM);
  g_autoptr (WaveEvent) c = decode_bytes (surrogate, sizeof surrogate - 1, WAVE_VIA_STREAM);
  g_autoptr (WaveEvent) d = decode_bytes (raw_nul, sizeof raw_nul - 1, WAVE_VIA_STREAM);

  g_assert_cmpstr (((const WaveMessage *)event->payload)->body, ==,
                   "a\xEF\xBF\xBD"
                   "b\xEF\xBF\xBD");
  g_assert_cmpstr (((const WaveChunk *)chunk->payload)->text, ==, "\xEF\xBF\xBDx");
  g_assert_cmpint (((const WaveChunk *)chunk->payload)->length, ==, 4);
  g_assert_cmpint (a->kind, ==, WAVE_EVENT_INVALID);
  g_assert_nonnull (strstr (a->malformed, "UTF-8"));
  g_assert_cmpint (b->kind, ==, WAVE_EVENT_INVALID);
  g_assert_cmpint (c->kind, ==, WAVE_EVENT_INVALID);
  g_assert_cmpint (d->kind, ==, WAVE_EVENT_INVALID);
  g_assert_cmpmem (d->raw, d->raw_size, raw_nul, sizeof raw_nul - 1);
}

/* Servers that cut text between the halves of a pair exist; the text around it is good. */
static void
test_half_pairs (void)
{
  static const struct
  {
    const char *wire, *text;
  } pairs[] = {
    { "a\\ud83d\\ude00b", "a😀b" },
    { "a\\ud83db", "a\xEF\xBF\xBD"
                   "b" },
    { "a\\ude00b", "a\xEF\xBF\xBD"
                   "b" },
    { "\\ud83d\\ud83d\\ude00", "\xEF\xBF\xBD😀" },
    { "\\ud83d\\u0041", "\xEF\xBF\xBD"
                        "A" },
    { "\\\\ud83d\\ud83d", "\\ud83d\xEF\xBF\xBD" },
    { "\\ud83d", "\xEF\xBF\xBD" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.room.name\",\"room_id\":\"r\",\"name\":\"%s\"}", pairs[i].wire);
      g_autoptr (WaveEvent) event = decode (json);

      g_assert_cmpstr (event->malformed, ==, NULL);
      g_assert_cmpstr (((const WaveRoomText *)event->payload)->value, ==, pairs[i].text);
      g_assert_cmpmem (event->raw, event->raw_size, json, strlen (json));
    }
}

static void
test_binary (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 2000; round++)
    {
      guchar data[200];
      gsize length = g_rand_int_range (random, 0, sizeof data);

      for (gsize i = 0; i < length; i++)
        data[i] = g_rand_int (random);
      if (length > 0 && round % 2 == 0)
        data[0] = '{';
      check_harmless ((const char *)data, length, WAVE_VIA_STREAM);
    }
}

static void
test_long_lists (void)
{
  GString *json
      = g_string_new ("{\"type\":\"swp.room.message\",\"room_id\":\"r\",\"content\":{\"body\":\"x\",\"mentions\":[\"a\"");
  g_autoptr (WaveEvent) event = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append (json, ",\"b\"");
  g_string_append (json, "]}}");
  event = decode_bytes (json->str, json->len, WAVE_VIA_STREAM);
  g_assert_cmpstr (event->malformed, ==, "content.mentions: more than 4096 elements");
  g_string_free (json, TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/every-wrong-type", test_every_wrong_type);
  g_test_add_func ("/protocol/faults", test_faults);
  g_test_add_func ("/protocol/cursor-moves-on", test_cursor_moves_on);
  g_test_add_func ("/protocol/harm/truncated", test_truncated);
  g_test_add_func ("/protocol/harm/flipped", test_flipped);
  g_test_add_func ("/protocol/harm/deep", test_deep);
  g_test_add_func ("/protocol/harm/large", test_large);
  g_test_add_func ("/protocol/harm/nul-and-utf8", test_nul_and_utf8);
  g_test_add_func ("/protocol/harm/half-pairs", test_half_pairs);
  g_test_add_func ("/protocol/harm/binary", test_binary);
  g_test_add_func ("/protocol/harm/long-lists", test_long_lists);
  return g_test_run ();
}
