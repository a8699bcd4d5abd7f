// SPDX-License-Identifier: GPL-3.0-or-later
// Who is there and who types, and the list of the rooms: mute, the band of figures, search, order. On the real window over a real WebSocket. Every wait has
// a deadline.
#include "config.h"

#include "ui-look.h"

#include <stdlib.h>

#include "model/wave-room.h"
#include "ui/wave-people-row.h"
#include "ui/wave-presence.h"
#include "ui/wave-room-list.h"
#include "ui/wave-room-row.h"
#include "ui/wave-side-pane.h"
#include "ui/wave-timeline-view.h"

/* ---- who types ---- */

static void
test_typing (void)
{
  static const char *const who[] = { "mia", "noor", "tom", "lena", "ola" };
  static const char *const words[] = {
    "Mia Chen is typing…",
    "Mia Chen and Noor are typing…",
    "Mia Chen, Noor and Tom Okafor are typing…",
    "Mia Chen, Noor and 2 others are typing…",
    "Mia Chen, Noor and 3 others are typing…",
  };
  UiRig rig = { NULL };

  ui_rig_open (&rig);
  for (guint n = 1; n <= G_N_ELEMENTS (who); n++)
    {
      /* All of them again: each is only good for four seconds. */
      for (guint i = 0; i < n; i++)
        {
          g_autofree char *json = g_strdup_printf ("{\"type\":\"typing\"," IN_ATLAS ",\"participant_id\":\"%s\",\"typing\":true}", who[i]);

          ui_inject (&rig, FALSE, json);
        }
      wait_in (&rig, WAVE_TYPE_TIMELINE_VIEW, words[n - 1]);
      wait_in (&rig, WAVE_TYPE_ROOM_LIST, words[n - 1]);
    }
  /* They stop without saying so. */
  wait_not_in (&rig, WAVE_TYPE_TIMELINE_VIEW, "typing…");
  wait_not_in (&rig, WAVE_TYPE_ROOM_LIST, "typing…");
  ui_rig_close (&rig);
}

/* ---- presence ---- */

#define DOT_SIDE 56

/* Which pixels of the dot of a presence bear its own colour, four to a pixel of the screen. */
static void
draw_dot (WavePresenceState state, gboolean mask[DOT_SIDE * DOT_SIDE])
{
  GtkWidget *dot = g_object_ref_sink (wave_presence_dot_new ());
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderer) renderer = gsk_cairo_renderer_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint32 *pixels = g_new (guint32, DOT_SIDE * DOT_SIDE);
  GdkRGBA color;

  wave_presence_dot_set_state (WAVE_PRESENCE_DOT (dot), state);
  gtk_widget_get_color (dot, &color);
  gtk_snapshot_scale (snapshot, 4, 4);
  /* Nobody gave it a size: it draws around the origin. */
  GTK_WIDGET_GET_CLASS (dot)->snapshot (dot, snapshot);
  node = gtk_snapshot_to_node (snapshot);
  g_assert_nonnull (node);
  gsk_renderer_realize (renderer, NULL, &error);
  g_assert_no_error (error);
  texture = gsk_renderer_render_texture (renderer, node, &GRAPHENE_RECT_INIT (-DOT_SIDE / 2, -DOT_SIDE / 2, DOT_SIDE, DOT_SIDE));
  gdk_texture_download (texture, (guchar *) pixels, DOT_SIDE * sizeof *pixels);
  for (guint i = 0; i < DOT_SIDE * DOT_SIDE; i++)
    {
      double alpha = (pixels[i] >> 24) / 255.0;
      double off = 0;

      for (guint channel = 0; channel < 3; channel++)
        {
          double part_of = (pixels[i] >> (16 - 8 * channel) & 0xff) / 255.0 / MAX (alpha, 0.001);
          const float wanted[] = { color.red, color.green, color.blue };

          /* A colour of the theme may lie outside of what a screen shows. */
          off += ABS (part_of - CLAMP (wanted[channel], 0, 1));
        }
      mask[i] = alpha > color.alpha / 2 && off < 0.5;
    }
  gsk_renderer_unrealize (renderer);
  g_object_unref (dot);
}

/* Who sees no colours sees five shapes, and a sixth for what is not known. */
static void
test_presence_shapes (void)
{
  static const WavePresenceState states[] = { WAVE_PRESENCE_ONLINE,         WAVE_PRESENCE_IDLE,    WAVE_PRESENCE_BUSY,
                                              WAVE_PRESENCE_APPEAR_OFFLINE, WAVE_PRESENCE_OFFLINE, WAVE_PRESENCE_UNKNOWN };
  static gboolean masks[G_N_ELEMENTS (states)][DOT_SIDE * DOT_SIDE];

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    draw_dot (states[i], masks[i]);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    for (guint j = 0; j < i; j++)
      {
        guint n = 0;

        for (guint k = 0; k < DOT_SIDE * DOT_SIDE; k++)
          n += masks[i][k] != masks[j][k];
        g_test_message ("%s and %s: %u pixels differ", wave_presence_get_label (states[i]), wave_presence_get_label (states[j]), n);
        g_assert_cmpuint (n, >=, 60);
      }
}

static void
set_presence (UiRig *rig, const char *who, const char *status)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"presence\",\"participant_id\":\"%s\",\"status\":\"%s\"}", who, status);

  ui_inject (rig, FALSE, json);
}

static void
test_people (void)
{
  UiRig rig = { NULL };
  GtkWidget *pane, *search;

  ui_rig_open (&rig);
  pane = part (&rig, WAVE_TYPE_SIDE_PANE);
  gtk_window_set_default_size (GTK_WINDOW (rig.window), 1200, 1300);
  WAIT_UNTIL (READS (pane, "\nAIs · 3\n", "\nOnline · ", "\nMia Chen\n", "\nBusy · 2\n", "\nLena Fischer\n", "\nIdle · 1\n", "\nTom Okafor\n",
                     "\nAppears offline · 1\n", "\nSam\n", "\nOffline · 1\n", "\nJo\n"));
  /* Somebody who becomes busy moves over. */
  set_presence (&rig, "tom", "busy");
  WAIT_UNTIL (READS (pane, "\nBusy · 3\n", "\nLena Fischer\n", "\nTom Okafor\n", "\nAppears offline · 1\n", "\nSam\n"));
  g_assert_false (ui_shows (pane, "Idle · "));
  /* One who goes is no longer counted where they were. */
  set_presence (&rig, "lena", "appear_offline");
  WAIT_UNTIL (READS (pane, "\nBusy · 2\n", "\nTom Okafor\n", "\nAppears offline · 2\n", "\nLena Fischer\n"));
  set_presence (&rig, "lena", "busy");
  WAIT_UNTIL (READS (pane, "\nBusy · 3\n", "\nLena Fischer\n", "\nAppears offline · 1\n"));
  set_presence (&rig, "jo", "online");
  WAIT_UNTIL (READS (pane, "\nOnline · ", "\nJo\n", "\nBusy · 3\n") && !ui_shows (pane, "Offline · "));

  search = ui_find (pane, GTK_TYPE_SEARCH_ENTRY);
  gtk_editable_set_text (GTK_EDITABLE (search), "FISCH");
  WAIT_UNTIL (READS (pane, "\nBusy · 1\n", "\nLena Fischer\n") && !ui_shows (pane, "Tom Okafor"));
  {
    g_autoptr (GPtrArray) rows = all (pane, WAVE_TYPE_PEOPLE_ROW);

    g_assert_cmpuint (rows->len, ==, 1);
  }
  gtk_editable_set_text (GTK_EDITABLE (search), "zzz");
  WAIT_UNTIL (ui_shows (pane, "Nobody here has this in their name"));
  gtk_editable_set_text (GTK_EDITABLE (search), "");
  WAIT_UNTIL (ui_shows (pane, "Tom Okafor") && !ui_shows (pane, "Nobody here has this in their name"));
  ui_rig_close (&rig);
}

/* ---- the list of the rooms ---- */

/* (transfer full): the names of the rooms as they stand there, one a line */
static char *
room_names (UiRig *rig)
{
  g_autoptr (GPtrArray) rows = all (part (rig, WAVE_TYPE_ROOM_LIST), WAVE_TYPE_ROOM_ROW);
  g_autoptr (GString) names = g_string_new ("\n");

  for (guint i = 0; i < rows->len; i++)
    if (wave_room_row_get_room (rows->pdata[i]) != NULL)
      g_string_append_printf (names, "%s\n", wave_room_get_display_name (wave_room_row_get_room (rows->pdata[i])));
  return g_string_free (g_steal_pointer (&names), FALSE);
}

/* Whether the names stand there in this order. */
static gboolean
lists (UiRig *rig, const char *names)
{
  g_autofree char *all_names = room_names (rig);

  return strstr (all_names, names) != NULL;
}

static gboolean
lists_only (UiRig *rig, const char *names)
{
  g_autofree char *all_names = room_names (rig);

  return g_str_equal (all_names, names);
}

static GtkWidget *
room_row (UiRig *rig, const char *room_id)
{
  g_autoptr (GPtrArray) rows = all (part (rig, WAVE_TYPE_ROOM_LIST), WAVE_TYPE_ROOM_ROW);

  for (guint i = 0; i < rows->len; i++)
    if (wave_room_row_get_room (rows->pdata[i]) != NULL && g_str_equal (wave_room_get_id (wave_room_row_get_room (rows->pdata[i])), room_id))
      return rows->pdata[i];
  return NULL;
}

static gboolean
row_has_mute_badge (UiRig *rig, const char *room_id)
{
  GtkWidget *row = room_row (rig, room_id);
  g_autoptr (GPtrArray) images = row != NULL ? all (row, GTK_TYPE_IMAGE) : NULL;

  for (guint i = 0; images != NULL && i < images->len; i++)
    if (g_strcmp0 (gtk_image_get_icon_name (images->pdata[i]), "notifications-disabled-symbolic") == 0)
      return TRUE;
  return FALSE;
}

/* Whether the row has a count of what is unread. */
static gboolean
row_counts (UiRig *rig, const char *room_id, const char *count)
{
  GtkWidget *row = room_row (rig, room_id);
  g_autoptr (GPtrArray) badges = row != NULL ? all (row, GTK_TYPE_INSCRIPTION) : NULL;

  for (guint i = 0; badges != NULL && i < badges->len; i++)
    if (gtk_widget_has_css_class (badges->pdata[i], "unread-badge") && gtk_widget_get_mapped (badges->pdata[i]))
      return count == NULL || g_strcmp0 (gtk_inscription_get_text (badges->pdata[i]), count) == 0;
  return FALSE;
}

#define SAY(room, text) "{\"type\":\"swp.room.message\",\"room_id\":\"" room "\",\"sender_id\":\"pat\",\"content\":{\"msgtype\":\"swp.text\",\"body\":\"" text "\"}}"

static void
test_mute (void)
{
  UiRig rig = { NULL };
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  GtkWidget *rooms;

  g_settings_reset (settings, "muted-rooms");
  ui_rig_open (&rig);
  rooms = wave_window_get_page (rig.window, "rooms");
  ui_inject (&rig, TRUE, SAY ("room-atlas", "one"));
  ui_inject (&rig, TRUE, SAY ("room-eng", "other"));
  WAIT_UNTIL (row_counts (&rig, "room-atlas", "1") && row_counts (&rig, "room-eng", "1"));
  g_assert_false (row_has_mute_badge (&rig, "room-atlas"));
  /* The rows below one that counts stay where they are. */
  g_assert_cmpint (gtk_widget_get_height (room_row (&rig, "room-eng")), ==, gtk_widget_get_height (room_row (&rig, "room-design")));
  press (rooms, "Mute This Room Here");
  WAIT_UNTIL (row_has_mute_badge (&rig, "room-atlas"));
  ui_inject (&rig, TRUE, SAY ("room-atlas", "two"));
  ui_inject (&rig, TRUE, SAY ("room-eng", "another"));
  WAIT_UNTIL (row_counts (&rig, "room-eng", "2"));
  g_assert_false (row_counts (&rig, "room-atlas", NULL));
  g_assert_false (row_has_mute_badge (&rig, "room-eng"));
  {
    g_auto (GStrv) kept = g_settings_get_strv (settings, "muted-rooms");

    g_assert_cmpuint (g_strv_length (kept), ==, 1);
    g_assert_cmpstr (kept[0], ==, "t-4417/room-atlas");
  }
  ui_rig_close (&rig);

  /* The next time it is as it was left. */
  ui_rig_open (&rig);
  rooms = wave_window_get_page (rig.window, "rooms");
  WAIT_UNTIL (row_has_mute_badge (&rig, "room-atlas"));
  g_assert_false (row_has_mute_badge (&rig, "room-eng"));
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button (rooms, "Mute This Room Here", 0))));
  press (rooms, "Mute This Room Here");
  WAIT_UNTIL (!row_has_mute_badge (&rig, "room-atlas"));
  {
    g_auto (GStrv) kept = g_settings_get_strv (settings, "muted-rooms");

    g_assert_cmpuint (g_strv_length (kept), ==, 0);
  }
  ui_inject (&rig, TRUE, SAY ("room-atlas", "three"));
  WAIT_UNTIL (row_counts (&rig, "room-atlas", NULL));
  ui_rig_close (&rig);
}

/* The figures of the band; @per_second stays below 0 while there is none. */
typedef struct {
  double per_second;
  guint online, generating, active, plans, sidekicks;
} Glance;

static Glance
read_glance (UiRig *rig)
{
  g_autofree char *said = read_out (part (rig, WAVE_TYPE_ROOM_LIST));
  g_auto (GStrv) lines = g_strsplit (said, "\n", -1);
  Glance glance = { .per_second = -1 };

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], " · ", -1);

      if (g_str_has_suffix (lines[i], " events/s"))
        glance.per_second = g_ascii_strtod (lines[i], NULL);
      if (!g_str_has_suffix (parts[0] != NULL ? parts[0] : "", " online"))
        continue;
      glance.online = atoi (parts[0]);
      for (guint j = 1; parts[j] != NULL; j++)
        if (strstr (parts[j], " AI") != NULL && strstr (parts[j], "generating") != NULL)
          glance.generating = atoi (parts[j]);
        else if (strstr (parts[j], " active") != NULL)
          glance.active = atoi (parts[j]);
        else if (strstr (parts[j], " plan") != NULL)
          glance.plans = atoi (parts[j]);
        else if (strstr (parts[j], " sidekick") != NULL)
          glance.sidekicks = atoi (parts[j]);
    }
  return glance;
}

static void
test_glance (void)
{
  UiRig rig = { NULL };
  Glance before;

  ui_rig_open (&rig);
  set_presence (&rig, "mia", "online");
  /* Who is idle or busy is here; Jo and Rex are offline, and Sam would be. */
  WAIT_UNTIL (read_glance (&rig).online == 10);
  before = read_glance (&rig);
  g_assert_cmpuint (before.generating + before.plans + before.sidekicks, ==, 0);
  set_presence (&rig, "jo", "online");
  set_presence (&rig, "pat", "offline");
  set_presence (&rig, "noor", "appear_offline");
  ui_inject (&rig, FALSE, "{\"type\":\"swp.ai.status\"," IN_ATLAS ",\"participant_id\":\"ai-scout\",\"status\":\"generating\"}");
  WAIT_UNTIL (read_glance (&rig).generating == 1 && read_glance (&rig).active == 1);
  g_assert_cmpuint (read_glance (&rig).online, ==, before.online - 1);
  ui_inject (&rig, FALSE, "{\"type\":\"swp.ai.status\",\"room_id\":\"room-eng\",\"participant_id\":\"ai-desk\",\"status\":\"generating\"}");
  ui_inject (&rig, FALSE, PLAN ("running", "0", STEP ("a", "Find the ladder", "in_progress", "")));
  ui_inject (&rig, TRUE, "{\"type\":\"swp.sidekick.spawned\"," IN_ATLAS ",\"content\":{\"task_id\":\"t1\",\"codename\":\"calm-badger\",\"task\":\"Count\"}}");
  ui_inject (&rig, TRUE, "{\"type\":\"swp.sidekick.spawned\"," IN_ATLAS ",\"content\":{\"task_id\":\"t2\",\"codename\":\"slow-newt\",\"task\":\"Dim\"}}");
  WAIT_UNTIL (read_glance (&rig).generating == 2 && read_glance (&rig).active == 2 && read_glance (&rig).plans == 1 && read_glance (&rig).sidekicks == 2);
  ui_inject (&rig, FALSE, "{\"type\":\"swp.ai.status\"," IN_ATLAS ",\"participant_id\":\"ai-scout\",\"status\":null}");
  ui_inject (&rig, FALSE, PLAN ("done", "0", STEP ("a", "Find the ladder", "done", "")));
  ui_inject (&rig, TRUE, "{\"type\":\"swp.sidekick.result\"," IN_ATLAS ",\"content\":{\"task_id\":\"t1\",\"codename\":\"calm-badger\",\"result_summary\":\"nine\"}}");
  WAIT_UNTIL (read_glance (&rig).generating == 1 && read_glance (&rig).plans == 0 && read_glance (&rig).sidekicks == 1);

  /* A hundred at once are twenty a second over five seconds. */
  for (guint i = 0; i < 100; i++)
    set_presence (&rig, "ola", i % 2 ? "online" : "idle");
  WAIT_UNTIL (read_glance (&rig).per_second >= 20 && read_glance (&rig).per_second < 30);
  ui_rig_close (&rig);
}

static void
test_list (void)
{
  UiRig rig = { NULL };
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  GtkWidget *list, *search;

  g_settings_reset (settings, "room-order");
  ui_rig_open (&rig);
  list = part (&rig, WAVE_TYPE_ROOM_LIST);
  search = ui_find (list, GTK_TYPE_SEARCH_ENTRY);
  /* By name, topic, or somebody who is in it. */
  gtk_editable_set_text (GTK_EDITABLE (search), "FINANCE");
  WAIT_UNTIL (lists_only (&rig, "\nFinance\n"));
  gtk_editable_set_text (GTK_EDITABLE (search), "spacing");
  WAIT_UNTIL (lists_only (&rig, "\nDesign review\n"));
  gtk_editable_set_text (GTK_EDITABLE (search), "Note");
  WAIT_UNTIL (lists (&rig, "\nFinance\n") && !lists (&rig, "\nSupport\n"));
  gtk_editable_set_text (GTK_EDITABLE (search), "zzz");
  WAIT_UNTIL (ui_shows (list, "Nothing Found"));
  gtk_editable_set_text (GTK_EDITABLE (search), "");
  WAIT_UNTIL (lists (&rig, "\nSupport\n") && lists (&rig, "\nFinance\n"));

  /* Where something was said last stands first. */
  ui_inject (&rig, TRUE, SAY ("room-support", "hello"));
  WAIT_UNTIL (READS (list, "\nActive\n", "\nSupport\n", "\nQuiet\n", "\nFinance\n") && lists (&rig, "\nSupport\n"));
  {
    g_autofree char *names = room_names (&rig);

    g_assert_true (g_str_has_prefix (names, "\nSupport\n"));
  }
  /* And an AI at work before that. */
  ui_inject (&rig, FALSE, "{\"type\":\"swp.ai.status\",\"room_id\":\"room-finance\",\"participant_id\":\"ai-note\",\"status\":\"thinking\"}");
  WAIT_UNTIL (lists (&rig, "\nFinance\nSupport\n"));
  g_assert_true (READS (list, "\nAI at Work\n", "\nFinance\n", "\nActive\n", "\nSupport\n", "\nQuiet\n"));

  /* By name nothing moves. */
  g_assert_true (gtk_widget_activate_action (search, "rooms.room-order", "s", "name"));
  WAIT_UNTIL (lists (&rig, "\nAtlas launch\nDesign review\nEngineering\nFinance\nMia Chen\n"));
  g_assert_false (ui_shows (list, "AI at Work"));
  WAIT_UNTIL (read_glance (&rig).active == 2);
  ui_inject (&rig, TRUE, SAY ("room-eng", "what breaks"));
  /* The figures are counted after the rooms were ordered. */
  WAIT_UNTIL (ui_shows (list, "what breaks") && read_glance (&rig).active == 3);
  g_assert_true (lists (&rig, "\nAtlas launch\nDesign review\nEngineering\nFinance\nMia Chen\n"));
  g_assert_true (gtk_widget_activate_action (search, "rooms.room-order", "s", "activity"));
  WAIT_UNTIL (READS (list, "\nAI at Work\n", "\nFinance\n", "\nActive\n", "\nEngineering\n", "\nSupport\n", "\nQuiet\n"));
  g_settings_reset (settings, "room-order");
  ui_rig_close (&rig);
}

static void
add_tests (void)
{
  g_test_add_func ("/room-list/typing", test_typing);
  g_test_add_func ("/room-list/presence-shapes", test_presence_shapes);
  g_test_add_func ("/room-list/people", test_people);
  g_test_add_func ("/room-list/mute", test_mute);
  g_test_add_func ("/room-list/glance", test_glance);
  g_test_add_func ("/room-list/list", test_list);
}

int
main (int argc, char **argv)
{
  return ui_rig_main (argc, argv, add_tests);
}
