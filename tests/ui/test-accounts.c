// SPDX-License-Identifier: GPL-3.0-or-later
// Signing in, being refused, another token, several accounts, switching, forgetting: through the widgets, on simulators, with a keyring of the test's own
// (its argument: "keyring") or without any.
#include "config.h"

#include "ui-rig.h"

#include <string.h>

#include "ui/wave-account-dialogs.h"
#include "ui/wave-account-row.h"
#include "ui/wave-application-private.h"
#include "ui/wave-expiry.h"
#include "ui/wave-preferences.h"
#include "ui/wave-sign-in-words.h"

static gboolean with_keyring;

static WaveApplication *
app (void)
{
  return WAVE_APPLICATION (g_application_get_default ());
}

static guint
n_windows (void)
{
  return g_list_length (gtk_application_get_windows (GTK_APPLICATION (app ())));
}

static guint
n_accounts (void)
{
  return g_list_model_get_n_items (G_LIST_MODEL (wave_application_get_accounts (app ())));
}

/* (transfer none) */
static WaveAccount *
nth_account (guint n)
{
  g_autoptr (WaveAccount) account = g_list_model_get_item (G_LIST_MODEL (wave_application_get_accounts (app ())), n);

  return account;
}

/* What the keyring holds, as text. */
static char *
read_keyring (void)
{
  char *text = NULL;

  return g_file_get_contents (g_getenv ("WAVE_SECRETS_LOG"), &text, NULL, NULL) ? text : g_strdup ("");
}

static gboolean
keyring_has (const char *needle)
{
  g_autofree char *text = read_keyring ();

  return strstr (text, needle) != NULL;
}

static WaveSimulator *
simulator_new (const char *faults)
{
  WaveSimulatorConfig config = { .scenario = "idle", .seed = 3, .faults = faults };
  g_autoptr (GError) error = NULL;
  WaveSimulator *simulator = wave_simulator_new (&config, &error);

  g_assert_no_error (error);
  return simulator;
}

static WaveWindow *
window_new (void)
{
  WaveWindow *window = wave_window_new (GTK_APPLICATION (app ()));

  gtk_window_set_default_size (GTK_WINDOW (window), 900, 700);
  gtk_window_present (GTK_WINDOW (window));
  ui_spin (50 * 1000);
  return window;
}

static void
close_all (void)
{
  GList *windows;

  while ((windows = gtk_application_get_windows (GTK_APPLICATION (app ()))) != NULL)
    gtk_window_destroy (windows->data);
  ui_spin (50 * 1000);
  while (n_accounts () > 0)
    wave_application_forget_account (app (), nth_account (0));
  ui_spin (50 * 1000);
}

/* The first widget of a type whose title (of a row) or label (of a button) is @text. */
static GtkWidget *
find_named (GtkWidget *widget, GType type, const char *text)
{
  const char *own = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    {
      if (ADW_IS_PREFERENCES_ROW (widget))
        own = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget));
      else if (GTK_IS_BUTTON (widget))
        own = gtk_button_get_label (GTK_BUTTON (widget));
      if (g_strcmp0 (own, text) == 0)
        return widget;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_named (child, type, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
enter (GtkWidget *root, const char *title, const char *text)
{
  GtkWidget *row = find_named (root, ADW_TYPE_ENTRY_ROW, title);

  g_assert_nonnull (row);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
}

static void
click (GtkWidget *root, const char *label)
{
  GtkWidget *button = find_named (root, GTK_TYPE_BUTTON, label);

  g_assert_nonnull (button);
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
}

static WaveSignInForm *
form_of (WaveWindow *window)
{
  GtkWidget *form = ui_find (GTK_WIDGET (window), WAVE_TYPE_SIGN_IN_FORM);

  g_assert_nonnull (form);
  return WAVE_SIGN_IN_FORM (form);
}

static gboolean
shows (WaveWindow *window, const char *needle)
{
  return ui_shows (GTK_WIDGET (window), needle);
}

static gboolean
is_live (WaveWindow *window)
{
  WaveMonitor *monitor = wave_window_get_monitor (window);

  return monitor != NULL && wave_tenant_get_state (wave_monitor_get_tenant (monitor)) == WAVE_SESSION_LIVE;
}

static void
type_token (WaveWindow *window, const char *server, const char *token)
{
  GtkWidget *form;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.connect", NULL);
  form = GTK_WIDGET (form_of (window));
  enter (form, "Server, such as https://wave.example.org", server);
  enter (form, "Token", token);
  click (form, "_Connect");
}

/* ---- */

static void
test_sign_in (void)
{
  g_autoptr (WaveSimulator) simulator = simulator_new (NULL);
  WaveWindow *window = window_new ();
  g_autofree char *dir = NULL;
  g_autofree char *host = NULL;

  g_assert_true (shows (window, "Open the Demo"));
  g_assert_false (shows (window, "Accounts"));

  /* A token that is refused is told of, and nothing is remembered of it. */
  type_token (window, wave_simulator_get_url (simulator), "bad-token");
  WAIT_UNTIL (shows (window, "The server refuses this token"));
  g_assert_true (shows (window, "SW_AUTH_INVALID_TOKEN"));
  g_assert_null (wave_window_get_monitor (window));
  g_assert_cmpuint (n_accounts (), ==, 0);
  g_assert_cmpuint (wave_simulator_get_n_connections (simulator), ==, 0);

  /* Another one is taken, without entering the server again; loopback is plain without being asked for. */
  enter (GTK_WIDGET (form_of (window)), "Token", "good-token");
  g_assert_false (shows (window, "The server refuses this token"));
  click (GTK_WIDGET (form_of (window)), "_Connect");
  WAIT_UNTIL (is_live (window));
  WAIT_UNTIL (shows (window, "Live"));
  g_assert_cmpuint (n_accounts (), ==, 1);
  g_assert_cmpstr (wave_account_get_label (nth_account (0)), ==, "Wavescope · Acme");
  g_assert_true (wave_window_get_account (window) == nth_account (0));
  /* The form holds no secret any more. */
  g_assert_null (strstr (gtk_editable_get_text (GTK_EDITABLE (find_named (GTK_WIDGET (form_of (window)), ADW_TYPE_ENTRY_ROW, "Token"))), "good"));
  dir = wave_account_dup_data_dir (nth_account (0));
  WAIT_UNTIL (g_file_test (dir, G_FILE_TEST_IS_DIR));
  if (with_keyring)
    WAIT_UNTIL (keyring_has ("good-token"));
  else
    g_assert_false (wave_window_get_keeps_token (window));

  /* Rename, and see it in the list. */
  wave_accounts_rename (wave_application_get_accounts (app ()), nth_account (0), "  Watch <b>post</b> ");
  g_assert_cmpstr (wave_account_get_label (nth_account (0)), ==, "Watch <b>post</b>");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.welcome", NULL);
  WAIT_UNTIL (shows (window, "Watch <b>post</b>"));
  host = wave_account_dup_host (nth_account (0));
  g_assert_true (shows (window, host));
  /* Back to what is watched all the while. */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.back-to-tenant", NULL);
  WAIT_UNTIL (shows (window, "Live"));
  close_all ();
}

static void
test_errors (void)
{
  g_autoptr (WaveSimulator) simulator = simulator_new (NULL);
  g_autofree char *url = g_strdup (wave_simulator_get_url (simulator));
  g_autofree char *path = g_strconcat (url, "/v1", NULL);
  WaveWindow *window = window_new ();
  GtkWidget *form;

  type_token (window, path, "a-token");
  WAIT_UNTIL (shows (window, "This is no address of a server"));
  wave_simulator_stop (simulator);
  type_token (window, url, "a-token");
  WAIT_UNTIL (shows (window, "The server cannot be reached"));

  /* Plain http to another machine takes a choice that can be seen. */
  form = GTK_WIDGET (form_of (window));
  enter (form, "Server, such as https://wave.example.org", "http://wave.example.org");
  enter (form, "Token", "a-token");
  g_assert_true (shows (window, "Allow Plain HTTP to This Server"));
  g_assert_false (gtk_widget_get_sensitive (find_named (form, GTK_TYPE_BUTTON, "_Connect")));
  adw_switch_row_set_active (ADW_SWITCH_ROW (find_named (form, ADW_TYPE_SWITCH_ROW, "Allow Plain HTTP to This Server")), TRUE);
  g_assert_true (gtk_widget_get_sensitive (find_named (form, GTK_TYPE_BUTTON, "_Connect")));
  enter (form, "Server, such as https://wave.example.org", "https://wave.example.org");
  g_assert_false (shows (window, "Allow Plain HTTP to This Server"));
  close_all ();
}

static void
test_password (void)
{
  g_autoptr (WaveSimulator) simulator = simulator_new ("token-life=2");
  g_autoptr (WaveSimulator) without = simulator_new ("no-password");
  WaveWindow *window = window_new ();
  GtkWidget *form, *way;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.connect", NULL);
  form = GTK_WIDGET (form_of (window));
  way = find_named (form, ADW_TYPE_COMBO_ROW, "Sign In With");
  /* A server that says that there is none is not asked for one. */
  wave_sign_in_form_set_server (WAVE_SIGN_IN_FORM (form), wave_simulator_get_url (without), FALSE, FALSE);
  WAIT_UNTIL (!gtk_widget_get_visible (way));
  wave_sign_in_form_set_server (WAVE_SIGN_IN_FORM (form), wave_simulator_get_url (simulator), FALSE, FALSE);
  WAIT_UNTIL (gtk_widget_get_visible (way));
  adw_combo_row_set_selected (ADW_COMBO_ROW (way), 1);
  enter (form, "User", "ann");
  enter (form, "Password", "the wrong one");
  click (form, "_Connect");
  WAIT_UNTIL (shows (window, "The server refuses this user and password"));
  enter (form, "Password", "a good one");
  click (form, "_Connect");
  WAIT_UNTIL (is_live (window));
  /* It is renewed, and what came goes into the keyring. */
  WAIT_UNTIL (wave_credentials_get_generation (wave_monitor_get_credentials (wave_window_get_monitor (window))) > 2);
  if (with_keyring)
    WAIT_UNTIL (keyring_has ("refresh-2") && !keyring_has ("refresh-1\\\""));
  g_assert_false (shows (window, "runs out"));
  close_all ();
}

static void
test_new_token (void)
{
  g_autoptr (WaveSimulator) simulator = simulator_new (NULL);
  WaveWindow *window = window_new ();
  WaveMonitor *monitor;
  GtkWidget *dialog;

  type_token (window, wave_simulator_get_url (simulator), "first-token");
  WAIT_UNTIL (is_live (window));
  monitor = wave_window_get_monitor (window);

  /* Shown before it bites. */
  wave_credentials_set (wave_monitor_get_credentials (monitor), "first-token", NULL, 5 * 60 - 5);
  WAIT_UNTIL (shows (window, "The token runs out in 5 minutes"));
  wave_credentials_set (wave_monitor_get_credentials (monitor), "first-token", NULL, -1);
  WAIT_UNTIL (!shows (window, "The token runs out"));

  /* Refused: another one is given in place, and everything that was there stays. */
  wave_simulator_drop_clients (simulator, 4001, "SW_AUTH_INVALID_TOKEN");
  WAIT_UNTIL (shows (window, "Refused"));
  WAIT_UNTIL (shows (window, "The server refuses the token"));
  wave_account_present_new_token (window);
  ui_spin (100 * 1000);
  dialog = GTK_WIDGET (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window)));
  g_assert_nonnull (dialog);
  enter (dialog, "Token", "bad-again");
  click (dialog, "_Connect");
  WAIT_UNTIL (ui_shows (dialog, "The server refuses this token"));
  enter (dialog, "Token", "second-token");
  click (dialog, "_Connect");
  WAIT_UNTIL (is_live (window));
  g_assert_true (wave_window_get_monitor (window) == monitor);
  WAIT_UNTIL (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window)) == NULL);
  if (with_keyring)
    WAIT_UNTIL (keyring_has ("second-token") && !keyring_has ("first-token"));
  close_all ();
}

static void
test_several (void)
{
  g_autoptr (WaveSimulator) one = simulator_new (NULL);
  g_autoptr (WaveSimulator) two = simulator_new (NULL);
  WaveWindow *first = window_new (), *second = window_new (), *third;
  WaveAccount *account_one, *account_two;
  g_autofree char *dir_one = NULL;
  g_autofree char *dir_two = NULL;

  /* Side by side, each with a journal of its own. */
  type_token (first, wave_simulator_get_url (one), "token-one");
  WAIT_UNTIL (is_live (first));
  type_token (second, wave_simulator_get_url (two), "token-two");
  WAIT_UNTIL (is_live (second));
  g_assert_true (is_live (first));
  g_assert_cmpuint (n_accounts (), ==, 2);
  account_one = wave_window_get_account (first);
  account_two = wave_window_get_account (second);
  g_assert_true (account_one != account_two);
  dir_one = wave_account_dup_data_dir (account_one);
  dir_two = wave_account_dup_data_dir (account_two);
  g_assert_cmpstr (dir_one, !=, dir_two);
  g_assert_cmpint (g_menu_model_get_n_items (wave_application_get_accounts_menu (app ())), ==, 2);
  {
    /* A long name does not make a menu that is wider than the window, and no mnemonic. */
    g_autofree char *label = NULL;

    wave_accounts_rename (wave_application_get_accounts (app ()), nth_account (0), "a_name that goes on and on and on and on, and does not end");
    g_assert_true (g_menu_model_get_item_attribute (wave_application_get_accounts_menu (app ()), 0, G_MENU_ATTRIBUTE_LABEL, "s", &label));
    g_assert_true (g_str_has_prefix (label, "a__name that"));
    g_assert_cmpint (g_utf8_strlen (label, -1), <=, 33);
  }

  /* The same account again is not a second connection: the window that has it gets the token and comes to the front, the empty one goes. */
  third = window_new ();
  type_token (third, wave_simulator_get_url (one), "token-three");
  WAIT_UNTIL (n_windows () == 2);
  g_assert_cmpuint (n_accounts (), ==, 2);
  WAIT_UNTIL (is_live (first));
  g_assert_cmpuint (wave_simulator_get_n_clients (one), ==, 1);

  /* Switching to an account that another window shows leaves both as they are. */
  gtk_widget_activate_action (GTK_WIDGET (second), "win.account", "s", wave_account_get_id (account_one));
  ui_spin (200 * 1000);
  g_assert_true (wave_window_get_account (second) == account_two);
  g_assert_true (is_live (second));

  if (with_keyring)
    {
      /* With that window closed, the switch is made here, with the token from the keyring. */
      WAIT_UNTIL (keyring_has ("token-three"));
      gtk_window_destroy (GTK_WINDOW (first));
      WAIT_UNTIL (wave_simulator_get_n_clients (one) == 0);
      gtk_widget_activate_action (GTK_WIDGET (second), "win.account", "s", wave_account_get_id (account_one));
      WAIT_UNTIL (wave_window_get_account (second) == account_one && is_live (second));
      WAIT_UNTIL (wave_simulator_get_n_clients (two) == 0);

      /* And the next start opens it. */
      gtk_window_destroy (GTK_WINDOW (second));
      third = window_new ();
      wave_application_open_on_start (app (), third);
      WAIT_UNTIL (wave_window_get_account (third) == account_one && is_live (third));
    }
  else
    {
      /* Without a keyring it has to be asked for. */
      gtk_window_destroy (GTK_WINDOW (first));
      gtk_widget_activate_action (GTK_WIDGET (second), "win.account", "s", wave_account_get_id (account_one));
      WAIT_UNTIL (shows (second, "The keyring cannot be read. Give the token again."));
      g_assert_true (shows (second, "There is no keyring here"));
      /* What was watched is still there. */
      g_assert_true (is_live (second));
    }
  close_all ();
}

static void
test_forget (void)
{
  g_autoptr (WaveSimulator) simulator = simulator_new (NULL);
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  WaveWindow *window = window_new ();
  GtkWidget *dialog;
  g_autofree char *dir = NULL;
  g_autofree char *last = NULL;
  g_auto (GStrv) muted = NULL;

  type_token (window, wave_simulator_get_url (simulator), "to-be-forgotten");
  WAIT_UNTIL (is_live (window));
  dir = wave_account_dup_data_dir (nth_account (0));
  WAIT_UNTIL (g_file_test (dir, G_FILE_TEST_IS_DIR));
  if (with_keyring)
    WAIT_UNTIL (keyring_has ("to-be-forgotten"));

  /* The warning names what goes, and nothing goes before it is answered. */
  wave_account_present_forget (nth_account (0), GTK_WIDGET (window));
  ui_spin (100 * 1000);
  dialog = GTK_WIDGET (adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window)));
  g_assert_true (ui_shows (dialog, "Wavescope · Acme"));
  g_assert_true (ui_shows (dialog, "the token in the keyring"));
  g_assert_true (ui_shows (dialog, "the journal"));
  g_signal_emit_by_name (dialog, "response", "cancel");
  g_assert_cmpuint (n_accounts (), ==, 1);
  g_signal_emit_by_name (dialog, "response", "forget");
  adw_dialog_force_close (ADW_DIALOG (dialog));
  g_assert_cmpuint (n_accounts (), ==, 0);
  g_assert_null (wave_window_get_monitor (window));
  WAIT_UNTIL (shows (window, "Open the Demo"));
  WAIT_UNTIL (!g_file_test (dir, G_FILE_TEST_EXISTS));
  if (with_keyring)
    WAIT_UNTIL (!keyring_has ("to-be-forgotten"));
  last = g_settings_get_string (settings, "last-account");
  g_assert_cmpstr (last, ==, "");
  close_all ();
}

static void
test_words (void)
{
  static const struct { const char *text, *access, *refresh; } table[] = {
    { "plain-token", "plain-token", NULL },
    { "  plain-token\n", "plain-token", NULL },
    { "{\"access_token\":\"a-a-a\",\"refresh_token\":\"r-r-r\",\"expires_in\":60}", "a-a-a", "r-r-r" },
    { "{\"data\":{\"access_token\":\"a-a-a\"}}", "a-a-a", NULL },
    { "{not json", "{not json", NULL },
  };
  g_autoptr (WaveCredentials) credentials = wave_credentials_new ("a-token", NULL);
  gint64 now = g_get_real_time ();
  g_autofree char *none = wave_expiry_warn (credentials, now);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (WaveCredentials) read = wave_sign_in_read_token (table[i].text);
      char *access = wave_credentials_dup_access_token (read);
      char *refresh = wave_credentials_dup_refresh_token (read);

      g_assert_cmpstr (access, ==, table[i].access);
      g_assert_cmpstr (refresh, ==, table[i].refresh);
      wave_secret_free (access);
      wave_secret_free (refresh);
    }

  /* Nothing is known, all is well; then it lasts, it is near, it is over; one that is renewed says so, and warns when it was not. */
  g_assert_null (none);
  wave_credentials_set (credentials, "a-token", NULL, 3600);
  g_assert_null (wave_expiry_warn (credentials, now));
  {
    g_autofree char *near = wave_expiry_warn (credentials, now + 55 * G_TIME_SPAN_MINUTE + G_USEC_PER_SEC);
    g_autofree char *over = wave_expiry_warn (credentials, now + 2 * G_TIME_SPAN_HOUR);
    g_autofree char *renewed = NULL;
    g_autofree char *late = NULL;

    g_assert_nonnull (strstr (near, "5 minutes"));
    g_assert_nonnull (strstr (over, "has run out"));
    wave_credentials_set (credentials, "a-token", "a-refresh-token", 3600);
    renewed = wave_expiry_describe (credentials, now);
    g_assert_nonnull (strstr (renewed, "renewed by itself"));
    g_assert_null (wave_expiry_warn (credentials, now + 48 * G_TIME_SPAN_MINUTE));
    late = wave_expiry_warn (credentials, now + 55 * G_TIME_SPAN_MINUTE);
    g_assert_nonnull (late);
  }
}

static void
add_tests (void)
{
  g_test_add_func ("/accounts/words", test_words);
  g_test_add_func ("/accounts/sign-in", test_sign_in);
  g_test_add_func ("/accounts/errors", test_errors);
  g_test_add_func ("/accounts/password", test_password);
  g_test_add_func ("/accounts/new-token", test_new_token);
  g_test_add_func ("/accounts/several", test_several);
  g_test_add_func ("/accounts/forget", test_forget);
}

int
main (int argc, char **argv)
{
  with_keyring = argc > 1 && g_str_equal (argv[argc - 1], "keyring");
  return ui_rig_main (argc, argv, add_tests);
}
