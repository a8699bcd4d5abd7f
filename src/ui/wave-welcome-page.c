// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-welcome-page.h"

#include <glib/gi18n.h>

#include "ui/wave-account-row.h"

struct _WaveWelcomePage
{
  AdwBin parent_instance;

  AdwNavigationView *navigation;
  AdwBanner *error_banner;
  AdwStatusPage *status;
  AdwPreferencesGroup *accounts_group;
  GtkWidget *back_button, *connect_row, *demo_row;
  WaveSignInForm *form;

  WaveAccounts *accounts;
  GMenuModel *menu_model;
  GPtrArray *rows; /* borrowed: of the group */
};

enum { PROP_0, PROP_MENU_MODEL, N_PROPS };
static GParamSpec *props[N_PROPS];
static guint signal_open_account, signal_signed_in;

G_DEFINE_FINAL_TYPE (WaveWelcomePage, wave_welcome_page, ADW_TYPE_BIN)

/* ---- accounts ---- */

static void
on_account_activated (AdwActionRow *row, WaveWelcomePage *self)
{
  g_signal_emit (self, signal_open_account, 0, wave_account_row_get_account (WAVE_ACCOUNT_ROW (row)));
}

static void
on_accounts_changed (GListModel *model, guint position, guint removed, guint added, WaveWelcomePage *self)
{
  guint n = g_list_model_get_n_items (model);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->accounts_group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (WaveAccount) account = g_list_model_get_item (model, i);
      GtkWidget *row = wave_account_row_new (account);

      g_signal_connect (row, "activated", G_CALLBACK (on_account_activated), self);
      adw_preferences_group_add (self->accounts_group, row);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->accounts_group), n > 0);
  /* Who has accounts knows what this is: the picture makes room for them. */
  adw_status_page_set_icon_name (self->status, n < 3 ? APPLICATION_ID : NULL);
}

void
wave_welcome_page_set_accounts (WaveWelcomePage *page, WaveAccounts *accounts)
{
  g_return_if_fail (WAVE_IS_WELCOME_PAGE (page));
  if (!g_set_object (&page->accounts, accounts))
    return;
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (on_accounts_changed), page, G_CONNECT_DEFAULT);
  on_accounts_changed (G_LIST_MODEL (accounts), 0, 0, 0, page);
}

/* ---- the pages ---- */

static void
on_connect (AdwActionRow *row, WaveWelcomePage *self)
{
  wave_sign_in_form_set_server (self->form, NULL, FALSE, FALSE);
  wave_welcome_page_show (self, TRUE);
}

static void
on_popped (AdwNavigationView *navigation, AdwNavigationPage *popped, WaveWelcomePage *self)
{
  wave_sign_in_form_reset (self->form);
}

static void
on_signed_in (WaveSignInForm *form, gpointer signed_in, WaveWelcomePage *self)
{
  g_signal_emit (self, signal_signed_in, 0, signed_in);
}

static void
on_dismiss (AdwBanner *banner, WaveWelcomePage *self)
{
  wave_welcome_page_set_error (self, NULL);
}

void
wave_welcome_page_set_can_go_back (WaveWelcomePage *page, gboolean can_go_back)
{
  g_return_if_fail (WAVE_IS_WELCOME_PAGE (page));
  gtk_widget_set_visible (page->back_button, can_go_back);
}

void
wave_welcome_page_set_error (WaveWelcomePage *page, const char *message)
{
  g_return_if_fail (WAVE_IS_WELCOME_PAGE (page));
  if (message != NULL)
    adw_banner_set_title (page->error_banner, message);
  adw_banner_set_revealed (page->error_banner, message != NULL);
}

void
wave_welcome_page_show (WaveWelcomePage *page, gboolean connect)
{
  g_return_if_fail (WAVE_IS_WELCOME_PAGE (page));
  if (!connect)
    {
      adw_navigation_view_pop_to_tag (page->navigation, "welcome");
      return;
    }
  if (g_strcmp0 (adw_navigation_view_get_visible_page_tag (page->navigation), "connect") != 0)
    adw_navigation_view_push_by_tag (page->navigation, "connect");
  wave_sign_in_form_reset (page->form);
}

WaveSignInForm *
wave_welcome_page_get_form (WaveWelcomePage *page)
{
  g_return_val_if_fail (WAVE_IS_WELCOME_PAGE (page), NULL);
  return page->form;
}

/* ---- the object ---- */

static void
wave_welcome_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, WAVE_WELCOME_PAGE (object)->menu_model);
}

static void
wave_welcome_page_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  if (g_set_object (&WAVE_WELCOME_PAGE (object)->menu_model, g_value_get_object (value)))
    g_object_notify_by_pspec (object, pspec);
}

static void
wave_welcome_page_dispose (GObject *object)
{
  WaveWelcomePage *self = WAVE_WELCOME_PAGE (object);

  g_ptr_array_set_size (self->rows, 0);
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), WAVE_TYPE_WELCOME_PAGE);
  g_clear_object (&self->accounts);
  g_clear_object (&self->menu_model);
  G_OBJECT_CLASS (wave_welcome_page_parent_class)->dispose (object);
}

static void
wave_welcome_page_finalize (GObject *object)
{
  g_ptr_array_unref (WAVE_WELCOME_PAGE (object)->rows);
  G_OBJECT_CLASS (wave_welcome_page_parent_class)->finalize (object);
}

static void
wave_welcome_page_class_init (WaveWelcomePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = wave_welcome_page_get_property;
  object_class->set_property = wave_welcome_page_set_property;
  object_class->dispose = wave_welcome_page_dispose;
  object_class->finalize = wave_welcome_page_finalize;
  props[PROP_MENU_MODEL] = g_param_spec_object ("menu-model", NULL, NULL, G_TYPE_MENU_MODEL,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signal_open_account
      = g_signal_new ("open-account", WAVE_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, WAVE_TYPE_ACCOUNT);
  signal_signed_in = g_signal_new ("signed-in", WAVE_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  g_type_ensure (WAVE_TYPE_SIGN_IN_FORM);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, navigation);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, error_banner);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, status);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, accounts_group);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, back_button);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, connect_row);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, demo_row);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, form);
  gtk_widget_class_bind_template_callback (widget_class, on_connect);
  gtk_widget_class_bind_template_callback (widget_class, on_popped);
  gtk_widget_class_bind_template_callback (widget_class, on_signed_in);
  gtk_widget_class_bind_template_callback (widget_class, on_dismiss);
}

static void
wave_welcome_page_init (WaveWelcomePage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_status_page_set_icon_name (self->status, APPLICATION_ID);
}
