// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/wave-welcome-page.h"

#include <glib/gi18n.h>
#include <string.h>

struct _WaveWelcomePage
{
  AdwBin parent_instance;
  GtkImage *logo;
  GtkWidget *demo_button, *connect_button, *plain_row;
  GtkEditable *server_row, *token_row;
  AdwSwitchRow *keep_row;
  GtkLabel *error_label;
};

static guint signal_connect_request;

G_DEFINE_FINAL_TYPE (WaveWelcomePage, wave_welcome_page, ADW_TYPE_BIN)

/* Plain http to this machine needs no leave. */
static gboolean
needs_leave (const char *server)
{
  g_autoptr (GUri) uri = g_uri_parse (server, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL || g_strcmp0 (g_uri_get_scheme (uri), "http") != 0)
    return FALSE;
  return !(g_str_equal (host, "localhost") || g_str_has_prefix (host, "127.") || g_str_equal (host, "::1"));
}

/* (transfer full): with the scheme that people leave out */
static char *
dup_server (WaveWelcomePage *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->server_row)));

  while (g_str_has_suffix (text, "/"))
    text[strlen (text) - 1] = '\0';
  return *text == '\0' || strstr (text, "://") != NULL ? g_strdup (text) : g_strconcat ("https://", text, NULL);
}

static void
update (WaveWelcomePage *self)
{
  g_autofree char *server = dup_server (self);
  gboolean leave = needs_leave (server);
  gboolean complete = *server != '\0' && *gtk_editable_get_text (self->token_row) != '\0';

  gtk_widget_set_visible (self->plain_row, leave);
  gtk_widget_set_sensitive (self->connect_button, complete && (!leave || adw_switch_row_get_active (ADW_SWITCH_ROW (self->plain_row))));
}

static void
on_changed (GtkEditable *row, WaveWelcomePage *self)
{
  wave_welcome_page_set_error (self, NULL);
  update (self);
}

static void
on_plain_changed (AdwSwitchRow *row, GParamSpec *pspec, WaveWelcomePage *self)
{
  update (self);
}

static void
on_connect (GtkWidget *widget, WaveWelcomePage *self)
{
  g_autofree char *server = dup_server (self);
  g_autofree char *token = NULL;
  g_autoptr (WaveCredentials) credentials = NULL;

  if (!gtk_widget_get_sensitive (self->connect_button))
    return;
  token = g_strstrip (g_strdup (gtk_editable_get_text (self->token_row)));
  credentials = wave_credentials_new (token, NULL);
  explicit_bzero (token, strlen (token));
  gtk_editable_set_text (self->token_row, "");
  g_signal_emit (self, signal_connect_request, 0, server, credentials, adw_switch_row_get_active (ADW_SWITCH_ROW (self->plain_row)),
                 adw_switch_row_get_active (self->keep_row));
}

void
wave_welcome_page_set_error (WaveWelcomePage *page, const char *message)
{
  g_return_if_fail (WAVE_IS_WELCOME_PAGE (page));
  gtk_label_set_text (page->error_label, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (page->error_label), message != NULL);
}

void
wave_welcome_page_set_server (WaveWelcomePage *page, const char *server)
{
  g_return_if_fail (WAVE_IS_WELCOME_PAGE (page));
  gtk_editable_set_text (page->server_row, server != NULL ? server : "");
}

static void
wave_welcome_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WAVE_TYPE_WELCOME_PAGE);
  G_OBJECT_CLASS (wave_welcome_page_parent_class)->dispose (object);
}

static void
wave_welcome_page_class_init (WaveWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = wave_welcome_page_dispose;
  signal_connect_request = g_signal_new ("connect", WAVE_TYPE_WELCOME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4, G_TYPE_STRING,
                                         WAVE_TYPE_CREDENTIALS, G_TYPE_BOOLEAN, G_TYPE_BOOLEAN);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/wavescope/Wavescope/ui/wave-welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, logo);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, demo_button);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, connect_button);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, server_row);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, token_row);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, keep_row);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, plain_row);
  gtk_widget_class_bind_template_child (widget_class, WaveWelcomePage, error_label);
  gtk_widget_class_bind_template_callback (widget_class, on_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_plain_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_connect);
}

static void
wave_welcome_page_init (WaveWelcomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_image_set_from_icon_name (self->logo, APPLICATION_ID);
}
