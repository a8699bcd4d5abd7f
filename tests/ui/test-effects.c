// SPDX-License-Identifier: GPL-3.0-or-later
// Every type of the catalogue changes what a person sees, in the place where they would look for it: one row each, on the real window over a real
// WebSocket. A type without a row fails. With WAVESCOPE_PICTURES=DIR/GUISE-WIDTHxHEIGHT each effect is written as DIR/KIND-PLACE-GUISE.png as well, for
// eyes: ./dev shot --effects DIR.
#include "config.h"

#include "ui-rig.h"

#include <stdio.h>
#include <string.h>

#include "protocol/wave-catalogue.h"
#include "ui/wave-room-list.h"
#include "ui/wave-rooms-page.h"
#include "ui/wave-screenshot.h"
#include "ui/wave-side-pane.h"
#include "ui/wave-timeline-view.h"

/* Where it is looked for. */
typedef enum { TIMELINE, SIDE, LIST, HEADER, ACTIVITY, CONNECTION, WINDOW } Place;

typedef struct {
  Place place;
  const char *text; /* that can be read there */
  gboolean gone;    /* or no longer */
} Sign;

typedef struct {
  WaveEventKind kind;
  const char *effect;
  const char *frames[3]; /* the last one is of the kind */
  Sign signs[3];
} Row;

#define IN_ATLAS "\"room_id\":\"room-atlas\""
#define SAY(id, body)                                                                                                                                    \
  "{\"type\":\"swp.room.message\",\"id\":\"" id "\"," IN_ATLAS ",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"" body "\"}}"

/* In the order in which they are played; the people come first, while nothing stands above them. */
static const Row rows[] = {
  { WAVE_EVENT_HELLO, "the header names the server", { NULL }, { { WINDOW, "demo.wavescope.example" } } },
  { WAVE_EVENT_PRESENCE,
    "the person stands among the busy",
    { "{\"type\":\"presence\",\"participant_id\":\"mia\",\"status\":\"busy\"}" },
    { { SIDE, "Busy · 3" } } },
  { WAVE_EVENT_MEMBER,
    "a quiet line, and one less among the people",
    { "{\"type\":\"swp.room.member\"," IN_ATLAS ",\"participant_id\":\"jo\",\"membership\":\"leave\",\"changed_by\":\"pat\"}" },
    { { TIMELINE, "Jo was removed by Pat One" }, { SIDE, " of 14 online" } } },
  { WAVE_EVENT_MESSAGE,
    "stands in the timeline and under the room's name",
    { SAY ("evt-u1", "the lamp is **lit**") },
    { { TIMELINE, "the lamp is lit" }, { LIST, "Pat One: the lamp is" } } },
  { WAVE_EVENT_REACTION,
    "is counted below its message",
    { "{\"type\":\"swp.room.reaction\"," IN_ATLAS ",\"event_id\":\"evt-u1\",\"sender_id\":\"noor\",\"emoji\":\"🎉\",\"action\":\"add\"}" },
    { { TIMELINE, "🎉 1" } } },
  { WAVE_EVENT_REDACTION,
    "the text is gone everywhere, the reason shows",
    { SAY ("evt-u2", "the code is 4711"),
      "{\"type\":\"swp.room.redaction\"," IN_ATLAS ",\"event_id\":\"evt-u2\",\"redacted_by\":\"pat\",\"reason\":\"typed in haste\"}" },
    { { TIMELINE, "Removed by Pat One: typed in haste" }, { TIMELINE, "4711", TRUE }, { LIST, "4711", TRUE } } },
  { WAVE_EVENT_READ_MARKER,
    "a line between what was read and what is new",
    { SAY ("evt-u3", "read this"), SAY ("evt-u4", "and this later"),
      "{\"type\":\"swp.room.read_marker\"," IN_ATLAS ",\"participant_id\":\"watcher\",\"event_id\":\"evt-u3\"}" },
    { { TIMELINE, "New" } } },
  { WAVE_EVENT_ROOM_NAME,
    "renames in place",
    { "{\"type\":\"swp.room.name\"," IN_ATLAS ",\"name\":\"Atlas relaunch\"}" },
    { { LIST, "Atlas relaunch" }, { HEADER, "Atlas relaunch" }, { TIMELINE, "The room is now called “Atlas relaunch”" } } },
  { WAVE_EVENT_ROOM_TOPIC,
    "stands below the room's name",
    { "{\"type\":\"swp.room.topic\"," IN_ATLAS ",\"topic\":\"Ship it on the 11th\"}" },
    { { HEADER, "Ship it on the 11th" }, { TIMELINE, "Topic: Ship it on the 11th" } } },
  { WAVE_EVENT_AI_STATUS,
    "what the AI does, with how long, beside and in the list",
    { "{\"type\":\"swp.ai.status\"," IN_ATLAS ",\"participant_id\":\"ai-scout\",\"status\":\"calling weather\"}" },
    { { SIDE, "calling weather · " }, { LIST, "Scout · calling weather" } } },
  { WAVE_EVENT_CHUNK,
    "a reply grows in place, with its length",
    { "{\"type\":\"swp.room.message.chunk\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"chunk_text\":\"half a thou\",\"done\":false}}" },
    { { TIMELINE, "half a thou ▍" }, { TIMELINE, "11 chars" } } },
  { WAVE_EVENT_MODEL_ERROR,
    "an error row, and the reply has failed",
    { "{\"type\":\"swp.model.error\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"code\":\"SW_AI_BUDGET_EXCEEDED\",\"message\":\"Budget used up\"}}" },
    { { TIMELINE, "Scout: Budget used up (SW_AI_BUDGET_EXCEEDED)" }, { TIMELINE, "failed" }, { SIDE, "idle" } } },
  { WAVE_EVENT_AI_ENGAGEMENT,
    "when the AI answers",
    { "{\"type\":\"swp.room.ai_engagement\"," IN_ATLAS ",\"participant_id\":\"ai-scout\",\"mode\":\"always\"}" },
    { { SIDE, "answers always" }, { TIMELINE, "Scout now answers in mode “always”" } } },
  { WAVE_EVENT_CONTEXT_USAGE,
    "a meter with its numbers",
    { "{\"type\":\"swp.ai.context_usage\"," IN_ATLAS ",\"participant_id\":\"ai-scout\",\"content\":{\"used_tokens\":117400,\"max_tokens\":131072}}" },
    { { SIDE, "117,400 / 131,072" } } },
  { WAVE_EVENT_PLAN_UPDATED,
    "the card of the plan",
    { "{\"type\":\"swp.plan.updated\"," IN_ATLAS ",\"content\":{\"plan\":{\"id\":\"p\",\"goal\":\"Mend the lamp\",\"state\":\"running\",\"max_auto_steps\":8,"
      "\"consecutive_auto_steps\":3,\"steps\":[{\"id\":\"a\",\"text\":\"Find the ladder\",\"status\":\"in_progress\"}]}}}" },
    { { SIDE, "Mend the lamp" }, { SIDE, "Find the ladder" }, { SIDE, "5 of 8 auto steps left" } } },
  { WAVE_EVENT_SIDEKICK_SPAWNED,
    "in the tree, and a quiet line",
    { "{\"type\":\"swp.sidekick.spawned\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"task_id\":\"t1\",\"codename\":\"calm-badger\",\"task\":\"Count the "
      "lamps\",\"steps_used\":12,\"max_steps\":25}}" },
    { { SIDE, "calm-badger" }, { SIDE, "12 / 25 steps · " }, { TIMELINE, "Sidekick calm-badger started: Count the lamps" } } },
  { WAVE_EVENT_SIDEKICK_RESULT,
    "its end and its result",
    { "{\"type\":\"swp.sidekick.result\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"task_id\":\"t1\",\"codename\":\"calm-badger\",\"result_summary\":\"three "
      "lamps\"}}" },
    { { SIDE, "three lamps" }, { SIDE, "finished · " }, { TIMELINE, "Sidekick calm-badger finished: three lamps" } } },
  { WAVE_EVENT_SIDEKICK_CANCEL,
    "its end and why",
    { "{\"type\":\"swp.sidekick.spawned\"," IN_ATLAS ",\"sender_id\":\"ai-scout\",\"content\":{\"task_id\":\"t2\",\"codename\":\"slow-newt\",\"task\":\"Dim them\"}}",
      "{\"type\":\"swp.sidekick.cancel\"," IN_ATLAS ",\"sender_id\":\"pat\",\"content\":{\"task_id\":\"t2\",\"codename\":\"slow-newt\",\"cancelled_by\":\"pat\",\"reason\":\"wrong "
      "lamps\"}}" },
    { { SIDE, "wrong lamps" }, { SIDE, "cancelled · " }, { TIMELINE, "Sidekick slow-newt was cancelled by Pat One: wrong lamps" } } },
  { WAVE_EVENT_TYPING,
    "the line below the timeline",
    { "{\"type\":\"typing\"," IN_ATLAS ",\"participant_id\":\"mia\",\"typing\":true}" },
    { { TIMELINE, "Mia Chen is typing…" } } },
  { WAVE_EVENT_CALL_INVITE,
    "rings, with its countdown",
    { "{\"type\":\"swp.call.invite\"," IN_ATLAS ",\"content\":{\"call_id\":\"c\",\"call_type\":\"video\",\"initiator_id\":\"mia\",\"timeout_seconds\":60}}" },
    { { SIDE, "Video Call Ringing" }, { SIDE, "rings for " }, { TIMELINE, "Mia Chen is calling" } } },
  { WAVE_EVENT_CALL_STATE,
    "who is in it, and for how long",
    { "{\"type\":\"swp.call.state\"," IN_ATLAS ",\"content\":{\"call_id\":\"c\",\"participant_id\":\"tom\",\"state\":\"joined\"}}" },
    { { SIDE, "in the call" }, { SIDE, "Video Call Ringing", TRUE }, { SIDE, "0:0" } } },
  { WAVE_EVENT_BRIDGE_MESSAGE,
    "a message with its origin",
    { "{\"type\":\"swp.bridge.message\"," IN_ATLAS ",\"sender_id\":\"br-slack\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"from the other side\",\"bridge_id\":\"b-9\","
      "\"_imported_sender\":{\"external_id\":\"U7\",\"display_name\":\"Alice Anderson\"}}}" },
    { { TIMELINE, "from the other side" }, { TIMELINE, "Alice Anderson" }, { TIMELINE, "via b-9" } } },
  { WAVE_EVENT_BRIDGE_STATUS,
    "the bridge's health, and a quiet line",
    { "{\"type\":\"swp.bridge.status\"," IN_ATLAS ",\"content\":{\"bridge_id\":\"b-9\",\"transport\":\"slack\",\"status\":\"error\",\"error\":\"rate limited\"}}" },
    { { SIDE, "rate limited" }, { SIDE, "1 message · 1 error" }, { TIMELINE, "Bridge slack: error (rate limited)" } } },
  { WAVE_EVENT_FEDERATION,
    "counted, the room is marked",
    { "{\"type\":\"swp.federation.event\"," IN_ATLAS ",\"content\":{\"peer\":\"peer.example\"}}" },
    { { SIDE, "Federation" }, { SIDE, "1 event" }, { HEADER, "federated" } } },
  { WAVE_EVENT_UNKNOWN,
    "stands in Activity under its own name",
    { "{\"type\":\"acme.lamp.lit\"," IN_ATLAS ",\"colour\":\"green\"}" },
    { { ACTIVITY, "acme.lamp.lit" } } },
  { WAVE_EVENT_PING, "stands in Activity", { "{\"type\":\"ping\"}" }, { { ACTIVITY, "ping" } } },
  { WAVE_EVENT_INVALID, "is counted on the Connection page", { "this is no JSON" }, { { CONNECTION, "Malformed Events" } } },
};

static GtkWidget *
place_of (UiRig *rig, Place place)
{
  GtkWidget *rooms = wave_window_get_page (rig->window, "rooms");

  switch (place)
    {
    case TIMELINE:
      return ui_find (rooms, WAVE_TYPE_TIMELINE_VIEW);
    case SIDE:
      return ui_find (rooms, WAVE_TYPE_SIDE_PANE);
    case LIST:
      return ui_find (rooms, WAVE_TYPE_ROOM_LIST);
    case HEADER:
      return gtk_widget_get_parent (gtk_widget_get_parent (gtk_widget_get_parent (gtk_widget_get_parent (ui_find (rooms, WAVE_TYPE_TIMELINE_VIEW)))));
    case ACTIVITY:
      wave_window_show_page (rig->window, "activity");
      return wave_window_get_page (rig->window, "activity");
    case CONNECTION:
      wave_window_show_page (rig->window, "connection");
      return wave_window_get_page (rig->window, "connection");
    case WINDOW:
    default:
      return GTK_WIDGET (rig->window);
    }
}

static void
expect (UiRig *rig, const Row *row, const Sign *sign)
{
  gint64 end = g_get_monotonic_time () + UI_DEADLINE_US;

  while (ui_shows (place_of (rig, sign->place), sign->text) == sign->gone)
    {
      if (g_get_monotonic_time () > end)
        g_error ("%s (%s): in vain “%s” %s in place %d", wave_catalogue_get (row->kind)->nick, row->effect, sign->text,
                 sign->gone ? "was to go" : "was to appear", sign->place);
      ui_spin (20 * 1000);
    }
}

/* ---- pictures ---- */

static const char *const place_names[] = { "timeline", "side", "list", "header", "activity", "connection", "window" };

/* (nullable): the last widget below @widget that shows @text */
static GtkWidget *
find_text (GtkWidget *widget, const char *text)
{
  if (!ui_shows (widget, text))
    return NULL;
  for (GtkWidget *child = gtk_widget_get_last_child (widget); child != NULL; child = gtk_widget_get_prev_sibling (child))
    {
      GtkWidget *found = find_text (child, text);

      if (found != NULL)
        return found;
    }
  return widget;
}

/* Brings what is looked for to where it can be seen: on a phone the parts of the page lie over each other. */
static void
reveal (UiRig *rig, const Sign *sign)
{
  GtkWidget *rooms = wave_window_get_page (rig->window, "rooms");
  AdwNavigationSplitView *split = ADW_NAVIGATION_SPLIT_VIEW (ui_find (rooms, ADW_TYPE_NAVIGATION_SPLIT_VIEW));
  AdwOverlaySplitView *side = ADW_OVERLAY_SPLIT_VIEW (ui_find (rooms, ADW_TYPE_OVERLAY_SPLIT_VIEW));
  GtkWidget *widget, *scroller;
  GtkAdjustment *adjustment;
  graphene_point_t at;

  adw_navigation_split_view_set_show_content (split, sign->place != LIST);
  if (adw_overlay_split_view_get_collapsed (side))
    adw_overlay_split_view_set_show_sidebar (side, sign->place == SIDE);
  /* For the event to come and for what slides to stand still. */
  ui_spin (700 * 1000);
  widget = find_text (place_of (rig, sign->place), sign->text);
  scroller = widget != NULL && sign->place == SIDE ? gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW) : NULL;
  if (scroller == NULL || !gtk_widget_compute_point (widget, scroller, &GRAPHENE_POINT_INIT (0, 0), &at))
    return;
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + at.y - gtk_widget_get_height (scroller) / 2.0);
}

static void
take_pictures (UiRig *rig, const Row *row, const char *where)
{
  g_autofree char *dir = g_path_get_dirname (where);
  g_autofree char *guise = g_path_get_basename (where);

  for (guint i = 0; i < G_N_ELEMENTS (row->signs) && row->signs[i].text != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%s-%s.png", wave_catalogue_get (row->kind)->nick, place_names[row->signs[i].place], guise);
      g_autofree char *path = g_build_filename (dir, name, NULL);

      if (row->signs[i].gone || (i > 0 && row->signs[i].place == row->signs[i - 1].place))
        continue;
      reveal (rig, &row->signs[i]);
      ui_spin (300 * 1000);
      /* In the middle of a change of layout there may be nothing to draw. */
      for (guint try = 0; !wave_screenshot_write (GTK_WINDOW (rig->window), path); try++)
        {
          if (try == 20)
            g_error ("%s could not be written", path);
          ui_spin (100 * 1000);
        }
      wave_window_show_page (rig->window, "rooms");
    }
}

static void
set_size (UiRig *rig, const char *where)
{
  int width, height;

  if (sscanf (strrchr (where, '-') + 1, "%dx%d", &width, &height) != 2)
    g_error ("WAVESCOPE_PICTURES is DIR/GUISE-WIDTHxHEIGHT, not %s", where);
  gtk_window_set_default_size (GTK_WINDOW (rig->window), width, height);
  ui_spin (1500 * 1000);
}

static void
test_effects (void)
{
  const char *pictures = g_getenv ("WAVESCOPE_PICTURES");
  UiRig rig = { NULL };

  ui_rig_open (&rig);
  if (pictures != NULL)
    set_size (&rig, pictures);
  /* The state of the room is there: people in their sections. */
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (rows[i].frames) && rows[i].frames[j] != NULL; j++)
        {
          const char *frame = rows[i].frames[j];
          g_autoptr (GBytes) raw = g_bytes_new (frame, strlen (frame));

          if (*frame != '{')
            wave_simulator_inject_raw (rig.simulator, raw, FALSE);
          else
            ui_inject (&rig, strstr (frame, "swp.room.me") != NULL || strstr (frame, "swp.room.redaction") != NULL, frame);
        }
      if (pictures != NULL)
        {
          take_pictures (&rig, &rows[i], pictures);
          continue;
        }
      for (guint j = 0; j < G_N_ELEMENTS (rows[i].signs) && rows[i].signs[j].text != NULL; j++)
        expect (&rig, &rows[i], &rows[i].signs[j]);
      g_test_message ("%s: %s", wave_catalogue_get (rows[i].kind)->nick, rows[i].effect);
    }
  ui_rig_close (&rig);
}

static void
test_catalogue (void)
{
  for (int kind = 0; kind < WAVE_N_EVENT_KINDS; kind++)
    {
      guint n = 0;

      for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
        n += rows[i].kind == (WaveEventKind) kind && rows[i].signs[0].text != NULL;
      if (n != 1)
        g_error ("%s has %u rows", wave_catalogue_get (kind)->nick, n);
    }
}

static void
add_tests (void)
{
  g_test_add_func ("/effects/catalogue", test_catalogue);
  g_test_add_func ("/effects/on-screen", test_effects);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, add_tests);
}
