// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-sign-in-form.h"

#include <glib/gi18n.h>
#include <string.h>

#include "session/wave-session.h"
#include "ui/wave-sign-in-words.h"
#include "ui/wave-wrap.h"

/* Looked for only to see whether there is a keyring that answers. */
#define NO_ACCOUNT "is-there-a-keyring"

typedef enum { WAY_TOKEN, WAY_PASSWORD } Way;

struct _WaveSignInForm
{
  AdwBin parent_instance;

  GtkWidget *server_group, *server_spinner, *plain_row, *way_row, *token_row, *user_row, *password_row, *keep_row;
  GtkWidget *error_box, *connect_button, *cancel_button, *file_button;
  GtkImage *server_mark;
  GtkEditable *server_row;
  GtkLabel *error_label, *busy_label;
  GtkStack *button_stack;

  char *fixed_server, *asked_server; /* asked: whose offer stands on screen */
  WaveCredentials *credentials;      /* while it is being found out who they belong to */
  GCancellable *cancellable;         /* of a sign-in under way */
  GCancellable *offer_cancellable, *keyring_cancellable;
};

static guint signal_signed_in;

G_DEFINE_FINAL_TYPE (WaveSignInForm, wave_sign_in_form, ADW_TYPE_BIN)

static Way
way_of (WaveSignInForm *self)
{
  return gtk_widget_get_visible (self->way_row) && adw_combo_row_get_selected (ADW_COMBO_ROW (self->way_row)) == 1 ? WAY_PASSWORD : WAY_TOKEN;
}

/* (transfer full): with the scheme that people leave out: https, but for this machine, where it is hardly ever spoken */
static char *
dup_server (WaveSignInForm *self)
{
  g_autofree char *text = NULL;
  g_autofree char *plain = NULL;

  if (self->fixed_server != NULL)
    return g_strdup (self->fixed_server);
  text = g_strstrip (g_strdup (gtk_editable_get_text (self->server_row)));
  while (g_str_has_suffix (text, "/"))
    text[strlen (text) - 1] = '\0';
  if (*text == '\0' || strstr (text, "://") != NULL)
    return g_steal_pointer (&text);
  plain = g_strconcat ("http://", text, NULL);
  if (wave_server_is_own (plain))
    return g_steal_pointer (&plain);
  return g_strconcat ("https://", text, NULL);
}

/* An answer may come to a form whose window was closed meanwhile. */
static gboolean
is_gone (WaveSignInForm *self)
{
  return self->button_stack == NULL;
}

static gboolean
has_leave (WaveSignInForm *self)
{
  return adw_switch_row_get_active (ADW_SWITCH_ROW (self->plain_row));
}

static gboolean
is_filled (GtkWidget *row)
{
  return *gtk_editable_get_text (GTK_EDITABLE (row)) != '\0';
}

static void
update (WaveSignInForm *self)
{
  g_autofree char *server = dup_server (self);
  gboolean leave = wave_server_needs_leave (server);
  gboolean by_password = way_of (self) == WAY_PASSWORD;
  gboolean filled = by_password ? is_filled (self->user_row) && is_filled (self->password_row) : is_filled (self->token_row);

  gtk_widget_set_visible (self->plain_row, leave && self->fixed_server == NULL);
  gtk_widget_set_visible (self->token_row, !by_password);
  gtk_widget_set_visible (self->user_row, by_password);
  gtk_widget_set_visible (self->password_row, by_password);
  gtk_widget_set_sensitive (self->connect_button, *server != '\0' && filled && (!leave || has_leave (self)));
}

void
wave_sign_in_form_set_error (WaveSignInForm *form, const char *message)
{
  g_return_if_fail (WAVE_IS_SIGN_IN_FORM (form));
  gtk_label_set_text (form->error_label, message != NULL ? message : "");
  gtk_widget_set_visible (form->error_box, message != NULL);
}

/* ---- what the server offers ---- */

static void
set_mark (WaveSignInForm *self, const char *icon, const char *css_class, const char *words)
{
  gtk_widget_set_visible (GTK_WIDGET (self->server_mark), icon != NULL);
  gtk_widget_remove_css_class (GTK_WIDGET (self->server_mark), "success");
  gtk_widget_remove_css_class (GTK_WIDGET (self->server_mark), "warning");
  if (icon == NULL)
    return;
  gtk_image_set_from_icon_name (self->server_mark, icon);
  gtk_widget_add_css_class (GTK_WIDGET (self->server_mark), css_class);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->server_mark), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->server_mark), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
forget_offer (WaveSignInForm *self)
{
  g_cancellable_cancel (self->offer_cancellable);
  g_clear_object (&self->offer_cancellable);
  g_clear_pointer (&self->asked_server, g_free);
  gtk_widget_set_visible (self->server_spinner, FALSE);
  set_mark (self, NULL, NULL, NULL);
  gtk_widget_set_visible (self->way_row, TRUE);
}

/* A server that does not know this question may be a good one: only what keeps one from reaching it is told before a try. */
static gboolean
says_of_server (const GError *error)
{
  static const int codes[] = { WAVE_SESSION_ERROR_ADDRESS, WAVE_SESSION_ERROR_NETWORK, WAVE_SESSION_ERROR_TLS, WAVE_SESSION_ERROR_REDIRECT };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, WAVE_SESSION_ERROR, codes[i]))
      return TRUE;
  return FALSE;
}

static void
on_offer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveSignInForm) self = user_data;
  g_autoptr (GError) error = NULL;
  WaveOffer offer = wave_offer_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || is_gone (self))
    return;
  g_clear_object (&self->offer_cancellable);
  gtk_widget_set_visible (self->server_spinner, FALSE);
  if (error == NULL)
    set_mark (self, "object-select-symbolic", "success", _("The server answers"));
  else if (says_of_server (error))
    {
      g_autofree char *words = wave_sign_in_words (error, FALSE);

      set_mark (self, "dialog-warning-symbolic", "warning", words);
      if (!gtk_widget_get_visible (self->error_box))
        wave_sign_in_form_set_error (self, words);
    }
  /* A server that says nothing of it may let people in all the same: then the answer to a try tells. */
  gtk_widget_set_visible (self->way_row, error != NULL || offer != WAVE_OFFER_NO);
  update (self);
}

/* Asked once an address is complete, never while it is typed. */
static void
ask_offer (WaveSignInForm *self)
{
  g_autofree char *server = dup_server (self);
  g_autofree char *key = wave_server_key (server);

  if (key == NULL || g_strcmp0 (self->asked_server, server) == 0 || (wave_server_needs_leave (server) && !has_leave (self)))
    return;
  forget_offer (self);
  self->asked_server = g_strdup (server);
  self->offer_cancellable = g_cancellable_new ();
  gtk_widget_set_visible (self->server_spinner, TRUE);
  wave_offer_async (server, has_leave (self), self->offer_cancellable, on_offer, g_object_ref (self));
}

static void
on_server_left (GtkEventControllerFocus *controller, WaveSignInForm *self)
{
  ask_offer (self);
}

static void
on_server_activated (GtkWidget *row, WaveSignInForm *self)
{
  ask_offer (self);
  if (gtk_widget_get_sensitive (self->connect_button))
    gtk_widget_activate (self->connect_button);
  else
    gtk_widget_grab_focus (way_of (self) == WAY_PASSWORD ? self->user_row : self->token_row);
}

/* ---- the keyring ---- */

static void
on_keyring (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveSignInForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveCredentials) none = wave_keyring_lookup_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || is_gone (self))
    return;
  g_clear_object (&self->keyring_cancellable);
  gtk_widget_set_sensitive (self->keep_row, error == NULL);
  if (error == NULL)
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->keep_row), _("So that it need not be given again the next time"));
      return;
    }
  g_debug ("no keyring: %s", error->message);
  adw_switch_row_set_active (ADW_SWITCH_ROW (self->keep_row), FALSE);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->keep_row),
                               _("There is no keyring here: the token stays in memory and is asked for again the next time"));
}

static void
wave_sign_in_form_map (GtkWidget *widget)
{
  WaveSignInForm *self = WAVE_SIGN_IN_FORM (widget);

  GTK_WIDGET_CLASS (wave_sign_in_form_parent_class)->map (widget);
  if (self->keyring_cancellable != NULL)
    return;
  self->keyring_cancellable = g_cancellable_new ();
  wave_keyring_lookup_async (NO_ACCOUNT, self->keyring_cancellable, on_keyring, g_object_ref (self));
}

/* ---- signing in ---- */

static void
set_busy (WaveSignInForm *self, const char *words)
{
  gboolean busy = words != NULL;

  if (busy)
    gtk_label_set_text (self->busy_label, words);
  gtk_stack_set_visible_child_name (self->button_stack, busy ? "busy" : "ready");
  /* The focus goes before the row that had it is closed to it. */
  if (busy)
    gtk_widget_grab_focus (self->cancel_button);
  gtk_widget_set_sensitive (self->server_group, !busy);
  gtk_widget_set_sensitive (self->way_row, !busy);
  gtk_widget_set_sensitive (self->token_row, !busy);
  gtk_widget_set_sensitive (self->user_row, !busy);
  gtk_widget_set_sensitive (self->password_row, !busy);
}

static void
clear_secrets (WaveSignInForm *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->token_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->password_row), "");
}

static void
end_sign_in (WaveSignInForm *self)
{
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->credentials, wave_credentials_unref);
  set_busy (self, NULL);
  update (self);
}

static void
fail (WaveSignInForm *self, const GError *error)
{
  gboolean by_password;
  g_autofree char *words = NULL;

  if (is_gone (self))
    return;
  by_password = way_of (self) == WAY_PASSWORD;
  end_sign_in (self);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  words = wave_sign_in_words (error, by_password);
  wave_sign_in_form_set_error (self, words);
  gtk_widget_grab_focus (by_password ? self->password_row : self->token_row);
}

static void
on_identified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveSignInForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveMe) me = wave_identify_finish (result, &error);
  g_autoptr (WaveCredentials) credentials = NULL;
  g_autofree char *server = NULL;

  if (is_gone (self))
    return;
  if (me == NULL)
    {
      fail (self, error);
      return;
    }
  credentials = g_steal_pointer (&self->credentials);
  server = dup_server (self);
  end_sign_in (self);
  clear_secrets (self);
  wave_sign_in_form_set_error (self, NULL);
  g_signal_emit (self, signal_signed_in, 0,
                 &(WaveSignedIn) {
                     .server = server,
                     .credentials = credentials,
                     .me = me,
                     .allow_plain = wave_server_needs_leave (server) && has_leave (self),
                     .keep = adw_switch_row_get_active (ADW_SWITCH_ROW (self->keep_row)),
                 });
}

static void
identify (WaveSignInForm *self)
{
  g_autofree char *server = dup_server (self);

  set_busy (self, _("Asking the server…"));
  wave_identify_async (server, has_leave (self), self->credentials, self->cancellable, on_identified, g_object_ref (self));
}

static void
on_tokens (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveSignInForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (WaveCredentials) credentials = wave_sign_in_finish (result, &error);

  if (is_gone (self))
    return;
  self->credentials = g_steal_pointer (&credentials);
  if (self->credentials != NULL)
    identify (self);
  else
    fail (self, error);
}

static void
on_connect (GtkWidget *widget, WaveSignInForm *self)
{
  g_autofree char *server = dup_server (self);

  update (self);
  if (!gtk_widget_get_sensitive (self->connect_button) || self->cancellable != NULL)
    return;
  wave_sign_in_form_set_error (self, NULL);
  self->cancellable = g_cancellable_new ();
  if (way_of (self) == WAY_PASSWORD)
    {
      set_busy (self, _("Signing in…"));
      wave_sign_in_async (server, has_leave (self), gtk_editable_get_text (GTK_EDITABLE (self->user_row)),
                          gtk_editable_get_text (GTK_EDITABLE (self->password_row)), self->cancellable, on_tokens, g_object_ref (self));
      return;
    }
  self->credentials = wave_sign_in_read_token (gtk_editable_get_text (GTK_EDITABLE (self->token_row)));
  identify (self);
}

static void
on_cancel (GtkWidget *widget, WaveSignInForm *self)
{
  g_cancellable_cancel (self->cancellable);
}

/* ---- a token from a file ---- */

static void
on_file_chosen (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WaveSignInForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, &error);
  g_autoptr (WaveCredentials) credentials = NULL;
  char *token;

  if (is_gone (self))
    return;
  if (file == NULL)
    {
      if (!g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
        wave_sign_in_form_set_error (self, error->message);
      return;
    }
  credentials = g_file_peek_path (file) != NULL ? wave_credentials_new_from_file (g_file_peek_path (file), NULL) : NULL;
  if (credentials == NULL)
    {
      wave_sign_in_form_set_error (self, _("There is no token in that file. It must be text, with the token in its first line."));
      return;
    }
  token = wave_credentials_dup_access_token (credentials);
  gtk_editable_set_text (GTK_EDITABLE (self->token_row), token);
  wave_secret_free (token);
  gtk_widget_grab_focus (self->connect_button);
}

static void
on_file (GtkButton *button, WaveSignInForm *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_file_dialog_set_title (dialog, _("Read the Token from a File"));
  gtk_file_dialog_open (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, on_file_chosen, g_object_ref (self));
}

/* ---- from outside ---- */

static void
on_changed (GtkEditable *row, WaveSignInForm *self)
{
  wave_sign_in_form_set_error (self, NULL);
  if (row == self->server_row)
    forget_offer (self);
  update (self);
}

static void
on_plain_changed (AdwSwitchRow *row, GParamSpec *pspec, WaveSignInForm *self)
{
  update (self);
  ask_offer (self);
}

static void
on_way_changed (AdwComboRow *row, GParamSpec *pspec, WaveSignInForm *self)
{
  wave_sign_in_form_set_error (self, NULL);
  update (self);
}

void
wave_sign_in_form_set_server (WaveSignInForm *form, const char *server, gboolean fixed, gboolean allow_plain)
{
  g_return_if_fail (WAVE_IS_SIGN_IN_FORM (form));
  g_set_str (&form->fixed_server, fixed ? server : NULL);
  gtk_widget_set_visible (form->server_group, !fixed);
  gtk_editable_set_text (form->server_row, server != NULL ? server : "");
  adw_switch_row_set_active (ADW_SWITCH_ROW (form->plain_row), allow_plain);
  update (form);
  ask_offer (form);
}

void
wave_sign_in_form_reset (WaveSignInForm *form)
{
  g_return_if_fail (WAVE_IS_SIGN_IN_FORM (form));
  g_cancellable_cancel (form->cancellable);
  clear_secrets (form);
  wave_sign_in_form_set_error (form, NULL);
  if (form->fixed_server != NULL || *gtk_editable_get_text (form->server_row) != '\0')
    gtk_widget_grab_focus (way_of (form) == WAY_PASSWORD ? form->user_row : form->token_row);
  else
    gtk_widget_grab_focus (GTK_WIDGET (form->server_row));
}

/* ---- the object ---- */

static void
wave_sign_in_form_dispose (GObject *object)
{
  WaveSignInForm *self = WAVE_SIGN_IN_FORM (object);

  g_cancellable_cancel (self->cancellable);
  g_cancellable_cancel (self->offer_cancellable);
  g_cancellable_cancel (self->keyring_cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->offer_cancellable);
  g_clear_object (&self->keyring_cancellable);
  g_clear_pointer (&self->credentials, wave_credentials_unref);
  g_clear_pointer (&self->fixed_server, g_free);
  g_clear_pointer (&self->asked_server, g_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), WAVE_TYPE_SIGN_IN_FORM);
  G_OBJECT_CLASS (wave_sign_in_form_parent_class)->dispose (object);
}

static void
wave_sign_in_form_class_init (WaveSignInFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_sign_in_form_dispose;
  widget_class->map = wave_sign_in_form_map;
  signal_signed_in = g_signal_new ("signed-in", WAVE_TYPE_SIGN_IN_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-sign-in-form.ui");
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, WaveSignInForm, child)
  BIND (server_group);
  BIND (server_row);
  BIND (server_spinner);
  BIND (server_mark);
  BIND (plain_row);
  BIND (way_row);
  BIND (token_row);
  BIND (file_button);
  BIND (cancel_button);
  BIND (user_row);
  BIND (password_row);
  BIND (keep_row);
  BIND (error_box);
  BIND (error_label);
  BIND (button_stack);
  BIND (connect_button);
  BIND (busy_label);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_server_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_plain_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_way_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_connect);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_file);
}

static void
wave_sign_in_form_init (WaveSignInForm *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  wave_keep_combo (ADW_COMBO_ROW (self->way_row));
  g_signal_connect (focus, "leave", G_CALLBACK (on_server_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self->server_row), focus);
  update (self);
}
