// SPDX-License-Identifier: GPL-3.0-or-later
// What is worth a notification, when it is held back and when it is taken back, with a tenant and a clock that the test turns; what a screen reader is
// told; and once over D-Bus, as a desktop hears it.
#include "config.h"

#include <gio/gio.h>

#include "../model/model-helpers.h"
#include "ui/wave-announcer.h"
#include "ui/wave-notifier.h"

#define SEC ((gint64) G_USEC_PER_SEC)

typedef struct
{
  WaveTenant *tenant;
  GSettings *settings;
  WaveNotifier *notifier;
  GPtrArray *told;      /* "id|title|body|action|button" */
  GPtrArray *withdrawn; /* ids */
  gint64 now;
} Rig;

static void
on_send (const WaveNotice *notice, gpointer user_data)
{
  Rig *rig = user_data;

  g_ptr_array_add (rig->told, g_strjoin ("|", notice->id, notice->title, notice->body, notice->action, notice->button != NULL ? notice->button : "", NULL));
}

static void
on_withdraw (const char *id, gpointer user_data)
{
  Rig *rig = user_data;

  g_ptr_array_add (rig->withdrawn, g_strdup (id));
}

static void
open_rig (Rig *rig)
{
  static const WaveNotifierSink sink = { on_send, on_withdraw };

  *rig = (Rig){ .tenant = wave_tenant_new (), .settings = g_settings_new (APPLICATION_ID), .told = g_ptr_array_new_with_free_func (g_free),
                .withdrawn = g_ptr_array_new_with_free_func (g_free) };
  apply_at (rig->tenant, 0, "{\"type\":\"swp.room.name\",\"room_id\":\"r1\",\"name\":\"Atlas\"}");
  go (rig->tenant, 0, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, NULL);
  rig->notifier = wave_notifier_new (rig->tenant, rig->settings, 7);
  wave_notifier_set_sink (rig->notifier, &sink, rig);
  wave_notifier_hold_clock (rig->notifier);
  wave_notifier_advance (rig->notifier, 0, 12 * 60);
}

static void
close_rig (Rig *rig)
{
  static const char *const keys[] = { "notify-calls", "notify-words", "notify-stalls", "notify-lost-minutes", "quiet-hours", "quiet-from", "quiet-to" };

  g_assert_finalize_object (rig->notifier);
  g_object_unref (rig->tenant);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (rig->settings, keys[i]);
  g_object_unref (rig->settings);
  g_ptr_array_unref (rig->told);
  g_ptr_array_unref (rig->withdrawn);
}

static void
pass (Rig *rig, gint64 to_us)
{
  rig->now = to_us;
  advance_to (rig->tenant, to_us);
  wave_notifier_advance (rig->notifier, to_us, 12 * 60);
}

#define assert_told(rig, i, text) g_assert_cmpstr ((rig)->told->len > (i) ? (rig)->told->pdata[i] : "nothing", ==, text)

static void
ring (Rig *rig, gint64 at_us, const char *room, const char *call)
{
  g_autofree char *json = g_strdup_printf ("{\"type\":\"swp.call.invite\",\"room_id\":\"%s\",\"content\":{\"call_id\":\"%s\",\"call_type\":\"video\","
                                           "\"initiator_id\":\"mia\",\"timeout_seconds\":30}}",
                                           room, call);

  apply_at (rig->tenant, at_us, json);
}

static void
test_calls (void)
{
  Rig rig;

  open_rig (&rig);
  ring (&rig, 1 * SEC, "r1", "c1");
  g_assert_cmpuint (rig.told->len, ==, 1);
  assert_told (&rig, 0, "call-7-r1|mia is calling|Atlas|app.open-room((uint32 7, 'r1'))|Open Room");
  g_assert_cmpuint (rig.withdrawn->len, ==, 0);
  /* Nobody answered: it is no longer true. */
  pass (&rig, 40 * SEC);
  g_assert_cmpuint (rig.withdrawn->len, ==, 1);
  g_assert_cmpstr (rig.withdrawn->pdata[0], ==, "call-7-r1");
  /* Not about a muted room, and not when it is not wished. */
  wave_room_set_muted (wave_tenant_get_room (rig.tenant, "r1"), TRUE);
  ring (&rig, 120 * SEC, "r1", "c2");
  g_settings_set_boolean (rig.settings, "notify-calls", FALSE);
  wave_room_set_muted (wave_tenant_get_room (rig.tenant, "r1"), FALSE);
  ring (&rig, 180 * SEC, "r1", "c3");
  g_assert_cmpuint (rig.told->len, ==, 1);
  close_rig (&rig);
}

static void
test_words (void)
{
  Rig rig;
  static const struct
  {
    const char *body;
    gboolean told;
  } messages[] = {
    { "nothing to see", FALSE }, { "the OUTAGE is over", TRUE }, { "outages are something else", FALSE }, { "an out-of-office outage, again", TRUE },
    { "STRASSE und Straße", TRUE }, { "restart", FALSE }, { "art!", TRUE }, { "50% off", TRUE },
  };
  const char *const words[] = { "Outage", "straße", " art ", "50%", "", NULL };

  open_rig (&rig);
  g_settings_set_strv (rig.settings, "notify-words", words);
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autofree char *id = g_strdup_printf ("e%u", i);
      guint before = rig.told->len;

      /* Far enough apart that no limit is met. */
      pass (&rig, (i + 1) * 700 * SEC);
      say (rig.tenant, rig.now, "r1", "noor", id, i + 1, messages[i].body);
      g_assert_cmpuint (rig.told->len - before, ==, messages[i].told);
    }
  assert_told (&rig, 0, "word-7-r1|noor in Atlas|the OUTAGE is over|app.open-room((uint32 7, 'r1'))|Open Room");
  /* Whoever looks has seen it. */
  wave_notifier_set_attended (rig.notifier, TRUE);
  g_assert_cmpuint (rig.withdrawn->len, ==, 1);
  pass (&rig, rig.now + 700 * SEC);
  say (rig.tenant, rig.now, "r1", "noor", "x", 99, "outage");
  g_assert_cmpuint (rig.told->len, ==, 5);
  /* What is fetched after an interruption is no news. */
  wave_notifier_set_attended (rig.notifier, FALSE);
  go (rig.tenant, rig.now, WAVE_SESSION_LIVE, WAVE_SESSION_CATCHING_UP, NULL);
  say (rig.tenant, rig.now, "r1", "noor", "y", 100, "outage");
  g_assert_cmpuint (rig.told->len, ==, 5);
  close_rig (&rig);
}

/* A message that is deleted takes the notification that quotes it along. */
static void
test_redacted (void)
{
  Rig rig;
  const char *const words[] = { "outage", NULL };

  open_rig (&rig);
  g_settings_set_strv (rig.settings, "notify-words", words);
  pass (&rig, 1 * SEC);
  say (rig.tenant, rig.now, "r1", "noor", "e1", 1, "an outage, and my password is hunter2");
  g_assert_cmpuint (rig.told->len, ==, 1);
  apply_at (rig.tenant, 2 * SEC, "{\"type\":\"swp.room.redaction\",\"id\":\"r-1\",\"room_id\":\"r1\",\"stream_position\":2,\"event_id\":\"another\"}");
  g_assert_cmpuint (rig.withdrawn->len, ==, 0);
  apply_at (rig.tenant, 3 * SEC, "{\"type\":\"swp.room.redaction\",\"id\":\"r-2\",\"room_id\":\"r1\",\"stream_position\":3,\"event_id\":\"e1\"}");
  g_assert_cmpuint (rig.withdrawn->len, ==, 1);
  g_assert_cmpstr (rig.withdrawn->pdata[0], ==, "word-7-r1");
  close_rig (&rig);
}

static void
test_limits (void)
{
  Rig rig;
  const char *const words[] = { "x", NULL };

  open_rig (&rig);
  g_settings_set_strv (rig.settings, "notify-words", words);
  /* The same room: one a minute. */
  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *id = g_strdup_printf ("a%u", i);

      pass (&rig, i * SEC);
      say (rig.tenant, rig.now, "r1", "noor", id, i + 1, "x");
    }
  g_assert_cmpuint (rig.told->len, ==, 2);
  g_assert_cmpuint (wave_notifier_get_n_held_back (rig.notifier), ==, 118);
  /* Many rooms: ten in ten minutes, those two among them. */
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *room = g_strdup_printf ("room%u", i);
      g_autofree char *id = g_strdup_printf ("b%u", i);

      say (rig.tenant, rig.now, room, "noor", id, 1000 + i, "x");
    }
  g_assert_cmpuint (rig.told->len, ==, WAVE_NOTIFIER_MAX);
  pass (&rig, rig.now + WAVE_NOTIFIER_SPAN_US);
  say (rig.tenant, rig.now, "room3", "noor", "c", 2000, "x");
  g_assert_cmpuint (rig.told->len, ==, WAVE_NOTIFIER_MAX + 1);
  g_assert_cmpuint (wave_notifier_get_n_sent (rig.notifier), ==, WAVE_NOTIFIER_MAX + 1);
  close_rig (&rig);
}

static void
test_streams (void)
{
  Rig rig;

  open_rig (&rig);
  g_settings_set_boolean (rig.settings, "notify-stalls", TRUE);
  chunk (rig.tenant, 1 * SEC, "r1", "scout", "a", FALSE);
  pass (&rig, 3 * SEC);
  g_assert_cmpuint (rig.told->len, ==, 1);
  assert_told (&rig, 0, "stream-7-scout|scout is silent for more than 1.00 s|Atlas|app.show-stream((uint32 7, uint64 1))|Show Stream");
  /* It goes on. */
  chunk (rig.tenant, 4 * SEC, "r1", "scout", "b", FALSE);
  g_assert_cmpuint (rig.withdrawn->len, ==, 1);
  /* It fails, and that stays true. */
  pass (&rig, 5 * SEC);
  chunk (rig.tenant, 5 * SEC, "r1", "scout", "c", FALSE);
  apply_at (rig.tenant, 5 * SEC + 1,
            "{\"type\":\"swp.model.error\",\"room_id\":\"r1\",\"sender_id\":\"scout\",\"content\":{\"code\":\"overload\",\"message\":\"too much\"}}");
  g_assert_cmpuint (rig.told->len, ==, 2);
  g_assert_true (g_str_has_prefix (rig.told->pdata[1], "stream-7-scout|scout failed|Atlas · too much (overload)|app.show-stream("));
  pass (&rig, 200 * SEC);
  g_assert_cmpuint (rig.withdrawn->len, ==, 1);
  close_rig (&rig);
}

static void
test_lost (void)
{
  Rig rig;

  open_rig (&rig);
  pass (&rig, 10 * SEC);
  go (rig.tenant, 10 * SEC, WAVE_SESSION_LIVE, WAVE_SESSION_WAITING, NULL);
  pass (&rig, 300 * SEC);
  g_assert_cmpuint (rig.told->len, ==, 0);
  /* Tries in between do not begin the time anew. */
  go (rig.tenant, 300 * SEC, WAVE_SESSION_WAITING, WAVE_SESSION_CONNECTING, NULL);
  go (rig.tenant, 301 * SEC, WAVE_SESSION_CONNECTING, WAVE_SESSION_WAITING, NULL);
  pass (&rig, 310 * SEC);
  g_assert_cmpuint (rig.told->len, ==, 1);
  g_assert_nonnull (strstr (rig.told->pdata[0], "lost-7|No connection"));
  g_assert_nonnull (strstr (rig.told->pdata[0], "|app.show-connection(uint32 7)|Try Now"));
  pass (&rig, 900 * SEC);
  g_assert_cmpuint (rig.told->len, ==, 1);
  go (rig.tenant, 901 * SEC, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, NULL);
  g_assert_cmpuint (rig.withdrawn->len, ==, 1);
  /* 0 is never. */
  g_settings_set_uint (rig.settings, "notify-lost-minutes", 0);
  go (rig.tenant, 902 * SEC, WAVE_SESSION_LIVE, WAVE_SESSION_WAITING, NULL);
  pass (&rig, 9000 * SEC);
  g_assert_cmpuint (rig.told->len, ==, 1);
  close_rig (&rig);
}

static void
test_quiet_hours (void)
{
  static const struct
  {
    guint from, to, minute;
    gboolean quiet;
  } nights[] = {
    { 22 * 60, 7 * 60, 21 * 60 + 59, FALSE }, { 22 * 60, 7 * 60, 22 * 60, TRUE }, { 22 * 60, 7 * 60, 0, TRUE }, { 22 * 60, 7 * 60, 7 * 60 - 1, TRUE },
    { 22 * 60, 7 * 60, 7 * 60, FALSE },       { 9 * 60, 17 * 60, 8 * 60, FALSE }, { 9 * 60, 17 * 60, 9 * 60, TRUE }, { 9 * 60, 17 * 60, 17 * 60, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (nights); i++)
    {
      Rig rig;

      open_rig (&rig);
      g_settings_set_boolean (rig.settings, "quiet-hours", TRUE);
      g_settings_set_uint (rig.settings, "quiet-from", nights[i].from);
      g_settings_set_uint (rig.settings, "quiet-to", nights[i].to);
      wave_notifier_advance (rig.notifier, 1 * SEC, nights[i].minute);
      ring (&rig, 1 * SEC, "r1", "c1");
      g_assert_cmpuint (rig.told->len, ==, nights[i].quiet ? 0 : 1);
      close_rig (&rig);
    }
}

/* ---- a screen reader ---- */

static void
on_speak (const char *text, GtkAccessibleAnnouncementPriority priority, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (text));
}

static gboolean
on_late (gpointer user_data)
{
  g_error ("nothing was said in time");
  return G_SOURCE_REMOVE;
}

static void
wait_said (GPtrArray *said, guint n)
{
  guint late = g_timeout_add_seconds (20, on_late, NULL);

  while (said->len < n)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
}

static void
test_announcer (void)
{
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  WaveAnnouncer *announcer;
  gint64 before;

  go (tenant, 0, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, NULL);
  announcer = wave_announcer_new (tenant, on_speak, said);
  wave_announcer_set_room (announcer, "r1");
  say (tenant, 1 * SEC, "r2", "mia", "a", 1, "elsewhere");
  say (tenant, 1 * SEC, "r1", "mia", "b", 2, "good morning");
  /* While text streams nobody talks over it. */
  chunk (tenant, 1 * SEC, "r1", "scout", "a", FALSE);
  chunk (tenant, 2 * SEC, "r1", "scout", "b", FALSE);
  g_assert_cmpuint (said->len, ==, 0);
  wait_said (said, 1);
  g_assert_cmpstr (said->pdata[0], ==, "mia: good morning");
  before = g_get_monotonic_time ();
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);

      say (tenant, 3 * SEC, "r1", "mia", id, 3 + i, "again");
    }
  wait_said (said, 2);
  g_assert_cmpstr (said->pdata[1], ==, "30 new messages");
  g_assert_cmpint (g_get_monotonic_time () - before, >, WAVE_ANNOUNCER_GATHER_MS * 1000 / 2);
  go (tenant, 4 * SEC, WAVE_SESSION_LIVE, WAVE_SESSION_WAITING, NULL);
  wait_said (said, 3);
  g_assert_true (g_str_has_prefix (said->pdata[2], "Connection lost. "));
  g_assert_finalize_object (announcer);
}

/* ---- over D-Bus ---- */

static const char interface[] = "<node><interface name='org.gtk.Notifications'>"
                                "<method name='AddNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
                                "<arg type='a{sv}' direction='in'/></method>"
                                "<method name='RemoveNotification'><arg type='s' direction='in'/><arg type='s' direction='in'/></method>"
                                "</interface></node>";

static void
on_call (GDBusConnection *connection, const char *sender, const char *path, const char *iface, const char *method, GVariant *parameters,
         GDBusMethodInvocation *invocation, gpointer user_data)
{
  GPtrArray *heard = user_data;
  g_autofree char *said = g_variant_print (parameters, FALSE);

  g_ptr_array_add (heard, g_strconcat (method, " ", said, NULL));
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_name (GDBusConnection *connection, const char *name, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
test_desktop (void)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_call };
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autoptr (GPtrArray) heard = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDBusNodeInfo) node = NULL;
  g_autoptr (GDBusConnection) desktop = NULL;
  g_autoptr (GApplication) application = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveTenant) tenant = wave_tenant_new ();
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  g_autofree char *address = NULL;
  WaveNotifier *notifier;
  gboolean owned = FALSE;
  guint name;

  g_test_dbus_up (bus);
  address = g_strdup (g_test_dbus_get_bus_address (bus));
  desktop = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);
  g_assert_no_error (error);
  node = g_dbus_node_info_new_for_xml (interface, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (desktop, "/org/gtk/Notifications", node->interfaces[0], &vtable, heard, NULL, &error);
  g_assert_no_error (error);
  name = g_bus_own_name_on_connection (desktop, "org.gtk.Notifications", G_BUS_NAME_OWNER_FLAGS_NONE, on_name, NULL, &owned, NULL);
  while (!owned)
    g_main_context_iteration (NULL, TRUE);
  application = g_application_new (APPLICATION_ID, G_APPLICATION_DEFAULT_FLAGS);
  g_application_set_default (application);
  g_assert_true (g_application_register (application, NULL, &error));
  g_assert_no_error (error);

  apply_at (tenant, 0, "{\"type\":\"swp.room.name\",\"room_id\":\"r1\",\"name\":\"<b>Atlas</b> %s\"}");
  go (tenant, 0, WAVE_SESSION_CATCHING_UP, WAVE_SESSION_LIVE, NULL);
  notifier = wave_notifier_new (tenant, settings, 7);
  wave_notifier_hold_clock (notifier);
  wave_notifier_advance (notifier, 0, 12 * 60);
  apply_at (tenant, 1, "{\"type\":\"swp.call.invite\",\"room_id\":\"r1\",\"content\":{\"call_id\":\"c\",\"initiator_id\":\"mia\",\"timeout_seconds\":30}}");
  wait_said (heard, 1);
  g_assert_nonnull (strstr (heard->pdata[0], "AddNotification ('" APPLICATION_ID "', 'call-7-r1', {"));
  g_assert_nonnull (strstr (heard->pdata[0], "'title': <'mia is calling'>"));
  g_assert_nonnull (strstr (heard->pdata[0], "'body': <'<b>Atlas</b> %s'>"));
  g_assert_nonnull (strstr (heard->pdata[0], "'priority': <'urgent'>"));
  g_assert_nonnull (strstr (heard->pdata[0], "'default-action': <'app.open-room'>"));
  g_assert_nonnull (strstr (heard->pdata[0], "'label': <'Open Room'>"));
  /* When the window closes, what it told of goes too. */
  g_assert_finalize_object (notifier);
  wait_said (heard, 2);
  g_assert_cmpstr (heard->pdata[1], ==, "RemoveNotification ('" APPLICATION_ID "', 'call-7-r1')");

  g_application_set_default (NULL);
  g_bus_unown_name (name);
  g_clear_object (&application);
  g_clear_object (&desktop);
  g_test_dbus_down (bus);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notifier/calls", test_calls);
  g_test_add_func ("/notifier/words", test_words);
  g_test_add_func ("/notifier/redacted", test_redacted);
  g_test_add_func ("/notifier/limits", test_limits);
  g_test_add_func ("/notifier/streams", test_streams);
  g_test_add_func ("/notifier/lost", test_lost);
  g_test_add_func ("/notifier/quiet-hours", test_quiet_hours);
  g_test_add_func ("/notifier/announcer", test_announcer);
  g_test_add_func ("/notifier/desktop", test_desktop);
  return g_test_run ();
}
