// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "chaos.h"
#include "model/wave-room-parts.h"
#include "model/wave-room.h"
#include "model/wave-timeline.h"

/* The ids that a timeline must hold: messages among @expected, as long as the timeline lets nothing go. */
static void
judge_room (WaveRoom *room, GHashTable *shown, Verdict *verdict)
{
  GListModel *timeline = G_LIST_MODEL (wave_room_get_timeline (room));
  gint64 last = -1;

  for (guint j = 0; j < g_list_model_get_n_items (timeline); j++)
    {
      g_autoptr (WaveTimelineItem) item = g_list_model_get_item (timeline, j);
      gint64 position = wave_timeline_item_get_position (item);
      const char *id = wave_timeline_item_get_event_id (item);

      if (position < 0 || wave_timeline_item_get_kind (item) != WAVE_ITEM_MESSAGE)
        continue;
      if (position < last)
        {
          g_printerr ("  model: position %" G_GINT64_FORMAT " stands after %" G_GINT64_FORMAT "\n", position, last);
          verdict->out_of_order++;
        }
      last = position;
      if (id != NULL && !g_hash_table_add (shown, g_strdup (id)))
        {
          g_printerr ("  model: %s stands twice\n", id);
          verdict->doubled++;
        }
    }
}

static void
judge_model (Client *client, Held *held, Verdict *verdict)
{
  GListModel *rooms = wave_tenant_get_rooms (client->tenant), *gaps = wave_tenant_get_gaps (client->tenant);
  g_autoptr (GHashTable) shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) events = wave_journal_read_events (held->journal, NULL, G_MAXINT64, G_MAXINT32, &error);
  /* After a switch of tenants the model begins anew; the one that stood before is in the journal. */
  gboolean whole = client->held->len == 1 && g_hash_table_size (held->before) == 0;

  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr (WaveRoom) room = g_list_model_get_item (rooms, i);

      judge_room (room, shown, verdict);
      whole = whole && g_list_model_get_n_items (G_LIST_MODEL (wave_room_get_timeline (room))) < WAVE_MAX_TIMELINE_ITEMS / 2;
    }
  /* What the journal has as a message, its room shows. Parts of a reply that was streamed may stand as one. */
  for (guint i = 0; whole && i < events->len; i++)
    {
      const WaveEvent *event = events->pdata[i];
      const WaveMessage *message = WAVE_EVENT_PAYLOAD (event, WAVE_EVENT_MESSAGE, WaveMessage);

      if (message == NULL || event->id == NULL || event->room_id == NULL || message->replaces_event_id != NULL || g_hash_table_contains (shown, event->id))
        continue;
      g_printerr ("  model: %s is missing\n", event->id);
      verdict->lost++;
    }
  /* Every time that the connection was lost a gap tells of it, and is closed when all is well. */
  if (g_list_model_get_n_items (gaps) != client->n_live_lost)
    {
      g_printerr ("  model: %u gaps for %u losses\n", g_list_model_get_n_items (gaps), client->n_live_lost);
      verdict->lost++;
    }
  for (guint i = 0; i < g_list_model_get_n_items (gaps); i++)
    {
      g_autoptr (WaveGap) gap = g_list_model_get_item (gaps, i);

      if (wave_gap_get_end_wall (gap) < 0 && i + 1 < g_list_model_get_n_items (gaps))
        {
          g_printerr ("  model: a gap was never closed\n");
          verdict->lost++;
        }
    }
}

static void
judge_journal (Held *held, GPtrArray *expected, Verdict *verdict)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = wave_journal_read_keys (held->journal, -1, G_MAXINT64, &error);
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);
  int last = -1;

  g_assert_no_error (error);
  for (guint i = 0; i < keys->len; i++)
    if (!g_hash_table_insert (places, g_ptr_array_index (keys, i), GINT_TO_POINTER (i + 1)))
      {
        g_printerr ("  journal: %s stands twice\n", (char *) g_ptr_array_index (keys, i));
        verdict->doubled++;
      }
  for (guint i = 0; i < expected->len; i++)
    {
      const char *id = g_ptr_array_index (expected, i);
      int place = GPOINTER_TO_INT (g_hash_table_lookup (places, id)) - 1;

      if (place < 0)
        {
          g_printerr ("  journal: %s is missing (%s)\n", id, g_hash_table_contains (held->seen, id) ? "though the session had it" : "the session had it not");
          verdict->lost++;
        }
      else if (place < last)
        {
          g_printerr ("  journal: %s is out of order\n", id);
          verdict->out_of_order++;
        }
      last = MAX (last, place);
    }
}

static void
judge_session (Held *held, Verdict *verdict)
{
  GHashTableIter iter;
  gpointer id, count;

  g_hash_table_iter_init (&iter, held->seen);
  while (g_hash_table_iter_next (&iter, &id, &count))
    if (GPOINTER_TO_INT (count) > 1)
      {
        g_printerr ("  session: %s was handed on %d times\n", (char *) id, GPOINTER_TO_INT (count));
        verdict->doubled++;
      }
}

void
chaos_judge (Client *client, WaveSimulator *simulator, const char *tenant_id, Verdict *verdict)
{
  g_autoptr (GPtrArray) expected = wave_simulator_list_durable_ids (simulator, 0);
  Held *held = chaos_client_find (client, tenant_id);

  if (held == NULL)
    {
      g_printerr ("  the client never met the tenant %s\n", tenant_id);
      verdict->lost += expected->len;
      return;
    }
  judge_session (held, verdict);
  judge_journal (held, expected, verdict);
  if (client->tenant != NULL && client->now == held)
    judge_model (client, held, verdict);
}

static int
compare_beats (gconstpointer a, gconstpointer b)
{
  const Beat *first = a, *second = b;

  return first->seq < second->seq ? -1 : first->seq > second->seq;
}

/* Whether beat @i was the last of its connection: a server that exchanges frames may have sent it before the one that it should follow, which then met
 * the end. */
static gboolean
is_last_of_connection (GArray *beats, guint i)
{
  return i + 1 < beats->len && g_array_index (beats, Beat, i + 1).epoch != g_array_index (beats, Beat, i).epoch;
}

void
chaos_judge_beats (Client *client, guint n_sent, gboolean exchanged, Verdict *verdict)
{
  guint last = 0, epoch = 0, missing = 0;

  g_array_sort (client->beats, compare_beats);
  for (guint i = 0; i <= client->beats->len; i++)
    {
      gboolean end = i == client->beats->len;
      Beat beat = end ? (Beat) { n_sent + 1, client->epoch } : g_array_index (client->beats, Beat, i);

      /* The same one twice is a frame that was duplicated. Nothing was promised before the first. */
      if (i > 0 && beat.seq > last + 1 && beat.epoch == epoch
          && !(exchanged && beat.seq == last + 2 && is_last_of_connection (client->beats, i)))
        {
          g_printerr ("  session: of %u ephemeral events those from %u to %u are missing, where the connection held (loss %u)\n", n_sent, last + 1,
                      beat.seq - 1, epoch);
          missing += beat.seq - last - 1;
        }
      last = beat.seq;
      epoch = MAX (epoch, beat.epoch);
    }
  verdict->lost += missing;
}

gboolean
chaos_has_all (Client *client, WaveSimulator *simulator, const char *tenant_id)
{
  Held *held = g_atomic_int_get (&client->opened) ? g_atomic_pointer_get (&client->now) : NULL;
  g_autoptr (GPtrArray) expected = NULL;
  gboolean all = TRUE;

  if (held == NULL || !g_str_equal (held->id, tenant_id) || g_atomic_int_get (&client->state) != WAVE_SESSION_LIVE)
    return FALSE;
  expected = wave_simulator_list_durable_ids (simulator, 0);
  g_mutex_lock (&held->lock);
  for (guint i = 0; all && i < expected->len; i++)
    all = g_hash_table_contains (held->seen, expected->pdata[i]) || g_hash_table_contains (held->before, expected->pdata[i]);
  g_mutex_unlock (&held->lock);
  return all;
}

void
chaos_recover (Client *client, WaveSimulator *simulator, const char *tenant_id, GRand *rand)
{
  gint64 deadline = g_get_monotonic_time () + RECOVERY_DEADLINE;

  wave_simulator_set_paused (simulator, TRUE);
  g_assert_true (wave_simulator_set_faults (simulator, "", NULL));
  while (!chaos_has_all (client, simulator, tenant_id) && g_get_monotonic_time () < deadline)
    chaos_pass_time (client, rand, 5000);
}

void
chaos_recover_and_judge (Client *client, WaveSimulator *simulator, const char *tenant_id, GRand *rand, Verdict *verdict)
{
  chaos_recover (client, simulator, tenant_id, rand);
  /* One more overlap check: whatever is handed on twice would be handed on now. */
  chaos_pass_time (client, rand, 80 * 1000);
  chaos_client_stop (client);
  chaos_client_pump (client);
  chaos_judge (client, simulator, tenant_id, verdict);
}

guint
chaos_judge_cursor (const char *dir, const char *tenant_id, WaveSimulator *simulator, Verdict *verdict)
{
  g_autofree char *path = wave_journal_path_for (dir, "chaos", tenant_id);
  g_autofree char *set_aside = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveJournal) journal = wave_journal_open (path, &set_aside, &error);
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GHashTable) held = g_hash_table_new (g_str_hash, g_str_equal);

  if (journal == NULL || set_aside != NULL)
    {
      g_printerr ("  the journal did not survive: %s\n", error != NULL ? error->message : set_aside);
      verdict->crashed++;
      return 0;
    }
  after = wave_simulator_list_durable_ids (simulator, wave_journal_get_cursor (journal));
  all = wave_simulator_list_durable_ids (simulator, 0);
  keys = wave_journal_read_keys (journal, -1, G_MAXINT64, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < keys->len; i++)
    g_hash_table_add (held, g_ptr_array_index (keys, i));
  for (guint i = 0; wave_journal_get_cursor (journal) >= 0 && i + after->len < all->len; i++)
    if (!g_hash_table_contains (held, g_ptr_array_index (all, i)))
      {
        g_printerr ("  the cursor is ahead of %s\n", (char *) g_ptr_array_index (all, i));
        verdict->lost++;
      }
  wave_journal_close (journal);
  return g_hash_table_size (held);
}
