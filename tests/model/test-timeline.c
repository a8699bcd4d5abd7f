// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tests/model/model-helpers.h"

#define ROOM "room-a"

static void
assert_in_order (WaveTimeline *timeline)
{
  gint64 last = -1;
  gint64 day = G_MININT64;
  WaveTimelineItem *before = NULL;

  for (guint i = 0; i < length (timeline); i++)
    {
      WaveTimelineItem *item = nth (timeline, i);
      WaveItemKind kind = wave_timeline_item_get_kind (item);

      if (wave_timeline_item_get_position (item) >= 0)
        {
          g_assert_cmpint (wave_timeline_item_get_position (item), >, last);
          last = wave_timeline_item_get_position (item);
        }
      if (kind == WAVE_ITEM_DAY)
        {
          /* TZ is UTC in tests. */
          gint64 this_day = wave_timeline_item_get_wall_us (item) / (86400 * (gint64)G_USEC_PER_SEC);

          g_assert_cmpint (this_day, >, day);
          day = this_day;
          g_assert_true (before == NULL || wave_timeline_item_get_kind (before) != WAVE_ITEM_DAY);
        }
      else if (kind == WAVE_ITEM_MESSAGE)
        g_assert_cmpint (wave_timeline_item_get_wall_us (item) / (86400 * (gint64)G_USEC_PER_SEC), ==, day);
      if (wave_timeline_item_get_continued (item))
        {
          g_assert_nonnull (before);
          g_assert_true (wave_timeline_item_get_sender (before) == wave_timeline_item_get_sender (item));
        }
      before = item;
    }
  g_assert_true (before == NULL || wave_timeline_item_get_kind (before) != WAVE_ITEM_DAY);
}

static void
test_order (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint order[300];
  Checker checker;
  WaveTimeline *timeline;
  guint messages = 0;

  say (tenant, 0, ROOM, "p0", "e-0", 100, "first");
  timeline = timeline_of (tenant, ROOM);
  checker_start (&checker, timeline);
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    order[i] = i;
  for (guint i = G_N_ELEMENTS (order) - 1; i > 0; i--)
    {
      guint j = g_rand_int_range (rand, 0, i + 1);
      guint held = order[i];

      order[i] = order[j];
      order[j] = held;
    }
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      /* An hour between two of them: twelve days and a half; three senders in runs. */
      gint64 position = 1000 + (gint64)order[i] * 3600;
      g_autofree char *id = g_strdup_printf ("e-%u", order[i] + 1);
      g_autofree char *sender = g_strdup_printf ("p%u", order[i] / 5 % 3);

      say (tenant, i * MS, ROOM, sender, id, position, "text");
      checker_compare (&checker);
    }
  assert_in_order (timeline);
  for (guint i = 0; i < length (timeline); i++)
    messages += wave_timeline_item_get_kind (nth (timeline, i)) == WAVE_ITEM_MESSAGE;
  g_assert_cmpuint (messages, ==, G_N_ELEMENTS (order) + 1);
  for (guint i = 0; i < length (timeline); i++)
    {
      const char *id = wave_timeline_item_get_event_id (nth (timeline, i));

      if (id != NULL)
        g_assert_cmpint (wave_timeline_find (timeline, id), ==, i);
    }
  g_assert_cmpint (wave_timeline_find (timeline, "nobody"), ==, -1);
  checker_stop (&checker);
}

static void
test_grouping (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveTimeline *timeline;

  /* origin_ts is T0 + position, in seconds. */
  say (tenant, 0, ROOM, "ada", "e-1", 10, "one");
  say (tenant, 1, ROOM, "ada", "e-2", 20, "two");
  say (tenant, 2, ROOM, "bob", "e-3", 30, "three");
  say (tenant, 3, ROOM, "bob", "e-4", 331, "five minutes and a second later");
  say (tenant, 4, ROOM, "bob", "e-5", 340, "and at once");
  timeline = timeline_of (tenant, ROOM);
  g_assert_false (wave_timeline_item_get_continued (nth (timeline, wave_timeline_find (timeline, "e-1"))));
  g_assert_true (wave_timeline_item_get_continued (nth (timeline, wave_timeline_find (timeline, "e-2"))));
  g_assert_false (wave_timeline_item_get_continued (nth (timeline, wave_timeline_find (timeline, "e-3"))));
  g_assert_false (wave_timeline_item_get_continued (nth (timeline, wave_timeline_find (timeline, "e-4"))));
  g_assert_true (wave_timeline_item_get_continued (nth (timeline, wave_timeline_find (timeline, "e-5"))));
  /* A late one comes between: the one after it has its header again. */
  say (tenant, 5, ROOM, "eve", "e-6", 15, "late");
  g_assert_false (wave_timeline_item_get_continued (nth (timeline, wave_timeline_find (timeline, "e-2"))));
  assert_in_order (timeline);
}

static void
test_doubles (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GPtrArray) past = g_ptr_array_new_with_free_func ((GDestroyNotify)wave_event_unref);
  Checker checker;
  WaveRoom *room;

  say (tenant, 0, ROOM, "ada", "e-5", 50, "five");
  say (tenant, 0, ROOM, "ada", "e-6", 60, "six");
  say (tenant, 1, ROOM, "ada", "e-6", 60, "six");
  room = wave_tenant_get_room (tenant, ROOM);
  g_assert_cmpuint (wave_room_get_unread (room), ==, 2);
  checker_start (&checker, timeline_of (tenant, ROOM));
  for (gint64 position = 10; position <= 70; position += 10)
    {
      g_autofree char *id = g_strdup_printf ("e-%d", (int)position / 10);
      g_autofree char *body = g_strdup_printf ("%s", position == 50 ? "five" : position == 60 ? "six" : "other");
      g_autofree char *json = message_json (ROOM, "ada", id, position, body);

      g_ptr_array_add (past, frame (5, WAVE_VIA_HISTORY, json));
    }
  wave_tenant_apply_history (tenant, ROOM, past, TRUE);
  wave_tenant_apply_history (tenant, ROOM, past, TRUE);
  g_assert_cmpuint (length (checker.model), ==, 8); /* the day and seven messages */
  g_assert_true (wave_timeline_get_reached_start (timeline_of (tenant, ROOM)));
  g_assert_false (wave_timeline_item_get_edited (nth (checker.model, wave_timeline_find (timeline_of (tenant, ROOM), "e-5"))));
  /* The past is neither unread nor activity. */
  g_assert_cmpuint (wave_room_get_unread (room), ==, 2);
  assert_in_order (timeline_of (tenant, ROOM));
  checker_stop (&checker);
}

static void
test_settles_in_place (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  Checker checker;
  WaveTimeline *timeline;
  WaveTimelineItem *growing;

  say (tenant, 0, ROOM, "ada", "e-1", 10, "question");
  timeline = timeline_of (tenant, ROOM);
  checker_start (&checker, timeline);
  chunk (tenant, 100 * MS, ROOM, "ai", "Hello ", FALSE);
  chunk (tenant, 200 * MS, ROOM, "ai", "world", FALSE);
  chunk (tenant, 250 * MS, ROOM, "ai2", "Another ", FALSE);
  g_assert_cmpuint (length (timeline), ==, 4);
  growing = item_of_kind (timeline, WAVE_ITEM_STREAM, 0);
  g_assert_nonnull (growing);
  g_assert_nonnull (wave_timeline_item_get_stream (growing));
  g_assert_cmpstr (wave_timeline_item_get_body (growing), ==, "Hello world");
  g_assert_cmpstr (wave_timeline_item_get_body (item_of_kind (timeline, WAVE_ITEM_STREAM, 1)), ==, "Another ");
  chunk (tenant, 300 * MS, ROOM, "ai", "", TRUE);
  say (tenant, 400 * MS, ROOM, "ai", "e-2", 20, "Hello world");
  g_assert_cmpuint (length (timeline), ==, 4);
  g_assert_true (wave_timeline_item_get_kind (growing) == WAVE_ITEM_MESSAGE);
  g_assert_true (nth (timeline, wave_timeline_find (timeline, "e-2")) == (gpointer)growing);
  g_assert_cmpint (wave_timeline_find (timeline, "e-2"), ==, 2);
  g_assert_cmpstr (wave_timeline_item_get_body (growing), ==, "Hello world");
  g_assert_nonnull (wave_timeline_item_get_stream (growing));
  /* Another spoke while the second one was written: positions win, the item stays the same object. */
  growing = item_of_kind (timeline, WAVE_ITEM_STREAM, 0);
  say (tenant, 500 * MS, ROOM, "ada", "e-3", 30, "meanwhile");
  chunk (tenant, 550 * MS, ROOM, "ai2", "reply", TRUE);
  say (tenant, 600 * MS, ROOM, "ai2", "e-4", 40, "Another reply");
  g_assert_true (nth (timeline, length (timeline) - 1) == (gpointer)growing);
  g_assert_cmpstr (wave_timeline_item_get_body (growing), ==, "Another reply");
  assert_in_order (timeline);
  checker_stop (&checker);
}

static void
test_read_line (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (WaveMe) me = make_me ("me");
  WaveTimeline *timeline;
  WaveRoom *room;
  Checker checker;

  wave_tenant_apply_me (tenant, me);
  say (tenant, 0, ROOM, "ada", "e-1", 10, "one");
  say (tenant, 0, ROOM, "ada", "e-2", 20, "two");
  say (tenant, 0, ROOM, "ada", "e-3", 30, "three");
  say (tenant, 0, ROOM, "me", "e-4", 40, "mine");
  room = wave_tenant_get_room (tenant, ROOM);
  timeline = wave_room_get_timeline (room);
  checker_start (&checker, timeline);
  g_assert_cmpuint (wave_room_get_unread (room), ==, 3);
  apply_at (tenant, 1,
            "{\"type\":\"swp.room.read_marker\",\"room_id\":\"room-a\",\"participant_id\":\"me\",\"event_id\":\"e-1\"}");
  g_assert_cmpuint (wave_room_get_unread (room), ==, 2);
  g_assert_true (wave_timeline_item_get_kind (nth (timeline, wave_timeline_find (timeline, "e-1") + 1)) == WAVE_ITEM_READ);
  /* Another person's marker is not ours. */
  apply_at (tenant, 2,
            "{\"type\":\"swp.room.read_marker\",\"room_id\":\"room-a\",\"participant_id\":\"ada\",\"event_id\":\"e-3\"}");
  g_assert_cmpuint (wave_room_get_unread (room), ==, 2);
  apply_at (tenant, 3,
            "{\"type\":\"swp.room.read_marker\",\"room_id\":\"room-a\",\"participant_id\":\"me\",\"event_id\":\"e-3\"}");
  g_assert_cmpuint (wave_room_get_unread (room), ==, 0);
  g_assert_null (item_of_kind (timeline, WAVE_ITEM_READ, 0));
  say (tenant, 4, ROOM, "ada", "e-5", 50, "new");
  g_assert_nonnull (item_of_kind (timeline, WAVE_ITEM_READ, 0));
  g_assert_null (item_of_kind (timeline, WAVE_ITEM_READ, 1));
  g_assert_cmpuint (wave_room_get_unread (room), ==, 1);
  checker_stop (&checker);
}

static void
test_redaction (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveTimeline *timeline;
  WaveTimelineItem *item;
  g_autofree char *text = NULL;

  say (tenant, 0, ROOM, "ada", "e-1", 10, "my password is hunter2");
  apply_at (tenant, 1,
            "{\"type\":\"swp.room.message\",\"id\":\"e-2\",\"room_id\":\"room-a\",\"sender_id\":\"bob\",\"stream_position\":20,"
            "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"oops\",\"reply_to_event_id\":\"e-1\"}}");
  /* Edited first: the earlier text has to go as well. */
  say (tenant, 2, ROOM, "ada", "e-1", 10, "my password is hunter3");
  timeline = timeline_of (tenant, ROOM);
  item = nth (timeline, wave_timeline_find (timeline, "e-1"));
  g_assert_cmpstr (wave_timeline_item_get_earlier_body (item), ==, "my password is hunter2");
  g_assert_true (wave_timeline_item_get_reply_to (nth (timeline, wave_timeline_find (timeline, "e-2"))) == item);
  apply_at (tenant, 3,
            "{\"type\":\"swp.room.redaction\",\"room_id\":\"room-a\",\"event_id\":\"e-1\",\"redacted_by\":\"ada\",\"reason\":"
            "\"a password\"}");
  g_assert_true (wave_timeline_item_get_redacted (item));
  g_assert_null (wave_timeline_item_get_body (item));
  g_assert_null (wave_timeline_item_get_earlier_body (item));
  g_assert_null (wave_timeline_item_get_message (item));
  g_assert_null (wave_timeline_item_get_event (item));
  g_assert_cmpstr (wave_timeline_item_get_redaction_reason (item), ==, "a password");
  g_object_get (item, "redaction-text", &text, NULL);
  g_assert_cmpstr (text, ==, "Removed by ada: a password");
  /* An edit that comes late does not bring it back, nor does the past. */
  say (tenant, 4, ROOM, "ada", "e-1", 10, "my password is hunter4");
  g_assert_null (wave_timeline_item_get_body (item));
  /* A redaction before its message. */
  apply_at (tenant, 5, "{\"type\":\"swp.room.redaction\",\"room_id\":\"room-a\",\"event_id\":\"e-9\",\"redacted_by\":\"bob\"}");
  say (tenant, 6, ROOM, "ada", "e-9", 90, "secret");
  item = nth (timeline, wave_timeline_find (timeline, "e-9"));
  g_assert_true (wave_timeline_item_get_redacted (item));
  g_assert_null (wave_timeline_item_get_body (item));
  g_assert_null (strstr (wave_room_get_preview (wave_tenant_get_room (tenant, ROOM)), "secret"));
}

static void
test_redacted_stream (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveTimelineItem *item;
  WaveStream *stream;

  chunk (tenant, 0, ROOM, "ai", "the secret", TRUE);
  say (tenant, 1, ROOM, "ai", "e-1", 10, "the secret");
  item = item_of_kind (timeline_of (tenant, ROOM), WAVE_ITEM_MESSAGE, 0);
  stream = wave_timeline_item_get_stream (item);
  g_assert_nonnull (stream);
  apply_at (tenant, 2, "{\"type\":\"swp.room.redaction\",\"room_id\":\"room-a\",\"event_id\":\"e-1\",\"redacted_by\":\"ada\"}");
  g_assert_null (wave_timeline_item_get_body (item));
  g_assert_true (wave_stream_is_redacted (stream));
  g_assert_null (strstr (wave_stream_get_text (stream, NULL), "secret"));
}

#define EDIT(id, position, who, text, target) \
  "{\"type\":\"swp.room.message\",\"id\":\"" id "\",\"room_id\":\"room-a\",\"sender_id\":\"" who "\",\"stream_position\":" position "," \
  "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"" text "\",\"replaces_event_id\":\"" target "\"}}"

/* The edit is held before the message that it edits: the message comes with an older page. */
static void
test_edit_before_message (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveTimeline *timeline;
  WaveTimelineItem *item;

  apply_at (tenant, 0, EDIT ("e-5", "50", "ada", "second", "e-1"));
  apply_at (tenant, 1, EDIT ("e-6", "60", "ada", "third", "e-1"));
  apply_at (tenant, 2, EDIT ("e-7", "70", "eve", "forged", "e-1"));
  timeline = timeline_of (tenant, ROOM);
  g_assert_cmpint (wave_timeline_find (timeline, "e-5"), >=, 0);
  say (tenant, 3, ROOM, "ada", "e-1", 10, "first");
  item = nth (timeline, wave_timeline_find (timeline, "e-1"));
  g_assert_true (wave_timeline_item_get_edited (item));
  g_assert_cmpstr (wave_timeline_item_get_body (item), ==, "third");
  g_assert_cmpstr (wave_timeline_item_get_earlier_body (item), ==, "first");
  g_assert_cmpint (wave_timeline_find (timeline, "e-5"), ==, -1);
  g_assert_cmpint (wave_timeline_find (timeline, "e-6"), ==, -1);
  g_assert_cmpint (wave_timeline_find (timeline, "e-7"), >=, 0);
  /* An earlier edit that comes late changes nothing. */
  apply_at (tenant, 4, EDIT ("e-4", "40", "ada", "early", "e-1"));
  g_assert_cmpstr (wave_timeline_item_get_body (item), ==, "third");
}

/* REST tells that a message was edited, and only its latest text. */
static void
test_edited_at (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  static const char json[] = "{\"data\":[{\"id\":\"e-1\",\"event_type\":\"swp.room.message\",\"room_id\":\"room-a\",\"sender_id\":\"ada\",\"stream_position\":10,"
                             "\"created_at\":\"2026-06-01T12:00:00Z\",\"edited_at\":\"2026-06-01T12:05:00Z\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"typo\"}}],"
                             "\"meta\":{\"has_more\":false}}";
  g_autoptr (GBytes) body = g_bytes_new_static (json, sizeof json - 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveSyncPage) page = wave_messages_page_decode (body, 0, 0, &error);
  WaveTimeline *timeline;
  WaveTimelineItem *item;

  g_assert_no_error (error);
  say (tenant, 0, ROOM, "ada", "e-9", 90, "later");
  timeline = timeline_of (tenant, ROOM);
  wave_tenant_apply_history (tenant, ROOM, page->events, TRUE);
  item = nth (timeline, wave_timeline_find (timeline, "e-1"));
  g_assert_true (wave_timeline_item_get_edited (item));
  g_assert_null (wave_timeline_item_get_earlier_body (item));
}

static void
count_change (guint *n)
{
  (*n)++;
}

/* What an answer answers comes later, with an older page: the answer is told. */
static void
test_reply_before_message (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveTimeline *timeline;
  WaveTimelineItem *item;
  guint n = 0;

  apply_at (tenant, 0,
            "{\"type\":\"swp.room.message\",\"id\":\"e-5\",\"room_id\":\"room-a\",\"sender_id\":\"ada\",\"stream_position\":50,"
            "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"yes\",\"reply_to_event_id\":\"e-1\"}}");
  timeline = timeline_of (tenant, ROOM);
  item = nth (timeline, wave_timeline_find (timeline, "e-5"));
  g_assert_cmpstr (wave_timeline_item_get_reply_to_id (item), ==, "e-1");
  g_assert_null (wave_timeline_item_get_reply_to (item));
  g_signal_connect_swapped (item, "notify::body", G_CALLBACK (count_change), &n);
  say (tenant, 1, ROOM, "bob", "e-2", 20, "something else");
  g_assert_cmpuint (n, ==, 0);
  say (tenant, 2, ROOM, "bob", "e-1", 10, "is it?");
  g_assert_cmpuint (n, ==, 1);
  g_assert_nonnull (wave_timeline_item_get_reply_to (item));
}

/* A marker on a message that is not held leaves the count that was there. */
static void
test_marker_far_back (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveRoom *room;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("e-%u", i);

      say (tenant, i, ROOM, "ada", id, 100 + i, "hello");
    }
  room = wave_tenant_get_room (tenant, ROOM);
  g_assert_cmpuint (wave_room_get_unread (room), ==, 5);
  apply_at (tenant, 6, "{\"type\":\"swp.room.read_marker\",\"room_id\":\"room-a\",\"event_id\":\"e-of-yesterday\"}");
  g_assert_cmpuint (wave_room_get_unread (room), ==, 5);
  apply_at (tenant, 7, "{\"type\":\"swp.room.read_marker\",\"room_id\":\"room-a\",\"event_id\":\"e-2\"}");
  g_assert_cmpuint (wave_room_get_unread (room), ==, 2);
}

static void
test_edit (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveTimeline *timeline;
  WaveTimelineItem *item;

  say (tenant, 0, ROOM, "ada", "e-1", 10, "tpyo");
  say (tenant, 1, ROOM, "ada", "e-1", 10, "typo");
  timeline = timeline_of (tenant, ROOM);
  item = nth (timeline, wave_timeline_find (timeline, "e-1"));
  g_assert_true (wave_timeline_item_get_edited (item));
  g_assert_cmpstr (wave_timeline_item_get_body (item), ==, "typo");
  g_assert_cmpstr (wave_timeline_item_get_earlier_body (item), ==, "tpyo");
  apply_at (tenant, 2,
            "{\"type\":\"swp.room.message\",\"id\":\"e-2\",\"room_id\":\"room-a\",\"sender_id\":\"ada\",\"stream_position\":20,"
            "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"third\",\"replaces_event_id\":\"e-1\"}}");
  g_assert_cmpint (wave_timeline_find (timeline, "e-2"), ==, -1);
  g_assert_cmpstr (wave_timeline_item_get_body (item), ==, "third");
  g_assert_cmpstr (wave_timeline_item_get_earlier_body (item), ==, "tpyo");
  /* Nobody edits for somebody else. */
  apply_at (tenant, 3,
            "{\"type\":\"swp.room.message\",\"id\":\"e-3\",\"room_id\":\"room-a\",\"sender_id\":\"eve\",\"stream_position\":30,"
            "\"content\":{\"msgtype\":\"swp.text\",\"body\":\"forged\",\"replaces_event_id\":\"e-1\"}}");
  g_assert_cmpstr (wave_timeline_item_get_body (item), ==, "third");
  g_assert_cmpint (wave_timeline_find (timeline, "e-3"), >=, 0);
}

static void
react (WaveTenant *tenant, const char *target, const char *who, const char *emoji, const char *action)
{
  g_autofree char *json
      = g_strdup_printf ("{\"type\":\"swp.room.reaction\",\"room_id\":\"room-a\",\"event_id\":\"%s\",\"sender_id\":\"%s\","
                         "\"emoji\":\"%s\",\"action\":\"%s\"}",
                         target, who, emoji, action);

  apply_at (tenant, 10, json);
}

static void
test_reactions (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GPtrArray) bounds = NULL;
  g_autoptr (GArray) tallies = NULL;
  WaveTimelineItem *item;

  react (tenant, "e-1", "bob", "👀", "add"); /* before its message */
  say (tenant, 0, ROOM, "ada", "e-1", 10, "hi");
  item = item_of_kind (timeline_of (tenant, ROOM), WAVE_ITEM_MESSAGE, 0);
  react (tenant, "e-1", "eve", "👀", "add");
  react (tenant, "e-1", "eve", "👀", "add");
  react (tenant, "e-1", "eve", "🎉", "add");
  react (tenant, "e-1", "eve", "🎉", "remove");
  tallies = wave_timeline_item_get_reactions (item);
  g_assert_cmpuint (tallies->len, ==, 1);
  g_assert_cmpstr (g_array_index (tallies, WaveReactionTally, 0).emoji, ==, "👀");
  g_assert_cmpuint (g_array_index (tallies, WaveReactionTally, 0).senders->len, ==, 2);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *emoji = g_strdup_printf ("x%u", i);

      react (tenant, "e-1", "eve", emoji, "add");
    }
  g_clear_pointer (&tallies, g_array_unref);
  tallies = wave_timeline_item_get_reactions (item);
  g_assert_cmpuint (tallies->len, ==, WAVE_MAX_REACTIONS_PER_MESSAGE);
  bounds = wave_tenant_list_bounds_hit (tenant);
  g_assert_cmpuint (bounds->len, ==, 1);
}

static void
test_gap (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveCatchUpReport report = { .gap_start_wall_us = T0_WALL,
                               .gap_end_wall_us = T0_WALL + 3 * G_USEC_PER_SEC,
                               .from_position = 10,
                               .to_position = 20,
                               .pages = 1,
                               .events = 1,
                               .complete = TRUE };
  WaveTimeline *timeline;
  WaveTimelineItem *item;
  WaveGap *gap;
  Checker checker;

  go (tenant, 0, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, NULL);
  g_assert_cmpuint (length (wave_tenant_get_gaps (tenant)), ==, 0);
  say (tenant, 1, ROOM, "ada", "e-1", 10, "before");
  chunk (tenant, 2, ROOM, "ai", "half a ", FALSE);
  timeline = timeline_of (tenant, ROOM);
  checker_start (&checker, timeline);
  go (tenant, G_USEC_PER_SEC, WAVE_SESSION_LIVE, WAVE_SESSION_WAITING, NULL);
  gap = nth (wave_tenant_get_gaps (tenant), 0);
  g_assert_cmpint (wave_gap_get_end_mono (gap), ==, -1);
  g_assert_cmpuint (wave_gap_get_torn_streams (gap), ==, 1);
  item = item_of_kind (timeline, WAVE_ITEM_GAP, 0);
  g_assert_nonnull (item);
  g_assert_true (wave_timeline_item_get_gap (item) == gap);
  g_assert_true (nth (timeline, length (timeline) - 1) == (gpointer)item);
  /* A catch-up that broke off leaves it open. */
  report.complete = FALSE;
  go (tenant, 2 * G_USEC_PER_SEC, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_WAITING, &report);
  g_assert_cmpint (wave_gap_get_end_mono (gap), ==, -1);
  say (tenant, 3 * G_USEC_PER_SEC - 1, ROOM, "ada", "e-2", 20, "missed");
  report.complete = TRUE;
  go (tenant, 3 * G_USEC_PER_SEC, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, &report);
  g_assert_true (wave_gap_get_complete (gap));
  g_assert_cmpuint (wave_gap_get_events (gap), ==, 2);
  g_assert_cmpint (wave_gap_get_to_position (gap), ==, 20);
  g_assert_cmpint (wave_gap_get_end_mono (gap), ==, T0_MONO + 3 * G_USEC_PER_SEC);
  g_assert_nonnull (strstr (wave_timeline_item_get_body (item), "2 events fetched"));
  g_assert_cmpint (wave_timeline_find (timeline, "e-2"), ==, (int)length (timeline) - 1);
  /* Two drops with nothing between them share a marker. */
  go (tenant, 4 * G_USEC_PER_SEC, WAVE_SESSION_LIVE, WAVE_SESSION_WAITING, NULL);
  go (tenant, 5 * G_USEC_PER_SEC, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, &report);
  go (tenant, 6 * G_USEC_PER_SEC, WAVE_SESSION_LIVE, WAVE_SESSION_WAITING, NULL);
  g_assert_cmpuint (length (wave_tenant_get_gaps (tenant)), ==, 3);
  g_assert_nonnull (item_of_kind (timeline, WAVE_ITEM_GAP, 1));
  g_assert_null (item_of_kind (timeline, WAVE_ITEM_GAP, 2));
  checker_stop (&checker);
}

static void
test_trim_and_load_older (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GPtrArray) past = g_ptr_array_new_with_free_func ((GDestroyNotify)wave_event_unref);
  Checker checker;
  WaveTimeline *timeline;
  const guint n = WAVE_MAX_TIMELINE_ITEMS + 1000;

  say (tenant, 0, ROOM, "ada", "e-0", 1, "text");
  timeline = timeline_of (tenant, ROOM);
  checker_start (&checker, timeline);
  for (guint i = 1; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("e-%u", i);
      g_autofree char *json = message_json (ROOM, "ada", id, i + 1, "text");

      apply_at (tenant, i, json);
      if (i < 1000)
        g_ptr_array_add (past, frame (0, WAVE_VIA_HISTORY, json));
    }
  g_assert_cmpuint (length (timeline), <=, WAVE_MAX_TIMELINE_ITEMS + 258);
  g_assert_cmpint (wave_timeline_find (timeline, "e-5"), ==, -1);
  g_assert_cmpint (wave_timeline_find (timeline, "e-2999"), >=, 0);
  checker_compare (&checker);
  wave_timeline_load_older (timeline);
  wave_tenant_apply_history (tenant, ROOM, past, FALSE);
  g_assert_cmpint (wave_timeline_find (timeline, "e-5"), >=, 0);
  /* Kept while a person reads there, and let go in time. */
  say (tenant, n, ROOM, "ada", "e-next", n + 1, "text");
  g_assert_cmpint (wave_timeline_find (timeline, "e-5"), >=, 0);
  say (tenant, 11 * 60 * (gint64)G_USEC_PER_SEC, ROOM, "ada", "e-last", n + 2, "text");
  g_assert_cmpint (wave_timeline_find (timeline, "e-5"), ==, -1);
  assert_in_order (timeline);
  checker_stop (&checker);
}

/* In a tenant of many rooms each keeps less, but the one that somebody looks at. */
static void
test_many_rooms_keep_less (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  Checker checker;
  guint n_rooms = 1000;

  for (guint i = 0; i < n_rooms; i++)
    {
      g_autofree char *room = g_strdup_printf ("room-%u", i);
      g_autofree char *id = g_strdup_printf ("first-%u", i);

      say (tenant, 0, room, "ada", id, i + 1, "text");
    }
  checker_start (&checker, timeline_of (tenant, "room-1"));
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *id = g_strdup_printf ("e-%u", i);

      say (tenant, i, i % 4 == 0 ? "room-1" : "room-2", "ada", id, n_rooms + i + 1, "text");
    }
  g_assert_cmpuint (length (timeline_of (tenant, "room-1")), >=, 501);
  g_assert_cmpuint (length (timeline_of (tenant, "room-2")), >=, 100);
  g_assert_cmpuint (length (timeline_of (tenant, "room-2")), <=, 114);
  g_assert_cmpint (wave_timeline_find (timeline_of (tenant, "room-2"), "e-1999"), >=, 0);
  g_assert_cmpint (wave_timeline_find (timeline_of (tenant, "room-1"), "e-0"), >=, 0);
  checker_compare (&checker);
  checker_stop (&checker);
  /* Nobody looks any more. */
  say (tenant, 3000, "room-1", "ada", "e-last", n_rooms + 3000, "text");
  g_assert_cmpuint (length (timeline_of (tenant, "room-1")), <=, 114);
}

static gsize
resident (void)
{
  g_autofree char *text = NULL;
  unsigned long size = 0, pages = 0;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL) || sscanf (text, "%lu %lu", &size, &pages) != 2)
    return 0;
  return pages * 4096;
}

static void
test_large (void)
{
  const guint n = 100000;
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GPtrArray) past = g_ptr_array_new_with_free_func ((GDestroyNotify)wave_event_unref);
  gsize before = resident ();
  gint64 start;
  WaveTimeline *timeline;

  say (tenant, 0, ROOM, "ada", "e-last", n + 10, "the end");
  timeline = timeline_of (tenant, ROOM);
  wave_timeline_load_older (timeline);
  start = g_get_monotonic_time ();
  /* Page by page from the end, as a person scrolls up. */
  for (guint page = 0; page < n / 500; page++)
    {
      for (guint i = 0; i < 500; i++)
        {
          guint position = n - (page + 1) * 500 + i + 1;
          g_autofree char *id = g_strdup_printf ("e-%u", position);
          g_autofree char *json = message_json (ROOM, position % 3 ? "ada" : "bob", id, position,
                                                "Some text of the usual length, as people write it in a room.");

          g_ptr_array_add (past, frame (0, WAVE_VIA_HISTORY, json));
        }
      wave_tenant_apply_history (tenant, ROOM, past, FALSE);
      g_ptr_array_set_size (past, 0);
    }
  g_test_message ("%u messages in %.2f s, %.0f bytes each", n, (g_get_monotonic_time () - start) / 1e6,
                  (resident () - before) / (double)n);
  g_assert_cmpuint (length (timeline), >=, n);
#ifndef __SANITIZE_ADDRESS__ /* which pads every block */
  if (before > 0)
    g_assert_cmpfloat ((resident () - before) / (double)n, <, 2048);
#endif
  g_assert_cmpint (wave_timeline_find (timeline, "e-50000"), >, 0);
  g_assert_cmpstr (wave_timeline_item_get_event_id (nth (timeline, wave_timeline_find (timeline, "e-50000"))), ==, "e-50000");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline/order", test_order);
  g_test_add_func ("/timeline/grouping", test_grouping);
  g_test_add_func ("/timeline/doubles", test_doubles);
  g_test_add_func ("/timeline/settles-in-place", test_settles_in_place);
  g_test_add_func ("/timeline/read-line", test_read_line);
  g_test_add_func ("/timeline/redaction", test_redaction);
  g_test_add_func ("/timeline/redacted-stream", test_redacted_stream);
  g_test_add_func ("/timeline/edit", test_edit);
  g_test_add_func ("/timeline/edit-before-message", test_edit_before_message);
  g_test_add_func ("/timeline/edited-at", test_edited_at);
  g_test_add_func ("/timeline/reply-before-message", test_reply_before_message);
  g_test_add_func ("/timeline/marker-far-back", test_marker_far_back);
  g_test_add_func ("/timeline/reactions", test_reactions);
  g_test_add_func ("/timeline/gap", test_gap);
  g_test_add_func ("/timeline/trim-and-load-older", test_trim_and_load_older);
  g_test_add_func ("/timeline/many-rooms-keep-less", test_many_rooms_keep_less);
  g_test_add_func ("/timeline/100000", test_large);
  return g_test_run ();
}
