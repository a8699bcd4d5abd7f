// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "simulator/wave-script.h"

static const WavePace paces[] = {
  { "ai-scout", 22e3, 0.7, 2, 14, "calling web_search", 0, NULL },
  { "ai-desk", 55e3, 0.5, 3, 22, NULL, 0, NULL },
  { "ai-quill", 35e3, 0.6, 1, 9, "calling drive_rag_context", 4200 * 1000, "calling spreadsheet" },
  { "slow", 140e3, 0.4, 1, 6, NULL, 2600 * 1000, NULL },
  { "ai-note", 0, 0, 0, 0, NULL, 0, NULL, .conversational = TRUE },
};

static const WaveLine lines[] = {
  { "room-atlas", "pat", "@scout can you check the staging deploy?", NULL, "ai-scout" },
  { "room-eng", "mia", "The **sync** page takes 40 ms now, it was 180. `since` is exclusive, by the way.", NULL, NULL },
  { "room-support", "noor", "A customer asks where the invoice of 3 November is", NULL, "ai-desk" },
  { "room-design", "tom", "", "\"msgtype\":\"swp.media\",\"body\":\"The new icon\",\"filename\":\"icon-v3.png\",\"mime_type\":\"image/png\",\"size\":184320,\"media_id\":\"media-7\"", NULL },
  { "room-eng", "jo", "", "\"msgtype\":\"swp.code\",\"lang\":\"c\",\"body\":\"for (guint i = 0; i < n; i++)\\n  total += values[i];\"", NULL },
  { "room-atlas", "lena", "> Ship it on the 9th\n\nStill the plan? I would rather see the smoke test green first.", NULL, NULL },
  { "room-finance", "ola", "Budget for the model calls is at 82 % and it is only the 24th", NULL, NULL },
  { "room-eng", "alice-fed", "We see the same from peer.example, our logs say `4003 ping_timeout`", NULL, NULL },
  { "room-eng", "jo", "", "\"msgtype\":\"acme.poll\",\"question\":\"Which index first?\",\"options\":[\"room\",\"sender\",\"both\"]", NULL },
  { "room-support", "sam", "", "\"msgtype\":\"swp.audio_transcript\",\"body\":\"Hello, this is Sam. The export button does nothing since the update.\"", NULL },
  { "room-atlas", "noor", "1. migrations\n2. smoke test\n3. announce\n\nI take *3*.", NULL, NULL },
  { "room-arabic", "yusuf", "صباح الخير، هل تعمل المزامنة الآن؟", NULL, NULL },
  { "room-eng", "tom", "@quill summarise the incident for the report, please", NULL, "ai-quill" },
  { "room-design", "mia", "", "\"msgtype\":\"swp.todo_change\",\"body\":\"Icon at 16 px: open → done\"", NULL },
  { "room-long", "lena", "See https://wave.example.org/docs/reference?page=sync and tell me what is missing", NULL, NULL },
  { "dm-mia", "mia", "Lunch at half past twelve?", NULL, NULL },
  { "room-atlas", "pat", "", "\"msgtype\":\"swp.system\",\"body\":\"The room’s retention was set to 90 days\"", NULL },
  { "room-support", "noor", "Thanks! 🎉", NULL, NULL },
  { "room-finance", "ola", "| Model | Calls | Cost |\n| --- | --- | --- |\n| Scout | 4,417 | 212 € |\n| Quill | 980 | 96 € |", NULL, NULL },
};

static const char *const answers[] = {
  "Staging is on build **4417**. Two checks are red:\n\n- *migrations*: waiting for a lock since 10:31\n- *smoke test*: the login page answers `502`\n\nI looked at the lock: it is held by the nightly vacuum, which started late. It should be gone in about ten minutes. I will look again then and re-run the smoke test.",
  "The invoice of 3 November was sent to the billing address on file at 09:14 and was **not** delivered: the mailbox answered *over quota*.\n\nTwo ways from here:\n\n1. send it again to the same address,\n2. send it to the second contact, who confirmed an address last week.\n\nSay which, and I will prepare the mail for you.",
  "## Incident of 24 November\n\nBetween 10:31 and 10:45 logins on staging failed with `502`.\n\n**Cause.** A vacuum that should run at night started at 10:31 and held a lock that the migration needed.\n\n**Effect.** Staging only; no customer saw it. 212 requests failed.\n\n```sql\nSELECT pid, state, wait_event FROM pg_stat_activity WHERE wait_event_type = 'Lock';\n```\n\n**What we change.** The vacuum's schedule moves into the deploy's own configuration, so that the two cannot meet again.",
  "Here is what the three stores cost for one million vectors a month:\n\n| Store | Storage | Queries |\n| --- | --- | --- |\n| pgvector | 31 € | included |\n| Qdrant | 44 € | 12 € |\n| Weaviate | 52 € | 18 € |\n\nFor this size I would stay with `pgvector`: one thing less to run, and the recall is within a percent of the others.",
  "Yes. `since` is exclusive: the first event of the answer is the one *after* that position. Two things follow:\n\n- pass the **last position you have seen**, not that plus one;\n- do not trust `next_cursor` for more than a hint.\n\nThere is an overlap re-check every minute, so a late commit is found even when it lies below the head.",
  "I read the last 30 commits. Three themes:\n\n1. **Speed**: the decoder no longer copies strings it does not need.\n2. **Spelling**: room names with right-to-left text keep their order.\n3. **Sync**: an empty page with `has_more` is not the end.\n\nNothing in there touches the public interface.",
  "Short answer: **no**, not before Thursday.\n\nLong answer: the new index is built (38 min on staging), but the old one is still read by the nightly report. If we drop it today, tonight's report takes about an hour instead of four minutes.\n\n> Build first, switch second, drop last.\n\nI can prepare the switch as a pull request and leave the drop for Thursday.",
  "Done. What I changed in the answer template:\n\n- the greeting uses the name from the ticket, not from the mail header;\n- links are shortened only when they are longer than 80 characters;\n- the signature is the team's, not mine.\n\nThree open tickets had the old text in their drafts. I replaced it there too: `#8812`, `#8815` and `#8820`.",
  "Let me take this apart.\n\n### What we know\n\n1. The export works for projects below 500 rows.\n2. It fails with *no* message above that.\n3. The worker's memory is flat, so it is not that.\n\n### What I think\n\nThe reverse proxy gives up after 30 seconds, and the client reads the empty answer as success:\n\n```python\nif response.ok:          # true for an empty 200\n    save (response.content)\n```\n\n### What I would do\n\nStream the export, and treat a body shorter than its `Content-Length` as an error. Both are small; the second one first.",
  "Four candidates, from what the interviews say:\n\n| Name | Heard by | Doubt |\n| --- | --- | --- |\n| Harbour | 5 of 9 | there is a registry with that name |\n| Lantern | 4 of 9 | none |\n| Quay | 2 of 9 | nobody can spell it |\n| Relay | 6 of 9 | says what it does, and so does everybody's |\n\nI would take **Lantern**.",
  "The test is flaky because it waits for *time*, not for the thing itself. It passes on my side 47 times out of 50.\n\n```c\ng_usleep (100 * 1000);\ng_assert_cmpuint (n_received, ==, 3);\n```\n\nWait for the third frame with a deadline instead. Then it is both quicker and right: it ends after 4 ms here.",
  "Merged notes of both meetings:\n\n- [x] **Atlas** ships on the 9th; the announcement goes out a day later\n- [x] Support gets the draft answers by Friday\n- [ ] Finance: who pays for the second region? Ola asks\n- [ ] Design: the 16 px icon still has a blurred edge\n\nNobody objected to dropping the old importer. If that stays so until Monday I will open the ticket. Grüße, ありがとう 🎉",
};

void
wave_script_populate (WaveWorld *world)
{
  static const char *const everyone[] = { "watcher", "pat", "mia", "noor", "tom", "jo", "lena", "ola", "sam", "yusuf", "alice-fed", "ai-scout", "ai-desk", "ai-quill", "br-slack" };

  wave_world_add_person (world, "watcher", "Wavescope", "human", "online");
  wave_world_add_person (world, "pat", "Pat One", "human", "online");
  wave_world_add_person (world, "mia", "Mia Chen", "human", "online");
  wave_world_add_person (world, "noor", "Noor", "human", "online");
  wave_world_add_person (world, "tom", "Tom Okafor", "human", "idle");
  wave_world_add_person (world, "jo", "Jo", "human", "offline");
  wave_world_add_person (world, "lena", "Lena Fischer", "human", "busy");
  wave_world_add_person (world, "ola", "Ola Nordmann", "human", "online");
  wave_world_add_person (world, "sam", "Sam", "human", "appear_offline");
  wave_world_add_person (world, "yusuf", "يوسف", "human", "online");
  wave_world_add_person (world, "alice-fed", "Alice", "federated", "busy");
  wave_world_add_person (world, "ai-scout", "Scout", "model", "online");
  wave_world_add_person (world, "ai-desk", "Desk", "model", "online");
  wave_world_add_person (world, "ai-quill", "Quill", "model", "online");
  wave_world_add_person (world, "ai-heron", "quiet-heron", "agent", "online");
  wave_world_add_person (world, "br-slack", "Slack bridge", "bridge", "online");
  wave_world_add_person (world, "ai-note", "Note", "model", "online")->conversational = TRUE;
  wave_world_add_person (world, "rex", "Rex", "human", "offline");
  wave_world_add_room (world, "room-atlas", "Atlas launch", "Ship it on the 9th", "group");
  wave_world_add_room (world, "room-support", "Support", "Answers within the hour", "group");
  wave_world_add_room (world, "room-eng", "Engineering", "What breaks and why", "group");
  wave_world_add_room (world, "room-design", "Design review", "Icons, words, spacing", "group");
  wave_world_add_room (world, "room-slack", "#general · Slack", "Bridged from Slack", "bridge");
  wave_world_add_room (world, "room-finance", "Finance", NULL, "group");
  wave_world_add_room (world, "room-arabic", "فريق الدعم", "الدعم والمزامنة", "group");
  wave_world_add_room (world, "room-long", "A room whose name is so long that it does not fit into any list however wide the window is made", NULL, "group");
  wave_world_add_room (world, "dm-mia", "Mia Chen", NULL, "dm");
  wave_world_add_room (world, "room-heron", "quiet-heron", "Sidekick of Atlas launch", "sidekick");
  for (guint i = 0; i < world->rooms->len; i++)
    {
      WaveSimRoom *room = world->rooms->pdata[i];
      guint n = i < 3 ? G_N_ELEMENTS (everyone) : i == 8 ? 3 : 6 + i % 5;

      for (guint j = 0; j < n && j < G_N_ELEMENTS (everyone); j++)
        g_ptr_array_add (room->members, wave_world_person (world, everyone[j]));
    }
  g_ptr_array_add (wave_world_room (world, "room-finance")->members, wave_world_person (world, "ai-note"));
  g_ptr_array_add (wave_world_room (world, "room-heron")->members, wave_world_person (world, "ai-heron"));
}

void
wave_script_populate_more (WaveWorld *world, guint n_rooms, guint n_people)
{
  for (guint i = 0; i < n_people; i++)
    {
      g_autofree char *id = g_strdup_printf ("person-%u", i);
      g_autofree char *name = g_strdup_printf ("Person %u", i);

      wave_world_add_person (world, id, name, "human", "online");
    }
  for (guint i = 0; i < n_rooms; i++)
    {
      g_autofree char *id = g_strdup_printf ("room-more-%u", i);
      g_autofree char *name = g_strdup_printf ("Room %u", i);
      WaveSimRoom *room = wave_world_add_room (world, id, name, NULL, "group");

      g_ptr_array_add (room->members, wave_world_person (world, "watcher"));
    }
}

const WaveLine *
wave_script_lines (guint *n_lines)
{
  *n_lines = G_N_ELEMENTS (lines);
  return lines;
}

const char *
wave_script_answer (guint n)
{
  return answers[n % G_N_ELEMENTS (answers)];
}

const WavePace *
wave_script_pace (const char *ai)
{
  for (guint i = 0; i < G_N_ELEMENTS (paces); i++)
    if (g_str_equal (paces[i].ai, ai))
      return &paces[i];
  return &paces[0];
}
