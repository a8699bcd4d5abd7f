// SPDX-License-Identifier: GPL-3.0-or-later
// Accounts: opened, kept, renewed, forgotten.
#include "config.h"

#include "ui/wave-application-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/wave-text.h"
#include "ui/wave-disk.h"
#include "ui/wave-room-memory.h"
#include "ui/wave-sign-in-words.h"

#define MENU_CHARS 32

/* ---- which window ---- */

/* The first window for which @test holds; nullable. */
static WaveWindow *
find_window (WaveApplication *self, gboolean (*test) (WaveWindow *, gconstpointer), gconstpointer data)
{
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL; link = link->next)
    if (WAVE_IS_WINDOW (link->data) && wave_window_get_monitor (link->data) != NULL && test (link->data, data))
      return link->data;
  return NULL;
}

static gboolean
watches_account (WaveWindow *window, gconstpointer data)
{
  return wave_window_get_account (window) == data;
}

typedef struct {
  const char *key, *token;
} Connection;

static gboolean
watches_with_token (WaveWindow *window, gconstpointer data)
{
  const Connection *connection = data;
  WaveMonitor *monitor = wave_window_get_monitor (window);
  g_autofree char *key = wave_server_key (wave_monitor_get_server (monitor));
  char *token = wave_credentials_dup_access_token (wave_monitor_get_credentials (monitor));
  gboolean same = g_strcmp0 (key, connection->key) == 0 && strcmp (token, connection->token) == 0;

  wave_secret_free (token);
  return same;
}

/* Two connections with one token close each other for ever. */
static WaveWindow *
find_twin (WaveApplication *self, const char *server, WaveCredentials *credentials)
{
  g_autofree char *key = wave_server_key (server);
  char *token = wave_credentials_dup_access_token (credentials);
  WaveWindow *twin = find_window (self, watches_with_token, &(Connection) { key, token });

  wave_secret_free (token);
  return twin;
}

/* ---- the keyring ---- */

static void
on_token_stored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveWindow) window = user_data;
  g_autoptr (GError) error = NULL;

  if (!wave_keyring_store_finish (result, &error))
    {
      g_autofree char *text = g_strdup_printf (_("The token could not be kept in the keyring: %s"), error->message);

      wave_window_toast (window, text);
    }
}

static void
keep_token (WaveWindow *window)
{
  WaveAccount *account = wave_window_get_account (window);
  WaveMonitor *monitor = wave_window_get_monitor (window);
  g_autofree char *host = NULL;

  if (account == NULL || monitor == NULL)
    return;
  host = wave_account_dup_host (account);
  wave_keyring_store_async (wave_account_get_id (account), host, wave_monitor_get_credentials (monitor), NULL, on_token_stored,
                            g_object_ref (window));
}

static void
on_token_forgotten (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!wave_keyring_forget_finish (result, &error))
    g_debug ("the keyring has nothing to forget: %s", error->message);
}

/* Or takes out of the keyring what was kept there before, when it is not to be kept any more. */
static void
keep_or_drop_token (WaveWindow *window, gboolean keep)
{
  WaveAccount *account = wave_window_get_account (window);

  if (keep)
    keep_token (window);
  else if (account != NULL)
    wave_keyring_forget_async (wave_account_get_id (account), NULL, on_token_forgotten, NULL);
}

/* The session renewed the tokens: the old refresh token in the keyring may be worth nothing now. */
static void
on_tokens_changed (WaveMonitor *monitor, WaveWindow *window)
{
  if (wave_window_get_monitor (window) == monitor && wave_window_get_keeps_token (window))
    keep_token (window);
}

/* ---- opening ---- */

static void
follow_retention (GSettings *settings, const char *key, WaveMonitor *monitor)
{
  wave_monitor_set_retention (monitor, (gint64) g_settings_get_uint (settings, "retention-days") * G_TIME_SPAN_DAY,
                              (guint64) g_settings_get_uint (settings, "retention-mib") << 20);
}

gboolean
wave_application_watch (WaveApplication *self, WaveWindow *window, WaveAccount *account, const char *server, WaveCredentials *credentials,
                        gboolean allow_plain, gboolean keep, GError **error)
{
  g_autofree char *data_dir = account != NULL ? wave_account_dup_data_dir (account) : NULL;
  g_autoptr (WaveMonitor) monitor = wave_monitor_new (server, credentials, allow_plain, data_dir, FALSE, error);

  if (monitor == NULL)
    return FALSE;
  g_signal_connect_object (self->settings, "changed::retention-days", G_CALLBACK (follow_retention), monitor, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->settings, "changed::retention-mib", G_CALLBACK (follow_retention), monitor, G_CONNECT_DEFAULT);
  follow_retention (self->settings, NULL, monitor);
  wave_window_watch (window, monitor, NULL, NULL);
  wave_window_set_account (window, account, keep);
  g_signal_connect_object (monitor, "tokens-changed", G_CALLBACK (on_tokens_changed), window, G_CONNECT_DEFAULT);
  wave_monitor_start (monitor);
  return TRUE;
}

static void
come_to_front (WaveWindow *window, const char *text)
{
  gtk_window_present (GTK_WINDOW (window));
  wave_window_show_tenant (window);
  if (text != NULL)
    wave_window_toast (window, text);
}

/* A window that somebody opened for an account which turned out to be open elsewhere, and that shows nothing yet, is of no use. */
static void
drop_if_empty (WaveWindow *window)
{
  if (wave_window_get_monitor (window) == NULL && wave_window_get_replay (window) == NULL)
    gtk_window_destroy (GTK_WINDOW (window));
}

gboolean
wave_application_watch_server (WaveApplication *self, WaveWindow *window, const char *server, WaveCredentials *credentials, gboolean allow_plain,
                               GError **error)
{
  WaveWindow *twin = find_twin (self, server, credentials);

  if (twin != NULL && twin != window)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("Another window watches with this token already; a second one would end its connection."));
      return FALSE;
    }
  return wave_application_watch (self, window, NULL, server, credentials, allow_plain, FALSE, error);
}

typedef struct {
  WaveApplication *application;
  WaveWindow *window;
  WaveAccount *account;
} Lookup;

static void
lookup_free (Lookup *lookup)
{
  g_object_unref (lookup->application);
  g_object_unref (lookup->window);
  g_object_unref (lookup->account);
  g_free (lookup);
}

static void
on_token_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Lookup *lookup = user_data;
  WaveApplication *self = lookup->application;
  const char *server = wave_account_get_server (lookup->account);
  gboolean plain = wave_accounts_get_plain (self->accounts, server);
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveCredentials) credentials = wave_keyring_lookup_finish (result, &error);
  WaveWindow *open = find_window (self, watches_account, lookup->account);

  /* The window may have been closed, the account forgotten or opened elsewhere while the keyring was asked. */
  if (open == NULL && credentials != NULL)
    open = find_twin (self, server, credentials);
  if (gtk_window_get_application (GTK_WINDOW (lookup->window)) != NULL
      && wave_accounts_find (self->accounts, wave_account_get_id (lookup->account)) != NULL)
    {
      if (open != NULL)
        {
          come_to_front (open, NULL);
          if (open != lookup->window)
            drop_if_empty (lookup->window);
        }
      else if (credentials == NULL)
        wave_window_show_sign_in (lookup->window, server, plain,
                                  error == NULL ? _("There is no token of this account in the keyring. Give one.")
                                                : _("The keyring cannot be read. Give the token again."));
      else if (wave_application_watch (self, lookup->window, lookup->account, server, credentials, plain, TRUE, &error))
        wave_accounts_touch (self->accounts, lookup->account);
      else
        wave_window_show_sign_in (lookup->window, server, plain, error->message);
    }
  lookup_free (lookup);
}

void
wave_application_open_account (WaveApplication *application, WaveWindow *window, WaveAccount *account)
{
  WaveWindow *open;
  Lookup *lookup;

  g_return_if_fail (WAVE_IS_APPLICATION (application) && WAVE_IS_ACCOUNT (account));
  open = find_window (application, watches_account, account);
  if (open != NULL)
    {
      come_to_front (open, NULL);
      return;
    }
  lookup = g_new0 (Lookup, 1);
  lookup->application = g_object_ref (application);
  lookup->window = g_object_ref (window != NULL ? window : wave_window_new (GTK_APPLICATION (application)));
  lookup->account = g_object_ref (account);
  gtk_window_present (GTK_WINDOW (lookup->window));
  wave_keyring_lookup_async (wave_account_get_id (account), NULL, on_token_found, lookup);
}

void
wave_application_signed_in (WaveApplication *application, WaveWindow *window, const WaveSignedIn *signed_in)
{
  g_autofree char *label = wave_sign_in_label (signed_in->me);
  g_autoptr (GError) error = NULL;
  WaveAccount *account;
  WaveWindow *open;

  g_return_if_fail (WAVE_IS_APPLICATION (application) && WAVE_IS_WINDOW (window));
  if (signed_in->allow_plain)
    wave_accounts_set_plain (application->accounts, signed_in->server, TRUE);
  account = wave_accounts_add (application->accounts, signed_in->server, signed_in->me->participant_id, label);
  g_return_if_fail (account != NULL);
  open = find_window (application, watches_account, account);
  if (open == NULL)
    open = find_twin (application, signed_in->server, signed_in->credentials);
  if (open != NULL)
    {
      if (wave_window_get_account (open) == account)
        wave_application_renew_tokens (application, open, signed_in->credentials, signed_in->keep);
      come_to_front (open, _("This account is open here already"));
      if (open != window)
        {
          wave_window_show_tenant (window);
          drop_if_empty (window);
        }
      return;
    }
  if (!wave_application_watch (application, window, account, signed_in->server, signed_in->credentials, signed_in->allow_plain, signed_in->keep, &error))
    {
      wave_window_show_sign_in (window, signed_in->server, signed_in->allow_plain, error->message);
      return;
    }
  keep_or_drop_token (window, signed_in->keep);
}

void
wave_application_renew_tokens (WaveApplication *application, WaveWindow *window, WaveCredentials *credentials, gboolean keep)
{
  WaveMonitor *monitor;
  WaveAccount *account;
  gint64 expiry = wave_credentials_get_expiry (credentials);
  gint64 left = expiry < 0 ? -1 : MAX (0, (expiry - g_get_real_time ()) / G_USEC_PER_SEC);
  char *access, *refresh;

  g_return_if_fail (WAVE_IS_APPLICATION (application));
  monitor = wave_window_get_monitor (window);
  account = wave_window_get_account (window);
  g_return_if_fail (monitor != NULL);
  access = wave_credentials_dup_access_token (credentials);
  refresh = wave_credentials_dup_refresh_token (credentials);
  wave_credentials_set (wave_monitor_get_credentials (monitor), access, refresh, left);
  wave_secret_free (access);
  wave_secret_free (refresh);
  if (account != NULL)
    wave_window_set_account (window, account, keep);
  wave_session_token_changed (wave_monitor_get_session (monitor));
  wave_window_show_tenant (window);
  keep_or_drop_token (window, keep);
}

/* ---- forgetting ---- */

static void
on_journal_removed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveApplication) self = WAVE_APPLICATION (user_data);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  g_autoptr (GError) error = NULL;

  if (wave_disk_remove_finish (result, &error))
    return;
  if (WAVE_IS_WINDOW (window))
    {
      g_autofree char *text = g_strdup_printf (_("The journal could not be removed: %s"), error->message);

      wave_window_toast (WAVE_WINDOW (window), text);
    }
  else
    g_message ("the journal could not be removed: %s", error->message);
}

/* (transfer full) (nullable): which tenant an account was in last, as the small file beside its journals says */
static char *
read_tenant (const char *data_dir)
{
  g_autoptr (GDir) dir = g_dir_open (data_dir, 0, NULL);
  const char *name;
  char *tenant_id = NULL;

  while (dir != NULL && tenant_id == NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "last-"))
      {
        g_autofree char *path = g_build_filename (data_dir, name, NULL);

        g_file_get_contents (path, &tenant_id, NULL, NULL);
      }
  return tenant_id;
}

void
wave_application_forget_account (WaveApplication *application, WaveAccount *account)
{
  g_autoptr (WaveAccount) keep = NULL;
  g_autofree char *data_dir = NULL;
  g_autofree char *tenant_id = NULL;
  WaveWindow *window;

  g_return_if_fail (WAVE_IS_APPLICATION (application) && WAVE_IS_ACCOUNT (account));
  keep = g_object_ref (account);
  data_dir = wave_account_dup_data_dir (account);
  tenant_id = read_tenant (data_dir);
  while ((window = find_window (application, watches_account, account)) != NULL)
    {
      wave_window_unwatch (window);
      /* Nobody sees it, and it has nothing to do any more. */
      if (!gtk_widget_get_visible (GTK_WIDGET (window)))
        gtk_window_destroy (GTK_WINDOW (window));
    }
  wave_keyring_forget_async (wave_account_get_id (account), NULL, on_token_forgotten, NULL);
  wave_accounts_remove (application->accounts, account);
  if (tenant_id != NULL)
    wave_room_memory_forget (application->settings, tenant_id);
  /* The journal was closed with its window; a slow disk may still hold a file open, which then goes with its last reader. */
  wave_disk_remove_async (data_dir, NULL, on_journal_removed, g_object_ref (application));
}

/* ---- menu, actions, start ---- */

static void
fill_menu (WaveApplication *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->accounts));

  g_menu_remove_all (self->accounts_menu);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
      /* The items of a menu do not cut what is long: one name would make the menu wider than the window. */
      g_autofree char *brief = wave_text_make_visible (wave_account_get_label (account), strlen (wave_account_get_label (account)), MENU_CHARS);
      /* A single _ would become a mnemonic. */
      g_auto (GStrv) parts = g_strsplit (brief, "_", -1);
      g_autofree char *label = g_strjoinv ("__", parts);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "win.account", "s", wave_account_get_id (account));
      g_menu_append_item (self->accounts_menu, item);
    }
}

static void
on_accounts_changed (GListModel *model, guint position, guint removed, guint added, WaveApplication *self)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (WaveAccount) account = g_list_model_get_item (model, i);

      g_signal_handlers_disconnect_by_func (account, fill_menu, self);
      g_signal_connect_object (account, "notify::label", G_CALLBACK (fill_menu), self, G_CONNECT_SWAPPED);
    }
  fill_menu (self);
}

static void
open_account_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WaveApplication *self = user_data;
  WaveAccount *account = wave_accounts_find (self->accounts, g_variant_get_string (parameter, NULL));

  if (account != NULL)
    wave_application_open_account (self, NULL, account);
}

void
wave_application_init_accounts (WaveApplication *self)
{
  static const GActionEntry actions[] = {
    { .name = "open-account", .activate = open_account_action, .parameter_type = "s" },
  };

  self->accounts = wave_accounts_new (self->settings);
  self->accounts_menu = g_menu_new ();
  g_signal_connect_object (self->accounts, "items-changed", G_CALLBACK (on_accounts_changed), self, G_CONNECT_DEFAULT);
  on_accounts_changed (G_LIST_MODEL (self->accounts), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (self->accounts)), self);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
}

WaveAccounts *
wave_application_get_accounts (WaveApplication *application)
{
  g_return_val_if_fail (WAVE_IS_APPLICATION (application), NULL);
  return application->accounts;
}

GMenuModel *
wave_application_get_accounts_menu (WaveApplication *application)
{
  g_return_val_if_fail (WAVE_IS_APPLICATION (application), NULL);
  return G_MENU_MODEL (application->accounts_menu);
}

void
wave_application_open_on_start (WaveApplication *self, WaveWindow *window)
{
  g_autofree char *what = g_settings_get_string (self->settings, "on-start");
  g_autofree char *last = g_settings_get_string (self->settings, "last-account");
  WaveAccount *account = wave_accounts_find (self->accounts, last);

  if (g_str_equal (what, "demo"))
    wave_application_open_demo (self, window, NULL, 1);
  else if (g_str_equal (what, "last") && account != NULL)
    wave_application_open_account (self, window, account);
}
