// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-account-dialogs.h"

#include <glib/gi18n.h>

#include "ui/wave-application.h"
#include "ui/wave-sign-in-form.h"
#include "ui/wave-sign-in-words.h"

static WaveApplication *
application (void)
{
  return WAVE_APPLICATION (g_application_get_default ());
}

/* ---- rename ---- */

static void
on_renamed (AdwAlertDialog *dialog, const char *response, WaveAccount *account)
{
  GtkEditable *entry = g_object_get_data (G_OBJECT (dialog), "entry");

  if (g_str_equal (response, "rename"))
    wave_accounts_rename (wave_application_get_accounts (application ()), account, gtk_editable_get_text (entry));
}

void
wave_account_present_rename (WaveAccount *account, GtkWidget *parent)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("Rename Account"), NULL);
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Name"));
  gtk_editable_set_text (GTK_EDITABLE (row), wave_account_get_label (account));
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), list);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "rename", _("_Rename"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "rename", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "rename");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_object_set_data (G_OBJECT (dialog), "entry", row);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_renamed), account, G_CONNECT_DEFAULT);
  adw_dialog_present (dialog, parent);
  gtk_widget_grab_focus (row);
}

/* ---- forget ---- */

static void
on_forget (AdwAlertDialog *dialog, const char *response, WaveAccount *account)
{
  if (g_str_equal (response, "forget"))
    wave_application_forget_account (application (), account);
}

void
wave_account_present_forget (WaveAccount *account, GtkWidget *parent)
{
  AdwDialog *dialog = adw_alert_dialog_new (NULL, NULL);
  g_autofree char *host = wave_account_dup_host (account);

  /* Translators: %s is what the account is called. */
  adw_alert_dialog_format_heading (ADW_ALERT_DIALOG (dialog), _("Forget “%s”?"), wave_account_get_label (account));
  adw_alert_dialog_format_body (ADW_ALERT_DIALOG (dialog),
                                /* Translators: %s is a server's address. */
                                _("This removes from this computer the token in the keyring, the journal with everything that was recorded of this "
                                  "account, its entry in the list, and what was remembered of %s. It cannot be undone.\n\n"
                                  "Windows that watch it return to the welcome page. Nothing changes on the server."),
                                host);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "forget", _("_Forget"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "forget", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_forget), account, G_CONNECT_DEFAULT);
  adw_dialog_present (dialog, parent);
}

/* ---- a new token ---- */

static void
on_signed_in (WaveSignInForm *form, const WaveSignedIn *signed_in, WaveWindow *window)
{
  WaveAccount *account = wave_window_get_account (window);
  g_autofree char *id = wave_accounts_make_id (signed_in->server, signed_in->me->participant_id);
  GtkWidget *dialog = gtk_widget_get_ancestor (GTK_WIDGET (form), ADW_TYPE_DIALOG);

  if (account != NULL && g_strcmp0 (wave_account_get_id (account), id) != 0)
    {
      g_autofree char *name = wave_sign_in_label (signed_in->me);
      g_autofree char *words
          = g_strdup_printf (_("This token belongs to another account: %s. Connect to it from the welcome page instead; the journals stay apart."),
                             name != NULL ? name : id);

      wave_sign_in_form_set_error (form, words);
      return;
    }
  /* What came from the command line becomes an account when its token is to be kept. */
  if (account == NULL && signed_in->keep)
    {
      g_autofree char *label = wave_sign_in_label (signed_in->me);

      account = wave_accounts_add (wave_application_get_accounts (application ()), signed_in->server, signed_in->me->participant_id, label);
      wave_window_set_account (window, account, TRUE);
    }
  wave_application_renew_tokens (application (), window, signed_in->credentials, signed_in->keep);
  if (dialog != NULL)
    adw_dialog_close (ADW_DIALOG (dialog));
}

void
wave_account_present_new_token (WaveWindow *window)
{
  WaveMonitor *monitor = wave_window_get_monitor (window);
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *header = adw_header_bar_new ();
  WaveSignInForm *form = g_object_new (WAVE_TYPE_SIGN_IN_FORM, NULL);
  WaveAccount *account = wave_window_get_account (window);

  g_return_if_fail (monitor != NULL);
  adw_dialog_set_title (dialog, _("New Token"));
  adw_dialog_set_content_width (dialog, 460);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header),
                                   adw_window_title_new (_("New Token"), account != NULL ? wave_account_get_label (account) : wave_monitor_get_server (monitor)));
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), header);
  gtk_widget_set_margin_top (GTK_WIDGET (form), 12);
  gtk_widget_set_margin_bottom (GTK_WIDGET (form), 24);
  gtk_widget_set_margin_start (GTK_WIDGET (form), 12);
  gtk_widget_set_margin_end (GTK_WIDGET (form), 12);
  adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (form));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), scroller);
  adw_dialog_set_child (dialog, view);
  wave_sign_in_form_set_server (form, wave_monitor_get_server (monitor), TRUE,
                                wave_accounts_get_plain (wave_application_get_accounts (application ()), wave_monitor_get_server (monitor)));
  g_signal_connect_object (form, "signed-in", G_CALLBACK (on_signed_in), window, G_CONNECT_DEFAULT);
  adw_dialog_present (dialog, GTK_WIDGET (window));
  wave_sign_in_form_reset (form);
}
