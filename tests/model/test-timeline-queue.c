// SPDX-License-Identifier: GPL-3.0-or-later
// A timeline that nobody looks at keeps what comes as it came and makes its items when somebody asks. What is seen then is what somebody who looked all the time
// sees: two tenants are given the same events, one of them looked at, and are compared now and then.
#include "config.h"

#include <string.h>

#include "tests/model/model-helpers.h"

#define ROOMS 3
#define ROUNDS 120
#define EVENTS 400

typedef struct {
  WaveTenant *watched, *unwatched;
  GRand *rand;
  gint64 at_us, position;
  guint n_ids;
  gboolean connected;
  struct
  {
    gboolean streams;
    GString *said;
  } ais[ROOMS];
} Pair;

static guint
any (Pair *pair, guint n)
{
  return g_rand_int_range (pair->rand, 0, n);
}

static void
give (Pair *pair, char *json)
{
  apply_at (pair->watched, pair->at_us, json);
  apply_at (pair->unwatched, pair->at_us, json);
  g_free (json);
}

static void
on_items_changed (void)
{
}

static void
pair_init (Pair *pair, guint32 seed)
{
  g_autoptr (WaveMe) me = make_me ("me");

  *pair = (Pair){ .watched = wave_tenant_new (), .unwatched = wave_tenant_new (), .rand = g_rand_new_with_seed (seed), .position = 100, .connected = TRUE };
  wave_tenant_apply_me (pair->watched, me);
  wave_tenant_apply_me (pair->unwatched, me);
  go (pair->watched, 0, WAVE_SESSION_CONNECTING, WAVE_SESSION_LIVE, NULL);
  go (pair->unwatched, 0, WAVE_SESSION_CONNECTING, WAVE_SESSION_LIVE, NULL);
  for (guint i = 0; i < ROOMS; i++)
    {
      g_autofree char *room = g_strdup_printf ("r%u", i);

      pair->ais[i].said = g_string_new (NULL);
      give (pair, g_strdup_printf ("{\"type\":\"swp.room.name\",\"room_id\":\"%s\",\"name\":\"Room %u\",\"value\":\"x\"}", room, i));
      g_signal_connect (timeline_of (pair->watched, room), "items-changed", G_CALLBACK (on_items_changed), NULL);
    }
}

static void
pair_clear (Pair *pair)
{
  for (guint i = 0; i < ROOMS; i++)
    g_string_free (pair->ais[i].said, TRUE);
  g_object_unref (pair->watched);
  g_object_unref (pair->unwatched);
  g_rand_free (pair->rand);
}

/* ---- what can happen ---- */

static gint64
next_position (Pair *pair)
{
  /* Now and then one comes late, below what was shown. */
  if (any (pair, 12) == 0)
    return pair->position - 1 - 2 * (gint64)any (pair, 8);
  pair->position += 2 * (1 + any (pair, 3));
  return pair->position;
}

/* Mostly one that was said, or is to be said soon. */
static char *
some_id (Pair *pair)
{
  return g_strdup_printf ("e-%u", pair->n_ids > 6 ? pair->n_ids - any (pair, 6) + any (pair, 3) : any (pair, 8));
}

static void
say_something (Pair *pair, guint room, const char *sender)
{
  const char *mention = any (pair, 6) == 0 ? ",\"mentions\":[\"me\"]" : "";
  g_autofree char *other = some_id (pair);
  g_autofree char *reply = any (pair, 4) == 0 ? g_strdup_printf (",\"reply_to_event_id\":\"%s\"", other) : g_strdup ("");
  g_autofree char *replaces = any (pair, 12) == 0 ? g_strdup_printf (",\"replaces_event_id\":\"%s\"", other) : g_strdup ("");
  g_autofree char *id = any (pair, 15) == 0 ? g_strdup (other) : g_strdup_printf ("e-%u", ++pair->n_ids);
  const char *state = any (pair, 25) == 0   ? ",\"edited_at\":\"2026-06-01T12:05:00Z\""
                      : any (pair, 25) == 0 ? ",\"redacted_at\":\"2026-06-01T12:05:00Z\""
                                            : "";
  gint64 position = next_position (pair);

  give (pair, g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"%s\",\"room_id\":\"r%u\",\"sender_id\":\"%s\",\"stream_position\":%" G_GINT64_FORMAT ",\"origin_ts\":%"
                               G_GINT64_FORMAT "%s,\"content\":{\"msgtype\":\"swp.text\",\"body\":\"words %u\"%s%s%s}}",
                               id, room, sender, position, (T0_WALL + pair->at_us) / G_USEC_PER_SEC, state, any (pair, 1000), mention, reply, replaces));
}

static void
stream_something (Pair *pair, guint room)
{
  gboolean done = any (pair, 4) == 0;
  g_autofree char *text = g_strdup_printf ("piece %u ", any (pair, 100));

  g_string_append (pair->ais[room].said, done ? "" : text);
  give (pair, g_strdup_printf ("{\"type\":\"swp.room.message.chunk\",\"room_id\":\"r%u\",\"sender_id\":\"ai\",\"content\":{\"chunk_text\":\"%s\",\"done\":%s}}", room, done ? "" : text,
                               done ? "true" : "false"));
}

/* What was streamed becomes a message, whole or in two parts. */
static void
finish_stream (Pair *pair, guint room)
{
  GString *said = pair->ais[room].said;
  gsize half = any (pair, 4) == 0 ? said->len / 2 : said->len;

  for (gsize from = 0; from < said->len || (from == 0 && half == said->len); from += MAX (half, 1))
    {
      g_autofree char *body = g_strndup (said->str + from, MIN (half, said->len - from));

      give (pair, g_strdup_printf ("{\"type\":\"swp.room.message\",\"id\":\"e-%u\",\"room_id\":\"r%u\",\"sender_id\":\"ai\",\"stream_position\":%" G_GINT64_FORMAT
                                   ",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"%s\"}}",
                                   ++pair->n_ids, room, next_position (pair), body));
      if (half == 0)
        break;
    }
  g_string_truncate (said, 0);
  /* Of one that came in parts the end is known by its silence. */
  if (any (pair, 2))
    {
      give (pair, g_strdup_printf ("{\"type\":\"swp.ai.status\",\"room_id\":\"r%u\",\"participant_id\":\"ai\",\"status\":null}", room));
      pair->at_us += 6 * (gint64)G_USEC_PER_SEC;
      advance_to (pair->watched, pair->at_us);
      advance_to (pair->unwatched, pair->at_us);
    }
}

static void
drop_connection (Pair *pair)
{
  WaveCatchUpReport report = { .complete = TRUE, .events = any (pair, 9), .to_position = pair->position };
  gboolean comes_back = pair->connected || any (pair, 2) == 0;
  WaveSessionState to = pair->connected ? WAVE_SESSION_WAITING : WAVE_SESSION_LIVE;

  if (!comes_back)
    return;
  go (pair->watched, pair->at_us, pair->connected ? WAVE_SESSION_LIVE : WAVE_SESSION_CATCHING_UP, to, pair->connected ? NULL : &report);
  go (pair->unwatched, pair->at_us, pair->connected ? WAVE_SESSION_LIVE : WAVE_SESSION_CATCHING_UP, to, pair->connected ? NULL : &report);
  pair->connected = !pair->connected;
}

static void
bring_past (Pair *pair, guint room)
{
  g_autoptr (GPtrArray) past = g_ptr_array_new_with_free_func ((GDestroyNotify)wave_event_unref);
  g_autofree char *room_id = g_strdup_printf ("r%u", room);

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = any (pair, 3) == 0 ? some_id (pair) : g_strdup_printf ("past-%u", any (pair, 50));
      g_autofree char *json = message_json (room_id, "p1", id, any (pair, 100), "long ago");

      g_ptr_array_add (past, frame (pair->at_us, WAVE_VIA_HISTORY, json));
    }
  wave_tenant_apply_history (pair->watched, room_id, past, FALSE);
  wave_tenant_apply_history (pair->unwatched, room_id, past, FALSE);
}

static void
happen (Pair *pair)
{
  static const char *const people[] = { "p1", "p2", "p3", "me", "ai" };
  guint room = any (pair, ROOMS);
  g_autofree char *id = some_id (pair);

  pair->at_us += any (pair, 40) == 0 ? 7 * 3600 * (gint64)G_USEC_PER_SEC : any (pair, 20) * (gint64)G_USEC_PER_SEC;
  switch (any (pair, 40))
    {
    case 0:
      give (pair, g_strdup_printf ("{\"type\":\"swp.room.redaction\",\"room_id\":\"r%u\",\"event_id\":\"%s\",\"redacted_by\":\"p2\"}", room, id));
      break;
    case 1:
    case 2:
      give (pair, g_strdup_printf ("{\"type\":\"swp.room.reaction\",\"room_id\":\"r%u\",\"event_id\":\"%s\",\"sender_id\":\"p%u\",\"emoji\":\"+\"}", room, id, any (pair, 3)));
      break;
    case 3:
      give (pair, g_strdup_printf ("{\"type\":\"swp.room.member\",\"id\":\"e-%u\",\"stream_position\":%" G_GINT64_FORMAT
                                   ",\"room_id\":\"r%u\",\"participant_id\":\"p%u\",\"membership\":\"join\"}",
                                   ++pair->n_ids, next_position (pair), room, any (pair, 4)));
      break;
    case 4:
      give (pair, g_strdup_printf ("{\"type\":\"swp.room.read_marker\",\"room_id\":\"r%u\",\"participant_id\":\"me\",\"event_id\":\"%s\"}", room, id));
      break;
    case 5:
      give (pair, g_strdup_printf ("{\"type\":\"swp.model.error\",\"room_id\":\"r%u\",\"sender_id\":\"ai\",\"content\":{\"code\":\"X\",\"message\":\"failed\"}}", room));
      break;
    case 6:
      drop_connection (pair);
      break;
    case 7:
      bring_past (pair, room);
      break;
    case 8:
      give (pair, g_strdup_printf ("{\"type\":\"swp.ai.status\",\"room_id\":\"r%u\",\"participant_id\":\"ai\",\"status\":%s}", room, any (pair, 2) ? "null" : "\"thinking\""));
      break;
    case 9:
      advance_to (pair->watched, pair->at_us);
      advance_to (pair->unwatched, pair->at_us);
      break;
    case 10:
    case 11:
    case 12:
      finish_stream (pair, room);
      break;
    default:
      if (any (pair, 2))
        stream_something (pair, room);
      else
        say_something (pair, room, people[any (pair, G_N_ELEMENTS (people))]);
    }
}

/* ---- what is seen ---- */

static char *
describe (WaveTimelineItem *item)
{
  WaveParticipant *sender = wave_timeline_item_get_sender (item);
  WaveTimelineItem *reply_to = wave_timeline_item_get_reply_to (item);
  WaveStream *stream = wave_timeline_item_get_stream (item);
  g_autoptr (GArray) tallies = wave_timeline_item_get_reactions (item);
  gint64 wall_us = wave_timeline_item_get_wall_us (item) - T0_WALL;
  g_autofree char *state = NULL;

  /* Of a day only the day is shown. */
  if (wave_timeline_item_get_kind (item) == WAVE_ITEM_DAY)
    wall_us = wave_timeline_item_get_wall_us (item) / (86400 * (gint64)G_USEC_PER_SEC);
  g_object_get (item, "state-text", &state, NULL);
  return g_strdup_printf ("%u %s at %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " by %s: “%s”, continued %d, edited %d (%s), redacted %d, mentions %d, answers %s (%s), %u reactions, stream %" G_GINT64_FORMAT
                          " %d, %s",
                          wave_timeline_item_get_kind (item), wave_timeline_item_get_event_id (item), wave_timeline_item_get_position (item), wall_us,
                          sender != NULL ? wave_participant_get_id (sender) : NULL, wave_timeline_item_get_body (item), wave_timeline_item_get_continued (item),
                          wave_timeline_item_get_edited (item), wave_timeline_item_get_earlier_body (item), wave_timeline_item_get_redacted (item), wave_timeline_item_get_mentions_me (item),
                          wave_timeline_item_get_reply_to_id (item), reply_to != NULL ? wave_timeline_item_get_event_id (reply_to) : NULL, tallies != NULL ? tallies->len : 0,
                          stream != NULL ? (gint64)wave_stream_get_serial (stream) : -1, stream != NULL ? (int)wave_stream_get_outcome (stream) : -1, state);
}

static guint
number_of (WaveRoom *room, const char *property)
{
  guint number;

  g_object_get (room, property, &number, NULL);
  return number;
}

static void
compare_room (Pair *pair, const char *room_id)
{
  WaveRoom *seen = wave_tenant_get_room (pair->watched, room_id), *unseen = wave_tenant_get_room (pair->unwatched, room_id);
  WaveTimeline *timelines[2] = { wave_room_get_timeline (seen), wave_room_get_timeline (unseen) };

  /* The line in the list of rooms needs no items. */
  g_assert_cmpstr (wave_room_get_preview (unseen), ==, wave_room_get_preview (seen));
  g_assert_cmpuint (number_of (unseen, "unread"), ==, number_of (seen, "unread"));
  g_assert_cmpuint (number_of (unseen, "mentions"), ==, number_of (seen, "mentions"));
  g_assert_cmpint (wave_room_get_last_activity (unseen), ==, wave_room_get_last_activity (seen));
  for (guint i = 0; i < length (timelines[0]); i++)
    {
      g_autofree char *expected = describe (nth (timelines[0], i));
      g_autofree char *found = NULL;

      g_assert_cmpuint (i, <, length (timelines[1]));
      found = describe (nth (timelines[1], i));
      g_assert_cmpstr (found, ==, expected);
    }
  g_assert_cmpuint (length (timelines[1]), ==, length (timelines[0]));
}

static void
compare (Pair *pair)
{
  for (guint i = 0; i < ROOMS; i++)
    {
      g_autofree char *room = g_strdup_printf ("r%u", i);

      /* Of some rooms only now and then. */
      if (any (pair, 2))
        compare_room (pair, room);
    }
}

static void
test_as_if_looked_at (void)
{
  for (guint round = 0; round < ROUNDS; round++)
    {
      Pair pair;

      g_test_message ("round %u", round);
      pair_init (&pair, round);
      for (guint i = 0; i < EVENTS; i++)
        {
          happen (&pair);
          if (any (&pair, 60) == 0)
            compare (&pair);
        }
      for (guint i = 0; i < 4; i++)
        compare (&pair);
      pair_clear (&pair);
    }
}

/* What is let go was never made, and what is left are the latest. */
static void
test_bounded (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  const guint n = 3 * WAVE_MAX_TIMELINE_ITEMS;
  WaveTimeline *timeline;
  g_autofree char *last = g_strdup_printf ("e-%u", n - 1);
  guint held;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("e-%u", i);

      say (tenant, i * MS, "r0", i / 3 % 2 ? "p1" : "p2", id, 100 + i, "words");
      if (i == n / 2)
        g_assert_cmpuint (length (timeline_of (tenant, "r0")), >=, WAVE_MAX_TIMELINE_ITEMS);
    }
  g_assert_cmpstr (wave_room_get_preview (wave_tenant_get_room (tenant, "r0")), ==, "p1: words");
  timeline = timeline_of (tenant, "r0");
  held = length (timeline);
  g_assert_cmpuint (held, >=, WAVE_MAX_TIMELINE_ITEMS);
  g_assert_cmpuint (held, <=, WAVE_MAX_TIMELINE_ITEMS + WAVE_MAX_TIMELINE_ITEMS / 8 + 1);
  g_assert_cmpint (wave_timeline_find (timeline, last), ==, held - 1);
  g_assert_cmpint (wave_timeline_find (timeline, "e-0"), ==, -1);
  g_assert_cmpint (wave_timeline_item_get_kind (nth (timeline, 0)), ==, WAVE_ITEM_DAY);
}

/* Two ids with one hash are two messages. */
static void
test_same_hash (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  WaveTimeline *timeline;

  g_assert_cmpuint (g_str_hash ("e-bA"), ==, g_str_hash ("e-ab"));
  say (tenant, 0, "r0", "p1", "e-bA", 100, "one");
  say (tenant, 1, "r0", "p1", "e-ab", 101, "two");
  say (tenant, 2, "r0", "p1", "e-bA", 100, "one");
  say (tenant, 3, "r0", "p1", "e-ab", 101, "two");
  timeline = timeline_of (tenant, "r0");
  g_assert_cmpint (wave_timeline_find (timeline, "e-bA"), >=, 0);
  g_assert_cmpint (wave_timeline_find (timeline, "e-ab"), ==, wave_timeline_find (timeline, "e-bA") + 1);
  g_assert_cmpuint (length (timeline), ==, 1 + wave_timeline_find (timeline, "e-ab"));
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline-queue/as-if-looked-at", test_as_if_looked_at);
  g_test_add_func ("/timeline-queue/bounded", test_bounded);
  g_test_add_func ("/timeline-queue/same-hash", test_same_hash);
  return g_test_run ();
}
