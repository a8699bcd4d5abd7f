// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-accounts.h"

#include <string.h>

#include "session/wave-identify.h"

/* Nobody has so many; a broken setting must not make a window of them. */
#define MAX_ACCOUNTS 200
/* A server may call a participant what it likes. */
#define MAX_ID 300

struct _WaveAccount
{
  GObject parent_instance;
  char *id, *server, *label;
  gboolean open;
};

enum { PROP_0, PROP_LABEL, PROP_OPEN, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (WaveAccount, wave_account, G_TYPE_OBJECT)

struct _WaveAccounts
{
  GObject parent_instance;
  GSettings *settings;
  GPtrArray *list; /* of WaveAccount */
};

static void wave_accounts_list_model (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WaveAccounts, wave_accounts, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, wave_accounts_list_model))

/* ---- one account ---- */

static void
wave_account_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_LABEL)
    g_value_set_string (value, WAVE_ACCOUNT (object)->label);
  else
    g_value_set_boolean (value, WAVE_ACCOUNT (object)->open);
}

static void
wave_account_finalize (GObject *object)
{
  WaveAccount *self = WAVE_ACCOUNT (object);

  g_free (self->id);
  g_free (self->server);
  g_free (self->label);
  G_OBJECT_CLASS (wave_account_parent_class)->finalize (object);
}

static void
wave_account_class_init (WaveAccountClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = wave_account_get_property;
  object_class->finalize = wave_account_finalize;
  props[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  props[PROP_OPEN] = g_param_spec_boolean ("open", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
wave_account_init (WaveAccount *self)
{
}

const char *
wave_account_get_id (WaveAccount *account)
{
  g_return_val_if_fail (WAVE_IS_ACCOUNT (account), NULL);
  return account->id;
}

const char *
wave_account_get_server (WaveAccount *account)
{
  g_return_val_if_fail (WAVE_IS_ACCOUNT (account), NULL);
  return account->server;
}

const char *
wave_account_get_label (WaveAccount *account)
{
  g_return_val_if_fail (WAVE_IS_ACCOUNT (account), NULL);
  return account->label;
}

gboolean
wave_account_get_open (WaveAccount *account)
{
  g_return_val_if_fail (WAVE_IS_ACCOUNT (account), FALSE);
  return account->open;
}

void
wave_account_set_open (WaveAccount *account, gboolean open)
{
  g_return_if_fail (WAVE_IS_ACCOUNT (account));
  if (account->open == open)
    return;
  account->open = open;
  g_object_notify_by_pspec (G_OBJECT (account), props[PROP_OPEN]);
}

char *
wave_account_dup_host (WaveAccount *account)
{
  const char *host;

  g_return_val_if_fail (WAVE_IS_ACCOUNT (account), NULL);
  host = strstr (account->server, "://");
  return g_strdup (host != NULL ? host + 3 : account->server);
}

char *
wave_account_dup_data_dir (WaveAccount *account)
{
  g_autofree char *sum = NULL;

  g_return_val_if_fail (WAVE_IS_ACCOUNT (account), NULL);
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, account->id, -1);
  sum[32] = '\0';
  return g_build_filename (g_get_user_data_dir (), "wavescope", "journals", sum, NULL);
}

static void
set_label (WaveAccount *self, const char *label)
{
  g_autofree char *host = wave_account_dup_host (self);

  if (g_set_str (&self->label, label != NULL && *label != '\0' ? label : host))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LABEL]);
}

/* ---- the list ---- */

static GType
get_item_type (GListModel *model)
{
  return WAVE_TYPE_ACCOUNT;
}

static guint
get_n_items (GListModel *model)
{
  return WAVE_ACCOUNTS (model)->list->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WaveAccounts *self = WAVE_ACCOUNTS (model);

  return position < self->list->len ? g_object_ref (self->list->pdata[position]) : NULL;
}

static void
wave_accounts_list_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

WaveAccount *
wave_accounts_find (WaveAccounts *accounts, const char *id)
{
  g_return_val_if_fail (WAVE_IS_ACCOUNTS (accounts), NULL);
  for (guint i = 0; id != NULL && i < accounts->list->len; i++)
    if (g_str_equal (((WaveAccount *) accounts->list->pdata[i])->id, id))
      return accounts->list->pdata[i];
  return NULL;
}

static void
load (WaveAccounts *self)
{
  g_autoptr (GVariant) value = g_settings_get_value (self->settings, "accounts");
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) met = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean same;
  guint before = self->list->len;
  const char *id, *server, *label;
  GVariantIter iter;

  g_variant_iter_init (&iter, value);
  while (list->len < MAX_ACCOUNTS && g_variant_iter_next (&iter, "(&s&s&s)", &id, &server, &label))
    {
      WaveAccount *account = wave_accounts_find (self, id);

      if (*id == '\0' || *server == '\0' || !g_hash_table_add (met, (gpointer) id))
        continue;
      if (account != NULL)
        g_object_ref (account);
      else
        {
          account = g_object_new (WAVE_TYPE_ACCOUNT, NULL);
          account->id = g_strdup (id);
        }
      g_set_str (&account->server, server);
      set_label (account, label);
      g_ptr_array_add (list, account);
    }
  same = list->len == self->list->len;
  for (guint i = 0; same && i < list->len; i++)
    same = list->pdata[i] == self->list->pdata[i];
  if (same)
    return;
  g_ptr_array_unref (self->list);
  self->list = g_ptr_array_ref (list);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, list->len);
}

/* The setting's change brings the list up to date. */
static void
save (WaveAccounts *self, GPtrArray *list)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sss)"));
  for (guint i = 0; i < list->len; i++)
    {
      WaveAccount *account = list->pdata[i];

      g_variant_builder_add (&builder, "(sss)", account->id, account->server, account->label);
    }
  g_settings_set_value (self->settings, "accounts", g_variant_builder_end (&builder));
  load (self);
}

char *
wave_accounts_make_id (const char *server, const char *participant_id)
{
  g_autofree char *key = wave_server_key (server);
  g_autofree char *id = NULL;

  if (key == NULL)
    return NULL;
  id = participant_id != NULL && *participant_id != '\0' ? g_strdup_printf ("%s#%s", key, participant_id) : g_strdup (key);
  if (strlen (id) <= MAX_ID)
    return g_steal_pointer (&id);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, id, -1);
}

WaveAccount *
wave_accounts_add (WaveAccounts *accounts, const char *server, const char *participant_id, const char *label)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *id = NULL;
  WaveAccount *account;

  g_return_val_if_fail (WAVE_IS_ACCOUNTS (accounts), NULL);
  id = wave_accounts_make_id (server, participant_id);
  if (id == NULL)
    return NULL;
  account = wave_accounts_find (accounts, id);
  if (account != NULL)
    g_object_ref (account);
  else
    {
      account = g_object_new (WAVE_TYPE_ACCOUNT, NULL);
      account->id = g_strdup (id);
      account->server = g_strdup (server);
      set_label (account, label);
    }
  g_ptr_array_add (list, account);
  for (guint i = 0; i < accounts->list->len && list->len < MAX_ACCOUNTS; i++)
    if (accounts->list->pdata[i] != account)
      g_ptr_array_add (list, g_object_ref (accounts->list->pdata[i]));
  save (accounts, list);
  g_settings_set_string (accounts->settings, "last-account", id);
  return wave_accounts_find (accounts, id);
}

void
wave_accounts_touch (WaveAccounts *accounts, WaveAccount *account)
{
  g_return_if_fail (WAVE_IS_ACCOUNTS (accounts) && WAVE_IS_ACCOUNT (account));
  g_settings_set_string (accounts->settings, "last-account", account->id);
}

void
wave_accounts_rename (WaveAccounts *accounts, WaveAccount *account, const char *label)
{
  g_autofree char *text = g_strstrip (g_strdup (label != NULL ? label : ""));

  g_return_if_fail (WAVE_IS_ACCOUNTS (accounts) && WAVE_IS_ACCOUNT (account));
  set_label (account, text);
  save (accounts, accounts->list);
}

/* ---- what belongs to a server ---- */

void
wave_accounts_remove (WaveAccounts *accounts, WaveAccount *account)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (WaveAccount) keep = NULL;
  g_autofree char *last = NULL;
  g_autofree char *key = NULL;
  gboolean shared = FALSE;

  g_return_if_fail (WAVE_IS_ACCOUNTS (accounts) && WAVE_IS_ACCOUNT (account));
  keep = g_object_ref (account);
  key = wave_server_key (account->server);
  for (guint i = 0; i < accounts->list->len; i++)
    if (accounts->list->pdata[i] != account)
      {
        WaveAccount *other = g_object_ref (accounts->list->pdata[i]);
        g_autofree char *theirs = wave_server_key (other->server);

        shared = shared || g_strcmp0 (theirs, key) == 0;
        g_ptr_array_add (list, other);
      }
  save (accounts, list);
  last = g_settings_get_string (accounts->settings, "last-account");
  if (g_str_equal (last, account->id))
    g_settings_reset (accounts->settings, "last-account");
  if (!shared)
    wave_accounts_set_plain (accounts, account->server, FALSE);
}

gboolean
wave_accounts_get_plain (WaveAccounts *accounts, const char *server)
{
  g_auto (GStrv) plain = NULL;
  g_autofree char *key = wave_server_key (server);

  g_return_val_if_fail (WAVE_IS_ACCOUNTS (accounts), FALSE);
  plain = g_settings_get_strv (accounts->settings, "plain-servers");
  for (guint i = 0; plain[i] != NULL; i++)
    {
      g_autofree char *other = wave_server_key (plain[i]);

      if (other != NULL && g_strcmp0 (other, key) == 0)
        return TRUE;
    }
  return FALSE;
}

void
wave_accounts_set_plain (WaveAccounts *accounts, const char *server, gboolean plain)
{
  g_auto (GStrv) before = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) after = NULL;
  g_autofree char *key = wave_server_key (server);

  g_return_if_fail (WAVE_IS_ACCOUNTS (accounts));
  if (key == NULL || wave_accounts_get_plain (accounts, server) == plain)
    return;
  before = g_settings_get_strv (accounts->settings, "plain-servers");
  for (guint i = 0; before[i] != NULL; i++)
    {
      g_autofree char *other = wave_server_key (before[i]);

      if (g_strcmp0 (other, key) != 0)
        g_strv_builder_add (builder, before[i]);
    }
  if (plain)
    g_strv_builder_add (builder, server);
  after = g_strv_builder_end (builder);
  g_settings_set_strv (accounts->settings, "plain-servers", (const char *const *) after);
}

/* ---- the object ---- */

static void
wave_accounts_finalize (GObject *object)
{
  WaveAccounts *self = WAVE_ACCOUNTS (object);

  g_ptr_array_unref (self->list);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (wave_accounts_parent_class)->finalize (object);
}

static void
wave_accounts_class_init (WaveAccountsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = wave_accounts_finalize;
}

static void
wave_accounts_init (WaveAccounts *self)
{
  self->list = g_ptr_array_new_with_free_func (g_object_unref);
}

WaveAccounts *
wave_accounts_new (GSettings *settings)
{
  WaveAccounts *self = g_object_new (WAVE_TYPE_ACCOUNTS, NULL);

  self->settings = g_object_ref (settings);
  g_signal_connect_object (settings, "changed::accounts", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  load (self);
  return self;
}
