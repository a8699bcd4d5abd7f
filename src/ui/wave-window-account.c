// SPDX-License-Identifier: GPL-3.0-or-later
// Whose tenant a window watches: the account in its menu, its title and its popover; how long the token lasts; the way to another one.
#include "config.h"

#include "ui/wave-window-private.h"

#include <glib/gi18n.h>

#include "ui/wave-application.h"
#include "ui/wave-expiry.h"

enum { PROP_0, PROP_ACCOUNT_ID, N_PROPS };
static GParamSpec *props[N_PROPS];

/* ---- the account ---- */

void
wave_window_update_title (WaveWindow *self)
{
  GtkWidget *page = adw_view_stack_get_visible_child (self->pages);
  const char *name = page != NULL ? adw_view_stack_page_get_title (adw_view_stack_get_page (self->pages, page)) : "Wavescope";
  g_autofree char *title = NULL;

  if (self->account != NULL)
    /* Translators: the title of a window: the page, and the account whose tenant it shows. */
    title = g_strdup_printf (_("%s – %s"), name, wave_account_get_label (self->account));
  gtk_window_set_title (GTK_WINDOW (self), title != NULL ? title : name);
}

static void
update_account (WaveWindow *self)
{
  gtk_label_set_text (self->popover_account, self->account != NULL ? wave_account_get_label (self->account) : "");
  gtk_widget_set_visible (GTK_WIDGET (self->popover_account), self->account != NULL);
  wave_window_update_title (self);
}

void
wave_window_set_account (WaveWindow *window, WaveAccount *account, gboolean keeps_token)
{
  g_return_if_fail (WAVE_IS_WINDOW (window));
  window->keeps_token = keeps_token;
  if (window->account == account)
    return;
  if (window->account != NULL)
    {
      g_signal_handlers_disconnect_by_func (window->account, update_account, window);
      wave_account_set_open (window->account, FALSE);
    }
  g_set_object (&window->account, account);
  if (account != NULL)
    {
      g_signal_connect_object (account, "notify::label", G_CALLBACK (update_account), window, G_CONNECT_SWAPPED);
      wave_account_set_open (account, TRUE);
    }
  update_account (window);
  g_object_notify_by_pspec (G_OBJECT (window), props[PROP_ACCOUNT_ID]);
}

WaveAccount *
wave_window_get_account (WaveWindow *window)
{
  g_return_val_if_fail (WAVE_IS_WINDOW (window), NULL);
  return window->account;
}

gboolean
wave_window_get_keeps_token (WaveWindow *window)
{
  g_return_val_if_fail (WAVE_IS_WINDOW (window), FALSE);
  return window->keeps_token;
}

/* ---- the token ---- */

void
wave_window_update_expiry (WaveWindow *self)
{
  WaveCredentials *credentials = wave_monitor_get_credentials (self->monitor);
  g_autofree char *words = wave_expiry_describe (credentials, g_get_real_time ());
  g_autofree char *warning = wave_expiry_warn (credentials, g_get_real_time ());

  gtk_label_set_text (self->popover_expiry, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->popover_expiry), words != NULL);
  if (warning != NULL)
    adw_banner_set_title (self->expiry_banner, warning);
  /* A refused token has a banner of its own. */
  adw_banner_set_revealed (self->expiry_banner, warning != NULL && wave_tenant_get_state (wave_window_get_tenant (self)) != WAVE_SESSION_REFUSED);
}

/* ---- the welcome page ---- */

void
wave_window_show_sign_in (WaveWindow *window, const char *server, gboolean allow_plain, const char *error)
{
  WaveSignInForm *form;

  g_return_if_fail (WAVE_IS_WINDOW (window));
  wave_window_show_welcome (window, NULL);
  form = wave_welcome_page_get_form (window->welcome);
  wave_sign_in_form_set_server (form, server, FALSE, allow_plain);
  wave_welcome_page_show (window->welcome, TRUE);
  wave_sign_in_form_set_error (form, error);
}

void
wave_window_show_tenant (WaveWindow *window)
{
  g_return_if_fail (WAVE_IS_WINDOW (window));
  if (wave_window_get_tenant (window) == NULL)
    return;
  if (window->welcome != NULL)
    wave_sign_in_form_reset (wave_welcome_page_get_form (window->welcome));
  gtk_stack_set_visible_child_name (window->stack, "main");
}

void
wave_window_unwatch (WaveWindow *window)
{
  g_return_if_fail (WAVE_IS_WINDOW (window));
  wave_window_forget (window);
  wave_window_show_welcome (window, NULL);
}

/* ---- the menu ---- */

/* The submenu stands in the main menu while there is an account to choose. */
static void
update_menu (WaveWindow *self)
{
  WaveApplication *app = WAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));

  if (app == NULL || self->accounts_place == NULL)
    return;
  g_menu_remove_all (self->accounts_place);
  if (g_list_model_get_n_items (G_LIST_MODEL (wave_application_get_accounts (app))) > 0)
    g_menu_append_submenu (self->accounts_place, _("_Accounts"), wave_application_get_accounts_menu (app));
}

void
wave_window_follow_accounts (WaveWindow *self, WaveAccounts *accounts)
{
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (update_menu), self, G_CONNECT_SWAPPED);
  update_menu (self);
}

/* win.account is a property action: its state is the account that is watched, and choosing another opens that. */
static void
get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WaveWindow *self = WAVE_WINDOW (object);

  g_value_set_string (value, self->account != NULL ? wave_account_get_id (self->account) : "");
}

static void
set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  WaveWindow *self = WAVE_WINDOW (object);
  WaveApplication *app = WAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  WaveAccount *account = app != NULL ? wave_accounts_find (wave_application_get_accounts (app), g_value_get_string (value)) : NULL;

  if (account != NULL)
    wave_application_open_account (app, self, account);
}

void
wave_window_account_class_init (GtkWidgetClass *widget_class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (widget_class);

  object_class->get_property = get_property;
  object_class->set_property = set_property;
  props[PROP_ACCOUNT_ID]
      = g_param_spec_string ("account-id", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_install_property_action (widget_class, "win.account", "account-id");
  gtk_widget_class_bind_template_child (widget_class, WaveWindow, popover_account);
}

void
wave_window_account_init (WaveWindow *self)
{
  self->accounts_place = g_menu_new ();
  g_menu_insert_section (G_MENU (self->primary_menu), 1, NULL, G_MENU_MODEL (self->accounts_place));
}
